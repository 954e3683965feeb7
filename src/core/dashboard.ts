/** What the usage dashboard shows, worked out: the webview only draws it. Plain JSON. */
import type { ExchangeRates } from './model.js';
import { dayOf as dayText, daysOf, nextDay, type Period } from './period.js';
import { spendingBy, spendingByDay, spendingOf, type BudgetState, type Spending } from './spending.js';
import type { Shape } from './calibration.js';
import { quantile, type UsageKey, type UsageRow } from './usageRow.js';

export type DashboardGroup = 'provider' | 'model' | 'callSite' | 'source';

export interface DashboardSeries {
  readonly name: string;
  /** Money per day; the rest of many names is one series without name. */
  readonly amounts: readonly number[];
}

export interface DashboardCall {
  readonly site: string;
  readonly model: string;
  readonly provider: string;
  readonly requests: number;
  readonly actual: number | null;
  /** What the editor estimates for the call, when it is among the analysed ones. */
  readonly estimate: { readonly low: number; readonly likely: number; readonly high: number | null } | null;
  readonly meanInput: number;
  readonly meanOutput: number;
  readonly cachedShare: number;
}

export interface DashboardModel {
  readonly provider: string;
  readonly model: string;
  readonly spending: Spending;
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface DashboardData {
  readonly currency: string;
  readonly from: string;
  readonly days: readonly string[];
  readonly series: readonly DashboardSeries[];
  readonly total: Spending;
  /** Cumulative spending of the main budget's period by day, up to today; the rest is forecast. */
  readonly budget: {
    readonly name: string; readonly amount: number; readonly currency: string; readonly days: readonly string[]; readonly spent: readonly (number | null)[];
    readonly forecast: readonly (number | null)[]; readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[]; readonly share: number; readonly state: string; readonly burnsOn: string | null;
  } | null;
  readonly tokens: { readonly fresh: number; readonly cached: number; readonly cacheWrite: number; readonly media: number; readonly output: number; readonly reasoning: number };
  readonly models: readonly DashboardModel[];
  readonly calls: readonly DashboardCall[];
  readonly sources: readonly { readonly name: string; readonly requests: number; readonly shown: boolean }[];
}

const seriesShown = 6;
const rowsShown = 50;

export interface DashboardInput {
  readonly rows: readonly UsageRow[];
  readonly shapes: readonly Shape[];
  readonly period: Period;
  readonly group: DashboardGroup;
  readonly currency: string;
  readonly rates: ExchangeRates;
  /** Sources left out. */
  readonly hidden: ReadonlySet<string>;
  readonly budget: BudgetState | null;
  /** Rows of the budget's period and scope. */
  readonly budgetRows: readonly UsageRow[];
  readonly nowMs: number;
  readonly estimateOf: (site: string) => DashboardCall['estimate'];
}

/** Everything the dashboard shows for a period. */
export function dashboardOf(input: DashboardInput): DashboardData {
  const { period, currency, rates, group } = input;
  const rows = input.rows.filter(({ key }) => !input.hidden.has(key.source));
  const paid = ({ measured, counted }: Spending): number => measured + counted;
  const label = (key: UsageKey): string => (group === 'model' ? `${key.provider}/${key.model}` : key[group]);
  const until = Math.min(period.toMs, nextDay(input.nowMs));
  const days = daysOf({ fromMs: period.fromMs, toMs: Math.max(until, nextDay(period.fromMs)) });
  const shownPeriod = { fromMs: period.fromMs, toMs: Math.max(until, nextDay(period.fromMs)) };
  const names = spendingBy(rows, label, currency, rates).filter(({ spending }) => paid(spending) > 0).map(({ name }) => name);
  const amounts = (of: readonly UsageRow[]): readonly number[] => spendingByDay(of, shownPeriod, currency, rates).map(({ spending }) => paid(spending));
  const first = names.slice(0, seriesShown);
  const series = first.map((name) => ({ name: name === '' ? '?' : name, amounts: amounts(rows.filter(({ key }) => label(key) === name)) }));
  const rest = rows.filter(({ key }) => !first.includes(label(key)));
  if (names.length > seriesShown) series.push({ name: '', amounts: amounts(rest) });
  const total = spendingOf(rows, currency, rates);
  const { sums } = total;
  const shapes = input.shapes.filter(({ key }) => !input.hidden.has(key.source));
  const latency = (provider: string, model: string): ReadonlyMap<number, number> => {
    const all = new Map<number, number>();
    for (const shape of shapes) if (shape.key.provider === provider && shape.key.model === model) for (const [bin, count] of shape.latency) all.set(bin, (all.get(bin) ?? 0) + count);
    return all;
  };
  const byModel = spendingBy(rows, ({ provider, model }) => `${provider}\u0000${model}`, currency, rates);
  const bySite = spendingBy(rows.filter(({ key }) => key.callSite !== ''), ({ callSite, provider, model }) => `${callSite}\u0000${provider}\u0000${model}`, currency, rates);
  return {
    currency, from: dayText(period.fromMs), days: days.map(dayText), series, total,
    budget: input.budget ? budgetCurve(input.budget, input.budgetRows, rates, input.nowMs) : null,
    tokens: { fresh: sums.input - sums.cached - sums.cacheWrite, cached: sums.cached, cacheWrite: sums.cacheWrite, media: sums.media, output: sums.output - sums.reasoning, reasoning: sums.reasoning },
    models: byModel.slice(0, rowsShown).map(({ name, spending }) => {
      const [provider, model] = name.split('\u0000') as [string, string];
      const bins = latency(provider, model);
      return { provider, model, spending, p50: quantile(bins, 0.5), p95: quantile(bins, 0.95) };
    }),
    calls: bySite.slice(0, rowsShown).map(({ name, spending }) => {
      const [site, provider, model] = name.split('\u0000') as [string, string, string];
      const { requests, errors, aborted, input: sent, output, cached } = spending.sums;
      const answered = Math.max(1, requests - errors - aborted);
      const priced = requests - spending.unknown;
      return { site, provider, model, requests, actual: priced > 0 ? paid(spending) / Math.max(1, priced - errors) : null, estimate: input.estimateOf(site), meanInput: Math.round(sent / answered), meanOutput: Math.round(output / answered), cachedShare: sent > 0 ? cached / sent : 0 };
    }),
    sources: spendingBy(input.rows, 'source', currency, rates).map(({ name, spending }) => ({ name, requests: spending.sums.requests, shown: !input.hidden.has(name) })),
  };
}

function budgetCurve(state: BudgetState, rows: readonly UsageRow[], rates: ExchangeRates, nowMs: number): DashboardData['budget'] {
  const { budget, period, spent, forecast } = state;
  const days = daysOf(period);
  const daily = spendingByDay(rows, period, budget.currency, rates).map(({ spending }) => spending.measured + spending.counted);
  const today = days.findIndex((day) => nextDay(day) > nowMs);
  let sum = 0;
  const curve = daily.map((amount, index) => { sum += amount; return index <= today ? Number(sum.toPrecision(12)) : null; });
  const left = Math.max(1, days.length - 1 - today);
  // The band opens as the square root of the days to come, as its width at the end was worked out.
  const to = (end: number | null, shape: (part: number) => number): readonly (number | null)[] => days.map((_, index) => (end === null || index < today ? null : spent + (end - spent) * shape((index - today) / left)));
  const middle = to(forecast.likely, (part) => part);
  const edge = (end: number | null): readonly (number | null)[] => (end === null ? days.map(() => null) : days.map((_, index) => {
    const at = middle[index];
    return at === null || at === undefined ? null : at + (end - forecast.likely) * Math.sqrt((index - today) / left);
  }));
  return {
    name: budget.name ?? '', amount: budget.amount, currency: budget.currency, days: days.map(dayText), spent: curve, forecast: middle, low: edge(forecast.low), high: edge(forecast.high), share: state.share, state: state.state, burnsOn: state.burnsOn,
  };
}
