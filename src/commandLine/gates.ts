/** What makes a run end with 1: findings, an increase, a budget. Why is said on standard error. */
import { type Difference, type IncreaseLimit, exceeds } from '../core/difference.js';
import type { Severity } from '../core/model.js';

const rank: Record<Severity, number> = { info: 1, warning: 2, error: 3 };

export type FailOn = 'error' | 'warning' | 'info' | 'never';

/** `--fail-on`, `error` when it is not given. Throws on other words. */
export function checkFailOn(value: string | undefined): FailOn {
  const failOn = value ?? 'error';
  if (failOn !== 'error' && failOn !== 'warning' && failOn !== 'info' && failOn !== 'never') throw new Error(`--fail-on takes error, warning, info or never, not "${failOn}"`);
  return failOn;
}

export interface Gate {
  readonly findings: readonly { readonly severity: Severity }[];
  readonly failOn: FailOn;
  /** Part of the budget that a month takes; null where that is no reason to fail. */
  readonly budgetShare?: number | null;
  readonly difference?: Difference;
  readonly limit?: IncreaseLimit | null;
}

/** The exit code: 0, or 1 when one of the limits is exceeded. */
export function gateOf({ findings, failOn, budgetShare = null, difference, limit = null }: Gate): 0 | 1 {
  const reasons: string[] = [];
  if (budgetShare !== null && budgetShare > 1) reasons.push(`a month takes ${Math.round(budgetShare * 100)}% of the budget`);
  if (difference && limit && exceeds(difference, limit)) {
    const grown = difference.share === null ? 'there was no cost before' : `+${(difference.share * 100).toFixed(1)}%`;
    reasons.push(`the cost grows by more than ${'percent' in limit ? `${limit.percent}%` : limit.amount} (${grown})`);
  }
  for (const reason of reasons) process.stderr.write(`tokenfare: ${reason}\n`);
  const worst = failOn === 'never' ? 0 : Math.max(0, ...findings.map((finding) => rank[finding.severity]));
  return reasons.length > 0 || (failOn !== 'never' && worst >= rank[failOn]) ? 1 : 0;
}
