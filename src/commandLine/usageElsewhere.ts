/** `tokenfare usage send`, `sync` and `fetch`: measured usage to a collector, with a team's database, from a LiteLLM proxy. */
import { withOwn } from '../core/ownCatalog.js';
import type { UsageRecord } from '../core/usageRecord.js';
import { litellm } from '../metering/importGateways.js';
import { recordOf } from '../metering/imported.js';
import { ledgerFolders, ownLedgerFolder } from '../metering/ledgerFolders.js';
import { openLedger } from '../metering/ledger.js';
import { sendTraces } from '../metering/otlp.js';
import { initTeamLedger, syncTeamLedger, teamProject, teamStateFile } from '../metering/teamLedger.js';
import { readRecords } from '../metering/usageStore.js';
import { catalogInForce } from './catalogInForce.js';
import type { Flags } from './flags.js';
import { periodAsked } from './ledger.js';

/** `--to URL`: an OTLP/HTTP endpoint. Headers come from OTEL_EXPORTER_OTLP_HEADERS. */
export async function runSend(flags: Flags): Promise<number> {
  const to = flags.to ?? process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!to || !/^https?:\/\//.test(to)) throw new Error('usage send takes --to URL of an OTLP/HTTP collector, or OTEL_EXPORTER_OTLP_ENDPOINT');
  const headers = Object.fromEntries((process.env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const] : [];
  }));
  const { fromMs, toMs } = periodAsked(flags, Date.now());
  const records: UsageRecord[] = [];
  await readRecords(await ledgerFolders(), fromMs, toMs, (record) => records.push(record));
  process.stdout.write(`${await sendTraces(to, headers, records)} records sent.\n`);
  return 0;
}

/** Team database of TOKENFARE_TEAM_URL. With words: `init ROLE=PROJECT,PROJECT …` makes its tables. */
export async function runSync(words: readonly string[], flags: Flags): Promise<number> {
  const url = process.env['TOKENFARE_TEAM_URL'];
  if (!url || !/^postgres(?:ql)?:\/\//.test(url)) throw new Error('usage sync takes the address of the team\'s PostgreSQL from TOKENFARE_TEAM_URL (postgres://…); it is not written anywhere');
  if (words[0] === 'init') {
    const members = Object.fromEntries(words.slice(1).map((word) => {
      const match = /^([^=]+)=(.+)$/.exec(word);
      if (!match) throw new Error(`usage sync init takes ROLE=PROJECT,PROJECT, not "${word}"`);
      return [match[1]!, match[2]!.split(',')];
    }));
    await initTeamLedger(url, members);
    process.stdout.write('The tables are in place.\n');
    return 0;
  }
  const ledger = await openLedger({ folder: ownLedgerFolder() });
  try {
    const done = await syncTeamLedger({
      url, folders: await ledgerFolders(), stateFile: teamStateFile(), append: (records) => ledger.append(...records),
      projectOf: (record) => {
        const project = teamProject(record);
        return flags.project !== undefined && project !== flags.project ? null : project;
      },
    });
    process.stdout.write(`${done.sent} records sent, ${done.received} received.\n`);
    return 0;
  } finally {
    await ledger.close();
  }
}

/** `--from URL` of a LiteLLM proxy, its key in LITELLM_API_KEY; read only. */
export async function runFetch(flags: Flags): Promise<number> {
  const from = flags.from ?? '';
  const key = process.env['LITELLM_API_KEY'];
  if (!/^https?:\/\//.test(from) || !key) throw new Error('usage fetch takes --from URL of a LiteLLM proxy and its key from LITELLM_API_KEY');
  const { fromMs, toMs } = periodAsked(flags, Date.now());
  const url = new URL(`${from.replace(/\/+$/, '')}/spend/logs`);
  url.searchParams.set('start_date', new Date(fromMs).toISOString().slice(0, 10));
  url.searchParams.set('end_date', new Date(Math.min(toMs, Date.now() + 86_400_000)).toISOString().slice(0, 10));
  url.searchParams.set('summarize', 'false');
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  const { facts: inForce } = await catalogInForce();
  const facts = withOwn(inForce, { providers: [], prices: [], discounts: [] });
  const known = new Set<string>();
  await readRecords(await ledgerFolders(), fromMs - 86_400_000, toMs + 86_400_000, ({ id }) => known.add(id));
  const records = litellm(await response.text(), url.host, (problem) => process.stderr.write(`tokenfare: ${problem}\n`)).flatMap((use) => {
    const record = recordOf(use, { facts, source: 'litellm', billing: 'api' });
    return record && !known.has(record.id) ? [record] : [];
  });
  const ledger = await openLedger({ folder: ownLedgerFolder() });
  try {
    if (records.length > 0) await ledger.append(...records);
  } finally {
    await ledger.close();
  }
  process.stdout.write(`${records.length} new records.\n`);
  return 0;
}
