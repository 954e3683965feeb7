/** How often one run of the code around a call makes it: loops, collections, batches, retries, turns of a conversation. */
import type { CallExpression, Expression, Program, Scope } from './expression.js';
import type { Assumptions, Repetition, Spread, TextRange } from './model.js';
import { occurrencesOf } from './program.js';
import { mentioned } from './remembered.js';
import { type Resolver, nameOf } from './resolve.js';
import { type Loop, loopAround } from './surroundings.js';
import { type Value, candidates, first, numberOf } from './value.js';

/** What is looked at: the call in its file, the construction of its client, and what is assumed for a loop of unknown length. */
export interface Repeated {
  readonly program: Program;
  readonly resolver: Resolver;
  readonly call: CallExpression;
  readonly construction: CallExpression | null;
  readonly method: string;
  readonly assumptions: Assumptions;
}

const maximumLevels = 4;
const spread = (low: number, likely: number, high: number | null): Spread => ({ low, likely, high });
const exactly = (count: number): Spread => spread(count, count, count);

/** Innermost first; empty when nothing repeats the call. */
export function repetitionsOf(subject: Repeated): readonly Repetition[] {
  const { program, call } = subject;
  const found: Repetition[] = [...batch(subject)];
  let place: TextRange = call.range;
  for (let level = 0; level < maximumLevels && program.insideLoop(place.start); level++) {
    const loop = loopAround(program, place);
    if (!loop) {
      if (level === 0) found.push({ kind: 'loop', times: subject.assumptions.repeats, how: 'assumed', subject: '', range: call.callee.range });
      break;
    }
    found.push(ofLoop(loop, subject, found.length === 0));
    if (loop.head.start >= place.start && loop.kind === 'each' && loop.range.start === place.start) {
      // A comprehension: what is around it begins before the call.
      place = { start: Math.max(0, call.range.start - 1), end: loop.range.end };
      if (loopAround(program, place)?.head.start === loop.head.start) break;
      continue;
    }
    if (loop.head.start === 0) break;
    place = { start: loop.head.start - 1, end: loop.head.start - 1 };
  }
  const around = program.scopesAt(call.range.start).find((each) => each.kind === 'function') ?? null;
  return [...found, ...mapped(subject, around), ...retried(subject, around)];
}

function ofLoop(loop: Loop, { program, resolver, call, assumptions }: Repeated, isInnermost: boolean): Repetition {
  const head = program.text.slice(loop.head.start, loop.head.end);
  const body = program.text.slice(loop.range.start, loop.range.end);
  const over = collectionOf(loop, head, program);
  const common = { subject: subjectOf(over, loop), range: loop.head };
  const { repeats } = assumptions;
  const known = over ? lengthOf(over, resolver) : loop.kind === 'each' || loop.kind === 'count' ? counted(head, loop.head.end, resolver) : null;
  const leaves = /\b(?:break|return)\b/.test(body.slice(Math.max(0, head.length)));
  if (isInnermost && leaves && /\b(?:except|catch|rescue)\b/.test(body) && loop.kind !== 'each') return { kind: 'retry', times: spread(1, 1, known), how: known === null ? 'assumed' : 'bounded', ...common };
  if (isInnermost && (loop.kind === 'forever' || loop.kind === 'while') && grows(call, body)) return { kind: 'history', times: spread(1, repeats.likely, null), how: 'assumed', ...common };
  const kind = /(?:Promise\.(?:all|allSettled|any)|gather|as_completed|Task\.WhenAll|try_join_all|join_all)\s*\(\s*\*?\s*[[(]?\s*[\w$.]*\s*$/.test(program.text.slice(Math.max(0, loop.range.start - 80), loop.range.start)) ? 'parallel' : 'loop';
  if (known !== null) return leaves && loop.kind !== 'each' ? { kind, times: spread(1, known, known), how: 'bounded', ...common } : { kind, times: exactly(known), how: 'exact', ...common };
  return { kind, times: loop.kind === 'each' ? repeats : spread(1, repeats.likely, null), how: 'assumed', ...common };
}

/** The list of messages gets longer with every round. */
function grows(call: CallExpression, body: string): boolean {
  const options = call.positional.at(-1);
  const named = call.named.find((each) => /^(?:messages|input|contents|history)$/.test(each.name))?.value
    ?? (options?.kind === 'map' ? options.entries.find((each) => each.key !== null && /^(?:messages|input|contents|history)$/.test(each.key))?.value : options);
  const name = named?.kind === 'name' ? named.name : named?.kind === 'member' ? named.property : null;
  if (name === null) return false;
  const word = name.replace(/\$/g, '\\$');
  return new RegExp(`(?<![\\w$])${word}\\.(?:append|push|extend|concat|add|Add)\\(|(?<![\\w$])${word}\\s*\\+=|(?<![\\w$])${word}\\s*=\\s*(?:\\[\\s*\\.\\.\\.${word}|append\\(\\s*${word}|${word}\\s*\\+)|(?<![\\w$])${word}\\s*<<`).test(body);
}

/** Name of what is walked over, for people: `xs` of `enumerate(xs)`. */
function subjectOf(over: Expression | null, loop: Loop): string {
  const inner = over?.kind === 'call' && over.callee.kind === 'name' ? over.positional[0] ?? over : over;
  return (inner?.kind === 'name' || inner?.kind === 'member' || inner?.kind === 'call') && !(inner.kind === 'call' && inner.callee.kind === 'name' && inner.callee.name === 'range') ? nameOf(inner) : loop.names[0] ?? '';
}

/** What a loop walks over, where the code names it. */
function collectionOf(loop: Loop, head: string, program: Program): Expression | null {
  if (loop.kind !== 'each') return null;
  for (const name of loop.names) {
    for (const binding of program.bindings(name)) {
      if (binding.kind === 'loop' && binding.value && binding.range.start >= loop.head.start && binding.range.end <= loop.head.end) return binding.value;
    }
  }
  // items.map(…): the collection is what the method belongs to.
  const method = /\.\s*(map|forEach|flatMap)\b/.exec(head);
  const callee = method && program.referenceAt(loop.head.start + method.index + method[0].length - method[1]!.length);
  return callee?.kind === 'member' ? callee.object : null;
}

/** `range(3)`, `range(1, n)`, `i = 0; i < 3; i++`, `3.times`. */
function counted(head: string, at: number, resolver: Resolver): number | null {
  const number = (written: string | undefined): number | null => {
    const word = written?.trim();
    if (!word) return null;
    if (/^\d[\d_]*$/.test(word)) return Number(word.replaceAll('_', ''));
    return /^[\w$]+$/.test(word) ? numberOf(resolver.lookup(word, at)) : null;
  };
  const range = /\brange\(([^()]*)\)/.exec(head)?.[1]?.split(',');
  if (range) {
    const [from, to, step] = range.length === 1 ? [0, number(range[0]), 1] : [number(range[0]), number(range[1]), range[2] === undefined ? 1 : number(range[2])];
    return from === null || to === null || !step ? null : within(Math.ceil((to - from) / step));
  }
  const until = /(?:=|:=)\s*(\d+)\s*;\s*[\w$]+\s*(<=?)\s*([\w$]+)\s*;\s*[\w$]*\s*(?:\+\+|\+=\s*1\b)/.exec(head);
  if (until) { const to = number(until[3]); return to === null ? null : within(to - Number(until[1]) + (until[2] === '<=' ? 1 : 0)); }
  const between = /\bin\s+(\d+)\s*\.\.(=?)\s*([\w]+)/.exec(head);
  if (between) { const to = number(between[3]); return to === null ? null : within(to - Number(between[1]) + (between[2] ? 1 : 0)); }
  return null;
}

const within = (count: number): number | null => (Number.isInteger(count) && count > 0 && count < 1e7 ? count : null);

/** Elements of a collection; null when nobody can tell. */
function lengthOf(expression: Expression, resolver: Resolver): number | null {
  if (expression.kind === 'call') {
    const name = expression.callee.kind === 'name' ? expression.callee.name : expression.callee.kind === 'member' ? expression.callee.property : '';
    const inner = expression.positional[0];
    if (name === 'range') {
      const numbers = expression.positional.map((each) => numberOf(resolver.evaluate(each)));
      const [from, to, step] = numbers.length === 1 ? [0, numbers[0], 1] : [numbers[0], numbers[1], numbers[2] ?? 1];
      return from === null || from === undefined || to === null || to === undefined || !step ? null : within(Math.ceil((to - from) / step));
    }
    if (inner && /^(?:enumerate|tqdm|sorted|reversed|list|tuple|track|atqdm)$/.test(name)) return lengthOf(inner, resolver);
    if (/^(?:entries|values|keys|items)$/.test(name)) return lengthOf(inner ?? (expression.callee.kind === 'member' ? expression.callee.object : expression), resolver);
  }
  return sizeOf(resolver.evaluate(expression));
}

function sizeOf(value: Value): number | null {
  const [only, ...others] = candidates(value);
  if (!only || others.length > 0) return null;
  if (only.kind === 'list') return only.open || only.items.some((each) => each.repeated) ? null : within(only.items.length);
  return only.kind === 'map' && !only.open ? within(only.entries.size) : null;
}

/** `chain.batch(inputs)`: one call for each. */
function batch({ call, method, resolver, assumptions }: Repeated): readonly Repetition[] {
  const name = method.split('.').at(-1)!;
  if (!/^a?batch(?:_as_completed)?$/.test(name) || (call.callee.kind === 'member' && call.callee.property !== name)) return [];
  const given = call.positional[0] ?? call.named.find((each) => each.name === 'inputs')?.value;
  if (!given) return [];
  const size = lengthOf(given, resolver);
  return [{ kind: 'batch', times: size === null ? assumptions.repeats : exactly(size), how: size === null ? 'assumed' : 'exact', subject: given.kind === 'name' ? given.name : '', range: given.range }];
}

const mapsSomething = mentioned(/(?:map|imap|imap_unordered|starmap|flatMap|forEach)\(/);

/** The function around the call is handed to a map: `items.map(ask)`, `executor.map(ask, items)`. */
function mapped({ program, resolver, assumptions }: Repeated, around: Scope | null): readonly Repetition[] {
  const name = around?.name;
  if (!name || !/^[\w$]{2,}$/.test(name)) return [];
  // Most functions are named at their definition alone, and most files map nothing: the search through the whole text is rarely needed.
  if (!mapsSomething(program.text) || occurrencesOf(program.text, name).length < 2) return [];
  const word = name.replace(/\$/g, '\\$');
  const match = new RegExp(`(?:([\\w$]+)\\s*\\.\\s*)?(map|imap|imap_unordered|starmap|flatMap|forEach)\\(\\s*(?:this\\.|self\\.)?${word}\\s*(?:\\)|,\\s*([\\w$]+))`).exec(program.text);
  if (!match) return [];
  const collection = match[3] ?? match[1];
  const size = collection ? sizeOf(resolver.lookup(collection, match.index)) : null;
  return [{ kind: 'parallel', times: size === null ? assumptions.repeats : exactly(size), how: size === null ? 'assumed' : 'exact', subject: collection ?? '', range: { start: match.index, end: match.index + match[0].length } }];
}

const attempts = /(?:stop_after_attempt\(\s*|max_tries\s*=\s*|max_attempts\s*=\s*|maxAttempts\s*[=:]\s*|attempts\s*[=:]\s*)(\d+)/;

/** Decorators and wrappers that try again, and the client's own retries where the code sets them. */
function retried({ program, resolver, call, construction }: Repeated, scope: Scope | null): readonly Repetition[] {
  const found: Repetition[] = [];
  const before = scope ? program.text.slice(Math.max(0, scope.range.start - 400), scope.range.start) : '';
  const decorator = /@(?:[\w.]*retry[\w.]*|backoff\.on_\w+|Retryable|Retry)\b[^@]*$/i.exec(before.replace(/\n[ \t]*\n[^@]*$/, ''));
  if (decorator && scope) {
    const limit = Number(attempts.exec(decorator[0])?.[1] ?? 0) || null;
    const start = scope.range.start - before.length + decorator.index;
    found.push({ kind: 'retry', times: spread(1, 1, limit), how: limit === null ? 'assumed' : 'bounded', subject: /@([\w.]+)/.exec(decorator[0])![1]!, range: { start, end: start + decorator[0].split('\n')[0]!.length } });
  }
  const lead = program.text.slice(Math.max(0, call.range.start - 160), call.range.start);
  const wrapper = /\b(pRetry|retry|asyncRetry|backOff|withRetry)\s*\(\s*(?:async\s*)?(?:\([^()]*\)|\w+)\s*=>\s*\{?[^{}]*$/.exec(lead);
  if (wrapper) {
    const rest = program.text.slice(call.range.end, call.range.end + 300);
    const retries = /\bretries\s*:\s*(\d+)/.exec(rest)?.[1];
    const limit = retries === undefined ? Number(/\b(?:numOfAttempts|maxAttempts|attempts)\s*:\s*(\d+)/.exec(rest)?.[1] ?? 0) || null : Number(retries) + 1;
    const start = call.range.start - lead.length + wrapper.index;
    found.push({ kind: 'retry', times: spread(1, 1, limit), how: limit === null ? 'assumed' : 'bounded', subject: wrapper[1]!, range: { start, end: start + wrapper[1]!.length } });
  }
  const own = [call, construction].flatMap((each) => (each ? [...each.named, ...each.positional.flatMap((argument) => (argument.kind === 'map' ? argument.entries.map(({ key, value, range }) => ({ name: key ?? '', value, range })) : []))] : []))
    .find((each) => /^max_?retries$/i.test(each.name));
  const retries = own ? numberOf(first(resolver.evaluate(own.value), 'number')) : null;
  if (own && retries !== null && retries > 0) found.push({ kind: 'retry', times: spread(1, 1, retries + 1), how: 'bounded', subject: own.name, range: own.range });
  return found;
}
