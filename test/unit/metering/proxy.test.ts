/** The proxy against hostile callers, broken upstreams, slow clients, large bodies and many streams. */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { facts } from '../../../src/catalog.js';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import type { Meter } from '../../../src/metering/meter.js';
import { proxiedEnvironment, upstreamOf } from '../../../src/metering/upstreams.js';
import { meterForTests } from './meterForTests.js';
import { startPortkey } from './portkey.js';
import { root, temporary } from './recordsForTests.js';
import { key, startStandIns, type StandIn } from './standIns.js';

let upstream: StandIn;
let meter: Meter;
let folder = '';
const records: UsageRecord[] = [];
beforeAll(async () => {
  upstream = await startStandIns();
  folder = temporary();
  meter = await meterForTests({ folder, upstreams: { 'api.openai.com': upstream.url('trouble'), 'down.example': 'http://127.0.0.1:9', 'loop.example': 'http://127.0.0.1:1' }, onRecord: (record) => records.push(record) });
});
afterAll(async () => {
  await meter.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => { records.length = 0; });

const agent = new Agent({ maxSockets: Infinity });
function ask(path: string, options: RequestOptions = {}, body: Buffer | string = ''): Promise<{ status: number; body: Buffer; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: meter.port, path, method: 'POST', agent, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks), headers: response.headers }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
const base = (): string => new URL(meter.baseFor('/p')).pathname;
const until = async (done: () => boolean, milliseconds = 5000): Promise<void> => {
  for (const end = Date.now() + milliseconds; !done() && Date.now() < end;) await new Promise((resolve) => { setTimeout(resolve, 5); });
  expect(done()).toBe(true);
};

describe('who may use it, and for what', () => {
  test('without the secret, or with a wrong one of the same length, there is nothing', async () => {
    const before = upstream.seen.length;
    for (const path of ['/', '/api.openai.com/v1/chat/completions', `/${'A'.repeat(43)}/api.openai.com/v1/chat/completions`, `${base().slice(0, -1)}${base().endsWith('A') ? 'B' : 'A'}/api.openai.com/v1/chat/completions`]) {
      expect((await ask(path)).status).toBe(404);
    }
    expect(upstream.seen.length).toBe(before);
  });

  test.each(['evil.example', 'evil.example:443', '127.0.0.1:22', 'localhost', 'localhost:9999', '169.254.169.254', '[::1]:22', 'api.openai.com.evil.example', 'api.openai.com@evil.example', 'api.openai.com%2f..%2f..', '%00', 'api.openai.com%3a8443', '..', 'user:pass@api.openai.com'])('hosts that nobody allowed are refused: %s', async (host) => {
    const before = upstream.seen.length;
    const { status } = await ask(`${base()}/${host}/v1/chat/completions`);
    expect([400, 403, 404]).toContain(status);
    expect(upstream.seen.length).toBe(before);
  });

  test('a path cannot leave its host', async () => {
    const { status } = await ask(`${base()}/api.openai.com//evil.example/v1/chat/completions`);
    expect(status).toBe(200);
    expect(upstream.seen.at(-1)!.vendor).toBe('trouble');
    expect(upstream.seen.at(-1)!.path).toBe('//evil.example/v1/chat/completions');
  });

  test('names that were made to point here (DNS rebinding) and web pages are refused', async () => {
    const path = `${base()}/api.openai.com/v1/chat/completions`;
    for (const headers of [{ host: 'rebound.example' }, { host: `rebound.example:${meter.port}` }, { host: '127.0.0.1:1' }, { origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'http://localhost:3000' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await ask(path, { headers })).status, JSON.stringify(headers)).toBe(403);
    }
    expect((await ask(path, { headers: { host: `localhost:${meter.port}` } })).status).toBe(200);
  });

  test('oversize headers, upgrades and CONNECT get an answer and no more', async () => {
    expect((await ask(`${base()}/api.openai.com/v1/chat/completions`, { headers: { 'x-large': 'x'.repeat(70_000) } })).status).toBe(431);
    const raw = (text: string): Promise<string> => new Promise((resolve) => {
      const socket = connect(meter.port, '127.0.0.1', () => socket.write(text));
      let out = '';
      socket.on('data', (chunk) => { out += chunk.toString(); });
      socket.on('close', () => resolve(out));
    });
    expect(await raw(`GET ${base()}/api.openai.com/v1/realtime HTTP/1.1\r\nhost: 127.0.0.1:${meter.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`)).toMatch(/^HTTP\/1\.1 501/);
    expect(await raw('CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n')).toMatch(/^HTTP\/1\.1 405/);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  });

  test('it listens on the loopback address only', async () => {
    const { networkInterfaces } = await import('node:os');
    const outside = Object.values(networkInterfaces()).flat().find((each) => each && !each.internal && each.family === 'IPv4');
    if (!outside) return;
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect(meter.port, outside.address, () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    expect(reached).toBe(false);
  });

  test('the built-in catalog decides, and the user; loopback only with its port', () => {
    const at = (host: string, path = '/v1/chat/completions'): string | undefined => upstreamOf(facts, {}, host, path)?.origin;
    expect(at('api.openai.com')).toBe('https://api.openai.com');
    expect(at('my-resource.openai.azure.com')).toBe('https://my-resource.openai.azure.com');
    expect(at('localhost:11434')).toBe('http://localhost:11434');
    expect(at('localhost:5432')).toBeUndefined();
    expect(upstreamOf(facts, { 'api.openai.com': 'file:///etc/passwd' }, 'api.openai.com', '/')).toBeNull();
    expect(upstreamOf(facts, { 'own.example': { url: 'https://own.example/llm/', provider: 'openai' } }, 'own.example', '/v1')).toMatchObject({ origin: 'https://own.example', prefix: '/llm', provider: 'openai' });
  });

  test('variables keep their target when it is known, and are left alone when it is not', () => {
    const { variables, left } = proxiedEnvironment(facts, {}, 'http://127.0.0.1:5000/S', { OPENAI_BASE_URL: 'https://api.deepseek.com/v1', ANTHROPIC_BASE_URL: 'https://llm.acme.example', OLLAMA_HOST: 'localhost', AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com/' });
    expect(variables).toMatchObject({ OPENAI_BASE_URL: 'http://127.0.0.1:5000/S/api.deepseek.com/v1', GROQ_BASE_URL: 'http://127.0.0.1:5000/S/api.groq.com', OLLAMA_HOST: 'http://127.0.0.1:5000/S/localhost:11434', AZURE_OPENAI_ENDPOINT: 'http://127.0.0.1:5000/S/x.openai.azure.com' });
    expect(variables).not.toHaveProperty('ANTHROPIC_BASE_URL');
    expect(left).toEqual([{ variable: 'ANTHROPIC_BASE_URL', host: 'llm.acme.example' }]);
  });
});

describe('what breaks', () => {
  test('an upstream that cannot be reached is said so, in the vendor\'s shape, and recorded without a cost', async () => {
    const answer = await ask(`${base()}/down.example/v1/chat/completions`, {}, '{"model":"x","messages":[]}');
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { message: expect.stringMatching(/could not reach down\.example: E/) as string } });
    await until(() => records.length === 1);
    expect(records[0]).toMatchObject({ outcome: 'error', cost: null, noCost: 'not-billed' });
  });

  test('an upstream that resets before it answers', async () => {
    expect((await ask(`${base()}/api.openai.com/v1/refuse/chat/completions`, {}, '{}')).status).toBe(502);
  });

  test('a stream that is cut off upstream is cut off for the client, too, never ended as if it were whole', async () => {
    await expect(ask(`${base()}/api.openai.com/v1/reset/chat/completions`, {}, '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}],"stream":true}')).rejects.toThrow(/aborted|ECONNRESET/);
    await until(() => records.length === 1);
    expect(records[0]).toMatchObject({ outcome: 'error', id: 'openai/chatcmpl-reset', cost: null });
  });

  test('a slow client slows the upstream: memory stays bounded, and its leaving ends the upstream', async () => {
    const before = process.memoryUsage().rss;
    const path = `${base()}/api.openai.com/v1/endless/chat/completions`;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port: meter.port, path, method: 'POST' }, resolve).on('error', reject).end('{"model":"gpt-4o-mini","stream":true}');
    });
    response.pause();
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
    expect(process.memoryUsage().rss - before).toBeLessThan(80 << 20);
    response.destroy();
    await until(() => upstream.seen.at(-1)!.aborted);
    await until(() => records.length === 1);
    expect(records[0]!.outcome).toBe('aborted');
  });

  test('a body of 100 MB goes through unchanged and is not held', async () => {
    const body = Buffer.alloc(100 << 20, 'audio');
    const before = process.memoryUsage().rss;
    const { status } = await ask(`${base()}/api.openai.com/v1/audio/transcriptions`, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }, body);
    expect(status).toBe(200);
    expect(upstream.seen.at(-1)).toMatchObject({ bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20);
  }, 90_000);

  test('of an answer of 100 MB the usage is still read', async () => {
    const { body } = await ask(`${base()}/api.openai.com/v1/large/embeddings`, {}, '{"model":"text-embedding-3-small","input":"x"}');
    expect(body.length).toBeGreaterThan(100 << 20);
    await until(() => records.length === 1);
    expect(records[0]).toMatchObject({ id: 'openai/large-1', units: { 'input-token': 50_000 } });
    expect(records[0]!.cost!.amount).toBeCloseTo(50_000 * 0.02 / 1e6, 15);
  }, 90_000);

  test('a thousand streams at once: each arrives, each is recorded', async () => {
    const results = await Promise.all(Array.from({ length: 1000 }, (_, n) => ask(`${base()}/api.openai.com/v1/trickle/chat/completions`, { headers: { 'x-n': String(n) } }, '{"model":"gpt-4o-mini","messages":[],"stream":true}')));
    expect(results.every(({ status, body }) => status === 200 && body.toString().endsWith('data: [DONE]\n\n'))).toBe(true);
    await until(() => records.length === 1000, 40_000);
    expect(new Set(records.map(({ id }) => id)).size).toBe(1000);
    expect(records.reduce((sum, each) => sum + each.cost!.amount, 0)).toBeCloseTo(1000 * 1000 * 0.15 / 1e6, 9);
    expect(meter.active).toBe(0);
  }, 60_000);

  test('a server that gives every answer the same id still counts every request', async () => {
    for (let n = 0; n < 3; n++) await ask(`${base()}/api.openai.com/v1/trickle/chat/completions`, { headers: { 'x-n': 'same' } }, '{"model":"gpt-4o-mini","messages":[],"stream":true}');
    await until(() => records.length === 3);
    expect(new Set(records.map(({ id }) => id)).size).toBe(3);
  });
});

describe('behind it, the Portkey gateway', () => {
  let gateway: ChildProcess;
  let through: Meter;
  beforeAll(async () => {
    const { port, process: child } = await startPortkey(join(root, 'node_modules/@portkey-ai/gateway/build/start-server.js'));
    gateway = child;
    through = await meterForTests({ folder: join(folder, 'portkey'), upstreams: { 'api.portkey.ai': { url: `http://127.0.0.1:${port}`, provider: 'openai' } }, onRecord: (record) => records.push(record) });
  }, 30_000);
  afterAll(async () => {
    await through?.close();
    gateway?.kill('SIGKILL');
  });

  test.each([false, true])('its answers are read and its headers pass (stream: %s)', async (stream) => {
    const client = new OpenAI({ apiKey: key, baseURL: `${through.baseFor('/p')}/api.portkey.ai/v1`, maxRetries: 0, defaultHeaders: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url('openai')}/v1` } });
    const request = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Say hello.' }] };
    if (stream) for await (const _ of await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })) { /* read */ }
    else expect((await client.chat.completions.create(request)).choices[0]!.message.content).toBe('Hello from the stand-in.');
    await until(() => records.length === 1);
    expect(records[0]!.units).toEqual({ 'input-token': 600, 'cached-input-token': 400, 'output-token': 200 });
  });
});
