/** C#: object initializers are named arguments, `new(…)` takes its declared type, names come from `using` namespaces. */
import type { Node } from 'web-tree-sitter';
import type { CallExpression, Expression, Language, MapEntry, NamedArgument, ParsedSource } from '../core/expression.js';
import { openProgram } from '../core/program.js';
import { childOf, namedChildren } from '../core/syntaxView.js';
import { type Dialect, type Lowering, decodeEscapes, grammarOf, interpolated, wireName } from './dialect.js';
import { dedented } from './java.js';

function own(lowering: Lowering, node: Node): Expression | null {
  const { view, lower } = lowering;
  const range = view.range(node);
  const text = (): string => view.textOf(node);
  switch (node.type) {
    case 'string_literal': return { kind: 'string', value: decodeEscapes(text().slice(1, -1)), range };
    case 'verbatim_string_literal': return { kind: 'string', value: text().slice(2, -1).replaceAll('""', '"'), range };
    case 'raw_string_literal': return { kind: 'string', value: dedented(text().replace(/^"+|"+$/g, '')), range };
    case 'interpolated_string_expression': return interpolated(lowering, node, ['interpolation'], decodeEscapes, ['interpolation_start', 'interpolation_quote']);
    case 'generic_name': return lower(namedChildren(node)[0]);
    case 'nullable_type': case 'await_expression': case 'checked_expression': return lower(namedChildren(node)[0]);
    case 'cast_expression': return lower(node.childForFieldName('value'));
    case 'as_expression': return lower(node.childForFieldName('left'));
    case 'qualified_name': {
      const parts = namedChildren(node);
      return { kind: 'member', object: lower(parts[0]), property: view.textOf(parts.at(-1)!), propertyRange: view.range(parts.at(-1)!), range };
    }
    case 'conditional_access_expression': {
      const binding = childOf(node, 'member_binding_expression');
      const name = binding?.childForFieldName('name');
      return name ? { kind: 'member', object: lower(node.childForFieldName('condition')), property: view.textOf(name), propertyRange: view.range(name), range } : lower(namedChildren(node).at(-1));
    }
    case 'postfix_unary_expression': return lower(namedChildren(node)[0]);
    case 'assignment_expression': return lower(node.childForFieldName('right'));
    case 'element_access_expression': return { kind: 'index', object: lower(node.childForFieldName('expression')), index: lower(namedChildren(node.childForFieldName('subscript') ?? node).at(-1)), range };
    case 'argument': return lower(namedChildren(node).at(-1));
    case 'collection_expression': case 'element_binding_expression': return { kind: 'list', items: namedChildren(node).map(lower), range };
    case 'implicit_array_creation_expression': case 'array_creation_expression': {
      const initializer = childOf(node, 'initializer_expression');
      return initializer ? { kind: 'list', items: namedChildren(initializer).map(lower), range } : null;
    }
    case 'anonymous_object_creation_expression': {
      const entries: MapEntry[] = [];
      const children = node.children.filter((child): child is Node => child !== null && !child.isExtra);
      for (let index = 0; index < children.length; index++) {
        const name = children[index]!;
        const value = children[index + 1]?.type === '=' ? children[index + 2] : name;
        if (!name.isNamed || !value) continue;
        if (value !== name) index += 2;
        entries.push({ key: view.textOf(name).split('.').at(-1)!, keyRange: view.range(name), value: lower(value), spread: false, range: { start: view.range(name).start, end: view.range(value).end } });
      }
      return { kind: 'map', range, entries };
    }
    case 'implicit_object_creation_expression': case 'object_creation_expression': return creation(lowering, node);
    case 'invocation_expression': {
      const callee = node.childForFieldName('function');
      const name = callee ? view.textOf(callee) : '';
      const values = namedChildren(node.childForFieldName('arguments') ?? node);
      if (/(?:^|\.)(?:ConfigureAwait|GetAwaiter|AsTask)$/.test(name)) return lower(callee?.childForFieldName('expression'));
      if (name === 'string.Format' || name === 'String.Format') return lower(values[0]);
      return null;
    }
    default: return null;
  }
}

function creation({ view, lower }: Lowering, node: Node): Expression {
  const range = view.range(node);
  const given = childOf(node, 'argument_list');
  const type = node.childForFieldName('type');
  const initializer = node.childForFieldName('initializer') ?? childOf(node, 'initializer_expression');
  const positional: Expression[] = [];
  const named: NamedArgument[] = [];
  for (const child of given ? namedChildren(given) : []) {
    const name = child.childForFieldName('name');
    const value = namedChildren(child).at(-1);
    if (!value) continue;
    if (name) named.push({ name: wireName(view.textOf(name)), nameRange: view.range(name), value: lower(value), range: view.range(child) });
    else positional.push(lower(value));
  }
  const inside = initializer ? namedChildren(initializer) : [];
  // new List<X> { a, b } and new Dictionary<K, V> { ["a"] = b }
  if (initializer && !given && inside.length > 0 && inside.every((each) => each.type !== 'assignment_expression' && each.type !== 'initializer_expression')) return { kind: 'list', items: inside.map(lower), range };
  if (inside.some((each) => each.type === 'initializer_expression' || /^(?:element_binding|bracketed)/.test(each.childForFieldName('left')?.type ?? ''))) {
    return { kind: 'map', range, entries: inside.flatMap((each): MapEntry[] => {
      const key = each.type === 'initializer_expression' ? namedChildren(each)[0] : namedChildren(each.childForFieldName('left') ?? each)[0];
      const value = each.type === 'initializer_expression' ? namedChildren(each)[1] : each.childForFieldName('right');
      const lowered = key ? lower(key) : null;
      return lowered && value ? [{ key: lowered.kind === 'string' ? lowered.value : null, keyRange: lowered.range, value: lower(value), spread: false, range: view.range(each) }] : [];
    }) };
  }
  for (const each of inside) {
    const left = each.childForFieldName('left');
    const right = each.childForFieldName('right');
    if (left && right) named.push({ name: wireName(view.textOf(left)), nameRange: view.range(left), value: right.type === 'initializer_expression' ? { kind: 'list', items: namedChildren(right).map(lower), range: view.range(right) } : lower(right), range: view.range(each) });
  }
  const callee: Expression = type ? lower(type) : { kind: 'unknown', text: 'new', range };
  return { kind: 'call', construction: true, callee, positional, named, spreads: [], range, argumentsRange: given ? view.range(given) : range, complete: !node.hasError } satisfies CallExpression;
}

const unbound = (text: string): string | null => [...text.matchAll(/^\s*(?:global\s+)?using\s+(?:static\s+)?([\w.]+)\s*;/gm)].map((match) => match[1]!).join('|') || null;

function imports(text: string): ReadonlyMap<string, { readonly module: string; readonly symbol: string | null }> {
  const found = new Map<string, { module: string; symbol: string | null }>();
  for (const match of text.matchAll(/^\s*(?:global\s+)?using\s+(\w+)\s*=\s*([\w.]+)\.(\w+)\s*;/gm)) found.set(match[1]!, { module: match[2]!, symbol: match[3]! });
  return found;
}

const dialect: Dialect = {
  rules: {
    callFollows: (text, offset) => /^\s*(?:<[^;{}()]{0,120}>\s*)?\(/.test(text.slice(offset, offset + 200)),
    chainStart: (text, offset) => offset - /(?:[\w\])]+\s*\??\.\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '//', blockComments: true, longQuotes: ['"""'], semicolons: true,
    statement: /^(?:using|namespace|public|private|protected|internal|static|readonly|class|record|struct|interface|enum|return|if|else|for|foreach|while|do|try|catch|finally|switch|case|throw|var|await)\b|^[\w<>[\].?]+\s+\w+\s*=[^=>]/,
    plainTextTypes: new Set(['comment', 'string_literal_content', 'string_content', 'raw_string_content', 'verbatim_string_literal', 'character_literal']),
  },
  names: ['identifier', 'this', 'base'],
  transparent: ['parenthesized_expression', 'equals_value_clause', 'expression_statement', 'arrow_expression_clause'],
  members: { member_access_expression: ['expression', 'name'] },
  calls: { invocation_expression: { callee: 'function', arguments: 'arguments' }, object_creation_expression: { callee: 'type', arguments: 'arguments', construction: true } },
  own,
  functions: ['method_declaration', 'constructor_declaration', 'lambda_expression', 'local_function_statement'],
  classes: { class_declaration: { name: 'name', bases: (node) => { const list = childOf(node, 'base_list'); return list ? namedChildren(list) : []; } }, record_declaration: { name: 'name' }, struct_declaration: { name: 'name' } },
  blocks: ['block'],
  declarations: { variable_declarator: { name: 'name' }, property_declaration: { name: 'name', value: 'value', type: 'type' } },
  assignments: { assignment_expression: ['left', 'right'] },
  parameters: { parameter: { name: 'name', type: 'type' } },
  loops: { for_statement: [null, null], foreach_statement: ['left', 'right'], while_statement: [null, null], do_statement: [null, null] },
  uncertain: ['if_statement', 'else_clause', 'try_statement', 'catch_clause', 'for_statement', 'foreach_statement', 'while_statement', 'switch_section'],
  comments: ['comment'],
  loopCalls: /^(?:Select|ForEach|SelectMany|Where)$/,
  importWord: 'using', importTypes: ['using_directive'],
  imports, unbound, fieldsInScope: true, openClasses: true,
  bind: (place, lower) => {
    const { view, path } = place;
    const leafIndex = path.length - 1;
    const leaf = path[leafIndex]!;
    const member = path[leafIndex - 1]!;
    const call = path[leafIndex - 2];
    // Parameters of a primary constructor hold in the whole class.
    if (member.type === 'parameter' && path[leafIndex - 3] && /class_declaration|record_declaration|struct_declaration/.test(path[leafIndex - 3]!.type) && member.childForFieldName('name')?.startIndex === leaf.startIndex) {
      return [{ kind: 'assignment', value: null, annotation: lower(member.childForFieldName('type')), at: leafIndex - 1, member: true }];
    }
    if (member.type !== 'member_access_expression' || call?.type !== 'invocation_expression' || member.childForFieldName('expression')?.startIndex !== leaf.startIndex || member.childForFieldName('expression')?.endIndex !== leaf.endIndex) return [];
    const name = view.textOf(member.childForFieldName('name') ?? member);
    const value = namedChildren(call.childForFieldName('arguments') ?? call).at(-1);
    if (name === 'Add' && value) return [{ kind: 'append', value: lower(value), at: leafIndex - 2 }];
    return name === 'AddRange' && value ? [{ kind: 'extend', value: lower(value), at: leafIndex - 2 }] : [];
  },
};

export const csharp: Language = {
  ids: ['csharp'], extensions: ['.cs'], grammar: () => 'tree-sitter-c-sharp.wasm',
  open: (source: ParsedSource) => openProgram(source, grammarOf(dialect)), print: null,
};
