/** SDKs of PHP, by namespace. */
import type { Sdk } from '../core/sdk.js';
import { type Row, methodsOf, sdkOf } from './anyShape.js';

const openaiRows: readonly Row[] = [
  ['chat.create'], ['chat.createStreamed'], ['responses.create', 'chat', {}, 'openai-responses'], ['responses.createStreamed', 'chat', {}, 'openai-responses'], ['completions.create', 'completion'], ['completions.createStreamed', 'completion'], ['embeddings.create', 'embedding'],
  ['images.create', 'image'], ['images.edit', 'image'], ['audio.transcribe', 'audio-transcription'], ['audio.translate', 'audio-transcription'], ['audio.speech', 'speech'], ['audio.speechStreamed', 'speech'], ['moderations.create', 'moderation'],
];

export const phpSdks: readonly Sdk[] = [
  sdkOf('php', {
    id: 'openai-php', packages: ['OpenAI'], needles: ['OpenAI', 'openai-php'],
    clients: [{ symbols: ['OpenAI', 'Client', 'ClientContract', 'Factory'], provider: 'openai' }], methods: methodsOf(openaiRows),
  }),
  sdkOf('php', {
    id: 'anthropic-php', packages: ['Anthropic'], needles: ['Anthropic'], clients: [{ symbols: ['Anthropic', 'Client', 'ClientContract'], provider: 'anthropic' }],
    methods: methodsOf([['messages.create', 'chat', {}, 'anthropic-messages'], ['messages.createStream', 'chat', {}, 'anthropic-messages'], ['messages.createStreamed', 'chat', {}, 'anthropic-messages'], ['completions.create', 'completion']]),
  }),
  sdkOf('php', {
    id: 'gemini-php', packages: ['Gemini', 'GeminiAPI'], needles: ['Gemini'], clients: [{ symbols: ['Gemini', 'Client'], provider: 'google-gemini' }],
    methods: methodsOf([['generateContent', 'chat', { prompt: 0, constructed: 0 }], ['streamGenerateContent', 'chat', { prompt: 0, constructed: 0 }], ['sendMessage', 'chat', { prompt: 0, constructed: 0 }], ['embedContent', 'embedding', { prompt: 0, constructed: 0 }]], { receiver: /model|gemini|chat/i }),
    modelFactories: ['generativeModel', 'geminiPro', 'geminiFlash', 'embeddingModel', 'startChat', 'chat'],
  }),
  sdkOf('php', {
    id: 'prism', packages: ['Prism.Prism', 'EchoLabs.Prism'], needles: ['Prism'], clients: [{ symbols: ['Prism'], provider: 'unknown', place: () => ({ provider: 'unknown' }) }],
    methods: methodsOf([['asText'], ['asStructured'], ['asStream'], ['asEmbeddings', 'embedding']], { kind: 'framework-call', receiver: /./ }),
    transparent: ['text', 'structured', 'using', 'withPrompt', 'withSystemPrompt', 'withMaxTokens', 'withSchema', 'withTools', 'withMessages', 'embeddings', 'fromInput', 'usingTemperature', 'withMaxSteps'],
  }),
  sdkOf('php', {
    id: 'orhanerday-openai', packages: ['Orhanerday.OpenAi'], needles: ['Orhanerday'], clients: [{ symbols: ['OpenAi'], provider: 'openai' }],
    methods: methodsOf([['chat'], ['completion', 'completion'], ['embeddings', 'embedding'], ['image', 'image'], ['imageEdit', 'image'], ['transcribe', 'audio-transcription'], ['moderation', 'moderation']], { receiver: /open_?ai/i }),
  }),
];
