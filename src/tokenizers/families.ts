/**
 * Every family whose vocabulary is here: files, pre-tokenizer, normalization. Which model counts with which family is
 * said in src/providers/tokenizerFamilies.yaml.
 */
import { characterClasses } from './characters.js';
import { claudePieces } from './claudePieces.js';
import { deepseekPieces } from './deepseekPieces.js';
import { gemmaPieces, mistralPieces } from './sentencePieces.js';
import type { MergeRule } from './vocabulary.js';
import { type NextPiece, type WordRules, wordPieces } from './wordPieces.js';

export interface Family {
  readonly id: string;
  /** For people: whose tokenizer it is. */
  readonly name: string;
  /** Vocabulary files in `vocabularies/`; later ones build on earlier ones. */
  readonly files: readonly string[];
  readonly pieces: () => NextPiece;
  readonly merges: MergeRule;
  readonly normalize?: (text: string) => string;
  /** Merges start from characters (SentencePiece). */
  readonly characters?: boolean;
  /** A blank is put before the text, as SentencePiece's `add_dummy_prefix` does. */
  readonly leadingBlank?: boolean;
}

const words = (rules: WordRules) => (): NextPiece => wordPieces(characterClasses(), rules);
/** The pattern that cl100k_base and Llama 3 share. */
const cl100k: WordRules = { cased: false, contractions: 'first', digits: 3, slashes: false };
const o200k: WordRules = { cased: true, contractions: 'suffix', digits: 3, slashes: true };

/** Composed form; text below U+0300 is composed already, and most text is. */
function composed(text: string): string {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x300) return text.normalize('NFC');
  return text;
}

/** A literal U+2581 is the same as a blank to SentencePiece. */
const blanks = (text: string): string => (text.includes('\u2581') ? text.replaceAll('\u2581', ' ') : text);

export const families: readonly Family[] = [
  { id: 'o200k_base', name: 'OpenAI o200k', files: ['o200k_base.bin'], pieces: words(o200k), merges: 'by-bytes' },
  { id: 'cl100k_base', name: 'OpenAI cl100k', files: ['cl100k_base.bin'], pieces: words(cl100k), merges: 'by-bytes' },
  { id: 'qwen', name: 'Qwen 2.5 and 3', files: ['cl100k_base.bin', 'qwen.bin'], pieces: words({ ...cl100k, digits: 1 }), merges: 'by-list', normalize: composed },
  { id: 'deepseek', name: 'DeepSeek V3 and V4', files: ['deepseek.bin'], pieces: () => deepseekPieces(characterClasses()), merges: 'by-list' },
  { id: 'llama3', name: 'Llama 3', files: ['cl100k_base.bin', 'llama3.bin'], pieces: words(cl100k), merges: 'by-bytes' },
  { id: 'tekken', name: 'Mistral Tekken', files: ['tekken.bin'], pieces: words({ ...o200k, contractions: 'none', digits: 1 }), merges: 'by-bytes' },
  { id: 'mistral-v3', name: 'Mistral v3', files: ['mistral-v3.bin'], pieces: () => mistralPieces, merges: 'by-bytes', normalize: blanks, characters: true, leadingBlank: true },
  { id: 'gemma3', name: 'Gemma 3 and Gemini', files: ['gemma3.bin'], pieces: () => gemmaPieces, merges: 'by-bytes', normalize: blanks, characters: true },
  { id: 'claude2', name: 'Claude 2', files: ['claude2.bin'], pieces: () => claudePieces(characterClasses()), merges: 'by-bytes', normalize: (text) => text.normalize('NFKC') },
];
