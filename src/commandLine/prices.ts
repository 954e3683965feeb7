/** `tokenfare prices`: what the catalog knows, with source and date. */
import { facts } from '../catalog.js';
import type { Flags } from './flags.js';
import { findModel, findProvider } from '../core/lookup.js';
import { table } from './output.js';

/** Prints prices of a provider, of a model, or of all; JSON has everything the catalog holds. */
export async function runPrices(flags: Flags): Promise<number> {
  const provider = flags.provider ? findProvider(facts, flags.provider) : null;
  if (flags.provider && !provider) throw new Error(`provider "${flags.provider}" is not in the catalog; there are ${facts.providers.map((each) => each.id).join(', ')}`);
  const wanted = flags.model?.[0];
  const rows = (provider ? [provider] : facts.providers).flatMap((each) => {
    const models = wanted ? [findModel(each, wanted)].filter((model) => model !== null) : each.models;
    return models.map((model) => ({ provider: each.id, model }));
  });
  if (rows.length === 0) throw new Error(wanted ? `model "${wanted}" is not in the catalog` : `${flags.provider} lists no models`);
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify(rows.map((row) => ({ provider: row.provider, ...row.model })), null, 2)}\n`);
    return 0;
  }
  const amount = (model: (typeof rows)[number]['model'], unit: string): string => {
    const price = model.prices[0];
    const component = price?.components.find((each) => each.unit === unit && !each.when);
    return component && price ? `${component.amount} ${price.currency}` : '';
  };
  process.stdout.write(table(['provider', 'model', 'input /M', 'cached /M', 'output /M', 'checked', 'retires'], rows.map(({ provider: id, model }) => [
    id, model.id, amount(model, 'input-token') || (model.prices.length ? 'see json' : 'unknown'), amount(model, 'cached-input-token'), amount(model, 'output-token'),
    model.prices[0]?.checkedOn ?? '', model.retirement?.on ?? '',
  ]), [2, 3, 4]));
  return 0;
}
