/** Scenarios against arithmetic done here, on a vendor whose rates are made up and known. */
import { describe, expect, it } from 'vitest';
import type { Endpoint, ExchangeRates, Model, Price, Provider } from '../../../src/core/model.js';
import { type Scenario, type ScenarioRow, daysPerMonth, monthsFactor, neutralScenario, scenarioCost, sensitivityOf } from '../../../src/core/scenario.js';

const source = { source: 'a test', checkedOn: '2026-11-01', confidence: 'official' as const };
const endpoint: Endpoint = { ...source, id: 'one', host: 'api.example', operator: 'Example', storageZone: 'EU', inferenceZone: 'EU', certainty: 'certain' };
/** Dollars per million tokens. */
const rate = (unit: Price['components'][number]['unit'], amount: string, when?: Price['components'][number]['when']) => ({ unit, amount, per: 1_000_000, ...(when && { when }) });
const rates: ExchangeRates = { ...source, perUsd: { USD: 1, CNY: 7 } };
const options = { date: '2026-11-23', rates };

function row(components: Price['components'], more: Partial<Model> = {}): ScenarioRow {
  const model: Model = { id: 'm', operation: 'chat', tokenizer: 'o200k_base', tokenizerBasis: 'exact', prices: [{ ...source, currency: 'USD', components }], ...more };
  const provider = { ...source, id: 'example', name: 'Example', home: 'https://example', keyVariables: [], endpoints: [endpoint], models: [model] } satisfies Provider;
  return { provider, model, endpoint, inputTokens: { low: 500, likely: 1000, high: 2000 }, outputTokens: { low: 100, likely: 200, high: 400 }, imageTokens: { low: 100, likely: 100, high: 100 } };
}
const plain = row([rate('input-token', '2'), rate('output-token', '8')]);
const full = row([rate('input-token', '2'), rate('cached-input-token', '0.5'), rate('output-token', '8'), rate('input-token', '1', { tier: 'batch' }), rate('output-token', '4', { tier: 'batch' })]);
const under = (change: Partial<Scenario>): Scenario => ({ ...neutralScenario, ...change });
const likely = (of: ScenarioRow, change: Partial<Scenario>): number => scenarioCost(of, under(change), options).perCall!.likely;

describe('cost of a call', () => {
  it('is the estimate when nothing is said', () => {
    // 1,000 × $2/M + 200 × $8/M; low 500 and 100, high 2,000 and 400.
    expect(scenarioCost(plain, neutralScenario, options)).toMatchObject({ perCall: { low: 0.0018, likely: 0.0036, high: 0.0072 }, perMonth: null, horizon: null, breakEvenCallsPerMonth: null, notes: [] });
  });

  it('takes the length of answers and tokens that are added', () => {
    expect(likely(plain, { outputTokens: 1000 })).toBeCloseTo(0.002 + 0.008, 12);
    expect(likely(plain, { addedTokens: 500 })).toBeCloseTo(0.003 + 0.0016, 12);
  });

  it('bills what the cache serves at its rate, and says so when there is none', () => {
    // Half of 1,000 at $2, half at $0.50.
    expect(likely(full, { cacheHitShare: 0.5 })).toBeCloseTo(0.001 + 0.00025 + 0.0016, 12);
    const without = scenarioCost(plain, under({ cacheHitShare: 0.5 }), options);
    expect(without.perCall!.likely).toBeCloseTo(0.0036, 12);
    expect(without.notes).toEqual(['no-cache-price']);
  });

  it('writing to a cache is the high end only', () => {
    const writing = row([rate('input-token', '2'), rate('cached-input-token', '0.5'), rate('cache-write-token', '2.5'), rate('output-token', '8')]);
    const cost = scenarioCost(writing, under({ cacheHitShare: 0.5 }), options);
    expect(cost.perCall!.likely).toBeCloseTo(0.001 + 0.00025 + 0.0016, 12);
    // High: 1,000 served at 0.5, 1,000 written at 2.5, 400 answered at 8.
    expect(cost.perCall!.high).toBeCloseTo(0.0005 + 0.0025 + 0.0032, 12);
    expect(cost.notes).toContain('cache-writes');
  });

  it('weighs batch and standard requests', () => {
    expect(likely(full, { batchShare: 1 })).toBeCloseTo(0.001 + 0.0008, 12);
    expect(likely(full, { batchShare: 0.25 })).toBeCloseTo(0.75 * 0.0036 + 0.25 * 0.0018, 12);
    expect(scenarioCost(plain, under({ batchShare: 0.5 }), options).notes).toEqual(['no-batch-price']);
  });

  it('weighs peak hours; unsaid they are the high end', () => {
    const peaky = row([rate('input-token', '2'), rate('output-token', '8'), rate('input-token', '4', { window: 'peak' }), rate('output-token', '16', { window: 'peak' })]);
    const unsaid = scenarioCost(peaky, neutralScenario, options);
    expect(unsaid.perCall).toEqual({ low: 0.0018, likely: 0.0036, high: 0.0144 });
    expect(unsaid.notes).toEqual(['peak-hours']);
    expect(scenarioCost(peaky, under({ peakShare: 0.5 }), options).perCall).toEqual({ low: 0.0027, likely: 0.0054, high: 0.0108 });
  });

  it('takes pictures at the input rate and says when the model takes none', () => {
    expect(likely(plain, { imagesPerCall: 3 })).toBeCloseTo(0.0036 + 300 * 2e-6, 12);
    expect(scenarioCost(row([rate('input-token', '2'), rate('output-token', '8')], { capabilities: ['tools'] }), under({ imagesPerCall: 1 }), options).notes).toEqual(['no-image-input']);
  });

  it('takes a discount and another currency', () => {
    expect(likely(plain, { discountPercent: 25, currency: 'CNY' })).toBeCloseTo(0.0036 * 0.75 * 7, 12);
  });

  it('has no upper bound where the answer has none, and no price where there is none', () => {
    expect(scenarioCost({ ...plain, outputTokens: { low: 1, likely: 2, high: null } }, under({ callsPerDay: 3 }), options)).toMatchObject({ perCall: { high: null }, perMonth: { high: null } });
    expect(scenarioCost(row([]), neutralScenario, options).perCall).toBeNull();
    expect(scenarioCost(plain, under({ currency: 'XXX' }), options).perCall).toBeNull();
  });

  it('an embedding has no answer to pay for', () => {
    const embedding = row([rate('input-token', '2')], { operation: 'embedding' });
    expect(scenarioCost(embedding, under({ outputTokens: 1000 }), options).perCall!.likely).toBeCloseTo(0.002, 12);
  });
});

describe('cost of months', () => {
  it('a month is a twelfth of 365 days', () => {
    const { perMonth } = scenarioCost(plain, under({ callsPerDay: 1200 }), options);
    expect(daysPerMonth).toBeCloseTo(30.4166667, 6);
    expect(perMonth!.likely).toBeCloseTo(0.0036 * 1200 * 365 / 12, 9);
  });

  it('growth compounds', () => {
    // 1 + 1.1 + 1.21 = 3.31 first months.
    expect(monthsFactor({ months: 3, monthlyGrowth: 0.1 })).toBeCloseTo(3.31, 12);
    expect(monthsFactor({ months: 12, monthlyGrowth: 0 })).toBe(12);
    const { perMonth, horizon } = scenarioCost(plain, under({ callsPerDay: 10, months: 3, monthlyGrowth: 0.1 }), options);
    expect(horizon!.likely).toBeCloseTo(perMonth!.likely * 3.31, 10);
  });

  it('a flat fee pays from fee ÷ cost of a call', () => {
    // $36 ÷ $0.0036 = 10,000; dearest call $0.0072 → 5,000; cheapest $0.0018 → 20,000.
    expect(scenarioCost(plain, under({ flatFee: 36 }), options).breakEvenCallsPerMonth).toEqual({ low: 5000, likely: 10_000, high: 20_000 });
  });
});

describe('what moves the number most', () => {
  it('the strongest comes first, at both its ends', () => {
    const [first, ...others] = sensitivityOf(full, under({ callsPerDay: 100 }), options);
    // Calls: 50 to 150 a day; a day of 100 costs $0.36.
    expect(first).toMatchObject({ driver: 'calls', from: 50, to: 150 });
    expect(first!.atTo - first!.atFrom).toBeCloseTo(0.36 * 365 / 12, 9);
    expect(others.map(({ driver }) => driver)).toEqual(['input-tokens', 'output-tokens', 'batch', 'cache-hits', 'discount']);
  });

  it('what changes nothing is left out', () => {
    expect(sensitivityOf(plain, neutralScenario, options).map(({ driver }) => driver)).toEqual(['input-tokens', 'output-tokens', 'discount']);
  });
});
