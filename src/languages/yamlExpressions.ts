/** YAML (and JSON, which it includes) → expressions, every scalar at its own place in the file. */
import { type Document, type Node, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Expression, MapEntry } from '../core/expression.js';
import type { TextRange } from '../core/model.js';
import { type PlaceOf, type ValuesOf, templateOf } from './promptTemplate.js';

const maximumDepth = 40;

/** A parsed YAML text, somewhere in a file. */
export interface YamlText {
  readonly root: Node | null;
  /** The parser had to guess: the file is half-typed or broken. */
  readonly isBroken: boolean;
  /** Node under a key of a map; null when there is none. */
  at(node: Node | null, ...keys: readonly string[]): Node | null;
  /** Items of a list, or the one thing in place of a list. */
  items(node: Node | null): readonly Node[];
  text(node: Node | null): string | null;
  rangeOf(node: Node): TextRange;
  /** Range of a map's entry, with its key. */
  entries(node: Node | null): readonly { readonly key: string; readonly keyRange: TextRange; readonly value: Node | null }[];
  lower(node: Node): Expression;
}

/** Parses; never throws. Aliases are followed, so that shared settings count where they are used. */
export function openYaml(text: string, place: PlaceOf = (at) => at, valuesOf?: ValuesOf): YamlText {
  let document: Document.Parsed | null = null;
  try {
    document = parseDocument(text, { uniqueKeys: false, merge: true, strict: false, logLevel: 'silent' });
  } catch {
    // Nested beyond all reason: there is nothing to read.
  }
  const followed = (node: Node | null): Node | null => (node && isAlias(node) && document ? node.resolve(document) ?? null : node);
  const rangeOf = (node: Node): TextRange => {
    const [start, end] = node.range ?? [0, 0];
    return { start: place(start), end: place(Math.max(start, end)) };
  };
  const at = (node: Node | null, ...keys: readonly string[]): Node | null => {
    let current = followed(node);
    for (const key of keys) {
      if (!isMap(current)) return null;
      current = followed((current.get(key, true) as Node | undefined) ?? null);
    }
    return current;
  };
  const lower = (raw: Node, depth = 0): Expression => {
    const node = followed(raw);
    const range = rangeOf(raw);
    if (!node || depth > maximumDepth) return { kind: 'unknown', text: 'value', range };
    if (isScalar(node)) {
      const { value } = node;
      if (typeof value === 'string') return lowerString(value, node);
      if (typeof value === 'number') return { kind: 'number', value, range };
      if (typeof value === 'boolean' || value === null) return { kind: 'constant', value, range };
      return { kind: 'string', value: String(value), range };
    }
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => lower(item as Node, depth + 1)), range };
    if (isMap(node)) {
      return { kind: 'map', range, entries: node.items.flatMap((pair): MapEntry[] => {
        const key = pair.key as Node | null;
        const value = pair.value as Node | null;
        if (!key || !value) return [];
        const keyRange = rangeOf(key);
        return [{ key: isScalar(key) ? String(key.value) : null, keyRange, value: lower(value, depth + 1), spread: false, range: { start: keyRange.start, end: rangeOf(value).end } }];
      }) };
    }
    return { kind: 'unknown', text: 'value', range };
  };
  /** `os.environ/NAME` is LiteLLM's way to read the environment, `${env:NAME}` Prompty's. */
  const lowerString = (value: string, node: Node): Expression => {
    const range = rangeOf(node);
    const variable = /^os\.environ\/(\w+)$|^\$\{(?:env:)?(\w+)\}$|^\{\{\s*env\.(\w+)\s*\}\}$/.exec(value.trim());
    if (variable) return { kind: 'unknown', text: variable[1] ?? variable[2] ?? variable[3]!, range };
    return { ...templateOf(value, placesIn(text, value, node, place), 'braces', valuesOf), range };
  };
  return {
    root: (document?.contents as Node | null) ?? null, isBroken: !document || document.errors.length > 0, at, rangeOf, lower: (node) => lower(node),
    items: (node) => { const list = followed(node); return list === null ? [] : isSeq(list) ? list.items.filter((each): each is Node => each !== null && typeof each === 'object').map((each) => each as Node) : [list]; },
    text: (node) => { const scalar = followed(node); return isScalar(scalar) && scalar.value !== null ? String(scalar.value) : null; },
    entries: (node) => { const map = followed(node); return isMap(map) ? map.items.flatMap((pair) => { const key = pair.key as Node | null; return key && isScalar(key) ? [{ key: String(key.value), keyRange: rangeOf(key), value: (pair.value as Node | null) ?? null }] : []; }) : []; },
  };
}

/** Places of a scalar's characters: indentation, quotes, escapes and folded lines are stepped over. */
export function placesIn(text: string, value: string, node: Node, place: PlaceOf): PlaceOf {
  const [start, end] = node.range ?? [0, 0];
  const source = text.slice(start, end);
  const whole = source.indexOf(value);
  if (whole >= 0) return (at) => place(start + whole + at);
  const places: number[] = [];
  let position = /^[|>]/.test(source) ? source.indexOf('\n') + 1 : 0;
  for (const letter of value) {
    const isFold = letter === ' ' || letter === '\n';
    let next = position;
    while (next < source.length && source[next] !== letter[0] && !(isFold && /\s/.test(source[next]!))) next++;
    // A letter written as an escape stands nowhere by itself.
    if (next >= source.length || next - position > 400) next = Math.min(position, source.length);
    for (let unit = 0; unit < letter.length; unit++) places.push(next + unit);
    position = Math.min(next + letter.length, source.length);
  }
  return (at) => place(start + (at < places.length ? places[at]! : at > 0 && places.length > 0 ? Math.min(places.at(-1)! + 1, source.length) : 0));
}
