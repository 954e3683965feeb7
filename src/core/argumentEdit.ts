/** Edits that set an argument of a call in Python and JavaScript: replaced where it is given, added where it is not. */
import type { CallExpression, Expression, Program } from './expression.js';
import type { TextEdit, TextRange } from './model.js';

/** True for languages whose calls can be edited here. */
export function canEdit(program: Program): boolean {
  return ['python', 'typescript', 'typescriptreact', 'javascript', 'javascriptreact'].includes(program.language);
}

/** `text` as a string literal, in the quotes that the code near `place` uses. */
export function literal(program: Program, text: string, place: TextRange): string {
  const near = program.text.slice(Math.max(0, place.start - 400), place.end + 400);
  const quote = (near.match(/'/g)?.length ?? 0) > (near.match(/"/g)?.length ?? 0) ? "'" : '"';
  return `${quote}${text}${quote}`;
}

/** Sets `name` to `code`; null when the call's arguments cannot be read (spreads, options made elsewhere). */
export function setArgument(program: Program, call: CallExpression, name: string, code: string): readonly TextEdit[] | null {
  if (!canEdit(program) || !call.complete) return null;
  if (program.language === 'python') {
    const given = call.named.find((each) => each.name === name);
    if (given) return [{ range: given.value.range, newText: code }];
    if (call.spreads.length > 0) return null;
    const last = [...call.positional, ...call.named].sort((a, b) => a.range.end - b.range.end).at(-1);
    return [added(program, call.argumentsRange, last?.range ?? null, `${name}=${code}`)];
  }
  const options = call.positional.at(-1);
  if (!options) return [{ range: call.argumentsRange, newText: `({ ${name}: ${code} })` }];
  if (options.kind !== 'map') return null;
  const given = options.entries.find((each) => each.key === name);
  if (given) return [{ range: given.value.range, newText: code }];
  return [added(program, options.range, options.entries.at(-1)?.range ?? null, `${name}: ${code}`)];
}

/** Adds an item before the closing bracket, in the layout that the others have. */
function added(program: Program, outer: TextRange, last: TextRange | null, item: string): TextEdit {
  const { text } = program;
  const close = outer.end - 1;
  if (!last) {
    const isObject = text[outer.start] === '{';
    return { range: { start: outer.start + 1, end: close }, newText: isObject ? ` ${item} ` : item };
  }
  const tail = text.slice(last.end, close);
  const lineStart = text.lastIndexOf('\n', last.start - 1) + 1;
  const isOnOwnLine = text.slice(lineStart, last.start).trim() === '' && lineStart > outer.start;
  const separator = isOnOwnLine ? `\n${/^[ \t]*/.exec(text.slice(lineStart))![0]}` : ' ';
  const comma = /^\s*,/.exec(tail);
  return comma ? { range: { start: last.end + comma[0].length, end: last.end + comma[0].length }, newText: `${separator}${item}${isOnOwnLine ? ',' : ''}` }
    : { range: { start: last.end, end: last.end }, newText: `,${separator}${item}` };
}

/** Replaces part of the string literal at `range`; null when the source there is not that text. */
export function replacedIn(program: Program, range: TextRange, from: string, to: string): readonly TextEdit[] | null {
  const at = program.text.slice(range.start, range.end).indexOf(from);
  return at < 0 ? null : [{ range: { start: range.start + at, end: range.start + at + from.length }, newText: to }];
}

/** Range of an expression that is a plain string. */
export function stringRange(expression: Expression | null | undefined): TextRange | null {
  return expression?.kind === 'string' ? expression.range : null;
}
