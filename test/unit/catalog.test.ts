import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { facts } from '../../src/catalog.js';
import { providerSources } from '../../src/commandLine/providerSources.js';
import { providerFileSchema } from '../../src/core/providerFile.js';
import { families } from '../../src/tokenizers/families.js';
import { providerFiles, tokenizerFamiliesFile } from '../../src/providers/index.js';
import { findEndpoint, findModel, findProvider } from '../../src/core/lookup.js';
import type { Provider } from '../../src/core/model.js';
import { priceOn } from '../../src/core/price.js';

const provenance = v.object({
  source: v.pipe(v.string(), v.minLength(5)),
  checkedOn: v.pipe(v.string(), v.isoDate(), v.check((day) => day <= '2026-11-25', 'not from the future')),
  confidence: v.picklist(['official', 'secondary', 'claim']),
});
const issuesOf = (result: v.SafeParseResult<v.GenericSchema>): string[] => result.issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`) ?? [];

describe.each(providerSources().map((each) => [each.id, each] as const))('%s, as written', (_, file) => {
  it('has the shape of a provider file', () => {
    expect(issuesOf(v.safeParse(providerFileSchema, file))).toEqual([]);
  });
});

describe.each(facts.providers.map((each) => [each.id, each] as const))('%s', (_, each) => {
  it('states for everything where it was read, when, and how far it can be trusted', () => {
    const facts = [
      each, ...each.endpoints, each.auth, each.delivery, ...(each.latency ?? []), ...(each.charges ?? []), each.injectedTokens, ...(each.plans ?? []),
      ...(each.freeAllowances ?? []), ...(each.facts ?? []),
      ...each.models.flatMap((one) => [...one.prices, one.retirement, ...(one.quality ?? []), one.imageRule, one.mediaRule]),
    ].filter((fact) => fact !== undefined);
    expect(facts.flatMap((fact) => issuesOf(v.safeParse(provenance, fact)).map((issue) => `${JSON.stringify(fact).slice(0, 120)} ${issue}`))).toEqual([]);
  });

  it('counts with a tokenizer that exists and a factor whose ends are in order', () => {
    for (const one of each.models) {
      expect(families.map(({ id }) => id)).toContain(one.tokenizer);
      expect(['exact', 'approximate']).toContain(one.tokenizerBasis);
      if (one.tokenizerFactor) expect(one.tokenizerFactor[0]).toBeLessThan(one.tokenizerFactor[1]);
    }
  });

  it('has unique model ids and names that mean one model', () => {
    const ids = each.models.map((one) => one.id);
    const aliases = each.models.flatMap((one) => one.aliases ?? []);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(aliases.filter((alias, index) => aliases.indexOf(alias) !== index || ids.includes(alias))).toEqual([]);
  });

  it('has unique endpoint ids, default endpoints that exist and prices for endpoints that exist', () => {
    const ids = each.endpoints.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of Object.values(each.defaultEndpoint ?? {})) expect(ids).toContain(id);
    expect(each.defaultEndpoint?.['*']).toBeDefined();
    for (const one of each.models) for (const row of one.prices) for (const id of row.endpoints ?? []) expect(ids).toContain(id);
  });

  it('finds its own endpoint for every base URL it would write', () => {
    for (const endpoint of each.endpoints) {
      for (const base of Object.values(endpoint.baseUrls ?? {})) {
        const found = findEndpoint(facts, base);
        expect([found?.provider.id, new URL(base).host]).toEqual([each.id, new URL(base).host]);
      }
    }
  });

  it('has a base rate under every conditional one', () => {
    for (const one of each.models) {
      for (const row of one.prices) {
        const plain = new Set(row.components.filter((c) => !c.when || c.when.window).map((c) => c.unit));
        for (const c of row.components) expect(plain.has(c.unit), `${one.id} ${c.unit}`).toBe(true);
      }
    }
  });

  it('replaces a retiring model with one it knows', () => {
    for (const one of each.models) {
      const replacement = one.retirement?.replacement;
      if (replacement) expect(findModel(each, replacement)?.id, `${one.id} → ${replacement}`).toBe(replacement);
      if (one.current) expect(one.retirement, one.id).toBeUndefined();
    }
  });
});

describe('the whole catalog', () => {
  it('has every provider id of the interface once', () => {
    expect(facts.providers.map((each) => each.id).sort()).toEqual([
      'alibaba-dashscope', 'alipay', 'ant-ling', 'anthropic', 'aws-bedrock', 'azure-openai', 'baidu-qianfan', 'cloudflare', 'cohere',
      'deepseek', 'fireworks', 'google-gemini', 'google-vertex', 'groq', 'huggingface', 'litellm', 'minimax', 'mistral',
      'moonshot', 'ollama', 'openai', 'openrouter', 'perplexity', 'portkey', 'tencent-hunyuan', 'together', 'tokenmix',
      'vercel', 'volcengine-ark', 'xai', 'zhipu',
    ]);
    expect(providerFiles).toHaveLength(facts.providers.length);
  });

  it('maps each host pattern to one endpoint', () => {
    const hosts = facts.providers.flatMap((each) => each.endpoints.map((one) => one.host + (one.path ?? '')));
    expect(hosts.filter((host, index) => hosts.indexOf(host) !== index)).toEqual([]);
  });

  it('has dated exchange rates', () => {
    expect(v.safeParse(v.object({ ...provenance.entries, perUsd: v.record(v.string(), v.pipe(v.number(), v.minValue(0.01))) }), facts.rates).success).toBe(true);
    expect(Object.keys(facts.rates.perUsd)).toEqual(expect.arrayContaining(['USD', 'CNY', 'EUR', 'GBP', 'JPY', 'INR']));
    // ECB table of 2026-05-08: 1 EUR = 1.1761 USD = 7.9989 CNY.
    expect(facts.rates.perUsd['CNY']).toBeCloseTo(7.9989 / 1.1761, 3);
  });

  it('uses every tokenizer family, low ≤ high', () => {
    const { families } = tokenizerFamiliesFile as { families: Record<string, { tokenizerFactor?: [number, number] }> };
    for (const { tokenizerFactor: factor } of Object.values(families)) if (factor) expect(factor[0]).toBeLessThan(factor[1]);
  });

  it.each([
    ['openai', 'gpt-4o', 'o200k_base', 'exact'], ['openai', 'gpt-4.1-mini', 'o200k_base', 'exact'],
    ['openai', 'o3', 'o200k_base', 'exact'], ['openai', 'gpt-6-sol', 'o200k_base', 'exact'],
    ['openai', 'gpt-4', 'cl100k_base', 'exact'], ['openai', 'gpt-4-turbo', 'cl100k_base', 'exact'],
    ['openai', 'gpt-3.5-turbo', 'cl100k_base', 'exact'], ['openai', 'text-embedding-3-small', 'cl100k_base', 'exact'],
    ['groq', 'openai/gpt-oss-120b', 'o200k_base', 'exact'], ['anthropic', 'claude-opus-5-5', 'o200k_base', 'approximate'],
    // DashScope serves qwen-plus without saying which weights; DeepSeek's V4 vocabulary is published and equals V3's.
    ['alibaba-dashscope', 'qwen-plus', 'qwen', 'approximate'], ['deepseek', 'deepseek-flash', 'deepseek', 'exact'],
    ['alibaba-dashscope', 'qwen3-32b', 'qwen', 'exact'], ['alibaba-dashscope', 'qwen2.5-72b-instruct', 'qwen', 'exact'], ['alibaba-dashscope', 'qwen3.5-plus', 'qwen', 'approximate'],
    ['alibaba-dashscope', 'deepseek-r1-distill-llama-70b', 'llama3', 'exact'], ['groq', 'llama-3.3-70b-versatile', 'llama3', 'exact'], ['groq', 'meta-llama/llama-4-scout-17b-16e-instruct', 'o200k_base', 'approximate'],
    ['google-gemini', 'gemini-2.5-flash', 'gemma3', 'exact'], ['google-gemini', 'gemini-3-pro-preview', 'gemma3', 'exact'], ['google-gemini', 'gemini-3.5-flash', 'gemma3', 'approximate'],
    ['mistral', 'mistral-large-2512', 'tekken', 'approximate'], ['together', 'mistralai/Mixtral-8x7B-Instruct-v0.1', 'mistral-v3', 'approximate'],
    ['zhipu', 'glm-4.6', 'deepseek', 'approximate'], ['moonshot', 'kimi-k2.5', 'deepseek', 'approximate'], ['xai', 'grok-4.3', 'o200k_base', 'approximate'],
  ])('%s/%s counts with %s, %s', (id, name, tokenizer, basis) => {
    expect(findModel(findProvider(facts, id)!, name)).toMatchObject({ tokenizer, tokenizerBasis: basis });
  });

  it.each([
    // OpenAI deprecations page and SDK tables, read 2026-11-23.
    ['openai', 'gpt-4o', '2027-01-14', 'gpt-6-luna'], ['openai', 'gpt-4o-mini', '2027-01-14', 'gpt-6-luna'],
    ['openai', 'gpt-4.1', '2027-01-14', 'gpt-6-luna'], ['openai', 'gpt-4.1-mini', '2027-01-14', 'gpt-6-luna'],
    ['openai', 'gpt-3.5-turbo', '2026-10-23', 'gpt-5.6-terra'], ['openai', 'gpt-4', '2026-10-23', 'gpt-5.6-sol'],
    ['openai', 'gpt-4-turbo', '2026-10-23', 'gpt-5.6-sol'], ['openai', 'gpt-4o-2024-05-13', '2026-10-23', 'gpt-5.6-sol'],
    ['openai', 'o1', '2026-10-23', 'gpt-5.6-sol'], ['openai', 'o3-mini', '2026-10-23', 'gpt-5.6-sol'],
    ['openai', 'o4-mini', '2026-10-23', 'gpt-5.6-terra'], ['openai', 'gpt-4.1-nano', '2026-10-23', undefined],
    ['openai', 'gpt-5', '2026-12-11', 'gpt-6.1-sol'], ['openai', 'o3', '2026-12-11', 'gpt-5.6-sol'],
    ['openai', 'gpt-5.1', '2027-04-01', undefined],
    ['anthropic', 'claude-sonnet-4-5', '2026-11-30', 'claude-sonnet-5-5'], ['anthropic', 'claude-sonnet-4-20250514', '2026-06-15', 'claude-sonnet-4-6'],
    ['anthropic', 'claude-opus-4-20250514', '2026-06-15', 'claude-opus-4-8'], ['anthropic', 'claude-3-7-sonnet-20250219', '2026-02-19', undefined],
    ['anthropic', 'claude-3-5-haiku-20241022', '2026-02-19', undefined],
  ])('%s/%s shuts down on %s, replaced by %s', (id, name, on, replacement) => {
    const { retirement } = findModel(findProvider(facts, id)!, name)!;
    expect([retirement?.on, retirement?.replacement]).toEqual([on, replacement]);
  });
});

describe('prices of the provider study (2026-11-23), per million tokens: input, cached, output', () => {
  it.each([
    ['openai', 'gpt-4o', 'global', 'USD', '2.5', '1.25', '10'], ['openai', 'gpt-4o-mini', 'global', 'USD', '0.15', '0.075', '0.6'],
    ['openai', 'gpt-6-sol', 'global', 'USD', '2', '0.2', '10'], ['openai', 'gpt-6-luna', 'global', 'USD', '0.1', '0.01', '0.5'],
    ['openai', 'gpt-6-astra', 'global', 'USD', '10', '1', '50'],
    ['anthropic', 'claude-opus-5-5', 'global', 'USD', '4', '0.2', '20'], ['anthropic', 'claude-sonnet-5', 'global', 'USD', '2', '0.2', '10'],
    ['anthropic', 'claude-haiku-4-5', 'global', 'USD', '1', '0.1', '5'], ['google-gemini', 'gemini-2.5-pro', 'global', 'USD', '1.25', '0.125', '10'],
    ['deepseek', 'deepseek-flash', 'global', 'USD', '0.15', '0.003', '0.6'], ['deepseek', 'deepseek-flash', 'global', 'CNY', '1', '0.02', '4'],
    ['deepseek', 'deepseek-v4-pro', 'global', 'USD', '0.66', '0.022', '1.98'], ['deepseek', 'deepseek-v4-pro', 'global', 'CNY', '4.5', '0.15', '13.5'],
    ['alibaba-dashscope', 'qwen-plus', 'singapore', 'USD', '0.4', undefined, '1.2'], ['alibaba-dashscope', 'qwen-plus', 'beijing', 'CNY', '0.8', undefined, '2'],
    ['alibaba-dashscope', 'qwen2.5-72b-instruct', 'singapore', 'USD', '1.4', undefined, '5.6'], ['alibaba-dashscope', 'qwen2.5-72b-instruct', 'beijing', 'CNY', '4', undefined, '12'],
    ['moonshot', 'kimi-k2.6', 'global', 'USD', '0.95', '0.16', '4'], ['minimax', 'MiniMax-M3', 'global', 'USD', '0.3', '0.06', '1.2'],
    ['zhipu', 'glm-5.2', 'zai', 'USD', '1.4', '0.26', '4.4'], ['xai', 'grok-4.7', 'global', 'USD', '2', '0.5', '6'],
  ])('%s/%s at %s in %s: %s, %s, %s', (id, name, endpoint, currency, input, cached, output) => {
    const row = priceOn(findModel(findProvider(facts, id)!, name)!, endpoint, '2026-11-23', currency)!;
    const amount = (unit: string) => row.components.find((c) => c.unit === unit && c.when?.window !== 'peak' && !c.when?.promptTokensAbove)?.amount;
    expect([row.currency, amount('input-token'), amount('cached-input-token'), amount('output-token')]).toEqual([currency, input, cached, output]);
  });

  it('gpt-5.6-sol: 4/20 as long as the promotion was promised, through 2026-11-21; then the list price, as a claim', () => {
    const on = (day: string) => { const row = priceOn(findModel(findProvider(facts, 'openai')!, 'gpt-5.6-sol')!, 'global', day, 'USD')!; return [row.components[0]!.amount, row.confidence]; };
    expect([on('2026-08-20'), on('2026-11-21'), on('2026-11-22')]).toEqual([['5', 'secondary'], ['4', 'secondary'], ['5', 'claim']]);
  });

  it.each([
    // DeepSeek's page before and after 16:00 UTC on 2026-08-16; V4.1 Flash from 2026-09-10.
    ['deepseek-v4-flash', '2026-06-01', 'USD', '0.14', '0.28'], ['deepseek-flash', '2026-09-10', 'USD', '0.15', '0.6'], ['deepseek-flash', '2026-09-01', 'CNY', '1.5', '4.5'],
    ['deepseek-v4-pro', '2026-08-16', 'USD', '0.435', '0.87'], ['deepseek-v4-pro', '2026-08-17', 'USD', '0.66', '1.98'],
  ])('%s on %s in %s: %s in, %s out', (name, day, currency, input, output) => {
    const row = priceOn(findModel(findProvider(facts, 'deepseek')!, name)!, 'global', day, currency)!;
    const amount = (unit: string) => row.components.find((c) => c.unit === unit && c.when?.window !== 'peak')?.amount;
    expect([amount('input-token'), amount('output-token')]).toEqual([input, output]);
  });

  it('every endpoint says how to choose another place, unless nothing leaves the machine', () => {
    expect(facts.providers.flatMap((each) => (each.local ? [] : each.endpoints.filter((one) => !one.remedy).map((one) => `${each.id}/${one.id}`)))).toEqual([]);
  });

  it('says of every provider what limits requests, what is kept and what is trained on, or that it is unknown', () => {
    const says = (each: Provider, topic: 'rate-limit' | 'quota' | 'retention' | 'training'): boolean => each.facts?.some((one) => one.topic === topic) === true
      || (topic === 'retention' && each.retention !== undefined) || (topic === 'training' && each.training !== undefined);
    const missing = facts.providers.flatMap((each) => [
      ...(says(each, 'rate-limit') || says(each, 'quota') ? [] : [`${each.id}: limits`]),
      ...(['retention', 'training'] as const).filter((topic) => !says(each, topic)).map((topic) => `${each.id}: ${topic}`),
    ]);
    expect(missing).toEqual([]);
  });

  it.each([
    // Tables of the vendors' READMEs, chat or instruct models: DeepSeek-V3, DeepSeek-R1, Tencent-Hunyuan-Large.
    ['volcengine-ark', 'deepseek-v3', { MMLU: 88.5, 'MMLU-Pro': 75.9, 'C-Eval': 86.5 }], ['volcengine-ark', 'deepseek-r1', { MMLU: 90.8, 'MMLU-Pro': 84, 'C-Eval': 91.8 }],
    ['tencent-hunyuan', 'hunyuan-large', { MMLU: 89.9, 'C-Eval': 88.6, CMMLU: 90.4 }],
    ['mistral', 'open-mixtral-8x22b', { 'C-Eval': 60, CMMLU: 61 }], ['openai', 'gpt-4o-2024-05-13', { 'C-Eval': 76 }],
  ])('%s/%s scores as published', (id, name, scores) => {
    const found = Object.fromEntries((findModel(findProvider(facts, id)!, name)!.quality ?? []).map((each) => [each.benchmark, each.score]));
    expect(found).toMatchObject(scores);
  });

  it('renders mainland prices as the dollar figures of the snapshot (6.9758 CNY/USD, rounded up to 3 digits)', () => {
    for (const [name, dollars] of [['qwen-max', '0.345/1.377'], ['qwen-turbo', '0.044/0.087'], ['qwen2.5-72b-instruct', '0.574/1.721'], ['qwen-vl-plus', '0.115/0.287']] as const) {
      const row = priceOn(findModel(findProvider(facts, 'alibaba-dashscope')!, name)!, 'beijing', '2026-11-23', 'CNY')!;
      expect(row.components.filter((c) => !c.when).map((c) => Math.ceil((Number(c.amount) / 6.9758) * 1000) / 1000).join('/')).toBe(dollars);
    }
  });
});

describe('where data goes', () => {
  it.each([
    // host, storage, inference, certainty: provider study 2026-11-23, endpoints and residency
    ['api.openai.com', 'global', 'global', 'likely'], ['eu.api.openai.com', 'EU', 'EU', 'certain'], ['us.api.openai.com', 'US', 'US', 'certain'],
    ['sg.api.openai.com', 'SG', 'global', 'certain'], ['gb.api.openai.com', 'GB', 'global', 'certain'], ['jp.api.openai.com', 'JP', 'unknown', 'unknown'],
    ['api.anthropic.com', 'unknown', 'global', 'likely'], ['generativelanguage.googleapis.com', 'global', 'global', 'certain'],
    ['aiplatform.googleapis.com', 'global', 'global', 'certain'], ['aiplatform.eu.rep.googleapis.com', 'EU', 'EU', 'certain'],
    ['europe-west4-aiplatform.googleapis.com', 'EU', 'EU', 'certain'], ['europe-west2-aiplatform.googleapis.com', 'GB', 'GB', 'certain'],
    ['res.openai.azure.com', 'unknown', 'unknown', 'unknown'], ['bedrock-runtime.eu-central-1.amazonaws.com', 'EU', 'EU', 'likely'],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'US', 'US', 'likely'], ['bedrock-runtime.eu-west-2.amazonaws.com', 'GB', 'GB', 'likely'],
    ['api.mistral.ai', 'EU', 'EU', 'likely'], ['api.eu.mistral.ai', 'EU', 'EU', 'certain'], ['api.deepseek.com', 'CN', 'CN', 'likely'],
    ['dashscope.aliyuncs.com', 'CN', 'CN', 'certain'], ['dashscope-intl.aliyuncs.com', 'SG', 'global-except-CN', 'certain'],
    ['dashscope-us.aliyuncs.com', 'US', 'unknown', 'unknown'], ['cn-hongkong.dashscope.aliyuncs.com', 'HK', 'unknown', 'unknown'],
    ['ws1.cn-beijing.maas.aliyuncs.com', 'CN', 'CN', 'certain'], ['ws1.eu-central-1.maas.aliyuncs.com', 'EU', 'unknown', 'unknown'],
    ['api.x.ai', 'unknown', 'unknown', 'unknown'], ['us.api.x.ai', 'US', 'US', 'likely'], ['openrouter.ai', 'unknown', 'unknown', 'unknown'],
    ['ark.cn-beijing.volces.com', 'CN', 'CN', 'likely'], ['qianfan.baidubce.com', 'CN', 'CN', 'likely'], ['api.hunyuan.cloud.tencent.com', 'CN', 'CN', 'likely'],
    ['api.z.ai', 'unknown', 'unknown', 'unknown'], ['open.bigmodel.cn', 'CN', 'CN', 'likely'], ['api.moonshot.cn', 'CN', 'CN', 'likely'],
    ['localhost:11434', 'local', 'local', 'certain'], ['localhost:1234', 'local', 'local', 'certain'], ['localhost:8000', 'local', 'local', 'certain'],
    ['localhost:8080', 'local', 'local', 'certain'], ['127.0.0.1:4000', 'local', 'unknown', 'unknown'],
  ])('%s: stored in %s, computed in %s, %s', (host, storageZone, inferenceZone, certainty) => {
    expect(findEndpoint(facts, host)?.endpoint).toMatchObject({ storageZone, inferenceZone, certainty });
  });
});
