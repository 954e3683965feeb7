/** What a counted request is billed by: tokens, minutes, images or characters, as the model's price has it. */
import type { Counted } from './count.js';
import type { Model, Operation, PriceUnit, Spread } from './model.js';
import type { Usage } from './price.js';

/** Audio tokens per minute of speech in OpenAI's audio models: 10 per second (OpenAI pricing page; secondary, 2026-11). */
const audioTokensPerMinute = 600;
/** Spoken words per minute as text tokens. */
const transcriptTokensPerMinute: Spread = { low: 100, likely: 180, high: 260 };
/** Output tokens of one 1024×1024 image of gpt-image models at low, medium and high quality (OpenAI image guide, secondary). */
const imageOutputTokens: Spread = { low: 272, likely: 1056, high: 4160 };

function scaled(spread: Spread, factor: number): Spread {
  return { low: spread.low * factor, likely: spread.likely * factor, high: spread.high === null ? null : spread.high * factor };
}

/** Usage by unit for `price`. */
export function usageOf(counted: Counted, operation: Operation, model: Model | null): Usage {
  const units = new Set<PriceUnit>(model?.prices.flatMap((price) => price.components.map((component) => component.unit)) ?? []);
  const { minutes, images, characters } = counted.units;
  switch (operation) {
    case 'audio-transcription':
      if (units.has('minute')) return { minute: minutes };
      if (units.has('second')) return { second: scaled(minutes, 60) };
      return {
        'input-token': counted.input.tokens,
        'audio-input-token': scaled(minutes, audioTokensPerMinute),
        'output-token': { low: minutes.low * transcriptTokensPerMinute.low, likely: minutes.likely * transcriptTokensPerMinute.likely, high: minutes.high === null ? null : minutes.high * transcriptTokensPerMinute.high! },
      };
    case 'image':
      if (units.has('image')) return { image: { low: images, likely: images, high: images } };
      return { 'input-token': counted.input.tokens, 'image-output-token': scaled(imageOutputTokens, Math.max(1, images)) };
    case 'speech':
      return units.has('character') ? { character: characters } : { 'input-token': counted.input.tokens, 'audio-output-token': { low: 0, likely: 0, high: null } };
    case 'embedding': case 'moderation': case 'rerank':
      return { 'input-token': counted.input.tokens };
    default:
      return { 'input-token': counted.input.tokens, 'output-token': counted.output.tokens };
  }
}
