import { expect, it } from 'vitest';
import { parseSpread, printSpread } from '../../../src/editor/spread.js';

it.each([
  ['200', { low: 200, likely: 200, high: 200 }],
  ['50-200-400', { low: 50, likely: 200, high: 400 }],
  [' 50 – 400 ', { low: 50, likely: 225, high: 400 }],
  ['1,000-2k-4k', { low: 1000, likely: 2000, high: 4000 }],
  ['0', { low: 0, likely: 0, high: 0 }],
])('%s is a range', (text, spread) => {
  expect(parseSpread(text)).toEqual(spread);
  expect(parseSpread(printSpread(spread))).toEqual(spread);
});

it.each(['', 'many', '400-50', '50-400-200', '1-2-3-4', '-5', '1e9', '99999999999'])('%s is none', (text) => expect(parseSpread(text)).toBeNull());
