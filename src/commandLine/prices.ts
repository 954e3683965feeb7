/** `tokenfare prices`: what the catalog knows, with source and date. */
import type { Flags } from './flags.js';
import { daysBetween } from '../core/format.js';
import { findModel, findProvider } from '../core/lookup.js';
import { withOwn } from '../core/ownCatalog.js';
import { nextPriceDay } from '../core/price.js';
import { ageingAfterDays, dayMessage, english, staleAfterDays } from '../messages.js';
import { priceToday, rateOf } from '../reporters/providerCard.js';
import { catalogInForce } from './catalogInForce.js';
import { dayOf, table } from './output.js';
import { runMonth } from './pricesMonth.js';
import { runExport, runReset, runUpdate } from './pricePack.js';
import { configurationFor, configurationOptions } from './scan.js';
import { unknownModel } from './unknownModel.js';

/** Prints prices of a provider, of a model, or of all; JSON has everything the catalog holds. */
export async function runPrices(words: readonly string[], flags: Flags): Promise<number> {
  switch (words[0]) {
    case undefined: case 'list': case 'month': break;
    case 'update': return runUpdate(flags);
    case 'reset': return runReset();
    case 'export': return runExport();
    default: throw new Error(`unknown subcommand "${words[0]}"; there are list, month, update, reset and export`);
  }
  const inForce = (await catalogInForce()).facts;
  const { configuration } = await configurationFor('.', configurationOptions(flags, inForce));
  const facts = withOwn(inForce, configuration.own);
  if (words[0] === 'month') return runMonth(flags, facts, configuration);
  const day = dayOf(flags);
  const provider = flags.provider ? findProvider(facts, flags.provider) : null;
  if (flags.provider && !provider) throw new Error(`provider "${flags.provider}" is not in the catalog; there are ${facts.providers.map((each) => each.id).join(', ')}`);
  const wanted = flags.model ?? [];
  const rows = (provider ? [provider] : facts.providers).flatMap((each) => {
    const models = wanted.length > 0 ? wanted.map((name) => findModel(each, name)).filter((model) => model !== null) : each.models;
    return models.map((model) => ({ provider: each, model, price: priceToday(each, model, day, configuration.currency) }));
  });
  for (const name of wanted) {
    if (rows.some((row) => findModel(row.provider, name) === row.model)) continue;
    const sentence = unknownModel(facts, name, provider, 'no price is known');
    if (rows.length === 0 && wanted.length === 1) throw new Error(sentence);
    process.stderr.write(`tokenfare: ${sentence}\n`);
  }
  if (rows.length === 0) throw new Error(wanted.length > 0 ? 'none of these models is in the catalog' : `${flags.provider} lists no models`);
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify(rows.map((row) => ({ provider: row.provider.id, ...row.model })), null, 2)}\n`);
    return 0;
  }
  let old = 0;
  process.stdout.write(table(['provider', 'model', 'input /M', 'cached /M', 'output /M', 'checked', 'changes', 'retires'], rows.map(({ provider: { id, defaultEndpoint }, model, price }) => {
    const age = price ? daysBetween(price.checkedOn, day) ?? 0 : 0;
    if (age > staleAfterDays) old++;
    return [
      id, model.id, rateOf(price, 'input-token') || (price ? 'see json' : 'unknown'), rateOf(price, 'cached-input-token'), rateOf(price, 'output-token'),
      price ? `${price.checkedOn}${age > staleAfterDays ? ' !!' : age > ageingAfterDays ? ' !' : ''}` : '',
      changeOf(nextPriceDay(model, defaultEndpoint?.['*'] ?? null, day, configuration.currency), day), changeOf(model.retirement?.on ?? null, day),
    ];
  }), [2, 3, 4]));
  if (old > 0) process.stderr.write(`!! ${old} of ${rows.length} prices were read more than ${staleAfterDays} days ago (! more than ${ageingAfterDays}); tokenfare prices update gets newer ones\n`);
  return 0;
}

function changeOf(on: string | null, day: string): string {
  return on === null ? '' : dayMessage(on, day, english);
}
