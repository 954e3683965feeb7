/** Measured averages in estimates: answers, sizes of holes, what a cache serves; what somebody set stays. */
import { describe, expect, test } from 'vitest';
import { type CallSite, type Configuration, type MeasuredAverage, defaultConfiguration } from '../../../src/core/model.js';
import { scenarioFor } from '../../../src/core/scenario.js';
import { english, measuredMessage } from '../../../src/messages.js';
import { priceRows } from '../../../src/reporters/comparison.js';
import { engineForTests, testDay } from '../engineForTests.js';

const exactly = (count: number) => ({ low: count, likely: count, high: count });
const average: MeasuredAverage = {
  of: 'call-site', calls: 214, from: '2026-10-26', to: '2026-11-24', inputTokens: { low: 60, likely: 120, high: 400 }, outputTokens: { low: 20, likely: 30, high: 90 }, reasoningTokens: exactly(0),
  cachedShare: { low: 0.25, likely: 0.5, high: 0.75 }, cacheWriteShare: 0, latencyMs: null, cost: null,
};
const measuredAs = (of: MeasuredAverage, change: Partial<Configuration> = {}): Configuration => ({
  ...defaultConfiguration, ...change, measured: of.of === 'call-site' ? { bySite: { 'src/a.py:3': of }, byModel: {} } : { bySite: {}, byModel: { 'openai/gpt-4o-mini': of, 'anthropic/claude-sonnet-4-5': of } },
});
const source = (messages: string, more = ''): string => `from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o-mini", messages=[${messages}])${more}\n`;
const oneHole = '{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}';

async function analyzed(text: string, configuration: Configuration) {
  const engine = engineForTests();
  await engine.prepare('python');
  const session = engine.open('python', text, { path: '/p/src/a.py', root: '/p', read: () => null });
  return { engine, session, call: session.analyze(configuration, testDay).calls[0]! as CallSite };
}

describe('sizes of holes', () => {
  test('the prompt is as long as it was measured at this place, and the hole is what the fixed text leaves', async () => {
    const { call } = await analyzed(source(oneHole), measuredAs({ ...average, cachedShare: exactly(0) }));
    expect(call.estimate.input.tokens).toEqual(average.inputTokens);
    // Framing of two messages and the reply: 3 + 3 + 3; role names 2 and "Be brief." 3 with o200k_base.
    const hole = call.estimate.assumptions.find(({ code }) => code === 'hole-tokens')!;
    const fixed = call.estimate.input.knownTokens;
    expect(hole).toMatchObject({ origin: 'measured', value: { low: 60 - fixed, likely: 120 - fixed, high: 400 - fixed } });
    expect(fixed).toBeGreaterThan(9);
    expect(fixed).toBeLessThan(20);
  });

  test('two holes share what is left', async () => {
    const { call } = await analyzed(source('{"role": "user", "content": f"Sort {these} by {those}"}'), measuredAs({ ...average, cachedShare: exactly(0) }));
    expect(Math.abs(call.estimate.input.tokens.likely - 120)).toBeLessThanOrEqual(1);
    const sizes = call.estimate.assumptions.filter(({ code }) => code === 'hole-tokens').map(({ value }) => (value as { likely: number }).likely);
    expect(sizes).toHaveLength(2);
    expect(sizes[0]).toBe(sizes[1]);
  });

  test('shorter than the fixed text is no hole at all, never a negative one', async () => {
    const { call } = await analyzed(source(oneHole), measuredAs({ ...average, inputTokens: exactly(5) }));
    expect(call.estimate.assumptions.find(({ code }) => code === 'hole-tokens')!.value).toEqual(exactly(0));
  });

  test('averages of a model say nothing of a hole; what a comment or the settings say stays', async () => {
    const ofModel = await analyzed(source(oneHole), measuredAs({ ...average, of: 'model' }));
    expect(ofModel.call.estimate.assumptions.find(({ code }) => code === 'hole-tokens')).toMatchObject({ origin: 'default', value: defaultConfiguration.assumptions.holeTokens });
    expect(ofModel.call.estimate.output.tokens).toEqual(average.outputTokens);
    const noted = await analyzed(source(oneHole, '  # tokenfare: question=7 output=9'), measuredAs(average));
    expect(noted.call.estimate.assumptions.find(({ code }) => code === 'hole-tokens')).toMatchObject({ origin: 'annotation', value: exactly(7) });
    expect(noted.call.estimate.output.tokens.likely).toBe(9);
    const set = await analyzed(source(oneHole), measuredAs(average, { assumptions: { ...defaultConfiguration.assumptions, holeTokens: exactly(11) }, assumptionOrigin: { holeTokens: 'workspace' } }));
    expect(set.call.estimate.assumptions.find(({ code }) => code === 'hole-tokens')).toMatchObject({ origin: 'workspace', value: exactly(11) });
  });

  test('other models count the same hole', async () => {
    const { session, call } = await analyzed(source(oneHole), measuredAs({ ...average, cachedShare: exactly(0) }));
    const hole = 120 - call.estimate.input.knownTokens;
    for (const { estimate } of session.alternatives(call, measuredAs(average), testDay)) expect(estimate.assumptions.filter(({ code }) => code === 'hole-tokens').every(({ value }) => (value as { likely: number }).likely === hole)).toBe(true);
    const twin = session.alternatives(call, measuredAs(average), testDay).find(({ estimate }) => estimate.input.tokenizer === 'o200k_base');
    if (twin) expect(twin.estimate.input.tokens.likely).toBe(120);
  });
});

describe('what the cache serves', () => {
  test('half at the cached rate; the dear end is where it served least', async () => {
    const { call } = await analyzed(source(oneHole), measuredAs(average));
    // $0.15, cached $0.075, answers $0.60 per million.
    const cost = (input: number, served: number, output: number): number => (input * ((1 - served) * 0.15 + served * 0.075) + output * 0.6) / 1e6;
    const { low, likely, high } = call.estimate.cost.perCall!;
    expect(low).toBeCloseTo(cost(60, 0.75, 20), 14);
    expect(likely).toBeCloseTo(cost(120, 0.5, 30), 14);
    expect(high).toBeCloseTo(cost(400, 0.25, 90), 14);
    expect(call.estimate.assumptions).toContainEqual({ code: 'prompt-cache', value: average.cachedShare, origin: 'measured' });
  });

  test('the comparison begins with it and says the same', async () => {
    const configuration = measuredAs(average);
    const { engine, call } = await analyzed(source(oneHole), configuration);
    const rows = engine.compare(call, { configuration, today: testDay });
    const scenario = scenarioFor(configuration, null, call.measured);
    expect(scenario).toMatchObject({ cacheHitShare: 0.5, cacheWriteShare: 0 });
    expect(priceRows(rows, engine.facts, scenario, testDay)[0]!.cost.perCall!.likely).toBeCloseTo(call.estimate.cost.perCall!.likely, 14);
    expect(scenarioFor({ ...configuration, scenario: { cacheHitShare: 0.1 } }, null, call.measured).cacheHitShare).toBe(0.1);
  });

  test('what is written to the cache costs its own rate', async () => {
    const text = 'import anthropic\nclient = anthropic.Anthropic()\nclient.messages.create(model="claude-sonnet-4-5", max_tokens=30, messages=[{"role": "user", "content": question}])\n';
    const configuration = measuredAs({ ...average, inputTokens: exactly(1000), outputTokens: exactly(30), cachedShare: exactly(0.5), cacheWriteShare: 0.1 });
    const { engine, call } = await analyzed(text, configuration);
    // How a request is framed is a range at this vendor; the likely length is the measured one.
    expect(call.estimate.input.tokens.likely).toBe(1000);
    // Claude Sonnet 4.5 per million: input $3, read $0.30, written $3.75, output $15.
    expect(call.estimate.cost.perCall!.likely).toBeCloseTo((400 * 3 + 500 * 0.3 + 100 * 3.75 + 30 * 15) / 1e6, 12);
    const rows = engine.compare(call, { configuration, today: testDay });
    expect(priceRows(rows, engine.facts, scenarioFor(configuration, null, call.measured), testDay)[0]!.cost.perCall!.likely).toBeCloseTo(call.estimate.cost.perCall!.likely, 12);
  });

  test('in words, with how many calls and the spread', () => {
    expect(measuredMessage(average, english)).toBe('measured over 214 calls, 2026-10-26 – 2026-11-24 · 120 (60–400) tokens in · 30 (20–90) out · 50% (25–75%) from cache');
  });
});
