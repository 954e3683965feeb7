/**
 * Exact counting: text → UTF-8 → pieces → merges by rank. No list of tokens, no substring and no object per piece is
 * made: pieces are stretches of a byte buffer. Short ones are found by their bytes among those counted last; others by
 * hash in the vocabulary, then in a bounded cache of pieces merged before.
 */
import { createMerger } from './merge.js';
import { createPieceCache } from './pieceCache.js';
import { windowEnd } from './safeCuts.js';
import { type Vocabulary, hashBase } from './vocabulary.js';
import { widthOf } from './characters.js';
import type { NextPiece } from './wordPieces.js';

export interface Counter {
  /**
   * Tokens of a text; special-token text counts as ordinary text, lone surrogates as U+FFFD, as APIs do. `continued`:
   * the text goes on from another one at a safe cut.
   */
  countTokens(text: string, continued?: boolean): number;
  /** Texts may be cut only before blanks (see safeCuts.ts). */
  readonly blanksOnly: boolean;
  /**
   * Where tokens end, in UTF-16 code units of the text. A token that ends inside a character ends, here, with it: an
   * offset occurs once per token that ends there. Null when normalization changes the text.
   */
  tokenEnds(text: string): readonly number[] | null;
}

export interface CounterParts {
  readonly vocabulary: Vocabulary;
  readonly nextPiece: NextPiece;
  /** Applied to the whole text first, e.g. NFC. Must not change what `windowEnd` takes for a safe cut. */
  readonly normalize?: (text: string) => string;
  /** Merges start from characters; one that is no token counts as its bytes (SentencePiece with byte fallback). */
  readonly characters?: boolean;
  /** A blank is put before the text (SentencePiece's `add_dummy_prefix`). */
  readonly leadingBlank?: boolean;
}

/** UTF-16 code units encoded at a time. */
const windowLength = 65_536;
/** Most bytes of a piece that is remembered when it is more than one token. */
const cachedPieceLength = 255;
/** Most bytes of a piece that is remembered by its bytes themselves: three words of a slot. */
const shortPiece = 12;
const shortSlots = 1 << 14;
/** Bytes behind the text that reading whole words may touch. */
const slack = shortPiece;
/** What is of the piece in its last word, by length modulo 4. */
const wordMasks = new Int32Array([-1, 0xff, 0xffff, 0xffffff]);

/** Counter over a vocabulary; not reentrant. */
export function createCounter({ vocabulary, nextPiece, normalize, characters = false, leadingBlank = false }: CounterParts): Counter {
  const encoder = new TextEncoder();
  const merger = createMerger(vocabulary, characters);
  const cache = createPieceCache();
  const { rankOf } = vocabulary;
  let bytes = new Uint8Array(4096);
  let words = new DataView(bytes.buffer);
  /** Short pieces counted last, four words a slot: the piece's bytes, then length << 8 | tokens. Taken with the first text. */
  let short = new Int32Array(0);

  /** Encodes a window of the text; the byte length. */
  const encode = (text: string, start: number, end: number): number => {
    if (bytes.length < (end - start) * 3 + slack) {
      bytes = new Uint8Array((end - start) * 3 + 1024);
      words = new DataView(bytes.buffer);
    }
    const part = start === 0 && end === text.length ? text : text.slice(start, end);
    return encoder.encodeInto(part, bytes).written;
  };

  /** Tokens of a piece that is not remembered as a short one. */
  const countPiece = (start: number, end: number): number => {
    let hash = 0;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, hashBase) + bytes[i]! + 1) | 0;
    if (rankOf(bytes, start, 0, end, hash) >= 0) return 1;
    if (end - start > cachedPieceLength) return merger.count(bytes, start, end);
    let count = cache.get(bytes, start, end, hash);
    if (count === 0) {
      count = merger.count(bytes, start, end);
      cache.set(bytes, start, end, hash, count);
    }
    return count;
  };

  /** Tokens of the first `size` bytes of the buffer. */
  const countBytes = (size: number): number => {
    if (short.length === 0) short = new Int32Array(shortSlots * 4);
    const text = bytes;
    const view = words;
    const known = short;
    let total = 0;
    for (let start = 0; start < size;) {
      const end = nextPiece(text, start, size);
      const length = end - start;
      if (length === 1 && !characters) total++;
      else if (length > shortPiece) total += countPiece(start, end);
      else {
        let first = view.getInt32(start, true);
        let second = 0;
        let third = 0;
        if (length <= 4) first &= wordMasks[length & 3]!;
        else {
          second = view.getInt32(start + 4, true);
          if (length <= 8) second &= wordMasks[length & 3]!;
          else third = view.getInt32(start + 8, true) & wordMasks[length & 3]!;
        }
        const mixed = Math.imul(first ^ Math.imul(second ^ Math.imul(third, 0x2c1b3c6d), 0x45d9f3b), 0x297a2d39);
        const slot = ((mixed ^ (mixed >>> 15)) & (shortSlots - 1)) << 2;
        const last = known[slot + 3]!;
        if (known[slot] === first && known[slot + 1] === second && known[slot + 2] === third && last >>> 8 === length) total += last & 255;
        else {
          const count = countPiece(start, end);
          known[slot] = first;
          known[slot + 1] = second;
          known[slot + 2] = third;
          known[slot + 3] = (length << 8) | count;
          total += count;
        }
      }
      start = end;
    }
    return total;
  };

  return {
    blanksOnly: characters,
    countTokens(text, continued = false) {
      const normal = normalize ? normalize(text) : text;
      const whole = leadingBlank && !continued && normal !== '' ? ` ${normal}` : normal;
      if (whole.length <= windowLength) {
        return countBytes(encode(whole, 0, whole.length));
      }
      let total = 0;
      for (let start = 0; start < whole.length;) {
        const end = windowEnd(whole, start, windowLength, characters);
        total += countBytes(encode(whole, start, end));
        start = end;
      }
      return total;
    },
    tokenEnds(text) {
      const formed = text.toWellFormed();
      if (formed === '') return [];
      // The blank of SentencePiece and a literal blank mark are as long as what they stand for.
      const normal = normalize ? normalize(formed) : formed;
      if (normal !== formed && normal.replaceAll(' ', '\u2581') !== formed.replaceAll(' ', '\u2581')) return null;
      const lead = leadingBlank ? 1 : 0;
      const whole = leadingBlank ? ` ${normal}` : normal;
      const ends: number[] = [];
      const length = encode(whole, 0, whole.length);
      let byte = 0;
      let unit = 0;
      const endsAt = (at: number): void => {
        // The character that holds the token's last byte ends the token.
        while (byte < at) {
          const width = widthOf(bytes[byte]!);
          byte += width;
          unit += width === 4 ? 2 : 1;
        }
        ends.push(Math.max(0, unit - lead));
      };
      for (let start = 0; start < length;) {
        const end = nextPiece(bytes, start, length);
        let hash = 0;
        for (let i = start; i < end; i++) hash = (Math.imul(hash, hashBase) + bytes[i]! + 1) | 0;
        if (rankOf(bytes, start, 0, end, hash) >= 0) endsAt(end);
        else { merger.count(bytes, start, end); merger.eachEnd(endsAt); }
        start = end;
      }
      return ends;
    },
  };
}
