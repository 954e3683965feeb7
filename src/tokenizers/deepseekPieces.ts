/**
 * Pre-tokenizer of DeepSeek V3 and V4 (`pre_tokenizer` of their tokenizer.json): three splits one after the other.
 * Digits by threes and runs of ideographs and kana are cut out first; what lies between is split on its own, so that
 * a look-ahead does not see beyond it.
 */
import { letter, mark, newline, number, space, symbol, wideCodePoint, widthOf } from './characters.js';
import { type NextPiece, lineEnds } from './wordPieces.js';

/** `[一-龥぀-ゟ゠-ヿ]`. */
function isCut(point: number): boolean {
  return (point >= 0x4e00 && point <= 0x9fa5) || (point >= 0x3040 && point <= 0x30ff);
}

/** Makes the pre-tokenizer; `classes` as `characterClasses()` gives them. */
export function deepseekPieces(classes: Uint8Array): NextPiece {
  /** Class of the character at `at`; −1 where a stretch of its own begins (digits, ideographs, end). */
  const kindAt = (bytes: Uint8Array, at: number, end: number): number => {
    if (at >= end) return -1;
    const lead = bytes[at]!;
    const point = lead < 0x80 ? lead : wideCodePoint(bytes, at);
    const kind = classes[point]!;
    return (kind & number) !== 0 || (lead >= 0xe3 && isCut(point)) ? -1 : kind;
  };
  const run = (bytes: Uint8Array, from: number, end: number, kinds: number): number => {
    let at = from;
    for (;;) {
      const kind = kindAt(bytes, at, end);
      if (kind < 0 || (kind & kinds) === 0) return at;
      at += widthOf(bytes[at]!);
    }
  };
  const spaces = (bytes: Uint8Array, start: number, end: number): number => {
    let at = start;
    let lastStart = start;
    let lastBreak = -1;
    let kind = kindAt(bytes, at, end);
    while (kind >= 0 && (kind & space) !== 0) {
      lastStart = at;
      at += widthOf(bytes[at]!);
      if ((kind & newline) !== 0) lastBreak = at;
      kind = kindAt(bytes, at, end);
    }
    if (lastBreak >= 0) return lastBreak;
    return kind < 0 || lastStart === start ? at : lastStart;
  };
  /** End of what the third pattern matches at `at`, where a character of class `kind` is; `at` when it matches nothing. */
  const matched = (bytes: Uint8Array, at: number, end: number, kind: number): number => {
    const lead = bytes[at]!;
    const next = at + widthOf(lead);
    if ((kind & symbol) !== 0) {
      if (lead < 0x80) {
        let word = next;
        while (word < end && ((bytes[word]! | 32) >= 0x61 && (bytes[word]! | 32) <= 0x7a)) word++;
        if (word > next) return word;
      }
      return lineEnds(bytes, run(bytes, next, end, symbol), end, false);
    }
    if ((kind & (letter | mark)) !== 0) return run(bytes, next, end, letter | mark);
    if ((kind & newline) === 0) {
      const word = run(bytes, next, end, letter | mark);
      if (word > next) return word;
    }
    if (lead === 0x20) {
      const symbols = run(bytes, next, end, symbol);
      if (symbols > next) return lineEnds(bytes, symbols, end, false);
    }
    return (kind & space) !== 0 ? spaces(bytes, at, end) : at;
  };

  return (bytes, start, end) => {
    const first = bytes[start]!;
    const point = first < 0x80 ? first : wideCodePoint(bytes, start);
    let at = start + widthOf(first);
    if ((classes[point]! & number) !== 0) {
      for (let more = 1; more < 3 && at < end; more++) {
        const lead = bytes[at]!;
        if ((classes[lead < 0x80 ? lead : wideCodePoint(bytes, at)]! & number) === 0) return at;
        at += widthOf(lead);
      }
      return at;
    }
    if (isCut(point)) {
      while (at < end && bytes[at]! >= 0xe3 && isCut(wideCodePoint(bytes, at))) at += widthOf(bytes[at]!);
      return at;
    }
    // What the pattern does not match (controls, unassigned) is one piece up to the next match.
    for (at = start; ;) {
      const kind = kindAt(bytes, at, end);
      if (kind < 0) return at;
      const after = matched(bytes, at, end, kind);
      if (after > at) return at > start ? at : after;
      at += widthOf(bytes[at]!);
    }
  };
}
