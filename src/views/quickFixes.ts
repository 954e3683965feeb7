/** "Move to …" on a call, its model or its client: the same call at a provider that fits better. */
import * as vscode from 'vscode';
import type { Alternative, CallSite, Facts, Finding } from '../core/model.js';
import type { SwitchTarget } from '../core/engine.js';
import { hasPolicy as isPolicySet } from '../core/policy.js';
import { callAt, contains, referenceTo } from '../editor/calls.js';
import { commandOf } from '../editor/commands.js';
import { documentSelector, type AnalyzedDocument } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import { editOf } from '../editor/switching.js';
import { differenceOf, targetName, zoneWithMark } from '../editor/summary.js';
import type { Translate } from '../messages.js';

const offeredTargets = 4;
const move = vscode.CodeActionKind.RefactorRewrite.append('tokenfare.move');

/** Offers code actions; where something would be lost the edit opens the Refactor Preview. */
export function register(services: Services): vscode.Disposable {
  const { documents, log } = services;

  const provideCodeActions = async (
    document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext, token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> => {
    const analyzed = await documents.current(document, token);
    if (!analyzed || analyzed.version !== document.version) return [];
    const facts = (await services.engine()).factsFor(analyzed.configuration);
    if (analyzed.version !== document.version) return [];
    const offset = document.offsetAt(range.start);
    const call = callMeant(analyzed, offset);
    if (!call) return [];
    const actions = new Actions(analyzed, call, context.diagnostics, facts, services.translate);
    return actions.all();
  };

  return vscode.languages.registerCodeActionsProvider(documentSelector, {
    provideCodeActions: (document, range, context, token) =>
      log.guard('code actions', [], () => provideCodeActions(document, range, context, token)),
  }, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, move] });
}

/** The call at a place, or the first one whose model, client or finding is there. */
function callMeant(analyzed: AnalyzedDocument, offset: number): CallSite | undefined {
  const { calls, findings } = analyzed.analysis;
  const finding = findings.find((each) => contains(each.range, offset));
  return callAt(analyzed, offset)
    ?? calls.find((call) => contains(call.modelRange, offset) || contains(call.clientRange, offset)
      || contains(call.request.model.range, offset) || contains(call.destination.range, offset))
    ?? calls.find((call) => call.id === finding?.callId);
}

class Actions {
  readonly #alternatives: readonly Alternative[];
  readonly #findings: readonly Finding[];

  constructor(
    private readonly analyzed: AnalyzedDocument,
    private readonly call: CallSite,
    private readonly diagnostics: readonly vscode.Diagnostic[],
    private readonly facts: Facts,
    private readonly t: Translate,
  ) {
    this.#alternatives = analyzed.alternatives(call);
    this.#findings = analyzed.analysis.findings.filter((finding) => finding.callId === call.id);
  }

  all(): vscode.CodeAction[] {
    const compare = new vscode.CodeAction(this.t('Compare providers for this call…'), vscode.CodeActionKind.Refactor);
    compare.command = commandOf('tokenfare.compareProviders', compare.title, referenceTo(this.analyzed, this.call));
    return [...this.#replacement(), ...this.#moves(), compare];
  }

  /** Replacement of a retiring model at the same provider. */
  #replacement(): vscode.CodeAction[] {
    const finding = this.#retirement();
    const target = this.#replacementTarget();
    if (!finding || !target) return [];
    const alternative = this.#alternatives.find((each) => isSame(each, target));
    const title = alternative
      ? this.t('Replace by {0} · {1}', target.model, differenceOf(alternative))
      : this.t('Replace by {0}', target.model);
    const action = this.#action(title, target, [finding]);
    if (action) action.isPreferred = true;
    return action ? [action] : [];
  }

  #retirement(): Finding | undefined {
    return this.#findings.find((each) => each.code === 'model-retiring' || each.code === 'model-retired');
  }

  #replacementTarget(): SwitchTarget | undefined {
    const { provider, endpointId } = this.call.destination;
    const known = this.facts.providers.find((each) => each.id === provider);
    const model = this.#retirement() && known?.models.find((each) => each.id === this.call.model)?.retirement?.replacement;
    const endpoint = endpointId ?? known?.endpoints[0]?.id;
    return model && endpoint ? { provider, endpointId: endpoint, model } : undefined;
  }

  /** Targets that can be written; with a residency finding, those the policy allows come first and as its fix. */
  #moves(): vscode.CodeAction[] {
    const residency = this.#findings.filter((each) => each.code === 'residency' || each.code === 'residency-unknown');
    const hasPolicy = isPolicySet(this.analyzed.configuration);
    const replacement = this.#replacementTarget();
    const usable = this.#alternatives.filter((each) => !each.flags.includes('exceeds-context') && !each.flags.includes('retiring')
      && !(replacement && isSame(each, replacement)));
    const ordered = hasPolicy ? [...usable.filter((each) => each.allowed), ...usable.filter((each) => !each.allowed)] : usable;
    const actions: vscode.CodeAction[] = [];
    for (const target of ordered) {
      if (actions.length >= offeredTargets) break;
      const title = this.t('Move to {0}', [
        targetName(target, this.facts.providers, this.t), target.model, differenceOf(target), zoneWithMark(target, hasPolicy, this.t),
      ].join(' · '));
      const action = this.#action(title, target, target.allowed ? residency : []);
      if (action) actions.push(action);
    }
    return actions;
  }

  /** Null when the engine cannot rewrite this form. */
  #action(title: string, { provider, endpointId, model }: SwitchTarget, fixes: readonly Finding[]): vscode.CodeAction | null {
    const plan = this.analyzed.switchTo(this.call, { provider, endpointId, model });
    if (!plan || plan.edits.length === 0) return null;
    const action = new vscode.CodeAction(title, fixes.length > 0 ? vscode.CodeActionKind.QuickFix : move);
    action.edit = editOf(this.analyzed, plan, title, this.t);
    if (fixes.length > 0) {
      action.diagnostics = this.diagnostics.filter((each) => each.source === 'Tokenfare'
        && fixes.some((finding) => typeof each.code === 'object' && each.code.value === finding.code));
    }
    return action;
  }
}

function isSame(a: SwitchTarget, b: SwitchTarget): boolean {
  return a.provider === b.provider && a.endpointId === b.endpointId && a.model === b.model;
}
