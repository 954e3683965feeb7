/**
 * One metered request: what the ledger keeps. Never any prompt or answer. A line of a ledger file is one record as
 * JSON; fields that this version does not know stay on the line.
 */
import type { Operation, PriceUnit, ProviderId } from './model.js';

/** Version of the record that this code writes. Readers take what they understand of any version. */
export const recordVersion = 1;

/** Where a record comes from. Coding agents are sources of their own, so that they can be left out. */
export type UsageSource =
  | 'proxy' | 'otlp' | 'litellm' | 'openrouter' | 'openai-export' | 'anthropic-export'
  | 'claude-code' | 'codex' | 'gemini-cli' | 'team';

export const usageSources: readonly UsageSource[] = [
  'proxy', 'otlp', 'litellm', 'openrouter', 'openai-export', 'anthropic-export', 'claude-code', 'codex', 'gemini-cli', 'team',
];

/** Quantities by unit as `price` takes them: they do not overlap, `input-token` are those billed at the full rate. */
export type UnitCounts = Readonly<Partial<Record<PriceUnit, number>>>;

/** How quantities came to be: said by the vendor, counted here because it said nothing, or not known. */
export type UsageBasis = 'reported' | 'counted' | 'unknown';

/** Money for one request in the vendor's own currency. */
export interface RecordedCost {
  readonly currency: string;
  readonly amount: number;
  /** `billed`: the vendor or gateway said it; `price`: quantities times the catalog's or the user's price. */
  readonly basis: 'billed' | 'price';
  /** The lines of the bill when it was priced here. */
  readonly components?: readonly { readonly unit: string; readonly quantity: number; readonly amount: number }[];
  readonly priceSource?: string;
  /** Day the price was read: the version of the price. */
  readonly priceCheckedOn?: string;
}

/**
 * What one real request says of a tokenizer: tokens that the vocabulary that stands in counted of its texts, and the input
 * tokens that `usage` in the answer said, without what frames the messages.
 */
export interface Observation {
  readonly counted: number;
  readonly billed: number;
}

export interface UsageRecord {
  readonly v: number;
  /** Two records with one id are the same request. */
  readonly id: string;
  /** When the request began, ISO 8601 in UTC. */
  readonly time: string;
  readonly provider: ProviderId;
  /** Endpoint of the catalog, else the host. */
  readonly endpoint?: string;
  readonly model: string;
  readonly operation: Operation;
  readonly units: UnitCounts;
  readonly usage: UsageBasis;
  /** Where the model's vocabulary is not public and nothing but text was sent. */
  readonly calibration?: Observation;
  readonly cost: RecordedCost | null;
  /** Why there is no cost. */
  readonly noCost?: string;
  /** Who pays: money per request, or a subscription, whose records never count as money. */
  readonly billing: 'api' | 'subscription';
  /** Requests that the record stands for; absent = 1. Exports of vendors come as sums. */
  readonly requests?: number;
  readonly outcome: 'ok' | 'error' | 'aborted';
  readonly status?: number;
  readonly latencyMs?: number;
  /** From the request to the first byte of the answer. */
  readonly firstByteMs?: number;
  readonly stream?: boolean;
  /** Absolute path or name of the project. */
  readonly project?: string;
  /** `path:line` below the project, as far as it could be told. */
  readonly callSite?: string;
  readonly source: UsageSource;
  /** Zone of processing, for budgets by zone. */
  readonly zone?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * The record on a line, or null when the line is damaged. What an unknown version adds is left in place; what it
 * lacks gets the least that is true (`unknown` usage, no cost).
 */
export function parseRecord(line: string): UsageRecord | null {
  let value: Partial<UsageRecord> & { readonly v?: unknown };
  try {
    value = JSON.parse(line) as Partial<UsageRecord>;
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !isText(value.id) || !isText(value.time) || typeof value.v !== 'number') return null;
  if (Number.isNaN(Date.parse(value.time))) return null;
  const { cost } = value;
  const soundCost = cost && typeof cost.amount === 'number' && Number.isFinite(cost.amount) && isText(cost.currency) ? cost : null;
  return {
    ...value, v: value.v, id: value.id, time: value.time,
    provider: value.provider ?? 'unknown', model: value.model ?? 'unknown', operation: value.operation ?? 'other',
    units: typeof value.units === 'object' && value.units !== null ? value.units : {}, usage: value.usage ?? 'unknown', cost: soundCost,
    billing: value.billing === 'subscription' ? 'subscription' : 'api', outcome: value.outcome ?? 'ok', source: value.source ?? 'proxy',
  };
}

/** Month a record belongs to, `YYYY-MM` in UTC. */
export function monthOf(time: string): string {
  return time.length >= 20 && time.endsWith('Z') ? time.slice(0, 7) : new Date(time).toISOString().slice(0, 7);
}

/** Tokens sent: full-rate, cached, written to a cache, and those of pictures, sound and video. */
export function inputTokens(units: UnitCounts): number {
  return (units['input-token'] ?? 0) + cachedTokens(units) + (units['cache-write-token'] ?? 0) + (units['cache-write-1h-token'] ?? 0)
    + (units['image-input-token'] ?? 0) + (units['audio-input-token'] ?? 0) + (units['video-input-token'] ?? 0);
}

/** Tokens read from a cache. */
export function cachedTokens(units: UnitCounts): number {
  return units['cached-input-token'] ?? 0;
}

/** Tokens received, hidden reasoning included. */
export function outputTokens(units: UnitCounts): number {
  return (units['output-token'] ?? 0) + (units['reasoning-token'] ?? 0) + (units['audio-output-token'] ?? 0) + (units['image-output-token'] ?? 0);
}
