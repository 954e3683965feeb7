/** Arithmetic on text changes; plain data, so that it is tested without an editor. */
import type { DocumentChange } from '../core/engine.js';
import type { TextRange } from '../core/model.js';

/** A change as VS Code reports it: all of one event refer to the text before the event, in any order. */
export interface ReportedChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** The changes of one event in an order in which each can be applied to the text left by the one before: from the end backwards. */
export function sequentialChanges(reported: readonly ReportedChange[]): readonly DocumentChange[] {
  return reported
    .map((change) => ({ range: { start: change.rangeOffset, end: change.rangeOffset + change.rangeLength }, newText: change.text }))
    .sort((a, b) => b.range.start - a.range.start || b.range.end - a.range.end);
}

/** Text after the changes, applied one after the other. */
export function applyChanges(text: string, changes: readonly DocumentChange[]): string {
  let result = text;
  for (const { range, newText } of changes) result = result.slice(0, range.start) + newText + result.slice(range.end);
  return result;
}

/** Where an offset of the old text is after the changes; inside a replaced stretch it moves to that stretch's end. */
export function moveOffset(offset: number, changes: readonly DocumentChange[]): number {
  let moved = offset;
  for (const { range, newText } of changes) {
    if (moved < range.start) continue;
    if (moved >= range.end) moved += newText.length - (range.end - range.start);
    else moved = range.start + newText.length;
  }
  return moved;
}

/** Both ends of a range moved; text typed at its very start stays outside. */
export function moveRange(range: TextRange, changes: readonly DocumentChange[]): TextRange {
  const start = moveOffset(range.start, changes);
  return { start, end: Math.max(start, moveOffset(range.end, changes)) };
}
