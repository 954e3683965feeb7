/**
 * Endpoint form × SDK × language × policy → finding. The places are typed from the vendors' documents as read on
 * 2026-11-23 (named above each group), never taken from the catalog: a wrong zone in a provider file fails here.
 *
 * One row of letters per form, one letter per policy: E error, W warning, I information, `.` nothing.
 */
import { describe, expect, test } from 'vitest';
import { type Configuration, type LanguageId, type Policy, defaultConfiguration } from '../../../src/core/model.js';
import { analyzeText } from '../engineForTests.js';

const policies: readonly (readonly [name: string, policy: Partial<Policy>])[] = [
  ['EU', { allowedZones: ['EU'] }],
  ['US', { allowedZones: ['US'] }],
  ['CN', { allowedZones: ['CN'] }],
  ['EU+US', { allowedZones: ['EU', 'US'] }],
  ['all but CN', { allowedZones: ['global-except-CN'] }],
  ['CN forbidden', { forbiddenZones: ['CN'] }],
  ['this machine', { allowedZones: ['local'] }],
];

const messages = '[{"role": "user", "content": "x"}]';
const openai = (construction: string): string => `import os\nfrom openai import OpenAI, AzureOpenAI\n${construction}.chat.completions.create(model="m", messages=${messages})\n`;
const at = (url: string): string => openai(`OpenAI(base_url="${url}", api_key="k")`);
const ts = (options: string, model = 'm'): string => `import OpenAI from "openai";\nnew OpenAI(${options}).chat.completions.create({ model: "${model}", messages: [{ role: "user", content: "x" }] });\n`;
const claude = (argument: string): string => `import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-5", max_tokens=5, messages=${messages}${argument})\n`;
const gemini = (construction: string): string => `from google import genai\ngenai.Client(${construction}).models.generate_content(model="gemini-2.5-flash", contents="x")\n`;
const bedrock = (region: string, model: string): string => `import boto3\nclient = boto3.client("bedrock-runtime"${region === '' ? '' : `, region_name="${region}"`})\ndef ask(name):\n    return client.converse(modelId=${model}, messages=[{"role": "user", "content": [{"text": "x"}]}])\n`;
const mistral = (argument: string): string => `from mistralai import Mistral\nMistral(api_key="k"${argument}).chat.complete(model="mistral-small-latest", messages=${messages})\n`;

type Form = readonly [name: string, language: LanguageId, code: string, expected: string];

// Letters in the order of `policies`.
const eu = '.EE...E';
const us = 'E.E...E';
const china = 'EE.EEEE';
const nobodyKnows = 'IIIIIII';
const chinaByHost = 'WW.WWWW';
const anywhere = 'WWWWWWE';

const forms: readonly Form[] = [
  // OpenAI data residency guide: global by default (no promise: likely); us and eu process and store; ae for some snapshots.
  ['OpenAI()', 'python', openai('OpenAI()'), 'WWWWWWW'],
  ['new OpenAI()', 'typescript', ts('{}'), 'WWWWWWW'],
  ['OpenAI, base URL of api.openai.com', 'python', at('https://api.openai.com/v1'), 'WWWWWWW'],
  ['OpenAI eu. host', 'python', at('https://eu.api.openai.com/v1'), eu],
  ['OpenAI us. host', 'python', at('https://us.api.openai.com/v1'), us],
  ['OpenAI ae. host', 'python', at('https://ae.api.openai.com/v1'), 'WWWW..W'],
  ['OpenAI dataResidency eu', 'typescript', ts('{ dataResidency: "eu" }'), eu],
  ['OpenAI dataResidency us', 'typescript', ts('{ dataResidency: "us" }'), us],
  ['OpenAI dataResidency global', 'typescript', ts('{ dataResidency: "global" }'), 'WWWWWWW'],
  ['OpenAI data_residency in Python', 'python', openai('OpenAI(data_residency="eu")'), eu],
  ['OpenAI eu. host from a constant', 'python', `from openai import OpenAI\nBASE = "https://eu.api.openai.com/v1"\nOpenAI(base_url=BASE).responses.create(model="m", input="x")\n`, eu],
  // The same guide: storage only, processed anywhere.
  ['OpenAI ca. host', 'python', at('https://ca.api.openai.com/v1'), 'EEEEWWE'],
  ['OpenAI sg. host', 'python', at('https://sg.api.openai.com/v1'), 'EEEEWWE'],
  ['OpenAI kr. host', 'python', at('https://kr.api.openai.com/v1'), 'EEEEWWE'],
  ['OpenAI gb. host', 'python', at('https://gb.api.openai.com/v1'), 'EEEEWWE'],
  // Storage there; whether processed there too, two versions of the guide say differently.
  ['OpenAI jp. host', 'python', at('https://jp.api.openai.com/v1'), 'EEEEIIE'],
  ['OpenAI au. host', 'python', at('https://au.api.openai.com/v1'), 'EEEEIIE'],
  ['OpenAI in. host', 'python', at('https://in.api.openai.com/v1'), 'EEEEIIE'],
  ['OpenAI eu. host in Go', 'go', 'package main\n\nimport (\n\t"context"\n\n\t"github.com/openai/openai-go/v3"\n\t"github.com/openai/openai-go/v3/option"\n)\n\nfunc main() {\n\tclient := openai.NewClient(option.WithBaseURL("https://eu.api.openai.com/v1"))\n\tclient.Chat.Completions.New(context.TODO(), openai.ChatCompletionNewParams{Model: "gpt-4o"})\n}\n', eu],
  ['OpenAI in a shell', 'shellscript', 'curl https://api.openai.com/v1/chat/completions -H "Authorization: Bearer $OPENAI_API_KEY" -d \'{"model": "gpt-4o", "messages": []}\'\n', 'WWWWWWW'],
  // Claude data residency: inference_geo global by default or us; storage follows the workspace.
  ['Anthropic()', 'python', claude(''), 'WWWWWWW'],
  ['Anthropic in TypeScript', 'typescript', 'import Anthropic from "@anthropic-ai/sdk";\nnew Anthropic().messages.create({ model: "claude-sonnet-5", max_tokens: 5, messages: [] });\n', 'WWWWWWW'],
  ['inference_geo us', 'python', claude(', inference_geo="us"'), 'EIEIIIE'],
  ['inference_geo global', 'python', claude(', inference_geo="global"'), anywhere],
  // Gemini API: no choice of region found. Vertex: location, default global; us and eu multi-regions.
  ['Gemini API', 'python', gemini(''), anywhere],
  ['Gemini API in TypeScript', 'typescript', 'import { GoogleGenAI } from "@google/genai";\nnew GoogleGenAI({ apiKey: "k" }).models.generateContent({ model: "gemini-2.5-flash", contents: "x" });\n', anywhere],
  ['Vertex without a location', 'python', gemini('vertexai=True, project="p"'), anywhere],
  ['Vertex global', 'python', gemini('vertexai=True, project="p", location="global"'), anywhere],
  ['Vertex eu, a multi-region', 'python', gemini('vertexai=True, project="p", location="eu"'), eu],
  ['Vertex europe-west4', 'python', gemini('vertexai=True, project="p", location="europe-west4"'), eu],
  ['Vertex us-central1', 'python', gemini('vertexai=True, project="p", location="us-central1"'), us],
  ['Vertex asia-northeast1', 'python', gemini('vertexai=True, project="p", location="asia-northeast1"'), 'EEEE..E'],
  ['Vertex europe-west2, which is London', 'python', gemini('vertexai=True, project="p", location="europe-west2"'), 'EEEE..E'],
  ['Vertex location from the environment', 'python', `import os\n${gemini('vertexai=True, project="p", location=os.environ["LOCATION"]')}`, nobodyKnows],
  // Azure: needs the deployment's SKU, which is not in code. Azure China is separate.
  ['Azure OpenAI', 'python', openai('AzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-10-21")'), nobodyKnows],
  ['Azure OpenAI, v1 address', 'python', at('https://acme.openai.azure.com/openai/v1/'), nobodyKnows],
  ['Azure Foundry', 'python', at('https://acme.services.ai.azure.com/openai/v1/'), nobodyKnows],
  ['Azure China', 'python', openai('AzureOpenAI(azure_endpoint="https://acme.openai.azure.cn", api_version="2024-10-21")'), chinaByHost],
  // Bedrock: plain id = client region; profiles stay in their geography; global. anywhere; stored in the source region.
  ['Bedrock eu-central-1, plain id', 'python', bedrock('eu-central-1', '"anthropic.claude-3-haiku-20240307-v1:0"'), eu],
  ['Bedrock us-east-1, plain id', 'python', bedrock('us-east-1', '"amazon.nova-lite-v1:0"'), us],
  ['Bedrock ap-northeast-1, plain id', 'python', bedrock('ap-northeast-1', '"amazon.nova-lite-v1:0"'), 'EEEE..E'],
  ['Bedrock eu. profile', 'python', bedrock('eu-west-1', '"eu.anthropic.claude-sonnet-4-5-20250929-v1:0"'), eu],
  ['Bedrock us. profile', 'python', bedrock('us-west-2', '"us.anthropic.claude-sonnet-4-5-20250929-v1:0"'), us],
  ['Bedrock global. profile from an EU region', 'python', bedrock('eu-west-1', '"global.anthropic.claude-sonnet-4-5-20250929-v1:0"'), 'WEEWWWE'],
  ['Bedrock apac. profile from Tokyo', 'python', bedrock('ap-northeast-1', '"apac.amazon.nova-lite-v1:0"'), 'EEEE..E'],
  ['Bedrock jp. profile', 'python', bedrock('ap-northeast-1', '"jp.anthropic.claude-sonnet-4-5-20250929-v1:0"'), 'EEEE..E'],
  ['Bedrock au. profile', 'python', bedrock('ap-southeast-2', '"au.anthropic.claude-sonnet-4-5-20250929-v1:0"'), 'EEEE..E'],
  ['Bedrock eu. profile, region from the environment', 'python', bedrock('', '"eu.anthropic.claude-sonnet-4-5-20250929-v1:0"'), '.WW...W'],
  ['Bedrock, neither region nor profile', 'python', bedrock('', '"amazon.nova-lite-v1:0"'), nobodyKnows],
  ['Bedrock, an application profile behind an ARN', 'python', bedrock('eu-central-1', '"arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123"'), 'IEEIIIE'],
  ['Bedrock, the model id is only known at run time', 'python', bedrock('eu-central-1', 'name'), 'IEEIIIE'],
  ['Bedrock in TypeScript', 'typescript', 'import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";\nconst client = new BedrockRuntimeClient({ region: "eu-central-1" });\nawait client.send(new ConverseCommand({ modelId: "amazon.nova-lite-v1:0", messages: [] }));\n', eu],
  ['Claude by AnthropicBedrock', 'python', `from anthropic import AnthropicBedrock\nAnthropicBedrock(aws_region="eu-west-1").messages.create(model="eu.anthropic.claude-sonnet-4-5-20250929-v1:0", max_tokens=5, messages=${messages})\n`, eu],
  ['Claude by AnthropicVertex', 'python', `from anthropic import AnthropicVertex\nAnthropicVertex(region="europe-west1", project_id="p").messages.create(model="claude-sonnet-4-5", max_tokens=5, messages=${messages})\n`, eu],
  // Mistral: EU hosting, but only api.eu and api.us commit the place of inference.
  ['Mistral()', 'python', mistral(''), '.WW...W'],
  ['Mistral api.mistral.ai', 'python', at('https://api.mistral.ai/v1'), '.WW...W'],
  ['Mistral api.eu', 'python', at('https://api.eu.mistral.ai/v1'), eu],
  ['Mistral api.us, storage not told', 'python', at('https://api.us.mistral.ai/v1'), 'WIWIIIW'],
  ['Mistral server eu in TypeScript', 'typescript', 'import { Mistral } from "@mistralai/mistralai";\nnew Mistral({ server: "eu" }).chat.complete({ model: "mistral-small-latest", messages: [] });\n', eu],
  ['Mistral server eu in Python, which means api.mistral.ai there', 'python', mistral(', server="eu"'), '.WW...W'],
  // One endpoint, place not told.
  ['Cohere', 'python', `import cohere\ncohere.ClientV2().chat(model="command-a-03-2025", messages=${messages})\n`, nobodyKnows],
  ['Groq', 'python', `from groq import Groq\nGroq().chat.completions.create(model="llama-3.3-70b-versatile", messages=${messages})\n`, nobodyKnows],
  ['Together', 'python', at('https://api.together.ai/v1'), nobodyKnows],
  ['Fireworks', 'python', at('https://api.fireworks.ai/inference/v1'), nobodyKnows],
  ['xAI', 'python', at('https://api.x.ai/v1'), nobodyKnows],
  ['xAI us. host', 'python', at('https://us.api.x.ai/v1'), 'W.W...W'],
  // DeepSeek: one host in mainland China (known, not documented).
  ['DeepSeek', 'python', at('https://api.deepseek.com'), chinaByHost],
  ['DeepSeek in TypeScript', 'typescript', ts('{ baseURL: "https://api.deepseek.com" }', 'deepseek-flash'), chinaByHost],
  ['DeepSeek in a shell', 'shellscript', 'curl https://api.deepseek.com/chat/completions -d \'{"model": "deepseek-flash", "messages": []}\'\n', chinaByHost],
  // Model Studio regions: Beijing → mainland; Singapore → world except mainland; the others by the workspace's scope. Static data stays.
  ['DashScope package, no address: Beijing', 'python', 'import dashscope\ndashscope.Generation.call(model="qwen-plus", prompt="x")\n', china],
  ['DashScope compatible, Beijing', 'python', at('https://dashscope.aliyuncs.com/compatible-mode/v1'), china],
  ['DashScope package pointed at Singapore', 'python', 'import dashscope\ndashscope.base_http_api_url = "https://dashscope-intl.aliyuncs.com/api/v1"\ndashscope.Generation.call(model="qwen-plus", prompt="x")\n', 'EEEE..E'],
  ['DashScope compatible, Singapore', 'python', at('https://dashscope-intl.aliyuncs.com/compatible-mode/v1'), 'EEEE..E'],
  ['DashScope compatible, Virginia', 'python', at('https://dashscope-us.aliyuncs.com/compatible-mode/v1'), 'EIEIIIE'],
  ['Model Studio workspace, Frankfurt', 'python', at('https://ws1.eu-central-1.maas.aliyuncs.com/compatible-mode/v1'), 'IEEIIIE'],
  ['Model Studio workspace, Tokyo', 'python', at('https://ws1.ap-northeast-1.maas.aliyuncs.com/compatible-mode/v1'), 'EEEEIIE'],
  ['Model Studio workspace, Hong Kong', 'python', at('https://ws1.cn-hongkong.maas.aliyuncs.com/compatible-mode/v1'), 'EEEEIIE'],
  ['Model Studio workspace, Beijing', 'python', at('https://ws1.cn-beijing.maas.aliyuncs.com/compatible-mode/v1'), china],
  ['@ai-sdk/alibaba, no address: Singapore', 'typescript', 'import { generateText } from "ai";\nimport { alibaba } from "@ai-sdk/alibaba";\nawait generateText({ model: alibaba("qwen-plus"), prompt: "x" });\n', 'EEEE..E'],
  ['LiteLLM dashscope/, no address: Singapore', 'python', `import litellm\nlitellm.completion(model="dashscope/qwen-plus", messages=${messages})\n`, 'EEEE..E'],
  // Mainland, judged by the host only.
  ['Baidu', 'python', at('https://qianfan.baidubce.com/v2'), chinaByHost],
  ['Volcengine Ark', 'python', at('https://ark.cn-beijing.volces.com/api/v3'), chinaByHost],
  ['Ark package', 'python', `from volcenginesdkarkruntime import Ark\nArk().chat.completions.create(model="ep-20250101-abcde", messages=${messages})\n`, chinaByHost],
  ['Tencent, Guangzhou', 'python', at('https://api.hunyuan.cloud.tencent.com/v1'), chinaByHost],
  ['Zhipu, China site', 'python', at('https://open.bigmodel.cn/api/paas/v4'), chinaByHost],
  ['ZhipuAiClient picks the China site', 'python', `from zai import ZhipuAiClient\nZhipuAiClient(api_key="k").chat.completions.create(model="glm-4.6", messages=${messages})\n`, chinaByHost],
  ['Moonshot, China site', 'python', at('https://api.moonshot.cn/v1'), chinaByHost],
  ['MiniMax, China site', 'python', at('https://api.minimaxi.com/v1'), chinaByHost],
  ['Ant Ling', 'python', at('https://api.ant-ling.com/v1'), chinaByHost],
  // Southeast Asia or Singapore, second hand.
  ['BytePlus', 'python', at('https://ark.ap-southeast.bytepluses.com/api/v3'), 'WWWW..W'],
  ['Tencent TokenHub, international', 'python', at('https://tokenhub-intl.tencentmaas.com/v1'), 'WWWW..W'],
  // International sites whose place nobody confirms.
  ['Z.ai', 'python', at('https://api.z.ai/api/paas/v4'), nobodyKnows],
  ['ZaiClient picks the international site', 'python', `from zai import ZaiClient\nZaiClient(api_key="k").chat.completions.create(model="glm-4.6", messages=${messages})\n`, nobodyKnows],
  ['Moonshot, international site', 'python', at('https://api.moonshot.ai/v1'), nobodyKnows],
  ['MiniMax, international site', 'python', at('https://api.minimax.io/v1'), nobodyKnows],
  // Gateways: two hops, and nothing in the code limits the second.
  ['OpenRouter', 'python', at('https://openrouter.ai/api/v1'), 'WWWWWWW'],
  ['TokenMix', 'python', at('https://api.tokenmix.ai/v1'), 'WWWWWWW'],
  ['Portkey', 'python', at('https://api.portkey.ai/v1'), 'WWWWWWW'],
  ['Cloudflare gateway to OpenAI', 'python', at('https://gateway.ai.cloudflare.com/v1/acct/gw/openai'), 'WWWWWWW'],
  ['a LiteLLM proxy on this machine', 'python', at('http://localhost:4000'), 'WWWWWWW'],
  ['Hugging Face router', 'python', at('https://router.huggingface.co/v1'), 'WWWWWWW'],
  // Local stays local.
  ['Ollama', 'python', `import ollama\nollama.chat(model="llama3.2", messages=${messages})\n`, '.......'],
  ['Ollama, OpenAI path', 'python', at('http://localhost:11434/v1'), '.......'],
  ['vLLM on this machine', 'python', at('http://127.0.0.1:8000/v1'), '.......'],
  // What the code does not say.
  ['an unknown host', 'python', at('https://llm.example.com/v1'), nobodyKnows],
  ['an address from the environment', 'python', openai('OpenAI(base_url=os.environ["LLM_URL"])'), nobodyKnows],
  ['an environment default in Beijing', 'python', openai('OpenAI(base_url=os.environ.get("LLM_URL", "https://dashscope.aliyuncs.com/compatible-mode/v1"))'), chinaByHost],
  ['an environment default in the EU', 'python', openai('OpenAI(base_url=os.environ.get("LLM_URL", "https://eu.api.openai.com/v1"))'), '.WW...W'],
];

const letters: Readonly<Record<string, string>> = { error: 'E', warning: 'W', info: 'I' };
const rows = forms.flatMap(([name, language, code, expected]) => policies.map(([policyName, policy], index) => ({ name, language, code, policyName, policy, expected: expected[index]! })));

const configured = (policy: Partial<Policy>, more: Partial<Configuration> = {}): Configuration => ({ ...defaultConfiguration, retirementNoticeDays: 0, policy: { ...defaultConfiguration.policy, ...policy }, ...more });
const found = async (language: LanguageId, code: string, configuration: Configuration): Promise<string> => {
  const { calls, findings } = await analyzeText(language, code, configuration);
  if (calls.length !== 1) return `${calls.length} calls`;
  return findings.filter((each) => each.code === 'residency' || each.code === 'residency-unknown').map((each) => letters[each.severity]).join('') || '.';
};

test('there are at least 250 rows', () => expect(rows.length).toBeGreaterThanOrEqual(250));

describe('zones', () => {
  test.each(forms)('%s', async (_name, language, code, expected) => {
    const result = [];
    for (const [, policy] of policies) result.push(await found(language, code, configured(policy)));
    expect(result.join('')).toBe(expected);
  });
});

test.each(forms)('no policy, no finding: %s', async (_name, language, code) => {
  expect(await found(language, code, configured({}))).toBe('.');
});
