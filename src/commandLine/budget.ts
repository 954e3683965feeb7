/** `tokenfare budget`: the budgets that hold here against measured usage. Exit code 1 when one is used up, for CI. */
import { withOwn } from '../core/ownCatalog.js';
import type { Budget } from '../core/model.js';
import { periodOf } from '../core/period.js';
import { budgetState } from '../core/spending.js';
import { budgetHeader, budgetJson, budgetLine } from '../reporters/usage.js';
import { catalogInForce } from './catalogInForce.js';
import type { Flags } from './flags.js';
import { rowsOf } from './ledger.js';
import { table } from './output.js';
import { configurationFor, configurationOptions } from './scan.js';

export async function runBudget(_words: readonly string[], flags: Flags): Promise<number> {
  const { facts: inForce } = await catalogInForce();
  const { configuration, problems } = await configurationFor('.', configurationOptions(flags, inForce));
  for (const { file, line, expected } of problems) process.stderr.write(`tokenfare: ${file}:${line}: expected ${expected}\n`);
  const facts = withOwn(inForce, configuration.own);
  const budgets = [configuration.budget, ...configuration.budgets].filter((budget): budget is Budget => budget !== null);
  if (budgets.length === 0) throw new Error('no budget is set here; tokenfare.yaml takes one: budget: { amount: 50, currency: USD, period: month }');
  const now = Date.now();
  const periods = budgets.map((budget) => periodOf(budget, now));
  const rows = await rowsOf({ fromMs: Math.min(...periods.map(({ fromMs }) => fromMs)), toMs: Math.max(...periods.map(({ toMs }) => toMs)) }, flags);
  const states = budgets.map((budget) => budgetState(budget, rows, now, facts.rates));
  if (flags.format === 'json') process.stdout.write(`${JSON.stringify({ schemaVersion: 1, budgets: states.map(budgetJson) }, null, 2)}\n`);
  else process.stdout.write(table(budgetHeader, states.map(budgetLine), [2, 3, 4, 5, 6]));
  return states.some(({ state }) => state === 'over') ? 1 : 0;
}
