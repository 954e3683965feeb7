/** Java: builders are constructions, getters are fields, bare names reach fields. */
import type { Node } from 'web-tree-sitter';
import type { Expression, Language, ParsedSource } from '../core/expression.js';
import { openProgram } from '../core/program.js';
import { namedChildren } from '../core/syntaxView.js';
import { type Dialect, type Lowering, decodeEscapes, grammarOf, wireName } from './dialect.js';
import { formatted } from './go.js';

/** Text blocks lose the indentation that all their lines share. */
export function dedented(text: string): string {
  const lines = text.replace(/^[ \t]*\r?\n/, '').split('\n');
  const indents = lines.filter((line, index) => line.trim() !== '' || index === lines.length - 1).map((line) => /^[ \t]*/.exec(line)![0].length);
  const shared = Math.min(...indents, 1000);
  return lines.map((line) => line.slice(Math.min(shared, /^[ \t]*/.exec(line)![0].length)).replace(/[ \t\r]+$/, '')).join('\n');
}

const collections = new Set(['of', 'asList', 'ofEntries', 'singletonList', 'singleton', 'ofNullable']);

function own({ view, lower }: Lowering, node: Node): Expression | null {
  const range = view.range(node);
  switch (node.type) {
    case 'string_literal': {
      const text = view.textOf(node);
      return { kind: 'string', value: text.startsWith('"""') ? decodeEscapes(dedented(text.slice(3, -3))) : decodeEscapes(text.slice(1, -1)), range };
    }
    case 'character_literal': return { kind: 'string', value: decodeEscapes(view.textOf(node).slice(1, -1)), range };
    case 'generic_type': {
      const [outer, inner] = namedChildren(node);
      return /^(?:Optional|Supplier|Provider|ObjectProvider|AtomicReference)$/.test(outer ? view.textOf(outer) : '') && inner ? lower(namedChildren(inner)[0]) : lower(outer);
    }
    case 'scoped_type_identifier': case 'scoped_identifier': {
      const parts = namedChildren(node);
      const property = parts.at(-1)!;
      return { kind: 'member', object: lower(parts[0]), property: view.textOf(property), propertyRange: view.range(property), range };
    }
    case 'cast_expression': return lower(node.childForFieldName('value'));
    case 'array_access': return { kind: 'index', object: lower(node.childForFieldName('array')), index: lower(node.childForFieldName('index')), range };
    case 'assignment_expression': return lower(node.childForFieldName('right'));
    case 'method_invocation': {
      const name = view.textOf(node.childForFieldName('name') ?? node);
      const object = node.childForFieldName('object');
      const values = namedChildren(node.childForFieldName('arguments') ?? node);
      const target = object ? view.textOf(object) : '';
      if (name === 'format' && target === 'String') return formatted(lower(values[0]), values.slice(1).map(lower), range);
      if (name === 'formatted' && object) return formatted(lower(object), values.map(lower), range);
      if (collections.has(name) && /^(?:List|Set|Arrays|Collections|Stream|Optional)$/.test(target)) return name === 'ofNullable' || (target === 'Optional' && values.length === 1) ? lower(values[0]) : { kind: 'list', items: values.map(lower), range };
      if (name === 'of' && target === 'Map') return { kind: 'map', range, entries: values.flatMap((key, index) => {
        const lowered = index % 2 === 0 ? lower(key) : null;
        const value = values[index + 1];
        return lowered && value ? [{ key: lowered.kind === 'string' ? lowered.value : null, keyRange: lowered.range, value: lower(value), spread: false, range: lowered.range }] : [];
      }) };
      // X.fromEnv(), X.create(…): a construction by another name.
      if (/^(?:fromEnv|create|getInstance|newClient|withApiKey|fromApiKey)$/.test(name) && object && /^[A-Z]\w*$/.test(target)) {
        return { kind: 'call', construction: true, callee: lower(object), positional: values.map(lower), named: [], spreads: [], complete: true, range, argumentsRange: view.range(node.childForFieldName('arguments') ?? node) };
      }
      return null;
    }
    default: return null;
  }
}

function imports(text: string): ReadonlyMap<string, { readonly module: string; readonly symbol: string | null }> {
  const found = new Map<string, { module: string; symbol: string | null }>();
  for (const match of text.matchAll(/^\s*import\s+(static\s+)?([\w.]+)\.(\w+)\s*;?/gm)) {
    const [, isStatic, module, name] = match;
    found.set(name!, { module: module!, symbol: name! });
    if (isStatic) found.set(name!, { module: module!, symbol: name! });
  }
  return found;
}

const unbound = (text: string): string | null => [...text.matchAll(/^\s*import\s+(?:static\s+)?([\w.]+)\.\*\s*;?/gm)].map((match) => match[1]!).join('|') || null;

export const javaDialect: Dialect = {
  rules: {
    callFollows: (text, offset) => /^\s*\(/.test(text.slice(offset, offset + 80)),
    chainStart: (text, offset) => offset - /(?:[\w\])]+\s*\.\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '//', blockComments: true, longQuotes: ['"""'], semicolons: true,
    statement: /^(?:import|package|public|private|protected|static|final|class|interface|enum|record|return|if|else|for|while|do|try|catch|finally|switch|case|throw|var)\b|^@\w|^[\w<>[\].]+\s+\w+\s*=[^=]/,
    plainTextTypes: new Set(['line_comment', 'block_comment', 'string_fragment', 'multiline_string_fragment', 'character_literal']),
  },
  names: ['identifier', 'type_identifier', 'this', 'super'],
  transparent: ['parenthesized_expression', 'superclass', 'expression_statement'],
  members: { field_access: ['object', 'field'] },
  calls: {
    method_invocation: { object: 'object', name: 'name', arguments: 'arguments' },
    object_creation_expression: { callee: 'type', arguments: 'arguments', construction: true },
  },
  lists: ['array_initializer'],
  own,
  functions: ['method_declaration', 'constructor_declaration', 'lambda_expression'],
  classes: { class_declaration: { name: 'name', bases: (node) => { const found = node.childForFieldName('superclass'); return found ? [found] : []; } }, record_declaration: { name: 'name' }, enum_declaration: { name: 'name' }, interface_declaration: { name: 'name' } },
  blocks: ['block'],
  declarations: { variable_declarator: { name: 'name', value: 'value' }, resource: { name: 'name', value: 'value', type: 'type' } },
  assignments: { assignment_expression: ['left', 'right'] },
  parameters: { formal_parameter: { name: 'name', type: 'type' } },
  loops: { for_statement: [null, null], enhanced_for_statement: ['name', 'value'], while_statement: [null, null], do_statement: [null, null] },
  uncertain: ['if_statement', 'try_statement', 'catch_clause', 'for_statement', 'while_statement', 'switch_block_statement_group', 'switch_rule'],
  comments: ['line_comment', 'block_comment'],
  loopCalls: /^(?:forEach|map|flatMap|filter)$/,
  importWord: 'import', importTypes: ['import_declaration'],
  imports, unbound, fieldsInScope: true,
  bind: (place, lower) => {
    // messages.add(x)
    const { view, path } = place;
    const leafIndex = path.length - 1;
    const call = path[leafIndex - 1]!;
    const object = call.type === 'method_invocation' ? call.childForFieldName('object') : null;
    if (!object || object.startIndex !== path[leafIndex]!.startIndex || object.endIndex !== path[leafIndex]!.endIndex) return [];
    const name = view.textOf(call.childForFieldName('name') ?? call);
    const values = namedChildren(call.childForFieldName('arguments') ?? call);
    if (name === 'add' && values.length > 0) return [{ kind: 'append', value: lower(values.at(-1)), at: leafIndex - 1 }];
    // request.setModel("m")
    if (/^set[A-Z]/.test(name) && values.length === 1) return [{ kind: 'set-entry', key: wireName(name.slice(3)), value: lower(values[0]), at: leafIndex - 1 }];
    if (name === 'addAll') return [{ kind: 'extend', value: lower(values.at(-1)), at: leafIndex - 1 }];
    if (name === 'put' && values.length === 2) { const key = lower(values[0]); return [{ kind: 'set-entry', key: key?.kind === 'string' ? key.value : null, value: lower(values[1]), at: leafIndex - 1 }]; }
    return [];
  },
};

export const java: Language = {
  ids: ['java'], extensions: ['.java'], grammar: () => 'tree-sitter-java.wasm',
  open: (source: ParsedSource) => openProgram(source, grammarOf(javaDialect)), print: null,
};
