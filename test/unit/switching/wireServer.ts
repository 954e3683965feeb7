/**
 * A loopback server that speaks the wire formats strictly: unknown parameters, missing required ones and the wrong
 * way to present a key are refused as the providers refuse them. What it answers is made of what it was sent, so that
 * equal answers mean equal requests.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, any>;

/** What was said, whatever the format. */
interface Said {
  system: string;
  turns: { role: string; text: string }[];
  tools: string[];
  wantsJson: boolean;
  stream: boolean;
  limit: number | null;
  toolResult: string | null;
}

class Refused extends Error {
  constructor(readonly status: number, message: string) { super(message); }
}

const fail = (message: string, status = 400): never => { throw new Refused(status, message); };

function onlyKnown(body: Json, known: readonly string[], where: string): void {
  for (const key of Object.keys(body)) if (!known.includes(key)) fail(`${where}: unknown parameter ${key}`);
}
function required(body: Json, names: readonly string[], where: string): void {
  for (const name of names) if (body[name] === undefined) fail(`${where}: ${name} is required`);
}

const chatParameters = ['model', 'messages', 'stream', 'temperature', 'top_p', 'n', 'stop', 'presence_penalty', 'frequency_penalty', 'response_format', 'tools', 'tool_choice'];
const perHost: Readonly<Record<string, { readonly more: readonly string[]; readonly limit: string }>> = {
  'api.openai.com': { more: ['max_completion_tokens', 'max_tokens', 'stream_options', 'seed', 'logprobs', 'top_logprobs', 'logit_bias', 'user', 'store', 'metadata', 'service_tier', 'reasoning_effort', 'parallel_tool_calls'], limit: 'max_completion_tokens' },
  'api.deepseek.com': { more: ['max_tokens', 'stream_options', 'logprobs', 'top_logprobs', 'thinking', 'reasoning_effort'], limit: 'max_tokens' },
  'api.mistral.ai': { more: ['max_tokens', 'random_seed', 'safe_prompt', 'parallel_tool_calls', 'prediction', 'metadata', 'reasoning_effort', 'prompt_mode'], limit: 'max_tokens' },
};

function chat(host: string, body: Json): Said {
  const rules = perHost[host] ?? perHost['api.deepseek.com']!;
  onlyKnown(body, [...chatParameters, ...rules.more], host);
  required(body, ['model', 'messages'], host);
  const said: Said = { system: '', turns: [], tools: (body.tools ?? []).map((tool: Json) => (tool.type === 'function' && typeof tool.function?.name === 'string' ? tool.function.name : fail('tools: function.name is required'))), wantsJson: body.response_format !== undefined && body.response_format.type !== 'text', stream: body.stream === true, limit: body[rules.limit] ?? null, toolResult: null };
  for (const message of body.messages) {
    if (message.role === 'tool') { required(message, ['tool_call_id', 'content'], 'tool message'); said.toolResult = message.content; continue; }
    if (!['system', 'developer', 'user', 'assistant'].includes(message.role)) fail(`unknown role ${message.role}`);
    const text = typeof message.content === 'string' ? message.content : Array.isArray(message.content) ? message.content.map((part: Json) => {
      if (part.type === 'text') return part.text;
      if (part.type === 'image_url') return picture(typeof part.image_url === 'string' ? part.image_url : part.image_url?.url);
      return fail(`unknown content part ${part.type}`);
    }).join('|') : message.content === null || message.content === undefined ? '' : fail('content must be a string or an array');
    if (text !== '' || !message.tool_calls) add(said, message.role === 'developer' ? 'system' : message.role, text);
    if (message.role !== 'tool') said.toolResult = null;
  }
  return said;
}

function responses(body: Json): Said {
  onlyKnown(body, ['model', 'input', 'instructions', 'max_output_tokens', 'stream', 'temperature', 'top_p', 'tools', 'tool_choice', 'text', 'store', 'metadata', 'user', 'service_tier', 'parallel_tool_calls', 'reasoning', 'include', 'top_logprobs'], 'responses');
  required(body, ['model', 'input'], 'responses');
  const said: Said = { system: '', turns: [], tools: (body.tools ?? []).map((tool: Json) => (tool.type === 'function' && typeof tool.name === 'string' && tool.function === undefined ? tool.name : fail('tools[].name is required'))), wantsJson: body.text?.format !== undefined && body.text.format.type !== 'text', stream: body.stream === true, limit: body.max_output_tokens ?? null, toolResult: null };
  if (body.instructions) add(said, 'system', body.instructions);
  if (typeof body.input === 'string') { add(said, 'user', body.input); return said; }
  for (const item of body.input) {
    if (item.type === 'function_call_output') { required(item, ['call_id', 'output'], 'function_call_output'); said.toolResult = item.output; continue; }
    if (item.type === 'function_call' || item.type === 'reasoning') continue;
    const text = typeof item.content === 'string' ? item.content : item.content.map((part: Json) => {
      if (part.type === 'input_text' || part.type === 'output_text') return part.text;
      if (part.type === 'input_image') return picture(part.image_url);
      return fail(`unknown content part ${part.type}`);
    }).join('|');
    add(said, item.role === 'developer' ? 'system' : item.role, text);
    said.toolResult = null;
  }
  return said;
}

function anthropic(body: Json): Said {
  onlyKnown(body, ['model', 'messages', 'max_tokens', 'system', 'stream', 'temperature', 'top_p', 'top_k', 'stop_sequences', 'tools', 'tool_choice', 'metadata', 'output_config', 'thinking', 'service_tier'], 'anthropic');
  required(body, ['model', 'messages', 'max_tokens'], 'anthropic');
  const said: Said = { system: '', turns: [], tools: (body.tools ?? []).map((tool: Json) => { required(tool, ['name', 'input_schema'], 'tool'); onlyKnown(tool, ['name', 'description', 'input_schema', 'strict', 'cache_control', 'type'], 'tool'); return tool.name; }), wantsJson: body.output_config?.format !== undefined, stream: body.stream === true, limit: body.max_tokens, toolResult: null };
  if (body.tool_choice && !['auto', 'any', 'tool', 'none'].includes(body.tool_choice.type)) fail('tool_choice.type');
  if (body.stop_sequences && !Array.isArray(body.stop_sequences)) fail('stop_sequences must be an array');
  if (body.system) add(said, 'system', typeof body.system === 'string' ? body.system : body.system.map((block: Json) => block.text).join('\n'));
  for (const message of body.messages) {
    if (message.role !== 'user' && message.role !== 'assistant') fail(`messages: unexpected role ${message.role}`);
    if (typeof message.content === 'string') { add(said, message.role, message.content); said.toolResult = null; continue; }
    const texts: string[] = [];
    let result: string | null = null;
    for (const block of message.content) {
      if (block.type === 'text') texts.push(block.text);
      else if (block.type === 'image') {
        const { source } = block;
        if (source.type === 'base64') { required(source, ['media_type', 'data'], 'source'); texts.push(`[image ${source.media_type} ${source.data}]`); }
        else if (source.type === 'url') texts.push(`[image ${source.url}]`);
        else fail('source.type');
      } else if (block.type === 'tool_result') { required(block, ['tool_use_id'], 'tool_result'); result = typeof block.content === 'string' ? block.content : block.content.map((each: Json) => each.text).join(''); }
      else if (block.type !== 'tool_use' && block.type !== 'thinking') fail(`unknown block ${block.type}`);
    }
    if (texts.length > 0) add(said, message.role, texts.join('|'));
    said.toolResult = result;
  }
  return said;
}

function google(body: Json, stream: boolean): Said {
  onlyKnown(body, ['contents', 'systemInstruction', 'generationConfig', 'tools', 'toolConfig', 'safetySettings', 'cachedContent'], 'google');
  const config: Json = body.generationConfig ?? {};
  onlyKnown(config, ['maxOutputTokens', 'temperature', 'topP', 'topK', 'stopSequences', 'seed', 'candidateCount', 'frequencyPenalty', 'presencePenalty', 'responseMimeType', 'responseJsonSchema', 'responseSchema', 'responseLogprobs', 'logprobs', 'thinkingConfig'], 'generationConfig');
  const said: Said = { system: '', turns: [], tools: (body.tools ?? []).flatMap((tool: Json) => (tool.functionDeclarations ?? fail('tools[].functionDeclarations')).map((each: Json) => { onlyKnown(each, ['name', 'description', 'parameters', 'parametersJsonSchema', 'behavior', 'response'], 'declaration'); return each.name; })), wantsJson: config.responseMimeType === 'application/json', stream, limit: config.maxOutputTokens ?? null, toolResult: null };
  const textOf = (part: Json): string => {
    if (part.text !== undefined) return part.text;
    if (part.inlineData) { required(part.inlineData, ['mimeType', 'data'], 'inlineData'); return `[image ${part.inlineData.mimeType} ${part.inlineData.data}]`; }
    if (part.fileData) return `[image ${part.fileData.fileUri}]`;
    if (part.functionCall || part.functionResponse || part.thoughtSignature) return '';
    return fail(`unknown part ${Object.keys(part).join()}`);
  };
  if (body.systemInstruction) add(said, 'system', body.systemInstruction.parts.map(textOf).join('|'));
  for (const content of body.contents) {
    if (content.role !== undefined && content.role !== 'user' && content.role !== 'model' && content.role !== 'function') fail(`contents: unexpected role ${content.role}`);
    const response = content.parts.find((part: Json) => part.functionResponse);
    said.toolResult = response ? String(response.functionResponse.response.result ?? response.functionResponse.response.output ?? JSON.stringify(response.functionResponse.response)) : null;
    const text = content.parts.map(textOf).filter(Boolean).join('|');
    if (text) add(said, content.role === 'model' ? 'assistant' : 'user', text);
  }
  return said;
}

const picture = (url: string): string => { const data = /^data:([^;]+);base64,(.*)$/.exec(url); return data ? `[image ${data[1]} ${data[2]}]` : `[image ${url}]`; };

function add(said: Said, role: string, text: string): void {
  if (role === 'system') said.system += (said.system ? '\n\n' : '') + text;
  else said.turns.push({ role, text });
}

/** Text of the answer, or the tool that is asked for. */
function answerOf(said: Said): { readonly text: string } | { readonly tool: string; readonly input: Json } {
  if (said.tools.length > 0 && said.toolResult === null) return { tool: said.tools[0]!, input: { city: 'Paris' } };
  const heard = said.turns.map((turn) => `${turn.role}: ${turn.text}`).join(' / ');
  if (said.wantsJson) return { text: JSON.stringify({ heard }) };
  return { text: `${said.system ? `(${said.system}) ` : ''}${heard}${said.toolResult === null ? '' : ` <- ${said.toolResult}`}${said.limit === null ? '' : ' in short'}` };
}

const pieces = (text: string): string[] => text.match(/[\s\S]{1,7}/g) ?? [];
const usage = { input: 11, output: 7 };

function reply(host: string, path: string, said: Said, body: Json, response: ServerResponse): void {
  const answer = answerOf(said);
  const send = (value: unknown): void => { response.setHeader('content-type', 'application/json'); response.end(JSON.stringify(value)); };
  const events = (list: readonly (readonly [string | null, unknown])[], done: boolean): void => {
    response.setHeader('content-type', 'text/event-stream');
    for (const [name, data] of list) response.write(`${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`);
    response.end(done ? 'data: [DONE]\n\n' : '');
  };
  if (path.endsWith('/chat/completions')) {
    const head = { id: 'c1', created: 1, model: body.model };
    const numbers = { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output };
    if (said.stream && 'text' in answer) {
      const chunk = (delta: Json, finish: string | null) => ({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });
      const list: [null, unknown][] = [[null, chunk({ role: 'assistant', content: '' }, null)], ...pieces(answer.text).map((content): [null, unknown] => [null, chunk({ content }, null)]), [null, chunk({}, 'stop')]];
      if (body.stream_options?.include_usage) list.push([null, { ...head, object: 'chat.completion.chunk', choices: [], usage: numbers }]);
      else if (host === 'api.mistral.ai') list[list.length - 1] = [null, { ...chunk({ content: '' }, 'stop'), usage: numbers }];
      events(list, true);
      return;
    }
    const message = 'text' in answer ? { role: 'assistant', content: answer.text } : { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: answer.tool, arguments: JSON.stringify(answer.input) } }] };
    send({ ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'text' in answer ? 'stop' : 'tool_calls' }], usage: numbers });
  } else if (path.endsWith('/responses')) {
    const numbers = { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.input + usage.output, input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
    const output = 'text' in answer ? [{ id: 'm1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: answer.text, annotations: [] }] }] : [{ id: 'f1', type: 'function_call', call_id: 'call_1', name: answer.tool, arguments: JSON.stringify(answer.input), status: 'completed' }];
    const whole = { id: 'r1', object: 'response', created_at: 1, model: body.model, status: 'completed', output, usage: numbers, error: null, incomplete_details: null };
    if (said.stream && 'text' in answer) {
      let sequence = 0;
      const event = (type: string, data: Json): [string, unknown] => [type, { type, sequence_number: sequence++, ...data }];
      events([
        event('response.created', { response: { ...whole, status: 'in_progress', output: [] } }), event('response.output_item.added', { output_index: 0, item: { ...output[0], status: 'in_progress', content: [] } }),
        event('response.content_part.added', { item_id: 'm1', output_index: 0, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } }),
        ...pieces(answer.text).map((delta) => event('response.output_text.delta', { item_id: 'm1', output_index: 0, content_index: 0, delta, logprobs: [] })),
        event('response.output_text.done', { item_id: 'm1', output_index: 0, content_index: 0, text: answer.text, logprobs: [] }), event('response.output_item.done', { output_index: 0, item: output[0] }), event('response.completed', { response: whole }),
      ], false);
      return;
    }
    send(whole);
  } else if (path.endsWith('/messages')) {
    const head = { id: 'msg_1', type: 'message', role: 'assistant', model: body.model };
    if (said.stream && 'text' in answer) {
      events([
        ['message_start', { type: 'message_start', message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: usage.input, output_tokens: 1 } } }],
        ['content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }], ['ping', { type: 'ping' }],
        ...pieces(answer.text).map((text): [string, unknown] => ['content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }]),
        ['content_block_stop', { type: 'content_block_stop', index: 0 }], ['message_delta', { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { input_tokens: usage.input, output_tokens: usage.output } }], ['message_stop', { type: 'message_stop' }],
      ], false);
      return;
    }
    const content = 'text' in answer ? [{ type: 'text', text: answer.text }] : [{ type: 'tool_use', id: 'call_1', name: answer.tool, input: answer.input }];
    send({ ...head, content, stop_reason: 'text' in answer ? 'end_turn' : 'tool_use', stop_sequence: null, usage: { input_tokens: usage.input, output_tokens: usage.output } });
  } else {
    const numbers = { promptTokenCount: usage.input, candidatesTokenCount: usage.output, totalTokenCount: usage.input + usage.output };
    const candidate = (parts: Json[], finishReason?: string) => ({ candidates: [{ index: 0, content: { role: 'model', parts }, ...(finishReason && { finishReason }) }], ...(finishReason && { usageMetadata: numbers }), modelVersion: 'gemini', responseId: 'g1' });
    if (said.stream && 'text' in answer) {
      const list = pieces(answer.text);
      events(list.map((text, index): [null, unknown] => [null, candidate([{ text }], index === list.length - 1 ? 'STOP' : undefined)]), false);
      return;
    }
    send(candidate('text' in answer ? [{ text: answer.text }] : [{ functionCall: { id: 'call_1', name: answer.tool, args: answer.input } }], 'STOP'));
  }
}

export interface WireServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Keys that each host takes, and the header it takes them in. */
export const keys: Readonly<Record<string, readonly [header: string, value: string]>> = {
  'api.openai.com': ['authorization', 'Bearer key-openai'], 'api.deepseek.com': ['authorization', 'Bearer key-deepseek'], 'api.mistral.ai': ['authorization', 'Bearer key-mistral'],
  'api.anthropic.com': ['x-api-key', 'key-anthropic'], 'generativelanguage.googleapis.com': ['x-goog-api-key', 'key-google'],
};

function handle(host: string, path: string, body: Json, request: IncomingMessage, response: ServerResponse): void {
  const key = keys[host];
  if (!key) fail(`unknown host ${host}`, 404);
  // Newer versions of Anthropic's package present the key as a bearer token.
  const isBearer = host === 'api.anthropic.com' && request.headers.authorization === `Bearer ${key![1]}`;
  if (request.headers[key![0]] !== key![1] && !isBearer) fail(`${host}: wrong or missing ${key![0]}`, 401);
  if (host === 'api.anthropic.com' && !request.headers['anthropic-version']) fail('anthropic-version is required');
  if (/^(?:\/v1)?\/chat\/completions$/.test(path) && (host === 'api.deepseek.com' || path.startsWith('/v1'))) reply(host, path, chat(host, body), body, response);
  else if ((path === '/v1/responses' && host === 'api.openai.com') || (path === '/responses' && host === 'api.deepseek.com')) reply(host, path, responses(body), body, response);
  else if (path === '/v1/messages' && host === 'api.anthropic.com') reply(host, path, anthropic(body), body, response);
  else if (host === 'generativelanguage.googleapis.com') {
    const match = /^\/v1beta\/models\/[\w.-]+:(generateContent|streamGenerateContent)$/.exec(path);
    if (!match) fail(`no such method ${path}`, 404);
    reply(host, path, google(body, match![1] === 'streamGenerateContent'), body, response);
  } else fail(`${host} has no ${path}`, 404);
}

/** Requests come as `/HOST/PATH`; the programs under test are told nothing of it. */
export async function startWireServer(): Promise<WireServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, host = '', path = ''] = /^\/([^/]+)(\/[^?]*)/.exec(request.url ?? '') ?? [];
      try {
        handle(host, path, JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json, request, response);
      } catch (error) {
        response.statusCode = error instanceof Refused ? error.status : 400;
        response.setHeader('content-type', 'application/json');
        const message = error instanceof Error ? error.message : String(error);
        response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message, code: response.statusCode }, message }));
      }
    });
  });
  // Packages that load slowly come back to a connection much later.
  server.keepAliveTimeout = 240_000;
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}
