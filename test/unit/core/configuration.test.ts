/** tokenfare.yaml: what is understood, what is reported where, and that layers only tighten policies. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { facts } from '../../../src/catalog.js';
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

  test.each([
    ['curency: USD\n', 'currency'], ['budge: {}\n', 'budget'], ['asumption: {}\n', 'assumptions'], ['exclude: []\n', 'scan'], ['deployment: {}\n', 'deployments'],
    ['retirementNotice: 3\n', 'retirementNoticeDays'], ['polcy: {}\n', 'policy'],
  ])('%j: the nearest key is named', (text, key) => {
    const expected = parseConfiguration(text).problems[0]!.expected.split(', ');
    if (key === 'scan') expect(expected).toContain(key);
    else expect(expected[0]).toBe(key);
  });

  test('keys of every object are names like others', () => {
    const { value, problems } = parseConfiguration('assumptions: { holes: { __proto__: 5, constructor: 6 } }\ndeployments: { __proto__: gpt-4o }\n');
    expect(problems).toEqual([]);
    expect(Object.entries(value!.assumptions!.holes!).map(([name, { likely }]) => [name, likely])).toEqual([['__proto__', 5], ['constructor', 6]]);
    expect(Object.entries(value!.deployments!)).toEqual([['__proto__', 'gpt-4o']]);
  });

  test('a currency without a rate is reported where rates are known', () => {
    expect(parseConfiguration('currency: XYZ\n').problems).toEqual([]);
    expect(parseConfiguration('currency: XYZ\n', facts).problems[0]).toMatchObject({ code: 'wrong-value', found: 'XYZ', range: { start: 10, end: 13 } });
  });

  test('no text makes it throw, and one mistake is not a hundred problems', () => {
    for (const text of [': x\n? [a]\n: b\n', '? *x\n: 1', 'policy: &p\n  allowedZones: [*p]\n', 'budget: {}', '!!binary x: 1', 'policy: [', '\uFEFFcurrency: USD', '%', '--- 1\n--- 2', `a: ${'['.repeat(50_000)}`, '{'.repeat(50_000), '\u0000', '\ud800: 1']) {
      const { problems } = parseConfiguration(text);
      expect(problems.length, text.slice(0, 20)).toBeLessThanOrEqual(4);
      for (const { range } of problems) expect(range.end).toBeGreaterThan(range.start);
    }
    expect(parseConfiguration('\uFEFFcurrency: USD\r\n').value).toEqual({ currency: 'USD' });
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

  test('the notice of retirements is what the nearest file says', () => {
    expect(mergeConfiguration(defaultConfiguration, { retirementNoticeDays: 30 }, 'workspace').retirementNoticeDays).toBe(30);
    expect(mergeConfiguration(defaultConfiguration, {}, 'workspace').retirementNoticeDays).toBe(180);
  });

  test('assumptions say where they come from', () => {
    const merged = mergeConfiguration(defaultConfiguration, { assumptions: { outputTokens: { low: 1, likely: 2, high: 3 }, holes: { q: { low: 1, likely: 1, high: 1 } } } }, 'workspace');
    expect(merged.assumptionOrigin).toEqual({ outputTokens: 'workspace', 'holes.q': 'workspace' });
    expect(merged.assumptions.repeats).toEqual(defaultConfiguration.assumptions.repeats);
  });
});

describe('the shipped schema says the same', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(`${root}schemas/tokenfare.schema.json`, 'utf8')) as object);
  const documented = /```yaml\n([\s\S]*?)```/.exec(readFileSync(`${root}docs/configuration.md`, 'utf8'))![1]!;
  test.each([
    ['the documentation', documented, true],
    ['examples/', readFileSync(`${root}examples/tokenfare.yaml`, 'utf8'), true],
    ['an unknown key', 'hosts: [a]', false],
    ['an unknown zone', 'policy: { allowedZones: [Mars] }', false],
    ['an unknown period', 'budget: { amount: 5, period: year }', false],
    ['a range without a likely value', 'assumptions: { outputTokens: { low: 1, high: 2 } }', false],
    ['a negative amount', 'budget: { amount: -1 }', false],
    ['a plain number for a range', 'assumptions: { repeats: 3, holes: { q: 5 } }', true],
    ['no upper bound', 'assumptions: { repeats: { low: 1, likely: 2, high: null } }', true],
  ])('%s', (_name, text, valid) => {
    expect(parseConfiguration(text).problems.map((each) => each.code)).toEqual(valid ? [] : [expect.any(String)]);
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(valid);
  });
});
