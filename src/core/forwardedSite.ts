/** Call sites of forwarding functions as plain data: where they lead, and which findings are theirs. */
import type { ForwardedCall } from './forwarders.js';
import { indexLines } from './lines.js';
import type { CallSite, Finding, PromptPart, Request, SourcePlace, TextPiece, Through } from './model.js';
import type { ProjectReader } from './projectReader.js';
import type { Resolver } from './resolve.js';

/** The way from a call site to the call of the model. */
export function throughOf(via: ForwardedCall, own: Resolver, reader: ProjectReader | null): Through {
  const placeOf = (home: Resolver, offset: number): SourcePlace => ({ path: home === own ? null : reader?.pathOf(home) ?? null, offset, ...indexLines(home.program.text).positionAt(offset) });
  return {
    functions: via.through.map((each) => ({ name: each.name, ...placeOf(each.home, each.function.range.start) })),
    sites: via.sites.map((each) => placeOf(each.home, each.call.callee.range.start)),
    call: placeOf(via.home, via.detected.calleeRange.start),
    innerCalls: via.innerCalls,
  };
}

/** A request read in another file: its places mean nothing here. */
export function withoutPlaces(request: Request): Request {
  const piece = (each: TextPiece): TextPiece => ({ ...each, range: null });
  const part = (each: PromptPart): PromptPart => ({ ...each, range: null, pieces: each.pieces.map(piece), alternatives: each.alternatives.map((pieces) => pieces.map(piece)) });
  return { ...request, model: { ...request.model, range: null }, parts: request.parts.map(part) };
}

/** Every place inside functions that a call site leads through, the call of the model included. */
export const placesOf = ({ sites, call }: Through): readonly SourcePlace[] => [...sites, call];

/** Calls of one file with the number of call sites in it that lead through them. */
export function withCallers(calls: readonly CallSite[]): readonly CallSite[] {
  const callers = new Map<number, number>();
  for (const { through } of calls) {
    for (const { path, offset } of through ? placesOf(through) : []) if (path === null) callers.set(offset, (callers.get(offset) ?? 0) + 1);
  }
  return callers.size === 0 ? calls : calls.map((call) => ({ ...call, callers: callers.get(call.calleeRange.start) ?? 0 }));
}

/**
 * Findings that a call site of a forwarding function has for itself: about what is written there. What the function
 * decides is told once, at the call inside it.
 */
export function isOwn(finding: Finding, calls: readonly CallSite[]): boolean {
  const call = calls.find((each) => each.id === finding.callId);
  if (call?.kind !== 'wrapper-call') return true;
  const within = (range: { readonly start: number; readonly end: number } | null): boolean => range !== null && call.callRange.start <= range.start && range.end <= call.callRange.end;
  return finding.code === 'context-exceeded' || (finding.code.startsWith('residency') ? within(call.destination.range) : within(call.modelRange));
}
