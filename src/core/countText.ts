/** Tokens of a plain text at models side by side: what `tokenfare count` and the editor's count commands show. */
import { calibrated } from './calibrate.js';
import type { Tokenizers } from './count.js';
import type { ImageSize } from './imageSize.js';
import { type ImageDetail, imageTokens } from './imageTokens.js';
import { findModel, findModelAnywhere } from './lookup.js';
import type { Calibration, Facts, Model, Provider, Spread } from './model.js';
import { textSpread } from './textClass.js';

/** One model's count of a text or picture. */
export interface CountedAtModel {
  readonly provider: string;
  readonly model: string;
  /** Tokenizer family that counted. */
  readonly family: string;
  readonly tokens: Spread;
  readonly basis: 'exact' | 'approximate';
  /** Likely tokens as a share of the context window; null when the window is not known. */
  readonly contextShare: number | null;
  /** Real answers that corrected the tokenizer's factor; absent when none did. */
  readonly calibratedFrom?: number;
}

/** Vendors in the order in which their models stand for a family. */
const vendors = ['openai', 'anthropic', 'google-gemini', 'alibaba-dashscope', 'deepseek', 'mistral', 'zhipu', 'moonshot', 'xai', 'groq'];

/** A present chat model per way of counting, so that the list shows every family once. */
export function representatives(facts: Facts): readonly { readonly provider: Provider; readonly model: Model }[] {
  const found = new Map<string, { readonly provider: Provider; readonly model: Model }>();
  for (const id of vendors) {
    const provider = facts.providers.find((each) => each.id === id);
    if (!provider) continue;
    for (const model of provider.models) {
      if (model.operation !== 'chat' || !model.current || model.retirement) continue;
      const key = `${model.tokenizer} ${model.tokenizerBasis} ${JSON.stringify(model.tokenizerBands ?? model.tokenizerFactor ?? [])}`;
      if (!found.has(key)) found.set(key, { provider, model });
    }
  }
  // An exact family that no present model of these vendors has is represented by any model of it.
  const exact = new Set([...found.values()].filter(({ model }) => model.tokenizerBasis === 'exact').map(({ model }) => model.tokenizer));
  for (const provider of facts.providers) {
    for (const model of provider.models) {
      if (model.operation !== 'chat' || model.tokenizerBasis !== 'exact' || exact.has(model.tokenizer) || model.id.includes(':')) continue;
      exact.add(model.tokenizer);
      found.set(model.tokenizer, { provider, model });
    }
  }
  return [...found.values()];
}

/** The model a name means: `provider/model` of the catalog, else the first provider that offers it; null when none does. */
export function modelNamed(facts: Facts, name: string): { readonly provider: Provider; readonly model: Model } | null {
  const slash = name.indexOf('/');
  const provider = slash > 0 ? facts.providers.find((each) => each.id === name.slice(0, slash)) : undefined;
  const model = provider ? findModel(provider, name.slice(slash + 1)) : null;
  return provider && model ? { provider, model } : findModelAnywhere(facts, name)[0] ?? null;
}

const rounded = (spread: Spread): Spread => ({ low: Math.floor(spread.low), likely: Math.round(spread.likely), high: spread.high === null ? null : Math.ceil(spread.high) });

/** Counts a text. Vocabularies must be there (`prepare`), else the count is approximate and says so. `calibration`: see `calibrationIn`. */
export function countTextAt(text: string, { provider, model }: { readonly provider: Provider; readonly model: Model }, tokenizers: Tokenizers, calibration: Calibration | null = null): CountedAtModel {
  const counted = tokenizers.count(text, model.tokenizer);
  const exact = counted.basis === 'exact' && model.tokenizerBasis === 'exact';
  const band = exact ? { low: counted.tokens, likely: counted.tokens, high: counted.tokens }
    : textSpread(text, counted.tokens, counted.basis === 'exact' ? model : { tokenizerFactor: [0.6, 1.6] });
  const tokens = rounded(!exact && calibration ? calibrated(band, counted.tokens, calibration) : band);
  const counts = row(provider, model, model.tokenizer, tokens, exact ? 'exact' : 'approximate');
  return !exact && calibration ? { ...counts, calibratedFrom: calibration.observations } : counts;
}

/** Counts a picture by the rule of the model; null when the model takes none that is known. */
export function countImageAt(size: ImageSize, detail: ImageDetail, { provider, model }: { readonly provider: Provider; readonly model: Model }): CountedAtModel | null {
  if (!model.imageRule) return null;
  const tokens = rounded(imageTokens(model.imageRule, size, detail));
  return row(provider, model, `image:${model.imageRule.kind}`, tokens, tokens.low === tokens.high && model.imageRule.confidence === 'official' ? 'exact' : 'approximate');
}

function row(provider: Provider, model: Model, family: string, tokens: Spread, basis: CountedAtModel['basis']): CountedAtModel {
  return { provider: provider.id, model: model.id, family, tokens, basis, contextShare: model.contextWindow ? tokens.likely / model.contextWindow : null };
}
