/** Endpoint form × policy → finding. Zones are those of the vendors' documents (listed beside each row), not of our catalog. */
import { describe, expect, test } from 'vitest';
import { type Configuration, type LanguageId, type Zone, defaultConfiguration } from '../../../src/core/model.js';
import { english, findingMessage } from '../../../src/messages.js';
import { analyzeText } from '../engineForTests.js';

const allow = (allowedZones: readonly Zone[], more: Partial<Configuration['policy']> = {}): Configuration => ({ ...defaultConfiguration, retirementNoticeDays: 0, policy: { ...defaultConfiguration.policy, allowedZones, ...more } });
const chat = '.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])\n';
const openai = (construction: string): string => `import os\nfrom openai import OpenAI, AzureOpenAI\n${construction}${chat}`;
const compatible = (url: string): string => openai(`OpenAI(base_url="${url}", api_key="k")`);

/** code, allowed zones → findings as `code severity`. */
const rows: readonly (readonly [name: string, language: LanguageId, code: string, zones: readonly Zone[], expected: readonly string[]])[] = [
  // OpenAI data residency guide: global unless the prefix or the option says otherwise; eu = processing and storage.
  ['OpenAI, no base URL', 'python', openai('OpenAI()'), ['EU'], ['residency warning']],
  ['OpenAI eu. host', 'python', compatible('https://eu.api.openai.com/v1'), ['EU'], []],
  ['OpenAI eu. host, only the US allowed', 'python', compatible('https://eu.api.openai.com/v1'), ['US'], ['residency error']],
  ['OpenAI us. host', 'python', compatible('https://us.api.openai.com/v1'), ['US'], []],
  ['OpenAI dataResidency option', 'typescript', 'import OpenAI from "openai";\nnew OpenAI({ dataResidency: "eu" }).chat.completions.create({ model: "m", messages: [] });\n', ['EU'], []],
  ['OpenAI global allowed', 'python', openai('OpenAI()'), ['global'], []],
  // Wide zones contain the others.
  ['OpenAI eu. host, every place allowed', 'python', compatible('https://eu.api.openai.com/v1'), ['global'], []],
  ['OpenAI eu. host, every place but China allowed', 'python', compatible('https://eu.api.openai.com/v1'), ['global-except-CN'], []],
  ['DeepSeek, every place but China allowed', 'python', compatible('https://api.deepseek.com'), ['global-except-CN'], ['residency warning']],
  ['OpenAI, every place but China allowed: global may be there', 'python', openai('OpenAI()'), ['global-except-CN'], ['residency warning']],
  ['an unknown address, every place allowed', 'python', compatible('https://llm.example.com/v1'), ['global'], []],
  ['DashScope Singapore, only China allowed', 'python', compatible('https://dashscope-intl.aliyuncs.com/compatible-mode/v1'), ['CN'], ['residency error']],
  ['Ollama, nothing but this machine allowed', 'python', compatible('http://localhost:11434/v1'), ['local'], []],
  ['OpenAI, nothing but this machine allowed', 'python', openai('OpenAI()'), ['local'], ['residency warning']],
  // DeepSeek: one host, mainland China (known, not documented: likely).
  ['DeepSeek', 'python', compatible('https://api.deepseek.com'), ['EU', 'US'], ['residency warning']],
  ['DeepSeek, China allowed', 'python', compatible('https://api.deepseek.com'), ['CN'], []],
  // Model Studio regions: Beijing = mainland only; Singapore stores there and computes anywhere except the mainland.
  ['DashScope compatible, Beijing', 'python', compatible('https://dashscope.aliyuncs.com/compatible-mode/v1'), ['EU'], ['residency error']],
  ['DashScope compatible, Singapore, Singapore allowed', 'python', compatible('https://dashscope-intl.aliyuncs.com/compatible-mode/v1'), ['SG'], ['residency warning']],
  ['DashScope compatible, Singapore, only the EU allowed', 'python', compatible('https://dashscope-intl.aliyuncs.com/compatible-mode/v1'), ['EU'], ['residency error']],
  ['DashScope SDK, silent default to Beijing', 'python', 'import dashscope\ndashscope.Generation.call(model="qwen-plus", prompt="x")\n', ['SG'], ['residency error']],
  ['DashScope SDK, China allowed', 'python', 'import dashscope\ndashscope.Generation.call(model="qwen-plus", prompt="x")\n', ['CN'], []],
  // Vertex: location in the EU stays there; the SDK's default is global.
  ['Vertex europe-west4', 'python', 'from google import genai\ngenai.Client(vertexai=True, project="p", location="europe-west4").models.generate_content(model="gemini-2.5-flash", contents="x")\n', ['EU'], []],
  ['Vertex without a location', 'python', 'from google import genai\ngenai.Client(vertexai=True, project="p").models.generate_content(model="gemini-2.5-flash", contents="x")\n', ['EU'], ['residency warning']],
  ['Gemini API, no choice of region', 'python', 'from google import genai\ngenai.Client().models.generate_content(model="gemini-2.5-flash", contents="x")\n', ['EU'], ['residency warning']],
  // Anthropic: inference anywhere unless inference_geo says us.
  ['Anthropic', 'python', 'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-5", max_tokens=5, messages=[])\n', ['EU'], ['residency warning']],
  ['Azure: the region is the resource\'s, not in the code', 'python', openai('AzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-10-21")'), ['EU'], ['residency-unknown info']],
  ['Ollama stays on the machine', 'python', compatible('http://localhost:11434/v1'), ['EU'], []],
  ['an address that nobody knows', 'python', compatible('https://llm.example.com/v1'), ['EU'], ['residency-unknown info']],
  ['an address from the environment', 'python', openai('OpenAI(base_url=os.environ["LLM_URL"])'), ['EU'], ['residency-unknown info']],
  ['an environment variable with a default in China', 'python', openai('OpenAI(base_url=os.environ.get("LLM_URL", "https://dashscope.aliyuncs.com/compatible-mode/v1"))'), ['EU'], ['residency warning']],
];

describe('residency', () => {
  test.each(rows)('%s', async (_name, language, code, zones, expected) => {
    const { findings } = await analyzeText(language, code, allow(zones));
    expect(findings.filter((each) => each.code.startsWith('residency')).map((each) => `${each.code} ${each.severity}`)).toEqual(expected);
  });

  test.each(rows)('without a policy: %s', async (_name, language, code) => {
    const { findings } = await analyzeText(language, code, allow([]));
    expect(findings.filter((each) => each.code.startsWith('residency'))).toEqual([]);
  });

  test('a forbidden provider is an error whatever the zone', async () => {
    const { findings } = await analyzeText('python', compatible('https://api.deepseek.com'), allow([], { forbiddenProviders: ['deepseek'] }));
    expect(findings.map((each) => [each.code, each.severity, each.data['reason']])).toContainEqual(['residency', 'error', 'provider']);
  });

  test('only some providers allowed: a call of unknown destination is told of, with or without zones', async () => {
    const unknown = openai('OpenAI(base_url=os.environ["LLM_URL"])');
    for (const zones of [[], ['EU']] as const) {
      const { findings } = await analyzeText('python', unknown, allow(zones, { allowedProviders: ['mistral'] }));
      expect(findings.filter((each) => each.code.startsWith('residency')).map((each) => `${each.code} ${each.severity}`)).toEqual(['residency-unknown info']);
    }
    const { findings } = await analyzeText('python', unknown, allow([], { allowedProviders: ['mistral'] }));
    expect(findingMessage(findings[0]!, english)).toContain('the policy allows only mistral');
  });

  test('the place where the endpoint was decided is related', async () => {
    const code = 'from openai import OpenAI\nURL = "https://api.deepseek.com"\nclient = OpenAI(base_url=URL)\nclient.chat.completions.create(model="deepseek-flash", messages=[])\n';
    const [finding] = (await analyzeText('python', code, allow(['EU']))).findings;
    expect(finding!.related.map((each) => `${each.role} ${code.slice(each.range.start, each.range.end)}`)).toEqual(['client OpenAI(base_url=URL)', 'base-url "https://api.deepseek.com"']);
  });
});

describe('models', () => {
  const call = (model: string, content = '"x"'): string => `from openai import OpenAI\nOpenAI().chat.completions.create(model="${model}", messages=[{"role": "user", "content": ${content}}])\n`;
  const codes = async (code: string, days: number): Promise<string[]> => (await analyzeText('python', code, { ...defaultConfiguration, retirementNoticeDays: days, severities: { 'cost-findings': 'off' } })).findings.map((each) => `${each.code} ${each.severity} ${each.data['on'] ?? ''}`.trim());

  // OpenAI deprecations page: gpt-4o-mini 2027-01-14 (52 days after the tests' day), gpt-4 2026-10-23.
  test('retiring within the notice', async () => expect(await codes(call('gpt-4o-mini'), 60)).toEqual(['model-retiring warning 2027-01-14']));
  test('retiring, but later than the notice', async () => expect(await codes(call('gpt-4o-mini'), 50)).toEqual([]));
  test('retired', async () => expect(await codes(call('gpt-4'), 0)).toEqual(['model-retired error 2026-10-23']));
  test('each model of a choice is looked at', async () => {
    const code = 'from openai import OpenAI\ndef f(large):\n    return OpenAI().chat.completions.create(model="gpt-5.4" if large else "gpt-4", messages=[])\n';
    expect(await codes(code, 0)).toEqual(['model-retired error 2026-10-23']);
  });
  test('a deployment is its mapped model, not what it is called', async () => {
    const code = 'from openai import AzureOpenAI\nAzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-10-21").chat.completions.create(model="gpt-4", messages=[])\n';
    const found = async (deployments: Record<string, string>): Promise<string[]> => (await analyzeText('python', code, { ...defaultConfiguration, retirementNoticeDays: 0, deployments, severities: { 'output-limit': 'off' } })).findings.map((each) => each.code);
    expect(await found({})).toEqual([]);
    expect(await found({ 'gpt-4': 'gpt-5.4-mini' })).toEqual([]);
  });
  test('a misspelt model gets names, not a price', async () => {
    const { calls, findings } = await analyzeText('python', call('gpt-4o-mnii'));
    expect(findings.map((each) => each.code)).toEqual(['unknown-model']);
    expect(findings[0]!.data['closest']).toContain('gpt-4o-mini');
    expect(calls[0]!.estimate.cost.perCall).toBeNull();
  });
  test('a prompt longer than the context window of 8,192 tokens', async () => {
    // One token per word: " word" is one token of cl100k_base.
    expect(await codes(call('gpt-4-0613', `"${'word '.repeat(9000)}"`), 0)).toContain('context-exceeded error');
  });
});

test('what several calls have in common is told once', async () => {
  const twice = `from openai import OpenAI\nclient = OpenAI()\nMODEL = "gpt-4"\ndef a(q):\n    return client${chat.replace('"m"', 'MODEL').trim()}\ndef b(q):\n    return client${chat.replace('"m"', 'MODEL').replace('"x"', '"y"').trim()}\n`;
  const { calls, findings } = await analyzeText('python', twice, defaultConfiguration);
  expect(calls).toHaveLength(2);
  expect(findings.filter(({ code }) => code === 'model-retired')).toHaveLength(1);
});
