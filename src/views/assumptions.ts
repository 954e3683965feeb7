/** "Set Assumptions": what the estimate of a call takes for granted, changed in one step. */
import * as vscode from 'vscode';
import type { Assumption, CallSite, Configuration, Spread } from '../core/model.js';
import { generalAssumptions, settableKey } from '../editor/assumptionKeys.js';
import { findCall } from '../editor/calls.js';
import { registerCommand } from '../editor/commands.js';
import { writeConfiguration } from '../editor/configurationEdit.js';
import type { Services } from '../editor/services.js';
import { parseSpread, printSpread } from '../editor/spread.js';
import { assumptionMessage, originMessage, type Translate } from '../messages.js';

interface Choice extends vscode.QuickPickItem {
  /** Below `assumptions`, e.g. `outputTokens` or `holes.question`. */
  readonly key: string;
  readonly value: Spread | number | null;
}

/** Registers the command; `key` skips the list. */
export function register(services: Services): vscode.Disposable {
  return registerCommand('tokenfare.setAssumptions', services.log, async (reference, key) => {
    const active = vscode.window.activeTextEditor?.document;
    const near = active && await services.documents.current(active);
    const found = reference || (near && near.analysis.calls.length > 0) ? await findCall(services, reference) : undefined;
    if ((reference || (near && near.analysis.calls.length > 0)) && !found) return;
    const document = found?.analyzed.document ?? active;
    await services.settings.ready();
    const configuration = services.settings.configurationFor(document?.uri);
    const choices = choicesOf(configuration, found?.call, services.translate);
    const chosen = (typeof key === 'string' ? choices.find((each) => each.key === key) : undefined) ?? await pick(choices, services.translate);
    if (chosen) await change(services, chosen, document?.uri);
  });
}

function choicesOf(configuration: Configuration, call: CallSite | undefined, t: Translate): Choice[] {
  const general: Choice[] = generalAssumptions.map((key) => ({
    key, value: configuration.assumptions[key], label: labelOf(key, t),
    description: printSpread(configuration.assumptions[key]),
    detail: originMessage(configuration.assumptionOrigin[key] ?? 'default', t),
  }));
  general.push({
    key: 'callsPerMonth', value: configuration.assumptions.callsPerMonth, label: labelOf('callsPerMonth', t),
    description: configuration.assumptions.callsPerMonth === null ? t('not set') : String(configuration.assumptions.callsPerMonth),
    detail: originMessage(configuration.assumptionOrigin['callsPerMonth'] ?? 'default', t),
  });
  if (!call) return general;
  const ofCall = settable(call.estimate.assumptions).map(([key, each]): Choice => ({
    key, value: typeof each.value === 'string' ? null : each.value, label: labelOf(key, t),
    description: assumptionMessage(each, t), detail: originMessage(each.origin, t),
  }));
  return [...ofCall, ...general.filter((each) => !ofCall.some((other) => other.key === each.key))];
}

async function pick(choices: readonly Choice[], t: Translate): Promise<Choice | undefined> {
  return vscode.window.showQuickPick(choices, {
    title: t('Set Assumptions'), placeHolder: t('Which assumption?'), matchOnDescription: true, matchOnDetail: true,
  });
}

async function change(services: Services, { key, value, label }: Choice, near: vscode.Uri | undefined): Promise<void> {
  const { translate: t } = services;
  const single = key === 'callsPerMonth';
  const typed = await vscode.window.showInputBox({
    title: label,
    prompt: single ? t('A whole number, e.g. 10000') : t('One figure, or low-likely-high: 200 or 50-200-400'),
    value: value === null ? '' : typeof value === 'number' ? String(value) : printSpread(value),
    validateInput: (text) => {
      const parsed = parseSpread(text);
      if (!parsed) return single ? t('Expected a whole number.') : t('Expected a whole number, or two or three rising ones with "-" between: 50-200-400.');
      return single && parsed.low !== parsed.high ? t('Expected a whole number.') : null;
    },
  });
  const spread = typed === undefined ? null : parseSpread(typed);
  if (!spread) return;
  const path = key.startsWith('holes.') ? ['holes', key.slice('holes.'.length)] : [key];
  const plain = spread.low === spread.high ? spread.likely : { low: spread.low, likely: spread.likely, high: spread.high ?? spread.likely };
  const isHole = path[0] === 'holes';
  await writeConfiguration(services, [{
    path: ['assumptions', ...path],
    value: plain,
    setting: single ? 'callsPerMonth' : isHole ? 'assumptions.holes' : `assumptions.${key}`,
    settingValue: single
      ? spread.likely
      : isHole ? { ...holesAsText(services.settings.configurationFor().assumptions.holes), [path[1]!]: printSpread(spread) } : printSpread(spread),
  }], near);
}

function holesAsText(holes: Readonly<Record<string, Spread>>): Record<string, string> {
  return Object.fromEntries(Object.entries(holes).map(([name, spread]) => [name, printSpread(spread)]));
}

/** Each key once, with the first assumption that depends on it. */
function settable(assumptions: readonly Assumption[]): (readonly [string, Assumption])[] {
  const found = new Map<string, Assumption>();
  for (const each of assumptions) {
    const key = settableKey(each);
    if (key !== null && !found.has(key)) found.set(key, each);
  }
  return [...found];
}

function labelOf(key: string, t: Translate): string {
  switch (key) {
    case 'holeTokens': return t('Tokens of an unknown text');
    case 'outputTokens': return t('Output tokens');
    case 'reasoningTokens': return t('Hidden reasoning tokens');
    case 'repeats': return t('Occurrences of a repeated part');
    case 'callsPerMonth': return t('Calls per month');
    default: return key.startsWith('holes.') ? t('Tokens of {0}', key.slice('holes.'.length)) : key;
  }
}
