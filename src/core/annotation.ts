/** The text after `tokenfare:` in a comment, as data. Pure; what it means for a call is core/annotate.ts. */

/** Assumptions and silenced findings of one comment. */
export interface Annotation {
  /** `output`, `reasoning`, `repeats`, `callsPerMonth`, or the name of a hole → a plain number. */
  readonly assumptions: Readonly<Record<string, number>>;
  /** Finding codes that are silenced here, `*` for all. */
  readonly ignore: readonly string[];
  /** Why; empty when no reason is given. */
  readonly reason: string;
  /** Words that were not understood. */
  readonly unknown: readonly string[];
  /** First ISO day on which `ignore` no longer holds. */
  readonly until?: string;
  /** What the comment says of the call beside numbers; absent = nothing. */
  readonly says?: { readonly data: readonly string[]; readonly traffic: readonly string[]; readonly marks: readonly string[] };
}

/** Marks that stand alone in a comment. */
const marks = new Set(['critical', 'interactive', 'batch']);

/** Calls per month for a rate; a month is 30 days. */
const perMonth: Readonly<Record<string, number>> = { second: 2_592_000, minute: 43_200, hour: 720, day: 30, week: 30 / 7, month: 1 };

/**
 * Reads `tokenfare: calls=500/day output=300 user_input=1200 data=personal critical` or
 * `tokenfare: ignore[residency] until=2027-01-31 reason`; null when it is none.
 */
export function parseAnnotation(comment: string): Annotation | null {
  const match = /tokenfare:\s*([^\n]*)/.exec(comment);
  if (!match) return null;
  const text = match[1]!.replace(/\*\/\s*$|-->\s*$/, '').trim();
  const ignored = /^ignore(?:\[([^\]]*)\])?\s*(.*)$/.exec(text);
  if (ignored) {
    const codes = ignored[1] === undefined ? ['*'] : ignored[1].split(',').map((each) => each.trim()).filter(Boolean);
    const until = /(?:^|\s)until[= ](\d{4}-\d{2}-\d{2})(?=\s|$)/.exec(ignored[2]!);
    const reason = (until ? ignored[2]!.replace(until[0], ' ') : ignored[2]!).replace(/\s+/g, ' ').trim();
    return { assumptions: {}, ignore: codes, reason, unknown: [], ...(until && { until: until[1]! }) };
  }
  const assumptions: Record<string, number> = {};
  const unknown: string[] = [];
  const says = { data: [] as string[], traffic: [] as string[], marks: [] as string[] };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const pair = /^([A-Za-z_][\w.-]*)=(\d+(?:\.\d+)?)(k|K)?(?:\/(second|minute|hour|day|week|month))?$/.exec(word);
    const said = /^(data|traffic)=([\w,-]+)$/.exec(word);
    if (said) { says[said[1] as 'data' | 'traffic'].push(...said[2]!.split(',').filter(Boolean)); continue; }
    if (marks.has(word)) { says.marks.push(word); continue; }
    if (!pair) { unknown.push(word); continue; }
    const value = Number(pair[2]) * (pair[3] ? 1000 : 1);
    if (pair[1] === 'calls') assumptions['callsPerMonth'] = value * (perMonth[pair[4] ?? 'month'] ?? 1);
    else if (pair[4]) unknown.push(word);
    else assumptions[pair[1]!] = value;
  }
  const isSaid = says.data.length + says.traffic.length + says.marks.length > 0;
  return { assumptions, ignore: [], reason: '', unknown, ...(isSaid && { says }) };
}
