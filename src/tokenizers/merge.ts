/**
 * Byte-pair merges within one piece: always the neighbours whose join has the lowest rank, the leftmost of equals.
 * Short pieces are scanned, long ones keep their candidates in a heap, so that no input costs more than n·log n.
 */
import { widthOf } from './characters.js';
import { type Vocabulary, hashBase } from './vocabulary.js';

export interface Merger {
  /** Tokens of `bytes[start, end)`; afterwards `ends` are known until the next call. */
  count(bytes: Uint8Array, start: number, end: number): number;
  /** Calls back with the end of each token of the piece counted last. */
  eachEnd(callback: (end: number) => void): void;
}

const scanLimit = 160;
const none = 0x7fffffff;

/**
 * Makes a merger with its own buffers; not reentrant. Merges start from bytes, or with `characters` from characters, of
 * which those that are no token count as their bytes.
 */
export function createMerger(vocabulary: Vocabulary, characters: boolean): Merger {
  const { pairs, rankOf } = vocabulary;
  let prefix = new Int32Array(1025);
  let powers = new Int32Array(1025);
  let parts = new Int32Array(1026);
  let ranks = new Int32Array(1026);
  let before = new Int32Array(0);
  let heap = new Float64Array(0);
  let heapSize = 0;
  let lastCount = 0;
  let lastByHeap = false;
  powers[0] = 1;
  for (let i = 1; i < powers.length; i++) powers[i] = Math.imul(powers[i - 1]!, hashBase);

  const reserve = (length: number): void => {
    if (prefix.length > length) return;
    const size = Math.max(length, prefix.length * 2);
    prefix = new Int32Array(size + 1);
    parts = new Int32Array(size + 2);
    ranks = new Int32Array(size + 2);
    const known = powers;
    powers = new Int32Array(size + 1);
    powers.set(known);
    for (let i = known.length; i <= size; i++) powers[i] = Math.imul(powers[i - 1]!, hashBase);
  };

  /** prefix[i] is the hash of the piece's first i bytes; each byte counts as byte + 1 so that zeros are not invisible. */
  const hashPrefixes = (bytes: Uint8Array, start: number, length: number): void => {
    let hash = 0;
    prefix[0] = 0;
    for (let i = 0; i < length; i++) {
      hash = (Math.imul(hash, hashBase) + bytes[start + i]! + 1) | 0;
      prefix[i + 1] = hash;
    }
  };

  const byScan = (bytes: Uint8Array, start: number, length: number): number => {
    const hashes = prefix;
    const factors = powers;
    const starts = parts;
    const scores = ranks;
    let count = 0;
    if (characters) {
      for (let i = 0; i < length; i += widthOf(bytes[start + i]!)) starts[count++] = i;
      starts[count] = length;
      for (let i = 0; i + 1 < count; i++) {
        const to = starts[i + 2]!;
        const rank = rankOf(bytes, start + starts[i]!, start + starts[i + 1]!, start + to, (hashes[to]! - Math.imul(hashes[starts[i]!]!, factors[to - starts[i]!]!)) | 0);
        scores[i] = rank < 0 ? none : rank;
      }
    } else {
      count = length;
      for (let i = 0; i <= length; i++) starts[i] = i;
      for (let i = 0; i + 1 < length; i++) {
        const rank = pairs[(bytes[start + i]! << 8) | bytes[start + i + 1]!]!;
        scores[i] = rank === 0 ? none : rank - 1;
      }
    }
    for (;;) {
      let best = none;
      let at = -1;
      for (let i = 0; i < count - 1; i++) {
        const score = scores[i]!;
        if (score < best) { best = score; at = i; }
      }
      if (at < 0) return count;
      count--;
      for (let i = at + 1; i < count; i++) { starts[i] = starts[i + 1]!; scores[i] = scores[i + 1]!; }
      starts[count] = length;
      const from = starts[at]!;
      const middle = starts[at + 1]!;
      if (at + 1 < count) {
        const to = starts[at + 2]!;
        const rank = rankOf(bytes, start + from, start + middle, start + to, (hashes[to]! - Math.imul(hashes[from]!, factors[to - from]!)) | 0);
        scores[at] = rank < 0 ? none : rank;
      }
      if (at > 0) {
        const left = starts[at - 1]!;
        const rank = rankOf(bytes, start + left, start + from, start + middle, (hashes[middle]! - Math.imul(hashes[left]!, factors[middle - left]!)) | 0);
        scores[at - 1] = rank < 0 ? none : rank;
      }
    }
  };

  const push = (key: number): void => {
    let i = heapSize++;
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
    const key = heap[--heapSize]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heapSize) break;
      if (child + 1 < heapSize && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= key) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = key;
    return top;
  };

  /** parts[i] = start of the part after the one at i; before[i] = start of the one before; ranks[i] = rank of i joined with its successor. */
  const byHeap = (bytes: Uint8Array, start: number, length: number): number => {
    if (before.length < length + 1) before = new Int32Array(prefix.length);
    if (heap.length < length * 3) heap = new Float64Array(prefix.length * 3);
    const place = 2 ** Math.ceil(Math.log2(length + 1));
    heapSize = 0;
    const consider = (i: number): void => {
      const middle = parts[i]!;
      let rank = -1;
      if (middle < length) {
        const to = parts[middle]!;
        rank = to - i === 2 ? pairs[(bytes[start + i]! << 8) | bytes[start + i + 1]!]! - 1
          : rankOf(bytes, start + i, start + middle, start + to, (prefix[to]! - Math.imul(prefix[i]!, powers[to - i]!)) | 0);
      }
      ranks[i] = rank;
      if (rank >= 0) push(rank * place + i);
    };
    let count = 0;
    for (let i = 0, last = -1; i < length;) {
      const to = characters ? i + widthOf(bytes[start + i]!) : i + 1;
      parts[i] = to;
      before[i] = last;
      last = i;
      i = to;
      count++;
    }
    for (let i = 0; i < length; i = parts[i]!) consider(i);
    while (heapSize > 0) {
      const key = pop();
      const i = key % place;
      if (ranks[i] !== (key - i) / place) continue;
      const second = parts[i]!;
      const after = parts[second]!;
      parts[i] = after;
      if (after < length) before[after] = i;
      ranks[second] = -1;
      count--;
      consider(i);
      if (before[i]! >= 0) consider(before[i]!);
    }
    return count;
  };

  /** True for a part that is one character and no token. */
  const isFallback = (bytes: Uint8Array, start: number, from: number, to: number): boolean =>
    to - from === widthOf(bytes[start + from]!) && rankOf(bytes, start + from, 0, start + to, (prefix[to]! - Math.imul(prefix[from]!, powers[to - from]!)) | 0) < 0;

  /** What characters that are no token count more than one each. */
  const fallbackBytes = (bytes: Uint8Array, start: number, length: number): number => {
    let more = 0;
    for (let from = 0, part = 0; from < length; part++) {
      const to = lastByHeap ? parts[from]! : parts[part + 1]!;
      if (isFallback(bytes, start, from, to)) more += to - from - 1;
      from = to;
    }
    return more;
  };

  let pieceBytes = new Uint8Array(0) as Uint8Array;
  let pieceStart = 0;
  let pieceLength = 0;
  return {
    count(bytes, start, end) {
      const length = end - start;
      reserve(length);
      hashPrefixes(bytes, start, length);
      pieceBytes = bytes;
      pieceStart = start;
      pieceLength = length;
      lastByHeap = length > scanLimit;
      lastCount = lastByHeap ? byHeap(bytes, start, length) : byScan(bytes, start, length);
      return characters ? lastCount + fallbackBytes(bytes, start, length) : lastCount;
    },
    eachEnd(callback) {
      for (let from = 0, part = 0; from < pieceLength; part++) {
        const to = lastByHeap ? parts[from]! : parts[part + 1]!;
        if (characters && isFallback(pieceBytes, pieceStart, from, to)) for (let byte = from + 1; byte <= to; byte++) callback(pieceStart + byte);
        else callback(pieceStart + to);
        from = to;
      }
    },
  };
}
