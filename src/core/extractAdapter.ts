/**
 * Moves a call behind a small module of the project's own (`llm.py`, `llm.ts`): callers say what they want and read a
 * neutral answer; which SDK and which provider serve them is known in one place.
 */
import { ecosystemOf } from './detect.js';
import type { Expression, Program } from './expression.js';
import { importEdits, importOf, usesOf } from './imports.js';
import type { TextEdit } from './model.js';
import { layoutOf } from './printCode.js';
import { type Item, sameRange, sequenceEdits, withoutOverlap } from './reconcile.js';
import { resultEdits } from './resultEdits.js';
import type { Loss, ResultField, ResultForm, SourceEntry } from './rewrite.js';
import type { SwitchParts, SwitchableCall } from './switchProvider.js';
import { sourceOf, wholeLine } from './switchSdk.js';

export interface AdapterPlan {
  readonly edits: readonly TextEdit[];
  readonly losses: readonly Loss[];
  /** Name of the module, without extension. */
  readonly module: string;
  /** Text of the new file. */
  readonly text: string;
  readonly movedCalls: readonly string[];
}

const streamFields = new Set<string>(['delta', 'hasDelta', 'deltaFinish', 'deltaReasoning', 'toolDelta', 'deltaUsage', 'deltaInputTokens', 'deltaOutputTokens']);
const module = 'llm';

/** Plan for every call of the chosen one's client; null when the client is made of what only this file knows. */
export function extractAdapter({ program, calls, sdks, language }: SwitchParts, chosen: SwitchableCall): AdapterPlan | null {
  const side = ecosystemOf(program.language);
  const source = sourceOf(chosen.detected, sdks);
  const surface = language.print?.surface;
  if ((side !== 'python' && side !== 'javascript') || !source || !surface || !source.results[side]) return null;
  const { text } = program;
  const isPython = side === 'python';
  const { construction, method } = chosen.detected;
  if (!method.onModule && !construction) return null;
  const moving = calls.filter((each) => source.owns(each.detected.sdk.id, each.detected.method.path.join('.')) && each.detected.call.complete
    && (construction ? each.detected.construction !== null && sameRange(each.detected.construction.range, construction.range) : each.detected.method.onModule && each.detected.method.path.join('.') === method.path.join('.')));
  const sharing = construction ? calls.filter((each) => each.detected.construction && sameRange(each.detected.construction.range, construction.range)) : moving;
  const form = source.results[side]!;
  const edits: TextEdit[] = [];
  const losses: Loss[] = [];
  const made = new Map<string, { readonly name: string; readonly isStream: boolean; readonly isAsync: boolean; readonly path: string }>();
  const models = new Set<string>();
  let root: Expression | null = null;
  for (const each of moving) {
    const { call } = each.detected;
    const options = call.positional[0];
    const entries: readonly SourceEntry[] | null = isPython ? (call.positional.length > 0 ? null : call.named.map((one) => ({ name: one.name, value: one.value, nameRange: one.nameRange, range: one.range })))
      : options?.kind === 'map' ? options.entries.flatMap((entry) => (entry.key !== null && !entry.spread ? [{ name: entry.key, value: entry.value, nameRange: entry.keyRange, range: entry.range }] : [])) : null;
    if (!entries) return null;
    const path = each.detected.method.path.join('.');
    const isAsync = !isPython || /^aio\.|_async$|^acompletion|^Aio/.test(path) || (each.detected.clientSymbol?.startsWith('Async') ?? false) || /\bawait\s*\(?\s*$/.test(text.slice(Math.max(0, call.range.start - 12), call.range.start));
    const request = source.read(entries, { ecosystem: side, call, evaluate: each.detected.reader.evaluate, method: path, isAsync });
    if (!request) return null;
    const { isStream } = request;
    const callee = text.slice(call.callee.range.start, call.callee.range.end);
    const key = `${callee} ${isStream} ${isAsync}`;
    const function_ = made.get(key) ?? { name: freeName(text, isStream ? 'stream' : 'complete', isPython && isAsync && [...made.values()].some((one) => !one.isAsync && one.isStream === isStream), isPython), isStream, isAsync, path: callee };
    if (!made.has(key) && [...made.values()].some((one) => one.name === function_.name)) return null;
    made.set(key, function_);
    const results = resultEdits(program, call, isStream, form, neutral(form, isPython), isPython);
    if (results.refused) return null;
    losses.push(...results.losses);
    edits.push(...results.edits, { range: call.callee.range, newText: function_.name });
    const model = entries.find((entry) => entry.name === 'model');
    if (model && model.value.kind === 'string') models.add(text.slice(model.value.range.start, model.value.range.end));
    const removed = entries.filter((entry) => (entry.name === 'stream' && entry.value.kind === 'constant') || (entry === model && entry.value.kind === 'string' && each === chosen));
    const ranges = isPython ? call.named.map((one) => one.range) : options?.kind === 'map' ? options.entries.map((one) => one.range) : [];
    const items = ranges.flatMap((range, index): Item[] => (removed.some((one) => sameRange(one.range, range)) ? [] : [{ source: index, edits: [], print: () => '' }]));
    const container = isPython ? call.argumentsRange : options!.range;
    edits.push(...sequenceEdits(text, container.start + 1, container.end - 1, ranges, items, layoutOf(text, surface, call.argumentsRange)));
    let current: Expression = call.callee;
    while (current.kind === 'member') current = current.object;
    root ??= current;
  }
  const head = headOf(program, construction ? text.slice(construction.range.start, construction.range.end) : '', chosen.detected.call.callee, root, isPython, method.onModule === true);
  if (!head) return null;
  const model = text.slice(...rangeOfModel(chosen));
  const unwanted: string[] = [];
  // The client goes with its calls.
  if (construction && root?.kind === 'name' && sharing.length === moving.length) {
    const { name } = root;
    const binding = program.bindings(name).find((each) => each.value && sameRange(each.value.range, construction.range));
    const others = binding ? usesOf(program, name).filter((offset) => !(offset >= binding.statementRange.start && offset < binding.statementRange.end) && !moving.some((each) => offset === each.detected.call.callee.range.start)) : [1];
    if (binding && others.length === 0 && !text.startsWith('export', binding.statementRange.start) && !/\bexport\s+(?:const|let)\s+$/.test(text.slice(Math.max(0, binding.statementRange.start - 20), binding.statementRange.start))) {
      edits.push({ range: wholeLine(text, binding.statementRange), newText: '' });
      for (const used of head.names) if (usesOf(program, used).every((offset) => offset >= binding.statementRange.start && offset < binding.statementRange.end)) unwanted.push(used);
    }
  }
  if (method.onModule && root?.kind === 'name' && usesOf(program, root.name).every((offset) => moving.some((each) => offset === each.detected.call.callee.range.start))) unwanted.push(root.name);
  const needed = [...made.values()].map(({ name }) => ({ module: isPython ? module : `./${module}.js`, symbol: name }));
  edits.push(...importEdits(program, needed, unwanted));
  return {
    edits: withoutOverlap(edits), losses, module, movedCalls: moving.map((each) => each.site.id),
    text: isPython ? pythonModule(head.lines, /^['"]/.test(model) ? model : [...models][0] ?? null, [...made.values()], form) : javascriptModule(head.lines, /^['"]/.test(model) ? model : [...models][0] ?? null, [...made.values()], form, program.language.startsWith('typescript')),
  };
}

/** `complete`, or another name where the file has one of its own. */
function freeName(text: string, usual: string, isSecond: boolean, isPython: boolean): string {
  const suffix = isSecond ? '_async' : '';
  const isFree = (name: string): boolean => !new RegExp(`(?<![\\w.])${name}\\b(?!\\s*[=:]\\s*(?:true|True)\\b)`).test(text);
  const other = isPython ? `ask_${usual}` : `ask${usual[0]!.toUpperCase()}${usual.slice(1)}`;
  return (isFree(usual) ? usual : other) + suffix;
}

function rangeOfModel({ site }: SwitchableCall): [number, number] {
  const range = site.modelRange ?? site.request.model.range;
  return range ? [range.start, range.end] : [0, 0];
}

/** Fields of the neutral answer; everything else is read from `raw`, the SDK's own. */
function neutral(form: ResultForm, isPython: boolean): ResultForm {
  const raw = Object.fromEntries((Object.entries(form.reads) as [ResultField, readonly string[]][]).filter(([field, paths]) => !streamFields.has(field) && paths[0] !== undefined).map(([field, paths]) => [field, (r: string) => `${r}.raw${paths[0]}`]));
  const [input, output, finish] = isPython ? ['input_tokens', 'output_tokens', 'finish_reason'] : ['inputTokens', 'outputTokens', 'finishReason'];
  return {
    ...form, reads: {}, iterates: undefined as never, textIterables: [],
    writes: {
      ...raw, ...(raw['toolCalls'] && { toolCalls: (r: string) => `(${raw['toolCalls']!(r)} ${isPython ? 'or' : '??'} [])` }), text: (r) => `${r}.text`, finish: (r) => `${r}.${finish}`, inputTokens: (r) => `${r}.${input}`, outputTokens: (r) => `${r}.${output}`, totalTokens: (r) => `(${r}.${input} + ${r}.${output})`,
      delta: (c) => c, hasDelta: (c) => `(${c} ${isPython ? '!=' : '!=='} "")`,
    },
  };
}

/** Imports and the client, as the file has them; null when they lean on what only the file has. */
function headOf(program: Program, made: string, callee: Expression, root: Expression | null, isPython: boolean, onModule: boolean): { readonly lines: readonly string[]; readonly names: readonly string[] } | null {
  const { text } = program;
  const names = new Set<string>();
  if (onModule) { if (root?.kind === 'name') names.add(root.name); } else {
    const bare = made.replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/g, '""');
    for (const match of bare.matchAll(/(?<![\w.$])([A-Za-z_$][\w$]*)\b(?!\s*[=:](?!=))/g)) names.add(match[1]!);
  }
  const builtin = isPython ? /^(?:True|False|None|int|float|str)$/ : /^(?:new|process|true|false|null|undefined|import|Number|String|fetch)$/;
  const lines: string[] = [];
  for (const name of names) {
    if (builtin.test(name)) continue;
    const binding = importOf(program, name);
    if (!binding || binding.imported?.module.startsWith('.')) return null;
    const start = text.lastIndexOf('\n', binding.statementRange.start - 1) + 1;
    const line = text.slice(start, binding.statementRange.end);
    const statement = /^\s/.test(line) ? line.trim() : line;
    if (!lines.includes(statement)) lines.push(text[binding.statementRange.end] === ';' ? `${statement};` : statement);
  }
  void callee;
  if (!onModule) lines.push('', `${isPython ? '' : 'const '}${root?.kind === 'name' ? root.name : 'client'} = ${made}${isPython ? '' : ';'}`);
  return root?.kind === 'name' ? { lines, names: [...names].filter((name) => !builtin.test(name)) } : null;
}

interface Made { readonly name: string; readonly isStream: boolean; readonly isAsync: boolean; readonly path: string }

function pythonModule(head: readonly string[], model: string | null, functions: readonly Made[], form: ResultForm): string {
  const imports = ['from dataclasses import dataclass', 'from typing import Any'];
  const body = functions.map(({ name, isStream, isAsync, path }) => {
    const wait = isAsync ? 'await ' : '';
    const keyword = isAsync ? 'async ' : '';
    const request = `**{${model ? '"model": MODEL, ' : ''}${isStream && !/stream/.test(path) ? '"stream": True, ' : ''}**request}`;
    if (isStream && isAsync) return `async def ${name}(**request):\n    """Pieces of the answer as they come."""\n    chunks = await ${path}(${request})\n\n    async def pieces():\n        async for chunk in chunks:\n            yield ${bare(form.writes.delta!('chunk'))}\n\n    return pieces()\n`;
    if (isStream) return `def ${name}(**request):\n    """Pieces of the answer as they come."""\n    for chunk in ${path}(${request}):\n        yield ${bare(form.writes.delta!('chunk'))}\n`;
    const field = (key: ResultField): string => bare(form.writes[key]?.('response') ?? 'None');
    return `${keyword}def ${name}(**request) -> Answer:\n    """Asks the model; callers know neither its provider nor its SDK."""\n    response = ${wait}${path}(${request})\n    return Answer(\n        text=${field('text')},\n        finish_reason=${field('finish')},\n        input_tokens=${field('inputTokens')},\n        output_tokens=${field('outputTokens')},\n        raw=response,\n    )\n`;
  });
  const answer = functions.some(({ isStream }) => !isStream) ? ['@dataclass\nclass Answer:\n    """What callers read; `raw` is the SDK\'s own result."""\n\n    text: str\n    finish_reason: Any\n    input_tokens: int\n    output_tokens: int\n    raw: Any\n'] : [];
  return `"""The one place that talks to a language model."""\n${answer.length > 0 ? `${imports.join('\n')}\n` : ''}\n${head.join('\n')}\n${model ? `\nMODEL = ${model}\n` : ''}\n\n${[...answer, ...body].join('\n\n')}`;
}

function javascriptModule(head: readonly string[], model: string | null, functions: readonly Made[], form: ResultForm, isTyped: boolean): string {
  const parameter = isTyped ? 'request: any' : 'request';
  const body = functions.map(({ name, isStream, path }) => {
    const request = `{ ${model ? 'model, ' : ''}${isStream && !/stream/i.test(path) ? 'stream: true, ' : ''}...request }`;
    if (isStream) return `/** Pieces of the answer as they come. */\nexport async function ${name}(${parameter}) {\n  const chunks = await ${path}(${request});\n  return (async function* () {\n    for await (const chunk of chunks${form.iterates ?? ''}) yield ${form.writes.delta!('chunk')};\n  })();\n}\n`;
    const field = (key: ResultField): string => bare(form.writes[key]?.('response') ?? 'null');
    return `/** Asks the model; callers know neither its provider nor its SDK. \`raw\` is the SDK's own result. */\nexport async function ${name}(${parameter}) {\n  const response = await ${path}(${request});\n  return {\n    text: ${field('text')},\n    finishReason: ${field('finish')},\n    inputTokens: ${field('inputTokens')},\n    outputTokens: ${field('outputTokens')},\n    raw: response,\n  };\n}\n`;
  });
  return `// The one place that talks to a language model.\n${head.join('\n')}\n${model ? `\nconst model = ${model};\n` : ''}\n${body.join('\n')}`;
}

const bare = (code: string): string => (/^\((?:[^()]|\([^()]*\))*\)$/.test(code) ? code.slice(1, -1) : code);
