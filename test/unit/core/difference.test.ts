/** Which call is which, and what a change costs: every expected figure is worked out beside it. */
import { describe, expect, it } from 'vitest';
import { type DiffedCall, differenceOf, exceeds, parseIncreaseLimit } from '../../../src/core/difference.js';

function call(file: string, prompt: string, more: Partial<DiffedCall> = {}): DiffedCall {
  return {
    file, cell: null, line: 1, kind: 'call', callers: 0, sdk: 'openai', method: 'chat.completions.create', model: 'gpt-4o-mini', prompt, provider: 'openai', zones: 'US', inputTokens: 100, outputTokens: 50,
    maxOutputTokens: null, callsPerMonth: 1000, perCall: { low: 0.001, likely: 0.002, high: 0.004 }, unknownBecause: null, ...more,
  };
}
const translate = 'user: Translate the following contract into French, keep every clause and its number.';
const summarize = 'user: Summarize the minutes of the meeting in three short sentences for the board.';
const statuses = (before: DiffedCall[], after: DiffedCall[], renamed: [string, string][] = []) =>
  differenceOf(before, after, new Map(renamed)).calls.map(({ status, causes, before: old, after: now }) => `${status} ${old?.file ?? '-'} ${now?.file ?? '-'}${causes.length > 0 ? ` ${causes.join()}` : ''}`);

describe('matching', () => {
  it('what is the same is the same, in any order', () => {
    expect(statuses([call('a.py', translate), call('a.py', summarize)], [call('a.py', summarize), call('a.py', translate)])).toEqual(['same a.py a.py', 'same a.py a.py']);
  });

  it('a model or a prompt that changes is a change, not one call less and one more', () => {
    expect(statuses([call('a.py', translate), call('a.py', summarize)], [call('a.py', translate, { model: 'gpt-4.1' }), call('a.py', `${summarize} Name who decided.`)])).toEqual(['changed a.py a.py model', 'changed a.py a.py prompt']);
  });

  it('a call that moves to another file is found again by its words', () => {
    expect(statuses([call('a.py', translate)], [call('lib/b.py', translate)])).toEqual(['moved a.py lib/b.py']);
    expect(statuses([call('a.py', translate)], [call('lib/b.py', `${translate} Be exact.`)])).toEqual(['changed a.py lib/b.py prompt']);
  });

  it('a renamed file takes its calls along, even those without words', () => {
    expect(statuses([call('a.py', '')], [call('b.py', '')], [['a.py', 'b.py']])).toEqual(['moved a.py b.py']);
    expect(statuses([call('a.py', '')], [call('b.py', '')])).toEqual(['added - b.py', 'removed a.py -']);
  });

  it('another SDK with the same prompt is the same call', () => {
    expect(statuses([call('a.py', translate)], [call('a.py', translate, { sdk: 'anthropic', method: 'messages.create', model: 'claude-haiku-4-5', provider: 'anthropic' })])).toEqual(['changed a.py a.py sdk,model,provider']);
  });

  it('an unlike call in the same place is another call', () => {
    expect(statuses([call('a.py', translate)], [call('a.py', summarize, { model: 'gpt-4.1' })])).toEqual(['added - a.py', 'removed a.py -']);
  });

  it('Chinese prompts are compared by character', () => {
    expect(statuses([call('a.py', 'user: 请将下面的合同翻译成法语，保留所有条款')], [call('b.py', 'user: 请将下面的合同翻译成英语，保留所有条款')])).toEqual(['changed a.py b.py prompt']);
  });

  it('a thousand unlike calls do not take for ever', () => {
    const many = (seed: string) => Array.from({ length: 1000 }, (_, n) => call(`f${n % 40}.py`, `user: ${seed} ${n} ${'word '.repeat(n % 7)}`));
    expect(differenceOf(many('alpha'), many('alpha')).calls.every(({ status }) => status === 'same')).toBe(true);
    expect(differenceOf(many('alpha'), many('beta')).calls).toHaveLength(1000);
  });
});

describe('money', () => {
  const dear = { low: 0.002, likely: 0.005, high: 0.01 };
  it('a month when every call says how often it runs', () => {
    // 1,000 × $0.002 = $2 before; + 1,000 × $0.005 = $7 after: +$5, 250%.
    const found = differenceOf([call('a.py', translate)], [call('a.py', translate), call('b.py', summarize, { perCall: dear })]);
    expect(found).toMatchObject({ basis: 'month', before: { perMonth: 2 }, after: { perMonth: 7 }, amount: 5, share: 2.5 });
    expect(found.calls[1]).toMatchObject({ status: 'added', perCall: 0.005, perMonth: 5 });
  });

  it('1,000 runs of each when that is not known', () => {
    expect(differenceOf([call('a.py', translate, { callsPerMonth: null })], [call('a.py', translate, { callsPerMonth: null, perCall: dear })])).toMatchObject({ basis: 'thousand', before: { perThousand: 2 }, after: { perThousand: 5 }, amount: 3, share: 1.5 });
  });

  it('the same tokens at another price are a change of price', () => {
    expect(statuses([call('a.py', translate)], [call('a.py', translate, { perCall: dear })])).toEqual(['changed a.py a.py price']);
  });

  it('an unknown price is in no sum and makes no difference of zero', () => {
    const found = differenceOf([call('a.py', translate)], [call('a.py', translate, { model: 'gpt-99', perCall: null, unknownBecause: 'unknown-model' })]);
    expect(found.after).toEqual({ perThousand: null, perMonth: null, unpriced: 1, uncounted: 0 });
    expect(found.calls[0]).toMatchObject({ perCall: null, perMonth: null });
  });

  it('a call is not summed besides the call sites of the function around it', () => {
    const inner = call('a.py', translate, { callers: 2 });
    // Two call sites of $2 a month each.
    expect(differenceOf([], [inner, call('b.py', translate, { kind: 'wrapper-call' }), call('c.py', translate, { kind: 'wrapper-call' })])).toMatchObject({ after: { perMonth: 4 } });
  });
});

describe('the limit', () => {
  const grown = differenceOf([call('a.py', translate)], [call('a.py', translate, { perCall: { low: 0.002, likely: 0.0022, high: 0.003 } })]);
  it.each([['10%', false], ['9.9%', true], ['0.2', false], ['0.19', true], ['50', false]])('%s', (text, expected) => {
    // $2.00 → $2.20 a month: +10%, +$0.20.
    expect(exceeds(grown, parseIncreaseLimit(text)!)).toBe(expected);
  });
  it('from nothing, everything is beyond a percentage', () => {
    expect(exceeds(differenceOf([], [call('a.py', translate)]), { percent: 1000 })).toBe(true);
    expect(exceeds(differenceOf([call('a.py', translate)], []), { percent: 0 })).toBe(false);
  });
  it.each(['', 'ten', '-5%', '10%%', '1e3'])('%s is none', (text) => expect(parseIncreaseLimit(text)).toBeNull());
});
