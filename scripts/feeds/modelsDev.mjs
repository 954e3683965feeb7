/** models.dev (MIT): one TOML file per provider and model; live as one JSON document. Costs are USD per million tokens. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { parse } from 'smol-toml';
import { decimal, tidy } from './row.mjs';

export const feed = 'models.dev';
export const source = 'https://models.dev/api.json';
const licence = 'MIT';

/** Their provider ids that are ours; their other hosts and plans are left out. */
const providers = {
  openai: 'openai', azure: 'azure-openai', anthropic: 'anthropic', google: 'google-gemini', 'google-vertex': 'google-vertex', 'google-vertex-anthropic': 'google-vertex',
  'amazon-bedrock': 'aws-bedrock', mistral: 'mistral', cohere: 'cohere', xai: 'xai', groq: 'groq', togetherai: 'together', 'fireworks-ai': 'fireworks', perplexity: 'perplexity',
  huggingface: 'huggingface', deepseek: 'deepseek', alibaba: 'alibaba-dashscope', moonshotai: 'moonshot', minimax: 'minimax', zai: 'zhipu', 'cloudflare-workers-ai': 'cloudflare', openrouter: 'openrouter',
};

function rowOf(provider, model, data) {
  const { cost, limit } = data;
  if (!cost) return null;
  const price = (value) => (typeof value === 'number' && value > 0 ? decimal(value) : undefined);
  const long = cost.context_over_200k;
  return {
    provider, model, input: price(cost.input), cachedInput: price(cost.cache_read), cacheWrite: price(cost.cache_write), output: price(cost.output),
    above: long ? [{ tokens: 200_000, ...(long.input && { input: decimal(long.input) }), ...(long.cache_read && { cachedInput: decimal(long.cache_read) }), ...(long.output && { output: decimal(long.output) }) }] : undefined,
    contextWindow: limit?.context || undefined, maxOutput: limit?.output || undefined,
  };
}

/** Snapshot from the live JSON document. */
export function fromJson(text, date) {
  const data = JSON.parse(text);
  const rows = Object.entries(providers).flatMap(([theirs, ours]) => Object.entries(data[theirs]?.models ?? {}).map(([id, model]) => rowOf(ours, id, model)));
  return { feed, version: date, date, licence, source, rows: tidy(rows.filter((row) => row !== null)) };
}

/** Snapshot from a git directory of the repository, or from a copy of the JSON document. */
export function fromPath(path) {
  if (!existsSync(path)) return null;
  if (statSync(path).isFile()) return fromJson(readFileSync(path, 'utf8'), statSync(path).mtime.toISOString().slice(0, 10));
  const git = (...args) => execFileSync('git', [`--git-dir=${existsSync(`${path}/.git`) ? `${path}/.git` : path}`, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const [version, date] = git('log', '-1', '--format=%h %cs', 'HEAD').trim().split(' ');
  const files = git('ls-tree', '-r', '--name-only', 'HEAD', 'providers').split('\n').filter((file) => file.endsWith('.toml') && file.includes('/models/'));
  const wanted = files.flatMap((file) => {
    const [, theirs, , ...rest] = file.split('/');
    const ours = providers[theirs];
    return ours ? [{ file, ours, model: rest.join('/').replace(/\.toml$/, '') }] : [];
  });
  // One process for all files: `cat-file --batch` prints a header line and the content of each.
  const output = execFileSync('git', [`--git-dir=${existsSync(`${path}/.git`) ? `${path}/.git` : path}`, 'cat-file', '--batch'], { input: wanted.map(({ file }) => `HEAD:${file}\n`).join(''), maxBuffer: 1 << 28 });
  let at = 0;
  const rows = wanted.map(({ ours, model }) => {
    const end = output.indexOf(10, at);
    const size = Number(output.subarray(at, end).toString().split(' ')[2]);
    const text = output.subarray(end + 1, end + 1 + size).toString('utf8');
    at = end + 2 + size;
    try { return rowOf(ours, model, parse(text)); } catch { return null; }
  });
  return { feed, version, date, licence, source: 'https://github.com/anomalyco/models.dev', rows: tidy(rows.filter((row) => row !== null)) };
}
