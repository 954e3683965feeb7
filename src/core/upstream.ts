/**
 * Gateways that hand on the upstream's bill (`passThrough`): which model of which provider a name means there, so that
 * the call is priced at the upstream's list price with the gateway's own fees on top.
 */
import { defaultEndpoint, findModel, findModelAnywhere, type OfferedModel } from './lookup.js';
import type { Endpoint, Facts, Provider } from './model.js';

/** Provider and model behind a gateway's name, `vendor/model` or bare; null when nobody is known to offer it. */
export function upstreamOf(facts: Facts, gateway: Provider, name: string): OfferedModel | null {
  if (!gateway.passThrough) return null;
  const slash = name.indexOf('/');
  const vendor = slash > 0 ? name.slice(0, slash).toLowerCase() : null;
  const maker = vendor && facts.providers.find((each) => each.gatewayNames?.includes(vendor));
  if (maker) {
    const model = findModel(maker, name.slice(slash + 1));
    return model && { provider: maker, model };
  }
  return findModelAnywhere(facts, name)[0] ?? null;
}

/** The upstream as it is billed through the gateway: its usual endpoint without surcharge, the gateway's fees and discounts. */
export function billedThrough(gateway: Provider, upstream: Provider): { readonly provider: Provider; readonly endpoint: Endpoint | null } {
  const usual = defaultEndpoint(upstream);
  const { priceFactor: _factor, ...endpoint } = usual ?? {};
  const charges = [...upstream.charges ?? [], ...gateway.charges ?? []];
  return {
    provider: { ...upstream, ...(charges.length > 0 && { charges }), discounts: [...upstream.discounts ?? [], ...gateway.discounts ?? []] },
    endpoint: usual && (endpoint as Endpoint),
  };
}
