/** Functions of the project that hand their arguments on to a model: their call sites, through functions and files. */
import { describe, expect, test } from 'vitest';
import { type CallSite, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests } from '../engineForTests.js';

async function calls(files: Readonly<Record<string, string>>, path: string, language: LanguageId = 'python'): Promise<readonly CallSite[]> {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, files[path]!, { path, root: '/p', read: (each) => files[each] ?? null });
  const { calls: found } = session.analyze(defaultConfiguration, '2026-11-24');
  session.dispose();
  return found;
}

const said = (call: CallSite): string => [
  call.kind, call.request.model.values.join('|') || '?', call.request.maxOutputTokens ?? '-',
  call.request.parts.map((part) => part.pieces.map((piece) => (piece.kind === 'text' ? piece.text : `<${piece.name}>`)).join('')).join(' / '),
  ...(call.through ? [`through ${call.through.functions.map((each) => `${each.name}@${each.path ?? ''}:${each.line}`).join(', ')} to ${call.through.call.path ?? ''}:${call.through.call.line}`] : []),
  ...(call.callers > 0 ? [`callers ${call.callers}`] : []),
].join(' ');

const llm = `from openai import OpenAI
client = OpenAI()
def ask(prompt, model="gpt-4o-mini", **kwargs):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}], **kwargs)
`;

describe('call sites of forwarding functions', () => {
  test('arguments, defaults and keywords of the site are what is sent', async () => {
    const found = await calls({ '/p/a.py': `${llm}ask("Hello", model="gpt-4o", max_tokens=30)\nask("Bye")\n` }, '/p/a.py');
    expect(found.map(said)).toEqual([
      'call gpt-4o|gpt-4o-mini - <prompt> callers 2'.replace('gpt-4o|', ''),
      'wrapper-call gpt-4o 30 Hello through ask@:3 to :4',
      'wrapper-call gpt-4o-mini - Bye through ask@:3 to :4',
    ]);
  });

  test('a function that only sends what it is given, in a file that knows no model', async () => {
    const files = {
      '/p/http.ts': "export async function send(url: string, init: RequestInit) {\n  return fetch(url, { ...init, cache: 'no-store' });\n}\n",
      '/p/a.ts': "import { send } from './http';\nawait send('https://api.mistral.ai/v1/chat/completions', { body: JSON.stringify({ model: 'mistral-small-latest', messages: [{ role: 'user', content: 'Hi' }] }) });\nawait send('https://example.com/users', { body: '{}' });\n",
    };
    const found = await calls(files, '/p/a.ts', 'typescript');
    expect(found.map(said)).toEqual(['wrapper-call mistral-small-latest - Hi through send@/p/http.ts:1 to /p/http.ts:2']);
    expect(found[0]!.destination.provider).toBe('mistral');
    expect(await calls(files, '/p/http.ts', 'typescript')).toEqual([]);
  });

  test('through several functions and files, with the places of each', async () => {
    const files = {
      '/p/llm.py': llm,
      '/p/service.py': 'from llm import ask as inquire\ndef summarize(text):\n    return inquire(f"Summarize: {text}", model="gpt-4.1")\n',
      '/p/main.py': 'from service import summarize\nsummarize("a long text")\n',
    };
    expect((await calls(files, '/p/main.py')).map(said)).toEqual(['wrapper-call gpt-4.1 - Summarize: a long text through summarize@/p/service.py:2, ask@/p/llm.py:3 to /p/llm.py:4']);
    expect((await calls(files, '/p/service.py')).map(said)).toEqual(['wrapper-call gpt-4.1 - Summarize: <text> through ask@/p/llm.py:3 to /p/llm.py:4']);
  });

  test('a method without arguments hands nothing on, whatever of its own object is sent', async () => {
    const method = (parameters: string): string => `import requests
class Checks:
    base_url = "https://api.openai.com"
    def ask(${parameters}):
        return requests.post(f"{self.base_url}/v1/chat/completions", json={"model": "gpt-4o", "messages": [{"role": "user", "content": ${parameters === 'self' ? 'self.text' : 'text'}}]})
    def all(self):
        self.ask(${parameters === 'self' ? '' : '"Hi"'})
`;
    expect((await calls({ '/p/a.py': method('self') }, '/p/a.py')).map((each) => each.kind)).toEqual(['call']);
    expect((await calls({ '/p/a.py': method('self, text') }, '/p/a.py')).map((each) => each.kind)).toEqual(['call', 'wrapper-call']);
  });

  test('a class that keeps its model and instructions', async () => {
    const files = {
      '/p/bot.py': `from openai import OpenAI
class Bot:
    def __init__(self, model, system="Be kind"):
        self.client = OpenAI()
        self.model = model
        self.system = system
    def say(self, text):
        return self._send([{"role": "system", "content": self.system}, {"role": "user", "content": text}])
    def _send(self, messages):
        return self.client.chat.completions.create(model=self.model, messages=messages)
`,
      '/p/main.py': 'from bot import Bot\nbot = Bot("gpt-4o", system="Be brief")\nbot.say("hi")\n',
    };
    expect((await calls(files, '/p/main.py')).map(said)).toEqual(['wrapper-call gpt-4o - Be brief / hi through say@/p/bot.py:7, _send@/p/bot.py:9 to /p/bot.py:10']);
  });

  test('a prompt that the function builds from its arguments is theirs; what it looks up with them is not', async () => {
    const built = `${llm}def build(item):
    return "Rate " + item.title
def rate(item, temperature=0.2):
    text = build(item)
    messages = []
    messages.append({"role": "user", "content": text})
    return client.chat.completions.create(model="gpt-4o", messages=messages, temperature=temperature)
def lookedUp(path):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": load(path)}])
def warm(temperature):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "ping"}], temperature=temperature)
rate(thing)
lookedUp("a.txt")
warm(0.1)
`;
    const found = await calls({ '/p/a.py': built }, '/p/a.py');
    expect(found.filter((each) => each.kind === 'wrapper-call').map((each) => each.through!.functions.map(({ name }) => name).join(' '))).toEqual(['rate']);
  });

  test('a client kept under a key that only the running program knows', async () => {
    const javascript = `const { GoogleGenerativeAI } = require("@google/generative-ai");
const clients = new Map();
function clientFor(key) {
  if (!clients.has(key)) clients.set(key, new GoogleGenerativeAI(key));
  return clients.get(key);
}
async function ask(prompt, key) {
  const model = clientFor(key).getGenerativeModel({ model: "gemini-2.5-flash" });
  return model.generateContent(prompt);
}
`;
    expect((await calls({ '/p/a.js': javascript }, '/p/a.js', 'javascript')).map(said)).toEqual(['call gemini-2.5-flash - <prompt>']);
    const python = `from openai import OpenAI
class Pool:
    def __init__(self):
        self._clients = {}
    def client(self, tenant):
        if tenant not in self._clients:
            self._clients[tenant] = OpenAI()
        return self._clients[tenant]
    def ask(self, tenant, prompt):
        return self.client(tenant).chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
`;
    expect((await calls({ '/p/a.py': python }, '/p/a.py')).map(said)).toEqual(['call gpt-4o - <prompt>']);
  });

  test('recursion ends, and is no call site', async () => {
    const found = await calls({ '/p/a.py': `${llm}def chat(text, depth):\n    ask(text)\n    chat(text, depth - 1)\ndef even(t):\n    odd(t)\ndef odd(t):\n    even(t)\n    ask(t)\n` }, '/p/a.py');
    expect(found.filter((each) => each.kind === 'wrapper-call').map((each) => each.callRange.start).length).toBeLessThanOrEqual(4);
    expect(found.some((each) => each.kind === 'wrapper-call' && each.through!.functions[0]!.name === 'chat')).toBe(false);
  });

  test('functions of the same name elsewhere, and functions that hand nothing on, have no call sites', async () => {
    const files = {
      '/p/llm.py': `${llm}def ping():\n    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "ping"}])\n`,
      '/p/main.py': 'from llm import ping\nfrom other import ask\nping()\nask("not ours")\n',
      '/p/other.py': 'def ask(question):\n    return input(question)\n',
    };
    expect(await calls(files, '/p/main.py')).toEqual([]);
  });

  test('TypeScript: arrow functions, destructured options, default exports', async () => {
    const files = {
      '/p/llm.ts': "import OpenAI from 'openai';\nconst client = new OpenAI();\nexport const ask = async ({ prompt, model = 'gpt-4o-mini' }: { prompt: string; model?: string }) => client.chat.completions.create({ model, messages: [{ role: 'user', content: prompt }] });\nexport default async function chat(text: string) { return ask({ prompt: text }); }\n",
      '/p/main.ts': "import talk, { ask } from './llm';\nawait ask({ prompt: 'Hi', model: 'gpt-4o' });\nawait talk('Hello');\n",
    };
    expect((await calls(files, '/p/main.ts', 'typescript')).map(said)).toEqual([
      'wrapper-call gpt-4o - Hi through ask@/p/llm.ts:3 to /p/llm.ts:3',
      'wrapper-call gpt-4o-mini - Hello through chat@/p/llm.ts:4, ask@/p/llm.ts:3 to /p/llm.ts:3',
    ]);
  });

  test('an editor that reads files later finds them once they are there', async () => {
    const files: Record<string, string | undefined> = { '/p/main.py': 'from llm import ask\nask("hi")\n' };
    const engine = engineForTests();
    await engine.prepare('python');
    const session = engine.open('python', files['/p/main.py']!, { path: '/p/main.py', root: '/p', read: (each) => files[each] });
    expect(session.analyze(defaultConfiguration, '2026-11-24').calls).toEqual([]);
    files['/p/llm.py'] = llm;
    session.forget();
    expect(session.analyze(defaultConfiguration, '2026-11-24').calls.map(said)).toEqual(['wrapper-call gpt-4o-mini - hi through ask@/p/llm.py:3 to /p/llm.py:4']);
    session.dispose();
  });
});
