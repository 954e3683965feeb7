/** What a text is made of, as far as tokenizers differ in it, and the factors that follow for a vocabulary that stands in. */
import type { Model, Spread, TextClass } from './model.js';

const longestSample = 20_000;
/** About how many tokens a character of a class makes in a modern vocabulary: weights, not counts. */
const weight = { prose: 0.23, code: 0.35, cjk: 0.75, other: 0.35, digits: 0.45 } as const;
/** Share of punctuation among Latin text from which on it is code. Prose has 2 to 5%, code 12 to 30%. */
const codeShare = 0.08;

/** Share of tokens per class, adding up to 1; for an empty text it is prose. Long texts are judged by their beginning. */
export function classShares(text: string): Readonly<Record<TextClass, number>> {
  const length = Math.min(text.length, longestSample);
  let latin = 0;
  let marks = 0;
  let cjk = 0;
  let other = 0;
  let digits = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x30 && unit <= 0x39) digits++;
    else if (unit < 0x80) {
      if (unit <= 0x20) continue;
      latin++;
      if (!((unit | 32) >= 0x61 && (unit | 32) <= 0x7a) && unit !== 0x2e && unit !== 0x2c && unit !== 0x27) marks++;
    } else if (unit < 0x370) latin++;
    else if ((unit >= 0x2e80 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7af) || (unit >= 0xf900 && unit <= 0xfaff) || (unit >= 0xff00 && unit <= 0xffef)) cjk++;
    else other++;
  }
  const isCode = latin > 0 && marks / latin >= codeShare;
  const parts = {
    prose: isCode ? 0 : latin * weight.prose, code: isCode ? latin * weight.code : 0,
    cjk: cjk * weight.cjk, other: other * weight.other, digits: digits * weight.digits,
  };
  const sum = parts.prose + parts.code + parts.cjk + parts.other + parts.digits;
  if (sum === 0) return { prose: 1, code: 0, cjk: 0, other: 0, digits: 0 };
  return { prose: parts.prose / sum, code: parts.code / sum, cjk: parts.cjk / sum, other: parts.other / sum, digits: parts.digits / sum };
}

/** Factors on the count of a vocabulary that stands in, for this text: [low, high]. */
export function tokenizerFactors(text: string, model: Pick<Model, 'tokenizerFactor' | 'tokenizerBands'>): readonly [number, number] {
  const whole = model.tokenizerFactor ?? [1, 1];
  const bands = model.tokenizerBands;
  if (!bands) return whole;
  const shares = classShares(text);
  let low = 0;
  let high = 0;
  for (const [kind, share] of Object.entries(shares) as [TextClass, number][]) {
    const [least, most] = bands[kind] ?? whole;
    low += share * least;
    high += share * most;
  }
  return [low, high];
}

/** Tokens of a text at a model, from what its tokenizer or the one that stands in counted. */
export function textSpread(text: string, counted: number, model: Pick<Model, 'tokenizerFactor' | 'tokenizerBands'>): Spread {
  const [low, high] = tokenizerFactors(text, model);
  return { low: counted * low, likely: (counted * (low + high)) / 2, high: counted * high };
}
