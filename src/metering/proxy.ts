/**
 * The metering proxy: `http://127.0.0.1:PORT/SECRET/HOST/PATH` → `https://HOST/PATH`. It forwards every byte as it comes
 * and reads a copy. Keys pass through and are kept nowhere.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Agent as HttpAgent, createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ReadUsage } from '../core/wireUsage.js';
import { readRequest, wireOf, type RequestFacts, type WireRequest } from '../core/wireFormat.js';
import type { OtlpSpan } from './otlp.js';
import { receiveTraces } from './otlpReceiver.js';
import { refusalOf } from './refusal.js';
import type { Upstream } from './upstreams.js';
import { createUsageTap, type TapMemory } from './usageTap.js';

/** One request that went through, as far as it was understood. */
export interface Exchange {
  readonly project: string;
  readonly upstream: Upstream;
  readonly wire: WireRequest;
  readonly request: RequestFacts;
  readonly answer: ReadUsage | null;
  readonly startedMs: number;
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly outcome: 'ok' | 'error' | 'aborted';
  /** What a LiteLLM gateway says it cost, from its header. */
  readonly billedUsd: number | null;
}

export interface ProxyOptions {
  /** 0 = any free port. */
  readonly port?: number;
  /** Where a host's requests go; null refuses them. */
  readonly upstreamOf: (host: string, path: string) => Upstream | null;
  /** A sentence when the request must not be sent (hard limit), else null. Asked before every metered request. */
  readonly refuse?: (upstream: Upstream, wire: WireRequest, project: string) => Promise<string | null>;
  readonly onExchange: (exchange: Exchange) => void;
  /** Spans of an OTLP/HTTP export to `/SECRET/otlp/v1/traces`; without it there is no receiver. */
  readonly onSpans?: (spans: readonly OtlpSpan[], project: string) => void;
  /** Something went wrong that is no fault of the caller. Never holds keys, secrets or texts. */
  readonly onProblem?: (what: string) => void;
}

export interface Proxy {
  readonly port: number;
  /** Base URL for a project: its own secret says whose requests they are. */
  baseFor(project: string): string;
  /** Requests under way. */
  readonly active: number;
  close(): Promise<void>;
}

const maximumHeaderBytes = 64 << 10;
/** Of a request this much is kept for finding the model and, where the vendor is silent, for counting. */
const keptRequestBytes = 2 << 20;
const tapMemoryBytes = 64 << 20;
/** Headers that belong to one connection (RFC 9110, 7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'expect']);

/** Starts the proxy on the loopback address. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { onExchange, onProblem = () => undefined } = options;
  const secrets = new Map<string, { readonly bytes: Buffer; readonly project: string }>();
  const agents = {
    // Newer Nodes read the usual proxy variables when told to.
    http: new HttpAgent({ keepAlive: true, maxSockets: Infinity }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: Infinity, ...({ proxyEnv: process.env } as object) }),
  };
  const memory: TapMemory = { used: 0, limit: tapMemoryBytes };
  let active = 0;
  let port = 0;

  const projectOf = (secret: string): string | null => {
    const given = Buffer.from(secret);
    let project: string | null = null;
    for (const each of secrets.values()) if (given.length === each.bytes.length && timingSafeEqual(given, each.bytes)) project = each.project;
    return project;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedMs = Date.now();
    const started = performance.now();
    const answer = (status: number, message: string): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ error: { message: `Tokenfare: ${message}`, type: 'tokenfare_proxy' } }));
      request.resume();
    };
    // A page whose name was made to point here sends its own name.
    const host = request.headers.host ?? '';
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return answer(403, 'this host name does not lead here');
    if (request.headers.origin !== undefined || (request.headers['sec-fetch-site'] ?? 'none') !== 'none') return answer(403, 'requests of web pages are not forwarded');
    const match = /^\/([A-Za-z0-9_-]{43})\/([^/?#]+)(\/[^?#]*)?(\?[^#]*)?$/.exec(request.url ?? '');
    const project = match && projectOf(match[1]!);
    if (!match || project === null) return answer(404, 'not found');
    const path = match[3] ?? '/';
    if (match[2] === 'otlp' && options.onSpans) { await receiveTraces(request, response, path, (spans) => options.onSpans!(spans, project)); return; }
    const upstream = options.upstreamOf(decodeHost(match[2]!), path);
    if (!upstream) return answer(403, `${printable(match[2]!)} is neither a provider of the catalog nor among tokenfare.metering.upstreams of the user's settings`);
    const target = new URL(`${upstream.origin}${upstream.prefix}${path}${match[4] ?? ''}`);
    // The path may not lead out of the host that was looked up.
    if (target.origin !== upstream.origin) return answer(400, 'not a path');
    if (target.hostname === '127.0.0.1' && Number(target.port) === port) return answer(403, 'this is the metering proxy itself');
    const wire = wireOf(request.method ?? '', path);
    if (wire && options.refuse) {
      const message = await options.refuse(upstream, wire, project).catch(() => null);
      if (message !== null) {
        const { status, headers, body } = refusalOf('limit', wire.wire, message);
        response.writeHead(status, headers).end(body);
        request.resume();
        return;
      }
    }
    forward({ request, response, target, upstream, wire, project, startedMs, started });
  };

  interface Forwarded {
    readonly request: IncomingMessage; readonly response: ServerResponse; readonly target: URL; readonly upstream: Upstream;
    readonly wire: WireRequest | null; readonly project: string; readonly startedMs: number; readonly started: number;
  }

  const forward = ({ request, response, target, upstream, wire, project, startedMs, started }: Forwarded): void => {
    active++;
    const kept = wire ? keepRequest(request, memory) : null;
    let status: number | null = null;
    let firstByteMs: number | null = null;
    let billedUsd: number | null = null;
    let tap: ReturnType<typeof createUsageTap> | null = null;
    let ended = false;
    let failed = false;
    const finish = (outcome: 'ok' | 'aborted' | 'error'): void => {
      if (ended) return;
      ended = true;
      active--;
      const latencyMs = performance.now() - started;
      const body = kept?.release();
      if (!wire || !body) { void tap?.end(); return; }
      void (tap?.end() ?? Promise.resolve(null)).then((read) => {
        onExchange({
          project, upstream, wire, request: readRequest(body.text, body.whole), answer: read, startedMs, latencyMs, firstByteMs, status, billedUsd,
          outcome: outcome === 'ok' && (status === null || status >= 400 || read?.failed) ? 'error' : outcome,
        });
      }).catch((error: unknown) => onProblem(`reading usage: ${error instanceof Error ? error.message : String(error)}`));
    };

    const secure = target.protocol === 'https:';
    const outgoing = (secure ? httpsRequest : httpRequest)(target, {
      method: request.method, agent: secure ? agents.https : agents.http, headers: forwarded(request.rawHeaders, ['Host', target.host]) as unknown as Record<string, string>,
    });
    const unreachable = (error: NodeJS.ErrnoException): void => {
      if (failed || ended) return;
      failed = true;
      if (response.headersSent) {
        // What was begun cannot be taken back: the client must see that it was cut off.
        response.destroy();
      } else if (!response.destroyed) {
        const { status: code, headers, body } = refusalOf('unreachable', wire?.wire ?? null, `Tokenfare could not reach ${upstream.host}: ${error.code ?? error.message}`);
        response.writeHead(code, headers).end(body);
      }
      finish('error');
    };
    outgoing.on('error', unreachable);
    outgoing.on('response', (incoming) => {
      status = incoming.statusCode ?? null;
      const litellm = Number(incoming.headers['x-litellm-response-cost']);
      if (incoming.headers['x-litellm-response-cost'] !== undefined && Number.isFinite(litellm)) billedUsd = litellm;
      if (wire) tap = createUsageTap(wire.wire, incoming.headers['content-type'] ?? '', incoming.headers['content-encoding'] ?? '', memory);
      response.writeHead(status ?? 502, incoming.statusMessage, forwarded(incoming.rawHeaders));
      response.flushHeaders();
      incoming.on('data', (chunk: Buffer) => {
        firstByteMs ??= performance.now() - started;
        tap?.write(chunk);
      });
      incoming.pipe(response);
      response.once('finish', () => finish('ok'));
      incoming.on('error', () => undefined);
      incoming.once('aborted', () => {
        if (ended) return;
        failed = true;
        response.destroy();
        finish('error');
      });
    });
    request.pipe(outgoing);
    response.once('close', () => {
      if (response.writableFinished) return;
      outgoing.destroy();
      if (!failed) finish('aborted');
    });
  };

  const server: Server = createServer({ maxHeaderSize: maximumHeaderBytes, requestTimeout: 0, keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      onProblem(error instanceof Error ? error.message : String(error));
      response.destroy();
    });
  });
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 501 Not Implemented\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nTokenfare: WebSocket connections are not metered; connect to the provider itself.\n');
  });
  server.on('connect', (_request, socket) => { socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\n\r\n'); });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(`HTTP/1.1 ${error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nconnection: close\r\n\r\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => { server.off('error', reject); resolve(); });
  });
  port = (server.address() as AddressInfo).port;

  return {
    port,
    get active() { return active; },
    baseFor(project) {
      let secret = secrets.get(project);
      if (!secret) secrets.set(project, secret = { bytes: Buffer.from(randomBytes(32).toString('base64url')), project });
      return `http://127.0.0.1:${port}/${secret.bytes.toString()}`;
    },
    async close() {
      const closed = new Promise<void>((resolve) => { server.close(() => resolve()); });
      server.closeAllConnections();
      agents.http.destroy();
      agents.https.destroy();
      await closed;
    },
  };
}

/** Headers to pass on, in their order and spelling, without those of this connection; `more` comes first. */
function forwarded(raw: readonly string[], more: readonly string[] = []): string[] {
  const named = new Set<string>();
  for (let at = 0; at < raw.length; at += 2) if (raw[at]!.toLowerCase() === 'connection') for (const name of raw[at + 1]!.split(',')) named.add(name.trim().toLowerCase());
  const kept = [...more];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (!hopByHop.has(name) && !named.has(name)) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}

/** Copies the beginning of a request while it passes. */
function keepRequest(request: IncomingMessage, memory: TapMemory): { release(): { readonly text: string; readonly whole: boolean } } {
  const chunks: Buffer[] = [];
  let length = 0;
  let whole = true;
  request.on('data', (chunk: Buffer) => {
    if (!whole || length + chunk.length > keptRequestBytes || memory.used + chunk.length > memory.limit) {
      // The model stands near the beginning.
      if (length === 0) { chunks.push(chunk.subarray(0, 65_536)); length = chunks[0]!.length; memory.used += length; }
      whole = false;
      return;
    }
    chunks.push(chunk);
    length += chunk.length;
    memory.used += chunk.length;
  });
  return {
    release() {
      memory.used -= length;
      const text = Buffer.concat(chunks).toString('utf8');
      chunks.length = 0;
      return { text, whole };
    },
  };
}

function decodeHost(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

const printable = (text: string): string => text.replace(/[^\w.:[\]-]/g, '?').slice(0, 100);
