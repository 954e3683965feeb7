/** Messages of `anthropic` and `@anthropic-ai/sdk`. */
import { type ClientForm, type Code, type ReadContext, type SourceEntry, type SwitchRequest, type SwitchSdk, type WriteContext, type Written, fieldOf, kept, literalList, literalText, mapCode, textCode } from '../core/rewrite.js';
import { isOn, modelEntry, without } from './openai.js';
import { contentOf, readTurns } from './readTurns.js';
import { anthropicResults } from './results.js';
import { type Names, asList, entry, readSettings, userMetadata, writeSettings } from './settings.js';
import { readToolChoice, readTools, writeToolChoice, writeTools } from './tools.js';
import { writeTurns } from './writeTurns.js';

const names: Names = {
  maxTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p', topK: 'top_k', stop: 'stop_sequences', user: 'metadata', thinking: 'thinking', serviceTier: 'service_tier', timeout: 'timeout', extraBody: 'extra_body', extraHeaders: 'extra_headers',
};
const taken = new Set(['model', 'messages', 'system', 'tools', 'tool_choice', 'output_config', 'stream']);
const byName = (entries: readonly SourceEntry[], name: string): SourceEntry | undefined => entries.find((each) => each.name === name);

function read(entries: readonly SourceEntry[], context: ReadContext): SwitchRequest | null {
  const messages = byName(entries, 'messages');
  const system = byName(entries, 'system');
  const found = readSettings(entries, names, taken);
  const user = found.settings.user ? fieldOf(found.settings.user.value, 'user_id') : null;
  const settings = user && found.settings.user ? { ...found.settings, user: { ...found.settings.user, value: user } } : without(found.settings, 'user');
  const output = byName(entries, 'output_config');
  const format = fieldOf(output?.value, 'format');
  const schema = fieldOf(format, 'schema');
  return {
    model: byName(entries, 'model')?.value ?? null, system: system ? [{ content: contentOf(system.value, 'anthropic'), entry: system }] : [],
    turns: messages ? readTurns(messages.value, 'anthropic', context) : [], turnsEntry: messages ?? null, turnsList: literalList(messages?.value), isBareText: false,
    tools: readTools(byName(entries, 'tools'), 'anthropic'), toolChoice: readToolChoice(byName(entries, 'tool_choice'), 'anthropic'),
    format: output ? { entry: output, format: schema && literalText(fieldOf(format, 'type')) === 'json_schema' ? { kind: 'schema', name: null, schema, strict: null, from: output.value } : { kind: 'unknown', value: output.value } } : null,
    settings, foreign: [...found.foreign, ...(found.settings.user && !user ? [found.settings.user] : [])], isStream: isOn(byName(entries, 'stream')) || context.method.endsWith('stream'), streamEntry: byName(entries, 'stream') ?? null, isAsync: context.isAsync, spreads: context.call.spreads, shape: 'anthropic',
  };
}

/** Limit that is written where the source has none: Messages refuse to run without one. */
const usualLimit = 4096;

function write(request: SwitchRequest, context: WriteContext): Written {
  const turns = writeTurns(request, 'anthropic', context);
  const isOwn = context.provider === 'anthropic';
  const mine: Record<string, string> = { ...names as Record<string, string> };
  if (!isOwn) delete mine['serviceTier'];
  if (request.shape !== 'anthropic') delete mine['serviceTier'];
  if (context.ecosystem === 'javascript') { delete mine['timeout']; delete mine['extraBody']; delete mine['extraHeaders']; }
  const { streamOptions, parallelToolCalls } = request.settings;
  const settings = writeSettings({ ...request, settings: without(request.settings, 'streamOptions', 'parallelToolCalls') }, mine, context, {
    stop: asList, user: request.shape === 'anthropic' ? ({ value }) => mapCode([['user_id', kept(value)]]) : userMetadata,
    temperature: (each) => {
      if (each.value.kind === 'number' && each.value.value > 1) { context.loss({ argument: 'temperature', what: 'approximated', reason: 'no-equal', range: each.range }); return { kind: 'literal', value: 1 }; }
      return kept(each.value);
    },
  });
  if (streamOptions) context.loss({ argument: streamOptions.name, what: 'removed', reason: 'stream-usage', range: streamOptions.range });
  let choice = request.toolChoice && writeToolChoice(request.toolChoice, request.shape, 'anthropic', context);
  if (parallelToolCalls) {
    const value = parallelToolCalls.value;
    if (value.kind === 'constant' && value.value === false) {
      const base = choice?.kind === 'map' ? choice.entries : [{ key: 'type', value: textCode('auto') }];
      choice = { kind: 'map', entries: [...base, { key: 'disable_parallel_tool_use', value: { kind: 'literal', value: true } }] };
      context.loss({ argument: parallelToolCalls.name, what: 'renamed', reason: 'other-name', range: parallelToolCalls.range });
    } else context.loss({ argument: parallelToolCalls.name, what: 'removed', reason: 'no-equal', range: parallelToolCalls.range });
  }
  const limit: Code | null = request.settings.maxTokens ? null : { kind: 'literal', value: Math.min(usualLimit, context.maxOutputTokens ?? usualLimit) };
  if (limit) context.loss({ argument: 'max_tokens', what: 'approximated', reason: 'limit-required' });
  return {
    path: 'messages.create',
    arguments: [
      ...entry('model', textCode(context.model), modelEntry(request)),
      ...entry('max_tokens', limit),
      ...entry('system', turns.system, request.system[0]?.entry),
      ...entry('messages', turns.turns, request.turnsEntry),
      ...entry('tools', request.tools && writeTools(request.tools, request.shape, 'anthropic', context), request.tools?.entry),
      ...entry('tool_choice', choice, request.toolChoice?.entry),
      ...entry('output_config', format(request, context), request.format?.entry),
      ...settings,
      ...(request.isStream ? entry('stream', { kind: 'literal', value: true }, request.streamEntry) : []),
    ],
  };
}

function format(request: SwitchRequest, context: WriteContext): Code | null {
  const found = request.format?.format;
  if (!found || found.kind === 'text') return null;
  if (request.shape === 'anthropic') return kept(found.kind === 'unknown' ? found.value : found.from);
  if (found.kind === 'schema') {
    if (found.strict) context.loss({ argument: 'strict', what: 'removed', reason: 'strict', range: found.strict.range });
    return mapCode([['format', mapCode([['type', textCode('json_schema')], ['schema', kept(found.schema)]])]]);
  }
  context.loss({ argument: 'response_format', what: 'removed', reason: found.kind === 'json' ? 'json-mode' : 'schema-form', range: request.format?.entry.range ?? null });
  return null;
}

const client = (python: boolean): ClientForm => ({
  module: python ? 'anthropic' : '@anthropic-ai/sdk', symbol: 'Anthropic', asyncSymbol: python ? 'AsyncAnthropic' : 'Anthropic', isDefault: !python,
  baseUrl: (url) => ({ key: python ? 'base_url' : 'baseURL', value: textCode(url) }), key: (value) => ({ key: python ? 'api_key' : 'apiKey', value }),
  baseUrlNames: ['base_url', 'baseURL'], keyNames: ['api_key', 'apiKey', 'auth_token', 'authToken'], ownKeyVariables: ['ANTHROPIC_API_KEY'], ownBaseUrl: 'https://api.anthropic.com',
  options: ['timeout', 'max_retries', 'maxRetries', 'default_headers', 'defaultHeaders', 'http_client', 'fetch', 'fetchOptions', 'dangerouslyAllowBrowser'],
});

export const anthropic: SwitchSdk = {
  id: 'anthropic', protocol: 'anthropic-messages', dependency: { python: { name: 'anthropic', version: '>=0.70' }, javascript: { name: '@anthropic-ai/sdk', version: '^1.13.0' } }, clients: { python: client(true), javascript: client(false) }, results: anthropicResults,
  owns: (sdk, method) => sdk === 'anthropic' && /^(?:beta\.)?messages\.(?:create|stream)$/.test(method),
  shape: () => 'anthropic', read, write,
};
