/**
 * Every code of a finding: fixtures where it is made, is not made, and is silenced (test/findings/<code>.txt), its page in
 * docs/findings/, and its text in both languages. Figures beside `expect:` are worked out by hand in the fixture's own terms.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { facts } from '../../src/catalog.js';
import { mergeConfiguration, parseConfiguration } from '../../src/core/configuration.js';
import { findingCodes } from '../../src/core/findingCodes.js';
import { type Finding, type LanguageId, defaultConfiguration } from '../../src/core/model.js';
import { english, findingMessage } from '../../src/messages.js';
import { analyzeText } from './engineForTests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Section {
  readonly kind: string;
  readonly language: LanguageId;
  readonly configuration: string;
  readonly expected: readonly string[];
  readonly code: string;
}

function sectionsOf(code: string): readonly Section[] {
  return readFileSync(`${root}test/findings/${code}.txt`, 'utf8').split(/^=== /m).slice(1).map((text) => {
    const lines = text.split('\n');
    const [kind, language] = lines[0]!.split(' ') as [string, LanguageId];
    const headers = lines.slice(1).filter((line, index) => /^(?:config|expect): /.test(line) && lines.slice(1, index + 1).every((each) => /^(?:config|expect): /.test(each)));
    const header = (name: string): string => headers.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
    return { kind, language, configuration: header('config') === '' ? '' : parse(header('config')) as string, expected: header('expect').split(' ').filter(Boolean), code: lines.slice(1 + headers.length).join('\n') };
  });
}

async function found({ language, code, configuration }: Section): Promise<readonly Finding[]> {
  const { value, problems } = parseConfiguration(configuration, facts);
  expect(problems).toEqual([]);
  return (await analyzeText(language, code, mergeConfiguration(defaultConfiguration, value!, 'settings'))).findings;
}

const dataOf = (finding: Finding, key: string): number => Number(finding.data[key]);

test('every fixture belongs to a code, and every code has fixtures and a page', () => {
  expect(readdirSync(`${root}test/findings`).filter((file) => file.endsWith('.txt')).map((file) => file.slice(0, -4)).sort()).toEqual([...findingCodes].sort());
  expect([...findingCodes, 'config-invalid'].filter((code) => !existsSync(`${root}docs/findings/${code}.md`))).toEqual([]);
  for (const code of findingCodes) expect(new Set(sectionsOf(code).map((each) => each.kind)), code).toEqual(new Set(['positive', 'negative', 'silenced']));
});

describe.each([...findingCodes])('%s', (code) => {
  const sections = sectionsOf(code);
  test.each(sections.map((section, index) => [section.kind, index, section] as const))('%s %i', async (kind, _index, section) => {
    const all = await found(section);
    const own = all.filter((each) => each.code === code);
    if (kind !== 'positive') {
      expect(own).toEqual([]);
      // What is silenced must have been there.
      if (kind === 'silenced') {
        const loud = await found({ ...section, code: section.code.replaceAll(/ignore\[[^\]]*\]/g, 'ignore[nothing]') });
        expect(loud.some((each) => each.code === code)).toBe(true);
      }
      return;
    }
    expect(own).toHaveLength(1);
    const [finding] = own as [Finding];
    const [severity, ...checks] = section.expected;
    expect(finding.severity).toBe(severity);
    expect(section.code.slice(finding.range.start, finding.range.end).trim()).not.toBe('');
    for (const check of checks) {
      const ratio = /^ratio:(\w+)\/(\w+)=([\d.]+)$/.exec(check);
      if (ratio) { expect(dataOf(finding, ratio[1]!) / dataOf(finding, ratio[2]!), check).toBeCloseTo(Number(ratio[3]), 2); continue; }
      const [, key, how, value] = /^(\w+)([=~])(.+)$/.exec(check)!;
      if (how === '~') expect(dataOf(finding, key!) / Number(value), check).toBeCloseTo(1, 2);
      else expect(String(finding.data[key!]), check).toBe(value);
    }
    // Every sentence says something whole: no empty place, no figure that is none.
    const message = findingMessage(finding, english);
    expect(message).not.toMatch(/\{\d\}|NaN|undefined|null|Infinity| {2}|""/);
    expect(message).not.toBe(code);
  });

  test('can be turned off and made an error', async () => {
    const section = sections.find((each) => each.kind === 'positive')!;
    const withLevel = (level: string): string => `${section.configuration.replace(/findings: \{[^}]*\}/, '').trim()}\nfindings: { ${code}: ${level} }\n`;
    expect((await found({ ...section, configuration: withLevel('off') })).filter((each) => each.code === code)).toEqual([]);
    expect((await found({ ...section, configuration: withLevel('error') })).filter((each) => each.code === code).map((each) => each.severity)).toEqual(['error']);
  });
});
