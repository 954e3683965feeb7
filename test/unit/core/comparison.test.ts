/** Rows of a comparison from the real catalog, texts as prompts, static prefixes, and the worked example of the docs. */
import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { textSubject } from '../../../src/core/comparison.js';
import { defaultConfiguration } from '../../../src/core/model.js';
import { migrateCall, migrationOf } from '../../../src/core/migration.js';
import { breakEvenCalls, savingOf } from '../../../src/core/plan.js';
import { promptText, staticPrefixShare } from '../../../src/core/promptText.js';
import { neutralScenario } from '../../../src/core/scenario.js';
import { english } from '../../../src/messages.js';
import { lineDifference } from '../../../src/reporters/agentTools.js';
import { comparisonCsv, factsOfRows, priceRows } from '../../../src/reporters/comparison.js';
import { engineForTests, testDay } from '../engineForTests.js';

const source = (annotation = ''): string => `from openai import OpenAI\nclient = OpenAI()\n${annotation}client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}])\n`;

async function called(text: string, configuration = defaultConfiguration) {
  const engine = engineForTests();
  await engine.prepare('python');
  const session = engine.open('python', text);
  return { engine, session, call: session.analyze(configuration, testDay).calls[0]! };
}

describe('rows', () => {
  it('the call comes first and costs what its estimate says', async () => {
    const { engine, call } = await called(source());
    const rows = engine.compare(call, { configuration: defaultConfiguration, today: testDay });
    expect(rows[0]).toMatchObject({ current: true, model: 'gpt-4o-mini', provider: 'openai' });
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
    const [priced] = priceRows(rows, facts, neutralScenario, testDay);
    expect(priced!.cost.perCall).toEqual(call.estimate.cost.perCall);
  });

  it('what a comment sets next to the call holds for every row', async () => {
    const { engine, session, call } = await called(source('# tokenfare: output=7 question=11\n'));
    const rows = engine.compare(call, { configuration: defaultConfiguration, today: testDay });
    const others = rows.filter((row) => !row.current && row.output.tokens.high === 7);
    // Reasoning models think on top of it.
    expect(others.length).toBeGreaterThan(3);
    expect(session.alternatives(call, defaultConfiguration, testDay).some(({ estimate }) => estimate.output.tokens.high === 7)).toBe(true);
  });

  it('all of them are every priced model of the operation at providers of their own', async () => {
    const { engine, call } = await called(source());
    const rows = engine.compare(call, { configuration: defaultConfiguration, today: testDay, scope: 'all' });
    const expected = facts.providers.filter((each) => !each.gateway && !each.local).flatMap((each) => each.models.filter((model) => model.operation === 'chat' && !(model.retirement && model.retirement.on <= testDay)
      && model.prices.some((price) => (!price.validFrom || price.validFrom <= testDay) && (!price.validTo || testDay < price.validTo))).map((model) => `${each.id}/${model.id}`));
    const found = new Set(rows.map((row) => `${row.provider}/${row.model}`));
    expect(expected.filter((each) => !found.has(each)).length).toBeLessThan(expected.length * 0.02);
    expect(expected.length).toBeGreaterThan(200);
  });

  it('a picture is as many tokens as the model\'s own rule makes of it', async () => {
    const { engine, call } = await called(source());
    const rows = engine.compare(call, { configuration: defaultConfiguration, today: testDay, scope: 'all' });
    const of = (model: string) => rows.find((row) => row.model === model)!.imageTokens;
    // OpenAI: 2,833 and 5,667 for each tile of 512; 512 × 512 is one tile, 1024 × 1024 and 2048 × 2048 are scaled to 768 × 768, four.
    expect(of('gpt-4o-mini')).toEqual({ low: 8500, likely: 25_501, high: 25_501 });
    // 85 and 170 for each.
    expect(of('gpt-4o')).toEqual({ low: 255, likely: 765, high: 765 });
    const ten = priceRows(rows, facts, { ...neutralScenario, imagesPerCall: 10 }, testDay).find(({ row }) => row.current)!;
    const none = priceRows(rows, facts, neutralScenario, testDay).find(({ row }) => row.current)!;
    expect(ten.cost.perCall!.likely - none.cost.perCall!.likely).toBeCloseTo((10 * 25_501 * 0.15) / 1e6, 12);
  });

  it('the page gets the facts of its rows and computes the same', async () => {
    const { engine, call } = await called(source());
    const rows = engine.compare(call, { configuration: defaultConfiguration, today: testDay });
    const part = factsOfRows(rows, facts);
    expect(part.providers.flatMap((each) => each.models).length).toBeLessThanOrEqual(rows.length);
    const [whole, sent] = [facts, JSON.parse(JSON.stringify(part)) as typeof part].map((each) => priceRows(rows, each, { ...neutralScenario, cacheHitShare: 0.3, batchShare: 0.2 }, testDay));
    expect(sent!.map(({ cost }) => cost)).toEqual(whole!.map(({ cost }) => cost));
    expect(comparisonCsv(sent!, part, english).split('\r\n')).toHaveLength(rows.length + 2);
  });

  it('bills that are kept are those that would be made', async () => {
    const { engine, call } = await called(source());
    const rows = engine.compare(call, { configuration: defaultConfiguration, today: testDay });
    const known = new Map();
    priceRows(rows, facts, neutralScenario, testDay, known);
    const later = { ...neutralScenario, callsPerDay: 500, monthlyGrowth: 0.1, flatFee: 20 };
    expect(priceRows(rows, facts, later, testDay, known)).toEqual(priceRows(rows, facts, later, testDay));
    expect(known.size).toBe(rows.length);
    expect(priceRows(rows, facts, { ...later, discountPercent: 10 }, testDay, known)).toEqual(priceRows(rows, facts, { ...later, discountPercent: 10 }, testDay));
  });
});

describe('a text as a prompt', () => {
  const pieces = (text: string): string[] => textSubject(text).request.parts[0]!.pieces.map((piece) => (piece.kind === 'hole' ? `<${piece.name}>` : piece.text));
  it.each([
    ['Hello', ['Hello']], ['', ['']], ['Dear {{ name }}, {{greeting}}', ['Dear ', '<name>', ', ', '<greeting>']], ['From ${user.id} on', ['From ', '<user.id>', ' on']],
    ['Answer {question} now', ['Answer ', '<question>', ' now']], ['{"a": 1, "b": {"c": 2}}', ['{"a": 1, "b": {"c": 2}}']], ['f{x}', ['f{x}']],
  ])('%j', (text, expected) => expect(pieces(text)).toEqual(expected));
});

describe('static prefix', () => {
  it('ends at the first hole; the rest is shared out by characters', async () => {
    const { call } = await called(source());
    // "Be brief." stands before the question and is all the text there is: the known tokens are the prefix.
    expect(staticPrefixShare(call.request.parts, 20, { low: 20, likely: 80, high: 100 })).toBe(0.25);
    expect(promptText(call.request.parts)).toBe('system: Be brief.\nuser: {question}');
  });
  it('nothing known: nothing is claimed', () => expect(staticPrefixShare([], 0, { low: 0, likely: 10, high: 10 })).toBeNull());
});

describe('migration', () => {
  it('sums both sides and leaves out what is listed only', async () => {
    const { session, call } = await called(source(), { ...defaultConfiguration, assumptions: { ...defaultConfiguration.assumptions, callsPerMonth: 100 } });
    const moved = migrateCall(session, call, 'here', { provider: 'mistral' }, defaultConfiguration, testDay);
    expect(moved.target!.provider).toBe('mistral');
    const { sums, keyVariables } = migrationOf([moved, { ...moved, call: { ...call, callers: 2 } }], 'USD', facts.rates);
    expect(sums.perMonth!.before.likely).toBeCloseTo(call.estimate.cost.perCall!.likely * 100, 12);
    expect(sums.perMonth!.after.likely).toBeCloseTo(moved.target!.estimate.cost.perCall!.likely * 100, 12);
    expect(keyVariables).toEqual(['MISTRAL_API_KEY']);
    session.dispose();
  });
  it('a provider without anything comparable is told as such', async () => {
    const { session, call } = await called(source());
    expect(migrateCall(session, call, 'here', { provider: 'alipay', model: 'none' }, defaultConfiguration, testDay)).toMatchObject({ target: null, plan: null });
    session.dispose();
  });
});

describe('the worked example of the documentation', () => {
  it('saving, flat fee and percentages', () => {
    expect(savingOf('0.12', '0.07')).toEqual({ amount: 0.05, share: 0.416666666667 });
    const at = (perCall: number) => breakEvenCalls(1000, { low: perCall, likely: perCall, high: perCall })!.likely;
    expect([at(0.12), at(0.07)]).toEqual([8334, 14_286]);
    expect([5.2, 4, 4.8, 5, 6].map((rival) => Math.round(savingOf(rival, 3.5).share! * 1000) / 10)).toEqual([32.7, 12.5, 27.1, 30, 41.7]);
  });
});

it('a preview shows changed lines between those that stay', () => {
  expect(lineDifference('a\nb\nc\nd\n', 'a\nB\nc\nD\n')).toBe('@@ line 2 @@\n-b\n+B\n c\n-d\n+D\n');
});
