/** A plan to leave one provider for another, for a terminal, a document and machines. */
import type { MigratedCall, Migration } from '../core/migration.js';
import { formatDifference, formatMoney, formatMoneySpread, scaleSpread, zoneLabel } from '../core/format.js';
import type { Provider, Spread } from '../core/model.js';
import { type Translate, flagMessage, providerName } from '../messages.js';
import { lossMessage } from '../lossMessages.js';
import type { Block } from './blocks.js';
import { placeOf } from './summary.js';

export interface MigrationPlace {
  readonly file: string;
  readonly cell: number | null;
  readonly line: number;
}

export interface MigrationReport {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly providers: readonly Provider[];
  readonly migration: Migration<MigrationPlace>;
}

const follows = ({ call }: MigratedCall<unknown>): boolean => call.kind === 'wrapper-call';
const byHand = ({ call, target, plan }: MigratedCall<unknown>): boolean => target !== null && call.kind !== 'wrapper-call' && (plan === null || plan.edits.length === 0);

/** The plan in reading order: what it comes to, what must be done, every call. */
export function migrationBlocks({ from, to, currency, providers, migration }: MigrationReport, t: Translate): Block[] {
  const { calls, sums, keyVariables, zones, losses } = migration;
  const [left, entered] = [providerName(from, providers, t), providerName(to, providers, t)];
  const without = calls.filter(({ target }) => target === null).length;
  const manual = calls.filter(byHand).length;
  const figures = ({ before, after }: { readonly before: Spread; readonly after: Spread }): readonly string[] =>
    [formatMoney(before.likely, currency), formatMoneySpread(before, currency), formatMoney(after.likely, currency), formatMoneySpread(after, currency), before.likely > 0 ? formatDifference(after.likely / before.likely - 1) : '?'];
  const blocks: Block[] = [
    { kind: 'title', text: t('From {0} to {1}', left, entered) },
    { kind: 'paragraph', text: [
      t('{0} calls are affected; {1} can be moved by a quick fix, {2} by hand, {3} have no counterpart there.', calls.length, calls.length - manual - without, manual, without),
      ...(sums.perThousand ? [t('1,000 runs of each: {0} ({1}) now, {2} ({3}) then, {4}.', ...figures(sums.perThousand))] : []),
      ...(sums.perMonth ? [t('A month: {0} ({1}) now, {2} ({3}) then, {4}.', ...figures(sums.perMonth))] : []),
      ...(sums.unpriced > 0 ? [t('{0} calls without a known price are in no sum.', sums.unpriced)] : []),
      ...(sums.perMonth && sums.uncounted > 0 ? [t('Of {0} priced calls nobody said how often they run; they are not in the month.', sums.uncounted)] : []),
    ].join(' ') },
  ];
  const steps = [
    ...keyVariables.map((name) => t('Create the environment variable {0}.', name)),
    ...zones.map(({ from: old, to: now, calls: count, allowed }) => (old === now
      ? t('{0} calls: data stays in {1}.', count, zoneLabel(old))
      : allowed ? t('{0} calls: data goes to {2} instead of {1}.', count, zoneLabel(old), zoneLabel(now)) : t('{0} calls: data goes to {2} instead of {1}, which the policy does not allow.', count, zoneLabel(old), zoneLabel(now)))),
    ...losses.map(({ calls: count, ...loss }) => t('{0} calls: {1}', count, lossMessage(loss, t))),
  ];
  if (steps.length > 0) blocks.push({ kind: 'heading', text: t('Before you move') }, { kind: 'list', items: steps });
  if (calls.length > 0) {
    blocks.push({ kind: 'heading', text: t('Calls') }, {
      kind: 'table', right: [3, 4, 5], header: [t('where'), t('now'), t('then'), t('per 1k calls now'), t('then'), t('change'), t('data in'), t('remarks')],
      rows: calls.map((each) => cellsOf(each, t)),
    });
  }
  return blocks;
}

function cellsOf(each: MigratedCall<MigrationPlace>, t: Translate): string[] {
  const { place, call, target, plan } = each;
  const thousand = (perCall: Spread | null | undefined, money: string): string => (perCall ? `${formatMoney(perCall.likely * 1000, money)}${perCall.low !== perCall.high ? ` (${formatMoneySpread(scaleSpread(perCall, 1000), money)})` : ''}` : t('unknown'));
  const { cost } = call.estimate;
  return [
    placeOf(place), call.request.model.values[0] ?? t('unknown'), target?.model ?? t('nothing comparable'), thousand(cost.perCall, cost.currency),
    target ? thousand(target.estimate.cost.perCall, target.estimate.cost.currency) : '', target ? formatDifference(target.difference) : '',
    target ? `${zoneLabel(call.destination.inferenceZone)} → ${zoneLabel(target.inferenceZone)}${target.allowed ? '' : ` ✗ ${t('policy')}`}` : '',
    [...(byHand(each) ? [t('by hand')] : follows(each) ? [t('moves with the call that it leads to')] : []), ...(target?.flags ?? []).map((flag) => flagMessage(flag, t)), ...(plan?.losses ?? []).map((loss) => lossMessage(loss, t))].join(', '),
  ];
}

/** Machine-readable form. */
export function migrationData({ from, to, currency, migration }: MigrationReport) {
  return {
    schemaVersion: 1, from, to, currency, sums: migration.sums, keyVariables: migration.keyVariables, zones: migration.zones, losses: migration.losses,
    calls: migration.calls.map((each) => ({
      ...each.place, model: each.call.request.model.values[0] ?? null, perCall: each.call.estimate.cost.perCall, callsPerMonth: each.call.callsPerMonth,
      target: each.target && { provider: each.target.provider, endpoint: each.target.endpointId, model: each.target.model, perCall: each.target.estimate.cost.perCall, difference: each.target.difference, storageZone: each.target.storageZone, inferenceZone: each.target.inferenceZone, allowed: each.target.allowed, flags: each.target.flags },
      byHand: byHand(each), losses: each.plan?.losses ?? [], keyVariable: each.plan?.keyVariable ?? null,
    })),
  };
}
