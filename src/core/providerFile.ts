/**
 * The shape of a provider file, as people write it: what stands in `providers/<id>.yaml`, under `providers` and
 * `prices` of a workspace file, and in a price pack. A fact may leave out what stands above it: `source`, `checkedOn`
 * and `confidence` come from `defaults.<kind>` or else from the provider (lowerProvider.ts).
 */
import * as v from 'valibot';
import type { PriceUnit } from './model.js';

const described = <const S extends v.GenericSchema>(schema: S, description: string) => v.pipe(schema, v.description(description));
const day = v.pipe(v.string(), v.isoDate(), v.description('ISO day, e.g. 2026-11-23.'));
const quotedDecimal = 'a decimal number in quotes, e.g. "0.15"';
const decimal = described(v.pipe(v.string(quotedDecimal), v.regex(/^\d+(\.\d+)?$/, quotedDecimal)), 'A decimal number in quotes, so that no digit is lost.');
const count = v.pipe(v.number(), v.minValue(0));
const whole = v.pipe(v.number(), v.integer(), v.minValue(1));
const url = v.pipe(v.string(), v.url());
const identifier = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, dots and dashes'));
const variable = v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]+$/, 'the name of an environment variable'));
const zone = described(v.picklist(['CN', 'HK', 'SG', 'EU', 'US', 'JP', 'KR', 'IN', 'AU', 'CA', 'GB', 'AE', 'global', 'global-except-CN', 'local', 'unknown']), 'Place where data rests or is processed.');
const currency = v.picklist(['USD', 'CNY', 'EUR']);
const article = v.optional(v.pipe(v.string(), v.regex(/^[ABC]\d{1,2}$/), v.description('Number in the checklist of the articles, e.g. A9.')));
const patterns = described(v.array(v.string()), 'Model ids; a trailing * matches any suffix.');

const inherited = {
  source: v.optional(described(v.pipe(v.string(), v.minLength(5)), 'Where the fact was read.')),
  checkedOn: v.optional(day),
  confidence: v.optional(described(v.picklist(['official', 'secondary', 'claim']), 'official: the vendor says so; secondary: somebody else; claim: nobody could confirm it.')),
  note: described(v.optional(v.string()), 'Anything a reader should know besides.'),
};

/** Every unit that can be billed. */
export const priceUnits = [
  'input-token', 'cached-input-token', 'cache-write-token', 'cache-write-1h-token', 'output-token', 'reasoning-token', 'injected-token',
  'audio-input-token', 'audio-output-token', 'image-input-token', 'image-output-token', 'video-input-token', 'cached-token-hour',
  'character', 'image', 'second', 'minute', 'page', 'request', 'search', 'transaction',
] as const satisfies readonly PriceUnit[];
const unit = v.picklist(priceUnits);

const spread = v.union([count, v.pipe(
  v.strictObject({ low: count, likely: count, high: v.nullable(count) }),
  v.check((range) => range.low <= range.likely && (range.high === null || range.likely <= range.high), 'low ≤ likely ≤ high'),
)]);

const component = v.strictObject({
  unit: described(unit, 'What is billed.'),
  amount: decimal,
  per: v.optional(described(whole, 'Number of units the amount is for; 1,000,000 for tokens and characters, otherwise 1.')),
  when: v.optional(v.strictObject({
    promptTokensAbove: v.optional(described(whole, 'Applies when the prompt has more tokens than this.')),
    outputTokensAbove: v.optional(described(whole, 'Applies when the answer has more tokens than this.')),
    tier: described(v.optional(v.picklist(['batch', 'flex', 'priority'])), 'Service tier asked for.'),
    window: described(v.optional(v.picklist(['peak', 'off-peak'])), 'Peak hours of the vendor, or outside them.'),
    variant: v.optional(described(v.string(), 'Image quality, thinking mode, kind of caller …')),
  })),
});

const peak = v.strictObject({
  utcOffsetMinutes: described(v.number(), 'Offset of the vendor’s clock from UTC, e.g. 480 for Beijing.'),
  weekdays: described(v.array(v.picklist([1, 2, 3, 4, 5, 6, 7])), '1 is Monday, 7 is Sunday.'),
  hours: described(v.array(v.tuple([v.number(), v.number()])), 'Ranges [from, to) of local hours, e.g. [[9, 12], [14, 18]].'),
  calendar: v.optional(described(v.string(), 'Entry of holidays.yaml whose days are off-peak.')),
  holidays: described(v.optional(v.array(day)), 'Local days that are off-peak throughout.'),
  holidaysKnownUntil: described(v.optional(day), 'Last local day up to which the holidays are complete.'),
});

const priceFields = {
  ...inherited,
  currency: described(v.optional(currency), 'Currency the vendor states.'),
  endpoints: v.optional(described(v.array(v.string()), 'Ids of endpoints it applies to; absent = all.')),
  validFrom: v.optional(day),
  validTo: v.optional(described(day, 'First day on which it no longer applies.')),
  tiering: described(v.optional(v.picklist(['whole-request', 'graduated'])), 'Whether a tier by prompt size holds for the whole request or for the part above it.'),
  unpublished: v.optional(described(v.array(unit), 'Billed too, at a rate nobody published.')),
  peak: described(v.optional(peak), 'Hours that components with a window speak of.'),
};
const price = v.strictObject({ ...priceFields, components: v.pipe(v.array(component), v.minLength(1)) });

const retirement = v.strictObject({ ...inherited, on: described(day, 'Day of the shutdown.'), replacement: v.optional(described(v.string(), 'Model id that the vendor recommends.')) });
const quality = v.strictObject({ ...inherited, benchmark: described(v.string(), 'Name of the benchmark, e.g. C-Eval.'), score: described(v.number(), 'Score as published.'), article });

const model = v.strictObject({
  id: described(v.string(), 'Name of the model in requests.'),
  aliases: described(v.optional(v.array(v.string())), 'Other names of the same model and price; a trailing * matches any suffix.'),
  operation: described(v.optional(v.picklist(['chat', 'completion', 'embedding', 'image', 'audio-transcription', 'speech', 'moderation', 'rerank', 'video', 'other'])), 'Kind of request; chat unless said.'),
  tokenizerFamily: v.optional(described(v.string(), 'Entry of tokenizerFamilies.yaml.')),
  contextWindow: described(v.optional(v.pipe(v.number(), v.integer(), v.minValue(100))), 'Tokens of prompt and answer together.'),
  maxOutputTokens: described(v.optional(v.pipe(v.number(), v.integer(), v.minValue(100))), 'Longest answer in tokens.'),
  reasoning: described(v.optional(v.boolean()), 'Thinks before it answers, billed as output.'),
  capabilities: described(v.optional(v.array(v.picklist(['tools', 'vision', 'json', 'streaming', 'audio', 'video', 'pdf', 'caching', 'batch']))), 'What it can take or do.'),
  imageRule: v.optional(described(v.string(), 'Entry of imageRules.yaml.')),
  mediaRule: v.optional(described(v.string(), 'Entry of imageRules.yaml.')),
  quality: described(v.optional(v.array(quality)), 'Published scores.'),
  parameters: described(v.optional(v.string()), 'Size as the vendor states it, e.g. 72B or 235B-A22B.'),
  tier: described(v.optional(v.picklist(['small', 'medium', 'large', 'frontier'])), 'Class of size and price, for sensible alternatives.'),
  openWeights: described(v.optional(v.boolean()), 'The weights can be had.'),
  current: described(v.optional(v.boolean()), 'In the present line-up, so worth offering.'),
  retirement: described(v.optional(retirement), 'Announced end.'),
  prices: described(v.optional(v.array(price)), 'Prices, several when they differ by place, currency or day.'),
});

const endpoint = v.strictObject({
  ...inherited,
  id: described(identifier, 'Stable id: lower-case letters, digits, dots and dashes.'),
  host: described(v.pipe(v.string(), v.regex(/^[a-z0-9.*:[\]-]+$/, 'a host name; * matches any letters')), 'Host name; * matches any letters, a port may follow.'),
  path: described(v.optional(v.pipe(v.string(), v.startsWith('/'))), 'Beginning of the path that narrows the match.'),
  operator: described(v.string(), 'Who runs it.'),
  storageZone: zone,
  inferenceZone: zone,
  certainty: described(v.picklist(['certain', 'likely', 'unknown']), 'How sure the zones are.'),
  baseUrls: described(v.optional(v.record(v.picklist(['openai-chat', 'openai-responses', 'anthropic-messages', 'google-generate-content', 'dashscope-native']), url)), 'Base URL to write into code, by protocol.'),
  priceFactor: described(v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(2))), 'Factor on token prices for using this region, e.g. 1.1.'),
  priceFactorModels: described(v.optional(patterns), 'Models that the factor holds for; absent = all.'),
  remedy: described(v.optional(v.string()), 'What code can do to keep data elsewhere.'),
});

const charge = v.pipe(v.strictObject({
  ...inherited,
  id: described(identifier, 'Stable id: lower-case letters, digits, dots and dashes.'),
  name: described(v.string(), 'Name of the fee.'),
  percent: described(v.optional(decimal), 'Percent of the metered cost; or else unit and amount.'),
  unit: described(v.optional(unit), 'What the fee is for.'),
  amount: described(v.optional(decimal), 'Amount per unit.'),
  per: described(v.optional(whole), 'Units the amount is for.'),
  currency: described(v.optional(currency), 'Currency of the amount.'),
  models: described(v.optional(patterns), 'Models it holds for; absent = all.'),
  validFrom: described(v.optional(day), 'First day it holds.'),
  validTo: described(v.optional(day), 'First day it no longer holds.'),
  article,
}), v.check((each) => (each.percent === undefined) !== (each.unit === undefined || each.amount === undefined), 'either percent, or unit and amount'));

const plan = v.strictObject({
  ...inherited,
  id: described(identifier, 'Stable id: lower-case letters, digits, dots and dashes.'),
  name: described(v.string(), 'Name of the plan.'),
  kind: described(v.picklist(['subscription', 'reserved-throughput', 'commitment']), 'Subscription, reserved throughput, or an amount to commit to.'),
  currency,
  period: described(v.picklist(['hour', 'day', 'week', 'month', 'quarter', 'year']), 'What a fee is for.'),
  fees: described(v.optional(v.array(v.strictObject({ amount: decimal, upTo: v.optional(count) }))), 'Base fees; the first whose upTo is not exceeded holds. Absent = not published.'),
  volumeUnit: described(v.optional(unit), 'What the tiers of the fee count.'),
  includes: described(v.optional(v.array(v.strictObject({ unit, quantity: count, models: v.optional(patterns) }))), 'Quantities that come with each period.'),
  overage: described(v.optional(v.union([v.picklist(['model-price', 'refused']), v.array(component)])), 'Beyond them: at the model’s price, refused, or at rates of its own.'),
  minimumPeriods: described(v.optional(whole), 'Periods that must be paid at least.'),
  minimumAmount: described(v.optional(decimal), 'Amount that must be paid per period at least.'),
  models: described(v.optional(patterns), 'Models it holds for; absent = all.'),
  endpoints: described(v.optional(v.array(v.string())), 'Endpoints it holds at; absent = all.'),
  capacity: described(v.optional(v.strictObject({ unit, perMinute: count })), 'Tokens or requests a minute of one reserved unit.'),
  restriction: described(v.optional(v.string()), 'What it may not be used for.'),
  article,
});

const freeAllowance = v.pipe(v.strictObject({
  ...inherited,
  id: described(identifier, 'Stable id: lower-case letters, digits, dots and dashes.'),
  period: described(v.picklist(['once', 'day', 'month']), 'How often it is given.'),
  amount: described(v.optional(decimal), 'Credit in money; or else unit and quantity.'),
  currency: described(v.optional(currency), 'Currency of the credit.'),
  unit: described(v.optional(unit), 'What is free.'),
  quantity: described(v.optional(count), 'How much of it.'),
  perModel: described(v.optional(v.boolean()), 'Each model has it for itself.'),
  models: described(v.optional(patterns), 'Models it holds for; absent = all.'),
  endpoints: described(v.optional(v.array(v.string())), 'Endpoints it holds at; absent = all.'),
  validTo: described(v.optional(day), 'First day it is no longer given.'),
  article,
}), v.check((each) => (each.amount !== undefined && each.currency !== undefined) !== (each.unit !== undefined && each.quantity !== undefined), 'either amount and currency, or unit and quantity'));

const fact = v.strictObject({
  ...inherited,
  topic: v.picklist([
    'auth', 'compatibility', 'delivery', 'latency', 'rate-limit', 'quota', 'content-filter', 'input-kinds', 'retention', 'training',
    'residency', 'support', 'documentation', 'versioning', 'pricing', 'tokens', 'billing', 'models', 'quality', 'market', 'gateway',
  ]),
  text: described(v.pipe(v.string(), v.minLength(10)), 'The fact in a sentence.'),
  article,
  found: v.optional(described(v.string(), 'What was found when the claim was checked.')),
  pitfall: v.optional(described(v.boolean(), 'Surprises people in production.')),
});

const providerFields = {
  id: described(identifier, 'Stable id: lower-case letters, digits, dots and dashes.'),
  name: described(v.string(), 'Name as people know it.'),
  home: described(url, 'Home page.'),
  pricePage: described(v.optional(url), 'Page that lists the prices.'),
  keyVariables: described(v.array(variable), 'Environment variables that hold the key, the usual one first.'),
  baseUrlVariables: described(v.optional(v.array(variable)), 'Environment variables that hold the address.'),
  defaults: v.optional(v.strictObject({
    endpoint: v.optional(v.strictObject({ ...inherited, remedy: v.optional(described(v.string(), 'How to choose another place, where an endpoint does not say it itself.')) })),
    price: v.optional(v.strictObject(priceFields)),
    retirement: v.optional(v.strictObject(inherited)),
    fact: v.optional(v.strictObject(inherited)),
  })),
  endpoints: described(v.pipe(v.array(endpoint), v.minLength(1)), 'Hosts by region.'),
  defaultEndpoint: v.optional(described(v.record(v.string(), v.string()), 'Endpoint used when code names none, by SDK id; * = any.')),
  gateway: v.optional(described(v.boolean(), 'Requests are passed on to other providers.')),
  passThrough: v.optional(described(v.boolean(), 'A gateway without a markup: list prices of the upstream hold.')),
  gatewayNames: v.optional(described(v.array(v.string()), 'Names that gateways put before the models of this provider.')),
  local: described(v.optional(v.boolean()), 'Runs on the user’s own machine; nothing is billed per token.'),
  retention: described(v.optional(v.string()), 'How long prompts are kept by default, in a sentence.'),
  training: described(v.optional(v.string()), 'Whether they are used for training by default, in a sentence.'),
  auth: v.optional(v.strictObject({
    ...inherited,
    scheme: v.picklist(['bearer', 'header', 'query', 'sigv4', 'oauth2', 'rsa-signature', 'none']),
    header: v.optional(v.string()),
  })),
  delivery: v.optional(v.strictObject({
    ...inherited,
    modes: v.pipe(v.array(v.picklist(['sync', 'stream', 'webhook', 'poll', 'batch', 'websocket'])), v.minLength(1)),
    pollSeconds: v.optional(spread),
  })),
  latency: described(v.optional(v.array(v.strictObject({ ...inherited, from: v.string(), addedMs: spread, article }))), 'Time a request takes on top of the model’s own.'),
  optionFactors: described(v.optional(v.array(v.strictObject({ option: v.string(), value: v.string(), factor: v.pipe(v.number(), v.minValue(1), v.maxValue(3)) }))), 'Factors on token prices by an option of the request.'),
  charges: described(v.optional(v.array(charge)), 'Fees on top of model prices.'),
  injectedTokens: described(v.optional(v.strictObject({ ...inherited, factor: spread, models: v.optional(patterns), article })), 'Tokens that the vendor adds and bills.'),
  plans: described(v.optional(v.array(plan)), 'Subscriptions, reserved throughput, commitments.'),
  freeAllowances: described(v.optional(v.array(freeAllowance)), 'What is given for free.'),
  facts: described(v.optional(v.array(fact)), 'Whatever else is worth knowing, by topic.'),
  models: described(v.array(model), 'Models with their prices.'),
};

/** A provider file of this repository or of a price pack: provenance is required at its head. */
export const providerFileSchema = v.strictObject({
  ...inherited,
  source: v.pipe(v.string(), v.minLength(5)),
  checkedOn: day,
  confidence: v.picklist(['official', 'secondary', 'claim']),
  ...providerFields,
});

/** A provider of somebody's own in their configuration. */
export const ownProviderSchema = v.strictObject({ ...inherited, checkedOn: day, ...providerFields });

/** A price of somebody's own for a model of the catalog. */
export const ownPriceSchema = v.strictObject({ provider: v.string(), model: v.string(), ...priceFields, checkedOn: day, components: v.pipe(v.array(component), v.minLength(1)) });

/** A negotiated discount on list prices. */
export const discountSchema = v.strictObject({
  provider: v.string(),
  models: v.optional(patterns),
  percent: described(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 'Percent off list prices.'),
  validFrom: v.optional(day),
  validTo: v.optional(day),
  note: v.optional(v.string()),
});

/** Exchange rates of somebody's own. */
export const exchangeRatesSchema = v.strictObject({
  checkedOn: day,
  perUsd: described(v.record(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'a currency code such as CNY')), v.pipe(v.number(), v.minValue(1e-6), v.maxValue(1e9))), 'Units of a currency per US dollar, e.g. { CNY: 7.1 }.'),
});

export type ProviderFile = v.InferOutput<typeof providerFileSchema>;
export type OwnProvider = v.InferOutput<typeof ownProviderSchema>;
export type OwnPrice = v.InferOutput<typeof ownPriceSchema>;
export type OwnRates = v.InferOutput<typeof exchangeRatesSchema>;
export type OwnDiscount = v.InferOutput<typeof discountSchema>;
export type ModelFile = v.InferOutput<typeof model>;
export type PriceFile = v.InferOutput<typeof price>;
export type ComponentFile = v.InferOutput<typeof component>;
export type SpreadFile = v.InferOutput<typeof spread>;

/** A provider file without its models. */
export type ProviderHead = Omit<ProviderFile, 'models'>;
