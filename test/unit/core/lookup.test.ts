import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { closestModels, defaultEndpoint, findEndpoint, findModel, findModelAnywhere, findProvider } from '../../../src/core/lookup.js';

const provider = (id: string) => findProvider(facts, id)!;

describe('findModel', () => {
  it.each([
    ['openai', 'gpt-4o', 'gpt-4o'],
    ['openai', 'gpt-4o-2024-11-20', 'gpt-4o'],
    ['openai', 'gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['openai', 'gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
    ['openai', 'gpt-5.6-sol-2026-09-01', 'gpt-5.6-sol'],
    ['openai', 'ft:gpt-4o-2024-08-06:org::id', 'ft:gpt-4o'],
    ['anthropic', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['anthropic', 'claude-opus-5-5-20261001', 'claude-opus-5-5'],
    ['anthropic', 'claude-3-5-haiku-latest', 'claude-3-5-haiku-latest'],
    ['google-gemini', 'models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['google-vertex', 'publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['google-vertex', 'claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['alibaba-dashscope', 'qwen-plus-latest', 'qwen-plus'],
    ['alibaba-dashscope', 'qwen-plus-2025-12-01', 'qwen-plus'],
    ['alibaba-dashscope', 'qwen2.5-72b-instruct', 'qwen2.5-72b-instruct'],
    ['aws-bedrock', 'eu.anthropic.claude-sonnet-4-6-v1:0', 'anthropic.claude-sonnet-4-6-v1:0'],
    ['zhipu', 'GLM-4.7', 'glm-4.7'],
    ['ollama', 'llama3.1:8b', 'llama3.1'],
  ])('%s: %s is %s', (id, name, expected) => {
    expect(findModel(provider(id), name)?.id).toBe(expected);
  });

  it.each([
    ['openai', 'gpt-7'], ['openai', 'gpt-4o-mega'], ['anthropic', 'claude-sonnet-5-9'], ['anthropic', 'claude-sonnet'],
    ['openai', ''], ['openai', 'models/'], ['volcengine-ark', 'ep-20260101-abcd'],
  ])('%s: %s is unknown, not something like it', (id, name) => {
    expect(findModel(provider(id), name)).toBeNull();
  });

  it('finds every id and plain alias of the catalog', () => {
    for (const each of facts.providers) {
      for (const model of each.models) {
        for (const name of [model.id, ...(model.aliases ?? []).filter((alias) => !alias.endsWith('*'))]) {
          expect(findModel(each, name)?.id, `${each.id} ${name}`).toBe(model.id);
        }
      }
    }
  });
});

describe('findModelAnywhere', () => {
  it('puts the maker first and leaves gateways out', () => {
    expect(findModelAnywhere(facts, 'gpt-4o').map(({ provider: { id } }) => id)).toEqual(['openai', 'azure-openai']);
    expect(findModelAnywhere(facts, 'claude-opus-5-5')[0]?.provider.id).toBe('anthropic');
    expect(findModelAnywhere(facts, 'openai/gpt-4o')).toEqual([]);
    expect(findModelAnywhere(facts, 'no-such-model')).toEqual([]);
  });
});

describe('findEndpoint', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai/global'],
    ['https://API.OpenAI.com:443/v1/', 'openai/global'],
    ['api.openai.com', 'openai/global'],
    ['//eu.api.openai.com/v1', 'openai/eu'],
    ['https://user:secret@api.deepseek.com/', 'deepseek/global'],
    ['https://dashscope.aliyuncs.com/compatible-mode/v1', 'alibaba-dashscope/beijing'],
    ['https://cn-hongkong.dashscope.aliyuncs.com/api/v1', 'alibaba-dashscope/hongkong'],
    ['https://ws-9.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1', 'alibaba-dashscope/maas-singapore'],
    ['https://my-resource.openai.azure.com/openai/v1/', 'azure-openai/resource'],
    ['https://bedrock-runtime.eu-west-1.amazonaws.com', 'aws-bedrock/eu'],
    ['https://bedrock-runtime.sa-east-1.amazonaws.com', 'aws-bedrock/other'],
    ['https://us-central1-aiplatform.googleapis.com/v1', 'google-vertex/us-regions'],
    ['https://me-west1-aiplatform.googleapis.com/v1', 'google-vertex/other-regions'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'google-gemini/global'],
    ['https://api.cloudflare.com/client/v4/accounts/abc/ai/v1', 'cloudflare/workers-ai'],
    ['http://localhost:11434/v1', 'ollama/ollama'],
    ['http://[::1]:11434', 'ollama/ollama-loopback6'],
    ['http://localhost:4000', 'litellm/local'],
    ['http://localhost:3000', 'ollama/localhost'],
  ])('%s leads to %s', (url, expected) => {
    const found = findEndpoint(facts, url);
    expect(`${found?.provider.id}/${found?.endpoint.id}`).toBe(expected);
  });

  it.each(['https://example.com/v1', 'https://api.openai.com.evil.example/', 'https://api.cloudflare.com/client/v4/user', '', 'not a url', '/v1'])(
    '%s is unknown', (url) => expect(findEndpoint(facts, url)).toBeNull());
});

describe('defaultEndpoint', () => {
  it('depends on the SDK where the vendor\'s does', () => {
    expect(defaultEndpoint(provider('alibaba-dashscope'), 'dashscope')?.id).toBe('beijing');
    expect(defaultEndpoint(provider('alibaba-dashscope'), 'ai-sdk-alibaba')?.id).toBe('singapore');
    expect(defaultEndpoint(provider('zhipu'), 'zhipuai')?.id).toBe('bigmodel');
    expect(defaultEndpoint(provider('openai'))?.host).toBe('api.openai.com');
  });
});

describe('closestModels', () => {
  it.each([
    ['gpt-4o-mni', 'gpt-4o-mini'], ['gpt4o-mini', 'gpt-4o-mini'], ['claude-sonet-5', 'claude-sonnet-5'], ['qwen-pluss', 'qwen-plus'], ['deepseek-flsh', 'deepseek-flash'],
  ])('%s may mean %s', (name, expected) => {
    expect(closestModels(facts, name)[0]?.model.id).toBe(expected);
  });

  it('falls back to the present models of the family at the same provider', () => {
    const found = closestModels(facts, 'gemini-9-hyper-thinking-lite-001', provider('google-gemini'));
    expect(found.length).toBeGreaterThan(0);
    for (const { model } of found) expect([model.id.startsWith('gemini'), model.current]).toEqual([true, true]);
    expect(closestModels(facts, 'gemini-9-hyper-thinking-lite-001')).toEqual([]);
  });

  it('suggests nothing for nonsense and at most what is asked', () => {
    expect(closestModels(facts, 'zzzzqqq')).toEqual([]);
    expect(closestModels(facts, '')).toEqual([]);
    expect(closestModels(facts, 'gpt-4', provider('openai'), 2)).toHaveLength(2);
  });
});
