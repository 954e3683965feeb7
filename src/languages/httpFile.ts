/** `.http` and `.rest` files: each request line is a call with its URL, headers and body. Read line by line, without a grammar. */
import type { Binding, CallExpression, Expression, Language, ParsedSource, Program, Scope } from '../core/expression.js';
import type { TextRange } from '../core/model.js';

interface Request {
  readonly method: TextRange;
  readonly call: CallExpression;
}

const requestLine = /^(GET|POST|PUT|PATCH|DELETE)[ \t]+(\S+)/gm;

/** `https://{{host}}/v1` as text with holes; variables are names of the file's `@name = value` lines. */
function template(text: string, start: number): Expression {
  const range = { start, end: start + text.length };
  const parts: Expression[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
    if (match.index > at) parts.push({ kind: 'string', value: text.slice(at, match.index), range: { start: start + at, end: start + match.index } });
    const name = match[1]!.replace(/^\$(?:processEnv|dotenv)\s+%?/, '');
    parts.push({ kind: 'name', name, range: { start: start + match.index, end: start + match.index + match[0].length } });
    at = match.index + match[0].length;
  }
  if (parts.length === 0) return { kind: 'string', value: text, range };
  if (at < text.length) parts.push({ kind: 'string', value: text.slice(at), range: { start: start + at, end: range.end } });
  return { kind: 'template', parts, range };
}

function requestsOf(text: string): readonly Request[] {
  return [...text.matchAll(requestLine)].flatMap((match): Request[] => {
    // A line of a body may look like a request: requests begin a block.
    const before = text.slice(0, match.index).trimEnd();
    const previous = before.slice(before.lastIndexOf('\n') + 1);
    if (previous !== '' && !/^(?:###|#|\/\/|@)/.test(previous)) return [];
    const stop = text.slice(match.index).search(/^###/m);
    const end = stop < 0 ? text.length : match.index + stop;
    const block = text.slice(match.index, end);
    const blank = /\r?\n[ \t]*\r?\n/.exec(block);
    const bodyStart = blank ? match.index + blank.index + blank[0].length : end;
    const body = text.slice(bodyStart, end).replace(/\s*(?:^[<>][^\n]*\s*)*$/m, '').trimEnd();
    const urlStart = match.index + match[0].length - match[2]!.length;
    const method = { start: match.index, end: match.index + match[1]!.length };
    const range = { start: match.index, end: bodyStart + body.length || end };
    const named = [{ name: 'url', nameRange: method, value: template(match[2]!, urlStart), range: { start: urlStart, end: urlStart + match[2]!.length } }];
    if (body) named.push({ name: 'data', nameRange: method, value: template(body, bodyStart), range: { start: bodyStart, end: bodyStart + body.length } });
    return [{
      method,
      call: { kind: 'call', callee: { kind: 'name', name: match[1]!, range: method }, positional: [], named, spreads: [], construction: false, argumentsRange: { start: method.end, end: range.end }, complete: true, range },
    }];
  });
}

function open({ language, text }: ParsedSource): Program {
  const requests = requestsOf(text);
  const module: Scope = { kind: 'module', range: { start: 0, end: text.length }, name: null };
  return {
    language, text, fieldsInScope: false, openClasses: false,
    callAt: (offset) => requests.find((each) => each.method.start === offset)?.call ?? null,
    callAround: () => null, chainAfter: () => [],
    constructionAt: () => null,
    referenceAt: () => null,
    bindings: (name) => [...text.matchAll(/^@([\w.-]+)[ \t]*=[ \t]*(.*?)\r?$/gm)].filter((match) => match[1] === name).map((match): Binding => {
      const start = match.index + match[0].indexOf(match[2]!, match[1]!.length + 1);
      return {
        name, kind: 'assignment', value: template(match[2]!, start), path: [], key: null, annotation: null, imported: null, object: null, scope: module,
        range: { start: match.index + 1, end: match.index + 1 + name.length }, statementRange: { start: match.index, end: match.index + match[0].length }, conditional: false,
      };
    }),
    memberBindings: () => [],
    scopesAt: () => [module],
    callsOf: () => [],
    commentsWith: (needle) => [...text.matchAll(/^(?:#|\/\/)[^\n]*/gm)].filter((match) => match[0].includes(needle)).map((match) => ({ range: { start: match.index, end: match.index + match[0].length }, text: match[0] })),
    insideLoop: () => false,
    lastImport: () => null,
  };
}

/** The grammar is only there because every document has one; requests are found by their lines. */
export const httpFile: Language = { ids: ['http'], extensions: ['.http', '.rest'], grammar: () => 'tree-sitter-bash.wasm', open, print: null };
