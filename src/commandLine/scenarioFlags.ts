/** The scenario of a run: `scenario` of tokenfare.yaml, with flags over it. */
import { scenarioFields } from '../core/configuration.js';
import type { Configuration, MeasuredAverage } from '../core/model.js';
import { type Scenario, scenarioFor } from '../core/scenario.js';
import type { Flags } from './flags.js';

const numbers = {
  'calls-per-day': 'callsPerDay', 'output-tokens': 'outputTokens', images: 'imagesPerCall', 'added-tokens': 'addedTokens', months: 'months', discount: 'discountPercent', 'flat-fee': 'flatFee',
} as const satisfies Partial<Record<keyof Flags, keyof Scenario>>;
const shares = { 'cache-hits': 'cacheHitShare', batch: 'batchShare', peak: 'peakShare', growth: 'monthlyGrowth' } as const satisfies Partial<Record<keyof Flags, keyof Scenario>>;

/** Throws when a flag is out of its range. Shares are taken as `60%` or `0.6`. `callsPerMonth`, `measured`: what is known of the call. */
export function scenarioOf(flags: Flags, configuration: Configuration, callsPerMonth: number | null, measured?: MeasuredAverage): Scenario {
  const given: Record<string, number> = {};
  const read = (flag: keyof typeof numbers | keyof typeof shares, field: keyof typeof scenarioFields, text: string, isShare: boolean): void => {
    const match = /^([+-]?\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
    const value = match ? Number(match[1]) / (match[2] && isShare ? 100 : 1) : Number.NaN;
    const [least, most] = scenarioFields[field];
    if (!match || value < least || value > most) throw new Error(`--${flag} takes ${isShare ? `a share such as 60% or 0.6` : `a number from ${least} to ${most}`}, not "${text}"`);
    given[field] = value;
  };
  for (const [flag, field] of Object.entries(numbers) as [keyof typeof numbers, (typeof numbers)[keyof typeof numbers]][]) if (flags[flag] !== undefined) read(flag, field, flags[flag], false);
  for (const [flag, field] of Object.entries(shares) as [keyof typeof shares, (typeof shares)[keyof typeof shares]][]) if (flags[flag] !== undefined) read(flag, field, flags[flag], true);
  return { ...scenarioFor(configuration, callsPerMonth, measured), ...given };
}
