/** Requests written by hand: `requests.post("https://api.openai.com/v1/chat/completions", json={…})`, `fetch`, axios. */
import { contentParts, fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation, PromptPart, Protocol, TextPiece } from '../core/model.js';
import type { ArgumentReader, CallReader, ClientClass, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type MapValue, type Value, candidates, first, isTrue, numberOf, parsedJson, plainText } from '../core/value.js';

/** End of the path → what is asked for, and in whose words. */
const paths: readonly (readonly [RegExp, Operation, Protocol | null])[] = [
  [/(?:^|\/)chat\/completions$/, 'chat', 'openai-chat'], [/\/responses$/, 'chat', 'openai-responses'], [/(?:^|\/)v1\/messages$/, 'chat', 'anthropic-messages'], [/:(?:stream)?generateContent$/i, 'chat', 'google-generate-content'], [/\/threads\/(?:[\w…-]+\/)?runs$/, 'chat', null], [/:generate(?:Message|Text)$/, 'chat', null],
  [/\/(?:v1\/)?completions$/, 'completion', null], [/\/embeddings$|:(?:batch)?embedContents?$/i, 'embedding', null], [/\/images\/(?:generations|edits)(?::submit)?$/, 'image', null], [/^https:\/\/api\.replicate\.com\/v1\/(?:[\w./…-]+\/)?predictions$/, 'other', null], [/\/audio\/(?:transcriptions|translations)$/, 'audio-transcription', null],
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
const definite = /(?:^|\/)chat\/completions$|:(?:stream)?generateContent$|(?:^|\/)v1\/messages$|\/(?:text|multimodal)-generation\/generation$|\/ai\/run\/@[\w./-]+$|^https:\/\/api\.replicate\.com\/v1\/(?:[\w./…-]+\/)?predictions$/i;

/** Paths that servers of OpenAI's kind have, whatever the host: a page's own server has them without the version. */
const versioned = /\/v1\/(?:completions|embeddings|images\/(?:generations|edits)|audio\/(?:speech|transcriptions|translations))$|\/openai\/images\/generations:submit$/;

/** What a request to a chat model has beside its messages. */
const sampling = ['stream', 'temperature', 'max_tokens', 'max_completion_tokens', 'top_p', 'tools'];

/** An address without a host, such as `/v1/chat/completions`. */
const relative = /^\/|^\.|^[\w-]+\//;

const shapeOf = (address: string | null) => (address === null ? undefined : paths.find(([pattern]) => pattern.test(address)));

/** `urlopen(Request(url, data=…))`, and the same of the browser: what is sent was put together before. */
function sentBy(reader: Pick<CallReader, 'arguments' | 'argumentsOf'>): ArgumentReader {
  for (const each of candidates(reader.arguments.get([], 0))) {
    if (each.kind !== 'instance' || each.callee.path.at(-1) !== 'Request') continue;
    const inner = reader.argumentsOf(each);
    if (inner) return inner;
  }
  return reader.arguments;
}

const textOf = (value: Value | null): string | null => candidates(value).map((each) => plainText(each)).find((each) => each !== null) ?? null;

/** `https.request({ hostname, path })` and `HTTPSConnection(host).request("POST", path)`: the address in two pieces. */
function joined(given: ArgumentReader, construction: ArgumentReader | null): Value | null {
  const path = given.get(['path', 'pathname']) ?? (construction ? [given.get([], 1), given.get([], 0)].find((each) => textOf(each)?.startsWith('/')) ?? null : null);
  const host = given.get(['hostname', 'host']) ?? (construction && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(textOf(construction.get([], 0)) ?? '') ? construction.get([], 0) : null);
  const [start] = candidates(host);
  if (!host || (start?.kind !== 'text' && start?.kind !== 'hole')) return null;
  const end = candidates(path).find((each) => each.kind === 'text');
  const name: readonly TextPiece[] = start.kind === 'text' ? [{ kind: 'text', text: 'https://', range: null }, ...start.pieces] : [{ kind: 'hole', name: start.name, range: host.range }];
  return { kind: 'text', how: start.kind === 'text' ? start.how : 'dynamic', range: host.range, pieces: [...name, ...(end?.kind === 'text' ? end.pieces : [])] };
}

/** URL of the call: first argument, `url=`, or `axios({ url })`; a relative one is put behind the client's base URL. */
function urlOf(given: ArgumentReader, construction: ArgumentReader | null): Value | null {
  const positions = [0, 1, 2].map((position) => given.get([], position));
  const own = given.get(['url', 'uri', 'request_uri', 'fullurl']) ?? positions.find((value) => candidates(value).some((each) => each.kind === 'text' && /^…?https?:|^http|^…?\/|^….*\/|^(?:api\/)?v\d\w*\/|^chat\/completions$/.test(addressOf(each) ?? ''))) ?? positions[0] ?? null;
  const path = textOf(own);
  if (path === null || !/^https?:/.test(path)) { const whole = joined(given, construction); if (whole) return whole; }
  const base = construction?.get(baseNames) ?? given.get(['baseURL', 'prefixUrl']) ?? null;
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
  const isRelative = address !== null && relative.test(address);
  // A deployment's or a proxy's address says the model, or an object that is spread does.
  const converses = !isRelative && has('messages') && sampling.some(has) && !has('method');
  const asks = converses || (hasModel && (['messages', 'prompt', 'contents', 'input', 'message'].some(has) || (has('query') && has('documents'))));
  if (address === null) return asks ? 'request' : null;
  if (isRelative) return (isOwnClient && definite.test(address)) || (asks && !!shape) ? 'request' : null;
  if (definite.test(address) || versioned.test(address) || (shape && hasModel) || asks) return 'request';
  return shape ? 'only-known-host' : null;
}

/** The JSON that is sent, as a map: `json={…}`, `data=json.dumps({…})`, `body: JSON.stringify({…})`, axios' second argument. */
function bodyOf(given: ArgumentReader, reader: CallReader): Value | null {
  for (const value of [given.get('json'), given.get(['data', 'content', 'body', 'payload', 'post']), given.get([], 1), given.get([], 2), given.get([], 3)]) {
    const map = jsonMapOf(value);
    if (map && !(map.entries.has('method') && map.entries.has('headers'))) return map;
  }
  for (const { callee, positional } of reader.chained()) {
    if (callee.kind !== 'member' || !bodySteps.has(callee.property) || !positional[0]) continue;
    const map = jsonMapOf(reader.evaluate(positional[0]));
    if (map) return map;
  }
  return null;
}

/** A map, written as one or as its JSON. */
function jsonMapOf(value: Value | null): MapValue | null {
  const text = first(value, 'text');
  return first(value, 'map') ?? first(text?.json, 'map') ?? first(text ? parsedJson(text) : null, 'map');
}

/** Steps of a chain that say what is sent: `.post(url).json(&body).send()`. */
const bodySteps = new Set(['json', 'body', 'form', 'bodyValue', 'setBody', 'SetBody', 'send_json', 'send_string']);

function read(reader: CallReader): RequestFields | null {
  const sent = sentBy(reader);
  const url = urlOf(sent, reader.construction);
  const address = addressOf(url);
  const shape = shapeOf(address);
  const body = bodyOf(sent, reader);
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
  return { model, parts, maxOutputTokens: numberOf(limit), stream: isTrue(field('stream')) || /stream/i.test(address ?? ''), count: numberOf(field('n')) ?? 1, options: {}, ...(field('documents') && field('query') && { operation: 'rerank' as const }), onlyKnownProvider: kind === 'only-known-host', ...(address !== null && relative.test(address) && { isWithoutHost: true }), ...(shape && { operation: shape[1], protocol: shape[2] }) };
}

/** Names that decide where a request goes, when its address begins with what the function is given. */
function decidedBy(reader: CallReader): readonly string[] {
  const url = urlOf(sentBy(reader), reader.construction);
  return candidates(url).flatMap((each) => (each.kind === 'hole' ? [each.name] : each.kind === 'text' && each.pieces[0]?.kind === 'hole' ? each.pieces.flatMap((piece) => (piece.kind === 'hole' ? [piece.name] : [])) : []));
}

function place(construction: ArgumentReader | null, call: ArgumentReader, argumentsOf: CallReader['argumentsOf']): ImpliedPlace | null {
  const value = urlOf(sentBy({ arguments: call, argumentsOf }), construction);
  const address = addressOf(value);
  if (!address) return { provider: 'unknown', value };
  // The resource's name is unknown, whose it is is not.
  if (/^https:\/\/…[.]openai[.]azure[.]com\/|\/openai\/deployments\//.test(address) || /^…?[.]openai[.]azure[.]com\//.test(address)) return { provider: 'azure-openai', value };
  const url = /^(https?:\/\/[^…/]+(?:\/[^…]*)?)/.exec(address)?.[1];
  return url ? { provider: 'unknown', url, value } : { provider: 'unknown', value };
}

const client: ClientClass = { symbols: ['', 'HTTPSConnection', 'HTTPConnection', 'PoolManager', 'Session', 'Client', 'HttpClient', 'PendingRequest', 'AsyncClient', 'ClientSession', 'default', 'create'], provider: 'unknown', baseUrl: [], key: [], baseUrlVariables: [], place };
const post = (name: string, onModule: boolean): Method => ({ path: [name], operation: 'chat', protocol: null, read, decidedBy, ...(name.startsWith('NewRequest') && { sentBy: 'Do' }), ...(onModule ? { onModule } : { receiver: /./ }) });
/** Answers that arrive piece by piece, read by an object made for the request. */
const eventSources = ['EventSource', 'SSE', 'fetchEventSource', 'fetchSSE'];
const hosts = ['api.openai.com', 'openai.azure.com', 'api.anthropic.com', 'generativelanguage.googleapis', 'aiplatform.googleapis', 'api.mistral.ai', 'api.cohere', 'api.x.ai', 'api.groq.com', 'api.together', 'api.fireworks.ai', 'api.perplexity.ai', 'huggingface.co', 'api.deepseek.com', 'dashscope', 'qianfan', 'baidubce.com', 'hunyuan', 'tencentmaas', 'volces.com', 'bigmodel.cn', 'api.z.ai', 'moonshot', 'minimax', 'openrouter.ai', 'tokenmix', 'api.portkey.ai', 'ai.cloudflare.com', ':11434', 'bedrock-runtime', 'alipay', 'ant-ling', 'tbox.cn', 'ai-gateway.vercel.sh', 'modelscope',
  // Hosts whose prices are in no list of ours.
  'siliconflow', 'baichuan-ai.com', 'lingyiwanwu.com', 'stepfun.com', 'sensenova.cn', 'xf-yun.com', 'api.replicate.com', 'api.jina.ai', 'voyageai.com', 'ai21.com', 'api.302.ai', 'models.github.ai', 'models.inference.ai.azure.com', 'integrate.api.nvidia.com', 'api.cerebras.ai', 'api.sambanova.ai', 'api.deepinfra.com', 'api.novita.ai'];
/** Messages as they are written for a model. */
const messageWords = [`"role": "user"`, `'role': 'user'`, `role: 'user'`, `role: "user"`];

export const http: Sdk = {
  id: 'http',
  packages: { go: ['net/http'], java: ['java.net.http', 'okhttp3', 'cn.hutool.http'], csharp: ['System.Net.Http', 'System'], php: ['GuzzleHttp', 'Illuminate.Support.Facades', 'Http'], ruby: ['HTTParty', 'Faraday', 'RestClient', 'HTTP', 'Net'], rust: ['reqwest'], python: ['requests', 'httpx', 'aiohttp', 'urllib.request', 'http.client', 'urllib3', 'curl_cffi'], javascript: ['axios', 'node-fetch', 'got', 'undici', 'ky', 'cross-fetch', 'ofetch', 'eventsource', 'sse.js', '@microsoft/fetch-event-source', '@fortaine/fetch-event-source', 'isomorphic-fetch', 'superagent', 'phin', 'http', 'https', 'node:http', 'node:https'] },
  needles: [...hosts, '/completions', 'v1/messages', 'enerateContent', '/embeddings', '/v1/responses', ...messageWords],
  globals: { javascript: ['fetch', '$fetch', 'ofetch', ...eventSources], php: ['curl_exec'], shell: ['curl', 'Invoke-RestMethod', 'Invoke-WebRequest', 'irm', 'iwr', 'POST'] },
  clients: [client],
  // `axios(config)`: the package itself is called.
  callables: ['axios', 'got', 'ky'],
  anywhere: true,
  methods: [
    ...['NewRequest', 'NewRequestWithContext', 'Post', 'HttpRequest', 'PostAsync', 'PostAsJsonAsync', 'post_form'].map((name) => post(name, true)),
    ...['PostAsync', 'PostAsJsonAsync', 'SendAsync'].map((name) => post(name, false)),
    post('post', true), post('request', true), post('stream', true), post('fetch', true), post('$fetch', true), post('ofetch', true), post('urlopen', true), ...eventSources.map((name) => post(name, true)), post('default', true), post('curl_exec', true), ...['curl', 'Invoke-RestMethod', 'Invoke-WebRequest', 'irm', 'iwr', 'POST'].map((name) => post(name, true)), post('post', false), post('request', false), post('stream', false)],
};
