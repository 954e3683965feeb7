/** Moves several calls of one text: one client after the other, each against what the one before has left. */
import { composeEdits } from './composeEdits.js';
import type { Engine, PackageChange, SwitchTarget } from './engine.js';
import type { Alternative, CallSite, Configuration, LanguageId, Model, Provider, TextEdit } from './model.js';
import { findModel } from './lookup.js';
import type { Origin } from './project.js';
import { applyEdits } from './reconcile.js';
import type { Loss } from './rewrite.js';
import { modelAt, placeNamed } from './switchPlace.js';

/** What is wanted, as a person says it. */
export interface Wanted {
  readonly provider: string;
  /** Null = chosen by what the call needs. */
  readonly model: string | null;
  /** Null = the call's own, where the provider can be reached with it. */
  readonly sdk: string | null;
  /** Zone or endpoint; null = the provider's usual endpoint, or the best the policy allows. */
  readonly region: string | null;
  readonly fallbacks?: readonly string[];
}

export type Refusal = 'unknown-provider' | 'unknown-region' | 'no-model' | 'cannot-rewrite' | 'already-there';

/** A target for one call, with other models of the provider that would do. */
export interface Chosen {
  readonly target: SwitchTarget;
  readonly others: readonly string[];
  readonly alternative: Alternative | null;
}

export interface SwitchedFile {
  /** Against the text as it was. */
  readonly edits: readonly TextEdit[];
  readonly losses: readonly (Loss & { readonly callLine: number })[];
  readonly keyVariables: readonly string[];
  readonly packages: readonly PackageChange[];
  readonly moved: readonly { readonly line: number; readonly from: { readonly provider: string; readonly model: string | null; readonly sdk: string }; readonly to: SwitchTarget; readonly others: readonly string[]; readonly difference: number | null; readonly allowed: boolean }[];
  readonly refused: readonly { readonly line: number; readonly reason: Refusal }[];
}

type Session = ReturnType<Engine['open']>;

const isOther = (alternative: Alternative): boolean => !alternative.flags.some((flag) => flag === 'exceeds-context' || flag === 'no-vision' || flag === 'no-tools' || flag === 'retiring');

/** Endpoint, model and SDK for one call: by what the request needs (context, pictures, tools, class), never by likeness of names. */
export function chooseTarget(engine: Engine, session: Session, call: CallSite, wanted: Wanted, configuration: Configuration, today: string): Chosen | Refusal {
  const provider = engine.factsFor(configuration).providers.find((each) => each.id === wanted.provider);
  if (!provider) return 'unknown-provider';
  const place = wanted.region === null ? null : placeNamed(provider, wanted.region);
  if (wanted.region !== null && !place) return 'unknown-region';
  const endpoint = place?.endpoint ?? null;
  const rows = session.alternatives(call, configuration, today, 400).filter((each) => each.provider === provider.id && (endpoint === null || each.endpointId === endpoint.id));
  const usable = [...rows.filter(isOther), ...rows.filter((each) => !isOther(each))];
  const gateway = session.gatewaysFor(call).find((each) => each.provider === provider.id);
  const isOwn = call.destination.provider === provider.id;
  const here = call.request.model.values[0];
  const own = here === undefined ? null : endpoint ? modelAt(provider, endpoint, here) : here;
  // At its own provider a call keeps its model, unless that is on its way out.
  const stays = isOwn && own !== null && (endpoint !== null || !findModel(provider, own)?.retirement);
  const model = wanted.model ?? (stays ? own : null) ?? (provider.gateway ? gateway?.model : undefined) ?? usable[0]?.model ?? gateway?.model ?? null;
  if (model === null) return 'no-model';
  const alternative = usable.find((each) => each.model === model) ?? null;
  const usual = provider.endpoints.find((each) => each.id === (provider.defaultEndpoint?.['*'] ?? '')) ?? provider.endpoints.find((each) => each.baseUrls) ?? provider.endpoints[0];
  const endpointId = endpoint?.id ?? (isOwn && call.destination.endpointId ? call.destination.endpointId : alternative?.endpointId ?? usual?.id);
  if (!endpointId) return 'unknown-region';
  const sdks = session.sdksFor(call, provider.id);
  const [sdk] = sdks;
  const isForced = wanted.sdk !== null;
  if (isForced && !sdks.includes(wanted.sdk!)) return 'cannot-rewrite';
  return {
    target: { provider: provider.id, endpointId, model, ...(isOwn && place?.location && { location: place.location }), ...(gateway?.upstream && provider.gateway && { upstream: gateway.upstream }), ...(isForced ? { sdk: wanted.sdk! } : sdk && sdk !== sdkIdOf(call) && !isOwn ? { sdk } : {}), ...(wanted.fallbacks?.length && { fallbacks: wanted.fallbacks }) },
    others: otherModels(provider, call, model), alternative,
  };
}

/** Other present models of the provider that can do what the call asks for, those of the chosen one's class first. */
function otherModels(provider: Provider, call: CallSite, chosen: string): readonly string[] {
  const kinds = new Set(call.request.parts.map((part) => part.kind));
  const tier = provider.models.find((each) => each.id === chosen)?.tier;
  const can = (model: Model, what: NonNullable<Model['capabilities']>[number]): boolean => !model.capabilities || model.capabilities.includes(what);
  return provider.models.filter((model) => model.id !== chosen && model.current && model.operation === call.operation && (!kinds.has('image') || can(model, 'vision')) && (!kinds.has('tools') || can(model, 'tools'))
    && (model.contextWindow === undefined || model.contextWindow >= call.estimate.input.tokens.likely))
    .sort((a, b) => Number(b.tier === tier) - Number(a.tier === tier)).slice(0, 4).map((model) => model.id);
}

/** Id of the switching table a call belongs to, as far as its site tells. */
export function sdkIdOf(call: CallSite): string {
  return call.sdk === 'openai' && /(?:^|\.)responses\./.test(call.method) ? 'openai-responses' : ['groq', 'together', 'ark', 'zhipuai'].includes(call.sdk) ? 'openai' : call.sdk;
}

export interface SwitchFileOptions {
  readonly engine: Engine;
  readonly language: LanguageId;
  readonly text: string;
  readonly wanted: Wanted;
  readonly configuration: Configuration;
  readonly today: string;
  readonly origin?: Origin;
  /** Calls to move; the others stay. `line` is 1-based, in the text as it was. */
  readonly selects: (call: CallSite, line: number) => boolean;
  readonly isCancelled?: () => boolean;
}

/** 1-based line of an offset. */
export const lineAt = (text: string, offset: number): number => { let line = 1; for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++; return line; };

/** Moves every selected call of a text. The engine must be prepared for the language. */
export function switchFile({ engine, language, text, wanted, configuration, today, origin, selects, isCancelled }: SwitchFileOptions): SwitchedFile {
  let edits: TextEdit[] = [];
  let current = text;
  const losses: (Loss & { callLine: number })[] = [];
  const moved: SwitchedFile['moved'][number][] = [];
  const refused: SwitchedFile['refused'][number][] = [];
  const keyVariables = new Set<string>();
  const packages: PackageChange[] = [];
  /** Order of a call among all calls of the file: the same before and after a switch. */
  let done: Set<number> | null = null;
  const firstLines: number[] = [];
  for (let round = 0; round < 40 && !isCancelled?.(); round++) {
    const session = engine.open(language, current, origin);
    try {
      const { calls } = session.analyze(configuration, today);
      if (done === null) {
        done = new Set();
        calls.forEach((call, index) => {
          const line = lineAt(text, call.calleeRange.start);
          firstLines.push(line);
          if (!selects(call, line)) done!.add(index);
        });
      }
      const index = calls.findIndex((_call, at) => !done!.has(at));
      const call = calls[index];
      if (!call) break;
      done.add(index);
      const line = firstLines[index] ?? lineAt(current, call.calleeRange.start);
      const chosen = chooseTarget(engine, session, call, wanted, configuration, today);
      if (typeof chosen === 'string') { refused.push({ line, reason: chosen }); continue; }
      const { target } = chosen;
      const isThere = !target.location && call.destination.provider === target.provider && call.destination.endpointId === target.endpointId && call.request.model.values[0] === target.model && (!target.sdk || target.sdk === sdkIdOf(call));
      if (isThere) { refused.push({ line, reason: 'already-there' }); continue; }
      const plan = session.switchTo(call, target);
      if (!plan || plan.edits.length === 0) { refused.push({ line, reason: 'cannot-rewrite' }); continue; }
      if (applyEdits(current, plan.edits) === current) { refused.push({ line, reason: 'already-there' }); continue; }
      const others = new Set(plan.movedCalls);
      calls.forEach((each, at) => {
        if (!others.has(each.id)) return;
        done!.add(at);
        moved.push({ line: firstLines[at] ?? line, from: { provider: each.destination.provider, model: each.request.model.values[0] ?? null, sdk: each.sdk }, to: target, others: chosen.others, difference: each === call ? chosen.alternative?.difference ?? null : null, allowed: chosen.alternative?.allowed ?? true });
      });
      losses.push(...plan.losses.map((loss) => ({ ...loss, callLine: line })));
      if (plan.keyVariable) keyVariables.add(plan.keyVariable);
      packages.push(...(plan.packages ?? []).filter((each) => !packages.some((other) => other.name === each.name && other.change === each.change)));
      edits = composeEdits(text, edits, plan.edits);
      current = applyEdits(text, edits);
    } finally {
      session.dispose();
    }
  }
  return { edits, losses, keyVariables: [...keyVariables], packages: packages.filter((each) => each.change !== 'unused' || refused.every(({ reason }) => reason === 'already-there')), moved, refused };
}
