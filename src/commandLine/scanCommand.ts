/** `tokenfare scan`. */
import type { Flags } from './flags.js';
import type { LanguageId, Severity } from '../core/model.js';
import { configurationMessage, english } from '../messages.js';
import { json, text } from '../reporters/index.js';
import { openEngine } from './assets.js';
import { momentOf, progressLine, readStandardInput, styleOf } from './output.js';
import { type Scan, analyzeOnce, configurationFor, configurationOptions, scan } from './scan.js';

const rank: Record<Severity, number> = { info: 1, warning: 2, error: 3 };

/** Scans paths (default `.`), or standard input for `-`; prints the report; 1 when findings reach `--fail-on`. */
export async function runScan(paths: readonly string[], flags: Flags): Promise<number> {
  const format = flags.format ?? 'text';
  if (format !== 'text' && format !== 'json') throw new Error(`unknown format "${format}"; there are text and json`);
  const failOn = flags['fail-on'] ?? 'error';
  if (failOn !== 'error' && failOn !== 'warning' && failOn !== 'never') throw new Error(`--fail-on takes error, warning or never, not "${failOn}"`);
  const engine = await openEngine();
  const today = momentOf(flags);
  const onFailure = (file: string, error: unknown): void => {
    if (flags.verbose) process.stderr.write(`${file}: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  };
  const options = { today, onFailure, ...configurationOptions(flags, engine.facts) };
  let result: Scan;
  if (paths.length === 1 && paths[0] === '-') {
    const language = (flags.language ?? 'python') as LanguageId;
    if (language !== 'markdown' && !engine.languages.some((each) => each.ids.includes(language))) throw new Error(`unknown language "${language}"; there are ${engine.languages.flatMap((each) => each.ids).join(', ')}`);
    const source = await readStandardInput();
    await engine.prepare(language, source);
    const { configuration, problems } = await configurationFor('.', options);
    const analysis = analyzeOnce(engine, language, source, configuration, today, (error) => onFailure('-', error));
    result = {
      files: [{ file: '-', text: source, language, analysis, configuration }], configuration, problems, filesRead: 1, today, leftOut: [],
      skipped: analysis.skipped ? [{ file: '-', reason: analysis.skipped }] : [],
    };
  } else {
    const progress = progressLine();
    result = await scan(engine, { ...options, paths: paths.length ? paths : ['.'], onProgress: progress.update });
    progress.clear();
  }
  process.stdout.write(format === 'json' ? json(result, english) : text(result, styleOf(engine.facts, flags.verbose === true), english));
  if (format === 'json') {
    for (const { file, line, column, code, expected, found } of result.problems) process.stderr.write(`${file}:${line}:${column}: ${configurationMessage(code, expected, found, english)}\n`);
  }
  if (failOn === 'never') return 0;
  const worst = Math.max(0, result.problems.length ? rank.error : 0, ...result.files.flatMap(({ analysis }) => analysis.findings.map((finding) => rank[finding.severity])));
  return worst >= rank[failOn] ? 1 : 0;
}
