/** Measured averages in the place of default assumptions. What somebody set by hand stays. */
import type { Assumption, Assumptions, Calibration, Configuration, MeasuredAverage, MeasuredAverages, Model, Spread } from './model.js';

/** Key of a model's averages. */
export function modelKey(provider: string, model: string): string {
  return `${provider}/${model}`;
}

/** Averages that hold for a call: those of its own place, else those of its model. */
export function averageFor(configuration: Configuration, provider: string, model: string | null, site: string | null): MeasuredAverage | null {
  const { measured } = configuration;
  if (!measured) return null;
  const own = (table: Readonly<Record<string, MeasuredAverage>>, key: string): MeasuredAverage | null => (Object.hasOwn(table, key) ? table[key]! : null);
  return (site !== null ? own(measured.bySite, site) : null) ?? (model !== null ? own(measured.byModel, modelKey(provider, model)) : null);
}

/** What real answers in this workspace showed of a model's tokenizer; null where its vocabulary is known or too little was measured. */
export function calibrationIn(measured: MeasuredAverages | null | undefined, provider: string, model: Model | null): Calibration | null {
  const table = measured?.calibrations;
  if (!table || model?.tokenizerBasis !== 'approximate') return null;
  const key = modelKey(provider, model.id);
  return Object.hasOwn(table, key) ? table[key]! : null;
}

/** The configuration with the averages in the place of defaults; the same object when nothing changes. */
export function withMeasured(configuration: Configuration, average: MeasuredAverage | null): Configuration {
  if (!average) return configuration;
  const { assumptions, assumptionOrigin } = configuration;
  const origin: Record<string, Assumption['origin']> = { ...assumptionOrigin };
  const next: { -readonly [Key in keyof Assumptions]: Assumptions[Key] } = { ...assumptions };
  for (const key of ['outputTokens', 'reasoningTokens'] as const) {
    if (assumptionOrigin[key] !== undefined && assumptionOrigin[key] !== 'default') continue;
    next[key] = average[key];
    origin[key] = 'measured';
  }
  if (average.cachedShare.likely > 0 || average.cacheWriteShare > 0) next.promptCache = { read: average.cachedShare, written: average.cacheWriteShare };
  return { ...configuration, assumptions: next, assumptionOrigin: origin };
}

/**
 * The configuration with the size of holes that makes the prompt as long as it was measured at this very place: measured
 * input less what the code determines, shared by the holes nobody set. `inputAt` counts the prompt with holes of a size;
 * it is linear in that size. Averages of a model say nothing of one call's holes.
 */
export function withMeasuredHoles(configuration: Configuration, average: MeasuredAverage | null, inputAt: (configuration: Configuration) => Spread): Configuration {
  const { assumptions, assumptionOrigin } = configuration;
  if (average?.of !== 'call-site' || (assumptionOrigin['holeTokens'] ?? 'default') !== 'default') return configuration;
  const at = (tokens: number): Spread => inputAt({ ...configuration, assumptions: { ...assumptions, holeTokens: { low: tokens, likely: tokens, high: tokens } } });
  const [none, some] = [at(0), at(probe)];
  const size = (level: 'low' | 'likely' | 'high'): number | null => {
    const [least, most, measured] = [none[level], some[level], average.inputTokens[level]];
    if (least === null || most === null || measured === null || most <= least) return null;
    return Math.max(0, Math.round(((measured - least) / (most - least)) * probe));
  };
  const likely = size('likely');
  // No hole that nobody set.
  if (likely === null) return configuration;
  const holeTokens = { low: Math.min(likely, size('low') ?? likely), likely, high: Math.max(likely, size('high') ?? likely) };
  return { ...configuration, assumptions: { ...assumptions, holeTokens }, assumptionOrigin: { ...assumptionOrigin, holeTokens: 'measured' } };
}

/** Tokens of a hole by which its share in a prompt is found; large, so that rounding does not matter. */
const probe = 100_000;
