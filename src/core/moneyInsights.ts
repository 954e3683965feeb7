/** Findings about what a single call costs: fees, tiers, hours, limits, plans, pictures, currency. Figures are per 1,000 calls. */
import { imageTokens } from './imageTokens.js';
import { type InspectedCall, type Inspection, findingAt, functionAround } from './inspect.js';
import { assumed, likelyUsage, perThousand, priceOf, usage } from './insightCost.js';
import { insightSeverity } from './findingCodes.js';
import type { Finding, InsightCode, Model, Severity, TextRange } from './model.js';
import { matchesModel } from './price.js';
import { planFee } from './plan.js';

type Data = Record<string, string | number | null | undefined>;
/** Makes a finding with the severity that is set for its code. */
export type Report = (call: InspectedCall, code: InsightCode, range: TextRange, data: Data, related?: Finding['related']) => Finding[];

/** Reporter for one document; codes that are off make nothing. */
export function reporter(inspection: Inspection): Report {
  return (call, code, range, data, related) => {
    const severity = insightSeverity(code, inspection.configuration);
    if (severity === 'off') return [];
    return [findingAt(call.site, code, severity as Severity, range, { provider: call.provider?.name, model: call.site.model ?? call.site.request.model.values[0], ...data }, related ? { related } : {})];
  };
}

/** Models whose answers may be this long make a missing limit dear. */
const hugeOutput = 100_000;
const tiny = { promptTokens: 200, outputTokens: 32 };

/** Findings about the money of one call. */
export function money(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const { site, provider, model } = call;
  if (!provider || site.kind === 'model-binding') return [];
  return [
    ...fees(call, inspection, report), ...injected(call, inspection, report),
    ...(model ? [...planBelow(call, inspection, report), ...peak(call, inspection, report), ...tier(call, inspection, report), ...oversized(call, model, inspection, report), ...detail(call, model, inspection, report)] : []),
    ...exposure(call, inspection, report), ...local(call, report),
  ];
}

const round = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));
const place = ({ site }: InspectedCall): TextRange => site.modelRange ?? site.calleeRange;

function fees(call: InspectedCall, { configuration }: Inspection, report: Report): Finding[] {
  const { cost } = call.site.estimate;
  const found = cost.components.filter((each) => ['request', 'transaction', 'fee'].includes(each.unit) && (each.amount.high ?? 1) > 0);
  if (found.length === 0 || !cost.perCall) return [];
  const likely = found.reduce((sum, each) => sum + each.amount.likely, 0);
  const high = found.reduce<number | null>((sum, each) => (sum === null || each.amount.high === null ? null : sum + each.amount.high), 0);
  return report(call, 'per-request-fee', call.site.calleeRange, {
    fees: [...new Set(found.map((each) => each.name ?? each.unit))].join(', '), currency: configuration.currency, cost: round(likely * 1000), high: high === null || high === likely ? null : round(high * 1000),
    total: round(cost.perCall.likely * 1000), confidence: cost.confidence, source: cost.priceSource, ...assumed(call),
  });
}

function injected(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const { provider, site } = call;
  const rule = provider?.injectedTokens;
  if (!rule || !matchesModel(rule.models, site.model ?? '')) return [];
  const { low, high } = rule.factor;
  const sent = site.estimate.input.tokens.likely;
  const extra = (factor: number): number | null => perThousand(call, usage({ 'input-token': sent * factor, 'output-token': 0 }), inspection);
  const before = extra(1);
  const amount = (factor: number): number | null => { const after = extra(factor); return before === null || after === null || after === before ? null : round(after - before); };
  return report(call, 'injected-tokens', site.calleeRange, {
    low: Math.round((low - 1) * 100), high: high === null ? null : Math.round((high - 1) * 100), tokens: Math.round(sent * (low - 1) * 1000), tokensHigh: high === null ? null : Math.round(sent * (high - 1) * 1000),
    currency: inspection.configuration.currency, cost: amount(low), costHigh: high === null ? null : amount(high), confidence: rule.confidence, source: rule.source, article: rule.article, ...assumed(call),
  });
}

function planBelow(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const { provider, site, model } = call;
  const calls = site.callsPerMonth;
  if (!provider || !model || calls === null) return [];
  for (const plan of provider.plans ?? []) {
    if (plan.period !== 'month' || !plan.endpoints?.includes(site.destination.endpointId ?? '') || !matchesModel(plan.models, model.id)) continue;
    const fee = planFee(plan, calls) ?? plan.minimumAmount;
    const rate = inspection.facts.rates.perUsd;
    const cost = perThousand(call, likelyUsage(call), inspection);
    if (fee === undefined || fee === null || cost === null || cost <= 0) continue;
    const own = (Number(fee) / rate[plan.currency]!) * rate[inspection.configuration.currency]!;
    const breakEven = Math.ceil((own / cost) * 1000);
    if (calls >= breakEven) continue;
    return report(call, 'plan-below-break-even', site.calleeRange, {
      plan: plan.name, fee: round(own), currency: inspection.configuration.currency, calls, breakEven, total: round(cost), cost: round((own / calls) * 1000), source: plan.source, ...assumed(call),
    });
  }
  return [];
}

function peak(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const price = priceOf(call, inspection);
  if (!price?.peak || !price.components.some((each) => each.when?.window)) return [];
  const used = likelyUsage(call);
  const [dear, cheap] = [perThousand(call, used, inspection, { window: 'peak' }), perThousand(call, used, inspection, { window: 'off-peak' })];
  if (dear === null || cheap === null || dear <= cheap) return [];
  const { hours, utcOffsetMinutes, weekdays } = price.peak;
  const clock = (hour: number): string => `${String(Math.floor(hour)).padStart(2, '0')}:${String(Math.round((hour % 1) * 60)).padStart(2, '0')}`;
  return report(call, 'peak-hours', place(call), {
    hours: hours.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(', '), offset: utcOffsetMinutes / 60, days: weekdays.length === 7 ? undefined : weekdays.join(''),
    currency: inspection.configuration.currency, cost: round(dear), other: round(cheap), source: price.source, ...assumed(call),
  });
}

function tier(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const price = priceOf(call, inspection);
  const thresholds = [...new Set(price?.components.flatMap((each) => (each.unit === 'input-token' ? each.when?.promptTokensAbove ?? [] : [])) ?? [])].sort((a, b) => b - a);
  const tokens = call.site.estimate.input.tokens.likely;
  const crossed = thresholds.find((each) => tokens > each);
  if (!price || crossed === undefined || crossed === 0) return [];
  const output = call.site.estimate.output.tokens.likely;
  const now = perThousand(call, usage({ 'input-token': tokens, 'output-token': output }), inspection);
  const below = perThousand(call, usage({ 'input-token': crossed, 'output-token': output }), inspection);
  return report(call, 'tier-crossed', call.site.calleeRange, {
    threshold: crossed, tokens, tiering: price.tiering ?? 'whole-request', currency: inspection.configuration.currency, cost: round(now), other: round(below), source: price.source, ...assumed(call),
  });
}

function oversized(call: InspectedCall, model: Model, inspection: Inspection, report: Report): Finding[] {
  const { site, provider } = call;
  const { input } = site.estimate;
  const limit = site.request.maxOutputTokens;
  const isPlain = site.request.parts.every((part) => part.kind === 'message' && !part.repeated);
  if (site.operation !== 'chat' || !isPlain || limit === null || limit > tiny.outputTokens || input.knownTokens > tiny.promptTokens || (model.tier !== 'large' && model.tier !== 'frontier')) return [];
  // One token to a prompt that never changes asks whether somebody is there; it decides nothing.
  const isPing = limit <= 1 && site.request.parts.every((part) => part.pieces.every((piece) => piece.kind === 'text'));
  if (isPing) return [];
  const used = likelyUsage(call);
  const now = perThousand(call, used, inspection);
  const smaller = provider!.models.filter((each) => each.operation === 'chat' && each.current && (each.tier === 'small' || each.tier === 'medium') && !each.retirement)
    .flatMap((each) => { const cost = perThousand({ ...call, model: each }, used, inspection); return cost === null ? [] : [{ model: each, cost }]; })
    .sort((a, b) => a.cost - b.cost).at(0);
  if (now === null || !smaller || smaller.cost >= now) return [];
  return report(call, 'oversized-model', place(call), {
    limit, promptTokens: input.knownTokens, tier: model.tier, other: smaller.model.id, currency: inspection.configuration.currency, cost: round(now), otherCost: round(smaller.cost), ...assumed(call),
  });
}

/** Tokens of the first picture, or of a 1,024-pixel square, at low and high detail (rules of pictures, src/providers/imageRules.yaml). */
function detail(call: InspectedCall, model: Model, inspection: Inspection, report: Report): Finding[] {
  const { site, detected } = call;
  const rule = model.imageRule;
  const pictures = site.request.parts.filter((part) => part.kind === 'image');
  if (pictures.length === 0 || rule?.kind !== 'tiles' || !site.protocol?.startsWith('openai')) return [];
  const text = inspection.program.text.slice(site.callRange.start, site.callRange.end);
  const around = pictures.map((part) => (part.range ? inspection.program.text.slice(Math.max(0, part.range.start - 200), part.range.end + 200) : '')).join('');
  const said = /\bdetail["']?\s*[:=]\s*["'](\w+)["']/.exec(`${text}${around}`)?.[1] ?? 'auto';
  if (said === 'low' || detected.reader.arguments.open) return [];
  const { width, height } = pictures[0]!.media ?? {};
  const isKnown = width !== undefined && height !== undefined;
  const [low, high] = [rule.base, isKnown ? imageTokens(rule, { width, height }, 'high').likely : rule.base + 4 * rule.tile];
  const [lowCost, highCost] = [perThousand(call, usage({ 'input-token': low }), inspection), perThousand(call, usage({ 'input-token': high }), inspection)];
  return report(call, 'image-detail', pictures[0]!.range ?? site.calleeRange, {
    detail: said, low, high, pictures: pictures.length, ...(isKnown && { width, height }), currency: inspection.configuration.currency, cost: round(highCost), other: round(lowCost), source: rule.source,
  });
}

function exposure(call: InspectedCall, { configuration }: Inspection, report: Report): Finding[] {
  const { cost } = call.site.estimate;
  if (!cost.perCall || !cost.nativeCurrency || cost.nativeCurrency === configuration.currency) return [];
  const total = cost.perCall.likely * 1000;
  return report(call, 'currency-exposure', place(call), { native: cost.nativeCurrency, currency: configuration.currency, cost: round(total), change: round(total * 0.1), rateCheckedOn: cost.rateCheckedOn, ...assumed(call) });
}

function local(call: InspectedCall, report: Report): Finding[] {
  return call.provider?.local && call.site.destination.inferenceZone === 'local' ? report(call, 'local-cost', place(call), {}) : [];
}

/** A request written by hand whose body takes in what callers give: the limit may be among it. */
function isSpreadInBody({ site }: InspectedCall, { program }: Inspection): boolean {
  return site.sdk === 'http' && /\*\*\w|\.\.\.\w|\.update\(/.test(program.text.slice(functionAround(program, site.callRange.start).range.start, site.callRange.end));
}

/** Missing or huge limits on answers of models that may answer at length: one finding a model and file. */
export function outputLimits(inspection: Inspection, report: Report): Finding[] {
  const seen = new Map<string, { call: InspectedCall; more: number }>();
  for (const call of inspection.calls) {
    const { site, model } = call;
    const limit = site.request.maxOutputTokens;
    const most = model?.maxOutputTokens ?? 0;
    if (site.operation !== 'chat' || site.kind === 'model-binding' || most < hugeOutput || (limit !== null && limit < most / 2) || call.detected.reader.arguments.open || !site.complete || isSpreadInBody(call, inspection)) continue;
    const key = `${site.destination.provider} ${model!.id} ${limit}`;
    const known = seen.get(key);
    if (known) known.more++;
    else seen.set(key, { call, more: 0 });
  }
  return [...seen.values()].flatMap(({ call, more }) => {
    const { site, model } = call;
    const most = Math.min(model!.maxOutputTokens!, site.request.maxOutputTokens ?? Number.POSITIVE_INFINITY);
    const input = site.estimate.input.tokens.likely;
    const full = perThousand(call, usage({ 'input-token': input, 'output-token': most }), inspection);
    return report(call, 'output-limit', site.calleeRange, {
      limit: site.request.maxOutputTokens, most, others: more || undefined, currency: inspection.configuration.currency, cost: round(perThousand(call, likelyUsage(call), inspection)), full: round(full), ...assumed(call),
    });
  });
}
