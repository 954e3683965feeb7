/**
 * What one request costs. Every line of the bill is worked out by itself as an exact fraction; only the results are
 * rounded (12 significant digits), and the total is the exact sum of the lines.
 */
import { add, divide, fraction, multiply, sum, toNumber, zero, type Fraction } from './money.js';
import type {
  Assumption, Cost, CostComponent, CostUnit, Endpoint, ExchangeRates, Model, PeakHours, Price, PriceChange, PriceComponent, PriceUnit, PromptCache, Provider, Spread,
} from './model.js';

/**
 * Quantities of one request by unit. Units do not overlap: `input-token` are the prompt tokens billed at the full
 * rate, cached and written ones come on top; `reasoning-token` come on top of `output-token`.
 */
export type Usage = Readonly<Partial<Record<PriceUnit, Spread>>>;

/** Usage of which a cache serves and stores parts of the prompt; the low end is where it serves most. */
export function withCache(usage: Usage, cache: PromptCache | undefined): Usage {
  const input = usage['input-token'];
  if (!cache || !input) return usage;
  const part = (share: Spread): Spread => ({ low: input.low * share.low, likely: input.likely * share.likely, high: input.high === null ? null : input.high * share.high! });
  const written = (served: number): number => Math.min(cache.written, 1 - served);
  const served: Spread = { low: cache.read.high!, likely: cache.read.likely, high: cache.read.low };
  const stored: Spread = { low: written(served.low), likely: written(served.likely), high: written(served.high!) };
  return {
    ...usage,
    'input-token': part({ low: 1 - served.low - stored.low, likely: 1 - served.likely - stored.likely, high: 1 - served.high! - stored.high! }),
    ...(served.low > 0 && { 'cached-input-token': part(served) }), ...(cache.written > 0 && { 'cache-write-token': part(stored) }),
  };
}

export interface PriceOptions {
  /** ISO day the request is made; decides which price is valid. */
  readonly date: string;
  /** Currency to show. */
  readonly currency: string;
  readonly rates: ExchangeRates;
  readonly ratesOrigin?: Assumption['origin'];
  /** Service tier asked for; absent = standard. */
  readonly tier?: 'batch' | 'flex' | 'priority';
  /** Image quality or size, thinking mode …: compared with a component's `when.variant`. */
  readonly variant?: string | readonly string[];
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
/** Exact amounts; null = no upper bound. */
export type Amounts = Readonly<Record<Level, Fraction | null>>;

/** One exact line of a bill, in the currency of the price. */
export interface Line {
  readonly unit: CostUnit;
  readonly name?: string;
  readonly quantity: Spread;
  readonly native: Amounts;
  /** A line that is a part of the lines before it (of those for tokens, or of all). */
  readonly share?: { readonly of: 'tokens' | 'all'; readonly factor: Fraction };
}

/** An exact bill in the currency of the price. */
export interface Bill {
  readonly price: Price;
  readonly lines: readonly Line[];
  readonly total: Amounts;
  readonly unpublished: readonly PriceUnit[];
  readonly assumptions: readonly Assumption[];
}

/** The levels of a spread, for working on each alike. */
export const levels: readonly Level[] = ['low', 'likely', 'high'];
const one: Spread = { low: 1, likely: 1, high: 1 };
/** What is not said about payment-scope lookups: usually none, at most one per request. */
const unsaidTransactions: Spread = { low: 0, likely: 0, high: 1 };

/** Rate that applies when a unit has none of its own: cached and written tokens are input, reasoning is output. */
const fallbackUnit: Readonly<Partial<Record<PriceUnit, PriceUnit>>> = {
  'cached-input-token': 'input-token',
  'cache-write-token': 'input-token',
  'cache-write-1h-token': 'cache-write-token',
  'image-input-token': 'input-token',
  'video-input-token': 'input-token',
  'audio-input-token': 'input-token',
  'injected-token': 'input-token',
  'reasoning-token': 'output-token',
  'image-output-token': 'output-token',
};

const promptUnits: readonly PriceUnit[] = [
  'input-token', 'cached-input-token', 'cache-write-token', 'cache-write-1h-token', 'image-input-token', 'audio-input-token', 'video-input-token', 'injected-token',
];

const answerUnits: readonly PriceUnit[] = ['output-token', 'reasoning-token'];

function unpriced(currency: string, reason: NonNullable<Cost['reason']>, price?: Price): Priced {
  return {
    cost: {
      currency, perCall: null, nativeCurrency: price?.currency ?? null, nativePerCall: null, components: [], unpublished: [], rateCheckedOn: null, change: null,
      priceSource: price?.source ?? null, priceCheckedOn: price?.checkedOn ?? null, confidence: price?.confidence ?? null, reason,
    },
    assumptions: [],
  };
}

const isValid = ({ validFrom, validTo }: { readonly validFrom?: string; readonly validTo?: string }, date: string): boolean =>
  (!validFrom || validFrom <= date) && (!validTo || date < validTo);

/** Price of `model` valid on the ISO day `date` at `endpointId`: the user's own, then one for this very endpoint, then the wanted currency, then the latest. */
export function priceOn(model: Model, endpointId: string | null, date: string, currency: string): Price | null {
  const valid = model.prices.filter((price) => (!price.endpoints || (endpointId !== null && price.endpoints.includes(endpointId))) && isValid(price, date));
  const rank = (price: Price): number => (price.own ? 4 : 0) + (price.endpoints ? 2 : 0) + (price.currency === currency ? 1 : 0);
  return valid.reduce<Price | null>((best, price) =>
    !best || rank(price) > rank(best) || (rank(price) === rank(best) && (price.validFrom ?? '') > (best.validFrom ?? '')) ? price : best, null);
}

/** First day after `date` on which another price holds than on `date` itself, as far as is known; null when none is. */
export function nextPriceDay(model: Model, endpointId: string | null, date: string, currency: string): string | null {
  const now = priceOn(model, endpointId, date, currency);
  const days = model.prices.flatMap(({ validFrom, validTo }) => [validFrom, validTo]).filter((day): day is string => day !== undefined && day > date).sort();
  return days.find((day) => priceOn(model, endpointId, day, currency) !== now) ?? null;
}

/** Local day and hour of the vendor at the ISO date-time `at`. */
function localTime(peak: PeakHours, at: string): { readonly day: string; readonly weekday: number; readonly hour: number } {
  const local = new Date(Date.parse(at) + peak.utcOffsetMinutes * 60_000);
  return { day: local.toISOString().slice(0, 10), weekday: local.getUTCDay() || 7, hour: local.getUTCHours() + local.getUTCMinutes() / 60 };
}

/** Whether the ISO date-time `at` lies in the vendor's peak hours; public holidays are off-peak as far as they are known. */
export function inPeak(peak: PeakHours, at: string): boolean {
  const { day, weekday, hour } = localTime(peak, at);
  return peak.weekdays.includes(weekday) && !peak.holidays?.includes(day) && peak.hours.some(([from, to]) => hour >= from && hour < to);
}

/** What a request's options say about its price: service tier, variant, surcharge by an option of the provider's. */
export function pricedOptions(given: Readonly<Record<string, string | number | boolean>>, provider: Provider | null): Pick<PriceOptions, 'tier' | 'variant' | 'factor'> {
  const asked = given['service_tier'];
  const tier = asked === 'flex' || asked === 'priority' || asked === 'batch' ? asked : undefined;
  const variant = [given['quality'], given['size'], ...(given['enable_thinking'] === true ? ['thinking'] : [])].filter((each): each is string => typeof each === 'string');
  const factor = provider?.optionFactors?.find((each) => String(given[each.option]) === each.value)?.factor;
  return { ...(tier && { tier }), ...(variant.length > 0 && { variant }), ...(factor !== undefined && { factor }) };
}

interface Circumstances {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly window: 'peak' | 'off-peak';
  readonly options: PriceOptions;
}

/** Components of a unit that apply, the most specific first. */
function applicable(price: Price, unit: PriceUnit, { window, options }: Circumstances): readonly PriceComponent[] {
  const fits = price.components.filter(({ unit: of, when }) => of === unit
    && (!when?.tier || when.tier === options.tier) && (!when?.variant || (typeof options.variant === 'string' ? options.variant === when.variant : options.variant?.includes(when.variant))) && (!when?.window || when.window === window));
  const rank = ({ when }: PriceComponent): number => Number(Boolean(when?.tier)) + Number(Boolean(when?.variant)) + Number(Boolean(when?.window));
  return fits.sort((a, b) => rank(b) - rank(a) || (b.when?.promptTokensAbove ?? -1) - (a.when?.promptTokensAbove ?? -1)
    || (b.when?.outputTokensAbove ?? -1) - (a.when?.outputTokensAbove ?? -1));
}

/** What `quantity` of a unit costs; null when the price says nothing about it. */
function amountOf(price: Price, unit: PriceUnit, quantity: number, circumstances: Circumstances): Fraction | null {
  const components = applicable(price, unit, circumstances);
  const rate = (component: PriceComponent): Fraction => divide(fraction(component.amount), fraction(component.per));
  if (price.tiering === 'graduated' && components.length > 1) {
    // Slices from the highest threshold down; each component prices what lies above its own threshold.
    let rest = quantity;
    let amount = zero;
    for (const component of components) {
      const above = component.when?.promptTokensAbove ?? 0;
      if (rest <= above) continue;
      amount = add(amount, multiply(fraction(rest - above), rate(component)));
      rest = above;
    }
    return rest > 0 ? null : amount;
  }
  const component = components.find(({ when }) => (when?.promptTokensAbove === undefined || circumstances.promptTokens > when.promptTokensAbove)
    && (when?.outputTokensAbove === undefined || circumstances.outputTokens > when.outputTokensAbove));
  if (component) return multiply(fraction(quantity), rate(component));
  const other = fallbackUnit[unit];
  return other ? amountOf(price, other, quantity, circumstances) : null;
}

/** Whether `id` is meant by a list of model ids in which a trailing `*` matches any suffix; no list means all. */
export function matchesModel(patterns: readonly string[] | undefined, id: string): boolean {
  return !patterns || patterns.some((pattern) => (pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern));
}

const isToken = (unit: PriceUnit): boolean => unit.endsWith('-token');

function times(amounts: Amounts, factor: Fraction): Amounts {
  const each = (amount: Fraction | null): Fraction | null => amount && multiply(amount, factor);
  return { low: each(amounts.low), likely: each(amounts.likely), high: each(amounts.high) };
}

const isTokenLine = ({ unit }: Line): boolean => isToken(unit as PriceUnit);

/** A line that is a part of `lines`. */
export function shareLine(head: Pick<Line, 'unit' | 'name'>, share: NonNullable<Line['share']>, lines: readonly Line[]): Line {
  return { ...head, quantity: one, native: times(totalOf(share.of === 'tokens' ? lines.filter(isTokenLine) : lines), share.factor), share };
}

/** Sum of lines; without upper bound as soon as one has none. */
export function totalOf(lines: readonly Line[]): Amounts {
  const at = (level: Level): Fraction | null => {
    const all = lines.map(({ native }) => native[level]);
    return all.every((amount) => amount !== null) ? sum(all) : null;
  };
  return { low: at('low'), likely: at('likely'), high: at('high') };
}

/** Factor from one currency to another; null when a rate is missing. */
export function exchange(rates: ExchangeRates, from: string, into: string): Fraction | null {
  if (from === into) return fraction(1);
  const [a, b] = [rates.perUsd[from], rates.perUsd[into]];
  return a === undefined || b === undefined ? null : divide(fraction(b), fraction(a));
}

/** What the request is billed by: tokens added by the vendor, a request as such, lookups nobody spoke of. */
function billedUsage(usage: Usage, provider: Provider, model: Model, price: Price, assumptions: Assumption[]): Map<PriceUnit, Spread> {
  const bills = (unit: PriceUnit): boolean => price.components.some((component) => component.unit === unit);
  const quantities = new Map<PriceUnit, Spread>();
  const pricesTokens = price.components.some((component) => isToken(component.unit)) || price.unpublished?.some(isToken) === true;
  for (const [unit, quantity] of Object.entries(usage) as [PriceUnit, Spread][]) {
    if (quantity.high === 0 || (isToken(unit) && !pricesTokens)) continue;
    if (model.operation === 'embedding' && unit === 'output-token') continue;
    quantities.set(unit, quantity);
  }
  const injected = provider.injectedTokens;
  const input = quantities.get('input-token');
  if (injected && input && matchesModel(injected.models, model.id)) {
    const { low, likely, high } = injected.factor;
    quantities.set('injected-token', {
      low: input.low * (low - 1), likely: input.likely * (likely - 1), high: input.high === null || high === null ? null : input.high * (high - 1),
    });
    assumptions.push({ code: 'injected-tokens', subject: injected.source, value: injected.factor, origin: 'default' });
  }
  const billedPerRequest = bills('request') || provider.charges?.some((charge) => charge.unit === 'request');
  if (billedPerRequest && !quantities.has('request')) quantities.set('request', one);
  if (bills('transaction') && !quantities.has('transaction')) {
    quantities.set('transaction', unsaidTransactions);
    assumptions.push({ code: 'transactions', value: unsaidTransactions, origin: 'default' });
  }
  return quantities;
}

/**
 * The exact bill of one request at a price, in its currency; null when a unit that is used has no rate. Tiers by prompt
 * size are chosen for the low, likely and high prompt separately. Where a vendor has peak hours and no time is given,
 * off-peak is assumed and the high end is peak.
 */
export function billOf(usage: Usage, provider: Provider, model: Model, endpoint: Endpoint | null, price: Price, options: PriceOptions): Bill | null {
  const assumptions: Assumption[] = [];
  const hasWindows = price.components.some((component) => component.when?.window);
  const known = options.window ?? (options.at && price.peak ? (inPeak(price.peak, options.at) ? 'peak' : 'off-peak') : undefined);
  if (hasWindows && !known) assumptions.push({ code: 'off-peak', value: 'off-peak', origin: 'default' });
  if (hasWindows && options.at && price.peak?.holidaysKnownUntil && localTime(price.peak, options.at).day > price.peak.holidaysKnownUntil) {
    assumptions.push({ code: 'holidays', value: price.peak.holidaysKnownUntil, origin: 'default' });
  }
  if (!options.tier && price.components.some((component) => component.when?.tier)) {
    assumptions.push({ code: 'standard-tier', value: 'standard', origin: 'default' });
  }
  const windowAt = (level: Level): 'peak' | 'off-peak' => known ?? (level === 'high' ? 'peak' : 'off-peak');
  const quantities = billedUsage(usage, provider, model, price, assumptions);
  const unpublished = (price.unpublished ?? []).filter((unit) => quantities.has(unit));
  // Billed by something the request does not state (characters, images): unknown, not zero.
  if (quantities.size === 0 && !price.components.some((component) => isToken(component.unit))) return null;

  const tokensAt = (units: readonly PriceUnit[]) => (level: Level): number =>
    units.reduce((tokens, unit) => tokens + (quantities.get(unit)?.[level] ?? (level === 'high' ? quantities.get(unit)?.likely : 0) ?? 0), 0);
  const [promptAt, outputAt] = [tokensAt(promptUnits), tokensAt(answerUnits)];
  const ownCharges = (provider.charges ?? []).filter((charge) => matchesModel(charge.models, model.id) && isValid(charge, options.date));
  const lines: Line[] = [];
  for (const [unit, quantity] of quantities) {
    if (price.unpublished?.includes(unit) || (unit === 'injected-token' && price.unpublished?.includes('input-token'))) continue;
    const native: Record<Level, Fraction | null> = { low: null, likely: null, high: null };
    for (const level of levels) {
      const count = quantity[level];
      const amount = amountOf(price, unit, count ?? quantity.likely, { promptTokens: promptAt(level), outputTokens: outputAt(level), window: windowAt(level), options });
      if (!amount) {
        // A fee of the provider's own (a search, a request) prices it below.
        if (ownCharges.some((charge) => charge.unit === unit)) continue;
        return null;
      }
      native[level] = count === null ? null : amount;
    }
    if (native.low) lines.push({ unit, quantity, native });
  }
  const regional = endpoint?.priceFactor !== undefined && matchesModel(endpoint.priceFactorModels, model.id) ? fraction(endpoint.priceFactor) : fraction(1);
  const surcharge = add(multiply(regional, fraction(options.factor ?? 1)), fraction(-1));
  if (surcharge.num !== 0n && lines.some(isTokenLine)) lines.push(shareLine({ unit: 'regional-surcharge' }, { of: 'tokens', factor: surcharge }, lines));
  for (const charge of ownCharges) {
    const quantity = charge.unit && quantities.get(charge.unit);
    if (!charge.unit || !charge.amount || !quantity) continue;
    const rate = exchange(options.rates, charge.currency ?? 'USD', price.currency);
    if (!rate) return null;
    const per = multiply(rate, divide(fraction(charge.amount), fraction(charge.per ?? 1)));
    lines.push({
      unit: 'fee', name: charge.name, quantity,
      native: { low: multiply(fraction(quantity.low), per), likely: multiply(fraction(quantity.likely), per), high: quantity.high === null ? null : multiply(fraction(quantity.high), per) },
    });
  }
  for (const discount of provider.discounts ?? []) {
    if (!matchesModel(discount.models, model.id) || !isValid(discount, options.date)) continue;
    lines.push(shareLine({ unit: 'discount', ...(discount.note && { name: discount.note }) }, { of: 'all', factor: divide(fraction(-discount.percent), fraction(100)) }, lines));
    assumptions.push({ code: 'discount', ...(discount.note && { subject: discount.note }), value: discount.percent, origin: provider.addedBy ?? 'workspace' });
  }
  for (const charge of ownCharges) {
    if (!charge.percent) continue;
    lines.push(shareLine({ unit: 'fee', name: charge.name }, { of: 'all', factor: divide(fraction(charge.percent), fraction(100)) }, lines));
  }
  for (const unit of unpublished) assumptions.push({ code: 'unpublished-rate', subject: unit, value: 'unknown', origin: 'default' });
  const total = totalOf(lines);
  return { price, lines, total: unpublished.length > 0 ? { ...total, high: null } : total, unpublished, assumptions };
}

/**
 * Cost of one request. Local endpoints cost nothing per token (`not-metered`); whatever cannot be priced gives
 * `perCall: null` and a reason, never zero.
 */
export function price(usage: Usage, provider: Provider | null, model: Model | null, endpoint: Endpoint | null, options: PriceOptions): Priced {
  const { currency, rates, date } = options;
  if (!provider) return unpriced(currency, 'unknown-provider');
  if (provider.local && (!endpoint || endpoint.storageZone === 'local')) return unpriced(currency, 'not-metered');
  if (!model) return unpriced(currency, 'unknown-model');
  const endpointId = endpoint?.id ?? provider.defaultEndpoint?.['*'] ?? null;
  const chosen = priceOn(model, endpointId, date, currency);
  if (!chosen) return unpriced(currency, 'no-price');
  const factor = exchange(rates, chosen.currency, currency);
  const bill = factor && billOf(usage, provider, model, endpoint, chosen, options);
  if (!factor || !bill) return unpriced(currency, 'no-price', chosen);

  const converted = currency !== chosen.currency;
  const assumptions = [...bill.assumptions];
  if (converted) assumptions.push({ code: 'exchange-rate', subject: `${chosen.currency}/${currency}`, value: toNumber(factor), origin: options.ratesOrigin ?? 'default' });
  // What was read later is taken to have held before, which the reader must know.
  if (!chosen.validFrom && date < chosen.checkedOn && model.prices.length > 0) assumptions.push({ code: 'later-price', value: chosen.checkedOn, origin: 'default' });
  return {
    cost: {
      currency, perCall: toSpread(times(bill.total, factor)), nativeCurrency: chosen.currency, nativePerCall: toSpread(bill.total),
      components: bill.lines.map((line) => toComponent(line, factor)), unpublished: bill.unpublished,
      rateCheckedOn: converted ? rates.checkedOn : null, change: changeOf(usage, provider, model, endpoint, endpointId, options),
      priceSource: chosen.source, priceCheckedOn: chosen.checkedOn, confidence: chosen.confidence, reason: null,
    },
    assumptions,
  };
}

function changeOf(usage: Usage, provider: Provider, model: Model, endpoint: Endpoint | null, endpointId: string | null, options: PriceOptions): PriceChange | null {
  const on = nextPriceDay(model, endpointId, options.date, options.currency);
  if (!on) return null;
  const next = priceOn(model, endpointId, on, options.currency);
  const factor = next && exchange(options.rates, next.currency, options.currency);
  const bill = next && billOf(usage, provider, model, endpoint, next, { ...options, date: on });
  return { on, perCall: bill && factor ? toSpread(times(bill.total, factor)) : null };
}

/** A line in the user's currency, rounded. */
export function toComponent({ unit, name, quantity, native }: Line, factor: Fraction): CostComponent {
  return { unit, ...(name !== undefined && { name }), quantity, amount: toSpread(times(native, factor)), native: toSpread(native) };
}

/** Rounds exact amounts to 12 significant digits. */
export function toSpread(amounts: Amounts): Spread {
  return { low: toNumber(amounts.low ?? zero), likely: toNumber(amounts.likely ?? amounts.low ?? zero), high: amounts.high && toNumber(amounts.high) };
}
