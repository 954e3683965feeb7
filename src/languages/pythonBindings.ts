/** Where Python code gives a name or an attribute a value. */
import type { Binding, Expression } from '../core/expression.js';
import type { Place } from '../core/program.js';
import { namedChildren } from '../core/syntaxView.js';
import type { Node } from 'web-tree-sitter';
import { lowerPython } from './pythonExpressions.js';

const uncertain = new Set(['if_statement', 'elif_clause', 'else_clause', 'try_statement', 'except_clause', 'finally_clause', 'for_statement', 'while_statement', 'match_statement', 'case_clause']);
const adding: Readonly<Record<string, 'append' | 'extend'>> = { append: 'append', insert: 'append', extend: 'extend', appendleft: 'append', add: 'append', update: 'extend' };

type Found = Partial<Binding> & Pick<Binding, 'kind'>;

/** Bindings of the plain name that the leaf of the place is. */
export function pythonBindings(place: Place): readonly Binding[] {
  const { view, path } = place;
  const leafIndex = path.length - 1;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1];
  if (!parent) return [];
  const lower = (node: Node | null | undefined): Expression | null => (node ? lowerPython(view, node) : null);

  switch (parent.type) {
    case 'function_definition':
      return same(parent.childForFieldName('name'), leaf) ? make(place, leafIndex - 1, { kind: 'function', value: asAccessor(place, path[leafIndex - 2], lower(parent)) }) : [];
    case 'class_definition':
      return same(parent.childForFieldName('name'), leaf) ? make(place, leafIndex - 1, { kind: 'class', value: lower(parent) }) : [];
    case 'parameters': case 'lambda_parameters':
      return make(place, leafIndex - 1, { kind: 'parameter' });
    case 'default_parameter': case 'typed_default_parameter':
      return same(parent.childForFieldName('name'), leaf)
        ? make(place, leafIndex - 1, { kind: 'parameter', value: lower(parent.childForFieldName('value')), annotation: annotationOf(place, parent.childForFieldName('type')) }) : [];
    case 'typed_parameter':
      return namedChildren(parent)[0]?.startIndex === leaf.startIndex ? make(place, leafIndex - 1, { kind: 'parameter', annotation: annotationOf(place, parent.childForFieldName('type')) }) : [];
    case 'list_splat_pattern': case 'dictionary_splat_pattern':
      if (path[leafIndex - 2]?.type === 'parameters') return make(place, leafIndex - 2, { kind: 'parameter' });
      break;
    case 'named_expression':
      if (same(parent.childForFieldName('name'), leaf)) return make(place, leafIndex - 1, { kind: 'assignment', value: lower(parent.childForFieldName('value')) });
      break;
    case 'aliased_import': case 'dotted_name': case 'import_from_statement': case 'import_statement':
      return imported(place, leafIndex);
    case 'attribute': {
      const call = path[leafIndex - 2];
      const method = parent.childForFieldName('attribute');
      const kind = method && adding[view.textOf(method)];
      if (kind && same(parent.childForFieldName('object'), leaf) && call?.type === 'call' && same(call.childForFieldName('function'), parent)) return added(place, call, method!, kind, leafIndex - 2);
      return [];
    }
    case 'subscript': {
      const assignment = path[leafIndex - 2];
      if (assignment?.type === 'assignment' && same(parent.childForFieldName('value'), leaf) && same(assignment.childForFieldName('left'), parent)) {
        const key = lower(parent.childForFieldName('subscript'));
        return make(place, leafIndex - 2, { kind: 'set-entry', key: key?.kind === 'string' ? key.value : null, value: lower(assignment.childForFieldName('right')) });
      }
      return [];
    }
    default: break;
  }

  // Targets may be nested in tuples: walk up to the statement that binds.
  const steps: string[] = [];
  for (let index = leafIndex - 1; index > 0; index--) {
    const node = path[index]!;
    const child = path[index + 1]!;
    switch (node.type) {
      case 'pattern_list': case 'tuple_pattern': case 'list_pattern':
        steps.unshift(String(namedChildren(node).findIndex((each) => same(each, child))));
        continue;
      case 'assignment':
        if (!same(node.childForFieldName('left'), child)) return [];
        return make(place, index, { kind: 'assignment', value: lower(node.childForFieldName('right')), path: steps, annotation: annotationOf(place, node.childForFieldName('type')) });
      case 'augmented_assignment':
        return same(node.childForFieldName('left'), child) ? make(place, index, { kind: 'extend', value: lower(node.childForFieldName('right')) }) : [];
      case 'for_statement': case 'for_in_clause':
        return same(node.childForFieldName('left'), child) ? make(place, index, { kind: 'loop', value: lower(node.childForFieldName('right')), path: steps }) : [];
      case 'as_pattern_target': continue;
      case 'as_pattern': {
        const value = namedChildren(node)[0];
        return child.type === 'as_pattern_target' ? make(place, index, { kind: 'resource', value: lower(value), path: steps }) : [];
      }
      case 'parenthesized_expression': continue;
      default: return [];
    }
  }
  return [];
}

/** Bindings of the attribute or class member that the leaf of the place is. */
export function pythonMemberBindings(place: Place): readonly Binding[] {
  const { view, path } = place;
  const leafIndex = path.length - 1;
  const leaf = path[leafIndex]!;
  const parent = path[leafIndex - 1];
  if (!parent) return [];
  if (parent.type === 'attribute' && same(parent.childForFieldName('attribute'), leaf)) {
    const object = parent.childForFieldName('object');
    const owner = path[leafIndex - 2];
    const target = object ? lowerPython(view, object) : null;
    if ((owner?.type === 'assignment' || owner?.type === 'augmented_assignment') && same(owner.childForFieldName('left'), parent)) {
      const right = owner.childForFieldName('right');
      return make(place, leafIndex - 2, {
        kind: owner.type === 'assignment' ? 'assignment' : 'extend', value: right ? lowerPython(view, right) : null, object: target,
        annotation: annotationOf(place, owner.childForFieldName('type')),
      }, true);
    }
    const method = owner?.type === 'attribute' ? owner.childForFieldName('attribute') : null;
    const call = path[leafIndex - 3];
    const kind = method && adding[view.textOf(method)];
    if (kind && call?.type === 'call' && same(call.childForFieldName('function'), owner)) return added(place, call, method!, kind, leafIndex - 3, target, true);
    return [];
  }
  // Names of a class body: fields and methods.
  const found = pythonBindings(place);
  return found.filter((each) => each.scope.kind === 'class' && (each.kind === 'assignment' || each.kind === 'function'));
}

/** `@property` and `@cached_property` are read like fields. */
function asAccessor(place: Place, around: Node | undefined, value: Expression | null): Expression | null {
  if (value?.kind !== 'function' || around?.type !== 'decorated_definition') return value;
  const isAccessor = around.namedChildren.some((child) => child?.type === 'decorator' && /^@(?:\w+\.)*(?:cached_)?property\b/.test(place.view.textOf(child)));
  return isAccessor ? { ...value, accessor: true } : value;
}

function same(a: Node | null | undefined, b: Node | null | undefined): boolean {
  return !!a && !!b && a.startIndex === b.startIndex && a.endIndex === b.endIndex;
}

function annotationOf(place: Place, node: Node | null): Expression | null {
  if (!node) return null;
  const lowered = lowerPython(place.view, node);
  // Forward references are strings: 'OpenAI'.
  return lowered.kind === 'string' && /^[\w.]+$/.test(lowered.value) ? { kind: 'name', name: lowered.value.split('.').at(-1)!, range: lowered.range } : lowered;
}

function added(place: Place, call: Node, method: Node, kind: 'append' | 'extend', index: number, object: Expression | null = null, isMember = false): readonly Binding[] {
  const given = call.childForFieldName('arguments');
  const values = given ? namedChildren(given) : [];
  const value = place.view.textOf(method) === 'insert' ? values[1] : values[0];
  return make(place, index, { kind, value: value ? lowerPython(place.view, value) : null, object }, isMember);
}

function imported(place: Place, leafIndex: number): readonly Binding[] {
  const { view, path } = place;
  const at = path.findIndex((node) => node.type === 'import_statement' || node.type === 'import_from_statement');
  if (at < 0) return [];
  const statement = path[at]!;
  const leaf = path[leafIndex]!;
  const typeOnly = path.slice(0, at).some((node) => node.type === 'if_statement' && /\bTYPE_CHECKING\b/.test(view.text.slice(node.startIndex, node.startIndex + 60)));
  const direct = path[at + 1]!;
  const alias = direct.type === 'aliased_import' ? direct.childForFieldName('alias') : null;
  const nameNode = direct.type === 'aliased_import' ? direct.childForFieldName('name') : direct;
  if (!nameNode || (alias && !same(alias, leaf))) return [];
  if (statement.type === 'import_statement') {
    const full = view.textOf(nameNode);
    if (!alias && leaf.startIndex !== nameNode.startIndex) return [];
    return make(place, at, { kind: 'import', imported: { module: alias ? full : full.split('.')[0]!, symbol: null, typeOnly } });
  }
  const module = statement.childForFieldName('module_name');
  if (!module || same(module, direct) || (leaf.startIndex >= module.startIndex && leaf.endIndex <= module.endIndex)) return [];
  return make(place, at, { kind: 'import', imported: { module: view.textOf(module).replace(/\s+/g, ''), symbol: view.textOf(nameNode), typeOnly } });
}

/** Fills in place, scope and defaults; `index` is the binding node's place in the path. */
function make(place: Place, index: number, found: Found, isMember = false): readonly Binding[] {
  const { view, path } = place;
  const leaf = path.at(-1)!;
  const statement = path[index]!;
  // A function or class belongs to the scope around it; parameters to the function itself.
  const scope = isMember ? memberScope(place, index) : place.scopeOf(path.length - 2, (each) => found.kind === 'loop' || each.kind !== 'block');
  let conditional = false;
  for (let at = index - 1; at > 0; at--) {
    const range = view.range(path[at]!);
    if (range.start <= scope.range.start && range.end >= scope.range.end) break;
    if (uncertain.has(path[at]!.type)) { conditional = true; break; }
  }
  return [{
    name: view.textOf(leaf), value: null, path: [], key: null, annotation: null, imported: null, object: null,
    scope, range: view.range(leaf), statementRange: view.range(statement), conditional, ...found,
  }];
}

function memberScope(place: Place, index: number) {
  const inClass = place.scopeOf(index, (each) => each.kind === 'class');
  return inClass.kind === 'class' ? inClass : place.scopeOf(index, (each) => each.kind !== 'block');
}
