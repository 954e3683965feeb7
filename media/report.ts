/** The report page: every call of a workspace, in the editor or in a file of its own. */
import { formatMoney, formatMoneySpread, formatTokenSpread, formatTokens, zoneLabel } from '../src/core/format.js';
import { isSummed, timesOf } from '../src/core/summed.js';
import { basisMessage, leftOutMessage, measuredMessage, periodMessage, priceReasonMessage, severityMessage, skipMessage, timesMessage, zoneName } from '../src/messages.js';
import type { SkipReason, Spread } from '../src/core/model.js';
import type { FromPage, ToReport } from '../src/reporters/pages.js';
import type { Report, ReportedCall } from '../src/reporters/report.js';
import { csv } from '../src/reporters/csv.js';
import { placeOf } from '../src/reporters/summary.js';
import { reportTotals } from '../src/reporters/totals.js';
import { rangesChart, sharesChart } from './charts.js';
import { afterPaint, editor, h, remember, remembered, soon, speak, t } from './page.js';
import { type Column, type TableState, createTable } from './table.js';

interface ReportState {
  table: TableState;
  filter: string;
  group: string;
  /** Calls a month of those of which nobody said it. */
  callsPerMonth: number | null;
  /** All volumes times this. */
  volume: number;
  discount: number;
}

const root = document.getElementById('root')!;
const post = (message: FromPage): void => editor?.postMessage(message);

/** A call under the volumes and discount that are set. */
interface Row {
  readonly call: ReportedCall;
  readonly key: string;
  readonly perCall: Spread | null;
  readonly perMonth: number | null;
  readonly findings: string;
  readonly severity: string | null;
}

const groups = ['provider', 'model', 'folder', 'owner', 'zone'] as const;

function build(report: Report): void {
  const state: ReportState = { table: { sort: 'month', descending: true, columns: null, pinned: [] }, filter: '', group: 'provider', callsPerMonth: null, volume: 1, discount: 0, ...remembered<ReportState>() };
  const save = (): void => remember(state);
  const findings = new Map<string, Report['findings'][number][]>();
  for (const each of report.findings) {
    const list = findings.get(each.file);
    if (list) list.push(each);
    else findings.set(each.file, [each]);
  }
  const rank = { error: 3, warning: 2, info: 1 } as const;
  const near = report.calls.map((call) => (findings.get(call.file) ?? []).filter((each) => each.line >= call.line && each.line <= call.endLine && (each.cell ?? null) === call.cell).sort((a, b) => rank[b.severity] - rank[a.severity]));
  const money = (amount: number): string => formatMoney(amount, report.currency);
  const perUsd = report.exchange?.perUsd ?? {};
  const rateOf = (currency: string): number | null => (currency === report.currency ? 1 : perUsd[currency] && perUsd[report.currency] ? perUsd[report.currency]! / perUsd[currency]! : null);
  let rows: readonly Row[] = [];
  const compute = (): void => {
    const kept = 1 - state.discount / 100;
    rows = report.calls.map((call, index) => {
      const rate = rateOf(call.cost.currency);
      const perCall = call.cost.perCall && rate !== null ? times(call.cost.perCall, kept * rate) : null;
      const often = call.callsPerMonth ?? state.callsPerMonth;
      return { call, key: String(index), perCall, perMonth: perCall && often !== null ? perCall.likely * often * state.volume : null, findings: [...new Set(near[index]!.map((each) => each.code))].join(', '), severity: near[index]![0]?.severity ?? null };
    });
  };
  const columns: readonly Column<Row>[] = [
    { id: 'where', title: t('Where'), value: ({ call }) => `${call.file}:${call.line}`, text: ({ call }) => placeOf(call) },
    { id: 'model', title: t('Model'), value: ({ call }) => call.model, text: ({ call }) => `${call.model ?? t('unknown')}${call.models.length > 1 ? ` +${call.models.length - 1}` : ''}` },
    { id: 'provider', title: t('Provider'), value: ({ call }) => call.providerName, text: ({ call }) => call.providerName },
    { id: 'zone', title: t('Data in'), value: ({ call }) => call.residency.inferenceZone, text: ({ call }) => zoneLabel(call.residency.storageZone, call.residency.inferenceZone) },
    { id: 'input', title: t('Tokens in'), right: true, value: ({ call }) => call.input.tokens.likely, text: ({ call }) => formatTokens(call.input.tokens.likely), hint: ({ call }) => `${formatTokenSpread(call.input.tokens)}, ${basisMessage(call.input.basis, t)}` },
    { id: 'output', title: t('Tokens out'), right: true, value: ({ call }) => call.output.tokens.likely, text: ({ call }) => formatTokens(call.output.tokens.likely), hint: ({ call }) => formatTokenSpread(call.output.tokens) },
    { id: 'measured', title: t('Measured'), right: true, optional: !report.calls.some((call) => call.measured), value: ({ call }) => call.measured?.calls ?? null, text: ({ call }) => (call.measured ? t('calls: {0}', call.measured.calls) : ''), hint: ({ call }) => (call.measured ? measuredMessage(call.measured, t) : null) },
    { id: 'thousand', title: t('Per 1,000'), right: true, value: ({ perCall }) => perCall?.likely ?? null, text: ({ call, perCall }) => (perCall ? `${call.cost.unpublished.length > 0 ? '≥ ' : ''}${money(perCall.likely * 1000)}` : priceReasonMessage(call.cost.unknownBecause, t)), hint: ({ perCall }) => (perCall ? formatMoneySpread(times(perCall, 1000), report.currency) : null) },
    { id: 'runs', title: t('Runs'), right: true, value: ({ call }) => timesOf(call.repeats)?.likely ?? 1, text: ({ call }) => timesMessage(call) ?? '1×', hint: ({ call }) => (call.repeats ?? []).map((each) => each.message).join('; ') || null },
    { id: 'month', title: t('A month'), right: true, value: ({ perMonth }) => perMonth, text: ({ perMonth }) => (perMonth === null ? '–' : money(perMonth)) },
    { id: 'prefix', title: t('Static prefix'), right: true, value: ({ call }) => call.staticPrefixShare, text: ({ call }) => (call.staticPrefixShare === null ? '–' : `≈ ${Math.round(call.staticPrefixShare * 100)}%`), hint: () => t('Part of the prompt before anything that changes from call to call: what a cache can serve.') },
    { id: 'findings', title: t('Findings'), value: ({ severity }) => (severity ? rank[severity as 'error'] : 0), text: ({ findings: codes }) => codes, mark: ({ severity }) => (severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : null) },
    { id: 'owner', title: t('Owner'), optional: true, value: ({ call }) => call.owners.join(' ') || null, text: ({ call }) => call.owners.join(' ') },
    { id: 'sdk', title: 'SDK', optional: true, value: ({ call }) => call.sdk, text: ({ call }) => `${call.sdk} ${call.method}` },
    { id: 'age', title: t('Price of'), optional: true, value: ({ call }) => call.cost.priceCheckedOn, text: ({ call }) => call.cost.priceCheckedOn ?? '', hint: ({ call }) => call.cost.priceSource },
  ];
  const table = createTable<Row>({
    label: t('Calls'), columns, keyOf: ({ key }) => key, state: state.table, onChange: save,
    ...(editor && { onOpen: ({ call }: Row) => post({ type: 'open', place: { file: call.file, cell: call.cell, line: call.line } }) }),
  });

  const totals = h('dl', { class: 'totals' });
  const mix = h('div', { id: 'mix', class: 'below' });
  const counted = h('span', { class: 'quiet', id: 'counted' });
  const search = h('input', { type: 'search', id: 'filter', value: state.filter, placeholder: t('Filter by file, model, provider, zone, owner or finding'), 'aria-label': t('Filter by file, model, provider, zone, owner or finding'), oninput: () => { state.filter = search.value; save(); soon('rows', showRows); } });
  let texts: readonly string[] | null = null;
  const textsOf = (): readonly string[] => (texts ??= report.calls.map((call, index) => `${placeOf(call)} ${call.models.join(' ')} ${call.providerName} ${call.provider} ${zoneLabel(call.residency.storageZone, call.residency.inferenceZone)} ${call.owners.join(' ')} ${near[index]!.map((each) => `${each.code} ${each.severity}`).join(' ')} ${call.sdk}`.toLowerCase()));
  const showRows = (): void => {
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = words.length === 0 ? rows : rows.filter(({ key }) => words.every((word) => textsOf()[Number(key)]!.includes(word)));
    counted.textContent = t('{0} of {1} calls', shown.length, rows.length);
    table.show(shown);
  };
  const keyOf = (row: Row): readonly string[] => {
    switch (state.group) {
      case 'model': return [row.call.model ?? t('unknown')];
      case 'folder': return [row.call.file.includes('/') ? row.call.file.slice(0, row.call.file.lastIndexOf('/')) : '.'];
      case 'owner': return row.call.owners.length > 0 ? row.call.owners : [t('nobody')];
      case 'zone': return [zoneLabel(row.call.residency.storageZone, row.call.residency.inferenceZone)];
      default: return [row.call.providerName];
    }
  };
  const drawMix = (): void => {
    const sums = new Map<string, { month: number; thousand: number; calls: number }>();
    for (const row of rows) {
      if (!isSummed(row.call)) continue;
      for (const key of keyOf(row)) {
        const sum = sums.get(key) ?? { month: 0, thousand: 0, calls: 0 };
        sum.calls++;
        sum.thousand += (row.perCall?.likely ?? 0) * 1000;
        sum.month += row.perMonth ?? 0;
        sums.set(key, sum);
      }
    }
    const monthly = rows.some((row) => row.perMonth !== null);
    const of = (sum: { month: number; thousand: number }): number => (monthly ? sum.month : sum.thousand);
    const parts = [...sums].sort((a, b) => of(b[1]) - of(a[1]) || b[1].calls - a[1].calls).slice(0, 12);
    mix.replaceChildren(sharesChart(t('Cost by group'), parts.map(([label, sum]) => ({ label, value: of(sum), text: `${money(of(sum))} · ${t('calls: {0}', sum.calls)}` }))));
  };
  const drawTotals = (): void => {
    const sums = reportTotals(rows.map(({ call, perCall }) => ({ callers: call.callers, callsPerMonth: call.callsPerMonth ?? state.callsPerMonth, cost: { currency: report.currency, perCall, unknownBecause: call.cost.unknownBecause } })), report.currency, perUsd, null);
    const month = sums.perMonth && times(sums.perMonth, state.volume);
    const item = (title: string, value: string, more: string): HTMLElement => h('div', {}, h('dt', {}, title), h('dd', {}, value, more ? h('small', {}, more) : null));
    const least = sums.unpriced > 0 ? '≥ ' : '~';
    totals.replaceChildren(
      item(t('A month'), month ? `${least}${money(month.likely)}` : t('unknown'), month ? formatMoneySpread(month, report.currency) : t('Nobody said how often the calls run.')),
      item(t('1,000 runs of each'), sums.perThousand ? `${least}${money(sums.perThousand.likely)}` : t('unknown'), sums.perThousand ? formatMoneySpread(sums.perThousand, report.currency) : ''),
      item(t('Calls'), String(report.calls.length), [t('{0} providers', new Set(report.calls.map((call) => call.provider)).size), ...(sums.unpriced > 0 ? [t('{0} without a known price', sums.unpriced)] : [])].join(', ')),
      item(t('Findings'), String(report.findings.length), t('{0} errors', report.findings.filter((each) => each.severity === 'error').length)),
      ...(report.budget ? [item(t('Budget'), `${formatMoney(report.budget.amount, report.budget.currency)} / ${periodMessage(report.budget.period, t)}`, report.totals.budgetShare === null ? '' : t('{0}% of it, as scanned', Math.round(report.totals.budgetShare * 100)))] : []),
    );
  };
  const update = (): void => {
    compute();
    drawTotals();
    showRows();
    afterPaint(drawMix);
  };
  const slider = (id: string, title: string, least: number, most: number, step: number, value: number, unit: string, set: (value: number) => void): HTMLElement => {
    const shown = h('output', { for: id }, `${value}${unit}`);
    const input = h('input', { type: 'range', id, min: least, max: most, step, value, oninput: () => {
      set(Number(input.value));
      shown.textContent = `${input.value}${unit}`;
      save();
      soon('all', update);
    } });
    return h('div', { class: 'control' }, h('label', { for: id }, title), input, shown);
  };
  const often = h('input', { type: 'number', id: 'often', min: 0, step: 'any', placeholder: t('not said'), value: state.callsPerMonth, onchange: () => {
    state.callsPerMonth = often.value.trim() === '' || !often.checkValidity() ? null : Number(often.value);
    save();
    soon('all', update);
  } });
  const grouping = h('select', { id: 'group', onchange: () => { state.group = grouping.value; save(); soon('mix', drawMix); } },
    ...groups.map((each) => h('option', { value: each }, groupName(each))));
  grouping.value = state.group;

  const rest = h('div');
  root.replaceChildren(
    h('h1', {}, t('Tokenfare report')),
    h('p', { class: 'lead' }, `${t('{0} files read, {1}.', report.filesRead, report.generatedOn)} ${t('Estimates; each figure is a range, each price names its source.')}`),
    totals,
    ...(editor ? [h('div', { class: 'bar-of-buttons', role: 'toolbar', 'aria-label': t('Actions') },
      h('button', { type: 'button', id: 'refresh', onclick: () => post({ type: 'refresh' }) }, t('Refresh')),
      h('button', { type: 'button', id: 'copy-csv', onclick: () => post({ type: 'copy', what: 'csv', text: csv(report) }) }, t('Copy as CSV')))] : []),
    h('fieldset', {}, h('legend', {}, t('What if')), h('div', { class: 'controls' },
      h('div', { class: 'control' }, h('label', { for: 'often' }, t('Calls a month where nobody said it')), often),
      slider('volume', t('All volumes times'), 0, 10, 0.1, state.volume, '×', (value) => { state.volume = value; }),
      slider('discount', t('Discount'), 0, 60, 1, state.discount, '%', (value) => { state.discount = value; }))),
    h('h2', {}, t('Calls')), h('div', { class: 'bar-of-buttons' }, search, counted), table.element,
    h('h2', {}, t('Cost by group')), h('div', { class: 'bar-of-buttons' }, h('label', { for: 'group' }, t('By')), grouping), mix,
    rest,
  );
  update();
  afterPaint(() => {
    const dear = [...rows].filter((row) => row.perCall && isSummed(row.call)).sort((a, b) => (b.perMonth ?? b.perCall!.likely) - (a.perMonth ?? a.perCall!.likely)).slice(0, 10);
    const prefix = [...rows].filter((row) => row.call.staticPrefixShare !== null && row.call.input.tokens.likely >= 100).sort((a, b) => b.call.staticPrefixShare! * b.call.input.tokens.likely - a.call.staticPrefixShare! * a.call.input.tokens.likely).slice(0, 10);
    const zones = new Map<string, { calls: number; refused: number }>();
    rows.forEach(({ call }, index) => {
      const zone = zones.get(call.residency.inferenceZone) ?? { calls: 0, refused: 0 };
      zone.calls++;
      if (near[index]!.some((each) => each.code === 'residency')) zone.refused++;
      zones.set(call.residency.inferenceZone, zone);
    });
    rest.replaceChildren(
      h('section', { class: 'below' }, h('h2', {}, t('Expensive prompts')), dear.length > 0 ? rangesChart(t('Expensive prompts'), dear.map(({ call, perCall }) => ({ label: placeOf(call), low: perCall!.low * 1000, likely: perCall!.likely * 1000, high: perCall!.high === null ? null : perCall!.high * 1000, text: money(perCall!.likely * 1000) }))) : h('p', { class: 'quiet' }, t('No row has a price.'))),
      h('section', { class: 'below' }, h('h2', {}, t('Static prefixes: what a cache can serve')), prefix.length > 0 ? sharesChart(t('Static prefixes: what a cache can serve'), prefix.map(({ call }) => ({ label: placeOf(call), value: call.staticPrefixShare!, text: `≈ ${Math.round(call.staticPrefixShare! * 100)}% · ${formatTokens(call.input.tokens.likely)}` }))) : h('p', { class: 'quiet' }, t('No prompt is long enough to gain from a cache.'))),
      h('h2', {}, t('Where data is processed')),
      h('ul', { class: 'tiles' }, ...[...zones].sort((a, b) => b[1].calls - a[1].calls).map(([zone, { calls, refused }]) => h('li', { class: refused > 0 ? 'bad' : '' }, h('strong', {}, zone === 'unknown' ? '?' : zone), `${zoneName(zone, t)}, `, t('calls: {0}', calls), refused > 0 ? h('div', {}, `✗ ${t('{0} outside the policy', refused)}`) : null))),
      ...(report.findings.length > 0 ? [h('h2', {}, t('Findings')), findingsTable(report)] : []),
      h('details', {}, h('summary', {}, t('Left out')), h('ul', {}, ...report.leftOut.map((each) => h('li', {}, leftOutMessage(each, t))), ...(editor ? [h('li', {}, t('folders of dependencies and build results, which are not looked into'))] : []))),
      ...(report.skipped.length > 0 ? [h('details', {}, h('summary', {}, t('{0} files were skipped', report.skipped.length)), h('ul', {}, ...report.skipped.map(({ file, reason }) => h('li', {}, `${file}: ${skipMessage(reason as SkipReason, t)}`))))] : []),
    );
  });
}

function findingsTable(report: Report): HTMLElement {
  type Item = Report['findings'][number] & { readonly key: string };
  const rank = { error: 3, warning: 2, info: 1 } as const;
  const table = createTable<Item>({
    label: t('Findings'), keyOf: ({ key }) => key, state: { sort: 'severity', descending: true, columns: null, pinned: [] }, onChange: () => undefined,
    columns: [
      { id: 'place', title: t('Where'), value: ({ file }) => file, text: placeOf },
      { id: 'severity', title: t('Severity'), value: ({ severity }) => rank[severity], text: ({ severity }) => severityMessage(severity, t), mark: ({ severity }) => (severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : null) },
      { id: 'message', title: t('Finding'), wide: true, value: ({ message }) => message, text: ({ message }) => message },
      { id: 'code', title: t('Code'), value: ({ code }) => code, text: ({ code }) => code },
    ],
    ...(editor && { onOpen: ({ file, cell, line }: Item) => post({ type: 'open', place: { file, cell: cell ?? null, line } }) }),
  });
  table.show(report.findings.map((each, index) => ({ ...each, key: String(index) })));
  return table.element;
}

function groupName(group: (typeof groups)[number]): string {
  switch (group) {
    case 'provider': return t('provider');
    case 'model': return t('model');
    case 'folder': return t('folder');
    case 'owner': return t('owner');
    case 'zone': return t('zone');
  }
}

function times({ low, likely, high }: Spread, by: number): Spread {
  return { low: low * by, likely: likely * by, high: high === null ? null : high * by };
}

const inside = document.getElementById('data');
if (inside?.textContent) build((JSON.parse(inside.textContent) as { report: Report }).report);
addEventListener('message', ({ data: message }: MessageEvent<ToReport>) => {
  if (message?.type !== 'report') return;
  speak(message.texts);
  build(message.report);
});
post({ type: 'ready' });
