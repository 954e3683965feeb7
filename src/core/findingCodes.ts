/** Every code of a finding, with its group and how grave it is unless somebody says otherwise. */
import type { Configuration, Finding, FindingCode, InsightCode, Severity } from './model.js';

/** Groups that a severity can be set for at once. */
export const findingGroups = ['residency-findings', 'cost-findings', 'behaviour-findings'] as const;
export type FindingGroup = typeof findingGroups[number];

/** Codes that a policy makes; a workspace can raise them, never lower them. */
const policyCodes: readonly FindingCode[] = ['residency', 'residency-unknown', 'model-origin', 'data-retention', 'data-training', 'routing', 'duplicate-flow'];
const costCodes: readonly FindingCode[] = [
  'price-change', 'unknown-model', 'per-request-fee', 'injected-tokens', 'plan-below-break-even', 'peak-hours', 'output-limit', 'tier-crossed', 'cache-prefix', 'batchable-loop', 'duplicate-prompt', 'call-in-loop',
  'growing-history', 'oversized-model', 'image-detail', 'embedding-one-by-one', 'retry-unbounded', 'currency-exposure', 'local-cost',
];
const behaviourCodes: readonly FindingCode[] = [
  'model-retired', 'model-retiring', 'context-exceeded', 'async-delivery', 'no-request-id', 'finish-reason-unchecked', 'input-kind', 'api-retired', 'function-format-dropped', 'auth-scheme', 'key-in-source',
  'endpoint-changed', 'cross-border-latency', 'no-failover', 'usage-unread',
];

/** Every code, `config-invalid` excepted: a file that cannot be read must not pass for one that is kept. */
export const findingCodes: readonly FindingCode[] = [...policyCodes, ...costCodes, ...behaviourCodes];

/** Group of a code; null for `config-invalid`. */
export function groupOf(code: FindingCode): FindingGroup | null {
  return policyCodes.includes(code) ? 'residency-findings' : costCodes.includes(code) ? 'cost-findings' : behaviourCodes.includes(code) ? 'behaviour-findings' : null;
}

/** How grave a code is by itself. `off`: only when somebody asks for it. The codes of policies say it for each finding. */
export const usualSeverity: Readonly<Record<InsightCode, Severity | 'off'>> = {
  'per-request-fee': 'info', 'injected-tokens': 'warning', 'plan-below-break-even': 'info', 'peak-hours': 'info', 'output-limit': 'info', 'tier-crossed': 'info', 'cache-prefix': 'info',
  'batchable-loop': 'info', 'duplicate-prompt': 'info', 'call-in-loop': 'info', 'growing-history': 'info', 'oversized-model': 'info', 'image-detail': 'info', 'embedding-one-by-one': 'info',
  'retry-unbounded': 'warning', 'currency-exposure': 'off',
  'async-delivery': 'warning', 'no-request-id': 'off', 'finish-reason-unchecked': 'warning', 'input-kind': 'warning', 'api-retired': 'warning', 'function-format-dropped': 'info', 'auth-scheme': 'warning',
  'key-in-source': 'error', 'endpoint-changed': 'info', 'cross-border-latency': 'info', 'no-failover': 'warning', 'usage-unread': 'off', 'local-cost': 'off',
};

/** Findings with the severities that somebody set; those set to `off` are left out. */
export function withSeverities(findings: readonly Finding[], severities: Configuration['severities']): readonly Finding[] {
  if (!severities || Object.keys(severities).length === 0) return findings;
  return findings.flatMap((finding) => {
    const set = severityFor(finding.code, severities);
    return set === undefined || set === finding.severity ? [finding] : set === 'off' ? [] : [{ ...finding, severity: set }];
  });
}

/** What somebody set for a code: by its name, else by its group. */
export function severityFor(code: FindingCode, severities: NonNullable<Configuration['severities']>): Severity | 'off' | undefined {
  if (Object.hasOwn(severities, code)) return severities[code];
  const group = groupOf(code);
  return group !== null && Object.hasOwn(severities, group) ? severities[group] : undefined;
}

/** How grave an insight is: as set, else as usual. */
export function insightSeverity(code: InsightCode, configuration: Configuration): Severity | 'off' {
  return severityFor(code, configuration.severities ?? {}) ?? usualSeverity[code];
}

/** What a file of the workspace may set: anything about cost and behaviour; findings of policies only as errors. */
export function workspaceSeverities(severities: NonNullable<Configuration['severities']>): NonNullable<Configuration['severities']> {
  return Object.fromEntries(Object.entries(severities).filter(([code, severity]) => severity === 'error'
    || !(code === 'residency-findings' || (policyCodes as readonly string[]).includes(code))));
}
