/** PHP: arrays with keys are maps, `X::factory()…->make()` is a construction, names carry their dollar sign. */
import type { Node } from 'web-tree-sitter';
import type { Expression, Language, MapEntry, ParsedSource } from '../core/expression.js';
import { openProgram } from '../core/program.js';
import { namedChildren } from '../core/syntaxView.js';
import { type Dialect, type Lowering, decodeEscapes, grammarOf, interpolated, type Found } from './dialect.js';
import { formatted } from './go.js';

function own(lowering: Lowering, node: Node): Expression | null {
  const { view, lower } = lowering;
  const range = view.range(node);
  switch (node.type) {
    case 'string': return { kind: 'string', value: view.textOf(node).slice(1, -1).replace(/\\(['\\])/g, '$1'), range };
    case 'encapsed_string': return interpolated(lowering, node, ['variable_name', 'member_access_expression', 'subscript_expression', 'dynamic_variable_name', 'member_call_expression'], decodeEscapes);
    case 'heredoc': case 'nowdoc': {
      const body = node.childForFieldName('value');
      return body ? { ...interpolated(lowering, body, ['variable_name', 'member_access_expression', 'subscript_expression'], (text) => text, ['heredoc_end']), range } as Expression : null;
    }
    case 'relative_scope': case 'qualified_name': return { kind: 'name', name: view.textOf(node).replace(/^\\/, '').split('\\').at(-1)!.replace(/^static$/, 'self'), range };
    case 'named_type': case 'optional_type': case 'argument': case 'parenthesized_expression': return lower(namedChildren(node).at(-1));
    case 'union_type': return { kind: 'fallback', branches: namedChildren(node).map(lower), range };
    case 'array_creation_expression': {
      const elements = namedChildren(node);
      const isMap = elements.some((each) => namedChildren(each).length === 2);
      if (!isMap) return { kind: 'list', items: elements.map((each) => (each.type === 'variadic_unpacking' ? { kind: 'spread', value: lower(namedChildren(each)[0]), range: view.range(each) } : lower(namedChildren(each)[0] ?? each))), range };
      return { kind: 'map', range, entries: elements.flatMap((each): MapEntry[] => {
        const [key, value] = namedChildren(each);
        if (each.type === 'variadic_unpacking' || namedChildren(each)[0]?.type === 'variadic_unpacking') return [{ key: null, keyRange: null, value: lower(key), spread: true, range: view.range(each) }];
        const lowered = key ? lower(key) : null;
        return lowered && value ? [{ key: lowered.kind === 'string' ? lowered.value : null, keyRange: lowered.range, value: lower(value), spread: false, range: view.range(each) }] : [];
      }) };
    }
    case 'subscript_expression': {
      const [object, index] = namedChildren(node);
      return { kind: 'index', object: lower(object), index: lower(index), range };
    }
    case 'assignment_expression': return lower(node.childForFieldName('right'));
    case 'function_call_expression': {
      const name = view.textOf(node.childForFieldName('function') ?? node);
      const values = namedChildren(node.childForFieldName('arguments') ?? node);
      if (name === 'sprintf') return formatted(lower(values[0]), values.slice(1).map(lower), range);
      return null;
    }
    case 'object_creation_expression': {
      const [type, given] = namedChildren(node);
      if (!type) return null;
      const call = lower(type);
      const values = given?.type === 'arguments' ? namedChildren(given) : [];
      const named = values.filter((each) => each.childForFieldName('name'));
      return {
        kind: 'call', construction: true, callee: call, spreads: [], complete: !node.hasError, range, argumentsRange: given ? view.range(given) : range,
        positional: values.filter((each) => !named.includes(each)).map(lower),
        named: named.map((each) => ({ name: view.textOf(each.childForFieldName('name')!), nameRange: view.range(each.childForFieldName('name')!), value: lower(each), range: view.range(each) })),
      };
    }
    case 'scoped_call_expression': {
      // OpenAI::client($key)
      const name = view.textOf(node.childForFieldName('name') ?? node);
      const scope = node.childForFieldName('scope');
      const given = node.childForFieldName('arguments');
      if (name !== 'client' || !scope || !given || namedChildren(given).length === 0) return null;
      return { kind: 'call', construction: true, callee: lower(scope), positional: namedChildren(given).map(lower), named: [], spreads: [], complete: !given.hasError, range, argumentsRange: view.range(given) };
    }
    default: return null;
  }
}

/** `use A\B\{C, D as E};` */
function imports(text: string): ReadonlyMap<string, { readonly module: string; readonly symbol: string }> {
  const found = new Map<string, { module: string; symbol: string }>();
  const add = (full: string, alias: string | undefined): void => {
    const parts = full.trim().replace(/^\\/, '').split('\\');
    const symbol = parts.pop()!;
    found.set(alias?.trim() ?? symbol, { module: parts.join('.'), symbol });
  };
  for (const [, statement] of text.matchAll(/^\s*use\s+(?!function\b|const\b)([\w\\{},\s]+);/gm)) {
    const group = /^([\w\\]+)\\\{([^}]*)\}$/.exec(statement!.trim());
    const names = group ? group[2]!.split(',').filter((each) => each.trim()).map((each) => `${group[1]}\\${each.trim()}`) : statement!.split(',');
    for (const name of names) { const [full, alias] = name.split(/\s+as\s+/); add(full!, alias); }
  }
  return found;
}

const dialect: Dialect = {
  rules: {
    callFollows: (text, offset) => /^\s*\(/.test(text.slice(offset, offset + 80)),
    chainStart: (text, offset) => offset - /(?:[\w$\])\\]+\s*(?:\?->|->|::)\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '//', blockComments: true, longQuotes: [], semicolons: true,
    statement: /^(?:use|namespace|public|private|protected|static|final|abstract|class|interface|trait|function|return|if|elseif|else|foreach|for|while|do|try|catch|finally|switch|case|throw|echo)\b|^\$\w+\s*=[^=>]/,
    plainTextTypes: new Set(['comment', 'string_content', 'heredoc_body', 'nowdoc_body', 'text']),
  },
  names: ['name'],
  wrappedNames: ['variable_name'],
  transparent: ['parenthesized_expression', 'expression_statement', 'base_clause'],
  members: { member_access_expression: ['object', 'name'], nullsafe_member_access_expression: ['object', 'name'], class_constant_access_expression: ['none', 'none'], scoped_property_access_expression: ['scope', 'name'] },
  calls: {
    member_call_expression: { object: 'object', name: 'name', arguments: 'arguments' }, nullsafe_member_call_expression: { object: 'object', name: 'name', arguments: 'arguments' },
    scoped_call_expression: { object: 'scope', name: 'name', arguments: 'arguments' }, function_call_expression: { callee: 'function', arguments: 'arguments' },
  },
  own,
  functions: ['method_declaration', 'function_definition', 'anonymous_function', 'anonymous_function_creation_expression', 'arrow_function'],
  classes: { class_declaration: { name: 'name', bases: (node) => namedChildren(node).filter((child) => child.type === 'base_clause') } },
  declarations: { const_element: { name: null }, property_element: { name: 'name', value: 'default_value' } },
  assignments: { assignment_expression: ['left', 'right'], augmented_assignment_expression: ['left', 'right'] },
  parameters: { simple_parameter: { name: 'name', type: 'type', value: 'default_value' }, property_promotion_parameter: { name: 'name', type: 'type', value: 'default_value' } },
  loops: { for_statement: [null, null], foreach_statement: [null, null], while_statement: [null, null], do_statement: [null, null] },
  uncertain: ['if_statement', 'else_clause', 'else_if_clause', 'try_statement', 'catch_clause', 'for_statement', 'foreach_statement', 'while_statement', 'case_statement'],
  comments: ['comment'],
  loopCalls: /^(?:map|each|filter)$/,
  importWord: 'use', importTypes: ['namespace_use_declaration'],
  imports,
  bind: (place, lower) => {
    const { view, path } = place;
    let leafIndex = path.length - 1;
    if (path[leafIndex - 1]?.type === 'variable_name') leafIndex--;
    const leaf = path[leafIndex]!;
    const parent = path[leafIndex - 1]!;
    const statement = path[leafIndex - 2];
    // private $client, promoted and declared properties: found by their bare name, as `$this->client` asks for them.
    if (/property_promotion_parameter|property_element/.test(parent.type) && leaf.type === 'variable_name' && parent.childForFieldName('name')?.startIndex === leaf.startIndex) {
      const type = parent.childForFieldName('type') ?? statement?.childForFieldName('type') ?? null;
      const value = parent.childForFieldName('default_value');
      return [
        { kind: 'assignment', value: lower(value), annotation: lower(type), at: leafIndex - 1, member: true, name: view.textOf(leaf).slice(1) },
        ...(parent.type === 'property_promotion_parameter' ? [{ kind: 'parameter' as const, value: lower(value), annotation: lower(type), at: leafIndex - 1 }] : []),
      ];
    }
    // curl_setopt($ch, CURLOPT_URL, '…') and curl_setopt_array($ch, [CURLOPT_URL => '…'])
    const call = path[leafIndex - 3];
    if (parent.type === 'argument' && statement?.type === 'arguments' && call?.type === 'function_call_expression' && namedChildren(statement)[0]?.startIndex === parent.startIndex) {
      const name = view.textOf(call.childForFieldName('function')!);
      const [, second, third] = namedChildren(statement);
      if (name === 'curl_setopt' && second && third) {
        const key = curlOptions[view.textOf(second)];
        return key ? [{ kind: 'set-entry', key, value: lower(namedChildren(third)[0]), at: leafIndex - 3 }] : [];
      }
      if (name === 'curl_setopt_array' && second) {
        return namedChildren(namedChildren(second)[0] ?? second).flatMap((element): Found[] => {
          const [option, value] = namedChildren(element);
          const key = option ? curlOptions[view.textOf(option)] : undefined;
          return key && value ? [{ kind: 'set-entry', key, value: lower(value), at: leafIndex - 3 }] : [];
        });
      }
      return [];
    }
    if (parent.type === 'subscript_expression' && statement?.type === 'assignment_expression' && statement.childForFieldName('left')?.startIndex === leaf.startIndex && namedChildren(parent)[0]?.startIndex === leaf.startIndex) {
      const index = namedChildren(parent)[1];
      const key = index ? lower(index) : null;
      const value = lower(statement.childForFieldName('right'));
      return [key ? { kind: 'set-entry', key: key.kind === 'string' ? key.value : null, value, at: leafIndex - 2 } : { kind: 'append', value, at: leafIndex - 2 }];
    }
    return [];
  },
};

/** Options of a curl handle that say what is asked. */
const curlOptions: Readonly<Record<string, string>> = { CURLOPT_URL: 'url', CURLOPT_POSTFIELDS: 'body' };

export const php: Language = {
  ids: ['php'], extensions: ['.php'], grammar: () => 'tree-sitter-php.wasm',
  open: (source: ParsedSource) => openProgram(source, grammarOf(dialect)), print: null,
};
