/**
 * `npm run bench [-- NAME…]`: runs bench/*.bench.ts (those whose name contains a NAME), each alone in a process
 * of its own, shows what they print, and puts it into docs/performance.md between
 * `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. A bench prints Markdown tables on standard output and progress
 * on standard error, or exports `run()` that returns the Markdown.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { end, spawnTracked } from './processes.mjs';
import { root, setUpProject, toolNode } from './setUp.mjs';

const limitMinutes = 10;
const wanted = process.argv.slice(2);
await setUpProject();
const node = await toolNode();
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().replace(/^v/, '');
const run = async (args, stdio) => {
  const child = spawnTracked(node, args, { cwd: root, stdio });
  const chunks = [];
  child.stdout?.on('data', (chunk) => { chunks.push(chunk); process.stdout.write(chunk); });
  const timer = setTimeout(() => child.kill(), limitMinutes * 60_000);
  const { code } = await end(child);
  clearTimeout(timer);
  return { code, text: Buffer.concat(chunks).toString('utf8').trim() };
};

const names = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.bench.ts')).map((file) => basename(file, '.bench.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word))).sort();
if (names.length === 0) {
  console.error('no bench of that name');
  process.exit(2);
}
if ((await run(['esbuild.mjs'], ['ignore', 'ignore', 'inherit'])).code !== 0) process.exit(1);
if ((await run(['esbuild.mjs', '--benches'], ['ignore', 'ignore', 'inherit'])).code !== 0) process.exit(1);

mkdirSync(join(root, 'docs'), { recursive: true });
const path = join(root, 'docs/performance.md');
let page = existsSync(path) ? readFileSync(path, 'utf8') : '# Performance\n\nWritten by `npm run bench`; ratios are within one run on one machine.\n';
let failed = 0;
for (const name of names) {
  console.log(`\n── ${name}`);
  const bundle = pathToFileURL(join(root, 'out/bench', `${name}.mjs`)).href;
  const script = `const bench=await import(${JSON.stringify(bundle)});const run=bench.run??bench.default;if(typeof run==='function'){const text=await run();if(typeof text==='string')console.log(text)}`;
  const { code, text } = await run(['--expose-gc', '--input-type=module', '-e', script], ['ignore', 'pipe', 'inherit']);
  if (code !== 0 || text === '') {
    console.error(`${name}: ${code === 0 ? 'printed nothing' : `ended with ${code}`}`);
    failed++;
    continue;
  }
  const machine = `${new Date().toISOString().slice(0, 10)}, Node ${version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  const block = `<!-- bench:${name} -->\n${text}\n\n${machine}\n<!-- /bench:${name} -->`;
  const marked = new RegExp(`<!-- bench:${name} -->[\\s\\S]*?<!-- /bench:${name} -->`);
  page = marked.test(page) ? page.replace(marked, () => block) : `${page.trimEnd()}\n\n## ${name}\n\n${block}\n`;
}
writeFileSync(path, page);
console.log(`\ndocs/performance.md is up to date${failed > 0 ? `, except for ${failed}` : ''}`);
process.exit(failed > 0 ? 1 : 0);
