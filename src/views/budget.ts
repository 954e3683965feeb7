/** "Set Budget": amount, period and calls per month, in three short questions. */
import * as vscode from 'vscode';
import { formatMoney } from '../core/format.js';
import type { Budget } from '../core/model.js';
import { registerCommand } from '../editor/commands.js';
import { writeConfiguration, type ConfigurationChange } from '../editor/configurationEdit.js';
import type { Services } from '../editor/services.js';
import { parseSpread } from '../editor/spread.js';
import type { Translate } from '../messages.js';

const currencyOfSymbol: Readonly<Record<string, string>> = { $: 'USD', '¥': 'CNY', '€': 'EUR', '£': 'GBP' };

/** Registers the command. */
export function register(services: Services): vscode.Disposable {
  return registerCommand('tokenfare.setBudget', services.log, () => setBudget(services));
}

async function setBudget(services: Services): Promise<void> {
  const { settings, translate: t } = services;
  await settings.ready();
  const near = vscode.window.activeTextEditor?.document.uri;
  const { budget, currency, assumptions } = settings.configurationFor(near);

  const amount = await vscode.window.showInputBox({
    title: t('Set Budget (1/3): amount'),
    prompt: t('e.g. 50, $50, 300 CNY'),
    value: budget ? `${budget.amount} ${budget.currency}` : '',
    validateInput: (text) => (parseMoney(text, currency) ? null : t('Expected an amount above 0, with or without a currency: 50, $50, 300 CNY.')),
  });
  const money = amount === undefined ? null : parseMoney(amount, currency);
  if (!money) return;

  const period = await vscode.window.showQuickPick(periods(t).map((each) => ({ ...each, picked: each.period === (budget?.period ?? 'month') })), {
    title: t('Set Budget (2/3): period'), placeHolder: t('{0} per …', formatMoney(money.amount, money.currency)),
  });
  if (!period) return;

  const calls = await vscode.window.showInputBox({
    title: t('Set Budget (3/3): calls per month'),
    prompt: t('How often each call runs in a month, to estimate spending until it is measured. Leave empty if unknown.'),
    value: assumptions.callsPerMonth === null ? '' : String(assumptions.callsPerMonth),
    validateInput: (text) => (text.trim() === '' || countOf(text) !== null ? null : t('Expected a whole number.')),
  });
  if (calls === undefined) return;
  const callsPerMonth = countOf(calls);

  const changes: ConfigurationChange[] = [
    { path: ['budget', 'amount'], value: money.amount, setting: 'budget.amount', settingValue: money.amount },
    { path: ['budget', 'currency'], value: money.currency, setting: 'budget.currency', settingValue: money.currency },
    { path: ['budget', 'period'], value: period.period, setting: 'budget.period', settingValue: period.period },
  ];
  if (callsPerMonth !== null) {
    changes.push({ path: ['assumptions', 'callsPerMonth'], value: callsPerMonth, setting: 'callsPerMonth', settingValue: callsPerMonth });
  }
  await writeConfiguration(services, changes, near);
}

/** An amount with an optional currency sign or code; null when it is not understood. */
function parseMoney(text: string, currency: string): { readonly amount: number; readonly currency: string } | null {
  const match = /^\s*([$¥€£])?\s*(\d[\d,]*(?:\.\d+)?)\s*([A-Za-z]{3})?\s*$/.exec(text);
  if (!match || (match[1] && match[3])) return null;
  const amount = Number(match[2]!.replace(/,/g, ''));
  if (!(amount > 0) || !Number.isFinite(amount)) return null;
  return { amount, currency: match[3]?.toUpperCase() ?? (match[1] ? currencyOfSymbol[match[1]]! : currency) };
}

function countOf(text: string): number | null {
  const parsed = parseSpread(text);
  return parsed && parsed.low === parsed.high ? parsed.likely : null;
}

function periods(t: Translate): { readonly label: string; readonly period: Budget['period'] }[] {
  return [{ label: t('month'), period: 'month' }, { label: t('week'), period: 'week' }, { label: t('day'), period: 'day' }];
}
