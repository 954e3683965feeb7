/** The comparison page: one call or text at every provider, under circumstances that can be moved while looking. */
import { formatDifference, formatMoney, formatMoneySpread, formatTokenCount, formatTokens, scaleSpread, zoneLabel } from '../src/core/format.js';
import { type CallCost, type Scenario, type Sensitivity, sensitivityOf } from '../src/core/scenario.js';
import { basisMessage, providerName } from '../src/messages.js';
import { type PricedRow, comparisonCsv, comparisonTable, priceRows, qualityOf, remarksOf, scenarioRow, scenarioSentence } from '../src/reporters/comparison.js';
import { markdown } from '../src/reporters/blocks.js';
import type { ComparisonData, FromPage, ToComparison } from '../src/reporters/pages.js';
import { pngData, rangesChart, scatterChart, svgText, tornadoChart } from './charts.js';
import { afterPaint, announce, editor, h, remember, remembered, soon, speak, t } from './page.js';
import { scenarioControls } from './scenario.js';
import { type Column, type TableState, createTable } from './table.js';

interface PageState {
  subject: ComparisonData['subject'];
  scope: ComparisonData['scope'];
  scenario: Scenario | null;
  table: TableState;
  filter: string;
  benchmark: string | null;
}

/** Rows that are priced in one go. */
const atOnce = 150;
/** Work between two pictures, ms. */
const sliceMs = 12;

const root = document.getElementById('root')!;
const post = (message: FromPage): void => editor?.postMessage(message);

const columnsOf = (data: ComparisonData): readonly Column<PricedRow>[] => {
  const named = ({ row }: PricedRow): string => {
    const provider = data.facts.providers.find(({ id }) => id === row.provider);
    const name = providerName(row.provider, data.facts.providers, t);
    return provider && provider.endpoints.length > 1 && row.endpointId ? `${name} (${row.endpointId})` : name;
  };
  const money = (each: PricedRow, value: number | null | undefined): string => (value === null || value === undefined ? t('unknown') : `${each.cost.notes.includes('unpublished-rate') ? '≥ ' : ''}${formatMoney(value, each.cost.currency)}`);
  return [
    { id: 'model', title: t('Model'), value: ({ row }) => row.model, text: ({ row }) => (row.current ? `${row.model} (${t('now')})` : row.model) },
    { id: 'provider', title: t('Provider'), value: named, text: named },
    { id: 'zone', title: t('Data in'), value: ({ row }) => zoneLabel(row.storageZone, row.inferenceZone), text: ({ row }) => `${zoneLabel(row.storageZone, row.inferenceZone)}${row.allowed ? (data.hasPolicy ? ' ✓' : '') : ` ✗ ${t('policy')}`}`, mark: ({ row }) => (row.allowed ? null : 'bad') },
    { id: 'tokens', title: t('Tokens in'), right: true, value: ({ row }) => row.input.tokens.likely, text: ({ row }) => formatTokenCount(row.input), hint: ({ row }) => `${row.input.tokenizer ?? '?'}, ${basisMessage(row.input.basis, t)}` },
    { id: 'output', title: t('Tokens out'), right: true, optional: true, value: ({ row }) => row.output.tokens.likely, text: ({ row }) => formatTokenCount(row.output) },
    { id: 'low', title: t('Low'), right: true, optional: true, value: ({ cost }) => cost.perCall?.low ?? null, text: (each) => money(each, each.cost.perCall && each.cost.perCall.low * 1000) },
    { id: 'thousand', title: t('Per 1,000'), right: true, value: ({ cost }) => cost.perCall?.likely ?? null, text: (each) => money(each, each.cost.perCall && each.cost.perCall.likely * 1000), hint: ({ cost }) => (cost.perCall ? formatMoneySpread(scaleSpread(cost.perCall, 1000), cost.currency) : null) },
    { id: 'high', title: t('High'), right: true, optional: true, value: ({ cost }) => cost.perCall?.high ?? null, text: (each) => (each.cost.perCall && each.cost.perCall.high === null ? t('no bound') : money(each, each.cost.perCall?.high && each.cost.perCall.high * 1000)) },
    { id: 'range', title: t('Range'), right: true, value: ({ cost }) => cost.perCall?.high ?? null, text: ({ cost }) => (cost.perCall ? formatMoneySpread(scaleSpread(cost.perCall, 1000), cost.currency) : '') },
    { id: 'call', title: t('Per call'), right: true, optional: true, value: ({ cost }) => cost.perCall?.likely ?? null, text: (each) => money(each, each.cost.perCall?.likely) },
    { id: 'month', title: t('A month'), right: true, value: ({ cost }) => cost.perMonth?.likely ?? null, text: (each) => (each.cost.perMonth ? money(each, each.cost.perMonth.likely) : '–'), hint: ({ cost }) => (cost.perMonth ? formatMoneySpread(cost.perMonth, cost.currency) : t('Say how many calls a day.')) },
    { id: 'horizon', title: t('All months'), right: true, optional: true, value: ({ cost }) => cost.horizon?.likely ?? null, text: (each) => (each.cost.horizon ? money(each, each.cost.horizon.likely) : '–') },
    { id: 'difference', title: t('Against now'), right: true, value: ({ difference }) => difference, text: ({ row, difference }) => (row.current ? '' : formatDifference(difference)) },
    { id: 'breakEven', title: t('Flat fee pays from'), right: true, optional: true, value: ({ cost }) => cost.breakEvenCallsPerMonth?.likely ?? null, text: ({ cost }) => (cost.breakEvenCallsPerMonth ? t('{0} calls a month', formatTokens(cost.breakEvenCallsPerMonth.likely)) : '–') },
    { id: 'context', title: t('Context window'), right: true, value: ({ row }) => row.contextWindow, text: ({ row }) => (row.contextWindow === null ? t('unknown') : formatTokens(row.contextWindow)) },
    { id: 'capabilities', title: t('Capabilities'), value: ({ row }) => row.lacking?.length ?? 9, text: ({ row }) => (row.lacking === null ? t('not documented') : row.lacking.length === 0 ? t('all met') : t('lacks {0}', row.lacking.join(', '))), mark: ({ row }) => (row.lacking?.length ? 'warn' : null) },
    { id: 'latency', title: t('Latency added'), optional: true, value: ({ row }) => row.latency[0]?.addedMs.likely ?? null, text: ({ row }) => (row.latency[0] ? `${row.latency[0].addedMs.low}–${row.latency[0].addedMs.high ?? '?'} ms (${row.latency[0].from})` : t('not documented')), hint: ({ row }) => row.latency[0]?.source ?? null },
    { id: 'quality', title: t('Quality'), right: true, value: ({ row }) => row.quality[0]?.score ?? null, text: qualityOf, hint: ({ row }) => row.quality.map((each) => `${each.benchmark} ${each.score} (${each.source}, ${each.checkedOn}, ${each.confidence})`).join('\n') || null },
    { id: 'remarks', title: t('Remarks'), wide: true, value: (each) => remarksOf(each, t).length, text: (each) => remarksOf(each, t).join(', ') },
    { id: 'age', title: t('Price of'), optional: true, value: ({ row }) => row.priceCheckedOn, text: ({ row }) => (row.priceCheckedOn ? `${row.priceCheckedOn}${row.confidence === 'claim' ? ` (${t('claim')})` : ''}` : ''), hint: ({ row }) => row.priceSource },
    { id: 'tokenizer', title: t('Tokenizer'), optional: true, value: ({ row }) => row.input.tokenizer, text: ({ row }) => `${row.input.tokenizer ?? '?'} (${basisMessage(row.input.basis, t)})` },
  ];
};

const chartRows = 16;

function build(data: ComparisonData): void {
  const state: PageState = {
    scenario: null, table: { sort: 'thousand', descending: false, columns: data.columns, pinned: [] }, filter: '', benchmark: null, ...remembered<PageState>(), subject: data.subject, scope: data.scope,
  };
  let scenario: Scenario = state.scenario ?? data.scenario;
  let priced: readonly PricedRow[] = [];
  const bills = new Map<string, CallCost>();
  const save = (): void => remember({ ...state, scenario });

  const lead = h('p', { class: 'lead' });
  const note = h('p', { class: 'quiet', id: 'note' });
  const columns = columnsOf(data);
  let columnsKnown = JSON.stringify(state.table.columns);
  const onChange = (): void => {
    save();
    if (JSON.stringify(state.table.columns) === columnsKnown) return;
    columnsKnown = JSON.stringify(state.table.columns);
    post({ type: 'columns', columns: state.table.columns });
  };
  const table = createTable<PricedRow>({
    onChange,
    label: t('Models compared'), columns, keyOf: ({ row }) => row.key, state: state.table, first: ({ row }) => row.current,
    rowClass: ({ row }) => (row.current ? 'now' : row.allowed ? '' : 'refused'), onSelect: () => soon('detail', detail),
    onOpen: ({ row }) => { if (data.switchable.includes(row.key)) moveTo(row.key); },
  });
  const search = h('input', { type: 'search', id: 'filter', value: state.filter, placeholder: t('Filter by model, provider, zone or remark'), 'aria-label': t('Filter by model, provider, zone or remark'), oninput: () => {
    state.filter = search.value;
    soon('rows', showRows);
    save();
  } });
  const scope = h('select', { id: 'scope', 'aria-label': t('Which models'), onchange: () => post({ type: 'scope', scope: scope.value as ComparisonData['scope'] }) },
    h('option', { value: 'similar' }, t('comparable models')), h('option', { value: 'all' }, t('all models with a price')));
  scope.value = data.scope;

  const moveTo = (key: string): void => {
    const found = data.rows.find((row) => row.key === key);
    if (found?.endpointId) post({ type: 'switch', target: { provider: found.provider, endpointId: found.endpointId, model: found.model } });
  };
  const button = (title: string, id: string, run: () => void, disabled = false): HTMLButtonElement => h('button', { type: 'button', id, disabled, onclick: run }, title);
  const move = button(t('Move the call there'), 'switch', () => { const row = table.selected(); if (row) moveTo(row.row.key); }, true);
  move.classList.add('primary');
  const copied = (what: 'markdown' | 'csv'): void => {
    const rows = table.sorted();
    const sentence = scenarioSentence(scenario, t);
    post({ type: 'copy', what, text: what === 'csv' ? comparisonCsv(rows, data.facts, t) : markdown([{ kind: 'heading', text: data.title }, ...(sentence ? [{ kind: 'paragraph' as const, text: sentence }] : []), comparisonTable(rows, data.facts, t)]) });
    announce(t('Copied.'));
  };
  const charts = h('div', { id: 'ranges', class: 'below' });
  const scatter = h('div', { id: 'scatter', class: 'below' });
  const detailed = h('div', { id: 'detail', class: 'below' });
  const exported = async (format: 'svg' | 'png', of: HTMLElement, name: string): Promise<void> => {
    const picture = of.querySelector('svg');
    if (picture) post({ type: 'export', name, format, data: format === 'svg' ? svgText(picture) : await pngData(picture) });
  };
  const exports = (of: HTMLElement, name: string): HTMLElement => h('div', { class: 'bar-of-buttons' },
    button(t('Export as SVG'), `${name}-svg`, () => void exported('svg', of, name)), button(t('Export as PNG'), `${name}-png`, () => void exported('png', of, name)));

  const currencies = ['USD', ...Object.keys(data.facts.rates.perUsd).filter((each) => each !== 'USD')];
  const controls = scenarioControls(scenario, currencies, (next) => { scenario = next; save(); soon('all', update); });

  const matching = (): readonly PricedRow[] => {
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return priced;
    const visible = columns.filter(({ id }) => ['model', 'provider', 'zone', 'remarks', 'capabilities'].includes(id));
    return priced.filter((row) => {
      if (row.row.current) return true;
      const text = visible.map((column) => column.text(row)).join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    });
  };
  const showRows = (): void => {
    table.show(matching());
    drawCharts();
    detail();
  };
  const drawCharts = (): void => {
    const rows = table.sorted().filter(({ cost }) => cost.perCall).slice(0, chartRows);
    charts.replaceChildren(rows.length > 0 ? rangesChart(t('Cost of 1,000 calls, low to high'), rows.map((each) => {
      const spread = scaleSpread(each.cost.perCall!, 1000);
      return { label: `${each.row.model} · ${each.row.provider}`, low: spread.low, likely: spread.likely, high: spread.high, text: `${formatMoney(spread.likely, each.cost.currency)} (${formatMoneySpread(spread, each.cost.currency)})`, strong: each.row.current, muted: !each.row.allowed };
    })) : h('p', { class: 'quiet' }, t('No row has a price.')));
    const benchmarks = [...new Set(priced.flatMap(({ row }) => row.quality.map((each) => each.benchmark)))].sort();
    const benchmark = state.benchmark !== null && benchmarks.includes(state.benchmark) ? state.benchmark : benchmarks[0] ?? null;
    const points = benchmark === null ? [] : matching().flatMap((each) => {
      const quality = each.row.quality.find((one) => one.benchmark === benchmark);
      return quality && each.cost.perCall ? [{ label: each.row.model, x: each.cost.perCall.likely * 1000, y: quality.score, text: `${benchmark} ${quality.score}, ${formatMoney(each.cost.perCall.likely * 1000, each.cost.currency)}, ${quality.source}`, strong: each.row.current }] : [];
    });
    const choice = h('select', { id: 'benchmark', 'aria-label': t('Benchmark'), onchange: () => { state.benchmark = choice.value; save(); drawCharts(); } }, ...benchmarks.map((each) => h('option', { value: each }, each)));
    if (benchmark !== null) choice.value = benchmark;
    scatter.replaceChildren(...(points.length > 1
      ? [choice, scatterChart(t('Cost and quality'), points, t('1,000 calls'), benchmark!, (value) => formatMoney(value, scenario.currency))]
      : [h('p', { class: 'quiet' }, t('The catalog has no published scores for at least two of these models.')), ...(benchmarks.length > 1 ? [choice] : [])]));
  };
  const detail = (): void => {
    const row = table.selected();
    move.disabled = !row || row.row.current || !data.switchable.includes(row.row.key);
    const of = row && scenarioRow(row.row, data.facts);
    if (!row || !of) { detailed.replaceChildren(); return; }
    const drivers = sensitivityOf(of, scenario, { date: data.today, rates: data.facts.rates });
    const middle = (row.cost.perMonth ?? row.cost.perCall)?.likely ?? 0;
    const times = row.cost.perMonth ? 1 : 1000;
    const { breakEvenCallsPerMonth: breakEven, currency } = row.cost;
    detailed.replaceChildren(
      h('h2', {}, t('What moves this number most: {0}', row.row.model)),
      drivers.length > 0 ? tornadoChart(t('What moves this number most: {0}', row.row.model), middle * times, drivers.slice(0, 7).map((each) => ({
        label: `${driverName(each)} ${driverEnds(each)}`, from: each.atFrom * times, to: each.atTo * times, text: `${formatMoney(each.atFrom * times, currency)} – ${formatMoney(each.atTo * times, currency)}`,
      }))) : h('p', { class: 'quiet' }, t('Nothing does: it has no price.')),
      h('p', { class: 'quiet' }, row.cost.perMonth ? t('Likely cost a month at both ends, everything else as set.') : t('Likely cost of 1,000 calls at both ends, everything else as set.')),
      ...(scenario.flatFee !== null ? [h('h2', {}, t('Flat fee or pay per token')), h('p', { id: 'break-even' }, breakEven
        ? t('A flat fee of {0} a month pays from about {1} calls a month ({2}).', formatMoney(scenario.flatFee, currency), formatTokens(breakEven.likely), breakEven.high === null ? t('at least {0}', formatTokens(breakEven.low)) : `${formatTokens(breakEven.low)} – ${formatTokens(breakEven.high)}`)
          + (scenario.callsPerDay !== null && row.cost.perMonth ? ` ${row.cost.perMonth.likely > scenario.flatFee ? t('At {0} calls a day it does.', formatTokens(scenario.callsPerDay)) : t('At {0} calls a day it does not.', formatTokens(scenario.callsPerDay))}` : '')
        : t('It cannot be told from when a flat fee pays: the cost of a call is not known.'))] : []),
    );
  };
  const price = (rows: ComparisonData['rows']): readonly PricedRow[] => priceRows(rows, data.facts, scenario, data.today, bills);
  const update = (): void => {
    // Sliders leave many behind.
    if (bills.size > 40 * data.rows.length) bills.clear();
    lead.textContent = scenarioSentence(scenario, t) || t('List prices, as estimated; move the controls to compare under other circumstances.');
    const now = scenario;
    if (priced.length === 0 || data.rows.length <= atOnce) {
      priced = price(data.rows);
      showRows();
      return;
    }
    // Of a long list what is in sight first; the others, and with them the order, within the next moments.
    const shown = new Set([...table.inSight(), ...table.sorted().slice(0, chartRows)].map(({ row }) => row.key));
    const first = new Map(price(data.rows.filter((row) => row.current || shown.has(row.key))).map((each) => [each.row.key, each]));
    priced = priced.map((each) => first.get(each.row.key) ?? each);
    table.refresh(matching());
    let done = 0;
    const go = (): void => {
      if (scenario !== now) return;
      const until = performance.now() + sliceMs;
      while (done < data.rows.length && performance.now() < until) price(data.rows.slice(done, done += 20));
      if (done < data.rows.length) { setTimeout(go); return; }
      priced = price(data.rows);
      soon('rows', showRows);
    };
    afterPaint(go);
  };

  note.textContent = `${t('Prices of {0}; each row names its source. Exchange rates of {1}.', data.today, data.facts.rates.checkedOn)} ${t('Enter moves the call to the row, Space pins it.')}`;
  root.replaceChildren(
    h('h1', {}, data.title), lead,
    h('div', { class: 'bar-of-buttons', role: 'toolbar', 'aria-label': t('Actions') },
      ...(data.subject.kind === 'call' ? [move, button(t('Open the call'), 'open', () => post({ type: 'open', place: null }))] : []),
      button(t('Copy as Markdown'), 'copy-markdown', () => copied('markdown')), button(t('Copy as CSV'), 'copy-csv', () => copied('csv')),
      button(t('Save scenario to tokenfare.yaml'), 'save-scenario', () => post({ type: 'saveScenario', scenario }))),
    controls.element,
    h('h2', {}, t('Models')), h('div', { class: 'bar-of-buttons' }, search, scope), table.element, note,
    h('h2', {}, t('Cost of 1,000 calls, low to high')), charts, exports(charts, 'cost-ranges'),
    h('h2', {}, t('Cost and quality')), scatter, exports(scatter, 'cost-quality'),
    detailed,
  );
  update();
  save();
}

function driverName({ driver }: Sensitivity): string {
  switch (driver) {
    case 'input-tokens': return t('prompt');
    case 'output-tokens': return t('answer');
    case 'cache-hits': return t('cache');
    case 'batch': return t('batch');
    case 'peak-hours': return t('peak hours');
    case 'calls': return t('calls a day');
    case 'discount': return t('discount');
  }
}

function driverEnds({ driver, from, to }: Sensitivity): string {
  const isShare = driver === 'cache-hits' || driver === 'batch' || driver === 'peak-hours';
  const shown = (value: number): string => (isShare ? `${Math.round(value * 100)}%` : driver === 'discount' ? `${value}%` : formatTokens(value));
  return `${shown(from)}–${shown(to)}`;
}

addEventListener('message', ({ data: message }: MessageEvent<ToComparison>) => {
  if (message?.type === 'data') {
    speak(message.data.texts);
    build(message.data);
  } else if (message?.type === 'gone') {
    speak(message.texts);
    root.replaceChildren(h('h1', {}, t('Nothing to compare')), h('p', {}, message.message));
  }
});
post({ type: 'ready' });
