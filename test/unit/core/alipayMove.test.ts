/** Model calls to Alipay's ecosystem become calls to a gateway; what served only them goes; payment and identity stay. */
import { describe, expect, test } from 'vitest';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { applyEdits } from '../../../src/core/reconcile.js';
import { engineForTests, testDay } from '../engineForTests.js';
import { parseErrors } from '../switching/parseErrors.js';

async function move(language: LanguageId, text: string, provider = 'openrouter', model = '') {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, text);
  session.analyze(defaultConfiguration, testDay);
  const endpointId = engine.facts.providers.find((each) => each.id === provider)!.endpoints[0]!.id;
  const plan = session.leaveAlipay({ provider, endpointId, model });
  session.dispose();
  return plan && { ...plan, after: applyEdits(text, plan.edits), said: plan.losses.map(({ argument, what, reason }) => `${argument} ${what} ${reason}`) };
}

const javascript = `import express from 'express';
import { AlipaySdk } from 'alipay-sdk';

const sdk = new AlipaySdk({ appId: process.env.ALIPAY_APP });
const app = express();
const pendingRequests = new Map();

app.post('/alipay/notify', async (req, res) => {
  if (!sdk.checkNotifySign(req.body)) return res.status(400).end();
  pendingRequests.delete(req.body.out_request_no);
  res.send('success');
});

export async function summarize(text) {
  const answer = await fetch('https://api.tbox.cn/api/chat', {
    method: 'POST',
    headers: { Authorization: process.env.TBOX_TOKEN },
    body: JSON.stringify({ appId: '2025', query: \`Sum up: \${text}\`, userId: '1' }),
  }).then((r) => r.json());
  return answer;
}

export async function pay(bizContent) {
  return sdk.exec('alipay.trade.create', { bizContent });
}

export async function whoIs(authToken) {
  return sdk.exec('alipay.user.info.share', { authToken });
}
`;

const python = `import os
import requests
from tboxsdk.tbox import TboxClient

tbox = TboxClient(authorization=os.environ["TBOX_TOKEN"])
pending_requests = {}


@app.post("/alipay/notify")
def notify(body):
    pending_requests.pop(body["out_request_no"])
    return "success"


def ask(question):
    reply = tbox.chat(app_id="2025", query=f"Answer: {question}", user_id="1", stream=False)
    return reply["data"]


def pay(sdk, order):
    return sdk.execute("alipay.trade.create", order)
`;

describe('the whole of it', () => {
  test('JavaScript', async () => {
    const plan = await move('javascript', javascript);
    expect(plan!.after).toBe(`import express from 'express';
import { AlipaySdk } from 'alipay-sdk';
import OpenAI from 'openai';

const gateway = new OpenAI({ baseURL: 'https://openrouter.ai/api/v1', apiKey: process.env.OPENROUTER_API_KEY });

const sdk = new AlipaySdk({ appId: process.env.ALIPAY_APP });
const app = express();


export async function summarize(text) {
  const answer = (await gateway.chat.completions.create({ model: 'qwen/qwen-plus', messages: [{ role: 'user', content: \`Sum up: \${text}\` }] })).choices[0].message.content;
  return answer;
}

export async function pay(bizContent) {
  return sdk.exec('alipay.trade.create', { bizContent });
}

export async function whoIs(authToken) {
  return sdk.exec('alipay.user.info.share', { authToken });
}
`);
    expect(plan!.moved).toEqual([15]);
    expect(plan).toMatchObject({ keyVariable: 'OPENROUTER_API_KEY', packages: [{ name: 'openai', change: 'added' }] });
    expect(await parseErrors('javascript', plan!.after)).toBe(0);
  });

  test('Python, and what is read from the old answer is said', async () => {
    const plan = await move('python', python, 'litellm');
    expect(plan!.after).toContain('import os\nimport requests\nfrom tboxsdk.tbox import TboxClient\nfrom openai import OpenAI\n\ngateway = OpenAI(');
    expect(plan!.after).toContain('reply = gateway.chat.completions.create(model="dashscope/qwen-plus", messages=[{"role": "user", "content": f"Answer: {question}"}]).choices[0].message.content');
    expect(plan!.after).not.toMatch(/notify|pending_requests/);
    expect(plan!.after).toContain('return sdk.execute("alipay.trade.create", order)');
    expect(plan!.said).toContain('reply["data"] by-hand result-read');
    expect(await parseErrors('python', plan!.after)).toBe(0);
  });
});

describe('what is not taken away', () => {
  test('a session that other code needs', async () => {
    const text = "const session = await sdk.exec('alipay.system.oauth.token', { code });\nconst paid = await sdk.exec('alipay.trade.create', { token: session.accessToken });\n";
    const plan = await move('javascript', text);
    expect(plan!.after).toBe(text);
    expect(plan!.said).toEqual([expect.stringMatching(/^const session = await .* by-hand alipay-used$/)]);
  });

  test('a session nobody needs goes; the only statement of a block leaves `pass`', async () => {
    expect((await move('python', 'def login(sdk, code):\n    sdk.execute("alipay.system.oauth.token", code)\n\nx = 1\n'))!.after).toBe('def login(sdk, code):\n    pass\n\nx = 1\n');
    expect((await move('javascript', "await sdk.exec('alipay.system.oauth.token', { code });\r\nconst a = 1;\r\n"))!.after).toBe('const a = 1;\r\n');
  });

  test('a receiver in which a payment is made', async () => {
    const text = "app.post('/alipay/notify', async (req) => {\n  await sdk.exec('alipay.trade.close', { id: req.body.id });\n});\n";
    const plan = await move('javascript', text);
    expect(plan!.after).toBe(text);
    expect(plan!.said[0]).toMatch(/by-hand alipay-used$/);
  });

  test('a model call whose question is out of sight', async () => {
    const plan = await move('python', 'import requests\ndef f(body):\n    return requests.post("https://api.tbox.cn/api/chat", json=body).json()\n');
    expect(plan).toMatchObject({ edits: [], moved: [], keyVariable: null });
    expect(plan!.said).toEqual(['requests.post("https://api.tbox.cn/api/chat", json=body) by-hand alipay-question']);
  });

  test('nothing of Alipay, and languages that are only listed', async () => {
    expect(await move('python', 'x = 1\n')).toBeNull();
    expect(await move('go', 'package a\nvar u = "https://api.tbox.cn/api/chat"\n')).toBeNull();
  });
});
