/**
 * Functions of the project that hand their arguments on to a model: each of their own call sites is a place that costs
 * money. Forwarding goes through any number of functions and files, up to a bound.
 */
import type { CallExpression, Expression, FunctionExpression, Program } from './expression.js';
import type { TextRange } from './model.js';
import { type DetectedCall, type JudgedCall, detectIn } from './detect.js';
import type { Resolver } from './resolve.js';
import type { Sdk } from './sdk.js';
import { type Frame, type Home, candidates, plainText } from './value.js';

/** A function, and the calls inside it that get its arguments. */
export interface Forwarder {
  readonly home: Resolver;
  readonly function: FunctionExpression;
  readonly name: string;
  readonly inner: readonly (JudgedCall | Site)[];
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
    if (holes.size === 0) return;
    for (const definition of functionsAround(own.program, at)) {
      if (anybodysNames.has(definition.name) || !definition.function.parameters.some((each) => namesOf(each.name).some((name) => holes.has(name)))) continue;
      const known = forwarders.get(definition.function.range.start);
      if (known) known.inner = [...known.inner, inner];
      else {
        const made: Forwarder = { home: own, function: definition.function, name: definition.name, inner: [inner] };
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
  const plain = name.replaceAll('$', '\\$');
  const renamed = [...text.matchAll(new RegExp(`(?<![\\w$])${plain}(?:\\s+as\\s+|\\s*:\\s*)([\\w$]+)`, 'g'))].map((match) => match[1]!);
  const byDefault = [...text.matchAll(/\bimport\s+([\w$]+)\s*(?:,\s*\{[^}]*\}\s*)?from\b/g)].map((match) => match[1]!);
  const required = [...text.matchAll(/\b(?:const|let|var)\s+([\w$]+)\s*=\s*require\s*\(/g)].map((match) => match[1]!);
  return [...new Set([name, ...renamed, ...byDefault, ...required])];
}

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
