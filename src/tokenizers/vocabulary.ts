/**
 * A vocabulary in memory: rank of any byte string in constant time, without allocating. Read from the compact files
 * that scripts/buildVocabularies.mjs writes (format: scripts/vocabularies/pack.mjs).
 */

/** Ranks by bytes. A rank orders merges; it is not the vendor's token id. */
export interface Vocabulary {
  readonly size: number;
  /** Rank of two bytes, by `first << 8 | second`; −1 where they are no token. */
  readonly pairs: Int32Array;
  /**
   * Rank of `bytes[start, end)` given its hash (bytes counted as byte + 1, base `hashBase`), or −1. `middle` is where
   * the two parts meet that would be joined; 0 asks for the token as a whole.
   */
  rankOf(bytes: Uint8Array, start: number, middle: number, end: number, hash: number): number;
}

/** Base of the polynomial hash over bytes; odd, so that it is invertible modulo 2³². */
export const hashBase = 0x01000193;

/** How joins are found: any two tokens whose bytes together are a token (tiktoken), or only the pair of the merge list. */
export type MergeRule = 'by-bytes' | 'by-list';

const literal = 0xffffff;
/** Longer ones are in no vocabulary (Claude's has 1,024 blanks). */
const longestToken = 2048;
/** Bits of a table entry: rank + 1, and the rest for a glimpse of the hash. */
const rankMask = 0x3ffff;
const tagMask = ~rankMask;

/** Unpacks files as `scripts/vocabularies/pack.mjs` wrote them; later ones build on earlier ones. Rejects on damaged data. */
export async function loadVocabulary(packed: readonly Uint8Array[], rule: MergeRule): Promise<Vocabulary> {
  return readVocabulary(await Promise.all(packed.map(unzipped)), rule);
}

/**
 * Gunzips into one buffer; the size is in the file's last four bytes. Loaders that unzip by themselves (Node does it
 * in half the time) hand over what is inside.
 */
async function unzipped(packed: Uint8Array): Promise<Uint8Array> {
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  if (packed.length < 18) throw new Error('damaged vocabulary');
  const size = new DataView(packed.buffer, packed.byteOffset + packed.byteLength - 4, 4).getUint32(0, true);
  if (size > 1 << 26) throw new Error('damaged vocabulary');
  const data = new Uint8Array(size);
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const written = writer.write(packed as BufferSource).then(() => writer.close());
  written.catch(() => undefined);
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let at = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (at + part.value.length > size) throw new Error('damaged vocabulary');
    data.set(part.value, at);
    at += part.value.length;
  }
  await written;
  if (at !== size) throw new Error('damaged vocabulary');
  return data;
}

/** One unpacked file: byte planes of pairs, literal bytes, ranks of earlier files that are left out. */
interface Section {
  readonly count: number;
  /** Bytes of all its tokens together. */
  readonly bytes: number;
  readonly planes: Uint8Array;
  readonly literals: Uint8Array;
  readonly absent: readonly number[];
}

const headerLength = 16;

function sectionOf(data: Uint8Array): Section {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < headerLength) throw new Error('damaged vocabulary');
  const [count, literalBytes, leftOut, bytes] = [0, 4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number, number];
  const afterPlanes = headerLength + count * 6;
  const afterLiterals = afterPlanes + literalBytes;
  if (count === 0 || count >= rankMask || bytes > 1 << 26 || data.length !== afterLiterals + leftOut * 4) throw new Error('damaged vocabulary');
  return {
    count, bytes, planes: data.subarray(headerLength, afterPlanes), literals: data.subarray(afterPlanes, afterLiterals),
    absent: Array.from({ length: leftOut }, (_, index) => view.getUint32(afterLiterals + index * 4, true)),
  };
}

/** What all tokens are: their bytes one after the other, where each ends, their hashes, lengths of their first parts. */
interface Tokens {
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
  readonly hashes: Int32Array;
  readonly middles: Uint16Array;
}

/** Writes the tokens of a section, each a literal or made of two earlier ones. */
function expand({ count, planes, literals }: Section, base: number, { offsets, bytes, hashes, middles }: Tokens): void {
  const powers = new Int32Array(longestToken + 1);
  powers[0] = 1;
  for (let i = 1; i <= longestToken; i++) powers[i] = Math.imul(powers[i - 1]!, hashBase);
  let from = 0;
  let at = offsets[base]!;
  for (let i = 0; i < count; i++) {
    const a = planes[i]! | (planes[count + i]! << 8) | (planes[2 * count + i]! << 16);
    const b = planes[3 * count + i]! | (planes[4 * count + i]! << 8) | (planes[5 * count + i]! << 16);
    if (a === literal) {
      if (b === 0 || b > longestToken || from + b > literals.length || at + b > bytes.length) throw new Error('damaged vocabulary');
      let hash = 0;
      for (const end = from + b; from < end; from++) {
        bytes[at++] = literals[from]!;
        hash = (Math.imul(hash, hashBase) + literals[from]! + 1) | 0;
      }
      hashes[base + i] = hash;
    } else {
      if (a >= base + i || b >= base + i) throw new Error('damaged vocabulary');
      const start = offsets[a]!;
      const first = offsets[a + 1]! - start;
      const middle = offsets[b]!;
      const second = offsets[b + 1]! - middle;
      if (first + second > longestToken || at + first + second > bytes.length) throw new Error('damaged vocabulary');
      for (let j = 0; j < first; j++) bytes[at++] = bytes[start + j]!;
      for (let j = 0; j < second; j++) bytes[at++] = bytes[middle + j]!;
      // The hash of a join follows from the hashes of its parts.
      hashes[base + i] = (Math.imul(hashes[a]!, powers[second]!) + hashes[b]!) | 0;
      middles[base + i] = first;
    }
    offsets[base + i + 1] = at;
  }
}

/** Open addressing at a load of at most one half. An entry is the rank + 1 in its low bits, then bits of the hash. */
function tableOf(hashes: Int32Array, absent: ReadonlySet<number>): Int32Array {
  const size = hashes.length;
  const mask = 2 ** Math.ceil(Math.log2(size * 2)) - 1;
  const table = new Int32Array(mask + 1);
  for (let rank = 0; rank < size; rank++) {
    if (absent.size > 0 && absent.has(rank)) continue;
    const mixed = spread(hashes[rank]!);
    let slot = mixed & mask;
    while (table[slot] !== 0) slot = (slot + 1) & mask;
    table[slot] = (rank + 1) | (mixed & tagMask);
  }
  return table;
}

/** Ranks of two-byte tokens. */
function pairsOf({ offsets, bytes }: Tokens, absent: ReadonlySet<number>): Int32Array {
  const pairs = new Int32Array(65_536).fill(-1);
  for (let rank = 0; rank + 1 < offsets.length; rank++) {
    const start = offsets[rank]!;
    if (offsets[rank + 1]! - start === 2 && !absent.has(rank)) pairs[(bytes[start]! << 8) | bytes[start + 1]!] = rank;
  }
  return pairs;
}

function readVocabulary(files: readonly Uint8Array[], rule: MergeRule): Vocabulary {
  const sections = files.map(sectionOf);
  const size = sections.reduce((sum, each) => sum + each.count, 0);
  if (size >= rankMask) throw new Error('damaged vocabulary');
  const tokens: Tokens = {
    offsets: new Uint32Array(size + 1), bytes: new Uint8Array(sections.reduce((sum, each) => sum + each.bytes, 0)),
    hashes: new Int32Array(size), middles: new Uint16Array(size),
  };
  let base = 0;
  for (const section of sections) { expand(section, base, tokens); base += section.count; }
  const { offsets, bytes } = tokens;
  const middles = rule === 'by-list' ? tokens.middles : null;
  const absent = new Set(sections.flatMap((each) => each.absent));
  const table = tableOf(tokens.hashes, absent);
  const mask = table.length - 1;
  const pairs = pairsOf(tokens, absent);

  return {
    size: size - absent.size,
    pairs,
    rankOf(text, start, middle, end, hash) {
      const mixed = spread(hash);
      const tag = mixed & tagMask;
      for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
        const entry = table[slot]!;
        if (entry === 0) return -1;
        if ((entry & tagMask) !== tag) continue;
        const rank = (entry & rankMask) - 1;
        let from = offsets[rank]!;
        if (offsets[rank + 1]! - from !== end - start) continue;
        let at = start;
        while (at < end && bytes[from] === text[at]) { at++; from++; }
        if (at < end) continue;
        return middles !== null && middle > 0 && middles[rank] !== middle - start ? -1 : rank;
      }
    },
  };
}

/** Mixes the high bits down: neighbours in a polynomial hash are neighbours in value. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 12);
}
