/** Short forms of an estimate, worded once for hint, lens, status bar and lists. */
import { formatCost, formatDifference, formatTokenCount, zoneLabel } from '../core/format.js';
import type { Alternative, CallSite, Estimate, Provider } from '../core/model.js';
import { priceAgeMessage, priceReasonMessage, providerName, timesMessage, type Translate } from '../messages.js';

/** e.g. `≈ $0.42 / 1k calls · 812 tok in · ~4×`, or `model unknown · 812 tok in`; with `today`, ended by ⚠ when the price is very old. */
export function shortEstimate(call: CallSite, t: Translate, today?: string): string {
  const cost = costPerThousand(call.estimate, t);
  const tokens = t('{0} tok in', formatTokenCount(call.estimate.input));
  const age = today === undefined ? null : priceAgeMessage(call.estimate.cost.priceCheckedOn, today, t);
  const warning = age?.startsWith('⚠') ? ' ⚠' : '';
  const times = timesMessage(call);
  const often = times === null ? '' : ` · ${times}`;
  return call.estimate.cost.perCall ? `≈ ${cost} · ${tokens}${often}${warning}` : `${cost} · ${tokens}${often}`;
}

/** e.g. `$0.42 / 1k calls`, or why that is unknown. */
export function costPerThousand(estimate: Estimate, t: Translate): string {
  const { cost } = estimate;
  if (!cost.perCall) return priceReasonMessage(cost.reason, t);
  return t('{0} / 1k calls', formatCost(cost, 1000, t('unknown')));
}

/** e.g. `Mistral AI (eu)`; the endpoint is left out when it is the only one. */
export function targetName(alternative: Pick<Alternative, 'provider' | 'endpointId'>, providers: readonly Provider[], t: Translate): string {
  const provider = providers.find((each) => each.id === alternative.provider);
  const name = providerName(alternative.provider, providers, t);
  if (!provider || provider.endpoints.length < 2) return name;
  return name.includes('(') ? `${name}, ${alternative.endpointId}` : `${name} (${alternative.endpointId})`;
}

/** Where data goes, with a mark when a policy is set: `EU ✓`, `CN ✗ policy`. */
export function zoneWithMark(alternative: Alternative, hasPolicy: boolean, t: Translate): string {
  const zone = zoneLabel(alternative.storageZone, alternative.inferenceZone);
  if (!alternative.allowed) return `${zone} ✗ ${t('policy')}`;
  return hasPolicy ? `${zone} ✓` : zone;
}

/** e.g. `−40%`. */
export function differenceOf(alternative: Alternative): string {
  return formatDifference(alternative.difference);
}
