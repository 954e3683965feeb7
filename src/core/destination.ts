/** Where a call goes: base URL, SDK default, environment, model prefix → provider, endpoint and zones. */
import type { DetectedCall } from './detect.js';
import type { EnvironmentValue } from './environmentFile.js';
import type { Certainty, Destination, Endpoint, Provider, ProviderId, ResidencyTable, ResolvedText, TextRange } from './model.js';
import { refined } from './places.js';
import type { Resolver } from './resolve.js';
import { type Value, candidates, first, plainText } from './value.js';

/** The questions this step asks the catalog (core/lookup.ts answers them). */
export interface EndpointLookup {
  provider(id: ProviderId): Provider | null;
  findEndpoint(url: string): { readonly provider: Provider; readonly endpoint: Endpoint } | null;
  /** Providers that offer a model of exactly this name themselves (no gateways). */
  providersOfModel(name: string): readonly Provider[];
  /** Providers whose key or address is usually kept in this environment variable. */
  providersOfKey(variable: string): readonly Provider[];
  readonly residency: ResidencyTable;
  /** What a `.env` file of the project gives a variable (never one that may be a key). */
  environment(variable: string): EnvironmentValue | null;
}

/** Where a detected call goes, and where it goes in other branches of the code. */
export interface Destinations {
  readonly destination: Destination;
  /** With another client, or at another address. Those that nothing is known of are left out; none of them is more than likely. */
  readonly others: readonly Destination[];
}

/** Destinations of a detected call; `model` helps when the client is out of sight. */
export function destinationsOf(detected: DetectedCall, model: ResolvedText, resolver: Resolver, lookup: EndpointLookup): Destinations {
  const address = addressOf(detected);
  const destination = refined(decide(detected, address, model, resolver, lookup), detected, model, lookup);
  const addresses = candidates(address);
  // Another branch of the code may construct another client, or the address may be another.
  if (!detected.isAmbiguous && addresses.length < 2) return { destination, others: [] };
  const main = atMostLikely(destination);
  const keyOf = ({ provider, endpointId, storageZone, inferenceZone }: Destination): string => [provider, endpointId, storageZone, inferenceZone].join(' ');
  const found = new Map<string, Destination>();
  const add = (each: Destination): void => { if (each.provider !== 'unknown' && keyOf(each) !== keyOf(main)) found.set(keyOf(each), atMostLikely(each)); };
  for (const branch of detected.branches()) add(destinationsOf(branch, model, resolver, lookup).destination);
  const texts = addresses.filter((each) => each.kind === 'text');
  if (texts.length > 1) {
    for (const text of texts) {
      const named = fromUrl(text, lookup, null);
      if (named) add(refined(named, detected, model, lookup));
    }
  }
  return { destination: main, others: [...found.values()] };
}

const atMostLikely = (destination: Destination): Destination => (destination.certainty === 'certain' ? { ...destination, certainty: 'likely' } : destination);

/** Base URL that the client is constructed with. */
const addressOf = ({ client, constructionArguments }: DetectedCall): Value | null => (client && client.baseUrl.length > 0 ? constructionArguments?.get(client.baseUrl) ?? null : null);

function decide(detected: DetectedCall, address: Value | null, model: ResolvedText, resolver: Resolver, lookup: EndpointLookup): Destination {
  const { client, sdk } = detected;
  if (!client || (!detected.isConstructed && client.symbols[0] !== '' && !isModuleClient(detected))) {
    return outOfSight(detected, model, lookup);
  }
  const fallbackProvider = lookup.provider(client.provider);
  const attribute = address ?? moduleAttribute(detected, resolver);
  const usable = attribute && !isNothing(attribute) ? attribute : null;

  const place = client.place?.(detected.reader.construction, detected.reader.arguments, detected.reader.argumentsOf) ?? null;
  if (usable) {
    const named = fromUrl(usable, lookup, client.provider === 'azure-openai' ? fallbackProvider : null);
    if (named) return named;
    // `os.environ["OPENAI_BASE_URL"]`, a parameter: the address is decided elsewhere.
    return hinted(detected, usable, model, lookup);
  }
  if (place?.provider === 'unknown') {
    const found = place.url ? lookup.findEndpoint(place.url) : null;
    if (found) return at(found.provider, found.endpoint, place.url!, 'literal', place.value?.range ?? null, found.endpoint.certainty);
    return { ...unknown('unknown', null, place.url ?? null), range: place.value?.range ?? null };
  }
  if (place) {
    const provider = lookup.provider(place.provider ?? client.provider);
    if (provider) {
      const range = place.value?.range ?? null;
      if (place.url) {
        // The multi-regions of Vertex have hosts of another form.
        const found = lookup.findEndpoint(place.url.replace(/^https:\/\/(us|eu)-aiplatform\.googleapis\.com/, 'https://aiplatform.$1.rep.googleapis.com'));
        const variable = variableOf(place.value);
        if (found && variable === undefined) return at(found.provider, found.endpoint, place.url, 'literal', range, found.endpoint.certainty);
        if (found) return { ...at(found.provider, found.endpoint, place.url, 'environment', range, weaker(found.endpoint.certainty)), variable: variable! };
      }
      if (place.endpointId) {
        const meant = lookup.residency.serverNames[provider.id]?.[detected.reader.ecosystem]?.[place.endpointId] ?? place.endpointId;
        const endpoint = provider.endpoints.find((each) => each.id === meant);
        if (endpoint) return at(provider, endpoint, `https://${endpoint.host}`, 'literal', range, endpoint.certainty);
      }
      if (place.usual && !place.url) return withDefault(provider, sdk.id, 'model-prefix', range);
      // An option that names no endpoint of its own (`inference_geo`) leaves the usual one.
      if (place.endpointId) return withDefault(provider, sdk.id, 'literal', range, 'unknown');
      const variable = variableOf(place.value);
      return { ...(variable !== undefined && { variable }), provider: provider.id, endpointId: null, url: place.url ?? null, storageZone: 'unknown', inferenceZone: 'unknown', certainty: 'unknown', operator: provider.name, decidedBy: 'unknown', range };
    }
  }
  const keyed = fromKey(detected, lookup, client.provider);
  if (!fallbackProvider) return unknown(client.provider, null, null);
  if (keyed && keyed !== fallbackProvider && client.baseUrl.length > 0 && client.provider === 'openai') {
    // OpenAI's client with another vendor's key variable and no address: the address comes from the environment.
    return withDefault(keyed, sdk.id, 'environment', null, 'likely');
  }
  if (client.provider === 'azure-openai') return unknown('azure-openai', fallbackProvider.name, null);
  return withDefault(fallbackProvider, sdk.id, 'sdk-default', detected.construction?.range ?? null);
}

function isModuleClient(detected: DetectedCall): boolean {
  return detected.method.onModule === true || (detected.packageSymbol !== null && !detected.isConstructed && detected.client?.symbols.includes('') === true && detected.clientSymbol !== null
    && !/^(Async)?(OpenAI|Azure)/.test(detected.clientSymbol));
}

/** `None`, `undefined` and empty strings are as good as no argument. */
function isNothing(value: Value): boolean {
  return candidates(value).every((each) => (each.kind === 'constant') || plainText(each) === '');
}

function moduleAttribute(detected: DetectedCall, resolver: Resolver): Value | null {
  if (!detected.client?.baseUrlAttributes || !detected.packageSymbol) return null;
  const { module } = detected.packageSymbol;
  for (const attribute of detected.client.baseUrlAttributes) {
    for (const binding of resolver.program.memberBindings(attribute).toReversed()) {
      if (!binding.object || !binding.value) continue;
      const object = resolver.evaluate(binding.object);
      if (object.kind === 'symbol' && (object.module === module || module.startsWith(`${object.module}.`)) && object.path.length === 0) return resolver.evaluate(binding.value);
    }
  }
  return null;
}

/** An address whose host is known, even when its path has holes. */
function fromUrl(value: Value, lookup: EndpointLookup, assumed: Provider | null): Destination | null {
  for (const each of candidates(value)) {
    if (each.kind !== 'text') continue;
    // The path tells, whatever the resource's host is called.
    if (each.pieces.some((piece) => piece.kind === 'text' && piece.text.includes('/openai/deployments/'))) assumed = lookup.provider('azure-openai');
    const [start] = each.pieces;
    if (start?.kind === 'hole' && !assumed) assumed = lookup.providersOfKey(start.name)[0] ?? null;
    let url = '';
    for (const piece of each.pieces) {
      if (piece.kind === 'hole') break;
      url += piece.text;
    }
    const isWhole = plainText(each) !== null;
    if (!/^https?:\/\/[^/]+/.test(url) && !(isWhole && /^[\w.-]+\.[a-z]{2,}/i.test(url))) {
      if (assumed && !isWhole) return { ...unknown(assumed.id, assumed.name, null), decidedBy: each.how === 'literal' ? 'literal' : 'constant', range: each.range };
      continue;
    }
    if (!isWhole && !/^https?:\/\/[^/]+\//.test(url)) {
      if (assumed) return { ...unknown(assumed.id, assumed.name, null), decidedBy: each.how === 'literal' ? 'literal' : 'constant', range: each.range };
      continue;
    }
    const environment = each.how === 'env-default' || each.variable !== undefined;
    const found = lookup.findEndpoint(url);
    const decidedBy = environment ? 'environment' : each.how === 'literal' ? 'literal' : 'constant';
    const named = each.variable === undefined ? {} : { variable: each.variable };
    if (found) return { ...at(found.provider, found.endpoint, url, decidedBy, each.range, environment ? weaker(found.endpoint.certainty) : found.endpoint.certainty), ...named };
    if (assumed) return { ...unknown(assumed.id, assumed.name, url), decidedBy, range: each.range };
    return { ...unknown('unknown', null, url), decidedBy, range: each.range };
  }
  return null;
}

/** Variable of the environment that a value comes from, if it does. */
function variableOf(value: Value | null | undefined): string | undefined {
  for (const each of candidates(value)) if ((each.kind === 'hole' || each.kind === 'text') && each.variable !== undefined) return each.variable;
  return undefined;
}

function weaker(certainty: Certainty): Certainty {
  return certainty === 'certain' ? 'likely' : certainty;
}

/** The address is unknown, but names of variables may tell whose it is. */
function hinted(detected: DetectedCall, address: Value, model: ResolvedText, lookup: EndpointLookup): Destination {
  const hole = first(address, 'hole');
  const range = address.range;
  const named = hole?.variable ?? variableOf(address);
  const result = guessed(detected, hole?.variable, range, model, lookup);
  return named === undefined ? result : { ...result, variable: named };
}

function guessed(detected: DetectedCall, hole: string | undefined, range: TextRange | null, model: ResolvedText, lookup: EndpointLookup): Destination {
  const client = detected.client!;
  if (client.provider === 'azure-openai') return { ...unknown('azure-openai', lookup.provider('azure-openai')?.name ?? null, null), range };
  const keyed = fromKey(detected, lookup, client.provider);
  const byVariable = hole ? lookup.provider(client.provider) : null;
  if (keyed && keyed.id !== client.provider) return withDefault(keyed, detected.sdk.id, 'environment', range, 'likely');
  if (byVariable && client.baseUrlVariables.includes(hole!)) return { ...withDefault(byVariable, detected.sdk.id, 'environment', range, 'unknown'), storageZone: 'unknown', inferenceZone: 'unknown', url: null };
  const offering = model.values[0] ? lookup.providersOfModel(model.values[0]) : [];
  const only = offering.find((each) => each.id === client.provider) ?? (offering.length === 1 ? offering[0]! : null);
  // Other vendors' clients talk to their own vendor or to a proxy of it; OpenAI's talks to anyone.
  const assumed = only ?? (client.provider === 'openai' ? null : lookup.provider(client.provider));
  return assumed ? { ...unknown(assumed.id, assumed.name, null), range } : { ...unknown('unknown', null, null), range };
}

/** Provider whose key variable the construction reads, if it is not ambiguous. */
function fromKey(detected: DetectedCall, lookup: EndpointLookup, usual: ProviderId): Provider | null {
  const value = detected.client?.key.length ? detected.constructionArguments?.get(detected.client.key) : null;
  if (!value) return null;
  for (const each of candidates(value)) {
    const variable = each.kind === 'hole' || each.kind === 'text' ? each.variable : undefined;
    if (!variable) continue;
    const own = lookup.provider(usual);
    if (own?.keyVariables.includes(variable)) return own;
    const match = lookup.providersOfKey(variable);
    if (match.length === 1) return match[0]!;
  }
  return null;
}

function outOfSight(detected: DetectedCall, model: ResolvedText, lookup: EndpointLookup): Destination {
  // A framework's model may be anybody's.
  const isAnybodys = detected.method.kind !== undefined && new Set(detected.sdk.clients.map((each) => each.provider)).size > 1;
  const usual = detected.client?.provider ?? (isAnybodys ? 'unknown' : detected.sdk.clients[0]?.provider ?? 'unknown');
  const offering = model.values[0] ? lookup.providersOfModel(model.values[0]) : [];
  const provider = offering.find((each) => each.id === usual) ?? (offering.length === 1 ? offering[0]! : null)
    ?? (detected.client || model.values.length === 0 || offering.length === 0 ? lookup.provider(usual) : null);
  if (!provider) return unknown('unknown', null, null);
  const isUsual = provider.id === usual;
  if (!detected.client && model.values.length > 0 && offering.length === 0 && isUsual && detected.sdk.id === 'openai') return unknown('unknown', null, null);
  return { ...withDefault(provider, detected.sdk.id, 'unknown', null, 'likely'), certainty: detected.client && isUsual ? 'likely' : 'unknown', url: null };
}

/** Where a provider's requests usually go, when settings of the project name it. */
export function usualDestination(id: ProviderId, sdkId: string, lookup: EndpointLookup): Destination | null {
  const provider = lookup.provider(id);
  return provider && withDefault(provider, sdkId, 'environment', null, 'likely');
}

function withDefault(provider: Provider, sdkId: string, decidedBy: Destination['decidedBy'], range: TextRange | null, certainty?: Certainty): Destination {
  const id = provider.defaultEndpoint?.[sdkId] ?? provider.defaultEndpoint?.['*'];
  const endpoint = provider.endpoints.find((each) => each.id === id) ?? (provider.endpoints.length === 1 ? provider.endpoints[0]! : null);
  if (!endpoint) return { ...unknown(provider.id, provider.name, null), decidedBy, range };
  return at(provider, endpoint, `https://${endpoint.host}`, decidedBy, range, certainty === undefined ? endpoint.certainty : certainty);
}

function at(provider: Provider, endpoint: Endpoint, url: string, decidedBy: Destination['decidedBy'], range: TextRange | null, certainty: Certainty): Destination {
  // A port of the own machine says that data stays there, not whose server listens.
  const isAnybodys = provider.local === true && !/11434|ollama/.test(url) && !/11434|ollama/.test(endpoint.host);
  return {
    provider: isAnybodys ? 'unknown' : provider.id, endpointId: isAnybodys ? null : endpoint.id, url, storageZone: endpoint.storageZone, inferenceZone: endpoint.inferenceZone,
    certainty, operator: endpoint.operator, decidedBy, range,
  };
}

function unknown(provider: ProviderId, operator: string | null, url: string | null): Destination {
  return { provider, endpointId: null, url, storageZone: 'unknown', inferenceZone: 'unknown', certainty: 'unknown', operator, decidedBy: 'unknown', range: null };
}
