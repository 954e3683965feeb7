/** Reads ledgers: brings the sums of the wanted months up to date and hands them out, or streams the records themselves. */
import { type FileHandle, open } from 'node:fs/promises';
import { parseRecord, type UsageRecord } from '../core/usageRecord.js';
import { slotMs, type UsageRow } from '../core/usageRow.js';
import { createMonthIndex, readMonthIndex, type DayShape, type MonthIndex } from './monthIndex.js';
import { segmentsOf, type Segment } from './segments.js';

const chunkBytes = 4 << 20;
/** Longest line; longer ones are damage. */
const maximumLine = 1 << 20;
/** An index is written again after this many records, and when the store is closed. */
const saveAfter = 20_000;

export interface UsageStoreOptions {
  /** Ledger folders; the first one holds the index. Asked for anew at each refresh. */
  readonly folders: () => Promise<readonly string[]>;
  /** Where the index is kept. Not being able to write there only costs time. */
  readonly indexFolder: string;
  /** Present time in ms; sums of longer ago are kept coarser (see monthIndex.ts). */
  readonly now?: () => number;
}

/** A line that is no record, or a torn end. */
export interface LedgerDamage {
  readonly file: string;
  readonly lines: number;
}

export interface UsageStore {
  /** Reads what was appended to the months between two times (ms). */
  refresh(fromMs: number, toMs: number, onProgress?: (doneBytes: number, allBytes: number) => void, signal?: AbortSignal): Promise<void>;
  /** Rows of slots that begin within [from, to); of the months refreshed so far. */
  rows(fromMs: number, toMs: number): readonly UsageRow[];
  shapes(fromMs: number, toMs: number): readonly DayShape[];
  damage(): readonly LedgerDamage[];
  /** Saves what is unsaved. */
  close(): Promise<void>;
}

/** Months (`YYYY-MM`, UTC) that a stretch of time touches. */
export function monthsBetween(fromMs: number, toMs: number): readonly string[] {
  const months: string[] = [];
  const at = new Date(fromMs);
  for (let year = at.getUTCFullYear(), month = at.getUTCMonth(); Date.UTC(year, month) < toMs && months.length < 600; month++) {
    months.push(new Date(Date.UTC(year, month)).toISOString().slice(0, 7));
  }
  return months;
}

/** Opens a store over ledger folders; reads nothing before the first refresh. */
export function openUsageStore({ folders, indexFolder, now = Date.now }: UsageStoreOptions): UsageStore {
  const months = new Map<string, MonthIndex>();
  let running: Promise<void> = Promise.resolve();

  const refreshNow = async (fromMs: number, toMs: number, onProgress?: (done: number, all: number) => void, signal?: AbortSignal): Promise<void> => {
    const wanted = new Set(monthsBetween(fromMs, toMs));
    const segments = (await Promise.all((await folders()).map((folder) => segmentsOf(folder, wanted)))).flat();
    const tasks: { readonly index: MonthIndex; readonly segment: Segment; readonly offset: number }[] = [];
    for (const month of wanted) {
      const here = segments.filter((segment) => segment.month === month);
      let index = months.get(month) ?? await readMonthIndex(indexFolder, month, now());
      const sizes = new Map(here.map(({ path, size }) => [path, size]));
      // Something counted is gone or shorter: what it held cannot be taken out of the sums.
      if (index && [...index.offsets].some(([path, offset]) => (sizes.get(path) ?? -1) < offset)) index = null;
      const grown = (of: MonthIndex): boolean => here.some(({ path, size }) => size > (of.offsets.get(path) ?? 0));
      if (index && grown(index) && !await index.prepare()) index = null;
      index ??= createMonthIndex(month, now());
      months.set(month, index);
      for (const segment of here) {
        const offset = index.offsets.get(segment.path) ?? 0;
        if (segment.size > offset) tasks.push({ index, segment, offset });
      }
    }
    const all = tasks.reduce((sum, { segment, offset }) => sum + segment.size - offset, 0);
    let done = 0;
    for (const { index, segment, offset } of tasks) {
      const consumed = await readLines(segment.path, offset, (line) => {
        const record = parseRecord(line);
        if (record) index.add(record);
        else if (line.trim() !== '') index.damaged.set(segment.path, (index.damaged.get(segment.path) ?? 0) + 1);
      }, (bytes, at) => { done += bytes; index.offsets.set(segment.path, at); onProgress?.(done, all); }, signal);
      index.offsets.set(segment.path, consumed);
      signal?.throwIfAborted();
    }
    for (const index of months.values()) if (index.unsaved >= saveAfter) await save(index);
  };

  const save = async (index: MonthIndex): Promise<void> => {
    try {
      await index.save(indexFolder);
    } catch { /* A folder that cannot be written: it is read from the segments next time. */ }
  };

  const within = <T>(list: readonly T[], time: (each: T) => number, fromMs: number, toMs: number): T[] => list.filter((each) => time(each) >= fromMs && time(each) < toMs);
  return {
    refresh(fromMs, toMs, onProgress, signal) {
      return (running = running.catch(() => undefined).then(() => refreshNow(fromMs, toMs, onProgress, signal)));
    },
    rows: (fromMs, toMs) => monthsBetween(fromMs, toMs).flatMap((month) => within(months.get(month)?.rows() ?? [], (row) => row.slot * slotMs, fromMs, toMs)),
    shapes: (fromMs, toMs) => monthsBetween(fromMs, toMs).flatMap((month) => within(months.get(month)?.shapes() ?? [], (shape) => shape.day * 86_400_000, fromMs - 86_399_999, toMs)),
    damage: () => [...months.values()].flatMap((index) => [...index.damaged].map(([file, lines]) => ({ file, lines }))),
    async close() {
      await running.catch(() => undefined);
      for (const index of months.values()) if (index.unsaved > 0) await save(index);
    },
  };
}

/**
 * Calls `line` for each whole line from `offset` on; a torn end is left for later. Returns the offset after the last
 * whole line. `after` is told after each chunk, so that an interrupted read goes on there.
 */
export async function readLines(path: string, offset: number, line: (text: string) => void, after: (bytes: number, at: number) => void, signal?: AbortSignal): Promise<number> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return offset;
    throw error;
  }
  try {
    let at = offset;
    let buffer = Buffer.allocUnsafe(chunkBytes);
    let kept = 0;
    for (;;) {
      if (signal?.aborted) return at;
      if (kept === buffer.length) {
        if (buffer.length > maximumLine + chunkBytes) { at += kept; kept = 0; } else { const larger = Buffer.allocUnsafe(buffer.length * 2); buffer.copy(larger, 0, 0, kept); buffer = larger; }
      }
      const { bytesRead } = await handle.read(buffer, kept, buffer.length - kept, at + kept);
      if (bytesRead === 0) return at;
      const filled = kept + bytesRead;
      const end = buffer.lastIndexOf(10, filled - 1);
      if (end < 0 || end >= filled) { kept = filled; continue; }
      for (const text of buffer.toString('utf8', 0, end).split('\n')) line(text);
      at += end + 1;
      kept = filled - end - 1;
      buffer.copy(buffer, 0, end + 1, filled);
      after(bytesRead, at);
    }
  } finally {
    await handle.close();
  }
}

/** Calls `each` with every record of the months between two times once, in the order of the files. */
export async function readRecords(folders: readonly string[], fromMs: number, toMs: number, each: (record: UsageRecord) => void): Promise<void> {
  const seen = new Set<string>();
  for (const { path } of (await Promise.all(folders.map((folder) => segmentsOf(folder, new Set(monthsBetween(fromMs, toMs)))))).flat()) {
    await readLines(path, 0, (line) => {
      const record = parseRecord(line);
      if (!record || seen.has(record.id)) return;
      const time = Date.parse(record.time);
      if (time < fromMs || time >= toMs) return;
      seen.add(record.id);
      each(record);
    }, () => undefined);
  }
}
