/** What the rules of core/findings.ts are given, and how a finding is made. */
import type { Annotation } from './annotation.js';
import type { DetectedCall } from './detect.js';
import type { Program, Scope } from './expression.js';
import { findModel, findProvider } from './lookup.js';
import type { CallSite, Configuration, Facts, Finding, FindingCode, Model, PromptPart, Provider, Severity, TextRange } from './model.js';
import type { Resolver } from './resolve.js';

/** A call with everything that rules look at. */
export interface InspectedCall {
  readonly site: CallSite;
  readonly detected: DetectedCall;
  readonly provider: Provider | null;
  readonly model: Model | null;
  /** Words of comments at the call: `data=…`, `traffic=…`, `critical`, `interactive`. */
  readonly said: Said;
}

export interface Said {
  readonly data: readonly string[];
  readonly traffic: readonly string[];
  readonly marks: readonly string[];
}

/** A document as rules see it. */
export interface Inspection {
  readonly program: Program;
  readonly resolver: Resolver;
  readonly calls: readonly InspectedCall[];
  readonly facts: Facts;
  readonly configuration: Configuration;
  /** ISO day. */
  readonly today: string;
  /** Absolute path with forward slashes, when the document has one. */
  readonly path: string | null;
  /** Tokens of the known text of parts, counted as for the call's model. */
  readonly tokensOf: (site: CallSite, parts: readonly PromptPart[]) => number;
}

/** Calls with provider, model and what comments say of them. */
export function inspectedCall(site: CallSite, detected: DetectedCall, facts: Facts, annotations: readonly Annotation[]): InspectedCall {
  const provider = findProvider(facts, site.destination.provider);
  const all = annotations.map((each) => each.says ?? { data: [], traffic: [], marks: [] });
  return {
    site, detected, provider, model: provider && site.model ? findModel(provider, site.model) : null,
    said: { data: all.flatMap((each) => each.data), traffic: all.flatMap((each) => each.traffic), marks: all.flatMap((each) => each.marks) },
  };
}

type Data = Readonly<Record<string, string | number | null | undefined>>;

/** A finding at a call; absent values are left out, the places that decided are related. */
export function findingAt(call: CallSite, code: FindingCode, severity: Severity, range: TextRange, data: Data, more: Pick<Finding, 'fixes'> & { readonly related?: Finding['related'] } = {}): Finding {
  const clean = Object.fromEntries(Object.entries(data).filter((entry): entry is [string, string | number] => entry[1] !== null && entry[1] !== undefined));
  const related: Finding['related'][number][] = [];
  const apart = (other: TextRange): boolean => other.end <= call.callRange.start || other.start >= call.callRange.end;
  if (call.clientRange && apart(call.clientRange)) related.push({ range: call.clientRange, role: 'client' });
  const sameAsClient = call.clientRange?.start === call.destination.range?.start && call.clientRange?.end === call.destination.range?.end;
  if (call.destination.range && !sameAsClient && apart(call.destination.range)) related.push({ range: call.destination.range, role: 'base-url' });
  if (call.modelRange && apart(call.modelRange)) related.push({ range: call.modelRange, role: 'model' });
  if (call.destination.elsewhere) related.push({ range: call.destination.elsewhere.range, role: 'environment-file', file: call.destination.elsewhere.file });
  return { code, severity, range, callId: call.id, data: clean, related: [...related, ...more.related ?? []], ...(more.fixes?.length ? { fixes: more.fixes } : {}) };
}

/** Innermost function around an offset, else the module. */
export function functionAround(program: Program, offset: number): Scope {
  const scopes = program.scopesAt(offset);
  return scopes.find((each) => each.kind === 'function') ?? scopes.at(-1)!;
}

/**
 * True when both places run, one after the other: same function, same block, and nothing between leaves it. Told by
 * indentation in Python and by braces elsewhere; in doubt false.
 */
export function runOneAfterOther(program: Program, first: TextRange, second: TextRange): boolean {
  const { text } = program;
  if (second.start <= first.end) return false;
  const scope = functionAround(program, first.start);
  const other = functionAround(program, second.start);
  if (scope.range.start !== other.range.start || scope.range.end !== other.range.end) return false;
  if (program.language === 'ruby' || program.language === 'shellscript' || program.language === 'powershell' || program.language === 'http') return false;
  const lineStart = (offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;
  const head = text.slice(lineStart(first.start), first.start);
  if (/\b(?:return|raise|throw|yield)\b/.test(head)) return false;
  if (program.language === 'python') {
    const indentation = /^[ \t]*/.exec(text.slice(lineStart(first.start)))![0].length;
    if (/^[ \t]*/.exec(text.slice(lineStart(second.start)))![0].length !== indentation) return false;
    const between = text.slice(first.end, lineStart(second.start)).split('\n').slice(1);
    return between.every((line) => line.trim() === '' || /^\s*[)\]}#]/.test(line) || (/^[ \t]*/.exec(line)![0].length >= indentation && !(/^[ \t]*/.exec(line)![0].length === indentation && /^\s*(?:return|raise|break|continue|else|elif|except|finally)\b/.test(line))));
  }
  const between = text.slice(first.end, second.start).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '').replace(/(["'`])(?:\\.|(?!\1)[^\\\n])*\1/g, '');
  let depth = 0;
  for (const character of between) {
    if (character === '{') depth++;
    if (character === '}' && --depth < 0) {
      // The end of the arguments of the first call, not of its block.
      return false;
    }
  }
  return depth === 0 && !/\b(?:return|throw|break|continue|case|default)\b/.test(between);
}
