/** Policies, severities and the deployment zone as editor settings say them: user and workspace apart, so that each only tightens. */
import type * as vscode from 'vscode';
import type { Configuration, Policy, PolicyLayer, PolicyRule, Severity, Zone } from '../core/model.js';

const lists = ['allowedZones', 'forbiddenZones', 'allowedProviders', 'forbiddenProviders', 'forbiddenModelOrigins'] as const;

type Read = (key: string) => unknown;

/** One layer for the user's settings and one for the workspace's, where they say anything. */
export function policyLayers(settings: vscode.WorkspaceConfiguration): Pick<Configuration, 'layers'> {
  const user = ruleOf((key) => settings.inspect(`policy.${key}`)?.globalValue);
  const workspace = ruleOf((key) => {
    const found = settings.inspect(`policy.${key}`);
    return found?.workspaceFolderValue ?? found?.workspaceValue;
  });
  const layers: PolicyLayer[] = [...(user ? [{ origin: 'settings' as const, policy: user }] : []), ...(workspace ? [{ origin: 'workspace' as const, policy: workspace }] : [])];
  return layers.length > 0 ? { layers } : {};
}

function ruleOf(read: Read): Policy | null {
  const rule: { -readonly [K in keyof PolicyRule]?: PolicyRule[K] } = {};
  for (const key of lists) {
    const value = read(key);
    if (Array.isArray(value) && value.length > 0) Object.assign(rule, { [key]: value.filter((each) => typeof each === 'string') });
  }
  const days = read('maximumRetentionDays');
  if (typeof days === 'number' && days >= 0) rule.maximumRetentionDays = days;
  if (read('zeroRetention') === true) rule.zeroRetention = true;
  if (read('training') === 'forbidden') rule.training = 'forbidden';
  if (read('gateways') === 'forbidden') rule.allowedGateways = [];
  const certainty = read('certainty');
  if (certainty === 'certain' || certainty === 'likely') rule.certainty = certainty;
  return Object.keys(rule).length > 0 ? { allowedZones: [], allowedProviders: [], forbiddenProviders: [], ...rule } : null;
}

/** Severities of finding codes; the workspace's are left to its `tokenfare.yaml`, which cannot lower those of policies. */
export function severitiesOf(settings: vscode.WorkspaceConfiguration): Readonly<Record<string, Severity | 'off'>> {
  const value = settings.inspect<unknown>('findings')?.globalValue;
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Severity | 'off'] => ['error', 'warning', 'info', 'off'].includes(entry[1] as string)));
}

/** Zone that the user's program runs in, if it is set. */
export function zoneOf(settings: vscode.WorkspaceConfiguration): Pick<Configuration, 'deploymentZone'> {
  const value = settings.get<string>('deploymentZone');
  return value ? { deploymentZone: value as Zone } : {};
}

/** What settings say over the policy of the organisation: layers follow one another, everything else is the settings'. */
export function mergeOver(organisation: Configuration, settings: Configuration): Configuration {
  const { policy } = organisation;
  const both = <T extends string>(a: readonly T[], b: readonly T[], nothing: T): readonly T[] => {
    if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
    const common = a.filter((each) => b.includes(each));
    return common.length > 0 ? common : [nothing];
  };
  const layers = [...organisation.layers ?? [], ...settings.layers ?? []];
  const declarations = [...organisation.declarations ?? [], ...settings.declarations ?? []];
  return {
    ...settings,
    policy: {
      ...settings.policy, allowedZones: both(policy.allowedZones, settings.policy.allowedZones, 'local'), allowedProviders: both(policy.allowedProviders, settings.policy.allowedProviders, 'none'),
      forbiddenProviders: [...new Set([...policy.forbiddenProviders, ...settings.policy.forbiddenProviders])],
    },
    ...(layers.length > 0 && { layers }), ...(declarations.length > 0 && { declarations }),
    deployments: { ...organisation.deployments, ...settings.deployments },
    severities: { ...settings.severities, ...organisation.severities },
  };
}
