/** `--format text`: a table that people read, findings with their remedy below it. */
import { formatMoney, formatMoneySpread, formatTokenCount, scaleSpread, zoneLabel } from '../core/format.js';
import { indexLines } from '../core/lines.js';
import type { CallSite, Provider, Severity } from '../core/model.js';
import { type Translate, configurationMessage, findingMessage, priceReasonMessage, providerName, skipMessage } from '../messages.js';
import type { ReportInput } from './report.js';

export interface TextStyle {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** False where only ASCII may be printed. */
  readonly unicode: boolean;
  readonly providers: readonly Provider[];
  readonly verbose: boolean;
}

type Paint = (text: string) => string;

/** The report as lines. */
export function text(input: ReportInput, style: TextStyle, t: Translate): string {
  const paint = (code: string): Paint => (style.colour ? (words) => `\u001b[${code}m${words}\u001b[0m` : (words) => words);
  const bold = paint('1');
  const dim = paint('2');
  const severity: Record<Severity, Paint> = { error: paint('31'), warning: paint('33'), info: paint('36') };
  const out: string[] = [];

  for (const problem of input.problems) {
    out.push(`${severity.error(t('error'))} ${problem.file}:${problem.line}:${problem.column} ${configurationMessage(problem.code, problem.expected, problem.found, t)}`);
  }
  if (input.problems.length > 0) out.push(dim(t('What could be read of the file holds; the rest was left out.')), '');

  const header = [t('line'), t('model'), t('provider'), t('data in'), t('tokens in'), t('out'), t('per 1k calls'), t('range')];
  const rows = input.files.map(({ file, text: source, analysis }) => {
    const lines = indexLines(source);
    return { file, cells: analysis.calls.map((call) => cellsOf(call, lines.positionAt(call.calleeRange.start).line, style, t)) };
  });
  const all = rows.flatMap((row) => row.cells);
  const widths = header.map((title, column) => Math.max(width(title), ...all.map((cells) => width(cells[column]!))));
  fit(widths, style.width);
  const right = new Set([0, 4, 5, 6]);
  const line = (cells: readonly string[]): string => cells.map((cell, column) => pad(cut(cell, widths[column]!, style), widths[column]!, right.has(column))).join('  ').trimEnd();

  if (all.length === 0) out.push(t('No calls of LLM APIs found in {0} files.', input.filesRead));
  else {
    out.push(bold(line(header)));
    for (const { file, cells } of rows) {
      out.push(dim(file));
      for (const row of cells) out.push(line(row));
    }
    out.push('', summary(input, t));
    if (all.some((cells) => cells[4]!.includes('*') || cells[5]!.includes('*'))) out.push(dim(t('* contains assumptions for text or output that only exist at run time; set them in tokenfare.yaml or next to the call.')));
    const dates = input.files.flatMap(({ analysis }) => analysis.calls.flatMap((call) => call.estimate.cost.priceCheckedOn ?? [])).sort();
    if (dates.length > 0) out.push(dim(t('Prices checked between {0} and {1}; each call names its source in --format json.', dates[0]!, dates.at(-1)!)));
  }

  const findings = input.files.flatMap(({ file, text: source, analysis }) => {
    const lines = indexLines(source);
    return analysis.findings.map((finding) => ({ finding, place: `${file}:${lines.positionAt(finding.range.start).line}:${lines.positionAt(finding.range.start).column}` }));
  });
  if (findings.length > 0) {
    out.push('', bold(t('Findings')));
    for (const { finding, place } of findings) out.push(`${severity[finding.severity](t(finding.severity).padEnd(7))} ${place}  ${findingMessage(finding, t)} ${dim(`[${finding.code}]`)}`);
  }
  if (input.skipped.length > 0) {
    out.push('', dim(t('Skipped {0} files:', input.skipped.length)));
    const listed = style.verbose ? input.skipped : input.skipped.slice(0, 10);
    for (const each of listed) out.push(dim(`  ${each.file}: ${skipMessage(each.reason as never, t)}`));
    if (listed.length < input.skipped.length) out.push(dim(t('  … and {0} more (--verbose lists them)', input.skipped.length - listed.length)));
  }
  const result = `${out.join('\n')}\n`;
  return style.unicode ? result : ascii(result);
}

function cellsOf(call: CallSite, line: number, style: TextStyle, t: Translate): string[] {
  const { input, output, cost, assumptions } = call.estimate;
  const assumed = (codes: readonly string[]): string => (assumptions.some((each) => codes.includes(each.code)) ? '*' : '');
  const thousand = cost.perCall ? scaleSpread(cost.perCall, 1000) : null;
  const names = call.request.model.values;
  return [
    String(line),
    names.length === 0 ? t('? unknown') : names.length === 1 ? names[0]! : `${names[0]} +${names.length - 1}`,
    providerName(call.destination.provider, style.providers, t),
    zoneLabel(call.destination.storageZone, call.destination.inferenceZone),
    input.tokens.likely === 0 ? '–' : `${formatTokenCount(input)}${assumed(['hole-tokens', 'repeat-count', 'image-tokens'])}`,
    output.tokens.likely === 0 ? '–' : `${formatTokenCount(output)}${assumed(['output-tokens'])}`,
    thousand ? formatMoney(thousand.likely, cost.currency, t('unknown')) : priceReasonMessage(cost.reason, t),
    thousand && thousand.low !== thousand.high ? formatMoneySpread(thousand, cost.currency, t('unknown')) : '',
  ];
}

function summary(input: ReportInput, t: Translate): string {
  const calls = input.files.flatMap(({ analysis }) => analysis.calls);
  const unknown = calls.filter((call) => !call.estimate.cost.perCall && call.estimate.cost.reason !== 'not-metered').length;
  const providers = new Set(calls.map((call) => call.destination.provider)).size;
  const base = t('{0} calls in {1} files, {2} providers', calls.length, input.files.length, providers);
  return unknown > 0 ? `${base}; ${t('{0} without a known price', unknown)}.` : `${base}.`;
}

/** Narrows the name columns until the table fits; when that is not enough the range goes, whole. */
function fit(widths: number[], available: number): void {
  const total = (): number => widths.reduce((sum, each) => sum + each + 2, -2);
  for (const least of [24, 0, 10]) {
    if (least === 0 && total() > available) widths[7] = 0;
    while (least > 0 && total() > available) {
      const column = widths[1]! >= widths[2]! ? 1 : 2;
      if (widths[column]! <= least) break;
      widths[column]!--;
    }
  }
}

/** Columns a text takes: wide characters take two. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(character) ? 2 : 1;
  return columns;
}

function cut(text: string, columns: number, style: TextStyle): string {
  if (width(text) <= columns) return text;
  if (columns === 0) return '';
  let result = '';
  for (const character of text) {
    if (width(result) + width(character) > columns - 1) break;
    result += character;
  }
  return `${result}${style.unicode ? '…' : '.'}`;
}

function pad(text: string, columns: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? space + text : text + space;
}

function ascii(text: string): string {
  return text.replaceAll('…', '...').replaceAll('–', '-').replaceAll('−', '-').replaceAll('≈', '~').replaceAll('✓', 'ok').replaceAll('✗', 'x').replaceAll('¥', 'CNY ').replaceAll('→', '->');
}
