/** Counts what a request sends and what it may return: PromptPart[] → TokenCount. */
import type {
  Assumption, Assumptions, Basis, Configuration, Model, Operation, PromptPart, Protocol, Request, Spread, TextPiece, TokenCount, TokenizerId,
} from './model.js';

/** Token counters by family, loaded on demand. */
export interface Tokenizers {
  /** Loads vocabularies; resolves when `isReady` is true for those that exist. */
  prepare(ids: readonly TokenizerId[]): Promise<void>;
  isReady(id: TokenizerId): boolean;
  /** What is being loaded because a count asked for it; null when nothing is. Never rejects. */
  loading(): Promise<void> | null;
  /** Rises with every vocabulary that has been loaded. */
  generation(): number;
  /** Tokens of a text; `basis` is approximate when the family's vocabulary is not there (yet). */
  count(text: string, id: TokenizerId): { readonly tokens: number; readonly basis: 'exact' | 'approximate' };
}

/** What is known of a call apart from its model, for counting it at any model. */
export interface Countable {
  readonly request: Request;
  readonly operation: Operation;
  readonly protocol: Protocol | null;
}

export interface Counted {
  readonly input: TokenCount;
  readonly output: TokenCount;
  /** Of the output, hidden thinking tokens. */
  readonly reasoning: Spread;
  /** Audio minutes sent, images made, characters spoken: for prices that are not per token. */
  readonly units: { readonly minutes: Spread; readonly images: number; readonly characters: Spread };
  readonly assumptions: readonly Assumption[];
}

/**
 * OpenAI chat framing: 3 tokens per message and those of its role, 1 per `name` and those of the name, 3 that prime
 * the reply (OpenAI cookbook, "How to count tokens with tiktoken", num_tokens_from_messages; checked 2026-11-23).
 */
const framing = { perMessage: 3, perName: 1, reply: 3 };

/** Tokens of one image before dimensions are read: low detail to one full high-detail tile set (OpenAI tiles, 85 … 1,105). */
const imageTokens: Spread = { low: 85, likely: 765, high: 1445 };
const audioMinutes: Spread = { low: 0.1, likely: 1, high: 10 };
const zero: Spread = { low: 0, likely: 0, high: 0 };
/** `holes` of an assumption list are at most this many, so that a hover stays readable. */
const maximumHoleAssumptions = 12;

export function add(a: Spread, b: Spread): Spread {
  return { low: a.low + b.low, likely: a.likely + b.likely, high: a.high === null || b.high === null ? null : a.high + b.high };
}

export function times(a: Spread, b: Spread): Spread {
  return { low: a.low * b.low, likely: a.likely * b.likely, high: a.high === null || b.high === null ? null : a.high * b.high };
}

function rounded(spread: Spread): Spread {
  return { low: Math.floor(spread.low), likely: Math.round(spread.likely), high: spread.high === null ? null : Math.ceil(spread.high) };
}

/**
 * Counts a request at one model. `model` null = not in the catalog: the count is then a proxy and marked so.
 * Holes, repeats, images and output are assumptions, each listed.
 */
export function count(call: Countable, model: Model | null, configuration: Configuration, tokenizers: Tokenizers): Counted {
  const { assumptions } = configuration;
  const tokenizer: TokenizerId = model?.tokenizer ?? 'o200k_base';
  const [lowFactor, highFactor] = model ? model.tokenizerFactor ?? [1, 1] : [0.8, 1.4];
  const list: Assumption[] = [];
  const origin = (key: string): Assumption['origin'] => configuration.assumptionOrigin[key] ?? 'default';
  const noted = new Set<string>();
  const note = (assumption: Assumption): void => {
    const id = `${assumption.code}:${assumption.subject ?? ''}`;
    if (noted.has(id) || (assumption.code === 'hole-tokens' && list.length >= maximumHoleAssumptions)) return;
    noted.add(id);
    list.push(assumption);
  };

  let counterBasis: Basis = model?.tokenizerBasis ?? 'approximate';
  const textTokens = (text: string): Spread => {
    if (text === '') return zero;
    const counted = tokenizers.count(text, tokenizer);
    if (counted.basis === 'approximate') counterBasis = 'approximate';
    return { low: counted.tokens * lowFactor, likely: (counted.tokens * (lowFactor + highFactor)) / 2, high: counted.tokens * highFactor };
  };

  const holes: string[] = [];
  let known: Spread = zero;
  let hasImages = false;
  let hasSchemas = false;
  let hasRepeats = false;
  let hasAlternatives = false;

  const piecesTokens = (pieces: readonly TextPiece[]): { readonly known: Spread; readonly assumed: Spread } => {
    let own = zero;
    let assumed = zero;
    for (const piece of pieces) {
      if (piece.kind === 'text') { own = add(own, textTokens(piece.text)); continue; }
      const special = holeAssumption(assumptions, piece.name);
      const spread = special ?? assumptions.holeTokens;
      holes.push(piece.name);
      note({
        code: 'hole-tokens', key: special ? `holes.${piece.name}` : 'holeTokens', subject: piece.name, value: spread,
        origin: special ? origin(`holes.${piece.name}`) : origin('holeTokens'),
      });
      assumed = add(assumed, spread);
    }
    return { known: own, assumed };
  };

  const partTokens = (part: PromptPart): Spread => {
    if (part.kind === 'image') {
      hasImages = true;
      note({ code: 'image-tokens', key: 'imageTokens', value: imageTokens, origin: 'default' });
      return imageTokens;
    }
    if (part.kind === 'audio' || part.kind === 'file') {
      if (part.kind === 'audio') note({ code: 'audio-seconds', value: { low: audioMinutes.low * 60, likely: audioMinutes.likely * 60, high: audioMinutes.high! * 60 }, origin: 'default' });
      else { holes.push('file'); note({ code: 'hole-tokens', key: 'holeTokens', subject: 'file', value: assumptions.holeTokens, origin: origin('holeTokens') }); }
      return part.kind === 'audio' && call.operation !== 'chat' ? zero : assumptions.holeTokens;
    }
    if (part.kind !== 'message' && part.kind !== 'input') hasSchemas = true;
    const main = piecesTokens(part.pieces);
    let total = add(main.known, main.assumed);
    known = add(known, main.known);
    for (const alternative of part.alternatives) {
      hasAlternatives = true;
      const other = piecesTokens(alternative);
      const sum = add(other.known, other.assumed);
      total = { low: Math.min(total.low, sum.low), likely: total.likely, high: total.high === null || sum.high === null ? null : Math.max(total.high, sum.high) };
    }
    return total;
  };

  const framed = call.operation === 'chat';
  let input: Spread = framed && call.request.parts.length > 0 ? { low: framing.reply, likely: framing.reply, high: framing.reply } : zero;
  known = input;
  for (const part of call.request.parts) {
    let tokens = partTokens(part);
    if (framed && part.kind === 'message') {
      const frame = framing.perMessage + textTokens(part.role === 'unknown' ? 'user' : part.role).likely + (part.name ? framing.perName + textTokens(part.name).likely : 0);
      const spread = { low: frame, likely: frame, high: frame };
      tokens = add(tokens, spread);
      known = add(known, spread);
    }
    if (part.repeated) {
      hasRepeats = true;
      note({ code: 'repeat-count', key: 'repeats', value: assumptions.repeats, origin: origin('repeats') });
      tokens = times(tokens, assumptions.repeats);
    }
    input = add(input, tokens);
  }
  // Streaming, batches of completions and images do not send the prompt again.

  const exactFraming = !framed || call.protocol === 'openai-chat';
  const knownBasis: Basis = counterBasis === 'exact' && exactFraming && !hasSchemas && model !== null ? 'exact' : 'approximate';
  if (knownBasis === 'approximate' && model?.tokenizerBasis === 'approximate') note({ code: 'tokenizer-proxy', value: tokenizer, origin: 'default' });
  if (framed && !exactFraming) note({ code: 'framing', value: 'openai-chat', origin: 'default' });
  const complete = holes.length === 0 && !hasImages && !hasRepeats && !hasAlternatives && call.request.parts.length > 0;
  const basis: Basis = complete ? knownBasis : known.likely <= framing.reply + framing.perMessage + 1 && holes.length > 0 ? 'unknown' : 'approximate';

  const reasoning = model?.reasoning && call.operation === 'chat' ? assumptions.reasoningTokens : zero;
  const output = outputTokens(call, model, assumptions, reasoning, origin, note);
  const characters = call.operation === 'speech' ? characterCount(call.request.parts, assumptions) : zero;

  return {
    input: { tokens: rounded(input), basis, tokenizer, knownTokens: Math.round(known.likely), knownBasis, holes },
    output,
    reasoning: call.request.maxOutputTokens === null ? reasoning : capped(reasoning, call.request.maxOutputTokens),
    units: {
      minutes: call.operation === 'audio-transcription' ? audioMinutes : zero,
      images: call.operation === 'image' ? call.request.count : 0,
      characters,
    },
    assumptions: list,
  };
}

function capped(spread: Spread, limit: number): Spread {
  return { low: Math.min(spread.low, limit), likely: Math.min(spread.likely, limit), high: spread.high === null ? limit : Math.min(spread.high, limit) };
}

/** Output of chat and completion calls: assumed, bounded by the limit in the code or the model's own. */
function outputTokens(
  call: Countable, model: Model | null, assumptions: Assumptions, reasoning: Spread,
  origin: (key: string) => Assumption['origin'], note: (assumption: Assumption) => void,
): TokenCount {
  const base = { tokenizer: model?.tokenizer ?? null, holes: [], knownTokens: 0 } as const;
  if (call.operation !== 'chat' && call.operation !== 'completion') return { ...base, tokens: zero, basis: 'exact', knownBasis: 'exact' };
  const limit = call.request.maxOutputTokens ?? model?.maxOutputTokens ?? null;
  let spread = add(assumptions.outputTokens, reasoning);
  if (limit !== null) spread = capped(spread, limit);
  if (call.request.maxOutputTokens !== null) spread = { ...spread, high: call.request.maxOutputTokens };
  const copies = Math.max(1, call.request.count);
  note({ code: 'output-tokens', key: 'outputTokens', value: assumptions.outputTokens, origin: origin('outputTokens') });
  if (reasoning.likely > 0) note({ code: 'reasoning-tokens', key: 'reasoningTokens', value: reasoning, origin: origin('reasoningTokens') });
  return { ...base, tokens: rounded(times(spread, { low: copies, likely: copies, high: copies })), basis: 'approximate', knownBasis: 'approximate' };
}

/** What is assumed for a hole by its own name. Names come from code: `constructor` is a hole, not a property of every object. */
function holeAssumption(assumptions: Assumptions, name: string): Spread | undefined {
  return Object.hasOwn(assumptions.holes, name) ? assumptions.holes[name] : undefined;
}

/** Characters of text to be spoken; a hole is taken as four characters per assumed token. */
function characterCount(parts: readonly PromptPart[], assumptions: Assumptions): Spread {
  let total = zero;
  for (const part of parts) {
    for (const piece of part.pieces) {
      const tokens = piece.kind === 'hole' ? holeAssumption(assumptions, piece.name) ?? assumptions.holeTokens : null;
      total = add(total, tokens ? { low: tokens.low * 4, likely: tokens.likely * 4, high: tokens.high === null ? null : tokens.high * 4 }
        : { low: piece.kind === 'text' ? piece.text.length : 0, likely: piece.kind === 'text' ? piece.text.length : 0, high: piece.kind === 'text' ? piece.text.length : 0 });
    }
  }
  return total;
}
