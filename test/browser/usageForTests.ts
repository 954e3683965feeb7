/** A ledger with the usage of a made-up month, for pictures and for tests of what is shown. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UsageRecord } from '../../src/core/usageRecord.js';

/** Amounts are those of the list prices named; how often and how long follows a fixed series, so that pictures are alike. */
const kinds = [
  { provider: 'openai', endpoint: 'global', model: 'gpt-4o-mini', perMillion: [0.15, 0.075, 0.6], site: 'chat.py:8', latency: 900, weight: 6 },
  { provider: 'anthropic', endpoint: 'global', model: 'claude-haiku-4-5', perMillion: [1, 0.1, 5], site: 'chat.ts:7', latency: 1600, weight: 3 },
  { provider: 'google-gemini', endpoint: 'global', model: 'gemini-2.5-flash', perMillion: [0.3, 0.03, 2.5], site: '', latency: 1100, weight: 4 },
] as const;

/** Writes a ledger below `home` (TOKENFARE_HOME) with usage from the first of this month up to now; returns its records. */
export function seedUsage(home: string, project: string, now = new Date()): readonly UsageRecord[] {
  const records: UsageRecord[] = [];
  let seed = 7;
  const chance = (): number => { seed = (seed * 48_271) % 2_147_483_647; return seed / 2_147_483_647; };
  for (let day = 1; day <= now.getDate(); day++) {
    for (const [index, kind] of kinds.entries()) {
      const calls = Math.round(kind.weight * 14 * (0.5 + chance()));
      for (let call = 0; call < calls; call++) {
        const at = new Date(now.getFullYear(), now.getMonth(), day, 8 + Math.floor(chance() * 10), Math.floor(chance() * 60));
        if (at > now) continue;
        const [input, cached, output] = [Math.round(900 + chance() * 2400), Math.round(chance() * 1800), Math.round(120 + chance() * 700)];
        const [a, b, c] = kind.perMillion;
        records.push({
          v: 1, id: `seed/${day}/${index}/${call}`, time: at.toISOString(), provider: kind.provider, endpoint: kind.endpoint, model: kind.model, operation: 'chat', units: { 'input-token': input, 'cached-input-token': cached, 'output-token': output },
          usage: 'reported', cost: { currency: 'USD', amount: Number(((input * a + cached * b + output * c) / 1e6 * 4).toPrecision(12)), basis: 'price' }, billing: 'api', outcome: 'ok', status: 200, latencyMs: Math.round(kind.latency * (0.5 + chance() * chance() * 3)),
          project, ...(kind.site && { callSite: kind.site }), source: 'proxy', zone: 'US',
        });
      }
    }
  }
  mkdirSync(join(home, 'usage'), { recursive: true });
  const months = new Map<string, string[]>();
  for (const record of records) months.set(record.time.slice(0, 7), [...months.get(record.time.slice(0, 7)) ?? [], `${JSON.stringify(record)}\n`]);
  for (const [month, lines] of months) writeFileSync(join(home, 'usage', `${month}.compact-00000000000${month.slice(-1)}.jsonl`), lines.join(''));
  return records;
}
