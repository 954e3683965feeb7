/** SDKs and frameworks of C#, by namespace. */
import type { Method, Sdk } from '../core/sdk.js';
import { candidates, plainText } from '../core/value.js';
import { type Row, anybody, bindingsOf, methodsOf, readAny, sdkOf } from './anyShape.js';

const withAsync = (rows: readonly Row[]): Row[] => rows.flatMap(([path, ...rest]): Row[] => [[path, ...rest], [`${path}Async`, ...rest]]);

const openaiMethods = methodsOf(withAsync([
  ['CompleteChat', 'chat', { prompt: 0, constructed: 0 }], ['CompleteChatStreaming', 'chat', { prompt: 0, constructed: 0 }], ['GenerateEmbedding', 'embedding', { prompt: 0, constructed: 0 }], ['GenerateEmbeddings', 'embedding', { prompt: 0, constructed: 0 }],
  ['GenerateImage', 'image', { prompt: 0, constructed: 0 }], ['GenerateImages', 'image', { prompt: 0, constructed: 0 }], ['GenerateImageEdit', 'image', { constructed: 0 }], ['TranscribeAudio', 'audio-transcription', { constructed: 0 }], ['TranslateAudio', 'audio-transcription', { constructed: 0 }],
  ['GenerateSpeech', 'speech', { prompt: 0, constructed: 0 }], ['ClassifyText', 'moderation', { prompt: 0, constructed: 0 }],
]), { receiver: /client|openai|chat|embed|image|audio|gpt|llm/i });
/** `CreateResponse(model, input)` of the newer client, `CreateResponse(input)` of one made for a model. */
const responses: Method['read'] = (reader) => {
  const own = plainText(candidates(reader.arguments.get([], 0))[0]);
  const isNewer = own !== null && reader.arguments.get([], 1) !== null;
  const fields = readAny(isNewer ? { model: 0, prompt: 1 } : { prompt: 0 })(reader);
  if (fields.model) return fields;
  const options = candidates(reader.arguments.get([], 0))[0];
  const inside = options ? reader.argumentsOf(options) : null;
  // new CreateResponseOptions("gpt-5", items); a client made with one argument was given a key, no model.
  return { ...fields, model: inside?.get(['model'], 0) ?? (reader.construction?.get([], 1) ? reader.construction.get([], 0) : null) };
};
const responseMethods: Method[] = ['CreateResponse', 'CreateResponseAsync', 'CreateResponseStreaming', 'CreateResponseStreamingAsync'].map((name) => ({ path: [name], operation: 'chat', protocol: 'openai-responses', read: responses, receiver: /client|response/i }));
/** Runs of the Assistants API, whose model is chosen by the assistant. */
const runs = methodsOf(withAsync([['CreateRun'], ['CreateRunStreaming'], ['CreateThreadAndRun'], ['CreateThreadAndRunStreaming']]), { receiver: /client|assistant/i });
/** `kernel.InvokeAsync(function)` asks a model when the function was made from a prompt. */
const invoked: Method['read'] = (reader) => {
  const [made] = candidates(reader.arguments.get([], 0));
  return made?.kind === 'instance' && /Prompt/.test(made.callee.path.join('.')) ? { ...readAny()(reader), model: null } : null;
};
const builders = ['AddOpenAIChatCompletion', 'AddAzureOpenAIChatCompletion', 'AddGoogleAIGeminiChatCompletion', 'AddVertexAIGeminiChatCompletion', 'AddOllamaChatCompletion', 'AddMistralChatCompletion', 'AddBedrockChatCompletionService', 'AddHuggingFaceChatCompletion', 'AddOpenAIChatClient', 'AddAzureOpenAIChatClient'];
const chatClients = ['ChatClient', 'EmbeddingClient', 'ImageClient', 'AudioClient', 'OpenAIResponseClient', 'ResponsesClient', 'ModerationClient'];
/** Adapters to Microsoft.Extensions.AI, which are told the model where the client is not. */
const adapters = ['AsIChatClient', 'AsChatClient', 'AsIEmbeddingGenerator', 'AsEmbeddingGenerator'];
/** Agents of Microsoft's framework, made from a client that is told the model. */
const agentMakers = ['AsAIAgent', 'CreateAIAgent'];
const agentRun: Method['read'] = (reader) => {
  const fields = readAny({ prompt: 0, constructed: 0 })(reader);
  // The first of an agent's own arguments is what it is told to do.
  return /\s/.test(plainText(candidates(fields.model)[0]) ?? '') ? { ...fields, model: null } : fields;
};
const agentCalls = ['RunAsync', 'RunStreamingAsync'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: agentRun, kind: 'framework-call', receiver: /agent/i }));
const factories = [...agentMakers, 'GetChatClient', 'GetEmbeddingClient', 'GetImageClient', 'GetAudioClient', 'GetOpenAIResponseClient', 'GetResponsesClient', 'GetModerationClient', ...adapters];
const adapterBindings = methodsOf(adapters.map((name): Row => [name, /Embedding/.test(name) ? 'embedding' : 'chat', { model: 0 }]), { kind: 'model-binding' });
const agentBindings = methodsOf(agentMakers.map((name): Row => [name, 'chat', { constructed: 0 }]), { kind: 'model-binding', receiver: /client/i });
const extensionRows: readonly Row[] = [['GetResponseAsync', 'chat', { prompt: 0, constructed: 0 }], ['GetStreamingResponseAsync', 'chat', { prompt: 0, constructed: 0 }], ['CompleteAsync', 'chat', { prompt: 0, constructed: 0 }], ['CompleteStreamingAsync', 'chat', { prompt: 0, constructed: 0 }], ['GenerateVectorAsync', 'embedding', { prompt: 0, constructed: 0 }], ['GenerateEmbeddingVectorAsync', 'embedding', { prompt: 0, constructed: 0 }], ['GenerateAsync', 'embedding', { prompt: 0, constructed: 0 }]];

export const csharpSdks: readonly Sdk[] = [
  sdkOf('csharp', {
    id: 'openai-dotnet', packages: ['OpenAI'], needles: ['OpenAI'],
    clients: [{ symbols: [...chatClients, 'OpenAIClient', 'OpenAIApi'], provider: 'openai' }],
    methods: [
      ...openaiMethods, ...responseMethods, ...runs, ...adapterBindings, ...agentBindings, ...agentCalls,
      // Packages of the same namespace by others: OpenAI-DotNet, and the one for Unity.
      ...methodsOf([['ChatEndpoint.GetCompletionAsync'], ['ChatEndpoint.StreamCompletionAsync'], ['ChatEndpoint.StreamCompletionEnumerableAsync'], ['ResponsesEndpoint.CreateModelResponseAsync', 'chat', {}, 'openai-responses'], ['EmbeddingsEndpoint.CreateEmbeddingAsync', 'embedding', { prompt: 0, model: 1 }], ['ImagesEndPoint.GenerateImageAsync', 'image']]),
      ...methodsOf([['CreateChatCompletion'], ['CreateChatCompletionAsync'], ['CreateCompletion', 'completion'], ['CreateEmbeddings', 'embedding'], ['CreateImage', 'image'], ['CreateModeration', 'moderation']], { receiver: /openai/i }),
      ...methodsOf(extensionRows, { kind: 'framework-call' }),
    ],
    modelFactories: factories,
  }),
  sdkOf('csharp', {
    id: 'azure-openai-dotnet', packages: ['Azure.AI.OpenAI'], needles: ['Azure.AI.OpenAI'],
    clients: [{ symbols: ['AzureOpenAIClient'], provider: 'azure-openai' }, { symbols: ['OpenAIClient'], provider: 'azure-openai' }],
    methods: [...openaiMethods, ...responseMethods, ...adapterBindings, ...agentBindings, ...agentCalls, ...methodsOf(extensionRows, { kind: 'framework-call' }), ...methodsOf(withAsync([['GetImageGenerations', 'image'], ['GetChatCompletions', 'chat', { model: 0 }], ['GetChatCompletionsStreaming', 'chat', { model: 0 }], ['GetCompletions', 'completion', { model: 0 }], ['GetEmbeddings', 'embedding', { model: 0 }]]), { receiver: /client/i })],
    modelFactories: factories,
  }),
  sdkOf('csharp', {
    id: 'anthropic-dotnet', packages: ['Anthropic'], needles: ['Anthropic'],
    clients: [{ symbols: ['AnthropicClient'], provider: 'anthropic' }],
    methods: methodsOf([['Messages.Create', 'chat', {}, 'anthropic-messages'], ['Messages.CreateStreaming', 'chat', {}, 'anthropic-messages'], ['Messages.GetClaudeMessageAsync', 'chat', {}, 'anthropic-messages'], ['Messages.StreamClaudeMessageAsync', 'chat', {}, 'anthropic-messages'], ['Beta.Messages.Create', 'chat', {}, 'anthropic-messages']]),
  }),
  { ambient: true, ...sdkOf('csharp', {
    id: 'extensions-ai', packages: ['Microsoft.Extensions.AI', 'Microsoft.Agents'], needles: ['Microsoft.Extensions.AI', 'Microsoft.Agents'],
    clients: [{ symbols: ['IChatClient', 'IEmbeddingGenerator', 'ChatClientBuilder', 'DelegatingChatClient'], provider: 'unknown', place: anybody }, { symbols: ['OllamaChatClient', 'OllamaEmbeddingGenerator'], provider: 'ollama', url: 0 }],
    methods: [
      ...methodsOf(extensionRows.map(([path, operation]): Row => [path, operation, { prompt: 0, constructed: 1 }]), { kind: 'framework-call', receiver: /client|chat|generator|agent|llm|embed/i }),
      ...agentBindings, ...agentCalls,
      ...bindingsOf(['OllamaChatClient'], 'chat', { model: 1 }), ...bindingsOf(['OllamaEmbeddingGenerator'], 'embedding', { model: 1 }),
    ],
    transparent: ['AsIChatClient', 'AsChatClient', 'AsBuilder', 'Build', 'UseFunctionInvocation', 'UseLogging', 'UseOpenTelemetry', 'UseDistributedCache'],
  }) },
  sdkOf('csharp', {
    id: 'azure-ai-inference-dotnet', packages: ['Azure.AI.Inference'], needles: ['Azure.AI.Inference'], clients: [{ symbols: ['ChatCompletionsClient', 'EmbeddingsClient'], provider: 'azure-openai', url: 0 }],
    methods: [...methodsOf(withAsync([['Complete', 'chat', { prompt: 0 }], ['CompleteStreaming', 'chat', { prompt: 0 }], ['Embed', 'embedding']])), ...adapterBindings, ...methodsOf(extensionRows, { kind: 'framework-call' })],
    modelFactories: adapters,
  }),
  { ambient: true, ...sdkOf('csharp', {
    id: 'semantic-kernel-dotnet', packages: ['Microsoft.SemanticKernel'], needles: ['Microsoft.SemanticKernel'],
    clients: [{ symbols: ['Kernel', 'IChatCompletionService', 'ITextGenerationService', 'IKernelBuilder', 'ITextEmbeddingGenerationService'], provider: 'unknown', place: anybody }, { symbols: ['OpenAIChatCompletionService'], provider: 'openai' }, { symbols: ['AzureOpenAIChatCompletionService'], provider: 'azure-openai' }],
    methods: [
      ...methodsOf([['InvokePromptAsync', 'chat', { prompt: 0 }], ['InvokePromptStreamingAsync', 'chat', { prompt: 0 }], ['GetChatMessageContentAsync', 'chat', { prompt: 0 }], ['GetChatMessageContentsAsync', 'chat', { prompt: 0 }], ['GetStreamingChatMessageContentsAsync', 'chat', { prompt: 0 }], ['GetTextContentAsync', 'completion', { prompt: 0 }], ['GenerateEmbeddingAsync', 'embedding', { prompt: 0 }], ['GenerateEmbeddingsAsync', 'embedding', { prompt: 0 }]], { kind: 'framework-call', receiver: /./ }),
      ...bindingsOf(['OpenAIChatCompletionService', 'AzureOpenAIChatCompletionService'], 'chat', { model: 0 }),
      ...methodsOf([
        ...builders.map((name) => [name, 'chat', { model: 0 }] as const), ...['AddOpenAITextToImage', 'AddAzureOpenAITextToImage'].map((name) => [name, 'image', { model: 0 }] as const),
        ...['AddOpenAITextEmbeddingGeneration', 'AddAzureOpenAITextEmbeddingGeneration', 'AddOpenAIEmbeddingGenerator', 'AddAzureOpenAIEmbeddingGenerator'].map((name) => [name, 'embedding', { model: 0 }] as const),
      ], { kind: 'model-binding', receiver: /./ }),
      ...['InvokeAsync', 'InvokeStreamingAsync'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: invoked, kind: 'framework-call', receiver: /kernel/i })),
      ...methodsOf([['GenerateImageAsync', 'image', { prompt: 0 }], ['GetImageContentsAsync', 'image', { prompt: 0 }]], { kind: 'framework-call', receiver: /service|image/i }),
    ],
  }) },
  sdkOf('csharp', {
    id: 'google-genai-dotnet', packages: ['Google.GenAI'], needles: ['Google.GenAI'], clients: [{ symbols: ['Client'], provider: 'google-gemini' }],
    methods: methodsOf([['Models.GenerateContentAsync', 'chat', { model: 0, prompt: 1 }], ['Models.GenerateContentStreamAsync', 'chat', { model: 0, prompt: 1 }], ['Models.EmbedContentAsync', 'embedding', { model: 0, prompt: 1 }]]),
  }),
  sdkOf('csharp', {
    id: 'ollamasharp', packages: ['OllamaSharp'], needles: ['OllamaSharp'], clients: [{ symbols: ['OllamaApiClient'], provider: 'ollama' }],
    methods: methodsOf([['GenerateAsync', 'completion', { prompt: 0, constructed: 1 }], ['ChatAsync', 'chat', { prompt: 0, constructed: 1 }], ['EmbedAsync', 'embedding', { prompt: 0 }]], { receiver: /ollama/i }),
  }),
  sdkOf('csharp', {
    id: 'bedrock-dotnet', packages: ['Amazon.BedrockRuntime'], needles: ['Amazon.BedrockRuntime'], clients: [{ symbols: ['AmazonBedrockRuntimeClient', 'IAmazonBedrockRuntime'], provider: 'aws-bedrock' }],
    methods: methodsOf([['ConverseAsync'], ['ConverseStreamAsync'], ['InvokeModelAsync'], ['InvokeModelWithResponseStreamAsync']], { receiver: /client|bedrock/i }),
  }),
  sdkOf('csharp', {
    id: 'betalgo-openai', packages: ['Betalgo.Ranul.OpenAI', 'Betalgo.OpenAI', 'OpenAI.Interfaces', 'OpenAI.Managers'], needles: ['Betalgo', 'OpenAI.Managers', 'OpenAI.Interfaces'], clients: [{ symbols: ['OpenAIService', 'IOpenAIService'], provider: 'openai' }],
    methods: methodsOf([['ChatCompletion.CreateCompletion'], ['ChatCompletion.CreateCompletionAsStream'], ['Completions.CreateCompletion', 'completion'], ['Completions.CreateCompletionAsStream', 'completion'], ['Embeddings.CreateEmbedding', 'embedding'], ['Image.CreateImage', 'image'], ['Audio.CreateTranscription', 'audio-transcription'], ['Moderation.CreateModeration', 'moderation']], { distinctive: true }),
  }),
  sdkOf('csharp', {
    id: 'openai-api-dotnet', packages: ['OpenAI_API'], needles: ['OpenAI_API'], clients: [{ symbols: ['OpenAIAPI', 'IOpenAIAPI'], provider: 'openai' }],
    methods: [
      ...methodsOf([['Chat.CreateChatCompletionAsync', 'chat', { prompt: 0 }], ['Chat.StreamChatEnumerableAsync', 'chat', { prompt: 0 }], ['Completions.CreateCompletionAsync', 'completion', { prompt: 0 }], ['Completions.StreamCompletionEnumerableAsync', 'completion', { prompt: 0 }], ['Embeddings.CreateEmbeddingAsync', 'embedding', { prompt: 0 }], ['Embeddings.GetEmbeddingsAsync', 'embedding', { prompt: 0 }], ['ImageGenerations.CreateImageAsync', 'image', { prompt: 0 }]]),
      ...methodsOf([['GetResponseFromChatbotAsync'], ['StreamResponseFromChatbotAsync'], ['StreamResponseEnumerableFromChatbotAsync'], ['GetResponseFromChatbot']], { receiver: /./ }),
    ],
    modelFactories: ['Chat.CreateConversation'],
  }),
  sdkOf('csharp', {
    id: 'sparkdesk-dotnet', packages: ['Sdcb.SparkDesk'], needles: ['Sdcb.SparkDesk'], clients: [{ symbols: ['SparkDeskClient'], provider: 'unknown', place: anybody }],
    methods: methodsOf([['ChatAsync', 'chat', { model: 0, prompt: 1 }], ['ChatAsStreamAsync', 'chat', { model: 0, prompt: 1 }]], { receiver: /client|spark/i }),
  }),
  sdkOf('csharp', {
    id: 'dashscope-dotnet', packages: ['Sdcb.DashScope', 'Cnblogs.DashScope'], needles: ['DashScope'], clients: [{ symbols: ['DashScopeClient', 'IDashScopeClient'], provider: 'alibaba-dashscope' }],
    methods: methodsOf([['TextGeneration.Chat', 'chat', { model: 0, prompt: 1 }], ['TextGeneration.ChatStreamed', 'chat', { model: 0, prompt: 1 }], ['GetTextCompletionAsync'], ['GetTextCompletionStreamAsync'], ['GetMultimodalGenerationAsync'], ['GetEmbeddingsAsync', 'embedding']], { receiver: /client|dashscope/i }),
  }),
];
