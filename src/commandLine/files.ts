/** Which files a scan reads: the given paths, without what git ignores and what nobody wrote by hand. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import createIgnore, { type Ignore } from 'ignore';
import { markdownExtensions } from '../core/fences.js';
import { type LeftOutCounter, dependencyFolders, isGeneratedName } from '../core/leftOut.js';
import { repositoryOf } from './configurations.js';

export interface FileSelection {
  /** Extensions with the dot. */
  readonly extensions: readonly string[];
  /** What the configuration says about a file that was not named itself. */
  readonly selects: (file: string) => Promise<boolean>;
  /** Told of everything that is not read, save for files of other kinds. */
  readonly leftOut?: LeftOutCounter;
}

const dependencies = new Set(dependencyFolders);
/** Hidden folders that people keep prompts in. */
const visible = new Set(['.github']);

/** Absolute paths of the files to read, sorted. Throws when a given path does not exist. */
export async function selectFiles(paths: readonly string[], { extensions, selects, leftOut }: FileSelection): Promise<string[]> {
  const found = new Set<string>();
  const isOurs = (name: string): boolean => { const lower = name.toLowerCase(); return extensions.some((each) => lower.endsWith(each)); };
  for (const path of paths) {
    const absolute = resolve(path);
    const info = await stat(absolute).catch(() => null);
    if (!info) throw new Error(`${path}: no such file or folder`);
    if (info.isFile()) { found.add(absolute); continue; }
    const ignored = await ignoreRules(absolute);
    const walk = async (folder: string): Promise<void> => {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      await Promise.all(entries.map(async (entry) => {
        const full = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (entry.name === '.git') return;
          if (dependencies.has(entry.name)) leftOut?.add('dependencies', 'folders');
          else if (entry.name.startsWith('.') && !visible.has(entry.name)) return;
          else if (await ignored.folder(full)) leftOut?.add('ignored', 'folders');
          else await walk(full);
        } else if (entry.isFile() && !entry.name.startsWith('.') && isOurs(entry.name)) {
          if (await ignored.file(full)) leftOut?.add('ignored', 'files');
          else if (isGeneratedName(entry.name)) leftOut?.add('generated', 'files');
          else if (await selects(full)) found.add(full);
          // Markdown is no file of ours unless somebody asks for it.
          else if (!isMarkdown(entry.name)) leftOut?.add('excluded', 'files');
        }
      }));
    };
    await walk(absolute);
  }
  return [...found].sort();
}

const isMarkdown = (name: string): boolean => markdownExtensions.some((end) => name.toLowerCase().endsWith(end));

/**
 * Answers whether git ignores a file below `root`, by the `.gitignore` files from the repository's root down. A folder
 * that is ignored itself but was named by hand is read all the same.
 */
async function ignoreRules(root: string): Promise<{ file(path: string): Promise<boolean>; folder(path: string): Promise<boolean> }> {
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
    return { folder: folderIgnored, file: async (file: string) => await folderIgnored(dirname(file)) || matches(file, '') };
  };
  const fromTop = below(await repositoryOf(root) ?? root);
  return await fromTop.folder(root) ? below(root) : fromTop;
}
