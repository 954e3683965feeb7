/**
 * Files of the ledger: `2026-11.<host>-<pid>-<random>.jsonl`, one writer per file, one file per writer and month. Finds
 * them, and heals what a killed writer left at the end of one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseRecord } from '../core/usageRecord.js';

/** Name of a segment: month, then who writes it. */
const pattern = /^(\d{4}-\d{2})\.(?:([0-9a-f]{8})-(\d+)-[0-9a-f]{12}|compact-[0-9a-f]{12})\.jsonl$/;
/** A file of another machine, or one whose writer cannot be asked, counts as left after this long without a write. */
const abandonedAfterMs = 24 * 3_600_000;
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

export interface Segment {
  readonly path: string;
  readonly name: string;
  readonly month: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Somebody may still write to it. */
  readonly live: boolean;
}

/** Name of this process's own segment. */
export function segmentName(month: string): string {
  return `${month}.${host}-${process.pid}-${randomBytes(6).toString('hex')}.jsonl`;
}

/** Name of a segment that several were merged into. */
export function compactName(month: string): string {
  return `${month}.compact-${randomBytes(6).toString('hex')}.jsonl`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Segments of a folder, oldest month first; none when the folder does not exist. */
export async function segmentsOf(folder: string, months?: ReadonlySet<string>): Promise<readonly Segment[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const found = await Promise.all(names.sort().map(async (name): Promise<Segment | null> => {
    const match = pattern.exec(name);
    if (!match || (months && !months.has(match[1]!))) return null;
    const path = join(folder, name);
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) return null;
    const [, month, writerHost, pid] = match;
    const live = pid !== undefined && (writerHost === host ? isAlive(Number(pid)) : Date.now() - info.mtimeMs < abandonedAfterMs);
    return { path, name, month: month!, size: info.size, modifiedMs: info.mtimeMs, live };
  }));
  return found.filter((each) => each !== null);
}

/** What was at the end of a segment that its writer could not finish. */
export interface Healed {
  readonly path: string;
  /** `completed`: only the line's end was missing. `cut`: the record was torn and is lost. */
  readonly what: 'completed' | 'cut';
  readonly bytes: number;
}

/** Heals the torn ends of segments nobody writes any more. Read-only folders are left as they are: readers skip a torn end. */
export async function healSegments(folder: string): Promise<readonly Healed[]> {
  const healed: Healed[] = [];
  for (const segment of await segmentsOf(folder)) {
    if (segment.live || segment.size === 0) continue;
    const done = await heal(segment).catch(() => null);
    if (done) healed.push(done);
  }
  return healed;
}

async function heal({ path }: Segment): Promise<Healed | null> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    const torn = await tornEnd(handle, size);
    if (torn === '') return null;
    const bytes = Buffer.byteLength(torn);
    if (parseRecord(torn)) {
      await handle.write('\n', size);
      await handle.datasync();
      return { path, what: 'completed', bytes };
    }
    await handle.truncate(size - bytes);
    await handle.datasync();
    return { path, what: 'cut', bytes };
  } finally {
    await handle.close();
  }
}

/** Text after the last line's end. */
async function tornEnd(handle: FileHandle, size: number): Promise<string> {
  for (let length = Math.min(size, 4096); ; length = Math.min(size, length * 8)) {
    const bytes = Buffer.alloc(length);
    await handle.read(bytes, 0, length, size - length);
    const end = bytes.lastIndexOf(10);
    if (end >= 0 || length === size) return bytes.subarray(end + 1).toString('utf8');
  }
}
