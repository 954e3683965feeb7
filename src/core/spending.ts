/** Sums of measured usage as people ask for them: money by kind, by day, by provider; forecast and burn date. */
import { convert } from './budget.js';
import type { Budget, BudgetScope, ExchangeRates } from './model.js';
import { dayOf, daysOf, nextDay, periodOf, type Period } from './period.js';
import { addSums, noSums, slotMs, type UsageKey, type UsageRow, type UsageSums } from './usageRow.js';

/** Money of a set of rows in one currency. The kinds are never added up without saying so. */
export interface Spending {
  readonly currency: string;
  /** From usage that the vendor reported or billed. */
  readonly measured: number;
  /** From usage that was counted here because the vendor reported none. */
  readonly counted: number;
  /** Requests whose cost is not known, so that the sums are lower bounds. */
  readonly unknown: number;
  /** What requests of subscriptions would have cost at list price. Nobody pays it. */
  readonly subscriptionValue: number;
  readonly sums: Readonly<UsageSums>;
}

/** Reasons for having no cost that mean "costs nothing", not "unknown". */
const free = new Set(['not-metered', 'not-billed']);

/** Money and quantities of rows in `currency`; money in a currency without rate counts as unknown. */
export function spendingOf(rows: readonly UsageRow[], currency: string, rates: ExchangeRates): Spending {
  let [measured, counted, unknown, subscriptionValue] = [0, 0, 0, 0];
  const sums = noSums();
  for (const { key, sums: each } of rows) {
    addSums(sums, each);
    const amount = key.costBasis === 'none' ? null : convert(each.amount, key.currency, currency, rates);
    if (key.billing === 'subscription') subscriptionValue += amount ?? 0;
    else if (amount === null) { if (!free.has(key.noCost)) unknown += each.requests; }
    else if (key.usage === 'counted' && key.costBasis !== 'billed') counted += amount;
    else measured += amount;
  }
  return { currency, measured: tidy(measured), counted: tidy(counted), unknown, subscriptionValue: tidy(subscriptionValue), sums };
}

/** Sums of doubles show digits that nobody paid. */
function tidy(amount: number): number {
  return Number(amount.toPrecision(12));
}

/** Rows by the value of one field of their key, dearest first. */
export function spendingBy(rows: readonly UsageRow[], field: keyof UsageKey | ((key: UsageKey) => string), currency: string, rates: ExchangeRates): readonly { readonly name: string; readonly spending: Spending }[] {
  const groups = new Map<string, UsageRow[]>();
  for (const row of rows) {
    const name = typeof field === 'function' ? field(row.key) : row.key[field];
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  const total = ({ spending: { measured, counted } }: { readonly spending: Spending }): number => measured + counted;
  return [...groups].map(([name, group]) => ({ name, spending: spendingOf(group, currency, rates) }))
    .sort((a, b) => total(b) - total(a) || b.spending.sums.requests - a.spending.sums.requests || (a.name < b.name ? -1 : 1));
}

/** Spending of each local day of a period, days without usage included. */
export function spendingByDay(rows: readonly UsageRow[], period: Period, currency: string, rates: ExchangeRates): readonly { readonly day: string; readonly startMs: number; readonly spending: Spending }[] {
  const days = daysOf(period);
  const groups = new Map<number, UsageRow[]>(days.map((day) => [day, []]));
  for (const row of rows) {
    const time = row.slot * slotMs;
    // Days are few; the last that began before the row is its own.
    let low = 0;
    for (let high = days.length - 1; low < high;) { const middle = (low + high + 1) >> 1; if (days[middle]! <= time) low = middle; else high = middle - 1; }
    if (days[low] !== undefined && time >= days[low]! && time < period.toMs) groups.get(days[low]!)!.push(row);
  }
  return days.map((startMs) => ({ day: dayOf(startMs), startMs, spending: spendingOf(groups.get(startMs)!, currency, rates) }));
}

/** Whether a row is within a budget's scope. */
export function inScope(key: UsageKey, scope: BudgetScope | undefined): boolean {
  if (!scope) return true;
  const { folder, provider, model, zone, source } = scope;
  // A team's records name a project by the last part of its path, which is the same on every machine.
  const isTeams = folder !== undefined && key.source === 'team' && key.project === folder.split(/[\\/]/).filter(Boolean).at(-1);
  if (folder !== undefined && !isTeams && key.project !== folder && !key.project.startsWith(folder.endsWith('/') || folder.endsWith('\\') ? folder : `${folder}/`) && !key.project.startsWith(`${folder}\\`)) return false;
  if (provider !== undefined && key.provider !== provider) return false;
  if (model !== undefined && !(model.endsWith('*') ? key.model.startsWith(model.slice(0, -1)) : key.model === model)) return false;
  if (zone !== undefined && key.zone !== zone) return false;
  return source === undefined || key.source === source;
}

export interface Forecast {
  /** At the end of the period; the band holds with 80% if days stay as they were. `high: null` when a day says too little. */
  readonly low: number;
  readonly likely: number;
  readonly high: number | null;
}

/** State of a budget from measured usage. */
export interface BudgetState {
  readonly budget: Budget;
  readonly period: Period;
  readonly spending: Spending;
  /** Measured and counted together, in the budget's currency; `counted` says how much of it was counted. */
  readonly spent: number;
  readonly today: number;
  /** `spent` relative to the amount. */
  readonly share: number;
  readonly state: 'within' | 'near' | 'over';
  readonly forecast: Forecast;
  /** Local ISO day on which the amount will be used up at this pace; null when not within the period. */
  readonly burnsOn: string | null;
}

/** Thresholds in percent when a budget names none. */
export const defaultThresholds: readonly number[] = [80, 100];

/** Compares measured spending with a budget. `rows` must hold the rows of the budget's period. */
export function budgetState(budget: Budget, rows: readonly UsageRow[], nowMs: number, rates: ExchangeRates): BudgetState {
  const period = periodOf(budget, nowMs);
  const own = rows.filter(({ slot, key }) => slot * slotMs >= period.fromMs && slot * slotMs < period.toMs && inScope(key, budget.scope));
  const spending = spendingOf(own, budget.currency, rates);
  const spent = tidy(spending.measured + spending.counted);
  const days = spendingByDay(own, { fromMs: period.fromMs, toMs: Math.min(period.toMs, nextDay(nowMs)) }, budget.currency, rates).map(({ spending: each }) => each.measured + each.counted);
  const share = budget.amount > 0 ? spent / budget.amount : spent > 0 ? Infinity : 0;
  const first = Math.min(...(budget.thresholds?.length ? budget.thresholds : defaultThresholds)) / 100;
  return {
    budget, period, spending, spent, today: tidy(days.at(-1) ?? 0), share, state: share >= 1 ? 'over' : share >= first ? 'near' : 'within',
    forecast: forecastOf(days, period, nowMs, spent), burnsOn: burnDay(budget.amount, spent, period, nowMs),
  };
}

/** Pace so far, carried on; the band from how much whole days differed (normal, 80%). */
function forecastOf(days: readonly number[], { fromMs, toMs }: Period, nowMs: number, spent: number): Forecast {
  const elapsed = Math.max(nowMs - fromMs, 1);
  const rest = Math.max(0, toMs - nowMs);
  const likely = tidy(spent + (spent / elapsed) * rest);
  const whole = days.slice(0, -1);
  if (whole.length < 2) return { low: spent, likely, high: null };
  const mean = whole.reduce((sum, each) => sum + each, 0) / whole.length;
  const deviation = Math.sqrt(whole.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (whole.length - 1));
  const width = 1.2816 * deviation * Math.sqrt(rest / 86_400_000);
  return { low: tidy(Math.max(spent, likely - width)), likely, high: tidy(likely + width) };
}

function burnDay(amount: number, spent: number, { fromMs, toMs }: Period, nowMs: number): string | null {
  if (spent >= amount) return dayOf(nowMs);
  if (spent <= 0) return null;
  const at = nowMs + ((amount - spent) / spent) * (nowMs - fromMs);
  return at < toMs ? dayOf(at) : null;
}

/** Name of a budget that stays the same while its amount changes: what alerts are remembered by. */
export function budgetId(budget: Budget): string {
  const { name, period, scope } = budget;
  return [name ?? '', period, ...Object.entries(scope ?? {}).sort().map(([key, value]) => `${key}=${value}`)].join('|');
}

/** One alert per threshold and period: the thresholds that are passed and not among `told`, highest last. */
export function dueAlerts(state: BudgetState, told: ReadonlySet<string>): readonly { readonly id: string; readonly threshold: number }[] {
  const thresholds = [...new Set(state.budget.thresholds?.length ? state.budget.thresholds : defaultThresholds)].sort((a, b) => a - b);
  return thresholds.filter((threshold) => state.share * 100 >= threshold)
    .map((threshold) => ({ id: `${budgetId(state.budget)}@${dayOf(state.period.fromMs)}:${threshold}`, threshold })).filter(({ id }) => !told.has(id));
}

/** A stretch of the day without alerts, `22:00-07:00` local time; null for text that is none. */
export function parseQuietHours(text: string): { readonly from: number; readonly to: number } | null {
  const match = /^\s*([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)\s*$/.exec(text);
  return match ? { from: Number(match[1]) * 60 + Number(match[2]), to: Number(match[3]) * 60 + Number(match[4]) } : null;
}

/** Whether a time is within quiet hours. */
export function isQuiet(text: string, nowMs: number): boolean {
  const quiet = parseQuietHours(text);
  if (!quiet || quiet.from === quiet.to) return false;
  const now = new Date(nowMs).getHours() * 60 + new Date(nowMs).getMinutes();
  return quiet.from < quiet.to ? now >= quiet.from && now < quiet.to : now >= quiet.from || now < quiet.to;
}

export interface Anomaly {
  /** Times the mean of an hour with usage. */
  readonly times: number;
  readonly amount: number;
  readonly mean: number;
  readonly requests: number;
  readonly key: Pick<UsageKey, 'provider' | 'model' | 'project' | 'callSite'>;
}

const anomalyTimes = 10;
const anomalyRequests = 20;
const hoursNeeded = 4;

/**
 * A runaway loop: what one model at one place cost within the last hour is ten times the mean of its hours with usage in
 * the week before, or, for what has no such past, of all hours with usage. Money, or requests where nothing costs money.
 */
export function anomalies(rows: readonly UsageRow[], nowMs: number, currency: string, rates: ExchangeRates): readonly Anomaly[] {
  const since = nowMs - 3_600_000;
  const fresh = rows.filter((row) => row.slot * slotMs + slotMs > since && row.slot * slotMs <= nowMs && row.key.billing === 'api');
  const past = rows.filter((row) => row.slot * slotMs + slotMs <= since && row.slot * slotMs >= nowMs - 7 * 86_400_000 && row.key.billing === 'api');
  const identity = ({ provider, model, project, callSite }: UsageKey): string => [provider, model, project, callSite].join('\u0000');
  const cost = (list: readonly UsageRow[]): number => { const { measured, counted } = spendingOf(list, currency, rates); return measured + counted; };
  const hourly = (list: readonly UsageRow[]): readonly (readonly UsageRow[])[] => {
    const hours = new Map<number, UsageRow[]>();
    for (const row of list) { const hour = Math.floor(row.slot / 4); hours.set(hour, [...hours.get(hour) ?? [], row]); }
    return [...hours.values()];
  };
  const found: Anomaly[] = [];
  for (const id of new Set(fresh.map(({ key }) => identity(key)))) {
    const now = fresh.filter(({ key }) => identity(key) === id);
    const own = hourly(past.filter(({ key }) => identity(key) === id));
    const hours = own.length >= hoursNeeded ? own : hourly(past);
    if (hours.length < hoursNeeded) continue;
    const requests = now.reduce((sum, { sums }) => sum + sums.requests, 0);
    if (requests < anomalyRequests) continue;
    const amount = cost(now);
    const mean = hours.reduce((sum, hour) => sum + cost(hour), 0) / hours.length;
    const meanRequests = hours.reduce((sum, hour) => sum + hour.reduce((all, { sums }) => all + sums.requests, 0), 0) / hours.length;
    const times = mean > 0 ? amount / mean : requests / meanRequests;
    if (times >= anomalyTimes) found.push({ times, amount: tidy(amount), mean: tidy(mean), requests, key: now[0]!.key });
  }
  return found.sort((a, b) => b.times - a.times);
}
