/** Status bar: what the call under the cursor or the file costs, and the budget. */
import * as vscode from 'vscode';
import { budgetStatus, type BudgetStatus } from '../core/budget.js';
import { formatMoney, formatMoneySpread, scaleSpread } from '../core/format.js';
import type { Budget, CallSite, Configuration, Facts } from '../core/model.js';
import { summed } from '../core/summed.js';
import { callAt, referenceTo } from '../editor/calls.js';
import { commandOf } from '../editor/commands.js';
import { languageOf, type AnalyzedDocument } from '../editor/documents.js';
import { escapeMarkdown as escape } from '../editor/markdown.js';
import type { Services } from '../editor/services.js';
import type { Usage } from '../editor/usage.js';
import { measuredLines, measuredText } from '../editor/measuredBudget.js';
import { costPerThousand, shortEstimate } from '../editor/summary.js';
import { priceSourceMessage, skipMessage, type Translate } from '../messages.js';

/** The item, and its text for tests. */
export interface BudgetStatusView extends vscode.Disposable {
  text(): string;
}

interface BudgetView extends BudgetStatus {
  readonly partial: boolean;
}

/** Shows the item where there is a call or a budget; hidden otherwise. */
export function register(services: Services, usage: Usage): BudgetStatusView {
  const { documents, settings, log, translate: t } = services;
  const item = vscode.window.createStatusBarItem('tokenfare.budget', vscode.StatusBarAlignment.Right, 90);
  item.name = t('Tokenfare: Cost and Budget');
  let shown = false;
  let shownFor = '';
  let facts: Facts | null = null;
  let loading = false;

  const loadFacts = (): void => {
    if (facts || loading) return;
    loading = true;
    void log.guard('status bar', undefined, async () => {
      facts = (await services.engine()).facts;
      update();
    });
  };

  const update = (): void => {
    const editor = vscode.window.activeTextEditor;
    const language = editor && languageOf(editor.document);
    // Markdown and plain YAML mostly have nothing to tell.
    const isOurs = language === 'markdown' || language === 'yaml' ? documents.latest(editor!.document) !== undefined : Boolean(language);
    const ours = isOurs ? editor : undefined;
    const key = ours?.document.uri.toString() ?? '';
    // While typing the last figure stays instead of flickering.
    if (ours && shown && shownFor === key && documents.pending(ours.document)) return;
    shownFor = key;
    const latest = ours && documents.latest(ours.document);
    const configuration = latest?.analyzed.configuration ?? settings.configurationFor(editor?.document.uri);
    const calls = latest?.analyzed.analysis.calls ?? [];
    const call = ours && latest && !documents.pending(ours.document) ? callAt(latest.analyzed, ours.document.offsetAt(ours.selection.active)) : undefined;

    const cost = call ? costPerThousand(call.estimate, t) : calls.length > 0 ? fileTotal(calls, configuration, t) : null;
    const spending = calls.length > 0 ? calls : documents.all().flatMap((each) => each.analysis.calls);
    // Measured money takes the place of the estimate; the two are never added up.
    const states = usage.states(configuration);
    const main = states.length > 0 && configuration.budget ? states[0]! : null;
    const budget = configuration.budget && budgetOf(configuration, configuration.budget, spending, facts);
    if (configuration.budget && spending.length > 0) loadFacts();
    const skipped = latest?.analyzed.analysis.skipped ?? null;
    const parts = [...(cost === null ? [] : [cost]), ...(skipped && cost === null ? [t('not analysed: {0}', skipMessage(skipped, t))] : []), ...(main ? [measuredText(main)] : budget && configuration.budget ? [budgetText(budget, configuration.budget, t)] : [])];

    shown = parts.length > 0;
    if (!shown) {
      item.hide();
      return;
    }
    const state = main?.state ?? budget?.state;
    const over = state === 'over';
    item.text = `$(${over ? 'warning' : 'graph-line'}) ${parts.join(' · ')}`;
    item.backgroundColor = over
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : state === 'near' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.tooltip = tooltip(latest?.analyzed, call, budget, configuration, t, states.flatMap((each) => measuredLines(each, usage, t)));
    item.command = main ? commandOf('tokenfare.showDashboard', t('Show Usage Dashboard')) : latest && calls.length > 0
      ? commandOf('tokenfare.compareProviders', t('Compare Providers'), ...(call ? [referenceTo(latest.analyzed, call)] as const : [] as const))
      : commandOf('tokenfare.setBudget', t('Set Budget'));
    item.accessibilityInformation = { label: `Tokenfare: ${parts.join(', ')}` };
    item.show();
  };

  const safely = (): void => {
    try {
      update();
    } catch (error) {
      log.failure('status bar', error);
    }
  };

  safely();
  const subscriptions = vscode.Disposable.from(
    item,
    documents.onDidAnalyze(safely),
    documents.onDidForget(safely),
    settings.onDidChange(safely),
    usage.onDidChange(safely),
    vscode.window.onDidChangeActiveTextEditor(safely),
    vscode.window.onDidChangeTextEditorSelection((event) => { if (event.textEditor === vscode.window.activeTextEditor) safely(); }),
  );
  return { text: () => (shown ? item.text : ''), dispose: () => subscriptions.dispose() };
}

/** Each call of the file once, 1,000 times over; calls without a price make it a lower bound. */
function fileTotal(all: readonly CallSite[], { currency }: Configuration, t: Translate): string {
  const calls = summed(all);
  if (calls.length === 1) return costPerThousand(calls[0]!.estimate, t);
  const priced = calls.filter((call) => call.estimate.cost.perCall);
  if (priced.length === 0) return t('{0} calls, cost unknown', calls.length);
  const total = priced.reduce((sum, call) => sum + call.estimate.cost.perCall!.likely * 1000, 0);
  const figure = formatMoney(total, currency);
  return priced.length < calls.length
    ? t('≥ {0} / 1k × {1} calls', figure, calls.length)
    : t('{0} / 1k × {1} calls', figure, calls.length);
}

/** A month's spending on the calls that have a price and a frequency; `partial` when others have none. */
function budgetOf(configuration: Configuration, budget: Budget, all: readonly CallSite[], facts: Facts | null): BudgetView {
  const calls = summed(all);
  const counted = calls.flatMap(({ estimate, callsPerMonth }) => (estimate.cost.perCall && callsPerMonth !== null ? [estimate.cost.perCall.likely * callsPerMonth] : []));
  const month = counted.length === 0 ? null : counted.reduce((sum, each) => sum + each, 0);
  const status = budgetStatus(budget, month, configuration.currency, 1, facts?.rates ?? null);
  return { ...status, partial: counted.length < calls.length };
}

function budgetText(status: BudgetView, budget: Budget, t: Translate): string {
  const limit = limitOf(budget);
  if (status.estimated === null) return t('? / {0} {1}', limit, periodName(budget.period, t));
  const estimated = `${status.partial ? '≥ ' : ''}${formatMoney(status.estimated, budget.currency)}`;
  return t('{0} / {1} {2} est.', estimated, limit, periodName(budget.period, t));
}

/** A budget is a figure that somebody chose: `$50`, not `$50.00`. */
function limitOf(budget: Budget): string {
  return formatMoney(budget.amount, budget.currency).replace(/\.00$/, '');
}

function periodName(period: Budget['period'], t: Translate): string {
  switch (period) {
    case 'day': return t('a day');
    case 'week': return t('a week');
    case 'month': return t('a month');
    case 'custom': return t('a period');
  }
}

function estimatedBudget(limit: string, share: string, calls: readonly CallSite[], callsPerMonth: number | null, t: Translate): string {
  const where = calls.length > 0 ? t('this file') : t('the open files');
  return callsPerMonth !== null && calls.every((call) => call.callsPerMonth === callsPerMonth)
    ? t('**Budget**: {0}. Estimated, not measured: {1} of it, if every call of {2} runs {3} times a month.', limit, share, where, String(callsPerMonth))
    : t('**Budget**: {0}. Estimated, not measured: {1} of it, if the calls of {2} run as often as settings and comments say.', limit, share, where);
}

function tooltip(
  analyzed: AnalyzedDocument | undefined, call: CallSite | undefined, budget: BudgetView | null, configuration: Configuration, t: Translate, measured: readonly string[],
): vscode.MarkdownString {
  const lines: string[] = [...measured];
  if (call) {
    lines.push(t('**Call under the cursor**: {0}', escape(shortEstimate(call, t))));
    if (call.estimate.cost.perCall) lines.push(t('per 1,000 calls: {0}', escape(formatMoneySpread(scaleSpread(call.estimate.cost.perCall, 1000), call.estimate.cost.currency))));
    const source = priceSourceMessage(call.estimate.cost, analyzed!.today, t);
    if (source) lines.push(t('prices: {0}', escape(source)));
  }
  const calls = analyzed?.analysis.calls ?? [];
  if (calls.length > 0) lines.push(t('**This file**: {0}', escape(fileTotal(calls, configuration, t))));
  if (budget && configuration.budget) {
    const limit = escape(`${limitOf(configuration.budget)} ${periodName(configuration.budget.period, t)}`);
    lines.push(budget.estimated === null
      ? t('**Budget**: {0}. The spending is unknown: {1}.', limit, calls.every((call) => call.callsPerMonth === null) ? t('set the calls per month to estimate it') : t('no call has a price'))
      : estimatedBudget(limit, `${budget.partial ? '≥ ' : ''}${Math.round((budget.share ?? 0) * 100)}%`, calls, configuration.assumptions.callsPerMonth, t));
  }
  return new vscode.MarkdownString(lines.join('\n\n'));
}
