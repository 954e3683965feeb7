/** Measured usage for the views: rows of the ledgers, budgets, averages; and metering itself where the host has processes. */
import * as vscode from 'vscode';
import { measuredAverages, type Shape } from '../core/calibration.js';
import type { Budget, Configuration, ExchangeRates, Facts } from '../core/model.js';
import { periodOf, type Period } from '../core/period.js';
import { budgetState, type BudgetState } from '../core/spending.js';
import type { UsageRow } from '../core/usageRow.js';
import type { MeteringBackend } from '../metering/backend.js';
import type { Log } from './log.js';
import type { Settings } from './settings.js';

export interface Usage extends vscode.Disposable {
  /** Null in the browser's extension host, which has neither processes nor files to append to. */
  readonly backend: MeteringBackend | null;
  /** Ledger that this window writes to. */
  readonly folder: string;
  /** Fires when measured usage changed. */
  readonly onDidChange: vscode.Event<void>;
  /** Rows of a period; reads what is new first. */
  rows(period: Period): Promise<readonly UsageRow[]>;
  /** Rows as last read, for what is drawn at once. */
  latest(period: Period): readonly UsageRow[];
  /** Histograms of a period, as last read. */
  shapes(period: Period): readonly Shape[];
  /** Budgets that hold for a document, measured; empty before anything was measured. */
  states(configuration: Configuration): readonly BudgetState[];
  rates(): ExchangeRates | null;
  facts(): Facts | null;
  /** Reads what is new, soon. */
  touch(): void;
}

/** Other programs write to ledgers, too: they are looked at this often while the window has the focus. */
const lookEveryMs = 15_000;
const soonMs = 250;
/** Days whose calls are averaged. */
const averageDays = 30;

/** Budgets of a configuration, the main one first. */
export function budgetsOf({ budget, budgets }: Configuration): readonly Budget[] {
  return [...(budget ? [budget] : []), ...budgets];
}

/** Opens the service; reads nothing before `touch` or the first request. */
export function openUsage(backend: MeteringBackend | null, globalStorage: vscode.Uri, settings: Settings, loadFacts: () => Promise<Facts>, log: Log): Usage {
  const changed = new vscode.EventEmitter<void>();
  const folder = vscode.Uri.joinPath(globalStorage, 'usage').fsPath;
  const store = backend?.openUsageStore({ folders: () => backend.ledgerFolders([folder]), indexFolder: vscode.Uri.joinPath(globalStorage, 'usage', 'index').fsPath });
  let facts: Facts | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let total = -1;
  let reading: Promise<void> | null = null;

  const horizon = (nowMs: number): Period => {
    const periods = [...budgetsOf(settings.configurationFor()), { period: 'month' as const }].map((budget) => periodOf(budget, nowMs));
    return { fromMs: Math.min(nowMs - averageDays * 86_400_000, ...periods.map(({ fromMs }) => fromMs)), toMs: nowMs + 86_400_000 };
  };
  const read = (): Promise<void> => (reading ??= (async () => {
    if (!store) return;
    const now = Date.now();
    const period = horizon(now);
    await store.refresh(period.fromMs, period.toMs);
    const rows = store.rows(period.fromMs, period.toMs);
    const requests = rows.reduce((sum, row) => sum + row.sums.requests, 0);
    if (requests === total || (requests === 0 && total < 0)) return;
    // The catalog is loaded only where there is something to price.
    facts = await loadFacts();
    total = requests;
    const since = now - averageDays * 86_400_000;
    settings.setMeasured(requests > 0 ? measuredAverages(store.rows(since, period.toMs), store.shapes(since, period.toMs), (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath)) : null);
    changed.fire();
  })().finally(() => { reading = null; }));
  const touch = (): void => {
    timer ??= setTimeout(() => { timer = undefined; void log.guard('reading usage', undefined, read); }, soonMs);
  };
  const look = setInterval(() => { if (vscode.window.state.focused) touch(); }, lookEveryMs);
  if (store) touch();

  return {
    backend, folder, onDidChange: changed.event, touch,
    async rows(period) {
      if (!store) return [];
      facts ??= await loadFacts();
      await store.refresh(period.fromMs, period.toMs);
      return store.rows(period.fromMs, period.toMs);
    },
    latest: (period) => store?.rows(period.fromMs, period.toMs) ?? [],
    shapes: (period) => store?.shapes(period.fromMs, period.toMs) ?? [],
    states(configuration) {
      if (!store || !facts || total <= 0) return [];
      const { rates } = facts;
      const now = Date.now();
      return budgetsOf(configuration).map((budget) => {
        const { fromMs, toMs } = periodOf(budget, now);
        return budgetState(budget, store.rows(fromMs, toMs), now, rates);
      });
    },
    rates: () => facts?.rates ?? null,
    facts: () => facts,
    dispose() {
      clearTimeout(timer);
      clearInterval(look);
      changed.dispose();
      void store?.close();
    },
  };
}
