/**
 * `npm run catalog:update -- [--feed NAME] [--from PATH] [--write] [--force]`: gets the newest data of the price feeds,
 * shows what changed since the snapshots in src/providers/feeds/ and where the catalog differs, and with --write puts the
 * new snapshots in place and carries changed rates into those catalog rows that came from that feed. What was kept by
 * hand or read from a vendor's own page is never touched. A source that cannot be reached changes nothing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, parseDocument } from 'yaml';
import { loadCatalog } from './feeds/catalog.mjs';
import { comparisons, disagreements, explains, precedence, unknownRows } from './feeds/compare.mjs';
import * as genaiPrices from './feeds/genaiPrices.mjs';
import * as litellm from './feeds/litellm.mjs';
import * as modelsDev from './feeds/modelsDev.mjs';
import { problemsOf, snapshotText } from './feeds/row.mjs';
import { root } from './setUp.mjs';

const timeoutMs = 60_000;
const importers = { 'genai-prices': genaiPrices, 'models.dev': modelsDev, litellm };
const folder = join(root, 'src/providers/feeds');
const rateKeys = { 'input-token': 'input', 'cached-input-token': 'cachedInput', 'cache-write-token': 'cacheWrite', 'output-token': 'output' };

const { values } = parseArgs({ options: { feed: { type: 'string' }, from: { type: 'string' }, write: { type: 'boolean' }, force: { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log('npm run catalog:update -- [--feed NAME] [--from PATH] [--write] [--force]\n  --feed   one of ' + precedence.join(', ') + ' (default: all)\n  --from   a local copy instead of the web: a file, a git directory, a package folder (with --feed)\n  --write  put the new data in place\n  --force  also when many rows would go or the data is older');
  process.exit(0);
}
if (values.feed && !importers[values.feed]) fail(`there is no feed "${values.feed}"; there are ${precedence.join(', ')}`);
if (values.from && !values.feed) fail('--from needs --feed');

const day = new Date().toISOString().slice(0, 10);
const catalog = await loadCatalog();
const notes = parse(readFileSync(join(folder, 'differences.yaml'), 'utf8')).differences;
let reached = 0;
for (const name of values.feed ? [values.feed] : precedence) {
  const before = existsSync(join(folder, `${name}.json`)) ? JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) : undefined;
  let after;
  try {
    after = await newest(name);
  } catch (error) {
    console.log(`${name}: ${error.message}; its snapshot${before ? ` of ${before.date}` : ''} is left as it is`);
    continue;
  }
  const problems = problemsOf(after, before);
  console.log(`\n${name} ${after.version} of ${after.date}: ${after.rows.length} rows${before ? ` (snapshot: ${before.version} of ${before.date}, ${before.rows.length} rows)` : ''}`);
  if (problems.length > 0 && !values.force) {
    console.log(`  not taken: ${problems.slice(0, 5).join('; ')}; --force takes it all the same`);
    continue;
  }
  reached++;
  showChanges(before, after);
  const open = disagreements(comparisons(catalog, after, day)).filter((each) => !notes.some((note) => explains(note, each, name)));
  console.log(`  differs from the catalog by more than 5% without a note: ${open.length}`);
  printTable(open.slice(0, 30).map((each) => [each.row.provider, each.row.model, each.unit, each.ours, each.theirs, percent(each.ours, each.theirs)]), ['', '', '', 'catalog', 'feed', '']);
  const unknown = unknownRows(catalog, after);
  if (unknown.length > 0) console.log(`  not in the catalog: ${unknown.length}, e.g. ${unknown.slice(0, 8).map((row) => `${row.provider}/${row.model}`).join(', ')}`);
  if (values.write) {
    const draft = join(folder, `.${name}.json`);
    writeFileSync(draft, snapshotText(after));
    renameSync(draft, join(folder, `${name}.json`));
    console.log(`  written: src/providers/feeds/${name}.json; rates changed in the catalog: ${carry(name, after)}`);
  }
}
if (!values.write && reached > 0) console.log('\nnothing was changed; --write does it');
process.exit(reached > 0 ? 0 : 2);

/** Snapshot of the newest data: a local copy, the web, or (genai-prices) the npm registry. */
async function newest(name) {
  const importer = importers[name];
  if (values.from) {
    const snapshot = await importer.fromPath(values.from);
    if (!snapshot) throw new Error(`${values.from} is not there`);
    return snapshot;
  }
  try {
    const response = await fetch(importer.source, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    return importer.fromJson(await response.text(), day);
  } catch (error) {
    if (!importer.npmPackage) throw new Error(`${importer.source} cannot be reached (${error.cause?.code ?? error.message})`);
    return fromNpm(importer);
  }
}

async function fromNpm(importer) {
  const place = mkdtempSync(join(tmpdir(), 'tokenfare-feed-'));
  try {
    const npm = (...args) => execFileSync('npm', [...args, '--silent'], { cwd: place, encoding: 'utf8', timeout: timeoutMs, shell: process.platform === 'win32' });
    const times = JSON.parse(npm('view', importer.npmPackage, 'time', '--json'));
    npm('pack', importer.npmPackage);
    const archive = readdirSync(place).find((file) => file.endsWith('.tgz'));
    execFileSync('tar', ['xzf', archive], { cwd: place });
    const { version } = JSON.parse(readFileSync(join(place, 'package/package.json'), 'utf8'));
    return await importer.fromPath(join(place, 'package'), times[version].slice(0, 10));
  } catch (error) {
    throw new Error(`${importer.source} and the package ${importer.npmPackage} cannot be reached (${error.code ?? error.message})`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function showChanges(before, after) {
  const key = (row) => `${row.provider}\n${row.model}`;
  const old = new Map((before?.rows ?? []).map((row) => [key(row), row]));
  const now = new Map(after.rows.map((row) => [key(row), row]));
  const added = after.rows.filter((row) => !old.has(key(row)));
  const removed = [...old.values()].filter((row) => !now.has(key(row)));
  const changed = after.rows.flatMap((row) => {
    const was = old.get(key(row));
    return was ? Object.values(rateKeys).filter((rate) => was[rate] !== row[rate]).map((rate) => [row.provider, row.model, rate, was[rate] ?? '–', row[rate] ?? '–', percent(was[rate], row[rate])]) : [];
  });
  console.log(`  new ${added.length}, gone ${removed.length}, changed rates ${changed.length}`);
  printTable(changed.slice(0, 40), ['', '', '', 'before', 'now', '']);
  if (changed.length > 40) console.log(`  … and ${changed.length - 40} more`);
}

/** Carries changed rates into catalog rows that name this feed as their source; gives how many. */
function carry(name, after) {
  const mark = { 'genai-prices': '@pydantic/genai-prices', 'models.dev': 'models.dev@', litellm: 'LiteLLM' }[name];
  const byProvider = new Map();
  for (const row of after.rows) byProvider.set(row.provider, [...byProvider.get(row.provider) ?? [], row]);
  let count = 0;
  for (const [provider, rows] of byProvider) {
    const path = join(root, 'src/providers', `${provider}.yaml`);
    const document = parseDocument(readFileSync(path, 'utf8'));
    const inherited = String(document.getIn(['defaults', 'price', 'source']) ?? '');
    let touched = false;
    for (const row of rows) {
      const model = document.get('models', true).items.find((each) => each.get('id') === row.model);
      for (const price of model?.get('prices', true)?.items ?? []) {
        const from = String(price.get('source') ?? inherited);
        if (!from.includes(mark) || (price.get('currency') ?? 'USD') !== 'USD' || price.get('validTo') || price.get('endpoints')) continue;
        for (const component of price.get('components', true).items) {
          const rate = row[rateKeys[component.get('unit')]];
          if (component.get('when') || rate === undefined || String(component.get('amount')) === rate) continue;
          component.set('amount', rate);
          price.set('checkedOn', after.date);
          touched = true;
          count++;
        }
      }
    }
    if (touched) writeFileSync(path, document.toString({ lineWidth: 0, singleQuote: true }).replace(/\[ (?=[^'"]|')/g, '[').replace(/ \](?=$|[,} ])/gm, ']'));
  }
  return count;
}

function percent(before, after) {
  if (before === undefined || after === undefined || Number(before) === 0) return '';
  const change = Math.round((Number(after) / Number(before) - 1) * 100);
  return `${change >= 0 ? '+' : ''}${change}%`;
}

function printTable(rows, header) {
  if (rows.length === 0) return;
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => String(row[column]).length)));
  for (const row of all) console.log(`    ${row.map((cell, column) => String(cell).padEnd(widths[column])).join('  ').trimEnd()}`);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
