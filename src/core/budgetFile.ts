/** Budgets as `tokenfare.yaml` and the settings write them. */
import type { Node } from 'yaml';
import type { ConfigurationReader } from './configuration.js';
import type { Budget, BudgetScope, Zone } from './model.js';
import { usageSources } from './usageRecord.js';

export const budgetPeriods: readonly Budget['period'][] = ['day', 'week', 'month', 'custom'];
export const budgetKeys = ['amount', 'currency', 'period', 'days', 'start', 'name', 'scope', 'thresholds', 'hardLimit'] as const;

export interface BudgetExpectations {
  readonly currency: string;
  readonly isCurrency: (word: string) => boolean;
  readonly currencyExpected: string;
  readonly zones: readonly Zone[];
}

/** One budget of a file; problems are reported at their place, and without an amount there is none. */
export function readBudget(reader: ConfigurationReader, node: Node | undefined, { currency, isCurrency, currencyExpected, zones }: BudgetExpectations): Budget | undefined {
  const fields = reader.map(node, 'a map with amount', [...budgetKeys]);
  if (!fields) return undefined;
  const amount = reader.number(fields.get('amount'), 'an amount of money, 0 or more');
  const of = reader.text(fields.get('currency'), currencyExpected, isCurrency) ?? currency;
  const period = (reader.text(fields.get('period'), budgetPeriods.join(', '), (word) => (budgetPeriods as readonly string[]).includes(word)) ?? 'month') as Budget['period'];
  const days = reader.number(fields.get('days'), 'the length of a custom period in days, 1 to 3660');
  const start = reader.text(fields.get('start'), 'a day such as 2026-11-01', isDay);
  const name = reader.text(fields.get('name'), 'a name');
  const thresholds = reader.numbers(fields.get('thresholds'), 'percentages above 0, such as [50, 80, 100]', (value) => value > 0 && value <= 1000);
  const hardLimit = reader.flag(fields.get('hardLimit'));
  const scope = readScope(reader, fields.get('scope'), zones);
  if (amount === undefined) {
    if (!fields.has('amount')) reader.report(node!, 'wrong-value', 'amount', 'nothing');
    return undefined;
  }
  if (period === 'custom' && (days === undefined || start === undefined)) {
    reader.report(node!, 'wrong-value', 'days and start with period custom', 'nothing');
    return undefined;
  }
  return {
    amount, currency: of, period, ...(days !== undefined && { days }), ...(start !== undefined && { start }), ...(name !== undefined && { name }), ...(scope && { scope }),
    ...(thresholds?.length && { thresholds }), ...(hardLimit !== undefined && { hardLimit }),
  };
}

function readScope(reader: ConfigurationReader, node: Node | undefined, zones: readonly Zone[]): BudgetScope | undefined {
  const fields = reader.map(node, 'a map', ['folder', 'provider', 'model', 'zone', 'source']);
  if (!fields) return undefined;
  const one = (key: string, expected: string, accepts?: (word: string) => boolean): Record<string, string> => {
    const value = reader.text(fields.get(key), expected, accepts);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    ...one('folder', 'a path'), ...one('provider', 'a provider id'), ...one('model', 'a model id'),
    ...one('zone', `a zone (${zones.join(', ')})`, (word) => (zones as readonly string[]).includes(word)),
    ...one('source', usageSources.join(', '), (word) => (usageSources as readonly string[]).includes(word)),
  };
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(Date.parse(text));
}

/** A budget from JSON of the settings; null for what is none. Wrong parts are left out. */
export function budgetOfSetting(value: unknown, currency: string): Budget | null {
  if (typeof value !== 'object' || value === null) return null;
  const { amount, currency: of, period, days, start, name, scope, thresholds, hardLimit } = value as Record<string, unknown>;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount <= 0) return null;
  const chosen = (budgetPeriods as readonly unknown[]).includes(period) ? period as Budget['period'] : 'month';
  const custom = chosen === 'custom' && (typeof days !== 'number' || days < 1 || typeof start !== 'string' || !isDay(start));
  const words = typeof scope === 'object' && scope !== null ? Object.entries(scope).filter(([key, each]) => ['folder', 'provider', 'model', 'zone', 'source'].includes(key) && typeof each === 'string' && each !== '') : [];
  const percents = Array.isArray(thresholds) ? thresholds.filter((each): each is number => typeof each === 'number' && each > 0) : [];
  return {
    amount, currency: typeof of === 'string' && /^[A-Z]{3}$/.test(of) ? of : currency, period: custom ? 'month' : chosen,
    ...(!custom && chosen === 'custom' && { days: days as number, start: start as string }), ...(typeof name === 'string' && name !== '' && { name }),
    ...(words.length > 0 && { scope: Object.fromEntries(words) }), ...(percents.length > 0 && { thresholds: percents }), ...(hardLimit === true && { hardLimit }),
  };
}

/**
 * Budgets of a workspace's file speak of the usage of that workspace: a folder they name lies below it, and where they
 * name none it is the workspace itself. `folder`: absolute path of the file's folder.
 */
export function anchored(budget: Budget, folder: string): Budget {
  const named = budget.scope?.folder?.replace(/^\.[\\/]?/, '').replace(/[\\/]+$/, '');
  const slash = folder.includes('\\') ? '\\' : '/';
  const absolute = named !== undefined && (named.startsWith('/') || /^[A-Za-z]:[\\/]/.test(named));
  return { ...budget, scope: { ...budget.scope, folder: absolute ? named : named ? `${folder.replace(/[\\/]+$/, '')}${slash}${named}` : folder } };
}
