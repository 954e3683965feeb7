/**
 * Prompt files and configurations of models: Prompty, Dotprompt, VS Code and GitHub prompts, promptfoo, LiteLLM's proxy. Each
 * states calls; they are written down as calls with named arguments and go the way of all others from there.
 */
import type { Node } from 'yaml';
import type { Expression, Language, NamedArgument, ParsedSource, Program, Scope, StatedCall } from '../core/expression.js';
import type { LanguageId, TextRange } from '../core/model.js';
import { promptFileEnds } from '../core/promptFiles.js';
import { type FrontMatter, frontMatterOf, messagesOf } from './promptBody.js';
import { type YamlText, openYaml, placesIn } from './yamlExpressions.js';

interface Stated {
  readonly calls: readonly StatedCall[];
  readonly isBroken: boolean;
}

const nothing: Stated = { calls: [], isBroken: false };

type Given = readonly (readonly [name: string, value: Expression | null])[];

/** `callee`: where the model is named, or what stands for it. `range`: all that belongs to the call. */
function stated(sdk: string, method: string, callee: TextRange, range: TextRange, given: Given): StatedCall {
  const named = given.flatMap(([name, value]): NamedArgument[] => (value ? [{ name, nameRange: value.range, value, range: value.range }] : []));
  return {
    sdk, method,
    call: { kind: 'call', callee: { kind: 'name', name: 'model', range: callee }, positional: [], named, spreads: [], construction: false, argumentsRange: { start: callee.start, end: range.end }, complete: true, range },
  };
}

const incomplete = (calls: readonly StatedCall[], isBroken: boolean): Stated => ({
  isBroken, calls: isBroken ? calls.map((each) => ({ ...each, call: { ...each.call, complete: false } })) : calls,
});

/** Reads keys of a YAML text for `stated`. */
function keysOf(yaml: YamlText) {
  const firstOf = (node: Node | null, ...names: readonly string[]): Node | null => { for (const name of names) { const found = yaml.at(node, name); if (found) return found; } return null; };
  return {
    firstOf,
    lowered: (node: Node | null): Expression | null => (node ? yaml.lower(node) : null),
    word: (value: string | null, at: Node | null): Expression | null => (value !== null && at ? { kind: 'string', value, range: yaml.rangeOf(at) } : null),
  };
}

const limits = ['max_completion_tokens', 'maxCompletionTokens', 'max_tokens', 'maxTokens', 'max_output_tokens', 'maxOutputTokens'];

/** A prompt file's call begins where its model is named: hints and comments belong there. */
function restOf(text: string, callee: TextRange): TextRange {
  return { start: callee.start, end: text.length };
}

/** Key of the front matter's root map, for a call whose model is not said. */
function placeOfKey(yaml: YamlText, key: string, fallback: number): TextRange {
  return yaml.entries(yaml.root).find((each) => each.key === key)?.keyRange ?? { start: fallback, end: fallback };
}

const openFront = ({ yaml, yamlStart }: FrontMatter): YamlText => openYaml(yaml, (at) => yamlStart + at);

function prompty(text: string): Stated {
  const front = frontMatterOf(text);
  if (!front) return nothing;
  const yaml = openFront(front);
  const { firstOf, lowered, word } = keysOf(yaml);
  const model = yaml.at(yaml.root, 'model');
  if (!model) return { calls: [], isBroken: yaml.isBroken };
  const configuration = yaml.at(model, 'configuration');
  const parameters = firstOf(model, 'parameters', 'options');
  const named = firstOf(configuration, 'azure_deployment', 'name', 'model', 'deployment') ?? yaml.at(model, 'id') ?? (yaml.text(model) !== null ? model : null);
  const type = firstOf(configuration, 'type') ?? yaml.at(model, 'provider');
  const isAzure = yaml.at(configuration, 'azure_deployment') ?? yaml.at(configuration, 'azure_endpoint');
  const endpoint = firstOf(configuration, 'azure_endpoint', 'base_url', 'endpoint') ?? yaml.at(model, 'connection', 'endpoint');
  const callee = named ? yaml.rangeOf(named) : placeOfKey(yaml, 'model', front.yamlStart);
  return incomplete([stated('prompty', 'prompty', callee, restOf(text, callee), [
    ['model', lowered(named)], ['messages', messagesOf(front.body, front.bodyStart, 'prompty')], ['max_tokens', lowered(firstOf(parameters, ...limits))],
    ['provider', type ? lowered(type) : word('azure', isAzure)], ['base_url', lowered(endpoint)], ['mode', lowered(firstOf(model, 'api', 'apiType'))],
    ['tools', lowered(yaml.at(parameters, 'tools') ?? yaml.at(yaml.root, 'tools'))], ['response_format', lowered(yaml.at(parameters, 'response_format'))], ['n', lowered(yaml.at(parameters, 'n'))],
  ])], yaml.isBroken);
}

function dotprompt(text: string): Stated {
  const front = frontMatterOf(text);
  if (!front) return nothing;
  const yaml = openFront(front);
  const { firstOf, lowered } = keysOf(yaml);
  const named = yaml.at(yaml.root, 'model');
  if (!named && !firstOf(yaml.root, 'input', 'output', 'config')) return { calls: [], isBroken: yaml.isBroken };
  const tools = yaml.at(yaml.root, 'tools');
  // Tools are named here and described in code.
  const described: Expression | null = tools ? { kind: 'list', items: yaml.items(tools).map((each) => ({ kind: 'unknown', text: yaml.text(each) ?? 'tool', range: yaml.rangeOf(each) })), range: yaml.rangeOf(tools) } : null;
  const callee = named ? yaml.rangeOf(named) : placeOfKey(yaml, yaml.entries(yaml.root)[0]?.key ?? '', front.yamlStart);
  return incomplete([stated('dotprompt', 'dotprompt', callee, restOf(text, callee), [
    ['model', lowered(named)], ['messages', messagesOf(front.body, front.bodyStart, 'dotprompt')], ['max_tokens', lowered(firstOf(yaml.at(yaml.root, 'config'), ...limits))],
    ['tools', described], ['response_format', lowered(yaml.at(yaml.root, 'output', 'schema'))],
  ])], yaml.isBroken);
}

/** Which model answers is the chat's choice unless the file names one: then there is a call. */
function chatPrompt(text: string): Stated {
  const front = frontMatterOf(text);
  if (!front) return nothing;
  const yaml = openFront(front);
  const named = yaml.at(yaml.root, 'model');
  if (!named) return { calls: [], isBroken: yaml.isBroken };
  const models = yaml.items(named).flatMap((each) => (yaml.text(each) === null ? [] : [yaml.lower(each)]));
  if (models.length === 0) return { calls: [], isBroken: yaml.isBroken };
  const model: Expression = models.length === 1 ? models[0]! : { kind: 'conditional', branches: models, range: yaml.rangeOf(named) };
  return incomplete([stated('vscode-prompt', 'prompt', models[0]!.range, restOf(text, models[0]!.range), [['model', model], ['messages', messagesOf(front.body, front.bodyStart, 'plain')]])], yaml.isBroken);
}

function githubPrompt(text: string): Stated {
  const yaml = openYaml(text);
  const { firstOf, lowered } = keysOf(yaml);
  const named = yaml.at(yaml.root, 'model');
  const messages = yaml.at(yaml.root, 'messages');
  if (!messages) return { calls: [], isBroken: yaml.isBroken };
  const callee = named ? yaml.rangeOf(named) : placeOfKey(yaml, 'messages', 0);
  return incomplete([stated('github-models', 'prompt', callee, restOf(text, callee), [
    ['model', lowered(named)], ['messages', lowered(messages)], ['max_tokens', lowered(firstOf(yaml.at(yaml.root, 'modelParameters'), ...limits))],
    ['response_format', lowered(yaml.at(yaml.root, 'jsonSchema'))],
  ])], yaml.isBroken);
}

/** Providers of promptfoo that are no language models: scripts, pages, people. */
const notModels = /^(?:file:|exec:|python:|ruby:|golang:|javascript:|package:|webhook:|websocket:|wss?:|browser\b|mcp\b|echo$|promptfoo:|sequence\b|manual-input|slack)/;

/** One call for each provider; the prompts are what it may be asked. */
function promptfoo(text: string): Stated {
  const values = new Map<string, Expression[]>();
  const yaml = openYaml(text, (at) => at, (name) => values.get(name));
  const { firstOf, lowered } = keysOf(yaml);
  for (const test of [yaml.at(yaml.root, 'defaultTest'), ...yaml.items(yaml.at(yaml.root, 'tests'))]) {
    for (const { key, value } of yaml.entries(yaml.at(test, 'vars'))) {
      const written = yaml.text(value);
      if (value && written !== null && !/^file:\/\/|\{\{/.test(written)) values.set(key, [...values.get(key) ?? [], { kind: 'string', value: written, range: yaml.rangeOf(value) }]);
    }
  }
  const prompts = yaml.items(yaml.at(yaml.root, 'prompts')).flatMap((node): Expression[] => {
    const raw = yaml.text(node) === null ? firstOf(node, 'raw', 'id', 'label') : node;
    const value = yaml.text(raw);
    if (!raw || value === null) return [];
    if (/^file:\/\/|^[\w./-]+\.(?:txt|md|json|ya?ml|j2|py|js)$/.test(value)) return [{ kind: 'unknown', text: value.replace(/^file:\/\//, ''), range: yaml.rangeOf(raw) }];
    // A conversation is written as JSON or YAML inside of the string.
    const inner = /^\s*(?:\[\s*\{|-\s+role\s*:)/.test(value) ? openYaml(value, placesIn(text, value, raw, (at) => at), (name) => values.get(name)) : null;
    return [inner?.root && !inner.isBroken ? inner.lower(inner.root) : yaml.lower(raw)];
  });
  const messages: Expression | null = prompts.length > 1 ? { kind: 'conditional', branches: prompts, range: { start: prompts[0]!.range.start, end: prompts.at(-1)!.range.end } } : prompts[0] ?? null;
  const calls = yaml.items(firstOf(yaml.root, 'providers', 'targets')).flatMap((node): StatedCall[] => {
    const [keyed] = yaml.entries(node);
    const byKey = keyed && /^[\w-]+:/.test(keyed.key) ? keyed : null;
    const id = byKey ? byKey.key : yaml.text(yaml.text(node) === null ? yaml.at(node, 'id') : node);
    const callee = byKey ? byKey.keyRange : yaml.rangeOf(yaml.text(node) === null ? yaml.at(node, 'id') ?? node : node);
    if (id === null || notModels.test(id)) return [];
    const config = byKey ? yaml.at(byKey.value, 'config') : yaml.at(node, 'config');
    const isAddress = /^https?:/.test(id);
    const body = yaml.at(config, 'body');
    const word: Expression = { kind: 'string', value: id, range: callee };
    return [stated('promptfoo', 'eval', callee, { start: Math.min(callee.start, yaml.rangeOf(node).start), end: Math.max(callee.end, yaml.rangeOf(node).end) }, [
      ['model', isAddress ? lowered(yaml.at(body, 'model')) : word], ['messages', (isAddress ? lowered(yaml.at(body, 'messages')) : null) ?? messages],
      ['max_tokens', lowered(firstOf(isAddress ? body : config, ...limits))], ['tools', lowered(yaml.at(config, 'tools'))], ['response_format', lowered(yaml.at(config, 'response_format'))],
      ['base_url', isAddress ? word : lowered(firstOf(config, 'apiBaseUrl', 'apiHost', 'baseUrl', 'base_url'))], ['region', lowered(firstOf(config, 'region', 'location'))],
    ])];
  });
  return incomplete(calls, yaml.isBroken);
}

/** The `model_list` of a LiteLLM proxy, at the top or inside of a chart's values. */
function litellm(yaml: YamlText): readonly StatedCall[] {
  const { firstOf, lowered } = keysOf(yaml);
  const listIn = (node: Node | null, depth: number): Node | null => {
    const own = yaml.at(node, 'model_list');
    if (own || depth > 4) return own;
    for (const { value } of yaml.entries(node)) { const found = value && listIn(value, depth + 1); if (found) return found; }
    return null;
  };
  return yaml.items(listIn(yaml.root, 0)).flatMap((entry): StatedCall[] => {
    const parameters = yaml.at(entry, 'litellm_params');
    const named = yaml.at(parameters, 'model');
    if (!named) return [];
    const information = yaml.at(entry, 'model_info');
    return [stated('litellm-proxy', 'model_list', yaml.rangeOf(named), yaml.rangeOf(entry), [
      ['model', lowered(named)], ['base_url', lowered(firstOf(parameters, 'api_base', 'base_url'))], ['max_tokens', lowered(firstOf(parameters, ...limits))],
      ['region', lowered(firstOf(parameters, 'aws_region_name', 'vertex_location', 'region_name'))],
      ['mode', lowered(yaml.at(information, 'mode'))], ['base_model', lowered(yaml.at(information, 'base_model') ?? yaml.at(parameters, 'base_model'))],
    ])];
  });
}

const isLitellm = (text: string): boolean => /^[ \t]*model_list[ \t]*:/m.test(text) && text.includes('litellm_params');
const isPromptfoo = (text: string): boolean => /^["']?(?:providers|targets)["']?[ \t]*:/m.test(text) && /^["']?prompts["']?[ \t]*:/m.test(text) && /promptfoo|^["']?(?:tests|defaultTest|scenarios)["']?[ \t]*:/m.test(text);

/** YAML of any name: what it is its keys tell. */
function plainYaml(text: string): Stated {
  if (isPromptfoo(text)) return promptfoo(text);
  if (!isLitellm(text)) return nothing;
  const yaml = openYaml(text);
  return incomplete(litellm(yaml), yaml.isBroken);
}

const readers: Readonly<Partial<Record<LanguageId, (text: string) => Stated>>> = { prompty, dotprompt, prompt: chatPrompt, 'github-prompt': githubPrompt, promptfoo, yaml: plainYaml };

function open({ language, text }: ParsedSource): Program {
  const { calls, isBroken } = readers[language]!(text);
  const module: Scope = { kind: 'module', range: { start: 0, end: text.length }, name: null };
  return {
    language, text, fieldsInScope: false, openClasses: false,
    stated: () => ({ calls, isBroken }),
    callAt: () => null, callAround: () => null, chainAfter: () => [], constructionAt: () => null, referenceAt: () => null,
    bindings: () => [],
    memberBindings: () => [],
    scopesAt: () => [module],
    callsOf: () => [],
    commentsWith: (needle) => [...text.matchAll(/^[ \t]*#[^\n]*|[ \t]#[^\n]*/gm)].filter((match) => match[0].includes(needle)).map((match) => {
      const start = match.index + match[0].indexOf('#');
      return { range: { start, end: match.index + match[0].length }, text: match[0].trimStart() };
    }),
    insideLoop: () => false,
    lastImport: () => null,
  };
}

const language = (id: LanguageId, extensions: readonly string[], concerns: (text: string) => boolean): Language => ({ ids: [id], extensions, grammar: () => null, concerns, open, print: null });

/** A language for each kind of file, those with the longer names first. */
export const promptFiles: readonly Language[] = [
  ...(['prompty', 'github-prompt', 'prompt', 'dotprompt', 'promptfoo'] as const).map((id) => language(id, promptFileEnds.filter(([, of]) => of === id).map(([end]) => end), (text) => (/\S/.test(text)))),
  language('yaml', ['.yaml', '.yml'], (text) => isLitellm(text) || isPromptfoo(text)),
];
