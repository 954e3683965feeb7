/**
 * What all feeds are brought to: one row per provider and model, USD per million tokens as decimal texts, exactly as
 * the feed states them.
 *
 * @typedef {object} Row
 * @property {string} provider   our provider id
 * @property {string} model
 * @property {string} [input]
 * @property {string} [cachedInput]
 * @property {string} [cacheWrite]
 * @property {string} [output]
 * @property {{ tokens: number, input?: string, cachedInput?: string, output?: string }[]} [above]  rates above a prompt size
 * @property {number} [contextWindow]
 * @property {number} [maxOutput]
 *
 * @typedef {object} Snapshot
 * @property {string} feed
 * @property {string} version
 * @property {string} date      day of the feed's data
 * @property {string} licence
 * @property {string} source
 * @property {Row[]} rows       sorted by provider and model
 */

/** Decimal text of a number or text times ten to the `power`, without the noise of floating point. */
export function decimal(value, power = 0) {
  // Feeds that go through floating point write 0.049999999999999996 for 0.05.
  if (typeof value === 'number') return decimal(String(Number(value.toPrecision(12))), power);
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(String(value).trim());
  if (!match) throw new Error(`not a price: ${value}`);
  let digits = match[1] + (match[2] ?? '');
  let point = match[1].length + Number(match[3] ?? 0) + power;
  if (point <= 0) { digits = '0'.repeat(1 - point) + digits; point = 1; }
  if (point > digits.length) digits += '0'.repeat(point - digits.length);
  const whole = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const part = digits.slice(point).replace(/0+$/, '');
  return part ? `${whole}.${part}` : whole;
}

/** The same row without what is not stated. */
export function clean(row) {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)));
}

/** Rows in order, one per provider and model (the first stays); those without any price are left out. */
export function tidy(rows) {
  const seen = new Set();
  return rows.filter((row) => row.input !== undefined || row.output !== undefined).map(clean)
    .sort((a, b) => (a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : a.model < b.model ? -1 : a.model > b.model ? 1 : 0))
    .filter((row) => { const key = `${row.provider}\n${row.model}`; return seen.has(key) ? false : Boolean(seen.add(key)); });
}

/** A snapshot as text, one row a line, so that differences can be read. */
export function snapshotText({ rows, ...head }) {
  const fields = Object.entries(head).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n');
  return `{\n${fields},\n"rows": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
}

/** What is wrong with a snapshot, in sentences; nothing is wrong with an empty list. `before`: the one it would replace. */
export function problemsOf(snapshot, before) {
  const problems = [];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(snapshot.date)) problems.push(`no date: ${snapshot.date}`);
  if (snapshot.rows.length === 0) problems.push('no rows');
  if (before && snapshot.rows.length < before.rows.length * 0.8) problems.push(`${snapshot.rows.length} rows instead of ${before.rows.length}: more than a fifth would go`);
  if (before && snapshot.date < before.date) problems.push(`of ${snapshot.date}, older than the present ${before.date}`);
  for (const row of snapshot.rows) {
    for (const key of ['input', 'cachedInput', 'cacheWrite', 'output']) {
      if (row[key] !== undefined && !(Number(row[key]) < 100_000)) problems.push(`${row.provider}/${row.model}: ${key} is ${row[key]}`);
    }
  }
  return problems;
}
