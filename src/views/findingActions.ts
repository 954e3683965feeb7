/** What can be done about a finding: fixes inside the vendor, accepting it with a reason, and reading what it means. */
import * as vscode from 'vscode';
import type { Finding } from '../core/model.js';
import { contains, rangeOf } from '../editor/calls.js';
import { type AcceptedFinding, commandOf, registerCommand } from '../editor/commands.js';
import { type AnalyzedDocument, documentSelector } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import { fixTitle, shortName } from '../insightMessages.js';
import { findingMessage, type Translate } from '../messages.js';

/** Registers the code actions and the commands behind them. */
export function register(services: Services): vscode.Disposable {
  const { documents, log, translate: t } = services;
  const provide = async (document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext, token: vscode.CancellationToken): Promise<vscode.CodeAction[]> => {
    const analyzed = await documents.current(document, token);
    if (!analyzed || analyzed.version !== document.version) return [];
    const offset = document.offsetAt(range.start);
    return analyzed.analysis.findings.filter((each) => contains(each.range, offset)).flatMap((finding) => actionsFor(analyzed, finding, context.diagnostics, t));
  };
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(documentSelector, { provideCodeActions: (document, range, context, token) => log.guard('finding actions', [], () => provide(document, range, context, token)) }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    registerCommand('tokenfare.explainFinding', log, (code) => explain(services, code)),
    registerCommand('tokenfare.acceptFinding', log, (place) => accept(services, place)),
  );
}

function actionsFor(analyzed: AnalyzedDocument, finding: Finding, diagnostics: readonly vscode.Diagnostic[], t: Translate): vscode.CodeAction[] {
  const { document } = analyzed;
  const own = diagnostics.filter((each) => each.source === 'Tokenfare' && typeof each.code === 'object' && each.code.value === finding.code);
  const fixes = (finding.fixes ?? []).filter((fix) => fix.edits.every((edit) => edit.range.start >= 0)).map((fix, index) => {
    const action = new vscode.CodeAction(fixTitle(fix, t), vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.set(document.uri, fix.edits.map((edit) => vscode.TextEdit.replace(rangeOf(document, edit.range), edit.newText)));
    action.diagnostics = own;
    // The nearest one that costs nothing and needs nothing else is what most people want.
    action.isPreferred = index === 0;
    return action;
  });
  const accepting = new vscode.CodeAction(t('Accept "{0}" with a reason…', finding.code), vscode.CodeActionKind.QuickFix);
  const place: AcceptedFinding = { uri: document.uri.toString(), code: finding.code, offset: startOfCall(analyzed, finding) };
  accepting.command = commandOf('tokenfare.acceptFinding', accepting.title, place);
  accepting.diagnostics = own;
  const explaining = new vscode.CodeAction(t('Explain "{0}"', finding.code), vscode.CodeActionKind.QuickFix);
  explaining.command = commandOf('tokenfare.explainFinding', explaining.title, finding.code);
  explaining.diagnostics = own;
  return [...fixes, accepting, explaining];
}

/** Where the comment goes that accepts a finding: its call, unless what is found stands elsewhere, as a key does. */
function startOfCall({ analysis }: AnalyzedDocument, finding: Finding): number {
  const call = analysis.calls.find((each) => each.id === finding.callId)?.callRange;
  return call && finding.range.start >= call.start && finding.range.start < call.end ? call.start : finding.range.start;
}

/** Comment signs by language; C-like ones elsewhere. */
const hashed = new Set(['python', 'ruby', 'shellscript', 'powershell', 'http']);

/** Writes `tokenfare: ignore[code] until=… reason` above the call. Asks for the reason, and for a day that may be left empty. */
async function accept({ documents, translate: t }: Services, place: AcceptedFinding | undefined): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const document = place ? vscode.workspace.textDocuments.find((each) => each.uri.toString() === place.uri) : editor?.document;
  if (!document) return;
  const analyzed = await documents.current(document);
  const offset = place?.offset ?? document.offsetAt(editor!.selection.active);
  const finding = analyzed?.analysis.findings.find((each) => (place ? each.code === place.code && startOfCall(analyzed, each) === offset : contains(each.range, offset)));
  if (!analyzed || !finding) { void vscode.window.showInformationMessage(t('There is no finding here.')); return; }
  const { version } = document;
  const reason = await vscode.window.showInputBox({
    title: t('Accept "{0}" (1/2): reason', finding.code), prompt: findingMessage(finding, t),
    validateInput: (text) => (text.trim() === '' ? t('A reason helps whoever reads this next.') : /[\r\n]|\*\//.test(text) ? t('One line, please.') : null),
  });
  if (reason === undefined) return;
  const until = await vscode.window.showInputBox({
    title: t('Accept "{0}" (2/2): until', finding.code), prompt: t('Day on which the finding comes back, such as 2027-06-30. Leave empty for never.'),
    validateInput: (text) => (text.trim() === '' || (/^\d{4}-\d{2}-\d{2}$/.test(text.trim()) && Number.isFinite(Date.parse(text.trim()))) ? null : t('Expected a day such as 2027-06-30.')),
  });
  if (until === undefined) return;
  if (document.version !== version) { void vscode.window.showWarningMessage(t('The file has changed in the meantime. Please try again.')); return; }
  const line = document.positionAt(startOfCall(analyzed, finding)).line;
  const indentation = /^\s*/.exec(document.lineAt(line).text)![0];
  const words = `tokenfare: ignore[${finding.code}]${until.trim() === '' ? '' : ` until=${until.trim()}`} ${reason.trim()}`;
  const comment = hashed.has(document.languageId) ? `# ${words}` : `// ${words}`;
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(line, 0), `${indentation}${comment}${document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'}`);
  await vscode.workspace.applyEdit(edit);
}

/** Opens the page of a code: the one given, the one under the cursor, or one of the document's. */
async function explain({ documents, extensionUri, translate: t }: Services, given: string | undefined): Promise<void> {
  const code = typeof given === 'string' && /^[a-z-]+$/.test(given) ? given : await codeMeant(documents, t);
  if (code === undefined) return;
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'findings', `${code}.md`);
  try {
    await vscode.commands.executeCommand('markdown.showPreview', page);
  } catch {
    // Without the Markdown extension the text itself will do.
    await vscode.window.showTextDocument(page, { preview: true });
  }
}

async function codeMeant(documents: Services['documents'], t: Translate): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const analyzed = editor ? await documents.current(editor.document) : undefined;
  const all = analyzed?.analysis.findings ?? [];
  const offset = editor ? editor.document.offsetAt(editor.selection.active) : 0;
  const here = all.filter((each) => contains(each.range, offset));
  const codes = [...new Map((here.length > 0 ? here : all).map((each) => [each.code, each])).values()];
  if (codes.length <= 1) {
    if (codes.length === 0) void vscode.window.showInformationMessage(t('There is no finding in this file.'));
    return codes[0]?.code;
  }
  const chosen = await vscode.window.showQuickPick(codes.map((each) => ({ label: each.code, description: shortName(each, t), detail: findingMessage(each, t) })), { title: t('Explain Finding'), matchOnDetail: true });
  return chosen?.label;
}
