/** Amazon Bedrock's runtime: boto3 clients in Python, `BedrockRuntimeClient` and its commands in JavaScript. */
import { contentParts, fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { ArgumentReader, CallReader, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, candidates, first, numberOf, plainText } from '../core/value.js';

/** Fields of the request: keyword arguments, or the map given to a command. */
function requestOf(reader: CallReader): (names: string | readonly string[]) => Value | null {
  const command = candidates(reader.arguments.get([], 0))[0];
  const inner = command?.kind === 'instance' ? reader.argumentsOf(command) : null;
  return (names) => (inner ?? reader.arguments).get(names);
}

function converse(reader: CallReader): RequestFields {
  const get = requestOf(reader);
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const system = get('system');
  const configuration = get('inferenceConfig');
  const tools = get('toolConfig');
  return {
    model: get('modelId'),
    parts: [...(system ? contentParts(system, 'system', false, fieldsOf) : []), ...messageParts(get('messages'), fieldsOf), ...schemaPart(tools, 'tools')],
    maxOutputTokens: numberOf(configuration ? fieldsOf(configuration)?.('maxTokens') : null), stream: isStream(reader), count: 1, options: {},
  };
}

/** `invoke_model`: the body is the JSON of the model's own maker. */
function invoke(reader: CallReader): RequestFields {
  const get = requestOf(reader);
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const body = get('body');
  const map = unwritten(body);
  const fields = map ? fieldsOf(map) : null;
  const [system, prompt, limit] = [fields?.('system'), fields?.('prompt') ?? fields?.('inputText'), fields?.('max_tokens') ?? fields?.('max_gen_len') ?? fields?.('maxTokens') ?? fields?.('max_tokens_to_sample')];
  const parts = fields ? [...(system ? contentParts(system, 'system', false, fieldsOf) : []), ...messageParts(fields('messages') ?? null, fieldsOf), ...(prompt ? [textPart(prompt, 'user')] : []), ...schemaPart(fields('tools') ?? null, 'tools')] : [];
  return { model: get('modelId'), parts: parts.length > 0 ? parts : body ? [textPart(body, 'user')] : [], maxOutputTokens: numberOf(limit), stream: isStream(reader), count: 1, options: {} };
}

/** The map behind `json.dumps({…})`, when it is written that way. */
function unwritten(body: Value | null): Value | null {
  return first(body, 'map') ?? first(first(body, 'text')?.json, 'map');
}

function isStream(reader: CallReader): boolean {
  const { callee } = reader.call;
  if (callee.kind === 'member' && /stream/i.test(callee.property)) return true;
  const command = candidates(reader.arguments.get([], 0))[0];
  return command?.kind === 'instance' && /stream/i.test(command.callee.path.at(-1) ?? '');
}

function send(reader: CallReader): RequestFields | null {
  const command = candidates(reader.arguments.get([], 0))[0];
  return command?.kind === 'instance' && /Invoke/.test(command.callee.path.at(-1) ?? '') ? invoke(reader) : converse(reader);
}

/** Region of the client; the prefix of an inference profile says where it is computed. */
function place(construction: ArgumentReader | null): ImpliedPlace | null {
  const value = construction?.get(['region_name', 'region'], undefined) ?? null;
  const region = plainText(candidates(value)[0]);
  return { provider: 'aws-bedrock', ...(region ? { url: `https://bedrock-runtime.${region}.amazonaws.com` } : {}), value };
}

const method = (name: string, read: Method['read']): Method => ({ path: [name], operation: 'chat', protocol: null, read });

export const bedrock: Sdk = {
  id: 'bedrock',
  packages: { python: ['boto3', 'aioboto3', 'aiobotocore'], javascript: ['@aws-sdk/client-bedrock-runtime'] },
  needles: ['bedrock-runtime', 'BedrockRuntime', 'invoke_model', 'converse'],
  clients: [{ symbols: ['client', 'create_client', 'BedrockRuntimeClient', 'BedrockRuntime', 'Session'], provider: 'aws-bedrock', baseUrl: ['endpoint_url', 'endpoint'], key: [], baseUrlVariables: [], place }],
  methods: [
    ...['converse', 'converse_stream', 'converseStream'].map((name) => method(name, converse)),
    ...['invoke_model', 'invoke_model_with_response_stream', 'invokeModel', 'invokeModelWithResponseStream'].map((name) => method(name, invoke)),
    method('send', (reader) => { const fields = send(reader); return fields && { ...fields, onlyKnownProvider: true }; }),
  ],
  transparent: ['client', 'create_client'],
};
