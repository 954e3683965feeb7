/** `tokenfare switch` of the built command line: diff, losses, JSON, --write, exit codes, refusals. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeChanges } from '../../src/commandLine/writeChanges.js';
import { buildBundle } from './bundleForTests.js';

let bundle = '';
let folder = '';
const python = 'import os\nfrom openai import OpenAI\n\nclient = OpenAI()  # shared\nreply = client.chat.completions.create(\n    model="gpt-4.1",\n    messages=[{"role": "user", "content": "Hello!"}],\n    seed=7,\n    max_tokens=100,\n)\nprint(reply.choices[0].message.content)\n';
const files: Readonly<Record<string, string>> = {
  'a.py': python, 'crlf.py': python.replaceAll('\n', '\r\n'), '.env.example': 'OPENAI_API_KEY=\n', 'requirements.txt': 'openai>=2\n', 'empty.py': 'x = 1\n', 'notes.txt': 'x\n',
  'two.py': 'from openai import OpenAI\na = OpenAI()\na.chat.completions.create(model="gpt-4.1", messages=[])\na.chat.completions.create(model="gpt-4.1", messages=[])\n',
  'runtime.py': 'from openai import OpenAI\nclient = OpenAI()\ndef f(model):\n    return client.chat.completions.create(model=model, messages=[], n=2)\n',
  'pay.py': 'import requests\n\ndef ask(question):\n    return requests.post("https://api.tbox.cn/api/chat", json={"appId": "1", "query": question}).json()\n\ndef pay(sdk, order):\n    return sdk.execute("alipay.trade.create", order)\n',
};

function run(...words: string[]) {
  const result = spawnSync(process.execPath, [join(bundle, 'cli.mjs'), ...words], { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', COLUMNS: '160', TOKENFARE_HOME: join(folder, '.home') } });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'tokenfare-bundle-'));
  await buildBundle(bundle);
  folder = mkdtempSync(join(tmpdir(), 'tokenfare-switch-'));
  mkdirSync(join(folder, '.git'));
});
beforeEach(() => { for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content); });
afterAll(() => { for (const each of [folder, bundle]) rmSync(each, { recursive: true, force: true }); });

describe('what is printed', () => {
  test('a diff that `patch` takes, with the files that list variables, and nothing is written', () => {
    const { code, out } = run('switch', 'a.py:5', '--to', 'deepseek');
    expect(code).toBe(0);
    expect(out).toMatch(/^--- a\/a\.py\n\+\+\+ b\/a\.py\n@@ /);
    expect(out).toContain('+client = OpenAI(base_url="https://api.deepseek.com", api_key=os.environ["DEEPSEEK_API_KEY"])  # shared');
    expect(out).toContain('--- a/.env.example');
    expect(out).toContain('set DEEPSEEK_API_KEY before the next run');
    expect(text('a.py')).toBe(python);
    const patched = spawnSync('patch', ['-p1', '--dry-run'], { cwd: folder, input: out.slice(0, out.indexOf('\n\nline ') + 1), encoding: 'utf8' });
    if (!patched.error) expect(patched.status, patched.stdout + patched.stderr).toBe(0);
  });

  test('the loss list names each thing that goes', () => {
    const { out } = run('switch', 'a.py', '--to', 'anthropic', '--sdk', 'anthropic');
    expect(out).toMatch(/what is lost or changed:\n(?: {2}line 5: .*\n)*? {2}line 5: seed is removed/);
    expect(out).toContain('install anthropic');
    expect(out).toContain('+anthropic>=');
  });

  test('JSON holds the same', () => {
    const { code, out } = run('switch', 'a.py', '--to', 'anthropic', '--sdk', 'anthropic', '--format', 'json');
    const result = JSON.parse(out) as { written: boolean; moved: { line: number; to: { provider: string; sdk: string } }[]; losses: { argument: string; what: string; message: string }[]; keyVariables: string[]; packages: { name: string; change: string }[]; files: { file: string }[]; diff: string };
    expect(code).toBe(0);
    expect(result).toMatchObject({ schemaVersion: 1, written: false, moved: [{ line: 5, to: { provider: 'anthropic', sdk: 'anthropic' } }], keyVariables: ['ANTHROPIC_API_KEY'] });
    expect(result.losses).toContainEqual(expect.objectContaining({ argument: 'seed', what: 'removed' }));
    expect(result.packages).toEqual([expect.objectContaining({ name: 'anthropic', change: 'added' }), expect.objectContaining({ name: 'openai', change: 'unused' })]);
    expect(result.files.map((each) => each.file).sort()).toEqual(['.env.example', 'a.py', 'requirements.txt']);
    expect(result.diff).toMatch(/^--- a\/a\.py/);
  });
});

describe('--write', () => {
  test('writes the code and the lists, and line ends stay', () => {
    expect(run('switch', 'crlf.py', '--to', 'deepseek', '--write').out).toContain('written: crlf.py, .env.example');
    expect(text('crlf.py')).toContain('base_url="https://api.deepseek.com"');
    expect(text('crlf.py').replaceAll('\r\n', '')).not.toContain('\n');
    expect(text('.env.example')).toBe('OPENAI_API_KEY=\nDEEPSEEK_API_KEY=\n');
    // Nothing is left to do the second time.
    expect(run('switch', 'crlf.py', '--to', 'deepseek').err).toContain('the call goes there already');
  });

  test('a file that has changed meanwhile is not written, nor is any other', async () => {
    const edit = { range: { start: 0, end: 0 }, newText: '# x\n' };
    const changes = [{ path: join(folder, 'a.py'), text: python, edits: [edit] }, { path: join(folder, '.env.example'), text: 'other\n', edits: [edit] }];
    await expect(writeChanges(changes)).rejects.toThrow(/\.env\.example has changed in the meantime; nothing was written/);
    expect(text('a.py')).toBe(python);
    await writeChanges(changes.slice(0, 1));
    expect(text('a.py')).toBe(`# x\n${python}`);
  });
});

describe('exit codes and refusals', () => {
  test('1 when something is left to be changed by hand, 0 otherwise', () => {
    expect(run('switch', 'two.py', '--to', 'deepseek').code).toBe(0);
    const { code, out } = run('switch', 'pay.py', '--to', 'openrouter');
    expect(code).toBe(0);
    expect(out).toContain('+    return gateway.chat.completions.create(model="qwen/qwen-plus", messages=[{"role": "user", "content": question}]).choices[0].message.content');
    expect(out).toContain('Payment: stays with Alipay');
  });

  test.each<[string, string[], RegExp]>([
    ['no file', ['switch'], /switch takes a file and a target/],
    ['a file that is not there', ['switch', 'none.py', '--to', 'deepseek'], /none\.py/],
    ['another language', ['switch', 'notes.txt', '--to', 'deepseek'], /language not supported/],
    ['no call', ['switch', 'empty.py', '--to', 'deepseek'], /no call of an LLM API found/],
    ['no call on the line', ['switch', 'a.py:1', '--to', 'deepseek'], /no call here; calls begin on lines 5/],
    ['a provider that is spelt wrongly', ['switch', 'a.py', '--to', 'deepsek'], /unknown provider "deepsek"; did you mean .*deepseek/],
    ['a place that is not there', ['switch', 'a.py', '--to', 'openai', '--region', 'mars'], /openai has no endpoint "mars"/],
    ['an SDK that does not reach', ['switch', 'a.py', '--to', 'deepseek', '--sdk', 'dashscope'], /cannot be rewritten for dashscope at deepseek/],
  ])('2: %s', (_name, words, said) => {
    const { code, out, err } = run(...words);
    expect(err).toMatch(said);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('the region is the endpoint of the vendor', () => {
    expect(run('switch', 'a.py', '--to', 'openai', '--region', 'eu').out).toContain('base_url="https://eu.api.openai.com/v1"');
  });
});

test('the diff applies with git', () => {
  const { out } = run('switch', 'two.py:3', '--to', 'mistral');
  writeFileSync(join(folder, 'x.patch'), out.slice(0, out.indexOf('\nline ')));
  execFileSync('git', ['init', '-q'], { cwd: folder });
  expect(() => { execFileSync('git', ['apply', '--check', 'x.patch'], { cwd: folder, stdio: 'pipe' }); }).not.toThrow();
});
