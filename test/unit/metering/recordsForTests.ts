/** Records and bundles for the tests of the ledger. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { UsageRecord } from '../../../src/core/usageRecord.js';

/** A record of 100 tokens in and 10 out that cost 0.0002 USD. */
export function record(id: string, more: Partial<UsageRecord> = {}): UsageRecord {
  return {
    v: 1, id, time: '2026-11-10T12:00:00.000Z', provider: 'openai', endpoint: 'global', model: 'gpt-4o-mini', operation: 'chat',
    units: { 'input-token': 100, 'output-token': 10 }, usage: 'reported', cost: { currency: 'USD', amount: 0.0002, basis: 'price' }, billing: 'api',
    outcome: 'ok', status: 200, latencyMs: 800, project: '/p', source: 'proxy', ...more,
  };
}

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'tokenfare-ledger-'));
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Bundles TypeScript for a child process. */
export async function bundle(contents: string, outfile: string): Promise<void> {
  await build({ stdin: { contents, resolveDir: root, loader: 'ts' }, bundle: true, format: 'esm', platform: 'node', target: 'node20', outfile, logLevel: 'error' });
}
