/**
 * Pre-tokenizer patterns of the families whose vocabulary is here, from tiktoken's public definitions
 * (openai_public.py). Whitespace is Rust's: U+0085 belongs to it, U+FEFF does not, unlike JavaScript's `\s`.
 */
export interface Family {
  readonly id: string;
  /** Vocabulary file in `vocabularies/`. */
  readonly file: string;
  readonly pieces: () => RegExp;
}

const space = '\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const contractions = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";

const o200k = [
  `[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+${contractions}?`,
  `[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*${contractions}?`,
  '\\p{N}{1,3}',
  ` ?[^${space}\\p{L}\\p{N}]+[\\r\\n/]*`,
  `[${space}]*[\\r\\n]+`,
  `[${space}]+(?![^${space}])`,
  `[${space}]+`,
].join('|');

const cl100k = [
  contractions,
  '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+',
  '\\p{N}{1,3}',
  ` ?[^${space}\\p{L}\\p{N}]+[\\r\\n]*`,
  `[${space}]*[\\r\\n]+`,
  `[${space}]+(?![^${space}])`,
  `[${space}]+`,
].join('|');

export const families: readonly Family[] = [
  { id: 'o200k_base', file: 'o200k_base.bpe.gz', pieces: () => new RegExp(o200k, 'gu') },
  { id: 'cl100k_base', file: 'cl100k_base.bpe.gz', pieces: () => new RegExp(cl100k, 'gu') },
];
