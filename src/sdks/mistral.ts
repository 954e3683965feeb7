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

/** Fill in the middle: what stands before and behind. */
function readFim(reader: CallReader): RequestFields {
  const fields = readChat(reader);
  return { ...fields, parts: ['prompt', 'suffix'].flatMap((name) => { const value = reader.arguments.get(name); return value ? [textPart(value, 'user' as const, 'input' as const)] : []; }) };
}

/** A conversation is kept by the vendor: what was said before is sent again and not seen here. */
function readConversation(reader: CallReader): RequestFields {
  const fields = readChat(reader);
  const instructions = reader.arguments.get('instructions');
  const isContinued = reader.call.callee.kind === 'member' && reader.call.callee.property.startsWith('append');
  return {
    ...fields,
    parts: [
      ...(instructions ? [textPart(instructions, 'system')] : []),
      ...(isContinued ? [{ ...textPart({ kind: 'hole', name: 'history', range: null }, 'user'), repeated: true }] : []),
      ...messageParts(reader.arguments.get('inputs'), fieldsWith(reader.argumentsOf), ['content'], true), ...schemaPart(reader.arguments.get('tools'), 'tools'),
    ],
  };
}

function readOcr(reader: CallReader): RequestFields {
  const range = reader.arguments.get(['document', 'file', 'file_id', 'file_url'])?.range ?? null;
  return { model: reader.arguments.get('model'), parts: [{ kind: 'file', role: 'user', pieces: [], alternatives: [], repeated: false, range }], maxOutputTokens: null, stream: false, count: 1, options: {} };
}

function place(construction: ArgumentReader | null): ImpliedPlace | null {
  const value = construction?.get('server') ?? null;
  const server = plainText(value);
  return server ? { endpointId: server, value } : null;
}

const methods: readonly Method[] = [
  ...['complete', 'complete_async', 'stream', 'stream_async', 'parse'].map((name): Method => ({ path: ['chat', name], operation: 'chat', protocol: null, read: readChat })),
  ...['parse_async', 'parse_stream', 'parse_stream_async'].map((name): Method => ({ path: ['chat', name], operation: 'chat', protocol: null, read: readChat })),
  // Before version 1 of the packages.
  ...['chat', 'chat_stream', 'chatStream'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readChat, receiver: /^(?:mistral_?)?client$/i })),
  { path: ['embeddings'], operation: 'embedding', protocol: null, read: readEmbedding },
  ...['agents', 'fim'].flatMap((part) => ['complete', 'complete_async', 'stream', 'stream_async'].map((name): Method => ({ path: [part, name], operation: part === 'fim' ? 'completion' : 'chat', protocol: null, read: part === 'fim' ? readFim : readChat }))),
  ...['start', 'start_async', 'start_stream', 'append', 'append_async', 'append_stream', 'startStream', 'appendStream'].flatMap((name) => [['beta', 'conversations', name], ['conversations', name]].map((path): Method => ({ path, operation: 'chat', protocol: null, read: readConversation }))),
  ...['process', 'process_async'].map((name): Method => ({ path: ['ocr', name], operation: 'other', protocol: null, read: readOcr })),
  ...['moderate', 'moderate_chat', 'moderateChat'].map((name): Method => ({ path: ['classifiers', name], operation: 'moderation', protocol: null, read: readEmbedding })),
  ...['complete', 'complete_async', 'stream'].map((name): Method => ({ path: ['audio', 'transcriptions', name], operation: 'audio-transcription', protocol: null, read: readOcr })),
  ...['create', 'create_async'].map((name): Method => ({ path: ['embeddings', name], operation: 'embedding', protocol: null, read: readEmbedding })),
];

export const mistral: Sdk = {
  id: 'mistral',
  packages: { python: ['mistralai'], javascript: ['@mistralai/mistralai'] },
  needles: ['mistralai', '@mistralai'],
  clients: [{
    symbols: ['Mistral', 'default', 'MistralClient', 'MistralAsyncClient'], provider: 'mistral', baseUrl: ['server_url', 'serverURL'], key: ['api_key', 'apiKey'], baseUrlVariables: [], place,
  }],
  methods,
};
