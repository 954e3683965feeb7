/**
 * OpenTelemetry traces in and out: the spans of a trace export request, in JSON or protobuf, and records as spans. Attribute
 * names are those of the GenAI semantic conventions (schema gen-ai/1.42.0, development) with the older ones still in use.
 */
import { createHash } from 'node:crypto';
import type { Operation } from '../core/model.js';
import type { UsageRecord } from '../core/usageRecord.js';
import { inputTokens, outputTokens } from '../core/usageRecord.js';
import { countOf, fieldsOf, listOf, textOf, unitsOf, type ImportedUse } from './imported.js';
import { providerOfName } from './importGateways.js';

export type AttributeValue = string | number | boolean;

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Spans of an `ExportTraceServiceRequest` in JSON. Throws when it is none. */
export function spansOfJson(text: string): readonly OtlpSpan[] {
  const request = fieldsOf(JSON.parse(text));
  return listOf(request['resourceSpans'] ?? request['resource_spans']).flatMap((resource) => {
    const shared = attributesOf(fieldsOf(fieldsOf(resource)['resource'])['attributes']);
    return listOf(fieldsOf(resource)['scopeSpans'] ?? fieldsOf(resource)['scope_spans']).flatMap((scope) => listOf(fieldsOf(scope)['spans'])).map((value): OtlpSpan => {
      const span = fieldsOf(value);
      return {
        traceId: String(span['traceId'] ?? ''), spanId: String(span['spanId'] ?? ''), startMs: Number(BigInt(textOf(span['startTimeUnixNano']) ?? '0') / 1_000_000n), endMs: Number(BigInt(textOf(span['endTimeUnixNano']) ?? '0') / 1_000_000n),
        failed: Number(fieldsOf(span['status'])['code'] ?? 0) === 2, attributes: { ...shared, ...attributesOf(span['attributes']) },
      };
    });
  });
}

function attributesOf(list: unknown): Record<string, AttributeValue> {
  return Object.fromEntries(listOf(list).flatMap((entry) => {
    const { key, value } = fieldsOf(entry);
    const of = fieldsOf(value);
    const found = of['stringValue'] ?? (of['intValue'] !== undefined ? Number(of['intValue']) : undefined) ?? of['doubleValue'] ?? of['boolValue'];
    return typeof key === 'string' && (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') ? [[key, found] as const] : [];
  }));
}

/** The same in protobuf (opentelemetry-proto 1.x). Throws on bytes that are none. */
export function spansOfProtobuf(bytes: Uint8Array): readonly OtlpSpan[] {
  const spans: OtlpSpan[] = [];
  fields(bytes, (field, value) => {
    if (field !== 1 || typeof value !== 'object') return;
    let shared: Record<string, AttributeValue> = {};
    const scopes: Uint8Array[] = [];
    fields(value, (inner, part) => {
      if (typeof part !== 'object') return;
      if (inner === 1) fields(part, (key, attribute) => { if (key === 1 && typeof attribute === 'object') shared = { ...shared, ...attribute_(attribute) }; });
      if (inner === 2) scopes.push(part);
    });
    for (const scope of scopes) fields(scope, (inner, part) => { if (inner === 2 && typeof part === 'object') spans.push(span_(part, shared)); });
  });
  return spans;
}

function span_(bytes: Uint8Array, shared: Readonly<Record<string, AttributeValue>>): OtlpSpan {
  const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
  let [traceId, spanId, startMs, endMs, failed] = ['', '', 0, 0, false];
  let attributes: Record<string, AttributeValue> = { ...shared };
  fields(bytes, (field, value) => {
    if (typeof value === 'object') {
      if (field === 1) traceId = hex(value);
      else if (field === 2) spanId = hex(value);
      else if (field === 9) attributes = { ...attributes, ...attribute_(value) };
      else if (field === 15) fields(value, (inner, code) => { if (inner === 3) failed = code === 2n; });
    } else if (field === 7) startMs = Number(value / 1_000_000n);
    else if (field === 8) endMs = Number(value / 1_000_000n);
  });
  return { traceId, spanId, startMs, endMs, failed, attributes };
}

function attribute_(bytes: Uint8Array): Record<string, AttributeValue> {
  let key = '';
  let found: AttributeValue | undefined;
  fields(bytes, (field, value) => {
    if (field === 1 && typeof value === 'object') key = Buffer.from(value).toString('utf8');
    if (field !== 2 || typeof value !== 'object') return;
    fields(value, (kind, inner) => {
      if (kind === 1 && typeof inner === 'object') found = Buffer.from(inner).toString('utf8');
      else if (typeof inner !== 'object') found = kind === 2 ? inner !== 0n : kind === 3 ? Number(BigInt.asIntN(64, inner)) : kind === 4 ? new Float64Array(new BigUint64Array([inner]).buffer)[0] : found;
    });
  });
  return key === '' || found === undefined ? {} : { [key]: found };
}

/** Walks the fields of a protobuf message: bytes for length-delimited ones, else the number. */
function fields(bytes: Uint8Array, each: (field: number, value: Uint8Array | bigint) => void): void {
  let at = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('truncated protobuf');
      result |= BigInt(byte & 127) << shift;
      if (byte < 128) return result;
    }
    throw new Error('damaged protobuf');
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [field, type] = [tag >>> 3, tag & 7];
    if (field === 0) throw new Error('damaged protobuf');
    if (type === 0) each(field, varint());
    else if (type === 1 || type === 5) {
      const size = type === 1 ? 8 : 4;
      if (at + size > bytes.length) throw new Error('truncated protobuf');
      each(field, type === 1 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true)));
      at += size;
    } else if (type === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new Error('truncated protobuf');
      each(field, bytes.subarray(at, at + length));
      at += length;
    } else throw new Error('damaged protobuf');
  }
}

const operations: Readonly<Record<string, Operation>> = { chat: 'chat', text_completion: 'completion', generate_content: 'chat', embeddings: 'embedding', image_generation: 'image', speech: 'speech', transcription: 'audio-transcription', rerank: 'rerank' };

/** What a span says about usage; null for spans of anything else, such as agents and tools, whose calls have spans of their own. */
export function useOfSpan({ traceId, spanId, startMs, endMs, failed, attributes }: OtlpSpan): ImportedUse | null {
  const of = (...names: string[]): AttributeValue | undefined => names.map((name) => attributes[name]).find((value) => value !== undefined);
  const operation = operations[String(of('gen_ai.operation.name') ?? 'chat')];
  const model = textOf(of('gen_ai.response.model', 'gen_ai.request.model', 'llm.model_name'));
  const prompt = of('gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.usage.prompt_tokens', 'llm.token_count.prompt');
  if (!operation || !model || (prompt === undefined && !failed)) return null;
  const provider = providerOfName(textOf(of('gen_ai.provider.name', 'gen_ai.system', 'llm.provider'))?.toLowerCase() ?? null);
  // Both are parts of the input by the conventions.
  const cached = countOf(of('gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens', 'gen_ai.usage.input_tokens.cached'));
  const written = countOf(of('gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_creation_input_tokens'));
  const reasoning = countOf(of('gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'));
  const output = countOf(of('gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.usage.completion_tokens', 'llm.token_count.completion'));
  const answer = textOf(of('gen_ai.response.id'));
  const [file, line] = [textOf(of('code.file.path', 'code.filepath')), textOf(of('code.line.number', 'code.lineno'))];
  return {
    // The id of the answer is the same that the proxy sees: what went through both counts once.
    id: answer ? `${provider ?? 'unknown'}/${answer}` : `otlp/${traceId}/${spanId}`, time: startMs, provider, model, operation, outcome: failed ? 'error' : 'ok',
    units: unitsOf({ 'input-token': Math.max(0, countOf(prompt) - cached - written), 'cached-input-token': cached, 'cache-write-token': written, 'output-token': Math.max(0, output - reasoning), 'reasoning-token': reasoning }),
    ...(endMs > startMs && { latencyMs: endMs - startMs }), ...(textOf(of('service.name')) && { project: textOf(of('service.name'))! }), ...(file && line && { callSite: `${file}:${line}` }),
  };
}

/** Records as the JSON of an `ExportTraceServiceRequest`: one span each, never with texts. */
export function traceRequest(records: readonly UsageRecord[]): unknown {
  const attribute = (key: string, value: AttributeValue | undefined): unknown[] => (value === undefined || value === '' ? [] : [{ key, value: typeof value === 'string' ? { stringValue: value } : typeof value === 'boolean' ? { boolValue: value } : Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }]);
  const id = (record: UsageRecord, length: number): string => createHash('sha256').update(record.id).digest('hex').slice(0, length);
  return {
    resourceSpans: [{
      resource: { attributes: attribute('service.name', 'tokenfare') },
      scopeSpans: [{
        scope: { name: 'tokenfare' },
        spans: records.map((record) => {
          const start = BigInt(Date.parse(record.time)) * 1_000_000n;
          return {
            traceId: id(record, 32), spanId: id(record, 16), name: `${record.operation} ${record.model}`, kind: 3, startTimeUnixNano: String(start), endTimeUnixNano: String(start + BigInt(record.latencyMs ?? 0) * 1_000_000n),
            status: record.outcome === 'ok' ? {} : { code: 2, message: record.outcome },
            attributes: [
              ...attribute('gen_ai.operation.name', record.operation === 'embedding' ? 'embeddings' : record.operation === 'completion' ? 'text_completion' : record.operation), ...attribute('gen_ai.provider.name', record.provider), ...attribute('gen_ai.request.model', record.model),
              ...attribute('gen_ai.usage.input_tokens', inputTokens(record.units)), ...attribute('gen_ai.usage.output_tokens', outputTokens(record.units)), ...attribute('gen_ai.usage.cache_read.input_tokens', record.units['cached-input-token']),
              ...attribute('gen_ai.usage.reasoning.output_tokens', record.units['reasoning-token']), ...attribute('http.response.status_code', record.status), ...attribute('tokenfare.record.id', record.id), ...attribute('tokenfare.cost.amount', record.cost?.amount), ...attribute('tokenfare.cost.currency', record.cost?.currency),
              ...attribute('tokenfare.cost.basis', record.cost?.basis), ...attribute('tokenfare.usage.basis', record.usage), ...attribute('tokenfare.source', record.source), ...attribute('tokenfare.billing', record.billing), ...attribute('tokenfare.project', record.project), ...attribute('tokenfare.call_site', record.callSite), ...attribute('tokenfare.zone', record.zone),
            ],
          };
        }),
      }],
    }],
  };
}

/** Sends records to a collector's `/v1/traces`, in batches. Throws with its answer when it refuses. */
export async function sendTraces(endpoint: string, headers: Readonly<Record<string, string>>, records: readonly UsageRecord[], signal?: AbortSignal): Promise<number> {
  const url = new URL(endpoint);
  if (!/\/v1\/traces\/?$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  for (let at = 0; at < records.length; at += 500) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(traceRequest(records.slice(at, at + 500))), ...(signal && { signal }) });
    if (!response.ok) throw new Error(`${url.host} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
    const { partialSuccess } = await response.json().catch(() => ({})) as { partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown } };
    if (Number(partialSuccess?.rejectedSpans ?? 0) > 0) throw new Error(`${url.host} refused ${String(partialSuccess!.rejectedSpans)} spans: ${String(partialSuccess!.errorMessage ?? '')}`);
  }
  return records.length;
}
