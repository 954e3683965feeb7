/** Shell scripts: a `curl` command is a call with its URL, headers and body as arguments. */
import type { Node } from 'web-tree-sitter';
import type { Expression, Language, NamedArgument, ParsedSource } from '../core/expression.js';
import { type Grammar, openProgram } from '../core/program.js';
import { type SyntaxView, namedChildren } from '../core/syntaxView.js';
import { fileCall } from './fileCall.js';

const dataOptions = new Set(['-d', '--data', '--data-raw', '--data-binary', '--data-ascii', '--json', '--data-urlencode']);
const otherWithValue = new Set(['-X', '--request', '-o', '--output', '-u', '--user', '-m', '--max-time', '--connect-timeout', '-A', '--user-agent', '-w', '--write-out', '-b', '--cookie', '--retry', '-x', '--proxy', '--retry-delay', '-F', '--form', '-T', '--cacert', '-E', '--cert', '--key', '-D', '--resolve']);

function lower(view: SyntaxView, node: Node): Expression {
  const range = view.range(node);
  const text = (): string => view.textOf(node);
  switch (node.type) {
    case 'word': case 'number': return { kind: 'string', value: text().replace(/\\(.)/g, '$1'), range };
    case 'raw_string': return { kind: 'string', value: text().slice(1, -1), range };
    case 'ansi_c_string': return { kind: 'string', value: text().slice(2, -1).replaceAll('\\n', '\n').replaceAll("\\'", "'"), range };
    case 'command_name': return { kind: 'name', name: text(), range };
    case 'simple_expansion': return { kind: 'name', name: text().slice(1), range };
    case 'variable_name': return { kind: 'name', name: text(), range };
    case 'expansion': {
      const [, name, usual] = /^\$\{(\w+)(?::?[-=]([\s\S]*))?\}$/.exec(text()) ?? [];
      const variable: Expression = { kind: 'name', name: name ?? text(), range };
      return usual === undefined ? variable : { kind: 'fallback', branches: [{ kind: 'unknown', text: name!, range }, { kind: 'string', value: usual.replace(/^["']|["']$/g, ''), range }], range };
    }
    case 'string': case 'heredoc_body': {
      const parts = pieces(view, node, node.type === 'string' ? node.startIndex + 1 : node.startIndex, node.type === 'string' ? node.endIndex - 1 : node.endIndex);
      return parts.length === 1 && parts[0]!.kind === 'string' ? { ...parts[0]!, range } as Expression : { kind: 'template', parts, range };
    }
    case 'concatenation': return { kind: 'concat', parts: namedChildren(node).map((child) => lower(view, child)), range };
    case 'command': return command(view, node);
    case 'variable_assignment': { const value = node.childForFieldName('value'); return value ? lower(view, value) : { kind: 'string', value: '', range }; }
    // BODY=$(cat <<EOF … EOF)
    case 'command_substitution': {
      const body = node.descendantsOfType('heredoc_body')[0];
      if (body) return lower(view, body);
      // $(cat prompt.md), $(< prompt.md)
      const read = /^(?:\$\(|`)\s*(?:cat\s+|<\s*)("[^"$`]+"|'[^']+'|[^\s"'$`|;&<>*?()]+)\s*(?:\)|`)$/.exec(text())?.[1];
      return read === undefined ? view.unknown(node) : fileCall({ kind: 'string', value: read.replace(/^["']|["']$/g, ''), range }, range);
    }
    default: return view.unknown(node);
  }
}

/** Text and expansions between two places of a quoted string or here-document. */
function pieces(view: SyntaxView, node: Node, start: number, end: number): Expression[] {
  const parts: Expression[] = [];
  let from = start;
  const literal = (to: number): void => {
    if (to > from) parts.push({ kind: 'string', value: view.text.slice(from, to).replace(/\\([\\"$`])/g, '$1').replace(/\\\n/g, ''), range: view.rangeOf(from, to) });
  };
  for (const child of node.namedChildren) {
    if (!child || !/expansion|substitution/.test(child.type)) continue;
    literal(child.startIndex);
    parts.push(lower(view, child));
    from = child.endIndex;
  }
  literal(end);
  return parts;
}

function command(view: SyntaxView, node: Node): Expression {
  const range = view.range(node);
  const name = node.childForFieldName('name');
  if (!name) return view.unknown(node);
  const named: NamedArgument[] = [];
  const headers: Expression[] = [];
  const positional: Expression[] = [];
  const given = node.childrenForFieldName('argument').filter((child): child is Node => child !== null);
  for (let index = 0; index < given.length; index++) {
    const option = view.textOf(given[index]!);
    const value = given[index + 1];
    const argument = (key: string): void => { if (value) { named.push({ name: key, nameRange: view.range(given[index]!), value: bodyOf(view, node, value), range: { start: view.range(given[index]!).start, end: view.range(value).end } }); index++; } };
    if (dataOptions.has(option)) argument('data');
    else if (option === '--url') argument('url');
    else if (option === '-H' || option === '--header') { if (value) headers.push(lower(view, value)); index++; }
    else if (otherWithValue.has(option)) index++;
    else if (!option.startsWith('-')) positional.push(lower(view, given[index]!));
  }
  if (headers.length > 0) named.push({ name: 'headers', nameRange: range, value: { kind: 'list', items: headers, range }, range });
  return { kind: 'call', callee: { kind: 'name', name: view.textOf(name), range: view.range(name) }, positional, named, spreads: [], construction: false, argumentsRange: { start: view.range(name).end, end: range.end }, complete: !node.hasError, range };
}

/** `-d @-` reads the here-document behind the command; `-d @file` is unknown. */
function bodyOf(view: SyntaxView, node: Node, value: Node): Expression {
  if (view.textOf(value).replace(/["']/g, '') === '@-' || view.textOf(value) === '@/dev/stdin') {
    const body = node.parent?.descendantsOfType('heredoc_body')[0];
    if (body) return lower(view, body);
  }
  // -d @body.json
  const body = /^["']?@([^"'$`]+)["']?$/.exec(view.textOf(value))?.[1];
  if (body !== undefined && body !== '-') return fileCall({ kind: 'string', value: body, range: view.range(value) }, view.range(value));
  return /^["']?@/.test(view.textOf(value)) ? view.unknown(value) : lower(view, value);
}

const grammar: Grammar = {
  rules: {
    callFollows: () => true, chainStart: (_text, offset) => offset, lineComment: '#', blockComments: false, longQuotes: ["'", '"'], quoteRunsOn: true, semicolons: false,
    statement: /^(?:if|then|else|fi|for|while|do|done|case|esac|function|export|local|echo|return|curl)\b|^\w+=/,
    // A quoted string is one token of the grammar: its quotes count.
    plainTextTypes: new Set(['comment', 'string_content', 'heredoc_body', 'heredoc_content', 'word']),
  },
  nameTypes: new Set(['word', 'variable_name']),
  lower,
  reference(path) {
    const index = path.length - 1;
    if (path[index - 1]?.type === 'command_name') return index - 1;
    return path[index]!.type === 'variable_name' ? index : -1;
  },
  call: (path, index) => (path[index]?.type === 'command_name' && path[index - 1]?.type === 'command' ? path[index - 1]! : null),
  bindings({ view, path, scopeOf }) {
    const leaf = path.at(-1)!;
    const parent = path.at(-2);
    if (parent?.type !== 'variable_assignment' || parent.childForFieldName('name')?.startIndex !== leaf.startIndex) return [];
    const value = parent.childForFieldName('value');
    return [{
      name: view.textOf(leaf), kind: 'assignment', value: value ? lower(view, value) : null, path: [], key: null, annotation: null, imported: null, object: null,
      scope: scopeOf(path.length - 2), range: view.range(leaf), statementRange: view.range(parent), conditional: path.some((node) => /if_statement|case_item|else_clause/.test(node.type)),
    }];
  },
  memberBindings: () => [],
  scope: () => null,
  commentTypes: new Set(['comment']),
  loopTypes: new Set(['for_statement', 'while_statement', 'c_style_for_statement']),
  functionTypes: new Set(['function_definition']),
  isLoopCall: () => false,
  importWord: 'source', importTypes: new Set(['command']),
};

export const shell: Language = {
  ids: ['shellscript'], extensions: ['.sh', '.bash', '.zsh'], grammar: () => 'tree-sitter-bash.wasm',
  open: (source: ParsedSource) => openProgram(source, grammar), print: null,
};
