/** `tokenfare baseline`: records the present findings; and how `scan` leaves the recorded ones out. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { type Baseline, baselineFileName, makeBaseline, newFindings, parseBaseline } from '../core/baseline.js';
import { openEngine } from './assets.js';
import type { Flags } from './flags.js';
import { dayOf, momentOf, progressLine } from './output.js';
import { type Scan, type ScannedFile, configurationOptions, scan } from './scan.js';

/** Path of a scanned file as the baseline names it. */
const named = (file: string, folder: string): string => relative(folder, resolve(file)).split(sep).join('/');

/** Writes the baseline file (default in the working directory) and says how much it holds. */
export async function runBaseline(paths: readonly string[], flags: Flags): Promise<number> {
  const target = resolve(flags.baseline ?? baselineFileName);
  const engine = await openEngine();
  const progress = progressLine();
  const result = await scan(engine, { today: momentOf(flags), ...configurationOptions(flags, engine.facts), paths: paths.length ? paths : ['.'], onProgress: progress.update });
  progress.clear();
  const baseline = makeBaseline(result.files.map((file) => ({ file: named(file.file, dirname(target)), text: codeOf(file), findings: file.analysis.findings })), dayOf(flags));
  await writeFile(target, `${JSON.stringify(baseline, null, 1)}\n`);
  const total = baseline.findings.reduce((sum, each) => sum + each.count, 0);
  process.stdout.write(`${total} findings in ${new Set(baseline.findings.map((each) => each.file)).size} files recorded in ${named(target, process.cwd()) || target}. New ones count from now on.\n`);
  return 0;
}

/** Text that the offsets of a file's findings refer to. */
function codeOf(file: ScannedFile): string {
  return file.code ?? file.text;
}

/** The scan without the findings that the baseline knows, and how many those are. `--baseline none` takes none. */
export async function withoutBaseline(result: Scan, flags: Flags): Promise<{ readonly result: Scan; readonly hidden: number }> {
  if (flags.baseline === 'none') return { result, hidden: 0 };
  const path = resolve(flags.baseline ?? baselineFileName);
  let baseline: Baseline | null;
  try {
    baseline = parseBaseline(await readFile(path, 'utf8'));
  } catch (error) {
    if (flags.baseline === undefined) return { result, hidden: 0 };
    throw new Error(`${flags.baseline}: ${(error as Error).message}`);
  }
  if (!baseline) throw new Error(`${named(path, process.cwd())} is no baseline; make a new one with tokenfare baseline, or scan with --baseline none`);
  const known = baseline;
  let hidden = 0;
  const files = result.files.map((file) => {
    const left = newFindings({ file: named(file.file, dirname(path)), text: codeOf(file), findings: file.analysis.findings }, known);
    hidden += file.analysis.findings.length - left.length;
    return left.length === file.analysis.findings.length ? file : { ...file, analysis: { ...file.analysis, findings: left } };
  });
  return { result: { ...result, files }, hidden };
}
