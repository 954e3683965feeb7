/**
 * Exact counting: text → UTF-8 → pieces → merges by rank. No list of tokens, no substring and no object per piece is
 * made: pieces are stretches of a byte buffer, looked up by hash in the vocabulary, then in a bounded cache of pieces
 * merged before.
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
const cachedPieceLength = 96;

/** Counter over a vocabulary; not reentrant. */
export function createCounter({ vocabulary, nextPiece, normalize, characters = false, leadingBlank = false }: CounterParts): Counter {
  const encoder = new TextEncoder();
  const merger = createMerger(vocabulary, characters);
  const cache = createPieceCache();
  const { rankOf } = vocabulary;
  let bytes = new Uint8Array(4096);

  /** Encodes a window of the text; the byte length. */
  const encode = (text: string, start: number, end: number): number => {
    if (bytes.length < (end - start) * 3 + 1) bytes = new Uint8Array((end - start) * 3 + 1024);
    const part = start === 0 && end === text.length ? text : text.slice(start, end);
    return encoder.encodeInto(part, bytes).written;
  };

  const countBytes = (buffer: Uint8Array, length: number): number => {
    let total = 0;
    for (let start = 0; start < length;) {
      const end = nextPiece(buffer, start, length);
      if (end - start === 1 && !characters) { total++; start = end; continue; }
      let hash = 0;
      for (let i = start; i < end; i++) hash = (Math.imul(hash, hashBase) + buffer[i]! + 1) | 0;
      if (rankOf(buffer, start, 0, end, hash) >= 0) total++;
      else if (end - start > cachedPieceLength) total += merger.count(buffer, start, end);
      else {
        let count = cache.get(buffer, start, end, hash);
        if (count === 0) {
          count = merger.count(buffer, start, end);
          cache.set(buffer, start, end, hash, count);
        }
        total += count;
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
        const length = encode(whole, 0, whole.length);
        return countBytes(bytes, length);
      }
      let total = 0;
      for (let start = 0; start < whole.length;) {
        const end = windowEnd(whole, start, windowLength, characters);
        const length = encode(whole, start, end);
        total += countBytes(bytes, length);
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
