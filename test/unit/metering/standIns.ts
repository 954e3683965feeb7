/**
 * Upstreams for tests: one loopback server that speaks each vendor's wire format strictly. A request that the vendor
 * would not take gets the vendor's kind of error, so that a proxy that changes a request is found out.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

export interface StandIn {
  readonly port: number;
  /** Address of a vendor's stand-in, for `upstreams`. */
  url(vendor: string): string;
  /** Requests that came, newest last: vendor, method, path with query, headers, hash and length of the body. */
  readonly seen: { readonly vendor: string; readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']; readonly sha256: string; readonly bytes: number; readonly body: unknown; aborted: boolean }[];
  close(): Promise<void>;
}

export const key = 'sk-test-0123456789abcdef';
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

type Body = Record<string, any>;
interface Call { readonly request: IncomingMessage; readonly response: ServerResponse; readonly path: string; readonly body: Body; readonly raw: Buffer }

/** Compressed as the client allows it, best last; tests ask for one by `x-encoding`. */
function send({ request, response }: Call, status: number, value: unknown, headers: Record<string, string> = {}): void {
  const text = Buffer.from(JSON.stringify(value));
  const wanted = String(request.headers['x-encoding'] ?? '');
  const encoded = wanted === 'gzip' ? gzipSync(text) : wanted === 'br' ? brotliCompressSync(text) : wanted === 'deflate' ? deflateSync(text) : text;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': encoded.length, ...(wanted && { 'content-encoding': wanted }), 'x-request-id': 'req-1', ...headers });
  response.end(encoded);
}

async function events({ response }: Call, list: readonly { readonly event?: string; readonly data: unknown }[], type = 'text/event-stream'): Promise<void> {
  response.writeHead(200, { 'content-type': type });
  for (const { event, data } of list) {
    if (response.destroyed) return;
    response.write(type === 'text/event-stream' ? `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n` : `${JSON.stringify(data)}\n`);
    await pause(2);
  }
  response.end();
}

const bearer = (request: IncomingMessage): boolean => request.headers.authorization === `Bearer ${key}`;
const words = ['Hello', ' from', ' the', ' stand-in', '.'];

/** OpenAI chat completions, also at compatible hosts. `usage` differs by vendor. */
function openaiChat(call: Call, usage: Body, extra: Body = {}): Promise<void> | void {
  const { body, request } = call;
  const fail = (status: number, message: string, type: string): void => send(call, status, { error: { message, type, param: null, code: null } });
  if (!bearer(request)) return fail(401, 'Incorrect API key provided', 'invalid_request_error');
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) return fail(400, 'not JSON', 'invalid_request_error');
  if (typeof body['model'] !== 'string' || !Array.isArray(body['messages'])) return fail(400, 'model and messages are required', 'invalid_request_error');
  if (body['model'] === 'overloaded') return fail(503, 'The server is overloaded', 'server_error');
  const id = `chatcmpl-${createHash('sha256').update(call.raw).digest('hex').slice(0, 12)}`;
  const message = body['tools'] ? { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: body['tools'][0].function.name, arguments: '{"city":"Bern"}' } }] } : { role: 'assistant', content: words.join('') };
  const base = { id, created: 1764000000, model: body['model'], ...extra };
  if (body['stream'] !== true) return send(call, 200, { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: body['tools'] ? 'tool_calls' : 'stop' }], usage });
  const chunk = (delta: Body, finish: string | null = null): { data: unknown } => ({ data: { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] } });
  const deltas = body['tools'] ? [{ role: 'assistant', tool_calls: [{ index: 0, ...message.tool_calls![0] }] }] : [{ role: 'assistant', content: '' }, ...words.map((content) => ({ content }))];
  return events(call, [...deltas.map((delta) => chunk(delta)), chunk({}, 'stop'), ...(body['stream_options']?.include_usage ? [{ data: { ...base, object: 'chat.completion.chunk', choices: [], usage } }] : []), { data: '[DONE]' }]);
}

const vendors: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
  openai(call) {
    const { path, body, request, raw } = call;
    if (path === '/v1/chat/completions') {
      const image = JSON.stringify(body['messages'] ?? '').includes('image_url');
      return openaiChat(call, image ? { prompt_tokens: 1100, completion_tokens: 50, total_tokens: 1150 } : { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200, prompt_tokens_details: { cached_tokens: 400 }, completion_tokens_details: { reasoning_tokens: 0 } });
    }
    if (!bearer(request)) return send(call, 401, { error: { message: 'Incorrect API key provided', type: 'invalid_request_error' } });
    if (path === '/v1/embeddings') return send(call, 200, { object: 'list', data: [{ object: 'embedding', index: 0, embedding: body['encoding_format'] === 'base64' ? Buffer.from(new Float32Array([0.5, 0.25]).buffer).toString('base64') : [0.5, 0.25] }], model: body['model'], usage: { prompt_tokens: 5000, total_tokens: 5000 } });
    if (path === '/v1/responses') {
      const response = { id: 'resp_1', object: 'response', created_at: 1764000000, status: 'completed', model: body['model'], service_tier: 'default', output: [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: words.join(''), annotations: [] }] }], usage: { input_tokens: 2000, input_tokens_details: { cached_tokens: 1500 }, output_tokens: 300, output_tokens_details: { reasoning_tokens: 100 }, total_tokens: 2300 } };
      if (body['stream'] !== true) return send(call, 200, response);
      return events(call, [{ event: 'response.created', data: { type: 'response.created', sequence_number: 0, response: { ...response, status: 'in_progress', output: [], usage: null } } }, ...words.map((delta, index) => ({ event: 'response.output_text.delta', data: { type: 'response.output_text.delta', sequence_number: index + 1, item_id: 'msg_1', output_index: 0, content_index: 0, delta } })), { event: 'response.completed', data: { type: 'response.completed', sequence_number: 9, response } }]);
    }
    if (path === '/v1/audio/transcriptions') return send(call, /multipart\/form-data/.test(request.headers['content-type'] ?? '') && raw.includes('name="file"') ? 200 : 400, { text: 'hello', usage: { type: 'duration', seconds: 90 } });
    if (path === '/v1/audio/speech') { call.response.writeHead(200, { 'content-type': 'audio/mpeg' }); call.response.end(Buffer.alloc(2000, 7)); return; }
    if (path === '/v1/models') return send(call, 200, { object: 'list', data: [] });
    send(call, 404, { error: { message: `no ${path}` } });
  },
  anthropic(call) {
    const { path, body, request } = call;
    const fail = (status: number, type: string, message: string): void => send(call, status, { type: 'error', error: { type, message } });
    // The SDKs from 1.0 on (API version 2026-10-21) send a bearer token, earlier ones a header of their own.
    const version = request.headers['anthropic-version'];
    if (version === '2026-10-21' ? !bearer(request) : request.headers['x-api-key'] !== key) return fail(401, 'authentication_error', 'invalid x-api-key');
    if (version !== '2023-06-01' && version !== '2026-10-21') return fail(400, 'invalid_request_error', 'anthropic-version: header is required');
    if (path === '/v1/messages/count_tokens') return send(call, 200, { input_tokens: 7 });
    if (path !== '/v1/messages') return fail(404, 'not_found_error', path);
    if (typeof body['max_tokens'] !== 'number') return fail(400, 'invalid_request_error', 'max_tokens: Field required');
    const usage = { input_tokens: 100, cache_creation_input_tokens: 3000, cache_read_input_tokens: 2000, cache_creation: { ephemeral_5m_input_tokens: 1000, ephemeral_1h_input_tokens: 2000 }, output_tokens: 500, service_tier: 'standard' };
    const message = { id: body['stream'] ? 'msg_stream' : 'msg_1', type: 'message', role: 'assistant', model: body['model'], content: [{ type: 'text', text: words.join('') }], stop_reason: 'end_turn', stop_sequence: null, usage };
    if (!body['stream']) return send(call, 200, message);
    return events(call, [
      { event: 'message_start', data: { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } } },
      { event: 'content_block_start', data: { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } }, { event: 'ping', data: { type: 'ping' } },
      ...words.map((text) => ({ event: 'content_block_delta', data: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } })),
      { event: 'content_block_stop', data: { type: 'content_block_stop', index: 0 } },
      { event: 'message_delta', data: { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 500 } } }, { event: 'message_stop', data: { type: 'message_stop' } },
    ]);
  },
  gemini(call) {
    const { path, body, request } = call;
    if (request.headers['x-goog-api-key'] !== key) return send(call, 403, { error: { code: 403, message: 'API key not valid', status: 'PERMISSION_DENIED' } });
    if (!Array.isArray(body['contents'] ?? body['requests'])) return send(call, 400, { error: { code: 400, message: 'contents is required', status: 'INVALID_ARGUMENT' } });
    const usageMetadata = { promptTokenCount: 1500, cachedContentTokenCount: 500, candidatesTokenCount: 200, thoughtsTokenCount: 300, totalTokenCount: 2000, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 1400 }, { modality: 'AUDIO', tokenCount: 100 }] };
    const part = (text: string, last: boolean): Body => ({ candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...(last && { finishReason: 'STOP' }) }], modelVersion: /models\/([^:]+):/.exec(path)![1], responseId: path.includes('stream') ? 'gem-stream' : 'gem-1', usageMetadata: last ? usageMetadata : { promptTokenCount: 1500, totalTokenCount: 1500 } });
    if (path.endsWith(':streamGenerateContent')) return events(call, words.map((text, index) => ({ data: part(text, index === words.length - 1) })));
    if (path.endsWith(':generateContent')) return send(call, 200, part(words.join(''), true));
    send(call, 404, { error: { code: 404, message: path, status: 'NOT_FOUND' } });
  },
  dashscope(call) {
    const { body, request, path } = call;
    if (!bearer(request)) return send(call, 401, { code: 'InvalidApiKey', message: 'Invalid API-key provided.', request_id: 'r' });
    if (path !== '/api/v1/services/aigc/text-generation/generation' || !body['input']?.messages) return send(call, 400, { code: 'InvalidParameter', message: 'input.messages', request_id: 'r' });
    const part = (text: string, output: number): Body => ({ output: { choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }] }, usage: { input_tokens: 10_000, output_tokens: output, total_tokens: 10_000 + output }, request_id: request.headers['x-dashscope-sse'] ? 'ds-stream' : 'ds-1' });
    if (request.headers['x-dashscope-sse'] === 'enable') return events(call, words.map((_, index) => ({ event: 'result', data: part(words.slice(0, index + 1).join(''), 200 * (index + 1)) })));
    send(call, 200, part(words.join(''), 1000));
  },
  mistral: (call) => (call.path === '/v1/chat/completions' ? openaiChat({ ...call, body: { ...call.body, stream_options: { include_usage: true } } }, { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }) : send(call, 404, { message: call.path })),
  groq(call) {
    const usage = { prompt_tokens: 2000, completion_tokens: 1000, total_tokens: 3000, prompt_time: 0.01, completion_time: 0.2 };
    if (call.path !== '/openai/v1/chat/completions') return send(call, 404, { error: { message: call.path } });
    if (call.body['stream'] !== true) return openaiChat(call, usage);
    const base = { id: 'chatcmpl-groq', object: 'chat.completion.chunk', created: 1764000000, model: call.body['model'] };
    return events(call, [...words.map((content) => ({ data: { ...base, choices: [{ index: 0, delta: { content }, finish_reason: null }] } })), { data: { ...base, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], x_groq: { id: 'req_1', usage } } }, { data: '[DONE]' }]);
  },
  openrouter: (call) => openaiChat({ ...call, body: { ...call.body, stream_options: { include_usage: true } } }, { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, cost: 0.00345, is_byok: false, cost_details: { upstream_inference_cost: null } }, { provider: 'Groq' }),
  deepseek: (call) => openaiChat(call, { prompt_tokens: 10_000, completion_tokens: 1000, total_tokens: 11_000, prompt_cache_hit_tokens: 8000, prompt_cache_miss_tokens: 2000 }),
  litellm: (call) => { const { response } = call; response.setHeader('x-litellm-response-cost', '0.0042'); return openaiChat(call, { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 }); },
  ollama(call) {
    const { body, path } = call;
    if (path !== '/api/chat' || !Array.isArray(body['messages'])) return send(call, 400, { error: 'messages' });
    const last = { model: body['model'], created_at: '2026-11-25T00:00:00Z', done: true, done_reason: 'stop', total_duration: 5, prompt_eval_count: 26, eval_count: 298, message: { role: 'assistant', content: '' } };
    if (body['stream'] === false) return send(call, 200, { ...last, message: { role: 'assistant', content: words.join('') } });
    return events(call, [...words.map((content) => ({ data: { model: body['model'], created_at: '2026-11-25T00:00:00Z', message: { role: 'assistant', content }, done: false } })), { data: last }], 'application/x-ndjson');
  },
  cohere(call) {
    if (!bearer(call.request)) return send(call, 401, { message: 'invalid api token' });
    if (call.path === '/v2/rerank') return send(call, 200, { id: 'rr', results: [{ index: 0, relevance_score: 0.9 }], meta: { billed_units: { search_units: 2 } } });
    send(call, 200, { id: 'co-1', message: { role: 'assistant', content: [{ type: 'text', text: words.join('') }] }, usage: { billed_units: { input_tokens: 2000, output_tokens: 1000 }, tokens: { input_tokens: 2060, output_tokens: 1001 } } });
  },
  /** What goes wrong: resets, endless and slow streams, echoes. */
  async trouble(call) {
    const { response, path, raw } = call;
    if (path.startsWith('/v1/reset')) { response.writeHead(200, { 'content-type': 'text/event-stream' }); response.write('data: {"id":"chatcmpl-reset","model":"gpt-4o-mini","choices":[{"delta":{"content":"half"}}]}\n\n'); await pause(20); response.socket?.resetAndDestroy(); return; }
    if (path.startsWith('/v1/refuse')) { response.socket?.resetAndDestroy(); return; }
    if (path.startsWith('/v1/endless')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const block = `data: {"choices":[{"delta":{"content":"${'x'.repeat(4000)}"}}]}\n\n`;
      let go = (): void => undefined;
      response.on('drain', () => go());
      response.on('close', () => go());
      for (let n = 0; !response.destroyed; n++) { if (!response.write(block)) await new Promise<void>((resolve) => { go = resolve; }); if (n % 50 === 0) await pause(1); }
      return;
    }
    if (path.startsWith('/v1/trickle')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let n = 0; n < 5 && !response.destroyed; n++) { response.write(`data: {"id":"chatcmpl-t${call.request.headers['x-n']}","model":"gpt-4o-mini","choices":[{"delta":{"content":"${n}"}}]}\n\n`); await pause(40); }
      response.end('data: {"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":0,"total_tokens":1000}}\n\ndata: [DONE]\n\n');
      return;
    }
    if (path.startsWith('/v1/large')) { response.writeHead(200, { 'content-type': 'application/json' }); response.write('{"id":"large-1","object":"list","model":"text-embedding-3-small","data":["'); for (let n = 0; n < 100; n++) if (!response.write('0'.repeat(1 << 20))) await new Promise((resolve) => { response.once('drain', resolve); }); response.end('"],"usage":{"prompt_tokens":50000,"total_tokens":50000}}'); return; }
    send(call, 200, { kept: raw.length, usage: { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 } });
  },
};

/** Starts the server: `http://127.0.0.1:PORT/<vendor>/…`. */
export async function startStandIns(): Promise<StandIn> {
  const seen: StandIn['seen'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const hash = createHash('sha256');
    let bytes = 0;
    request.on('data', (chunk: Buffer) => { hash.update(chunk); bytes += chunk.length; if (bytes < 4 << 20) chunks.push(chunk); });
    request.on('error', () => undefined);
    request.on('end', () => {
      const [, vendor = '', path = '/'] = /^\/([a-z]+)(\/[^?]*)/.exec(request.url ?? '') ?? [];
      const raw = Buffer.concat(chunks);
      let body: Body = {};
      try { body = JSON.parse(raw.toString()) as Body; } catch { /* multipart */ }
      const entry = { vendor, method: request.method ?? '', path: (request.url ?? '').slice(vendor.length + 1), headers: request.headers, sha256: hash.digest('hex'), bytes, body, aborted: false };
      seen.push(entry);
      response.on('close', () => { entry.aborted = !response.writableFinished; });
      void Promise.resolve(vendors[vendor]?.({ request, response, path, body, raw })).catch(() => response.destroy());
      if (!vendors[vendor]) response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return { port, url: (vendor) => `http://127.0.0.1:${port}/${vendor}`, seen, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
}
