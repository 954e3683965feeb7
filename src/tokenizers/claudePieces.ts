/** Pre-tokenizer of the 2023 Claude vocabulary (`pat_str` in @anthropic-ai/tokenizer's claude.json). */
import { letter, number, space, wideCodePoint, widthOf } from './characters.js';
import type { NextPiece } from './wordPieces.js';

/** Makes the pre-tokenizer; `classes` as `characterClasses()` gives them. */
export function claudePieces(classes: Uint8Array): NextPiece {
  const kindAt = (bytes: Uint8Array, at: number): number => classes[bytes[at]! < 0x80 ? bytes[at]! : wideCodePoint(bytes, at)]!;
  return (bytes, start, end) => {
    const first = bytes[start]!;
    if (first === 0x27 && start + 1 < end) {
      const second = bytes[start + 1]!;
      if (second === 0x73 || second === 0x74 || second === 0x6d || second === 0x64) return start + 2; // s t m d
      const third = start + 2 < end ? bytes[start + 2]! : 0;
      if ((third === 0x65 && (second === 0x72 || second === 0x76)) || (second === 0x6c && third === 0x6c)) return start + 3; // re ve ll
    }
    let at = first === 0x20 && start + 1 < end ? start + 1 : start;
    const kind = kindAt(bytes, at) & (letter | number | space);
    if ((kind & space) === 0) {
      const same = (kind & letter) !== 0 ? letter : kind;
      for (at += widthOf(bytes[at]!); at < end; at += widthOf(bytes[at]!)) {
        const next = kindAt(bytes, at) & (letter | number | space);
        if (same === 0 ? next !== 0 : (next & same) === 0) break;
      }
      return at;
    }
    let lastStart = start;
    for (at = start; at < end && (kindAt(bytes, at) & space) !== 0; at += widthOf(bytes[at]!)) lastStart = at;
    return at === end || lastStart === start ? at : lastStart;
  };
}
