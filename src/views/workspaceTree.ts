/** The view "LLM Calls": every call of the workspace by folder, provider, model, finding or owner, with what it costs. */
import * as vscode from 'vscode';
import { plainPlaces } from '../core/container.js';
import { formatCost, formatMoney, formatMoneySpread, scaleSpread, zoneLabel } from '../core/format.js';
import type { CallSite, Facts, Finding, Severity } from '../core/model.js';
import { registerCommand } from '../editor/commands.js';
import { openPlace } from '../editor/places.js';
import type { Services } from '../editor/services.js';
import { costPerThousand } from '../editor/summary.js';
import type { WorkspaceIndex } from '../editor/workspaceIndex.js';
import { ownersIn } from '../editor/workspaceReport.js';
import { findingMessage, priceSourceMessage, providerName, severityMessage, type Translate } from '../messages.js';
import { totalsOf } from '../reporters/totals.js';

const viewId = 'tokenfare.calls';
export const groupings = ['folder', 'provider', 'model', 'finding', 'owner'] as const;
type Grouping = (typeof groupings)[number];

interface CallNode {
  readonly kind: 'call';
  readonly uri: vscode.Uri;
  readonly file: string;
  readonly cell: number | null;
  readonly line: number;
  readonly call: CallSite;
  readonly findings: readonly Finding[];
}
interface GroupNode {
  readonly kind: 'group';
  readonly key: string;
  readonly label: string;
  readonly children: readonly (GroupNode | CallNode)[];
  readonly calls: readonly CallNode[];
}
type Node = GroupNode | CallNode;

export interface WorkspaceTree extends vscode.Disposable {
  /** The tree as text, for tests: two spaces per level, label and description. */
  outline(): Promise<string>;
  message(): string | undefined;
}

const rank: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1 };

/** Registers the view, its commands and the optional marks in the explorer. */
export function register(services: Services, index: WorkspaceIndex): WorkspaceTree {
  const { log, translate: t } = services;
  const changed = new vscode.EventEmitter<Node | undefined>();
  let filter = '';
  let roots: readonly Node[] = [];
  let facts: Facts | null = null;

  const grouping = (): Grouping => {
    const chosen = vscode.workspace.getConfiguration('tokenfare').get<string>('calls.groupBy');
    return groupings.find((each) => each === chosen) ?? 'folder';
  };

  const rebuild = async (): Promise<void> => {
    const scan = index.latest();
    facts = (await services.engine()).factsFor(services.settings.configurationFor());
    const ownersOf = grouping() === 'owner' ? await ownersIn() : () => [];
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const calls = (scan?.files ?? []).flatMap(({ uri, file, text, analysis, placeOf }): CallNode[] => {
      const places = placeOf ?? plainPlaces(text);
      return analysis.calls.map((call) => ({ kind: 'call', uri, file, ...places(call.calleeRange.start), call, findings: analysis.findings.filter((each) => each.callId === call.id) }));
    });
    const shown = calls.filter(({ file, call, findings }) => {
      const about = `${file} ${call.request.model.values.join(' ')} ${providerName(call.destination.provider, facts!.providers, t)} ${call.destination.provider} ${zoneLabel(call.destination.storageZone, call.destination.inferenceZone)} ${findings.map((each) => each.code).join(' ')}`.toLowerCase();
      return words.every((word) => about.includes(word));
    });
    roots = grouped(shown, grouping(), facts, ownersOf, t);
    describe(shown, calls.length);
    void vscode.commands.executeCommand('setContext', 'tokenfare.callsFound', calls.length > 0);
    void vscode.commands.executeCommand('setContext', 'tokenfare.scanned', scan !== null);
    changed.fire(undefined);
  };

  const tree = vscode.window.createTreeView<Node>(viewId, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => (node ? (node.kind === 'group' ? [...node.children] : []) : [...roots]),
      getTreeItem: (node) => itemOf(node, services, facts, t),
    },
  });

  const describe = (shown: readonly CallNode[], all: number): void => {
    const { currency } = services.settings.configurationFor();
    const { perThousand, perMonth, unpriced } = totalsOf(shown.map(({ call }) => call), currency, facts!.rates);
    const least = unpriced > 0 ? '≥ ' : '';
    const total = perMonth ? t('{0} a month', `${least}${formatMoney(perMonth.likely, currency)}`) : perThousand ? t('{0} / 1k calls', `${least}${formatMoney(perThousand.likely, currency)}`) : '';
    const errors = shown.reduce((sum, { findings }) => sum + findings.filter(({ severity }) => severity === 'error').length, 0);
    tree.description = total;
    tree.badge = errors > 0 ? { value: errors, tooltip: t('{0} calls with errors; {1}', errors, total) } : undefined;
    const cancelled = index.latest()?.cancelled ? [t('Stopped early: files after that were not read.')] : [];
    tree.message = [...(filter ? [t('{0} of {1} calls match "{2}".', shown.length, all, filter)] : []), ...cancelled].join(' ') || undefined;
  };
  const update = (): void => void log.guard('workspace tree', undefined, rebuild);
  const scanningChanged = (): void => {
    void vscode.commands.executeCommand('setContext', 'tokenfare.scanning', index.isScanning());
    if (index.isScanning() && !index.latest()) tree.message = t('Reading the workspace…');
    else update();
  };
  const decorations = explorerDecorations(services, index);

  const subscriptions = vscode.Disposable.from(
    changed, tree, decorations,
    index.onDidChange(scanningChanged),
    tree.onDidChangeVisibility(({ visible }) => { if (visible && !index.latest() && !index.isScanning()) void log.guard('workspace scan', undefined, () => index.scan()); }),
    vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('tokenfare.calls')) update(); }),
    registerCommand('tokenfare.scanWorkspace', log, () => index.scan()),
    registerCommand('tokenfare.cancelScan', log, () => index.cancel()),
    registerCommand('tokenfare.groupCalls', log, async () => {
      const chosen = await vscode.window.showQuickPick(groupings.map((each) => ({ label: groupingName(each, t), each, picked: each === grouping() })), { title: t('Group calls by') });
      if (chosen) await vscode.workspace.getConfiguration('tokenfare').update('calls.groupBy', chosen.each, vscode.ConfigurationTarget.Global);
    }),
    registerCommand('tokenfare.filterCalls', log, async () => {
      const words = await vscode.window.showInputBox({ title: t('Filter calls'), value: filter, prompt: t('By file, model, provider, zone or finding; empty shows all') });
      if (words === undefined) return;
      filter = words.trim();
      void vscode.commands.executeCommand('setContext', 'tokenfare.callsFiltered', filter !== '');
      await rebuild();
    }),
    registerCommand('tokenfare.clearCallsFilter', log, async () => {
      filter = '';
      void vscode.commands.executeCommand('setContext', 'tokenfare.callsFiltered', false);
      await rebuild();
    }),
    registerCommand('tokenfare.openCall', log, async (node) => { if (isCall(node)) await openPlace(node.uri, node.cell, node.line); }),
    registerCommand('tokenfare.compareCall', log, async (node) => {
      if (isCall(node)) await vscode.commands.executeCommand('tokenfare.openComparison', { uri: node.uri.toString(), callId: node.call.id, line: node.line });
    }),
  );
  if (tree.visible) void log.guard('workspace scan', undefined, () => index.ready());

  return {
    dispose: () => subscriptions.dispose(),
    message: () => tree.message,
    async outline() {
      await index.ready();
      await rebuild();
      const lines = (nodes: readonly Node[], depth: number): string[] => nodes.flatMap((node) => {
        const item = itemOf(node, services, facts, t);
        return [`${'  '.repeat(depth)}${String(item.label)} | ${String(item.description ?? '')}`, ...(node.kind === 'group' ? lines(node.children, depth + 1) : [])];
      });
      return lines(roots, 0).join('\n');
    },
  };
}

function isCall(value: unknown): value is CallNode {
  return typeof value === 'object' && value !== null && (value as Node).kind === 'call';
}

function groupingName(grouping: Grouping, t: Translate): string {
  switch (grouping) {
    case 'folder': return t('folder');
    case 'provider': return t('provider');
    case 'model': return t('model');
    case 'finding': return t('finding');
    case 'owner': return t('owner');
  }
}

function grouped(calls: readonly CallNode[], by: Grouping, facts: Facts, ownersOf: (file: string) => readonly string[], t: Translate): readonly Node[] {
  if (by === 'folder') return folders(calls, '');
  const groups = new Map<string, CallNode[]>();
  const keysOf = ({ call, file, findings }: CallNode): readonly string[] => {
    switch (by) {
      case 'provider': return [providerName(call.destination.provider, facts.providers, t)];
      case 'model': return [call.request.model.values.join(' | ') || t('model unknown')];
      case 'finding': return findings.length > 0 ? [...new Set(findings.map((each) => each.code))] : [t('no findings')];
      case 'owner': { const owners = ownersOf(file); return owners.length > 0 ? owners : [t('nobody')]; }
    }
  };
  for (const call of calls) {
    for (const key of keysOf(call)) {
      const group = groups.get(key);
      if (group) group.push(call);
      else groups.set(key, [call]);
    }
  }
  return [...groups].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([key, list]) => ({ kind: 'group', key: `${by}/${key}`, label: key, children: list, calls: list }));
}

/** Folders in folders; one that holds nothing but another is shown with it. */
function folders(calls: readonly CallNode[], above: string): readonly Node[] {
  const here = new Map<string, CallNode[]>();
  for (const call of calls) {
    const rest = call.file.slice(above.length);
    const name = rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest;
    const group = here.get(name);
    if (group) group.push(call);
    else here.set(name, [call]);
  }
  return [...here].sort((a, b) => Number(b[0].endsWith('/')) - Number(a[0].endsWith('/')) || (a[0] < b[0] ? -1 : 1)).map(([name, list]): GroupNode => {
    if (!name.endsWith('/')) return { kind: 'group', key: `file/${above}${name}`, label: name, children: list, calls: list };
    const children = folders(list, above + name);
    const [only] = children;
    return children.length === 1 && only?.kind === 'group' && only.key.startsWith('folder/')
      ? { ...only, label: `${name.slice(0, -1)}/${only.label}` } : { kind: 'group', key: `folder/${above}${name}`, label: name.slice(0, -1), children, calls: list };
  });
}

function itemOf(node: Node, services: Services, facts: Facts | null, t: Translate): vscode.TreeItem {
  if (node.kind === 'group') {
    const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
    item.id = node.key;
    const { currency } = services.settings.configurationFor();
    const { perThousand, perMonth, unpriced } = totalsOf(node.calls.map(({ call }) => call), currency, facts!.rates);
    const sum = perMonth ?? perThousand;
    const least = unpriced > 0 ? '≥ ' : '';
    const money = sum ? perMonth ? t('{0} a month', `${least}${formatMoney(sum.likely, currency)}`) : t('{0} / 1k calls', `${least}${formatMoney(sum.likely, currency)}`) : '';
    item.description = [t('calls: {0}', node.calls.length), money].filter(Boolean).join(' · ');
    item.tooltip = sum ? formatMoneySpread(sum, currency) : t('no price known');
    item.contextValue = 'group';
    if (node.key.startsWith('file/')) {
      item.resourceUri = node.calls[0]!.uri;
      item.iconPath = vscode.ThemeIcon.File;
    } else if (node.key.startsWith('folder/')) item.iconPath = vscode.ThemeIcon.Folder;
    return item;
  }
  const { call, file, cell, line, findings } = node;
  const worst = [...findings].sort((a, b) => rank[b.severity] - rank[a.severity])[0];
  const item = new vscode.TreeItem(call.request.model.values.join(' | ') || t('model unknown'));
  const place = cell === null ? `${line}` : `#${cell}:${line}`;
  item.description = `${file.split('/').at(-1)}:${place} · ${costPerThousand(call.estimate, t)}`;
  item.iconPath = worst?.severity === 'error' ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
    : worst?.severity === 'warning' ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')) : new vscode.ThemeIcon('symbol-event');
  item.contextValue = 'call';
  item.command = { command: 'tokenfare.openCall', title: t('Open'), arguments: [node] };
  const { cost } = call.estimate;
  item.tooltip = [
    `${file}:${place} · ${call.method} · ${providerName(call.destination.provider, facts?.providers ?? [], t)} · ${zoneLabel(call.destination.storageZone, call.destination.inferenceZone)}`,
    cost.perCall ? `${t('{0} / 1k calls', formatCost(cost, 1000))} (${formatMoneySpread(scaleSpread(cost.perCall, 1000), cost.currency)})` : costPerThousand(call.estimate, t),
    ...(cost.perCall && call.callsPerMonth !== null ? [t('{0} a month', formatCost(cost, call.callsPerMonth))] : []),
    priceSourceMessage(cost, services.today(), t),
    ...findings.map((each) => `${severityMessage(each.severity, t)}: ${findingMessage(each, t)}`),
  ].filter((each) => each !== null).join('\n');
  item.accessibilityInformation = { label: `${String(item.label)}, ${item.description}${worst ? `, ${severityMessage(worst.severity, t)}` : ''}` };
  return item;
}

/** The number of calls beside each file in the explorer, when the setting says so. */
function explorerDecorations(services: Services, index: WorkspaceIndex): vscode.Disposable {
  const { translate: t } = services;
  const changed = new vscode.EventEmitter<undefined>();
  const isOn = (): boolean => vscode.workspace.getConfiguration('tokenfare').get('calls.explorerDecorations') === true;
  return vscode.Disposable.from(
    changed,
    index.onDidChange(() => changed.fire(undefined)),
    vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('tokenfare.calls.explorerDecorations')) changed.fire(undefined); }),
    vscode.window.registerFileDecorationProvider({
      onDidChangeFileDecorations: changed.event,
      provideFileDecoration(uri) {
        const file = isOn() ? index.latest()?.files.find((each) => each.uri.toString() === uri.toString()) : undefined;
        if (!file || file.analysis.calls.length === 0) return undefined;
        const count = file.analysis.calls.length;
        return new vscode.FileDecoration(count > 99 ? '99' : String(count), t('LLM calls: {0}', count));
      },
    }),
  );
}
