import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { findModel, findProvider } from '../../../src/core/lookup.js';
import { add, divide, fraction, multiply, toNumber } from '../../../src/core/money.js';
import { inPeak, price, type PriceOptions, type Usage } from '../../../src/core/price.js';
import type { Spread } from '../../../src/core/model.js';

const exactly = (count: number): Spread => ({ low: count, likely: count, high: count });
const options: PriceOptions = { date: '2026-11-23', currency: 'USD', rates: facts.rates };
const cnyPerUsd = facts.rates.perUsd['CNY']!;

function priced(providerId: string, modelId: string, usage: Usage, changes: Partial<PriceOptions> = {}, endpointId?: string) {
  const provider = findProvider(facts, providerId)!;
  const endpoint = provider.endpoints.find((each) => each.id === (endpointId ?? provider.defaultEndpoint?.['*'])) ?? null;
  return price(usage, provider, findModel(provider, modelId), endpoint, { ...options, ...changes });
}
const perCall = (...args: Parameters<typeof priced>) => priced(...args).cost.perCall;
const tokens = (input: number, output: number): Usage => ({ 'input-token': exactly(input), 'output-token': exactly(output) });

describe('a flat price', () => {
  it('gpt-4o-mini: $0.15 and $0.60 per million', () => {
    expect(perCall('openai', 'gpt-4o-mini', tokens(812, 500))).toEqual(exactly((812 * 15 + 500 * 60) / 1e8));
  });

  it('states where the figure comes from', () => {
    expect(priced('openai', 'gpt-4o-mini', tokens(1, 1)).cost).toMatchObject({
      currency: 'USD', nativeCurrency: 'USD', confidence: 'secondary', reason: null,
      priceSource: expect.stringContaining('openai.com'), priceCheckedOn: expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
    });
  });

  it('keeps low, likely and high apart, and an open end open', () => {
    expect(perCall('openai', 'gpt-4o', { 'input-token': { low: 100, likely: 200, high: null }, 'output-token': { low: 0, likely: 10, high: 100 } }))
      .toEqual({ low: 0.00025, likely: (200 * 25 + 10 * 100) / 1e7, high: null });
  });
});

describe('tiers by prompt size hold for the whole request', () => {
  it.each([
    // gpt-6-sol: $2 / $10; above 272,000 prompt tokens $4 / $15
    [272_000, 272_000 * 2e-6 + 1000 * 10e-6], [272_001, 272_001 * 4e-6 + 1000 * 15e-6],
  ])('gpt-6-sol with %i prompt tokens', (input, expected) => {
    expect(perCall('openai', 'gpt-6-sol', tokens(input, 1000))!.likely).toBeCloseTo(expected, 12);
  });

  it.each([
    // gemini-3.1-pro-preview: $2 / $12; above 200,000 $4 / $18
    [200_000, 200_000 * 2e-6 + 1000 * 12e-6], [200_001, 200_001 * 4e-6 + 1000 * 18e-6],
  ])('gemini-3.1-pro-preview with %i prompt tokens', (input, expected) => {
    expect(perCall('google-gemini', 'gemini-3.1-pro-preview', tokens(input, 1000))!.likely).toBeCloseTo(expected, 12);
  });

  it.each([
    // claude-haiku-5-5: $0.10 / $0.50; above 100,000 prompt tokens five times as much
    [100_000, 100_000 * 0.1e-6 + 1000 * 0.5e-6], [100_001, 100_001 * 0.5e-6 + 1000 * 2.5e-6],
  ])('claude-haiku-5-5 with %i prompt tokens', (input, expected) => {
    expect(perCall('anthropic', 'claude-haiku-5-5', tokens(input, 1000))!.likely).toBeCloseTo(expected, 12);
  });

  it('counts cached and written tokens as prompt', () => {
    const usage: Usage = { 'input-token': exactly(1), 'cached-input-token': exactly(272_000), 'output-token': exactly(0) };
    expect(perCall('openai', 'gpt-6-sol', usage)!.likely).toBeCloseTo(1 * 4e-6 + 272_000 * 0.4e-6, 12);
  });

  it('lets the ends of a range fall in different tiers', () => {
    const usage: Usage = { 'input-token': { low: 1000, likely: 200_000, high: 300_000 } };
    expect(perCall('openai', 'gpt-6-sol', usage)).toEqual({ low: 0.002, likely: 0.4, high: 1.2 });
  });

  it.each([[32_000, '2.5', '10'], [32_001, '4', '16'], [128_001, '7', '28']])('qwen3-max at Beijing with %i prompt tokens', (input, rateIn, rateOut) => {
    expect(perCall('alibaba-dashscope', 'qwen3-max', tokens(input, 1000), { currency: 'CNY' }, 'beijing')!.likely)
      .toBeCloseTo((input * Number(rateIn) + 1000 * Number(rateOut)) / 1e6, 12);
  });
});

describe('cache', () => {
  it('Claude: read at its own rate, write 1.25 × and 2 × input', () => {
    // claude-sonnet-4-6: $3 input, $0.30 read, $3.75 and $6 written, $15 output
    const usage: Usage = {
      'input-token': exactly(1000), 'cached-input-token': exactly(10_000), 'cache-write-token': exactly(2000),
      'cache-write-1h-token': exactly(500), 'output-token': exactly(300),
    };
    expect(perCall('anthropic', 'claude-sonnet-4-6', usage)!.likely)
      .toBeCloseTo((1000 * 3 + 10_000 * 0.3 + 2000 * 3 * 1.25 + 500 * 3 * 2 + 300 * 15) / 1e6, 12);
  });

  it('without a rate of its own, cached input costs what input costs', () => {
    expect(perCall('openai', 'gpt-4', { 'cached-input-token': exactly(1000) })!.likely).toBeCloseTo(0.03, 12);
  });
});

describe('reasoning', () => {
  it('is billed as output', () => {
    expect(perCall('openai', 'o3', { 'input-token': exactly(100), 'output-token': exactly(200), 'reasoning-token': exactly(1000) })!.likely)
      .toBeCloseTo((100 * 2 + 1200 * 8) / 1e6, 12);
  });

  it('has its own rate where the vendor lists one', () => {
    // sonar-deep-research: $2 / $8, reasoning $3 per million
    expect(perCall('perplexity', 'sonar-deep-research', { 'output-token': exactly(0), 'reasoning-token': exactly(1_000_000) })!.likely).toBe(3);
  });
});

describe('peak hours (DeepSeek: peak is twice off-peak)', () => {
  const offPeak = 1000 * 0.15e-6 + 500 * 0.6e-6;

  it('assumes off-peak and shows peak as the high end', () => {
    const { cost, assumptions } = priced('deepseek', 'deepseek-flash', tokens(1000, 500));
    expect(cost.perCall).toEqual({ low: offPeak, likely: offPeak, high: toNumber(fraction(2 * offPeak)) });
    expect(assumptions).toContainEqual({ code: 'off-peak', value: 'off-peak', origin: 'default' });
  });

  it.each([
    ['2026-11-23T09:00:00+08:00', 2], ['2026-11-23T11:59:00+08:00', 2], ['2026-11-23T12:00:00+08:00', 1],
    ['2026-11-23T06:00:00Z', 2], ['2026-11-23T10:00:00Z', 1], ['2026-11-22T09:30:00+08:00', 1],
  ])('at %s costs %i ×', (at, times) => {
    const { cost, assumptions } = priced('deepseek', 'deepseek-flash', tokens(1000, 500), { at });
    expect(cost.perCall!.likely).toBeCloseTo(times * offPeak, 12);
    expect(cost.perCall!.low).toBe(cost.perCall!.high);
    expect(assumptions).toEqual([]);
  });

  it('knows weekdays', () => {
    const peak = { utcOffsetMinutes: 480, weekdays: [1, 2, 3, 4, 5], hours: [[9, 12], [14, 18]] as const };
    expect(inPeak(peak, '2026-11-20T17:59:59+08:00')).toBe(true);
    expect(inPeak(peak, '2026-11-21T17:00:00+08:00')).toBe(false);
  });

  it('uses the vendor\'s own CNY list for CNY: 1 and 4 yuan', () => {
    const { cost, assumptions } = priced('deepseek', 'deepseek-flash', tokens(1000, 500), { currency: 'CNY' });
    expect(cost).toMatchObject({ nativeCurrency: 'CNY', perCall: { low: 0.003, likely: 0.003, high: 0.006 } });
    expect(assumptions.map((each) => each.code)).toEqual(['off-peak']);
  });
});

describe('regions', () => {
  it('adds 10% at eu.api.openai.com to models released since 2026-03-05 only', () => {
    expect(perCall('openai', 'gpt-6-sol', tokens(1000, 100), {}, 'eu')!.likely).toBeCloseTo((1000 * 2 + 100 * 10) * 1.1e-6, 12);
    expect(perCall('openai', 'gpt-4o', tokens(1000, 100), {}, 'eu')!.likely).toBeCloseTo((1000 * 2.5 + 100 * 10) * 1e-6, 12);
  });

  it('adds 10% at api.eu.mistral.ai', () => {
    const [global, eu] = [perCall('mistral', 'mistral-large-2512', tokens(1000, 100)), perCall('mistral', 'mistral-large-2512', tokens(1000, 100), {}, 'eu')];
    expect(eu!.likely).toBeCloseTo(global!.likely * 1.1, 12);
  });

  it('takes a factor of the request: Claude with inference_geo us is 1.1 ×', () => {
    expect(perCall('anthropic', 'claude-opus-5-5', tokens(1000, 100), { factor: 1.1 })!.likely).toBeCloseTo((1000 * 4 + 100 * 20) * 1.1e-6, 12);
  });

  it('uses the price of the endpoint: qwen-plus in yuan at Beijing, dollars at Singapore', () => {
    expect(priced('alibaba-dashscope', 'qwen-plus', tokens(1000, 500), {}, 'singapore').cost)
      .toMatchObject({ nativeCurrency: 'USD', perCall: exactly(toNumber(fraction(1000 * 0.4e-6 + 500 * 1.2e-6))) });
    const { cost, assumptions } = priced('alibaba-dashscope', 'qwen-plus', tokens(1000, 500), {}, 'beijing');
    expect(cost.nativeCurrency).toBe('CNY');
    expect(cost.perCall!.likely).toBeCloseTo((1000 * 0.8e-6 + 500 * 2e-6) / cnyPerUsd, 12);
    expect(assumptions).toEqual([{ code: 'exchange-rate', subject: 'CNY/USD', value: expect.closeTo(1 / cnyPerUsd, 10), origin: 'default' }]);
  });

  it('bills thinking at its own rate when the request asks for it', () => {
    expect(perCall('alibaba-dashscope', 'qwen-plus', tokens(0, 1_000_000), { currency: 'CNY', variant: 'thinking' }, 'beijing')!.likely).toBe(8);
  });

  it('has no price where none is listed for the region', () => {
    expect(priced('alibaba-dashscope', 'qwen-plus', tokens(1, 1), {}, 'maas-frankfurt').cost).toMatchObject({ perCall: null, reason: 'no-price' });
  });
});

describe('dates', () => {
  it('uses the price valid that day: gemini-3.8-flash is introductory until 2026-12-31', () => {
    expect(perCall('google-gemini', 'gemini-3.8-flash', tokens(1_000_000, 0), { date: '2026-12-31' })!.likely).toBe(0.75);
    expect(perCall('google-gemini', 'gemini-3.8-flash', tokens(1_000_000, 0), { date: '2027-01-01' })!.likely).toBe(1.5);
  });

  it('has no price before the first', () => {
    expect(priced('anthropic', 'claude-fable-5-2', tokens(1, 1), { date: '2026-11-08' }).cost.reason).toBe('no-price');
  });
});

describe('other units and tiers', () => {
  it('whisper-1: $0.36 an hour', () => {
    expect(perCall('openai', 'whisper-1', { minute: exactly(10) })!.likely).toBeCloseTo(0.06, 12);
  });

  it('tts-1: $15 per million characters; dall-e-3: $0.04 an image, $0.08 in hd', () => {
    expect(perCall('openai', 'tts-1', { character: exactly(1000) })!.likely).toBe(0.015);
    expect(perCall('openai', 'dall-e-3', { image: exactly(2), 'input-token': exactly(50) })!.likely).toBe(0.08);
    expect(perCall('openai', 'dall-e-3', { image: exactly(2) }, { variant: 'hd' })!.likely).toBe(0.16);
  });

  it('adds the fee per request: sonar $1 / $1 and $12 per 1,000 requests', () => {
    expect(perCall('perplexity', 'sonar', tokens(1000, 1000))!.likely).toBeCloseTo(0.002 + 0.012, 12);
  });

  it('gpt-6.1-terra in batch: half', () => {
    const { cost, assumptions } = priced('openai', 'gpt-6.1-terra', tokens(1000, 1000));
    expect(assumptions.map((each) => each.code)).toEqual(['standard-tier']);
    expect(perCall('openai', 'gpt-6.1-terra', tokens(1000, 1000), { tier: 'batch' })!.likely).toBeCloseTo(cost.perCall!.likely / 2, 12);
  });

  it('moderation is free, which is not unknown', () => {
    expect(perCall('openai', 'omni-moderation-latest', tokens(100, 0))).toEqual(exactly(0));
  });

  it('embeddings have no output', () => {
    expect(perCall('openai', 'text-embedding-3-small', tokens(1_000_000, 400))!.likely).toBe(0.02);
  });
});

describe('what cannot be known is null with a reason', () => {
  it.each([
    ['openai', 'gpt-7', 'unknown-model'], ['volcengine-ark', 'doubao-seed-2-1-lite', 'no-price'], ['ollama', 'llama3.1', 'not-metered'], ['ollama', 'anything', 'not-metered'],
    ['tokenmix', 'gpt-4o', 'unknown-model'], ['openai', 'chatgpt-image-latest', 'no-price'],
  ])('%s/%s: %s', (provider, model, reason) => {
    expect(priced(provider, model, tokens(100, 100)).cost).toMatchObject({ perCall: null, reason, components: [] });
  });

  it('no provider', () => {
    expect(price(tokens(1, 1), null, null, null, options).cost).toMatchObject({ perCall: null, reason: 'unknown-provider' });
  });

  it('a currency without a rate', () => {
    expect(priced('openai', 'gpt-4o', tokens(1, 1), { currency: 'XXX' }).cost).toMatchObject({ perCall: null, reason: 'no-price' });
  });

  it('a unit the price does not speak of', () => {
    expect(priced('openai', 'tts-1', tokens(100, 0)).cost).toMatchObject({ perCall: null, reason: 'no-price' });
    expect(priced('openai', 'gpt-4', { ...tokens(1, 1), 'audio-output-token': exactly(5) }).cost.reason).toBe('no-price');
  });
});

describe('money', () => {
  it('does not drift', () => {
    expect(toNumber(add(fraction('0.1'), fraction('0.2')))).toBe(0.3);
    expect(toNumber(multiply(fraction(1e-7), fraction('3')))).toBe(3e-7);
    expect(toNumber(divide(fraction(2), fraction(3)))).toBe(0.666666666667);
    expect(toNumber(divide(fraction(-2), fraction(3)))).toBe(-0.666666666667);
    expect(toNumber(fraction(123456789012345))).toBe(123456789012000);
    expect(() => fraction('1,5')).toThrow();
    expect(() => fraction(Number.NaN)).toThrow();
  });

  it('gives back any number within 12 digits', () => {
    fc.assert(fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) =>
      toNumber(fraction(value)) === Number(value.toPrecision(12)) || Math.abs(toNumber(fraction(value)) / value - 1) < 1e-11));
  });
});

describe('properties over the whole catalog', () => {
  const spread = (max: number) => fc.tuple(fc.nat(max), fc.nat(max), fc.nat(max)).map((three) => {
    const [low, likely, high] = three.sort((a, b) => a - b) as [number, number, number];
    return { low, likely, high };
  });
  const billed = facts.providers.flatMap((provider) => provider.models
    .filter((model) => model.prices.some((row) => row.components.some((c) => c.unit === 'output-token')))
    .map((model) => ({ provider, model })));
  const sample = fc.constantFrom(...billed).chain(({ provider, model }) =>
    fc.record({ provider: fc.constant(provider), model: fc.constant(model), endpoint: fc.constantFrom(...provider.endpoints) }));
  const money = (usage: Usage, one: { provider: (typeof billed)[0]['provider']; model: (typeof billed)[0]['model']; endpoint: (typeof billed)[0]['provider']['endpoints'][number] }, currency = 'USD') =>
    price(usage, one.provider, one.model, one.endpoint, { ...options, currency }).cost;

  it('low ≤ likely ≤ high, and the components add up to the total', () => {
    fc.assert(fc.property(sample, spread(600_000), spread(50_000), fc.constantFrom('USD', 'CNY', 'EUR'), (one, input, output, currency) => {
      const { perCall: total, components } = money({ 'input-token': input, 'output-token': output }, one, currency);
      if (!total) return;
      expect(total.low).toBeLessThanOrEqual(total.likely);
      expect(total.likely).toBeLessThanOrEqual(total.high!);
      for (const level of ['low', 'likely', 'high'] as const) {
        const sum = components.reduce((all, each) => all + each.amount[level]!, 0);
        // Three figures, each rounded to 12 significant digits: at most 5e-12 of itself.
        expect(Math.abs(sum - total[level]!)).toBeLessThanOrEqual(total[level]! * 2e-11);
      }
    }), { numRuns: 500 });
  });

  it('more tokens never cost less', () => {
    fc.assert(fc.property(sample, fc.nat(600_000), fc.nat(50_000), fc.nat(10_000), fc.nat(10_000), (one, input, output, moreIn, moreOut) => {
      const less = money({ 'input-token': exactly(input), 'output-token': exactly(output) }, one).perCall;
      const more = money({ 'input-token': exactly(input + moreIn), 'output-token': exactly(output + moreOut) }, one).perCall;
      if (less && more) expect(more.likely).toBeGreaterThanOrEqual(less.likely);
    }), { numRuns: 500 });
  });
});
