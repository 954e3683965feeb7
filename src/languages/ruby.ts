/** Ruby: `X.new` is a construction, instance variables are names of the class, symbols are text. */
import type { Node } from 'web-tree-sitter';
import type { Expression, Language, MapEntry, ParsedSource } from '../core/expression.js';
import { openProgram } from '../core/program.js';
import { namedChildren } from '../core/syntaxView.js';
import { type Dialect, type Lowering, decodeEscapes, grammarOf, interpolated, plainKey } from './dialect.js';

function heredocOf(node: Node): Node | null {
  const tag = /[A-Za-z_]\w*/.exec(node.text)?.[0];
  for (let current: Node | null = node.parent; current; current = current.parent) {
    for (const child of current.namedChildren) if (child?.type === 'heredoc_body' && child.startIndex > node.startIndex && child.namedChildren.some((each) => each?.type === 'heredoc_end' && each.text.trim() === tag)) return child;
  }
  return null;
}

function own(lowering: Lowering, node: Node): Expression | null {
  const { view, lower } = lowering;
  const range = view.range(node);
  switch (node.type) {
    case 'string': case 'delimited_symbol': case 'subshell': return interpolated(lowering, node, ['interpolation'], decodeEscapes);
    case 'simple_symbol': return { kind: 'string', value: view.textOf(node).slice(1), range };
    case 'chained_string': return { kind: 'concat', parts: namedChildren(node).map(lower), range };
    case 'heredoc_beginning': {
      const body = heredocOf(node);
      if (!body) return null;
      const isSquiggly = view.textOf(node).includes('~');
      return { ...interpolated(lowering, body, ['interpolation'], (text) => (isSquiggly ? text.replace(/^[ \t]+/gm, '').replace(/^\n/, '') : text), ['heredoc_end']), range } as Expression;
    }
    case 'scope_resolution': {
      const scope = node.childForFieldName('scope');
      const name = node.childForFieldName('name');
      return scope && name ? { kind: 'member', object: lower(scope), property: view.textOf(name), propertyRange: view.range(name), range } : lower(name);
    }
    case 'array': return { kind: 'list', items: namedChildren(node).map(lower), range };
    case 'splat_argument': return { kind: 'spread', value: lower(namedChildren(node)[0]), range };
    case 'hash': return { kind: 'map', range, entries: namedChildren(node).flatMap((each): MapEntry[] => {
      if (each.type === 'hash_splat_argument') return [{ key: null, keyRange: null, value: lower(namedChildren(each)[0]), spread: true, range: view.range(each) }];
      const key = each.childForFieldName('key');
      if (!key) return [];
      const name = plainKey(view.textOf(key));
      const value = each.childForFieldName('value');
      return [{ key: /symbol|string/.test(key.type) ? name : null, keyRange: view.range(key), value: value ? lower(value) : { kind: 'name', name, range: view.range(key) }, spread: false, range: view.range(each) }];
    }) };
    case 'element_reference': {
      const [object, index] = namedChildren(node);
      return { kind: 'index', object: lower(object), index: lower(index), range };
    }
    case 'assignment': return lower(node.childForFieldName('right'));
    case 'call': {
      const method = node.childForFieldName('method');
      const object = node.childForFieldName('receiver');
      const given = node.childForFieldName('arguments');
      const name = method ? view.textOf(method) : '';
      if (!object || !method) return null;
      const target = lower(object);
      if (name === 'to_json') return { kind: 'call', callee: { kind: 'member', object: { kind: 'name', name: 'JSON', range }, property: 'stringify', propertyRange: range, range }, positional: [target], named: [], spreads: [], construction: false, complete: true, range, argumentsRange: range };
      if (name === 'freeze' || name === 'strip' || name === 'squish' || name === 'chomp' || name === 'dup') return target;
      // A variable of the environment with its default.
      if (name === 'fetch' && target.kind === 'name' && target.name === 'ENV') {
        const [variable, usual] = given ? namedChildren(given).map(lower) : [];
        const read: Expression = { kind: 'index', object: target, index: variable ?? target, range };
        return usual ? { kind: 'fallback', branches: [read, usual], range } : read;
      }
      if (name !== 'new' || /^[a-z@]/.test(view.textOf(object))) return null;
      const call = { kind: 'call' as const, construction: true, callee: target, spreads: [], complete: !given?.hasError, range, argumentsRange: given ? view.range(given) : range };
      const values = given ? namedChildren(given) : [];
      return { ...call, positional: values.filter((each) => each.type !== 'pair' && each.type !== 'hash_splat_argument').map(lower), named: values.flatMap((each) => {
        const key = each.type === 'pair' ? each.childForFieldName('key') : null;
        const value = each.childForFieldName('value');
        return key ? [{ name: plainKey(view.textOf(key)), nameRange: view.range(key), value: value ? lower(value) : { kind: 'name' as const, name: plainKey(view.textOf(key)), range: view.range(key) }, range: view.range(each) }] : [];
      }) };
    }
    default: return null;
  }
}

const dialect: Dialect = {
  rules: {
    callFollows: (text, offset) => /^\s*\(|^[ \t]+[a-z_]+:\s/.test(text.slice(offset, offset + 80)),
    chainStart: (text, offset) => offset - /(?:[\w@\])]+\s*(?:&?\.|::)\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '#', blockComments: false, longQuotes: [], interpolation: '#{', semicolons: false,
    statement: /^(?:def|class|module|return|if|elsif|else|unless|case|when|for|while|until|begin|rescue|ensure|end|require|include|raise|puts)\b|^@?\w+\s*=[^=>~]/,
    plainTextTypes: new Set(['comment', 'string_content', 'heredoc_content', 'heredoc_body', 'regex']),
  },
  names: ['identifier', 'constant', 'instance_variable', 'class_variable', 'global_variable', 'self'],
  transparent: ['parenthesized_statements', 'superclass', 'block_argument'],
  members: {},
  calls: { call: { object: 'receiver', name: 'method', arguments: 'arguments' } },
  own,
  functions: ['method', 'singleton_method', 'lambda'],
  returnTypes: ['return'],
  classes: { class: { name: 'name', bases: (node) => { const found = node.childForFieldName('superclass'); return found ? [found] : []; } }, module: { name: 'name' } },
  declarations: {},
  assignments: { assignment: ['left', 'right'], operator_assignment: ['left', 'right'] },
  parameters: { optional_parameter: { name: 'name', value: 'value' }, keyword_parameter: { name: 'name', value: 'value' } },
  loops: { for: [null, null], while: [null, null], until: [null, null] },
  uncertain: ['if', 'unless', 'else', 'elsif', 'case', 'when', 'while', 'until', 'rescue', 'if_modifier', 'unless_modifier'],
  comments: ['comment'],
  loopCalls: /^(?:each|map|each_with_index|flat_map|times|select|collect|each_slice)$/,
  importWord: 'require', importTypes: ['call'],
  imports: () => new Map(),
  fieldsInScope: true, openClasses: true,
  bind: (place, lower) => {
    const { path, view } = place;
    const leafIndex = path.length - 1;
    const leaf = path[leafIndex]!;
    const parent = path[leafIndex - 1]!;
    const owner = path[leafIndex - 2];
    const isFirst = (node: Node | null | undefined): boolean => !!node && node.startIndex === leaf.startIndex && node.endIndex === leaf.endIndex;
    if (parent.type === 'binary' && isFirst(parent.childForFieldName('left')) && parent.children.some((child) => child?.type === '<<')) return [{ kind: 'append', value: lower(parent.childForFieldName('right')), at: leafIndex - 1 }];
    if (parent.type === 'element_reference' && owner?.type === 'assignment' && isFirst(namedChildren(parent)[0])) {
      const key = lower(namedChildren(parent)[1]);
      return [{ kind: 'set-entry', key: key?.kind === 'string' ? key.value : null, value: lower(owner.childForFieldName('right')), at: leafIndex - 2 }];
    }
    if (parent.type === 'call' && isFirst(parent.childForFieldName('receiver')) && /^(?:push|append)$/.test(view.textOf(parent.childForFieldName('method') ?? parent))) {
      return [{ kind: 'append', value: lower(namedChildren(parent.childForFieldName('arguments') ?? parent)[0]), at: leafIndex - 1 }];
    }
    // @client ||= OpenAI::Client.new; instance variables belong to their class wherever they are set.
    if ((parent.type === 'assignment' || parent.type === 'operator_assignment') && /instance_variable|class_variable/.test(leaf.type) && isFirst(parent.childForFieldName('left'))) {
      return [{ kind: 'assignment', value: lower(parent.childForFieldName('right')), at: leafIndex - 1, member: true }, { kind: 'assignment', value: lower(parent.childForFieldName('right')), at: leafIndex - 1, scope: place.scopeOf(leafIndex - 1, (each) => each.kind === 'class' || each.kind === 'module') }];
    }
    return [];
  },
};

export const ruby: Language = {
  ids: ['ruby'], extensions: ['.rb', '.rake'], grammar: () => 'tree-sitter-ruby.wasm',
  open: (source: ParsedSource) => openProgram(source, grammarOf(dialect)), print: null,
};
