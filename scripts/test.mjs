/**
 * `npm test`: everything, from a fresh clone: set-up, build, types, lint, unit tests, the extension in two
 * extension hosts, the VSIX, and the workbench in a browser. Each step has a time limit. The last line is
 * `N passed, N failed`; the exit code is 0 only when nothing failed and every height ran at least one test.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { end, spawnTracked, stop, stopAll } from './processes.mjs';
import { root, setUpHost, setUpProject, toolNode } from './setUp.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };
const problems = [];
const started = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;
const results = join(root, 'out/results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

function finish() {
  for (const problem of problems) console.log(`✗ ${problem}`);
  console.log(`${seconds(started)} in all`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
}

function fail(problem) {
  total.failed++;
  problems.push(problem);
}

/** Runs a command for at most `minutes`; true when it ended with 0. */
async function step(name, minutes, args) {
  console.log(`\n── ${name}`);
  const since = Date.now();
  const child = spawnTracked(node, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  let late = false;
  const timer = setTimeout(() => { late = true; void stop(child); }, minutes * 60_000);
  const { code } = await end(child);
  clearTimeout(timer);
  // Nothing that a step started may outlive it.
  await stop(child);
  console.log(`── ${name}: ${late ? `stopped after ${minutes} minutes` : code === 0 ? 'ok' : `ended with ${code}`}, ${seconds(since)}`);
  return code === 0 && !late;
}

/** A step that either works or not. */
async function check(name, minutes, args) {
  const ok = await step(name, minutes, args);
  if (!ok) fail(name);
  return ok;
}

/** A step that runs tests and leaves their counts in `file`, as read by `count`. */
async function suite(name, minutes, args, file, count) {
  const path = join(results, file);
  const ok = await step(name, minutes, args);
  const counts = existsSync(path) ? count(JSON.parse(readFileSync(path, 'utf8'))) : { passed: 0, failed: 0, skipped: 0 };
  for (const key of Object.keys(total)) total[key] += counts[key];
  if (counts.failed > 0) problems.push(`${name}: ${counts.failed} failed`);
  else if (counts.passed === 0) fail(`${name}: no test ran`);
  else if (!ok) fail(`${name}: every test passed, the run did not`);
}

const vitest = (name, minutes, args, file) => suite(
  name, minutes, ['node_modules/vitest/vitest.mjs', 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${join(results, file)}`], file,
  (report) => ({
    passed: report.numPassedTests,
    // A file that cannot even be loaded has no tests to count.
    failed: report.numFailedTests + report.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0).length,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
);

let node;
try {
  await setUpProject();
  node = await toolNode();
  const built = await check('build', 2, ['esbuild.mjs', '--tests']);
  await check('typecheck', 3, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']);
  await check('lint', 2, ['node_modules/oxlint/bin/oxlint', 'src', 'media', 'test', 'bench', 'scripts']);
  await vitest('unit tests', 20, [], 'unit.json');
  if (built) {
    await setUpHost();
    const own = (counts) => counts;
    await suite('extension host', 5, ['test/host/extensionHost.mjs', 'desktop'], 'desktop.json', own);
    await suite('extension host in a web worker', 5, ['test/host/extensionHost.mjs', 'web'], 'web.json', own);
    await check('VSIX', 2, ['scripts/package.mjs', '--no-build']);
    await vitest('browser', 20, ['--config', 'test/browser/vitest.config.mts', '--root', root], 'browser.json');
  } else {
    for (const height of ['extension host', 'extension host in a web worker', 'browser']) fail(`${height}: not run without a build`);
  }
} catch (error) {
  fail(error.message);
} finally {
  await stopAll();
}
finish();
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
