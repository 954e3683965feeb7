import { expect, it } from 'vitest';
import { setInYaml } from '../../../src/editor/yamlEdit.js';

it('begins an empty file', () => {
  expect(setInYaml('', [{ path: ['budget', 'amount'], value: 50 }, { path: ['budget', 'currency'], value: 'USD' }]))
    .toBe('budget:\n  amount: 50\n  currency: USD\n');
});

it('keeps comments and the rest', () => {
  const text = '# team rules\npolicy:\n  allowedZones: [EU] # law\nassumptions:\n  outputTokens: 300 # short answers\n';
  expect(setInYaml(text, [{ path: ['assumptions', 'outputTokens'], value: 400 }]))
    .toBe('# team rules\npolicy:\n  allowedZones: [EU] # law\nassumptions:\n  outputTokens: 400 # short answers\n');
});

it('writes ranges on one line, in an empty section too', () => {
  expect(setInYaml('assumptions:\n', [{ path: ['assumptions', 'holes', 'question'], value: { low: 50, likely: 200, high: 400 } }]))
    .toBe('assumptions:\n  holes:\n    question: { low: 50, likely: 200, high: 400 }\n');
});

it('replaces a figure by a range and back', () => {
  const range = setInYaml('assumptions:\n  outputTokens: 300\n', [{ path: ['assumptions', 'outputTokens'], value: { low: 1, likely: 2, high: 3 } }]);
  expect(range).toBe('assumptions:\n  outputTokens: { low: 1, likely: 2, high: 3 }\n');
  expect(setInYaml(range!, [{ path: ['assumptions', 'outputTokens'], value: 5 }])).toBe('assumptions:\n  outputTokens: 5\n');
});

it('refuses broken files', () => {
  expect(setInYaml('budget: [1,\n  : 2', [{ path: ['budget', 'amount'], value: 50 }])).toBeNull();
  expect(setInYaml('- a\n- b\n', [{ path: ['budget', 'amount'], value: 50 }])).toBeNull();
  expect(setInYaml('budget: 50\n', [{ path: ['budget', 'amount'], value: 50 }])).toBeNull();
});

it('keeps line endings', () => {
  expect(setInYaml('currency: USD\r\n', [{ path: ['currency'], value: 'CNY' }])).toBe('currency: CNY\r\n');
});
