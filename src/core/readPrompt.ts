/** Message lists, contents and schemas of the field's wire shapes → PromptPart[]; shared by the SDK tables. */
import { dataUriBytes, imageSizeOf } from './imageSize.js';
import type { MediaFacts, PromptPart, Role, TextPiece, TextRange } from './model.js';
import type { ArgumentReader } from './sdk.js';
import { type ListItem, type Value, candidates, first, jsonPieces, piecesOf, plainText, text } from './value.js';

const roles: Record<string, Role> = {
  system: 'system', developer: 'system', user: 'user', human: 'user', assistant: 'assistant', model: 'assistant', ai: 'assistant',
  tool: 'tool', function: 'tool',
};

/** Part with all alternatives of a conditional content. */
export function textPart(value: Value | null, role: Role, kind: PromptPart['kind'] = 'message', repeated = false): PromptPart {
  const all = candidates(value).map((each) => piecesOf(each));
  return { kind, role, pieces: all[0] ?? [], alternatives: all.slice(1), repeated, range: value?.range ?? null };
}

/** Reads entries of a map, or named arguments of a typed message object, the same way. */
export type FieldsOf = (value: Value) => ((name: string, position?: number) => Value | null) | null;

/** Fields of `{role: …}` maps and of constructed objects such as `types.Content(role=…)`. */
export function fieldsWith(argumentsOf: (value: Value) => ArgumentReader | null): FieldsOf {
  return (value) => {
    if (value.kind === 'map') return (name) => value.entries.get(name)?.value ?? null;
    const reader = argumentsOf(value);
    return reader ? (name, position) => reader.get(name, position) : null;
  };
}

/**
 * A list of role/content messages (OpenAI, Anthropic, Mistral, DashScope `content`; Google `parts`). A bare string
 * is one user message. An unknown list becomes one repeated hole, never nothing; `isUsuallyText` says that the
 * argument is a string more often than a list (Responses' `input`), so that an unknown one is a single message.
 */
export function messageParts(value: Value | null, fieldsOf: FieldsOf, contentKeys: readonly string[] = ['content'], isUsuallyText = false): PromptPart[] {
  if (!value) return [];
  const chosen = candidates(value);
  const main = chosen.find((each) => each.kind === 'list' || each.kind === 'text') ?? chosen[0];
  if (!main) return [];
  if (main.kind === 'list') return main.items.flatMap((item) => messagePart(item, fieldsOf, contentKeys));
  if (main.kind === 'text') return [textPart(value, 'user')];
  if (fieldsOf(main) && contentKeys.some((key) => fieldsOf(main)!(key) !== null)) return messagePart({ value: main, repeated: false }, fieldsOf, contentKeys);
  return [{ ...textPart(main, 'unknown'), repeated: main.kind === 'hole' && !isUsuallyText }];
}

/** Message factories whose name is the role: `openai.UserMessage("…")`, `new SystemChatMessage("…")`, `UserMessage.from("…")`. */
function madeMessage(value: Value): { readonly role: Role; readonly position: number } | null {
  if (value.kind !== 'instance' || value.path.length > 0 || !value.call) return null;
  for (const name of [...value.callee.path].reverse()) {
    const role = /^(?:New|Create|ChatCompletion)?(System|User|Assistant|Developer|Human|Ai|AI|Tool)(?:Chat|Prompt)?Message(?:Param)?$/.exec(name)?.[1];
    if (role) return { role: roles[role.toLowerCase()] ?? 'unknown', position: 0 };
  }
  return null;
}

function messagePart(item: ListItem, fieldsOf: FieldsOf, contentKeys: readonly string[]): PromptPart[] {
  const value = candidates(item.value)[0] ?? item.value;
  if (value.kind === 'text') return [{ ...textPart(item.value, 'user'), repeated: item.repeated }];
  if (value.kind === 'list') return value.items.flatMap((each) => messagePart({ value: each.value, repeated: each.repeated || item.repeated }, fieldsOf, contentKeys));
  const fields = fieldsOf(value);
  if (!fields) return [{ ...textPart(item.value, 'unknown'), repeated: item.repeated }];
  const made = madeMessage(value);
  if (made) {
    const content = fields('content', made.position) ?? fields('text');
    const inner = contentParts(content, made.role, item.repeated, fieldsOf);
    return inner.length > 0 ? inner : [{ ...textPart(item.value, made.role), repeated: item.repeated }];
  }
  const role = roles[(plainText(candidates(fields('role'))[0]) ?? '').toLowerCase()] ?? 'unknown';
  const name = plainText(fields('name'));
  let content: Value | null = null;
  for (const key of contentKeys) content ??= fields(key);
  const parts = contentParts(content, role, item.repeated, fieldsOf);
  if (parts.length === 0 && content === null) {
    // A message object without readable content still costs tokens: name it instead of dropping it.
    const own = contentParts(value, role, item.repeated, fieldsOf, true);
    if (own.length > 0) return own;
    return value.kind === 'map' && !value.open && role !== 'unknown'
      ? [{ kind: 'message', role, pieces: jsonPieces(value), alternatives: [], repeated: item.repeated, range: value.range }]
      : [{ ...textPart(value.kind === 'map' ? { kind: 'hole', name: 'message', range: value.range } : value, role), repeated: item.repeated }];
  }
  const calls = fields('tool_calls');
  const extra = calls ? [{ ...textPart(calls, role), repeated: item.repeated }] : [];
  return [...(name ? parts.map((part, index) => (index === 0 ? { ...part, name } : part)) : parts), ...extra];
}

/** Content of one message: a string, or a list of typed blocks (text, image, audio, file). */
export function contentParts(content: Value | null, role: Role, repeated: boolean, fieldsOf: FieldsOf, single = false): PromptPart[] {
  if (!content) return [];
  const value = candidates(content).find((each) => each.kind === 'list') ?? content;
  if (value.kind !== 'list') {
    if (single || value.kind === 'map' || value.kind === 'instance') {
      const block = blockPart(value, role, repeated, fieldsOf);
      if (block) return [block];
      if (single) return [];
    }
    return [{ ...textPart(content, role), repeated }];
  }
  const texts: TextPiece[] = [];
  let range: TextRange | null = null;
  const out: PromptPart[] = [];
  for (const item of value.items) {
    const block = blockPart(item.value, role, repeated || item.repeated, fieldsOf);
    if (block?.kind === 'message' && !item.repeated && block.alternatives.length === 0) {
      // Text blocks of one message are one message for framing.
      texts.push(...block.pieces);
      range ??= block.range;
    } else if (block) out.push(block);
    else out.push({ ...textPart(item.value, role), repeated: repeated || item.repeated });
  }
  return [...(texts.length ? [{ kind: 'message' as const, role, pieces: texts, alternatives: [], repeated, range: range ?? value.range }] : []), ...out];
}

const blockKinds: readonly (readonly [readonly string[], PromptPart['kind']])[] = [
  [['image_url', 'image', 'input_image', 'inline_data', 'inlineData', 'file_data', 'fileData', 'mime_type', 'mimeType', 'file_uri', 'fileUri'], 'image'],
  [['input_audio', 'audio'], 'audio'],
  [['file', 'document', 'input_file', 'video', 'video_url'], 'file'],
];

/** What a block says of its picture or recording: size in a data URI's header, detail, kind by type or MIME type. */
function mediaOf(part: PromptPart['kind'], type: string | null, fields: (name: string) => Value | null, fieldsOf: FieldsOf): { readonly media?: MediaFacts; readonly kind?: PromptPart['kind'] } {
  const inner = ['image_url', 'input_image', 'source', 'inline_data', 'inlineData', 'file_data', 'fileData', 'video_url', 'input_audio', 'file', 'image', 'video', 'audio']
    .flatMap((name) => { const value = fields(name); return value ? [value] : []; });
  const fieldsOfInner = inner.flatMap((value) => { const read = fieldsOf(candidates(value)[0] ?? value); return read ? [read] : []; });
  const word = (...names: readonly string[]): string | null => {
    for (const read of [fields, ...fieldsOfInner]) for (const name of names) {
      const found = plainText(read(name));
      if (found !== null) return found;
    }
    return null;
  };
  const mime = word('media_type', 'mime_type', 'mimeType', 'mediaType')?.toLowerCase() ?? '';
  const address = [...inner.map((value) => plainText(value)), word('url', 'data', 'file_data', 'uri', 'file_uri', 'fileUri')].find((each) => each !== null && each !== undefined) ?? '';
  const isVideo = type?.startsWith('video') || mime.startsWith('video/') || /^data:video\//i.test(address);
  const isAudio = part === 'audio' || mime.startsWith('audio/') || /^data:audio\//i.test(address);
  const isDocument = type === 'document' || type === 'file' || type === 'input_file' || mime === 'application/pdf' || /^data:application\/pdf/i.test(address);
  if (isVideo) return { media: { kind: 'video' }, kind: 'file' };
  if (isAudio) return { media: { kind: 'audio' }, kind: 'audio' };
  if (isDocument) return { media: { kind: 'document' }, kind: 'file' };
  if (part !== 'image') return {};
  const bytes = dataUriBytes(address) ?? (mime.startsWith('image/') ? dataUriBytes(`data:${mime};base64,${address}`) : null);
  const size = bytes ? imageSizeOf(bytes) : null;
  const detail = word('detail', 'media_resolution', 'mediaResolution');
  return { media: { kind: 'image', ...size, ...(detail !== null && { detail }) } };
}

/** `Image.open(…)` of Pillow, which Google's SDKs take as a part. */
function isOpenedPicture(value: Value): boolean {
  return value.kind === 'instance' && value.callee.kind === 'symbol' && /^PIL\.?(?:Image)?$/.test(value.callee.module) && value.callee.path.at(-1) === 'open';
}

/** One typed block; null when it is none. */
function blockPart(raw: Value, role: Role, repeated: boolean, fieldsOf: FieldsOf): PromptPart | null {
  const value = candidates(raw)[0] ?? raw;
  if (isOpenedPicture(value)) return { kind: 'image', role, pieces: [], alternatives: [], repeated, range: value.range, media: { kind: 'image' } };
  if (value.kind === 'text' || value.kind === 'hole') return { ...textPart(raw, role), repeated };
  const fields = fieldsOf(value);
  if (!fields) return null;
  const type = plainText(fields('type'));
  for (const [names, kind] of blockKinds) {
    if ((type !== null && names.includes(type)) || names.some((name) => name !== 'type' && fields(name) !== null)) {
      return { kind, role, pieces: [], alternatives: [], repeated, range: value.range, ...mediaOf(kind, type, fields, fieldsOf) };
    }
  }
  const content = fields('text') ?? fields('content') ?? (type === 'tool_result' || type === 'tool_use' ? fields('input') : null);
  if (content === null) return null;
  const nested = first(content, 'list');
  if (nested) return contentParts(content, role, repeated, fieldsOf)[0] ?? null;
  return { ...textPart(content, role), repeated };
}

/** Models, functions and tools made of code, as the JSON that their library sends. */
function described(value: Value, kind: 'tools' | 'response-format', depth: number): Value {
  if (depth > 4) return value;
  switch (value.kind) {
    case 'class': case 'function': case 'instance': return value.schema?.() ?? value;
    case 'list': return { ...value, items: value.items.map((item) => ({ ...item, value: described(candidates(item.value)[0] ?? item.value, kind, depth + 1) })) };
    case 'map': {
      // Vercel's tools by name.
      const all = [...value.entries].map(([key, item]) => [key, item, described(candidates(item.value)[0] ?? item.value, kind, depth + 1)] as const);
      const isToolset = kind === 'tools' && depth === 0 && all.length > 0 && all.every(([, item, own]) => own !== item.value && own.kind === 'map' && own.entries.has('parameters'));
      if (isToolset) return { kind: 'list', range: value.range, open: value.open, items: all.map(([key, item, own]) => ({ repeated: false, value: own.kind === 'map' ? { ...own, entries: new Map([['name', { value: text(key), range: item.range }], ...own.entries]) } : own })) };
      return { ...value, entries: new Map(all.map(([key, item, own]) => [key, { ...item, value: own }])) };
    }
    default: return value;
  }
}

/** Tool or response schemas: the JSON that is sent, counted as text. */
export function schemaPart(value: Value | null, kind: 'tools' | 'response-format'): PromptPart[] {
  if (!value || (value.kind === 'constant') || (value.kind === 'list' && value.items.length === 0 && !value.open)) return [];
  const main = described(candidates(value)[0] ?? value, kind, 0);
  return [{ kind, role: 'system', pieces: piecesOf(main), alternatives: [], repeated: false, range: value.range }];
}
