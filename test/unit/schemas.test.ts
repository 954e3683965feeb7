/** The JSON Schemas that editors complete with, against the schemas that the engine checks with. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { providerSources } from '../../src/commandLine/providerSources.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const schemaOf = (file: string) => JSON.parse(readFileSync(`${root}schemas/${file}`, 'utf8')) as object;
const ajv = addFormats(new Ajv({ strict: false }));

it('are what npm run catalog:schemas writes', () => {
  const { status, stdout } = spawnSync(process.execPath, [`${root}scripts/buildSchemas.mjs`, '--check'], { encoding: 'utf8', cwd: root });
  expect([status, stdout]).toEqual([0, '']);
});

describe('provider.schema.json', () => {
  const validate = ajv.compile(schemaOf('provider.schema.json'));
  it.each(providerSources().map((each) => [each.id, each] as const))('accepts %s', (_, file) => {
    expect(validate(file) ? [] : validate.errors).toEqual([]);
  });

  it('refuses what the engine refuses', () => {
    const file = structuredClone(providerSources()[0]!) as Record<string, unknown>;
    expect(validate({ ...file, confidence: 'sure' })).toBe(false);
    expect(validate({ ...file, modles: [] })).toBe(false);
  });
});

describe('tokenfare.schema.json', () => {
  const validate = ajv.compile(schemaOf('tokenfare.schema.json'));
  it.each([
    [{ discounts: [{ provider: 'openai', percent: 20, note: 'contract' }] }, true],
    [{ discounts: [{ provider: 'openai', percent: 120 }] }, false],
    [{ prices: [{ provider: 'openai', model: 'gpt-4o', checkedOn: '2026-11-01', components: [{ unit: 'input-token', amount: '2' }] }] }, true],
    [{ prices: [{ provider: 'openai', model: 'gpt-4o', components: [{ unit: 'input-token', amount: '2' }] }] }, false],
    [{ prices: [{ provider: 'openai', model: 'gpt-4o', checkedOn: '2026-11-01', components: [{ unit: 'tokens', amount: '2' }] }] }, false],
    [{ providers: [{ id: 'acme' }] }, false],
  ])('%j: %s', (value, valid) => expect(validate(value)).toBe(valid));
});
