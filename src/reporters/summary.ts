/** A report as headings, paragraphs and tables: for a pull request, a terminal, or wherever Markdown is read. */
import { formatMoney, formatMoneySpread, formatTokenSpread, formatTokens, zoneLabel } from '../core/format.js';
import { type Translate, leftOutMessage, measuredMessage, periodMessage, priceReasonMessage, severityMessage, skipMessage, timesMessage } from '../messages.js';
import type { MeasuredAverage, SkipReason } from '../core/model.js';
import type { Block } from './blocks.js';
import type { Report, ReportedCall } from './report.js';

/** Calls listed at most; all of them are in the other formats. */
const maximumCalls = 200;

/** The report in reading order: what it comes to, the calls (dearest first), the findings, what was left out. */
export function summary(report: Report, t: Translate): Block[] {
  const blocks: Block[] = [{ kind: 'title', text: t('Tokenfare report') }, { kind: 'paragraph', text: totalsSentence(report, t) }];
  if (report.calls.length > 0) {
    const shown = [...report.calls].sort((a, b) => weight(b) - weight(a)).slice(0, maximumCalls);
    blocks.push({ kind: 'heading', text: t('Calls') }, {
      kind: 'table', right: [3, 4, 5, 6], header: [t('where'), t('model'), t('provider'), t('tokens in'), t('out'), t('per 1k calls'), t('a month'), t('data in'), t('runs')],
      rows: shown.map((call) => callCells(call, t)),
    });
    if (shown.length < report.calls.length) blocks.push({ kind: 'paragraph', text: t('… and {0} more calls; --format csv or json lists all.', report.calls.length - shown.length) });
  }
  if (report.findings.length > 0) {
    blocks.push({ kind: 'heading', text: t('Findings') }, {
      kind: 'table', right: [], header: [t('where'), t('severity'), t('finding')],
      rows: report.findings.map((each) => [placeOf(each), severityMessage(each.severity, t), `${each.message} (${each.code})`]),
    });
  }
  const measured = measuredLines(report.calls.map((call) => ({ name: call.measured?.of === 'call-site' ? placeOf(call) : call.model, measured: call.measured })), t);
  if (measured.length > 0) blocks.push({ kind: 'heading', text: t('Measured within 30 days, in place of default assumptions') }, { kind: 'list', items: measured });
  if (report.skipped.length > 0) {
    blocks.push({ kind: 'heading', text: t('Skipped') }, { kind: 'list', items: report.skipped.map(({ file, reason }) => `${file}: ${skipMessage(reason as SkipReason, t)}`) });
  }
  if (report.leftOut.length > 0) blocks.push({ kind: 'heading', text: t('Left out') }, { kind: 'list', items: report.leftOut.map((each) => leftOutMessage(each, t)) });
  const dates = report.calls.flatMap((call) => call.cost.priceCheckedOn ?? []).sort();
  if (dates.length > 0) blocks.push({ kind: 'paragraph', text: t('Prices checked between {0} and {1}; each call names its source in --format json.', dates[0]!, dates.at(-1)!) });
  return blocks;
}

/** What was measured, a line for each model or single call. Reports of earlier versions say nothing of it. */
export function measuredLines(calls: readonly { readonly name: string | null; readonly measured?: MeasuredAverage | null }[], t: Translate): readonly string[] {
  return [...new Set(calls.flatMap(({ name, measured }) => (measured ? [`${name ?? t('unknown')}: ${measuredMessage(measured, t)}`] : [])))];
}

/** What the calls come to, with what is in no sum. */
export function totalsSentence({ calls, totals, currency, budget, filesRead, generatedOn, shard }: Report, t: Translate): string {
  const { perThousand, perMonth, unpriced, uncounted, budgetShare } = totals;
  const partial = unpriced > 0;
  const money = (amount: number): string => `${partial ? '≥ ' : '~'}${formatMoney(amount, currency)}`;
  const sentences = [
    calls.length === 0 ? t('No calls of LLM APIs found in {0} files.', filesRead) : t('{0} calls in {1} files read, {2} providers; {3}.', calls.length, filesRead, new Set(calls.map((call) => call.provider)).size, generatedOn),
    ...(perThousand ? [t('1,000 runs of each call: {0} ({1}).', money(perThousand.likely), formatMoneySpread(perThousand, currency))] : []),
    ...(perMonth ? [t('A month as often as was said: {0} ({1}), estimated.', money(perMonth.likely), formatMoneySpread(perMonth, currency))] : []),
    ...(budget && budgetShare !== null ? [t('Budget {0} a {1}: {2}% of it.', formatMoney(budget.amount, budget.currency), periodMessage(budget.period, t), formatTokens(budgetShare * 100))] : []),
    ...(unpriced > 0 ? [t('{0} calls without a known price are in no sum.', unpriced)] : []),
    ...(perMonth && uncounted > 0 ? [t('Of {0} priced calls nobody said how often they run; they are not in the month.', uncounted)] : []),
    ...(shard ? [t('This is part {0} of {1}; tokenfare merge puts the parts together.', shard.index, shard.count)] : []),
  ];
  return sentences.join(' ');
}

function callCells(call: ReportedCall, t: Translate): string[] {
  const { perCall, currency, unpublished, unknownBecause } = call.cost;
  const money = (times: number): string => `${unpublished.length > 0 ? '≥ ' : ''}${formatMoney(perCall!.likely * times, currency)}`;
  return [
    placeOf(call), call.models.length > 1 ? `${call.models[0]} +${call.models.length - 1}` : call.model ?? t('unknown'), call.providerName,
    formatTokenSpread(call.input.tokens), formatTokenSpread(call.output.tokens),
    perCall ? money(1000) : priceReasonMessage(unknownBecause as Parameters<typeof priceReasonMessage>[0], t),
    perCall && call.callsPerMonth !== null ? money(call.callsPerMonth) : '', zoneLabel(call.residency.storageZone, call.residency.inferenceZone), timesMessage(call) ?? '',
  ];
}

/** `src/a.py:12`, or `notes.ipynb#3:12` in the fourth cell of a notebook. */
export function placeOf({ file, cell, line }: { readonly file: string; readonly cell?: number | null; readonly line: number }): string {
  return `${file}${cell === null || cell === undefined ? '' : `#${cell}`}:${line}`;
}

function weight({ cost, callsPerMonth }: ReportedCall): number {
  return (cost.perCall?.likely ?? 0) * (callsPerMonth ?? 1);
}
