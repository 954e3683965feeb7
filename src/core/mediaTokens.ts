/** Tokens of sound, video and documents in a prompt. */
import type { MediaRule, Spread } from './model.js';

/** Seconds assumed for a recording that only exists at run time. */
export const assumedSeconds: Spread = { low: 6, likely: 60, high: 600 };
/** Pages assumed for a document that only exists at run time. */
export const assumedPages: Spread = { low: 1, likely: 10, high: 100 };

/**
 * Tokens of one page: Gemini counts 258 (its picture; ai.google.dev, Document understanding), Anthropic 1,500 to 3,000
 * of text and its picture on top, up to 1,568 (PDF support); OpenAI text and picture as well. Checked 2026-11-23.
 */
const tokensPerPage: Readonly<Record<'gemini' | 'other', Spread>> = {
  gemini: { low: 258, likely: 258, high: 1120 },
  other: { low: 500, likely: 2500, high: 4568 },
};

const product = (a: Spread, b: Spread): Spread => ({ low: a.low * b.low, likely: a.likely * b.likely, high: a.high === null || b.high === null ? null : a.high * b.high });

/** Sound: seconds times the rule's rate; without a rule between 10 (OpenAI) and 32 (Gemini) tokens a second. */
export function audioTokens(seconds: Spread, rule: MediaRule | undefined): Spread {
  const rate = rule?.audioTokensPerSecond;
  return product(seconds, rate === undefined ? { low: 10, likely: 25, high: 32 } : { low: rate, likely: rate, high: rate });
}

/** Video with its sound; without a rule nobody published a rate, so there is no upper bound. */
export function videoTokens(seconds: Spread, rule: MediaRule | undefined): Spread {
  return product(seconds, rule?.videoTokensPerSecond ?? { low: 66, likely: 263, high: null });
}

/** Pages of a document. */
export function pageTokens(pages: Spread, gemini: boolean): Spread {
  return product(pages, gemini ? tokensPerPage.gemini : tokensPerPage.other);
}
