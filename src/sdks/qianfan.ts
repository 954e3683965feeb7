/** Baidu's `qianfan` package: `qianfan.ChatCompletion().do(model=…, messages=…)`, and its `chat.completions`. */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { CallReader, Method, RequestFields, Sdk } from '../core/sdk.js';
import { isTrue, numberOf } from '../core/value.js';

function read(reader: CallReader): RequestFields {
  const { arguments: given } = reader;
  const [system, prompt] = [given.get('system'), given.get('prompt')];
  return {
    model: given.get('model') ?? reader.construction?.get('model', 0) ?? null,
    parts: [...(system ? [textPart(system, 'system')] : []), ...messageParts(given.get('messages', 0), fieldsWith(reader.argumentsOf)), ...(prompt ? [textPart(prompt, 'user')] : []), ...schemaPart(given.get(['tools', 'functions']), 'tools')],
    maxOutputTokens: numberOf(given.get(['max_output_tokens', 'max_tokens'])), stream: isTrue(given.get('stream')), count: 1, options: {},
  };
}

const readText = (reader: CallReader): RequestFields => {
  const input = reader.arguments.get(['texts', 'prompt', 'input'], 0);
  return { model: reader.arguments.get('model') ?? reader.construction?.get('model', 0) ?? null, parts: input ? [textPart(input, 'user', 'input')] : [], maxOutputTokens: null, stream: false, count: 1, options: {} };
};

const client = (symbols: readonly string[]) => ({ symbols, provider: 'baidu-qianfan', baseUrl: ['endpoint'], key: ['ak', 'access_key', 'api_key'], baseUrlVariables: [] });

export const qianfan: Sdk = {
  id: 'qianfan',
  packages: { python: ['qianfan', 'erniebot'], javascript: ['@baiducloud/qianfan'] },
  needles: ['qianfan', 'erniebot'],
  clients: [client(['ChatCompletion', 'Completion', 'Qianfan', 'Embedding', 'Text2Image'])],
  methods: [
    ...['do', 'ado', 'create', 'acreate', 'chat'].map((name): Method => ({ path: [name], operation: 'chat', protocol: null, read })),
    ...['create', 'acreate'].map((name): Method => ({ path: ['chat', 'completions', name], operation: 'chat', protocol: null, read })),
    // `erniebot`: methods of the classes themselves.
    ...['create', 'acreate'].flatMap((name): Method[] => [{ path: ['ChatCompletion', name], operation: 'chat', protocol: null, read, onModule: true }, { path: ['Embedding', name], operation: 'embedding', protocol: null, read: readText, onModule: true }]),
    { path: ['embedding'], operation: 'embedding', protocol: null, read: readText },
  ],
};
