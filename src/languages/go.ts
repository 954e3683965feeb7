/** Go: structs are classes told apart by name, composite literals are maps by their wire names. */
import type { Node } from 'web-tree-sitter';
import type { Expression, Language, MapEntry, ParsedSource } from '../core/expression.js';
import { type Place, openProgram } from '../core/program.js';
import { namedChildren } from '../core/syntaxView.js';
import { type Dialect, type Found, type Lowering, decodeEscapes, grammarOf, wireName } from './dialect.js';

/** Functions that only make a pointer or an optional of their argument. */
const optional = new Set(['String', 'Int', 'Int32', 'Int64', 'Float', 'Float32', 'Float64', 'F', 'Bool', 'Ptr', 'NewOpt', 'Raw', 'Opt', 'Of']);

function own({ view, lower }: Lowering, node: Node): Expression | null {
  const range = view.range(node);
  switch (node.type) {
    case 'interpreted_string_literal': return { kind: 'string', value: decodeEscapes(view.textOf(node).slice(1, -1)), range };
    case 'raw_string_literal': return { kind: 'string', value: view.textOf(node).slice(1, -1), range };
    case 'unary_expression': return lower(node.childForFieldName('operand'));
    case 'pointer_type': case 'literal_element': case 'expression_list': case 'slice_type': case 'array_type': case 'type_conversion_expression': return lower(namedChildren(node).at(-1));
    case 'index_expression': return { kind: 'index', object: lower(node.childForFieldName('operand')), index: lower(node.childForFieldName('index')), range };
    case 'generic_type': return lower(node.childForFieldName('type') ?? namedChildren(node)[0]);
    case 'composite_literal': {
      const body = node.childForFieldName('body');
      const type = node.childForFieldName('type');
      if (!body) return null;
      const value = literalOf({ view, lower, depth: 0 }, body, /map_type|slice_type|array_type/.test(type?.type ?? ''));
      return value.kind === 'map' && namedChildren(body).length === 0 && /slice|array/.test(type?.type ?? '') ? { kind: 'list', items: [], range } : { ...value, range } as Expression;
    }
    case 'literal_value': return literalOf({ view, lower, depth: 0 }, node, false);
    case 'call_expression': {
      const callee = node.childForFieldName('function');
      const values = namedChildren(node.childForFieldName('arguments') ?? node);
      if (callee?.type === 'selector_expression') {
        const name = view.textOf(callee.childForFieldName('field') ?? callee);
        if (optional.has(name) && values.length === 1) return lower(values[0]);
        // openai.ChatModel(name): a conversion.
        if (/^(?:Chat|Image|Speech|Audio|Responses)?Model$/.test(name) && values.length === 1) return lower(values[0]);
        // fmt.Sprintf("… %s …", x)
        if (name === 'Sprintf' && values.length > 0) return formatted(lower(values[0]), values.slice(1).map(lower), range);
      }
      // []byte("…"), string(x)
      if ((callee?.type === 'slice_type' || (callee && /^(?:string|\[\]byte)$/.test(view.textOf(callee)))) && values.length === 1) return lower(values[0]);
      return null;
    }
    default: return null;
  }
}

/** `printf` formatting as a template. */
export function formatted(format: Expression, values: readonly Expression[], range: Expression['range']): Expression {
  if (format.kind !== 'string') return format;
  let next = 0;
  const parts = format.value.split(/(%%|%(?:\d+\$)?[-+ #0]*[\d*]*(?:\.\d+)?[a-zA-Z])/).flatMap((part): Expression[] => {
    if (part === '%%') return [{ kind: 'string', value: '%', range: format.range }];
    if (/^%.*[a-zA-Z]$/.test(part)) return [values[next++] ?? { kind: 'unknown', text: 'value', range }];
    return part ? [{ kind: 'string', value: part, range: format.range }] : [];
  });
  return { kind: 'template', parts, range };
}

function literalOf({ view, lower }: Lowering, body: Node, isData: boolean): Expression {
  const range = view.range(body);
  const elements = namedChildren(body);
  if (elements.length > 0 && elements.every((each) => each.type !== 'keyed_element')) return { kind: 'list', items: elements.map(lower), range };
  const entries = elements.flatMap((each): MapEntry[] => {
    const [key, value] = [each.childForFieldName('key') ?? namedChildren(each)[0], each.childForFieldName('value') ?? namedChildren(each)[1]];
    if (!key || !value) return [];
    const text = view.textOf(key);
    return [{ key: isData ? text.replace(/^["`]|["`]$/g, '') : wireName(text), keyRange: view.range(key), value: lower(value), spread: false, range: view.range(each) }];
  });
  return { kind: 'map', entries, range };
}

/** `xs = append(xs, x)`, `m["k"] = v`, fields of struct literals, methods by their receiver. */
function bind(place: Place, lower: (node: Node | null | undefined) => Expression | null): readonly Found[] {
  const { view, path } = place;
  const leafIndex = path.length - 1;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1]!;
  const same = (a: Node | null | undefined, b: Node): boolean => !!a && a.startIndex === b.startIndex && a.endIndex === b.endIndex;
  if (parent.type === 'method_declaration' && same(parent.childForFieldName('name'), leaf)) {
    const receiver = parent.childForFieldName('receiver');
    const name = /(\w+)(?:\[[^\]]*\])?\s*\)$/.exec(receiver ? view.textOf(receiver) : '')?.[1];
    return name ? [{ kind: 'function', value: lower(parent), at: leafIndex - 1, member: true, scope: { kind: 'class', range: view.range(parent), name } }] : [];
  }
  if (parent.type === 'literal_element' && path[leafIndex - 2]?.type === 'keyed_element') {
    const element = path[leafIndex - 2]!;
    const literal = path[leafIndex - 4];
    if (!same(element.childForFieldName('key') ?? namedChildren(element)[0], parent) || literal?.type !== 'composite_literal') return [];
    const type = literal.childForFieldName('type');
    return type?.type === 'type_identifier' ? [{ kind: 'assignment', value: lower(element.childForFieldName('value') ?? namedChildren(element)[1]), at: leafIndex - 2, member: true, scope: { kind: 'class', range: view.range(literal), name: view.textOf(type) } }] : [];
  }
  // c.client = client, in a method of c: a field of the struct, whichever method sets it.
  if (parent.type === 'selector_expression' && path[leafIndex - 2]?.type === 'expression_list' && path[leafIndex - 3]?.type === 'assignment_statement' && same(parent.childForFieldName('field'), leaf)) {
    const assignment = path[leafIndex - 3]!;
    const method = path.findLast((each) => each.type === 'method_declaration');
    const [, variable, type] = /^\(\s*(\w+)\s+\*?\s*(\w+)/.exec(method ? view.textOf(method.childForFieldName('receiver') ?? method) : '') ?? [];
    if (same(assignment.childForFieldName('left'), path[leafIndex - 2]!) && type !== undefined && view.textOf(parent.childForFieldName('operand') ?? parent) === variable) {
      const position = namedChildren(path[leafIndex - 2]!).findIndex((each) => same(each, parent));
      const right = namedChildren(assignment.childForFieldName('right') ?? assignment);
      const value = right[right.length > 1 ? position : 0];
      return [{ kind: 'assignment', value: value && (right.length > 1 || position === 0) ? lower(value) : null, at: leafIndex - 3, member: true, scope: { kind: 'class', range: view.range(assignment), name: type } }];
    }
    return [];
  }
  const statement = path[leafIndex - 2];
  if (parent.type === 'expression_list' && statement && /assignment_statement|short_var_declaration/.test(statement.type)) {
    const left = statement.childForFieldName('left');
    if (!same(left, parent)) return [];
    const position = namedChildren(parent).findIndex((each) => same(each, leaf));
    const right = namedChildren(statement.childForFieldName('right') ?? statement);
    const value = right[right.length > 1 ? position : 0];
    if (!value || (right.length === 1 && position > 0)) return [{ kind: 'assignment', value: null, at: leafIndex - 2 }];
    const name = value.type === 'call_expression' ? value.childForFieldName('function') : null;
    if (name && view.textOf(name) === 'append') {
      const [, ...added] = namedChildren(value.childForFieldName('arguments') ?? value);
      const target = namedChildren(value.childForFieldName('arguments') ?? value)[0];
      if (target && view.textOf(target) === view.textOf(leaf)) return added.map((each): Found => ({ kind: /variadic/.test(each.type) ? 'extend' : 'append', value: lower(/variadic/.test(each.type) ? namedChildren(each)[0] : each), at: leafIndex - 2 }));
    }
    return [{ kind: 'assignment', value: lower(value), at: leafIndex - 2 }];
  }
  if ((parent.type === 'index_expression' || parent.type === 'selector_expression') && path[leafIndex - 2]?.type === 'expression_list' && path[leafIndex - 3]?.type === 'assignment_statement') {
    const assignment = path[leafIndex - 3]!;
    if (!same(assignment.childForFieldName('left'), path[leafIndex - 2]!) || !same(parent.childForFieldName('operand'), leaf)) return [];
    const key = parent.type === 'index_expression' ? lower(parent.childForFieldName('index')) : null;
    const name = key ? (key.kind === 'string' ? key.value : null) : wireName(view.textOf(parent.childForFieldName('field') ?? leaf));
    return [{ kind: 'set-entry', key: name, value: lower(namedChildren(assignment.childForFieldName('right') ?? assignment)[0]), at: leafIndex - 3 }];
  }
  return [];
}

/** Imports by the name they have in code: the alias, else what the path is called without version and `go-` / `-go`. */
function imports(text: string): ReadonlyMap<string, { readonly module: string; readonly symbol: null }> {
  const found = new Map<string, { module: string; symbol: null }>();
  const add = (alias: string | undefined, module: string): void => {
    const last = module.replace(/\/v\d+$/, '').split('/').at(-1)!;
    found.set(alias ?? last.replace(/\.v\d+$/, '').replace(/-sdk-go$|-go$|^go-|\.go$/g, '').replaceAll('-', '_'), { module, symbol: null });
  };
  for (const block of text.matchAll(/^import\s*\(([^)]*)\)/gm)) for (const line of block[1]!.matchAll(/^\s*(?:([\w.]+)\s+)?"([^"]+)"/gm)) add(line[1], line[2]!);
  for (const line of text.matchAll(/^import\s+(?:([\w.]+)\s+)?"([^"]+)"/gm)) add(line[1], line[2]!);
  return found;
}

const dialect: Dialect = {
  rules: {
    callFollows: (text, offset) => /^\s*(?:\[[^\]\n]{0,80}\])?\(/.test(text.slice(offset, offset + 120)),
    chainStart: (text, offset) => offset - /(?:[\w\])]+\s*\.\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '//', blockComments: true, longQuotes: ['`'], semicolons: false,
    statement: /^(?:func|var|const|type|import|package|return|if|else|for|switch|case|default|go|defer|select)\b|^[\w.]+(?:\s*,\s*[\w.]+)*\s*:?=[^=]/,
    plainTextTypes: new Set(['comment', 'interpreted_string_literal_content', 'raw_string_literal_content', 'rune_literal']),
  },
  names: ['identifier', 'field_identifier', 'type_identifier', 'package_identifier'],
  transparent: ['parenthesized_expression'],
  members: { selector_expression: ['operand', 'field'], qualified_type: ['package', 'name'] },
  calls: { call_expression: { callee: 'function', arguments: 'arguments' } },
  own,
  functions: ['function_declaration', 'method_declaration', 'func_literal'],
  classes: { type_spec: { name: 'name' } },
  blocks: ['block', 'for_statement', 'if_statement'],
  declarations: { const_spec: { name: 'name', value: 'value', type: 'type' }, var_spec: { name: 'name', value: 'value', type: 'type' }, field_declaration: { name: 'name', value: 'none', type: 'type' } },
  assignments: { assignment_statement: ['left', 'right'], short_var_declaration: ['left', 'right'] },
  parameters: { parameter_declaration: { name: 'name', type: 'type' }, variadic_parameter_declaration: { name: 'name', type: 'type' } },
  loops: { for_statement: [null, null], range_clause: ['left', 'right'] },
  patterns: ['expression_list'],
  uncertain: ['if_statement', 'for_statement', 'expression_switch_statement', 'expression_case', 'type_switch_statement', 'select_statement'],
  comments: ['comment'],
  importWord: 'import', importTypes: ['import_declaration'],
  imports, openClasses: true, bind,
};

export const go: Language = {
  ids: ['go'], extensions: ['.go'], grammar: () => 'tree-sitter-go.wasm',
  open: (source: ParsedSource) => openProgram(source, grammarOf(dialect)), print: null,
};
