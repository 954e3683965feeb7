/** The `ollama` package of Python and JavaScript, on the module itself or on a client. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import { first, isTrue, numberOf } from '../core/value.js';

function limitOf(reader: CallReader): number | null {
  const options = reader.arguments.get('options', undefined);
  const fields = options ? fieldsWith(reader.argumentsOf)(options) : null;
  return numberOf(fields?.('num_predict'));
}

function readChat(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  return {
    model: given.get('model', 0),
    parts: [...messageParts(given.get('messages', reader.ecosystem === 'python' ? 1 : undefined), fieldsWith(reader.argumentsOf)), ...schemaPart(given.get('tools'), 'tools'), ...schemaPart(given.get('format'), 'response-format')],
    maxOutputTokens: limitOf(reader), stream: isTrue(given.get('stream')), count: 1, options: {},
  };
}

function readGenerate(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const [system, prompt, images] = [given.get('system'), given.get('prompt', reader.ecosystem === 'python' ? 1 : undefined), first(given.get('images'), 'list')];
  return {
    model: given.get('model', 0),
    parts: [
      ...(system ? [textPart(system, 'system')] : []), ...(prompt ? [textPart(prompt, 'user')] : []),
      ...(images?.items ?? []).map((item) => ({ kind: 'image' as const, role: 'user' as const, pieces: [], alternatives: [], repeated: item.repeated, range: item.value.range })),
    ],
    maxOutputTokens: limitOf(reader), stream: isTrue(given.get('stream')), count: 1, options: {},
  };
}

function readEmbed(reader: CallReader): RequestFields {
  const input = reader.arguments.get(['input', 'prompt'], reader.ecosystem === 'python' ? 1 : undefined);
  return { model: reader.arguments.get('model', 0), parts: input ? [textPart(input, 'user', 'input')] : [], maxOutputTokens: null, stream: false, count: 1, options: {} };
}

const names: readonly (readonly [string, Method['operation'], Method['read']])[] = [
  ['chat', 'chat', readChat], ['generate', 'completion', readGenerate], ['embed', 'embedding', readEmbed], ['embeddings', 'embedding', readEmbed],
];

export const ollama: Sdk = {
  id: 'ollama',
  packages: { python: ['ollama'], javascript: ['ollama'] },
  needles: ['ollama'],
  clients: [
    { symbols: ['Client', 'AsyncClient', 'Ollama'], provider: 'ollama', baseUrl: ['host'], key: [], baseUrlVariables: ['OLLAMA_HOST'] },
    { symbols: [''], provider: 'ollama', baseUrl: [], key: [], baseUrlVariables: ['OLLAMA_HOST'] },
  ],
  methods: [
    ...names.map(([name, operation, read]): Method => ({ path: [name], operation, protocol: null, read })),
    ...names.map(([name, operation, read]): Method => ({ path: [name], operation, protocol: null, read, onModule: true })),
  ],
};
