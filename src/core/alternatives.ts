/**
 * The same call somewhere else: which models are worth comparing, and what they would cost. A model is offered when
 * it does the same operation, is in its vendor's present line-up, has a price and an endpoint that code can be
 * pointed at; one representative per provider, closest in class and then cheapest.
 */
import { defaultEndpoint, findModel } from './lookup.js';
import { flowAt } from './residency.js';
import { flowIsAllowed, hasPolicy } from './policy.js';
import { price, priceOn, type PriceOptions, type Usage, withCache } from './price.js';
import type {
  Alternative, Configuration, Endpoint, Estimate, Facts, Model, Operation, Price, PromptCache, Provider, TokenCount,
} from './model.js';

/** The call to compare with, as far as it is known. */
export interface ComparedCall {
  readonly operation: Operation;
  readonly provider: Provider | null;
  readonly model: Model | null;
  readonly endpoint: Endpoint | null;
  readonly estimate: Estimate;
  /** Capabilities the request uses. */
  readonly needs: { readonly vision: boolean; readonly tools: boolean };
  /** Quantities other than text tokens (images, audio …), the same everywhere. */
  readonly usage?: Usage;
  /** What a cache was measured to do with the prompt; taken to do the same elsewhere, at each price list's rates. */
  readonly promptCache?: PromptCache;
}

/** Counts the call's tokens for another model; `output` includes hidden reasoning where the model has it. */
export type CountTokens = (model: Model, providerId: string) => { readonly input: TokenCount; readonly output: TokenCount };

export interface AlternativesOptions {
  readonly configuration: Configuration;
  /** ISO day. */
  readonly today: string;
  /** ISO date-time with offset, when prices of a moment are asked for. */
  readonly at?: string;
  /** Rows at most; 8 by default. */
  readonly limit?: number;
  /** Everything that this provider offers for the call, instead of a choice over all. */
  readonly only?: string;
}

const tiers: readonly NonNullable<Model['tier']>[] = ['small', 'medium', 'large', 'frontier'];

/** Steps between two classes; an unknown class counts as one step away. */
function tierDistance(a: Model['tier'], b: Model['tier']): number {
  return a && b ? Math.abs(tiers.indexOf(a) - tiers.indexOf(b)) : 1;
}

/** Whether every policy that holds lets data go to this endpoint. What stays on the machine is allowed in every zone list. */
export function policyAllows(configuration: Pick<Configuration, 'policy' | 'layers'>, provider: Provider, endpoint: Endpoint, facts: Pick<Facts, 'shared'>, model: string | null = null): boolean {
  return !hasPolicy(configuration) || flowIsAllowed(flowAt(provider, endpoint, model, facts), configuration);
}

/** ISO day `days` after `day`. */
function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

interface Candidate {
  readonly provider: Provider;
  readonly model: Model;
  readonly endpoint: Endpoint;
  readonly price: Price;
  readonly allowed: boolean;
  readonly order: number;
  readonly row: Alternative;
}

const likelyCost = ({ row }: Candidate): number => row.estimate.cost.perCall?.likely ?? Number.POSITIVE_INFINITY;

function build(
  call: ComparedCall, provider: Provider, model: Model, endpoint: Endpoint, order: number, facts: Facts,
  count: CountTokens, options: AlternativesOptions,
): Candidate | null {
  const { configuration, today } = options;
  const chosen = priceOn(model, endpoint.id, today, configuration.currency);
  if (!chosen) return null;
  const tokens = count(model, provider.id);
  const priceOptions: PriceOptions = { date: today, ...(options.at && { at: options.at }), currency: configuration.currency, rates: facts.rates, ...(configuration.own.rates && { ratesOrigin: 'workspace' as const }) };
  const usage = withCache({ ...call.usage, 'input-token': tokens.input.tokens, 'output-token': tokens.output.tokens }, call.promptCache);
  const { cost, assumptions } = price(usage, provider, model, endpoint, priceOptions);
  if (!cost.perCall) return null;

  const now = call.estimate.cost.perCall?.likely ?? null;
  const difference = now && call.estimate.cost.currency === cost.currency ? cost.perCall.likely / now - 1 : null;
  const allowed = policyAllows(configuration, provider, endpoint, facts, model.id);
  const flags: Alternative['flags'][number][] = [];
  if (model.contextWindow !== undefined && tokens.input.tokens.likely > model.contextWindow) flags.push('exceeds-context');
  if (model.retirement && model.retirement.on <= daysAfter(today, configuration.retirementNoticeDays)) flags.push('retiring');
  if (cost.confidence === 'claim') flags.push('claim-price');
  if (call.needs.vision && model.capabilities && !model.capabilities.includes('vision')) flags.push('no-vision');
  if (call.needs.tools && model.capabilities && !model.capabilities.includes('tools')) flags.push('no-tools');
  return {
    provider, model, endpoint, price: chosen, allowed, order,
    row: {
      provider: provider.id,
      endpointId: endpoint.id,
      model: model.id,
      estimate: { provider: provider.id, model: model.id, input: tokens.input, output: tokens.output, cost, assumptions },
      difference,
      storageZone: endpoint.storageZone,
      inferenceZone: endpoint.inferenceZone,
      certainty: endpoint.certainty,
      allowed,
      ...(model.retirement && { retiresOn: model.retirement.on }),
      flags,
    },
  };
}

/** Endpoints a switch can target: one per pair of zones, the usual one first. */
function targets(provider: Provider): readonly Endpoint[] {
  const usual = defaultEndpoint(provider);
  const seen = new Set<string>();
  return [...provider.endpoints]
    .sort((a, b) => Number(b === usual) - Number(a === usual))
    .filter((endpoint) => {
      const zones = `${endpoint.storageZone}/${endpoint.inferenceZone}`;
      if (!endpoint.baseUrls || seen.has(zones)) return false;
      seen.add(zones);
      return true;
    });
}

/**
 * Rows to compare with `call`: policy-allowed ones first, then by likely cost. The first rows chosen are the
 * vendor's replacement of a retiring model and the present models of about the same class at the same provider.
 */
export function alternatives(facts: Facts, call: ComparedCall, count: CountTokens, options: AlternativesOptions): readonly Alternative[] {
  const { today, configuration, limit = 8 } = options;
  const notice = daysAfter(today, configuration.retirementNoticeDays);
  const isCall = (model: Model, provider: Provider): boolean => model === call.model && provider === call.provider;
  const lacks = ({ row }: Candidate): number => row.flags.filter((flag) => flag !== 'claim-price').length;
  const chosen: Candidate[] = [];

  facts.providers.forEach((provider, order) => {
    const own = provider === call.provider;
    if (options.only !== undefined ? provider.id !== options.only : (provider.gateway || provider.local) && !own) return;
    const replacement = own && call.model?.retirement?.replacement ? findModel(provider, call.model.retirement.replacement) : null;
    const models = provider.models.filter((model) =>
      model.operation === call.operation && !isCall(model, provider)
      && (model === replacement || (model.current && (!model.retirement || model.retirement.on > notice)))
      && !(model.retirement && model.retirement.on <= today));
    const endpoints = own && call.endpoint?.baseUrls ? [call.endpoint, ...targets(provider).filter((each) => each !== call.endpoint)] : targets(provider);
    const candidates = models.flatMap((model) =>
      endpoints.flatMap((endpoint) => build(call, provider, model, endpoint, order, facts, count, options) ?? []));
    candidates.sort((a, b) =>
      Number(b.allowed) - Number(a.allowed)
      || endpointRank(endpoints, a) - endpointRank(endpoints, b)
      || lacks(a) - lacks(b)
      || tierDistance(call.model?.tier, a.model.tier) - tierDistance(call.model?.tier, b.model.tier)
      || likelyCost(a) - likelyCost(b));
    if (options.only !== undefined) { chosen.push(...candidates); return; }
    const first = candidates.find((each) => each.model !== replacement) ?? null;
    const successor = candidates.find((each) => each.model === replacement) ?? null;
    if (successor) chosen.push(successor);
    const distance = (candidate: Candidate): number => tierDistance(call.model?.tier, candidate.model.tier);
    if (first && !(successor && distance(successor) < distance(first))) chosen.push(first);
    const cheapest = own ? candidates.filter((each) => distance(each) <= 1 && each.allowed === first?.allowed)
      .reduce<Candidate | null>((best, each) => (!best || likelyCost(each) < likelyCost(best) ? each : best), null) : null;
    if (cheapest && !chosen.some((each) => each.model === cheapest.model && each.provider === provider)) chosen.push(cheapest);
    // A region with its own price list (mainland China in CNY) is a choice of its own; a mere surcharge is not.
    const elsewhere = first && candidates.find((each) => each.model === first.model && each.price !== first.price && each.endpoint !== first.endpoint);
    if (elsewhere) chosen.push(elsewhere);
    // The same model where the policy allows it, when the call's own endpoint does not.
    if (own && call.model && call.endpoint && !policyAllows(configuration, provider, call.endpoint, facts, call.model.id)) {
      for (const endpoint of endpoints) {
        if (!policyAllows(configuration, provider, endpoint, facts, call.model.id)) continue;
        const moved = build(call, provider, call.model, endpoint, order, facts, count, options);
        if (moved) { chosen.push(moved); break; }
      }
    }
  });

  if (options.only !== undefined) return chosen.map((candidate) => candidate.row);
  // Other classes only when there is too little of about the same class.
  const near = chosen.filter((each) => each.provider === call.provider || tierDistance(call.model?.tier, each.model.tier) <= 1);
  const isOwn = (candidate: Candidate): number => Number(candidate.provider === call.provider);
  return (near.length >= Math.min(limit, 6) ? near : chosen)
    .sort((a, b) => Number(b.allowed) - Number(a.allowed) || isOwn(b) - isOwn(a) || lacks(a) - lacks(b) || a.order - b.order)
    .slice(0, limit)
    .sort((a, b) => Number(b.allowed) - Number(a.allowed) || likelyCost(a) - likelyCost(b))
    .map((candidate) => candidate.row);
}

function endpointRank(endpoints: readonly Endpoint[], candidate: Candidate): number {
  return endpoints.indexOf(candidate.endpoint);
}
