/**
 * Set of request ids as 64-bit hashes in one flat table, so that a million of them are read in milliseconds. Two ids
 * share a hash with probability n²/2⁶⁵: 3·10⁻⁸ for a million.
 */
const emptySlots = 1 << 10;

export interface IdTable {
  readonly count: number;
  /** Adds an id; false when it was there. */
  add(id: string): boolean;
  /** The table as bytes, to be handed to `readIdTable`. */
  bytes(): Uint8Array;
}

/** A table with what `bytes` of another gave, or an empty one. Throws on bytes that are none. */
export function createIdTable(stored?: Uint8Array): IdTable {
  let slots = emptySlots;
  let table = new Uint32Array(slots * 2);
  let count = 0;
  if (stored) {
    const words = stored.byteLength / 4 - 1;
    slots = words / 2;
    if (!Number.isInteger(slots) || slots < emptySlots || (slots & (slots - 1)) !== 0) throw new Error('damaged id table');
    const all = new Uint32Array(new Uint8Array(stored).buffer);
    count = all[0]!;
    table = all.subarray(1);
  }
  const place = (into: Uint32Array, size: number, high: number, low: number): boolean => {
    for (let at = low & (size - 1); ; at = (at + 1) & (size - 1)) {
      const [a, b] = [into[at * 2]!, into[at * 2 + 1]!];
      if (a === 0 && b === 0) { into[at * 2] = high; into[at * 2 + 1] = low; return true; }
      if (a === high && b === low) return false;
    }
  };
  const grow = (): void => {
    const size = slots * 2;
    const next = new Uint32Array(size * 2);
    for (let at = 0; at < slots; at++) {
      const [high, low] = [table[at * 2]!, table[at * 2 + 1]!];
      if (high !== 0 || low !== 0) place(next, size, high, low);
    }
    table = next;
    slots = size;
  };
  return {
    get count() { return count; },
    add(id) {
      // cyrb53's two lanes, kept whole.
      let high = 0xdeadbeef ^ id.length;
      let low = 0x41c6ce57 ^ id.length;
      for (let at = 0; at < id.length; at++) {
        const code = id.charCodeAt(at);
        high = Math.imul(high ^ code, 2654435761);
        low = Math.imul(low ^ code, 1597334677);
      }
      high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
      low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
      high >>>= 0;
      low >>>= 0;
      if (high === 0 && low === 0) low = 1;
      if (count * 2 >= slots) grow();
      const added = place(table, slots, high, low);
      if (added) count++;
      return added;
    },
    bytes() {
      const all = new Uint32Array(table.length + 1);
      all[0] = count;
      all.set(table, 1);
      return new Uint8Array(all.buffer);
    },
  };
}
