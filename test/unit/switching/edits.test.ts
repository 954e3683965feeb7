/** Properties of every switch: it never parses worse, offsets hold in any text, composition is sequence. */
import fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { composeEdits } from '../../../src/core/composeEdits.js';
import { applyEdits, withoutOverlap } from '../../../src/core/reconcile.js';
import { unifiedDiff } from '../../../src/core/unifiedDiff.js';
import { type LanguageId, type TextEdit, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';
import { parseErrors } from './parseErrors.js';
import { javascriptPrograms } from './programs.js';
import { pythonPrograms } from './pythonPrograms.js';

const targets = [['deepseek', 'deepseek-flash', undefined], ['anthropic', 'claude-haiku-4-5', 'anthropic'], ['google-gemini', 'gemini-2.5-flash', 'google-genai'], ['openai', 'gpt-5.4-mini', 'openai-responses'], ['mistral', 'mistral-small-latest', 'mistral'], ['deepseek', 'deepseek-flash', 'vercel-ai'], ['deepseek', 'deepseek-flash', 'litellm'], ['alibaba-dashscope', 'qwen-plus', 'dashscope'], ['openrouter', 'openai/gpt-4o', undefined]] as const;

/** Texts after each possible switch of each call. */
async function everySwitch(language: LanguageId, text: string): Promise<string[]> {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, text);
  const out: string[] = [];
  try {
    for (const call of session.analyze(defaultConfiguration, testDay).calls) {
      for (const [provider, model, sdk] of targets) {
        const facts = engine.facts.providers.find((each) => each.id === provider)!;
        const plan = session.switchTo(call, { provider, endpointId: facts.endpoints[0]!.id, model, ...(sdk && { sdk }) });
        if (!plan) continue;
        for (const { range } of plan.edits) expect(range.start <= range.end && range.end <= text.length).toBe(true);
        const sorted = [...plan.edits].sort((a, b) => a.range.start - b.range.start);
        sorted.forEach((edit, index) => { if (index > 0) expect(edit.range.start).toBeGreaterThanOrEqual(sorted[index - 1]!.range.end); });
        out.push(applyEdits(text, plan.edits));
      }
    }
  } finally {
    session.dispose();
  }
  return out;
}

const root = join(dirnameOf(import.meta.url), '../../fixtures');
function dirnameOf(url: string): string { return fileURLToPath(new URL('.', url)); }
const languageOf = (file: string): LanguageId | null => (file.endsWith('.py') ? 'python' : file.endsWith('.tsx') ? 'typescriptreact' : file.endsWith('.ts') ? 'typescript' : /\.[mc]?js$/.test(file) ? 'javascript' : file.endsWith('.go') ? 'go' : file.endsWith('.java') ? 'java' : file.endsWith('.cs') ? 'csharp' : file.endsWith('.sh') ? 'shellscript' : null);
const fixtures = globSync('{python,typescript,typescriptreact,javascript,go,java,csharp,shellscript}/**/*.*', { cwd: root }).map((file) => file.replaceAll('\\', '/')).filter((file) => languageOf(file) !== null && !file.endsWith('.json'));

describe('nothing parses worse', () => {
  test('there are fixtures', () => { expect(fixtures.length).toBeGreaterThan(40); });
  test.each(fixtures)('%s', async (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const language = languageOf(file)!;
    const before = await parseErrors(language, text);
    for (const after of await everySwitch(language, text)) expect(await parseErrors(language, after), after).toBeLessThanOrEqual(before);
  });
});

describe('in any text', () => {
  const programs: readonly (readonly [LanguageId, string])[] = [['python', pythonPrograms['openai']!.conversation], ['python', pythonPrograms['anthropic']!.stream], ['javascript', javascriptPrograms['openai']!.tools], ['javascript', javascriptPrograms['vercel-ai']!.stream]];
  test.each(programs)('%s: line ends, tabs, emoji, byte order mark', async (language, text) => {
    const plain = await everySwitch(language, text);
    const crlf = await everySwitch(language, text.replaceAll('\n', '\r\n'));
    // Only line ends differ, and no edit brings in a bare one.
    expect(crlf.map((each) => each.replaceAll('\r\n', '\n'))).toEqual(plain);
    for (const each of crlf) expect(each.replaceAll('\r\n', '')).not.toContain('\n');
    const comment = language === 'python' ? '#' : '//';
    const emoji = await everySwitch(language, `${comment} 🎫🎫 通票\n${text}`);
    expect(emoji.length).toBe(plain.length);
    for (const [index, each] of emoji.entries()) {
      expect(await parseErrors(language, each)).toBe(0);
      expect(each.replace(`${comment} 🎫🎫 通票\n`, '').replace(/\s/g, '')).toBe(plain[index]!.replace(/\s/g, ''));
    }
    const tabs = await everySwitch(language, text.replace(/^( {2})+/gm, (indent) => '\t'.repeat(indent.length / (language === 'python' ? 4 : 2))));
    for (const each of tabs) expect(await parseErrors(language, each)).toBe(0);
  });

  test('half-typed code: cut anywhere, nothing throws and nothing parses worse', async () => {
    for (const [language, text] of programs) {
      for (let at = 20; at < text.length; at += 37) {
        const cut = text.slice(0, at);
        const before = await parseErrors(language, cut);
        for (const after of await everySwitch(language, cut)) expect(await parseErrors(language, after), after).toBeLessThanOrEqual(before);
      }
    }
  }, 60_000);
});

const editsOf = (text: string): fc.Arbitrary<TextEdit[]> => fc.array(fc.record({ start: fc.nat(text.length), length: fc.nat(4), newText: fc.string({ maxLength: 5 }) }), { maxLength: 5 })
  .map((list) => withoutOverlap(list.map(({ start, length, newText }) => ({ range: { start, end: Math.min(text.length, start + length) }, newText }))));

test('two lists of edits composed do what they do one after the other', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 30 }).chain((text) => fc.tuple(fc.constant(text), editsOf(text))).chain(([text, first]) => fc.tuple(fc.constant(text), fc.constant(first), editsOf(applyEdits(text, first)))), ([text, first, second]) => {
    expect(applyEdits(text, composeEdits(text, first, second))).toBe(applyEdits(applyEdits(text, first), second));
  }), { numRuns: 500 });
});

/** Applies a unified diff as `patch` does: written from the format's description, not from ours. */
function patched(text: string, diff: string): string {
  const source = text.split('\n');
  const out: string[] = [];
  let at = 0;
  const lines = diff.split('\n');
  for (let index = 2; index < lines.length;) {
    const head = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(lines[index]!);
    if (!head) break;
    const start = Number(head[2]) === 0 ? Number(head[1]) : Number(head[1]) - 1;
    while (at < start) out.push(source[at++]!);
    expect(out.length).toBe(Number(head[4]) === 0 ? Number(head[3]) : Number(head[3]) - 1);
    let [removed, added] = [Number(head[2]), Number(head[4])];
    for (index++; removed > 0 || added > 0; index++) {
      const line = lines[index]!;
      if (line[0] === '+') { out.push(line.slice(1)); added--; continue; }
      expect(source[at]).toBe(line.slice(1));
      if (line[0] === ' ') { out.push(line.slice(1)); added--; }
      removed--;
      at++;
    }
  }
  return [...out, ...source.slice(at)].join('\n');
}

test('a unified diff, applied as its format says, gives the new text', () => {
  const line = fc.constantFrom('a', 'b', 'c', 'dd', '');
  fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 40 }).map((list) => `${list.join('\n')}\n`).chain((text) => fc.tuple(fc.constant(text), fc.array(fc.record({ at: fc.nat(text.length - 1), length: fc.nat(3), newText: fc.constantFrom('', 'x', 'x\ny', '\nz\n', 'w\n') }), { maxLength: 4 }))), ([text, list]) => {
    const edits = withoutOverlap(list.map(({ at, length, newText }) => ({ range: { start: at, end: Math.min(text.length - 1, at + length) }, newText })));
    const after = applyEdits(text, edits);
    const diff = unifiedDiff('f', text, edits);
    expect(diff === '' ? text : patched(text, diff)).toBe(after);
  }), { numRuns: 500 });
});
