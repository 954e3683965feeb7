/** Walks the checklist of the three articles: every claim is in the catalog, as a claim, beside what was found. */
import { describe, expect, it } from 'vitest';
import { claims, facts } from '../../src/catalog.js';
import { findModel, findProvider } from '../../src/core/lookup.js';
import type { Provenance } from '../../src/core/model.js';
import { price } from '../../src/core/price.js';
import { savingOf } from '../../src/core/plan.js';

interface Claimed extends Provenance { readonly article?: string }

const everything: readonly (readonly [string, Claimed])[] = [
  ...claims.map((each) => ['articles', each] as const),
  ...facts.providers.flatMap((provider) => [
    ...(provider.facts ?? []), ...(provider.latency ?? []), ...(provider.plans ?? []), ...(provider.freeAllowances ?? []), ...(provider.injectedTokens ? [provider.injectedTokens] : []),
    ...provider.models.flatMap((model) => model.quality ?? []),
  ].map((each) => [provider.id, each] as const)),
].filter(([, each]) => (each as Claimed).article !== undefined);
const of = (article: string) => everything.filter(([, each]) => each.article === article);
const numbers = [...Array.from({ length: 20 }, (_, n) => `A${n}`), ...Array.from({ length: 10 }, (_, n) => `B${n + 1}`), ...Array.from({ length: 25 }, (_, n) => `C${n + 1}`)];

it.each(numbers)('%s is in the catalog as a claim', (article) => {
  const found = of(article);
  expect(found.length).toBeGreaterThan(0);
  for (const [where, each] of found) expect(each.confidence, `${article} at ${where}`).toBe('claim');
});

it('has no number that the checklist lacks', () => {
  expect(everything.map(([, each]) => each.article).filter((article) => !numbers.includes(article!))).toEqual([]);
});

const exactly = (count: number) => ({ low: count, likely: count, high: count });
const alipay = findProvider(facts, 'alipay')!;
const options = { date: '2026-11-23', currency: 'USD', rates: facts.rates };

describe('figures that the product reckons with', () => {
  it('A5: $0.03 for the call and $0.05 for the lookup; A14: tokens besides, at a rate nobody gives', () => {
    const usage = { 'input-token': exactly(67), 'output-token': exactly(100), transaction: exactly(1) };
    const { cost, assumptions } = price(usage, alipay, findModel(alipay, 'alipay-ai'), alipay.endpoints[0]!, options);
    expect(cost).toMatchObject({ perCall: { low: 0.08, likely: 0.08, high: null }, confidence: 'claim', unpublished: ['input-token', 'output-token'] });
    expect(cost.components.map((each) => [each.unit, each.amount.likely])).toEqual([['transaction', 0.05], ['request', 0.03]]);
    expect(assumptions.map((each) => each.code)).toEqual(expect.arrayContaining(['injected-tokens', 'unpublished-rate']));
  });

  it('A4: nobody said whether a lookup is made: none to one', () => {
    const { cost } = price({ 'input-token': exactly(10) }, alipay, findModel(alipay, 'alipay-ai'), alipay.endpoints[0]!, options);
    expect(cost.perCall).toEqual({ low: 0.03, likely: 0.03, high: null });
    expect(cost.components.find((each) => each.unit === 'transaction')!.amount).toEqual({ low: 0, likely: 0, high: 0.05 });
  });

  it('A9, A13: milliseconds outside China, seconds of polling', () => {
    expect(alipay.latency!.find((each) => each.article === 'A9')!.addedMs).toMatchObject({ low: 300, high: 800 });
    expect(alipay.delivery).toMatchObject({ modes: expect.arrayContaining(['webhook']), pollSeconds: { low: 1, high: 2 } });
  });

  it('A15, A16: 30 to 50% more, up to 180 tokens for 50 words of 67', () => {
    const { factor } = alipay.injectedTokens!;
    expect([factor.low, factor.likely]).toEqual([1.3, 1.5]);
    expect(factor.high! * 67).toBeCloseTo(180, -1);
  });

  it('A8, B6: mainland China', () => {
    expect(new Set(alipay.endpoints.flatMap((each) => [each.storageZone, each.inferenceZone]))).toEqual(new Set(['CN']));
  });

  it('C3, C4, C5: scores of C-Eval and CMMLU', () => {
    const scores = (provider: string, model: string) => findModel(findProvider(facts, provider)!, model)!.quality!.map((each) => [each.benchmark, each.score]);
    expect(scores('alibaba-dashscope', 'qwen2.5-72b-instruct')).toEqual([['C-Eval', 86.4], ['CMMLU', 87.2]]);
    expect(scores('together', 'meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo')).toEqual([['C-Eval', 82.1], ['CMMLU', 83.5]]);
    expect(scores('openai', 'gpt-4o-mini')).toEqual([['C-Eval', 85], ['CMMLU', 84.8]]);
  });

  it('C7: 50,000 tokens for 10 seconds at ¥0.50 are ¥10 per million', () => {
    expect(0.5 / 50_000 * 1_000_000).toBe(10);
    expect(facts.shared.mediaRules['qwen-video']!.videoTokensPerSecond!.likely * 10).toBe(50_000);
  });

  it('C11: ¥0.12 to ¥0.07', () => {
    expect(savingOf('0.12', '0.07')).toEqual({ amount: 0.05, share: 0.416666666667 });
  });

  it('C18: ¥1,000 of credit, no longer', () => {
    expect(findProvider(facts, 'alibaba-dashscope')!.freeAllowances!.find((each) => each.article === 'C18')).toMatchObject({ amount: '1000', currency: 'CNY', validTo: '2025-12-31' });
  });

  it('C23: a local model costs nothing per token', () => {
    const ollama = findProvider(facts, 'ollama')!;
    expect(price({ 'input-token': exactly(10) }, ollama, null, ollama.endpoints[0]!, options).cost.reason).toBe('not-metered');
  });
});
