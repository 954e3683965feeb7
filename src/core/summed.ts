/**
 * The one place that decides what is added up. Everything that shows a total (reports, tree, difference, budget) asks
 * here, so that no call is counted twice.
 */

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
