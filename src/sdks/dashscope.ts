/** The `dashscope` package (Python): Generation, MultiModalConversation and embeddings on the module itself. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import { first, isTrue, numberOf } from '../core/value.js';

/** `prompt` or `messages`; DashScope takes either. */
function readGeneration(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const prompt = given.get('prompt', 1);
  const messages = given.get('messages');
  return {
    model: given.get('model', 0),
    parts: [
      ...(messages ? messageParts(messages, fieldsWith(reader.argumentsOf)) : prompt ? [textPart(prompt, 'user')] : []),
      ...schemaPart(given.get('tools'), 'tools'),
    ],
    maxOutputTokens: numberOf(given.get('max_tokens')),
    stream: isTrue(given.get('stream')),
    count: numberOf(given.get('n')) ?? 1,
    options: isTrue(given.get('enable_thinking')) ? { enable_thinking: true } : {},
  };
}

function readEmbedding(reader: CallReader): RequestFields {
  const input = reader.arguments.get('input', 1);
  const list = first(input, 'list');
  return {
    model: reader.arguments.get('model', 0),
    parts: list ? list.items.map((item) => ({ ...textPart(item.value, 'user' as const, 'input'), repeated: item.repeated })) : input ? [textPart(input, 'user', 'input')] : [],
    maxOutputTokens: null, stream: false, count: 1, options: {},
  };
}

const onModule = (name: string, operation: Method['operation'], read: Method['read']): Method[] => [
  { path: [name, 'call'], operation, protocol: operation === 'chat' ? 'dashscope-native' : null, read, onModule: true },
];

export const dashscope: Sdk = {
  id: 'dashscope',
  packages: { python: ['dashscope'], javascript: [] },
  needles: ['dashscope'],
  clients: [{
    symbols: [''], provider: 'alibaba-dashscope', baseUrl: [], key: ['api_key'],
    baseUrlVariables: ['DASHSCOPE_HTTP_BASE_URL'], baseUrlAttributes: ['base_http_api_url'],
  }],
  methods: [
    ...['Generation', 'AioGeneration', 'MultiModalConversation', 'AioMultiModalConversation'].flatMap((name) => onModule(name, 'chat', readGeneration)),
    ...['TextEmbedding', 'MultiModalEmbedding'].flatMap((name) => onModule(name, 'embedding', readEmbedding)),
    ...onModule('ImageSynthesis', 'image', readGeneration),
  ],
};
