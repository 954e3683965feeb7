/** Price feeds: their snapshots, the importers, and what the catalog makes of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { facts } from '../../src/catalog.js';
import { findModel, findProvider } from '../../src/core/lookup.js';
import { priceOn } from '../../src/core/price.js';
import { comparisons, disagreements, explains, precedence, tolerance } from '../../scripts/feeds/compare.mjs';
import * as genaiPrices from '../../scripts/feeds/genaiPrices.mjs';
import * as litellm from '../../scripts/feeds/litellm.mjs';
import * as modelsDev from '../../scripts/feeds/modelsDev.mjs';
import { decimal, problemsOf, snapshotText, tidy } from '../../scripts/feeds/row.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}src/providers/feeds/`;
const snapshot = (feed: string) => JSON.parse(readFileSync(`${folder}${feed}.json`, 'utf8'));
const notes: { provider: string; model: string; feed?: string; unit?: string; why: string; date: string }[] = parse(readFileSync(`${folder}differences.yaml`, 'utf8')).differences;
const catalog = { facts, findModel, findProvider, priceOn };
const day = '2026-11-23';

describe.each(precedence as string[])('the snapshot of %s', (feed) => {
  it('has a version, a day, a licence, and rows in order', () => {
    const data = snapshot(feed);
    expect(data).toMatchObject({ feed, licence: 'MIT', version: expect.any(String), date: expect.stringMatching(/^2026-\d\d-\d\d$/), source: expect.stringMatching(/^https:/) });
    expect(problemsOf(data)).toEqual([]);
    expect(tidy(data.rows)).toEqual(data.rows);
    expect(snapshotText(data)).toBe(readFileSync(`${folder}${feed}.json`, 'utf8'));
  });

  it('is compared with hundreds of prices of the catalog', () => {
    expect(comparisons(catalog, snapshot(feed), day).length).toBeGreaterThan(feed === 'litellm' ? 300 : 1000);
  });

  it(`agrees with the catalog within ${tolerance * 100}%, or a note says why not`, () => {
    const open = disagreements(comparisons(catalog, snapshot(feed), day)).filter((each: never) => !notes.some((note) => explains(note, each, feed)));
    expect(open.map((each: any) => `${each.row.provider}/${each.row.model} ${each.unit}: catalog ${each.ours}, ${feed} ${each.theirs}`)).toEqual([]);
  });
});

describe('notes on differences', () => {
  it('each explains something, and gives a reason and a day', () => {
    const all = (precedence as string[]).flatMap((feed) => disagreements(comparisons(catalog, snapshot(feed), day)).map((each: any) => ({ each, feed })));
    for (const note of notes) {
      expect(note.why.length, note.model).toBeGreaterThan(20);
      expect(note.date, note.model).toMatch(/^2026-\d\d-\d\d$/);
    }
    expect(notes.filter((note) => !all.some(({ each, feed }) => explains(note, each, feed))).map((note) => `${note.provider}/${note.model}`)).toEqual([]);
  });

  it('would catch a price that changed', () => {
    const changed = { ...snapshot('genai-prices'), rows: [{ provider: 'openai', model: 'gpt-4o', input: '5', output: '10' }] };
    const found = disagreements(comparisons(catalog, changed, day)).filter((each: never) => !notes.some((note) => explains(note, each, 'genai-prices')));
    expect(found).toHaveLength(1);
  });
});

describe('amounts', () => {
  it.each([
    [2.5e-7, 6, '0.25'], [1.5e-7, 6, '0.15'], [0.00001, 6, '10'], ['3e-05', 6, '30'], [0.049999999999999996, 0, '0.05'], ['0.10', 0, '0.1'], [1, 0, '1'], [1250, -3, '1.25'], ['0', 6, '0'],
  ])('%s × 10^%i is %s', (value, power, expected) => expect(decimal(value, power)).toBe(expected));

  it('refuses what is no price', () => {
    for (const wrong of ['free', '', 'NaN', '-1', '1,5']) expect(() => decimal(wrong)).toThrow(/not a price/);
  });
});

describe('importers (rows made up for this test)', () => {
  it('models.dev: per million, context tiers, unpriced models left out, other hosts left out', () => {
    const text = JSON.stringify({
      openai: { models: { a: { cost: { input: 1.25, output: 10, cache_read: 0.125, context_over_200k: { input: 2.5, output: 15 } }, limit: { context: 1000, output: 100 } }, b: { limit: { context: 5 } } } },
      nebius: { models: { c: { cost: { input: 1, output: 1 } } } },
    });
    expect(modelsDev.fromJson(text, '2026-01-02').rows).toEqual([{ provider: 'openai', model: 'a', input: '1.25', cachedInput: '0.125', output: '10', above: [{ tokens: 200_000, input: '2.5', output: '15' }], contextWindow: 1000, maxOutput: 100 }]);
  });

  it('genai-prices: tiers, and of several prices the one that holds on the day', () => {
    const data = [{ id: 'x-ai', models: [
      { id: 'a', prices: { input_mtok: { base: 2, tiers: [{ start: 200_000, price: 4 }] }, output_mtok: 6 }, context_window: 9 },
      { id: 'b', prices: [{ prices: { input_mtok: 3 } }, { constraint: { start_date: '2026-03-01' }, prices: { input_mtok: 1.5 } }, { constraint: { start_date: '2027-01-01' }, prices: { input_mtok: 9 } }] },
    ] }, { id: 'novita', models: [{ id: 'c', prices: { input_mtok: 1 } }] }];
    expect(genaiPrices.fromData(data, '1', '2026-04-01').rows).toEqual([
      { provider: 'xai', model: 'a', input: '2', output: '6', above: [{ tokens: 200_000, input: '4' }], contextWindow: 9 }, { provider: 'xai', model: 'b', input: '1.5' },
    ]);
  });

  it('LiteLLM: per token, provider prefix, free and foreign rows left out', () => {
    const text = JSON.stringify({
      sample_spec: { litellm_provider: 'openai', input_cost_per_token: 1 }, 'groq/a': { litellm_provider: 'groq', input_cost_per_token: 5e-8, output_cost_per_token: 8e-8, max_input_tokens: 131_072 },
      'gemini/b': { litellm_provider: 'gemini', input_cost_per_token: 1.25e-6, output_cost_per_token: 1e-5, input_cost_per_token_above_200k_tokens: 2.5e-6 }, 'sagemaker/c': { litellm_provider: 'sagemaker', input_cost_per_token: 1 }, d: { litellm_provider: 'openai', input_cost_per_token: 0 },
    });
    expect(litellm.fromJson(text, '2026-01-02').rows).toEqual([
      { provider: 'google-gemini', model: 'b', input: '1.25', output: '10', above: [{ tokens: 200_000, input: '2.5' }] }, { provider: 'groq', model: 'a', input: '0.05', output: '0.08', contextWindow: 131_072 },
    ]);
  });

  it('a snapshot that lost a fifth of its rows, is older or has absurd prices is not taken', () => {
    const before = { date: '2026-05-01', rows: Array.from({ length: 10 }, (_, index) => ({ provider: 'openai', model: `m${index}`, input: '1' })) };
    expect(problemsOf({ date: '2026-05-02', rows: before.rows.slice(3) }, before)).toHaveLength(1);
    expect(problemsOf({ date: '2026-04-30', rows: before.rows }, before)).toHaveLength(1);
    expect(problemsOf({ date: '2026-05-02', rows: [...before.rows, { provider: 'openai', model: 'x', input: '250000' }] }, before)).toHaveLength(1);
    expect(problemsOf({ date: '2026-05-02', rows: before.rows }, before)).toEqual([]);
  });
});

describe('npm run catalog:update', () => {
  const place = mkdtempSync(join(tmpdir(), 'tokenfare-feeds-'));
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  const run = (...words: string[]) => spawnSync(process.execPath, [`${root}scripts/catalogUpdate.mjs`, ...words], { encoding: 'utf8', cwd: root });

  it('leaves everything as it is when a source cannot be reached, and says so', () => {
    const before = readFileSync(`${folder}litellm.json`, 'utf8');
    const { status, stdout, stderr } = run('--feed', 'litellm', '--from', join(place, 'missing.json'), '--write');
    expect([status, `${stdout}${stderr}`]).toEqual([2, expect.stringMatching(/litellm: .*missing\.json.*left as it is/)]);
    expect(readFileSync(`${folder}litellm.json`, 'utf8')).toBe(before);
  });

  it('shows what would change and touches nothing without --write', () => {
    const before = snapshot('litellm');
    const file = join(place, 'map.json');
    const entries = before.rows.map((row: any) => [row.model, { litellm_provider: { 'google-gemini': 'gemini', 'google-vertex': 'vertex_ai-language-models' }[row.provider as string] ?? row.provider, input_cost_per_token: Number(row.input ?? 0) / 1e6, output_cost_per_token: Number(row.output ?? 0) / 1e6, cache_read_input_token_cost: Number(row.cachedInput ?? 0) / 1e6, cache_creation_input_token_cost: Number(row.cacheWrite ?? 0) / 1e6 }]);
    writeFileSync(file, JSON.stringify({ ...Object.fromEntries(entries), 'claude-opus-4-5': { litellm_provider: 'anthropic', input_cost_per_token: 1e-5, output_cost_per_token: 2.5e-5 } }));
    const { status, stdout } = run('--feed', 'litellm', '--from', file, '--force');
    expect(stdout).toMatch(/anthropic\s+claude-opus-4-5\s+input\s+5\s+10\s+\+100%/);
    expect(status).toBe(0);
    expect(snapshot('litellm')).toEqual(before);
  });

  it('refuses an unknown feed with the list of those there are', () => {
    const { status, stderr } = run('--feed', 'nobody');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/genai-prices, models\.dev, litellm/)]);
  });
});
