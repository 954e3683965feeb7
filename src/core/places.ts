/**
 * What vendors' rules add to an address: prefixes of inference profiles, options of the request, regions of the
 * environment, gateways' upstreams, and why a place cannot be told. The rules are src/providers/residency.yaml.
 */
import type { EndpointLookup } from './destination.js';
import type { DetectedCall } from './detect.js';
import type { Certainty, Destination, Endpoint, PlaceReason, Provider, ResolvedText, Zone } from './model.js';
import { type Value, candidates, first, isTrue, plainText } from './value.js';

/** The destination with everything that follows from the vendor's own rules. */
export function refined(destination: Destination, detected: DetectedCall, model: ResolvedText, lookup: EndpointLookup): Destination {
  let result = withDefaults(destination, detected, lookup);
  result = fromEnvironment(result, detected, lookup);
  if (result.provider === 'aws-bedrock') result = bedrock(result, model, lookup);
  result = withOption(result, detected, lookup);
  const provider = lookup.provider(result.provider);
  if (provider?.gateway) result = withUpstream(result, detected, model, lookup);
  const asks = asked(result, detected);
  if (asks.length > 0) result = { ...result, asks };
  if (result.certainty === 'unknown' && result.endpointId !== null && result.storageZone !== 'unknown' && result.decidedBy !== 'environment' && result.decidedBy !== 'unknown') {
    result = { ...result, storageCertainty: 'certain' };
  }
  const because = result.because ?? reasonOf(result, provider, lookup);
  return because ? { ...result, because } : result;
}

/** Classes and SDKs that call another endpoint than the provider's usual one. */
function withDefaults(destination: Destination, detected: DetectedCall, lookup: EndpointLookup): Destination {
  const table = lookup.residency.defaults[destination.provider];
  if (!table || (destination.decidedBy !== 'sdk-default' && destination.decidedBy !== 'model-prefix' && destination.decidedBy !== 'unknown')) return destination;
  const id = (detected.clientSymbol !== null && Object.hasOwn(table, detected.clientSymbol) ? table[detected.clientSymbol] : undefined)
    ?? (Object.hasOwn(table, detected.sdk.id) ? table[detected.sdk.id] : undefined);
  const endpoint = id === undefined ? null : lookup.provider(destination.provider)?.endpoints.find((each) => each.id === id) ?? null;
  if (!endpoint || endpoint.id === destination.endpointId || (destination.decidedBy === 'unknown' && destination.endpointId === null)) return destination;
  return { ...destination, ...placeOf(endpoint), url: destination.url === null ? null : `https://${endpoint.host}`, certainty: destination.certainty === 'unknown' ? 'unknown' : endpoint.certainty };
}

const placeOf = (endpoint: Endpoint): Pick<Destination, 'endpointId' | 'storageZone' | 'inferenceZone' | 'operator'> => (
  { endpointId: endpoint.id, storageZone: endpoint.storageZone, inferenceZone: endpoint.inferenceZone, operator: endpoint.operator });

const weaker = (certainty: Certainty): Certainty => (certainty === 'certain' ? 'likely' : certainty);

/** Addresses and regions that a `.env` file of the project sets. */
function fromEnvironment(destination: Destination, detected: DetectedCall, lookup: EndpointLookup): Destination {
  const { client } = detected;
  // A default in the code gives way to what the environment sets.
  const isOpen = destination.decidedBy === 'sdk-default' || destination.endpointId === null || destination.decidedBy === 'environment';
  if (!client || !isOpen || destination.decidedBy === 'literal' || destination.decidedBy === 'constant') return destination;
  const named = destination.variable !== undefined ? [destination.variable] : destination.decidedBy === 'sdk-default' ? client.baseUrlVariables : [];
  for (const variable of named) {
    const set = lookup.environment(variable);
    const found = set && /^https?:\/\//.test(set.value) ? lookup.findEndpoint(set.value) : null;
    if (!set || !/^https?:\/\//.test(set.value)) continue;
    const url = set.value.replace(/^(https?:\/\/)[^/@\s]*@/, '$1');
    const { because: _because, ...rest } = destination;
    if (!found) return { ...destination, provider: 'unknown', endpointId: null, url, storageZone: 'unknown', inferenceZone: 'unknown', certainty: 'unknown', operator: null, decidedBy: 'environment', variable, elsewhere: { file: set.file, range: set.range } };
    return { ...rest, provider: found.provider.id, ...placeOf(found.endpoint), url, certainty: weaker(found.endpoint.certainty), decidedBy: 'environment', variable, elsewhere: { file: set.file, range: set.range } };
  }
  const regions = lookup.residency.regionVariables[destination.provider];
  if (!regions || (destination.endpointId !== null && destination.decidedBy !== 'sdk-default')) return destination;
  for (const [variable, host] of Object.entries(regions)) {
    const set = lookup.environment(variable);
    if (!set || !/^[a-z0-9-]+$/.test(set.value)) continue;
    const url = `https://${set.value === 'global' ? host.replace('*-', '') : host.replace('*', set.value)}`;
    const found = lookup.findEndpoint(url);
    if (found?.provider.id !== destination.provider) continue;
    return { ...destination, ...placeOf(found.endpoint), url, certainty: weaker(found.endpoint.certainty), decidedBy: 'environment', variable, elsewhere: { file: set.file, range: set.range } };
  }
  return destination;
}

/** Where Bedrock computes: a plain model id in the client's region, a profile in its geography, `global.` anywhere. */
function bedrock(destination: Destination, model: ResolvedText, lookup: EndpointLookup): Destination {
  const names = model.values.map((name) => name.replace(/^bedrock\//, ''));
  const isRegionWritten = destination.decidedBy === 'literal' || destination.decidedBy === 'constant';
  const hasRegion = destination.storageZone !== 'unknown';
  const sure = (certainty: Certainty): Certainty => (isRegionWritten && names.length === 1 ? certainty : weaker(certainty));
  const name = names[0];
  if (name === undefined) return hasRegion ? { ...destination, inferenceZone: 'unknown', certainty: 'unknown', storageCertainty: isRegionWritten ? 'certain' : 'likely', because: 'model-unknown' } : destination;
  const arn = /^arn:aws[\w-]*:bedrock:([a-z0-9-]*):/.exec(name);
  if (arn) {
    const region = arn[1] ? lookup.findEndpoint(`https://bedrock-runtime.${arn[1]}.amazonaws.com`)?.endpoint ?? null : null;
    const place = !hasRegion && region ? { ...destination, ...placeOf(region), decidedBy: 'literal' as const } : destination;
    if (/:foundation-model\//.test(name) && place.storageZone !== 'unknown') return { ...place, inferenceZone: place.storageZone, certainty: 'certain' };
    return { ...place, inferenceZone: 'unknown', certainty: 'unknown', ...(place.storageZone !== 'unknown' && { storageCertainty: 'certain' as const }), because: 'profile-arn' };
  }
  const prefixes = lookup.residency.modelPrefixes['aws-bedrock'] ?? {};
  const prefix = Object.keys(prefixes).find((each) => name.startsWith(each));
  if (prefix !== undefined) {
    const zone = prefixes[prefix]!;
    // Every name that the code may choose must lead to the same place.
    if (names.some((each) => !each.startsWith(prefix))) return { ...destination, inferenceZone: 'unknown', certainty: 'unknown', because: 'model-unknown' };
    const storageZone: Zone = hasRegion ? destination.storageZone : zone === 'global' || zone === 'APAC' ? 'unknown' : zone;
    return {
      ...destination, storageZone, inferenceZone: zone, certainty: hasRegion ? sure('certain') : 'likely',
      decidedBy: destination.decidedBy === 'unknown' || destination.decidedBy === 'sdk-default' ? 'model-prefix' : destination.decidedBy, range: destination.range ?? model.range,
      ...(!hasRegion && zone !== 'global' && { storageCertainty: 'likely' as const }),
    };
  }
  return hasRegion ? { ...destination, certainty: sure('certain') } : destination;
}

/** Options of the request that say where it is computed, e.g. `inference_geo`. */
function withOption(destination: Destination, detected: DetectedCall, lookup: EndpointLookup): Destination {
  for (const [option, zones] of Object.entries(lookup.residency.options[destination.provider] ?? {})) {
    const given = detected.reader.arguments.get(option) ?? entry(detected.reader.arguments.get('extra_body'), option);
    if (!given) continue;
    const value = plainText(candidates(given)[0]);
    const zone = value !== null && Object.hasOwn(zones, value) ? zones[value]! : null;
    if (zone) return { ...destination, inferenceZone: zone, certainty: 'certain', storageCertainty: 'unknown', decidedBy: 'literal', range: given.range ?? destination.range, because: 'storage-by-workspace' };
    return { ...destination, inferenceZone: 'unknown', certainty: 'unknown', range: given.range ?? destination.range, because: 'address-at-run-time' };
  }
  return destination;
}

/** The provider behind a gateway, when the address, an option or the model's name says it. */
function withUpstream(destination: Destination, detected: DetectedCall, model: ResolvedText, lookup: EndpointLookup): Destination {
  const named = upstreamName(destination, detected, model);
  const provider = named === null ? null : upstreamProvider(named, lookup);
  if (!provider || provider.id === destination.provider) return { ...destination, because: 'routed' };
  const id = provider.defaultEndpoint?.['*'];
  const endpoint = provider.endpoints.find((each) => each.id === id) ?? null;
  return { ...destination, upstream: { provider: provider.id, storageZone: endpoint?.storageZone ?? 'unknown', inferenceZone: endpoint?.inferenceZone ?? 'unknown', certainty: weaker(endpoint?.certainty ?? 'unknown') } };
}

function upstreamName(destination: Destination, detected: DetectedCall, model: ResolvedText): string | null {
  const { reader, constructionArguments } = detected;
  const name = model.values[0] ?? null;
  const prefix = name?.includes('/') ? name.slice(0, name.indexOf('/')) : null;
  switch (destination.provider) {
    case 'cloudflare': {
      const segment = /gateway\.ai\.cloudflare\.com\/v1\/[^/]+\/[^/]+\/([\w-]+)/.exec(destination.url ?? '')?.[1] ?? null;
      return segment === 'compat' ? prefix : segment === 'workers-ai' ? null : segment;
    }
    case 'portkey': {
      const headers = constructionArguments?.get(['default_headers', 'defaultHeaders', 'headers']) ?? null;
      const given = plainText(candidates(constructionArguments?.get('provider'))[0]) ?? plainText(candidates(entry(headers, 'x-portkey-provider'))[0]);
      // `@slug/model` names the provider in the model.
      return given?.replace(/^@/, '') ?? (prefix?.startsWith('@') ? prefix.slice(1).replace(/-.*$/, '') : null);
    }
    // Routed to whoever offers the model, unless the request names one.
    case 'openrouter': {
      const preferences = entry(reader.arguments.get('extra_body'), 'provider') ?? reader.arguments.get('provider');
      const only = first(entry(preferences, 'only'), 'list') ?? (entry(preferences, 'allow_fallbacks') && !isTrue(entry(preferences, 'allow_fallbacks')) ? first(entry(preferences, 'order'), 'list') : null);
      return only?.items.length === 1 ? plainText(candidates(only.items[0]!.value)[0]) : null;
    }
    case 'litellm': return prefix;
    default: return null;
  }
}

function upstreamProvider(name: string, lookup: EndpointLookup): Provider | null {
  const id = name.toLowerCase();
  const { upstreams, makers } = lookup.residency;
  const alias = Object.hasOwn(upstreams, id) ? upstreams[id]! : makers.find((each) => each.vendors.includes(id))?.provider;
  return lookup.provider(alias ?? id);
}

/** Retention and training that the request itself asks for. */
function asked(destination: Destination, { reader }: DetectedCall): readonly ('zero-retention' | 'no-training')[] {
  if (destination.provider !== 'openrouter') return [];
  const preferences = entry(reader.arguments.get('extra_body'), 'provider') ?? reader.arguments.get('provider');
  const isDenied = plainText(candidates(entry(preferences, 'data_collection'))[0]) === 'deny';
  return [...(isTrue(entry(preferences, 'zdr')) ? ['zero-retention' as const] : []), ...(isDenied ? ['no-training' as const] : [])];
}

function reasonOf(destination: Destination, provider: Provider | null, lookup: EndpointLookup): PlaceReason | null {
  if (destination.storageZone !== 'unknown' && destination.inferenceZone !== 'unknown') return null;
  if (!provider || destination.provider === 'unknown') return destination.url !== null ? 'not-documented' : destination.variable !== undefined ? 'address-from-environment' : 'address-at-run-time';
  if (destination.variable !== undefined && destination.elsewhere === undefined) return destination.provider === 'aws-bedrock' || destination.provider === 'google-vertex' ? 'region-unset' : 'address-from-environment';
  const isKnown = destination.endpointId !== null || provider.id === 'azure-openai' || provider.id === 'aws-bedrock';
  return (isKnown ? lookup.residency.undecided[provider.id] : undefined) ?? (destination.endpointId === null && destination.url === null ? 'address-at-run-time' : 'not-documented');
}

/** Value under a key of a map. */
function entry(value: Value | null, key: string): Value | null {
  return first(value, 'map')?.entries.get(key)?.value ?? null;
}
