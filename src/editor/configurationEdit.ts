/** Writes one value into `tokenfare.yaml` without touching comments and layout, or into user settings. */
import * as vscode from 'vscode';
import type { Services } from './services.js';

export type ConfigurationValue = string | number | boolean | null | readonly string[] | Readonly<Record<string, string | number>>;

/** One change: path in `tokenfare.yaml`, and the setting that means the same where there is no workspace. */
export interface ConfigurationChange {
  readonly path: readonly string[];
  readonly value: ConfigurationValue;
  readonly setting: string;
  readonly settingValue: unknown;
}

/** Writes the changes where they belong; false when the file is broken and must be repaired first. */
export async function writeConfiguration(services: Services, changes: readonly ConfigurationChange[], near?: vscode.Uri): Promise<boolean> {
  const { settings, translate: t } = services;
  const uri = settings.fileToWrite(near);
  if (!uri) {
    for (const change of changes) await settings.writeUserSetting(change.setting, change.settingValue);
    return true;
  }
  const old = await currentText(uri);
  const { setInYaml } = await import('./yamlEdit.js');
  const next = setInYaml(old ?? '', changes);
  if (next === null) {
    const open = t('Open tokenfare.yaml');
    const choice = await vscode.window.showErrorMessage(t('tokenfare.yaml has errors. Repair them first; nothing was written.'), open);
    if (choice === open) await vscode.window.showTextDocument(uri);
    return false;
  }
  if (next === old) return true;
  if (old === null) {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(next));
    return true;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), next);
  return await vscode.workspace.applyEdit(edit) && await document.save();
}

async function currentText(uri: vscode.Uri): Promise<string | null> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return null;
  }
  return (await vscode.workspace.openTextDocument(uri)).getText();
}
