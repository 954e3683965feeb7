/** Classes of code points for pre-tokenizers, and reading code points from UTF-8. */
import { runs } from './characterClasses.js';

/** Bits of a class. `upper` = Lu, Lt; `lower` = Ll; `uncased` = Lm, Lo; `mark` = M; `number` = N; `symbol` = P, S. */
export const upper = 1;
export const lower = 2;
export const uncased = 4;
export const mark = 8;
export const number = 16;
/** Whitespace as Rust has it: with U+0085, without U+FEFF. */
export const space = 32;
/** U+000A and U+000D, which are whitespace too. */
export const newline = 64;
export const symbol = 128;
export const letter = upper | lower | uncased;

let expanded: Uint8Array | null = null;

/** Class of every code point, by code point; expanded once, in about a millisecond. */
export function characterClasses(): Uint8Array {
  if (expanded) return expanded;
  const classes = new Uint8Array(0x110000);
  let at = 0;
  for (const word of runs.trim().split(/\s/)) {
    const star = word.indexOf('*');
    if (star > 0) {
      const first = parseInt(word[0]!, 36);
      const second = parseInt(word[1]!, 36);
      for (let pairs = parseInt(word.slice(star + 1), 36); pairs > 0; pairs--) { classes[at++] = first; classes[at++] = second; }
      continue;
    }
    const dot = word.indexOf('.');
    const bits = parseInt(dot < 0 ? word : word.slice(0, dot), 36);
    const length = dot < 0 ? 1 : parseInt(word.slice(dot + 1), 36);
    // Most of the table is class 0; not touching it keeps those pages out of memory.
    if (bits !== 0) classes.fill(bits, at, at + length);
    at += length;
  }
  if (at !== 0x110000) throw new Error(`character classes cover ${at} code points`);
  expanded = classes;
  return classes;
}

/** Code point that starts at `bytes[at]`, which is not ASCII; the text is valid UTF-8. */
export function wideCodePoint(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0xe0) return ((lead & 31) << 6) | (bytes[at + 1]! & 63);
  if (lead < 0xf0) return ((lead & 15) << 12) | ((bytes[at + 1]! & 63) << 6) | (bytes[at + 2]! & 63);
  return ((lead & 7) << 18) | ((bytes[at + 1]! & 63) << 12) | ((bytes[at + 2]! & 63) << 6) | (bytes[at + 3]! & 63);
}

/** Bytes of the code point whose first byte is `lead`. */
export function widthOf(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}
