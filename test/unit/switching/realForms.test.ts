/** Forms met in public projects that were once written wrongly; the code here is our own. */
import { expect, test } from 'vitest';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { applyEdits } from '../../../src/core/reconcile.js';
import { switchFile } from '../../../src/core/switchFile.js';
import { engineForTests, testDay } from '../engineForTests.js';

async function switched(language: LanguageId, text: string, provider: string, sdk: string): Promise<string> {
  return applyEdits(text, (await plan(language, text, provider, sdk)).edits);
}

async function plan(language: LanguageId, text: string, provider: string, sdk: string) {
  const engine = engineForTests();
  await engine.prepare(language);
  return switchFile({ engine, language, text, wanted: { provider, model: null, sdk, region: null }, configuration: defaultConfiguration, today: testDay, selects: () => true });
}
const chat = 'client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])';

test.each(['try', 'else', 'finally'])('an answer that is bound right after "%s:" is read anew', async (word) => {
  const head = word === 'try' ? '    try:\n' : word === 'else' ? '    if a:\n        pass\n    else:\n' : '    try:\n        pass\n    finally:\n';
  const text = `from openai import OpenAI\nclient = OpenAI()\n\ndef f(a):\n${head}        reply = ${chat}\n        return reply.choices[0].message.content, a\n${word === 'try' ? '    except Exception:\n        return None, a\n' : ''}`;
  expect(await switched('python', text, 'openai', 'openai-responses')).toContain('return reply.output_text, a');
});

test('a variable of the name of the function that is imported', async () => {
  const after = await switched('python', `from openai import OpenAI\n\ndef main():\n    client = OpenAI()\n    completion = ${chat}\n    print(completion.choices[0].message.content)\n`, 'deepseek', 'litellm');
  expect(after).toContain('import litellm\n');
  expect(after).toContain('    completion = litellm.completion(model="deepseek/');
});

test('streams of an asynchronous context manager are waited for', async () => {
  const text = 'from anthropic import AsyncAnthropic\nclient = AsyncAnthropic()\n\nasync def main():\n    async with client.messages.stream(model="claude-sonnet-5", max_tokens=9, messages=[{"role": "user", "content": "x"}]) as stream:\n        async for text in stream.text_stream:\n            print(text)\n';
  expect(await switched('python', text, 'openai', 'openai')).toContain('async with await client.chat.completions.create(');
  expect(await switched('python', text, 'google-gemini', 'google-genai')).toContain('async with contextlib.nullcontext(await client.aio.models.generate_content_stream(');
});

test('errors of the old SDK that are still caught are named', async () => {
  const text = `from openai import OpenAI, AuthenticationError, RateLimitError\nclient = OpenAI()\ntry:\n    reply = ${chat}\n    print(reply.choices[0].message.content)\nexcept (AuthenticationError, ValueError):\n    pass\nexcept RateLimitError as error:\n    pass\n`;
  const { losses, packages } = await plan('python', text, 'anthropic', 'anthropic');
  expect(losses.filter((each) => each.reason === 'error-class').map((each) => [each.argument, each.what])).toEqual([['AuthenticationError', 'by-hand'], ['RateLimitError', 'by-hand']]);
  expect(packages.some((each) => each.name === 'openai' && each.change === 'unused')).toBe(false);
});
