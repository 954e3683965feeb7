/** SDKs and frameworks of Java, by package. */
import type { Expression } from '../core/expression.js';
import type { Operation, ProviderId } from '../core/model.js';
import { textPart } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import type { Value } from '../core/value.js';
import { type Row, anybody, bindingsOf, methodsOf, readAny, sdkOf } from './anyShape.js';
import { springSettings } from './springSettings.js';

const withAsync = (rows: readonly Row[]): Row[] => rows.flatMap(([path, ...rest]): Row[] => [[path, ...rest], [`async.${path}`, ...rest]]);

const langchain4jProviders: Readonly<Record<string, ProviderId>> = {
  OpenAi: 'openai', OpenAiOfficial: 'openai', AzureOpenAi: 'azure-openai', Anthropic: 'anthropic', GoogleAiGemini: 'google-gemini', VertexAiGemini: 'google-vertex', VertexAi: 'google-vertex', MistralAi: 'mistral', Ollama: 'ollama', Bedrock: 'aws-bedrock',
  Cohere: 'cohere', HuggingFace: 'huggingface', Qianfan: 'baidu-qianfan', Qwen: 'alibaba-dashscope', ZhipuAi: 'zhipu', LocalAi: 'ollama', GitHubModels: 'azure-openai',
};
const named = (suffixes: readonly string[]): (readonly [string, ProviderId])[] => Object.entries(langchain4jProviders).flatMap(([prefix, provider]) => suffixes.map((suffix) => [prefix + suffix, provider] as const));
const chatClasses = named(['ChatModel', 'StreamingChatModel', 'ChatLanguageModel', 'StreamingChatLanguageModel', 'LanguageModel']);
const embeddingClasses = named(['EmbeddingModel']);
const imageClasses = named(['ImageModel']);

/** Model named in a chain of options: `OpenAiChatOptions.builder().model("…").temperature(…)`, built or not yet. */
function modelInOptions(expression: Expression | undefined, reader: CallReader): Value | null {
  for (let step: Expression | undefined = expression; step?.kind === 'call';) {
    const named = step.named.find((each) => /^(?:with_?)?(?:model|model_name|deployment_name)$/i.test(each.name));
    if (named) return reader.evaluate(named.value);
    if (step.callee.kind !== 'member') break;
    if (/^(?:withModel|model|modelName|deploymentName|withModelName)$/.test(step.callee.property) && step.positional[0]) return reader.evaluate(step.positional[0]);
    step = step.callee.object;
  }
  return null;
}

/** `chatClient.prompt().system("…").user("…").options(…).call()`: the prompt is spread over the chain. */
function readFluent(reader: CallReader): RequestFields {
  const fields = readAny({ prompt: 0 })(reader);
  const parts = [...fields.parts];
  let { model } = fields;
  let receiver = '';
  for (let step = reader.call.callee; step.kind === 'member';) {
    const inner = step.object;
    receiver = inner.kind === 'name' ? inner.name : inner.kind === 'member' ? inner.property : receiver;
    if (inner.kind !== 'call') break;
    const name = inner.callee.kind === 'member' ? inner.callee.property : '';
    const value = inner.positional[0] ? reader.evaluate(inner.positional[0]) : null;
    if (value && (name === 'user' || name === 'prompt' || name === 'system')) parts.unshift(textPart(value, name === 'system' ? 'system' : 'user'));
    if (name === 'options') model ??= modelInOptions(inner.positional[0], reader);
    step = inner.callee;
  }
  // `embeddingModel.call(new EmbeddingRequest(texts, options))`
  const [request] = reader.call.positional;
  if (request?.kind === 'call') for (const each of [request, ...request.positional]) model ??= modelInOptions(each, reader);
  const operation: Operation | undefined = /embed/i.test(receiver) ? 'embedding' : /image/i.test(receiver) ? 'image' : undefined;
  return { ...fields, model, parts, ...(operation && { operation }) };
}

const springModels = ['OpenAiChatModel', 'AnthropicChatModel', 'OllamaChatModel', 'AzureOpenAiChatModel', 'VertexAiGeminiChatModel', 'MistralAiChatModel', 'BedrockProxyChatModel', 'DeepSeekChatModel', 'ZhiPuAiChatModel', 'DashScopeChatModel', 'MiniMaxChatModel', 'MoonshotChatModel', 'QianFanChatModel'];
const springProviders: Readonly<Record<string, ProviderId>> = { OpenAiChatModel: 'openai', AnthropicChatModel: 'anthropic', OllamaChatModel: 'ollama', AzureOpenAiChatModel: 'azure-openai', VertexAiGeminiChatModel: 'google-vertex', MistralAiChatModel: 'mistral', BedrockProxyChatModel: 'aws-bedrock', DeepSeekChatModel: 'deepseek', ZhiPuAiChatModel: 'zhipu', DashScopeChatModel: 'alibaba-dashscope', MiniMaxChatModel: 'minimax', MoonshotChatModel: 'moonshot', QianFanChatModel: 'baidu-qianfan' };

export const javaSdks: readonly Sdk[] = [
  sdkOf('java', {
    id: 'openai-java', packages: ['com.openai'], needles: ['com.openai'],
    clients: [{ symbols: ['OpenAIOkHttpClient', 'OpenAIOkHttpClientAsync', 'OpenAIClient', 'OpenAIClientAsync', 'OpenAIClientImpl'], provider: 'openai' }, { symbols: ['BedrockOpenAIOkHttpClient', 'BedrockRuntimeOpenAIOkHttpClient', 'BedrockOpenAIOkHttpClientAsync'], provider: 'aws-bedrock' }],
    methods: methodsOf(withAsync([
      ['chat.completions.create', 'chat', {}, 'openai-chat'], ['chat.completions.createStreaming', 'chat', {}, 'openai-chat'], ['responses.create', 'chat', {}, 'openai-responses'], ['responses.createStreaming', 'chat', {}, 'openai-responses'],
      ['completions.create', 'completion'], ['completions.createStreaming', 'completion'], ['embeddings.create', 'embedding'], ['images.generate', 'image'], ['images.edit', 'image'], ['audio.transcriptions.create', 'audio-transcription'], ['audio.translations.create', 'audio-transcription'], ['audio.speech.create', 'speech'], ['moderations.create', 'moderation'],
    ])),
    transparent: ['withRawResponse', 'sync', 'withOptions'],
  }),
  sdkOf('java', {
    id: 'anthropic-java', packages: ['com.anthropic'], needles: ['com.anthropic'],
    clients: [{ symbols: ['AnthropicOkHttpClient', 'AnthropicOkHttpClientAsync', 'AnthropicClient', 'AnthropicClientAsync'], provider: 'anthropic' }],
    methods: methodsOf(withAsync([['messages.create', 'chat', {}, 'anthropic-messages'], ['messages.createStreaming', 'chat', {}, 'anthropic-messages'], ['beta.messages.create', 'chat', {}, 'anthropic-messages'], ['beta.messages.createStreaming', 'chat', {}, 'anthropic-messages'], ['completions.create', 'completion']])),
    transparent: ['withRawResponse'],
  }),
  sdkOf('java', {
    id: 'google-genai-java', packages: ['com.google.genai'], needles: ['com.google.genai'],
    clients: [{ symbols: ['Client'], provider: 'google-gemini', place: (construction) => (construction?.get(['project', 'location', 'vertex_ai', 'vertex_a_i']) ? { provider: 'google-vertex', value: construction.get(['location', 'project']) } : null) }],
    methods: methodsOf(withAsync([['models.generateContent', 'chat', { model: 0, prompt: 1 }, 'google-generate-content'], ['models.generateContentStream', 'chat', { model: 0, prompt: 1 }, 'google-generate-content'], ['models.embedContent', 'embedding', { model: 0, prompt: 1 }], ['models.generateImages', 'image', { model: 0, prompt: 1 }], ['sendMessage', 'chat', { prompt: 0, constructed: 0 }]])),
    modelFactories: ['chats.create'],
  }),
  sdkOf('java', {
    id: 'langchain4j', packages: ['dev.langchain4j'], needles: ['langchain4j'],
    clients: [
      ...[...chatClasses, ...embeddingClasses, ...imageClasses].map(([symbol, provider]) => ({ symbols: [symbol], provider })),
      { symbols: ['ChatModel', 'ChatLanguageModel', 'StreamingChatModel', 'StreamingChatLanguageModel', 'EmbeddingModel', 'ImageModel'], provider: 'unknown', place: anybody },
    ],
    methods: [
      ...bindingsOf(chatClasses.map(([name]) => name)), ...bindingsOf(embeddingClasses.map(([name]) => name), 'embedding'), ...bindingsOf(imageClasses.map(([name]) => name), 'image'),
      ...methodsOf([['chat', 'chat', { prompt: 0 }], ['generate', 'chat', { prompt: 0 }]], { kind: 'framework-call', receiver: /model$|llm|^gpt|^claude|^gemini/i }),
      ...methodsOf([['embed', 'embedding', { prompt: 0 }], ['embedAll', 'embedding', { prompt: 0 }]], { kind: 'framework-call', receiver: /embed/i }),
    ],
  }),
  { settings: springSettings, ...sdkOf('java', {
    id: 'spring-ai', packages: ['org.springframework.ai', 'com.alibaba.cloud.ai'], needles: ['springframework.ai', 'com.alibaba.cloud.ai'],
    clients: [
      ...springModels.map((symbol) => ({ symbols: [symbol], provider: springProviders[symbol]! })),
      { symbols: ['ChatClient', 'ChatModel', 'StreamingChatModel', 'EmbeddingModel', 'ImageModel', 'Builder'], provider: 'unknown', place: anybody },
    ],
    methods: [
      ...(['call', 'stream'] as const).map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readFluent, kind: 'framework-call', receiver: /chat_?(?:client|model)$|^(?:client|chat|llm)$|^(?:user|prompt|options|advisors|tools|system|messages|toolNames|toolCallbacks|functions|toolContext)$/i })),
      ...methodsOf([['embed', 'embedding', { prompt: 0 }], ['embedForResponse', 'embedding', { prompt: 0 }]], { kind: 'framework-call', receiver: /embed/i }),
    ],
    transparent: ['prompt', 'user', 'system', 'options', 'advisors', 'tools', 'toolNames', 'toolCallbacks', 'functions', 'messages', 'toolContext', 'mutate', 'build'],
  }) },
  sdkOf('java', {
    id: 'dashscope-java', packages: ['com.alibaba.dashscope'], needles: ['com.alibaba.dashscope'],
    clients: [{ symbols: ['Generation', 'MultiModalConversation', 'TextEmbedding', 'ImageSynthesis', 'SpeechSynthesizer', 'Transcription', 'TextReRank', 'MultiModalEmbedding'], provider: 'alibaba-dashscope' }],
    methods: methodsOf([['call'], ['streamCall'], ['asyncCall']]),
  }),
  sdkOf('java', {
    id: 'bedrock-java', packages: ['software.amazon.awssdk.services.bedrockruntime'], needles: ['bedrockruntime'],
    clients: [{ symbols: ['BedrockRuntimeClient', 'BedrockRuntimeAsyncClient'], provider: 'aws-bedrock' }],
    methods: methodsOf([['converse'], ['converseStream'], ['invokeModel'], ['invokeModelWithResponseStream']], { receiver: /client|bedrock/i }),
  }),
  sdkOf('java', {
    id: 'azure-openai-java', packages: ['com.azure.ai.openai'], needles: ['com.azure.ai.openai'],
    clients: [{ symbols: ['OpenAIClientBuilder', 'OpenAIClient', 'OpenAIAsyncClient'], provider: 'azure-openai' }],
    methods: methodsOf([['getChatCompletions', 'chat', { model: 0, prompt: 1 }], ['getChatCompletionsStream', 'chat', { model: 0, prompt: 1 }], ['getCompletions', 'completion', { model: 0, prompt: 1 }], ['getEmbeddings', 'embedding', { model: 0, prompt: 1 }], ['getImageGenerations', 'image', { model: 0 }]], { receiver: /client/i }),
  }),
  sdkOf('java', {
    id: 'ark-java', packages: ['com.volcengine.ark'], needles: ['com.volcengine.ark'], clients: [{ symbols: ['ArkService'], provider: 'volcengine-ark' }],
    methods: methodsOf([['createChatCompletion'], ['streamChatCompletion'], ['createEmbeddings', 'embedding'], ['createBotChatCompletion']]),
  }),
  sdkOf('java', {
    id: 'zhipu-java', packages: ['com.zhipu.oapi', 'ai.z.openapi'], needles: ['com.zhipu.oapi', 'ai.z.openapi'], clients: [{ symbols: ['ClientV4', 'ZhipuAiClient', 'ZaiClient'], provider: 'zhipu' }],
    methods: methodsOf([['invokeModelApi'], ['chat.createChatCompletion'], ['chat.createChatCompletionStream'], ['invokeEmbeddingsApi', 'embedding'], ['createImage', 'image']]),
  }),
  sdkOf('java', {
    id: 'hunyuan-java', packages: ['com.tencentcloudapi.hunyuan'], needles: ['tencentcloudapi.hunyuan'], clients: [{ symbols: ['HunyuanClient'], provider: 'tencent-hunyuan' }],
    methods: methodsOf([['ChatCompletions'], ['ChatStd'], ['ChatPro'], ['GetEmbedding', 'embedding']]),
  }),
  sdkOf('java', {
    id: 'openai-service-java', packages: ['com.theokanning.openai', 'com.launchableinc.openai'], needles: ['com.theokanning.openai', 'com.launchableinc.openai'], clients: [{ symbols: ['OpenAiService'], provider: 'openai' }],
    methods: methodsOf([['createChatCompletion'], ['streamChatCompletion'], ['createCompletion', 'completion'], ['streamCompletion', 'completion'], ['createEmbeddings', 'embedding'], ['createImage', 'image'], ['createTranscription', 'audio-transcription'], ['createModeration', 'moderation']], { receiver: /service|openai|client|api/i }),
  }),
  sdkOf('java', {
    id: 'chatgpt-java', packages: ['com.plexpt.chatgpt', 'com.unfbx.chatgpt'], needles: ['com.plexpt.chatgpt', 'com.unfbx.chatgpt'], clients: [{ symbols: ['ChatGPT', 'ChatGPTStream', 'OpenAiClient', 'OpenAiStreamClient'], provider: 'openai' }],
    methods: methodsOf([['chatCompletion', 'chat', { prompt: 0 }], ['streamChatCompletion', 'chat', { prompt: 0 }], ['chat', 'chat', { prompt: 0 }], ['completions', 'completion', { prompt: 0 }], ['embeddings', 'embedding', { prompt: 0 }], ['genImages', 'image', { prompt: 0 }]], { receiver: /gpt|openai/i }),
  }),
  sdkOf('java', {
    id: 'ollama4j', packages: ['io.github.ollama4j', 'io.github.amithkoujalgi.ollama4j'], needles: ['ollama4j'], clients: [{ symbols: ['OllamaAPI', 'Ollama'], provider: 'ollama', url: 0 }],
    methods: methodsOf([['generate', 'completion', { model: 0, prompt: 1 }], ['chat'], ['chatStreaming'], ['generateWithTools', 'completion', { model: 0, prompt: 1 }], ['embed', 'embedding', { model: 0, prompt: 1 }], ['generateEmbeddings', 'embedding', { model: 0, prompt: 1 }]], { receiver: /ollama/i }),
  }),
];
