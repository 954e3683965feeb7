/**
 * Codes → sentences, for editor and command line alike. The core returns codes and values only; whoever shows
 * them hands in `translate` (`vscode.l10n.t` in the editor, `english` elsewhere).
 */
import {
  daysBetween, formatDifference, formatMoney, formatTokenSpread, formatTokens,
} from './core/format.js';
import type {
  Alternative, Assumption, Basis, Budget, Certainty, Cost, CostUnit, Destination, Finding, MeasuredAverage, ModelHow, Operation, Provider, Repetition,
  Role, SkipReason, Spread, Topic,
} from './core/model.js';
import type { LeftOut } from './core/leftOut.js';
import { timesOf } from './core/summed.js';
import { insightMessage } from './insightMessages.js';
import { policyMessage } from './residencyMessages.js';
import { type Translate, zoneName } from './translate.js';

export { english, zoneName, type Translate } from './translate.js';

/** What a finding says. Values missing from its data are left out, never invented. */
export function findingMessage(finding: Finding, t: Translate): string {
  const of = (key: string): string => String(finding.data[key] ?? '');
  const has = (key: string): boolean => finding.data[key] !== undefined && finding.data[key] !== '';
  const policy = policyMessage(finding, t);
  if (policy !== null) return policy;
  const insight = insightMessage(finding, t);
  if (insight !== null) return insight;
  const provider = of('providerName') || of('provider');
  switch (finding.code) {
    case 'model-retired':
      return withReplacement(t('{0} was shut down on {1}.', of('model'), of('on')), of('replacement'), t);
    case 'model-retiring':
      return withReplacement(t('{0} shuts down on {1}.', of('model'), typeof finding.data['days'] === 'number' ? dayAndDistance(of('on'), finding.data['days'], t) : of('on')), of('replacement'), t);
    case 'context-exceeded':
      return finding.severity === 'error'
        ? t('The prompt has at least {0} tokens; the context window of {1} is {2}.', figure(finding.data['tokens']), of('model'), figure(finding.data['contextWindow']))
        : t('The prompt probably has {0} tokens; the context window of {1} is {2}.', figure(finding.data['tokens']), of('model'), figure(finding.data['contextWindow']));
    case 'unknown-model': {
      const sentence = has('provider')
        ? t('Model {0} is not in the catalog of {1}: its cost is unknown.', quoted(of('model')), provider)
        : t('Model {0} is not in the catalog: its cost is unknown.', quoted(of('model')));
      return has('closest') ? `${sentence} ${t('Similar: {0}.', of('closest'))}` : sentence;
    }
    case 'price-change': {
      const money = (key: string): string => formatMoney(Number(finding.data[key]), of('currency'));
      return has('next') ? t('The price of {0} changes on {1}: from {2} to {3} per call.', of('model'), of('on'), money('now'), money('next'))
        : t('The price of {0} holds until {1}; the next one is not known.', of('model'), of('on'));
    }
    case 'config-invalid':
      return configurationMessage(of('code'), of('expected'), of('found'), t);
    default: return finding.code;
  }
}

/** How bad a finding is. */
export function severityMessage(severity: Finding['severity'], t: Translate): string {
  switch (severity) {
    case 'error': return t('error');
    case 'warning': return t('warning');
    case 'info': return t('note');
  }
}

/** A budget's period, e.g. in `$50 a month`. */
export function periodMessage(period: Budget['period'], t: Translate): string {
  switch (period) {
    case 'day': return t('day');
    case 'week': return t('week');
    case 'month': return t('month');
    case 'custom': return t('period');
  }
}

/** What is wrong in `tokenfare.yaml` and what is expected there. */
export function configurationMessage(code: string, expected: string, found: string, t: Translate): string {
  if (expected === '') return t('Not understood: {0}.', found || code);
  return found === '' ? t('Expected {0}.', expected) : t('Expected {0}, found {1}.', expected, found);
}

/** Why a document has no analysis. */
export function skipMessage(reason: SkipReason, t: Translate): string {
  switch (reason) {
    case 'too-large': return t('too large (over 2 MB)');
    case 'binary': return t('not text');
    case 'minified': return t('minified');
    case 'time-budget': return t('took too long');
    case 'no-grammar': return t('the grammar of this language could not be loaded');
    case 'unreadable': return t('could not be read');
    case 'unsupported-language': return t('language not supported');
    case 'broken-yaml': return t('its YAML is incomplete or broken');
    case 'failed': return t('could not be analysed; please report this file');
  }
}

/** What a scan did not read and why, in one line. */
export function leftOutMessage({ reason, files, folders }: LeftOut, t: Translate): string {
  const parts = [...(folders > 0 ? [t('folders: {0}', folders)] : []), ...(files > 0 ? [t('files: {0}', files)] : [])].join(', ');
  switch (reason) {
    case 'ignored': return t('ignored by git ({0})', parts);
    case 'dependencies': return t('dependencies and build results ({0})', parts);
    case 'generated': return t('generated ({0})', parts);
    case 'excluded': return t('left out by scan.include and scan.exclude ({0})', parts);
  }
}

/** Why a call has no price. */
export function priceReasonMessage(reason: Cost['reason'], t: Translate): string {
  switch (reason) {
    case 'unknown-model': return t('model unknown');
    case 'unknown-provider': return t('provider unknown');
    case 'no-price': return t('no price known');
    case 'not-metered': return t('not billed per token');
    case null: return t('unknown');
  }
}

/** How far a count can be trusted. */
export function basisMessage(basis: Basis, t: Translate): string {
  switch (basis) {
    case 'exact': return t('exact');
    case 'approximate': return t('approximate');
    case 'unknown': return t('unknown');
  }
}

/** One assumption, e.g. `question: assumed 200 tokens (20–2,000)`. */
export function assumptionMessage(assumption: Assumption, t: Translate): string {
  const value = assumptionValue(assumption.value);
  const subject = assumption.subject ?? '';
  switch (assumption.code) {
    case 'hole-tokens': return t('{0}: assumed {1} tokens', subject || t('unknown text'), value);
    case 'prompt-file': return t('{0} tokens of {1}', value, subject);
    case 'output-tokens': return assumption.origin === 'code' ? t('output: {0} tokens by the response format', value) : t('output: assumed {0} tokens', value);
    case 'reasoning-tokens': return t('hidden reasoning: assumed {0} tokens', value);
    case 'repeat-count': return t('{0}: assumed to occur {1} times', subject || t('repeated part'), value);
    case 'image-tokens': return subject ? t('image {0}: {1} tokens by its size', subject, value) : t('image: assumed {0} tokens', value);
    case 'audio-seconds': return subject ? t('audio {0}: {1} seconds', subject, value) : t('audio: assumed {0} seconds', value);
    case 'video-seconds': return t('video: assumed {0} seconds', value);
    case 'pages': return subject ? t('document {0}: {1} pages', subject, value) : t('document: assumed {0} pages', value);
    case 'tool-prompt': return t('{0} tokens of system prompt that the vendor adds for tools', value);
    case 'prompt-cache': return t('{0} of the prompt from the cache', percentSpread(assumption.value as Spread));
    case 'calibration': return t('tokenizer factor corrected from {0} real answers', value);
    case 'model-choice': return t('one of several models is used: {0}', subject || value);
    case 'provider-choice': return t('the code chooses among {0}', value);
    case 'exchange-rate': return t('converted at {0}', `${subject} ${typeof assumption.value === 'number' ? Number(assumption.value.toPrecision(5)) : value}`.trim());
    case 'standard-tier': return t('standard service tier');
    case 'off-peak': return t('outside peak hours');
    case 'tokenizer-proxy': return t('counted with {0}, which is not the tokenizer of this model', subject || value);
    case 'framing': return t('message framing counted as for {0}', value);
    case 'injected-tokens': return t('the vendor bills {0} times the tokens sent', multiples(assumption.value));
    case 'transactions': return t('payment lookups per call: {0}', multiples(assumption.value));
    case 'unpublished-rate': return t('{0} billed too, at a rate nobody published', unitMessage(subject as CostUnit, t));
    case 'holidays': return t('public holidays known up to {0}', value);
    case 'later-price': return t('price as read on {0}; an earlier one is not known', value);
    case 'discount': return t('{0}% off list prices', value);
    case 'upstream-price': return t('priced as {0} at {1}', value, subject);
  }
}

/** How often a call runs, in short: `12×`, `~4×`, `≤3×`; null when nothing repeats it. */
export function timesMessage(call: { readonly repeats?: readonly Pick<Repetition, 'kind' | 'how' | 'times'>[] }): string | null {
  const repeats = call.repeats ?? [];
  const times = timesOf(repeats);
  if (!times) return null;
  const isExact = repeats.every((each) => each.how === 'exact');
  // Retries alone: usually one call.
  if (repeats.every((each) => each.kind === 'retry')) return times.high === null ? '≥ 1×' : `≤ ${formatTokens(times.high)}×`;
  return `${isExact ? '' : repeats.some((each) => each.how === 'assumed' && each.kind !== 'retry') ? '~' : '≤ '}${formatTokens(times.likely)}×`;
}

/** One reason why a call runs more than once, e.g. `4× (1–20) over questions: assumed`. */
export function repetitionMessage({ kind, times, how, subject }: Repetition, t: Translate): string {
  const count = times.low === times.high ? formatTokens(times.likely) : `${formatTokens(times.likely)} (${times.high === null ? `≥ ${formatTokens(times.low)}` : formatTokenSpread(times)})`;
  const certainty = how === 'exact' ? t('as the code says') : how === 'bounded' ? t('at most, by the code') : t('assumed');
  switch (kind) {
    case 'loop': return subject ? t('{0}× over {1}: {2}', count, subject, certainty) : t('{0}× in a loop: {1}', count, certainty);
    case 'parallel': return subject ? t('{0}× at the same time over {1}: {2}', count, subject, certainty) : t('{0}× at the same time: {1}', count, certainty);
    case 'batch': return t('{0}× in a batch: {1}', count, certainty);
    case 'retry': return t('{0}× with retries ({1}): {2}', count, subject || t('loop'), certainty);
    case 'history': return t('{0} turns, each with all messages before it: {1}', count, certainty);
  }
}

/** `40%`, or `40% (10–60%)` of a spread of shares. */
function percentSpread({ low, likely, high }: Spread): string {
  const [least, usual, most] = [low, likely, high ?? 1].map((share) => Math.round(share * 100));
  return least === most ? `${usual}%` : `${usual}% (${least}–${most}%)`;
}

/** Who set an assumption. */
export function originMessage(origin: Assumption['origin'], t: Translate): string {
  switch (origin) {
    case 'default': return t('default');
    case 'settings': return t('from settings');
    case 'workspace': return t('from tokenfare.yaml');
    case 'annotation': return t('from a comment');
    case 'code': return t('from the code');
    case 'measured': return t('measured');
  }
}

/** What real calls were like, in a sentence: how many, since when, tokens with their spread, money. */
export function measuredMessage({ calls, from, to, inputTokens, outputTokens, reasoningTokens, cachedShare, latencyMs, cost }: MeasuredAverage, t: Translate): string {
  const out = { low: outputTokens.low + reasoningTokens.low, likely: outputTokens.likely + reasoningTokens.likely, high: (outputTokens.high ?? 0) + (reasoningTokens.high ?? 0) };
  const of = (spread: Spread): string => (spread.low === spread.high ? formatTokens(spread.likely) : `${formatTokens(spread.likely)} (${formatTokenSpread(spread)})`);
  return [
    t('measured over {0} calls, {1}', calls, from === to ? from : `${from} – ${to}`), t('{0} tokens in', of(inputTokens)), t('{0} out', of(out)), ...(cachedShare.likely > 0 ? [t('{0} from cache', percentSpread(cachedShare))] : []),
    ...(latencyMs ? [`${(latencyMs.likely / 1000).toFixed(1)} s`] : []), ...(cost ? [t('{0} per call', formatMoney(cost.amount, cost.currency))] : []),
  ].join(' · ');
}

/** Where data is kept and processed, in words. */
export function residencyMessage(destination: Pick<Destination, 'storageZone' | 'inferenceZone' | 'certainty'>, t: Translate): string {
  const { storageZone, inferenceZone } = destination;
  const place = storageZone === inferenceZone
    ? t('stored and processed: {0}', zoneName(storageZone, t))
    : t('stored: {0}; processed: {1}', zoneName(storageZone, t), zoneName(inferenceZone, t));
  return storageZone === 'unknown' && inferenceZone === 'unknown' ? t('where data goes is unknown') : `${place} (${certaintyMessage(destination.certainty, t)})`;
}

/** Where another branch of the code sends the same call. */
export function otherDestinationMessage(destination: Destination, providers: readonly Provider[], t: Translate): string {
  return t('In another branch of the code it goes to {0}: {1}.', providerName(destination.provider, providers, t), residencyMessage(destination, t));
}

/** How sure a statement about residency is. */
export function certaintyMessage(certainty: Certainty, t: Translate): string {
  switch (certainty) {
    case 'certain': return t('documented');
    case 'likely': return t('likely');
    case 'unknown': return t('not documented');
  }
}

/** What decided the endpoint. */
export function decidedByMessage(decidedBy: Destination['decidedBy'], t: Translate): string {
  switch (decidedBy) {
    case 'literal': return t('base URL in the code');
    case 'constant': return t('constant in the code');
    case 'environment': return t('environment variable');
    case 'sdk-default': return t('default of the SDK');
    case 'model-prefix': return t('prefix of the model name');
    case 'unknown': return t('not known');
  }
}

/** How a model name was found. */
export function modelHowMessage(how: ModelHow, t: Translate): string {
  switch (how) {
    case 'literal': return t('in the call');
    case 'constant': return t('a constant');
    case 'caller': return t('given by a caller in this file');
    case 'parameter-default': return t('default of a parameter');
    case 'env-default': return t('fallback of an environment variable');
    case 'attribute': return t('an attribute');
    case 'config': return t('configuration');
    case 'dynamic': return t('only known at run time');
  }
}

/** A warning that goes with an alternative. */
export function flagMessage(flag: Alternative['flags'][number], t: Translate): string {
  switch (flag) {
    case 'exceeds-context': return t('prompt too long');
    case 'retiring': return t('retiring');
    case 'claim-price': return t('price unconfirmed');
    case 'no-vision': return t('no images');
    case 'no-tools': return t('no tools');
  }
}

/** Kind of request. */
export function operationMessage(operation: Operation, t: Translate): string {
  switch (operation) {
    case 'chat': return t('chat');
    case 'completion': return t('completion');
    case 'embedding': return t('embedding');
    case 'image': return t('image');
    case 'audio-transcription': return t('transcription');
    case 'speech': return t('speech');
    case 'moderation': return t('moderation');
    case 'rerank': return t('rerank');
    case 'video': return t('video');
    case 'other': return t('other');
  }
}

/** Who speaks in a part of the prompt. */
export function roleMessage(role: Role, t: Translate): string {
  switch (role) {
    case 'system': return t('system message');
    case 'user': return t('user message');
    case 'assistant': return t('assistant message');
    case 'tool': return t('tool message');
    case 'unknown': return t('message');
  }
}

/** What a price component is paid for. */
export function unitMessage(unit: CostUnit, t: Translate): string {
  switch (unit) {
    case 'input-token': return t('input');
    case 'cached-input-token': return t('cached input');
    case 'cache-write-token': return t('cache write');
    case 'cache-write-1h-token': return t('cache write (1 h)');
    case 'output-token': return t('output');
    case 'reasoning-token': return t('hidden reasoning');
    case 'audio-input-token': return t('audio input');
    case 'audio-output-token': return t('audio output');
    case 'image-input-token': return t('image input');
    case 'image-output-token': return t('image output');
    case 'character': return t('characters');
    case 'image': return t('images');
    case 'second': return t('seconds');
    case 'minute': return t('minutes');
    case 'page': return t('pages');
    case 'request': return t('requests');
    case 'search': return t('searches');
    case 'injected-token': return t('tokens added by the vendor');
    case 'video-input-token': return t('video input');
    case 'cached-token-hour': return t('cache storage');
    case 'transaction': return t('transactions');
    case 'regional-surcharge': return t('regional surcharge');
    case 'fee': return t('fee');
    case 'discount': return t('discount');
    case 'plan-fee': return t('plan');
    case 'minimum-commitment': return t('minimum commitment');
    case 'free-credit': return t('free credit');
  }
}

/** A price read longer ago than this is marked. */
export const ageingAfterDays = 30;
/** A price read longer ago than this is warned about. */
export const staleAfterDays = 90;

/** Where prices come from and how old they are, e.g. `prices: openai.com, checked 21 days ago`. */
export function priceSourceMessage(cost: Cost, today: string, t: Translate): string | null {
  if (!cost.priceSource || !cost.priceCheckedOn) return null;
  const days = daysBetween(cost.priceCheckedOn, today);
  const source = cost.priceSource.replace(/^https?:\/\/(www\.)?/, '').replace(/\/.*$/, '');
  const age = days === null ? cost.priceCheckedOn
    : days <= 0 ? t('checked today')
      : days === 1 ? t('checked yesterday')
        : t('checked {0} days ago', days);
  const mark = days !== null && days > staleAfterDays ? `⚠ ${t('may be outdated')}, ` : days !== null && days > ageingAfterDays ? `${t('ageing')}, ` : '';
  return cost.confidence === 'official' || cost.confidence === null ? `${source}, ${mark}${age}` : `${source}, ${mark}${age}, ${t('not confirmed by the vendor')}`;
}

/** A day to come and how far off it is: `2026-12-07 (in 12 days)`; only the day when it is past. */
export function dayMessage(on: string, today: string, t: Translate): string {
  return dayAndDistance(on, daysBetween(today.slice(0, 10), on) ?? -1, t);
}

function dayAndDistance(on: string, days: number, t: Translate): string {
  return days < 0 ? on : `${on} (${days === 0 ? t('today') : days === 1 ? t('tomorrow') : t('in {0} days', days)})`;
}

/** Age of a price when it deserves a mark: `price 45 days old` after 30 days, with a warning sign after 90; else null. */
export function priceAgeMessage(checkedOn: string | null, today: string, t: Translate): string | null {
  const days = checkedOn === null ? 0 : daysBetween(checkedOn, today.slice(0, 10)) ?? 0;
  if (days <= ageingAfterDays) return null;
  return `${days > staleAfterDays ? '⚠ ' : ''}${t('price {0} days old', days)}`;
}

/** The next known change of a price: `+100% from 2027-01-01 (in 37 days)`; null when none is known. */
export function priceChangeMessage({ change, perCall }: Pick<Cost, 'change' | 'perCall'>, today: string, t: Translate): string | null {
  if (!change || !perCall) return null;
  const day = dayMessage(change.on, today, t);
  return change.perCall && perCall.likely > 0 ? t('{0} from {1}', formatDifference(change.perCall.likely / perCall.likely - 1), day) : t('price known only until {0}', day);
}

/** What should be known before a call is moved there: what is missing, what ends, what changes, how old the price is. */
export function alternativeNotes({ flags, retiresOn, estimate: { cost } }: Alternative, today: string, t: Translate, withAge = true): string[] {
  return [
    ...flags.map((flag) => (flag === 'retiring' && retiresOn ? t('shuts down {0}', dayMessage(retiresOn, today, t)) : flagMessage(flag, t))).map((note) => `⚠ ${note}`),
    ...[priceChangeMessage(cost, today, t), withAge ? priceAgeMessage(cost.priceCheckedOn, today, t) : null].filter((note) => note !== null),
  ];
}

/** What a fact of a provider is about. */
export function topicMessage(topic: Topic, t: Translate): string {
  switch (topic) {
    case 'auth': return t('Authentication');
    case 'compatibility': return t('Compatibility');
    case 'delivery': return t('Delivery');
    case 'latency': return t('Latency');
    case 'rate-limit': return t('Rate limits');
    case 'quota': return t('Quotas');
    case 'content-filter': return t('Content filter');
    case 'input-kinds': return t('What it accepts');
    case 'retention': return t('Retention');
    case 'training': return t('Training');
    case 'residency': return t('Residency');
    case 'support': return t('Support');
    case 'documentation': return t('Documentation');
    case 'versioning': return t('Versions and retirements');
    case 'pricing': return t('Pricing');
    case 'tokens': return t('Tokens');
    case 'billing': return t('Billing');
    case 'models': return t('Models');
    case 'quality': return t('Quality');
    case 'market': return t('Market');
    case 'gateway': return t('Gateway');
  }
}

/** Display name of a provider id. */
export function providerName(id: string, providers: readonly Provider[], t: Translate): string {
  if (id === 'unknown') return t('unknown provider');
  return providers.find((each) => each.id === id)?.name ?? id;
}

/** Money, with the word for "unknown" in the reader's language. */
export function moneyMessage(amount: number | null | undefined, currency: string, t: Translate): string {
  return formatMoney(amount, currency, t('unknown'));
}

/** A factor or small count, e.g. `1.5 (1.3–2.7)`. */
function multiples(value: Spread | string | number): string {
  if (typeof value !== 'object') return String(value);
  const figureOf = (each: number): string => String(Number(each.toPrecision(3)));
  if (value.low === value.high) return figureOf(value.likely);
  return `${figureOf(value.likely)} (${value.high === null ? `≥ ${figureOf(value.low)}` : `${figureOf(value.low)}–${figureOf(value.high)}`})`;
}

function assumptionValue(value: Spread | string | number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatTokens(value);
  return value.low === value.high ? formatTokens(value.likely) : `${formatTokens(value.likely)} (${formatTokenSpread(value)})`;
}

function withReplacement(sentence: string, replacement: string, t: Translate): string {
  return replacement === '' ? sentence : `${sentence} ${t('Replacement: {0}.', replacement)}`;
}

function figure(value: string | number | undefined): string {
  return typeof value === 'number' ? formatTokens(value) : value ?? '?';
}

function quoted(name: string): string {
  return name === '' ? '?' : `"${name}"`;
}
