/**
 * Worked examples: what a vendor's published rule makes of a request, computed here from the rule, not by the price
 * engine. Each row gives the rule in its own words; amounts are in the currency the vendor states.
 */
import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { findModel, findProvider } from '../../../src/core/lookup.js';
import type { Endpoint, Model, Plan, Price, PriceComponent, PriceUnit, Provider, Spread } from '../../../src/core/model.js';
import { breakEvenCalls, monthlyCost, savingOf } from '../../../src/core/plan.js';
import { price, type PriceOptions, type Usage } from '../../../src/core/price.js';

const exactly = (count: number): Spread => ({ low: count, likely: count, high: count });
const million = 1_000_000;
const options: PriceOptions = { date: '2026-11-23', currency: 'USD', rates: facts.rates };

/** Likely cost of a request at a provider of the catalog. */
function cost(providerId: string, modelId: string, usage: Usage, changes: Partial<PriceOptions> & { endpoint?: string } = {}): number {
  const { endpoint: id, ...rest } = changes;
  const provider = findProvider(facts, providerId)!;
  const endpoint = provider.endpoints.find((each) => each.id === (id ?? provider.defaultEndpoint!['*']))!;
  const model = findModel(provider, modelId);
  if (!model) throw new Error(`${modelId} is not listed`);
  const priced = price(usage, provider, model, endpoint, { ...options, ...rest });
  if (!priced.cost.perCall) throw new Error(`${modelId}: ${priced.cost.reason}`);
  // What is shown adds up.
  const shown = priced.cost.components.reduce((sum, each) => sum + each.amount.likely, 0);
  expect(shown).toBeCloseTo(priced.cost.perCall.likely, 12);
  return priced.cost.perCall.likely;
}

const tokens = (input: number, output: number, more: Usage = {}): Usage => ({ 'input-token': exactly(input), 'output-token': exactly(output), ...more });
type Row = readonly [name: string, actual: () => number, expected: number];
const check = (rows: readonly Row[]): void => {
  it.each(rows.map(([name, actual, expected]) => ({ name, actual, expected })))('$name', ({ actual, expected }) => {
    expect(actual()).toBeCloseTo(expected, 11);
  });
};

describe('flat rates per million tokens', () => {
  // vendor, model, $ in, $ out: the provider study of 2026-11-23
  const rates: readonly [string, string, number, number][] = [
    ['openai', 'gpt-4o', 2.5, 10], ['openai', 'gpt-4o-mini', 0.15, 0.6], ['openai', 'gpt-6-sol', 2, 10], ['openai', 'gpt-6-luna', 0.1, 0.5],
    ['openai', 'gpt-6-astra', 10, 50], ['anthropic', 'claude-opus-5-5', 4, 20], ['anthropic', 'claude-sonnet-5', 2, 10], ['anthropic', 'claude-haiku-4-5', 1, 5],
    ['google-gemini', 'gemini-2.5-pro', 1.25, 10], ['moonshot', 'kimi-k2.6', 0.95, 4], ['minimax', 'MiniMax-M3', 0.3, 1.2], ['xai', 'grok-4.7', 2, 6],
  ];
  const requests: readonly [number, number][] = [[1, 0], [812, 500], [12_345, 6789], [100_000, 1]];
  check(rates.flatMap(([provider, model, input, output]) => requests.map(([sent, answered]): Row => [
    `${model}: ${sent} in at $${input}, ${answered} out at $${output}`, () => cost(provider, model, tokens(sent, answered)), (sent * input + answered * output) / million,
  ])));
});

describe('cached input', () => {
  const rates: readonly [string, string, number, number, number][] = [
    ['openai', 'gpt-4o', 2.5, 1.25, 10], ['openai', 'gpt-4o-mini', 0.15, 0.075, 0.6], ['openai', 'gpt-6-sol', 2, 0.2, 10], ['anthropic', 'claude-opus-5-5', 4, 0.2, 20],
    ['anthropic', 'claude-haiku-4-5', 1, 0.1, 5], ['google-gemini', 'gemini-2.5-pro', 1.25, 0.125, 10], ['moonshot', 'kimi-k2.6', 0.95, 0.16, 4], ['minimax', 'MiniMax-M3', 0.3, 0.06, 1.2],
  ];
  check(rates.flatMap(([provider, model, input, cached, output]): Row[] => [
    [`${model}: 2,000 fresh, 8,000 from the cache`, () => cost(provider, model, tokens(2000, 300, { 'cached-input-token': exactly(8000) })), (2000 * input + 8000 * cached + 300 * output) / million],
    [`${model}: all from the cache`, () => cost(provider, model, { 'cached-input-token': exactly(50_000), 'output-token': exactly(10) }), (50_000 * cached + 10 * output) / million],
  ]));
});

describe('Claude: a cache write costs 1.25 times input for five minutes, twice input for an hour', () => {
  const inputs: readonly [string, number, number][] = [['claude-opus-5-5', 4, 20], ['claude-sonnet-5', 2, 10], ['claude-haiku-4-5', 1, 5]];
  check(inputs.flatMap(([model, input, output]): Row[] => [
    [`${model}: 10,000 written for five minutes`, () => cost('anthropic', model, tokens(100, 50, { 'cache-write-token': exactly(10_000) })), (100 * input + 10_000 * input * 1.25 + 50 * output) / million],
    [`${model}: 10,000 written for an hour`, () => cost('anthropic', model, tokens(100, 50, { 'cache-write-1h-token': exactly(10_000) })), (100 * input + 10_000 * input * 2 + 50 * output) / million],
  ]));
});

describe('tiers by prompt size hold for the whole request', () => {
  // above 272,000 prompt tokens input costs twice and output one and a half times (OpenAI); above 200,000 likewise (Gemini 2.5 Pro)
  const above = (limit: number, input: number, output: number) => (sent: number, answered: number): number =>
    (sent > limit ? sent * input * 2 + answered * output * 1.5 : sent * input + answered * output) / million;
  const sol = above(272_000, 2, 10);
  const astra = above(272_000, 10, 50);
  const pro = above(200_000, 1.25, 10);
  check([
    ...[1000, 271_999, 272_000, 272_001, 500_000].map((sent): Row => [`gpt-6-sol with ${sent}`, () => cost('openai', 'gpt-6-sol', tokens(sent, 1000)), sol(sent, 1000)]),
    ...[272_000, 272_001].map((sent): Row => [`gpt-6-astra with ${sent}`, () => cost('openai', 'gpt-6-astra', tokens(sent, 10)), astra(sent, 10)]),
    ...[199_999, 200_000, 200_001, 900_000].map((sent): Row => [`gemini-2.5-pro with ${sent}`, () => cost('google-gemini', 'gemini-2.5-pro', tokens(sent, 77)), pro(sent, 77)]),
  ]);
});

describe('peak hours of DeepSeek: Monday to Friday, 09–12 and 14–18 in Beijing, twice the price', () => {
  const base = (1000 * 0.15 + 500 * 0.6) / million;
  const at = (time: string): number => cost('deepseek', 'deepseek-flash', tokens(1000, 500), { at: time });
  const rows: readonly [string, number, string][] = [
    ['2026-11-23T08:59:59+08:00', 1, 'a second before nine'], ['2026-11-23T09:00:00+08:00', 2, 'nine sharp'], ['2026-11-23T11:59:59+08:00', 2, 'a second before noon'],
    ['2026-11-23T12:00:00+08:00', 1, 'noon'], ['2026-11-23T13:30:00+08:00', 1, 'the break'], ['2026-11-23T14:00:00+08:00', 2, 'two'], ['2026-11-23T17:59:00+08:00', 2, 'before six'],
    ['2026-11-23T18:00:00+08:00', 1, 'six'], ['2026-11-24T00:00:00+08:00', 1, 'midnight'], ['2026-11-23T01:00:00Z', 2, 'nine in Beijing, seen from London'],
    ['2026-11-23T00:59:00Z', 1, 'one minute earlier'], ['2026-11-22T20:00:00-05:00', 2, 'Sunday evening in New York is Monday nine in Beijing'], ['2026-11-20T17:00:00-08:00', 1, 'Friday evening in San Francisco is Saturday in Beijing'],
    ['2026-11-21T10:00:00+08:00', 1, 'Saturday'], ['2026-10-01T10:00:00+08:00', 1, 'National Day, a Thursday'], ['2026-10-08T10:00:00+08:00', 2, 'the Thursday after it'],
    ['2026-02-17T15:00:00+08:00', 1, 'Spring Festival, a Tuesday'],
  ];
  check(rows.map(([time, times, why]): Row => [`${why}: ${times} ×`, () => at(time), base * times]));
  check([
    ['cached input at peak', () => cost('deepseek', 'deepseek-flash', { 'cached-input-token': exactly(1000) }, { window: 'peak' }), 1000 * 0.006 / million],
    ['the CNY list off-peak', () => cost('deepseek', 'deepseek-flash', tokens(1000, 500), { currency: 'CNY', window: 'off-peak' }), (1000 * 1 + 500 * 4) / million],
    ['the CNY list at peak', () => cost('deepseek', 'deepseek-flash', tokens(1000, 500), { currency: 'CNY', window: 'peak' }), (1000 * 2 + 500 * 8) / million],
    ['V4 Pro in CNY', () => cost('deepseek', 'deepseek-v4-pro', tokens(1000, 500), { currency: 'CNY', window: 'off-peak' }), (1000 * 4.5 + 500 * 13.5) / million],
  ]);
});

describe('flex, priority and batch by their vendors’ rules', () => {
  // GPT-6.1 Sol: flex is half, priority twice; Claude: batches cost half.
  check([
    ['gpt-6.1-sol, flex', () => cost('openai', 'gpt-6.1-sol', tokens(3000, 700), { tier: 'flex' }), (3000 * 2 + 700 * 10) / 2 / million],
    ['gpt-6.1-sol, priority', () => cost('openai', 'gpt-6.1-sol', tokens(3000, 700), { tier: 'priority' }), (3000 * 2 + 700 * 10) * 2 / million],
    ['gpt-6.1-sol, above 272,000', () => cost('openai', 'gpt-6.1-sol', tokens(300_000, 700)), (300_000 * 2 * 2 + 700 * 10 * 1.5) / million],
    ...([['claude-opus-5-5', 4, 20], ['claude-opus-5', 5, 25], ['claude-sonnet-5', 2, 10], ['claude-haiku-4-5', 1, 5], ['claude-fable-5-1', 10, 50], ['claude-sonnet-5-5', 2, 10]] as const).map(([model, input, output]): Row =>
      [`${model} in a batch`, () => cost('anthropic', model, tokens(10_000, 2000), { tier: 'batch' }), (10_000 * input + 2000 * output) / 2 / million]),
    // Haiku 5.5: up to 100,000 prompt tokens, cached ones included, 0.10 and 0.50; above it 0.50 and 2.50 for all of the request.
    ['claude-haiku-5-5 with 100,000', () => cost('anthropic', 'claude-haiku-5-5', tokens(40_000, 100, { 'cached-input-token': exactly(60_000) })), (40_000 * 0.1 + 60_000 * 0.01 + 100 * 0.5) / million],
    ['claude-haiku-5-5 with 100,001', () => cost('anthropic', 'claude-haiku-5-5', tokens(40_001, 100, { 'cached-input-token': exactly(60_000) })), (40_001 * 0.5 + 60_000 * 0.05 + 100 * 2.5) / million],
    // Grok 4.7: from 200,000 prompt tokens on everything doubles.
    ['grok-4.7 with 199,999', () => cost('xai', 'grok-4.7', tokens(199_999, 50)), (199_999 * 2 + 50 * 6) / million],
    ['grok-4.7 with 200,000', () => cost('xai', 'grok-4.7', tokens(200_000, 50)), (200_000 * 4 + 50 * 12) / million],
    ['grok-4.7, cached', () => cost('xai', 'grok-4.7', tokens(1000, 50, { 'cached-input-token': exactly(9000) })), (1000 * 2 + 9000 * 0.5 + 50 * 6) / million],
  ]);
});

describe('lists in yuan', () => {
  const yuan = { currency: 'CNY' } as const;
  check([
    ['Doubao Seed 1.6: an answer of 200 tokens', () => cost('volcengine-ark', 'doubao-seed-1.6', tokens(1000, 200), yuan), (1000 * 0.8 + 200 * 2) / million],
    ['Doubao Seed 1.6: an answer of 201 tokens', () => cost('volcengine-ark', 'doubao-seed-1.6', tokens(1000, 201), yuan), (1000 * 0.8 + 201 * 8) / million],
    ['Doubao Seed 2.1 Pro', () => cost('volcengine-ark', 'doubao-seed-2-1-pro', tokens(1000, 500), yuan), (1000 * 6 + 500 * 30) / million],
    ['Kimi K3 on the China site', () => cost('moonshot', 'kimi-k3', tokens(1000, 500, { 'cached-input-token': exactly(4000) }), { ...yuan, endpoint: 'china' }), (1000 * 20 + 4000 * 2 + 500 * 100) / million],
    ['GLM-5.3 on the China site', () => cost('zhipu', 'glm-5.3', tokens(1000, 500, { 'cached-input-token': exactly(4000) }), { ...yuan, endpoint: 'bigmodel' }), (1000 * 8 + 4000 * 2 + 500 * 28) / million],
    ['1,000 pages of OCR at DeepSeek', () => cost('deepseek', 'deepseek-flash', tokens(0, 0, { page: exactly(1000) }), { ...yuan, window: 'off-peak' }), 1.5],
    ['DeepSeek V4 Flash in the last hour before peak prices', () => cost('deepseek', 'deepseek-v4-flash', tokens(1000, 500), { date: '2026-08-16' }), (1000 * 0.14 + 500 * 0.28) / million],
    ['DeepSeek V4 Flash between the rise and V4.1, at peak', () => cost('deepseek', 'deepseek-v4-flash', tokens(1000, 500), { ...yuan, date: '2026-08-20', at: '2026-08-20T10:00:00+08:00' }), (1000 * 3 + 500 * 9) / million],
  ]);
});

describe('a promotion that ends', () => {
  const flash = (date: string): number => cost('google-gemini', 'gemini-3.8-flash', tokens(1000, 100), { date });
  check([
    ['Gemini 3.8 Flash on New Year’s Eve', () => flash('2026-12-31'), (1000 * 0.75 + 100 * 3.75) / million],
    ['Gemini 3.8 Flash on New Year’s Day', () => flash('2027-01-01'), (1000 * 1.5 + 100 * 7.5) / million],
    ['GPT-5.6 Sol on its last promised day', () => cost('openai', 'gpt-5.6-sol', tokens(1000, 100), { date: '2026-11-21' }), (1000 * 4 + 100 * 20) / million],
  ]);
});

describe('regions', () => {
  check([
    ['eu.api.openai.com adds 10% to a model of 2026', () => cost('openai', 'gpt-6-sol', tokens(1000, 100), { endpoint: 'eu' }), (1000 * 2 + 100 * 10) * 1.1 / million],
    ['… and nothing to gpt-4o', () => cost('openai', 'gpt-4o', tokens(1000, 100), { endpoint: 'eu' }), (1000 * 2.5 + 100 * 10) / million],
    ['inference_geo us: 1.1 times', () => cost('anthropic', 'claude-opus-5-5', tokens(1000, 100), { factor: 1.1 }), (1000 * 4 + 100 * 20) * 1.1 / million],
    ['Qwen-Plus in Singapore', () => cost('alibaba-dashscope', 'qwen-plus', tokens(1000, 100), { endpoint: 'singapore' }), (1000 * 0.4 + 100 * 1.2) / million],
    ['Qwen-Plus in Beijing, in yuan', () => cost('alibaba-dashscope', 'qwen-plus', tokens(1000, 100), { endpoint: 'beijing', currency: 'CNY' }), (1000 * 0.8 + 100 * 2) / million],
    ['Qwen2.5-72B in Beijing, in yuan', () => cost('alibaba-dashscope', 'qwen2.5-72b-instruct', tokens(1000, 100), { endpoint: 'beijing', currency: 'CNY' }), (1000 * 4 + 100 * 12) / million],
    ['Qwen2.5-72B in Beijing, in dollars at the dated rate', () => cost('alibaba-dashscope', 'qwen2.5-72b-instruct', tokens(1000, 100), { endpoint: 'beijing' }), (1000 * 4 + 100 * 12) / million / facts.rates.perUsd['CNY']!],
    ['Qwen2.5-72B in Singapore', () => cost('alibaba-dashscope', 'qwen2.5-72b-instruct', tokens(1000, 100), { endpoint: 'singapore' }), (1000 * 1.4 + 100 * 5.6) / million],
    ['GLM-5.2 at Z.ai', () => cost('zhipu', 'glm-5.2', tokens(1000, 100, { 'cached-input-token': exactly(500) }), { endpoint: 'zai' }), (1000 * 1.4 + 500 * 0.26 + 100 * 4.4) / million],
  ]);
});

describe('the claims of articles A and B on the Alipay AI API', () => {
  const alipay = (usage: Usage): number => cost('alipay', 'alipay-ai', usage);
  check([
    ['a summary without a lookup: $0.03', () => alipay({ transaction: exactly(0) }), 0.03],
    ['a summary of the purchase history: $0.03 for the call, $0.05 for the lookup', () => alipay({ transaction: exactly(1) }), 0.08],
    ['1,000 of them', () => alipay({ request: exactly(1000), transaction: exactly(1000) }), 80],
  ]);
});

/** A vendor made up for a shape that no vendor of the catalog has, or has at another figure. */
function shaped(components: readonly PriceComponent[], more: Partial<Price> = {}, provider: Partial<Provider> = {}, endpoint: Partial<Endpoint> = {}) {
  const provenance = { source: 'made up for this test', checkedOn: '2026-11-01', confidence: 'claim' as const };
  const model: Model = { id: 'm', operation: 'chat', tokenizer: 'o200k_base', tokenizerBasis: 'exact', prices: [{ ...provenance, currency: 'USD', components, ...more }] };
  const place: Endpoint = { ...provenance, id: 'here', host: 'api.example.com', operator: 'Example', storageZone: 'EU', inferenceZone: 'EU', certainty: 'certain', ...endpoint };
  const vendor: Provider = { ...provenance, id: 'example', name: 'Example', home: 'https://example.com', keyVariables: [], endpoints: [place], models: [model], ...provider };
  return (usage: Usage, changes: Partial<PriceOptions> = {}) => price(usage, vendor, model, place, { ...options, ...changes }).cost;
}
const rate = (unit: PriceUnit, amount: string, per = 1, when?: PriceComponent['when']): PriceComponent => ({ unit, amount, per, ...(when && { when }) });
const likely = (result: ReturnType<ReturnType<typeof shaped>>): number => result.perCall!.likely;

describe('every other shape of a price', () => {
  const batch = shaped([rate('input-token', '4', million), rate('output-token', '16', million), rate('input-token', '2', million, { tier: 'batch' }), rate('output-token', '8', million, { tier: 'batch' }), rate('input-token', '8', million, { tier: 'priority' })]);
  const graduated = shaped([rate('input-token', '1', million), rate('input-token', '0.5', million, { promptTokensAbove: 100_000 }), rate('input-token', '0.25', million, { promptTokensAbove: 500_000 })], { tiering: 'graduated' });
  const perThousand = shaped([rate('input-token', '0.012', 1000), rate('output-token', '0.012', 1000)], { currency: 'CNY' });
  const mixed = shaped([rate('request', '0.005'), rate('search', '10', 1000), rate('input-token', '1', million)]);
  const media = shaped([rate('image', '0.04'), rate('image', '0.08', 1, { variant: 'hd' }), rate('second', '0.1'), rate('minute', '0.006'), rate('page', '1', 1000), rate('character', '15', million), rate('cached-token-hour', '4.5', million)]);
  const gateway = shaped([rate('input-token', '2', million), rate('output-token', '8', million)], {}, { gateway: true, charges: [{ id: 'credits', name: 'fee on credits', percent: '5.5', source: 'made up', checkedOn: '2026-11-01', confidence: 'claim' }] });
  const injected = shaped([rate('input-token', '3', million)], {}, { injectedTokens: { factor: { low: 1.3, likely: 1.5, high: 2.7 }, source: 'made up', checkedOn: '2026-11-01', confidence: 'claim' } });
  const perSearch = shaped([rate('input-token', '1', million)], {}, { charges: [{ id: 'search', name: 'web search', unit: 'search', amount: '5', per: 1000, currency: 'CNY', source: 'made up', checkedOn: '2026-11-01', confidence: 'claim' }] });
  const discounted = shaped([rate('input-token', '2', million)], {}, { discounts: [{ percent: 20, note: 'contract' }] });
  const surcharged = shaped([rate('input-token', '2', million), rate('request', '0.01')], {}, {}, { priceFactor: 1.1 });
  const minutesOfCny = shaped([rate('minute', '0.06')], { currency: 'CNY' });
  check([
    ['standard, not batch', () => likely(batch(tokens(1000, 500))), (1000 * 4 + 500 * 16) / million],
    ['batch: half', () => likely(batch(tokens(1000, 500), { tier: 'batch' })), (1000 * 2 + 500 * 8) / million],
    ['priority input, standard output where priority names none', () => likely(batch(tokens(1000, 500), { tier: 'priority' })), (1000 * 8 + 500 * 16) / million],
    ['graduated: below the first step', () => likely(graduated({ 'input-token': exactly(60_000) })), 60_000 / million],
    ['graduated: the part above the first step at half', () => likely(graduated({ 'input-token': exactly(300_000) })), (100_000 * 1 + 200_000 * 0.5) / million],
    ['graduated: three steps', () => likely(graduated({ 'input-token': exactly(800_000) })), (100_000 * 1 + 400_000 * 0.5 + 300_000 * 0.25) / million],
    ['CNY per 1,000 tokens', () => likely(perThousand(tokens(1500, 500), { currency: 'CNY' })), 2000 / 1000 * 0.012],
    ['a fee per request beside tokens', () => likely(mixed(tokens(2000, 0))), 0.005 + 2000 / million],
    ['three searches at $10 per 1,000', () => likely(mixed({ 'input-token': exactly(2000), search: exactly(3) })), 0.005 + 0.03 + 2000 / million],
    ['two images', () => likely(media({ image: exactly(2) })), 0.08],
    ['two images in HD', () => likely(media({ image: exactly(2) }, { variant: 'hd' })), 0.16],
    ['ten seconds of video', () => likely(media({ second: exactly(10) })), 1],
    ['90 minutes of speech', () => likely(media({ minute: exactly(90) })), 0.54],
    ['250 pages at $1 per 1,000', () => likely(media({ page: exactly(250) })), 0.25],
    ['40,000 characters at $15 per million', () => likely(media({ character: exactly(40_000) })), 0.6],
    ['200,000 tokens kept for three hours at $4.50 per million and hour', () => likely(media({ 'cached-token-hour': exactly(600_000) })), 2.7],
    ['a gateway that keeps 5.5%', () => likely(gateway(tokens(1000, 500))), (1000 * 2 + 500 * 8) * 1.055 / million],
    ['tokens added by the vendor: half as many again', () => likely(injected({ 'input-token': exactly(1000) })), 1500 * 3 / million],
    ['50 words of 67 tokens billed as 180.9', () => injected({ 'input-token': exactly(67) }).perCall!.high!, 67 * 2.7 * 3 / million],
    ['a search fee in CNY beside a price in USD', () => likely(perSearch({ 'input-token': exactly(0), search: exactly(1000) })), 5 / facts.rates.perUsd['CNY']!],
    ['20% off', () => likely(discounted({ 'input-token': exactly(1000) })), 1000 * 2 * 0.8 / million],
    ['a surcharge is on tokens, not on the request', () => likely(surcharged({ 'input-token': exactly(1000) })), 0.01 + 1000 * 2 * 1.1 / million],
    ['minutes in CNY shown in EUR', () => likely(minutesOfCny({ minute: exactly(10) }, { currency: 'EUR' })), 0.6 / facts.rates.perUsd['CNY']! * facts.rates.perUsd['EUR']!],
  ]);

  it('keeps native and shown currency apart, with the date of the rate', () => {
    const result = minutesOfCny({ minute: exactly(10) }, { currency: 'USD' });
    expect(result).toMatchObject({ currency: 'USD', nativeCurrency: 'CNY', nativePerCall: exactly(0.6), rateCheckedOn: facts.rates.checkedOn });
    expect(result.components).toEqual([{ unit: 'minute', quantity: exactly(10), native: exactly(0.6), amount: result.perCall }]);
  });

  it('shows each line of a bill', () => {
    const lines = shaped([rate('input-token', '2', million), rate('output-token', '8', million), rate('request', '0.01')], {}, {
      charges: [{ id: 'fee', name: 'platform fee', percent: '10', source: 'made up', checkedOn: '2026-11-01', confidence: 'claim' }], discounts: [{ percent: 50 }],
    }, { priceFactor: 1.2 })(tokens(1_000_000, 1_000_000)).components.map((each) => [each.unit, each.amount.likely]);
    // 2 + 8 + 0.01, a fifth of the tokens on top, half of everything off, a tenth of the rest as fee
    expect(lines).toEqual([['input-token', 2], ['output-token', 8], ['request', 0.01], ['regional-surcharge', 2], ['discount', -6.005], ['fee', 0.6005]]);
  });

  it('has no upper bound where a rate is not published, and names the unit', () => {
    const partly = shaped([rate('request', '0.03')], { unpublished: ['input-token', 'output-token'] });
    expect(partly(tokens(100, 50))).toMatchObject({ perCall: { low: 0.03, likely: 0.03, high: null }, unpublished: ['input-token', 'output-token'] });
  });
});

describe('peak hours that go over midnight', () => {
  // A vendor made up: 22:00 to 06:00 local time at UTC+8 costs three times as much, Friday to Sunday nights included.
  const night = shaped([rate('input-token', '1', million, { window: 'off-peak' }), rate('input-token', '3', million, { window: 'peak' })], {
    peak: { utcOffsetMinutes: 480, weekdays: [1, 2, 3, 4, 5, 6, 7], hours: [[22, 24], [0, 6]] },
  });
  // Half past five hours east of Greenwich, weekdays only: Sunday 18:30Z is Monday 00:00 there.
  const india = shaped([rate('input-token', '1', million, { window: 'off-peak' }), rate('input-token', '2', million, { window: 'peak' })], {
    peak: { utcOffsetMinutes: 330, weekdays: [1, 2, 3, 4, 5], hours: [[0, 8]] },
  });
  const at = (prices: ReturnType<typeof shaped>, time: string): number => likely(prices({ 'input-token': exactly(million) }, { at: time }));
  check([
    ['21:59:59', () => at(night, '2026-11-23T21:59:59+08:00'), 1], ['22:00', () => at(night, '2026-11-23T22:00:00+08:00'), 3], ['23:59:59', () => at(night, '2026-11-23T23:59:59+08:00'), 3],
    ['midnight', () => at(night, '2026-11-24T00:00:00+08:00'), 3], ['05:59', () => at(night, '2026-11-24T05:59:00+08:00'), 3], ['06:00', () => at(night, '2026-11-24T06:00:00+08:00'), 1],
    ['midnight there, seen from New York', () => at(night, '2026-11-23T11:00:00-05:00'), 3], ['a minute before 22:00 there, seen from London', () => at(night, '2026-11-23T13:59:00Z'), 1],
    ['Sunday evening in London is Monday in India', () => at(india, '2026-11-22T18:30:00Z'), 2], ['a second before it', () => at(india, '2026-11-22T18:29:59Z'), 1],
    ['Friday night in India is Saturday', () => at(india, '2026-11-27T18:30:00Z'), 1], ['a leap day that is none', () => at(night, '2027-02-28T23:00:00+08:00'), 3],
  ]);
});

describe('a month of a subscription', () => {
  const provenance = { source: 'made up', checkedOn: '2026-11-01', confidence: 'claim' as const };
  const model: Model = { id: 'm', operation: 'chat', tokenizer: 'o200k_base', tokenizerBasis: 'exact', prices: [{ ...provenance, currency: 'CNY', components: [rate('input-token', '4', million), rate('output-token', '12', million)] }] };
  const vendor: Provider = { ...provenance, id: 'example', name: 'Example', home: 'https://example.com', keyVariables: [], endpoints: [], models: [model] };
  const usage = tokens(1000, 500);
  // One call: 0.004 + 0.006 = ¥0.01.
  const plan = (changes: Partial<Plan>): Plan => ({ ...provenance, id: 'p', name: 'Plan', kind: 'subscription', currency: 'CNY', period: 'month', fees: [{ amount: '300' }], overage: 'model-price', ...changes });
  const month = (calls: number, changes: Partial<Plan> | null, currency = 'CNY'): number =>
    monthlyCost(changes?.volumeUnit ? { ...usage, [changes.volumeUnit]: exactly(1) } : usage, calls, vendor, model, null, { ...options, currency, ...(changes && { plan: plan(changes) }) }).total!.likely;
  check([
    ['pay as you go', () => month(50_000, null), 500],
    ['fee and nothing bundled', () => month(50_000, {}), 800],
    ['20 million tokens in and 10 million out bundled', () => month(50_000, { includes: [{ unit: 'input-token', quantity: 20 * million }, { unit: 'output-token', quantity: 10 * million }] }), 300 + (50 - 20) * 4 + (25 - 10) * 12],
    ['tiers by volume: 30,000 transactions', () => month(30_000, { volumeUnit: 'transaction', fees: [{ amount: '100', upTo: 10_000 }, { amount: '250', upTo: 40_000 }, { amount: '600' }] }), 250 + 300],
    ['tiers by volume: 40,001 transactions', () => month(40_001, { volumeUnit: 'transaction', fees: [{ amount: '100', upTo: 10_000 }, { amount: '250', upTo: 40_000 }, { amount: '600' }] }), 600 + 400.01],
    ['a minimum commitment of ¥1,000', () => month(10_000, { kind: 'commitment', minimumAmount: '1000' }), 1000],
    ['a fee by the year', () => month(10_000, { period: 'year', fees: [{ amount: '1200' }] }), 100 + 100],
    ['a fee by the day', () => month(10_000, { period: 'day', fees: [{ amount: '12' }] }), 12 * 365 / 12 + 100],
    ['shown in dollars', () => month(50_000, null, 'USD'), 500 / facts.rates.perUsd['CNY']!],
  ]);
  check([
    ['article C: a flat ¥3,000 against ¥0.12 a conversation', () => breakEvenCalls(3000, exactly(0.12))!.likely, 25_000],
    ['… against ¥0.07', () => breakEvenCalls(3000, exactly(0.07))!.likely, 42_858],
    ['what the move of article C saves', () => savingOf('0.12', '0.07').amount, 0.05],
  ]);
});

describe('days', () => {
  const dated = (validFrom: string | undefined, validTo: string | undefined, amount: string): Price => ({
    source: 'made up', checkedOn: '2026-05-01', confidence: 'claim', currency: 'USD', components: [rate('input-token', amount, million)],
    ...(validFrom && { validFrom }), ...(validTo && { validTo }),
  });
  const provenance = { source: 'made up', checkedOn: '2026-05-01', confidence: 'claim' as const };
  const model: Model = {
    id: 'm', operation: 'chat', tokenizer: 'o200k_base', tokenizerBasis: 'exact',
    prices: [dated(undefined, '2026-06-01', '8'), dated('2026-06-01', '2026-11-21', '4'), dated('2026-11-21', undefined, '6')],
  };
  const vendor: Provider = { ...provenance, id: 'example', name: 'Example', home: 'https://example.com', keyVariables: [], endpoints: [], models: [model] };
  const on = (date: string) => price({ 'input-token': exactly(million) }, vendor, model, null, { ...options, date }).cost;
  check([
    ['before the cut', () => on('2026-05-31').perCall!.likely, 8], ['on the day of the cut', () => on('2026-06-01').perCall!.likely, 4],
    ['the last day of the promotion', () => on('2026-11-20').perCall!.likely, 4], ['after it', () => on('2026-11-21').perCall!.likely, 6],
  ]);

  it('tells the next change before it happens', () => {
    expect(on('2026-11-01').change).toEqual({ on: '2026-11-21', perCall: exactly(6) });
    expect(on('2026-04-01').change).toEqual({ on: '2026-06-01', perCall: exactly(4) });
    expect(on('2026-11-23').change).toBeNull();
  });

  it('says that a price read later is taken to have held before', () => {
    const { assumptions } = price({ 'input-token': exactly(1) }, vendor, model, null, { ...options, date: '2026-04-01' });
    expect(assumptions).toContainEqual({ code: 'later-price', value: '2026-05-01', origin: 'default' });
  });
});
