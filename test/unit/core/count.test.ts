/** Counts against published examples and arithmetic. */
import { describe, expect, test } from 'vitest';
import { analyzeText } from '../engineForTests.js';

/** The example of OpenAI's cookbook, "How to count tokens with tiktoken". */
const messages = [
  ['system', null, 'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.'],
  ['system', 'example_user', 'New synergies will help drive top-line growth.'],
  ['system', 'example_assistant', 'Things working well together will increase revenue.'],
  ['system', 'example_user', "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage."],
  ['system', 'example_assistant', "Let's talk later when we're less busy about how to do better."],
  ['user', null, "This late pivot means we don't have time to boil the ocean for the client deliverable."],
] as const;
const list = messages.map(([role, name, content]) => `{"role": "${role}", ${name ? `"name": "${name}", ` : ''}"content": ${JSON.stringify(content)}}`).join(', ');
const python = (model: string, prompt = `[${list}]`, more = ''): string => `from openai import OpenAI\nOpenAI().chat.completions.create(model="${model}", messages=${prompt}${more})\n`;

describe('messages', () => {
  // The API's own answer, as the cookbook prints it.
  test.each([['gpt-4o', 124], ['gpt-4-0613', 129], ['gpt-3.5-turbo', 129]])('%s counts the cookbook example as the API does: %d', async (model, tokens) => {
    const [call] = (await analyzeText('python', python(model))).calls;
    expect(call!.estimate.input).toMatchObject({ tokens: { low: tokens, likely: tokens, high: tokens }, basis: 'exact', holes: [] });
  });

  test('a hole is an assumption of its own and makes the whole approximate, the known part stays exact', async () => {
    const [call] = (await analyzeText('python', `from openai import OpenAI\ndef f(question):\n    OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": f"Hello! {question}"}])\n`)).calls;
    // "Hello! " is 3 tokens; 3 + 1 + 3 framing. The default assumption of a hole is 20 / 200 / 2,000.
    expect(call!.estimate.input).toMatchObject({ tokens: { low: 30, likely: 210, high: 2010 }, basis: 'approximate', knownTokens: 10, knownBasis: 'exact', holes: ['question'] });
  });

  test('a prompt that is only a hole has an unknown basis, never zero', async () => {
    const [call] = (await analyzeText('python', `from openai import OpenAI\ndef f(**params):\n    OpenAI().chat.completions.create(model="gpt-4o", **params)\n`)).calls;
    expect(call!.estimate.input.basis).toBe('unknown');
    expect(call!.estimate.input.tokens.low).toBeGreaterThan(0);
  });

  test('both branches of a conditional are counted as a range', async () => {
    const [call] = (await analyzeText('python', python('gpt-4o', '[{"role": "user", "content": "Hello!" if short else "Hello! Hello!"}]'))).calls;
    // "Hello!" 2 tokens, "Hello! Hello!" 4; 7 for framing.
    expect(call!.estimate.input.tokens).toMatchObject({ low: 9, high: 11 });
  });

  test('a part that occurs any number of times is multiplied by the assumption for repeats', async () => {
    const [call] = (await analyzeText('python', `from openai import OpenAI\ndef f(turns):\n    OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello!"} for t in turns])\n`)).calls;
    // One message is 2 + 4 tokens, 1 / 4 / 20 times, and 3 for the reply.
    expect(call!.estimate.input.tokens).toEqual({ low: 9, likely: 27, high: 123 });
  });
});

describe('output', () => {
  test('is bounded by the limit in the code and multiplied by n', async () => {
    const [call] = (await analyzeText('python', python('gpt-4o', '[]', ', max_tokens=100, n=3'))).calls;
    expect(call!.estimate.output.tokens).toEqual({ low: 150, likely: 300, high: 300 });
  });
  test('reasoning models add hidden tokens', async () => {
    const [plain] = (await analyzeText('python', python('gpt-4o'))).calls;
    const [thinking] = (await analyzeText('python', python('o3'))).calls;
    expect(thinking!.estimate.output.tokens.likely).toBe(plain!.estimate.output.tokens.likely + 800);
  });
});

describe('cost', () => {
  test('is tokens times the list price', async () => {
    const [call] = (await analyzeText('python', python('gpt-4o', `[${list}]`, ', max_tokens=1000'))).calls;
    // 124 tokens in at $2.50 per million, 400 out at $10 per million.
    expect(call!.estimate.cost.perCall!.likely).toBeCloseTo(124 * 2.5e-6 + 400 * 10e-6, 12);
    expect(call!.estimate.cost.perCall!.high).toBeCloseTo(124 * 2.5e-6 + 1000 * 10e-6, 12);
  });
});
