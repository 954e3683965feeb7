/** Where TypeScript and JavaScript code gives a name or a property a value. */
import type { Node } from 'web-tree-sitter';
import type { Binding, Expression, Scope } from '../core/expression.js';
import type { Place } from '../core/program.js';
import { namedChildren } from '../core/syntaxView.js';
import { keyOf, lowerTypescript } from './typescriptExpressions.js';

const uncertain = new Set(['if_statement', 'else_clause', 'try_statement', 'catch_clause', 'finally_clause', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement', 'switch_case', 'switch_default']);
const adding: Readonly<Record<string, 'append'>> = { push: 'append', unshift: 'append', add: 'append' };
const functions = new Set(['function_declaration', 'generator_function_declaration', 'function_expression', 'function', 'generator_function']);

type Found = Partial<Binding> & Pick<Binding, 'kind'>;

/** Bindings of the plain name that the leaf of the place is. */
export function typescriptBindings(place: Place): readonly Binding[] {
  const { view, path } = place;
  const leafIndex = path.length - 1;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1];
  if (!parent || leaf.type === 'property_identifier' || leaf.type === 'private_property_identifier') return [];
  const lower = (node: Node | null | undefined): Expression | null => (node ? lowerTypescript(view, node) : null);

  if (functions.has(parent.type)) return same(parent.childForFieldName('name'), leaf) ? make(place, leafIndex - 1, { kind: 'function', value: lower(parent) }) : [];
  switch (parent.type) {
    case 'class_declaration': case 'class': case 'abstract_class_declaration':
      return same(parent.childForFieldName('name'), leaf) ? make(place, leafIndex - 1, { kind: 'class', value: lower(parent) }) : [];
    case 'enum_declaration':
      return same(parent.childForFieldName('name'), leaf) ? make(place, leafIndex - 1, { kind: 'assignment', value: lower(parent) }) : [];
    case 'arrow_function':
      return same(parent.childForFieldName('parameter'), leaf) ? make(place, leafIndex - 1, { kind: 'parameter' }) : [];
    case 'import_clause': case 'import_specifier': case 'namespace_import': case 'import_require_clause':
      return imported(place, leafIndex);
    case 'arguments': {
      // Object.assign(options, { … })
      const call = path[leafIndex - 2];
      const callee = call?.childForFieldName('function');
      const [target, ...values] = namedChildren(parent);
      if (!callee || !same(target, leaf) || view.textOf(callee) !== 'Object.assign') return [];
      return values.flatMap((value) => make(place, leafIndex - 2, { kind: 'extend', value: lower(value) }));
    }
    case 'member_expression': {
      const owner = path[leafIndex - 2];
      if (!same(parent.childForFieldName('object'), leaf)) return [];
      const property = parent.childForFieldName('property');
      const name = property ? view.textOf(property) : '';
      if (owner?.type === 'call_expression' && same(owner.childForFieldName('function'), parent) && adding[name]) return added(place, owner, leafIndex - 2);
      if (owner?.type === 'assignment_expression' && same(owner.childForFieldName('left'), parent)) return make(place, leafIndex - 2, { kind: 'set-entry', key: name, value: lower(owner.childForFieldName('right')) });
      return [];
    }
    case 'subscript_expression': {
      const owner = path[leafIndex - 2];
      if (owner?.type === 'assignment_expression' && same(parent.childForFieldName('object'), leaf) && same(owner.childForFieldName('left'), parent)) {
        const key = lower(parent.childForFieldName('index'));
        return make(place, leafIndex - 2, { kind: 'set-entry', key: key?.kind === 'string' ? key.value : null, value: lower(owner.childForFieldName('right')) });
      }
      return [];
    }
    default: break;
  }

  // The leaf may be nested in object and array patterns: walk up to what binds it.
  const steps: string[] = [];
  let fallback: Expression | null = null;
  for (let index = leafIndex - 1; index > 0; index--) {
    const node = path[index]!;
    const child = path[index + 1]!;
    switch (node.type) {
      case 'object_pattern':
        if (child.type === 'shorthand_property_identifier_pattern') steps.unshift(view.textOf(child));
        continue;
      case 'object_assignment_pattern': {
        const left = node.childForFieldName('left');
        if (!same(left, child)) return [];
        if (child.type === 'shorthand_property_identifier_pattern') steps.unshift(view.textOf(child));
        fallback = lower(node.childForFieldName('right'));
        continue;
      }
      case 'pair_pattern': {
        const key = node.childForFieldName('key');
        if (!key || same(key, child)) return [];
        steps.unshift(keyOf(view, key) ?? '');
        continue;
      }
      case 'array_pattern': steps.unshift(String(namedChildren(node).findIndex((each) => same(each, child)))); continue;
      case 'assignment_pattern':
        if (!same(node.childForFieldName('left'), child)) return [];
        fallback = lower(node.childForFieldName('right'));
        if (path[index - 1]?.type === 'formal_parameters') return make(place, index, { kind: 'parameter', value: fallback });
        continue;
      case 'rest_pattern': return path[index - 1]?.type === 'formal_parameters' || /parameter/.test(path[index - 1]?.type ?? '') ? make(place, index, { kind: 'parameter' }) : [];
      case 'formal_parameters': return make(place, index + 1, { kind: 'parameter', value: fallback });
      case 'required_parameter': case 'optional_parameter': {
        if (!same(node.childForFieldName('pattern'), child)) return [];
        const annotation = steps.length === 0 ? lower(node.childForFieldName('type')) : null;
        return make(place, index, { kind: 'parameter', value: steps.length ? fallback : lower(node.childForFieldName('value')), annotation });
      }
      case 'variable_declarator': {
        if (!same(node.childForFieldName('name'), child)) return [];
        return declared(place, index, steps, fallback);
      }
      case 'assignment_expression':
        return same(node.childForFieldName('left'), child) ? make(place, index, { kind: 'assignment', value: lower(node.childForFieldName('right')), path: steps }) : [];
      case 'augmented_assignment_expression': {
        if (!same(node.childForFieldName('left'), child)) return [];
        const operator = node.childForFieldName('operator')?.type;
        return make(place, index, { kind: operator === '??=' || operator === '||=' ? 'assignment' : 'extend', value: lower(node.childForFieldName('right')) });
      }
      case 'for_in_statement':
        return same(node.childForFieldName('left'), child) ? make(place, index, { kind: 'loop', value: lower(node.childForFieldName('right')), path: steps }) : [];
      case 'parenthesized_expression': continue;
      default: return [];
    }
  }
  return [];
}

/** `const x = …`, with `require('m')` and `await import('m')` as imports. */
function declared(place: Place, index: number, steps: readonly string[], fallback: Expression | null): readonly Binding[] {
  const { view, path } = place;
  const node = path[index]!;
  const value = node.childForFieldName('value');
  const module = value ? requiredModule(place, value) : null;
  if (module !== null) {
    return make(place, index, { kind: 'import', imported: { module: module.name, symbol: steps[0] ?? module.symbol, typeOnly: false } });
  }
  const type = node.childForFieldName('type');
  const lowered = value ? lowerTypescript(view, value) : null;
  return make(place, index, {
    kind: 'assignment', path: steps, annotation: type && steps.length === 0 ? lowerTypescript(view, type) : null,
    value: lowered ?? fallback,
  });
}

function requiredModule(place: Place, value: Node): { readonly name: string; readonly symbol: string | null } | null {
  let node = value;
  let symbol: string | null = null;
  while (node.type === 'await_expression' || node.type === 'parenthesized_expression' || node.type === 'non_null_expression' || node.type === 'as_expression') {
    const inner = namedChildren(node)[0];
    if (!inner) return null;
    node = inner;
  }
  if (node.type === 'member_expression') {
    const property = node.childForFieldName('property');
    const object = node.childForFieldName('object');
    if (!property || !object) return null;
    symbol = place.view.textOf(property);
    node = object.type === 'parenthesized_expression' ? namedChildren(object)[0] ?? object : object;
    if (node.type === 'await_expression') node = namedChildren(node)[0] ?? node;
  }
  if (node.type !== 'call_expression') return null;
  const callee = node.childForFieldName('function');
  const name = callee ? place.view.textOf(callee) : '';
  const argument = node.childForFieldName('arguments') ? namedChildren(node.childForFieldName('arguments')!)[0] : null;
  if ((name !== 'require' && name !== 'import') || argument?.type !== 'string') return null;
  return { name: place.view.textOf(argument).slice(1, -1), symbol };
}

/** Bindings of the property or class member that the leaf of the place is. */
export function typescriptMemberBindings(place: Place): readonly Binding[] {
  const { view, path } = place;
  const leafIndex = path.length - 1;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1];
  if (!parent) return [];
  const lower = (node: Node | null | undefined): Expression | null => (node ? lowerTypescript(view, node) : null);
  switch (parent.type) {
    case 'member_expression': {
      if (!same(parent.childForFieldName('property'), leaf)) return [];
      const owner = path[leafIndex - 2];
      const object = lower(parent.childForFieldName('object'));
      if (owner?.type === 'assignment_expression' && same(owner.childForFieldName('left'), parent)) return make(place, leafIndex - 2, { kind: 'assignment', object, value: lower(owner.childForFieldName('right')) }, true);
      const method = owner?.type === 'member_expression' ? owner.childForFieldName('property') : null;
      const call = path[leafIndex - 3];
      if (method && adding[view.textOf(method)] && call?.type === 'call_expression' && same(call.childForFieldName('function'), owner)) return added(place, call, leafIndex - 3, object, true);
      return [];
    }
    case 'public_field_definition': case 'field_definition':
      return same(parent.childForFieldName('name') ?? parent.childForFieldName('property'), leaf)
        ? make(place, leafIndex - 1, { kind: 'assignment', value: lower(parent.childForFieldName('value')), annotation: lower(parent.childForFieldName('type')) }, true) : [];
    case 'method_definition':
      return same(parent.childForFieldName('name'), leaf) ? make(place, leafIndex - 1, { kind: 'function', value: lower(parent) }, true) : [];
    case 'enum_assignment':
      return same(parent.childForFieldName('name'), leaf) ? make(place, leafIndex - 1, { kind: 'assignment', value: lower(parent.childForFieldName('value')) }, true) : [];
    case 'required_parameter': case 'optional_parameter': {
      // `constructor(private readonly model = 'x')` declares a field.
      const isProperty = parent.children.some((child) => child?.type === 'accessibility_modifier' || child?.type === 'readonly');
      return isProperty && same(parent.childForFieldName('pattern'), leaf)
        ? make(place, leafIndex - 1, { kind: 'parameter', value: lower(parent.childForFieldName('value')), annotation: lower(parent.childForFieldName('type')) }, true) : [];
    }
    default: return [];
  }
}

function same(a: Node | null | undefined, b: Node | null | undefined): boolean {
  return !!a && !!b && a.startIndex === b.startIndex && a.endIndex === b.endIndex;
}

/** `xs.push(a, b, ...c)`: one binding per argument. */
function added(place: Place, call: Node, index: number, object: Expression | null = null, isMember = false): readonly Binding[] {
  const given = call.childForFieldName('arguments');
  return (given ? namedChildren(given) : []).flatMap((value) => {
    const spread = value.type === 'spread_element';
    const node = spread ? namedChildren(value)[0] : value;
    return node ? make(place, index, { kind: spread ? 'extend' : 'append', value: lowerTypescript(place.view, node), object }, isMember) : [];
  });
}

function imported(place: Place, leafIndex: number): readonly Binding[] {
  const { view, path } = place;
  const at = path.findIndex((node) => node.type === 'import_statement');
  if (at < 0) return [];
  const statement = path[at]!;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1]!;
  const clause = parent.type === 'import_require_clause' ? parent : null;
  const source = clause?.childForFieldName('source') ?? statement.childForFieldName('source');
  if (!source) return [];
  const module = view.textOf(source).slice(1, -1);
  const typeOnly = statement.children.some((child) => child?.type === 'type') || parent.children.some((child) => child?.type === 'type');
  let symbol: string | null = null;
  if (parent.type === 'import_clause') symbol = 'default';
  else if (parent.type === 'import_specifier') {
    const alias = parent.childForFieldName('alias');
    const name = parent.childForFieldName('name');
    if (!name || (alias && !same(alias, leaf))) return [];
    symbol = view.textOf(name);
  }
  return make(place, at, { kind: 'import', imported: { module, symbol, typeOnly } });
}

/** Fills in place, scope and defaults; `index` is the binding node's place in the path. */
function make(place: Place, index: number, found: Found, isMember = false): readonly Binding[] {
  const { view, path } = place;
  const leaf = path.at(-1)!;
  const statement = path[index]!;
  const scope: Scope = isMember ? place.scopeOf(index, (each) => each.kind === 'class') : scopeOfName(place, index, found);
  let conditional = false;
  for (let at = index - 1; at > 0; at--) {
    const range = view.range(path[at]!);
    if (range.start <= scope.range.start && range.end >= scope.range.end) break;
    if (uncertain.has(path[at]!.type)) { conditional = true; break; }
  }
  return [{
    name: view.textOf(leaf).replace(/^#/, ''), value: null, path: [], key: null, annotation: null, imported: null, object: null,
    scope, range: view.range(leaf), statementRange: view.range(statement), conditional, ...found,
  }];
}

/** `let` and `const` belong to their block, `var` and parameters to the function; an assignment to whoever declares the name. */
function scopeOfName(place: Place, index: number, found: Found): Scope {
  const { path, view } = place;
  const node = path[index]!;
  const own = path.length - 2;
  if (found.kind === 'parameter') return place.scopeOf(own, (each) => each.kind === 'function');
  if (node.type === 'variable_declarator') {
    const isVar = path[index - 1]?.type === 'variable_declaration';
    return place.scopeOf(index, (each) => each.kind === 'module' || each.kind === 'function' || (!isVar && each.kind === 'block'));
  }
  if (found.kind === 'assignment' || found.kind === 'extend' || found.kind === 'append' || found.kind === 'set-entry') {
    const name = view.textOf(path.at(-1)!);
    return place.scopeOf(index, (each) => each.kind === 'module' || (each.kind !== 'class' && declares(view.text, each, view, name)));
  }
  return place.scopeOf(own, (each) => each.kind !== 'class');
}

/** Whether a scope's own text declares the name; a look at the text is enough to choose between nested scopes. */
function declares(_text: string, scope: Scope, view: Place['view'], name: string): boolean {
  const inside = view.text.slice(view.fromDocument(scope.range.start), view.fromDocument(scope.range.end));
  const plain = name.replace(/[$]/g, '\\$&');
  if (new RegExp(`\\b(?:let|const|var)\\s+(?:${plain}\\b|[{[][^=;]*\\b${plain}\\b)`).test(inside)) return true;
  return scope.kind === 'function' && new RegExp(`^[^{]*[(,{\\s]${plain}\\s*[:,)=?]`).test(inside);
}
