/**
 * The compact form of a vocabulary, little endian, uint32: tokens, bytes of literals, ranks left out of earlier files,
 * bytes of all tokens, sum of the hashes of all tokens. Then for every token in rank order the ranks of the two tokens
 * it is made of, as planes: low bytes of the first, its middle bytes, low and middle bytes of the second, then their
 * highest two bits, two tokens a byte (first | second << 2, the later token in the upper half). First = 0x3FFFF: a
 * literal, whose length is in the second's place. Then the literals' bytes; then the ranks left out, as uint32. Ranks
 * count on from the files a vocabulary builds on. Not compressed: the VSIX and the npm package compress them, and what
 * need not be unpacked is there sooner.
 */

const literal = 0x3ffff;
/** As in src/tokenizers/vocabulary.ts. */
const hashBase = 0x01000193;
const headerLength = 20;

/**
 * `tokens`: byte strings (latin1) in rank order, without those of `base`. `pairOf(token, rank)`: its two parts, or null
 * for a literal. `absent`: ranks of `base` that this vocabulary does not have.
 */
export function pack(tokens, { base = [], absent = [], pairOf }) {
  const ranks = new Map(base.map((token, rank) => [token, rank]));
  const pairs = tokens.map((token, index) => {
    const parts = token.length > 1 ? pairOf(token, base.length + index, ranks) : null;
    ranks.set(token, base.length + index);
    if (!parts) return [literal, token.length];
    const both = parts.map((part) => ranks.get(part));
    if (both.some((rank) => rank === undefined || rank >= base.length + index)) throw new Error(`token ${base.length + index} is made of later tokens`);
    return both;
  });
  const literals = Buffer.from(tokens.filter((_, index) => pairs[index][0] === literal).join(''), 'latin1');
  const count = tokens.length;
  const planes = headerLength + count * 4;
  const afterPlanes = planes + ((count + 1) >> 1);
  const packed = Buffer.alloc(afterPlanes + literals.length + absent.length * 4);
  packed.writeUInt32LE(count, 0);
  packed.writeUInt32LE(literals.length, 4);
  packed.writeUInt32LE(absent.length, 8);
  packed.writeUInt32LE(tokens.reduce((sum, token) => sum + token.length, 0), 12);
  packed.writeInt32LE(tokens.reduce((sum, token) => (sum + hashOf(token)) | 0, 0), 16);
  pairs.forEach(([a, b], index) => {
    packed[headerLength + index] = a & 255;
    packed[headerLength + count + index] = (a >> 8) & 255;
    packed[headerLength + count * 2 + index] = b & 255;
    packed[headerLength + count * 3 + index] = (b >> 8) & 255;
    packed[planes + (index >> 1)] |= ((a >> 16) | ((b >> 16) << 2)) << ((index & 1) * 4);
  });
  literals.copy(packed, afterPlanes);
  absent.forEach((rank, index) => packed.writeUInt32LE(rank, afterPlanes + literals.length + index * 4));
  return { packed, literals: pairs.filter(([a]) => a === literal).length };
}

/**
 * What `pack` wrote: for each token in rank order its bytes (latin1) and its two parts, null for a literal; `absent`.
 * `base`: tokens of the files it builds on.
 */
export function unpack(packed, base = []) {
  const [count, literalBytes, leftOut] = [0, 4, 8].map((at) => packed.readUInt32LE(at));
  const all = [...base];
  const pairs = [];
  const planes = headerLength + count * 4;
  let at = planes + ((count + 1) >> 1);
  const absent = Array.from({ length: leftOut }, (_, index) => packed.readUInt32LE(at + literalBytes + index * 4));
  for (let i = 0; i < count; i++) {
    const high = packed[planes + (i >> 1)] >> ((i & 1) * 4);
    const a = packed[headerLength + i] | (packed[headerLength + count + i] << 8) | ((high & 3) << 16);
    const b = packed[headerLength + count * 2 + i] | (packed[headerLength + count * 3 + i] << 8) | (((high >> 2) & 3) << 16);
    if (a === literal) { all.push(packed.toString('latin1', at, at + b)); pairs.push(null); at += b; }
    else { all.push(all[a] + all[b]); pairs.push([all[a], all[b]]); }
  }
  return { tokens: all.slice(base.length), pairs, absent };
}

function hashOf(token) {
  let hash = 0;
  for (let i = 0; i < token.length; i++) hash = (Math.imul(hash, hashBase) + token.charCodeAt(i) + 1) | 0;
  return hash;
}

/** The two tokens that merging a token's bytes with all lower ranks leaves; null when more than two are left. */
export function pairByMerging(token, limit, ranks) {
  const parts = [...token];
  while (parts.length > 2) {
    let best = limit;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(parts[i] + parts[i + 1]);
      if (rank !== undefined && rank < best) { best = rank; at = i; }
    }
    if (at < 0) return null;
    parts.splice(at, 2, parts[at] + parts[at + 1]);
  }
  return parts.every((part) => ranks.has(part)) ? parts : null;
}
