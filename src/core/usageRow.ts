/** Records summed up: one row per quarter of an hour and combination of what people group by. */
import { cachedTokens, inputTokens, outputTokens, type UsageRecord, type UsageSource } from './usageRecord.js';

/** Length of a row's time slot: time zones differ by quarters of an hour, so that days of any zone are sums of slots. */
export const slotMs = 900_000;

/** What a row is about. Everything that sums are made or filtered by. */
export interface UsageKey {
  readonly provider: string;
  readonly endpoint: string;
  readonly model: string;
  readonly operation: string;
  readonly source: UsageSource;
  readonly billing: 'api' | 'subscription';
  /** How the quantities came to be. */
  readonly usage: string;
  /** `billed`, `price`, or `none`. */
  readonly costBasis: string;
  readonly currency: string;
  readonly project: string;
  readonly callSite: string;
  readonly zone: string;
  /** Why there is no cost; empty when there is one. */
  readonly noCost: string;
}

export const keyFields: readonly (keyof UsageKey)[] = [
  'provider', 'endpoint', 'model', 'operation', 'source', 'billing', 'usage', 'costBasis', 'currency', 'project', 'callSite', 'zone', 'noCost',
];

/** Sums of a row, of a slot or of longer. Money is in the key's currency. */
export interface UsageSums {
  requests: number;
  errors: number;
  aborted: number;
  input: number;
  cached: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  media: number;
  amount: number;
  latencyMs: number;
  /** Requests whose latency is known. */
  timed: number;
}

export const sumFields: readonly (keyof UsageSums)[] = ['requests', 'errors', 'aborted', 'input', 'cached', 'cacheWrite', 'output', 'reasoning', 'media', 'amount', 'latencyMs', 'timed'];

export interface UsageRow {
  /** Number of the slot since 1970. */
  readonly slot: number;
  readonly key: UsageKey;
  readonly sums: Readonly<UsageSums>;
}

export const noSums = (): UsageSums => ({ requests: 0, errors: 0, aborted: 0, input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0, media: 0, amount: 0, latencyMs: 0, timed: 0 });

/** Key of a record. */
export function keyOf(record: UsageRecord): UsageKey {
  return {
    provider: record.provider, endpoint: record.endpoint ?? '', model: record.model, operation: record.operation, source: record.source, billing: record.billing,
    usage: record.usage, costBasis: record.cost?.basis ?? 'none', currency: record.cost?.currency ?? '', project: record.project ?? '', callSite: record.callSite ?? '',
    zone: record.zone ?? '', noCost: record.cost ? '' : record.noCost ?? 'unknown',
  };
}

/** Adds a record to sums. */
export function addRecord(sums: UsageSums, record: UsageRecord): void {
  const { units } = record;
  sums.requests += record.requests ?? 1;
  if (record.outcome === 'error') sums.errors++;
  else if (record.outcome === 'aborted') sums.aborted++;
  sums.input += inputTokens(units);
  sums.cached += cachedTokens(units);
  sums.cacheWrite += (units['cache-write-token'] ?? 0) + (units['cache-write-1h-token'] ?? 0);
  sums.output += outputTokens(units);
  sums.reasoning += units['reasoning-token'] ?? 0;
  sums.media += (units['image-input-token'] ?? 0) + (units['audio-input-token'] ?? 0) + (units['video-input-token'] ?? 0) + (units['audio-output-token'] ?? 0) + (units['image-output-token'] ?? 0);
  sums.amount += record.cost?.amount ?? 0;
  if (record.latencyMs !== undefined) { sums.latencyMs += record.latencyMs; sums.timed++; }
}

/** Adds sums to sums. Not for money of different currencies. */
export function addSums(sums: UsageSums, more: Readonly<UsageSums>): void {
  for (const field of sumFields) sums[field] += more[field];
}

/**
 * Histogram of a positive quantity in steps of 2^(1/8) (9%): bin of a value, and the value in the middle of a bin. Bin 0
 * holds everything below 1.
 */
export function binOf(value: number): number {
  return value < 1 ? 0 : 1 + Math.round(Math.log2(value) * 8);
}

/** Middle of a bin. */
export function valueOfBin(bin: number): number {
  return bin === 0 ? 0 : 2 ** ((bin - 1) / 8);
}

/** Value below which the part `share` (0–1) of a histogram lies; null when it is empty. Exact to 5%. */
export function quantile(bins: ReadonlyMap<number, number>, share: number): number | null {
  const total = [...bins.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [bin, count] of [...bins].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= share * total) return valueOfBin(bin);
  }
  return null;
}
