/** Requests written by hand: `requests.post("https://api.openai.com/v1/chat/completions", json={…})`, `fetch`, axios. */
import { contentParts, fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation, PromptPart, Protocol } from '../core/model.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, first, isTrue, numberOf, parsedJson, plainText } from '../core/value.js';

/** End of the path → what is asked for, and in whose words. */
const paths: readonly (readonly [RegExp, Operation, Protocol | null])[] = [
  [/(?:^|\/)chat\/completions$/, 'chat', 'openai-chat'], [/\/responses$/, 'chat', 'openai-responses'], [/(?:^|\/)v1\/messages$/, 'chat', 'anthropic-messages'], [/:(?:stream)?generateContent$/i, 'chat', 'google-generate-content'],
  [/\/(?:v1\/)?completions$/, 'completion', null], [/\/embeddings$|:(?:batch)?embedContents?$/i, 'embedding', null], [/\/images\/(?:generations|edits)$/, 'image', null], [/\/audio\/(?:transcriptions|translations)$/, 'audio-transcription', null],
  [/\/audio\/speech$/, 'speech', null], [/\/moderations$/, 'moderation', null], [/\/api\/chat$/, 'chat', null], [/\/api\/generate$/, 'completion', null], [/\/api\/embed(?:dings)?$/, 'embedding', null], [/\/v2\/chat$|\/v1\/chat$/, 'chat', null],
  [/\/(?:text|multimodal)-generation\/generation$/, 'chat', 'dashscope-native'], [/\/ai\/run\/@[\w./-]+$/, 'chat', null], [/\/rerank$/, 'rerank', null], [/\/converse(?:-stream)?$|\/invoke(?:-with-response-stream)?$/, 'chat', null], [/\/wenxinworkshop\/chat\/[\w-]+$/, 'chat', null], [/\/gateway\.do$/, 'other', null],
];

/** Address as written: known text, with `…` for what is not known. */
function addressOf(value: Value | null): string | null {
  for (const each of candidates(value)) {
    if (each.kind !== 'text') continue;
    return each.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '…')).join('').replace(/[?#].*$/, '').replace(/\/$/, '');
  }
  return null;
}

/** Paths that only requests to a model have, whatever the host. */
const definite = /(?:^|\/)chat\/completions$|:(?:stream)?generateContent$|(?:^|\/)v1\/messages$|\/(?:text|multimodal)-generation\/generation$|\/ai\/run\/@[\w./-]+$/i;

const shapeOf = (address: string | null) => (address === null ? undefined : paths.find(([pattern]) => pattern.test(address)));

/** URL of the call: first argument, `url=`, or `axios({ url })`; a relative one is put behind the client's base URL. */
function urlOf(given: ArgumentReader, construction: ArgumentReader | null): Value | null {
  const positions = [0, 1, 2].map((position) => given.get([], position));
  const own = given.get(['url', 'uri', 'request_uri']) ?? positions.find((value) => candidates(value).some((each) => each.kind === 'text' && /^…?https?:|^http|^…?\/|^….*\/|^(?:api\/)?v\d\w*\/|^chat\/completions$/.test(addressOf(each) ?? ''))) ?? positions[0] ?? null;
  const base = construction?.get(baseNames) ?? null;
  const path = plainText(candidates(own)[0]);
  if (!base || path === null || /^https?:/.test(path)) return own;
  const start = candidates(base)[0]!;
  return { kind: 'text', how: start.kind === 'text' ? start.how : 'dynamic', range: base.range, pieces: [...(start.kind === 'text' ? start.pieces.map((piece) => (piece.kind === 'text' ? { ...piece, text: piece.text.replace(/\/$/, '') } : piece)) : [{ kind: 'hole' as const, name: 'base_url', range: base.range }]), { kind: 'text', text: path.startsWith('/') ? path : `/${path}`, range: own?.range ?? null }] };
}
const baseNames = ['base_url', 'baseURL', 'baseUrl', 'base_uri', 'base_address', 'BaseAddress', 'prefixUrl', 'url', 'host'];

/**
 * Whether anything says that a model is asked: a host of the catalog (the engine's to tell), a path that nothing
 * else has, or a body with a model and a prompt. A path without any host is a page's own server.
 */
function evidence(address: string | null, shape: unknown, body: Value | null, isOwnClient: boolean): 'request' | 'only-known-host' | null {
  const map = first(body, 'map');
  const hasModel = !!map && ['model', 'modelId', 'model_id'].some((key) => map.entries.has(key));
  const has = (key: string): boolean => map?.entries.has(key) === true;
  const asks = hasModel && (['messages', 'prompt', 'contents', 'input', 'message'].some(has) || (has('query') && has('documents')));
  const isRelative = address !== null && /^\/|^\.|^[\w-]+\//.test(address);
  if (address === null) return asks ? 'request' : null;
  if (isRelative) return (isOwnClient && definite.test(address)) || (asks && !!shape) ? 'request' : null;
  if (definite.test(address) || (shape && hasModel) || asks) return 'request';
  return shape ? 'only-known-host' : null;
}

/** The JSON that is sent, as a map: `json={…}`, `data=json.dumps({…})`, `body: JSON.stringify({…})`, axios' second argument. */
function bodyOf(reader: CallReader): Value | null {
  const { arguments: given } = reader;
  for (const value of [given.get('json'), given.get(['data', 'content', 'body', 'post']), given.get([], 1), given.get([], 2), given.get([], 3)]) {
    const text = first(value, 'text');
    const map = first(value, 'map') ?? first(text?.json, 'map') ?? first(text ? parsedJson(text) : null, 'map');
    if (map && !(map.entries.has('method') && map.entries.has('headers'))) return map;
  }
  for (const { callee, positional } of reader.chained()) {
    if (callee.kind !== 'member' || !bodySteps.has(callee.property) || !positional[0]) continue;
    const value = reader.evaluate(positional[0]);
    const text = first(value, 'text');
    const map = first(value, 'map') ?? first(text?.json, 'map') ?? first(text ? parsedJson(text) : null, 'map');
    if (map) return map;
  }
  return null;
}

/** Steps of a chain that say what is sent: `.post(url).json(&body).send()`. */
const bodySteps = new Set(['json', 'body', 'form', 'bodyValue', 'setBody', 'SetBody', 'send_json', 'send_string']);

function read(reader: CallReader): RequestFields | null {
  const url = urlOf(reader.arguments, reader.construction);
  const address = addressOf(url);
  const shape = shapeOf(address);
  const body = bodyOf(reader);
  const kind = evidence(address, shape, body, reader.construction !== null);
  if (kind === null) return null;
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const field = body ? fieldsOf(body)! : () => null;
  const inner = (name: string): ((key: string) => Value | null) => { const value = field(name); const own = value ? fieldsOf(candidates(value)[0] ?? value) : null; return own ?? (() => null); };
  const fromPath = address ? /\/(?:models|deployments|model)\/([\w.:@-]+?)(?::\w+|\/[\w/-]*)?$/.exec(address)?.[1] : undefined;
  const model = field('model') ?? field('modelId') ?? (fromPath ? { kind: 'text' as const, pieces: [{ kind: 'text' as const, text: fromPath, range: null }], how: 'literal' as const, range: url?.range ?? null } : null);
  const system = field('system') ?? field('instructions') ?? field('systemInstruction') ?? field('system_instruction');
  const contents = field('contents');
  const input = field('input');
  const nested = first(input, 'map');
  const parts: PromptPart[] = [
    ...(system ? contentParts(system, 'system', false, fieldsOf) : []),
    ...messageParts(field('messages'), fieldsOf), ...messageParts(contents, fieldsOf, ['parts']),
    ...(field('prompt') ? [textPart(field('prompt'), 'user')] : []), ...(field('message') ? [textPart(field('message'), 'user')] : []),
    ...(nested ? [...messageParts(inner('input')('messages'), fieldsOf), ...(inner('input')('prompt') ? [textPart(inner('input')('prompt'), 'user')] : [])] : input ? messageParts(input, fieldsOf, ['content'], true) : []),
    ...schemaPart(field('tools') ?? field('functions'), 'tools'), ...schemaPart(field('response_format') ?? field('format'), 'response-format'),
  ];
  const limit = field('max_completion_tokens') ?? field('max_tokens') ?? field('max_output_tokens') ?? inner('generationConfig')('maxOutputTokens') ?? inner('parameters')('max_tokens') ?? inner('options')('num_predict') ?? inner('inferenceConfig')('maxTokens');
  return { model, parts, maxOutputTokens: numberOf(limit), stream: isTrue(field('stream')) || /stream/i.test(address ?? ''), count: numberOf(field('n')) ?? 1, options: {}, ...(field('documents') && field('query') && { operation: 'rerank' as const }), onlyKnownProvider: kind === 'only-known-host', ...(shape && { operation: shape[1], protocol: shape[2] }) };
}

function place(construction: ArgumentReader | null, call: ArgumentReader): ImpliedPlace | null {
  const value = urlOf(call, construction);
  const address = addressOf(value);
  if (!address) return { provider: 'unknown', value };
  const url = /^(https?:\/\/[^…/]+(?:\/[^…]*)?)/.exec(address)?.[1];
  return url ? { provider: 'unknown', url, value } : { provider: 'unknown', value };
}

const client: ClientClass = { symbols: ['', 'Session', 'Client', 'HttpClient', 'PendingRequest', 'AsyncClient', 'ClientSession', 'default', 'create'], provider: 'unknown', baseUrl: [], key: [], baseUrlVariables: [], place };
const post = (name: string, onModule: boolean): Method => ({ path: [name], operation: 'chat', protocol: null, read, ...(/^NewRequest/.test(name) && { sentBy: 'Do' }), ...(onModule ? { onModule } : { receiver: /./ }) });
const hosts = ['api.openai.com', 'openai.azure.com', 'api.anthropic.com', 'generativelanguage.googleapis', 'aiplatform.googleapis', 'api.mistral.ai', 'api.cohere', 'api.x.ai', 'api.groq.com', 'api.together', 'api.fireworks.ai', 'api.perplexity.ai', 'huggingface.co', 'api.deepseek.com', 'dashscope', 'qianfan', 'baidubce.com', 'hunyuan', 'tencentmaas', 'volces.com', 'bigmodel.cn', 'api.z.ai', 'moonshot', 'minimax', 'openrouter.ai', 'tokenmix', 'api.portkey.ai', 'ai.cloudflare.com', ':11434', 'bedrock-runtime', 'alipay', 'ant-ling', 'tbox.cn', 'ai-gateway.vercel.sh', 'modelscope'];

export const http: Sdk = {
  id: 'http',
  packages: { go: ['net/http'], java: ['java.net.http', 'okhttp3', 'cn.hutool.http'], csharp: ['System.Net.Http', 'System'], php: ['GuzzleHttp', 'Illuminate.Support.Facades', 'Http'], ruby: ['HTTParty', 'Faraday', 'RestClient', 'HTTP', 'Net'], rust: ['reqwest'], python: ['requests', 'httpx', 'aiohttp'], javascript: ['axios', 'node-fetch', 'got', 'undici', 'ky', 'cross-fetch'] },
  needles: [...hosts, '/completions', 'v1/messages', 'enerateContent', '/embeddings', '/v1/responses'],
  globals: { javascript: ['fetch', '$fetch', 'ofetch'], php: ['curl_exec'], shell: ['curl', 'Invoke-RestMethod', 'Invoke-WebRequest', 'irm', 'iwr', 'POST'] },
  clients: [client],
  // `axios(config)`: the package itself is called.
  callables: ['axios', 'got', 'ky'],
  anywhere: true,
  methods: [
    ...['NewRequest', 'NewRequestWithContext', 'Post', 'HttpRequest', 'PostAsync', 'PostAsJsonAsync', 'post_form'].map((name) => post(name, true)),
    ...['PostAsync', 'PostAsJsonAsync', 'SendAsync'].map((name) => post(name, false)),
    post('post', true), post('request', true), post('stream', true), post('fetch', true), post('$fetch', true), post('default', true), post('curl_exec', true), ...['curl', 'Invoke-RestMethod', 'Invoke-WebRequest', 'irm', 'iwr', 'POST'].map((name) => post(name, true)), post('post', false), post('request', false), post('stream', false)],
};
