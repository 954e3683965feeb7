/** The Vercel AI SDK: `generateText({ model: openai('gpt-4o'), … })`, provider functions, registries and plain strings. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation, ProviderId } from '../core/model.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { placeOfModel, splitModel } from './modelPrefix.js';
import { type InstanceValue, type SymbolValue, type Value, candidates, first, numberOf, plainText } from '../core/value.js';

/** Package → provider. */
const packages: Readonly<Record<string, ProviderId>> = {
  '@ai-sdk/openai': 'openai', '@ai-sdk/azure': 'azure-openai', '@ai-sdk/anthropic': 'anthropic', '@ai-sdk/google': 'google-gemini', '@ai-sdk/google-vertex': 'google-vertex', '@ai-sdk/amazon-bedrock': 'aws-bedrock', '@ai-sdk/mistral': 'mistral', '@ai-sdk/cohere': 'cohere',
  '@ai-sdk/xai': 'xai', '@ai-sdk/groq': 'groq', '@ai-sdk/togetherai': 'together', '@ai-sdk/fireworks': 'fireworks', '@ai-sdk/perplexity': 'perplexity', '@ai-sdk/deepseek': 'deepseek', '@ai-sdk/alibaba': 'alibaba-dashscope', '@ai-sdk/moonshotai': 'moonshot', '@ai-sdk/huggingface': 'huggingface', '@ai-sdk/gateway': 'vercel', '@ai-sdk/openai-compatible': 'unknown',
  '@openrouter/ai-sdk-provider': 'openrouter', 'ollama-ai-provider': 'ollama', 'ollama-ai-provider-v2': 'ollama', 'zhipu-ai-provider': 'zhipu', 'qwen-ai-provider': 'alibaba-dashscope', 'workers-ai-provider': 'cloudflare', '@portkey-ai/vercel-provider': 'portkey', 'vercel-minimax-ai-provider': 'minimax', ai: 'vercel',
  ...Object.fromEntries(['elevenlabs', 'deepgram', 'lmnt', 'hume', 'fal', 'luma', 'replicate', 'cerebras', 'deepinfra', 'baseten', 'vercel', 'assemblyai', 'gladia', 'revai', 'black-forest-labs', 'prodia'].map((name) => [`@ai-sdk/${name}`, 'unknown'])),
};

interface Chosen {
  readonly provider: ProviderId;
  readonly model: Value | null;
  /** The provider's own construction: `createOpenAI({ baseURL })`. */
  readonly made: InstanceValue | null;
}

function packageOf(symbol: SymbolValue): string | undefined {
  return Object.keys(packages).filter((name) => symbol.module === name || symbol.module.startsWith(`${name}/`) || symbol.module === `npm:${name}`).sort((a, b) => b.length - a.length)[0];
}

/** `createProviderRegistry({ anthropic, fast: createOpenAI(…) }).languageModel('anthropic:claude…')`: the name begins with the entry's key. */
function fromRegistry(made: ArgumentReader | null, name: Value | null): Chosen | null {
  const registered = first(made?.get([], 0), 'map');
  for (const each of candidates(name)) {
    const [, key, model] = /^([^:>]+?)\s*[:>]\s*(.+)$/.exec(plainText(each) ?? '') ?? [];
    const entry = key === undefined ? null : candidates(registered?.entries.get(key)?.value)[0];
    let current: Value | null | undefined = entry;
    while (current?.kind === 'instance') current = current.callee;
    const own = current?.kind === 'symbol' ? packageOf(current) : undefined;
    if (own && each.kind === 'text') return { provider: packages[own]!, model: { ...each, pieces: [{ kind: 'text', text: model!, range: each.range }] }, made: entry?.kind === 'instance' ? { ...entry, path: [] } : null };
  }
  return null;
}

/** What `model:` says: a call of a provider function, a string for the gateway, or nothing that can be told. */
function chosen(model: Value | null, reader: Pick<CallReader, 'argumentsOf'>, depth = 0): Chosen | null {
  for (const each of candidates(model)) {
    if (each.kind === 'text') return { provider: 'vercel', model: each, made: null };
    if (each.kind !== 'instance' || each.path.length > 0) continue;
    const chain: InstanceValue[] = [];
    let current: InstanceValue | SymbolValue = each;
    while (current.kind === 'instance') { chain.push(current); current = current.callee; }
    // `wrapLanguageModel({ model: openai('gpt-4o'), middleware })`
    if (current.module === 'ai' && chain.length === 1) {
      const inner = reader.argumentsOf(each)?.get('model') ?? null;
      if (inner) return chosen(inner, reader);
    }
    // `customProvider({ languageModels: { fast: openai('gpt-4o-mini') } }).languageModel('fast')`
    if (current.module === 'ai' && current.path.at(-1) === 'customProvider') {
      const key = plainText(candidates(reader.argumentsOf(each)?.get([], 0))[0]);
      const registered = first(reader.argumentsOf({ ...chain.at(-1)!, path: [] })?.get(['languageModels', 'textEmbeddingModels', 'embeddingModels', 'imageModels']), 'map');
      const inner = key === null ? null : registered?.entries.get(key)?.value ?? null;
      const found = inner && chosen(inner, reader);
      if (found) return found;
      continue;
    }
    const own = packageOf(current);
    // `createRetryable({ model: openai('gpt-4o') })`, `withTracing(openai('gpt-4o'))`: another package's wrapper around a model.
    if (!own || (own === 'ai' && current.path.at(-1) !== 'gateway' && current.path.at(-1) !== 'createGateway')) {
      const around = reader.argumentsOf({ ...chain.at(-1)!, path: [] });
      const registered = own && current.path.at(-1)!.endsWith('Registry') ? fromRegistry(around, reader.argumentsOf(each)?.get([], 0) ?? null) : null;
      if (registered) return registered;
      const inner = depth < 4 && chain.length === 1 ? around?.get('model') ?? around?.get([], 0) ?? null : null;
      const found = candidates(inner).some((one) => one.kind === 'instance') ? chosen(inner, reader, depth + 1) : null;
      if (found) return found;
      continue;
    }
    const made = chain.length > 1 ? { ...chain.at(-1)!, path: [] } : null;
    return { provider: own === 'ai' ? 'vercel' : packages[own]!, model: reader.argumentsOf(each)?.get([], 0) ?? null, made };
  }
  return null;
}

function read(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const model = given.get('model');
  const [system, prompt, messages] = [given.get(['system', 'instructions']), given.get('prompt'), given.get('messages')];
  const callee = reader.call.callee;
  const name = callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : '';
  const input = given.get(['value', 'values']);
  const list = first(input, 'list');
  return {
    model: chosen(model, reader)?.model ?? (candidates(model)[0]?.kind === 'hole' ? model : null),
    parts: [
      ...(system ? [textPart(system, 'system')] : []), ...(prompt ? messageParts(prompt, fieldsOf, ['content'], true) : []), ...messageParts(messages, fieldsOf),
      ...(list ? list.items.map((item) => ({ ...textPart(item.value, 'user' as const, 'input'), repeated: item.repeated })) : input ? [textPart(input, 'user', 'input')] : []),
      ...schemaPart(given.get('tools'), 'tools'), ...schemaPart(given.get(['schema', 'output', 'experimental_output']), 'response-format'),
    ],
    maxOutputTokens: numberOf(given.get(['maxOutputTokens', 'maxTokens'])), stream: /stream/i.test(name), count: numberOf(given.get('n')) ?? 1, options: {},
  };
}

function place(_construction: ArgumentReader | null, call: ArgumentReader, argumentsOf: CallReader['argumentsOf']): ImpliedPlace | null {
  const model = call.get('model');
  const found = chosen(model, { argumentsOf });
  if (!found) return { provider: 'unknown', value: model };
  const options = found.made ? argumentsOf(found.made) : null;
  const base = options?.get(['baseURL', 'baseUrl']) ?? null;
  const url = plainText(candidates(base)[0]);
  // A client of OpenAI's shape at another host is no longer OpenAI's.
  if (url) return { provider: found.provider === 'openai' ? 'unknown' : found.provider, url, value: base };
  if (base) return { provider: 'unknown', value: base };
  const region = plainText(candidates(options?.get(['region', 'location']))[0]);
  if (region && found.provider === 'aws-bedrock') return { provider: found.provider, url: `https://bedrock-runtime.${region}.amazonaws.com`, value: model };
  if (region && found.provider === 'google-vertex') return { provider: found.provider, url: region === 'global' ? 'https://aiplatform.googleapis.com' : `https://${region}-aiplatform.googleapis.com`, value: model };
  return { provider: found.provider, usual: true, value: model };
}

const functions: readonly (readonly [string, Operation])[] = [
  ['generateText', 'chat'], ['streamText', 'chat'], ['generateObject', 'chat'], ['streamObject', 'chat'], ['embed', 'embedding'], ['embedMany', 'embedding'], ['experimental_generateImage', 'image'], ['generateImage', 'image'],
  ['experimental_transcribe', 'audio-transcription'], ['transcribe', 'audio-transcription'], ['experimental_generateSpeech', 'speech'], ['generateSpeech', 'speech'], ['rerank', 'rerank'], ['streamUI', 'chat'],
];
/** `new ToolLoopAgent({ model, instructions, tools })`, which is asked later. */
const agents = ['ToolLoopAgent', 'Experimental_Agent', 'Agent'];
const agentPlace: ClientClass['place'] = (construction, _call, argumentsOf) => (construction ? place(null, construction, argumentsOf) : null);
const readAgent = (reader: CallReader): RequestFields => {
  const made = reader.construction;
  const [own, asked] = [made ? read({ ...reader, arguments: made }) : null, read(reader)];
  return { ...asked, model: own?.model ?? null, parts: [...(own?.parts ?? []), ...asked.parts], maxOutputTokens: own?.maxOutputTokens ?? asked.maxOutputTokens };
};
const ai: ClientClass = { symbols: [''], provider: 'vercel', baseUrl: [], key: [], baseUrlVariables: [], place };

export const vercelAi: Sdk = {
  id: 'vercel-ai',
  packages: { python: [], javascript: ['ai', '@ai-sdk/rsc'] },
  needles: ["'ai'", '"ai"', "'ai/rsc'", '"ai/rsc"', '@ai-sdk/rsc'],
  catalogName: (name) => name,
  clients: [ai, ...agents.map((symbol): ClientClass => ({ symbols: [symbol], provider: 'vercel', baseUrl: [], key: [], baseUrlVariables: [], place: agentPlace }))],
  methods: [
    ...functions.map(([name, operation]): Method => ({ path: [name], operation, protocol: null, read, onModule: true })),
    ...agents.map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read, onModule: true, kind: 'model-binding' })),
    ...['generate', 'stream'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readAgent, kind: 'framework-call' })),
  ],
};

/** Factories of the provider packages by the package's provider: `createOpenAI`, and the ready-made objects beside them. */
const factories: Readonly<Record<string, ProviderId>> = {
  createOpenAI: 'openai', createAzure: 'azure-openai', createAnthropic: 'anthropic', createGoogleGenerativeAI: 'google-gemini', createVertex: 'google-vertex', createAmazonBedrock: 'aws-bedrock', createMistral: 'mistral', createCohere: 'cohere', createXai: 'xai', createGroq: 'groq', createTogetherAI: 'together', createFireworks: 'fireworks',
  createPerplexity: 'perplexity', createDeepSeek: 'deepseek', createAlibaba: 'alibaba-dashscope', createMoonshotAI: 'moonshot', createHuggingFace: 'huggingface', createGateway: 'vercel', createOpenAICompatible: 'unknown', createOpenRouter: 'openrouter', createOllama: 'ollama', createZhipu: 'zhipu', createQwen: 'alibaba-dashscope', createWorkersAI: 'cloudflare', createPortkey: 'portkey', createMinimax: 'minimax',
};

const readModelObject = (reader: CallReader): RequestFields => ({ model: reader.arguments.get([], 0), parts: [], maxOutputTokens: null, stream: false, count: 1, options: {} });

/** Where a made provider points: its own options say, the call only names the model. */
const placeOfMade = (provider: ProviderId) => (construction: ArgumentReader | null): ImpliedPlace | null => {
  const base = construction?.get(['baseURL', 'baseUrl']) ?? null;
  const url = candidates(base).map((each) => plainText(each)).find((each) => each !== null);
  if (url) return { provider: provider === 'openai' ? 'unknown' : provider, url, value: base };
  return base && provider === 'openai' && candidates(base).some((each) => each.kind === 'hole' && !each.parameter && !each.variable) ? { provider: 'unknown', value: base } : null;
};

/** Model objects made ahead of their calls: `createOpenAI({ baseURL })(name)`, `gateway.languageModel('vendor/model')`. */
export const vercelProviders: Sdk = {
  id: 'ai-sdk-provider',
  packages: { python: [], javascript: Object.keys(packages).filter((name) => name !== 'ai') },
  needles: ['@ai-sdk/', '@openrouter/ai-sdk-provider', 'ollama-ai-provider', 'zhipu-ai-provider', 'qwen-ai-provider', 'workers-ai-provider'],
  callables: Object.keys(factories),
  clients: [{ symbols: ['languageModel'], provider: 'vercel', baseUrl: [], key: [], baseUrlVariables: [], place: () => ({ usual: true }) }, ...Object.entries(factories).map(([symbol, provider]): ClientClass => ({ symbols: [symbol], provider, baseUrl: [], key: [], baseUrlVariables: [], place: placeOfMade(provider) }))],
  methods: [
    { path: ['__call__'], operation: 'chat', protocol: null, read: readModelObject, kind: 'model-binding' },
    ...(['languageModel', 'chatModel', 'responses', 'completion'] as const).map((name): Method => ({ path: [name], operation: name === 'completion' ? 'completion' : 'chat', protocol: null, read: readModelObject, kind: 'model-binding' })),
    ...(['textEmbeddingModel', 'textEmbedding', 'embeddingModel'] as const).map((name): Method => ({ path: [name], operation: 'embedding', protocol: null, read: readModelObject, kind: 'model-binding' })),
    { path: ['gateway', 'languageModel'], operation: 'chat', protocol: null, read: readModelObject, kind: 'model-binding', onModule: true },
  ],
};

/** Mastra: agents are made with a model of the AI SDK, or with a name such as `openai/gpt-4o`, and asked elsewhere. */
export const mastra: Sdk = {
  id: 'mastra',
  packages: { python: [], javascript: ['@mastra/core'] },
  needles: ['@mastra/'],
  catalogName: (name) => splitModel(name).model,
  clients: [{ symbols: ['Agent'], provider: 'unknown', baseUrl: [], key: [], baseUrlVariables: [], place: (construction, _call, argumentsOf) => {
    const model = construction?.get('model') ?? null;
    return candidates(model)[0]?.kind === 'text' ? placeOfModel(model) : construction ? place(null, construction, argumentsOf) : null;
  } }],
  methods: [
    { path: ['Agent'], operation: 'chat', protocol: null, read, onModule: true, kind: 'model-binding' },
    ...['generate', 'stream', 'generateLegacy', 'streamLegacy', 'generateVNext', 'streamVNext', 'network'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, kind: 'framework-call', receiver: /agent$/i, read: (reader) => {
      const [asked, prompt] = [readAgent(reader), reader.arguments.get([], 0)];
      return { ...asked, parts: [...asked.parts, ...messageParts(prompt, fieldsWith(reader.argumentsOf), ['content'], true)] };
    } })),
  ],
};
