/**
 * Pre-tokenizer of the tiktoken kind, written by hand: where the next piece of a text ends. One function for
 * o200k_base, cl100k_base, Llama 3, Qwen and Tekken, which differ in four things. Equal to the published patterns
 * (openai_public.py; `pre_tokenizer` of the tokenizer.json files), alternatives in their order, with their
 * backtracking; the tests compare them with the reference implementations.
 */
import { letter, lower, mark, newline, number, space, uncased, upper, wideCodePoint, widthOf } from './characters.js';

/** End of the piece that starts at `start` in UTF-8 `bytes`; `end` is the end of the text. */
export type NextPiece = (bytes: Uint8Array, start: number, end: number) => number;

export interface WordRules {
  /** A word is upper-case letters, then lower-case ones (o200k, Tekken); otherwise any run of letters. */
  readonly cased: boolean;
  /** English contractions: a piece of their own before anything else, the end of a word, or not known. */
  readonly contractions: 'first' | 'suffix' | 'none';
  /** Digits in a piece at most. */
  readonly digits: 1 | 3;
  /** A run of punctuation takes slashes after its newlines along. */
  readonly slashes: boolean;
}

const apostrophe = 0x27;
const blank = 0x20;

/** Makes the pre-tokenizer; `classes` as `characterClasses()` gives them. */
export function wordPieces(classes: Uint8Array, rules: WordRules): NextPiece {
  const { cased, digits, slashes } = rules;
  const contractionFirst = rules.contractions === 'first';
  const contractionSuffix = rules.contractions === 'suffix';

  return (bytes, start, end) => {
    const first = bytes[start]!;
    const plain = asciiWord(bytes, first === blank ? start + 1 : start, end, cased);
    if (plain > 0) return plain;
    let kind: number;
    let next: number;
    if (first < 0x80) { kind = classes[first]!; next = start + 1; }
    else { kind = classes[wideCodePoint(bytes, start)]!; next = start + widthOf(first); }

    if (contractionFirst && first === apostrophe) {
      const after = contraction(bytes, start, end);
      if (after > start) return after;
    }
    if ((kind & (letter | number | newline)) === 0) {
      // One character of any other kind may go before a word.
      const after = cased ? casedWord(classes, bytes, next, end) : letters(classes, bytes, next, end);
      if (after > next) return contractionSuffix ? contraction(bytes, after, end) : after;
      if (cased && (kind & mark) !== 0) return contractionSuffix ? contraction(bytes, next, end) : next;
      if (cased && after < 0) return contractionSuffix ? contraction(bytes, ~after, end) : ~after;
    } else if ((kind & letter) !== 0) {
      if (!cased) return letters(classes, bytes, next, end);
      const after = casedWord(classes, bytes, start, end);
      const word = after < 0 ? ~after : after;
      return contractionSuffix ? contraction(bytes, word, end) : word;
    } else if ((kind & number) !== 0) {
      if (digits === 1) return next;
      for (let more = 1; more < digits && next < end; more++) {
        const lead = bytes[next]!;
        if ((classes[lead < 0x80 ? lead : wideCodePoint(bytes, next)]! & number) === 0) return next;
        next += widthOf(lead);
      }
      return next;
    }
    if ((kind & space) === 0 || first === blank) {
      const after = others(classes, bytes, first === blank ? next : start, end);
      if (after > (first === blank ? next : start)) return lineEnds(bytes, after, end, slashes);
    }
    return whitespace(classes, bytes, start, end);
  };
}

/**
 * End of the ASCII word at `at` when what follows it settles that: the most frequent piece, without a class looked up.
 * 0 when there is none, or when a letter outside ASCII, a mark or a contraction may go on with it.
 */
function asciiWord(bytes: Uint8Array, at: number, end: number, cased: boolean): number {
  if (at >= end || ((bytes[at]! | 32) - 0x61) >>> 0 >= 26) return 0;
  const isUpper = bytes[at]! < 0x61;
  let i = at + 1;
  if (cased) {
    while (i < end && (bytes[i]! - 0x61) >>> 0 < 26) i++;
    // Capitals go on after capitals.
    if (isUpper && i === at + 1) return 0;
  } else while (i < end && ((bytes[i]! | 32) - 0x61) >>> 0 < 26) i++;
  return i === end || (bytes[i]! < 0x80 && bytes[i] !== apostrophe) ? i : 0;
}

/** End of the run of letters at `at`. */
function letters(classes: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const lead = bytes[at]!;
    if (lead < 0x80) {
      if ((classes[lead]! & letter) === 0) return at;
      at++;
    } else {
      if ((classes[wideCodePoint(bytes, at)]! & letter) === 0) return at;
      at += widthOf(lead);
    }
  }
  return at;
}

/**
 * `[upper|uncased|mark]*[lower|uncased|mark]+` at `at`: its end. When only upper-case letters are there, the other
 * alternative `[upper|uncased|mark]+` matches them: the complement of their end. `at` when there is no letter.
 */
function casedWord(classes: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  let last = -1;
  let i = at;
  let kind = 0;
  while (i < end) {
    const lead = bytes[i]!;
    kind = classes[lead < 0x80 ? lead : wideCodePoint(bytes, i)]!;
    if ((kind & (upper | uncased | mark)) === 0) break;
    i += widthOf(lead);
    if ((kind & upper) === 0) last = i;
  }
  if (i < end && (kind & lower) !== 0) {
    while (i < end) {
      const lead = bytes[i]!;
      if ((classes[lead < 0x80 ? lead : wideCodePoint(bytes, i)]! & (lower | uncased | mark)) === 0) break;
      i += widthOf(lead);
    }
    return i;
  }
  if (last >= 0) return last;
  return i > at ? ~i : at;
}

/** End of the contraction at `at`, or `at`. Case is folded as Unicode does it: U+017F is an s. */
export function contraction(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end || bytes[at] !== apostrophe) return at;
  const first = bytes[at + 1]!;
  if (first === 0xc5) return at + 2 < end && bytes[at + 2] === 0xbf ? at + 3 : at;
  switch (first | 32) {
    case 0x73: case 0x74: case 0x6d: case 0x64: // s t m d
      return at + 2;
    case 0x72: case 0x76: // re ve
      return at + 2 < end && (bytes[at + 2]! | 32) === 0x65 ? at + 3 : at;
    case 0x6c: // ll
      return at + 2 < end && (bytes[at + 2]! | 32) === 0x6c ? at + 3 : at;
    default:
      return at;
  }
}

/** End of the run at `at` of what is neither whitespace nor letter nor number. */
export function others(classes: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const lead = bytes[at]!;
    if ((classes[lead < 0x80 ? lead : wideCodePoint(bytes, at)]! & (space | letter | number)) !== 0) return at;
    at += widthOf(lead);
  }
  return at;
}

/** End of the line breaks (and slashes) at `at`. */
export function lineEnds(bytes: Uint8Array, at: number, end: number, slashes: boolean): number {
  while (at < end && (bytes[at] === 0x0a || bytes[at] === 0x0d || (slashes && bytes[at] === 0x2f))) at++;
  return at;
}

/**
 * `\s*[\r\n]+|\s+(?!\S)|\s+` at `start`, where whitespace is: up to its last line break, or else without its last
 * character when something follows.
 */
export function whitespace(classes: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let lastStart = start;
  let lastBreak = -1;
  while (at < end) {
    const lead = bytes[at]!;
    if ((classes[lead < 0x80 ? lead : wideCodePoint(bytes, at)]! & space) === 0) break;
    lastStart = at;
    at += widthOf(lead);
    if (lead === 0x0a || lead === 0x0d) lastBreak = at;
  }
  if (lastBreak >= 0) return lastBreak;
  return at === end || lastStart === start ? at : lastStart;
}
