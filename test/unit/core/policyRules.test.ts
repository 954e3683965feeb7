/** What a policy may ask beyond zones, in layers: providers, makers, retention, training, gateways, certainty, classes of data, routes. */
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { mergeConfiguration, parseConfiguration, untrusted } from '../../../src/core/configuration.js';
import { type Configuration, type Finding, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { policyPresets } from '../../../src/core/policyPresets.js';
import type { Origin } from '../../../src/core/project.js';
import { english, findingMessage } from '../../../src/messages.js';
import { engineForTests, testDay } from '../engineForTests.js';

const policyCodes = new Set(['residency', 'residency-unknown', 'model-origin', 'data-retention', 'data-training', 'routing', 'duplicate-flow']);

/** Findings of policies over a text at `/project/<path>`, with the given files as layers from the outside in. */
async function findings(code: string, files: readonly (string | { readonly organisation: string })[], path = 'src/a.py', more: Readonly<Record<string, string>> = {}, language: LanguageId = 'python'): Promise<readonly Finding[]> {
  const configuration = files.reduce<Configuration>((below, file) => {
    const text = typeof file === 'string' ? file : file.organisation;
    const { value, problems } = parseConfiguration(text);
    expect(problems).toEqual([]);
    return mergeConfiguration(below, value!, 'workspace', { file: 'tokenfare.yaml', folder: '/project', layer: typeof file === 'string' ? 'workspace' : 'organisation' });
  }, { ...defaultConfiguration, retirementNoticeDays: 0 });
  const engine = engineForTests();
  await engine.prepare(language);
  const origin: Origin = { path: `/project/${path}`, root: '/project', read: (name) => more[name] ?? null };
  const session = engine.open(language, code, origin);
  try {
    return session.analyze(configuration, testDay).findings.filter((each) => policyCodes.has(each.code));
  } finally {
    session.dispose();
  }
}
const short = (list: readonly Finding[]): string[] => list.map((each) => `${each.code} ${each.severity}`);

const chat = (construction: string, model = 'm', content = '"x"', comment = ''): string =>
  `import os\nfrom openai import OpenAI\nclient = OpenAI(${construction})\ndef ask(question, customer_email, history):\n    ${comment}\n    return client.chat.completions.create(model="${model}", messages=[{"role": "user", "content": ${content}}])\n`;
const at = (url: string, ...rest: [model?: string, content?: string, comment?: string]): string => chat(`base_url="${url}"`, ...rest);
const euHost = 'https://eu.api.openai.com/v1';

describe('layers: the stricter wins', () => {
  test('a workspace cannot allow what the organisation forbids', async () => {
    const organisation = { organisation: 'policy: { allowedZones: [EU] }' };
    expect(short(await findings(at('https://us.api.openai.com/v1'), [organisation, 'policy: { allowedZones: [EU, US] }']))).toEqual(['residency error']);
    const [finding] = await findings(at('https://us.api.openai.com/v1'), [organisation, 'policy: { allowedZones: [EU, US] }']);
    expect(findingMessage(finding!, english)).toContain('Policy of the organisation (tokenfare.yaml).');
  });
  test('each layer is kept to by itself, also when together they leave nothing', async () => {
    expect(short(await findings(at(euHost), ['policy: { allowedZones: [EU] }', 'policy: { allowedZones: [US] }']))).toEqual(['residency error']);
  });
  test('one finding for a call, however many layers object, and the gravest', async () => {
    expect(short(await findings(at('https://api.deepseek.com'), ['policy: { allowedZones: [EU] }', 'policy: { forbiddenProviders: [deepseek] }']))).toEqual(['residency error']);
  });
  test('a workspace can raise findings of policies, not lower them', async () => {
    const lower = 'findings: { residency: off, residency-findings: info }\npolicy: { allowedZones: [EU] }';
    expect(short(await findings(at('https://us.api.openai.com/v1'), [lower]))).toEqual(['residency error']);
    expect(short(await findings(chat(''), ['findings: { residency: error }\npolicy: { allowedZones: [EU] }']))).toEqual(['residency error']);
    expect(short(await findings(at('https://us.api.openai.com/v1'), [{ organisation: 'findings: { residency: warning }\npolicy: { allowedZones: [EU] }' }]))).toEqual(['residency warning']);
  });
  test('an untrusted workspace tightens and does not speak for hosts', () => {
    const { value } = parseConfiguration('policy: { allowedZones: [EU] }\ndeployments: { a: gpt-4o }\ndeclarations: [{ provider: azure-openai, storageZone: EU }]\n');
    expect(untrusted(value!)).toEqual({ policy: { allowedZones: ['EU'] } });
  });
});

describe('storage and inference apart', () => {
  const ca = at('https://ca.api.openai.com/v1'); // stored in Canada, processed anywhere
  test.each([
    ['policy: { allowedStorageZones: [CA] }', []],
    ['policy: { allowedStorageZones: [EU] }', ['residency error']],
    ['policy: { allowedInferenceZones: [CA] }', ['residency warning']],
    ['policy: { forbiddenStorageZones: [CA] }', ['residency error']],
    ['policy: { forbiddenInferenceZones: [CN] }', ['residency warning']],
  ])('%s', async (policy, expected) => expect(short(await findings(ca, [policy]))).toEqual(expected));
});

describe('providers, makers, gateways, certainty', () => {
  test.each([
    // Makers: DeepSeek and Qwen are Chinese, Llama and GPT American, Mistral European, Command Canadian.
    ['policy: { forbiddenModelOrigins: [CN] }', at('https://api.together.ai/v1', 'deepseek-ai/DeepSeek-V3'), ['model-origin error']],
    ['policy: { forbiddenModelOrigins: [CN] }', at('https://api.groq.com/openai/v1', 'qwen/qwen3-32b'), ['model-origin error']],
    ['policy: { forbiddenModelOrigins: [CN] }', chat('', 'gpt-5.4'), []],
    ['policy: { allowedModelOrigins: [US] }', at('https://api.mistral.ai/v1', 'mistral-small-latest'), ['model-origin error']],
    ['policy: { allowedModelOrigins: [EU, CA] }', at('https://api.mistral.ai/v1', 'mistral-small-latest'), []],
    ['policy: { forbiddenModelOrigins: [CN] }', at('https://ark.cn-beijing.volces.com/api/v3', 'ep-20250101-abcde'), ['model-origin info']],
    ['policy: { forbiddenModelOrigins: [CN] }', at('https://openrouter.ai/api/v1', 'deepseek/deepseek-chat'), ['model-origin error']],
    ['policy: { gateways: forbidden }', at('https://openrouter.ai/api/v1', 'openai/gpt-5.4'), ['residency error']],
    ['policy: { gateways: [openrouter] }', at('https://openrouter.ai/api/v1', 'openai/gpt-5.4'), []],
    ['policy: { gateways: forbidden }', chat(''), []],
    // eu. host: documented; api.mistral.ai: likely; Groq: not documented.
    ['policy: { certainty: certain }', at(euHost), []],
    ['policy: { certainty: certain }', at('https://api.mistral.ai/v1'), ['residency warning']],
    ['policy: { certainty: likely }', at('https://api.mistral.ai/v1'), []],
    ['policy: { certainty: likely }', at('https://api.groq.com/openai/v1'), ['residency-unknown info']],
    ['policy: { forbiddenProviders: [openai] }', at('https://gateway.ai.cloudflare.com/v1/a/b/openai'), ['residency warning']],
    ['policy: { allowedProviders: [mistral] }', chat(''), ['residency error']],
  ])('%s: %#', async (policy, code, expected) => expect(short(await findings(code, [policy]))).toEqual(expected));
});

describe('retention and training', () => {
  const cohere = 'import cohere\ncohere.ClientV2().chat(model="command-a-03-2025", messages=[])\n';
  test.each([
    // OpenAI keeps abuse logs 30 days, nothing by contract; Together nothing; Cohere trains unless switched off.
    ['policy: { maximumRetentionDays: 30 }', chat(''), []],
    ['policy: { maximumRetentionDays: 7 }', chat(''), ['data-retention error']],
    ['policy: { maximumRetentionDays: 7 }', at('https://api.x.ai/v1'), ['data-retention warning']],
    ['policy: { maximumRetentionDays: 7 }', at('https://api.deepseek.com'), ['data-retention info']],
    ['policy: { maximumRetentionDays: 7 }', at('https://api.together.ai/v1'), []],
    ['policy: { zeroRetention: true }', at('https://api.together.ai/v1'), []],
    ['policy: { zeroRetention: true }', chat(''), ['data-retention info']],
    ['policy: { zeroRetention: true }', at('https://api.x.ai/v1'), ['data-retention warning']],
    ['policy: { zeroRetention: true }\ndeclarations: [{ provider: openai, zeroRetention: true, reason: contract }]', chat(''), []],
    ["policy: { zeroRetention: true }\ndeclarations: [{ provider: openai, zeroRetention: true, validTo: '2026-11-01' }]", chat(''), ['data-retention info']],
    ['policy: { training: forbidden }', chat(''), []],
    ['policy: { training: forbidden }', cohere, ['data-training warning']],
    ['policy: { training: forbidden }\ndeclarations: [{ provider: cohere, training: false }]', cohere, []],
    ['policy: { training: forbidden }', at('https://api.deepseek.com'), ['data-training warning']],
    // Moonshot's help centre and its terms contradict each other; MiniMax's policy is silent.
    ['policy: { training: forbidden }', at('https://api.moonshot.ai/v1'), ['data-training warning']],
    ['policy: { training: forbidden }', at('https://api.minimax.io/v1'), ['data-training info']],
    ['policy: { training: forbidden, zeroRetention: true }', at('https://dashscope-intl.aliyuncs.com/compatible-mode/v1'), []],
    // The international site's promises are not the mainland's.
    ['policy: { training: forbidden }', at('https://dashscope.aliyuncs.com/compatible-mode/v1'), ['data-training info']],
    ['policy: { training: forbidden }', at('http://localhost:11434/v1'), []],
    ['policy: { training: forbidden, zeroRetention: true }', 'from openai import OpenAI\nOpenAI(base_url="https://openrouter.ai/api/v1").chat.completions.create(model="openai/gpt-5.4", messages=[], extra_body={"provider": {"zdr": True, "data_collection": "deny"}})\n', []],
  ])('%s: %#', async (policy, code, expected) => expect(short(await findings(code, [policy]))).toEqual(expected));
});

describe('declarations', () => {
  const azure = 'from openai import AzureOpenAI\nAzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-10-21").chat.completions.create(model="gpt4-eu", messages=[])\n';
  const declare = (what: string): string => `policy: { allowedZones: [EU] }\ndeclarations: [{ provider: azure-openai, ${what} }]`;
  test.each([
    [declare('storageZone: EU'), []],
    [declare('storageZone: EU, inferenceZone: EU, host: acme.openai.azure.com'), []],
    [declare('storageZone: EU, host: other.openai.azure.com'), ['residency-unknown info']],
    [declare('storageZone: EU, deployment: gpt4-eu'), []],
    [declare('storageZone: EU, deployment: gpt4-us'), ['residency-unknown info']],
    [declare('storageZone: US'), ['residency warning']],
    [declare("storageZone: EU, validTo: '2026-11-23'"), ['residency-unknown info']],
    [declare("storageZone: EU, validTo: '2026-11-24'"), []],
  ])('%s', async (file, expected) => expect(short(await findings(azure, [file]))).toEqual(expected));
});

describe('classes of data', () => {
  const policy = 'policy:\n  dataClasses:\n    personal: { allowedZones: [EU] }\n    public: { allowedZones: [global] }\n  data: [{ class: personal, paths: ["src/users/**"] }]\n';
  test('a comment, a path, or a hint raises the class', async () => {
    expect(short(await findings(at('https://us.api.openai.com/v1'), [policy]))).toEqual([]);
    expect(short(await findings(at('https://us.api.openai.com/v1', 'm', 'question', '# tokenfare: data=personal'), [policy]))).toEqual(['residency error']);
    expect(short(await findings(at('https://us.api.openai.com/v1'), [policy], 'src/users/mail.py'))).toEqual(['residency error']);
    expect(short(await findings(at('https://us.api.openai.com/v1'), [policy], 'lib/users/mail.py'))).toEqual([]);
    const hinted = await findings(at('https://us.api.openai.com/v1', 'm', 'f"Answer {customer_email}"'), [policy]);
    expect(short(hinted)).toEqual(['residency warning']);
    expect(findingMessage(hinted[0]!, english)).toContain('Rule for personal data (a hint: "customer_email" is put into the prompt).');
  });
  test('prose about mail is no hint, nor is a name that only contains the letters', async () => {
    expect(short(await findings(at('https://us.api.openai.com/v1', 'm', '"Write an email about payments to the patient"'), [policy]))).toEqual([]);
    const code = 'from openai import OpenAI\ndef f(dobby, prepayments_of):\n    OpenAI(base_url="https://us.api.openai.com/v1").chat.completions.create(model="m", messages=[{"role": "user", "content": dobby}])\n';
    expect(short(await findings(code, [policy]))).toEqual([]);
  });
  test('public data may go where the rest may not, when the policy says so', async () => {
    const strict = `policy:\n  allowedZones: [EU]\n  dataClasses: { public: { allowedZones: [global] } }\n`;
    expect(short(await findings(chat(''), [strict]))).toEqual(['residency warning']);
    expect(short(await findings(chat('', 'm', '"x"', '# tokenfare: data=public'), [strict]))).toEqual([]);
    // The policy of the organisation does not know the class: it holds for everything.
    expect(short(await findings(chat('', 'm', '"x"', '# tokenfare: data=public'), [{ organisation: 'policy: { allowedZones: [EU] }' }, strict]))).toEqual(['residency warning']);
  });
});

describe('routes', () => {
  // Article B: China-bound traffic may use Alipay, the rest may not.
  const policy = 'policy:\n  allowedZones: [EU, US]\n  routes: [{ traffic: china, providers: [alibaba-dashscope, alipay], paths: ["src/cn/**"], allowedZones: [CN] }]\n';
  const qwen = at('https://dashscope.aliyuncs.com/compatible-mode/v1', 'qwen-plus');
  test('the rest may not', async () => expect(short(await findings(qwen, [policy]))).toEqual(['routing error', 'residency error']));
  test('files of the traffic may', async () => expect(short(await findings(qwen, [policy], 'src/cn/pay.py'))).toEqual([]));
  test('a marked call may', async () => expect(short(await findings(at('https://dashscope.aliyuncs.com/compatible-mode/v1', 'qwen-plus', '"x"', '# tokenfare: traffic=china'), [policy]))).toEqual([]));
  test('the traffic keeps to its own zones', async () => expect(short(await findings(at(euHost), [policy], 'src/cn/pay.py'))).toEqual(['residency error']));
});

describe('what decided', () => {
  test('a .env file of the project, with its place', async () => {
    const env = { '/project/.env': '# addresses\nOPENAI_API_KEY=sk-secret\nOPENAI_BASE_URL="https://api.deepseek.com"\n' };
    const [finding] = await findings(chat(''), ['policy: { allowedZones: [EU] }'], 'src/a.py', env);
    expect(finding).toMatchObject({ code: 'residency', severity: 'warning', data: { provider: 'deepseek', variable: 'OPENAI_BASE_URL' } });
    const related = finding!.related.find((each) => each.role === 'environment-file')!;
    expect([related.file, env['/project/.env'].slice(related.range.start, related.range.end)]).toEqual(['/project/.env', 'https://api.deepseek.com']);
  });
  test('regions of the environment', async () => {
    const code = 'import boto3\nboto3.client("bedrock-runtime").converse(modelId="amazon.nova-lite-v1:0", messages=[])\n';
    expect(short(await findings(code, ['policy: { allowedZones: [EU] }'], 'src/a.py', { '/project/src/.env': 'AWS_REGION=eu-central-1\n' }))).toEqual([]);
    expect(short(await findings(code, ['policy: { allowedZones: [EU] }'], 'src/a.py', { '/project/.env': 'AWS_REGION=us-east-1\n' }))).toEqual(['residency warning']);
  });
  test('a secret in a .env file is never read', async () => {
    const code = chat('base_url=os.environ["LLM_TOKEN"]');
    const [finding] = await findings(code, ['policy: { allowedZones: [EU] }'], 'src/a.py', { '/project/.env': 'LLM_TOKEN=https://api.deepseek.com\n' });
    expect(finding!.code).toBe('residency-unknown');
    expect(JSON.stringify(finding)).not.toContain('deepseek');
  });
  test('the variable and what to set are named where the code cannot tell', async () => {
    const [finding] = await findings(chat('base_url=os.environ["LLM_URL"]'), ['policy: { allowedZones: [EU] }']);
    expect(findingMessage(finding!, english)).toContain('The address comes from LLM_URL. Give it a default in the code, or set it in a .env file of the project.');
  });
  test('both hops of a gateway', async () => {
    const [finding] = await findings(at('https://gateway.ai.cloudflare.com/v1/a/b/deepseek', 'deepseek-chat'), ['policy: { allowedZones: [EU] }']);
    expect(finding).toMatchObject({ severity: 'warning', data: { through: 'Cloudflare AI', storageZone: 'CN' } });
  });
});

describe('the same data in two places', () => {
  const double = (between = ''): string => `from openai import OpenAI\nqwen = OpenAI(base_url="https://dashscope.aliyuncs.com/compatible-mode/v1")\nmistral = OpenAI(base_url="https://api.mistral.ai/v1")\ndef answer(question, cn):\n    a = qwen.chat.completions.create(model="qwen-plus", messages=[{"role": "user", "content": question}])\n${between}    b = mistral.chat.completions.create(model="mistral-small-latest", messages=[{"role": "user", "content": question}])\n    return a, b\n`;
  const open = 'policy: { allowedZones: [CN, EU] }';
  test('one after the other', async () => expect(short(await findings(double(), [open]))).toEqual(['duplicate-flow info']));
  test('one or the other', async () => {
    const either = double().replace('    a = qwen', '    if cn:\n        return qwen').replace('    b = mistral', '    return mistral');
    expect(short(await findings(either, [open]))).toEqual([]);
    expect(short(await findings(double().replace('    a = qwen', '    try:\n        a = qwen').replace('    b = mistral', '    except Exception:\n        b = mistral'), [open]))).toEqual([]);
  });
  test('without a policy nothing is said', async () => expect(short(await findings(double(), []))).toEqual([]));
});

describe('acceptance', () => {
  const policy = 'policy: { allowedZones: [EU] }';
  const accepted = (words: string): string => at('https://us.api.openai.com/v1', 'm', '"x"', `# tokenfare: ignore[residency] ${words}`);
  test('holds until its day', async () => {
    expect(short(await findings(accepted('contract 12'), [policy]))).toEqual([]);
    expect(short(await findings(accepted('until=2026-11-24 contract 12'), [policy]))).toEqual([]);
  });
  test('comes back afterwards and says so', async () => {
    const [finding] = await findings(accepted('until=2026-11-23 contract 12'), [policy]);
    expect(findingMessage(finding!, english)).toContain('Accepted until 2026-11-23 (contract 12): that has passed.');
  });
});

// Places of the hosts: OpenAI data residency guide (us.), Model Studio regions (Beijing), Cohere's terms (training unless switched off).
describe('presets', () => {
  const calls = { us: at('https://us.api.openai.com/v1'), eu: at('https://eu.api.openai.com/v1'), china: at('https://dashscope.aliyuncs.com/compatible-mode/v1'), trains: 'import cohere\ncohere.ClientV2().chat(model="command-a-03-2025", messages=[])\n' };
  test.each([
    ['eu-only', { us: ['residency error'], eu: [], china: ['residency error'], trains: ['residency-unknown info'] }],
    ['us-and-eu', { us: [], eu: [], china: ['residency error'], trains: ['residency-unknown info'] }],
    ['mainland-china', { us: ['residency error'], eu: ['residency error'], china: [], trains: ['residency-unknown info'] }],
    ['no-training', { us: [], eu: [], trains: ['data-training warning'] }],
    ['open', { us: [], eu: [], china: [], trains: [] }],
  ] as const)('%s', async (preset, expected) => {
    for (const [name, list] of Object.entries(expected)) expect(short(await findings(calls[name as keyof typeof calls], [stringify({ policy: policyPresets[preset] })])), name).toEqual(list);
  });
});
