/**
 * `scan` over a real tree (folder in TOKENFARE_TREE, at least 10,000 files), against just reading the files that it
 * selects, and against ripgrep looking for the same words: in PATH, or of @vscode/ripgrep where it is installed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const rounds = 3;
const best = (values: readonly number[]): number => Math.min(...values);
const source = /\.(?:py|tsx?|mts|cts|jsx?|mjs|cjs|go|java|kts?|cs|php|rb|rs|sh|bash|ps1|http|rest|vue|svelte|ipynb|prompty|ya?ml)$/;

function filesBelow(folder: string, found: string[] = []): string[] {
  for (const each of readdirSync(folder, { withFileTypes: true })) {
    if (each.isDirectory() && !/^(?:\.git|node_modules|\.venv|venv|dist|build|target|vendor)$/.test(each.name)) filesBelow(join(folder, each.name), found);
    else if (each.isFile()) found.push(join(folder, each.name));
  }
  return found;
}

/** Path of a ripgrep that runs; null when there is none. */
function ripgrep(): string | null {
  for (const path of ['rg', packaged()]) if (path && spawnSync(path, ['--version']).status === 0) return path;
  return null;
}

function packaged(): string | null {
  try { return (createRequire(join(process.cwd(), 'package.json'))('@vscode/ripgrep') as { rgPath: string }).rgPath; } catch { return null; }
}

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

export function run(): string {
  const folder = process.env['TOKENFARE_TREE'];
  if (!folder) return 'Not measured: TOKENFARE_TREE names no folder.';
  const all = filesBelow(folder);
  const read = all.filter((each) => source.test(each) && statSync(each).size <= 2_000_000);
  const bytes = read.reduce((sum, each) => sum + statSync(each).size, 0);
  const readAll = (): void => { for (const each of read) readFileSync(each, 'utf8'); };
  readAll();
  const rg = ripgrep();
  const needles = 'completions|messages\\.create|generateContent|generate_content|\\.invoke\\(|converse|openai|anthropic|api\\.';
  const floor: number[] = [];
  const searched: number[] = [];
  const ours: number[] = [];
  let calls = 0;
  let memory = 0;
  for (let round = 0; round < rounds; round++) {
    floor.push(timed(readAll));
    if (rg) searched.push(timed(() => { spawnSync(rg, ['-l', '--threads', '1', needles, folder], { maxBuffer: 1 << 28 }); }));
    ours.push(timed(() => {
      // The process says itself how much memory it held at most.
      const result = spawnSync(process.execPath, ['-e', `process.on('exit',()=>process.stderr.write('\\nrss '+process.resourceUsage().maxRSS));process.argv.splice(1,0,'cli');import(${JSON.stringify(`file://${join(process.cwd(), 'dist/cli.mjs')}`)})`, 'scan', folder, '--format', 'json', '--fail-on', 'never'], { encoding: 'utf8', maxBuffer: 1 << 29 });
      calls = result.stdout ? (JSON.parse(result.stdout) as { calls: unknown[] }).calls.length : 0;
      memory = Number(/rss (\d+)/.exec(result.stderr)?.[1] ?? 0) / 1024;
    }));
  }
  const ms = best(ours);
  return [
    '| files in the tree | files read | MB | calls | reading ms | ripgrep, one thread, ms | scan ms (whole process) | files/s | MB/s | to reading | to ripgrep | memory, most MB |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${all.length} | ${read.length} | ${(bytes / 1e6).toFixed(1)} | ${calls} | ${best(floor).toFixed(0)} | ${rg ? best(searched).toFixed(0) : 'not installed'} | ${ms.toFixed(0)} | ${((read.length / ms) * 1000).toFixed(0)} | ${(bytes / 1e3 / ms).toFixed(1)} | ${(ms / best(floor)).toFixed(1)}× | ${rg ? `${(ms / best(searched)).toFixed(1)}×` : '–'} | ${memory.toFixed(0)} |`,
  ].join('\n');
}
