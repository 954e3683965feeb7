/** Which files a scan reads: the given paths, without what git ignores and what nobody wrote by hand. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import createIgnore, { type Ignore } from 'ignore';
import { glob } from 'tinyglobby';

/** Folders that hold copies of other people's code or build results. */
const leftOut = ['node_modules', '.git', 'dist', 'out', 'build', '.venv', 'venv', '__pycache__', 'vendor', 'site-packages', '.next', 'coverage', '.tox', '.mypy_cache'];

export interface FileSelection {
  /** Extensions with the dot. */
  readonly extensions: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Absolute paths of the files to read, sorted. Throws when a given path does not exist. */
export async function selectFiles(paths: readonly string[], selection: FileSelection): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const absolute = resolve(path);
    const info = await stat(absolute).catch(() => null);
    if (!info) throw new Error(`${path}: no such file or folder`);
    if (info.isFile()) { found.add(absolute); continue; }
    const patterns = selection.include.length ? selection.include : [`**/*{${selection.extensions.join(',')}}`];
    const files = await glob([...patterns], {
      cwd: absolute, absolute: true, dot: false, followSymbolicLinks: false, expandDirectories: false,
      ignore: [...leftOut.map((name) => `**/${name}/**`), ...selection.exclude],
    });
    const ignored = ignoreRules();
    for (const file of files) {
      const name = file.toLowerCase();
      if (selection.extensions.some((extension) => name.endsWith(extension)) && !(await ignored(file, absolute))) found.add(resolve(file));
    }
  }
  return [...found].sort();
}

/** Answers whether a `.gitignore` between a file and the repository's root names it. */
function ignoreRules(): (file: string, root: string) => Promise<boolean> {
  const rules = new Map<string, Promise<Ignore | null>>();
  const rootOf = new Map<string, Promise<boolean>>();
  const rulesOf = (folder: string): Promise<Ignore | null> => {
    let pending = rules.get(folder);
    if (!pending) {
      pending = readFile(join(folder, '.gitignore'), 'utf8').then((text) => createIgnore().add(text), () => null);
      rules.set(folder, pending);
    }
    return pending;
  };
  const isRepository = (folder: string): Promise<boolean> => {
    let pending = rootOf.get(folder);
    if (!pending) {
      pending = stat(join(folder, '.git')).then(() => true, () => false);
      rootOf.set(folder, pending);
    }
    return pending;
  };
  return async (file) => {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const own = await rulesOf(folder);
      if (own?.ignores(relative(folder, file).split(sep).join('/'))) return true;
      if (await isRepository(folder) || dirname(folder) === folder) return false;
    }
  };
}
