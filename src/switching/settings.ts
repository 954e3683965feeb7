/** Settings under the names that each SDK gives them. */
import type { Code, CodeEntry, Setting, SourceEntry, SwitchRequest, WriteContext } from '../core/rewrite.js';
import { kept, listCode, mapCode, raw } from '../core/rewrite.js';

export type Names = Readonly<Partial<Record<Setting, string | readonly string[]>>>;

const first = (names: string | readonly string[] | undefined): string | null => (names === undefined ? null : typeof names === 'string' ? names : names[0] ?? null);

/** Arguments by neutral name, and what no table knows. */
export function readSettings(entries: readonly SourceEntry[], names: Names, taken: ReadonlySet<string>): { readonly settings: SwitchRequest['settings']; readonly foreign: readonly SourceEntry[] } {
  const settings: Partial<Record<Setting, SourceEntry>> = {};
  const foreign: SourceEntry[] = [];
  for (const entry of entries) {
    if (taken.has(entry.name)) continue;
    const known = (Object.entries(names) as [Setting, string | readonly string[]][]).find(([, each]) => (typeof each === 'string' ? each === entry.name : each.includes(entry.name)));
    if (known) settings[known[0]] = entry;
    else foreign.push(entry);
  }
  return { settings, foreign };
}

/** What a target does with a setting whose values differ from those of other SDKs. */
export type Conversions = Readonly<Partial<Record<Setting, (entry: SourceEntry, context: WriteContext) => Code | null>>>;

const sampling = new Set<Setting>(['temperature', 'topP', 'logprobs', 'topLogprobs', 'frequencyPenalty', 'presencePenalty', 'logitBias']);

/** Settings the target has, renamed; everything else is named as a loss. */
export function writeSettings(request: SwitchRequest, names: Names, context: WriteContext, conversions: Conversions = {}): CodeEntry[] {
  const out: CodeEntry[] = [];
  for (const [setting, entry] of Object.entries(request.settings) as [Setting, SourceEntry][]) {
    const name = first(names[setting]);
    if (name === null) {
      context.loss({ argument: entry.name, what: 'removed', reason: 'no-equal', range: entry.range });
      continue;
    }
    if (context.isReasoning && sampling.has(setting)) {
      context.loss({ argument: entry.name, what: 'removed', reason: 'reasoning-sampling', range: entry.range });
      continue;
    }
    const convert = conversions[setting];
    const value = convert ? convert(entry, context) : kept(entry.value);
    if (value === null) continue;
    if (name !== entry.name) context.loss({ argument: entry.name, what: 'renamed', reason: 'other-name', range: entry.range });
    out.push({ key: name, value, origin: entry });
  }
  for (const entry of request.foreign) context.loss({ argument: entry.name, what: 'removed', reason: reasonOf(entry.name), range: entry.range });
  for (const each of request.spreads) {
    context.loss({ argument: 'spread', what: 'kept', reason: 'spread', range: each.range });
  }
  return out;
}

function reasonOf(name: string): 'cache-control' | 'audio' | 'no-equal' | 'state' {
  return /cache/.test(name) ? 'cache-control' : /audio|modalit/.test(name) ? 'audio' : /previous_response|conversation|background|truncation|include/.test(name) ? 'state' : 'no-equal';
}

/** `stop` as a list: a single text becomes one. */
export function asList({ value }: SourceEntry, { ecosystem }: WriteContext): Code {
  if (value.kind === 'list') return kept(value);
  if (value.kind === 'string' || value.kind === 'template') return listCode([kept(value)]);
  return ecosystem === 'python' ? raw('[', kept(value), '] if isinstance(', kept(value), ', str) else ', kept(value)) : raw('[', kept(value), '].flat()');
}

/** `metadata: { user_id }` from a user's name. */
export const userMetadata = ({ value }: SourceEntry): Code => mapCode([['user_id', kept(value)]]);

export function entry(key: string, value: Code | null | undefined, origin: SourceEntry | null = null): CodeEntry[] {
  return value ? [{ key, value, origin }] : [];
}

export const chatNames: Names = {
  maxTokens: ['max_tokens', 'max_completion_tokens'], temperature: 'temperature', topP: 'top_p', stop: 'stop', seed: 'seed', n: 'n', frequencyPenalty: 'frequency_penalty', presencePenalty: 'presence_penalty',
  logprobs: 'logprobs', topLogprobs: 'top_logprobs', logitBias: 'logit_bias', user: ['user', 'safety_identifier'], store: 'store', metadata: 'metadata', serviceTier: 'service_tier', reasoningEffort: 'reasoning_effort',
  parallelToolCalls: 'parallel_tool_calls', streamOptions: 'stream_options', timeout: 'timeout', extraBody: 'extra_body', extraHeaders: 'extra_headers',
};
