/** tokenfare.yaml: what is understood, what is reported where, and that layers only tighten policies. */
import { describe, expect, test } from 'vitest';
import { mergeConfiguration, parseConfiguration } from '../../../src/core/configuration.js';
import { indexLines } from '../../../src/core/lines.js';
import { type Configuration, defaultConfiguration } from '../../../src/core/model.js';

const withPolicy = (policy: Partial<Configuration['policy']>): Configuration => ({ ...defaultConfiguration, policy: { ...defaultConfiguration.policy, ...policy } });

describe('parsing', () => {
  test('a full file', () => {
    const { value, problems } = parseConfiguration(`
currency: CNY
policy: { allowedZones: [EU, US], forbiddenProviders: [deepseek] }
budget: { amount: 50 }
assumptions:
  outputTokens: 300
  holeTokens: { low: 10, likely: 20, high: null }
  holes: { question: { low: 1, likely: 2, high: 3 } }
  callsPerMonth: 1000
scan: { exclude: ["tests/**"] }
deployments: { prod-chat: gpt-4o }
retirementNoticeDays: 30
`);
    expect(problems).toEqual([]);
    expect(value).toEqual({
      currency: 'CNY',
      policy: { allowedZones: ['EU', 'US'], forbiddenProviders: ['deepseek'] },
      budget: { amount: 50, currency: 'CNY', period: 'month' },
      assumptions: {
        outputTokens: { low: 300, likely: 300, high: 300 }, holeTokens: { low: 10, likely: 20, high: null },
        holes: { question: { low: 1, likely: 2, high: 3 } }, callsPerMonth: 1000,
      },
      exclude: ['tests/**'], deployments: { 'prod-chat': 'gpt-4o' }, retirementNoticeDays: 30,
    });
  });

  test.each([
    ['', {}],
    ['# only a comment\n', {}],
  ])('%j says nothing', (text, value) => expect(parseConfiguration(text)).toEqual({ value, problems: [] }));

  test.each([
    ['policy:\n  allowedZone: [EU]\n', 2, 'unknown-key', 'allowedZones'],
    ['policy:\n  allowedZones: [Mars]\n', 2, 'wrong-value', 'EU'],
    ['budget:\n  amount: lots\n', 2, 'wrong-type', 'amount'],
    ['currency: dollars\n', 1, 'wrong-value', 'USD'],
    ['assumptions:\n  outputTokens: {low: 5, likely: 2}\n', 2, 'wrong-value', 'low'],
    ['- a list\n', 1, 'wrong-type', 'map'],
    ['host: https://evil.example\n', 1, 'unknown-key', 'currency'],
    ['a: [1,\nb: 2\n', 2, 'syntax', ''],
  ])('%j is reported at its line', (text, line, code, expected) => {
    const { problems } = parseConfiguration(text);
    const problem = problems.find((each) => each.code === code);
    expect(problem, JSON.stringify(problems)).toBeDefined();
    expect(problem!.expected).toContain(expected);
    if (code !== 'syntax') expect(indexLines(text).positionAt(problem!.range.start).line).toBe(line);
  });

  test('one wrong entry does not lose the others', () => {
    const { value, problems } = parseConfiguration('currency: EUR\nretirementNoticeDays: soon\n');
    expect(value).toEqual({ currency: 'EUR' });
    expect(problems).toHaveLength(1);
  });

  test('an alias bomb and an oversized file end quickly', () => {
    const bomb = `a: &a [x, x]\n${Array.from({ length: 20 }, (_, index) => `b${index}: &b${index} [*a, *a, *a, *a]`).join('\n')}\n`;
    expect(parseConfiguration(bomb).problems.length).toBeGreaterThan(0);
    expect(parseConfiguration('#'.repeat(300_000)).problems[0]!.code).toBe('too-large');
  });
});

describe('layers', () => {
  test('allowed zones are intersected, forbidden providers united', () => {
    const merged = mergeConfiguration(withPolicy({ allowedZones: ['EU', 'US'], forbiddenProviders: ['xai'] }), { policy: { allowedZones: ['EU', 'CN'], forbiddenProviders: ['deepseek'] } }, 'workspace');
    expect(merged.policy).toEqual({ allowedZones: ['EU'], allowedProviders: [], forbiddenProviders: ['xai', 'deepseek'] });
  });

  test('an empty intersection never means everything', () => {
    const merged = mergeConfiguration(withPolicy({ allowedZones: ['EU'], allowedProviders: ['mistral'] }), { policy: { allowedZones: ['CN'], allowedProviders: ['openai'] } }, 'workspace');
    expect(merged.policy.allowedZones).toEqual(['local']);
    expect(merged.policy.allowedProviders).toEqual(['none']);
  });

  test('assumptions say where they come from', () => {
    const merged = mergeConfiguration(defaultConfiguration, { assumptions: { outputTokens: { low: 1, likely: 2, high: 3 }, holes: { q: { low: 1, likely: 1, high: 1 } } } }, 'workspace');
    expect(merged.assumptionOrigin).toEqual({ outputTokens: 'workspace', 'holes.q': 'workspace' });
    expect(merged.assumptions.repeats).toEqual(defaultConfiguration.assumptions.repeats);
  });
});
