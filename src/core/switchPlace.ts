/** Moves inside vendors that name a region instead of a host: Vertex `location`, Bedrock region and profile, Claude's `inference_geo`. */
import type { SwitchPlan, SwitchTarget } from './engine.js';
import type { Program } from './expression.js';
import { hostExpression } from './lookup.js';
import type { Endpoint, Provider, TextEdit, Zone } from './model.js';
import { bedrockRegions, geographyEdits, locationEdits, profileEdits, profileOf, regionEdits, vertexLocations } from './placeFixes.js';
import { sameRange } from './reconcile.js';
import type { SwitchableCall } from './switchProvider.js';

const placed: ReadonlySet<string> = new Set(['google-vertex', 'aws-bedrock', 'anthropic']);

/** The endpoint that a region, zone or endpoint id of a provider means, and the region as the vendor writes it. */
export interface NamedPlace {
  readonly endpoint: Endpoint;
  /** Absent where a host says it all. */
  readonly location?: string;
}

/** What `eu`, `EU`, `europe-west4` or an endpoint's id means at a provider; null when it has no such place. Matched without regard to case. */
export function placeNamed(provider: Provider, wanted: string): NamedPlace | null {
  const region = wanted.toLowerCase();
  const { endpoints } = provider;
  if (provider.id === 'anthropic') {
    const option = provider.optionFactors?.find((each) => each.option === 'inference_geo' && each.value === region);
    // The host stays; where is computed, and what it costs, do not.
    if (option && endpoints[0]) return { endpoint: { ...endpoints[0], inferenceZone: region.toUpperCase() as Zone, certainty: 'certain', priceFactor: option.factor }, location: region };
  }
  const endpoint = endpoints.find((each) => each.id.toLowerCase() === region) ?? endpoints.find((each) => each.inferenceZone.toLowerCase() === region) ?? endpoints.find((each) => each.storageZone.toLowerCase() === region);
  if (endpoint) {
    const location = locationOf(provider, endpoint);
    return { endpoint, ...(location !== null && { location }) };
  }
  // A region by the vendor's name belongs to the first endpoint whose host it would have.
  const template = provider.id === 'google-vertex' ? '*-aiplatform.googleapis.com' : provider.id === 'aws-bedrock' ? 'bedrock-runtime.*.amazonaws.com' : null;
  if (template === null || !/^(?:us|eu|europe|asia|ap|me|il|af|africa|sa|southamerica|northamerica|australia|ca|mx)-(?:[a-z]+-)?[a-z]*\d{1,2}$/.test(region)) return null;
  const host = template.replace('*', region);
  const of = endpoints.find((each) => each.host === host) ?? endpoints.find((each) => hostExpression(each.host).test(host));
  return of ? { endpoint: of, location: region } : null;
}

/** Places of a provider that a call can be moved to by an edit, one for each pair of zones. */
export function placesOf(provider: Provider): readonly NamedPlace[] {
  const geographies = provider.id === 'anthropic' ? provider.optionFactors?.filter((each) => each.option === 'inference_geo').flatMap((each) => placeNamed(provider, each.value) ?? []) ?? [] : [];
  const seen = new Set<string>();
  return [...geographies, ...provider.endpoints.flatMap((endpoint): NamedPlace[] => {
    const location = locationOf(provider, endpoint);
    const zones = `${endpoint.storageZone}/${endpoint.inferenceZone}`;
    if ((!endpoint.baseUrls && location === null) || (location !== null && seen.has(zones))) return [];
    seen.add(zones);
    return [{ endpoint, ...(location !== null && { location }) }];
  })];
}

/** Name of a model at another place of its vendor: Bedrock's profiles carry the geography in front. */
export function modelAt(provider: Provider, endpoint: Endpoint, model: string): string {
  const prefix = provider.id === 'aws-bedrock' ? profileOf(model) : '';
  const profile = prefix === '' ? '' : bedrockRegions.find(([zone]) => zone === endpoint.inferenceZone)?.[2] ?? '';
  return profile === '' ? model : profile + model.slice(prefix.length);
}

/** Region to write for an endpoint; null when the endpoint names none, or several of which none is the usual one. */
function locationOf(provider: Provider, endpoint: Endpoint): string | null {
  const { host } = endpoint;
  if (provider.id === 'google-vertex') {
    if (host === 'aiplatform.googleapis.com') return 'global';
    return /^aiplatform\.(\w+)\.rep\./.exec(host)?.[1] ?? /^([a-z]+-[a-z]+\d+)-aiplatform\./.exec(host)?.[1] ?? vertexLocations.find(([zone]) => zone === endpoint.inferenceZone)?.[1] ?? null;
  }
  if (provider.id === 'aws-bedrock') return /^bedrock-runtime\.([a-z]+-[a-z]+-\d)\.amazonaws/.exec(host)?.[1] ?? (host.startsWith('bedrock-runtime.') ? bedrockRegions.find(([zone]) => zone === endpoint.inferenceZone)?.[1] ?? null : null);
  return null;
}

const isThere = ({ site }: SwitchableCall, endpoint: Endpoint): boolean => site.destination.inferenceZone === endpoint.inferenceZone;

/** Whether a target is the call's own vendor and model at another of its regions. */
export function isPlaceMove({ site }: SwitchableCall, provider: Provider, target: SwitchTarget): boolean {
  const [model] = site.request.model.values;
  return placed.has(provider.id) && site.destination.provider === provider.id && (target.location !== undefined || site.destination.endpointId !== target.endpointId)
    && model !== undefined && model.slice(profileOf(model).length) === target.model.slice(profileOf(target.model).length);
}

/**
 * Plan that moves `chosen`, and every call of its client, to another region of the same vendor. Null when the place is
 * set where it cannot be read, or the model takes none. The model itself stays.
 */
export function switchPlace(program: Program, calls: readonly SwitchableCall[], chosen: SwitchableCall, provider: Provider, endpoint: Endpoint, target: SwitchTarget): SwitchPlan | null {
  const location = target.location ?? locationOf(provider, endpoint);
  const plan = (edits: readonly TextEdit[], moved: readonly SwitchableCall[]): SwitchPlan => ({ edits, losses: provider.id === 'anthropic' ? [{ argument: 'inference_geo', what: 'kept', reason: 'geography-inference-only' }] : [], keyVariable: null, movedCalls: moved.map((each) => each.site.id), stayingCalls: [] });
  if (location === null) return null;
  if (provider.id === 'anthropic') {
    const edits = geographyEdits(chosen, program, location);
    return edits && plan(edits, [chosen]);
  }
  const { construction } = chosen.detected;
  if (!construction || chosen.detected.isAmbiguous) return null;
  const sharing = calls.filter((each) => each.detected.construction && sameRange(each.detected.construction.range, construction.range));
  const client = provider.id === 'google-vertex' ? locationEdits(chosen, program, location) : regionEdits(chosen, program, location);
  if (!client) return null;
  const edits = [...client];
  if (provider.id === 'aws-bedrock') {
    for (const each of sharing) {
      const name = each.site.request.model.values[0] ?? '';
      if (profileOf(name) === '') continue;
      // A profile of another geography cannot be called from there, and not every geography has one.
      const profile = profileOf(modelAt(provider, endpoint, name));
      const model = profile === profileOf(name) && !isThere(each, endpoint) ? null : profileEdits(each, program, profile);
      if (!model) return null;
      edits.push(...model);
    }
  }
  const distinct = edits.filter((edit, index) => edits.findIndex((each) => sameRange(each.range, edit.range)) === index);
  return plan(distinct, sharing);
}
