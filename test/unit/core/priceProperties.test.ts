/** Laws that hold for every price of the catalog and for made-up ones. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import type { Endpoint, Model, Price, PriceUnit, Provider, Spread } from '../../../src/core/model.js';
import { price, priceOn, type PriceOptions, type Usage } from '../../../src/core/price.js';

interface Offer { readonly provider: Provider; readonly model: Model; readonly endpoint: Endpoint; readonly price: Price }

const day = '2026-11-23';
const offers: readonly Offer[] = facts.providers.filter((provider) => !provider.local).flatMap((provider) => provider.models.flatMap((model) =>
  provider.endpoints.flatMap((endpoint) => {
    const found = priceOn(model, endpoint.id, day, 'USD');
    return found ? [{ provider, model, endpoint, price: found }] : [];
  })));
const offer = fc.constantFrom(...offers);
/** Without tiers: every token costs the same. */
const flatOffer = fc.constantFrom(...offers.filter((each) => !each.price.components.some((component) => component.when?.promptTokensAbove)));

const spread = fc.tuple(fc.nat(400_000), fc.nat(400_000), fc.nat(400_000), fc.boolean()).map(([a, b, c, open]): Spread => {
  const [low, likely, high] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
  return { low, likely, high: open ? null : high };
});
const exact = fc.nat(400_000).map((count): Spread => ({ low: count, likely: count, high: count }));
const units: readonly PriceUnit[] = ['input-token', 'cached-input-token', 'cache-write-token', 'output-token', 'reasoning-token', 'search'];
const usageOf = (quantity: fc.Arbitrary<Spread>) => fc.dictionary(fc.constantFrom(...units), quantity, { minKeys: 1 }) as fc.Arbitrary<Usage>;
const options: PriceOptions = { date: day, currency: 'USD', rates: facts.rates, window: 'off-peak' };
const cost = (each: Offer, usage: Usage, changes: Partial<PriceOptions> = {}) => price(usage, each.provider, each.model, each.endpoint, { ...options, ...changes }).cost;
const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

it('has enough prices to say so', () => {
  expect(offers.length).toBeGreaterThan(1000);
});

describe('for every price of the catalog', () => {
  it('low ≤ likely ≤ high, and nothing is below zero', () => {
    fc.assert(fc.property(offer, usageOf(spread), fc.constantFrom('peak', 'off-peak', undefined), (each, usage, window) => {
      const { perCall } = cost(each, usage, window ? { window } : {});
      if (!perCall) return;
      expect(perCall.low).toBeGreaterThanOrEqual(0);
      expect(perCall.low).toBeLessThanOrEqual(perCall.likely);
      if (perCall.high !== null) expect(perCall.likely).toBeLessThanOrEqual(perCall.high);
    }), { numRuns: 2000 });
  });

  it('more usage never costs less', () => {
    fc.assert(fc.property(offer, usageOf(exact), fc.constantFrom(...units), fc.nat(300_000), (each, usage, unit, more) => {
      const quantity = (usage[unit]?.likely ?? 0) + more;
      const [before, after] = [cost(each, usage).perCall, cost(each, { ...usage, [unit]: { low: quantity, likely: quantity, high: quantity } }).perCall];
      if (before && after) expect(after.likely).toBeGreaterThanOrEqual(before.likely);
    }), { numRuns: 2000 });
  });

  it('the lines of a bill add up to its total, in both currencies', () => {
    fc.assert(fc.property(offer, usageOf(spread), fc.constantFrom('USD', 'CNY', 'EUR'), (each, usage, currency) => {
      const { perCall, nativePerCall, components } = cost(each, usage, { currency });
      if (!perCall || !nativePerCall) return;
      const sum = (key: 'amount' | 'native', level: 'low' | 'likely'): number => components.reduce((total, component) => total + component[key][level], 0);
      expect(close(sum('amount', 'likely'), perCall.likely) && close(sum('amount', 'low'), perCall.low) && close(sum('native', 'likely'), nativePerCall.likely)).toBe(true);
    }), { numRuns: 1000 });
  });

  it('the order in which usage is listed does not matter', () => {
    fc.assert(fc.property(offer, usageOf(spread), (each, usage) => {
      const turned = Object.fromEntries(Object.entries(usage).reverse()) as Usage;
      expect(cost(each, turned).perCall).toEqual(cost(each, usage).perCall);
    }), { numRuns: 1000 });
  });

  it('two requests cost what they cost apart, where no tier is crossed', () => {
    fc.assert(fc.property(flatOffer, exact, exact, exact, exact, (each, a, b, c, d) => {
      const usage = (input: number, output: number, requests: number): Usage => ({
        'input-token': { low: input, likely: input, high: input }, 'output-token': { low: output, likely: output, high: output }, request: { low: requests, likely: requests, high: requests },
        transaction: { low: 0, likely: 0, high: 0 },
      });
      const [one, two, both] = [cost(each, usage(a.likely, b.likely, 1)), cost(each, usage(c.likely, d.likely, 1)), cost(each, usage(a.likely + c.likely, b.likely + d.likely, 2))];
      if (!one.perCall || !two.perCall || !both.perCall) return;
      expect(close(one.perCall.likely + two.perCall.likely, both.perCall.likely)).toBe(true);
    }), { numRuns: 1000 });
  });

  it('a conversion there and back is the amount again', () => {
    fc.assert(fc.property(offer, usageOf(exact), (each, usage) => {
      const [dollars, yuan] = [cost(each, usage).nativePerCall, cost(each, usage, { currency: 'EUR' })];
      if (!dollars || !yuan.perCall || yuan.nativeCurrency !== 'USD') return;
      expect(close(yuan.perCall.likely / facts.rates.perUsd['EUR']!, yuan.nativePerCall!.likely)).toBe(true);
    }), { numRuns: 500 });
  });
});
