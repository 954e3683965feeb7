/**
 * Gathers the provider files into the tables the engine takes. In the files a fact may leave out what stands
 * above it: `source`, `checkedOn` and `confidence` come from `defaults.<kind>` or else from the provider;
 * `operation` defaults to chat, `per` to one million for tokens and characters and to one otherwise, and
 * `tokenizerFamily` names an entry of tokenizerFamilies.yaml.
 */
import type {
  Endpoint, ExchangeRates, Facts, Model, Price, PriceComponent, PriceUnit, Provenance, Provider, Retirement,
} from './core/model.js';
import { providerFiles, ratesFile, tokenizerFamiliesFile } from './providers/index.js';

type Inherited = Partial<Provenance>;
type ComponentFile = Omit<PriceComponent, 'per'> & { readonly per?: number };
type PriceFile = Partial<Omit<Price, 'components'>> & { readonly components: readonly ComponentFile[] };
type Family = Pick<Model, 'tokenizer' | 'tokenizerBasis' | 'tokenizerFactor'>;
type ModelFile = Partial<Omit<Model, 'prices' | 'retirement'>> & {
  readonly id: string;
  readonly tokenizerFamily?: string;
  readonly retirement?: Partial<Retirement> & { readonly on: string };
  readonly prices?: readonly PriceFile[];
};
type EndpointFile = Omit<Endpoint, keyof Provenance> & Inherited;

/** A provider file as written. */
export type ProviderFile = Omit<Provider, 'endpoints' | 'models'> & {
  readonly defaults?: { readonly endpoint?: Inherited; readonly price?: Partial<Price>; readonly retirement?: Inherited };
  readonly endpoints: readonly EndpointFile[];
  readonly models: readonly ModelFile[];
};

const wholeUnits: ReadonlySet<PriceUnit> = new Set(['image', 'second', 'minute', 'page', 'request', 'search']);

function lowerPrice(price: PriceFile, above: Provenance, defaults: Partial<Price>): Price {
  return {
    ...above,
    currency: 'USD',
    ...defaults,
    ...price,
    components: price.components.map((component) => ({
      ...component,
      per: component.per ?? (wholeUnits.has(component.unit) ? 1 : 1_000_000),
    })),
  };
}

function lowerModel(model: ModelFile, file: ProviderFile, above: Provenance, families: Readonly<Record<string, Family>>): Model {
  const { tokenizerFamily, retirement, prices, ...rest } = model;
  const family = families[tokenizerFamily ?? 'unlisted'];
  if (!family) throw new Error(`${file.id}/${model.id}: unknown tokenizer family ${tokenizerFamily}`);
  return {
    operation: 'chat',
    ...family,
    ...rest,
    ...(retirement && { retirement: { ...above, ...file.defaults?.retirement, ...retirement } }),
    prices: (prices ?? []).map((price) => lowerPrice(price, above, file.defaults?.price ?? {})),
  };
}

/** Spells out everything a provider file inherits. Throws on an unknown tokenizer family. */
export function lowerProvider(file: ProviderFile, families: Readonly<Record<string, Family>>): Provider {
  const { defaults, endpoints, models, ...rest } = file;
  const above: Provenance = { source: file.source, checkedOn: file.checkedOn, confidence: file.confidence };
  return {
    ...rest,
    endpoints: endpoints.map((endpoint) => ({ ...above, ...defaults?.endpoint, ...endpoint })),
    models: models.map((model) => lowerModel(model, file, above, families)),
  };
}

const { families } = tokenizerFamiliesFile as { readonly families: Readonly<Record<string, Family>> };

/** All tables of facts: providers in the order of providers/index.ts, and the dated exchange rates. */
export const facts: Facts = {
  providers: providerFiles.map((file) => lowerProvider(file as ProviderFile, families)),
  rates: ratesFile as ExchangeRates,
};
