/** Counts of pieces merged before, by their bytes, in flat arrays; emptied when full, so that memory is bounded. */
export interface PieceCache {
  /** Count of the piece `bytes[start, end)`, or 0. */
  get(bytes: Uint8Array, start: number, end: number, hash: number): number;
  set(bytes: Uint8Array, start: number, end: number, hash: number, count: number): void;
}

const slots = 1 << 16;
const mostPieces = 40_000;
const mostBytes = 1 << 20;

/** About 1.8 MB at most, taken on first use. */
export function createPieceCache(): PieceCache {
  let hashes = new Int32Array(0);
  let places = new Int32Array(0);
  /** length << 8 | count of a slot's piece; 0 = free. Pieces have at most 255 bytes. */
  let sizes = new Uint16Array(0);
  let pool = new Uint8Array(0);
  let pieces = 0;
  let used = 0;
  const slotOf = (hash: number): number => {
    const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    return (mixed ^ (mixed >>> 15)) & (slots - 1);
  };
  return {
    get(bytes, start, end, hash) {
      if (pieces === 0) return 0;
      const length = end - start;
      for (let slot = slotOf(hash); ; slot = (slot + 1) & (slots - 1)) {
        const size = sizes[slot]!;
        if (size === 0) return 0;
        if (hashes[slot] !== hash || size >>> 8 !== length) continue;
        let from = places[slot]!;
        let at = start;
        while (at < end && pool[from] === bytes[at]) { from++; at++; }
        if (at === end) return size & 255;
      }
    },
    set(bytes, start, end, hash, count) {
      const length = end - start;
      if (length > 255 || count > 255) return;
      if (pool.length === 0) {
        hashes = new Int32Array(slots);
        places = new Int32Array(slots);
        sizes = new Uint16Array(slots);
        pool = new Uint8Array(mostBytes);
      } else if (pieces >= mostPieces || used + length > mostBytes) {
        sizes.fill(0);
        pieces = 0;
        used = 0;
      }
      let slot = slotOf(hash);
      while (sizes[slot] !== 0) slot = (slot + 1) & (slots - 1);
      hashes[slot] = hash;
      places[slot] = used;
      sizes[slot] = (length << 8) | count;
      pool.set(bytes.subarray(start, end), used);
      used += length;
      pieces++;
    },
  };
}
