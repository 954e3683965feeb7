/**
 * It runs: programs in each SDK's own words are executed with the real packages before and after a switch, against a
 * loopback server that speaks the wire formats strictly. The answers are made of what was sent, so equal output means
 * that the same messages arrived and the same text came out.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/core/reconcile.js';
import { defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';
import { type Feature, destinations, features, javascriptPrograms } from './programs.js';
import { startWireServer } from './wireServer.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Case {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly provider: string;
  readonly feature: Feature;
}

/** Sources differ in what a tool round trip prints; the first line of Responses and Messages is a mere `true`. */
const cases: readonly Case[] = Object.keys(javascriptPrograms).flatMap((source) => features.flatMap((feature) =>
  Object.keys(javascriptPrograms).filter((target) => target !== source).flatMap((target) => destinations[target]!.map(({ provider }): Case => ({ id: `${source} → ${target} at ${provider}: ${feature}`, source, target, provider, feature })))));

/** The text after moving every call of the program. */
async function moved(text: string, target: string, provider: string, model: string): Promise<string | null> {
  const engine = engineForTests();
  await engine.prepare('javascript');
  let current = text;
  for (let round = 0; round < 4; round++) {
    const session = engine.open('javascript', current);
    const { calls } = session.analyze(defaultConfiguration, testDay);
    const next = calls.find((call) => isSource(call.sdk, call.method) !== target);
    const facts = engine.facts.providers.find((each) => each.id === provider)!;
    const plan = next ? session.switchTo(next, { provider, endpointId: facts.endpoints[0]!.id, model, sdk: target }) : undefined;
    session.dispose();
    if (plan === undefined) return current;
    if (plan === null) return null;
    current = applyEdits(current, plan.edits);
  }
  return current;
}

const isSource = (sdk: string, method: string): string => (sdk === 'openai' && method.startsWith('responses') ? 'openai-responses' : sdk);

const results: Record<string, { readonly out: string; readonly error: string | null }> = {};
const written: Record<string, string | null> = {};
/** After the way back. */
const returned: Record<string, string | null> = {};

beforeAll(async () => {
  mkdirSync(join(root, 'out'), { recursive: true });
  const folder = mkdtempSync(join(root, 'out', 'switch-runs-'));
  const server = await startWireServer();
  try {
    const jobs: { id: string; file: string }[] = [];
    const add = (id: string, text: string): void => {
      const file = join(folder, `${jobs.length}.mjs`);
      writeFileSync(file, text);
      jobs.push({ id, file });
    };
    for (const [source, programs] of Object.entries(javascriptPrograms)) for (const feature of features) add(`${source}: ${feature}`, programs[feature]);
    for (const each of cases) {
      const model = destinations[each.target]!.find((destination) => destination.provider === each.provider)!.model;
      const text = await moved(javascriptPrograms[each.source]![each.feature], each.target, each.provider, model);
      written[each.id] = text;
      if (text === null) continue;
      add(each.id, text);
      const home = destinations[each.source]![0]!;
      const back = await moved(text, each.source, home.provider, home.model);
      returned[each.id] = back;
      if (back !== null) add(`${each.id} and back`, back);
    }
    const list = join(folder, 'jobs.json');
    const out = join(folder, 'results.json');
    writeFileSync(list, JSON.stringify(jobs));
    const { PATH, HOME, SystemRoot } = process.env;
    const child = spawn(process.execPath, [join(root, 'test/unit/switching/runner.mjs'), list, out], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH, HOME, SystemRoot, WIRE_URL: server.url, OPENAI_API_KEY: 'key-openai', DEEPSEEK_API_KEY: 'key-deepseek', MISTRAL_API_KEY: 'key-mistral', ANTHROPIC_API_KEY: 'key-anthropic', GEMINI_API_KEY: 'key-google', GOOGLE_GENERATIVE_AI_API_KEY: 'key-google', AI_SDK_LOG_WARNINGS: 'false',
      },
    });
    await new Promise((resolve) => { child.once('exit', resolve); });
    Object.assign(results, JSON.parse(readFileSync(out, 'utf8')));
  } finally {
    await server.close();
    if (!process.env['KEEP_SWITCH_RUNS']) rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);

afterAll(() => undefined);

describe('before', () => {
  test.each(Object.keys(javascriptPrograms).flatMap((source) => features.map((feature) => `${source}: ${feature}`)))('%s', (id) => {
    expect(results[id]).toMatchObject({ error: null });
    expect(results[id]!.out).not.toBe('');
  });
});

/** What the two sides print when nothing is lost: limits that Messages require make the server say so. */
const comparable = (out: string): string => out.replaceAll(' in short', '');

describe('after', () => {
  test.each(cases.map((each) => each.id))('%s', (id) => {
    const each = cases.find((one) => one.id === id)!;
    expect(written[id], 'a plan').not.toBeNull();
    expect(results[id]!.error, written[id] ?? '').toBeNull();
    expect(comparable(results[id]!.out)).toBe(comparable(results[`${each.source}: ${each.feature}`]!.out));
  });
});

/** Tools in a variable are a map of constructed tools at the AI SDK; that way back is listed as left to a person. */
const isListed = (each: Case): boolean => each.feature === 'tools' && each.target === 'vercel-ai';

describe('there and back again', () => {
  test.each(cases.filter((each) => !isListed(each)).map((each) => each.id))('%s', (id) => {
    const each = cases.find((one) => one.id === id)!;
    expect(returned[id], written[id] ?? '').not.toBeNull();
    expect(results[`${id} and back`]!.error, returned[id] ?? '').toBeNull();
    expect(comparable(results[`${id} and back`]!.out)).toBe(comparable(results[`${each.source}: ${each.feature}`]!.out));
  });
});
