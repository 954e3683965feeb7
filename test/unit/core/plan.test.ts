import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import type { Model, Plan, Provider, Spread } from '../../../src/core/model.js';
import { breakEvenCalls, monthlyCost, planFee, savingOf, type MonthlyOptions } from '../../../src/core/plan.js';

const exactly = (count: number): Spread => ({ low: count, likely: count, high: count });
const provenance = { source: 'made up for this test', checkedOn: '2026-11-01', confidence: 'claim' as const };
const model: Model = {
  id: 'm-large', operation: 'chat', tokenizer: 'o200k_base', tokenizerBasis: 'exact',
  prices: [{ ...provenance, currency: 'USD', components: [{ unit: 'input-token', amount: '2', per: 1_000_000 }, { unit: 'output-token', amount: '10', per: 1_000_000 }] }],
};
const vendor: Provider = { ...provenance, id: 'example', name: 'Example', home: 'https://example.com', keyVariables: [], endpoints: [], models: [model] };
const plan = (changes: Partial<Plan>): Plan => ({ ...provenance, id: 'team', name: 'Team', kind: 'subscription', currency: 'USD', period: 'month', fees: [{ amount: '20' }], ...changes });
const options: MonthlyOptions = { date: '2026-11-23', currency: 'USD', rates: facts.rates };
// 1,000 in and 200 out: $0.002 + $0.002 = $0.004 a call
const usage = { 'input-token': exactly(1000), 'output-token': exactly(200) };
const month = (calls: number, changes: Partial<MonthlyOptions> = {}, provider: Provider = vendor) => monthlyCost(usage, calls, provider, model, null, { ...options, ...changes });

describe('a month', () => {
  it('is calls times the cost of one', () => {
    expect(month(50_000).total).toEqual(exactly(200));
  });

  it('takes free quantities off the unit they name', () => {
    const free: Provider = { ...vendor, freeAllowances: [{ ...provenance, id: 'free', period: 'month', unit: 'input-token', quantity: 10_000_000 }] };
    // 50 million in, 10 of them free: 40 × $2; 10 million out: 10 × $10
    expect(month(50_000, { freeAllowances: true }, free).total).toEqual(exactly(180));
    expect(month(50_000, {}, free).total).toEqual(exactly(200));
    expect(month(1000, { freeAllowances: true }, free).components.find((each) => each.unit === 'input-token')!.amount).toEqual(exactly(0));
  });

  it('gives a daily quota 365 ÷ 12 times, a single one only in the first month', () => {
    const daily: Provider = { ...vendor, freeAllowances: [{ ...provenance, id: 'daily', period: 'day', unit: 'input-token', quantity: 500_000 }] };
    expect(month(50_000, { freeAllowances: true }, daily).total!.likely).toBeCloseTo(200 - 0.5 * (365 / 12) * 2, 9);
    const once: Provider = { ...vendor, freeAllowances: [{ ...provenance, id: 'once', period: 'once', unit: 'input-token', quantity: 1_000_000, models: ['m-*'] }] };
    expect(month(50_000, { freeAllowances: true }, once).total).toEqual(exactly(200));
    expect(month(50_000, { freeAllowances: true, firstMonth: true }, once).total).toEqual(exactly(198));
  });

  it('takes credit off the sum, never below nothing (article C: ¥1,000 free)', () => {
    const credit: Provider = { ...vendor, freeAllowances: [{ ...provenance, id: 'credit', period: 'once', amount: '1000', currency: 'CNY' }] };
    const dollars = 1000 / facts.rates.perUsd['CNY']!;
    expect(month(50_000, { freeAllowances: true, firstMonth: true }, credit).total!.likely).toBeCloseTo(200 - dollars, 9);
    expect(month(1000, { freeAllowances: true, firstMonth: true }, credit).total).toEqual(exactly(0));
  });

  it('shrinks a surcharge and a percentage fee with what they are taken of', () => {
    const charged: Provider = {
      ...vendor, freeAllowances: [{ ...provenance, id: 'free', period: 'month', unit: 'input-token', quantity: 50_000_000 }],
      charges: [{ ...provenance, id: 'fee', name: 'fee', percent: '10' }],
    };
    // all input free: 10 million out at $10, a tenth on top
    expect(month(50_000, { freeAllowances: true }, charged).total).toEqual(exactly(110));
  });
});

describe('a plan', () => {
  it('adds its fee, and bills the rest at the model price', () => {
    expect(month(50_000, { plan: plan({ includes: [{ unit: 'output-token', quantity: 4_000_000 }] }) }).total).toEqual(exactly(20 + 100 + 60));
  });

  it('has a fee by volume (article B: tiers by monthly transactions)', () => {
    const tiers = plan({ volumeUnit: 'request', fees: [{ amount: '99', upTo: 10_000 }, { amount: '499', upTo: 100_000 }, { amount: '1999' }] });
    expect([10_000, 10_001, 100_000, 100_001].map((calls) => planFee(tiers, calls))).toEqual(['99', '499', '499', '1999']);
    expect(month(10_000, { plan: tiers }).total).toEqual(exactly(99 + 40));
    expect(month(50_000, { plan: tiers }).total).toEqual(exactly(499 + 200));
  });

  it('charges at least what is committed to', () => {
    const minimum = plan({ kind: 'commitment', minimumAmount: '500' });
    expect(month(50_000, { plan: minimum }).total).toEqual(exactly(500));
    expect(month(500_000, { plan: minimum }).total).toEqual(exactly(2000));
  });

  it('has no total beyond a quota that is refused, nor where nobody published the fee', () => {
    const quota = plan({ includes: [{ unit: 'input-token', quantity: 1_000_000 }, { unit: 'output-token', quantity: 1_000_000 }], overage: 'refused' });
    expect(month(1000, { plan: quota }).total).toEqual(exactly(20));
    expect(month(1001, { plan: quota })).toMatchObject({ total: null, reason: 'over-quota' });
    const { fees: _fees, ...unpublished } = plan({});
    expect(month(1000, { plan: unpublished })).toMatchObject({ total: null, reason: 'fee-not-published' });
  });

  it('reserves throughput by the hour: 730 hours a month, nothing metered', () => {
    const reserved = plan({ kind: 'reserved-throughput', period: 'hour', fees: [{ amount: '1.5' }], capacity: { unit: 'input-token', perMinute: 50_000 } });
    expect(month(50_000, { plan: reserved, units: 2 }).total).toEqual(exactly(2 * 1.5 * 730));
  });

  it.each([['week', 52.142857142857146], ['quarter', 4], ['year', 1]] as const)('pays a fee per %s in equal months', (period, perYear) => {
    expect(month(0, { plan: plan({ period, fees: [{ amount: '120' }] }) }).total!.likely).toBeCloseTo(120 * perYear / 12, 8);
  });
});

describe('break-even', () => {
  it('is the fee over the cost of a call, rounded up', () => {
    expect(breakEvenCalls('20', exactly(0.004))).toEqual(exactly(5000));
    expect(breakEvenCalls(20, exactly(0.003))).toEqual(exactly(6667));
  });

  it('comes sooner for dear calls, and never when calls cost nothing', () => {
    expect(breakEvenCalls(100, { low: 0.1, likely: 0.2, high: 1 })).toEqual({ low: 100, likely: 500, high: 1000 });
    expect(breakEvenCalls(100, { low: 0, likely: 0.2, high: null })).toEqual({ low: 1, likely: 500, high: null });
    expect(breakEvenCalls(100, exactly(0))).toBeNull();
  });
});

describe('what a move saves', () => {
  it('article C: ¥0.12 to ¥0.07 a conversation is ¥0.05, 41.7% and not the 40% it says', () => {
    expect(savingOf('0.12', '0.07')).toEqual({ amount: 0.05, share: 0.416666666667 });
  });

  it('articles A and C: +150% is +167% by their own figures; 3.50 undercuts 5.20 by 33%, 4.00 by 12.5%', () => {
    expect(savingOf('0.03', '0.08').share).toBeCloseTo(-1.667, 3);
    expect(savingOf('5.20', '3.50').share).toBeCloseTo(0.327, 3);
    expect(savingOf('4.00', '3.50').share).toBe(0.125);
  });

  it('has no share of nothing', () => {
    expect(savingOf(0, 1)).toEqual({ amount: -1, share: null });
  });
});

it('is monotone in calls, and its lines add up', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 }), fc.boolean(), (a, b, free) => {
    const provider: Provider = { ...vendor, freeAllowances: [{ ...provenance, id: 'free', period: 'month', unit: 'input-token', quantity: 3_000_000 }], charges: [{ ...provenance, id: 'fee', name: 'fee', percent: '5.5' }] };
    const [few, many] = [Math.min(a, b), Math.max(a, b)].map((calls) => month(calls, { freeAllowances: free, plan: plan({ minimumAmount: '30' }) }, provider));
    expect(few!.total!.likely).toBeLessThanOrEqual(many!.total!.likely);
    expect(many!.components.reduce((sum, each) => sum + each.amount.likely, 0)).toBeCloseTo(many!.total!.likely, 6);
  }), { numRuns: 200 });
});
