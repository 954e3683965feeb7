/**
 * Rows of the comparison: the call as it is, and what could take its place, each counted with its own tokenizer and
 * with everything a person weighs beside the price. Costs are left to scenario.ts, which the view runs as well.
 */
import { alternatives, policyAllows, type AlternativesOptions, type CountTokens } from './alternatives.js';
import { type Countable, pictureTokens } from './count.js';
import { defaultEndpoint, findModel, findProvider } from './lookup.js';
import type {
  Alternative, Certainty, Destination, Endpoint, Estimate, Facts, Latency, Model, Provider, ProviderId, Quality, Spread, TextPiece, TokenCount, Zone,
} from './model.js';
import { priceOn } from './price.js';
import type { SwitchTarget } from './engine.js';

/** What is compared: a call, or a text that would be sent. */
export interface ComparedSubject extends Countable {
  /** Catalog id of the model in use, if any. */
  readonly model: string | null;
  readonly destination: Pick<Destination, 'provider' | 'endpointId' | 'storageZone' | 'inferenceZone' | 'certainty'> | null;
  readonly estimate: Estimate | null;
}

export interface ComparedRow {
  /** Stable: provider, endpoint and model. */
  readonly key: string;
  readonly provider: ProviderId;
  readonly endpointId: string | null;
  readonly model: string;
  /** The call as it is now. */
  readonly current: boolean;
  readonly input: TokenCount;
  readonly output: TokenCount;
  /** Tokens of one picture by the model's own rule. */
  readonly imageTokens: Spread;
  readonly storageZone: Zone;
  readonly inferenceZone: Zone;
  readonly certainty: Certainty;
  readonly allowed: boolean;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  /** What the request needs and the model is known not to do; null = the catalog does not say what it does. */
  readonly lacking: readonly ('vision' | 'tools' | 'json')[] | null;
  readonly flags: Alternative['flags'];
  readonly quality: readonly Quality[];
  readonly latency: readonly Latency[];
  readonly priceSource: string | null;
  readonly priceCheckedOn: string | null;
  readonly confidence: 'official' | 'secondary' | 'claim' | null;
}

export interface ComparisonOptions extends AlternativesOptions {
  /** `similar`: one per provider, of about the same class (default); `all`: every priced model of the operation. */
  readonly scope?: 'similar' | 'all';
  /** Further models by name, whatever the scope. */
  readonly extra?: readonly SwitchTarget[];
}

export const rowKey = (provider: string, endpointId: string | null, model: string): string => `${provider}/${endpointId ?? ''}/${model}`;

/** The rows, the call itself first, without repetition. */
export function comparedRows(facts: Facts, subject: ComparedSubject, count: CountTokens, options: ComparisonOptions): readonly ComparedRow[] {
  const { configuration, today, scope = 'similar', extra = [] } = options;
  const kinds = new Set(subject.request.parts.map((part) => part.kind));
  const needs = { vision: kinds.has('image'), tools: kinds.has('tools'), json: kinds.has('response-format') };
  const rows = new Map<string, ComparedRow>();
  const put = (provider: Provider, model: Model, endpoint: Endpoint | null, current: boolean, flags: Alternative['flags']): void => {
    const key = rowKey(provider.id, endpoint?.id ?? null, model.id);
    if (rows.has(key)) return;
    const { input, output } = count(model, provider.id);
    const price = priceOn(model, endpoint?.id ?? null, today, configuration.currency);
    const lacking = model.capabilities && (['vision', 'tools', 'json'] as const).filter((each) => needs[each] && !model.capabilities!.includes(each));
    rows.set(key, {
      key, provider: provider.id, endpointId: endpoint?.id ?? null, model: model.id, current, input, output, imageTokens: pictureTokens(model),
      storageZone: endpoint?.storageZone ?? 'unknown', inferenceZone: endpoint?.inferenceZone ?? 'unknown', certainty: endpoint?.certainty ?? 'unknown',
      allowed: endpoint ? policyAllows(configuration, provider, endpoint, facts, model.id) : configuration.policy.allowedZones.length === 0,
      contextWindow: model.contextWindow ?? null, maxOutputTokens: model.maxOutputTokens ?? null, lacking: lacking ?? null,
      flags, quality: model.quality ?? [], latency: provider.latency ?? [],
      priceSource: price?.source ?? null, priceCheckedOn: price?.checkedOn ?? null, confidence: price?.confidence ?? null,
    });
  };

  const provider = subject.destination && findProvider(facts, subject.destination.provider);
  const model = provider && subject.model !== null ? findModel(provider, subject.model) : null;
  const endpoint = provider?.endpoints.find((each) => each.id === subject.destination?.endpointId) ?? null;
  if (provider && model) put(provider, model, endpoint ?? defaultEndpoint(provider), true, []);
  for (const each of extra) {
    const at = findProvider(facts, each.provider);
    const wanted = at && findModel(at, each.model);
    if (at && wanted) put(at, wanted, at.endpoints.find(({ id }) => id === each.endpointId) ?? defaultEndpoint(at), false, []);
  }
  const compared = { operation: subject.operation, provider, model, endpoint, estimate: subject.estimate ?? noEstimate(configuration.currency), needs };
  for (const each of alternatives(facts, compared, count, { ...options, limit: options.limit ?? 60 })) {
    const at = findProvider(facts, each.provider)!;
    put(at, findModel(at, each.model)!, at.endpoints.find(({ id }) => id === each.endpointId) ?? null, false, each.flags);
  }
  if (scope === 'all') {
    for (const at of facts.providers) {
      if (at.gateway || at.local) continue;
      for (const each of at.models) {
        if (each.operation !== subject.operation || (each.retirement && each.retirement.on <= today)) continue;
        const usual = defaultEndpoint(at) ?? at.endpoints[0] ?? null;
        const places = [usual, ...at.endpoints.filter((place) => place !== usual)].filter((place): place is Endpoint => place !== null && priceOn(each, place.id, today, configuration.currency) !== null);
        // Endpoints of one price list are one row; another list (a region in another currency) is its own.
        const seen = new Set<unknown>();
        for (const place of places) {
          const price = priceOn(each, place.id, today, configuration.currency);
          if (seen.has(price)) continue;
          seen.add(price);
          put(at, each, place, false, [
            ...(each.retirement ? ['retiring' as const] : []), ...(price?.confidence === 'claim' ? ['claim-price' as const] : []),
            ...(needs.vision && each.capabilities && !each.capabilities.includes('vision') ? ['no-vision' as const] : []),
            ...(needs.tools && each.capabilities && !each.capabilities.includes('tools') ? ['no-tools' as const] : []),
          ]);
        }
      }
    }
  }
  return [...rows.values()];
}

function noEstimate(currency: string): Estimate {
  const nothing: TokenCount = { tokens: { low: 0, likely: 0, high: null }, basis: 'unknown', tokenizer: null, knownTokens: 0, knownBasis: 'unknown', holes: [] };
  return {
    provider: 'unknown', model: null, input: nothing, output: nothing, assumptions: [],
    cost: { currency, perCall: null, nativeCurrency: null, nativePerCall: null, components: [], unpublished: [], rateCheckedOn: null, change: null, priceSource: null, priceCheckedOn: null, confidence: null, reason: 'unknown-model' },
  };
}

/** A text as the request that would send it: one user message, no limit on the answer. */
export function textSubject(text: string, operation: 'chat' | 'embedding' = 'chat'): ComparedSubject {
  return {
    operation, protocol: 'openai-chat', model: null, destination: null, estimate: null,
    request: {
      model: { values: [], how: 'dynamic', range: null }, maxOutputTokens: null, stream: false, count: 1, argumentNames: [], options: {},
      parts: [{ kind: operation === 'chat' ? 'message' : 'input', role: 'user', pieces: piecesOfTemplate(text), alternatives: [], repeated: false, range: null }],
    },
  };
}

/** Places that templates leave open (`{{name}}`, `${name}`, `{name}` with an identifier) are holes; the rest is text. */
function piecesOfTemplate(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{\{\s*([A-Za-z_][\w.]*)\s*\}\}|\$\{\s*([A-Za-z_][\w.]*)\s*\}|(?<![\w{$])\{([A-Za-z_]\w*)\}(?!\})/g)) {
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index), range: null });
    pieces.push({ kind: 'hole', name: (match[1] ?? match[2] ?? match[3])!, range: null });
    at = match.index + match[0].length;
  }
  if (at < text.length || pieces.length === 0) pieces.push({ kind: 'text', text: text.slice(at), range: null });
  return pieces;
}
