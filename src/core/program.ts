/** A parsed document read on demand: text search finds the words, the tree says what each of them is. */
import type { Node } from 'web-tree-sitter';
import type { Binding, CallExpression, Expression, ParsedSource, Program, Scope } from './expression.js';
import type { TextRange } from './model.js';
import { repair, repairSnippet, type LexicalRules } from './repair.js';
import type { Path, SyntaxView } from './syntaxView.js';

/** Where a leaf stands, as grammars see it. */
export interface Place {
  readonly view: SyntaxView;
  /** Root to leaf. */
  readonly path: Path;
  /** Scope of kind `function`, `class`, `block` or `module` that encloses `path[index]`. */
  readonly scopeOf: (index: number, accepts?: (scope: Scope) => boolean) => Scope;
}

/** How one language's tree is read. */
export interface Grammar {
  readonly rules: LexicalRules;
  /** Types of leaves that are names. */
  readonly nameTypes: ReadonlySet<string>;
  readonly lower: (view: SyntaxView, node: Node) => Expression;
  /** Index in the path of the expression whose last identifier is the leaf; −1 when the leaf is no expression. */
  readonly reference: (path: Path) => number;
  /** The call whose callee is `path[index]`, or null. */
  readonly call: (path: Path, index: number) => Node | null;
  readonly bindings: (place: Place) => readonly Binding[];
  readonly memberBindings: (place: Place) => readonly Binding[];
  /** Scope that the node opens for the child at `path[index + 1]`. */
  readonly scope: (path: Path, index: number) => { readonly kind: Scope['kind']; readonly name: Node | null } | null;
  readonly commentTypes: ReadonlySet<string>;
  readonly loopTypes: ReadonlySet<string>;
  readonly functionTypes: ReadonlySet<string>;
  /** Call nodes whose callback runs once per element, e.g. `xs.map(…)`. */
  readonly isLoopCall: (node: Node, view: SyntaxView) => boolean;
  /** Words an import statement contains, and the statement's node types. */
  readonly importWord: string;
  readonly importTypes: ReadonlySet<string>;
  /** Names that imports bring in without naming them word by word, by local name (Go, PHP, Rust). */
  readonly imports?: (text: string) => ReadonlyMap<string, { readonly module: string; readonly symbol: string | null }>;
  /** Module of a capitalized name that nothing in the file binds; several namespaces with `|` between. */
  readonly unbound?: (text: string) => string | null;
  /** Bare names reach fields of the class around. */
  readonly fieldsInScope?: boolean;
  /** Members of a class may stand outside its body, or in several bodies: classes are told apart by name. */
  readonly openClasses?: boolean;
}

const wordCharacter = /[\w$\u0080-\uffff]/;

const isEdge = (character: string | undefined): boolean => character === undefined || !wordCharacter.test(character);

/** Adds to `into` the offsets from `from` up to `to` at which `word` stands alone; false when time ran out. */
function searchWord(text: string, word: string, from: number, to: number, into: number[], expired: () => boolean): boolean {
  for (let at = text.indexOf(word, from); at !== -1 && at < to; at = text.indexOf(word, at + word.length)) {
    const before = text[at - 1];
    if ((isEdge(before) || before === '\ufeff') && isEdge(text[at + word.length])) into.push(at);
    if ((into.length & 255) === 255 && expired()) return false;
  }
  return true;
}

/** Words looked for in one text, and in the text it was made from by an edit in one place. */
interface Searched {
  readonly text: string;
  readonly words: Map<string, readonly number[]>;
  /** Equal characters at the start and the end; `shift` is how far the end has moved. */
  readonly earlier: { readonly words: ReadonlyMap<string, readonly number[]>; readonly prefix: number; readonly suffixStart: number; readonly shift: number } | null;
}

const keptTexts = 6;
const searched: Searched[] = [];

/** What is known of a text; a text that differs from one before in one stretch starts from what was known of that. */
function searchedIn(text: string): Searched {
  const index = searched.findIndex((each) => each.text === text);
  if (index >= 0) {
    const found = searched[index]!;
    if (index > 0) { searched.splice(index, 1); searched.unshift(found); }
    return found;
  }
  let earlier: Searched['earlier'] = null;
  for (const each of searched) {
    const shorter = Math.min(each.text.length, text.length);
    if (shorter < 2000 || Math.abs(each.text.length - text.length) > shorter / 4 || each.text.slice(0, 40) !== text.slice(0, 40) && each.text.slice(-40) !== text.slice(-40)) continue;
    const { prefix, suffix } = commonEnds(each.text, text, shorter);
    if (prefix + suffix < shorter * 0.75) continue;
    earlier = { words: each.words, prefix, suffixStart: each.text.length - suffix, shift: text.length - each.text.length };
    break;
  }
  const made: Searched = { text, words: new Map(), earlier };
  searched.unshift(made);
  searched.length = Math.min(searched.length, keptTexts);
  return made;
}

/** Lengths of the equal starts and ends, by halves: comparing slices is faster than comparing characters. */
function commonEnds(one: string, other: string, most: number): { readonly prefix: number; readonly suffix: number } {
  const longest = (limit: number, equal: (length: number) => boolean): number => {
    let low = 0;
    let high = limit;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (equal(middle)) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const prefix = longest(most, (length) => one.startsWith(other.slice(0, length)));
  return { prefix, suffix: longest(most - prefix, (length) => length === 0 || one.endsWith(other.slice(-length))) };
}

/** Offsets at which `word` stands alone in `text`. */
export function occurrencesOf(text: string, word: string, expired: () => boolean = () => false): readonly number[] {
  if (!word) return [];
  const { words, earlier } = searchedIn(text);
  const known = words.get(word);
  if (known) return known;
  const result: number[] = [];
  const before = earlier?.words.get(word);
  let isWhole = true;
  if (earlier && before) {
    // What stood wholly in the equal start or end, with the characters around it, still stands there.
    for (const at of before) if (at + word.length < earlier.prefix) result.push(at);
    isWhole = searchWord(text, word, Math.max(0, earlier.prefix - word.length), earlier.suffixStart + earlier.shift + 1, result, expired);
    for (const at of before) if (at > earlier.suffixStart) result.push(at + earlier.shift);
  } else isWhole = searchWord(text, word, 0, text.length, result, expired);
  if (isWhole) words.set(word, result);
  return result;
}

/** Opens a parsed source as a `Program` of the grammar's language. */
export function openProgram(source: ParsedSource, grammar: Grammar): Program {
  const { text } = source;
  const view = repair(source, grammar.rules);
  const bindings = new Map<string, readonly Binding[]>();
  const members = new Map<string, readonly Binding[]>();
  const calls = new Map<number, CallExpression | null>();
  const scopes = new Map<string, Scope>();
  const moduleScope: Scope = { kind: 'module', range: { start: 0, end: text.length }, name: null };

  const wordAt = (offset: number): string => {
    let end = offset;
    while (end < text.length && (wordCharacter.test(text[end]!) || (end === offset && text[end] === '#'))) end++;
    return text.slice(offset, end);
  };

  /** Path to the name that begins at `offset`, or null when it is inside a comment or string. */
  const namePath = (offset: number, within: SyntaxView): Path | null => {
    const path = within.pathAt(within.fromDocument(offset));
    const leaf = path.at(-1);
    if (!leaf || !grammar.nameTypes.has(leaf.type)) return null;
    return within.toDocument(leaf.startIndex) === offset ? path : null;
  };

  const scopeFor = (within: SyntaxView, path: Path, index: number): Scope | null => {
    const node = path[index]!;
    const opened = index === 0 && within === view ? null : grammar.scope(path, index);
    if (!opened) return null;
    const range = within.range(node);
    const key = `${range.start}:${range.end}:${opened.kind}`;
    let scope = scopes.get(key);
    if (!scope) {
      scope = { kind: opened.kind, range, name: opened.name ? within.textOf(opened.name) : null };
      scopes.set(key, scope);
    }
    return scope;
  };

  const placeOf = (within: SyntaxView, path: Path, outer: Path | null): Place => ({
    view: within,
    path,
    scopeOf(index, accepts) {
      for (let i = index; i > (outer ? 0 : -1); i--) {
        const scope = scopeFor(within, path, i);
        if (scope && (!accepts || accepts(scope))) return scope;
      }
      for (let i = (outer?.length ?? 0) - 1; i >= 0; i--) {
        const scope = scopeFor(view, outer!, i);
        if (scope && (!accepts || accepts(scope))) return scope;
      }
      return moduleScope;
    },
  });

  let imports: ReadonlyMap<string, { readonly module: string; readonly symbol: string | null }> | null = null;
  let unbound: string | null | undefined;
  const importBinding = (name: string, module: string, symbol: string | null): Binding => ({
    name, kind: 'import', value: null, path: [], key: null, annotation: null, imported: { module, symbol, typeOnly: false }, object: null,
    scope: moduleScope, range: { start: 0, end: 0 }, statementRange: { start: 0, end: 0 }, conditional: false,
  });
  /** What imports say of a name, before what the code says. */
  const withImports = (name: string, found: readonly Binding[]): readonly Binding[] => {
    if (!grammar.imports) return found;
    imports ??= grammar.imports(text);
    const known = imports.get(name);
    if (known) return [importBinding(name, known.module, known.symbol), ...found];
    if (found.length > 0 || !/^[A-Z]/.test(name)) return found;
    unbound ??= grammar.unbound?.(text) ?? null;
    return unbound ? [importBinding(name, unbound, name)] : found;
  };

  const collect = (cache: Map<string, readonly Binding[]>, name: string, judge: (place: Place) => readonly Binding[]): readonly Binding[] => {
    const known = cache.get(name);
    if (known) return known;
    const found: Binding[] = [];
    // A recursive question about the same name (a value that mentions itself) gets what is known so far.
    cache.set(name, found);
    for (const offset of occurrencesOf(text, name, source.expired)) {
      const path = namePath(offset, view);
      if (!path) continue;
      let judged = judge(placeOf(view, path, null));
      if (judged.length === 0 && inError(path)) {
        const snippet = repairSnippet(source, grammar.rules, lineStart(text, offset));
        const inner = snippet && namePath(offset, snippet);
        if (inner) judged = judge(placeOf(snippet, inner, path));
      }
      found.push(...judged);
    }
    return found;
  };

  const findCall = (offset: number): CallExpression | null => {
    const path = namePath(offset, view);
    if (!path) return null;
    const index = grammar.reference(path);
    if (index >= 0) {
      const node = grammar.call(path, index);
      const lowered = node && grammar.lower(view, node);
      if (lowered?.kind === 'call') return lowered;
    }
    if (!inError(path) && !view.tree.rootNode.hasError) return null;
    return rebuildCall(offset, path);
  };

  /** A call read from its own tokens where the tree around it is broken. */
  const rebuildCall = (offset: number, path: Path): CallExpression | null => {
    const name = wordAt(offset);
    if (!grammar.rules.callFollows(text, offset + name.length) || !inError(path)) return null;
    const snippet = repairSnippet(source, grammar.rules, grammar.rules.chainStart(text, offset));
    const inner = snippet && namePath(offset, snippet);
    if (!inner) return null;
    const index = grammar.reference(inner);
    const node = index >= 0 ? grammar.call(inner, index) : null;
    const lowered = node && grammar.lower(snippet, node);
    return lowered?.kind === 'call' ? { ...lowered, complete: false } : null;
  };

  const pathNear = (offset: number): Path => view.pathAt(view.fromDocument(Math.min(offset, Math.max(0, text.length - 1))));

  return {
    language: source.language,
    text,
    callAt(offset) {
      const known = calls.get(offset);
      if (known !== undefined) return known;
      const call = findCall(offset);
      calls.set(offset, call);
      return call;
    },
    callAround(call) {
      if (!/^\s*(?:\?\.\s*)?\(/.test(text.slice(call.range.end, call.range.end + 40))) return null;
      const path = pathNear(call.argumentsRange.end - 1);
      for (let index = path.length - 1; index > 0; index--) {
        const range = view.range(path[index]!);
        if (range.start > call.range.start || range.end <= call.range.end) continue;
        const lowered = grammar.lower(view, path[index]!);
        return lowered.kind === 'call' && lowered.callee.range.start === call.range.start && lowered.callee.range.end === call.range.end ? lowered : null;
      }
      return null;
    },
    chainAfter(call) {
      const found: CallExpression[] = [];
      let last = call;
      if (!/^[\s?!]*(?:\.|->)/.test(text.slice(call.range.end, call.range.end + 200))) return found;
      const path = pathNear(call.argumentsRange.end - 1);
      for (let index = path.length - 1; index > 0 && found.length < 20; index--) {
        const range = view.range(path[index]!);
        if (range.start > last.range.start || range.end <= last.range.end) continue;
        const lowered = grammar.lower(view, path[index]!);
        if (lowered.kind === 'call' && lowered.callee.kind === 'member' && lowered.callee.object.range.end === last.range.end) { found.push(lowered); last = lowered; }
      }
      return found;
    },
    constructionAt(offset) {
      const path = namePath(offset, view);
      if (!path) return null;
      let found: CallExpression | null = null;
      for (let index = path.length - 1; index > 0 && path.length - index < 40; index--) {
        const node = path[index]!;
        if (/statement|declaration|declarator|assignment|argument|block|body|pair|element/.test(node.type)) break;
        const lowered = grammar.lower(view, node);
        if (lowered.kind === 'call' && lowered.construction && lowered.callee.range.start <= offset && offset < lowered.callee.range.end) found = lowered;
        else if (lowered.kind !== 'name' && lowered.kind !== 'member' && lowered.kind !== 'call') break;
      }
      return found;
    },
    referenceAt(offset) {
      const path = namePath(offset, view);
      const index = path ? grammar.reference(path) : -1;
      return path && index >= 0 ? grammar.lower(view, path[index]!) : null;
    },
    fieldsInScope: grammar.fieldsInScope === true,
    openClasses: grammar.openClasses === true,
    bindings: (name) => withImports(name, collect(bindings, name, grammar.bindings)),
    memberBindings: (property) => collect(members, property, grammar.memberBindings),
    scopesAt(offset) {
      const result: Scope[] = [];
      const path = pathNear(offset);
      for (let i = path.length - 1; i > 0; i--) {
        const scope = scopeFor(view, path, i);
        if (scope && scope.range.start <= offset && offset <= scope.range.end) result.push(scope);
      }
      result.push(moduleScope);
      return result;
    },
    callsOf(name) {
      const result: CallExpression[] = [];
      for (const offset of occurrencesOf(text, name, source.expired)) {
        if (!grammar.rules.callFollows(text, offset + name.length)) continue;
        const call = this.callAt(offset);
        if (call) result.push(call);
      }
      return result;
    },
    commentsWith(needle) {
      const result: { range: TextRange; text: string }[] = [];
      let end = -1;
      if (!needle) return result;
      for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
        if (at < end) continue;
        const leaf = view.pathAt(view.fromDocument(at)).at(-1);
        if (!leaf || !grammar.commentTypes.has(leaf.type)) continue;
        const range = view.range(leaf);
        end = range.end;
        result.push({ range, text: text.slice(range.start, range.end) });
      }
      return result;
    },
    insideLoop(offset) {
      const path = pathNear(offset);
      for (let i = path.length - 1; i >= 0; i--) {
        const node = path[i]!;
        if (grammar.loopTypes.has(node.type) || grammar.isLoopCall(node, view)) {
          // The collection walked over is evaluated once; only what is done per element repeats.
          const child = path[i + 1];
          if (!child || !isOutsideLoop(node, child, grammar, view)) return true;
        } else if (grammar.functionTypes.has(node.type) && !(path[i - 2] && grammar.isLoopCall(path[i - 2]!, view))) {
          return false;
        }
      }
      return false;
    },
    lastImport() {
      let last: TextRange | null = null;
      for (const offset of occurrencesOf(text, grammar.importWord, source.expired)) {
        const path = view.pathAt(view.fromDocument(offset));
        const index = path.findIndex((node) => grammar.importTypes.has(node.type));
        if (index !== 1) continue;
        const range = view.range(path[index]!);
        if (!last || range.end > last.end) last = range;
      }
      return last;
    },
  };
}

function isOutsideLoop(loop: Node, child: Node, grammar: Grammar, view: SyntaxView): boolean {
  if (grammar.isLoopCall(loop, view)) return child.startIndex === loop.startIndex;
  const over = loop.childForFieldName('right') ?? loop.childForFieldName('initializer');
  return !!over && over.startIndex === child.startIndex && over.endIndex === child.endIndex;
}

function inError(path: Path): boolean {
  return path.some((node, index) => node.isError || (index > 0 && index >= path.length - 4 && node.hasError)) || path.length === 0;
}

function lineStart(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start < offset && /\s/.test(text[start]!)) start++;
  return start;
}
