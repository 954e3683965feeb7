/** Turning a switch into an edit that the editor can preview, and applying it. */
import * as vscode from 'vscode';
import type { SwitchPlan, SwitchTarget } from '../core/engine.js';
import { lossMessage, providerName, type Translate } from '../messages.js';
import { rangeOf, type FoundCall } from './calls.js';
import type { AnalyzedDocument } from './documents.js';
import type { Services } from './services.js';

/** The edit of a plan. Where something is lost each change waits to be confirmed in the Refactor Preview. */
export function editOf(analyzed: AnalyzedDocument, plan: SwitchPlan, label: string, t: Translate): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const losses = plan.losses.map((loss) => lossMessage(loss, t));
  const metadata: vscode.WorkspaceEditEntryMetadata = {
    label,
    description: [...losses, ...(plan.keyVariable ? [t('needs {0}', plan.keyVariable)] : [])].join('; '),
    needsConfirmation: plan.losses.length > 0,
  };
  const { document } = analyzed;
  edit.set(document.uri, plan.edits.map((each): [vscode.TextEdit, vscode.WorkspaceEditEntryMetadata] =>
    [vscode.TextEdit.replace(rangeOf(document, each.range), each.newText), metadata]));
  return edit;
}

/** Applies a switch, with preview where something is lost. Refused when the document has changed since the analysis. */
export async function applySwitch(services: Services, { analyzed, call }: FoundCall, target: SwitchTarget): Promise<boolean> {
  const { translate: t } = services;
  const plan = analyzed.switchTo(call, target);
  if (analyzed.document.version !== analyzed.version) {
    void vscode.window.showWarningMessage(t('The file has changed in the meantime. Please try again.'));
    return false;
  }
  const facts = (await services.engine()).factsFor(analyzed.configuration);
  const name = providerName(target.provider, facts.providers, t);
  if (!plan || plan.edits.length === 0) {
    void vscode.window.showInformationMessage(t('This call cannot be rewritten for {0} automatically.', name));
    return false;
  }
  if (analyzed.document.version !== analyzed.version) return false;
  const applied = await vscode.workspace.applyEdit(editOf(analyzed, plan, t('Move to {0}', name), t), { isRefactoring: true });
  if (applied) reportSwitch(plan, t);
  return applied;
}

function reportSwitch(plan: SwitchPlan, t: Translate): void {
  const sentences = [
    ...(plan.movedCalls.length > 1 ? [t('{0} calls that share the client have moved together.', plan.movedCalls.length)] : []),
    ...(plan.keyVariable ? [t('Set {0} before the next run.', plan.keyVariable)] : []),
  ];
  if (sentences.length > 0) void vscode.window.showInformationMessage(sentences.join(' '));
}
