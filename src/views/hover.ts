/** Everything known about a call, over its callee, its model name and its prompt. */
import * as vscode from 'vscode';
import {
  daysBetween, formatCost, formatDifference, formatMoney, formatMoneySpread, formatTokenCount, formatTokens, formatTokenSpread,
} from '../core/format.js';
import type { Assumption, CallSite, CostComponent, CostUnit, Facts, PromptPart, SourcePlace, TokenCount } from '../core/model.js';
import { hasPolicy } from '../core/policy.js';
import { settableKey } from '../editor/assumptionKeys.js';
import { contains, rangeOf, rangesOf, referenceTo } from '../editor/calls.js';
import { commandLink, type CommandId } from '../editor/commands.js';
import { documentSelector, type AnalyzedDocument } from '../editor/documents.js';
import { escapeMarkdown as escape, markdownTable } from '../editor/markdown.js';
import type { Services } from '../editor/services.js';
import { differenceOf, targetName, zoneWithMark } from '../editor/summary.js';
import {
  alternativeNotes, assumptionMessage, basisMessage, dayMessage, decidedByMessage, findingMessage, measuredMessage, modelHowMessage, operationMessage, originMessage, otherDestinationMessage, priceReasonMessage, priceSourceMessage,
  providerName, repetitionMessage, residencyMessage, roleMessage, type Translate, unitMessage,
} from '../messages.js';

const shownAlternatives = 6;
const linkedCommands: readonly CommandId[] = [
  'tokenfare.compareProviders', 'tokenfare.switchProvider', 'tokenfare.setAssumptions', 'tokenfare.openPriceSource', 'tokenfare.explainFinding',
];
const outputCodes: readonly Assumption['code'][] = ['output-tokens', 'reasoning-tokens'];
const inputCodes: readonly Assumption['code'][] = ['prompt-file', 'hole-tokens', 'repeat-count', 'image-tokens', 'audio-seconds', 'tokenizer-proxy', 'framing'];
const outputUnits: readonly CostUnit[] = ['output-token', 'reasoning-token', 'audio-output-token', 'image-output-token'];
const inputUnits: readonly CostUnit[] = [
  'input-token', 'cached-input-token', 'cache-write-token', 'cache-write-1h-token', 'audio-input-token', 'image-input-token', 'video-input-token',
];

/** Answers hovers with one Markdown table per call. */
export function register(services: Services): vscode.Disposable {
  const { documents, log, translate: t } = services;

  const provideHover = async (document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.Hover | undefined> => {
    const analyzed = await documents.current(document, token);
    if (!analyzed || analyzed.version !== document.version) return undefined;
    const found = callHovered(analyzed, document.offsetAt(position));
    if (!found) return undefined;
    const facts = (await services.engine()).factsFor(analyzed.configuration);
    const text = describeCall(analyzed, found.call, found.part, facts, t);
    const content = new vscode.MarkdownString(found.sharing > 0
      ? `${text}\n\n${t('Other calls of this file that use it: {0}.', found.sharing)}`
      : text);
    content.isTrusted = { enabledCommands: linkedCommands };
    return new vscode.Hover(content, rangeOf(document, found.range));
  };

  return vscode.languages.registerHoverProvider(documentSelector, {
    provideHover: (document, position, token) => log.guard('hover', undefined, () => provideHover(document, position, token)),
  });
}

/** The call that a place stands for: the smallest of all ranges there decides, then the call around it. */
function callHovered(analyzed: AnalyzedDocument, offset: number) {
  const hits = analyzed.analysis.calls.flatMap((call) => rangesOf(call)
    .filter(({ range }) => contains(range, offset))
    .map(({ range, part }) => ({ call, range, part, inside: contains(call.callRange, offset) })));
  const best = hits.sort((a, b) => Number(b.inside) - Number(a.inside) || (a.range.end - a.range.start) - (b.range.end - b.range.start))[0];
  if (!best) return undefined;
  const part = best.part >= 0 ? best.call.request.parts[best.part] ?? null : null;
  return { call: best.call, range: best.range, part, sharing: best.inside ? 0 : new Set(hits.map((hit) => hit.call)).size - 1 };
}

/** The hover's Markdown. */
function describeCall(analyzed: AnalyzedDocument, call: CallSite, part: PromptPart | null, facts: Facts, t: Translate): string {
  const lines = (...texts: (string | null)[]): string => texts.filter((text) => text !== null).join('  \n');
  const blocks = [
    lines(heading(call, facts, t), way(analyzed, call, t), costLine(call, t), repeatsLine(analyzed, call, t), call.measured ? escape(measuredMessage(call.measured, t)) : null, part ? partLine(part, t) : null),
    breakdown(analyzed, call, t),
    alternatives(analyzed, call, facts, t),
    lines(retirement(analyzed, call, facts, t), coming(call, analyzed.today, t), residency(analyzed, call, facts, t), otherAssumptions(call, t)),
    findings(analyzed, call, t),
    links(analyzed, call, t),
  ];
  return blocks.filter((block) => block !== null).join('\n\n');
}

function heading(call: CallSite, facts: Facts, t: Translate): string {
  const { model: said, stream } = call.request;
  const names = said.values.length > 0 ? said.values.map((value) => `**${escape(value)}**`).join(` ${t('or')} `) : `**${t('model unknown')}**`;
  const how = said.how === 'literal' ? '' : ` (${said.variable ? `\`${said.variable}\`, ` : ''}${modelHowMessage(said.how, t)}${said.file ? `: ${escape(said.file)}` : ''})`;
  const host = call.destination.url?.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  const provider = escape(providerName(call.destination.provider, facts.providers, t));
  return [
    `${names}${how}`,
    host ? `${provider} (${escape(host)})` : provider,
    `${operationMessage(call.operation, t)}${stream ? `, ${t('streamed')}` : ''}`,
    ...(call.complete ? [] : [t('unfinished call')]),
  ].join(' · ');
}

/** Of a call site of the project's own function: how it comes to the model; of a call: how many sites come to it. */
function way(analyzed: AnalyzedDocument, call: CallSite, t: Translate): string | null {
  if (call.callers > 0) return t('Call sites in this file that hand their arguments on to this call: {0}. They are what is summed.', call.callers);
  if (!call.through) return null;
  const { uri } = analyzed.document;
  const place = ({ path, line }: SourcePlace): string => {
    const file = path ?? uri.path;
    return `[${escape(file.slice(file.lastIndexOf('/') + 1))}:${line}](${uri.with({ path: file, fragment: `L${line}` }).toString()})`;
  };
  const functions = call.through.functions.map((each) => `\`${each.name}\` (${place(each)})`).join(' → ');
  const others = call.through.innerCalls > 1 ? ` ${t('It makes {0} calls; this is the likeliest.', call.through.innerCalls)}` : '';
  return `${t('Through {0} to the call in {1}.', functions, place(call.through.call))}${others}`;
}

function costLine(call: CallSite, t: Translate): string {
  const { perCall, currency, reason } = call.estimate.cost;
  if (!perCall) return t('Cost **unknown**: {0}', priceReasonMessage(reason, t));
  const spread = perCall.low === perCall.high ? '' : ` (${formatMoneySpread(perCall, currency)})`;
  return `${t('**{0}** per call', formatCost(call.estimate.cost))}${spread} · ${t('**{0}** per 1,000 calls', formatCost(call.estimate.cost, 1000))}`;
}

/** What makes the call run more than once; the figures above are for one call. */
function repeatsLine(analyzed: AnalyzedDocument, call: CallSite, t: Translate): string | null {
  if (!call.repeats) return null;
  const often = call.repeats.map((each) => escape(repetitionMessage(each, t))).join('; ');
  const change = call.repeats.some((each) => each.how === 'assumed') ? ` [${t('change')}](${commandLink('tokenfare.setAssumptions', referenceTo(analyzed, call), 'repeats')})` : '';
  return `${t('Runs {0}. The figures are for one call.', often)}${change}`;
}

function partLine(part: PromptPart, t: Translate): string {
  const holes = [...new Set(part.pieces.flatMap((piece) => (piece.kind === 'hole' ? [piece.name] : [])))];
  const what = part.kind === 'message' ? roleMessage(part.role, t) : part.kind;
  return [
    t('Here: {0}', what),
    ...(part.repeated ? [t('may occur several times')] : []),
    ...(part.alternatives.length > 0 ? [t('one of {0} texts', part.alternatives.length + 1)] : []),
    ...(holes.length > 0 ? [t('known only at run time: {0}', holes.map(escape).join(', '))] : []),
  ].join(' · ');
}

function breakdown(analyzed: AnalyzedDocument, call: CallSite, t: Translate): string {
  const { input, output, cost, assumptions } = call.estimate;
  const reference = referenceTo(analyzed, call);
  const assumed = (codes: readonly Assumption['code'][]): string[] => assumptions
    .filter((each) => codes.includes(each.code))
    .map((each) => {
      const origin = each.origin === 'default' ? '' : ` (${originMessage(each.origin, t)})`;
      const key = settableKey(each);
      const change = key ? ` [${t('change')}](${commandLink('tokenfare.setAssumptions', reference, key)})` : '';
      return `${escape(assumptionMessage(each, t))}${origin}${change}`;
    });
  const isOutput = (component: CostComponent): boolean => outputUnits.includes(component.unit);
  // Everything else is a line of its own: fees, surcharges, what the vendor adds.
  const others = cost.components.filter((each) => !inputUnits.includes(each.unit) && !isOutput(each));
  const money = (components: readonly CostComponent[]): string =>
    (!cost.perCall || components.length === 0 ? '' : formatMoney(components.reduce((sum, each) => sum + each.amount.likely, 0), cost.currency));

  const limit = call.request.maxOutputTokens;
  const rows = [[
    t('input'),
    escape(formatTokenCount(input)),
    [countOrigin(input, t), ...assumed(inputCodes)].join('; '),
    escape(money(cost.components.filter((each) => !isOutput(each) && !others.includes(each)))),
  ]];
  if (call.operation !== 'embedding' && call.operation !== 'moderation') {
    rows.push([
      t('output'),
      escape(formatTokenCount(output)),
      [...assumed(outputCodes), ...(limit === null ? [] : [t('limit {0}', formatTokens(limit))])].join('; ') || basisMessage(output.basis, t),
      escape(money(cost.components.filter(isOutput))),
    ]);
  }
  for (const each of others) {
    const counted = each.quantity.low !== 1 || each.quantity.high !== 1 || each.unit === 'request';
    rows.push([unitMessage(each.unit, t), counted ? formatTokenSpread(each.quantity) : '', each.name ? escape(each.name) : '', escape(money([each]))]);
  }
  return markdownTable(['', t('tokens'), t('where from'), t('per call')], rows, [1, 3]);
}

function countOrigin(count: TokenCount, t: Translate): string {
  const tokenizer = count.tokenizer ? `, ${escape(count.tokenizer)}` : '';
  if (count.holes.length > 0) {
    return `${t('{0} known in the code', formatTokens(count.knownTokens))}, ${basisMessage(count.knownBasis, t)}${tokenizer}`;
  }
  const spread = count.tokens.low === count.tokens.high ? '' : ` (${formatTokenSpread(count.tokens)})`;
  return `${basisMessage(count.basis, t)}${spread}${tokenizer}`;
}

function otherAssumptions(call: CallSite, t: Translate): string | null {
  const rest = call.estimate.assumptions.filter((each) => !inputCodes.includes(each.code) && !outputCodes.includes(each.code));
  return rest.length === 0 ? null : t('Assumes: {0}', rest.map((each) => escape(assumptionMessage(each, t))).join('; '));
}

function alternatives(analyzed: AnalyzedDocument, call: CallSite, facts: Facts, t: Translate): string | null {
  const found = analyzed.alternatives(call).slice(0, shownAlternatives);
  if (found.length === 0) return null;
  const isBound = hasPolicy(analyzed.configuration);
  return markdownTable(
    [t('the same call at'), t('tokens in'), t('per 1k calls'), t('vs now'), t('data in'), ''],
    found.map((each) => [
      escape(each.model),
      escape(`${formatTokenCount(each.estimate.input)}${each.estimate.input.basis === 'exact' ? ` ${basisMessage('exact', t)}` : ''}`),
      escape(each.estimate.cost.perCall
        ? formatCost(each.estimate.cost, 1000)
        : priceReasonMessage(each.estimate.cost.reason, t)),
      escape(differenceOf(each)),
      escape(zoneWithMark(each, isBound, t)),
      escape([targetName(each, facts.providers, t), ...alternativeNotes(each, analyzed.today, t)].join(' · ')),
    ]),
    [1, 2, 3],
  );
}

function residency(analyzed: AnalyzedDocument, call: CallSite, facts: Facts, t: Translate): string {
  const { destination } = call;
  const violated = analyzed.analysis.findings.some((each) => each.callId === call.id && each.code.startsWith('residency'));
  const mark = violated ? `⚠ ${t('not allowed by the policy')} · ` : '';
  const provider = facts.providers.find((each) => each.id === destination.provider);
  const habits = [provider?.retention, provider?.training].filter((each) => each !== undefined).map(escape).join(' ');
  const others = call.otherDestinations?.map((other) => escape(otherDestinationMessage(other, facts.providers, t))) ?? [];
  return [`${mark}${t('Data: {0}; endpoint: {1}.', residencyMessage(destination, t), decidedByMessage(destination.decidedBy, t))}`, ...others, ...(habits ? [habits] : [])].join(' ');
}

function retirement(analyzed: AnalyzedDocument, call: CallSite, facts: Facts, t: Translate): string | null {
  const model = facts.providers.find((each) => each.id === call.destination.provider)?.models.find((each) => each.id === call.model);
  const end = model?.retirement;
  const days = end && daysBetween(analyzed.today, end.on);
  if (!model || !end || days === undefined || days === null || days > analyzed.configuration.retirementNoticeDays) return null;
  const sentence = days < 0 ? t('{0} was shut down on {1}.', escape(model.id), end.on) : t('{0} shuts down on {1}.', escape(model.id), dayMessage(end.on, analyzed.today, t));
  if (!end.replacement) return `⚠ ${sentence}`;
  const replacement = analyzed.alternatives(call).find((each) => each.provider === call.destination.provider
    && each.endpointId === call.destination.endpointId && each.model === end.replacement);
  const difference = replacement ? ` (${escape(formatDifference(replacement.difference))})` : '';
  return `⚠ ${sentence} ${t('Replacement: {0}.', escape(end.replacement))}${difference}`;
}

/** A change of price that is already known. */
function coming(call: CallSite, today: string, t: Translate): string | null {
  const { change, currency } = call.estimate.cost;
  if (!change) return null;
  return `⚠ ${change.perCall ? t('From {0}: {1} per call.', change.on, escape(formatMoney(change.perCall.likely, currency))) : t('The price holds until {0}; the next one is not known.', dayMessage(change.on, today, t))}`;
}

function links(analyzed: AnalyzedDocument, call: CallSite, t: Translate): string {
  const reference = referenceTo(analyzed, call);
  const source = priceSourceMessage(call.estimate.cost, analyzed.today, t);
  return [
    `[${t('Compare…')}](${commandLink('tokenfare.compareProviders', reference)})`,
    `[${t('Switch…')}](${commandLink('tokenfare.switchProvider', reference)})`,
    `[${t('Assumptions…')}](${commandLink('tokenfare.setAssumptions', reference)})`,
    source
      ? `[${t('prices: {0}', escape(source))}](${commandLink('tokenfare.openPriceSource', reference)})`
      : `[${t('Price list')}](${commandLink('tokenfare.openPriceSource', reference)})`,
  ].join(' · ');
}

/** Sections that say the same in their own place. */
const saidElsewhere = new Set<string>(['residency', 'residency-unknown', 'model-retired', 'model-retiring', 'price-change', 'unknown-model']);
const shownFindings = 4;

/** What the Problems panel says of the call, for those who look here. */
function findings(analyzed: AnalyzedDocument, call: CallSite, t: Translate): string | null {
  const own = analyzed.analysis.findings.filter((each) => each.callId === call.id && !saidElsewhere.has(each.code));
  if (own.length === 0) return null;
  const lines = own.slice(0, shownFindings).map((each) => `- ${escape(findingMessage(each, t))} [${t('explain')}](${commandLink('tokenfare.explainFinding', each.code)})`);
  return [...lines, ...(own.length > shownFindings ? [`- ${t('… and {0} more', own.length - shownFindings)}`] : [])].join('\n');
}
