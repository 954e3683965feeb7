/** Calls that prompt files and configurations state (languages/promptFile.ts writes their arguments under the names read here). */
import { fieldsWith, messageParts, schemaPart, textPart } from '../core/readPrompt.js';
import type { Operation, ProviderId } from '../core/model.js';
import type { ArgumentReader, CallReader, ImpliedPlace, Method, RequestFields, Sdk } from '../core/sdk.js';
import { type Value, first, numberOf, plainText } from '../core/value.js';
import { splitModel } from './modelPrefix.js';

interface Split { readonly provider: ProviderId | null; readonly model: string }
type Splitter = (name: string) => Split;

/** Words of the formats for what is asked for. */
const operations: Readonly<Record<string, Operation>> = {
  completion: 'completion', completions: 'completion', text: 'completion', embedding: 'embedding', embeddings: 'embedding', image: 'image', image_generation: 'image', audio_transcription: 'audio-transcription',
  transcription: 'audio-transcription', audio_speech: 'speech', moderation: 'moderation', moderations: 'moderation', rerank: 'rerank', video: 'video', video_generation: 'video', 'feature-extraction': 'embedding',
};

const reader = (split: Splitter, operationOf: (name: string) => Operation | undefined = () => undefined) => ({ arguments: given, argumentsOf }: CallReader): RequestFields => {
  const fieldsOf = fieldsWith(argumentsOf);
  const written = given.get('model');
  const name = plainText(written);
  const mode = plainText(given.get('mode'));
  // LiteLLM: `completion` there is what everybody else calls chat.
  const operation = (mode !== null && mode !== 'completion' ? operations[mode] : undefined) ?? (name === null ? undefined : operationOf(name));
  const messages = given.get('messages');
  const base = plainText(given.get('base_model'));
  const isInput = operation !== undefined && operation !== 'chat';
  return {
    // `openai/*` lets everything through and names nothing.
    model: name !== null && name.includes('*') ? null : written,
    parts: [
      ...(isInput && messages && !first(messages, 'list') ? [textPart(messages, 'user', 'input')] : messageParts(messages, fieldsOf, ['content'], true)),
      ...schemaPart(given.get('tools'), 'tools'), ...schemaPart(given.get('response_format'), 'response-format'),
    ],
    maxOutputTokens: numberOf(given.get('max_tokens')), stream: false, count: numberOf(given.get('n')) ?? 1, options: {},
    ...(operation && { operation }), ...(base !== null && { deployed: split(base).model }),
  };
};

const urlOf = (value: Value | null): string | null => {
  const text = plainText(value);
  return text === null || text === '' ? null : /^https?:\/\//.test(text) ? text : /^[\w.-]+\.[a-z]{2,}(?:[:/]|$)/i.test(text) ? `https://${text}` : null;
};

/** Providers whose client is used with anybody's address. */
const anybodys: ReadonlySet<ProviderId> = new Set(['openai']);

/** The address, where one is written; else what the model's prefix implies, in the region that is named. */
function placeWith(provider: ProviderId | null, given: ArgumentReader): ImpliedPlace {
  const address = given.get('base_url');
  const url = urlOf(address);
  const value = address ?? given.get('model');
  if (address) {
    if (provider === null || anybodys.has(provider)) return url ? { provider: 'unknown', url, value } : { provider: 'unknown', value };
    return url ? { provider, url, value } : { provider, usual: true, value };
  }
  if (provider === null) return { provider: 'unknown', value };
  const region = plainText(given.get('region'));
  if (region && provider === 'aws-bedrock') return { provider, url: `https://bedrock-runtime.${region}.amazonaws.com`, value: given.get('region') };
  if (region && provider === 'google-vertex') return { provider, url: region === 'global' ? 'https://aiplatform.googleapis.com' : `https://${region}-aiplatform.googleapis.com`, value: given.get('region') };
  return { provider, usual: true, value };
}

const sdk = (id: string, path: string, split: Splitter, extra: { readonly place?: (given: ArgumentReader) => ImpliedPlace | null; readonly kind?: Method['kind']; readonly operationOf?: (name: string) => Operation | undefined } = {}): Sdk => ({
  id, packages: {}, needles: [], catalogName: (name) => split(name).model,
  clients: [{
    symbols: [''], provider: 'unknown', baseUrl: [], key: [], baseUrlVariables: [],
    place: (construction) => (!construction ? null : extra.place ? extra.place(construction) : placeWith(split(plainText(construction.get('model')) ?? '').provider, construction)),
  }],
  methods: [{ path: [path], operation: 'chat', protocol: null, stated: true, read: reader(split, extra.operationOf), ...(extra.kind && { kind: extra.kind }) }],
});

const plain: Splitter = (name) => ({ provider: null, model: name });

/** `model.configuration.type` and `model.provider` of Prompty. */
const promptyTypes: Readonly<Record<string, ProviderId>> = { azure: 'azure-openai', azure_openai: 'azure-openai', 'azure-openai': 'azure-openai', openai: 'openai', anthropic: 'anthropic' };

/** Prefixes that Genkit and promptfoo spell their own way → those that the rest of the field uses. */
const renamed: Readonly<Record<string, string>> = { googleai: 'gemini', vertexai: 'vertex_ai', vertexmodelgarden: 'vertex_ai', palm: 'gemini', azureopenai: 'azure', 'cloudflare-ai': 'cloudflare', vercel: 'gateway', 'compat-oai': 'openai' };

function renaming(name: string, separator: '/' | ':'): string {
  const at = name.indexOf(separator);
  const prefix = at > 0 ? name.slice(0, at).toLowerCase() : '';
  return Object.hasOwn(renamed, prefix) ? renamed[prefix]! + name.slice(at) : name;
}

/** Words between provider and model: `openai:chat:gpt-4o`, `bedrock:converse:…`. */
const promptfooKinds = /^(chat|completions?|responses|messages|embeddings?|image|video|realtime|converse|moderation|transcription|speech|text-generation|feature-extraction|live):/;
/** What is run there is no model but an agent whose model is set elsewhere. */
const promptfooAgents = /^(?:assistant|chatkit|codex-sdk|agents|claude-agent-sdk|agent)(?::|$)/;

const promptfooRest = (name: string): { readonly kind: string | null; readonly rest: Split } => {
  const { provider, model } = splitModel(renaming(name, ':'), ':');
  const kind = provider === null ? null : promptfooKinds.exec(model)?.[1] ?? null;
  return { kind, rest: { provider, model: kind === null ? model : model.slice(kind.length + 1) } };
};

const promptfooSplit: Splitter = (name) => promptfooRest(name).rest;

const promptfoo = sdk('promptfoo', 'eval', promptfooSplit, { operationOf: (name) => { const { kind } = promptfooRest(name); return kind === null ? undefined : operations[kind]; } });

export const promptFormats: readonly Sdk[] = [
  sdk('prompty', 'prompty', plain, {
    place: (given) => {
      const type = (plainText(given.get('provider')) ?? '').toLowerCase();
      return placeWith(Object.hasOwn(promptyTypes, type) ? promptyTypes[type]! : null, given);
    },
  }),
  sdk('dotprompt', 'dotprompt', (name) => splitModel(renaming(name, '/'))),
  // A chat of the editor: whose model answers, and at what price, its subscription decides.
  sdk('vscode-prompt', 'prompt', (name) => ({ provider: null, model: name.replace(/\s*\([^()]*\)\s*$/, '').trim().toLowerCase().replace(/\s+/g, '-') }), { place: (given) => ({ provider: 'unknown', value: given.get('model') }) }),
  sdk('github-models', 'prompt', (name) => ({ provider: null, model: name.slice(name.indexOf('/') + 1) }), { place: (given) => ({ provider: 'unknown', url: 'https://models.github.ai/inference', value: given.get('model') }) }),
  { ...promptfoo, methods: promptfoo.methods.map((method) => ({ ...method, read: (call) => {
    const fields = method.read(call)!;
    const name = plainText(fields.model);
    return name !== null && promptfooAgents.test(promptfooSplit(name).model) ? { ...fields, model: null } : fields;
  } })) },
  sdk('litellm-proxy', 'model_list', (name) => splitModel(name), { kind: 'model-binding' }),
];
