/** `tokenfare scan`. */
import type { Flags } from './flags.js';
import type { LanguageId, Severity } from '../core/model.js';
import { english } from '../messages.js';
import { json, text } from '../reporters/index.js';
import { openEngine } from './assets.js';
import { progressLine, readStandardInput, styleOf, todayIso } from './output.js';
import { type Scan, analyzeOnce, configurationFor, scan } from './scan.js';

const rank: Record<Severity, number> = { info: 1, warning: 2, error: 3 };

/** Scans paths (default `.`), or standard input for `-`; prints the report; 1 when findings reach `--fail-on`. */
export async function runScan(paths: readonly string[], flags: Flags): Promise<number> {
  const format = flags.format ?? 'text';
  if (format !== 'text' && format !== 'json') throw new Error(`unknown format "${format}"; there are text and json`);
  const failOn = flags['fail-on'] ?? 'error';
  if (failOn !== 'error' && failOn !== 'warning' && failOn !== 'never') throw new Error(`--fail-on takes error, warning or never, not "${failOn}"`);
  const engine = openEngine();
  if (flags.currency && engine.facts.rates.perUsd[flags.currency] === undefined) {
    throw new Error(`no exchange rate for "${flags.currency}"; there are ${Object.keys(engine.facts.rates.perUsd).join(', ')}`);
  }
  const today = todayIso();
  const options = { today, ...(flags.policy ? { policy: flags.policy } : {}), ...(flags.currency ? { currency: flags.currency } : {}) };
  let result: Scan;
  if (paths.length === 1 && paths[0] === '-') {
    const language = (flags.language ?? 'python') as LanguageId;
    if (!engine.languages.some((each) => each.ids.includes(language))) throw new Error(`unknown language "${language}"; there are ${engine.languages.flatMap((each) => each.ids).join(', ')}`);
    const source = await readStandardInput();
    await engine.prepare(language);
    const { configuration, problems } = await configurationFor('.', options);
    const analysis = analyzeOnce(engine, language, source, configuration, today);
    result = {
      files: [{ file: '-', text: source, language, analysis }], configuration, problems, filesRead: 1, today,
      skipped: analysis.skipped ? [{ file: '-', reason: analysis.skipped }] : [],
    };
  } else {
    const progress = progressLine();
    result = await scan(engine, { ...options, paths: paths.length ? paths : ['.'], onProgress: progress.update });
    progress.clear();
  }
  process.stdout.write(format === 'json' ? json(result, english) : text(result, styleOf(engine.facts.providers, flags.verbose === true), english));
  if (format === 'json') {
    for (const problem of result.problems) process.stderr.write(`${problem.file}:${problem.line}:${problem.column}: ${problem.code}: expected ${problem.expected}, found ${problem.found}\n`);
  }
  if (failOn === 'never') return 0;
  const worst = Math.max(0, result.problems.length ? rank.error : 0, ...result.files.flatMap(({ analysis }) => analysis.findings.map((finding) => rank[finding.severity])));
  return worst >= rank[failOn] ? 1 : 0;
}
