/** Tokens of tool and response schemas: how vendors write them into the prompt. */
import type { Spread } from './model.js';

/** A JSON schema as far as it is written into a prompt. */
interface Schema {
  readonly type?: unknown;
  readonly description?: unknown;
  readonly enum?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
  readonly items?: unknown;
  readonly anyOf?: unknown;
}

interface Tool {
  readonly name: string;
  readonly description: string | null;
  readonly parameters: Schema | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Function tools in the shapes of OpenAI chat, Responses, Anthropic and Google; null when the JSON is none of them. */
export function toolsOf(json: string): readonly Tool[] | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const list = Array.isArray(value) ? value : [value];
  const tools = list.flatMap((each): (Tool | null)[] => {
    if (!isRecord(each)) return [null];
    const declarations = each['functionDeclarations'] ?? each['function_declarations'];
    if (Array.isArray(declarations)) return declarations.map(toolOf);
    return [toolOf(isRecord(each['function']) ? each['function'] : each)];
  });
  return tools.some((tool) => tool === null) ? null : (tools as Tool[]);
}

function toolOf(value: unknown): Tool | null {
  if (!isRecord(value) || typeof value['name'] !== 'string') return null;
  const parameters = value['parameters'] ?? value['input_schema'] ?? value['inputSchema'];
  return { name: value['name'], description: typeof value['description'] === 'string' ? value['description'] : null, parameters: isRecord(parameters) ? parameters : null };
}

/**
 * OpenAI writes function tools as TypeScript declarations (found by hmarr/openai-chat-tokens and tested there against the API;
 * gpt-tokenizer 4.0.0 counts the same way). Add `openaiToolOverhead` tokens for the frame.
 */
export function openaiToolText(tools: readonly Tool[]): string {
  const lines = ['namespace functions {', ''];
  for (const tool of tools) {
    if (tool.description) lines.push(`// ${tool.description}`);
    if (tool.parameters && isRecord(tool.parameters.properties) && Object.keys(tool.parameters.properties).length > 0) {
      lines.push(`type ${tool.name} = (_: {`, propertiesText(tool.parameters, 0), '}) => any;');
    } else lines.push(`type ${tool.name} = () => any;`);
    lines.push('');
  }
  lines.push('} // namespace functions');
  return lines.join('\n');
}

/** Frame around the declarations. A system message that goes with them saves 4 tokens. */
export const openaiToolOverhead = 9;
export const openaiSystemWithToolsDiscount = 4;

function propertiesText(schema: Schema, indent: number): string {
  const lines: string[] = [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const [name, value] of Object.entries(isRecord(schema.properties) ? schema.properties : {})) {
    if (!isRecord(value)) continue;
    if (typeof value['description'] === 'string' && indent < 2) lines.push(`// ${value['description']}`);
    lines.push(`${name}${required.includes(name) ? '' : '?'}: ${typeText(value, indent)},`);
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

function typeText(schema: Schema, indent: number): string {
  if (indent > 40) return 'any';
  const values = Array.isArray(schema.enum) ? schema.enum : null;
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((each) => (isRecord(each) ? typeText(each, indent) : 'any')).join(' | ');
  switch (schema.type) {
    case 'string': return values ? values.map((each) => `"${String(each)}"`).join(' | ') : 'string';
    case 'number': case 'integer': return values ? values.map(String).join(' | ') : 'number';
    case 'boolean': return 'boolean';
    case 'null': return 'null';
    case 'array': return isRecord(schema.items) ? `${typeText(schema.items, indent)}[]` : 'any[]';
    case 'object': return ['{', propertiesText(schema, indent + 2), '}'].join('\n');
    default: return 'any';
  }
}

/**
 * Tokens of the system prompt that Claude gets with tools: [tool_choice auto or none, any or tool] (platform.claude.com,
 * tool use, pricing; checked 2026-11-23).
 */
const claudeToolPrompts: readonly (readonly [RegExp, number, number])[] = [
  [/opus-4-8/, 290, 410], [/opus-4-7/, 675, 804], [/(?:opus|sonnet)-4-6/, 497, 589], [/(?:opus|sonnet|haiku)-4-5/, 496, 588],
  [/sonnet-5/, 354, 474], [/opus-4(?:-1)?(?!-\d(?!\d))|sonnet-4(?!-\d(?!\d))/, 313, 315],
];

/** The tool prompt of a Claude model; a range over the known ones for others. `forced`: the choice is any or a named tool. */
export function claudeToolPrompt(model: string, forced: boolean): Spread {
  const id = model.toLowerCase().replaceAll('.', '-');
  const known = claudeToolPrompts.find(([pattern]) => pattern.test(id));
  if (known) return { low: known[forced ? 2 : 1], likely: known[forced ? 2 : 1], high: known[forced ? 2 : 1] };
  return { low: 290, likely: forced ? 474 : 354, high: 804 };
}
