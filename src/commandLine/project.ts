/** Files next to a scanned one, read when the analysis asks for what they define. */
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { describeFacts, fileFacts, isMediaFile, largestMediaFile } from '../core/mediaFile.js';
import type { Origin } from '../core/project.js';

const maximumBytes = 400_000;
const marks = ['.git', 'package.json', 'pyproject.toml', 'setup.py', 'requirements.txt', 'go.mod'];

/** Reader of a project's files for one run: each is read once. */
export function openProject(): (path: string) => Origin {
  const texts = new Map<string, string | null>();
  const roots = new Map<string, string>();
  const read = (path: string): string | null => {
    let text = texts.get(path);
    if (text === undefined) texts.set(path, text = readNow(path));
    return text;
  };
  return (path) => {
    const full = slashed(resolve(path));
    return { path: full, root: rootOf(dirname(full), roots), read, fixed: true };
  };
}

const slashed = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

function readNow(path: string): string | null {
  try {
    const { size } = statSync(path);
    if (isMediaFile(path)) return size <= largestMediaFile ? describeFacts(fileFacts(beginningOf(path, /\.pdf$/i.test(path) ? size : 1 << 18), size)) : null;
    return size <= maximumBytes ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}

/** At most `most` bytes from the beginning of a file. */
function beginningOf(path: string, most: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(most);
    return bytes.subarray(0, readSync(file, bytes, 0, most, 0));
  } finally {
    closeSync(file);
  }
}

/** The repository a folder belongs to, else the outermost folder that looks like a project's. */
function rootOf(folder: string, known: Map<string, string>): string {
  const cached = known.get(folder);
  if (cached !== undefined) return cached;
  let found = folder;
  for (let current = folder, steps = 0; steps < 12; steps++) {
    if (marks.some((mark) => existsSync(join(current, mark)))) {
      found = current;
      if (existsSync(join(current, '.git'))) break;
    }
    const parent = slashed(dirname(current));
    if (parent === current) break;
    current = parent;
  }
  known.set(folder, found);
  return found;
}
