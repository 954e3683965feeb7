/**
 * Scores a scan against labels made by reading: recall, precision, provider, model; by language and by SDK.
 *
 *   npm run accuracy -- DIR [LABELS] [--half development|unseen] [--details] [--write]
 *
 * DIR holds a checkout of each labelled repository as owner+name, at the commit that its label file states. LABELS
 * (default test/accuracy) holds development/ and unseen/ with one YAML file a repository. `--details` lists every
 * disagreement, `--write` writes docs/accuracy.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const flags = new Set(process.argv.slice(2).filter((each) => each.startsWith('--')));
const values = process.argv.slice(2).filter((each, index, all) => !each.startsWith('--') && all[index - 1] !== '--half');
const half = flags.has('--half') ? process.argv[process.argv.indexOf('--half') + 1] : null;
const [folder, labels = join(root, 'test/accuracy')] = values;
if (!folder || !existsSync(folder)) {
  console.error('Usage: npm run accuracy -- DIR [LABELS] [--half development|unseen] [--details] [--write]\nDIR holds a checkout of each labelled repository as owner+name.');
  process.exit(2);
}

const empty = () => ({ files: 0, calls: 0, found: 0, reported: 0, wrong: 0, provider: 0, model: 0, modelKnown: 0, modelFound: 0, claimed: 0, bindings: 0, bindingsFound: 0, wrappers: 0, wrappersFound: 0 });
const totals = new Map();
/** Of reported calls only: a missed one has no SDK that we know of. */
const bySdk = new Map();
const details = [];
const missing = [];

const labelFiles = readdirSync(labels, { withFileTypes: true }).filter((each) => each.isDirectory()).map((each) => each.name).sort().flatMap((kind) => readdirSync(join(labels, kind)).sort().filter((file) => file.endsWith('.yaml')).map((file) => join(labels, kind, file)));
for (const path of labelFiles) {
  const kind = basename(dirname(path));
  if (half && kind !== half) continue;
  const { files } = parse(readFileSync(path, 'utf8')) ?? {};
  if (!files) { console.error(`${path}: no files labelled`); continue; }
  const name = basename(path, '.yaml');
  const checkout = resolve(folder, name);
  if (!existsSync(checkout)) { missing.push(name); continue; }
  const names = Object.keys(files).filter((each) => existsSync(join(checkout, each)));
  for (const each of Object.keys(files)) if (!names.includes(each)) missing.push(`${name}/${each}`);
  if (names.length === 0) continue;
  // A scan of named files reads them even where a scan of the folder would leave them out.
  // Status 1 only says that there are findings.
  const { stdout: scanned, status, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.mjs'), 'scan', ...names.map((each) => join(checkout, each)), '--format', 'json'], { maxBuffer: 1 << 29, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`scan of ${name} failed: ${stderr}`);
  const { calls } = JSON.parse(scanned);
  const fileOf = (call) => relative(checkout, resolve(root, call.file)).replaceAll('\\', '/');
  for (const file of names) score(kind, name, file, files[file], calls.filter((call) => fileOf(call) === file));
}

function score(kind, repository, file, entries, calls) {
  const scores = [kind, `${kind} ${extname(file).slice(1)}`].map((key) => { if (!totals.has(key)) totals.set(key, empty()); return totals.get(key); });
  const add = (field, call) => {
    for (const each of scores) each[field]++;
    if (!call) return;
    const key = `${kind} ${call.sdk}`;
    if (!bySdk.has(key)) bySdk.set(key, empty());
    bySdk.get(key)[field]++;
  };
  const note = (what) => details.push(`${kind} ${repository}/${file}: ${what}`);
  const places = new Map(calls.map((call) => [call.cell === null ? `${call.line}` : `c${call.cell + 1}:${call.line}`, call]));
  const used = new Set();
  add('files');
  for (const entry of entries) {
    const [at, type, providers = 'unknown', models = 'unknown'] = entry.split(' ');
    const call = places.get(at);
    if (call) used.add(at);
    if (type === 'maybe') continue;
    // A call site of a function of the project that forwards to a model.
    if (type === 'wrapper') {
      add('wrappers');
      if (call) add('wrappersFound'); else note(`${at} wrapper missed`);
      continue;
    }
    if (type === 'binding') {
      add('bindings');
      if (call) add('bindingsFound'); else note(`${at} binding missed`);
      continue;
    }
    add('calls');
    if (!call) { note(`${at} missed`); continue; }
    add('found', call);
    add('reported', call);
    const provider = call.provider ?? 'unknown';
    if (providers.split('|').includes(provider)) add('provider', call); else note(`${at} provider ${provider}, not ${providers}`);
    const wanted = models.split('|');
    const said = call.models.length > 0 ? call.models : ['unknown'];
    const isKnown = !wanted.includes('unknown');
    const isRight = said.some((each) => wanted.includes(each));
    if (isRight) add('model', call); else note(`${at} model ${said.join('|')}, not ${models}`);
    if (isKnown) { add('modelKnown', call); if (isRight) add('modelFound', call); }
    if (wanted.length === 1 && wanted[0] === 'unknown' && said[0] !== 'unknown') add('claimed', call);
  }
  for (const [at, call] of places) {
    if (used.has(at)) continue;
    if (call.kind === 'model-binding') { note(`${at} binding not labelled: ${call.sdk} ${call.method}`); continue; }
    if (call.kind === 'wrapper-call') { note(`${at} wrapper not labelled: ${call.sdk} ${call.method} through ${call.through.functions.map((each) => each.name).join(', ')}`); continue; }
    add('reported', call);
    add('wrong', call);
    note(`${at} no call: ${call.sdk} ${call.method}`);
  }
}

const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}% (${part}/${whole})`);
const heading = '| | files | calls | recall | precision | provider | model, where it can be told | model claimed where none can be known | bindings found | wrappers\' call sites found |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|';
const row = (key, t) => `| ${key} | ${t.files} | ${t.calls} | ${percent(t.found, t.calls)} | ${percent(t.found, t.reported)} | ${percent(t.provider, t.found)} | ${percent(t.modelFound, t.modelKnown)} | ${t.claimed} | ${percent(t.bindingsFound, t.bindings)} | ${percent(t.wrappersFound, t.wrappers)} |`;
const table = [heading, ...[...totals].sort(([a], [b]) => a.localeCompare(b)).map(([key, t]) => row(key.includes(' ') ? `– ${key.split(' ')[1]}` : `**${key}**`, t))].join('\n');
const sdkTable = ['| | calls found | precision | provider | model, where it can be told |', '|---|---:|---:|---:|---:|',
  ...[...bySdk].sort(([a, left], [b, right]) => a.split(' ')[0].localeCompare(b.split(' ')[0]) || right.found - left.found || a.localeCompare(b))
    .map(([key, t]) => `| ${key} | ${t.found} | ${percent(t.found, t.reported)} | ${percent(t.provider, t.found)} | ${percent(t.modelFound, t.modelKnown)} |`)].join('\n');
console.log(table);
console.log(`\n${sdkTable}`);
if (missing.length > 0) console.log(`\nNot in ${folder}, so not scored: ${missing.join(', ')}`);
if (flags.has('--details')) console.log(`\n${details.join('\n')}`);
if (flags.has('--write')) {
  const path = join(root, 'docs/accuracy.md');
  let page = existsSync(path) ? readFileSync(path, 'utf8') : '# Accuracy\n';
  const put = (name, text) => {
    const block = `<!-- ${name} -->\n${text}\n<!-- /${name} -->`;
    const marked = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
    page = marked.test(page) ? page.replace(marked, () => block) : `${page.trimEnd()}\n\n${block}\n`;
  };
  put('table', table);
  put('sdks', sdkTable);
  put('scored', `Scored on ${new Date().toISOString().slice(0, 10)}${missing.length > 0 ? `, without ${missing.length} repositories or files that were not there` : ''}.`);
  writeFileSync(path, page);
}
