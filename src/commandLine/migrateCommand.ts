/** `tokenfare migrate --from A --to B [paths…]`: what leaving a provider for another one comes to. Nothing is changed. */
import { openContainer, plainPlaces } from '../core/container.js';
import type { Engine } from '../core/engine.js';
import { exactly } from '../core/exactly.js';
import { findProvider } from '../core/lookup.js';
import { type MigratedCall, type MigrationTarget, migrateCall, migrationOf } from '../core/migration.js';
import { english } from '../messages.js';
import { markdown } from '../reporters/blocks.js';
import { type MigrationPlace, type MigrationReport, migrationBlocks, migrationData } from '../reporters/migration.js';
import { openEngine } from './assets.js';
import type { Flags } from './flags.js';
import { momentOf, progressLine } from './output.js';
import { openProject } from './project.js';
import { terminalText, write } from './render.js';
import { type Scan, configurationOptions, scan } from './scan.js';

const formats = ['text', 'markdown', 'json'] as const;

export async function runMigrate(paths: readonly string[], flags: Flags): Promise<number> {
  const format = (flags.format ?? 'text') as (typeof formats)[number];
  if (!formats.includes(format)) throw new Error(`unknown format "${flags.format}"; there are ${formats.join(', ')}`);
  const engine = await openEngine();
  const named = (flag: 'from' | 'to'): string => {
    const id = flags[flag];
    if (id === undefined) throw new Error('migrate takes --from and --to, e.g. tokenfare migrate --from openai --to mistral');
    if (!findProvider(engine.facts, id)) throw new Error(`--${flag} ${id}: no such provider; tokenfare providers lists them`);
    return id;
  };
  const [from, to] = [named('from'), named('to')];
  const progress = progressLine();
  const result = await scan(engine, { paths: paths.length > 0 ? paths : ['.'], today: momentOf(flags), onProgress: progress.update, ...configurationOptions(flags, engine.facts) });
  progress.clear();
  const report = await planMigration(engine, result, from, { provider: to, ...(flags.model?.[0] !== undefined && { model: flags.model[0] }) });
  const blocks = migrationBlocks(report, english);
  await write(format === 'json' ? `${JSON.stringify(migrationData(report), null, 2)}\n` : format === 'markdown' ? markdown(blocks) : terminalText(blocks), flags.out);
  return 0;
}

/** Plans for every call of a scan that goes to `from`. */
export async function planMigration(engine: Engine, { files, today, configuration }: Scan, from: string, target: MigrationTarget): Promise<MigrationReport> {
  const originOf = openProject();
  const calls: MigratedCall<MigrationPlace>[] = [];
  for (const scanned of files) {
    if (!scanned.analysis.calls.some((call) => call.destination.provider === from)) continue;
    const container = openContainer(scanned.file, scanned.text);
    const code = container && 'text' in container ? container.text : scanned.text;
    await engine.prepare(scanned.language, code);
    const session = engine.open(scanned.language, code, originOf(scanned.file));
    try {
      const places = scanned.placeOf ?? plainPlaces(scanned.text);
      // How many call sites lead through a call is known of all files together.
      const callers = new Map(scanned.analysis.calls.map((call) => [call.id, call.callers]));
      for (const call of (await exactly(engine, () => session.analyze(scanned.configuration, today))).calls) {
        if (call.destination.provider !== from) continue;
        const { cell, line } = places(call.calleeRange.start);
        calls.push(await exactly(engine, () => migrateCall(session, call, { file: scanned.file, cell, line }, target, scanned.configuration, today, callers.get(call.id))));
      }
    } finally {
      session.dispose();
    }
  }
  const facts = engine.factsFor(configuration);
  return { from, to: target.provider, currency: configuration.currency, providers: facts.providers, migration: migrationOf(calls, configuration.currency, facts.rates) };
}
