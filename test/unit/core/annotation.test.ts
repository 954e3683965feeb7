/** Comments next to a call. */
import { describe, expect, test } from 'vitest';
import { parseAnnotation } from '../../../src/core/annotation.js';
import { analyzeText } from '../engineForTests.js';
import { type Configuration, defaultConfiguration } from '../../../src/core/model.js';

describe('the text', () => {
  test('assumptions', () => expect(parseAnnotation('# tokenfare: calls=500/day output=300 user_input=1.2k')).toEqual({
    // 500 a day over 30 days.
    assumptions: { callsPerMonth: 15_000, output: 300, user_input: 1200 }, ignore: [], reason: '', unknown: [],
  }));
  test('silenced findings with a reason', () => expect(parseAnnotation('// tokenfare: ignore[residency, model-retiring] public data only')).toEqual({
    assumptions: {}, ignore: ['residency', 'model-retiring'], reason: 'public data only', unknown: [],
  }));
  test('all findings', () => expect(parseAnnotation('/* tokenfare: ignore */')?.ignore).toEqual(['*']));
  test('words that mean nothing are kept for a message', () => expect(parseAnnotation('# tokenfare: outptu 300 calls=often')?.unknown).toEqual(['outptu', '300', 'calls=often']));
  test('other comments', () => expect(parseAnnotation('# a tokenfare comment')).toBeNull());
});

describe('at a call', () => {
  const code = (comment: string): string => `from openai import OpenAI\nclient = OpenAI()\ndef f(question):\n    ${comment}\n    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])\n`;
  test('a hole and the output get their numbers', async () => {
    const [call] = (await analyzeText('python', code('# tokenfare: output=300 question=1000'))).calls;
    expect(call!.estimate.output.tokens).toEqual({ low: 300, likely: 300, high: 300 });
    // 1,000 for the hole, 3 for the message, 1 for its role, 3 for the reply.
    expect(call!.estimate.input.tokens.likely).toBe(1007);
    expect(call!.estimate.assumptions.filter((each) => each.origin === 'annotation').map((each) => each.code)).toEqual(['hole-tokens', 'output-tokens']);
  });
  test('a finding is silenced, others stay', async () => {
    const configuration: Configuration = { ...defaultConfiguration, policy: { ...defaultConfiguration.policy, allowedZones: ['EU'] } };
    const codes = async (comment: string): Promise<string[]> => (await analyzeText('python', code(comment), configuration)).findings.map((each) => each.code);
    expect(await codes('# plain')).toEqual(['residency', 'model-retiring']);
    expect(await codes('# tokenfare: ignore[residency] public data')).toEqual(['model-retiring']);
    expect(await codes('# tokenfare: ignore')).toEqual([]);
  });
  test('a comment behind one call says nothing about the next line', async () => {
    const text = 'from openai import OpenAI\nclient = OpenAI()\nclient.completions.create(model="gpt-4o", prompt="a")  # tokenfare: output=5\nclient.completions.create(model="gpt-4o", prompt="a")\n';
    const { calls } = await analyzeText('python', text);
    expect(calls.map((call) => call.estimate.output.tokens.likely)).toEqual([5, defaultConfiguration.assumptions.outputTokens.likely]);
  });
  test('comments one under the other all count', async () => {
    const configuration: Configuration = { ...defaultConfiguration, policy: { ...defaultConfiguration.policy, allowedZones: ['EU'] } };
    const { calls, findings } = await analyzeText('python', code('# tokenfare: output=300 calls=10/day\n    # tokenfare: ignore[residency, model-retiring] public'), configuration);
    expect(findings).toEqual([]);
    expect(calls[0]!.estimate.output.tokens.likely).toBe(300);
    expect(calls[0]!.callsPerMonth).toBe(300);
  });
  test('how often a call runs is null until somebody says it', async () => {
    expect((await analyzeText('python', code('# plain'))).calls[0]!.callsPerMonth).toBeNull();
    const configuration: Configuration = { ...defaultConfiguration, assumptions: { ...defaultConfiguration.assumptions, callsPerMonth: 70 } };
    expect((await analyzeText('python', code('# plain'), configuration)).calls[0]!.callsPerMonth).toBe(70);
  });
});
