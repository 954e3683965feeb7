/** `mistralai` and `@mistralai/mistralai`: the form of Chat Completions, in camel case in JavaScript. */
import { type ClientForm, type ReadContext, type SourceEntry, type SwitchRequest, type SwitchSdk, type WriteContext, type Written, textCode } from '../core/rewrite.js';
import { readChat, without, writeChat } from './openai.js';
import { mistralResults } from './results.js';
import { type Names, writeSettings } from './settings.js';

const snake: Names = { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p', stop: 'stop', seed: 'random_seed', n: 'n', frequencyPenalty: 'frequency_penalty', presencePenalty: 'presence_penalty', metadata: 'metadata', parallelToolCalls: 'parallel_tool_calls', reasoningEffort: 'reasoning_effort' };
const camel: Names = { maxTokens: 'maxTokens', temperature: 'temperature', topP: 'topP', stop: 'stop', seed: 'randomSeed', n: 'n', frequencyPenalty: 'frequencyPenalty', presencePenalty: 'presencePenalty', metadata: 'metadata', parallelToolCalls: 'parallelToolCalls', reasoningEffort: 'reasoningEffort' };

function read(entries: readonly SourceEntry[], context: ReadContext): SwitchRequest | null {
  const isPython = context.ecosystem === 'python';
  const request = readChat(entries, context, isPython ? 'openai' : 'openai-camel', isPython ? snake : camel, context.method.startsWith('chat.stream'));
  return request && { ...request, streamEntry: null };
}

function write(request: SwitchRequest, context: WriteContext): Written {
  const isPython = context.ecosystem === 'python';
  const names = isPython ? snake : camel;
  const { streamOptions } = request.settings;
  if (streamOptions) context.loss({ argument: streamOptions.name, what: 'removed', reason: 'stream-usage', range: streamOptions.range });
  const settings = writeSettings({ ...request, settings: without(request.settings, 'streamOptions', ...(request.shape === 'openai' ? (['metadata'] as const) : [])) }, names, context);
  if (request.settings.metadata && request.shape === 'openai') context.loss({ argument: 'metadata', what: 'removed', reason: 'no-equal', range: request.settings.metadata.range });
  const suffix = isPython && request.isAsync ? '_async' : '';
  return { path: `chat.${request.isStream ? 'stream' : 'complete'}${suffix}`, arguments: writeChat(request, context, isPython ? 'openai' : 'openai-camel', settings) };
}

const client = (python: boolean): ClientForm => ({
  module: python ? 'mistralai.client' : '@mistralai/mistralai', symbol: 'Mistral', asyncSymbol: 'Mistral',
  baseUrl: (url) => ({ key: python ? 'server_url' : 'serverURL', value: textCode(url.replace(/\/v1\/?$/, '')) }), key: (value) => ({ key: python ? 'api_key' : 'apiKey', value }),
  baseUrlNames: ['server_url', 'serverURL', 'server'], keyNames: ['api_key', 'apiKey'], ownKeyVariables: [], ownBaseUrl: 'https://api.mistral.ai/v1', options: [],
});

export const mistral: SwitchSdk = {
  id: 'mistral', protocol: 'openai-chat', reaches: (provider) => provider === 'mistral',
  dependency: { python: { name: 'mistralai', version: '>=2' }, javascript: { name: '@mistralai/mistralai', version: '^2.7.0' } }, clients: { python: client(true), javascript: client(false) }, results: mistralResults,
  owns: (sdk, method) => sdk === 'mistral' && /^chat\.(?:complete|stream)(?:_async)?$/.test(method),
  shape: (ecosystem) => (ecosystem === 'python' ? 'openai' : 'openai-camel'), read, write,
};
