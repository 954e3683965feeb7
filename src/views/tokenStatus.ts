/** Status bar: tokens of the selection, or of a prompt file as a whole with its share of the context window. */
import * as vscode from 'vscode';
import type { CountedAtModel } from '../core/countText.js';
import { exactly } from '../core/exactly.js';
import { formatTokenSpread } from '../core/format.js';
import { commandOf } from '../editor/commands.js';
import { countHere, isPromptFile, longestLiveText, modelFor, selectedText } from '../editor/countedText.js';
import { languageOf } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import type { Translate } from '../messages.js';

const debounceMs = 120;

/** The item, and its text for tests. */
export interface TokenStatusView extends vscode.Disposable {
  text(): string;
}

/** Shows the item when something is selected in a document of ours, or a prompt file is open; hidden otherwise. */
export function register(services: Services): TokenStatusView {
  const { log, translate: t } = services;
  const item = vscode.window.createStatusBarItem('tokenfare.tokens', vscode.StatusBarAlignment.Right, 91);
  item.name = t('Tokenfare: Tokens');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let run = 0;
  let shown = false;

  const hide = (): void => { shown = false; item.hide(); };
  const update = async (): Promise<void> => {
    const own = ++run;
    const editor = vscode.window.activeTextEditor;
    const prompt = editor ? isPromptFile(editor.document) : false;
    if (!editor || (!prompt && languageOf(editor.document) === null)) { hide(); return; }
    const selection = selectedText(editor);
    const text = selection ?? (prompt ? editor.document.getText() : null);
    if (text === null || text === '' || text.length > longestLiveText) { hide(); return; }
    const engine = await services.engine();
    const offered = modelFor(services, editor, engine.facts);
    if (!offered) { if (own === run) hide(); return; }
    const counted = await exactly(engine, () => countHere(services, engine, editor.document, text, offered));
    if (own !== run) return;
    item.text = `$(symbol-string) ${tokensText(counted, selection !== null, t)}`;
    item.tooltip = tooltipOf(counted, text.length, selection !== null, t);
    item.command = commandOf(selection === null ? 'tokenfare.countTokensInFile' : 'tokenfare.countTokensInSelection', t('Count Tokens'));
    item.accessibilityInformation = { label: `${tokensText(counted, selection !== null, t)}, ${counted.model}` };
    shown = true;
    item.show();
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void log.guard('token status', undefined, update), debounceMs);
  };

  const subscriptions = vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(schedule),
    vscode.window.onDidChangeTextEditorSelection(schedule),
    vscode.workspace.onDidChangeTextDocument(({ document }) => { if (document === vscode.window.activeTextEditor?.document) schedule(); }),
    vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('tokenfare')) schedule(); }),
    services.documents.onDidAnalyze(({ document }) => { if (document === vscode.window.activeTextEditor?.document) schedule(); }),
    { dispose: () => clearTimeout(timer) },
  );
  schedule();
  return { text: () => (shown ? item.text : ''), dispose: () => subscriptions.dispose() };
}

function tokensText({ tokens, basis, contextShare }: CountedAtModel, isSelection: boolean, t: Translate): string {
  const figure = `${basis === 'exact' ? '' : '≈ '}${formatTokenSpread(tokens)}`;
  if (isSelection) return t('{0} tok selected', figure);
  return contextShare === null ? t('{0} tok', figure) : t('{0} tok · {1} of context', figure, percent(contextShare));
}

function percent(share: number): string {
  return share < 0.001 ? '< 0.1%' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;
}

function tooltipOf({ model, family, basis, contextShare, calibratedFrom }: CountedAtModel, characters: number, isSelection: boolean, t: Translate): string {
  return [
    isSelection ? t('Tokens of the selection') : t('Tokens of this prompt file'),
    basis === 'exact' ? t('{0}: counted with its own vocabulary, {1}', model, family) : t('{0}: no public vocabulary, estimated from {1}', model, family),
    ...(calibratedFrom ? [t('tokenizer factor corrected from {0} real answers', calibratedFrom)] : []),
    t('{0} characters', characters.toLocaleString()),
    ...(contextShare === null ? [] : [t('{0} of the context window', percent(contextShare))]),
    t('Click to compare tokenizer families'),
  ].join('\n');
}
