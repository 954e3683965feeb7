/** Messages of every shape, read from literals: who says what, pictures, tools that are asked for and their results. */
import type { Expression } from '../core/expression.js';
import { type AskedTool, type Code, type Content, type MessageShape, type Part, type ReadContext, type Turn, entriesOf, fieldOf, kept, literalList, literalText, textCode } from '../core/rewrite.js';

const roles: Readonly<Record<string, 'system' | 'user' | 'assistant'>> = { system: 'system', developer: 'system', user: 'user', assistant: 'assistant', model: 'assistant' };
const known = new Set(['role', 'content', 'parts', 'type']);

/** Turns of a literal list; one `several` where nothing is known. */
export function readTurns(list: Expression, shape: MessageShape, context: Pick<ReadContext, 'evaluate'>): readonly Turn[] {
  const literal = literalList(list);
  if (!literal) return [{ kind: 'several', value: list, isWhole: true }];
  return literal.items.map((item) => readTurn(item, shape, context));
}

/** One item of a list of messages. */
export function readTurn(item: Expression, shape: MessageShape, context: Pick<ReadContext, 'evaluate'>): Turn {
  if (item.kind === 'spread') return { kind: 'several', value: item.value, isWhole: false };
  if (item.kind === 'string' || item.kind === 'template') return { kind: 'message', role: 'user', content: { kind: 'plain', value: item }, extra: [], from: null };
  const entries = entriesOf(item);
  const written = literalText(fieldOf(item, 'role'));
  const type = literalText(fieldOf(item, 'type'));
  if (shape === 'responses') {
    const id = fieldOf(item, 'call_id');
    const output = fieldOf(item, 'output');
    if (type === 'function_call_output' && id && output) return { kind: 'tool-result', id, name: null, content: output, from: item };
  }
  if (shape === 'responses' && type === 'function_call') return { kind: 'asks', content: null, calls: [askedTool(item, context)], from: item };
  if (item.kind !== 'map' && !(item.kind === 'call' && (written !== null || shape === 'google'))) return { kind: 'unknown', value: item };
  if (written === 'tool') {
    const id = fieldOf(item, 'tool_call_id', 'toolCallId');
    const content = fieldOf(item, 'content');
    const block = shape === 'vercel' && content?.kind === 'list' ? content.items[0] : undefined;
    if (block) {
      const call = fieldOf(block, 'toolCallId');
      const output = fieldOf(block, 'output');
      const value = fieldOf(output, 'value') ?? fieldOf(block, 'result');
      if (call && value) return { kind: 'tool-result', id: call, name: fieldOf(block, 'toolName'), content: value, from: item };
    }
    return id && content ? { kind: 'tool-result', id, name: fieldOf(item, 'name'), content, from: item } : { kind: 'unknown', value: item };
  }
  const role = written === null ? (shape === 'google' ? 'user' : null) : roles[written] ?? null;
  if (role === null) return { kind: 'unknown', value: item };
  const content = fieldOf(item, 'content', 'parts');
  const calls = fieldOf(item, 'tool_calls', 'toolCalls');
  if (calls?.kind === 'list') return { kind: 'asks', content: content && content.kind !== 'constant' ? contentOf(content, shape) : null, calls: calls.items.map((each) => askedTool(each, context)), from: item };
  if (!content) return { kind: 'unknown', value: item };
  if (content.kind === 'list') {
    const results = content.items.map((each) => (literalText(fieldOf(each, 'type')) === 'tool_result' ? each : null));
    const only = results.length === 1 ? results[0] : null;
    const id = fieldOf(only, 'tool_use_id');
    const result = fieldOf(only, 'content');
    if (only && id && result) return { kind: 'tool-result', id, name: null, content: result, from: item };
    if (content.items.length === 1) {
      const response = fieldOf(content.items[0], 'function_response', 'functionResponse');
      const name = fieldOf(response, 'name');
      const value = fieldOf(response, 'response');
      if (name && value) return { kind: 'tool-result', id: fieldOf(response, 'id') ?? name, name, content: (value.kind === 'map' && value.entries.length === 1 ? fieldOf(value, 'result', 'output') : null) ?? value, from: item };
    }
    const asked = content.items.map((each) => fieldOf(each, 'function_call', 'functionCall'));
    if (asked.length > 0 && asked.every((each) => each !== null)) return { kind: 'asks', content: null, calls: asked.map((each) => { const call = askedTool(each!, context); return fieldOf(each, 'id') ? call : { ...call, id: textCode('call_1') }; }), from: item };
    const uses = content.items.filter((each) => literalText(fieldOf(each, 'type')) === 'tool_use');
    if (uses.length > 0 && uses.length === content.items.length) return { kind: 'asks', content: null, calls: uses.map((each) => askedTool(each, context)), from: item };
  }
  return { kind: 'message', role, content: contentOf(content, shape), extra: entries.filter((entry) => !known.has(entry.name)).map((entry) => entry.name), from: item };
}

function askedTool(item: Expression, _context: Pick<ReadContext, 'evaluate'>): AskedTool {
  const inner = fieldOf(item, 'function') ?? item;
  const code = (expression: Expression | null): Code => (expression ? kept(expression) : textCode(''));
  const json = fieldOf(inner, 'arguments');
  return { id: code(fieldOf(item, 'call_id', 'id', 'toolCallId')), name: code(fieldOf(inner, 'name', 'toolName')), input: code(json ?? fieldOf(inner, 'input', 'args')), isJson: json !== null };
}

/** Content of one message. */
export function contentOf(content: Expression, shape: MessageShape): Content {
  if (content.kind !== 'list') return { kind: 'plain', value: content };
  return { kind: 'parts', parts: content.items.map((item) => partOf(item, shape)), from: content };
}

function partOf(item: Expression, shape: MessageShape): Part {
  const other = (what: string): Part => ({ kind: 'other', what, from: item });
  if (item.kind === 'string' || item.kind === 'template' || item.kind === 'name') return { kind: 'text', value: item, from: item };
  if (item.kind === 'call') {
    const method = item.callee.kind === 'member' ? item.callee.property : '';
    const text = fieldOf(item, 'text') ?? (method === 'from_text' ? item.positional[0] : undefined);
    if (text) return { kind: 'text', value: text, from: item };
    const data = fieldOf(item, 'data');
    const mediaType = fieldOf(item, 'mime_type');
    if (method === 'from_bytes' && data && mediaType) return { kind: 'image-data', mediaType: kept(mediaType), data: { kind: 'raw', parts: ['base64.b64encode(', kept(data), ').decode()'] }, from: item };
    return other(method || 'part');
  }
  const type = literalText(fieldOf(item, 'type'));
  const text = fieldOf(item, 'text');
  if (text && !fieldOf(item, 'image')) return { kind: 'text', value: text, from: item };
  if (type === 'image_url' || type === 'input_image' || fieldOf(item, 'image_url', 'imageUrl')) {
    const value = fieldOf(item, 'image_url', 'imageUrl');
    if (!value) return other('image');
    const url = value.kind === 'map' ? fieldOf(value, 'url') : value;
    return url ? imageOf(url, fieldOf(value, 'detail') ?? fieldOf(item, 'detail'), item) : other('image');
  }
  if (shape === 'dashscope' || shape === 'vercel') {
    const image = fieldOf(item, 'image');
    const kind = fieldOf(item, 'mediaType');
    if (image && kind) return { kind: 'image-data', mediaType: kept(kind), data: kept(image), from: item };
    if (image) return imageOf(image, null, item);
  }
  const source = fieldOf(item, 'source');
  if (type === 'image' && source) {
    const url = fieldOf(source, 'url');
    if (url) return imageOf(url, null, item);
    const data = fieldOf(source, 'data');
    const mediaType = fieldOf(source, 'media_type');
    if (data && mediaType) return { kind: 'image-data', mediaType: kept(mediaType), data: kept(data), from: item };
  }
  const inline = fieldOf(item, 'inline_data', 'inlineData');
  const data = fieldOf(inline, 'data');
  const mediaType = fieldOf(inline, 'mime_type', 'mimeType');
  if (data && mediaType) return { kind: 'image-data', mediaType: kept(mediaType), data: kept(data), from: item };
  const file = fieldOf(item, 'file_data', 'fileData');
  const uri = fieldOf(file, 'file_uri', 'fileUri');
  if (uri) return imageOf(uri, null, item);
  return other(type ?? entriesOf(item)[0]?.name ?? 'part');
}

/** A picture by address; `data:` addresses are taken apart where the code shows their parts. */
function imageOf(url: Expression, detail: Expression | null, from: Expression): Part {
  const parts = url.kind === 'string' ? [url] : url.kind === 'template' || url.kind === 'concat' ? url.parts : [];
  const first = parts[0];
  if (first?.kind === 'string' && first.value.startsWith('data:')) {
    const whole = /^data:([\w.+/-]+);base64,(.*)$/s.exec(first.value);
    if (whole && parts.length === 1) return { kind: 'image-data', mediaType: textCode(whole[1]!), data: textCode(whole[2]!), from, url, detail };
    if (whole && whole[2] === '' && parts.length === 2) return { kind: 'image-data', mediaType: textCode(whole[1]!), data: kept(parts[1]!), from, url, detail };
    const middle = parts[2];
    if (first.value === 'data:' && middle?.kind === 'string' && middle.value === ';base64,' && parts.length === 4) return { kind: 'image-data', mediaType: kept(parts[1]!), data: kept(parts[3]!), from, url, detail };
  }
  return { kind: 'image', url, detail, from };
}

