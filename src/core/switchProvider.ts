/**
 * Moves calls of an OpenAI-shaped client to another provider that speaks the same protocol: base URL, key
 * variable, model id and the parameters that only OpenAI takes. Import and call stay as they are.
 */
import type { DetectedCall } from './detect.js';
import type { SwitchPlan, SwitchTarget } from './engine.js';
import type { CallExpression, Expression, Language, Program } from './expression.js';
import type { CallSite, Provider, TextEdit, TextRange } from './model.js';

/** A detected call with what the analysis made of it. */
export interface SwitchableCall {
  readonly detected: DetectedCall;
  readonly site: CallSite;
}

/** Parameters of OpenAI's own API that OpenAI-compatible hosts refuse or ignore (providers.md §8, checked 2026-11-23). */
const onlyOpenai = new Set([
  'store', 'service_tier', 'prompt_cache_key', 'prompt_cache_retention', 'safety_identifier', 'verbosity', 'modalities', 'audio', 'prediction', 'web_search_options', 'metadata', 'user',
]);
/** Constructor arguments that belong to an OpenAI account. */
const onlyOpenaiClient = new Set(['organization', 'project', 'dataResidency', 'data_residency', 'webhook_secret', 'webhookSecret']);

/**
 * Plan that moves `chosen`, and every call that shares its client, to `target`. Null when this form cannot be
 * moved by changing values only (another SDK's call, Azure's client class, a client out of sight).
 */
export function switchProvider(
  program: Program, language: Language, calls: readonly SwitchableCall[], chosen: SwitchableCall, target: SwitchTarget, provider: Provider,
): SwitchPlan | null {
  const { construction, client, sdk } = chosen.detected;
  const protocol = chosen.site.protocol;
  const endpoint = provider.endpoints.find((each) => each.id === target.endpointId);
  if (!construction || !client || !endpoint || protocol === null || sdk.id !== 'openai' || client.provider !== 'openai') return null;
  const baseUrl = endpoint.baseUrls?.[protocol];
  if (!baseUrl) return null;
  const isOpenai = provider.id === 'openai';
  const edits: TextEdit[] = [];
  const losses: { argument: string; what: 'removed' | 'renamed' | 'kept' }[] = [];
  const keyVariable = provider.keyVariables[0] ?? null;

  const sharing = calls.filter((each) => each.detected.construction && sameRange(each.detected.construction.range, construction.range));
  const moving = sharing.filter((each) => each.site.protocol === protocol && each.site.operation === chosen.site.operation);
  const quote = quoteNear(program, chosen.site.modelRange ?? construction.range, language);
  const { print } = language;
  if (!print) return null;
  const write = (value: string): string => print.string(value, quote);
  const isPython = program.language === 'python';
  const keyValue = keyVariable ? print.environment(keyVariable) : write('not-needed');
  const values: readonly (readonly [string, string])[] = isPython
    ? [['base_url', write(baseUrl)], ['api_key', keyValue]]
    : [['baseURL', write(baseUrl)], ['apiKey', keyValue]];

  // The same endpoint with another model: nothing about the client changes.
  const sameEndpoint = chosen.site.destination.provider === provider.id && chosen.site.destination.endpointId === endpoint.id;
  const staying = sharing.length - moving.length;
  if (sameEndpoint) {
    const edit = modelEdit(program, chosen, target.model, write);
    return edit ? { edits: edit, losses: [], keyVariable: null, movedCalls: [chosen.site.id] } : null;
  }
  if (staying > 0) {
    // The calls that cannot move keep the client; the moved ones get one of their own in place.
    for (const each of moving) {
      const root = rootOf(each.detected.call.callee);
      if (!root) return null;
      const symbol = program.text.slice(construction.callee.range.start, construction.callee.range.end);
      const written = values.map(([name, value]) => (isPython ? `${name}=${value}` : `${name}: ${value}`)).join(', ');
      edits.push({ range: root, newText: isPython ? `${symbol}(${written})` : `new ${symbol}({ ${written} })` });
    }
  } else {
    edits.push(...constructionEdits(program, construction, values, isOpenai ? new Set() : onlyOpenaiClient, isPython, losses));
  }
  for (const each of moving) {
    const model = modelEdit(program, each, target.model, write);
    if (model === null) { losses.push({ argument: 'model', what: 'kept' }); continue; }
    edits.push(...model);
    edits.push(...parameterEdits(program, each.detected.call, isOpenai, isPython, losses));
  }
  if (isPython && keyVariable && print.environmentImport) {
    const { module, statement } = print.environmentImport;
    if (!program.bindings(module).some((binding) => binding.imported && binding.scope.kind === 'module')) {
      edits.push({ range: importPlace(program.text), newText: `${statement}\n` });
    }
  }
  const distinct = withoutOverlap(edits);
  return { edits: distinct, losses: dedupe(losses), keyVariable, movedCalls: moving.map((each) => each.site.id) };
}

function constructionEdits(
  program: Program, construction: CallExpression, values: readonly (readonly [string, string])[], unwanted: ReadonlySet<string>, isPython: boolean,
  losses: { argument: string; what: 'removed' | 'renamed' | 'kept' }[],
): TextEdit[] {
  const edits: TextEdit[] = [];
  const options = construction.positional[0];
  const given = isPython ? construction.named.map(({ name, value, range }) => ({ name, value, range }))
    : options?.kind === 'map' ? options.entries.filter((entry) => !entry.spread && entry.key !== null).map((entry) => ({ name: entry.key!, value: entry.value, range: entry.range })) : [];
  const missing: (readonly [string, string])[] = [];
  for (const [name, value] of values) {
    const present = given.find((each) => each.name === name);
    if (present) edits.push({ range: present.range, newText: isPython ? `${name}=${value}` : `${name}: ${value}` });
    else missing.push([name, value]);
  }
  const all = isPython ? [...construction.named.map((each) => each.range), ...construction.positional.map((each) => each.range), ...construction.spreads.map((each) => each.range)].sort((a, b) => a.start - b.start)
    : options?.kind === 'map' ? options.entries.map((each) => each.range) : [];
  for (const each of given) {
    if (unwanted.has(each.name)) {
      edits.push({ range: removal(program.text, each.range, all), newText: '' });
      losses.push({ argument: each.name, what: 'removed' });
    }
  }
  if (missing.length === 0) return edits;
  const listed = missing.map(([name, value]) => (isPython ? `${name}=${value}` : `${name}: ${value}`));
  if (isPython || options?.kind === 'map') {
    const open = (isPython ? construction.argumentsRange.start : options!.range.start) + 1;
    edits.push(insertion(program.text, open, listed, all.length > 0, !isPython));
  } else if (options) {
    edits.push({ range: options.range, newText: `{ ...${program.text.slice(options.range.start, options.range.end)}, ${listed.join(', ')} }` });
  } else {
    edits.push({ range: construction.argumentsRange, newText: `({ ${listed.join(', ')} })` });
  }
  return edits;
}

/** New arguments right behind the opening bracket, each on its own line where the others are. */
function insertion(text: string, open: number, listed: readonly string[], followed: boolean, spaced: boolean): TextEdit {
  const line = /^[ \t]*(?:\r\n|\n)([ \t]*)/.exec(text.slice(open, open + 400));
  const range = { start: open, end: open };
  if (followed && line) {
    const breakText = text.slice(open).match(/\r\n|\n/)![0];
    return { range, newText: listed.map((each) => `${breakText}${line[1]}${each},`).join('') };
  }
  const gap = spaced && !/^\s/.test(text.slice(open, open + 1)) ? ' ' : '';
  return { range, newText: `${spaced ? ' ' : ''}${listed.join(', ')}${followed ? ',' : ''}${followed && !spaced ? ' ' : gap}` };
}

/** The model's literal, wherever it is written; a run-time model cannot be replaced. */
function modelEdit(program: Program, call: SwitchableCall, model: string, write: (value: string) => string): TextEdit[] | null {
  const { request } = call.site;
  if (request.model.values.length !== 1 || !request.model.range) return null;
  const source = program.text.slice(request.model.range.start, request.model.range.end);
  if (!/^[rRuUbB]*(['"`])[\s\S]*\1$/.test(source)) return null;
  return [{ range: request.model.range, newText: write(model) }];
}

function parameterEdits(
  program: Program, call: CallExpression, isOpenai: boolean, isPython: boolean, losses: { argument: string; what: 'removed' | 'renamed' | 'kept' }[],
): TextEdit[] {
  if (isOpenai) return [];
  const options = call.positional[0];
  const given = isPython ? call.named.map((each) => ({ name: each.name, nameRange: each.nameRange, range: each.range }))
    : options?.kind === 'map' ? options.entries.filter((entry) => !entry.spread && entry.key !== null && entry.keyRange).map((entry) => ({ name: entry.key!, nameRange: entry.keyRange!, range: entry.range })) : [];
  const ranges = isPython ? [...call.named.map((each) => each.range), ...call.positional.map((each) => each.range), ...call.spreads.map((each) => each.range)].sort((a, b) => a.start - b.start) : options?.kind === 'map' ? options.entries.map((each) => each.range) : [];
  const edits: TextEdit[] = [];
  for (const each of given) {
    if (onlyOpenai.has(each.name)) {
      edits.push({ range: removal(program.text, each.range, ranges), newText: '' });
      losses.push({ argument: each.name, what: 'removed' });
    } else if (each.name === 'max_completion_tokens') {
      const shorthand = sameRange(each.nameRange, each.range);
      edits.push({ range: each.nameRange, newText: shorthand ? 'max_tokens: max_completion_tokens' : 'max_tokens' });
      losses.push({ argument: 'max_completion_tokens', what: 'renamed' });
    }
  }
  return edits;
}

/** An argument together with the comma that separates it. */
function removal(text: string, range: TextRange, all: readonly TextRange[]): TextRange {
  const next = all.find((each) => each.start >= range.end);
  if (next) return { start: range.start, end: next.start };
  const previous = all.findLast((each) => each.end <= range.start);
  if (previous) return { start: previous.end, end: range.end };
  const comma = /^\s*,/.exec(text.slice(range.end, range.end + 40));
  return { start: range.start, end: range.end + (comma ? comma[0].length : 0) };
}

/** The client part of `client.chat.completions.create`. */
function rootOf(callee: Expression): TextRange | null {
  let current = callee;
  const wanted = new Set(['chat', 'responses', 'beta']);
  while (current.kind === 'member') {
    const { object } = current;
    if (wanted.has(current.property) && !(object.kind === 'member' && wanted.has(object.property))) return object.range;
    current = object;
  }
  return null;
}

function quoteNear(program: Program, range: TextRange, _language: Language): '"' | "'" {
  const character = program.text[range.start];
  if (character === '"' || character === "'") return character;
  const near = /['"]/.exec(program.text.slice(range.start, range.start + 200))?.[0];
  return near === "'" ? "'" : '"';
}

/** Before the first import, after the interpreter line, encoding comment, docstring and `__future__` imports. */
function importPlace(text: string): TextRange {
  const first = /^(?:import|from)[ \t]+(?!__future__)/m.exec(text);
  const at = first ? first.index : /^(?:\uFEFF)?(?:#[^\n]*\n)*/.exec(text)![0].length;
  return { start: at, end: at };
}

function withoutOverlap(edits: readonly TextEdit[]): TextEdit[] {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const out: TextEdit[] = [];
  for (const edit of sorted) {
    const last = out.at(-1);
    if (last && edit.range.start < last.range.end) continue;
    if (last && last.newText === edit.newText && sameRange(last.range, edit.range)) continue;
    out.push(edit);
  }
  return out;
}

function dedupe<T extends { readonly argument: string }>(losses: readonly T[]): T[] {
  return losses.filter((loss, index) => losses.findIndex((each) => each.argument === loss.argument) === index);
}

function sameRange(a: TextRange, b: TextRange): boolean {
  return a.start === b.start && a.end === b.end;
}
