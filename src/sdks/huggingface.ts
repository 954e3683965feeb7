/** `huggingface_hub` InferenceClient and `@huggingface/inference`: tasks by name, and the OpenAI shape besides. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { ArgumentReader, CallReader, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { numberOf, isTrue, plainText } from '../core/value.js';
import { chatMethods } from './openai.js';

function readChat(reader: CallReader): RequestFields {
  const { arguments: given, construction } = reader;
  return {
    model: given.get('model') ?? construction?.get('model', 0) ?? null,
    parts: [...messageParts(given.get('messages', reader.ecosystem === 'python' ? 0 : undefined), fieldsWith(reader.argumentsOf)), ...schemaPart(given.get('tools'), 'tools')],
    maxOutputTokens: numberOf(given.get(['max_tokens', 'maxTokens'])), stream: isTrue(given.get('stream')), count: 1, options: {},
  };
}

const readText = (names: readonly string[]) => (reader: CallReader): RequestFields => {
  const input = reader.arguments.get(names, reader.ecosystem === 'python' ? 0 : undefined);
  return {
    model: reader.arguments.get('model') ?? reader.construction?.get('model', 0) ?? null, parts: input ? [textPart(input, 'user', 'input')] : [],
    maxOutputTokens: numberOf(reader.arguments.get(['max_new_tokens', 'max_tokens'])), stream: isTrue(reader.arguments.get('stream')), count: 1, options: {},
  };
};

/** A model that is an address, and a provider that is not Hugging Face itself. */
function place(construction: ArgumentReader | null, call: ArgumentReader): ImpliedPlace | null {
  const model = construction?.get(['model', 'base_url', 'endpointUrl'], 0) ?? null;
  const url = plainText(model);
  if (url && /^https?:/.test(url)) return { provider: 'huggingface', url, value: model };
  const provider = call.get('provider') ?? construction?.get('provider') ?? null;
  return provider ? { provider: 'huggingface', value: provider } : null;
}

const task = (name: string, operation: Method['operation'], names: readonly string[]): Method => ({ path: [name], operation, protocol: null, read: readText(names) });

export const huggingface: Sdk = {
  id: 'huggingface',
  packages: { python: ['huggingface_hub'], javascript: ['@huggingface/inference'] },
  needles: ['huggingface_hub', '@huggingface/inference'],
  clients: [{ symbols: ['InferenceClient', 'AsyncInferenceClient', 'HfInference', 'default'], provider: 'huggingface', baseUrl: [], key: ['token', 'api_key', 'accessToken'], baseUrlVariables: [], place }],
  methods: [
    ...chatMethods.map((method): Method => ({ ...method, read: readChat, distinctive: false })),
    ...['chat_completion', 'chatCompletion', 'chatCompletionStream'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readChat })),
    ...['text_generation', 'textGeneration', 'textGenerationStream'].map((name) => task(name, 'completion', ['prompt', 'inputs'])),
    ...['feature_extraction', 'featureExtraction'].map((name) => task(name, 'embedding', ['text', 'inputs'])),
    ...['text_to_image', 'textToImage'].map((name) => task(name, 'image', ['prompt', 'inputs'])),
    ...['summarization', 'translation', 'conversational'].map((name) => task(name, 'other', ['text', 'inputs'])),
    ...['automatic_speech_recognition', 'automaticSpeechRecognition'].map((name) => task(name, 'audio-transcription', ['audio', 'data'])),
    ...['text_to_speech', 'textToSpeech'].map((name) => task(name, 'speech', ['text', 'inputs'])),
  ],
};
