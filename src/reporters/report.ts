/** The stable report of a scan (schemas/report.schema.json), built once for every machine-readable format. */
import { type Place, plainPlaces } from '../core/container.js';
import type { LeftOut } from '../core/leftOut.js';
import type { Analysis, CallSite, Configuration, LanguageId, SourcePlace, Spread } from '../core/model.js';
import { type Translate, configurationMessage, findingMessage } from '../messages.js';

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
}

/** Version of the report's shape; raised when a field changes its meaning or goes. */
export const schemaVersion = 1;

const plain = (spread: Spread): Spread => ({ low: spread.low, likely: spread.likely, high: spread.high });

/** The report as plain data. */
export function reportOf(input: ReportInput, t: Translate) {
  const calls = input.files.flatMap(({ file, text, language, analysis, placeOf }) => {
    const places = placeOf ?? plainPlaces(text);
    return analysis.calls.map((call) => reportedCall(call, file, language, places));
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
    code: 'config-invalid', severity: 'error', message: configurationMessage(code, expected, found, t), file, line, column, endLine, endColumn, data: { code, expected, found },
  }));
  return { schemaVersion, generatedOn: input.today, filesRead: input.filesRead, calls, findings: [...invalid, ...findings], skipped: input.skipped, leftOut: input.leftOut ?? [] };
}

function reportedPlace({ path, line, column }: SourcePlace, file: string) {
  return { file: path ?? file, line, column };
}

function reportedCall(call: CallSite, file: string, language: LanguageId, placeOf: (offset: number) => Place) {
  const start = placeOf(call.calleeRange.start);
  const end = placeOf(call.callRange.end);
  const { input, output, cost, assumptions } = call.estimate;
  return {
    file, cell: start.cell, line: start.line, column: start.column, endLine: end.line, endColumn: end.column,
    language, kind: call.kind, sdk: call.sdk, method: call.method, operation: call.operation,
    provider: call.destination.provider, endpoint: call.destination.url,
    model: call.request.model.values[0] ?? null, models: call.request.model.values, catalogModel: call.model, modelHow: call.request.model.values.length ? call.request.model.how : 'dynamic',
    maxOutputTokens: call.request.maxOutputTokens, complete: call.complete,
    input: { tokens: plain(input.tokens), basis: input.basis, tokenizer: input.tokenizer, knownTokens: input.knownTokens, knownBasis: input.knownBasis, holes: input.holes },
    output: { tokens: plain(output.tokens), basis: output.basis },
    cost: {
      currency: cost.currency, perCall: cost.perCall ? plain(cost.perCall) : null, nativeCurrency: cost.nativeCurrency,
      nativePerCall: cost.nativePerCall ? plain(cost.nativePerCall) : null, unpublished: cost.unpublished, rateCheckedOn: cost.rateCheckedOn, change: cost.change,
      components: cost.components, priceSource: cost.priceSource, priceCheckedOn: cost.priceCheckedOn, confidence: cost.confidence, unknownBecause: cost.reason,
    },
    residency: { storageZone: call.destination.storageZone, inferenceZone: call.destination.inferenceZone, certainty: call.destination.certainty, decidedBy: call.destination.decidedBy, because: call.destination.because ?? null, upstream: call.destination.upstream ?? null },
    callsPerMonth: call.callsPerMonth,
    callers: call.callers,
    through: call.through ? { functions: call.through.functions.map(({ name, ...place }) => ({ name, ...reportedPlace(place, file) })), call: reportedPlace(call.through.call, file), innerCalls: call.through.innerCalls } : null,
    assumptions,
  };
}
