/** LiteLLM's Python package: `completion(model='deepseek/…')` and its siblings; the prefix says the provider. */
import { readChat, readInputOf, readAudio } from './openai.js';
import type { ArgumentReader, ImpliedPlace, Method, Sdk } from '../core/sdk.js';
import { placeOfModel, withoutPrefix } from './modelPrefix.js';
import { plainText } from '../core/value.js';

/** An `api_base` says more than the prefix; an unknown host stays unknown. */
function place(_construction: ArgumentReader | null, call: ArgumentReader): ImpliedPlace | null {
  const base = call.get(['api_base', 'base_url']);
  const url = plainText(base);
  const implied = placeOfModel(call.get('model', 0));
  return url ? { ...implied, url, value: base } : implied;
}

const onModule = (name: string, operation: Method['operation'], read: Method['read']): Method => ({ path: [name], operation, protocol: null, read, onModule: true });

export const litellm: Sdk = {
  id: 'litellm',
  packages: { python: ['litellm'], javascript: [] },
  needles: ['litellm'],
  catalogName: withoutPrefix(),
  clients: [
    { symbols: [''], provider: 'litellm', baseUrl: [], key: ['api_key'], baseUrlVariables: [], place },
    { symbols: ['Router'], provider: 'litellm', baseUrl: [], key: [], baseUrlVariables: [], place: () => ({ provider: 'unknown' }) },
  ],
  methods: [
    ...['completion', 'acompletion', 'batch_completion'].map((name) => onModule(name, 'chat', readChat)),
    ...['responses', 'aresponses'].map((name) => onModule(name, 'chat', readChat)),
    ...['text_completion', 'atext_completion'].map((name) => onModule(name, 'completion', readInputOf(['prompt'], ['max_tokens']))),
    ...['embedding', 'aembedding'].map((name) => onModule(name, 'embedding', readInputOf(['input']))),
    ...['image_generation', 'aimage_generation'].map((name) => onModule(name, 'image', readInputOf(['prompt']))),
    ...['transcription', 'atranscription'].map((name) => onModule(name, 'audio-transcription', readAudio)),
    ...['completion', 'acompletion'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read: readChat })),
    ...['embedding', 'aembedding'].map((name): Method => ({ path: [name], operation: 'embedding', protocol: null, read: readInputOf(['input']) })),
  ],
};
