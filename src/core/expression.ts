/**
 * The neutral expression language. A language file lowers its syntax tree to this, on demand; everything
 * after that (detection, constant propagation, reading requests, rewriting) is written once.
 */
import type { LanguageId, TextRange } from './model.js';

interface Node {
  readonly range: TextRange;
}

export interface StringExpression extends Node {
  readonly kind: 'string';
  /** Decoded value (escapes processed). */
  readonly value: string;
}

/** f-string, template literal: text and holes in order (text parts are `string` nodes). */
export interface TemplateExpression extends Node {
  readonly kind: 'template';
  readonly parts: readonly Expression[];
}

export interface NumberExpression extends Node {
  readonly kind: 'number';
  readonly value: number;
}

export interface ConstantExpression extends Node {
  readonly kind: 'constant';
  /** `null` also for None and undefined. */
  readonly value: boolean | null;
}

export interface NameExpression extends Node {
  readonly kind: 'name';
  readonly name: string;
}

/** `object.property`; `self` and `this` are plain names. Optional chaining is the same node. */
export interface MemberExpression extends Node {
  readonly kind: 'member';
  readonly object: Expression;
  readonly property: string;
  readonly propertyRange: TextRange;
}

/** `object[index]`. */
export interface IndexExpression extends Node {
  readonly kind: 'index';
  readonly object: Expression;
  readonly index: Expression;
}

export interface NamedArgument {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly value: Expression;
  /** Whole `name=value`. */
  readonly range: TextRange;
}

/** A call. TypeScript object-literal arguments stay positional `map`s; core merges them where an SDK says so. */
export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly positional: readonly Expression[];
  readonly named: readonly NamedArgument[];
  /** `**kwargs`, `...spread` arguments. */
  readonly spreads: readonly Expression[];
  /** `new X()`. */
  readonly construction: boolean;
  /** Text between and including the parentheses. */
  readonly argumentsRange: TextRange;
  /** False when the closing parenthesis is missing or the call was rebuilt from leaf tokens. */
  readonly complete: boolean;
}

export interface ListExpression extends Node {
  readonly kind: 'list';
  /** Spread items are `spread` nodes; a comprehension or `.map(...)` is one `repeat` node. */
  readonly items: readonly Expression[];
}

export interface SpreadExpression extends Node {
  readonly kind: 'spread';
  readonly value: Expression;
}

/** An element produced any number of times: comprehension, generator, `.map(callback)`. */
export interface RepeatExpression extends Node {
  readonly kind: 'repeat';
  readonly item: Expression;
  readonly over: Expression | null;
}

export interface MapEntry {
  /** Null for spreads (`**x`, `...x`) and computed keys that are not literals. */
  readonly key: string | null;
  readonly keyRange: TextRange | null;
  readonly value: Expression;
  readonly spread: boolean;
  readonly range: TextRange;
}

/** dict / object literal. */
export interface MapExpression extends Node {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

/** `a + b`, implicit string concatenation, and `%` formatting already lowered to a template. */
export interface ConcatExpression extends Node {
  readonly kind: 'concat';
  readonly parts: readonly Expression[];
}

/** `a if c else b`, `c ? a : b`. */
export interface ConditionalExpression extends Node {
  readonly kind: 'conditional';
  readonly branches: readonly Expression[];
}

/** `a or b`, `a || b`, `a ?? b`: first usable value. */
export interface FallbackExpression extends Node {
  readonly kind: 'fallback';
  readonly branches: readonly Expression[];
}

export interface Parameter {
  readonly name: string;
  readonly defaultValue: Expression | null;
  readonly annotation: Expression | null;
  readonly range: TextRange;
}

/** Function, lambda, arrow, method. `returns` are the returned expressions, lowered on demand. */
export interface FunctionExpression extends Node {
  readonly kind: 'function';
  readonly name: string | null;
  readonly parameters: readonly Parameter[];
  readonly returns: () => readonly Expression[];
  /** Read like a field: `@property`, `get name()`. */
  readonly accessor?: boolean;
}

/** Class. Members are found through `Program.memberBindings`. */
export interface ClassExpression extends Node {
  readonly kind: 'class';
  readonly name: string | null;
  readonly bases: readonly Expression[];
}

export interface UnknownExpression extends Node {
  readonly kind: 'unknown';
  /** A short name for people: the source text, cut. */
  readonly text: string;
}

export type Expression =
  | StringExpression | TemplateExpression | NumberExpression | ConstantExpression | NameExpression
  | MemberExpression | IndexExpression | CallExpression | ListExpression | SpreadExpression | RepeatExpression
  | MapExpression | ConcatExpression | ConditionalExpression | FallbackExpression | FunctionExpression
  | ClassExpression | UnknownExpression;

/** A lexical region that holds bindings. */
export interface Scope {
  readonly kind: 'module' | 'function' | 'class' | 'block';
  readonly range: TextRange;
  /** Function or class name. */
  readonly name: string | null;
}

/** One place where a name (or an attribute) gets a value. */
export interface Binding {
  readonly name: string;
  readonly kind:
    | 'assignment'  // name = value; declarations; class fields; keyword of a walrus
    | 'extend'      // name += value, name.extend(value), name.push(...list), concat onto the same name
    | 'append'      // name.append(value), name.push(value), name.insert(i, value), name.unshift(value)
    | 'set-entry'   // name["key"] = value, name.key = value on a plain map
    | 'import'      // see `imported`
    | 'parameter'   // value = default
    | 'loop'        // for name in value
    | 'function' | 'class'
    | 'resource';   // with value as name; using name = value
  /** The value; for a destructuring the whole right side, with `path` saying which part. */
  readonly value: Expression | null;
  /** Property names / indexes to follow inside `value`, e.g. ['chat'] for `const { chat } = client`. */
  readonly path: readonly string[];
  /** Entry key for `set-entry`. */
  readonly key: string | null;
  /** Type annotation, if any. */
  readonly annotation: Expression | null;
  readonly imported: {
    readonly module: string;
    /** Exported name; null = the module itself (`import x`, `import * as x`); 'default' for default imports. */
    readonly symbol: string | null;
    /** True for `import type` and TYPE_CHECKING blocks. */
    readonly typeOnly: boolean;
  } | null;
  /** For attribute bindings (`self.client = …`): the object assigned on; null for class-body fields. */
  readonly object: Expression | null;
  readonly scope: Scope;
  /** The bound identifier. */
  readonly range: TextRange;
  /** The whole statement that binds. */
  readonly statementRange: TextRange;
  /** Inside an `if`, `try`, `except`, loop or switch relative to its scope: may or may not happen. */
  readonly conditional: boolean;
}

/**
 * A parsed document, read on demand. Nothing is lowered before it is asked for, so the cost of an
 * analysis follows the number of calls and the names they need, not the length of the file.
 */
export interface Program {
  readonly language: LanguageId;
  readonly text: string;
  /** Bare names reach fields of the class around (Java, C#). */
  readonly fieldsInScope: boolean;
  /** Classes are told apart by name: members may stand outside the class's body (Go, Rust, Ruby, partial classes). */
  readonly openClasses: boolean;
  /**
   * The identifier at `offset` as the last name of a callee: `create` in `client.chat.completions.create(`.
   * Null when it is not called there, or is text in a comment or string. In broken code the call is rebuilt
   * from the tokens that follow (`complete: false`).
   */
  callAt(offset: number): CallExpression | null;
  /** The call whose callee is `call` itself: `createOpenAI(…)("gpt-4o")`; null when there is none. */
  callAround(call: CallExpression): CallExpression | null;
  /** Calls of what `call` returns, in the same chain and in order. */
  chainAfter(call: CallExpression): readonly CallExpression[];
  /** The construction that begins with the name at `offset`: a builder chain, `X::new(…)`. Null when there is none. */
  constructionAt(offset: number): CallExpression | null;
  /** The expression whose last identifier is at `offset`, called or not: `client.chat.completions.create`. Null in comments and strings. */
  referenceAt(offset: number): Expression | null;
  /** Every binding of a plain name in the file, in source order, over all scopes. */
  bindings(name: string): readonly Binding[];
  /** Every binding of `….property = value`, class fields, and methods (`kind: 'function'`) of that name, in source order; `scope` is the enclosing class (or the scope of the statement). */
  memberBindings(property: string): readonly Binding[];
  /** Scopes around `offset`, innermost first, module last. */
  scopesAt(offset: number): readonly Scope[];
  /** Calls whose callee is the plain name or member `name`, e.g. call sites of a function. */
  callsOf(name: string): readonly CallExpression[];
  /** Ranges of comments that contain `needle`. */
  commentsWith(needle: string): readonly { readonly range: TextRange; readonly text: string }[];
  /** What decorators/loops surround `offset`: true when it is inside a loop or comprehension. */
  insideLoop(offset: number): boolean;
  /** Text of imports, for adding one: range of the last import statement, or null. */
  lastImport(): TextRange | null;
  /** Of a file that is no code: the calls it states, in place of those that detection finds. */
  readonly stated?: () => { readonly calls: readonly StatedCall[]; readonly isBroken: boolean };
}

/** A prompt file's call, or an entry of a configuration: written as a call with named arguments. */
export interface StatedCall {
  /** SDK id and dotted method whose `read` understands the arguments. */
  readonly sdk: string;
  readonly method: string;
  readonly call: CallExpression;
}

/** How a language is parsed and printed. One file per language in `languages/`. */
export interface Language {
  readonly ids: readonly LanguageId[];
  readonly extensions: readonly string[];
  /** Grammar file name per language id, e.g. `tree-sitter-python.wasm`; null = read without one, `tree` must not be touched. */
  readonly grammar: (id: LanguageId) => string | null;
  /** Whether a text of this language can hold calls at all, where the words of SDKs do not tell; absent = they do. */
  readonly concerns?: (text: string) => boolean;
  /** Opens a parsed tree for reading. */
  readonly open: (source: ParsedSource) => Program;
  /** Source code of small things, for edits; null = calls of this language are not rewritten. */
  readonly print: null | {
    string(value: string, quote: '"' | "'"): string;
    /** Read of an environment variable, e.g. `os.environ["X"]`, `process.env.X`. */
    environment(variable: string): string;
    /** Import statement (without newline) that `environment` needs, or null. */
    environmentImport: { readonly module: string; readonly statement: string } | null;
    /** What a switch to another SDK needs; absent = calls of this language stay with their SDK. */
    readonly surface?: import('./rewrite.js').Surface;
  };
}

/** Tree and text as `core/parse.ts` yields them; `tree` is web-tree-sitter's. */
export interface ParsedSource {
  readonly language: LanguageId;
  readonly text: string;
  readonly tree: import('web-tree-sitter').Tree;
  /** Parses a short repaired snippet with the same grammar (for half-typed code). */
  readonly parseSnippet: (
    text: string,
    /** When `text` is the whole source with these edits (each against the text before it), its tree is reused. */
    edits?: readonly import('./model.js').TextEdit[],
  ) => import('web-tree-sitter').Tree | null;
  /** True when the time budget is used up; long loops stop early. */
  readonly expired: () => boolean;
}
