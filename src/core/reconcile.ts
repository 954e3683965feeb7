/** The difference between an expression as it is written and code as it should be, as few small edits. */
import type { Expression } from './expression.js';
import type { TextEdit, TextRange } from './model.js';
import { type Layout, indentAt, printCode, printEntry } from './printCode.js';
import type { Code, CodeEntry } from './rewrite.js';

/** One thing of a list, map or argument list. */
export interface Item {
  /** Index of the source item it continues; null = new. */
  readonly source: number | null;
  readonly edits: readonly TextEdit[];
  /** Text of a new item. */
  print(indent: string): string;
}

/** Edits that make `expression` read like `code`. */
export function reconcile(expression: Expression, code: Code, layout: Layout): TextEdit[] {
  if (isAlready(expression, code)) return [];
  const { text } = layout;
  if (code.kind === 'spread' && expression.kind === 'spread' && code.value.kind === 'kept' && code.value.expression === expression.value) return [];
  if (code.kind === 'list' && expression.kind === 'list' && code.from === expression && text[expression.range.start] === '[') {
    const items = code.items.map((item): Item => {
      const source = sourceOf(item);
      const index = source ? expression.items.findIndex((each) => each === source || (each.kind === 'spread' && each.value === source)) : -1;
      return { source: index < 0 ? null : index, edits: index < 0 ? [] : reconcile(expression.items[index]!, item, layout), print: (indent) => printCode(item, layout, indent) };
    });
    return sequenceEdits(text, expression.range.start + 1, expression.range.end - 1, expression.items.map((each) => each.range), items, layout);
  }
  if (code.kind === 'map' && expression.kind === 'map' && code.from === expression && text[expression.range.start] === '{') {
    const items = code.entries.map((entry): Item => {
      const index = expression.entries.findIndex((each) => (entry.origin ? sameRange(each.range, entry.origin.range) : entry.value.kind === 'spread' ? each.spread && entry.value.from === each.value : each.key === entry.key && !each.spread));
      const source = expression.entries[index];
      return { source: source ? index : null, edits: source ? entryEdits(source.keyRange, source.key, source.value, source.range, entry, layout, false) : [], print: (indent) => printEntry(entry, layout, indent) };
    });
    return sequenceEdits(text, expression.range.start + 1, expression.range.end - 1, expression.entries.map((each) => each.range), items, layout);
  }
  return [{ range: expression.range, newText: printCode(code, layout, indentAt(text, expression.range.start)) }];
}

/** Edits of one `key: value` or `name=value`. */
export function entryEdits(keyRange: TextRange | null, key: string | null, value: Expression, range: TextRange, entry: CodeEntry, layout: Layout, isArgument: boolean): TextEdit[] {
  const { surface, quote, text } = layout;
  if (entry.value.kind === 'spread') return [];
  const isShorthand = keyRange !== null && sameRange(keyRange, range);
  if (isShorthand) {
    if (key === entry.key && isAlready(value, entry.value)) return [];
    return [{ range, newText: surface.entry(entry.key, printCode(entry.value, layout, indentAt(text, range.start)), quote) }];
  }
  const edits = reconcile(value, entry.value, layout);
  if (key !== entry.key && keyRange) {
    const written = text.slice(keyRange.start, keyRange.end);
    const sample = isArgument ? entry.key : /^['"]/.test(written) ? surface.string(entry.key, written[0] as '"' | "'") : surface.entry(entry.key, '', quote).replace(/\s*:\s*$/, '');
    edits.unshift({ range: keyRange, newText: sample });
  }
  return edits;
}

function isAlready(expression: Expression, code: Code): boolean {
  switch (code.kind) {
    case 'kept': return code.expression === expression;
    case 'text': return expression.kind === 'string' && expression.value === code.value;
    case 'literal': return (expression.kind === 'number' || expression.kind === 'constant') && expression.value === code.value;
    default: return false;
  }
}

function sourceOf(code: Code): Expression | null {
  switch (code.kind) {
    case 'kept': return code.expression;
    case 'list': case 'map': return code.from ?? null;
    case 'spread': return code.from ?? null;
    default: return null;
  }
}

export const sameRange = (a: TextRange, b: TextRange): boolean => a.start === b.start && a.end === b.end;

/**
 * Edits of what stands between two brackets. Items that continue a source item stay in its place; new ones take the
 * place of removed ones, or a place behind the item before them.
 */
export function sequenceEdits(text: string, open: number, close: number, sources: readonly TextRange[], items: readonly Item[], layout: Layout): TextEdit[] {
  const edits: TextEdit[] = [];
  const keptAt = new Set(items.flatMap((item) => (item.source === null ? [] : [item.source])));
  for (const item of items) edits.push(...item.edits);
  // New items by the source item they follow.
  const following = new Map<number, Item[]>();
  let anchor = -1;
  for (const item of items) {
    if (item.source !== null) { anchor = item.source; continue; }
    following.set(anchor, [...following.get(anchor) ?? [], item]);
  }
  const isBroken = sources.length > 0 && text.slice(open, sources[0]!.start).includes('\n');
  const indent = sources.length > 0 ? indentAt(text, sources[0]!.start) : indentAt(text, open);
  if (sources.length === 0 || keptAt.size === 0) {
    if (items.length === 0 && sources.length === 0) return [];
    const printed = items.map((item) => item.print(isBroken ? indent : indentAt(text, open)));
    const range = sources.length > 0 ? { start: sources[0]!.start, end: endWithComma(text, sources.at(-1)!.end, printed.length === 0 || isBroken) } : { start: open, end: close };
    const isSpaced = sources.length === 0 && text[open - 1] === '{' && layout.surface.ecosystem === 'javascript';
    const joined = isBroken ? printed.map((each, index) => `${index > 0 ? indent : ''}${each},`).join(layout.lineBreak) : printed.join(', ');
    return [{ range, newText: isSpaced ? ` ${joined} ` : joined }];
  }
  let index = 0;
  let last = -1;
  const gap = (from: number, to: number, added: readonly Item[]): void => {
    const removed: number[] = [];
    for (let at = from + 1; at < to; at++) removed.push(at);
    const paired = Math.min(removed.length, added.length);
    for (let at = 0; at < paired; at++) edits.push({ range: sources[removed[at]!]!, newText: added[at]!.print(indent) });
    const rest = removed.slice(paired);
    if (rest.length > 0) edits.push({ range: removal(text, sources, rest[0]!, rest.at(-1)!, open, keptAt.size > 0 || paired > 0), newText: '' });
    const more = added.slice(paired);
    if (more.length > 0) edits.push(insertion(text, sources, paired > 0 ? removed[paired - 1]! : from, more, isBroken, indent, layout));
  };
  for (; index < sources.length; index++) {
    if (!keptAt.has(index)) continue;
    gap(last, index, following.get(last) ?? []);
    last = index;
  }
  gap(last, sources.length, following.get(last) ?? []);
  return edits;
}

/** Behind an item: its comma, blanks and a comment on the same line. */
function lineTail(text: string, end: number): { readonly comma: boolean; readonly lineEnd: number | null } {
  const match = /^[ \t]*(,?)[ \t]*(?:(?:#|\/\/)[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=(\r?\n)|$|)/.exec(text.slice(end, end + 2000))!;
  return { comma: match[1] === ',', lineEnd: match[2] !== undefined ? end + match[0].length : null };
}

function endWithComma(text: string, end: number, take: boolean): number {
  const comma = take ? /^\s*,/.exec(text.slice(end, end + 200)) : null;
  return end + (comma ? comma[0].length : 0);
}

function removal(text: string, sources: readonly TextRange[], first: number, last: number, open: number, keepsOthers: boolean): TextRange {
  const { end } = sources[last]!;
  const next = sources[last + 1];
  const { start } = sources[first]!;
  if (next) {
    const tail = lineTail(text, end);
    const lineBreak = tail.lineEnd !== null && tail.comma ? /^\r?\n[ \t]*/.exec(text.slice(tail.lineEnd, tail.lineEnd + 400)) : null;
    const startsLine = /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, start - 400), start));
    return { start, end: lineBreak && startsLine && tail.lineEnd! + lineBreak[0].length <= next.start ? tail.lineEnd! + lineBreak[0].length : next.start };
  }
  const previous = first > 0 ? sources[first - 1]! : null;
  if (!previous || !keepsOthers) return { start: Math.max(open, start), end: endWithComma(text, end, true) };
  const tail = lineTail(text, previous.end);
  if (tail.comma && tail.lineEnd !== null && tail.lineEnd <= start) {
    const own = lineTail(text, endWithComma(text, end, true));
    return { start: tail.lineEnd, end: own.lineEnd ?? endWithComma(text, end, true) };
  }
  return { start: previous.end, end };
}

function insertion(text: string, sources: readonly TextRange[], after: number, added: readonly Item[], isBroken: boolean, indent: string, layout: Layout): TextEdit {
  const printed = added.map((item) => item.print(indent));
  if (after < 0) {
    const at = sources[0]!.start;
    return { range: { start: at, end: at }, newText: printed.map((each) => (isBroken ? `${each},${layout.lineBreak}${indent}` : `${each}, `)).join('') };
  }
  const { end } = sources[after]!;
  const tail = lineTail(text, end);
  if (isBroken && tail.comma && tail.lineEnd !== null) {
    return { range: { start: tail.lineEnd, end: tail.lineEnd }, newText: printed.map((each) => `${layout.lineBreak}${indent}${each},`).join('') };
  }
  return { range: { start: end, end }, newText: printed.map((each) => (isBroken ? `,${layout.lineBreak}${indent}${each}` : `, ${each}`)).join('') };
}

const isInsertion = ({ range }: TextEdit): boolean => range.start === range.end;

/** Edits in order, without those inside others; of edits at the same place the first stays. */
export function withoutOverlap(edits: readonly TextEdit[]): TextEdit[] {
  const sorted = edits.map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.range.start - b.edit.range.start || Number(isInsertion(b.edit)) - Number(isInsertion(a.edit)) || b.edit.range.end - a.edit.range.end || a.order - b.order).map(({ edit }) => edit);
  const out: TextEdit[] = [];
  for (const edit of sorted) {
    const last = out.at(-1);
    if (last && edit.range.start < last.range.end) continue;
    if (last && last.newText === edit.newText && sameRange(last.range, edit.range)) continue;
    out.push(edit);
  }
  return out;
}

/** Text with edits applied; edits must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const { range, newText } of [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)) {
    if (range.start < from) continue;
    result += text.slice(from, range.start) + newText;
    from = range.end;
  }
  return result + text.slice(from);
}
