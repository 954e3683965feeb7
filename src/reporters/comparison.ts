/** The comparison as figures and as text: one reading of the rows for command line, agents and the editor's view. */
import type { ComparedRow } from '../core/comparison.js';
import { formatDifference, formatMoney, formatMoneySpread, formatTokenCount, formatTokens, scaleSpread, zoneLabel } from '../core/format.js';
import type { Facts } from '../core/model.js';
import { type Scenario, type ScenarioCost, type ScenarioNote, type CallCost, type ScenarioRow, callCircumstances, callCost, overTime } from '../core/scenario.js';
import { type Translate, flagMessage, providerName } from '../messages.js';
import type { Block } from './blocks.js';
import { table } from './csv.js';

/** Facts as far as the rows need them: the view gets no more than that. */
export type RowFacts = Pick<Facts, 'providers' | 'rates'>;

export interface PricedRow {
  readonly row: ComparedRow;
  readonly cost: ScenarioCost;
  /** Likely cost against the call as it is; null when either is unknown. */
  readonly difference: number | null;
}

/** The providers of the rows, each with the models that are compared and nothing else. */
export function factsOfRows(rows: readonly ComparedRow[], { providers, rates }: Facts): RowFacts {
  return {
    rates,
    providers: providers.filter((provider) => rows.some((row) => row.provider === provider.id)).map((provider) => ({
      ...provider, facts: [], keyVariables: [...provider.keyVariables],
      models: provider.models.filter((model) => rows.some((row) => row.provider === provider.id && row.model === model.id)),
    })),
  };
}

/** What scenario.ts needs of a row; null when the facts do not hold it. */
export function scenarioRow(row: ComparedRow, { providers }: RowFacts): ScenarioRow | null {
  const provider = providers.find((each) => each.id === row.provider);
  const model = provider?.models.find((each) => each.id === row.model);
  if (!provider || !model) return null;
  return {
    provider, model, endpoint: provider.endpoints.find((each) => each.id === row.endpointId) ?? null,
    inputTokens: row.input.tokens, outputTokens: row.output.tokens, imageTokens: row.imageTokens,
  };
}

/** Costs of the rows under a scenario. `known`: bills of earlier calls with the same rows, facts and day, kept while circumstances allow. */
export function priceRows(rows: readonly ComparedRow[], facts: RowFacts, scenario: Scenario, date: string, known: Map<string, CallCost> = new Map()): readonly PricedRow[] {
  const circumstances = callCircumstances(scenario);
  const costs = rows.map((row): ScenarioCost => {
    const key = `${circumstances} ${row.key}`;
    let cost = known.get(key);
    if (!cost) {
      const of = scenarioRow(row, facts);
      known.set(key, cost = of ? callCost(of, scenario, { date, rates: facts.rates }) : { perCall: null, notes: [] });
    }
    return overTime(cost, scenario);
  });
  const now = costs[rows.findIndex((row) => row.current)]?.perCall?.likely ?? null;
  return rows.map((row, index) => {
    const likely = costs[index]!.perCall?.likely ?? null;
    return { row, cost: costs[index]!, difference: now && likely !== null ? likely / now - 1 : null };
  });
}

export function noteMessage(note: ScenarioNote, t: Translate): string {
  switch (note) {
    case 'no-batch-price': return t('no batch price: at the standard rate');
    case 'no-cache-price': return t('no cache price: at the full rate');
    case 'cache-writes': return t('writing to the cache may cost extra (high end)');
    case 'peak-hours': return t('peak hours cost more (high end)');
    case 'unpublished-rate': return t('a part is billed at a rate nobody published');
    case 'no-image-input': return t('takes no pictures');
  }
}

/** What a person must know about a row besides its figures. */
export function remarksOf({ row, cost }: PricedRow, t: Translate): string[] {
  return [
    ...(row.lacking ?? []).map((each) => flagMessage(each === 'vision' ? 'no-vision' : 'no-tools', t)).filter((each, index, all) => all.indexOf(each) === index),
    ...row.flags.filter((flag) => !(flag === 'no-vision' && row.lacking?.includes('vision')) && !(flag === 'no-tools' && row.lacking?.includes('tools'))).map((flag) => flagMessage(flag, t)),
    ...cost.notes.map((note) => noteMessage(note, t)),
  ];
}

/** Score as published, with its benchmark; empty when none is in the catalog. */
export function qualityOf({ row }: PricedRow): string {
  const [best] = row.quality;
  return best ? `${best.benchmark} ${best.score}` : '';
}

const ascending = (rows: readonly PricedRow[]): readonly PricedRow[] => [...rows].sort((a, b) =>
  Number(b.row.current) - Number(a.row.current) || Number(b.row.allowed) - Number(a.row.allowed) || (a.cost.perCall?.likely ?? Infinity) - (b.cost.perCall?.likely ?? Infinity));

/** The rows as a table: the call first, then what the policy allows, the cheapest first. */
export function comparisonTable(rows: readonly PricedRow[], facts: RowFacts, t: Translate): Extract<Block, { kind: 'table' }> {
  const hasMonth = rows.some(({ cost }) => cost.perMonth);
  const hasQuality = rows.some((each) => each.row.quality.length > 0);
  const header = [t('model'), t('provider'), t('data in'), t('tokens in'), t('per 1k calls'), t('range'), ...(hasMonth ? [t('a month')] : []), t('vs now'), ...(hasQuality ? [t('quality')] : []), t('remarks')];
  return {
    kind: 'table', header, right: [3, 4, 5, ...(hasMonth ? [6, 7] : [6])],
    rows: ascending(rows).map((each) => {
      const { row, cost, difference } = each;
      const thousand = cost.perCall && scaleSpread(cost.perCall, 1000);
      const least = cost.notes.includes('unpublished-rate') ? '≥ ' : '';
      const provider = facts.providers.find(({ id }) => id === row.provider);
      const several = (provider?.endpoints.length ?? 0) > 1 && row.endpointId !== null;
      return [
        `${row.model}${row.current ? ` (${t('now')})` : ''}`, `${providerName(row.provider, facts.providers, t)}${several ? ` (${row.endpointId})` : ''}`,
        `${zoneLabel(row.storageZone, row.inferenceZone)}${row.allowed ? '' : ` ✗ ${t('policy')}`}`, formatTokenCount(row.input),
        thousand ? `${least}${formatMoney(thousand.likely, cost.currency)}` : t('unknown'), thousand && thousand.low !== thousand.high ? formatMoneySpread(thousand, cost.currency) : '',
        ...(hasMonth ? [cost.perMonth ? `${least}${formatMoney(cost.perMonth.likely, cost.currency)}` : t('unknown')] : []),
        row.current ? '' : formatDifference(difference), ...(hasQuality ? [qualityOf(each)] : []), remarksOf(each, t).join(', '),
      ];
    }),
  };
}

/** The circumstances in words; empty when all are neutral. */
export function scenarioSentence(scenario: Scenario, t: Translate): string {
  const percent = (share: number): string => `${Number((share * 100).toPrecision(4))}%`;
  return [
    ...(scenario.callsPerDay !== null ? [t('{0} calls a day', formatTokens(scenario.callsPerDay))] : []),
    ...(scenario.outputTokens !== null ? [t('answers of {0} tokens', formatTokens(scenario.outputTokens))] : []),
    ...(scenario.cacheHitShare > 0 ? [t('{0} of the prompt from the cache', percent(scenario.cacheHitShare))] : []),
    ...(scenario.cacheWriteShare > 0 ? [t('{0} of it written to the cache', percent(scenario.cacheWriteShare))] : []),
    ...(scenario.batchShare > 0 ? [t('{0} as a batch', percent(scenario.batchShare))] : []),
    ...(scenario.peakShare !== null ? [t('{0} in peak hours', percent(scenario.peakShare))] : []),
    ...(scenario.imagesPerCall > 0 ? [t('{0} pictures per call', scenario.imagesPerCall)] : []),
    ...(scenario.addedTokens > 0 ? [t('{0} tokens added to each prompt', formatTokens(scenario.addedTokens))] : []),
    ...(scenario.monthlyGrowth !== 0 ? [t('{0} growth a month', percent(scenario.monthlyGrowth))] : []),
    ...(scenario.discountPercent > 0 ? [t('{0}% discount', scenario.discountPercent)] : []),
    ...(scenario.flatFee !== null ? [t('against a flat fee of {0} a month', formatMoney(scenario.flatFee, scenario.currency))] : []),
  ].join(', ');
}

/** The rows as CSV with plain figures. */
export function comparisonCsv(rows: readonly PricedRow[], facts: RowFacts, t: Translate): string {
  return table([
    ['model', 'provider', 'endpoint', 'now', 'storage_zone', 'inference_zone', 'allowed', 'input_tokens', 'input_basis', 'output_tokens', 'currency', 'per_call_low', 'per_call_likely', 'per_call_high', 'per_month_likely', 'horizon_likely', 'difference', 'break_even_calls_per_month', 'context_window', 'quality', 'price_source', 'price_checked_on', 'remarks'],
    ...ascending(rows).map((each) => {
      const { row, cost, difference } = each;
      return [
        row.model, providerName(row.provider, facts.providers, t), row.endpointId, String(row.current), row.storageZone, row.inferenceZone, String(row.allowed), row.input.tokens.likely, row.input.basis, row.output.tokens.likely,
        cost.currency, cost.perCall?.low, cost.perCall?.likely, cost.perCall?.high, cost.perMonth?.likely, cost.horizon?.likely, difference === null ? null : Number(difference.toPrecision(6)), cost.breakEvenCallsPerMonth?.likely,
        row.contextWindow, qualityOf(each), row.priceSource, row.priceCheckedOn, remarksOf(each, t).join('; '),
      ];
    }),
  ]);
}
