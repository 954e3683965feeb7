/**
 * Sums of one month over all its segments, kept beside them so that only what was appended since is read. Records are
 * counted once by id. Safe to lose: it is built again from the segments.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { factorBin } from '../core/calibrate.js';
import { addRecord, addSums, binOf, keyFields, keyOf, noSums, slotMs, sumFields, type UsageKey, type UsageRow, type UsageSums } from '../core/usageRow.js';
import { outputTokens, type UsageRecord } from '../core/usageRecord.js';
import { createIdTable, type IdTable } from './idTable.js';

const indexVersion = 3;
/** Sums are kept by quarter of an hour for this long, by hour for longer, and by local day after that: what nobody asks for finer. */
const quartersForMs = 2 * 86_400_000;
const hoursForMs = 9 * 86_400_000;
/** Days are those of this zone; a program in another one makes an index of its own. */
const zone = createHash('sha256').update(new Intl.DateTimeFormat().resolvedOptions().timeZone).digest('hex').slice(0, 6);

/** Number of the slot that holds a time, as coarse as its age allows. Its start is the start of what it stands for. */
function createSlots(nowMs: number): (timeMs: number) => number {
  let day = { fromMs: 0, toMs: 0 };
  return (timeMs) => {
    const age = nowMs - timeMs;
    if (age < quartersForMs) return Math.floor(timeMs / slotMs);
    if (age < hoursForMs) return Math.floor(timeMs / 3_600_000) * (3_600_000 / slotMs);
    if (timeMs < day.fromMs || timeMs >= day.toMs) {
      const date = new Date(timeMs);
      const [year, month, at] = [date.getFullYear(), date.getMonth(), date.getDate()];
      day = { fromMs: new Date(year, month, at).getTime(), toMs: new Date(year, month, at + 1).getTime() };
    }
    return Math.floor(day.fromMs / slotMs);
  };
}

/** A day's histograms of one key, for medians and spreads. */
export interface DayShape {
  /** Days since 1970 in UTC. */
  readonly day: number;
  readonly key: UsageKey;
  /** Answer tokens, latency in ms, tokens sent: bins of `binOf` → requests. */
  readonly output: Map<number, number>;
  readonly latency: Map<number, number>;
  readonly input: Map<number, number>;
  /** Factors of a tokenizer that stands in: bins of `factorBin` → tokens, and the requests they come from. */
  readonly factors: Map<number, number>;
  factorRequests: number;
}

export interface MonthIndex {
  readonly month: string;
  /** Bytes of each segment (by path) that are counted. */
  readonly offsets: Map<string, number>;
  /** Lines that were no records, by segment. */
  readonly damaged: Map<string, number>;
  readonly duplicates: number;
  readonly records: number;
  /** Loads what adding needs, the ids so far; false when they are lost and the index must be made again. To be awaited before `add`. */
  prepare(): Promise<boolean>;
  add(record: UsageRecord): void;
  rows(): readonly UsageRow[];
  shapes(): readonly DayShape[];
  /** Records added since it was read or saved. */
  readonly unsaved: number;
  /** Writes it in two steps that leave the old one in place until the new one is whole. */
  save(folder: string): Promise<void>;
}

interface Stored {
  readonly version: number;
  readonly month: string;
  readonly offsets: Readonly<Record<string, number>>;
  readonly damaged: Readonly<Record<string, number>>;
  readonly duplicates: number;
  readonly records: number;
  readonly keys: readonly (readonly string[])[];
  /** slot, key, then the sums in the order of `sumFields`. */
  readonly rows: readonly number[];
  readonly shapes: readonly (readonly [day: number, key: number, output: readonly number[], latency: readonly number[], input: readonly number[], factors: readonly number[], factorRequests: number])[];
  /** Name of the id table that belongs to this. */
  readonly ids: string;
}

const fileOf = (folder: string, month: string): string => join(folder, `${month}.v${indexVersion}.${zone}.json`);
const isIdsName = (name: string, month: string): boolean => name.startsWith(`${month}.v${indexVersion}.${zone}.`) && name.endsWith('.ids');
/** Another program may still be reading a table this young. */
const keepTablesMs = 60_000;

/** The month's index as it was saved, or null when there is none that can be used. */
export async function readMonthIndex(folder: string, month: string, nowMs: number): Promise<MonthIndex | null> {
  try {
    const stored = JSON.parse(await readFile(fileOf(folder, month), 'utf8')) as Stored;
    if (stored.version !== indexVersion || stored.month !== month) return null;
    if (!isIdsName(stored.ids, month) || stored.ids.includes('/')) return null;
    const table = join(folder, stored.ids);
    // Showing needs no ids; they are the larger part.
    await stat(table);
    return createMonthIndex(month, nowMs, stored, async () => createIdTable(new Uint8Array(await readFile(table))));
  } catch {
    return null;
  }
}

/** An empty index, or one with what was stored. */
export function createMonthIndex(month: string, nowMs: number, stored?: Stored, loadIds?: () => Promise<IdTable>): MonthIndex {
  let ids: IdTable | null = loadIds ? null : createIdTable();
  const offsets = new Map(Object.entries(stored?.offsets ?? {}));
  const damaged = new Map(Object.entries(stored?.damaged ?? {}));
  let { duplicates, records } = { duplicates: stored?.duplicates ?? 0, records: stored?.records ?? 0 };
  const keys: UsageKey[] = (stored?.keys ?? []).map((values) => Object.fromEntries(keyFields.map((field, index) => [field, values[index] ?? ''])) as unknown as UsageKey);
  const keyIds = new Map(keys.map((key, index) => [keyFields.map((field) => key[field]).join('\u0000'), index]));
  const rows = new Map<number, { readonly slot: number; readonly key: number; readonly sums: UsageSums }>();
  const shapes = new Map<number, Omit<DayShape, 'key'> & { readonly key: number }>();
  let unsaved = 0;
  // Slots and days times a number no month has as many keys as.
  const combined = (time: number, key: number): number => time * 1_048_576 + key;

  const slotOf = createSlots(nowMs);
  const width = sumFields.length + 2;
  for (let at = 0; stored && at < stored.rows.length; at += width) {
    const [slot, key] = [stored.rows[at]!, stored.rows[at + 1]!];
    const flat = stored.rows;
    // In the order of `sumFields`; spelled out, because there may be hundreds of thousands.
    const sums: UsageSums = {
      requests: flat[at + 2]!, errors: flat[at + 3]!, aborted: flat[at + 4]!, input: flat[at + 5]!, cached: flat[at + 6]!, cacheWrite: flat[at + 7]!, output: flat[at + 8]!, reasoning: flat[at + 9]!, media: flat[at + 10]!, amount: flat[at + 11]!, latencyMs: flat[at + 12]!, timed: flat[at + 13]!,
    };
    // What was fine when it was saved may be coarse by now.
    const coarse = slotOf(slot * slotMs);
    const there = rows.get(combined(coarse, key));
    if (there) addSums(there.sums, sums);
    else rows.set(combined(coarse, key), { slot: coarse, key, sums });
  }
  const unfold = (flat: readonly number[]): Map<number, number> => {
    const bins = new Map<number, number>();
    for (let at = 0; at < flat.length; at += 2) bins.set(flat[at]!, flat[at + 1]!);
    return bins;
  };
  let folded = stored?.shapes ?? [];
  /** Histograms are unfolded when somebody asks for them. */
  const unfoldShapes = (): void => {
    const waiting = folded;
    folded = [];
    for (const [day, key, output, latency, input, factors, factorRequests] of waiting) {
      shapes.set(combined(day, key), { day, key, output: unfold(output), latency: unfold(latency), input: unfold(input), factors: unfold(factors), factorRequests });
    }
  };

  const keyIdOf = (record: UsageRecord): number => {
    const key = keyOf(record);
    const text = keyFields.map((field) => key[field]).join('\u0000');
    let id = keyIds.get(text);
    if (id === undefined) { id = keys.push(key) - 1; keyIds.set(text, id); }
    return id;
  };
  const bump = (bins: Map<number, number>, value: number): void => { const bin = binOf(value); bins.set(bin, (bins.get(bin) ?? 0) + 1); };

  return {
    month, offsets, damaged,
    get duplicates() { return duplicates; },
    get records() { return records; },
    get unsaved() { return unsaved; },
    async prepare() {
      try {
        ids ??= await loadIds!();
        return true;
      } catch {
        return false;
      }
    },
    add(record) {
      unsaved++;
      unfoldShapes();
      if (!ids) throw new Error('prepare() was not awaited');
      if (!ids.add(record.id)) { duplicates++; return; }
      records++;
      const key = keyIdOf(record);
      const time = Date.parse(record.time);
      const slot = slotOf(time);
      const place = combined(slot, key);
      let row = rows.get(place);
      if (!row) rows.set(place, row = { slot, key, sums: noSums() });
      addRecord(row.sums, record);
      // Sums of vendors say nothing about single requests.
      if (record.outcome !== 'ok' || record.requests !== undefined) return;
      const day = Math.floor(time / 86_400_000);
      let shape = shapes.get(combined(day, key));
      if (!shape) shapes.set(combined(day, key), shape = { day, key, output: new Map(), latency: new Map(), input: new Map(), factors: new Map(), factorRequests: 0 });
      bump(shape.output, outputTokens(record.units));
      bump(shape.input, (record.units['input-token'] ?? 0) + (record.units['cached-input-token'] ?? 0) + (record.units['cache-write-token'] ?? 0));
      if (record.latencyMs !== undefined) bump(shape.latency, record.latencyMs);
      const factor = record.calibration ? factorBin(record.calibration) : null;
      if (factor === null) return;
      shape.factors.set(factor, (shape.factors.get(factor) ?? 0) + record.calibration!.counted);
      shape.factorRequests++;
    },
    rows: () => [...rows.values()].map(({ slot, key, sums }) => ({ slot, key: keys[key]!, sums })),
    shapes() {
      unfoldShapes();
      return [...shapes.values()].map((shape) => ({ ...shape, key: keys[shape.key]! }));
    },
    async save(folder) {
      unfoldShapes();
      if (!ids) return;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const idsName = `${month}.v${indexVersion}.${zone}.${randomBytes(6).toString('hex')}.ids`;
      const fold = (bins: ReadonlyMap<number, number>): number[] => [...bins].flat();
      const content: Stored = {
        version: indexVersion, month, offsets: Object.fromEntries(offsets), damaged: Object.fromEntries(damaged), duplicates, records,
        keys: keys.map((key) => keyFields.map((field) => key[field])),
        rows: [...rows.values()].flatMap(({ slot, key, sums }) => [slot, key, ...sumFields.map((field) => sums[field])]),
        shapes: [...shapes.values()].map(({ day, key, output, latency, input, factors, factorRequests }) => [day, key, fold(output), fold(latency), fold(input), fold(factors), factorRequests] as const), ids: idsName,
      };
      const put = async (file: string, data: string | Uint8Array): Promise<void> => {
        const draft = `${file}.${process.pid}.new`;
        await writeFile(draft, data, { mode: 0o600 });
        await rename(draft, file);
      };
      const saving = unsaved;
      // The table first: an index without its table is not used.
      await put(join(folder, idsName), ids.bytes());
      await put(fileOf(folder, month), JSON.stringify(content));
      unsaved -= saving;
      const before = Date.now() - keepTablesMs;
      await Promise.all((await readdir(folder)).filter((name) => isIdsName(name, month) && name !== idsName)
        .map(async (name) => { if ((await stat(join(folder, name))).mtimeMs < before) await rm(join(folder, name), { force: true }); }).map((each) => each.catch(() => undefined)));
    },
  };
}
