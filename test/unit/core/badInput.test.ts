/** Input that no tool should trip over: nothing throws, nothing hangs, and the reason is said. */
import { describe, expect, test } from 'vitest';
import type { LanguageId } from '../../../src/core/model.js';
import { analyzeText, engineForTests, testDay } from '../engineForTests.js';
import { defaultConfiguration } from '../../../src/core/model.js';

const call = 'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])\n';
const callTs = 'import OpenAI from "openai";\nconst client = new OpenAI();\nawait client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "Hi" }] });\n';

describe('bad input', () => {
  test('an empty file has no calls and is not skipped', async () => {
    expect(await analyzeText('python', '')).toEqual({ calls: [], findings: [], forwards: [], skipped: null });
  });

  test('a 50 MB file is skipped as too large', async () => {
    const analysis = await analyzeText('python', call + '# x\n'.repeat(13_000_000));
    expect(analysis.skipped).toBe('too-large');
  });

  test('names that every object has are names like others', async () => {
    const hole = (name: string): string => `from openai import OpenAI\ndef f(${name}):\n    OpenAI().chat.completions.create(model="${name}", messages=[{"role": "user", "content": f"Hi {${name}}"}])\n`;
    const { calls: [usual] } = await analyzeText('python', hole('question'));
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const { calls } = await analyzeText('python', hole(name));
      expect(calls[0]!.estimate.input.tokens).toEqual(usual!.estimate.input.tokens);
      expect(calls[0]!.model).toBeNull();
    }
  });

  test('a binary file with a .py name is skipped', async () => {
    expect((await analyzeText('python', `openai${'\0\x01\x02'.repeat(100)}`)).skipped).toBe('binary');
  });

  test('a minified one-line file is skipped', async () => {
    expect((await analyzeText('javascript', callTs.replaceAll('\n', ' ').repeat(400))).skipped).toBe('minified');
  });

  test.each<[string, LanguageId, string]>([
    ['CRLF', 'python', call.replaceAll('\n', '\r\n')],
    ['byte order mark', 'python', `\uFEFF${call}`],
    ['lone surrogates', 'python', `x = "\uD800"\n${call}`],
    ['tabs and astral characters', 'typescript', `\tconst x = "😀";\n${callTs}`],
    ['CRLF in TypeScript', 'typescript', callTs.replaceAll('\n', '\r\n')],
    ['syntax errors around', 'python', `def (:\n${call}\nclass :\n`],
    ['syntax errors around in TypeScript', 'typescript', `const = ;\n${callTs}\nfunction (\n`],
  ])('%s: the call is found at its place', async (_name, language, text) => {
    const analysis = await analyzeText(language, text);
    expect(analysis.calls.map((each) => text.slice(each.calleeRange.start, each.calleeRange.end))).toEqual(['client.chat.completions.create']);
    expect(analysis.calls[0]!.model).toBe('gpt-4o');
  });

  test.each<[string, LanguageId, string]>([
    ['10,000 brackets in Python', 'python', `${call}x = ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`],
    ['10,000 nested calls in TypeScript', 'typescript', `${callTs}const x = ${'f('.repeat(10_000)}1${')'.repeat(10_000)};\n`],
    ['10,000 terms', 'python', `${call}x = (${'1 +\n '.repeat(10_000)}1)\n`],
    ['10,000 terms in the prompt', 'python', `from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": ${'"a" +\n '.repeat(10_000)}"b"}])\n`],
  ])('%s: no stack overflow', async (_name, language, text) => {
    const analysis = await analyzeText(language, text);
    expect(analysis.skipped === null || analysis.skipped === 'time-budget').toBe(true);
    if (analysis.skipped === null) expect(analysis.calls).toHaveLength(1);
  });

  test('cyclic constants end as holes', async () => {
    const text = 'from openai import OpenAI\na = b\nb = c\nc = a\ndef f(n):\n    return f(n)\nOpenAI().chat.completions.create(model=a, messages=[{"role": "user", "content": f(1) + b}])\n';
    const analysis = await analyzeText('python', text);
    expect(analysis.calls).toHaveLength(1);
    expect(analysis.calls[0]!.request.model.values).toEqual([]);
    expect(analysis.calls[0]!.estimate.cost.perCall).toBeNull();
  });

  test('an unknown model has no price and is never zero', async () => {
    const analysis = await analyzeText('python', call.replace('gpt-4o', 'gpt-99-ultra'));
    expect(analysis.calls[0]!.model).toBeNull();
    expect(analysis.calls[0]!.estimate.cost.perCall).toBeNull();
    expect(analysis.calls[0]!.estimate.cost.reason).toBe('unknown-model');
  });

  test('a session goes on after every kind of edit', async () => {
    const engine = engineForTests();
    await engine.prepare('python');
    const session = engine.open('python', '');
    expect(session.analyze(defaultConfiguration, testDay).calls).toHaveLength(0);
    session.update(call, [{ range: { start: 0, end: 0 }, newText: call }]);
    expect(session.analyze(defaultConfiguration, testDay).calls).toHaveLength(1);
    const at = call.indexOf('gpt-4o') + 6;
    const next = `${call.slice(0, at)}-mini${call.slice(at)}`;
    session.update(next, [{ range: { start: at, end: at }, newText: '-mini' }]);
    expect(session.analyze(defaultConfiguration, testDay).calls[0]!.model).toBe('gpt-4o-mini');
    // Changes that do not lead to the text must not corrupt anything.
    session.update(call, [{ range: { start: 3, end: 9 }, newText: 'nonsense' }]);
    expect(session.analyze(defaultConfiguration, testDay).calls[0]!.model).toBe('gpt-4o');
    session.dispose();
  });
});
