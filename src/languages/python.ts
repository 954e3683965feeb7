/** Python: how its syntax tree is read as neutral expressions, and how small things are printed. */
import { pythonSurface } from './surfaces.js';
import type { Language, ParsedSource } from '../core/expression.js';
import { type Grammar, openProgram } from '../core/program.js';
import { pythonBindings, pythonMemberBindings } from './pythonBindings.js';
import { lowerPython } from './pythonExpressions.js';

const grammar: Grammar = {
  rules: {
    callFollows: (text, offset) => /^\s*\(/.test(text.slice(offset, offset + 80)),
    chainStart: (text, offset) => offset - /(?:[\w\])]+\s*\.\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '#',
    blockComments: false,
    longQuotes: ['"""', "'''"],
    statement: /^(?:def|class|return|if|elif|else|for|while|with|try|except|finally|import|from|raise|async|await|pass|break|continue|global|assert|del|yield|print)\b|^@\w|^[\w.]+\s*(?::[^=]+)?=[^=]|^[\w.]+\([^=]*\)\s*$/,
    semicolons: false,
    plainTextTypes: new Set(['comment', 'string_content']),
  },
  nameTypes: new Set(['identifier']),
  lower: (view, node) => lowerPython(view, node),
  reference(path) {
    const index = path.length - 1;
    const leaf = path[index]!;
    const parent = path[index - 1];
    if (!parent) return index;
    if (parent.type === 'attribute') return parent.childForFieldName('attribute')?.startIndex === leaf.startIndex ? index - 1 : index;
    if (parent.type === 'keyword_argument' && parent.childForFieldName('name')?.startIndex === leaf.startIndex) return -1;
    if ((parent.type === 'function_definition' || parent.type === 'class_definition') && parent.childForFieldName('name')?.startIndex === leaf.startIndex) return -1;
    return parent.type === 'parameters' || parent.type === 'dotted_name' ? -1 : index;
  },
  call(path, index) {
    for (let at = index; at > 0; at--) {
      const parent = path[at - 1]!;
      if (parent.type === 'call') return parent.childForFieldName('function')?.startIndex === path[at]!.startIndex && parent.childForFieldName('function')?.endIndex === path[at]!.endIndex ? parent : null;
      if (parent.type !== 'parenthesized_expression') return null;
    }
    return null;
  },
  bindings: pythonBindings,
  memberBindings: pythonMemberBindings,
  scope(path, index) {
    const node = path[index]!;
    const child = path[index + 1];
    const isField = (field: string): boolean => {
      const found = node.childForFieldName(field);
      return !!child && !!found && found.startIndex === child.startIndex && found.endIndex === child.endIndex && found.type === child.type;
    };
    switch (node.type) {
      case 'function_definition': return isField('name') || isField('return_type') ? null : { kind: 'function', name: node.childForFieldName('name') };
      case 'lambda': return { kind: 'function', name: null };
      case 'class_definition': return isField('body') ? { kind: 'class', name: node.childForFieldName('name') } : null;
      case 'list_comprehension': case 'set_comprehension': case 'generator_expression': case 'dictionary_comprehension': return { kind: 'block', name: null };
      default: return null;
    }
  },
  commentTypes: new Set(['comment']),
  loopTypes: new Set(['for_statement', 'while_statement', 'list_comprehension', 'set_comprehension', 'generator_expression', 'dictionary_comprehension']),
  functionTypes: new Set(['function_definition', 'lambda']),
  isLoopCall: () => false,
  importWord: 'import',
  importTypes: new Set(['import_statement', 'import_from_statement']),
};

export const python: Language = {
  ids: ['python'],
  extensions: ['.py'],
  grammar: () => 'tree-sitter-python.wasm',
  open: (source: ParsedSource) => openProgram(source, grammar),
  print: {
    surface: pythonSurface,
    string: (value, quote) => `${quote}${value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n')}${quote}`,
    environment: (variable) => `os.environ["${variable}"]`,
    environmentImport: { module: 'os', statement: 'import os' },
  },
};
