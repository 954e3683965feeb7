/** Values of `.env` files next to a source file: only addresses, regions and model names are ever read from them, never keys. */
import type { TextRange } from './model.js';
import type { Origin } from './project.js';

export interface EnvironmentValue {
  readonly value: string;
  /** Absolute path and place of the value in it. */
  readonly file: string;
  readonly range: TextRange;
}

/** Variables that may hold a secret are not looked at. */
const secret = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;
const names = ['.env.local', '.env'];
/** Say what somebody runs, or is advised to run, and not what runs here. */
const weakNames = ['docker-compose.yml', 'docker-compose.yaml', 'compose.yml', 'compose.yaml', '.env.example', '.env.sample', '.env.template', 'env.example'];

/**
 * The value that the nearest `.env` gives a variable, or null. Looks from the file's folder up to the project's root;
 * `withExamples`: then also into compose files and examples.
 */
export function environmentValue(origin: Origin, variable: string, withExamples = false): EnvironmentValue | null {
  if (secret.test(variable) || !/^[A-Za-z_]\w*$/.test(variable)) return null;
  return nearest(origin, names, variable) ?? (withExamples ? nearest(origin, weakNames, variable) : null);
}

function nearest(origin: Origin, files: readonly string[], variable: string): EnvironmentValue | null {
  let folder = origin.path.slice(0, Math.max(0, origin.path.lastIndexOf('/')));
  for (let level = 0; level < 12; level++) {
    for (const name of files) {
      const file = `${folder}/${name}`;
      const text = origin.read(file);
      const found = typeof text === 'string' ? (name.endsWith('ml') ? composedIn : valueIn)(text, variable) : null;
      if (found) return { ...found, file };
    }
    if (folder.length <= origin.root.length || folder === '') return null;
    folder = folder.slice(0, folder.lastIndexOf('/'));
  }
  return null;
}

/** A variable that a compose file sets: `NAME: value` or `- NAME=value`, defaults of `${NAME:-value}` included. */
export function composedIn(text: string, variable: string): { readonly value: string; readonly range: TextRange } | null {
  const match = new RegExp(`^[ \\t]+(?:-[ \\t]+["']?${variable}=|["']?${variable}["']?:[ \\t]+)["']?([^\\s"'#]+)`, 'm').exec(text);
  const value = match?.[1] === undefined ? undefined : new RegExp(`^\\$\\{${variable}:?-([^}]+)\\}$`).exec(match[1])?.[1] ?? match[1];
  if (!match || value === undefined || value.includes('$')) return null;
  const start = match.index + match[0].lastIndexOf(value);
  return { value, range: { start, end: start + value.length } };
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
