/** Budgets from measured usage: periods, scopes, forecast, burn date, alerts, anomalies; sums worked out by hand. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Budget, ExchangeRates } from '../../../src/core/model.js';
import { periodOf } from '../../../src/core/period.js';
import { anomalies, budgetState, dueAlerts, isQuiet, spendingBy, spendingByDay, spendingOf } from '../../../src/core/spending.js';
import { measuredAverages } from '../../../src/core/calibration.js';
import { addRecord, binOf, keyOf, noSums, slotMs, type UsageRow } from '../../../src/core/usageRow.js';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import { record } from '../metering/recordsForTests.js';

const zone = process.env['TZ'];
beforeAll(() => { process.env['TZ'] = 'Europe/Zurich'; });
afterAll(() => { if (zone === undefined) delete process.env['TZ']; else process.env['TZ'] = zone; });

const rates: ExchangeRates = { perUsd: { USD: 1, CNY: 7, EUR: 0.8 }, source: 'test', checkedOn: '2026-11-01', confidence: 'official' };
const row = (time: string, amount: number, more: Partial<UsageRecord> = {}, times = 1): UsageRow => {
  const each = record('x', { time, cost: { currency: 'USD', amount, basis: 'price' }, ...more });
  const sums = noSums();
  for (let n = 0; n < times; n++) addRecord(sums, each);
  return { slot: Math.floor(Date.parse(time) / slotMs), key: keyOf(each), sums };
};
const budget = (more: Partial<Budget> = {}): Budget => ({ amount: 50, currency: 'USD', period: 'month', ...more });
const now = Date.parse('2026-11-11T00:00:00+01:00');

describe('periods', () => {
  const period = (of: Partial<Budget>, at: string): string[] => Object.values(periodOf(budget(of), Date.parse(at))).map((ms: number) => new Date(ms).toISOString());
  test('days, weeks from Monday, months, in local time and across summer time', () => {
    expect(period({ period: 'day' }, '2026-10-25T12:00:00Z')).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
    expect(period({ period: 'week' }, '2026-11-25T00:00:00Z')).toEqual(['2026-11-22T23:00:00.000Z', '2026-11-29T23:00:00.000Z']);
    expect(period({ period: 'month' }, '2026-10-31T23:30:00Z')).toEqual(['2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z']);
    expect(period({ period: 'custom', days: 14, start: '2026-10-19' }, '2026-11-03T00:00:00Z')).toEqual(['2026-11-01T23:00:00.000Z', '2026-11-15T23:00:00.000Z']);
    expect(period({ period: 'custom', days: 14, start: '2026-10-19' }, '2026-10-18T12:00:00Z')).toEqual(['2026-10-04T22:00:00.000Z', '2026-10-18T22:00:00.000Z']);
  });
});

describe('money', () => {
  test('kinds stay apart: measured, counted, unknown, subscriptions', () => {
    const rows = [
      row('2026-11-10T10:00:00Z', 1), row('2026-11-10T10:00:00Z', 14, { cost: { currency: 'CNY', amount: 14, basis: 'price' } }),
      row('2026-11-10T10:00:00Z', 0.5, { usage: 'counted' }), row('2026-11-10T10:00:00Z', 0.25, { usage: 'counted', cost: { currency: 'USD', amount: 0.25, basis: 'billed' } }),
      row('2026-11-10T10:00:00Z', 0, { cost: null, noCost: 'unknown-model' }, 3), row('2026-11-10T10:00:00Z', 0, { cost: null, noCost: 'not-metered' }), row('2026-11-10T10:00:00Z', 0, { cost: null, noCost: 'not-billed' }),
      row('2026-11-10T10:00:00Z', 9, { billing: 'subscription', source: 'claude-code' }), row('2026-11-10T10:00:00Z', 5, { cost: { currency: 'XXX', amount: 5, basis: 'billed' } }),
    ];
    expect(spendingOf(rows, 'USD', rates)).toMatchObject({ measured: 3.25, counted: 0.5, unknown: 4, subscriptionValue: 9 });
    expect(spendingOf(rows, 'CNY', rates).measured).toBe(22.75);
  });
  test('by day, days of local time; by provider, dearest first', () => {
    const rows = [row('2026-11-09T22:59:00Z', 1), row('2026-11-09T23:00:00Z', 2), row('2026-11-10T10:00:00Z', 4, { provider: 'anthropic' })];
    expect(spendingByDay(rows, periodOf(budget({ period: 'week' }), now), 'USD', rates).map(({ day, spending }) => `${day} ${spending.measured}`).slice(0, 3)).toEqual(['2026-11-09 1', '2026-11-10 6', '2026-11-11 0']);
    expect(spendingBy(rows, 'provider', 'USD', rates).map(({ name, spending }) => `${name} ${spending.measured}`)).toEqual(['anthropic 4', 'openai 3']);
  });
});

describe('budgets', () => {
  test('spent, today, share, forecast and burn date at an even pace', () => {
    // 4 dollars on each of the ten days before the 11th: 40 of 50; 20 days to come at 4 make 120; the rest of 10 lasts 2.5 days.
    const rows = Array.from({ length: 10 }, (_, day) => row(`2026-11-${String(day + 1).padStart(2, '0')}T12:00:00Z`, 4));
    const state = budgetState(budget(), rows, now, rates);
    expect(state).toMatchObject({ spent: 40, share: 0.8, state: 'near', today: 0, forecast: { low: 120, likely: 120, high: 120 }, burnsOn: '2026-11-13' });
    expect(budgetState(budget({ amount: 30 }), rows, now, rates)).toMatchObject({ state: 'over', burnsOn: '2026-11-11' });
    expect(budgetState(budget({ amount: 500 }), rows, now, rates)).toMatchObject({ state: 'within', burnsOn: null });
  });
  test('the band follows how much days differ; one day says nothing about it', () => {
    const uneven = budgetState(budget(), [row('2026-11-01T12:00:00Z', 0), row('2026-11-02T12:00:00Z', 10), row('2026-11-10T12:00:00Z', 10)], now, rates);
    expect(uneven.forecast.likely).toBe(60);
    // Ten whole days: eight of 0 and two of 10: mean 2, variance (8·4 + 2·64)/9; 80% of a normal is ±1.2816 σ√20.
    expect(uneven.forecast.high).toBeCloseTo(60 + 1.2816 * Math.sqrt(160 / 9) * Math.sqrt(20), 6);
    expect(budgetState(budget({ period: 'day' }), [row('2026-11-11T00:00:00Z', 1)], Date.parse('2026-11-11T06:00:00+01:00'), rates).forecast).toEqual({ low: 1, likely: 4, high: null });
  });
  test('scopes', () => {
    const rows = [row('2026-11-10T10:00:00Z', 1, { project: '/w/a', zone: 'EU' }), row('2026-11-10T10:00:00Z', 2, { project: '/w/ab', provider: 'anthropic' }), row('2026-11-10T10:00:00Z', 4, { project: '/w/a/sub', source: 'codex', model: 'gpt-5.4-codex' })];
    const spent = (scope: Budget['scope']): number => budgetState(budget({ scope }), rows, now, rates).spent;
    expect(spent({ folder: '/w/a' })).toBe(5);
    expect(spent({ folder: '/w' })).toBe(7);
    expect(spent({ provider: 'anthropic' })).toBe(2);
    expect(spent({ model: 'gpt-5*' })).toBe(4);
    expect(spent({ zone: 'EU' })).toBe(1);
    expect(spent({ source: 'codex', provider: 'anthropic' })).toBe(0);
  });
  test('alerts come once per threshold and period', () => {
    const rows = [row('2026-11-10T10:00:00Z', 46)];
    const state = budgetState(budget({ thresholds: [50, 90, 100] }), rows, now, rates);
    const due = dueAlerts(state, new Set());
    expect(due.map(({ threshold }) => threshold)).toEqual([50, 90]);
    expect(dueAlerts(state, new Set(due.map(({ id }) => id)))).toEqual([]);
    const next = budgetState(budget({ thresholds: [50, 90, 100] }), [row('2026-12-01T10:00:00Z', 30)], Date.parse('2026-12-02T00:00:00Z'), rates);
    expect(dueAlerts(next, new Set(due.map(({ id }) => id))).map(({ threshold }) => threshold)).toEqual([50]);
  });
  test.each([['22:00-07:00', '23:30', true], ['22:00-07:00', '06:59', true], ['22:00-07:00', '07:00', false], ['12:00-13:00', '12:30', true], ['', '12:00', false], ['nonsense', '12:00', false]])('quiet hours %s at %s: %s', (text, time, quiet) => {
    expect(isQuiet(text, Date.parse(`2026-11-11T${time}:00+01:00`))).toBe(quiet);
  });
});

describe('anomalies', () => {
  const past = Array.from({ length: 6 }, (_, hour) => row(`2026-11-10T0${hour + 1}:00:00Z`, 0.01, {}, 10));
  test('ten times the hourly mean, at once', () => {
    const [found] = anomalies([...past, row('2026-11-10T22:45:00Z', 0.01, {}, 150)], now, 'USD', rates);
    expect(found).toMatchObject({ times: expect.closeTo(15, 9) as number, amount: 1.5, mean: 0.1, requests: 150, key: { model: 'gpt-4o-mini' } });
  });
  test('nine times is no anomaly, nor a few dear calls, nor a first hour', () => {
    expect(anomalies([...past, row('2026-11-10T22:45:00Z', 0.01, {}, 90)], now, 'USD', rates)).toEqual([]);
    expect(anomalies([...past, row('2026-11-10T22:45:00Z', 1, {}, 5)], now, 'USD', rates)).toEqual([]);
    expect(anomalies([row('2026-11-10T22:45:00Z', 0.01, {}, 150)], now, 'USD', rates)).toEqual([]);
  });
});

describe('calibration', () => {
  test('averages of enough calls, with spread; agents and counted usage do not count', () => {
    const rows = [row('2026-11-10T10:00:00Z', 0.001, { units: { 'input-token': 80, 'cached-input-token': 20, 'output-token': 150, 'reasoning-token': 50 }, callSite: 'a.py:3' }, 30), row('2026-11-10T10:00:00Z', 1, { source: 'codex', units: { 'output-token': 9999 } }, 50)];
    const shapes = [{ key: rows[0]!.key, output: new Map([[binOf(100), 15], [binOf(300), 15]]), input: new Map([[binOf(100), 30]]), latency: new Map([[binOf(800), 30]]) }];
    const { byModel, bySite } = measuredAverages(rows, shapes);
    expect(byModel['openai/gpt-4o-mini']).toMatchObject({ of: 'model', calls: 30, cachedShare: { low: 0.2, likely: 0.2, high: 0.2 }, cacheWriteShare: 0, from: '2026-11-10', to: '2026-11-10' });
    const { outputTokens, reasoningTokens, cost } = byModel['openai/gpt-4o-mini']!;
    expect([outputTokens.likely, reasoningTokens.likely, cost!.amount.toFixed(6)]).toEqual([150, 50, '0.001000']);
    // The 10th percentile is about 100 and the 90th about 300, three quarters of which are visible; a bin is 9% wide.
    expect(Math.abs(outputTokens.low - 75)).toBeLessThan(5);
    expect(Math.abs(outputTokens.high! - 225)).toBeLessThan(12);
    expect(Object.keys(bySite)).toEqual(['a.py:3']);
    expect(measuredAverages([row('2026-11-10T10:00:00Z', 1, {}, 19)], []).byModel).toEqual({});
  });
  test('the share of the cache over time, and what was written to it', () => {
    const at = (time: string, cached: number, written: number, requests: number) => row(time, 0.001, { units: { 'input-token': 100 - cached - written, 'cached-input-token': cached, 'cache-write-token': written, 'output-token': 10 } }, requests);
    // A twentieth cold, nine tenths half served, a twentieth nearly all: the 10th and 90th percentile are the half; the mean is just below it.
    const { byModel } = measuredAverages([at('2026-11-10T10:00:00Z', 0, 40, 5), at('2026-11-10T11:00:00Z', 50, 0, 90), at('2026-11-10T12:00:00Z', 90, 0, 5)], []);
    expect(byModel['openai/gpt-4o-mini']).toMatchObject({ cachedShare: { low: 0.495, likely: (90 * 50 + 5 * 90) / 10_000, high: 0.5 }, cacheWriteShare: 0.02 });
    const spread = measuredAverages([at('2026-11-10T10:00:00Z', 0, 0, 20), at('2026-11-10T11:00:00Z', 80, 0, 80)], []).byModel['openai/gpt-4o-mini']!;
    expect(spread.cachedShare).toEqual({ low: 0, likely: 0.64, high: 0.8 });
  });
});
