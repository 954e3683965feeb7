/** `tokenfare meter -- COMMAND`: runs a command whose LLM requests go through the metering proxy. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { facts as builtIn } from '../catalog.js';
import { markOf, siteName, siteOf, type CallMark } from '../core/attribution.js';
import { withOwn } from '../core/ownCatalog.js';
import { formatMoney } from '../core/format.js';
import { indexLines } from '../core/lines.js';
import type { Budget, Facts } from '../core/model.js';
import type { UsageRecord } from '../core/usageRecord.js';
import { spendingOf } from '../core/spending.js';
import { addRecord, keyOf, noSums, slotMs, type UsageRow } from '../core/usageRow.js';
import { openHardLimit } from '../metering/hardLimit.js';
import { ownLedgerFolder } from '../metering/ledgerFolders.js';
import { startMeter } from '../metering/meter.js';
import type { UpstreamSettings } from '../metering/upstreams.js';
import { createTokenizers } from '../tokenizers/index.js';
import { openEngine } from './assets.js';
import { catalogInForce } from './catalogInForce.js';
import type { Flags } from './flags.js';
import { openStore } from './ledger.js';
import { openProject } from './project.js';
import { configurationFor, configurationOptions, scan } from './scan.js';

/** Longest wait of a record for the calls of the project, to be told where it came from. */
const marksWithinMs = 4000;

/** Runs the command and hands on its exit code; without a command it prints the variables and runs until it is interrupted. */
export async function runMeter(words: readonly string[], flags: Flags): Promise<number> {
  const port = flags.port === undefined ? 0 : Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port takes a number from 0 to 65535, not "${flags.port}"`);
  const { facts: inForce } = await catalogInForce();
  const { configuration } = await configurationFor('.', configurationOptions(flags, inForce));
  const facts = withOwn(inForce, configuration.own);
  const project = resolve('.');
  const rows: UsageRow[] = [];
  const budgets = [configuration.budget, ...configuration.budgets].filter((budget): budget is Budget => budget !== null);
  let marks: Promise<readonly CallMark[]> | undefined;
  const say = (text: string): void => { process.stderr.write(`tokenfare: ${text}\n`); };
  const meter = await startMeter({
    port, receiveTraces: flags.otlp === true, folder: ownLedgerFolder(), builtIn, upstreams: upstreamsOf(flags.upstream ?? []),
    context: () => ({
      facts, tokenizers, deployments: configuration.deployments,
      siteOf: async (provider, model, texts) => siteOf(await Promise.race([marks ??= callMarks(), new Promise<readonly CallMark[]>((done) => { setTimeout(() => done([]), marksWithinMs).unref(); })]), provider, model, texts),
    }),
    ...(budgets.some(({ hardLimit }) => hardLimit) && { refuse: openHardLimit({ budgets: () => budgets, store: openStore(), rates: () => facts.rates }) }),
    onHealed: (healed) => say(`${healed.length} ledger files had a torn end; healed`),
    onRecord: (record) => rows.push(rowOf(record)), onProblem: say,
    onLedgerFailure: (failure) => say(failure ? `usage cannot be written (${failure.code}); ${failure.waiting} records wait in memory` : 'usage can be written again'),
  });
  const { variables, left } = meter.environmentFor(project, process.env);
  for (const { variable, host } of left) say(`${variable} leads to ${host}, which is not known: left alone, not metered (--upstream ${host}=https://${host} allows it)`);
  const code = words.length > 0 ? await runCommand(words, variables) : await wait(variables);
  await meter.settled();
  await meter.close();
  say(summary(rows, configuration.currency, facts));
  // A large project may still be being read, for nobody.
  setTimeout(() => process.exit(code), 100).unref();
  return code;

  async function callMarks(): Promise<readonly CallMark[]> {
    try {
      const engine = await openEngine();
      const { files } = await scan(engine, { paths: ['.'], facts: inForce, today: new Date().toISOString().slice(0, 10) });
      const originOf = openProject();
      return files.flatMap((file) => {
        const lines = indexLines(file.text);
        return file.analysis.calls.map((call) => markOf(call, siteName(originOf(file.file), file.placeOf?.(call.callRange.start).line ?? lines.positionAt(call.callRange.start).line)));
      });
    } catch (error) {
      say(`the calls of the project could not be read (${(error as Error).message}); usage is recorded without them`);
      return [];
    }
  }
}

const tokenizers = createTokenizers((file) => readFile(fileURLToPath(new URL(`vocabularies/${file}`, import.meta.url))));

/** `HOST=URL` or `HOST=PROVIDER@URL`. */
function upstreamsOf(words: readonly string[]): UpstreamSettings {
  return Object.fromEntries(words.map((word) => {
    const match = /^([^=]+)=(?:([a-z0-9-]+)@)?(https?:\/\/.+)$/.exec(word);
    if (!match) throw new Error(`--upstream takes HOST=URL or HOST=PROVIDER@URL, not "${word}"`);
    return [match[1]!.toLowerCase(), { url: match[3]!, ...(match[2] && { provider: match[2] }) }];
  }));
}

function rowOf(record: UsageRecord): UsageRow {
  const sums = noSums();
  addRecord(sums, record);
  return { slot: Math.floor(Date.parse(record.time) / slotMs), key: keyOf(record), sums };
}

/** Runs the command with the variables; signals go to it, its end is ours. */
function runCommand([command, ...words]: readonly string[], variables: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((done) => {
    const child = spawn(command!, words, { stdio: 'inherit', env: { ...process.env, ...variables }, shell: process.platform === 'win32' });
    // Ctrl-C reaches the whole group; we stay until the command has ended, so that nothing goes unrecorded.
    const stay = (): void => undefined;
    const pass = (signal: NodeJS.Signals): void => { child.kill(signal); };
    process.on('SIGINT', stay).on('SIGTERM', pass).on('SIGHUP', pass);
    const end = (code: number): void => { process.off('SIGINT', stay).off('SIGTERM', pass).off('SIGHUP', pass); done(code); };
    child.once('error', (error: NodeJS.ErrnoException) => { process.stderr.write(`tokenfare: ${command}: ${error.code === 'ENOENT' ? 'no such command' : error.message}\n`); end(127); });
    child.once('exit', (code, signal) => end(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** Prints the variables and waits for Ctrl-C. */
function wait(variables: Readonly<Record<string, string>>): Promise<number> {
  for (const [name, value] of Object.entries(variables)) process.stdout.write(process.platform === 'win32' ? `set ${name}=${value}\n` : `export ${name}=${value}\n`);
  process.stderr.write('tokenfare: metering; Ctrl-C ends it\n');
  return new Promise((done) => {
    const keep = setInterval(() => undefined, 1 << 30);
    const end = (): void => { clearInterval(keep); done(0); };
    process.once('SIGINT', end).once('SIGTERM', end);
  });
}

function summary(rows: readonly UsageRow[], currency: string, facts: Facts): string {
  const { measured, counted, unknown, sums } = spendingOf(rows, currency, facts.rates);
  if (sums.requests === 0) return 'no LLM request went through the proxy (a program must read its base URL from the environment, or be pointed at it)';
  return [`${sums.requests} requests, ${formatMoney(measured, currency)} measured`, ...(counted > 0 ? [`≈ ${formatMoney(counted, currency)} of usage counted here`] : []), ...(unknown > 0 ? [`${unknown} of unknown cost`] : [])].join(', ');
}

