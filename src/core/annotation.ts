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
}

/** Calls per month for a rate; a month is 30 days. */
const perMonth: Readonly<Record<string, number>> = { second: 2_592_000, minute: 43_200, hour: 720, day: 30, week: 30 / 7, month: 1 };

/** Reads `tokenfare: calls=500/day output=300 user_input=1200` or `tokenfare: ignore[residency] reason`; null when it is none. */
export function parseAnnotation(comment: string): Annotation | null {
  const match = /tokenfare:\s*([^\n]*)/.exec(comment);
  if (!match) return null;
  const text = match[1]!.replace(/\*\/\s*$|-->\s*$/, '').trim();
  const ignored = /^ignore(?:\[([^\]]*)\])?\s*(.*)$/.exec(text);
  if (ignored) {
    const codes = ignored[1] === undefined ? ['*'] : ignored[1].split(',').map((each) => each.trim()).filter(Boolean);
    return { assumptions: {}, ignore: codes, reason: ignored[2]!.trim(), unknown: [] };
  }
  const assumptions: Record<string, number> = {};
  const unknown: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const pair = /^([A-Za-z_][\w.-]*)=(\d+(?:\.\d+)?)(k|K)?(?:\/(second|minute|hour|day|week|month))?$/.exec(word);
    if (!pair) { unknown.push(word); continue; }
    const value = Number(pair[2]) * (pair[3] ? 1000 : 1);
    if (pair[1] === 'calls') assumptions['callsPerMonth'] = value * (perMonth[pair[4] ?? 'month'] ?? 1);
    else if (pair[4]) unknown.push(word);
    else assumptions[pair[1]!] = value;
  }
  return { assumptions, ignore: [], reason: '', unknown };
}
