/**
 * The writer of the ledger. A record is acknowledged once the operating system has it, so that no kill of this process
 * loses it; `fsync` says how far a power cut is covered. Nobody else writes to this writer's files.
 */
import { constants, closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { monthOf, type UsageRecord } from '../core/usageRecord.js';
import { healSegments, segmentName, type Healed } from './segments.js';

export interface LedgerOptions {
  readonly folder: string;
  /**
   * `second` (default): written records reach the disk within a second and when the ledger is closed; a power cut may
   * lose that second. `always`: before a record is acknowledged. `never`: when the operating system likes.
   */
  readonly fsync?: 'second' | 'always' | 'never';
  /** Told about torn ends that were healed when the ledger was opened. */
  readonly onHealed?: (healed: readonly Healed[]) => void;
}

/** Appends records. Disposable; `close` may be called twice. */
export interface Ledger {
  readonly folder: string;
  /** Resolves when the records are written; rejects (`ENOSPC`, `EROFS`, `EACCES` …) with nothing of them left behind. */
  append(...records: readonly UsageRecord[]): Promise<void>;
  close(): Promise<void>;
}

interface OpenFile {
  readonly descriptor: number;
  size: number;
  dirty: boolean;
}

const syncEveryMs = 1000;

/** Opens a ledger for writing; makes the folder, heals what killed writers left, and opens no file before the first record. */
export async function openLedger({ folder, fsync = 'second', onHealed }: LedgerOptions): Promise<Ledger> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const healed = await healSegments(folder);
  if (healed.length > 0) onHealed?.(healed);
  const files = new Map<string, OpenFile>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let closed = false;
  let waiting: { readonly line: string; readonly month: string; readonly done: (error?: unknown) => void }[] = [];

  const fileOf = (month: string): OpenFile => {
    let file = files.get(month);
    if (!file) {
      const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;
      file = { descriptor: openSync(join(folder, segmentName(month)), O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0o600), size: 0, dirty: false };
      files.set(month, file);
    }
    return file;
  };
  const sync = (): void => {
    for (const file of files.values()) {
      if (!file.dirty) continue;
      file.dirty = false;
      fdatasyncSync(file.descriptor);
    }
  };
  const write = (month: string, text: string): void => {
    const file = fileOf(month);
    const bytes = Buffer.from(text);
    try {
      // A full disk takes a part and refuses the rest.
      for (let written = 0; written < bytes.length;) written += writeSync(file.descriptor, bytes, written, bytes.length - written);
    } catch (error) {
      try {
        ftruncateSync(file.descriptor, file.size);
      } catch {
        // What cannot be cut off must not run into the next record: another file is begun.
        files.delete(month);
        closeSync(file.descriptor);
      }
      throw error;
    }
    file.size += bytes.length;
    file.dirty = true;
    if (fsync === 'always') { file.dirty = false; fdatasyncSync(file.descriptor); }
    else if (fsync === 'second' && !timer) timer = setTimeout(() => { timer = null; try { sync(); } catch { /* The next write meets the same disk and reports it. */ } }, syncEveryMs).unref();
  };
  /** Records that arrived in one turn go out in one write per month. */
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    const months = new Map<string, typeof batch>();
    for (const each of batch) {
      const list = months.get(each.month);
      if (list) list.push(each);
      else months.set(each.month, [each]);
    }
    for (const [month, list] of months) {
      let failure: unknown;
      try {
        write(month, list.map((each) => each.line).join(''));
      } catch (error) {
        failure = error;
      }
      for (const each of list) each.done(failure);
    }
  };

  return {
    folder,
    append(...records) {
      if (closed) return Promise.reject(new Error('the ledger is closed'));
      return Promise.all(records.map((record) => new Promise<void>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ line: `${JSON.stringify(record)}\n`, month: monthOf(record.time), done: (error) => (error === undefined ? resolve() : reject(error)) });
      }))).then(() => undefined);
    },
    async close() {
      if (closed) return;
      closed = true;
      flush();
      if (timer) clearTimeout(timer);
      try {
        if (fsync !== 'never') sync();
      } finally {
        for (const { descriptor } of files.values()) closeSync(descriptor);
        files.clear();
      }
    },
  };
}
