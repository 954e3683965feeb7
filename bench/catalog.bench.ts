/** What the catalog costs before the first price is asked for, and after: time and memory, beside reading the same data as one JSON text. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { yamlEsbuild } from '../scripts/yamlPlugin.mjs';

const rounds = 15;

/** Bundles a probe and runs it in fresh processes; medians of what it prints as JSON. */
function measure(file: string): Record<string, number> {
  const runs = Array.from({ length: rounds }, () => JSON.parse(execFileSync(process.execPath, ['--expose-gc', file], { encoding: 'utf8' })) as Record<string, number>);
  const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return Object.fromEntries(Object.keys(runs[0]!).map((key) => [key, median(runs.map((run) => run[key]!))]));
}

/** Prints the table. */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenfare-catalog-'));
  const root = process.cwd();
  const probe = async (name: string, contents: string, data = ''): Promise<string> => {
    const inner = join(folder, `${name}-data.mjs`);
    await build({ stdin: { contents: data || "export * from './src/catalog.ts';", resolveDir: root, loader: 'ts' }, bundle: true, format: 'esm', platform: 'node', outfile: inner, plugins: [yamlEsbuild()], minify: true, logLevel: 'error' });
    const outer = join(folder, `${name}.mjs`);
    writeFileSync(outer, contents.replaceAll('DATA', JSON.stringify(inner)));
    return outer;
  };
  const memory = "globalThis.gc(); const before = process.memoryUsage().heapUsed; const start = performance.now();";
  const kilobytes = "(globalThis.gc(), (process.memoryUsage().heapUsed - before) / 1024)";
  try {
    const lazy = measure(await probe('catalog', `${memory} const { facts } = await import(DATA); const load = performance.now() - start; const heapAtLoad = ${kilobytes};
      const one = performance.now(); facts.providers.find((each) => each.id === 'openai').models.length; const openai = performance.now() - one;
      const all = performance.now(); let models = 0; for (const each of facts.providers) models += each.models.length; const everything = performance.now() - all;
      console.log(JSON.stringify({ load, openai, everything, heapAtLoad, heapInUse: ${kilobytes}, models }));`));
    const text = await probe('json', `${memory} const { default: text } = await import(DATA); const parsed = JSON.parse(text); const load = performance.now() - start;
      console.log(JSON.stringify({ load, heap: ${kilobytes}, providers: parsed.length }));`,
    "import { providerFiles } from './src/providers/index.ts'; const files = providerFiles.map(({ head, models }) => ({ ...(head as object), models: JSON.parse(models) })); export default JSON.stringify(files);");
    const plain = measure(text);
    const literal = join(folder, 'literal.mjs');
    const { providerFiles } = await import('../src/providers/index.js');
    writeFileSync(join(folder, 'literal-data.mjs'), `export default ${JSON.stringify(providerFiles.map(({ head, models }) => ({ ...(head as object), models: JSON.parse(models) as unknown })))};`);
    writeFileSync(literal, `${memory} const { default: parsed } = await import(${JSON.stringify(join(folder, 'literal-data.mjs'))}); const load = performance.now() - start; console.log(JSON.stringify({ load, heap: ${kilobytes}, providers: parsed.length }));`);
    const object = measure(literal);
    const ms = (value: number): string => `${value.toFixed(1)} ms`;
    const mib = (value: number): string => `${(value / 1024).toFixed(1)} MiB`;
    return [
      `${lazy['models']} models; bundle part ${Math.round(statSync(join(folder, 'catalog-data.mjs')).size / 1024)} KiB. Medians of ${rounds} fresh processes.`,
      '',
      '| | time | heap |', '|---|---:|---:|',
      `| catalog: load (heads parsed, models as text) | ${ms(lazy['load']!)} | ${mib(lazy['heapAtLoad']!)} |`,
      `| … then the models of OpenAI | ${ms(lazy['openai']!)} | |`,
      `| … then all models | ${ms(lazy['everything']!)} | ${mib(lazy['heapInUse']!)} |`,
      `| the same files as one object literal | ${ms(object['load']!)} | ${mib(object['heap']!)} |`,
      `| the same files as one JSON text | ${ms(plain['load']!)} | ${mib(plain['heap']!)} |`,
      '',
      `Loading is ${(object['load']! / lazy['load']!).toFixed(1)} × faster than the object literal; with every model in use ${((lazy['load']! + lazy['openai']! + lazy['everything']!) / object['load']!).toFixed(1)} × its time, inheritance spelled out.`,
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
