/**
 * Counting a text again after an edit: the text is counted in segments that end at safe cuts (safeCuts.ts), and only
 * the segments that an edit touched are counted anew. The sum equals a full count.
 */
import type { Counter } from './bpe.js';
import { isSafeCut, windowEnd } from './safeCuts.js';

/** A text with the tokens of its segments. */
export interface CountedText {
  readonly text: string;
  readonly tokens: number;
  /** Ends of the segments, ascending; the last is the length of the text. */
  readonly ends: readonly number[];
  readonly counts: readonly number[];
}

const segmentLength = 2048;

/** Counts a text; with `previous`, an earlier state of it, only what differs. */
export function countText(counter: Counter, text: string, previous: CountedText | null): CountedText {
  const { blanksOnly } = counter;
  const ends: number[] = [];
  const counts: number[] = [];
  let tokens = 0;
  const append = (end: number, count: number): void => { ends.push(end); counts.push(count); tokens += count; };

  let tailFrom = text.length;
  let tail = previous ? previous.ends.length : 0;
  if (previous) {
    const { prefix, suffix } = common(previous.text, text);
    // A cut stays one while the characters on both sides of it do.
    for (let i = 0; i < previous.ends.length && previous.ends[i]! < prefix; i++) append(previous.ends[i]!, previous.counts[i]!);
    const from = ends.at(-1) ?? 0;
    const moved = text.length - previous.text.length;
    while (tail > 0) {
      const start = tail > 1 ? previous.ends[tail - 2]! : 0;
      if (start <= previous.text.length - suffix || start + moved <= from) break;
      tail--;
      tailFrom = start + moved;
    }
  }
  for (let start = ends.at(-1) ?? 0; start < tailFrom;) {
    let end = Math.min(windowEnd(text, start, segmentLength, blanksOnly), tailFrom);
    // The search for a cut may have run past where the tail begins, which is a cut itself.
    if (end > tailFrom || (end < tailFrom && !isSafeCut(text, end, blanksOnly))) end = tailFrom;
    append(end, counter.countTokens(text.slice(start, end), start > 0));
    start = end;
  }
  if (previous) {
    const moved = text.length - previous.text.length;
    for (let i = tail; i < previous.ends.length && tailFrom < text.length; i++) append(previous.ends[i]! + moved, previous.counts[i]!);
  }
  return { text, tokens, ends, counts };
}

/** Length of what two texts have in common at the start, and at the end of the rest. */
export function common(a: string, b: string): { readonly prefix: number; readonly suffix: number } {
  const most = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < most && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  let suffix = 0;
  while (suffix < most - prefix && a.charCodeAt(a.length - 1 - suffix) === b.charCodeAt(b.length - 1 - suffix)) suffix++;
  return { prefix, suffix };
}

const remembered = 4;

/** Remembers the last texts of a counter, so that an edited one is recognised by what it shares with them. */
export function createRecounter(counter: Counter): (text: string) => number {
  const recent: CountedText[] = [];
  return (text) => {
    let best = -1;
    let shared = text.length >> 1;
    for (let i = 0; i < recent.length; i++) {
      const { prefix, suffix } = common(recent[i]!.text, text);
      if (prefix + suffix > shared) { shared = prefix + suffix; best = i; }
    }
    const counted = countText(counter, text, best < 0 ? null : recent[best]!);
    if (best >= 0) recent.splice(best, 1);
    recent.unshift(counted);
    if (recent.length > remembered) recent.pop();
    return counted.tokens;
  };
}
