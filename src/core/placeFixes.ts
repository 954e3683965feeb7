/**
 * Fixes inside the vendor: another regional host, location, inference profile, class or option that every policy
 * allows. Which endpoints a vendor has is the catalog's; a fix is offered only when what it leads to is allowed.
 */
import { canEdit, literal, replacedIn, setArgument } from './argumentEdit.js';
import type { Program } from './expression.js';
import type { InspectedCall } from './inspect.js';
import type { Configuration, Endpoint, Facts, FindingFix, TextEdit, Zone } from './model.js';
import { breachesOf, flowIsAllowed, layersOf, ruleFor } from './policy.js';
import { type Flow, flowAt, hostOf } from './residency.js';

const offered = 3;
/** A region of each zone, where a vendor names regions instead of hosts: the vendors' own usual ones. */
export const vertexLocations: readonly (readonly [Zone, string])[] = [['EU', 'europe-west4'], ['US', 'us-central1'], ['GB', 'europe-west2'], ['JP', 'asia-northeast1'], ['SG', 'asia-southeast1'], ['AU', 'australia-southeast1'], ['CA', 'northamerica-northeast1'], ['IN', 'asia-south1'], ['KR', 'asia-northeast3']];
export const bedrockRegions: readonly (readonly [Zone, string, string])[] = [['EU', 'eu-central-1', 'eu.'], ['US', 'us-east-1', 'us.'], ['JP', 'ap-northeast-1', 'jp.'], ['AU', 'ap-southeast-2', 'au.'], ['GB', 'eu-west-2', ''], ['SG', 'ap-southeast-1', ''], ['CA', 'ca-central-1', ''], ['IN', 'ap-south-1', ''], ['KR', 'ap-northeast-2', '']];
/** What an edit of a place works on. */
export type Placed = Pick<InspectedCall, 'site' | 'detected'>;
/** Vendors whose keys belong to one region or site. */
const keysPerRegion = new Set(['alibaba-dashscope', 'moonshot', 'minimax', 'zhipu', 'tencent-hunyuan', 'volcengine-ark']);
/** Vendors where a region must be granted first. */
const needsApproval = new Set(['openai']);

/** Fixes for a call whose place breaks a policy; empty when its language is not edited or nothing of the vendor is allowed. */
export function placeFixes(call: InspectedCall, program: Program, facts: Facts, configuration: Configuration): readonly FindingFix[] {
  const { provider } = call;
  // The client of a forwarding function may stand in another file.
  if (!provider || !canEdit(program) || provider.gateway || call.site.kind === 'wrapper-call') return [];
  const fixes = provider.id === 'google-vertex' ? vertex(call, program, facts, configuration)
    : provider.id === 'aws-bedrock' ? bedrock(call, program, facts, configuration)
      : provider.id === 'anthropic' ? geography(call, program, configuration)
        : hosts(call, program, facts, configuration);
  return fixes.slice(0, offered);
}

const percentOf = (factor: number | undefined): Record<string, number> => (factor === undefined || factor === 1 ? {} : { surchargePercent: Math.round((factor - 1) * 100) });

function surcharge(endpoint: Endpoint, model: string | null): Record<string, number> {
  const applies = !endpoint.priceFactorModels || (model !== null && endpoint.priceFactorModels.some((each) => (each.endsWith('*') ? model.startsWith(each.slice(0, -1)) : each === model)));
  return applies ? percentOf(endpoint.priceFactor) : {};
}

/** Another host of the vendor, in the literal that names one, or as an argument of the client. */
function hosts(call: InspectedCall, program: Program, facts: Facts, configuration: Configuration): FindingFix[] {
  const { provider, site, detected } = call;
  const { destination } = site;
  const now = hostOf(destination);
  const seen = new Set<string>();
  return provider!.endpoints.flatMap((endpoint): FindingFix[] => {
    if (endpoint.id === destination.endpointId || endpoint.host.includes('*') || seen.has(`${endpoint.storageZone}/${endpoint.inferenceZone}`)) return [];
    if (!flowIsAllowed(flowAt(provider!, endpoint, site.request.model.values[0] ?? null, facts), configuration)) return [];
    const edits = hostEdits(call, program, endpoint, now) ?? (detected.construction ? clientEdits(call, program, endpoint) : moduleEdits(call, program, endpoint));
    if (!edits) return [];
    seen.add(`${endpoint.storageZone}/${endpoint.inferenceZone}`);
    return [{
      code: 'regional-host', edits,
      data: { host: endpoint.host, zone: endpoint.inferenceZone, ...surcharge(endpoint, site.model), ...(keysPerRegion.has(provider!.id) && { otherKey: 1 }), ...(needsApproval.has(provider!.id) && endpoint.id !== 'us' && { approval: 1 }) },
    }];
  });
}

function hostEdits({ site }: InspectedCall, program: Program, endpoint: Endpoint, now: string | null): readonly TextEdit[] | null {
  const { destination } = site;
  if (now === null || !destination.range || (destination.decidedBy !== 'literal' && destination.decidedBy !== 'constant')) return null;
  return replacedIn(program, destination.range, now, endpoint.host);
}

function clientEdits({ detected, site }: InspectedCall, program: Program, endpoint: Endpoint): readonly TextEdit[] | null {
  const { construction, client } = detected;
  if (!construction || !client || client.baseUrl.length === 0 || site.destination.decidedBy === 'environment' || site.destination.variable !== undefined) return null;
  const url = endpoint.baseUrls?.[site.protocol ?? 'openai-chat'] ?? (site.protocol === null ? `https://${endpoint.host}` : undefined);
  if (url === undefined) return null;
  const isPython = program.language === 'python';
  const given = client.baseUrl.find((name) => detected.constructionArguments?.names.includes(name));
  const name = given ?? client.baseUrl.find((each) => (isPython ? each.includes('_') : /[A-Z]/.test(each))) ?? client.baseUrl[0]!;
  // Options that exclude an address.
  if (detected.constructionArguments?.names.some((each) => /^data_?residency$|^server$/i.test(each))) return null;
  return setArgument(program, construction, name, literal(program, url, construction.range));
}

/** Packages whose address is an attribute of the module. */
function moduleEdits({ detected, site }: InspectedCall, program: Program, endpoint: Endpoint): readonly TextEdit[] | null {
  const attribute = detected.client?.baseUrlAttributes?.[0];
  const url = endpoint.baseUrls?.['dashscope-native'];
  const after = program.lastImport();
  if (attribute === undefined || url === undefined || !after || detected.sdk.id !== 'dashscope' || site.destination.decidedBy !== 'sdk-default') return null;
  const module = program.bindings('dashscope').some((each) => each.imported) ? '' : 'import dashscope\n';
  return [{ range: { start: after.end, end: after.end }, newText: `\n${module}dashscope.${attribute} = ${literal(program, url, after)}` }];
}

/** Sets the location of a Vertex AI client; null when the client is out of sight or cannot be read. */
export function locationEdits({ detected }: Placed, program: Program, location: string): readonly TextEdit[] | null {
  const { construction } = detected;
  if (!construction) return null;
  const name = detected.constructionArguments?.names.includes('region') || detected.sdk.id === 'anthropic' ? 'region' : 'location';
  return setArgument(program, construction, name, literal(program, location, construction.range));
}

function vertex(call: InspectedCall, program: Program, facts: Facts, configuration: Configuration): FindingFix[] {
  const { provider, site } = call;
  return vertexLocations.flatMap(([zone, location]): FindingFix[] => {
    const endpoint = provider!.endpoints.find((each) => each.inferenceZone === zone && each.storageZone === zone);
    if (!endpoint || !flowIsAllowed(flowAt(provider!, endpoint, site.request.model.values[0] ?? null, facts), configuration)) return [];
    const edits = locationEdits(call, program, location);
    return edits ? [{ code: 'location', edits, data: { location, zone, ...surcharge(endpoint, site.model) } }] : [];
  });
}

/** Prefix of an inference profile: the geography that a Bedrock model stays in. */
export const profileOf = (model: string): string => /^(?:us-gov|us|eu|apac|jp|au|global)\./.exec(model)?.[0] ?? '';

/** Another profile prefix in the model's literal; no edit for a plain name, null when the name is made at run time. */
export function profileEdits({ site }: Placed, program: Program, profile: string): readonly TextEdit[] | null {
  const [name] = site.request.model.values;
  const prefix = name === undefined ? '' : profileOf(name);
  if (prefix === '' || prefix === profile) return [];
  return site.modelRange !== null && !name!.startsWith('arn:') && site.request.model.values.length === 1 ? replacedIn(program, site.modelRange, name!, profile + name!.slice(prefix.length)) : null;
}

/** Sets the region of a Bedrock client; null when the client is out of sight or cannot be read. */
export function regionEdits({ detected }: Placed, program: Program, region: string): readonly TextEdit[] | null {
  const { construction } = detected;
  const isAnthropic = detected.sdk.id === 'anthropic';
  const option = program.language === 'python' ? (isAnthropic ? 'aws_region' : 'region_name') : isAnthropic ? 'awsRegion' : 'region';
  return construction ? setArgument(program, construction, option, literal(program, region, construction.range)) : null;
}

function bedrock(call: InspectedCall, program: Program, facts: Facts, configuration: Configuration): FindingFix[] {
  const { provider, site } = call;
  const name = site.request.model.values[0];
  const prefix = name === undefined ? '' : profileOf(name);
  return bedrockRegions.flatMap(([zone, region, profile]): FindingFix[] => {
    const endpoint = provider!.endpoints.find((each) => each.inferenceZone === zone && each.storageZone === zone);
    if (!endpoint || !flowIsAllowed(flowAt(provider!, endpoint, name ?? null, facts), configuration)) return [];
    const stays = site.destination.storageZone === zone;
    const model = profileEdits(call, program, profile);
    const place = stays ? [] : regionEdits(call, program, region);
    if (!model || !place || model.length + place.length === 0) return [];
    const edits = [...model, ...place];
    return [stays ? { code: 'model-prefix', edits, data: { model: profile + (name ?? '').slice(prefix.length), zone } } : { code: 'location', edits, data: { location: region, zone, ...(prefix !== '' && profile !== '' && { model: profile + name!.slice(prefix.length) }) } }];
  });
}

/** `inference_geo`: models from Claude 4.6 on; older ones refuse it. */
export function geographyEdits({ detected, site }: Placed, program: Program, geography: string): readonly TextEdit[] | null {
  const [name] = site.request.model.values;
  if (name === undefined || !takesGeography(name) || detected.sdk.id !== 'anthropic') return null;
  return setArgument(program, detected.call, 'inference_geo', literal(program, geography, detected.call.range));
}

function geography(call: InspectedCall, program: Program, configuration: Configuration): FindingFix[] {
  const { site, provider } = call;
  const flow: Flow = {
    hops: [{ role: 'provider', provider: 'anthropic', name: provider!.name, storageZone: site.destination.storageZone, inferenceZone: 'US', certainty: 'certain', storageCertainty: 'unknown' }],
    origin: 'US', maker: 'Anthropic', retentionDays: null, zeroRetention: 'contract', training: 'no', termsAreOfficial: true, because: null,
  };
  const isBetter = layersOf(configuration).every(({ policy }) => breachesOf(flow, ruleFor(policy, null)).every((each) => each.level === 'unknown'));
  const edits = isBetter ? geographyEdits(call, program, 'us') : null;
  const factor = provider!.optionFactors?.find((each) => each.option === 'inference_geo' && each.value === 'us')?.factor;
  return edits ? [{ code: 'parameter', edits, data: { parameter: 'inference_geo', value: 'us', zone: 'US', ...percentOf(factor) } }] : [];
}

function takesGeography(model: string): boolean {
  const version = /^claude-(?:opus|sonnet|haiku)-(\d+)(?:[-.](\d)(?!\d))?/.exec(model);
  return version !== null && (Number(version[1]) > 4 || (version[1] === '4' && Number(version[2] ?? 0) >= 6));
}
