/** Estimate for when no vocabulary is there: characters per token by script, from the mixed corpus of o200k_base. */

const ideographs = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const foreign = /[\u0370-\u1fff\ua000-\uabff]/g;

/**
 * Tokens of a text, roughly: one per 1.3 ideographs, per 2.5 letters of other non-Latin scripts, per 4 of the rest.
 * Always marked approximate by the caller.
 */
export function approximateTokens(text: string): number {
  if (text === '') return 0;
  const wide = text.match(ideographs)?.length ?? 0;
  const other = text.match(foreign)?.length ?? 0;
  return Math.max(1, Math.round(wide / 1.3 + other / 2.5 + (text.length - wide - other) / 4));
}
