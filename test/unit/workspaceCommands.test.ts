/** Commands over whole workspaces, as people and CI run them: reports, shards, revisions, plans, and the server for agents. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildBundle } from './bundleForTests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
let bundle = '';
let folder = '';
const day = '2026-11-23';
// Every test starts several processes.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'tokenfare-bundle-'));
  await buildBundle(bundle);
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'tokenfare-project-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

function run(...words: string[]) {
  const result = spawnSync(process.execPath, [join(bundle, 'cli.mjs'), ...words], { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', COLUMNS: '160', TOKENFARE_HOME: join(folder, '.home') }, maxBuffer: 64 * 1024 * 1024 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}
function git(...words: string[]): string {
  const result = spawnSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main', '-c', 'commit.gpgsign=false', ...words], { cwd: folder, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout.trim();
}
function commit(message: string): string {
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

/** A Python file of OpenAI calls. */
const python = (...calls: readonly { readonly model: string; readonly prompt: string; readonly max?: number }[]): string =>
  `from openai import OpenAI\nclient = OpenAI()\n${calls.map(({ model, prompt, max = 100 }) => `client.chat.completions.create(model="${model}", messages=[{"role": "user", "content": "${prompt}"}], max_tokens=${max})\n`).join('')}`;
const contract = 'Translate the following contract into French and keep every clause and its number.';
const minutes = 'Summarize the minutes of the meeting in three short sentences for the board.';
/** Exactly 1,000 answers of 100 tokens, so that only the prompt is left to count. */
const settings = 'assumptions:\n  callsPerMonth: 1000\n  outputTokens: 100\n';

interface Diff {
  readonly basis: string; readonly amount: number | null; readonly share: number | null;
  readonly before: { readonly perMonth: number }; readonly after: { readonly perMonth: number };
  readonly calls: readonly { readonly status: string; readonly causes: readonly string[]; readonly perCall: number | null; readonly before: { readonly file: string; readonly line: number; readonly model: string; readonly inputTokens: number } | null; readonly after: { readonly file: string; readonly line: number; readonly model: string; readonly inputTokens: number } | null }[];
  readonly findings: { readonly added: readonly { readonly code: string }[]; readonly removed: readonly { readonly code: string }[] };
}
const diff = (...words: string[]): Diff => JSON.parse(run('diff', ...words, '--format', 'json', '--fail-on', 'never', '--at', day).out) as Diff;
const changes = ({ calls }: Diff): string[] => calls.filter(({ status }) => status !== 'same').map(({ status, causes, before, after }) => [status, before?.file ?? '-', after?.file ?? '-', ...causes].join(' '));

describe('diff', () => {
  beforeEach(() => {
    git('init', '-q');
    write('tokenfare.yaml', settings);
    write('src/a.py', python({ model: 'gpt-4o-mini', prompt: contract }, { model: 'gpt-4o-mini', prompt: minutes }));
    commit('first');
  });

  it('nothing changed: nothing is reported, and the sums are equal', () => {
    const found = diff('HEAD');
    expect(changes(found)).toEqual([]);
    expect(found).toMatchObject({ amount: 0, share: 0, basis: 'month' });
  });

  it('another model: the difference is that of the two price lists', () => {
    write('src/a.py', python({ model: 'gpt-4o', prompt: contract }, { model: 'gpt-4o-mini', prompt: minutes }));
    const found = diff('HEAD');
    expect(changes(found)).toEqual(['changed src/a.py src/a.py model']);
    const [{ before, perCall }] = found.calls as [Diff['calls'][number]];
    // OpenAI's list: gpt-4o-mini $0.15 and $0.60, gpt-4o $2.50 and $10 per million; both count with o200k_base, 100 tokens out.
    const expected = (before!.inputTokens * (2.5 - 0.15) + 100 * (10 - 0.6)) / 1e6;
    expect(perCall!).toBeCloseTo(expected, 10);
    expect(found.amount!).toBeCloseTo(expected * 1000, 7);
  });

  it('another prompt only', () => {
    write('src/a.py', python({ model: 'gpt-4o-mini', prompt: `${contract} Be exact.` }, { model: 'gpt-4o-mini', prompt: minutes }));
    const found = diff('HEAD');
    expect(changes(found)).toEqual(['changed src/a.py src/a.py prompt']);
    const { before, after, perCall } = found.calls[0]!;
    // " Be exact." is 3 tokens of o200k_base: " Be", " exact", ".".
    expect(after!.inputTokens - before!.inputTokens).toBe(3);
    expect(perCall!).toBeCloseTo(3 * 0.15e-6, 12);
  });

  it('another price only, from the workspace file', () => {
    write('tokenfare.yaml', `${settings}discounts:\n  - { provider: openai, percent: 50, note: contract }\n`);
    const found = diff('HEAD');
    expect(changes(found)).toEqual(['changed src/a.py src/a.py price', 'changed src/a.py src/a.py price']);
    expect(found.share!).toBeCloseTo(-0.5, 10);
  });

  it('a renamed file and a call moved to a new one cost nothing', () => {
    git('mv', 'src/a.py', 'src/answers.py');
    commit('renamed');
    expect(changes(diff('HEAD~1', 'HEAD'))).toEqual(['moved src/a.py src/answers.py', 'moved src/a.py src/answers.py']);
    write('src/answers.py', python({ model: 'gpt-4o-mini', prompt: minutes }));
    write('lib/contracts.py', python({ model: 'gpt-4o-mini', prompt: contract }));
    const found = diff('HEAD');
    expect(changes(found)).toEqual(['moved src/answers.py lib/contracts.py']);
    expect(found.amount).toBe(0);
  });

  it('added and removed calls between two commits, whatever lies in the working tree', () => {
    write('src/a.py', python({ model: 'gpt-4o-mini', prompt: contract }));
    write('src/new.py', python({ model: 'gpt-4.1', prompt: 'Name ten rivers of Asia.' }));
    commit('second');
    write('src/uncommitted.py', python({ model: 'gpt-4.1', prompt: 'Not part of it.' }));
    expect(changes(diff('HEAD~1', 'HEAD')).sort()).toEqual(['added - src/new.py', 'removed src/a.py -']);
    expect(changes(diff('HEAD'))).toEqual(['added - src/uncommitted.py']);
  });

  it('a constant of another file changes the model of a call that did not change itself', () => {
    write('src/models.py', 'MODEL = "gpt-4o-mini"\n');
    write('src/b.py', 'from openai import OpenAI\nfrom models import MODEL\nclient = OpenAI()\nclient.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hello there."}], max_tokens=100)\n');
    commit('constant');
    write('src/models.py', 'MODEL = "gpt-4.1"\n');
    expect(changes(diff('HEAD'))).toEqual(['changed src/b.py src/b.py model']);
  });

  it('paths narrow it; a subfolder is no obstacle; merges of unknown models stay unknown', () => {
    write('src/a.py', python({ model: 'gpt-99', prompt: contract }));
    write('other/b.py', python({ model: 'gpt-4.1', prompt: minutes }));
    const found = diff('HEAD', 'HEAD', 'other');
    expect(found.calls).toEqual([]);
    commit('second');
    expect(changes(diff('HEAD~1', 'HEAD', 'src')).sort()).toEqual(['changed src/a.py src/a.py model', 'removed src/a.py -']);
    expect(diff('HEAD~1', 'HEAD', 'src').calls.find(({ status }) => status === 'changed')!.perCall).toBeNull();
  });

  it('findings that come count for --fail-on, those that were there do not', () => {
    write('tokenfare.yaml', `${settings}policy:\n  allowedZones: [EU]\n`);
    commit('policy');
    const strict = (...words: string[]) => run('diff', ...words, '--fail-on', 'warning', '--at', day);
    expect(strict('HEAD').code).toBe(0);
    write('src/cn.py', 'from openai import OpenAI\nclient = OpenAI(base_url="https://dashscope.aliyuncs.com/compatible-mode/v1")\nclient.chat.completions.create(model="qwen-plus", messages=[{"role": "user", "content": "hi"}])\n');
    const { code, out } = strict('HEAD');
    expect(code).toBe(1);
    expect(out).toMatch(/New findings[\s\S]*src\/cn\.py:3 [\s\S]*residency/);
    // Moving the file brings no new finding.
    commit('cn');
    git('mv', 'src/cn.py', 'src/china.py');
    expect(strict('HEAD').code).toBe(0);
  });

  it('--max-increase decides the exit code and says why', () => {
    write('src/a.py', python({ model: 'gpt-4o', prompt: contract }, { model: 'gpt-4o-mini', prompt: minutes }));
    const limited = (limit: string) => run('diff', 'HEAD', '--max-increase', limit, '--fail-on', 'never', '--at', day);
    expect(limited('10%').code).toBe(1);
    expect(limited('10%').err).toMatch(/the cost grows by more than 10% \(\+\d+\.\d%\)/);
    expect(limited('10000%').code).toBe(0);
    expect(limited('0.001').code).toBe(1);
    expect(limited('100').code).toBe(0);
    expect(limited('lots')).toMatchObject({ code: 2 });
  });

  it('--fail-over-budget', () => {
    write('tokenfare.yaml', `${settings}budget: { amount: 0.01 }\n`);
    expect(run('diff', 'HEAD', '--fail-over-budget', '--fail-on', 'never').code).toBe(1);
    expect(run('scan', '--fail-over-budget', '--fail-on', 'never')).toMatchObject({ code: 1, err: expect.stringMatching(/a month takes \d+% of the budget/) });
    expect(run('scan', '--fail-on', 'never').code).toBe(0);
  });

  it('Markdown begins with the mark of the comment and leaves nothing behind', () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('tokenfare-revision-'));
    const { out } = run('diff', 'HEAD', '--format', 'markdown');
    expect(out.split('\n').slice(0, 2)).toEqual(['<!-- tokenfare:diff -->', '# Tokenfare: what this change costs']);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('tokenfare-revision-'))).toEqual(before);
    expect(git('status', '--porcelain')).toBe('');
  });

  it.each([
    [['diff'], 'takes a revision'], [['diff', 'no-such-branch'], 'is no revision of this repository'], [['diff', 'HEAD', '--format', 'sarif'], 'there are text, markdown, json'],
    [['diff', 'HEAD', 'HEAD', '../elsewhere'], 'outside of the repository'],
  ])('%j', (words, message) => expect(run(...words)).toMatchObject({ code: 2, err: expect.stringContaining(message) }));

  it('outside of a repository', () => {
    rmSync(join(folder, '.git'), { recursive: true });
    expect(run('diff', 'HEAD')).toMatchObject({ code: 2, err: expect.stringContaining('not in a git repository') });
  });

  it('a hostile repository runs nothing', () => {
    write('.gitattributes', '*.py diff=evil\n');
    commit('evil');
    // Set last: the commands of this test would run them, too.
    for (const [key, value] of [['core.fsmonitor', 'touch RAN; false'], ['diff.external', 'touch RAN'], ['core.pager', 'touch RAN'], ['core.sshCommand', 'touch RAN'], ['diff.evil.textconv', 'touch RAN; cat']]) git('config', key!, value!);
    write('src/a.py', python({ model: 'gpt-4.1', prompt: contract }));
    expect(run('diff', 'HEAD~1').code).toBe(0);
    expect(readdirSync(folder)).not.toContain('RAN');
  });
});

describe('formats of a scan', () => {
  beforeEach(() => {
    mkdirSync(join(folder, '.git'));
    write('tokenfare.yaml', `${settings}policy:\n  allowedZones: [EU]\n`);
    write('CODEOWNERS', '/src/ @team\n');
    write('src/a.py', python({ model: 'gpt-4o-mini', prompt: contract }));
  });
  const scanned = (format: string): string => run('scan', '--format', format, '--at', day, '--fail-on', 'never').out;

  it('Markdown', () => {
    const text = scanned('markdown');
    expect(text).toMatch(/^# Tokenfare report\n\n1 calls in \d+ files read, 1 providers; 2026-11-23\. /);
    expect(text).toMatch(/\| src\/a\.py:3 \| gpt-4o-mini \| OpenAI \| \d+ \| 100 \| \$0\.0\d+ \| \$0\.0\d+ \| .+ \|\n/);
    expect(text).toMatch(/## Findings\n\n\| where \| severity \| finding \|/);
  });

  it('CSV has the figures of the JSON', () => {
    const [head, row] = scanned('csv').trim().split('\r\n').map((line) => line.split(','));
    const cell = (name: string): string => row![head!.indexOf(name)]!;
    const [call] = (JSON.parse(scanned('json')) as { calls: { cost: { perCall: { likely: number } }; input: { tokens: { likely: number } } }[] }).calls;
    expect(Number(cell('per_call_likely'))).toBe(call!.cost.perCall.likely);
    expect(Number(cell('input_tokens_likely'))).toBe(call!.input.tokens.likely);
    // Text, whatever a spreadsheet would take it for.
    expect(cell('owners')).toBe('\'@team');
    expect(Number(cell('per_month_likely'))).toBeCloseTo(call!.cost.perCall.likely * 1000, 9);
  });

  it('JSON validates and has totals', () => {
    const report = JSON.parse(scanned('json')) as { totals: { perMonth: { likely: number } }; calls: { cost: { perCall: { likely: number } } }[] };
    const ajv = new Ajv({ allErrors: true });
    addFormats(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(join(root, 'schemas/report.schema.json'), 'utf8')) as object);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report.totals.perMonth.likely).toBeCloseTo(report.calls[0]!.cost.perCall.likely * 1000, 9);
  });

  it('one page that reaches nothing, whatever names the code holds', () => {
    write('src/evil.py', python({ model: '</script><img src=x onerror=alert(1)>', prompt: 'x' }));
    const { code } = run('report', '--out', 'report.html', '--at', day, '--fail-on', 'never');
    expect(code).toBe(0);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain("default-src 'none'; script-src 'sha256-");
    expect(page).not.toContain('</script><img');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  it('ASCII where the terminal promises no more is the terminal\'s own; an unknown format names the others', () => {
    expect(run('scan', '--format', 'xml')).toMatchObject({ code: 2, err: expect.stringContaining('there are text, json, markdown, csv, html') });
    expect(run('scan', '--out', join('no', 'such', 'folder.txt'))).toMatchObject({ code: 2 });
  });
});

describe('shards', () => {
  it('three parts are the whole; a missing one is told', () => {
    mkdirSync(join(folder, '.git'));
    for (let n = 0; n < 12; n++) write(`src/f${n}.py`, python({ model: 'gpt-4o-mini', prompt: `${minutes} Number ${n}.` }));
    const whole = JSON.parse(run('scan', '--format', 'json', '--at', day).out) as { calls: unknown[]; totals: unknown };
    for (const index of [1, 2, 3]) expect(run('scan', '--shard', `${index}/3`, '--format', 'json', '--out', `part-${index}.json`, '--at', day).code).toBe(0);
    const sizes = [1, 2, 3].map((index) => (JSON.parse(readFileSync(join(folder, `part-${index}.json`), 'utf8')) as { calls: unknown[] }).calls.length);
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(12);
    expect(Math.max(...sizes)).toBeLessThan(12);
    const merged = JSON.parse(run('merge', 'part-3.json', 'part-1.json', 'part-2.json', '--format', 'json').out) as typeof whole;
    expect(merged.calls).toEqual(whole.calls);
    expect(merged.totals).toEqual(whole.totals);
    expect(run('merge', 'part-1.json', 'part-3.json')).toMatchObject({ code: 2, err: expect.stringContaining('shards are missing: 2') });
    expect(run('merge', 'part-1.json', 'part-3.json', '--allow-partial')).toMatchObject({ code: 0 });
    write('broken.json', '{');
    write('other.json', '{"calls": 3}');
    expect(run('merge', 'broken.json')).toMatchObject({ code: 2, err: expect.stringContaining('broken.json: no JSON') });
    expect(run('merge', 'other.json')).toMatchObject({ code: 2, err: expect.stringContaining('not a report') });
    for (const wrong of ['0/3', '4/3', '1', '1/0', 'a/b']) expect(run('scan', '--shard', wrong).code).toBe(2);
  });
});

describe('compare', () => {
  beforeEach(() => {
    mkdirSync(join(folder, '.git'));
    write('prompt.md', contract);
  });
  interface Row { readonly model: string; readonly provider: string; readonly quality: { readonly benchmark: string; readonly score: number; readonly article?: string }[]; readonly input: { readonly tokens: { readonly likely: number } }; readonly cost: { readonly perCall: { readonly low: number; readonly likely: number; readonly high: number } | null; readonly perMonth: { readonly likely: number } | null; readonly breakEvenCallsPerMonth: { readonly likely: number } | null } }
  const rows = (...words: string[]): Row[] => (JSON.parse(run('compare', ...words, '--format', 'json', '--at', day).out) as { rows: Row[] }[])[0]!.rows;

  it('a prompt file under a scenario', () => {
    const [row] = rows('prompt.md', '--model', 'gpt-4o-mini', '--output-tokens', '100', '--calls-per-day', '1200', '--flat-fee', '30').filter(({ provider }) => provider === 'openai');
    const perCall = (row!.input.tokens.likely * 0.15 + 100 * 0.6) / 1e6;
    expect(row!.cost.perCall!.likely).toBeCloseTo(perCall, 10);
    expect(row!.cost.perMonth!.likely).toBeCloseTo(perCall * 1200 * 365 / 12, 7);
    expect(row!.cost.breakEvenCallsPerMonth!.likely).toBe(Math.ceil(30 / perCall));
  });

  it('the scenario of the workspace file holds, and flags go before it', () => {
    write('tokenfare.yaml', 'scenario:\n  outputTokens: 500\n  cacheHitShare: 0.5\n');
    const likely = (...words: string[]): number => rows('prompt.md', '--model', 'gpt-4o-mini', ...words).find(({ provider }) => provider === 'openai')!.cost.perCall!.likely;
    const tokens = rows('prompt.md', '--model', 'gpt-4o-mini').find(({ provider }) => provider === 'openai')!.input.tokens.likely;
    // gpt-4o-mini: $0.15, cached $0.075, $0.60 per million.
    expect(likely()).toBeCloseTo((tokens * (0.15 + 0.075) / 2 + 500 * 0.6) / 1e6, 10);
    expect(likely('--cache-hits', '0%', '--output-tokens', '10')).toBeCloseTo((tokens * 0.15 + 10 * 0.6) / 1e6, 10);
    write('tokenfare.yaml', 'scenario:\n  cacheHitShare: 60\n');
    expect(run('compare', 'prompt.md').err).toContain('tokenfare.yaml:2:18: Expected a number from 0 to 1, found 60.');
  });

  it('the table of the third article comes out of the catalog: scores as claimed, costs by the list', () => {
    const found = rows('prompt.md', '--model', 'qwen2.5-72b-instruct', '--model', 'meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo', '--model', 'gpt-4o-mini', '--currency', 'CNY', '--output-tokens', '1000');
    const scores = (provider: string): unknown => found.find((row) => row.provider === provider && row.quality.some((each) => each.article))?.quality.filter((each) => each.article).map((each) => [each.benchmark, each.score]);
    expect(scores('alibaba-dashscope')).toEqual([['C-Eval', 86.4], ['CMMLU', 87.2]]);
    expect(scores('together')).toEqual([['C-Eval', 82.1], ['CMMLU', 83.5]]);
    expect(scores('openai')).toEqual([['C-Eval', 85], ['CMMLU', 84.8]]);
    // DeepSeek's README beside the claim for Qwen.
    expect(found.find((row) => row.model === 'qwen2.5-72b-instruct' && row.quality.length > 0)!.quality).toEqual(expect.arrayContaining([expect.objectContaining({ benchmark: 'C-Eval', score: 86.1, confidence: 'secondary' })]));
    // Beijing's list: ¥4 in, ¥12 out per million.
    const qwen = found.find((row) => row.model === 'qwen2.5-72b-instruct')!;
    expect(qwen.cost.perCall!.likely).toBeCloseTo((qwen.input.tokens.likely * 4 + 1000 * 12) / 1e6, 9);
  });

  it('--all lists every priced model, as CSV too', () => {
    expect(rows('prompt.md', '--all').length).toBeGreaterThan(200);
    expect(run('compare', 'prompt.md', '--format', 'csv').out).toMatch(/^model,provider,endpoint,now,/);
    expect(run('compare', 'prompt.md', '--format', 'markdown').out).toMatch(/^## prompt\.md\n/);
  });

  it.each([['--cache-hits', '160%'], ['--discount', 'much'], ['--months', '0']])('%s %s', (flag, value) => expect(run('compare', 'prompt.md', flag, value)).toMatchObject({ code: 2, err: expect.stringContaining(flag) }));
});

describe('migrate', () => {
  it('adds up before and after, names keys, zones and losses, and changes nothing', () => {
    mkdirSync(join(folder, '.git'));
    write('tokenfare.yaml', settings);
    write('a.py', python({ model: 'gpt-4o-mini', prompt: contract }).replace('max_tokens=100', 'max_tokens=100, store=True'));
    const text = readFileSync(join(folder, 'a.py'), 'utf8');
    const plan = JSON.parse(run('migrate', '--from', 'openai', '--to', 'deepseek', '--format', 'json', '--at', day).out) as {
      sums: { perMonth: { before: { likely: number }; after: { likely: number } } }; keyVariables: string[]; zones: { from: string; to: string; calls: number }[]; losses: { argument: string; what: string }[];
      calls: { file: string; line: number; perCall: { likely: number }; target: { model: string; perCall: { likely: number } }; byHand: boolean }[];
    };
    expect(plan.keyVariables).toEqual(['DEEPSEEK_API_KEY']);
    expect(plan.zones).toMatchObject([{ to: 'CN', calls: 1 }]);
    // DeepSeek's models think before they answer unless told not to, which a move must say.
    expect(plan.losses).toMatchObject([{ argument: 'store', what: 'removed', calls: 1 }, { argument: 'deepseek-flash', what: 'kept', reason: 'thinking-default', calls: 1 }]);
    expect(plan.losses).toHaveLength(2);
    const [call] = plan.calls;
    expect(call).toMatchObject({ file: 'a.py', line: 3, byHand: false });
    expect(plan.sums.perMonth.before.likely).toBeCloseTo(call!.perCall.likely * 1000, 9);
    expect(plan.sums.perMonth.after.likely).toBeCloseTo(call!.target.perCall.likely * 1000, 9);
    expect(readFileSync(join(folder, 'a.py'), 'utf8')).toBe(text);
    expect(run('migrate', '--from', 'openai', '--to', 'deepseek').out).toMatch(/^From OpenAI to DeepSeek\n=+\n1 calls are affected; 1 can be moved by a quick fix/);
    expect(run('migrate', '--from', 'openai')).toMatchObject({ code: 2 });
    expect(run('migrate', '--from', 'openai', '--to', 'nobody')).toMatchObject({ code: 2, err: expect.stringContaining('no such provider') });
  });
});

describe('functions of the project that forward to a call', () => {
  beforeEach(() => {
    mkdirSync(join(folder, '.git'));
    write('tokenfare.yaml', settings);
    write('lib/llm.py', 'from openai import OpenAI\nclient = OpenAI()\n\ndef ask(prompt, model="gpt-4o-mini"):\n    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}], max_tokens=100)\n');
    write('app.py', `from lib.llm import ask\nask("${contract}")\nask("${minutes}", model="gpt-4o")\n`);
  });

  it('call sites are summed, the call inside is listed', () => {
    const report = JSON.parse(run('scan', '--format', 'json', '--at', day).out) as { calls: { file: string; line: number; kind: string; summed: boolean; model: string; cost: { perCall: { likely: number } } }[]; totals: { perMonth: { likely: number } } };
    expect(report.calls.map(({ file, line, kind, summed, model }) => `${file}:${line} ${kind} ${summed} ${model}`)).toEqual(['app.py:2 wrapper-call true gpt-4o-mini', 'app.py:3 wrapper-call true gpt-4o', 'lib/llm.py:5 call false gpt-4o-mini']);
    const [first, second] = report.calls;
    expect(report.totals.perMonth.likely).toBeCloseTo((first!.cost.perCall.likely + second!.cost.perCall.likely) * 1000, 9);
  });

  it('shards put together sum the same, wherever the function and its call sites lie', () => {
    for (let n = 0; n < 9; n++) write(`jobs/j${n}.py`, `from lib.llm import ask\nask("${minutes} Number ${n}.")\n`);
    const whole = JSON.parse(run('scan', '--format', 'json', '--at', day).out) as { calls: unknown[]; totals: unknown };
    expect(whole.calls).toHaveLength(12);
    for (const index of [1, 2, 3, 4]) run('scan', '--shard', `${index}/4`, '--format', 'json', '--out', `part-${index}.json`, '--at', day);
    const merged = JSON.parse(run('merge', 'part-1.json', 'part-2.json', 'part-3.json', 'part-4.json', '--format', 'json').out) as typeof whole;
    expect(merged.calls).toEqual(whole.calls);
    expect(merged.totals).toEqual(whole.totals);
  });

  it('a plan moves the call inside, and its sums are those of the call sites', () => {
    const plan = JSON.parse(run('migrate', '--from', 'openai', '--to', 'mistral', '--format', 'json', '--at', day).out) as { calls: { file: string; line: number; perCall: { likely: number }; byHand: boolean; keyVariable: string | null }[]; sums: { perMonth: { before: { likely: number } } } };
    expect(plan.calls.map(({ file, line, byHand, keyVariable }) => `${file}:${line} ${byHand} ${keyVariable}`)).toEqual(['app.py:2 false null', 'app.py:3 false null', 'lib/llm.py:5 false MISTRAL_API_KEY']);
    expect(plan.sums.perMonth.before.likely).toBeCloseTo((plan.calls[0]!.perCall.likely + plan.calls[1]!.perCall.likely) * 1000, 9);
  });

  it('another default of the function changes the call sites that take it', () => {
    git('init', '-q');
    commit('first');
    write('lib/llm.py', readFileSync(join(folder, 'lib/llm.py'), 'utf8').replace('model="gpt-4o-mini"', 'model="gpt-4.1"'));
    expect(changes(diff('HEAD')).sort()).toEqual(['changed app.py app.py model', 'changed lib/llm.py lib/llm.py model']);
  });
});

describe('mcp, with the official client', () => {
  let client: Client;
  beforeEach(async () => {
    mkdirSync(join(folder, '.git'));
    write('tokenfare.yaml', `${settings}policy:\n  allowedZones: [EU, US]\n`);
    write('src/a.py', python({ model: 'gpt-4o-mini', prompt: contract }));
    client = new Client({ name: 'test', version: '1' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [join(bundle, 'cli.mjs'), 'mcp'], cwd: folder, env: { PATH: process.env['PATH'] ?? '', TOKENFARE_HOME: join(folder, '.home') } }));
  });
  afterEach(() => client.close());
  const ask = async (name: string, input: Record<string, unknown>): Promise<{ text: string; isError: boolean }> => {
    const { content, isError } = await client.callTool({ name, arguments: input }) as { content: { text: string }[]; isError?: boolean };
    return { text: content[0]!.text, isError: isError === true };
  };

  it('lists the tools of the manifest', async () => {
    const { tools } = await client.listTools();
    const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { contributes: { languageModelTools: { name: string; inputSchema: object; modelDescription: string }[] } };
    expect(tools.map(({ name, inputSchema, description }) => ({ name, inputSchema, modelDescription: description }))).toEqual(contributes.languageModelTools.map(({ name, inputSchema, modelDescription }) => ({ name, inputSchema, modelDescription })));
    expect(tools.every(({ title, annotations }) => title && !title.includes('%') && annotations?.readOnlyHint)).toBe(true);
  });

  it('scan says what scan says', async () => {
    expect((await ask('tokenfare_scan', {})).text).toBe(run('scan', '--format', 'markdown', '--fail-on', 'never').out);
  });

  it('price, by the price list', async () => {
    const { text } = await ask('tokenfare_price', { model: 'gpt-4o-mini', provider: 'openai', inputTokens: 1_000_000, outputTokens: 0, callsPerDay: 12 });
    // $0.15 per million: $150 for 1,000; 12 a day are 365 a month.
    expect(text).toContain('| $150 | $54.75 |');
    expect((await ask('tokenfare_price', { model: 'gpt-99', inputTokens: 1, outputTokens: 1 })).text).toContain('its price is unknown');
  });

  it('compare, residency and a preview that changes nothing', async () => {
    expect((await ask('tokenfare_compare', { file: 'src/a.py', line: 3 })).text).toMatch(/gpt-4o-mini \(now\)/);
    expect((await ask('tokenfare_compare', { text: contract })).text).toMatch(/deepseek/);
    expect((await ask('tokenfare_residency', { provider: 'deepseek' })).text).toMatch(/api\.deepseek\.com .*mainland China/);
    const before = readFileSync(join(folder, 'src/a.py'), 'utf8');
    const { text } = await ask('tokenfare_switch_preview', { file: 'src/a.py', line: 3, provider: 'mistral' });
    expect(text).toMatch(/^-client = OpenAI\(\)$/m);
    expect(text).toMatch(/^\+client = OpenAI\(base_url="https:\/\/api\.mistral\.ai\/v1"/m);
    expect(text).toContain('MISTRAL_API_KEY');
    expect(readFileSync(join(folder, 'src/a.py'), 'utf8')).toBe(before);
  });

  it('refuses what lies outside, what is not there, and input that is none', async () => {
    for (const [name, input, message] of [
      ['tokenfare_residency', { file: '../../etc/passwd' }, /no such file|outside/], ['tokenfare_residency', { file: '/etc/hostname' }, /outside of the working directory|no such file/],
      ['tokenfare_residency', { file: 'src/none.py' }, /no such file/], ['tokenfare_compare', {}, /either file .* or text/], ['tokenfare_price', { model: 'gpt-4o' }, /inputTokens/],
      ['tokenfare_scan', { paths: 'src' }, /paths/], ['tokenfare_switch_preview', { file: 'src/a.py', line: 1, provider: 'mistral' }, /calls begin on lines 3/], ['nothing', {}, /no tool/],
    ] as const) {
      const { text, isError } = await ask(name, input);
      expect(isError, `${name}: ${text}`).toBe(true);
      expect(text).toMatch(message);
    }
  });

  it('does not follow links out of the folder', async () => {
    const { symlinkSync } = await import('node:fs');
    const outside = mkdtempSync(join(tmpdir(), 'tokenfare-outside-'));
    writeFileSync(join(outside, 'secret.py'), python({ model: 'gpt-4o', prompt: 'secret' }));
    symlinkSync(join(outside, 'secret.py'), join(folder, 'link.py'));
    expect(await ask('tokenfare_residency', { file: 'link.py' })).toMatchObject({ isError: true });
    rmSync(outside, { recursive: true });
  });
});

it('the manifest shows the input that the tools take', async () => {
  const { toJsonSchema } = await import('@valibot/to-json-schema');
  const { toolInputs } = await import('../../src/reporters/agentTools.js');
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { contributes: { languageModelTools: { name: string; inputSchema: object }[] } };
  for (const { name, inputSchema } of contributes.languageModelTools) {
    const { $schema: _schema, ...expected } = toJsonSchema(toolInputs[name as keyof typeof toolInputs], { target: 'draft-07' }) as Record<string, unknown>;
    expect(inputSchema, name).toEqual(expected);
  }
});

it('the npm package holds everything it needs: installed without a network it scans, reports and serves', async () => {
  const { writePackage } = await import(new URL('../../scripts/packageNpm.mjs', import.meta.url).href) as { writePackage: (from: string, to: string) => Promise<void> };
  await writePackage(bundle, join(folder, 'package'));
  const npm = (...words: string[]) => spawnSync('npm', [...words, '--offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  const packed = npm('pack', './package');
  expect(packed.status, packed.stderr).toBe(0);
  write('project/package.json', '{"name":"project","private":true}');
  const installed = npm('install', '--prefix', 'project', `./${packed.stdout.trim().split('\n').at(-1)}`);
  expect(installed.status, installed.stderr).toBe(0);
  write('project/a.py', python({ model: 'gpt-4o-mini', prompt: contract }));
  const own = (...words: string[]) => spawnSync(process.execPath, [join(folder, 'project/node_modules/tokenfare/dist/cli.mjs'), ...words], { cwd: join(folder, 'project'), encoding: 'utf8' });
  expect(own('scan', '--format', 'csv').stdout).toContain('a.py,,3,1,call,openai');
  expect(own('report').stdout).toContain('<!doctype html>');
  expect(readdirSync(join(folder, 'project/node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['tokenfare']);
});
