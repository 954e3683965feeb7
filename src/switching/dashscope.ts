/** `Generation.call` and `MultiModalConversation.call` of the `dashscope` package. */
import { type ReadContext, type SourceEntry, type SwitchRequest, type SwitchSdk, type Turn, type WriteContext, type Written, literalText, textCode } from '../core/rewrite.js';
import { isOn, readChat, without, writeChat } from './openai.js';
import { dashscopeResults } from './results.js';
import { type Names, entry, writeSettings } from './settings.js';

const names: Names = { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p', topK: 'top_k', stop: 'stop', seed: 'seed', n: 'n', presencePenalty: 'presence_penalty', logprobs: 'logprobs', topLogprobs: 'top_logprobs', parallelToolCalls: 'parallel_tool_calls' };
const own = new Set(['result_format', 'incremental_output', 'api_key', 'prompt', 'base_address']);

function read(entries: readonly SourceEntry[], context: ReadContext): SwitchRequest | null {
  const isStream = isOn(entries.find((each) => each.name === 'stream'));
  // Without incremental output each event repeats the whole text: a loop over it means something else.
  if (isStream && !isOn(entries.find((each) => each.name === 'incremental_output'))) return null;
  // Without `result_format="message"` answers have another form.
  const format = literalText(entries.find((each) => each.name === 'result_format')?.value);
  if (format !== null && format !== 'message') return null;
  const request = readChat(entries.filter((each) => !own.has(each.name)), context, 'dashscope', names, isStream);
  const prompt = entries.find((each) => each.name === 'prompt');
  if (!request || !prompt || request.turnsEntry) return request;
  const turn: Turn = { kind: 'message', role: 'user', content: { kind: 'plain', value: prompt.value }, extra: [], from: null };
  return { ...request, turns: [turn], turnsEntry: prompt };
}

function write(request: SwitchRequest, context: WriteContext): Written {
  const hasImages = request.turns.some((turn) => turn.kind === 'message' && turn.content.kind === 'parts' && turn.content.parts.some((part) => part.kind === 'image' || part.kind === 'image-data'));
  const { streamOptions } = request.settings;
  if (streamOptions) context.loss({ argument: streamOptions.name, what: 'removed', reason: 'stream-usage', range: streamOptions.range });
  const settings = writeSettings({ ...request, settings: without(request.settings, 'streamOptions') }, names, context);
  if (request.tools && request.settings.n) context.loss({ argument: 'n', what: 'approximated', reason: 'several-answers', range: request.settings.n.range });
  if (context.keyVariable) context.need('os', null);
  const key = context.keyVariable ? entry('api_key', { kind: 'raw', parts: [context.surface.environment(context.keyVariable)] }) : [];
  // Pictures need the shape in which every content is a list.
  const inner = hasImages ? { ...context, provider: 'dashscope-multimodal' } : context;
  return {
    path: `${request.isAsync ? 'Aio' : ''}${hasImages ? 'MultiModalConversation' : 'Generation'}.call`,
    arguments: [
      ...key, ...writeChat(request, inner, 'dashscope', settings),
      ...(hasImages ? [] : entry('result_format', textCode('message'))),
      ...(request.isStream ? [...entry('stream', { kind: 'literal', value: true }, request.streamEntry), ...entry('incremental_output', { kind: 'literal', value: true })] : []),
    ],
  };
}

export const dashscope: SwitchSdk = {
  id: 'dashscope', protocol: 'dashscope-native', dependency: { python: { name: 'dashscope', version: '>=1.25' } }, clients: { python: null }, results: dashscopeResults, module: 'dashscope',
  reaches: (provider, ecosystem) => ecosystem === 'python' && provider === 'alibaba-dashscope',
  owns: (sdk, method) => sdk === 'dashscope' && /^(?:Aio)?(?:Generation|MultiModalConversation)\.call$/.test(method),
  shape: () => 'dashscope', read, write,
};
