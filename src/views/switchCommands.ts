/** `Switch SDK`, `Put Behind a Gateway` and `Switch All Calls From … To …`. */
import * as vscode from 'vscode';
import type { SwitchTarget } from '../core/engine.js';
import { switchFile } from '../core/switchFile.js';
import { formatDifference } from '../core/format.js';
import type { Alternative } from '../core/model.js';
import { hasPolicy as isPolicySet } from '../core/policy.js';
import { lossMessage } from '../lossMessages.js';
import { providerName } from '../messages.js';
import { findCall, type FoundCall } from '../editor/calls.js';
import { registerCommand } from '../editor/commands.js';
import { rangeOf } from '../editor/calls.js';
import { dependencyFilesOf, proposeDependencies } from '../editor/dependencyFiles.js';
import type { Services } from '../editor/services.js';
import { differenceOf, targetName, zoneWithMark } from '../editor/summary.js';
import { applySwitch } from '../editor/switching.js';
import { scanWorkspace } from '../editor/workspaceScan.js';

export function register(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand('tokenfare.switchSdk', services.log, async (reference) => {
      const found = await findCall(services, reference);
      if (found) await switchSdk(services, found);
    }),
    registerCommand('tokenfare.putBehindGateway', services.log, async (reference) => {
      const found = await findCall(services, reference);
      if (found) await gateway(services, found);
    }),
    registerCommand('tokenfare.switchAllCalls', services.log, (from, to) => switchAll(services, text(from), text(to))),
  );
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

interface Choice extends vscode.QuickPickItem {
  readonly target?: SwitchTarget;
}

/** Lists every SDK at the providers it reaches, cheapest allowed first, with what would be lost. */
async function switchSdk(services: Services, found: FoundCall): Promise<void> {
  const { translate: t } = services;
  const { analyzed, call } = found;
  const { providers } = (await services.engine()).factsFor(analyzed.configuration);
  const own = analyzed.sdksFor(call, call.destination.provider)[0] ?? call.sdk;
  const hasPolicy = isPolicySet(analyzed.configuration);
  const rows: (Pick<Alternative, 'provider' | 'endpointId' | 'model' | 'allowed'> & { readonly alternative: Alternative | null })[] = analyzed.alternatives(call).map((alternative) => ({ ...alternative, alternative }));
  // The same model through another SDK of the same provider.
  const model = call.request.model.values[0];
  if (model && call.destination.endpointId) rows.unshift({ provider: call.destination.provider, endpointId: call.destination.endpointId, model, allowed: true, alternative: null });
  const items: Choice[] = [];
  for (const row of rows) {
    for (const sdk of analyzed.sdksFor(call, row.provider)) {
      if (sdk === own) continue;
      const target: SwitchTarget = { provider: row.provider, endpointId: row.endpointId, model: row.model, sdk };
      const plan = analyzed.switchTo(call, target);
      if (!plan) continue;
      const losses = plan.losses.filter((loss) => loss.what !== 'renamed');
      items.push({
        target, label: `${sdk} · ${row.model}`,
        description: [targetName(row, providers, t), ...(row.alternative ? [differenceOf(row.alternative), zoneWithMark(row.alternative, hasPolicy, t)] : [])].join(' · '),
        detail: losses.length === 0 ? t('Nothing is lost.') : losses.map((loss) => lossMessage(loss, t)).join('; '),
      });
    }
  }
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('This call cannot be written for another SDK automatically.'));
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, { title: t('Write this call for another SDK'), placeHolder: t('Filter by SDK, model or provider; Enter shows the change'), matchOnDescription: true });
  if (chosen?.target) await applySwitch(services, found, chosen.target);
}

async function gateway(services: Services, found: FoundCall): Promise<void> {
  const { translate: t } = services;
  const { analyzed, call } = found;
  const { providers } = (await services.engine()).factsFor(analyzed.configuration);
  const items = analyzed.gatewaysFor(call).flatMap((target): Choice[] => {
    const plan = analyzed.switchTo(call, target);
    return plan ? [{ target, label: providerName(target.provider, providers, t), description: target.model, detail: [...(plan.keyVariable ? [t('needs {0}', plan.keyVariable)] : []), ...plan.losses.map((loss) => lossMessage(loss, t))].join('; ') }] : [];
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('This call cannot be put behind a gateway automatically.'));
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, { title: t('Put this call behind a gateway'), matchOnDescription: true, matchOnDetail: true });
  if (!chosen?.target) return;
  const fallbacks = chosen.target.provider === 'openrouter' || chosen.target.provider === 'litellm'
    ? await vscode.window.showInputBox({ title: t('Models to fall back to, separated by commas'), prompt: t('Leave empty for none.'), placeHolder: 'openai/gpt-5.4-mini, mistralai/mistral-small' }) : '';
  if (fallbacks === undefined) return;
  const list = fallbacks.split(',').map((each) => each.trim()).filter(Boolean);
  await applySwitch(services, found, { ...chosen.target, ...(list.length > 0 && { fallbacks: list }) });
}

/** Every call of the workspace that goes to one provider, in one edit with a preview. */
async function switchAll(services: Services, from: string | undefined, to: string | undefined): Promise<void> {
  const { translate: t } = services;
  const scan = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Looking for calls…'), cancellable: true }, (progress, token) =>
    scanWorkspace(services, (done, total) => progress.report({ message: `${done} / ${total}`, increment: 100 / Math.max(1, total) }), token));
  if (scan.cancelled) return;
  const found = scan.files.flatMap(({ uri, analysis }) => analysis.calls.map((call) => ({ uri, call })));
  const engine = await services.engine();
  const { providers } = engine.facts;
  const counts = new Map<string, number>();
  for (const { call } of found) if (call.operation === 'chat') counts.set(call.destination.provider, (counts.get(call.destination.provider) ?? 0) + 1);
  if (counts.size === 0) {
    void vscode.window.showInformationMessage(t('There is no call of a language model in this workspace.'));
    return;
  }
  const pick = async (title: string, ids: readonly string[], describe: (id: string) => string): Promise<string | undefined> =>
    (await vscode.window.showQuickPick(ids.map((id) => ({ id, label: providerName(id, providers, t), description: describe(id) })), { title, matchOnDescription: true }))?.id;
  const source = from ?? await pick(t('Switch all calls from'), [...counts.keys()], (id) => t('{0} calls', counts.get(id)!));
  if (!source) return;
  const target = to ?? await pick(t('Switch all calls to'), providers.filter((each) => each.id !== source && each.endpoints.some((endpoint) => endpoint.baseUrls)).map((each) => each.id), (id) => id);
  if (!target) return;
  const uris = [...new Map(found.filter(({ call }) => call.destination.provider === source).map(({ uri }) => [uri.toString(), uri])).values()];
  const edit = new vscode.WorkspaceEdit();
  let moved = 0;
  let refused = 0;
  const versions = new Map<vscode.TextDocument, number>();
  const finished = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Preparing the change…'), cancellable: true }, async (progress, token) => {
    for (const [index, uri] of uris.entries()) {
      if (token.isCancellationRequested) return false;
      progress.report({ message: `${index + 1} / ${uris.length}`, increment: 100 / uris.length });
      const document = await vscode.workspace.openTextDocument(uri);
      const language = engine.languageOf(uri.path);
      if (!language) { refused++; continue; }
      await engine.prepare(language);
      const configuration = services.settings.configurationFor(uri);
      const origin = services.project.originOfFile(uri) ?? undefined;
      const result = switchFile({
        engine, language, text: document.getText(), wanted: { provider: target, model: null, sdk: null, region: null }, configuration, today: services.today(), ...(origin && { origin }),
        selects: (call) => call.destination.provider === source && call.operation === 'chat', isCancelled: () => token.isCancellationRequested,
      });
      moved += result.moved.length;
      refused += result.refused.length;
      if (result.edits.length === 0) continue;
      versions.set(document, document.version);
      const description = [...result.moved.map((each) => `${each.from.model ?? '?'} → ${each.to.model} ${formatDifference(each.difference, '')}`), ...new Set(result.losses.map((loss) => lossMessage(loss, t)))].join('; ');
      const metadata = { label: t('Switch to {0}', providerName(target, providers, t)), description, needsConfirmation: true };
      edit.set(uri, result.edits.map((each): [vscode.TextEdit, vscode.WorkspaceEditEntryMetadata] => [vscode.TextEdit.replace(rangeOf(document, each.range), each.newText), metadata]));
      const files = (await dependencyFilesOf(document)).filter((file) => !edit.has(file.uri));
      proposeDependencies(edit, files, result.packages, result.keyVariables, { ...metadata, label: t('Packages and variables') });
      await new Promise((resolve) => { setTimeout(resolve, 0); });
    }
    return true;
  });
  if (!finished) return;
  if (moved === 0) {
    void vscode.window.showInformationMessage(t('None of these calls can be rewritten automatically.'));
    return;
  }
  if ([...versions].some(([document, version]) => document.version !== version)) {
    void vscode.window.showWarningMessage(t('The file has changed in the meantime. Please try again.'));
    return;
  }
  const applied = await vscode.workspace.applyEdit(edit, { isRefactoring: true });
  if (applied) void vscode.window.showInformationMessage([t('{0} calls have moved.', moved), ...(refused > 0 ? [t('{0} calls stay: they cannot be rewritten automatically.', refused)] : [])].join(' '));
}
