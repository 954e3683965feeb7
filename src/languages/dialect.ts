/**
 * What Go, Java, C#, PHP, Ruby and Rust have in common, told by tables: names, members, calls, declarations. A
 * language file says what its tree calls these things and lowers by hand only what is its own.
 */
import type { Node } from 'web-tree-sitter';
import type { Binding, CallExpression, ClassExpression, Expression, FunctionExpression, MapEntry, NamedArgument, Parameter, Scope } from '../core/expression.js';
import type { Grammar, Place } from '../core/program.js';
import { type SyntaxView, namedChildren } from '../core/syntaxView.js';

const maximumDepth = 200;

/** Lowers nodes of one view; `depth` bounds recursion. */
export interface Lowering {
  readonly view: SyntaxView;
  readonly lower: (node: Node | null | undefined) => Expression;
  readonly depth: number;
}

interface CallShape {
  /** Field of the whole callee, or of receiver and name where the tree has no node for the callee. */
  readonly callee?: string;
  readonly object?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly construction?: boolean;
}

interface DeclarationShape {
  /** Field of the bound name or pattern; null = first named child. */
  readonly name: string | null;
  readonly value?: string;
  readonly type?: string;
}

export interface Dialect {
  readonly rules: Grammar['rules'];
  /** Leaf types that are names. */
  readonly names: readonly string[];
  /** Node types that wrap a name and mean the same (`$name`). */
  readonly wrappedNames?: readonly string[];
  /** Node types that mean what their first child means. */
  readonly transparent: readonly string[];
  /** Member access: fields of object and property. */
  readonly members: Readonly<Record<string, readonly [object: string, property: string]>>;
  readonly calls: Readonly<Record<string, CallShape>>;
  readonly lists?: readonly string[];
  /** Lowers what no table describes; null = go on with the tables. */
  readonly own: (lowering: Lowering, node: Node) => Expression | null;
  /** Functions: fields of name, parameters and body. */
  readonly functions: readonly string[];
  readonly returnTypes?: readonly string[];
  readonly classes: Readonly<Record<string, { readonly name: string; readonly bases?: (node: Node) => readonly Node[] }>>;
  readonly blocks?: readonly string[];
  readonly declarations: Readonly<Record<string, DeclarationShape>>;
  readonly assignments: Readonly<Record<string, readonly [left: string, right: string]>>;
  readonly parameters: Readonly<Record<string, DeclarationShape>>;
  readonly loops: Readonly<Record<string, readonly [left: string | null, right: string | null]>>;
  /** Node types of patterns and lists a bound name may stand in; the position in a list is not followed. */
  readonly patterns?: readonly string[];
  readonly uncertain: readonly string[];
  readonly comments: readonly string[];
  readonly loopCalls?: RegExp;
  readonly importWord: string;
  readonly importTypes: readonly string[];
  /** Names that imports of the file bring in, by local name. */
  readonly imports: (text: string) => ReadonlyMap<string, { readonly module: string; readonly symbol: string | null }>;
  /** Module of a capitalized name that nothing in the file binds (`using`, wildcard imports). */
  readonly unbound?: (text: string) => string | null;
  /** Bare names reach fields of the class around. */
  readonly fieldsInScope?: boolean;
  /** Members of a class may stand outside its body, or in several bodies. */
  readonly openClasses?: boolean;
  /** Additional bindings of the leaf: `xs << x`, `field: value` of a struct literal. */
  readonly bind?: (place: Place, lower: (node: Node | null | undefined) => Expression | null) => readonly Found[];
}

export type Found = Partial<Binding> & Pick<Binding, 'kind'> & { readonly at: number; readonly member?: boolean };

/** `maxOutputTokens`, `MaxTokens`, `baseURL` → the wire name: `max_output_tokens`, `max_tokens`, `base_url`. */
export function wireName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase();
}

export function lowerDialect(dialect: Dialect, view: SyntaxView, node: Node, depth = 0): Expression {
  const range = view.range(node);
  if (depth > maximumDepth) return view.unknown(node);
  const lower = (child: Node | null | undefined): Expression => (child ? lowerDialect(dialect, view, child, depth + 1) : { kind: 'unknown', text: '', range });
  const own = dialect.own({ view, lower, depth }, node);
  if (own) return own;
  const { type } = node;
  if (dialect.names.includes(type) || dialect.wrappedNames?.includes(type)) return { kind: 'name', name: view.textOf(node), range };
  if (dialect.transparent.includes(type)) {
    const inner = namedChildren(node)[0];
    return inner ? lower(inner) : view.unknown(node);
  }
  const member = dialect.members[type];
  if (member) {
    const object = node.childForFieldName(member[0]) ?? namedChildren(node)[0];
    const property = node.childForFieldName(member[1]) ?? namedChildren(node).at(-1);
    if (!object || !property) return view.unknown(node);
    return { kind: 'member', object: receiver(lower(object)), property: view.textOf(property), propertyRange: view.range(property), range };
  }
  const shape = dialect.calls[type];
  if (shape) return callOf(view, node, shape, lower);
  if (dialect.lists?.includes(type)) return { kind: 'list', items: namedChildren(node).map(lower), range };
  if (dialect.functions.includes(type)) return functionOf(dialect, view, node, lower);
  const asClass = dialect.classes[type];
  if (asClass) {
    const name = node.childForFieldName(asClass.name);
    return { kind: 'class', name: name ? view.textOf(name) : null, bases: (asClass.bases?.(node) ?? []).map(lower), range } satisfies ClassExpression;
  }
  switch (type) {
    case 'true': case 'false': return { kind: 'constant', value: type === 'true', range };
    case 'null': case 'nil': case 'null_literal': return { kind: 'constant', value: null, range };
    case 'boolean_literal': case 'boolean': return { kind: 'constant', value: /true/i.test(view.textOf(node)), range };
    case 'binary_expression': case 'binary': case 'infix_expression': return binary(dialect, view, node, depth);
    case 'ternary_expression': case 'conditional_expression': case 'conditional': {
      const condition = node.childForFieldName('condition');
      const yes = node.childForFieldName('consequence') ?? node.childForFieldName('body');
      const no = node.childForFieldName('alternative');
      // `a ?: b`
      return yes ? { kind: 'conditional', branches: [lower(yes), lower(no)], range } : { kind: 'fallback', branches: [lower(condition), lower(no)], range };
    }
    default: break;
  }
  if (/^(?:int|integer|float|decimal|real|hex|number).*(?:literal)?$/.test(type) && node.namedChildCount === 0) {
    const value = Number.parseFloat(view.textOf(node).replaceAll('_', ''));
    if (Number.isFinite(value)) return { kind: 'number', value, range };
  }
  return view.unknown(node);
}

/** `client.chat()` in front of `.completions()` is a step of a path, no call that matters by itself. */
export function receiver(expression: Expression): Expression {
  return expression.kind === 'call' && !expression.construction && expression.callee.kind === 'member' && expression.positional.length === 0
    && expression.named.length === 0 && expression.spreads.length === 0 ? { ...expression.callee, range: expression.range } : expression;
}

function callOf(view: SyntaxView, node: Node, shape: CallShape, lower: (node: Node | null | undefined) => Expression): Expression {
  const range = view.range(node);
  const given = shape.arguments ? node.childForFieldName(shape.arguments) ?? namedChildren(node).find((child) => /argument/.test(child.type)) ?? null : null;
  let callee: Expression;
  if (shape.callee) {
    const found = node.childForFieldName(shape.callee) ?? namedChildren(node)[0];
    if (!found) return view.unknown(node);
    callee = lower(found);
  } else {
    const name = node.childForFieldName(shape.name!);
    const object = node.childForFieldName(shape.object!);
    if (!name) return view.unknown(node);
    const property = view.textOf(name);
    const end = view.range(name).end;
    callee = object ? { kind: 'member', object: receiver(lower(object)), property, propertyRange: view.range(name), range: { start: range.start, end } } : { kind: 'name', name: property, range: view.range(name) };
  }
  const positional: Expression[] = [];
  const named: NamedArgument[] = [];
  const spreads: Expression[] = [];
  for (const child of given ? namedChildren(given) : []) {
    if (child.type === 'ERROR') continue;
    argumentOf(view, child, lower, positional, named, spreads);
  }
  const call: CallExpression = {
    kind: 'call', callee, positional, named, spreads, construction: shape.construction === true, range,
    argumentsRange: given ? view.range(given) : { start: range.end, end: range.end },
    complete: !given || (!given.hasError && !view.isRepaired(given.startIndex, given.endIndex)),
  };
  return folded(call);
}

/** One argument: plain, `name: value`, `**spread`, or a functional option such as `option.WithBaseURL(url)`. */
function argumentOf(view: SyntaxView, child: Node, lower: (node: Node | null | undefined) => Expression, positional: Expression[], named: NamedArgument[], spreads: Expression[]): void {
  const range = view.range(child);
  if (/splat|spread|unpacking|variadic/.test(child.type)) { spreads.push(lower(namedChildren(child)[0])); return; }
  if (child.type === 'pair') {
    const key = child.childForFieldName('key');
    const value = child.childForFieldName('value');
    if (key) named.push({ name: plainKey(view.textOf(key)), nameRange: view.range(key), value: value ? lower(value) : { kind: 'name', name: plainKey(view.textOf(key)), range: view.range(key) }, range });
    return;
  }
  const name = child.type === 'argument' ? child.childForFieldName('name') : null;
  const inner = child.type === 'argument' ? namedChildren(child).at(-1) : child;
  if (!inner) return;
  if (/variadic/.test(inner.type)) { spreads.push(lower(namedChildren(inner)[0])); return; }
  const value = lower(inner);
  if (name) { named.push({ name: wireName(view.textOf(name)), nameRange: view.range(name), value, range }); return; }
  const option = value.kind === 'call' && !value.construction && value.callee.kind === 'member' && value.positional.length > 0 ? /^With([A-Z]\w*)$/.exec(value.callee.property)?.[1] : undefined;
  if (option && value.kind === 'call') named.push({ name: wireName(option), nameRange: value.callee.range, value: value.positional.length === 1 ? value.positional[0]! : { kind: 'list', items: value.positional, range: value.range }, range });
  else positional.push(openBuilder(value, view.isRepaired(inner.startIndex, inner.endIndex + 1)));
}

export const plainKey = (text: string): string => text.replace(/^[:"']+|[:"']+$/g, '');

const terminals = new Set(['build', 'make', 'Build', 'buildClient', 'buildAsyncClient']);
const roots = new Set(['builder', 'Builder', 'factory', 'newBuilder']);

/**
 * Builders and fluent options are a construction with named arguments: `X.builder().model("m").build()`,
 * `XArgs::default().model("m").build()`, `X::new().with_api_base(url)`.
 */
export function folded(call: CallExpression): CallExpression {
  const { callee } = call;
  if (callee.kind !== 'member') return call;
  if (/^with[_A-Z]/.test(callee.property) && callee.object.kind === 'call' && callee.object.construction && call.positional.length === 1) {
    return { ...callee.object, named: [...callee.object.named, ...step(call)], range: call.range };
  }
  if (!terminals.has(callee.property)) return call;
  const steps: CallExpression[] = [];
  let current: Expression = callee.object;
  for (;;) {
    if (current.kind === 'call' && !current.construction && current.callee.kind === 'member' && !roots.has(current.callee.property)) {
      steps.unshift(current);
      current = current.callee.object;
    } else if (current.kind === 'member' && !roots.has(current.property) && steps.length > 0 && current.object.kind !== 'name') {
      current = current.object;
    } else break;
  }
  const named = combined(steps.flatMap(step));
  const base = { kind: 'call' as const, construction: true, spreads: [], complete: call.complete, range: call.range, argumentsRange: call.argumentsRange };
  if (current.kind === 'member' && roots.has(current.property)) return { ...base, callee: current.object, positional: [], named };
  if (current.kind === 'call' && current.callee.kind === 'member' && roots.has(current.callee.property)) return { ...base, callee: current.callee.object, positional: current.positional, named };
  if (current.kind === 'call' && current.construction) return { ...current, named: [...current.named, ...named], range: call.range };
  return call;
}

/** What options are made with, whatever it is called. */
const optionNames = /(?:Args|Builder|Request|Options|Params)$/;

/**
 * A builder that is handed over as it is, or whose `build()` is not typed yet: the construction all the same.
 * `isTyped`: somebody is in the middle of it, the name of its next step says nothing.
 */
export function openBuilder(value: Expression, isTyped: boolean): Expression {
  let chain = value;
  while (isTyped && chain.kind === 'member' && chain.object.kind === 'call') chain = chain.object;
  if (chain.kind !== 'call') return value;
  if (chain.construction) return chain;
  let start: Expression = chain.callee;
  // Where getters are fields, so is `X.builder()`.
  while (start.kind === 'member' && !roots.has(start.property)) start = start.object.kind === 'call' && !start.object.construction ? start.object.callee : start.object;
  const isBuilder = start.kind === 'member' || (start.kind === 'call' && optionNames.test(nameOf(start.callee)));
  if (!isBuilder) return value;
  const { range } = chain;
  const built = folded({ kind: 'call', construction: false, callee: { kind: 'member', object: chain, property: 'build', propertyRange: range, range }, positional: [], named: [], spreads: [], complete: !isTyped, range, argumentsRange: range });
  return built.construction ? built : value;
}

const nameOf = (callee: Expression): string => (callee.kind === 'name' ? callee.name : callee.kind === 'member' ? callee.property : '');

function step(call: CallExpression): NamedArgument[] {
  if (call.callee.kind !== 'member') return [];
  const name = wireName(call.callee.property).replace(/^(?:with|set|put)_/, '');
  const value: Expression = call.positional.length === 1 ? call.positional[0]! : call.positional.length === 0 ? { kind: 'constant', value: true, range: call.range } : { kind: 'list', items: call.positional, range: call.range };
  return [{ name, nameRange: call.callee.propertyRange, value, range: { start: call.callee.propertyRange.start, end: call.range.end } }];
}

/** `addUserMessage(a).addMessage(b).addTool(c)` → `messages`, `tools`. */
function combined(steps: readonly NamedArgument[]): NamedArgument[] {
  const out: NamedArgument[] = [];
  const lists = new Map<string, { items: Expression[]; index: number }>();
  for (const each of steps) {
    const added = /^add_(?:(system|user|assistant|developer|tool)_)?(message|tool|content|input|function)(?:_of_\w+|s)?$/.exec(each.name);
    if (!added) { out.push(each); continue; }
    const [, role, noun] = added;
    const item: Expression = role ? { kind: 'map', range: each.range, entries: [entry('role', { kind: 'string', value: role, range: each.nameRange }), entry('content', each.value)] } : each.value;
    const key = noun === 'message' || role ? 'messages' : `${noun}s`;
    const known = lists.get(key);
    if (known) known.items.push(item);
    else { lists.set(key, { items: [item], index: out.length }); out.push(each); }
  }
  for (const [name, { items, index }] of lists) out[index] = { ...out[index]!, name, value: { kind: 'list', items, range: out[index]!.range } };
  return out;
}

export function entry(key: string, value: Expression): MapEntry {
  return { key, keyRange: null, value, spread: false, range: value.range };
}

function functionOf(dialect: Dialect, view: SyntaxView, node: Node, lower: (node: Node | null | undefined) => Expression): FunctionExpression {
  const name = node.childForFieldName('name');
  const list = node.childForFieldName('parameters');
  const parameters: Parameter[] = [];
  for (const child of list ? (dialect.names.includes(list.type) ? [list] : namedChildren(list)) : []) {
    const shape = dialect.parameters[child.type];
    const bound = shape ? (shape.name === null ? namedChildren(child)[0] : child.childForFieldName(shape.name)) : dialect.names.includes(child.type) ? child : null;
    if (!bound) continue;
    const value = shape?.value ? child.childForFieldName(shape.value) : null;
    const type = shape?.type ? child.childForFieldName(shape.type) : null;
    parameters.push({ name: view.textOf(bound), defaultValue: value ? lower(value) : null, annotation: type ? lower(type) : null, range: view.range(child) });
  }
  return { kind: 'function', name: name ? view.textOf(name) : null, parameters, returns: () => returnsOf(dialect, view, node), range: view.range(node) };
}

/** Returned values of a function's own body, the last expression of Ruby and Rust bodies included. */
function returnsOf(dialect: Dialect, view: SyntaxView, node: Node): Expression[] {
  const body = node.childForFieldName('body');
  if (!body) return [];
  const types = dialect.returnTypes ?? ['return_statement'];
  if (!/block|body|compound|statement/.test(body.type)) return [lowerDialect(dialect, view, body.type === 'arrow_expression_clause' ? namedChildren(body)[0] ?? body : body)];
  const result: Expression[] = [];
  const visit = (current: Node, depth: number): void => {
    if (depth > 60 || result.length >= 12) return;
    for (const child of current.namedChildren) {
      if (!child || dialect.functions.includes(child.type) || dialect.classes[child.type]) continue;
      if (types.includes(child.type)) {
        let value = namedChildren(child)[0];
        if (value && value.type.endsWith('list')) value = namedChildren(value)[0];
        if (value) result.push(lowerDialect(dialect, view, value));
      } else if (/statement|block|clause|switch|case|body|if|unless|then|else/.test(child.type)) visit(child, depth + 1);
    }
  };
  visit(body, 0);
  if (result.length === 0 && dialect.importWord !== 'import') {
    const last = namedChildren(body).at(-1);
    if (last && !/statement|declaration/.test(last.type)) result.push(lowerDialect(dialect, view, last));
  }
  return result;
}

const concatOperators = new Set(['+', '.', '..']);
const fallbackOperators = new Set(['??', '||', '?:', 'or']);

function binary(dialect: Dialect, view: SyntaxView, node: Node, depth: number): Expression {
  const range = view.range(node);
  const operatorOf = (each: Node): string => each.childForFieldName('operator')?.type ?? each.children.find((child) => child && !child.isNamed)?.type ?? '';
  const operator = operatorOf(node);
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (!left || !right) return view.unknown(node);
  const lower = (child: Node): Expression => lowerDialect(dialect, view, child, depth + 1);
  if (fallbackOperators.has(operator)) return { kind: 'fallback', branches: [lower(left), lower(right)], range };
  if (!concatOperators.has(operator)) return view.unknown(node);
  const parts: Expression[] = [lower(right)];
  let current: Node | null = left;
  while (current && current.type === node.type && operatorOf(current) === operator) {
    const next: Node | null = current.childForFieldName('right');
    if (next) parts.push(lower(next));
    current = current.childForFieldName('left');
  }
  if (current) parts.push(lower(current));
  return { kind: 'concat', parts: parts.reverse(), range };
}

/** Text with holes from a string node whose children are contents, escapes and interpolations. */
export function interpolated({ view, lower }: Lowering, node: Node, holes: readonly string[], decode: (text: string) => string, skip: readonly string[] = []): Expression {
  const range = view.range(node);
  const parts: Expression[] = [];
  let pending = '';
  let from = -1;
  const flush = (to: number): void => {
    if (pending) parts.push({ kind: 'string', value: pending, range: view.rangeOf(from, to) });
    pending = '';
    from = -1;
  };
  for (const child of node.namedChildren) {
    if (!child || skip.includes(child.type)) continue;
    if (holes.includes(child.type)) {
      flush(child.startIndex);
      const inner = child.type === 'variable_name' || child.type === 'simple_expansion' ? child : namedChildren(child).find((each) => each.type !== 'interpolation_brace') ?? child;
      parts.push(lower(inner));
      continue;
    }
    if (from < 0) from = child.startIndex;
    pending += decode(view.textOf(child));
  }
  flush(node.endIndex);
  if (parts.length === 0) return { kind: 'string', value: '', range };
  return parts.length === 1 && parts[0]!.kind === 'string' ? { ...parts[0]!, range } as Expression : { kind: 'template', parts, range };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0', '\n': '', e: '\x1b', s: ' ' };

/** Decodes backslash escapes. */
export function decodeEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|([\s\S]))/g, (_whole, hex?: string, short?: string, long?: string, single?: string) => {
    const code = hex ?? short ?? long;
    if (code !== undefined) { const value = parseInt(code, 16); return value <= 0x10ffff ? String.fromCodePoint(value) : ''; }
    return escapes[single!] ?? single!;
  });
}

function same(a: Node | null | undefined, b: Node | null | undefined): boolean {
  return !!a && !!b && a.startIndex === b.startIndex && a.endIndex === b.endIndex;
}

/** The grammar that the tables of a dialect describe. */
export function grammarOf(dialect: Dialect): Grammar {
  const functionTypes = new Set(dialect.functions);
  const isCallee = (node: Node, child: Node): boolean => {
    const shape = dialect.calls[node.type];
    if (!shape) return false;
    const callee = shape.callee ? node.childForFieldName(shape.callee) ?? namedChildren(node)[0] : null;
    return same(callee, child);
  };
  return {
    rules: dialect.rules,
    nameTypes: new Set([...dialect.names, ...(dialect.wrappedNames?.length ? ['$'] : [])]),
    lower: (view, node) => lowerDialect(dialect, view, node),
    reference(path) {
      let index = path.length - 1;
      const leaf = path[index]!;
      if (dialect.wrappedNames?.includes(path[index - 1]?.type ?? '')) index--;
      const parent = path[index - 1];
      if (!parent) return index;
      const member = dialect.members[parent.type];
      if (member) return same(parent.childForFieldName(member[1]) ?? namedChildren(parent).at(-1), path[index]) ? index - 1 : index;
      // Java, PHP, Ruby: receiver and name are parts of the call itself.
      const shape = dialect.calls[parent.type];
      if (shape?.name && same(parent.childForFieldName(shape.name), leaf)) return index - 1;
      if ((functionTypes.has(parent.type) || dialect.classes[parent.type]) && same(parent.childForFieldName('name'), leaf)) return -1;
      return index;
    },
    call(path, index) {
      const node = path[index]!;
      if (dialect.calls[node.type]?.name && same(node.childForFieldName(dialect.calls[node.type]!.name!), path[index + 1])) return node;
      for (let at = index; at > 0; at--) {
        const parent = path[at - 1]!;
        if (isCallee(parent, path[at]!)) return parent;
        if (!dialect.transparent.includes(parent.type)) return null;
      }
      return null;
    },
    bindings: (place) => bindingsOf(dialect, place, false),
    memberBindings: (place) => bindingsOf(dialect, place, true),
    scope(path, index) {
      const node = path[index]!;
      const child = path[index + 1];
      const isName = !!child && same(node.childForFieldName('name'), child);
      if (functionTypes.has(node.type)) return isName ? null : { kind: 'function', name: node.childForFieldName('name') };
      const asClass = dialect.classes[node.type];
      if (asClass) return isName ? null : { kind: 'class', name: classNameNode(node.childForFieldName(asClass.name)) };
      if (dialect.blocks?.includes(node.type)) return functionTypes.has(path[index - 1]?.type ?? '') ? null : { kind: 'block', name: null };
      return null;
    },
    commentTypes: new Set(dialect.comments),
    loopTypes: new Set(Object.keys(dialect.loops)),
    functionTypes,
    isLoopCall(node, view) {
      const shape = dialect.calls[node.type];
      const name = shape?.name ? node.childForFieldName(shape.name) : null;
      return !!name && !!dialect.loopCalls?.test(view.textOf(name)) && (node.childForFieldName('block') !== null || !!shape?.arguments && /lambda|closure|function/.test(namedChildren(node.childForFieldName(shape.arguments) ?? node)[0]?.type ?? ''));
    },
    importWord: dialect.importWord,
    importTypes: new Set(dialect.importTypes),
    imports: dialect.imports,
    unbound: dialect.unbound ?? (() => null),
    fieldsInScope: dialect.fieldsInScope === true,
    openClasses: dialect.openClasses === true,
  };
}

/** `Bot` of `Bot<T>`. */
function classNameNode(node: Node | null): Node | null {
  return node && /generic/.test(node.type) ? namedChildren(node)[0] ?? node : node;
}

function bindingsOf(dialect: Dialect, place: Place, member: boolean): readonly Binding[] {
  const { view, path } = place;
  let leafIndex = path.length - 1;
  if (dialect.wrappedNames?.includes(path[leafIndex - 1]?.type ?? '')) leafIndex--;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1];
  if (!parent) return [];
  const lower = (node: Node | null | undefined): Expression | null => (node ? lowerDialect(dialect, view, node) : null);
  const found = [...(dialect.bind?.(place, lower) ?? [])];
  if (found.length === 0) {
    const plain = member ? memberBinding(dialect, place, leafIndex, lower) : plainBinding(dialect, place, leafIndex, lower);
    if (plain) found.push(plain);
  }
  return found.filter((each) => (each.member === true) === member).map((each) => make(dialect, place, leaf, each));
}

type Lower = (node: Node | null | undefined) => Expression | null;

function plainBinding(dialect: Dialect, place: Place, leafIndex: number, lower: Lower): Found | null {
  const { path } = place;
  const leaf = path[leafIndex]!;
  for (let index = leafIndex - 1; index > 0; index--) {
    const node = path[index]!;
    const child = path[index + 1]!;
    const { type } = node;
    if (index === leafIndex - 1) {
      if (dialect.functions.includes(type) && same(node.childForFieldName('name'), leaf)) return { kind: 'function', value: lower(node), at: index };
      if (dialect.functions.includes(type) && same(node.childForFieldName('parameters'), leaf)) return { kind: 'parameter', at: index };
      const asClass = dialect.classes[type];
      if (asClass && same(classNameNode(node.childForFieldName(asClass.name)), leaf)) return type === 'impl_item' ? null : { kind: 'class', value: lower(node), at: index };
    }
    const declared = dialect.declarations[type];
    if (declared && same(declared.name === null ? namedChildren(node)[0] : node.childForFieldName(declared.name), child)) return declaration(place, index, declared, lower);
    const given = dialect.parameters[type];
    if (given) {
      return same(given.name === null ? namedChildren(node)[0] : node.childForFieldName(given.name), child)
        ? { kind: 'parameter', value: given.value ? lower(node.childForFieldName(given.value)) : null, annotation: given.type ? lower(node.childForFieldName(given.type)) : null, at: index } : null;
    }
    if (type.endsWith('parameters') && dialect.names.includes(child.type)) return { kind: 'parameter', at: index };
    const assigned = dialect.assignments[type];
    if (assigned && same(node.childForFieldName(assigned[0]), child)) {
      return { kind: /augmented|operator/.test(type) ? 'extend' : 'assignment', value: lower(first(node.childForFieldName(assigned[1]))), at: index };
    }
    const loop = dialect.loops[type];
    if (loop?.[0] && same(node.childForFieldName(loop[0]), child)) return { kind: 'loop', value: loop[1] ? lower(node.childForFieldName(loop[1])) : null, at: index };
    if (!dialect.patterns?.includes(type) && !(dialect.transparent.includes(type) && index < leafIndex - 1)) return null;
  }
  return null;
}

const first = (node: Node | null): Node | null => (node && node.type.endsWith('_list') ? namedChildren(node)[0] ?? null : node);

function declaration(place: Place, index: number, shape: DeclarationShape, lower: Lower): Found {
  const node = place.path[index]!;
  const type = (shape.type ? node.childForFieldName(shape.type) : null) ?? place.path[index - 1]?.childForFieldName('type') ?? null;
  const name = shape.name === null ? namedChildren(node)[0] : node.childForFieldName(shape.name);
  const raw = shape.value ? node.childForFieldName(shape.value) : namedChildren(node).find((child) => !same(child, name) && !same(child, type) && !/bracketed|type|modifier/.test(child.type)) ?? null;
  let value = lower(first(raw));
  const annotation = type && !/^(?:var|implicit_type)$/.test(type.type) && place.view.textOf(type) !== 'var' ? lower(type) : null;
  // `ChatClient client = new("gpt-4o")`
  if (value?.kind === 'call' && value.callee.kind === 'unknown' && annotation) value = { ...value, callee: annotation };
  return { kind: 'assignment', value, annotation, at: index };
}

/** `object.property = value`, fields and methods of a class body. */
function memberBinding(dialect: Dialect, place: Place, leafIndex: number, lower: Lower): Found | null {
  const { path } = place;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1]!;
  const shape = dialect.members[parent.type];
  if (shape && same(parent.childForFieldName(shape[1]) ?? namedChildren(parent).at(-1), leaf)) {
    const owner = path[leafIndex - 2];
    const ownerIndex = owner && dialect.patterns?.includes(owner.type) ? leafIndex - 3 : leafIndex - 2;
    const statement = path[ownerIndex];
    const assigned = statement ? dialect.assignments[statement.type] : undefined;
    if (!assigned || !same(first(statement!.childForFieldName(assigned[0])), parent)) return null;
    const object = parent.childForFieldName(shape[0]) ?? namedChildren(parent)[0];
    return { kind: 'assignment', value: lower(first(statement!.childForFieldName(assigned[1]))), object: lower(object), at: ownerIndex, member: true };
  }
  const plain = plainBinding(dialect, place, leafIndex, lower);
  if (!plain) return null;
  // Declared in the class body itself, or assigned bare in a method while the class has such a field.
  const inner = place.scopeOf(plain.kind === 'function' ? plain.at - 1 : plain.at, (each) => each.kind !== 'block');
  if (inner.kind === 'class' && (plain.kind === 'assignment' || plain.kind === 'function')) return { ...plain, member: true };
  if (inner.kind === 'function' && plain.kind === 'assignment' && dialect.fieldsInScope && dialect.assignments[path[plain.at]!.type]) return { ...plain, member: true };
  return null;
}

function make(dialect: Dialect, place: Place, leaf: Node, { at: index, member, ...found }: Found): Binding {
  const { view, path } = place;
  const statement = path[index]!;
  const scope: Scope = found.scope ?? (member ? place.scopeOf(index - 1, (each) => each.kind === 'class')
    : found.kind === 'parameter' ? place.scopeOf(index, (each) => each.kind === 'function')
      : found.kind === 'function' || found.kind === 'class' ? place.scopeOf(index - 1)
        // What is declared belongs to its block, what is only assigned to whoever declared it: the function, usually.
        : place.scopeOf(index, (each) => !dialect.assignments[statement.type] || /declaration/.test(statement.type) || (each.kind !== 'class' && each.kind !== 'block')));
  let conditional = false;
  for (let at = index - 1; at > 0; at--) {
    const range = view.range(path[at]!);
    if (range.start <= scope.range.start && range.end >= scope.range.end) break;
    if (dialect.uncertain.includes(path[at]!.type)) { conditional = true; break; }
  }
  return {
    name: view.textOf(leaf), value: null, path: [], key: null, annotation: null, imported: null, object: null,
    scope, range: view.range(leaf), statementRange: view.range(statement), conditional, ...found,
  };
}
