/** `tokenfare prices update | reset | export`: another price list in place of the built-in one, and back. */
import { readFile, stat } from 'node:fs/promises';
import { facts as builtIn } from '../catalog.js';
import { fetchPack, readWeb, type ReadAddress } from '../pricePack/fetchPack.js';
import { recordOf } from '../pricePack/installed.js';
import { differences, packText, withPack, type PriceDifference } from '../pricePack/pack.js';
import { catalogInForce, install, installedPackFile, uninstall } from './catalogInForce.js';
import type { Flags } from './flags.js';
import { table, todayIso } from './output.js';
import { providerSources } from './providerSources.js';

const shownDifferences = 40;

/** Reads files by path and everything else from the web. */
const readAnywhere: ReadAddress = async (address, limit) => {
  if (/^https?:/i.test(address)) return readWeb(address, limit);
  try {
    if ((await stat(address)).size > limit) throw new Error(`${address}: larger than ${limit} bytes`);
    return await readFile(address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** Fetches a pack, checks it, shows what it changes and puts it in place; `--check` only shows. */
export async function runUpdate(flags: Flags): Promise<number> {
  const address = flags.from ?? process.env['TOKENFARE_PRICES_URL'];
  if (!address) throw new Error('prices update needs an address: --from URL or FILE, or TOKENFARE_PRICES_URL');
  const publicKey = flags['public-key'] ?? process.env['TOKENFARE_PRICES_PUBLIC_KEY'];
  const checked = await fetchPack(address, { ...(flags.sha256 && { sha256: flags.sha256 }), ...(publicKey && { publicKey }) }, readAnywhere);
  const before = (await catalogInForce()).facts;
  const changed = differences(before, withPack(builtIn, checked.pack), todayIso());
  if (flags.format === 'json') process.stdout.write(`${JSON.stringify({ generatedOn: checked.pack.generatedOn, sha256: checked.sha256, provedBy: checked.provedBy, changes: changed, applied: !flags.check }, null, 2)}\n`);
  else process.stdout.write(`${differenceTable(changed)}prices of ${checked.pack.generatedOn}, ${checked.pack.providers.length} providers, SHA-256 ${checked.sha256} (${checked.provedBy})\n`);
  if (flags.check) return 0;
  await install(recordOf(checked, address, todayIso()));
  if (flags.format !== 'json') process.stdout.write(`in place: ${installedPackFile()}; tokenfare prices reset goes back to the built-in prices\n`);
  return 0;
}

/** Goes back to the built-in prices. */
export async function runReset(): Promise<number> {
  process.stdout.write(await uninstall() ? 'the built-in prices are used again\n' : 'the built-in prices are in use already\n');
  return 0;
}

/** Prints the catalog as a price pack, the starting point for one of your own. */
export function runExport(): number {
  const providers = providerSources();
  const generatedOn = providers.map((each) => each.checkedOn).sort().at(-1)!;
  process.stdout.write(packText(generatedOn, providers, { ...builtIn.rates, perUsd: { ...builtIn.rates.perUsd } }));
  return 0;
}

function differenceTable(changes: readonly PriceDifference[]): string {
  if (changes.length === 0) return 'no price changes\n';
  const rows = changes.slice(0, shownDifferences).map((each) => [
    each.provider, each.model, each.unit, each.before ?? '–', each.after ?? '–', each.currency,
    each.before && each.after ? `${Number(each.after) >= Number(each.before) ? '+' : '−'}${Math.abs(Math.round((Number(each.after) / Number(each.before) - 1) * 100))}%` : each.after ? 'new' : 'gone',
  ]);
  const more = changes.length - rows.length;
  return `${table(['provider', 'model', 'unit', 'before', 'after', '', ''], rows, [3, 4, 6])}${more > 0 ? `… and ${more} more\n` : ''}`;
}
