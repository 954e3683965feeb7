/** What the tests read through the VS Code API, as a person would see it. */
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension.shared';

/** The extension, activated. */
export async function extensionApi(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>('tokenfare.tokenfare');
  if (!extension) throw new Error('the extension is not installed');
  return extension.activate();
}

/** Opens a file of the workspace in the editor. */
export async function open(name: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, name)));
}

/** Opens text that is in no file. An untitled document that is just closing may be handed out once more: then again. */
export async function openText(language: string, content: string): Promise<vscode.TextEditor> {
  return eventually(async () => {
    const document = await vscode.workspace.openTextDocument({ language, content });
    return document.getText() === content ? vscode.window.showTextDocument(document) : undefined;
  }, 'a new document');
}

/** Start of the n-th occurrence of `text`, counted from 1. */
export function placeOf(document: vscode.TextDocument, text: string, nth = 1): vscode.Position {
  let offset = -1;
  for (let count = 0; count < nth; count++) offset = document.getText().indexOf(text, offset + 1);
  if (offset < 0) throw new Error(`${text} is not in ${document.uri.path}`);
  return document.positionAt(offset);
}

/** Calls `read` until it gives a value that is neither undefined nor empty. Rejects after `milliseconds`. */
export async function eventually<T>(read: () => Promise<T | undefined> | T | undefined, what: string, milliseconds = 20_000): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await read();
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return value;
    if (Date.now() > deadline) throw new Error(`${what}: nothing within ${milliseconds} ms`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

/** Markdown of all hovers at a place. */
export async function hoverAt(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
  return hovers.flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value))).join('\n');
}

/** Our inlay hints of a document: line, counted from 0, and text. */
export async function inlayHints(document: vscode.TextDocument): Promise<{ line: number; character: number; text: string }[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole);
  return hints.map(({ position, label }) => ({
    line: position.line, character: position.character, text: typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
  })).filter(({ text }) => /tok|call/.test(text));
}

/** Our diagnostics of a document, with their code as text. */
export function findings(document: vscode.TextDocument): { code: string; severity: vscode.DiagnosticSeverity; message: string; range: vscode.Range }[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Tokenfare').map(({ code, severity, message, range }) => ({
    code: String(typeof code === 'object' ? code.value : code), severity, message, range,
  }));
}

/** Code actions at a place, with their edits. Empty also when the editor cancelled the request: a new document does. */
export async function codeActions(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CodeAction[]> {
  const range = new vscode.Range(position, position);
  try {
    return await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range, undefined, 20);
  } catch (error) {
    if (error instanceof Error && error.name === 'Canceled') return [];
    throw error;
  }
}

/** Fails unless the value is true. */
export function check(value: unknown, message: string): asserts value {
  if (!value) throw new Error(message);
}

/** Fails unless both are the same, compared as JSON. */
export function same(actual: unknown, expected: unknown, what = 'value'): void {
  const [is, should] = [JSON.stringify(actual, null, 1), JSON.stringify(expected, null, 1)];
  if (is !== should) throw new Error(`${what} is\n${is}\nexpected\n${should}`);
}

/** Fails unless the text matches. */
export function matches(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`no ${pattern} in\n${text}`);
}

/** Closes all editors without saving. */
export async function closeAll(): Promise<void> {
  // Every changed document, not only the one in front: what is left of one test is not the next one's.
  await eventually(async () => {
    for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    return vscode.workspace.textDocuments.some(({ isDirty }) => isDirty) ? undefined : true;
  }, 'no changed document');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
