/** JSON Schemas that libraries make of code: pydantic models, dataclasses and functions of Python, zod schemas and tools of JavaScript. */
import type { ClassExpression, Expression, FunctionExpression, Program } from './expression.js';
import { type Home, type InstanceValue, type Value, candidates, numberOf, plainText, plainValue } from './value.js';

type Json = { [key: string]: unknown };

/** What this file needs of the resolver of the file in which the code stands. */
export interface SchemaSource extends Home {
  readonly program: Program;
}

const maximumDepth = 6;
const primitives: Readonly<Record<string, Json>> = {
  str: { type: 'string' }, int: { type: 'integer' }, float: { type: 'number' }, bool: { type: 'boolean' }, bytes: { type: 'string', format: 'binary' }, datetime: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' }, UUID: { type: 'string', format: 'uuid' }, Decimal: { type: 'number' }, EmailStr: { type: 'string', format: 'email' }, HttpUrl: { type: 'string', format: 'uri' }, dict: { type: 'object' }, Dict: { type: 'object' }, list: { type: 'array' }, List: { type: 'array' }, Any: {}, object: {},
};
const lists = new Set(['list', 'List', 'Sequence', 'Iterable', 'set', 'Set', 'tuple', 'Tuple', 'conlist']);
const titled = (name: string): string => name.split('_').filter(Boolean).map((each) => each[0]!.toUpperCase() + each.slice(1)).join(' ');
const lastName = (expression: Expression): string => (expression.kind === 'name' ? expression.name : expression.kind === 'member' ? expression.property : expression.kind === 'string' ? expression.value : '');

let nested = 0;

/** Schema of a class with annotated fields, as pydantic writes it; null when it has none. */
export function classSchema(target: ClassExpression, source: SchemaSource): Value | null {
  // Models of several files may refer to each other in circles.
  if (nested > maximumDepth) return null;
  nested++;
  try {
    const schema = ofClass(target, source, 0, []);
    return schema && plainValue(schema, { how: 'constant', range: null });
  } finally {
    nested--;
  }
}

function ofClass(target: ClassExpression, source: SchemaSource, depth: number, around: readonly ClassExpression[]): Json | null {
  const { program } = source;
  if (program.language !== 'python' || depth > maximumDepth) return null;
  if (around.some((each) => each.range.start === target.range.start)) return { $ref: `#/$defs/${target.name}` };
  const inside = [...around, target];
  const body = program.text.slice(target.range.start, target.range.end);
  const properties: Json = {};
  const required: string[] = [];
  const values: unknown[] = [];
  for (const base of target.bases) {
    const inherited = candidates(source.evaluate(base))[0];
    const schema = inherited?.kind === 'class' && (!inherited.home || inherited.home === source) ? ofClass(inherited.class, source, depth + 1, inside) : null;
    Object.assign(properties, schema?.['properties']);
    required.push(...(schema?.['required'] as string[] | undefined ?? []));
  }
  const isEnumeration = target.bases.some((base) => lastName(base).endsWith('Enum'));
  const indent = /\n([ \t]+)\S/.exec(body)?.[1] ?? '    ';
  for (const [, name] of body.matchAll(new RegExp(`^${indent}([A-Za-z]\\w*)[ \\t]*${isEnumeration ? '=' : ':'}(?!=)`, 'gm'))) {
    const binding = program.memberBindings(name!).find((each) => each.object === null && each.scope.range.start === target.range.start);
    if (!binding) continue;
    if (isEnumeration) { const value = binding.value ? source.evaluate(binding.value) : null; values.push(plainText(value) ?? numberOf(value) ?? name); continue; }
    if (!binding.annotation || name === 'model_config' || lastName(binding.annotation.kind === 'index' ? binding.annotation.object : binding.annotation) === 'ClassVar') continue;
    const declared = binding.value?.kind === 'call' && /Field$|^field$/.test(lastName(binding.value.callee)) ? binding.value : metadata(binding.annotation);
    const named = (key: string): Expression | undefined => declared?.named.find((each) => each.name === key)?.value;
    const usual = declared && declared === binding.value ? named('default') ?? declared.positional[0] : binding.value;
    const description = named('description') ? plainText(source.evaluate(named('description')!)) : null;
    const isRequired = (!usual || usual.kind === 'unknown' || lastName(usual) === 'Ellipsis') && !named('default_factory');
    const standard = usual && !isRequired ? plain(source.evaluate(usual)) : undefined;
    properties[name!] = { ...ofType(binding.annotation, source, depth + 1, inside), ...(description !== null && { description }), ...(standard !== undefined && { default: standard }), title: titled(name!) };
    if (isRequired) required.push(name!);
  }
  if (values.length > 0) return { enum: values, title: target.name, type: values.every((each) => typeof each === 'number') ? 'integer' : 'string' };
  if (Object.keys(properties).length === 0) return null;
  const said = docstring(body);
  return { ...(said !== null && { description: said }), properties, ...(required.length > 0 && { required }), title: target.name, type: 'object' };
}

/** `Annotated[str, Field(description=…)]`: the field's own words. */
function metadata(annotation: Expression): Extract<Expression, { kind: 'call' }> | null {
  if (annotation.kind !== 'index' || lastName(annotation.object) !== 'Annotated' || annotation.index.kind !== 'list') return null;
  const found = annotation.index.items.find((each) => each.kind === 'call');
  return found?.kind === 'call' ? found : null;
}

function plain(value: Value): string | number | boolean | null | undefined {
  return value.kind === 'constant' || value.kind === 'number' ? value.value : plainText(value) ?? undefined;
}

/** First statement of a class or function, when it is a text. */
function docstring(body: string): string | null {
  const text = /^[^\n]*(?:\([^)]*\))?[^\n]*:[ \t]*(?:#[^\n]*)?\r?\n\s*[rR]?("""|''')([\s\S]*?)\1/.exec(body)?.[2] ?? /^(?:async\s+)?(?:def|class)\b[\s\S]*?:[ \t]*(?:#[^\n]*)?\r?\n\s*[rR]?("""|''')([\s\S]*?)\1/.exec(body.slice(0, 4000))?.[2];
  return text === undefined ? null : text.trim().split('\n').map((line) => line.trim()).join('\n');
}

function ofType(annotation: Expression, source: SchemaSource, depth: number, around: readonly ClassExpression[] = []): Json {
  if (depth > maximumDepth * 2) return {};
  const inner = (each: Expression | undefined): Json => (each ? ofType(each, source, depth + 1, around) : {});
  switch (annotation.kind) {
    case 'constant': return annotation.value === null ? { type: 'null' } : {};
    case 'fallback': case 'conditional': return { anyOf: annotation.branches.map(inner) };
    case 'index': {
      const name = lastName(annotation.object);
      const given = annotation.index.kind === 'list' ? annotation.index.items : [annotation.index];
      if (name === 'Optional') return { anyOf: [inner(given[0]), { type: 'null' }] };
      if (name === 'Union') return { anyOf: given.map(inner) };
      if (name === 'Literal') { const values = given.flatMap((each) => plain(source.evaluate(each)) ?? []); return values.length === 1 ? { const: values[0], type: 'string' } : { enum: values, type: typeof values[0] === 'number' ? 'integer' : 'string' }; }
      if (lists.has(name)) return { items: inner(given[0]), type: 'array' };
      if (/^(?:dict|Dict|Mapping)$/.test(name)) return { additionalProperties: inner(given[1]), type: 'object' };
      return /^(?:Annotated|Required|NotRequired)$/.test(name) ? inner(given[0]) : {};
    }
    case 'name': case 'member': case 'string': {
      const name = lastName(annotation);
      if (Object.hasOwn(primitives, name)) return { ...primitives[name] };
      const value = annotation.kind === 'string' ? null : candidates(source.evaluate(annotation))[0];
      if (value?.kind !== 'class') return {};
      return (value.home && value.home !== source ? asJson(value.schema?.() ?? null, depth) : ofClass(value.class, source, depth + 1, around)) ?? {};
    }
    default: return {};
  }
}

/** A schema's value as data again. */
function asJson(value: Value | null, depth: number): Json | null {
  const convert = (each: Value, level: number): unknown => {
    if (level > 20) return {};
    if (each.kind === 'map') return Object.fromEntries([...each.entries].map(([key, item]) => [key, convert(item.value, level + 1)]));
    if (each.kind === 'list') return each.items.map((item) => convert(item.value, level + 1));
    return plain(each) ?? {};
  };
  return value?.kind === 'map' ? convert(value, depth) as Json : null;
}

/** Parameters that frameworks fill in themselves and no model sees. */
const injected = /^(?:RunContext|RunContextWrapper|ToolContext|Context|RunnableConfig|InjectedState|InjectedToolArg|CallbackManagerForToolRun)$/;

/** A Python function as a tool: its name, docstring and annotated parameters; null for other languages. */
export function functionSchema(target: FunctionExpression, source: SchemaSource): Value | null {
  const { program } = source;
  if (program.language !== 'python' || target.name === null) return null;
  const properties: Json = {};
  const required: string[] = [];
  for (const { name, annotation, defaultValue } of target.parameters) {
    if (/^(?:self|cls|\*)/.test(name) || (annotation && injected.test(lastName(annotation.kind === 'index' ? annotation.object : annotation)))) continue;
    const description = annotation && metadata(annotation)?.named.find((each) => each.name === 'description')?.value;
    const said = annotation?.kind === 'index' && lastName(annotation.object) === 'Annotated' && annotation.index.kind === 'list' && annotation.index.items[1]?.kind === 'string' ? annotation.index.items[1].value : description ? plainText(source.evaluate(description)) : null;
    properties[name] = { ...(annotation ? ofType(annotation, source, 0) : {}), ...(said !== null && { description: said }) };
    if (!defaultValue) required.push(name);
  }
  const said = docstring(program.text.slice(target.range.start, target.range.end));
  return plainValue({ name: target.name, ...(said !== null && { description: said }), parameters: { type: 'object', properties, ...(required.length > 0 && { required }) } }, { how: 'constant', range: null });
}

/** Argument of a call that made a value. */
export type ArgumentOf = (value: InstanceValue, index: number, name?: string) => Value | null;

const zodTypes: Readonly<Record<string, Json>> = { string: { type: 'string' }, number: { type: 'number' }, boolean: { type: 'boolean' }, date: { type: 'string', format: 'date-time' }, int: { type: 'integer' }, any: {}, unknown: {}, email: { type: 'string', format: 'email' }, url: { type: 'string', format: 'uri' }, uuid: { type: 'string', format: 'uuid' } };

/** A zod schema, or a tool, response format or pydantic tool made of one, as the JSON that is sent; null when it is none. */
export function instanceSchema(value: InstanceValue, argument: ArgumentOf): Value | null {
  const { callee } = value;
  const name = value.callee.path.at(-1) ?? (callee.kind === 'symbol' ? callee.module : '');
  const json = callee.kind === 'symbol' && value.path.length === 0 ? toolSchema(value, name, argument) : null;
  const schema = json ?? zod(value, argument, 0)?.schema ?? null;
  return schema && plainValue(schema, { how: 'constant', range: null });
}

function toolSchema(value: InstanceValue, name: string, argument: ArgumentOf): Json | null {
  const inner = (given: Value | null): Json | null => {
    const main = candidates(given)[0];
    return main?.kind === 'instance' ? zod(main, argument, 0)?.schema ?? null : main?.kind === 'class' ? asJson(main.schema?.() ?? null, 0) : main?.kind === 'map' ? asJson(main, 0) : null;
  };
  switch (name) {
    case 'zodResponseFormat': case 'zodTextFormat': { const schema = inner(argument(value, 0)); return schema && { type: 'json_schema', name: plainText(argument(value, 1)) ?? 'response', strict: true, schema }; }
    case 'pydantic_function_tool': { const schema = inner(argument(value, 0)); return schema && { type: 'function', function: { name: schema['title'], ...(schema['description'] !== undefined && { description: schema['description'] }), strict: true, parameters: schema } }; }
    case 'tool': case 'zodFunction': case 'DynamicStructuredTool': case 'betaZodTool': case 'createTool': {
      const options = [0, 1].map((index) => candidates(argument(value, index))[0]).find((each) => each?.kind === 'map');
      if (options?.kind !== 'map') return null;
      const entry = (...keys: readonly string[]): Value | null => keys.map((key) => options.entries.get(key)?.value).find((each) => each !== undefined) ?? null;
      const parameters = inner(entry('inputSchema', 'parameters', 'schema', 'input_schema'));
      const said = plainText(entry('description'));
      const own = plainText(entry('name', 'id'));
      return parameters && { ...(own !== null && { name: own }), ...(said !== null && { description: said }), parameters };
    }
    default: return null;
  }
}

function zod(value: InstanceValue, argument: ArgumentOf, depth: number): { readonly schema: Json; readonly optional: boolean } | null {
  if (depth > maximumDepth * 2 || value.path.length > 0 || !value.call) return null;
  const { callee } = value;
  const method = callee.path.at(-1) ?? '';
  const of = (given: Value | null): { readonly schema: Json; readonly optional: boolean } => {
    const main = candidates(given)[0];
    return (main?.kind === 'instance' ? zod(main, argument, depth + 1) : null) ?? { schema: {}, optional: false };
  };
  if (callee.kind === 'symbol') {
    if (!/(?:^|\/)zod(?:\/|$|-)|^zod$/.test(callee.module) && callee.path[0] !== 'z') return null;
    if (Object.hasOwn(zodTypes, method)) return { schema: { ...zodTypes[method] }, optional: false };
    const given = candidates(argument(value, 0))[0];
    switch (method) {
      case 'object': case 'strictObject': case 'looseObject': {
        if (given?.kind !== 'map') return null;
        const fields = [...given.entries].map(([key, item]) => [key, of(item.value)] as const);
        const required = fields.flatMap(([key, field]) => (field.optional ? [] : [key]));
        return { schema: { type: 'object', properties: Object.fromEntries(fields.map(([key, field]) => [key, field.schema])), ...(required.length > 0 && { required }), additionalProperties: false }, optional: false };
      }
      case 'array': return { schema: { type: 'array', items: of(given ?? null).schema }, optional: false };
      case 'enum': return { schema: { type: 'string', enum: given?.kind === 'list' ? given.items.flatMap((each) => plainText(each.value) ?? []) : [] }, optional: false };
      case 'literal': return { schema: { const: (given && plain(given)) ?? null }, optional: false };
      case 'union': case 'discriminatedUnion': { const list = method === 'union' ? given : candidates(argument(value, 1))[0]; return { schema: { anyOf: list?.kind === 'list' ? list.items.map((each) => of(each.value).schema) : [] }, optional: false }; }
      case 'record': return { schema: { type: 'object', additionalProperties: of(argument(value, 1) ?? given ?? null).schema }, optional: false };
      case 'optional': return { schema: of(given ?? null).schema, optional: true };
      default: return { schema: {}, optional: false };
    }
  }
  const base = zod({ ...callee, path: callee.path.slice(0, -1) }, argument, depth + 1);
  if (!base) return null;
  switch (method) {
    case 'describe': { const said = plainText(argument(value, 0)); return said === null ? base : { ...base, schema: { ...base.schema, description: said } }; }
    case 'optional': case 'nullish': case 'default': return { ...base, optional: true };
    case 'nullable': return { ...base, schema: { anyOf: [base.schema, { type: 'null' }] } };
    case 'array': return { ...base, schema: { type: 'array', items: base.schema } };
    case 'int': return { ...base, schema: { ...base.schema, type: 'integer' } };
    default: return base;
  }
}
