/** Adding and taking away imports, in the style the file imports. */
import type { Binding, Program } from './expression.js';
import type { TextEdit, TextRange } from './model.js';
import { occurrencesOf } from './program.js';

/** A name that code needs: `symbol: null` = the module itself, `isDefault` = a default import (JavaScript). */
export interface Needed {
  readonly module: string;
  readonly symbol: string | null;
  readonly isDefault?: boolean;
}

const within = (inner: TextRange, outer: TextRange): boolean => inner.start >= outer.start && inner.end <= outer.end;

/** The import that binds a name, if any. */
export function importOf(program: Program, name: string): Binding | null {
  return program.bindings(name).find((binding) => binding.imported !== null && binding.statementRange.end > binding.statementRange.start) ?? null;
}

/** Places where a name stands in code outside its import. */
export function usesOf(program: Program, name: string): number[] {
  const statement = importOf(program, name)?.statementRange ?? null;
  return occurrencesOf(program.text, name).filter((offset) => {
    if (statement && offset >= statement.start && offset < statement.end) return false;
    if (/\.\s*$/.test(program.text.slice(Math.max(0, offset - 3), offset)) && !/\.\.\.\s*$/.test(program.text.slice(Math.max(0, offset - 5), offset))) return false;
    return !isInText(program, offset);
  });
}

function isInText(program: Program, offset: number): boolean {
  const comment = program.commentsWith(program.text.slice(offset, offset + 8)).some(({ range }) => offset >= range.start && offset < range.end);
  return comment || (program.referenceAt(offset) === null && !/[:<|&[(]\s*$|\b(?:extends|implements|as|typeof|->)\s*$|->\s*$/.test(program.text.slice(Math.max(0, offset - 12), offset)));
}

/**
 * Edits that bring names in and take `unwanted` names out. The first new import takes the place of the first one that
 * goes; what is imported already is not imported again.
 */
export function importEdits(program: Program, needed: readonly Needed[], unwanted: readonly string[]): TextEdit[] {
  const { text } = program;
  const isPython = program.language === 'python';
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const isCommon = !isPython && !/^\s*import\s/m.test(text) && /\brequire\(/.test(text);
  const quote = /from\s+'|require\('/.test(text) || !/from\s+"|require\("/.test(text) ? "'" : '"';
  const semicolon = isPython || /^(?:import|const|let|var)\b[^\n]*[^;\s]\s*$/m.test(text) && !/^(?:import|const)\b[^\n]*;\s*$/m.test(text) ? '' : ';';
  const missing = distinct(needed).filter((each) => !isImported(program, each, isPython));
  const statements = grouped(missing, isPython, isCommon, quote, semicolon);
  const edits: TextEdit[] = [];
  // What the new code needs under the same name stays.
  const leaving = unwanted.filter((name) => !needed.some((each) => each.symbol === name && isImported(program, each, isPython)));
  const byStatement = new Map<number, { readonly range: TextRange; readonly names: string[] }>();
  for (const name of leaving) {
    const found = importOf(program, name)?.statementRange;
    if (!found) continue;
    // `const X = require(…)`: the keyword belongs to it.
    const keyword = /(?:^|\n)((?:const|let|var)\s+)$/.exec(text.slice(Math.max(0, found.start - 20), found.start));
    const range = { start: found.start - (keyword?.[1]!.length ?? 0), end: found.end };
    const known = byStatement.get(range.start);
    if (known) known.names.push(name);
    else byStatement.set(range.start, { range, names: [name] });
  }
  for (const { range, names } of byStatement.values()) {
    const statement = text.slice(range.start, range.end);
    // An import inside a block may be all that is in it: it can be replaced, not removed.
    const isInBlock = /\n[ \t]+$/.test(text.slice(Math.max(0, range.start - 80), range.start));
    if (isInBlock && statements.length === 0) continue;
    const rest = names.reduce<string | null>((left, name) => (left === null ? null : withoutName(left, name, isPython)), statement);
    if (rest !== null) {
      edits.push({ range, newText: [rest, ...statements.splice(0)].join(lineBreak) });
    } else if (statements.length > 0) {
      // `const OpenAI = require('openai')` without its semicolon, and with it.
      const hasOwn = statement.trimEnd().endsWith(';');
      const follows = text[range.end] === ';';
      const replacement = statements.splice(0).join(lineBreak);
      edits.push({ range, newText: !hasOwn && follows ? replacement.replace(/;$/, '') : replacement });
    } else {
      const end = /^[ \t]*;?[ \t]*(?:\r?\n)?/.exec(text.slice(range.end, range.end + 40))![0].length;
      edits.push({ range: { start: range.start, end: range.end + end }, newText: '' });
    }
  }
  if (statements.length > 0) {
    const last = program.lastImport();
    if (last) edits.push({ range: { start: last.end, end: last.end }, newText: `${text[last.end] === ';' ? ';' : ''}${lineBreak}${statements.join(lineBreak)}`.replace(/;$/, text[last.end] === ';' ? '' : ';') });
    else {
      const at = startOf(text, isPython, isCommon);
      edits.push({ range: { start: at, end: at }, newText: `${statements.join(lineBreak)}${lineBreak}` });
    }
  }
  return edits;
}

/** Before the first import, after the interpreter line, encoding comment, docstring and `__future__` imports. */
export function startOf(text: string, isPython: boolean, isCommon = false): number {
  const first = isPython ? /^(?:import|from)[ \t]+(?!__future__)/m.exec(text) : isCommon ? /^(?:const|let|var)\s[^\n]*\brequire\(/m.exec(text) : null;
  if (first) return first.index;
  return isPython ? /^(?:\uFEFF)?(?:#[^\n]*\n)*(?:[ \t\r\n]*("""|''')[\s\S]*?\1[ \t]*\r?\n)?/.exec(text)![0].length : /^(?:\uFEFF)?(?:#![^\n]*\n)?(?:(?:'use [^'\n]*'|"use [^"\n]*");?\r?\n)*/.exec(text)![0].length;
}

function distinct(needed: readonly Needed[]): Needed[] {
  return needed.filter((each, index) => needed.findIndex((other) => other.module === each.module && other.symbol === each.symbol) === index);
}

function isImported(program: Program, { module, symbol }: Needed, isPython: boolean): boolean {
  const name = symbol ?? (isPython ? module.split('.')[0]! : module);
  return program.bindings(name).some(({ imported, scope }) => imported !== null && scope.kind === 'module' && (imported.module === module || `${imported.module}.${imported.symbol}` === module || (isPython && imported.module === `${module}.${symbol}`)));
}

function grouped(needed: readonly Needed[], isPython: boolean, isCommon: boolean, quote: string, semicolon: string): string[] {
  const modules = [...new Set(needed.map((each) => each.module))];
  return modules.flatMap((module) => {
    const all = needed.filter((each) => each.module === module);
    const names = all.flatMap((each) => (each.symbol !== null && !each.isDefault ? [each.symbol] : []));
    const byDefault = all.find((each) => each.isDefault)?.symbol;
    const from = `${quote}${module}${quote}`;
    if (isPython) return [...(all.some((each) => each.symbol === null) ? [`import ${module}`] : []), ...(names.length > 0 ? [`from ${module} import ${names.join(', ')}`] : [])];
    if (isCommon) return [...(byDefault ? [`const ${byDefault} = require(${from})${semicolon}`] : []), ...(names.length > 0 ? [`const { ${names.join(', ')} } = require(${from})${semicolon}`] : [])];
    const named = names.length > 0 ? `{ ${names.join(', ')} }` : '';
    return [`import ${[byDefault, named].filter(Boolean).join(', ')} from ${from}${semicolon}`];
  });
}

/** The statement without one of its names; null when nothing is left. */
function withoutName(statement: string, name: string, isPython: boolean): string | null {
  if (isPython) {
    const match = /^(from\s+[\w.]+\s+import\s+|import\s+)(\(?)([\s\S]*?)(\)?)$/.exec(statement);
    if (!match) return null;
    const names = match[3]!.split(',').map((each) => each.trim()).filter(Boolean);
    const rest = names.filter((each) => each !== name && !new RegExp(`\\bas\\s+${name}$`).test(each) && !(match[1]!.startsWith('import') && each.split('.')[0] === name));
    if (rest.length === 0) return null;
    return match[3]!.includes('\n') ? statement.replace(new RegExp(`^[ \\t]*${name}[ \\t]*,?[ \\t]*\\r?\\n`, 'm'), '') : `${match[1]}${match[2]}${rest.join(', ')}${match[4]}`;
  }
  const braces = /\{([\s\S]*?)\}/.exec(statement);
  const inBraces = braces?.[1]!.split(',').map((each) => each.trim()).filter(Boolean) ?? [];
  const local = (each: string): string => /(?:\bas\b|:)\s*([\w$]+)$/.exec(each)?.[1] ?? each.replace(/^type\s+/, '');
  const head = /^import\s+([\w$]+)\s*(,?)/.exec(statement);
  if (head && head[1] === name && head[1] !== 'type') return inBraces.length > 0 && head[2] === ',' ? statement.replace(head[0], 'import') : null;
  const rest = inBraces.filter((each) => local(each) !== name);
  if (!braces || (rest.length === 0 && !(head && head[2] === ','))) return null;
  if (rest.length === 0) return statement.replace(/\s*,\s*\{[\s\S]*?\}/, '');
  return statement.replace(braces[0], `{ ${rest.join(', ')} }`);
}

export { within };
