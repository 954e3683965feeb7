/** The ledger against crashes, damage, full disks, clocks and other writers. */
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import { noSums, addSums } from '../../../src/core/usageRow.js';
import { openLedger } from '../../../src/metering/ledger.js';
import { applyRetention, compactLedger, deleteUsage } from '../../../src/metering/retention.js';
import { healSegments } from '../../../src/metering/segments.js';
import { monthsBetween, openUsageStore, readRecords, type UsageStore } from '../../../src/metering/usageStore.js';
import { bundle, record, temporary } from './recordsForTests.js';

const november = [Date.UTC(2026, 10), Date.UTC(2026, 11)] as const;
let folder = '';
beforeEach(() => { folder = temporary(); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const segments = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
const storeOf = (): UsageStore => openUsageStore({ folders: () => Promise.resolve([folder]), indexFolder: join(folder, 'index') });
async function sums(store = storeOf()) {
  await store.refresh(...november);
  const all = noSums();
  for (const { sums: each } of store.rows(...november)) addSums(all, each);
  return all;
}
async function all(): Promise<UsageRecord[]> {
  const found: UsageRecord[] = [];
  await readRecords([folder], ...november, (each) => found.push(each));
  return found;
}
/** A segment of a writer that is gone: no process has this number. */
const deadSegment = (name = '0000000000aa', month = '2026-11'): string => join(folder, `${month}.${segmentsHost()}-4194305-${name}.jsonl`);
let host = '';
function segmentsHost(): string { return host; }
beforeEach(async () => {
  const ledger = await openLedger({ folder });
  await ledger.append(record('probe'));
  await ledger.close();
  host = segments()[0]!.split('.')[1]!.split('-')[0]!;
  for (const name of segments()) rmSync(join(folder, name));
});

describe('writing and reading', () => {
  test('what is appended is summed, by time and by what it is about', async () => {
    const ledger = await openLedger({ folder });
    await ledger.append(record('a'), record('b', { time: '2026-11-10T12:20:00.000Z', provider: 'anthropic', cost: { currency: 'USD', amount: 0.003, basis: 'price' } }));
    const store = openUsageStore({ folders: () => Promise.resolve([folder]), indexFolder: join(folder, 'index'), now: () => Date.parse('2026-11-10T13:00:00Z') });
    await store.refresh(...november);
    const rows = store.rows(...november).map(({ slot, key, sums: { requests, input, output, amount } }) => [new Date(slot * 900_000).toISOString().slice(11, 16), key.provider, requests, input, output, amount]);
    expect(rows).toEqual([['12:00', 'openai', 1, 100, 10, 0.0002], ['12:15', 'anthropic', 1, 100, 10, 0.003]]);
    await ledger.close();
    await store.close();
  });

  test('sums of longer ago are kept coarser, by hour and then by local day, and stay the same sums', async () => {
    const ledger = await openLedger({ folder });
    const times = ['10:05', '10:20', '10:50', '11:05'].map((time) => `2026-11-10T${time}:00.000Z`);
    await ledger.append(...times.map((time) => record(time, { time })));
    await ledger.close();
    const slots = async (now: string): Promise<number[]> => {
      const store = openUsageStore({ folders: () => Promise.resolve([folder]), indexFolder: join(folder, 'index'), now: () => Date.parse(now) });
      await store.refresh(...november);
      const counts = store.rows(...november).map(({ sums: each }) => each.requests);
      await store.close();
      return counts;
    };
    expect(await slots('2026-11-11T00:00:00Z')).toEqual([1, 1, 1, 1]);
    expect(await slots('2026-11-15T00:00:00Z')).toEqual([3, 1]);
    expect(await slots('2026-11-25T00:00:00Z')).toEqual([4]);
    for (const name of readdirSync(join(folder, 'index'))) rmSync(join(folder, 'index', name));
    expect(await slots('2026-11-25T00:00:00Z')).toEqual([4]);
  });

  test('one file per writer and month, however the clock jumps', async () => {
    const ledger = await openLedger({ folder });
    for (const time of ['2026-11-30T23:59:59.000Z', '2026-12-01T00:00:01.000Z', '2026-11-30T23:59:58.000Z', '2026-12-02T00:00:00.000Z']) await ledger.append(record(time, { time }));
    await ledger.close();
    expect(segments().map((name) => name.slice(0, 7)).sort()).toEqual(['2026-11', '2026-12']);
    const clockBack = await sums();
    expect(clockBack.requests).toBe(2);
  });

  test('a request that is reported twice counts once, also across files and after the index was saved', async () => {
    const [one, two] = [await openLedger({ folder }), await openLedger({ folder })];
    await one.append(record('x'), record('y'));
    const first = storeOf();
    expect((await sums(first)).requests).toBe(2);
    await first.close();
    await two.append(record('x'), record('z'));
    const second = storeOf();
    expect((await sums(second)).requests).toBe(3);
    await Promise.all([one.close(), two.close(), second.close()]);
    expect((await all()).map(({ id }) => id).sort()).toEqual(['x', 'y', 'z']);
  });

  test('only what is new is read again', async () => {
    const ledger = await openLedger({ folder });
    await ledger.append(record('a'));
    const store = storeOf();
    await store.refresh(...november);
    let read = 0;
    await ledger.append(record('b'));
    await store.refresh(...november, (_, allBytes) => { read = allBytes; });
    expect(read).toBe(Buffer.byteLength(`${JSON.stringify(record('b'))}\n`));
    await store.close();
    await ledger.close();
    let again = -1;
    const reopened = storeOf();
    await reopened.refresh(...november, (_, bytes) => { again = bytes; });
    expect(again).toBe(-1);
    expect(reopened.rows(...november)[0]!.sums.requests).toBe(2);
  });

  test('fields and versions of the future are kept and read as far as they are understood', async () => {
    writeFileSync(deadSegment(), `${JSON.stringify({ ...record('new'), v: 9, carbonGrams: 3 })}\n`);
    writeFileSync(deadSegment('0000000000bb'), `${JSON.stringify(record('old'))}\n`);
    expect((await sums()).requests).toBe(2);
    for (const name of segments()) utimesSync(join(folder, name), 1, 1);
    const [done] = await compactLedger(folder, Date.now());
    expect(done).toMatchObject({ segments: 2, records: 2, duplicates: 0 });
    expect(readFileSync(join(folder, segments()[0]!), 'utf8')).toContain('"carbonGrams":3');
    expect((await sums()).requests).toBe(2);
  });

  test('damaged lines are counted, not fatal', async () => {
    writeFileSync(deadSegment(), `${JSON.stringify(record('a'))}\n{"v":1,"id":\nnot json\n${JSON.stringify({ ...record('c'), time: 'yesterday' })}\n${JSON.stringify(record('b'))}\n`);
    const store = storeOf();
    expect((await sums(store)).requests).toBe(2);
    expect(store.damage()).toEqual([{ file: deadSegment(), lines: 3 }]);
  });

  test('a damaged index is made again', async () => {
    const ledger = await openLedger({ folder });
    await ledger.append(record('a'));
    await ledger.close();
    const store = storeOf();
    await store.refresh(...november);
    await store.close();
    for (const name of readdirSync(join(folder, 'index'))) writeFileSync(join(folder, 'index', name), '{"version":1,');
    expect((await sums()).requests).toBe(1);
  });

  test('months between two times', () => {
    expect(monthsBetween(Date.parse('2026-11-30T23:59:59Z'), Date.parse('2027-01-01T00:00:00Z'))).toEqual(['2026-11', '2026-12']);
    expect(monthsBetween(Date.parse('2026-12-31T00:00:00Z'), Date.parse('2027-01-01T00:00:01Z'))).toEqual(['2026-12', '2027-01']);
  });
});

describe('what goes wrong', () => {
  test('a torn end is left out by readers, healed by the next writer and reported', async () => {
    const whole = `${JSON.stringify(record('a'))}\n`;
    writeFileSync(deadSegment(), `${whole}${JSON.stringify(record('torn')).slice(0, 40)}`);
    writeFileSync(deadSegment('0000000000bb'), JSON.stringify(record('only the end is missing')));
    const store = storeOf();
    expect((await sums(store)).requests).toBe(1);
    const healed: string[] = [];
    const ledger = await openLedger({ folder, onHealed: (list) => healed.push(...list.map(({ what, bytes }) => `${what} ${bytes}`)) });
    expect(healed.sort()).toEqual([`completed ${JSON.stringify(record('only the end is missing')).length}`, 'cut 40']);
    expect(readFileSync(deadSegment(), 'utf8')).toBe(whole);
    expect((await sums(store)).requests).toBe(2);
    await ledger.close();
    await store.close();
  });

  test('the end of a file that is being written is nobody else\'s to heal', async () => {
    const ledger = await openLedger({ folder });
    await ledger.append(record('a'));
    const path = join(folder, segments()[0]!);
    appendFileSync(path, '{"v":1,"half');
    expect(await healSegments(folder)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toContain('{"v":1,"half');
    await ledger.close();
  });

  test('a folder that cannot be written refuses the record and says why; reading goes on', async () => {
    writeFileSync(deadSegment(), `${JSON.stringify(record('a'))}\n`);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(openLedger({ folder: join(file, 'below') })).rejects.toMatchObject({ code: 'ENOTDIR' });
    // Root may write anywhere: then somebody else tries.
    const isRoot = process.getuid?.() === 0;
    await bundle(`import { openLedger } from './src/metering/ledger.ts';
      const ledger = await openLedger({ folder: process.argv[2] });
      const refused = await ledger.append({ v: 1, id: 'b', time: '2026-11-10T00:00:00.000Z' }).then(() => 'written', (error) => error.code);
      await ledger.close(); console.log(refused);`, join(folder, 'other.mjs'));
    chmodSync(folder, isRoot ? 0o755 : 0o500);
    try {
      const said = await new Promise<string>((resolve) => {
        execFile(process.execPath, [join(folder, 'other.mjs'), folder], { cwd: '/', ...(isRoot && { uid: 65_534, gid: 65_534 }) }, (error, out) => resolve(error ? String(error) : out.trim()));
      });
      expect(said).toBe('EACCES');
      expect((await sums()).requests).toBe(1);
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk refuses the record and leaves nothing of it', async () => {
    // A file system of its own would need rights that tests do not have; the size limit of a process is a full disk, too.
    await bundle(`import { openLedger } from './src/metering/ledger.ts';
      process.on('SIGXFSZ', () => {});
      const ledger = await openLedger({ folder: process.argv[2] });
      const line = 'x'.repeat(300); let kept = 0; let refused = '';
      for (let i = 0; i < 100 && !refused; i++) { try { await ledger.append({ v: 1, id: 'n' + i, time: '2026-11-10T00:00:00.000Z', project: line }); kept++; } catch (error) { refused = error.code; } }
      await ledger.close(); console.log(JSON.stringify({ kept, refused }));`, join(folder, 'full.mjs'));
    const child = spawn('bash', ['-c', `ulimit -f 8; exec "${process.execPath}" "${join(folder, 'full.mjs')}" "${folder}"`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
    await new Promise((done) => child.on('exit', done));
    const { kept, refused } = JSON.parse(out) as { kept: number; refused: string };
    expect(['EFBIG', 'ENOSPC']).toContain(refused);
    const text = readFileSync(join(folder, segments()[0]!), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(text.trim().split('\n')).toHaveLength(kept);
  });

  test('kill -9 of eight writers, again and again: nothing acknowledged is lost, nothing counts twice', async () => {
    // Each writer says on its pipe what was acknowledged before it writes the next record.
    await bundle(`import { writeSync } from 'node:fs'; import { openLedger } from './src/metering/ledger.ts';
      const ledger = await openLedger({ folder: process.argv[2] });
      for (let i = 0; ; i++) { const ids = [0, 1, 2].map((n) => process.argv[3] + '-' + i + '-' + n);
        await ledger.append(...ids.map((id) => ({ v: 1, id, time: '2026-11-10T00:00:00.000Z', provider: 'openai', model: 'm'.repeat(i % 900), cost: { currency: 'USD', amount: 1, basis: 'price' } })));
        writeSync(1, ids.join('\\n') + '\\n'); }`, join(folder, 'writer.mjs'));
    const acknowledged = new Set<string>();
    for (let round = 0; round < 4; round++) {
      await Promise.all(Array.from({ length: 8 }, (_, writer) => new Promise<void>((resolve) => {
        const child = spawn(process.execPath, [join(folder, 'writer.mjs'), folder, `${round}.${writer}`], { stdio: ['ignore', 'pipe', 'inherit'] });
        let out = '';
        let killed = false;
        child.stdout.on('data', (chunk: Buffer) => {
          out += chunk.toString();
          if (!killed && out.length > 400 * (writer + 1)) { killed = true; child.kill('SIGKILL'); }
        });
        child.on('close', () => { for (const id of out.split('\n').slice(0, -1)) acknowledged.add(id); resolve(); });
      })));
    }
    const ledger = await openLedger({ folder });
    await ledger.close();
    const records = await all();
    const found = new Set(records.map(({ id }) => id));
    expect(acknowledged.size).toBeGreaterThan(1000);
    expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
    expect(records).toHaveLength(found.size);
    expect((await sums()).requests).toBe(found.size);
    const lines = segments().flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter((line) => line !== ''));
    expect(lines).toHaveLength(found.size);
  }, 60_000);
});

describe('making it smaller', () => {
  test('compaction merges what is left, counts nothing twice, and leaves living writers alone', async () => {
    const ledger = await openLedger({ folder });
    await ledger.append(record('live'));
    for (let file = 0; file < 3; file++) writeFileSync(deadSegment(`0000000000a${file}`), [0, 1, 2].map((n) => `${JSON.stringify(record(`${file === 2 ? 1 : file}-${n}`))}\n`).join(''));
    for (const name of segments().filter((each) => each.includes('4194305'))) utimesSync(join(folder, name), 1, 1);
    const before = storeOf();
    expect((await sums(before)).requests).toBe(7);
    await before.close();
    expect(await compactLedger(folder, Date.now())).toMatchObject([{ month: '2026-11', segments: 3, records: 6, duplicates: 3 }]);
    expect(segments()).toHaveLength(2);
    expect((await sums()).requests).toBe(7);
    await ledger.close();
  });

  test('a crash between merging and removing counts nothing twice', async () => {
    writeFileSync(deadSegment(), `${JSON.stringify(record('a'))}\n`);
    writeFileSync(join(folder, '2026-11.compact-0123456789ab.jsonl'), `${JSON.stringify(record('a'))}\n`);
    expect((await sums()).requests).toBe(1);
  });

  test('retention forgets whole months', async () => {
    writeFileSync(deadSegment('0000000000aa', '2026-07'), `${JSON.stringify(record('july', { time: '2026-07-31T00:00:00.000Z' }))}\n`);
    writeFileSync(deadSegment('0000000000bb', '2026-08'), `${JSON.stringify(record('august', { time: '2026-08-01T00:00:00.000Z' }))}\n`);
    expect((await applyRetention(folder, 3, Date.UTC(2026, 10, 25))).map((name) => name.slice(0, 7))).toEqual(['2026-07']);
    expect(segments().map((name) => name.slice(0, 7))).toEqual(['2026-08']);
  });

  test('deleting by source, and all of it; what is being written is named', async () => {
    const ledger = await openLedger({ folder });
    await ledger.append(record('mine'));
    writeFileSync(deadSegment(), `${JSON.stringify(record('a'))}\n${JSON.stringify(record('agent', { source: 'codex' }))}\n`);
    const store = storeOf();
    await sums(store);
    await store.close();
    expect(await deleteUsage(folder, ({ source }) => source === 'codex')).toEqual({ records: 1, busy: [] });
    expect((await all()).map(({ id }) => id).sort()).toEqual(['a', 'mine']);
    expect((await sums()).requests).toBe(2);
    const everything = await deleteUsage(folder);
    expect(everything.records).toBe(1);
    expect(everything.busy).toHaveLength(1);
    await ledger.close();
    mkdirSync(folder, { recursive: true });
  });
});

test('an index whose ids are lost is made again as soon as something is added', async () => {
  const ledger = await openLedger({ folder });
  await ledger.append(record('a'), record('b', { latencyMs: 20, cost: { currency: 'USD', amount: 3, basis: 'billed' } }));
  const first = storeOf();
  await sums(first);
  await first.close();
  for (const name of readdirSync(join(folder, 'index')).filter((each) => each.endsWith('.ids'))) writeFileSync(join(folder, 'index', name), 'x');
  // Sums survive being stored, field by field.
  expect(await sums()).toMatchObject({ requests: 2, errors: 0, aborted: 0, input: 200, output: 20, amount: 3.0002, latencyMs: 820, timed: 2 });
  await ledger.append(record('a'), record('c'));
  expect((await sums()).requests).toBe(3);
  await ledger.close();
});
