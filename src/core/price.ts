/**
 * What one request costs. Every component of a price is worked out by itself as an exact decimal; only the
 * result is rounded (12 significant digits).
 */
import { add, divide, fraction, multiply, toNumber, zero, type Fraction } from './money.js';
import type {
  Assumption, Cost, CostComponent, Endpoint, ExchangeRates, Model, PeakHours, Price, PriceComponent, PriceUnit, Provider, Spread,
} from './model.js';

/**
 * Quantities of one request by unit. Units do not overlap: `input-token` are the prompt tokens billed at the full
 * rate, cached and written ones come on top; `reasoning-token` come on top of `output-token`.
 */
export type Usage = Readonly<Partial<Record<PriceUnit, Spread>>>;

export interface PriceOptions {
  /** ISO day the request is made; decides which price is valid. */
  readonly date: string;
  /** Currency to show. */
  readonly currency: string;
  readonly rates: ExchangeRates;
  readonly ratesOrigin?: Assumption['origin'];
  /** Service tier asked for; absent = standard. */
  readonly tier?: 'batch' | 'flex' | 'priority';
  /** Image quality, thinking mode …: compared with a component's `when.variant`. */
  readonly variant?: string;
  /** Further factor on token prices by a request option, e.g. 1.1 for Claude's `inference_geo: "us"`. */
  readonly factor?: number;
  /** ISO date-time with offset, when known, for vendors with peak hours; or the window itself. */
  readonly at?: string;
  readonly window?: 'peak' | 'off-peak';
}

export interface Priced {
  readonly cost: Cost;
  readonly assumptions: readonly Assumption[];
}

type Level = 'low' | 'likely' | 'high';
type Amounts = Record<Level, Fraction | null>;
const levels: readonly Level[] = ['low', 'likely', 'high'];

/** Rate that applies when a unit has none of its own: cached and written tokens are input, reasoning is output. */
const fallbackUnit: Readonly<Partial<Record<PriceUnit, PriceUnit>>> = {
  'cached-input-token': 'input-token',
  'cache-write-token': 'input-token',
  'cache-write-1h-token': 'cache-write-token',
  'image-input-token': 'input-token',
  'audio-input-token': 'input-token',
  'reasoning-token': 'output-token',
  'image-output-token': 'output-token',
};

const promptUnits: readonly PriceUnit[] = [
  'input-token', 'cached-input-token', 'cache-write-token', 'cache-write-1h-token', 'image-input-token', 'audio-input-token',
];

function unpriced(currency: string, reason: NonNullable<Cost['reason']>, price?: Price): Priced {
  return {
    cost: {
      currency, perCall: null, nativeCurrency: price?.currency ?? null, components: [],
      priceSource: price?.source ?? null, priceCheckedOn: price?.checkedOn ?? null, confidence: price?.confidence ?? null, reason,
    },
    assumptions: [],
  };
}

/** Price of `model` valid on the ISO day `date` at `endpointId`; the wanted currency and the latest price win. */
export function priceOn(model: Model, endpointId: string | null, date: string, currency: string): Price | null {
  const valid = model.prices.filter((price) =>
    (!price.endpoints || (endpointId !== null && price.endpoints.includes(endpointId)))
    && (!price.validFrom || price.validFrom <= date) && (!price.validTo || date < price.validTo));
  const rank = (price: Price): number => (price.currency === currency ? 2 : 0) + (price.endpoints ? 1 : 0);
  return valid.reduce<Price | null>((best, price) =>
    !best || rank(price) > rank(best) || (rank(price) === rank(best) && (price.validFrom ?? '') > (best.validFrom ?? '')) ? price : best, null);
}

/** Whether the ISO date-time `at` lies in the vendor's peak hours; public holidays are not known. */
export function inPeak(peak: PeakHours, at: string): boolean {
  const local = new Date(Date.parse(at) + peak.utcOffsetMinutes * 60_000);
  const weekday = local.getUTCDay() || 7;
  const hour = local.getUTCHours() + local.getUTCMinutes() / 60;
  return peak.weekdays.includes(weekday) && peak.hours.some(([from, to]) => hour >= from && hour < to);
}

/** Component for a unit under the given conditions; the most specific that applies, or null. */
function rateFor(
  price: Price, unit: PriceUnit, promptTokens: number, window: 'peak' | 'off-peak', options: PriceOptions,
): PriceComponent | null {
  let best: PriceComponent | null = null;
  let bestRank = -1;
  for (const component of price.components) {
    if (component.unit !== unit) continue;
    const { promptTokensAbove, tier, window: hours, variant } = component.when ?? {};
    if (promptTokensAbove !== undefined && promptTokens <= promptTokensAbove) continue;
    if (tier && tier !== options.tier) continue;
    if (variant && variant !== options.variant) continue;
    if (hours && hours !== window) continue;
    const rank = (tier ? 1e12 : 0) + (variant ? 1e12 : 0) + (hours ? 1e12 : 0) + (promptTokensAbove ?? -1) + 1;
    if (rank > bestRank) { best = component; bestRank = rank; }
  }
  const other = fallbackUnit[unit];
  return best ?? (other ? rateFor(price, other, promptTokens, window, options) : null);
}

function matches(patterns: readonly string[] | undefined, id: string): boolean {
  return !patterns || patterns.some((pattern) => (pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern));
}

const isToken = (unit: PriceUnit): boolean => unit.endsWith('-token');

/**
 * Cost of one request. Tiers by prompt size hold for the whole request and are chosen for the low, likely and high
 * prompt separately. Where a vendor has peak hours and no time is given, off-peak is assumed and the high end is peak.
 * Local endpoints cost nothing per token (`not-metered`); whatever cannot be priced gives `perCall: null` and a reason,
 * never zero.
 */
export function price(usage: Usage, provider: Provider | null, model: Model | null, endpoint: Endpoint | null, options: PriceOptions): Priced {
  const { currency, rates } = options;
  if (!provider) return unpriced(currency, 'unknown-provider');
  if (provider.local && (!endpoint || endpoint.storageZone === 'local')) return unpriced(currency, 'not-metered');
  if (!model) return unpriced(currency, 'unknown-model');
  const endpointId = endpoint?.id ?? provider.defaultEndpoint?.['*'] ?? null;
  const chosen = priceOn(model, endpointId, options.date, currency);
  if (!chosen) return unpriced(currency, 'no-price');
  const into = rates.perUsd[currency];
  const from = rates.perUsd[chosen.currency];
  if (into === undefined || from === undefined) return unpriced(currency, 'no-price', chosen);

  const assumptions: Assumption[] = [];
  const hasWindows = chosen.components.some((component) => component.when?.window);
  const known = options.window ?? (options.at && chosen.peak ? (inPeak(chosen.peak, options.at) ? 'peak' : 'off-peak') : undefined);
  if (hasWindows && !known) assumptions.push({ code: 'off-peak', value: 'off-peak', origin: 'default' });
  if (!options.tier && chosen.components.some((component) => component.when?.tier)) {
    assumptions.push({ code: 'standard-tier', value: 'standard', origin: 'default' });
  }
  const windowAt = (level: Level): 'peak' | 'off-peak' => known ?? (level === 'high' ? 'peak' : 'off-peak');

  const exchange = currency === chosen.currency ? fraction(1) : divide(fraction(into), fraction(from));
  if (currency !== chosen.currency) {
    assumptions.push({ code: 'exchange-rate', subject: `${chosen.currency}/${currency}`, value: toNumber(exchange), origin: options.ratesOrigin ?? 'default' });
  }
  const regional = endpoint?.priceFactor !== undefined && matches(endpoint.priceFactorModels, model.id) ? endpoint.priceFactor : 1;
  const surcharge = multiply(fraction(regional), fraction(options.factor ?? 1));

  const quantities = new Map<PriceUnit, Spread>();
  const pricesTokens = chosen.components.some((component) => isToken(component.unit));
  for (const [unit, quantity] of Object.entries(usage) as [PriceUnit, Spread][]) {
    if (quantity.high === 0 || (isToken(unit) && !pricesTokens)) continue;
    if (model.operation === 'embedding' && unit === 'output-token') continue;
    quantities.set(unit, quantity);
  }
  if (chosen.components.some((component) => component.unit === 'request') && !quantities.has('request')) {
    quantities.set('request', { low: 1, likely: 1, high: 1 });
  }
  // Billed by something the request does not state (characters, images): unknown, not zero.
  if (!quantities.size && !pricesTokens) return unpriced(currency, 'no-price', chosen);

  const promptAt = (level: Level): number =>
    promptUnits.reduce((sum, unit) => sum + (quantities.get(unit)?.[level] ?? (level === 'high' ? quantities.get(unit)?.likely : 0) ?? 0), 0);
  const total: Amounts = { low: zero, likely: zero, high: zero };
  const components: CostComponent[] = [];
  for (const [unit, quantity] of quantities) {
    const amounts: Amounts = { low: null, likely: null, high: null };
    for (const level of levels) {
      const count = quantity[level];
      const rate = rateFor(chosen, unit, promptAt(level), windowAt(level), options);
      if (!rate) return unpriced(currency, 'no-price', chosen);
      if (count === null) { total[level] = null; continue; }
      let amount = multiply(multiply(fraction(count), divide(fraction(rate.amount), fraction(rate.per))), exchange);
      if (isToken(unit)) amount = multiply(amount, surcharge);
      amounts[level] = amount;
      const sum = total[level];
      if (sum) total[level] = add(sum, amount);
    }
    components.push({ unit, quantity, amount: toSpread(amounts) });
  }
  return {
    cost: {
      currency, perCall: toSpread(total), nativeCurrency: chosen.currency, components,
      priceSource: chosen.source, priceCheckedOn: chosen.checkedOn, confidence: chosen.confidence, reason: null,
    },
    assumptions,
  };
}

function toSpread(amounts: Amounts): Spread {
  return { low: toNumber(amounts.low ?? zero), likely: toNumber(amounts.likely ?? zero), high: amounts.high && toNumber(amounts.high) };
}
