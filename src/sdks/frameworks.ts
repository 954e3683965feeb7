/**
 * Frameworks whose model objects and agents are told a model once and asked elsewhere: LlamaIndex, Pydantic AI,
 * instructor, the agents SDK, CrewAI, AutoGen, smolagents, DSPy, Semantic Kernel.
 */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation, ProviderId } from '../core/model.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, numberOf, plainText } from '../core/value.js';
import { placeOfModel, splitModel } from './modelPrefix.js';
import { readChat } from './openai.js';

const modelNames = ['model', 'model_name', 'model_id', 'ai_model_id', 'deployment_name', 'engine', 'llm'];
const limitNames = ['max_tokens', 'max_output_tokens', 'max_completion_tokens'];
const systemNames = ['system_prompt', 'instructions', 'system', 'backstory'];

/** The model among arguments: a text, or an object that was told one (`Agent(model=OpenAIModel("…"))`). */
function modelOf(given: ArgumentReader | null, argumentsOf: CallReader['argumentsOf'], depth = 0): Value | null {
  const value = given?.get(modelNames) ?? given?.get([], 0) ?? null;
  for (const each of candidates(value)) {
    if (each.kind === 'text') return value;
    if (each.kind === 'instance' && depth < 3) {
      const found = modelOf(argumentsOf(each), argumentsOf, depth + 1);
      if (found) return found;
    }
  }
  return candidates(value)[0]?.kind === 'hole' ? value : null;
}

const readBinding = (reader: CallReader): RequestFields | null => {
  // `Agent(OpenAIModel("…"))`: the model object written inside is the binding.
  const given = candidates(reader.arguments.get(modelNames) ?? reader.arguments.get([], 0));
  if (given.some((each) => each.kind === 'instance' && !each.home && each.range !== null && each.range.start >= reader.call.range.start && each.range.end <= reader.call.range.end)) return null;
  const system = reader.arguments.get(systemNames);
  return {
    model: modelOf(reader.arguments, reader.argumentsOf), parts: [...(system ? [textPart(system, 'system')] : []), ...schemaPart(reader.arguments.get('tools'), 'tools')],
    maxOutputTokens: numberOf(reader.arguments.get(limitNames)), stream: false, count: 1, options: {},
  };
};

/** `llm.complete("…")`, `llm.chat([…])`, `agent.run("…")`: the construction knows the model and the instructions. */
const readCall = (reader: CallReader): RequestFields => {
  const { construction } = reader;
  const system = construction?.get(systemNames) ?? null;
  const callee = reader.call.callee;
  return {
    model: modelOf(construction, reader.argumentsOf),
    parts: [
      ...(system ? [textPart(system, 'system')] : []),
      ...messageParts(reader.arguments.get(['prompt', 'messages', 'user_prompt', 'input', 'text'], 0), fieldsWith(reader.argumentsOf), ['content'], true),
      ...schemaPart(construction?.get('tools') ?? null, 'tools'),
    ],
    maxOutputTokens: numberOf(construction?.get(limitNames)), stream: callee.kind === 'member' && /stream/i.test(callee.property), count: 1, options: {},
  };
};

/** `Runner.run(agent, "…")`: the agent is the first argument. */
const readRunner = (reader: CallReader): RequestFields => {
  const agent = candidates(reader.arguments.get(['starting_agent', 'agent'], 0)).find((each) => each.kind === 'instance');
  const own = agent ? reader.argumentsOf(agent) : null;
  const system = own?.get(systemNames) ?? null;
  return {
    model: own?.get('model') ?? null,
    parts: [...(system ? [textPart(system, 'system')] : []), ...messageParts(reader.arguments.get('input', 1), fieldsWith(reader.argumentsOf), ['content'], true)],
    maxOutputTokens: null, stream: false, count: 1, options: {},
  };
};

const binding = (path: readonly string[], operation: Operation = 'chat'): Method => ({ path, operation, protocol: null, read: readBinding, onModule: true, kind: 'model-binding' });
const framework = (name: string, operation: Operation = 'chat', read = readCall): Method => ({ path: [name], operation, protocol: null, read, kind: 'framework-call' });
const client = (symbol: string, provider: ProviderId, place?: ClientClass['place']): ClientClass => ({
  symbols: [symbol], provider, baseUrl: ['base_url', 'api_base', 'azure_endpoint', 'endpoint'], key: ['api_key'], baseUrlVariables: [], ...(place && { place }),
});

/** The name of the model says the provider, after a slash or a colon. */
const bySeparator = (separator: '/' | ':') => (construction: ArgumentReader | null, _call: ArgumentReader, argumentsOf: CallReader['argumentsOf']): ImpliedPlace | null =>
  placeOfModel(modelOf(construction, argumentsOf), separator);
const strip = (separator: '/' | ':') => (name: string): string => splitModel(name, separator).model;

const llamaModels: Readonly<Record<string, ProviderId>> = {
  OpenAI: 'openai', AzureOpenAI: 'azure-openai', Anthropic: 'anthropic', Gemini: 'google-gemini', GoogleGenAI: 'google-gemini', Vertex: 'google-vertex', Bedrock: 'aws-bedrock', BedrockConverse: 'aws-bedrock', MistralAI: 'mistral', Cohere: 'cohere', Groq: 'groq', TogetherLLM: 'together',
  Fireworks: 'fireworks', DeepSeek: 'deepseek', Ollama: 'ollama', DashScope: 'alibaba-dashscope', OpenRouter: 'openrouter', Perplexity: 'perplexity', HuggingFaceInferenceAPI: 'huggingface', OpenAILike: 'openai', ZhipuAI: 'zhipu', QianfanChat: 'baidu-qianfan', XAI: 'xai', OpenAIResponses: 'openai', OpenAIMultiModal: 'openai', GeminiMultiModal: 'google-gemini', AnthropicMultiModal: 'anthropic', AzureOpenAIMultiModal: 'azure-openai', Replicate: 'unknown', LiteLLM: 'litellm', Moonshot: 'moonshot', NVIDIA: 'unknown', SambaNovaCloud: 'unknown',
};
const llamaEmbeddings: Readonly<Record<string, ProviderId>> = {
  OpenAIEmbedding: 'openai', AzureOpenAIEmbedding: 'azure-openai', GeminiEmbedding: 'google-gemini', GoogleGenAIEmbedding: 'google-gemini', BedrockEmbedding: 'aws-bedrock', MistralAIEmbedding: 'mistral', CohereEmbedding: 'cohere', OllamaEmbedding: 'ollama', DashScopeEmbedding: 'alibaba-dashscope', TogetherEmbedding: 'together', FireworksEmbedding: 'fireworks',
};

export const llamaIndex: Sdk = {
  id: 'llama-index',
  ambient: true,
  packages: { python: ['llama_index'], javascript: ['llamaindex', '@llamaindex/openai', '@llamaindex/anthropic', '@llamaindex/google', '@llamaindex/groq', '@llamaindex/mistral', '@llamaindex/ollama', '@llamaindex/deepseek'] },
  needles: ['llama_index', 'llamaindex'],
  clients: Object.entries({ ...llamaModels, ...llamaEmbeddings }).map(([symbol, provider]) => client(symbol, provider)),
  methods: [
    ...Object.keys(llamaModels).map((name) => binding([name])), ...Object.keys(llamaEmbeddings).map((name) => binding([name], 'embedding')),
    ...['complete', 'acomplete', 'stream_complete', 'astream_complete', 'chat', 'achat', 'stream_chat', 'astream_chat', 'predict', 'apredict', 'structured_predict', 'query', 'aquery'].map((name) => framework(name)),
    ...['get_text_embedding', 'get_query_embedding', 'get_text_embedding_batch', 'aget_text_embedding'].map((name) => framework(name, 'embedding')),
  ],
  transparent: ['as_structured_llm'],
  around: /Agent|Engine|engine/,
};

const pydanticModels: Readonly<Record<string, ProviderId>> = {
  OpenAIModel: 'openai', OpenAIChatModel: 'openai', OpenAIResponsesModel: 'openai', AnthropicModel: 'anthropic', GeminiModel: 'google-gemini', GoogleModel: 'google-gemini', GroqModel: 'groq', MistralModel: 'mistral', CohereModel: 'cohere', BedrockConverseModel: 'aws-bedrock', HuggingFaceModel: 'huggingface',
};

/** A model object given to an agent says the provider by its class. */
function agentPlace(construction: ArgumentReader | null, _call: ArgumentReader, argumentsOf: CallReader['argumentsOf']): ImpliedPlace | null {
  const value = construction?.get('model', 0) ?? null;
  for (const each of candidates(value)) {
    if (each.kind !== 'instance') continue;
    const provider = pydanticModels[each.callee.path.at(-1) ?? ''];
    if (!provider) continue;
    const own = argumentsOf(each);
    // `provider=OpenAIProvider(base_url="…")`, or the address given to the model itself.
    const elsewhere = candidates(own?.get('provider')).find((one) => one.kind === 'instance');
    const base = (elsewhere ? argumentsOf(elsewhere)?.get('base_url') : null) ?? own?.get('base_url') ?? null;
    const url = candidates(base).map((one) => plainText(one)).find((one) => one !== null);
    if (url) return { provider: provider === 'openai' ? 'unknown' : provider, url, value: base };
    if (base || (own?.get('provider') && provider === 'openai' && !elsewhere)) return { provider: 'unknown', value };
    return { provider, usual: true, value };
  }
  return placeOfModel(value, ':');
}

export const pydanticAi: Sdk = {
  id: 'pydantic-ai',
  packages: { python: ['pydantic_ai'], javascript: [] },
  needles: ['pydantic_ai'],
  catalogName: strip(':'),
  clients: [client('Agent', 'unknown', agentPlace), ...Object.entries(pydanticModels).map(([symbol, provider]) => client(symbol, provider))],
  methods: [binding(['Agent']), ...Object.keys(pydanticModels).map((name) => binding([name])), ...['run', 'run_sync', 'run_stream', 'run_stream_events', 'iter'].map((name) => ({ ...framework(name), receiver: /agent$/i }))],
};

/** Around a client that is out of sight. */
const instructorClients = ([['from_openai', 'unknown'], ['patch', 'unknown'], ['apatch', 'unknown'], ['from_anthropic', 'anthropic'], ['from_gemini', 'google-gemini'], ['from_genai', 'google-gemini'], ['from_groq', 'groq'], ['from_mistral', 'mistral'], ['from_cohere', 'cohere'], ['from_bedrock', 'aws-bedrock'], ['from_fireworks', 'fireworks'], ['from_vertexai', 'google-vertex']] as const)
  .map(([symbol, provider]) => client(symbol, provider, provider === 'unknown' ? () => ({ provider }) : undefined));

export const instructor: Sdk = {
  id: 'instructor',
  packages: { python: ['instructor'], javascript: [] },
  needles: ['instructor'],
  catalogName: strip('/'),
  clients: [client('from_provider', 'unknown', bySeparator('/')), client('from_litellm', 'unknown', (_construction, call) => placeOfModel(call.get('model'))), ...instructorClients],
  methods: [['chat', 'completions', 'create'], ['create'], ['messages', 'create']].map((path): Method => ({
    path, operation: 'chat', protocol: null, kind: 'framework-call',
    read: (reader) => { const fields = readChat(reader)!; return { ...fields, model: fields.model ?? reader.construction?.get('model', 0) ?? null, parts: [...fields.parts, ...schemaPart(reader.arguments.get('response_model'), 'response-format')] }; },
  })),
};

export const agentsSdk: Sdk = {
  id: 'openai-agents',
  packages: { python: ['agents'], javascript: ['@openai/agents'] },
  needles: ['agents import', '@openai/agents'],
  catalogName: (name) => splitModel(name.replace(/^litellm\//, '')).model,
  clients: [client('Agent', 'openai', (construction) => {
    const model = construction?.get('model') ?? null;
    const name = plainText(candidates(model)[0]);
    return name?.includes('/') ? placeOfModel({ kind: 'text', pieces: [{ kind: 'text', text: name.replace(/^litellm\//, ''), range: null }], how: 'literal', range: model!.range }) : model && !name ? { provider: 'unknown', value: model } : null;
  }), client('', 'openai')],
  methods: [
    { ...binding(['Agent']), read: (reader) => { const fields = readBinding(reader); return fields && { ...fields, model: reader.arguments.get('model') }; } },
    ...[['Runner', 'run'], ['Runner', 'run_sync'], ['Runner', 'run_streamed']].map((path): Method => ({ path, operation: 'chat', protocol: null, read: readRunner, onModule: true, kind: 'framework-call' })),
    { path: ['run'], operation: 'chat', protocol: null, read: readRunner, onModule: true, kind: 'framework-call' },
  ],
};

const bindings = (id: string, python: readonly string[], entries: readonly (readonly [string, ProviderId | '/' | ':'])[], calls: readonly Method[] = [], javascript: readonly string[] = []): Sdk => ({
  id, packages: { python, javascript }, needles: [...python, ...javascript], catalogName: strip('/'),
  clients: entries.map(([symbol, provider]) => (provider === '/' || provider === ':' ? client(symbol, 'unknown', bySeparator(provider)) : client(symbol, provider))),
  methods: [...entries.map(([symbol]) => binding([symbol])), ...calls],
});

const dspyModules = ['Predict', 'ChainOfThought', 'ChainOfThoughtWithHint', 'ReAct', 'ProgramOfThought', 'TypedPredictor', 'TypedChainOfThought', 'MultiChainComparison', 'CodeAct', 'Refine', 'BestOfN'];
const dspyModels = bindings('dspy', ['dspy'], [['LM', '/'], ['OpenAI', 'openai']]);
export const dspy: Sdk = {
  ...dspyModels,
  ambient: true,
  // A module is called like a function: `classify = dspy.Predict("text -> label")`, then `classify(text=…)`.
  callables: dspyModules,
  clients: [...dspyModels.clients, { symbols: dspyModules, provider: 'unknown', baseUrl: [], key: [], baseUrlVariables: [], place: () => ({ provider: 'unknown' }) }],
  methods: [...dspyModels.methods, framework('__call__', 'chat', (reader) => ({
    model: null, stream: false, count: 1, options: {}, maxOutputTokens: null,
    parts: reader.arguments.names.map((name) => textPart(reader.arguments.get(name), 'user')),
  }))],
};
export const smolagents = bindings('smolagents', ['smolagents'], [['LiteLLMModel', '/'], ['OpenAIServerModel', 'openai'], ['OpenAIModel', 'openai'], ['HfApiModel', 'huggingface'], ['InferenceClientModel', 'huggingface'], ['AzureOpenAIServerModel', 'azure-openai'], ['AmazonBedrockServerModel', 'aws-bedrock']]);
export const autogen = bindings('autogen', ['autogen_ext', 'autogen_core'], [['OpenAIChatCompletionClient', 'openai'], ['AzureOpenAIChatCompletionClient', 'azure-openai'], ['AnthropicChatCompletionClient', 'anthropic'], ['OllamaChatCompletionClient', 'ollama']], [framework('create'), framework('create_stream')]);
export const semanticKernel: Sdk = { ambient: true, ...bindings('semantic-kernel', ['semantic_kernel'], [['OpenAIChatCompletion', 'openai'], ['AzureChatCompletion', 'azure-openai'], ['OpenAITextEmbedding', 'openai'], ['GoogleAIChatCompletion', 'google-gemini'], ['AnthropicChatCompletion', 'anthropic'], ['MistralAIChatCompletion', 'mistral'], ['OllamaChatCompletion', 'ollama']], [framework('get_chat_message_content'), framework('get_chat_message_contents'), framework('get_streaming_chat_message_content')]) };

/** `query(prompt=…, options=ClaudeAgentOptions(model=…))`: an agent's whole run, of which the code states the first prompt. */
const readAgentQuery = (reader: CallReader): RequestFields => {
  const options = [reader.arguments.get('options'), reader.construction?.get('options'), reader.construction?.get([], 0)].flatMap((each) => candidates(each)).find((each) => each.kind === 'map' || each.kind === 'instance');
  const fields = options ? fieldsWith(reader.argumentsOf)(options) : null;
  const system = fields?.('system_prompt') ?? fields?.('systemPrompt') ?? null;
  return {
    model: fields?.('model') ?? null, maxOutputTokens: null, stream: true, count: 1, options: {},
    parts: [...(system ? [textPart(system, 'system')] : []), ...messageParts(reader.arguments.get('prompt', 0), fieldsWith(reader.argumentsOf), ['content'], true)],
  };
};
export const claudeAgent: Sdk = {
  id: 'claude-agent-sdk',
  packages: { python: ['claude_agent_sdk', 'claude_code_sdk'], javascript: ['@anthropic-ai/claude-agent-sdk', '@anthropic-ai/claude-code'] },
  needles: ['claude_agent_sdk', 'claude_code_sdk', '@anthropic-ai/claude-agent-sdk', '@anthropic-ai/claude-code'],
  clients: [client('', 'anthropic'), client('ClaudeSDKClient', 'anthropic')],
  methods: [{ path: ['query'], operation: 'chat', protocol: null, read: readAgentQuery, onModule: true, kind: 'framework-call' }, framework('query', 'chat', readAgentQuery)],
};
