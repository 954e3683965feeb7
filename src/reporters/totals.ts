/** Sums over all calls of a scan. */
import { budgetStatus } from '../core/budget.js';
import type { Budget, CallSite, ExchangeRates, Spread } from '../core/model.js';
import { summed } from '../core/summed.js';

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
  for (const call of summed(calls)) {
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

/** Sums of a report, and how they stand to its budget. */
export interface ReportTotals extends Totals {
  /** Part of the budget that the likely month takes, 1 = all of it; null without a budget or a month. */
  readonly budgetShare: number | null;
}

interface SummedCall {
  readonly callers: number;
  readonly callsPerMonth: number | null;
  readonly cost: { readonly currency: string; readonly perCall: Spread | null; readonly unknownBecause: string | null };
}

/** The same sums over the calls of a report, with its own exchange rates. */
export function reportTotals(calls: readonly SummedCall[], currency: string, perUsd: Readonly<Record<string, number>>, budget: Budget | null): ReportTotals {
  let perThousand: Spread | null = null;
  let perMonth: Spread | null = null;
  let unpriced = 0;
  let uncounted = 0;
  for (const call of summed(calls)) {
    const rate = exchange(call.cost.currency, currency, { perUsd });
    if (!call.cost.perCall || rate === null) {
      if (call.cost.unknownBecause !== 'not-metered') unpriced++;
      continue;
    }
    perThousand = plus(perThousand, call.cost.perCall, 1000 * rate);
    if (call.callsPerMonth === null) uncounted++;
    else perMonth = plus(perMonth, call.cost.perCall, call.callsPerMonth * rate);
  }
  const rates: ExchangeRates = { perUsd, source: '', checkedOn: '', confidence: 'official' };
  return { perThousand, perMonth, unpriced, uncounted, budgetShare: budget && perMonth ? budgetStatus(budget, perMonth.likely, currency, 1, rates).share : null };
}

function exchange(from: string, to: string, { perUsd }: { readonly perUsd: Readonly<Record<string, number>> }): number | null {
  if (from === to) return 1;
  const [own, wanted] = [perUsd[from], perUsd[to]];
  return own && wanted ? wanted / own : null;
}
