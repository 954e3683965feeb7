/** Counting at the vendor: hosts are constants, keys never leave the header, answers are cached, errors are sentences. */
import { describe, expect, test } from 'vitest';
import { countRemotely, remoteCounterOf } from '../../src/remoteCount/remoteCount.js';

const secret = 'sk-very-secret';
const answering = (status: number, body: unknown, seen: { url: string; init: RequestInit }[] = []): typeof fetch =>
  (async (url: string, init: RequestInit) => { seen.push({ url, init }); return new Response(JSON.stringify(body), { status }); }) as unknown as typeof fetch;

describe('requests', () => {
  test('Anthropic: the documented shape, and its documented answer', async () => {
    const seen: { url: string; init: RequestInit }[] = [];
    expect(await countRemotely('anthropic', 'claude-sonnet-4-5', 'Hello, Claude', secret, undefined, answering(200, { input_tokens: 14 }, seen))).toBe(14);
    expect(seen[0]!.url).toBe('https://api.anthropic.com/v1/messages/count_tokens');
    expect(seen[0]!.init.headers).toMatchObject({ 'x-api-key': secret, 'anthropic-version': '2023-06-01' });
    expect(JSON.parse(seen[0]!.init.body as string)).toEqual({ model: 'claude-sonnet-4-5', messages: [{ role: 'user', content: 'Hello, Claude' }] });
    expect(seen[0]!.init.redirect).toBe('error');
  });
  test('Gemini: a model name cannot change the path', async () => {
    const seen: { url: string; init: RequestInit }[] = [];
    expect(await countRemotely('google-gemini', '../x?y=1', 'Hi', secret, undefined, answering(200, { totalTokens: 2 }, seen))).toBe(2);
    expect(new URL(seen[0]!.url).hostname).toBe('generativelanguage.googleapis.com');
    expect(seen[0]!.url).toContain('/v1beta/models/..%2Fx%3Fy%3D1:countTokens');
    expect(seen[0]!.url).not.toContain(secret);
  });
  test.each([
    ['openai', 'https://api.openai.com/v1/responses/input_tokens', { model: 'm', input: 'Hi there' }, { object: 'response.input_tokens', input_tokens: 8 }],
    ['moonshot', 'https://api.moonshot.ai/v1/tokenizers/estimate-token-count', { model: 'm', messages: [{ role: 'user', content: 'Hi there' }] }, { data: { total_tokens: 8 } }],
    ['zhipu', 'https://api.z.ai/api/paas/v4/tokenizer', { model: 'm', messages: [{ role: 'user', content: 'Hi there' }] }, { id: 'x', usage: { prompt_tokens: 8 } }],
    ['xai', 'https://api.x.ai/v1/tokenize-text', { model: 'm', text: 'Hi there' }, { token_ids: Array.from({ length: 8 }, (_, id) => ({ token_id: id })) }],
  ])('%s: the documented shape and answer', async (provider, url, body, answer) => {
    const seen: { url: string; init: RequestInit }[] = [];
    expect(await countRemotely(provider, 'm', 'Hi there', secret, undefined, answering(200, answer, seen))).toBe(8);
    expect(seen[0]!.url).toBe(url);
    expect(seen[0]!.init.headers).toMatchObject({ authorization: `Bearer ${secret}` });
    expect(JSON.parse(seen[0]!.init.body as string)).toEqual(body);
    expect(remoteCounterOf({ id: provider })!.host).toBe(new URL(url).host);
  });
  test('an answer of another shape is no count', async () => {
    await expect(countRemotely('xai', 'm', 'other shape', secret, undefined, answering(200, { tokens: 8 }))).rejects.toThrow('without a count');
    await expect(countRemotely('moonshot', 'm', 'other shape', secret, undefined, answering(200, {}))).rejects.toThrow('without a count');
  });
  test('the same text is asked for once', async () => {
    const seen: { url: string; init: RequestInit }[] = [];
    const send = answering(200, { input_tokens: 5 }, seen);
    for (let i = 0; i < 3; i++) await countRemotely('anthropic', 'm', 'asked once', secret, undefined, send);
    expect(seen).toHaveLength(1);
  });
});

describe('errors name host and remedy, never the key', () => {
  test.each([[401, 'the key is not accepted'], [404, 'does not know'], [500, 'answered 500']])('%i', async (status, words) => {
    await expect(countRemotely('anthropic', 'unknown-model', `text ${status}`, secret, undefined, answering(status, { error: secret }))).rejects.toThrow(words);
  });
  test('no network', async () => {
    const failing = (async () => { throw new Error(`connect failed with ${secret}`); }) as unknown as typeof fetch;
    const error = await countRemotely('anthropic', 'm', 'no network', secret, undefined, failing).catch((each: Error) => each);
    expect((error as Error).message).toContain('api.anthropic.com did not answer');
    expect((error as Error).message).not.toContain(secret);
  });
  test('an answer without a count', async () => {
    await expect(countRemotely('anthropic', 'm', 'no count', secret, undefined, answering(200, { input_tokens: 'many' }))).rejects.toThrow('without a count');
  });
  test('a vendor that does not count', () => { expect(remoteCounterOf({ id: 'groq' })).toBeNull(); });
});
