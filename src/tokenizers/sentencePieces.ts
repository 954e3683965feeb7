/**
 * Pieces of SentencePiece vocabularies, which merge over whole texts: cut where no token of the vocabulary can cross,
 * so that short stretches are merged and remembered instead of texts. `▁` is a blank here, as in the compact files.
 */
import type { NextPiece } from './wordPieces.js';

const blank = 0x20;

/** Mistral v3: no token holds a blank after anything but blanks. */
export const mistralPieces: NextPiece = (bytes, start, end) => {
  let at = start;
  while (at < end && bytes[at] === blank) at++;
  while (at < end && bytes[at] !== blank) at++;
  return at;
};

/** Symbols of Gemma that are found in a text before anything else. Runs of line breaks, blanks and tabs are others. */
const tags = [
  'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote',
  'strong', 'em', 'b', 'i', 'u', 's', 'sub', 'sup', 'code', 'a', 'html', 'body', 'img', 'span', 'bbox', 'ul', 'li', 'div', 'iframe', 'footer',
];
const symbols: ReadonlySet<string> = new Set([...tags.flatMap((tag) => [`${tag}>`, `/${tag}>`]), 'mask>']);
const longestSymbol = 14;
/** `<s>` is a start mark that the vocabulary knows as an ordinary symbol. */
const longestRun = 31;

/** End of the symbol that starts with the `<` at `at`, or `at`. */
function symbolEnd(bytes: Uint8Array, at: number, end: number): number {
  let name = '';
  for (let i = at + 1; i < end && i <= at + longestSymbol; i++) {
    const byte = bytes[i]!;
    if (byte <= blank || byte >= 0x7f) return at;
    name += String.fromCharCode(byte);
    if (byte === 0x3e) return symbols.has(name) ? i + 1 : at;
  }
  return at;
}

/** Gemma 3: symbols and runs are pieces; elsewhere a blank begins one, except after `>` (there is a token `> </`). */
export const gemmaPieces: NextPiece = (bytes, start, end) => {
  const first = bytes[start]!;
  if (first === 0x0a || first === 0x09 || (first === blank && bytes[start + 1] === blank && start + 1 < end)) {
    let at = start + 1;
    while (at < end && at - start < longestRun && bytes[at] === first) at++;
    return at;
  }
  if (first === 0x3c) {
    const symbol = symbolEnd(bytes, start, end);
    if (symbol > start) return symbol;
  }
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x0a || byte === 0x09) return at;
    if (byte === blank && (bytes[at - 1] !== 0x3e || (at + 1 < end && bytes[at + 1] === blank))) return at;
    if (byte === 0x3c && symbolEnd(bytes, at, end) > at) return at;
  }
  return end;
};
