/**
 * Figures as people read them, the same in editor and command line. Digits follow what an estimate deserves:
 * two significant ones below 1, two decimals below 100, whole units above. Nothing unknown is printed as 0.
 */
import type { Cost, Spread, TokenCount, Zone } from './model.js';

const symbols: Readonly<Record<string, string>> = {
  USD: '$', CNY: '¥', EUR: '€', GBP: '£', JPY: 'JP¥', KRW: '₩', INR: '₹', HKD: 'HK$', SGD: 'S$',
};

/** Money per something, e.g. `$0.42`, `$0.00042`, `¥1,234`; `unknown` when there is no amount. */
export function formatMoney(amount: number | null | undefined, currency: string, unknown = 'unknown'): string {
  if (amount === null || amount === undefined || !Number.isFinite(amount)) return unknown;
  const sign = amount < 0 ? '−' : '';
  const symbol = symbols[currency] ?? `${currency} `;
  const size = Math.abs(amount);
  if (size === 0) return `${symbol}0`;
  if (size < 1e-9) return `<${symbol}0.000000001`;
  const rounded = size < 0.1 ? Number(size.toPrecision(2)) : size;
  return `${sign}${symbol}${group(rounded.toFixed(decimalsOf(rounded)))}`;
}

/** The likely cost of `calls` calls; `≥ $0.03` when something is billed at a rate nobody published. */
export function formatCost({ perCall, currency, unpublished }: Cost, calls = 1, unknown = 'unknown'): string {
  if (!perCall) return unknown;
  return `${unpublished.length > 0 ? '≥ ' : ''}${formatMoney(perCall.likely * calls, currency, unknown)}`;
}

/** Low to high, e.g. `$0.00021 – $0.0011`; `≥ $0.00021` when no upper bound is known. */
export function formatMoneySpread(spread: Spread | null | undefined, currency: string, unknown = 'unknown'): string {
  if (!spread) return unknown;
  const low = formatMoney(spread.low, currency, unknown);
  if (spread.high === null) return `≥ ${low}`;
  const high = formatMoney(spread.high, currency, unknown);
  return low === high ? low : `${low} – ${high}`;
}

/** A number of tokens, e.g. `812`, `1,234`, `12.3k`, `1.2M`; `unknown` when there is none. */
export function formatTokens(tokens: number | null | undefined, unknown = 'unknown'): string {
  if (tokens === null || tokens === undefined || !Number.isFinite(tokens)) return unknown;
  const rounded = Math.round(tokens);
  if (rounded < 10_000) return group(String(rounded));
  if (rounded < 999_950) return `${trimZero((rounded / 1000).toFixed(1))}k`;
  return `${trimZero((rounded / 1_000_000).toFixed(1))}M`;
}

/** Low to high of tokens, e.g. `120–900`, `≥ 120`, or the single figure when both are the same. */
export function formatTokenSpread(spread: Spread): string {
  const low = formatTokens(spread.low);
  if (spread.high === null) return `≥ ${low}`;
  const high = formatTokens(spread.high);
  return low === high ? low : `${low}–${high}`;
}

/** The likely figure of a count, marked `~` unless it is exact. */
export function formatTokenCount(count: TokenCount): string {
  const certain = count.basis === 'exact' && count.tokens.high === count.tokens.low;
  return `${certain ? '' : '~'}${formatTokens(count.tokens.likely)}`;
}

/** Relative difference, e.g. `−40%`, `+119%`, `×12`, `same`; `?` when it is unknown. */
export function formatDifference(difference: number | null | undefined, unknown = '?'): string {
  if (difference === null || difference === undefined || !Number.isFinite(difference)) return unknown;
  if (difference >= 9) return `×${group(String(Math.round(difference + 1)))}`;
  const percent = Math.round(difference * 100);
  if (percent === 0) return '±0%';
  return percent < 0 ? `−${-percent}%` : `+${percent}%`;
}

/** Short label of where data goes: `EU`, or `US → global` when it rests and is processed in different places. */
export function zoneLabel(storageZone: Zone, inferenceZone: Zone = storageZone): string {
  return storageZone === inferenceZone ? shortZone(storageZone) : `${shortZone(storageZone)} → ${shortZone(inferenceZone)}`;
}

/** The same spread, `factor` times; e.g. cost per call → cost per 1,000 calls. */
export function scaleSpread(spread: Spread, factor: number): Spread {
  return { low: spread.low * factor, likely: spread.likely * factor, high: spread.high === null ? null : spread.high * factor };
}

/** Whole days from one ISO date to another; negative when `to` lies before `from`, null when either is no date. */
export function daysBetween(from: string, to: string): number | null {
  const days = Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
  return Number.isFinite(days) ? days : null;
}

function shortZone(zone: Zone): string {
  return zone === 'unknown' ? '?' : zone;
}

function decimalsOf(size: number): number {
  if (size >= 100) return 0;
  if (size >= 0.1) return 2;
  return 1 - Math.floor(Math.log10(size));
}

function group(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function trimZero(figure: string): string {
  return figure.endsWith('.0') ? figure.slice(0, -2) : figure;
}
