/** Tools and response formats as they stand in a prompt, and answers by their format; expected texts are written out from the published templates. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { openaiFormatText, pythonJson, responseFormatOf, sampleAnswer, templateToolText } from '../../../src/core/schemaText.js';
import { createTokenizers } from '../../../src/tokenizers/index.js';
import { analyzeText } from '../engineForTests.js';

const tokenizers = createTokenizers((file) => readFile(`src/tokenizers/vocabularies/${file}`));
beforeAll(() => tokenizers.prepare(['o200k_base', 'qwen']));

const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } };

describe('tools in chat templates', () => {
  test('Qwen: the text of its chat_template with one tool', () => {
    expect(templateToolText('qwen', JSON.stringify([tool]))).toBe(`# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>`);
  });
  test('Llama 3.1 writes them with four blanks, Mistral as one list, others are not known', () => {
    expect(templateToolText('llama3', '[{"name":"f"}]')).toMatch(/Do not use variables\.\n\n\{\n {4}"name": "f"\n\}\n\n$/);
    expect(templateToolText('tekken', '[{"name":"f"},{"name":"g"}]')).toBe('[{"name": "f"}, {"name": "g"}]');
    expect(templateToolText('deepseek', '[{"name":"f"}]')).toBeNull();
    expect(templateToolText('qwen', '{half')).toBeNull();
  });
  test('JSON as Python writes it', () => { expect(pythonJson({ a: [1, null, true, 'é"'], b: {} })).toBe('{"a": [1, null, true, "é\\""], "b": {}}'); });
});

describe('response formats', () => {
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
  test.each([
    ['OpenAI Chat', { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } }, 'verdict'],
    ['OpenAI Responses', { format: { type: 'json_schema', name: 'verdict', schema } }, 'verdict'],
    ['Anthropic', { format: { type: 'json_schema', schema } }, null],
    ['Anthropic, earlier', { type: 'json_schema', schema }, null],
    ['Google and Ollama: the schema itself', schema, null],
  ])('%s', (_vendor, value, name) => { expect(responseFormatOf(JSON.stringify(value))).toEqual({ schema, name, description: null }); });
  test('text and any JSON put nothing into the prompt', () => {
    for (const value of [{ type: 'text' }, { type: 'json_object' }, 'json', { format: { type: 'text' } }]) expect(responseFormatOf(JSON.stringify(value))).toBe('none');
    expect(responseFormatOf('{"verbosity":"low"}')).toBeNull();
    expect(responseFormatOf('nonsense')).toBeNull();
  });
  test('the form of OpenAI\'s open models', () => {
    expect(openaiFormatText({ schema: { type: 'object' }, name: 'shopping_list', description: 'What to buy' })).toBe('# Response Formats\n\n## shopping_list\n\n// What to buy\n{"type":"object"}');
  });
});

describe('an answer by its format', () => {
  const schema = { type: 'object', properties: { label: { enum: ['spam', 'ham', 'unsure'] }, reasons: { type: 'array', items: { type: 'string' } }, score: { type: 'number' } }, required: ['label', 'score'] };
  test('keys are certain, words and items are not', () => {
    expect(sampleAnswer(schema, 'low')).toBe('{"label":"ham","score":1}');
    expect(JSON.parse(sampleAnswer(schema, 'likely')!)).toMatchObject({ reasons: [expect.any(String), expect.any(String), expect.any(String)] });
    expect(sampleAnswer(schema, 'high')!.length).toBeGreaterThan(sampleAnswer(schema, 'likely')!.length);
  });
  test('references are followed, endless and open ones are not known', () => {
    expect(sampleAnswer({ $ref: '#/$defs/A', $defs: { A: { type: 'boolean' } } }, 'low')).toBe('false');
    expect(sampleAnswer({ $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/A' } } }, 'high')).toBeNull();
    expect(sampleAnswer({ type: 'object' }, 'likely')).toBeNull();
    const wide = { type: 'array', items: { type: 'array', items: { type: 'array', items: { type: 'array', items: { type: 'array', items: { type: 'string' } } } } } };
    expect(sampleAnswer(wide, 'high')).toBeNull();
  });
});

describe('in estimates', () => {
  const call = async (model: string, more: string) => (await analyzeText('python', `from openai import OpenAI\nclient = OpenAI(${model.startsWith('qwen') ? 'base_url="https://dashscope.aliyuncs.com/compatible-mode/v1"' : ''})\nclient.chat.completions.create(model="${model}", messages=[{"role": "user", "content": "Hello!"}]${more})\n`)).calls[0]!.estimate;
  test('a format raises the input by its text and bounds the output; any JSON does neither', async () => {
    const format = '{"type": "json_schema", "json_schema": {"name": "verdict", "schema": {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}}}';
    const [plain, shaped, json] = [await call('gpt-4o', ''), await call('gpt-4o', `, response_format=${format}`), await call('gpt-4o', ', response_format={"type": "json_object"}')];
    const text = '# Response Formats\n\n## verdict\n\n{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}';
    expect(shaped.input.tokens.likely - plain.input.tokens.likely).toBe(tokenizers.count(text, 'o200k_base').tokens);
    expect(shaped.input.basis).toBe('approximate');
    // {"ok":false} is six tokens: {" · ok · ": · false · }, and one more at most.
    expect(shaped.output.tokens.likely).toBeLessThanOrEqual(6);
    expect(shaped.assumptions.find(({ code }) => code === 'output-tokens')).toMatchObject({ origin: 'code' });
    expect(json.input).toEqual(plain.input);
    expect(json.output).toEqual(plain.output);
  });
  test('tools at Qwen are as long as its template, at least as their JSON', async () => {
    const [plain, with1] = [await call('qwen3-32b', ''), await call('qwen3-32b', `, tools=[${pythonJson(tool)}]`)];
    const added = { low: with1.input.tokens.low - plain.input.tokens.low, likely: with1.input.tokens.likely - plain.input.tokens.likely };
    expect(added.likely).toBe(tokenizers.count(templateToolText('qwen', JSON.stringify([tool]))!, 'qwen').tokens);
    expect(added.low).toBe(tokenizers.count(JSON.stringify([tool]), 'qwen').tokens);
  });
  test('Claude with a forced tool gets the longer system prompt', async () => {
    const claude = async (choice: string) => (await analyzeText('python', `import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[{"role": "user", "content": "Hello!"}], tools=[{"name": "f", "input_schema": {"type": "object"}}]${choice})\n`)).calls[0]!.estimate.assumptions.find(({ code }) => code === 'tool-prompt')!.value;
    // platform.claude.com, tool use: 496 for auto, 588 for any or a named tool.
    expect(await claude('')).toMatchObject({ likely: 496 });
    expect(await claude(', tool_choice={"type": "tool", "name": "f"}')).toMatchObject({ likely: 588 });
  });
});
