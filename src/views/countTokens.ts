/** "Count Tokens in Selection/File" across families, and the exact count of a vendor on request. */
import * as vscode from 'vscode';
import { type CountedAtModel, representatives } from '../core/countText.js';
import { formatTokenSpread } from '../core/format.js';
import { registerCommand } from '../editor/commands.js';
import { type OfferedModel, countHere, modelFor, selectedText } from '../editor/countedText.js';
import type { Services } from '../editor/services.js';
import { countRemotely, remoteCounterOf, remoteCounters } from '../remoteCount/remoteCount.js';

interface Row extends vscode.QuickPickItem {
  readonly offered?: OfferedModel;
  readonly counted?: CountedAtModel;
}

export function register(services: Services, secrets: vscode.SecretStorage): vscode.Disposable {
  const { log } = services;
  return vscode.Disposable.from(
    registerCommand('tokenfare.countTokensInSelection', log, () => countIn(services, true)),
    registerCommand('tokenfare.countTokensInFile', log, () => countIn(services, false)),
    registerCommand('tokenfare.countTokensAtVendor', log, () => countAtVendor(services, secrets)),
    registerCommand('tokenfare.forgetCountKeys', log, () => forgetKeys(services, secrets)),
  );
}

/** What is to be counted; tells what is missing when there is nothing. */
function textOf({ translate: t }: Services, ofSelection: boolean): { readonly editor: vscode.TextEditor; readonly text: string } | null {
  const editor = vscode.window.activeTextEditor;
  if (!editor) { void vscode.window.showInformationMessage(t('Open a file to count its tokens.')); return null; }
  const text = ofSelection ? selectedText(editor) : editor.document.getText();
  if (text === null) { void vscode.window.showInformationMessage(t('Select some text to count its tokens.')); return null; }
  return { editor, text };
}

async function countIn(services: Services, ofSelection: boolean): Promise<void> {
  const { translate: t } = services;
  const found = textOf(services, ofSelection);
  if (!found) return;
  const rows = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: t('Counting tokens'), cancellable: true }, async (_progress, token) => {
    const engine = await services.engine();
    const own = modelFor(services, found.editor, engine.facts);
    const models = [...(own ? [own] : []), ...representatives(engine.facts).filter(({ model }) => model.id !== own?.model.id)];
    const counted: Row[] = [];
    for (const offered of models) {
      if (token.isCancellationRequested) return null;
      await engine.tokenizers.prepare([offered.model.tokenizer]);
      counted.push(rowOf(countHere(services, engine, found.editor.document, found.text, offered), offered, offered === own, services));
      // A vocabulary is read in one go; the window stays responsive in between.
      await new Promise((resolve) => { setTimeout(resolve, 0); });
    }
    return counted;
  });
  if (!rows) return;
  const chosen = await vscode.window.showQuickPick(rows, {
    title: ofSelection ? t('Tokens of the selection') : t('Tokens of this file'),
    placeHolder: t('{0} characters; choose a row to copy its count', found.text.length.toLocaleString()), matchOnDescription: true, matchOnDetail: true,
  });
  if (chosen?.counted) await vscode.env.clipboard.writeText(String(chosen.counted.tokens.likely));
}

function rowOf(counted: CountedAtModel, offered: OfferedModel, isOwn: boolean, { translate: t }: Services): Row {
  const { tokens, basis, family, contextShare } = counted;
  return {
    label: `${basis === 'exact' ? '' : '≈ '}${formatTokenSpread(tokens)}`,
    description: `${counted.model} · ${offered.provider.name}${isOwn ? ` · ${t('the model of this file')}` : ''}`,
    detail: [
      basis === 'exact' ? t('exact, {0}', family) : t('estimated from {0}', family),
      ...(counted.calibratedFrom ? [t('tokenizer factor corrected from {0} real answers', counted.calibratedFrom)] : []),
      ...(contextShare === null ? [] : [t('{0} of the context window', `${(contextShare * 100).toFixed(1)}%`)]),
    ].join(' · '),
    offered, counted,
  };
}

const secretName = (provider: string): string => `tokenfare.count.${provider}`;

/** Sends the selection, or the file, to a vendor that counts; asks before the text leaves the machine. */
async function countAtVendor(services: Services, secrets: vscode.SecretStorage): Promise<void> {
  const { translate: t } = services;
  const editor = vscode.window.activeTextEditor;
  const found = textOf(services, editor !== undefined && selectedText(editor) !== null);
  if (!found) return;
  const { facts } = await services.engine();
  const models: Row[] = remoteCounters.flatMap(({ provider: id, host }) => {
    const provider = facts.providers.find((each) => each.id === id);
    return (provider?.models ?? []).filter((model) => model.operation === 'chat' && model.current && !model.retirement)
      .map((model) => ({ label: model.id, description: provider!.name, detail: host, offered: { provider: provider!, model } }));
  });
  const offered = (await vscode.window.showQuickPick(models, { title: t('Count tokens at the vendor'), placeHolder: t('Model that shall count') }))?.offered;
  const counter = offered && remoteCounterOf(offered.provider);
  if (!offered || !counter) return;
  const send = t('Send');
  const answer = await vscode.window.showWarningMessage(
    t('Send {0} characters to {1} to be counted?', found.text.length.toLocaleString(), counter.host),
    { modal: true, detail: t('The text leaves this machine and goes to {0}, with your key. Nothing is sent without this question.', offered.provider.name) }, send,
  );
  if (answer !== send) return;
  const stored = await secrets.get(secretName(counter.provider));
  const key = stored ?? await vscode.window.showInputBox({
    title: t('Key for {0}', counter.host), prompt: t('It is kept in the secret storage of the editor, and sent to {0} only.', counter.host), password: true, ignoreFocusOut: true,
    validateInput: (value) => (/^[\x21-\x7e]{8,}$/.test(value.trim()) ? undefined : t('That is no key.')),
  });
  if (!key) return;
  try {
    const tokens = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Counting at {0}', counter.host), cancellable: true }, (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return countRemotely(counter.provider, offered.model.id, found.text, key.trim(), abort.signal);
    });
    if (stored === undefined) await secrets.store(secretName(counter.provider), key.trim());
    const copy = t('Copy');
    const next = await vscode.window.showInformationMessage(t('{0}: {1} tokens, counted by {2}.', offered.model.id, tokens.toLocaleString(), counter.host), copy);
    if (next === copy) await vscode.env.clipboard.writeText(String(tokens));
  } catch (error) {
    const message = (error as Error).message;
    if (message === 'cancelled') return;
    const forget = t('Forget Key');
    const next = await vscode.window.showErrorMessage(t('Not counted: {0}', message), ...(stored === undefined ? [] : [forget]));
    if (next === forget) await secrets.delete(secretName(counter.provider));
  }
}

async function forgetKeys({ translate: t }: Services, secrets: vscode.SecretStorage): Promise<void> {
  for (const { provider } of remoteCounters) await secrets.delete(secretName(provider));
  void vscode.window.showInformationMessage(t('The keys for counting are forgotten.'));
}
