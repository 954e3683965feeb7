/** Every file below test/fixtures, checked against the `expect:` comments in it (test/fixtures/README.md). */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openContainer } from '../../src/core/container.js';
import { indexLines } from '../../src/core/lines.js';
import type { CallSite } from '../../src/core/model.js';
import { analyzeText, engineForTests } from './engineForTests.js';

interface Expectation {
  readonly line: number;
  readonly words: readonly string[];
}

function expectationsOf(text: string): Expectation[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const match = /(?:#|\/\/)\s*expect:\s*(.*)$/.exec(line);
    return match ? [{ line: index + 2, words: match[1]!.trim().split(/\s+/) }] : [];
  });
}

/** What the analysis says about a call, in the words that the expectation uses. */
function describeCall(call: CallSite, words: readonly string[]): string {
  const said = [call.sdk, call.operation];
  const place = words[2] ?? '';
  said.push(place.includes('/') ? `${call.destination.provider}/${call.destination.endpointId ?? '-'}` : call.destination.provider);
  for (const word of words.slice(3)) {
    const key = word.split('=')[0]!;
    if (key === 'model') said.push(`model=${call.request.model.values.join('|') || '?'}`);
    else if (key === 'how') said.push(`how=${call.request.model.how}`);
    else if (key === 'max') said.push(`max=${call.request.maxOutputTokens}`);
    else if (key === 'holes') said.push(`holes=${call.estimate.input.holes.join(',')}`);
    else if (key === 'parts') said.push(`parts=${call.request.parts.map((part) => part.kind + (part.repeated ? '*' : '')).join(',')}`);
    else if (key === 'kind') said.push(`kind=${call.kind}`);
    else if (key === 'stream') said.push(call.request.stream ? 'stream' : 'no-stream');
    else said.push(`unknown word ${word}`);
  }
  return said.join(' ');
}

const files = globSync('test/fixtures/*/*/*.{py,ts,tsx,js,jsx,go,java,kt,cs,php,rb,rs,sh,ps1,http,vue,svelte,prompty,prompt,md,yaml,yml}').sort();

describe('fixtures', () => {
  test('exist', () => expect(files.length).toBeGreaterThan(15));

  test.each(files)('%s', async (file) => {
    const text = readFileSync(file, 'utf8');
    const contained = openContainer(file, text);
    const { language, text: code } = contained && 'text' in contained ? contained : { language: engineForTests().languageOf(file)!, text };
    const analysis = await analyzeText(language, code);
    expect(analysis.skipped).toBeNull();
    const lines = indexLines(text);
    const expectations = expectationsOf(text);
    const found = analysis.calls.map((call) => {
      const { line } = lines.positionAt(call.calleeRange.start);
      const words = expectations.find((each) => each.line === line)?.words ?? [];
      return `${line}: ${describeCall(call, words)}`;
    });
    expect(found).toEqual(expectations.map((each) => `${each.line}: ${each.words.join(' ')}`));
  });
});
