/** Parts of a scan, for several machines at once: every file belongs to one part, whichever machine asks. */
import { createHash } from 'node:crypto';
import { relative, resolve, sep } from 'node:path';
import type { Shard } from '../reporters/report.js';
import { repositoryOf } from './configurations.js';

/** `3/10`. Throws on anything else. */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || count < 1 || index > count || count > 10_000) throw new Error(`--shard takes a part such as 3/10, not "${text}"`);
  return { index, count };
}

/** Whether a file (absolute path) belongs to the part: by a hash of its path within the repository, so that parts are of about the same size and the same everywhere. */
export async function selectShard({ index, count }: Shard): Promise<(path: string) => boolean> {
  const root = await repositoryOf(resolve('.')) ?? resolve('.');
  return (path) => createHash('sha256').update(relative(root, path).split(sep).join('/')).digest().readUInt32BE(0) % count === index - 1;
}
