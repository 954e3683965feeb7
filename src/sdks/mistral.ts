/** The `mistralai` package (Python) and `@mistralai/mistralai`. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { ArgumentReader, CallReader, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { first, numberOf, plainText } from '../core/value.js';

function readChat(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  return {
    model: given.get('model'),
    parts: [...messageParts(given.get('messages'), fieldsWith(reader.argumentsOf)), ...schemaPart(given.get('tools'), 'tools')],
    maxOutputTokens: numberOf(given.get(['max_tokens', 'maxTokens'])),
    stream: reader.call.callee.kind === 'member' && reader.call.callee.property.startsWith('stream'),
    count: numberOf(given.get('n')) ?? 1,
    options: {},
  };
}

function readEmbedding(reader: CallReader): RequestFields {
  const input = reader.arguments.get(['inputs', 'input']);
  const list = first(input, 'list');
  return {
    model: reader.arguments.get('model'),
    parts: list ? list.items.map((item) => ({ ...textPart(item.value, 'user' as const, 'input'), repeated: item.repeated })) : input ? [textPart(input, 'user', 'input')] : [],
    maxOutputTokens: null, stream: false, count: 1, options: {},
  };
}

function place(construction: ArgumentReader | null): ImpliedPlace | null {
  const value = construction?.get('server') ?? null;
  const server = plainText(value);
  return server ? { endpointId: server, value } : null;
}

const methods: readonly Method[] = [
  ...['complete', 'complete_async', 'stream', 'stream_async', 'parse'].map((name): Method => ({ path: ['chat', name], operation: 'chat', protocol: null, read: readChat })),
  ...['create', 'create_async'].map((name): Method => ({ path: ['embeddings', name], operation: 'embedding', protocol: null, read: readEmbedding })),
];

export const mistral: Sdk = {
  id: 'mistral',
  packages: { python: ['mistralai'], javascript: ['@mistralai/mistralai'] },
  needles: ['mistralai', '@mistralai'],
  clients: [{
    symbols: ['Mistral', 'default'], provider: 'mistral', baseUrl: ['server_url', 'serverURL'], key: ['api_key', 'apiKey'], baseUrlVariables: [], place,
  }],
  methods,
};
