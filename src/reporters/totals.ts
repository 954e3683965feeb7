/** Sums over all calls of a scan. */
import type { CallSite, ExchangeRates, Spread } from '../core/model.js';

export interface Totals {
  /** Every priced call 1,000 times; null when none has a price. */
  readonly perThousand: Spread | null;
  /** Every priced call as often a month as was said; null when it was said for none. */
  readonly perMonth: Spread | null;
  /** Calls that have no price and are in no sum; what is not billed per token is not among them. */
  readonly unpriced: number;
  /** Priced calls of which nobody said how often they run. */
  readonly uncounted: number;
}

/** Adds up `calls` in `currency`, whatever currency each is shown in. */
export function totalsOf(calls: readonly CallSite[], currency: string, rates: ExchangeRates): Totals {
  let perThousand: Spread | null = null;
  let perMonth: Spread | null = null;
  let unpriced = 0;
  let uncounted = 0;
  for (const call of calls) {
    // What its callers ask for is what is paid; they are in the sum themselves.
    if (call.callers > 0) continue;
    const { cost } = call.estimate;
    const rate = exchange(cost.currency, currency, rates);
    if (!cost.perCall || rate === null) {
      if (cost.reason !== 'not-metered') unpriced++;
      continue;
    }
    perThousand = plus(perThousand, cost.perCall, 1000 * rate);
    if (call.callsPerMonth === null) uncounted++;
    else perMonth = plus(perMonth, cost.perCall, call.callsPerMonth * rate);
  }
  return { perThousand, perMonth, unpriced, uncounted };
}

function plus(sum: Spread | null, spread: Spread, factor: number): Spread {
  const before = sum ?? { low: 0, likely: 0, high: 0 };
  return {
    low: before.low + spread.low * factor, likely: before.likely + spread.likely * factor,
    high: before.high === null || spread.high === null ? null : before.high + spread.high * factor,
  };
}

function exchange(from: string, to: string, { perUsd }: ExchangeRates): number | null {
  if (from === to) return 1;
  const [own, wanted] = [perUsd[from], perUsd[to]];
  return own && wanted ? wanted / own : null;
}
