/**
 * The compact form of a vocabulary. Before gzip, little endian, uint32: tokens, bytes of literals, ranks left out of
 * earlier files, bytes of all tokens; then for every token in rank order the ranks of the two tokens it is made of, as six
 * byte planes (a low, a middle, a high, b low, b middle, b high), or a = 0xFFFFFF and b = length for a literal; then
 * the literals' bytes; then the ranks left out, as uint32. Ranks count on from the files a vocabulary builds on.
 */
import { gzipSync } from 'node:zlib';

const literal = 0xffffff;

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
  const data = Buffer.alloc(16 + count * 6 + literals.length + absent.length * 4);
  data.writeUInt32LE(count, 0);
  data.writeUInt32LE(literals.length, 4);
  data.writeUInt32LE(absent.length, 8);
  data.writeUInt32LE(tokens.reduce((sum, token) => sum + token.length, 0), 12);
  pairs.forEach(([a, b], index) => {
    for (let plane = 0; plane < 3; plane++) {
      data[16 + plane * count + index] = (a >> (8 * plane)) & 255;
      data[16 + (3 + plane) * count + index] = (b >> (8 * plane)) & 255;
    }
  });
  literals.copy(data, 16 + count * 6);
  absent.forEach((rank, index) => data.writeUInt32LE(rank, 16 + count * 6 + literals.length + index * 4));
  const packed = gzipSync(data, { level: 9 });
  packed[9] = 255; // operating system byte: the same file from every machine
  return { packed, literals: pairs.filter(([a]) => a === literal).length };
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
