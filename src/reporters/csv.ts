/** A report as comma-separated values (RFC 4180), one line per call; figures as plain numbers for spreadsheets. */
import { timesOf } from '../core/summed.js';
import type { Report } from './report.js';

const header = [
  'file', 'cell', 'line', 'column', 'kind', 'sdk', 'method', 'operation', 'provider', 'endpoint', 'model', 'input_tokens_low', 'input_tokens_likely', 'input_tokens_high',
  'input_basis', 'output_tokens_low', 'output_tokens_likely', 'output_tokens_high', 'currency', 'per_call_low', 'per_call_likely', 'per_call_high', 'unknown_because', 'calls_per_month',
  'per_month_likely', 'summed', 'storage_zone', 'inference_zone', 'certainty', 'static_prefix_share', 'price_source', 'price_checked_on', 'owners', 'findings', 'runs_low', 'runs_likely', 'runs_high',
];

/** The report's calls; an unknown figure is an empty cell, never 0. */
export function csv(report: Report): string {
  return table([header, ...report.calls.map((call) => {
    const findings = report.findings.filter((each) => each.file === call.file && each.line >= call.line && each.line <= call.endLine && (each.cell ?? null) === call.cell);
    const { perCall } = call.cost;
    return [
      call.file, call.cell, call.line, call.column, call.kind, call.sdk, call.method, call.operation, call.provider, call.endpoint, call.model,
      call.input.tokens.low, call.input.tokens.likely, call.input.tokens.high, call.input.basis, call.output.tokens.low, call.output.tokens.likely, call.output.tokens.high,
      call.cost.currency, perCall?.low, perCall?.likely, perCall?.high, call.cost.unknownBecause, call.callsPerMonth,
      perCall && call.callsPerMonth !== null ? Number((perCall.likely * call.callsPerMonth).toPrecision(12)) : null, String(call.summed),
      call.residency.storageZone, call.residency.inferenceZone, call.residency.certainty, call.staticPrefixShare === null ? null : Number(call.staticPrefixShare.toFixed(3)),
      call.cost.priceSource, call.cost.priceCheckedOn, call.owners.join(' '), [...new Set(findings.map((each) => each.code))].join(' '), ...runs(call),
    ];
  })]);
}

function runs({ repeats }: Report['calls'][number]): readonly (number | null)[] {
  const times = timesOf(repeats);
  return times ? [times.low, times.likely, times.high] : [1, 1, 1];
}

/** Rows as CSV. Texts that a spreadsheet would take for a formula are made text. */
export function table(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
