/** PowerShell: `Invoke-RestMethod -Uri … -Body …` is a call, hash literals piped to ConvertTo-Json are its body. */
import type { Node } from 'web-tree-sitter';
import type { Expression, Language, MapEntry, NamedArgument, ParsedSource } from '../core/expression.js';
import { type Grammar, openProgram } from '../core/program.js';
import { type SyntaxView, namedChildren } from '../core/syntaxView.js';
import { fileCall } from './fileCall.js';

function lower(view: SyntaxView, node: Node, depth = 0): Expression {
  const range = view.range(node);
  const next = (child: Node | null | undefined): Expression => (child && depth < 400 ? lower(view, child, depth + 1) : view.unknown(node));
  const text = (): string => view.textOf(node);
  switch (node.type) {
    case 'variable': return environment(view, node) ?? { kind: 'name', name: text().replace(/[{}]/g, ''), range };
    case 'expandable_string_literal': case 'expandable_here_string_literal': return expandable(view, node);
    case 'verbatim_string_characters': case 'verbatim_string_literal': return { kind: 'string', value: text().slice(1, -1).replaceAll("''", "'"), range };
    case 'verbatim_here_string_characters': return { kind: 'string', value: text().replace(/^@'\r?\n|\r?\n'@$/g, ''), range };
    case 'generic_token': case 'simple_name': case 'command_name': return { kind: 'string', value: text(), range };
    case 'decimal_integer_literal': case 'real_literal': return { kind: 'number', value: Number.parseFloat(text()), range };
    case 'hash_literal_expression': {
      const body = namedChildren(node)[0];
      return { kind: 'map', range, entries: (body ? namedChildren(body) : []).flatMap((each): MapEntry[] => {
        const [key, value] = namedChildren(each);
        return key && value ? [{ key: view.textOf(key).replace(/^["']|["']$/g, ''), keyRange: view.range(key), value: next(value), spread: false, range: view.range(each) }] : [];
      }) };
    }
    case 'array_expression': {
      const inner = namedChildren(node)[0];
      const items = inner ? namedChildren(inner) : [];
      const lowered = items.map(next);
      return lowered.length === 1 && lowered[0]!.kind === 'list' ? { ...lowered[0]!, range } as Expression : { kind: 'list', items: lowered, range };
    }
    case 'array_literal_expression': return node.namedChildCount > 1 ? { kind: 'list', items: namedChildren(node).map(next), range } : next(namedChildren(node)[0]);
    case 'additive_expression': return node.namedChildCount > 1 ? { kind: 'concat', parts: namedChildren(node).map(next), range } : next(namedChildren(node)[0]);
    case 'command': return command(view, node, next);
    case 'pipeline': case 'pipeline_chain': {
      const [first, second] = namedChildren(node);
      // @{ … } | ConvertTo-Json
      if (second && /^ConvertTo-Json\b/i.test(view.textOf(second))) return { kind: 'call', callee: { kind: 'member', object: { kind: 'name', name: 'JSON', range }, property: 'stringify', propertyRange: range, range }, positional: [next(first)], named: [], spreads: [], construction: false, argumentsRange: range, complete: true, range };
      return next(first);
    }
    default: return node.namedChildCount === 1 ? next(namedChildren(node)[0]) : view.unknown(node);
  }
}

function environment(view: SyntaxView, node: Node): Expression | null {
  const name = /^\$\{?env:(\w+)\}?$/i.exec(view.textOf(node))?.[1];
  const range = view.range(node);
  return name ? { kind: 'index', object: { kind: 'member', object: { kind: 'name', name: 'process', range }, property: 'env', propertyRange: range, range }, index: { kind: 'string', value: name, range }, range } : null;
}

function expandable(view: SyntaxView, node: Node): Expression {
  const range = view.range(node);
  const here = node.type === 'expandable_here_string_literal';
  const end = here ? node.endIndex - 2 : node.endIndex - 1;
  const parts: Expression[] = [];
  let from = node.startIndex + (here ? 2 : 1);
  const literal = (to: number): void => {
    const value = view.text.slice(from, to).replace(/`n/g, '\n').replace(/`(.)/g, '$1').replaceAll('""', '"');
    if (value) parts.push({ kind: 'string', value, range: view.rangeOf(from, to) });
  };
  for (const child of node.namedChildren) {
    if (!child) continue;
    literal(child.startIndex);
    parts.push(lower(view, child));
    from = child.endIndex;
  }
  literal(end);
  return parts.length === 1 && parts[0]!.kind === 'string' ? { ...parts[0]!, range } as Expression : parts.length === 0 ? { kind: 'string', value: '', range } : { kind: 'template', parts, range };
}

const names: Readonly<Record<string, string>> = { uri: 'url', body: 'data', headers: 'headers', method: 'method' };

function command(view: SyntaxView, node: Node, next: (node: Node | null | undefined) => Expression): Expression {
  const range = view.range(node);
  const name = node.childForFieldName('command_name') ?? namedChildren(node)[0];
  if (!name) return view.unknown(node);
  const elements = namedChildren(node.childForFieldName('command_elements') ?? node).filter((child) => child.type !== 'command_argument_sep' && child !== name);
  if (/^(?:Get-Content|gc|cat|type)$/i.test(view.textOf(name))) {
    const path = elements.find((each) => each.type !== 'command_parameter');
    if (path) return fileCall(next(path), range, { complete: !node.hasError });
  }
  const named: NamedArgument[] = [];
  const positional: Expression[] = [];
  for (let index = 0; index < elements.length; index++) {
    const each = elements[index]!;
    if (each.type !== 'command_parameter') { positional.push(next(each)); continue; }
    const value = elements[index + 1];
    if (!value || value.type === 'command_parameter') continue;
    const parameter = view.textOf(each).slice(1).toLowerCase();
    named.push({ name: names[parameter] ?? parameter, nameRange: view.range(each), value: next(value), range: { start: view.range(each).start, end: view.range(value).end } });
    index++;
  }
  return { kind: 'call', callee: { kind: 'name', name: view.textOf(name), range: view.range(name) }, positional, named, spreads: [], construction: false, argumentsRange: { start: view.range(name).end, end: range.end }, complete: !node.hasError, range };
}

const grammar: Grammar = {
  rules: {
    callFollows: () => true, chainStart: (_text, offset) => offset, lineComment: '#', blockComments: false, longQuotes: ['"', "'"], quoteRunsOn: true, semicolons: false,
    statement: /^(?:if|else|foreach|for|while|function|param|return|try|catch)\b|^\$\w+\s*=|^[a-z]+-[a-z]+\b/i,
    plainTextTypes: new Set(['comment', 'expandable_here_string_literal', 'verbatim_here_string_characters']),
  },
  nameTypes: new Set(['command_name', 'variable']),
  lower: (view, node) => lower(view, node),
  reference: (path) => (path.at(-1)!.type === 'command_name' || path.at(-1)!.type === 'variable' ? path.length - 1 : -1),
  call: (path, index) => (path[index]?.type === 'command_name' && path[index - 1]?.type === 'command' ? path[index - 1]! : null),
  bindings({ view, path, scopeOf }) {
    const leaf = path.at(-1)!;
    const at = path.findIndex((node) => node.type === 'assignment_expression');
    if (leaf.type !== 'variable' || at < 0 || !path.some((node) => node.type === 'left_assignment_expression')) return [];
    const value = path[at]!.childForFieldName('value');
    return [{
      name: view.textOf(leaf).replace(/[{}]/g, ''), kind: 'assignment', value: value ? lower(view, value) : null, path: [], key: null, annotation: null, imported: null, object: null,
      scope: scopeOf(at), range: view.range(leaf), statementRange: view.range(path[at]!), conditional: path.some((node) => /if_statement|else_clause/.test(node.type)),
    }];
  },
  memberBindings: () => [],
  scope: () => null,
  commentTypes: new Set(['comment']),
  loopTypes: new Set(['for_statement', 'foreach_statement', 'while_statement']),
  functionTypes: new Set(['function_statement']),
  isLoopCall: () => false,
  importWord: 'Import-Module', importTypes: new Set(['command']),
};

export const powershell: Language = {
  ids: ['powershell'], extensions: ['.ps1', '.psm1'], grammar: () => 'tree-sitter-powershell.wasm',
  open: (source: ParsedSource) => openProgram(source, grammar), print: null,
};
