/** What a call would cost in other circumstances, per 1,000 calls in the user's currency: the figures that insights give. */
import type { InspectedCall, Inspection } from './inspect.js';
import type { PriceUnit, Spread } from './model.js';
import { type PriceOptions, price, pricedOptions, priceOn, type Usage } from './price.js';

const exactly = (value: number): Spread => ({ low: value, likely: value, high: value });

/** Usage of exactly these quantities. */
export function usage(quantities: Readonly<Partial<Record<PriceUnit, number>>>): Usage {
  return Object.fromEntries(Object.entries(quantities).map(([unit, value]) => [unit, exactly(value)])) as Usage;
}

/** Likely usage of the call as estimated. */
export function likelyUsage({ site }: InspectedCall): Usage {
  const { input, output } = site.estimate;
  return site.operation === 'embedding' ? usage({ 'input-token': input.tokens.likely }) : usage({ 'input-token': input.tokens.likely, 'output-token': output.tokens.likely });
}

/** Cost of 1,000 requests of this usage with the call's model and endpoint; null when it has no price. */
export function perThousand(call: InspectedCall, used: Usage, inspection: Inspection, options: Pick<PriceOptions, 'tier' | 'window'> = {}): number | null {
  const { facts, configuration, today } = inspection;
  const endpoint = call.provider?.endpoints.find((each) => each.id === call.site.destination.endpointId) ?? null;
  const { cost } = price(used, call.provider, call.model, endpoint, {
    date: today, currency: configuration.currency, rates: facts.rates, ...pricedOptions(call.site.request.options, call.provider), ...options,
  });
  return cost.perCall ? cost.perCall.likely * 1000 : null;
}

/** The price that holds for the call today. */
export function priceOf(call: InspectedCall, { configuration, today }: Inspection) {
  const endpointId = call.site.destination.endpointId ?? call.provider?.defaultEndpoint?.['*'] ?? null;
  return call.model ? priceOn(call.model, endpointId, today, configuration.currency) : null;
}

/** What the estimate takes for granted, for the sentence behind a figure: tokens in and out. */
export function assumed({ site }: InspectedCall): Readonly<Record<string, number>> {
  return { inputTokens: site.estimate.input.tokens.likely, outputTokens: site.operation === 'embedding' ? 0 : site.estimate.output.tokens.likely };
}
