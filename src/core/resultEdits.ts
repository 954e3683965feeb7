/** Follows what a call returns through a file and rewrites how it is read, for another SDK's results. */
import type { CallExpression, Program } from './expression.js';
import type { TextEdit, TextRange } from './model.js';
import { occurrencesOf } from './program.js';
import type { Loss, ResultField, ResultForm } from './rewrite.js';

/** What a stretch of code holds: the result, something on the way inside it, an event of a stream, a tool that is asked for. */
interface Held {
  readonly kind: 'result' | 'event' | 'tool-call' | 'tool-calls' | 'text-event';
  /** Path from the whole to what is held. */
  readonly path: string;
  /** The name holds the same part of the target's result, not the whole of it. */
  readonly isPart?: boolean;
}

export interface ResultEdits {
  readonly edits: readonly TextEdit[];
  readonly losses: readonly Loss[];
  /** A Python module the new code needs. */
  readonly needs: readonly string[];
  /** The result is returned from this function. */
  readonly returnedFrom: string | null;
  /** Set when the result is used in a way that cannot be rewritten at all. */
  readonly refused: 'manager' | null;
}

const step = /^(?:\s*(?:\?\.|!?\.)\s*([A-Za-z_$][\w$]*)|\s*(?:\?\.)?!?\[\s*(?:(\d+)|(["'])([\w-]+)\3)\s*\]|(!)(?=[.[;,)\s]))/;

interface Chain {
  /** Normalised: `.choices[0].message`. */
  readonly steps: readonly { readonly path: string; readonly end: number }[];
  readonly end: number;
}

/** Attributes and indexes behind an offset. */
export function chainAfter(text: string, from: number): Chain {
  const steps: { path: string; end: number }[] = [];
  let at = from;
  for (;;) {
    const match = step.exec(text.slice(at, at + 200));
    if (!match || match[0].length === 0) break;
    // A line that begins with a name of its own is another statement.
    if (/\n/.test(match[0]) && !/^\s*(?:\?\.|\.)/.test(match[0])) break;
    at += match[0].length;
    if (match[5]) { if (steps.length > 0) steps[steps.length - 1] = { ...steps.at(-1)!, end: at }; continue; }
    steps.push({ path: match[1] !== undefined ? `.${match[1]}` : match[2] !== undefined ? `[${match[2]}]` : `.${match[4]}`, end: at });
  }
  return { steps, end: at };
}

const streamOnly = new Set<ResultField>(['delta', 'hasDelta', 'deltaFinish', 'deltaReasoning', 'toolDelta', 'deltaUsage', 'deltaInputTokens', 'deltaOutputTokens']);

interface Read {
  readonly field: ResultField;
  /** Number of steps it takes, after what is held. */
  readonly taken: number;
}

/** Edits of everything in the file that reads what `call` returns. */
export function resultEdits(program: Program, call: CallExpression, isStream: boolean, from: ResultForm, to: ResultForm, isPython: boolean): ResultEdits {
  const { text } = program;
  const edits: TextEdit[] = [];
  const losses: Loss[] = [];
  const needs = new Set<string>();
  let returnedFrom: string | null = null;
  let refused: 'manager' | null = null;
  const seen = new Set<string>();
  const returnedScopes = new Set<number>();

  const loseRead = (name: string, range: TextRange): void => { losses.push({ argument: name, what: 'by-hand', reason: isStream ? 'stream-events' : 'result-read', range }); };

  const readAt = (held: Held, chain: Chain): Read | null => {
    let best: Read | null = null;
    let path = held.path;
    const consider = (taken: number): void => {
      for (const [field, paths] of Object.entries(from.reads) as [ResultField, readonly string[]][]) {
        if (streamOnly.has(field) !== (held.kind === 'event') || !paths.includes(path)) continue;
        if (taken > 0 || path !== '') best = { field, taken };
      }
    };
    consider(0);
    chain.steps.forEach((each, index) => { path += each.path; consider(index + 1); });
    return best;
  };

  /** Code that reads a field of what is held under `source`. */
  const writeOf = (field: ResultField, held: Held, source: string): string | undefined => {
    const write = to.writes[field];
    if (!write || !held.isPart) return write?.(source);
    const written = write('§').replaceAll('?.', '.').replaceAll(`§${held.path}`, source);
    return written.includes('§') ? undefined : written;
  };
  /** A read in the form that a switch to the source's SDK writes, such as all text blocks joined: the way back. */
  function idiom(held: Held, start: number, end: number, source: string): boolean {
    if ((held.kind !== 'result' && held.kind !== 'event') || held.path !== '') return false;
    for (const [field, write] of Object.entries(from.writes) as [ResultField, (r: string) => string][]) {
      if (streamOnly.has(field) !== (held.kind === 'event')) continue;
      const whole = write(source);
      // A path is read as a path, so that what it is compared with changes, too.
      if ((field === 'finish' || field === 'deltaFinish') && !isWrapped(whole)) continue;
      for (const form of [whole, isWrapped(whole) ? whole.slice(1, -1) : null]) {
        // Plain paths are read as such.
        if (form === null || !/[(?=]|\bif\b/.test(form)) continue;
        for (const variant of [form, form.replace(/"([^"'\n]*)"/g, "'$1'")]) {
          const at = start - variant.indexOf(source);
          if (at < 0 || text.slice(at, at + variant.length) !== variant) continue;
          // Brackets of a call are no brackets of the form.
          if (form === whole && isWrapped(whole) && /[\w$\])]/.test(text[at - 1] ?? '')) continue;
          const stop = at + variant.length;
          for (let other = text.indexOf(source, at); other >= 0 && other < stop; other = text.indexOf(source, other + 1)) consumed.add(other);
          if (field === 'toolCalls') {
            afterToolCalls(at, stop, source, true);
            return true;
          }
          const written = to.writes[field]?.(source);
          if (written === undefined) loseRead(source, { start: at, end: stop });
          else replace({ start: at, end: stop }, boundTo(at, stop) && isWrapped(written) ? written.slice(1, -1) : written);
          return true;
        }
      }
    }
    void end;
    return false;
  }
  /** Places of names that a longer read has taken. */
  const consumed = new Set<number>();

  const isSameCall = JSON.stringify(from.call) === JSON.stringify(to.call);

  /** Rewrites one use: the expression from `start` to `end` is what is held, followed by its chain. */
  const use = (held: Held, start: number, end: number, source: string): void => {
    const chain = chainAfter(text, end);
    if (idiom(held, start, end, source)) return;
    if (held.kind === 'text-event') { replace({ start, end }, to.writes.delta?.(source)); return; }
    if (held.kind === 'tool-call') { toolField(start, end, chain, source); return; }
    if (held.kind === 'tool-calls') {
      const index = chain.steps[0]?.path;
      if (index && /^\[\d+\]$/.test(index)) { afterToolCalls(start, chain.steps[0]!.end, source + index); return; }
      follow(held, start, end);
      return;
    }
    const whole = held.path + chain.steps.map((each) => each.path).join('');
    if (held.kind === 'event' && testAt(held, chain, start, source)) return;
    const read = readAt(held, chain);
    if (!read || (read.taken < chain.steps.length && isPartial(read.field, chain, read.taken))) {
      if (chain.steps.length === 0 && held.path === '') { escapes(held, start, end); return; }
      // Half-way: what is assigned here is followed with its path.
      const binding = boundTo(start, chain.end);
      const isInside = Object.entries(from.reads).some(([field, paths]) => streamOnly.has(field as ResultField) === (held.kind === 'event') && paths.some((path) => path.startsWith(whole) && path !== whole));
      if (binding && isInside) {
        edits.push({ range: { start, end: chain.end }, newText: source });
        bound(binding, { kind: held.kind, path: whole });
        return;
      }
      if (sameInBoth(held, chain)) return;
      // An emitter of events has no equal elsewhere.
      if (isStream && held.kind === 'result' && /^\.(?:on|once|finalMessage|finalText|finalResponse|get_final_message|get_final_text|get_final_completion|done|toReadableStream|controller)$/.test(chain.steps[0]?.path ?? '')) { refused = 'manager'; return; }
      loseRead(whole.slice(1) || source, { start, end: chain.end });
      return;
    }
    const readEnd = read.taken === 0 ? end : chain.steps[read.taken - 1]!.end;
    const binding = boundTo(start, readEnd);
    // `message = response.choices[0].message`, `choice = …`: followed, so that more than the text can be read of it.
    if (binding && (read.field === 'message' || read.field === 'usage' || read.field === 'deltaUsage' || (read.field === 'hasDelta' && read.taken > 0)) && read.taken === chain.steps.length) {
      if (sameForm(read.field)) { bound(binding, { kind: held.kind, path: whole, isPart: true }); return; }
      edits.push({ range: { start, end: readEnd }, newText: source });
      bound(binding, { kind: held.kind, path: whole });
      return;
    }
    if (read.field === 'toolCalls') {
      if (isSameCall && to.reads.toolCalls?.includes(whole)) return;
      afterToolCalls(start, readEnd, source, true, held);
      return;
    }
    if (to.reads[read.field]?.includes(whole) && from.reads === to.reads) return;
    if (read.field === 'hasDelta' && /^\s*(?:\.length\b|\?\.length\b)/.test(text.slice(readEnd, readEnd + 20))) {
      const length = /^\s*\??\.length/.exec(text.slice(readEnd, readEnd + 20))![0].length;
      replace({ start, end: readEnd + length }, to.writes.hasDelta && `(${to.writes.hasDelta(source)} ? 1 : 0)`);
      return;
    }
    const len = /\blen\(\s*$/.exec(text.slice(Math.max(0, start - 20), start));
    if (read.field === 'hasDelta' && len && text[readEnd] === ')') {
      replace({ start: start - len[0].length, end: readEnd + 1 }, to.writes.hasDelta && `int(${to.writes.hasDelta(source)})`);
      return;
    }
    if (samePaths(read.field, whole)) return;
    if (read.field === 'delta') {
      // Asked whether there is a piece of text at all.
      const test = /^\s*(?:is\s+(not\s+)?None\b|(!==?|===?)\s*(?:null|undefined)\b)/.exec(text.slice(readEnd, readEnd + 30));
      const has = test ? to.writes.hasDelta?.(source) : undefined;
      if (test && has !== undefined) {
        const isPositive = test[1] !== undefined || test[2]?.startsWith('!');
        replace({ start, end: readEnd + test[0].length }, isPositive ? has : isPython ? `(not ${has})` : `!${has}`);
        return;
      }
    }
    if (!to.writes[read.field]) {
      // Nothing of the kind is told: nothing is what the code gets, and the list of losses says so.
      loseRead(whole.slice(1), { start, end: readEnd });
      edits.push({ range: { start, end: readEnd }, newText: isPython ? 'None' : 'null' });
      return;
    }
    if (read.field === 'finish' || read.field === 'deltaFinish') {
      const test = /^\s*(?:[!=]==?)\s*(["'])(\w[\w-]*)\1/.exec(text.slice(readEnd, readEnd + 60));
      const reason = test && (Object.entries(from.ends) as [keyof ResultForm['ends'], string][]).find(([, value]) => value === test[2])?.[0];
      const value = reason && to.ends[reason];
      if (test && value) {
        const at = readEnd + test[0].length - 1 - test[2]!.length;
        if (value !== test[2]) edits.push({ range: { start: at, end: at + test[2]!.length }, newText: value });
      } else if (from.ends !== to.ends) losses.push({ argument: whole.slice(1), what: 'approximated', reason: 'finish-values', range: { start, end: readEnd } });
    }
    let written = writeOf(read.field, held, source);
    if (written === undefined) { loseRead(whole.slice(1), { start, end: readEnd }); return; }
    // `?? ""` behind what never is empty.
    const isNeverNull = /""\)*$|join\(""\)$|output_text$|^String\(/.test(written) || (read.field === 'text' && written.startsWith('"".join'));
    const fallback = isNeverNull && (read.field === 'text' || read.field === 'delta') ? /^\s*(?:\?\?|\|\||or)\s*(?:""|''|``)/.exec(text.slice(readEnd, readEnd + 20)) : null;
    const end2 = readEnd + (fallback?.[0].length ?? 0);
    if (boundTo(start, end2) && isWrapped(written)) written = written.slice(1, -1);
    replace({ start, end: end2 }, written);
  };

  const samePaths = (field: ResultField, whole: string): boolean => to.reads[field]?.includes(whole) === true && normalised(to.writes[field]?.('') ?? '') === whole;
  const sameForm = (field: ResultField): boolean => from.reads[field]?.[0] !== undefined && from.reads[field]![0] === to.reads[field]?.[0] && Object.keys(to.writes).length > 0 && normalised(to.writes[field]?.('') ?? '?') === from.reads[field]![0];
  const sameInBoth = (held: Held, chain: Chain): boolean => from.reads === to.reads && held.kind === 'result' && chain.steps.length > 0;
  const isPartial = (field: ResultField, chain: Chain, taken: number): boolean => (field === 'message' || field === 'hasDelta' || field === 'usage' || field === 'choices' || field === 'deltaUsage') && chain.steps[taken] !== undefined && !/^\.(?:length)$/.test(chain.steps[taken]!.path);

  function replace(range: TextRange, newText: string | undefined): void {
    if (newText === undefined) { loseRead(text.slice(range.start, range.end), range); return; }
    // Brackets of its own are not needed where an argument stands, or a condition.
    const hugged = isWrapped(newText) && (/[(,]\s*$/.test(text.slice(Math.max(0, range.start - 20), range.start)) && /^\s*[,)]/.test(text.slice(range.end, range.end + 20)) || (/\+=\s*$/.test(text.slice(Math.max(0, range.start - 6), range.start)) && /^\s*(?:;|\r?\n|$)/.test(text.slice(range.end, range.end + 3))) || (isPython && /\b(?:if|elif|while|return)\s+$/.test(text.slice(Math.max(0, range.start - 10), range.start)) && /^\s*(?::|\r?\n)/.test(text.slice(range.end, range.end + 3))));
    edits.push({ range, newText: inFormat(range.start, quotedLike(hugged ? newText.slice(1, -1) : newText)) });
  }

  /** Inside an f-string the other quote: older versions of Python refuse the same one. */
  function inFormat(at: number, code: string): string {
    if (!isPython) return code;
    const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
    const open = /(?:^|[^\w])[rR]?[fF][rR]?("""|'''|"|')(?:(?!\1)[^\n])*$/.exec(line);
    if (!open || open[1]!.length === 3) return code;
    return open[1] === '"' ? code.replace(/"([^"'\n]*)"/g, "'$1'") : code.replace(/'([^"'\n]*)'/g, '"$1"');
  }

  /** The file's quote, where the new code has no other. */
  function quotedLike(code: string): string {
    const prefersSingle = (text.match(/'[^'"\n]*'/g)?.length ?? 0) > (text.match(/"[^'"\n]*"/g)?.length ?? 0);
    return prefersSingle ? code.replace(/"([^"'\n]*)"/g, "'$1'") : code;
  }

  /** `chunk.type == "content_block_delta"`. */
  function testAt(held: Held, chain: Chain, start: number, source: string): boolean {
    for (const [path, values] of Object.entries(from.tests ?? {})) {
      if (held.path + chain.steps.map((each) => each.path).join('') !== path) continue;
      const match = /^\s*(===?|!==?)\s*(["'])([\w.]+)\2/.exec(text.slice(chain.end, chain.end + 120));
      if (!match) { loseRead(path.slice(1), { start, end: chain.end }); return true; }
      const field = values[match[3]!];
      // The second half of the same question: `event.type === … && event.delta.type === …`.
      const joint = field === 'hasDelta' && path !== '.type' && !match[1]!.startsWith('!') ? /\s*(?:&&|\band\b)\s*$/.exec(text.slice(Math.max(0, start - 40), start)) : null;
      if (joint && to !== from) {
        edits.push({ range: { start: start - joint[0].length, end: chain.end + match[0].length }, newText: '' });
        return true;
      }
      const range = { start, end: chain.end + match[0].length };
      const written = field ? to.writes[field]?.(source) : undefined;
      if (written === undefined) {
        losses.push({ argument: match[3]!, what: 'by-hand', reason: 'stream-events', range });
        edits.push({ range, newText: isPython ? 'False' : 'false' });
      } else edits.push({ range, newText: quotedLike(match[1]!.startsWith('!') ? (isPython ? `not ${written}` : `!${written}`) : field === 'hasDelta' ? written : isPython ? `(${written} is not None)` : `(${written} != null)`) });
      return true;
    }
    return false;
  }

  /** `… = EXPRESSION` at the end of which the range stands: the name that is bound. */
  function boundTo(start: number, end: number): { readonly name: string; readonly at: number } | null {
    const before = text.slice(Math.max(0, start - 240), start);
    const match = /(?:^|[\n;{(]|\b(?:const|let|var)\s)[ \t]*(?:(?:const|let|var)\s+)?([A-Za-z_$][\w$]*)[ \t]*(?::[ \t]*[^=\n]+?)?\s*=\s*(?:await\s+)?\(?\s*(?:await\s+)?$/.exec(before);
    if (!match || !/^\s*\)?\s*(?:;|\n|\r|$|,?\s*(?:#|\/\/))/.test(text.slice(end, end + 40))) return null;
    return { name: match[1]!, at: start };
  }

  /** Every later use of a name that holds something. */
  function bound({ name, at }: { readonly name: string; readonly at: number }, held: Held): void {
    const key = `${name}:${at}:${held.kind}:${held.path}`;
    if (seen.has(key) || seen.size > 60) return;
    seen.add(key);
    const scopes = program.scopesAt(at);
    const scope = scopes.find((each) => each.kind === 'function' || each.kind === 'module') ?? scopes.at(-1)!;
    // Up to where the name is bound to something else without a condition.
    const again = program.bindings(name).filter((binding) => binding.range.start > at && binding.kind !== 'append' && binding.kind !== 'extend' && binding.kind !== 'set-entry' && within(binding.range, scope.range) && !binding.conditional
      && (program.scopesAt(binding.range.start).find((each) => each.kind === 'function' || each.kind === 'module') ?? scope).range.start === scope.range.start);
    const until = Math.min(scope.range.end, ...again.map((binding) => binding.range.start));
    for (const offset of occurrencesOf(text, name)) {
      if (offset <= at || offset >= until || consumed.has(offset)) continue;
      if (/[.]\s*$/.test(text.slice(Math.max(0, offset - 4), offset)) && !/\.\.\.\s*$/.test(text.slice(Math.max(0, offset - 5), offset))) continue;
      if (!program.referenceAt(offset)) continue;
      // A key of the same name is no use of it, unless it is shorthand.
      if (!isPython && /^\s*:(?!:)/.test(text.slice(offset + name.length, offset + name.length + 5)) && /[{,]\s*$/.test(text.slice(Math.max(0, offset - 40), offset))) continue;
      if (isPython && /^\s*=(?!=)/.test(text.slice(offset + name.length, offset + name.length + 4)) && /[(,]\s*$/.test(text.slice(Math.max(0, offset - 80), offset))) continue;
      use(held, offset, offset + name.length, name);
    }
  }

  /** A whole result: assigned, returned, looped over, or handed to somebody. */
  function follow(held: Held, start: number, end: number): void {
    const loop = loopOver(start, end);
    if (loop) {
      if (held.kind === 'tool-calls') bound(loop, { kind: 'tool-call', path: '' });
      else bound(loop, { kind: 'event', path: '' });
    } else if (held.kind === 'tool-calls') {
      const callback = !isPython ? /^\s*\??\.(?:map|forEach|filter|find|flatMap|some)\(\s*(?:async\s*)?\(?\s*([A-Za-z_$][\w$]*)/.exec(text.slice(end, end + 120)) : null;
      if (callback) bound({ name: callback[1]!, at: end + callback[0].length - callback[1]!.length }, { kind: 'tool-call', path: '' });
    }
  }

  function loopOver(start: number, end: number): { readonly name: string; readonly at: number } | null {
    const before = text.slice(Math.max(0, start - 200), start);
    const match = isPython ? /\bfor\s+([A-Za-z_]\w*)\s+in\s+(?:await\s+)?\(?\s*(?:await\s+)?$/.exec(before) : /\bfor\s*(?:await\s*)?\(\s*(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s+of\s+(?:await\s+)?\(?\s*(?:await\s+)?$/.exec(before);
    if (!match) return null;
    const after = text.slice(end, end + 60);
    return (isPython ? /^\s*(?:or\s+\[\]\s*)?\)?\s*(?::|\]|\)|if\b|or\b)/.test(after) : /^\s*(?:(?:\?\?|\|\|)\s*\[\]\s*)?\)/.test(after)) ? { name: match[1]!, at: start } : null;
  }

  function escapes(held: Held, start: number, end: number): void {
    const before = text.slice(Math.max(0, start - 60), start);
    const after = text.slice(end, end + 40);
    if (held.kind === 'event' || /^\s*(?:is\s+(?:not\s+)?None|[!=]==?\s*null)/.test(after) || /\b(?:if|not|and|or|while|elif)\s+$/.test(before) || /[!(]\s*$/.test(before) && /\bif\s*\(\s*!?\s*$/.test(before) || /^\s*(?:if|&&)/.test(after)) {
      if (held.kind !== 'event') return;
      if (/\b(?:if|not|and|or)\s+$/.test(before)) return;
    }
    const loop = held.kind === 'result' && isStream ? loopOver(start, end) : null;
    if (loop) {
      if (to.iterates) edits.push({ range: { start: end, end }, newText: to.iterates });
      bound(loop, { kind: 'event', path: '' });
      return;
    }
    if (isStream && held.kind === 'result') {
      const manager = /\bwith\s+$/.exec(before);
      if (manager) {
        if (!to.isManager) refused = 'manager';
        return;
      }
    }
    if (/\breturn\s+(?:await\s+)?$/.test(before)) { returned(start); return; }
    if (/\b(?:print|console\.(?:log|dir|error|warn|debug|info)|logger?\.\w+|log|JSON\.stringify|pprint|repr|str|type|vars)\(\s*(?:[^()]*,\s*)?$/.test(before)) return;
    if (/\b(?:del|await)\s+$/.test(before) && held.kind === 'result') return;
    const handed = boundTo(start, end);
    if (handed) { bound(handed, held); return; }
    losses.push({ argument: text.slice(start, end), what: 'by-hand', reason: 'result-escapes', range: { start, end } });
  }

  /** A function of this file hands the result on: its callers read it. */
  function returned(at: number): void {
    const scope = program.scopesAt(at).find((each) => each.kind === 'function');
    returnedFrom = scope?.name ?? null;
    // Methods of common names are called by anybody; a function that hands on its own result is followed once.
    if (scope && returnedScopes.has(scope.range.start)) return;
    if (scope) returnedScopes.add(scope.range.start);
    if (!scope?.name || returnedScopes.size > 6 || /^(?:main|run|call|get|create|invoke|handle|execute|post|request|constructor|__init__|__call__)$/.test(scope.name)) { losses.push({ argument: 'return', what: 'by-hand', reason: 'result-escapes', range: { start: at, end: at } }); return; }
    const callers = program.callsOf(scope.name).filter((each) => !within(each.range, scope.range)).slice(0, 40);
    if (callers.length === 0) losses.push({ argument: scope.name, what: 'by-hand', reason: 'result-escapes', range: { start: at, end: at } });
    for (const each of callers) {
      fromCall(each);
    }
  }

  function afterToolCalls(start: number, found: number, source: string, isWhole = false, holder: Held = { kind: 'result', path: '' }): void {
    let end = found;
    if (!isWhole) {
      // One element of a list held under a name.
      const chain = chainAfter(text, end);
      toolField(start, end, chain, source);
      return;
    }
    const written = writeOf('toolCalls', holder, source);
    // `or []` is part of what is written.
    const empty = written === undefined ? null : /^\s*(?:or|\?\?|\|\|)\s*\[\]/.exec(text.slice(end, end + 30));
    if (written === undefined) { loseRead('tool_calls', { start, end }); return; }
    const index = /^\s*(?:\?\.|!)?\[\s*(\d+)\s*\]/.exec(text.slice(end, end + 40));
    if (index) {
      const elementEnd = end + index[0].length;
      const chain = chainAfter(text, elementEnd);
      toolField(start, elementEnd, chain, `${written}[${index[1]}]`);
      return;
    }
    if (empty) end += empty[0].length;
    // In JavaScript an empty list counts as true.
    const before = text.slice(Math.max(0, start - 30), start);
    if (!isPython && !empty && /(?:\b(?:if|while)\s*\(\s*|&&\s*|\|\|\s*|!\s*)$/.test(before) && /^\s*(?:\)|&&|\|\|)/.test(text.slice(end, end + 20))) {
      replace({ start, end }, /!\s*$/.test(before) ? `(${written}.length > 0)` : `${written}.length > 0`);
      return;
    }
    replace({ start, end }, written);
    const binding = boundTo(start, end);
    if (binding) bound(binding, { kind: 'tool-calls', path: '' });
    else follow({ kind: 'tool-calls', path: '' }, start, end);
  }

  /** Identity, name and arguments of a tool that is asked for. */
  function toolField(start: number, end: number, chain: Chain, source: string): void {
    const path = chain.steps.map((each) => each.path).join('');
    const { call: a } = from;
    const { call: b } = to;
    const target = (field: string): string => (b.isMap ? source + field.split('.').filter(Boolean).map((each) => `["${each}"]`).join('') : source + field);
    const name = (['id', 'name'] as const).find((field) => path === a[field] || path.startsWith(`${a[field]}.`));
    if (path === a.input || path.startsWith(`${a.input}.`) || path.startsWith(`${a.input}[`)) {
      const taken = a.input.split('.').length - 1;
      const inputEnd = chain.steps[taken - 1]!.end;
      if (a.isJson === b.isJson) { edits.push({ range: { start, end: inputEnd }, newText: target(b.input) }); return; }
      if (a.isJson) {
        const parse = /(?:json\.loads|JSON\.parse)\(\s*$/.exec(text.slice(Math.max(0, start - 40), start));
        const close = /^\s*(?:\|\|\s*["']\{\}["']\s*|or\s+["']\{\}["']\s*)?\)/.exec(text.slice(inputEnd, inputEnd + 30));
        if (parse && close) { edits.push({ range: { start: start - parse[0].length, end: inputEnd + close[0].length }, newText: target(b.input) }); return; }
        if (isPython) needs.add('json');
        edits.push({ range: { start, end: inputEnd }, newText: isPython ? `json.dumps(${target(b.input)})` : `JSON.stringify(${target(b.input)})` });
        return;
      }
      if (isPython) needs.add('json');
      edits.push({ range: { start, end: inputEnd }, newText: isPython ? `json.loads(${target(b.input)})` : `JSON.parse(${target(b.input)})` });
      return;
    }
    if (name) {
      const fieldEnd = chain.steps[a[name].split('.').length - 2]!.end;
      if (target(b[name]) !== text.slice(start, fieldEnd)) edits.push({ range: { start, end: fieldEnd }, newText: quotedLike(target(b[name])) });
      return;
    }
    if (chain.steps.length === 0 && source === text.slice(start, end)) return;
    const binding = chain.steps.length === 0 || path === '.function' ? boundTo(start, chain.end) : null;
    if (binding) {
      edits.push({ range: { start, end: chain.end }, newText: source });
      bound(binding, { kind: path === '.function' ? 'tool-call' : 'tool-call', path: '' });
      return;
    }
    if (path !== '') loseRead(path.slice(1), { start, end: chain.end });
    else edits.push({ range: { start, end }, newText: source });
  }

  /** The place where the result comes into being. */
  function fromCall(made: CallExpression): void {
    let { start, end } = made.range;
    // `(await call)` and `await call`.
    for (let changed = true; changed;) {
      changed = false;
      const awaited = /\bawait\s+$/.exec(text.slice(Math.max(0, start - 12), start));
      if (awaited) { start -= awaited[0].length; changed = true; }
      const open = /\(\s*$/.exec(text.slice(Math.max(0, start - 8), start));
      const close = /^\s*\)/.exec(text.slice(end, end + 8));
      if (open && close && !/[\w$\])]\s*$/.test(text.slice(Math.max(0, start - 40), start - open[0].length).replace(/\b(?:return|await|in|of|not|and|or)\s*$/, ''))) { start -= open[0].length; end += close[0].length; changed = true; }
    }
    const chain = chainAfter(text, end);
    if (chain.steps.length > 0) {
      if (isStream && /^\.(?:on|once|finalMessage|finalText|finalResponse)$/.test(chain.steps[0]!.path)) { refused = 'manager'; return; }
      if (from.textIterables?.some((path) => path === chain.steps[0]!.path)) { textLoop(start, end, chain.steps[0]!.end); return; }
      const held: Held = { kind: 'result', path: '' };
      const read = readAt(held, chain);
      const whole = chain.steps.map((each) => each.path).join('');
      const binding = boundTo(start, chain.end);
      if (binding && (!read || read.field === 'message' || read.field === 'usage') && Object.values(from.reads).some((paths) => paths?.some((path) => path.startsWith(whole)))) {
        edits.push({ range: { start: end, end: chain.end }, newText: '' });
        bound(binding, { kind: 'result', path: whole });
        return;
      }
      if (!read || isPartial(read.field, chain, read.taken)) { if (from.reads !== to.reads) loseRead(whole.slice(1), { start: end, end: chain.end }); return; }
      if (samePaths(read.field, whole)) return;
      const readEnd = chain.steps[read.taken - 1]!.end;
      const written = to.writes[read.field]?.('§');
      if (written === undefined) { loseRead(whole.slice(1), { start: end, end: readEnd }); return; }
      // Where the result stands more than once, or deep inside, it cannot stay a part of the expression.
      const bare = isWrapped(written) ? written.slice(1, -1) : written;
      const parts = written.split('§');
      if (parts.length !== 2) { loseRead(whole.slice(1), { start: end, end: readEnd }); return; }
      void bare;
      if (parts[0] !== '') edits.push({ range: { start, end: start }, newText: quotedLike(parts[0]!) });
      edits.push({ range: { start: end, end: readEnd }, newText: quotedLike(parts[1]!) });
      return;
    }
    const before = text.slice(Math.max(0, start - 200), start);
    if (isStream) {
      const loop = loopOver(start, end);
      if (loop) {
        if (to.iterates) edits.push({ range: { start: end, end }, newText: to.iterates });
        bound(loop, { kind: 'event', path: '' });
        return;
      }
      const manager = isPython ? /^\s+as\s+([A-Za-z_]\w*)\s*:/.exec(text.slice(end, end + 60)) : null;
      if (manager && /\bwith\s+$/.test(before)) {
        if (!to.isManager) {
          // What the target returns is no context manager by itself.
          needs.add('contextlib');
          edits.push({ range: { start, end: start }, newText: `contextlib.nullcontext(${/\basync\s+with\s+$/.test(before) ? 'await ' : ''}` }, { range: { start: end, end }, newText: ')' });
        } else if (from.call !== to.call && /\basync\s+with\s+$/.test(before)) edits.push({ range: { start, end: start }, newText: 'await ' });
        held({ name: manager[1]!, at: end });
        return;
      }
    }
    if (/(?:\breturn|=>)\s+$/.test(before)) { returned(start); return; }
    const binding = boundTo(start, end);
    if (binding) { held(binding); return; }
    if (/(?:^|[\n;{}])[ \t]*$/.test(before) || before.trim() === '') return;
    const destructured = /(?:const|let|var)\s*[{[][^=]*[}\]]\s*=\s*$/.exec(before);
    losses.push({ argument: destructured ? 'destructuring' : 'result', what: 'by-hand', reason: 'result-escapes', range: { start, end } });
  }

  /** `for text in stream.text_stream`, `for await (const text of result.textStream)`. */
  function textLoop(start: number, end: number, textEnd: number): void {
    const loop = loopOver(start, textEnd);
    if (!loop || to.writes.delta === undefined) { loseRead(text.slice(end, textEnd).slice(1), { start: end, end: textEnd }); return; }
    if (to.iterates !== from.textIterables?.[0]) {
      edits.push({ range: { start: end, end: textEnd }, newText: to.iterates ?? '' });
      bound(loop, { kind: to.iterates ? 'event' : 'text-event', path: '' });
    }
  }

  function held(binding: { readonly name: string; readonly at: number }): void {
    if (isStream && from.textIterables) {
      for (const offset of occurrencesOf(text, binding.name)) {
        if (offset <= binding.at || !program.referenceAt(offset)) continue;
        const chain = chainAfter(text, offset + binding.name.length);
        if (chain.steps[0] && from.textIterables.includes(chain.steps[0].path)) textLoop(offset, offset + binding.name.length, chain.steps[0].end);
      }
      if (edits.length > 0) return;
    }
    bound(binding, { kind: 'result', path: '' });
  }

  fromCall(call);
  return { edits, losses, needs: [...needs], returnedFrom, refused };
}

const normalised = (code: string): string => code.replace(/\?\./g, '.').replace(/!/g, '').replace(/\.\[/g, '[');
const within = (inner: TextRange, outer: TextRange): boolean => inner.start >= outer.start && inner.end <= outer.end;

/** True when one pair of brackets holds the whole of it. */
function isWrapped(code: string): boolean {
  if (code[0] !== '(' || code.at(-1) !== ')') return false;
  let depth = 0;
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '(') depth++;
    else if (code[at] === ')' && --depth === 0) return at === code.length - 1;
  }
  return false;
}
