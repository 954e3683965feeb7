/** Making the ledger smaller: merging what past writers left, forgetting old months, deleting on request. */
import { randomBytes } from 'node:crypto';
import { open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecord, type UsageRecord } from '../core/usageRecord.js';
import { compactName, segmentsOf, type Segment } from './segments.js';

/** Only segments that were not written for this long are merged: their writer may be on another machine. */
const restMs = 3_600_000;

export interface Compacted {
  readonly month: string;
  readonly segments: number;
  readonly records: number;
  readonly duplicates: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Merges the segments of past writers, month by month, when there are more than one. Lines are kept as they are, with
 * fields this version does not know; duplicates and damaged lines go. A crash in between leaves every record at least
 * once, and readers count it once.
 */
export async function compactLedger(folder: string, nowMs: number): Promise<readonly Compacted[]> {
  const byMonth = new Map<string, Segment[]>();
  for (const segment of await segmentsOf(folder)) {
    if (segment.live || nowMs - segment.modifiedMs < restMs) continue;
    byMonth.set(segment.month, [...byMonth.get(segment.month) ?? [], segment]);
  }
  const done: Compacted[] = [];
  for (const [month, segments] of byMonth) {
    if (segments.length < 2) continue;
    const target = join(folder, compactName(month));
    const merged = await merge(segments, target, () => true);
    await Promise.all(segments.map(({ path }) => rm(path, { force: true })));
    done.push({ month, segments: segments.length, ...merged, bytesBefore: segments.reduce((sum, { size }) => sum + size, 0) });
  }
  return done;
}

/** Writes the lines of segments that `keep` wants to `target`, in one step. */
async function merge(segments: readonly Segment[], target: string, keep: (record: UsageRecord) => boolean): Promise<{ records: number; duplicates: number; removed: number; bytesAfter: number }> {
  const draft = `${target}.${randomBytes(4).toString('hex')}.new`;
  const handle = await open(draft, 'wx', 0o600);
  const seen = new Set<string>();
  let [records, duplicates, removed, bytesAfter] = [0, 0, 0, 0];
  try {
    for (const { path } of segments) {
      const lines: string[] = [];
      for (const line of (await readFile(path, 'utf8')).split('\n')) {
        const record = parseRecord(line);
        if (!record) continue;
        if (seen.has(record.id)) { duplicates++; continue; }
        seen.add(record.id);
        if (!keep(record)) { removed++; continue; }
        records++;
        lines.push(line, '\n');
      }
      bytesAfter += (await handle.write(lines.join(''))).bytesWritten;
    }
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
  await handle.close();
  if (records === 0) await rm(draft, { force: true });
  else await rename(draft, target);
  return { records, duplicates, removed, bytesAfter };
}

/** Removes whole months that ended more than `months` months before now; those before the month of `nowMs` − `months`. Returns the files removed. */
export async function applyRetention(folder: string, months: number, nowMs: number): Promise<readonly string[]> {
  const now = new Date(nowMs);
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months)).toISOString().slice(0, 7);
  const old = (await segmentsOf(folder)).filter((segment) => segment.month < first && !segment.live);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
  await dropIndex(folder, new Set(old.map(({ month }) => month)));
  return old.map(({ name }) => name);
}

export interface Deleted {
  readonly records: number;
  /** Segments that another program is writing and that therefore still hold what should go. */
  readonly busy: readonly string[];
}

/**
 * Deletes the records that `wanted` names, or all of them. Segments that another program writes are left and named;
 * without `wanted` they are emptied by that program's end at the latest, when the caller asks again.
 */
export async function deleteUsage(folder: string, wanted?: (record: UsageRecord) => boolean): Promise<Deleted> {
  let records = 0;
  const busy: string[] = [];
  const touched = new Set<string>();
  for (const segment of await segmentsOf(folder)) {
    const all = (await readFile(segment.path, 'utf8')).split('\n').map(parseRecord).filter((record) => record !== null);
    const going = wanted ? all.filter(wanted).length : all.length;
    if (going === 0 && wanted) continue;
    if (segment.live) { if (all.length > 0) busy.push(segment.name); continue; }
    touched.add(segment.month);
    records += going;
    if (wanted && going < all.length) await merge([segment], join(folder, compactName(segment.month)), (record) => !wanted(record));
    await rm(segment.path, { force: true });
  }
  await dropIndex(folder, touched);
  return { records, busy };
}

/** Takes away the sums of months whose records changed; they are made again from what is left. */
async function dropIndex(folder: string, months: ReadonlySet<string>): Promise<void> {
  const index = join(folder, 'index');
  for (const name of await readdir(index).catch(() => [])) if (months.has(name.slice(0, 7))) await rm(join(index, name), { force: true });
}
