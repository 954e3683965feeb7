/**
 * Every noun of the engine, in pipeline order. Plain readonly data: no methods, no `vscode`, no clock.
 * Offsets are UTF-16 code units into the document text, as in JavaScript strings and VS Code.
 */

import type { OwnDiscount, OwnPrice, OwnProvider, OwnRates } from './providerFile.js';
import type { Scenario } from './scenario.js';

// ── text ────────────────────────────────────────────────────────────────────────────────────────

/** Half-open stretch of text, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A replacement of `range` by `newText`; edits of one list never overlap. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

export type LanguageId = 'python' | 'typescript' | 'typescriptreact' | 'javascript' | 'javascriptreact' | 'go' | 'java' | 'csharp' | 'php' | 'ruby' | 'rust' | 'shellscript' | 'powershell' | 'http' | 'kotlin'
  | 'prompty' | 'dotprompt' | 'prompt' | 'github-prompt' | 'promptfoo' | 'yaml'
  /** Code fences; each call has the language of its fence. */
  | 'markdown';

// ── numbers that admit what they do not know ────────────────────────────────────────────────────

/** How a count came to be: `exact` = the provider's own tokenizer over fully known text. */
export type Basis = 'exact' | 'approximate' | 'unknown';

/** A quantity as a range. `high: null` means no upper bound is known; never used for "zero". */
export interface Spread {
  readonly low: number;
  readonly likely: number;
  readonly high: number | null;
}

/** Where a fact was read, on which day (ISO date), and how far it can be trusted. */
export interface Provenance {
  readonly source: string;
  readonly checkedOn: string;
  readonly confidence: 'official' | 'secondary' | 'claim';
  readonly note?: string;
}

// ── catalog: providers, endpoints, models, prices ───────────────────────────────────────────────

/** Place where data rests or is processed. `APAC` is somewhere in Asia and the Pacific, `global` may be anywhere; `unknown` is not documented. */
export type Zone =
  | 'CN' | 'HK' | 'SG' | 'EU' | 'US' | 'JP' | 'KR' | 'IN' | 'AU' | 'CA' | 'GB' | 'AE'
  | 'APAC' | 'global' | 'global-except-CN' | 'local' | 'unknown';

export type Certainty = 'certain' | 'likely' | 'unknown';

export type ProviderId = string;

export type Operation =
  | 'chat' | 'completion' | 'embedding' | 'image' | 'audio-transcription' | 'speech'
  | 'moderation' | 'rerank' | 'video' | 'other';

/** Wire protocol of an endpoint or SDK: what can be swapped without touching the call. */
export type Protocol =
  | 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'google-generate-content' | 'dashscope-native';

/** One host (or host pattern, `*` matching one or more labels' characters) of a provider. */
export interface Endpoint extends Provenance {
  /** Stable within the provider, e.g. `global`, `eu`, `singapore`. */
  readonly id: string;
  readonly host: string;
  /** Path prefix that narrows the match, e.g. `/compatible-mode`. */
  readonly path?: string;
  readonly operator: string;
  readonly storageZone: Zone;
  readonly inferenceZone: Zone;
  readonly certainty: Certainty;
  /** Base URL to write into code per protocol, when a switch can target this endpoint. */
  readonly baseUrls?: Partial<Record<Protocol, string>>;
  /** Factor on token prices for using this region, e.g. 1.1. */
  readonly priceFactor?: number;
  /** Model ids the factor applies to (a trailing `*` matches any suffix); absent = all. */
  readonly priceFactorModels?: readonly string[];
  /** What code can do to keep data elsewhere. */
  readonly remedy?: string;
}

/**
 * What is billed. `injected-token`: put in front of the prompt by the vendor and billed as input;
 * `transaction`: a payment-scope lookup or order; `cached-token-hour`: one token kept in an explicit cache for an hour.
 */
export type PriceUnit =
  | 'input-token' | 'cached-input-token' | 'cache-write-token' | 'cache-write-1h-token' | 'output-token'
  | 'reasoning-token' | 'injected-token' | 'audio-input-token' | 'audio-output-token' | 'image-input-token' | 'image-output-token'
  | 'video-input-token' | 'cached-token-hour'
  | 'character' | 'image' | 'second' | 'minute' | 'page' | 'request' | 'search' | 'transaction';

/**
 * One component of a price. `amount` is a decimal string in the price's currency for `per` units
 * (1,000,000 for tokens by convention). Conditions narrow when it applies; the most specific wins.
 */
export interface PriceComponent {
  readonly unit: PriceUnit;
  readonly amount: string;
  readonly per: number;
  readonly when?: {
    /**
     * Applies when the prompt has more tokens than this: to the whole request, or with `tiering: graduated` to the
     * part of the unit's own quantity above it.
     */
    readonly promptTokensAbove?: number;
    /** Applies when the answer has more tokens than this (Doubao, GLM: short answers are cheaper). */
    readonly outputTokensAbove?: number;
    readonly tier?: 'batch' | 'flex' | 'priority';
    /** Wall-clock window of the vendor, e.g. peak hours. */
    readonly window?: 'peak' | 'off-peak';
    /** e.g. image quality or size: free text compared with the request's options. */
    readonly variant?: string;
  };
}

/** Price of a model at a provider (optionally only at some endpoints), in the vendor's own currency. */
export interface Price extends Provenance {
  readonly currency: 'USD' | 'CNY' | 'EUR';
  /** Ids of endpoints it applies to; absent = all. */
  readonly endpoints?: readonly string[];
  /** First ISO day it applies; absent = always did. */
  readonly validFrom?: string;
  /** First ISO day it no longer applies; absent = still does. */
  readonly validTo?: string;
  readonly components: readonly PriceComponent[];
  /** How components with `promptTokensAbove` apply; absent = whole-request. */
  readonly tiering?: 'whole-request' | 'graduated';
  /** Units that are billed too at a rate nobody published: the cost has no upper bound then. */
  readonly unpublished?: readonly PriceUnit[];
  /** Hours that components with `when.window` speak of; outside them it is off-peak. */
  readonly peak?: PeakHours;
  /** The user's own: goes before every list price. */
  readonly own?: true;
}

/** Recurring peak hours of a vendor: weekdays 1 (Monday) to 7, hour ranges [from, to) in local time at `utcOffsetMinutes`. */
export interface PeakHours {
  readonly utcOffsetMinutes: number;
  readonly weekdays: readonly number[];
  readonly hours: readonly (readonly [number, number])[];
  /** Local ISO days that are off-peak throughout. */
  readonly holidays?: readonly string[];
  /** Last local ISO day up to which `holidays` are complete; later days may be holidays nobody knows yet. */
  readonly holidaysKnownUntil?: string;
}

/** Fee of a vendor on top of model prices. A percentage is taken of everything else; a unit fee of its own quantity. */
export interface Charge extends Provenance {
  readonly id: string;
  readonly name: string;
  /** Percent of the metered cost, as a decimal string; or else `unit`, `amount`, `per` and `currency`. */
  readonly percent?: string;
  readonly unit?: PriceUnit;
  readonly amount?: string;
  readonly per?: number;
  readonly currency?: Price['currency'];
  /** Model ids it applies to (a trailing `*` matches any suffix); absent = all. */
  readonly models?: readonly string[];
  /** ISO days as in `Price`. */
  readonly validFrom?: string;
  readonly validTo?: string;
}

/** Tokens that the vendor adds to a prompt and bills: what is billed is `factor` times what was sent. */
export interface InjectedTokens extends Provenance {
  readonly factor: Spread;
  readonly models?: readonly string[];
  readonly article?: string;
}

export type PlanPeriod = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A quantity that comes with a plan or for free. */
export interface Allowance {
  readonly unit: PriceUnit;
  readonly quantity: number;
  /** Model ids it applies to (a trailing `*` matches any suffix); absent = all the plan covers. */
  readonly models?: readonly string[];
}

/** Pay in advance: a subscription, reserved throughput, or an amount to commit to. */
export interface Plan extends Provenance {
  readonly id: string;
  readonly name: string;
  readonly kind: 'subscription' | 'reserved-throughput' | 'commitment';
  readonly currency: Price['currency'];
  readonly period: PlanPeriod;
  /** Base fee per period; the first whose `upTo` (units of `volumeUnit` per period) is not exceeded. Absent = amount not published. */
  readonly fees?: readonly { readonly amount: string; readonly upTo?: number }[];
  readonly volumeUnit?: PriceUnit;
  /** Bundled with each period. */
  readonly includes?: readonly Allowance[];
  /** Beyond the bundle: at the model's price, refused, or at rates of its own. */
  readonly overage?: 'model-price' | 'refused' | readonly PriceComponent[];
  /** At least this many periods must be paid, or this amount per period. */
  readonly minimumPeriods?: number;
  readonly minimumAmount?: string;
  readonly models?: readonly string[];
  readonly endpoints?: readonly string[];
  /** Tokens or requests per minute of one reserved unit. */
  readonly capacity?: { readonly unit: PriceUnit; readonly perMinute: number };
  /** What the plan may not be used for. */
  readonly restriction?: string;
  readonly article?: string;
}

/** A negotiated percentage off list prices. */
export interface Discount {
  readonly percent: number;
  readonly models?: readonly string[];
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly note?: string;
}

/** What a vendor gives away: credit in money, or a quantity per period. */
export interface FreeAllowance extends Provenance {
  readonly id: string;
  readonly period: 'once' | 'day' | 'month';
  readonly amount?: string;
  readonly currency?: Price['currency'];
  readonly unit?: PriceUnit;
  readonly quantity?: number;
  /** Each model has the quantity for itself. */
  readonly perModel?: boolean;
  readonly models?: readonly string[];
  readonly endpoints?: readonly string[];
  readonly validTo?: string;
  readonly article?: string;
}

/** What a fact of a provider is about. */
export type Topic =
  | 'auth' | 'compatibility' | 'delivery' | 'latency' | 'rate-limit' | 'quota' | 'content-filter' | 'input-kinds'
  | 'retention' | 'training' | 'residency' | 'support' | 'documentation' | 'versioning' | 'pricing' | 'tokens'
  | 'billing' | 'models' | 'quality' | 'market' | 'gateway';

/** One thing worth knowing about a provider, in a sentence. */
export interface ProviderFact extends Provenance {
  readonly topic: Topic;
  readonly text: string;
  /** Number in the article checklist, e.g. `A9`, when an article claims it. */
  readonly article?: string;
  /** What was found when the claim was checked. */
  readonly found?: string;
  /** Surprises people in production; listed among the pitfalls. */
  readonly pitfall?: boolean;
}

/** How a request proves who sends it. */
export interface Auth extends Provenance {
  readonly scheme: 'bearer' | 'header' | 'query' | 'sigv4' | 'oauth2' | 'rsa-signature' | 'none';
  readonly header?: string;
}

/** How results come back. `pollSeconds`: what polling adds to a turn. */
export interface Delivery extends Provenance {
  readonly modes: readonly ('sync' | 'stream' | 'webhook' | 'poll' | 'batch' | 'websocket')[];
  readonly pollSeconds?: Spread;
}

/** Milliseconds a request takes on top of the model's own time, seen from somewhere. */
export interface Latency extends Provenance {
  readonly from: string;
  readonly addedMs: Spread;
  readonly article?: string;
}

/** A published benchmark score. */
export interface Quality extends Provenance {
  readonly benchmark: string;
  readonly score: number;
  readonly article?: string;
}

/**
 * How pictures become tokens. Tiles: fit into 2048², short side to 768, 512-px tiles. Patches: 32-px patches times
 * `multiplier`, at most `budget`. `claude`: 28-px patches up to `maxSide` and `maxTokens`. `gemini-tiles`: 258 when both
 * sides are at most 384, else 258 per 768-px tile. `levels`: by the detail asked for. `qwen`: sides rounded to `factor`,
 * h·w/factor² + 2 within [min, max].
 */
export type ImageRule = Provenance & (
  | { readonly kind: 'tiles'; readonly base: number; readonly tile: number }
  | { readonly kind: 'patches'; readonly multiplier: number; readonly budget: number | null; readonly maxSide?: number }
  | { readonly kind: 'claude'; readonly maxSide: number; readonly maxTokens: number }
  | { readonly kind: 'gemini-tiles' }
  | { readonly kind: 'levels'; readonly low: number; readonly medium: number; readonly high: number }
  | { readonly kind: 'qwen'; readonly factor: number; readonly min: number; readonly max: number });

/** Tokens per second of sound and of video (pictures and sound together). */
export interface MediaRule extends Provenance {
  readonly audioTokensPerSecond?: number;
  readonly videoTokensPerSecond?: Spread;
}

/** Announced end of a model. `on` is the ISO date of shutdown. */
export interface Retirement extends Provenance {
  readonly on: string;
  readonly replacement?: string;
}

/** Kinds of text that tokenizers treat differently: Latin words, code, ideographs and kana and hangul, other scripts, digits. */
export type TextClass = 'prose' | 'code' | 'cjk' | 'other' | 'digits';

/** How a model counts: what a family of tokenizers lends it. */
export type TokenizerChoice = Pick<Model, 'tokenizer' | 'tokenizerBasis' | 'tokenizerFactor' | 'tokenizerBands'>;

/** A model whose id matches and whose provider says one of `of` is of `family`. */
export interface TokenizerRule {
  readonly of: readonly string[];
  /** Regular expression on the id in lower case, without the vendor in front. */
  readonly match: string;
  readonly family: string;
}

export type TokenizerId = 'o200k_base' | 'cl100k_base' | string;

export interface Model {
  readonly id: string;
  /** Other ids that mean the same model and price; a trailing `*` matches any suffix (dated snapshots). */
  readonly aliases?: readonly string[];
  readonly operation: Operation;
  /** Tokenizer family and whether counting with it is exact for this model. */
  readonly tokenizer: TokenizerId;
  readonly tokenizerBasis: 'exact' | 'approximate';
  /** Multiplier range on the tokenizer's count when it is only a proxy, [low, high]. */
  readonly tokenizerFactor?: readonly [number, number];
  /** The same per class of text, where it is known to differ. */
  readonly tokenizerBands?: Readonly<Partial<Record<TextClass, readonly [number, number]>>>;
  /** Tokens; absent = unknown. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** Thinks before it answers (bills hidden output tokens). */
  readonly reasoning?: boolean;
  readonly capabilities?: readonly ('tools' | 'vision' | 'json' | 'streaming' | 'audio' | 'video' | 'pdf' | 'caching' | 'batch')[];
  readonly imageRule?: ImageRule;
  readonly mediaRule?: MediaRule;
  readonly quality?: readonly Quality[];
  /** Parameters as the vendor states them, e.g. `72B`, `235B-A22B`. */
  readonly parameters?: string;
  /** Rank of size/price class, for choosing sensible alternatives. */
  readonly tier?: 'small' | 'medium' | 'large' | 'frontier';
  readonly openWeights?: boolean;
  /** In the vendor's present line-up, so worth offering as an alternative. */
  readonly current?: boolean;
  readonly retirement?: Retirement;
  readonly prices: readonly Price[];
}

export interface Provider extends Provenance {
  readonly id: ProviderId;
  readonly name: string;
  readonly home: string;
  /** Page that lists prices, opened by "open price source". */
  readonly pricePage?: string;
  /** Environment variables that hold the key, the first being the usual one. */
  readonly keyVariables: readonly string[];
  readonly baseUrlVariables?: readonly string[];
  readonly endpoints: readonly Endpoint[];
  /** Endpoint used when code names none, by SDK id (`*` = any). */
  readonly defaultEndpoint?: Readonly<Record<string, string>>;
  /** True when requests are passed on to other providers. */
  readonly gateway?: boolean;
  /** A gateway at which the upstream's list price holds: it adds no markup, or the upstream bills itself. */
  readonly passThrough?: boolean;
  /** Names that gateways put before this provider's models, e.g. `anthropic` in `anthropic/claude-sonnet-5`. */
  readonly gatewayNames?: readonly string[];
  /** Runs on the user's own machine; costs no money per token. */
  readonly local?: boolean;
  /** Retention and training by default, one sentence each. */
  readonly retention?: string;
  readonly training?: string;
  readonly auth?: Auth;
  readonly delivery?: Delivery;
  readonly latency?: readonly Latency[];
  readonly charges?: readonly Charge[];
  readonly injectedTokens?: InjectedTokens;
  readonly plans?: readonly Plan[];
  readonly freeAllowances?: readonly FreeAllowance[];
  /** Factors on token prices by an option of the request, e.g. 1.1 for `inference_geo: us`. */
  readonly optionFactors?: readonly { readonly option: string; readonly value: string; readonly factor: number }[];
  /** Negotiated by the user, from their own configuration. */
  readonly discounts?: readonly Discount[];
  readonly facts?: readonly ProviderFact[];
  /** What somebody added or changed in their own configuration; absent = built in. */
  readonly addedBy?: 'settings' | 'workspace';
  readonly models: readonly Model[];
}

/** The dated exchange rates in use: units of the currency per one USD. */
export interface ExchangeRates extends Provenance {
  readonly perUsd: Readonly<Record<string, number>>;
}

/** Tables that provider files refer to by name. */
export interface SharedTables {
  readonly tokenizers: Readonly<Record<string, TokenizerChoice>>;
  /** In order; the first that applies decides. */
  readonly tokenizerRules: readonly TokenizerRule[];
  readonly imageRules: Readonly<Record<string, ImageRule>>;
  readonly mediaRules: Readonly<Record<string, MediaRule>>;
  readonly calendars: Readonly<Record<string, { readonly days: readonly string[]; readonly knownUntil: string }>>;
  readonly residency: ResidencyTable;
  readonly insights: InsightTable;
}

/** What behaviour rules know beside provider files (src/providers/insights.yaml). `article`: the claim it is. */
export interface InsightTable {
  readonly silentTruncation: Readonly<Record<ProviderId, Provenance & { readonly article?: string }>>;
  /** `provider/endpoint` → what took its place, and the day it stopped answering, if it did. */
  readonly changedEndpoints: Readonly<Record<string, Provenance & { readonly on?: string; readonly replacement: string }>>;
  readonly droppedFormats: Readonly<Record<ProviderId, Provenance & { readonly article?: string }>>;
  readonly unstableBindings: Readonly<Record<ProviderId, Provenance & { readonly article?: string }>>;
  readonly inputKinds: Readonly<Record<ProviderId, Provenance & { readonly accepts: readonly string[]; readonly article?: string }>>;
  /** Milliseconds on top of a request that crosses the border of mainland China. */
  readonly crossBorder: Spread & Pick<Provenance, 'source' | 'confidence'> & { readonly article?: string; readonly note?: string };
  /** Method → the form of the API that it belongs to. */
  readonly retiredForms: Readonly<Record<string, Provenance & { readonly sdk: string; readonly what: string; readonly replacement: string }>>;
  readonly assistants: { readonly on: string; readonly replacement: string; readonly source: string };
}

/** What a vendor keeps and trains on by default. */
export interface DataTerms extends Provenance {
  /** Days that prompts may be kept; absent = not documented. */
  readonly retentionDays?: number;
  /** `default`: nothing is kept; `contract`: on request; `option`: an option of the request asks for it. */
  readonly zeroRetention?: 'default' | 'contract' | 'option';
  /** `opt-out`: unless switched off in the console; `unspecified`: nothing rules it out; `by-tier`: depends on the plan. */
  readonly training?: 'no' | 'yes' | 'opt-out' | 'unspecified' | 'by-tier';
  /** Zones of storage that the terms do not speak of: the vendor has others there, which were not read. */
  readonly exceptIn?: readonly Zone[];
}

/** Who made a model: `names` and `vendors` are beginnings of model names and namespaces in front of them. */
export interface ModelMaker {
  readonly maker: string;
  /** Country (ISO 3166) of the maker, `EU` for its members. */
  readonly origin: string;
  readonly names: readonly string[];
  readonly vendors: readonly string[];
  /** The maker's own API, when the catalog has it. */
  readonly provider?: ProviderId;
}

/** Vendors' rules of place that no host name shows (src/providers/residency.yaml). */
export interface ResidencyTable {
  readonly terms: Readonly<Record<ProviderId, DataTerms>>;
  readonly makers: readonly ModelMaker[];
  /** Provider → beginning of a model id → where it is computed, e.g. `eu.` of Bedrock. */
  readonly modelPrefixes: Readonly<Record<ProviderId, Readonly<Record<string, Zone>>>>;
  /** Provider → option of the request → value → where it is computed. */
  readonly options: Readonly<Record<ProviderId, Readonly<Record<string, Readonly<Record<string, Zone>>>>>>;
  /** Provider → class or SDK → endpoint that it calls by default. */
  readonly defaults: Readonly<Record<ProviderId, Readonly<Record<string, string>>>>;
  /** Provider → ecosystem → name of a server in its package → endpoint that it means there. */
  readonly serverNames: Readonly<Record<ProviderId, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  /** Provider → variable of the environment that holds its region or location → host with `*` in its place. */
  readonly regionVariables: Readonly<Record<ProviderId, Readonly<Record<string, string>>>>;
  /** Name of an upstream as gateways write it → provider. */
  readonly upstreams: Readonly<Record<string, ProviderId>>;
  /** Why the code alone cannot tell the place, by provider. */
  readonly undecided: Readonly<Record<ProviderId, PlaceReason>>;
}

/** All tables of facts, handed to the engine. */
export interface Facts {
  readonly providers: readonly Provider[];
  readonly rates: ExchangeRates;
  readonly shared: SharedTables;
}

// ── reading a request ───────────────────────────────────────────────────────────────────────────

/** Text that the code determines, or a hole whose content only exists at run time. */
export type TextPiece =
  /** `file`: where it is written when code reads it from a file, relative to the project's root. */
  | { readonly kind: 'text'; readonly text: string; readonly range: TextRange | null; readonly file?: string }
  | { readonly kind: 'hole'; readonly name: string; readonly range: TextRange | null };

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'unknown';

/** One stretch of what is sent: a message, the system prompt, tool schemas, an image … */
export interface PromptPart {
  readonly kind: 'message' | 'tools' | 'response-format' | 'image' | 'audio' | 'file' | 'input';
  readonly role: Role;
  /** Concatenated content; one list per alternative would explode, so conditionals become `alternatives`. */
  readonly pieces: readonly TextPiece[];
  /** Other contents this part may have (both branches of a conditional); `pieces` is the first of them. */
  readonly alternatives: readonly (readonly TextPiece[])[];
  /** The part may occur any number of times (history, comprehension, loop). */
  readonly repeated: boolean;
  readonly range: TextRange | null;
  /** `name` field of a message, if any. */
  readonly name?: string;
  /** What the code says of a picture, recording or document. */
  readonly media?: MediaFacts;
}

/** What is known of something that is not text, from literals in the code. */
export interface MediaFacts {
  readonly kind: 'image' | 'audio' | 'video' | 'document';
  /** Pixels, from the header of a file or data URI, or from literals. */
  readonly width?: number;
  readonly height?: number;
  /** Length of a recording. */
  readonly seconds?: number;
  /** Of a document. */
  readonly pages?: number;
  /** File that says so, as the code names it. */
  readonly file?: string;
  /** Detail or resolution asked for, as written. */
  readonly detail?: string;
}

/** How the model name was found. */
export type ModelHow = 'literal' | 'constant' | 'caller' | 'parameter-default' | 'env-default' | 'attribute' | 'config' | 'dynamic';

/** A string value found in code, with how certain and where. */
export interface ResolvedText {
  /** Possible values; empty = cannot be known. More than one = conditional. */
  readonly values: readonly string[];
  readonly how: ModelHow;
  /** Where the value is written (may be far from the call). */
  readonly range: TextRange | null;
  /** Environment variable it comes from, if any. */
  readonly variable?: string;
  /** File that gives it when it is no code: settings, `.env`; relative to the project's root. */
  readonly file?: string;
}

/** Provider-neutral request, read from a call by its SDK table. */
export interface Request {
  readonly model: ResolvedText;
  readonly parts: readonly PromptPart[];
  readonly maxOutputTokens: number | null;
  readonly stream: boolean;
  /** Number of completions (`n`), images or inputs. */
  readonly count: number;
  /** Named arguments present in the source call, with ranges of `name=value`, for rewriting. */
  readonly argumentNames: readonly string[];
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** Where the call goes. */
export interface Destination {
  readonly provider: ProviderId;
  readonly endpointId: string | null;
  /** Base URL or host as far as known, for people to read. */
  readonly url: string | null;
  readonly storageZone: Zone;
  readonly inferenceZone: Zone;
  readonly certainty: Certainty;
  readonly operator: string | null;
  /** What decided: a literal in code, an SDK default, an environment fallback … */
  readonly decidedBy: 'literal' | 'constant' | 'environment' | 'sdk-default' | 'model-prefix' | 'unknown';
  readonly range: TextRange | null;
  /** Why the code alone does not tell the place. */
  readonly because?: PlaceReason;
  /** Variable of the environment that decides or would decide. */
  readonly variable?: string;
  /** Another file that decided, e.g. `.env`: absolute path and place in it. */
  readonly elsewhere?: { readonly file: string; readonly range: TextRange };
  /** The storage zone is documented even where the place of inference is not. */
  readonly storageCertainty?: Certainty;
  /** Where a gateway passes the call on to, as far as the code says. */
  readonly upstream?: { readonly provider: ProviderId; readonly storageZone: Zone; readonly inferenceZone: Zone; readonly certainty: Certainty };
  /** What the request itself asks for about retention and training. */
  readonly asks?: readonly ('zero-retention' | 'no-training')[];
  /** Somebody declared the place in the configuration. */
  readonly declared?: true;
}

/** Why a place cannot be told from code, each with something that can be set so that it can. */
export type PlaceReason =
  | 'deployment-type' | 'workspace-scope' | 'inference-endpoint' | 'profile-arn' | 'model-unknown' | 'region-unset'
  | 'address-from-environment' | 'address-at-run-time' | 'client-out-of-sight' | 'storage-by-workspace' | 'routed' | 'not-documented';

// ── counting and pricing ────────────────────────────────────────────────────────────────────────

export type AssumptionCode =
  | 'hole-tokens' | 'prompt-file' | 'output-tokens' | 'reasoning-tokens' | 'repeat-count' | 'image-tokens' | 'audio-seconds' | 'video-seconds' | 'pages' | 'tool-prompt' | 'calibration' | 'prompt-cache'
  | 'model-choice' | 'provider-choice' | 'exchange-rate' | 'standard-tier' | 'off-peak' | 'tokenizer-proxy' | 'framing'
  | 'injected-tokens' | 'transactions' | 'unpublished-rate' | 'holidays' | 'later-price' | 'discount' | 'upstream-price';

/** Something the estimate takes for granted; `key` is what the user can set in `assumptions`. */
export interface Assumption {
  readonly code: AssumptionCode;
  readonly key?: string;
  /** e.g. the name of the hole. */
  readonly subject?: string;
  readonly value: Spread | string | number;
  readonly origin: 'default' | 'settings' | 'workspace' | 'annotation' | 'code' | 'measured';
}

export interface TokenCount {
  readonly tokens: Spread;
  readonly basis: Basis;
  readonly tokenizer: TokenizerId | null;
  /** Tokens of text known from the code alone (holes excluded). */
  readonly knownTokens: number;
  /** Basis of `knownTokens` by itself: exact when counted with the model's own tokenizer and framing. */
  readonly knownBasis: Basis;
  /** Names of holes, in order. */
  readonly holes: readonly string[];
}

/** A line of a bill: a priced unit, a regional surcharge, a vendor's or gateway's fee, a discount, a plan's base fee, free credit. */
export type CostUnit = PriceUnit | 'regional-surcharge' | 'fee' | 'discount' | 'plan-fee' | 'minimum-commitment' | 'free-credit';

/** One line of a cost. `amount` is in the user's currency, `native` in the vendor's; discounts and credits are negative. */
export interface CostComponent {
  readonly unit: CostUnit;
  /** Name of the fee or plan. */
  readonly name?: string;
  readonly quantity: Spread;
  readonly amount: Spread;
  readonly native: Spread;
}

/** A change of price that is already known: `on` is the first day of it; `likely` the cost then, null when unknown. */
export interface PriceChange {
  readonly on: string;
  readonly perCall: Spread | null;
}

/** Money per call in `currency` (the user's), with the native price it came from. */
export interface Cost {
  readonly currency: string;
  readonly perCall: Spread | null;
  readonly nativeCurrency: string | null;
  readonly nativePerCall: Spread | null;
  readonly components: readonly CostComponent[];
  /** Units billed at a rate nobody published: the figures above are the part that is known. */
  readonly unpublished: readonly PriceUnit[];
  /** Day of the exchange rate, when one was used. */
  readonly rateCheckedOn: string | null;
  /** Next known change of this price. */
  readonly change: PriceChange | null;
  readonly priceSource: string | null;
  readonly priceCheckedOn: string | null;
  readonly confidence: Provenance['confidence'] | null;
  /** Why there is no price, when `perCall` is null. */
  readonly reason: 'unknown-model' | 'unknown-provider' | 'no-price' | 'not-metered' | null;
}

export interface Estimate {
  readonly provider: ProviderId;
  readonly model: string | null;
  readonly input: TokenCount;
  readonly output: TokenCount;
  readonly cost: Cost;
  readonly assumptions: readonly Assumption[];
}

/** The same call somewhere else. */
export interface Alternative {
  readonly provider: ProviderId;
  readonly endpointId: string;
  readonly model: string;
  readonly estimate: Estimate;
  /** likely cost relative to the current call: −0.4 = 40% cheaper; null when either is unknown. */
  readonly difference: number | null;
  readonly storageZone: Zone;
  readonly inferenceZone: Zone;
  readonly certainty: Certainty;
  readonly allowed: boolean;
  /** ISO day on which the model is shut down, when that is announced. */
  readonly retiresOn?: string;
  readonly flags: readonly ('exceeds-context' | 'retiring' | 'claim-price' | 'no-vision' | 'no-tools')[];
}

// ── results ─────────────────────────────────────────────────────────────────────────────────────

export type SdkId = string;

/** One place in the code that calls a model, with everything the views show. */
export interface CallSite {
  /** Stable across re-analysis of unchanged text: `offset:sdk:path`. */
  readonly id: string;
  readonly kind: 'call' | 'model-binding' | 'framework-call' | 'wrapper-call';
  readonly language: LanguageId;
  readonly sdk: SdkId;
  /** Dotted method, e.g. `chat.completions.create`. */
  readonly method: string;
  readonly protocol: Protocol | null;
  readonly operation: Operation;
  readonly destination: Destination;
  /** Where the call goes in other branches of the code, which make another client or name another address. */
  readonly otherDestinations?: readonly Destination[];
  readonly request: Request;
  /** Id of the catalog model matched, or null. `request.model.values` has what the code says. */
  readonly model: string | null;
  /** False when the call is half-typed. */
  readonly complete: boolean;
  readonly callRange: TextRange;
  /** The place of the call: the start of its callee, or what sends a request that was made earlier (`client.Do`). */
  readonly calleeRange: TextRange;
  readonly modelRange: TextRange | null;
  /** The client construction this call goes through, when in the same file. */
  readonly clientRange: TextRange | null;
  /** Import binding ranges are left to the language; this is the class or factory constructed. */
  readonly clientSymbol: string | null;
  /** How often it runs, from a comment next to it or else from the configuration; null when nobody said. */
  readonly callsPerMonth: number | null;
  readonly estimate: Estimate;
  /**
   * Call sites found of the function around this call that hand their arguments on to it. With any, they are what is
   * summed and not this call.
   */
  readonly callers: number;
  /** What makes it run more than once, innermost first; absent = nothing that can be seen. */
  readonly repeats?: readonly Repetition[];
  /** What real calls with this model were like, when they were measured. */
  readonly measured?: MeasuredAverage;
  /** Of a `wrapper-call`: the functions on the way to the call of the model, and that call. */
  readonly through?: Through;
}

/** One thing that makes a call run more than once when the code around it runs once. The figures of an estimate are for one call and leave it out. */
export interface Repetition {
  /** `history`: a conversation whose messages are sent again with every turn; `retry`: further attempts after failures. */
  readonly kind: 'loop' | 'parallel' | 'batch' | 'retry' | 'history';
  /** Calls per run; `high: null` = no bound in the code. */
  readonly times: Spread;
  /** `exact`: literals tell; `bounded`: at most that often; `assumed`: nobody can tell, `assumptions.repeats` stands in. */
  readonly how: 'exact' | 'bounded' | 'assumed';
  /** What is walked over, or who tries again; may be empty. */
  readonly subject: string;
  readonly range: TextRange;
}

/** A place in a file: `path` as the host names files, null = the file at hand; line and column from 1. */
export interface SourcePlace {
  readonly path: string | null;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** How a call site of the project's own function comes to a model. */
export interface Through {
  /** Outermost first. */
  readonly functions: readonly (SourcePlace & { readonly name: string })[];
  /** Call sites inside those functions that lead on. */
  readonly sites: readonly SourcePlace[];
  readonly call: SourcePlace;
  /** Calls of models that the outermost function makes; more than one means that this is the likeliest of several. */
  readonly innerCalls: number;
}

export type Severity = 'error' | 'warning' | 'info';

export type FindingCode =
  | 'residency' | 'residency-unknown' | 'model-retired' | 'model-retiring' | 'context-exceeded'
  | 'unknown-model' | 'price-change' | 'config-invalid'
  | ResidencyCode | InsightCode;

/** Other ways in which a call may break a policy. */
export type ResidencyCode = 'model-origin' | 'data-retention' | 'data-training' | 'routing' | 'duplicate-flow';

/** What is worth knowing about cost and behaviour. */
export type InsightCode =
  | 'per-request-fee' | 'injected-tokens' | 'plan-below-break-even' | 'peak-hours' | 'output-limit' | 'tier-crossed' | 'cache-prefix'
  | 'batchable-loop' | 'duplicate-prompt' | 'call-in-loop' | 'growing-history' | 'oversized-model' | 'image-detail'
  | 'embedding-one-by-one' | 'retry-unbounded' | 'currency-exposure'
  | 'async-delivery' | 'no-request-id' | 'finish-reason-unchecked' | 'input-kind' | 'api-retired' | 'function-format-dropped'
  | 'auth-scheme' | 'key-in-source' | 'endpoint-changed' | 'cross-border-latency' | 'no-failover' | 'usage-unread' | 'local-cost';

/** A fact worth telling at a place; sentences are made from `data` by messages.ts. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly range: TextRange;
  readonly callId: string | null;
  readonly data: Readonly<Record<string, string | number>>;
  /** `file`: absolute path, when the place is in another file. */
  readonly related: readonly { readonly range: TextRange; readonly role: RelatedRole; readonly file?: string }[];
  /** Edits inside the same vendor that may mend it, cheapest first. */
  readonly fixes?: readonly FindingFix[];
}

export type RelatedRole = 'client' | 'model' | 'base-url' | 'environment-file' | 'other-call' | 'variable-part' | 'loop';

/** A change of code that keeps the vendor. Sentences are made from `code` and `data`. */
export interface FindingFix {
  readonly code: 'regional-host' | 'location' | 'model-prefix' | 'parameter' | 'client-class';
  readonly data: Readonly<Record<string, string | number>>;
  readonly edits: readonly TextEdit[];
}

export type SkipReason =
  | 'too-large' | 'binary' | 'minified' | 'time-budget' | 'no-grammar' | 'unreadable' | 'unsupported-language'
  /** A prompt or configuration file whose YAML is half-typed or broken, so that no model was found in it. */
  | 'broken-yaml'
  /** The engine threw, which is a bug of ours; other files go on. */
  | 'failed';

/** All that is known about one document. */
export interface Analysis {
  readonly calls: readonly CallSite[];
  readonly findings: readonly Finding[];
  /** Names of functions of this file that hand their arguments on to a model. */
  readonly forwards: readonly string[];
  readonly skipped: SkipReason | null;
}

// ── what was measured ──────────────────────────────────────────────────────────────────────────

/** What real calls of one model or call site were like. Spreads run from the 10th percentile over the mean to the 90th. */
export interface MeasuredAverage {
  /** Of the calls of one place in the code, or of all with one model. */
  readonly of: 'call-site' | 'model';
  readonly calls: number;
  /** First and last ISO day of them. */
  readonly from: string;
  readonly to: string;
  readonly inputTokens: Spread;
  /** Answer tokens, hidden reasoning left out. */
  readonly outputTokens: Spread;
  readonly reasoningTokens: Spread;
  /** Part of the input that came from a cache, 0–1; its spread is that of quarters of an hour (days, long ago). */
  readonly cachedShare: Spread;
  /** Part of the input that was written to a cache, 0–1. */
  readonly cacheWriteShare: number;
  readonly latencyMs: Spread | null;
  /** Money per call by currency that was paid on average, where known. */
  readonly cost: { readonly currency: string; readonly amount: number } | null;
}

/** A learned factor of a tokenizer: the real count is `counted` times between `low` and `high`, likely `likely`. */
export interface Calibration {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
  /** Requests it was learned from. */
  readonly observations: number;
}

export interface MeasuredAverages {
  /** By `provider/model`. */
  readonly byModel: Readonly<Record<string, MeasuredAverage>>;
  /** By `path:line` below the project. */
  readonly bySite: Readonly<Record<string, MeasuredAverage>>;
  /** Factors of tokenizers that nobody published, learned in this workspace, by `provider/model`. */
  readonly calibrations?: Readonly<Record<string, Calibration>>;
}

// ── what the user sets ──────────────────────────────────────────────────────────────────────────

/** Kinds of data that a policy may treat differently. */
export type DataClass = 'personal' | 'payment' | 'health' | 'public';

/** What is asked of a call's destination; absent and empty = nothing. */
export interface PolicyRule {
  /** Of storage and inference alike. */
  readonly allowedZones?: readonly Zone[];
  readonly forbiddenZones?: readonly Zone[];
  readonly allowedStorageZones?: readonly Zone[];
  readonly forbiddenStorageZones?: readonly Zone[];
  readonly allowedInferenceZones?: readonly Zone[];
  readonly forbiddenInferenceZones?: readonly Zone[];
  readonly allowedProviders?: readonly ProviderId[];
  readonly forbiddenProviders?: readonly ProviderId[];
  /** Countries of the makers of models (ISO 3166, `EU` for its members). */
  readonly allowedModelOrigins?: readonly string[];
  readonly forbiddenModelOrigins?: readonly string[];
  readonly maximumRetentionDays?: number;
  readonly zeroRetention?: boolean;
  readonly training?: 'forbidden' | 'allowed';
  /** Gateways that may pass calls on; absent = all, empty = none. */
  readonly allowedGateways?: readonly ProviderId[];
  /** How sure the place must be. */
  readonly certainty?: 'certain' | 'likely';
}

/** Providers that only calls of one kind of traffic may use, e.g. a payment platform of one country. */
export interface RoutingRule extends PolicyRule {
  readonly traffic: string;
  readonly providers: readonly ProviderId[];
  /** Files whose calls are of this traffic; a comment `traffic=…` says it for one call. */
  readonly paths?: readonly string[];
}

export interface Policy extends PolicyRule {
  /** Empty = everything is allowed and no residency finding is made. */
  readonly allowedZones: readonly Zone[];
  readonly allowedProviders: readonly ProviderId[];
  readonly forbiddenProviders: readonly ProviderId[];
  /** Fields that a rule names take the place of the general ones for data of the class. */
  readonly dataClasses?: Readonly<Partial<Record<DataClass, PolicyRule>>>;
  /** Which files handle which class of data: patterns as in a .gitignore, relative to the file's folder. */
  readonly data?: readonly { readonly class: DataClass; readonly paths: readonly string[] }[];
  readonly routes?: readonly RoutingRule[];
}

/** One policy of several that hold at once: a call must keep to each of them. */
export interface PolicyLayer {
  readonly origin: 'organisation' | 'settings' | 'workspace';
  /** File it was read from, for people, and its folder (absolute, forward slashes), for paths in it. */
  readonly file?: string;
  readonly folder?: string;
  readonly policy: Policy;
}

/** What contracts and consoles settle and no code shows, as somebody declared it. */
export interface Declaration {
  readonly provider: ProviderId;
  readonly host?: string;
  readonly deployment?: string;
  readonly storageZone?: Zone;
  readonly inferenceZone?: Zone;
  readonly retentionDays?: number;
  readonly zeroRetention?: boolean;
  readonly training?: boolean;
  readonly reason?: string;
  /** ISO day from which it no longer holds. */
  readonly validTo?: string;
}

export interface Assumptions {
  /** Tokens that an unknown stretch of text (a hole) stands for. */
  readonly holeTokens: Spread;
  /** Per hole name, e.g. `{ question: {low: 50, likely: 200, high: 400} }`. */
  readonly holes: Readonly<Record<string, Spread>>;
  readonly outputTokens: Spread;
  /** Hidden thinking tokens billed as output by reasoning models. */
  readonly reasoningTokens: Spread;
  /** How often a repeated part occurs (history turns, list items). */
  readonly repeats: Spread;
  /** What a cache does with the prompt; absent = nothing. Only measurement says it. */
  readonly promptCache?: PromptCache;
  readonly callsPerMonth: number | null;
}

/** Parts of a prompt, 0–1, that a cache serves (low and high of what was seen) and that are written to it. */
export interface PromptCache {
  readonly read: Spread;
  readonly written: number;
}

/** What of the usage a budget is for; everything said must fit. */
export interface BudgetScope {
  /** Path of a folder; usage of projects in it counts. */
  readonly folder?: string;
  readonly provider?: ProviderId;
  /** Id of a model; a trailing `*` matches any suffix. */
  readonly model?: string;
  /** Zone of processing. */
  readonly zone?: Zone;
  readonly source?: string;
}

export interface Budget {
  readonly amount: number;
  readonly currency: string;
  readonly period: 'day' | 'week' | 'month' | 'custom';
  /** Of a custom period: its length in days, and an ISO day on which one begins. */
  readonly days?: number;
  readonly start?: string;
  readonly name?: string;
  readonly scope?: BudgetScope;
  /** Percent of the amount at which to alert; absent = 80 and 100. */
  readonly thresholds?: readonly number[];
  /** Beyond the amount, metered requests are refused. */
  readonly hardLimit?: boolean;
}

/** What people add to the catalog in their own configuration, as written there. */
export interface OwnCatalog {
  readonly providers: readonly OwnProvider[];
  readonly prices: readonly OwnPrice[];
  readonly discounts: readonly OwnDiscount[];
  /** Exchange rates of one's own: units per US dollar, with their day. */
  readonly rates?: OwnRates;
}

/** Settings as the engine sees them, from tokenfare.yaml, editor settings or CLI flags. */
export interface Configuration {
  readonly currency: string;
  readonly policy: Policy;
  readonly assumptions: Assumptions;
  /** Where each assumption value came from, for showing it. */
  readonly assumptionOrigin: Readonly<Record<string, Assumption['origin']>>;
  /** The main budget, shown in the status bar. */
  readonly budget: Budget | null;
  /** Further budgets, e.g. per provider. */
  readonly budgets: readonly Budget[];
  /** Averages of measured calls, which take the place of default assumptions. */
  readonly measured?: MeasuredAverages | null;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Code fences of Markdown files are analysed, too. */
  readonly markdown: boolean;
  /** Prices, discounts and providers of the user's own. */
  readonly own: OwnCatalog;
  /** Deployment name (Azure, Ark `ep-…`) → catalog model id. */
  readonly deployments: Readonly<Record<string, string>>;
  /** Days before a retirement at which the warning starts. */
  readonly retirementNoticeDays: number;
  /** Circumstances that comparisons begin with; what is absent is neutral. */
  readonly scenario: Partial<Scenario>;
  /** Every policy that holds; absent = `policy` alone. `policy` is their intersection, as far as lists can say it. */
  readonly layers?: readonly PolicyLayer[];
  readonly declarations?: readonly Declaration[];
  /** Finding code (or `insights`, `residency`) → severity or `off`. */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>;
  /** Zone in which the user's own program runs, for latency; absent = not said. */
  readonly deploymentZone?: Zone;
}

export const defaultAssumptions: Assumptions = {
  holeTokens: { low: 20, likely: 200, high: 2000 },
  holes: {},
  outputTokens: { low: 50, likely: 400, high: 2000 },
  reasoningTokens: { low: 0, likely: 800, high: 8000 },
  repeats: { low: 1, likely: 4, high: 20 },
  callsPerMonth: null,
};

export const defaultConfiguration: Configuration = {
  currency: 'USD',
  policy: { allowedZones: [], allowedProviders: [], forbiddenProviders: [] },
  assumptions: defaultAssumptions,
  assumptionOrigin: {},
  budget: null,
  budgets: [],
  include: [],
  exclude: [],
  markdown: false,
  own: { providers: [], prices: [], discounts: [] },
  deployments: {},
  retirementNoticeDays: 180,
  scenario: {},
};
