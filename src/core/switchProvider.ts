/**
 * Moves calls to another provider, region, gateway or model behind the same SDK: base URL, key variable, model id and
 * the parameters that only some hosts take. Import and call stay as they are.
 */
import type { DetectedCall } from './detect.js';
import { ecosystemOf } from './detect.js';
import type { SwitchPlan, SwitchTarget } from './engine.js';
import type { CallExpression, Expression, Language, Program } from './expression.js';
import { startOf } from './imports.js';
import { findModel } from './lookup.js';
import type { CallSite, Protocol, Provider, TextEdit, TextRange } from './model.js';
import { layoutOf, printEntry, quoteNear } from './printCode.js';
import { type Item, entryEdits, sameRange, sequenceEdits, withoutOverlap } from './reconcile.js';
import type { ClientForm, Code, CodeEntry, Compatibility, Loss, SourceEntry, Surface, SwitchSdk } from './rewrite.js';
import { switchCompiled } from './switchCompiled.js';
import { switchRequest } from './switchRequest.js';

/** A detected call with what the analysis made of it. */
export interface SwitchableCall {
  readonly detected: DetectedCall;
  readonly site: CallSite;
}

/** What every switch works on. */
export interface SwitchParts {
  readonly program: Program;
  readonly language: Language;
  readonly calls: readonly SwitchableCall[];
  readonly provider: Provider;
  readonly sdks: readonly SwitchSdk[];
  readonly compatibilityOf: (provider: string) => Compatibility;
}

export const noCompatibility = (): Compatibility => ({ refused: [], ignored: [], limit: null, hoistsSystem: false, oneAnswerWithTools: false, thinksByDefault: false });

/** Constructor arguments that belong to an account at OpenAI. */
const onlyOpenaiClient = new Set(['organization', 'project', 'dataResidency', 'data_residency', 'webhook_secret', 'webhookSecret']);
/** Settings that models which think before they answer refuse. */
const sampling = new Set(['temperature', 'top_p', 'logprobs', 'top_logprobs', 'presence_penalty', 'frequency_penalty', 'logit_bias']);

/** Where the call goes, and how its host has to be spoken to. */
export interface Move {
  readonly target: SwitchTarget;
  readonly provider: Provider;
  readonly baseUrl: string;
  readonly keyVariable: string | null;
  /** The endpoint stays: only the model changes. */
  readonly sameEndpoint: boolean;
  readonly rules: Compatibility;
  /** OpenAI's reasoning models: no sampling, `max_completion_tokens`. */
  readonly isReasoning: boolean;
}

/**
 * Plan that moves `chosen`, and every call that shares its client, to `target`. Null when this form cannot be moved by
 * changing values only (another SDK's call, a client that is made of variables).
 */
export function switchProvider(parts: SwitchParts, chosen: SwitchableCall, target: SwitchTarget): SwitchPlan | null {
  const { program, provider, sdks, compatibilityOf } = parts;
  const endpoint = provider.endpoints.find((each) => each.id === target.endpointId);
  const ecosystem = ecosystemOf(program.language);
  const source = sdks.find((each) => each.owns(chosen.detected.sdk.id, chosen.detected.method.path.join('.')));
  const protocol = source?.protocol ?? protocolOf(chosen);
  const rules = compatibilityOf(provider.id);
  const baseUrl = protocol === 'openai-chat' && rules.gateway?.baseUrl ? rules.gateway.baseUrl : protocol ? endpoint?.baseUrls?.[protocol] : undefined;
  const { destination } = chosen.site;
  const sameEndpoint = destination.provider === provider.id && destination.endpointId === target.endpointId;
  if (!endpoint || (!baseUrl && !sameEndpoint)) return null;
  const move: Move = {
    target, provider, baseUrl: baseUrl ?? '', keyVariable: provider.keyVariables[0] ?? null, sameEndpoint, rules: protocol === 'openai-chat' || protocol === 'openai-responses' ? rules : noCompatibility(),
    isReasoning: (provider.id === 'openai' || provider.id === 'azure-openai') && findModel(provider, target.model)?.reasoning === true,
  };
  const plan = chosen.detected.sdk.id === 'http' ? switchRequest(program, chosen, move)
    : ecosystem === 'go' || ecosystem === 'java' || ecosystem === 'csharp' ? switchCompiled(program, ecosystem, parts.calls, chosen, move)
      : ecosystem === 'python' || ecosystem === 'javascript' ? switchClient(parts, chosen, move, source ?? null) : null;
  return plan && { ...plan, edits: withoutOverlap(plan.edits), losses: distinct([...plan.losses, ...behaviours(chosen.site, move)]) };
}

/** Protocol of a call; the compiled languages' own tables leave it open. */
export function protocolOf({ site, detected }: SwitchableCall): Protocol | null {
  return site.protocol ?? (/^(?:openai|go-openai)/.test(detected.sdk.id) && site.operation === 'chat' ? 'openai-chat' : null);
}

/** Losses that follow from the host, not from an argument. */
function behaviours(site: CallSite, { provider, rules, sameEndpoint, target }: Move): Loss[] {
  if (sameEndpoint) return [];
  const { parts } = site.request;
  const firstTurn = parts.findIndex((part) => part.kind === 'message' && part.role !== 'system');
  const lateSystem = firstTurn >= 0 && parts.slice(firstTurn).some((part) => part.role === 'system' && part.kind === 'message');
  return [
    ...(rules.hoistsSystem && lateSystem ? [{ argument: 'system', what: 'approximated', reason: 'compat-hoists-system' } as const] : []),
    ...(rules.oneAnswerWithTools && site.request.count > 1 && parts.some((part) => part.kind === 'tools') ? [{ argument: 'n', what: 'by-hand', reason: 'several-answers' } as const] : []),
    ...(rules.thinksByDefault && findModel(provider, target.model)?.reasoning ? [{ argument: target.model, what: 'kept', reason: 'thinking-default' } as const] : []),
    ...(provider.gateway ? [{ argument: provider.name, what: 'kept', reason: 'gateway-residency' } as const] : []),
    ...(provider.id === 'alibaba-dashscope' || provider.id === 'moonshot' || provider.id === 'minimax' || provider.id === 'zhipu' ? [{ argument: provider.keyVariables[0] ?? 'key', what: 'kept', reason: 'region-key' } as const] : []),
  ];
}

// ── Python and JavaScript ───────────────────────────────────────────────────────────────────────

function switchClient(parts: SwitchParts, chosen: SwitchableCall, move: Move, source: SwitchSdk | null): SwitchPlan | null {
  const { program, language, calls } = parts;
  const { construction, client } = chosen.detected;
  const isPython = program.language === 'python';
  const { print } = language;
  const form = source?.clients[isPython ? 'python' : 'javascript'];
  if (!print?.surface) return null;
  const losses: Loss[] = [];
  const write = (value: string): string => print.string(value, quoteNear(program.text, chosen.site.modelRange ?? chosen.detected.call.range));
  if (move.sameEndpoint) {
    const edit = modelEdit(program, chosen, move.target.model, write);
    if (!edit) return null;
    const edits = [...edit, ...parameterEdits(program, chosen.detected.call, move, isPython, losses, parts)];
    return { edits, losses, keyVariable: null, movedCalls: [chosen.site.id], stayingCalls: [] };
  }
  if (!construction || !client || !form || chosen.detected.isAmbiguous || (client.provider !== 'openai' && client.provider !== 'anthropic' && client.provider !== 'mistral')) return null;
  const { surface } = print;
  const sharing = calls.filter((each) => each.detected.construction && sameRange(each.detected.construction.range, construction.range));
  const moving = move.target.only ? [chosen] : sharing.filter((each) => each.site.protocol === chosen.site.protocol && each.site.operation === chosen.site.operation);
  const staying = sharing.filter((each) => !moving.includes(each));
  const edits: TextEdit[] = [];
  const { gateway } = move.rules;
  const values = clientEntries(form, move, isPython, surface, gateway?.keepsKey === true || chosen.site.destination.provider === move.provider.id);
  const layout = layoutOf(program.text, surface, construction.range);
  if (staying.length > 0) {
    const made = ownClient(program, construction, values, layout, isPython, moving, move);
    if (!made) return null;
    edits.push(...made);
  } else {
    const edit = constructionEdits(construction, values, form, move, isPython, layout, losses);
    if (!edit) return null;
    edits.push(...edit);
  }
  for (const each of moving) {
    const model = modelEdit(program, each, move.target.model, write);
    if (model === null) losses.push({ argument: 'model', what: 'kept', reason: 'run-time-model', range: each.site.modelRange });
    else edits.push(...model);
    edits.push(...parameterEdits(program, each.detected.call, move, isPython, losses, parts));
  }
  if (isPython && (move.keyVariable || gateway) && edits.some((edit) => edit.newText.includes('os.environ')) && print.environmentImport) {
    const { module, statement } = print.environmentImport;
    if (!program.bindings(module).some((binding) => binding.imported && binding.scope.kind === 'module')) {
      const at = startOf(program.text, true);
      edits.push({ range: { start: at, end: at }, newText: `${statement}${program.text.includes('\r\n') ? '\r\n' : '\n'}` });
    }
  }
  return { edits, losses, keyVariable: move.keyVariable, movedCalls: moving.map((each) => each.site.id), stayingCalls: staying.map((each) => each.site.id) };
}

/** Address, key and headers of a client. */
function clientEntries(form: ClientForm, move: Pick<Move, 'baseUrl' | 'keyVariable' | 'rules' | 'target'>, isPython: boolean, surface: Surface, keepsKey: boolean): CodeEntry[] {
  const key = form.key(move.keyVariable ? { kind: 'raw', parts: [surface.environment(move.keyVariable)] } : { kind: 'text', value: 'not-needed' });
  const address = form.baseUrl(move.baseUrl);
  return [move.baseUrl.includes('{') ? { ...address, value: withVariables(move.baseUrl, surface) } : address, ...(keepsKey ? [] : [key]), ...gatewayHeaders(move, isPython, surface)];
}

/** What a new client for a provider is made with, and the variable that must hold its key. */
export function constructionOf(sdk: SwitchSdk, side: 'python' | 'javascript', provider: Provider, rules: Compatibility, target: SwitchTarget, surface: Surface): { readonly entries: readonly CodeEntry[]; readonly keyVariable: string | null } {
  const form = sdk.clients[side];
  const baseUrl = rules.gateway?.baseUrl ?? provider.endpoints.find((each) => each.id === target.endpointId)?.baseUrls?.[sdk.protocol ?? 'openai-chat'] ?? '';
  const keyVariable = provider.keyVariables[0] ?? null;
  return { entries: form ? clientEntries(form, { baseUrl, keyVariable, rules, target }, side === 'python', surface, false) : [], keyVariable };
}

/** Headers that a gateway needs. */
function gatewayHeaders({ rules, target }: Pick<Move, 'rules' | 'target'>, isPython: boolean, surface: Surface): CodeEntry[] {
  const headers = rules.gateway?.headers?.(target.upstream ?? 'openai');
  if (!headers) return [];
  return [{ key: isPython ? 'default_headers' : 'defaultHeaders', value: { kind: 'map', entries: Object.entries(headers).map(([key, value]) => ({ key, value: withVariables(value, surface) })) } }];
}

/** Text in which `{NAME}` is read from the environment. */
function withVariables(text: string, surface: Surface): Code {
  const parts = text.split(/(\{[A-Z_]+\})/).filter(Boolean).map((part): string | Code => (part.startsWith('{') ? { kind: 'raw', parts: [surface.environment(part.slice(1, -1))] } : part));
  return parts.length === 1 ? (typeof parts[0] === 'string' ? { kind: 'text', value: parts[0] } : parts[0]!) : surface.template(parts);
}

function constructionEdits(construction: CallExpression, values: readonly CodeEntry[], form: ClientForm, move: Move, isPython: boolean, layout: ReturnType<typeof layoutOf>, losses: Loss[]): TextEdit[] | null {
  const options = construction.positional[0];
  const sources: readonly SourceEntry[] = isPython ? construction.named.map((each) => ({ name: each.name, value: each.value, nameRange: each.nameRange, range: each.range }))
    : options?.kind === 'map' ? options.entries.flatMap((entry) => (entry.key !== null && !entry.spread ? [{ name: entry.key, value: entry.value, nameRange: entry.keyRange, range: entry.range }] : [])) : [];
  const print = (entry: CodeEntry, indent: string): string => (isPython ? layout.surface.argument(entry.key, printEntry(entry, layout, indent).replace(/^[^:]+:\s*/, '')) : printEntry(entry, layout, indent));
  if (!isPython && options && options.kind !== 'map') {
    return [{ range: options.range, newText: `{ ...${layout.text.slice(options.range.start, options.range.end)}, ${values.map((entry) => print(entry, '')).join(', ')} }` }];
  }
  if (!isPython && !options) return [{ range: construction.argumentsRange, newText: `({ ${values.map((entry) => print(entry, '')).join(', ')} })` }];
  const container = isPython ? construction.argumentsRange : options!.range;
  const ranges = isPython ? [...construction.named.map((each) => each.range), ...construction.positional.map((each) => each.range), ...construction.spreads.map((each) => each.range)].sort((a, b) => a.start - b.start)
    : options?.kind === 'map' ? options.entries.map((each) => each.range) : [];
  const removed = new Set(move.provider.id === 'openai' ? [] : sources.filter((each) => onlyOpenaiClient.has(each.name)).map((each) => each.range));
  // A second name for the same thing (`server="eu"` beside `server_url`).
  const named = (names: readonly string[], name: string): SourceEntry | undefined => sources.find((each) => each.name === name) ?? sources.find((each) => names.includes(each.name));
  const items: Item[] = [];
  const missing: CodeEntry[] = [];
  const replaced = new Set<TextRange>();
  const byRange = new Map<TextRange, readonly TextEdit[]>();
  for (const entry of values) {
    const present = named(form.baseUrlNames.includes(entry.key) ? form.baseUrlNames : form.keyNames.includes(entry.key) ? form.keyNames : [entry.key], entry.key);
    if (!present) { missing.push(entry); continue; }
    replaced.add(present.range);
    byRange.set(present.range, entryEdits(present.nameRange, present.name, present.value, present.range, entry, layout, isPython));
  }
  for (const each of sources) if (removed.has(each.range)) losses.push({ argument: each.name, what: 'removed', reason: 'client-options', range: each.range });
  items.push(...missing.map((entry): Item => ({ source: null, edits: [], print: (indent) => print(entry, indent) })));
  ranges.forEach((range, index) => {
    if ([...removed].some((each) => sameRange(each, range))) return;
    const edits = [...byRange].find(([each]) => sameRange(each, range))?.[1] ?? [];
    items.push({ source: index, edits, print: () => '' });
  });
  return sequenceEdits(layout.text, container.start + 1, container.end - 1, ranges, items, layout);
}

/** The calls that cannot move keep the client; the moved ones get one of their own, made next to it. */
function ownClient(program: Program, construction: CallExpression, values: readonly CodeEntry[], layout: ReturnType<typeof layoutOf>, isPython: boolean, moving: readonly SwitchableCall[], move: Move): TextEdit[] | null {
  const { text } = program;
  const symbol = text.slice(construction.callee.range.start, construction.callee.range.end);
  const listed = values.map((entry) => (isPython ? layout.surface.argument(entry.key, printEntry(entry, layout, '').replace(/^[^:]+:\s*/, '')) : printEntry(entry, layout, ''))).join(', ');
  const made = isPython ? `${symbol}(${listed})` : `new ${symbol}({ ${listed} })`;
  const roots = moving.map((each) => rootOf(each.detected));
  if (roots.some((root) => root === null)) return null;
  const binding = roots.every((root) => root!.kind === 'name') && roots[0]!.kind === 'name' ? program.bindings(roots[0]!.name).find((each) => each.value && sameRange(each.value.range, construction.range)) : undefined;
  if (!binding) return roots.map((root) => ({ range: root!.range, newText: made }));
  const short = (move.provider.id.split('-').at(-1) ?? 'other').replace(/\W/g, '');
  const name = [isPython ? `${short}_client` : `${short}Client`, isPython ? `${short}_client_2` : `${short}Client2`].find((each) => program.bindings(each).length === 0) ?? `${short}Client3`;
  const line = /^[^\r\n]*/.exec(text.slice(binding.statementRange.end, binding.statementRange.end + 400))![0].length + binding.statementRange.end;
  const start = text.lastIndexOf('\n', binding.statementRange.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(start, start + 200))![0];
  const semicolon = text.slice(binding.statementRange.start, line).includes(';') ? ';' : '';
  return [
    { range: { start: line, end: line }, newText: `${layout.lineBreak}${indent}${isPython ? '' : 'const '}${name} = ${made}${isPython ? '' : semicolon}` },
    ...roots.map((root) => ({ range: root!.range, newText: name })),
  ];
}

/** The client part of `client.chat.completions.create`. */
function rootOf({ call, method }: DetectedCall): Expression | null {
  let current: Expression = call.callee;
  for (let taken = 0; taken < method.path.length; taken++) {
    if (current.kind !== 'member') return null;
    current = current.object;
  }
  return current;
}

/** The model's literal, wherever it is written; a run-time model cannot be replaced. */
export function modelEdit(program: Program, call: SwitchableCall, model: string, write: (value: string) => string): TextEdit[] | null {
  const { request } = call.site;
  if (request.model.values.length !== 1 || !request.model.range) return null;
  const source = program.text.slice(request.model.range.start, request.model.range.end);
  if (!/^[rRuUbB]*(['"`])[^'"`\n]*\1$/.test(source)) return null;
  // A prefix that names the provider belongs to the name.
  return [{ range: request.model.range, newText: source.startsWith("'") || source.startsWith('"') ? source[0]! + write(model).slice(1, -1) + source[0]! : write(model) }];
}

/** Arguments that the host refuses, calls by another name or takes no notice of. */
function parameterEdits(program: Program, call: CallExpression, move: Move, isPython: boolean, losses: Loss[], { language }: SwitchParts): TextEdit[] {
  const { text } = program;
  const surface = language.print!.surface!;
  const layout = layoutOf(text, surface, call.argumentsRange);
  const options = call.positional[0];
  const sources: readonly SourceEntry[] = isPython ? call.named.map((each) => ({ name: each.name, value: each.value, nameRange: each.nameRange, range: each.range }))
    : options?.kind === 'map' ? options.entries.flatMap((entry) => (entry.key !== null && !entry.spread && entry.keyRange ? [{ name: entry.key, value: entry.value, nameRange: entry.keyRange, range: entry.range }] : [])) : [];
  const all = isPython ? [...call.named.map((each) => each.range), ...call.positional.map((each) => each.range), ...call.spreads.map((each) => each.range)].sort((a, b) => a.start - b.start) : options?.kind === 'map' ? options.entries.map((each) => each.range) : [];
  if (all.length === 0) return [];
  const container = isPython ? call.argumentsRange : options!.range;
  const { rules, isReasoning, sameEndpoint } = move;
  const items: Item[] = [];
  all.forEach((range, index) => {
    const entry = sources.find((each) => sameRange(each.range, range));
    if (!entry) { items.push({ source: index, edits: [], print: () => '' }); return; }
    if (!sameEndpoint && rules.refused.includes(entry.name)) { losses.push({ argument: entry.name, what: 'removed', reason: 'no-equal', range }); return; }
    if (isReasoning && sampling.has(entry.name)) { losses.push({ argument: entry.name, what: 'removed', reason: 'reasoning-sampling', range }); return; }
    if (!sameEndpoint && rules.ignored.includes(entry.name)) losses.push({ argument: entry.name, what: 'kept', reason: 'compat-drops-silently', range });
    if (!sameEndpoint && entry.name === 'tools' && rules.ignored.includes('strict') && /["']?strict["']?\s*:\s*[Tt]rue/.test(text.slice(range.start, range.end))) losses.push({ argument: 'strict', what: 'kept', reason: 'compat-drops-silently', range });
    const renamed = entry.name === 'max_completion_tokens' && !sameEndpoint && rules.limit ? rules.limit : entry.name === 'max_tokens' && isReasoning ? 'max_completion_tokens' : null;
    if (renamed) losses.push({ argument: entry.name, what: 'renamed', reason: 'other-name', range });
    const edits = renamed ? entryEdits(entry.nameRange, entry.name, entry.value, entry.range, { key: renamed, value: { kind: 'kept', expression: entry.value } }, layout, isPython) : [];
    items.push({ source: index, edits, print: () => '' });
  });
  if (move.target.fallbacks?.length && rules.gateway?.fallbacks) items.push(fallbackItem(move, isPython, layout));
  return sequenceEdits(text, container.start + 1, container.end - 1, all, items, layout);
}

/** Models to try when the first one fails, where the gateway takes a list. */
function fallbackItem({ target, rules }: Move, isPython: boolean, layout: ReturnType<typeof layoutOf>): Item {
  const name = rules.gateway!.fallbacks!;
  const list = { kind: 'list' as const, items: target.fallbacks!.map((value) => ({ kind: 'text' as const, value })) };
  const entry: CodeEntry = isPython ? { key: 'extra_body', value: { kind: 'map', entries: [{ key: name, value: list }] } } : { key: name, value: list };
  return { source: null, edits: [], print: (indent) => (isPython ? layout.surface.argument(entry.key, printEntry(entry, layout, indent).replace(/^[^:]+:\s*/, '')) : printEntry(entry, layout, indent)) };
}

function distinct(losses: readonly Loss[]): Loss[] {
  return losses.filter((loss, index) => losses.findIndex((each) => each.argument === loss.argument && each.what === loss.what && each.reason === loss.reason) === index);
}
