/**
 * Finds models, providers and endpoints by the names that code uses. Names are matched exactly, by alias or by a
 * dated suffix, never by likeness: a price must belong to the model it is shown for.
 */
import type { Endpoint, Facts, Model, Provider } from './model.js';

/** A model together with the provider that offers it. */
export interface OfferedModel {
  readonly provider: Provider;
  readonly model: Model;
}

/** An endpoint together with its provider. */
export interface FoundEndpoint {
  readonly provider: Provider;
  readonly endpoint: Endpoint;
}

interface ModelIndex {
  readonly names: ReadonlyMap<string, Model>;
  readonly lowerNames: ReadonlyMap<string, Model>;
  /** Prefixes of aliases that end in `*`, longest first. */
  readonly prefixes: readonly (readonly [string, Model])[];
}

const modelIndexes = new WeakMap<Provider, ModelIndex>();

function modelIndex(provider: Provider): ModelIndex {
  const known = modelIndexes.get(provider);
  if (known) return known;
  const names = new Map<string, Model>();
  const prefixes: [string, Model][] = [];
  for (const model of provider.models) {
    for (const alias of model.aliases ?? []) {
      if (alias.endsWith('*')) prefixes.push([alias.slice(0, -1), model]);
      else if (!names.has(alias)) names.set(alias, model);
    }
  }
  for (const model of provider.models) names.set(model.id, model);
  const lowerNames = new Map<string, Model>();
  for (const [name, model] of names) if (!lowerNames.has(name.toLowerCase())) lowerNames.set(name.toLowerCase(), model);
  prefixes.sort((a, b) => b[0].length - a[0].length);
  const index = { names, lowerNames, prefixes };
  modelIndexes.set(provider, index);
  return index;
}

/** `models/…`, `publishers/…/models/…`, and Amazon resource names that name the model. */
const resourcePath = /^(?:(?:publishers\/[^/]+\/)?models\/|arn:aws[\w-]*:bedrock:[\w-]*:\d*:(?:foundation-model|inference-profile)\/)/;
const datedSuffix = /[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/;

/**
 * Model of `provider` that `name` means: its id, an alias, either of them with a snapshot suffix
 * (`-YYYY-MM-DD`, `-YYYYMMDD`, `@YYYYMMDD`, `-latest`), or a prefix alias. Gemini's `models/` prefix is
 * accepted, letter case is not significant. Null when the catalog does not know the name.
 */
export function findModel(provider: Provider, name: string): Model | null {
  const { names, lowerNames, prefixes } = modelIndex(provider);
  const bare = name.trim().replace(resourcePath, '');
  if (!bare) return null;
  const exact = names.get(bare) ?? lowerNames.get(bare.toLowerCase());
  if (exact) return exact;
  const undated = bare.replace(datedSuffix, '');
  const dated = undated === bare ? undefined : names.get(undated) ?? lowerNames.get(undated.toLowerCase());
  if (dated) return dated;
  return prefixes.find(([prefix]) => bare.startsWith(prefix))?.[1] ?? null;
}

/**
 * Providers that serve `name` themselves (no gateways, not the user's machine), makers of models first, so that
 * the first entry is the best guess when the client is unknown.
 */
export function findModelAnywhere(facts: Facts, name: string): readonly OfferedModel[] {
  const found: OfferedModel[] = [];
  for (const provider of facts.providers) {
    if (provider.gateway || provider.local) continue;
    const model = findModel(provider, name);
    if (model) found.push({ provider, model });
  }
  return found;
}

/** Provider with this id, or null. */
export function findProvider(facts: Facts, id: string): Provider | null {
  return facts.providers.find((provider) => provider.id === id) ?? null;
}

interface EndpointPattern extends FoundEndpoint {
  /** Null when the host has no `*`. */
  readonly expression: RegExp | null;
  readonly host: string;
  /** Letters that must match literally: the higher, the more specific. */
  readonly weight: number;
}

const endpointIndexes = new WeakMap<Facts, readonly EndpointPattern[]>();

function endpointIndex(facts: Facts): readonly EndpointPattern[] {
  const known = endpointIndexes.get(facts);
  if (known) return known;
  const patterns: EndpointPattern[] = [];
  for (const provider of facts.providers) {
    for (const endpoint of provider.endpoints) {
      const host = endpoint.host.toLowerCase();
      const weight = host.replaceAll('*', '').length + (host.includes('*') ? 0 : 1000) + (endpoint.path?.length ?? 0);
      patterns.push({ provider, endpoint, host, weight, expression: host.includes('*') ? hostExpression(host) : null });
    }
  }
  patterns.sort((a, b) => b.weight - a.weight);
  endpointIndexes.set(facts, patterns);
  return patterns;
}

/** Host with port, and path, of a URL or bare host; null when there is no host in it. */
function splitUrl(url: string): { host: string; hostname: string; path: string } | null {
  const match = /^\s*(?:(?:[a-z][a-z0-9+.-]*:)?\/\/)?(?:[^/?#@\s]*@)?(\[[0-9a-f:]+\]|[^/?#:\s[\]]+)(:\d+)?([^?#\s]*)/i.exec(url);
  if (!match?.[1]) return null;
  const hostname = match[1].toLowerCase().replace(/\.$/, '');
  if (!hostname.includes('.') && !hostname.startsWith('[') && hostname !== 'localhost') return null;
  return { hostname, host: hostname + (match[2] ?? ''), path: match[3] ?? '' };
}

/**
 * Endpoint that `url` (a URL, a host or host:port) leads to; the most specific host and path pattern wins.
 * Null for a host that the catalog does not know.
 */
export function findEndpoint(facts: Facts, url: string): FoundEndpoint | null {
  const parts = splitUrl(url);
  if (!parts) return null;
  for (const { expression, host, provider, endpoint } of endpointIndex(facts)) {
    const name = /:\d+$/.test(host) ? parts.host : parts.hostname;
    if (expression ? !expression.test(name) : name !== host) continue;
    if (endpoint.path && !`${parts.path}/`.startsWith(`${endpoint.path}/`)) continue;
    return { provider, endpoint };
  }
  return null;
}

/** Hosts that a pattern of the catalog (`*.example.com`) stands for, in lower case. */
export function hostExpression(host: string): RegExp {
  return new RegExp(`^${host.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&')).join('[a-z0-9.-]+')}$`);
}

/** Endpoint that code reaches when it names none: by SDK id, else the provider's usual one. */
export function defaultEndpoint(provider: Provider, sdk = '*'): Endpoint | null {
  const id = provider.defaultEndpoint?.[sdk] ?? provider.defaultEndpoint?.['*'];
  return provider.endpoints.find((endpoint) => endpoint.id === id) ?? null;
}

/** Levenshtein distance, given up (returns `limit` + 1) as soon as it must exceed `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const cost = Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1);
      current.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    previous = current;
  }
  return previous[b.length]!;
}

/**
 * Ids that `name` may have been meant to be, likeliest first, at most `limit`; for "did you mean" only.
 * Looks at one provider when given, else at all that serve models themselves.
 */
export function closestModels(facts: Facts, name: string, provider: Provider | null = null, limit = 3): readonly OfferedModel[] {
  const wanted = name.trim().replace(resourcePath, '').toLowerCase();
  if (!wanted) return [];
  const reach = Math.max(2, Math.floor(wanted.length / 3));
  const best = new Map<string, { offered: OfferedModel; score: number }>();
  for (const candidate of provider ? [provider] : facts.providers.filter((each) => !each.gateway && !each.local)) {
    for (const [known, model] of modelIndex(candidate).lowerNames) {
      const far = distance(wanted, known, reach);
      const score = known.startsWith(wanted) || wanted.startsWith(known) ? Math.min(far, reach) - 1 : far;
      if (score > reach) continue;
      const seen = best.get(model.id);
      if (!seen || score < seen.score) best.set(model.id, { offered: { provider: candidate, model }, score });
    }
  }
  // Nothing is spelt alike: the present models of the same family (`gemini-9`: Gemini).
  const family = /^[a-z]{3,}(?=[-.\d])/.exec(wanted)?.[0];
  if (best.size === 0 && provider && family) {
    for (const model of provider.models) if (model.current && model.id.toLowerCase().startsWith(family)) best.set(model.id, { offered: { provider, model }, score: reach });
  }
  const live = (offered: OfferedModel): number => (offered.model.current ? 0 : offered.model.retirement ? 2 : 1);
  return [...best.values()]
    .sort((a, b) => a.score - b.score || live(a.offered) - live(b.offered) || a.offered.model.id.localeCompare(b.offered.model.id))
    .slice(0, limit)
    .map((entry) => entry.offered);
}

/** Model ids of makers and clouds, present line-ups first, each once; for choosing one from a list. */
export function modelNames(facts: Facts): readonly { readonly value: string; readonly detail: string }[] {
  const found = new Map<string, { readonly value: string; readonly detail: string; readonly current: boolean }>();
  for (const provider of facts.providers) {
    if (provider.gateway || provider.local) continue;
    for (const model of provider.models) if (!found.has(model.id)) found.set(model.id, { value: model.id, detail: provider.name, current: model.current ?? false });
  }
  return [...found.values()].sort((a, b) => Number(b.current) - Number(a.current)).map(({ value, detail }) => ({ value, detail }));
}

/** Constants that SDKs name otherwise than the model. */
const constantNames: Readonly<Record<string, string>> = {
  gpt3babbage002: 'babbage-002', gpt3davinci002: 'davinci-002', adaembeddingv2: 'text-embedding-ada-002', smallembedding3: 'text-embedding-3-small', largeembedding3: 'text-embedding-3-large', ttsmodel1: 'tts-1', ttsmodel1hd: 'tts-1-hd', createimagemodeldalle3: 'dall-e-3', createimagemodeldalle2: 'dall-e-2',
};
const constantIndexes = new WeakMap<Facts, ReadonlyMap<string, string>>();
const plainName = (name: string): string => name.toLowerCase().replace(/dot/g, '').replace(/[^a-z0-9]/g, '');

/**
 * Model name that a package's constant stands for: `ChatModelGPT4oMini`, `GPT_4O_MINI` and `GPT4oMini` are `gpt-4o-mini`.
 * Compared letter by letter without punctuation; null when no model of the catalog has these letters.
 */
export function modelOfConstant(facts: Facts, constant: string): string | null {
  let index = constantIndexes.get(facts);
  if (!index) {
    const names = new Map<string, string>();
    for (const provider of facts.providers) {
      for (const model of provider.models) {
        for (const name of [model.id, ...model.aliases ?? []]) {
          const plain = plainName(name);
          if (!name.includes('/') && !name.endsWith('*') && !names.has(plain)) names.set(plain, name);
        }
      }
    }
    constantIndexes.set(facts, index = names);
  }
  const plain = plainName(constant);
  for (const each of [plain, plain.replace(/^(?:chat|embedding|image|createimage|audio|speech|response|responses|moderation)?model(?:name)?/, ''), plain.replace(/^gpt3(?=babbage|davinci|ada|curie)/, '')]) {
    const found = constantNames[each] ?? index.get(each) ?? index.get(each.replace(/latest$/, '')) ?? index.get(each.replace(/\d{8}$/, ''));
    if (found) return found;
  }
  return null;
}
