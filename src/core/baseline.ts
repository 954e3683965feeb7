/**
 * A baseline: the findings a code base had on some day, so that only new ones count. A finding is known again by its
 * code, its file, the text it stands on and its number among equal ones; lines may move.
 */
import type { Finding } from './model.js';

export const baselineFileName = 'tokenfare-baseline.json';

export interface BaselineEntry {
  readonly code: string;
  /** Path relative to the baseline's folder, with forward slashes. */
  readonly file: string;
  /** Of the text that the finding stands on. */
  readonly print: string;
  /** How many equal ones there are. */
  readonly count: number;
}

export interface Baseline {
  readonly version: 1;
  /** ISO day on which it was made. */
  readonly madeOn: string;
  readonly findings: readonly BaselineEntry[];
}

/** Findings of one file with the text of the document they stand in. */
export interface BaselinedFile {
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** Errors stay errors: a finding that became graver than when it was accepted is not hidden by what it was. */
const keyOf = (file: string, code: string, print: string): string => `${file}\n${code}\n${print}`;

/** Text of the finding's lines without spaces and figures of no meaning, as a short number. */
export function printOf(finding: Finding, text: string): string {
  const from = text.lastIndexOf('\n', finding.range.start - 1) + 1;
  const end = text.indexOf('\n', finding.range.start);
  const line = text.slice(from, end < 0 ? text.length : end).replace(/\s+/g, '');
  return hash(`${line}|${finding.data['provider'] ?? ''}|${finding.data['model'] ?? ''}`);
}

/** The present findings as a baseline, in a stable order. */
export function makeBaseline(files: readonly BaselinedFile[], madeOn: string): Baseline {
  const counts = new Map<string, BaselineEntry>();
  for (const { file, text, findings } of files) {
    for (const finding of findings) {
      const print = printOf(finding, text);
      const key = keyOf(file, finding.code, print);
      counts.set(key, { code: finding.code, file, print, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  const order = (entry: BaselineEntry): string => keyOf(entry.file, entry.code, entry.print);
  return { version: 1, madeOn, findings: [...counts.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)) };
}

/** Findings of a file that the baseline does not know. */
export function newFindings({ file, text, findings }: BaselinedFile, baseline: Baseline): readonly Finding[] {
  const left = new Map<string, number>();
  for (const entry of baseline.findings) if (entry.file === file) left.set(keyOf(file, entry.code, entry.print), entry.count);
  if (left.size === 0) return findings;
  return findings.filter((finding) => {
    const key = keyOf(file, finding.code, printOf(finding, text));
    const known = left.get(key) ?? 0;
    if (known > 0) left.set(key, known - 1);
    return known === 0;
  });
}

/** Reads a baseline; null when the text is none. */
export function parseBaseline(text: string): Baseline | null {
  try {
    const value = JSON.parse(text) as Partial<Baseline> | null;
    if (typeof value !== 'object' || value === null || value.version !== 1 || !Array.isArray(value.findings)) return null;
    const findings = value.findings.filter((each): each is BaselineEntry => typeof each === 'object' && each !== null
      && typeof each.code === 'string' && typeof each.file === 'string' && typeof each.print === 'string' && Number.isInteger(each.count) && each.count > 0);
    return findings.length === value.findings.length ? { version: 1, madeOn: String(value.madeOn ?? ''), findings } : null;
  } catch {
    return null;
  }
}

/** 53 bits of two multiplicative hashes (cyrb53, public domain): short, stable, no secret. */
function hash(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36).padStart(11, '0');
}
