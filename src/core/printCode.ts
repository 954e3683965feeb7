/** Writes code in a file's own layout: its quotes, its line breaks, its indentation. */
import type { Code, CodeEntry, Surface } from './rewrite.js';
import type { TextRange } from './model.js';

/** Columns beyond which a list or map gets a line per item. */
const maximumWidth = 100;

export interface Layout {
  readonly text: string;
  readonly surface: Surface;
  readonly quote: '"' | "'";
  readonly lineBreak: string;
  /** One step of indentation. */
  readonly step: string;
  /** Source text of a range, with changes that are already decided inside it. */
  slice(range: TextRange): string;
}

/** Layout of a file near a place. */
export function layoutOf(text: string, surface: Surface, near: TextRange, slice: Layout['slice'] = ({ start, end }) => text.slice(start, end)): Layout {
  return { text, surface, slice, quote: quoteNear(text, near), lineBreak: text.includes('\r\n') ? '\r\n' : '\n', step: stepOf(text, surface.ecosystem === 'python' ? '    ' : '  ') };
}

/** Quote that the code near a place prefers. */
export function quoteNear(text: string, { start, end }: TextRange): '"' | "'" {
  const near = text.slice(Math.max(0, start - 300), Math.min(text.length, Math.max(end, start + 300))).replace(/"""|'''/g, '');
  const double = near.split('"').length;
  const single = near.replace(/\w'\w/g, '').split("'").length;
  return single > double ? "'" : '"';
}

function stepOf(text: string, usual: string): string {
  if (/^\t+\S/m.test(text)) return '\t';
  let smallest = Number.POSITIVE_INFINITY;
  for (const match of text.matchAll(/^( +)\S/gm)) if (match[1]!.length > 1 && match[1]!.length < smallest) smallest = match[1]!.length;
  return Number.isFinite(smallest) && smallest <= 8 ? ' '.repeat(smallest) : usual;
}

/** Indentation of the line an offset is on. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, start + 400))![0];
}

/** Code as text; `indent` is that of the line it begins on. */
export function printCode(code: Code, layout: Layout, indent: string): string {
  const { surface, quote } = layout;
  switch (code.kind) {
    case 'kept': return shifted(layout.slice(code.expression.range), indentAt(layout.text, code.expression.range.start), indent);
    case 'text': return surface.string(code.value, quote);
    case 'literal': return surface.literal(code.value);
    case 'spread': return surface.spread(printCode(code.value, layout, indent), false);
    case 'raw': return code.parts.map((part) => (typeof part === 'string' ? quoted(part, quote) : printCode(part, layout, indent))).join('');
    case 'list': return bracketed('[', ']', code.items, (item, inner) => printCode(item, layout, inner), layout, indent, false);
    case 'map': return bracketed('{', '}', code.entries, (entry, inner) => printEntry(entry, layout, inner), layout, indent, surface.ecosystem === 'javascript');
  }
}

/** Tables write `"`; the file may prefer `'`. Only plain words are turned, so that nothing needs escaping. */
function quoted(part: string, quote: '"' | "'"): string {
  return quote === '"' ? part : part.replace(/"((?:[^"'\\\n]|\\n)*)"/g, "'$1'");
}

export function printEntry(entry: CodeEntry, layout: Layout, indent: string): string {
  if (entry.value.kind === 'spread') return layout.surface.spread(printCode(entry.value.value, layout, indent), true);
  const value = printCode(entry.value, layout, indent);
  return layout.surface.ecosystem === 'javascript' && value === entry.key ? value : layout.surface.entry(entry.key, value, layout.quote);
}

function bracketed<T>(open: string, close: string, items: readonly T[], print: (item: T, indent: string) => string, layout: Layout, indent: string, isSpaced: boolean): string {
  if (items.length === 0) return open + close;
  const space = isSpaced ? ' ' : '';
  const flat = `${open}${space}${items.map((item) => print(item, indent)).join(', ')}${space}${close}`;
  if (!flat.includes('\n') && flat.length + indent.length <= maximumWidth) return flat;
  const inner = indent + layout.step;
  return `${open}${layout.lineBreak}${items.map((item) => `${inner}${print(item, inner)},${layout.lineBreak}`).join('')}${indent}${close}`;
}

/** Source text moved to another indentation; text with strings over several lines stays as it is. */
function shifted(text: string, from: string, to: string): string {
  if (from === to || !text.includes('\n') || /"""|'''|`/.test(text)) return text;
  return text.replace(/(\r?\n)([ \t]*)(?=\S)/g, (whole, lineBreak: string, indent: string) => (indent.startsWith(from) ? lineBreak + to + indent.slice(from.length) : whole));
}
