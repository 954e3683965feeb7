/** `scan` over a folder of 10,000 files of which 1% call an LLM, against just reading those files, in the same run. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const count = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'tokenfare-bench-'));

function source(index: number): string {
  const lines = [`"""Module ${index}."""`, 'import math', ''];
  for (let part = 0; part < 12; part++) {
    lines.push(`def area_${index}_${part}(radius, scale=1.0):`, `    """Area of circle ${part}."""`, '    value = math.pi * radius ** 2 * scale', '    if value < 0:', '        raise ValueError("negative")', '    return value', '');
  }
  if (index % 100 === 0) {
    lines.push('from openai import OpenAI', 'client = OpenAI()', 'def ask(question):', '    return client.chat.completions.create(', '        model="gpt-4o-mini",', '        messages=[{"role": "user", "content": f"Answer: {question}"}],', '    )', '');
  }
  return lines.join('\n');
}

function main(): void {
  for (let group = 0; group < 100; group++) mkdirSync(join(folder, `package${group}`));
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const text = source(index);
    bytes += text.length;
    writeFileSync(join(folder, `package${index % 100}`, `module${index}.py`), text);
  }
  const read = (): void => {
    for (const group of readdirSync(folder)) for (const file of readdirSync(join(folder, group))) readFileSync(join(folder, group, file), 'utf8');
  };
  read();
  const floors: number[] = [];
  const ours: number[] = [];
  let calls = 0;
  for (let round = 0; round < 3; round++) {
    let start = performance.now();
    read();
    floors.push(performance.now() - start);
    start = performance.now();
    const result = spawnSync(process.execPath, ['dist/cli.mjs', 'scan', folder, '--format', 'json', '--fail-on', 'never'], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
    ours.push(performance.now() - start);
    calls = (JSON.parse(result.stdout) as { calls: unknown[] }).calls.length;
  }
  const empty: number[] = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    spawnSync(process.execPath, ['dist/cli.mjs', '--version']);
    empty.push(performance.now() - start);
  }
  rmSync(folder, { recursive: true, force: true });
  const best = (values: number[]): number => Math.min(...values);
  console.log('| files | MB | calls found | reading ms | scan ms (whole process) | ratio | process start ms |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  console.log(`| ${count.toLocaleString('en')} | ${(bytes / 1e6).toFixed(1)} | ${calls} | ${best(floors).toFixed(0)} | ${best(ours).toFixed(0)} | ${(best(ours) / best(floors)).toFixed(1)}× | ${best(empty).toFixed(0)} |`);
}

main();
