/** OTLP in and out, against protobufjs as an independent encoder of the published schema. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import { sendTraces, spansOfJson, spansOfProtobuf, traceRequest, useOfSpan } from '../../../src/metering/otlp.js';
import type { Meter } from '../../../src/metering/meter.js';
import { meterForTests } from './meterForTests.js';
import { record, temporary } from './recordsForTests.js';

/** The parts of opentelemetry-proto's trace, common and resource schemas that a client sends. */
const { root: schema } = protobuf.parse(`syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
  message Resource { repeated KeyValue attributes = 1; uint32 dropped = 2; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Scope { string name = 1; string version = 2; }
  message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15; fixed32 flags = 16; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; bytes bytes_value = 7; } }
  message ArrayValue { repeated AnyValue values = 1; }`, { keepCase: true });
const Request = schema.lookupType('Request');

const start = Date.UTC(2026, 10, 10, 12);
const attributes = {
  'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.response.id': 'chatcmpl-otlp', 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.cache_read.input_tokens': 400, 'gen_ai.usage.output_tokens': 200, 'gen_ai.request.temperature': 0.5, 'code.file.path': 'src/answer.py', 'code.line.number': 12,
};
const encode = (of: Record<string, string | number>): Uint8Array => Request.encode(Request.fromObject({
  resource_spans: [{ resource: { attributes: [{ key: 'service.name', value: { string_value: 'shop' } }] }, scope_spans: [{ scope: { name: 's' }, spans: [{
    trace_id: Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex'), span_id: Buffer.from('b7ad6b7169203331', 'hex'), name: 'chat gpt-4o-mini', kind: 3, start_time_unix_nano: String(BigInt(start) * 1_000_000n), end_time_unix_nano: String(BigInt(start + 1500) * 1_000_000n), flags: 1,
    attributes: Object.entries(of).map(([key, value]) => ({ key, value: typeof value === 'string' ? { string_value: value } : Number.isInteger(value) ? { int_value: value } : { double_value: value } })),
  }] }] }],
})).finish();

describe('reading', () => {
  test('protobuf as another library writes it, and the JSON of the same', () => {
    const [span] = spansOfProtobuf(encode(attributes));
    expect(span).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', startMs: start, endMs: start + 1500, failed: false, attributes: { 'service.name': 'shop', ...attributes } });
    expect(useOfSpan(span!)).toMatchObject({ id: 'openai/chatcmpl-otlp', provider: 'openai', model: 'gpt-4o-mini', latencyMs: 1500, project: 'shop', callSite: 'src/answer.py:12', units: { 'input-token': 600, 'cached-input-token': 400, 'output-token': 200 } });
  });
  test('spans of agents, tools and anything else are no usage', () => {
    const use = (of: Record<string, string | number>): unknown => useOfSpan(spansOfProtobuf(encode(of))[0]!);
    expect(use({ 'http.request.method': 'GET' })).toBeNull();
    expect(use({ ...attributes, 'gen_ai.operation.name': 'invoke_agent' })).toBeNull();
    expect(use({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'x' })).toBeNull();
    expect(use({ 'gen_ai.system': 'az.ai.openai', 'gen_ai.request.model': 'x', 'gen_ai.usage.prompt_tokens': 5 })).toMatchObject({ provider: 'azure-openai', units: { 'input-token': 5 } });
  });
  test('damaged bytes are refused, never read beyond', () => {
    const whole = encode(attributes);
    for (let length = 1; length < whole.length; length++) {
      try { spansOfProtobuf(whole.subarray(0, length)); } catch (error) { expect((error as Error).message).toMatch(/protobuf/); }
    }
    expect(() => spansOfProtobuf(Buffer.from('not protobuf at all'))).toThrow();
    expect(() => spansOfJson('{')).toThrow();
  });
});

describe('the receiver', () => {
  let meter: Meter;
  const folder = temporary();
  const records: UsageRecord[] = [];
  beforeAll(async () => { meter = await meterForTests({ folder, upstreams: {}, receiveTraces: true, onRecord: (each) => records.push(each) }); });
  afterAll(async () => { await meter.close(); rmSync(folder, { recursive: true, force: true }); });
  beforeEach(() => { records.length = 0; });
  const post = (body: string | Uint8Array, headers: Record<string, string>, path = '/otlp/v1/traces'): Promise<Response> => fetch(`${meter.baseFor('')}${path}`, { method: 'POST', headers, body: body as unknown as BodyInit });

  test('takes protobuf, gzip and JSON; the same answer counts once; amounts are those of the list', async () => {
    expect((await post(encode(attributes), { 'content-type': 'application/x-protobuf' })).status).toBe(200);
    expect((await post(gzipSync(encode(attributes)), { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' })).status).toBe(200);
    await meter.settled();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ source: 'otlp', project: 'shop', callSite: 'src/answer.py:12' });
    expect(records[0]!.cost!.amount).toBeCloseTo((600 * 0.15 + 400 * 0.075 + 200 * 0.6) / 1e6, 15);
    const json = JSON.stringify(traceRequest([record('j', { units: { 'input-token': 10, 'output-token': 1 } })]));
    expect(await (await post(json, { 'content-type': 'application/json' })).json()).toEqual({});
    await meter.settled();
    expect(records[1]!.units).toEqual({ 'input-token': 10, 'output-token': 1 });
  });
  test('refuses what it does not read', async () => {
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('{', { 'content-type': 'application/json' })).status).toBe(400);
    expect((await post('{}', { 'content-type': 'application/json' }, '/otlp/v1/metrics')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${meter.port}/otlp/v1/traces`, { method: 'POST' })).status).toBe(404);
    expect((await post(Buffer.alloc(17 << 20), { 'content-type': 'application/x-protobuf' }).catch(() => ({ status: 413 }))).status).toBe(413);
  });
  test('exporters are led here only where they lead nowhere else', () => {
    expect(meter.environmentFor('', {}).variables['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']).toMatch(/\/otlp\/v1\/traces$/);
    expect(meter.environmentFor('', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }).variables).not.toHaveProperty('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  });
});

describe('sending', () => {
  test('a collector gets every record once, without texts; its refusal is an error', async () => {
    const bodies: string[] = [];
    let answer: [number, string] = [200, '{}'];
    const collector = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => { text += chunk.toString(); });
      request.on('end', () => { bodies.push(`${request.url} ${request.headers['x-key']} ${text}`); response.writeHead(answer[0]).end(answer[1]); });
    });
    await new Promise<void>((resolve) => { collector.listen(0, '127.0.0.1', resolve); });
    const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    expect(await sendTraces(url, { 'x-key': 'k' }, Array.from({ length: 501 }, (_, n) => record(`r${n}`)))).toBe(501);
    expect(bodies.map((body) => body.split(' ').slice(0, 2).join(' '))).toEqual(['/v1/traces k', '/v1/traces k']);
    const spans = bodies.flatMap((body) => spansOfJson(body.slice(body.indexOf('{'))));
    expect(new Set(spans.map(({ attributes: each }) => each['tokenfare.record.id'])).size).toBe(501);
    expect(spans[0]!.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10, 'tokenfare.cost.amount': 0.0002 });
    answer = [200, '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"full"}}'];
    await expect(sendTraces(url, {}, [record('r')])).rejects.toThrow(/refused 3 spans: full/);
    answer = [503, 'busy'];
    await expect(sendTraces(url, {}, [record('r')])).rejects.toThrow(/answered 503: busy/);
    collector.close();
  });
});
