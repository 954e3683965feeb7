/**
 * Files that hold code inside something else: notebooks, and the script blocks of Vue and Svelte components. Each is
 * brought to one text of one language, with a way back from its offsets to what a person sees.
 */
import { indexLines } from './lines.js';
import type { LanguageId } from './model.js';

/** A place for people: line and column from 1; in a notebook within the cell, which counts from 0 over all cells. */
export interface Place {
  readonly cell: number | null;
  readonly line: number;
  readonly column: number;
}

/** Code to analyse, and where its offsets lie. */
export interface Contained {
  readonly language: LanguageId;
  readonly text: string;
  placeOf(offset: number): Place;
}

/** Extensions of containers. */
export const containerExtensions: readonly string[] = ['.ipynb', '.vue', '.svelte'];

/** Places of a plain file. */
export function plainPlaces(text: string): (offset: number) => Place {
  const lines = indexLines(text);
  return (offset) => ({ cell: null, ...lines.positionAt(offset) });
}

/**
 * What a container file holds; `unreadable` when it is broken (with the reason), null when it holds no code of a
 * language we know. Files of other kinds give null.
 */
export function openContainer(path: string, text: string): Contained | null | { readonly unreadable: string } {
  const name = path.toLowerCase();
  if (name.endsWith('.ipynb')) return openNotebook(text);
  if (name.endsWith('.vue') || name.endsWith('.svelte')) return openComponent(text);
  return null;
}

const kernelLanguages: Readonly<Record<string, LanguageId>> = { python: 'python', python3: 'python', ipython: 'python', javascript: 'javascript', typescript: 'typescript' };
/** Cell magics whose cell is code of the kernel all the same. */
const transparentMagic = /^%%(?:time|timeit|capture|prun|memit)\b/;

/** Code cells joined in order: they share one namespace. Lines that are no Python (`%pip …`, `!ls`) become comments of the same length. */
function openNotebook(text: string): Contained | null | { readonly unreadable: string } {
  let notebook: { cells?: unknown; metadata?: { kernelspec?: { language?: unknown; name?: unknown }; language_info?: { name?: unknown } }; worksheets?: { cells?: unknown }[] };
  try {
    notebook = JSON.parse(text.replace(/^\uFEFF/, '')) as typeof notebook;
  } catch (error) {
    return { unreadable: (error as Error).message };
  }
  const cells = Array.isArray(notebook?.cells) ? notebook.cells : Array.isArray(notebook?.worksheets?.[0]?.cells) ? notebook.worksheets[0].cells : null;
  if (!cells) return { unreadable: 'no cells' };
  const stated = notebook.metadata?.language_info?.name ?? notebook.metadata?.kernelspec?.language ?? notebook.metadata?.kernelspec?.name;
  const language = typeof stated === 'string' ? kernelLanguages[stated.toLowerCase()] ?? null : 'python';
  if (!language) return null;
  const starts: { readonly start: number; readonly cell: number; readonly source: string }[] = [];
  let joined = '';
  cells.forEach((raw: unknown, cell) => {
    const { cell_type: kind, source, input } = (raw ?? {}) as { cell_type?: unknown; source?: unknown; input?: unknown };
    if (kind !== 'code') return;
    const written = source ?? input;
    const code = Array.isArray(written) ? written.filter((each) => typeof each === 'string').join('') : typeof written === 'string' ? written : '';
    starts.push({ start: joined.length, cell, source: code });
    joined += `${language === 'python' ? withoutMagics(code) : code}\n`;
  });
  if (starts.length === 0) return null;
  return {
    language, text: joined,
    placeOf(offset) {
      let low = 0;
      for (let high = starts.length - 1; low < high;) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]!.start <= offset) low = middle;
        else high = middle - 1;
      }
      const { start, cell, source } = starts[low]!;
      return { cell, ...indexLines(source).positionAt(offset - start) };
    },
  };
}

/** Python of a notebook's cell: lines for the notebook itself become comments, cells of other languages blank; every offset stays. */
export function withoutMagics(code: string): string {
  if (/^\s*%%/.test(code) && !transparentMagic.test(code.trimStart())) return code.replace(/[^\n\r]/g, ' ');
  return code.replace(/^([ \t]*)([%!?])(?=\S)/gm, '$1#');
}

/** Everything outside of script blocks becomes blank, so that offsets stay those of the file. */
function openComponent(text: string): Contained | null {
  const pattern = /<script\b([^>]*)>([\s\S]*?)(?:<\/script\s*>|$)/gi;
  let masked = '';
  let at = 0;
  let language: LanguageId = 'javascript';
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = match.index + match[0].indexOf('>') + 1;
    if (/\blang\s*=\s*["']?tsx?/i.test(match[1]!)) language = 'typescript';
    masked += text.slice(at, start).replace(/[^\n\r]/g, ' ') + match[2]!;
    at = start + match[2]!.length;
  }
  if (at === 0) return null;
  masked += text.slice(at).replace(/[^\n\r]/g, ' ');
  return { language, text: masked, placeOf: plainPlaces(text) };
}
