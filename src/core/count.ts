/** Counts what a request sends and what it may return: PromptPart[] → TokenCount. */
import { calibrated } from './calibrate.js';
import { framingOf } from './framing.js';
import type { ImageSize } from './imageSize.js';
import { detailOf, imageTokens } from './imageTokens.js';
import { assumedPages, assumedSeconds, audioTokens, pageTokens, videoTokens } from './mediaTokens.js';
import { type ResponseFormat, openaiFormatText, responseFormatOf, sampleAnswer, templateToolText } from './schemaText.js';
import { textSpread } from './textClass.js';
import { claudeToolPrompt, openaiSystemWithToolsDiscount, openaiToolOverhead, openaiToolText, toolsOf } from './toolTokens.js';
import type {
  Assumption, Assumptions, Basis, Calibration, Configuration, Model, Operation, PromptPart, Protocol, Request, Spread, TextPiece, TokenCount, TokenizerId,
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
  /** Where the tokens of a text end, in UTF-16 code units, one entry per token; null when that cannot be said. */
  tokenEnds(text: string, id: TokenizerId): readonly number[] | null;
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

/** A model that is not in the catalog counts as one whose vocabulary is nobody's. */
const unknownModel: Pick<Model, 'tokenizerFactor' | 'tokenizerBands'> = {
  tokenizerFactor: [0.7, 2.6], tokenizerBands: { prose: [0.9, 1.35], code: [0.95, 1.3], cjk: [0.7, 1.4], other: [0.7, 2.6], digits: [0.95, 1.75] },
};

/** Tokens of one picture at a model that names no rule: low detail to one full high-detail tile set (OpenAI tiles, 85 … 1,105). */
const anyImageTokens: Spread = { low: 85, likely: 765, high: 1445 };

/** Tokens of one picture at a model, by the model's own rule where it has one; without a size a range over everyday ones. */
export function pictureTokens(model: Model | null, size: ImageSize | null = null, detail: string | null = null): Spread {
  return model?.imageRule ? imageTokens(model.imageRule, size, detailOf(detail)) : anyImageTokens;
}

/** Minutes assumed for a recording that is transcribed. */
const audioMinutes: Spread = { low: 0.1, likely: 1, high: 10 };
const zero: Spread = { low: 0, likely: 0, high: 0 };
/** Minutes sent: of the recording where the code names a file of the project. */
function minutesOf(parts: readonly PromptPart[]): Spread {
  const seconds = parts.reduce<number | null>((sum, { media }) => (media?.seconds === undefined ? sum : (sum ?? 0) + media.seconds), null);
  return seconds === null ? audioMinutes : { low: seconds / 60, likely: seconds / 60, high: seconds / 60 };
}

/** `holes` of an assumption list are at most this many, so that a hover stays readable. */
const maximumHoleAssumptions = 12;

export function add(a: Spread, b: Spread): Spread {
  return { low: a.low + b.low, likely: a.likely + b.likely, high: a.high === null || b.high === null ? null : a.high + b.high };
}

export function times(a: Spread, b: Spread): Spread {
  return { low: a.low * b.low, likely: a.likely * b.likely, high: a.high === null || b.high === null ? null : a.high * b.high };
}

/** A known quantity as a range of one; null when it is not known. */
function pointOf(value: number | undefined): Spread | null {
  return value === undefined ? null : { low: value, likely: value, high: value };
}

/** Subject of an assumption: the file that says how large something is. */
function ofFile({ media }: PromptPart): Pick<Assumption, 'subject'> {
  return media?.file === undefined ? {} : { subject: media.file };
}

function rounded(spread: Spread): Spread {
  return { low: Math.floor(spread.low), likely: Math.round(spread.likely), high: spread.high === null ? null : Math.ceil(spread.high) };
}

/**
 * Counts a request at one model. `model` null = not in the catalog: the count is then a proxy and marked so.
 * Holes, repeats, images and output are assumptions, each listed. `calibration`: what real answers showed of this model's
 * factor; it narrows an approximate family and is listed, too.
 */
export function count(call: Countable, model: Model | null, configuration: Configuration, tokenizers: Tokenizers, calibration: Calibration | null = null): Counted {
  const { assumptions } = configuration;
  const tokenizer: TokenizerId = model?.tokenizer ?? 'o200k_base';
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
    const spread = textSpread(text, counted.tokens, model ?? unknownModel);
    return calibration && model?.tokenizerBasis === 'approximate' ? calibrated(spread, counted.tokens, calibration) : spread;
  };

  const framed = call.operation === 'chat';
  const messages = call.request.parts.filter((part) => part.kind === 'message').length;
  const framing = framingOf(tokenizer, call.protocol, model?.tokenizerBasis === 'exact', messages);
  const isOpenai = model?.tokenizerBasis === 'exact' && (tokenizer === 'o200k_base' || tokenizer === 'cl100k_base');
  const isClaude = call.protocol === 'anthropic-messages' || /claude/i.test(model?.id ?? '');
  const holes: string[] = [];
  let known: Spread = zero;
  let hasImages = false;
  let hasSchemas = false;
  let hasRepeats = false;
  let hasAlternatives = false;
  let answerFormat: ResponseFormat | null = null as ResponseFormat | null;

  /** Tokens by the file that code reads them from. */
  const files = new Map<string, number>();
  const piecesTokens = (pieces: readonly TextPiece[]): { readonly known: Spread; readonly assumed: Spread } => {
    let own = zero;
    let assumed = zero;
    for (const piece of pieces) {
      if (piece.kind === 'text') {
        const tokens = textTokens(piece.text);
        if (piece.file !== undefined) files.set(piece.file, (files.get(piece.file) ?? 0) + tokens.likely);
        own = add(own, tokens);
        continue;
      }
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

  /** Function tools whose schemas the code determines, as the vendor writes them; null when they are not of that kind. */
  const toolPart = (part: PromptPart): Spread | null => {
    const json = jsonOf(part);
    const tools = json === null ? null : toolsOf(json);
    if (!tools || !framed) return null;
    if (tools.length === 0) return zero;
    if (isOpenai) {
      const withSystem = call.request.parts.some((each) => each.kind === 'message' && each.role === 'system');
      const tokens = textTokens(openaiToolText(tools));
      const frame = openaiToolOverhead - (withSystem ? openaiSystemWithToolsDiscount : 0);
      // Verified against the API for the chat protocol of earlier models; newer ones were not compared.
      hasSchemas = true;
      return { low: tokens.low + frame, likely: tokens.likely + frame, high: tokens.high === null ? null : tokens.high + frame };
    }
    hasSchemas = true;
    const tokens = textTokens(json!);
    const written = isClaude ? null : templateToolText(tokenizer, json!);
    if (written !== null) {
      // The template is published; whether a vendor bills it is not.
      const all = textTokens(written);
      return { low: Math.min(tokens.low, all.low), likely: all.likely, high: all.high };
    }
    if (!isClaude) return tokens;
    const choice = call.request.options['tool_choice'];
    const prompt = claudeToolPrompt(model?.id ?? '', choice === 'any' || choice === 'tool');
    note({ code: 'tool-prompt', value: prompt, origin: 'default' });
    return add(tokens, prompt);
  };

  /** A response format whose schema the code determines, as the vendor writes it; null when it is not of that kind. */
  const formatPart = (part: PromptPart): Spread | null => {
    const json = jsonOf(part);
    const format = json === null ? null : responseFormatOf(json);
    if (format === null) return null;
    if (format === 'none') return zero;
    answerFormat = format;
    hasSchemas = true;
    const schema = textTokens(JSON.stringify(format.schema));
    // Verified nowhere for hosted models: between the bare schema and the form that OpenAI published for its open ones.
    if (isOpenai) {
      const written = textTokens(openaiFormatText(format));
      return { low: schema.low, likely: written.likely, high: written.high };
    }
    // Anthropic adds a system prompt of unpublished length; Google counts the schema, with what `$ref` names written out.
    if (isClaude) return { ...schema, high: schema.high === null ? null : schema.high + claudeToolPrompt('', true).high! };
    if (tokenizer === 'gemma3') return { ...schema, high: json!.includes('"$ref"') ? null : schema.high };
    // Others may keep to a schema without reading it.
    return { ...schema, low: 0 };
  };

  const partTokens = (part: PromptPart): Spread => {
    if (part.kind === 'image') {
      hasImages = true;
      const size = part.media?.width !== undefined && part.media.height !== undefined ? { width: part.media.width, height: part.media.height } : null;
      const tokens = pictureTokens(model, size, part.media?.detail);
      note({ code: 'image-tokens', key: 'imageTokens', ...ofFile(part), value: rounded(tokens), origin: size && model?.imageRule ? 'code' : 'default' });
      return tokens;
    }
    if (part.kind === 'audio') {
      const seconds = pointOf(part.media?.seconds) ?? assumedSeconds;
      note({ code: 'audio-seconds', ...ofFile(part), value: seconds, origin: part.media?.seconds === undefined ? 'default' : 'code' });
      hasImages = true;
      return call.operation !== 'chat' ? zero : audioTokens(seconds, model?.mediaRule);
    }
    if (part.kind === 'file') {
      hasImages = true;
      if (part.media?.kind === 'video') {
        note({ code: 'video-seconds', value: assumedSeconds, origin: 'default' });
        return videoTokens(assumedSeconds, model?.mediaRule);
      }
      if (part.media?.pages === undefined) holes.push('file');
      if (part.media?.kind === 'document') {
        const pages = pointOf(part.media.pages) ?? assumedPages;
        note({ code: 'pages', ...ofFile(part), value: pages, origin: part.media.pages === undefined ? 'default' : 'code' });
        return pageTokens(pages, tokenizer === 'gemma3');
      }
      note({ code: 'hole-tokens', key: 'holeTokens', subject: 'file', value: assumptions.holeTokens, origin: origin('holeTokens') });
      return assumptions.holeTokens;
    }
    if (part.kind === 'tools') {
      const written = toolPart(part);
      if (written) { known = add(known, written); return written; }
    }
    if (part.kind === 'response-format' && framed) {
      const written = formatPart(part);
      if (written) { known = add(known, written); return written; }
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

  let input: Spread = framed && call.request.parts.length > 0 ? framing.perRequest : zero;
  known = input;
  for (const part of call.request.parts) {
    let tokens = partTokens(part);
    if (framed && part.kind === 'message') {
      const name = part.name ? framing.perName + textTokens(part.name).likely : 0;
      const spread = { low: framing.perMessage.low + name, likely: framing.perMessage.likely + name, high: framing.perMessage.high! + name };
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
  for (const [file, tokens] of files) note({ code: 'prompt-file', subject: file, value: Math.round(tokens), origin: 'code' });
  // Streaming, batches of completions and images do not send the prompt again.

  const exactFraming = !framed || framing.exact;
  const knownBasis: Basis = counterBasis === 'exact' && exactFraming && !hasSchemas && model !== null ? 'exact' : 'approximate';
  if (knownBasis === 'approximate' && model?.tokenizerBasis === 'approximate') note({ code: 'tokenizer-proxy', value: tokenizer, origin: 'default' });
  if (calibration && model?.tokenizerBasis === 'approximate') note({ code: 'calibration', value: calibration.observations, origin: 'measured' });
  if (framed && !exactFraming) note({ code: 'framing', value: tokenizer, origin: 'default' });
  const complete = holes.length === 0 && !hasImages && !hasRepeats && !hasAlternatives && call.request.parts.length > 0;
  const basis: Basis = complete ? knownBasis : known.likely <= framing.perRequest.likely + framing.perMessage.likely && holes.length > 0 ? 'unknown' : 'approximate';

  const reasoning = model?.reasoning && call.operation === 'chat' ? assumptions.reasoningTokens : zero;
  const shaped = answerFormat && origin('outputTokens') === 'default' ? answerTokens(answerFormat, textTokens) : null;
  const output = outputTokens(call, model, shaped ? { ...assumptions, outputTokens: shaped } : assumptions, reasoning, (key) => (shaped && key === 'outputTokens' ? 'code' : origin(key)), note);
  const characters = call.operation === 'speech' ? characterCount(call.request.parts, assumptions) : zero;

  return {
    input: { tokens: rounded(input), basis, tokenizer, knownTokens: Math.round(known.likely), knownBasis, holes },
    output,
    reasoning: call.request.maxOutputTokens === null ? reasoning : capped(reasoning, call.request.maxOutputTokens),
    units: {
      minutes: call.operation === 'audio-transcription' ? minutesOf(call.request.parts) : zero,
      images: call.operation === 'image' ? call.request.count : 0,
      characters,
    },
    assumptions: list,
  };
}

function capped(spread: Spread, limit: number): Spread {
  return { low: Math.min(spread.low, limit), likely: Math.min(spread.likely, limit), high: spread.high === null ? limit : Math.min(spread.high, limit) };
}

/** The text of a part that the code determines; null otherwise. */
function jsonOf({ pieces, alternatives }: PromptPart): string | null {
  return alternatives.length === 0 && pieces.every((piece) => piece.kind === 'text') ? pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('') : null;
}

/** Tokens of an answer that keeps to a format; null when the format leaves its shape open. */
function answerTokens({ schema }: ResponseFormat, textTokens: (text: string) => Spread): Spread | null {
  const [low, likely, high] = (['low', 'likely', 'high'] as const).map((level) => sampleAnswer(schema, level));
  return low == null || likely == null || high == null ? null : rounded({ low: textTokens(low).low, likely: textTokens(likely).likely, high: textTokens(high).high });
}

/** Output of chat and completion calls: assumed, or as long as the response format makes it, bounded by the limit in the code or the model's own. */
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
