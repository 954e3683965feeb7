/** How often one run of the code makes a call, and that it is said and not put into the figures. */
import { describe, expect, test } from 'vitest';
import { timesOf } from '../../../src/core/summed.js';
import type { CallSite, LanguageId } from '../../../src/core/model.js';
import { english, repetitionMessage, timesMessage } from '../../../src/messages.js';
import { analyzeText } from '../engineForTests.js';

const said = (call: CallSite | undefined): string => (call?.repeats ?? []).map(({ kind, times, how, subject }) => `${kind} ${times.low}/${times.likely}/${times.high} ${how} ${subject}`.trim()).join(' + ');
async function of(language: LanguageId, code: string): Promise<string> {
  const { calls } = await analyzeText(language, code);
  return said(calls.find((call) => call.kind !== 'model-binding'));
}
const py = (code: string): Promise<string> => of('python', `from openai import OpenAI\nclient = OpenAI()\n${code}`);
const ask = 'client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": x}])';
const js = (code: string): Promise<string> => of('typescript', `import OpenAI from 'openai';\nconst client = new OpenAI();\n${code}`);
const askJs = "client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: x }] })";

describe('Python', () => {
  test.each([
    ['no loop', `x = 1\n${ask}\n`, ''],
    ['range', `for x in range(5):\n    ${ask}\n`, 'loop 5/5/5 exact x'],
    ['range with start and step', `for x in range(2, 11, 3):\n    ${ask}\n`, 'loop 3/3/3 exact x'],
    ['a name for the number', `N = 7\nfor _ in range(N):\n    ${ask}\n`, 'loop 7/7/7 exact'],
    ['a literal list', `xs = ["a", "b", "c"]\nfor i, x in enumerate(xs):\n    ${ask}\n`, 'loop 3/3/3 exact xs'],
    ['an unknown list', `def f(xs):\n    for x in xs:\n        ${ask}\n`, 'loop 1/4/20 assumed xs'],
    ['comprehension', `def f(xs):\n    return [${ask} for x in xs]\n`, 'loop 1/4/20 assumed xs'],
    ['nested', `for x in range(3):\n    for y in [1, 2]:\n        ${ask}\n`, 'loop 2/2/2 exact y + loop 3/3/3 exact x'],
    ['endless', `while True:\n    x = input()\n    ${ask}\n`, 'loop 1/4/null assumed'],
    ['a conversation', `messages = []\nwhile True:\n    messages.append({"role": "user", "content": input()})\n    r = client.chat.completions.create(model="gpt-4o", messages=messages)\n`, 'history 1/4/null assumed'],
    ['a loop that tries again', `for attempt in range(4):\n    try:\n        r = ${ask}\n        break\n    except Exception:\n        pass\n`, 'retry 1/1/4 bounded attempt'],
    ['tenacity', `from tenacity import retry, stop_after_attempt\n@retry(stop=stop_after_attempt(6))\ndef f(x):\n    return ${ask}\n`, 'retry 1/1/6 bounded retry'],
    ['backoff without limit', `import backoff\n@backoff.on_exception(backoff.expo, Exception)\ndef f(x):\n    return ${ask}\n`, 'retry 1/1/null assumed backoff.on_exception'],
    ['retries of the client', `c = OpenAI(max_retries=5)\ndef f(x):\n    return c.chat.completions.create(model="gpt-4o", messages=[])\n`, 'retry 1/1/6 bounded max_retries'],
    ['handed to a map', `from concurrent.futures import ThreadPoolExecutor\nxs = ["a", "b"]\ndef answer(x):\n    return ${ask}\nwith ThreadPoolExecutor() as pool:\n    list(pool.map(answer, xs))\n`, 'parallel 2/2/2 exact xs'],
  ])('%s', async (_name, code, expected) => expect(await py(code)).toBe(expected));

  test('a batch', async () => {
    expect(await of('python', 'from langchain_openai import ChatOpenAI\nmodel = ChatOpenAI(model="gpt-4o")\nmodel.batch(["a", "b", "c"])\n')).toBe('batch 3/3/3 exact');
  });
});

describe('JavaScript', () => {
  test.each([
    ['for of', `for (const x of ['a', 'b']) {\n  await ${askJs};\n}\n`, 'loop 2/2/2 exact x'],
    ['counter', `for (let i = 0; i < 3; i++) {\n  const x = i; await ${askJs};\n}\n`, 'loop 3/3/3 exact i'],
    ['counter up to and with', `for (let i = 1; i <= 3; i++) {\n  const x = i; await ${askJs};\n}\n`, 'loop 3/3/3 exact i'],
    ['Promise.all', `const xs = ['a', 'b', 'c'];\nawait Promise.all(xs.map((x) => ${askJs}));\n`, 'parallel 3/3/3 exact xs'],
    ['map over a parameter', `export const f = (xs: string[]) => Promise.all(xs.map(async (x) => { return ${askJs}; }));\n`, 'parallel 1/4/20 assumed xs'],
    ['p-retry', `import pRetry from 'p-retry';\nexport const f = (x: string) => pRetry(() => ${askJs}, { retries: 5 });\n`, 'retry 1/1/6 bounded pRetry'],
  ])('%s', async (_name, code, expected) => expect(await js(code)).toBe(expected));
});

describe('other languages', () => {
  test.each([
    ['go', 'package main\nimport (\n\t"context"\n\topenai "github.com/sashabaranov/go-openai"\n)\nfunc main() {\n\tclient := openai.NewClient("k")\n\tfor i := 0; i < 4; i++ {\n\t\tclient.CreateChatCompletion(context.Background(), openai.ChatCompletionRequest{Model: "gpt-4o"})\n\t}\n}\n', 'loop 4/4/4 exact i'],
    ['csharp', 'using OpenAI.Chat;\nclass A { void F(string[] questions) {\n  var client = new ChatClient("gpt-4o", "k");\n  foreach (var q in questions) {\n    client.CompleteChat(q);\n  }\n} }\n', 'loop 1/4/20 assumed questions'],
    ['ruby', 'require "openai"\nclient = OpenAI::Client.new\n[1, 2].each do |x|\n  client.chat(parameters: { model: "gpt-4o", messages: [] })\nend\n', 'loop 1/4/20 assumed'],
  ] as const)('%s', async (language, code, expected) => expect(await of(language, code)).toBe(expected));
});

test('the figures stay those of one call', async () => {
  const one = await analyzeText('python', `from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[{"role": "user", "content": "hi"}])\n`);
  const many = await analyzeText('python', `from openai import OpenAI\nclient = OpenAI()\nfor _ in range(9):\n    client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[{"role": "user", "content": "hi"}])\n`);
  expect(many.calls[0]!.estimate.cost.perCall).toEqual(one.calls[0]!.estimate.cost.perCall);
  expect([timesMessage(one.calls[0]!), timesMessage(many.calls[0]!)]).toEqual([null, '9×']);
});

test('in words', () => {
  const range = { start: 0, end: 1 };
  const loop = { kind: 'loop', times: { low: 1, likely: 4, high: 20 }, how: 'assumed', subject: 'xs', range } as const;
  const retry = { kind: 'retry', times: { low: 1, likely: 1, high: 3 }, how: 'bounded', subject: 'retry', range } as const;
  expect([timesMessage({ repeats: [loop] }), timesMessage({ repeats: [retry] }), timesMessage({ repeats: [loop, retry] })]).toEqual(['~4×', '≤ 3×', '~4×']);
  expect(timesOf([loop, retry])).toEqual({ low: 1, likely: 4, high: 60 });
  expect(repetitionMessage(loop, english)).toBe('4 (1–20)× over xs: assumed');
  expect(repetitionMessage(retry, english)).toBe('1 (1–3)× with retries (retry): at most, by the code');
});
