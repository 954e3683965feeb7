import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Assumption, Cost, Finding } from '../../src/core/model.js';
import {
  assumptionMessage, configurationMessage, english, findingMessage, priceSourceMessage, providerName, residencyMessage, skipMessage,
} from '../../src/messages.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const finding = (code: Finding['code'], data: Finding['data']): Finding =>
  ({ code, severity: 'warning', range: { start: 0, end: 1 }, callId: null, data, related: [] });

describe('english', () => {
  it('fills places and leaves unknown ones alone', () => {
    expect(english('{0} and {1}, {0}', 'a', 2)).toBe('a and 2, a');
    expect(english('{0} {1}', 'a')).toBe('a {1}');
  });
});

describe('findings', () => {
  it.each([
    [finding('model-retiring', { model: 'gpt-4', on: '2027-01-14', replacement: 'gpt-5' }), 'gpt-4 shuts down on 2027-01-14. Replacement: gpt-5.'],
    [finding('model-retired', { model: 'gpt-3', on: '2024-01-04' }), 'gpt-3 was shut down on 2024-01-04.'],
    [{ ...finding('context-exceeded', { model: 'gpt-4', tokens: 9000, contextWindow: 8192 }), severity: 'error' } as Finding, 'The prompt has at least 9,000 tokens; the context window of gpt-4 is 8,192.'],
    [finding('context-exceeded', { model: 'gpt-4', tokens: 9000, contextWindow: 8192 }), 'The prompt probably has 9,000 tokens; the context window of gpt-4 is 8,192.'],
    [finding('unknown-model', { model: 'gpt-99', provider: 'openai' }), 'Model "gpt-99" is not in the catalog of openai: its cost is unknown.'],
    [finding('config-invalid', { code: 'zone', expected: 'a zone', found: 'XX' }), 'Expected a zone, found XX.'],
  ])('%#', (given, text) => expect(findingMessage(given, english)).toBe(text));

  it('suggests names and remedies', () => {
    expect(findingMessage(finding('unknown-model', { model: 'gpt-4o-mni', provider: 'OpenAI', closest: 'gpt-4o-mini' }), english))
      .toBe('Model "gpt-4o-mni" is not in the catalog of OpenAI: its cost is unknown. Similar: gpt-4o-mini.');
    expect(findingMessage(finding('residency', { reason: 'global', storageZone: 'US', inferenceZone: 'global', host: 'api.openai.com', allowed: 'EU', remedy: 'Use eu.api.openai.com.' }), english))
      .toBe('Data of this call may go to the US (storage) and anywhere in the world (processing) (api.openai.com); allowed: EU. Use eu.api.openai.com.');
    expect(findingMessage(finding('residency', { reason: 'provider', provider: 'deepseek', providerName: 'DeepSeek' }), english))
      .toBe('DeepSeek may not be used according to the policy.');
  });

  it('words exchange rates and framing', () => {
    expect(assumptionMessage({ code: 'exchange-rate', subject: 'USD/CNY', value: 7.1234567, origin: 'default' }, english)).toBe('converted at USD/CNY 7.1235');
    expect(assumptionMessage({ code: 'framing', value: 'openai-chat', origin: 'default' }, english)).toBe('message framing counted as for openai-chat');
  });

  it('names zones in words', () => {
    expect(findingMessage(finding('residency', { storageZone: 'CN', inferenceZone: 'CN', provider: 'deepseek', allowed: 'EU' }), english))
      .toBe('Data of this call goes to mainland China (deepseek); allowed: EU.');
  });
});

it('words assumptions with their range', () => {
  const assumption: Assumption = { code: 'hole-tokens', key: 'holes.question', subject: 'question', value: { low: 20, likely: 200, high: 2000 }, origin: 'default' };
  expect(assumptionMessage(assumption, english)).toBe('question: assumed 200 (20–2,000) tokens');
});

it('says where data is, and when that is unknown', () => {
  expect(residencyMessage({ storageZone: 'US', inferenceZone: 'global', certainty: 'certain' }, english)).toBe('stored: the US; processed: anywhere in the world (documented)');
  expect(residencyMessage({ storageZone: 'EU', inferenceZone: 'EU', certainty: 'likely' }, english)).toBe('stored and processed: the EU (likely)');
  expect(residencyMessage({ storageZone: 'unknown', inferenceZone: 'unknown', certainty: 'unknown' }, english)).toBe('where data goes is unknown');
});

it('dates prices', () => {
  const cost: Cost = {
    currency: 'USD', perCall: null, nativeCurrency: 'USD', nativePerCall: null, unpublished: [], rateCheckedOn: null, change: null, components: [], priceSource: 'https://www.openai.com/api/pricing/', priceCheckedOn: '2026-11-02', confidence: 'official', reason: null,
  };
  expect(priceSourceMessage(cost, '2026-11-23', english)).toBe('openai.com, checked 21 days ago');
  expect(priceSourceMessage({ ...cost, confidence: 'claim' }, '2026-11-02', english)).toBe('openai.com, checked today, not confirmed by the vendor');
  expect(priceSourceMessage({ ...cost, priceSource: null }, '2026-11-02', english)).toBeNull();
});

it('covers the rest', () => {
  expect(skipMessage('time-budget', english)).toBe('took too long');
  expect(configurationMessage('unknown-key', 'currency or policy', '', english)).toBe('Expected currency or policy.');
  expect(providerName('unknown', [], english)).toBe('unknown provider');
  expect(providerName('acme', [], english)).toBe('acme');
});

describe('translations', () => {
  const sources = ['src/messages.ts', 'src/residencyMessages.ts', 'src/insightMessages.ts', 'src/lossMessages.ts', 'src/alipayMessages.ts', 'src/translate.ts', ...['providerCard', 'comparison', 'summary', 'migration', 'agentTools', 'html'].map((name) => `src/reporters/${name}.ts`), ...['src/views', 'src/editor', 'media'].flatMap((folder) => readdirSync(root + folder).filter((file) => file.endsWith('.ts')).map((file) => `${folder}/${file}`))];
  const sentences = new Set(sources.flatMap((file) => [...readFileSync(root + file, 'utf8').matchAll(/(?:\bt|l10n\.t|\btranslate)\(\s*'((?:[^'\\]|\\.)*)'/g)]
    .map((match) => match[1]!.replace(/\\'/g, "'"))));
  const chinese = JSON.parse(readFileSync(`${root}l10n/bundle.l10n.zh-cn.json`, 'utf8')) as Record<string, string>;

  it('has every sentence in Chinese, and none too many', () => {
    expect([...sentences].filter((each) => !(each in chinese))).toEqual([]);
    expect(Object.keys(chinese).filter((each) => !sentences.has(each))).toEqual([]);
  });

  it('keeps the places of values', () => {
    const places = (text: string): string[] => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();
    for (const [sentence, translated] of Object.entries(chinese)) expect(places(translated), sentence).toEqual(places(sentence));
  });

  it('has the same manifest keys in both languages', () => {
    const keys = (file: string): string[] => Object.keys(JSON.parse(readFileSync(root + file, 'utf8')) as object).sort();
    expect(keys('package.nls.zh-cn.json')).toEqual(keys('package.nls.json'));
    const used = [...new Set([...readFileSync(`${root}package.json`, 'utf8').matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!))].sort();
    expect(keys('package.nls.json')).toEqual(used);
  });
});
