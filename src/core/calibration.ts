/** From measured usage to the assumptions that estimates are made with. */
import { calibrationOf } from './calibrate.js';
import { modelKey } from './measured.js';
import type { MeasuredAverage, MeasuredAverages, Spread } from './model.js';
import { dayOf } from './period.js';
import { addSums, noSums, quantile, slotMs, type UsageKey, type UsageRow, type UsageSums } from './usageRow.js';

/** What histograms of one day and key hold. */
export interface Shape {
  readonly key: UsageKey;
  readonly output: ReadonlyMap<number, number>;
  readonly input: ReadonlyMap<number, number>;
  readonly latency: ReadonlyMap<number, number>;
  /** Factors of the model's tokenizer by `factorBin`, with the tokens they were seen over; and the requests they come from. */
  readonly factors?: ReadonlyMap<number, number>;
  readonly factorRequests?: number;
}

/** Fewer calls say too little. */
export const callsNeeded = 20;

/** Adds a histogram to another. */
function merge(all: Map<number, number>, bins: ReadonlyMap<number, number>): void {
  for (const [bin, count] of bins) all.set(bin, (all.get(bin) ?? 0) + count);
}

/** Tokenizer factors by `provider/model`, learned from the calls of these projects; without a list from all. */
function calibrations(shapes: readonly Shape[], projects: readonly string[] | null): MeasuredAverages['calibrations'] {
  const found = new Map<string, { readonly bins: Map<number, number>; requests: number }>();
  for (const { key, factors, factorRequests = 0 } of shapes) {
    if (!factors || factorRequests === 0 || (projects !== null && !projects.includes(key.project))) continue;
    const id = modelKey(key.provider, key.model);
    const entry = found.get(id) ?? { bins: new Map<number, number>(), requests: 0 };
    merge(entry.bins, factors);
    entry.requests += factorRequests;
    found.set(id, entry);
  }
  return Object.fromEntries([...found].flatMap(([id, { bins, requests }]) => {
    const calibration = calibrationOf(bins, requests);
    return calibration ? [[id, calibration] as const] : [];
  }));
}

/**
 * Averages by model and by call site over all rows; those of few calls are left out. Sums of vendors and coding agents do
 * not count: they are not this code's calls. Tokenizer factors come from `projects` alone: another workspace sends
 * other texts.
 */
export function measuredAverages(rows: readonly UsageRow[], shapes: readonly Shape[], projects: readonly string[] | null = null): MeasuredAverages {
  const counts = ({ source, usage }: UsageKey): boolean => (source === 'proxy' || source === 'otlp' || source === 'litellm' || source === 'team') && usage === 'reported';
  const group = (of: MeasuredAverage['of'], name: (key: UsageKey) => string): Record<string, MeasuredAverage> => {
    const groups = new Map<string, { rows: UsageRow[]; shapes: Shape[] }>();
    const at = (key: UsageKey): { rows: UsageRow[]; shapes: Shape[] } | null => {
      const id = name(key);
      if (id === '' || !counts(key)) return null;
      let found = groups.get(id);
      if (!found) groups.set(id, found = { rows: [], shapes: [] });
      return found;
    };
    for (const row of rows) at(row.key)?.rows.push(row);
    for (const shape of shapes) at(shape.key)?.shapes.push(shape);
    return Object.fromEntries([...groups].flatMap(([id, found]) => {
      const average = averageOf(of, found.rows, found.shapes);
      return average ? [[id, average] as const] : [];
    }));
  };
  return { byModel: group('model', ({ provider, model }) => modelKey(provider, model)), bySite: group('call-site', ({ callSite }) => callSite), calibrations: calibrations(shapes, projects) };
}

function averageOf(of: MeasuredAverage['of'], rows: readonly UsageRow[], shapes: readonly Shape[]): MeasuredAverage | null {
  const sums = noSums();
  for (const row of rows) addSums(sums, row.sums);
  const answered = sums.requests - sums.errors - sums.aborted;
  if (answered < callsNeeded) return null;
  const merged = (pick: (shape: Shape) => ReadonlyMap<number, number>): Map<number, number> => {
    const all = new Map<number, number>();
    for (const shape of shapes) merge(all, pick(shape));
    return all;
  };
  const spread = (bins: ReadonlyMap<number, number>, mean: number): Spread => ({
    low: Math.min(mean, Math.round(quantile(bins, 0.1) ?? mean)), likely: mean, high: Math.max(mean, Math.round(quantile(bins, 0.9) ?? mean)),
  });
  const mean = (sum: number): number => Math.round(sum / answered);
  const reasoningPart = sums.output > 0 ? sums.reasoning / sums.output : 0;
  const output = spread(merged((shape) => shape.output), mean(sums.output));
  const part = (value: Spread, share: number): Spread => ({ low: Math.round(value.low * share), likely: Math.round(value.likely * share), high: value.high === null ? null : Math.round(value.high * share) });
  const slots = rows.map(({ slot }) => slot);
  const currencies = new Set(rows.filter(({ key }) => key.costBasis !== 'none').map(({ key }) => key.currency));
  const priced = rows.filter(({ key }) => key.costBasis !== 'none').reduce((sum, row) => sum + row.sums.requests, 0);
  const latency = merged((shape) => shape.latency);
  return {
    of, calls: answered, from: dayOf(slots.reduce((a, b) => Math.min(a, b)) * slotMs), to: dayOf(slots.reduce((a, b) => Math.max(a, b)) * slotMs),
    inputTokens: spread(merged((shape) => shape.input), mean(sums.input)), outputTokens: part(output, 1 - reasoningPart), reasoningTokens: part(output, reasoningPart),
    cachedShare: cachedShareOf(rows, sums), cacheWriteShare: sums.input > 0 ? sums.cacheWrite / sums.input : 0,
    latencyMs: sums.timed > 0 ? spread(latency, Math.round(sums.latencyMs / sums.timed)) : null,
    cost: currencies.size === 1 && priced > 0 ? { currency: [...currencies][0]!, amount: sums.amount / priced } : null,
  };
}

/** Part of the input that a cache served: over all, and its 10th and 90th percentile over time slots, weighted by their input. */
function cachedShareOf(rows: readonly UsageRow[], { input, cached }: UsageSums): Spread {
  if (input === 0) return { low: 0, likely: 0, high: 0 };
  const slots = new Map<number, { input: number; cached: number }>();
  for (const { slot, sums } of rows) {
    const at = slots.get(slot) ?? { input: 0, cached: 0 };
    slots.set(slot, { input: at.input + sums.input, cached: at.cached + sums.cached });
  }
  const shares = [...slots.values()].filter((at) => at.input > 0).map((at) => ({ share: at.cached / at.input, weight: at.input })).sort((a, b) => a.share - b.share);
  const below = (part: number): number => {
    let seen = 0;
    return shares.find(({ weight }) => (seen += weight) >= part * input)?.share ?? shares.at(-1)!.share;
  };
  const likely = cached / input;
  return { low: Math.min(likely, below(0.1)), likely, high: Math.max(likely, below(0.9)) };
}
