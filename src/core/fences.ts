/**
 * Code fences of a Markdown document: the fences of one language are read together (a later one uses what an earlier one
 * defines), everything else blank, so that every place is the document's own.
 */
import type { DocumentSession } from './engine.js';
import type { Analysis, LanguageId, SkipReason } from './model.js';

const names: Readonly<Record<string, LanguageId>> = {
  python: 'python', py: 'python', python3: 'python', ts: 'typescript', typescript: 'typescript', mts: 'typescript', tsx: 'typescriptreact', js: 'javascript', javascript: 'javascript', mjs: 'javascript', cjs: 'javascript', node: 'javascript',
  jsx: 'javascriptreact', go: 'go', golang: 'go', java: 'java', kotlin: 'kotlin', kt: 'kotlin', cs: 'csharp', csharp: 'csharp', 'c#': 'csharp', php: 'php', ruby: 'ruby', rb: 'ruby', rust: 'rust', rs: 'rust',
  sh: 'shellscript', bash: 'shellscript', shell: 'shellscript', zsh: 'shellscript', curl: 'shellscript', powershell: 'powershell', ps1: 'powershell', pwsh: 'powershell', http: 'http', rest: 'http', yaml: 'yaml', yml: 'yaml', prompty: 'prompty',
};

/** Ends of the names of Markdown files. */
export const markdownExtensions: readonly string[] = ['.md', '.markdown', '.mdx'];

const opening = /^([ \t]*(?:>[ \t]?)*[ \t]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?)(`{3,}|~{3,})[ \t]*\{?\.?([\w+#-]*)/;
const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');

/** Text of each known language in the fences, of the document's length. A fence that is still open reaches to the end. */
export function fencesOf(text: string): ReadonlyMap<LanguageId, string> {
  const found = new Map<LanguageId, { masked: string; at: number }>();
  let fence: { readonly mark: string; readonly language: LanguageId | undefined; readonly start: number; readonly lineStart: number } | null = null;
  const close = (end: number): void => {
    if (!fence?.language) return;
    const { language, start, lineStart } = fence;
    const known = found.get(language) ?? { masked: '', at: 0 };
    // Quoted fences carry the quote's mark on each line.
    const code = text.slice(start, end).replace(/^[ \t]*(?:>[ \t]?)+/gm, blank);
    const before = blank(text.slice(known.at, start));
    // PHP needs its opening tag, for which the fence's own line has room.
    const opened = language === 'php' && !code.includes('<?') ? `${before.slice(0, lineStart - known.at)}<?php${before.slice(lineStart - known.at + 5)}` : before;
    found.set(language, { masked: known.masked + opened + code, at: end });
  };
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, next);
    const match = opening.exec(line);
    if (fence) {
      const isEnd = match !== null && match[2]!.startsWith(fence.mark) && line.slice(match[0].length).trim() === '' && match[3] === '';
      if (isEnd) { close(at); fence = null; }
    } else if (match) fence = { mark: match[2]!, language: Object.hasOwn(names, match[3]!.toLowerCase()) ? names[match[3]!.toLowerCase()] : undefined, start: next, lineStart: at };
    at = next;
  }
  if (fence) close(text.length);
  return new Map([...found].map(([language, { masked, at }]) => [language, masked + blank(text.slice(at))]));
}

/** One session over all fences; each call has the language of its fence. `open` opens one language. */
export function openFences(initial: string, open: (language: LanguageId, text: string) => DocumentSession): DocumentSession {
  let text = '';
  const sessions = new Map<LanguageId, DocumentSession>();
  const take = (newText: string): void => {
    text = newText;
    const fences = fencesOf(newText);
    for (const [language, session] of sessions) if (!fences.has(language)) { session.dispose(); sessions.delete(language); }
    for (const [language, code] of fences) {
      const known = sessions.get(language);
      if (!known) sessions.set(language, open(language, code));
      else if (known.text !== code) known.update(code);
    }
  };
  take(initial);
  return {
    get text() { return text; },
    update: (newText) => take(newText),
    analyze(configuration, today) {
      const all = [...sessions.values()].map((session) => session.analyze(configuration, today));
      const skipped = all.map((each) => each.skipped).find((reason): reason is SkipReason => reason !== null && reason !== 'broken-yaml') ?? null;
      const analysis: Analysis = {
        calls: all.flatMap(({ calls }) => calls).toSorted((a, b) => a.callRange.start - b.callRange.start), findings: all.flatMap(({ findings }) => findings), forwards: all.flatMap(({ forwards }) => forwards), skipped,
      };
      return analysis;
    },
    alternatives: (call, configuration, today, limit) => sessions.get(call.language)?.alternatives(call, configuration, today, limit) ?? [],
    offers: (call, provider, configuration, today) => sessions.get(call.language)?.offers(call, provider, configuration, today) ?? [],
    switchTo: (call, target) => sessions.get(call.language)?.switchTo(call, target) ?? null,
    leaveAlipay: () => null,
    extractAdapter: (call) => sessions.get(call.language)?.extractAdapter(call) ?? null,
    gatewaysFor: (call) => sessions.get(call.language)?.gatewaysFor(call) ?? [],
    sdksFor: (call, provider) => sessions.get(call.language)?.sdksFor(call, provider) ?? [],
    forget() { for (const session of sessions.values()) session.forget(); },
    dispose() { for (const session of sessions.values()) session.dispose(); sessions.clear(); },
  };
}
