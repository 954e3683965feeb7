/** Everything the catalog knows about one provider, for people: zones, prices, fees, habits, pitfalls, each with its source. */
import { daysBetween, formatTokens, zoneLabel } from '../core/format.js';
import type { Model, Plan, Price, PriceUnit, Provenance, Provider, ProviderFact, Spread, Topic } from '../core/model.js';
import { nextPriceDay, priceOn } from '../core/price.js';
import { ageingAfterDays, certaintyMessage, dayMessage, staleAfterDays, topicMessage, unitMessage, type Translate } from '../messages.js';
import type { Block } from './blocks.js';

/** Models shown without `allModels`. */
const shownModels = 25;

/** What a reader expects to be told of every provider; where nothing was found the card says so. */
const expectedTopics: readonly Topic[] = ['auth', 'compatibility', 'delivery', 'rate-limit', 'content-filter', 'input-kinds', 'retention', 'training', 'documentation', 'versioning', 'latency'];

function isSaidElsewhere(provider: Provider, topic: Topic): boolean {
  switch (topic) {
    case 'auth': return provider.auth !== undefined;
    case 'delivery': return provider.delivery !== undefined;
    case 'latency': return provider.latency !== undefined;
    case 'retention': return provider.retention !== undefined;
    case 'training': return provider.training !== undefined;
    case 'versioning': return provider.models.some((model) => model.retirement);
    case 'input-kinds': return provider.models.some((model) => model.capabilities?.includes('vision'));
    default: return false;
  }
}

/** The card of a provider as of the ISO day `today`. */
export function providerCard(provider: Provider, today: string, currency: string, t: Translate, allModels = false): readonly Block[] {
  const blocks: Block[] = [{ kind: 'title', text: provider.name }];
  const section = (text: string, ...content: (Block | null)[]): void => {
    const there = content.filter((block) => block !== null);
    if (there.length > 0) blocks.push({ kind: 'heading', text }, ...there);
  };
  const list = (items: readonly string[]): Block | null => (items.length > 0 ? { kind: 'list', items } : null);
  const from = (fact: Provenance): string => provenance(fact, today, t);

  blocks.push({ kind: 'list', items: [
    `${provider.id} · ${provider.home}`,
    ...(provider.gateway ? [t('A gateway: requests are passed on to other providers, so there are two places to look at.')] : []),
    ...(provider.local ? [t('Runs on your own machine; nothing is billed per token.')] : []),
    ...(provider.addedBy ? [t('Added by your own configuration.')] : []),
    ...(provider.pricePage ? [t('Prices: {0}', provider.pricePage)] : []),
    t('Facts: {0}', from(provider)),
  ] });

  const facts = provider.facts ?? [];
  section(t('Pitfalls'), list(facts.filter((fact) => fact.pitfall).map((fact) => factLine(fact, provider, from, t))));
  section(t('Where data goes'), {
    kind: 'table', right: [],
    header: [t('endpoint'), t('host'), t('operator'), t('stored → processed'), t('how sure'), t('surcharge'), t('remarks')],
    rows: provider.endpoints.map((each) => [
      each.id, `${each.host}${each.path ?? ''}`, each.operator, zoneLabel(each.storageZone, each.inferenceZone), certaintyMessage(each.certainty, t),
      each.priceFactor ? `+${Number(((each.priceFactor - 1) * 100).toPrecision(3))}%` : '', [each.remedy, each.note].filter(Boolean).join(' '),
    ]),
  }, list([
    ...(provider.retention ? [`${t('Retention')}: ${provider.retention}`] : []), ...(provider.training ? [`${t('Training')}: ${provider.training}`] : []),
  ]));

  section(t('Access'), list([
    ...(provider.auth ? [t('Authentication: {0}.', [provider.auth.scheme, provider.auth.header].filter(Boolean).join(', '))] : []),
    ...(provider.keyVariables.length > 0 ? [t('Key in {0}.', provider.keyVariables.join(', '))] : []),
    ...(provider.delivery ? [`${t('Delivery: {0}.', provider.delivery.modes.join(', '))}${provider.delivery.pollSeconds ? ` ${t('Polling adds {0} s to a turn.', range(provider.delivery.pollSeconds))}` : ''} ${from(provider.delivery)}`] : []),
    ...(provider.latency ?? []).map((each) => `${t('Adds {0} ms, seen from {1}.', range(each.addedMs), each.from)} ${from(each)}`),
  ]));

  section(t('What is billed on top of model prices'), list([
    ...(provider.charges ?? []).map((each) => `${each.name}: ${each.percent ? `${each.percent}%` : `${each.amount} ${each.currency} / ${each.per === 1 ? '' : `${each.per} `}${unitMessage(each.unit!, t)}`}. ${from(each)}`),
    ...(provider.injectedTokens ? [`${t('The vendor adds tokens of its own: {0} times what was sent is billed.', range(provider.injectedTokens.factor))} ${from(provider.injectedTokens)}`] : []),
    ...(provider.discounts ?? []).map((each) => t('Your discount: {0}%{1}.', each.percent, each.note ? ` (${each.note})` : '')),
  ]));
  section(t('Plans and free use'), list([
    ...(provider.plans ?? []).map((plan) => `${planLine(plan, t)} ${from(plan)}`),
    ...(provider.freeAllowances ?? []).map((each) => `${t('Free: {0}.', `${each.amount ? `${each.amount} ${each.currency}` : `${formatTokens(each.quantity)} ${unitMessage(each.unit!, t)}${each.perModel ? ` ${t('per model')}` : ''}`} ${periodWord(each.period, t)}${each.validTo ? ` ${t('until {0}', each.validTo)}` : ''}`)} ${from(each)}`),
  ]));

  const rest = facts.filter((fact) => !fact.pitfall);
  const topics = [...new Set(rest.map((fact) => fact.topic))];
  for (const topic of topics) {
    section(topicMessage(topic as Topic, t), list(rest.filter((fact) => fact.topic === topic).map((fact) => factLine(fact, provider, from, t))));
  }

  const silent = expectedTopics.filter((topic) => !facts.some((fact) => fact.topic === topic) && !isSaidElsewhere(provider, topic));
  if (silent.length > 0) section(t('Nothing found on'), { kind: 'paragraph', text: silent.map((topic) => topicMessage(topic, t)).join(', ') });

  const models = [...provider.models].sort((a, b) => rankOf(b) - rankOf(a));
  const chosen = allModels ? models : models.slice(0, shownModels);
  section(t('Models and prices'), chosen.length === 0 ? { kind: 'paragraph', text: t('No models are listed.') } : {
    kind: 'table', right: [1, 2, 3, 4],
    header: [t('model'), t('context'), t('input'), t('cached input'), t('output'), t('remarks')],
    rows: chosen.map((model) => modelRow(model, provider, today, currency, t)),
  }, models.length > chosen.length ? { kind: 'paragraph', text: t('{0} more models.', models.length - chosen.length) } : null);
  return blocks;
}

function rankOf(model: Model): number {
  return (model.current ? 4 : 0) + (model.prices.length > 0 ? 2 : 0) - (model.retirement ? 3 : 0);
}

function modelRow(model: Model, provider: Provider, today: string, currency: string, t: Translate): string[] {
  const price = priceToday(provider, model, today, currency);
  const next = nextPriceDay(model, provider.defaultEndpoint?.['*'] ?? null, today, currency);
  const remarks = [
    ...(model.retirement ? [t('shuts down {0}', dayMessage(model.retirement.on, today, t))] : []),
    ...(next ? [t('price changes {0}', dayMessage(next, today, t))] : []),
    ...(price ? [ageRemark(price, today, t)] : [t('no price known')]),
    ...(model.quality ?? []).map((each) => `${each.benchmark} ${each.score}${each.article ? ` (${t('claim')} ${each.article})` : ''}`),
    ...(model.openWeights ? [t('open weights')] : []),
  ];
  return [
    model.id, model.contextWindow ? formatTokens(model.contextWindow) : '', rateOf(price, 'input-token'), rateOf(price, 'cached-input-token'),
    rateOf(price, 'output-token') || otherRates(price, t), remarks.join(', '),
  ];
}

/** The price that holds on a day where code goes by default, else the first that holds anywhere. */
export function priceToday(provider: Provider, model: Model, today: string, currency: string): Price | null {
  const endpoints = [provider.defaultEndpoint?.['*'] ?? null, ...provider.endpoints.map((each) => each.id)];
  for (const endpoint of endpoints) {
    const price = priceOn(model, endpoint, today, currency);
    if (price) return price;
  }
  return null;
}

/** The rate without conditions, e.g. `0.15 USD`; where it depends on the hour, from the lowest to the highest. */
export function rateOf(price: Price | null, unit: PriceUnit): string {
  if (!price) return '';
  const components = price.components.filter((each) => each.unit === unit);
  const plainRate = components.find((each) => !each.when);
  if (plainRate) return `${plainRate.amount} ${price.currency}`;
  const hourly = components.filter((each) => each.when?.window && !each.when.tier && !each.when.promptTokensAbove).map((each) => each.amount).sort((a, b) => Number(a) - Number(b));
  return hourly.length > 0 ? `${[...new Set([hourly[0], hourly.at(-1)])].join('–')} ${price.currency}` : '';
}

function otherRates(price: Price | null, t: Translate): string {
  return (price?.components ?? []).filter((each) => !each.when).map((each) => `${each.amount} ${price!.currency} / ${each.per === 1 ? '' : `${formatTokens(each.per)} `}${unitMessage(each.unit, t)}`).join(' + ');
}

function ageRemark(price: Price, today: string, t: Translate): string {
  const days = daysBetween(price.checkedOn, today) ?? 0;
  const mark = days > staleAfterDays ? '⚠ ' : '';
  return days > ageingAfterDays ? `${mark}${t('checked {0} days ago', days)}` : t('checked {0}', price.checkedOn);
}

function factLine(fact: ProviderFact, provider: Provider, from: (fact: Provenance) => string, t: Translate): string {
  const own = fact.source !== provider.source || fact.confidence !== provider.confidence;
  return [
    fact.article ? `${t('Claim')} ${fact.article}: ${fact.text}` : fact.text,
    ...(fact.found ? [t('Found: {0}', fact.found)] : []),
    ...(own ? [from(fact)] : []),
  ].join(' ');
}

function planLine(plan: Plan, t: Translate): string {
  const fee = plan.fees ? plan.fees.map((each) => `${each.amount} ${plan.currency}${each.upTo === undefined ? '' : ` (${t('up to {0}', formatTokens(each.upTo))})`}`).join(', ') : t('fee not published');
  return [
    `${plan.name}: ${fee} ${periodWord(plan.period, t)}.`,
    ...(plan.includes ? [t('Includes {0}.', plan.includes.map((each) => `${formatTokens(each.quantity)} ${unitMessage(each.unit, t)}`).join(', '))] : []),
    ...(plan.minimumAmount ? [t('At least {0}.', `${plan.minimumAmount} ${plan.currency}`)] : []),
    ...(plan.minimumPeriods ? [t('At least {0} periods.', plan.minimumPeriods)] : []),
    ...(plan.restriction ? [plan.restriction] : []),
    ...(plan.note ? [plan.note] : []),
  ].join(' ');
}

function periodWord(period: Plan['period'] | 'once', t: Translate): string {
  switch (period) {
    case 'once': return t('once');
    case 'hour': return t('an hour');
    case 'day': return t('a day');
    case 'week': return t('a week');
    case 'month': return t('a month');
    case 'quarter': return t('a quarter');
    case 'year': return t('a year');
  }
}

function range({ low, high }: Spread): string {
  return high === null ? `≥ ${low}` : low === high ? String(low) : `${low}–${high}`;
}

/** e.g. `(docs.x.ai, 2026-10-01)`; marked when it is a claim or old. */
function provenance(fact: Provenance, today: string, t: Translate): string {
  const days = daysBetween(fact.checkedOn, today) ?? 0;
  const words = [
    fact.source.replace(/^https?:\/\/(www\.)?/, ''), fact.checkedOn,
    ...(fact.confidence === 'claim' ? [t('claim')] : fact.confidence === 'secondary' ? [t('not from the vendor')] : []),
    ...(days > staleAfterDays ? [`⚠ ${t('may be outdated')}`] : []),
  ];
  return `(${words.join(', ')})`;
}
