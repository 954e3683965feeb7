/** What OpenAI-compatible hosts do with parameters of OpenAI's own API (providers.md §8, vendors' pages, checked 2026-11-23). */
import type { Compatibility } from '../core/rewrite.js';
import { gateways } from './gateways.js';

/** Refused or without meaning elsewhere. */
const refused = [
  'store', 'service_tier', 'prompt_cache_key', 'prompt_cache_retention', 'safety_identifier', 'verbosity', 'modalities', 'audio', 'prediction', 'web_search_options', 'metadata', 'user',
] as const;

const usual: Compatibility = { refused, ignored: [], limit: 'max_tokens', hoistsSystem: false, oneAnswerWithTools: false, thinksByDefault: false };

const byProvider: Readonly<Record<string, Partial<Compatibility>>> = {
  openai: { refused: [], limit: null }, 'azure-openai': { refused: [], limit: null },
  // Ignores them without an error, hoists system messages, strips sound, and caches nothing.
  anthropic: { refused: ['audio', 'modalities', 'web_search_options'], ignored: ['strict', 'logprobs', 'top_logprobs', 'logit_bias', 'seed', 'presence_penalty', 'frequency_penalty', 'response_format', 'reasoning_effort', 'store', 'metadata', 'service_tier', 'user', 'prediction'], hoistsSystem: true },
  'google-gemini': { ignored: ['logit_bias', 'seed', 'parallel_tool_calls'] },
  'alibaba-dashscope': { ignored: ['logit_bias', 'frequency_penalty'], oneAnswerWithTools: true },
  deepseek: { ignored: ['logit_bias', 'seed', 'n', 'parallel_tool_calls'], thinksByDefault: true },
  mistral: { refused: [...refused, 'logprobs', 'top_logprobs', 'logit_bias', 'stream_options', 'seed'] },
  groq: { refused: [...refused.filter((name) => name !== 'service_tier' && name !== 'user'), 'logprobs', 'top_logprobs', 'logit_bias', 'n'] },
  // A gateway hands on what the provider behind it takes.
  openrouter: { refused: ['store', 'service_tier', 'prompt_cache_retention', 'safety_identifier', 'web_search_options', 'metadata'] }, litellm: { refused: ['store'], ignored: ['service_tier'] },
};

/** Rules of a provider's OpenAI-compatible interface. */
export function compatibilityOf(provider: string): Compatibility {
  const gateway = gateways[provider];
  return { ...usual, ...byProvider[provider], ...(gateway && { gateway }) };
}
