/**
 * LangChain in Python and JavaScript: chat models, text models and embeddings are constructed with their model and
 * called elsewhere (`invoke`, `stream`, `batch`, pipes). The construction is a binding, each call a framework call.
 */
import { messageParts, textPart, type FieldsOf } from '../core/readPrompt.js';
import type { Operation, PromptPart, ProviderId } from '../core/model.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, first, numberOf, plainText } from '../core/value.js';
import { placeOfModel, splitModel } from './modelPrefix.js';

const modelNames = ['model', 'model_name', 'modelName', 'model_id', 'modelId', 'deployment_name', 'azure_deployment', 'azureOpenAIApiDeploymentName', 'azure_deployment_name', 'repo_id', 'engine', 'endpoint'];
const limitNames = ['max_tokens', 'maxTokens', 'max_completion_tokens', 'maxCompletionTokens', 'max_output_tokens', 'maxOutputTokens', 'max_tokens_to_sample', 'num_predict', 'numPredict'];

/** Class → provider, by the kind of request. */
export const chatModels: Readonly<Record<string, ProviderId>> = {
  ChatOpenAI: 'openai', AzureChatOpenAI: 'azure-openai', ChatAnthropic: 'anthropic', ChatGoogleGenerativeAI: 'google-gemini', ChatGoogle: 'google-gemini', ChatVertexAI: 'google-vertex', ChatGooglePaLM: 'google-gemini', ChatGooglePalm: 'google-gemini', ChatAnthropicVertex: 'google-vertex',
  ChatBedrock: 'aws-bedrock', ChatBedrockConverse: 'aws-bedrock', BedrockChat: 'aws-bedrock', ChatMistralAI: 'mistral', ChatCohere: 'cohere', ChatGroq: 'groq', ChatTogether: 'together', ChatTogetherAI: 'together',
  ChatFireworks: 'fireworks', ChatDeepSeek: 'deepseek', ChatOllama: 'ollama', ChatTongyi: 'alibaba-dashscope', ChatAlibabaTongyi: 'alibaba-dashscope', ChatQwen: 'alibaba-dashscope', QianfanChatEndpoint: 'baidu-qianfan', ChatBaiduQianfan: 'baidu-qianfan', ChatBaiduWenxin: 'baidu-qianfan',
  ChatHunyuan: 'tencent-hunyuan', ChatTencentHunyuan: 'tencent-hunyuan', ChatZhipuAI: 'zhipu', MoonshotChat: 'moonshot', ChatMoonshot: 'moonshot', MiniMaxChat: 'minimax', ChatMinimax: 'minimax', ChatXAI: 'xai', ChatPerplexity: 'perplexity', ChatHuggingFace: 'huggingface', ChatLiteLLM: 'litellm', ChatOpenRouter: 'openrouter', ChatCloudflareWorkersAI: 'cloudflare', ChatSparkLLM: 'unknown', ChatBaichuan: 'unknown', ChatNVIDIA: 'unknown', ChatWatsonx: 'unknown', ChatDatabricks: 'unknown', ChatLlamaCpp: 'unknown', ChatYandexGPT: 'unknown', ChatEdenAI: 'unknown', ChatDeepInfra: 'unknown', ChatSambaNovaCloud: 'unknown', ChatCerebras: 'unknown', ChatWriter: 'unknown', ChatWebLLM: 'unknown', ChatReplicate: 'unknown',
};
export const textModels: Readonly<Record<string, ProviderId>> = {
  QianfanLLMEndpoint: 'baidu-qianfan', SparkLLM: 'unknown', Minimax: 'minimax', WatsonxLLM: 'unknown', NVIDIA: 'unknown', DeepInfra: 'unknown', LlamaCpp: 'unknown', CTransformers: 'unknown', GPT4All: 'unknown', VLLM: 'unknown', VLLMOpenAI: 'openai', Predibase: 'unknown', LiteLLM: 'litellm', DeepSparse: 'unknown',
  HuggingFaceInference: 'huggingface', Replicate: 'replicate', GooglePaLM: 'google-gemini', GooglePalm: 'google-gemini',
  OpenAI: 'openai', AzureOpenAI: 'azure-openai', Anthropic: 'anthropic', GoogleGenerativeAI: 'google-gemini', VertexAI: 'google-vertex', Bedrock: 'aws-bedrock', BedrockLLM: 'aws-bedrock', Cohere: 'cohere', Together: 'together', Fireworks: 'fireworks', Ollama: 'ollama', OllamaLLM: 'ollama', Tongyi: 'alibaba-dashscope', HuggingFaceHub: 'huggingface', HuggingFaceEndpoint: 'huggingface', MistralAI: 'mistral',
};
const embeddingModels: Readonly<Record<string, ProviderId>> = {
  OpenAIEmbeddings: 'openai', AzureOpenAIEmbeddings: 'azure-openai', GoogleGenerativeAIEmbeddings: 'google-gemini', VertexAIEmbeddings: 'google-vertex', BedrockEmbeddings: 'aws-bedrock', MistralAIEmbeddings: 'mistral', CohereEmbeddings: 'cohere', TogetherEmbeddings: 'together', TogetherAIEmbeddings: 'together', FireworksEmbeddings: 'fireworks', OllamaEmbeddings: 'ollama', DashScopeEmbeddings: 'alibaba-dashscope', AlibabaTongyiEmbeddings: 'alibaba-dashscope', QianfanEmbeddingsEndpoint: 'baidu-qianfan', ZhipuAIEmbeddings: 'zhipu', HuggingFaceInferenceAPIEmbeddings: 'huggingface',
};
/** Default model where a class has one and none is given. */
const roles: Readonly<Record<string, string>> = { HumanMessage: 'user', SystemMessage: 'system', AIMessage: 'assistant', ToolMessage: 'tool', HumanMessagePromptTemplate: 'user', SystemMessagePromptTemplate: 'system', AIMessagePromptTemplate: 'assistant' };
const spokenRoles: Readonly<Record<string, string>> = { human: 'user', user: 'user', system: 'system', ai: 'assistant', assistant: 'assistant', placeholder: 'user' };

const text = (value: string): Value => ({ kind: 'text', pieces: [{ kind: 'text', text: value, range: null }], how: 'literal', range: null });

/** Messages as objects (`HumanMessage(…)`), as pairs (`("system", "…")`) and as maps, brought to role and content. */
function fieldsOfMessage(reader: CallReader): FieldsOf {
  return (value) => {
    if (value.kind === 'map') return (name) => value.entries.get(name)?.value ?? null;
    if (value.kind === 'list' && value.items.length === 2) {
      const role = spokenRoles[plainText(value.items[0]!.value) ?? ''];
      if (role) return (name) => (name === 'role' ? text(role) : name === 'content' ? value.items[1]!.value : null);
    }
    if (value.kind !== 'instance') return null;
    const own = reader.argumentsOf(value);
    const name = [...value.callee.path].reverse().find((part) => Object.hasOwn(roles, part));
    if (!own) return null;
    if (name) return (field) => (field === 'role' ? text(roles[name]!) : field === 'content' ? own.get(['content', 'template'], 0) : own.get(field));
    return (field) => own.get(field);
  };
}

/** Parts of a prompt: a string, a list of messages, or a template object. */
function promptParts(value: Value | null, reader: CallReader): PromptPart[] {
  const main = candidates(value)[0];
  if (!main) return [];
  if (main.kind === 'instance') {
    const own = reader.argumentsOf(main);
    const name = main.callee.path.join('.');
    if (own && /Prompt/.test(name)) {
      const messages = own.get(['messages'], 0);
      const template = own.get(['template', 'prompt']);
      if (template) return [textPart(template, 'user')];
      if (/from_template|fromTemplate/.test(name)) return messages ? [textPart(messages, 'user')] : [];
      return messages ? pairs(messages, reader) : [];
    }
    const fields = fieldsOfMessage(reader)(main);
    if (fields?.('content')) return pairs({ kind: 'list', items: [{ value: main, repeated: false }], open: false, range: main.range }, reader);
  }
  return main.kind === 'list' ? pairs(main, reader) : messageParts(value, fieldsOfMessage(reader), ['content'], true);
}

/** A list of messages; a pair of texts in it is a role with its content. */
function pairs(value: Value, reader: CallReader): PromptPart[] {
  const list = first(value, 'list');
  const fieldsOf = fieldsOfMessage(reader);
  if (!list) return messageParts(value, fieldsOf, ['content'], true);
  return list.items.flatMap((item) => {
    const each = candidates(item.value)[0] ?? item.value;
    const fields = fieldsOf(each);
    if (each.kind === 'list' && fields) {
      const role = plainText(fields('role')) as PromptPart['role'];
      const content = fields('content');
      return content ? [{ ...textPart(content, role), repeated: item.repeated }] : [];
    }
    if (each.kind === 'instance' && /MessagesPlaceholder/.test(each.callee.path.join('.'))) {
      return [{ ...textPart({ kind: 'hole', name: plainText(reader.argumentsOf(each)?.get(['variable_name', 'variableName'], 0)) ?? 'history', range: each.range }, 'user'), repeated: true }];
    }
    return messageParts({ kind: 'list', items: [item], open: false, range: each.range }, fieldsOf);
  });
}

function modelOf(given: ArgumentReader | null): Value | null {
  return given?.get(modelNames) ?? null;
}

function readInvoke(reader: CallReader): RequestFields {
  const prompt = reader.others.find((each) => each.kind === 'instance' && /Prompt/.test(instanceName(each)));
  const own = prompt ? promptParts({ ...prompt, path: [] } as Value, reader) : [];
  const parts = own.length > 0 ? own : promptParts(reader.arguments.get(['input', 'messages', 'prompt', 'text'], 0), reader);
  const callee = reader.call.callee;
  return {
    model: modelOf(reader.construction) ?? reader.construction?.get([], 0) ?? null, parts,
    maxOutputTokens: numberOf(reader.construction?.get(limitNames)), stream: callee.kind === 'member' && /stream/i.test(callee.property), count: 1, options: {},
  };
}

function instanceName(value: Value): string {
  let current: Value | null = value;
  const names: string[] = [];
  while (current?.kind === 'instance') { names.push(...current.path); current = current.callee; }
  if (current?.kind === 'symbol') names.push(...current.path);
  return names.join('.');
}

function readEmbed(reader: CallReader): RequestFields {
  const input = reader.arguments.get(['text', 'texts', 'documents'], 0);
  const list = first(input, 'list');
  return {
    model: modelOf(reader.construction), maxOutputTokens: null, stream: false, count: 1, options: {},
    parts: list ? list.items.map((item) => ({ ...textPart(item.value, 'user' as const, 'input'), repeated: item.repeated })) : input ? [textPart(input, 'user', 'input')] : [],
  };
}

/** The place where a model object is made: what it will be asked is known elsewhere. */
const readBinding = (reader: CallReader): RequestFields => ({
  model: modelOf(reader.arguments) ?? plainFirst(reader), parts: [], maxOutputTokens: numberOf(reader.arguments.get(limitNames)), stream: false, count: 1, options: {},
});

function plainFirst(reader: CallReader): Value | null {
  const value = reader.arguments.get([], 0);
  return plainText(candidates(value)[0]) === null ? null : value;
}

function place(provider: ProviderId) {
  return (construction: ArgumentReader | null): ImpliedPlace | null => {
    if (provider === 'aws-bedrock') {
      const value = construction?.get(['region_name', 'region']) ?? null;
      const region = plainText(candidates(value)[0]);
      return region ? { provider, url: `https://bedrock-runtime.${region}.amazonaws.com`, value } : null;
    }
    if (provider === 'google-vertex') {
      const value = construction?.get('location') ?? null;
      const region = plainText(candidates(value)[0]);
      return region ? { provider, url: region === 'global' ? 'https://aiplatform.googleapis.com' : `https://${region}-aiplatform.googleapis.com`, value } : null;
    }
    if (provider === 'litellm') return placeOfModel(modelOf(construction));
    return null;
  };
}

const client = ([symbol, provider]: readonly [string, ProviderId]): ClientClass => ({
  symbols: [symbol], provider, baseUrl: ['base_url', 'openai_api_base', 'azure_endpoint', 'anthropic_api_url', 'baseUrl', 'api_base', 'dashscope_api_base', 'endpoint_url', 'server_url'], key: ['api_key', 'openai_api_key', 'apiKey', 'openAIApiKey'], baseUrlVariables: [], place: place(provider),
});

/** `init_chat_model("openai:gpt-4o")`, or a bare name with `model_provider`. */
const anyModel: ClientClass = {
  symbols: ['init_chat_model', 'initChatModel', 'init_embeddings'], provider: 'litellm', baseUrl: ['base_url', 'baseUrl'], key: ['api_key', 'apiKey'], baseUrlVariables: [],
  place: (construction) => {
    const provider = plainText(construction?.get(['model_provider', 'modelProvider']));
    return provider ? placeOfModel(text(`${provider}:x`), ':') : placeOfModel(construction?.get('model', 0) ?? null, ':');
  },
};

const binding = (symbol: string, operation: Operation): Method => ({ path: [symbol], operation, protocol: null, read: readBinding, onModule: true, kind: 'model-binding' });
/** Chains of the first versions, called like functions. */
const chainClasses = ['LLMChain', 'ConversationChain', 'RetrievalQA', 'ConversationalRetrievalChain', 'SequentialChain', 'SimpleSequentialChain', 'RetrievalQAWithSourcesChain', 'LLMMathChain', 'SQLDatabaseChain', 'AgentExecutor'];
const calls = ['__call__', 'run', 'arun', 'acall', 'invoke', 'ainvoke', 'stream', 'astream', 'batch', 'abatch', 'predict', 'apredict', 'predict_messages', 'generate', 'agenerate', 'call', 'streamEvents', 'astream_events', 'call_as_llm', 'predictMessages', '_call', '_acall', 'streamLog', 'astream_log'];
/** Names that many other objects have too. */
const ownOnly = new Set(['__call__', 'run', 'arun', 'acall']);
/** Receivers whose names say that they hold a model, or a chain around one. */
const modelReceiver = /llm|chat_?model|^(?!.*(?:tool|retriev(?!al)|prompt|parser|store|graph|splitter|loader))(?:.*(?:chain|agent|gpt|claude|gemini|openai)|(?:.*_)?model\d*$|.*Model$|chat$|(?:.*_)?lm$)/i;
/** Receivers that hold a model in every project: a file that gets its model from another need not import the package. */
const plainlyModel = /^(?:get_?)?(?:chat_?model|llm)$|(?:_|[a-z](?=LLM|ChatModel))(?:llm|chat_model|LLM|ChatModel)$|^(?:get)?(?:ChatModel|LLM|Llm)$/i;
const anywhere: Readonly<Record<string, RegExp>> = { invoke: /(?:^|_)model$|[a-z]Model$/, ainvoke: /(?:^|_)model$|[a-z]Model$/, stream: plainlyModel, astream: plainlyModel };
const embeddingReceiver = /embed/i;
const isName = (value: string): boolean => /^[\w.-]+:/.test(value);

export const langchain: Sdk = {
  id: 'langchain',
  packages: {
    python: ['langchain', 'langchain_core', 'langchain_community', 'langchain_openai', 'langchain_anthropic', 'langchain_google_genai', 'langchain_google_vertexai', 'langchain_aws', 'langchain_mistralai', 'langchain_cohere', 'langchain_groq', 'langchain_together', 'langchain_fireworks', 'langchain_deepseek', 'langchain_ollama', 'langchain_qwq', 'langchain_xai', 'langchain_perplexity', 'langchain_huggingface', 'langchain_classic', 'langchain_litellm', 'langchain_openrouter', 'langchain_nvidia_ai_endpoints', 'langchain_ibm', 'langchain_experimental', 'langchain_cerebras', 'langchain_sambanova', 'langgraph', 'langgraph_supervisor', 'langgraph_swarm', 'deepagents'],
    javascript: ['langchain', '@langchain', 'deepagents'],
  },
  baseClasses: /^(?:LLM|BaseLLM|BaseChatModel|SimpleChatModel|BaseLanguageModel|Chain|LLMChain|BaseChatOpenAI|Embeddings)$/,
  callables: [...Object.keys(chatModels), ...Object.keys(textModels), ...chainClasses],
  around: /Runnable|[Cc]hain|[Aa]gent|Executor|RetrievalQA/,
  needles: ['langchain', 'langgraph', 'deepagents'],
  catalogName: (name) => (isName(name) ? splitModel(name, ':').model : name),
  clients: [...Object.entries({ ...textModels, ...chatModels, ...embeddingModels }).map(client), anyModel],
  methods: [
    ...Object.keys(chatModels).map((name) => binding(name, 'chat')), ...Object.keys(textModels).map((name) => binding(name, 'completion')), ...Object.keys(embeddingModels).map((name) => binding(name, 'embedding')),
    ...anyModel.symbols.map((name) => binding(name, name === 'init_embeddings' ? 'embedding' : 'chat')),
    ...calls.map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readInvoke, kind: 'framework-call', ...(!ownOnly.has(name) && { receiver: modelReceiver, piped: /Prompt/ }), ...(anywhere[name] && { anywhere: new RegExp(`${plainlyModel.source}|${anywhere[name].source}`, 'i') }), ...(/^a?run$/.test(name) && { receiver: /chain$|^(?:agent_?executor|qa)$/i }), ...(/^_a?call$/.test(name) && { receiver: /chain$/i }) })),
    ...['embed_query', 'embed_documents', 'aembed_query', 'aembed_documents', 'embedQuery', 'embedDocuments'].map((name): Method => ({ path: [name], operation: 'embedding', protocol: null, read: readEmbed, kind: 'framework-call', receiver: embeddingReceiver })),
  ],
  transparent: ['bind', 'bind_tools', 'bindTools', 'with_structured_output', 'withStructuredOutput', 'with_config', 'withConfig', 'with_retry', 'withRetry', 'with_fallbacks', 'withFallbacks', 'bind_functions', 'configurable_fields', 'configurable_alternatives'],
};
