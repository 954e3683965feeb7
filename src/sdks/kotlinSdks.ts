/** SDKs that only Kotlin has; all others are those of Java. */
import type { Sdk } from '../core/sdk.js';
import { methodsOf, sdkOf } from './anyShape.js';

export const kotlinSdks: readonly Sdk[] = [
  sdkOf('java', {
    id: 'openai-kotlin', packages: ['com.aallam.openai'], needles: ['com.aallam.openai'],
    clients: [{ symbols: ['OpenAI'], provider: 'openai' }],
    methods: methodsOf([['chatCompletion', 'chat', {}, 'openai-chat'], ['chatCompletions', 'chat', {}, 'openai-chat'], ['completion', 'completion'], ['embeddings', 'embedding'], ['imageURL', 'image'], ['imageJSON', 'image'], ['transcription', 'audio-transcription'], ['speech', 'speech'], ['moderations', 'moderation']]),
  }),
  ...([['generativeai-android', 'com.google.ai.client.generativeai', 'google-gemini'], ['firebase-ai', 'com.google.firebase.ai', 'google-gemini'], ['firebase-vertexai', 'com.google.firebase.vertexai', 'google-vertex']] as const).map(([id, name, provider]) => sdkOf('java', {
    id, packages: [name], needles: [name], clients: [{ symbols: ['GenerativeModel', 'generativeModel', 'Firebase', 'Chat'], provider }],
    methods: methodsOf([['generateContent', 'chat', { prompt: 0, constructed: 0 }], ['generateContentStream', 'chat', { prompt: 0, constructed: 0 }], ['sendMessage', 'chat', { prompt: 0, constructed: 0 }], ['sendMessageStream', 'chat', { prompt: 0, constructed: 0 }]], { receiver: /model|chat|gemini/i }),
    modelFactories: ['startChat', 'generativeModel'],
  })),
];
