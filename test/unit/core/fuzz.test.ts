/** Random edits of real-looking files: nothing throws, and incremental results equal fresh ones after every edit. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Analysis, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';

const files: readonly (readonly [LanguageId, string])[] = [
  ['python', 'test/fixtures/python/openai/forms.py'],
  ['python', 'test/fixtures/python/anthropic/forms.py'],
  ['typescript', 'test/fixtures/typescript/openai/forms.ts'],
  ['typescriptreact', 'test/fixtures/typescriptreact/openai/component.tsx'],
  ['javascript', 'test/fixtures/javascript/openai/commonjs.js'],
  ['go', 'test/fixtures/go/openai-go/forms.go'],
  ['java', 'test/fixtures/java/openai-java/Forms.java'],
  ['kotlin', 'test/fixtures/kotlin/openai-java/Forms.kt'],
  ['csharp', 'test/fixtures/csharp/openai-dotnet/Forms.cs'],
  ['php', 'test/fixtures/php/openai-php/forms.php'], ['ruby', 'test/fixtures/ruby/openai-ruby/forms.rb'], ['rust', 'test/fixtures/rust/async-openai/forms.rs'],
  ['shellscript', 'test/fixtures/shellscript/http/forms.sh'], ['powershell', 'test/fixtures/powershell/http/forms.ps1'], ['http', 'test/fixtures/http/http/forms.http'],
  ['prompty', 'test/fixtures/prompty/prompty/fromEnvironment.prompty'], ['dotprompt', 'test/fixtures/dotprompt/dotprompt/greeting.prompt'], ['promptfoo', 'test/fixtures/promptfoo/promptfoo/promptfooconfig.yaml'], ['yaml', 'test/fixtures/yaml/litellm-proxy/config.yaml'], ['markdown', 'test/fixtures/markdown/openai/README.md'],
];
/** Languages with grammars that most is typed in. */
const thorough = new Set<LanguageId>(['python', 'typescript', 'typescriptreact', 'javascript']);
/** Milliseconds of processor time that one analysis may take; the parser's own budget is 2 s. */
const budgetMs = 5000;
const snippets = ['', '(', ')', '[', '{', '}', '"', "'", '`', '"""', '\n', '    ', ',', '.', '=', '#', '//', '/*', '${', 'f"{', 'client.chat.completions.create(', 'model="gpt-4o"', '\u{1F600}', '\uD800', '\r\n', '\0', 'x'];

const summary = (analysis: Analysis): string => JSON.stringify([analysis.skipped, analysis.calls.map((call) => [call.id, call.request.model.values, call.estimate.input.tokens]), analysis.findings.map((finding) => [finding.code, finding.range])]);

describe.each(files)('%s %s', (language, file) => {
  test('edits', async () => {
    const engine = engineForTests();
    await engine.prepare(language);
    const original = readFileSync(file, 'utf8');
    // Random edits, truncation (a long length) and deletion of a token (no insertion).
    const edit = fc.record({ at: fc.nat(), length: fc.oneof({ weight: 9, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(4000) }), insert: fc.constantFrom(...snippets) });
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const session = engine.open(language, original);
      session.analyze(defaultConfiguration, testDay);
      let text = original;
      for (const { at, length, insert } of edits) {
        const start = at % (text.length + 1);
        const end = Math.min(text.length, start + length);
        text = text.slice(0, start) + insert + text.slice(end);
        session.update(text, [{ range: { start, end }, newText: insert }]);
        const begun = process.cpuUsage();
        const incremental = session.analyze(defaultConfiguration, testDay);
        const { user, system } = process.cpuUsage(begun);
        expect((user + system) / 1000).toBeLessThan(budgetMs);
        for (const call of incremental.calls) {
          expect(call.callRange.start).toBeGreaterThanOrEqual(0);
          expect(call.callRange.end).toBeLessThanOrEqual(text.length);
          expect(call.calleeRange.end).toBeGreaterThan(call.calleeRange.start);
        }
        const fresh = engine.open(language, text);
        const whole = fresh.analyze(defaultConfiguration, testDay);
        fresh.dispose();
        // An error recovered incrementally may be recovered in another way than from scratch; sound code may not.
        if (!/[\uD800-\uDFFF\0]/.test(text) && isSound(whole, incremental)) expect(summary(incremental)).toBe(summary(whole));
      }
      session.dispose();
    }), { numRuns: thorough.has(language) ? 20 : 6, seed: 20261123 });
  }, 120_000);
});

/** Both found only complete calls: neither tree is broken where it matters. What ran out of time depends on the machine. */
function isSound(...analyses: readonly Analysis[]): boolean {
  return analyses.every((analysis) => analysis.skipped !== 'time-budget' && analysis.calls.every((call) => call.complete));
}
