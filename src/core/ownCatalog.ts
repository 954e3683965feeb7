/**
 * Lays what people wrote in their own configuration over the catalog: negotiated discounts, own prices, own providers
 * and private gateways. Hosts and ids of the built-in catalog stay what they are: nobody's workspace can say that a
 * known host lies elsewhere.
 */
import { findEndpoint, findModel, findProvider } from './lookup.js';
import { lowerModel, lowerPrice, lowerProvider } from './lowerProvider.js';
import type { Endpoint, Facts, Model, OwnCatalog, Provider } from './model.js';
import type { OwnPrice, OwnProvider } from './providerFile.js';

const views = new WeakMap<Facts, WeakMap<OwnCatalog, Facts>>();
const ownSource = 'your own configuration';

/** Facts with `own` laid over them; the same object for the same arguments. */
export function withOwn(facts: Facts, own: OwnCatalog): Facts {
  if (own.providers.length + own.prices.length + own.discounts.length === 0 && !own.rates) return facts;
  let byOwn = views.get(facts);
  if (!byOwn) views.set(facts, byOwn = new WeakMap());
  let view = byOwn.get(own);
  if (!view) byOwn.set(own, view = layOver(facts, own));
  return view;
}

function layOver(facts: Facts, own: OwnCatalog): Facts {
  const added = own.providers.flatMap((file) => addedProvider(facts, file));
  const providers = [...added, ...facts.providers].map((provider) => {
    const prices = own.prices.filter((each) => each.provider === provider.id);
    const discounts = own.discounts.filter((each) => each.provider === provider.id);
    return prices.length + discounts.length === 0 ? provider : changedProvider(facts, provider, prices, discounts);
  });
  const { rates } = own;
  return {
    ...facts, providers,
    ...(rates && { rates: { ...facts.rates, source: ownSource, checkedOn: rates.checkedOn, confidence: 'official' as const, perUsd: { ...facts.rates.perUsd, ...rates.perUsd, USD: 1 } } }),
  };
}

/** A provider of the user's own, without the hosts that the catalog knows already; nothing when its id is taken. */
function addedProvider(facts: Facts, file: OwnProvider): Provider[] {
  if (findProvider(facts, file.id)) return [];
  const { models, ...head } = file;
  const complete = { ...head, source: head.source ?? ownSource, confidence: head.confidence ?? 'official' as const };
  try {
    const lowered = lowerProvider(complete, () => models, facts.shared);
    // Nobody but the file vouches for where a host of its own lies.
    const endpoints = lowered.endpoints.filter((endpoint) => !takenHost(facts, endpoint))
      .map((endpoint) => (endpoint.certainty === 'certain' ? { ...endpoint, certainty: 'likely' as const } : endpoint));
    // Asked for here, so that a wrong name inside is found now and not in the middle of an analysis.
    return endpoints.length === 0 ? [] : [{ ...lowered, models: lowered.models, endpoints, addedBy: 'workspace' }];
  } catch {
    return [];
  }
}

/** Provider of the catalog that a host belongs to already, or null. */
export function takenHost(facts: Facts, { host, path }: Pick<Endpoint, 'host' | 'path'>): Provider | null {
  const sample = host.replaceAll('*', 'x');
  const builtIn = findEndpoint(facts, `${sample}${path ?? ''}`)?.provider ?? null;
  if (builtIn) return builtIn;
  // A pattern that would swallow a built-in host.
  if (!host.includes('*')) return null;
  const pattern = new RegExp(`^${host.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&')).join('.*')}$`);
  return facts.providers.find((provider) => provider.endpoints.some((endpoint) => pattern.test(endpoint.host.replaceAll('*', 'x')))) ?? null;
}

function changedProvider(facts: Facts, provider: Provider, prices: readonly OwnPrice[], discounts: Provider['discounts']): Provider {
  let models: readonly Model[] | null = null;
  const { models: _models, ...rest } = Object.getOwnPropertyDescriptors(provider);
  const copy = Object.defineProperties({}, rest) as Omit<Provider, 'models'>;
  return Object.defineProperty({ ...copy, ...(discounts && discounts.length > 0 && { discounts }) }, 'models', {
    enumerable: true,
    get: () => (models ??= withPrices(facts, provider, prices)),
  }) as Provider;
}

function withPrices(facts: Facts, provider: Provider, prices: readonly OwnPrice[]): readonly Model[] {
  const result = new Map(provider.models.map((model) => [model.id, model]));
  for (const { provider: _provider, model: name, ...file } of prices) {
    const above = { source: ownSource, checkedOn: file.checkedOn, confidence: 'official' as const };
    try {
      const price = { ...lowerPrice(file, above, {}, facts.shared), own: true as const };
      const known = findModel(provider, name);
      if (known) {
        // Where the own price says nothing about a place or a day, the list price goes on there.
        const others = result.get(known.id)!.prices;
        const kept = price.endpoints || price.validFrom || price.validTo ? others : [];
        result.set(known.id, { ...known, prices: [price, ...kept] });
      } else {
        const added = lowerModel({ id: name }, provider, above, facts.shared);
        result.set(name, { ...added, prices: [price] });
      }
    } catch {
      // A name that the shared tables do not have was reported when the file was read.
    }
  }
  return [...result.values()];
}
