/**
 * Files of the workspace as an analysis asks for them: which file an import means, and programs that are kept while
 * somebody uses them.
 */
import type { Program } from './expression.js';
import type { LanguageId } from './model.js';
import type { ParsedDocument } from './parse.js';
import type { Ecosystem } from './sdk.js';

/** Where a text lies, and how its neighbours are read. Paths have forward slashes. */
export interface Origin {
  readonly path: string;
  /** Folder above which nothing is looked for. */
  readonly root: string;
  /** Text of a file, of a picture, recording or document what mediaFile.ts makes of it; null = there is none; undefined = not known yet, the host asks again once it is. */
  read(path: string): string | null | undefined;
  /** Texts stay what they are for the life of `read`: what was found out about them may be kept. */
  readonly fixed?: true;
}

/** A path as it is written below the project's root. */
export const below = (root: string, path: string): string => path.slice(root.replace(/\/$/, '').length + 1);

/** Whether a path of a project, below its root, is that of a test by the customs of its language. */
export const isTest = (path: string): boolean =>
  /(?:^|\/)(?:tests?|__tests__|e2e|specs?)\/|(?:^|\/)(?:test_[^/]*|conftest|[^/]*_test)\.py$|_test\.go$|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:Test|Tests|IT)\.(?:java|kt|cs|php)$|_(?:spec|test)\.rb$/.test(path);

const javascriptEnds = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '/index.ts', '/index.tsx', '/index.js', '/index.mjs'];

/**
 * Paths that an import of `module` in the file `from` may mean, likeliest first; none for packages of JavaScript, unless
 * `read` shows that the project itself gives the name a place.
 */
export function candidatesOf(ecosystem: Ecosystem, from: string, root: string, module: string, read: Origin['read'] = () => null): readonly string[] {
  const folder = from.slice(0, Math.max(0, from.lastIndexOf('/')));
  if (ecosystem === 'javascript') {
    const alias = /^(?:@|~)\/(.+)$/.exec(module)?.[1];
    const bases = /^\.{1,2}(?:\/|$)/.test(module) ? [join(folder, module)] : [
      ...configuredBases(folder, root, module, read), ...(alias === undefined ? workspaceBases(root, module, read) : ancestors(folder, root).flatMap((each) => [join(each, alias), join(each, `src/${alias}`)])),
    ];
    return bases.flatMap((base) => {
      const ended = /^(.*)\.(?:m|c)?jsx?$/.exec(base)?.[1];
      // TypeScript imports `./x.js` and means x.ts.
      return ended !== undefined ? [`${ended}.ts`, `${ended}.tsx`, base] : /\.[mc]?tsx?$/.test(base) ? [base] : javascriptEnds.map((end) => base + end);
    });
  }
  if (ecosystem !== 'python') return [];
  const dots = /^\.*/.exec(module)![0].length;
  const inner = module.slice(dots).split('.').filter(Boolean).join('/');
  const ends = (base: string): string[] => (inner === '' ? [`${base}/__init__.py`] : [`${base}/${inner}.py`, `${base}/${inner}/__init__.py`]);
  if (dots > 0) return ends(join(folder, '../'.repeat(dots - 1) || '.'));
  return ancestors(folder, root).flatMap(ends);
}

interface PathMapping {
  /** Folder that targets are relative to, itself relative to the configuration's; null = not stated. */
  readonly base: string | null;
  /** Name with at most one `*` → targets with the same. */
  readonly paths: readonly (readonly [string, readonly string[]])[];
}

const mappings = new Map<string, PathMapping>();

/** `baseUrl` and `paths` of a tsconfig.json, which may hold comments. */
function pathMapping(text: string): PathMapping {
  const known = mappings.get(text);
  if (known) return known;
  const plain = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_all, literal?: string) => literal ?? '');
  const listed = /"paths"\s*:\s*\{([^{}]*)\}/.exec(plain)?.[1] ?? '';
  const paths = [...listed.matchAll(/"([^"]+)"\s*:\s*\[([^\]]*)\]/g)].map(([, name, targets]) => [name!, [...targets!.matchAll(/"([^"]+)"/g)].map((each) => each[1]!)] as const);
  const found = { base: /"baseUrl"\s*:\s*"([^"]+)"/.exec(plain)?.[1] ?? null, paths };
  if (mappings.size > 100) mappings.clear();
  mappings.set(text, found);
  return found;
}

/** Where the nearest tsconfig.json or jsconfig.json that knows the name puts it. */
function configuredBases(folder: string, root: string, module: string, read: Origin['read']): readonly string[] {
  for (const each of ancestors(folder, root)) {
    for (const name of ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json']) {
      const text = read(`${each}/${name}`);
      if (typeof text !== 'string' || !/"(?:paths|baseUrl)"/.test(text)) continue;
      const { base, paths } = pathMapping(text);
      const start = join(each, base ?? '.');
      const found = paths.flatMap(([pattern, targets]) => {
        const [before, after] = pattern.split('*') as [string, string?];
        const fits = after === undefined ? module === pattern : module.length >= before.length + after.length && module.startsWith(before) && module.endsWith(after);
        return fits ? targets.map((target) => join(start, target.replace('*', () => module.slice(before.length, module.length - (after ?? '').length)))) : [];
      });
      if (found.length > 0) return found;
      if (base !== null && /^[\w-]+\//.test(module)) return [join(start, module)];
    }
  }
  return [];
}

/** A package of the same repository: `@acme/llm` in packages/llm, when its package.json says so. */
function workspaceBases(root: string, module: string, read: Origin['read']): readonly string[] {
  const [, name, inner] = /^(@[\w.-]+\/[\w.-]+)((?:\/.*)?)$/.exec(module) ?? [];
  if (name === undefined) return [];
  for (const folder of ['packages', 'libs', 'apps', 'modules']) {
    const base = `${root}/${folder}/${name.slice(name.indexOf('/') + 1)}`;
    const text = read(`${base}/package.json`);
    if (typeof text === 'string' && text.includes(`"${name}"`)) return inner ? [`${base}/src${inner}`, base + inner] : [`${base}/src/index`, `${base}/index`, `${base}/src/main`, `${base}/lib/index`];
  }
  return [];
}

/** A folder and those above it, up to the root. */
export function ancestors(folder: string, root: string): string[] {
  const found = [folder];
  let current = folder;
  while (current.length > root.length && current.startsWith(root) && found.length < 12) {
    const at = current.lastIndexOf('/');
    if (at <= 0) break;
    current = current.slice(0, at);
    found.push(current);
  }
  return found;
}

/** A path below another, `.` and `..` resolved. */
export function join(base: string, relative: string): string {
  const parts = base.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export interface OpenModule {
  readonly program: Program;
  release(): void;
}

interface Entry {
  readonly text: string;
  readonly parsed: ParsedDocument;
  readonly program: Program;
  uses: number;
  stale: boolean;
}

/** Parsed neighbours, shared by all sessions of an engine; one that nobody uses is kept for a while. */
export interface Modules {
  open(path: string, language: LanguageId, text: string, parse: () => ParsedDocument | null, read: (parsed: ParsedDocument) => Program): OpenModule | null;
}

const maximumIdle = 600;
/** Text behind them, in UTF-16 code units: trees take many times as much. */
const maximumIdleText = 4_000_000;
const maximumText = 400_000;

export function createModules(): Modules {
  const entries = new Map<string, Entry>();
  const dispose = (path: string, entry: Entry): void => {
    entry.parsed.dispose();
    if (entries.get(path) === entry) entries.delete(path);
  };
  const trim = (): void => {
    let idle = 0;
    let length = 0;
    for (const entry of entries.values()) if (entry.uses === 0) { idle++; length += entry.text.length; }
    for (const [path, entry] of entries) {
      if (idle <= maximumIdle && length <= maximumIdleText) break;
      if (entry.uses > 0) continue;
      dispose(path, entry);
      idle--;
      length -= entry.text.length;
    }
  };
  return {
    open(path, language, text, parse, read) {
      if (text.length > maximumText) return null;
      const key = `${language} ${path}`;
      let entry = entries.get(key);
      if (entry && entry.text !== text) {
        entry.stale = true;
        entries.delete(key);
        if (entry.uses === 0) entry.parsed.dispose();
        entry = undefined;
      }
      if (!entry) {
        const parsed = parse();
        if (!parsed) return null;
        entry = { text, parsed, program: read(parsed), uses: 0, stale: false };
      } else entries.delete(key);
      // Last used last.
      entries.set(key, entry);
      entry.parsed.renewBudget();
      entry.uses++;
      const held = entry;
      return {
        program: entry.program,
        release() {
          held.uses--;
          if (held.stale && held.uses === 0) held.parsed.dispose();
          else trim();
        },
      };
    },
  };
}

const pythonImport = /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(?:\(([^)]*)\)|([^\n#;]*))|import[ \t]+([\w., \t]+))/gm;
const javascriptImport = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*['"]([^'"\n]+)['"]/g;

/** Modules that a text imports, as written; for Python also the names that may be modules themselves. */
export function importedModules(ecosystem: Ecosystem, text: string): readonly string[] {
  const found = new Set<string>();
  if (ecosystem === 'javascript') for (const [, module] of text.matchAll(javascriptImport)) found.add(module!);
  if (ecosystem === 'python') {
    for (const [, module, listed, rest, plain] of text.matchAll(pythonImport)) {
      if (plain !== undefined) for (const each of plain.split(',')) found.add(each.trim().split(/\s+as\s+/)[0]!);
      if (module === undefined) continue;
      found.add(module);
      for (const each of (listed ?? rest ?? '').split(',')) {
        const name = each.trim().split(/\s+as\s+/)[0]!;
        if (/^\w+$/.test(name)) found.add(module.endsWith('.') ? module + name : `${module}.${name}`);
      }
    }
  }
  return [...found];
}
