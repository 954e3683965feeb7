/** What findings about cost and behaviour say. A figure is per 1,000 calls and names what it assumes. */
import { formatMoney, formatTokens } from './core/format.js';
import type { Finding, FindingFix } from './core/model.js';
import { type Translate, zoneName } from './translate.js';

/** The sentence of an insight; null for other findings. */
export function insightMessage(finding: Finding, t: Translate): string | null {
  const sentence = of(finding, t);
  return sentence === null ? null : `${sentence}${claim(finding, t)}${source(finding)}`;
}

function of(finding: Finding, t: Translate): string | null {
  const { data } = finding;
  const text = (key: string): string => String(data[key] ?? '');
  const has = (key: string): boolean => data[key] !== undefined && data[key] !== '';
  const number = (key: string): string => formatTokens(Number(data[key]));
  const money = (key: string): string => (has(key) ? formatMoney(Number(data[key]), text('currency')) : t('an unknown amount'));
  const model = text('model') || t('the model');
  const provider = text('provider');
  const assuming = has('inputTokens') ? ` ${has('outputTokens') && Number(data['outputTokens']) > 0 ? t('(assuming {0} tokens in and {1} out)', number('inputTokens'), number('outputTokens')) : t('(assuming {0} tokens in)', number('inputTokens'))}` : '';
  switch (finding.code) {
    case 'per-request-fee': return (has('high') ? t('Beside tokens, {0} bills {1}: {2} to {3} per 1,000 calls, of {4} in all', provider, text('fees'), money('cost'), money('high'), money('total')) : t('Beside tokens, {0} bills {1}: {2} of {3} per 1,000 calls', provider, text('fees'), money('cost'), money('total'))) + assuming + '.';
    case 'injected-tokens': {
      const share = has('high') ? `${text('low')}–${text('high')}%` : `≥ ${text('low')}%`;
      return `${t('{0} adds text of its own to the prompt and bills {1} more tokens than are sent', provider, share)}${has('cost') ? `: ${t('{0} to {1} per 1,000 calls', money('cost'), money('costHigh'))}` : `; ${t('at a rate that is not known')}`}${assuming}.`;
    }
    case 'plan-below-break-even': return t('{0} costs {1} a month; at {2} calls that is {3} per 1,000 calls, against {4} by the token{5}. It pays from {6} calls a month on.', text('plan'), money('fee'), number('calls'), money('cost'), money('total'), assuming, number('breakEven'));
    case 'peak-hours': return t('At {0} (UTC{1}) this call costs {2} per 1,000, at other hours {3}{4}.', text('hours'), `${Number(data['offset']) >= 0 ? '+' : ''}${text('offset')}`, money('cost'), money('other'), assuming);
    case 'output-limit': {
      const what = has('limit') ? t('The limit of {0} tokens allows answers that cost {1} per 1,000 calls, against {2} as estimated{3}.', number('limit'), money('full'), money('cost'), assuming)
        : t('No limit is set, and {0} may answer with {1} tokens: up to {2} per 1,000 calls, against {3} as estimated{4}.', model, number('most'), money('full'), money('cost'), assuming);
      return has('others') ? `${what} ${t('The same holds for other calls in this file: {0}.', text('others'))}` : what;
    }
    case 'tier-crossed': return text('tiering') === 'graduated'
      ? t('The prompt ({0} tokens) is over {1}; what is above costs more: {2} per 1,000 calls, against {3} at {1} tokens.', number('tokens'), number('threshold'), money('cost'), money('other'))
      : t('The prompt ({0} tokens) is over {1}, and the whole request costs more: {2} per 1,000 calls, against {3} at {1} tokens.', number('tokens'), number('threshold'), money('cost'), money('other'));
    case 'cache-prefix': return t('{0} changes and stands before {1} tokens that never do, so nothing of them is cached: {2} per 1,000 calls, against {3} if the fixed text came first (assuming that the cache is warm).', `"${text('subject')}"`, number('tokens'), money('cost'), money('other'));
    case 'batchable-loop': return `${t('One request per item: {0} per 1,000 calls{1}.', money('cost'), assuming)} ${has('batch') ? t('Through the batch interface, within 24 hours, it is {0}.', money('batch')) : t('The vendor has a batch interface; its price is not in the catalog.')}`;
    case 'call-in-loop': return t('One request per item: {0} items cost {1} per 1,000 runs{2}. Several items in one prompt share its instructions.', number('items'), money('run'), assuming);
    case 'embedding-one-by-one': return !has('cost') ? t('One request per text: the tokens cost the same, but each request waits for the one before. A list goes in one request.') : `${t('One request per text: the tokens cost the same ({0} per 1,000 calls{1}), but each request waits for the one before. A list goes in one request.', money('cost'), assuming)}${has('batch') ? ` ${t('Through the batch interface, within 24 hours, it is {0}.', money('batch'))}` : ''}`;
    case 'duplicate-prompt': return !has('cost') ? t('The same prompt is sent a second time. Keep the first answer, or ask for several at once.') : t('The same prompt is sent a second time: {0} per 1,000 calls{1}. Keep the first answer, or ask for several at once.', money('cost'), assuming);
    case 'growing-history': return t('"{0}" only grows: each turn adds about {1} tokens to every later one, {2} per 1,000 turns for each turn before; the 20th costs {3} more than the first (assuming texts and answers of the usual length).', text('subject'), number('added'), money('cost'), money('twenty'));
    case 'oversized-model': return t('{0} answers with at most {1} tokens to a prompt of {2} here: {3} per 1,000 calls, against {4} with {5}{6}. Try whether the smaller one is good enough.', model, text('limit'), number('promptTokens'), money('cost'), money('otherCost'), text('other'), assuming);
    case 'image-detail': return has('width')
      ? t('A picture of {0} × {1} pixels at detail "{2}" is {3} tokens, {4} per 1,000 pictures; at "low" {5} tokens, {6}.', number('width'), number('height'), text('detail'), number('high'), money('cost'), number('low'), money('other'))
      : t('A picture at detail "{0}" is {1} tokens (assuming 1,024 × 1,024 pixels), {2} per 1,000 pictures; at "low" {3} tokens, {4}.', text('detail'), number('high'), money('cost'), number('low'), money('other'));
    case 'retry-unbounded': {
      const how = text('how') === 'decorator' ? t('The retry has no stop') : text('how') === 'client' ? t('The client retries without an end') : t('The loop tries again without an end');
      return !has('cost') ? t('{0}: a failing request is sent, and may be billed, for ever.', how) : t('{0}: a failing request is sent, and may be billed, for ever; each 1,000 tries cost {1}{2}.', how, money('cost'), assuming);
    }
    case 'currency-exposure': return t('Billed in {0}: {1} per 1,000 calls at the rate of {2}; each 10% that {0} moves is {3}{4}.', text('native'), money('cost'), text('rateCheckedOn') || '?', money('change'), assuming);
    case 'local-cost': return t('Runs on a machine of your own: nothing per token. Energy and hardware are not counted.');
    case 'async-delivery': return t('{0} delivers by webhook or polling, which adds {1} to {2} seconds to a turn; here somebody waits for it.', provider, text('low'), text('high'));
    case 'no-request-id': return t('Nothing keeps the id of this request: an answer that comes late, or a charge, cannot be matched to it.');
    case 'finish-reason-unchecked': return text('how') === 'filter' ? t('{0} may cut an answer without an error, and nothing in this file reads why it ended (finish_reason).', provider)
      : t('An answer of at most {0} tokens is read as JSON; one that was cut does not parse. Read finish_reason first.', text('limit'));
    case 'input-kind': return has('accepts') ? t('{0} does not take this kind of input ({1}); it takes: {2}.', provider, kindName(text('kind'), t), text('accepts')) : t('{0} does not take {1} as far as the catalog knows.', model, kindName(text('kind'), t));
    case 'api-retired': return has('on') ? t('{0} ended on {1}. Use: {2}.', text('what'), text('on'), text('replacement')) : t('{0} is gone from the present package. Use: {1}.', text('what'), text('replacement'));
    case 'function-format-dropped': return has('claim') ? t('{0} dropped formats for function calling without notice; tools are bound to one of them here.', provider) : t('{0} is the older form and will go. Use: {1}. It costs the same.', text('what'), text('replacement'));
    case 'auth-scheme': return `${t('{0} does not take a plain key ({1}).', provider, text('scheme'))} ${text('note')}`.trim();
    case 'key-in-source': return t('A key ({0}…) is written into the code. Revoke it, and read it from the environment{1}.', text('kind'), has('variable') ? ` (${text('variable')})` : '');
    case 'endpoint-changed': return has('claim') ? t('{0} changes its bindings without a window; old ones answer 410.', provider) : t('{0} is an older address. Use: {1}.', text('what'), text('replacement'));
    case 'cross-border-latency': return t('From {0} to {1}: {2} to {3} ms on top of each request, as an estimate.', zoneName(text('from'), t), zoneName(text('zone'), t), text('low'), text('high'));
    case 'no-failover': return t('This call is marked as critical, and nothing takes over when {0} fails. Catch the error, or name a second provider.', provider || t('the provider'));
    case 'usage-unread': return `${t('Nothing reads the usage of the answer: what this call really costs ({0} per 1,000 as estimated{1}) cannot be told.', money('cost'), assuming)}${has('stream') ? ` ${t('In a stream it has to be asked for.')}` : ''}`;
    default: return null;
  }
}

function claim({ data }: Finding, t: Translate): string {
  return data['confidence'] === 'claim' ? ` ${data['article'] === undefined ? t('(A claim that nobody confirmed.)') : t('(A claim of an article, {0}, that nobody confirmed.)', String(data['article']))}` : '';
}

function source({ data }: Finding): string {
  const from = data['source'];
  if (typeof from !== 'string') return '';
  return ` [${/^https?:/.test(from) ? from.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/.*$/, '') : from}]`;
}

function kindName(kind: string, t: Translate): string {
  switch (kind) {
    case 'image': return t('pictures');
    case 'audio': return t('sound');
    case 'file': return t('files');
    default: return kind;
  }
}

/** A code in a word, for tables. */
export function shortName(finding: Finding, t: Translate): string {
  switch (finding.code) {
    case 'residency': case 'residency-unknown': return finding.data['reason'] === 'provider' ? t('provider') : t('zone');
    case 'model-origin': return t('maker');
    case 'data-retention': return t('retention');
    case 'data-training': return t('training');
    case 'routing': return t('route');
    case 'duplicate-flow': return t('two places');
    case 'model-retired': return t('retired');
    case 'model-retiring': return t('retiring');
    case 'context-exceeded': return t('too long');
    case 'unknown-model': return t('model');
    case 'price-change': return t('price');
    case 'config-invalid': return t('configuration');
    case 'key-in-source': return t('key');
    default: return finding.code;
  }
}

/** Title of a fix inside the vendor: what is written, where data goes then, what it costs, what has to change besides. */
export function fixTitle({ code, data }: FindingFix, t: Translate): string {
  const text = (key: string): string => String(data[key] ?? '');
  const zone = zoneName(text('zone'), t);
  const extra = [
    ...(data['surchargePercent'] === undefined ? [] : [t('+{0}% on tokens', text('surchargePercent'))]),
    ...(data['otherKey'] === undefined ? [] : [t('needs a key of that region')]),
    ...(data['approval'] === undefined ? [] : [t('the region must be enabled for the project')]),
  ];
  const tail = extra.length > 0 ? ` (${extra.join(', ')})` : '';
  switch (code) {
    case 'regional-host': return t('Use {0}: {1}', text('host'), zone) + tail;
    case 'location': return (data['model'] === undefined ? t('Use region {0}: {1}', text('location'), zone) : t('Use region {0} and {1}: {2}', text('location'), text('model'), zone)) + tail;
    case 'model-prefix': return t('Use the profile {0}: {1}', text('model'), zone) + tail;
    case 'parameter': return t('Set {0} to "{1}": {2}', text('parameter'), text('value'), zone) + tail;
    case 'client-class': return t('Use {0}: {1}', text('symbol'), zone) + tail;
  }
}
