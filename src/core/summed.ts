/**
 * The one place that decides what is added up. Everything that shows a total (reports, tree, difference, budget) asks
 * here, so that no call is counted twice.
 */
import type { Repetition, Spread } from './model.js';

/**
 * Whether a call goes into a sum. Where call sites of a function that forwards to this call are known (`callers`), they
 * are what is paid for: each is listed with its own model and prompt and is summed instead.
 */
export function isSummed({ callers }: { readonly callers: number }): boolean {
  return callers === 0;
}

/** The calls that go into a sum, in their order. */
export function summed<T extends { readonly callers: number }>(calls: readonly T[]): readonly T[] {
  return calls.filter(isSummed);
}

/** All repetitions of a call multiplied; null when nothing repeats it. Retries count in the upper bound only. */
export function timesOf(repeats: readonly Pick<Repetition, 'times'>[] = []): Spread | null {
  if (repeats.length === 0) return null;
  return repeats.reduce<Spread>((all, { times }) => ({ low: all.low * times.low, likely: all.likely * times.likely, high: all.high === null || times.high === null ? null : all.high * times.high }), { low: 1, likely: 1, high: 1 });
}
