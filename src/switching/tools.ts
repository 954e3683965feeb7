/** Tools, the choice among them, and the form of the answer, in every SDK's shape. */
import type { Expression } from '../core/expression.js';
import {
  type Code, type MessageShape, type ResponseFormat, type SourceEntry, type SwitchRequest, type ToolChoice, type ToolDefinition, type WriteContext,
  entriesOf, fieldOf, kept, listCode, literalList, literalText, mapCode, raw, textCode,
} from '../core/rewrite.js';

type Tools = NonNullable<SwitchRequest['tools']>;

/** Function definitions of a literal list; `items: null` when they only exist at run time. */
export function readTools(entry: SourceEntry | undefined, shape: MessageShape): Tools | null {
  if (!entry) return null;
  const { value } = entry;
  if (shape === 'vercel') {
    const tools = entriesOf(value).map((each): ToolDefinition | { unknown: Expression } => {
      const body = each.value.kind === 'call' ? each.value.positional[0] ?? null : each.value;
      const schema = fieldOf(body, 'inputSchema', 'parameters');
      const inner = schema?.kind === 'call' && calleeName(schema) === 'jsonSchema' ? schema.positional[0] ?? null : null;
      return inner ? { name: { kind: 'string', value: each.name, range: each.nameRange ?? each.range }, description: fieldOf(body, 'description'), parameters: inner, strict: null, from: each.value } : { unknown: each.value };
    });
    return { items: value.kind === 'map' ? tools : null, value, entry };
  }
  if (value.kind !== 'list' || !literalList(value)) return { items: null, value, entry };
  const declared = shape === 'google' && value.items.length === 1 ? fieldOf(value.items[0], 'function_declarations', 'functionDeclarations') : null;
  if (declared && !literalList(declared)) return { items: null, value: declared, entry };
  const lists = shape === 'google' ? value.items.flatMap((item) => { const inner = fieldOf(item, 'function_declarations', 'functionDeclarations'); return inner?.kind === 'list' ? inner.items : [item]; }) : value.items;
  return { items: lists.map((item) => toolOf(item, shape)), value, entry };
}

function toolOf(item: Expression, shape: MessageShape): ToolDefinition | { readonly unknown: Expression } {
  if (item.kind === 'spread') return { unknown: item };
  const type = literalText(fieldOf(item, 'type'));
  const body = shape === 'responses' || shape === 'anthropic' || shape === 'google' ? item : fieldOf(item, 'function');
  // Tools that the provider runs (web search, code) have a type of their own and no schema.
  const name = fieldOf(body, 'name');
  if (!body || !name || (type !== null && type !== 'function' && type !== 'custom')) return { unknown: item };
  return { name, description: fieldOf(body, 'description'), parameters: fieldOf(body, 'parameters', 'input_schema', 'parametersJsonSchema', 'parameters_json_schema'), strict: fieldOf(body, 'strict'), from: item };
}

const calleeName = (call: Expression): string => (call.kind !== 'call' ? '' : call.callee.kind === 'member' ? call.callee.property : call.callee.kind === 'name' ? call.callee.name : '');

/** Tools in the target's shape. */
export function writeTools(tools: Tools, from: MessageShape, to: MessageShape, context: WriteContext): Code {
  const { surface, ecosystem } = context;
  const isPython = ecosystem === 'python';
  if (tools.items === null) {
    if (family(from) === family(to)) return kept(tools.value);
    if (to === 'vercel' && family(from) !== 'vercel' && from !== 'google') {
      context.need('ai', 'tool');
      context.need('ai', 'jsonSchema');
      const inner = family(from) === 'openai' ? 'each.function' : 'each';
      return raw('Object.fromEntries(', kept(tools.value), `.map((each) => [${inner}.name, tool({ description: ${inner}.description, inputSchema: jsonSchema(${inner}.${from === 'anthropic' ? 'input_schema' : 'parameters'}) })]))`);
    }
    if (to === 'vercel' || from === 'vercel') { context.loss({ argument: 'tools', what: 'by-hand', reason: 'no-equal', range: tools.value.range }); return kept(tools.value); }
    const field = (tool: Code, name: string): Code => surface.field(family(from) === 'openai' ? surface.field(tool, 'function') : tool, name);
    // Declarations in sight, made at run time.
    const isDeclared = from === 'google' && tools.value !== tools.entry.value;
    const schemaName = from === 'anthropic' ? 'input_schema' : isDeclared ? (isPython ? 'parameters_json_schema' : 'parametersJsonSchema') : 'parameters';
    const list = from === 'google' && !isDeclared ? raw(kept(tools.value), isPython ? '[0]["function_declarations"]' : '[0].functionDeclarations') : kept(tools.value);
    const description = (tool: Code): Code => (isPython ? raw(family(from) === 'openai' ? surface.field(tool, 'function') : tool, '.get("description", "")') : field(tool, 'description'));
    const each = surface.each(list, 'tool', (tool) => definition(field(tool, 'name'), description(tool), field(tool, schemaName), null, to, isPython, null));
    return to === 'google' ? listCode([mapCode([[isPython ? 'function_declarations' : 'functionDeclarations', each]])]) : each;
  }
  if (to === 'vercel') {
    context.need('ai', 'tool');
    context.need('ai', 'jsonSchema');
    return { kind: 'map', entries: tools.items.flatMap((item) => {
      if ('unknown' in item) { context.loss({ argument: 'tools', what: 'by-hand', reason: 'proprietary-tools', range: item.unknown.range }); return []; }
      const name = literalText(item.name);
      if (name === null) { context.loss({ argument: 'tools', what: 'by-hand', reason: 'no-equal', range: item.from.range }); return []; }
      if (item.strict) context.loss({ argument: 'strict', what: 'removed', reason: 'strict', range: item.strict.range });
      return [{ key: name, value: raw('tool(', mapCode([['description', item.description && kept(item.description)], ['inputSchema', raw('jsonSchema(', item.parameters ? kept(item.parameters) : raw('{ type: "object", properties: {} }'), ')')]]), ')') }];
    }) };
  }
  const items = tools.items.map((item): Code => {
    if ('unknown' in item) {
      context.loss({ argument: 'tools', what: family(from) === family(to) ? 'kept' : 'by-hand', reason: 'proprietary-tools', range: item.unknown.range });
      return kept(item.unknown);
    }
    const strict = item.strict && (to === 'openai' || to === 'openai-camel' || to === 'responses' || to === 'anthropic') ? kept(item.strict) : null;
    if (item.strict && !strict) context.loss({ argument: 'strict', what: 'removed', reason: 'strict', range: item.strict.range });
    return definition(nameOf(item), item.description && kept(item.description), item.parameters && kept(item.parameters), strict, to, isPython, item.from);
  });
  if (to === 'google') return listCode([mapCode([[isPython ? 'function_declarations' : 'functionDeclarations', listCode(items)]])]);
  return listCode(items, from !== 'google' && tools.value.kind === 'list' ? tools.value : null);
}

/** A name that stands in the code as a key is written as text. */
const nameOf = ({ name }: ToolDefinition): Code => (name?.kind === 'string' ? textCode(name.value) : kept(name!));

/** Shapes whose tool definitions are the same. */
const family = (shape: MessageShape): string => (shape === 'openai-camel' || shape === 'dashscope' ? 'openai' : shape);

function definition(name: Code, description: Code | null, parameters: Code | null, strict: Code | null, to: MessageShape, isPython: boolean, from: Expression | null): Code {
  switch (to) {
    case 'anthropic': return mapCode([['name', name], ['description', description], ['input_schema', parameters ?? mapCode([['type', textCode('object')], ['properties', mapCode([])]])], ['strict', strict]], from);
    case 'responses': return mapCode([['type', textCode('function')], ['name', name], ['description', description], ['parameters', parameters], ['strict', strict ?? { kind: 'literal', value: false }]], from);
    case 'google': return mapCode([['name', name], ['description', description], [isPython ? 'parameters_json_schema' : 'parametersJsonSchema', parameters]], from);
    default: {
      const inner = from?.kind === 'map' ? from.entries.find((entry) => entry.key === 'function')?.value ?? null : null;
      return mapCode([['type', textCode('function')], ['function', mapCode([['name', name], ['description', description], ['parameters', parameters], ['strict', strict]], inner)]], from);
    }
  }
}

/** Choice among tools. */
export function readToolChoice(entry: SourceEntry | undefined, shape: MessageShape): SwitchRequest['toolChoice'] {
  if (!entry) return null;
  const { value } = entry;
  const plain: Readonly<Record<string, 'auto' | 'none' | 'required'>> = { auto: 'auto', none: 'none', any: 'required', required: 'required', AUTO: 'auto', NONE: 'none', ANY: 'required' };
  const choice = (): ToolChoice => {
    const text = literalText(value);
    if (text !== null && plain[text]) return { kind: plain[text], from: value };
    if (shape === 'google') {
      const config = fieldOf(value, 'function_calling_config', 'functionCallingConfig');
      const names = fieldOf(config, 'allowed_function_names', 'allowedFunctionNames');
      const mode = literalText(fieldOf(config, 'mode'));
      if (names?.kind === 'list' && names.items.length === 1) return { kind: 'named', name: names.items[0]!, from: value };
      return mode !== null && plain[mode] ? { kind: plain[mode], from: value } : { kind: 'unknown', value };
    }
    const type = literalText(fieldOf(value, 'type'));
    const name = fieldOf(fieldOf(value, 'function') ?? value, 'name', 'toolName');
    if (name) return { kind: 'named', name, from: value };
    return type !== null && plain[type] ? { kind: plain[type], from: value } : { kind: 'unknown', value };
  };
  return { choice: choice(), entry };
}

export function writeToolChoice({ choice }: NonNullable<SwitchRequest['toolChoice']>, from: MessageShape, to: MessageShape, context: WriteContext): Code | null {
  const isPython = context.ecosystem === 'python';
  if (choice.kind === 'unknown') {
    if (family(from) === family(to)) return kept(choice.value);
    context.loss({ argument: 'tool_choice', what: 'removed', reason: 'tool-choice', range: choice.value.range });
    return null;
  }
  if (choice.kind === 'named') {
    const name = kept(choice.name);
    switch (to) {
      case 'anthropic': return mapCode([['type', textCode('tool')], ['name', name]], choice.from);
      case 'responses': return mapCode([['type', textCode('function')], ['name', name]], choice.from);
      case 'vercel': return mapCode([['type', textCode('tool')], ['toolName', name]], choice.from);
      case 'google': return mapCode([[isPython ? 'function_calling_config' : 'functionCallingConfig', mapCode([['mode', textCode('ANY')], [isPython ? 'allowed_function_names' : 'allowedFunctionNames', listCode([name])]])]]);
      default: return mapCode([['type', textCode('function')], ['function', mapCode([['name', name]], fieldOf(choice.from, 'function'))]], choice.from);
    }
  }
  switch (to) {
    case 'anthropic': return mapCode([['type', textCode(choice.kind === 'required' ? 'any' : choice.kind)]], choice.from);
    case 'google': return mapCode([[isPython ? 'function_calling_config' : 'functionCallingConfig', mapCode([['mode', textCode(choice.kind === 'required' ? 'ANY' : choice.kind.toUpperCase())]])]]);
    case 'dashscope':
      if (choice.kind === 'required') { context.loss({ argument: 'tool_choice', what: 'approximated', reason: 'tool-choice', range: choice.from.range }); return textCode('auto'); }
      return textCode(choice.kind);
    default: return textCode(choice.kind);
  }
}

/** `response_format` in the form of Chat Completions. */
export function readChatFormat(entry: SourceEntry | undefined): SwitchRequest['format'] {
  if (!entry) return null;
  const { value } = entry;
  const type = literalText(fieldOf(value, 'type'));
  const body = fieldOf(value, 'json_schema', 'jsonSchema');
  const schema = fieldOf(body, 'schema', 'schemaDefinition', 'schema_definition');
  const format: ResponseFormat = type === 'json_schema' && schema
    ? { kind: 'schema', name: fieldOf(body, 'name'), schema, strict: fieldOf(body, 'strict'), from: value }
    : type === 'json_object' ? { kind: 'json', from: value } : type === 'text' ? { kind: 'text', from: value } : { kind: 'unknown', value };
  return { format, entry };
}

export function writeChatFormat({ format }: NonNullable<SwitchRequest['format']>, context: WriteContext, isCamel: boolean, sameForm: boolean): Code | null {
  if (format.kind === 'unknown') {
    if (sameForm) return kept(format.value);
    context.loss({ argument: 'response_format', what: 'removed', reason: 'schema-form', range: format.value.range });
    return null;
  }
  if (format.kind === 'json') return mapCode([['type', textCode('json_object')]], format.from);
  if (format.kind === 'text') return mapCode([['type', textCode('text')]], format.from);
  const inner = format.from.kind === 'map' ? fieldOf(format.from, isCamel ? 'jsonSchema' : 'json_schema') : null;
  return mapCode([['type', textCode('json_schema')], [isCamel ? 'jsonSchema' : 'json_schema', mapCode([
    ['name', format.name ? kept(format.name) : textCode('answer')], [isCamel ? 'schemaDefinition' : 'schema', kept(format.schema)], ['strict', format.strict && kept(format.strict)],
  ], inner)]], format.from);
}
