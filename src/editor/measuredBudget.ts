/** A measured budget in words: short for the status bar, in lines for its tooltip. */
import { formatMoney } from '../core/format.js';
import { spendingBy, type BudgetState } from '../core/spending.js';
import { inScope } from '../core/spending.js';
import type { Translate } from '../messages.js';
import { escapeMarkdown as escape } from './markdown.js';
import type { Usage } from './usage.js';

/** Whole amounts that somebody chose are shown without cents. */
const plain = (amount: number, currency: string): string => formatMoney(amount, currency).replace(/\.00$/, '');

/** `$12.40 / $50`; `≥` when requests of unknown cost are left out, `≈` when a part was counted here. */
export function measuredText({ spent, spending, budget }: BudgetState): string {
  const mark = spending.unknown > 0 ? '≥ ' : spending.counted > 0 ? '≈ ' : '';
  return `${mark}${formatMoney(spent, budget.currency)} / ${plain(budget.amount, budget.currency)}`;
}

/** Paragraphs of Markdown about one budget. */
export function measuredLines(state: BudgetState, usage: Usage, t: Translate): readonly string[] {
  const { budget, spending, spent, share, today, forecast, burnsOn, period } = state;
  const money = (amount: number): string => escape(formatMoney(amount, budget.currency));
  const rates = usage.rates();
  const scope = budget.name ?? Object.entries(budget.scope ?? {}).filter(([key]) => key !== 'folder').map(([key, value]) => `${key} ${value}`).join(', ');
  const rows = usage.latest(period).filter(({ key }) => inScope(key, budget.scope));
  const top = (field: 'provider' | 'callSite'): string => (rates ? spendingBy(rows.filter(({ key }) => key[field] !== ''), field, budget.currency, rates).slice(0, 3)
    .filter(({ spending: each }) => each.measured + each.counted > 0).map(({ name, spending: each }) => `${escape(name)} ${money(each.measured + each.counted)}`).join(', ') : '');
  const lines = [
    t('**Measured{0}**: {1} of {2} ({3}%), today {4}.', scope ? ` · ${escape(scope)}` : '', money(spent), escape(plain(budget.amount, budget.currency)), Math.round(share * 100), money(today)),
    forecast.high === null ? t('Forecast: {0}.', money(forecast.likely)) : t('Forecast: {0} ({1} – {2}).', money(forecast.likely), money(forecast.low), money(forecast.high)),
  ];
  if (burnsOn) lines.push(share >= 1 ? t('The budget is used up.') : t('At this pace it is used up on {0}.', burnsOn));
  if (spending.counted > 0) lines.push(t('Of it {0} from tokens that were counted here, because the provider reported none.', money(spending.counted)));
  if (spending.unknown > 0) lines.push(t('Requests of unknown cost, not in it: {0}.', spending.unknown));
  const [providers, calls] = [top('provider'), top('callSite')];
  if (providers) lines.push(t('Per provider: {0}.', providers));
  if (calls) lines.push(t('Top calls: {0}.', calls));
  return [lines.join('  \n')];
}
