/**
 * Exact byte-level BPE counting: pre-tokenizer → pieces → merges by rank. No list of tokens is built. Pieces up to
 * 200 bytes are merged by scanning, longer ones with a heap, so that no input costs more than n·log n.
 */
import { type Vocabulary, hashBase } from './vocabulary.js';

export interface Counter {
  /** Tokens of a text; special-token text counts as ordinary text, lone surrogates as U+FFFD, as APIs do. */
  countTokens(text: string): number;
}

const scanLimit = 200;
const cachedPieceLength = 64;
const cacheSize = 50_000;

/** Counter over a vocabulary; `pieces` is the pre-tokenizer's pattern with the flags `gu`. */
export function createCounter(vocabulary: Vocabulary, pieces: RegExp): Counter {
  const cache = new Map<string, number>();
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(1024);
  let prefix = new Int32Array(1025);
  let powers = new Int32Array(1025);
  let parts = new Int32Array(1026);
  let ranks = new Int32Array(1026);
  powers[0] = 1;
  for (let i = 1; i < powers.length; i++) powers[i] = Math.imul(powers[i - 1]!, hashBase);

  const reserve = (length: number): void => {
    if (bytes.length >= length) return;
    const size = Math.max(length, bytes.length * 2);
    bytes = new Uint8Array(size);
    prefix = new Int32Array(size + 1);
    parts = new Int32Array(size + 2);
    ranks = new Int32Array(size + 2);
    const old = powers;
    powers = new Int32Array(size + 1);
    powers.set(old);
    for (let i = old.length; i <= size; i++) powers[i] = Math.imul(powers[i - 1]!, hashBase);
  };

  const rankOf = (start: number, end: number): number =>
    vocabulary.rankOf(bytes, start, end, (prefix[end]! - Math.imul(prefix[start]!, powers[end - start]!)) | 0);

  const countPiece = (piece: string): number => {
    reserve(piece.length * 3);
    const length = encoder.encodeInto(piece, bytes).written;
    if (length === 1) return 1;
    // prefix[i] is the hash of bytes[0, i); each byte counts as byte + 1 so that zeros are not invisible.
    for (let i = 0; i < length; i++) prefix[i + 1] = (Math.imul(prefix[i]!, hashBase) + bytes[i]! + 1) | 0;
    if (rankOf(0, length) >= 0) return 1;
    return length <= scanLimit ? mergeByScan(length) : mergeByHeap(length);
  };

  /** parts[i] = start of part i; ranks[i] = rank of parts i and i+1 joined, or the highest number. */
  const mergeByScan = (length: number): number => {
    const none = 0x7fffffff;
    let count = length;
    for (let i = 0; i <= length; i++) parts[i] = i;
    const joined = (i: number): number => {
      if (i + 2 > count) return none;
      const rank = rankOf(parts[i]!, parts[i + 2]!);
      return rank < 0 ? none : rank;
    };
    for (let i = 0; i < length; i++) ranks[i] = i + 2 <= length ? joined(i) : none;
    for (;;) {
      let best = none;
      let at = -1;
      for (let i = 0; i < count - 1; i++) if (ranks[i]! < best) { best = ranks[i]!; at = i; }
      if (at < 0) return count;
      parts.copyWithin(at + 1, at + 2, count + 1);
      ranks.copyWithin(at + 1, at + 2, count);
      count--;
      ranks[at] = joined(at);
      if (at > 0) ranks[at - 1] = joined(at - 1);
    }
  };

  /** The same merges for long pieces: neighbours in a linked list, candidates in a heap ordered by rank, then place. */
  const mergeByHeap = (length: number): number => {
    const next = new Int32Array(length + 1);
    const previous = new Int32Array(length + 1);
    const heap: number[] = [];
    const rankAt = new Int32Array(length).fill(-1);
    const place = 2 ** Math.ceil(Math.log2(length + 1));
    const push = (key: number): void => {
      let i = heap.length;
      heap.push(key);
      while (i > 0) {
        const parent = (i - 1) >> 1;
        if (heap[parent]! <= key) break;
        heap[i] = heap[parent]!;
        i = parent;
      }
      heap[i] = key;
    };
    const pop = (): number => {
      const top = heap[0]!;
      const key = heap.pop()!;
      if (heap.length > 0) {
        let i = 0;
        for (;;) {
          let child = 2 * i + 1;
          if (child >= heap.length) break;
          if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
          if (heap[child]! >= key) break;
          heap[i] = heap[child]!;
          i = child;
        }
        heap[i] = key;
      }
      return top;
    };
    const consider = (i: number): void => {
      const second = next[i]!;
      const rank = second >= length ? -1 : rankOf(i, next[second]!);
      rankAt[i] = rank;
      if (rank >= 0) push(rank * place + i);
    };
    for (let i = 0; i <= length; i++) { next[i] = i + 1; previous[i] = i - 1; }
    for (let i = 0; i < length; i++) consider(i);
    let count = length;
    while (heap.length > 0) {
      const key = pop();
      const i = key % place;
      const rank = (key - i) / place;
      if (rankAt[i] !== rank) continue;
      const second = next[i]!;
      next[i] = next[second]!;
      if (next[i]! < length) previous[next[i]!] = i;
      rankAt[second] = -1;
      count--;
      consider(i);
      if (previous[i]! >= 0) consider(previous[i]!);
    }
    return count;
  };

  return {
    countTokens(text) {
      let total = 0;
      pieces.lastIndex = 0;
      for (let match = pieces.exec(text); match; match = pieces.exec(text)) {
        const piece = match[0];
        if (piece.length > cachedPieceLength) { total += countPiece(piece); continue; }
        let count = cache.get(piece);
        if (count === undefined) {
          count = countPiece(piece);
          if (cache.size >= cacheSize) cache.clear();
          cache.set(piece, count);
        }
        total += count;
      }
      return total;
    },
  };
}
