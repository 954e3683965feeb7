/** Entry on desktop, remote and code-server. */
import type * as vscode from 'vscode';
import { activate as activateShared, type ExtensionApi } from './extension.shared.js';
import { meteringBackend } from './metering/backend.js';

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  return activateShared(context, meteringBackend);
}
