/** TypeScript, TSX, JavaScript and JSX: how their syntax trees are read, and how small things are printed. */
import { javascriptSurface } from './surfaces.js';
import type { Language, ParsedSource } from '../core/expression.js';
import { type Grammar, openProgram } from '../core/program.js';
import { typescriptBindings, typescriptMemberBindings } from './typescriptBindings.js';
import { lowerTypescript } from './typescriptExpressions.js';

const functionTypes = new Set(['function_declaration', 'function_expression', 'function', 'arrow_function', 'method_definition', 'generator_function', 'generator_function_declaration']);
const perElement = new Set(['map', 'forEach', 'flatMap', 'filter', 'reduce', 'some', 'every']);
/** `await ask<T>(x)` is read by the grammar as `(await ask)<T>(x)`. */
const wrappers = new Set(['await_expression', 'parenthesized_expression', 'non_null_expression', 'instantiation_expression', 'as_expression', 'satisfies_expression']);

const grammar: Grammar = {
  rules: {
    callFollows: (text, offset) => /^\s*(?:\?\.\s*)?(?:!\s*)?(?:<[^;{}()]{0,200}>\s*)?\(/.test(text.slice(offset, offset + 300)),
    chainStart: (text, offset) => offset - /(?:[\w$\])!]+\s*\??\.\s*)*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length,
    lineComment: '//',
    blockComments: true,
    longQuotes: ['`'],
    statement: /^(?:export|import|async function|function|const|let|var|class|return|if|else|for|while|try|catch|switch|throw|await|type|interface|enum|abstract|public|private|protected)\b|^@\w|^[\w$.]+\s*=[^=>]|^[\w$]+\.[\w$.]+\(/,
    semicolons: true,
    plainTextTypes: new Set(['comment', 'jsx_text', 'regex_pattern', 'string_fragment', 'html_comment']),
  },
  nameTypes: new Set(['identifier', 'property_identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern', 'private_property_identifier', 'type_identifier']),
  lower: (view, node) => lowerTypescript(view, node),
  reference(path) {
    const index = path.length - 1;
    const leaf = path[index]!;
    const parent = path[index - 1];
    if (!parent) return index;
    if (parent.type === 'member_expression') return parent.childForFieldName('property')?.startIndex === leaf.startIndex ? index - 1 : index;
    if (leaf.type === 'property_identifier' || leaf.type === 'type_identifier' || leaf.type === 'private_property_identifier') return -1;
    if (functionTypes.has(parent.type) || parent.type === 'class_declaration') return parent.childForFieldName('name')?.startIndex === leaf.startIndex ? -1 : index;
    return leaf.type === 'identifier' || leaf.type === 'shorthand_property_identifier' || leaf.type === 'shorthand_property_identifier_pattern' ? index : -1;
  },
  call(path, index) {
    for (let at = index; at > 0; at--) {
      const parent = path[at - 1]!;
      const field = parent.type === 'call_expression' ? 'function' : parent.type === 'new_expression' ? 'constructor' : null;
      if (field) {
        const callee = parent.childForFieldName(field);
        return callee?.startIndex === path[at]!.startIndex && callee.endIndex === path[at]!.endIndex ? parent : null;
      }
      if (!wrappers.has(parent.type)) return null;
    }
    return null;
  },
  bindings: typescriptBindings,
  memberBindings: typescriptMemberBindings,
  scope(path, index) {
    const node = path[index]!;
    const child = path[index + 1];
    const isName = !!child && node.childForFieldName('name')?.startIndex === child.startIndex && node.childForFieldName('name')?.endIndex === child.endIndex;
    if (functionTypes.has(node.type)) return isName && node.type !== 'function_expression' ? null : { kind: 'function', name: node.childForFieldName('name') };
    if (node.type === 'class_declaration' || node.type === 'class' || node.type === 'abstract_class_declaration') return child?.type === 'class_body' ? { kind: 'class', name: node.childForFieldName('name') } : null;
    if (node.type === 'statement_block') return functionTypes.has(path[index - 1]?.type ?? '') ? null : { kind: 'block', name: null };
    if (node.type === 'for_statement' || node.type === 'for_in_statement' || node.type === 'catch_clause' || node.type === 'switch_body') return { kind: 'block', name: null };
    return null;
  },
  commentTypes: new Set(['comment', 'html_comment']),
  loopTypes: new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement']),
  functionTypes,
  isLoopCall(node, view) {
    if (node.type !== 'call_expression') return false;
    const callee = node.childForFieldName('function');
    const property = callee?.type === 'member_expression' ? callee.childForFieldName('property') : null;
    return !!property && perElement.has(view.textOf(property));
  },
  importWord: 'import',
  importTypes: new Set(['import_statement']),
};

const grammars: Readonly<Record<string, string>> = {
  typescript: 'tree-sitter-typescript.wasm', typescriptreact: 'tree-sitter-tsx.wasm', javascript: 'tree-sitter-javascript.wasm', javascriptreact: 'tree-sitter-javascript.wasm',
};

export const typescript: Language = {
  ids: ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'],
  extensions: ['.tsx', '.jsx', '.mts', '.cts', '.ts', '.mjs', '.cjs', '.js'],
  grammar: (id) => grammars[id]!,
  open: (source: ParsedSource) => openProgram(source, grammar),
  print: {
    surface: javascriptSurface,
    string: (value, quote) => `${quote}${value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n')}${quote}`,
    environment: (variable) => `process.env.${variable}`,
    environmentImport: null,
  },
};
