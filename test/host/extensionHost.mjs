/**
 * Runs the suite of test/vscode in a real extension host: `node extensionHost.mjs desktop|web`.
 * Prints one line per test and writes out/results/<host>.json with the counts. Exit code 1 when a test failed,
 * 2 when none ran or the host did not end within the time (`--minutes`, default 4).
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/setUp.mjs';
import { launchChromium } from './chromium.mjs';
import { startServer } from './server.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '4' } },
});
const host = positionals[0] === 'web' ? 'web' : 'desktop';
const counts = { passed: 0, failed: 0, skipped: 0 };
const log = [];

/** Receives events; resolves when the suite says that it ended. */
async function listen() {
  let ended;
  const end = new Promise((resolve) => { ended = resolve; });
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      if (request.method !== 'POST') return;
      const event = JSON.parse(Buffer.concat(chunks).toString());
      if (event.event === 'end') return ended(event.message);
      const mark = { pass: '✓', fail: '✗', skip: '-' }[event.event];
      counts[{ pass: 'passed', fail: 'failed', skip: 'skipped' }[event.event]]++;
      console.log(`  ${mark} ${event.title}${event.milliseconds > 1000 ? ` (${event.milliseconds} ms)` : ''}`);
      if (event.message) console.log(event.message.replace(/^/gm, '      '));
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { address: `http://127.0.0.1:${server.address().port}/`, end, close: () => server.close() };
}

const workspace = await mkdtemp(join(tmpdir(), 'tokenfare-workspace-'));
await cp(join(root, 'test/vscode/workspace'), workspace, { recursive: true });
const results = await listen();
let server;
let browser;
let problem;
try {
  server = await startServer({
    settings: {
      'tokenfareTest.results': results.address,
      ...(host === 'web' ? { 'remote.extensionKind': { 'tokenfare.tokenfare': ['web'] } } : {}),
    },
    onLog: (text) => log.push(text),
  });
  browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('console', (message) => log.push(`console: ${message.text()}\n`));
  page.on('pageerror', (error) => log.push(`page: ${error.message}\n`));
  await page.goto(server.url({
    folder: workspace, extension: root, web: host === 'web', tests: join(root, `out/suite/${host}.cjs`),
  }));
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the ${host} extension host did not end within ${values.minutes} minutes`)), Number(values.minutes) * 60_000);
  });
  const message = await Promise.race([results.end, late]);
  clearTimeout(timer);
  if (message && counts.failed === 0) problem = message;
} catch (error) {
  problem = error.stack;
} finally {
  await browser?.close().catch(() => {});
  await server?.stop();
  results.close();
  await rm(workspace, { recursive: true, force: true, maxRetries: 3 });
}
if (problem) {
  counts.failed++;
  console.error(problem);
}
await mkdir(join(root, 'out/results'), { recursive: true });
await writeFile(join(root, `out/results/${host}.json`), JSON.stringify(counts));
await writeFile(join(root, `out/results/${host}.log`), log.join(''));
if (problem) console.error(`log: out/results/${host}.log`);
process.exit(counts.passed + counts.failed === 0 ? 2 : counts.failed > 0 ? 1 : 0);
