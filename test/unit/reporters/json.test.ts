/** The report for machines: valid by the shipped schema, with the values of the analysis and nothing made up. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { defaultConfiguration } from '../../../src/core/model.js';
import { english } from '../../../src/messages.js';
import { json } from '../../../src/reporters/json.js';
import type { ReportInput } from '../../../src/reporters/report.js';
import { callsOf, inputOf } from './inputForTests.js';

const ajv = new Ajv({ allErrors: true });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(fileURLToPath(new URL('../../../schemas/report.schema.json', import.meta.url)), 'utf8')) as object);

interface Report {
  readonly calls: readonly Record<string, unknown>[];
  readonly findings: readonly Record<string, unknown>[];
}

function report(input: ReportInput): Report {
  const result = JSON.parse(json(input, english)) as Report;
  expect(validate(result), JSON.stringify(validate.errors)).toBe(true);
  return result;
}

const strict = { ...defaultConfiguration, policy: { ...defaultConfiguration.policy, allowedZones: ['EU'] as const } };

test('places are of the callee and of the end of the call', async () => {
  const [call] = report(await inputOf({ 'src/a.py': `# first\r\n${callsOf('gpt-4.1')}` })).calls;
  // 113 characters from `client` to the closing bracket.
  expect(call).toMatchObject({ file: 'src/a.py', cell: null, line: 4, column: 1, endLine: 4, endColumn: 114, model: 'gpt-4.1', modelHow: 'literal', maxOutputTokens: 100 });
});

test('an unknown model has no price, and says why', async () => {
  const [call] = report(await inputOf({ 'a.py': callsOf('gpt-99') })).calls;
  expect(call).toMatchObject({ catalogModel: null, cost: { perCall: null, priceSource: null, unknownBecause: 'unknown-model' } });
});

test('what was measured stands with the call, and the prompt cache among its assumptions', async () => {
  const spread = { low: 1, likely: 2, high: 3 };
  const average = { of: 'model' as const, calls: 20, from: '2026-11-01', to: '2026-11-02', inputTokens: spread, outputTokens: spread, reasoningTokens: spread, cachedShare: { low: 0, likely: 0.5, high: 1 }, cacheWriteShare: 0, latencyMs: null, cost: { currency: 'USD', amount: 1 } };
  const [call] = report(await inputOf({ 'a.py': callsOf('gpt-4.1') }, { ...defaultConfiguration, measured: { byModel: { 'openai/gpt-4.1': average }, bySite: {} } })).calls;
  expect(call!['measured']).toEqual(average);
  expect(call!['assumptions']).toContainEqual({ code: 'prompt-cache', value: average.cachedShare, origin: 'measured' });
  expect(report(await inputOf({ 'a.py': callsOf('gpt-4.1') })).calls[0]!['measured']).toBeNull();
});

test('findings have code, severity, sentence and place', async () => {
  const { findings } = report(await inputOf({ 'a.py': callsOf('gpt-4') }, strict));
  expect(findings.map((each) => `${each['code']} ${each['severity']} ${each['file']}:${each['line']}:${each['column']}`)).toEqual(['residency warning a.py:3:1', 'model-retired error a.py:3:38']);
  expect(findings[1]!['message']).toContain('gpt-4 was shut down on 2026-10-23.');
});

test('a configuration that is not understood is a finding', async () => {
  const { findings } = report(await inputOf({}, strict, {
    problems: [{ file: 'tokenfare.yaml', line: 2, column: 3, endLine: 2, endColumn: 14, code: 'unknown-key', expected: 'allowedZones', found: 'allowedZone' }],
  }));
  expect(findings).toEqual([{
    code: 'config-invalid', severity: 'error', message: 'Expected allowedZones, found allowedZone.', file: 'tokenfare.yaml', line: 2, column: 3, endLine: 2, endColumn: 14,
    data: { code: 'unknown-key', expected: 'allowedZones', found: 'allowedZone' },
  }]);
});

test('every form of call is valid by the schema', async () => {
  const { calls } = report(await inputOf({
    'a.ts': `import OpenAI from 'openai';
const client = new OpenAI();
client.embeddings.create({ model: 'text-embedding-3-small', input: text });
client.images.generate({ model: 'gpt-image-2', prompt: 'x' });
client.audio.transcriptions.create({ model: 'whisper-1', file });
client.audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'alloy', input: text });
client.moderations.create({ model: 'omni-moderation-latest', input: text });
client.chat.completions.create({ model, messages: flag ? a : b, stream: true });
client.chat.completions.create({ model: flag ? 'gpt-5.4' : 'gpt-4.1', messages
`,
    'b.py': 'import anthropic\nimport dashscope\nanthropic.Anthropic().messages.create(model=m, max_tokens=5, messages=history)\ndashscope.Generation.call(model="qwen-plus", prompt=p)\n',
  }, { ...strict, currency: 'CNY' }));
  expect(calls.map((call) => call['operation'])).toEqual(['embedding', 'image', 'audio-transcription', 'speech', 'moderation', 'chat', 'chat', 'chat', 'chat']);
});
