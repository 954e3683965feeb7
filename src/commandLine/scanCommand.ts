/** `tokenfare scan`. */
import type { Flags } from './flags.js';
import { exactly } from '../core/exactly.js';
import type { LanguageId, Severity } from '../core/model.js';
import { configurationMessage, english } from '../messages.js';
import { github, json, sarif, text } from '../reporters/index.js';
import { openEngine } from './assets.js';
import { measuredHere } from './ledger.js';
import { withoutBaseline } from './baseline.js';
import { momentOf, progressLine, readStandardInput, styleOf } from './output.js';
import { type Scan, analyzeOnce, configurationFor, configurationOptions, scan } from './scan.js';

const formats = ['text', 'json', 'sarif', 'github'];
const rank: Record<Severity, number> = { info: 1, warning: 2, error: 3 };

/** Scans paths (default `.`), or standard input for `-`; prints the report; 1 when findings reach `--fail-on`. */
export async function runScan(paths: readonly string[], flags: Flags, version: string): Promise<number> {
  const format = flags.format ?? 'text';
  if (!formats.includes(format)) throw new Error(`unknown format "${format}"; there are ${formats.join(', ')}`);
  const failOn = flags['fail-on'] ?? 'error';
  if (failOn !== 'error' && failOn !== 'warning' && failOn !== 'info' && failOn !== 'never') throw new Error(`--fail-on takes error, warning, info or never, not "${failOn}"`);
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
    result = await scan(engine, { ...options, paths: paths.length ? paths : ['.'], onProgress: progress.update });
    progress.clear();
  }
  const based = await withoutBaseline(result, flags);
  result = based.result;
  process.stdout.write(format === 'json' ? json(result, english) : format === 'sarif' ? sarif(result, english, version) : format === 'github' ? github(result, english)
    : text(result, styleOf(engine.facts, flags.verbose === true), english));
  if (based.hidden > 0) (format === 'text' ? process.stdout : process.stderr).write(`${based.hidden} findings of the baseline are not shown (--baseline none shows them).\n`);
  if (format === 'json') {
    for (const { file, line, column, code, expected, found } of result.problems) process.stderr.write(`${file}:${line}:${column}: ${configurationMessage(code, expected, found, english)}\n`);
  }
  if (failOn === 'never') return 0;
  const worst = Math.max(0, result.problems.length ? rank.error : 0, ...result.files.flatMap(({ analysis }) => analysis.findings.map((finding) => rank[finding.severity])));
  return worst >= rank[failOn] ? 1 : 0;
}
