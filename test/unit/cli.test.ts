/** The built command line as people run it: arguments, formats, exit codes, bad input. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cli = join(root, 'dist/cli.mjs');
let folder = '';

function run(words: readonly string[], input = '', cwd = folder) {
  const result = spawnSync(process.execPath, [cli, ...words], { cwd, input, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', COLUMNS: '160' }, maxBuffer: 64 * 1024 * 1024 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const call = 'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(\n    model="gpt-4.1",\n    messages=[{"role": "user", "content": "Hello!"}],\n    max_tokens=100,\n)\n';

beforeAll(() => {
  if (!existsSync(cli)) execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root });
  folder = mkdtempSync(join(tmpdir(), 'tokenfare-cli-'));
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, 'good.py'), call);
  writeFileSync(join(folder, 'empty.py'), '');
  writeFileSync(join(folder, 'binary.py'), Buffer.from([0x6f, 0x70, 0, 1, 2, 3]));
  writeFileSync(join(folder, 'large.py'), call + '# filler\n'.repeat(300_000));
  writeFileSync(join(folder, 'minified.js'), `import OpenAI from "openai";${'var a=1;'.repeat(20_000)}`);
  writeFileSync(join(folder, '.gitignore'), 'ignored/\n');
  for (const name of ['ignored', 'node_modules']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'call.py'), call);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('scan', () => {
  test('--format json validates against the shipped schema and skips what it must, with reasons', () => {
    const { code, out } = run(['scan', '.', '--format', 'json', '--fail-on', 'never']);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { calls: { file: string; line: number; column: number; model: string; maxOutputTokens: number; input: { tokens: unknown; basis: string } }[]; skipped: unknown[] };
    const ajv = new Ajv({ allErrors: true });
    addFormats(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(join(root, 'schemas/report.schema.json'), 'utf8')) as object);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report.calls.map((each) => `${each.file}:${each.line}:${each.column} ${each.model} ${each.maxOutputTokens}`)).toEqual(['good.py:3:1 gpt-4.1 100']);
    // "Hello!" is 2 tokens in o200k_base; 3 for the message, 1 for its role, 3 for the reply (OpenAI cookbook).
    expect(report.calls[0]!.input).toMatchObject({ basis: 'exact', tokenizer: 'o200k_base', tokens: { low: 9, likely: 9, high: 9 } });
    expect(report.skipped).toEqual([
      { file: 'binary.py', reason: 'binary' }, { file: 'large.py', reason: 'too-large' }, { file: 'minified.js', reason: 'minified' },
    ]);
  });

  test('the text report has a row per call and says what was skipped', () => {
    const { out } = run(['scan', '--fail-on', 'never']);
    expect(out).toContain('good.py');
    expect(out).toMatch(/3\s+gpt-4\.1\s+OpenAI/);
    expect(out).toContain('Skipped 3 files:');
    expect(out).not.toContain('\u001b[');
  });

  test('standard input', () => {
    const { code, out } = run(['scan', '-', '--language', 'python', '--format', 'json', '--fail-on', 'never'], call);
    expect(code).toBe(0);
    expect((JSON.parse(out) as { calls: unknown[] }).calls).toHaveLength(1);
  });

  test('findings decide the exit code', () => {
    writeFileSync(join(folder, 'strict.yaml'), 'policy:\n  allowedZones: [EU]\n');
    expect(run(['scan', 'good.py', '--policy', 'strict.yaml', '--fail-on', 'warning']).code).toBe(1);
    expect(run(['scan', 'good.py', '--policy', 'strict.yaml', '--fail-on', 'never']).code).toBe(0);
    expect(run(['scan', 'empty.py']).code).toBe(0);
  });

  test('a broken tokenfare.yaml names file, line and what is expected, and the scan goes on', () => {
    writeFileSync(join(folder, 'broken.yaml'), 'currency: USD\npolicy:\n  allowedZone: [EU]\nbudget: much\n');
    const { code, out } = run(['scan', 'good.py', '--policy', 'broken.yaml']);
    expect(code).toBe(1);
    expect(out).toMatch(/broken\.yaml:3:3 .*allowedZones/);
    expect(out).toMatch(/broken\.yaml:4:9 /);
    expect(out).toContain('gpt-4.1');
  });

  test.each([
    [['scan', 'nowhere.py'], 'nowhere.py: no such file or folder'],
    [['scan', '--format', 'xml'], 'unknown format "xml"'],
    [['scan', '--currency', 'XYZ'], 'no exchange rate for "XYZ"'],
    [['scan', '--colour'], '--help'],
    [['sing'], 'unknown command "sing"'],
    [['compare', 'good.py:1'], 'calls begin on lines 3'],
    [['count', 'good.py'], '--model'],
    [['count', '--model', 'gpt-99', 'good.py'], 'not in the catalog'],
  ])('%j fails with a clear message', (words, message) => {
    const { code, err } = run(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('the other commands', () => {
  test('compare lists other providers with zones', () => {
    const { code, out } = run(['compare', 'good.py:4']);
    expect(code).toBe(0);
    expect(out).toContain('gpt-4.1');
    expect(out).toContain('deepseek');
  });

  test('count is exact for OpenAI and a range for others', () => {
    writeFileSync(join(folder, 'prompt.md'), 'Hello, world!');
    const { out } = run(['count', '--model', 'gpt-4o', '--model', 'qwen-plus', '--format', 'json', 'prompt.md']);
    const rows = JSON.parse(out) as { model: string; tokens: number; basis: string; low: number; high: number }[];
    // "Hello, world!" is Hello · , · world · ! in both OpenAI vocabularies.
    expect(rows[0]).toMatchObject({ model: 'gpt-4o', tokens: 4, basis: 'exact' });
    expect(rows[1]).toMatchObject({ model: 'qwen-plus', basis: 'approximate' });
    expect(rows[1]!.low).toBeLessThanOrEqual(4);
    expect(rows[1]!.high).toBeGreaterThanOrEqual(4);
  });

  test('prices name the day they were checked', () => {
    expect(run(['prices', '--provider', 'openai', '--model', 'gpt-4o-mini']).out).toMatch(/gpt-4o-mini\s+0\.15 USD/);
  });

  test('--version and --help', () => {
    expect(run(['--version']).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run(['--help']).out).toContain('tokenfare scan');
  });
});
