/** Several reports as one: the shards of one scan, or the scans of several repositories. */
import { isSummed } from '../core/summed.js';
import type { Report, ReportedCall } from './report.js';
import { reportTotals } from './totals.js';

/** What keeps reports from being one; `data` says where. */
export interface MergeProblem {
  readonly code: 'currency' | 'shard-count' | 'shard-missing' | 'shard-twice' | 'call-twice';
  readonly data: string;
}

/** The merged report, and what is wrong with it. Findings and skipped files of the same place are taken once. */
export function mergeReports(reports: readonly Report[]): { readonly report: Report; readonly problems: readonly MergeProblem[] } {
  const problems: MergeProblem[] = [];
  const currencies = [...new Set(reports.map((each) => each.currency))];
  if (currencies.length > 1) problems.push({ code: 'currency', data: currencies.join(', ') });
  const shards = reports.flatMap((each) => each.shard ?? []);
  const counts = [...new Set(shards.map((each) => each.count))];
  if (counts.length > 1) problems.push({ code: 'shard-count', data: counts.join(', ') });
  if (counts.length === 1) {
    const seen = shards.map((each) => each.index);
    const missing = Array.from({ length: counts[0]! }, (_, index) => index + 1).filter((index) => !seen.includes(index));
    if (missing.length > 0) problems.push({ code: 'shard-missing', data: missing.join(', ') });
    const twice = [...new Set(seen.filter((index, at) => seen.indexOf(index) !== at))];
    if (twice.length > 0) problems.push({ code: 'shard-twice', data: twice.join(', ') });
  }
  const once = <T>(all: readonly T[], keyOf: (each: T) => string, onTwice?: (key: string) => void): T[] => {
    const found = new Map<string, T>();
    for (const each of all) {
      const key = keyOf(each);
      if (found.has(key)) onTwice?.(key);
      else found.set(key, each);
    }
    return [...found.values()];
  };
  const byPlace = (a: { file: string; line: number }, b: { file: string; line: number }): number => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1);
  const calls = linked(once(reports.flatMap((each) => each.calls), (call) => `${call.file}:${call.cell ?? ''}:${call.line}:${call.column}`, (data) => problems.push({ code: 'call-twice', data })).sort(byPlace));
  const first = reports[0]!;
  const budget = reports.find((each) => each.budget)?.budget ?? null;
  return {
    problems,
    report: {
      ...first, shard: null, budget, calls,
      generatedOn: reports.map((each) => each.generatedOn).sort().at(-1)!,
      totals: reportTotals(calls, first.currency, Object.assign({}, ...reports.map((each) => each.exchange?.perUsd ?? {})) as Record<string, number>, budget),
      filesRead: reports.reduce((sum, each) => sum + each.filesRead, 0),
      findings: once(reports.flatMap((each) => each.findings), (each) => `${each.file}:${each.cell ?? ''}:${each.line}:${each.column}:${each.code}:${each.message}`).sort(byPlace),
      leftOut: leftOutOf(reports),
      skipped: once(reports.flatMap((each) => each.skipped), (each) => `${each.file}:${each.reason}`).sort((a, b) => (a.file < b.file ? -1 : 1)),
    },
  };
}

/** Counts added up: of several shards, only the first counts what none of them looks into. */
function leftOutOf(reports: readonly Report[]): Report['leftOut'] {
  const counts = new Map<string, { reason: Report['leftOut'][number]['reason']; files: number; folders: number }>();
  for (const { reason, files, folders } of reports.flatMap((each) => each.leftOut ?? [])) {
    const count = counts.get(reason) ?? { reason, files: 0, folders: 0 };
    counts.set(reason, { reason, files: count.files + files, folders: count.folders + folders });
  }
  return [...counts.values()];
}

/** Call sites of one part may lead to a call of another: who is summed is told by all of them together. */
function linked(calls: readonly ReportedCall[]): ReportedCall[] {
  const callers = new Map<string, number>();
  for (const { through } of calls) {
    for (const { file, line, column } of through ? [...through.sites, through.call] : []) callers.set(`${file}:${line}:${column}`, (callers.get(`${file}:${line}:${column}`) ?? 0) + 1);
  }
  return calls.map((call) => {
    const count = Math.max(call.callers, callers.get(`${call.file}:${call.line}:${call.column}`) ?? 0);
    return { ...call, callers: count, summed: isSummed({ callers: count }) };
  });
}
