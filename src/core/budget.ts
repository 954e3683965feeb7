/** Spending against a budget. Estimated from calls per month until real traffic is measured. */
import type { Budget, ExchangeRates } from './model.js';

export interface BudgetStatus {
  /** Spending per budget period, in the budget's currency; null when it cannot be told. */
  readonly estimated: number | null;
  /** `estimated` relative to the budget, 1 = all of it. */
  readonly share: number | null;
  /** `near` from 80%, `over` from 100%. */
  readonly state: 'within' | 'near' | 'over' | 'unknown';
}

const periodsPerMonth: Readonly<Record<Budget['period'], number>> = { day: 365 / 12, week: 365 / 12 / 7, month: 1, custom: 1 };

/** Compares `costPerCall × callsPerMonth` with the budget; `costPerCall` is in `currency`. */
export function budgetStatus(
  budget: Budget, costPerCall: number | null, currency: string, callsPerMonth: number | null, rates: ExchangeRates | null,
): BudgetStatus {
  const converted = costPerCall === null ? null : convert(costPerCall, currency, budget.currency, rates);
  if (converted === null || callsPerMonth === null) return { estimated: null, share: null, state: 'unknown' };
  const periods = budget.period === 'custom' ? 365 / 12 / (budget.days ?? 365 / 12) : periodsPerMonth[budget.period];
  const estimated = (converted * callsPerMonth) / periods;
  const share = budget.amount > 0 ? estimated / budget.amount : null;
  return { estimated, share, state: share === null ? 'unknown' : share >= 1 ? 'over' : share >= 0.8 ? 'near' : 'within' };
}

/** An amount in another currency; null when there is no rate for one of them. */
export function convert(amount: number, from: string, to: string, rates: ExchangeRates | null): number | null {
  if (from === to) return amount;
  const rateFrom = from === 'USD' ? 1 : rates?.perUsd[from];
  const rateTo = to === 'USD' ? 1 : rates?.perUsd[to];
  return rateFrom && rateTo ? (amount / rateFrom) * rateTo : null;
}
