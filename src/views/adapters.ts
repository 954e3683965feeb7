/** `Extract Adapter` and `Move From Alipay to a Gateway`. */
import * as vscode from 'vscode';
import { alipayDocument } from '../alipayMessages.js';
import { alipayPlaces, mentionsAlipay } from '../core/alipayPlaces.js';
import { lossMessage } from '../lossMessages.js';
import { findCall, rangeOf } from '../editor/calls.js';
import { registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';

const maximumFiles = 2000;
const maximumBytes = 1_000_000;

export function register(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand('tokenfare.extractAdapter', services.log, (reference) => extract(services, reference)),
    registerCommand('tokenfare.moveFromAlipay', services.log, () => alipay(services)),
  );
}

/** The call behind a module of its own, as one edit with a preview; one undo takes all of it back. */
async function extract(services: Services, reference: unknown): Promise<void> {
  const { translate: t } = services;
  const found = await findCall(services, reference);
  if (!found) return;
  const { analyzed, call } = found;
  const { document } = analyzed;
  const plan = analyzed.extractAdapter(call);
  if (!plan || document.isUntitled) {
    void vscode.window.showInformationMessage(t('This call cannot be moved into an adapter automatically: its client is made of what only this file knows, or the file is not saved.'));
    return;
  }
  const extension = /\.[^./]+$/.exec(document.uri.path)?.[0] ?? '.py';
  const uri = vscode.Uri.joinPath(document.uri, '..', plan.module + extension);
  const exists = await vscode.workspace.fs.stat(uri).then(() => true, () => false);
  if (exists) {
    void vscode.window.showInformationMessage(t('{0} exists already.', vscode.workspace.asRelativePath(uri)));
    return;
  }
  if (document.version !== analyzed.version) {
    void vscode.window.showWarningMessage(t('The file has changed in the meantime. Please try again.'));
    return;
  }
  const metadata = { label: t('Extract adapter'), description: plan.losses.map((loss) => lossMessage(loss, t)).join('; '), needsConfirmation: plan.losses.length > 0 };
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents: new TextEncoder().encode(plan.text) }, metadata);
  edit.set(document.uri, plan.edits.map((each): [vscode.TextEdit, vscode.WorkspaceEditEntryMetadata] => [vscode.TextEdit.replace(rangeOf(document, each.range), each.newText), metadata]));
  await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** Reads the workspace and opens the list; changes nothing. */
async function alipay({ translate: t }: Services): Promise<void> {
  const files = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Looking for calls…'), cancellable: true }, async (progress, token) => {
    const uris = await vscode.workspace.findFiles('**/*.{py,ts,tsx,js,jsx,mjs,cjs,go,java,cs,php,rb}', '{**/node_modules/**,**/.git/**,**/dist/**,**/out/**,**/site-packages/**}', maximumFiles, token);
    const out: { file: string; uri: vscode.Uri; places: ReturnType<typeof alipayPlaces> }[] = [];
    for (const [index, uri] of uris.entries()) {
      if (token.isCancellationRequested) return null;
      if (index % 50 === 0) progress.report({ message: `${index} / ${uris.length}` });
      const bytes = await vscode.workspace.fs.readFile(uri).then((found) => found, () => null);
      if (!bytes || bytes.length > maximumBytes) continue;
      const text = new TextDecoder().decode(bytes);
      const places = mentionsAlipay(text) ? alipayPlaces(text) : [];
      if (places.length > 0) out.push({ file: vscode.workspace.asRelativePath(uri), uri, places });
    }
    return out;
  });
  if (files === null) return;
  if (files.length === 0) {
    void vscode.window.showInformationMessage(t('Nothing in this workspace has to do with Alipay.'));
    return;
  }
  const content = alipayDocument(files, (file, line) => `[${file}:${line}](${files.find((each) => each.file === file)!.uri.toString()}#L${line})`, t);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }));
}
