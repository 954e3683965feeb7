/** A model name that the catalog does not know: the nearest names as quick fixes, and "Map Deployment" for names of one's own. */
import * as vscode from 'vscode';
import { closestModels, findProvider, modelNames } from '../core/lookup.js';
import type { CallSite, Facts } from '../core/model.js';
import { contains, findCall, rangeOf, referenceTo } from '../editor/calls.js';
import { commandOf, registerCommand } from '../editor/commands.js';
import { writeConfiguration } from '../editor/configurationEdit.js';
import { documentSelector, type AnalyzedDocument } from '../editor/documents.js';
import type { Services } from '../editor/services.js';

/** Registers the quick fixes and the command. */
export function register(services: Services): vscode.Disposable {
  const { documents, log } = services;
  return vscode.Disposable.from(
    vscode.languages.registerCodeActionsProvider(documentSelector, {
      provideCodeActions: (document, range, _context, token) => log.guard('model names', [], async () => {
        const analyzed = await documents.current(document, token);
        if (!analyzed || analyzed.version !== document.version) return [];
        const offset = document.offsetAt(range.start);
        const call = analyzed.analysis.calls.find((each) => isUnnamed(each) && (contains(each.modelRange, offset) || contains(each.calleeRange, offset)));
        return call ? actionsFor(call, analyzed, (await services.engine()).factsFor(analyzed.configuration), services) : [];
      }),
    }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    registerCommand('tokenfare.mapDeployment', log, async (reference) => {
      const found = await findCall(services, reference);
      if (found) await mapDeployment(found.call, found.analyzed, services);
    }),
  );
}

/** A call with a name in it that stands for no model yet. */
function isUnnamed(call: CallSite): boolean {
  return call.estimate.cost.reason === 'unknown-model' && call.request.model.values.length > 0;
}

function actionsFor(call: CallSite, analyzed: AnalyzedDocument, facts: Facts, services: Services): vscode.CodeAction[] {
  const { translate: t } = services;
  const name = call.request.model.values[0]!;
  const actions: vscode.CodeAction[] = [];
  const finding = analyzed.analysis.findings.find((each) => each.code === 'unknown-model' && each.callId === call.id);
  const range = call.request.model.range;
  const provider = findProvider(facts, call.destination.provider);
  const written = range ? analyzed.document.getText(rangeOf(analyzed.document, range)) : '';
  const at = written.indexOf(name);
  // Only a name that stands there letter by letter is replaced.
  if (finding && range && provider && at >= 0 && written.indexOf(name, at + 1) < 0) {
    const place = rangeOf(analyzed.document, { start: range.start + at, end: range.start + at + name.length });
    for (const { model } of closestModels(facts, name, provider)) {
      const action = new vscode.CodeAction(t('Change to {0}', model.id), vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(analyzed.document.uri, place, model.id);
      action.isPreferred = actions.length === 0;
      actions.push(action);
    }
  }
  const title = t('Say which model "{0}" stands for…', name);
  const map = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  map.command = commandOf('tokenfare.mapDeployment', title, referenceTo(analyzed, call));
  return [...actions, map];
}

/** Asks for the model and writes it to `deployments`, in tokenfare.yaml or in the user's settings. */
async function mapDeployment(call: CallSite, analyzed: AnalyzedDocument, services: Services): Promise<void> {
  const { translate: t } = services;
  const name = call.request.model.values[0];
  if (name === undefined) {
    void vscode.window.showInformationMessage(t('The model of this call is only known at run time.'));
    return;
  }
  const facts = (await services.engine()).factsFor(analyzed.configuration);
  const provider = findProvider(facts, call.destination.provider);
  const own = (provider?.models ?? []).map((model) => ({ label: model.id, description: provider!.name, ...(model.current && { detail: t('in the present line-up') }) }));
  const items = own.length > 0 ? own : modelNames(facts).map(({ value, detail }) => ({ label: value, description: detail }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Which model does "{0}" stand for?', name), placeHolder: t('Filter by model'), matchOnDescription: true });
  if (!chosen) return;
  await writeConfiguration(services, [{
    path: ['deployments', name], value: chosen.label, setting: 'deployments', settingValue: { ...analyzed.configuration.deployments, [name]: chosen.label },
  }], analyzed.document.uri);
}
