/** The usage dashboard: a page of its own under a strict content security policy. It draws what core/dashboard.ts works out. */
import * as vscode from 'vscode';
import { siteName } from '../core/attribution.js';
import { dashboardOf, type DashboardData, type DashboardGroup } from '../core/dashboard.js';
import { nextDay, periodOf, type Period } from '../core/period.js';
import { inScope } from '../core/spending.js';
import { registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';
import type { Usage } from '../editor/usage.js';

const viewType = 'tokenfare.dashboard';

/** What is chosen in the page. */
interface DashboardState {
  readonly range: string;
  readonly from: string;
  readonly to: string;
  readonly group: DashboardGroup;
  readonly hidden: readonly string[];
}

export interface DashboardView extends vscode.Disposable {
  /** What the open page shows; null without one. For tests. */
  shown(): DashboardData | null;
}

const groups: readonly DashboardGroup[] = ['provider', 'model', 'callSite', 'source'];

/** Registers the command and the page. */
export function register(services: Services, usage: Usage, isMetering: () => boolean): DashboardView {
  const { extensionUri, documents, settings, project, log, translate: t } = services;
  let panel: vscode.WebviewPanel | null = null;
  let state: DashboardState = { range: 'month', from: '', to: '', group: 'provider', hidden: [] };
  let data: DashboardData | null = null;

  const estimates = (): ReadonlyMap<string, { readonly low: number; readonly likely: number; readonly high: number | null }> => new Map(documents.all().flatMap((analyzed) => {
    const origin = project.originOf(analyzed.document);
    return origin ? analyzed.analysis.calls.flatMap((call) => {
      const perCall = call.estimate.cost.perCall;
      return perCall ? [[siteName(origin, analyzed.lines.positionAt(call.callRange.start).line), perCall] as const] : [];
    }) : [];
  }));

  const update = async (): Promise<void> => {
    if (!panel) return;
    const nowMs = Date.now();
    const period = periodOfState(state, nowMs);
    const rows = await usage.rows(period);
    const rates = usage.rates();
    const configuration = settings.configurationFor();
    const [main] = usage.states(configuration);
    const known = estimates();
    data = rates ? dashboardOf({
      rows, shapes: usage.shapes(period), period, group: state.group, currency: configuration.currency, rates, hidden: new Set(state.hidden), nowMs, budget: main ?? null,
      budgetRows: main ? usage.latest(main.period).filter(({ key }) => inScope(key, main.budget.scope)) : [], estimateOf: (site) => known.get(site) ?? null,
    }) : null;
    await panel.webview.postMessage({ type: 'show', data, state, metering: isMetering(), available: usage.backend !== null, texts: texts() });
  };
  const refresh = (): void => { void log.guard('usage dashboard', undefined, update); };

  const receive = async (message: unknown): Promise<void> => {
    const { command, state: chosen, site } = (typeof message === 'object' && message !== null ? message : {}) as { command?: unknown; state?: unknown; site?: unknown };
    switch (command) {
      case 'ready': return update();
      case 'choose': state = stateOf(chosen) ?? state; return update();
      case 'start': await vscode.commands.executeCommand('tokenfare.startMetering'); return update();
      case 'stop': await vscode.commands.executeCommand('tokenfare.stopMetering'); return update();
      case 'import': await vscode.commands.executeCommand('tokenfare.importUsage'); return update();
      case 'export': return void await vscode.commands.executeCommand('tokenfare.exportUsage');
      case 'open': if (typeof site === 'string') await openSite(site); return;
      default:
    }
  };

  const openSite = async (site: string): Promise<void> => {
    const match = /^(.+):(\d+)$/.exec(site);
    if (!match) return;
    const [, path, line] = match as unknown as [string, string, string];
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const uri = vscode.Uri.joinPath(folder.uri, path);
      // A name from the ledger may not lead out of the workspace.
      if (!uri.path.startsWith(`${folder.uri.path}/`) || !await vscode.workspace.fs.stat(uri).then(() => true, () => false)) continue;
      const at = new vscode.Position(Math.max(0, Number(line) - 1), 0);
      await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, selection: new vscode.Range(at, at) });
      return;
    }
    void vscode.window.showInformationMessage(t('{0} is not in this workspace.', path));
  };

  const adopt = (next: vscode.WebviewPanel): void => {
    panel = next;
    next.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'tokenfare.svg');
    next.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')] };
    next.webview.onDidReceiveMessage((message: unknown) => { void log.guard('usage dashboard', undefined, () => receive(message)); });
    next.onDidDispose(() => { panel = null; data = null; });
    next.webview.html = page(next.webview, extensionUri, t('Usage'));
  };

  const subscriptions = vscode.Disposable.from(
    registerCommand('tokenfare.showDashboard', log, () => {
      if (panel) panel.reveal();
      else adopt(vscode.window.createWebviewPanel(viewType, t('Usage'), vscode.ViewColumn.Active, { retainContextWhenHidden: false }));
      usage.touch();
    }),
    vscode.window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel(restored, kept) {
        state = stateOf(kept) ?? state;
        adopt(restored);
        return Promise.resolve();
      },
    }),
    usage.onDidChange(refresh), settings.onDidChange(refresh),
  );
  return { shown: () => data, dispose: () => { panel?.dispose(); subscriptions.dispose(); } };
}

/** What a page may send, checked. */
function stateOf(value: unknown): DashboardState | null {
  if (typeof value !== 'object' || value === null) return null;
  const { range, from, to, group, hidden } = value as Record<string, unknown>;
  const day = (text: unknown): string => (typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : '');
  return {
    range: typeof range === 'string' && ['today', 'week', 'month', '30', '90', 'custom'].includes(range) ? range : 'month', from: day(from), to: day(to),
    group: groups.find((each) => each === group) ?? 'provider', hidden: Array.isArray(hidden) ? hidden.filter((each): each is string => typeof each === 'string').slice(0, 20) : [],
  };
}

function periodOfState({ range, from, to }: DashboardState, nowMs: number): Period {
  const tomorrow = nextDay(nowMs);
  switch (range) {
    case 'today': return periodOf({ period: 'day' }, nowMs);
    case 'week': return periodOf({ period: 'week' }, nowMs);
    case '30': case '90': return { fromMs: periodOf({ period: 'day' }, tomorrow - Number(range) * 86_400_000).fromMs, toMs: tomorrow };
    case 'custom': {
      const first = from ? new Date(`${from}T00:00:00`).getTime() : periodOf({ period: 'month' }, nowMs).fromMs;
      const last = to ? nextDay(new Date(`${to}T00:00:00`).getTime()) : tomorrow;
      return last > first ? { fromMs: first, toMs: last } : { fromMs: first, toMs: nextDay(first) };
    }
    default: return periodOf({ period: 'month' }, nowMs);
  }
}

/** Sentences of the page in the reader's language. */
function texts(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(vscode.l10n.bundle ?? {}).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
}

function page(webview: vscode.Webview, extensionUri: vscode.Uri, title: string): string {
  const asset = (file: string): string => String(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file)));
  const nonce = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `<!doctype html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title.replace(/[<&>"]/g, ' ')}</title>
<link rel="stylesheet" href="${asset('dashboard.css')}">
</head>
<body>
<main id="root"></main>
<script nonce="${nonce}" src="${asset('dashboard.js')}"></script>
</body>
</html>`;
}
