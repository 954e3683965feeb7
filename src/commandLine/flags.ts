/** The flags of the command line. */
import { parseArgs } from 'node:util';

const options = {
  format: { type: 'string' }, policy: { type: 'string' }, organisation: { type: 'string' }, baseline: { type: 'string' }, currency: { type: 'string' }, 'fail-on': { type: 'string' },
  language: { type: 'string' }, model: { type: 'string', multiple: true }, provider: { type: 'string' },
  at: { type: 'string' }, from: { type: 'string' }, sha256: { type: 'string' }, 'public-key': { type: 'string' }, check: { type: 'boolean' }, remote: { type: 'boolean' },
  calls: { type: 'string' }, input: { type: 'string' }, output: { type: 'string' }, cached: { type: 'string' }, fee: { type: 'string' }, tier: { type: 'string' }, free: { type: 'boolean' },
  port: { type: 'string' }, upstream: { type: 'string', multiple: true }, period: { type: 'string' }, by: { type: 'string' }, source: { type: 'string', multiple: true }, project: { type: 'string' },
  billing: { type: 'string' }, to: { type: 'string' }, otlp: { type: 'boolean' }, yes: { type: 'boolean' }, months: { type: 'string' },
  out: { type: 'string', short: 'o' }, shard: { type: 'string' }, 'max-increase': { type: 'string' }, 'fail-over-budget': { type: 'boolean' },
  all: { type: 'boolean' }, 'allow-partial': { type: 'boolean' },
  'calls-per-day': { type: 'string' }, 'output-tokens': { type: 'string' }, 'cache-hits': { type: 'string' }, batch: { type: 'string' }, peak: { type: 'string' },
  images: { type: 'string' }, 'added-tokens': { type: 'string' }, growth: { type: 'string' }, discount: { type: 'string' }, 'flat-fee': { type: 'string' },
  sdk: { type: 'string' }, region: { type: 'string' }, fallback: { type: 'string', multiple: true }, write: { type: 'boolean' }, adapter: { type: 'boolean' },
  markdown: { type: 'boolean' }, verbose: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' },
} as const;

/** Flags and words; throws on unknown flags. */
export function parseFlags(words: readonly string[]) {
  return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
}

/** Parsed flags, as the commands take them. */
export type Flags = ReturnType<typeof parseFlags>['values'];
