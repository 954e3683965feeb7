/** Rust: `X::new()` and builders are constructions, impl blocks belong to their type by name, `json!` is a map. */
import type { Node } from 'web-tree-sitter';
import type { Expression, Language, MapEntry, ParsedSource } from '../core/expression.js';
import { openProgram } from '../core/program.js';
import { namedChildren } from '../core/syntaxView.js';
import { type Dialect, type Lowering, decodeEscapes, entry, grammarOf } from './dialect.js';
import { fileCall } from './fileCall.js';

/** Methods that hand on what they are called on. */
const passing = new Set(['into', 'to_string', 'to_owned', 'clone', 'as_str', 'unwrap', 'expect', 'as_ref', 'into_iter', 'iter', 'as_deref', 'to_vec', 'await']);

function own({ view, lower }: Lowering, node: Node): Expression | null {
  const range = view.range(node);
  switch (node.type) {
    case 'string_literal': return { kind: 'string', value: decodeEscapes(view.textOf(node).slice(1, -1).replace(/\\\r?\n\s*/g, '')), range };
    case 'raw_string_literal': return { kind: 'string', value: view.textOf(node).replace(/^r#*"/, '').replace(/"#*$/, ''), range };
    case 'try_expression': case 'await_expression': case 'reference_expression': case 'reference_type': case 'parenthesized_expression': return lower(namedChildren(node).at(-1));
    case 'generic_type': {
      const name = view.textOf(node.childForFieldName('type') ?? node);
      const inner = node.childForFieldName('type_arguments');
      return /^(?:Arc|Rc|Box|Option|OnceCell|Lazy|LazyLock|Mutex|RwLock)$/.test(name) && inner ? lower(namedChildren(inner)[0]) : lower(node.childForFieldName('type'));
    }
    case 'generic_function': return lower(node.childForFieldName('function'));
    case 'array_expression': case 'tuple_expression': return { kind: 'list', items: namedChildren(node).map(lower), range };
    case 'index_expression': { const [object, index] = namedChildren(node); return { kind: 'index', object: lower(object), index: lower(index), range }; }
    case 'if_expression': {
      const tail = (block: Node | null | undefined): Expression => lower(block?.type === 'else_clause' ? namedChildren(namedChildren(block)[0] ?? block).at(-1) : namedChildren(block ?? node).at(-1));
      const no = node.childForFieldName('alternative');
      return { kind: 'conditional', branches: [tail(node.childForFieldName('consequence')), ...(no ? [tail(no)] : [])], range };
    }
    case 'struct_expression': {
      const body = node.childForFieldName('body');
      return { kind: 'map', range, entries: (body ? namedChildren(body) : []).flatMap((each): MapEntry[] => {
        if (each.type === 'base_field_initializer') return [{ key: null, keyRange: null, value: lower(namedChildren(each)[0]), spread: true, range: view.range(each) }];
        const field = each.childForFieldName('field') ?? namedChildren(each)[0];
        const value = each.childForFieldName('value') ?? field;
        return field ? [{ key: view.textOf(field), keyRange: view.range(field), value: lower(value), spread: false, range: view.range(each) }] : [];
      }) };
    }
    case 'macro_invocation': return macro({ view, lower, depth: 0 }, node);
    case 'call_expression': return call({ view, lower, depth: 0 }, node);
    default: return null;
  }
}

function call({ view, lower }: Lowering, node: Node): Expression | null {
  const range = view.range(node);
  const callee = node.childForFieldName('function');
  const given = node.childForFieldName('arguments');
  const values = given ? namedChildren(given) : [];
  if (!callee) return null;
  if (callee.type === 'field_expression') {
    const name = view.textOf(callee.childForFieldName('field') ?? callee);
    const object = callee.childForFieldName('value');
    if (passing.has(name)) return lower(object);
    if (/^(?:unwrap_or|unwrap_or_else|unwrap_or_default|or)$/.test(name) && values.length === 1) return { kind: 'fallback', branches: [lower(object), values[0]!.type === 'closure_expression' ? lower(values[0]!.childForFieldName('body')) : lower(values[0])], range };
    return null;
  }
  if (callee.type !== 'scoped_identifier') {
    return /^(?:Some|Ok|Box)$/.test(view.textOf(callee)) && values.length === 1 ? lower(values[0]) : null;
  }
  const path = callee.childForFieldName('path');
  const name = view.textOf(callee.childForFieldName('name') ?? callee);
  const owner = path ? view.textOf(path).replace(/<.*$/, '').replace(/::$/, '').split('::').at(-1)! : '';
  if (/^(?:String|Some|Box|Arc|Rc|Cow|Mutex)$/.test(owner) && values.length === 1) return lower(values[0]);
  // Env
  if (name === 'var' && owner === 'env') return { kind: 'index', object: { kind: 'member', object: { kind: 'name', name: 'os', range }, property: 'environ', propertyRange: range, range }, index: lower(values[0]), range };
  if (!/^[A-Z]/.test(owner) || !path || !/^(?:new|default|builder|with_config|from_env|with_\w+|from_\w+|try_new|connect)$/.test(name)) return null;
  // Options of a configuration object become options of what is made with it.
  const lowered = values.map(lower);
  return { kind: 'call', construction: true, callee: lower(path), positional: lowered, named: [], spreads: [], complete: !given?.hasError, range, argumentsRange: given ? view.range(given) : range };
}

/** `format!`, `vec!`, `json!`: token trees are not parsed by the grammar, so they are read here. */
function macro(lowering: Lowering, node: Node): Expression | null {
  const { view, lower } = lowering;
  const range = view.range(node);
  const name = view.textOf(node.childForFieldName('macro') ?? node);
  const tree = namedChildren(node).find((child) => child.type === 'token_tree');
  if (!tree) return null;
  const tokens = tree.children.filter((child): child is Node => child !== null && !child.isExtra);
  if (/(?:^|::)(?:format|concat|println)$/.test(name)) {
    const [format, ...others] = namedChildren(tree);
    if (format?.type !== 'string_literal' && format?.type !== 'raw_string_literal') return null;
    const text = lower(format);
    if (text.kind !== 'string') return null;
    let next = 0;
    const parts = text.value.split(/(\{\{|\}\}|\{[^{}]*\})/).flatMap((part): Expression[] => {
      if (part === '{{' || part === '}}') return [{ kind: 'string', value: part[0]!, range }];
      const field = /^\{([\w]*)/.exec(part)?.[1];
      if (field === undefined || !part.endsWith('}')) return part ? [{ kind: 'string', value: part, range: text.range }] : [];
      if (field === '') { const value = others[next++]; return [value ? lower(value) : { kind: 'unknown', text: 'value', range }]; }
      return [{ kind: 'name', name: field, range: text.range }];
    });
    return { kind: 'template', parts, range };
  }
  if (/(?:^|::)include_str$/.test(name)) {
    const [path] = namedChildren(tree);
    return path ? fileCall(lower(path), range, { library: 'fs', method: 'read_to_string', argumentsRange: view.range(tree) }) : null;
  }
  if (/(?:^|::)vec$/.test(name)) return { kind: 'list', items: split(tokens.slice(1, -1), ',').map((each) => lowerTokens(lowering, each)), range };
  if (/(?:^|::)json$/.test(name)) return { ...json(lowering, tokens.slice(1, -1)), range } as Expression;
  return null;
}

function split(tokens: readonly Node[], separator: string): Node[][] {
  const out: Node[][] = [[]];
  for (const token of tokens) {
    if (token.type === separator) out.push([]);
    else out.at(-1)!.push(token);
  }
  return out.filter((each) => each.length > 0);
}

function lowerTokens({ view, lower }: Lowering, tokens: readonly Node[]): Expression {
  const [first] = tokens;
  if (tokens.length === 1 && first) return lower(first);
  const range = first ? { start: view.range(first).start, end: view.range(tokens.at(-1)!).end } : { start: 0, end: 0 };
  return { kind: 'unknown', text: first ? view.textOf(first) : '', range };
}

function json(lowering: Lowering, tokens: readonly Node[]): Expression {
  const { view } = lowering;
  const [only] = tokens;
  const range = only ? view.range(only) : { start: 0, end: 0 };
  if (tokens.length === 1 && only?.type === 'token_tree') {
    const inner = only.children.filter((child): child is Node => child !== null && !child.isExtra);
    if (inner[0]?.type === '{') return json(lowering, inner.slice(1, -1));
    if (inner[0]?.type === '[') return { kind: 'list', items: split(inner.slice(1, -1), ',').map((each) => json(lowering, each)), range };
  }
  const pairs = split(tokens, ',');
  if (pairs.some((pair) => pair[1]?.type === ':')) {
    return { kind: 'map', range, entries: pairs.flatMap((pair) => (pair[0]?.type === 'string_literal' && pair[1]?.type === ':' ? [{ ...entry(view.textOf(pair[0]).slice(1, -1), json(lowering, pair.slice(2))), keyRange: view.range(pair[0]) }] : [])) };
  }
  return lowerTokens(lowering, tokens);
}

/** `use a::{b::{C, D as E}, F};` */
function imports(text: string): ReadonlyMap<string, { readonly module: string; readonly symbol: string | null }> {
  const found = new Map<string, { module: string; symbol: string | null }>();
  const walk = (prefix: readonly string[], rest: string): void => {
    let depth = 0;
    let from = 0;
    const parts: string[] = [];
    for (let i = 0; i <= rest.length; i++) {
      if (rest[i] === '{') depth++;
      else if (rest[i] === '}') depth--;
      else if (i === rest.length || (rest[i] === ',' && depth === 0)) { parts.push(rest.slice(from, i).trim()); from = i + 1; }
    }
    for (const part of parts) {
      const group = /^([\w:]*?)(?:::)?\{([\s\S]*)\}$/.exec(part);
      if (group) { walk([...prefix, ...group[1]!.split('::').filter(Boolean)], group[2]!); continue; }
      const [path, alias] = part.split(/\s+as\s+/);
      const names = [...prefix, ...path!.split('::').filter(Boolean)];
      const symbol = names.pop();
      if (symbol && symbol !== '*') found.set(symbol === 'self' ? names.at(-1) ?? symbol : alias ?? symbol, { module: names.join('.') || symbol, symbol: names.length ? symbol : null });
    }
  };
  for (const [, statement] of text.matchAll(/^\s*(?:pub\s+)?use\s+([^;]{1,2000});/gm)) walk([], statement!.replace(/\s+/g, ' '));
  return found;
}

const dialect: Dialect = {
  rules: {
    callFollows: (text, offset) => /^\s*(?:::<[^;{}()]{0,120}>\s*)?\(/.test(text.slice(offset, offset + 200)),
    chainStart: (text, offset) => offset - /(?:[\w\])?]+\s*(?:\.|::)\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '//', blockComments: true, longQuotes: [], semicolons: true,
    statement: /^(?:use|pub|fn|struct|enum|impl|trait|mod|let|const|static|return|if|else|for|while|loop|match|async)\b|^#\[/,
    plainTextTypes: new Set(['line_comment', 'block_comment', 'string_content', 'char_literal', 'lifetime']),
  },
  names: ['identifier', 'field_identifier', 'type_identifier', 'self', 'shorthand_field_identifier'],
  transparent: ['expression_statement'],
  members: { field_expression: ['value', 'field'], scoped_identifier: ['path', 'name'], scoped_type_identifier: ['path', 'name'] },
  calls: { call_expression: { callee: 'function', arguments: 'arguments' } },
  own,
  functions: ['function_item', 'closure_expression'],
  returnTypes: ['return_expression'],
  classes: { struct_item: { name: 'name' }, impl_item: { name: 'type' } },
  blocks: ['block'],
  declarations: { let_declaration: { name: 'pattern', value: 'value', type: 'type' }, const_item: { name: 'name', value: 'value' }, static_item: { name: 'name', value: 'value' }, field_declaration: { name: 'name', value: 'none', type: 'type' }, field_initializer: { name: 'field', value: 'value' } },
  assignments: { assignment_expression: ['left', 'right'] },
  parameters: { parameter: { name: 'pattern', type: 'type' } },
  loops: { for_expression: ['pattern', 'value'], while_expression: [null, null], loop_expression: [null, null] },
  uncertain: ['if_expression', 'else_clause', 'match_arm', 'for_expression', 'while_expression', 'loop_expression'],
  comments: ['line_comment', 'block_comment'],
  loopCalls: /^(?:map|for_each|flat_map|filter_map)$/,
  importWord: 'use', importTypes: ['use_declaration'],
  imports, openClasses: true,
  bind: (place, lower) => {
    const { path, view } = place;
    const leafIndex = path.length - 1;
    const leaf = path[leafIndex]!;
    const parent = path[leafIndex - 1]!;
    const isLeaf = (node: Node | null): boolean => !!node && node.startIndex === leaf.startIndex && node.endIndex === leaf.endIndex;
    // Fields of struct literals are members of the struct.
    if (parent.type === 'field_initializer' && isLeaf(parent.childForFieldName('field'))) {
      const literal = path[leafIndex - 3];
      const name = literal?.childForFieldName('name');
      const text = name ? view.textOf(name) : '';
      const scope = text === 'Self' ? place.scopeOf(leafIndex, (each) => each.kind === 'class') : { kind: 'class' as const, range: view.range(literal ?? parent), name: text };
      return [{ kind: 'assignment', value: lower(parent.childForFieldName('value')), at: leafIndex - 1, member: true, scope }];
    }
    if (parent.type === 'field_expression' && path[leafIndex - 2]?.type === 'call_expression' && isLeaf(parent.childForFieldName('value')) && view.textOf(parent.childForFieldName('field') ?? parent) === 'push') {
      return [{ kind: 'append', value: lower(namedChildren(path[leafIndex - 2]!.childForFieldName('arguments') ?? parent)[0]), at: leafIndex - 2 }];
    }
    return [];
  },
};

export const rust: Language = {
  ids: ['rust'], extensions: ['.rs'], grammar: () => 'tree-sitter-rust.wasm',
  open: (source: ParsedSource) => openProgram(source, grammarOf(dialect)), print: null,
};
