/** Tokens that a chat puts around its messages: what the vendors' published templates say, per family of tokenizers. */
import type { Protocol, Spread, TokenizerId } from './model.js';

export interface Framing {
  /** Around each message, the role's name included. */
  readonly perMessage: Spread;
  /** For the `name` of a message, on top of the name's own tokens. */
  readonly perName: number;
  /** Once per request: what primes the reply, begins the text, or is put in front by default. */
  readonly perRequest: Spread;
  /** What is billed is known to be exactly this. */
  readonly exact: boolean;
}

const exactly = (tokens: number): Spread => ({ low: tokens, likely: tokens, high: tokens });

/**
 * OpenAI chat: 3 tokens per message and 1 of its role, 1 per `name`, 3 that prime the reply (OpenAI cookbook, "How to
 * count tokens with tiktoken", num_tokens_from_messages; checked 2026-11-23).
 */
const openai: Framing = { perMessage: exactly(4), perName: 1, perRequest: exactly(3), exact: true };

/**
 * From the chat templates in the published tokenizer_config.json files (checked 2026-11-25). ChatML (Qwen): start, role,
 * line break, end, line break around a message, three for the reply; Qwen 2.5 adds a system message of its own when
 * there is none, Qwen 3 an empty thought when thinking is off. Llama 3: start, role, end, two line breaks as one, end
 * of turn; four for the reply, one begins the text; 3.1 and later state two dates in the system message. DeepSeek: one
 * mark per message, one begins the text. Tekken and v3: two marks around a user's message, one ends an answer. Gemma: start, role, line
 * break, end, line break. Whether a vendor bills its template is not documented, hence ranges.
 */
const templates: Readonly<Record<string, Framing>> = {
  qwen: { perMessage: { low: 3, likely: 5, high: 5 }, perName: 0, perRequest: { low: 3, likely: 3, high: 28 }, exact: false },
  llama3: { perMessage: { low: 3, likely: 5, high: 5 }, perName: 0, perRequest: { low: 1, likely: 5, high: 32 }, exact: false },
  deepseek: { perMessage: { low: 1, likely: 1, high: 2 }, perName: 0, perRequest: { low: 1, likely: 2, high: 4 }, exact: false },
  tekken: { perMessage: { low: 1, likely: 2, high: 3 }, perName: 0, perRequest: { low: 0, likely: 1, high: 2 }, exact: false },
  'mistral-v3': { perMessage: { low: 1, likely: 2, high: 3 }, perName: 0, perRequest: { low: 0, likely: 1, high: 2 }, exact: false },
  gemma3: { perMessage: { low: 0, likely: 0, high: 5 }, perName: 0, perRequest: { low: 0, likely: 0, high: 4 }, exact: false },
};

/** Somewhere between no frame and the largest of the known ones. */
const unknown: Framing = { perMessage: { low: 2, likely: 4, high: 6 }, perName: 0, perRequest: { low: 1, likely: 3, high: 30 }, exact: false };

/**
 * Framing of a chat. Gemini counts one message of text as its text alone: Google's example "The quick brown fox jumps
 * over the lazy dog." is 10 tokens in `count_tokens` (ai.google.dev, Understand and count tokens), as in Gemma's vocabulary.
 */
export function framingOf(tokenizer: TokenizerId, protocol: Protocol | null, exactTokenizer: boolean, messages: number): Framing {
  if (exactTokenizer && (tokenizer === 'o200k_base' || tokenizer === 'cl100k_base')) {
    return protocol === 'openai-chat' ? openai : { ...openai, exact: false };
  }
  if (exactTokenizer && tokenizer === 'gemma3' && messages <= 1) return { perMessage: exactly(0), perName: 0, perRequest: exactly(0), exact: protocol === 'google-generate-content' };
  if (!exactTokenizer && tokenizer === 'o200k_base') return unknown;
  return templates[tokenizer] ?? unknown;
}
