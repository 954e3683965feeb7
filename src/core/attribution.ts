/**
 * Which call in the code a measured request came from. Told by the text that the code determines: a request whose prompt
 * holds exactly the fixed text of one call is that call's. Without such text, the only call with that model.
 */
import type { CallSite } from './model.js';
import type { Origin } from './project.js';

/** What a call is recognised by. */
export interface CallMark {
  /** `path:line`. */
  readonly site: string;
  readonly provider: string;
  /** Model names the code may use; empty = not known. */
  readonly models: readonly string[];
  /** Fixed stretches of its prompt, long enough to mean something. */
  readonly texts: readonly string[];
}

/** Name of a place in the code: path below the project's root and line, `src/answer.py:12`. */
export function siteName({ path, root }: Pick<Origin, 'path' | 'root'>, line: number): string {
  return `${path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path}:${line}`;
}

/** Shorter texts occur in anybody's prompt. */
const telling = 12;

/** Mark of a call; `site` is `path:line`. */
export function markOf(call: CallSite, site: string): CallMark {
  return {
    site, provider: call.destination.provider, models: call.request.model.values,
    texts: call.request.parts.flatMap((part) => part.pieces.flatMap((piece) => (piece.kind === 'text' && piece.text.trim().length >= telling ? [piece.text.trim()] : []))),
  };
}

/** Site of the one call that fits; null when none does, or several do alike. */
export function siteOf(marks: readonly CallMark[], provider: string, model: string, texts: readonly string[]): string | null {
  const sameModel = (mark: CallMark): boolean => mark.models.length === 0 || mark.models.some((name) => name === model || model.startsWith(`${name}-`));
  const fitting = marks.filter((mark) => (mark.provider === provider || mark.provider === 'unknown') && sameModel(mark));
  let best: { readonly mark: CallMark; readonly score: number } | null = null;
  let tie = false;
  for (const mark of fitting) {
    if (mark.texts.length === 0 || !mark.texts.every((text) => texts.some((sent) => sent.includes(text)))) continue;
    const score = mark.texts.reduce((sum, text) => sum + text.length, 0);
    if (best && score === best.score) tie = true;
    if (!best || score > best.score) { best = { mark, score }; tie = false; }
  }
  if (best) return tie ? null : best.mark.site;
  const [only, other] = fitting.filter((mark) => mark.models.length > 0);
  return only && !other && only.texts.length === 0 ? only.site : null;
}
