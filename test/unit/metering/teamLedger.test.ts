/** The shared ledger on a real PostgreSQL: once by id, offline queue, row-level rights, the team's money in budgets. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { budgetState } from '../../../src/core/spending.js';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import { openLedger } from '../../../src/metering/ledger.js';
import { initTeamLedger, syncTeamLedger, type TeamSync } from '../../../src/metering/teamLedger.js';
import { openUsageStore, readRecords } from '../../../src/metering/usageStore.js';
import { postgresBinaries, startPostgres } from './postgres.js';
import { record, temporary } from './recordsForTests.js';

const binaries = postgresBinaries();
if (!binaries) console.warn('NOT RUN: the shared ledger needs PostgreSQL (initdb and postgres) on this machine; install it to run these tests');

describe.skipIf(!binaries)('a team\'s ledger in PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  const folders: Record<string, string> = {};
  const november = [Date.UTC(2026, 10), Date.UTC(2026, 11)] as const;

  beforeAll(async () => {
    server = await startPostgres(binaries!);
    const owner = new pg.Client({ connectionString: server.url('owner') });
    await owner.connect();
    for (const role of ['ada', 'ben', 'eve']) { await owner.query(`CREATE ROLE ${role} LOGIN`); folders[role] = temporary(); }
    await owner.end();
    await initTeamLedger(server.url('owner'), { ada: ['shop', 'secret'], ben: ['shop'], eve: [] });
    await initTeamLedger(server.url('owner'), { ada: ['shop'] });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  });

  const write = async (who: string, ...records: UsageRecord[]): Promise<void> => {
    const ledger = await openLedger({ folder: folders[who]! });
    await ledger.append(...records);
    await ledger.close();
  };
  const sync = async (who: string, url = server.url(who)): Promise<TeamSync> => {
    const ledger = await openLedger({ folder: folders[who]! });
    try {
      return await syncTeamLedger({ url, folders: [folders[who]!], stateFile: join(folders[who]!, 'team.json'), projectOf: ({ project }) => project?.split('/').at(-1) ?? null, append: (records) => ledger.append(...records) });
    } finally {
      await ledger.close();
    }
  };
  const idsOf = async (who: string): Promise<string[]> => {
    const ids: string[] = [];
    await readRecords([folders[who]!], ...november, ({ id }) => ids.push(id));
    return ids.sort();
  };

  test('what one records, the other gets, once', async () => {
    await write('ada', record('a1', { project: '/home/ada/shop' }), record('a2', { project: '/home/ada/shop' }));
    expect(await sync('ada')).toEqual({ sent: 2, received: 0 });
    expect(await sync('ada')).toEqual({ sent: 0, received: 0 });
    await write('ben', record('b1', { project: '/Users/ben/shop' }));
    expect(await sync('ben')).toEqual({ sent: 1, received: 2 });
    expect(await sync('ben')).toEqual({ sent: 0, received: 0 });
    expect(await sync('ada')).toEqual({ sent: 0, received: 1 });
    expect(await idsOf('ada')).toEqual(['a1', 'a2', 'b1']);
    expect(await idsOf('ben')).toEqual(['a1', 'a2', 'b1']);
  });

  test('what could not be sent waits in the local ledger', async () => {
    await write('ada', record('offline', { project: '/home/ada/shop' }));
    await expect(sync('ada', 'postgres://ada@127.0.0.1:1/postgres')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await sync('ada')).toEqual({ sent: 1, received: 0 });
  });

  test('a crash after sending, before it was noted: sent again, counted once', async () => {
    await write('ada', record('twice', { project: '/home/ada/shop' }));
    expect((await sync('ada')).sent).toBe(1);
    writeFileSync(join(folders['ada']!, 'team.json'), '{"damaged');
    expect((await sync('ada')).sent).toBe(0);
    const owner = new pg.Client({ connectionString: server.url('owner') });
    await owner.connect();
    expect((await owner.query('SELECT count(*)::int AS n FROM tokenfare_usage')).rows[0].n).toBe(5);
    expect((await owner.query('SELECT record FROM tokenfare_usage')).rows.every(({ record: each }) => !JSON.stringify(each).includes('/home/'))).toBe(true);
    await owner.end();
  });

  test('each role sees and writes its own projects only', async () => {
    await write('ada', record('hush', { project: '/home/ada/secret' }));
    expect((await sync('ada')).sent).toBe(1);
    await sync('ben');
    expect(await idsOf('ben')).not.toContain('hush');
    expect((await sync('eve')).received).toBe(0);
    const eve = new pg.Client({ connectionString: server.url('eve') });
    await eve.connect();
    expect((await eve.query('SELECT * FROM tokenfare_usage')).rows).toEqual([]);
    await expect(eve.query("INSERT INTO tokenfare_usage (id, time, project, provider, model, record) VALUES ('x', now(), 'shop', 'p', 'm', '{}')")).rejects.toThrow(/row-level security/);
    await expect(eve.query("INSERT INTO tokenfare_usage (id, time, project, member, provider, model, record) VALUES ('x', now(), 'shop', 'ada', 'p', 'm', '{}')")).rejects.toThrow(/row-level security/);
    await expect(eve.query('DELETE FROM tokenfare_usage')).rejects.toThrow(/permission denied/);
    await expect(eve.query("INSERT INTO tokenfare_member VALUES ('eve', 'secret')")).rejects.toThrow(/permission denied/);
    await eve.end();
  });

  test('a budget of the project counts the team', async () => {
    const store = openUsageStore({ folders: () => Promise.resolve([folders['ben']!]), indexFolder: join(folders['ben']!, 'index') });
    await store.refresh(...november);
    const state = budgetState({ amount: 1, currency: 'USD', period: 'month', scope: { folder: '/Users/ben/shop' } }, store.rows(...november), Date.UTC(2026, 10, 20), facts.rates);
    // a1, a2, offline, twice and b1 at 0.0002 each.
    expect(state.spent).toBeCloseTo(0.001, 12);
    await store.close();
  });
});
