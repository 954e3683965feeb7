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
  for (const { path, text } of changes) {
    const now = await readFile(path, 'utf8').catch(() => null);
    // A byte order mark is kept by the edits only where the reader kept it.
    if (now !== text && now?.replace(/^\uFEFF/, '') !== text) throw new Error(`${path} has changed in the meantime; nothing was written`);
  }
  for (const { path, text, edits } of changes) await writeFile(path, ((await readFile(path, 'utf8')).startsWith('\uFEFF') && !text.startsWith('\uFEFF') ? '\uFEFF' : '') + applyEdits(text, edits));
}
