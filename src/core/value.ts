/** What an expression may stand for, as far as the code alone can tell. Produced by core/resolve.ts. */
import type { CallExpression, ClassExpression, FunctionExpression } from './expression.js';
import type { ModelHow, ResolvedText, TextPiece, TextRange } from './model.js';

interface Origin {
  /** Where the value is written; null when it is synthesized. */
  readonly range: TextRange | null;
}

/** A string, in pieces known and unknown. */
export interface TextValue extends Origin {
  readonly kind: 'text';
  readonly pieces: readonly TextPiece[];
  readonly how: ModelHow;
  readonly variable?: string;
  /** File that it was read from, relative to the project's root. */
  readonly file?: string;
  /** The list or map that this is the JSON of. */
  readonly json?: Value;
}

export interface NumberValue extends Origin {
  readonly kind: 'number';
  readonly value: number;
}

export interface ConstantValue extends Origin {
  readonly kind: 'constant';
  readonly value: boolean | null;
}

/** `open`: more items may be there than are listed. */
export interface ListValue extends Origin {
  readonly kind: 'list';
  readonly items: readonly ListItem[];
  readonly open: boolean;
}

export interface ListItem {
  readonly value: Value;
  /** Occurs any number of times (comprehension, loop, spread of an unknown list). */
  readonly repeated: boolean;
}

/** `open`: more entries may be there than are listed. */
export interface MapValue extends Origin {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapItem>;
  readonly open: boolean;
}

export interface MapItem {
  readonly value: Value;
  /** Whole `key: value` in the source. */
  readonly range: TextRange | null;
}

/** Something imported (or global, with module ''), and the attribute path taken from it. */
export interface SymbolValue extends Origin {
  readonly kind: 'symbol';
  readonly module: string;
  readonly path: readonly string[];
}

/** Reads what belongs to another file. Resolvers are such homes. */
export interface Home {
  evaluate(expression: import('./expression.js').Expression, frame?: Frame | null): Value;
  /** Property of a value that was made there. */
  propertyOf(value: Value, name: string): Value | null;
  /** Result of a function written there, with these arguments. */
  resultOf(target: FunctionExpression, values: ReadonlyMap<string, Value>): Value;
  /** Path of a file or folder that a value of this home means; null when it means none. */
  pathOf(value: InstanceValue): string | null;
}

/** What a library makes of something when it is sent: the JSON Schema of a model or tool, worked out when asked for. */
interface Described {
  readonly schema?: () => Value | null;
}

/** The result of calling a symbol or a member of an instance; `path` = attributes taken from the result. */
export interface InstanceValue extends Origin, Described {
  readonly kind: 'instance';
  readonly callee: SymbolValue | InstanceValue;
  /** Null when only a type annotation says what it is. */
  readonly call: CallExpression | null;
  readonly path: readonly string[];
  /** Environment in which the call's arguments are to be read. */
  readonly frame: Frame | null;
  /** File in which the call stands, when it is another one. */
  readonly home?: Home;
}

/** An object of a class written in this file. */
export interface ObjectValue extends Origin {
  readonly kind: 'object';
  /** File in which the class is written, when it is another one. */
  readonly home?: Home;
  /** File in which the construction stands, when it is not the class's own. */
  readonly callHome?: Home;
  readonly class: ClassExpression;
  readonly call: CallExpression | null;
  readonly frame: Frame | null;
}

export interface ClassValue extends Origin, Described {
  readonly kind: 'class';
  readonly home?: Home;
  readonly class: ClassExpression;
}

export interface FunctionValue extends Origin, Described {
  readonly kind: 'function';
  readonly home?: Home;
  readonly function: FunctionExpression;
}

/** One of several, e.g. both branches of a conditional; the first is the usual one. */
export interface ChoiceValue extends Origin {
  readonly kind: 'choice';
  readonly values: readonly Value[];
}

/** Known only at run time; the name is for people. */
export interface HoleValue extends Origin {
  readonly kind: 'hole';
  readonly name: string;
  readonly variable?: string;
  /** True for function parameters without a default. */
  readonly parameter?: boolean;
}

export type Value =
  | TextValue | NumberValue | ConstantValue | ListValue | MapValue | SymbolValue | InstanceValue
  | ObjectValue | ClassValue | FunctionValue | ChoiceValue | HoleValue;

/** Arguments bound while the body of a function of this file is read. */
export interface Frame {
  /** File of the function. */
  readonly owner: Home;
  readonly functionRange: TextRange;
  readonly values: ReadonlyMap<string, Value>;
  readonly parent: Frame | null;
}

const howRank: Record<ModelHow, number> = {
  literal: 0, constant: 1, attribute: 2, caller: 3, config: 4, 'parameter-default': 5, 'env-default': 6, dynamic: 7,
};

/** The same value, reached in a less direct way: the least certain step on the way is what people are told. */
export function reachedBy(value: Value, how: ModelHow): Value {
  if (value.kind === 'text') return howRank[value.how] >= howRank[how] ? value : { ...value, how };
  if (value.kind === 'choice') return { ...value, values: value.values.map((each) => reachedBy(each, how)) };
  return value;
}

export function hole(name: string, range: TextRange | null): HoleValue {
  return { kind: 'hole', name, range };
}

export function text(value: string, range: TextRange | null = null): TextValue {
  return { kind: 'text', pieces: [{ kind: 'text', text: value, range }], how: 'literal', range };
}

const maximumChoices = 12;

/** Choice over distinct values; nested choices are flattened, a single one stays itself. */
export function choice(values: readonly Value[], range: TextRange | null): Value {
  const flat: Value[] = [];
  const seen = new Set<string>();
  for (const value of values) {
    for (const each of value.kind === 'choice' ? value.values : [value]) {
      const key = each.kind === 'text' ? `t${plainText(each)}` : each.kind === 'hole' ? `h${each.name}` : null;
      if (key !== null && key !== 'tnull') {
        if (seen.has(key)) continue;
        seen.add(key);
      }
      if (flat.length < maximumChoices) flat.push(each);
    }
  }
  return flat.length === 1 ? flat[0]! : { kind: 'choice', values: flat, range };
}

/** The whole string when no part of it is a hole, else null. */
export function plainText(value: Value | null | undefined): string | null {
  if (!value || value.kind !== 'text') return null;
  let result = '';
  for (const piece of value.pieces) {
    if (piece.kind === 'hole') return null;
    result += piece.text;
  }
  return result;
}

/** The values a thing may have, in order of likelihood. */
export function candidates(value: Value | null | undefined): readonly Value[] {
  return !value ? [] : value.kind === 'choice' ? value.values : [value];
}

/** First candidate of a kind. */
export function first<K extends Value['kind']>(value: Value | null | undefined, kind: K): Extract<Value, { kind: K }> | null {
  for (const each of candidates(value)) if (each.kind === kind) return each as Extract<Value, { kind: K }>;
  return null;
}

export function numberOf(value: Value | null | undefined): number | null {
  let best: number | null = null;
  for (const each of candidates(value)) if (each.kind === 'number' && (best === null || each.value > best)) best = each.value;
  return best;
}

export function isTrue(value: Value | null | undefined): boolean {
  return candidates(value).some((each) => each.kind === 'constant' && each.value === true);
}

/** Text pieces of any value: what it contributes when it is put into a prompt. */
export function piecesOf(value: Value | null | undefined): readonly TextPiece[] {
  if (!value) return [];
  switch (value.kind) {
    case 'text': return value.pieces;
    case 'number': return [{ kind: 'text', text: String(value.value), range: value.range }];
    case 'constant': return value.value === null ? [] : [{ kind: 'text', text: String(value.value), range: value.range }];
    case 'choice': return piecesOf(value.values[0]);
    case 'hole': return [{ kind: 'hole', name: value.name, range: value.range }];
    case 'list': case 'map': {
      const json = jsonPieces(value);
      return json ?? [{ kind: 'hole', name: 'value', range: value.range }];
    }
    case 'symbol': return [{ kind: 'hole', name: value.path.at(-1) ?? value.module, range: value.range }];
    case 'instance': return [{ kind: 'hole', name: nameOfInstance(value), range: value.range }];
    case 'object': case 'class': return [{ kind: 'hole', name: value.class.name ?? 'object', range: value.range }];
    case 'function': return [{ kind: 'hole', name: value.function.name ?? 'function', range: value.range }];
  }
}

function nameOfInstance(value: InstanceValue): string {
  return value.path.at(-1) ?? value.callee.path.at(-1) ?? 'result';
}

/** A list or map written as JSON, with holes where values are unknown. Used for tool schemas and `json.dumps`. */
export function jsonPieces(value: Value): readonly TextPiece[] {
  const out: TextPiece[] = [];
  const put = (fragment: string): void => {
    const last = out.at(-1);
    if (last?.kind === 'text') out[out.length - 1] = { kind: 'text', text: last.text + fragment, range: last.range };
    else out.push({ kind: 'text', text: fragment, range: null });
  };
  const visit = (each: Value, depth: number): void => {
    if (depth > 40) { out.push({ kind: 'hole', name: 'value', range: each.range }); return; }
    switch (each.kind) {
      case 'text':
        put('"');
        for (const piece of each.pieces) {
          if (piece.kind === 'text') put(JSON.stringify(piece.text).slice(1, -1));
          else out.push(piece);
        }
        put('"');
        return;
      case 'number': case 'constant': put(String(each.value)); return;
      case 'list':
        put('[');
        each.items.forEach((item, index) => { if (index) put(','); visit(item.value, depth + 1); });
        put(']');
        return;
      case 'map': {
        put('{');
        let index = 0;
        for (const [key, item] of each.entries) { if (index++) put(','); put(`${JSON.stringify(key)}:`); visit(item.value, depth + 1); }
        put('}');
        return;
      }
      case 'choice': visit(each.values[0]!, depth + 1); return;
      default: for (const piece of piecesOf(each)) out.push(piece);
    }
  };
  visit(value, 0);
  return out;
}

/** Strings a value may be, for model names and URLs, with how they were found. */
export function resolvedText(value: Value | null | undefined): ResolvedText {
  const values: string[] = [];
  let how: ModelHow = 'dynamic';
  let range: TextRange | null = value?.range ?? null;
  let variable: string | undefined;
  let file: string | undefined;
  for (const each of candidates(value)) {
    if (each.kind === 'hole') { variable ??= each.variable; continue; }
    const plain = plainText(each);
    if (plain === null || plain === '' || each.kind !== 'text') continue;
    if (!values.includes(plain)) values.push(plain);
    if (values.length === 1) { how = each.how; range = each.range; file = each.file; }
    variable ??= each.variable;
  }
  return { values, how, range, ...(variable !== undefined && { variable }), ...(file !== undefined && { file }) };
}

const maximumJson = 400_000;

/** JSON written as text (`-d '{"model": …}'`), with holes kept where they stand; null when it is none. */
export function parsedJson(value: TextValue): Value | null {
  let source = '';
  const holes: TextPiece[] = [];
  for (const piece of value.pieces) {
    // What a file says stays whole, so that it keeps its name.
    if (piece.kind === 'text' && (piece.file === undefined || value.pieces.length === 1)) source += piece.text;
    // Inside a string a hole is part of it, outside it stands for a whole value.
    else { source += insideString(source) ? `\u0001${holes.length}\u0001` : `"\u0001${holes.length}\u0001"`; holes.push(piece); }
    if (source.length > maximumJson) return null;
  }
  if (!/^\s*[{[]/.test(source)) return null;
  let parsed: unknown;
  // Control characters stand for holes; JSON does not allow them bare.
  try { parsed = JSON.parse(closedJson(source).replaceAll('\u0001', '\\u0001')); } catch { return null; }
  const convert = (each: unknown): Value | null => {
    if (typeof each === 'string') {
      // oxlint-disable-next-line no-control-regex -- the marks set above
      const pieces = each.split(/\u0001(\d+)\u0001/).flatMap((part, index): TextPiece[] => (index % 2 === 1 ? [holes[Number(part)]!] : part ? [{ kind: 'text', text: part, range: value.range, ...(value.file !== undefined && { file: value.file }) }] : []));
      if (pieces.length === 1 && pieces[0]!.kind === 'hole') return hole(pieces[0]!.name, pieces[0]!.range);
      return { kind: 'text', pieces, how: value.how, range: value.range, ...(value.file !== undefined && { file: value.file }) };
    }
    return null;
  };
  return plainValue(parsed, value, convert);
}

/**
 * Data as a value. `origin`: how and where it was found, told of every string; `own` may read strings its own way.
 */
export function plainValue(data: unknown, origin: Pick<TextValue, 'how' | 'range' | 'file'>, own: (each: unknown) => Value | null = () => null): Value {
  const { how, range, file } = origin;
  const convert = (each: unknown): Value => {
    const read = own(each);
    if (read) return read;
    if (typeof each === 'string') return { kind: 'text', pieces: [{ kind: 'text', text: each, range, ...(file !== undefined && { file }) }], how, range, ...(file !== undefined && { file }) };
    if (typeof each === 'number') return { kind: 'number', value: each, range };
    if (typeof each === 'boolean' || each === null || each === undefined) return { kind: 'constant', value: each ?? null, range };
    if (Array.isArray(each)) return { kind: 'list', items: each.map((item) => ({ value: convert(item), repeated: false })), open: false, range };
    return { kind: 'map', entries: new Map(Object.entries(each as object).map(([key, item]) => [key, { value: convert(item), range }])), open: false, range };
  };
  return convert(data);
}

/** JSON that breaks off, with what is open closed and an unfinished last entry left out; whole JSON as it is. */
function closedJson(source: string): string {
  const open: string[] = [];
  let inside = false;
  // Ends of the text up to which entries are complete, with what is open there.
  let sound: { readonly end: number; readonly close: string } | null = null;
  const closing = (): string => open.toReversed().join('');
  for (let at = 0; at < source.length; at++) {
    const character = source[at]!;
    if (inside) {
      if (character === '\\') at++;
      else if (character === '"') inside = false;
      continue;
    }
    if (character === '"') inside = true;
    else if (character === '{' || character === '[') { open.push(character === '{' ? '}' : ']'); sound = { end: at + 1, close: closing() }; }
    else if (character === '}' || character === ']') { open.pop(); sound = { end: at + 1, close: closing() }; }
    else if (character === ',') sound = { end: at, close: closing() };
  }
  if (open.length === 0 || sound === null) return source;
  // The last entry as far as it is written, when it is a text or finished.
  const rest = source.slice(sound.end) + (inside ? '"' : '');
  return /^\s*,?\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*)?(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)\s*$/.test(rest) && (open.at(-1) === ']' || rest.includes(':'))
    ? source.slice(0, sound.end) + rest + sound.close : source.slice(0, sound.end) + sound.close;
}

function insideString(source: string): boolean {
  let inside = false;
  for (let at = 0; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '"') inside = !inside;
  }
  return inside;
}

/**
 * A value of another file as this one sees it: its places mean nothing here, and what is still to be read of it is
 * read at home.
 */
export function fromElsewhere(value: Value, home: Home, depth = 0): Value {
  if (depth > 12) return { ...value, range: null };
  switch (value.kind) {
    case 'text': return { ...value, range: null, pieces: value.pieces.map((piece) => ({ ...piece, range: null })), ...(value.json && { json: fromElsewhere(value.json, home, depth + 1) }) };
    case 'list': return { ...value, range: null, items: value.items.map((item) => ({ ...item, value: fromElsewhere(item.value, home, depth + 1) })) };
    case 'map': return { ...value, range: null, entries: new Map([...value.entries].map(([key, item]) => [key, { value: fromElsewhere(item.value, home, depth + 1), range: null }])) };
    case 'choice': return { ...value, range: null, values: value.values.map((each) => fromElsewhere(each, home, depth + 1)) };
    case 'instance': return { ...value, range: null, home: value.home ?? home, callee: fromElsewhere(value.callee, home, depth + 1) as InstanceValue['callee'] };
    case 'object': return { ...value, range: null, home: value.home ?? home, callHome: value.callHome ?? home };
    case 'class': case 'function': return { ...value, range: null, home: value.home ?? home };
    default: return { ...value, range: null };
  }
}
