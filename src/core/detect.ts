/** Finds the calls of known SDKs in a program. */
import type { CallExpression, Expression, Program } from './expression.js';
import type { LanguageId, TextRange } from './model.js';
import { type Resolver, nameOf } from './resolve.js';
import type { ArgumentReader, CallReader, ClientClass, Ecosystem, Method, Sdk } from './sdk.js';
import { occurrencesOf } from './program.js';
import { type Frame, type Home, type InstanceValue, type MapItem, type MapValue, type SymbolValue, type Value, candidates, first, fromElsewhere } from './value.js';

/** A call and what of it is judged: another expression than its callee when a name stands for a method. */
export interface JudgedCall {
  readonly call: CallExpression;
  readonly callee: Expression;
  /** `partial(reference, model=…)`: arguments given in advance. */
  readonly preset: CallExpression | null;
}

/** A call that belongs to an SDK, with everything its `read` needs. */
export interface DetectedCall extends JudgedCall {
  readonly sdk: Sdk;
  readonly method: Method;
  /** Null when the client is out of sight (a parameter, another file). */
  readonly client: ClientClass | null;
  /** Symbol constructed, e.g. `OpenAI`, when known. */
  readonly clientSymbol: string | null;
  /** Null also when the construction stands in another file. */
  readonly construction: CallExpression | null;
  /** The construction is known, here or in another file. */
  readonly isConstructed: boolean;
  /** Several constructions are possible (branches); this is the first. */
  readonly isAmbiguous: boolean;
  /** The same call on the clients that other branches construct. */
  readonly branches: () => readonly DetectedCall[];
  readonly constructionArguments: ArgumentReader | null;
  /** Module symbol of the package, for settings made on the module itself. */
  readonly packageSymbol: SymbolValue | null;
  readonly calleeRange: TextRange;
  readonly reader: CallReader;
}

export function ecosystemOf(language: LanguageId): Ecosystem {
  switch (language) {
    case 'typescript': case 'typescriptreact': case 'javascript': case 'javascriptreact': return 'javascript';
    case 'shellscript': case 'powershell': case 'http': return 'shell';
    case 'prompty': case 'dotprompt': case 'prompt': case 'github-prompt': case 'promptfoo': case 'yaml': case 'markdown': return 'shell';
    case 'kotlin': return 'java';
    default: return language;
  }
}

/** Method names worth looking at, compiled once per set of SDK tables. */
export interface Needles {
  readonly pattern: RegExp;
  /** Last name → names that may stand before it. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  /** Functions that need no import, and names of packages. */
  readonly globals: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
  /** Steps on the way to a method that change nothing. */
  readonly transparent: ReadonlySet<string>;
  /** Last name → what clients out of sight are called, where the name says something. */
  readonly receivers: ReadonlyMap<string, readonly RegExp[]>;
}

export function compileNeedles(sdks: readonly Sdk[]): Needles {
  const before = new Map<string, Set<string>>();
  const receivers = new Map<string, Set<RegExp>>();
  for (const sdk of sdks) {
    for (const { path, stated, receiver } of sdk.methods) {
      if (stated) continue;
      const last = path.at(-1)!;
      if (receiver && receiver.source !== '.') receivers.set(last, (receivers.get(last) ?? new Set()).add(receiver));
      const set = before.get(last) ?? new Set<string>();
      if (path.length > 1) set.add(path.at(-2)!);
      before.set(last, set);
    }
  }
  for (const name of sdks.flatMap((sdk) => sdk.callables ?? [])) if (!before.has(name)) before.set(name, new Set());
  return { pattern: new RegExp(`(?<![\\w$])(?:${[...before.keys()].sort((a, b) => b.length - a.length).join('|')})(?![\\w$])`, 'g'), before, globals: new Set(sdks.flatMap((sdk) => Object.values(sdk.globals ?? {}).flat())), packages: new Set(sdks.flatMap((sdk) => [...sdk.packages.python ?? [], ...sdk.packages.ruby ?? [], ...sdk.packages.php ?? [], ...sdk.packages.rust ?? []])), transparent: new Set(sdks.flatMap((sdk) => sdk.transparent ?? [])), receivers: new Map([...receivers].map(([name, patterns]) => [name, [...patterns]])) };
}

/** All SDK calls of the program in source order. `expired` ends the search early. */
export function detect(program: Program, resolver: Resolver, sdks: readonly Sdk[], needles: Needles, expired: () => boolean): DetectedCall[] {
  const found = new Map<number, DetectedCall>();
  const ecosystem = ecosystemOf(program.language);
  const imported = importedSdks(program, sdks, ecosystem);
  const { text } = program;
  const add = (call: CallExpression, callee: Expression, preset: CallExpression | null): void => {
    if (found.has(call.argumentsRange.start)) return;
    const detected = classify(call, callee, preset, program, resolver, sdks, imported, ecosystem);
    if (detected) found.set(call.argumentsRange.start, detected);
  };
  const callables = new Set(sdks.filter((sdk) => imported.has(sdk.id)).flatMap((sdk) => sdk.callables ?? []));
  needles.pattern.lastIndex = 0;
  for (let match = needles.pattern.exec(text); match && !expired(); match = needles.pattern.exec(text)) {
    const offset = match.index;
    const end = offset + match[0].length;
    const isRenamed = /^\s+as\s+[\w$]/.test(text.slice(end, end + 20));
    if (!isRenamed && !worthReading(program, needles, match[0], offset)) continue;
    if (ecosystem === 'shell' || /^\s*(?:\?\.\s*|::)?[(<]/.test(text.slice(end, end + 80)) || (ecosystem === 'ruby' && /^[ \t]+[a-z_]+:\s/.test(text.slice(end, end + 80)))) {
      const call = program.callAt(offset);
      if (call) {
        add(call, call.callee, null);
        const around = callables.has(match[0]) ? program.callAround(call) : null;
        if (around) add(around, around.callee, null);
        for (const each of callsOfMade(program, call, callables)) add(each, each.callee, null);
        continue;
      }
    }
    // `X.builder()….build()`, `X::default()…`: the name stands at the beginning of what is constructed.
    if (!tabled(ecosystem)) {
      const made = program.constructionAt(offset);
      if (made) { add(made, made.callee, null); continue; }
    }
    const handed = handedOver(program, offset, end);
    if (handed) { add(handed, handed.callee, null); continue; }
    for (const alias of aliasesAt(program, offset, end)) {
      for (const call of program.callsOf(alias.name)) {
        if (call.range.start > end && call.callee.kind === 'name') add(call, alias.reference ?? call.callee, alias.preset);
      }
    }
  }
  const all = [...found.values()].sort((a, b) => a.call.range.start - b.call.range.start);
  // `generateText({ model: openai("gpt-4o") })`: a model object written inside the call that it is for is no second place.
  const calls = all.filter((each) => each.method.kind !== 'model-binding');
  return all.filter((each) => each.method.kind !== 'model-binding' || each.method.onModule || !calls.some(({ call }) => call.argumentsRange.start < each.call.range.start && each.call.range.end < call.argumentsRange.end));
}

/** The same call once more, as it reads with the arguments of one of its function's callers; null when it is none then. */
export function detectIn(frame: Frame, detected: JudgedCall, program: Program, resolver: Resolver, sdks: readonly Sdk[]): DetectedCall | null {
  const ecosystem = ecosystemOf(program.language);
  const imported = importedSdks(program, sdks, ecosystem);
  return classify(detected.call, detected.callee, detected.preset, program, resolver, sdks, imported, ecosystem, frame);
}

/** Calls of what a construction is assigned to: `self.answer = dspy.Predict(…)`, `self.answer(question=…)`. */
function callsOfMade(program: Program, made: CallExpression, callables: ReadonlySet<string>): readonly CallExpression[] {
  const { callee } = made;
  if (!callables.has(callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : '')) return [];
  const line = program.text.slice(Math.max(0, made.range.start - 200), made.range.start);
  const name = /([\w$]+)\s*(?::[^=\n]+)?=\s*$/.exec(line)?.[1];
  return name ? program.callsOf(name).filter((call) => call.range.start > made.range.end || call.range.end < made.range.start) : [];
}

/** Cheap look at the text before parsing anything: most `.create(` in the world are not ours. */
function worthReading(program: Program, needles: Needles, name: string, offset: number): boolean {
  const { text } = program;
  let at = offset - 1;
  while (at >= 0 && (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r')) at--;
  // The full stop of a comment on the line above is no member's.
  if (text[at] === '.' && text.slice(at, offset).includes('\n') && /#|\/\/|--|\*/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))) at = -1;
  const isMember = text[at] === '.' || (text[at] === '>' && text[at - 1] === '-') || (text[at] === ':' && text[at - 1] === ':');
  if (!isMember && needles.globals.has(name)) return true;
  if (!isMember) return at < 0 || !/[\w$]/.test(text[at]!) || at < offset - 1 ? program.bindings(name).length > 0 : false;
  if (text[at] !== '.') at--;
  at--;
  if (text[at] === '?' || text[at] === '!' || text[at] === '&') at--;
  while (at >= 0 && (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r')) at--;
  if (text[at] === ')' || text[at] === ']' || text[at] === '}') return true;
  const end = at + 1;
  // Instance variables of Ruby are names with their sign.
  const isPart = program.language === 'ruby' ? /[\w$@]/ : /[\w$]/;
  while (at >= 0 && isPart.test(text[at]!)) at--;
  const previous = text.slice(at + 1, end);
  if (previous === '') return false;
  // `OpenAI::Client.new.chat(…)`
  if (previous === 'new' && program.language === 'ruby') return true;
  return needles.before.get(name)!.has(previous) || needles.transparent.has(previous) || needles.packages.has(previous) || program.bindings(previous).length > 0 || program.memberBindings(previous).length > 0
    || needles.receivers.get(name)?.some((each) => each.test(previous)) === true;
}

/** Functions that call the method they are handed, and the position of the method among their arguments. */
const callers: Readonly<Record<string, number>> = { to_thread: 0, run_in_threadpool: 0, run_in_executor: 1, submit: 0, run_sync: 0, sync_to_async: 0 };

/** `asyncio.to_thread(client.chat.complete, model=…)`: the method is called with the other arguments. */
function handedOver(program: Program, offset: number, end: number): CallExpression | null {
  if (!/^\s*,/.test(program.text.slice(end, end + 20))) return null;
  const before = /(\w+)\s*\(\s*(?:None\s*,\s*|\w+\s*,\s*)?[\w.\s]*$/.exec(program.text.slice(Math.max(0, offset - 200), offset));
  const name = before?.[1];
  if (name === undefined || !Object.hasOwn(callers, name)) return null;
  const outer = program.callsOf(name).find((call) => call.argumentsRange.start <= offset && end <= call.argumentsRange.end);
  const method = outer?.positional[callers[name]!];
  if (!outer || !method || method.kind !== 'member' || method.range.end !== end) return null;
  // The place that people see is that of the whole call.
  return { ...outer, callee: { ...method, range: outer.callee.range }, positional: outer.positional.slice(callers[name]! + 1) };
}

interface Alias {
  readonly name: string;
  /** What the name stands for; null = look it up where it is called. */
  readonly reference: Expression | null;
  /** `partial(reference, model=…)`: arguments given in advance. */
  readonly preset: CallExpression | null;
}

/** Names that a method reference is assigned to: `ask = client.chat.completions.create`. */
function aliasesAt(program: Program, offset: number, end: number): readonly Alias[] {
  // `from agents import Agent as Helper`, `import { generateText as ask }`
  const renamed = /^\s+as\s+([\w$]+)/.exec(program.text.slice(end, end + 80))?.[1];
  if (renamed && program.bindings(renamed).some((binding) => binding.imported)) {
    return [{ name: renamed, reference: null, preset: null }];
  }
  const reference = program.referenceAt(offset);
  if (!reference || reference.kind === 'name') return destructured(program, reference, end);
  const line = program.text.slice(Math.max(0, reference.range.start - 200), reference.range.start);
  const partial = /([\w$]+)\s*(?::[^=\n]+)?=\s*(?:functools\.)?partial\(\s*$/.exec(line);
  if (partial) {
    const preset = program.callsOf('partial').find((call) => call.range.start <= reference.range.start && reference.range.end <= call.range.end) ?? null;
    return [{ name: partial[1]!, reference, preset }];
  }
  const assigned = /([\w$]+)\s*(?::[^=\n]+)?=\s*$/.exec(line);
  return assigned ? [{ name: assigned[1]!, reference, preset: null }] : [];
}

/** `const { create } = client.chat.completions` binds the method under its own or another name. */
function destructured(program: Program, reference: Expression | null, end: number): readonly Alias[] {
  if (!reference || reference.kind !== 'name') return [];
  const renamed = /^\s*:\s*([\w$]+)/.exec(program.text.slice(end, end + 80))?.[1] ?? reference.name;
  return program.bindings(renamed).length > 0
    ? [{ name: renamed, reference: { kind: 'name', name: renamed, range: reference.range }, preset: null }] : [];
}

const maximumBranches = 5;

function classify(
  call: CallExpression, callee: Expression, preset: CallExpression | null, program: Program, resolver: Resolver,
  sdks: readonly Sdk[], imported: ReadonlySet<string>, ecosystem: Ecosystem, frame: Frame | null = null, branch: InstanceValue | null = null,
): DetectedCall | null {
  const value = branch ?? resolver.evaluate(callee, frame);
  const homeOf = (each: InstanceValue): Home => (each.home && each.home !== resolver ? abroad(each.home) : resolver);
  const make = (sdk: Sdk, method: Method, client: ClientClass | null, symbol: SymbolValue | null, chain: readonly InstanceValue[]): DetectedCall => {
    const constructions = chain.filter((each) => each.call !== null);
    const base = constructions.at(-1) ?? null;
    const readers = constructions.map((each) => withStep(argumentReader(each.call!, homeOf(each), each.frame, ecosystem), each.call!, ecosystem));
    const own = argumentReader(call, resolver, frame, ecosystem);
    const reader: CallReader = {
      ecosystem,
      call,
      evaluate: (expression) => resolver.evaluate(expression, frame),
      chained: () => program.chainAfter(call),
      isOnInstance: chain.length > 0 || !method.onModule,
      others: candidates(value).filter((each) => each !== chain[0]),
      arguments: preset ? firstOf([own, argumentReader(preset, resolver, frame, ecosystem)]) : own,
      construction: readers.length ? firstOf(readers) : method.kind === 'model-binding' ? own : null,
      argumentsOf: (value) => (value.kind === 'instance' && value.call && value.path.length === 0
        ? argumentReader(value.call, homeOf(value), value.frame, ecosystem) : null),
    };
    const isBinding = method.kind === 'model-binding';
    const constructed = candidates(value).filter((each): each is InstanceValue => each.kind === 'instance' && each.call !== null);
    return {
      sdk, method, client, clientSymbol: symbol?.path.at(-1) ?? null,
      construction: base?.home ? null : base?.call ?? (isBinding ? call : null), isConstructed: base !== null || isBinding, isAmbiguous: constructed.length > 1,
      branches: () => constructed.slice(0, maximumBranches).flatMap((each) => (each === chain[0] || each === value ? [] : classify(call, callee, preset, program, resolver, sdks, imported, ecosystem, frame, each) ?? [])),
      constructionArguments: readers.at(-1) ?? (isBinding ? own : null),
      packageSymbol: symbol, call, calleeRange: (method.sentBy && sentAt(program.text, call, method.sentBy)) || call.callee.range, reader, callee, preset,
    };
  };

  let unknownAround: { readonly sdk: Sdk; readonly method: Method; readonly chain: readonly InstanceValue[] } | null = null;
  let foreign = false;
  const foreignSdks = new Set<Sdk>();
  let isPartlyUnknown = false;
  for (const each of candidates(value)) {
    if (each.kind === 'symbol') {
      const own = packageOf(each, sdks, ecosystem);
      if (own) {
        const method = own.sdk.methods.find((method) => method.onModule && endsWith(own.rest, method.path))
          ?? own.sdk.methods.find((method) => !method.onModule && sameOrClientBefore(own.rest, method.path, own.sdk));
        if (method) {
          const client = own.sdk.clients.find((each) => each.symbols.includes(own.rest.at(-1) ?? '')) ?? own.sdk.clients.find((each) => each.symbols.includes('')) ?? null;
          return make(own.sdk, method, client, each, []);
        }
        foreign = true;
        foreignSdks.add(own.sdk);
      }
    }
    if (each.kind === 'instance') {
      const chain: InstanceValue[] = [];
      let current: InstanceValue | SymbolValue = each;
      while (current.kind === 'instance') { chain.push(current); current = current.callee; }
      const own = packageOf(current, sdks, ecosystem);
      if (!own) { isPartlyUnknown = true; continue; }
      foreign = true;
      foreignSdks.add(own.sdk);
      const { sdk, rest } = own;
      // `OpenAI::client($key)`, `Gemini.new`: the package's own name is what is constructed.
      const name = rest.at(-1) ?? (current.module === '' ? current.path.at(-1)! : 'default');
      const outer = chain[0]!;
      const onModule = outer.path.length === 0 ? undefined : sdk.methods.find((method) => method.onModule && chain.length === 1 && endsWith([...rest, ...outer.path], method.path));
      if (onModule) return make(sdk, onModule, sdk.clients[0] ?? null, current, chain);
      const isTabled = tabled(ecosystem);
      const client = clientNamed(sdk, rest, name, ecosystem) ?? null;
      const factory = sdk.modelFactories?.includes(name) ? sdk.clients[0] ?? null : null;
      if (!client && !factory) {
        const last = outer.path.at(-1);
        const around = outer.path.length === 1 && sdk.around?.test(symbolsOf({ ...each, path: [] }).join('.'))
          ? sdk.methods.find((method) => method.kind === 'framework-call' && method.path.length === 1 && method.path[0] === last) : undefined;
        const inherited = !around && chain.length === 1 && sdk.baseClasses?.test(name) ? sdk.methods.find((method) => method.kind === 'framework-call' && samePath(method.path, outer.path)) : undefined;
        if (inherited) unknownAround ??= { sdk, method: inherited, chain };
        if (!around) continue;
        const inner = modelInside({ ...each, path: [] }, [sdk, ...sdks], resolver, ecosystem, new Set());
        if (!inner) { unknownAround ??= { sdk, method: around, chain: [] }; continue; }
        const innerChain: InstanceValue[] = [];
        let at: InstanceValue | SymbolValue = inner.model;
        while (at.kind === 'instance') { innerChain.push(at); at = at.callee; }
        return make(sdk, around, inner.client, at, innerChain);
      }
      const steps = chain.slice(1).map((step) => step.path.join('.'));
      const known = steps.every((step) => step.split('.').some((part) => sdk.transparent?.includes(part) || (!isTabled && builderSteps.has(part))) || sdk.modelFactories?.some((each) => each === step || step.endsWith(`.${each}`)));
      if (!known) continue;
      const path = outer.path.length === 0 && sdk.callables?.includes(name) ? ['__call__'] : outer.path.filter((part) => !sdk.transparent?.includes(part));
      const method = sdk.methods.find((each) => !each.onModule && samePath(each.path, path));
      if (method) return make(sdk, method, client ?? factory, current, chain);
    }
  }
  if (branch) return null;
  if (unknownAround) return make(unknownAround.sdk, unknownAround.method, null, null, unknownAround.chain);
  // Builders and services whose classes are not listed: the package is certain, the method's name decides.
  if (foreign && !tabled(ecosystem) && callee.kind === 'member') {
    const found = byReceiver(callee, value, memberPath(callee), [...foreignSdks], imported, ecosystem, make);
    if (found) return found;
  }
  if (foreign && !isPartlyUnknown && !candidates(value).some((each) => each.kind === 'hole')) return null;
  return byPath(call, callee, value, program, sdks, imported, ecosystem, make);
}

/** The client is out of sight: a path that only one kind of SDK has still tells what is called. */
function byPath(
  _call: CallExpression, callee: Expression, value: Value, program: Program, sdks: readonly Sdk[], imported: ReadonlySet<string>, ecosystem: Ecosystem,
  make: (sdk: Sdk, method: Method, client: ClientClass | null, symbol: SymbolValue | null, chain: readonly InstanceValue[]) => DetectedCall,
): DetectedCall | null {
  const written = memberPath(callee);
  const path = value.kind === 'symbol' ? value.path : value.kind === 'instance' ? [...written.slice(0, -value.path.length || undefined), ...value.path] : written;
  if (path.length < 2) return byReceiver(callee, value, path, sdks, imported, ecosystem, make);
  // An object of a class of this file has methods of its own.
  if (value.kind === 'function' || value.kind === 'object') return null;
  let best: { sdk: Sdk; method: Method; score: number } | null = null;
  for (const sdk of sdks) {
    for (const method of sdk.methods) {
      if (method.onModule || method.path.length < 2 || !(endsWith(path, method.path) || endsWith(written, method.path))) continue;
      const isImported = imported.has(sdk.id);
      if (!isImported && !(method.distinctive && mentionsHost(program.text, sdk))) continue;
      const score = method.path.length * 4 + (isImported ? 2 : 0);
      if (!best || score > best.score) best = { sdk, method, score };
    }
  }
  return best ? make(best.sdk, best.method, null, null, []) : byReceiver(callee, value, written, sdks, imported, ecosystem, make);
}

/** `self.llm.ainvoke(…)` with the model made elsewhere: the package is imported, and the receiver's name says what it is. */
function byReceiver(
  callee: Expression, value: Value, path: readonly string[], sdks: readonly Sdk[], imported: ReadonlySet<string>, ecosystem: Ecosystem,
  make: (sdk: Sdk, method: Method, client: ClientClass | null, symbol: SymbolValue | null, chain: readonly InstanceValue[]) => DetectedCall,
): DetectedCall | null {
  if (callee.kind !== 'member') return null;
  const receiver = nameOf(callee.object);
  // `prompt | model`: only with something beside the prompt is it a pipe.
  const isPipe = candidates(value).length > 1 && !candidates(value).every((each) => each.kind === 'instance' || (each.kind === 'hole' && (each.name === receiver || each.name === callee.property)));
  const piped = isPipe ? candidates(value).flatMap((each) => (each.kind === 'instance' ? symbolsOf(each) : [])) : [];
  // A package that the file imports before any that another file may.
  for (const isOwn of [true, false]) for (const sdk of sdks) {
    if (imported.has(sdk.id) !== isOwn) continue;
    const isImported = isOwn || sdk.anywhere === true;
    if (!isImported && !(sdk.packages[ecosystem]?.length && sdk.methods.some((each) => each.anywhere))) continue;
    // `model.withConfig(…).invoke(…)` is the model's own.
    let object = callee.object;
    while (object.kind === 'call' && object.callee.kind === 'member' && sdk.transparent?.includes(object.callee.property)) object = object.callee.object;
    const receiver = nameOf(object);
    const method = sdk.methods.find((each) => each.receiver && each.path.length === 1 && each.path[0] === path.at(-1) && (isImported || each.anywhere?.test(receiver)) && (each.receiver.test(receiver) || piped.some((name) => each.piped?.test(name))));
    // Where a request goes is said by its address, whoever made the client.
    if (method) return make(sdk, method, sdk.anywhere ? sdk.clients[0] ?? null : null, null, []);
  }
  return null;
}

/** Nothing to add for a distinctive path: `x.chat.completions.create(` is used by OpenAI-shaped clients only. */
function mentionsHost(text: string, sdk: Sdk): boolean {
  return sdk.id === 'openai' || sdk.needles.some((needle) => text.includes(needle));
}

/**
 * Where a request that was made earlier is sent: `client.Do(req)`. Null when that is not in the same function, or another
 * request has the name by then.
 */
function sentAt(text: string, made: CallExpression, send: string): TextRange | null {
  const variable = /(\w+)\s*(?:,\s*\w+\s*)?:?=\s*$/.exec(text.slice(Math.max(0, made.range.start - 100), made.range.start))?.[1];
  if (variable === undefined || variable === '_') return null;
  const rest = text.slice(made.range.end, made.range.end + 6000);
  const body = rest.slice(0, /\n\}/.exec(rest)?.index ?? rest.length);
  const sent = new RegExp(`^[^\\n/"]*?((?:[\\w.]|\\(\\)|\\(&?[\\w.]+\\{[^}\\n]*\\}\\))+\\.${send})\\(\\s*${variable}(?:\\.WithContext\\([^)\\n]*\\))?\\s*\\)`, 'm').exec(body);
  if (!sent || new RegExp(`\\b${variable}\\s*(?:,\\s*\\w+\\s*)?:?=[^=]`).test(body.slice(0, sent.index))) return null;
  const start = made.range.end + sent.index + sent[0].indexOf(sent[1]!);
  return { start, end: start + sent[1]!.length };
}

/** Steps on the way to a client that change nothing. */
const builderSteps = new Set(['builder', 'build', 'Build', 'newBuilder', 'make', 'buildClient']);

/** The model object among the arguments of a chain or agent, however deep. */
function modelInside(value: Value, sdks: readonly Sdk[], here: Home, ecosystem: Ecosystem, seen: Set<unknown>, depth = 0): { readonly model: InstanceValue; readonly client: ClientClass } | null {
  if (depth > 6 || seen.size > 200) return null;
  const inside = (each: Value): ReturnType<typeof modelInside> => modelInside(each, sdks, here, ecosystem, seen, depth + 1);
  const firstOf = (values: Iterable<Value>): ReturnType<typeof modelInside> => { for (const each of values) { const found = inside(each); if (found) return found; } return null; };
  switch (value.kind) {
    case 'choice': return firstOf(value.values);
    case 'list': return firstOf(value.items.map((item) => item.value));
    case 'map': return firstOf([...value.entries.values()].map((item) => item.value));
    case 'instance': {
      let root: InstanceValue | SymbolValue = value;
      while (root.kind === 'instance') root = root.callee;
      const own = packageOf(root, sdks, ecosystem);
      const symbol = own?.rest.at(-1) ?? '';
      // Of another package only what is known to be a model object.
      const client = own && (own.sdk === sdks[0] || own.sdk.methods.some((each) => each.kind === 'model-binding' && each.path[0] === symbol)) ? clientNamed(own.sdk, own.rest, symbol, ecosystem) : undefined;
      if (client) return { model: value, client };
      const { call } = value;
      if (!call) return value.callee.kind === 'instance' ? inside(value.callee) : null;
      if (seen.has(call)) return null;
      seen.add(call);
      const home = value.home ?? here;
      const among = firstOf([...call.named.map((each) => each.value), ...call.positional].map((each) => home.evaluate(each, value.frame)));
      return among ?? (value.callee.kind === 'instance' ? inside(value.callee) : null);
    }
    default: return null;
  }
}

/** Whether the tables of an ecosystem list every class; elsewhere any part of a path tells whose client is made. */
const tabled = (ecosystem: Ecosystem): boolean => ecosystem === 'python' || ecosystem === 'javascript';

/** The client class called `name` at the end of `rest`, the path inside its package. */
const clientNamed = ({ clients }: Sdk, rest: readonly string[], name: string, ecosystem: Ecosystem): ClientClass | undefined =>
  clients.find((each) => each.symbols.includes(name)) ?? (tabled(ecosystem) ? undefined : clients.find((each) => rest.some((part) => each.symbols.includes(part))));

/** Every name on the way to an instance: `ChatPromptTemplate`, `from_messages`. */
function symbolsOf(value: InstanceValue): readonly string[] {
  const names: string[] = [];
  let current: InstanceValue | SymbolValue = value;
  while (current.kind === 'instance') { names.push(...current.path); current = current.callee; }
  return [...names, ...current.path];
}

function memberPath(expression: Expression): string[] {
  const path: string[] = [];
  let current = expression;
  while (current.kind === 'member') { path.unshift(current.property); current = current.object; }
  if (current.kind === 'name') path.unshift(current.name);
  return path;
}

/** Package that a symbol comes from, and the path inside the package. */
function packageOf(symbol: SymbolValue, sdks: readonly Sdk[], ecosystem: Ecosystem): { readonly sdk: Sdk; readonly rest: readonly string[] } | null {
  if (!tabled(ecosystem) && symbol.module !== '') return elsewhere(symbol, sdks, ecosystem);
  if (symbol.module === '') {
    const global = sdks.find((sdk) => sdk.globals?.[ecosystem]?.includes(symbol.path[0] ?? ''));
    if (global) return { sdk: global, rest: symbol.path };
    // `openai.ChatCompletion.create` in a snippet that leaves the import out.
    const named = ecosystem === 'python' || ecosystem === 'ruby' || ecosystem === 'php' || ecosystem === 'rust' ? sdks.find((sdk) => sdk.packages[ecosystem]?.includes(symbol.path[0] ?? '')) : undefined;
    return named ? { sdk: named, rest: symbol.path.slice(1) } : null;
  }
  // `from project.llm import litellm`: a module of the project's own that hands on a package under its name.
  if (ecosystem === 'python' && symbol.path.length > 1) {
    const handedOn = sdks.find((sdk) => sdk.packages.python?.includes(symbol.path[0]!));
    if (handedOn && !sdks.some((sdk) => sdk.packages.python?.includes(symbol.module.split('.')[0]!))) return { sdk: handedOn, rest: symbol.path.slice(1) };
  }
  let best: { sdk: Sdk; rest: readonly string[]; length: number } | null = null;
  const full = ecosystem === 'python' ? [...symbol.module.split('.'), ...symbol.path] : [symbol.module, ...symbol.path];
  for (const sdk of sdks) {
    for (const name of sdk.packages[ecosystem] ?? []) {
      if (ecosystem === 'python') {
        const parts = name.split('.');
        if (parts.every((part, index) => full[index] === part) && (!best || parts.length > best.length)) {
          const rest = full.slice(parts.length);
          // `from langfuse.openai import openai`
          best = { sdk, rest: rest[0] === 'openai' ? rest.slice(1) : rest, length: parts.length };
        }
      } else if (symbol.module === name || symbol.module === `npm:${name}` || symbol.module.startsWith(`${name}/`)) {
        if (!best) best = { sdk, rest: symbol.path, length: 1 };
      }
    }
  }
  return best;
}

/**
 * Go import paths (with or without a version), Java, C# and PHP namespaces, Rust crates. A module of several
 * namespaces (`A|B`, from `using`) belongs to the SDK that knows the name.
 */
function elsewhere(symbol: SymbolValue, sdks: readonly Sdk[], ecosystem: Ecosystem): { readonly sdk: Sdk; readonly rest: readonly string[] } | null {
  const modules = symbol.module.split('|');
  const separator = ecosystem === 'go' ? '/' : '.';
  let best: { sdk: Sdk; rest: readonly string[]; weight: number } | null = null;
  for (const sdk of sdks) {
    for (const name of sdk.packages[ecosystem] ?? []) {
      const from = modules.find((module) => module === name || module.startsWith(name + separator) || (symbol.path[0] !== undefined && `${module}.${symbol.path[0]}` === name));
      if (from === undefined) continue;
      const knows = symbol.path.length === 0 || sdk.clients.some((client) => client.symbols.some((each) => symbol.path.includes(each))) || sdk.methods.some((method) => method.path[0] === symbol.path[0]);
      if (modules.length > 1 && !knows) continue;
      const weight = name.length + (knows ? 1000 : 0);
      if (!best || weight > best.weight) best = { sdk, rest: symbol.path, weight };
    }
  }
  return best;
}

const importedIn = new WeakMap<Program, ReadonlySet<string>>();

/** SDKs whose packages the file imports. */
function importedSdks(program: Program, sdks: readonly Sdk[], ecosystem: Ecosystem): ReadonlySet<string> {
  let found = importedIn.get(program);
  if (!found) importedIn.set(program, found = new Set(sdks.filter((sdk) => mentionsPackage(program.text, sdk, ecosystem)).map((sdk) => sdk.id)));
  return found;
}

function mentionsPackage(text: string, sdk: Sdk, ecosystem: Ecosystem): boolean {
  return (sdk.packages[ecosystem] ?? []).some((name) => {
    const last = name.slice(name.lastIndexOf('.') + 1);
    if (occurrencesOf(text, last).length === 0) return false;
    const plain = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (ecosystem === 'go') return new RegExp(`"${plain}(?:/[^"]*)?"`).test(text);
    if (ecosystem === 'java' || ecosystem === 'csharp') return new RegExp(`\\b(?:import|using)\\s+(?:static\\s+)?${plain}\\b`).test(text);
    if (ecosystem === 'php') return new RegExp(`\\b${name.split('.').join('\\\\\\\\?')}\\b`).test(text);
    if (ecosystem === 'ruby' || ecosystem === 'rust') return new RegExp(`\\b${plain}\\b`).test(text);
    if (ecosystem === 'javascript') return new RegExp(`['"](?:npm:)?${plain}(?:/[^'"]*)?['"]`).test(text);
    const dot = name.lastIndexOf('.');
    return new RegExp(`^[ \\t]*(?:from|import)[ \\t]+${plain}\\b`, 'm').test(text)
      || (dot > 0 && new RegExp(`^[ \\t]*from[ \\t]+${name.slice(0, dot).replace('.', '\\.')}[ \\t]+import[^\\n]*\\b${name.slice(dot + 1)}\\b`, 'm').test(text));
  });
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

function endsWith(path: readonly string[], suffix: readonly string[]): boolean {
  return path.length >= suffix.length && suffix.every((part, index) => part === path[path.length - suffix.length + index]);
}

/** `openai.chat.completions.create` on the module, `openai.client.chat…`: the module's own default client. */
function sameOrClientBefore(rest: readonly string[], path: readonly string[], sdk: Sdk): boolean {
  // A facade's static methods are those of its client: `OpenAI::chat()->create(…)`.
  const isFacade = sdk.packages.php !== undefined && sdk.clients.some((client) => client.symbols.includes(rest[0] ?? ''));
  return samePath(rest, path) || (rest.length === path.length + 1 && (rest[0] === 'default' || isFacade) && endsWith(rest, path));
}

/** Another file as this one sees it: what is read there goes on being read there. */
function abroad(home: Home): Home {
  return { ...home, evaluate: (expression, frame) => fromElsewhere(home.evaluate(expression, frame), home) };
}

function firstOf(readers: readonly ArgumentReader[]): ArgumentReader {
  return {
    get(names, position) {
      for (const reader of readers) {
        const value = reader.get(names, position);
        if (value) return value;
      }
      return null;
    },
    names: [...new Set(readers.flatMap((reader) => reader.names))],
    open: readers.some((reader) => reader.open),
  };
}

/** Names under which an options object is handed over as a named argument. */
const optionObjects = new Set(['parameters', 'params', 'options', 'request', 'body', 'config', 'configuration', 'input']);

/** A map, or a constructed object whose named arguments are one: `new Options { … }`, `Params.builder()….build()`. */
function optionsOf(value: Value, here: Home, ecosystem: Ecosystem): MapValue | null {
  const map = first(value, 'map');
  if (map || tabled(ecosystem)) return map;
  const made = candidates(value).find((each) => each.kind === 'instance' && each.call !== null && each.path.length === 0);
  if (made?.kind !== 'instance' || !made.call) return null;
  const resolver = made.home ?? here;
  const entries = new Map<string, MapItem>(made.call.named.map((each) => [each.name, { value: resolver.evaluate(each.value, made.frame), range: each.range }] as const));
  for (const each of made.call.positional) for (const [key, item] of optionsOf(resolver.evaluate(each, made.frame), resolver, ecosystem)?.entries ?? []) if (!entries.has(key)) entries.set(key, item);
  return entries.size > 0 ? { kind: 'map', entries, open: false, range: made.range } : null;
}

/** A step of a Rust builder is an argument of what it makes: `client.agent("gpt-4o")` gives `agent`. */
function withStep(reader: ArgumentReader, { callee, positional }: CallExpression, ecosystem: Ecosystem): ArgumentReader {
  if (ecosystem !== 'rust' || callee.kind !== 'member' || positional.length === 0) return reader;
  const { property } = callee;
  return { names: reader.names, open: reader.open, get: (names, position) => ([names].flat().includes(property) ? reader.get([], 0) : reader.get(names, position)) };
}

/** Arguments by name: keywords and spreads in Python, entries of the options object in JavaScript. */
export function argumentReader(call: CallExpression, resolver: Home, frame: InstanceValue['frame'], ecosystem: Ecosystem): ArgumentReader {
  let maps: readonly MapValue[] | null = null;
  const options = (): readonly MapValue[] => {
    if (maps) return maps;
    const sources = ecosystem === 'python' ? call.spreads : ecosystem === 'javascript' ? call.positional.slice(0, 3) : [...call.positional.slice(0, 4), ...call.spreads, ...call.named.filter((each) => optionObjects.has(each.name)).map((each) => each.value)];
    maps = sources.map((each) => optionsOf(resolver.evaluate(each, frame), resolver, ecosystem)).filter((each) => each !== null);
    return maps;
  };
  return {
    get(names, position) {
      for (const name of typeof names === 'string' ? [names] : names) {
        const named = call.named.find((each) => each.name === name);
        if (named) return resolver.evaluate(named.value, frame);
        for (const map of options()) {
          const item = map.entries.get(name);
          if (item) return item.value;
        }
      }
      if (position === undefined) return null;
      const positional = call.positional[position];
      return positional && positional.kind !== 'spread' ? resolver.evaluate(positional, frame) : null;
    },
    get names() {
      return [...call.named.map((each) => each.name), ...options().flatMap((map) => [...map.entries.keys()])];
    },
    get open() {
      return call.spreads.length > 0 && options().length < call.spreads.length || options().some((map) => map.open);
    },
  };
}
