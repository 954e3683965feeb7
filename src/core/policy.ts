/** What a policy says about a zone or a provider: one answer for findings and for alternatives. */
import type { Policy, ProviderId, Zone } from './model.js';

/** `maybe`: could lie inside or outside, nobody promises; `unknown`: not documented. */
export type ZoneVerdict = 'allowed' | 'outside' | 'maybe' | 'unknown';

/**
 * How data in `zone` stands to the allowed zones (not empty). The wide zones contain the others: who allows
 * `global` allows every place, who allows `global-except-CN` every place but mainland China.
 */
export function zoneVerdict(zone: Zone, allowed: readonly Zone[]): ZoneVerdict {
  if (zone === 'local' || allowed.includes(zone) || allowed.includes('global')) return 'allowed';
  if (zone === 'unknown') return 'unknown';
  if (zone === 'global' || zone === 'global-except-CN') {
    const within = allowed.filter((each) => each !== 'local' && each !== 'unknown' && (zone === 'global' || each !== 'CN'));
    return within.length > 0 ? 'maybe' : 'outside';
  }
  return allowed.includes('global-except-CN') && zone !== 'CN' ? 'allowed' : 'outside';
}

/** Whether the policy lets calls go to a provider; `unknown` when a list of allowed ones stands and the provider cannot be told. */
export function providerVerdict(provider: ProviderId, policy: Policy): 'allowed' | 'forbidden' | 'unknown' {
  if (policy.forbiddenProviders.includes(provider)) return 'forbidden';
  if (policy.allowedProviders.length === 0 || policy.allowedProviders.includes(provider)) return 'allowed';
  return provider === 'unknown' ? 'unknown' : 'forbidden';
}
