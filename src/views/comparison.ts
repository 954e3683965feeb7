/** The comparison page: what is compared is asked for, read, and sent; what the page asks for is done. */
import * as vscode from 'vscode';
import { textSubject, type ComparedSubject } from '../core/comparison.js';
import { exactly } from '../core/exactly.js';
import type { CallSite } from '../core/model.js';
import { type Scenario, neutralScenario, scenarioFor } from '../core/scenario.js';
import { scenarioFields } from '../core/configuration.js';
import { type FoundCall, callAt, findCall, referenceTo } from '../editor/calls.js';
import { asCallReference, registerCommand } from '../editor/commands.js';
import { writeConfiguration } from '../editor/configurationEdit.js';
import { languageOf } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import { applySwitch } from '../editor/switching.js';
import { fillPage, pageOptions, pageTexts, saveExport } from '../editor/webview.js';
import { nameOf } from '../editor/workspaceScan.js';
import { factsOfRows } from '../reporters/comparison.js';
import type { ComparisonData, ComparisonSubjectReference, FromPage, ToComparison } from '../reporters/pages.js';

const viewType = 'tokenfare.comparison';
const columnsKey = 'comparison.columns';
/** Longest text that is compared, in UTF-16 code units. */
const maximumText = 2_000_000;

interface Page {
  readonly panel: vscode.WebviewPanel;
  subject: ComparisonSubjectReference;
  scope: ComparisonData['scope'];
}

/** Registers the command and the page; a page that was open is there again after a reload. */
export function register(services: Services): vscode.Disposable & { dataOf(subject: ComparisonSubjectReference, scope?: ComparisonData['scope']): Promise<ComparisonData | string> } {
  const { log, extensionUri, documents, translate: t } = services;
  const pages = new Set<Page>();

  const send = async (page: Page): Promise<void> => {
    const data = await dataOf(services, page.subject, page.scope);
    if (typeof data !== 'string') {
      // The call may have moved since; the page keeps where it is now.
      page.subject = data.subject;
      page.panel.title = t('Compare: {0}', data.title);
    }
    const message: ToComparison = typeof data === 'string' ? { type: 'gone', message: data, texts: pageTexts() } : { type: 'data', data };
    await page.panel.webview.postMessage(message);
  };

  const adopt = (panel: vscode.WebviewPanel, subject: ComparisonSubjectReference, scope: ComparisonData['scope']): void => {
    const page: Page = { panel, subject, scope };
    pages.add(page);
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'tokenfare.svg');
    panel.webview.options = pageOptions(extensionUri);
    panel.onDidDispose(() => pages.delete(page));
    panel.webview.onDidReceiveMessage((message: FromPage) => log.guard('comparison', undefined, () => answer(page, message)));
    fillPage(panel, extensionUri, 'comparison', t('Compare Providers'));
  };

  const answer = async (page: Page, message: FromPage): Promise<void> => {
    const found = page.subject.kind === 'call' ? await callOf(services, page.subject) : undefined;
    switch (message.type) {
      case 'ready': return send(page);
      case 'scope': page.scope = message.scope; return send(page);
      case 'open': {
        if (!found) return;
        const { document } = found.analyzed;
        const range = new vscode.Range(document.positionAt(found.call.callRange.start), document.positionAt(found.call.calleeRange.end));
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, selection: range });
        return;
      }
      case 'switch': if (found) await applySwitch(services, found, message.target); return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        vscode.window.setStatusBarMessage(t('Copied.'), 3000);
        return;
      case 'columns': await services.memory.update(columnsKey, message.columns); return;
      case 'saveScenario': return saveScenario(services, message.scenario, page.subject);
      case 'export': {
        const saved = await saveExport(message.name, message.format, message.data);
        if (saved) vscode.window.setStatusBarMessage(t('Saved {0}.', nameOf(saved)), 5000);
        return;
      }
      case 'refresh': return;
    }
  };

  const show = (subject: ComparisonSubjectReference): void => {
    const known = [...pages].find((page) => JSON.stringify(page.subject) === JSON.stringify(subject));
    if (known) { known.panel.reveal(); return; }
    adopt(vscode.window.createWebviewPanel(viewType, t('Compare Providers'), vscode.ViewColumn.Active, { ...pageOptions(extensionUri), enableFindWidget: true }), subject, 'similar');
  };

  const subscriptions = vscode.Disposable.from(
    registerCommand('tokenfare.openComparison', log, async (given) => {
      const subject = asSubject(given) ?? await chooseSubject(services);
      if (subject) show(subject);
    }),
    // What is typed in the file is compared anew.
    documents.onDidAnalyze(({ document }) => {
      for (const page of pages) if (page.panel.visible && page.subject.kind === 'call' && page.subject.uri === document.uri.toString()) void log.guard('comparison', undefined, () => send(page));
    }),
    vscode.window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(panel, state: { subject?: unknown; scope?: unknown } | undefined) {
        const subject = asSubject(state?.subject);
        if (subject) adopt(panel, subject, state?.scope === 'all' ? 'all' : 'similar');
        else panel.dispose();
      },
    }),
    { dispose: () => { for (const { panel } of pages) panel.dispose(); } },
  );
  return { dispose: () => subscriptions.dispose(), dataOf: (subject, scope = 'similar') => dataOf(services, subject, scope) };
}

/** Everything a page shows; a sentence when there is nothing to compare. */
async function dataOf(services: Services, subject: ComparisonSubjectReference, scope: ComparisonData['scope']): Promise<ComparisonData | string> {
  const { translate: t } = services;
  const engine = await services.engine();
  await services.settings.ready();
  const found = subject.kind === 'call' ? await callOf(services, subject) : undefined;
  if (subject.kind === 'call' && !found) return t('The call is no longer there.');
  const uri = subject.kind === 'text' ? (subject.uri === null ? undefined : vscode.Uri.parse(subject.uri)) : found!.analyzed.document.uri;
  const configuration = services.settings.configurationFor(uri);
  const compared: ComparedSubject = found ? found.call : textSubject((subject as Extract<ComparisonSubjectReference, { kind: 'text' }>).text.slice(0, maximumText));
  const rows = await exactly(engine, () => engine.compare(compared, { configuration, today: services.today(), scope }));
  if (rows.length === 0) return t('No comparable model in the catalog has a price.');
  const { policy } = configuration;
  const callsPerMonth = found ? found.call.callsPerMonth : configuration.assumptions.callsPerMonth;
  return {
    subject: found ? { kind: 'call', ...referenceTo(found.analyzed, found.call), line: found.analyzed.lines.positionAt(found.call.calleeRange.start).line } : subject,
    title: found ? `${found.call.request.model.values[0] ?? t('model unknown')} · ${nameOf(found.analyzed.document.uri)}:${found.analyzed.lines.positionAt(found.call.calleeRange.start).line}` : (subject as Extract<ComparisonSubjectReference, { kind: 'text' }>).title,
    rows, facts: factsOfRows(rows, engine.factsFor(configuration)), scope, today: services.today(),
    scenario: scenarioFor(configuration, callsPerMonth, found?.call.measured),
    hasPolicy: policy.allowedZones.length + policy.allowedProviders.length + policy.forbiddenProviders.length > 0,
    switchable: found ? rows.filter((row) => row.endpointId !== null && !row.current && isSwitchable(found, row.provider, row.endpointId, row.model)).map((row) => row.key) : [],
    columns: rememberedColumns(services), texts: pageTexts(),
  };
}

function rememberedColumns({ memory }: Services): readonly string[] | null {
  const columns = memory.get<unknown>(columnsKey);
  return Array.isArray(columns) ? columns.filter((each): each is string => typeof each === 'string') : null;
}

function isSwitchable({ analyzed, call }: FoundCall, provider: string, endpointId: string, model: string): boolean {
  const plan = analyzed.switchTo(call, { provider, endpointId, model });
  return plan !== null && plan.edits.length > 0;
}

/** The call of a reference in the present text: by id, else the one on its line. */
async function callOf(services: Services, subject: Extract<ComparisonSubjectReference, { kind: 'call' }>): Promise<FoundCall | undefined> {
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(vscode.Uri.parse(subject.uri));
  } catch {
    return undefined;
  }
  const analyzed = await services.documents.current(document);
  if (!analyzed) return undefined;
  const { calls } = analyzed.analysis;
  const call = calls.find((each) => each.id === subject.callId)
    ?? calls.find((each: CallSite) => analyzed.lines.positionAt(each.calleeRange.start).line === subject.line);
  return call && { analyzed, call };
}

/** Asks what to compare, unless there is only one thing it can be: the selection, else the call under the cursor. */
async function chooseSubject(services: Services): Promise<ComparisonSubjectReference | undefined> {
  const { translate: t, documents } = services;
  const editor = vscode.window.activeTextEditor;
  const ours = editor && languageOf(editor.document) !== null;
  const analyzed = ours ? await documents.current(editor.document) : undefined;
  const selected = editor && !editor.selection.isEmpty ? editor.document.getText(editor.selection) : '';
  const near = analyzed && editor && callAt(analyzed, editor.document.offsetAt(editor.selection.active));
  const of = (found: FoundCall): ComparisonSubjectReference => ({ kind: 'call', ...referenceTo(found.analyzed, found.call), line: found.analyzed.lines.positionAt(found.call.calleeRange.start).line });
  type Choice = vscode.QuickPickItem & { readonly choose: () => Promise<ComparisonSubjectReference | undefined> };
  const name = editor ? nameOf(editor.document.uri) : '';
  const choices: Choice[] = [
    ...(near ? [{ label: `$(symbol-event) ${t('The call under the cursor')}`, description: near.request.model.values[0] ?? '', choose: async () => of({ analyzed: analyzed!, call: near }) }] : []),
    ...(selected.trim() !== '' ? [{ label: `$(selection) ${t('The selected text')}`, description: selected.trim().slice(0, 60), choose: async (): Promise<ComparisonSubjectReference> => ({ kind: 'text', title: t('Selection in {0}', name), text: selected, uri: editor!.document.uri.toString() }) }] : []),
    ...(!near && analyzed && analyzed.analysis.calls.length > 0 ? [{ label: `$(symbol-event) ${t('A call in this file')}`, description: t('calls: {0}', analyzed.analysis.calls.length), choose: async () => { const found = await findCall(services); return found && of(found); } }] : []),
    ...(editor && !analyzed?.analysis.calls.length && editor.document.getText().trim() !== '' ? [{ label: `$(file) ${t('This file as a prompt')}`, description: name, choose: async (): Promise<ComparisonSubjectReference> => ({ kind: 'text', title: name, text: editor.document.getText(), uri: editor.document.uri.toString() }) }] : []),
    { label: `$(edit) ${t('A text of my own…')}`, choose: async () => {
      const text = await vscode.window.showInputBox({ title: t('Compare a prompt'), prompt: t('The text that would be sent') });
      return text ? { kind: 'text', title: text.length > 60 ? `${text.slice(0, 59)}…` : text, text, uri: null } : undefined;
    } },
  ];
  if (near && selected.trim() === '') return choices[0]!.choose();
  const chosen = await vscode.window.showQuickPick(choices, { title: t('What should be compared?') });
  return chosen?.choose();
}

/** Writes what differs from the neutral scenario; what was set before and is no longer said becomes empty. */
async function saveScenario(services: Services, scenario: Scenario, subject: ComparisonSubjectReference): Promise<void> {
  const { translate: t } = services;
  const uri = subject.uri === null ? undefined : vscode.Uri.parse(subject.uri);
  const now = services.settings.configurationFor(uri).scenario;
  const changes = (Object.keys(scenarioFields) as (keyof typeof scenarioFields)[]).flatMap((key) => {
    const value = scenario[key];
    const needed = value !== neutralScenario[key] || (key in now && now[key] !== value);
    return needed ? [{ path: ['scenario', key], value: value === null ? null : Number(value.toPrecision(6)), setting: 'scenario', settingValue: undefined }] : [];
  });
  if (!services.settings.fileToWrite(uri)) {
    void vscode.window.showInformationMessage(t('A scenario is saved to tokenfare.yaml; open a folder first.'));
    return;
  }
  if (changes.length > 0 && await writeConfiguration(services, changes, uri)) vscode.window.setStatusBarMessage(t('The scenario is in tokenfare.yaml.'), 5000);
}

function asSubject(value: unknown): ComparisonSubjectReference | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, title, text, uri, line } = value as Record<string, unknown>;
  if (kind === 'text' && typeof text === 'string') return { kind, title: typeof title === 'string' ? title : text.slice(0, 60), text, uri: typeof uri === 'string' ? uri : null };
  const reference = asCallReference(value);
  return reference && { kind: 'call', ...reference, line: typeof line === 'number' ? line : 0 };
}
