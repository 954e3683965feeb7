/** From an exchange to the record that is kept: quantities, money, and nothing of the texts. */
import { randomUUID } from 'node:crypto';
import type { Tokenizers } from '../core/count.js';
import { framingOf } from '../core/framing.js';
import { findModel, findProvider } from '../core/lookup.js';
import { canonicalModel, costOf } from '../core/meteredCost.js';
import type { Facts, Model } from '../core/model.js';
import { pricedOptions } from '../core/price.js';
import { inputTokens, recordVersion, type Observation, type RecordedCost, type UnitCounts, type UsageBasis, type UsageRecord } from '../core/usageRecord.js';
import type { Exchange } from './proxy.js';

export interface RecordContext {
  /** Catalog with the user's own prices. */
  readonly facts: Facts;
  readonly tokenizers: Tokenizers;
  readonly deployments: Readonly<Record<string, string>>;
  /** Call in the code that a request came from, if that can be told. */
  readonly siteOf?: (provider: string, model: string, texts: readonly string[]) => string | null | Promise<string | null>;
}

/** Requests of OpenAI's chat format carry tokens around each message (OpenAI cookbook, how to count tokens). */
const framing = { perMessage: 4, reply: 3 };

/** Makes the record of an exchange. Where the vendor reported nothing, quantities are counted and marked. */
export async function toRecord(exchange: Exchange, context: RecordContext): Promise<UsageRecord> {
  const { upstream, wire, request, answer } = exchange;
  const provider = findProvider(context.facts, upstream.provider);
  const named = answer?.model ?? request.model ?? wire.model ?? 'unknown';
  // An answer may name a snapshot that the catalog does not have, while it has what was asked for.
  const known = [answer?.model, request.model, wire.model].find((name) => name && provider && findModel(provider, deployed(name, context.deployments)));
  const model = known ? canonicalModel(context.facts, upstream.provider, deployed(known, context.deployments)) : named.replace(/^models\//, '');
  const counted = await quantitiesOf(exchange, model, context);
  const time = new Date(exchange.startedMs).toISOString();
  const billed: RecordedCost | null = answer?.billed ? { ...answer.billed, basis: 'billed' } : exchange.billedUsd !== null ? { currency: 'USD', amount: exchange.billedUsd, basis: 'billed' } : null;
  const options = pricedOptions({ ...request.options, ...answer?.options }, provider);
  const priced = costOf({
    provider: upstream.provider, endpoint: upstream.endpoint, model, operation: wire.operation, units: counted.units, time, tier: answer?.tier ?? options.tier ?? null,
    ...(options.factor !== undefined && { factor: options.factor }), ...(options.variant !== undefined && { variant: options.variant }),
  }, context.facts);
  const refused = exchange.outcome === 'error' && counted.basis === 'unknown';
  const cost = billed ?? (refused ? null : priced.cost);
  const observed = counted.basis === 'reported' && exchange.outcome === 'ok' ? await observationOf(exchange, model, counted.units, context) : null;
  const callSite = await context.siteOf?.(upstream.provider, model, request.texts) ?? null;
  return {
    v: recordVersion, id: answer?.responseId ? `${upstream.provider}/${answer.responseId}` : `proxy/${randomUUID()}`, time,
    provider: upstream.provider, endpoint: upstream.endpoint ?? upstream.host, model, operation: wire.operation, units: counted.units, usage: counted.basis,
    ...(observed && { calibration: observed }), cost, ...(!cost && { noCost: refused ? 'not-billed' : priced.noCost ?? 'no-price' }),
    billing: 'api', outcome: exchange.outcome, ...(exchange.status !== null && { status: exchange.status }),
    latencyMs: Math.round(exchange.latencyMs), ...(exchange.firstByteMs !== null && { firstByteMs: Math.round(exchange.firstByteMs) }),
    ...(request.stream && { stream: true }), ...(exchange.project !== '' && { project: exchange.project }), ...(callSite && { callSite }),
    source: 'proxy', ...(priced.zone && { zone: priced.zone }),
  };
}

async function quantitiesOf({ wire, request, answer, outcome }: Exchange, model: string, { facts, tokenizers }: RecordContext): Promise<{ readonly units: UnitCounts; readonly basis: UsageBasis }> {
  if (answer?.units) return { units: answer.units, basis: 'reported' };
  if (wire.operation === 'image' && answer && answer.images > 0) return { units: { image: answer.images }, basis: 'reported' };
  if (outcome === 'error' || !answer) return { units: {}, basis: 'unknown' };
  const text = (texts: readonly string[]): number => texts.reduce((sum, each) => sum + each.length, 0);
  if (wire.operation === 'speech') return request.texts.length > 0 ? { units: { character: text(request.texts) }, basis: 'counted' } : { units: {}, basis: 'unknown' };
  // Pictures and sound cannot be told from texts: unknown, not a part of it.
  if (request.hasMedia || request.texts.length === 0) return { units: {}, basis: 'unknown' };
  const family = modelAnywhere(facts, model)?.tokenizer ?? 'o200k_base';
  await tokenizers.prepare([family]);
  const count = (each: string): number => tokenizers.count(each, family).tokens;
  const framed = wire.operation === 'chat' ? framing.perMessage * Math.max(1, request.messages) + framing.reply : 0;
  const input = request.texts.reduce((sum, each) => sum + count(each), framed);
  const output = answer.text === '' ? 0 : count(answer.text);
  return { units: { 'input-token': input, ...(output > 0 && { 'output-token': output }) }, basis: 'counted' };
}

/** What a real answer says about the factor of a model whose vocabulary is not public; null where other things than text were billed. */
async function observationOf({ wire, request }: Exchange, name: string, units: UnitCounts, { facts, tokenizers }: RecordContext): Promise<Observation | null> {
  if ((wire.operation !== 'chat' && wire.operation !== 'embedding') || request.hasMedia || request.hasSchemas || request.texts.length === 0) return null;
  const model = modelAnywhere(facts, name);
  if (model?.tokenizerBasis !== 'approximate') return null;
  await tokenizers.prepare([model.tokenizer]);
  let counted = 0;
  for (const text of request.texts) {
    const { tokens, basis } = tokenizers.count(text, model.tokenizer);
    if (basis === 'approximate') return null;
    counted += tokens;
  }
  const { perMessage, perRequest } = framingOf(model.tokenizer, null, false, request.messages);
  const framed = wire.operation === 'chat' ? perMessage.likely * Math.max(1, request.messages) + perRequest.likely : 0;
  return { counted, billed: inputTokens(units) - framed };
}

function modelAnywhere(facts: Facts, name: string): Model | null {
  for (const provider of facts.providers) {
    const found = findModel(provider, name);
    if (found) return found;
  }
  return null;
}

const deployed = (name: string, deployments: Readonly<Record<string, string>>): string => (Object.hasOwn(deployments, name) ? deployments[name]! : name);
