/**
 * Every source × target × language × feature as a generated case with a readable expected file. `UPDATE_SWITCH_CASES=1`
 * writes them anew; what is asserted beside the text does not come from our own output: nothing parses worse, nothing of
 * the old SDK is left, and the way back exists and keeps every prompt (`runs.test.ts` runs what comes back).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/core/reconcile.js';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { lossMessage } from '../../../src/lossMessages.js';
import { english } from '../../../src/messages.js';
import { engineForTests, testDay } from '../engineForTests.js';
import { parseErrors } from './parseErrors.js';
import { destinations, features, javascriptPrograms } from './programs.js';
import { pythonPrograms } from './pythonPrograms.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures/switch');
const idOf = (sdk: string, method: string): string => (sdk === 'openai' && method.startsWith('responses') ? 'openai-responses' : sdk);

interface Moved { readonly text: string; readonly losses: readonly string[] }

async function move(language: LanguageId, text: string, target: string, provider: string, model: string): Promise<Moved | null> {
  const engine = engineForTests();
  await engine.prepare(language);
  let current = text;
  const losses: string[] = [];
  for (let round = 0; round < 4; round++) {
    const session = engine.open(language, current);
    const { calls } = session.analyze(defaultConfiguration, testDay);
    const next = calls.find((call) => idOf(call.sdk, call.method) !== target);
    const facts = engine.facts.providers.find((each) => each.id === provider)!;
    const plan = next ? session.switchTo(next, { provider, endpointId: facts.endpoints[0]!.id, model, sdk: target }) : undefined;
    session.dispose();
    if (plan === undefined) return { text: current, losses: [...new Set(losses)] };
    if (plan === null) return null;
    losses.push(...plan.losses.map((loss) => lossMessage(loss, english)));
    current = applyEdits(current, plan.edits);
  }
  return { text: current, losses: [...new Set(losses)] };
}

/** TypeScript in three layouts beside the plain programs: single quotes without semicolons, tabs and CRLF. */
const layouts: Readonly<Record<string, { readonly language: LanguageId; readonly extension: string; readonly change: (text: string) => string }>> = {
  javascript: { language: 'javascript', extension: 'mjs', change: (text) => text },
  typescript: { language: 'typescript', extension: 'ts', change: (text) => text.replaceAll('"', "'").replaceAll(';\n', '\n') },
};

interface Case { readonly id: string; readonly file: string; readonly language: LanguageId; readonly source: string; readonly target: string; readonly provider: string; readonly model: string; readonly text: string; readonly feature: string }

const cases: Case[] = [];
for (const [layout, { language, extension, change }] of Object.entries(layouts)) {
  for (const source of Object.keys(javascriptPrograms)) for (const target of Object.keys(javascriptPrograms)) {
    if (source === target) continue;
    const { provider, model } = destinations[target]!.at(-1)!;
    for (const feature of features) cases.push({ id: `${layout}: ${source} → ${target}: ${feature}`, file: `${layout}/${source}/${target}.${feature}.${extension}`, language, source, target, provider, model, text: change(javascriptPrograms[source]![feature]), feature });
  }
}
for (const source of Object.keys(pythonPrograms)) for (const target of Object.keys(pythonPrograms)) {
  if (source === target) continue;
  const { provider, model } = destinations[target]!.at(-1)!;
  for (const [feature, text] of Object.entries(pythonPrograms[source]!)) cases.push({ id: `python: ${source} → ${target}: ${feature}`, file: `python/${source}/${target}.${feature}.py`, language: 'python', source, target, provider, model, text, feature });
}

/** Words that no other SDK's code has. */
const words: Readonly<Record<string, RegExp>> = {
  openai: /\.chat\.completions\.create|choices\[0\]\.delta/, 'openai-responses': /responses\.create|output_text/, anthropic: /messages\.create|content_block_delta|anthropic\.Anthropic/i, 'google-genai': /generate_?content/i, mistral: /chat\.(?:complete|stream)\(|chat\.complete_async/, 'vercel-ai': /generateText|streamText/, dashscope: /(?:Generation|MultiModalConversation)\.call/, litellm: /(?<![\w.])a?completion\(/,
};
const exempt = (each: Case): boolean => each.source === 'openai' && ['litellm', 'dashscope', 'mistral'].includes(each.target);

test('there are at least 300 cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(300);
});

describe.each(cases)('$id', (each) => {
  test('reads as the expected file; parses; nothing of the old SDK is left', async () => {
    const result = await move(each.language, each.text, each.target, each.provider, each.model);
    expect(result, 'a plan').not.toBeNull();
    const comment = each.language === 'python' ? '#' : '//';
    const written = `${result!.text}\n${comment} losses:${result!.losses.length === 0 ? ' none' : result!.losses.map((loss) => `\n${comment} - ${loss}`).join('')}\n`;
    const path = join(root, each.file);
    if (process.env['UPDATE_SWITCH_CASES']) { mkdirSync(dirname(path), { recursive: true }); writeFileSync(path, written); }
    expect(written).toBe(readFileSync(path, 'utf8'));
    expect(await parseErrors(each.language, result!.text)).toBe(0);
    if (!exempt(each)) expect(result!.text).not.toMatch(words[each.source]!);
  });
});

describe('there and back again', () => {
  const pairs = cases.filter((each) => each.language !== 'typescript' && each.feature !== 'tools' && each.feature !== 'agent');
  test.each(pairs.map((each) => [each.id, each] as const))('%s', async (_id, each) => {
    const there = await move(each.language, each.text, each.target, each.provider, each.model);
    const home = destinations[each.source]![0]!;
    const back = there && await move(each.language, there.text, each.source, home.provider, home.model);
    // Responses that were read by their parts, or loops over text, may come back in another form; they must come back.
    expect(back, there?.text).not.toBeNull();
    expect(await parseErrors(each.language, back!.text)).toBe(0);
    expect(back!.text).toMatch(words[each.source]!);
    const prompts = [...each.text.matchAll(/["'`]((?:Where is|And Nice|In France|Be brief|Count|What is it|As JSON|Weather)[^"'`]*)["'`]/g)].map((match) => match[1]!);
    for (const prompt of prompts) expect(back!.text).toContain(prompt);
  });
});
