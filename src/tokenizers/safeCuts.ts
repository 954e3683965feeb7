/**
 * Places where a text can be cut so that the tokens of the parts are the tokens of the whole, in every family: after
 * an ordinary letter, before a blank, a line break or a common punctuation mark. No pattern lets a piece run from a
 * letter into one of those, none looks behind, and normalization joins nothing there.
 */

/** Before these a piece begins when a letter goes before. The apostrophe is not among them (contractions). */
const openers = new Uint8Array(0x10000);
for (const mark of ' \n.,:;!?()[]{}"/=，。、；：！？（）「」') openers[mark.charCodeAt(0)] = 1;

/**
 * True when the tokens before and after `at` have nothing to do with each other. `blanksOnly` for SentencePiece, whose
 * tokens may hold punctuation after letters, but no blank.
 */
export function isSafeCut(text: string, at: number, blanksOnly: boolean): boolean {
  if (at <= 0 || at >= text.length) return true;
  const before = text.charCodeAt(at - 1);
  const isLetter = before < 0x80 ? (before | 32) >= 0x61 && (before | 32) <= 0x7a
    : (before >= 0x4e00 && before <= 0x9fa5) || (before >= 0x3041 && before <= 0x3096) || (before >= 0x30a1 && before <= 0x30fa)
      || (before >= 0xac00 && before <= 0xd7a3) || (before >= 0x410 && before <= 0x44f);
  return isLetter && (blanksOnly ? text.charCodeAt(at) === 0x20 : openers[text.charCodeAt(at)] === 1);
}

/** End of a window of about `length` code units that starts at `start`: a safe cut, or the end of the text. */
export function windowEnd(text: string, start: number, length: number, blanksOnly: boolean): number {
  if (text.length - start <= length) return text.length;
  for (let at = start + length; at > start + length / 2; at--) if (isSafeCut(text, at, blanksOnly)) return at;
  for (let at = start + length + 1; at < text.length; at++) if (isSafeCut(text, at, blanksOnly)) return at;
  return text.length;
}
