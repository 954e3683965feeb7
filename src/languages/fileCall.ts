/** What a language says in a form of its own (`$(cat p.md)`, `include_str!`), as the call that others read a file with. */
import type { CallExpression, Expression } from '../core/expression.js';
import type { TextRange } from '../core/model.js';

/** `File.read(path)`, or the same of another `library`, standing at `range`. */
export function fileCall(path: Expression, range: TextRange, { library = 'File', method = 'read', argumentsRange = range, complete = true }: { readonly library?: string; readonly method?: string; readonly argumentsRange?: TextRange; readonly complete?: boolean } = {}): CallExpression {
  return { kind: 'call', callee: { kind: 'member', object: { kind: 'name', name: library, range }, property: method, propertyRange: range, range }, positional: [path], named: [], spreads: [], construction: false, argumentsRange, complete, range };
}
