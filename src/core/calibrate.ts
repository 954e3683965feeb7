/**
 * Calibration of an approximate tokenizer: from what real answers were billed, the factor between the vocabulary that
 * stands in and the model's own is learned, per model and workspace. Pure: whoever keeps the ledger brings the pairs.
 */
import type { Spread } from './model.js';

/** One real request: what our vocabulary counted of its text, and the input tokens that `usage` in the answer said. */
export interface Observation {
  readonly counted: number;
  readonly billed: number;
}

/** A learned factor: the real count is `counted` times between `low` and `high`, likely `likely`. */
export interface Calibration {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
  /** Requests it was learned from. */
  readonly observations: number;
}

/** Shorter requests are mostly framing. */
const leastTokens = 50;
const leastObservations = 3;
/** A factor outside these is not a tokenizer's: something else was billed, such as tools, pictures or injected text. */
const plausible = { low: 0.3, high: 4 } as const;

/**
 * Factor from observations; null when there are too few. Likely is the median weighted by tokens; low and high are
 * the weighted 10th and 90th percentile, widened by 2 / n for what few observations cannot show.
 */
export function calibrationOf(observations: readonly Observation[]): Calibration | null {
  const usable = observations
    .filter(({ counted, billed }) => counted >= leastTokens && billed > 0 && billed / counted >= plausible.low && billed / counted <= plausible.high)
    .map(({ counted, billed }) => ({ factor: billed / counted, weight: counted }))
    .sort((a, b) => a.factor - b.factor);
  if (usable.length < leastObservations) return null;
  const total = usable.reduce((sum, each) => sum + each.weight, 0);
  const quantile = (share: number): number => {
    let sum = 0;
    for (const { factor, weight } of usable) {
      sum += weight;
      if (sum >= share * total) return factor;
    }
    return usable.at(-1)!.factor;
  };
  const margin = 2 / usable.length / 10;
  const likely = quantile(0.5);
  return { low: Math.min(likely, quantile(0.1)) * (1 - margin), likely, high: Math.max(likely, quantile(0.9)) * (1 + margin), observations: usable.length };
}

/** A text's spread with the learned factor in place of the family's; never wider than the family's own band on either side. */
export function calibrated(spread: Spread, counted: number, { low, likely, high }: Calibration): Spread {
  const least = Math.max(counted * low, Math.min(spread.low, counted * likely));
  const most = spread.high === null ? counted * high : Math.min(counted * high, Math.max(spread.high, counted * likely));
  return { low: least, likely: Math.min(Math.max(counted * likely, least), most), high: most };
}
