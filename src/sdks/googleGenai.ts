/** `google-genai` / `@google/genai`, and the legacy `google-generativeai` / `@google/generative-ai`. */
import { type FieldsOf, contentParts, fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { PromptPart } from '../core/model.js';
import type { ArgumentReader, CallReader, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, first, isTrue, numberOf, plainText } from '../core/value.js';

/** `contents`: a string, a part, a list of parts, or a list of {role, parts}. */
function contents(value: Value | null, fieldsOf: FieldsOf): PromptPart[] {
  const list = first(value, 'list');
  if (!list) {
    const only = candidates(value)[0];
    return only && fieldsOf(only)?.('parts') ? messageParts({ kind: 'list', items: [{ value: only, repeated: false }], open: false, range: only.range }, fieldsOf, ['parts'])
      : value ? contentParts(value, 'user', false, fieldsOf) : [];
  }
  const turns = list.items.some((item) => fieldsOf(candidates(item.value)[0] ?? item.value)?.('parts'));
  return turns ? messageParts(value, fieldsOf, ['parts']) : contentParts(value, 'user', false, fieldsOf);
}

function fieldOf(value: Value | null, names: readonly string[], fieldsOf: FieldsOf): Value | null {
  if (!value) return null;
  for (const each of candidates(value)) {
    const fields = fieldsOf(each);
    if (fields) for (const name of names) { const found = fields(name); if (found) return found; }
  }
  return null;
}

function read(reader: CallReader, model: Value | null, config: Value | null, input: Value | null, construction: ArgumentReader | null): RequestFields {
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const given = (names: readonly string[]): Value | null => fieldOf(config, names, fieldsOf) ?? reader.arguments.get(names) ?? construction?.get(names) ?? null;
  const system = given(['system_instruction', 'systemInstruction']);
  return {
    model,
    parts: [
      ...(system ? contentParts(fieldOf(system, ['parts'], fieldsOf) ?? system, 'system', false, fieldsOf) : []),
      ...contents(input, fieldsOf),
      ...schemaPart(given(['tools']), 'tools'),
      ...schemaPart(given(['response_schema', 'responseSchema', 'response_json_schema', 'responseJsonSchema']), 'response-format'),
    ],
    maxOutputTokens: numberOf(given(['max_output_tokens', 'maxOutputTokens'])),
    stream: reader.call.callee.kind === 'member' && /stream/i.test(reader.call.callee.property) || isTrue(reader.arguments.get('stream')),
    count: numberOf(given(['candidate_count', 'candidateCount'])) ?? 1,
    options: {},
  };
}

const readGenerate = (reader: CallReader): RequestFields =>
  read(reader, reader.arguments.get('model'), reader.arguments.get('config'), reader.arguments.get(['contents']), null);

function readEmbed(reader: CallReader): RequestFields {
  const input = reader.arguments.get(['contents', 'content'], 0);
  const list = first(input, 'list');
  return {
    model: reader.arguments.get('model') ?? reader.construction?.get(['model', 'model_name'], 0) ?? null,
    parts: list ? list.items.map((item) => ({ ...textPart(item.value, 'user' as const, 'input'), repeated: item.repeated })) : input ? [textPart(input, 'user', 'input')] : [],
    maxOutputTokens: null, stream: false, count: 1, options: {},
  };
}

function readImages(reader: CallReader): RequestFields {
  const prompt = reader.arguments.get('prompt');
  return {
    model: reader.arguments.get('model'),
    parts: prompt ? [textPart(prompt, 'user', 'input')] : [],
    maxOutputTokens: null, stream: false,
    count: numberOf(fieldOf(reader.arguments.get('config'), ['number_of_images', 'numberOfImages'], fieldsWith(reader.argumentsOf))) ?? 1,
    options: {},
  };
}

/** Chats: `client.chats.create(model=…)` then `chat.send_message(…)`. */
function readSend(reader: CallReader): RequestFields {
  const { construction } = reader;
  return read(reader, construction?.get(['model', 'model_name', 'modelName'], 0) ?? null, construction?.get('config') ?? reader.arguments.get('config') ?? null,
    reader.arguments.get(['message', 'content'], 0), construction);
}

/** Legacy: the model object carries model, system instruction and generation config. */
function readLegacy(reader: CallReader): RequestFields {
  const { construction } = reader;
  const first0 = reader.arguments.get(['contents', 'content'], 0);
  const wrapped = candidates(first0)[0];
  const input = wrapped?.kind === 'map' && wrapped.entries.has('contents') ? wrapped.entries.get('contents')!.value : first0;
  const config = reader.arguments.get(['generation_config', 'generationConfig']) ?? construction?.get(['generation_config', 'generationConfig']) ?? null;
  return read(reader, construction?.get(['model_name', 'model', 'modelName'], 0) ?? null, config, input, construction);
}

function place(construction: ArgumentReader | null): ImpliedPlace | null {
  if (!construction) return null;
  const location = construction.get('location');
  const region = plainText(candidates(location)[0]);
  if (!isTrue(construction.get(['vertexai', 'enterprise'])) && !region) return null;
  const url = region && region !== 'global' ? `https://${region}-aiplatform.googleapis.com` : location && !region ? undefined : 'https://aiplatform.googleapis.com';
  return { provider: 'google-vertex', ...(url ? { url } : {}), value: location };
}

/** The Interactions API: `input` is a text or a list of turns; with `previous_interaction_id` the vendor sends the earlier ones again. */
function readInteraction(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const system = given.get(['system_instruction', 'systemInstruction']);
  return {
    model: given.get(['model', 'agent']),
    parts: [
      ...(system ? [textPart(system, 'system')] : []),
      ...(given.get(['previous_interaction_id', 'previousInteractionId']) ? [{ ...textPart({ kind: 'hole', name: 'history', range: null }, 'user'), repeated: true }] : []),
      ...messageParts(given.get('input'), fieldsWith(reader.argumentsOf), ['content'], true), ...schemaPart(given.get('tools'), 'tools'), ...schemaPart(given.get(['response_format', 'responseFormat']), 'response-format'),
    ],
    maxOutputTokens: numberOf(given.get(['max_output_tokens', 'maxOutputTokens'])), stream: isTrue(given.get('stream')), count: 1, options: {},
  };
}

const generate = (path: readonly string[]): Method => ({ path, operation: 'chat', protocol: 'google-generate-content', read: readGenerate, distinctive: true });
const legacy = (name: string): Method => ({ path: [name], operation: 'chat', protocol: null, read: readLegacy });

export const googleGenai: Sdk = {
  id: 'google-genai',
  packages: { python: ['google.genai'], javascript: ['@google/genai'] },
  needles: ['google.genai', 'google import genai', '@google/genai', 'generate_content', 'generateContent'],
  clients: [{
    symbols: ['Client', 'GoogleGenAI', 'default'], provider: 'google-gemini', baseUrl: ['base_url', 'baseUrl'],
    key: ['api_key', 'apiKey'], baseUrlVariables: ['GOOGLE_GEMINI_BASE_URL'], place,
  }],
  methods: [
    ...['generate_content', 'generate_content_stream', 'generateContent', 'generateContentStream'].flatMap((name) => [generate(['models', name]), generate(['aio', 'models', name])]),
    ...['embed_content', 'embedContent'].flatMap((name): Method[] => [['models', name], ['aio', 'models', name]].map((path) => ({ path, operation: 'embedding', protocol: null, read: readEmbed }))),
    ...['generate_images', 'generateImages'].flatMap((name): Method[] => [['models', name], ['aio', 'models', name]].map((path) => ({ path, operation: 'image', protocol: null, read: readImages }))),
    ...['send_message', 'send_message_stream', 'sendMessage', 'sendMessageStream'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readSend })),
    ...[['interactions', 'create'], ['aio', 'interactions', 'create']].map((path): Method => ({ path, operation: 'chat', protocol: null, read: readInteraction })),
    ...['edit_image', 'editImage', 'upscale_image', 'upscaleImage', 'recontext_image'].map((name): Method => ({ path: ['models', name], operation: 'image', protocol: null, read: readImages })),
    ...['generate_videos', 'generateVideos'].flatMap((name): Method[] => [['models', name], ['aio', 'models', name]].map((path) => ({ path, operation: 'video', protocol: null, read: readImages }))),
  ],
  modelFactories: ['chats.create', 'aio.chats.create'],
};

/** `vertexai.generative_models.GenerativeModel` and `@google-cloud/vertexai`: the same model object, in a location. */
export const vertexLegacy: Sdk = {
  id: 'vertexai',
  packages: { python: ['vertexai'], javascript: ['@google-cloud/vertexai'] },
  needles: ['vertexai', '@google-cloud/vertexai'],
  clients: [{ symbols: ['VertexAI', 'GenerativeModel', 'ChatModel', 'TextGenerationModel', 'TextEmbeddingModel', ''], provider: 'google-vertex', baseUrl: ['api_endpoint', 'apiEndpoint'], key: [], baseUrlVariables: [], place: vertexLocation }],
  methods: [
    ...['generate_content', 'generate_content_async', 'generateContent', 'generateContentStream'].map(legacy),
    ...['send_message', 'send_message_async', 'sendMessage', 'sendMessageStream', 'predict', 'predict_streaming'].map(legacy),
    { path: ['get_embeddings'], operation: 'embedding', protocol: null, read: readEmbed },
  ],
  modelFactories: ['GenerativeModel', 'getGenerativeModel', 'start_chat', 'startChat', 'from_pretrained', 'preview.getGenerativeModel'],
};

function vertexLocation(construction: ArgumentReader | null): ImpliedPlace | null {
  const value = construction?.get('location') ?? null;
  const region = plainText(candidates(value)[0]);
  return region ? { provider: 'google-vertex', url: region === 'global' ? 'https://aiplatform.googleapis.com' : `https://${region}-aiplatform.googleapis.com`, value } : { provider: 'google-vertex', value };
}

export const googleLegacy: Sdk = {
  id: 'google-generativeai',
  packages: { python: ['google.generativeai'], javascript: ['@google/generative-ai'] },
  needles: ['google.generativeai', '@google/generative-ai', 'GenerativeModel', 'getGenerativeModel'],
  clients: [{ symbols: ['GoogleGenerativeAI', 'GenerativeModel', ''], provider: 'google-gemini', baseUrl: ['baseUrl'], key: ['api_key'], baseUrlVariables: [] }],
  methods: [
    ...['generate_content', 'generate_content_async', 'generateContent', 'generateContentStream'].map(legacy),
    ...['send_message', 'send_message_async', 'sendMessage', 'sendMessageStream'].map(legacy),
    { path: ['embedContent'], operation: 'embedding', protocol: null, read: readEmbed },
    { path: ['embed_content'], operation: 'embedding', protocol: null, read: readEmbed, onModule: true },
  ],
  modelFactories: ['GenerativeModel', 'getGenerativeModel', 'start_chat', 'startChat', 'GenerativeModel.from_cached_content'],
};
