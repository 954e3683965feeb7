/** What a change costs, for a terminal, a pull request and machines. */
import type { CallDifference, Cause, Difference, DiffedCall } from '../core/difference.js';
import { formatDifference, formatMoney } from '../core/format.js';
import { type Translate, severityMessage } from '../messages.js';
import type { Block } from './blocks.js';
import type { ReportedFinding } from './report.js';
import { placeOf } from './summary.js';

/** First line of the comment on a pull request, by which it is found again and replaced. */
export const commentMark = '<!-- tokenfare:diff -->';

export interface DifferenceReport {
  /** What was compared, in words: revisions, or "working tree". */
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly difference: Difference;
  readonly findings: { readonly added: readonly ReportedFinding[]; readonly removed: readonly ReportedFinding[] };
}

export function causeMessage(cause: Cause, t: Translate): string {
  switch (cause) {
    case 'model': return t('model');
    case 'provider': return t('provider');
    case 'prompt': return t('prompt');
    case 'output': return t('answer length');
    case 'volume': return t('number of calls');
    case 'residency': return t('where data goes');
    case 'price': return t('price');
    case 'sdk': return t('SDK');
  }
}

/** The difference in reading order; unchanged calls are only counted. */
export function differenceBlocks({ from, to, currency, difference, findings }: DifferenceReport, t: Translate): Block[] {
  const { calls, before, after, basis, amount, share } = difference;
  const counts = { added: 0, removed: 0, changed: 0, moved: 0, same: 0 };
  for (const { status } of calls) counts[status]++;
  const sum = (state: Difference['before']): number | null => (basis === 'month' ? state.perMonth : state.perThousand);
  const money = (value: number | null, unpriced: number): string => (value === null ? (unpriced > 0 ? t('unknown') : formatMoney(0, currency)) : `${unpriced > 0 ? '≥ ' : ''}${formatMoney(value, currency)}`);
  const headline = amount === null
    ? t('No call with a known price before or after.')
    : t(basis === 'month' ? 'A month: {0} → {1} ({2}, {3}).' : '1,000 runs of each call: {0} → {1} ({2}, {3}).', money(sum(before), before.unpriced), money(sum(after), after.unpriced), signed(amount, currency), share === null ? (amount > 0 ? t('nothing before') : t('no change')) : formatDifference(share));
  const blocks: Block[] = [
    { kind: 'title', text: t('Tokenfare: what this change costs') },
    { kind: 'paragraph', text: `${headline} ${t('Calls: {0} added, {1} removed, {2} changed, {3} moved, {4} as before.', counts.added, counts.removed, counts.changed, counts.moved, counts.same)}` },
  ];
  if (after.unpriced > 0) blocks.push({ kind: 'paragraph', text: t('{0} calls without a known price are in no sum.', after.unpriced) });
  const rows = calls.filter(({ status }) => status !== 'same').sort((a, b) => Math.abs(b.perMonth ?? b.perCall ?? 0) - Math.abs(a.perMonth ?? a.perCall ?? 0));
  if (rows.length > 0) {
    blocks.push({ kind: 'heading', text: t('Calls') }, {
      kind: 'table', right: [3, 4, 5], header: ['', t('where'), t('model'), t('per 1k calls'), t('change'), t('a month'), t('why')],
      rows: rows.map((each) => cellsOf(each, currency, t)),
    });
  }
  for (const [heading, list] of [[t('New findings'), findings.added], [t('Findings that are gone'), findings.removed]] as const) {
    if (list.length > 0) blocks.push({ kind: 'heading', text: heading }, { kind: 'table', right: [], header: [t('where'), t('severity'), t('finding')], rows: list.map((each) => [placeOf(each), severityMessage(each.severity, t), `${each.message} (${each.code})`]) });
  }
  blocks.push({ kind: 'paragraph', text: t('Compared: {0} with {1}. Likely costs, estimated; list prices with the discounts and assumptions of each state.', from, to) });
  return blocks;
}

const marks: Readonly<Record<CallDifference['status'], string>> = { added: '+', removed: '−', changed: '±', moved: '→', same: '=' };

function cellsOf({ status, before, after, causes, perCall, perMonth }: CallDifference, currency: string, t: Translate): string[] {
  const now = (after ?? before)!;
  const thousand = (call: DiffedCall): string => (call.perCall ? formatMoney(call.perCall.likely * 1000, currency) : t('unknown'));
  const both = <T>(of: (call: DiffedCall) => T): string => (before && after && of(before) !== of(after) ? `${of(before)} → ${of(after)}` : String(of(now)));
  const statusName = { added: t('added'), removed: t('removed'), changed: t('changed'), moved: t('moved'), same: t('same') }[status];
  return [
    `${marks[status]} ${statusName}`,
    before && after && before.file !== after.file ? `${placeOf(before)} → ${placeOf(after)}` : placeOf(now),
    both((call) => call.model ?? t('unknown')), both(thousand),
    perCall === null ? t('unknown') : signed(perCall * 1000, currency), perMonth === null ? '' : signed(perMonth, currency),
    causes.map((cause) => causeMessage(cause, t)).join(', '),
  ];
}

/** `+$1.20`, `−$0.30`, `±0`. */
export function signed(amount: number, currency: string): string {
  if (Math.abs(amount) < 1e-12) return '±0';
  return amount > 0 ? `+${formatMoney(amount, currency)}` : formatMoney(amount, currency);
}

/** Machine-readable form. */
export function differenceJson({ from, to, currency, difference, findings }: DifferenceReport): string {
  const call = (each: DiffedCall | null) => each && {
    file: each.file, cell: each.cell, line: each.line, kind: each.kind, sdk: each.sdk, method: each.method, provider: each.provider, model: each.model, inputTokens: each.inputTokens,
    outputTokens: each.outputTokens, callsPerMonth: each.callsPerMonth, perCall: each.perCall, unknownBecause: each.unknownBecause,
  };
  return `${JSON.stringify({
    schemaVersion: 1, from, to, currency, basis: difference.basis, amount: difference.amount, share: difference.share, before: difference.before, after: difference.after,
    calls: difference.calls.map((each) => ({ status: each.status, causes: each.causes, perCall: each.perCall, perMonth: each.perMonth, before: call(each.before), after: call(each.after) })),
    findings,
  }, null, 2)}\n`;
}
