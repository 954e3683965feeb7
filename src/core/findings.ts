/** Compares calls with policy and facts: CallSite[] → Finding[]. Codes and data only; sentences are messages.ts. */
import { closestModels, findModel, findProvider } from './lookup.js';
import type { CallSite, Configuration, Destination, Facts, Finding, Model, Policy, Provider, Severity, TextRange } from './model.js';
import { providerVerdict, zoneVerdict } from './policy.js';

const dayMs = 86_400_000;
/** Days before a known change of price at which it is mentioned. */
const priceNoticeDays = 30;

/** All findings of the calls of one document, in source order. `today` is an ISO date. */
export function check(calls: readonly CallSite[], facts: Facts, configuration: Configuration, today: string): Finding[] {
  return calls.flatMap((call) => {
    const provider = findProvider(facts, call.destination.provider);
    return [
      ...residency(call, provider, configuration.policy),
      ...retirement(call, provider, configuration, today),
      ...context(call, provider),
      ...unknownModel(call, provider, facts),
      ...priceChange(call, today),
    ];
  });
}

/** A change of price that is near: a promotion that ends, a new list. */
function priceChange(call: CallSite, today: string): Finding[] {
  const { change, perCall, currency } = call.estimate.cost;
  if (!change || !perCall || Date.parse(change.on) - Date.parse(today) > priceNoticeDays * dayMs) return [];
  return [finding(call, 'price-change', 'info', call.modelRange ?? call.calleeRange, {
    model: call.model, on: change.on, currency, now: perCall.likely, next: change.perCall?.likely,
  })];
}

function finding(call: CallSite, code: Finding['code'], severity: Severity, range: TextRange, data: Record<string, string | number | null | undefined>): Finding {
  const clean = Object.fromEntries(Object.entries(data).filter((entry): entry is [string, string | number] => entry[1] !== null && entry[1] !== undefined));
  const related: Finding['related'][number][] = [];
  const apart = (other: TextRange): boolean => other.end <= call.callRange.start || other.start >= call.callRange.end;
  if (call.clientRange && apart(call.clientRange)) related.push({ range: call.clientRange, role: 'client' });
  const sameAsClient = call.clientRange?.start === call.destination.range?.start && call.clientRange?.end === call.destination.range?.end;
  if (call.destination.range && !sameAsClient && apart(call.destination.range)) related.push({ range: call.destination.range, role: 'base-url' });
  if (call.modelRange && apart(call.modelRange)) related.push({ range: call.modelRange, role: 'model' });
  return { code, severity, range, callId: call.id, data: clean, related };
}

function residency(call: CallSite, provider: Provider | null, policy: Policy): Finding[] {
  const { destination } = call;
  const endpoint = provider?.endpoints.find((each) => each.id === destination.endpointId) ?? null;
  const data = {
    provider: destination.provider, providerName: provider?.name ?? destination.provider, host: hostOf(destination), storageZone: destination.storageZone,
    inferenceZone: destination.inferenceZone, certainty: destination.certainty, allowed: policy.allowedZones.join(', '),
    decidedBy: destination.decidedBy, remedy: endpoint?.remedy, source: endpoint?.source, checkedOn: endpoint?.checkedOn,
  };
  const allowedProviders = policy.allowedProviders.join(', ');
  const byProvider = providerVerdict(destination.provider, policy);
  if (byProvider === 'forbidden') return [finding(call, 'residency', 'error', call.calleeRange, { ...data, reason: 'provider', allowed: allowedProviders })];
  if (byProvider === 'unknown' && policy.allowedZones.length === 0) {
    return [finding(call, 'residency-unknown', 'info', call.calleeRange, { ...data, reason: 'provider', allowed: allowedProviders })];
  }
  if (policy.allowedZones.length === 0) return [];
  const verdicts = [destination.storageZone, destination.inferenceZone].map((zone) => zoneVerdict(zone, policy.allowedZones));
  if (verdicts.includes('outside')) {
    const severity = destination.certainty === 'certain' && !provider?.gateway ? 'error' : 'warning';
    return [finding(call, 'residency', severity, call.calleeRange, { ...data, reason: 'zone' })];
  }
  if (verdicts.includes('maybe')) return [finding(call, 'residency', 'warning', call.calleeRange, { ...data, reason: 'global' })];
  if (verdicts.includes('unknown')) return [finding(call, 'residency-unknown', 'info', call.calleeRange, data)];
  return provider?.gateway ? [finding(call, 'residency', 'warning', call.calleeRange, { ...data, reason: 'gateway' })] : [];
}

function hostOf(destination: Destination): string | null {
  return destination.url ? destination.url.replace(/^[a-z]+:\/\//i, '').split('/')[0] ?? null : null;
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
    if (days <= 0) return [finding(call, 'model-retired', 'error', range, data)];
    return days <= configuration.retirementNoticeDays ? [finding(call, 'model-retiring', 'warning', range, data)] : [];
  });
}

function context(call: CallSite, provider: Provider | null): Finding[] {
  const model = provider && call.model ? findModel(provider, call.model) : null;
  const window = model?.contextWindow;
  if (!model || window === undefined) return [];
  const { tokens } = call.estimate.input;
  const certain = tokens.low > window;
  if (!certain && tokens.likely <= window) return [];
  return [finding(call, 'context-exceeded', certain ? 'error' : 'warning', call.calleeRange, { model: model.id, tokens: certain ? tokens.low : tokens.likely, contextWindow: window })];
}

function unknownModel(call: CallSite, provider: Provider | null, facts: Facts): Finding[] {
  const name = call.request.model.values[0];
  // Deployment names, local models and gateways' names are the user's own.
  if (call.model !== null || name === undefined || !provider || provider.local || provider.gateway || provider.models.length === 0 || provider.id === 'azure-openai' || /^ep-|^arn:|^ft:/.test(name)) return [];
  const closest = closestModels(facts, name, provider).map((each) => each.model.id).join(', ');
  return [finding(call, 'unknown-model', 'info', call.modelRange ?? call.calleeRange, { model: name, provider: provider.name, closest: closest || null })];
}
