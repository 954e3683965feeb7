/**
 * Writes calls for another SDK: source SDK `read` → neutral request → target SDK `write` → the language prints. Client,
 * imports, the reading of results and loops over streams follow; everything else stays as it is written.
 */
import type { DetectedCall } from './detect.js';
import { ecosystemOf } from './detect.js';
import type { PackageChange, SwitchPlan, SwitchTarget } from './engine.js';
import type { CallExpression, Expression, ListExpression, Program } from './expression.js';
import { type Needed, importEdits, importOf, usesOf } from './imports.js';
import { findModel } from './lookup.js';
import type { Provider, TextEdit, TextRange } from './model.js';
import { type Layout, indentAt, layoutOf, printCode, printEntry } from './printCode.js';
import { occurrencesOf } from './program.js';
import { type Item, applyEdits, entryEdits, reconcile, sameRange, sequenceEdits, withoutOverlap } from './reconcile.js';
import { resultEdits } from './resultEdits.js';
import { type ClientForm, type Code, type CodeEntry, type Loss, type SourceEntry, type Surface, type SwitchRequest, type SwitchSdk, type WriteContext, kept } from './rewrite.js';
import { type SwitchParts, type SwitchableCall, protocolOf } from './switchProvider.js';

type Side = 'python' | 'javascript';

/** Switching table that a detected call belongs to. */
export function sourceOf(detected: DetectedCall, sdks: readonly SwitchSdk[]): SwitchSdk | null {
  return sdks.find((each) => each.owns(detected.sdk.id, detected.method.path.join('.'))) ?? null;
}

const sideOf = (program: Pick<Program, 'language'>): Side | null => { const found = ecosystemOf(program.language); return found === 'python' || found === 'javascript' ? found : null; };

/** SDKs that a call can be written for at a provider, its own first. */
export function sdksFor(call: SwitchableCall, provider: Provider, sdks: readonly SwitchSdk[]): readonly string[] {
  const ecosystem = ecosystemOf(call.site.language);
  const speaks = (each: SwitchSdk): boolean => each.protocol !== null && provider.endpoints.some((endpoint) => endpoint.baseUrls?.[each.protocol!] !== undefined);
  const own = sourceOf(call.detected, sdks);
  if (ecosystem !== 'python' && ecosystem !== 'javascript') {
    const protocol = protocolOf(call);
    return protocol && provider.endpoints.some((endpoint) => endpoint.baseUrls?.[protocol]) ? [call.site.sdk] : [];
  }
  if (!own) return [];
  const usable = sdks.filter((each) => each.results[ecosystem] && each.clients[ecosystem] !== undefined && (each.reaches ? each.reaches(provider.id, ecosystem) : speaks(each)));
  return [...usable.filter((each) => each === own), ...usable.filter((each) => each !== own)].map((each) => each.id);
}

/** Plan that writes `chosen`, and the calls that share its client, for the SDK of the target. Null when that cannot be done. */
export function switchSdk({ program, language, calls, provider, sdks }: SwitchParts, chosen: SwitchableCall, target: SwitchTarget): SwitchPlan | null {
  const side = sideOf(program);
  const surface = language.print?.surface;
  const source = sourceOf(chosen.detected, sdks);
  const to = sdks.find((each) => each.id === target.sdk);
  const endpoint = provider.endpoints.find((each) => each.id === target.endpointId) ?? provider.endpoints[0];
  if (!side || !surface || !source || !to || !endpoint || !chosen.detected.call.complete || to.clients[side] === undefined || !to.results[side]) return null;
  const baseUrl = to.protocol ? endpoint.baseUrls?.[to.protocol] ?? null : null;
  if (to.reaches ? !to.reaches(provider.id, side) : baseUrl === null) return null;
  const plan = new Plan(program, side, surface, source, to, provider, baseUrl, { ...target, endpointId: endpoint.id });
  return plan.of(calls, chosen);
}

class Plan {
  private readonly edits: TextEdit[] = [];
  private readonly losses: Loss[] = [];
  private readonly needed: Needed[] = [];
  private readonly unwanted: string[] = [];
  private readonly text: string;
  private readonly keyVariable: string | null;

  constructor(
    private readonly program: Program, private readonly side: Side, private readonly surface: Surface, private readonly source: SwitchSdk, private readonly to: SwitchSdk,
    private readonly provider: Provider, private readonly baseUrl: string | null, private readonly target: SwitchTarget,
  ) {
    this.text = program.text;
    this.keyVariable = provider.local ? null : provider.keyVariables[0] ?? null;
  }

  of(calls: readonly SwitchableCall[], chosen: SwitchableCall): SwitchPlan | null {
    const { construction } = chosen.detected;
    const sharing = construction ? calls.filter((each) => each.detected.construction && sameRange(each.detected.construction.range, construction.range)) : [chosen];
    const own = (each: SwitchableCall): boolean => this.source.owns(each.detected.sdk.id, each.detected.method.path.join('.')) && each.detected.call.complete && each.site.operation === chosen.site.operation;
    const moving = this.target.only ? [chosen] : sharing.filter(own);
    if (!moving.includes(chosen)) return null;
    const moved: SwitchableCall[] = [];
    const form = this.to.clients[this.side]!;
    for (const each of moving) {
      const before = [this.edits.length, this.losses.length, this.needed.length];
      if (this.moveCall(each)) moved.push(each);
      else {
        this.edits.length = before[0]!; this.losses.length = before[1]!; this.needed.length = before[2]!;
        if (each === chosen) return null;
      }
    }
    const staying = sharing.filter((each) => !moved.includes(each));
    // Another interface of the same host: its client serves both.
    const { destination } = chosen.site;
    const isSameClient = form !== null && form === this.source.clients[this.side] && destination.provider === this.provider.id && destination.endpointId === this.target.endpointId;
    if (!isSameClient && !this.clients(moved, staying, form)) return null;
    this.dropUnused();
    if (staying.length === 0 && !isSameClient) this.errorsStillCaught();
    const distinct = withoutOverlap([...this.edits, ...importEdits(this.program, this.needed, [...new Set(this.unwanted)])]);
    return {
      edits: distinct, losses: distinctLosses(this.losses), keyVariable: this.keyVariable, movedCalls: moved.map((each) => each.site.id), stayingCalls: staying.map((each) => each.site.id), packages: this.packages(staying.length > 0 || this.isStillNamed),
    };
  }

  /** Errors of the old SDK, imported by name: what catches them catches nothing of the new one. */
  private errorsStillCaught(): void {
    const module = this.source.dependency[this.side]?.name.replaceAll('-', '_');
    if (module === undefined || this.source.protocol === this.to.protocol) return;
    for (const match of this.text.matchAll(/\b(?:except|instanceof)\s*\(?\s*([A-Za-z_][\w, \t]*)/g)) {
      for (const word of match[1]!.matchAll(/\w+/g)) {
        const from = importOf(this.program, word[0])?.imported?.module;
        if (from !== module && !from?.startsWith(`${module}.`) && from !== this.source.dependency[this.side]!.name) continue;
        const start = match.index + match[0].length - match[1]!.length + word.index;
        this.isStillNamed = true;
        this.losses.push({ argument: word[0], what: 'by-hand', reason: 'error-class', range: { start, end: start + word[0].length } });
      }
    }
  }

  private packages(isStillUsed: boolean): PackageChange[] {
    const added = this.to.dependency[this.side];
    const unused = this.source.dependency[this.side];
    const out: PackageChange[] = [];
    for (const { module } of this.needed) {
      if (/^(?:@ai-sdk\/)/.test(module)) out.push({ ecosystem: this.side, name: module, version: 'latest', change: 'added' });
    }
    if (added && added.name !== unused?.name) out.push({ ecosystem: this.side, ...added, change: 'added' });
    if (unused && added?.name !== unused.name && !isStillUsed) out.push({ ecosystem: this.side, ...unused, change: 'unused' });
    return out.filter((each, index) => out.findIndex((other) => other.name === each.name) === index);
  }

  // ── one call ──────────────────────────────────────────────────────────────────────────────────

  private moveCall(each: SwitchableCall): boolean {
    const { detected } = each;
    const { call } = detected;
    const entries = this.entriesOf(call);
    const callee = this.calleeOf(detected);
    if (!entries || !callee) return false;
    const method = detected.method.path.join('.');
    const isAsync = this.side === 'javascript' || /^aio\.|_async$|^acompletion|^Aio/.test(method) || (detected.clientSymbol?.startsWith('Async') ?? false) || /\bawait\s*\(?\s*$/.test(this.text.slice(Math.max(0, call.range.start - 12), call.range.start));
    const request = this.source.read(entries, { ecosystem: this.side, call, evaluate: detected.reader.evaluate, method, isAsync });
    // What a spread holds is out of sight: without model and messages in sight nothing can be said of the request.
    if (!request || (request.spreads.length > 0 && (!request.model || !request.turnsEntry))) return false;
    const model = findModel(this.provider, this.target.model);
    const isReasoning = model?.reasoning === true && this.to.protocol !== 'google-generate-content' && (this.provider.id === 'openai' || this.provider.id === 'azure-openai' || (this.provider.id === 'anthropic' && /opus-(?:4-[789]|[5-9])|sonnet-[5-9]/.test(this.target.model)));
    const needed: Needed[] = [];
    const context: WriteContext = {
      surface: this.surface, ecosystem: this.side, model: this.target.model, provider: this.provider.id, isReasoning, maxOutputTokens: model?.maxOutputTokens ?? null,
      evaluate: detected.reader.evaluate, loss: (loss) => this.losses.push(loss), need: (module, symbol) => needed.push({ module, symbol }), keyVariable: this.keyVariable, baseUrl: this.baseUrl,
      isUsualBaseUrl: this.isUsual(), isTyped: this.program.language.startsWith('typescript'),
    };
    const traced = this.trace(request, detected);
    const written = this.to.write(traced.request, context);
    const from = this.source.results[this.side]!;
    const results = resultEdits(this.program, call, request.isStream, from, this.to.results[this.side]!, this.side === 'python');
    if (results.refused) return false;
    this.asynchronous.push(isAsync);
    this.needed.push(...needed, ...results.needs.map((module) => ({ module, symbol: null })));
    this.losses.push(...results.losses);
    // What is read of results inside the arguments moves with them.
    const slice = (range: TextRange): string => {
      const inside = results.edits.filter((edit) => edit.range.start >= range.start && edit.range.end <= range.end);
      return applyEdits(this.text.slice(range.start, range.end), inside.map((edit) => ({ ...edit, range: { start: edit.range.start - range.start, end: edit.range.end - range.start } })));
    };
    const layout = layoutOf(this.text, this.surface, call.argumentsRange, slice);
    const finished = this.restored(written.arguments, request, traced, layout, context);
    this.edits.push(...this.argumentEdits(call, entries, finished, layout), ...results.edits);
    for (const { expression, code } of traced.elsewhere(this.to, context)) this.edits.push(...reconcile(expression, code, layoutOf(this.text, this.surface, expression.range, slice)));
    this.calleeEdits(callee, detected, written.path, isAsync, request);
    this.behaviours(request);
    return true;
  }

  /** Losses that follow from the two SDKs rather than from an argument. */
  private behaviours(request: SwitchRequest): void {
    if (request.isStream && this.source.results[this.side]!.reads !== this.to.results[this.side]!.reads) this.losses.push({ argument: 'stream', what: 'approximated', reason: 'stream-events' });
    if (this.provider.gateway) this.losses.push({ argument: this.provider.id, what: 'kept', reason: 'gateway-residency' });
    if (this.provider.endpoints.length > 1 && this.provider.id === 'alibaba-dashscope') this.losses.push({ argument: this.keyVariable ?? 'key', what: 'kept', reason: 'region-key' });
    if (this.to.id === 'dashscope' && request.isStream) this.losses.push({ argument: 'stream', what: 'approximated', reason: 'incremental-output' });
  }

  private isUsual(): boolean {
    const form = this.to.clients[this.side];
    if (this.baseUrl === null) return true;
    if (form) return form.ownBaseUrl === this.baseUrl;
    const usual = this.provider.endpoints.find((each) => each.id === (this.provider.defaultEndpoint?.['*'] ?? this.provider.endpoints[0]?.id));
    return usual?.baseUrls?.[this.to.protocol ?? 'openai-chat'] === this.baseUrl;
  }

  /** Arguments by name: keywords in Python, entries of the options object in JavaScript. */
  private entriesOf(call: CallExpression): readonly SourceEntry[] | null {
    if (this.side === 'python') return call.positional.length > 0 ? null : call.named.map((each) => ({ name: each.name, value: each.value, nameRange: each.nameRange, range: each.range }));
    const options = call.positional[0];
    if (options?.kind !== 'map') return null;
    return options.entries.flatMap((entry) => (entry.key !== null && !entry.spread ? [{ name: entry.key, value: entry.value, nameRange: entry.keyRange, range: entry.range }] : []));
  }

  private argumentEdits(call: CallExpression, entries: readonly SourceEntry[], written: readonly CodeEntry[], layout: Layout): TextEdit[] {
    const isPython = this.side === 'python';
    const options = call.positional[0];
    const container = isPython ? call.argumentsRange : options!.range;
    const ranges = isPython ? [...call.named, ...call.spreads.map((each) => ({ range: spreadRange(this.text, each.range) }))].map((each) => each.range).sort((a, b) => a.start - b.start)
      : options?.kind === 'map' ? options.entries.map((each) => each.range) : [];
    const items: Item[] = written.map((entry) => {
      const source = entry.origin ? entries.find((each) => sameRange(each.range, entry.origin!.range) || each.name === entry.origin!.name) : undefined;
      const index = source ? ranges.findIndex((range) => sameRange(range, source.range)) : -1;
      return {
        source: index < 0 ? null : index,
        edits: source && index >= 0 ? entryEdits(source.nameRange, source.name, source.value, source.range, entry, layout, isPython) : [],
        print: (indent) => (isPython ? this.surface.argument(entry.key, printCode(entry.value, layout, indent)) : printEntry(entry, layout, indent)),
      };
    });
    // Spreads stay where they are.
    ranges.forEach((range, index) => { if (!entries.some((entry) => sameRange(entry.range, range))) items.push({ source: index, edits: [], print: () => '' }); });
    const second = !isPython && call.positional.length > 1 ? call.positional[1]! : null;
    const edits = sequenceEdits(this.text, container.start + 1, container.end - 1, ranges, items, layout);
    if (second && this.source.id.split('-')[0] !== this.to.id.split('-')[0] && !(/^(?:openai|anthropic)/.test(this.source.id) && /^(?:openai|anthropic)/.test(this.to.id))) {
      edits.push({ range: { start: container.end, end: second.range.end }, newText: '' });
      this.losses.push({ argument: 'options', what: 'removed', reason: 'client-options', range: second.range });
    }
    return edits;
  }

  // ── messages that are built before the call ─────────────────────────────────────────────────

  /** A list of messages under a name that only this call reads is changed where it is written. */
  private trace(request: SwitchRequest, detected: DetectedCall): Traced {
    const none: Traced = { request, name: null, elsewhere: () => [] };
    const value = request.turnsEntry?.value;
    if (value?.kind !== 'name' || request.turns.length !== 1 || request.turns[0]!.kind !== 'several') return none;
    if (request.shape === this.to.shape(this.side)) return none;
    const { program, text } = this;
    const bindings = program.bindings(value.name);
    const assigned = bindings.filter((binding) => binding.kind === 'assignment');
    const added = bindings.filter((binding) => binding.kind === 'append');
    const list = assigned.length === 1 && !assigned[0]!.conditional ? assigned[0]!.value : null;
    if (list?.kind !== 'list' || bindings.length !== assigned.length + added.length || added.some((binding) => !binding.value)) return none;
    const scope = program.scopesAt(assigned[0]!.range.start).find((each) => each.kind === 'function' || each.kind === 'module');
    const here = program.scopesAt(detected.call.range.start).find((each) => each.kind === 'function' || each.kind === 'module');
    if (!scope || !here || !sameRange(scope.range, here.range)) return none;
    const isCounted = (offset: number): boolean => sameOffset(offset, assigned[0]!.range.start) || added.some((binding) => sameOffset(offset, binding.range.start)) || sameOffset(offset, value.range.start);
    const uses = occurrencesOf(text, value.name).filter((offset) => offset >= scope.range.start && offset < scope.range.end && program.referenceAt(offset) !== null && !/\.\s*$/.test(text.slice(Math.max(0, offset - 2), offset)));
    if (!uses.every(isCounted)) return none;
    const reader = (item: Expression): SwitchRequest['turns'][number] | null => {
      const list: ListExpression = { kind: 'list', items: [item], range: item.range };
      const name = this.side === 'python' || this.source.id !== 'google-genai' ? request.turnsEntry!.name : 'contents';
      const read = this.source.read([{ name, value: list, nameRange: null, range: item.range }], { ecosystem: this.side, call: { ...detected.call, spreads: [] }, evaluate: detected.reader.evaluate, method: detected.method.path.join('.'), isAsync: request.isAsync });
      return read?.turns[0] ?? null;
    };
    const turns = list.items.map(reader);
    const more = added.map((binding) => ({ expression: binding.value!, turn: reader(binding.value!) }));
    const isReadable = (turn: SwitchRequest['turns'][number] | null): boolean => turn !== null && turn.kind !== 'several';
    const isAnswer = (expression: Expression): boolean => expression.kind === 'member' || expression.kind === 'name';
    if (!turns.every(isReadable) || !more.every(({ expression, turn }) => isAnswer(expression) || (isReadable(turn) && turn!.kind !== 'unknown')) || turns.some((turn) => turn!.kind === 'unknown')) return none;
    if (more.some(({ turn }) => turn?.kind === 'message' && turn.role === 'system')) return none;
    return {
      request: { ...request, turns: turns as SwitchRequest['turns'], turnsList: list, isTraced: true }, name: value,
      elsewhere: (to, context) => more.flatMap(({ expression, turn }) => {
        if (!turn || isAnswer(expression)) return [];
        const one = to.write({ ...request, turns: [turn], turnsList: null, system: [], tools: null, toolChoice: null, format: null, settings: {}, foreign: [] }, { ...context, loss: () => undefined });
        const argument = one.arguments.find((each) => ['messages', 'input', 'contents', 'prompt'].includes(each.key))?.value;
        return argument?.kind === 'list' && argument.items.length === 1 ? [{ expression, code: argument.items[0]! }] : [];
      }),
    };
  }

  /** With a traced list the argument stays a name, and the list itself is changed. */
  private restored(written: readonly CodeEntry[], request: SwitchRequest, traced: Traced, layout: Layout, context: WriteContext): readonly CodeEntry[] {
    void context;
    if (!traced.name || !request.turnsEntry) return written;
    return written.map((entry) => {
      if (entry.origin !== request.turnsEntry || !['messages', 'input', 'contents', 'prompt'].includes(entry.key)) return entry;
      const list = traced.request.turnsList!;
      const code: Code = entry.value.kind === 'list' ? { ...entry.value, from: list } : entry.value;
      if (code.kind !== 'list') return entry;
      this.edits.push(...reconcile(list, code, { ...layout, quote: layoutOf(this.text, this.surface, list.range).quote }));
      return { ...entry, value: kept(traced.name!) };
    });
  }

  // ── callee and client ─────────────────────────────────────────────────────────────────────────

  /** Client part and method part of `client.chat.completions.create`; for functions of a package the whole is the method. */
  private calleeOf(detected: DetectedCall): { readonly root: Expression | null; readonly range: TextRange } | null {
    const { callee } = detected.call;
    if (detected.method.onModule) return { root: null, range: callee.range };
    let current: Expression = callee;
    for (let taken = 0; taken < detected.method.path.length; taken++) {
      if (current.kind !== 'member') return null;
      current = current.object;
    }
    // `client.with_options(timeout=5)`: a step that only some SDKs have.
    while (current.kind === 'call' && current.callee.kind === 'member' && /^(?:with_options|withOptions|copy)$/.test(current.callee.property) && !this.keepsOptions()) {
      this.losses.push({ argument: current.callee.property, what: 'removed', reason: 'client-options', range: current.range });
      current = current.callee.object;
    }
    return { root: current, range: { start: current.range.end, end: callee.range.end } };
  }

  private keepsOptions(): boolean {
    return /^(?:openai|anthropic)/.test(this.source.id) && /^(?:openai|anthropic)/.test(this.to.id);
  }

  private calleeEdits({ root, range }: { readonly root: Expression | null; readonly range: TextRange }, detected: DetectedCall, path: string, isAsync: boolean, request: SwitchRequest): void {
    const form = this.to.clients[this.side];
    if (form && root) {
      if (this.text.slice(range.start, range.end).replace(/\s/g, '') !== `.${path}`) this.edits.push({ range, newText: `.${path}` });
    } else if (form) {
      const client = this.ownClient(form, isAsync && this.side === 'python', detected);
      this.edits.push({ range, newText: `${client}.${path}` });
      this.dropRoot(detected.call.callee);
    } else {
      const { module } = this.to;
      const [first = path, ...rest] = path.split('.');
      // A variable of the function's name would hide it: `completion = completion(…)`.
      const isHidden = this.side === 'python' && this.program.bindings(first).some((binding) => binding.imported === null);
      const isModuleImported = isHidden || (this.side === 'python' && this.program.bindings(module!).some((binding) => binding.imported?.symbol === null));
      if (isHidden) this.needed.push({ module: module!, symbol: null });
      else if (!isModuleImported) this.needed.push({ module: module!, symbol: first });
      this.edits.push({ range: root ? { start: root.range.start, end: range.end } : range, newText: isModuleImported ? `${module}.${path}` : [first, ...rest].join('.') });
      if (!root) this.dropRoot(detected.call.callee);
    }
    // `streamText` returns at once; what takes its place must be waited for, and the other way round.
    if (this.side === 'javascript' && this.source.id === 'vercel-ai' && request.isStream && !/\bawait\s*\(?\s*$/.test(this.text.slice(Math.max(0, detected.call.range.start - 10), detected.call.range.start))) {
      this.edits.push({ range: { start: detected.call.range.start, end: detected.call.range.start }, newText: 'await ' });
    }
    if (this.to.id === 'dashscope' && this.baseUrl && this.baseUrl !== 'https://dashscope.aliyuncs.com/api/v1') this.baseAddress();
  }

  /** `dashscope.base_http_api_url = …`: without it requests go to Beijing. */
  private baseAddress(): void {
    if (/\bbase_http_api_url\s*=/.test(this.text)) return;
    if (this.edits.some((edit) => edit.newText.includes('base_http_api_url'))) return;
    this.needed.push({ module: 'dashscope', symbol: null });
    this.statement(`dashscope.base_http_api_url = ${this.surface.string(this.baseUrl!, layoutOf(this.text, this.surface, { start: 0, end: 0 }).quote)}`);
  }

  /** A function of a package that is no longer called need not be imported. */
  private dropRoot(callee: Expression): void {
    let current = callee;
    while (current.kind === 'member') current = current.object;
    if (current.kind !== 'name') return;
    const { name } = current;
    const uses = usesOf(this.program, name);
    const gone = uses.filter((offset) => this.edits.some((edit) => offset >= edit.range.start && offset < edit.range.end));
    if (uses.length === gone.length) this.unwanted.push(name);
  }

  /** Helpers of the source's packages that no code uses any more: `tool`, `jsonSchema`, `openai` of `@ai-sdk/openai`. */
  private dropUnused(): void {
    const modules = this.side === 'python' ? [this.source.clients.python?.module ?? this.source.module].filter((each) => each !== undefined && each !== this.to.clients.python?.module).map((each) => each!.replace('.', '\\.')) : this.source.id === 'vercel-ai' ? ['ai', '@ai-sdk\\/[\\w-]+'] : [];
    if (modules.length === 0) return;
    const pattern = this.side === 'python' ? new RegExp(`^from\\s+(?:${modules.join('|')})\\s+import\\s+\\(?([^)\\r\\n]+)`, 'gm') : new RegExp(`^import\\s+([^'"]+?)\\s+from\\s+['"](?:${modules.join('|')})['"]`, 'gm');
    const edits = withoutOverlap(this.edits);
    for (const match of this.text.matchAll(pattern)) {
      for (const name of match[1]!.replace(/[{}]/g, ',').split(',').map((each) => each.trim().replace(/^.*\bas\s+/, '')).filter((each) => /^[\w$]+$/.test(each))) {
        if (this.needed.some((each) => each.symbol === name) || this.unwanted.includes(name)) continue;
        const word = new RegExp(`(?<![\\w.$'"])${name}\\b(?!['"]|\\s*:)`);
        const uses = usesOf(this.program, name);
        const isGone = uses.every((offset) => edits.some((edit) => offset >= edit.range.start && offset < edit.range.end && !word.test(edit.newText)));
        if (uses.length > 0 && isGone) this.unwanted.push(name);
      }
    }
  }

  private ownClientName: string | null = null;

  /** A client of the target's for calls that have none here, made behind the imports. */
  private ownClient(form: ClientForm, isAsync: boolean, detected: DetectedCall): string {
    if (this.ownClientName) return this.ownClientName;
    const python = this.side === 'python';
    const short = this.provider.id.split('-').at(-1)!.replace(/\W/g, '');
    const candidates = ['client', python ? `${short}_client` : `${short}Client`, ...[2, 3, 4].map((index) => (python ? `${short}_client_${index}` : `${short}Client${index}`))];
    const name = candidates.find((each) => this.program.bindings(each).length === 0 && occurrencesOf(this.text, each).length === 0) ?? candidates.at(-1)!;
    this.ownClientName = name;
    const layout = layoutOf(this.text, this.surface, detected.call.argumentsRange);
    const written = this.clientValues(form, false).map((entry) => (python ? this.surface.argument(entry.key, printCode(entry.value, layout, '')) : printEntry(entry, layout, '')));
    const symbol = this.symbolOf(form, isAsync);
    const made = python ? `${symbol}(${written.join(', ')})` : `new ${symbol}(${written.length > 0 ? `{ ${written.join(', ')} }` : ''})`;
    this.statement(python ? `${name} = ${made}` : `const ${name} = ${made}${usesSemicolons(this.text) ? ';' : ''}`);
    if (detected.client && !detected.method.onModule) this.losses.push({ argument: name, what: 'approximated', reason: 'own-client' });
    return name;
  }

  /** A statement of the module, behind its imports. */
  private statement(code: string): void {
    const lineBreak = this.text.includes('\r\n') ? '\r\n' : '\n';
    const last = this.program.lastImport() ?? lastRequire(this.text);
    const line = last ? endOfLine(this.text, last.end) : 0;
    // At the beginning of the next line, so that an import that goes does not take the statement with it.
    const at = line + (/^\r?\n/.exec(this.text.slice(line, line + 2))?.[0].length ?? 0);
    const isEnd = last !== null && at === line;
    const previous = this.statements && this.edits.indexOf(this.statements.edit);
    if (previous !== null && previous !== undefined && previous >= 0) this.edits.splice(previous, 1);
    const codes = [...this.statements?.codes ?? [], code];
    const edit = { range: { start: at, end: at }, newText: `${isEnd ? lineBreak : ''}${last ? lineBreak : ''}${codes.map((each) => each + lineBreak).join('')}` };
    this.statements = { edit, codes };
    this.edits.push(edit);
  }

  private statements: { readonly edit: TextEdit; readonly codes: readonly string[] } | null = null;

  private isStillNamed = false;

  /** Of each moved call, whether it is waited for. */
  private readonly asynchronous: boolean[] = [];

  private symbolOf(form: ClientForm, isAsync: boolean): string {
    const symbol = isAsync ? form.asyncSymbol : form.symbol;
    if (form.through) {
      this.needed.push({ module: form.through.module, symbol: form.through.symbol });
      return `${form.through.symbol}.${symbol}`;
    }
    this.needed.push({ module: form.module, symbol, ...(form.isDefault && { isDefault: true }) });
    return symbol;
  }

  /** Arguments of the target's client. */
  private clientValues(form: ClientForm, hasKey: boolean): CodeEntry[] {
    const variable = this.keyVariable;
    const needsKey = hasKey || variable === null || !form.ownKeyVariables.includes(variable);
    const environment = variable && this.surface.environment(variable);
    if (needsKey && environment && this.side === 'python') this.needed.push({ module: 'os', symbol: null });
    return [
      ...(this.baseUrl !== null && form.ownBaseUrl !== this.baseUrl ? [form.baseUrl(this.baseUrl)] : []),
      ...(needsKey ? [form.key(environment ? { kind: 'raw', parts: [environment] } : { kind: 'text', value: 'not-needed' })] : []),
    ];
  }

  /** What makes the clients of the moved calls. */
  private clients(moved: readonly SwitchableCall[], staying: readonly SwitchableCall[], form: ClientForm | null): boolean {
    const [first] = moved;
    const construction = first?.detected.construction ?? null;
    if (!first || first.detected.method.onModule) return true;
    const isAsync = this.side === 'python' && this.asynchronous.some(Boolean);
    // One client of the source serves both kinds of calls; the target would need two.
    if (isAsync && form && form.asyncSymbol !== form.symbol && !this.asynchronous.every(Boolean)) return false;
    if (!form) {
      if (construction && staying.length === 0) this.dropClient(construction, moved);
      return true;
    }
    if (!construction || staying.length > 0 || first.detected.isAmbiguous) {
      if (first.detected.isAmbiguous) return false;
      // The client stays for others, or is made out of sight: the moved calls get one of their own.
      for (const each of moved) {
        const root = this.calleeOf(each.detected)?.root;
        if (!root) return false;
        const name = this.ownClient(form, isAsync && this.side === 'python', each.detected);
        this.edits.push({ range: root.range, newText: name });
      }
      return true;
    }
    const sourceForm = this.source.clients[this.side]!;
    const options = construction.positional[0];
    const entries: readonly SourceEntry[] = this.side === 'python' ? construction.named.map((each) => ({ name: each.name, value: each.value, nameRange: each.nameRange, range: each.range }))
      : options?.kind === 'map' ? options.entries.flatMap((entry) => (entry.key !== null && !entry.spread ? [{ name: entry.key, value: entry.value, nameRange: entry.keyRange, range: entry.range }] : [])) : [];
    if ((this.side === 'javascript' && options && options.kind !== 'map') || (this.side === 'python' && (construction.positional.length > 0 || construction.spreads.length > 0))) return false;
    const named = (names: readonly string[]): SourceEntry | undefined => entries.find((each) => names.includes(each.name));
    const key = named(sourceForm.keyNames);
    const base = named(sourceForm.baseUrlNames);
    const values = this.clientValues(form, key !== undefined);
    const target: CodeEntry[] = values.map((each) => ({ ...each, origin: form.keyNames.includes(each.key) ? key ?? null : form.baseUrlNames.includes(each.key) ? base ?? null : null }));
    for (const each of entries) {
      if (each === key || each === base) continue;
      if (form.options.includes(each.name) && sourceForm.options.includes(each.name)) target.push({ key: each.name, value: kept(each.value), origin: each });
      else this.losses.push({ argument: each.name, what: 'removed', reason: 'client-options', range: each.range });
    }
    const layout = layoutOf(this.text, this.surface, construction.range);
    const symbol = this.symbolOf(form, isAsync);
    this.renameSymbol(construction, first.detected, symbol, moved);
    if (this.side === 'javascript' && !options) {
      if (target.length > 0) {
        const written = `({ ${target.map((entry) => printEntry(entry, layout, indentAt(this.text, construction.range.start))).join(', ')} })`;
        this.edits.push({ range: construction.argumentsRange, newText: written });
      }
      return true;
    }
    if (this.side === 'javascript' && target.length === 0 && options) { this.edits.push({ range: options.range, newText: '' }); return true; }
    const container = this.side === 'python' ? construction.argumentsRange : options!.range;
    const ranges = this.side === 'python' ? entries.map((each) => each.range) : options?.kind === 'map' ? options.entries.map((each) => each.range) : [];
    const items: Item[] = target.map((entry) => {
      const index = entry.origin ? ranges.findIndex((range) => sameRange(range, entry.origin!.range)) : -1;
      return {
        source: index < 0 ? null : index, edits: index < 0 ? [] : entryEdits(entry.origin!.nameRange, entry.origin!.name, entry.origin!.value, entry.origin!.range, entry, layout, this.side === 'python'),
        print: (indent) => (this.side === 'python' ? this.surface.argument(entry.key, printCode(entry.value, layout, indent)) : printEntry(entry, layout, indent)),
      };
    });
    this.edits.push(...sequenceEdits(this.text, container.start + 1, container.end - 1, ranges, items, layout));
    return true;
  }

  /** The class of the client, wherever the file names it. */
  private renameSymbol(construction: CallExpression, detected: DetectedCall, symbol: string, moved: readonly SwitchableCall[]): void {
    const { callee } = construction;
    this.edits.push({ range: callee.range, newText: symbol });
    let root: Expression = callee;
    while (root.kind === 'member') root = root.object;
    if (root.kind !== 'name') return;
    const { name } = root;
    const uses = usesOf(this.program, name).filter((offset) => !within(offset, callee.range));
    let isGone = true;
    const made = new Set(moved.map((each) => each.detected.construction?.range.start));
    for (const offset of uses) {
      const after = this.text.slice(offset + name.length, offset + name.length + 80);
      const isConstruction = /^\s*\(/.test(after) && callee.kind === 'name' && !made.has(offset);
      const bare = callee.kind === 'name' && !/^\s*[.(]/.test(after) && name === detected.clientSymbol;
      if (bare) this.edits.push({ range: { start: offset, end: offset + name.length }, newText: symbol });
      else {
        isGone = false;
        this.isStillNamed = true;
        if (!isConstruction) this.losses.push({ argument: `${name}${/^\.\w+/.exec(after)?.[0] ?? ''}`, what: 'by-hand', reason: /Error|Exception/.test(after.slice(0, 40)) ? 'error-class' : 'type-names', range: { start: offset, end: offset + name.length } });
      }
    }
    if (isGone && importOf(this.program, name)) this.unwanted.push(name);
  }

  /** A client that nobody uses any more: its statement, and its import. */
  private dropClient(construction: CallExpression, moved: readonly SwitchableCall[]): void {
    const { callee } = construction;
    let root: Expression = callee;
    while (root.kind === 'member') root = root.object;
    if (root.kind !== 'name') return;
    const roots = moved.flatMap((each) => { const found = this.calleeOf(each.detected)?.root; return found?.kind === 'name' ? [found] : []; });
    const variable = roots[0]?.name;
    const binding = variable ? this.program.bindings(variable).find((each) => each.value && sameRange(each.value.range, construction.range)) : undefined;
    const uses = variable ? usesOf(this.program, variable).filter((offset) => binding && !within(offset, binding.statementRange)) : [];
    if (binding?.kind === 'resource' || !binding || !uses.every((offset) => roots.some((each) => each.range.start === offset))) {
      this.losses.push({ argument: variable ?? 'client', what: 'kept', reason: 'own-client', range: construction.range });
      return;
    }
    if (/\bexport\s+(?:const|let|var)\s+$/.test(this.text.slice(Math.max(0, binding.statementRange.start - 30), binding.statementRange.start)) || this.text.startsWith('export', binding.statementRange.start)) {
      this.losses.push({ argument: variable ?? 'client', what: 'kept', reason: 'own-client', range: construction.range });
      return;
    }
    const range = wholeLine(this.text, binding.statementRange);
    this.edits.push({ range, newText: '' });
    const others = usesOf(this.program, root.name).filter((offset) => !within(offset, binding.statementRange));
    if (others.length === 0) this.unwanted.push(root.name);
  }
}

interface Traced {
  readonly request: SwitchRequest;
  readonly name: Expression | null;
  readonly elsewhere: (to: SwitchSdk, context: WriteContext) => readonly { readonly expression: Expression; readonly code: Code }[];
}

const sameOffset = (a: number, b: number): boolean => a === b;
const within = (offset: number, range: TextRange): boolean => offset >= range.start && offset < range.end;

/** `**options` with its stars. */
function spreadRange(text: string, range: TextRange): TextRange {
  const stars = /\*{1,2}\s*$/.exec(text.slice(Math.max(0, range.start - 4), range.start));
  return { start: range.start - (stars?.[0].length ?? 0), end: range.end };
}

function endOfLine(text: string, offset: number): number {
  const rest = /^[^\r\n]*/.exec(text.slice(offset, offset + 400))![0];
  return offset + rest.length;
}

function lastRequire(text: string): TextRange | null {
  let last: TextRange | null = null;
  for (const match of text.matchAll(/^(?:const|let|var)\s[^\n]*\brequire\([^\n]*/gm)) last = { start: match.index, end: match.index + match[0].length };
  return last;
}

/** A statement with its line break, when it stands alone on its lines. */
export function wholeLine(text: string, statement: TextRange): TextRange {
  const keyword = /\b(?:const|let|var)\s+$/.exec(text.slice(Math.max(0, statement.start - 20), statement.start));
  const start = statement.start - (keyword?.[0].length ?? 0);
  const { end } = statement;
  const before = /(?:^|\n)([ \t]*)$/.exec(text.slice(Math.max(0, start - 200), start));
  const after = /^[ \t]*;?[ \t]*(?:(?:#|\/\/)[^\r\n]*)?(?:\r?\n|$)/.exec(text.slice(end, end + 400));
  return before && after ? { start: start - before[1]!.length, end: end + after[0].length } : { start, end };
}

/** A file that ends its imports without semicolons does without them. */
function usesSemicolons(text: string): boolean {
  const first = /^(?:import|const|let|var)\b[^\n]*/m.exec(text)?.[0].trimEnd();
  return first === undefined || first.endsWith(';') || !/['")\]}]$/.test(first);
}

export function distinctLosses(losses: readonly Loss[]): Loss[] {
  return losses.filter((loss, index) => losses.findIndex((each) => each.argument === loss.argument && each.what === loss.what && each.reason === loss.reason) === index);
}
