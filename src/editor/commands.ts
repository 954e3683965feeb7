/** Ids and arguments of every command, in one typed table; package.json declares the same ids. */
import * as vscode from 'vscode';
import type { SwitchTarget } from '../core/engine.js';
import type { Log } from './log.js';

/** A call in a document: what command links, lenses and code actions hand over. Plain JSON. */
export interface CallReference {
  readonly uri: string;
  readonly callId: string;
}

/** A finding that somebody accepts: where its call begins, and its code. Plain JSON. */
export interface AcceptedFinding {
  readonly uri: string;
  readonly code: string;
  readonly offset: number;
}

/** Command id → its arguments. All are optional: from the palette a command finds the call under the cursor. */
export interface CommandArguments {
  'tokenfare.compareProviders': [call?: CallReference, provider?: string];
  'tokenfare.switchProvider': [call?: CallReference, target?: SwitchTarget];
  'tokenfare.switchSdk': [call?: CallReference];
  'tokenfare.putBehindGateway': [call?: CallReference];
  'tokenfare.extractAdapter': [call?: CallReference];
  'tokenfare.moveFromAlipay': [];
  'tokenfare.switchAllCalls': [from?: unknown, to?: unknown];
  'tokenfare.setAssumptions': [call?: CallReference, key?: string];
  'tokenfare.setBudget': [];
  'tokenfare.explainFinding': [code?: string];
  'tokenfare.createPolicy': [];
  'tokenfare.acceptFinding': [place?: AcceptedFinding];
  'tokenfare.openPriceSource': [call?: CallReference];
  'tokenfare.showWorkspaceReport': [];
  'tokenfare.openComparison': [subject?: unknown];
  'tokenfare.planMigration': [from?: unknown, to?: unknown];
  'tokenfare.scanWorkspace': [];
  'tokenfare.cancelScan': [];
  'tokenfare.groupCalls': [];
  'tokenfare.filterCalls': [];
  'tokenfare.clearCallsFilter': [];
  'tokenfare.openCall': [node?: unknown];
  'tokenfare.compareCall': [node?: unknown];
  'tokenfare.showOutput': [];
  'tokenfare.showProvider': [provider?: unknown];
  'tokenfare.findProvider': [];
  'tokenfare.openProviderPage': [provider?: unknown];
  'tokenfare.compareWithProvider': [provider?: unknown];
  'tokenfare.updatePrices': [];
  'tokenfare.resetPrices': [];
  'tokenfare.mapDeployment': [call?: CallReference];
  'tokenfare.countTokensInSelection': [];
  'tokenfare.countTokensInFile': [];
  'tokenfare.countTokensAtVendor': [];
  'tokenfare.forgetCountKeys': [];
  'tokenfare.toggleTokenBoundaries': [];
  'tokenfare.startMetering': [];
  'tokenfare.stopMetering': [];
  'tokenfare.showDashboard': [];
  'tokenfare.importUsage': [];
  'tokenfare.exportUsage': [];
  'tokenfare.shareUsage': [];
  'tokenfare.leaveTeam': [];
  'tokenfare.deleteUsage': [];
}

export type CommandId = keyof CommandArguments;

/** Registers a command; a failure is logged and shown, never thrown into the host. */
export function registerCommand<Id extends CommandId>(
  id: Id, log: Log, run: (...values: CommandArguments[Id]) => Promise<unknown> | unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...values: unknown[]) => {
    try {
      return await run(...(values as CommandArguments[Id]));
    } catch (error) {
      log.failure(id, error);
      return undefined;
    }
  });
}

/** A `command:` URI for Markdown. */
export function commandLink<Id extends CommandId>(id: Id, ...values: CommandArguments[Id]): string {
  // Parentheses would end the Markdown link.
  const query = encodeURIComponent(JSON.stringify(values)).replace(/\(/g, '%28').replace(/\)/g, '%29');
  return `command:${id}?${query}`;
}

/** A command object for lenses, status bar and code actions. */
export function commandOf<Id extends CommandId>(id: Id, title: string, ...values: CommandArguments[Id]): vscode.Command {
  return { command: id, title, arguments: values };
}

/** A call reference given by a caller outside our control, or undefined when it is none. */
export function asCallReference(value: unknown): CallReference | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { uri, callId } = value as Record<string, unknown>;
  return typeof uri === 'string' && typeof callId === 'string' ? { uri, callId } : undefined;
}
