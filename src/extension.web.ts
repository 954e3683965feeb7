/** Entry in the browser's extension host, which has no processes: everything but metering. */
import type * as vscode from 'vscode';
import { activate as activateShared, type ExtensionApi } from './extension.shared.js';

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  return activateShared(context);
}
