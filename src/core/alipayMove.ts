/**
 * A model call that leaves Alipay's ecosystem for a gateway, as edits: the call itself, and the statements of session,
 * webhook and request ids that nothing else needs any more. Payment and identity stay. What cannot be taken away safely is
 * a loss to be changed by hand.
 */
import { type AlipayPlace, type AlipayRole, alipayPlaces } from './alipayPlaces.js';
import { ecosystemOf } from './detect.js';
import type { PackageChange, SwitchTarget } from './engine.js';
import type { CallExpression, Expression, Language, Program } from './expression.js';
import { importEdits, usesOf } from './imports.js';
import type { Provider, TextEdit, TextRange } from './model.js';
import { layoutOf, printCode, printEntry } from './printCode.js';
import { withoutOverlap } from './reconcile.js';
import type { Compatibility, Loss, SwitchSdk } from './rewrite.js';
import { lineAt } from './switchFile.js';
import { constructionOf } from './switchProvider.js';

export interface AlipayMove {
  readonly edits: readonly TextEdit[];
  /** What each edit is about, in the order of `edits`: a place's role, or what the new call needs. */
  readonly roles: readonly (AlipayRole | 'gateway')[];
  readonly losses: readonly Loss[];
  /** As the gateway calls it. */
  readonly model: string;
  readonly keyVariable: string | null;
  readonly packages: readonly PackageChange[];
  /** 1-based lines of model calls that now go to the gateway. */
  readonly moved: readonly number[];
}

/** Names under which these interfaces take the question. */
const questionNames = ['query', 'prompt', 'question', 'text', 'content'];
const callNames = ['chat', 'completion', 'post', 'fetch', 'exec', 'curl', 'request', 'execute'];
const host = /api\.tbox\.cn|['"]alipay\.(?:ai|cloud\.(?:nextbuilder|aigc|llm)|iservice)\./;

/** Edits of one text; null when nothing in it belongs to Alipay, or its language is not rewritten (only listed). */
export function alipayMove(program: Program, language: Language, provider: Provider, openai: SwitchSdk, rules: Compatibility, target: SwitchTarget): AlipayMove | null {
  const side = ecosystemOf(program.language);
  const { text } = program;
  const places = alipayPlaces(text);
  const surface = language.print?.surface;
  if ((side !== 'python' && side !== 'javascript') || !surface || places.length === 0) return null;
  const isPython = side === 'python';
  const edits: (TextEdit & { readonly role: AlipayRole | 'gateway' })[] = [];
  const losses: Loss[] = [];
  const calls = modelCalls(program);
  const name = ['gateway', 'llmGateway', 'modelGateway'].find((each) => program.bindings(each).length === 0) ?? 'aiGateway';
  const moved: CallExpression[] = [];
  for (const call of calls) {
    const question = questionOf(call);
    if (!question) { losses.push({ argument: firstLine(text, call.range), what: 'by-hand', reason: 'alipay-question', range: call.range }); continue; }
    edits.push({ ...written(program, call, question, name, target.model, isPython), role: 'model-call' });
    losses.push(...readsOf(program, call));
    if (/\bstream\s*[=:]\s*(?:True|true)|["']stream["']\s*:\s*(?:True|true)/.test(text.slice(call.range.start, call.range.end))) losses.push({ argument: 'stream', what: 'by-hand', reason: 'stream-events', range: call.range });
    moved.push(call);
  }
  edits.push(...removals(program, places, calls, isPython, losses));
  if (edits.length === 0 && losses.length === 0) return null;
  const client = moved.length > 0 ? constructionOf(openai, side, provider, rules, target, surface) : null;
  if (client) {
    const isAsync = isPython && moved.some((call) => awaitBefore(text, call.range.start) > 0);
    const symbol = isAsync ? 'AsyncOpenAI' : 'OpenAI';
    const { entries } = client;
    const layout = layoutOf(text, surface, moved[0]!.range);
    const made = `${name} = ${isPython ? `${symbol}(${entries.map((each) => surface.argument(each.key, printCode(each.value, layout, ''))).join(', ')})` : `new ${symbol}({ ${entries.map((each) => printEntry(each, layout, '')).join(', ')} })`}`;
    const statement = isPython ? made : `const ${made};`;
    const needed = [{ module: 'openai', symbol, ...(!isPython && { isDefault: true }) }, ...(isPython ? [{ module: 'os', symbol: null }] : [])];
    // Imports and client stand at the same place: one edit, so that their order is certain.
    const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
    const imports = importEdits(program, needed, []);
    const last = program.lastImport();
    const at = last ? Math.max(lineEnd(text, last.end), ...imports.map((each) => each.range.end)) : imports[0]?.range.start ?? 0;
    edits.push(...imports.map((each) => ({ ...each, role: 'gateway' as const })), { range: { start: at, end: at }, newText: last ? `${lineBreak}${lineBreak}${statement}` : `${lineBreak}${statement}${lineBreak}`, role: 'gateway' });
    losses.push({ argument: provider.name, what: 'kept', reason: 'gateway-residency' });
  }
  const kept = withoutOverlap(edits) as typeof edits;
  return {
    edits: kept, roles: kept.map((each) => each.role), losses, model: target.model, keyVariable: client?.keyVariable ?? null,
    packages: client ? [{ ecosystem: side, ...openai.dependency[side]!, change: 'added' }] : [], moved: moved.map((call) => lineAt(text, call.range.start)),
  };
}

const lineEnd = (text: string, offset: number): number => offset + /^[^\r\n]*/.exec(text.slice(offset))![0].length;
const firstLine = (text: string, range: TextRange): string => text.slice(range.start, range.end).split('\n')[0]!.trim().slice(0, 60);
/** Length of an `await` in front of a call; 0 = none. */
const awaitBefore = (text: string, start: number): number => /\bawait\s+$/.exec(text.slice(Math.max(0, start - 12), start))?.[0].length ?? 0;

/** Calls of Tbox and of the Open Platform's AI interfaces, outermost first, in source order. */
function modelCalls(program: Program): CallExpression[] {
  const { text } = program;
  const hasTbox = /tboxsdk|TboxClient|tbox-?sdk/.test(text);
  const found = callNames.flatMap((name) => program.callsOf(name)).filter((call) => {
    if (!call.complete) return false;
    const source = text.slice(call.range.start, call.range.end);
    return host.test(text.slice(call.argumentsRange.start, call.argumentsRange.end)) || (hasTbox && /\b(?:app_?id)\b/i.test(source) && /\.(?:chat|completion)\s*\(/.test(source));
  });
  const outer = found.filter((call) => !found.some((each) => each !== call && each.range.start <= call.range.start && each.range.end >= call.range.end && each.range.end - each.range.start > call.range.end - call.range.start));
  return outer.sort((a, b) => a.range.start - b.range.start);
}

/** The expression that holds what is asked, wherever in the arguments it is named. */
function questionOf(call: CallExpression): Expression | null {
  for (const name of questionNames) {
    const found = named(call, name, 0);
    if (found) return found;
  }
  return null;
}

function named(expression: Expression, name: string, depth: number): Expression | null {
  if (depth > 6) return null;
  const among = (list: readonly Expression[]): Expression | null => { for (const each of list) { const found = named(each, name, depth + 1); if (found) return found; } return null; };
  switch (expression.kind) {
    case 'call': return expression.named.find((each) => each.name === name)?.value ?? among([...expression.positional, ...expression.named.map((each) => each.value)]);
    case 'map': return expression.entries.find((each) => each.key === name && !each.spread)?.value ?? among(expression.entries.map((each) => each.value));
    default: return null;
  }
}

/** The call to the gateway in place of the old one, with the reading of its answer; the result is the text. */
function written(program: Program, call: CallExpression, question: Expression, name: string, model: string, isPython: boolean): TextEdit {
  const { text } = program;
  const quote = (text.match(/'/g)?.length ?? 0) > (text.match(/"/g)?.length ?? 0) ? "'" : '"';
  const q = (value: string): string => quote + value + quote;
  const asked = text.slice(question.range.start, question.range.end);
  const awaited = awaitBefore(text, call.range.start);
  const start = call.range.start - awaited;
  const request = isPython ? `${name}.chat.completions.create(model=${q(model)}, messages=[{${q('role')}: ${q('user')}, ${q('content')}: ${asked}}])`
    : `${name}.chat.completions.create({ model: ${q(model)}, messages: [{ role: ${q('user')}, content: ${asked} }] })`;
  const isAsync = awaited > 0 || !isPython;
  return { range: { start, end: call.range.end + readingOf(text, call.range.end) }, newText: `${isAsync ? `(await ${request})` : request}.choices[0].message.content` };
}

/** Length of what unpacks the old answer right behind the call: `.json()["data"]`, `.then((r) => r.json())`. */
function readingOf(text: string, end: number): number {
  return /^(?:\s*\.\s*json\(\)|\s*\.\s*then\(\s*\(?\w+\)?\s*=>\s*\w+\.json\(\)\s*\)|\[["'\w]+\]|\.get\([^()]*\))*/.exec(text.slice(end, end + 300))![0].length;
}

/** Places that read the old answer under the name it is given. */
function readsOf(program: Program, call: CallExpression): Loss[] {
  const { text } = program;
  const line = text.slice(text.lastIndexOf('\n', call.range.start - 1) + 1, call.range.start);
  const name = /(?:^|\s)(\w+)\s*(?::[^=]+)?=\s*(?:await\s+)?$/.exec(line)?.[1];
  if (!name) return [];
  return usesOf(program, name).filter((offset) => offset > call.range.end && /^\s*(?:\.|\[|\?\.)/.test(text.slice(offset + name.length, offset + name.length + 3))).map((offset): Loss => {
    const end = lineEnd(text, offset);
    return { argument: text.slice(offset, end).trim().slice(0, 60), what: 'by-hand', reason: 'result-read', range: { start: offset, end } };
  });
}

// ── what goes ───────────────────────────────────────────────────────────────────────────────────

function removals(program: Program, places: readonly AlipayPlace[], calls: readonly CallExpression[], isPython: boolean, losses: Loss[]): (TextEdit & { readonly role: AlipayRole })[] {
  const { text } = program;
  const starts = lineStarts(text);
  const inside = (offset: number, range: TextRange): boolean => offset >= range.start && offset < range.end;
  const candidates = places.filter((place) => !place.stays && place.role !== 'model-call').flatMap((place) => {
    const range = statementAt(text, starts[place.line - 1]!, isPython);
    const hit = calls.some((call) => call.range.start < range.end && range.start < call.range.end);
    // What belongs to a model call has gone with it.
    return hit ? [] : [{ place, range }];
  });
  const distinct = candidates.filter(({ range }, index) => !candidates.some((other, at) => at !== index && other.range.start <= range.start && other.range.end >= range.end && (at < index || other.range.end - other.range.start > range.end - range.start)));
  let going = distinct.filter(({ range }) => {
    const source = text.slice(range.start, range.end).trim();
    return !/^(?:return|if|elif|else|for|while|with|try|except|finally|switch|case|\}|\)|export\s+default)\b/.test(source) && !/^[})\]]/.test(source) && !places.some((place) => (place.stays || place.role === 'model-call') && inside(starts[place.line - 1]!, range));
  });
  // What is used by code that stays has to stay; so has then what that needs.
  for (let size = -1; size !== going.length;) {
    size = going.length;
    const gone = [...going.map((each) => each.range), ...calls.map((call) => call.range)];
    going = going.filter(({ range }) => boundIn(text.slice(range.start, range.end)).every((name) => usesOf(program, name).every((offset) => gone.some((each) => inside(offset, each)))));
  }
  for (const { place, range } of distinct) if (!going.some((each) => each.range === range)) losses.push({ argument: place.text.slice(0, 60), what: 'by-hand', reason: 'alipay-used', range: { start: starts[place.line - 1]!, end: lineEnd(text, starts[place.line - 1]!) } });
  return going.map(({ place, range }) => ({ range, newText: isPython && isOnlyOneOfBlock(text, range) ? `${/^[ \t]*/.exec(text.slice(range.start))![0]}pass${text.slice(range.start, range.end).endsWith('\r\n') ? '\r\n' : '\n'}` : '', role: place.role }));
}

function lineStarts(text: string): number[] {
  const out = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) out.push(at + 1);
  return out;
}

/** Names that a statement makes. */
function boundIn(source: string): string[] {
  const names = new Set<string>();
  const first = source.replace(/^(?:[ \t]*@[^\n]*\n)+/, '');
  const declared = /^\s*(?:export\s+)?(?:const|let|var)\s+([^=]+?)\s*=/.exec(first)?.[1] ?? /^\s*([\w\s,]+?)\s*(?::[^=\n]+)?=(?!=)/.exec(first)?.[1];
  for (const match of declared?.replace(/:\s*[\w<>[\]|. ]+$/, '').matchAll(/\w+/g) ?? []) names.add(match[0]);
  const made = /^\s*(?:export\s+)?(?:async\s+)?(?:def|class|function)\s+(\w+)/.exec(first)?.[1];
  if (made) names.add(made);
  return [...names];
}

/** Whole lines of the statement that begins at a line: brackets are closed, and what belongs to a `def` or a decorator is in it. */
function statementAt(text: string, start: number, isPython: boolean): TextRange {
  let from = start;
  // A decorator belongs to what follows, and what is decorated to its decorators.
  if (isPython) for (let before = text.lastIndexOf('\n', from - 2) + 1; from > 0 && /^[ \t]*@/.test(text.slice(before, from)); before = text.lastIndexOf('\n', from - 2) + 1) { from = before; if (before === 0) break; }
  let end = closedLine(text, from);
  if (!isPython) return { start: from, end };
  while (/^[ \t]*@/.test(text.slice(from, end)) && /^[ \t]*@/.test(text.slice(text.lastIndexOf('\n', end - 2) + 1, end)) && end < text.length) end = closedLine(text, end);
  if (!/:[ \t]*(?:#[^\n]*)?\r?\n?$/.test(text.slice(from, end))) return { start: from, end };
  const indent = /^[ \t]*/.exec(text.slice(from))![0].length;
  for (let at = end; at < text.length;) {
    const next = text.indexOf('\n', at) + 1 || text.length;
    const line = text.slice(at, next);
    if (line.trim() !== '' && /^[ \t]*/.exec(line)![0].length <= indent) break;
    at = next;
    if (line.trim() !== '') end = at;
  }
  return { start: from, end };
}

/** End of the line, line break included, at which every bracket that was opened is closed again. */
function closedLine(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === '#' || (letter === '/' && text[at + 1] === '/')) { at = lineEnd(text, at) - 1; continue; }
    if (letter === '"' || letter === "'" || letter === '`') {
      const mark = text.startsWith(letter.repeat(3), at) ? letter.repeat(3) : letter;
      let close = at + mark.length;
      while (close < text.length && !text.startsWith(mark, close)) close += text[close] === '\\' ? 2 : 1;
      at = close + mark.length - 1;
    } else if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    else if (letter === '\n' && depth <= 0 && !/^\s*\./.test(text.slice(at, at + 80))) return at + 1;
  }
  return text.length;
}

function isOnlyOneOfBlock(text: string, range: TextRange): boolean {
  const indent = /^[ \t]*/.exec(text.slice(range.start))![0].length;
  if (indent === 0) return false;
  const before = text.slice(0, range.start).trimEnd().split('\n').at(-1) ?? '';
  const after = text.slice(range.end).split('\n').find((line) => line.trim() !== '') ?? '';
  return before.trimEnd().endsWith(':') && /^[ \t]*/.exec(after)![0].length < indent;
}

