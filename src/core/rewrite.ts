/**
 * What a switch to another SDK is made of: code to be written, the request between two SDKs, and what an SDK's switching
 * table states. Plain types; `core/reconcile.ts` turns code into edits, `core/switchSdk.ts` puts the steps in order.
 */
import type { CallExpression, Expression, ListExpression, MapExpression } from './expression.js';
import type { Protocol, ProviderId, TextRange } from './model.js';
import type { Value } from './value.js';

// ── code to be written ──────────────────────────────────────────────────────────────────────────

/** An argument or entry as it stands in the source. */
export interface SourceEntry {
  readonly name: string;
  readonly value: Expression;
  readonly nameRange: TextRange | null;
  readonly range: TextRange;
}

export interface CodeEntry {
  readonly key: string;
  readonly value: Code;
  /** The source entry it continues; it stays where it is and changes as little as possible. */
  readonly origin?: SourceEntry | null;
}

/** Code to be written. What is `kept` stays as it is written, wherever it ends up. */
export type Code =
  | { readonly kind: 'kept'; readonly expression: Expression }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'literal'; readonly value: number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Code[]; readonly from?: ListExpression | null }
  | { readonly kind: 'map'; readonly entries: readonly CodeEntry[]; readonly from?: Expression | null }
  | { readonly kind: 'spread'; readonly value: Code; readonly from?: Expression | null }
  | { readonly kind: 'raw'; readonly parts: readonly (string | Code)[] };

export const kept = (expression: Expression): Code => ({ kind: 'kept', expression });
export const textCode = (value: string): Code => ({ kind: 'text', value });
export const raw = (...parts: readonly (string | Code)[]): Code => ({ kind: 'raw', parts });
export const mapCode = (entries: readonly (readonly [string, Code | null | undefined])[], from: Expression | null = null): Code => ({
  kind: 'map', from, entries: entries.flatMap(([key, value]) => (value ? [{ key, value }] : [])),
});
export const listCode = (items: readonly Code[], from: ListExpression | null = null): Code => ({ kind: 'list', items, from });

/** How a language writes what switching needs. */
export interface Surface {
  readonly ecosystem: 'python' | 'javascript';
  string(value: string, quote: '"' | "'"): string;
  environment(variable: string): string;
  literal(value: number | boolean | null): string;
  /** `key: value` of a map, and `name=value` of a call's arguments. */
  entry(key: string, value: string, quote: '"' | "'"): string;
  argument(name: string, value: string): string;
  spread(value: string, isMap: boolean): string;
  /** Text with values in it. */
  template(parts: readonly (string | Code)[]): Code;
  /** Field of a plain map. */
  field(object: Code, name: string): Code;
  equals(left: Code, right: string): Code;
  choose(condition: Code, yes: Code, no: Code): Code;
  /** List of `item(name)` for each element for which `where(name)` holds. */
  each(list: Code, name: string, item: (name: Code) => Code, where?: (name: Code) => Code): Code;
  joined(list: Code, separator: string): Code;
  parseJson(text: Code): Code;
  toJson(value: Code): Code;
}

// ── the request between two SDKs ────────────────────────────────────────────────────────────────

export type Part =
  | { readonly kind: 'text'; readonly value: Expression; readonly from: Expression }
  | { readonly kind: 'image'; readonly url: Expression; readonly detail: Expression | null; readonly from: Expression }
  | { readonly kind: 'image-data'; readonly mediaType: Code; readonly data: Code; readonly from: Expression; readonly url?: Expression; readonly detail?: Expression | null }
  | { readonly kind: 'other'; readonly what: string; readonly from: Expression };

export type Content =
  | { readonly kind: 'plain'; readonly value: Expression }
  | { readonly kind: 'parts'; readonly parts: readonly Part[]; readonly from: ListExpression | null };

export interface AskedTool {
  readonly id: Code;
  readonly name: Code;
  /** Arguments as a JSON text, or as an object. */
  readonly input: Code;
  readonly isJson: boolean;
}

export type Turn =
  | { readonly kind: 'message'; readonly role: 'system' | 'user' | 'assistant'; readonly content: Content; readonly extra: readonly string[]; readonly from: Expression | null }
  | { readonly kind: 'asks'; readonly content: Content | null; readonly calls: readonly AskedTool[]; readonly from: Expression }
  | { readonly kind: 'tool-result'; readonly id: Expression; readonly name: Expression | null; readonly content: Expression; readonly from: Expression }
  /** Turns that only exist at run time, in the source's form. */
  | { readonly kind: 'several'; readonly value: Expression; readonly isWhole: boolean }
  | { readonly kind: 'unknown'; readonly value: Expression };

export interface ToolDefinition {
  readonly name: Expression | null;
  readonly description: Expression | null;
  readonly parameters: Expression | null;
  readonly strict: Expression | null;
  readonly from: Expression;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required'; readonly from: Expression }
  | { readonly kind: 'named'; readonly name: Expression; readonly from: Expression }
  | { readonly kind: 'unknown'; readonly value: Expression };

export type ResponseFormat =
  | { readonly kind: 'text'; readonly from: Expression }
  | { readonly kind: 'json'; readonly from: Expression }
  | { readonly kind: 'schema'; readonly name: Expression | null; readonly schema: Expression; readonly strict: Expression | null; readonly from: Expression }
  | { readonly kind: 'unknown'; readonly value: Expression };

/** Settings that several SDKs have, by neutral name. */
export type Setting =
  | 'maxTokens' | 'temperature' | 'topP' | 'topK' | 'stop' | 'seed' | 'n' | 'frequencyPenalty' | 'presencePenalty' | 'logprobs' | 'topLogprobs'
  | 'logitBias' | 'user' | 'store' | 'metadata' | 'serviceTier' | 'reasoningEffort' | 'parallelToolCalls' | 'streamOptions' | 'thinking' | 'timeout' | 'extraBody' | 'extraHeaders' | 'abortSignal' | 'maxRetries';

export interface SwitchRequest {
  readonly model: Expression | null;
  readonly system: readonly { readonly content: Content; readonly entry: SourceEntry }[];
  readonly turns: readonly Turn[];
  /** Argument that holds the turns. */
  readonly turnsEntry: SourceEntry | null;
  readonly turnsList: ListExpression | null;
  /** The turns stand in a list of their own before the call, and stay there. */
  readonly isTraced?: boolean;
  /** The turns are one bare text. */
  readonly isBareText: boolean;
  readonly tools: { readonly items: readonly (ToolDefinition | { readonly unknown: Expression })[] | null; readonly value: Expression; readonly entry: SourceEntry } | null;
  readonly toolChoice: { readonly choice: ToolChoice; readonly entry: SourceEntry } | null;
  readonly format: { readonly format: ResponseFormat; readonly entry: SourceEntry } | null;
  readonly settings: Readonly<Partial<Record<Setting, SourceEntry>>>;
  readonly isStream: boolean;
  readonly streamEntry: SourceEntry | null;
  readonly isAsync: boolean;
  /** Arguments that no other SDK has. */
  readonly foreign: readonly SourceEntry[];
  /** `**options` and `...options`: may hold anything. */
  readonly spreads: readonly Expression[];
  /** Shape of messages at run time, e.g. `openai`. */
  readonly shape: MessageShape;
}

/** Form that messages, tools and their parts have at run time. */
export type MessageShape = 'openai' | 'openai-camel' | 'responses' | 'anthropic' | 'google' | 'dashscope' | 'vercel';

// ── losses ──────────────────────────────────────────────────────────────────────────────────────

/**
 * What happens to something: removed, renamed, kept as it is (the target may treat it differently), approximated, or
 * left for a person to change.
 */
export type LossKind = 'removed' | 'renamed' | 'kept' | 'approximated' | 'by-hand';

/** Why; `messages.ts` makes the sentence. */
export type LossReason =
  | 'no-equal' | 'other-name' | 'limit-required' | 'text-only-history' | 'assumed-url' | 'image-detail' | 'strict' | 'json-mode' | 'schema-form' | 'stream-events'
  | 'stream-usage' | 'tool-choice' | 'reasoning-text' | 'cache-control' | 'audio' | 'message-name' | 'result-read' | 'spread' | 'content-part' | 'finish-values'
  | 'compat-hoists-system' | 'compat-drops-silently' | 'reasoning-sampling' | 'extra-body' | 'incremental-output' | 'region-key' | 'gateway-residency' | 'type-names'
  | 'client-options' | 'run-time-model' | 'error-class' | 'own-client' | 'several-answers' | 'system-position' | 'instructions-name' | 'thinking-default' | 'result-escapes' | 'proprietary-tools' | 'state' | 'required-header'
  | 'geography-inference-only' | 'alipay-used' | 'alipay-question';

export interface Loss {
  /** Name as it stands in the code, or of the behaviour. */
  readonly argument: string;
  readonly what: LossKind;
  readonly reason?: LossReason;
  readonly range?: TextRange | null;
}

/** What an OpenAI-compatible host does with the parameters of OpenAI's own API. */
export interface Compatibility {
  /** Removed, since the host refuses a request with them. */
  readonly refused: readonly string[];
  /** Kept, since the host takes no notice of them. */
  readonly ignored: readonly string[];
  /** Name of the limit on answers; null = as it is written. */
  readonly limit: 'max_tokens' | null;
  readonly hoistsSystem: boolean;
  readonly oneAnswerWithTools: boolean;
  readonly thinksByDefault: boolean;
  /** Set where requests are passed on to other providers. */
  readonly gateway?: GatewayForm;
}

/** How calls are put behind a gateway. */
export interface GatewayForm {
  /** Name under which the gateway knows a provider's model. */
  readonly model: (upstream: ProviderId, model: string) => string;
  /** Address, where the catalog has none; `{NAME}` stands for an environment variable. */
  readonly baseUrl?: string;
  /** The key stays the upstream's. */
  readonly keepsKey?: boolean;
  /** Headers of the client: a text, or `{NAME}` for an environment variable. */
  readonly headers?: (upstream: ProviderId) => Readonly<Record<string, string>>;
  /** Field of the request that lists models to fall back to. */
  readonly fallbacks?: string;
}

// ── tables ──────────────────────────────────────────────────────────────────────────────────────

export interface ReadContext {
  readonly ecosystem: 'python' | 'javascript';
  readonly call: CallExpression;
  evaluate(expression: Expression): Value;
  readonly method: string;
  /** Module-level statements such as `dashscope.base_http_api_url` need no reading here. */
  readonly isAsync: boolean;
}

export interface WriteContext {
  readonly surface: Surface;
  readonly ecosystem: 'python' | 'javascript';
  readonly model: string;
  readonly provider: ProviderId;
  /** The target model thinks before it answers and refuses sampling settings. */
  readonly isReasoning: boolean;
  /** Largest answer of the target model, where known. */
  readonly maxOutputTokens: number | null;
  evaluate(expression: Expression): Value;
  loss(loss: Loss): void;
  /** Needed at the top of the file. */
  need(module: string, symbol: string | null): void;
  /** Name of the key variable at the target. */
  readonly keyVariable: string | null;
  readonly baseUrl: string | null;
  /** The provider's usual address, that its SDK takes by itself. */
  readonly isUsualBaseUrl: boolean;
  /** True for a request written in a file of TypeScript. */
  readonly isTyped: boolean;
}

export interface Written {
  readonly arguments: readonly CodeEntry[];
  /** Path behind the client, or the function that is called. */
  readonly path: string;
}

/** Constructor of a client; null where functions are called on the package. */
export interface ClientForm {
  readonly module: string;
  readonly symbol: string;
  readonly asyncSymbol: string;
  /** Imported as the module's default (JavaScript). */
  readonly isDefault?: boolean;
  /** The symbol is reached through an imported module: `from google import genai`, `genai.Client`. */
  readonly through?: { readonly module: string; readonly symbol: string };
  readonly baseUrl: (url: string) => CodeEntry;
  readonly key: (value: Code) => CodeEntry;
  /** Names of the two in constructions. */
  readonly baseUrlNames: readonly string[];
  readonly keyNames: readonly string[];
  /** Variables that the client reads by itself, and where it goes when nothing is said. */
  readonly ownKeyVariables: readonly string[];
  readonly ownBaseUrl: string | null;
  /** Options that mean the same in every client that has them. */
  readonly options: readonly string[];
}

/** What is read of a result, by neutral name. */
export type ResultField =
  | 'text' | 'finish' | 'toolCalls' | 'message' | 'inputTokens' | 'outputTokens' | 'totalTokens' | 'id' | 'model' | 'refusal' | 'reasoning' | 'choices'
  | 'usage' | 'delta' | 'hasDelta' | 'deltaFinish' | 'deltaUsage' | 'deltaInputTokens' | 'deltaOutputTokens' | 'deltaReasoning' | 'toolDelta';

/** How one SDK's results are read. Paths are normalised: `.a`, `[0]`, optional chaining and `["a"]` are the same. */
export interface ResultForm {
  readonly reads: Readonly<Partial<Record<ResultField, readonly string[]>>>;
  /** Code that reads a field of `r`. */
  readonly writes: Readonly<Partial<Record<ResultField, (r: string) => string>>>;
  readonly call: {
    readonly id: string;
    readonly name: string;
    readonly input: string;
    /** True when the input is a JSON text. */
    readonly isJson: boolean;
    /** Elements are plain maps. */
    readonly isMap?: boolean;
  };
  /** Why an answer ended: what the SDK calls the usual reasons. */
  readonly ends: Readonly<Partial<Record<'done' | 'length' | 'tools' | 'filter', string>>>;
  /** Comparisons that tell events of a stream apart: path → value → what is true then. */
  readonly tests?: Readonly<Record<string, Readonly<Record<string, ResultField>>>>;
  /** Path from what a stream returns to what is iterated: `.textStream`. */
  readonly iterates?: string;
  /** Iterables of plain text that a stream offers. */
  readonly textIterables?: readonly string[];
  /** What a stream returns can stand in a `with`. */
  readonly isManager: boolean;
}

export interface SwitchSdk {
  readonly id: string;
  /** Entry of an endpoint's base URLs; null = the SDK reaches the provider by itself. */
  readonly protocol: Protocol | null;
  /** Providers it reaches without a base URL of the catalog. */
  readonly reaches?: (provider: ProviderId, ecosystem: 'python' | 'javascript') => boolean;
  /** Package names for dependency files. */
  readonly dependency: Readonly<Partial<Record<'python' | 'javascript', { readonly name: string; readonly version: string }>>>;
  readonly clients: Readonly<Partial<Record<'python' | 'javascript', ClientForm | null>>>;
  readonly results: Readonly<Partial<Record<'python' | 'javascript', ResultForm>>>;
  /** The result is what is returned, not a promise of it (`streamText`). */
  readonly module?: string;
  /** True when a detected call of `sdk` with dotted `method` is of this form. */
  readonly owns: (sdk: string, method: string) => boolean;
  readonly read: (entries: readonly SourceEntry[], context: ReadContext) => SwitchRequest | null;
  readonly write: (request: SwitchRequest, context: WriteContext) => Written;
  /** Turns that only exist at run time, from another shape. */
  readonly shape: (ecosystem: 'python' | 'javascript') => MessageShape;
}

/** Entries of a map that are no spreads. */
export function entriesOf(expression: Expression | null | undefined): readonly SourceEntry[] {
  if (!expression) return [];
  if (expression.kind === 'map') return expression.entries.flatMap((entry) => (entry.key !== null && !entry.spread ? [{ name: entry.key, value: entry.value, nameRange: entry.keyRange, range: entry.range }] : []));
  if (expression.kind === 'call') return expression.named.map((each) => ({ name: each.name, value: each.value, nameRange: each.nameRange, range: each.range }));
  return [];
}

/** Field of a literal map or of a constructed object with named arguments. */
export function fieldOf(expression: Expression | null | undefined, ...names: readonly string[]): Expression | null {
  return entriesOf(expression).find((entry) => names.includes(entry.name))?.value ?? null;
}

/** A list whose items are written one by one; comprehensions and `.map(…)` are values like any other. */
export function literalList(expression: Expression | null | undefined): ListExpression | null {
  return expression?.kind === 'list' && !expression.items.some((item) => item.kind === 'repeat') ? expression : null;
}

export function literalText(expression: Expression | null | undefined): string | null {
  return expression?.kind === 'string' ? expression.value : null;
}

export type { MapExpression };
