/** `Extract Adapter` and `Move From Alipay to a Gateway`. */
import * as vscode from 'vscode';
import { alipayDocument, roleMessage } from '../alipayMessages.js';
import { alipayPlaces, mentionsAlipay } from '../core/alipayPlaces.js';
import { lossMessage } from '../lossMessages.js';
import { findCall, rangeOf } from '../editor/calls.js';
import { registerCommand } from '../editor/commands.js';
import { dependencyFilesOf, proposeDependencies } from '../editor/dependencyFiles.js';
import { providerName } from '../messages.js';
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

/** Asks for the gateway, proposes the edit in the Refactor Preview (every part waits to be confirmed), and opens the list of all places. */
async function alipay(services: Services): Promise<void> {
  const { translate: t } = services;
  const engine = await services.engine();
  const { providers } = engine.facts;
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
  const items = providers.filter((each) => each.gateway && each.endpoints.some((endpoint) => endpoint.baseUrls)).map((each) => ({ id: each.id, label: providerName(each.id, providers, t), description: each.keyVariables[0] ?? '' }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Put this call behind a gateway'), placeHolder: t('Model calls go there; payment and identity stay with Alipay') });
  if (!chosen) return;
  const endpointId = providers.find((each) => each.id === chosen.id)!.endpoints.find((each) => each.baseUrls)!.id;
  const edit = new vscode.WorkspaceEdit();
  const versions = new Map<vscode.TextDocument, number>();
  for (const { uri } of files) {
    const document = await vscode.workspace.openTextDocument(uri);
    const language = engine.languageOf(uri.path);
    if (!language) continue;
    await engine.prepare(language);
    const session = engine.open(language, document.getText(), services.project.originOfFile(uri) ?? undefined);
    try {
      session.analyze(services.settings.configurationFor(uri), services.today());
      const plan = session.leaveAlipay({ provider: chosen.id, endpointId, model: '' });
      if (!plan || plan.edits.length === 0) continue;
      versions.set(document, document.version);
      const description = plan.losses.map((loss) => lossMessage(loss, t)).join('; ');
      edit.set(uri, plan.edits.map((each, index): [vscode.TextEdit, vscode.WorkspaceEditEntryMetadata] => {
        const role = plan.roles[index]!;
        return [vscode.TextEdit.replace(rangeOf(document, each.range), each.newText), { label: role === 'gateway' ? t('Switch to {0}', chosen.label) : roleMessage(role, t), description, needsConfirmation: true }];
      }));
      const lists = (await dependencyFilesOf(document)).filter((file) => !edit.has(file.uri));
      proposeDependencies(edit, lists, plan.packages, plan.keyVariable ? [plan.keyVariable] : [], { label: t('Packages and variables'), description: plan.keyVariable ?? '', needsConfirmation: true });
    } finally {
      session.dispose();
    }
  }
  const content = alipayDocument(files, (file, line) => `[${file}:${line}](${files.find((each) => each.file === file)!.uri.toString()}#L${line})`, t);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }));
  if (versions.size === 0) return;
  if ([...versions].some(([document, version]) => document.version !== version)) {
    void vscode.window.showWarningMessage(t('The file has changed in the meantime. Please try again.'));
    return;
  }
  await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}
