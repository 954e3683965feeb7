/** Go, Java and C#: the client's address and key, the model, and the parameters that the host refuses. */
import type { PackageChange, SwitchPlan } from './engine.js';
import type { CallExpression, Expression, MapEntry, NamedArgument, Program } from './expression.js';
import type { TextEdit, TextRange } from './model.js';
import { indentAt } from './printCode.js';
import { sameRange } from './reconcile.js';
import type { Loss } from './rewrite.js';
import type { Move, SwitchableCall } from './switchProvider.js';

type Side = 'go' | 'java' | 'csharp';

const quoted = (value: string): string => JSON.stringify(value);

/** Names of refused parameters as these SDKs call them, beside the wire names. */
const otherNames: Readonly<Record<string, string>> = { stored_output_enabled: 'store', end_user_id: 'user', safety_identifier: 'safety_identifier' };

/** Plan for calls of one client; null when the client is made in a way that cannot be read. */
export function switchCompiled(program: Program, side: Side, calls: readonly SwitchableCall[], chosen: SwitchableCall, move: Move): SwitchPlan | null {
  const { construction } = chosen.detected;
  const edits: TextEdit[] = [];
  const losses: Loss[] = [];
  if (move.sameEndpoint) {
    const model = modelEdits(program, chosen, move.target.model);
    return model ? { edits: model, losses, keyVariable: null, movedCalls: [chosen.site.id], stayingCalls: [] } : null;
  }
  if (!construction || chosen.detected.client?.provider !== 'openai') return null;
  const sharing = calls.filter((each) => each.detected.construction && sameRange(each.detected.construction.range, construction.range));
  const moving = sharing.filter((each) => each.site.operation === chosen.site.operation);
  // With others on the same client the address cannot change for some of them only.
  if (moving.length < sharing.length) return null;
  const client = side === 'go' ? goClient(program, construction, move, chosen.detected.sdk.id) : side === 'java' ? javaClient(program, construction, move) : csharpClient(program, construction, chosen.detected.clientSymbol, move);
  if (!client) return null;
  edits.push(...client);
  for (const each of moving) {
    const model = modelEdits(program, each, move.target.model);
    if (model) edits.push(...model);
    else losses.push({ argument: 'model', what: 'kept', reason: 'run-time-model', range: each.site.modelRange });
    edits.push(...parameterEdits(program, each, move, side, losses));
  }
  return { edits, losses, keyVariable: move.keyVariable, movedCalls: moving.map((each) => each.site.id), stayingCalls: [], packages: packagesFor(program.text, side) };
}

/** The package that the code imports, for projects that do not list it yet. Versions as published on 2026-11-25. */
function packagesFor(text: string, side: Side): readonly PackageChange[] {
  if (side === 'java') return [{ ecosystem: side, name: 'com.openai:openai-java', version: '4.52.0', change: 'added' }];
  if (side === 'csharp') return [{ ecosystem: side, name: 'OpenAI', version: '2.13.0', change: 'added' }];
  const module = /"(github\.com\/(?:openai\/openai-go(?:\/v\d+)?|sashabaranov\/go-openai))"/.exec(text)?.[1];
  const version = module === undefined ? undefined : goVersions[module];
  return module !== undefined && version !== undefined ? [{ ecosystem: side, name: module, version, change: 'added' }] : [];
}

const goVersions: Readonly<Record<string, string>> = { 'github.com/openai/openai-go/v3': 'v3.96.0', 'github.com/sashabaranov/go-openai': 'v1.43.0' };

function modelEdits(program: Program, { site }: SwitchableCall, model: string): TextEdit[] | null {
  const { range, values } = site.request.model;
  if (!range || values.length !== 1) return null;
  const source = program.text.slice(range.start, range.end);
  return /^(?:@?"[^"\n]*"|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)$/.test(source) ? [{ range, newText: quoted(model) }] : null;
}

// ── Go ──────────────────────────────────────────────────────────────────────────────────────────

function goClient(program: Program, construction: CallExpression, { baseUrl, keyVariable }: Move, sdk: string): TextEdit[] | null {
  const { text } = program;
  const key = keyVariable ? `os.Getenv(${quoted(keyVariable)})` : '"not-needed"';
  const needs: string[] = keyVariable ? ['os'] : [];
  if (sdk === 'go-openai') {
    const callee = text.slice(construction.callee.range.start, construction.callee.range.end);
    const alias = callee.split('.')[0]!;
    if (callee.endsWith('.NewClient')) {
      const name = ['config', 'clientConfig', 'providerConfig'].find((each) => program.bindings(each).length === 0) ?? 'config2';
      const start = text.lastIndexOf('\n', construction.range.start - 1) + 1;
      const indent = indentAt(text, construction.range.start);
      if (/\breturn\b/.test(text.slice(start, construction.range.start)) === false && !/^\s*[\w,\s]*:?=\s*$|^\s*var\s+\w+\s*=\s*$/.test(text.slice(start, construction.range.start))) return null;
      return [
        { range: { start, end: start }, newText: `${indent}${name} := ${alias}.DefaultConfig(${key})\n${indent}${name}.BaseURL = ${quoted(baseUrl)}\n` },
        { range: construction.range, newText: `${alias}.NewClientWithConfig(${name})` }, ...goImports(text, needs),
      ];
    }
    const config = construction.positional[0];
    if (config?.kind !== 'name') return null;
    const made = program.bindings(config.name).find((binding) => binding.value?.kind === 'call');
    const address = program.memberBindings('BaseURL').find((binding) => binding.object?.kind === 'name' && binding.object.name === config.name);
    if (!made?.value || made.value.kind !== 'call' || made.value.positional.length === 0) return null;
    const line = text.indexOf('\n', made.statementRange.end);
    return [
      { range: made.value.positional[0]!.range, newText: key },
      address?.value ? { range: address.value.range, newText: quoted(baseUrl) } : { range: { start: line, end: line }, newText: `\n${indentAt(text, made.range.start)}${config.name}.BaseURL = ${quoted(baseUrl)}` },
      ...goImports(text, needs),
    ];
  }
  const wanted: readonly (readonly [string, string])[] = [['base_url', `option.WithBaseURL(${quoted(baseUrl)})`], ['api_key', `option.WithAPIKey(${key})`]];
  const edits: TextEdit[] = [];
  const missing: string[] = [];
  for (const [name, value] of wanted) {
    const present = construction.named.find((each) => each.name === name);
    if (present) edits.push({ range: present.range, newText: value });
    else missing.push(value);
  }
  if (missing.length > 0) edits.push(inserted(text, construction, missing));
  const module = /"(github\.com\/openai\/openai-go(?:\/v\d+)?)"/.exec(text)?.[1];
  return [...edits, ...goImports(text, [...needs, ...(module ? [`${module}/option`] : [])])];
}

/** Arguments in front of the others. */
function inserted(text: string, construction: CallExpression, values: readonly string[]): TextEdit {
  const at = construction.argumentsRange.start + 1;
  const isEmpty = /^\s*\)/.test(text.slice(at, at + 200));
  const line = /^[ \t]*\r?\n([ \t]*)/.exec(text.slice(at, at + 200));
  if (isEmpty) return { range: { start: at, end: construction.argumentsRange.end - 1 }, newText: values.join(', ') };
  if (line) return { range: { start: at, end: at }, newText: values.map((value) => `\n${line[1]}${value},`).join('') };
  return { range: { start: at, end: at }, newText: `${values.join(', ')}, ` };
}

function goImports(text: string, modules: readonly string[]): TextEdit[] {
  const missing = modules.filter((module) => !new RegExp(`"${module.replace(/[./]/g, '\\$&')}"`).test(text));
  if (missing.length === 0) return [];
  const block = /^import\s*\(\r?\n([ \t]*)/m.exec(text);
  if (block) {
    const end = text.indexOf('\n)', block.index);
    const standard = missing.filter((each) => !each.includes('.'));
    const others = missing.filter((each) => each.includes('.'));
    const first = block.index + block[0].length - block[1]!.length;
    return [
      ...(standard.length > 0 ? [{ range: { start: first, end: first }, newText: standard.map((each) => `${block[1]}"${each}"\n`).join('') }] : []),
      ...(others.length > 0 && end > 0 ? [{ range: { start: end, end }, newText: others.map((each) => `\n${block[1]}"${each}"`).join('') }] : []),
    ];
  }
  const single = /^import\s+[^\r\n]*/m.exec(text);
  const at = single ? single.index + single[0].length : /^package[^\r\n]*/m.exec(text)?.[0].length ?? 0;
  return [{ range: { start: at, end: at }, newText: missing.map((each) => `\nimport "${each}"`).join('') }];
}

// ── Java ────────────────────────────────────────────────────────────────────────────────────────

function javaClient(program: Program, construction: CallExpression, { baseUrl, keyVariable }: Move): TextEdit[] | null {
  const { text } = program;
  const written = text.slice(construction.range.start, construction.range.end);
  const key = keyVariable ? `System.getenv(${quoted(keyVariable)})` : '"not-needed"';
  const direct = /^([\w.]+)\s*\.\s*fromEnv\s*\(\s*\)$/.exec(written);
  if (direct) return [{ range: construction.range, newText: `${direct[1]}.builder().baseUrl(${quoted(baseUrl)}).apiKey(${key}).build()` }];
  const builder = /\.\s*builder\s*\(\s*\)(?:\s*\.\s*fromEnv\s*\(\s*\))?/.exec(written);
  if (!builder) return null;
  const edits: TextEdit[] = [];
  const missing: string[] = [];
  for (const [name, value] of [['base_url', `baseUrl(${quoted(baseUrl)})`], ['api_key', `apiKey(${key})`]] as const) {
    const present = construction.named.find((each) => each.name === name);
    if (present) edits.push({ range: present.range, newText: value });
    else missing.push(`.${value}`);
  }
  if (missing.length > 0) {
    const at = construction.range.start + builder.index + builder[0].length;
    const gap = /^\s*(?=\.)/.exec(text.slice(at, at + 200))?.[0] ?? '';
    edits.push({ range: { start: at, end: at }, newText: missing.map((each) => gap + each).join('') });
  }
  for (const each of construction.named) {
    if (/^(?:organization|project)$/.test(each.name)) edits.push({ range: withDot(text, each.range), newText: '' });
  }
  return edits;
}

/** A step of a builder with the dot and blanks before it. */
function withDot(text: string, range: TextRange): TextRange {
  const before = /\s*\.\s*$/.exec(text.slice(Math.max(0, range.start - 200), range.start));
  return { start: range.start - (before?.[0].length ?? 0), end: range.end };
}

// ── C# ──────────────────────────────────────────────────────────────────────────────────────────

function csharpClient(program: Program, construction: CallExpression, symbol: string | null, { baseUrl, keyVariable, target }: Move): TextEdit[] | null {
  const { text } = program;
  const credential = `new ApiKeyCredential(${keyVariable ? `Environment.GetEnvironmentVariable(${quoted(keyVariable)})` : '"not-needed"'})`;
  const options = `new OpenAIClientOptions { Endpoint = new Uri(${quoted(baseUrl)}) }`;
  const takesModel = symbol !== 'OpenAIClient';
  const { named, positional } = construction;
  const endpoint = /Endpoint\s*=\s*new\s*(?:Uri)?\s*\(\s*("[^"\n]*")/.exec(text.slice(construction.range.start, construction.range.end));
  const edits: TextEdit[] = [];
  if (named.some((each) => each.name !== 'endpoint')) {
    const key = named.find((each) => each.name === 'api_key' || each.name === 'credential');
    if (!key) return null;
    edits.push({ range: key.range, newText: `credential: ${credential}` });
    if (endpoint) edits.push(within(construction, endpoint, quoted(baseUrl)));
    else {
      const present = named.find((each) => each.name === 'options');
      if (present) return null;
      const last = named.reduce((a, b) => (a.range.end > b.range.end ? a : b)).range.end;
      edits.push({ range: { start: last, end: last }, newText: `, options: ${options}` });
    }
  } else {
    const at = takesModel ? 1 : 0;
    const key = positional[at];
    if (!key) return null;
    edits.push({ range: key.range, newText: credential });
    if (endpoint) edits.push(within(construction, endpoint, quoted(baseUrl)));
    else if (positional[at + 1]) return null;
    else edits.push({ range: { start: key.range.end, end: key.range.end }, newText: `, ${options}` });
  }
  void target;
  const missing = ['System.ClientModel', 'OpenAI'].filter((name) => !new RegExp(`^\\s*using\\s+${name.replace('.', '\\.')}\\s*;`, 'm').test(text));
  if (missing.length > 0) {
    const first = /^[ \t]*using\s+[\w.]+;/m.exec(text);
    const start = first?.index ?? 0;
    edits.push({ range: { start, end: start }, newText: missing.map((name) => `using ${name};${text.includes('\r\n') ? '\r\n' : '\n'}`).join('') });
  }
  return edits;
}

function within(construction: CallExpression, match: RegExpExecArray, newText: string): TextEdit {
  const start = construction.range.start + match.index + match[0].length - match[1]!.length;
  return { range: { start, end: start + match[1]!.length }, newText };
}

// ── parameters ──────────────────────────────────────────────────────────────────────────────────

type Given = Pick<NamedArgument, 'name' | 'range'> & { readonly nameRange: TextRange | null; readonly isStep: boolean; readonly siblings: readonly TextRange[] };

/** Named parameters of a call: fields of a struct, steps of a builder, properties of an initializer. */
function givenTo({ detected }: SwitchableCall, program: Program): Given[] {
  const out: Given[] = [];
  const visit = (expression: Expression, depth: number): void => {
    if (depth > 2) return;
    if (expression.kind === 'map') {
      const siblings = expression.entries.map((each) => each.range);
      out.push(...expression.entries.flatMap((entry: MapEntry) => (entry.key !== null ? [{ name: wire(entry.key), nameRange: entry.keyRange ?? keyRangeOf(program.text, entry.range), range: entry.range, isStep: false, siblings }] : [])));
    } else if (expression.kind === 'call' && expression.construction) {
      const siblings = expression.named.map((each) => each.range);
      out.push(...expression.named.map((each) => ({ name: each.name, nameRange: each.nameRange, range: each.range, isStep: /\.\s*$/.test(program.text.slice(Math.max(0, each.range.start - 20), each.range.start)), siblings })));
    } else if (expression.kind === 'name') {
      const binding = program.bindings(expression.name).filter((each) => each.value).findLast((each) => each.range.start < detected.call.range.start);
      if (binding?.value) visit(binding.value, depth + 1);
    }
  };
  for (const each of detected.call.positional) visit(each, 0);
  return out;
}

const wire = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

function keyRangeOf(text: string, range: TextRange): TextRange | null {
  const name = /^\w+/.exec(text.slice(range.start, range.end));
  return name ? { start: range.start, end: range.start + name[0].length } : null;
}

function parameterEdits(program: Program, call: SwitchableCall, { rules }: Move, side: Side, losses: Loss[]): TextEdit[] {
  const { text } = program;
  const edits: TextEdit[] = [];
  for (const each of givenTo(call, program)) {
    const name = otherNames[each.name] ?? each.name;
    if (rules.refused.includes(name)) {
      edits.push({ range: each.isStep ? withDot(text, each.range) : withComma(text, each.range, each.siblings), newText: '' });
      losses.push({ argument: name, what: 'removed', reason: 'no-equal', range: each.range });
    } else if (each.name === 'max_completion_tokens' && rules.limit && each.nameRange) {
      const name = side === 'java' ? 'maxTokens' : 'MaxTokens';
      // Values of Go's struct literals stand in a column.
      const aligned = side === 'go' && text.slice(each.nameRange.end, each.nameRange.end + 1).startsWith(':') && /\n[ \t]*$/.test(text.slice(Math.max(0, each.range.start - 100), each.range.start));
      const width = each.nameRange.end - each.nameRange.start - name.length;
      edits.push(aligned ? { range: { start: each.nameRange.start, end: each.nameRange.end + 1 }, newText: `${name}:${' '.repeat(Math.max(0, width))}` } : { range: each.nameRange, newText: name });
      losses.push({ argument: 'max_completion_tokens', what: 'renamed', reason: 'other-name', range: each.range });
    } else if (each.name === 'max_output_token_count' && rules.limit) {
      losses.push({ argument: 'MaxOutputTokenCount', what: 'kept', reason: 'other-name', range: each.range });
    } else if (rules.ignored.includes(name)) losses.push({ argument: name, what: 'kept', reason: 'compat-drops-silently', range: each.range });
  }
  return edits;
}

/** An entry with its comma and, when it stands alone on it, its line. */
function withComma(text: string, range: TextRange, siblings: readonly TextRange[]): TextRange {
  const comma = /^\s*,/.exec(text.slice(range.end, range.end + 40));
  const end = range.end + (comma?.[0].length ?? 0);
  const line = /(?:^|\n)[ \t]*$/.exec(text.slice(Math.max(0, range.start - 200), range.start));
  const rest = /^[ \t]*(?:\/\/[^\r\n]*)?\r?\n/.exec(text.slice(end, end + 200));
  if (line && rest) return { start: range.start - (line[0].length - (line[0].startsWith('\n') ? 1 : 0)), end: end + rest[0].length };
  const previous = siblings.findLast((each) => each.end <= range.start);
  if (!comma && previous) return { start: previous.end, end: range.end };
  return { start: range.start, end: end + (/^[ \t]*/.exec(text.slice(end, end + 20))![0].length) };
}
