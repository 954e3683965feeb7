/** Values of `.env` files next to a source file: only addresses and regions are ever read from them, never keys. */
import type { TextRange } from './model.js';
import type { Origin } from './project.js';

export interface EnvironmentValue {
  readonly value: string;
  /** Absolute path and place of the value in it. */
  readonly file: string;
  readonly range: TextRange;
}

const names = ['.env.local', '.env'];
/** Variables that may hold a secret are not looked at. */
const secret = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

/** The value that the nearest `.env` gives a variable, or null. Looks from the file's folder up to the project's root. */
export function environmentValue(origin: Origin, variable: string): EnvironmentValue | null {
  if (secret.test(variable) || !/^[A-Za-z_]\w*$/.test(variable)) return null;
  let folder = origin.path.slice(0, Math.max(0, origin.path.lastIndexOf('/')));
  for (let level = 0; level < 12; level++) {
    for (const name of names) {
      const file = `${folder}/${name}`;
      const text = origin.read(file);
      const found = typeof text === 'string' ? valueIn(text, variable) : null;
      if (found) return { ...found, file };
    }
    if (folder.length <= origin.root.length || folder === '') return null;
    folder = folder.slice(0, folder.lastIndexOf('/'));
  }
  return null;
}

/** The last assignment of a variable in the text of a `.env` file; null when there is none or it refers to others. */
export function valueIn(text: string, variable: string): { readonly value: string; readonly range: TextRange } | null {
  const lines = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${variable}[ \\t]*=[ \\t]*(?:"([^"\\n]*)"|'([^'\\n]*)'|([^#\\n\\r]*))`, 'gm');
  let found: { value: string; range: TextRange } | null = null;
  for (const match of text.matchAll(lines)) {
    const value = (match[1] ?? match[2] ?? match[3] ?? '').trim();
    if (value === '' || value.includes('$')) continue;
    const start = match.index + match[0].lastIndexOf(value);
    found = { value, range: { start, end: start + value.length } };
  }
  return found;
}
