/** Calls through gateways that hand on the upstream's bill, Amazon resource names, and names that deployments stand for. */
import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { parseConfiguration } from '../../../src/core/configuration.js';
import { findModel, findProvider } from '../../../src/core/lookup.js';
import { defaultConfiguration } from '../../../src/core/model.js';
import { billedThrough, upstreamOf } from '../../../src/core/upstream.js';
import { analyzeText } from '../engineForTests.js';

const behind = (gateway: string, name: string) => {
  const found = upstreamOf(facts, findProvider(facts, gateway)!, name);
  return found && `${found.provider.id}/${found.model.id}`;
};

describe('the upstream of a name', () => {
  it.each([
    ['vercel', 'anthropic/claude-sonnet-5', 'anthropic/claude-sonnet-5'], ['vercel', 'xai/grok-4.7', 'xai/grok-4.7'], ['litellm', 'gpt-4o', 'openai/gpt-4o'],
    ['litellm', 'gemini/gemini-2.5-pro', 'google-gemini/gemini-2.5-pro'], ['portkey', 'claude-haiku-4-5', 'anthropic/claude-haiku-4-5'], ['cloudflare', 'deepseek/deepseek-flash', 'deepseek/deepseek-flash'],
    ['vercel', 'anthropic/nothing-of-theirs', null], ['vercel', 'nobody/gpt-4o', null], ['openrouter', 'openai/gpt-4o', null], ['tokenmix', 'gpt-4o', null],
  ])('%s: %s is %s', (gateway, name, expected) => expect(behind(gateway, name)).toBe(expected));

  it('keeps the fees of both, and no surcharge of a region', () => {
    const fee = { id: 'f', name: 'fee', percent: '5', source: 'made up', checkedOn: '2026-11-01', confidence: 'claim' as const };
    const { provider, endpoint } = billedThrough({ ...findProvider(facts, 'vercel')!, charges: [fee] }, findProvider(facts, 'anthropic')!);
    expect(provider.charges!.map((each) => each.id)).toEqual(['web-search', 'f']);
    expect(endpoint).toMatchObject({ id: 'global' });
    expect(endpoint).not.toHaveProperty('priceFactor');
  });
});

describe('a call through a gateway', () => {
  const code = (base: string, model: string) => `from openai import OpenAI\nclient = OpenAI(base_url='${base}')\nclient.chat.completions.create(model='${model}', max_tokens=100, messages=[{'role': 'user', 'content': 'hi'}])\n`;
  const cost = async (base: string, model: string, configuration = defaultConfiguration) => (await analyzeText('python', code(base, model), configuration)).calls[0]!;

  it('costs the list price of the upstream, and says so', async () => {
    const call = await cost('https://ai-gateway.vercel.sh/v1', 'openai/gpt-4o');
    // Up to 100 tokens at $10 per million besides a few at $2.50: the upper end is that and the prompt.
    const { perCall } = call.estimate.cost;
    expect(perCall!.high! - call.estimate.input.tokens.high! * 2.5e-6).toBeCloseTo(100 * 10e-6, 12);
    expect(call.estimate).toMatchObject({ provider: 'vercel', model: null });
    expect(call.estimate.assumptions).toContainEqual({ code: 'upstream-price', subject: 'OpenAI', value: 'gpt-4o', origin: 'default' });
  });

  it('costs nothing known where the gateway’s own prices are not known', async () => {
    expect((await cost('https://api.tokenmix.ai/v1', 'gpt-4o')).estimate.cost).toMatchObject({ perCall: null, reason: 'unknown-model' });
  });
});

describe('Amazon resource names', () => {
  it.each([
    ['arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123', undefined],
  ])('%s: %s', (arn, id) => expect(findModel(findProvider(facts, 'aws-bedrock')!, arn)?.id).toBe(id));
});

describe('what a deployment stands for', () => {
  it('must be a model that somebody knows; the message names the line and the nearest ones', () => {
    const text = 'deployments:\n  a: gpt-4o\n  b: gpt-4oo\n  c: acme/own\nproviders: []\n';
    const { value, problems } = parseConfiguration(text, facts);
    expect(problems.map(({ range, expected, found }) => [text.slice(range.start, range.end), found, expected])).toEqual([
      ['gpt-4oo', 'gpt-4oo', expect.stringMatching(/^a model of the catalog \(similar: gpt-4o,/)], ['acme/own', 'acme/own', 'a model of the catalog'],
    ]);
    expect(value!.deployments).toEqual({ a: 'gpt-4o', b: 'gpt-4oo', c: 'acme/own' });
  });

  it('may be a model of the file itself', () => {
    const text = "deployments: { a: acme-1 }\nprices:\n  - { provider: openai, model: acme-1, checkedOn: '2026-11-01', components: [{ unit: input-token, amount: '1' }] }\n";
    expect(parseConfiguration(text, facts).problems).toEqual([]);
  });
});
