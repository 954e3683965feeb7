/** What a policy says about a zone, a provider or a whole destination: one answer for findings and for alternatives. */
import type { Certainty, Configuration, DataClass, Policy, PolicyLayer, PolicyRule, ProviderId, Zone } from './model.js';
import type { Flow, Hop } from './residency.js';

/** `maybe`: could lie inside or outside, nobody promises; `unknown`: not documented. */
export type ZoneVerdict = 'allowed' | 'outside' | 'maybe' | 'unknown';

/** Zones that APAC may be; it may be others, too. */
const asiaPacific: readonly Zone[] = ['JP', 'KR', 'IN', 'SG', 'AU', 'HK'];

/**
 * How data in `zone` stands to the allowed zones (not empty). The wide zones contain the others: who allows
 * `global` allows every place, who allows `global-except-CN` every place but mainland China.
 */
export function zoneVerdict(zone: Zone, allowed: readonly Zone[]): ZoneVerdict {
  if (zone === 'local' || allowed.includes(zone) || allowed.includes('global')) return 'allowed';
  if (zone === 'unknown') return 'unknown';
  if (allowed.includes('global-except-CN') && zone !== 'CN' && zone !== 'global') return 'allowed';
  if (zone === 'APAC') return allowed.some((each) => asiaPacific.includes(each)) ? 'maybe' : 'outside';
  if (zone === 'global' || zone === 'global-except-CN') {
    const within = allowed.filter((each) => each !== 'local' && each !== 'unknown' && (zone === 'global' || each !== 'CN'));
    return within.length > 0 ? 'maybe' : 'outside';
  }
  return allowed.includes('APAC') && asiaPacific.includes(zone) ? 'allowed' : 'outside';
}

/** The same against forbidden zones. */
export function forbiddenVerdict(zone: Zone, forbidden: readonly Zone[]): ZoneVerdict {
  if (zone === 'local' || forbidden.length === 0) return 'allowed';
  if (zone === 'unknown') return 'unknown';
  if (forbidden.includes(zone) || forbidden.includes('global')) return 'outside';
  if (forbidden.includes('global-except-CN') && zone !== 'CN' && zone !== 'global') return 'outside';
  if (forbidden.includes('APAC') && asiaPacific.includes(zone)) return 'outside';
  if (zone === 'global') return 'maybe';
  if (zone === 'global-except-CN') return forbidden.some((each) => each !== 'CN') ? 'maybe' : 'allowed';
  if (zone === 'APAC') return forbidden.some((each) => asiaPacific.includes(each)) ? 'maybe' : 'allowed';
  return 'allowed';
}

/** Whether the policy lets calls go to a provider; `unknown` when a list of allowed ones stands and the provider cannot be told. */
export function providerVerdict(provider: ProviderId, policy: Pick<PolicyRule, 'allowedProviders' | 'forbiddenProviders'>): 'allowed' | 'forbidden' | 'unknown' {
  if (policy.forbiddenProviders?.includes(provider)) return 'forbidden';
  if (!policy.allowedProviders?.length || policy.allowedProviders.includes(provider)) return 'allowed';
  return provider === 'unknown' ? 'unknown' : 'forbidden';
}

/** Every policy that holds, the outermost first. */
export function layersOf({ layers, policy }: Pick<Configuration, 'layers' | 'policy'>): readonly PolicyLayer[] {
  return layers?.length ? layers : [{ origin: 'settings', policy }];
}

/** True when the rule asks for nothing. */
export function isEmptyRule(rule: PolicyRule): boolean {
  const { allowedGateways, ...rest } = rule;
  return allowedGateways === undefined && Object.entries(rest).every(([key, value]) => key === 'dataClasses' || key === 'data' || key === 'routes'
    || value === undefined || value === false || value === 'allowed' || (Array.isArray(value) && value.length === 0));
}

/** True when some policy asks for something. */
export function hasPolicy(configuration: Pick<Configuration, 'layers' | 'policy'>): boolean {
  return layersOf(configuration).some(({ policy }) => !isEmptyRule(policy) || Object.values(policy.dataClasses ?? {}).some((each) => each && !isEmptyRule(each)) || (policy.routes?.length ?? 0) > 0);
}

/** How a flow breaks a rule. `level`: it does, it may, or nobody can tell. */
export interface Breach {
  readonly code: 'residency' | 'model-origin' | 'data-retention' | 'data-training';
  readonly reason: 'provider' | 'zone' | 'global' | 'gateway' | 'certainty' | 'origin' | 'retention' | 'zero-retention' | 'training' | 'unknown';
  readonly level: 'certain' | 'likely' | 'unknown';
  /** Which zone of which hop. */
  readonly aspect?: 'storage' | 'inference';
  readonly hop?: Hop;
  readonly allowed?: readonly string[];
  readonly forbidden?: readonly string[];
}

/** All breaches of one rule, the gravest of each code. */
export function breachesOf(flow: Flow, rule: PolicyRule): readonly Breach[] {
  if (isEmptyRule(rule)) return [];
  return [...placeBreach(flow, rule), ...originBreach(flow, rule), ...retentionBreach(flow, rule), ...trainingBreach(flow, rule)];
}

/** The rule for a class of data: what the class names takes the place of the general. */
export function ruleFor(policy: Policy, dataClass: DataClass | null): PolicyRule {
  const { dataClasses, data: _data, routes: _routes, ...general } = policy;
  const own = dataClass === null ? undefined : dataClasses?.[dataClass];
  if (!own) return general;
  // Zones named for the class in one list replace what the other lists say of the same aspect.
  const cleared: PolicyRule = own.allowedZones || own.forbiddenZones
    ? { allowedZones: [], forbiddenZones: [], allowedStorageZones: [], forbiddenStorageZones: [], allowedInferenceZones: [], forbiddenInferenceZones: [] } : {};
  return { ...general, ...cleared, ...own };
}

const gravity = { certain: 3, likely: 2, unknown: 1 } as const;

function placeBreach(flow: Flow, rule: PolicyRule): readonly Breach[] {
  const found: Breach[] = [];
  for (const hop of flow.hops) {
    const verdict = providerVerdict(hop.provider, rule);
    if (verdict === 'forbidden') found.push({ code: 'residency', reason: 'provider', level: hop.role === 'upstream' ? 'likely' : 'certain', hop, allowed: rule.allowedProviders ?? [] });
    if (verdict === 'unknown') found.push({ code: 'residency', reason: 'provider', level: 'unknown', hop, allowed: rule.allowedProviders ?? [] });
    if (hop.role === 'gateway' && rule.allowedGateways && !rule.allowedGateways.includes(hop.provider)) found.push({ code: 'residency', reason: 'gateway', level: 'certain', hop, allowed: rule.allowedGateways });
    if (verdict === 'forbidden') continue;
    for (const aspect of ['storage', 'inference'] as const) found.push(...zoneBreach(flow, hop, aspect, rule));
  }
  const zoned = isZoned(rule);
  const [first] = flow.hops;
  if (zoned && first?.role === 'gateway' && !found.some((each) => each.level === 'certain')) {
    // A gateway passes on: without a known next hop nothing limits it.
    const known = flow.hops[1];
    if (!known || found.some((each) => each.hop === first && each.reason === 'unknown')) found.push({ code: 'residency', reason: 'gateway', level: 'likely', hop: first });
  }
  if (rule.certainty && !found.some((each) => each.level !== 'unknown')) {
    const least = flow.hops.reduce<Certainty>((worst, hop) => worse(worst, hop.certainty), 'certain');
    if (least !== 'certain' && (rule.certainty === 'certain' || least === 'unknown')) found.push({ code: 'residency', reason: 'certainty', level: least === 'unknown' ? 'unknown' : 'likely', ...(first && { hop: first }) });
  }
  found.sort((a, b) => gravity[b.level] - gravity[a.level]);
  return found.slice(0, 1);
}

const worse = (a: Certainty, b: Certainty): Certainty => (a === 'unknown' || b === 'unknown' ? 'unknown' : a === 'likely' || b === 'likely' ? 'likely' : 'certain');

function isZoned(rule: PolicyRule): boolean {
  return [rule.allowedZones, rule.forbiddenZones, rule.allowedStorageZones, rule.forbiddenStorageZones, rule.allowedInferenceZones, rule.forbiddenInferenceZones].some((list) => (list?.length ?? 0) > 0);
}

function zoneBreach(flow: Flow, hop: Hop, aspect: 'storage' | 'inference', rule: PolicyRule): readonly Breach[] {
  const zone = aspect === 'storage' ? hop.storageZone : hop.inferenceZone;
  const certainty = aspect === 'storage' ? hop.storageCertainty : hop.certainty;
  // A gateway computes nothing itself.
  if (hop.role === 'gateway' && aspect === 'inference' && flow.hops.length > 1) return [];
  const lists = aspect === 'storage' ? [rule.allowedZones, rule.allowedStorageZones] : [rule.allowedZones, rule.allowedInferenceZones];
  const forbidden = [...rule.forbiddenZones ?? [], ...(aspect === 'storage' ? rule.forbiddenStorageZones : rule.forbiddenInferenceZones) ?? []];
  const verdicts = [...lists.flatMap((list) => (list?.length ? [zoneVerdict(zone, list)] : [])), ...(forbidden.length ? [forbiddenVerdict(zone, forbidden)] : [])];
  const common = { code: 'residency', aspect, hop, allowed: lists.flatMap((list) => list ?? []), forbidden } as const;
  if (verdicts.includes('outside')) return [{ ...common, reason: 'zone', level: certainty === 'certain' && hop.role === 'provider' ? 'certain' : 'likely' }];
  if (verdicts.includes('maybe')) return [{ ...common, reason: 'global', level: 'likely' }];
  if (verdicts.includes('unknown')) return [{ ...common, reason: 'unknown', level: 'unknown' }];
  return [];
}

function originBreach(flow: Flow, rule: PolicyRule): readonly Breach[] {
  const allowed = rule.allowedModelOrigins ?? [];
  const forbidden = rule.forbiddenModelOrigins ?? [];
  if (allowed.length + forbidden.length === 0) return [];
  const common = { code: 'model-origin', reason: 'origin', allowed, forbidden } as const;
  if (flow.origin === null) return [{ ...common, level: 'unknown' }];
  return forbidden.includes(flow.origin) || (allowed.length > 0 && !allowed.includes(flow.origin)) ? [{ ...common, level: 'certain' }] : [];
}

function retentionBreach(flow: Flow, rule: PolicyRule): readonly Breach[] {
  const { retentionDays, zeroRetention } = flow;
  if (rule.zeroRetention && zeroRetention !== 'yes') {
    return [{ code: 'data-retention', reason: 'zero-retention', level: zeroRetention === 'contract' ? 'unknown' : retentionDays !== null && retentionDays > 0 ? 'likely' : 'unknown' }];
  }
  const limit = rule.maximumRetentionDays;
  if (limit === undefined || zeroRetention === 'yes') return [];
  if (retentionDays === null) return [{ code: 'data-retention', reason: 'retention', level: 'unknown' }];
  return retentionDays > limit ? [{ code: 'data-retention', reason: 'retention', level: flow.termsAreOfficial ? 'certain' : 'likely' }] : [];
}

function trainingBreach(flow: Flow, rule: PolicyRule): readonly Breach[] {
  if (rule.training !== 'forbidden') return [];
  switch (flow.training) {
    case 'no': return [];
    case 'yes': return [{ code: 'data-training', reason: 'training', level: 'certain' }];
    case 'opt-out': case 'unspecified': return [{ code: 'data-training', reason: 'training', level: 'likely' }];
    case 'by-tier': case 'unknown': return [{ code: 'data-training', reason: 'training', level: 'unknown' }];
  }
}

/** True when every policy that holds lets data flow this way; for alternatives and switches. */
export function flowIsAllowed(flow: Flow, configuration: Pick<Configuration, 'layers' | 'policy'>): boolean {
  return layersOf(configuration).every(({ policy }) => flow.hops.every((hop) => providerVerdict(hop.provider, policy) === 'allowed')
    && breachesOf(flow, ruleFor(policy, null)).every((breach) => breach.code === 'data-retention' && breach.level === 'unknown')
    && !(policy.routes ?? []).some((route) => flow.hops.some((hop) => route.providers.includes(hop.provider))));
}
