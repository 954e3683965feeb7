/** `tokenfare scan`. */
import type { Flags } from './flags.js';
import { exactly } from '../core/exactly.js';
import type { LanguageId } from '../core/model.js';
import { configurationMessage, english } from '../messages.js';
import { type Report, reportOf } from '../reporters/report.js';
import { github, sarif, text } from '../reporters/index.js';
import { openEngine } from './assets.js';
import { checkFailOn, gateOf } from './gates.js';
import { measuredHere } from './ledger.js';
import { withoutBaseline } from './baseline.js';
import { momentOf, progressLine, readStandardInput, styleOf } from './output.js';
import { ownersIn } from './owners.js';
import { checkScanFormat, renderReport, write } from './render.js';
import { type Scan, analyzeOnce, configurationFor, configurationOptions, scan } from './scan.js';
import { parseShard, selectShard } from './shard.js';

/** Scans paths (default `.`), or standard input for `-`; prints the report; 1 when findings or the budget say so. */
export async function runScan(paths: readonly string[], flags: Flags, version: string): Promise<number> {
  return runReport(paths, flags, 'text', version);
}

/** The same as a report in `fallback` when `--format` is not given. */
export async function runReport(paths: readonly string[], flags: Flags, fallback: 'text' | 'html', version: string): Promise<number> {
  const format = checkScanFormat(flags.format ?? fallback);
  const failOn = checkFailOn(flags['fail-on']);
  const shard = flags.shard === undefined ? null : parseShard(flags.shard);
  const engine = await openEngine();
  const today = momentOf(flags);
  const onFailure = (file: string, error: unknown): void => {
    if (flags.verbose) process.stderr.write(`${file}: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  };
  const options = { today, onFailure, ...configurationOptions(flags, engine.facts), measured: await measuredHere(Date.now()) };
  let result: Scan;
  if (paths.length === 1 && paths[0] === '-') {
    const language = (flags.language ?? 'python') as LanguageId;
    if (language !== 'markdown' && !engine.languages.some((each) => each.ids.includes(language))) throw new Error(`unknown language "${language}"; there are ${engine.languages.flatMap((each) => each.ids).join(', ')}`);
    const source = await readStandardInput();
    await engine.prepare(language, source);
    const { configuration, problems } = await configurationFor('.', options);
    const analysis = await exactly(engine, () => analyzeOnce(engine, language, source, configuration, today, (error) => onFailure('-', error)));
    result = {
      files: [{ file: '-', text: source, language, analysis, configuration }], configuration, problems, filesRead: 1, today, leftOut: [],
      skipped: analysis.skipped ? [{ file: '-', reason: analysis.skipped }] : [],
    };
  } else {
    const progress = progressLine();
    result = await scan(engine, { ...options, paths: paths.length ? paths : ['.'], onProgress: progress.update, ...(shard && { selectsPath: await selectShard(shard), countsLeftOut: shard.index === 1 }) });
    progress.clear();
  }
  const based = await withoutBaseline(result, flags);
  result = based.result;
  const input = { ...result, facts: engine.facts, ownersOf: await ownersIn('.'), ...(shard && { shard }) };
  const report: Report = reportOf(input, english);
  // The terminal's own layout and the formats of services read the analyses; every other one is made of the report.
  await write(format === 'sarif' ? sarif(input, english, version) : format === 'github' ? github(input, english)
    : format === 'text' && flags.out === undefined ? text(input, styleOf(engine.facts, flags.verbose === true), english) : await renderReport(report, format), flags.out);
  if (based.hidden > 0) (format === 'text' && flags.out === undefined ? process.stdout : process.stderr).write(`${based.hidden} findings of the baseline are not shown (--baseline none shows them).\n`);
  if (format !== 'text' && format !== 'github') {
    for (const { file, line, column, code, expected, found } of result.problems) process.stderr.write(`${file}:${line}:${column}: ${configurationMessage(code, expected, found, english)}\n`);
  }
  return gateOf({ findings: report.findings, failOn, budgetShare: flags['fail-over-budget'] ? report.totals.budgetShare : null });
}
