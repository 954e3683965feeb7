/** The ledger at a million records: writing, and showing the month, beside node:sqlite with the same rows. */
import { mkdtempSync, rmSync, statSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spendingBy } from '../src/core/spending.js';
import type { UsageRecord } from '../src/core/usageRecord.js';
import { openLedger } from '../src/metering/ledger.js';
import { openUsageStore, type UsageStore } from '../src/metering/usageStore.js';

const count = 1_000_000;
const batch = 1000;
/** The last 30 days: what is younger is kept finer, and there is nothing of the future. */
const now = Date.now();
const month = [new Date(new Date(now).getFullYear(), new Date(now).getMonth(), new Date(now).getDate() - 30).getTime(), now + 1] as const;
const models = ['gpt-4o-mini', 'gpt-4.1', 'claude-haiku-4-5', 'gemini-2.5-flash', 'qwen-plus', 'deepseek-chat', 'llama-3.1-8b-instant', 'ministral-8b'];

function recordAt(n: number): UsageRecord {
  return {
    v: 1, id: `openai/chatcmpl-${n.toString(36).padStart(12, '0')}`, time: new Date(month[0] + Math.floor((n / count) * (month[1] - month[0] - 60_000))).toISOString(), provider: n % 3 ? 'openai' : 'anthropic', endpoint: 'global', model: models[n % models.length]!, operation: 'chat',
    units: { 'input-token': 900 + (n % 700), 'cached-input-token': n % 400, 'output-token': 100 + (n % 300) }, usage: 'reported', cost: { currency: 'USD', amount: 0.0001 * (1 + (n % 50)), basis: 'price', priceSource: 'https://example.com/pricing', priceCheckedOn: '2026-11-01' },
    billing: 'api', outcome: 'ok', status: 200, latencyMs: 400 + (n % 2000), firstByteMs: 200, stream: true, project: '/home/somebody/projects/shop', callSite: `src/calls/file${n % 40}.py:${n % 90}`, source: 'proxy', zone: 'US',
  };
}

const rates = { perUsd: { USD: 1 }, source: '', checkedOn: '2026-11-01', confidence: 'official' } as const;
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;

/** Prints the table. */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenfare-bench-ledger-'));
  try {
    const ledger = await openLedger({ folder });
    const writing = performance.now();
    for (let n = 0; n < count; n += batch) await ledger.append(...Array.from({ length: batch }, (_, index) => recordAt(n + index)));
    await ledger.close();
    const wrote = performance.now() - writing;
    const singles = await openLedger({ folder: join(folder, 'single') });
    const singly = performance.now();
    for (let n = 0; n < 20_000; n++) await singles.append(recordAt(n));
    await singles.close();
    const single = performance.now() - singly;
    const size = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const storeOf = (): UsageStore => openUsageStore({ folders: () => Promise.resolve([folder]), indexFolder: join(folder, 'index') });
    const show = async (store: UsageStore): Promise<number> => {
      await store.refresh(...month);
      return spendingBy(store.rows(...month), 'provider', 'USD', rates).reduce((sum, { spending }) => sum + spending.measured, 0);
    };
    const cold = performance.now();
    const first = storeOf();
    const total = await show(first);
    const coldTime = seconds(cold);
    await first.close();
    const warm = performance.now();
    const second = storeOf();
    if (Math.abs(await show(second) - total) > 1e-6) throw new Error('the index tells another sum');
    const warmTime = performance.now() - warm;
    const more = await openLedger({ folder });
    for (let n = 0; n < 1000; n++) await more.append({ ...recordAt(n), id: `more/${n}` });
    await more.close();
    const tail = performance.now();
    await show(second);
    const tailTime = performance.now() - tail;
    const rows = second.rows(...month).length;
    await second.close();
    const lines = [
      `${count.toLocaleString('en')} records of 30 days, ${Math.round(size / (1 << 20))} MiB, ${rows.toLocaleString('en')} rows of sums.`, '',
      '| | ledger (JSONL + index) | node:sqlite (WAL, synchronous=NORMAL) |', '|---|---:|---:|',
    ];
    const peer = await sqlite(join(folder, 'peer.db'), total).catch((error: unknown) => { process.stderr.write(`node:sqlite: ${String(error)}\n`); return null; });
    const cell = (value: string | undefined): string => value ?? 'this Node has none';
    lines.push(
      `| writing, ${batch} a batch | ${Math.round(count / (wrote / 1000)).toLocaleString('en')} rows/s | ${cell(peer?.rows)} |`, `| writing, one by one, each acknowledged | ${Math.round(20_000 / (single / 1000)).toLocaleString('en')} rows/s | ${cell(peer?.single)} |`,
      `| first time: every record read, index made | ${coldTime} | – |`, `| opening and showing the month by provider | ${warmTime.toFixed(0)} ms | ${cell(peer?.query)} |`, `| again after 1,000 new records | ${tailTime.toFixed(0)} ms | ${cell(peer?.again)} |`,
    );
    return lines.join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sqlite(file: string, expected: number): Promise<{ rows: string; single: string; query: string; again: string }> {
  const { DatabaseSync } = await import('node:sqlite');
  let database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE usage (id TEXT PRIMARY KEY, time TEXT, provider TEXT, model TEXT, amount REAL, record TEXT) WITHOUT ROWID; CREATE INDEX by_time ON usage (time, provider, amount)');
  const insert = database.prepare('INSERT OR IGNORE INTO usage VALUES (?, ?, ?, ?, ?, ?)');
  const put = (record: UsageRecord): void => { insert.run(record.id, record.time, record.provider, record.model, record.cost!.amount, JSON.stringify(record)); };
  const writing = performance.now();
  for (let n = 0; n < count; n += batch) {
    database.exec('BEGIN');
    for (let index = 0; index < batch; index++) put(recordAt(n + index));
    database.exec('COMMIT');
  }
  const wrote = performance.now() - writing;
  const singly = performance.now();
  for (let n = 0; n < 20_000; n++) put({ ...recordAt(n), id: `single/${n}`, time: '2099-12-01T00:00:00.000Z' });
  const single = performance.now() - singly;
  database.close();
  const show = (): number => (database.prepare(`SELECT provider, sum(amount) AS amount FROM usage WHERE time >= '${new Date(month[0]).toISOString()}' AND time < '${new Date(month[1]).toISOString()}' GROUP BY provider`).all() as { amount: number }[]).reduce((sum, { amount }) => sum + amount, 0);
  const opening = performance.now();
  database = new DatabaseSync(file);
  const total = show();
  const query = performance.now() - opening;
  if (Math.abs(total - expected) > 1e-4) throw new Error('SQLite tells another sum');
  for (let n = 0; n < 1000; n++) database.prepare('INSERT OR IGNORE INTO usage VALUES (?, ?, ?, ?, ?, ?)').run(`more/${n}`, recordAt(n).time, 'openai', 'x', 1, '{}');
  const again = performance.now();
  show();
  const second = performance.now() - again;
  database.close();
  return { rows: `${Math.round(count / (wrote / 1000)).toLocaleString('en')} rows/s`, single: `${Math.round(20_000 / (single / 1000)).toLocaleString('en')} rows/s`, query: `${query.toFixed(0)} ms`, again: `${second.toFixed(0)} ms` };
}
