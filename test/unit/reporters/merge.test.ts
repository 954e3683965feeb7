/** Shards put together: sums of the parts, and what keeps them from being a whole. */
import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../src/core/model.js';
import { facts } from '../../../src/catalog.js';
import { english } from '../../../src/messages.js';
import { csv, table } from '../../../src/reporters/csv.js';
import { mergeReports } from '../../../src/reporters/merge.js';
import { type Report, reportOf } from '../../../src/reporters/report.js';
import { summary } from '../../../src/reporters/summary.js';
import { markdown } from '../../../src/reporters/blocks.js';
import { readCodeOwners } from '../../../src/reporters/codeOwners.js';
import { callsOf, inputOf } from './inputForTests.js';

const often = { ...defaultConfiguration, assumptions: { ...defaultConfiguration.assumptions, callsPerMonth: 2000 }, budget: { amount: 10, currency: 'USD', period: 'month' as const } };
const part = async (files: Record<string, string>, index: number, count: number): Promise<Report> => reportOf({ ...await inputOf(files, often, { facts }), shard: { index, count } }, english);

describe('merging', () => {
  it('gives the report of the whole', async () => {
    const [a, b] = [{ 'a.py': callsOf('gpt-4o-mini', 'gpt-4.1') }, { 'b.py': callsOf('gpt-4o') }];
    const whole = reportOf(await inputOf({ ...a, ...b }, often, { facts }), english);
    const { report, problems } = mergeReports([await part(b, 2, 2), await part(a, 1, 2)]);
    expect(problems).toEqual([]);
    expect(report).toEqual(whole);
    expect(report.totals.budgetShare).toBeCloseTo(whole.totals.perMonth!.likely / 10, 12);
  });

  it.each([
    [[[1, 3], [3, 3]], 'shard-missing', '2'], [[[1, 2], [1, 2], [2, 2]], 'shard-twice', '1'], [[[1, 2], [2, 3]], 'shard-count', '2, 3'],
  ] as const)('%j: %s', async (shards, code, data) => {
    const parts = await Promise.all(shards.map(([index, count], n) => part({ [`${n}.py`]: callsOf('gpt-4.1') }, index, count)));
    expect(mergeReports(parts).problems).toContainEqual({ code, data });
  });

  it('a call that two reports hold is counted once', async () => {
    const one = await part({ 'a.py': callsOf('gpt-4.1') }, 1, 1);
    const { report, problems } = mergeReports([{ ...one, shard: null }, { ...one, shard: null }]);
    expect(report.calls).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(['call-twice']);
    expect(report.totals).toEqual(one.totals);
  });

  it('currencies do not mix', async () => {
    const one = await part({ 'a.py': callsOf('gpt-4.1') }, 1, 1);
    expect(mergeReports([one, { ...one, currency: 'CNY' }]).problems).toContainEqual({ code: 'currency', data: 'USD, CNY' });
  });
});

describe('CSV', () => {
  it('an unknown price is an empty cell', async () => {
    const [head, row] = csv(reportOf(await inputOf({ 'a.py': callsOf('gpt-99') }, often, { facts }), english)).split('\r\n').map((line) => line.split(','));
    const cell = (name: string): string => row![head!.indexOf(name)]!;
    expect([cell('per_call_likely'), cell('per_month_likely'), cell('unknown_because'), cell('calls_per_month')]).toEqual(['', '', 'unknown-model', '2000']);
  });

  it('quotes what must be quoted and disarms formulas', () => {
    expect(table([['a,b', 'say "hi"', '=SUM(A1)', '@x', 'line\nbreak', null, 0.5]])).toBe('"a,b","say ""hi""",\'=SUM(A1),\'@x,"line\nbreak",,0.5\r\n');
  });
});

it('Markdown says what is in no sum, and shows no markup from the code', async () => {
  const text = markdown(summary(reportOf(await inputOf({ 'a<b>.py': callsOf('gpt-99', 'gpt-4.1') }, often, { facts }), english), english));
  expect(text).toContain('1 calls without a known price are in no sum.');
  expect(text).toContain('a\\<b\\>.py:3');
});

describe('CODEOWNERS', () => {
  const ownersOf = readCodeOwners('# comment\n*       @global\n*.js    @js-owner # inline\n/build/logs/ @doctocat\ndocs/*  docs@example.com\napps/ @octocat\n/apps/github\n\n[Data][2] @data\n*.sql\n');
  it.each([
    ['README.md', '@global'], ['src/x.js', '@js-owner'], ['build/logs/a.txt', '@doctocat'], ['docs/getting-started.md', 'docs@example.com'], ['docs/build-app/troubleshooting.md', '@global'],
    ['deep/apps/x.py', '@octocat'], ['apps/github/x.py', ''], ['q.sql', '@data'],
  ])('%s: %s', (path, owner) => expect(ownersOf(path).join(' ')).toBe(owner));
});
