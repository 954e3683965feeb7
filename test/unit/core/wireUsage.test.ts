/** What answers say about usage, in the forms that differ between vendors; quantities worked out by hand. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { siteOf, type CallMark } from '../../../src/core/attribution.js';
import { costOf } from '../../../src/core/meteredCost.js';
import { facts } from '../../../src/catalog.js';
import { createUsageReader } from '../../../src/core/wireUsage.js';
import { readRequest, wireOf, type Wire } from '../../../src/core/wireFormat.js';

const read = (wire: Wire, ...values: unknown[]) => {
  const reader = createUsageReader(wire);
  for (const value of values) reader.read(value);
  return reader.result();
};

describe('answers', () => {
  test('reasoning within the answer (OpenAI) and beside it (xAI) are told apart by the total', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 50, completion_tokens_details: { reasoning_tokens: 30 } };
    expect(read('openai', { usage: { ...usage, total_tokens: 150 } }).units).toEqual({ 'input-token': 100, 'output-token': 20, 'reasoning-token': 30 });
    expect(read('openai', { usage: { ...usage, total_tokens: 180 } }).units).toEqual({ 'input-token': 100, 'output-token': 50, 'reasoning-token': 30 });
  });
  test('sound and pictures of OpenAI are units of their own', () => {
    expect(read('openai', { usage: { prompt_tokens: 100, completion_tokens: 60, total_tokens: 160, prompt_tokens_details: { audio_tokens: 40, cached_tokens: 10 }, completion_tokens_details: { audio_tokens: 50 } } }).units)
      .toEqual({ 'input-token': 50, 'cached-input-token': 10, 'audio-input-token': 40, 'output-token': 10, 'audio-output-token': 50 });
  });
  test('OpenRouter with the user\'s own key: the vendor\'s bill comes on top of the fee', () => {
    expect(read('openai', { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } } }).billed).toEqual({ currency: 'USD', amount: 0.021 });
  });
  test('Responses: searches are counted, failures are told', () => {
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
    expect(read('openai-responses', { id: 'r', model: 'm', output: [{ type: 'web_search_call' }, { type: 'web_search_call' }, { type: 'message', content: [] }], usage }).units).toEqual({ 'input-token': 10, 'output-token': 5, search: 2 });
    expect(read('openai-responses', { type: 'response.failed', response: { id: 'r', usage: null } }).failed).toBe(true);
  });
  test('Anthropic: thinking is part of the output; place and speed of inference bear on the price', () => {
    const { units, options } = read('anthropic', { type: 'message', id: 'm', model: 'c', content: [], usage: { input_tokens: 10, output_tokens: 100, output_tokens_details: { thinking_tokens: 60 }, inference_geo: 'us', server_tool_use: { web_search_requests: 2 } } });
    expect(units).toEqual({ 'input-token': 10, 'output-token': 40, 'reasoning-token': 60, search: 2 });
    expect(options).toEqual({ inference_geo: 'us' });
  });
  test('Gemini: a stream as one JSON array, pictures out, tools in', () => {
    const usageMetadata = { promptTokenCount: 100, toolUsePromptTokenCount: 20, candidatesTokenCount: 1300, candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }] };
    expect(read('gemini', [{ responseId: 'g', usageMetadata: { promptTokenCount: 100 } }, { usageMetadata }])).toMatchObject({ responseId: 'g', units: { 'input-token': 120, 'output-token': 10, 'image-output-token': 1290 } });
  });
  test('whatever arrives, nothing throws and no quantity is negative', () => {
    const wires: readonly Wire[] = ['openai', 'openai-responses', 'anthropic', 'gemini', 'dashscope', 'ollama', 'cohere'];
    fc.assert(fc.property(fc.constantFrom(...wires), fc.array(fc.oneof(fc.jsonValue(), fc.record({ usage: fc.record({ prompt_tokens: fc.integer(), completion_tokens: fc.integer(), prompt_tokens_details: fc.jsonValue(), input_tokens: fc.integer() }), usageMetadata: fc.record({ promptTokenCount: fc.integer(), cachedContentTokenCount: fc.nat() }) })), { maxLength: 5 }), (wire, values) => {
      const { units } = read(wire, ...values);
      return Object.values(units ?? {}).every((quantity) => quantity > 0);
    }), { numRuns: 300 });
  });
});

describe('requests', () => {
  test.each([['/v1/chat/completions', 'openai'], ['/v1beta/models/gemini-2.5-flash:streamGenerateContent', 'gemini'], ['/v1/messages', 'anthropic'], ['/openai/deployments/my-gpt/chat/completions', 'openai'], ['/api/v1/services/aigc/text-generation/generation', 'dashscope'], ['/compatible-mode/v1/chat/completions', 'openai'], ['/api/chat', 'ollama'], ['/v1/responses', 'openai-responses']])('%s speaks %s', (path, wire) => {
    expect(wireOf('POST', path)?.wire).toBe(wire);
  });
  test.each([['GET', '/v1/models'], ['POST', '/v1/messages/count_tokens'], ['POST', '/v1/files'], ['GET', '/v1/chat/completions'], ['POST', '/v1beta/models/x:countTokens']])('%s %s is not billed by usage', (method, path) => { expect(wireOf(method, path)).toBeNull(); });
  test('the model of a path, of a form and of a body that was cut off', () => {
    expect(wireOf('POST', '/openai/deployments/my%20gpt/embeddings')!.model).toBe('my gpt');
    expect(readRequest('--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--x', true).model).toBe('whisper-1');
    expect(readRequest('{"model":"gpt-4o","messages":[{"role":"user","content":"a', false)).toMatchObject({ model: 'gpt-4o', hasMedia: true });
  });
});

describe('where a request came from', () => {
  const mark = (site: string, texts: string[], models = ['gpt-4o-mini']): CallMark => ({ site, provider: 'openai', models, texts });
  const marks = [mark('a.py:1', ['You are a travel agent.']), mark('b.py:2', ['You are a travel agent.', 'Answer in French please.']), mark('c.py:3', [], ['gpt-4.1'])];
  test('by the fixed text, the longer match first; by the model where it is the only one', () => {
    expect(siteOf(marks, 'openai', 'gpt-4o-mini', ['You are a travel agent. Today is Monday.', 'hi'])).toBe('a.py:1');
    expect(siteOf(marks, 'openai', 'gpt-4o-mini', ['You are a travel agent.', 'Answer in French please.'])).toBe('b.py:2');
    expect(siteOf(marks, 'openai', 'gpt-4.1-2025-04-14', ['anything'])).toBe('c.py:3');
  });
  test('never by guess: two alike, another model, another provider', () => {
    expect(siteOf([...marks, mark('d.py:4', ['You are a travel agent.'])], 'openai', 'gpt-4o-mini', ['You are a travel agent.'])).toBeNull();
    expect(siteOf(marks, 'openai', 'gpt-5', ['You are a travel agent.'])).toBeNull();
    expect(siteOf(marks, 'anthropic', 'gpt-4o-mini', ['You are a travel agent.'])).toBeNull();
  });
});

describe('cost', () => {
  const measured = { provider: 'openai', model: 'gpt-4o-mini', operation: 'chat', units: { 'input-token': 100 }, time: '2026-11-10T12:00:00Z' } as const;
  test('unknown is a reason, never zero', () => {
    expect(costOf({ ...measured, model: 'gpt-99' }, facts)).toMatchObject({ cost: null, noCost: 'unknown-model' });
    expect(costOf({ ...measured, provider: 'nobody' }, facts)).toMatchObject({ cost: null, noCost: 'unknown-provider' });
    expect(costOf({ ...measured, units: {} }, facts)).toMatchObject({ cost: null, noCost: 'no-usage' });
  });
  test('minutes and seconds are not billed twice', () => {
    expect(costOf({ ...measured, model: 'whisper-1', operation: 'audio-transcription', units: { second: 120, minute: 2 } }, facts).cost!.amount).toBeCloseTo(2 * 0.006, 12);
  });
});
