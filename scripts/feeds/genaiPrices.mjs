/** @pydantic/genai-prices (MIT): prices in USD per million tokens, some with tiers, start days and times of day. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decimal, tidy } from './row.mjs';

export const feed = 'genai-prices';
export const source = 'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json';
export const npmPackage = '@pydantic/genai-prices';
const licence = 'MIT';

const providers = {
  openai: 'openai', azure: 'azure-openai', anthropic: 'anthropic', google: 'google-gemini', aws: 'aws-bedrock', mistral: 'mistral', cohere: 'cohere', 'x-ai': 'xai', groq: 'groq',
  together: 'together', fireworks: 'fireworks', perplexity: 'perplexity', deepseek: 'deepseek', moonshotai: 'moonshot', minimax: 'minimax', zai: 'zhipu', openrouter: 'openrouter',
};

/** Base rate and rates above a prompt size, of a number or of `{ base, tiers }`. */
function rates(value) {
  if (value === undefined || value === null) return { base: undefined, tiers: [] };
  if (typeof value === 'object' && 'base' in value) return { base: decimal(value.base), tiers: (value.tiers ?? []).map((tier) => ({ tokens: tier.start, rate: decimal(tier.price) })) };
  return { base: decimal(value), tiers: [] };
}

/** Prices that hold on a day: of several the last whose start day has come; times of day are left out. */
function pricesOn(prices, day) {
  if (!Array.isArray(prices)) return prices;
  const holding = prices.filter(({ constraint }) => !constraint || (constraint.start_date !== undefined && constraint.start_date <= day));
  return (holding.at(-1) ?? prices[0]).prices;
}

function rowOf(provider, model, day) {
  const prices = pricesOn(model.prices, day);
  if (!prices) return null;
  const [input, cached, write, output] = [prices.input_mtok, prices.cache_read_mtok, prices.cache_write_mtok, prices.output_mtok].map(rates);
  const steps = [...new Set([...input.tiers, ...output.tiers].map(({ tokens }) => tokens))];
  const at = (of, tokens) => of.tiers.find((tier) => tier.tokens === tokens)?.rate;
  return {
    provider, model: model.id, input: input.base, cachedInput: cached.base, cacheWrite: write.base, output: output.base,
    above: steps.map((tokens) => ({ tokens, ...(at(input, tokens) && { input: at(input, tokens) }), ...(at(cached, tokens) && { cachedInput: at(cached, tokens) }), ...(at(output, tokens) && { output: at(output, tokens) }) })),
    contextWindow: model.context_window || undefined,
  };
}

/** Snapshot from the parsed data. */
export function fromData(data, version, date) {
  const list = Array.isArray(data) ? data : data.providers;
  const rows = list.flatMap((provider) => (providers[provider.id] ? provider.models.map((model) => rowOf(providers[provider.id], model, date)) : []));
  return { feed, version, date, licence, source: 'https://github.com/pydantic/genai-prices', rows: tidy(rows.filter((row) => row !== null)) };
}

/** Snapshot from the live JSON document. */
export const fromJson = (text, date) => fromData(JSON.parse(text), date, date);

/** Snapshot from a folder of the unpacked npm package, or from a copy of the JSON document. `date`: day of the release. */
export async function fromPath(path, date) {
  if (!existsSync(path)) return null;
  if (statSync(path).isFile()) return fromJson(readFileSync(path, 'utf8'), date ?? statSync(path).mtime.toISOString().slice(0, 10));
  const { version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const text = readFileSync(join(path, 'dist/index.js'), 'utf8');
  // The package bundles its data as the first array and exports only functions over it.
  const name = /^(?:const|var|let) (\w+) = \[/m.exec(text)?.[1];
  if (!name) throw new Error(`${path}: the data was not found in dist/index.js`);
  const { feedData } = await import(`data:text/javascript;base64,${Buffer.from(`${text}\nexport { ${name} as feedData };`).toString('base64')}`);
  return fromData(feedData, version, date ?? statSync(join(path, 'package.json')).mtime.toISOString().slice(0, 10));
}
