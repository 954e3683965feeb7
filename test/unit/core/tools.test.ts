/** Tool schemas, framing, bands and calibration. */
import { countChatCompletionTokens } from 'gpt-tokenizer/model/gpt-4o';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { calibrated, calibrationOf, factorBin } from '../../../src/core/calibrate.js';
import type { Observation } from '../../../src/core/usageRecord.js';
import { framingOf } from '../../../src/core/framing.js';
import { classShares, textSpread } from '../../../src/core/textClass.js';
import { tokenizerFamilyOf } from '../../../src/core/tokenizerFamily.js';
import { claudeToolPrompt, openaiToolOverhead, openaiToolText, toolsOf } from '../../../src/core/toolTokens.js';
import { createTokenizers } from '../../../src/tokenizers/index.js';

const tokenizers = createTokenizers((file) => readFile(`src/tokenizers/vocabularies/${file}`));
beforeAll(() => tokenizers.prepare(['o200k_base', 'gemma3']));

/** The shapes that hmarr/openai-chat-tokens tests against the API. */
const functions = [
  [{ name: 'foo', parameters: { type: 'object', properties: {} } }],
  [{ name: 'bing_bong', description: 'Do a bing bong', parameters: { type: 'object', properties: { foo: { type: 'string' } } } }],
  [{ name: 'bing_bong', description: 'Do a bing bong', parameters: { type: 'object', properties: { foo: { type: 'string' }, bar: { type: 'number', description: 'A number' } }, required: ['bar'] } }],
  [{ name: 'bing_bong', description: 'Do a bing bong', parameters: { type: 'object', properties: { foo: { type: 'object', properties: { bar: { type: 'string', enum: ['a', 'b', 'c'] }, baz: { type: 'boolean' } } } } } }],
  [{ name: 'get_recipe', parameters: { type: 'object', required: ['ingredients', 'instructions', 'time_to_cook'], properties: {
    ingredients: { type: 'array', items: { type: 'object', required: ['name', 'unit', 'amount'], properties: { name: { type: 'string' }, unit: { enum: ['grams', 'ml', 'cups', 'pieces', 'teaspoons'], type: 'string' }, amount: { type: 'number' } } } },
    instructions: { type: 'array', items: { type: 'string' }, description: 'Steps to prepare the recipe (no numbering)' },
    time_to_cook: { type: 'number', description: 'Total time to prepare the recipe in minutes' } } } }],
  [{ name: 'a', parameters: { type: 'object', properties: { n: { type: 'integer', enum: [1, 2, 3] } } } }, { name: 'b', description: 'Second', parameters: { type: 'object', properties: { list: { type: 'array', items: { type: 'number' } } } } }],
];

describe('OpenAI writes tools as declarations: equal to gpt-tokenizer', () => {
  test.each(functions.map((each, index) => [index, each] as const))('shape %i', (_index, list) => {
    const expected = countChatCompletionTokens!({ messages: [{ role: 'user', content: 'hello' }], functions: list as never });
    const text = openaiToolText(toolsOf(JSON.stringify(list.map((each) => ({ type: 'function', function: each }))))!);
    // 3 + 1 role + 1 "hello" + 3 around the message.
    expect(8 + tokenizers.count(text, 'o200k_base').tokens + openaiToolOverhead).toBe(expected);
  });
});

test('tools of other shapes are read, what is none is refused', () => {
  expect(toolsOf('[{"name":"f","input_schema":{"type":"object"}}]')).toEqual([{ name: 'f', description: null, parameters: { type: 'object' } }]);
  expect(toolsOf('[{"functionDeclarations":[{"name":"f","description":"d"}]}]')).toEqual([{ name: 'f', description: 'd', parameters: null }]);
  expect(toolsOf('[{"type":"web_search"}]')).toBeNull();
  expect(toolsOf('{half')).toBeNull();
});

test.each([
  // platform.claude.com, tool use: system prompt tokens for auto/none and any/tool.
  ['claude-sonnet-4-5-20250929', false, 496], ['claude-sonnet-4-5', true, 588], ['claude-opus-4-1-20250805', false, 313], ['claude-opus-4-20250514', true, 315],
  ['claude-opus-4.7', false, 675], ['claude-sonnet-5', false, 354],
])('%s, forced %s: %i', (model, forced, tokens) => { expect(claudeToolPrompt(model, forced)).toEqual({ low: tokens, likely: tokens, high: tokens }); });
test('an unlisted Claude has a range', () => { const { low, high } = claudeToolPrompt('claude-opus-9', false); expect(low).toBeLessThan(high!); });

test('Google\'s example: "The quick brown fox jumps over the lazy dog." is 10 tokens, without a frame', () => {
  expect(tokenizers.count('The quick brown fox jumps over the lazy dog.', 'gemma3').tokens + framingOf('gemma3', 'google-generate-content', true, 1).perMessage.likely).toBe(10);
});

describe('bands', () => {
  test('classes', () => {
    expect(classShares('The weather is nice today, and we are going out.').prose).toBe(1);
    expect(classShares('if (a[0] === b) { return f(x); }').code).toBeGreaterThan(0.7);
    expect(classShares('今天天气很好').cjk).toBe(1);
    expect(classShares('550 8400 29 41 716 446').digits).toBe(1);
    expect(classShares('Привет')).toMatchObject({ other: 1 });
    expect(classShares('')).toMatchObject({ prose: 1 });
  });
  test('half prose, half Chinese by weight lies between the two bands', () => {
    const model = { tokenizerFactor: [0.5, 3], tokenizerBands: { prose: [1, 1.2], cjk: [1.3, 1.6] } } as const;
    const { low, high } = textSpread('hello there my friend 今天天气', 100, model);
    expect(low).toBeGreaterThan(100);
    expect(low).toBeLessThan(130);
    expect(high).toBeGreaterThan(120);
    expect(high).toBeLessThan(160);
  });
});

test('rules of families: first that applies, vendors in front do not matter', () => {
  const rules = [{ of: ['qwen'], match: '^qwen3(?![.p]?\\d)', family: 'qwen' }, { of: ['qwen'], match: '', family: 'qwen-hosted' }];
  expect(tokenizerFamilyOf('Qwen/Qwen3-32B', 'qwen', rules)).toBe('qwen');
  expect(tokenizerFamilyOf('qwen3.5-plus', 'qwen', rules)).toBe('qwen-hosted');
  expect(tokenizerFamilyOf('gpt-4o', 'o200k', rules)).toBe('o200k');
});

describe('calibration', () => {
  const learned = (...observations: readonly Observation[]) => {
    const bins = new Map<number, number>();
    let requests = 0;
    for (const each of observations) {
      const bin = factorBin(each);
      if (bin === null) continue;
      bins.set(bin, (bins.get(bin) ?? 0) + each.counted);
      requests++;
    }
    return calibrationOf(bins, requests);
  };
  const observe = (factor: number, count: number) => Array.from({ length: count }, () => ({ counted: 1000, billed: 1000 * factor }));
  test('needs three usable answers: not short ones, not what no tokenizer does', () => {
    expect(learned(...observe(1.2, 2))).toBeNull();
    expect(learned(...observe(1.2, 2), { counted: 10, billed: 12 }, { counted: 1000, billed: 9000 })).toBeNull();
    expect(learned(...observe(1.2, 3))).not.toBeNull();
  });
  test('is the median of what was billed, weighted by tokens, within a bin of 1.1%', () => {
    const found = learned(...observe(1.2, 20), ...observe(1.4, 2))!;
    expect(Math.abs(found.likely / 1.2 - 1)).toBeLessThan(0.006);
    expect(found.observations).toBe(22);
    expect(found.low).toBeLessThanOrEqual(1.2);
    expect(found.high).toBeGreaterThanOrEqual(1.2);
    // One large answer outweighs five small ones.
    expect(Math.abs(learned(...observe(1, 5), { counted: 9000, billed: 13_500 })!.likely / 1.5 - 1)).toBeLessThan(0.006);
  });
  test('narrows a band and stays inside it', () => {
    const spread = calibrated({ low: 100, likely: 138, high: 176 }, 100, learned(...observe(1.25, 50))!);
    expect(Math.abs(spread.likely - 125)).toBeLessThan(0.8);
    expect(spread.low).toBeGreaterThan(100);
    expect(spread.high!).toBeLessThan(176);
  });
});
