/**
 * Files of the project that a picture, recording or document in a request comes from: whatever reads or encodes it, the
 * file's name stands as a string in the code that the block reaches.
 */
import type { Program } from './expression.js';
import { describedFacts } from './mediaFile.js';
import type { PromptPart, TextRange } from './model.js';
import { type Origin, join } from './project.js';

/** Stretches of code looked at for one block, and names followed from it. */
const mostStretches = 40;
const longestStretch = 4000;

/** Parts with what local files say of them; the same list when no file says anything. Never throws. */
export function withLocalMedia(parts: readonly PromptPart[], program: Program, origin: Origin): readonly PromptPart[] {
  let changed = false;
  const next = parts.map((part) => {
    if ((part.kind !== 'image' && part.kind !== 'audio' && part.kind !== 'file') || !part.range || part.media?.width !== undefined) return part;
    const [path, ...others] = mediaNames(program, part.range);
    // Several names: which of them is sent is decided at run time.
    if (path === undefined || others.length > 0) return part;
    const facts = factsOf(path, origin);
    if (!facts) return part;
    changed = true;
    const [kind, media] = facts.pages !== undefined ? ['file', 'document'] as const : facts.seconds !== undefined ? ['audio', 'audio'] as const : ['image', 'image'] as const;
    return { ...part, kind, media: { ...part.media, kind: media, ...facts, file: path } };
  });
  return changed ? next : parts;
}

/** Quoted names of media files; a quote inside another string counts as well. */
const strings = /(["'`])([^"'`\\\n{}*?<>|]{1,300}\.(?:png|jpe?g|gif|webp|bmp|wav|mp3|pdf))\1/gi;
const names = /[A-Za-z_]\w*/g;

/** Distinct names of media files in a stretch of code, in what its names are bound to, and so on. */
function mediaNames(program: Program, range: TextRange): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting = [range];
  for (let looked = 0; looked < mostStretches && waiting.length > 0; looked++) {
    const { start, end } = waiting.shift()!;
    const code = program.text.slice(start, Math.min(end, start + longestStretch));
    for (const [, , text] of code.matchAll(strings)) {
      if (!text!.includes('://')) found.add(text!);
    }
    for (const [name] of code.matchAll(names)) {
      if (seen.has(name)) continue;
      seen.add(name);
      for (const { kind, value, scope } of program.bindings(name)) {
        if (kind === 'function' || kind === 'class' || kind === 'import') continue;
        if (value) waiting.push(value.range);
        if (kind === 'parameter' && scope.name) for (const call of program.callsOf(scope.name)) waiting.push(call.argumentsRange);
      }
    }
  }
  return [...found];
}

/** What a file says, by its name as the code has it: beside the code, else below the project's root. */
function factsOf(name: string, { path, root, read }: Origin): ReturnType<typeof describedFacts> {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const isAbsolute = name.startsWith('/') || /^[A-Za-z]:/.test(name);
  for (const base of isAbsolute ? [''] : [folder, root]) {
    const full = join(base, name.replaceAll('\\', '/'));
    // What lies outside the project is nobody's business here.
    if (!full.startsWith(`${root}/`)) continue;
    const text = read(full);
    if (text) return describedFacts(text);
  }
  return null;
}
