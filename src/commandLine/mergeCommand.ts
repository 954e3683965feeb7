/** `tokenfare merge REPORT…`: the shards of one scan, or scans of several repositories, as one report. */
import { readFile } from 'node:fs/promises';
import { type MergeProblem, mergeReports } from '../reporters/merge.js';
import { type Report, schemaVersion } from '../reporters/report.js';
import type { Flags } from './flags.js';
import { checkFailOn, gateOf } from './gates.js';
import { checkReportFormat, renderReport, write } from './render.js';

function sentence({ code, data }: MergeProblem): string {
  switch (code) {
    case 'currency': return `the reports are in different currencies (${data}); scan them with the same --currency`;
    case 'shard-count': return `the shards are of different numbers of parts (${data})`;
    case 'shard-missing': return `shards are missing: ${data}`;
    case 'shard-twice': return `shards are there more than once: ${data}`;
    case 'call-twice': return `${data} is in more than one report and counted once`;
  }
}

/** Merges JSON reports; a missing shard ends with 2 unless `--allow-partial` is given. */
export async function runMerge(files: readonly string[], flags: Flags): Promise<number> {
  if (files.length === 0) throw new Error('merge takes reports made with --format json, e.g. tokenfare merge shard-*.json');
  const format = checkReportFormat(flags.format ?? 'text');
  const failOn = checkFailOn(flags['fail-on']);
  const { report, problems } = mergeReports(await Promise.all(files.map(readReport)));
  for (const problem of problems) process.stderr.write(`tokenfare: ${sentence(problem)}\n`);
  if (problems.some(({ code }) => code === 'currency' || code === 'shard-count')) return 2;
  if (problems.some(({ code }) => code === 'shard-missing') && !flags['allow-partial']) return 2;
  await write(await renderReport(report, format), flags.out);
  return gateOf({ findings: report.findings, failOn, budgetShare: flags['fail-over-budget'] ? report.totals.budgetShare : null });
}

async function readReport(file: string): Promise<Report> {
  const text = await readFile(file, 'utf8').catch((error: Error) => { throw new Error(`${file}: ${error.message}`); });
  let report: Partial<Report>;
  try {
    report = JSON.parse(text.replace(/^\uFEFF/, '')) as Partial<Report>;
  } catch (error) {
    throw new Error(`${file}: no JSON (${(error as Error).message})`);
  }
  if (report === null || typeof report !== 'object' || !Array.isArray(report.calls) || !Array.isArray(report.findings) || typeof report.currency !== 'string' || !report.totals) throw new Error(`${file}: not a report of tokenfare scan --format json`);
  if (report.schemaVersion !== schemaVersion) throw new Error(`${file}: a report of version ${String(report.schemaVersion)}; this tokenfare reads version ${schemaVersion}`);
  return report as Report;
}
