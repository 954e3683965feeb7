import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { mergeConfiguration, parseConfiguration } from '../../../src/core/configuration.js';
import { indexLines } from '../../../src/core/lines.js';
import { findEndpoint, findModel, findProvider } from '../../../src/core/lookup.js';
import { type Configuration, defaultConfiguration } from '../../../src/core/model.js';
import { withOwn } from '../../../src/core/ownCatalog.js';
import { price } from '../../../src/core/price.js';
import { analyzeText, engineForTests, testDay } from '../engineForTests.js';

const gateway = `
providers:
  - id: acme
    name: ACME gateway
    home: https://llm.acme.example
    checkedOn: '2026-11-01'
    gateway: true
    keyVariables: [ACME_KEY]
    defaultEndpoint: { '*': eu }
    endpoints:
      - { id: eu, host: llm.acme.example, operator: ACME, storageZone: EU, inferenceZone: EU, certainty: certain, baseUrls: { openai-chat: 'https://llm.acme.example/v1' } }
    models:
      - id: gpt-4o-mini
        tokenizerFamily: o200k
        prices: [{ currency: EUR, components: [{ unit: input-token, amount: '0.2' }, { unit: output-token, amount: '0.8' }] }]
`;

function read(text: string): Configuration {
  const { value, problems } = parseConfiguration(text, facts);
  expect(problems).toEqual([]);
  return mergeConfiguration(defaultConfiguration, value!, 'workspace');
}
const problemsOf = (text: string) => parseConfiguration(text, facts).problems.map(({ range, ...rest }) => ({ ...rest, line: indexLines(text).positionAt(range.start).line }));
const tokens = { 'input-token': { low: 1e6, likely: 1e6, high: 1e6 }, 'output-token': { low: 1e6, likely: 1e6, high: 1e6 } };
function likely(configuration: Configuration, providerId: string, modelId: string, date = testDay): number | undefined {
  const view = withOwn(facts, configuration.own);
  const provider = findProvider(view, providerId)!;
  const { cost } = price(tokens, provider, findModel(provider, modelId), provider.endpoints[0]!, { date, currency: 'USD', rates: facts.rates });
  return cost.perCall?.likely;
}

describe('own prices', () => {
  it('take the place of list prices', () => {
    const configuration = read("prices:\n  - { provider: openai, model: gpt-4o, checkedOn: '2026-11-01', components: [{ unit: input-token, amount: '2' }, { unit: output-token, amount: '7.5' }] }\n");
    expect(likely(configuration, 'openai', 'gpt-4o')).toBe(9.5);
    expect(likely(defaultConfiguration, 'openai', 'gpt-4o')).toBe(12.5);
  });

  it('hold in their own days only', () => {
    const configuration = read("prices:\n  - { provider: openai, model: gpt-4o, checkedOn: '2026-11-01', validFrom: '2026-11-01', validTo: '2026-12-01', components: [{ unit: input-token, amount: '1' }, { unit: output-token, amount: '1' }] }\n");
    expect([likely(configuration, 'openai', 'gpt-4o', '2026-10-31'), likely(configuration, 'openai', 'gpt-4o'), likely(configuration, 'openai', 'gpt-4o', '2026-12-01')]).toEqual([12.5, 2, 12.5]);
  });

  it('price a model that the catalog does not know', () => {
    const configuration = read("prices:\n  - { provider: openai, model: gpt-private, checkedOn: '2026-11-01', components: [{ unit: input-token, amount: '1' }, { unit: output-token, amount: '2' }] }\n");
    expect(likely(configuration, 'openai', 'gpt-private')).toBe(3);
  });

  it('win over a list price in the wanted currency', () => {
    const own = read("prices:\n  - { provider: deepseek, model: deepseek-flash, endpoints: [global], currency: USD, checkedOn: '2026-11-01', components: [{ unit: input-token, amount: '1' }, { unit: output-token, amount: '1' }] }\n").own;
    const provider = findProvider(withOwn(facts, own), 'deepseek')!;
    const { cost } = price(tokens, provider, findModel(provider, 'deepseek-flash'), provider.endpoints[0]!, { date: testDay, currency: 'CNY', rates: facts.rates });
    expect(cost).toMatchObject({ nativeCurrency: 'USD', priceSource: 'your own configuration' });
  });
});

describe('discounts', () => {
  it('come off list prices of the models named', () => {
    const configuration = read('discounts:\n  - { provider: openai, models: [gpt-4o*], percent: 20, note: contract 2026 }\n');
    expect(likely(configuration, 'openai', 'gpt-4o')).toBe(10);
    expect(likely(configuration, 'openai', 'o3')).toBe(10);
  });

  it('show in the analysis as a line of their own', async () => {
    const configuration = read('discounts:\n  - { provider: openai, percent: 10 }\n');
    const code = "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': 'hi'}])\n";
    const [list, reduced] = [await analyzeText('python', code), await analyzeText('python', code, configuration)];
    expect(reduced.calls[0]!.estimate.cost.perCall!.likely).toBeCloseTo(list.calls[0]!.estimate.cost.perCall!.likely * 0.9, 12);
    expect(reduced.calls[0]!.estimate.cost.components.map((each) => each.unit)).toContain('discount');
  });
});

describe('own providers', () => {
  it('are found by their host, with price and zones; what only the file says is never certain', async () => {
    const configuration = read(gateway);
    const analysis = await analyzeText('python', "from openai import OpenAI\nclient = OpenAI(base_url='https://llm.acme.example/v1')\nclient.chat.completions.create(model='gpt-4o-mini', messages=[])\n", configuration);
    expect(analysis.calls[0]!.destination).toMatchObject({ provider: 'acme', storageZone: 'EU', certainty: 'likely' });
    expect(analysis.calls[0]!.estimate.cost).toMatchObject({ nativeCurrency: 'EUR', confidence: 'official' });
    expect(engineForTests().factsFor(configuration).providers.map((each) => each.id)).toContain('acme');
    expect(engineForTests().facts.providers.map((each) => each.id)).not.toContain('acme');
  });

  it('cannot take a host or an id of the catalog', () => {
    const stolen = gateway.replaceAll('llm.acme.example, op', 'api.deepseek.com, op');
    expect(problemsOf(stolen)).toEqual([{ code: 'wrong-value', expected: 'a host of your own; this one belongs to DeepSeek', found: 'api.deepseek.com', line: 11 }]);
    expect(problemsOf(gateway.replace('host: llm.acme.example', "host: '*.deepseek.com'"))[0]).toMatchObject({ found: '*.deepseek.com', line: 11 });
    expect(problemsOf(gateway.replace('id: acme', 'id: openai'))[0]).toMatchObject({ found: 'openai', line: 3 });
    // Even where nobody checked the file against the catalog.
    const unchecked = parseConfiguration(stolen).value!.own!;
    expect(findEndpoint(withOwn(facts, unchecked), 'https://api.deepseek.com')?.provider.id).toBe('deepseek');
  });
});

describe('problems stand where they are', () => {
  it.each([
    ["prices:\n  - { provider: openai, model: gpt-4o, components: [] }\n", 2],
    ["prices:\n  - provider: openai\n    model: gpt-4o\n    checkedOn: '2026-11-01'\n    components:\n      - { unit: input-tokens, amount: '2' }\n", 6],
    ["prices:\n  - provider: openai\n    model: gpt-4o\n    checkedOn: '2026-11-01'\n    components:\n      - { unit: input-token, amount: 2 }\n", 6],
    ["prices:\n  - provider: opnai\n    model: gpt-4o\n    checkedOn: '2026-11-01'\n    components: [{ unit: input-token, amount: '2' }]\n", 2],
    ["prices:\n  - provider: openai\n    model: gpt-4o\n    checkedOn: yesterday\n    components: [{ unit: input-token, amount: '2' }]\n", 4],
    ["prices:\n  - provider: openai\n    model: gpt-4o\n    checkedOn: '2026-11-01'\n    endpoints: [mars]\n    components: [{ unit: input-token, amount: '2' }]\n", 5],
    ["discounts:\n  - provider: openai\n    percent: 120\n", 3],
    ["discounts:\n  - provider: openai\n    percent: 20\n    modles: [gpt-4o]\n", 4],
    ["discounts:\n  - provider: openai\n    models: [gpt-4oo]\n    percent: 20\n", 3],
    ['discounts: 20\n', 1], ['providers:\n  - 5\n', 2],
  ])('%j: line %i', (text, line) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.line).toBe(line);
    expect(problems[0]!.expected.length).toBeGreaterThan(2);
  });

  it('leaves a wrong entry out and keeps the others', () => {
    const { value } = parseConfiguration('discounts:\n  - { provider: openai, percent: 120 }\n  - { provider: mistral, percent: 10 }\n', facts);
    expect(value!.own!.discounts).toEqual([{ provider: 'mistral', percent: 10 }]);
  });
});

describe('own exchange rates', () => {
  const code = "from openai import OpenAI\nclient = OpenAI(base_url='https://ark.cn-beijing.volces.com/api/v3')\nclient.chat.completions.create(model='doubao-seed-1.6', max_tokens=100, messages=[{'role': 'user', 'content': 'hi'}])\n";

  it('convert with their own day, and say where they come from', async () => {
    const configuration = read("exchangeRates: { checkedOn: '2026-11-20', perUsd: { CNY: 7.25 } }\n");
    const [mine, builtIn] = await Promise.all([configuration, defaultConfiguration].map(async (each) => (await analyzeText('python', code, each)).calls[0]!.estimate));
    expect(mine!.cost).toMatchObject({ currency: 'USD', nativeCurrency: 'CNY', rateCheckedOn: '2026-11-20' });
    expect(mine!.cost.perCall!.likely).toBeCloseTo(mine!.cost.nativePerCall!.likely / 7.25, 12);
    expect(mine!.assumptions.find((each) => each.code === 'exchange-rate')).toMatchObject({ subject: 'CNY/USD', origin: 'workspace' });
    expect(builtIn!.cost.rateCheckedOn).toBe(facts.rates.checkedOn);
    expect(withOwn(facts, configuration.own).rates.perUsd).toMatchObject({ CNY: 7.25, EUR: facts.rates.perUsd['EUR'], USD: 1 });
  });

  it('are reported at their line when they are wrong', () => {
    expect(problemsOf("prices:\n  - provider: openai\n    model: gpt-4o\n    checkedOn: '2026-11-01'\n    components:\n      - { unit: input-token, amount: 2.5 }\n"))
      .toEqual([{ code: 'wrong-value', expected: 'a decimal number in quotes, e.g. "0.15"', found: '2.5', line: 6 }]);
    expect(problemsOf('exchangeRates:\n  checkedOn: yesterday\n  perUsd: { CNY: 7.25 }\n')).toMatchObject([{ line: 2, code: 'wrong-value' }]);
    expect(problemsOf("exchangeRates:\n  checkedOn: '2026-11-20'\n  perUsd:\n    CNY: -1\n")).toMatchObject([{ line: 4 }]);
    expect(problemsOf("exchangeRates:\n  checkedOn: '2026-11-20'\n  perDollar: {}\n  perUsd: {}\n")).toMatchObject([{ line: 3, code: 'unknown-key' }]);
  });
});
