/** `tokenfare usage`: measured usage; and its upkeep: import, compact, retain, delete. */
import { withOwn } from '../core/ownCatalog.js';
import type { UsageRecord } from '../core/usageRecord.js';
import { spendingOf } from '../core/spending.js';
import { ledgerFolders, ownLedgerFolder } from '../metering/ledgerFolders.js';
import { importKindOf, importKinds, importLogs } from '../metering/importLogs.js';
import { openLedger } from '../metering/ledger.js';
import { applyRetention, compactLedger, deleteUsage } from '../metering/retention.js';
import { readRecords } from '../metering/usageStore.js';
import { openFocusExport } from '../reporters/focus.js';
import { usageCsv, usageGroups, usageJson, usageLines, usageSummary, usageTable, type UsageGroup } from '../reporters/usage.js';
import { catalogInForce } from './catalogInForce.js';
import type { Flags } from './flags.js';
import { nameIn, periodAsked, rowsOf, sourcesAsked } from './ledger.js';
import { table } from './output.js';
import { configurationFor, configurationOptions } from './scan.js';

/** Prints usage of a period, or does what the subcommand says. */
export async function runUsage(words: readonly string[], flags: Flags): Promise<number> {
  switch (words[0]) {
    case undefined: case 'show': return show(flags);
    case 'import': return runImport(words.slice(1), flags);
    case 'compact': return compact();
    case 'retain': return retain(flags);
    case 'delete': return remove(flags);
    case 'send': case 'sync': case 'fetch': {
      const elsewhere = await import('./usageElsewhere.js');
      return words[0] === 'send' ? elsewhere.runSend(flags) : words[0] === 'sync' ? elsewhere.runSync(words.slice(1), flags) : elsewhere.runFetch(flags);
    }
    default: throw new Error(`unknown subcommand "${words[0]}"; there are show, import, compact, retain, delete, send, sync and fetch`);
  }
}

async function show(flags: Flags): Promise<number> {
  const { facts: inForce } = await catalogInForce();
  const { configuration } = await configurationFor('.', configurationOptions(flags, inForce));
  const facts = withOwn(inForce, configuration.own);
  const period = periodAsked(flags, Date.now());
  const by = (flags.by ?? 'provider') as UsageGroup;
  if (!usageGroups.includes(by)) throw new Error(`--by takes ${usageGroups.join(', ')}, not "${flags.by}"`);
  const format = flags.format ?? 'text';
  if (!['text', 'json', 'csv', 'focus'].includes(format)) throw new Error(`unknown format "${format}"; there are text, json, csv and focus`);
  if (format === 'focus') {
    const focus = openFocusExport(nameIn(facts));
    const sources = sourcesAsked(flags);
    await readRecords(await ledgerFolders(), period.fromMs, period.toMs, (record) => { if (!sources || sources.has(record.source)) focus.add(record); });
    process.stdout.write(focus.text());
    if (focus.unknown > 0) process.stderr.write(`tokenfare: ${focus.unknown} records without a known cost are not in the export\n`);
    return 0;
  }
  const rows = await rowsOf(period, flags);
  const lines = usageLines(rows, by, period, configuration.currency, facts.rates);
  if (format === 'json') process.stdout.write(`${JSON.stringify(usageJson(lines, by, period, spendingOf(rows, configuration.currency, facts.rates)), null, 2)}\n`);
  else if (format === 'csv') process.stdout.write(usageCsv(lines, by));
  else if (rows.length === 0) process.stdout.write('No usage in this period. It comes from tokenfare meter -- COMMAND, from Start Metering in the editor, and from tokenfare usage import --from KIND [PATH].\n');
  else {
    const { header, cells, right } = usageTable(lines, by);
    process.stdout.write(`${table(header, cells, right)}\n${usageSummary(rows, configuration.currency, facts.rates)}\n`);
  }
  return 0;
}

async function runImport(words: readonly string[], flags: Flags): Promise<number> {
  const kinds = Object.keys(importKinds).join(', ');
  const kind = importKindOf(flags.from ?? '');
  if (!kind) throw new Error(`usage import takes --from KIND [PATH]; kinds are ${kinds}`);
  if (flags.billing !== undefined && flags.billing !== 'api' && flags.billing !== 'subscription') throw new Error(`--billing takes api or subscription, not "${flags.billing}"`);
  const { facts: inForce } = await catalogInForce();
  const { configuration } = await configurationFor('.', configurationOptions(flags, inForce));
  const known = new Set<string>();
  await readRecords(await ledgerFolders(), Date.UTC(2015, 0), Date.now() + 86_400_000, ({ id }: UsageRecord) => known.add(id));
  const ledger = await openLedger({ folder: ownLedgerFolder() });
  try {
    const done = await importLogs({
      kind, ...(words[0] && { path: words[0] }), ...(flags.billing && { billing: flags.billing as 'api' | 'subscription' }), facts: withOwn(inForce, configuration.own), known,
      append: (records) => ledger.append(...records),
      onProgress: (at, of) => { if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${at} / ${of} files${at === of ? '\n' : ''}`); },
    });
    for (const problem of done.problems) process.stderr.write(`tokenfare: ${problem}\n`);
    const agent = importKinds[kind].agent && flags.billing === undefined;
    process.stdout.write(`${done.records} new records of ${done.files} files.${agent && done.records > 0 ? ' They count as a subscription, not as money; --billing api says otherwise.' : ''}\n`);
    return 0;
  } finally {
    await ledger.close();
  }
}

async function compact(): Promise<number> {
  let any = false;
  for (const folder of await ledgerFolders()) {
    for (const { month, segments, records, duplicates, bytesBefore, bytesAfter } of await compactLedger(folder, Date.now())) {
      any = true;
      process.stdout.write(`${month}: ${segments} files made one, ${records} records, ${duplicates} duplicates left out, ${Math.round(bytesBefore / 1024)} → ${Math.round(bytesAfter / 1024)} KiB\n`);
    }
  }
  if (!any) process.stdout.write('Nothing to merge: files that were written within the last hour, or are being written, are left alone.\n');
  return 0;
}

async function retain(flags: Flags): Promise<number> {
  const months = Number(flags.months);
  if (!Number.isInteger(months) || months < 1) throw new Error('usage retain takes --months N: whole months before the present one to keep');
  const removed = (await Promise.all((await ledgerFolders()).map((folder) => applyRetention(folder, months, Date.now())))).flat();
  process.stdout.write(`${removed.length} files of earlier months removed.\n`);
  return 0;
}

async function remove(flags: Flags): Promise<number> {
  const sources = sourcesAsked(flags);
  if (!flags.yes) throw new Error(`usage delete removes ${sources ? `what came from ${[...sources].join(', ')}` : 'all measured usage'} from this machine; say --yes to do it`);
  let records = 0;
  const busy: string[] = [];
  for (const folder of await ledgerFolders()) {
    const done = await deleteUsage(folder, sources || flags.project !== undefined ? (record) => (!sources || sources.has(record.source)) && (flags.project === undefined || record.project === flags.project) : undefined);
    records += done.records;
    busy.push(...done.busy);
  }
  process.stdout.write(`${records} records deleted.\n`);
  if (busy.length > 0) process.stderr.write(`tokenfare: ${busy.length} files are being written by other programs and were left; stop metering there and delete again\n`);
  return busy.length > 0 ? 1 : 0;
}
