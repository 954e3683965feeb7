/** A byte-level BPE vocabulary in memory: rank of any byte string in constant time, without allocating. */

/** Ranks by bytes. */
export interface Vocabulary {
  readonly size: number;
  /** Rank of `bytes[start, end)` given its hash (see `hashOf`), or −1. */
  rankOf(bytes: Uint8Array, start: number, end: number, hash: number): number;
}

/** Base of the polynomial hash over bytes; odd, so that it is invertible modulo 2³². */
export const hashBase = 0x01000193;

/** Unpacks what scripts/buildVocabularies.mjs wrote (gzip of merge pairs). Rejects on damaged data. */
export async function loadVocabulary(packed: Uint8Array): Promise<Vocabulary> {
  const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return readVocabulary(new Uint8Array(await new Response(stream).arrayBuffer()));
}

function readVocabulary(data: Uint8Array): Vocabulary {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = view.getUint32(256, true);
  if (data.length !== 260 + count * 6) throw new Error('damaged vocabulary');
  const size = count + 256;
  const offsets = new Uint32Array(size + 1);
  const left = (index: number): number => data[260 + index]! | (data[260 + count + index]! << 8) | (data[260 + 2 * count + index]! << 16);
  const right = (index: number): number => data[260 + 3 * count + index]! | (data[260 + 4 * count + index]! << 8) | (data[260 + 5 * count + index]! << 16);

  for (let rank = 0; rank < 256; rank++) offsets[rank + 1] = rank + 1;
  for (let index = 0; index < count; index++) {
    const a = left(index);
    const b = right(index);
    offsets[index + 257] = offsets[index + 256]! + offsets[a + 1]! - offsets[a]! + offsets[b + 1]! - offsets[b]!;
  }
  const bytes = new Uint8Array(offsets[size]!);
  bytes.set(data.subarray(0, 256));
  for (let index = 0; index < count; index++) {
    let at = offsets[index + 256]!;
    for (const part of [left(index), right(index)]) {
      const end = offsets[part + 1]!;
      for (let from = offsets[part]!; from < end; from++) bytes[at++] = bytes[from]!;
    }
  }

  // Open addressing at a load of at most one half.
  const bits = Math.ceil(Math.log2(size * 2));
  const mask = 2 ** bits - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  for (let rank = 0; rank < size; rank++) {
    let hash = 0;
    const end = offsets[rank + 1]!;
    for (let at = offsets[rank]!; at < end; at++) hash = (Math.imul(hash, hashBase) + bytes[at]! + 1) | 0;
    let slot = spread(hash) & mask;
    while (table[slot] !== -1) slot = (slot + 1) & mask;
    table[slot] = rank;
  }

  return {
    size,
    rankOf(text, start, end, hash) {
      const length = end - start;
      for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
        const rank = table[slot]!;
        if (rank === -1) return -1;
        const from = offsets[rank]!;
        if (offsets[rank + 1]! - from !== length) continue;
        let at = 0;
        while (at < length && bytes[from + at] === text[start + at]) at++;
        if (at === length) return rank;
      }
    },
  };
}

/** Mixes the high bits down: neighbours in a polynomial hash are neighbours in value. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) >>> 0;
}
