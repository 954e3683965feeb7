/** Prices what was measured, with the same `price` that estimates are made with. */
import { findModel, findModelAnywhere, findProvider } from './lookup.js';
import type { Endpoint, Facts, Model, Operation, PriceUnit, Provider, Spread } from './model.js';
import { price, type Usage } from './price.js';
import type { RecordedCost, UnitCounts } from './usageRecord.js';

/** What was measured, and where and when. */
export interface Measured {
  readonly provider: string;
  /** Id of an endpoint of the provider; absent = its usual one. */
  readonly endpoint?: string | null;
  readonly model: string;
  readonly operation: Operation;
  readonly units: UnitCounts;
  /** ISO date-time of the request. */
  readonly time: string;
  readonly tier?: 'batch' | 'flex' | 'priority' | null;
  readonly factor?: number;
  readonly variant?: string | readonly string[];
  readonly deployments?: Readonly<Record<string, string>>;
}

export interface PricedRecord {
  readonly cost: RecordedCost | null;
  /** Why there is none. */
  readonly noCost?: string;
  readonly zone?: string;
}

/** Cost of one measured request in the vendor's currency; null with a reason, never zero, when it cannot be told. */
export function costOf(measured: Measured, facts: Facts): PricedRecord {
  const provider = findProvider(facts, measured.provider);
  const name = measured.deployments && Object.hasOwn(measured.deployments, measured.model) ? measured.deployments[measured.model]! : measured.model;
  const model = provider && findModelOf(provider, name);
  const endpoint = provider ? endpointOf(provider, measured.endpoint ?? null) : null;
  const zone = endpoint?.inferenceZone;
  const quantities = billable(measured, model);
  if (Object.keys(quantities).length === 0) return { cost: null, noCost: 'no-usage', ...(zone && { zone }) };
  const usage: Usage = Object.fromEntries(Object.entries(quantities).map(([unit, value]): [string, Spread] => [unit, { low: value, likely: value, high: value }]));
  const priced = price(usage, provider, model, endpoint, {
    date: measured.time.slice(0, 10), at: measured.time, currency: 'USD', rates: facts.rates,
    ...(measured.tier && { tier: measured.tier }), ...(measured.factor !== undefined && { factor: measured.factor }), ...(measured.variant !== undefined && { variant: measured.variant }),
  });
  const { cost } = priced;
  if (!cost.nativePerCall || !cost.nativeCurrency) return { cost: null, noCost: cost.reason ?? 'no-price', ...(zone && { zone }) };
  // A bill with a part nobody published is a lower bound, which a sum of money must not hide.
  if (cost.unpublished.length > 0) return { cost: null, noCost: 'unpublished-rate', ...(zone && { zone }) };
  return {
    cost: {
      currency: cost.nativeCurrency, amount: cost.nativePerCall.likely, basis: 'price',
      components: cost.components.map((each) => ({ unit: each.unit, quantity: each.quantity.likely, amount: each.native.likely })),
      ...(cost.priceSource && { priceSource: cost.priceSource }), ...(cost.priceCheckedOn && { priceCheckedOn: cost.priceCheckedOn }),
    },
    ...(zone && { zone }),
  };
}

/** Catalog id for a model name, for grouping: the name itself when the catalog does not know it. */
export function canonicalModel(facts: Facts, provider: string, name: string): string {
  const found = findProvider(facts, provider);
  return (found && findModelOf(found, name))?.id ?? name;
}

/** Provider that serves a model by its own name, when a log names only the model. */
export function providerOfModel(facts: Facts, name: string): string | null {
  return findModelAnywhere(facts, name)[0]?.provider.id ?? null;
}

function findModelOf(provider: Provider, name: string): Model | null {
  return findModel(provider, name);
}

function endpointOf(provider: Provider, id: string | null): Endpoint | null {
  const wanted = id ?? provider.defaultEndpoint?.['*'];
  return provider.endpoints.find((endpoint) => endpoint.id === wanted) ?? null;
}

/** Of two units that say the same (seconds and minutes of sound) the one that the model is billed by. */
function billable({ units, operation }: Measured, model: Model | null): UnitCounts {
  const priced = new Set<PriceUnit>(model?.prices.flatMap((each) => each.components.map((component) => component.unit)) ?? []);
  const { second, minute, ...rest } = units;
  const { 'output-token': output, ...input } = rest;
  const tokens = operation === 'embedding' || operation === 'moderation' || operation === 'rerank' ? input : { ...input, ...(output !== undefined && { 'output-token': output }) };
  if (second === undefined && minute === undefined) return tokens;
  const seconds = second ?? (minute ?? 0) * 60;
  return { ...tokens, ...(priced.has('minute') ? { minute: minute ?? seconds / 60 } : { second: seconds }) };
}
