/** What importers of logs and exports have in common: from their fields to records with prices. */
import { canonicalModel, costOf, providerOfModel, type Measured, type PricedRecord } from '../core/meteredCost.js';
import type { Facts, Operation } from '../core/model.js';
import { inputTokens, recordVersion, type UnitCounts, type UsageRecord, type UsageSource } from '../core/usageRecord.js';

export type Fields = Readonly<Record<string, unknown>>;

/** A use that some log tells of. */
export interface ImportedUse {
  readonly id: string;
  readonly time: string | number | Date;
  readonly provider: string | null;
  readonly model: string;
  readonly operation?: Operation;
  readonly units: UnitCounts;
  /** Requests that it sums up; 1 = a sum of an unknown number. Absent = a single request. */
  readonly requests?: number;
  /** Of a sum: the requests were long. */
  readonly longContext?: boolean;
  readonly billedUsd?: number | null;
  readonly outcome?: UsageRecord['outcome'];
  readonly status?: number;
  readonly latencyMs?: number;
  readonly project?: string;
  readonly callSite?: string;
  readonly endpoint?: string;
  readonly tier?: 'batch' | 'flex' | 'priority' | null;
}

export interface ImportContext {
  readonly facts: Facts;
  readonly source: UsageSource;
  /** Who pays for what the source tells of. */
  readonly billing: 'api' | 'subscription';
}

/** Parses one text into uses; `problem` is told about what cannot be understood. */
export type Importer = (text: string, file: string, problem: (what: string) => void) => readonly ImportedUse[];

export const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null);

/** A count that a log states as number or as text; 0 when it does not. */
export function countOf(value: unknown): number {
  const number = typeof value === 'string' ? Number(value.replaceAll(',', '')) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : 0;
}

/** Quantities above zero. */
export function unitsOf(all: UnitCounts): UnitCounts {
  return Object.fromEntries(Object.entries(all).filter(([, quantity]) => quantity > 0)) as UnitCounts;
}

/** The record of a use; null when its time or id is missing. */
export function recordOf(use: ImportedUse, { facts, source, billing }: ImportContext): UsageRecord | null {
  const time = new Date(use.time);
  if (Number.isNaN(time.getTime()) || use.id === '') return null;
  const provider = use.provider ?? providerOfModel(facts, use.model) ?? 'unknown';
  const model = canonicalModel(facts, provider, use.model);
  const operation = use.operation ?? 'chat';
  const priced = pricedUse(use, { provider, endpoint: use.endpoint ?? null, model, operation, time: time.toISOString(), tier: use.tier ?? null }, facts);
  const billed = use.billedUsd !== undefined && use.billedUsd !== null ? { currency: 'USD', amount: use.billedUsd, basis: 'billed' as const } : null;
  const failed = use.outcome === 'error' && Object.keys(use.units).length === 0;
  const cost = billed ?? (failed ? null : priced.cost);
  return {
    v: recordVersion, id: use.id, time: time.toISOString(), provider, ...(use.endpoint && { endpoint: use.endpoint }), model, operation, units: use.units,
    usage: Object.keys(use.units).length > 0 ? 'reported' : 'unknown', cost, ...(!cost && { noCost: failed ? 'not-billed' : priced.noCost ?? 'no-price' }), billing,
    ...(use.requests !== undefined && { requests: use.requests }), outcome: use.outcome ?? 'ok', ...(use.status !== undefined && { status: use.status }),
    ...(use.latencyMs !== undefined && { latencyMs: use.latencyMs }), ...(use.project && { project: use.project }), ...(use.callSite && { callSite: use.callSite }), source, ...(priced.zone && { zone: priced.zone }),
  };
}

/** Prompt sizes that sums of requests are priced at, where only the sum is known: below and beyond every long-context tier. */
const promptOfSum = { usual: 1000, long: 250_000 };

/** Price of a use. A sum of requests is priced at its mean request, so that a tier by prompt length is not set off by the sum. */
function pricedUse(use: ImportedUse, where: Omit<Measured, 'units'>, facts: Facts): PricedRecord {
  const parts = use.requests === undefined ? 1 : use.requests > 1 ? use.requests : Math.max(1, inputTokens(use.units) / (use.longContext ? promptOfSum.long : promptOfSum.usual));
  if (parts === 1) return costOf({ ...where, units: use.units }, facts);
  const one = costOf({ ...where, units: Object.fromEntries(Object.entries(use.units).map(([unit, quantity]) => [unit, quantity / parts])) }, facts);
  if (!one.cost) return one;
  const round = (value: number): number => Number((value * parts).toPrecision(12));
  return { ...one, cost: { ...one.cost, amount: round(one.cost.amount), ...(one.cost.components && { components: one.cost.components.map((each) => ({ ...each, quantity: round(each.quantity), amount: round(each.amount) })) }) } };
}

/** Values of a text that is one JSON document or one per line. */
export function jsonValues(text: string, problem: (what: string) => void): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch { /* Lines, then. */ }
  let damaged = 0;
  const values = text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      damaged++;
      return [];
    }
  });
  if (damaged > 0) problem(`${damaged} lines are no JSON`);
  return values;
}

/** Rows of a CSV text by the names of its first line, lower case, words joined by `_`. */
export function csvRows(text: string): readonly Readonly<Record<string, string>>[] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (quoted) {
      if (letter === '"' && text[at + 1] === '"') { cell += '"'; at++; } else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"') quoted = true;
    else if (letter === ',' || letter === '\n') {
      rows.at(-1)!.push(cell.replace(/\r$/, ''));
      cell = '';
      if (letter === '\n') rows.push([]);
    } else cell += letter;
  }
  if (cell !== '' || rows.at(-1)!.length > 0) rows.at(-1)!.push(cell.replace(/\r$/, ''));
  const [header = [], ...body] = rows.filter((row) => row.some((each) => each !== ''));
  const names = header.map((name) => name.replace(/^\ufeff/, '').trim().toLowerCase().replace(/[\s-]+/g, '_'));
  return body.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}
