/** Measured averages in the place of default assumptions. What somebody set by hand stays. */
import type { Assumption, Calibration, Configuration, MeasuredAverage, MeasuredAverages, Model } from './model.js';

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
  const next = { ...assumptions };
  for (const key of ['outputTokens', 'reasoningTokens'] as const) {
    if (assumptionOrigin[key] !== undefined && assumptionOrigin[key] !== 'default') continue;
    next[key] = average[key];
    origin[key] = 'measured';
  }
  return { ...configuration, assumptions: next, assumptionOrigin: origin };
}
