/** `generate_content` of `google-genai` and `@google/genai`. */
import { type ClientForm, type Code, type CodeEntry, type ReadContext, type SourceEntry, type SwitchRequest, type SwitchSdk, type WriteContext, type Written, entriesOf, kept, literalText, mapCode, textCode } from '../core/rewrite.js';
import { isList, modelEntry, without } from './openai.js';
import { contentOf, readTurns } from './readTurns.js';
import { googleResults } from './results.js';
import { type Names, asList, entry, readSettings, writeSettings } from './settings.js';
import { readToolChoice, readTools, writeToolChoice, writeTools } from './tools.js';
import { writeTurns } from './writeTurns.js';

const snake: Names = { maxTokens: 'max_output_tokens', temperature: 'temperature', topP: 'top_p', topK: 'top_k', stop: 'stop_sequences', seed: 'seed', n: 'candidate_count', frequencyPenalty: 'frequency_penalty', presencePenalty: 'presence_penalty', logprobs: 'response_logprobs', topLogprobs: 'logprobs', thinking: 'thinking_config' };
const camel: Names = { maxTokens: 'maxOutputTokens', temperature: 'temperature', topP: 'topP', topK: 'topK', stop: 'stopSequences', seed: 'seed', n: 'candidateCount', frequencyPenalty: 'frequencyPenalty', presencePenalty: 'presencePenalty', logprobs: 'responseLogprobs', topLogprobs: 'logprobs', thinking: 'thinkingConfig', abortSignal: 'abortSignal' };
const taken = new Set(['model', 'contents', 'config', 'system_instruction', 'systemInstruction', 'tools', 'tool_config', 'toolConfig', 'response_mime_type', 'responseMimeType', 'response_schema', 'responseSchema', 'response_json_schema', 'responseJsonSchema']);
const byName = (entries: readonly SourceEntry[], ...wanted: readonly string[]): SourceEntry | undefined => entries.find((each) => wanted.includes(each.name));

function read(entries: readonly SourceEntry[], context: ReadContext): SwitchRequest | null {
  const contents = byName(entries, 'contents');
  const config = byName(entries, 'config');
  if (config && config.value.kind !== 'map' && config.value.kind !== 'call') return null;
  const inner = entriesOf(config?.value);
  const all = [...entries, ...inner];
  const { settings, foreign } = readSettings(all, context.ecosystem === 'python' ? snake : camel, taken);
  const system = byName(inner, 'system_instruction', 'systemInstruction');
  const value = contents?.value;
  const isMessages = value?.kind === 'list' && value.items.some((item) => entriesOf(item).some((each) => each.name === 'parts' || each.name === 'role'));
  const isParts = value?.kind === 'list' && !isMessages && value.items.length > 0;
  const isBare = value !== undefined && value.kind !== 'list' && !isList(value, context);
  const schema = byName(inner, 'response_schema', 'responseSchema', 'response_json_schema', 'responseJsonSchema');
  const mime = byName(inner, 'response_mime_type', 'responseMimeType');
  return {
    model: byName(entries, 'model')?.value ?? null, system: system ? [{ content: contentOf(system.value, 'google'), entry: system }] : [],
    turns: !value ? [] : isBare ? [{ kind: 'message', role: 'user', content: { kind: 'plain', value }, extra: [], from: null }]
      : isParts ? [{ kind: 'message', role: 'user', content: contentOf(value, 'google'), extra: [], from: null }] : readTurns(value, 'google', context),
    turnsEntry: contents ?? null, turnsList: isMessages ? value : null, isBareText: isBare,
    tools: readTools(byName(inner, 'tools'), 'google'), toolChoice: readToolChoice(byName(inner, 'tool_config', 'toolConfig'), 'google'),
    format: schema ? { entry: schema, format: schema.value.kind === 'map' ? { kind: 'schema', name: null, schema: schema.value, strict: null, from: schema.value } : { kind: 'unknown', value: schema.value } }
      : mime && literalText(mime.value) === 'application/json' ? { entry: mime, format: { kind: 'json', from: mime.value } } : null,
    settings, foreign, isStream: /stream$/i.test(context.method), streamEntry: null, isAsync: context.isAsync, spreads: context.call.spreads, shape: 'google',
  };
}

function write(request: SwitchRequest, context: WriteContext): Written {
  const isPython = context.ecosystem === 'python';
  const turns = writeTurns(request, 'google', context);
  const { streamOptions, reasoningEffort } = request.settings;
  const mine = { ...(isPython ? snake : camel) };
  const settings = writeSettings({ ...request, settings: without(request.settings, 'streamOptions', 'reasoningEffort') }, mine, context, {
    stop: asList, thinking: ({ value }) => (request.shape === 'google' ? kept(value) : null),
  });
  if (request.settings.thinking && request.shape !== 'google') context.loss({ argument: request.settings.thinking.name, what: 'removed', reason: 'no-equal', range: request.settings.thinking.range });
  if (streamOptions) context.loss({ argument: streamOptions.name, what: 'removed', reason: 'stream-usage', range: streamOptions.range });
  const effort = reasoningEffort ? literalText(reasoningEffort.value) : null;
  if (reasoningEffort) {
    const level = effort === 'low' || effort === 'minimal' ? 'LOW' : 'HIGH';
    settings.push({ key: isPython ? 'thinking_config' : 'thinkingConfig', value: mapCode([[isPython ? 'thinking_level' : 'thinkingLevel', textCode(level)]]) });
    context.loss({ argument: reasoningEffort.name, what: 'approximated', reason: 'other-name', range: reasoningEffort.range });
  }
  const format = request.format?.format;
  const formats: CodeEntry[] = [];
  const mimeName = isPython ? 'response_mime_type' : 'responseMimeType';
  if (format && format.kind === 'unknown') context.loss({ argument: 'response_format', what: 'removed', reason: 'schema-form', range: format.value.range });
  else if (format && format.kind !== 'text') {
    formats.push({ key: mimeName, value: textCode('application/json') });
    if (format.kind === 'schema') {
      formats.push({ key: isPython ? 'response_json_schema' : 'responseJsonSchema', value: kept(format.schema) });
      if (format.strict) context.loss({ argument: 'strict', what: 'removed', reason: 'strict', range: format.strict.range });
    }
  }
  const only = request.turns.filter((turn) => turn.kind !== 'message' || turn.role !== 'system');
  const single = only.length === 1 ? only[0]! : null;
  const bare: Code | null = !request.isTraced && single?.kind === 'message' && single.role === 'user' && single.content.kind === 'plain' ? kept(single.content.value) : null;
  const config: CodeEntry[] = [
    ...entry(isPython ? 'system_instruction' : 'systemInstruction', turns.system),
    ...settings.map((each) => ({ key: each.key, value: each.value })),
    ...entry('tools', request.tools && writeTools(request.tools, request.shape, 'google', context)),
    ...entry(isPython ? 'tool_config' : 'toolConfig', request.toolChoice && writeToolChoice(request.toolChoice, request.shape, 'google', context)),
    ...formats,
  ];
  const method = request.isStream ? (isPython ? 'generate_content_stream' : 'generateContentStream') : (isPython ? 'generate_content' : 'generateContent');
  return {
    path: `${isPython && request.isAsync ? 'aio.' : ''}models.${method}`,
    arguments: [
      ...entry('model', textCode(context.model), modelEntry(request)),
      ...entry('contents', bare ?? turns.turns, request.turnsEntry),
      ...entry('config', config.length > 0 ? { kind: 'map', entries: config } : null),
    ],
  };
}

const client = (python: boolean): ClientForm => ({
  module: python ? 'google.genai' : '@google/genai', symbol: python ? 'Client' : 'GoogleGenAI', asyncSymbol: python ? 'Client' : 'GoogleGenAI', ...(python && { through: { module: 'google', symbol: 'genai' } }),
  baseUrl: (url) => ({ key: python ? 'http_options' : 'httpOptions', value: mapCode([[python ? 'base_url' : 'baseUrl', textCode(url)]]) }), key: (value) => ({ key: python ? 'api_key' : 'apiKey', value }),
  baseUrlNames: ['http_options', 'httpOptions'], keyNames: ['api_key', 'apiKey'], ownKeyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], ownBaseUrl: 'https://generativelanguage.googleapis.com', options: [],
});

export const google: SwitchSdk = {
  id: 'google-genai', protocol: 'google-generate-content', dependency: { python: { name: 'google-genai', version: '>=1.50' }, javascript: { name: '@google/genai', version: '^2.32.0' } }, clients: { python: client(true), javascript: client(false) }, results: googleResults,
  owns: (sdk, method) => sdk === 'google-genai' && /^(?:aio\.)?models\.(?:generate_content(?:_stream)?|generateContent(?:Stream)?)$/.test(method),
  shape: () => 'google', read, write,
};
