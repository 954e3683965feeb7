/** A syntax tree over a text that may be a repaired copy of the document, read in offsets of the document. */
import type { Node, Tree } from 'web-tree-sitter';
import type { UnknownExpression } from './expression.js';
import type { TextRange } from './model.js';

/** Text put into the document (in its own offsets) to make half-typed code parse. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Nodes from the root to a leaf. */
export type Path = readonly Node[];

const maximumDepth = 600;

/** Name written where code is missing; it lowers to `unknown`. */
export const placeholder = '__tokenfareMissing';

export class SyntaxView {
  /** Positions in the view's text at which each insertion begins. */
  private readonly starts: readonly number[];

  /**
   * `text` is `document.slice(offset, …)` with the insertions applied; `insertions` are in document offsets,
   * in order.
   */
  constructor(
    readonly text: string,
    readonly tree: Tree,
    private readonly offset = 0,
    readonly insertions: readonly Insertion[] = [],
  ) {
    let shift = -offset;
    this.starts = insertions.map((each) => {
      const start = each.at + shift;
      shift += each.text.length;
      return start;
    });
  }

  /** Offset in the document of an offset in the view. */
  toDocument(index: number): number {
    let shift = this.offset;
    for (let i = 0; i < this.starts.length && this.starts[i]! < index; i++) {
      const { at, text } = this.insertions[i]!;
      if (index < this.starts[i]! + text.length) return at;
      shift -= text.length;
    }
    return index + shift;
  }

  /** Offset in the view of an offset in the document; `after` puts it behind what is inserted there. */
  fromDocument(offset: number, after = true): number {
    let index = offset - this.offset;
    for (const each of this.insertions) {
      if (each.at > offset || (each.at === offset && !after)) break;
      index += each.text.length;
    }
    return index;
  }

  range(node: Node): TextRange {
    return this.rangeOf(node.startIndex, node.endIndex);
  }

  /** Range in the document of a stretch of the view. */
  rangeOf(start: number, end: number): TextRange {
    if (this.insertions.length === 0) return { start: start + this.offset, end: end + this.offset };
    const from = this.toDocument(start);
    return { start: from, end: Math.max(from, this.toDocument(end)) };
  }

  /** True when something was inserted inside the stretch. */
  isRepaired(start: number, end: number): boolean {
    return this.starts.some((each) => each >= start && each < end);
  }

  textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  unknown(node: Node): UnknownExpression {
    const range = this.range(node);
    const text = this.text.slice(node.startIndex, Math.min(node.endIndex, node.startIndex + 60)).replaceAll(placeholder, '');
    return { kind: 'unknown', text: text.replace(/\s+/g, ' ').trim().slice(0, 40), range };
  }

  /** Nodes around the character at a view index, root first, smallest last. Empty when nested too deep to be worth reading. */
  pathAt(index: number): Path {
    // One descent from the root: asking a leaf for its parents walks from the root once per level.
    const path: Node[] = [];
    let node: Node | null = this.tree.rootNode;
    while (node && path.length <= maximumDepth) {
      path.push(node);
      node = node.firstChildForIndex(index);
      if (node && (node.startIndex > index || node.endIndex < index + 1)) node = null;
    }
    return path.length > maximumDepth ? [] : path;
  }
}

/** Named children without comments. */
export function namedChildren(node: Node): Node[] {
  const result: Node[] = [];
  for (const child of node.namedChildren) if (child && !child.isExtra) result.push(child);
  return result;
}

/** First child of one of the types, or null. */
export function childOf(node: Node, ...types: readonly string[]): Node | null {
  for (const child of node.children) if (child && types.includes(child.type)) return child;
  return null;
}

export function sameNode(a: Node | null | undefined, b: Node | null | undefined): boolean {
  return !!a && !!b && a.id === b.id && a.startIndex === b.startIndex && a.endIndex === b.endIndex;
}
