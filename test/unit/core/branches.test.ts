/** Calls whose client or address depends on a branch of the code: every branch is told, none is taken for certain. */
import { describe, expect, test } from 'vitest';
import { type CallSite, type Configuration, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { english, findingMessage } from '../../../src/messages.js';
import { engineForTests } from '../engineForTests.js';

async function analysed(text: string, language: LanguageId = 'python', configuration: Configuration = defaultConfiguration) {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, text);
  const analysis = session.analyze(configuration, '2026-11-24');
  session.dispose();
  return analysis;
}

const places = (call: CallSite): readonly string[] => [call.destination, ...(call.otherDestinations ?? [])].map((each) => `${each.provider} ${each.inferenceZone} ${each.certainty}`);

const twoClients = `from openai import AzureOpenAI, OpenAI
class LLM:
    def __init__(self, is_azure):
        if is_azure:
            self.client = AzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-10-21")
        else:
            self.client = OpenAI()
    def ask(self, text):
        return self.client.chat.completions.create(model="gpt-4o-mini", max_tokens=100, messages=[{"role": "user", "content": "Say hello."}])
`;

describe('branches', () => {
  test('two clients: the other one is told, and the cost covers what is known', async () => {
    const { calls } = await analysed(twoClients);
    expect(calls).toHaveLength(1);
    const [call] = calls;
    expect(places(call!)).toEqual(['azure-openai unknown unknown', 'openai global likely']);
    expect(call!.estimate.assumptions.filter((each) => each.code === 'provider-choice')).toEqual([{ code: 'provider-choice', value: 'Azure OpenAI / AI Foundry | OpenAI (global)', origin: 'code' }]);
  });

  test('a branch that costs nothing hides no other that does', async () => {
    const text = `from openai import OpenAI
def client(name):
    if name.startswith("ollama/"):
        return OpenAI(base_url="http://localhost:11434/v1")
    return OpenAI()
def ask(text, name):
    return client(name).chat.completions.create(model="gpt-4o-mini", max_tokens=100, messages=[{"role": "user", "content": "Say hello."}])
`;
    const { calls: [call] } = await analysed(text);
    expect(places(call!).map((each) => each.split(' ')[0])).toEqual(['ollama', 'openai']);
    const { calls: [alone] } = await analysed(text.replace(/    if name[^\n]*\n[^\n]*\n/, ''));
    expect(alone!.estimate.cost.perCall).not.toBeNull();
    expect(call!.estimate.cost.perCall).toEqual(alone!.estimate.cost.perCall);
  });

  test('an address of two', async () => {
    const text = `from openai import OpenAI
import os
base = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1" if os.environ.get("ABROAD") else "https://dashscope.aliyuncs.com/compatible-mode/v1"
client = OpenAI(base_url=base, api_key=os.environ["DASHSCOPE_API_KEY"])
client.chat.completions.create(model="qwen-plus", max_tokens=100, messages=[{"role": "user", "content": "Say hello."}])
`;
    const { calls } = await analysed(text);
    expect(places(calls[0]!).map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual(['alibaba-dashscope global-except-CN', 'alibaba-dashscope CN']);
    expect(places(calls[0]!).filter((each) => each.endsWith('certain'))).toEqual([]);
    // The same model costs less in mainland China than abroad: the range says so.
    const { low, likely } = calls[0]!.estimate.cost.perCall!;
    expect(low).toBeLessThan(likely);
  });

  test('one client, and one of a `with` in another function: nothing is said', async () => {
    const { calls } = await analysed(`from openai import AzureOpenAI, OpenAI
def one():
    client = OpenAI()
    return client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Say hello."}])
def two():
    client = AzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-10-21")
    return client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Say hello."}])
`);
    expect(calls.map((each) => places(each).map((place) => place.split(' ')[0]))).toEqual([['openai'], ['azure-openai']]);
    expect(calls.flatMap((each) => each.estimate.assumptions.filter(({ code }) => code === 'provider-choice'))).toEqual([]);
  });

  test('a policy holds for every branch, with a warning at most for those that may not be taken', async () => {
    const text = `import OpenAI from "openai";
const client = process.env.EU ? new OpenAI({ baseURL: "https://eu.api.openai.com/v1" }) : new OpenAI({ baseURL: "https://api.deepseek.com" });
await client.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Say hello." }] });
`;
    const { calls, findings } = await analysed(text, 'typescript', { ...defaultConfiguration, policy: { ...defaultConfiguration.policy, allowedZones: ['EU'] } });
    expect(places(calls[0]!).map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual(['openai EU', 'deepseek CN']);
    const own = findings.filter(({ code }) => code.startsWith('residency'));
    expect(own.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['residency warning']);
    expect(findingMessage(own[0]!, english)).toContain('another branch of the code');
    expect(own[0]!.data['provider']).toBe('deepseek');
  });
});
