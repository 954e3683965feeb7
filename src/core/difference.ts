/** What a change of the code adds to the bill: calls of two states side by side, why they differ, and by how much. */
import { matchCalls, type Matchable } from './matchCalls.js';
import type { Spread } from './model.js';
import { isSummed } from './summed.js';

/** A call as far as a difference looks at it. Money is in one currency throughout. */
export interface DiffedCall extends Matchable {
  readonly cell: number | null;
  readonly line: number;
  readonly kind: string;
  /** Call sites that are summed instead of this call. */
  readonly callers: number;
  readonly provider: string;
  readonly zones: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly maxOutputTokens: number | null;
  readonly callsPerMonth: number | null;
  readonly perCall: Spread | null;
  /** Why there is no price; null when there is one. */
  readonly unknownBecause: string | null;
}

/** What is different about a call. */
export type Cause = 'model' | 'provider' | 'prompt' | 'output' | 'volume' | 'residency' | 'price' | 'sdk';

export interface CallDifference {
  readonly status: 'added' | 'removed' | 'changed' | 'moved' | 'same';
  readonly before: DiffedCall | null;
  readonly after: DiffedCall | null;
  readonly causes: readonly Cause[];
  /** Likely cost after minus before, per call; null when either price is unknown. */
  readonly perCall: number | null;
  /** The same a month; null unless it is known how often both run. */
  readonly perMonth: number | null;
}

/** Likely sums of one state. `perMonth` is null when nobody said how often anything runs. */
export interface DiffSums {
  readonly perThousand: number | null;
  readonly perMonth: number | null;
  /** Summed calls without a price, which are in no sum. */
  readonly unpriced: number;
  /** Priced ones of which nobody said how often they run. */
  readonly uncounted: number;
}

export interface Difference {
  readonly calls: readonly CallDifference[];
  readonly before: DiffSums;
  readonly after: DiffSums;
  /** After minus before over after's own basis: a month where every priced call says how often it runs, else 1,000 runs of each. */
  readonly basis: 'month' | 'thousand';
  readonly amount: number | null;
  /** Part of the sum before; null when there was none. */
  readonly share: number | null;
}

/** Compares two states. `renamed`: old path → new path. */
export function differenceOf(before: readonly DiffedCall[], after: readonly DiffedCall[], renamed: ReadonlyMap<string, string> = new Map()): Difference {
  const calls = matchCalls(before, after, renamed).map(({ before: old, after: now, moved }): CallDifference => {
    const causes = old && now ? causesOf(old, now) : [];
    const status = !old ? 'added' : !now ? 'removed' : causes.length > 0 ? 'changed' : moved || old.file !== now.file ? 'moved' : 'same';
    const cost = (call: DiffedCall | null): number | null => (call ? call.perCall?.likely ?? null : 0);
    const month = (call: DiffedCall | null): number | null => (call ? (call.perCall && call.callsPerMonth !== null ? call.perCall.likely * call.callsPerMonth : null) : 0);
    return { status, before: old, after: now, causes, perCall: minus(cost(now), cost(old)), perMonth: minus(month(now), month(old)) };
  });
  const sums = [sumsOf(before), sumsOf(after)] as const;
  const whole = (sum: DiffSums): boolean => sum.uncounted === 0 && (sum.perMonth !== null || sum.perThousand === null);
  const basis = sums.every(whole) && sums.some((sum) => sum.perMonth !== null) ? 'month' : 'thousand';
  const [from, to] = sums.map((sum) => (basis === 'month' ? sum.perMonth : sum.perThousand) ?? 0) as [number, number];
  const known = sums.some((sum) => sum.perThousand !== null);
  return { calls, before: sums[0], after: sums[1], basis, amount: known ? to - from : null, share: from > 0 ? to / from - 1 : null };
}

function causesOf(old: DiffedCall, now: DiffedCall): readonly Cause[] {
  const causes: Cause[] = [];
  if (old.sdk !== now.sdk || old.method !== now.method) causes.push('sdk');
  if (old.model !== now.model) causes.push('model');
  if (old.provider !== now.provider) causes.push('provider');
  if (old.prompt !== now.prompt) causes.push('prompt');
  if (old.maxOutputTokens !== now.maxOutputTokens || (old.outputTokens !== now.outputTokens && old.model === now.model)) causes.push('output');
  if (old.callsPerMonth !== now.callsPerMonth) causes.push('volume');
  if (old.zones !== now.zones && old.provider === now.provider) causes.push('residency');
  if (!causes.some((each) => each !== 'volume') && (old.inputTokens !== now.inputTokens)) causes.push('prompt');
  // The same tokens at the same model cost something else.
  if (!causes.some((each) => each !== 'volume' && each !== 'residency') && (old.perCall?.likely ?? null) !== (now.perCall?.likely ?? null)) causes.push('price');
  return causes;
}

function sumsOf(calls: readonly DiffedCall[]): DiffSums {
  let perThousand: number | null = null;
  let perMonth: number | null = null;
  let unpriced = 0;
  let uncounted = 0;
  for (const call of calls) {
    if (!isSummed(call)) continue;
    if (!call.perCall) {
      if (call.unknownBecause !== 'not-metered') unpriced++;
      continue;
    }
    perThousand = (perThousand ?? 0) + call.perCall.likely * 1000;
    if (call.callsPerMonth === null) uncounted++;
    else perMonth = (perMonth ?? 0) + call.perCall.likely * call.callsPerMonth;
  }
  return { perThousand, perMonth, unpriced, uncounted };
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** The most that a change may add: a percentage of the sum before, or an amount. */
export type IncreaseLimit = { readonly percent: number } | { readonly amount: number };

/** `10%`, `10 %` or an amount such as `50`; null when it is neither. */
export function parseIncreaseLimit(text: string): IncreaseLimit | null {
  const match = /^\+?(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  if (!match) return null;
  return match[2] ? { percent: Number(match[1]) } : { amount: Number(match[1]) };
}

/** Whether a difference goes beyond the limit. From nothing, every increase is beyond any percentage. */
export function exceeds({ amount, share }: Difference, limit: IncreaseLimit): boolean {
  // Sums of likely costs drift by a few units in the last place.
  if (amount === null || amount <= 1e-12) return false;
  if ('amount' in limit) return amount > limit.amount * (1 + 1e-9);
  return share === null || share * 100 > limit.percent + 1e-9;
}
