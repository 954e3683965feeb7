/** SARIF against the official schema, and against what the text report says; GitHub's commands by their escapes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { findingCodes } from '../../../src/core/findingCodes.js';
import { defaultConfiguration } from '../../../src/core/model.js';
import { english, findingMessage } from '../../../src/messages.js';
import { github } from '../../../src/reporters/github.js';
import type { ReportInput } from '../../../src/reporters/report.js';
import { ruleTexts } from '../../../src/reporters/ruleTexts.js';
import { sarif } from '../../../src/reporters/sarif.js';
import { analyzeText, testDay } from '../engineForTests.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// SARIF 2.1.0 of OASIS, as Microsoft's own checker ships it.
const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(`${root}node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json`, 'utf8')) as Record<string, unknown>;
const validate = addFormats(new Ajv({ strict: false, unicodeRegExp: false })).compile(schema);

const code = 'from openai import OpenAI\nURL = "https://us.api.openai.com/v1"\nclient = OpenAI(base_url=URL)\ndef ask(question):\n    return client.chat.completions.create(model="gpt-4", messages=[{"role": "user", "content": question}])\n';
const configuration = { ...defaultConfiguration, policy: { ...defaultConfiguration.policy, allowedZones: ['EU' as const] } };

async function input(file = 'src/ä b%.py'): Promise<ReportInput> {
  const analysis = await analyzeText('python', code, configuration);
  return {
    files: [{ file, text: code, language: 'python', analysis }], skipped: [{ file: 'big.py', reason: 'too-large' }], configuration, filesRead: 1, today: testDay,
    problems: [{ file: 'tokenfare.yaml', line: 2, column: 3, endLine: 2, endColumn: 9, code: 'unknown-key', expected: 'allowedZones', found: 'allowedZone' }],
  };
}

interface Log { readonly runs: readonly [{ readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly help: { readonly text: string }; readonly helpUri: string }[] } }; readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number; readonly level: string; readonly message: { readonly text: string }; readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: Record<string, number> } }]; readonly relatedLocations?: readonly unknown[]; readonly partialFingerprints?: Record<string, string> }[] }] }

describe('SARIF', () => {
  test('is valid, with and without findings, also in a notebook', async () => {
    const full = await input();
    const empty: ReportInput = { ...full, files: [], problems: [], skipped: [] };
    const notebook: ReportInput = { ...full, files: full.files.map((file) => ({ ...file, file: '/abs/a.ipynb', code, placeOf: (offset: number) => ({ cell: 2, line: code.slice(0, offset).split('\n').length, column: 1 }) })) };
    for (const each of [full, empty, notebook]) {
      const log = JSON.parse(sarif(each, english, '0.1.0')) as unknown;
      expect(validate(log) ? [] : validate.errors).toEqual([]);
    }
  });

  test('says of each finding what the text says, at its place', async () => {
    const given = await input();
    const { runs: [run] } = JSON.parse(sarif(given, english, '0.1.0')) as Log;
    expect(run.results.map((each) => each.message.text)).toEqual(['Expected allowedZones, found allowedZone.', ...given.files[0]!.analysis.findings.map((each) => findingMessage(each, english))]);
    for (const each of run.results) expect(run.tool.driver.rules[each.ruleIndex]!.id).toBe(each.ruleId);
    const residency = run.results.find((each) => each.ruleId === 'residency')!;
    expect(residency).toMatchObject({ level: 'error', locations: [{ physicalLocation: { artifactLocation: { uri: 'src/%C3%A4%20b%25.py' }, region: { startLine: 5, startColumn: 12 } } }] });
    expect(residency.relatedLocations).toHaveLength(2);
  });

  test('prints stay when lines move and change when the line does', async () => {
    const printsOf = async (text: string): Promise<string[]> => {
      const analysis = await analyzeText('python', text, configuration);
      const { runs: [run] } = JSON.parse(sarif({ ...await input(), problems: [], files: [{ file: 'a.py', text, language: 'python', analysis }] }, english, '0.1.0')) as Log;
      return run.results.map((each) => each.partialFingerprints!['tokenfare/v1']!);
    };
    const before = await printsOf(code);
    expect(await printsOf(`# one\n# two\n${code}`)).toEqual(before);
    expect(await printsOf(code.replace('"gpt-4"', '"gpt-4-0613"'))).not.toEqual(before);
  });

  test('every rule has help that says what its page says', async () => {
    const { runs: [run] } = JSON.parse(sarif(await input(), english, '0.1.0')) as Log;
    expect(run.tool.driver.rules.map((each) => each.id)).toEqual([...findingCodes, 'config-invalid']);
    for (const [id, { what }] of Object.entries(ruleTexts)) {
      const page = readFileSync(`${root}docs/findings/${id}.md`, 'utf8').replace(/\s+/g, ' ');
      expect(page, id).toContain(what);
    }
  });
});

describe('GitHub', () => {
  test('one command a finding, with escapes', async () => {
    const lines = github(await input('a,b:c.py'), english).trimEnd().split('\n');
    expect(lines[0]).toBe('::error file=tokenfare.yaml,line=2,col=3,endLine=2,endColumn=9,title=config-invalid::Expected allowedZones, found allowedZone.');
    expect(lines[1]).toMatch(/^::error file=a%2Cb%3Ac\.py,line=5,col=12,endLine=5,endColumn=42,title=Tokenfare%3A residency::Data of this call goes to the US/);
    expect(lines).toHaveLength(1 + (await input()).files[0]!.analysis.findings.length);
  });
  test('nothing is said of nothing', async () => expect(github({ ...await input(), files: [], problems: [] }, english)).toBe(''));
});
