/** Refuses requests that fall under a used-up budget with a hard limit. */
import { formatMoney } from '../core/format.js';
import type { Budget, ExchangeRates } from '../core/model.js';
import { periodOf } from '../core/period.js';
import { budgetState, type BudgetState } from '../core/spending.js';
import type { ProxyOptions } from './proxy.js';
import type { UsageStore } from './usageStore.js';

/** Measured spending is looked up at most this often. */
const everyMs = 1000;

export interface HardLimitOptions {
  /** Budgets in force for a project, asked at each look. */
  readonly budgets: (project: string) => readonly Budget[];
  readonly store: UsageStore;
  readonly rates: () => ExchangeRates;
}

/** For `ProxyOptions.refuse`. A ledger that cannot be read refuses nothing. */
export function openHardLimit({ budgets, store, rates }: HardLimitOptions): NonNullable<ProxyOptions['refuse']> {
  const looks = new Map<string, { readonly atMs: number; readonly over: Promise<readonly BudgetState[]> }>();
  const look = async (project: string): Promise<readonly BudgetState[]> => {
    const nowMs = Date.now();
    const over: BudgetState[] = [];
    for (const budget of budgets(project)) {
      if (budget.hardLimit !== true) continue;
      const { fromMs, toMs } = periodOf(budget, nowMs);
      await store.refresh(fromMs, toMs);
      const state = budgetState(budget, store.rows(fromMs, toMs), nowMs, rates());
      if (state.state === 'over') over.push(state);
    }
    return over;
  };
  return async (upstream, wire, project) => {
    let known = looks.get(project);
    if (!known || Date.now() - known.atMs > everyMs) looks.set(project, known = { atMs: Date.now(), over: look(project) });
    const hit = (await known.over).find(({ budget: { scope } }) => (!scope?.provider || scope.provider === upstream.provider)
      // The body that names the model has not come yet.
      && (!scope?.model || (wire.model !== null && wire.model.startsWith(scope.model.replace(/\*$/, ''))))
      && (!scope?.folder || project === scope.folder || project.startsWith(`${scope.folder}/`) || project.startsWith(`${scope.folder}\\`)));
    if (!hit) return null;
    const money = (amount: number): string => formatMoney(amount, hit.budget.currency);
    return `Tokenfare: the hard limit of ${money(hit.budget.amount)} per ${hit.budget.period} is used up (${money(hit.spent)} spent). Raise the budget or take hardLimit out of it.`;
  };
}
