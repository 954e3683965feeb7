/** Counting speed against named peers in one run: cold (first pass), warm (same text again), 20 KB of one letter. */
import { readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { get_encoding } from 'tiktoken';
import { createTokenizers } from '../src/tokenizers/index.js';

const chinese = '人工智能正在改变软件开发的方式，开发者需要了解每次调用的成本。今天天气很好，我们去公园散步吧。';

/** Mixed text: source code of this repository, its documentation, Chinese, JSON, logs. */
function corpus(): string[] {
  const code = ['src/core/resolve.ts', 'src/core/count.ts', 'src/languages/pythonExpressions.ts', 'README.md', 'ARCHITECTURE.md', 'package.json'].map((file) => readFileSync(file, 'utf8'));
  const json = JSON.stringify(Array.from({ length: 3000 }, (_, index) => ({ id: index, name: `item ${index}`, price: index * 1.37, tags: ['a', 'b'] })));
  const log = Array.from({ length: 3000 }, (_, index) => `2026-11-23T10:${String(index % 60).padStart(2, '0')}:00Z INFO request ${index * 7919} took ${index % 900} ms`).join('\n');
  return [...code, chinese.repeat(400), json, log];
}

async function main(): Promise<void> {
  const texts = corpus();
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const load = performance.now();
  const tokenizers = createTokenizers(async (file) => readFileSync(`src/tokenizers/vocabularies/${file}`));
  await tokenizers.prepare(['o200k_base']);
  const loadMs = performance.now() - load;
  const tiktoken = get_encoding('o200k_base');
  const peers: readonly (readonly [string, (text: string) => number])[] = [
    ['tokenfare', (text) => tokenizers.count(text, 'o200k_base').tokens],
    ['gpt-tokenizer', (text) => countTokens(text, { disallowedSpecial: new Set<string>() })],
    ['tiktoken (WASM)', (text) => tiktoken.encode(text, [], []).length],
  ];
  const rows = peers.map(([name, count]) => {
    const pass = (variant: string): number => {
      const start = performance.now();
      // The variant keeps whole-text caches from answering; the pieces inside stay the same.
      for (const text of texts) count(text + variant);
      return performance.now() - start;
    };
    const cold = pass(' one');
    const warm = Math.min(pass(' two'), pass(' three'));
    const start = performance.now();
    count('a'.repeat(20_000));
    return { name, cold, warm, worst: performance.now() - start, total: texts.reduce((sum, text) => sum + count(text), 0) };
  });
  const [own] = rows;
  console.log(`Corpus of ${(characters / 1e6).toFixed(2)} million characters; loading the vocabulary took ${loadMs.toFixed(0)} ms.\n`);
  console.log('| counter | tokens | cold Mchar/s | warm Mchar/s | 20 KB of one letter ms | cold, times ours | warm, times ours |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const row of rows) {
    console.log(`| ${row.name} | ${row.total.toLocaleString('en')} | ${(characters / row.cold / 1000).toFixed(1)} | ${(characters / row.warm / 1000).toFixed(1)} | ${row.worst.toFixed(1)} | ${(row.cold / own!.cold).toFixed(1)} | ${(row.warm / own!.warm).toFixed(1)} |`);
  }
  tiktoken.free();
}

await main();
