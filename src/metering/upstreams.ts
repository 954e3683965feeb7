/**
 * Where the proxy may send requests: hosts of the built-in catalog, and addresses that the user set. A workspace has no
 * say. Also which environment variables lead SDKs to the proxy.
 */
import { findEndpoint, findProvider } from '../core/lookup.js';
import type { Facts } from '../core/model.js';

/** The user's own addresses: host (as code would name it) → base URL to send its requests to, and whose prices hold. */
export type UpstreamSettings = Readonly<Record<string, string | { readonly url: string; readonly provider?: string }>>;

export interface Upstream {
  /** Origin and path prefix to put in front of the request's path. */
  readonly origin: string;
  readonly prefix: string;
  readonly provider: string;
  readonly endpoint: string | null;
  /** Host as the route names it. */
  readonly host: string;
}

const hostPattern = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0|host\.docker\.internal)(?::\d+)?$/i;

/** Upstream for a host and path; null for a host that neither the catalog nor the user's settings have. */
export function upstreamOf(facts: Facts, settings: UpstreamSettings, host: string, path: string): Upstream | null {
  const name = host.toLowerCase();
  if (!hostPattern.test(name)) return null;
  const found = findEndpoint(facts, `https://${name}${path}`);
  const own = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (own !== undefined) {
    const { url, provider } = typeof own === 'string' ? { url: own, provider: undefined } : own;
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      return null;
    }
    if (target.protocol !== 'https:' && target.protocol !== 'http:') return null;
    const id = provider ?? found?.provider.id ?? 'unknown';
    return {
      origin: target.origin, prefix: target.pathname.replace(/\/+$/, ''), provider: id, host: name,
      endpoint: found?.provider.id === id ? found.endpoint.id : null,
    };
  }
  if (!found) return null;
  // A pattern without a port would open every port of this machine.
  const port = /:(\d+)$/.exec(name)?.[1];
  if (loopback.test(name) ? !/:\d+$/.test(found.endpoint.host) : port !== undefined && port !== '443') return null;
  return { origin: `${loopback.test(name) ? 'http' : 'https'}://${name}`, prefix: '', provider: found.provider.id, endpoint: found.endpoint.id, host: name };
}

/**
 * Variables that SDKs read their base URL from, with the address they have when the variable is unset (null = the
 * variable must be set already). Read in the packages of November 2026: openai, @anthropic-ai/sdk, @google/genai, groq-sdk,
 * together-ai, cohere-ai, dashscope, ollama (Python and its command line), LiteLLM's *_API_BASE.
 */
export const baseUrlVariables: Readonly<Record<string, string | null>> = {
  OPENAI_BASE_URL: 'https://api.openai.com/v1',
  OPENAI_API_BASE: 'https://api.openai.com/v1',
  ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
  ANTHROPIC_API_BASE: 'https://api.anthropic.com',
  GOOGLE_GEMINI_BASE_URL: 'https://generativelanguage.googleapis.com',
  GROQ_BASE_URL: 'https://api.groq.com',
  GROQ_API_BASE: 'https://api.groq.com/openai/v1',
  MISTRAL_API_BASE: 'https://api.mistral.ai/v1',
  TOGETHER_BASE_URL: 'https://api.together.ai/v1',
  DEEPSEEK_API_BASE: 'https://api.deepseek.com',
  OPENROUTER_API_BASE: 'https://openrouter.ai/api/v1',
  DASHSCOPE_HTTP_BASE_URL: 'https://dashscope.aliyuncs.com/api/v1',
  CO_API_URL: 'https://api.cohere.com',
  XAI_API_BASE: 'https://api.x.ai/v1',
  OLLAMA_HOST: 'http://127.0.0.1:11434',
  AZURE_OPENAI_ENDPOINT: null,
  LITELLM_PROXY_API_BASE: null,
};

export interface ProxiedEnvironment {
  /** Variables to set. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables left alone because they lead somewhere that is not known, with that host. */
  readonly left: readonly { readonly variable: string; readonly host: string }[];
}

/**
 * Variables that lead through the proxy at `base` (`http://127.0.0.1:PORT/SECRET`). One that is set keeps its target when
 * that is known, and is left alone when it is not.
 */
export function proxiedEnvironment(facts: Facts, settings: UpstreamSettings, base: string, environment: Readonly<Record<string, string | undefined>>): ProxiedEnvironment {
  const variables: Record<string, string> = {};
  const left: { variable: string; host: string }[] = [];
  const own = new URL(base).origin;
  const providerVariables = facts.providers.flatMap((provider) => provider.baseUrlVariables ?? []);
  for (const variable of new Set([...Object.keys(baseUrlVariables), ...providerVariables])) {
    const set = environment[variable];
    const text = set !== undefined && set !== '' ? set : baseUrlVariables[variable];
    if (!text) continue;
    let url: URL;
    try {
      // Ollama's variable may be a bare host.
      url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    } catch {
      left.push({ variable, host: text.slice(0, 80) });
      continue;
    }
    if (url.origin === own) continue;
    if (variable === 'OLLAMA_HOST' && url.port === '') url.port = '11434';
    const upstream = upstreamOf(facts, settings, url.host, url.pathname);
    if (upstream && !(url.protocol === 'http:' && upstream.origin.startsWith('https:') && !Object.hasOwn(settings, url.host))) variables[variable] = `${base}/${url.host}${url.pathname.replace(/\/+$/, '')}`;
    else left.push({ variable, host: url.host });
  }
  return { variables, left };
}

/** Name of a provider's wire family, for answering in its shape. */
export function providerName(facts: Facts, id: string): string {
  return findProvider(facts, id)?.name ?? id;
}
