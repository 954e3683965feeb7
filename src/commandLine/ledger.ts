/** What the commands about measured usage share: the period asked for, the ledgers of this machine, rows of it. */
import { join, resolve } from 'node:path';
import { measuredAverages } from '../core/calibration.js';
import type { Facts, MeasuredAverages } from '../core/model.js';
import { type Period, periodOf } from '../core/period.js';
import type { UsageRow } from '../core/usageRow.js';
import type { UsageSource } from '../core/usageRecord.js';
import { usageSources } from '../core/usageRecord.js';
import { ledgerFolders, ownLedgerFolder } from '../metering/ledgerFolders.js';
import { openUsageStore, type UsageStore } from '../metering/usageStore.js';
import type { Flags } from './flags.js';

/** Period of `--period day|week|month|year|all|2026-11|2026-11-01..2026-11-15`; throws on anything else. */
export function periodAsked(flags: Pick<Flags, 'period'>, nowMs: number): Period {
  const text = flags.period ?? 'month';
  if (text === 'day' || text === 'week' || text === 'month') return periodOf({ period: text }, nowMs);
  const year = new Date(nowMs).getFullYear();
  if (text === 'year') return { fromMs: new Date(year, 0, 1).getTime(), toMs: new Date(year + 1, 0, 1).getTime() };
  if (text === 'all') return { fromMs: Date.UTC(2015, 0), toMs: nowMs + 86_400_000 };
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  if (month) return { fromMs: new Date(Number(month[1]), Number(month[2]) - 1, 1).getTime(), toMs: new Date(Number(month[1]), Number(month[2]), 1).getTime() };
  const days = /^(\d{4})-(\d\d)-(\d\d)\.\.(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (days) {
    const [, y, m, d, y2, m2, d2] = days.map(Number) as [number, number, number, number, number, number, number];
    const period = { fromMs: new Date(y, m - 1, d).getTime(), toMs: new Date(y2, m2 - 1, d2 + 1).getTime() };
    if (period.fromMs < period.toMs) return period;
  }
  throw new Error(`--period takes day, week, month, year, all, a month such as 2026-11, or days such as 2026-11-01..2026-11-15, not "${text}"`);
}

/** Sources of `--source`; all but none when absent. Throws on unknown names. */
export function sourcesAsked(flags: Pick<Flags, 'source'>): ReadonlySet<UsageSource> | null {
  if (!flags.source?.length) return null;
  for (const name of flags.source) if (!(usageSources as readonly string[]).includes(name)) throw new Error(`unknown source "${name}"; there are ${usageSources.join(', ')}`);
  return new Set(flags.source as UsageSource[]);
}

/** A store over every ledger of this machine. */
export function openStore(): UsageStore {
  return openUsageStore({ folders: () => ledgerFolders(), indexFolder: join(ownLedgerFolder(), 'index') });
}

/** Rows of a period, brought up to date, with a progress line where that takes long. */
export async function rowsOf(period: Period, flags: Pick<Flags, 'source' | 'project'>): Promise<readonly UsageRow[]> {
  const store = openStore();
  const { stderr } = process;
  let shown = 0;
  try {
    await store.refresh(period.fromMs, period.toMs, (done, all) => {
      if (!stderr.isTTY || all < 32 << 20 || Date.now() - shown < 100) return;
      shown = Date.now();
      stderr.write(`\r\u001b[Kreading usage ${Math.round((done / all) * 100)}%`);
    });
    if (shown) stderr.write('\r\u001b[K');
    for (const { file, lines } of store.damage()) stderr.write(`tokenfare: ${file}: ${lines} damaged lines left out\n`);
    const sources = sourcesAsked(flags);
    return store.rows(period.fromMs, period.toMs).filter(({ key }) => (!sources || sources.has(key.source)) && (flags.project === undefined || key.project === flags.project || key.project.endsWith(`/${flags.project}`)));
  } finally {
    await store.close();
  }
}

/** Averages of the last 30 days' measured calls, tokenizer factors from those of the current folder; null when nothing was measured, or when it cannot be read. */
export async function measuredHere(nowMs: number): Promise<MeasuredAverages | null> {
  const store = openStore();
  const [from, to] = [nowMs - 30 * 86_400_000, nowMs + 86_400_000];
  try {
    await store.refresh(from, to);
    const rows = store.rows(from, to);
    return rows.length > 0 ? measuredAverages(rows, store.shapes(from, to), [resolve('.')]) : null;
  } catch (error) {
    process.stderr.write(`tokenfare: measured usage could not be read (${(error as Error).message})\n`);
    return null;
  } finally {
    await store.close();
  }
}

/** Name of a provider by its id. */
export const nameIn = (facts: Facts) => (id: string): string => facts.providers.find((each) => each.id === id)?.name ?? id;
