/** How Python and JavaScript write what switching an SDK needs. */
import type { Code, Surface } from '../core/rewrite.js';

const code = (...parts: readonly (string | Code)[]): Code => ({ kind: 'raw', parts });
const escaped = (value: string, quote: string): string => value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\r', '\\r').replaceAll('\n', '\\n');

/** Texts written out, and next to each other made one. */
function merged(parts: readonly (string | Code)[]): (string | Code)[] {
  const out: (string | Code)[] = [];
  for (const part of parts) {
    const text = typeof part === 'string' ? part : part.kind === 'text' ? part.value : part.kind === 'kept' && part.expression.kind === 'string' ? part.expression.value : null;
    const last = out.at(-1);
    if (text !== null && typeof last === 'string') out[out.length - 1] = last + text;
    else out.push(text ?? part);
  }
  return out;
}

export const pythonSurface: Surface = {
  ecosystem: 'python',
  string: (value, quote) => `${quote}${escaped(value, quote)}${quote}`,
  environment: (variable) => `os.environ["${variable}"]`,
  literal: (value) => (value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value)),
  entry: (key, value, quote) => `${quote}${escaped(key, quote)}${quote}: ${value}`,
  argument: (name, value) => `${name}=${value}`,
  spread: (value, isMap) => `${isMap ? '**' : '*'}${value}`,
  // Concatenation instead of an f-string: a value may hold quotes, which older versions refuse inside one.
  template: (parts) => code(...merged(parts).flatMap((part, index) => [...(index > 0 ? [' + '] : []), typeof part === 'string' ? { kind: 'text' as const, value: part } : part])),
  field: (object, name) => code(object, `["${name}"]`),
  equals: (left, right) => code(left, ` == "${right}"`),
  choose: (condition, yes, no) => code('(', yes, ' if ', condition, ' else ', no, ')'),
  each: (list, name, item, where) => code('[', item(code(name)), ` for ${name} in `, list, ...(where ? [' if ', where(code(name))] : []), ']'),
  joined: (list, separator) => code(`"${escaped(separator, '"')}".join(`, list, ')'),
  parseJson: (text) => code('json.loads(', text, ')'),
  toJson: (value) => code('json.dumps(', value, ')'),
};

const isIdentifier = /^[A-Za-z_$][\w$]*$/;

export const javascriptSurface: Surface = {
  ecosystem: 'javascript',
  string: (value, quote) => `${quote}${escaped(value, quote)}${quote}`,
  environment: (variable) => `process.env.${variable}`,
  literal: (value) => String(value),
  entry: (key, value, quote) => `${isIdentifier.test(key) ? key : `${quote}${escaped(key, quote)}${quote}`}: ${value}`,
  argument: (name, value) => `${name}: ${value}`,
  spread: (value) => `...${value}`,
  template: (parts) => code('`', ...merged(parts).flatMap((part): (string | Code)[] => (typeof part === 'string' ? [part.replace(/[`\\]|\$\{/g, '\\$&').replaceAll('\n', '\\n')] : ['${', part, '}'])), '`'),
  field: (object, name) => code(object, '.', name),
  equals: (left, right) => code(left, ` === "${right}"`),
  choose: (condition, yes, no) => code('(', condition, ' ? ', yes, ' : ', no, ')'),
  each: (list, name, item, where) => {
    const body = item(code(name));
    const filtered = where ? [list, `.filter((${name}) => `, where(code(name)), ')'] : [list];
    const isSame = body.kind === 'raw' && body.parts.length === 1 && body.parts[0] === name;
    return code(...filtered, ...(isSame ? [] : body.kind === 'map' ? [`.map((${name}) => (`, body, '))'] : [`.map((${name}) => `, body, ')']));
  },
  joined: (list, separator) => code(list, `.join("${escaped(separator, '"')}")`),
  parseJson: (text) => code('JSON.parse(', text, ')'),
  toJson: (value) => code('JSON.stringify(', value, ')'),
};
