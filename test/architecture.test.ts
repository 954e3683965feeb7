/** The house rules of ARCHITECTURE.md, checked against every import of src/. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sdks } from '../src/sdks/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

interface Source {
  /** Path below src/, with forward slashes. */
  readonly file: string;
  /** First folder, '' for files directly in src/. */
  readonly room: string;
  readonly text: string;
  /** Files of src/ that it imports, types included; ends as written in the source tree. */
  readonly imports: readonly string[];
  /** Packages and Node modules that it imports at run time. */
  readonly packages: readonly string[];
  readonly typePackages: readonly string[];
}

const importPattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

function read(file: string): Source {
  const text = readFileSync(join(root, 'src', file), 'utf8');
  const found = [...text.matchAll(importPattern)].map((match) => ({
    type: Boolean(match[1]), name: match[2] ?? match[3]!, importType: match[3] !== undefined && /[:<|&]\s*$/.test(text.slice(0, match.index)),
  }));
  const resolved = (name: string): string => posix.normalize(posix.join(posix.dirname(file), name)).replace(/\.js$/, '.ts');
  const outside = found.filter(({ name }) => !name.startsWith('.'));
  return {
    file,
    room: file.includes('/') ? file.split('/')[0]! : '',
    text,
    imports: found.filter(({ name }) => name.startsWith('.')).map(({ name }) => resolved(name)),
    packages: outside.filter(({ type, importType }) => !type && !importType).map(({ name }) => name),
    typePackages: outside.filter(({ type, importType }) => type || importType).map(({ name }) => name),
  };
}

const sources = globSync('src/**/*.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/').slice('src/'.length))
  .filter((file) => !file.endsWith('.d.ts')).sort().map(read);
const tables = ['languages', 'sdks', 'switching', 'providers', 'tokenizers'];
const isEntry = (file: string): boolean => /^(extension(\.\w+)?|cli)\.ts$/.test(file);
const breaking = (rule: (source: Source) => readonly string[]): string[] =>
  sources.flatMap((source) => rule(source).map((what) => `${source.file} → ${what}`));
const roomOf = (path: string): string => (path.includes('/') ? path.split('/')[0]! : path);

describe('who may import what', () => {
  test('vscode: only the entries, editor/ and views/', () => {
    expect(breaking(({ file, room, packages, typePackages }) => (file.startsWith('extension') || room === 'editor' || room === 'views'
      ? [] : [...packages, ...typePackages].filter((name) => name === 'vscode')))).toEqual([]);
  });

  test('Node and the network: only the command line and metering/; the network also pricePack/ and remoteCount/', () => {
    const network = /\b(fetch|WebSocket|XMLHttpRequest|EventSource)\s*\(/;
    expect(breaking(({ file, room, packages, text }) => (file === 'cli.ts' || room === 'commandLine' || room === 'metering'
      ? [] : [...packages.filter(isBuiltin), ...(network.test(text) && room !== 'pricePack' && room !== 'remoteCount' ? ['network'] : [])]))).toEqual([]);
  });

  test('what the browser loads takes only types from metering/', () => {
    expect(breaking((source) => (['extension.shared.ts', 'extension.web.ts'].includes(source.file) || source.room === 'editor' || source.room === 'views'
      ? source.imports.filter((path) => roomOf(path) === 'metering' && !onlyTypes(source, basename(path, '.ts'))) : []))).toEqual([]);
  });

  test('core/ knows no clock, no chance and no environment', () => {
    const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bsetTimeout\b|\bsetInterval\b/;
    expect(breaking(({ room, text }) => (room === 'core' ? [impure.exec(codeOf(text))?.[0] ?? []].flat() : []))).toEqual([]);
  });

  test('core/ imports only itself, the parser runtime, the YAML parser, the schema library and path patterns', () => {
    expect(breaking(({ room, imports, packages, typePackages }) => (room === 'core'
      ? [...imports.filter((path) => roomOf(path) !== 'core'), ...[...packages, ...typePackages].filter((name) => !['web-tree-sitter', 'yaml', 'valibot', 'ignore'].includes(name))]
      : []))).toEqual([]);
  });

  test('tables import the vocabulary of core/ and their own parts', () => {
    const vocabulary = ['model', 'expression', 'value', 'sdk', 'readPrompt', 'syntaxView', 'program', 'promptFiles', 'rewrite'].map((name) => `core/${name}.ts`);
    expect(breaking(({ room, imports }) => (tables.includes(room)
      ? imports.filter((path) => roomOf(path) !== room && !vocabulary.includes(path)) : []))).toEqual([]);
  });

  test('each room imports only from further down', () => {
    const below: Readonly<Record<string, readonly string[]>> = {
      // Of metering/ the editor knows the types only: the web bundle holds none of it.
      editor: ['catalog.ts', 'core', 'lossMessages.ts', 'messages.ts', 'pricePack', 'reporters'],
      views: ['alipayMessages.ts', 'catalog.ts', 'core', 'editor', 'insightMessages.ts', 'lossMessages.ts', 'messages.ts', 'pricePack', 'remoteCount', 'reporters', 'residencyMessages.ts'],
      pricePack: ['core'],
      remoteCount: ['core'],
      reporters: ['core', 'messages.ts', 'insightMessages.ts', 'lossMessages.ts'],
      metering: ['core'],
      commandLine: ['core', 'reporters', 'metering', 'pricePack', 'remoteCount', 'providers', 'tokenizers', 'messages.ts', 'lossMessages.ts', 'alipayMessages.ts', 'catalog.ts', 'createEngine.ts'],
      'catalog.ts': ['core', 'providers'],
      'createEngine.ts': ['core', ...tables, 'catalog.ts'],
      'messages.ts': ['core', 'residencyMessages.ts', 'insightMessages.ts', 'translate.ts'],
      'residencyMessages.ts': ['core', 'translate.ts'],
      'insightMessages.ts': ['core', 'translate.ts'],
      'translate.ts': ['core'],
      'lossMessages.ts': ['core', 'messages.ts'],
      'alipayMessages.ts': ['core', 'messages.ts'],
    };
    expect(breaking((source) => {
      const room = source.room || source.file;
      const allowed = below[room];
      if (!allowed) return isEntry(source.file) || room === 'core' || tables.includes(room) ? [] : ['is in no known room'];
      return source.imports.filter((path) => roomOf(path) !== room && !allowed.includes(roomOf(path))
        && !((room === 'views' || room === 'editor') && roomOf(path) === 'metering' && onlyTypes(source, basename(path, '.ts')))
        // Types of the command line's flags live with their parser.
        && !(room === 'commandLine' && path === 'cli.ts' && onlyTypes(source, 'cli')));
    })).toEqual([]);
  });

  test('views do not know each other', () => {
    expect(breaking(({ room, imports }) => (room === 'views' ? imports.filter((path) => roomOf(path) === 'views') : []))).toEqual([]);
  });

  test('nobody imports an entry', () => {
    expect(breaking((source) => source.imports.filter((path) => isEntry(path) && !(isEntry(source.file) && path === 'extension.shared.ts')
      && !(path === 'cli.ts' && onlyTypes(source, 'cli'))))).toEqual([]);
  });

  test('no cycles at run time', () => {
    const graph = new Map(sources.map((source) => [source.file, source.imports.filter((path) => !onlyTypes(source, basename(path, '.ts')))]));
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) { cycles.push([...path.slice(path.indexOf(file)), file].join(' → ')); return; }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test('every import of a file leads somewhere', () => {
    expect(breaking(({ imports }) => imports.filter((path) => !existsSync(join(root, 'src', path))))).toEqual([]);
  });

  test('two levels inside src, no third', () => {
    expect(sources.map(({ file }) => file).filter((file) => file.split('/').length > 2)).toEqual([]);
  });
});

/** Source text without comments and strings: reading `process.env` of user code is no use of ours. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/'(?:[^'\\\n]|\\.)*'|`[^`$]*`/g, "''");
}

/** True when `source` takes only types from the module with this name. */
function onlyTypes(source: Source, name: string): boolean {
  const lines = [...source.text.matchAll(importPattern)].filter((match) => basename(match[2] ?? match[3]!).replace(/\.js$/, '') === name);
  return lines.length > 0 && lines.every((match) => match[1] !== undefined || /[:<|&]\s*$/.test(source.text.slice(0, match.index)));
}

describe('tables', () => {
  const index = (room: string): string => sources.find(({ file }) => file === `${room}/index.ts`)!.text;

  test.each(['languages', 'sdks', 'switching'])('every file of %s/ can be reached from its index', (room) => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const next of sources.find((source) => source.file === file)?.imports ?? []) if (roomOf(next) === room) visit(next);
    };
    visit(`${room}/index.ts`);
    expect(sources.filter((source) => source.room === room && !reached.has(source.file)).map(({ file }) => file)).toEqual([]);
  });

  test('every provider file is in the index', () => {
    const files = globSync('src/providers/*.yaml', { cwd: root }).map((path) => basename(path));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !index('providers').includes(`'./${file}'`))).toEqual([]);
  });

  test('every SDK has fixtures', () => {
    const folders = new Set(globSync('test/fixtures/*/*', { cwd: root }).map((path) => basename(path)));
    expect(sdks.map(({ id }) => id).filter((id) => !folders.has(id))).toEqual([]);
  });

  test('every language of the manifest has fixtures', () => {
    const { activationEvents } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { activationEvents: string[] };
    const languages = activationEvents.filter((event) => event.startsWith('onLanguage:')).map((event) => event.slice('onLanguage:'.length));
    expect(languages.filter((id) => globSync(`test/fixtures/${id}/*/*`, { cwd: root }).length === 0)).toEqual([]);
  });

  test.each(tables)('%s/ has a test', (room) => {
    const tests = globSync('test/unit/**/*.test.ts', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
    const used = room === 'providers' ? /src\/(catalog|providers\/)/ : new RegExp(`src/(${room}/|createEngine)|engineForTests`);
    expect(tests.some((text) => used.test(text))).toBe(true);
  });
});
