/**
 * Counts from the vendor, with the user's own key and only when the user asks: Anthropic's count_tokens, Gemini's
 * countTokens, OpenAI's input_tokens, and those of Moonshot, Z.ai and xAI at their international sites (shapes from the
 * vendors' API references and SDKs, checked 2026-11-25). The text goes to that vendor and nowhere else; the hosts are constants, so that no file of a workspace
 * can send text or key elsewhere. Answers are kept by a hash of what was counted.
 */
import type { Provider } from '../core/model.js';

/** A vendor that counts. */
export interface RemoteCounter {
  readonly provider: string;
  readonly host: string;
  /** Environment variables that may hold the key. */
  readonly keyVariables: readonly string[];
  /** The vendor itself calls its count an estimate. */
  readonly isEstimate?: true;
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

const counters: readonly (RemoteCounter & { readonly request: (model: string, text: string, key: string) => { readonly url: string; readonly headers: Record<string, string>; readonly body: unknown }; readonly answer: (json: unknown) => unknown })[] = [
  {
    provider: 'anthropic', host: 'api.anthropic.com', keyVariables: ['ANTHROPIC_API_KEY'], isEstimate: true,
    request: (model, text, key) => ({
      url: 'https://api.anthropic.com/v1/messages/count_tokens',
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: { model, messages: [{ role: 'user', content: text }] },
    }),
    answer: (json) => (json as { input_tokens?: unknown }).input_tokens,
  },
  {
    provider: 'google-gemini', host: 'generativelanguage.googleapis.com', keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    request: (model, text, key) => ({
      url: `https://generativelanguage.googleapis.com/v1beta/models/${encodeURIComponent(model)}:countTokens`,
      headers: { 'x-goog-api-key': key },
      body: { contents: [{ role: 'user', parts: [{ text }] }] },
    }),
    answer: (json) => (json as { totalTokens?: unknown }).totalTokens,
  },
  {
    provider: 'openai', host: 'api.openai.com', keyVariables: ['OPENAI_API_KEY'],
    request: (model, text, key) => ({ url: 'https://api.openai.com/v1/responses/input_tokens', headers: bearer(key), body: { model, input: text } }),
    answer: (json) => (json as { input_tokens?: unknown }).input_tokens,
  },
  {
    provider: 'moonshot', host: 'api.moonshot.ai', keyVariables: ['MOONSHOT_API_KEY'], isEstimate: true,
    request: (model, text, key) => ({ url: 'https://api.moonshot.ai/v1/tokenizers/estimate-token-count', headers: bearer(key), body: { model, messages: [{ role: 'user', content: text }] } }),
    answer: (json) => (json as { data?: { total_tokens?: unknown } }).data?.total_tokens,
  },
  {
    provider: 'zhipu', host: 'api.z.ai', keyVariables: ['ZAI_API_KEY'],
    request: (model, text, key) => ({ url: 'https://api.z.ai/api/paas/v4/tokenizer', headers: bearer(key), body: { model, messages: [{ role: 'user', content: text }] } }),
    answer: (json) => (json as { usage?: { prompt_tokens?: unknown } }).usage?.prompt_tokens,
  },
  {
    // The text alone, without a message's frame.
    provider: 'xai', host: 'api.x.ai', keyVariables: ['XAI_API_KEY'],
    request: (model, text, key) => ({ url: 'https://api.x.ai/v1/tokenize-text', headers: bearer(key), body: { model, text } }),
    answer: (json) => { const ids = (json as { token_ids?: unknown }).token_ids; return Array.isArray(ids) ? ids.length : undefined; },
  },
];

/** Who counts for a provider's models; null when its vendor offers no such thing here. */
export function remoteCounterOf(provider: Pick<Provider, 'id'>): RemoteCounter | null {
  return counters.find((each) => each.provider === provider.id) ?? null;
}

/** Vendors that count. */
export const remoteCounters: readonly RemoteCounter[] = counters;

const limitMs = 20_000;
const longestText = 4_000_000;
const known = new Map<string, number>();
const mostKnown = 500;

/**
 * Tokens that the vendor counts, its message frame included (xAI: the text alone). Rejects with a sentence that names host and status, never
 * the key; aborting rejects too.
 */
export async function countRemotely(provider: string, model: string, text: string, key: string, signal?: AbortSignal, send: typeof fetch = fetch): Promise<number> {
  const counter = counters.find((each) => each.provider === provider);
  if (!counter) throw new Error(`${provider} offers no token counting that Tokenfare knows`);
  if (text.length > longestText) throw new Error(`the text is longer than ${longestText.toLocaleString('en')} characters`);
  const hash = await hashOf(`${provider}\0${model}\0${text}`);
  const cached = known.get(hash);
  if (cached !== undefined) return cached;
  const { url, headers, body } = counter.request(model, text, key);
  const limit = AbortSignal.timeout(limitMs);
  const response = await send(url, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body), redirect: 'error',
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw new Error('cancelled');
    throw new Error(`${counter.host} did not answer: ${limit.aborted ? `nothing within ${limitMs / 1000} seconds` : (error as Error).message.replaceAll(key, '…')}`);
  });
  if (!response.ok) throw new Error(`${counter.host} answered ${response.status}${response.status === 401 || response.status === 403 ? ': the key is not accepted' : response.status === 404 ? `: it does not know ${model}` : ''}`);
  const tokens = counter.answer(await response.json().catch(() => ({})));
  if (typeof tokens !== 'number' || !Number.isSafeInteger(tokens) || tokens < 0) throw new Error(`${counter.host} answered without a count`);
  if (known.size >= mostKnown) known.delete(known.keys().next().value!);
  known.set(hash, tokens);
  return tokens;
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
