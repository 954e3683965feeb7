/** The `openai` package (Python and JavaScript), and packages with the same client: Azure, Groq, Together. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { candidates, first, isTrue, numberOf, plainText } from '../core/value.js';

/** Chat completions: messages, tools, response_format, max_completion_tokens (max_tokens in older code). */
export function readChat(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const fieldsOf = fieldsWith(reader.argumentsOf);
  return {
    model: given.get('model'),
    parts: [
      ...messageParts(given.get('messages'), fieldsOf),
      ...schemaPart(given.get(['tools', 'functions']), 'tools'),
      ...schemaPart(given.get(['response_format', 'response_model']), 'response-format'),
    ],
    maxOutputTokens: numberOf(given.get(['max_completion_tokens', 'max_tokens', 'maxTokens'])),
    stream: isTrue(given.get('stream')),
    count: numberOf(given.get('n')) ?? 1,
    options: { ...textOptions(given, ['service_tier', 'reasoning_effort']), ...extraOptions(reader) },
  };
}

export function readResponses(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const instructions = given.get('instructions');
  return {
    model: given.get('model'),
    parts: [
      ...(instructions ? [textPart(instructions, 'system')] : []),
      ...messageParts(given.get('input'), fieldsOf, ['content'], true),
      ...schemaPart(given.get('tools'), 'tools'),
      ...schemaPart(given.get(['text', 'text_format']), 'response-format'),
    ],
    maxOutputTokens: numberOf(given.get('max_output_tokens')),
    stream: isTrue(given.get('stream')),
    count: 1,
    options: textOptions(given, ['service_tier']),
  };
}

/** Embeddings, moderations, legacy completions: one text or a list of texts. */
export function readInputOf(names: readonly string[], limit: readonly string[] = []) {
  return (reader: CallReader): RequestFields => {
    const input = reader.arguments.get(names);
    const list = first(input, 'list');
    const parts = list
      ? list.items.map((item) => ({ ...textPart(item.value, 'user' as const, 'input'), repeated: item.repeated }))
      : input ? [textPart(input, 'user', 'input')] : [];
    return {
      model: reader.arguments.get(['model', 'engine']),
      parts,
      maxOutputTokens: limit.length ? numberOf(reader.arguments.get(limit)) : null,
      stream: isTrue(reader.arguments.get('stream')),
      count: numberOf(reader.arguments.get('n')) ?? 1,
      options: textOptions(reader.arguments, ['quality', 'size', 'dimensions', 'voice']),
    };
  };
}

export function readAudio(reader: CallReader): RequestFields {
  const prompt = reader.arguments.get('prompt');
  return {
    model: reader.arguments.get('model'),
    parts: [
      { kind: 'audio', role: 'user', pieces: [], alternatives: [], repeated: false, range: reader.arguments.get('file')?.range ?? null },
      ...(prompt ? [textPart(prompt, 'user')] : []),
    ],
    maxOutputTokens: null, stream: isTrue(reader.arguments.get('stream')), count: 1, options: {},
  };
}

/** What goes past the package's own arguments: `extra_body` in Python, the same names beside the others in JavaScript. */
function extraOptions(reader: CallReader): Record<string, boolean> {
  const body = reader.arguments.get('extra_body');
  const fields = body ? fieldsWith(reader.argumentsOf)(body) : null;
  return isTrue(fields?.('enable_thinking')) || isTrue(reader.arguments.get('enable_thinking')) ? { enable_thinking: true } : {};
}

export function textOptions(given: ArgumentReader, names: readonly string[]): Record<string, string | number> {
  const options: Record<string, string | number> = {};
  for (const name of names) {
    const value = given.get(name);
    const text = plainText(candidates(value)[0]);
    const amount = numberOf(value);
    if (text !== null) options[name] = text;
    else if (amount !== null) options[name] = amount;
  }
  return options;
}

const chat = (path: readonly string[]): Method => ({ path, operation: 'chat', protocol: 'openai-chat', read: readChat, distinctive: true });

/** Methods that every client of this shape has. */
export const chatMethods: readonly Method[] = [
  chat(['chat', 'completions', 'create']),
  chat(['chat', 'completions', 'parse']),
  chat(['chat', 'completions', 'stream']),
  chat(['chat', 'completions', 'runTools']),
];

const embeddings: Method = { path: ['embeddings', 'create'], operation: 'embedding', protocol: null, read: readInputOf(['input']) };

const methods: readonly Method[] = [
  ...chatMethods,
  ...['create', 'parse', 'stream'].map((name): Method => (
    { path: ['responses', name], operation: 'chat', protocol: 'openai-responses', read: readResponses })),
  { path: ['completions', 'create'], operation: 'completion', protocol: null, read: readInputOf(['prompt'], ['max_tokens']) },
  embeddings,
  { path: ['images', 'generate'], operation: 'image', protocol: null, read: readInputOf(['prompt']) },
  { path: ['images', 'edit'], operation: 'image', protocol: null, read: readInputOf(['prompt']) },
  { path: ['images', 'create_variation'], operation: 'image', protocol: null, read: readInputOf(['prompt']) },
  { path: ['images', 'createVariation'], operation: 'image', protocol: null, read: readInputOf(['prompt']) },
  { path: ['audio', 'transcriptions', 'create'], operation: 'audio-transcription', protocol: null, read: readAudio, distinctive: true },
  { path: ['audio', 'translations', 'create'], operation: 'audio-transcription', protocol: null, read: readAudio, distinctive: true },
  { path: ['audio', 'speech', 'create'], operation: 'speech', protocol: null, read: readInputOf(['input']), distinctive: true },
  { path: ['moderations', 'create'], operation: 'moderation', protocol: null, read: readInputOf(['input']) },
  { path: ['videos', 'create'], operation: 'video', protocol: null, read: readInputOf(['prompt']) },
  // Runs of the Assistants API, whose model is the assistant's unless the run names one.
  ...['create', 'stream', 'createAndPoll', 'create_and_poll', 'createAndStream', 'create_and_stream', 'submitToolOutputs', 'submitToolOutputsStream', 'submitToolOutputsAndPoll', 'submit_tool_outputs', 'submit_tool_outputs_stream', 'submit_tool_outputs_and_poll'].map((name): Method => ({ path: ['threads', 'runs', name], operation: 'chat', protocol: null, read: readRun, distinctive: true })),
  ...['createAndRun', 'create_and_run', 'createAndRunPoll', 'create_and_run_poll', 'createAndRunStream', 'create_and_run_stream'].map((name): Method => ({ path: ['threads', name], operation: 'chat', protocol: null, read: readRun, distinctive: true })),
  // Before version 1 of the Python package.
  { path: ['ChatCompletion', 'create'], operation: 'chat', protocol: null, read: readChat, onModule: true },
  { path: ['ChatCompletion', 'acreate'], operation: 'chat', protocol: null, read: readChat, onModule: true },
  { path: ['Completion', 'create'], operation: 'completion', protocol: null, read: readInputOf(['prompt'], ['max_tokens']), onModule: true },
  { path: ['Embedding', 'create'], operation: 'embedding', protocol: null, read: readInputOf(['input']), onModule: true },
  // Before version 4 of the JavaScript package.
  { path: ['createChatCompletion'], operation: 'chat', protocol: null, read: readChat, distinctive: true },
  { path: ['createCompletion'], operation: 'completion', protocol: null, read: readInputOf(['prompt'], ['max_tokens']), receiver: /openai|^api$|^client$/i },
  { path: ['createEmbedding'], operation: 'embedding', protocol: null, read: readInputOf(['input']), receiver: /openai|^api$|^client$/i },
  { path: ['createImage'], operation: 'image', protocol: null, read: readInputOf(['prompt']), receiver: /openai/i },
  { path: ['createEdit'], operation: 'completion', protocol: null, read: readInputOf(['input']), receiver: /openai/i },
  { path: ['createModeration'], operation: 'moderation', protocol: null, read: readInputOf(['input']), receiver: /openai/i },
  ...['createTranscription', 'createTranslation'].map((name): Method => ({ path: [name], operation: 'audio-transcription', protocol: null, read: readTranscription, receiver: /openai/i })),
];

/** `createTranscription(file, model, prompt)`: arguments by position. */
function readTranscription(reader: CallReader): RequestFields {
  const prompt = reader.arguments.get([], 2);
  return { ...readAudio(reader), model: reader.arguments.get([], 1), parts: [...readAudio(reader).parts, ...(prompt && first(prompt, 'text') ? [textPart(prompt, 'user')] : [])] };
}

/** The thread holds what was said; only instructions and added messages are in the code. */
function readRun(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const thread = first(given.get('thread'), 'map');
  return {
    model: given.get('model'),
    parts: [
      ...['instructions', 'additional_instructions'].flatMap((name) => { const value = given.get(name); return value ? [textPart(value, 'system' as const)] : []; }),
      ...messageParts(given.get('additional_messages') ?? thread?.entries.get('messages')?.value ?? null, fieldsOf),
      ...(thread ? [] : [{ ...textPart({ kind: 'hole', name: 'thread', range: null }, 'user'), repeated: true }]), ...schemaPart(given.get('tools'), 'tools'),
    ],
    maxOutputTokens: numberOf(given.get(['max_completion_tokens'])), stream: isTrue(given.get('stream')), count: 1, options: {},
  };
}

/** `beta.` in front of a path is the same method in an earlier stage. */
const withBeta: readonly Method[] = methods.flatMap((method) => (
  method.onModule || method.path.length < 2 ? [method] : [method, { ...method, path: ['beta', ...method.path] }]));

/** `dataResidency`, and `provider: bedrock({ region })` of the newest packages. */
function residencyOption(construction: ArgumentReader | null, _call: ArgumentReader, argumentsOf: CallReader['argumentsOf']): ImpliedPlace | null {
  const elsewhere = construction?.get('provider') ?? null;
  for (const each of candidates(elsewhere)) {
    if (each.kind !== 'instance' || each.callee.path.at(-1) !== 'bedrock') continue;
    const region = plainText(candidates(argumentsOf(each)?.get('region'))[0]);
    return { provider: 'aws-bedrock', ...(region ? { url: `https://bedrock-runtime.${region}.amazonaws.com` } : {}), value: elsewhere };
  }
  if (elsewhere) return { provider: 'unknown', value: elsewhere };
  const value = construction?.get(['dataResidency', 'data_residency']) ?? null;
  const zone = plainText(value);
  return zone ? { endpointId: zone === 'global' ? 'global' : zone, value } : null;
}

const openaiClient: ClientClass = {
  symbols: ['OpenAI', 'AsyncOpenAI', 'default', 'OpenAIApi', 'Client', 'AsyncClient', ''],
  provider: 'openai',
  baseUrl: ['base_url', 'baseURL', 'basePath'],
  key: ['api_key', 'apiKey'],
  baseUrlVariables: ['OPENAI_BASE_URL'],
  baseUrlAttributes: ['base_url', 'api_base'],
  place: residencyOption,
};

const azureClient: ClientClass = {
  symbols: ['AzureOpenAI', 'AsyncAzureOpenAI'],
  provider: 'azure-openai',
  baseUrl: ['azure_endpoint', 'endpoint', 'base_url', 'baseURL'],
  key: ['api_key', 'apiKey', 'azure_ad_token', 'azure_ad_token_provider', 'azureADTokenProvider'],
  baseUrlVariables: ['AZURE_OPENAI_ENDPOINT'],
};

export const openai: Sdk = {
  id: 'openai',
  packages: { python: ['openai', 'langfuse.openai', 'posthog.ai.openai'], javascript: ['openai', 'openai-edge', '@posthog/ai/openai', '@langfuse/openai'] },
  needles: ['openai', 'OpenAI', 'chat.completions', 'completions.create'],
  clients: [openaiClient, azureClient],
  methods: withBeta,
  transparent: ['with_options', 'withOptions', 'copy', 'with_raw_response', 'with_streaming_response'],
};

export const sameShape = (id: string, packages: Sdk['packages'], symbols: readonly string[], variables: readonly string[], provider = id): Sdk => ({
  id,
  packages,
  needles: [...packages.python ?? [], ...packages.javascript ?? []],
  clients: [{ symbols, provider, baseUrl: ['base_url', 'baseURL'], key: ['api_key', 'apiKey'], baseUrlVariables: variables }],
  methods: methods.filter((method) => !method.onModule).map((method) => ({ ...method, distinctive: false })),
  transparent: ['with_options', 'withOptions', 'with_raw_response', 'with_streaming_response'],
});

export const groq = sameShape('groq', { python: ['groq'], javascript: ['groq-sdk'] }, ['Groq', 'AsyncGroq', 'default'], ['GROQ_BASE_URL']);
export const together = sameShape('together', { python: ['together'], javascript: ['together-ai'] }, ['Together', 'AsyncTogether', 'default'], ['TOGETHER_BASE_URL']);
export const perplexity = sameShape('perplexity', { python: ['perplexity'], javascript: ['@perplexity-ai/perplexity_ai'] }, ['Perplexity', 'AsyncPerplexity', 'default'], ['PERPLEXITY_BASE_URL']);
export const cerebras = sameShape('cerebras', { python: ['cerebras.cloud.sdk'], javascript: ['@cerebras/cerebras_cloud_sdk'] }, ['Cerebras', 'AsyncCerebras', 'default'], ['CEREBRAS_BASE_URL'], 'unknown');

export const ark = sameShape('ark', { python: ['volcenginesdkarkruntime'], javascript: [] }, ['Ark', 'AsyncArk'], [], 'volcengine-ark');
const zhipuShape = sameShape('zhipuai', { python: ['zhipuai', 'zai'], javascript: [] }, ['ZhipuAI', 'ZhipuAiClient', 'ZaiClient'], [], 'zhipu');

/** `zhipuai.model_api.invoke(model=…, prompt=[…])`, before version 2 of the package. */
export const zhipu: Sdk = {
  ...zhipuShape,
  methods: [...zhipuShape.methods, ...['invoke', 'async_invoke', 'sse_invoke'].map((name): Method => ({ path: ['model_api', name], operation: 'chat', protocol: null, onModule: true, read: (reader) => ({ ...readChat(reader), stream: name === 'sse_invoke', parts: messageParts(reader.arguments.get('prompt'), fieldsWith(reader.argumentsOf), ['content'], true) }) }))],
};

/** The `chatgpt` package of JavaScript: a conversation kept by the client. */
export const chatgptJs: Sdk = {
  id: 'chatgpt',
  packages: { python: [], javascript: ['chatgpt'] },
  needles: ["'chatgpt'", '"chatgpt"'],
  clients: [{ symbols: ['ChatGPTAPI'], provider: 'openai', baseUrl: ['apiBaseUrl'], key: ['apiKey'], baseUrlVariables: [] }, { symbols: ['ChatGPTUnofficialProxyAPI'], provider: 'unknown', baseUrl: ['apiReverseProxyUrl'], key: [], baseUrlVariables: [] }],
  methods: [{
    path: ['sendMessage'], operation: 'chat', protocol: null, receiver: /api|chatgpt/i,
    read: (reader) => {
      const options = first(reader.construction?.get('completionParams'), 'map');
      const prompt = reader.arguments.get([], 0);
      return { model: options?.entries.get('model')?.value ?? reader.construction?.get('model') ?? null, parts: prompt ? [textPart(prompt, 'user')] : [], maxOutputTokens: null, stream: false, count: 1, options: {} };
    },
  }],
};
