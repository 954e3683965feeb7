/** Files that code reads at run time: which path an expression means, and what stands there. */
import { parse as parseYaml } from 'yaml';
import type { TextPiece } from './model.js';
import { type Origin, ancestors, below, join } from './project.js';
import { parseToml } from './toml.js';
import { type InstanceValue, type TextValue, type Value, candidates, parsedJson, plainText, plainValue } from './value.js';

/** A text of the project. */
export interface FoundFile {
  readonly text: string;
  /** Relative to the project's root. */
  readonly file: string;
}

/** Reads files beside one source file. */
export interface Files {
  /** Folder of the source file, absolute. */
  readonly folder: string;
  /** The file that a path means, seen from the source file; null when there is none, or it is out of sight. */
  find(path: string): FoundFile | null;
}

/** Text of a file that still counts as a prompt, in UTF-16 code units; what is longer is data. */
const maximumText = 200_000;
/** Folders that frameworks look into by themselves, below the folders above a file. */
const resourceFolders = ['', 'src/main/resources/', 'resources/', 'src/', 'public/', 'app/'];

/** Files of the project of a source file. Paths that code gives relative to its working directory are tried from every folder above it. */
export function openFiles(origin: Origin, path: string): Files {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const known = new Map<string, FoundFile | null>();
  const read = (full: string): FoundFile | null => {
    if (full !== origin.root && !full.startsWith(`${origin.root.replace(/\/$/, '')}/`)) return null;
    const text = origin.read(full);
    return typeof text === 'string' && text.length <= maximumText && !text.slice(0, 4096).includes('\0') ? { text, file: below(origin.root, full) } : null;
  };
  const look = (wanted: string): FoundFile | null => {
    // Secrets have names of their own; a path without a name or with a pattern is no file.
    if (wanted === '' || /[*?<>|\n]/.test(wanted) || /(?:^|\/)\.env(?:\.|$)|\.(?:pem|key|p12|pfx)$/i.test(wanted) || !/[^/.]$|\w\.\w+$/.test(wanted)) return null;
    if (wanted.startsWith(`${origin.root}/`)) return read(join('', wanted));
    const relative = wanted.replace(/^\.?\/+/, '');
    for (const base of ancestors(folder, origin.root)) {
      for (const inner of resourceFolders) {
        const found = read(join(base, inner + relative));
        if (found) return found;
        // `../prompts/x.md` is meant from one place only.
        if (wanted.startsWith('..')) break;
      }
    }
    return null;
  };
  return {
    folder,
    find(wanted) {
      let found = known.get(wanted);
      if (found === undefined) known.set(wanted, found = look(wanted));
      return found;
    },
  };
}

/** What this file needs of the resolver whose expressions it reads. */
export interface Reading {
  readonly files: Files;
  /** Value of an argument of a call, by position or by name. */
  argument(value: InstanceValue, index: number, name?: string): Value | null;
  /** Path that a value of another file means. */
  elsewhere(value: InstanceValue): string | null | undefined;
}

const joining = /(?:^|\.)(?:os\.path\.join|posixpath\.join|(?:node:)?path(?:\.(?:default|posix))?\.(?:join|resolve)|path\/filepath\.Join|filepath\.Join|(?:System\.IO\.)?Path\.Combine|File\.join|Path\.join|PathBuf\.from|Rails\.root\.join)$/;
const naming = /(?:^|\.)(?:os\.path\.dirname|(?:node:)?path(?:\.default)?\.dirname|path\/filepath\.Dir|filepath\.Dir|dirname|File\.dirname|(?:System\.IO\.)?Path\.GetDirectoryName)$/;
const same = /(?:^|[./])(?:os\.path\.(?:abspath|realpath|normpath|expanduser)|pathlib\.(?:Pure)?(?:Posix)?Path|Path|PurePath|(?:node:)?url(?:\.default)?\.fileURLToPath|fileURLToPath|Path\.of|Paths\.get|Path\.new|Pathname\.new|Pathname|File|File\.new|File\.expand_path|ClassPathResource|FileSystemResource|UrlResource|str|String|FileInfo)$/;
const workingFolder = /(?:^|[./])(?:process\.cwd|os\.getcwd|Path\.cwd|Dir\.pwd|Directory\.GetCurrentDirectory|os\.Getwd|base_path|Rails\.root|AppContext\.BaseDirectory|AppDomain\.CurrentDomain\.BaseDirectory)$/;
const ownFolder = /(?:^|\.)(?:__dirname|__DIR__|__dir__|import\.meta\.dirname|PSScriptRoot)$/;
const ownFile = /(?:^|\.)(?:__file__|__filename|__FILE__|import\.meta\.(?:url|filename|path))$/;
const resourcePackages = /(?:^|\.)(?:importlib\.resources\.files|importlib_resources\.files|resources\.files)$/;

const nameOf = ({ callee }: InstanceValue): string => (callee.kind === 'symbol' ? [callee.module, ...callee.path].join('.') : '');
const parentOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
const joined = (parts: readonly string[]): string => parts.reduce((all, each) => (each.startsWith('/') && /^\/[^/]/.test(each) && all === '' ? each : `${all}${all === '' || all.endsWith('/') ? '' : '/'}${each.replace(/^\/(?=.)/, all === '' ? '/' : '')}`), '');

/** Path that a value stands for: absolute where code says from where, else as it is written; null when it is none. */
export function pathOf(value: Value | null, reading: Reading, depth = 0): string | null {
  if (!value || depth > 12) return null;
  const { files } = reading;
  switch (value.kind) {
    case 'text': {
      // `__DIR__ . '/p.md'`, `${__dirname}/p.md`, `process.cwd() + '/p.md'`
      const [head, ...rest] = value.pieces;
      const plain = head?.kind === 'hole' && /^(?:__dirname|__DIR__|__dir__|dirname|cwd)$/.test(head.name) && rest[0]?.kind === 'text' && rest[0].text.startsWith('/')
        ? plainText({ ...value, pieces: rest.map((each, index) => (index === 0 && each.kind === 'text' ? { ...each, text: (head.name === 'cwd' ? '' : files.folder) + each.text } : each)) })
        : plainText(value);
      return plain === null ? null : plain.replace(/^(?:classpath\*?:|file:\/\/|file:|resource:)\/*/, '').replaceAll('\\', '/');
    }
    case 'choice': return pathOf(value.values[0]!, reading, depth + 1);
    case 'symbol': {
      const name = [value.module, ...value.path].join('.');
      return ownFolder.test(name) ? files.folder : ownFile.test(name) ? `${files.folder}/x` : workingFolder.test(name) ? '' : null;
    }
    case 'instance': {
      const far = reading.elsewhere(value);
      if (far !== undefined) return far;
      const made = value.call ? madePath(value, reading, depth) : value.path.length === 0 ? null : pathOf(value.callee, reading, depth + 1);
      if (made === null) return null;
      let path = made;
      for (let at = 0; at < value.path.length; at++) {
        const each = value.path[at]!;
        if (each === 'parent' || each === 'dirname') path = parentOf(path);
        else if (each === 'parents') for (let up = Number(value.path[++at] ?? 0); up >= 0; up--) path = parentOf(path);
        else if (each !== 'href' && each !== 'pathname') return null;
      }
      return path;
    }
    default: return null;
  }
}

function madePath(value: InstanceValue, reading: Reading, depth: number): string | null {
  const argument = (index: number): string | null => pathOf(reading.argument(value, index), reading, depth + 1);
  const all = (): string | null => {
    const parts: string[] = [];
    for (let index = 0; index < (value.call?.positional.length ?? 0); index++) { const each = argument(index); if (each === null) return null; parts.push(each); }
    return joined(parts);
  };
  const { callee } = value;
  const name = nameOf(value);
  if (callee.kind === 'symbol') {
    const method = callee.path.at(-1) ?? '';
    if (workingFolder.test(name)) return all();
    if (/(?:^|\.)resource_path$/.test(name)) return joined(['resources', all() ?? '']);
    if (/(?:^|\.)(?:storage_path|app_path)$/.test(name)) return joined([method.startsWith('s') ? 'storage' : 'app', all() ?? '']);
    if (joining.test(name)) return all();
    if (naming.test(name)) { const path = argument(0); return path === null ? null : parentOf(path); }
    if (/(?:^|\.)URL$/.test(name)) { const [path, base] = [argument(0), argument(1)]; return path === null ? null : base === null ? path : joined([parentOf(base), path.replace(/^\.\//, '')]); }
    if (resourcePackages.test(name)) return argument(0)?.replaceAll('.', '/') ?? null;
    if (ownFolder.test(name)) return reading.files.folder;
    return same.test(name) ? all() : null;
  }
  // A method of a path.
  const object = pathOf({ ...callee, path: callee.path.slice(0, -1) }, reading, depth + 1);
  if (object === null) return null;
  switch (callee.path.at(-1)) {
    case 'joinpath': case 'join': case 'resolve': case 'resolveSibling': { const more = all(); return more === null ? null : more === '' ? object : joined([object, more]); }
    case 'absolute': case 'expanduser': case 'as_posix': case 'toString': case 'toAbsolutePath': case 'normalize': case 'to_s': return object;
    case 'with_name': { const more = argument(0); return more === null ? null : joined([parentOf(object), more]); }
    case 'parent': case 'getParent': case 'dirname': return parentOf(object);
    default: return null;
  }
}

/** Functions that read a whole file, with the position of the path. */
const reading: readonly (readonly [RegExp, number])[] = [
  [/(?:^|[./])(?:node:)?fs(?:\/promises)?(?:\.(?:default|promises))*\.(?:readFileSync|readFile)$|(?:^|\.)fs-extra(?:\.default)?\.(?:readFileSync|readFile)$|^\.Deno\.readTextFile(?:Sync)?$/, 0],
  [/(?:^|[./])(?:os|io\/ioutil|ioutil)\.ReadFile$/, 0],
  [/(?:^|\.)Files\.(?:readString|readAllBytes|readAllLines)$/, 0],
  [/(?:^|\.)File\.ReadAll(?:Text|Lines|Bytes)(?:Async)?$/, 0],
  [/^\.(?:File|IO)\.(?:read|binread)$|(?:^|\.)fs\.read_to_string$|^std::fs::read_to_string$|(?:^|\.)tokio\.fs\.read_to_string$/, 0],
  [/^\.file_get_contents$|^\.(?:File|Storage)\.get$/, 0],
];
const opening = /^(?:\.|io\.|codecs\.|aiofiles\.|gzip\.|anyio\.)(?:open|open_file)$|^\.Bun\.file$|^\.File\.(?:open|new|OpenText)$|(?:^|\.)(?:StreamReader|BufReader\.new|File\.open)$/;
const readingMethods = new Set(['read', 'read_text', 'readText', 'text', 'ReadToEnd', 'ReadToEndAsync', 'getContentAsString', 'readlines', 'open_text', 'getInputStream', 'readFile']);
const packageTexts = /(?:^|\.)(?:importlib\.resources|importlib_resources|resources)\.(?:read_text|open_text)$|^pkgutil\.get_data$/;

/** The text that a call reads from a file of the project; null when it reads none that can be seen. */
export function readText(value: InstanceValue, tools: Reading): TextValue | null {
  const path = readPath(value, tools);
  const found = path === null ? null : tools.files.find(path);
  return found ? textOfFile(found) : null;
}

function readPath(value: InstanceValue, tools: Reading): string | null {
  if (!value.call || value.path.length > 0) return null;
  const { callee } = value;
  const name = nameOf(value);
  if (callee.kind === 'symbol') {
    for (const [pattern, position] of reading) if (pattern.test(name)) return pathOf(tools.argument(value, position), tools);
    if (packageTexts.test(name)) {
      const [container, file] = [pathOf(tools.argument(value, 0), tools), pathOf(tools.argument(value, 1), tools)];
      return container === null || file === null ? null : joined([container.replaceAll('.', '/'), file]);
    }
    return callee.path.length > 1 && readingMethods.has(callee.path.at(-1)!) ? pathOf({ ...callee, path: callee.path.slice(0, -1) }, tools) : null;
  }
  if (/getResource(?:AsStream)?$|readAllBytes$/.test(callee.path.at(-1) ?? '')) return pathOf(tools.argument(value, 0), tools);
  if (!readingMethods.has(callee.path.at(-1) ?? '')) return null;
  const object: InstanceValue = { ...callee, path: callee.path.slice(0, -1) };
  return openedPath(object, tools) ?? pathOf(object, tools);
}

/** Path of an opened file: `open("p.md")`, `Path("p.md").open()`. */
export function openedPath(value: InstanceValue, tools: Reading): string | null {
  if (!value.call || value.path.length > 0) return null;
  const far = tools.elsewhere(value);
  if (far !== undefined) return far;
  if (opening.test(nameOf(value))) return pathOf(tools.argument(value, 0, 'file'), tools);
  return value.callee.kind === 'instance' && value.callee.path.at(-1) === 'open' ? pathOf({ ...value.callee, path: value.callee.path.slice(0, -1) }, tools) : null;
}

/** What stands in a file, as a value. */
export function textOfFile({ text, file }: FoundFile): TextValue {
  return { kind: 'text', pieces: [{ kind: 'text', text, range: null, file }], how: 'config', range: null, file };
}

const jsonReaders = /^(?:json|orjson|ujson|json5)\.loads?$|^\.JSON\.parse$|(?:^|\.)JsonSerializer\.Deserialize$|^\.json_decode$|(?:^|\.)encoding\/json\.Unmarshal$/;
const yamlReaders = /^(?:yaml|ruamel\.yaml)\.(?:safe_load|load|full_load)$|^(?:js-yaml|yaml)(?:\.default)?\.(?:load|parse|safeLoad)$|(?:^|\.)YAML\.(?:load_file|safe_load_file|load|parse)$|^omegaconf\.OmegaConf\.load$/;
const tomlReaders = /^(?:tomllib|tomli|toml|rtoml)\.loads?$|^(?:smol-toml|toml|@iarna\/toml)(?:\.default)?\.parse$/;

/** The structure that a call reads out of a JSON, YAML or TOML file of the project; null when it reads none. */
export function readStructure(value: InstanceValue, tools: Reading): Value | null {
  const name = nameOf(value);
  const kind = jsonReaders.test(name) ? 'json' : yamlReaders.test(name) ? 'yaml' : tomlReaders.test(name) ? 'toml' : null;
  if (kind === null || !value.call) return null;
  const given = candidates(tools.argument(value, 0))[0];
  const opened = given?.kind === 'instance' ? openedPath(given, tools) : /(?:load_file|OmegaConf\.load|^toml\.load)$/.test(name) ? pathOf(given ?? null, tools) : null;
  const file = opened === null ? null : tools.files.find(opened);
  const text = file ? textOfFile(file) : given?.kind === 'text' && given.file !== undefined ? given : null;
  return text && structureOf(text, kind);
}

/** A text read as JSON, YAML or TOML; null when it is none. */
export function structureOf(text: TextValue, kind: 'json' | 'yaml' | 'toml'): Value | null {
  if (kind === 'json') return parsedJson(text);
  const plain = plainText(text);
  if (plain === null) return null;
  try {
    return plainValue(kind === 'yaml' ? parseYaml(plain, { maxAliasCount: 50 }) : parseToml(plain), { how: 'config', range: null, ...(text.file !== undefined && { file: text.file }) });
  } catch {
    return null;
  }
}

/** Placeholders of a Jinja, Handlebars or Mustache template as holes; statements and comments are no text. `given`: what is put in. */
export function filledTemplate(pieces: readonly TextPiece[], given: (name: string) => readonly TextPiece[] | null): readonly TextPiece[] {
  return pieces.flatMap((piece): readonly TextPiece[] => (piece.kind === 'hole' ? [piece]
    : piece.text.split(/(\{\{\{?[\s\S]*?\}?\}\}|\{%[\s\S]*?%\}\n?|\{#[\s\S]*?#\}\n?)/).flatMap((part): readonly TextPiece[] => {
      if (part === '' || /^\{[%#]/.test(part)) return [];
      const name = /^\{\{\{?[-#/^>&!]?\s*([\w.]*)/.exec(part)?.[1];
      if (name === undefined) return [{ ...piece, text: part }];
      return /^\{\{\{?[#/^>!]/.test(part) ? [] : given(name) ?? [{ kind: 'hole', name: name || 'value', range: piece.range }];
    })));
}

/** `//go:embed p.md` over a variable, `@Value("classpath:p.st")` over a field: the file that a declaration takes its value from. */
export function declaredPath(before: string): string | null {
  return /\/\/go:embed[ \t]+"?([^\s"]+)"?[ \t]*\r?\n[^\n]*$/.exec(before)?.[1] ?? /@Value\(\s*(?:value\s*=\s*)?"(?:classpath:|file:)\/*([^"${}]+)"\s*\)[^;{}]*$/.exec(before)?.[1] ?? null;
}

/** A setting that a framework reads by its key: `OpenAI:Model` of appsettings.json, `app.model` of application.yml or .properties. */
export function settingOf(key: string, separator: ':' | '.', files: Files): Value | null {
  if (!/^[\w.:-]+$/.test(key)) return null;
  const path = key.split(separator);
  for (const name of separator === ':' ? ['appsettings.json', 'appsettings.Development.json'] : ['application.yml', 'application.yaml', 'application.properties']) {
    const found = files.find(name);
    if (!found) continue;
    if (name.endsWith('.properties')) {
      const value = new RegExp(`^[ \\t]*${key.replaceAll('.', '\\.')}[ \\t]*[=:][ \\t]*(.*?)[ \\t]*\\r?$`, 'm').exec(found.text)?.[1];
      if (value) return written(value, found.file);
      continue;
    }
    let value: Value | null = structureOf(textOfFile(found), name.endsWith('json') ? 'json' : 'yaml');
    for (const each of path) value = value?.kind === 'map' ? value.entries.get(each)?.value ?? null : null;
    const plain = plainText(value);
    if (plain !== null) return written(plain, found.file);
  }
  return null;
}

/** `${NAME:default}` is what the environment sets, else the default. */
function written(value: string, file: string): Value | null {
  const [, variable, usual] = /^\$\{([\w.]+)(?::([^}]*))?\}$/.exec(value) ?? [];
  if (variable === undefined) return plainValue(value, { how: 'config', range: null, file });
  const name = /^[A-Z_]\w*$/.test(variable) ? variable : undefined;
  if (!usual) return { kind: 'hole', name: variable, range: null, ...(name !== undefined && { variable: name }) };
  const text = plainValue(usual, { how: 'env-default', range: null, file });
  return text.kind === 'text' && name !== undefined ? { ...text, variable: name } : text;
}

/** `@Value("${app.model:gpt-4o}")` over a field: key and default. */
export function declaredSetting(before: string): { readonly key: string; readonly usual: string | null } | null {
  const match = /@Value\(\s*(?:value\s*=\s*)?"\\?\$\{([\w.-]+)(?::([^}"]*))?\}"\s*\)[^;{}]*$/.exec(before);
  return match ? { key: match[1]!, usual: match[2] || null } : null;
}

/** A file that is imported as a module: `import text from './p.md?raw'`, `import config from './config.json'`. */
export function importedFile(module: string, symbol: string | null, files: Files): Value | null {
  const match = /^(\.{1,2}\/[^?]+?)(\?raw)?$/.exec(module);
  if (!match) return null;
  const isStructure = /\.json$/i.test(match[1]!) && !match[2];
  if (!isStructure && !match[2] && !/\.(?:md|txt|prompt|tmpl|hbs|j2|jinja2?|mustache)$/i.test(match[1]!)) return null;
  const found = files.find(joined([files.folder, match[1]!]));
  if (!found) return null;
  const text = textOfFile(found);
  const value = isStructure ? structureOf(text, 'json') : text;
  if (!isStructure || symbol === 'default' || symbol === null) return value;
  return value?.kind === 'map' ? value.entries.get(symbol)?.value ?? null : null;
}

