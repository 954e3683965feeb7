/** Measured usage as text, JSON and CSV. Money that was counted here, and requests without a known cost, are said beside the sums. */
import type { ExchangeRates } from '../core/model.js';
import { spendingBy, spendingByDay, spendingOf, type BudgetState, type Spending } from '../core/spending.js';
import { dayOf, type Period } from '../core/period.js';
import { formatMoney, formatTokens } from '../core/format.js';
import type { UsageKey, UsageRow } from '../core/usageRow.js';

export const usageGroups = ['provider', 'model', 'project', 'day', 'source', 'site'] as const;
export type UsageGroup = typeof usageGroups[number];

export interface UsageLine {
  readonly name: string;
  readonly spending: Spending;
}

/** Lines of a report by what is wanted; days in order, everything else dearest first. */
export function usageLines(rows: readonly UsageRow[], by: UsageGroup, period: Period, currency: string, rates: ExchangeRates): readonly UsageLine[] {
  if (by === 'day') return spendingByDay(rows, period, currency, rates).filter(({ spending }) => spending.sums.requests > 0).map(({ day, spending }) => ({ name: day, spending }));
  const field: keyof UsageKey | ((key: UsageKey) => string) = by === 'site' ? ({ callSite }) => callSite || '(not known)'
    : by === 'model' ? ({ provider, model }) => `${provider}/${model}` : by === 'project' ? ({ project }) => project || '(none)' : by;
  return spendingBy(rows, field, currency, rates);
}

/** Cells of a text table, and which columns hold figures. */
export function usageTable(lines: readonly UsageLine[], by: UsageGroup): { readonly header: readonly string[]; readonly cells: readonly (readonly string[])[]; readonly right: readonly number[] } {
  return {
    header: [by, 'requests', 'tokens in', 'cached', 'tokens out', 'cost', 'counted', 'unknown', 'ms'],
    cells: lines.map(({ name, spending: { sums, measured, counted, unknown, currency, subscriptionValue } }) => [
      name, String(sums.requests), formatTokens(sums.input), sums.input > 0 ? `${Math.round((sums.cached / sums.input) * 100)}%` : '', formatTokens(sums.output),
      measured > 0 || (counted === 0 && unknown < sums.requests && subscriptionValue === 0) ? formatMoney(measured, currency) : subscriptionValue > 0 && counted === 0 && unknown === 0 ? '(plan)' : '',
      counted > 0 ? `≈ ${formatMoney(counted, currency)}` : '', unknown > 0 ? String(unknown) : '', sums.timed > 0 ? String(Math.round(sums.latencyMs / sums.timed)) : '',
    ]),
    right: [1, 2, 3, 4, 5, 6, 7, 8],
  };
}

/** One sentence of sums. */
export function usageSummary(rows: readonly UsageRow[], currency: string, rates: ExchangeRates): string {
  const { measured, counted, unknown, subscriptionValue, sums } = spendingOf(rows, currency, rates);
  return [
    `${sums.requests} requests, ${formatTokens(sums.input)} tokens in, ${formatTokens(sums.output)} out: ${formatMoney(measured, currency)} measured`,
    ...(counted > 0 ? [`and ${formatMoney(counted, currency)} of usage that was counted here, not reported`] : []),
    ...(unknown > 0 ? [`${unknown} requests of unknown cost are not in it`] : []),
    ...(subscriptionValue > 0 ? [`subscriptions: ${formatMoney(subscriptionValue, currency)} at list price, not paid per request`] : []),
  ].join('; ');
}

/** The same as JSON, with a version. */
export function usageJson(lines: readonly UsageLine[], by: UsageGroup, period: Period, total: Spending): unknown {
  const plain = ({ currency, measured, counted, unknown, subscriptionValue, sums }: Spending): unknown => ({
    currency, measured, counted, unknownCostRequests: unknown, subscriptionListValue: subscriptionValue, requests: sums.requests, errors: sums.errors, aborted: sums.aborted,
    tokens: { input: sums.input, cachedInput: sums.cached, cacheWrite: sums.cacheWrite, output: sums.output, reasoning: sums.reasoning, media: sums.media },
    meanLatencyMs: sums.timed > 0 ? Math.round(sums.latencyMs / sums.timed) : null,
  });
  return { schemaVersion: 1, from: new Date(period.fromMs).toISOString(), to: new Date(period.toMs).toISOString(), by, total: plain(total), groups: lines.map(({ name, spending }) => ({ name, ...plain(spending) as object })) };
}

/** RFC 4180; cells that a spreadsheet would run are made text. */
export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string => {
    if (value === null) return '';
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** CSV of the lines. */
export function usageCsv(lines: readonly UsageLine[], by: UsageGroup): string {
  return csv([
    [by, 'requests', 'errors', 'input_tokens', 'cached_input_tokens', 'output_tokens', 'reasoning_tokens', 'currency', 'measured_cost', 'counted_cost', 'unknown_cost_requests', 'subscription_list_value'],
    ...lines.map(({ name, spending: { sums, currency, measured, counted, unknown, subscriptionValue } }) => [name, sums.requests, sums.errors, sums.input, sums.cached, sums.output, sums.reasoning, currency, measured, counted, unknown, subscriptionValue]),
  ]);
}

/** One budget in a line. */
export function budgetLine({ budget, spent, spending, share, state, forecast, burnsOn, today }: BudgetState): readonly string[] {
  const money = (amount: number): string => formatMoney(amount, budget.currency);
  const scope = Object.entries(budget.scope ?? {}).map(([key, value]) => `${key} ${value}`).join(', ');
  return [
    budget.name ?? scope, budget.period === 'custom' ? `${budget.days} days` : budget.period, `${spending.unknown > 0 ? '≥ ' : ''}${money(spent)}${spending.counted > 0 ? ` (≈ ${money(spending.counted)} counted)` : ''}`, money(budget.amount),
    `${Math.round(share * 100)}%`, money(today), `${money(forecast.likely)}${forecast.high === null ? '' : ` (${money(forecast.low)} – ${money(forecast.high)})`}`, burnsOn ?? '', state,
  ];
}

export const budgetHeader = ['budget', 'period', 'spent', 'of', 'share', 'today', 'forecast', 'used up on', 'state'] as const;

/** A budget's state as JSON. */
export function budgetJson(each: BudgetState): unknown {
  const { budget, period, spending, spent, today, share, state, forecast, burnsOn } = each;
  return { budget, from: dayOf(period.fromMs), to: dayOf(period.toMs), spent, measured: spending.measured, counted: spending.counted, unknownCostRequests: spending.unknown, today, share, state, forecast, burnsOn };
}
