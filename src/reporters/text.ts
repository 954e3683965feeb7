/** `--format text`: a table that people read, what it adds up to, and the findings with their remedy below it. */
import { budgetStatus } from '../core/budget.js';
import { daysBetween, formatCost, formatMoney, formatMoneySpread, formatTokenCount, formatTokenSpread, formatTokens, scaleSpread, zoneLabel } from '../core/format.js';
import { type Place, plainPlaces } from '../core/container.js';
import type { CallSite, Configuration, ExchangeRates, Finding, Provider, Severity, SkipReason } from '../core/model.js';
import { type Translate, configurationMessage, findingMessage, leftOutMessage, originMessage, priceReasonMessage, providerName, skipMessage, staleAfterDays, timesMessage } from '../messages.js';
import { shortName } from '../insightMessages.js';
import { ascii, cut, pad, plain, width, wrap } from './layout.js';
import type { ReportInput } from './report.js';
import { measuredLines } from './summary.js';
import { totalsOf } from './totals.js';

export interface TextStyle {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** False where only ASCII may be printed. */
  readonly unicode: boolean;
  readonly providers: readonly Provider[];
  readonly rates: ExchangeRates;
  readonly verbose: boolean;
}

type Paint = (text: string) => string;

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
/** A severity is never shown by colour alone. */
const marks: Record<Severity, string> = { error: '✗', warning: '!', info: '?' };
const figures = new Set([0, 4, 5, 6]);

/** The report as lines. */
export function text(input: ReportInput, style: TextStyle, t: Translate): string {
  const paint = (code: string): Paint => (style.colour ? (words) => `\u001b[${code}m${words}\u001b[0m` : (words) => words);
  const [bold, dim] = [paint('1'), paint('2')];
  const severity: Record<Severity, Paint> = { error: paint('31'), warning: paint('33'), info: paint('36') };
  const out: string[] = [];
  const say = (words: string, how: Paint = (each) => each): void => { for (const line of wrap(words, style.width)) out.push(how(line)); };

  for (const problem of input.problems) {
    const place = `${problem.file}:${problem.line}:${problem.column}`;
    out.push(`${severity.error(t('error'))} ${plain(`${place} ${configurationMessage(problem.code, problem.expected, problem.found, t)}`)}`);
  }
  if (input.problems.length > 0) out.push(dim(t('What could be read of the file holds; the rest was left out.')), '');

  const calls = input.files.flatMap(({ analysis }) => analysis.calls);
  if (calls.length === 0) out.push(t('No calls of LLM APIs found in {0} files.', input.filesRead));
  else {
    out.push(...tableOf(input, style, t, { bold, dim, severity }), '');
    for (const line of summaryOf(input, style, t)) say(line);
    const legend = legendOf(calls, input.configuration, t);
    if (legend) say(legend, dim);
    if (calls.some((call) => call.repeats)) say(t('N× is how often one run of the code makes the call (~ assumed, ≤ at most); the figures are for one call. --format json says why.'), dim);
    const dates = calls.flatMap((call) => call.estimate.cost.priceCheckedOn ?? []).sort();
    if (dates.length > 0) say(t('Prices checked between {0} and {1}; each call names its source in --format json.', dates[0]!, dates.at(-1)!), dim);
  }

  const groups = findingsOf(input, t);
  if (groups.length > 0) {
    out.push('', bold(t('Findings')));
    for (const { finding, message, places } of groups) {
      const label = `${marks[finding.severity]} ${t(finding.severity)}`.padEnd(10);
      const [first = '', ...rest] = wrap(`${label}${message} [${finding.code}]`, style.width, ' '.repeat(10));
      out.push(severity[finding.severity](label) + first.slice(label.length), ...rest, ...places.map((place) => dim(`${' '.repeat(10)}${place}`)));
    }
  }
  if (input.skipped.length > 0) {
    out.push('', dim(t('Skipped {0} files:', input.skipped.length)));
    const listed = style.verbose ? input.skipped : input.skipped.slice(0, 10);
    for (const each of listed) out.push(dim(`  ${plain(each.file)}: ${skipMessage(each.reason as SkipReason, t)}`));
    if (listed.length < input.skipped.length) out.push(dim(t('  … and {0} more (--verbose lists them)', input.skipped.length - listed.length)));
  }
  if (input.leftOut && input.leftOut.length > 0) {
    out.push('', dim(t('Left out:')), ...input.leftOut.map((each) => dim(`  ${leftOutMessage(each, t)}`)));
  }
  const result = `${out.join('\n')}\n`;
  return style.unicode ? result : ascii(result);
}

interface Paints {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly severity: Record<Severity, Paint>;
}

function tableOf(input: ReportInput, style: TextStyle, t: Translate, { bold, dim, severity }: Paints): string[] {
  const header = [t('line'), t('model'), t('provider'), t('data in'), t('tokens in'), t('out'), t('per 1k calls'), t('range'), ''];
  const files = input.files.map(({ file, text: source, analysis, placeOf }) => {
    const places = placeOf ?? plainPlaces(source);
    return {
      file: plain(file),
      rows: analysis.calls.map((call) => {
        const findings = analysis.findings.filter((each) => each.callId === call.id).sort((a, b) => rank[a.severity] - rank[b.severity]);
        return { findings, cells: cellsOf(call, findings, placeText(places(call.calleeRange.start)), style, t) };
      }),
    };
  });
  const { currency } = input.configuration;
  const { perThousand, unpriced } = totalsOf(input.files.flatMap(({ analysis }) => analysis.calls), currency, style.rates);
  const total = perThousand && files.flatMap(({ rows }) => rows).length > 1
    ? ['', t('all calls'), '', '', '', '', `${unpriced > 0 ? '≥ ' : ''}${formatMoney(perThousand.likely, currency)}`, formatMoneySpread(perThousand, currency), ''] : null;
  const all = [...files.flatMap(({ rows }) => rows.map(({ cells }) => cells)), ...(total ? [total] : [])];
  const widths = header.map((title, column) => Math.max(width(title), ...all.map((cells) => width(cells[column]!))));
  fit(widths, style.width);
  const ellipsis = style.unicode ? '…' : '.';
  const line = (cells: readonly string[], mark: Paint = (each) => each): string => cells.map((cell, column) => {
    const fitted = pad(cut(cell, widths[column]!, ellipsis), widths[column]!, figures.has(column));
    return column === 8 ? mark(fitted.trimEnd()) : fitted;
  }).filter((_, column) => widths[column]! > 0).join('  ').trimEnd();
  return [
    bold(line(header)),
    ...files.flatMap(({ file, rows }) => [dim(file), ...rows.map(({ cells, findings }) => line(cells, findings[0] ? severity[findings[0].severity] : undefined))]),
    ...(total ? [bold(line(total))] : []),
  ];
}

function cellsOf(call: CallSite, findings: readonly Finding[], line: string, style: TextStyle, t: Translate): string[] {
  const { input, output, cost, assumptions } = call.estimate;
  const assumed = (codes: readonly string[]): string => (assumptions.some((each) => codes.includes(each.code) && each.origin !== 'code') ? '*' : '');
  const thousand = cost.perCall ? scaleSpread(cost.perCall, 1000) : null;
  const names = call.request.model.values;
  return [
    line,
    names.length === 0 ? t('? unknown') : names.length === 1 ? names[0]! : `${names[0]} +${names.length - 1}`,
    `${providerName(call.destination.provider, style.providers, t)}${call.otherDestinations ? ` +${call.otherDestinations.length}` : ''}`,
    zoneLabel(call.destination.storageZone, call.destination.inferenceZone),
    input.tokens.likely === 0 ? '–' : `${formatTokenCount(input)}${assumed(['hole-tokens', 'repeat-count', 'image-tokens'])}`,
    output.tokens.likely === 0 ? '–' : `${formatTokenCount(output)}${assumed(['output-tokens', 'reasoning-tokens'])}`,
    thousand ? formatCost(cost, 1000, t('unknown')) : cost.reason === 'not-metered' ? t('not metered') : priceReasonMessage(cost.reason, t),
    thousand && thousand.low !== thousand.high ? formatMoneySpread(thousand, cost.currency, t('unknown')) : '',
    [timesMessage(call) ?? '', ...new Set(findings.map((each) => `${marks[each.severity]} ${shortName(each, t)}`))].filter(Boolean).join(' '),
  ].map(plain);
}

/** `12`, or `#3:12` in the fourth cell of a notebook. */
function placeText({ cell, line }: Place): string {
  return cell === null ? String(line) : `#${cell}:${line}`;
}

function summaryOf(input: ReportInput, style: TextStyle, t: Translate): string[] {
  const { configuration } = input;
  const calls = input.files.flatMap(({ analysis }) => analysis.calls);
  const { perMonth, unpriced, uncounted } = totalsOf(calls, configuration.currency, style.rates);
  const providers = new Set(calls.map((call) => call.destination.provider)).size;
  const base = t('{0} calls in {1} files, {2} providers', calls.length, input.files.length, providers);
  const stale = calls.filter(({ estimate: { cost } }) => cost.priceCheckedOn !== null && (daysBetween(cost.priceCheckedOn, input.today.slice(0, 10)) ?? 0) > staleAfterDays).length;
  const lines = [unpriced > 0 ? `${base}; ${t('{0} without a known price', unpriced)}.` : `${base}.`];
  if (stale > 0) lines.push(t('{0} of them are priced from lists read more than {1} days ago; tokenfare prices shows which.', stale, staleAfterDays));
  const measured = measuredAt(input, t);
  if (measured.length > 0) lines.push(t('Measured here within 30 days, in place of default assumptions:'), ...measured.slice(0, measuredShown), ...(measured.length > measuredShown ? [t('… and {0} more (--format json lists them)', measured.length - measuredShown)] : []));
  if (!perMonth) return lines;
  const partial = unpriced + uncounted > 0;
  const money = (amount: number): string => formatMoney(amount, configuration.currency);
  const often = [...new Set(calls.flatMap((call) => call.callsPerMonth ?? []))];
  const assumed = often.length === 1 ? t('each call {0} times', formatTokens(often[0])) : t('each call as often as tokenfare.yaml and comments say');
  let month = t('A month, {0}: {1} ({2}), estimated.', assumed, `${partial ? '≥ ' : '~'}${money(perMonth.likely)}`, formatMoneySpread(perMonth, configuration.currency));
  const { budget } = configuration;
  const status = budget && budgetStatus(budget, perMonth.likely, configuration.currency, 1, style.rates);
  if (budget && status?.share !== null && status?.share !== undefined) {
    const share = `${partial ? '≥ ' : ''}${formatTokens(Math.round(status.share * 100))}%`;
    month += ` ${t('Budget {0} a {1}: {2} of it{3}.', formatMoney(budget.amount, budget.currency), t(budget.period), share, status.state === 'over' ? t(', over budget') : '')}`;
  }
  return [...lines, month];
}

const measuredShown = 10;

function measuredAt({ files }: ReportInput, t: Translate): readonly string[] {
  return measuredLines(files.flatMap(({ file, text: source, analysis, placeOf }) => {
    const places = placeOf ?? plainPlaces(source);
    return analysis.calls.map(({ measured, model, calleeRange }) => ({ name: measured?.of === 'call-site' ? `${file}:${placeText(places(calleeRange.start))}` : model, measured }));
  }), t).map((line) => `- ${plain(line)}`);
}

/** What `*` stands for: the assumptions in use, as they are set. */
function legendOf(calls: readonly CallSite[], configuration: Configuration, t: Translate): string | null {
  const used = new Set(calls.flatMap((call) => call.estimate.assumptions.flatMap((each) => (each.origin === 'measured' || each.origin === 'code' ? [] : each.key ?? []))));
  const { assumptions, assumptionOrigin } = configuration;
  const names: Readonly<Record<string, string>> = {
    holeTokens: t('unknown text'), outputTokens: t('output (at most the limit of the call)'), reasoningTokens: t('hidden reasoning'), repeats: t('repeated parts'),
  };
  const parts = [...used].sort().flatMap((key) => {
    const hole = key.startsWith('holes.') ? key.slice('holes.'.length) : null;
    const spread = hole === null ? assumptions[key as 'holeTokens'] : Object.hasOwn(assumptions.holes, hole) ? assumptions.holes[hole] : undefined;
    const name = hole === null ? names[key] : plain(hole);
    if (!spread || !name) return [];
    const range = spread.low === spread.high ? '' : `${formatTokenSpread(spread)}, `;
    return [`${name} ${formatTokens(spread.likely)}${key === 'repeats' ? t(' times') : ''} (${range}${originMessage(assumptionOrigin[key] ?? 'default', t)})`];
  });
  return parts.length > 0 ? t('* assumes for what only exists at run time, in tokens: {0}. Set them in tokenfare.yaml or in a comment at the call.', parts.join('; ')) : null;
}

/** Findings, worst first; the same sentence is said once, with its places. */
function findingsOf(input: ReportInput, t: Translate): { readonly finding: Finding; readonly message: string; readonly places: string[] }[] {
  const groups = new Map<string, { readonly finding: Finding; readonly message: string; readonly places: string[] }>();
  for (const { file, text: source, analysis, placeOf } of input.files) {
    const places = placeOf ?? plainPlaces(source);
    for (const finding of analysis.findings) {
      const message = plain(findingMessage(finding, t));
      const place = places(finding.range.start);
      const key = `${finding.severity} ${finding.code} ${message}`;
      const group = groups.get(key) ?? { finding, message, places: [] };
      group.places.push(plain(`${file}:${placeText(place)}:${place.column}`));
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => rank[a.finding.severity] - rank[b.finding.severity]);
}

/** Narrows the names until the table fits; when that is not enough the range goes, whole, then names and flags shrink on. */
function fit(widths: number[], available: number): void {
  const excess = (): number => widths.reduce((sum, each) => sum + (each > 0 ? each + 2 : 0), -2) - available;
  const narrow = (columns: readonly number[], least: number): void => {
    while (excess() > 0) {
      const widest = columns.reduce((best, each) => (widths[each]! > widths[best]! ? each : best));
      if (widths[widest]! <= least) return;
      widths[widest]!--;
    }
  };
  narrow([1, 2], 20);
  if (excess() > 0) widths[7] = 0;
  narrow([1, 2], 10);
  narrow([8], 8);
}
