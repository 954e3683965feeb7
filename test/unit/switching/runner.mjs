/**
 * Runs programs one after the other in this process: reads `[{ id, file }]` from the file named first, writes
 * `{ id: { out, error } }` to the one named second. Requests to providers go to the loopback server in WIRE_URL.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const real = globalThis.fetch;
const wire = process.env.WIRE_URL;
globalThis.fetch = (input, init) => {
  const request = input instanceof Request ? input : null;
  const url = new URL(request ? request.url : String(input));
  if (url.origin === new URL(wire).origin) return real(input, init);
  const target = `${wire}/${url.host}${url.pathname}${url.search}`;
  return request ? real(new Request(target, request), init) : real(target, init);
};

const [, , jobs, results] = process.argv;
const write = process.stdout.write.bind(process.stdout);
const out = {};
for (const { id, file } of JSON.parse(readFileSync(jobs, 'utf8'))) {
  const lines = [];
  console.log = (...values) => { lines.push(values.join(' ')); };
  console.warn = () => {};
  console.error = () => {};
  let error = null;
  try {
    await Promise.race([import(pathToFileURL(file).href), new Promise((_resolve, reject) => { setTimeout(() => reject(new Error('timeout')), 60_000).unref(); })]);
  } catch (thrown) {
    error = String(thrown?.message ?? thrown);
  }
  out[id] = { out: lines.join('\n'), error };
}
writeFileSync(results, JSON.stringify(out));
write('');
process.exit(0);
