/**
 * The shape of a provider file, as people write it: what stands in `providers/<id>.yaml`, under `providers` and
 * `prices` of a workspace file, and in a price pack. A fact may leave out what stands above it: `source`, `checkedOn`
 * and `confidence` come from `defaults.<kind>` or else from the provider (lowerProvider.ts).
 */
import * as v from 'valibot';
import type { PriceUnit } from './model.js';

const described = <const S extends v.GenericSchema>(schema: S, description: string) => v.pipe(schema, v.description(description));
const day = v.pipe(v.string(), v.isoDate(), v.description('ISO day, e.g. 2026-11-23.'));
const decimal = described(v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, 'a decimal number in quotes, e.g. "0.15"')), 'A decimal number in quotes, so that no digit is lost.');
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
  note: v.optional(v.string()),
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
  unit,
  amount: decimal,
  per: v.optional(described(whole, 'Number of units the amount is for; 1,000,000 for tokens and characters, otherwise 1.')),
  when: v.optional(v.strictObject({
    promptTokensAbove: v.optional(described(whole, 'Applies when the prompt has more tokens than this.')),
    outputTokensAbove: v.optional(described(whole, 'Applies when the answer has more tokens than this.')),
    tier: v.optional(v.picklist(['batch', 'flex', 'priority'])),
    window: v.optional(v.picklist(['peak', 'off-peak'])),
    variant: v.optional(described(v.string(), 'Image quality, thinking mode, kind of caller …')),
  })),
});

const peak = v.strictObject({
  utcOffsetMinutes: v.number(),
  weekdays: v.array(v.picklist([1, 2, 3, 4, 5, 6, 7])),
  hours: v.array(v.tuple([v.number(), v.number()])),
  calendar: v.optional(described(v.string(), 'Entry of holidays.yaml whose days are off-peak.')),
  holidays: v.optional(v.array(day)),
  holidaysKnownUntil: v.optional(day),
});

const priceFields = {
  ...inherited,
  currency: v.optional(currency),
  endpoints: v.optional(described(v.array(v.string()), 'Ids of endpoints it applies to; absent = all.')),
  validFrom: v.optional(day),
  validTo: v.optional(described(day, 'First day on which it no longer applies.')),
  tiering: v.optional(v.picklist(['whole-request', 'graduated'])),
  unpublished: v.optional(described(v.array(unit), 'Billed too, at a rate nobody published.')),
  peak: v.optional(peak),
};
const price = v.strictObject({ ...priceFields, components: v.pipe(v.array(component), v.minLength(1)) });

const retirement = v.strictObject({ ...inherited, on: day, replacement: v.optional(v.string()) });
const quality = v.strictObject({ ...inherited, benchmark: v.string(), score: v.number(), article });

const model = v.strictObject({
  id: v.string(),
  aliases: v.optional(v.array(v.string())),
  operation: v.optional(v.picklist(['chat', 'completion', 'embedding', 'image', 'audio-transcription', 'speech', 'moderation', 'rerank', 'video', 'other'])),
  tokenizerFamily: v.optional(described(v.string(), 'Entry of tokenizerFamilies.yaml.')),
  contextWindow: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100))),
  maxOutputTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100))),
  reasoning: v.optional(v.boolean()),
  capabilities: v.optional(v.array(v.picklist(['tools', 'vision', 'json', 'streaming', 'audio', 'video', 'pdf', 'caching', 'batch']))),
  imageRule: v.optional(described(v.string(), 'Entry of imageRules.yaml.')),
  mediaRule: v.optional(described(v.string(), 'Entry of imageRules.yaml.')),
  quality: v.optional(v.array(quality)),
  parameters: v.optional(v.string()),
  tier: v.optional(v.picklist(['small', 'medium', 'large', 'frontier'])),
  openWeights: v.optional(v.boolean()),
  current: v.optional(v.boolean()),
  retirement: v.optional(retirement),
  prices: v.optional(v.array(price)),
});

const endpoint = v.strictObject({
  ...inherited,
  id: identifier,
  host: v.pipe(v.string(), v.regex(/^[a-z0-9.*:[\]-]+$/, 'a host name; * matches any letters')),
  path: v.optional(v.pipe(v.string(), v.startsWith('/'))),
  operator: v.string(),
  storageZone: zone,
  inferenceZone: zone,
  certainty: v.picklist(['certain', 'likely', 'unknown']),
  baseUrls: v.optional(v.record(v.picklist(['openai-chat', 'openai-responses', 'anthropic-messages', 'google-generate-content', 'dashscope-native']), url)),
  priceFactor: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(2))),
  priceFactorModels: v.optional(patterns),
  remedy: v.optional(v.string()),
});

const charge = v.pipe(v.strictObject({
  ...inherited,
  id: identifier,
  name: v.string(),
  percent: v.optional(decimal),
  unit: v.optional(unit),
  amount: v.optional(decimal),
  per: v.optional(whole),
  currency: v.optional(currency),
  models: v.optional(patterns),
  validFrom: v.optional(day),
  validTo: v.optional(day),
  article,
}), v.check((each) => (each.percent === undefined) !== (each.unit === undefined || each.amount === undefined), 'either percent, or unit and amount'));

const plan = v.strictObject({
  ...inherited,
  id: identifier,
  name: v.string(),
  kind: v.picklist(['subscription', 'reserved-throughput', 'commitment']),
  currency,
  period: v.picklist(['hour', 'day', 'week', 'month', 'quarter', 'year']),
  fees: v.optional(v.array(v.strictObject({ amount: decimal, upTo: v.optional(count) }))),
  volumeUnit: v.optional(unit),
  includes: v.optional(v.array(v.strictObject({ unit, quantity: count, models: v.optional(patterns) }))),
  overage: v.optional(v.union([v.picklist(['model-price', 'refused']), v.array(component)])),
  minimumPeriods: v.optional(whole),
  minimumAmount: v.optional(decimal),
  models: v.optional(patterns),
  endpoints: v.optional(v.array(v.string())),
  capacity: v.optional(v.strictObject({ unit, perMinute: count })),
  restriction: v.optional(v.string()),
  article,
});

const freeAllowance = v.pipe(v.strictObject({
  ...inherited,
  id: identifier,
  period: v.picklist(['once', 'day', 'month']),
  amount: v.optional(decimal),
  currency: v.optional(currency),
  unit: v.optional(unit),
  quantity: v.optional(count),
  perModel: v.optional(v.boolean()),
  models: v.optional(patterns),
  endpoints: v.optional(v.array(v.string())),
  validTo: v.optional(day),
  article,
}), v.check((each) => (each.amount !== undefined && each.currency !== undefined) !== (each.unit !== undefined && each.quantity !== undefined), 'either amount and currency, or unit and quantity'));

const fact = v.strictObject({
  ...inherited,
  topic: v.picklist([
    'auth', 'compatibility', 'delivery', 'latency', 'rate-limit', 'quota', 'content-filter', 'input-kinds', 'retention', 'training',
    'residency', 'support', 'documentation', 'versioning', 'pricing', 'tokens', 'billing', 'models', 'quality', 'market', 'gateway',
  ]),
  text: v.pipe(v.string(), v.minLength(10)),
  article,
  found: v.optional(described(v.string(), 'What was found when the claim was checked.')),
  pitfall: v.optional(described(v.boolean(), 'Surprises people in production.')),
});

const providerFields = {
  id: identifier,
  name: v.string(),
  home: url,
  pricePage: v.optional(url),
  keyVariables: v.array(variable),
  baseUrlVariables: v.optional(v.array(variable)),
  defaults: v.optional(v.strictObject({
    endpoint: v.optional(v.strictObject({ ...inherited, remedy: v.optional(described(v.string(), 'How to choose another place, where an endpoint does not say it itself.')) })),
    price: v.optional(v.strictObject(priceFields)),
    retirement: v.optional(v.strictObject(inherited)),
    fact: v.optional(v.strictObject(inherited)),
  })),
  endpoints: v.pipe(v.array(endpoint), v.minLength(1)),
  defaultEndpoint: v.optional(described(v.record(v.string(), v.string()), 'Endpoint used when code names none, by SDK id; * = any.')),
  gateway: v.optional(described(v.boolean(), 'Requests are passed on to other providers.')),
  passThrough: v.optional(described(v.boolean(), 'A gateway without a markup: list prices of the upstream hold.')),
  gatewayNames: v.optional(described(v.array(v.string()), 'Names that gateways put before the models of this provider.')),
  local: v.optional(v.boolean()),
  retention: v.optional(v.string()),
  training: v.optional(v.string()),
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
  latency: v.optional(v.array(v.strictObject({ ...inherited, from: v.string(), addedMs: spread, article }))),
  optionFactors: v.optional(v.array(v.strictObject({ option: v.string(), value: v.string(), factor: v.pipe(v.number(), v.minValue(1), v.maxValue(3)) }))),
  charges: v.optional(v.array(charge)),
  injectedTokens: v.optional(v.strictObject({ ...inherited, factor: spread, models: v.optional(patterns), article })),
  plans: v.optional(v.array(plan)),
  freeAllowances: v.optional(v.array(freeAllowance)),
  facts: v.optional(v.array(fact)),
  models: v.array(model),
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

export type ProviderFile = v.InferOutput<typeof providerFileSchema>;
export type OwnProvider = v.InferOutput<typeof ownProviderSchema>;
export type OwnPrice = v.InferOutput<typeof ownPriceSchema>;
export type OwnDiscount = v.InferOutput<typeof discountSchema>;
export type ModelFile = v.InferOutput<typeof model>;
export type PriceFile = v.InferOutput<typeof price>;
export type ComponentFile = v.InferOutput<typeof component>;
export type SpreadFile = v.InferOutput<typeof spread>;

/** A provider file without its models. */
export type ProviderHead = Omit<ProviderFile, 'models'>;
