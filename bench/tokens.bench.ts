/**
 * Counting o200k_base against every named peer, each in a process of its own, in one run: load, memory, cold (first pass
 * over the mixed corpus), warm (the same texts again), the worst case, and what a bundle of it weighs. Children are
 * this file again with the peer's name in TOKENS_PEER.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
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
/** Each counter is measured this often, in a new process every time. */
const rounds = 3;
/** A peer that took longer than this for the shorter run is not asked for the longer one. */
const patienceMs = 5000;

function corpus(): string[] {
  return Object.entries({ ...packageTexts(), ...generatedTexts(1) }).filter(([name]) => !leftOut.has(name)).map(([, text]) => text);
}

const vocabularies = 'src/tokenizers/vocabularies/';
/** Tokenfare's counter of a family; loading is what happens in here. */
async function ownCounter(id: string): Promise<CountTokens> {
  const { createCounter } = await import('../src/tokenizers/bpe.js');
  const { families } = await import('../src/tokenizers/families.js');
  const { readVocabulary } = await import('../src/tokenizers/vocabulary.js');
  const { files, merges, pieces, id: _id, name: _name, ...parts } = families.find((each) => each.id === id)!;
  const vocabulary = readVocabulary(files.map((file) => readFileSync(vocabularies + file)), merges);
  const counter = createCounter({ ...parts, vocabulary, nextPiece: pieces() });
  return (text) => counter.countTokens(text);
}

/** The counter of each peer; loading is what happens in here. */
const peers: Readonly<Record<string, () => Promise<CountTokens>>> = {
  tokenfare: () => ownCounter('o200k_base'),
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
  tokenfare: { code: "export { createTokenizers } from './src/tokenizers/index.ts'", files: [`${vocabularies}o200k_base.bin`] },
  'gpt-tokenizer': { code: "export { countTokens } from 'gpt-tokenizer/encoding/o200k_base'" },
  'tiktoken (WASM)': { code: "export { Tiktoken } from 'tiktoken/lite/init'; export { default } from 'tiktoken/encoders/o200k_base.json'", files: ['node_modules/tiktoken/lite/tiktoken_bg.wasm'] },
  'ai-tokenizer': { code: "export { default } from 'ai-tokenizer'; export * as encoding from 'ai-tokenizer/encoding/o200k_base'" },
  'js-tiktoken': { code: "export { Tiktoken } from 'js-tiktoken/lite'; export { default } from 'js-tiktoken/ranks/o200k_base'" },
  '@huggingface/tokenizers': { code: "export { Tokenizer } from '@huggingface/tokenizers'" },
  'tokenx (estimate)': { code: "export { estimateTokenCount } from 'tokenx'" },
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Medians over rounds; null without any. */
function typical(all: readonly Measured[]): Measured | null {
  if (all.length === 0) return null;
  const of = (pick: (each: Measured) => number): number => median(all.map(pick));
  return {
    loadMs: of((each) => each.loadMs), loadRss: of((each) => each.loadRss), coldMs: of((each) => each.coldMs), warmMs: of((each) => each.warmMs), tokens: all[0]!.tokens,
    worst: worstLengths.map((_, index) => (all.some((each) => each.worst[index] === null) ? null : of((each) => each.worst[index]!))),
  };
}

/** Flat strings: putting a text together is not counting. Another ending keeps whole-text caches from answering. */
function ended(texts: readonly string[], ending: string): readonly string[] {
  return texts.map((text) => Buffer.from(text + ending, 'utf16le').toString('utf16le'));
}

/** Loads a counter until it has counted one word: milliseconds, and what the process grew by. */
async function loading(load: () => Promise<CountTokens>): Promise<{ readonly count: CountTokens; readonly ms: number; readonly rss: number }> {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const count = await load();
  count('warm');
  const ms = performance.now() - start;
  collect?.();
  return { count, ms, rss: process.memoryUsage().rss - before };
}

/** A child: measures one peer, or the loading of one family, and prints JSON. */
async function measure(peer: string): Promise<void> {
  if (peer.startsWith('family ')) {
    const { ms, rss } = await loading(() => ownCounter(peer.slice('family '.length)));
    process.stdout.write(JSON.stringify({ ms, rss }));
    return;
  }
  const texts = corpus();
  const passes = [' one', ' two', ' three'].map((ending) => ended(texts, ending));
  const { count, ms: loadMs, rss: loadRss } = await loading(peers[peer]!);
  const pass = (each: readonly string[]): { readonly ms: number; readonly tokens: number } => {
    const from = performance.now();
    let tokens = 0;
    for (const text of each) tokens += count(text);
    return { ms: performance.now() - from, tokens };
  };
  const cold = pass(passes[0]!);
  const warm = (peer === 'js-tiktoken' ? passes.slice(1, 2) : passes.slice(1)).map(pass);
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
  const child = <T>(name: string): T | null => {
    const { stdout, stderr, error } = spawnSync(process.execPath, ['--expose-gc', entry], { env: { ...process.env, TOKENS_PEER: name }, encoding: 'utf8', timeout: 180_000, maxBuffer: 1 << 24 });
    try { return JSON.parse(stdout) as T; } catch { process.stderr.write(`${name}: ${error?.message ?? stderr.slice(0, 400)}\n`); return null; }
  };
  const { families: allFamilies } = await import('../src/tokenizers/families.js');
  // Rounds go around all peers, so that what else the machine does meets every one of them.
  const names = Object.keys(peers);
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  const families = new Map<string, { readonly ms: number; readonly rss: number }[]>();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      if (round > 0 && (measured.get(name)!.length === 0 || measured.get(name)![0]!.coldMs > patienceMs)) continue;
      process.stderr.write(`${name} …\n`);
      const result = child<Measured>(name);
      if (result) measured.get(name)!.push(result);
    }
    for (const { id } of allFamilies) {
      const result = child<{ ms: number; rss: number }>(`family ${id}`);
      if (result) families.set(id, [...(families.get(id) ?? []), result]);
    }
  }
  const rows = await Promise.all(names.map(async (name) => ({ name, measured: typical(measured.get(name)!), weight: await weight(name, folder) })));
  rmSync(folder, { recursive: true, force: true });
  const own = rows[0]!.measured!;
  const ms = (value: number | null | undefined): string => (value === null || value === undefined ? `> ${patienceMs}` : value.toFixed(value < 100 ? 1 : 0));
  const lines = rows.map(({ name, measured: each, weight: size }) => (each === null ? `| ${name} | not finished in 180 s | | | | | | | | | ${size} |` : `| ${[
    name, each.tokens.toLocaleString('en'), (bytes / each.coldMs / 1000).toFixed(2), `${(each.coldMs / own.coldMs).toFixed(1)}×`,
    (bytes / each.warmMs / 1000).toFixed(1), `${(each.warmMs / own.warmMs).toFixed(1)}×`, ms(each.worst[1]),
    each.loadMs.toFixed(0), `${(each.loadMs / own.loadMs).toFixed(1)}×`, (each.loadRss / 1e6).toFixed(0), size,
  ].join(' | ')} |`));
  return [
    `o200k_base, ${(bytes / 1e6).toFixed(1)} MB of mixed text, one process per counter, medians of ${rounds} rounds (one for those that take over ${patienceMs / 1000} s); × is how many times longer than Tokenfare it took.`, '',
    '| counter | tokens | cold MB/s | | warm MB/s | | 100 KB of one letter, ms | load ms | | RSS MB after load | browser bundle KiB / gzipped |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |', ...lines, '',
    'Where the tokens differ from Tokenfare\'s and tiktoken\'s: JavaScript\'s `\\s` is not Rust\'s (U+FEFF, U+0085); tokenx estimates.', '',
    '| family | load ms | RSS MB after load | files KiB / gzipped |', '| --- | ---: | ---: | ---: |',
    ...allFamilies.map(({ id, files }) => {
      const results = families.get(id) ?? [];
      const packed = files.map((file) => readFileSync(vocabularies + file));
      const size = (of: (file: Buffer) => number): string => (packed.reduce((sum, file) => sum + of(file), 0) / 1024).toFixed(0);
      return `| ${id} | ${median(results.map((each) => each.ms)).toFixed(0)} | ${(median(results.map((each) => each.rss)) / 1e6).toFixed(0)} | ${size((file) => file.length)} / ${size((file) => gzipSync(file, { level: 9 }).length)} |`;
    }),
  ].join('\n');
}
