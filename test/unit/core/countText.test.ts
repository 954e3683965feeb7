/** Texts and pictures counted at models side by side. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { countImageAt, countTextAt, modelNamed, representatives } from '../../../src/core/countText.js';
import { families } from '../../../src/tokenizers/families.js';
import { createTokenizers } from '../../../src/tokenizers/index.js';

const tokenizers = createTokenizers((file) => readFile(`src/tokenizers/vocabularies/${file}`));
beforeAll(() => tokenizers.prepare(['o200k_base', 'deepseek']));
const at = (name: string) => modelNamed(facts, name)!;

test('every vocabulary that is here stands in the list once, exact', () => {
  const shown = representatives(facts).filter(({ model }) => model.tokenizerBasis === 'exact').map(({ model }) => model.tokenizer);
  expect(new Set(shown)).toEqual(new Set(families.map(({ id }) => id)));
  expect(shown.length).toBe(new Set(shown).size);
});

describe('text', () => {
  test('exact at a model whose vocabulary it is, with the share of its window', () => {
    // "Hello, world!" is Hello · , · world · ! in o200k_base; GPT-4o's window is 128,000.
    expect(countTextAt('Hello, world!', at('gpt-4o'), tokenizers)).toMatchObject({
      provider: 'openai', model: 'gpt-4o', family: 'o200k_base', tokens: { low: 4, likely: 4, high: 4 }, basis: 'exact', contextShare: 4 / 128_000,
    });
  });
  test('a band by what the text is made of, at a model whose vocabulary nobody published', () => {
    // Prose 1.0 to 1.2, Chinese 1.25 to 1.6 of o200k_base for Claude 4.5.
    const english = countTextAt('The weather is nice today and we are going out for a walk. '.repeat(100), at('anthropic/claude-sonnet-4-5'), tokenizers);
    const { tokens: counted } = tokenizers.count('The weather is nice today and we are going out for a walk. '.repeat(100), 'o200k_base');
    expect(english.basis).toBe('approximate');
    expect(english.tokens.low).toBe(counted);
    expect(english.tokens.high).toBe(Math.ceil(counted * 1.2));
    const chinese = countTextAt('今天天气很好，我们去公园散步吧。'.repeat(50), at('anthropic/claude-sonnet-4-5'), tokenizers);
    expect(chinese.tokens.low / tokenizers.count('今天天气很好，我们去公园散步吧。'.repeat(50), 'o200k_base').tokens).toBeCloseTo(1.25, 1);
  });
  test('without the vocabulary a range, marked approximate', () => {
    const { basis, tokens } = countTextAt('Hello, world!', at('groq/llama-3.3-70b-versatile'), createTokenizers(async () => { throw new Error('offline'); }));
    expect(basis).toBe('approximate');
    expect(tokens.low).toBeLessThanOrEqual(4);
    expect(tokens.high).toBeGreaterThanOrEqual(4);
  });
});

test('a picture, by the rule: 1024 × 1024 is 765 for GPT-4o; null where no rule is known', () => {
  expect(countImageAt({ width: 1024, height: 1024 }, 'auto', at('gpt-4o'))).toMatchObject({ tokens: { likely: 765 }, basis: 'exact' });
  expect(countImageAt({ width: 1024, height: 1024 }, 'auto', at('deepseek-flash'))).toBeNull();
});
test('a name that nobody offers is none', () => { expect(modelNamed(facts, 'gpt-99')).toBeNull(); });
