/** What is told before it happens, and how old a price is: in sentences, in the comparison and on the command line. */
import { describe, expect, it } from 'vitest';
import { facts } from '../../src/catalog.js';
import { findModel, findProvider } from '../../src/core/lookup.js';
import type { Alternative, Cost, Finding } from '../../src/core/model.js';
import { price } from '../../src/core/price.js';
import { alternativeNotes, dayMessage, english, findingMessage, priceAgeMessage, priceChangeMessage } from '../../src/messages.js';

const today = '2026-11-25';
const exactly = (count: number) => ({ low: count, likely: count, high: count });

describe('days to come', () => {
  it.each([['2026-12-07', '2026-12-07 (in 12 days)'], ['2026-11-26', '2026-11-26 (tomorrow)'], [today, '2026-11-25 (today)'], ['2026-11-24', '2026-11-24']])('%s', (on, expected) => {
    expect(dayMessage(on, today, english)).toBe(expected);
  });

  it('of a moment, too', () => expect(dayMessage('2026-12-07', '2026-11-25T23:30:00+08:00', english)).toBe('2026-12-07 (in 12 days)'));

  it('in the finding of a retiring model', () => {
    const finding: Finding = { code: 'model-retiring', severity: 'warning', range: { start: 0, end: 1 }, callId: null, related: [], data: { model: 'gpt-5', on: '2026-12-11', days: 16, replacement: 'gpt-6.1-sol' } };
    expect(findingMessage(finding, english)).toBe('gpt-5 shuts down on 2026-12-11 (in 16 days). Replacement: gpt-6.1-sol.');
  });
});

describe('the age of a price', () => {
  // 30 and 90 days before 2026-11-25 are 2026-10-26 and 2026-08-27.
  it.each([['2026-10-26', null], ['2026-10-25', 'price 31 days old'], ['2026-08-27', 'price 90 days old'], ['2026-08-26', '⚠ price 91 days old'], [null, null]])('read on %s: %s', (checkedOn, expected) => {
    expect(priceAgeMessage(checkedOn, today, english)).toBe(expected);
  });
});

describe('a change of price', () => {
  const provider = findProvider(facts, 'google-gemini')!;
  const cost = (model: string): Cost => price({ 'input-token': exactly(1000), 'output-token': exactly(100) }, provider, findModel(provider, model), provider.endpoints[0]!, { date: today, currency: 'USD', rates: facts.rates }).cost;

  it('a promotion that ends: twice the price from New Year, 37 days away', () => {
    // 0.75 and 3.75 become 1.50 and 7.50 per million.
    expect(priceChangeMessage(cost('gemini-3.8-flash'), today, english)).toBe('+100% from 2027-01-01 (in 37 days)');
  });

  it('nothing known: nothing said', () => expect(priceChangeMessage(cost('gemini-2.5-pro'), today, english)).toBeNull());

  it('an end without a successor says so', () => {
    const ending = { ...cost('gemini-3.8-flash'), change: { on: '2026-12-01', perCall: null } };
    expect(priceChangeMessage(ending, today, english)).toBe('price known only until 2026-12-01 (in 6 days)');
  });

  it('all of it beside an alternative', () => {
    const found = cost('gemini-3.8-flash');
    const alternative = { flags: ['no-tools', 'retiring'], retiresOn: '2026-12-07', estimate: { cost: { ...found, priceCheckedOn: '2026-08-01' } } } as unknown as Alternative;
    expect(alternativeNotes(alternative, today, english)).toEqual(['⚠ no tools', '⚠ shuts down 2026-12-07 (in 12 days)', '+100% from 2027-01-01 (in 37 days)', '⚠ price 116 days old']);
    expect(alternativeNotes(alternative, today, english, false)).toHaveLength(3);
  });
});
