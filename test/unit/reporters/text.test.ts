/** The table for people: what it shows, that it fits, and that source code cannot steer the terminal. */
import { describe, expect, test } from 'vitest';
import { type Configuration, type MeasuredAverage, defaultConfiguration } from '../../../src/core/model.js';
import { english } from '../../../src/messages.js';
import { width } from '../../../src/reporters/layout.js';
import type { ReportInput } from '../../../src/reporters/report.js';
import { type TextStyle, text } from '../../../src/reporters/text.js';
import { engineForTests } from '../engineForTests.js';
import { callsOf, inputOf } from './inputForTests.js';

const { providers, rates } = engineForTests().facts;
const report = (input: ReportInput, style: Partial<TextStyle> = {}): string =>
  text(input, { colour: false, width: 140, unicode: true, providers, rates, verbose: false, ...style }, english);
const lineWith = (lines: string, words: string): string => lines.split('\n').find((line) => line.includes(words)) ?? '';
const quiet: Configuration = { ...defaultConfiguration, retirementNoticeDays: 0 };
const european: Configuration = { ...quiet, policy: { ...quiet.policy, allowedZones: ['EU'] } };

describe('rows', () => {
  test('line, model, provider, zone, tokens, cost and range', async () => {
    const lines = report(await inputOf({ 'a.py': callsOf('gpt-4.1') }, quiet));
    // 9 tokens at $2/M and 50 to 100 at $8/M (OpenAI price page): $0.418 to $0.818 for 1,000 calls.
    expect(lineWith(lines, 'gpt-4.1').trim().split(/\s{2,}/)).toEqual(['3', 'gpt-4.1', 'OpenAI', 'global', '9', '~100*', '$0.82', '$0.42 – $0.82']);
    expect(lineWith(lines, '* assumes')).toContain('output (at most the limit of the call) 400 (50–2,000, default)');
  });

  test('a finding is a mark and a word in the row of its call, and a sentence below', async () => {
    const lines = report(await inputOf({ 'a.py': callsOf('gpt-4', 'gpt-4.1') }, european));
    expect(lineWith(lines, '   3  gpt-4 ')).toMatch(/✗ retired ! zone$/);
    expect(lineWith(lines, '   4  gpt-4.1')).toMatch(/! zone$/);
    expect(lines).toContain('✗ error   gpt-4 was shut down on 2026-10-23.');
  });

  test('what was measured is said with how many calls and its spread, and is no assumption any more', async () => {
    const exactly = (count: number) => ({ low: count, likely: count, high: count });
    const average: MeasuredAverage = {
      of: 'model', calls: 214, from: '2026-10-26', to: '2026-11-24', inputTokens: { low: 8, likely: 9, high: 12 }, outputTokens: { low: 20, likely: 30, high: 90 }, reasoningTokens: exactly(0),
      cachedShare: { low: 0, likely: 0.25, high: 0.5 }, cacheWriteShare: 0, latencyMs: null, cost: null,
    };
    const lines = report(await inputOf({ 'a.py': callsOf('gpt-4.1') }, { ...quiet, measured: { byModel: { 'openai/gpt-4.1': average }, bySite: {} } }));
    expect(lineWith(lines, 'gpt-4.1: ')).toBe('- gpt-4.1: measured over 214 calls, 2026-10-26 – 2026-11-24 · 9 (8–12) tokens in · 30 (20–90) out · 25% (0–50%) from cache');
    // 9 tokens, a quarter of them at $0.50/M and the others at $2/M, and 30 at $8/M: $0.2546 for 1,000 calls.
    expect(lineWith(lines, ' gpt-4.1 ')).toContain('$0.25');
    expect(lines).not.toContain('output (at most');
  });

  test('what is unknown is said and never zero', async () => {
    const lines = report(await inputOf({ 'a.py': callsOf('gpt-99', 'gpt-4.1') }, quiet));
    expect(lineWith(lines, 'gpt-99')).toContain('model unknown');
    expect(lineWith(lines, 'all calls')).toContain('≥ $0.82');
    expect(lines).toContain('1 without a known price');
  });
});

describe('findings', () => {
  test('errors come first; the same sentence is said once, with its places', async () => {
    const lines = report(await inputOf({ 'a.py': callsOf('gpt-4.1', 'gpt-4.1'), 'b.py': callsOf('gpt-4') }, european)).split('\n');
    const from = lines.indexOf('Findings');
    expect(lines.slice(from + 1).filter((line) => /^\S/.test(line)).map((line) => line.slice(0, 9))).toEqual(['✗ error  ', '! warning']);
    expect(lines.filter((line) => /^ {10}[ab]\.py:\d+:1$/.test(line))).toEqual(['a.py:3:1', 'a.py:4:1', 'b.py:3:1'].map((place) => ' '.repeat(10) + place));
  });
});

describe('totals', () => {
  const budgeted = (callsPerMonth: number | null, amount: number): Configuration => ({
    ...quiet, budget: { amount, currency: 'USD', period: 'month' }, assumptions: { ...quiet.assumptions, callsPerMonth, outputTokens: { low: 100, likely: 100, high: 100 } },
  });
  // 9 × $2/M + 100 × $8/M = $0.000818 a call.
  test('a month and its budget', async () => {
    const lines = report(await inputOf({ 'a.py': callsOf('gpt-4.1', 'gpt-4.1') }, budgeted(10_000, 10)));
    expect(lines).toContain('A month, each call 10k times: ~$16.36 ($16.36), estimated. Budget $10.00 a month: 164% of it, over budget.');
  });
  test('a lower bound where a price is missing', async () => {
    expect(report(await inputOf({ 'a.py': callsOf('gpt-4.1', 'gpt-99') }, budgeted(10_000, 100)))).toContain('≥ $8.18 ($8.18), estimated. Budget $100 a month: ≥ 8% of it.');
  });
  test('no month when nobody said how often', async () => {
    expect(report(await inputOf({ 'a.py': callsOf('gpt-4.1') }, budgeted(null, 10)))).not.toContain('A month');
  });
  test('a comment at one call counts for that call', async () => {
    const text = callsOf('gpt-4.1', 'gpt-4.1').replace(/\n(?=client\.chat)/, '\n# tokenfare: calls=1000/month\n');
    expect(report(await inputOf({ 'a.py': text }, budgeted(10_000, 100)))).toContain('each call as often as tokenfare.yaml and comments say: ~$9.00');
  });
});

describe('the terminal', () => {
  test.each([60, 80, 100, 120, 200])('%i columns: rows and sentences fit', async (columns) => {
    const input = await inputOf({ 'a.py': callsOf('gpt-4', 'gpt-4.1', 'a-model-with-a-name-that-is-much-longer-than-any-column') }, european);
    // Below 80 columns the figures themselves need more.
    for (const line of report(input, { width: columns }).split('\n')) expect(width(line), line).toBeLessThanOrEqual(Math.max(columns, 80));
  });

  test('names from source code cannot steer it', async () => {
    const input = await inputOf({ 'a\u001b[2J.py': callsOf('evil\\u001b[31mred\\nline\\u202e') }, european, {
      skipped: [{ file: 'b\u0007.py', reason: 'binary' }],
      problems: [{ file: 'tokenfare.yaml', line: 1, column: 1, endLine: 1, endColumn: 2, code: 'unknown-key', expected: 'policy', found: '\u001b]0;x\u0007' }],
    });
    expect(report(input).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    expect(lineWith(report(input), 'evil')).toContain('evil\ufffd[31mred\ufffdline\ufffd');
  });

  test('colour only when asked for', async () => {
    const input = await inputOf({ 'a.py': callsOf('gpt-4') }, european);
    expect(report(input)).not.toContain('\u001b[');
    expect(report(input, { colour: true })).toContain('\u001b[31m✗ retired');
  });

  test('ASCII where UTF-8 is not promised', async () => {
    expect(report(await inputOf({ 'a.py': callsOf('gpt-4', 'gpt-99') }, european), { unicode: false })).toMatch(/^[\n\u0020-\u007e]*$/);
  });
});

test('problems of the configuration and skipped files', async () => {
  const lines = report(await inputOf({}, quiet, {
    filesRead: 3,
    problems: [{ file: 'tokenfare.yaml', line: 3, column: 3, endLine: 3, endColumn: 14, code: 'unknown-key', expected: 'allowedZones', found: 'allowedZone' }],
    skipped: [{ file: 'big.py', reason: 'too-large' }, { file: 'odd.py', reason: 'failed' }],
  }));
  expect(lines).toBe(`error tokenfare.yaml:3:3 Expected allowedZones, found allowedZone.
What could be read of the file holds; the rest was left out.

No calls of LLM APIs found in 3 files.

Skipped 2 files:
  big.py: too large (over 2 MB)
  odd.py: could not be analysed; please report this file
`);
});
