/** SDKs that only Kotlin has; all others are those of Java. */
import type { Sdk } from '../core/sdk.js';
import { methodsOf, sdkOf } from './anyShape.js';

export const kotlinSdks: readonly Sdk[] = [
  sdkOf('java', {
    id: 'openai-kotlin', packages: ['com.aallam.openai'], needles: ['com.aallam.openai'],
    clients: [{ symbols: ['OpenAI'], provider: 'openai' }],
    methods: methodsOf([['chatCompletion', 'chat', {}, 'openai-chat'], ['chatCompletions', 'chat', {}, 'openai-chat'], ['completion', 'completion'], ['embeddings', 'embedding'], ['imageURL', 'image'], ['imageJSON', 'image'], ['transcription', 'audio-transcription'], ['speech', 'speech'], ['moderations', 'moderation']]),
  }),
];
