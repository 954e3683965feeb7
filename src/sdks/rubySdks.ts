/** Gems of Ruby, by constant. */
import type { ProviderId } from '../core/model.js';
import type { Sdk } from '../core/sdk.js';
import { methodsOf, sdkOf } from './anyShape.js';
import { placeOfModel } from './modelPrefix.js';

const langchainModels: Readonly<Record<string, ProviderId>> = { OpenAI: 'openai', Anthropic: 'anthropic', GoogleGemini: 'google-gemini', GoogleVertexAI: 'google-vertex', MistralAI: 'mistral', Ollama: 'ollama', Cohere: 'cohere', AwsBedrock: 'aws-bedrock', Azure: 'azure-openai', HuggingFace: 'huggingface', Replicate: 'unknown' };

export const rubySdks: readonly Sdk[] = [
  sdkOf('ruby', {
    id: 'openai-ruby', packages: ['OpenAI'], needles: ['OpenAI', 'openai'], clients: [{ symbols: ['Client', 'OpenAI'], provider: 'openai' }],
    methods: [
      ...methodsOf([
        ['chat.completions.create', 'chat', {}, 'openai-chat'], ['chat.completions.stream', 'chat', {}, 'openai-chat'], ['chat.completions.stream_raw', 'chat', {}, 'openai-chat'], ['responses.create', 'chat', {}, 'openai-responses'], ['responses.stream', 'chat', {}, 'openai-responses'],
        ['embeddings.create', 'embedding'], ['completions.create', 'completion'], ['images.generate', 'image'], ['images.edit', 'image'], ['audio.transcribe', 'audio-transcription'], ['audio.translate', 'audio-transcription'], ['audio.transcriptions.create', 'audio-transcription'], ['audio.speech', 'speech'], ['audio.speech.create', 'speech'], ['moderations.create', 'moderation'],
      ]),
      ...methodsOf([['chat'], ['completions', 'completion'], ['embeddings', 'embedding'], ['moderations', 'moderation']], { receiver: /client|openai|gpt|llm/i }),
    ],
  }),
  sdkOf('ruby', {
    id: 'anthropic-ruby', packages: ['Anthropic'], needles: ['Anthropic', 'anthropic'], clients: [{ symbols: ['Client', 'Anthropic'], provider: 'anthropic' }],
    methods: [...methodsOf([['messages.create', 'chat', {}, 'anthropic-messages'], ['messages.stream', 'chat', {}, 'anthropic-messages'], ['beta.messages.create', 'chat', {}, 'anthropic-messages']]), ...methodsOf([['messages', 'chat', {}, 'anthropic-messages'], ['complete', 'completion']], { receiver: /client|anthropic|claude/i })],
  }),
  sdkOf('ruby', {
    id: 'gemini-ruby', packages: ['Gemini'], needles: ['Gemini'], clients: [{ symbols: ['Gemini'], provider: 'google-gemini' }],
    methods: methodsOf([['generate_content', 'chat', { prompt: 0 }], ['stream_generate_content', 'chat', { prompt: 0 }], ['embed_content', 'embedding', { prompt: 0 }]]),
  }),
  sdkOf('ruby', {
    id: 'ruby-llm', packages: ['RubyLLM'], needles: ['RubyLLM'], clients: [{ symbols: ['RubyLLM', 'chat', 'Chat'], provider: 'unknown', place: (construction) => placeOfModel(construction?.get('model') ?? null) }],
    methods: [
      ...methodsOf([['ask', 'chat', { prompt: 0 }], ['complete', 'chat', { prompt: 0 }]], { kind: 'framework-call', receiver: /chat|llm|agent/i }),
      ...methodsOf([['RubyLLM.embed', 'embedding', { prompt: 0 }], ['embed', 'embedding', { prompt: 0 }], ['paint', 'image', { prompt: 0 }]], { onModule: true, kind: 'framework-call' }),
    ],
    transparent: ['with_instructions', 'with_tool', 'with_tools', 'with_temperature', 'with_schema', 'with_model', 'with_params'],
  }),
  sdkOf('ruby', {
    id: 'langchainrb', packages: ['Langchain'], needles: ['Langchain'], clients: Object.entries(langchainModels).map(([symbol, provider]) => ({ symbols: [symbol], provider })),
    methods: methodsOf([['chat', 'chat', { prompt: 0 }], ['complete', 'completion', { prompt: 0 }], ['embed', 'embedding', { prompt: 0 }], ['summarize', 'chat', { prompt: 0 }]], { kind: 'framework-call', receiver: /llm/i }),
  }),
];
