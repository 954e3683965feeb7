/** Python expressions → neutral expressions. */
import type { Node } from 'web-tree-sitter';
import type { Expression, MapEntry, NamedArgument, Parameter, StringExpression } from '../core/expression.js';
import { type SyntaxView, namedChildren } from '../core/syntaxView.js';

/** Nesting beyond which an expression is not read any further. */
const maximumDepth = 200;

/** Lowers one node; never throws, `unknown` where nothing can be said. */
export function lowerPython(view: SyntaxView, node: Node, depth = 0): Expression {
  const range = view.range(node);
  if (depth > maximumDepth) return view.unknown(node);
  const lower = (child: Node | null): Expression => (child ? lowerPython(view, child, depth + 1) : { kind: 'unknown', text: '', range });
  /** Types with several arguments, e.g. `Literal["a", "b"]`, as a list. */
  const several = (given: readonly Node[]): Expression => (given.length > 1 ? { kind: 'list', items: given.map(lower), range: { start: view.range(given[0]!).start, end: view.range(given.at(-1)!).end } } : lower(given[0] ?? null));
  switch (node.type) {
    case 'identifier': return { kind: 'name', name: view.textOf(node), range };
    case 'attribute': {
      const property = node.childForFieldName('attribute');
      if (!property) return view.unknown(node);
      return { kind: 'member', object: lower(node.childForFieldName('object')), property: view.textOf(property), propertyRange: view.range(property), range };
    }
    case 'string': return stringOf(view, node, depth);
    case 'concatenated_string': return { kind: 'concat', parts: namedChildren(node).map(lower), range };
    case 'integer': case 'float': {
      const value = Number(view.textOf(node).replaceAll('_', ''));
      return Number.isFinite(value) ? { kind: 'number', value, range } : view.unknown(node);
    }
    case 'true': return { kind: 'constant', value: true, range };
    case 'false': return { kind: 'constant', value: false, range };
    case 'none': return { kind: 'constant', value: null, range };
    case 'parenthesized_expression': case 'type': case 'expression_statement': {
      const [inner] = namedChildren(node);
      return inner ? lower(inner) : view.unknown(node);
    }
    case 'await': return lower(namedChildren(node)[0] ?? null);
    case 'named_expression': return lower(node.childForFieldName('value'));
    case 'conditional_expression': {
      const [whenTrue, , whenFalse] = namedChildren(node);
      return { kind: 'conditional', branches: [lower(whenTrue ?? null), lower(whenFalse ?? null)], range };
    }
    case 'boolean_operator': {
      const left = node.childForFieldName('left');
      const right = node.childForFieldName('right');
      return node.childForFieldName('operator')?.type === 'or' ? { kind: 'fallback', branches: [lower(left), lower(right)], range } : lower(right);
    }
    case 'binary_operator': return binary(view, node, depth);
    case 'union_type': return { kind: 'fallback', branches: namedChildren(node).map(lower), range };
    case 'unary_operator': {
      const argument = lower(node.childForFieldName('argument'));
      return argument.kind === 'number' && view.text[node.startIndex] === '-' ? { ...argument, value: -argument.value, range } : view.unknown(node);
    }
    case 'subscript': {
      const given = node.childrenForFieldName('subscript').filter((each): each is Node => each !== null);
      return { kind: 'index', object: lower(node.childForFieldName('value')), index: several(given), range };
    }
    case 'generic_type': {
      const [object, parameters] = namedChildren(node);
      return { kind: 'index', object: lower(object ?? null), index: several(parameters ? namedChildren(parameters) : []), range };
    }
    case 'call': return callOf(view, node, depth);
    case 'list': case 'tuple': case 'set': case 'expression_list': case 'pattern_list':
      return { kind: 'list', items: namedChildren(node).map(lower), range };
    case 'list_splat': return { kind: 'spread', value: lower(namedChildren(node)[0] ?? null), range };
    case 'list_comprehension': case 'set_comprehension': case 'generator_expression': {
      const clause = namedChildren(node).find((child) => child.type === 'for_in_clause');
      return { kind: 'list', items: [{ kind: 'repeat', item: lower(node.childForFieldName('body')), over: clause ? lower(clause.childForFieldName('right')) : null, range }], range };
    }
    case 'dictionary_comprehension': return { kind: 'map', entries: [{ key: null, keyRange: null, value: view.unknown(node), spread: true, range }], range };
    case 'dictionary': return { kind: 'map', entries: namedChildren(node).flatMap((child) => entryOf(view, child, depth)), range };
    case 'lambda': {
      const body = node.childForFieldName('body');
      return { kind: 'function', name: null, parameters: parametersOf(view, node.childForFieldName('parameters'), depth), returns: () => (body ? [lowerPython(view, body)] : []), range };
    }
    case 'function_definition': {
      const name = node.childForFieldName('name');
      return { kind: 'function', name: name ? view.textOf(name) : null, parameters: parametersOf(view, node.childForFieldName('parameters'), depth), returns: () => returnsOf(view, node), range };
    }
    case 'class_definition': {
      const name = node.childForFieldName('name');
      const bases = node.childForFieldName('superclasses');
      return { kind: 'class', name: name ? view.textOf(name) : null, bases: bases ? namedChildren(bases).filter((child) => child.type !== 'keyword_argument').map(lower) : [], range };
    }
    default: return view.unknown(node);
  }
}

function callOf(view: SyntaxView, node: Node, depth: number): Expression {
  const range = view.range(node);
  const callee = node.childForFieldName('function');
  const given = node.childForFieldName('arguments');
  if (!callee || !given) return view.unknown(node);
  const named: NamedArgument[] = [];
  const positional: Expression[] = [];
  const spreads: Expression[] = [];
  for (const child of given.type === 'generator_expression' ? [given] : namedChildren(given)) {
    if (child.type === 'keyword_argument') {
      const name = child.childForFieldName('name');
      const value = child.childForFieldName('value');
      if (name && value) named.push({ name: view.textOf(name), nameRange: view.range(name), value: lowerPython(view, value, depth + 1), range: view.range(child) });
    } else if (child.type === 'dictionary_splat') {
      const value = namedChildren(child)[0];
      if (value) spreads.push(lowerPython(view, value, depth + 1));
    } else if (child.type !== 'ERROR') positional.push(lowerPython(view, child, depth + 1));
  }
  // `dict(a=1)` is a map.
  if (callee.type === 'identifier' && view.textOf(callee) === 'dict' && named.length > 0 && positional.length === 0) {
    return {
      kind: 'map', range, entries: [
        ...spreads.map((value): MapEntry => ({ key: null, keyRange: null, value, spread: true, range: value.range })),
        ...named.map((each): MapEntry => ({ key: each.name, keyRange: each.nameRange, value: each.value, spread: false, range: each.range })),
      ],
    };
  }
  return {
    kind: 'call', callee: lowerPython(view, callee, depth + 1), positional, named, spreads, construction: false, argumentsRange: view.range(given),
    complete: !given.hasError && !view.isRepaired(given.startIndex, given.endIndex), range,
  };
}

function entryOf(view: SyntaxView, child: Node, depth: number): MapEntry[] {
  const range = view.range(child);
  if (child.type === 'dictionary_splat') {
    const value = namedChildren(child)[0];
    return value ? [{ key: null, keyRange: null, value: lowerPython(view, value, depth + 1), spread: true, range }] : [];
  }
  const key = child.childForFieldName('key');
  const value = child.childForFieldName('value');
  if (child.type !== 'pair' || !key || !value) return [];
  const name = lowerPython(view, key, depth + 1);
  return [{ key: name.kind === 'string' ? name.value : null, keyRange: view.range(key), value: lowerPython(view, value, depth + 1), spread: false, range }];
}

/** `a + b + …` as one flat list (chains can be thousands long), `"…" % x` as a template. */
function binary(view: SyntaxView, node: Node, depth: number): Expression {
  const range = view.range(node);
  const operator = node.childForFieldName('operator')?.type;
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (!left || !right) return view.unknown(node);
  if (operator === '|') return { kind: 'fallback', branches: [lowerPython(view, left, depth + 1), lowerPython(view, right, depth + 1)], range };
  if (operator === '%') {
    const template = lowerPython(view, left, depth + 1);
    const values = lowerPython(view, right, depth + 1);
    return template.kind === 'string' ? percent(template, values) : { kind: 'concat', parts: [template, values], range };
  }
  // `FOLDER / "name.md"` of pathlib; numbers are divided elsewhere.
  if (operator === '/' && (isPathPart(right) || (left.type === 'binary_operator' && isPathPart(left.childForFieldName('right'))))) {
    return { kind: 'call', callee: { kind: 'member', object: lowerPython(view, left, depth + 1), property: 'joinpath', propertyRange: view.range(left), range: view.range(left) }, positional: [lowerPython(view, right, depth + 1)], named: [], spreads: [], construction: false, argumentsRange: view.range(right), complete: true, range };
  }
  if (operator !== '+') return view.unknown(node);
  const parts: Expression[] = [lowerPython(view, right, depth + 1)];
  let current: Node | null = left;
  while (current?.type === 'binary_operator' && current.childForFieldName('operator')?.type === '+') {
    const next: Node | null = current.childForFieldName('right');
    if (next) parts.push(lowerPython(view, next, depth + 1));
    current = current.childForFieldName('left');
  }
  if (current) parts.push(lowerPython(view, current, depth + 1));
  return { kind: 'concat', parts: parts.reverse(), range };
}

const isPathPart = (node: Node | null | undefined): boolean => node?.type === 'string' || node?.type === 'concatenated_string';

function percent(template: StringExpression, values: Expression): Expression {
  const { range } = template;
  const parts: Expression[] = [];
  let index = 0;
  for (const piece of template.value.split(/(%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%%)/)) {
    if (piece === '%%') parts.push({ kind: 'string', value: '%', range });
    else if (piece.startsWith('%') && /[a-zA-Z]$/.test(piece)) {
      const name = /^%\((\w+)\)/.exec(piece)?.[1];
      const value = name !== undefined
        ? (values.kind === 'map' ? values.entries.find((entry) => entry.key === name)?.value : undefined)
        : values.kind === 'list' ? values.items[index++] : index++ === 0 ? values : undefined;
      parts.push(value ?? { kind: 'unknown', text: name ?? 'value', range });
    } else if (piece !== '') parts.push({ kind: 'string', value: piece, range });
  }
  return { kind: 'template', parts, range: { start: range.start, end: values.range.end } };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', a: '\u0007', b: '\b', f: '\f', v: '\v', '0': '\0', '\n': '' };

/** Decodes backslash escapes; unknown ones stay as written, as in Python. */
function decode(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{[^}]*\}|\r\n|([\s\S]))/g, (whole, hex?: string, short?: string, long?: string, single?: string) => {
    const code = hex ?? short ?? long;
    if (code !== undefined) { const value = parseInt(code, 16); return value <= 0x10ffff ? String.fromCodePoint(value) : whole; }
    if (single === undefined) return whole.startsWith('\\N') ? '\ufffd' : '';
    return escapes[single] ?? whole;
  });
}

function stringOf(view: SyntaxView, node: Node, depth: number): Expression {
  const range = view.range(node);
  const prefix = /^[a-zA-Z]*/.exec(view.text.slice(node.startIndex, node.startIndex + 4))![0].toLowerCase();
  const isFormat = prefix.includes('f');
  const decoded = (text: string): string => (prefix.includes('r') ? text : decode(isFormat ? text.replaceAll('{{', '{').replaceAll('}}', '}') : text));
  const parts: Expression[] = [];
  let text = '';
  let textStart = -1;
  const flush = (end: number): void => {
    if (text !== '') parts.push({ kind: 'string', value: decoded(text), range: view.rangeOf(textStart, end) });
    text = '';
    textStart = -1;
  };
  for (const child of node.children) {
    if (!child || child.type === 'string_start' || child.type === 'string_end') continue;
    if (child.type === 'interpolation') {
      flush(child.startIndex);
      const expression = child.childForFieldName('expression') ?? namedChildren(child)[0];
      parts.push(expression ? lowerPython(view, expression, depth + 1) : view.unknown(child));
      continue;
    }
    if (textStart < 0) textStart = child.startIndex;
    text += view.textOf(child);
  }
  if (parts.length === 0) return { kind: 'string', value: decoded(text), range };
  flush(node.endIndex);
  return { kind: 'template', parts, range };
}

function parametersOf(view: SyntaxView, node: Node | null, depth: number): Parameter[] {
  if (!node) return [];
  return namedChildren(node).flatMap((child): Parameter[] => {
    const range = view.range(child);
    const annotation = child.childForFieldName('type');
    const value = child.childForFieldName('value');
    const name = child.type === 'identifier' ? child : child.childForFieldName('name') ?? namedChildren(child).find((each) => each.type === 'identifier');
    if (!name) return [];
    return [{
      name: view.textOf(name), range, annotation: annotation ? lowerPython(view, annotation, depth + 1) : null, defaultValue: value ? lowerPython(view, value, depth + 1) : null,
    }];
  });
}

/** Returned and yielded values of a function's own body, without those of functions inside it. */
function returnsOf(view: SyntaxView, node: Node): Expression[] {
  const result: Expression[] = [];
  const visit = (current: Node, depth: number): void => {
    if (depth > 60 || result.length >= 12) return;
    for (const child of current.namedChildren) {
      if (!child || child.type === 'function_definition' || child.type === 'class_definition' || child.type === 'lambda') continue;
      if (child.type === 'return_statement') {
        const value = namedChildren(child)[0];
        if (value) result.push(lowerPython(view, value));
      } else if (/statement|block|clause|decorated/.test(child.type)) visit(child, depth + 1);
    }
  };
  const body = node.childForFieldName('body');
  if (body) visit(body, 0);
  return result;
}
