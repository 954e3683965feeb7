/**
 * Calibration of an approximate tokenizer: from what real answers were billed, the factor between the vocabulary that
 * stands in and the model's own is learned, per model and workspace. Pure: whoever keeps the ledger brings the pairs.
 */
import type { Calibration, Spread } from './model.js';
import type { Observation } from './usageRecord.js';

/** Factors by bin of `factorBin`, each with the tokens it was seen over. */
export type FactorBins = ReadonlyMap<number, number>;

/** Shorter requests are mostly framing. */
const leastTokens = 50;
const leastObservations = 3;
/** A factor outside these is not a tokenizer's: something else was billed, such as tools, pictures or injected text. */
const plausible = { low: 0.3, high: 4 } as const;
/** Bins are 1.1% wide, so that their middles are within 0.6% of what they hold. */
const binsPerDoubling = 64;

/** Bin of an observation's factor; null when it says nothing about the tokenizer. */
export function factorBin({ counted, billed }: Observation): number | null {
  const factor = billed / counted;
  return counted >= leastTokens && factor >= plausible.low && factor <= plausible.high ? Math.round(Math.log2(factor) * binsPerDoubling) : null;
}

/**
 * Factor from what was observed over `observations` requests; null when there are too few. Likely is the median weighted
 * by tokens; low and high are the weighted 10th and 90th percentile, widened by 2 / n for what few observations cannot
 * show.
 */
export function calibrationOf(bins: FactorBins, observations: number): Calibration | null {
  if (observations < leastObservations || bins.size === 0) return null;
  const sorted = [...bins].toSorted(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  const quantile = (share: number): number => {
    let sum = 0;
    const found = sorted.find(([, weight]) => { sum += weight; return sum >= share * total; }) ?? sorted.at(-1)!;
    return 2 ** (found[0] / binsPerDoubling);
  };
  const margin = 2 / observations / 10;
  const likely = quantile(0.5);
  return { low: Math.min(likely, quantile(0.1)) * (1 - margin), likely, high: Math.max(likely, quantile(0.9)) * (1 + margin), observations };
}

/** A text's spread with the learned factor in place of the family's; never wider than the family's own band on either side. */
export function calibrated(spread: Spread, counted: number, { low, likely, high }: Calibration): Spread {
  const least = Math.max(counted * low, Math.min(spread.low, counted * likely));
  const most = spread.high === null ? counted * high : Math.min(counted * high, Math.max(spread.high, counted * likely));
  return { low: least, likely: Math.min(Math.max(counted * likely, least), most), high: most };
}
