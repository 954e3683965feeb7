/** Which files a scan reads: the given paths, without what git ignores and what nobody wrote by hand. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import createIgnore, { type Ignore } from 'ignore';
import { glob } from 'tinyglobby';
import { repositoryOf } from './configurations.js';

/** Folders that hold copies of other people's code or build results. */
const leftOut = ['node_modules', '.git', 'dist', 'out', 'build', '.venv', 'venv', '__pycache__', 'vendor', 'site-packages', '.next', 'coverage', '.tox', '.mypy_cache'];

export interface FileSelection {
  /** Extensions with the dot. */
  readonly extensions: readonly string[];
  /** What the configuration says about a file that was not named itself. */
  readonly selects: (file: string) => Promise<boolean>;
}

/** Absolute paths of the files to read, sorted. Throws when a given path does not exist. */
export async function selectFiles(paths: readonly string[], selection: FileSelection): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const absolute = resolve(path);
    const info = await stat(absolute).catch(() => null);
    if (!info) throw new Error(`${path}: no such file or folder`);
    if (info.isFile()) { found.add(absolute); continue; }
    const files = await glob([`**/*{${selection.extensions.join(',')}}`], {
      cwd: absolute, absolute: true, dot: false, followSymbolicLinks: false, expandDirectories: false, caseSensitiveMatch: false,
      ignore: leftOut.map((name) => `**/${name}/**`),
    });
    const ignored = await ignoreRules(absolute);
    for (const each of files) {
      const file = resolve(each);
      if (!(await ignored(file)) && (await selection.selects(file))) found.add(file);
    }
  }
  return [...found].sort();
}

/**
 * Answers whether git ignores a file below `root`, by the `.gitignore` files from the repository's root down. A folder
 * that is ignored itself but was named by hand is read all the same.
 */
async function ignoreRules(root: string): Promise<(file: string) => Promise<boolean>> {
  const rules = new Map<string, Promise<Ignore | null>>();
  const rulesOf = (folder: string): Promise<Ignore | null> => {
    let pending = rules.get(folder);
    if (!pending) {
      pending = readFile(join(folder, '.gitignore'), 'utf8').then((text) => createIgnore().add(text), () => null);
      rules.set(folder, pending);
    }
    return pending;
  };
  const below = (top: string) => {
    /** The nearest file that says anything about the path decides. */
    const matches = async (path: string, ending: '/' | ''): Promise<boolean> => {
      for (let folder = dirname(path); ; folder = dirname(folder)) {
        const verdict = (await rulesOf(folder))?.test(relative(folder, path).split(sep).join('/') + ending);
        if (verdict?.ignored) return true;
        if (verdict?.unignored || folder === top || dirname(folder) === folder) return false;
      }
    };
    const folders = new Map<string, Promise<boolean>>();
    /** What lies in an ignored folder cannot be taken back in. */
    const folderIgnored = (folder: string): Promise<boolean> => {
      let pending = folders.get(folder);
      if (!pending) {
        pending = folder === top || dirname(folder) === folder ? Promise.resolve(false)
          : folderIgnored(dirname(folder)).then((above) => above || matches(folder, '/'));
        folders.set(folder, pending);
      }
      return pending;
    };
    return { folderIgnored, file: async (file: string) => await folderIgnored(dirname(file)) || matches(file, '') };
  };
  const fromTop = below(await repositoryOf(root) ?? root);
  return (await fromTop.folderIgnored(root) ? below(root) : fromTop).file;
}
