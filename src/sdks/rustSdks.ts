/** Crates of Rust. */
import type { ProviderId } from '../core/model.js';
import type { Sdk } from '../core/sdk.js';
import { methodsOf, sdkOf } from './anyShape.js';

export const rustSdks: readonly Sdk[] = [
  sdkOf('rust', {
    id: 'async-openai', packages: ['async_openai'], needles: ['async_openai', 'CreateChatCompletionRequest', 'CreateEmbeddingRequest', 'CreateResponseArgs'],
    clients: [{ symbols: ['Client'], provider: 'openai', place: (construction) => (construction?.get('deployment_id') ? { provider: 'azure-openai', value: construction.get('deployment_id') } : null) }],
    methods: methodsOf([
      ['chat.create', 'chat', {}, 'openai-chat'], ['chat.create_stream', 'chat', {}, 'openai-chat'], ['chat.create_byot', 'chat', {}, 'openai-chat'], ['chat.create_stream_byot', 'chat', {}, 'openai-chat'], ['responses.create', 'chat', {}, 'openai-responses'], ['responses.create_stream', 'chat', {}, 'openai-responses'],
      ['completions.create', 'completion'], ['completions.create_stream', 'completion'], ['embeddings.create', 'embedding'], ['embeddings.create_base64', 'embedding'], ['images.create', 'image'], ['images.generate', 'image'], ['images.create_edit', 'image'],
      ['audio.transcribe', 'audio-transcription'], ...['create_raw', 'create_stream', 'create_verbose_json', 'create_verbose_json_raw', 'create_diarized_json', 'create_byot'].map((name) => [`audio.transcription.${name}`, 'audio-transcription'] as const), ['audio.translation.create', 'audio-transcription'], ['responses.create_byot', 'chat', {}, 'openai-responses'], ['responses.create_stream_byot', 'chat', {}, 'openai-responses'], ['embeddings.create_byot', 'embedding'], ['completions.create_byot', 'completion'], ['images.generate_byot', 'image'], ['audio.transcription.create', 'audio-transcription'], ['audio.translate', 'audio-transcription'], ['audio.speech', 'speech'], ['audio.speech.create', 'speech'], ['moderations.create', 'moderation'],
    ], { distinctive: true }),
  }),
  sdkOf('rust', {
    id: 'ollama-rs', packages: ['ollama_rs'], needles: ['ollama_rs'], clients: [{ symbols: ['Ollama'], provider: 'ollama' }],
    methods: methodsOf([['generate', 'completion', { prompt: 0 }], ['generate_stream', 'completion', { prompt: 0 }], ['send_chat_messages'], ['send_chat_messages_stream'], ['generate_embeddings', 'embedding']], { receiver: /ollama/i }),
  }),
  sdkOf('rust', {
    id: 'genai-rs', packages: ['genai'], needles: ['genai::'], clients: [{ symbols: ['Client'], provider: 'unknown', place: () => ({ provider: 'unknown' as ProviderId }) }],
    methods: methodsOf([['exec_chat', 'chat', { model: 0, prompt: 1 }], ['exec_chat_stream', 'chat', { model: 0, prompt: 1 }], ['embed', 'embedding', { model: 0, prompt: 1 }]], { receiver: /client/i }),
  }),
  sdkOf('rust', {
    id: 'rig', packages: ['rig', 'rig_core'], needles: ['rig::'], clients: [{ symbols: ['Client'], provider: 'unknown', place: () => ({ provider: 'unknown' as ProviderId }) }],
    methods: methodsOf([['prompt', 'chat', { prompt: 0 }], ['chat', 'chat', { prompt: 0 }], ['stream_prompt', 'chat', { prompt: 0 }]], { kind: 'framework-call', receiver: /agent|model|gpt|claude|llm/i }),
    transparent: ['agent', 'preamble', 'build', 'temperature', 'tool', 'context', 'completion_model', 'max_tokens'],
  }),
  sdkOf('rust', {
    id: 'bedrock-rust', packages: ['aws_sdk_bedrockruntime'], needles: ['aws_sdk_bedrockruntime'], clients: [{ symbols: ['Client'], provider: 'aws-bedrock' }],
    methods: methodsOf([['converse'], ['converse_stream'], ['invoke_model'], ['invoke_model_with_response_stream']], { receiver: /client|bedrock/i }),
  }),
  sdkOf('rust', {
    id: 'openai-api-rs', packages: ['openai_api_rs'], needles: ['openai_api_rs'], clients: [{ symbols: ['OpenAIClient', 'Client'], provider: 'openai' }],
    methods: methodsOf([['chat_completion'], ['chat_completion_stream'], ['completion', 'completion'], ['embedding', 'embedding'], ['image_generation', 'image'], ['audio_transcription', 'audio-transcription'], ['audio_speech', 'speech']], { receiver: /client|openai/i }),
  }),
];
