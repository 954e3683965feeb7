/** The usage dashboard: draws what the extension worked out (src/core/dashboard.ts) and sends back what is chosen. */
import './locale.js';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './dashboard.css';
import type { DashboardCall, DashboardData } from '../src/core/dashboard.js';
import { formatMoney, formatTokens } from '../src/core/format.js';

interface State { range: string; from: string; to: string; group: string; hidden: string[] }
interface Show { readonly type: 'show'; readonly data: DashboardData | null; readonly state: State; readonly texts: Readonly<Record<string, string>>; readonly metering: boolean; readonly available: boolean }

declare function acquireVsCodeApi(): { postMessage(message: unknown): void; setState(state: unknown): void };
const editor = acquireVsCodeApi();
const root = document.getElementById('root')!;
let shown: Show | null = null;
let charts: uPlot[] = [];

const t = (message: string, ...values: (string | number)[]): string => (shown?.texts[message] ?? message).replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
const css = (name: string, fallback = '#888'): string => getComputedStyle(document.body).getPropertyValue(name).trim() || fallback;
// Orange is half transparent in the usual themes and would mix with what is behind it.
const palette = ['blue', 'green', 'purple', 'yellow', 'red', 'foreground'].map((name) => `--vscode-charts-${name}`);
const colour = (index: number): string => css(palette[index] ?? '--vscode-descriptionForeground');

type Child = Node | string | null | undefined | false;
function h(tag: string, attributes: Record<string, string | ((event: Event) => void)> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}
const ask = (command: string, more: object = {}): void => editor.postMessage({ command, ...more });
const choose = (change: Partial<State>): void => { if (shown) ask('choose', { state: { ...shown.state, ...change } }); };

function select(label: string, value: string, options: readonly (readonly [string, string])[], pick: (value: string) => void): HTMLElement {
  const box = h('select', { 'aria-label': label, onchange: (event) => pick((event.target as HTMLSelectElement).value) }, ...options.map(([id, name]) => {
    const option = h('option', { value: id }, name) as HTMLOptionElement;
    option.selected = id === value;
    return option;
  }));
  return box;
}

function tools({ state, metering, data, available }: Show): HTMLElement {
  const date = (name: 'from' | 'to'): HTMLElement => h('input', { type: 'date', value: state[name], 'aria-label': name === 'from' ? t('From') : t('To'), onchange: (event) => choose({ [name]: (event.target as HTMLInputElement).value, range: 'custom' }) });
  return h('div', { class: 'tools', role: 'toolbar', 'aria-label': t('Range and grouping') },
    select(t('Range'), state.range, [['today', t('today')], ['week', t('this week')], ['month', t('this month')], ['30', t('30 days')], ['90', t('90 days')], ['custom', t('custom')]], (range) => choose({ range })),
    state.range === 'custom' && date('from'), state.range === 'custom' && date('to'),
    select(t('Group by'), state.group, [['provider', t('by provider')], ['model', t('by model')], ['callSite', t('by call site')], ['source', t('by source')]], (group) => choose({ group })),
    ...(data?.sources.length ?? 0) > 1 ? data!.sources.map(({ name, shown: on, requests }) => h('label', {}, check(on, () => choose({ hidden: on ? [...state.hidden, name] : state.hidden.filter((each) => each !== name) })), `${name} (${requests})`)) : [],
    h('span', { class: 'gap' }),
    available && h('button', { onclick: () => ask(metering ? 'stop' : 'start') }, metering ? t('Stop Metering') : t('Start Metering')),
    h('button', { onclick: () => ask('import') }, t('Import…')), h('button', { onclick: () => ask('export') }, t('Export…')));
}

function check(on: boolean, change: () => void): HTMLElement {
  const box = h('input', { type: 'checkbox', onchange: change }) as HTMLInputElement;
  box.checked = on;
  return box;
}

/** What to do when there is nothing yet. */
function empty({ available }: Show): HTMLElement {
  return h('div', { class: 'empty' },
    h('h2', {}, t('No usage in this range yet')),
    h('p', {}, t('Estimates come from your code; what is really spent comes in one of three ways. Nothing leaves this machine.')),
    h('ol', {},
      available && h('li', {}, h('b', {}, t('Meter programs you run here.')), ' ', t('New terminals and debug sessions go through a proxy on this machine that reads the usage of each answer. Your code stays as it is.'), h('button', { class: 'primary', onclick: () => ask('start') }, t('Start Metering'))),
      h('li', {}, h('b', {}, t('Meter any command:')), ' ', h('code', {}, 'tokenfare meter -- npm run dev')),
      h('li', {}, h('b', {}, t('Import what others recorded:')), ' ', t('LiteLLM, OpenRouter, OpenAI and Anthropic exports, and the logs of Claude Code, Codex and Gemini CLI.'), h('button', { onclick: () => ask('import') }, t('Import…')))));
}

function figures(data: DashboardData): HTMLElement {
  const { total, currency, budget } = data;
  const { sums } = total;
  const figure = (value: string, name: string, state = ''): HTMLElement => h('div', { class: `figure ${state}` }, h('b', {}, value), name);
  return h('div', { class: 'figures' },
    figure(`${total.unknown > 0 ? '≥ ' : ''}${formatMoney(total.measured, currency)}`, t('measured')),
    total.counted > 0 && figure(`≈ ${formatMoney(total.counted, currency)}`, t('counted here, not reported')),
    budget && figure(`${Math.round(budget.share * 100)}%`, budget.state === 'over' ? t('of the budget: used up') : budget.burnsOn ? t('of the budget; used up on {0}', budget.burnsOn) : t('of the budget of {0}', formatMoney(budget.amount, budget.currency)), budget.state),
    figure(sums.requests.toLocaleString(), sums.errors + sums.aborted > 0 ? t('requests, {0} failed', sums.errors + sums.aborted) : t('requests')),
    figure(sums.input > 0 ? `${Math.round((sums.cached / sums.input) * 100)}%` : '–', t('of the input from cache')),
    figure(sums.timed > 0 ? `${(sums.latencyMs / sums.timed / 1000).toFixed(1)} s` : '–', t('mean latency')),
    total.unknown > 0 && figure(String(total.unknown), t('of unknown cost, not in the sum')),
    total.subscriptionValue > 0 && figure(formatMoney(total.subscriptionValue, currency), t('subscriptions at list price, not paid per request')));
}

const axisOf = (money: (value: number) => string): uPlot.Axis[] => {
  const base = { stroke: css('--vscode-descriptionForeground'), grid: { stroke: css('--vscode-panel-border', 'rgba(128,128,128,.3)'), width: 1 }, ticks: { show: false }, font: `11px ${css('--vscode-font-family', 'sans-serif')}` };
  return [base, { ...base, size: 64, values: (_: uPlot, values: number[]) => values.map(money) }];
};

function chart(title: string, describe: string, options: Partial<uPlot.Options>, data: uPlot.AlignedData, legend: HTMLElement): HTMLElement {
  const holder = h('div', { role: 'img', 'aria-label': describe });
  const box = h('div', { class: 'chart' }, h('h2', {}, title), holder, legend);
  requestAnimationFrame(() => {
    const plot = new uPlot({ width: Math.max(300, holder.clientWidth), height: 220, cursor: { drag: { x: false, y: false } }, legend: { show: false }, ...options, series: options.series ?? [] } as uPlot.Options, data, holder);
    charts.push(plot);
  });
  return box;
}

const times = (days: readonly string[]): number[] => days.map((day) => new Date(`${day}T00:00:00`).getTime() / 1000);

function spendChart({ days, series, currency }: DashboardData): HTMLElement {
  // Bars stand on each other: the tallest is drawn first.
  const sums = series.map((_, index) => days.map((__, day) => series.slice(0, index + 1).reduce((sum, each) => sum + each.amounts[day]!, 0)));
  const order = sums.map((_, index) => index).reverse();
  const x = times(days);
  const half = 43_200;
  const total = series.map(({ amounts }) => amounts.reduce((sum, each) => sum + each, 0));
  const name = (each: string): string => (each === '' ? t('others') : each);
  return chart(t('Spending per day'), t('Bars of spending per day: {0}', series.map((each, index) => `${name(each.name)} ${formatMoney(total[index]!, currency)}`).join(', ')), {
    axes: axisOf((value) => formatMoney(value, currency)), scales: { x: { range: () => [x[0]! - half, x.at(-1)! + half] }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1] } },
    series: [{}, ...order.map((index) => ({ fill: colour(index), stroke: css('--vscode-contrastBorder', 'transparent'), width: 1, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.7, 60] }) }))],
  }, [x, ...order.map((index) => sums[index]!)], h('ul', { class: 'legend' }, ...series.map((each, index) => h('li', {}, h('span', { class: `swatch c${Math.min(index, 6)}` }), `${name(each.name)} ${formatMoney(total[index]!, currency)}`))));
}

function budgetChart({ budget }: DashboardData): HTMLElement | null {
  if (!budget) return null;
  const x = times(budget.days);
  const most = Math.max(budget.amount, ...[...budget.spent, ...budget.high, ...budget.forecast].map((each) => each ?? 0));
  const [spent, line, band] = [css('--vscode-charts-blue'), css('--vscode-charts-red'), css('--vscode-charts-blue')];
  const money = (value: number): string => formatMoney(value, budget.currency);
  const hasBand = budget.high.some((each) => each !== null);
  return chart(budget.name ? t('Budget "{0}"', budget.name) : t('Budget'), t('Spent {0} of {1}; forecast {2}', money(Math.max(0, ...budget.spent.map((each) => each ?? 0))), money(budget.amount), money(budget.forecast.at(-1) ?? 0)), {
    axes: axisOf(money), scales: { y: { range: () => [0, most * 1.08 || 1] } },
    series: [{}, { stroke: spent, width: 2, points: { show: false } }, { stroke: line, width: 1.5, dash: [6, 4], points: { show: false } }, { stroke: spent, width: 1.5, dash: [3, 3], points: { show: false } }, { stroke: 'transparent', points: { show: false } }, { stroke: 'transparent', points: { show: false } }],
    ...(hasBand && { bands: [{ series: [5, 4] as [number, number], fill: `color-mix(in srgb, ${band} 22%, transparent)` }] }),
  }, [x, [...budget.spent], x.map(() => budget.amount), [...budget.forecast], [...budget.low], [...budget.high]] as uPlot.AlignedData, h('ul', { class: 'legend' },
    h('li', {}, h('span', { class: 'swatch c0' }), t('spent')), h('li', {}, h('span', { class: 'swatch c4' }), t('budget {0}', money(budget.amount))), h('li', {}, `┄ ${t('forecast {0}', money(budget.forecast.at(-1) ?? 0))}`),
    hasBand ? h('li', { class: 'quiet' }, t('band: 80%, {0} – {1}', money(budget.low.at(-1) ?? 0), money(budget.high.at(-1) ?? 0))) : h('li', { class: 'quiet' }, t('too few days for a band'))));
}

function tokenMix({ tokens }: DashboardData): HTMLElement {
  const parts = [[t('input'), tokens.fresh], [t('from cache'), tokens.cached], [t('written to cache'), tokens.cacheWrite], [t('output'), tokens.output], [t('reasoning'), tokens.reasoning], [t('pictures, sound'), tokens.media]] as const;
  const all = parts.reduce((sum, [, value]) => sum + value, 0);
  const bar = h('div', { class: 'mix', role: 'img', 'aria-label': parts.map(([name, value]) => `${name} ${formatTokens(value)}`).join(', ') });
  parts.forEach(([name, value], index) => {
    if (value <= 0) return;
    const part = h('span', { class: `c${index}`, title: `${name}: ${formatTokens(value)}` });
    part.style.setProperty('--part', String(value / all));
    bar.append(part);
  });
  return h('div', {}, h('h2', {}, t('Tokens')), bar, h('ul', { class: 'legend' }, ...parts.map(([name, value], index) => (value > 0 ? h('li', {}, h('span', { class: `swatch c${index}` }), `${name} ${formatTokens(value)} (${Math.round((value / all) * 100)}%)`) : null))));
}

function tableOf(head: readonly string[], rows: readonly (readonly Child[])[], numbersFrom: number): HTMLElement {
  return h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, ...head.map((each, index) => h('th', { scope: 'col', ...(index >= numbersFrom && { class: 'n' }) }, each)))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((each, index) => h('td', index >= numbersFrom ? { class: 'n' } : {}, each)))))));
}

function calls({ calls: list, currency }: DashboardData): HTMLElement {
  const compared = ({ estimate, actual }: DashboardCall): string => {
    if (!estimate || actual === null || estimate.likely <= 0) return '';
    const factor = actual / estimate.likely;
    return `${factor >= 1 ? '+' : '−'}${Math.round(Math.abs(factor - 1) * 100)}%${actual < estimate.low || (estimate.high !== null && actual > estimate.high) ? ' !' : ''}`;
  };
  const per = (amount: number | null | undefined): string => (amount === null || amount === undefined ? '?' : formatMoney(amount, currency));
  return h('div', {}, h('h2', {}, t('Calls: estimate and actual, per call')),
    list.length === 0 ? h('p', { class: 'quiet' }, t('No request could be traced to a call in the code yet. Requests are recognised by the fixed text of a prompt, while the file is open.'))
      : tableOf([t('call'), t('model'), t('requests'), t('estimate'), t('actual'), t('difference'), t('tokens in'), t('tokens out'), t('cached')], list.map((call) => [
        h('button', { class: 'link', title: t('Open the code'), onclick: () => ask('open', { site: call.site }) }, call.site), call.model, call.requests.toLocaleString(), call.estimate ? per(call.estimate.likely) : '', per(call.actual), compared(call), formatTokens(call.meanInput), formatTokens(call.meanOutput), `${Math.round(call.cachedShare * 100)}%`,
      ]), 2));
}

function models({ models: list, currency }: DashboardData): HTMLElement {
  const ms = (value: number | null): string => (value === null ? '' : `${(value / 1000).toFixed(2)} s`);
  return h('div', {}, h('h2', {}, t('Models')), tableOf([t('model'), t('provider'), t('requests'), t('cost'), t('tokens in'), t('tokens out'), t('cached'), t('latency, median'), t('95%')], list.map(({ provider, model, spending: { sums, measured, counted, unknown }, p50, p95 }) => [
    model, provider, sums.requests.toLocaleString(), unknown === sums.requests ? '?' : `${unknown > 0 ? '≥ ' : ''}${counted > 0 ? '≈ ' : ''}${formatMoney(measured + counted, currency)}`, formatTokens(sums.input), formatTokens(sums.output), sums.input > 0 ? `${Math.round((sums.cached / sums.input) * 100)}%` : '', ms(p50), ms(p95),
  ]), 2), list.some(({ spending }) => spending.counted > 0) ? h('p', { class: 'quiet' }, t('≈ holds tokens that were counted here, because the provider reported none. ≥ leaves out requests of unknown cost.')) : null);
}

function dayTable({ days, series, currency }: DashboardData): HTMLElement {
  return h('details', {}, h('summary', {}, t('Spending per day as a table')), tableOf([t('day'), ...series.map(({ name }) => name || t('others'))], days.map((day, index) => [day, ...series.map(({ amounts }) => formatMoney(amounts[index]!, currency))]), 1));
}

function render(): void {
  for (const plot of charts) plot.destroy();
  charts = [];
  if (!shown) return;
  const focused = document.activeElement?.getAttribute('aria-label');
  const { data } = shown;
  root.replaceChildren(h('h1', {}, t('Usage')), tools(shown));
  if (!data || data.total.sums.requests === 0) root.append(empty(shown));
  else root.append(figures(data), h('div', { class: 'charts' }, spendChart(data), budgetChart(data) ?? ''), tokenMix(data), calls(data), models(data), dayTable(data));
  if (focused) root.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
}

window.addEventListener('message', ({ data }: MessageEvent<Show>) => {
  if (data?.type !== 'show') return;
  shown = data;
  editor.setState(data.state);
  render();
});
let resizing = 0;
window.addEventListener('resize', () => { clearTimeout(resizing); resizing = window.setTimeout(render, 120); });
// The theme may change while the page is open.
new MutationObserver(render).observe(document.body, { attributes: true, attributeFilter: ['class'] });
ask('ready');
