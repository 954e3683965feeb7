/** Counts of pieces merged before, by their bytes, in flat arrays; emptied when full, so that memory is bounded. */
export interface PieceCache {
  /** Count of the piece `bytes[start, end)`, or 0. */
  get(bytes: Uint8Array, start: number, end: number, hash: number): number;
  /** Remembers a piece that `get` did not find; of more than 255 bytes it is not remembered. */
  set(bytes: Uint8Array, start: number, end: number, hash: number, count: number): void;
}

const mostPieces = 40_000;
const mostBytes = 1 << 20;
/** Words of a slot: hash, place in the pool, length << 8 | count (0 = free). */
const slotWords = 3;

/** Grows from nothing to 1.8 MB at most: what is not touched need not be there. */
export function createPieceCache(): PieceCache {
  let slots = 1 << 11;
  let table = new Int32Array(0);
  let pool = new Uint8Array(0);
  let pieces = 0;
  let used = 0;
  const homeOf = (hash: number): number => {
    const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    return (mixed ^ (mixed >>> 15)) & (slots - 1);
  };
  const put = (hash: number, place: number, size: number): void => {
    let slot = homeOf(hash);
    while (table[slot * slotWords + 2] !== 0) slot = (slot + 1) & (slots - 1);
    table[slot * slotWords] = hash;
    table[slot * slotWords + 1] = place;
    table[slot * slotWords + 2] = size;
  };
  const grow = (): void => {
    const before = table;
    if (before.length > 0) slots *= 2;
    table = new Int32Array(slots * slotWords);
    for (let at = 0; at < before.length; at += slotWords) if (before[at + 2] !== 0) put(before[at]!, before[at + 1]!, before[at + 2]!);
  };
  return {
    get(bytes, start, end, hash) {
      if (pieces === 0) return 0;
      const length = end - start;
      for (let slot = homeOf(hash); ; slot = (slot + 1) & (slots - 1)) {
        const size = table[slot * slotWords + 2]!;
        if (size === 0) return 0;
        if (table[slot * slotWords] !== hash || size >>> 8 !== length) continue;
        let from = table[slot * slotWords + 1]!;
        let at = start;
        while (at < end && pool[from] === bytes[at]) { from++; at++; }
        if (at === end) return size & 255;
      }
    },
    set(bytes, start, end, hash, count) {
      const length = end - start;
      if (length > 255 || count > 255) return;
      if (pieces >= mostPieces || used + length > mostBytes) {
        table.fill(0);
        pieces = 0;
        used = 0;
      }
      if (pieces * 3 >= slots * 2 || table.length === 0) grow();
      if (used + length > pool.length) {
        const larger = new Uint8Array(Math.min(mostBytes, Math.max(pool.length * 2, 1 << 14)));
        larger.set(pool);
        pool = larger;
      }
      for (let i = 0; i < length; i++) pool[used + i] = bytes[start + i]!;
      put(hash, used, (length << 8) | count);
      used += length;
      pieces++;
    },
  };
}
