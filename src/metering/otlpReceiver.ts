/** OTLP over HTTP for programs that are instrumented with OpenTelemetry's GenAI conventions: JSON and protobuf, gzip or plain. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { spansOfJson, spansOfProtobuf, type OtlpSpan } from './otlp.js';

const maximumBytes = 16 << 20;
const inflate = promisify(gunzip);

/** Reads one export request and answers it as the protocol has it. */
export async function receiveTraces(request: IncomingMessage, response: ServerResponse, path: string, take: (spans: readonly OtlpSpan[]) => void): Promise<void> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  const protobuf = type === 'application/x-protobuf';
  const answer = (status: number, message: string): void => {
    const body = protobuf && status === 200 ? Buffer.alloc(0) : Buffer.from(status === 200 ? '{}' : JSON.stringify({ code: 3, message }));
    response.writeHead(status, { 'content-type': protobuf && status === 200 ? type : 'application/json' }).end(body);
  };
  if (request.method !== 'POST') { request.resume(); return answer(405, 'POST only'); }
  if (path !== '/v1/traces') { request.resume(); return answer(404, 'only traces are read'); }
  if (!protobuf && type !== 'application/json') { request.resume(); return answer(415, 'application/x-protobuf or application/json'); }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > maximumBytes) { answer(413, 'too large'); request.destroy(); return; }
    chunks.push(chunk as Buffer);
  }
  try {
    let bytes = Buffer.concat(chunks);
    if (request.headers['content-encoding'] === 'gzip') bytes = await inflate(bytes, { maxOutputLength: maximumBytes });
    take(protobuf ? spansOfProtobuf(bytes) : spansOfJson(bytes.toString('utf8')));
  } catch (error) {
    return answer(400, error instanceof Error ? error.message : 'not an export request');
  }
  answer(200, '');
}
