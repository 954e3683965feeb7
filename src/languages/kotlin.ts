/** Kotlin: the packages are Java's, so are their tables; constructors have no `new`, arguments may have names, strings have holes. */
import type { Node } from 'web-tree-sitter';
import type { CallExpression, Expression, FunctionExpression, Language, MapEntry, NamedArgument, Parameter, ParsedSource } from '../core/expression.js';
import { openProgram } from '../core/program.js';
import { childOf, namedChildren } from '../core/syntaxView.js';
import { type Dialect, type Found, type Lowering, decodeEscapes, folded, grammarOf, receiver, wireName } from './dialect.js';
import { dedented } from './java.js';

const lists = /^(?:listOf|mutableListOf|arrayListOf|setOf|mutableSetOf|arrayOf|listOfNotNull|sequenceOf)$/;
const maps = /^(?:mapOf|mutableMapOf|hashMapOf|linkedMapOf)$/;
/** Constructions by another name, as in Java. */
const factories = /^(?:fromEnv|create|getInstance|newClient|withApiKey|fromApiKey)$/;

/** Text with holes. The grammar leaves `$name` of a one-line string in its text. */
function textOf({ view, lower }: Lowering, node: Node): Expression {
  const range = view.range(node);
  const isRaw = node.type === 'multiline_string_literal';
  const parts: Expression[] = [];
  let from = -1;
  let to = -1;
  const flush = (): void => {
    if (from < 0) return;
    const written = view.text.slice(from, to);
    let at = 0;
    const literal = (end: number): void => {
      if (end > at) parts.push({ kind: 'string', value: isRaw ? written.slice(at, end) : decodeEscapes(written.slice(at, end)), range: view.rangeOf(from + at, from + end) });
    };
    for (const match of written.matchAll(/(?<!\\)\$([A-Za-z_]\w*)/g)) {
      literal(match.index);
      at = match.index + match[0].length;
      parts.push({ kind: 'name', name: match[1]!, range: view.rangeOf(from + match.index, from + at) });
    }
    literal(written.length);
    from = -1;
  };
  for (const child of node.namedChildren) {
    if (!child) continue;
    if (child.type === 'interpolation') {
      flush();
      parts.push(lower(namedChildren(child)[0] ?? child));
    } else {
      if (from < 0) from = child.startIndex;
      to = child.endIndex;
    }
  }
  flush();
  if (parts.length === 0) return { kind: 'string', value: '', range };
  return parts.length === 1 && parts[0]!.kind === 'string' ? { ...parts[0]!, range } as Expression : { kind: 'template', parts, range };
}

/** Lambdas behind the parentheses are arguments, too; what is called with a capital letter is constructed. */
function callOf(lowering: Lowering, node: Node): Expression {
  const { view, lower } = lowering;
  const range = view.range(node);
  const children = namedChildren(node);
  const target = children[0];
  if (!target) return view.unknown(node);
  const given = childOf(node, 'value_arguments');
  const positional: Expression[] = [];
  const named: NamedArgument[] = [];
  const spreads: Expression[] = [];
  for (const child of given ? namedChildren(given) : []) {
    if (child.type !== 'value_argument') continue;
    const value = namedChildren(child).at(-1);
    const name = child.children.some((each) => each?.type === '=') ? namedChildren(child)[0] : undefined;
    if (!value) continue;
    if (name && name.startIndex !== value.startIndex) named.push({ name: wireName(view.textOf(name)), nameRange: view.range(name), value: lower(value), range: view.range(child) });
    else if (value.type === 'spread_expression') spreads.push(lower(namedChildren(value)[0]));
    else positional.push(lower(value));
  }
  const lambda = childOf(node, 'annotated_lambda');
  if (lambda) positional.push(lower(lambda));
  const lowered = lower(target);
  const callee: Expression = lowered.kind === 'member' ? { ...lowered, object: receiver(lowered.object) } : lowered;
  const name = callee.kind === 'name' ? callee.name : callee.kind === 'member' ? callee.property : '';
  if (callee.kind === 'name' && lists.test(name)) return { kind: 'list', items: positional, range };
  if (callee.kind === 'name' && maps.test(name)) return { kind: 'map', range, entries: namedChildren(given ?? node).flatMap((child) => pairOf(lowering, namedChildren(child).at(-1))) };
  // `ModelId("gpt-4o")` of the multiplatform client is a name in a box.
  if (name === 'ModelId' && positional.length === 1) return positional[0]!;
  if (callee.kind === 'member') {
    const text = callee.object.kind === 'string' ? callee.object : null;
    if (/^trim(?:Indent|Margin)$/.test(name)) return text ? { ...text, value: name === 'trimIndent' ? dedented(text.value).trim() : text.value.replace(/^[ \t]*\|/gm, '').trim(), range } : { ...callee.object, range };
    if (/^(?:of|asList)$/.test(name) && callee.object.kind === 'name' && /^(?:List|Set|Arrays)$/.test(callee.object.name)) return { kind: 'list', items: positional, range };
  }
  const isFactory = callee.kind === 'member' && factories.test(name) && callee.object.kind === 'name' && /^[A-Z]/.test(callee.object.name);
  const call: CallExpression = {
    kind: 'call', callee: isFactory ? callee.object : callee, positional, named, spreads, range,
    construction: isFactory || /^[A-Z]/.test(name),
    argumentsRange: given ? view.range(given) : lambda ? view.range(lambda) : { start: range.end, end: range.end },
    complete: !given || (!given.hasError && !view.isRepaired(given.startIndex, given.endIndex)),
  };
  return folded(call);
}

/** `"key" to value`. */
function pairOf({ view, lower }: Lowering, node: Node | undefined): MapEntry[] {
  if (node?.type !== 'infix_expression') return [];
  const [key, word, value] = namedChildren(node);
  if (!key || !word || !value || view.textOf(word) !== 'to') return [];
  const lowered = lower(key);
  return [{ key: lowered.kind === 'string' ? lowered.value : null, keyRange: lowered.range, value: lower(value), spread: false, range: view.range(node) }];
}

/** What a body or a branch comes to: its last expression. */
function valueOf({ view, lower }: Lowering, node: Node | undefined): Expression {
  if (!node) return { kind: 'unknown', text: '', range: { start: 0, end: 0 } };
  if (!/^(?:block|control_structure_body|statements|lambda_literal)$/.test(node.type)) return lower(node);
  const last = namedChildren(node).at(-1);
  return last && !/declaration|_statement$/.test(last.type) ? lower(last) : view.unknown(node);
}

function functionOf(lowering: Lowering, node: Node): FunctionExpression {
  const { view, lower } = lowering;
  const name = node.childForFieldName('name');
  const list = childOf(node, 'function_value_parameters') ?? childOf(node, 'lambda_parameters');
  const parameters: Parameter[] = [];
  const children = list ? namedChildren(list) : [];
  children.forEach((child, index) => {
    if (child.type !== 'parameter' && child.type !== 'variable_declaration') return;
    const [bound, type] = namedChildren(child);
    if (!bound) return;
    // A default value stands beside the parameter or in it.
    const inside = child.children.findIndex((each) => each?.type === '=');
    const next = children[index + 1];
    const value = inside >= 0 ? namedChildren(child).at(-1) : next && next.type !== 'parameter' && next.type !== 'parameter_modifiers' ? next : undefined;
    parameters.push({ name: view.textOf(bound), defaultValue: value ? lower(value) : null, annotation: type && /type/.test(type.type) ? lower(type) : null, range: view.range(child) });
  });
  const returns = (): readonly Expression[] => {
    const body = node.type === 'function_declaration' ? childOf(node, 'function_body') : node;
    const inner = body ? namedChildren(body).at(-1) : undefined;
    if (!inner) return [];
    if (inner.type !== 'block') return [valueOf(lowering, inner)];
    const found: Expression[] = [];
    const visit = (current: Node, depth: number): void => {
      if (depth > 60 || found.length >= 12) return;
      for (const child of current.namedChildren) {
        if (!child || /^(?:function_declaration|class_declaration|object_declaration|anonymous_function)$/.test(child.type)) continue;
        if (child.type === 'return_expression') { const value = namedChildren(child)[0]; if (value) found.push(lower(value)); } else visit(child, depth + 1);
      }
    };
    visit(inner, 0);
    return found;
  };
  return { kind: 'function', name: name ? view.textOf(name) : null, parameters, returns, range: view.range(node) };
}

function own(lowering: Lowering, node: Node): Expression | null {
  const { view, lower } = lowering;
  const range = view.range(node);
  switch (node.type) {
    case 'string_literal': case 'multiline_string_literal': return textOf(lowering, node);
    case 'character_literal': return { kind: 'string', value: decodeEscapes(view.textOf(node).slice(1, -1)), range };
    case 'number_literal': {
      const value = Number.parseFloat(view.textOf(node).replaceAll('_', ''));
      return Number.isFinite(value) ? { kind: 'number', value, range } : null;
    }
    case 'call_expression': return callOf(lowering, node);
    case 'constructor_invocation': return callOf(lowering, node);
    case 'function_declaration': case 'lambda_literal': case 'anonymous_function': return functionOf(lowering, node);
    // `value!!`
    case 'unary_expression': return node.childForFieldName('operator')?.type === '!!' ? lower(node.childForFieldName('argument')) : null;
    case 'as_expression': return lower(namedChildren(node)[0]);
    case 'user_type': {
      const names = namedChildren(node).filter((each) => each.type === 'identifier');
      const last = names.at(-1);
      if (!last) return null;
      const [generic] = namedChildren(childOf(node, 'type_arguments') ?? last);
      if (/^(?:Optional|Provider|ObjectProvider|Lazy|Deferred|Supplier)$/.test(view.textOf(last)) && generic) return lower(generic);
      return { kind: 'name', name: view.textOf(last), range };
    }
    case 'index_expression': { const [object, index] = namedChildren(node); return object && index ? { kind: 'index', object: lower(object), index: lower(index), range } : null; }
    case 'if_expression': {
      const condition = node.childForFieldName('condition');
      const branches = namedChildren(node).filter((each) => each.startIndex !== condition?.startIndex).map((each) => valueOf(lowering, each));
      return branches.length > 0 ? { kind: 'conditional', branches, range } : null;
    }
    case 'when_expression': {
      const branches = namedChildren(node).filter((each) => each.type === 'when_entry').map((each) => valueOf(lowering, namedChildren(each).at(-1)));
      return branches.length > 0 ? { kind: 'conditional', branches, range } : null;
    }
    default: return null;
  }
}

function imports(text: string): ReadonlyMap<string, { readonly module: string; readonly symbol: string | null }> {
  const found = new Map<string, { module: string; symbol: string | null }>();
  for (const [, module, name, alias] of text.matchAll(/^\s*import\s+([\w.]+)\.(\w+)(?:\s+as\s+(\w+))?/gm)) found.set(alias ?? name!, { module: module!, symbol: name! });
  return found;
}

const unbound = (text: string): string | null => [...text.matchAll(/^\s*import\s+([\w.]+)\.\*/gm)].map((match) => match[1]!).join('|') || null;

const isSame = (a: Node | null | undefined, b: Node | null | undefined): boolean => !!a && !!b && a.startIndex === b.startIndex && a.endIndex === b.endIndex;

/** Properties and parameters: the grammar has no fields for what they are bound to. */
const bind: Dialect['bind'] = (place, lower): readonly Found[] => {
  const { path } = place;
  const leafIndex = path.length - 1;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1]!;
  const outer = path[leafIndex - 2];
  const annotationOf = (node: Node): Expression | null => lower(namedChildren(node).find((each) => each.type.endsWith('_type')));
  if (parent.type === 'variable_declaration' && isSame(namedChildren(parent)[0], leaf)) {
    if (outer?.type === 'for_statement') return [{ kind: 'loop', value: lower(namedChildren(outer).find((_each, index, all) => index > 0 && isSame(all[index - 1], parent))), at: leafIndex - 2 }];
    if (outer?.type !== 'property_declaration') return outer?.type === 'lambda_parameters' ? [{ kind: 'parameter', at: leafIndex - 1 }] : [];
    const children = namedChildren(outer);
    const after = children.slice(children.findIndex((each) => isSame(each, parent)) + 1);
    // `by lazy { … }` is what its block comes to.
    const delegate = after.find((each) => each.type === 'property_delegate');
    const made = delegate && namedChildren(delegate).at(-1);
    const body = made && childOf(made, 'annotated_lambda');
    const block = body && namedChildren(body).at(-1);
    const value = delegate ? block && namedChildren(block).at(-1) : after.find((each) => !/^(?:getter|setter|type_constraints)$/.test(each.type));
    const holder = path[leafIndex - 3];
    return [{ kind: 'assignment', value: lower(value), annotation: annotationOf(parent), at: leafIndex - 2, ...(holder?.type.endsWith('class_body') && { member: true }) }];
  }
  if (parent.type === 'class_parameter' && isSame(namedChildren(parent).find((each) => each.type === 'identifier'), leaf)) {
    const hasDefault = parent.children.some((each) => each?.type === '=');
    return [{ kind: 'assignment', value: hasDefault ? lower(namedChildren(parent).at(-1)) : null, annotation: annotationOf(parent), at: leafIndex - 1, member: true }];
  }
  if (parent.type === 'parameter' && isSame(namedChildren(parent)[0], leaf)) {
    const siblings = outer ? namedChildren(outer) : [];
    const next = siblings[siblings.findIndex((each) => isSame(each, parent)) + 1];
    return [{ kind: 'parameter', value: next && next.type !== 'parameter' && next.type !== 'parameter_modifiers' ? lower(next) : null, annotation: annotationOf(parent), at: leafIndex - 1 }];
  }
  // list.add(x), list += x
  if (parent.type === 'navigation_expression' && isSame(namedChildren(parent)[0], leaf) && outer?.type === 'call_expression') {
    const name = place.view.textOf(namedChildren(parent).at(-1)!);
    const value = namedChildren(childOf(outer, 'value_arguments') ?? parent).at(-1);
    const given = value?.type === 'value_argument' ? namedChildren(value).at(-1) : undefined;
    if (name === 'add' && given) return [{ kind: 'append', value: lower(given), at: leafIndex - 2 }];
    if (name === 'addAll' && given) return [{ kind: 'extend', value: lower(given), at: leafIndex - 2 }];
  }
  return [];
};

export const kotlinDialect: Dialect = {
  rules: {
    callFollows: (text, offset) => /^\s*(?:<[^<>()]*>\s*)?\(/.test(text.slice(offset, offset + 80)),
    chainStart: (text, offset) => offset - /(?:[\w\])!]+\s*\??\.\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '//', blockComments: true, longQuotes: ['"""'], interpolation: '${', semicolons: false,
    statement: /^(?:import|package|val|var|fun|class|object|interface|enum|data|sealed|public|private|protected|internal|override|suspend|companion|return|if|else|for|while|do|try|catch|finally|when|throw|const|lateinit)\b|^@\w/,
    plainTextTypes: new Set(['line_comment', 'block_comment', 'multiline_comment', 'string_content', 'character_literal']),
  },
  names: ['identifier', 'this_expression', 'super_expression', 'this', 'super'],
  transparent: ['parenthesized_expression', 'nullable_type', 'annotated_lambda', 'delegation_specifier'],
  members: { navigation_expression: ['object', 'property'] },
  calls: { call_expression: { callee: 'callee', arguments: 'arguments' } },
  lists: ['collection_literal'],
  own,
  functions: ['function_declaration', 'anonymous_function', 'lambda_literal', 'secondary_constructor'],
  classes: {
    class_declaration: { name: 'name', bases: (node) => namedChildren(childOf(node, 'delegation_specifiers') ?? node).filter((each) => each.type === 'delegation_specifier') },
    object_declaration: { name: 'name' },
  },
  blocks: ['block'],
  declarations: {}, parameters: {},
  assignments: { assignment: ['left', 'right'] },
  loops: { for_statement: [null, null], while_statement: [null, null], do_while_statement: [null, null] },
  uncertain: ['if_expression', 'try_expression', 'catch_block', 'for_statement', 'while_statement', 'when_entry'],
  comments: ['line_comment', 'block_comment', 'multiline_comment'],
  importWord: 'import', importTypes: ['import', 'import_header'],
  imports, unbound, fieldsInScope: true, bind,
};

export const kotlin: Language = {
  ids: ['kotlin'], extensions: ['.kt', '.kts'], grammar: () => 'tree-sitter-kotlin.wasm',
  open: (source: ParsedSource) => openProgram(source, grammarOf(kotlinDialect)), print: null,
};
