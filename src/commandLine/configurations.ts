/** The `tokenfare.yaml` files that hold for a path: the one in its folder over those above, as in the editor. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import createIgnore, { type Ignore } from 'ignore';
import { anchored } from '../core/budgetFile.js';
import { mergeConfiguration, parseConfiguration } from '../core/configuration.js';
import { indexLines } from '../core/lines.js';
import { type Configuration, type Facts, type MeasuredAverages, defaultConfiguration } from '../core/model.js';

export const configurationFile = 'tokenfare.yaml';

/** Something wrong in a configuration file, ready to be said. Ends are one past the last character. */
export interface ConfigurationMessage {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly code: string;
  readonly expected: string;
  readonly found: string;
}

export interface ConfigurationOptions {
  /** The catalog that names in the files are checked against. */
  readonly facts: Facts;
  /** A file given by hand, instead of every `tokenfare.yaml`. */
  readonly policy?: string;
  /** A policy file of the organisation: what any other file says only comes on top. */
  readonly organisation?: string;
  readonly currency?: string;
  /** Averages of measured calls, which take the place of default assumptions. */
  readonly measured?: MeasuredAverages | null;
  /** Code fences of Markdown files, too, whatever the files say. */
  readonly markdown?: boolean;
}

export interface Configurations {
  /** What holds in a folder (absolute path). */
  at(folder: string): Promise<Configuration>;
  /** Whether `scan.include` and `scan.exclude` leave a file (absolute path) in. */
  selects(file: string): Promise<boolean>;
  /** Problems of the files read so far, by file and line. */
  problems(): readonly ConfigurationMessage[];
}

/** Patterns of one file, relative to its folder. */
interface Patterns {
  readonly folder: string;
  readonly include: Ignore | null;
  readonly exclude: Ignore | null;
}

interface Layer {
  readonly configuration: Configuration;
  /** Nearest first. */
  readonly patterns: readonly Patterns[];
}

/** Path for people: relative to the working directory, forward slashes. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return (short === '' || short.startsWith('..') ? path : short).split(sep).join('/');
}

/** Nearest folder at or above that holds `.git`; null outside of repositories. */
export async function repositoryOf(start: string): Promise<string | null> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await stat(join(folder, '.git')).then(() => true, () => false)) return folder;
    if (dirname(folder) === folder) return null;
  }
}

/** Configurations for the paths of one run; files above them count up to the root of their repository. */
export async function openConfigurations(paths: readonly string[], options: ConfigurationOptions): Promise<Configurations> {
  const problems: ConfigurationMessage[] = [];
  const withFlags = (configuration: Configuration): Configuration => (options.currency || options.measured || options.markdown ? { ...configuration, ...(options.currency && { currency: options.currency }), ...(options.measured && { measured: options.measured }), ...(options.markdown && { markdown: true }) } : configuration);

  const read = async (below: Layer, file: string, folder: string, byHand: boolean, layer: 'organisation' | 'settings' | 'workspace' = byHand ? 'settings' : 'workspace'): Promise<Layer> => {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (byHand) throw new Error(`${file}: ${(error as Error).message}`);
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      // A policy that is there but cannot be read must not pass for none.
      if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push({ file: shown(file), line: 1, column: 1, endLine: 1, endColumn: 1, code: 'unreadable', expected: 'a file that can be read', found: code });
      return below;
    }
    const parsed = parseConfiguration(text, options.facts);
    const lines = indexLines(text);
    for (const { range, code, expected, found } of parsed.problems) {
      const end = lines.positionAt(range.end);
      problems.push({ file: shown(file), ...lines.positionAt(range.start), endLine: end.line, endColumn: end.column, code, expected, found });
    }
    if (!parsed.value) return below;
    const rules = (patterns: readonly string[] | undefined): Ignore | null => (patterns?.length ? createIgnore({ ignorecase: false }).add([...patterns]) : null);
    return {
      configuration: mergeConfiguration(below.configuration, {
        ...parsed.value,
        ...(parsed.value.budget && { budget: anchored(parsed.value.budget, folder) }), ...(parsed.value.budgets && { budgets: parsed.value.budgets.map((each) => anchored(each, folder)) }),
      }, layer === 'workspace' ? 'workspace' : 'settings', { file: shown(file), folder: folder.split(sep).join('/'), layer }),
      patterns: [{ folder, include: rules(parsed.value.include), exclude: rules(parsed.value.exclude) }, ...below.patterns],
    };
  };

  const defaults: Layer = { configuration: defaultConfiguration, patterns: [] };
  const organisation = options.organisation ? await read(defaults, resolve(options.organisation), '', true, 'organisation') : defaults;
  const base = options.policy ? await read(organisation, resolve(options.policy), process.cwd(), true) : organisation;
  const tops = new Set(await Promise.all(paths.map(async (path) => repositoryOf(await folderOf(path)))));
  const layers = new Map<string, Promise<Layer>>();
  const layerAt = (folder: string): Promise<Layer> => {
    if (options.policy) return Promise.resolve(base);
    let layer = layers.get(folder);
    if (!layer) {
      const above = tops.has(folder) || dirname(folder) === folder ? Promise.resolve(base) : layerAt(dirname(folder));
      layer = above.then((below) => read(below, join(folder, configurationFile), folder, false));
      layers.set(folder, layer);
    }
    return layer;
  };
  const flagged = new Map<Configuration, Configuration>();

  return {
    async at(folder) {
      const { configuration } = await layerAt(folder);
      // The same object for the same settings, so that nothing is computed twice.
      let result = flagged.get(configuration);
      if (!result) flagged.set(configuration, result = withFlags(configuration));
      return result;
    },
    async selects(file) {
      const { patterns } = await layerAt(dirname(file));
      const matches = (rules: Ignore, folder: string): boolean => {
        const path = relative(folder, file).split(sep).join('/');
        return path !== '' && !path.startsWith('../') && createIgnore.isPathValid(path) && rules.ignores(path);
      };
      if (patterns.some(({ folder, exclude }) => exclude && matches(exclude, folder))) return false;
      const deciding = patterns.find(({ include }) => include);
      return !deciding || matches(deciding.include!, deciding.folder);
    },
    problems: () => [...problems].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1)),
  };
}

/** The folder that a path is or lies in. */
export async function folderOf(path: string): Promise<string> {
  const absolute = resolve(path);
  return await stat(absolute).then((info) => info.isDirectory(), () => false) ? absolute : dirname(absolute);
}
