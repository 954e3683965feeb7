/**
 * What a model costs under circumstances that a person sets: how often it is called, how long answers are, what the
 * cache serves, what is sent as a batch or in peak hours. Every cost is the exact bill of price.ts, weighted by shares;
 * nothing here knows a price of its own.
 */
import { add, divide, fraction, multiply, toNumber, zero, type Fraction } from './money.js';
import type { Configuration, Endpoint, ExchangeRates, MeasuredAverage, Model, PriceUnit, Provider, Spread } from './model.js';
import { breakEvenCalls } from './plan.js';
import { billOf, exchange, levels, priceOn, toSpread, type Amounts, type Usage, withCache } from './price.js';

/** Circumstances to compare under. Shares are parts of 1. */
export interface Scenario {
  /** Requests a day; null = nobody said, so that there is no monthly figure. */
  readonly callsPerDay: number | null;
  /** Tokens of an answer, hidden reasoning included; null = as estimated for each model. */
  readonly outputTokens: number | null;
  /** Part of the prompt that the vendor's cache serves. */
  readonly cacheHitShare: number;
  /** Part of the prompt that is written to it, as measured; 0 = not known: the likely figure holds none, the high end all that is not served. */
  readonly cacheWriteShare: number;
  /** Part of the requests sent as a batch. */
  readonly batchShare: number;
  /** Part of the requests in the vendor's peak hours; null = not said: off-peak likely, peak at the high end. */
  readonly peakShare: number | null;
  /** Pictures added to each request. */
  readonly imagesPerCall: number;
  /** Tokens that something between (a platform, a guardrail, retrieval) puts in front of each prompt. */
  readonly addedTokens: number;
  /** Growth of the number of requests from one month to the next, 0.1 = +10%. */
  readonly monthlyGrowth: number;
  /** Months that `horizon` adds up. */
  readonly months: number;
  /** Percent off everything, e.g. a negotiated contract. */
  readonly discountPercent: number;
  /** A fee a month that is said to cover everything, in the currency shown; null = none to compare with. */
  readonly flatFee: number | null;
  /** Currency to show. */
  readonly currency: string;
}

export const neutralScenario: Scenario = {
  callsPerDay: null, outputTokens: null, cacheHitShare: 0, cacheWriteShare: 0, batchShare: 0, peakShare: null, imagesPerCall: 0, addedTokens: 0,
  monthlyGrowth: 0, months: 12, discountPercent: 0, flatFee: null, currency: 'USD',
};

/** What a comparison begins with: the configuration's scenario, how often the call runs, what its cache was measured to do. */
export function scenarioFor({ currency, scenario }: Pick<Configuration, 'currency' | 'scenario'>, callsPerMonth: number | null, measured: MeasuredAverage | null = null): Scenario {
  return {
    ...neutralScenario, currency, ...(callsPerMonth !== null && { callsPerDay: Number((callsPerMonth / daysPerMonth).toPrecision(6)) }),
    ...(measured && { cacheHitShare: measured.cachedShare.likely, cacheWriteShare: measured.cacheWriteShare }), ...scenario,
  };
}

/** Days in a month: a year of 365 in twelve equal months, as in plan.ts. */
export const daysPerMonth = 365 / 12;

/** One candidate, with what its own tokenizer counted. */
export interface ScenarioRow {
  readonly provider: Provider;
  readonly model: Model;
  readonly endpoint: Endpoint | null;
  readonly inputTokens: Spread;
  readonly outputTokens: Spread;
  /** Tokens of one picture at this model. */
  readonly imageTokens: Spread;
}

/** Something the reader must know about a figure. */
export type ScenarioNote = 'no-batch-price' | 'no-cache-price' | 'cache-writes' | 'peak-hours' | 'unpublished-rate' | 'no-image-input';

export interface ScenarioCost {
  readonly currency: string;
  readonly perCall: Spread | null;
  /** Of the first month; null without a number of calls. */
  readonly perMonth: Spread | null;
  /** Of `months` months, growing. */
  readonly horizon: Spread | null;
  /** Requests a month from which the flat fee is no dearer. */
  readonly breakEvenCallsPerMonth: Spread | null;
  readonly notes: readonly ScenarioNote[];
}

export interface ScenarioOptions {
  /** ISO day. */
  readonly date: string;
  readonly rates: ExchangeRates;
}

const exactly = (count: number): Spread => ({ low: count, likely: count, high: count });
const scaled = (spread: Spread, by: number): Spread => ({ low: spread.low * by, likely: spread.likely * by, high: spread.high === null ? null : spread.high * by });
const plus = (a: Spread, b: Spread): Spread => ({ low: a.low + b.low, likely: a.likely + b.likely, high: a.high === null || b.high === null ? null : a.high + b.high });
const clamped = (share: number): number => Math.min(1, Math.max(0, share));

/** What one request is billed by under a scenario. */
export function scenarioUsage(row: ScenarioRow, scenario: Scenario): Usage {
  const prompt = plus(row.inputTokens, exactly(Math.max(0, scenario.addedTokens)));
  const hit = clamped(scenario.cacheHitShare);
  const isGenerating = row.model.operation === 'chat' || row.model.operation === 'completion';
  const output = scenario.outputTokens === null || !isGenerating ? row.outputTokens : exactly(Math.max(0, scenario.outputTokens));
  return {
    ...withCache({ 'input-token': prompt }, hit > 0 || scenario.cacheWriteShare > 0 ? { read: exactly(hit), written: clamped(scenario.cacheWriteShare) } : undefined),
    ...(isGenerating && { 'output-token': output }),
    ...(scenario.imagesPerCall > 0 && { 'image-input-token': scaled(row.imageTokens, scenario.imagesPerCall) }),
  };
}

/** Cost of one request, which does not depend on how many there are. */
export interface CallCost {
  readonly perCall: Spread | null;
  readonly notes: readonly ScenarioNote[];
}

/** The circumstances that `callCost` depends on, as one text: rows need no new bill while it stays the same. */
export function callCircumstances({ outputTokens, cacheHitShare, cacheWriteShare, batchShare, peakShare, imagesPerCall, addedTokens, discountPercent, currency }: Scenario): string {
  return JSON.stringify([outputTokens, cacheHitShare, cacheWriteShare, batchShare, peakShare, imagesPerCall, addedTokens, discountPercent, currency]);
}

/** Cost of a candidate under a scenario; all null when it has no price on that day or none in the currency. */
export function scenarioCost(row: ScenarioRow, scenario: Scenario, options: ScenarioOptions): ScenarioCost {
  return overTime(callCost(row, scenario, options), scenario);
}

/** What the requests of a month, and of all months, come to. */
export function overTime({ perCall, notes }: CallCost, scenario: Scenario): ScenarioCost {
  const perMonth = perCall && scenario.callsPerDay !== null ? scaled12(perCall, scenario.callsPerDay * daysPerMonth) : null;
  return {
    currency: scenario.currency, perCall, perMonth, notes,
    horizon: perMonth && scaled12(perMonth, monthsFactor(scenario)),
    breakEvenCallsPerMonth: perCall && scenario.flatFee !== null ? breakEvenCalls(scenario.flatFee, perCall) : null,
  };
}

/** Cost of one request of a candidate; null when it has no price on that day or none in the currency. */
export function callCost(row: ScenarioRow, scenario: Scenario, { date, rates }: ScenarioOptions): CallCost {
  const { currency } = scenario;
  const { provider, model, endpoint } = row;
  const notes = new Set<ScenarioNote>();
  const nothing: CallCost = { perCall: null, notes: [] };
  const price = priceOn(model, endpoint?.id ?? provider.defaultEndpoint?.['*'] ?? null, date, currency);
  const rate = price && exchange(rates, price.currency, currency);
  if (!price || !rate) return nothing;
  const prices = (unit: PriceUnit): boolean => price.components.some((component) => component.unit === unit);
  const usage = scenarioUsage(row, scenario);
  if (scenario.imagesPerCall > 0 && model.capabilities && !model.capabilities.includes('vision')) notes.add('no-image-input');
  const batch = clamped(scenario.batchShare);
  const hasBatch = price.components.some(({ when }) => when?.tier === 'batch');
  if (batch > 0 && !hasBatch) notes.add('no-batch-price');
  const hit = clamped(scenario.cacheHitShare);
  if (hit > 0 && !prices('cached-input-token')) notes.add('no-cache-price');
  // What the cache does not serve may be written to it, at a rate of its own: the high end.
  const writes = hit > 0 && scenario.cacheWriteShare === 0 && prices('cache-write-token');
  if (writes) notes.add('cache-writes');
  const hasPeak = price.components.some(({ when }) => when?.window);
  if (hasPeak && scenario.peakShare === null) notes.add('peak-hours');

  const bill = (used: Usage, tier: 'batch' | undefined, window: 'peak' | 'off-peak' | undefined) =>
    billOf(used, provider, model, endpoint, price, { date, currency, rates, ...(tier && { tier }), ...(window && { window }) });
  const peak = scenario.peakShare === null ? null : clamped(scenario.peakShare);
  const windows: readonly (readonly ['peak' | 'off-peak' | undefined, number])[] = !hasPeak || peak === null ? [[undefined, 1]] : [['peak', peak], ['off-peak', 1 - peak]];
  const tiers: readonly (readonly ['batch' | undefined, number])[] = hasBatch ? [['batch', batch], [undefined, 1 - batch]] : [[undefined, 1]];
  let total: Amounts = { low: zero, likely: zero, high: zero };
  for (const [window, ofWindow] of windows) {
    for (const [tier, ofTier] of tiers) {
      const weight = multiply(fraction(ofWindow), fraction(ofTier));
      if (weight.num === 0n) continue;
      const each = bill(usage, tier, window);
      if (!each) return nothing;
      if (each.unpublished.length > 0) notes.add('unpublished-rate');
      const { 'input-token': missed, ...rest } = usage;
      const written = writes ? bill({ ...rest, 'cache-write-token': missed! }, tier, window) : null;
      total = weighted(total, written ? { ...each.total, high: written.total.high } : each.total, weight);
    }
  }
  const kept = multiply(rate, divide(fraction(Math.max(0, 100 - scenario.discountPercent)), fraction(100)));
  return { perCall: toSpread(weighted({ low: zero, likely: zero, high: zero }, total, kept)), notes: [...notes] };
}

/** `sum` + `amounts` × `weight`; without upper bound as soon as one has none. */
function weighted(sum: Amounts, amounts: Amounts, weight: Fraction): Amounts {
  const at = (level: (typeof levels)[number]): Fraction | null => {
    const [before, amount] = [sum[level], amounts[level]];
    return before && amount && add(before, multiply(amount, weight));
  };
  return { low: at('low'), likely: at('likely'), high: at('high') };
}

/** Rounded to 12 significant digits, as all money is. */
function scaled12(spread: Spread, by: number): Spread {
  const each = (value: number): number => toNumber(multiply(fraction(value), fraction(by)));
  return { low: each(spread.low), likely: each(spread.likely), high: spread.high === null ? null : each(spread.high) };
}

/** First months that the months of a scenario are worth: 1 + (1+g) + (1+g)² …; `months` without growth. */
export function monthsFactor({ months, monthlyGrowth }: Pick<Scenario, 'months' | 'monthlyGrowth'>): number {
  let factor = 0;
  for (let month = 0, size = 1; month < Math.max(0, Math.floor(months)); month++, size *= 1 + monthlyGrowth) factor += size;
  return factor;
}

/** What moves a figure: one circumstance taken to both its ends while the others stay. */
export interface Sensitivity {
  readonly driver: 'input-tokens' | 'output-tokens' | 'cache-hits' | 'batch' | 'peak-hours' | 'calls' | 'discount';
  /** The circumstance at both ends, in its own measure (tokens, shares, calls a day, percent). */
  readonly from: number;
  readonly to: number;
  /** Likely cost at these ends: a month when calls are known, else a call. */
  readonly atFrom: number;
  readonly atTo: number;
}

/**
 * Drivers of a candidate's cost, the strongest first. Tokens go from the low to the high of their estimate (twice the
 * likely when there is no upper bound), shares from none to 90% (cache) or all (batch, peak), calls ±50%, discount to 20%.
 */
export function sensitivityOf(row: ScenarioRow, scenario: Scenario, options: ScenarioOptions): readonly Sensitivity[] {
  const costOf = (changed: ScenarioRow, under: Scenario): number | null => {
    const cost = scenarioCost(changed, under, options);
    return (cost.perMonth ?? cost.perCall)?.likely ?? null;
  };
  const found: Sensitivity[] = [];
  const vary = (driver: Sensitivity['driver'], from: number, to: number, at: (value: number) => readonly [ScenarioRow, Scenario]): void => {
    const [atFrom, atTo] = [costOf(...at(from)), costOf(...at(to))];
    if (atFrom !== null && atTo !== null && atFrom !== atTo) found.push({ driver, from, to, atFrom, atTo });
  };
  const ends = ({ low, likely, high }: Spread): readonly [number, number] => [low, high ?? likely * 2];
  vary('input-tokens', ...ends(row.inputTokens), (value) => [{ ...row, inputTokens: exactly(value) }, scenario]);
  const output = scenario.outputTokens === null ? row.outputTokens : { low: scenario.outputTokens / 2, likely: scenario.outputTokens, high: scenario.outputTokens * 2 };
  vary('output-tokens', ...ends(output), (value) => [{ ...row, outputTokens: exactly(value) }, { ...scenario, outputTokens: null }]);
  vary('cache-hits', 0, 0.9, (value) => [row, { ...scenario, cacheHitShare: value }]);
  vary('batch', 0, 1, (value) => [row, { ...scenario, batchShare: value }]);
  vary('peak-hours', 0, 1, (value) => [row, { ...scenario, peakShare: value }]);
  vary('discount', 0, 20, (value) => [row, { ...scenario, discountPercent: value }]);
  const calls = scenario.callsPerDay;
  if (calls !== null) vary('calls', calls / 2, calls * 1.5, (value) => [row, { ...scenario, callsPerDay: value }]);
  return found.sort((a, b) => Math.abs(b.atTo - b.atFrom) - Math.abs(a.atTo - a.atFrom));
}
