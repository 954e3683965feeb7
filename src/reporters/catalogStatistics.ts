/** What the catalog holds, counted: providers, models, prices, facts with their source, and how old they are. */
import { daysBetween } from '../core/format.js';
import type { Facts, Provenance, ProviderFact } from '../core/model.js';

export interface CatalogStatistics {
  readonly providers: number;
  readonly gateways: number;
  readonly endpoints: number;
  readonly models: number;
  readonly pricedModels: number;
  /** Models with a price in CNY from the vendor's own list. */
  readonly modelsInCny: number;
  readonly prices: number;
  /** Statements with a source: providers, endpoints, prices, retirements, facts, plans, fees, scores. */
  readonly sourced: number;
  readonly byConfidence: Readonly<Record<Provenance['confidence'], number>>;
  /** Ages of the sourced statements in days. */
  readonly upTo30Days: number;
  readonly upTo90Days: number;
  readonly older: number;
  readonly oldest: string;
  readonly newest: string;
}

/** Counts everything as of the ISO day `today`. */
export function catalogStatistics(facts: Facts, claims: readonly ProviderFact[], today: string): CatalogStatistics {
  const models = facts.providers.flatMap((provider) => provider.models);
  const sourced: Provenance[] = [
    ...claims, facts.rates,
    ...facts.providers.flatMap((each) => [
      each, ...each.endpoints, ...(each.auth ? [each.auth] : []), ...(each.delivery ? [each.delivery] : []), ...(each.latency ?? []), ...(each.charges ?? []),
      ...(each.injectedTokens ? [each.injectedTokens] : []), ...(each.plans ?? []), ...(each.freeAllowances ?? []), ...(each.facts ?? []),
    ]),
    ...models.flatMap((model) => [...model.prices, ...(model.retirement ? [model.retirement] : []), ...(model.quality ?? [])]),
  ];
  const ages = sourced.map(({ checkedOn }) => daysBetween(checkedOn, today) ?? 0);
  const days = sourced.map(({ checkedOn }) => checkedOn).sort();
  const count = (confidence: Provenance['confidence']): number => sourced.filter((each) => each.confidence === confidence).length;
  return {
    providers: facts.providers.length,
    gateways: facts.providers.filter((provider) => provider.gateway).length,
    endpoints: facts.providers.reduce((sum, provider) => sum + provider.endpoints.length, 0),
    models: models.length,
    pricedModels: models.filter((model) => model.prices.length > 0).length,
    modelsInCny: models.filter((model) => model.prices.some((price) => price.currency === 'CNY')).length,
    prices: models.reduce((sum, model) => sum + model.prices.length, 0),
    sourced: sourced.length,
    byConfidence: { official: count('official'), secondary: count('secondary'), claim: count('claim') },
    upTo30Days: ages.filter((age) => age <= 30).length,
    upTo90Days: ages.filter((age) => age > 30 && age <= 90).length,
    older: ages.filter((age) => age > 90).length,
    oldest: days[0] ?? '',
    newest: days.at(-1) ?? '',
  };
}
