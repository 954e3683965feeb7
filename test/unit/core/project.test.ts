/** Names that other files of the project define: constants, clients, functions, classes, whole modules. */
import { describe, expect, test } from 'vitest';
import { candidatesOf, isTest } from '../../../src/core/project.js';
import { type Analysis, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests } from '../engineForTests.js';

async function analyze(files: Readonly<Record<string, string>>, path: string, language: LanguageId): Promise<{ analysis: Analysis; asked: string[] }> {
  const engine = engineForTests();
  await engine.prepare(language);
  const asked: string[] = [];
  const session = engine.open(language, files[path]!, { path, root: '/p', read: (each) => { asked.push(each); return files[each] ?? null; } });
  const analysis = session.analyze(defaultConfiguration, '2026-11-24');
  session.dispose();
  return { analysis, asked };
}

const said = ({ analysis }: { analysis: Analysis }): string[] => analysis.calls.map((call) => `${call.destination.provider}/${call.destination.endpointId ?? '-'} ${call.request.model.values.join('|') || '?'} ${call.request.parts.map((part) => part.pieces.map((piece) => (piece.kind === 'text' ? piece.text : `<${piece.name}>`)).join('')).join(' / ')}`);

describe('tests of the project itself', () => {
  test('names and folders that mean a test', () => {
    const tests = ['tests/api/client.py', 'src/__tests__/chat.ts', 'e2e/chat.js', 'app/test_chat.py', 'conftest.py', 'app/chat_test.py', 'chat_test.go', 'src/chat.spec.tsx', 'src/chat.test.mjs', 'app/ChatTests.cs', 'spec/models/chat.rb', 'chat_spec.rb'];
    const others = ['app/latest.py', 'src/contest/chat.ts', 'attest.go', 'app/testing.py', 'src/Latest.java', 'inspect.rb', 'src/special/chat.rb'];
    expect([...tests, ...others].filter(isTest)).toEqual(tests);
  });

  test('a request without a host is one to the project\'s own server in a test, one with a host is a call', async () => {
    const text = `def test_chat(app):
    with app.test_client() as c:
        c.post("/v1/chat/completions", json={"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]})
import requests
requests.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-4o", "messages": [{"role": "user", "content": "Ho"}]})
`;
    expect(said(await analyze({ '/p/tests/test_chat.py': text }, '/p/tests/test_chat.py', 'python'))).toEqual(['openai/global gpt-4o Ho']);
    expect(said(await analyze({ '/p/app/chat.py': text }, '/p/app/chat.py', 'python'))).toEqual(['unknown/- gpt-4o Hi', 'openai/global gpt-4o Ho']);
  });
});

describe('which file an import means', () => {
  test('JavaScript: relative, index, .js for .ts, aliases', () => {
    expect(candidatesOf('javascript', '/p/src/a/b.ts', '/p', '../lib/llm')).toContain('/p/src/lib/llm.ts');
    expect(candidatesOf('javascript', '/p/src/a/b.ts', '/p', './llm.js')[0]).toBe('/p/src/a/llm.ts');
    expect(candidatesOf('javascript', '/p/src/a/b.ts', '/p', './llm')).toContain('/p/src/a/llm/index.ts');
    expect(candidatesOf('javascript', '/p/src/a/b.ts', '/p', '@/lib/llm')).toContain('/p/src/lib/llm.ts');
    expect(candidatesOf('javascript', '/p/src/a/b.ts', '/p', 'openai')).toEqual([]);
  });

  test('JavaScript: names of tsconfig.json, comments and all, and packages of the same repository', () => {
    const files: Record<string, string> = {
      '/p/web/tsconfig.json': '{ // paths\n "compilerOptions": { "baseUrl": "./src", /* x */ "paths": { "@lib/*": ["lib/*"], "#llm": ["llm/index.ts"], "~/*": ["./*"] } } }',
      '/p/packages/llm/package.json': '{ "name": "@acme/llm" }',
    };
    const of = (module: string): readonly string[] => candidatesOf('javascript', '/p/web/src/app/a.ts', '/p', module, (path) => files[path] ?? null);
    expect(of('@lib/client')[0]).toBe('/p/web/src/lib/client.ts');
    expect(of('#llm')).toEqual(['/p/web/src/llm/index.ts']);
    expect(of('services/llm')[0]).toBe('/p/web/src/services/llm.ts');
    expect(of('@acme/llm')).toContain('/p/packages/llm/src/index.ts');
    expect(of('@acme/llm/client')).toContain('/p/packages/llm/src/client.ts');
    expect(of('@ai-sdk/openai')).toEqual([]);
    expect(of('openai')).toEqual([]);
  });

  test('Python: dots, packages, from any folder above', () => {
    expect(candidatesOf('python', '/p/app/api/chat.py', '/p', '..config')[0]).toBe('/p/app/config.py');
    expect(candidatesOf('python', '/p/app/api/chat.py', '/p', '.')[0]).toBe('/p/app/api/__init__.py');
    expect(candidatesOf('python', '/p/app/api/chat.py', '/p', 'app.config')).toContain('/p/app/config.py');
  });

  test('never above the root', () => {
    expect(candidatesOf('python', '/p/a.py', '/p', 'x').every((each) => each.startsWith('/p/'))).toBe(true);
  });
});

describe('imports under other names', () => {
  test('many of them leave enough to follow: places where nothing lies cost nothing', async () => {
    const aliases = Array.from({ length: 12 }, (_, index) => `import { part${index} } from '@/parts/part${index}';`).join('\n');
    const files = {
      '/p/app/api/chat/route.ts': `${aliases}\nimport { models } from '@/ai/models';\nimport { generateText } from 'ai';\nawait generateText({ model: models.languageModel('small'), prompt: part0 });\n`,
      '/p/ai/models.ts': "import { customProvider } from 'ai';\nimport { retry } from 'some-retry';\nimport { mistral } from '@ai-sdk/mistral';\nexport const models = customProvider({ languageModels: { small: retry({ model: mistral('mistral-small-latest') }) } });\n",
      '/p/parts/part0.ts': "export const part0 = 'Hello';\n",
    };
    expect(said(await analyze(files, '/p/app/api/chat/route.ts', 'typescript'))).toEqual(['mistral/global mistral-small-latest Hello']);
  });
});

describe('Python', () => {
  test('a client, a model and a prompt of other files', async () => {
    const files = {
      '/p/app/main.py': 'from app.llm import client\nfrom app import config\nfrom .prompts import SYSTEM\nclient.chat.completions.create(model=config.MODEL, messages=[{"role": "system", "content": SYSTEM}])\n',
      '/p/app/llm.py': 'from openai import OpenAI\nfrom .config import BASE\nclient = OpenAI(base_url=BASE)\n',
      '/p/app/config.py': 'MODEL = "deepseek-chat"\nBASE = "https://api.deepseek.com"\n',
      '/p/app/prompts.py': 'SYSTEM = "You are brief."\n',
    };
    expect(said(await analyze(files, '/p/app/main.py', 'python'))).toEqual(['deepseek/global deepseek-chat You are brief.']);
  });

  test('a function and a class of other files, through a package that hands them on', async () => {
    const files = {
      '/p/main.py': 'from llm import make_client, Settings\nsettings = Settings(model="gpt-4.1")\nmake_client("https://api.mistral.ai/v1").chat.completions.create(model=settings.model, messages=[])\nmake_client("https://api.mistral.ai/v1").chat.completions.create(model=settings.small, messages=[])\n',
      '/p/llm/__init__.py': 'from .clients import make_client\nfrom .settings import Settings\n',
      '/p/llm/clients.py': 'from openai import OpenAI\ndef make_client(url):\n    return OpenAI(base_url=url, api_key="k")\n',
      '/p/llm/settings.py': 'class Settings:\n    small = "ministral-8b-latest"\n    def __init__(self, model):\n        self.model = model\n',
    };
    const found = said(await analyze(files, '/p/main.py', 'python'));
    expect(found.map((each) => each.trim())).toEqual(['mistral/global gpt-4.1 <prompt>', 'mistral/global ministral-8b-latest <prompt>']);
  });

  test('a base class with the client, in another file', async () => {
    const files = {
      '/p/bot.py': 'from base import Base\nclass Bot(Base):\n    def ask(self):\n        return self.client.chat.completions.create(model=self.model, messages=[])\n',
      '/p/base.py': 'from openai import OpenAI\nclass Base:\n    model = "gpt-4o-mini"\n    def __init__(self):\n        self.client = OpenAI()\n',
    };
    expect(said(await analyze(files, '/p/bot.py', 'python')).map((each) => each.trim())).toEqual(['openai/global gpt-4o-mini <prompt>']);
  });

  test('modules that import each other end', async () => {
    const files = {
      '/p/a.py': 'from b import MODEL\nfrom openai import OpenAI\nNAME = MODEL\nOpenAI().chat.completions.create(model=MODEL, messages=[])\n',
      '/p/b.py': 'from a import NAME\nMODEL = NAME\n',
    };
    expect(said(await analyze(files, '/p/a.py', 'python')).map((each) => each.trim())).toEqual(['openai/global ? <prompt>']);
  });

  test('packages are not looked into; neighbours are read for their words, three imports deep', async () => {
    const files = {
      '/p/a.py': 'import numpy\nfrom one import tidy\nfrom openai import OpenAI\ntidy(numpy.array([]))\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n',
      '/p/one.py': 'from two import x\ndef tidy(x): return x\n', '/p/two.py': 'from three import x\n', '/p/three.py': 'from four import x\n', '/p/four.py': 'x = 1\n',
    };
    const { analysis, asked } = await analyze(files, '/p/a.py', 'python');
    expect(analysis.calls).toHaveLength(1);
    expect(asked).toContain('/p/three.py');
    expect(asked).not.toContain('/p/four.py');
    expect(asked.filter((each) => each.includes('numpy'))).toEqual(['/p/numpy.py', '/p/numpy/__init__.py']);
  });

  test('what stands in another file has no place in this one', async () => {
    const files = { '/p/a.py': 'from b import client, MODEL\nclient.chat.completions.create(model=MODEL, messages=[])\n', '/p/b.py': '# a long comment that moves everything far away\n'.repeat(20) + 'from openai import OpenAI\nclient = OpenAI()\nMODEL = "gpt-4o"\n' };
    const { analysis } = await analyze(files, '/p/a.py', 'python');
    const [call] = analysis.calls;
    expect([call!.modelRange, call!.clientRange, call!.destination.range]).toEqual([null, null, null]);
    expect(call!.estimate.cost.perCall).not.toBeNull();
  });
});

describe('JavaScript and TypeScript', () => {
  test('named, default and handed-on exports; constants of an object', async () => {
    const files = {
      '/p/src/route.ts': "import client, { models } from '@/lib/llm';\nimport { SYSTEM } from './prompts.js';\nclient.chat.completions.create({ model: models.fast, messages: [{ role: 'system', content: SYSTEM }] });\n",
      '/p/src/lib/llm.ts': "import OpenAI from 'openai';\nexport { models } from './models';\nconst client = new OpenAI({ baseURL: 'https://api.groq.com/openai/v1' });\nexport default client;\n",
      '/p/src/lib/models.ts': "export const models = { fast: 'llama-3.1-8b-instant' } as const;\n",
      '/p/src/prompts.ts': "export const SYSTEM = 'Be brief.';\n",
    };
    expect(said(await analyze(files, '/p/src/route.ts', 'typescript'))).toEqual(['groq/global llama-3.1-8b-instant Be brief.']);
  });

  test('CommonJS, and a Vercel AI SDK provider made elsewhere', async () => {
    const files = {
      '/p/a.js': "const { client, MODEL } = require('./b');\nclient.chat.completions.create({ model: MODEL, messages: [] });\n",
      '/p/b.js': "const OpenAI = require('openai');\nconst client = new OpenAI();\nconst MODEL = 'gpt-4o-mini';\nmodule.exports = { client, MODEL };\n",
      '/p/c.ts': "import { generateText } from 'ai';\nimport { model } from './d';\ngenerateText({ model, prompt: 'hi' });\n",
      '/p/d.ts': "import { anthropic } from '@ai-sdk/anthropic';\nexport const model = anthropic('claude-haiku-4-5');\n",
    };
    expect(said(await analyze(files, '/p/a.js', 'javascript')).map((each) => each.trim())).toEqual(['openai/global gpt-4o-mini <prompt>']);
    expect(said(await analyze(files, '/p/c.ts', 'typescript'))).toEqual(['anthropic/global claude-haiku-4-5 hi']);
  });
});
