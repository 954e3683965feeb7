/** Comments next to a call: `tokenfare: output=300 user_input=1200`, `tokenfare: ignore[residency] reason`. */
import { type Annotation, parseAnnotation } from './annotation.js';
import type { Program } from './expression.js';
import { type LineIndex, indexLines } from './lines.js';
import type { Assumptions, CallSite, Configuration, Finding, Spread, TextRange } from './model.js';

export interface Assumed {
  readonly configuration: Configuration;
}

export interface Annotations {
  /** Configuration for a call, with what its comments say. */
  assumptionsAt(call: TextRange, configuration: Configuration): Assumed;
  /** Annotations next to a call. */
  at(call: TextRange): readonly Annotation[];
  /** Findings that no comment at their call silences on a day (ISO); one whose acceptance has ended says so. */
  silence(findings: readonly Finding[], calls: readonly CallSite[], today: string): readonly Finding[];
}

/** Reads the annotations of a program; costs nothing when the text has none. */
export function annotationsOf(program: Program): Annotations {
  const comments = program.commentsWith('tokenfare:');
  if (comments.length === 0) return none;
  const lines: LineIndex = indexLines(program.text);
  const read = comments.flatMap((comment) => {
    const annotation = parseAnnotation(comment.text);
    if (!annotation) return [];
    const first = lines.positionAt(comment.range.start).line;
    // A comment behind code speaks of that line, not of the next.
    const alone = program.text.slice(lines.offsetOfLine(first), comment.range.start).trim() === '';
    return [{ annotation, first, last: lines.positionAt(comment.range.end).line, alone }];
  });
  /** First line of the annotations that stand alone directly above a line, one under the other. */
  const topOf = (line: number): number => {
    let top = line;
    for (const each of [...read].reverse()) if (each.alone && each.last === top - 1) top = each.first;
    return top;
  };
  const nearTo = (range: TextRange): Annotation[] => {
    const first = lines.positionAt(range.start).line;
    const last = lines.positionAt(range.end).line;
    const top = topOf(first);
    return read.filter((each) => each.first <= last && (each.last >= first || (each.alone && each.first >= top))).map((each) => each.annotation);
  };
  return {
    assumptionsAt(call, configuration) {
      let assumptions: Assumptions = configuration.assumptions;
      const origin = { ...configuration.assumptionOrigin };
      const fixed = (value: number): Spread => ({ low: value, likely: value, high: value });
      for (const annotation of nearTo(call)) {
        for (const [name, value] of Object.entries(annotation.assumptions)) {
          if (name === 'output') { assumptions = { ...assumptions, outputTokens: fixed(value) }; origin['outputTokens'] = 'annotation'; }
          else if (name === 'reasoning') { assumptions = { ...assumptions, reasoningTokens: fixed(value) }; origin['reasoningTokens'] = 'annotation'; }
          else if (name === 'repeats') { assumptions = { ...assumptions, repeats: fixed(value) }; origin['repeats'] = 'annotation'; }
          else if (name === 'callsPerMonth') { assumptions = { ...assumptions, callsPerMonth: value }; origin['callsPerMonth'] = 'annotation'; }
          else { assumptions = { ...assumptions, holes: { ...assumptions.holes, [name]: fixed(value) } }; origin[`holes.${name}`] = 'annotation'; }
        }
      }
      return { configuration: assumptions === configuration.assumptions ? configuration : { ...configuration, assumptions, assumptionOrigin: origin } };
    },
    at: nearTo,
    silence(findings, calls, today) {
      return findings.flatMap((finding) => {
        const call = calls.find((each) => each.id === finding.callId);
        // A key, or an address that is gone, may stand far from the call: the comment beside it counts as well.
        const near = new Set([...call ? nearTo(call.callRange) : [], ...nearTo(finding.range)]);
        const meant = [...near].filter((annotation) => annotation.ignore.includes(finding.code) || annotation.ignore.includes('*'));
        if (meant.some((each) => each.until === undefined || today < each.until)) return [];
        const ended = meant.find((each) => each.until !== undefined);
        return ended ? [{ ...finding, data: { ...finding.data, acceptedUntil: ended.until!, ...(ended.reason && { acceptedReason: ended.reason }) } }] : [finding];
      });
    },
  };
}

const none: Annotations = {
  assumptionsAt: (_call, configuration) => ({ configuration }),
  at: () => [],
  silence: (findings) => findings,
};
