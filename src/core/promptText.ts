/** A prompt as one text, for recognising it again and for telling how much of it stays the same from call to call. */
import type { PromptPart, Spread } from './model.js';

/** Text of every part in order, holes as `{name}`. */
export function promptText(parts: readonly PromptPart[]): string {
  return parts.map(({ kind, role, pieces }) => `${kind === 'message' ? role : kind}: ${pieces.map((piece) => (piece.kind === 'text' ? piece.text : `{${piece.name}}`)).join('')}`).join('\n');
}

/**
 * Part of a prompt that comes before anything that changes from call to call, which is what a vendor's cache can serve:
 * 0 to 1, of the likely tokens; null where nothing of the text is known. The known tokens are shared out by characters.
 */
export function staticPrefixShare(parts: readonly PromptPart[], knownTokens: number, tokens: Spread): number | null {
  let before = 0;
  let all = 0;
  let open = true;
  for (const part of parts) {
    if (part.repeated || part.alternatives.length > 0 || (part.kind !== 'message' && part.kind !== 'input' && part.pieces.length === 0)) open = false;
    for (const piece of part.pieces) {
      if (piece.kind === 'hole') { open = false; continue; }
      all += piece.text.length;
      if (open) before += piece.text.length;
    }
  }
  if (all === 0 || tokens.likely <= 0) return null;
  return Math.min(1, ((before / all) * knownTokens) / tokens.likely);
}
