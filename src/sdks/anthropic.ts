/** The `anthropic` package (Python), `@anthropic-ai/sdk` and its Bedrock and Vertex clients. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { ArgumentReader, CallReader, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { first, isTrue, numberOf, plainText } from '../core/value.js';

function readMessages(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const fieldsOf = fieldsWith(reader.argumentsOf);
  const system = given.get('system');
  const systemBlocks = first(system, 'list');
  const toolChoice = given.get('tool_choice');
  const choice = toolChoice && plainText(fieldsOf(toolChoice)?.('type') ?? null);
  return {
    model: given.get('model'),
    parts: [
      ...(systemBlocks
        ? systemBlocks.items.map((item) => ({ ...textPart(fieldsOf(item.value)?.('text') ?? item.value, 'system' as const), repeated: item.repeated }))
        : system ? [textPart(system, 'system')] : []),
      ...messageParts(given.get('messages'), fieldsOf),
      ...schemaPart(given.get('tools'), 'tools'),
      ...schemaPart(given.get(['output_config', 'output_format']), 'response-format'),
    ],
    maxOutputTokens: numberOf(given.get('max_tokens')),
    stream: isTrue(given.get('stream')),
    count: 1,
    options: { ...(plainText(given.get('inference_geo')) && { inference_geo: plainText(given.get('inference_geo'))! }), ...(choice && { tool_choice: choice }) },
  };
}

function readPrompt(reader: CallReader): RequestFields {
  const prompt = reader.arguments.get('prompt');
  return {
    model: reader.arguments.get('model'),
    parts: prompt ? [textPart(prompt, 'user', 'input')] : [],
    maxOutputTokens: numberOf(reader.arguments.get(['max_tokens_to_sample'])),
    stream: isTrue(reader.arguments.get('stream')), count: 1, options: {},
  };
}

function geography(_construction: ArgumentReader | null, call: ArgumentReader): ImpliedPlace | null {
  const value = call.get('inference_geo');
  const zone = plainText(value);
  return zone ? { endpointId: zone, value } : null;
}

function vertexPlace(construction: ArgumentReader | null): ImpliedPlace | null {
  const value = construction?.get(['region']) ?? null;
  const region = plainText(value);
  return region ? { url: region === 'global' ? 'https://aiplatform.googleapis.com' : `https://${region}-aiplatform.googleapis.com`, value } : null;
}

function bedrockPlace(construction: ArgumentReader | null): ImpliedPlace | null {
  const value = construction?.get(['aws_region', 'awsRegion']) ?? null;
  const region = plainText(value);
  return region ? { url: `https://bedrock-runtime.${region}.amazonaws.com`, value } : null;
}

const message = (path: readonly string[]): Method => ({ path, operation: 'chat', protocol: 'anthropic-messages', read: path.at(-1) === 'stream' ? (reader) => ({ ...readMessages(reader), stream: true }) : readMessages });
const base = ['create', 'stream', 'parse'].map((name) => ['messages', name]);

export const anthropic: Sdk = {
  id: 'anthropic',
  packages: {
    python: ['anthropic'],
    javascript: ['@anthropic-ai/sdk', '@anthropic-ai/bedrock-sdk', '@anthropic-ai/vertex-sdk'],
  },
  needles: ['anthropic', 'Anthropic', 'messages.create', 'messages.stream'],
  clients: [
    {
      symbols: ['Anthropic', 'AsyncAnthropic', 'default', 'Client', 'AsyncClient'], provider: 'anthropic',
      baseUrl: ['base_url', 'baseURL'], key: ['api_key', 'apiKey', 'auth_token', 'authToken'], baseUrlVariables: ['ANTHROPIC_BASE_URL'],
      place: geography,
    },
    { symbols: ['AnthropicBedrock', 'AsyncAnthropicBedrock'], provider: 'aws-bedrock', baseUrl: ['base_url', 'baseURL'], key: ['aws_secret_key'], baseUrlVariables: [], place: bedrockPlace },
    { symbols: ['AnthropicVertex', 'AsyncAnthropicVertex'], provider: 'google-vertex', baseUrl: ['base_url', 'baseURL'], key: [], baseUrlVariables: [], place: vertexPlace },
  ],
  methods: [
    ...base.map(message),
    ...base.map((path) => message(['beta', ...path])),
    { path: ['completions', 'create'], operation: 'completion', protocol: null, read: readPrompt },
  ],
  transparent: ['with_options', 'withOptions', 'copy', 'with_raw_response', 'with_streaming_response'],
};
