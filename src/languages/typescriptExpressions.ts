/** TypeScript and JavaScript expressions → neutral expressions. */
import type { Node } from 'web-tree-sitter';
import type { Expression, MapEntry, Parameter } from '../core/expression.js';
import { type SyntaxView, namedChildren } from '../core/syntaxView.js';

const maximumDepth = 200;

/** Lowers one node; never throws, `unknown` where nothing can be said. */
export function lowerTypescript(view: SyntaxView, node: Node, depth = 0): Expression {
  const range = view.range(node);
  if (depth > maximumDepth) return view.unknown(node);
  const lower = (child: Node | null | undefined): Expression => (child ? lowerTypescript(view, child, depth + 1) : { kind: 'unknown', text: '', range });
  switch (node.type) {
    case 'identifier': case 'this': case 'super': case 'type_identifier': case 'shorthand_property_identifier': case 'shorthand_property_identifier_pattern': case 'import': {
      const name = view.textOf(node);
      return name === 'undefined' ? { kind: 'constant', value: null, range } : { kind: 'name', name, range };
    }
    case 'undefined': case 'null': return { kind: 'constant', value: null, range };
    case 'member_expression': case 'nested_identifier': case 'nested_type_identifier': {
      const property = node.childForFieldName('property') ?? node.childForFieldName('name') ?? namedChildren(node).at(-1);
      const object = node.childForFieldName('object') ?? node.childForFieldName('module') ?? namedChildren(node)[0];
      if (!property || !object) return view.unknown(node);
      return { kind: 'member', object: lower(object), property: view.textOf(property).replace(/^#/, ''), propertyRange: view.range(property), range };
    }
    case 'subscript_expression': return { kind: 'index', object: lower(node.childForFieldName('object')), index: lower(node.childForFieldName('index')), range };
    case 'meta_property': return { kind: 'member', object: { kind: 'name', name: 'import', range }, property: 'meta', propertyRange: range, range };
    case 'string': return { kind: 'string', value: decode(view.textOf(node).slice(1, -1)), range };
    case 'template_string': return templateOf(view, node, depth);
    case 'number': {
      const value = Number(view.textOf(node).replaceAll('_', ''));
      return Number.isFinite(value) ? { kind: 'number', value, range } : view.unknown(node);
    }
    case 'true': return { kind: 'constant', value: true, range };
    case 'false': return { kind: 'constant', value: false, range };
    case 'parenthesized_expression': case 'non_null_expression': case 'as_expression': case 'satisfies_expression': case 'await_expression': case 'instantiation_expression': case 'expression_statement': case 'type_annotation': case 'parenthesized_type':
      return lower(namedChildren(node)[0]);
    case 'type_assertion': return lower(namedChildren(node).at(-1));
    case 'sequence_expression': return lower(namedChildren(node).at(-1));
    case 'ternary_expression': return { kind: 'conditional', branches: [lower(node.childForFieldName('consequence')), lower(node.childForFieldName('alternative'))], range };
    case 'union_type': return { kind: 'fallback', branches: namedChildren(node).map(lower), range };
    case 'generic_type': {
      const name = node.childForFieldName('name') ?? namedChildren(node)[0];
      return lower(name);
    }
    case 'binary_expression': return binary(view, node, depth);
    case 'unary_expression': {
      const argument = lower(node.childForFieldName('argument'));
      return argument.kind === 'number' && view.text[node.startIndex] === '-' ? { ...argument, value: -argument.value, range } : view.unknown(node);
    }
    case 'assignment_expression': return lower(node.childForFieldName('right'));
    case 'call_expression': case 'new_expression': return callOf(view, node, depth);
    case 'array': return { kind: 'list', items: namedChildren(node).map(lower), range };
    case 'spread_element': return { kind: 'spread', value: lower(namedChildren(node)[0]), range };
    case 'object': return { kind: 'map', entries: namedChildren(node).flatMap((child) => entryOf(view, child, depth)), range };
    case 'arrow_function': case 'function_expression': case 'function': case 'function_declaration': case 'method_definition': case 'generator_function': case 'generator_function_declaration': {
      const name = node.childForFieldName('name');
      return { kind: 'function', name: name ? view.textOf(name) : null, parameters: parametersOf(view, node, depth), returns: () => returnsOf(view, node), range, ...(node.type === 'method_definition' && node.children.some((child) => child?.type === 'get') && { accessor: true }) };
    }
    case 'class_declaration': case 'class': case 'abstract_class_declaration': {
      const name = node.childForFieldName('name');
      const heritage = namedChildren(node).find((child) => child.type === 'class_heritage');
      const clause = heritage ? namedChildren(heritage).find((child) => child.type === 'extends_clause') ?? heritage : null;
      const base = clause ? clause.childForFieldName('value') ?? namedChildren(clause)[0] : null;
      return { kind: 'class', name: name ? view.textOf(name) : null, bases: base ? [lower(base)] : [], range };
    }
    // An enumeration is read as a map of its members.
    case 'enum_declaration': {
      const body = node.childForFieldName('body');
      return { kind: 'map', entries: body ? namedChildren(body).flatMap((child) => entryOf(view, child, depth)) : [], range };
    }
    default: return view.unknown(node);
  }
}

function callOf(view: SyntaxView, node: Node, depth: number): Expression {
  const range = view.range(node);
  const construction = node.type === 'new_expression';
  const callee = node.childForFieldName(construction ? 'constructor' : 'function');
  const given = node.childForFieldName('arguments');
  if (!callee) return view.unknown(node);
  // dedent`…`, String.raw`…`: the text itself.
  if (given?.type === 'template_string') return lowerTypescript(view, given, depth + 1);
  if (!given) {
    return construction
      ? { kind: 'call', callee: lowerTypescript(view, callee, depth + 1), positional: [], named: [], spreads: [], construction, argumentsRange: { start: range.end, end: range.end }, complete: true, range }
      : view.unknown(node);
  }
  const values = namedChildren(given).filter((child) => child.type !== 'ERROR');
  // xs.map((x) => …): one item, any number of times.
  const property = callee.type === 'member_expression' ? callee.childForFieldName('property') : null;
  const method = property ? view.textOf(property) : '';
  const callback = values[0];
  if ((method === 'map' || method === 'flatMap') && callback && /function/.test(callback.type)) {
    const lowered = lowerTypescript(view, callback, depth + 1);
    const returned = lowered.kind === 'function' ? lowered.returns() : [];
    const over = callee.childForFieldName('object');
    if (returned.length > 0) {
      const item: Expression = returned.length === 1 ? returned[0]! : { kind: 'conditional', branches: returned, range };
      return { kind: 'list', items: [{ kind: 'repeat', item, over: over ? lowerTypescript(view, over, depth + 1) : null, range }], range };
    }
  }
  const positional: Expression[] = [];
  const spreads: Expression[] = [];
  for (const value of values) (value.type === 'spread_element' ? spreads : positional).push(lowerTypescript(view, value, depth + 1));
  return {
    kind: 'call', callee: lowerTypescript(view, callee, depth + 1), positional, named: [], spreads, construction, argumentsRange: view.range(given),
    complete: !given.hasError && !view.isRepaired(given.startIndex, given.endIndex), range,
  };
}

function entryOf(view: SyntaxView, child: Node, depth: number): MapEntry[] {
  const range = view.range(child);
  const lower = (node: Node): Expression => lowerTypescript(view, node, depth + 1);
  switch (child.type) {
    case 'spread_element': {
      const value = namedChildren(child)[0];
      return value ? [{ key: null, keyRange: null, value: lower(value), spread: true, range }] : [];
    }
    case 'shorthand_property_identifier': return [{ key: view.textOf(child), keyRange: range, value: lower(child), spread: false, range }];
    case 'method_definition': {
      const name = child.childForFieldName('name');
      return name ? [{ key: view.textOf(name), keyRange: view.range(name), value: lower(child), spread: false, range }] : [];
    }
    case 'pair': case 'enum_assignment': {
      const key = child.childForFieldName(child.type === 'pair' ? 'key' : 'name');
      const value = child.childForFieldName('value');
      if (!key || !value) return [];
      return [{ key: keyOf(view, key), keyRange: view.range(key), value: lower(value), spread: false, range }];
    }
    default: return [];
  }
}

/** Name of a property key; null for computed ones that are no literal. */
export function keyOf(view: SyntaxView, key: Node): string | null {
  if (key.type === 'property_identifier' || key.type === 'number' || key.type === 'identifier') return view.textOf(key);
  if (key.type === 'string') return decode(view.textOf(key).slice(1, -1));
  const inner = key.type === 'computed_property_name' ? namedChildren(key)[0] : null;
  return inner?.type === 'string' ? decode(view.textOf(inner).slice(1, -1)) : null;
}

/** `a + b + …` as one flat list (chains can be thousands long); `||`, `??` as fallback. */
function binary(view: SyntaxView, node: Node, depth: number): Expression {
  const range = view.range(node);
  const operator = node.childForFieldName('operator')?.type;
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (!left || !right) return view.unknown(node);
  if (operator === '||' || operator === '??') return { kind: 'fallback', branches: [lowerTypescript(view, left, depth + 1), lowerTypescript(view, right, depth + 1)], range };
  if (operator === '&&') return lowerTypescript(view, right, depth + 1);
  if (operator !== '+') return view.unknown(node);
  const parts: Expression[] = [lowerTypescript(view, right, depth + 1)];
  let current: Node | null = left;
  while (current?.type === 'binary_expression' && current.childForFieldName('operator')?.type === '+') {
    const next: Node | null = current.childForFieldName('right');
    if (next) parts.push(lowerTypescript(view, next, depth + 1));
    current = current.childForFieldName('left');
  }
  if (current) parts.push(lowerTypescript(view, current, depth + 1));
  return { kind: 'concat', parts: parts.reverse(), range };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0', '\n': '' };

/** Decodes backslash escapes of strings and templates. */
function decode(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|\r\n|([\s\S]))/g, (_whole, hex?: string, short?: string, long?: string, single?: string) => {
    const code = hex ?? short ?? long;
    if (code !== undefined) { const value = parseInt(code, 16); return value <= 0x10ffff ? String.fromCodePoint(value) : ''; }
    return single === undefined ? '' : escapes[single] ?? single;
  });
}

function templateOf(view: SyntaxView, node: Node, depth: number): Expression {
  const range = view.range(node);
  const parts: Expression[] = [];
  let from = node.startIndex + 1;
  let hasHoles = false;
  const literal = (to: number): void => {
    if (to > from) parts.push({ kind: 'string', value: decode(view.text.slice(from, to)), range: view.rangeOf(from, to) });
  };
  for (const child of node.children) {
    if (child?.type !== 'template_substitution') continue;
    literal(child.startIndex);
    const inner = namedChildren(child)[0];
    parts.push(inner ? lowerTypescript(view, inner, depth + 1) : view.unknown(child));
    from = child.endIndex;
    hasHoles = true;
  }
  const end = view.text[node.endIndex - 1] === '`' && node.endIndex - 1 > node.startIndex ? node.endIndex - 1 : node.endIndex;
  literal(end);
  if (!hasHoles) return { kind: 'string', value: parts[0]?.kind === 'string' ? parts[0].value : '', range };
  return { kind: 'template', parts, range };
}

/** Parameters in order; a destructured one is named by its whole pattern, its parts are bindings of their own. */
function parametersOf(view: SyntaxView, node: Node, depth: number): Parameter[] {
  const single = node.childForFieldName('parameter');
  if (single) return [{ name: view.textOf(single), defaultValue: null, annotation: null, range: view.range(single) }];
  const list = node.childForFieldName('parameters');
  if (!list) return [];
  return namedChildren(list).flatMap((child): Parameter[] => {
    const pattern = child.type === 'assignment_pattern' ? child.childForFieldName('left') : child.childForFieldName('pattern') ?? child;
    const value = child.childForFieldName('value') ?? (child.type === 'assignment_pattern' ? child.childForFieldName('right') : null);
    const type = child.childForFieldName('type');
    if (!pattern) return [];
    return [{
      name: view.textOf(pattern), range: view.range(child), defaultValue: value ? lowerTypescript(view, value, depth + 1) : null,
      annotation: type ? lowerTypescript(view, type, depth + 1) : null,
    }];
  });
}

/** Returned values of a function's own body, without those of functions inside it. */
function returnsOf(view: SyntaxView, node: Node): Expression[] {
  const body = node.childForFieldName('body');
  if (!body) return [];
  if (body.type !== 'statement_block') return [lowerTypescript(view, body)];
  const result: Expression[] = [];
  const visit = (current: Node, depth: number): void => {
    if (depth > 60 || result.length >= 12) return;
    for (const child of current.namedChildren) {
      if (!child || /function|class|method/.test(child.type)) continue;
      if (child.type === 'return_statement') {
        const value = namedChildren(child)[0];
        if (value) result.push(lowerTypescript(view, value));
      } else if (/statement|block|clause|switch|case/.test(child.type)) visit(child, depth + 1);
    }
  };
  visit(body, 0);
  return result;
}
