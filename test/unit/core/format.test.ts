import { describe, expect, it } from 'vitest';
import {
  daysBetween, formatDifference, formatMoney, formatMoneySpread, formatTokenCount, formatTokens, formatTokenSpread, scaleSpread, zoneLabel,
} from '../../../src/core/format.js';
import type { TokenCount } from '../../../src/core/model.js';

describe('money', () => {
  it.each([
    [0.00042, '$0.00042'], [0.000424, '$0.00042'], [0.42, '$0.42'], [0.0999, '$0.10'], [3.4, '$3.40'], [12.4, '$12.40'],
    [99.994, '$99.99'], [123.4, '$123'], [1234.5, '$1,235'], [1234567, '$1,234,567'], [0, '$0'], [-0.5, '−$0.50'], [1e-12, '<$0.000000001'],
  ])('%d USD reads %s', (amount, text) => expect(formatMoney(amount, 'USD')).toBe(text));

  it('never prints 0 for what is unknown', () => {
    for (const amount of [null, undefined, NaN, Infinity]) expect(formatMoney(amount, 'USD')).toBe('unknown');
    expect(formatMoney(null, 'USD', '未知')).toBe('未知');
    expect(formatMoneySpread(null, 'USD')).toBe('unknown');
  });

  it('keeps the currency', () => {
    expect(formatMoney(2, 'CNY')).toBe('¥2.00');
    expect(formatMoney(2, 'EUR')).toBe('€2.00');
    expect(formatMoney(2, 'CHF')).toBe('CHF 2.00');
  });

  it('shows a range, one figure, or a lower bound', () => {
    expect(formatMoneySpread({ low: 0.00021, likely: 0.0004, high: 0.0011 }, 'USD')).toBe('$0.00021 – $0.0011');
    expect(formatMoneySpread({ low: 0.5, likely: 0.5, high: 0.5 }, 'USD')).toBe('$0.50');
    expect(formatMoneySpread({ low: 0.5, likely: 0.7, high: null }, 'USD')).toBe('≥ $0.50');
  });
});

describe('tokens', () => {
  it.each([
    [0, '0'], [812, '812'], [812.4, '812'], [1234, '1,234'], [9999, '9,999'], [12_345, '12.3k'], [20_000, '20k'], [999_960, '1M'], [1_250_000, '1.3M'],
  ])('%d reads %s', (tokens, text) => expect(formatTokens(tokens)).toBe(text));

  it('says unknown', () => expect(formatTokens(null)).toBe('unknown'));

  it('shows ranges', () => {
    expect(formatTokenSpread({ low: 120, likely: 320, high: 900 })).toBe('120–900');
    expect(formatTokenSpread({ low: 120, likely: 120, high: 120 })).toBe('120');
    expect(formatTokenSpread({ low: 120, likely: 320, high: null })).toBe('≥ 120');
  });

  it('marks what is not exact', () => {
    const count: TokenCount = { tokens: { low: 812, likely: 812, high: 812 }, basis: 'exact', tokenizer: 'o200k_base', knownTokens: 812, knownBasis: 'exact', holes: [] };
    expect(formatTokenCount(count)).toBe('812');
    expect(formatTokenCount({ ...count, basis: 'approximate' })).toBe('~812');
    expect(formatTokenCount({ ...count, tokens: { low: 612, likely: 812, high: null } })).toBe('~812');
  });
});

it.each([
  [-0.4, '−40%'], [1.19, '+119%'], [0.001, '±0%'], [0, '±0%'], [7.1, '+710%'], [11, '×12'], [null, '?'], [NaN, '?'], [-1, '−100%'],
])('a difference of %s reads %s', (difference, text) => expect(formatDifference(difference)).toBe(text));

it('labels zones shortly', () => {
  expect(zoneLabel('EU', 'EU')).toBe('EU');
  expect(zoneLabel('US', 'global')).toBe('US → global');
  expect(zoneLabel('unknown')).toBe('?');
});

it('scales a range and keeps an open end open', () => {
  expect(scaleSpread({ low: 1, likely: 2, high: null }, 1000)).toEqual({ low: 1000, likely: 2000, high: null });
});

it('counts days', () => {
  expect(daysBetween('2026-11-02', '2026-11-23')).toBe(21);
  expect(daysBetween('2026-11-23', '2026-11-02')).toBe(-21);
  expect(daysBetween('nonsense', '2026-11-02')).toBeNull();
});
