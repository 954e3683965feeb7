/** The stable report of a scan (schemas/report.schema.json), built once for every machine-readable format. */
import { type Place, plainPlaces } from '../core/container.js';
import type { LeftOut } from '../core/leftOut.js';
import type { Analysis, Budget, CallSite, Configuration, ExchangeRates, LanguageId, Provider, SourcePlace, Spread } from '../core/model.js';
import { staticPrefixShare } from '../core/promptText.js';
import { isSummed } from '../core/summed.js';
import { type Translate, configurationMessage, findingMessage, providerName, repetitionMessage } from '../messages.js';
import { type ReportTotals, reportTotals } from './totals.js';

/** What a scan hands to a reporter. */
export interface ReportedFile {
  readonly file: string;
  readonly text: string;
  readonly language: LanguageId;
  /** Text that offsets refer to, when the code lies inside something else (a notebook). */
  readonly code?: string;
  readonly analysis: Analysis;
  /** Places of offsets in it. */
  readonly placeOf?: (offset: number) => Place;
}

export interface ReportInput {
  readonly files: readonly ReportedFile[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** What was not read, counted; absent = nothing was. */
  readonly leftOut?: readonly LeftOut[];
  readonly problems: readonly { readonly file: string; readonly line: number; readonly column: number; readonly endLine: number; readonly endColumn: number; readonly code: string; readonly expected: string; readonly found: string }[];
  /** What holds at the first path: currency and budget of the totals. */
  readonly configuration: Configuration;
  readonly filesRead: number;
  readonly today: string;
  /** The catalog's, for names and totals. */
  readonly facts?: { readonly providers: readonly Provider[]; readonly rates: ExchangeRates };
  /** Owners of a file by CODEOWNERS. */
  readonly ownersOf?: (file: string) => readonly string[];
  /** Which part of a scan this is, `3` of `10`; absent = all. */
  readonly shard?: Shard;
}

/** Part `index` (from 1) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The report as plain data: what `scan --format json` prints and `merge` reads. */
export interface Report {
  readonly schemaVersion: 1;
  readonly generatedOn: string;
  readonly currency: string;
  /** Rates that sums over several currencies use; null when none were given. */
  readonly exchange: { readonly checkedOn: string; readonly source: string; readonly perUsd: Readonly<Record<string, number>> } | null;
  readonly budget: Budget | null;
  readonly shard: Shard | null;
  readonly totals: ReportTotals;
  readonly filesRead: number;
  readonly calls: readonly ReportedCall[];
  readonly findings: readonly ReportedFinding[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** What was not read, counted. */
  readonly leftOut: readonly LeftOut[];
}

export type ReportedCall = ReturnType<typeof reportedCall>;

export interface ReportedFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly file: string;
  readonly cell?: number | null;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** Version of the report's shape; raised when a field changes its meaning or goes. */
export const schemaVersion = 1 as const;

const plain = (spread: Spread): Spread => ({ low: spread.low, likely: spread.likely, high: spread.high });

/** The report as plain data. */
export function reportOf(input: ReportInput, t: Translate): Report {
  const calls = input.files.flatMap(({ file, text, language, analysis, placeOf }) => {
    const places = placeOf ?? plainPlaces(text);
    return analysis.calls.map((call) => reportedCall(call, file, language, places, input, t));
  });
  const findings = input.files.flatMap(({ file, text, analysis, placeOf }) => {
    const places = placeOf ?? plainPlaces(text);
    return analysis.findings.map((finding) => {
      const start = places(finding.range.start);
      const end = places(finding.range.end);
      return { code: finding.code, severity: finding.severity, message: findingMessage(finding, t), file, cell: start.cell, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, data: finding.data,
        related: finding.related.map((each) => (each.file === undefined ? { role: each.role, ...places(each.range.start) } : { role: each.role, file: each.file })) };
    });
  });
  const invalid = input.problems.map(({ file, line, column, endLine, endColumn, code, expected, found }) => ({
    code: 'config-invalid', severity: 'error' as const, message: configurationMessage(code, expected, found, t), file, line, column, endLine, endColumn, data: { code, expected, found },
  }));
  const { currency, budget } = input.configuration;
  const rates = input.facts?.rates;
  const exchange = rates ? { checkedOn: rates.checkedOn, source: rates.source, perUsd: rates.perUsd } : null;
  return { schemaVersion, generatedOn: input.today.slice(0, 10), currency, exchange, budget, shard: input.shard ?? null, totals: reportTotals(calls, currency, exchange?.perUsd ?? {}, budget), filesRead: input.filesRead, calls, findings: [...invalid, ...findings], skipped: input.skipped, leftOut: input.leftOut ?? [] };
}

const lineOf = ({ cell, line }: Place): Pick<Place, 'cell' | 'line'> => ({ cell, line });

function reportedPlace({ path, line, column }: SourcePlace, file: string) {
  return { file: path ?? file, line, column };
}

function reportedCall(call: CallSite, file: string, language: LanguageId, placeOf: (offset: number) => Place, { facts, ownersOf }: ReportInput, t: Translate) {
  const start = placeOf(call.calleeRange.start);
  const end = placeOf(call.callRange.end);
  const { input, output, cost, assumptions } = call.estimate;
  return {
    file, cell: start.cell, line: start.line, column: start.column, endLine: end.line, endColumn: end.column,
    language, kind: call.kind, sdk: call.sdk, method: call.method, operation: call.operation,
    provider: call.destination.provider, providerName: providerName(call.destination.provider, facts?.providers ?? [], t), endpoint: call.destination.url,
    model: call.request.model.values[0] ?? null, models: call.request.model.values, catalogModel: call.model, modelHow: call.request.model.values.length ? call.request.model.how : 'dynamic', modelFile: call.request.model.file ?? null,
    maxOutputTokens: call.request.maxOutputTokens, complete: call.complete,
    input: { tokens: plain(input.tokens), basis: input.basis, tokenizer: input.tokenizer, knownTokens: input.knownTokens, knownBasis: input.knownBasis, holes: input.holes },
    output: { tokens: plain(output.tokens), basis: output.basis },
    cost: {
      currency: cost.currency, perCall: cost.perCall ? plain(cost.perCall) : null, nativeCurrency: cost.nativeCurrency,
      nativePerCall: cost.nativePerCall ? plain(cost.nativePerCall) : null, unpublished: cost.unpublished, rateCheckedOn: cost.rateCheckedOn, change: cost.change,
      components: cost.components, priceSource: cost.priceSource, priceCheckedOn: cost.priceCheckedOn, confidence: cost.confidence, unknownBecause: cost.reason,
    },
    residency: { storageZone: call.destination.storageZone, inferenceZone: call.destination.inferenceZone, certainty: call.destination.certainty, decidedBy: call.destination.decidedBy, because: call.destination.because ?? null, upstream: call.destination.upstream ?? null },
    /** Where other branches of the code send the same call. */
    otherDestinations: (call.otherDestinations ?? []).map(({ provider, url, storageZone, inferenceZone, certainty, decidedBy }) => ({
      provider, providerName: providerName(provider, facts?.providers ?? [], t), endpoint: url, storageZone, inferenceZone, certainty, decidedBy,
    })),
    callsPerMonth: call.callsPerMonth,
    repeats: (call.repeats ?? []).map(({ kind, times, how, subject, range }) => ({ kind, times: plain(times), how, subject, message: repetitionMessage({ kind, times, how, subject, range }, t), ...lineOf(placeOf(range.start)) })),
    callers: call.callers,
    through: call.through ? { functions: call.through.functions.map(({ name, ...place }) => ({ name, ...reportedPlace(place, file) })), sites: call.through.sites.map((place) => reportedPlace(place, file)), call: reportedPlace(call.through.call, file), innerCalls: call.through.innerCalls } : null,
    summed: isSummed(call), owners: ownersOf?.(file) ?? [],
    staticPrefixShare: staticPrefixShare(call.request.parts, input.knownTokens, input.tokens),
    assumptions,
    /** What real calls were like that assumptions were taken from; null = nothing was measured. */
    measured: call.measured ?? null,
  };
}
