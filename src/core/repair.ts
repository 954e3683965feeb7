/**
 * Repairs half-typed code so that it parses: closes strings and brackets where the layout says that a statement
 * ended, and puts a name where a value is missing. Only a copy in memory is changed; places are mapped back.
 */
import type { ParsedSource } from './expression.js';
import { type Insertion, SyntaxView, placeholder } from './syntaxView.js';

/** What a language's text looks like below its grammar. */
export interface LexicalRules {
  /** Whether an argument list follows a name that ends at `offset`. */
  readonly callFollows: (text: string, offset: number) => boolean;
  /** Start of the member chain whose last name begins at `offset`. */
  readonly chainStart: (text: string, offset: number) => number;
  readonly lineComment: '#' | '//';
  readonly blockComments: boolean;
  /** Quotes that span lines: `"""` and `'''`, or the backtick. */
  readonly longQuotes: readonly string[];
  /** An open long quote takes the lines up to the next statement (a body of JSON), not only its own. */
  readonly quoteRunsOn?: true;
  /** What begins an expression in an ordinary string: `#{`. */
  readonly interpolation?: string;
  /** A line that starts like this begins a statement wherever it stands. */
  readonly statement: RegExp;
  /** Whether `;` ends statements. */
  readonly semicolons: boolean;
  /** Leaf types in which quotes and brackets mean nothing. */
  readonly plainTextTypes: ReadonlySet<string>;
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const maximumInsertions = 40;

interface Open {
  readonly character: string;
  /** Indentation of the line on which it was opened. */
  readonly indent: number;
  readonly isBlock: boolean;
}

/** A view of the source on its own tree when that is sound, else on the tree of a repaired copy. */
export function repair(source: ParsedSource, rules: LexicalRules): SyntaxView {
  const { text, tree } = source;
  if (!tree.rootNode.hasError) return new SyntaxView(text, tree);
  const insertions = insertionsFor(source, rules, 0, text.length, false).insertions;
  if (insertions.length === 0) return new SyntaxView(text, tree);
  const repaired = apply(text, insertions);
  let shift = 0;
  const changes = insertions.map(({ at, text: newText }) => {
    const change = { range: { start: at + shift, end: at + shift }, newText };
    shift += newText.length;
    return change;
  });
  const parsed = source.parseSnippet(repaired, changes);
  return parsed ? new SyntaxView(repaired, parsed, 0, insertions) : new SyntaxView(text, tree);
}

/** The statement that begins at `start`, by itself, repaired; null when it does not parse at all. */
export function repairSnippet(source: ParsedSource, rules: LexicalRules, start: number): SyntaxView | null {
  const { insertions, end } = insertionsFor(source, rules, start, source.text.length, true);
  const slice = source.text.slice(start, end);
  const local = insertions.map((each) => ({ at: each.at - start, text: each.text }));
  const repaired = apply(slice, local);
  const parsed = source.parseSnippet(repaired);
  return parsed ? new SyntaxView(repaired, parsed, start, insertions) : null;
}

function apply(text: string, insertions: readonly Insertion[]): string {
  let result = '';
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    result += text.slice(from, at) + inserted;
    from = at;
  }
  return result + text.slice(from);
}

/** Walks over tokens and layout; `single` stops after the first statement. */
function insertionsFor(source: ParsedSource, rules: LexicalRules, start: number, limit: number, single: boolean): { insertions: Insertion[]; end: number } {
  const { text, tree } = source;
  const insertions: Insertion[] = [];
  const stack: Open[] = [];
  /** End of the last token that is no comment, and what kind of token it was. */
  let lastEnd = start;
  let last = '';
  let indent = 0;
  let at = start;
  let opened = false;
  const odd = new Map(rules.longQuotes.map((quote) => [quote, (text.split(quote).length - 1) % 2 === 1]));

  const indentAt = (lineStart: number): number => {
    let columns = 0;
    for (let i = lineStart; i < limit; i++) {
      if (text[i] === ' ') columns++;
      else if (text[i] === '\t') columns += 4;
      else break;
    }
    return columns;
  };
  const lineEnd = (from: number): number => {
    const end = text.indexOf('\n', from);
    return end < 0 || end > limit ? limit : text[end - 1] === '\r' ? end - 1 : end;
  };
  const missing = (): string => (/[=.:+\-*/%,&|?<>!]$/.test(last) && last !== '++' && last !== '--' && last !== '*/' && !/[>)]$/.test(last) && last !== ',' ? placeholder : '');
  const insert = (where: number, what: string): void => {
    if (what === '') return;
    const previous = insertions.at(-1);
    if (previous && previous.at === where) insertions[insertions.length - 1] = { at: where, text: previous.text + what };
    else if (!previous || previous.at < where) insertions.push({ at: where, text: what });
  };
  const close = (unclosed: (open: Open) => boolean): boolean => {
    let what = '';
    while (stack.length > 0 && unclosed(stack.at(-1)!)) what += closers[stack.pop()!.character]!;
    if (what === '') return false;
    insert(lastEnd, missing() + what);
    last = ')';
    return true;
  };
  const isPlain = (offset: number): boolean => {
    const leaf = tree.rootNode.descendantForIndex(offset, offset + 1);
    return leaf !== null && rules.plainTextTypes.has(leaf.type);
  };
  const firstLineIndent = (() => {
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    return indentAt(lineStart);
  })();
  indent = firstLineIndent;

  while (at < limit && insertions.length < maximumInsertions && !source.expired()) {
    const character = text[at]!;
    if (character === '\n') {
      at++;
      const content = at + /^[ \t]*/.exec(text.slice(at, at + 300))![0].length;
      const next = text[content];
      if (next === undefined || next === '\n' || next === '\r' || text.startsWith(rules.lineComment, content)) continue;
      indent = indentAt(at);
      const line = text.slice(content, content + 80);
      const isCloser = next === ')' || next === ']' || next === '}';
      if (stack.length > 0) {
        if (isCloser) close((open) => open.indent > indent || (open.indent === indent && closers[open.character] !== next && stack.some((each) => each.indent <= indent && closers[each.character] === next) && !(open.isBlock && next !== '}')));
        else if (rules.statement.test(line) || indent < stack.at(-1)!.indent) close((open) => (!open.isBlock && open.indent >= indent) || open.indent > indent);
      } else if (/[=.]$/.test(last) && (isCloser || rules.statement.test(line)) && !single) {
        insert(lastEnd, placeholder);
        last = 'x';
      }
      if (single && stack.length === 0 && !/^\s*\./.test(line)) return { insertions, end: at - 1 };
      at = content;
      continue;
    }
    if (character === ' ' || character === '\t' || character === '\r') { at++; continue; }
    if (text.startsWith(rules.lineComment, at)) {
      if (!isPlain(at) || rules.lineComment === '#') { at = lineEnd(at); continue; }
    }
    if (rules.blockComments && text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? limit : end + 2;
      continue;
    }
    const quote = rules.longQuotes.find((each) => text.startsWith(each, at)) ?? (character === '"' || character === "'" ? character : null);
    if (quote && !isPlain(at)) {
      at = string(quote, at);
      continue;
    }
    if (rules.semicolons && character === '/' && /(^|[(,=:[!&|?{};]|return)$/.test(last)) {
      const regex = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*/.exec(text.slice(at, at + 500));
      if (regex) { at += regex[0].length; lastEnd = at; last = 'x'; continue; }
    }
    if (character === '(' || character === '[' || character === '{') {
      const isBlock = character === '{' && rules.semicolons && !/[(,=:[?&|]$/.test(last) && last !== 'return' && !isPlain(at) || (character === '{' && last === '=>');
      stack.push({ character, indent, isBlock });
      opened = true;
    } else if (character === ')' || character === ']' || character === '}') {
      if (stack.some((open) => closers[open.character] === character)) {
        if (closers[stack.at(-1)!.character] !== character) close((open) => closers[open.character] !== character);
        stack.pop();
      }
      if (single && opened && stack.length === 0) {
        at++;
        if (!/^\s*[.([]/.test(text.slice(at, at + 200))) return { insertions, end: at };
        lastEnd = at;
        last = ')';
        continue;
      }
    } else if (character === ';' && rules.semicolons && stack.length > 0 && !stack.at(-1)!.isBlock && !isForHeader(text, stack, at)) {
      close((open) => !open.isBlock);
    }
    const word = /^[\w$\u0080-\uffff]+/.exec(text.slice(at, at + 200))?.[0] ?? (text.startsWith('=>', at) ? '=>' : character);
    at += word.length;
    lastEnd = at;
    last = word;
  }
  close(() => true);
  if (insertions.length === 0 && /[=.]$/.test(last) && single) insert(lastEnd, placeholder);
  return { insertions, end: single ? Math.min(limit, Math.max(lastEnd, start)) : limit };

  /** Skips a string; an unterminated one is closed where its line, or its statement, ends. Returns the offset behind it. */
  function string(quote: string, from: number): number {
    const isLong = rules.longQuotes.includes(quote);
    const body = from + quote.length;
    let end = isLong ? lineEnd(body) : lineEnd(from);
    let closing = findClose(quote, body, isLong ? limit : end);
    if (closing >= 0 && isLong && (odd.get(quote) || rules.quoteRunsOn)) {
      // One quote too many in the file: it is this one if code seems to go on before the next quote.
      for (let line = text.indexOf('\n', body); line >= 0 && line < closing; line = text.indexOf('\n', line + 1)) {
        if (indentAt(line + 1) <= indent && rules.statement.test(text.slice(line + 1, line + 120).trimStart())) {
          closing = -1;
          if (rules.quoteRunsOn) end = body + text.slice(body, line).trimEnd().length;
          break;
        }
      }
    }
    if (closing >= 0) {
      lastEnd = closing + quote.length;
      last = 'x';
      return lastEnd;
    }
    if (isLong) odd.set(quote, false);
    // Behind the last word of the line, before a semicolon that was there before the string was typed.
    let stop = end;
    while (stop > body && /[ \t\r]/.test(text[stop - 1]!)) stop--;
    if (rules.semicolons && text[stop - 1] === ';') stop--;
    let held = '';
    const content = text.slice(body, stop);
    // An expression that is being typed in the string.
    const opener = quote === '`' ? '${' : /[fF$]/.test(text.slice(Math.max(0, from - 2), from)) ? '{' : quote === '"' ? rules.interpolation : undefined;
    if (opener !== undefined) {
      const openAt = content.lastIndexOf(opener);
      if (openAt >= 0 && !content.slice(openAt).includes('}')) {
        const expression = content.slice(openAt + opener.length);
        const depth = [...expression].reduce((sum, each) => sum + (each === '(' ? 1 : each === ')' ? -1 : 0), 0);
        held = `${/[.([=+-]?\s*$/.test(expression) && !/[\w)\]]\s*$/.test(expression) ? placeholder : ''}${')'.repeat(Math.max(0, depth))}}`;
      }
      if (quote === '`' && content.endsWith('$')) held = '';
    }
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(content)) held = `\\${held}`;
    insert(stop, held + quote);
    lastEnd = stop;
    last = 'x';
    return stop;
  }

  function findClose(quote: string, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      if (text[i] === '\\') i++;
      else if (quote === '`' && text[i] === '$' && text[i + 1] === '{') {
        let depth = 1;
        i += 2;
        for (; i < to && depth > 0; i++) {
          if (text[i] === '{') depth++;
          else if (text[i] === '}') depth--;
          else if (text[i] === '`') { const inner = findClose('`', i + 1, to); if (inner < 0) return -1; i = inner; }
        }
        i--;
      } else if (text.startsWith(quote, i)) return i;
    }
    return -1;
  }
}

function isForHeader(text: string, stack: readonly Open[], at: number): boolean {
  return stack.at(-1)!.character === '(' && /\bfor\s*(?:await\s*)?\([^\n]*$/.test(text.slice(Math.max(0, at - 200), at));
}
