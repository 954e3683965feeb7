/** `tokenfare prices month`: a month's bill by hand-given quantities, plans and flat fees beside it, and what a move saves. */
import type { Flags } from './flags.js';
import { formatMoney, formatMoneySpread, formatTokens } from '../core/format.js';
import { closestModels, defaultEndpoint, findModel, findModelAnywhere, findProvider, type OfferedModel } from '../core/lookup.js';
import type { Configuration, Endpoint, Facts, Spread } from '../core/model.js';
import { breakEvenCalls, monthlyCost, savingOf, type MonthlyCost, type MonthlyOptions } from '../core/plan.js';
import { price, type Priced, type Usage } from '../core/price.js';
import { assumptionMessage, english, priceReasonMessage, priceSourceMessage, unitMessage } from '../messages.js';
import { momentOf, plain, table } from './output.js';

const exactly = (count: number): Spread => ({ low: count, likely: count, high: count });

interface Billed {
  readonly offered: OfferedModel;
  readonly endpoint: Endpoint | null;
  readonly call: Priced;
  readonly month: MonthlyCost;
  /** The same month with each plan of the provider. */
  readonly plans: readonly { readonly id: string; readonly name: string; readonly month: MonthlyCost }[];
}

/** Prints the bill of each `--model`, and with two or more what moving from the first saves. */
export function runMonth(flags: Flags, facts: Facts, { currency }: Configuration): number {
  const wanted = flags.model ?? [];
  if (wanted.length === 0) throw new Error('prices month takes --model (more than once to compare), --calls, --input and --output, e.g. tokenfare prices month --model gpt-4o-mini --calls 100000 --input 800 --output 300');
  const calls = countOf(flags.calls, 'calls', 1000);
  const usage: Usage = {
    'input-token': exactly(countOf(flags.input, 'input', 0)), 'output-token': exactly(countOf(flags.output, 'output', 0)),
    ...(flags.cached !== undefined && { 'cached-input-token': exactly(countOf(flags.cached, 'cached', 0)) }),
  };
  if (usage['input-token']!.likely + usage['output-token']!.likely + (usage['cached-input-token']?.likely ?? 0) === 0) throw new Error('prices month needs tokens of a call: --input N, --output N, --cached N');
  const at = momentOf(flags);
  const tier = tierOf(flags.tier);
  const options: MonthlyOptions = { date: at.slice(0, 10), ...(at.length > 10 && { at }), ...(tier && { tier }), currency, rates: facts.rates };
  const billed = wanted.map((name) => billOfName(name, flags, facts, usage, calls, options));
  const fee = flags.fee === undefined ? null : amountOf(flags.fee);
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify(billed.map(({ offered, endpoint, call, month, plans }) => ({
      provider: offered.provider.id, model: offered.model.id, endpoint: endpoint?.id ?? null, calls, perCall: call.cost, month, plans,
      ...(fee !== null && { breakEvenCalls: call.cost.perCall && breakEvenCalls(fee, call.cost.perCall) }),
    })), null, 2)}\n`);
    return 0;
  }
  for (const each of billed) process.stdout.write(billText(each, calls, fee, currency, options.date));
  const [first, ...others] = billed;
  for (const other of others) process.stdout.write(moveText(first!, other, calls, currency));
  return 0;
}

function billOfName(name: string, flags: Flags, facts: Facts, usage: Usage, calls: number, options: MonthlyOptions): Billed {
  const provider = flags.provider ? findProvider(facts, flags.provider) : null;
  if (flags.provider && !provider) throw new Error(`provider "${flags.provider}" is not in the catalog; there are ${facts.providers.map((each) => each.id).join(', ')}`);
  const slash = name.indexOf(':');
  const named = slash > 0 ? findProvider(facts, name.slice(0, slash)) : null;
  const own = named ?? provider;
  const model = own && findModel(own, named ? name.slice(slash + 1) : name);
  const offered = own ? model && { provider: own, model } : findModelAnywhere(facts, name)[0];
  if (!offered) {
    const similar = closestModels(facts, name, own).map((each) => `${each.provider.id}:${each.model.id}`);
    throw new Error(`model "${name}" is not in the catalog${own ? ` of ${own.id}` : ''}: no price is known${similar.length > 0 ? `; similar names: ${similar.join(', ')}` : ''}`);
  }
  const endpoint = defaultEndpoint(offered.provider);
  const monthOf = (changes: Partial<MonthlyOptions>): MonthlyCost => monthlyCost(usage, calls, offered.provider, offered.model, endpoint, { ...options, ...changes });
  return {
    offered, endpoint, call: price(usage, offered.provider, offered.model, endpoint, options), month: monthOf({ freeAllowances: flags.free === true }),
    plans: (offered.provider.plans ?? []).map((plan) => ({ id: plan.id, name: plan.name, month: monthOf({ plan }) })),
  };
}

function billText({ offered, endpoint, call, month, plans }: Billed, calls: number, fee: number | null, currency: string, today: string): string {
  const { cost } = call;
  const head = `${offered.model.id} · ${offered.provider.name}${endpoint ? ` (${endpoint.id})` : ''} · ${formatTokens(calls)} calls a month`;
  if (!cost.perCall || !month.total) return `${head}\n${priceReasonMessage(cost.reason ?? 'no-price', english)}\n\n`;
  const native = month.nativeCurrency ?? currency;
  const rows = month.components.map((each) => [
    unitMessage(each.unit, english), each.name ?? '', quantityOf(each.quantity), ...(native === currency ? [] : [formatMoney(each.native.likely, native)]), formatMoney(each.amount.likely, currency),
  ]);
  const converted = native === currency ? [] : [native];
  const lines = [
    head,
    table(['', '', 'quantity', ...converted, currency], [...rows, ['total', '', '', ...converted.map(() => ''), `${formatMoney(month.total.likely, currency)}${month.total.high === month.total.low ? '' : ` (${formatMoneySpread(month.total, currency)})`}`]], [2, 3, 4]).trimEnd(),
    `per call ${formatMoney(cost.perCall.likely, currency)}; prices: ${priceSourceMessage(cost, today, english) ?? 'unknown'}`,
    ...(call.assumptions.length > 0 ? [`assumes: ${call.assumptions.map((each) => assumptionMessage(each, english)).join('; ')}`] : []),
    ...plans.map(({ name, month: with_ }) => `with ${name}: ${with_.total ? formatMoney(with_.total.likely, currency) : with_.reason === 'fee-not-published' ? 'fee not published' : with_.reason === 'over-quota' ? 'more than it allows' : 'unknown'}`),
    ...(fee === null ? [] : [breakEvenText(fee, cost.perCall, calls, currency)]),
  ];
  return `${lines.map((line) => line.split('\n').map(plain).join('\n')).join('\n')}\n\n`;
}

function breakEvenText(fee: number, perCall: Spread, calls: number, currency: string): string {
  const even = breakEvenCalls(fee, perCall);
  if (!even) return `a flat fee of ${formatMoney(fee, currency)} a month never pays: a call probably costs nothing`;
  const range = even.low === even.high ? '' : ` (${formatTokens(even.low)} – ${even.high === null ? '?' : formatTokens(even.high)})`;
  return `a flat fee of ${formatMoney(fee, currency)} a month pays from ${even.likely.toLocaleString('en-US')} calls a month${range}: ${calls >= even.likely ? 'it would pay here' : 'not yet here'}`;
}

function moveText(from: Billed, to: Billed, calls: number, currency: string): string {
  const [before, after] = [from.call.cost.perCall, to.call.cost.perCall];
  if (!before || !after) return '';
  const { amount, share } = savingOf(before.likely, after.likely);
  if (amount === 0) return plain(`${from.offered.model.id} and ${to.offered.model.id} cost the same`) + '\n';
  const saves = amount > 0;
  const size = formatMoney(Math.abs(amount), currency);
  const part = share === null ? '' : ` (${Number((Math.abs(share) * 100).toPrecision(3))}%)`;
  return plain(`moving from ${from.offered.model.id} to ${to.offered.model.id} ${saves ? 'saves' : 'costs'} ${size} a call${part}${saves ? '' : ' more'}, ${formatMoney(Math.abs(amount) * calls, currency)} a month`) + '\n';
}

function quantityOf({ low, likely, high }: Spread): string {
  return low === high || high === null ? formatTokens(likely) : `${formatTokens(low)}–${formatTokens(high)}`;
}

function countOf(text: string | undefined, flag: string, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text.replace(/[_,]/g, ''));
  if (!Number.isInteger(value) || value < 0 || value > 1e15) throw new Error(`--${flag} takes a whole number, not "${text}"`);
  return value;
}

function amountOf(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--fee takes an amount of money a month, not "${text}"`);
  return value;
}

function tierOf(text: string | undefined): 'batch' | 'flex' | 'priority' | undefined {
  if (text === undefined || text === 'standard') return undefined;
  if (text === 'batch' || text === 'flex' || text === 'priority') return text;
  throw new Error(`--tier takes standard, batch, flex or priority, not "${text}"`);
}
