/** The controls of a scenario: each a slider and a number that mean the same, usable by the keyboard alone. */
import { formatMoney } from '../src/core/format.js';
import { type Scenario, neutralScenario } from '../src/core/scenario.js';
import { h, t } from './page.js';

interface Control {
  readonly field: Exclude<keyof Scenario, 'currency'>;
  readonly title: () => string;
  readonly unit: () => string;
  /** Ends of the slider; the number may go further. */
  readonly most: number;
  readonly step: number;
  /** Shown = stored × this. */
  readonly times: number;
  /** Empty means "not said". */
  readonly optional: boolean;
  /** Slider in even steps of size, for wide ranges. */
  readonly logarithmic?: boolean;
}

const controls: readonly Control[] = [
  { field: 'callsPerDay', title: () => t('Calls a day'), unit: () => '', most: 1_000_000, step: 1, times: 1, optional: true, logarithmic: true },
  { field: 'outputTokens', title: () => t('Length of an answer'), unit: () => t('tokens'), most: 16_000, step: 1, times: 1, optional: true, logarithmic: true },
  { field: 'cacheHitShare', title: () => t('Prompt served by the cache'), unit: () => '%', most: 100, step: 1, times: 100, optional: false },
  { field: 'batchShare', title: () => t('Sent as a batch'), unit: () => '%', most: 100, step: 1, times: 100, optional: false },
  { field: 'peakShare', title: () => t('In the vendor\'s peak hours'), unit: () => '%', most: 100, step: 1, times: 100, optional: true },
  { field: 'imagesPerCall', title: () => t('Pictures per call'), unit: () => '', most: 20, step: 1, times: 1, optional: false },
  { field: 'addedTokens', title: () => t('Tokens added to each prompt'), unit: () => t('tokens'), most: 20_000, step: 10, times: 1, optional: false },
  { field: 'monthlyGrowth', title: () => t('Growth a month'), unit: () => '%', most: 50, step: 1, times: 100, optional: false },
  { field: 'months', title: () => t('Months added up'), unit: () => '', most: 36, step: 1, times: 1, optional: false },
  { field: 'discountPercent', title: () => t('Discount'), unit: () => '%', most: 60, step: 1, times: 1, optional: false },
  { field: 'flatFee', title: () => t('Flat fee a month, to compare with'), unit: () => '', most: 10_000, step: 1, times: 1, optional: true, logarithmic: true },
];

/** The fieldset; `onChange` is called with every step of a slider. */
export function scenarioControls(start: Scenario, currencies: readonly string[], onChange: (scenario: Scenario) => void): { readonly element: HTMLElement; show(scenario: Scenario): void } {
  let scenario = start;
  const updates: (() => void)[] = [];
  const set = (change: Partial<Scenario>): void => {
    scenario = { ...scenario, ...change };
    for (const update of updates) update();
    onChange(scenario);
  };
  const toSlider = (control: Control, shown: number): number => (control.logarithmic ? (Math.log10(1 + shown) / Math.log10(1 + control.most)) * 1000 : shown);
  const fromSlider = (control: Control, at: number): number => {
    if (!control.logarithmic) return at;
    const value = 10 ** ((at / 1000) * Math.log10(1 + control.most)) - 1;
    return value < 10 ? Math.round(value) : Number(value.toPrecision(2));
  };
  const fields = controls.map((control) => {
    const id = `scenario-${control.field}`;
    const slider = h('input', { type: 'range', min: control.field === 'monthlyGrowth' ? -20 : control.field === 'months' ? 1 : 0, max: control.logarithmic ? 1000 : control.most, step: control.logarithmic ? 5 : control.step, 'aria-label': control.title(), id: `${id}-slider`, oninput: () => {
      set({ [control.field]: fromSlider(control, Number(slider.value)) / control.times });
    } });
    const number = h('input', { type: 'number', id, min: control.field === 'monthlyGrowth' ? -99 : control.field === 'months' ? 1 : 0, ...(control.times === 100 && control.field !== 'monthlyGrowth' ? { max: 100 } : control.field === 'discountPercent' ? { max: 100 } : control.field === 'months' ? { max: 120 } : {}), step: 'any', placeholder: control.optional ? t('not said') : null, onchange: () => {
      const value = number.value.trim() === '' ? null : Number(number.value);
      if (value !== null && (!Number.isFinite(value) || !number.checkValidity())) { number.reportValidity(); return; }
      if (value === null && !control.optional) { set({ [control.field]: neutralScenario[control.field] }); return; }
      set({ [control.field]: value === null ? null : value / control.times });
    } });
    updates.push(() => {
      const value = scenario[control.field];
      const shown = value === null ? null : Number((value * control.times).toPrecision(6));
      if (document.activeElement !== number) number.value = shown === null ? '' : String(shown);
      slider.value = String(shown === null ? 0 : toSlider(control, shown));
      slider.setAttribute('aria-valuetext', shown === null ? t('not said') : control.field === 'flatFee' ? formatMoney(shown, scenario.currency) : `${shown} ${control.unit()}`.trim());
    });
    return h('div', { class: 'control' }, h('label', { for: id }, control.title()), slider, h('span', {}, number, control.unit() ? h('span', { class: 'unit' }, ` ${control.unit()}`) : null));
  });
  const currency = h('select', { id: 'scenario-currency', onchange: () => set({ currency: currency.value }) }, ...currencies.map((each) => h('option', { value: each }, each)));
  updates.push(() => { currency.value = scenario.currency; });
  fields.push(h('div', { class: 'control' }, h('label', { for: 'scenario-currency' }, t('Currency')), currency));
  const reset = h('button', { type: 'button', class: 'plain', onclick: () => set({ ...neutralScenario, currency: scenario.currency, callsPerDay: start.callsPerDay }) }, t('Reset'));
  for (const update of updates) update();
  return {
    element: h('fieldset', {}, h('legend', {}, t('Scenario')), h('div', { class: 'controls' }, ...fields), h('div', { class: 'bar-of-buttons' }, reset)),
    show(next) { scenario = next; for (const update of updates) update(); },
  };
}
