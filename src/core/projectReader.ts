/** Reads the files around a document as its analysis asks for them: what imports mean, and which functions forward to a model. */
import { type JudgedCall, type Needles, detect, ecosystemOf } from './detect.js';
import type { Language, Program } from './expression.js';
import { type Forwarder, type Site, forwardedCalls, isSite, mayCall } from './forwarders.js';
import { openFiles } from './fileText.js';
import type { LanguageId } from './model.js';
import type { ParsedDocument } from './parse.js';
import { type Modules, type Origin, candidatesOf, importedModules } from './project.js';
import { type Resolver, createResolver } from './resolve.js';
import type { Ecosystem, Sdk } from './sdk.js';

/** What reading another file takes. */
export interface ReadingTools {
  readonly modules: Modules;
  readonly sdks: readonly Sdk[];
  readonly needles: Needles;
  readonly wordsOf: (path: string, text: string) => Words;
  /** Forwarding functions found in earlier analyses; programs that nobody uses any more take theirs along. */
  readonly kept: WeakMap<Program, Kept>;
  /** Where imports lead, by the reader of a project whose texts stay. */
  readonly reach: WeakMap<Origin['read'], Map<string, boolean>>;
  /** Files that imports mean, by the same. */
  readonly located: WeakMap<Origin['read'], Map<string, Located | null>>;
  readonly languageOf: (path: string) => { readonly id: LanguageId; readonly language: Language } | null;
  /** Parses with a grammar that is loaded; null when it is not, or time ran out. */
  readonly parse: (id: LanguageId, text: string) => ParsedDocument | null;
}

/** A file of the project. */
interface Located {
  readonly path: string;
  readonly text: string;
}

export interface ProjectReader {
  /** Resolver of the document, which follows imports. */
  readonly resolver: Resolver;
  /** Functions of imported files, directly or through others, that forward to a model. */
  importedForwarders(): readonly Forwarder[];
  /** Path of the file that a resolver of this reader reads. */
  pathOf(resolver: Resolver): string | null;
  release(): void;
}

/** Other files opened for one analysis, at most. */
const maximumModules = 40;
/** Imports followed in search of forwarding functions. */
const maximumDepth = 3;
const maximumVisited = 200;

/** Reader for one analysis of `program`, which lies at `origin`. */
export function openReader(program: Program, languageId: LanguageId, origin: Origin, tools: ReadingTools, expired: () => boolean): ProjectReader {
  const ecosystem = ecosystemOf(languageId);
  const fileOf = openLocator(ecosystem, origin, tools);
  const resolvers = new Map<string, Resolver | null>();
  const paths = new Map<Resolver, string>();
  const held: (() => void)[] = [];

  const open = (path: string, own: Program): Resolver => {
    const resolver = createResolver(own, (module) => {
      const file = fileOf(path, module);
      if (!file) return null;
      const known = resolvers.get(file.path);
      if (known !== undefined || held.length >= maximumModules) return known ?? null;
      const found = tools.languageOf(file.path);
      const neighbour = found ? tools.modules.open(file.path, found.id, file.text, () => tools.parse(found.id, file.text), (parsed) => found.language.open(parsed)) : null;
      // Import circles end here.
      resolvers.set(file.path, null);
      if (!neighbour) return null;
      held.push(() => neighbour.release());
      const made = open(file.path, neighbour.program);
      resolvers.set(file.path, made);
      return made;
    }, openFiles(origin, path));
    paths.set(resolver, path);
    return resolver;
  };
  const resolver = open(origin.path, program);
  resolvers.set(origin.path, resolver);

  const forwarders = new Map<string, readonly Forwarder[]>();
  const forwardersOf = (home: Resolver): readonly Forwarder[] => {
    const path = paths.get(home)!;
    const known = forwarders.get(path);
    if (known) return known;
    forwarders.set(path, []);
    const imported = importedBy(home);
    const all = [...ownOf(home, imported), ...imported];
    forwarders.set(path, all);
    return all;
  };
  /** Forwarding functions of a file itself, from what was kept of an earlier analysis when nothing has changed since. */
  const ownOf = (home: Resolver, imported: readonly Forwarder[]): readonly Forwarder[] => {
    const kept = tools.kept.get(home.program);
    const revived = kept && revive(kept, home, imported);
    if (revived) return revived;
    const words = tools.wordsOf(paths.get(home)!, home.program.text);
    const mentions = words.mentions || words.sends;
    if ((!mentions && imported.length === 0) || expired()) return [];
    const { forwarders: found } = forwardedCalls(home, mentions ? detect(home.program, home, tools.sdks, tools.needles, expired) : [], imported, tools.sdks, expired);
    if (!expired()) tools.kept.set(home.program, keep(found, home, imported));
    return found;
  };
  const importedBy = (home: Resolver): readonly Forwarder[] => {
    const found = new Set<Forwarder>();
    const path = paths.get(home)!;
    const words = tools.wordsOf(path, home.program.text);
    // Where a request goes may be said here, and how it is sent in the other file.
    const leads = (module: string): boolean => reach.from(path, module) || (words.mentions && reach.sends(path, module));
    // All that a file imports itself is opened before what those files import in turn: the number of files is bounded.
    const others = words.modules(ecosystem).flatMap((module) => (leads(module) ? home.imported(module) ?? [] : []));
    for (const other of others) if (other !== home) for (const each of forwardersOf(other)) found.add(each);
    return [...found];
  };
  const reach = openReach(ecosystem, origin, fileOf, tools);

  return {
    resolver,
    importedForwarders: () => importedBy(resolver),
    pathOf: (each) => paths.get(each) ?? null,
    release() { for (const each of held.splice(0)) each(); },
  };
}

/** True when a text's imports lead to a file of the project that mentions an SDK, judged by words alone. */
export function importsReachCalls(languageId: LanguageId, text: string, origin: Origin, tools: ReadingTools): boolean {
  const ecosystem = ecosystemOf(languageId);
  const reach = openReach(ecosystem, origin, openLocator(ecosystem, origin, tools), tools);
  return importedModules(ecosystem, text).some((module) => reach.from(origin.path, module));
}

interface Reach {
  from(path: string, module: string): boolean;
  /** The module itself sends requests, to whatever address. */
  sends(path: string, module: string): boolean;
}

type Locate = (from: string, module: string) => Located | null;

/** Which file an import means; where the project's texts stay, that is found once. */
function openLocator(ecosystem: Ecosystem, origin: Origin, tools: ReadingTools): Locate {
  const known = memoOf(tools.located, origin);
  return (from, module) => {
    const key = `${ecosystem} ${origin.root} ${from.slice(0, from.lastIndexOf('/'))} ${module}`;
    let found = known.get(key);
    if (found !== undefined) return found;
    found = null;
    for (const path of candidatesOf(ecosystem, from, origin.root, module, origin.read)) {
      const text = origin.read(path);
      if (typeof text === 'string') { found = { path, text }; break; }
    }
    known.set(key, found);
    return found;
  };
}

/** What is remembered for a project: for one analysis only when its texts may change. */
function memoOf<T>(kept: WeakMap<Origin['read'], Map<string, T>>, origin: Origin): Map<string, T> {
  let memo = origin.fixed ? kept.get(origin.read) : undefined;
  if (!memo) {
    memo = new Map();
    if (origin.fixed) kept.set(origin.read, memo);
  }
  return memo;
}

function openReach(ecosystem: Ecosystem, origin: Origin, fileOf: Locate, tools: ReadingTools): Reach {
  const known = memoOf(tools.reach, origin);
  const reaches = (from: string, module: string, level: number, visited: Set<string>): boolean => {
    const file = fileOf(from, module);
    if (!file || visited.has(file.path)) return false;
    visited.add(file.path);
    const words = tools.wordsOf(file.path, file.text);
    if (words.mentions) return true;
    if (level + 1 >= maximumDepth || visited.size > maximumVisited) return false;
    return words.modules(ecosystem).some((each) => reaches(file.path, each, level + 1, visited));
  };
  return {
    from(path, module) {
      const key = `${path.slice(0, path.lastIndexOf('/'))} ${module}`;
      let found = known.get(key);
      if (found === undefined) known.set(key, found = reaches(path, module, 0, new Set([path])));
      return found;
    },
    sends(path, module) {
      const file = fileOf(path, module);
      return file !== null && tools.wordsOf(file.path, file.text).sends;
    },
  };
}

/** What a text says by its words alone. */
export interface Words {
  readonly mentions: boolean;
  /** It sends requests. */
  readonly sends: boolean;
  modules(ecosystem: Ecosystem): readonly string[];
}

const sending = /(?<![\w$.])\$?fetch\(|\baxios\b|\brequests\.(?:post|request)\(|\bhttpx\.|\baiohttp\b|\burlopen\(|\bhttps?\.request\(|\b(?:got|ky)(?:\.post)?\(/;

/** Reads words of each text once, as long as it stays the same. */
export function createWords(mentionsCalls: (text: string) => boolean): (path: string, text: string) => Words {
  const entries = new Map<string, { readonly text: string; readonly words: Words }>();
  return (path, text) => {
    const known = entries.get(path);
    if (known?.text === text) return known.words;
    let modules: readonly string[] | null = null;
    const words: Words = { mentions: mentionsCalls(text), sends: sending.test(text), modules: (ecosystem) => modules ??= importedModules(ecosystem, text) };
    if (entries.size > 5000) entries.clear();
    entries.set(path, { text, words });
    return words;
  };
}

/** Forwarding functions of a program as they can be kept from one analysis to the next. */
export interface Kept {
  /** Imported functions that were known then: with further ones, all must be looked for again. */
  readonly imported: ReadonlySet<string>;
  readonly functions: readonly {
    readonly name: string;
    readonly function: Forwarder['function'];
    readonly sent: Forwarder['sent'];
    readonly inner: readonly (JudgedCall | { readonly call: JudgedCall['call']; readonly target: string })[];
  }[];
}

const keyOf = ({ home, function: target, name }: Forwarder): string => `${home.program.language} ${home.program.text.length} ${target.range.start} ${name}`;

function keep(found: readonly Forwarder[], home: Resolver, imported: readonly Forwarder[]): Kept {
  return {
    imported: new Set(imported.map(keyOf)),
    functions: found.map((each) => ({
      name: each.name, function: each.function, sent: each.sent,
      inner: each.inner.map((inner) => (isSite(inner) ? { call: inner.call, target: (inner.of.home === home ? 'own ' : '') + keyOf(inner.of) } : { call: inner.call, callee: inner.callee, preset: inner.preset })),
    })),
  };
}

function revive(kept: Kept, home: Resolver, imported: readonly Forwarder[]): readonly Forwarder[] | null {
  // Import circles show fewer functions or more, by where they are entered: what was found with more still holds, and
  // functions that the file does not call change nothing.
  if (imported.some((each) => !kept.imported.has(keyOf(each)) && mayCall(home.program, each))) return null;
  const byKey = new Map(imported.map((each) => [keyOf(each), each]));
  const made = kept.functions.map((each) => ({ home, function: each.function, name: each.name, sent: each.sent, inner: [] as (JudgedCall | Site)[] }));
  for (const each of made) byKey.set(`own ${keyOf(each)}`, each);
  kept.functions.forEach((each, index) => {
    for (const inner of each.inner) {
      if (!('target' in inner)) { made[index]!.inner.push(inner); continue; }
      const of = byKey.get(inner.target);
      if (of) made[index]!.inner.push({ of, call: inner.call });
    }
  });
  return made;
}
