import { expect, it } from 'vitest';
import { budgetStatus } from '../../../src/core/budget.js';
import type { ExchangeRates } from '../../../src/core/model.js';

const rates: ExchangeRates = { perUsd: { CNY: 8 }, source: 'test', checkedOn: '2026-11-23', confidence: 'official' };
const month = { amount: 50, currency: 'USD', period: 'month' } as const;

it('compares a month of calls with the budget', () => {
  expect(budgetStatus(month, 0.001, 'USD', 10_000, null)).toEqual({ estimated: 10, share: 0.2, state: 'within' });
  expect(budgetStatus(month, 0.004, 'USD', 10_000, null).state).toBe('near');
  expect(budgetStatus(month, 0.006, 'USD', 10_000, null).state).toBe('over');
});

it('spreads a month over days', () => {
  expect(budgetStatus({ ...month, period: 'day' }, 365 / 12, 'USD', 1, null).estimated).toBeCloseTo(1);
});

it('converts, and knows nothing without a rate', () => {
  expect(budgetStatus({ ...month, currency: 'CNY' }, 1, 'USD', 1, rates).estimated).toBe(8);
  expect(budgetStatus({ ...month, currency: 'CNY' }, 1, 'USD', 1, null).estimated).toBeNull();
});

it('does not take unknown for zero', () => {
  const unknown = { estimated: null, share: null, state: 'unknown' };
  expect(budgetStatus(month, null, 'USD', 10, rates)).toEqual(unknown);
  expect(budgetStatus(month, 1, 'USD', null, rates)).toEqual(unknown);
});
