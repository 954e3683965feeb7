/** `tokenfare prices`: what the catalog knows, with source and date. */
import { facts } from '../catalog.js';
import type { Flags } from './flags.js';
import type { Model, Price, PriceUnit, Provider } from '../core/model.js';
import { findModel, findProvider } from '../core/lookup.js';
import { priceOn } from '../core/price.js';
import { table, todayIso } from './output.js';

/** Prints prices of a provider, of a model, or of all; JSON has everything the catalog holds. */
export async function runPrices(flags: Flags): Promise<number> {
  const provider = flags.provider ? findProvider(facts, flags.provider) : null;
  if (flags.provider && !provider) throw new Error(`provider "${flags.provider}" is not in the catalog; there are ${facts.providers.map((each) => each.id).join(', ')}`);
  const wanted = flags.model?.[0];
  const rows = (provider ? [provider] : facts.providers).flatMap((each) => {
    const models = wanted ? [findModel(each, wanted)].filter((model) => model !== null) : each.models;
    return models.map((model) => ({ provider: each.id, model, price: priceToday(each, model) }));
  });
  if (rows.length === 0) throw new Error(wanted ? `model "${wanted}" is not in the catalog` : `${flags.provider} lists no models`);
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify(rows.map((row) => ({ provider: row.provider, ...row.model })), null, 2)}\n`);
    return 0;
  }
  process.stdout.write(table(['provider', 'model', 'input /M', 'cached /M', 'output /M', 'checked', 'retires'], rows.map(({ provider: id, model, price }) => [
    id, model.id, amount(price, 'input-token') || (price ? 'see json' : 'unknown'), amount(price, 'cached-input-token'), amount(price, 'output-token'),
    price?.checkedOn ?? '', model.retirement?.on ?? '',
  ]), [2, 3, 4]));
  return 0;
}

/** The price that holds today where code goes by default, else the first that holds anywhere. */
function priceToday(provider: Provider, model: Model): Price | null {
  const today = todayIso();
  const endpoints = [provider.defaultEndpoint?.['*'] ?? null, ...provider.endpoints.map((each) => each.id)];
  for (const endpoint of endpoints) {
    const price = priceOn(model, endpoint, today, 'USD');
    if (price) return price;
  }
  return null;
}

/** The amount without conditions; where it depends on the hour, from the lowest to the highest. */
function amount(price: Price | null, unit: PriceUnit): string {
  if (!price) return '';
  const components = price.components.filter((each) => each.unit === unit);
  const plain = components.find((each) => !each.when);
  if (plain) return `${plain.amount} ${price.currency}`;
  const hourly = components.filter((each) => each.when?.window && !each.when.tier && !each.when.promptTokensAbove).map((each) => each.amount).sort((a, b) => Number(a) - Number(b));
  return hourly.length > 0 ? `${[...new Set([hourly[0], hourly.at(-1)])].join(' – ')} ${price.currency}` : '';
}
