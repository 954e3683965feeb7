/** Which assumptions of an estimate a person can set, and under which key of `assumptions`. */
import type { Assumption, Assumptions } from '../core/model.js';

export const generalAssumptions = ['holeTokens', 'outputTokens', 'reasoningTokens', 'repeats'] as const satisfies readonly (keyof Assumptions)[];

/** `outputTokens`, `holes.question` …; null for what follows from the model or the catalog. */
export function settableKey(assumption: Assumption): string | null {
  if (assumption.code === 'hole-tokens' && assumption.subject) return `holes.${assumption.subject}`;
  const { key } = assumption;
  if (key === undefined) return null;
  return key.startsWith('holes.') || (generalAssumptions as readonly string[]).includes(key) ? key : null;
}
