/** Answers of the proxy itself, in the shape that a vendor's SDK turns into its own error with our message in it. */
import type { Wire } from '../core/wireFormat.js';

/** `limit`: the user's hard limit. `unreachable`: the vendor could not be reached. */
export type Refusal = 'limit' | 'unreachable';

const statuses: Readonly<Record<Refusal, number>> = { limit: 429, unreachable: 502 };

export interface RefusalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer for a wire format. SDKs are told not to try again: the limit holds until somebody changes it. */
export function refusalOf(kind: Refusal, wire: Wire | null, message: string): RefusalAnswer {
  const status = statuses[kind];
  return {
    status,
    headers: {
      'content-type': 'application/json', 'x-tokenfare': kind,
      // Read by the openai and @anthropic-ai SDKs.
      ...(kind === 'limit' && { 'x-should-retry': 'false' }),
    },
    body: JSON.stringify(bodyOf(kind, wire, status, message)),
  };
}

function bodyOf(kind: Refusal, wire: Wire | null, status: number, message: string): unknown {
  const limit = kind === 'limit';
  switch (wire) {
    case 'anthropic': return { type: 'error', error: { type: limit ? 'rate_limit_error' : 'api_error', message } };
    case 'gemini': return { error: { code: status, message, status: limit ? 'RESOURCE_EXHAUSTED' : 'UNAVAILABLE' } };
    case 'dashscope': return { code: limit ? 'Throttling.AllocationQuota' : 'InternalError', message, request_id: 'tokenfare' };
    case 'ollama': return { error: message };
    case 'cohere': return { message };
    default: return { error: { message, type: limit ? 'insufficient_quota' : 'api_error', param: null, code: limit ? 'insufficient_quota' : 'upstream_unreachable' } };
  }
}
