/** Calls against every policy that holds. One finding a code and call: the gravest, whichever policy makes it. */
import { type FoundClass, classesOf, isOfTraffic } from './dataClass.js';
import { type InspectedCall, type Inspection, findingAt, functionAround, runOneAfterOther } from './inspect.js';
import { findProvider } from './lookup.js';
import type { Facts, Finding, FindingCode, PolicyLayer, Severity } from './model.js';
import { type Breach, breachesOf, hasPolicy, layersOf, ruleFor } from './policy.js';
import { type Flow, flowOf, hostOf } from './residency.js';
import { placeFixes } from './placeFixes.js';

const severityOf = { certain: 'error', likely: 'warning', unknown: 'info' } as const satisfies Record<Breach['level'], Severity>;
const rank = { error: 3, warning: 2, info: 1 } as const;

/** Findings of the policies about one call, wherever branches of the code send it. None without a policy. */
export function residency(call: InspectedCall, inspection: Inspection): Finding[] {
  if (!hasPolicy(inspection.configuration)) return [];
  const here = findingsAt(call, inspection, false);
  const elsewhere = (call.site.otherDestinations ?? []).flatMap((destination) => findingsAt(
    { ...call, site: { ...call.site, destination }, provider: findProvider(inspection.facts, destination.provider) }, inspection, true));
  return gravest([...here, ...elsewhere]);
}

function findingsAt(call: InspectedCall, { configuration, facts, today, path, program }: Inspection, isBranch: boolean): Finding[] {
  const layers = layersOf(configuration);
  const flow = flowOf(call.site, facts, configuration.declarations ?? [], today);
  const classes = classesOf(call.site, call.said.data, path, layers);
  const found: Finding[] = [];
  for (const layer of layers) {
    const routed = routing(call, flow, layer, path, isBranch);
    if (routed === 'allowed') continue;
    if (routed) found.push(routed);
    for (const { breach, by } of breaches(flow, layer, classes, call, path)) {
      // Of a branch that may never be taken nothing is certain.
      const severity = (isBranch || by?.how === 'hint') && breach.level === 'certain' ? 'warning' : severityOf[breach.level];
      const code: FindingCode = breach.code === 'residency' && severity === 'info' ? 'residency-unknown' : breach.code;
      const range = breach.code === 'model-origin' ? call.site.modelRange ?? call.site.calleeRange : call.site.calleeRange;
      found.push(findingAt(call.site, code, severity, range, { ...dataOf(call, flow, breach, layer, by, facts), branch: isBranch ? 1 : undefined }, {
        // What the light bulb changes is the client of the first branch.
        ...(breach.code === 'residency' && !isBranch && { fixes: placeFixes(call, program, facts, configuration) }),
      }));
    }
  }
  return found;
}

/** The gravest finding of each code; `residency` says it all when both residency codes apply. */
function gravest(found: readonly Finding[]): Finding[] {
  const best = new Map<string, Finding>();
  for (const each of found) {
    const key = each.code === 'residency-unknown' ? 'residency' : each.code;
    const other = best.get(key);
    if (!other || rank[each.severity] > rank[other.severity]) best.set(key, each);
  }
  return [...best.values()];
}

/** Breaches of the general rule, or of the rules of the call's classes; a hint only adds, it never lifts a rule. */
function breaches(flow: Flow, layer: PolicyLayer, classes: readonly FoundClass[], call: InspectedCall, path: string | null): readonly { readonly breach: Breach; readonly by: FoundClass | null }[] {
  const { policy } = layer;
  const route = policy.routes?.find((each) => isOfTraffic(each, call.said.traffic, path, layer.folder));
  const withRoute = route ? { ...policy, ...withoutNames(route) } : policy;
  const own = classes.filter((each) => policy.dataClasses?.[each.class]);
  const sure = own.filter((each) => each.how !== 'hint');
  const general = sure.length > 0 ? [] : breachesOf(flow, ruleFor(withRoute, null)).map((breach) => ({ breach, by: null }));
  return [...general, ...own.flatMap((by) => breachesOf(flow, ruleFor(withRoute, by.class)).map((breach) => ({ breach, by })))];
}

function withoutNames({ traffic: _traffic, providers: _providers, paths: _paths, ...rule }: NonNullable<PolicyLayer['policy']['routes']>[number]): Omit<typeof rule, never> {
  return rule;
}

/** Providers that belong to one kind of traffic, used by calls of another. `allowed`: nothing of the layer speaks against it. */
function routing(call: InspectedCall, flow: Flow, layer: PolicyLayer, path: string | null, isBranch: boolean): Finding | 'allowed' | null {
  const routes = layer.policy.routes ?? [];
  for (const hop of flow.hops) {
    const own = routes.filter((route) => route.providers.includes(hop.provider));
    if (own.length === 0 || own.some((route) => isOfTraffic(route, call.said.traffic, path, layer.folder))) continue;
    return findingAt(call.site, 'routing', isBranch || hop.role === 'upstream' ? 'warning' : 'error', call.site.calleeRange, {
      branch: isBranch ? 1 : undefined,
      provider: hop.provider, providerName: hop.name, traffic: own.map((route) => route.traffic).join(', '), layer: layer.origin, file: layer.file,
    });
  }
  return null;
}

function dataOf(call: InspectedCall, flow: Flow, breach: Breach, layer: PolicyLayer, by: FoundClass | null, facts: Facts): Record<string, string | number | null | undefined> {
  const { destination } = call.site;
  const behind = breach.hop?.role === 'upstream' ? findProvider(facts, breach.hop.provider) : null;
  const endpoint = behind ? behind.endpoints.find((each) => each.id === behind.defaultEndpoint?.['*']) ?? null : call.provider?.endpoints.find((each) => each.id === destination.endpointId) ?? null;
  const rule = ruleFor(layer.policy, by?.class ?? null);
  const allowed = breach.reason === 'provider' ? rule.allowedProviders : breach.reason === 'gateway' && breach.allowed ? breach.allowed : breach.allowed?.length ? breach.allowed : rule.allowedZones;
  return {
    provider: destination.provider, providerName: breach.hop?.name ?? call.provider?.name ?? destination.provider, host: hostOf(destination),
    storageZone: breach.hop?.storageZone ?? destination.storageZone, inferenceZone: breach.hop?.inferenceZone ?? destination.inferenceZone,
    certainty: breach.hop?.certainty ?? destination.certainty, reason: breach.reason === 'unknown' ? undefined : breach.reason, aspect: breach.aspect,
    allowed: [...new Set(allowed ?? [])].join(', ') || undefined, forbidden: [...new Set(breach.forbidden ?? [])].join(', ') || undefined,
    because: breach.level === 'unknown' || breach.reason === 'gateway' ? flow.because ?? undefined : undefined, variable: destination.variable,
    decidedBy: destination.decidedBy, declared: destination.declared ? 1 : undefined,
    hop: breach.hop?.role === 'provider' ? undefined : breach.hop?.role, through: breach.hop?.role === 'upstream' ? flow.hops[0]?.name : undefined,
    upstream: breach.hop?.role === 'gateway' ? flow.hops[1]?.name : undefined,
    origin: flow.origin, maker: flow.maker, model: call.site.request.model.values[0],
    retentionDays: flow.retentionDays, zeroRetention: flow.zeroRetention, training: flow.training, limit: rule.maximumRetentionDays,
    dataClass: by?.class, dataHow: by?.how, evidence: by?.evidence,
    layer: layer.origin, file: layer.file,
    source: endpoint?.source, checkedOn: endpoint?.checkedOn, remedy: endpoint?.remedy ?? call.provider?.endpoints[0]?.remedy,
  };
}

/** The same data sent to providers in different zones by one function, one call after the other. */
export function duplicateFlows(inspection: Inspection): Finding[] {
  const { calls, program, configuration } = inspection;
  if (!hasPolicy(configuration) || calls.length < 2) return [];
  const found: Finding[] = [];
  for (const [index, first] of calls.entries()) {
    const names = holesOf(first);
    if (names.size === 0 || first.site.kind === 'model-binding') continue;
    for (const second of calls.slice(index + 1, index + 20)) {
      const [a, b] = [first.site.destination, second.site.destination];
      if (second.site.kind === 'model-binding' || a.provider === b.provider || a.inferenceZone === 'unknown' || b.inferenceZone === 'unknown' || a.inferenceZone === b.inferenceZone) continue;
      if (a.inferenceZone === 'local' || b.inferenceZone === 'local') continue;
      const shared = [...holesOf(second)].find((name) => names.has(name));
      if (shared === undefined || !runOneAfterOther(program, first.site.callRange, second.site.callRange)) continue;
      found.push(findingAt(second.site, 'duplicate-flow', 'info', second.site.calleeRange, {
        subject: shared, provider: second.provider?.name ?? b.provider, inferenceZone: b.inferenceZone, other: first.provider?.name ?? a.provider, otherZone: a.inferenceZone,
        scope: functionAround(program, first.site.callRange.start).name ?? undefined,
      }, { related: [{ range: first.site.calleeRange, role: 'other-call' }] }));
      break;
    }
  }
  return found;
}

function holesOf({ site }: InspectedCall): ReadonlySet<string> {
  return new Set(site.request.parts.flatMap((part) => part.pieces).flatMap((piece) => (piece.kind === 'hole' && piece.name !== 'prompt' && piece.name !== 'value' ? [piece.name] : [])));
}
