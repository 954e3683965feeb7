/** Parsing: text to syntax tree, incrementally, within a time budget. Takes wasm bytes; touches no disk or network. */
import { Edit, Language, Parser, type Point, type Tree } from 'web-tree-sitter';
import type { DocumentChange } from './engine.js';
import type { ParsedSource } from './expression.js';
import type { LanguageId } from './model.js';

/** A parsed document that owns its trees; `dispose` frees them (programs opened from it must not be used after). */
export interface ParsedDocument extends ParsedSource {
  /** Starts the time budget anew, for an analysis that begins some time after the parse. */
  renewBudget(): void;
  dispose(): void;
}

export interface ParserOptions {
  /** Grammar file of a language, e.g. `tree-sitter-python.wasm`; null = its texts are read without one. */
  readonly grammarOf: (language: LanguageId) => string | null;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Time for one parse and the analysis of its tree; default 2000 ms. */
  readonly budgetMs?: number;
}

export interface Parsers {
  /** Loads runtime and grammar; must be awaited before `parse`. Loading twice costs nothing. */
  prepare(language: LanguageId): Promise<void>;
  isPrepared(language: LanguageId): boolean;
  /**
   * Parses `text`. With `previous` and the `changes` that lead from its text to this one (each against the text
   * before it), only what changed is parsed. Null when the time budget ran out. `previous` stays valid.
   */
  parse(
    language: LanguageId, text: string, previous?: ParsedDocument | null, changes?: readonly DocumentChange[],
  ): ParsedDocument | null;
  dispose(): void;
}

const maximumChanges = 50;
let runtime: Promise<void> | null = null;

/** Makes parsers that load `tree-sitter.wasm` runtime (web-tree-sitter's own) and grammars through `loadWasm(file)`. */
export function createParsers(loadWasm: (file: string) => Promise<Uint8Array>, options: ParserOptions): Parsers {
  const { grammarOf, now, budgetMs = 2000 } = options;
  const loading = new Map<string, Promise<void>>();
  const parsers = new Map<string, Parser>();

  const load = async (grammar: string): Promise<void> => {
    runtime ??= loadWasm('web-tree-sitter.wasm').then((wasmBinary) => Parser.init({ wasmBinary }));
    runtime.catch(() => { runtime = null; });
    await runtime;
    const language = await Language.load(await loadWasm(grammar));
    const parser = new Parser();
    parser.setLanguage(language);
    parsers.set(grammar, parser);
  };

  const run = (parser: Parser, text: string, old: Tree | null, deadline: number): Tree | null => {
    let tree: Tree | null = null;
    try {
      // The callback decides by its result whether parsing stops; the published type says void.
      const progressCallback = (() => now() > deadline) as () => void;
      tree = parser.parse(text, old, { progressCallback });
    } catch {
      tree = null;
    }
    if (!tree) parser.reset();
    return tree;
  };

  return {
    async prepare(language) {
      const grammar = grammarOf(language);
      if (grammar === null) return;
      let pending = loading.get(grammar);
      if (!pending) {
        pending = load(grammar);
        loading.set(grammar, pending);
        pending.catch(() => loading.delete(grammar));
      }
      await pending;
    },
    isPrepared(language) {
      const grammar = grammarOf(language);
      return grammar === null || parsers.has(grammar);
    },
    parse(language, text, previous = null, changes) {
      const grammar = grammarOf(language);
      if (grammar === null) return withoutTree(language, text, now, budgetMs);
      const parser = parsers.get(grammar);
      if (!parser) throw new Error(`parser of ${language} is not prepared`);
      let deadline = now() + budgetMs;
      const old = previous && changes && previous.language === language
        ? editedCopy(previous.tree, previous.text, text, changes) : null;
      const tree = run(parser, text, old, deadline);
      old?.delete();
      if (!tree) return null;
      const owned: Tree[] = [tree];
      let disposed = false;
      return {
        language,
        text,
        tree,
        expired: () => now() > deadline,
        renewBudget() { deadline = now() + budgetMs; },
        parseSnippet(snippet, insertions) {
          if (disposed) return null;
          const base = insertions ? editedCopy(tree, text, snippet, insertions) : null;
          const parsed = run(parser, snippet, base, Math.max(deadline, now() + budgetMs / 10));
          base?.delete();
          if (parsed) owned.push(parsed);
          return parsed;
        },
        dispose() {
          disposed = true;
          for (const each of owned.splice(0)) each.delete();
        },
      };
    },
    dispose() {
      for (const parser of parsers.values()) parser.delete();
      parsers.clear();
      loading.clear();
    },
  };
}

/** A document of a language that is read without a grammar. */
function withoutTree(language: LanguageId, text: string, now: () => number, budgetMs: number): ParsedDocument {
  let deadline = now() + budgetMs;
  return {
    language, text,
    get tree(): Tree { throw new Error(`${language} has no grammar`); },
    expired: () => now() > deadline,
    renewBudget() { deadline = now() + budgetMs; },
    parseSnippet: () => null,
    dispose() { /* Nothing is held. */ },
  };
}

/** Copy of a tree shifted by the changes, to be handed to the parser; null when they do not lead to `newText`. */
function editedCopy(tree: Tree, oldText: string, newText: string, changes: readonly DocumentChange[]): Tree | null {
  if (changes.length > maximumChanges) return null;
  const copy = tree.copy();
  let text = oldText;
  for (const { range, newText: inserted } of changes) {
    if (range.start < 0 || range.end < range.start || range.end > text.length) { copy.delete(); return null; }
    const startPosition = pointAt(copy, text, range.start);
    const oldEndPosition = advance(startPosition, text, range.start, range.end);
    const next = text.slice(0, range.start) + inserted + text.slice(range.end);
    const newEnd = range.start + inserted.length;
    copy.edit(new Edit({
      startIndex: range.start, oldEndIndex: range.end, newEndIndex: newEnd,
      startPosition, oldEndPosition, newEndPosition: advance(startPosition, next, range.start, newEnd),
    }));
    text = next;
  }
  if (text !== newText) { copy.delete(); return null; }
  return copy;
}

/** Row and column of an offset, counted from the nearest node start that the tree already knows. */
function pointAt(tree: Tree, text: string, offset: number): Point {
  const node = tree.rootNode.descendantForIndex(offset);
  // A byte order mark or an edit at the very start may leave a node that begins behind the offset.
  return node && node.startIndex <= offset && node.startIndex <= text.length
    ? advance(node.startPosition, text, node.startIndex, offset)
    : advance({ row: 0, column: 0 }, text, 0, offset);
}

function advance(from: Point, text: string, start: number, end: number): Point {
  let { row, column } = from;
  let position = start;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    row++;
    column = 0;
    position = at + 1;
  }
  column += end - position;
  return { row, column };
}
