/**
 * Agent frameworks of Python that are told a model object and run later: Google ADK, Agno (formerly phidata), AG2
 * (formerly AutoGen 0.2), AgentChat, CrewAI, embedchain, browser-use.
 */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation, PromptPart, ProviderId } from '../core/model.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, first as firstOf, numberOf, plainText } from '../core/value.js';
import { chatModels, textModels } from './langchain.js';
import { placeOfModel, splitModel } from './modelPrefix.js';

const limitNames = ['max_tokens', 'max_output_tokens', 'max_completion_tokens'];
const instructionNames = ['instruction', 'instructions', 'system_message', 'system_prompt', 'description', 'backstory', 'role', 'goal'];
/** Agents that are handed to the one that runs. */
const otherAgents = ['recipient', 'initial_agent', 'manager', 'starting_agent'];
const promptNames = ['message', 'new_message', 'input', 'messages', 'task', 'prompt', 'inputs', 'query'];

/** Model as text, or inside `{"config_list": [{"model": …}]}`. */
function modelText(given: ArgumentReader | null, names: readonly string[]): Value | null {
  const value = given?.get(names) ?? null;
  for (const each of candidates(value)) {
    if (each.kind === 'text' || each.kind === 'hole') return value;
    if (each.kind !== 'map') continue;
    const listed = firstOf(each.entries.get('config_list')?.value, 'list')?.items[0]?.value;
    const inner = firstOf(listed, 'map') ?? each;
    const found = inner.entries.get('model')?.value;
    if (found) return found;
  }
  return null;
}

function instructions(given: ArgumentReader | null): PromptPart[] {
  return instructionNames.flatMap((name) => { const value = given?.get(name); return value ? [textPart(value, 'system' as const)] : []; });
}

function readBindingOf(names: readonly string[], isModel: boolean) {
  return (reader: CallReader): RequestFields => {
    const { arguments: given } = reader;
    return {
      ...nothing, model: modelText(given, names) ?? nestedModel(given.get(names), reader.argumentsOf, names) ?? (isModel ? textAt(given, 0) : null),
      parts: isModel ? [] : [...instructions(given), ...schemaPart(given.get('tools'), 'tools')], maxOutputTokens: numberOf(given.get(limitNames)),
    };
  };
}

const nothing: Omit<RequestFields, 'model'> = { parts: [], maxOutputTokens: null, stream: false, count: 1, options: {} };

function textAt(given: ArgumentReader, position: number): Value | null {
  const value = given.get([], position);
  return plainText(candidates(value)[0]) === null ? null : value;
}

function nestedModel(value: Value | null, argumentsOf: CallReader['argumentsOf'], names: readonly string[], depth = 0): Value | null {
  for (const each of candidates(value)) {
    if (each.kind !== 'instance' || depth > 3) continue;
    const own = argumentsOf({ ...each, path: [] });
    const found = own && (modelText(own, names) ?? nestedModel(own.get(names), argumentsOf, names, depth + 1));
    if (found) return found;
  }
  return null;
}

/** A run of what is made around a model: the model object's own construction is `construction`, what was around it is among `others`. */
function readRunOf(names: readonly string[]) {
  return (reader: CallReader): RequestFields => {
    const around = reader.others.filter((each) => each.kind === 'instance').map((each) => reader.argumentsOf({ ...each, path: [] }));
    const first = reader.call.positional.length > 0 ? reader.arguments.get([], 0) : null;
    const prompt = reader.arguments.get(promptNames) ?? (candidates(first).some((each) => each.kind === 'instance') ? null : first);
    const { callee } = reader.call;
    return {
      model: modelText(reader.construction, names) ?? nestedModel(reader.construction?.get(names) ?? null, reader.argumentsOf, names) ?? nestedModel(reader.arguments.get(otherAgents, 0), reader.argumentsOf, names),
      parts: [
        ...instructions(reader.construction), ...around.flatMap((each) => instructions(each)),
        ...messageParts(prompt, fieldsWith(reader.argumentsOf), ['content', 'parts'], true),
        ...around.flatMap((each) => schemaPart(each?.get('tools') ?? null, 'tools')),
      ],
      maxOutputTokens: numberOf(reader.construction?.get(limitNames)), stream: callee.kind === 'member' && /stream/i.test(callee.property), count: 1, options: {},
    };
  };
}

interface Row {
  readonly id: string;
  readonly packages: readonly string[];
  readonly needles?: readonly string[];
  /** Class → provider; `/` and `:` when the model's name says it. */
  readonly models: Readonly<Record<string, ProviderId | '/' | ':'>>;
  readonly embedders?: Readonly<Record<string, ProviderId>>;
  /** Classes that are told a model and are themselves run. */
  readonly agents: readonly string[];
  /** Provider of an agent whose model is a plain name. */
  readonly usual: ProviderId | '/' | ':';
  readonly names: readonly string[];
  readonly runs: readonly string[];
  readonly moduleRuns?: readonly string[];
  readonly around: RegExp;
  readonly receiver?: RegExp;
}

function sdkOf(row: Row): Sdk {
  const { names } = row;
  const place = (usual: Row['usual']): ClientClass['place'] => (construction, _call, argumentsOf): ImpliedPlace | null => {
    const value = construction?.get(names) ?? null;
    for (const each of candidates(value)) {
      if (each.kind !== 'instance') continue;
      const kind = [...each.callee.path].reverse().map((name) => row.models[name]).find((found) => found !== undefined);
      if (kind === '/' || kind === ':') return placeOfModel(nestedModel(value, argumentsOf, names), kind);
      return kind ? { provider: kind, usual: true, value } : { provider: 'unknown', value };
    }
    const model = modelText(construction, names);
    const name = plainText(candidates(model)[0]);
    if (usual === '/' || usual === ':') return placeOfModel(model, usual);
    return name?.includes('/') ? placeOfModel(model, '/') : null;
  };
  const client = (symbol: string, provider: Row['usual'], isAgent: boolean): ClientClass => ({
    symbols: [symbol], provider: provider === '/' || provider === ':' ? 'unknown' : provider, baseUrl: ['base_url', 'api_base', 'azure_endpoint', 'host', 'endpoint'], key: ['api_key'], baseUrlVariables: [],
    ...((isAgent || provider === '/' || provider === ':') && { place: place(provider) }),
  });
  const bindings: readonly (readonly [string, Operation])[] = [
    ...Object.keys(row.models).map((name) => [name, 'chat'] as const), ...Object.keys(row.embedders ?? {}).map((name) => [name, 'embedding'] as const), ...row.agents.map((name) => [name, 'chat'] as const),
  ];
  return {
    id: row.id, packages: { python: row.packages, javascript: [] }, needles: row.needles ?? row.packages, around: row.around,
    catalogName: (name) => (name.includes('/') ? splitModel(name, '/').model : name),
    clients: [...Object.entries({ ...row.models, ...row.embedders }).map(([name, provider]) => client(name, provider, false)), ...row.agents.map((name) => client(name, row.usual, true))],
    methods: [
      ...bindings.map(([name, operation]): Method => ({ path: [name], operation, protocol: null, read: readBindingOf(names, !row.agents.includes(name)), onModule: true, kind: 'model-binding' })),
      ...row.runs.map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readRunOf(names), kind: 'framework-call', ...(row.receiver && { receiver: row.receiver }) })),
      ...(row.moduleRuns ?? []).map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readRunOf(names), kind: 'framework-call', onModule: true })),
    ],
  };
}

export const googleAdk = sdkOf({
  id: 'google-adk', packages: ['google.adk'], names: ['model'], usual: 'google-gemini',
  models: { LiteLlm: '/', Gemini: 'google-gemini', Claude: 'google-vertex' }, agents: ['Agent', 'LlmAgent'],
  runs: ['run', 'run_async', 'run_live', 'run_debug'], around: /Runner|Agent/, receiver: /runner$/i,
});

export const agno = sdkOf({
  id: 'agno', packages: ['agno', 'phi'], needles: ['agno', 'from phi'], names: ['model', 'id', 'llm'], usual: ':',
  models: {
    OpenAIChat: 'openai', OpenAIResponses: 'openai', OpenAILike: 'unknown', AzureOpenAI: 'azure-openai', AzureOpenAIChat: 'azure-openai', AzureAIFoundry: 'azure-openai', Claude: 'anthropic', Gemini: 'google-gemini', Groq: 'groq', Ollama: 'ollama', OllamaTools: 'ollama', DeepSeek: 'deepseek', DeepSeekChat: 'deepseek', MistralChat: 'mistral', Cohere: 'cohere', CohereChat: 'cohere',
    xAI: 'xai', Together: 'together', Fireworks: 'fireworks', OpenRouter: 'openrouter', Perplexity: 'perplexity', HuggingFace: 'huggingface', HuggingFaceChat: 'huggingface', AwsBedrock: 'aws-bedrock', DashScope: 'alibaba-dashscope', LiteLLM: '/', LiteLLMOpenAI: '/', LMStudio: 'ollama', VLLM: 'ollama', Portkey: 'portkey', Vercel: 'vercel',
  },
  embedders: { OpenAIEmbedder: 'openai', AzureOpenAIEmbedder: 'azure-openai', GeminiEmbedder: 'google-gemini', MistralEmbedder: 'mistral', CohereEmbedder: 'cohere', OllamaEmbedder: 'ollama', TogetherEmbedder: 'together', FireworksEmbedder: 'fireworks', HuggingfaceCustomEmbedder: 'huggingface', VoyageAIEmbedder: 'unknown', AwsBedrockEmbedder: 'aws-bedrock' },
  agents: ['Agent', 'Team', 'Assistant'], runs: ['run', 'arun', 'print_response', 'aprint_response', 'cli_app', 'acli_app'], around: /Agent|Team|Workflow|Assistant/, receiver: /agent$|team$|assistant$/i,
});

export const ag2 = sdkOf({
  id: 'ag2', packages: ['autogen', 'ag2', 'pyautogen'], names: ['llm_config'], usual: 'openai',
  models: { OpenAIWrapper: 'openai' }, agents: ['AssistantAgent', 'ConversableAgent', 'SwarmAgent', 'GroupChatManager', 'GPTAssistantAgent', 'RetrieveAssistantAgent', 'MultimodalConversableAgent'],
  runs: ['initiate_chat', 'a_initiate_chat', 'generate_reply', 'a_generate_reply', 'initiate_chats'], moduleRuns: ['initiate_swarm_chat', 'a_initiate_swarm_chat', 'initiate_group_chat', 'a_initiate_group_chat', 'initiate_chats'],
  around: /Agent|Manager|GroupChat/, receiver: /agent|assistant|proxy|user/i,
});

export const agentChat = sdkOf({
  id: 'autogen-agentchat', packages: ['autogen_agentchat'], names: ['model_client', 'model'], usual: 'unknown',
  models: { OpenAIChatCompletionClient: 'openai', AzureOpenAIChatCompletionClient: 'azure-openai', AnthropicChatCompletionClient: 'anthropic', OllamaChatCompletionClient: 'ollama' }, agents: ['AssistantAgent', 'CodeExecutorAgent', 'MultimodalWebSurfer', 'OpenAIAgent'],
  runs: ['run', 'run_stream', 'on_messages', 'on_messages_stream'], around: /Agent|GroupChat|Swarm|Team|Flow/, receiver: /agent$|team$|chat$/i,
});

export const crewAi = sdkOf({
  id: 'crewai', packages: ['crewai'], names: ['llm', 'model', 'model_name', 'model_id'], usual: '/', agents: ['Agent'],
  // Models of LangChain, which earlier versions take.
  models: { ...textModels, ...chatModels, LLM: '/' },
  runs: ['kickoff', 'kickoff_async', 'kickoff_for_each', 'kickoff_for_each_async', 'akickoff', 'call', 'execute', 'execute_sync', 'execute_async'], around: /Crew|Agent|Flow|Task/, receiver: /crew|llm|flow|task/i,
});

export const browserUse = sdkOf({ id: 'browser-use', packages: ['browser_use'], names: ['llm', 'model'], usual: 'unknown', models: { ChatOpenAI: 'openai', ChatAnthropic: 'anthropic', ChatGoogle: 'google-gemini', ChatGroq: 'groq', ChatOllama: 'ollama', ChatAzureOpenAI: 'azure-openai', ChatDeepSeek: 'deepseek', ChatAWSBedrock: 'aws-bedrock' }, agents: [], runs: ['run', 'run_sync'], around: /Agent/, receiver: /agent$/i });
export const embedchain = sdkOf({ id: 'embedchain', packages: ['embedchain'], names: ['model'], usual: 'openai', models: {}, agents: [], runs: ['query', 'chat'], around: /App|Pipeline/, receiver: /app$|bot$/i });
