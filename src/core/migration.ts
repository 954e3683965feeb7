/**
 * Moving every call of a provider to another one: what it would cost before and after, what is lost on the way, where
 * data goes then, and which keys must exist. Only a plan; the edits are switchProvider.ts's.
 */
import type { DocumentSession, SwitchPlan } from './engine.js';
import type { Alternative, CallSite, Configuration, ExchangeRates, Spread, Zone } from './model.js';
import { exchange } from './price.js';
import { isSummed } from './summed.js';
import { toNumber } from './money.js';

/** One call of the provider that is left, and what becomes of it. */
export interface MigratedCall<Place> {
  readonly place: Place;
  readonly call: CallSite;
  /** The same call at the target; null when the target has nothing for it. */
  readonly target: Alternative | null;
  /** Edits that move it; null when it must be moved by hand. */
  readonly plan: SwitchPlan | null;
}

export interface MigrationSums {
  /** 1,000 runs of each call that has a price on both sides. */
  readonly perThousand: { readonly before: Spread; readonly after: Spread } | null;
  /** A month of those of which it is known how often they run. */
  readonly perMonth: { readonly before: Spread; readonly after: Spread } | null;
  /** Calls without a price on one side or the other: in no sum. */
  readonly unpriced: number;
  /** Priced calls of which nobody said how often they run. */
  readonly uncounted: number;
}

export interface Migration<Place> {
  readonly calls: readonly MigratedCall<Place>[];
  readonly sums: MigrationSums;
  /** Environment variables to create. */
  readonly keyVariables: readonly string[];
  /** Where data is processed before and after, with the number of calls. */
  readonly zones: readonly { readonly from: Zone; readonly to: Zone; readonly calls: number; readonly allowed: boolean }[];
  /** Arguments that do not come along, with the number of calls. */
  readonly losses: readonly (SwitchPlan['losses'][number] & { readonly calls: number })[];
}

/** Adds a migration up. Sums are in `currency`. */
export function migrationOf<Place>(calls: readonly MigratedCall<Place>[], currency: string, rates: ExchangeRates): Migration<Place> {
  const sums: { -readonly [K in keyof MigrationSums]: MigrationSums[K] } = { perThousand: null, perMonth: null, unpriced: 0, uncounted: 0 };
  const keys = new Set<string>();
  const zones = new Map<string, { from: Zone; to: Zone; calls: number; allowed: boolean }>();
  const losses = new Map<string, SwitchPlan['losses'][number] & { calls: number }>();
  for (const { call, target, plan } of calls) {
    if (target) {
      const key = `${call.destination.inferenceZone} ${target.inferenceZone} ${target.allowed}`;
      const zone = zones.get(key) ?? { from: call.destination.inferenceZone, to: target.inferenceZone, calls: 0, allowed: target.allowed };
      zone.calls++;
      zones.set(key, zone);
    }
    if (plan?.keyVariable) keys.add(plan.keyVariable);
    for (const { argument, what, reason } of plan?.losses ?? []) {
      const loss = losses.get(`${what} ${argument}`) ?? { argument, what, ...(reason && { reason }), calls: 0 };
      loss.calls++;
      losses.set(`${what} ${argument}`, loss);
    }
    if (!isSummed(call)) continue;
    const before = inCurrency(call.estimate.cost.perCall, call.estimate.cost.currency, currency, rates);
    const after = inCurrency(target?.estimate.cost.perCall ?? null, target?.estimate.cost.currency ?? currency, currency, rates);
    if (!before || !after) { sums.unpriced++; continue; }
    const grown = (sum: { before: Spread; after: Spread } | null, by: number): { before: Spread; after: Spread } => ({ before: plus(sum?.before, before, by), after: plus(sum?.after, after, by) });
    sums.perThousand = grown(sums.perThousand, 1000);
    if (call.callsPerMonth === null) sums.uncounted++;
    else sums.perMonth = grown(sums.perMonth, call.callsPerMonth);
  }
  return { calls, sums, keyVariables: [...keys].sort(), zones: [...zones.values()], losses: [...losses.values()].sort((a, b) => b.calls - a.calls) };
}

function inCurrency(spread: Spread | null, from: string, into: string, rates: ExchangeRates): Spread | null {
  const rate = spread && exchange(rates, from, into);
  if (!spread || !rate) return null;
  const factor = toNumber(rate);
  return { low: spread.low * factor, likely: spread.likely * factor, high: spread.high === null ? null : spread.high * factor };
}

function plus(sum: Spread | undefined, spread: Spread, by: number): Spread {
  const from = sum ?? { low: 0, likely: 0, high: 0 };
  return { low: from.low + spread.low * by, likely: from.likely + spread.likely * by, high: from.high === null || spread.high === null ? null : from.high + spread.high * by };
}

/** What moves, and where to. */
export interface MigrationTarget {
  readonly provider: string;
  /** A model by its id; absent = the nearest in class, then the cheapest. */
  readonly model?: string;
}

/** One call at the target, with the edits that move it. `call` is of the session's last analysis, but for `callers`. */
export function migrateCall<Place>(session: DocumentSession, call: CallSite, place: Place, { provider, model }: MigrationTarget, configuration: Configuration, today: string, callers = call.callers): MigratedCall<Place> {
  const offers = session.offers(call, provider, configuration, today).filter((each) => model === undefined || each.model === model);
  // Offers stand in the order of their likeness; what the policy allows goes first.
  const target = offers.find((each) => each.allowed) ?? offers[0] ?? null;
  // A call site of a function of the project moves with the call inside that function.
  const plan = call.kind === 'wrapper-call' ? null : target && session.switchTo(call, { provider: target.provider, endpointId: target.endpointId, model: target.model });
  return { place, call: { ...call, callers }, target, plan };
}
