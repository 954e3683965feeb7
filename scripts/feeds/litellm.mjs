/** LiteLLM's model map (MIT outside its enterprise folder): USD per token. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { decimal, tidy } from './row.mjs';

export const feed = 'litellm';
export const source = 'https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json';
const licence = 'MIT';
const file = 'model_prices_and_context_window.json';

const providers = {
  openai: 'openai', 'text-completion-openai': 'openai', azure: 'azure-openai', anthropic: 'anthropic', gemini: 'google-gemini', 'vertex_ai-language-models': 'google-vertex', 'vertex_ai-anthropic_models': 'google-vertex',
  bedrock: 'aws-bedrock', bedrock_converse: 'aws-bedrock', mistral: 'mistral', cohere_chat: 'cohere', cohere: 'cohere', xai: 'xai', groq: 'groq', together_ai: 'together', fireworks_ai: 'fireworks',
  perplexity: 'perplexity', deepseek: 'deepseek', dashscope: 'alibaba-dashscope', moonshot: 'moonshot', minimax: 'minimax', zai: 'zhipu', openrouter: 'openrouter', volcengine: 'volcengine-ark', cloudflare: 'cloudflare',
};
/** Prefixes that the map puts before a model's own name. */
const prefixes = ['azure/', 'gemini/', 'vertex_ai/', 'bedrock/', 'mistral/', 'xai/', 'groq/', 'together_ai/', 'fireworks_ai/', 'perplexity/', 'deepseek/', 'dashscope/', 'moonshot/', 'minimax/', 'zai/', 'openrouter/', 'volcengine/', 'cloudflare/'];

function rowOf(key, entry) {
  const provider = providers[entry.litellm_provider];
  if (!provider || typeof entry !== 'object') return null;
  const perMillion = (value) => (typeof value === 'number' && value > 0 ? decimal(value, 6) : undefined);
  const prefix = prefixes.find((each) => key.startsWith(each));
  const steps = [...new Set(Object.keys(entry).map((name) => /^input_cost_per_token_above_(\d+)k_tokens$/.exec(name)?.[1]).filter(Boolean))];
  return {
    provider, model: prefix ? key.slice(prefix.length) : key,
    input: perMillion(entry.input_cost_per_token), cachedInput: perMillion(entry.cache_read_input_token_cost), cacheWrite: perMillion(entry.cache_creation_input_token_cost), output: perMillion(entry.output_cost_per_token),
    above: steps.map((step) => ({
      tokens: Number(step) * 1000,
      ...(entry[`input_cost_per_token_above_${step}k_tokens`] && { input: perMillion(entry[`input_cost_per_token_above_${step}k_tokens`]) }),
      ...(entry[`output_cost_per_token_above_${step}k_tokens`] && { output: perMillion(entry[`output_cost_per_token_above_${step}k_tokens`]) }),
    })),
    contextWindow: entry.max_input_tokens || undefined, maxOutput: entry.max_output_tokens || undefined,
  };
}

/** Snapshot from the text of the map. */
export function fromJson(text, date, version = date, from = 'https://github.com/BerriAI/litellm') {
  const rows = Object.entries(JSON.parse(text)).filter(([key]) => key !== 'sample_spec').map(([key, entry]) => rowOf(key, entry));
  return { feed, version, date, licence, source: from, rows: tidy(rows.filter((row) => row !== null)) };
}

/** Snapshot from a git directory that holds the map, or from a copy of it. */
export function fromPath(path, date, from) {
  if (!existsSync(path)) return null;
  if (statSync(path).isFile()) return fromJson(readFileSync(path, 'utf8'), date ?? statSync(path).mtime.toISOString().slice(0, 10));
  const directory = existsSync(`${path}/.git`) ? `${path}/.git` : path;
  const git = (...args) => execFileSync('git', [`--git-dir=${directory}`, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const [version, day] = git('log', '-1', '--format=%h %cs', 'HEAD', '--', file).trim().split(' ');
  return fromJson(git('show', `HEAD:${file}`), day, version, from);
}
