/** Gateways' own packages: `portkey_ai`/`portkey-ai`, `openrouter`/`@openrouter/sdk` and `@openrouter/agent`. */
import { fieldsWith } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import { readChat, readInputOf, readResponses, sameShape, textOptions } from './openai.js';

const portkeyShape = sameShape('portkey', { python: ['portkey_ai'], javascript: ['portkey-ai'] }, ['Portkey', 'AsyncPortkey', 'default'], ['PORTKEY_BASE_URL']);

/** A prompt that is kept at Portkey, model and all: only its variables are in the code. */
const stored = (path: readonly string[]): Method => ({
  path, operation: 'chat', protocol: null,
  read: (reader) => ({ model: reader.arguments.get('model'), parts: [], maxOutputTokens: null, stream: false, count: 1, options: textOptions(reader.arguments, ['prompt_id', 'promptID']) }),
});

export const portkey: Sdk = {
  ...portkeyShape,
  // `@slug/model`: the slug is the team's own name of a provider.
  catalogName: (name) => name.replace(/^@[^/]+\//, ''),
  methods: [...portkeyShape.methods, stored(['prompts', 'completions', 'create']), stored(['prompts', 'create']), stored(['generations', 'create'])],
};

/** The request, or the field of the newer versions that holds it. */
function sent(reader: CallReader): CallReader {
  const inner = reader.arguments.get(['chatRequest', 'chatGenerationParams', 'responsesRequest', 'openResponsesRequest', 'requestBody', 'chat_request', 'responses_request']);
  const fields = inner ? fieldsWith(reader.argumentsOf)(inner) : null;
  if (!fields) return reader;
  return { ...reader, arguments: { get: (names) => [names].flat().map((name) => fields(name)).find((value) => value !== null) ?? null, names: [], open: false } };
}

const within = (read: (reader: CallReader) => RequestFields) => (reader: CallReader): RequestFields => read(sent(reader));

export const openrouter: Sdk = {
  id: 'openrouter',
  packages: { python: ['openrouter'], javascript: ['@openrouter/sdk', '@openrouter/agent'] },
  needles: ['openrouter'],
  clients: [{ symbols: ['OpenRouter', 'default', ''], provider: 'openrouter', baseUrl: ['server_url', 'serverURL'], key: ['api_key', 'apiKey'], baseUrlVariables: [] }],
  methods: [
    ...['send', 'send_async'].flatMap((name): Method[] => [
      { path: ['chat', name], operation: 'chat', protocol: 'openai-chat', read: within(readChat) },
      { path: ['responses', name], operation: 'chat', protocol: 'openai-responses', read: within(readResponses) }, { path: ['beta', 'responses', name], operation: 'chat', protocol: 'openai-responses', read: within(readResponses) },
    ]),
    ...['generate', 'generate_async'].map((name): Method => ({ path: ['embeddings', name], operation: 'embedding', protocol: null, read: within(readInputOf(['input'])) })),
    ...['callModel', 'call_model'].flatMap((name): Method[] => [{ path: [name], operation: 'chat', protocol: 'openai-responses', read: readResponses }, { path: [name], operation: 'chat', protocol: 'openai-responses', read: readResponses, onModule: true }]),
  ],
};
