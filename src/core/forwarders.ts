/**
 * Functions of the project that hand their arguments on to a model: each of their own call sites is a place that costs
 * money. Forwarding goes through any number of functions and files, up to a bound.
 */
import type { CallExpression, Expression, FunctionExpression, Program } from './expression.js';
import type { TextRange } from './model.js';
import { type DetectedCall, type JudgedCall, detectIn } from './detect.js';
import type { Resolver } from './resolve.js';
import type { Sdk } from './sdk.js';
import { occurrencesOf } from './program.js';
import { remembered } from './remembered.js';
import { type Frame, type Home, candidates, plainText } from './value.js';

/** A function, and the calls inside it that get its arguments. */
export interface Forwarder {
  readonly home: Resolver;
  readonly function: FunctionExpression;
  readonly name: string;
  readonly inner: readonly (JudgedCall | Site)[];
  /** Parameters that reach the model, by position. */
  readonly sent: ReadonlySet<number>;
}

/** A call of a forwarding function. */
export interface Site {
  readonly of: Forwarder;
  readonly call: CallExpression;
}

/** A call site of a forwarding function, with the call of the model that it comes to. */
export interface ForwardedCall {
  readonly site: CallExpression;
  /** The call in the end, read with this site's arguments. */
  readonly detected: DetectedCall;
  /** File of that call. */
  readonly home: Resolver;
  /** Functions on the way, outermost first. */
  readonly through: readonly Forwarder[];
  /** Call sites inside those functions that lead on. */
  readonly sites: readonly { readonly home: Resolver; readonly call: CallExpression }[];
  /** Calls that the outermost function makes; this is the likeliest of them. */
  readonly innerCalls: number;
}

const maximumLevels = 5;
const maximumSites = 400;

/** Names that say nothing of what a function does: looking for calls of them costs more than it finds. */
const anybodysNames = new Set(['__init__', 'constructor', 'initialize', '__construct', 'main', 'init', 'setUp', 'setup', 'then', 'map', 'forEach', 'get', 'set', 'toString']);

export const isSite = (inner: JudgedCall | Site): inner is Site => 'of' in inner;

/**
 * Call sites in the file of `own` of forwarding functions: those of the file itself, made from `detected`, and
 * `imported` ones. Also returns the forwarding functions of this file.
 */
export function forwardedCalls(
  own: Resolver, detected: readonly DetectedCall[], imported: readonly Forwarder[], sdks: readonly Sdk[], expired: () => boolean,
): { readonly calls: readonly ForwardedCall[]; readonly forwarders: readonly Forwarder[] } {
  const calls = new Map<number, ForwardedCall>();
  const taken = new Set(detected.map((each) => each.call.argumentsRange.start));
  const forwarders = new Map<number, { -readonly [Key in keyof Forwarder]: Forwarder[Key] }>();
  const waiting: Forwarder[] = [...imported];

  /** Makes the function around `inner` a forwarder when its parameters are among what is sent. */
  const forward = (inner: DetectedCall | Site, at: TextRange, holes: ReadonlySet<string>): void => {
    const roots = isSite(inner) ? sentArguments(inner) : sentInputs(inner.call);
    for (const definition of functionsAround(own.program, at)) {
      if (anybodysNames.has(definition.name)) continue;
      const names = reachingNames(own, definition.function, roots);
      const sent = new Set(definition.function.parameters.flatMap((each, index) => ((index > 0 || takesArguments(definition.function)) && namesOf(each.name).some((name) => holes.has(name) || names.has(name)) ? [index] : [])));
      if (sent.size === 0) continue;
      const known = forwarders.get(definition.function.range.start);
      if (known) {
        known.inner = [...known.inner, inner];
        known.sent = new Set([...known.sent, ...sent]);
      } else {
        const made: Forwarder = { home: own, function: definition.function, name: definition.name, inner: [inner], sent };
        forwarders.set(definition.function.range.start, made);
        waiting.push(made);
      }
      return;
    }
  };
  for (const each of detected) if (each.method.kind !== 'model-binding') forward(each, each.call.range, sentHoles(each, own.program));

  for (let next = waiting.shift(); next && calls.size < maximumSites && !expired(); next = waiting.shift()) {
    for (const call of namesHere(own.program, next).flatMap((name) => own.program.callsOf(name))) {
      if (taken.has(call.argumentsRange.start) || calls.has(call.argumentsRange.start)) continue;
      // Recursion is no second call.
      if (next.home === own && contains(next.function.range, call.range)) continue;
      if (!callsFunction(own, call, next)) continue;
      const found = follow({ of: next, call }, own, null, sdks, 0);
      if (!found) continue;
      calls.set(call.argumentsRange.start, { ...found, site: call });
      forward({ of: next, call }, call.range, sentHoles(found.detected, found.home.program));
    }
  }
  return { calls: [...calls.values()].sort((a, b) => a.site.range.start - b.site.range.start), forwarders: [...forwarders.values()] };
}

/** Names under which a file may call a function: its own, and those that imports give it. */
function namesHere({ text }: Program, { name }: Forwarder): readonly string[] {
  const { byImport, renamed } = importedNames(text);
  return [...new Set([name, ...(renamed.get(name) ?? []), ...byImport])];
}

/** Whether a file names a function at all, by words alone. */
export const mayCall = (program: Program, forwarder: Forwarder): boolean =>
  namesHere(program, forwarder).some((name) => occurrencesOf(program.text, name).length > 0);

/** Names that imports bind to whole modules or defaults, and other names that something is given (`a as b`, `{ a: b }`). */
const importedNames = remembered((text: string): { readonly byImport: readonly string[]; readonly renamed: ReadonlyMap<string, readonly string[]> } => {
  const renamed = new Map<string, string[]>();
  for (const [, name, other] of text.matchAll(/([\w$]+)(?:\s+as\s+|\s*:\s*)([A-Za-z_$][\w$]*)/g)) {
    const known = renamed.get(name!);
    if (!known) renamed.set(name!, [other!]);
    else if (known.length < 20 && !known.includes(other!)) known.push(other!);
  }
  const called = (name: string): boolean => new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}\\s*\\(`).test(text);
  const byDefault = [...text.matchAll(/\bimport\s+([\w$]+)\s*(?:,\s*\{[^}]*\}\s*)?from\b/g)].map((match) => match[1]!);
  const required = [...text.matchAll(/\b(?:const|let|var)\s+([\w$]+)\s*=\s*require\s*\(/g)].map((match) => match[1]!);
  return { byImport: [...byDefault, ...required].filter(called), renamed };
});

/** True when the callee is the forwarder's function, as far as the code tells. */
function callsFunction(own: Resolver, call: CallExpression, { home, function: target }: Forwarder): boolean {
  return candidates(own.evaluate(call.callee)).some((each) => each.kind === 'function' && (each.home ?? own) === home && each.function.range.start === target.range.start && each.function.range.end === target.range.end);
}

/** The call that a site comes to in the end. */
function follow(site: Site, from: Home, frame: Frame | null, sdks: readonly Sdk[], level: number): Omit<ForwardedCall, 'site'> | null {
  if (level >= maximumLevels) return null;
  const { home, function: target, inner } = site.of;
  const bound = home.frameOf(target, site.call, from, frame);
  let best: Omit<ForwardedCall, 'site'> | null = null;
  for (const each of inner.slice(0, 8)) {
    let found: Omit<ForwardedCall, 'site'> | null;
    if (isSite(each)) {
      const further = follow(each, home, bound, sdks, level + 1);
      found = further && { ...further, sites: [{ home, call: each.call }, ...further.sites] };
    } else {
      const detected = detectIn(bound, each, home.program, home, sdks);
      found = detected && { detected, home, through: [], sites: [], innerCalls: 1 };
    }
    if (found && (!best || (!knowsModel(best.detected) && knowsModel(found.detected)))) best = found;
  }
  return best && { ...best, through: [site.of, ...best.through], innerCalls: inner.length };
}

function knowsModel(detected: DetectedCall): boolean {
  const fields = detected.method.read(detected.reader);
  return candidates(fields?.model).some((each) => plainText(each) !== null);
}

/** Names of what only exists at run time in a call's prompt and model; of what decides whether it is one. */
function sentHoles(detected: DetectedCall, { text }: Program): ReadonlySet<string> {
  const fields = detected.method.read(detected.reader);
  if (!fields) return new Set(detected.method.decidedBy?.(detected.reader));
  const names = new Set<string>();
  for (const part of fields.parts) for (const pieces of [part.pieces, ...part.alternatives]) for (const piece of pieces) if (piece.kind === 'hole') names.add(piece.name);
  for (const each of candidates(fields.model)) if (each.kind === 'hole') names.add(each.name);
  // Nothing is known of what is sent: it may be any of the arguments.
  if (detected.method.decidedBy && fields.parts.length === 0 && !fields.model) {
    const { start, end } = detected.call.argumentsRange;
    for (const [name] of text.slice(start, Math.min(end, start + 2000)).matchAll(/[A-Za-z_$][\w$]*/g)) names.add(name);
  }
  return names;
}

/** Settings of a request, which say nothing of what is sent. */
const settings = /^(?:api_?key|key|token|base_?url|url|timeout|temperature|top_?[pk]|max_?\w*|min_?\w*|presence_?penalty|frequency_?penalty|stream|signal|headers|user|user_?id|seed|n|stop|retries|session|client|logger|verbose|callbacks?|config|abort\w*|on[A-Z_]\w*)$/i;

/** What of a model call's arguments is sent: everything but its settings. */
function sentInputs(call: CallExpression): readonly Expression[] {
  return [
    ...call.positional.flatMap((each) => (each.kind === 'map' ? each.entries.flatMap(({ key, value }) => (key !== null && settings.test(key) ? [] : [value])) : [each])),
    ...call.named.flatMap(({ name, value }) => (settings.test(name) ? [] : [value])), ...call.spreads,
  ];
}

/** What of a site's arguments gets to the model. */
function sentArguments({ of, call }: Site): readonly Expression[] {
  const parameters = of.function.parameters;
  const first = ownObjects(of.function);
  return [
    ...call.positional.flatMap((each, index) => (of.sent.has(index + first) ? [each] : [])),
    ...call.named.flatMap(({ name, value }) => (parameters.some((each, index) => of.sent.has(index) && (each.name === name || /^[*{]/.test(each.name))) ? [value] : [])),
    ...call.spreads,
  ];
}

/** How many parameters come before the arguments: a method's own object is none of them. */
const ownObjects = ({ parameters }: FunctionExpression): number => (/^(?:self|cls|this)$/.test(parameters[0]?.name ?? '') ? 1 : 0);

/** Whether a function is given anything at its call sites. With that, what it sends of its own object may come from there, too. */
const takesArguments = (made: FunctionExpression): boolean => made.parameters.length > ownObjects(made);

/** Functions whose result still is what they were given. */
const passing = /^(?:str|String|format|dumps|stringify|join|concat|encode|decode|strip|trim|replace|replaceAll|substring|substr|slice|from_template|list|dict|Array|from|map|filter|assign|copy|deepcopy|cast|invoke|to_?list|sprintf|Sprintf|formatted|parse|json|toString|[A-Z]\w*(?:Message|Prompt|Part|Content|Param)s?)$/;

/**
 * Names of a function that reach `roots`, over the function's own variables. What a function of nobody knows where
 * returns (a file read, a question to a database) is no longer what it was given.
 */
function reachingNames(own: Resolver, around: FunctionExpression, roots: readonly Expression[]): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting: string[] = [];
  const add = (name: string): void => { if (!names.has(name) && names.size < 80) { names.add(name); waiting.push(name); } };
  const visit = (each: Expression | null, depth: number): void => {
    if (!each || depth > 12) return;
    switch (each.kind) {
      case 'name': add(each.name); return;
      case 'member': case 'spread': visit(each.kind === 'member' ? each.object : each.value, depth + 1); return;
      case 'index': visit(each.object, depth + 1); return;
      case 'template': case 'concat': for (const part of each.parts) visit(part, depth + 1); return;
      case 'conditional': case 'fallback': for (const branch of each.branches) visit(branch, depth + 1); return;
      case 'list': for (const item of each.items) visit(item, depth + 1); return;
      case 'map': for (const { value, key } of each.entries) if (key === null || !settings.test(key)) visit(value, depth + 1); return;
      case 'repeat': visit(each.item, depth + 1); visit(each.over, depth + 1); return;
      case 'call': {
        if (each.callee.kind === 'member') visit(each.callee.object, depth + 1);
        const name = each.callee.kind === 'member' ? each.callee.property : each.callee.kind === 'name' ? each.callee.name : '';
        if (!passing.test(name) && !candidates(own.evaluate(each.callee)).some((callee) => callee.kind === 'function')) return;
        for (const argument of [...each.positional, ...each.named.map(({ value }) => value), ...each.spreads]) visit(argument, depth + 1);
        return;
      }
      default:
    }
  };
  for (const each of roots) visit(each, 0);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    for (const binding of own.program.bindings(name)) {
      if (binding.kind === 'parameter' || binding.kind === 'import' || binding.kind === 'function' || !contains(around.range, binding.range)) continue;
      visit(binding.value, 0);
    }
  }
  return names;
}

const contains = (outer: TextRange, inner: TextRange): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** Names that a parameter binds: several for `{ prompt, model = 'x' }`. */
function namesOf(parameter: string): readonly string[] {
  return /^[{[]/.test(parameter) ? parameter.match(/[\w$]+/g) ?? [] : [parameter.replace(/^[*&.$]+/, '')];
}

/** Named functions around a place, innermost first, as far as the file defines them under a name. */
function functionsAround(program: Program, at: TextRange): readonly { readonly name: string; readonly function: FunctionExpression }[] {
  return program.scopesAt(at.start).filter((scope) => scope.kind === 'function').flatMap((scope) => {
    const name = scope.name ?? assignedName(program.text, scope.range.start);
    if (name === null) return [];
    const found = [...program.memberBindings(name), ...program.bindings(name)].map((binding) => binding.value).find((value): value is FunctionExpression => isFunctionAt(value, scope.range));
    return found ? [{ name, function: found }] : [];
  });
}

function isFunctionAt(value: Expression | null, range: TextRange): boolean {
  return value?.kind === 'function' && value.range.start === range.start && value.range.end === range.end;
}

/** `ask` of `const ask = async (prompt) => …`. */
function assignedName(text: string, start: number): string | null {
  return /([\w$]+)\s*(?::[^=;{}]*)?=\s*(?:async\s*)?$/.exec(text.slice(Math.max(0, start - 200), start))?.[1] ?? null;
}
