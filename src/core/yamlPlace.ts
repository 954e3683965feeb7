/** Where a cursor stands in a YAML text, half-typed text included: which path, and whether a key or a value is wanted. */
import { type Document, type Node, type Pair, isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { TextRange } from './model.js';

/** What is wanted at the cursor. */
export interface YamlPlace {
  /** Path of the map whose key is wanted, or of the value. */
  readonly path: readonly (string | number)[];
  readonly wantsKey: boolean;
  readonly wantsValue: boolean;
  /** The word that a completion replaces. */
  readonly word: TextRange;
  /** Keys that the map has already. */
  readonly taken: readonly string[];
  /** Scalars beside it in the map, by key. */
  readonly beside: Readonly<Record<string, unknown>>;
  /** Inside `{ … }` or `[ … ]`. */
  readonly flow: boolean;
  /** A colon follows the word. */
  readonly hasColon: boolean;
  /** Only blanks and dashes stand before the word on its line. */
  readonly atLineStart: boolean;
  /** A dash of a list stands before it on its line. */
  readonly afterDash: boolean;
}

/** A scalar of a document, with the path it stands at; of a key, the path of its value. */
export interface YamlScalar {
  readonly path: readonly (string | number)[];
  readonly range: TextRange;
  readonly isKey: boolean;
  readonly value: unknown;
}

const marker = 'tokenfareCursorMark';
const maximumLength = 500_000;
const wordBefore = /[^\s,[\]{}"'#:]*(?::(?=[^\s])[^\s,[\]{}"'#:]*)*$/;
const wordAfter = /^[^\s,[\]{}"'#:]*/;

/** The place of the cursor at `offset`; null in comments and where the text cannot be understood. */
export function placeAt(text: string, offset: number): YamlPlace | null {
  if (text.length > maximumLength) return null;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset) < 0 ? text.length : text.indexOf('\n', offset);
  const before = text.slice(lineStart, offset);
  const start = offset - wordBefore.exec(before)![0].length;
  const end = offset + wordAfter.exec(text.slice(offset, lineEnd))![0].length;
  const lead = text.slice(lineStart, start);
  const rest = text.slice(end, lineEnd);
  const atLineStart = /^[\s-]*$/.test(lead) && (lead.trim() === '' || /-\s+$/.test(lead));
  const isAlone = atLineStart && /^\s*(?:#.*)?$/.test(rest);
  const shape = { word: { start, end }, hasColon: /^["']?\s*:(?:\s|$)/.test(rest), atLineStart, afterDash: atLineStart && lead.includes('-') };
  // As a key where the line holds nothing else, so that the next line is not taken for its continuation.
  for (const insert of isAlone ? [`${marker}:`, marker] : [marker, `${marker}:`]) {
    const found = locate(parse(text.slice(0, start) + insert + text.slice(end)));
    if (found) return { ...shape, ...found };
  }
  return null;
}

function parse(text: string): Document.Parsed {
  return parseDocument(text, { strict: false, uniqueKeys: false, merge: false, logLevel: 'silent' });
}

function locate(document: Document.Parsed): Pick<YamlPlace, 'path' | 'wantsKey' | 'wantsValue' | 'taken' | 'beside' | 'flow'> | null {
  let found: ReturnType<typeof locate> = null;
  visit(document, {
    Scalar(position, node, ancestors) {
      if (node.value !== marker) return undefined;
      const isKey = position === 'key';
      const pair = isKey ? ancestors.at(-1) as Pair : null;
      const map = isKey ? ancestors.at(-2) : [...ancestors].reverse().find((each) => isMap(each));
      const beside: Record<string, unknown> = {};
      for (const each of isMap(map) ? map.items : []) {
        if (isScalar(each.key) && each.key.value !== marker) beside[String(each.key.value)] = isScalar(each.value) ? each.value.value : null;
      }
      const inFlow = ancestors.some((each) => (isMap(each) || isSeq(each)) && each.flow === true);
      const only = isKey && isMap(map) && map.items.length === 1 && pair?.value !== null && isScalar(pair?.value) && pair.value.value === null;
      found = {
        path: pathOf(isKey ? ancestors.slice(0, -1) : ancestors, isKey ? pair! : node),
        wantsKey: isKey, wantsValue: !isKey || (only && !(map.flow === true)), taken: isKey ? Object.keys(beside) : [], beside, flow: inFlow,
      };
      return visit.BREAK;
    },
  });
  return found;
}

type Ancestor = Document<Node, boolean> | Node | Pair;

/** Keys and indexes that lead through `ancestors` to `last`. */
function pathOf(ancestors: readonly Ancestor[], last: Ancestor): (string | number)[] {
  const chain = [...ancestors, last];
  return chain.flatMap((each, index): (string | number)[] => {
    const next = chain[index + 1];
    if (isPair(each) && next !== undefined && next !== each.key) return [isScalar(each.key) ? String(each.key.value) : ''];
    return isSeq(each) && next !== undefined ? [each.items.indexOf(next)] : [];
  });
}

/** The scalar at `offset`, or null. */
export function scalarAt(text: string, offset: number): YamlScalar | null {
  if (text.length > maximumLength) return null;
  let found: YamlScalar | null = null;
  visit(parse(text), {
    Scalar(position, node, ancestors) {
      const [start, end] = node.range ?? [0, 0];
      if (offset < start || offset > end || start === end) return undefined;
      const isKey = position === 'key';
      const path = isKey ? [...pathOf(ancestors.slice(0, -1), ancestors.at(-1)!), String(node.value)] : pathOf(ancestors, node);
      found = { path, range: { start, end }, isKey, value: node.value };
      return visit.BREAK;
    },
  });
  return found;
}
