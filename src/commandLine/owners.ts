/** The CODEOWNERS file of the repository that a folder lies in. */
import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { codeOwnersPaths, readCodeOwners } from '../reporters/codeOwners.js';
import { repositoryOf } from './configurations.js';

/** Owners of files, named as reports name them: relative to `folder` or absolute. Nobody where there is no such file. */
export async function ownersIn(folder: string): Promise<(file: string) => readonly string[]> {
  const root = await repositoryOf(resolve(folder)) ?? resolve(folder);
  for (const path of codeOwnersPaths) {
    const text = await readFile(join(root, path), 'utf8').catch(() => null);
    if (text === null) continue;
    const ownersOf = readCodeOwners(text);
    return (file) => ownersOf(relative(root, resolve(folder, file)).split(sep).join('/'));
  }
  return () => [];
}
