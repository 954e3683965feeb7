/** Options of a request that change its price, from source text to cost. */
import { expect, it } from 'vitest';
import { analyzeText } from '../engineForTests.js';

const cost = async (code: string) => {
  const { calls } = await analyzeText('python', code);
  return calls[0]!.estimate.cost;
};
const ratio = async (code: string, option: string): Promise<number> => {
  const [plain, asked] = [await cost(code.replace('OPTION', '')), await cost(code.replace('OPTION', option))];
  return asked.perCall!.likely / plain.perCall!.likely;
};

it('inference_geo us: 1.1 times, on a line of its own', async () => {
  const code = "import anthropic\nanthropic.Anthropic().messages.create(model='claude-opus-5-5', max_tokens=100, messages=[{'role': 'user', 'content': 'hi'}]OPTION)\n";
  expect(await ratio(code, ", inference_geo='us'")).toBeCloseTo(1.1, 9);
  expect((await cost(code.replace('OPTION', ", inference_geo='us'"))).components.map((each) => each.unit)).toContain('regional-surcharge');
  expect(await ratio(code, ", inference_geo='global'")).toBe(1);
});

it('Qwen-Plus thinking: output at 4 instead of 1.20 dollars in Singapore', async () => {
  const client = "from openai import OpenAI\nclient = OpenAI(base_url='https://dashscope-intl.aliyuncs.com/compatible-mode/v1')\n";
  const call = "client.chat.completions.create(model='qwen-plus', messages=[{'role': 'user', 'content': 'hi'}]OPTION)\n";
  const output = async (option: string) => (await cost(client + call.replace('OPTION', option))).components.find((each) => each.unit === 'output-token')!.amount.likely;
  expect(await output(", extra_body={'enable_thinking': True}") / await output('')).toBeCloseTo(4 / 1.2, 9);
  expect(await output(", extra_body={'enable_thinking': False}")).toBe(await output(''));
});

it('a service tier is priced where the vendor lists one', async () => {
  const code = "from openai import OpenAI\nOpenAI().images.generate(model='dall-e-3', prompt='a cat'OPTION)\n";
  // dall-e-3: $0.04, in HD $0.08
  expect(await ratio(code, ", quality='hd'")).toBe(2);
});
