import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { alternatives, policyAllows } from '../../../src/core/alternatives.js';
import { defaultEndpoint, findModel, findProvider } from '../../../src/core/lookup.js';
import { defaultConfiguration, type Alternative, type Configuration, type TokenCount } from '../../../src/core/model.js';
import { price } from '../../../src/core/price.js';

const today = '2026-11-23';
const tokens = (low: number, likely: number, high: number | null): TokenCount =>
  ({ tokens: { low, likely, high }, basis: 'exact', tokenizer: 'o200k_base', knownTokens: low, knownBasis: 'exact', holes: [] });

function compare(providerId: string, name: string, changes: Partial<Configuration> = {}, needs = { vision: false, tools: false }, prompt = 800): readonly Alternative[] {
  const provider = findProvider(facts, providerId)!;
  const model = findModel(provider, name)!;
  const endpoint = defaultEndpoint(provider);
  const configuration = { ...defaultConfiguration, ...changes };
  const [input, output] = [tokens(prompt / 2, prompt, prompt * 2), tokens(100, 400, 800)];
  const usage = { 'input-token': input.tokens, 'output-token': output.tokens };
  const { cost, assumptions } = price(usage, provider, model, endpoint, { date: today, currency: configuration.currency, rates: facts.rates });
  const estimate = { provider: providerId, model: model.id, input, output, cost, assumptions };
  return alternatives(facts, { operation: model.operation, provider, model, endpoint, estimate, needs }, () => ({ input, output }), { configuration, today });
}
const names = (rows: readonly Alternative[]) => rows.map((row) => `${row.provider}/${row.endpointId}/${row.model}`);

describe('alternatives', () => {
  it('for gpt-4o-mini: its replacement, and small models elsewhere', () => {
    const rows = compare('openai', 'gpt-4o-mini');
    expect(names(rows)).toEqual(expect.arrayContaining([
      'openai/global/gpt-6-luna', 'deepseek/global/deepseek-flash', 'alibaba-dashscope/singapore/qwen-flash',
      'alibaba-dashscope/beijing/qwen-flash', 'mistral/global/mistral-small-2603', 'anthropic/global/claude-haiku-5-5',
      'google-gemini/global/gemini-3.5-flash-lite',
    ]));
    expect(rows.length).toBeGreaterThanOrEqual(6);
    expect(rows.length).toBeLessThanOrEqual(10);
  });

  it('offers what is priced, served and of the same operation, once each', () => {
    for (const [provider, model] of [['openai', 'gpt-4o'], ['anthropic', 'claude-opus-5-5'], ['alibaba-dashscope', 'qwen-plus'], ['openai', 'text-embedding-3-small']] as const) {
      const rows = compare(provider, model);
      expect(new Set(names(rows)).size).toBe(rows.length);
      for (const row of rows) {
        const found = findModel(findProvider(facts, row.provider)!, row.model)!;
        expect(found.operation).toBe(findModel(findProvider(facts, provider)!, model)!.operation);
        expect(row.estimate.cost.perCall).not.toBeNull();
        expect(found.retirement === undefined || found.retirement.on > today).toBe(true);
        expect([row.provider, row.model]).not.toEqual([provider, model]);
      }
    }
  });

  it('states the difference to the call', () => {
    // gpt-4o-mini: 800 × 0.15 + 400 × 0.60 = 360; gpt-6-luna: 800 × 0.10 + 400 × 0.50 = 280 (millionths of a dollar)
    const luna = compare('openai', 'gpt-4o-mini').find((row) => row.model === 'gpt-6-luna')!;
    expect(luna.difference).toBeCloseTo(280 / 360 - 1, 10);
  });

  it('puts what the policy allows first, and moves the same model into an allowed zone', () => {
    const rows = compare('openai', 'gpt-4o', { policy: { allowedZones: ['EU'], allowedProviders: [], forbiddenProviders: ['xai'] } });
    const allowed = rows.map((row) => row.allowed);
    expect(allowed).toEqual([...allowed].sort((a, b) => Number(b) - Number(a)));
    expect(names(rows)).toContain('openai/eu/gpt-4o');
    for (const row of rows) if (row.allowed) expect([row.storageZone, row.inferenceZone]).toEqual(['EU', 'EU']);
    expect(rows.some((row) => row.provider === 'xai' && row.allowed)).toBe(false);
  });

  it('says what a row cannot do', () => {
    expect(compare('openai', 'gpt-4o', {}, { vision: true, tools: true }).filter((row) => row.provider === 'deepseek')
      .every((row) => row.model === 'deepseek-flash' || row.flags.includes('no-vision'))).toBe(true);
    const long = compare('google-gemini', 'gemini-3.1-pro-preview', {}, { vision: false, tools: false }, 900_000);
    expect(long.find((row) => row.model === 'mistral-large-2512')?.flags ?? ['exceeds-context']).toContain('exceeds-context');
  });

  it('keeps to the limit', () => {
    const provider = findProvider(facts, 'openai')!;
    const model = findModel(provider, 'gpt-4o')!;
    const count = tokens(1, 1, 1);
    const estimate = { provider: 'openai', model: 'gpt-4o', input: count, output: count, assumptions: [], cost: { currency: 'USD', perCall: null, nativeCurrency: null, nativePerCall: null, unpublished: [], rateCheckedOn: null, change: null, components: [], priceSource: null, priceCheckedOn: null, confidence: null, reason: 'no-price' as const } };
    const rows = alternatives(facts, { operation: 'chat', provider, model, endpoint: defaultEndpoint(provider), estimate, needs: { vision: false, tools: false } },
      () => ({ input: count, output: count }), { configuration: defaultConfiguration, today, limit: 3 });
    expect(rows).toHaveLength(3);
    expect(rows.every((row) => row.difference === null)).toBe(true);
  });
});

describe('policyAllows', () => {
  const at = (id: string, endpointId: string) => {
    const provider = findProvider(facts, id)!;
    return [provider, provider.endpoints.find((each) => each.id === endpointId)!] as const;
  };
  const policy = { allowedZones: ['EU' as const], allowedProviders: [], forbiddenProviders: [] };

  it.each([['mistral', 'eu', true], ['openai', 'eu', true], ['openai', 'global', false], ['deepseek', 'global', false], ['ollama', 'ollama', true], ['litellm', 'local', false]])(
    'EU only: %s/%s %s', (id, endpoint, expected) => expect(policyAllows({ policy }, ...at(id, endpoint), facts)).toBe(expected));

  it('lists of providers narrow it further', () => {
    expect(policyAllows({ policy: { ...policy, forbiddenProviders: ['mistral'] } }, ...at('mistral', 'eu'), facts)).toBe(false);
    expect(policyAllows({ policy: { ...policy, allowedProviders: ['openai'] } }, ...at('mistral', 'eu'), facts)).toBe(false);
    expect(policyAllows({ policy: { allowedZones: [], allowedProviders: [], forbiddenProviders: [] } }, ...at('deepseek', 'global'), facts)).toBe(true);
  });
});
