/** "Show Workspace Report": every call of the workspace in one read-only document, with links to the code. */
import * as vscode from 'vscode';
import { formatCost, formatMoney, formatTokenCount, zoneLabel } from '../core/format.js';
import type { Facts } from '../core/model.js';
import { registerCommand } from '../editor/commands.js';
import { alignedTable } from '../editor/markdown.js';
import type { Services } from '../editor/services.js';
import { costPerThousand } from '../editor/summary.js';
import { scanWorkspace, type WorkspaceScan } from '../editor/workspaceScan.js';
import { findingMessage, leftOutMessage, providerName, skipMessage, type Translate } from '../messages.js';

const scheme = 'tokenfare-report';
const reportUri = vscode.Uri.from({ scheme, path: '/Tokenfare Workspace Report' });

/** Registers the command, the document and the links in it. */
export function register(services: Services): vscode.Disposable {
  const { log, translate: t } = services;
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let text = '';
  let places = new Map<string, vscode.Uri>();

  const show = async (): Promise<void> => {
    const { facts } = await services.engine();
    const scan = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t('Tokenfare: reading the workspace'), cancellable: true },
      (progress, token) => {
        let shown = 0;
        return scanWorkspace(services, (done, total) => {
          const percent = Math.floor((done / total) * 100);
          if (percent === shown) return;
          progress.report({ increment: percent - shown, message: `${done} / ${total}` });
          shown = percent;
        }, token);
      },
    );
    text = reportOf(scan, facts, services.today(), services.settings.configurationFor().currency, t);
    places = placesOf(scan);
    changed.fire(reportUri);
    const document = await vscode.workspace.openTextDocument(reportUri);
    await vscode.window.showTextDocument(document, { preview: false });
  };

  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, { onDidChange: changed.event, provideTextDocumentContent: () => text }),
    vscode.languages.registerDocumentLinkProvider({ scheme }, {
      provideDocumentLinks: (document) => log.guard('report links', [], () => linksOf(document, places)),
    }),
    registerCommand('tokenfare.showWorkspaceReport', log, show),
  );
}

/** The report as Markdown whose tables are also aligned as plain text. */
function reportOf(scan: WorkspaceScan, facts: Facts, today: string, currency: string, t: Translate): string {
  const cell = (content: string): string => content.replace(/[|\r\n]+/g, ' ');
  const priced = scan.calls.filter(({ call }) => call.estimate.cost.perCall);
  const total = priced.reduce((sum, { call }) => sum + call.estimate.cost.perCall!.likely * 1000, 0);
  const unknown = scan.calls.length - priced.length;
  const blocks = [`# ${t('Tokenfare Workspace Report')}`];
  blocks.push([
    t('Calls: {0}. Files read: {1}. Date: {2}.', scan.calls.length, scan.files, today),
    ...(priced.length > 0 ? [t('1,000 runs of each call with a known price: {0}.', formatMoney(total, currency))] : []),
    ...(unknown > 0 ? [t('Calls with unknown cost: {0}.', unknown)] : []),
    ...(scan.cancelled ? [t('Stopped early: files after that were not read.')] : []),
  ].join(' '));

  if (scan.calls.length > 0) {
    blocks.push(`## ${t('Calls')}`);
    blocks.push(alignedTable(
      [t('where'), t('model'), t('provider'), t('tokens in'), t('tokens out'), t('per 1k calls'), t('data in')],
      scan.calls.map(({ file, line, column, call }) => [
        `${file}:${line}:${column}`,
        call.request.model.values[0] ?? t('unknown'),
        providerName(call.destination.provider, facts.providers, t),
        formatTokenCount(call.estimate.input),
        formatTokenCount(call.estimate.output),
        call.estimate.cost.perCall
          ? formatCost(call.estimate.cost, 1000)
          : costPerThousand(call.estimate, t),
        zoneLabel(call.destination.storageZone, call.destination.inferenceZone),
      ].map(cell)),
      [3, 4, 5],
    ));
  }
  if (scan.findings.length > 0) {
    blocks.push(`## ${t('Findings')}`);
    blocks.push(alignedTable(
      [t('where'), t('severity'), t('finding')],
      scan.findings.map(({ file, line, column, finding }) => [`${file}:${line}:${column}`, severityName(finding.severity, t), findingMessage(finding, t)].map(cell)),
    ));
  }
  if (scan.skipped.length > 0) {
    blocks.push(`## ${t('Skipped')}`);
    blocks.push(alignedTable([t('file'), t('reason')], scan.skipped.map(({ file, reason }) => [file, skipMessage(reason, t)].map(cell))));
  }
  blocks.push(`## ${t('Left out')}`, [...scan.leftOut.map((each) => leftOutMessage(each, t)), t('folders of dependencies and build results, which are not looked into')].map((each) => `- ${each}`).join('\n'));
  return `${blocks.join('\n\n')}\n`;
}

function severityName(severity: 'error' | 'warning' | 'info', t: Translate): string {
  switch (severity) {
    case 'error': return t('error');
    case 'warning': return t('warning');
    case 'info': return t('note');
  }
}

/** Text of the report's first column → the place it names. */
function placesOf(scan: WorkspaceScan): Map<string, vscode.Uri> {
  return new Map([
    ...[...scan.calls, ...scan.findings].map(({ uri, file, line, column }): [string, vscode.Uri] => [`${file}:${line}:${column}`, uri.with({ fragment: `L${line},${column}` })]),
    ...scan.skipped.map(({ uri, file }): [string, vscode.Uri] => [file, uri]),
  ]);
}

function linksOf(document: vscode.TextDocument, places: ReadonlyMap<string, vscode.Uri>): vscode.DocumentLink[] {
  const links: vscode.DocumentLink[] = [];
  for (let line = 0; line < document.lineCount; line++) {
    const match = /^\| (\S(?:.*?\S)?) +\|/.exec(document.lineAt(line).text);
    const target = match && places.get(match[1]!);
    if (target) links.push(new vscode.DocumentLink(new vscode.Range(line, 2, line, 2 + match[1]!.length), target));
  }
  return links;
}
