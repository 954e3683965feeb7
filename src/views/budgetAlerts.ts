/** Alerts of budgets, once per threshold and period, and of runaway loops, at once. */
import * as vscode from 'vscode';
import { formatMoney } from '../core/format.js';
import { anomalies, dueAlerts, isQuiet, type BudgetState } from '../core/spending.js';
import type { Services } from '../editor/services.js';
import type { Usage } from '../editor/usage.js';

const memory = 'tokenfare.toldAlerts';
const remembered = 300;
const againMs = 300_000;

export interface BudgetAlerts extends vscode.Disposable {
  /** What was said in this window; for tests. */
  told(): readonly string[];
}

/** Registers the watch. `state` remembers what was told, across windows and restarts. */
export function register(services: Services, usage: Usage, state: vscode.Memento): BudgetAlerts {
  const { log, settings, translate: t } = services;
  let later: ReturnType<typeof setTimeout> | undefined;

  const said: string[] = [];
  const tell = (text: string, urgent: boolean): void => {
    said.push(text);
    const open = t('Show Usage Dashboard');
    void (urgent ? vscode.window.showWarningMessage(text, open) : vscode.window.showInformationMessage(text, open)).then((choice) => {
      if (choice === open) void vscode.commands.executeCommand('tokenfare.showDashboard');
    });
  };
  const sentence = ({ budget, spent, share, burnsOn }: BudgetState, threshold: number): string => {
    const name = budget.name ? ` "${budget.name}"` : '';
    const figures = t('{0} of {1}', formatMoney(spent, budget.currency), formatMoney(budget.amount, budget.currency));
    if (share >= 1) return budget.hardLimit ? t('Budget{0} is used up: {1}. Metered requests are refused from now on.', name, figures) : t('Budget{0} is used up: {1}.', name, figures);
    return burnsOn ? t('Budget{0} has passed {1}%: {2}. At this pace it is used up on {3}.', name, threshold, figures, burnsOn) : t('Budget{0} has passed {1}%: {2}.', name, threshold, figures);
  };

  const check = async (): Promise<void> => {
    const rates = usage.rates();
    if (!rates) return;
    const now = Date.now();
    const configuration = settings.configurationFor();
    const told = new Set(state.get<readonly string[]>(memory) ?? []);
    const fresh: string[] = [];
    const [worst] = anomalies(usage.latest({ fromMs: now - 8 * 86_400_000, toMs: now + 1 }), now, configuration.currency, rates);
    if (worst) {
      const { key, times, requests, amount } = worst;
      const id = `anomaly:${key.provider}/${key.model}/${key.callSite}@${new Date(now).toISOString().slice(0, 13)}`;
      if (!told.has(id)) {
        fresh.push(id);
        tell(t('{0} requests to {1} within the last hour cost {2}, {3} times the mean of an hour{4}. A runaway loop?', requests, key.model, formatMoney(amount, configuration.currency), Math.round(times), key.callSite ? ` (${key.callSite})` : ''), true);
      }
    }
    const quiet = isQuiet(vscode.workspace.getConfiguration('tokenfare').get<string>('budget.quietHours') ?? '', now);
    for (const each of usage.states(configuration)) {
      const due = dueAlerts(each, told);
      if (due.length === 0) continue;
      if (quiet) { later ??= setTimeout(() => { later = undefined; run(); }, againMs); continue; }
      fresh.push(...due.map(({ id }) => id));
      // Of several thresholds that were passed at once, the highest speaks.
      tell(sentence(each, due.at(-1)!.threshold), each.share >= 1);
    }
    if (fresh.length > 0) await state.update(memory, [...told, ...fresh].slice(-remembered));
  };
  const run = (): void => { void log.guard('budget alerts', undefined, check); };
  const subscriptions = vscode.Disposable.from(usage.onDidChange(run), settings.onDidChange(run), { dispose: () => clearTimeout(later) });
  return { told: () => said, dispose: () => subscriptions.dispose() };
}
