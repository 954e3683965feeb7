/** SDKs of Go, by import path. */
import type { ProviderId } from '../core/model.js';
import type { Sdk } from '../core/sdk.js';
import { bindingsOf, methodsOf, sdkOf } from './anyShape.js';

const langchaingoProviders: Readonly<Record<string, ProviderId>> = {
  openai: 'openai', anthropic: 'anthropic', googleai: 'google-gemini', 'googleai/vertex': 'google-vertex', 'googleai/palm': 'google-vertex', bedrock: 'aws-bedrock', mistral: 'mistral', cohere: 'cohere', ollama: 'ollama', huggingface: 'huggingface', cloudflare: 'cloudflare', ernie: 'baidu-qianfan', groq: 'groq',
};
const langchaingoCalls = methodsOf([['GenerateContent', 'chat', { prompt: 1 }], ['Call', 'chat', { prompt: 1 }], ['CreateEmbedding', 'embedding', { prompt: 1 }], ['EmbedQuery', 'embedding', { prompt: 1 }], ['EmbedDocuments', 'embedding', { prompt: 1 }]], { kind: 'framework-call', receiver: /llm|model|embed|client/i });

const azureWhen = (name: string): NonNullable<Sdk['clients'][number]['place']> => (construction) => (construction?.get(name) ? { provider: 'azure-openai', value: construction.get(name) } : null);

export const goSdks: readonly Sdk[] = [
  sdkOf('go', {
    id: 'openai-go', packages: ['github.com/openai/openai-go'], needles: ['openai-go'],
    clients: [{ symbols: ['NewClient', 'Client'], provider: 'openai', baseUrl: ['base_url'], place: azureWhen('endpoint') }],
    methods: methodsOf([
      ['Chat.Completions.New', 'chat', {}, 'openai-chat'], ['Chat.Completions.NewStreaming', 'chat', {}, 'openai-chat'], ['Responses.New', 'chat', {}, 'openai-responses'], ['Responses.NewStreaming', 'chat', {}, 'openai-responses'],
      ['Embeddings.New', 'embedding'], ['Completions.New', 'completion'], ['Completions.NewStreaming', 'completion'], ['Images.Generate', 'image'], ['Images.Edit', 'image'],
      ['Audio.Transcriptions.New', 'audio-transcription'], ['Audio.Translations.New', 'audio-transcription'], ['Audio.Speech.New', 'speech'], ['Moderations.New', 'moderation'],
    ]),
  }),
  sdkOf('go', {
    id: 'go-openai', packages: ['github.com/sashabaranov/go-openai'], needles: ['go-openai', 'CreateChatCompletion'],
    clients: [{ symbols: ['NewClient', 'NewClientWithConfig', 'NewOrgClient', 'Client'], provider: 'openai' }],
    methods: methodsOf([
      ['CreateChatCompletion'], ['CreateChatCompletionStream'], ['CreateResponse', 'chat', {}, 'openai-responses'], ['CreateResponseStream', 'chat', {}, 'openai-responses'], ['CreateRun'], ['CreateThreadAndRun'], ['CreateCompletion', 'completion'], ['CreateCompletionStream', 'completion'], ['CreateEmbeddings', 'embedding'],
      ['CreateImage', 'image'], ['CreateEditImage', 'image'], ['CreateVariImage', 'image'], ['CreateTranscription', 'audio-transcription'], ['CreateTranslation', 'audio-transcription'], ['CreateSpeech', 'speech'], ['Moderations', 'moderation'],
    ], { receiver: /client|openai|gpt|llm|ai$|^c$/i }),
  }),
  sdkOf('go', {
    id: 'anthropic-go', packages: ['github.com/anthropics/anthropic-sdk-go'], needles: ['anthropic-sdk-go'],
    clients: [{ symbols: ['NewClient', 'Client'], provider: 'anthropic' }],
    methods: methodsOf([['Messages.New', 'chat', {}, 'anthropic-messages'], ['Messages.NewStreaming', 'chat', {}, 'anthropic-messages'], ['Beta.Messages.New', 'chat', {}, 'anthropic-messages'], ['Beta.Messages.NewStreaming', 'chat', {}, 'anthropic-messages'], ['Completions.New', 'completion']]),
  }),
  sdkOf('go', {
    id: 'genai-go', packages: ['google.golang.org/genai'], needles: ['google.golang.org/genai'],
    clients: [{ symbols: ['NewClient', 'Client'], provider: 'google-gemini', place: (construction) => (construction?.get(['project', 'location']) ? { provider: 'google-vertex', value: construction.get(['location', 'project']) } : null) }],
    methods: methodsOf([
      ['Models.GenerateContent', 'chat', { model: 1, prompt: 2 }, 'google-generate-content'], ['Models.GenerateContentStream', 'chat', { model: 1, prompt: 2 }, 'google-generate-content'],
      ['Models.EmbedContent', 'embedding', { model: 1, prompt: 2 }], ['Models.GenerateImages', 'image', { model: 1, prompt: 2 }], ['SendMessage', 'chat', { prompt: 1, constructed: 1 }], ['SendMessageStream', 'chat', { prompt: 1, constructed: 1 }],
    ]),
    modelFactories: ['Chats.Create'],
  }),
  ...([['generative-ai-go', 'github.com/google/generative-ai-go/genai', 'google-gemini'], ['vertexai-go', 'cloud.google.com/go/vertexai/genai', 'google-vertex']] as const).map(([id, path, provider]) => sdkOf('go', {
    id, packages: [path], needles: [path], clients: [{ symbols: ['NewClient', 'Client', 'GenerativeModel'], provider }],
    methods: methodsOf([['GenerateContent', 'chat', { prompt: 1, constructed: 0 }], ['GenerateContentStream', 'chat', { prompt: 1, constructed: 0 }], ['SendMessage', 'chat', { prompt: 1, constructed: 0 }], ['SendMessageStream', 'chat', { prompt: 1, constructed: 0 }], ['EmbedContent', 'embedding', { prompt: 1, constructed: 0 }]], { receiver: /model|session|chat|^cs$|^em$/i }),
    modelFactories: ['GenerativeModel', 'EmbeddingModel', 'StartChat'],
  })),
  ...Object.entries(langchaingoProviders).map(([path, provider]) => sdkOf('go', {
    id: 'langchaingo', packages: [`github.com/tmc/langchaingo/llms/${path}`], needles: ['tmc/langchaingo'],
    clients: [{ symbols: ['New', 'LLM', 'Model', 'NewChat'], provider }],
    methods: [...bindingsOf(['New']), ...langchaingoCalls],
  })),
  sdkOf('go', {
    id: 'langchaingo', packages: ['github.com/tmc/langchaingo'], needles: ['tmc/langchaingo'],
    clients: [{ symbols: ['Model', 'LLM', 'Embedder', 'EmbedderClient', 'NewEmbedder'], provider: 'unknown', place: () => ({ provider: 'unknown' }) }],
    methods: [
      { ...methodsOf([['GenerateFromSinglePrompt', 'chat', { prompt: 2 }]])[0]!, onModule: true, kind: 'framework-call' },
      ...langchaingoCalls,
    ],
  }),
  sdkOf('go', {
    id: 'bedrock-go', packages: ['github.com/aws/aws-sdk-go-v2/service/bedrockruntime'], needles: ['bedrockruntime'],
    clients: [{ symbols: ['NewFromConfig', 'New', 'Client'], provider: 'aws-bedrock' }],
    methods: methodsOf([['Converse'], ['ConverseStream'], ['InvokeModel'], ['InvokeModelWithResponseStream']], { receiver: /client|bedrock|svc|brc/i }),
  }),
  sdkOf('go', {
    id: 'ollama-go', packages: ['github.com/ollama/ollama/api'], needles: ['ollama/ollama/api'],
    clients: [{ symbols: ['ClientFromEnvironment', 'NewClient', 'Client'], provider: 'ollama' }],
    methods: methodsOf([['Chat'], ['Generate', 'completion'], ['Embed', 'embedding'], ['Embeddings', 'embedding']], { receiver: /client|ollama/i }),
  }),
  sdkOf('go', {
    id: 'cohere-go', packages: ['github.com/cohere-ai/cohere-go'], needles: ['cohere-ai/cohere-go'],
    clients: [{ symbols: ['NewClient', 'Client'], provider: 'cohere' }],
    methods: methodsOf([['Chat'], ['ChatStream'], ['V2.Chat'], ['V2.ChatStream'], ['Generate', 'completion'], ['Embed', 'embedding'], ['V2.Embed', 'embedding'], ['Rerank', 'rerank'], ['V2.Rerank', 'rerank']], { receiver: /client|cohere|^co$/i }),
  }),
  sdkOf('go', {
    id: 'ark-go', packages: ['github.com/volcengine/volcengine-go-sdk/service/arkruntime', 'github.com/volcengine/volc-sdk-golang/service/maas'], needles: ['arkruntime', 'volc-sdk-golang'],
    clients: [{ symbols: ['NewClientWithApiKey', 'NewClientWithAkSk', 'NewClientWithAkSkAndRegion', 'NewInstance', 'Client', 'MaaS'], provider: 'volcengine-ark' }],
    methods: methodsOf([['CreateChatCompletion'], ['CreateChatCompletionStream'], ['CreateBotChatCompletion'], ['CreateBotChatCompletionStream'], ['CreateResponses', 'chat', {}, 'openai-responses'], ['CreateResponsesStream', 'chat', {}, 'openai-responses'], ['CreateEmbeddings', 'embedding'], ['CreateMultiModalEmbeddings', 'embedding'], ['GenerateImages', 'image'], ['Chat'], ['StreamChat']], { receiver: /client|ark|maas/i }),
  }),
  sdkOf('go', {
    id: 'go-anthropic', packages: ['github.com/liushuangls/go-anthropic'], needles: ['go-anthropic'], clients: [{ symbols: ['NewClient', 'Client'], provider: 'anthropic' }],
    methods: methodsOf([['CreateMessages', 'chat', {}, 'anthropic-messages'], ['CreateMessagesStream', 'chat', {}, 'anthropic-messages'], ['CreateComplete', 'completion']], { receiver: /client|anthropic|claude/i }),
  }),
  sdkOf('go', {
    id: 'hunyuan-go', packages: ['github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/hunyuan'], needles: ['tencentcloud/hunyuan'], clients: [{ symbols: ['NewClient', 'Client'], provider: 'tencent-hunyuan' }],
    methods: methodsOf([['ChatCompletions'], ['ChatCompletionsWithContext'], ['ChatPro'], ['ChatStd'], ['GetEmbedding', 'embedding']], { receiver: /client|hunyuan/i }),
  }),
  sdkOf('go', {
    id: 'qianfan-go', packages: ['github.com/baidubce/bce-qianfan-sdk/go/qianfan'], needles: ['bce-qianfan-sdk'], clients: [{ symbols: ['NewChatCompletion', 'NewCompletion', 'NewEmbedding', 'ChatCompletion'], provider: 'baidu-qianfan' }],
    methods: methodsOf([['Do'], ['Stream']], { receiver: /chat|client|qianfan/i }),
  }),
];
