/** Messages written in the shape of a target: literals one by one, what only exists at run time by an expression. */
import type { Expression } from '../core/expression.js';
import {
  type AskedTool, type Code, type Content, type MessageShape, type Part, type SwitchRequest, type Turn, type WriteContext, kept, listCode, literalText, mapCode, raw, textCode,
} from '../core/rewrite.js';
import { candidates } from '../core/value.js';

/** Shapes whose texts are `{role, content}` with the same roles. */
const plainRoles = new Set<MessageShape>(['openai', 'openai-camel', 'responses', 'dashscope', 'vercel', 'anthropic']);
/** Shapes that keep the system prompt among the messages. */
export const systemAmongTurns = (shape: MessageShape): boolean => shape === 'openai' || shape === 'openai-camel' || shape === 'responses' || shape === 'dashscope';

interface Turns {
  /** Value of the argument that holds the messages. */
  readonly turns: Code;
  /** Value of a system argument, for shapes that have one. */
  readonly system: Code | null;
}

/** All that is said, in the target's shape. */
export function writeTurns(request: SwitchRequest, shape: MessageShape, context: WriteContext): Turns {
  const system: Code[] = request.system.map(({ content }) => systemCode(content, shape, context));
  const turns: Code[] = [];
  let runtimeSystem = false;
  const among = systemAmongTurns(shape);
  const names = toolNames(request.turns);
  if (among) for (const { content } of request.system) turns.push(messageCode('system', content, shape, context, null));
  request.turns.forEach((turn, index) => {
    if (turn.kind === 'message' && turn.role === 'system' && !among) {
      if (index > 0 && request.turns.slice(0, index).some((each) => each.kind !== 'message' || each.role !== 'system')) context.loss({ argument: 'system', what: 'approximated', reason: 'system-position', range: turn.from?.range ?? null });
      system.push(systemCode(turn.content, shape, context));
      return;
    }
    if (turn.kind === 'several') {
      const converted = severalCode(turn.value, request.shape, shape, context);
      if (converted.system && !among) {
        runtimeSystem = true;
        system.push(converted.system);
      }
      turns.push(turn.isWhole && request.turns.length === 1 && turns.length === 0 ? converted.turns : { kind: 'spread', value: converted.turns, from: converted.turns.kind === 'kept' ? converted.turns.expression : null });
      return;
    }
    turns.push(turnCode(turn, request.shape, shape, context, names));
  });
  const whole = turns.length === 1 && request.turns.length === 1 && request.turns[0]!.kind === 'several' && request.turns[0]!.isWhole ? turns[0]! : null;
  return {
    turns: whole ?? listCode(turns, request.turnsList),
    system: among || system.length === 0 ? null : system.length === 1 ? system[0]! : runtimeSystem || shape !== 'anthropic' ? together(system, context)
      : listCode(system.map((each) => mapCode([['type', textCode('text')], ['text', each]]))),
  };
}

/** Names of tools by the literal identity under which they were asked for. */
function toolNames(turns: readonly Turn[]): ReadonlyMap<string, Code> {
  return new Map(turns.flatMap((turn) => (turn.kind === 'asks' ? turn.calls.flatMap((call): [string, Code][] => { const id = call.id.kind === 'kept' ? literalText(call.id.expression) : null; return id === null ? [] : [[id, call.name]]; }) : [])));
}

function together(texts: readonly Code[], { surface }: WriteContext): Code {
  return surface.template(texts.flatMap((each, index) => [...(index > 0 ? ['\n\n'] : []), each]));
}

function systemCode(content: Content, shape: MessageShape, context: WriteContext): Code {
  if (content.kind === 'plain') return kept(content.value);
  const texts = content.parts.flatMap((part) => (part.kind === 'text' ? [kept(part.value)] : []));
  if (shape === 'anthropic') return listCode(content.parts.flatMap((part) => (part.kind === 'text' ? [mapCode([['type', textCode('text')], ['text', kept(part.value)]], part.from)] : [])), content.from);
  return texts.length === 1 ? texts[0]! : together(texts, context);
}

function contentLosses(content: Content, from: MessageShape, to: MessageShape, context: WriteContext): void {
  if (content.kind !== 'parts' || to === 'anthropic') return;
  if (from === 'anthropic' && content.parts.some((part) => part.from.kind === 'map' && part.from.entries.some((entry) => entry.key === 'cache_control'))) {
    context.loss({ argument: 'cache_control', what: 'removed', reason: 'cache-control', range: content.from?.range ?? null });
  }
}

function turnCode(turn: Turn, from: MessageShape, to: MessageShape, context: WriteContext, names: ReadonlyMap<string, Code>): Code {
  const { surface } = context;
  switch (turn.kind) {
    case 'unknown': {
      if (plainRoles.has(from) && plainRoles.has(to)) return kept(turn.value);
      context.loss({ argument: nameOf(turn.value), what: 'by-hand', reason: 'content-part', range: turn.value.range });
      return kept(turn.value);
    }
    case 'several': return kept(turn.value);
    case 'message': {
      contentLosses(turn.content, from, to, context);
      for (const name of turn.extra) if (!keepsExtra(from, to)) context.loss({ argument: name, what: 'removed', reason: name === 'cache_control' ? 'cache-control' : name === 'name' ? 'message-name' : 'no-equal', range: turn.from?.range ?? null });
      return messageCode(turn.role, turn.content, to, context, turn.from, keepsExtra(from, to) ? turn.extra : []);
    }
    case 'tool-result': {
      const content = kept(turn.content);
      const id = kept(turn.id);
      const asked = turn.name ? kept(turn.name) : names.get(literalText(turn.id) ?? '') ?? null;
      switch (to) {
        case 'anthropic': return mapCode([['role', textCode('user')], ['content', listCode([mapCode([['type', textCode('tool_result')], ['tool_use_id', id], ['content', content]])])]], turn.from);
        case 'responses': return mapCode([['type', textCode('function_call_output')], ['call_id', id], ['output', content]], turn.from);
        case 'google': {
          const name = asked ?? id;
          const [key, mime] = context.ecosystem === 'python' ? ['function_response', 'name'] : ['functionResponse', 'name'];
          return mapCode([['role', textCode('user')], ['parts', listCode([mapCode([[key, mapCode([['id', id], [mime, name], ['response', from === 'google' ? content : mapCode([['result', content]])]])]])])]], turn.from);
        }
        case 'vercel': return mapCode([['role', textCode('tool')], ['content', listCode([mapCode([['type', textCode('tool-result')], ['toolCallId', id], ['toolName', asked ?? textCode('tool')], ['output', mapCode([['type', textCode('text')], ['value', content]])]])])]], turn.from);
        case 'openai-camel': return mapCode([['role', textCode('tool')], ['toolCallId', id], ['content', content]], turn.from);
        default: return mapCode([['role', textCode('tool')], ['tool_call_id', id], ['content', content]], turn.from);
      }
    }
    case 'asks': {
      const said = turn.content;
      const input = (call: AskedTool): Code => (call.isJson ? unwrapped(call.input, surface.ecosystem) ?? surface.parseJson(call.input) : call.input);
      const json = (call: AskedTool): Code => (call.isJson ? call.input : surface.toJson(call.input));
      if (to !== 'anthropic' && to !== 'google' && to !== 'vercel' && turn.calls.some((call) => !call.isJson) && context.ecosystem === 'python') context.need('json', null);
      if ((to === 'anthropic' || to === 'google') && turn.calls.some((call) => call.isJson && !unwrapped(call.input, surface.ecosystem)) && context.ecosystem === 'python') context.need('json', null);
      switch (to) {
        case 'anthropic': return mapCode([['role', textCode('assistant')], ['content', listCode([...said ? partsOf(said, to, context) : [], ...turn.calls.map((call) => mapCode([['type', textCode('tool_use')], ['id', call.id], ['name', call.name], ['input', input(call)]]))])]], turn.from);
        case 'google': return mapCode([['role', textCode('model')], ['parts', listCode([...said ? partsOf(said, to, context) : [], ...turn.calls.map((call) => mapCode([[context.ecosystem === 'python' ? 'function_call' : 'functionCall', mapCode([['name', call.name], ['args', input(call)]])]]))])]], turn.from);
        case 'responses': {
          const items = turn.calls.map((call) => mapCode([['type', textCode('function_call')], ['call_id', call.id], ['name', call.name], ['arguments', json(call)]]));
          return items.length === 1 ? items[0]! : { kind: 'spread', value: listCode(items) };
        }
        case 'vercel': return mapCode([['role', textCode('assistant')], ['content', listCode(turn.calls.map((call) => mapCode([['type', textCode('tool-call')], ['toolCallId', call.id], ['toolName', call.name], ['input', input(call)]])))]], turn.from);
        default: {
          const camel = to === 'openai-camel';
          return mapCode([['role', textCode('assistant')], ['content', said?.kind === 'plain' ? kept(said.value) : null], [camel ? 'toolCalls' : 'tool_calls', listCode(turn.calls.map((call) => mapCode([['id', call.id], ['type', textCode('function')], ['function', mapCode([['name', call.name], ['arguments', json(call)]])]])))]], turn.from);
        }
      }
    }
  }
}

/** `json.dumps(x)` and `JSON.stringify(x)` without the wrapping. */
function unwrapped(code: Code, _ecosystem: string): Code | null {
  if (code.kind !== 'kept') return null;
  const { expression } = code;
  if (expression.kind === 'call' && expression.callee.kind === 'member' && /^(?:dumps|stringify)$/.test(expression.callee.property) && expression.positional.length === 1) return kept(expression.positional[0]!);
  return null;
}

const keepsExtra = (from: MessageShape, to: MessageShape): boolean => from === to || (from === 'openai' && to === 'dashscope') || (from === 'dashscope' && to === 'openai');

function messageCode(role: 'system' | 'user' | 'assistant', content: Content, shape: MessageShape, context: WriteContext, from: Expression | null, extra: readonly string[] = []): Code {
  const more = from ? extra.flatMap((name) => { const value = from.kind === 'map' ? from.entries.find((entry) => entry.key === name)?.value : undefined; return value ? [[name, kept(value)] as const] : []; }) : [];
  if (shape === 'google') return mapCode([['role', textCode(role === 'assistant' ? 'model' : 'user')], ['parts', listCode(partsOf(content, shape, context))]], from);
  const isDeveloper = from?.kind === 'map' && role === 'system' && literalText(from.entries.find((entry) => entry.key === 'role')?.value) === 'developer' && (shape === 'openai' || shape === 'responses') && context.provider === 'openai';
  return mapCode([['role', textCode(isDeveloper ? 'developer' : role)], ['content', contentCode(content, shape, context, role)], ...more], from);
}

function contentCode(content: Content, shape: MessageShape, context: WriteContext, role: string): Code {
  if (content.kind === 'plain') return shape === 'dashscope' && context.provider === 'dashscope-multimodal' ? listCode([mapCode([['text', kept(content.value)]])]) : kept(content.value);
  const only = content.parts[0];
  // System prompts and answers are plain text where parts are not taken.
  if (content.parts.length === 1 && only?.kind === 'text' && (role !== 'user') && shape !== 'anthropic') return kept(only.value);
  // DashScope's text models take text only.
  if (shape === 'dashscope' && context.provider !== 'dashscope-multimodal' && content.parts.every((part) => part.kind === 'text')) return content.parts.length === 1 && only?.kind === 'text' ? kept(only.value) : together(content.parts.flatMap((part) => (part.kind === 'text' ? [kept(part.value)] : [])), context);
  return listCode(partsOf(content, shape, context, role), content.from);
}

function partsOf(content: Content, shape: MessageShape, context: WriteContext, role = 'user'): Code[] {
  if (content.kind === 'plain') {
    const text = kept(content.value);
    return [shape === 'google' || shape === 'dashscope' ? mapCode([['text', text]]) : mapCode([['type', textCode(shape === 'responses' ? (role === 'assistant' ? 'output_text' : 'input_text') : 'text')], ['text', text]])];
  }
  return content.parts.flatMap((part) => partCode(part, shape, context, role));
}

function partCode(part: Part, shape: MessageShape, context: WriteContext, role: string): Code[] {
  const isPython = context.ecosystem === 'python';
  const origin = part.from.kind === 'map' ? part.from : null;
  switch (part.kind) {
    case 'text': {
      const text = kept(part.value);
      if (shape === 'google' || shape === 'dashscope') return [mapCode([['text', text]], origin)];
      return [mapCode([['type', textCode(shape === 'responses' ? (role === 'assistant' ? 'output_text' : 'input_text') : 'text')], ['text', text]], origin)];
    }
    case 'other': {
      const isSound = /audio/.test(part.what);
      context.loss({ argument: part.what, what: 'by-hand', reason: isSound ? 'audio' : 'content-part', range: part.from.range });
      return [kept(part.from)];
    }
    case 'image': case 'image-data': {
      if (part.detail && !(shape === 'openai' || shape === 'openai-camel' || shape === 'responses')) context.loss({ argument: 'detail', what: 'removed', reason: 'image-detail', range: part.detail.range });
      const url: Code = part.url ? kept(part.url) : part.kind === 'image' ? kept(part.url) : dataUri(part.mediaType, part.data, context);
      const detail = part.detail ? kept(part.detail) : null;
      switch (shape) {
        case 'openai': return [mapCode([['type', textCode('image_url')], ['image_url', mapCode([['url', url], ['detail', detail]], innerOf(part.from, 'image_url'))]], origin)];
        case 'openai-camel': return [mapCode([['type', textCode('image_url')], ['imageUrl', mapCode([['url', url], ['detail', detail]], innerOf(part.from, 'imageUrl'))]], origin)];
        case 'responses': return [mapCode([['type', textCode('input_image')], ['image_url', url], ['detail', detail ?? (isPython ? null : textCode('auto'))]], origin)];
        case 'dashscope': return [mapCode([['image', url]], origin)];
        case 'vercel': return [part.kind === 'image' ? mapCode([['type', textCode('image')], ['image', url]], origin) : mapCode([['type', textCode('image')], ['image', part.data], ['mediaType', part.mediaType]], origin)];
        case 'anthropic':
          if (part.kind === 'image' && !isAddress(part.url, context)) context.loss({ argument: 'image', what: 'approximated', reason: 'assumed-url', range: part.url.range });
          return [mapCode([['type', textCode('image')], ['source', part.kind === 'image' ? mapCode([['type', textCode('url')], ['url', url]]) : mapCode([['type', textCode('base64')], ['media_type', part.mediaType], ['data', part.data]], innerOf(part.from, 'source'))]], origin)];
        case 'google': {
          if (part.kind === 'image-data') {
            const inner = mapCode([[isPython ? 'mime_type' : 'mimeType', part.mediaType], ['data', part.data]]);
            return [mapCode([[isPython ? 'inline_data' : 'inlineData', inner]], origin)];
          }
          context.loss({ argument: 'image', what: 'approximated', reason: 'assumed-url', range: part.url.range });
          const extension = /\.(png|webp|gif|heic)(?:$|\?)/.exec(literalText(part.url) ?? '')?.[1];
          return [mapCode([[isPython ? 'file_data' : 'fileData', mapCode([[isPython ? 'file_uri' : 'fileUri', url], [isPython ? 'mime_type' : 'mimeType', textCode(`image/${extension ?? 'jpeg'}`)]])]], origin)];
        }
      }
    }
  }
  return [];
}

function innerOf(from: Expression, key: string): Expression | null {
  const value = from.kind === 'map' ? from.entries.find((entry) => entry.key === key)?.value : undefined;
  return value?.kind === 'map' ? value : null;
}

function dataUri(mediaType: Code, data: Code, { surface }: WriteContext): Code {
  if (mediaType.kind === 'text' && data.kind === 'text') return textCode(`data:${mediaType.value};base64,${data.value}`);
  const head = mediaType.kind === 'text' || (mediaType.kind === 'kept' && mediaType.expression.kind === 'string')
    ? [`data:${mediaType.kind === 'text' ? mediaType.value : (mediaType.expression as { value: string }).value};base64,`] : ['data:', mediaType, ';base64,'];
  return surface.template([...head, data]);
}

/** True when the code shows that an expression is a web address. */
function isAddress(expression: Expression, context: Pick<WriteContext, 'evaluate'>): boolean {
  return candidates(context.evaluate(expression)).some((value) => value.kind === 'text' && value.pieces[0]?.kind === 'text' && /^https?:/.test(value.pieces[0].text));
}

function nameOf(expression: Expression): string {
  return expression.kind === 'name' ? expression.name : expression.kind === 'member' ? expression.property : expression.kind;
}

/** A list of turns that only exists at run time. */
function severalCode(value: Expression, from: MessageShape, to: MessageShape, context: WriteContext): { readonly turns: Code; readonly system: Code | null } {
  const { surface } = context;
  const own = kept(value);
  if (from === to) return { turns: own, system: null };
  const name = 'message';
  const toGoogle = to === 'google';
  const fromGoogle = from === 'google';
  const mayHoldSystem = systemAmongTurns(from) && !hasNoSystem(value, context);
  const isPlain = plainRoles.has(from) && plainRoles.has(to);
  if (isPlain && (systemAmongTurns(to) || !mayHoldSystem)) {
    if (!(from === 'openai' && to === 'dashscope') && !(from === 'anthropic' && isTextHistory(value, context))) context.loss({ argument: nameOf(value), what: 'approximated', reason: 'text-only-history', range: value.range });
    return { turns: typed(own, to, context), system: null };
  }
  context.loss({ argument: nameOf(value), what: 'approximated', reason: 'text-only-history', range: value.range });
  const isSystem = (message: Code): Code => surface.equals(surface.field(message, 'role'), 'system');
  const isNot = (message: Code): Code => raw(surface.field(message, 'role'), surface.ecosystem === 'python' ? ' != "system"' : ' !== "system"');
  const system = mayHoldSystem && !systemAmongTurns(to) ? surface.joined(surface.each(own, name, (message) => surface.field(message, 'content'), isSystem), '\n') : null;
  const text = (message: Code): Code => (fromGoogle ? raw(surface.field(message, 'parts'), surface.ecosystem === 'python' ? '[0]["text"]' : '[0].text') : surface.field(message, 'content'));
  const item = (message: Code): Code => {
    if (toGoogle) return mapCode([['role', surface.choose(surface.equals(surface.field(message, 'role'), 'assistant'), textCode('model'), textCode('user'))], ['parts', listCode([mapCode([['text', text(message)]])])]]);
    if (fromGoogle) return mapCode([['role', surface.choose(surface.equals(surface.field(message, 'role'), 'model'), textCode('assistant'), textCode('user'))], ['content', text(message)]]);
    return message;
  };
  return { turns: typed(surface.each(own, name, item, mayHoldSystem && !systemAmongTurns(to) ? isNot : undefined), to, context), system };
}

/** In TypeScript a list of another SDK's messages is told to be of this one's. */
function typed(code: Code, to: MessageShape, { isTyped }: WriteContext): Code {
  if (!isTyped) return code;
  const type = to === 'anthropic' ? 'Anthropic.MessageParam[]' : null;
  return type ? raw(code, ` as ${type}`) : code;
}

function hasNoSystem(value: Expression, context: Pick<WriteContext, 'evaluate'>): boolean {
  const all = candidates(context.evaluate(value));
  return all.length > 0 && all.every((each) => each.kind === 'list' && !each.open && each.items.every(({ value: item }) => {
    const map = candidates(item)[0];
    const role = map?.kind === 'map' ? map.entries.get('role')?.value : undefined;
    return role?.kind === 'text' && role.pieces.length === 1 && role.pieces[0]!.kind === 'text' && !/^(system|developer)$/.test(role.pieces[0]!.text);
  }));
}

function isTextHistory(value: Expression, context: Pick<WriteContext, 'evaluate'>): boolean {
  return candidates(context.evaluate(value)).every((each) => each.kind === 'list' && each.items.every(({ value: item }) => { const map = candidates(item)[0]; return map?.kind === 'map' && map.entries.get('content')?.value.kind === 'text'; }));
}
