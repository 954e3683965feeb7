/** The `cohere` package (Python) and `cohere-ai`: version 2 takes messages, version 1 a message, a preamble and a history. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import { first, numberOf } from '../core/value.js';

function readChat(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const [messages, message, preamble, history, documents] = [given.get('messages'), given.get('message'), given.get('preamble'), given.get(['chat_history', 'chatHistory']), given.get('documents')];
  const callee = reader.call.callee;
  return {
    model: given.get('model'),
    parts: [
      ...(preamble ? [textPart(preamble, 'system')] : []),
      ...(history ? messageParts(history, fieldsWith(reader.argumentsOf), ['message', 'content']) : []),
      ...(messages ? messageParts(messages, fieldsWith(reader.argumentsOf)) : []),
      ...(message ? [textPart(message, 'user')] : []),
      ...(documents ? [textPart(documents, 'user')] : []),
      ...schemaPart(given.get('tools'), 'tools'), ...schemaPart(given.get(['response_format', 'responseFormat']), 'response-format'),
    ],
    maxOutputTokens: numberOf(given.get(['max_tokens', 'maxTokens'])), stream: callee.kind === 'member' && /stream/i.test(callee.property), count: 1, options: {},
  };
}

const readText = (names: readonly string[]) => (reader: CallReader): RequestFields => {
  const parts = names.flatMap((name) => {
    const value = reader.arguments.get(name);
    const list = first(value, 'list');
    return list ? list.items.map((item) => ({ ...textPart(item.value, 'user' as const, 'input'), repeated: item.repeated })) : value ? [textPart(value, 'user', 'input')] : [];
  });
  return { model: reader.arguments.get('model'), parts, maxOutputTokens: numberOf(reader.arguments.get(['max_tokens', 'maxTokens'])), stream: false, count: numberOf(reader.arguments.get(['num_generations', 'numGenerations'])) ?? 1, options: {} };
};

const method = (path: readonly string[], operation: Method['operation'], read: Method['read']): Method => ({ path, operation, protocol: null, read });
const methods = ['', 'v2'].flatMap((version) => {
  const at = (name: string): string[] => (version ? [version, name] : [name]);
  return [
    ...['chat', 'chat_stream', 'chatStream'].map((name) => method(at(name), 'chat', readChat)),
    method(at('embed'), 'embedding', readText(['texts', 'inputs'])), method(at('rerank'), 'rerank', readText(['query', 'documents'])),
  ];
});

export const cohere: Sdk = {
  id: 'cohere',
  packages: { python: ['cohere'], javascript: ['cohere-ai'] },
  needles: ['cohere'],
  clients: [{ symbols: ['Client', 'ClientV2', 'AsyncClient', 'AsyncClientV2', 'CohereClient', 'CohereClientV2', 'default'], provider: 'cohere', baseUrl: ['base_url', 'baseUrl', 'environment'], key: ['api_key', 'token'], baseUrlVariables: ['CO_API_URL'] }],
  methods: [...methods, method(['generate'], 'completion', readText(['prompt'])), method(['summarize'], 'completion', readText(['text'])), method(['classify'], 'other', readText(['inputs']))],
};
