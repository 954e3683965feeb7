/**
 * Tokens of one picture by the rule of its model. The rules and their sources are in src/providers/imageRules.yaml: OpenAI's
 * images-vision guide (tiles, patches), Anthropic's vision page, Google's and Alibaba's token pages; checked 2026-11-23.
 */
import type { ImageSize } from './imageSize.js';
import type { ImageRule, Spread } from './model.js';

/** As the request asks for it; vendors' other words are mapped by `detailOf`. */
export type ImageDetail = 'low' | 'medium' | 'high' | 'auto' | 'original';

const exactly = (tokens: number): Spread => ({ low: tokens, likely: tokens, high: tokens });

/** Sizes assumed for a picture that only exists at run time: a thumbnail, a screenshot's share, a photo. */
const assumedSizes = { low: { width: 512, height: 512 }, likely: { width: 1024, height: 1024 }, high: { width: 2048, height: 2048 } } as const;

/** Detail from the words that SDKs use; auto when nothing or something unknown is said. */
export function detailOf(word: string | null): ImageDetail {
  const plain = (word ?? '').toLowerCase().replace(/^media_resolution_/, '');
  return plain === 'low' || plain === 'medium' || plain === 'high' || plain === 'original' ? plain : 'auto';
}

/** Tokens of a picture; a range when its size is not known, or when the rule is not certain for it. */
export function imageTokens(rule: ImageRule, size: ImageSize | null, detail: ImageDetail): Spread {
  if (size) return tokensOf(rule, size, detail);
  const [low, likely, high] = [assumedSizes.low, assumedSizes.likely, assumedSizes.high].map((each) => tokensOf(rule, each, detail)) as [Spread, Spread, Spread];
  return { low: Math.min(low.low, likely.low), likely: likely.likely, high: high.high === null || likely.high === null ? null : Math.max(likely.high, high.high) };
}

function tokensOf(rule: ImageRule, size: ImageSize, detail: ImageDetail): Spread {
  switch (rule.kind) {
    case 'tiles': return exactly(detail === 'low' ? rule.base : rule.base + rule.tile * tilesOf(size));
    case 'patches': return exactly(Math.ceil(patchesOf(size, rule, detail) * rule.multiplier));
    case 'claude': return claudeTokens(size, rule);
    case 'gemini-tiles': return geminiTokens(size);
    case 'levels': {
      // Measured a few percent below the nominal figure at high (see the rule's note).
      if (detail === 'low' || detail === 'medium') return { low: rule[detail] * 0.95, likely: rule[detail], high: rule[detail] };
      return { low: detail === 'high' ? rule.high * 0.95 : rule.low, likely: rule.high, high: rule.high };
    }
    case 'qwen': {
      const side = (pixels: number): number => Math.max(1, Math.round(pixels / rule.factor));
      return exactly(Math.min(Math.max(side(size.width) * side(size.height), rule.min), rule.max) + 2);
    }
  }
}

/** Fits into 2048 × 2048, then the short side to 768 at most, then tiles of 512. */
function tilesOf({ width, height }: ImageSize): number {
  const fit = Math.min(1, 2048 / Math.max(width, height));
  const short = Math.min(1, 768 / (Math.min(width, height) * fit));
  return Math.ceil((width * fit * short) / 512 - 1e-9) * Math.ceil((height * fit * short) / 512 - 1e-9);
}

/** Patches of 32 pixels, scaled down to the budget so that whole patches cover the picture. */
function patchesOf(size: ImageSize, { budget, maxSide }: { readonly budget: number | null; readonly maxSide?: number }, detail: ImageDetail): number {
  const fit = maxSide === undefined ? 1 : Math.min(1, maxSide / Math.max(size.width, size.height));
  const width = size.width * fit;
  const height = size.height * fit;
  const patches = Math.ceil(width / 32 - 1e-9) * Math.ceil(height / 32 - 1e-9);
  // Without a budget of its own, "high" is one of 2,500 patches; "low" is a picture of 512 pixels.
  const limit = detail === 'low' ? 256 : budget ?? (detail === 'high' ? 2500 : null);
  if (limit === null || patches <= limit) return patches;
  let factor = Math.sqrt((1024 * limit) / (width * height));
  factor *= Math.min(Math.floor((width * factor) / 32) / ((width * factor) / 32), Math.floor((height * factor) / 32) / ((height * factor) / 32));
  return Math.min(limit, Math.ceil((width * factor) / 32 - 1e-6) * Math.ceil((height * factor) / 32 - 1e-6));
}

/** Patches of 28 pixels. Above 1920 × 1080 public measurements are below the rule: 2,992 instead of 4,784 at 2560 × 1440. */
function claudeTokens(size: ImageSize, { maxSide, maxTokens }: { readonly maxSide: number; readonly maxTokens: number }): Spread {
  const fit = Math.min(1, maxSide / Math.max(size.width, size.height));
  const tokens = Math.min(maxTokens, Math.ceil((size.width * fit) / 28 - 1e-9) * Math.ceil((size.height * fit) / 28 - 1e-9));
  return size.width * size.height <= 1920 * 1080 ? exactly(tokens) : { low: Math.floor(tokens * 0.62), likely: tokens, high: Math.max(tokens, Math.ceil(maxTokens * 1.02)) };
}

/**
 * 258 when both sides are at most 384, else 258 per tile. The page says tiles of 768 and describes a crop unit of two
 * thirds of the short side (960 × 540: six tiles): a range between the two.
 */
function geminiTokens({ width, height }: ImageSize): Spread {
  if (width <= 384 && height <= 384) return exactly(258);
  const tiles = Math.ceil(width / 768) * Math.ceil(height / 768);
  const unit = Math.min(768, Math.max(256, Math.floor(Math.min(width, height) / 1.5)));
  const crops = Math.ceil(width / unit) * Math.ceil(height / unit);
  return { low: 258 * Math.min(tiles, crops), likely: 258 * tiles, high: 258 * Math.max(tiles, crops) };
}
