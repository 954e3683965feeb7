/** Which wire format a request speaks, by its path, and what can be told from its body. */
import type { Operation } from './model.js';

/** Formats whose answers are understood. */
export type Wire = 'openai' | 'openai-responses' | 'anthropic' | 'gemini' | 'dashscope' | 'ollama' | 'cohere';

export interface WireRequest {
  readonly wire: Wire;
  readonly operation: Operation;
  /** Model named by the path (Gemini, Azure deployments), else null: it is in the body. */
  readonly model: string | null;
}

const rules: readonly { readonly path: RegExp; readonly wire: Wire; readonly operation: Operation }[] = [
  { path: /\/(?:publishers\/[^/]+\/)?models\/([^/:]+):(?:stream)?generateContent$/i, wire: 'gemini', operation: 'chat' },
  { path: /\/(?:publishers\/[^/]+\/)?models\/([^/:]+):(?:batchEmbedContents|embedContent|embedText)$/i, wire: 'gemini', operation: 'embedding' },
  { path: /\/(?:publishers\/[^/]+\/)?models\/([^/:]+):predict$/i, wire: 'gemini', operation: 'image' },
  { path: /\/publishers\/anthropic\/models\/([^/:]+):(?:stream)?rawPredict$/i, wire: 'anthropic', operation: 'chat' },
  { path: /\/services\/aigc\/(?:text-generation|multimodal-generation)\/generation$/i, wire: 'dashscope', operation: 'chat' },
  { path: /\/services\/embeddings\/[^/]+\/[^/]+$/i, wire: 'dashscope', operation: 'embedding' },
  { path: /\/services\/rerank\/[^/]+\/[^/]+$/i, wire: 'dashscope', operation: 'rerank' },
  { path: /\/services\/aigc\/(?:text2image|image2image|image-generation)\/[^/]+$/i, wire: 'dashscope', operation: 'image' },
  { path: /\/v1\/messages$/i, wire: 'anthropic', operation: 'chat' },
  { path: /\/api\/(?:chat|generate)$/i, wire: 'ollama', operation: 'chat' },
  { path: /\/api\/(?:embed|embeddings)$/i, wire: 'ollama', operation: 'embedding' },
  { path: /\/v[12]\/chat$/i, wire: 'cohere', operation: 'chat' },
  { path: /\/v[12]\/embed$/i, wire: 'cohere', operation: 'embedding' },
  { path: /\/v[12]\/rerank$/i, wire: 'cohere', operation: 'rerank' },
  { path: /\/deployments\/([^/]+)\/chat\/completions$/i, wire: 'openai', operation: 'chat' },
  { path: /\/deployments\/([^/]+)\/embeddings$/i, wire: 'openai', operation: 'embedding' },
  { path: /\/(?:chat\/completions|fim\/completions)$/i, wire: 'openai', operation: 'chat' },
  { path: /\/agents\/completions$/i, wire: 'openai', operation: 'chat' },
  { path: /\/responses$/i, wire: 'openai-responses', operation: 'chat' },
  { path: /\/completions$/i, wire: 'openai', operation: 'completion' },
  { path: /\/embeddings$/i, wire: 'openai', operation: 'embedding' },
  { path: /\/images\/(?:generations|edits|variations)$/i, wire: 'openai', operation: 'image' },
  { path: /\/audio\/(?:transcriptions|translations)$/i, wire: 'openai', operation: 'audio-transcription' },
  { path: /\/audio\/speech$/i, wire: 'openai', operation: 'speech' },
  { path: /\/moderations$/i, wire: 'openai', operation: 'moderation' },
  { path: /\/rerank$/i, wire: 'cohere', operation: 'rerank' },
];

/** What a POST to `path` (without query) is; null when it is not billed by usage (model lists, token counts, files). */
export function wireOf(method: string, path: string): WireRequest | null {
  if (method !== 'POST') return null;
  for (const { path: pattern, wire, operation } of rules) {
    const match = pattern.exec(path);
    if (match) return { wire, operation, model: match[1] ? decoded(match[1]) : null };
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a request's body says, as far as metering needs it. Texts stay in memory and are never written. */
export interface RequestFacts {
  readonly model: string | null;
  readonly stream: boolean;
  /** Options that bear on the price, e.g. `service_tier`. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Everything textual that is sent, for counting where the vendor reports nothing and for finding the call in the code. */
  readonly texts: readonly string[];
  /** Pictures, sounds and files are among it: texts alone do not tell the tokens. */
  readonly hasMedia: boolean;
  /** Tools or a response format are among it: vendors write them into the prompt in a form of their own. */
  readonly hasSchemas: boolean;
  /** Images asked for. */
  readonly count: number;
  readonly messages: number;
}

const mediaKeys = new Set(['image_url', 'input_image', 'inlineData', 'inline_data', 'fileData', 'file_data', 'input_audio', 'images', 'audio', 'video', 'file', 'image']);
/** Keys whose values are data, options or names, not text that becomes tokens. */
const silentKeys = new Set(['model', 'role', 'type', 'id', 'data', 'url', 'mimeType', 'mime_type', 'media_type', 'encoding_format', 'tool_choice', 'user', 'service_tier', 'tool_call_id', 'call_id', 'cache_control', 'metadata']);

/** Reads a JSON body that may have been cut off (`head` holds its beginning). Never throws. */
export function readRequest(head: string, whole: boolean): RequestFacts {
  let body: Record<string, unknown> = {};
  if (whole) {
    try {
      const parsed: unknown = JSON.parse(head);
      if (typeof parsed === 'object' && parsed !== null) body = parsed as Record<string, unknown>;
    } catch { /* Multipart or broken: only the model is looked for. */ }
  }
  const known = Object.keys(body).length > 0;
  const model = known ? textOf(body['model']) : /"model"\s*:\s*"([^"\\]{1,200})"/.exec(head)?.[1] ?? /name="model"\r?\n\r?\n([^\r\n]{1,200})/.exec(head)?.[1] ?? null;
  const texts: string[] = [];
  const found = { media: false };
  for (const key of ['messages', 'system', 'input', 'inputs', 'prompt', 'contents', 'systemInstruction', 'system_instruction', 'instructions', 'query', 'documents', 'texts', 'content', 'requests', 'message']) {
    collect(body[key], texts, found, 0);
  }
  // A schema becomes tokens with its keys.
  const schemas = ['tools', 'functions', 'response_format'].filter((key) => body[key] !== undefined && body[key] !== null);
  for (const key of schemas) texts.push(JSON.stringify(body[key]));
  const options: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(body)) {
    if (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 40 && key !== 'prompt' && key !== 'input')) options[key] = value;
  }
  const parameters = body['parameters'];
  if (typeof parameters === 'object' && parameters !== null) {
    for (const [key, value] of Object.entries(parameters)) if (typeof value === 'number' || typeof value === 'boolean') options[key] = value;
  }
  const list = body['messages'] ?? body['contents'] ?? (body['input'] as { messages?: unknown } | undefined)?.messages;
  return {
    model, stream: body['stream'] === true, options, texts, hasMedia: found.media || !known, hasSchemas: schemas.length > 0,
    count: typeof body['n'] === 'number' ? body['n'] : 1, messages: Array.isArray(list) ? list.length : 0,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function collect(value: unknown, into: string[], found: { media: boolean }, depth: number): void {
  if (depth > 12 || into.length > 5000) return;
  if (typeof value === 'string') { if (value !== '') into.push(value); return; }
  if (Array.isArray(value)) { for (const each of value) collect(each, into, found, depth + 1); return; }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (mediaKeys.has(key) && each !== null && each !== undefined) { if (typeof each !== 'string' || key !== 'file') found.media = true; continue; }
    if (key === 'source') { found.media = true; continue; }
    if (silentKeys.has(key)) continue;
    collect(each, into, found, depth + 1);
  }
}
