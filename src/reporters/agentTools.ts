/**
 * What agents may ask, and the answers: the same for the MCP server and for the editor's language-model tools, which
 * only differ in how they read files (`AgentHost`). Answers are Markdown with the figures, their ranges and their sources.
 */
import * as v from 'valibot';
import { type ComparedRow, type ComparedSubject, textSubject } from '../core/comparison.js';
import type { DocumentSession, SwitchPlan } from '../core/engine.js';
import { formatMoney, formatMoneySpread, zoneLabel } from '../core/format.js';
import { findModel, findModelAnywhere, findProvider } from '../core/lookup.js';
import type { CallSite, Configuration, Facts, Finding, Spread } from '../core/model.js';
import { price } from '../core/price.js';
import { type Scenario, daysPerMonth, scenarioFor } from '../core/scenario.js';
import { type Translate, assumptionMessage, findingMessage, otherDestinationMessage, priceReasonMessage, providerName, residencyMessage, severityMessage, unitMessage } from '../messages.js';
import { lossMessage } from '../lossMessages.js';
import { type Block, markdown } from './blocks.js';
import { comparisonTable, priceRows, scenarioSentence } from './comparison.js';
import type { Report } from './report.js';
import { summary } from './summary.js';

const tokens = v.pipe(v.number(), v.minValue(0), v.maxValue(1e9));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const text = (description: string) => v.pipe(v.string(), v.minLength(1), v.maxLength(200_000), v.description(description));
const path = text('Path of a file, relative to the workspace.');
const line = v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Line of the call, from 1.'));

/** Input of every tool. package.json and the MCP server show these as JSON Schema. */
export const toolInputs = {
  tokenfare_scan: v.strictObject({
    paths: v.optional(v.pipe(v.array(text('File or folder, relative to the workspace.')), v.maxLength(100), v.description('Files or folders, relative to the workspace; absent = all of it.'))),
  }),
  tokenfare_price: v.strictObject({
    model: text('Model id, e.g. gpt-4o-mini.'),
    provider: v.optional(text('Provider id, e.g. openai; absent = every provider that offers the model.')),
    inputTokens: v.pipe(tokens, v.description('Tokens of the prompt.')),
    outputTokens: v.pipe(tokens, v.description('Tokens of the answer, hidden reasoning included.')),
    callsPerDay: v.optional(v.pipe(tokens, v.description('Requests a day, for a monthly figure.'))),
  }),
  tokenfare_compare: v.strictObject({
    file: v.optional(path), line: v.optional(line),
    text: v.optional(text('A prompt to compare instead of a call in a file.')),
    callsPerDay: v.optional(v.pipe(tokens, v.description('Requests a day.'))),
    outputTokens: v.optional(v.pipe(tokens, v.description('Tokens of an answer; absent = as estimated.'))),
    cacheHitShare: v.optional(v.pipe(share, v.description('Part of the prompt that the cache serves, 0 to 1.'))),
    batchShare: v.optional(v.pipe(share, v.description('Part of the requests sent as a batch, 0 to 1.'))),
  }),
  tokenfare_residency: v.strictObject({
    file: v.optional(path), line: v.optional(line),
    provider: v.optional(text('Provider id; absent = the calls of the file.')),
  }),
  tokenfare_switch_preview: v.strictObject({
    file: path, line, provider: text('Provider id to move to.'),
    model: v.optional(text('Model id there; absent = the nearest one.')),
  }),
} as const;

export type ToolName = keyof typeof toolInputs;

/** A call that was asked for, in its file. */
export interface AskedCall {
  readonly file: string;
  readonly line: number;
  readonly call: CallSite;
  readonly findings: readonly Finding[];
}

/** What the tools need of the place they run in. Every method throws with a sentence when it cannot answer. */
export interface AgentHost {
  readonly facts: () => Promise<Facts>;
  readonly configuration: (file?: string) => Promise<Configuration>;
  readonly today: () => string;
  scan(paths: readonly string[]): Promise<Report>;
  /** Calls of a file; with a line only the one there. */
  calls(file: string, line?: number): Promise<readonly AskedCall[]>;
  compare(subject: ComparedSubject, file?: string): Promise<readonly ComparedRow[]>;
  /** The edits that move a call, and the file's text before and after; null when it must be moved by hand. */
  switchPreview(file: string, line: number, provider: string, model: string | undefined): Promise<{ readonly plan: SwitchPlan; readonly before: string; readonly after: string; readonly target: string; readonly from: string } | null>;
}

/** A sentence for the agent instead of an answer. */
export class ToolError extends Error {}

/** Answers a tool. Throws `ToolError` when the input is not understood or the host cannot answer. */
export async function answerTool(name: ToolName, input: unknown, host: AgentHost, t: Translate): Promise<string> {
  const parsed = v.safeParse(toolInputs[name] as v.GenericSchema<unknown, Record<string, unknown>>, input ?? {});
  if (!parsed.success) throw new ToolError(parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`).join('; '));
  switch (name) {
    case 'tokenfare_scan': return scanAnswer(parsed.output as v.InferOutput<typeof toolInputs['tokenfare_scan']>, host, t);
    case 'tokenfare_price': return priceAnswer(parsed.output as v.InferOutput<typeof toolInputs['tokenfare_price']>, host, t);
    case 'tokenfare_compare': return compareAnswer(parsed.output as v.InferOutput<typeof toolInputs['tokenfare_compare']>, host, t);
    case 'tokenfare_residency': return residencyAnswer(parsed.output as v.InferOutput<typeof toolInputs['tokenfare_residency']>, host, t);
    case 'tokenfare_switch_preview': return switchAnswer(parsed.output as v.InferOutput<typeof toolInputs['tokenfare_switch_preview']>, host, t);
  }
}

async function scanAnswer({ paths = [] }: v.InferOutput<typeof toolInputs['tokenfare_scan']>, host: AgentHost, t: Translate): Promise<string> {
  return markdown(summary(await host.scan(paths), t));
}

async function priceAnswer({ model, provider, inputTokens, outputTokens, callsPerDay }: v.InferOutput<typeof toolInputs['tokenfare_price']>, host: AgentHost, t: Translate): Promise<string> {
  const facts = await host.facts();
  const { currency } = await host.configuration();
  if (provider !== undefined && !findProvider(facts, provider)) throw new ToolError(`no provider "${provider}"; there are ${facts.providers.map((each) => each.id).join(', ')}`);
  const found = provider === undefined ? findModelAnywhere(facts, model) : facts.providers.flatMap((each) => {
    const offered = each.id === provider ? findModel(each, model) : null;
    return offered ? [{ provider: each, model: offered }] : [];
  });
  if (found.length === 0) throw new ToolError(`model "${model}" is not in the catalog${provider ? ` of ${provider}` : ''}: its price is unknown`);
  const exactly = (count: number): Spread => ({ low: count, likely: count, high: count });
  const rows: string[][] = [];
  const notes = new Set<string>();
  for (const { provider: at, model: offered } of found) {
    const endpoint = at.endpoints.find((each) => each.id === at.defaultEndpoint?.['*']) ?? at.endpoints[0] ?? null;
    const { cost, assumptions } = price({ 'input-token': exactly(inputTokens), 'output-token': exactly(outputTokens) }, at, offered, endpoint, { date: host.today(), currency, rates: facts.rates });
    for (const each of assumptions) notes.add(assumptionMessage(each, t));
    const money = (by: number): string => (cost.perCall ? `${cost.unpublished.length > 0 ? '≥ ' : ''}${formatMoney(cost.perCall.likely * by, currency)}` : priceReasonMessage(cost.reason, t));
    rows.push([
      offered.id, providerName(at.id, facts.providers, t), `${money(1000)}${cost.perCall && cost.perCall.low !== cost.perCall.high ? ` (${formatMoneySpread({ low: cost.perCall.low * 1000, likely: 0, high: cost.perCall.high === null ? null : cost.perCall.high * 1000 }, currency)})` : ''}`,
      callsPerDay === undefined ? '' : money(callsPerDay * daysPerMonth),
      cost.components.map((each) => `${each.name ?? unitMessage(each.unit, t)} ${formatMoney(each.amount.likely * 1000, currency)}`).join(', '),
      cost.priceSource ? `${cost.priceSource}, ${cost.priceCheckedOn}, ${cost.confidence}` : '',
    ]);
  }
  const header = [t('model'), t('provider'), t('per 1k calls'), t('a month'), t('what is billed'), t('price source')];
  return markdown([{ kind: 'table', right: [2, 3], header, rows }, ...(notes.size > 0 ? [{ kind: 'list' as const, items: [...notes] }] : [])]);
}

async function compareAnswer(input: v.InferOutput<typeof toolInputs['tokenfare_compare']>, host: AgentHost, t: Translate): Promise<string> {
  const { file, line: at, text: prompt, ...circumstances } = input;
  if ((file === undefined) === (prompt === undefined)) throw new ToolError('give either file (and line) or text');
  const configuration = await host.configuration(file);
  const facts = await host.facts();
  const blocks: Block[] = [];
  const subjects = file === undefined ? [{ title: t('text'), subject: textSubject(prompt!), calls: configuration.assumptions.callsPerMonth, measured: null }]
    : (await host.calls(file, at)).map(({ line: where, call }) => ({ title: `${file}:${where}`, subject: call, calls: call.callsPerMonth, measured: call.measured ?? null }));
  for (const { title, subject, calls, measured } of subjects) {
    const scenario: Scenario = { ...scenarioFor(configuration, calls, measured), ...circumstances };
    const rows = priceRows(await host.compare(subject, file), facts, scenario, host.today());
    const sentence = scenarioSentence(scenario, t);
    blocks.push({ kind: 'heading', text: title }, ...(sentence ? [{ kind: 'paragraph' as const, text: sentence }] : []), comparisonTable(rows, facts, t));
  }
  return markdown(blocks);
}

async function residencyAnswer({ file, line: at, provider }: v.InferOutput<typeof toolInputs['tokenfare_residency']>, host: AgentHost, t: Translate): Promise<string> {
  const facts = await host.facts();
  if (provider !== undefined) {
    const found = findProvider(facts, provider);
    if (!found) throw new ToolError(`no provider "${provider}"; there are ${facts.providers.map((each) => each.id).join(', ')}`);
    return markdown([
      { kind: 'heading', text: found.name },
      { kind: 'table', right: [], header: [t('host'), t('operator'), t('where'), t('price source')], rows: found.endpoints.map((each) => [each.host, each.operator, residencyMessage(each, t), `${each.source}, ${each.checkedOn}, ${each.confidence}`]) },
      { kind: 'list', items: [found.retention, found.training].filter((each): each is string => each !== undefined) },
    ]);
  }
  if (file === undefined) throw new ToolError('give file or provider');
  const calls = await host.calls(file, at);
  return markdown(calls.flatMap(({ line: where, call, findings }): Block[] => [
    { kind: 'heading', text: `${file}:${where}` },
    { kind: 'paragraph', text: `${call.request.model.values[0] ?? t('model unknown')} · ${providerName(call.destination.provider, facts.providers, t)}${call.destination.url ? ` (${call.destination.url})` : ''} · ${zoneLabel(call.destination.storageZone, call.destination.inferenceZone)}: ${residencyMessage(call.destination, t)}` },
    { kind: 'list', items: (call.otherDestinations ?? []).map((other) => otherDestinationMessage(other, facts.providers, t)) },
    { kind: 'list', items: findings.filter(({ code }) => code === 'residency' || code === 'residency-unknown').map((each) => `${severityMessage(each.severity, t)}: ${findingMessage(each, t)}`) },
  ]));
}

async function switchAnswer({ file, line: at, provider, model }: v.InferOutput<typeof toolInputs['tokenfare_switch_preview']>, host: AgentHost, t: Translate): Promise<string> {
  const facts = await host.facts();
  if (!findProvider(facts, provider)) throw new ToolError(`no provider "${provider}"; there are ${facts.providers.map((each) => each.id).join(', ')}`);
  const preview = await host.switchPreview(file, at, provider, model);
  if (!preview) return `${t('This call cannot be rewritten for {0} automatically.', providerName(provider, facts.providers, t))}\n`;
  const { plan, before, after, target, from } = preview;
  const items = [
    `${from} → ${target}`, ...(plan.keyVariable ? [t('Create the environment variable {0}.', plan.keyVariable)] : []),
    ...(plan.movedCalls.length > 1 ? [t('{0} calls that share the client have moved together.', plan.movedCalls.length)] : []),
    ...plan.losses.map((loss) => lossMessage(loss, t)),
  ];
  return `${markdown([{ kind: 'heading', text: `${file}:${at}` }, { kind: 'list', items }])}\n\`\`\`diff\n${lineDifference(before, after)}\`\`\`\n`;
}

/** The preview of one switch; null when the call must be moved by hand. */
export function previewSwitch(session: Pick<DocumentSession, 'offers' | 'switchTo'>, call: CallSite, text: string, provider: string, model: string | undefined, configuration: Configuration, today: string, facts: Facts): Awaited<ReturnType<AgentHost['switchPreview']>> {
  const offers = session.offers(call, provider, configuration, today).filter((each) => model === undefined || each.model === model);
  const offer = offers.find((each) => each.allowed) ?? offers[0];
  if (!offer) throw new ToolError(model === undefined ? `${provider} offers nothing comparable that has a price` : `${provider} has no current model "${model}" with a price for this operation`);
  const plan = session.switchTo(call, { provider: offer.provider, endpointId: offer.endpointId, model: offer.model });
  if (!plan || plan.edits.length === 0) return null;
  let after = text;
  for (const { range, newText } of [...plan.edits].sort((a, b) => b.range.start - a.range.start || b.range.end - a.range.end)) after = after.slice(0, range.start) + newText + after.slice(range.end);
  const name = (id: string): string => facts.providers.find((each) => each.id === id)?.name ?? id;
  return { plan, before: text, after, from: `${call.request.model.values[0] ?? '?'} (${name(call.destination.provider)})`, target: `${offer.model} (${name(offer.provider)}, ${offer.endpointId})` };
}

/** Changed lines with `-` and `+`; what is the same at both ends is left out. Enough for edits of one place, honest for several. */
export function lineDifference(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  // Longest common lines within the changed stretch, which is short.
  const [a, b] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  const common = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  const out: string[] = [`@@ line ${start + 1} @@`];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) { out.push(` ${a[i]}`); i++; j++; }
    else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) out.push(`-${a[i++]}`);
    else out.push(`+${b[j++]}`);
  }
  return `${out.join('\n')}\n`;
}

