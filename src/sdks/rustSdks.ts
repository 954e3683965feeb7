/** Crates of Rust. */
import type { Operation, ProviderId } from '../core/model.js';
import { textPart } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import { anybody, methodsOf, readAny, sdkOf } from './anyShape.js';

/** Modules of rig's providers; of the others no prices are known. */
const rigModules: Readonly<Record<string, ProviderId>> = {
  openai: 'openai', azure: 'azure-openai', anthropic: 'anthropic', cohere: 'cohere', deepseek: 'deepseek', gemini: 'google-gemini', groq: 'groq', huggingface: 'huggingface', minimax: 'minimax', mistral: 'mistral',
  moonshot: 'moonshot', ollama: 'ollama', openrouter: 'openrouter', perplexity: 'perplexity', together: 'together', xai: 'xai', zai: 'zhipu', galadriel: 'unknown', hyperbolic: 'unknown', mira: 'unknown', voyageai: 'unknown',
};

/** rig: the step that makes an agent or a model names it, `preamble` its instructions; an `AgentBuilder` gets the model. */
function readRig(reader: CallReader): RequestFields {
  const outer = reader.others.flatMap((each) => (each.kind === 'instance' ? reader.argumentsOf({ ...each, path: [] }) ?? [] : []));
  const fields = readAny({ prompt: 0 })(reader);
  const [preamble] = outer.flatMap((each) => each.get('preamble') ?? []);
  return {
    ...fields, model: reader.construction?.get(['agent', 'completion_model', 'embedding_model', 'extractor', 'model']) ?? null,
    parts: preamble ? [textPart(preamble, 'system'), ...fields.parts] : fields.parts,
  };
}

const rigMethods = (names: readonly string[], operation: Operation, receiver: RegExp): Method[] =>
  names.map((name) => ({ path: [name], operation, protocol: null, read: readRig, kind: 'framework-call', receiver }));

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
    id: 'genai-rs', packages: ['genai'], needles: ['genai::'], clients: [{ symbols: ['Client'], provider: 'unknown', place: anybody }],
    methods: methodsOf([['exec_chat', 'chat', { model: 0, prompt: 1 }], ['exec_chat_stream', 'chat', { model: 0, prompt: 1 }], ['embed', 'embedding', { model: 0, prompt: 1 }]], { receiver: /client/i }),
  }),
  {
    ...sdkOf('rust', {
      id: 'rig', packages: ['rig', 'rig_core'], needles: ['rig::', 'rig_core::'],
      clients: Object.entries(rigModules).map(([module, provider]) => ({ symbols: [module], provider, ...(provider === 'unknown' && { place: anybody }) })),
      methods: [
        ...rigMethods(['prompt', 'chat', 'stream_prompt', 'stream_chat', 'completion', 'completion_request', 'stream'], 'chat', /agent|model|gpt|claude|llm/i),
        ...rigMethods(['extract', 'extract_with_usage'], 'chat', /extractor/i),
        ...rigMethods(['embed_text', 'embed_texts'], 'embedding', /model|embed/i),
      ],
      transparent: ['agent', 'extractor', 'completion_model', 'embedding_model', 'completions_api', 'preamble', 'append_preamble', 'temperature', 'max_tokens', 'context', 'dynamic_context', 'tool', 'tools', 'dynamic_tools', 'additional_params', 'name', 'description', 'default_max_turns', 'build'],
    }),
    around: /AgentBuilder|ExtractorBuilder/,
  },
  sdkOf('rust', {
    id: 'bedrock-rust', packages: ['aws_sdk_bedrockruntime'], needles: ['aws_sdk_bedrockruntime'], clients: [{ symbols: ['Client'], provider: 'aws-bedrock' }],
    methods: methodsOf([['converse'], ['converse_stream'], ['invoke_model'], ['invoke_model_with_response_stream']], { receiver: /client|bedrock/i }),
  }),
  sdkOf('rust', {
    id: 'openai-api-rs', packages: ['openai_api_rs'], needles: ['openai_api_rs'], clients: [{ symbols: ['OpenAIClient', 'Client'], provider: 'openai' }],
    methods: methodsOf([['chat_completion'], ['chat_completion_stream'], ['completion', 'completion'], ['embedding', 'embedding'], ['image_generation', 'image'], ['audio_transcription', 'audio-transcription'], ['audio_speech', 'speech']], { receiver: /client|openai/i }),
  }),
];
