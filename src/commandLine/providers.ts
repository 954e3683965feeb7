/** `tokenfare providers [list | show ID | stats]`: what the catalog knows about a provider, and how much it knows. */
import { claims } from '../catalog.js';
import { zoneLabel } from '../core/format.js';
import { findProvider } from '../core/lookup.js';
import type { Facts, Provider } from '../core/model.js';
import { english } from '../messages.js';
import { markdown, plainText } from '../reporters/blocks.js';
import { catalogStatistics } from '../reporters/catalogStatistics.js';
import { providerCard } from '../reporters/providerCard.js';
import { catalogInForce } from './catalogInForce.js';
import type { Flags } from './flags.js';
import { ascii } from '../reporters/layout.js';
import { dayOf, styleOf, table } from './output.js';
import { configurationFor, configurationOptions } from './scan.js';
import { withOwn } from '../core/ownCatalog.js';

/** Runs the subcommand. */
export async function runProviders(words: readonly string[], flags: Flags): Promise<number> {
  const [what = 'list', id] = words;
  const options = configurationOptions(flags, (await catalogInForce()).facts);
  const { configuration } = await configurationFor('.', options);
  const facts = withOwn((await catalogInForce()).facts, configuration.own);
  switch (what) {
    case 'list': return list(facts, flags);
    case 'show': return show(facts, id, flags, configuration.currency);
    case 'stats': return statistics(facts, flags);
    default: throw new Error(`unknown subcommand "${what}"; there are list, show and stats`);
  }
}

function list(facts: Facts, flags: Flags): number {
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify(facts.providers.map(({ id, name, home, gateway = false, local = false, endpoints, models }) => ({ id, name, home, gateway, local, endpoints: endpoints.length, models: models.length })), null, 2)}\n`);
    return 0;
  }
  process.stdout.write(table(['id', 'name', 'models', 'data in', 'key'], facts.providers.map((each) => [
    each.id, each.name, String(each.models.length), [...new Set(each.endpoints.map((endpoint) => zoneLabel(endpoint.storageZone, endpoint.inferenceZone)))].slice(0, 4).join(', '), each.keyVariables[0] ?? '',
  ]), [2]));
  return 0;
}

/** The card of one provider: text, Markdown, or all the catalog holds as JSON. */
function show(facts: Facts, id: string | undefined, flags: Flags, currency: string): number {
  if (!id) throw new Error('providers show takes a provider, e.g. tokenfare providers show alipay');
  const provider = findProvider(facts, id) ?? byName(facts, id);
  if (!provider) throw new Error(`provider "${id}" is not in the catalog; there are ${facts.providers.map((each) => each.id).join(', ')}`);
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...provider, models: provider.models }, null, 2)}\n`);
    return 0;
  }
  const blocks = providerCard(provider, dayOf(flags), currency, english, flags.verbose === true);
  if (flags.format === 'markdown') { process.stdout.write(markdown(blocks)); return 0; }
  const style = styleOf(facts, false);
  const text = plainText(blocks, Math.max(60, style.width));
  process.stdout.write(style.unicode ? text : ascii(text));
  return 0;
}

function byName(facts: Facts, word: string): Provider | null {
  const wanted = word.toLowerCase();
  const found = facts.providers.filter((each) => each.name.toLowerCase().includes(wanted) || each.id.includes(wanted));
  return found.length === 1 ? found[0]! : null;
}

function statistics(facts: Facts, flags: Flags): number {
  const counted = catalogStatistics(facts, claims, dayOf(flags));
  if (flags.format === 'json') { process.stdout.write(`${JSON.stringify(counted, null, 2)}\n`); return 0; }
  const { byConfidence: by } = counted;
  process.stdout.write([
    `providers           ${counted.providers} (${counted.gateways} gateways), ${counted.endpoints} endpoints`,
    `models              ${counted.models}`,
    `  with a price      ${counted.pricedModels}`,
    `  with a CNY price  ${counted.modelsInCny}`,
    `prices              ${counted.prices}`,
    `sourced statements  ${counted.sourced}: ${by.official} official, ${by.secondary} secondary, ${by.claim} claims`,
    `  checked           ${counted.upTo30Days} within 30 days, ${counted.upTo90Days} within 90, ${counted.older} before (oldest ${counted.oldest}, newest ${counted.newest})`,
    '',
  ].join('\n'));
  return 0;
}
