/**
 * Reads usage from a copy of an answer while it passes: JSON, server-sent events, lines of JSON; compressed or not.
 * What it holds is bounded, and nothing of it outlives the request.
 */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { createParser } from 'eventsource-parser';
import { createUsageReader, type ReadUsage } from '../core/wireUsage.js';
import type { Wire } from '../core/wireFormat.js';

const wholeLimit = 4 << 20;
const headLimit = 64 << 10;
const tailLimit = 256 << 10;
/** Longest single event or line. */
const eventLimit = 8 << 20;

/** Bytes that all taps together may hold; beyond, each keeps only beginning and end. */
export interface TapMemory {
  used: number;
  readonly limit: number;
}

export interface UsageTap {
  write(chunk: Buffer): void;
  /** What was read, once everything that was written is. */
  end(): Promise<ReadUsage>;
}

/** Opens a tap for an answer with these headers. Binary answers are not read. */
export function createUsageTap(wire: Wire, contentType: string, contentEncoding: string, memory: TapMemory): UsageTap {
  const reader = createUsageReader(wire);
  const type = contentType.toLowerCase();
  const binary = /^(?:audio|image|video)\//.test(type) || type.startsWith('application/octet-stream') || type.includes('eventstream');
  const sink = binary ? nothing : type.startsWith('text/event-stream') ? eventSink(reader.read) : /ndjson|jsonl|json-seq|stream\+json/.test(type) ? lineSink(reader.read) : documentSink(reader.read, wire, memory);
  const decoder = decoderOf(contentEncoding.trim().toLowerCase());
  const text = new TextDecoder();
  let broken = binary || decoder === 'unknown';
  const take = (chunk: Buffer): void => {
    if (broken) return;
    try {
      sink.write(text.decode(chunk, { stream: true }));
    } catch {
      broken = true;
    }
  };
  const finished = typeof decoder === 'object' && decoder ? new Promise<void>((resolve) => {
    decoder.on('data', take);
    decoder.once('end', resolve);
    // A stream that was cut off is read as far as it goes.
    decoder.once('error', () => resolve());
    decoder.once('close', resolve);
  }) : Promise.resolve();
  return {
    write(chunk) {
      if (broken) return;
      if (typeof decoder === 'object' && decoder) decoder.write(chunk);
      else take(chunk);
    },
    async end() {
      if (typeof decoder === 'object' && decoder) decoder.end();
      await finished;
      try {
        if (!broken) sink.end();
      } catch { /* What was understood before stands. */ }
      return reader.result();
    },
  };
}

interface Sink {
  write(text: string): void;
  end(): void;
}

const nothing: Sink = { write() {}, end() {} };

function decoderOf(encoding: string): Transform | null | 'unknown' {
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  switch (encoding) {
    case '': case 'identity': return null;
    case 'gzip': case 'x-gzip': return zlib.createGunzip({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
    case 'deflate': return zlib.createInflate({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
    case 'br': return zlib.createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH });
    case 'zstd': {
      // Newer than the oldest Node this runs on.
      const create = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;
      return create ? create() : 'unknown';
    }
    default: return 'unknown';
  }
}

function readJson(text: string, read: (value: unknown) => void): void {
  try {
    read(JSON.parse(text));
  } catch { /* `[DONE]`, comments, a torn event. */ }
}

function eventSink(read: (value: unknown) => void): Sink {
  const parser = createParser({ onEvent: ({ data }) => { if (data !== '[DONE]') readJson(data, read); } });
  let since = 0;
  return {
    write(text) {
      since = text.includes('\n\n') || text.includes('\r\n\r\n') ? 0 : since + text.length;
      if (since > eventLimit) throw new Error('event too long');
      parser.feed(text);
    },
    end() { parser.feed('\n\n'); },
  };
}

function lineSink(read: (value: unknown) => void): Sink {
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      if (rest.length > eventLimit) throw new Error('line too long');
      for (const line of lines) if (line.trim() !== '') readJson(line, read);
    },
    end() { if (rest.trim() !== '') readJson(rest, read); },
  };
}

/** One document. A large one is kept at both ends: usage stands last, identity first. */
function documentSink(read: (value: unknown) => void, wire: Wire, memory: TapMemory): Sink {
  let pieces: string[] | null = [];
  let length = 0;
  let head = '';
  let tail = '';
  const spill = (text: string): void => {
    if (head.length < headLimit) head += text.slice(0, headLimit - head.length);
    tail += text;
    // Cut now and then: each cut copies.
    if (tail.length > tailLimit * 8) tail = tail.slice(-tailLimit);
  };
  return {
    write(text) {
      if (pieces && (length + text.length > wholeLimit || memory.used + text.length > memory.limit)) {
        for (const piece of pieces) spill(piece);
        memory.used -= length;
        pieces = null;
      }
      if (!pieces) { spill(text); return; }
      pieces.push(text);
      length += text.length;
      memory.used += text.length;
    },
    end() {
      if (pieces) {
        memory.used -= length;
        const whole = pieces.join('');
        try {
          read(JSON.parse(whole));
        } catch {
          // Some servers stream lines or events under the type of a document.
          const sink = /^\s*(?:data|event|id):/.test(whole) ? eventSink(read) : lineSink(read);
          sink.write(whole);
          sink.end();
        }
        return;
      }
      const usage = lastObject(tail, wire === 'gemini' ? 'usageMetadata' : 'usage');
      const text = (key: string): string | undefined => new RegExp(`"${key}"\\s*:\\s*"([^"\\\\]{1,200})"`).exec(head)?.[1];
      read({ id: text('id'), model: text('model'), modelVersion: text('modelVersion'), responseId: text('responseId'), request_id: text('request_id'), [wire === 'gemini' ? 'usageMetadata' : 'usage']: usage });
    },
  };
}

/** The object that is the value of the last `"key":` in a piece of JSON, or undefined. */
function lastObject(text: string, key: string): unknown {
  const at = text.lastIndexOf(`"${key}"`);
  const start = at < 0 ? -1 : text.indexOf('{', at);
  if (start < 0) return undefined;
  for (let index = start, depth = 0; index < text.length; index++) {
    if (text[index] === '{') depth++;
    else if (text[index] === '}' && --depth === 0) {
      try {
        return JSON.parse(text.slice(start, index + 1)) as unknown;
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}
