/** Fixes inside the vendor: applied to the text, the finding must be gone and the rest of the text untouched. */
import { describe, expect, test } from 'vitest';
import { type Configuration, type FindingFix, type LanguageId, type Zone, defaultConfiguration } from '../../../src/core/model.js';
import { analyzeText } from '../engineForTests.js';

const allow = (...allowedZones: Zone[]): Configuration => ({ ...defaultConfiguration, retirementNoticeDays: 0, policy: { ...defaultConfiguration.policy, allowedZones } });
const apply = (text: string, fix: FindingFix): string => [...fix.edits].sort((a, b) => b.range.start - a.range.start).reduce((now, { range, newText }) => now.slice(0, range.start) + newText + now.slice(range.end), text);

async function fixed(language: LanguageId, code: string, zone: Zone): Promise<{ fixes: readonly FindingFix[]; text: string; left: readonly string[] }> {
  const { findings } = await analyzeText(language, code, allow(zone));
  const fixes = findings.find((each) => each.code === 'residency' || each.code === 'residency-unknown')?.fixes ?? [];
  const text = fixes[0] ? apply(code, fixes[0]) : code;
  const after = await analyzeText(language, text, allow(zone));
  return { fixes, text, left: after.findings.filter((each) => each.code.startsWith('residency')).map((each) => `${each.code} ${each.severity}`) };
}

const messages = '[{"role": "user", "content": "x"}]';

describe('what is written', () => {
  test.each<[string, LanguageId, string, Zone, string, Record<string, unknown>]>([
    // OpenAI data residency guide: eu.api.openai.com, +10% for models since 2026-03-05.
    ['OpenAI, address added', 'python', `from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-5.4", messages=${messages})\n`, 'EU',
      'client = OpenAI(base_url="https://eu.api.openai.com/v1")', { code: 'regional-host' }],
    ['OpenAI in TypeScript', 'typescript', 'import OpenAI from "openai";\nconst client = new OpenAI({ apiKey: "k" });\nclient.chat.completions.create({ model: "gpt-5.4", messages: [] });\n', 'EU',
      'new OpenAI({ apiKey: "k", baseURL: "https://eu.api.openai.com/v1" })', { code: 'regional-host' }],
    ['the host in a constant', 'python', `from openai import OpenAI\nBASE = 'https://us.api.openai.com/v1'\nclient = OpenAI(base_url=BASE)\nclient.chat.completions.create(model="gpt-5.4", messages=${messages})\n`, 'EU',
      "BASE = 'https://eu.api.openai.com/v1'", { code: 'regional-host' }],
    ['arguments one a line', 'python', `from openai import OpenAI\nclient = OpenAI(\n    timeout=5,\n)\nclient.chat.completions.create(model="gpt-5.4", messages=${messages})\n`, 'EU',
      'OpenAI(\n    timeout=5,\n    base_url="https://eu.api.openai.com/v1",\n)', { code: 'regional-host' }],
    // Mistral: api.eu commits the place of inference (+10%).
    ['Mistral', 'python', `from openai import OpenAI\nclient = OpenAI(base_url="https://api.us.mistral.ai/v1")\nclient.chat.completions.create(model="mistral-small-latest", messages=${messages})\n`, 'EU', 'api.', { code: 'regional-host' }],
    ['Vertex, location replaced', 'python', 'from google import genai\nclient = genai.Client(vertexai=True, project="p", location="us-central1")\nclient.models.generate_content(model="gemini-2.5-flash", contents="x")\n', 'EU', 'location="europe-west4"', { code: 'location', data: { location: 'europe-west4', zone: 'EU', surchargePercent: 10 } }],
    ['Vertex, location added', 'python', 'from google import genai\nclient = genai.Client(vertexai=True, project="p")\nclient.models.generate_content(model="gemini-2.5-flash", contents="x")\n', 'JP', 'project="p", location="asia-northeast1")', { code: 'location' }],
    ['Bedrock, another profile', 'python', 'import boto3\nclient = boto3.client("bedrock-runtime", region_name="eu-west-1")\nclient.converse(modelId="global.anthropic.claude-sonnet-4-5-20250929-v1:0", messages=[])\n', 'EU', 'modelId="eu.anthropic.claude-sonnet-4-5-20250929-v1:0"', { code: 'model-prefix' }],
    ['Bedrock, region and profile', 'python', 'import boto3\nclient = boto3.client("bedrock-runtime", region_name="us-east-1")\nclient.converse(modelId="us.anthropic.claude-sonnet-4-5-20250929-v1:0", messages=[])\n', 'EU', 'region_name="eu-central-1"', { code: 'location' }],
    ['Bedrock in TypeScript', 'typescript', 'import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";\nconst client = new BedrockRuntimeClient({ region: "us-east-1" });\nawait client.send(new ConverseCommand({ modelId: "amazon.nova-lite-v1:0", messages: [] }));\n', 'EU', 'region: "eu-central-1"', { code: 'location' }],
  ])('%s', async (_name, language, code, zone, written, shape) => {
    const { fixes, text, left } = await fixed(language, code, zone);
    expect(fixes[0]).toMatchObject(shape);
    expect(text).toContain(written);
    expect(left).toEqual([]);
  });

  test('inference_geo: what is left is the storage, which is a setting at the vendor', async () => {
    const { fixes, text, left } = await fixed('python', `import anthropic\nclient = anthropic.Anthropic()\nclient.messages.create(model="claude-sonnet-5", max_tokens=5, messages=${messages})\n`, 'US');
    expect(fixes[0]).toMatchObject({ code: 'parameter', data: { parameter: 'inference_geo', value: 'us', surchargePercent: 10 } });
    expect(text).toContain('inference_geo="us")');
    expect(left).toEqual(['residency-unknown info']);
  });
});

describe('what is not offered', () => {
  test.each<[string, string, Zone]>([
    ['inference_geo to a model that refuses it', `import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=5, messages=${messages})\n`, 'US'],
    ['an EU host of a vendor that has none', `import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-5", max_tokens=5, messages=${messages})\n`, 'EU'],
    ['a place of DeepSeek, which has one host', `from openai import OpenAI\nOpenAI(base_url="https://api.deepseek.com").chat.completions.create(model="deepseek-flash", messages=${messages})\n`, 'EU'],
    ['another host when the code takes it from the environment', `import os\nfrom openai import OpenAI\nOpenAI(base_url=os.environ["LLM_URL"]).chat.completions.create(model="gpt-5.4", messages=${messages})\n`, 'EU'],
    ['an edit of arguments that come from elsewhere', `from openai import OpenAI\ndef f(options):\n    return OpenAI(**options).chat.completions.create(model="gpt-5.4", messages=${messages})\n`, 'EU'],
  ])('%s', async (_name, code, zone) => {
    const { fixes, text } = await fixed('python', code, zone);
    expect(fixes).toEqual([]);
    expect(text).toBe(code);
  });
});
