/** "Move to …" on a call, its model or its client: the same call at a provider that fits better. */
import * as vscode from 'vscode';
import { policyAllows } from '../core/alternatives.js';
import type { Alternative, CallSite, Facts, Finding } from '../core/model.js';
import type { SwitchTarget } from '../core/engine.js';
import { formatDifference, zoneLabel } from '../core/format.js';
import { type NamedPlace, modelAt, placesOf } from '../core/switchPlace.js';
import { hasPolicy as isPolicySet } from '../core/policy.js';
import { callAt, contains, referenceTo } from '../editor/calls.js';
import { commandOf } from '../editor/commands.js';
import { type DependencyFile, dependencyFilesOf } from '../editor/dependencyFiles.js';
import { documentSelector, type AnalyzedDocument } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import { editOf } from '../editor/switching.js';
import { differenceOf, targetName, zoneWithMark } from '../editor/summary.js';
import type { Translate } from '../messages.js';

const offeredTargets = 4;
const offeredRegions = 3;
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
    const files = await dependencyFilesOf(document);
    if (token.isCancellationRequested || analyzed.version !== document.version) return [];
    const actions = new Actions(analyzed, call, context.diagnostics, facts, files, services.translate);
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
    private readonly files: readonly DependencyFile[],
    private readonly t: Translate,
  ) {
    this.#alternatives = analyzed.alternatives(call);
    this.#findings = analyzed.analysis.findings.filter((finding) => finding.callId === call.id);
  }

  all(): vscode.CodeAction[] {
    const compare = new vscode.CodeAction(this.t('Compare providers for this call…'), vscode.CodeActionKind.Refactor);
    compare.command = commandOf('tokenfare.compareProviders', compare.title, referenceTo(this.analyzed, this.call));
    const more: vscode.CodeAction[] = [];
    const link = (id: 'tokenfare.switchSdk' | 'tokenfare.putBehindGateway' | 'tokenfare.extractAdapter', title: string): void => {
      const action = new vscode.CodeAction(title, move);
      action.command = commandOf(id, title, referenceTo(this.analyzed, this.call));
      more.push(action);
    };
    if (this.analyzed.sdksFor(this.call, this.call.destination.provider).length > 0 && /^(?:python|typescript|javascript)/.test(this.call.language)) link('tokenfare.switchSdk', this.t('Write this call for another SDK…'));
    if (this.analyzed.gatewaysFor(this.call).length > 0) link('tokenfare.putBehindGateway', this.t('Put this call behind a gateway…'));
    if (this.analyzed.sdksFor(this.call, this.call.destination.provider).length > 0 && /^(?:python|typescript|javascript)/.test(this.call.language)) link('tokenfare.extractAdapter', this.t('Extract an adapter for this call…'));
    return [...this.#replacement(), ...this.#moves(), ...this.#regions(), ...more, compare, ...this.#blocked()];
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

  get #hasPolicy(): boolean {
    return isPolicySet(this.analyzed.configuration);
  }

  get #residency(): readonly Finding[] {
    return this.#findings.filter((each) => each.code === 'residency' || each.code === 'residency-unknown');
  }

  /** Targets that the policy allows, compliant first and then by cost; with a residency finding they are its fix. */
  #moves(): vscode.CodeAction[] {
    const replacement = this.#replacementTarget();
    const usable = this.#alternatives.filter((each) => !each.flags.includes('exceeds-context') && !each.flags.includes('retiring')
      && !(replacement && isSame(each, replacement)) && (each.allowed || !this.#hasPolicy));
    const { destination } = this.call;
    const actions: vscode.CodeAction[] = [];
    for (const target of usable) {
      if (actions.length >= offeredTargets) break;
      const isOwn = target.provider === destination.provider;
      const isHere = isOwn && target.endpointId === destination.endpointId;
      const facts = [differenceOf(target), zoneWithMark(target, this.#hasPolicy, this.t)];
      const title = isHere ? this.t('Change model to {0}', [target.model, ...facts].join(' · '))
        : isOwn ? this.t('Move to {0}', [targetName(target, this.facts.providers, this.t), target.model, ...facts].join(' · '))
          : this.t('Switch to {0}', [target.model, targetName(target, this.facts.providers, this.t), ...facts].join(' · '));
      const action = this.#action(title, this.#written(target), target.allowed ? this.#residency : []);
      if (action) actions.push(action);
    }
    return actions;
  }

  /** The SDK to write for, where the call's own does not reach the provider. */
  #written(target: Alternative): SwitchTarget {
    const sdks = this.analyzed.sdksFor(this.call, target.provider);
    const own = this.analyzed.sdksFor(this.call, this.call.destination.provider)[0];
    const [sdk] = sdks;
    return { provider: target.provider, endpointId: target.endpointId, model: target.model, ...(sdk && own && sdk !== own && { sdk }) };
  }

  /** The same model at the provider's other regions. */
  #regions(): vscode.CodeAction[] {
    const provider = this.facts.providers.find((each) => each.id === this.call.destination.provider);
    const model = this.call.request.model.values[0];
    if (!provider || !model) return [];
    const isAllowed = ({ endpoint }: NamedPlace): boolean => policyAllows(this.analyzed.configuration, provider, endpoint, this.facts, model);
    const others = placesOf(provider).filter(({ endpoint, location }) => (endpoint.id !== this.call.destination.endpointId || location !== undefined && provider.id === 'anthropic')
      && (location !== undefined || !this.#alternatives.some((row) => row.provider === provider.id && row.endpointId === endpoint.id && row.model === model)));
    const ordered = [...others].sort((a, b) => Number(isAllowed(b)) - Number(isAllowed(a)));
    const actions: vscode.CodeAction[] = [];
    for (const place of ordered) {
      if (actions.length >= offeredRegions) break;
      const { endpoint, location } = place;
      const allowed = isAllowed(place);
      if (this.#hasPolicy && !allowed) continue;
      const factor = endpoint.priceFactor ? formatDifference(endpoint.priceFactor - 1) : null;
      const zone = zoneLabel(endpoint.storageZone, endpoint.inferenceZone);
      const title = this.t('Move to {0}', [targetName({ provider: provider.id, endpointId: endpoint.id }, this.facts.providers, this.t), ...(location ? [location] : []), ...(factor ? [factor] : []), this.#hasPolicy ? `${zone} ✓` : zone].join(' · '));
      const action = this.#action(title, { provider: provider.id, endpointId: endpoint.id, model: modelAt(provider, endpoint, model), ...(location !== undefined && { location }) }, allowed ? this.#residency : []);
      if (action) actions.push(action);
    }
    return actions;
  }

  /** Targets outside the policy, greyed out with the reason. */
  #blocked(): vscode.CodeAction[] {
    if (!this.#hasPolicy) return [];
    return this.#alternatives.filter((each) => !each.allowed).slice(0, 2).map((target) => {
      const title = this.t('Switch to {0}', [target.model, targetName(target, this.facts.providers, this.t), differenceOf(target), zoneWithMark(target, true, this.t)].join(' · '));
      const action = new vscode.CodeAction(title, move);
      action.disabled = { reason: this.t('The policy does not allow data to go there: {0}', zoneLabel(target.storageZone, target.inferenceZone)) };
      return action;
    });
  }

  /** Null when the engine cannot rewrite this form. */
  #action(title: string, target: SwitchTarget, fixes: readonly Finding[]): vscode.CodeAction | null {
    const plan = this.analyzed.switchTo(this.call, target);
    if (!plan || plan.edits.length === 0) return null;
    const action = new vscode.CodeAction(title, fixes.length > 0 ? vscode.CodeActionKind.QuickFix : move);
    action.edit = editOf(this.analyzed, plan, title, this.files, this.t);
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
