/** Reads requests by the field's usual names, for SDKs of languages whose tables only say where a name or a position stands. */
import { contentParts, fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation, PromptPart, Protocol, ProviderId } from '../core/model.js';
import type { CallReader, ClientClass, Ecosystem, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, first, isTrue, numberOf, plainText } from '../core/value.js';
import { textOptions } from './openai.js';

/** Where a method's arguments stand when they have no names. */
export interface Positions {
  readonly model?: number;
  readonly prompt?: number;
  /** The model is an argument of the construction: its position there. */
  readonly constructed?: number;
}

const modelNames = ['model', 'model_id', 'model_name', 'deployment_name', 'model_alias', 'of_model'];
const limitNames = ['max_completion_tokens', 'max_tokens', 'max_output_tokens', 'max_output_token_count', 'max_tokens_to_sample'];

export function readAny(positions: Positions = {}) {
  return (reader: CallReader): RequestFields => {
    const { arguments: given, construction } = reader;
    const fieldsOf = fieldsWith(reader.argumentsOf);
    const constructed = construction?.get(modelNames, positions.constructed) ?? null;
    const model = given.get(modelNames, positions.model) ?? constructed;
    const system = given.get(['system', 'instructions', 'system_instruction', 'system_message', 'preamble']) ?? construction?.get(['system', 'instructions', 'system_instruction', 'preamble', 'default_system']) ?? null;
    const messages = given.get(['messages', 'contents', 'history']);
    const prompt = given.get(['prompt', 'input', 'message', 'text', 'content', 'input_text'], messages ? undefined : positions.prompt);
    const list = first(prompt, 'list');
    const tools = given.get(['tools', 'functions', 'tool_config']);
    const format = given.get(['response_format', 'format', 'response_schema']);
    const parts: PromptPart[] = [
      ...(system ? contentParts(system, 'system', false, fieldsOf) : []),
      ...messageParts(messages, fieldsOf, ['content', 'parts', 'text']),
      ...(prompt ? (list ? messageParts(prompt, fieldsOf, ['content', 'parts', 'text']) : [promptPart(prompt, fieldsOf)]) : []),
      ...schemaPart(tools, 'tools'), ...schemaPart(format, 'response-format'),
    ];
    const { callee } = reader.call;
    return {
      model, parts, maxOutputTokens: numberOf(given.get(limitNames) ?? construction?.get(limitNames)),
      stream: isTrue(given.get('stream')) || (callee.kind === 'member' && /stream/i.test(callee.property)), count: numberOf(given.get(['n', 'candidate_count'])) ?? 1,
      options: textOptions(given, ['service_tier', 'reasoning_effort', 'quality', 'size']),
    };
  };
}

function promptPart(value: Value, fieldsOf: ReturnType<typeof fieldsWith>): PromptPart {
  const inner = candidates(value)[0];
  const fields = inner && inner.kind !== 'text' ? fieldsOf(inner) : null;
  const [only] = fields ? messageParts({ kind: 'list', items: [{ value: inner!, repeated: false }], open: false, range: value.range }, fieldsOf, ['content', 'parts', 'text']) : [];
  return only ?? textPart(value, 'user');
}

const none = (reader: CallReader): RequestFields => ({ ...readAny()(reader), parts: [] });

export type Row = readonly [path: string, operation?: Operation, positions?: Positions, protocol?: Protocol];

/** Methods of a client, by dotted paths. */
export const methodsOf = (rows: readonly Row[], extra: Partial<Method> = {}): Method[] => rows.map(([path, operation = 'chat', positions, protocol = null]) => ({
  path: path.split('.'), operation, protocol, read: readAny(positions), ...(path.includes('.') && /(?:ompletions?|essages)\./.test(path) && { distinctive: true }), ...extra,
}));

/** Constructions that choose a model which other calls use. */
export const bindingsOf = (names: readonly string[], operation: Operation = 'chat', positions: Positions = {}): Method[] => names.map((name) => ({
  path: [name], operation, protocol: null, onModule: true, kind: 'model-binding',
  read: (reader) => ({ ...none(reader), model: reader.arguments.get(modelNames, positions.model) }),
}));

export interface Clients {
  readonly symbols: readonly string[];
  readonly provider: ProviderId;
  readonly place?: ClientClass['place'];
  /** Position of the base URL in the construction. */
  readonly url?: number;
  /** Names of the base URL, where not the usual. */
  readonly baseUrl?: readonly string[];
}

/** The place of a client that anybody may stand behind. */
export const anybody = (): ImpliedPlace => ({ provider: 'unknown' });

export const clientOf = ({ symbols, provider, place, url, baseUrl }: Clients): ClientClass => ({
  symbols, provider, baseUrl: baseUrl ?? ['base_url', 'base_uri', 'uri_base', 'api_base', 'endpoint', 'uri', 'server_url', 'host'], key: ['api_key', 'access_token', 'token', 'auth_token', 'credential'], baseUrlVariables: [],
  ...(place && { place }), ...(url !== undefined && { place: (construction) => placeAt(construction?.get([], url) ?? null, provider) }),
});

function placeAt(value: Value | null, provider: ProviderId): ImpliedPlace | null {
  const url = plainText(candidates(value)[0]);
  return url && /^https?:/.test(url) ? { provider, url, value } : null;
}

interface Described {
  readonly id: string;
  readonly packages: readonly string[];
  readonly needles: readonly string[];
  readonly clients: readonly Clients[];
  readonly methods: readonly Method[];
  readonly modelFactories?: readonly string[];
  readonly transparent?: readonly string[];
  readonly catalogName?: Sdk['catalogName'];
}

/** An SDK of one ecosystem. */
export const sdkOf = (ecosystem: Ecosystem, { packages, clients, ...rest }: Described): Sdk => ({ ...rest, packages: { [ecosystem]: packages }, clients: clients.map(clientOf) });
