/**
 * Real SDKs through the proxy, to upstreams that speak each vendor's format strictly. Amounts are worked out here from
 * the vendors' list prices (USD or CNY per million tokens) and what the upstream reports.
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Mistral } from '@mistralai/mistralai';
import { embed, generateText, streamText } from 'ai';
import Groq from 'groq-sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import type { Meter } from '../../../src/metering/meter.js';
import { meterForTests } from './meterForTests.js';
import { temporary } from './recordsForTests.js';
import { key, startStandIns, type StandIn } from './standIns.js';

const run = promisify(execFile);
let upstream: StandIn;
let meter: Meter;
let folder = '';
let refusal: string | null = null;
const records: UsageRecord[] = [];
const problems: string[] = [];
const messages = [{ role: 'user' as const, content: 'Say hello.' }];
const host = (name: string): string => `${meter.baseFor('/project')}/${name}`;

beforeAll(async () => {
  upstream = await startStandIns();
  folder = temporary();
  meter = await meterForTests({
    folder, upstreams: {
      'api.openai.com': upstream.url('openai'), 'api.anthropic.com': upstream.url('anthropic'), 'generativelanguage.googleapis.com': upstream.url('gemini'), 'dashscope.aliyuncs.com': upstream.url('dashscope'),
      'api.mistral.ai': upstream.url('mistral'), 'api.groq.com': upstream.url('groq'), 'openrouter.ai': upstream.url('openrouter'), 'api.deepseek.com': upstream.url('deepseek'),
      'localhost:11434': upstream.url('ollama'), 'api.cohere.com': upstream.url('cohere'), 'gateway.acme.example': { url: upstream.url('litellm'), provider: 'litellm' },
    },
    refuse: () => Promise.resolve(refusal), onRecord: (record) => records.push(record), onProblem: (problem) => problems.push(problem),
  });
});
afterAll(async () => {
  await meter.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => { records.length = 0; refusal = null; });

/** The one record that a request left. */
async function recorded(): Promise<UsageRecord> {
  for (let tries = 0; tries < 200 && records.length === 0; tries++) await new Promise((resolve) => { setTimeout(resolve, 5); });
  await meter.settled();
  expect(problems).toEqual([]);
  expect(records).toHaveLength(1);
  return records[0]!;
}

describe('openai', () => {
  const client = (): OpenAI => new OpenAI({ apiKey: key, baseURL: `${host('api.openai.com')}/v1`, maxRetries: 0 });
  // 600 × 0.15 + 400 cached × 0.075 + 200 × 0.60, per million.
  const chat = (600 * 0.15 + 400 * 0.075 + 200 * 0.6) / 1e6;

  test('chat', async () => {
    const answer = await client().chat.completions.create({ model: 'gpt-4o-mini', messages });
    expect(answer.choices[0]!.message.content).toBe('Hello from the stand-in.');
    const record = await recorded();
    expect(record).toMatchObject({ provider: 'openai', endpoint: 'global', model: 'gpt-4o-mini', operation: 'chat', usage: 'reported', billing: 'api', outcome: 'ok', status: 200, project: '/project', source: 'proxy', units: { 'input-token': 600, 'cached-input-token': 400, 'output-token': 200 } });
    expect(record.cost!.amount).toBeCloseTo(chat, 15);
    expect(record.cost).toMatchObject({ currency: 'USD', basis: 'price', priceCheckedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
    expect(JSON.stringify(record)).not.toMatch(/hello/i);
  });

  test('chat, streaming with usage', async () => {
    let text = '';
    for await (const part of await client().chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true, stream_options: { include_usage: true } })) text += part.choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello from the stand-in.');
    const record = await recorded();
    expect(record).toMatchObject({ stream: true, usage: 'reported' });
    expect(record.cost!.amount).toBeCloseTo(chat, 15);
  });

  test('chat, streaming without usage: counted and marked', async () => {
    for await (const _ of await client().chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello!' }], stream: true })) { /* read */ }
    // "Hello!" is 2 tokens in o200k_base; 4 around the message and 3 for the reply. "Hello from the stand-in." is 6.
    expect(await recorded()).toMatchObject({ usage: 'counted', units: { 'input-token': 9, 'output-token': 6 } });
  });

  test('tools and images', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    const answer = await client().chat.completions.create({ model: 'gpt-4o-mini', tools, messages: [{ role: 'user', content: [{ type: 'text', text: 'Look' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] }] });
    expect(answer.choices[0]!.message.tool_calls).toHaveLength(1);
    expect((await recorded()).units).toEqual({ 'input-token': 1100, 'output-token': 50 });
  });

  test('responses, plain and streaming', async () => {
    const answer = await client().responses.create({ model: 'gpt-4o-mini', input: 'Say hello.' });
    expect(answer.output_text).toBe('Hello from the stand-in.');
    const units = { 'input-token': 500, 'cached-input-token': 1500, 'output-token': 200, 'reasoning-token': 100 };
    const plain = await recorded();
    expect(plain.units).toEqual(units);
    expect(plain.cost!.amount).toBeCloseTo((500 * 0.15 + 1500 * 0.075 + 300 * 0.6) / 1e6, 15);
    records.length = 0;
    for await (const _ of await client().responses.create({ model: 'gpt-4o-mini', input: 'Say hello.', stream: true })) { /* read */ }
    expect(await recorded()).toMatchObject({ units, stream: true });
  });

  test('embeddings, speech, transcription', async () => {
    await client().embeddings.create({ model: 'text-embedding-3-small', input: 'x' });
    expect((await recorded()).cost!.amount).toBeCloseTo(5000 * 0.02 / 1e6, 15);
    records.length = 0;
    const speech = await client().audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello, everybody!' });
    expect((await speech.arrayBuffer()).byteLength).toBe(2000);
    const spoken = await recorded();
    expect(spoken).toMatchObject({ operation: 'speech', units: { character: 17 }, usage: 'counted' });
    expect(spoken.cost!.amount).toBeCloseTo(17 * 15 / 1e6, 15);
    records.length = 0;
    const heard = await client().audio.transcriptions.create({ model: 'whisper-1', file: new File([new Uint8Array(5000)], 'a.wav') });
    expect(heard.text).toBe('hello');
    // 90 seconds at 0.006 USD a minute.
    expect((await recorded()).cost!.amount).toBeCloseTo(1.5 * 0.006, 12);
  });

  test('errors pass unchanged and cost nothing that is known', async () => {
    await expect(client().chat.completions.create({ model: 'overloaded', messages })).rejects.toMatchObject({ status: 503, message: expect.stringContaining('The server is overloaded') });
    expect(await recorded()).toMatchObject({ outcome: 'error', status: 503, cost: null, noCost: 'not-billed', usage: 'unknown' });
  });

  test('an aborted stream ends upstream, too, and is recorded as far as it went', async () => {
    const stream = await client().chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
    for await (const _ of stream) { stream.controller.abort(); break; }
    expect(await recorded()).toMatchObject({ outcome: 'aborted' });
    for (let tries = 0; tries < 100 && !upstream.seen.at(-1)!.aborted; tries++) await new Promise((resolve) => { setTimeout(resolve, 5); });
    expect(upstream.seen.at(-1)!.aborted).toBe(true);
  });

  test('the key reaches the vendor and nothing else', async () => {
    await client().chat.completions.create({ model: 'gpt-4o-mini', messages });
    const sent = upstream.seen.at(-1)!;
    expect(sent.headers.authorization).toBe(`Bearer ${key}`);
    expect(JSON.stringify(sent.headers)).not.toContain(new URL(meter.baseFor('/project')).pathname.slice(1));
    expect(JSON.stringify(await recorded())).not.toContain(key);
  });

  test('a hard limit is the SDK\'s own rate-limit error, with our message, and is not tried again', async () => {
    refusal = 'budget of $50 a month is used up';
    const before = upstream.seen.length;
    await expect(new OpenAI({ apiKey: key, baseURL: `${host('api.openai.com')}/v1`, maxRetries: 3 }).chat.completions.create({ model: 'gpt-4o-mini', messages }))
      .rejects.toSatisfy((error) => error instanceof OpenAI.RateLimitError && /budget of \$50 a month is used up/.test(error.message));
    expect(upstream.seen.length).toBe(before);
  });

  test('requests that are not billed are forwarded and not recorded', async () => {
    await client().models.list();
    await meter.settled();
    expect(records).toEqual([]);
  });
});

describe('anthropic', () => {
  const client = (): Anthropic => new Anthropic({ apiKey: key, authToken: null, baseURL: host('api.anthropic.com'), maxRetries: 0 });
  // 100 × 3 + 2,000 read × 0.30 + 1,000 written × 3.75 + 2,000 written for an hour × 6 + 500 × 15.
  const amount = (100 * 3 + 2000 * 0.3 + 1000 * 3.75 + 2000 * 6 + 500 * 15) / 1e6;
  const request = { model: 'claude-sonnet-4-5', max_tokens: 1000, messages };
  test.each(['plain', 'stream'])('messages, %s', async (how) => {
    if (how === 'plain') await client().messages.create(request);
    else expect(await client().messages.stream(request).finalText()).toBe('Hello from the stand-in.');
    const record = await recorded();
    expect(record.units).toEqual({ 'input-token': 100, 'cached-input-token': 2000, 'cache-write-token': 1000, 'cache-write-1h-token': 2000, 'output-token': 500 });
    expect(record.cost!.amount).toBeCloseTo(amount, 12);
  });
  test('counting tokens is free and not recorded', async () => {
    expect((await client().messages.countTokens({ model: 'claude-sonnet-4-5', messages })).input_tokens).toBe(7);
    await meter.settled();
    expect(records).toEqual([]);
  });
  test('a hard limit is its rate-limit error', async () => {
    refusal = 'used up';
    await expect(new Anthropic({ apiKey: key, authToken: null, baseURL: host('api.anthropic.com'), maxRetries: 3 }).messages.create(request)).rejects.toBeInstanceOf(Anthropic.RateLimitError);
  });
});

describe('google', () => {
  const client = (): GoogleGenAI => new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: host('generativelanguage.googleapis.com') } });
  // Text 1,500 − 500 cached − 100 sound; thinking is billed as output.
  const amount = (900 * 0.3 + 500 * 0.03 + 100 * 1 + 500 * 2.5) / 1e6;
  test.each(['plain', 'stream'])('generateContent, %s', async (how) => {
    const request = { model: 'gemini-2.5-flash', contents: 'Say hello.' };
    if (how === 'plain') expect((await client().models.generateContent(request)).text).toBe('Hello from the stand-in.');
    else for await (const _ of await client().models.generateContentStream(request)) { /* read */ }
    const record = await recorded();
    expect(record).toMatchObject({ provider: 'google-gemini', model: 'gemini-2.5-flash', units: { 'input-token': 900, 'cached-input-token': 500, 'audio-input-token': 100, 'output-token': 200, 'reasoning-token': 300 } });
    expect(record.cost!.amount).toBeCloseTo(amount, 12);
  });
  test('a hard limit is its error, with the message', async () => {
    refusal = 'used up';
    await expect(client().models.generateContent({ model: 'gemini-2.5-flash', contents: 'x' })).rejects.toThrow(/RESOURCE_EXHAUSTED|used up/);
  });
});

describe('others', () => {
  test.each(['plain', 'stream'])('mistral, %s', async (how) => {
    const client = new Mistral({ apiKey: key, serverURL: host('api.mistral.ai') });
    const request = { model: 'ministral-8b-2512', messages };
    if (how === 'plain') await client.chat.complete(request);
    else for await (const _ of await client.chat.stream(request)) { /* read */ }
    expect((await recorded()).cost!.amount).toBeCloseTo((1000 * 0.15 + 100 * 0.15) / 1e6, 15);
  });
  test.each(['plain', 'stream'])('groq, %s', async (how) => {
    const client = new Groq({ apiKey: key, baseURL: host('api.groq.com') });
    if (how === 'plain') await client.chat.completions.create({ model: 'llama-3.1-8b-instant', messages });
    else for await (const _ of await client.chat.completions.create({ model: 'llama-3.1-8b-instant', messages, stream: true })) { /* read */ }
    expect((await recorded()).cost!.amount).toBeCloseTo((2000 * 0.05 + 1000 * 0.08) / 1e6, 15);
  });
  test.each(['plain', 'stream'])('ollama on this machine, %s: tokens, no money', async (how) => {
    const client = new Ollama({ host: host('localhost:11434') });
    if (how === 'plain') await client.chat({ model: 'llama3.1', messages });
    else for await (const _ of await client.chat({ model: 'llama3.1', messages, stream: true })) { /* read */ }
    expect(await recorded()).toMatchObject({ provider: 'ollama', units: { 'input-token': 26, 'output-token': 298 }, usage: 'reported', cost: null, noCost: 'not-metered' });
  });
  test.each(['plain', 'stream'])('AI SDK, %s', async (how) => {
    const provider = createOpenAI({ apiKey: key, baseURL: `${host('api.openai.com')}/v1` });
    if (how === 'plain') expect((await generateText({ model: provider.chat('gpt-4o-mini'), prompt: 'Say hello.' })).usage.inputTokens).toBe(1000);
    else expect(await streamText({ model: provider.chat('gpt-4o-mini'), prompt: 'Say hello.' }).text).toBe('Hello from the stand-in.');
    expect((await recorded()).cost!.amount).toBeCloseTo((600 * 0.15 + 400 * 0.075 + 200 * 0.6) / 1e6, 15);
    records.length = 0;
    await embed({ model: provider.textEmbeddingModel('text-embedding-3-small'), value: 'x' });
    expect((await recorded()).units).toEqual({ 'input-token': 5000 });
  });
  test('openrouter: what it billed, not what a list says', async () => {
    await new OpenAI({ apiKey: key, baseURL: `${host('openrouter.ai')}/api/v1` }).chat.completions.create({ model: 'meta-llama/llama-3.1-8b-instruct', messages });
    expect((await recorded()).cost).toEqual({ currency: 'USD', amount: 0.00345, basis: 'billed' });
  });
  test('deepseek: cache hits by another name', async () => {
    await new OpenAI({ apiKey: key, baseURL: host('api.deepseek.com') }).chat.completions.create({ model: 'deepseek-chat', messages });
    const record = await recorded();
    expect(record.units).toEqual({ 'input-token': 2000, 'cached-input-token': 8000, 'output-token': 1000 });
    expect(record.cost!.amount).toBeCloseTo((2000 * 0.14 + 8000 * 0.0028 + 1000 * 0.28) / 1e6, 15);
  });
  test('an address of the user\'s own, with the cost that a LiteLLM proxy states', async () => {
    await new OpenAI({ apiKey: key, baseURL: `${host('gateway.acme.example')}/v1` }).chat.completions.create({ model: 'x', messages });
    expect(await recorded()).toMatchObject({ provider: 'litellm', cost: { amount: 0.0042, currency: 'USD', basis: 'billed' } });
  });
  test('cohere: billed units', async () => {
    const response = await fetch(`${host('api.cohere.com')}/v2/chat`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'command-r-plus', messages }) });
    expect(response.status).toBe(200);
    await response.json();
    expect((await recorded()).cost!.amount).toBeCloseTo((2000 * 2.5 + 1000 * 10) / 1e6, 12);
  });
  test.each(['plain', 'stream'])('dashscope native, %s: money in its own currency, by the price of the region', async (how) => {
    const response = await fetch(`${host('dashscope.aliyuncs.com')}/api/v1/services/aigc/text-generation/generation`, {
      method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...(how === 'stream' && { 'x-dashscope-sse': 'enable' }) }, body: JSON.stringify({ model: 'qwen-plus', input: { messages } }),
    });
    await response.text();
    const record = await recorded();
    expect(record).toMatchObject({ provider: 'alibaba-dashscope', endpoint: 'beijing', zone: 'CN', units: { 'input-token': 10_000, 'output-token': 1000 } });
    expect(record.cost).toMatchObject({ currency: 'CNY' });
    expect(record.cost!.amount).toBeCloseTo((10_000 * 0.8 + 1000 * 2) / 1e6, 12);
  });
  test('curl, with the variables that metering sets', async () => {
    const { variables } = meter.environmentFor('/project', {});
    writeFileSync(join(folder, 'body.json'), JSON.stringify({ model: 'gpt-4o-mini', messages }));
    const { stdout } = await run('curl', ['-sS', '--compressed', '-H', `authorization: Bearer ${key}`, '-H', 'content-type: application/json', '-H', 'x-encoding: gzip', '--data', `@${join(folder, 'body.json')}`, `${variables['OPENAI_BASE_URL']}/chat/completions`]);
    expect(JSON.parse(stdout)).toMatchObject({ object: 'chat.completion' });
    expect((await recorded()).units['output-token']).toBe(200);
  });
  test.each(['gzip', 'br', 'deflate'])('answers compressed with %s arrive as they were sent and are read', async (encoding) => {
    await new OpenAI({ apiKey: key, baseURL: `${host('api.openai.com')}/v1`, defaultHeaders: { 'x-encoding': encoding } }).chat.completions.create({ model: 'gpt-4o-mini', messages });
    expect((await recorded()).units['output-token']).toBe(200);
  });
});
