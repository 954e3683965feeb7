/** `generateText` and `streamText` of the Vercel AI SDK. */
import type { ProviderId } from '../core/model.js';
import { type Code, type ReadContext, type SourceEntry, type SwitchRequest, type SwitchSdk, type WriteContext, type Written, entriesOf, kept, literalList, mapCode, raw, textCode } from '../core/rewrite.js';
import { without } from './openai.js';
import { contentOf, readTurns } from './readTurns.js';
import { vercelResults } from './results.js';
import { type Names, asList, entry, readSettings, writeSettings } from './settings.js';
import { readToolChoice, readTools, writeToolChoice, writeTools } from './tools.js';
import { writeTurns } from './writeTurns.js';

const names: Names = { maxTokens: ['maxOutputTokens', 'maxTokens'], temperature: 'temperature', topP: 'topP', topK: 'topK', stop: 'stopSequences', seed: 'seed', frequencyPenalty: 'frequencyPenalty', presencePenalty: 'presencePenalty', maxRetries: 'maxRetries', abortSignal: 'abortSignal' };
const taken = new Set(['model', 'system', 'instructions', 'prompt', 'messages', 'tools', 'toolChoice', 'output', 'experimental_output']);

/** Provider → package, its function, and the maker of one with another address. */
const packages: Readonly<Record<ProviderId, readonly [module: string, name: string, maker: string]>> = {
  openai: ['@ai-sdk/openai', 'openai', 'createOpenAI'], anthropic: ['@ai-sdk/anthropic', 'anthropic', 'createAnthropic'], 'google-gemini': ['@ai-sdk/google', 'google', 'createGoogleGenerativeAI'], mistral: ['@ai-sdk/mistral', 'mistral', 'createMistral'],
  deepseek: ['@ai-sdk/deepseek', 'deepseek', 'createDeepSeek'], groq: ['@ai-sdk/groq', 'groq', 'createGroq'], xai: ['@ai-sdk/xai', 'xai', 'createXai'], cohere: ['@ai-sdk/cohere', 'cohere', 'createCohere'], together: ['@ai-sdk/togetherai', 'togetherai', 'createTogetherAI'], fireworks: ['@ai-sdk/fireworks', 'fireworks', 'createFireworks'], perplexity: ['@ai-sdk/perplexity', 'perplexity', 'createPerplexity'],
};

/** Model argument of a call, and the packages it needs. */
export function vercelModel(context: WriteContext): Code {
  const known = packages[context.provider];
  if (known && (context.isUsualBaseUrl || !context.baseUrl)) {
    context.need(known[0], known[1]);
    return raw(`${known[1]}(`, textCode(context.model), ')');
  }
  context.need('@ai-sdk/openai-compatible', 'createOpenAICompatible');
  return raw('createOpenAICompatible(', mapCode([['name', textCode(context.provider)], ['baseURL', textCode(context.baseUrl ?? '')], ['apiKey', context.keyVariable ? raw(context.surface.environment(context.keyVariable)) : null]]), ')(', textCode(context.model), ')');
}

const byName = (entries: readonly SourceEntry[], ...wanted: readonly string[]): SourceEntry | undefined => entries.find((each) => wanted.includes(each.name));

function read(entries: readonly SourceEntry[], context: ReadContext): SwitchRequest | null {
  if (byName(entries, 'stopWhen', 'maxSteps')) return null;
  const system = byName(entries, 'system', 'instructions');
  const prompt = byName(entries, 'prompt');
  const messages = byName(entries, 'messages');
  const { settings, foreign } = readSettings(entries, names, taken);
  const output = byName(entries, 'output', 'experimental_output');
  const model = byName(entries, 'model')?.value ?? null;
  return {
    model, system: system ? [{ content: contentOf(system.value, 'vercel'), entry: system }] : [],
    turns: prompt ? [{ kind: 'message', role: 'user', content: { kind: 'plain', value: prompt.value }, extra: [], from: null }] : messages ? readTurns(messages.value, 'vercel', context) : [],
    turnsEntry: prompt ?? messages ?? null, turnsList: literalList(messages?.value), isBareText: prompt !== undefined,
    tools: readTools(byName(entries, 'tools'), 'vercel'), toolChoice: readToolChoice(byName(entries, 'toolChoice'), 'vercel'),
    format: output ? { entry: output, format: schemaOf(output) } : null,
    settings, foreign, isStream: context.method.startsWith('stream'), streamEntry: null, isAsync: true, spreads: context.call.spreads, shape: 'vercel',
  };
}

/** `Output.object({ schema: jsonSchema({…}) })`. */
function schemaOf({ value }: SourceEntry): NonNullable<SwitchRequest['format']>['format'] {
  const options = value.kind === 'call' ? value.positional[0] : undefined;
  const schema = entriesOf(options).find((each) => each.name === 'schema')?.value;
  const inner = schema?.kind === 'call' && schema.callee.kind === 'name' && schema.callee.name === 'jsonSchema' ? schema.positional[0] : undefined;
  if (inner) return { kind: 'schema', name: null, schema: inner, strict: null, from: value };
  return value.kind === 'call' && value.callee.kind === 'member' && value.callee.property === 'json' ? { kind: 'json', from: value } : { kind: 'unknown', value };
}

function write(request: SwitchRequest, context: WriteContext): Written {
  const turns = writeTurns(request, 'vercel', context);
  const { streamOptions, reasoningEffort } = request.settings;
  const settings = writeSettings({ ...request, settings: without(request.settings, 'streamOptions', 'reasoningEffort') }, names, context, { stop: asList });
  if (streamOptions) context.loss({ argument: streamOptions.name, what: 'removed', reason: 'stream-usage', range: streamOptions.range });
  if (reasoningEffort) {
    settings.push({ key: 'providerOptions', value: mapCode([[context.provider === 'google-gemini' ? 'google' : context.provider, mapCode([['reasoningEffort', kept(reasoningEffort.value)]])]]) });
    context.loss({ argument: reasoningEffort.name, what: 'approximated', reason: 'other-name', range: reasoningEffort.range });
  }
  const rest = request.turns.filter((turn) => turn.kind !== 'message' || turn.role !== 'system');
  const single = rest.length === 1 ? rest[0]! : null;
  const bare: Code | null = !request.isTraced && single?.kind === 'message' && single.role === 'user' && single.content.kind === 'plain' && (request.isBareText || single.from === null) ? kept(single.content.value) : null;
  const format = request.format?.format;
  let output: Code | null = null;
  if (format && format.kind !== 'text') {
    context.need('ai', 'Output');
    if (format.kind === 'schema') {
      context.need('ai', 'jsonSchema');
      output = raw('Output.object({ schema: jsonSchema(', kept(format.schema), ') })');
      if (format.strict) context.loss({ argument: 'strict', what: 'removed', reason: 'strict', range: format.strict.range });
    } else if (format.kind === 'json') output = raw('Output.json()');
    else context.loss({ argument: 'response_format', what: 'removed', reason: 'schema-form', range: format.value.range });
  }
  if (turns.system) context.loss({ argument: 'system', what: 'kept', reason: 'instructions-name' });
  return {
    path: request.isStream ? 'streamText' : 'generateText',
    arguments: [
      { key: 'model', value: vercelModel(context), origin: request.model ? { name: 'model', value: request.model, nameRange: null, range: request.model.range } : null },
      ...entry('system', turns.system, request.system[0]?.entry),
      ...(bare ? entry('prompt', bare, request.turnsEntry) : entry('messages', turns.turns, request.turnsEntry)),
      ...entry('tools', request.tools && writeTools(request.tools, request.shape, 'vercel', context), request.tools?.entry),
      ...entry('toolChoice', request.toolChoice && writeToolChoice(request.toolChoice, request.shape, 'vercel', context), request.toolChoice?.entry),
      ...entry('output', output, request.format?.entry),
      ...settings,
    ],
  };
}

export const vercel: SwitchSdk = {
  id: 'vercel-ai', protocol: 'openai-chat', dependency: { javascript: { name: 'ai', version: '^6.0.326' } }, clients: { javascript: null }, results: vercelResults, module: 'ai',
  reaches: (_provider, ecosystem) => ecosystem === 'javascript',
  owns: (sdk, method) => sdk === 'vercel-ai' && /^(?:generateText|streamText)$/.test(method),
  shape: () => 'vercel', read, write,
};
