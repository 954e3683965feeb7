/** Code fences of Markdown: which text is read, and where its calls are. */
import { describe, expect, test } from 'vitest';
import { fencesOf } from '../../../src/core/fences.js';
import { indexLines } from '../../../src/core/lines.js';
import { analyzeText, engineForTests, testDay } from '../engineForTests.js';
import { defaultConfiguration } from '../../../src/core/model.js';

const markdown = [
  '# Title with client.chat.completions.create(model="gpt-4o")', '', '```python', 'from openai import OpenAI', 'client = OpenAI()', '```', 'Text.', '',
  '~~~py', 'client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "hi"}])', '~~~', '',
  '> ```bash', '> curl https://api.deepseek.com/chat/completions -d \'{"model":"deepseek-chat","messages":[]}\'', '> ```', '', '```', 'openai', '```', '',
  '- in a list:', '  ```ts', '  import OpenAI from "openai";', '  new OpenAI().chat.completions.create({ model: "gpt-4.1", messages: [] });', '  ```', '', '```unknown', 'x', '```', '```python', 'client.chat.completions.create(model="gpt-4.1-mini"',
].join('\n');

describe('fences', () => {
  test('keep every place and blank all else', () => {
    for (const [, code] of fencesOf(markdown)) {
      expect(code.length).toBe(markdown.length);
      for (let at = 0; at < code.length; at++) if (code[at] !== ' ') expect(code[at]).toBe(markdown[at]);
    }
    expect([...fencesOf(markdown).keys()]).toEqual(['python', 'shellscript', 'typescript']);
  });

  test('calls stand at their own lines, in the language of their fence', async () => {
    const engine = engineForTests();
    await engine.prepare('markdown', markdown);
    const session = engine.open('markdown', markdown);
    const { calls } = session.analyze(defaultConfiguration, testDay);
    const lines = indexLines(markdown);
    expect(calls.map((call) => [lines.positionAt(call.calleeRange.start).line, call.language, call.request.model.values[0], call.destination.provider])).toEqual([
      [10, 'python', 'gpt-4o-mini', 'openai'], [14, 'shellscript', 'deepseek-chat', 'deepseek'], [24, 'typescript', 'gpt-4.1', 'openai'], [31, 'python', 'gpt-4.1-mini', 'openai'],
    ]);
    session.update(markdown.replace('gpt-4o-mini', 'gpt-5-mini').replace('~~~py', 'text\n~~~py'));
    expect(session.analyze(defaultConfiguration, testDay).calls.map((call) => call.request.model.values[0])).toContain('gpt-5-mini');
    session.dispose();
  });

  test('PHP without its opening tag is PHP all the same', () => {
    const code = fencesOf('a\n```php\n$x = 1;\n```\n').get('php')!;
    expect(code.trimStart().startsWith('<?php')).toBe(true);
    expect(code.indexOf('$x')).toBe('a\n```php\n'.length);
  });
});

test('analyzeText without fences finds nothing', async () => {
  expect((await analyzeText('markdown', 'openai.chat.completions.create(')).calls).toEqual([]);
});
