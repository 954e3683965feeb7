/** Moving an OpenAI-SDK call: the edits, applied, as text. */
import { describe, expect, test } from 'vitest';
import type { SwitchPlan, SwitchTarget } from '../../../src/core/engine.js';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';

const deepseek: SwitchTarget = { provider: 'deepseek', endpointId: '', model: 'deepseek-flash' };
const dashscope: SwitchTarget = { provider: 'alibaba-dashscope', endpointId: 'singapore', model: 'qwen-plus' };

async function move(language: LanguageId, text: string, wanted: SwitchTarget, index = 0): Promise<{ readonly text: string; readonly plan: SwitchPlan } | null> {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, text);
  const { calls } = session.analyze(defaultConfiguration, testDay);
  const provider = engine.facts.providers.find((each) => each.id === wanted.provider)!;
  const plan = session.switchTo(calls[index]!, { ...wanted, endpointId: wanted.endpointId || provider.endpoints[0]!.id });
  session.dispose();
  if (!plan) return null;
  let result = text;
  for (const edit of [...plan.edits].sort((a, b) => b.range.start - a.range.start)) {
    result = result.slice(0, edit.range.start) + edit.newText + result.slice(edit.range.end);
  }
  return { text: result, plan };
}

describe('Python', () => {
  test('base URL, key, model and limit change; everything else stays', async () => {
    const moved = await move('python', `from openai import OpenAI

client = OpenAI()  # shared

reply = client.chat.completions.create(
    model='gpt-4o',  # keep me
    messages=[{'role': 'user', 'content': 'Hi'}],
    max_completion_tokens=100,
    store=True,
)
`, deepseek);
    expect(moved?.text).toBe(`import os
from openai import OpenAI

client = OpenAI(base_url='https://api.deepseek.com', api_key=os.environ['DEEPSEEK_API_KEY'])  # shared

reply = client.chat.completions.create(
    model='deepseek-flash',  # keep me
    messages=[{'role': 'user', 'content': 'Hi'}],
    max_tokens=100,
)
`);
    expect(moved?.plan.losses.map(({ argument, what }) => `${argument} ${what}`)).toEqual(['max_completion_tokens renamed', 'store removed', 'deepseek-flash kept']);
    expect(moved?.plan.keyVariable).toBe('DEEPSEEK_API_KEY');
  });

  test('an existing import, key and layout are kept', async () => {
    const moved = await move('python', `import os
from openai import OpenAI

client = OpenAI(
    api_key=os.environ["OPENAI_API_KEY"],
    timeout=30,
)
client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
`, dashscope);
    expect(moved?.text).toBe(`import os
from openai import OpenAI

client = OpenAI(
    base_url="https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    api_key=os.environ["DASHSCOPE_API_KEY"],
    timeout=30,
)
client.chat.completions.create(model="qwen-plus", messages=[{"role": "user", "content": "Hi"}])
`);
  });

  test('a client shared with an embedding call stays; the moved call gets its own', async () => {
    const moved = await move('python', `import os
from openai import OpenAI
client = OpenAI()
client.chat.completions.create(model="gpt-4o", messages=[])
client.embeddings.create(model="text-embedding-3-small", input="x")
`, deepseek);
    expect(moved?.text).toBe(`import os
from openai import OpenAI
client = OpenAI()
deepseek_client = OpenAI(base_url="https://api.deepseek.com", api_key=os.environ["DEEPSEEK_API_KEY"])
deepseek_client.chat.completions.create(model="deepseek-flash", messages=[])
client.embeddings.create(model="text-embedding-3-small", input="x")
`);
  });

  test('Messages go to a host that speaks them; Azure gets the plain client', async () => {
    expect((await move('python', 'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-5", max_tokens=5, messages=[])\n', deepseek))?.text).toBe(
      'import os\nimport anthropic\nanthropic.Anthropic(base_url="https://api.deepseek.com/anthropic", api_key=os.environ["DEEPSEEK_API_KEY"]).messages.create(model="deepseek-flash", max_tokens=5, messages=[])\n');
    const azure = await move('python', 'from openai import AzureOpenAI\nc = AzureOpenAI(azure_endpoint="https://a.openai.azure.com", api_version="2024-10-21")\nc.chat.completions.create(model="gpt-4o", messages=[])\n', deepseek);
    expect(azure?.text).toBe('import os\nfrom openai import OpenAI\nc = OpenAI(base_url="https://api.deepseek.com", api_key=os.environ["DEEPSEEK_API_KEY"])\nc.chat.completions.create(model="deepseek-flash", messages=[])\n');
    expect(azure?.plan.losses.map(({ argument, what }) => `${argument} ${what}`)).toEqual(['azure_endpoint removed', 'api_version removed']);
  });

  test('a client made elsewhere is not touched', async () => {
    expect(await move('python', 'from openai import OpenAI\ndef f(client: OpenAI):\n    client.chat.completions.create(model="gpt-4o", messages=[])\n', deepseek)).toBeNull();
  });
});

describe('TypeScript', () => {
  test('a construction without options gets them', async () => {
    const moved = await move('typescript', `import OpenAI from 'openai';
const client = new OpenAI();
await client.chat.completions.create({ model: 'gpt-4o', messages: [], store: true });
`, deepseek);
    expect(moved?.text).toBe(`import OpenAI from 'openai';
const client = new OpenAI({ baseURL: 'https://api.deepseek.com', apiKey: process.env.DEEPSEEK_API_KEY });
await client.chat.completions.create({ model: 'deepseek-flash', messages: [] });
`);
  });

  test('options on their own lines stay so; the model constant is replaced where it is written', async () => {
    const moved = await move('typescript', `import OpenAI from "openai";
const MODEL = "gpt-4o";
const client = new OpenAI({
  apiKey: process.env.OPENAI_API_KEY,
  organization: "org",
});
await client.chat.completions.create({ model: MODEL, messages: [] });
`, dashscope);
    expect(moved?.text).toBe(`import OpenAI from "openai";
const MODEL = "qwen-plus";
const client = new OpenAI({
  baseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
  apiKey: process.env.DASHSCOPE_API_KEY,
});
await client.chat.completions.create({ model: MODEL, messages: [] });
`);
    expect(moved?.plan.losses).toMatchObject([{ argument: 'organization', what: 'removed', reason: 'client-options' }, { argument: 'DASHSCOPE_API_KEY', what: 'kept', reason: 'region-key' }]);
  });
});

test('another model at the same endpoint changes the model and nothing else', async () => {
  const code = 'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o-mini", messages=[], max_completion_tokens=5)\nclient.chat.completions.create(model="gpt-4o", messages=[])\n';
  const moved = await move('python', code, { provider: 'openai', endpointId: 'global', model: 'gpt-6-luna' });
  expect(moved?.text).toBe(code.replace('gpt-4o-mini', 'gpt-6-luna'));
  expect(moved?.plan).toMatchObject({ losses: [], keyVariable: null });
});
