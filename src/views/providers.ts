/** The Providers view: every provider of the catalog with zones, prices, fees and pitfalls, and its card. */
import * as vscode from 'vscode';
import { zoneLabel } from '../core/format.js';
import type { Facts, Model, Provider } from '../core/model.js';
import { nextPriceDay } from '../core/price.js';
import { registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';
import { certaintyMessage, dayMessage, priceAgeMessage, topicMessage, type Translate } from '../messages.js';
import { markdown } from '../reporters/blocks.js';
import { priceToday, providerCard, rateOf } from '../reporters/providerCard.js';

const scheme = 'tokenfare-provider';
const viewId = 'tokenfare.providers';

type Group = 'pitfalls' | 'places' | 'models' | 'facts' | 'fees';
type Node =
  | { readonly kind: 'provider'; readonly provider: Provider }
  | { readonly kind: 'group'; readonly provider: Provider; readonly group: Group }
  | { readonly kind: 'leaf'; readonly label: string; readonly description: string; readonly tooltip: string; readonly icon: string; readonly link: string | null };

/** Registers the view, its commands and the documents that hold the cards. */
export function register(services: Services): vscode.Disposable {
  const { log, translate: t } = services;
  const changed = new vscode.EventEmitter<void>();
  const cards = new vscode.EventEmitter<vscode.Uri>();
  const factsNow = async (): Promise<Facts> => (await services.engine()).factsFor(services.settings.configurationFor());

  const tree = vscode.window.createTreeView<Node>(viewId, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (node) => itemOf(node, t),
      getChildren: (node) => log.guard('providers', [] as Node[], async () => childrenOf(node, await factsNow(), services, t)),
      getParent: () => undefined,
    },
  });

  const show = async (id: unknown): Promise<void> => {
    const provider = await find(id, await factsNow(), services);
    if (!provider) return;
    await vscode.commands.executeCommand('markdown.showPreview', cardUri(provider));
  };
  const refresh = (): void => {
    changed.fire();
    for (const document of vscode.workspace.textDocuments) if (document.uri.scheme === scheme) cards.fire(document.uri);
  };

  return vscode.Disposable.from(
    changed, cards, tree,
    services.packs.onDidChange(refresh),
    services.settings.onDidChange(refresh),
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: cards.event,
      provideTextDocumentContent: (uri) => log.guard('provider card', '', async () => {
        const facts = await factsNow();
        const provider = facts.providers.find((each) => each.id === uri.query);
        return provider ? markdown(providerCard(provider, services.today(), services.settings.configurationFor().currency, t, true)) : t('This provider is not in the catalog.');
      }),
    }),
    registerCommand('tokenfare.showProvider', log, (node) => show(idOf(node))),
    registerCommand('tokenfare.findProvider', log, async () => {
      const chosen = await search(await factsNow(), services);
      if (!chosen) return;
      await vscode.commands.executeCommand(`${viewId}.focus`);
      await show(chosen.id);
    }),
    registerCommand('tokenfare.openProviderPage', log, async (node) => {
      const provider = await find(idOf(node), await factsNow(), services);
      if (provider) await vscode.env.openExternal(vscode.Uri.parse(provider.pricePage ?? provider.home));
    }),
    registerCommand('tokenfare.compareWithProvider', log, async (node) => {
      const provider = await find(idOf(node), await factsNow(), services);
      if (provider) await vscode.commands.executeCommand('tokenfare.compareProviders', undefined, provider.id);
    }),
  );
}

function cardUri(provider: Provider): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${provider.name.replace(/[/\\?#]/g, ' ')}.md`, query: provider.id });
}

/** Provider meant by a tree node or by an id. */
function idOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'provider' in value ? (value as { provider: Provider }).provider.id : value;
}

async function find(id: unknown, facts: Facts, services: Services): Promise<Provider | undefined> {
  return facts.providers.find((each) => each.id === id) ?? search(facts, services);
}

/** A pick list of providers, and of every model with its rates: whoever looks for a model finds who offers it. */
async function search(facts: Facts, services: Services): Promise<Provider | undefined> {
  const { translate: t } = services;
  const today = services.today();
  const { currency } = services.settings.configurationFor();
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, provider: undefined });
  const items = [
    ...facts.providers.map((provider) => ({
      label: provider.name, provider: provider as Provider | undefined,
      description: [provider.id, ...zonesOf(provider)].join(' · '),
      detail: provider.models.filter((model) => model.current).slice(0, 12).map((model) => model.id).join(', '),
    })),
    separator(t('Models')),
    ...facts.providers.flatMap((provider) => provider.models.map((model) => {
      const price = priceToday(provider, model, today, currency);
      return { label: model.id, provider: provider as Provider | undefined, description: [provider.name, [rateOf(price, 'input-token'), rateOf(price, 'output-token')].filter(Boolean).join(' / ')].filter(Boolean).join(' · ') };
    })),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: t('Providers'), placeHolder: t('Filter by name, zone or model'), matchOnDescription: true, matchOnDetail: true });
  return chosen?.provider;
}

function zonesOf(provider: Provider): string[] {
  return [...new Set(provider.endpoints.map((each) => zoneLabel(each.storageZone, each.inferenceZone)))].slice(0, 4);
}

function itemOf(node: Node, t: Translate): vscode.TreeItem {
  if (node.kind === 'provider') {
    const { provider } = node;
    const item = new vscode.TreeItem(provider.name, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = provider.id;
    item.description = zonesOf(provider).join(' · ');
    item.tooltip = [provider.name, provider.home, provider.retention, provider.training].filter((each) => each !== undefined).join('\n');
    item.iconPath = new vscode.ThemeIcon(provider.local ? 'vm' : provider.gateway ? 'git-merge' : 'cloud');
    item.contextValue = 'provider';
    return item;
  }
  if (node.kind === 'group') {
    const item = new vscode.TreeItem(groupName(node.group, t), node.group === 'places' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed);
    item.id = `${node.provider.id}/${node.group}`;
    return item;
  }
  const item = new vscode.TreeItem(node.label);
  item.description = node.description;
  item.tooltip = node.tooltip;
  item.iconPath = new vscode.ThemeIcon(node.icon);
  if (node.link) item.command = { command: 'vscode.open', title: t('Open Price Source'), arguments: [vscode.Uri.parse(node.link)] };
  return item;
}

function groupName(group: Group, t: Translate): string {
  switch (group) {
    case 'pitfalls': return t('Pitfalls');
    case 'places': return t('Where data goes');
    case 'models': return t('Models and prices');
    case 'facts': return t('Facts');
    case 'fees': return t('Fees, plans and free use');
  }
}

function childrenOf(node: Node | undefined, facts: Facts, services: Services, t: Translate): Node[] {
  if (!node) return facts.providers.map((provider) => ({ kind: 'provider', provider }));
  if (node.kind === 'leaf') return [];
  const { provider } = node;
  if (node.kind === 'provider') {
    const groups: readonly [Group, number][] = [
      ['places', provider.endpoints.length], ['pitfalls', (provider.facts ?? []).filter((each) => each.pitfall).length], ['models', provider.models.length],
      ['fees', (provider.charges?.length ?? 0) + (provider.plans?.length ?? 0) + (provider.freeAllowances?.length ?? 0) + (provider.injectedTokens ? 1 : 0)],
      ['facts', (provider.facts ?? []).filter((each) => !each.pitfall).length],
    ];
    return groups.filter(([, count]) => count > 0).map(([group]) => ({ kind: 'group', provider, group }));
  }
  const today = services.today();
  const { currency } = services.settings.configurationFor();
  const linkOf = (source: string): string | null => /https:\/\/[^\s,;)]+/.exec(source)?.[0] ?? null;
  switch (node.group) {
    case 'places': return provider.endpoints.map((each) => ({
      kind: 'leaf', label: each.host, description: `${zoneLabel(each.storageZone, each.inferenceZone)} · ${certaintyMessage(each.certainty, t)}`, icon: 'globe',
      tooltip: [each.operator, each.remedy, each.note, `${each.source}, ${each.checkedOn}`].filter((text) => text !== undefined).join('\n'), link: linkOf(each.source),
    }));
    case 'models': return [...provider.models].sort((a, b) => rank(b) - rank(a)).map((model) => modelLeaf(provider, model, today, currency, linkOf, t));
    case 'pitfalls':
    case 'facts': return (provider.facts ?? []).filter((each) => Boolean(each.pitfall) === (node.group === 'pitfalls')).map((each) => ({
      kind: 'leaf', label: topicMessage(each.topic, t), description: each.text, icon: each.pitfall ? 'warning' : 'info', link: linkOf(each.source),
      tooltip: [each.text, each.found, `${each.source}, ${each.checkedOn}`].filter((text) => text !== undefined).join('\n'),
    }));
    case 'fees': return [
      ...(provider.charges ?? []).map((each): Node => ({ kind: 'leaf', label: each.name, description: each.percent ? `${each.percent}%` : `${each.amount} ${each.currency} / ${each.per}`, icon: 'credit-card', tooltip: `${each.note ?? ''}\n${each.source}, ${each.checkedOn}`.trim(), link: linkOf(each.source) })),
      ...(provider.injectedTokens ? [{ kind: 'leaf' as const, label: t('tokens added by the vendor'), description: `× ${provider.injectedTokens.factor.low}–${provider.injectedTokens.factor.high ?? '?'}`, icon: 'warning', tooltip: provider.injectedTokens.source, link: linkOf(provider.injectedTokens.source) }] : []),
      ...(provider.plans ?? []).map((each): Node => ({ kind: 'leaf', label: each.name, description: each.fees?.map((fee) => `${fee.amount} ${each.currency}`).join(', ') ?? t('fee not published'), icon: 'credit-card', tooltip: [each.restriction, each.note, `${each.source}, ${each.checkedOn}`].filter((text) => text !== undefined).join('\n'), link: linkOf(each.source) })),
      ...(provider.freeAllowances ?? []).map((each): Node => ({ kind: 'leaf', label: t('free credit'), description: each.amount ? `${each.amount} ${each.currency}` : `${each.quantity} ${each.unit}`, icon: 'gift', tooltip: `${each.note ?? ''}\n${each.source}, ${each.checkedOn}`.trim(), link: linkOf(each.source) })),
    ];
  }
}

function rank(model: Model): number {
  return (model.current ? 4 : 0) + (model.prices.length > 0 ? 2 : 0) - (model.retirement ? 3 : 0);
}

function modelLeaf(provider: Provider, model: Model, today: string, currency: string, linkOf: (source: string) => string | null, t: Translate): Node {
  const price = priceToday(provider, model, today, currency);
  const next = nextPriceDay(model, provider.defaultEndpoint?.['*'] ?? null, today, currency);
  const rates = [rateOf(price, 'input-token'), rateOf(price, 'output-token')].filter(Boolean).join(' / ');
  return {
    kind: 'leaf', label: model.id, icon: model.retirement ? 'history' : 'symbol-misc',
    description: [
      rates || t('no price known'), ...(model.retirement ? [t('shuts down {0}', dayMessage(model.retirement.on, today, t))] : []),
      ...(next ? [t('price changes {0}', dayMessage(next, today, t))] : []), ...[priceAgeMessage(price?.checkedOn ?? null, today, t)].filter((each) => each !== null),
    ].join(' · '),
    tooltip: price ? `${price.source}, ${price.checkedOn}` : t('no price known'), link: price ? linkOf(price.source) : null,
  };
}
