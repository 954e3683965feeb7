/** The same call at every sensible provider, in a list that the keyboard alone can use. Choosing one switches. */
import * as vscode from 'vscode';
import type { Alternative, Facts, Provider } from '../core/model.js';
import { hasPolicy as isPolicySet } from '../core/policy.js';
import type { SwitchTarget } from '../core/engine.js';
import { formatMoneySpread, formatTokenCount, scaleSpread } from '../core/format.js';
import { findCall, referenceTo, sameCall, type FoundCall } from '../editor/calls.js';
import { registerCommand } from '../editor/commands.js';
import { openPricePage } from '../editor/priceSource.js';
import type { Services } from '../editor/services.js';
import { costPerThousand, differenceOf, shortEstimate, targetName, zoneWithMark } from '../editor/summary.js';
import { applySwitch } from '../editor/switching.js';
import { alternativeNotes, basisMessage, priceChangeMessage, priceSourceMessage, providerName, residencyMessage, type Translate } from '../messages.js';

interface Item extends vscode.QuickPickItem {
  readonly alternative?: Alternative;
}

/** True while the active editor has calls; the editor's context menu asks for it. */
const callsInEditor = 'tokenfare.callsInEditor';

/** Registers `Compare Providers for This Call` and `Switch Provider`. */
export function register(services: Services): vscode.Disposable {
  const { documents } = services;
  let known: boolean | undefined;
  const setContext = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const latest = document && documents.latest(document);
    const has = latest !== undefined && latest.analyzed.analysis.calls.length > 0;
    if (has === known) return;
    known = has;
    void vscode.commands.executeCommand('setContext', callsInEditor, has);
  };

  return vscode.Disposable.from(
    documents.onDidAnalyze(setContext),
    vscode.window.onDidChangeActiveTextEditor(setContext),
    registerCommand('tokenfare.compareProviders', services.log, async (reference, provider) => {
      const found = await findCall(services, reference);
      if (found) await compare(services, found, typeof provider === 'string' ? provider : undefined);
    }),
    registerCommand('tokenfare.switchProvider', services.log, async (reference, target) => {
      const found = await findCall(services, reference);
      if (!found) return;
      if (isTarget(target)) await applySwitch(services, found, target);
      else await compare(services, found);
    }),
  );
}

/** Lists the alternatives until one is chosen; follows edits and settings while it is open. `only`: filter to this provider. */
async function compare(services: Services, start: FoundCall, only?: string): Promise<void> {
  const { documents, translate: t } = services;
  const facts = (await services.engine()).factsFor(start.analyzed.configuration);
  const fresh = await documents.current(start.analyzed.document);
  const call = fresh && sameCall(fresh, start);
  if (!fresh || !call) return;
  let found: FoundCall = { analyzed: fresh, call };

  const list = vscode.window.createQuickPick<Item>();
  const openPrices: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('link-external'), tooltip: t('Open price source') };
  const openPage: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('graph'), tooltip: t('Compare in detail: scenario, charts, all models') };
  list.buttons = [openPage];
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.placeholder = t('Filter by model, provider or zone; Enter moves the call there');

  const fill = (): void => {
    list.title = `${found.call.request.model.values[0] ?? t('model unknown')} · ${shortEstimate(found.call, t)}`;
    const active = keyOf(list.activeItems[0]?.alternative);
    list.items = itemsOf(found, facts, openPrices, t);
    const again = active && list.items.find((item) => keyOf(item.alternative) === active);
    if (again) list.activeItems = [again];
    else selectFirst(list);
  };
  fill();
  if (only) list.value = providerName(only, facts.providers, t);

  const chosen = await new Promise<Alternative | undefined>((resolve) => {
    const subscriptions = vscode.Disposable.from(
      documents.onDidAnalyze((analyzed) => {
        if (analyzed.document !== found.analyzed.document) return;
        const moved = sameCall(analyzed, found);
        if (!moved) return;
        found = { analyzed, call: moved };
        fill();
      }),
      list.onDidTriggerItemButton(({ item }) => void openPricePage(services, item.alternative?.provider ?? found.call.destination.provider, item.alternative?.estimate.cost ?? found.call.estimate.cost)),
      list.onDidTriggerButton(() => {
        void vscode.commands.executeCommand('tokenfare.openComparison', { ...referenceTo(found.analyzed, found.call), line: found.analyzed.lines.positionAt(found.call.calleeRange.start).line });
        list.hide();
      }),
      list.onDidAccept(() => {
        resolve(list.activeItems[0]?.alternative);
        list.hide();
      }),
      list.onDidHide(() => {
        resolve(undefined);
        subscriptions.dispose();
        list.dispose();
      }),
    );
    list.show();
  });
  if (chosen) await applySwitch(services, found, { provider: chosen.provider, endpointId: chosen.endpointId, model: chosen.model });
}

function itemsOf({ analyzed, call }: FoundCall, facts: Facts, openPrices: vscode.QuickInputButton, t: Translate): Item[] {
  const hasPolicy = isPolicySet(analyzed.configuration);
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const all = analyzed.alternatives(call);
  const item = (alternative: Alternative): Item => itemOf(alternative, hasPolicy, facts.providers, analyzed.today, openPrices, t);
  const allowed = all.filter((each) => each.allowed).map(item);
  const refused = all.filter((each) => !each.allowed).map(item);
  return [
    separator(t('now')),
    {
      label: `$(check) ${call.request.model.values[0] ?? t('model unknown')}`,
      description: costPerThousand(call.estimate, t),
      detail: [
        providerName(call.destination.provider, facts.providers, t), residencyMessage(call.destination, t),
        ...[priceChangeMessage(call.estimate.cost, analyzed.today, t), priceSourceMessage(call.estimate.cost, analyzed.today, t)].filter((each) => each !== null),
      ].join(' · '),
      buttons: [openPrices],
    },
    ...(allowed.length > 0 ? [separator(hasPolicy ? t('allowed by the policy') : t('the same call at')), ...allowed] : []),
    ...(refused.length > 0 ? [separator(t('outside the policy')), ...refused] : []),
    ...(all.length === 0 ? [separator(t('no alternative is known for this call'))] : []),
  ];
}

function itemOf(
  alternative: Alternative, hasPolicy: boolean, providers: readonly Provider[], today: string, openPrices: vscode.QuickInputButton, t: Translate,
): Item {
  const { input, cost } = alternative.estimate;
  const tokens = `${t('{0} tok in', formatTokenCount(input))}${input.basis === 'exact' ? ` ${basisMessage('exact', t)}` : ''}`;
  const source = priceSourceMessage(cost, today, t);
  return {
    alternative,
    label: alternative.model,
    description: [
      costPerThousand(alternative.estimate, t), differenceOf(alternative), zoneWithMark(alternative, hasPolicy, t),
    ].join('  ·  '),
    detail: [
      targetName(alternative, providers, t),
      tokens,
      ...(cost.perCall && cost.perCall.low !== cost.perCall.high ? [t('{0} per 1k calls', formatMoneySpread(scaleSpread(cost.perCall, 1000), cost.currency))] : []),
      ...alternativeNotes(alternative, today, t, false),
      ...(source ? [source] : []),
    ].join(' · '),
    buttons: [openPrices],
  };
}

/** The first alternative is preselected, not the present provider, so that Enter does something. */
function selectFirst(list: vscode.QuickPick<Item>): void {
  const item = list.items.find((each) => each.alternative);
  if (item) list.activeItems = [item];
}

function keyOf(alternative: Alternative | undefined): string | undefined {
  return alternative && `${alternative.provider} ${alternative.endpointId} ${alternative.model}`;
}

function isTarget(value: unknown): value is SwitchTarget {
  if (typeof value !== 'object' || value === null) return false;
  const { provider, endpointId, model } = value as Record<string, unknown>;
  return typeof provider === 'string' && typeof endpointId === 'string' && typeof model === 'string';
}
