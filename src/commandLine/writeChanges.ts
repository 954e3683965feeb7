/** Writes edits of several files, all or none. */
import { readFile, writeFile } from 'node:fs/promises';
import type { TextEdit } from '../core/model.js';
import { applyEdits } from '../core/reconcile.js';

/** Edits of one file, against the text that was read. */
export interface Change {
  readonly path: string;
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** Applies the edits. Throws, with nothing written, when a file no longer has the text that the edits were made for. */
export async function writeChanges(changes: readonly Change[]): Promise<void> {
  const written: [path: string, text: string][] = [];
  for (const { path, text, edits } of changes) {
    const now = await readFile(path, 'utf8').catch(() => null);
    // A byte order mark that the reader left out stays.
    const mark = now !== text && now === `\uFEFF${text}` ? '\uFEFF' : '';
    if (now !== mark + text) throw new Error(`${path} has changed in the meantime; nothing was written`);
    written.push([path, mark + applyEdits(text, edits)]);
  }
  for (const [path, text] of written) await writeFile(path, text);
}
