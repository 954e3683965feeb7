/**
 * A vocabulary in memory: rank of any byte string in constant time, without allocating. Read from the compact files
 * that scripts/buildVocabularies.mjs writes (format: scripts/vocabularies/pack.mjs).
 *
 * Loading touches as little memory as it can, since that is what it costs: the files are not compressed by themselves
 * (the archive they come in is), hashes of tokens follow from those of their parts, and a token's bytes are written
 * only when a text first asks for them.
 */

/** Ranks by bytes. A rank orders merges; it is not the vendor's token id. */
export interface Vocabulary {
  readonly size: number;
  /** Rank + 1 of two bytes, by `first << 8 | second`; 0 where they are no token. */
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

/** Ranks have 18 bits, in the files and in the table. */
const rankMask = 0x3ffff;
const tagMask = ~rankMask;
/** In the place of a first part: a token that is written out. */
const literal = rankMask;
/** Longer ones are in no vocabulary (Claude's has 1,024 blanks). */
const longestToken = 2048;
const headerLength = 20;

/** One file: the parts of its tokens as planes, bytes written out, ranks of earlier files that are left out. */
interface Section {
  /** Rank of its first token. */
  readonly base: number;
  readonly count: number;
  /** Bytes of all its tokens together. */
  readonly bytes: number;
  /** Sum of the hashes of its tokens. */
  readonly check: number;
  /** Low bytes of first parts, their middle bytes, those of second parts, then the high bits of both, two tokens a byte. */
  readonly planes: Uint8Array;
  readonly literals: Uint8Array;
  readonly absent: readonly number[];
}

function sectionOf(data: Uint8Array, base: number): Section {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < headerLength) throw new Error('damaged vocabulary');
  const [count, literalBytes, leftOut, bytes, check] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true)) as [number, number, number, number, number];
  const afterPlanes = headerLength + count * 4 + ((count + 1) >> 1);
  const afterLiterals = afterPlanes + literalBytes;
  if (count === 0 || base + count >= rankMask || data.length !== afterLiterals + leftOut * 4) throw new Error('damaged vocabulary');
  return {
    base, count, bytes, check: check | 0, planes: data.subarray(headerLength, afterPlanes), literals: data.subarray(afterPlanes, afterLiterals),
    absent: Array.from({ length: leftOut }, (_, index) => view.getUint32(afterLiterals + index * 4, true)),
  };
}

/** First part of a section's token, or `literal`. */
function firstOf({ planes, count }: Section, index: number): number {
  return planes[index]! | (planes[count + index]! << 8) | (((planes[count * 4 + (index >> 1)]! >> ((index & 1) << 2)) & 3) << 16);
}

/** Second part of a section's token, or the length of a literal. */
function secondOf({ planes, count }: Section, index: number): number {
  return planes[count * 2 + index]! | (planes[count * 3 + index]! << 8) | (((planes[count * 4 + (index >> 1)]! >> ((index & 1) << 2)) & 12) << 14);
}

/** Mixes the high bits down: neighbours in a polynomial hash are neighbours in value. */
function mix(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 12);
}

/**
 * Open addressing. A token's home is where the low bits of its hash say, spread over a table a quarter or a half
 * larger; entries are the rank + 1 in the low bits, then other bits of the hash.
 */
interface Table {
  readonly entries: Int32Array;
  readonly mask: number;
  readonly shift: number;
}

function emptyTable(size: number): Table {
  const bits = Math.ceil(Math.log2(size + 1));
  const shift = size > 0.8 * 2 ** bits ? 1 : 2;
  // Runs that reach past the last home go on at the beginning.
  return { entries: new Int32Array(2 ** bits + 2 ** (bits - shift)), mask: 2 ** bits - 1, shift };
}

/** What is known of all tokens, by rank, and the ways to find them. */
interface Tokens {
  readonly hashes: Int32Array;
  readonly lengths: Uint16Array;
  readonly table: Table;
  readonly pairs: Int32Array;
  /** Ranks of tokens that are written out. */
  readonly written: number[];
}

/**
 * Reads a section in one pass, without its tokens' bytes. Throws when the tokens are not those that were packed.
 * `absent`: ranks that are not to be found.
 */
function expand(section: Section, absent: ReadonlySet<number>, { hashes, lengths, table, pairs, written }: Tokens): void {
  const { base, count, planes, literals } = section;
  const { entries, mask, shift } = table;
  const highBits = count * 4;
  const powers = new Int32Array(longestToken + 1);
  powers[0] = 1;
  for (let i = 1; i <= longestToken; i++) powers[i] = Math.imul(powers[i - 1]!, hashBase);
  let from = 0;
  let check = 0;
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const rank = base + i;
    // As `firstOf` and `secondOf` say, without calls: this runs before anything is compiled.
    const high = planes[highBits + (i >> 1)]! >> ((i & 1) << 2);
    const a = planes[i]! | (planes[count + i]! << 8) | ((high & 3) << 16);
    const b = planes[count * 2 + i]! | (planes[count * 3 + i]! << 8) | ((high & 12) << 14);
    let hash = 0;
    let length = b;
    if (a === literal) {
      if (b === 0 || b > longestToken || from + b > literals.length) throw new Error('damaged vocabulary');
      for (const end = from + b; from < end; from++) hash = (Math.imul(hash, hashBase) + literals[from]! + 1) | 0;
      written.push(rank);
    } else {
      if (a >= rank || b >= rank) throw new Error('damaged vocabulary');
      const second = lengths[b]!;
      length = lengths[a]! + second;
      if (length > longestToken) throw new Error('damaged vocabulary');
      // The hash of a join follows from the hashes of its parts.
      hash = (Math.imul(hashes[a]!, powers[second]!) + hashes[b]!) | 0;
    }
    hashes[rank] = hash;
    lengths[rank] = length;
    check = (check + hash) | 0;
    bytes += length;
    if (absent.size > 0 && absent.has(rank)) continue;
    // The hash of one byte is the byte + 1. Two bytes are written out only where they are one character.
    if (length === 2 && a !== literal) pairs[((hashes[a]! - 1) << 8) | (hashes[b]! - 1)] = rank + 1;
    const mixed = mix(hash);
    const home = mixed & mask;
    let slot = home + (home >> shift);
    while (entries[slot] !== 0) if (++slot === entries.length) slot = 0;
    entries[slot] = (rank + 1) | (mixed & tagMask);
  }
  if (check !== section.check || bytes !== section.bytes || from !== literals.length) throw new Error('damaged vocabulary');
}

/**
 * Reads files as `scripts/vocabularies/pack.mjs` wrote them; later ones build on earlier ones. The files are kept, not
 * copied. Throws on damaged data.
 */
export function readVocabulary(files: readonly Uint8Array[], rule: MergeRule): Vocabulary {
  const sections: Section[] = [];
  let size = 0;
  for (const file of files) {
    const section = sectionOf(file, size);
    sections.push(section);
    size += section.count;
  }
  const absent = new Set(sections.flatMap((each) => each.absent));
  const tokens: Tokens = { hashes: new Int32Array(size), lengths: new Uint16Array(size), table: emptyTable(size), pairs: new Int32Array(65_536), written: [] };
  for (const section of sections) expand(section, absent, tokens);
  const { lengths, pairs } = tokens;
  const { entries, mask, shift } = tokens.table;

  // From here on the buffer of hashes holds where the bytes of tokens are, plus 1; 0 = not written yet.
  const places = tokens.hashes.fill(0);
  let pool = new Uint8Array(1 << 15);
  let used = 0;
  const reserve = (length: number): void => {
    if (used + length <= pool.length) return;
    const larger = new Uint8Array(Math.max(pool.length * 2, used + length));
    larger.set(pool.subarray(0, used));
    pool = larger;
  };
  for (const { literals } of sections) {
    reserve(literals.length);
    pool.set(literals, used);
    used += literals.length;
  }
  let at = 1;
  for (const rank of tokens.written) {
    places[rank] = at;
    at += lengths[rank]!;
  }

  const sectionWith = (rank: number): Section => {
    let section = sections[0]!;
    for (let i = 1; i < sections.length && rank >= sections[i]!.base; i++) section = sections[i]!;
    return section;
  };
  /** Writes a token's bytes at `at`; parts that are written already are copied. */
  const writeAt = (rank: number, at: number): void => {
    const place = places[rank]!;
    if (place > 0) {
      for (let i = 0, length = lengths[rank]!; i < length; i++) pool[at + i] = pool[place - 1 + i]!;
      return;
    }
    const section = sectionWith(rank);
    const first = firstOf(section, rank - section.base);
    writeAt(first, at);
    writeAt(secondOf(section, rank - section.base), at + lengths[first]!);
  };
  const write = (rank: number): number => {
    const length = lengths[rank]!;
    reserve(length);
    const at = used;
    writeAt(rank, at);
    used += length;
    places[rank] = at + 1;
    return at + 1;
  };
  const middleOf = (rank: number): number => {
    const section = sectionWith(rank);
    const first = firstOf(section, rank - section.base);
    return first === literal ? 0 : lengths[first]!;
  };
  const byList = rule === 'by-list';

  return {
    size: size - absent.size,
    pairs,
    rankOf(text, start, middle, end, hash) {
      const mixed = mix(hash);
      const tag = mixed & tagMask;
      const home = mixed & mask;
      for (let slot = home + (home >> shift); ;) {
        const entry = entries[slot]!;
        if (entry === 0) return -1;
        if ((entry & tagMask) === tag) {
          const rank = (entry & rankMask) - 1;
          if (lengths[rank] === end - start) {
            let from = (places[rank] || write(rank)) - 1;
            let at = start;
            while (at < end && pool[from] === text[at]) { at++; from++; }
            if (at === end) return byList && middle > 0 && middleOf(rank) !== middle - start ? -1 : rank;
          }
        }
        if (++slot === entries.length) slot = 0;
      }
    },
  };
}
