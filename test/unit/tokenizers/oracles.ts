/**
 * Reference implementations to compare with: tiktoken for OpenAI's encodings and Claude 2, Hugging Face's tokenizers
 * for the others. The latter are too large to install in their packages, so their tokenizer.json is put together from
 * our compact files (scripts/buildVocabularies.mjs compares those with the published ones) and from the published
 * patterns; what is tested is the counting.
 */
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { Tiktoken, get_encoding } from 'tiktoken';
import { unpack } from '../../../scripts/vocabularies/pack.mjs';

export type Oracle = (text: string) => number;

/** Tokens of compact files as byte strings (latin1), in rank order, with those left out as null; literals are marked. */
function tokensOf(...files: readonly string[]): { readonly tokens: readonly (string | null)[]; readonly pairs: readonly (readonly [string, string] | null)[] } {
  const tokens: (string | null)[] = [];
  const pairs: (readonly [string, string] | null)[] = [];
  const absent: number[] = [];
  for (const file of files) {
    const section = unpack(readFileSync(`src/tokenizers/vocabularies/${file}`), tokens as string[]);
    // One by one: a vocabulary has more entries than a call takes arguments.
    for (const each of section.tokens) tokens.push(each);
    for (const each of section.pairs) pairs.push(each);
    for (const each of section.absent) absent.push(each);
  }
  for (const rank of absent) { tokens[rank] = null; pairs[rank] = null; }
  return { tokens, pairs };
}

/** GPT-2's writing of bytes as printable characters. */
const written: string[] = [];
for (let byte = 0, other = 0; byte < 256; byte++) {
  const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  written.push(String.fromCodePoint(printable ? byte : 256 + other++));
}
const write = (bytes: string): string => [...bytes].map((each) => written[each.charCodeAt(0)]!).join('');

const split = (pattern: string): object => ({ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false });
const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
const words = (digits: string): string => `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
const tekken = '[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const deepseek = [
  '\\p{N}{1,3}', '[一-龥぀-ゟ゠-ヿ]+',
  '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+',
];

type Vocabulary = Record<string, number>;

function huggingFace(vocab: Vocabulary, merges: readonly (readonly [string, string])[], parts: { readonly normalizer?: object; readonly patterns?: readonly string[]; readonly ignoreMerges?: boolean; readonly fallback?: boolean; readonly added?: readonly string[] }): Oracle {
  const tokenizer = new Tokenizer({
    version: '1.0', truncation: null, padding: null, post_processor: null, decoder: null,
    added_tokens: (parts.added ?? []).map((content) => ({ id: vocab[content], content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: false })),
    normalizer: parts.normalizer ?? null,
    pre_tokenizer: parts.patterns ? { type: 'Sequence', pretokenizers: [...parts.patterns.map(split), byteLevel] } : null,
    model: {
      type: 'BPE', dropout: null, unk_token: parts.fallback ? '<unk>' : null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: parts.fallback === true, byte_fallback: parts.fallback === true, ignore_merges: parts.ignoreMerges === true, vocab, merges,
    },
  } as never, {} as never);
  return (text) => (text === '' ? 0 : tokenizer.encode(text.toWellFormed(), { add_special_tokens: false }).ids.length);
}

/** Every way to make a token of two others, in the order of ranks: what converters write for tiktoken vocabularies. */
function allPairs(tokens: readonly string[], known: ReadonlySet<string>): (readonly [string, string])[] {
  return tokens.flatMap((token) => {
    const characters = [...token];
    const found: (readonly [string, string])[] = [];
    for (let at = 1; at < characters.length; at++) {
      const pair = [characters.slice(0, at).join(''), characters.slice(at).join('')] as const;
      if (known.has(pair[0]) && known.has(pair[1])) found.push(pair);
    }
    return found;
  });
}

function byteLevelOracle(files: readonly string[], byList: boolean, patterns: readonly string[], normalizer?: object): Oracle {
  const { tokens, pairs } = tokensOf(...files);
  const present = tokens.flatMap((token) => (token === null ? [] : [write(token)]));
  const merges = byList ? pairs.flatMap((pair) => (pair ? [[write(pair[0]), write(pair[1])] as const] : [])) : allPairs(present, new Set(present));
  return huggingFace(Object.fromEntries(present.map((token, id) => [token, id])), merges, { patterns, ignoreMerges: !byList, ...(normalizer && { normalizer }) });
}

const gemmaSymbols = /^(?:\n+|\t+|▁▁+|<\/?[a-z0-9]+>)$/;

function sentencePieceOracle(file: string, prepend: boolean): Oracle {
  const { tokens } = tokensOf(file);
  const texts = tokens.map((token) => Buffer.from(token!, 'latin1').toString('utf8').replaceAll(' ', '▁'));
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const count = huggingFace(
    Object.fromEntries(['<unk>', ...bytes, ...texts].map((token, id) => [token, id])), allPairs(texts, new Set(texts)),
    {
      fallback: true, normalizer: prepend ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, replace] } : replace,
      ...(!prepend && { added: texts.filter((text) => gemmaSymbols.test(text)) }),
    },
  );
  // SentencePiece finds symbols such as runs of blanks after it has marked the blanks.
  return prepend ? count : (text) => count(text.replaceAll(' ', '▁'));
}

/** Reference counter of a family; special-token text is text. Build it once, it takes a second. */
export function oracleOf(family: string): Oracle {
  switch (family) {
    case 'o200k_base': case 'cl100k_base': {
      const encoding = get_encoding(family);
      return (text) => encoding.encode(text.toWellFormed(), [], []).length;
    }
    case 'claude2': {
      const { tokens } = tokensOf('claude2.bin');
      const ranks = tokens.map((token, rank) => `! ${rank} ${Buffer.from(token!, 'latin1').toString('base64')}`).join('\n');
      const encoding = new Tiktoken(ranks, {}, "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
      return (text) => encoding.encode(text.toWellFormed().normalize('NFKC'), [], []).length;
    }
    case 'qwen': return byteLevelOracle(['cl100k_base.bin', 'qwen.bin'], true, [words('\\p{N}')], { type: 'NFC' });
    case 'llama3': return byteLevelOracle(['cl100k_base.bin', 'llama3.bin'], false, [words('\\p{N}{1,3}')]);
    case 'deepseek': return byteLevelOracle(['deepseek.bin'], true, deepseek);
    case 'tekken': return byteLevelOracle(['tekken.bin'], false, [tekken]);
    case 'gemma3': return sentencePieceOracle('gemma3.bin', false);
    case 'mistral-v3': return sentencePieceOracle('mistral-v3.bin', true);
    default: throw new Error(`no oracle for ${family}`);
  }
}

/**
 * Hugging Face's JavaScript asks the host's RegExp for classes, whose Unicode may be newer than the one that the
 * vendors' tokenizers are built with (16). Letters and marks that came later are the one known difference.
 */
export function hasNewerCharacters(text: string, classes: Uint8Array): boolean {
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point > 0x2ff && classes[point] === 0 && /[\p{L}\p{N}\p{M}\p{P}\p{S}]/u.test(character)) return true;
  }
  return false;
}

/** OpenAI's o200k_base in Hugging Face's tokenizers, a peer that is measured: its tokenizer.json is put together here. */
export function oracleTokenizerOf(family: 'o200k_base'): Oracle {
  return byteLevelOracle([`${family}.bin`], false, [
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  ]);
}
