/** Help in tokenfare.yaml and in provider files by their JSON Schemas; `▮` is the cursor. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/core/jsonSchema.js';
import { completionsAt, noteAt, type SuggestValues } from '../../../src/core/schemaAssist.js';

const schemaOf = (name: string) => JSON.parse(readFileSync(fileURLToPath(new URL(`../../../schemas/${name}.schema.json`, import.meta.url)), 'utf8')) as JsonSchema;
const workspace = schemaOf('tokenfare');
const provider = schemaOf('provider');
const nothing: SuggestValues = () => [];

function at(schema: JsonSchema, marked: string, suggest: SuggestValues = nothing) {
  const offset = marked.indexOf('▮');
  const text = marked.replace('▮', '');
  const { replace, items } = completionsAt(schema, text, offset, suggest);
  return { text, replace, items, labels: items.map((each) => each.label) };
}

describe('keys', () => {
  it.each([
    ['an empty file', '▮', ['currency', 'policy', 'budget', 'assumptions', 'scan', 'deployments', 'providers', 'prices', 'discounts']],
    ['after others', 'currency: USD\npol▮', ['policy', 'budget']],
    ['between others', 'currency: USD\n▮\nbudget:\n  amount: 5\n', ['policy', 'scan']],
    ['in a map', 'policy:\n  ▮', ['allowedZones', 'allowedProviders', 'forbiddenProviders']],
    ['in a map, half-typed', 'policy:\n  allowedZones: [EU]\n  forb▮', ['allowedProviders', 'forbiddenProviders']],
    ['in a list of maps', 'discounts:\n  - ▮', ['provider', 'percent', 'models', 'note']],
    ['in the second map of a list', 'discounts:\n  - provider: openai\n    percent: 20\n  - provider: groq\n    ▮', ['percent', 'models']],
    ['before the rest of a map', 'discounts:\n  - ▮\n    percent: 20\n', ['provider', 'models']],
    ['in a flow map', 'discounts:\n  - { provider: openai, ▮ }', ['percent', 'models']],
    ['in a flow map that is not closed', 'discounts:\n  - { provider: openai, ▮', ['percent', 'models']],
    ['three lists deep', "prices:\n  - provider: openai\n    model: gpt-4o\n    components:\n      - unit: input-token\n        ▮", ['amount', 'per', 'when']],
    ['in conditions', "prices:\n  - provider: openai\n    components:\n      - unit: input-token\n        amount: '2'\n        when: { ▮ }", ['tier', 'window', 'promptTokensAbove', 'outputTokensAbove', 'variant']],
    ['where a number is allowed, too', 'assumptions:\n  outputTokens:\n    ▮', ['low', 'likely', 'high']],
  ])('%s', (_, marked, expected) => expect(at(workspace, marked).labels).toEqual(expect.arrayContaining(expected)));

  it('leaves out what is there, and nothing else', () => {
    const { labels } = at(workspace, 'policy:\n  allowedZones: [EU]\n  ▮');
    expect(labels).toEqual(expect.arrayContaining(['allowedProviders', 'forbiddenProviders', 'training', 'dataClasses']));
    expect(labels).not.toContain('allowedZones');
    expect(at(workspace, 'discounts:\n  - { provider: openai, ▮ }').labels).not.toContain('provider');
  });

  it('names first what must be there', () => {
    expect(at(workspace, 'discounts:\n  - ▮').labels.slice(0, 2).sort()).toEqual(['percent', 'provider']);
  });

  it('replaces the whole word', () => {
    const { text, replace } = at(workspace, 'policy:\n  allowed▮Zone: [EU]');
    expect(text.slice(replace.start, replace.end)).toBe('allowedZone');
    expect(at(workspace, 'policy:\n  allowed▮Zone: [EU]').items.find((each) => each.label === 'allowedZones')!.insert).toBe('allowedZones');
  });

  it.each([
    ['policy', 'policy:\n  $0', '▮'], ['discounts', 'discounts:\n  - $0', '▮'], ['currency', 'currency: $0', '▮'], ['allowedZones', 'allowedZones: [$0]', 'policy:\n  ▮'],
    ['amount', "amount: '$0'", 'prices:\n  - components:\n      - ▮'], ['components', 'components:\n    - $0', 'prices:\n  - ▮'], ['when', 'when: { $0 }', 'prices:\n  - components: [{ ▮ }]'],
  ])('%s is followed by what it holds', (label, insert, marked) => {
    expect(at(workspace, marked).items.find((each) => each.label === label)!.insert).toBe(insert);
  });

  it('of a provider file', () => {
    expect(at(provider, 'id: acme\n▮').labels).toEqual(expect.arrayContaining(['name', 'home', 'endpoints', 'facts', 'models', 'plans', 'charges']));
    expect(at(provider, 'endpoints:\n  - id: eu\n    baseUrls:\n      ▮').labels).toEqual(expect.arrayContaining(['openai-chat', 'anthropic-messages']));
  });
});

describe('values', () => {
  it.each([
    ['of a choice', workspace, 'budget:\n  amount: 5\n  period: ▮', ['day', 'week', 'month', 'custom']],
    ['in a flow list', workspace, 'policy:\n  allowedZones: [EU, ▮]', ['US', 'CN', 'local']],
    ['in a list of lines', workspace, 'policy:\n  allowedZones:\n    - ▮', ['EU', 'US']],
    ['of a list still to begin', workspace, 'policy:\n  allowedZones: ▮', ['[EU]', '[US]']],
    ['of a unit', workspace, 'prices:\n  - components:\n      - unit: cach▮', ['cached-input-token', 'cache-write-token', 'cache-write-1h-token']],
    ['in quotes', provider, "confidence: '▮'", ['official', 'secondary', 'claim']],
    ['yes or no', provider, 'gateway: ▮', ['true', 'false']],
  ])('%s', (_, schema, marked, expected) => expect(at(schema, marked).labels).toEqual(expect.arrayContaining(expected)));

  it('asks for what only the catalog knows, with the path and what stands beside', () => {
    const asked: unknown[] = [];
    const suggest: SuggestValues = (path, beside) => { asked.push([path.join('.'), beside['provider']]); return path.at(-1) === 'model' ? [{ value: 'gpt-4o', detail: 'OpenAI' }] : []; };
    expect(at(workspace, 'prices:\n  - provider: openai\n    model: ▮', suggest).items).toContainEqual({ label: 'gpt-4o', insert: 'gpt-4o', kind: 'value', detail: 'OpenAI', required: false });
    expect(asked[0]).toEqual(['prices.0.model', 'openai']);
  });

  it('quotes what YAML would read as something else, and keeps $ from the snippet', () => {
    const suggest: SuggestValues = () => ['1.5', 'no', '@cf/a', 'a$b'].map((value) => ({ value, detail: '' }));
    expect(at(workspace, 'deployments:\n  a: ▮', suggest).items.map((each) => each.insert)).toEqual(["'1.5'", "'no'", "'@cf/a'", 'a\\$b']);
  });

  it('makes text that the schema’s reader understands', () => {
    for (const [marked, label] of [['policy:\n  allowedZones: ▮', '[EU]'], ['policy:\n  allowedZones: [▮]', 'EU'], ['budget: { amount: 1, period: ▮ }', 'month']] as const) {
      const { text, replace, items } = at(workspace, marked);
      const insert = items.find((each) => each.label === label)!.insert.replace('$0', '');
      expect(JSON.stringify(parse(text.slice(0, replace.start) + insert + text.slice(replace.end)))).toMatch(/EU|month/);
    }
  });
});

describe('nothing', () => {
  it.each([
    ['in a comment', 'currency: USD # ▮'], ['under a key that nobody knows', 'nonsense:\n  ▮'], ['in free text', 'scan:\n  include: ["src/▮"]'], ['in broken YAML', 'a: [}{▮'],
  ])('%s', (_, marked) => expect(at(workspace, marked).labels).toEqual([]));

  it('for a text that is very long, and no hang on deep nesting', () => {
    expect(completionsAt(workspace, `# ${'x'.repeat(600_000)}`, 5, nothing).items).toEqual([]);
    expect(completionsAt(workspace, '['.repeat(3000), 2999, nothing).items).toEqual([]);
  });
});

describe('hover', () => {
  const note = (schema: JsonSchema, marked: string) => noteAt(schema, marked.replace('▮', ''), marked.indexOf('▮'));
  it('of a key: what it means, what it takes, whether it must be there', () => {
    expect(note(workspace, 'discounts:\n  - perc▮ent: 20')).toMatchObject({ name: 'percent', description: 'Percent off list prices.', types: ['number'], required: true, range: { start: 15, end: 22 } });
    expect(note(workspace, 'policy:\n  allowed▮Zones: [EU]')).toMatchObject({ name: 'allowedZones', types: ['array'], required: false });
  });

  it('of a value: the values there are', () => {
    expect(note(workspace, 'budget: { amount: 5, period: mon▮th }')!.values).toEqual(['day', 'week', 'month', 'custom']);
    expect(note(provider, 'endpoints:\n  - storageZone: E▮U')).toMatchObject({ name: 'storageZone', description: 'Place where data rests or is processed.', required: true });
    expect(note(provider, 'prices▮: 1')).toBeNull();
  });
});
