/** "Create Policy": a preset and a few questions, written into `tokenfare.yaml` without touching the rest of it. */
import * as vscode from 'vscode';
import { policyPresets, type PresetId } from '../core/policyPresets.js';
import { registerCommand } from '../editor/commands.js';
import { type ConfigurationChange, writeConfiguration } from '../editor/configurationEdit.js';
import type { Services } from '../editor/services.js';
import type { Translate } from '../messages.js';

/** Registers the command. */
export function register(services: Services): vscode.Disposable {
  return registerCommand('tokenfare.createPolicy', services.log, () => createPolicy(services));
}

async function createPolicy(services: Services): Promise<void> {
  const { settings, translate: t } = services;
  await settings.ready();
  const near = vscode.window.activeTextEditor?.document.uri;
  const preset = await vscode.window.showQuickPick(presets(t), { title: t('Create Policy (1/2): where may data go?'), matchOnDetail: true });
  if (!preset) return;
  const more = await vscode.window.showQuickPick(extras(t), { title: t('Create Policy (2/2): what else?'), placeHolder: t('Nothing is a good answer, too.'), canPickMany: true });
  if (!more) return;
  const rule: Record<string, unknown> = { ...policyPresets[preset.id], ...Object.assign({}, ...more.map((each) => each.rule)) };
  if (Object.keys(rule).length === 0) {
    void vscode.window.showInformationMessage(t('An open policy allows everything; nothing was written.'));
    return;
  }
  const changes: ConfigurationChange[] = Object.entries(rule).map(([key, value]) => ({ path: ['policy', key], value: value as string | readonly string[], setting: `policy.${key}`, settingValue: value }));
  if (!await writeConfiguration(services, changes, near)) return;
  const file = settings.fileToWrite(near);
  if (!file) return;
  const open = t('Open tokenfare.yaml');
  const chosen = await vscode.window.showInformationMessage(t('The policy holds now. Findings are in the Problems panel.'), open);
  if (chosen === open) await vscode.window.showTextDocument(file);
}

interface Preset extends vscode.QuickPickItem {
  readonly id: PresetId;
}

function presets(t: Translate): readonly Preset[] {
  return [
    { id: 'eu-only', label: t('EU only'), detail: t('Stored and processed in the EU; everything else is reported.') },
    { id: 'us-and-eu', label: t('US and EU'), detail: t('Stored and processed in the US or the EU.') },
    { id: 'mainland-china', label: t('Mainland China only'), detail: t('Stored and processed in mainland China.') },
    { id: 'no-training', label: t('No training'), detail: t('Any place, but nobody may train on the data.') },
    { id: 'open', label: t('Open'), detail: t('No rule on places.') },
  ];
}

interface Extra extends vscode.QuickPickItem {
  readonly rule: Readonly<Record<string, unknown>>;
}

function extras(t: Translate): readonly Extra[] {
  return [
    { label: t('Nobody may train on the data'), rule: { training: 'forbidden' } },
    { label: t('Nothing may be kept'), detail: t('Zero retention; declare contracts under "declarations".'), rule: { zeroRetention: true } },
    { label: t('No gateways'), rule: { gateways: 'forbidden' } },
    { label: t('No models of Chinese makers'), rule: { forbiddenModelOrigins: ['CN'] } },
    { label: t('Only documented places'), detail: t('What is merely likely is reported, too.'), rule: { certainty: 'certain' } },
  ];
}
