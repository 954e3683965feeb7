/** Prompt files and configurations of models: places, prices, half-typed YAML, hostile text. */
import fc from 'fast-check';
import { encodingForModel } from 'js-tiktoken';
import { describe, expect, test } from 'vitest';
import type { LanguageId } from '../../src/core/model.js';
import { defaultConfiguration } from '../../src/core/model.js';
import { promptLanguageOf } from '../../src/core/promptFiles.js';
import { analyzeText } from './engineForTests.js';

const at = (text: string, range: { start: number; end: number } | null): string | null => (range ? text.slice(range.start, range.end) : null);

describe('which files', () => {
  test.each([
    ['a/b.prompty', 'prompty'], ['x.prompt.yml', 'github-prompt'], ['x.prompt.yaml', 'github-prompt'], ['.github/prompts/x.prompt.md', 'prompt'], ['x.prompt', 'dotprompt'],
    ['promptfooconfig.json', 'promptfoo'], ['promptfooconfig.yaml', 'promptfoo'], ['config.yaml', 'yaml'], ['README.md', null], ['x.json', null],
  ])('%s', (path, language) => expect(promptLanguageOf(path)).toBe(language));
});

describe('places', () => {
  test.each([['\n'], ['\r\n']])('of model and prompt, with line ends %j and characters outside the basic plane', async (end) => {
    const text = ['---', '# 🙂', 'model:', '  id: gpt-4o-mini', '  provider: openai', '---', 'system:', 'Be kind 🙂.', 'user:', 'Hello {{name}}!', ''].join(end);
    const { calls } = await analyzeText('prompty', text);
    expect(calls).toHaveLength(1);
    const [call] = calls;
    expect(at(text, call!.calleeRange)).toBe('gpt-4o-mini');
    expect(at(text, call!.modelRange)).toBe('gpt-4o-mini');
    expect(call!.request.parts.map((part) => part.role)).toEqual(['system', 'user']);
    expect(call!.request.parts.flatMap((part) => part.pieces.map((piece) => at(text, piece.range)))).toEqual(['Be kind 🙂.', 'Hello ', '{{name}}', '!']);
  });

  test('of placeholders in block scalars, folded and quoted ones', async () => {
    const text = 'model: openai/gpt-4o\nmessages:\n  - role: system\n    content: |\n      First line\n      for {{who}} only\n  - role: user\n    content: >-\n      folded\n      {{topic}}\n  - role: user\n    content: "a \\"quoted\\" {{word}}"\n';
    const { calls } = await analyzeText('github-prompt', text);
    const holes = calls[0]!.request.parts.flatMap((part) => part.pieces.filter((piece) => piece.kind === 'hole'));
    expect(holes.map((hole) => at(text, hole.range))).toEqual(['{{who}}', '{{topic}}', '{{word}}']);
  });

  test('JSON with tabs, as promptfoo writes it', async () => {
    const text = '{\n\t"prompts": ["Say hello to {{name}}"],\n\t"providers": ["echo", { "id": "openai:responses:gpt-4o-mini", "config": { "max_output_tokens": 40 } }]\n}\n';
    const { calls } = await analyzeText('promptfoo', text);
    expect(calls.map((call) => [at(text, call.calleeRange), call.model, call.destination.provider, call.request.maxOutputTokens])).toEqual([['"openai:responses:gpt-4o-mini"', 'gpt-4o-mini', 'openai', 40]]);
    expect(calls[0]!.estimate.input.holes).toEqual(['name']);
  });
});

describe('numbers', () => {
  test('tokens and price of a prompt without holes are those of the same request in code', async () => {
    const { calls: [call] } = await analyzeText('prompty', '---\nmodel:\n  id: gpt-4o-mini\n  provider: openai\n  options: { maxOutputTokens: 100 }\n---\nsystem:\nYou are brief.\nuser:\nWhat is a tent?\n');
    // The published rule: three tokens a message and its role, three to prime the answer.
    const encoding = encodingForModel('gpt-4o-mini');
    const count = (text: string): number => encoding.encode(text).length;
    expect(call!.estimate.input.knownTokens).toBe(3 + 3 + count('system') + count('You are brief.') + 3 + count('user') + count('What is a tent?'));
    const { calls: [inCode] } = await analyzeText('python', 'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o-mini", max_tokens=100, messages=[{"role": "system", "content": "You are brief."}, {"role": "user", "content": "What is a tent?"}])\n');
    expect([call!.estimate.input.tokens, call!.estimate.cost.perCall]).toEqual([inCode!.estimate.input.tokens, inCode!.estimate.cost.perCall]);
  });

  test('a choice of prompts is a range between them; test variables fill the placeholders', async () => {
    const { calls } = await analyzeText('promptfoo', "prompts: ['Hi', 'Say {{text}}']\nproviders: [openai:gpt-4o-mini]\ntests:\n  - vars: { text: yes please }\n");
    expect(calls[0]!.request.parts[0]!.alternatives).toHaveLength(1);
    expect(calls[0]!.estimate.input.holes).toEqual([]);
  });

  test("an Azure deployment of LiteLLM's list has the price of the base_model that stands beside it, and none without", async () => {
    const entry = (more: string): string => `model_list:\n  - model_name: m\n    litellm_params: { model: azure/my-deployment, api_base: 'https://x.openai.azure.com' }\n${more}`;
    const [with_] = (await analyzeText('yaml', entry('    model_info: { base_model: azure/gpt-4o }\n'))).calls;
    const [without] = (await analyzeText('yaml', entry(''))).calls;
    expect([with_!.model, with_!.destination.provider, without!.model, without!.estimate.cost.perCall]).toEqual(['gpt-4o', 'azure-openai', null, null]);
  });

  test('conditions and loops: both branches, and the list as a hole', async () => {
    const { calls: [call] } = await analyzeText('prompty', '---\nmodel: { id: gpt-4o, provider: openai }\n---\nsystem:\nA{% if polite %} please{% else %} now{% endif %}\n{% for d in docs %}{{d.text}}{% endfor %}\n');
    expect(call!.request.parts.map((part) => [part.pieces, ...part.alternatives].map((pieces) => pieces.map((piece) => (piece.kind === 'text' ? piece.text : `<${piece.name}>`)).join('')))).toEqual([['A please\n<docs>', 'A now\n<docs>']]);
  });
});

describe('where data goes', () => {
  test('a forbidden zone is found in a configuration, at the entry', async () => {
    const text = 'model_list:\n  - model_name: cheap\n    litellm_params:\n      model: deepseek/deepseek-chat\n';
    const { findings } = await analyzeText('yaml', text, { ...defaultConfiguration, policy: { allowedZones: ['EU'], allowedProviders: [], forbiddenProviders: [] } });
    expect(findings.map(({ code, range }) => [code, text.slice(range.start, range.end)])).toEqual([['residency', 'deepseek/deepseek-chat']]);
  });

  test('a comment silences it, and says how often', async () => {
    const text = 'model_list:\n  # tokenfare: ignore[residency] test data; calls=30/month\n  - model_name: cheap\n    litellm_params:\n      model: deepseek/deepseek-chat\n';
    const { findings } = await analyzeText('yaml', text, { ...defaultConfiguration, policy: { allowedZones: ['EU'], allowedProviders: [], forbiddenProviders: [] } });
    expect(findings).toEqual([]);
  });
});

describe('half-typed and hostile', () => {
  test.each<[LanguageId, string, string | null, number]>([
    ['prompty', '---\nmodel:\n  id: gpt-4o\n  provider: openai\n  options: { max', null, 1],
    ['prompty', '---\nmodel: [', 'broken-yaml', 1],
    ['github-prompt', 'model: gpt-4o\nmessages:\n  - role: user\n    content: "not closed\n', null, 1],
    ['github-prompt', 'model: : [', 'broken-yaml', 0],
    ['yaml', 'model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/gpt-4o\n  - model_name: b\n    litellm_params: {', null, 1],
    ['prompty', '', null, 0], ['promptfoo', 'just a word', null, 0], ['dotprompt', '---\n---\n', null, 0],
  ])('%s %j', async (language, text, skipped, calls) => {
    const analysis = await analyzeText(language, text);
    if (calls === 0) expect(analysis.skipped).toBe(skipped);
    expect(analysis.calls.length).toBeLessThanOrEqual(1);
    if (skipped === null) expect(analysis.calls).toHaveLength(calls);
  });

  const sample: Readonly<Record<string, string>> = {
    prompty: '---\nmodel:\n  id: gpt-4o\n  provider: openai\ninputs: &a { x: 1 }\nmore: *a\n---\nsystem:\nA {% if b %}c{% endif %} {{#each d}}e{{/each}} ![f](g)\nuser:\n{{h}}\n',
    dotprompt: '---\nmodel: googleai/gemini-2.5-flash\n---\n{{role "system"}}A {{#if b}}c{{else}}d{{/if}}{{history}}{{media url=e}}\n',
    promptfoo: 'prompts: ["a {{b}}", file://c.txt]\nproviders:\n  - openai:chat:gpt-4o\n  - id: mistral:x\n    config: { max_tokens: 5 }\ntests: [{ vars: { b: c } }]\n',
    yaml: 'model_list:\n  - model_name: a\n    litellm_params: { model: azure/b, api_base: os.environ/C }\n',
  };
  test.each(Object.keys(sample))('%s: edits of any kind never throw, and every place lies in the text', async (language) => {
    await fc.assert(fc.asyncProperty(fc.nat(), fc.nat(), fc.string({ maxLength: 6 }), async (start, length, put) => {
      const whole = sample[language]!;
      const from = start % (whole.length + 1);
      const text = whole.slice(0, from) + put + whole.slice(from + (length % 12));
      const { calls } = await analyzeText(language as LanguageId, text);
      for (const call of calls) {
        for (const range of [call.callRange, call.calleeRange, call.modelRange, ...call.request.parts.flatMap((part) => [part.range, ...part.pieces.map((piece) => piece.range)])]) {
          if (range) expect(range.start >= 0 && range.start <= range.end && range.end <= text.length).toBe(true);
        }
      }
    }), { numRuns: 120 });
  });

  test('endless nesting and aliases of aliases end', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]}`).join(',')}]`).join('\n')}\nmodel_list:\n  - litellm_params: { model: openai/gpt-4o, tools: *h }\n`;
    expect((await analyzeText('yaml', bomb)).calls).toHaveLength(1);
    const nested = `model_list: ${'['.repeat(5000)}\nlitellm_params: x\n`;
    expect((await analyzeText('yaml', nested)).calls).toHaveLength(0);
  });
});
