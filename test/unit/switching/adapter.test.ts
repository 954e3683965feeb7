/** Extracted adapters run: the program reads the same from its own module as it did from the SDK. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/core/reconcile.js';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';
import { parseErrors } from './parseErrors.js';
import { features, javascriptPrograms } from './programs.js';
import { pythonPrograms } from './pythonPrograms.js';
import { startWireServer } from './wireServer.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function adapted(language: LanguageId, text: string) {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, text);
  try {
    const [call] = session.analyze(defaultConfiguration, testDay).calls;
    const plan = session.extractAdapter(call!);
    return plan && { module: plan.text, text: applyEdits(text, plan.edits), losses: plan.losses };
  } finally {
    session.dispose();
  }
}

const sources = Object.keys(javascriptPrograms).filter((source) => source !== 'vercel-ai');
const results: Record<string, { readonly out: string; readonly error: string | null }> = {};

describe('JavaScript', () => {
  beforeAll(async () => {
    mkdirSync(join(root, 'out'), { recursive: true });
    const folder = mkdtempSync(join(root, 'out', 'switch-adapter-'));
    const server = await startWireServer();
    try {
      const jobs: { id: string; file: string }[] = [];
      for (const source of sources) for (const feature of features) {
        const text = javascriptPrograms[source]![feature];
        const after = await adapted('javascript', text);
        for (const [id, program] of [[`before ${source} ${feature}`, text], [`after ${source} ${feature}`, after?.text ?? null]] as const) {
          if (program === null) continue;
          const own = join(folder, String(jobs.length));
          mkdirSync(own);
          writeFileSync(join(own, 'package.json'), '{"type":"module"}');
          writeFileSync(join(own, 'main.js'), program);
          if (after) writeFileSync(join(own, 'llm.js'), after.module);
          jobs.push({ id, file: join(own, 'main.js') });
        }
      }
      writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
      const { PATH, HOME, SystemRoot } = process.env;
      const child = spawn(process.execPath, [join(root, 'test/unit/switching/runner.mjs'), join(folder, 'jobs.json'), join(folder, 'results.json')], {
        stdio: ['ignore', 'inherit', 'inherit'], env: { PATH, HOME, SystemRoot, WIRE_URL: server.url, OPENAI_API_KEY: 'key-openai', MISTRAL_API_KEY: 'key-mistral', ANTHROPIC_API_KEY: 'key-anthropic', GEMINI_API_KEY: 'key-google' },
      });
      await new Promise((resolve) => { child.once('exit', resolve); });
      Object.assign(results, JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')));
    } finally {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 240_000);

  test.each(sources.flatMap((source) => features.map((feature) => [source, feature] as const)))('%s: %s', (source, feature) => {
    expect(results[`after ${source} ${feature}`]).toEqual(results[`before ${source} ${feature}`]);
    expect(results[`after ${source} ${feature}`]!.error).toBeNull();
  });
});

describe('Python', () => {
  test.each(['openai', 'anthropic', 'mistral', 'openai-responses', 'google-genai', 'litellm'].flatMap((source) => (['conversation', 'agent', 'async'] as const).map((feature) => [source, feature] as const)))('%s: %s', async (source, feature) => {
    const text = pythonPrograms[source]![feature];
    const after = await adapted('python', text);
    expect(after).not.toBeNull();
    expect(await parseErrors('python', after!.module)).toBe(0);
    expect(await parseErrors('python', after!.text)).toBe(0);
    expect(after!.text).toMatch(/^from llm import complete$/m);
    expect(after!.text).toMatch(/complete\([\s\S]*\.text\b/);
    expect(after!.text).not.toMatch(/^(?:from|import) (?:openai|anthropic|mistralai|google import genai|litellm)\b/m);
  });
});
