/** Turning a switch into an edit that the editor can preview, and applying it. */
import * as vscode from 'vscode';
import type { SwitchPlan, SwitchTarget } from '../core/engine.js';
import { lossMessage } from '../lossMessages.js';
import { providerName, type Translate } from '../messages.js';
import { rangeOf, type FoundCall } from './calls.js';
import { type DependencyFile, dependencyFilesOf, proposeDependencies } from './dependencyFiles.js';
import type { AnalyzedDocument } from './documents.js';
import type { Services } from './services.js';

/**
 * The edit of a plan: the document, and the files that list packages and variables. Where something is lost each change
 * waits to be confirmed in the Refactor Preview, under the name of what is lost there.
 */
export function editOf(analyzed: AnalyzedDocument, plan: SwitchPlan, label: string, files: readonly DependencyFile[], t: Translate): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const needsConfirmation = losesSomething(plan);
  const all = plan.losses.map((loss) => lossMessage(loss, t));
  const description = [...all, ...(plan.keyVariable ? [t('needs {0}', plan.keyVariable)] : [])].join('; ');
  const { document } = analyzed;
  edit.set(document.uri, plan.edits.map((each): [vscode.TextEdit, vscode.WorkspaceEditEntryMetadata] => {
    // The losses of this very place, else of the whole.
    const here = plan.losses.filter((loss) => loss.range && loss.range.start < each.range.end && each.range.start < loss.range.end).map((loss) => lossMessage(loss, t));
    return [vscode.TextEdit.replace(rangeOf(document, each.range), each.newText), { label, description: here.length > 0 ? here.join('; ') : description, needsConfirmation }];
  }));
  proposeDependencies(edit, files, plan.packages ?? [], plan.keyVariable ? [plan.keyVariable] : [], { label: t('Packages and variables'), description: plan.keyVariable ?? '', needsConfirmation });
  return edit;
}

/** A switch that only renames or remarks needs no confirmation. */
export function losesSomething(plan: SwitchPlan): boolean {
  return plan.losses.some((loss) => loss.what === 'removed' || loss.what === 'approximated' || loss.what === 'by-hand');
}

/** Applies a switch, with preview where something is lost. Refused when the document has changed since the analysis. */
export async function applySwitch(services: Services, { analyzed, call }: FoundCall, target: SwitchTarget): Promise<boolean> {
  const { translate: t } = services;
  const facts = (await services.engine()).factsFor(analyzed.configuration);
  const files = await dependencyFilesOf(analyzed.document);
  let plan = analyzed.switchTo(call, target);
  if (plan?.stayingCalls?.length === 0 && plan.movedCalls.length > 1) {
    const chosen = await askTogether(plan.movedCalls.length, t);
    if (chosen === undefined) return false;
    if (chosen === 'only') plan = analyzed.switchTo(call, { ...target, only: true });
  }
  if (analyzed.document.version !== analyzed.version) {
    void vscode.window.showWarningMessage(t('The file has changed in the meantime. Please try again.'));
    return false;
  }
  const name = providerName(target.provider, facts.providers, t);
  if (!plan || plan.edits.length === 0) {
    void vscode.window.showInformationMessage(t('This call cannot be rewritten for {0} automatically.', name));
    return false;
  }
  const applied = await vscode.workspace.applyEdit(editOf(analyzed, plan, t('Switch to {0}', name), files, t), { isRefactoring: true });
  if (applied) reportSwitch(plan, t);
  return applied;
}

/** Other calls on the same client: asked once whether they move too. */
async function askTogether(count: number, t: Translate): Promise<'all' | 'only' | undefined> {
  const together = { label: t('Move all {0} calls that share the client', count), id: 'all' as const };
  const alone = { label: t('Move only this call; it gets a client of its own'), id: 'only' as const };
  return (await vscode.window.showQuickPick([together, alone], { title: t('The client is shared by {0} calls', count) }))?.id;
}

function reportSwitch(plan: SwitchPlan, t: Translate): void {
  const added = (plan.packages ?? []).filter((each) => each.change === 'added').map((each) => each.name);
  const byHand = plan.losses.filter((loss) => loss.what === 'by-hand').length;
  const sentences = [
    ...(plan.movedCalls.length > 1 ? [t('{0} calls that share the client have moved together.', plan.movedCalls.length)] : []),
    ...(added.length > 0 ? [t('Install {0}.', added.join(', '))] : []),
    ...(plan.keyVariable ? [t('Set {0} before the next run.', plan.keyVariable)] : []),
    ...(byHand > 0 ? [t('{0} places must be changed by hand.', byHand)] : []),
  ];
  if (sentences.length > 0) void vscode.window.showInformationMessage(sentences.join(' '));
}
