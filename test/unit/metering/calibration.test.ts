/** What the vendor billed for real requests reaches the estimates: record → ledger's index → averages → engine, per model and workspace. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { measuredAverages } from '../../../src/core/calibration.js';
import { type Configuration, type MeasuredAverages, defaultConfiguration } from '../../../src/core/model.js';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import { readRequest } from '../../../src/core/wireFormat.js';
import type { Exchange } from '../../../src/metering/proxy.js';
import { createMonthIndex, readMonthIndex } from '../../../src/metering/monthIndex.js';
import { toRecord } from '../../../src/metering/toRecord.js';
import { createTokenizers } from '../../../src/tokenizers/index.js';
import { analyzeText } from '../engineForTests.js';
import { root, temporary } from './recordsForTests.js';

const tokenizers = createTokenizers((file) => readFile(join(root, 'src/tokenizers/vocabularies', file)));
const prompt = 'You are a careful clerk. Answer in one sentence, and name the paragraph of the rule that you rely on. '.repeat(8);
const folder = temporary();
afterAll(() => rm(folder, { recursive: true, force: true }));
/** Tokens of the prompt by the vocabulary that stands in for Claude's; counted here once, checked against tiktoken elsewhere. */
let counted = 0;
beforeAll(async () => {
  await tokenizers.prepare(['o200k_base']);
  counted = tokenizers.count(prompt, 'o200k_base').tokens;
});

const exchange = (id: string, billed: number, more: { readonly body?: Record<string, unknown>; readonly model?: string; readonly project?: string } = {}): Exchange => ({
  project: more.project ?? '/work/shop', upstream: { provider: 'anthropic', endpoint: 'global', host: 'api.anthropic.com', url: 'https://api.anthropic.com' } as unknown as Exchange['upstream'],
  wire: { wire: 'anthropic', operation: 'chat', model: null },
  request: readRequest(JSON.stringify({ model: more.model ?? 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: prompt }], ...more.body }), true),
  answer: { model: more.model ?? 'claude-sonnet-4-5', responseId: id, units: { 'input-token': billed, 'output-token': 20 }, text: '', images: 0 } as unknown as Exchange['answer'],
  startedMs: Date.parse('2026-11-20T10:00:00Z'), latencyMs: 900, firstByteMs: null, status: 200, outcome: 'ok', billedUsd: null,
});
const recorded = (each: Exchange): Promise<UsageRecord> => toRecord(each, { facts, tokenizers, deployments: {} });

/** Averages after these requests, the index written and read again on the way. */
async function learned(exchanges: readonly Exchange[], projects: readonly string[]): Promise<MeasuredAverages> {
  const index = createMonthIndex('2026-11', Date.parse('2026-11-23T00:00:00Z'));
  for (const each of exchanges) index.add(await recorded(each));
  await index.save(folder);
  const again = (await readMonthIndex(folder, '2026-11', Date.parse('2026-11-23T00:00:00Z')))!;
  return measuredAverages(again.rows(), again.shapes(), projects);
}

const estimate = async (measured: MeasuredAverages | null, model = 'claude-sonnet-4-5') => {
  const configuration: Configuration = { ...defaultConfiguration, ...(measured && { measured }) };
  const code = `import anthropic\nclient = anthropic.Anthropic()\nclient.messages.create(model="${model}", max_tokens=100, messages=[{"role": "user", "content": ${JSON.stringify(prompt)}}])\n`;
  return (await analyzeText('python', code, configuration)).calls[0]!.estimate;
};

test('a record says what was counted and billed only where the vocabulary is not public and text alone was sent', async () => {
  // One message: 4 tokens around it and 3 for the request is what framing assumes.
  expect((await recorded(exchange('a', counted + 7))).calibration).toEqual({ counted, billed: counted });
  expect((await recorded(exchange('b', 500, { body: { tools: [{ name: 'look_up', input_schema: { type: 'object' } }] } }))).calibration).toBeUndefined();
  expect((await recorded(exchange('c', 500, { body: { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', data: '' } }] }] } }))).calibration).toBeUndefined();
  expect((await recorded({ ...exchange('d', 500, { model: 'gpt-4o' }), upstream: { ...exchange('d', 1).upstream, provider: 'openai' } })).calibration).toBeUndefined();
});

test('three answers of this workspace narrow the estimate, and it says so', async () => {
  const factor = 1.18;
  const billed = Math.round(counted * factor) + 7;
  const measured = await learned([1, 2, 3, 4].map((n) => exchange(`m${n}`, billed)), ['/work/shop']);
  expect(measured.calibrations!['anthropic/claude-sonnet-4-5']!.observations).toBe(4);
  const [before, after] = [await estimate(null), await estimate(measured)];
  // What the next answer will be billed is what the last ones were.
  expect(Math.abs(after.input.tokens.likely - billed)).toBeLessThanOrEqual(billed * 0.01);
  const width = ({ low, high }: { low: number; high: number | null }): number => high! - low;
  expect(width(after.input.tokens)).toBeLessThan(width(before.input.tokens));
  expect(after.input.basis).toBe('approximate');
  expect(after.assumptions.find(({ code }) => code === 'calibration')).toMatchObject({ value: 4, origin: 'measured' });
  expect(before.assumptions.some(({ code }) => code === 'calibration')).toBe(false);
  // Another model has learned nothing.
  expect((await estimate(measured, 'claude-opus-4-1')).assumptions.some(({ code }) => code === 'calibration')).toBe(false);
});

test('other workspaces, two answers, and vocabularies that are public correct nothing', async () => {
  const others = [1, 2, 3].map((n) => exchange(`o${n}`, counted * 2, { project: '/work/other' }));
  expect((await learned(others, ['/work/shop'])).calibrations).toEqual({});
  expect((await learned([1, 2].map((n) => exchange(`t${n}`, counted * 2)), ['/work/shop'])).calibrations).toEqual({});
});
