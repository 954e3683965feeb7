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

// The figures and names of the checklist, as the catalog words them.
const figures: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  A0: ['LLM Gateway Daily', '2026-05-31'], A1: ['OpenAI', 'Claude', 'Gemini', 'payments', 'identity', 'compliance'], A2: ['OAuth 2.0', 'device fingerprint', 'mobile device id'], A3: ['merchant', 'third party', 'mini program'],
  A4: ['payment verification', 'order'], A5: ['0.03', '0.05', '0.08'], A6: ['150%', '167%'], A7: ['comprehensive API charges'], A8: ['mainland China'], A9: ['300', '800'],
  A10: ['politics', 'crypto', 'cross-border finance', 'wire transfers', 'silently', 'moderation layer'], A11: ['171', '14 providers', 'pay as you go', 'failover', '155', '160'], A12: ['OpenRouter', 'LiteLLM', 'Portkey', 'observability', 'caching'],
  A13: ['webhook', 'request id', '1 to 2 seconds'], A14: ['CNY per 1,000'], A15: ['30 to 50%', '1.3', '1.5'], A16: ['50 words', '180 tokens', '67'], A17: ['Three formats', 'within a year'], A18: ['Mistral', 'Llama', 'Together', 'Fireworks'], A19: ['DeepSeek', 'Qwen', 'flat'],
  B1: ['Ant Group', 'financial'], B2: ['opaque limits', 'coarse errors', 'curl', 'cluster'], B3: ['base fee', 'bundled quota', 'minimum commitment'], B4: ['identity cards', 'bank cards', 'Alipay screenshots', 'European PDF', 'DeepSeek-V2'],
  B5: ['Qwen', 'Mistral', '3 seconds'], B6: ['Stripe', 'PayPal', 'EU', 'California'], B7: ['OpenAI', 'Claude', 'China'], B8: ['six months', '410 Gone'], B9: ['WeChat', 'a month late', 'minimum spend', 'GitHub', 'Discord', 'San Francisco', 'Berlin'], B10: ['adapter', 'narrow scope', 'gateway first'],
  C1: ['PAI', 'tokenizer of its own', 'dynamic'], C2: ['40,000', '10,000', 'Qwen-VL', 'Qwen-Audio', 'ModelScope'], C3: ['86.4', '87.2', '3.50'], C4: ['82.1', '83.5', '5.20'], C5: ['8B', '85', '84.8', '4.00', '0.15'], C6: ['30 to 50%', '33%', '12.5%'],
  C7: ['10 seconds', '720p', '50,000', '0.50', '10 CNY', 'Qwen2.5-VL', 'Qwen-World'], C8: ['40%', 'IDC 2024', 'H100', 'A800', 'Ascend', 'dashboard'], C9: ['Lin Jun', 'DAMO'], C10: ['September 2024', '0.5B', '110B', '72B'], C11: ['0.12', '0.07', '15%', '41.7%'],
  C12: ['3.50', '4.80', '5.00', '6.00', 'Hunyuan-Large', '0.50'], C13: ['25 to 40%', '27', '42%'], C14: ['15 billion', '80 billion', '75%', '74.7%'], C15: ['20%', '60%'], C16: ['35 to 40%', '28 to 32 billion'], C17: ['ERNIE 4.0', 'Hunyuan', 'Doubao'],
  C18: [/1,?000/, 'early 2025', 'legal', 'video'], C19: ['70%', '30%', 'first quarter of 2025'], C20: ['lock-in', 'open rival'], C21: ['logging', 'deepfake', 'tax', 'interoperability'], C22: ['20 to 30%', '40 to 50%'], C23: ['device'], C24: ['50 billion', '2027', '70%', '2028', 'ByteDance', 'Tencent'], C25: ['Qwen3', 'ERNIE', 'Tencent', 'TokenHub'],
};

it.each(numbers)('%s says every figure of the checklist', (article) => {
  const said = JSON.stringify(of(article).map(([where, each]) => [where, each]));
  const wanted = figures[article] ?? [];
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((figure) => (typeof figure === 'string' ? !said.toLowerCase().includes(figure.toLowerCase()) : !figure.test(said)))).toEqual([]);
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
    const scores = (provider: string, model: string) => findModel(findProvider(facts, provider)!, model)!.quality!.filter((each) => each.article).map((each) => [each.benchmark, each.score]);
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
