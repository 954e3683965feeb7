/** Tools and response formats as vendors write them into a prompt, and the answer that a response format leads to. */
import type { TokenizerId } from './model.js';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** JSON as Python's `json.dumps` writes it by default, which chat templates use. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (isRecord(value)) return `{${Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${pythonJson(each)}`).join(', ')}}`;
  return JSON.stringify(value) ?? 'null';
}

/**
 * Tools as the published chat template of a family writes them (`chat_template` in tokenizer_config.json of Qwen 2.5 and 3,
 * Llama 3.1, Mistral NeMo; checked 2026-11-25), without the marks that are special tokens. Null where there is none, or
 * the JSON is no list of tools.
 */
export function templateToolText(tokenizer: TokenizerId, json: string): string | null {
  const tools = parsed(json);
  if (!Array.isArray(tools) || tools.length === 0) return null;
  switch (tokenizer) {
    case 'qwen': return [
      '# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>',
      ...tools.map(pythonJson),
      '</tools>\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>',
    ].join('\n');
    case 'llama3': return [
      'Given the following functions, please respond with a JSON for a function call with its proper arguments that best answers the given prompt.',
      'Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}. Do not use variables.',
      ...tools.map((tool) => JSON.stringify(tool, null, 4)), '',
    ].join('\n\n');
    case 'tekken': return pythonJson(tools);
    default: return null;
  }
}

/** What a request's response format is about. */
export interface ResponseFormat {
  /** Schema of the answer. */
  readonly schema: Record<string, unknown>;
  readonly name: string | null;
  readonly description: string | null;
}

/**
 * The schema in a response format in the shapes of OpenAI (Chat, Responses), Anthropic, Google and Ollama. `'none'`: it asks
 * for text or any JSON, which puts nothing into the prompt. Null: it is nothing that is known.
 */
export function responseFormatOf(json: string): ResponseFormat | 'none' | null {
  let value = parsed(json);
  if (value === 'json' || value === 'text') return 'none';
  for (let depth = 0; depth < 4 && isRecord(value); depth++) {
    const { type } = value;
    if (type === 'text' || type === 'json_object') return 'none';
    // `{"type": "json_schema", …}` with the schema in it or one level down; `{"format": …}` of Responses and output_config.
    const inner: unknown = value['json_schema'] ?? value['format'];
    if (isRecord(inner)) { value = inner; continue; }
    const text = (key: string): string | null => { const found = (value as Record<string, unknown>)[key]; return typeof found === 'string' ? found : null; };
    if (isRecord(value['schema'])) return { schema: value['schema'], name: text('name'), description: text('description') };
    return isRecord(value['properties']) || isRecord(value['items']) || (typeof type === 'string' && type !== 'json_schema') ? { schema: value, name: null, description: null } : null;
  }
  return null;
}

/** As OpenAI's published format for its open models puts it into the developer message (OpenAI cookbook, Harmony response format, "Structured output"; checked 2026-11-25). */
export function openaiFormatText({ schema, name, description }: ResponseFormat): string {
  return ['# Response Formats', `## ${name ?? 'response'}`, `${description ? `// ${description}\n` : ''}${JSON.stringify(schema)}`].join('\n\n');
}

/** How full an answer is: words in a text, items in a list. */
const fillings = { low: { words: 1, items: 0 }, likely: { words: 8, items: 3 }, high: { words: 60, items: 10 } } as const;
const deepest = 6;
const longestAnswer = 40_000;

/**
 * An answer that keeps to a schema, for counting how long one is: keys are certain, words and items assumed (1, 8, 60 words;
 * none, three, ten items). Null when the schema leaves the shape open, or it would be endless.
 */
export function sampleAnswer(schema: Record<string, unknown>, level: keyof typeof fillings): string | null {
  const { words, items } = fillings[level];
  const definitions = schema['$defs'] ?? schema['definitions'];
  let length = 0;
  const write = (value: unknown, depth: number): string | null => {
    if (!isRecord(value) || depth > deepest || length > longestAnswer) return null;
    const reference = typeof value['$ref'] === 'string' ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(value['$ref'])?.[1] : undefined;
    if (reference !== undefined) return isRecord(definitions) ? write(definitions[reference], depth + 1) : null;
    if ('const' in value) return JSON.stringify(value['const']);
    const choices = value['enum'];
    if (Array.isArray(choices) && choices.length > 0) {
      const sorted = choices.map((each) => JSON.stringify(each)).toSorted((a, b) => a.length - b.length);
      return sorted[level === 'low' ? 0 : level === 'high' ? sorted.length - 1 : sorted.length >> 1]!;
    }
    const among = value['anyOf'] ?? value['oneOf'];
    if (Array.isArray(among) && among.length > 0) {
      const written = among.flatMap((each) => { const one = write(each, depth + 1); return one === null ? [] : [one]; }).toSorted((a, b) => a.length - b.length);
      return written.length === 0 ? null : written[level === 'low' ? 0 : written.length - 1]!;
    }
    const type = String(Array.isArray(value['type']) ? value['type'][0] : value['type'] ?? (isRecord(value['properties']) ? 'object' : '')).toLowerCase();
    let text: string | null = null;
    switch (type) {
      case 'string': text = JSON.stringify('word '.repeat(words).trimEnd()); break;
      case 'integer': case 'number': text = level === 'low' ? '1' : level === 'likely' ? '12.5' : '1234.5678'; break;
      case 'boolean': text = 'false'; break;
      case 'null': text = 'null'; break;
      case 'array': {
        const written: string[] = [];
        const count = Math.max(typeof value['minItems'] === 'number' ? value['minItems'] : 0, Math.min(items, typeof value['maxItems'] === 'number' ? value['maxItems'] : items));
        for (let i = 0; i < Math.min(count, 100); i++) {
          const item = write(value['items'], depth + 1);
          if (item === null) return null;
          written.push(item);
        }
        text = `[${written.join(',')}]`;
        break;
      }
      case 'object': {
        if (!isRecord(value['properties'])) return null;
        const required = Array.isArray(value['required']) ? value['required'] : null;
        const written: string[] = [];
        for (const [key, each] of Object.entries(value['properties'])) {
          if (level === 'low' && required && !required.includes(key)) continue;
          const inner = write(each, depth + 1);
          if (inner === null) return null;
          written.push(`${JSON.stringify(key)}:${inner}`);
        }
        text = `{${written.join(',')}}`;
        break;
      }
      default: return null;
    }
    length += text.length;
    return text;
  };
  return write(schema, 0);
}
