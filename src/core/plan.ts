/**
 * What a month costs: requests times the bill of one, less what is free, with a subscription or reserved throughput
 * where one is chosen; and when a flat fee pays. All sums are exact; results are rounded as in price.ts.
 */
import { add, compare, divide, fraction, multiply, subtract, toNumber, zero, type Fraction } from './money.js';
import type { CostComponent, Endpoint, Model, Plan, PlanPeriod, PriceUnit, Provider, Spread } from './model.js';
import { billOf, exchange, levels, matchesModel, priceOn, shareLine, toComponent, toSpread, totalOf, type Amounts, type Line, type PriceOptions, type Usage } from './price.js';

/** Periods in a month: a year has 365 days, 8,760 hours, and twelve equal months. */
const periodsPerMonth: Readonly<Record<PlanPeriod, Fraction>> = {
  hour: fraction(730), day: divide(fraction(365), fraction(12)), week: divide(fraction(365), fraction(84)),
  month: fraction(1), quarter: divide(fraction(1), fraction(3)), year: divide(fraction(1), fraction(12)),
};

export interface MonthlyOptions extends PriceOptions {
  /** Pay in advance with this plan; absent = pay as you go. */
  readonly plan?: Plan;
  /** Reserved units of a plan with capacity; absent = 1. */
  readonly units?: number;
  /** Deduct what the vendor gives away each month; with `firstMonth` also what it gives once. */
  readonly freeAllowances?: boolean;
  readonly firstMonth?: boolean;
}

/** A month's bill in the user's currency; `total` is null with a reason when it cannot be worked out. */
export interface MonthlyCost {
  readonly currency: string;
  readonly nativeCurrency: string | null;
  readonly total: Spread | null;
  readonly components: readonly CostComponent[];
  readonly reason: 'no-price' | 'fee-not-published' | 'over-quota' | null;
}

const oneEach: Spread = { low: 1, likely: 1, high: 1 };
const flat = (amount: Fraction): Amounts => ({ low: amount, likely: amount, high: amount });
const least = (a: Fraction, b: Fraction): Fraction => (compare(a, b) <= 0 ? a : b);

function at(quantity: Spread, level: 'low' | 'likely' | 'high'): Fraction | null {
  const value = quantity[level];
  return value === null ? null : fraction(value);
}

/** Quantity of a month. */
function monthly(quantity: Spread, calls: Fraction): Readonly<Record<'low' | 'likely' | 'high', Fraction | null>> {
  const times = (value: Fraction | null): Fraction | null => value && multiply(value, calls);
  return { low: times(at(quantity, 'low')), likely: times(at(quantity, 'likely')), high: times(at(quantity, 'high')) };
}

/** Free quantities of a month by unit. */
function freeQuantities(provider: Provider, model: Model, endpoint: Endpoint | null, options: MonthlyOptions): Map<PriceUnit, Fraction> {
  const free = new Map<PriceUnit, Fraction>();
  const give = (unit: PriceUnit, quantity: Fraction): void => { free.set(unit, add(free.get(unit) ?? zero, quantity)); };
  for (const each of options.freeAllowances ? provider.freeAllowances ?? [] : []) {
    if (!each.unit || each.quantity === undefined || !matchesModel(each.models, model.id)) continue;
    if (each.endpoints && !each.endpoints.includes(endpoint?.id ?? '')) continue;
    if (each.validTo && options.date >= each.validTo) continue;
    if (each.period === 'once' && !options.firstMonth) continue;
    give(each.unit, multiply(fraction(each.quantity), each.period === 'day' ? periodsPerMonth.day : fraction(1)));
  }
  const { plan } = options;
  for (const each of plan?.includes ?? []) {
    if (matchesModel(each.models, model.id)) give(each.unit, multiply(multiply(fraction(each.quantity), periodsPerMonth[plan!.period]), fraction(options.units ?? 1)));
  }
  return free;
}

/** Credit of a month in the price's currency. */
function freeCredit(provider: Provider, model: Model, currency: string, options: MonthlyOptions): Fraction {
  let credit = zero;
  for (const each of options.freeAllowances ? provider.freeAllowances ?? [] : []) {
    if (!each.amount || !each.currency || !matchesModel(each.models, model.id) || (each.validTo && options.date >= each.validTo)) continue;
    if (each.period === 'once' && !options.firstMonth) continue;
    const rate = exchange(options.rates, each.currency, currency);
    if (rate) credit = add(credit, multiply(multiply(fraction(each.amount), rate), each.period === 'day' ? periodsPerMonth.day : fraction(1)));
  }
  return credit;
}

/** Base fee of a plan for one period at a volume (units of `plan.volumeUnit` per period), in its currency; null when it is not published or the volume is beyond every tier. */
export function planFee(plan: Plan, volume: number): string | null {
  return plan.fees?.find((fee) => fee.upTo === undefined || volume <= fee.upTo)?.amount ?? null;
}

/**
 * Cost of `calls` requests a month. Free and bundled quantities are taken off the units they name, at the average rate
 * of that unit; surcharges, discounts and percentage fees are taken of what is left. A plan whose fee nobody published, or whose quota is exceeded without overage, gives no total.
 */
export function monthlyCost(
  usage: Usage, calls: number, provider: Provider, model: Model, endpoint: Endpoint | null, options: MonthlyOptions,
): MonthlyCost {
  const { currency, plan, rates } = options;
  const chosen = priceOn(model, endpoint?.id ?? provider.defaultEndpoint?.['*'] ?? null, options.date, currency);
  const nothing = (reason: MonthlyCost['reason']): MonthlyCost => ({ currency, nativeCurrency: chosen?.currency ?? plan?.currency ?? null, total: null, components: [], reason });
  if (!chosen) return nothing('no-price');
  const factor = exchange(rates, chosen.currency, currency);
  const times = fraction(calls);
  const planned = plan && plan.kind !== 'commitment' && plan.capacity === undefined && matchesModel(plan.models, model.id);
  const reserved = plan?.capacity !== undefined && matchesModel(plan.models, model.id);
  const priced = planned && Array.isArray(plan.overage) ? { ...chosen, components: plan.overage } : chosen;
  // What a plan only counts by (transactions) need not have a rate of its own.
  const counter = plan?.volumeUnit;
  const isBilled = counter === undefined || priced.components.some((each) => each.unit === counter) || provider.charges?.some((each) => each.unit === counter) === true;
  const { [counter ?? 'request']: _counted, ...uncounted } = usage;
  const bill = billOf(isBilled ? usage : uncounted, provider, model, endpoint, priced, options);
  if (!factor || !bill) return nothing('no-price');

  const free = freeQuantities(provider, model, endpoint, options);
  const lines: Line[] = [];
  let exceeded = false;
  for (const line of bill.lines) {
    if (line.share) { lines.push(shareLine({ unit: line.unit, ...(line.name !== undefined && { name: line.name }) }, line.share, lines)); continue; }
    const quantity = monthly(line.quantity, times);
    const given = free.get(line.unit as PriceUnit) ?? zero;
    const native: Record<'low' | 'likely' | 'high', Fraction | null> = { low: null, likely: null, high: null };
    for (const level of levels) {
      const amount = line.native[level];
      const used = quantity[level];
      if (!amount || !used) { native[level] = amount && multiply(amount, times); continue; }
      const rest = subtract(used, least(used, given));
      if (rest.num > 0n) exceeded = true;
      native[level] = used.num === 0n ? zero : multiply(multiply(amount, times), divide(rest, used));
    }
    const total = quantity.likely ?? zero;
    lines.push({
      ...line, native,
      quantity: { low: toNumber(quantity.low ?? zero), likely: toNumber(total), high: quantity.high && toNumber(quantity.high) },
    });
  }
  if (planned && plan.overage === 'refused' && exceeded) return nothing('over-quota');
  // What is reserved is not metered.
  const kept = reserved ? [] : lines;
  if (plan && plan.kind !== 'commitment') {
    const volume = plan.volumeUnit ? at(usage[plan.volumeUnit] ?? oneEach, 'likely') : null;
    const perPeriod = volume ? toNumber(divide(multiply(volume, times), periodsPerMonth[plan.period])) : 0;
    const fee = planFee(plan, perPeriod);
    const rate = exchange(rates, plan.currency, chosen.currency);
    if (fee === null || !rate) return nothing('fee-not-published');
    const amount = multiply(multiply(multiply(fraction(fee), periodsPerMonth[plan.period]), fraction(options.units ?? 1)), rate);
    kept.push({ unit: 'plan-fee', name: plan.name, quantity: oneEach, native: flat(amount) });
  }
  if (plan?.minimumAmount) {
    const rate = exchange(rates, plan.currency, chosen.currency);
    if (!rate) return nothing('no-price');
    const minimum = multiply(multiply(fraction(plan.minimumAmount), periodsPerMonth[plan.period]), rate);
    const total = totalOf(kept);
    const missing = (amount: Fraction | null): Fraction | null => amount && (compare(amount, minimum) < 0 ? subtract(minimum, amount) : zero);
    const native = { low: missing(total.low), likely: missing(total.likely), high: missing(total.high) ?? zero };
    if ([native.low, native.likely, native.high].some((each) => each && each.num > 0n)) kept.push({ unit: 'minimum-commitment', name: plan.name, quantity: oneEach, native });
  }
  const credit = freeCredit(provider, model, chosen.currency, options);
  if (credit.num > 0n) {
    const total = totalOf(kept);
    const taken = (amount: Fraction | null): Fraction | null => multiply(least(amount ?? credit, credit), fraction(-1));
    kept.push({ unit: 'free-credit', quantity: oneEach, native: { low: taken(total.low), likely: taken(total.likely), high: taken(total.high) } });
  }
  const total = totalOf(kept);
  const convert = (amount: Fraction | null): Fraction | null => amount && multiply(amount, factor);
  return {
    currency, nativeCurrency: chosen.currency, components: kept.map((line) => toComponent(line, factor)), reason: null,
    total: toSpread({ low: convert(total.low), likely: convert(total.likely), high: bill.unpublished.length > 0 && !reserved ? null : convert(total.high) }),
  };
}

/**
 * Calls per period from which a flat fee is no dearer than paying per call: fee ÷ cost per call, rounded up. The dearer
 * a call, the earlier; `high: null` when a call may cost nothing, null when it probably does. Both in the same currency.
 */
export function breakEvenCalls(fee: number | string, perCall: Spread): Spread | null {
  const calls = (cost: number): number | null => {
    if (cost <= 0) return null;
    const exact = divide(fraction(fee), fraction(cost));
    return Number((exact.num + exact.den - 1n) / exact.den);
  };
  const likely = calls(perCall.likely);
  if (likely === null) return null;
  return { low: perCall.high === null ? 1 : calls(perCall.high) ?? likely, likely, high: calls(perCall.low) };
}

/** What moving saves per call or conversation: an amount (positive = cheaper after) and the part of the old cost, both exact to 12 digits. */
export function savingOf(before: number | string, after: number | string): { readonly amount: number; readonly share: number | null } {
  const saved = subtract(fraction(before), fraction(after));
  const base = fraction(before);
  return { amount: toNumber(saved), share: base.num === 0n ? null : toNumber(divide(saved, base)) };
}
