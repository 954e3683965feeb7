/** "Show Workspace Report": every call of the workspace on one page, which follows what is saved. */
import * as vscode from 'vscode';
import { registerCommand } from '../editor/commands.js';
import { openPlace } from '../editor/places.js';
import type { Services } from '../editor/services.js';
import { fillPage, pageOptions, pageTexts } from '../editor/webview.js';
import type { WorkspaceIndex } from '../editor/workspaceIndex.js';
import { reportIn } from '../editor/workspaceReport.js';
import type { FromPage, ToReport } from '../reporters/pages.js';
import type { Report } from '../reporters/report.js';

const viewType = 'tokenfare.report';

/** Registers the command and the page; a page that was open is there again after a reload. */
export function register(services: Services, index: WorkspaceIndex): vscode.Disposable & { report(): Promise<Report> } {
  const { log, extensionUri, translate: t } = services;
  let panel: vscode.WebviewPanel | undefined;

  const send = async (): Promise<void> => {
    const scan = index.latest();
    if (!panel || !scan) return;
    const message: ToReport = { type: 'report', report: await reportIn(services, scan), texts: pageTexts() };
    await panel.webview.postMessage(message);
  };
  const adopt = (opened: vscode.WebviewPanel): void => {
    panel = opened;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'tokenfare.svg');
    panel.webview.options = pageOptions(extensionUri);
    panel.onDidDispose(() => { panel = undefined; });
    panel.webview.onDidReceiveMessage((message: FromPage) => log.guard('report', undefined, async () => {
      switch (message.type) {
        case 'ready':
          await index.ready();
          return send();
        case 'refresh': await index.scan(); return undefined;
        case 'copy':
          await vscode.env.clipboard.writeText(message.text);
          vscode.window.setStatusBarMessage(t('Copied.'), 3000);
          return undefined;
        case 'open': {
          const file = message.place?.file;
          const found = [...index.latest()?.files ?? [], ...index.latest()?.skipped ?? []].find((each) => each.file === file);
          if (found && message.place) await openPlace(found.uri, message.place.cell ?? null, message.place.line);
          return undefined;
        }
        default: return undefined;
      }
    }));
    fillPage(panel, extensionUri, 'report', t('Tokenfare report'));
  };

  const subscriptions = vscode.Disposable.from(
    index.onDidChange(() => void log.guard('report', undefined, send)),
    registerCommand('tokenfare.showWorkspaceReport', log, async () => {
      await index.ready();
      if (panel) { panel.reveal(); return send(); }
      adopt(vscode.window.createWebviewPanel(viewType, t('Tokenfare report'), vscode.ViewColumn.Active, { ...pageOptions(extensionUri), enableFindWidget: true }));
      return undefined;
    }),
    vscode.window.registerWebviewPanelSerializer(viewType, { deserializeWebviewPanel: async (restored) => adopt(restored) }),
    { dispose: () => panel?.dispose() },
  );
  return { dispose: () => subscriptions.dispose(), report: async () => reportIn(services, await index.ready()) };
}
