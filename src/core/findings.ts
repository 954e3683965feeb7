/** Compares calls with policy and facts: CallSite[] → Finding[]. Codes and data only; sentences are messages.ts. */
import { assistants, behaviour, keysInSource } from './behaviourInsights.js';
import { withSeverities } from './findingCodes.js';
import { closestModels, findModel, findModelAnywhere } from './lookup.js';
import { type Inspection, findingAt } from './inspect.js';
import { cachePrefix, duplicates, loops } from './loopInsights.js';
import { money, outputLimits, reporter } from './moneyInsights.js';
import type { CallSite, Configuration, Facts, Finding, Model, Provider } from './model.js';
import { duplicateFlows, residency } from './residencyFindings.js';

const dayMs = 86_400_000;
/** Days before a known change of price at which it is mentioned. */
const priceNoticeDays = 30;

/** All findings of the calls of one document, in source order. */
export function check(inspection: Inspection): Finding[] {
  const { facts, configuration, today } = inspection;
  const found = inspection.calls.flatMap((call) => [
    ...residency(call, inspection),
    ...retirement(call.site, call.provider, configuration, today),
    ...context(call.site, call.provider),
    ...unknownModel(call.site, call.provider, facts),
    ...priceChange(call.site, today),
  ]);
  const report = reporter(inspection);
  // What a forwarding function decides is told once, at the call inside it.
  const own = { ...inspection, calls: inspection.calls.filter((call) => call.site.kind !== 'wrapper-call') };
  const insights = own.calls.flatMap((call) => [...money(call, own, report), ...loops(call, own, report), ...cachePrefix(call, own, report), ...behaviour(call, own, report)]);
  return [
    ...withSeverities([...found, ...duplicateFlows(own)], configuration.severities),
    ...insights, ...outputLimits(own, report), ...duplicates(own, report), ...keysInSource(own), ...assistants(own),
  ];
}

/** A change of price that is near: a promotion that ends, a new list. */
function priceChange(call: CallSite, today: string): Finding[] {
  const { change, perCall, currency } = call.estimate.cost;
  if (!change || !perCall || Date.parse(change.on) - Date.parse(today) > priceNoticeDays * dayMs) return [];
  return [findingAt(call, 'price-change', 'info', call.modelRange ?? call.calleeRange, {
    model: call.model, on: change.on, currency, now: perCall.likely, next: change.perCall?.likely,
  })];
}

/** Every model that the code may choose, with the name it goes by there; a mapped deployment counts as its model. */
function modelsOf(call: CallSite, provider: Provider | null, deployments: Configuration['deployments']): { readonly name: string; readonly model: Model }[] {
  if (!provider || call.model === null) return [];
  const found = new Map<Model, string>();
  for (const name of call.request.model.values) {
    const mapped = Object.hasOwn(deployments, name) ? deployments[name]! : provider.id === 'azure-openai' ? null : name;
    const model = mapped === null ? null : findModel(provider, mapped);
    if (model && !found.has(model)) found.set(model, name);
  }
  return [...found].map(([model, name]) => ({ name, model }));
}

function retirement(call: CallSite, provider: Provider | null, configuration: Configuration, today: string): Finding[] {
  return modelsOf(call, provider, configuration.deployments).flatMap(({ name, model }) => {
    if (!model.retirement) return [];
    const { on, replacement, source } = model.retirement;
    const days = Math.round((Date.parse(on) - Date.parse(today)) / dayMs);
    const range = call.modelRange ?? call.calleeRange;
    const data = { model: name, provider: call.destination.provider, on, replacement, days, source };
    if (days <= 0) return [findingAt(call, 'model-retired', 'error', range, data)];
    return days <= configuration.retirementNoticeDays ? [findingAt(call, 'model-retiring', 'warning', range, data)] : [];
  });
}

function context(call: CallSite, provider: Provider | null): Finding[] {
  const model = provider && call.model ? findModel(provider, call.model) : null;
  const window = model?.contextWindow;
  if (!model || window === undefined) return [];
  const { tokens } = call.estimate.input;
  const certain = tokens.low > window;
  if (!certain && tokens.likely <= window) return [];
  return [findingAt(call, 'context-exceeded', certain ? 'error' : 'warning', call.calleeRange, { model: model.id, tokens: certain ? tokens.low : tokens.likely, contextWindow: window })];
}

function unknownModel(call: CallSite, provider: Provider | null, facts: Facts): Finding[] {
  const name = call.request.model.values[0];
  // Deployment names, local models and gateways' names are the user's own.
  if (call.model !== null || name === undefined || !provider || provider.local || provider.gateway || provider.models.length === 0 || provider.id === 'azure-openai' || /^ep-|^arn:|^ft:/.test(name)) return [];
  // Another vendor's model: the code chooses the vendor elsewhere, or would fail at its first call.
  if (findModelAnywhere(facts, name).length > 0) return [];
  const closest = closestModels(facts, name, provider).map((each) => each.model.id).join(', ');
  return [findingAt(call, 'unknown-model', 'info', call.modelRange ?? call.calleeRange, { model: name, provider: provider.name, closest: closest || null })];
}
