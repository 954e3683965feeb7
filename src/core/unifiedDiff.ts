/** A unified diff of a text and its edits: what `diff -u` prints, made from the edits themselves. */
import type { TextEdit } from './model.js';
import { applyEdits } from './reconcile.js';

const contextLines = 3;

interface Change {
  /** 0-based lines of the old text, [from, to). */
  from: number;
  to: number;
  /** Offsets of these lines. */
  start: number;
  end: number;
  edits: TextEdit[];
}

/** Unified diff with `a/` and `b/` in front of the path; empty when nothing changes. Edits must not overlap. */
export function unifiedDiff(path: string, text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (starts.at(-1) === text.length) starts.pop();
  const lineOf = (offset: number): number => { let line = 0; for (let low = 0, high = starts.length - 1; low <= high;) { const middle = (low + high) >> 1; if (starts[middle]! <= offset) { line = middle; low = middle + 1; } else high = middle - 1; } return line; };
  const endOf = (line: number): number => starts[line + 1] ?? text.length;
  const linesOf = (part: string): string[] => { const lines = part.split('\n'); if (lines.at(-1) === '') lines.pop(); return lines; };
  const changes: Change[] = [];
  for (const edit of [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)) {
    if (text.slice(edit.range.start, edit.range.end) === edit.newText) continue;
    const from = starts.length === 0 ? 0 : lineOf(edit.range.start);
    const to = starts.length === 0 ? 0 : lineOf(Math.max(edit.range.start, edit.range.end)) + 1;
    const last = changes.at(-1);
    if (last && from < last.to) { last.to = Math.max(last.to, to); last.end = endOf(last.to - 1); last.edits.push(edit); } else changes.push({ from, to, start: starts[from] ?? 0, end: to === 0 ? 0 : endOf(to - 1), edits: [edit] });
  }
  if (changes.length === 0) return '';
  const all = linesOf(text);
  const written = changes.map((change) => {
    const before = linesOf(text.slice(change.start, change.end));
    const after = linesOf(applyEdits(text.slice(change.start, change.end), change.edits.map((edit) => ({ newText: edit.newText, range: { start: edit.range.start - change.start, end: edit.range.end - change.start } }))));
    let head = 0;
    while (head < before.length && head < after.length && before[head] === after[head]) head++;
    let tail = 0;
    while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
    return { from: change.from + head, removed: before.slice(head, before.length - tail), added: after.slice(head, after.length - tail) };
  }).filter((each) => each.removed.length + each.added.length > 0);
  let out = `--- a/${path}\n+++ b/${path}\n`;
  let shift = 0;
  for (let index = 0; index < written.length;) {
    let last = index;
    while (last + 1 < written.length && written[last + 1]!.from - (written[last]!.from + written[last]!.removed.length) <= contextLines * 2) last++;
    const first = Math.max(0, written[index]!.from - contextLines);
    const stop = Math.min(all.length, written[last]!.from + written[last]!.removed.length + contextLines);
    const body: string[] = [];
    let at = first;
    let added = 0;
    let removed = 0;
    for (const change of written.slice(index, last + 1)) {
      body.push(...all.slice(at, change.from).map((line) => ` ${line}`), ...change.removed.map((line) => `-${line}`), ...change.added.map((line) => `+${line}`));
      at = change.from + change.removed.length;
      added += change.added.length;
      removed += change.removed.length;
    }
    body.push(...all.slice(at, stop).map((line) => ` ${line}`));
    const oldCount = stop - first;
    const newCount = oldCount - removed + added;
    out += `@@ -${oldCount === 0 ? first : first + 1},${oldCount} +${newCount === 0 ? first + shift : first + shift + 1},${newCount} @@\n${body.join('\n')}\n`;
    shift += added - removed;
    index = last + 1;
  }
  return out;
}
