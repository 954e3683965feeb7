/** Chat Completions and Responses of the `openai` package, and LiteLLM, which has the form of the first. */
import type { ProviderId } from '../core/model.js';
import { type ClientForm, type Code, type CodeEntry, type MessageShape, type ReadContext, type SourceEntry, type SwitchRequest, type SwitchSdk, type WriteContext, type Written, fieldOf, kept, literalList, literalText, mapCode, textCode } from '../core/rewrite.js';
import { readTurns } from './readTurns.js';
import { chatResults, responsesResults } from './results.js';
import { type Names, chatNames, entry, readSettings, writeSettings } from './settings.js';
import { readChatFormat, readToolChoice, readTools, writeChatFormat, writeToolChoice, writeTools } from './tools.js';
import { writeTurns } from './writeTurns.js';

const byName = (entries: readonly SourceEntry[], ...names: readonly string[]): SourceEntry | undefined => entries.find((each) => names.includes(each.name));
export const isOn = (each: SourceEntry | undefined): boolean => each?.value.kind === 'constant' && each.value.value === true;

const chatTaken = new Set(['model', 'messages', 'tools', 'functions', 'tool_choice', 'response_format', 'stream']);

/** A request in the form of Chat Completions. */
export function readChat(entries: readonly SourceEntry[], context: ReadContext, shape: MessageShape, names: Names, isStream: boolean): SwitchRequest | null {
  const messages = byName(entries, 'messages');
  const { settings, foreign } = readSettings(entries, names, chatTaken);
  return {
    model: byName(entries, 'model')?.value ?? null, system: [], turns: messages ? readTurns(messages.value, shape, context) : [], turnsEntry: messages ?? null, turnsList: literalList(messages?.value), isBareText: false,
    tools: readTools(byName(entries, 'tools'), shape), toolChoice: readToolChoice(byName(entries, 'tool_choice', 'toolChoice'), shape), format: readChatFormat(byName(entries, 'response_format', 'responseFormat')),
    settings, foreign: foreign.filter((each) => each.name !== 'toolChoice' && each.name !== 'responseFormat'), isStream, streamEntry: byName(entries, 'stream') ?? null, isAsync: context.isAsync, spreads: context.call.spreads, shape,
  };
}

/** Arguments that every Chat Completions form has. */
export function writeChat(request: SwitchRequest, context: WriteContext, shape: MessageShape, settings: CodeEntry[]): CodeEntry[] {
  const camel = shape === 'openai-camel';
  const turns = writeTurns(request, shape, context);
  return [
    ...entry('model', textCode(context.model), modelEntry(request)),
    ...entry('messages', turns.turns, request.turnsEntry),
    ...entry('tools', request.tools && writeTools(request.tools, request.shape, shape, context), request.tools?.entry),
    ...entry(camel ? 'toolChoice' : 'tool_choice', request.toolChoice && writeToolChoice(request.toolChoice, request.shape, shape, context), request.toolChoice?.entry),
    ...entry(camel ? 'responseFormat' : 'response_format', request.format && writeChatFormat(request.format, context, camel, request.shape === shape || (request.shape === 'openai' && shape === 'dashscope')), request.format?.entry),
    ...settings,
  ];
}

/** The source's model argument, for its place. */
export function modelEntry(request: SwitchRequest): SourceEntry | null {
  return request.model ? { name: 'model', value: request.model, nameRange: null, range: request.model.range } : null;
}

/** Limits are called `max_completion_tokens` by OpenAI's reasoning models and `max_tokens` by everybody else. */
export function limitName(provider: ProviderId, isReasoning: boolean): string {
  return provider === 'openai' || provider === 'azure-openai' ? (isReasoning ? 'max_completion_tokens' : 'max_completion_tokens') : 'max_tokens';
}

/** Parameters of OpenAI's own API that OpenAI-compatible hosts refuse or ignore (providers.md §8). */
export const onlyOpenai = new Set(['store', 'metadata', 'user', 'serviceTier']);

function chatSettings(request: SwitchRequest, context: WriteContext): CodeEntry[] {
  const names: Record<string, string | readonly string[]> = { ...chatNames as Record<string, string>, maxTokens: [limitName(context.provider, context.isReasoning)] };
  const isOpenai = context.provider === 'openai';
  if (!isOpenai) for (const name of onlyOpenai) delete names[name];
  if (context.ecosystem === 'javascript') { delete names['timeout']; delete names['extraBody']; delete names['extraHeaders']; }
  const settings = writeSettings(request, names, context);
  if (request.isStream) {
    settings.push({ key: 'stream', value: { kind: 'literal', value: true }, origin: request.streamEntry });
    if (request.shape !== 'openai' && !settings.some((each) => each.key === 'stream_options')) {
      // Others report the usage of a stream without being asked.
      settings.push({ key: 'stream_options', value: mapCode([['include_usage', { kind: 'literal', value: true }]]) });
      context.loss({ argument: 'stream_options', what: 'approximated', reason: 'stream-usage' });
    }
  }
  return settings;
}

const openaiClient = (python: boolean): ClientForm => ({
  module: 'openai', symbol: 'OpenAI', asyncSymbol: python ? 'AsyncOpenAI' : 'OpenAI', isDefault: !python,
  baseUrl: (url) => ({ key: python ? 'base_url' : 'baseURL', value: textCode(url) }), key: (value) => ({ key: python ? 'api_key' : 'apiKey', value }),
  baseUrlNames: ['base_url', 'baseURL'], keyNames: ['api_key', 'apiKey'], ownKeyVariables: ['OPENAI_API_KEY'], ownBaseUrl: 'https://api.openai.com/v1',
  options: ['timeout', 'max_retries', 'maxRetries', 'default_headers', 'defaultHeaders', 'http_client', 'fetch', 'fetchOptions', 'dangerouslyAllowBrowser'],
});
const clients = { python: openaiClient(true), javascript: openaiClient(false) };

export const openaiChat: SwitchSdk = {
  id: 'openai', protocol: 'openai-chat', dependency: { python: { name: 'openai', version: '>=2' }, javascript: { name: 'openai', version: '^6.49.0' } }, clients, results: chatResults,
  owns: (sdk, method) => ['openai', 'groq', 'together', 'ark', 'zhipuai'].includes(sdk) && /^(?:beta\.)?chat\.completions\.create$/.test(method),
  shape: () => 'openai',
  read: (entries, context) => readChat(entries, context, 'openai', chatNames, isOn(byName(entries, 'stream'))),
  write: (request, context) => ({ path: 'chat.completions.create', arguments: writeChat(request, context, 'openai', chatSettings(request, context)) }),
};

const responsesNames: Names = {
  maxTokens: 'max_output_tokens', temperature: 'temperature', topP: 'top_p', topLogprobs: 'top_logprobs', user: ['user', 'safety_identifier'], store: 'store', metadata: 'metadata', serviceTier: 'service_tier', parallelToolCalls: 'parallel_tool_calls',
  timeout: 'timeout', extraBody: 'extra_body', extraHeaders: 'extra_headers', reasoningEffort: 'reasoning',
};
const responsesTaken = new Set(['model', 'input', 'instructions', 'tools', 'tool_choice', 'text', 'text_format', 'stream']);

function readResponses(entries: readonly SourceEntry[], context: ReadContext): SwitchRequest | null {
  const input = byName(entries, 'input');
  const instructions = byName(entries, 'instructions');
  const { settings, foreign } = readSettings(entries, responsesNames, responsesTaken);
  const value = input?.value;
  const isBare = value !== undefined && value.kind !== 'list' && !isList(value, context);
  const format = fieldOf(byName(entries, 'text')?.value, 'format');
  const formatEntry = byName(entries, 'text', 'text_format');
  const type = literalText(fieldOf(format, 'type'));
  const schema = fieldOf(format, 'schema');
  const effort = settings.reasoningEffort ? fieldOf(settings.reasoningEffort.value, 'effort') : null;
  return {
    model: byName(entries, 'model')?.value ?? null,
    system: instructions ? [{ content: { kind: 'plain', value: instructions.value }, entry: instructions }] : [],
    turns: !value ? [] : isBare ? [{ kind: 'message', role: 'user', content: { kind: 'plain', value }, extra: [], from: null }] : readTurns(value, 'responses', context),
    turnsEntry: input ?? null, turnsList: literalList(value), isBareText: isBare,
    tools: readTools(byName(entries, 'tools'), 'responses'), toolChoice: readToolChoice(byName(entries, 'tool_choice'), 'responses'),
    format: !formatEntry ? null : { entry: formatEntry, format: type === 'json_schema' && schema && format ? { kind: 'schema', name: fieldOf(format, 'name'), schema, strict: fieldOf(format, 'strict'), from: formatEntry.value } : type === 'json_object' ? { kind: 'json', from: formatEntry.value } : type === 'text' ? { kind: 'text', from: formatEntry.value } : { kind: 'unknown', value: formatEntry.value } },
    settings: effort && settings.reasoningEffort ? { ...settings, reasoningEffort: { ...settings.reasoningEffort, value: effort } } : settings,
    foreign, isStream: isOn(byName(entries, 'stream')), streamEntry: byName(entries, 'stream') ?? null, isAsync: context.isAsync, spreads: context.call.spreads, shape: 'responses',
  };
}

/** True when an argument that may be a text or a list is a list, as far as the code shows. */
export function isList(value: SourceEntry['value'], context: Pick<ReadContext, 'evaluate'>): boolean {
  const found = context.evaluate(value);
  if (found.kind === 'list') return true;
  return found.kind === 'hole' && /message|history|conversation|input_list|contents|turns/i.test(value.kind === 'name' ? value.name : value.kind === 'member' ? value.property : '');
}

function writeResponses(request: SwitchRequest, context: WriteContext): Written {
  const turns = writeTurns(request, 'responses', context);
  const isOpenai = context.provider === 'openai';
  const names: Record<string, string | readonly string[]> = { ...responsesNames as Record<string, string> };
  if (!isOpenai) { delete names['metadata']; delete names['user']; delete names['serviceTier']; }
  if (context.ecosystem === 'javascript') { delete names['timeout']; delete names['extraBody']; delete names['extraHeaders']; }
  const settings = writeSettings({ ...request, settings: without(request.settings, 'streamOptions') }, names, context, {
    reasoningEffort: ({ value }) => mapCode([['effort', kept(value)]]),
  });
  if (request.settings.streamOptions) context.loss({ argument: request.settings.streamOptions.name, what: 'removed', reason: 'stream-usage', range: request.settings.streamOptions.range });
  // Chat Completions keep nothing; Responses keep their state for thirty days unless told not to.
  if (!request.settings.store && isOpenai && request.shape !== 'responses') {
    settings.push({ key: 'store', value: { kind: 'literal', value: false } });
    context.loss({ argument: 'store', what: 'approximated', reason: 'state' });
  }
  const only = request.turns.length === 1 ? request.turns[0]! : null;
  const bare: Code | null = !request.isTraced && only?.kind === 'message' && only.role === 'user' && only.content.kind === 'plain' && (request.isBareText || only.from === null) ? kept(only.content.value) : null;
  const system = request.system.length === 1 && request.system[0]!.content.kind === 'plain' ? kept(request.system[0]!.content.value) : null;
  const rest = system ? writeTurns({ ...request, system: [] }, 'responses', { ...context, loss: () => undefined }) : turns;
  const { format } = request;
  return {
    path: 'responses.create',
    arguments: [
      ...entry('model', textCode(context.model), modelEntry(request)),
      ...entry('instructions', system, request.system[0]?.entry),
      ...entry('input', bare ?? rest.turns, request.turnsEntry),
      ...entry('tools', request.tools && writeTools(request.tools, request.shape, 'responses', context), request.tools?.entry),
      ...entry('tool_choice', request.toolChoice && writeToolChoice(request.toolChoice, request.shape, 'responses', context), request.toolChoice?.entry),
      ...entry('text', format && responsesFormat(format, request.shape === 'responses', context), format?.entry),
      ...settings,
      ...(request.isStream ? entry('stream', { kind: 'literal', value: true }, request.streamEntry) : []),
    ],
  };
}

function responsesFormat({ format }: NonNullable<SwitchRequest['format']>, sameForm: boolean, context: WriteContext): Code | null {
  if (sameForm) return format.kind === 'unknown' ? kept(format.value) : kept(format.from);
  if (format.kind === 'unknown') { context.loss({ argument: 'response_format', what: 'removed', reason: 'schema-form', range: format.value.range }); return null; }
  if (format.kind !== 'schema') return mapCode([['format', mapCode([['type', textCode(format.kind === 'json' ? 'json_object' : 'text')]])]]);
  return mapCode([['format', mapCode([['type', textCode('json_schema')], ['name', format.name ? kept(format.name) : textCode('answer')], ['schema', kept(format.schema)], ['strict', format.strict && kept(format.strict)]])]]);
}

export function without<T extends object>(record: T, ...keys: readonly (keyof T)[]): T {
  const copy = { ...record };
  for (const key of keys) delete copy[key];
  return copy;
}

export const openaiResponses: SwitchSdk = {
  id: 'openai-responses', protocol: 'openai-responses', dependency: openaiChat.dependency, clients, results: responsesResults,
  owns: (sdk, method) => sdk === 'openai' && /^(?:beta\.)?responses\.create$/.test(method),
  shape: () => 'responses', read: readResponses, write: writeResponses,
};

const litellmPrefixes: Readonly<Record<string, string>> = {
  openai: 'openai', 'azure-openai': 'azure', anthropic: 'anthropic', 'google-gemini': 'gemini', 'google-vertex': 'vertex_ai', 'aws-bedrock': 'bedrock', mistral: 'mistral', cohere: 'cohere_chat', xai: 'xai', groq: 'groq', together: 'together_ai', fireworks: 'fireworks_ai',
  perplexity: 'perplexity', huggingface: 'huggingface', deepseek: 'deepseek', 'alibaba-dashscope': 'dashscope', moonshot: 'moonshot', minimax: 'minimax', zhipu: 'zai', 'volcengine-ark': 'volcengine', ollama: 'ollama_chat', openrouter: 'openrouter',
};

export const litellm: SwitchSdk = {
  id: 'litellm', protocol: null, dependency: { python: { name: 'litellm', version: '>=1.80' } }, clients: { python: null }, results: { python: { ...chatResults.python, isManager: false } }, module: 'litellm',
  reaches: (provider, ecosystem) => ecosystem === 'python' && provider in litellmPrefixes,
  owns: (sdk, method) => sdk === 'litellm' && /^a?completion$/.test(method),
  shape: () => 'openai',
  read: (entries, context) => readChat(entries, context, 'openai', litellmNames, isOn(byName(entries, 'stream'))),
  write: (request, context) => {
    const model = `${litellmPrefixes[context.provider] ?? 'openai'}/${context.model}`;
    const names: Record<string, string | readonly string[]> = { ...litellmNames as Record<string, string>, maxTokens: 'max_tokens' };
    if (context.provider !== 'openai') for (const name of onlyOpenai) delete names[name];
    const settings = writeSettings(request, names, context);
    if (request.isStream) settings.push({ key: 'stream', value: { kind: 'literal', value: true }, origin: request.streamEntry });
    const base = context.baseUrl && !context.isUsualBaseUrl ? entry('api_base', textCode(context.baseUrl)) : [];
    return { path: request.isAsync ? 'acompletion' : 'completion', arguments: [...writeChat(request, { ...context, model }, 'openai', settings), ...base] };
  },
};
const litellmNames: Names = { ...chatNames, thinking: 'thinking', topK: 'top_k', maxRetries: 'num_retries' };
