/**
 * Text of a prompt with placeholders (`{{name}}`, `{% if %}`, `{{#each}}`, `${input:name}`) → expressions. What a condition
 * decides becomes a choice; what a loop repeats is as unknown as the list it goes over.
 */
import type { Expression } from '../core/expression.js';
import type { TextRange } from '../core/model.js';

/** Place in the file of a character of the text. */
export type PlaceOf = (at: number) => number;

type Piece =
  | { readonly kind: 'text'; readonly start: number; readonly end: number }
  | { readonly kind: 'hole'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'if'; readonly branches: Piece[][]; hasElse: boolean };

/** How placeholders are written: `{{name}}` (Jinja, Mustache, Handlebars, Nunjucks), or `${name}` and `#file:name` of chat prompts. */
export type TemplateSyntax = 'braces' | 'chat';

const tags: Readonly<Record<TemplateSyntax, RegExp>> = {
  braces: /\{\{\{?[\s\S]*?\}\}\}?|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g,
  chat: /\$\{[^{}\n]*\}|(?<![\w#])#file:[^\s,;)]+/g,
};
const maximumDepth = 50;

/** What a tag does. */
function readTag(text: string): { readonly does: 'nothing' | 'hole' | 'if' | 'loop' | 'else' | 'end'; readonly name: string } {
  if (text.startsWith('{#')) return { does: 'nothing', name: '' };
  if (text.startsWith('#file:')) return { does: 'hole', name: text.slice('#file:'.length) };
  if (text.startsWith('${')) return { does: 'hole', name: text.slice(2, -1).split(':').slice(0, 2).at(-1)!.trim() || 'value' };
  const isBlock = text.startsWith('{%');
  const inner = text.replace(/^\{\{\{?|^\{%|\}?\}\}$|%\}$/g, '').replace(/^[-~]|[-~]$/g, '').trim();
  if (isBlock) {
    const [word = '', ...rest] = inner.split(/\s+/);
    if (word === 'if' || word === 'ifequal' || word === 'unless') return { does: 'if', name: rest.join(' ') };
    if (word === 'for') return { does: 'loop', name: /\bin\s+([\w.]+)/.exec(inner)?.[1] ?? 'items' };
    if (/^el(?:se|if|seif|sif)$/.test(word)) return { does: 'else', name: word };
    if (/^end(?:if|for|unless)$/.test(word)) return { does: 'end', name: word };
    if (word === 'include' || word === 'import') return { does: 'hole', name: rest[0]?.replace(/["']/g, '') ?? 'include' };
    return { does: 'nothing', name: '' };
  }
  if (inner.startsWith('!')) return { does: 'nothing', name: '' };
  if (inner.startsWith('/')) return { does: 'end', name: inner.slice(1) };
  if (/^else\b/.test(inner)) return { does: 'else', name: inner };
  const opened = /^[#^]\s*(\w+)\s*(.*)$/.exec(inner);
  if (opened) return opened[1] === 'if' || opened[1] === 'unless' || /^if[A-Z]\w*$|^unless[A-Z]\w*$/.test(opened[1]!) || inner.startsWith('^') ? { does: 'if', name: opened[2]! } : { does: 'loop', name: opened[1] === 'each' || opened[1] === 'with' ? opened[2] || 'items' : opened[1]! };
  return { does: 'hole', name: /[A-Za-z_$][\w.$-]*/.exec(inner.replace(/^>\s*|^&\s*/, ''))?.[0] ?? 'value' };
}

function piecesOf(text: string, syntax: TemplateSyntax): Piece[] {
  const root: Piece[] = [];
  const open: { readonly into: Piece[]; readonly loop: { readonly name: string; readonly start: number } | null; readonly choice: Extract<Piece, { kind: 'if' }> | null }[] = [];
  let into = root;
  let at = 0;
  const put = (end: number): void => { if (end > at) into.push({ kind: 'text', start: at, end }); };
  const close = (end: number): void => {
    const top = open.pop();
    if (!top) return;
    into = top.into;
    if (top.loop) into.push({ kind: 'hole', name: top.loop.name, start: top.loop.start, end });
  };
  for (const match of text.matchAll(tags[syntax])) {
    const end = match.index + match[0].length;
    put(match.index);
    at = end;
    const { does, name } = readTag(match[0]);
    const top = open.at(-1);
    if (does === 'hole') into.push({ kind: 'hole', name, start: match.index, end });
    else if (does === 'if' && open.length < maximumDepth) {
      const choice = { kind: 'if' as const, branches: [[]] as Piece[][], hasElse: false };
      into.push(choice);
      open.push({ into, loop: null, choice });
      into = choice.branches[0]!;
    } else if (does === 'loop' && open.length < maximumDepth) {
      open.push({ into, loop: { name, start: match.index }, choice: null });
      into = [];
    } else if (does === 'else' && top?.choice) {
      into = [];
      top.choice.branches.push(into);
      top.choice.hasElse ||= /^else$/.test(name);
    } else if (does === 'end') close(end);
  }
  put(text.length);
  while (open.length > 0) close(text.length);
  return root;
}

/** Values that placeholders stand for, where the file itself gives them. */
export type ValuesOf = (name: string) => readonly Expression[] | undefined;

/** The text as an expression; with conditions in it a choice between all that apply and none. */
export function templateOf(text: string, placeOf: PlaceOf, syntax: TemplateSyntax = 'braces', valuesOf?: ValuesOf): Expression {
  const pieces = piecesOf(text, syntax);
  const range: TextRange = { start: placeOf(0), end: placeOf(text.length) };
  let hasChoice = false;
  const render = (list: readonly Piece[], isFirst: boolean): Expression[] => list.flatMap((piece): Expression[] => {
    if (piece.kind === 'if') {
      hasChoice = true;
      const branch = isFirst ? piece.branches[0]! : piece.hasElse ? piece.branches.at(-1)! : [];
      return render(branch, isFirst);
    }
    const at = { start: placeOf(piece.start), end: placeOf(piece.end) };
    const values = piece.kind === 'hole' ? valuesOf?.(piece.name) : undefined;
    if (values?.length) return [values.length === 1 ? values[0]! : { kind: 'conditional', branches: values, range: at }];
    return [piece.kind === 'hole' ? { kind: 'unknown', text: piece.name, range: at } : { kind: 'string', value: text.slice(piece.start, piece.end), range: at }];
  });
  const made = (isFirst: boolean): Expression => {
    const parts = render(pieces, isFirst);
    const [only] = parts;
    return parts.length === 0 ? { kind: 'string', value: '', range } : parts.length === 1 && only!.kind === 'string' ? { ...only!, range } : { kind: 'template', parts, range };
  };
  const full = made(true);
  return hasChoice ? { kind: 'conditional', branches: [full, made(false)], range } : full;
}
