/** Names such as `deepseek/deepseek-chat` or `openai:gpt-4o`, in which the provider stands before the model. */
import type { ProviderId } from '../core/model.js';
import type { ImpliedPlace } from '../core/sdk.js';
import { type Value, candidates, plainText } from '../core/value.js';

/** Prefix → provider; LiteLLM's names, and those that agents and registries use for the same. */
const providers: Readonly<Record<string, ProviderId>> = {
  openai: 'openai', 'openai-chat': 'openai', 'openai-responses': 'openai', text_completion_openai: 'openai', azure: 'azure-openai', azure_ai: 'azure-openai', azure_openai: 'azure-openai',
  anthropic: 'anthropic', gemini: 'google-gemini', google: 'google-gemini', 'google-gla': 'google-gemini', google_genai: 'google-gemini', vertex_ai: 'google-vertex', vertex_ai_beta: 'google-vertex',
  google_vertexai: 'google-vertex', 'google-vertex': 'google-vertex', vertex: 'google-vertex', bedrock: 'aws-bedrock', bedrock_converse: 'aws-bedrock', mistral: 'mistral', mistralai: 'mistral', codestral: 'mistral',
  cohere: 'cohere', cohere_chat: 'cohere', xai: 'xai', grok: 'xai', groq: 'groq', together_ai: 'together', together: 'together', togetherai: 'together', fireworks_ai: 'fireworks', fireworks: 'fireworks',
  perplexity: 'perplexity', huggingface: 'huggingface', deepseek: 'deepseek', dashscope: 'alibaba-dashscope', alibaba: 'alibaba-dashscope', qwen: 'alibaba-dashscope', moonshot: 'moonshot', moonshotai: 'moonshot', minimax: 'minimax', zai: 'zhipu',
  volcengine: 'volcengine-ark', ollama: 'ollama', ollama_chat: 'ollama', openrouter: 'openrouter', cloudflare: 'cloudflare', litellm_proxy: 'litellm', gateway: 'vercel',
};

/** Makers by the beginning of a model's own name, where a framework takes bare names. */
const makers: readonly (readonly [RegExp, ProviderId])[] = [
  [/^(gpt-|chatgpt|o[134](-|$)|text-(embedding|davinci)|davinci|dall-e|whisper|tts-)/, 'openai'], [/^claude/, 'anthropic'], [/^gemini/, 'google-gemini'],
  [/^(mistral|codestral|ministral|pixtral|open-mi)/, 'mistral'], [/^command/, 'cohere'], [/^deepseek/, 'deepseek'], [/^grok/, 'xai'], [/^(qwen|qwq)/, 'alibaba-dashscope'], [/^sonar/, 'perplexity'],
];

interface Split {
  readonly provider: ProviderId | null;
  readonly model: string;
}

/** Provider and model of a name; `separator` is `/` or `:`. Without a known prefix the name itself may tell. */
export function splitModel(name: string, separator: '/' | ':' = '/'): Split {
  const at = name.indexOf(separator);
  const prefix = at > 0 ? name.slice(0, at).toLowerCase() : '';
  if (Object.hasOwn(providers, prefix)) {
    const provider = providers[prefix]!;
    // `azure/chatgpt-v-2`, `bedrock/eu-central-1/anthropic.claude…`, `bedrock/converse/…`
    const rest = name.slice(at + 1);
    return { provider, model: provider === 'aws-bedrock' ? rest.replace(/^(?:converse|invoke|[a-z]{2}-[a-z]+-\d)\//, '') : rest };
  }
  return { provider: at > 0 ? null : makers.find(([pattern]) => pattern.test(name))?.[1] ?? null, model: name };
}

/** Place that the name of a model implies. */
export function placeOfModel(model: Value | null, separator: '/' | ':' = '/'): ImpliedPlace | null {
  for (const each of candidates(model)) {
    const name = plainText(each);
    if (name === null) continue;
    const { provider } = splitModel(name, separator);
    return { provider: provider ?? 'unknown', usual: true, value: model };
  }
  return { provider: 'unknown', value: model };
}

/** The catalog's name of a prefixed model. */
export const withoutPrefix = (separator: '/' | ':' = '/') => (name: string): string => splitModel(name, separator).model;
