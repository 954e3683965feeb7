/** `replicate`: `run("owner/model", input={…})`. Billed by the second or the token of each model; no price list is kept. */
import { fieldsWith, messageParts, textPart } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import { numberOf } from '../core/value.js';

function read(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const input = given.get('input');
  const fields = input ? fieldsWith(reader.argumentsOf)(input) : null;
  const [system, prompt] = [fields?.('system_prompt') ?? null, fields?.('prompt') ?? null];
  const callee = reader.call.callee;
  return {
    model: given.get('model') ?? given.get(['ref', 'version'], 0),
    parts: [...(system ? [textPart(system, 'system')] : []), ...(prompt ? messageParts(prompt, fieldsWith(reader.argumentsOf), ['content'], true) : [])],
    maxOutputTokens: numberOf(fields?.('max_tokens') ?? fields?.('max_new_tokens')), stream: callee.kind === 'member' && callee.property === 'stream', count: 1, options: {},
  };
}

const names = ['run', 'async_run', 'stream', 'async_stream'];

export const replicate: Sdk = {
  id: 'replicate',
  packages: { python: ['replicate'], javascript: ['replicate'] },
  needles: ['replicate'],
  clients: [{ symbols: ['Client', 'Replicate', 'default'], provider: 'unknown', baseUrl: ['base_url', 'baseUrl'], key: ['api_token', 'auth'], baseUrlVariables: [] }, { symbols: [''], provider: 'unknown', baseUrl: [], key: [], baseUrlVariables: [] }],
  methods: [...names.map((name): Method => ({ path: [name], operation: 'other', protocol: null, read })), ...names.map((name): Method => ({ path: [name], operation: 'other', protocol: null, read, onModule: true }))],
};
