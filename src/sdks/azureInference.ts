/** Azure's own clients: `@azure/openai` up to version 1, and Azure AI Inference (`azure-ai-inference`, `@azure-rest/ai-inference`). */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation } from '../core/model.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, first, isTrue, numberOf } from '../core/value.js';
import { readChat } from './openai.js';

/** `client.getChatCompletions(deployment, messages, { maxTokens })`: OpenAI's own service when only a key is given. */
const readPositional = (reader: CallReader): RequestFields => {
  const { arguments: given, call } = reader;
  const messages = given.get('messages', 1);
  return {
    model: given.get([], 0), parts: [...messageParts(messages, fieldsWith(reader.argumentsOf), ['content'], true), ...schemaPart(given.get(['tools', 'functions']), 'tools')],
    maxOutputTokens: numberOf(given.get('maxTokens')), stream: call.callee.kind === 'member' && /stream/i.test(call.callee.property), count: numberOf(given.get('n')) ?? 1, options: {},
  };
};

/** `client.path('/chat/completions').post({ body: { messages } })`. */
const readPost = (reader: CallReader): RequestFields => {
  const body = first(reader.arguments.get('body'), 'map');
  return {
    model: body?.entries.get('model')?.value ?? null, parts: messageParts(body?.entries.get('messages')?.value ?? null, fieldsWith(reader.argumentsOf)),
    maxOutputTokens: numberOf(body?.entries.get('max_tokens')?.value), stream: isTrue(body?.entries.get('stream')?.value), count: 1, options: {},
  };
};

const readComplete = (reader: CallReader): RequestFields => { const fields = readChat(reader)!; return { ...fields, model: fields.model ?? reader.construction?.get('model') ?? null }; };
const readEmbed = (reader: CallReader): RequestFields => {
  const input = reader.arguments.get('input');
  return { model: reader.arguments.get('model') ?? reader.construction?.get('model') ?? null, parts: input ? [textPart(input, 'user', 'input')] : [], maxOutputTokens: null, stream: false, count: 1, options: {} };
};

/** A client made with nothing but OpenAI's key talks to OpenAI. */
function openaiPlace(construction: ArgumentReader | null, _call: ArgumentReader, argumentsOf: (value: Value) => ArgumentReader | null): ImpliedPlace | null {
  const key = candidates(construction?.get([], 0)).find((each) => each.kind === 'instance' && each.callee.path.at(-1) === 'OpenAIKeyCredential');
  return key && argumentsOf(key) ? { provider: 'openai', usual: true, value: key } : null;
}

const azure = (symbols: readonly string[], position: readonly string[], place?: ClientClass['place']): ClientClass => ({ symbols, provider: 'azure-openai', baseUrl: position, key: ['credential'], baseUrlVariables: ['AZURE_OPENAI_ENDPOINT', 'AZURE_INFERENCE_ENDPOINT'], ...(place && { place }) });
const method = (path: string, operation: Operation, read: Method['read'], extra: Partial<Method> = {}): Method => ({ path: path.split('.'), operation, protocol: null, read, ...extra });

export const azureOpenaiJs: Sdk = {
  id: 'azure-openai-js',
  packages: { python: [], javascript: ['@azure/openai'] },
  needles: ['@azure/openai'],
  clients: [azure(['OpenAIClient'], ['endpoint'], openaiPlace)],
  methods: [
    ...['getChatCompletions', 'streamChatCompletions', 'listChatCompletions'].map((name) => method(name, 'chat', readPositional, { distinctive: true, receiver: /client/i })),
    ...['getCompletions', 'streamCompletions', 'listCompletions'].map((name) => method(name, 'completion', readPositional)),
    method('getEmbeddings', 'embedding', readPositional), method('getImages', 'image', readPositional), method('getImageGenerations', 'image', readPositional), method('getAudioTranscription', 'audio-transcription', readPositional), method('getAudioTranslation', 'audio-transcription', readPositional),
  ],
};

export const azureInference: Sdk = {
  id: 'azure-ai-inference',
  packages: { python: ['azure.ai.inference'], javascript: ['@azure-rest/ai-inference'] },
  needles: ['azure.ai.inference', '@azure-rest/ai-inference'],
  clients: [azure(['ChatCompletionsClient', 'EmbeddingsClient', 'ImageEmbeddingsClient', 'default'], ['endpoint'])],
  methods: [
    method('complete', 'chat', readComplete), method('embed', 'embedding', readEmbed),
    method('post', 'chat', readPost, { receiver: /^path$/ }),
  ],
  transparent: ['path'],
};
