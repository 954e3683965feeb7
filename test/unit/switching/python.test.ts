/**
 * Python programs before and after a switch, compiled by the real interpreter and run against stand-ins that take only
 * what the real packages document. Needs `python3`; without it the tests are skipped, visibly.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/core/reconcile.js';
import { defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';
import { destinations } from './programs.js';
import { pythonPrograms } from './pythonPrograms.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const interpreter = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import sys; assert sys.version_info >= (3, 9)']).status === 0);
if (!interpreter) console.warn('python3 is not here: the switched Python programs are not run');

const idOf = (sdk: string, method: string): string => (sdk === 'openai' && method.startsWith('responses') ? 'openai-responses' : sdk);

async function moved(text: string, target: string, provider: string, model: string): Promise<string | null> {
  const engine = engineForTests();
  await engine.prepare('python');
  let current = text;
  for (let round = 0; round < 4; round++) {
    const session = engine.open('python', current);
    const { calls } = session.analyze(defaultConfiguration, testDay);
    const next = calls.find((call) => idOf(call.sdk, call.method) !== target);
    const facts = engine.facts.providers.find((each) => each.id === provider)!;
    const plan = next ? session.switchTo(next, { provider, endpointId: facts.endpoints[0]!.id, model, sdk: target }) : undefined;
    session.dispose();
    if (plan === undefined) return current;
    if (plan === null) return null;
    current = applyEdits(current, plan.edits);
  }
  return current;
}

const sources = Object.keys(pythonPrograms);
const cases = sources.flatMap((source) => Object.keys(pythonPrograms[source]!).flatMap((feature) => sources.filter((target) => target !== source).map((target) => ({ id: `${source} → ${target}: ${feature}`, source, target, feature }))));
const results: Record<string, { readonly out: string; readonly error: string | null }> = {};
const texts: Record<string, string | null> = {};

describe.skipIf(!interpreter)('Python', () => {
  beforeAll(async () => {
    mkdirSync(join(root, 'out'), { recursive: true });
    const folder = mkdtempSync(join(root, 'out', 'switch-python-'));
    try {
      const jobs: { id: string; file: string }[] = [];
      const add = (id: string, text: string): void => {
        const file = join(folder, `${jobs.length}.py`);
        writeFileSync(file, text);
        jobs.push({ id, file });
      };
      for (const source of sources) for (const [feature, text] of Object.entries(pythonPrograms[source]!)) add(`${source}: ${feature}`, text);
      for (const each of cases) {
        const { provider, model } = destinations[each.target]!.at(-1)!;
        const text = await moved((pythonPrograms[each.source] as Record<string, string>)[each.feature]!, each.target, provider, model);
        texts[each.id] = text;
        if (text !== null) add(each.id, text);
      }
      writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
      const run = spawnSync(interpreter!, [join(root, 'test/unit/switching/stand_ins.py'), join(folder, 'jobs.json'), join(folder, 'results.json')], { encoding: 'utf8' });
      expect(run.stderr).toBe('');
      Object.assign(results, JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);

  test.each(sources.flatMap((source) => Object.keys(pythonPrograms[source]!).map((feature) => `${source}: ${feature}`)))('before: %s', (id) => {
    expect(results[id]).toMatchObject({ error: null });
    expect(results[id]!.out.trim()).not.toBe('');
  });

  test.each(cases.map((each) => each.id))('after: %s', (id) => {
    const each = cases.find((one) => one.id === id)!;
    expect(texts[id], 'a plan').not.toBeNull();
    expect(results[id]!.error, texts[id] ?? '').toBeNull();
    expect(results[id]!.out).toBe(results[`${each.source}: ${each.feature}`]!.out);
  });
});
