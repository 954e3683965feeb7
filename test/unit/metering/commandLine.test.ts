/** `tokenfare meter`, `usage` and `budget` as people run them, from a program with a real SDK to the figures. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plugin, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, temporary } from './recordsForTests.js';
import { key, startStandIns, type StandIn } from './standIns.js';

let upstream: StandIn;
let top = '';
let home = '';
let cli = '';
beforeAll(async () => {
  upstream = await startStandIns();
  top = temporary();
  home = join(top, 'home');
  const out = join(top, 'bundle');
  cli = join(out, 'cli.mjs');
  const { yamlEsbuild } = await import(new URL('../../../scripts/yamlPlugin.mjs', import.meta.url).href) as { yamlEsbuild: () => Plugin };
  await build({ absWorkingDir: root, entryPoints: ['src/cli.ts'], outfile: cli, bundle: true, format: 'esm', platform: 'node', target: 'node20', external: ['pg-native'], logLevel: 'error', plugins: [yamlEsbuild()], banner: { js: "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);" } });
  cpSync(join(root, 'src/tokenizers/vocabularies'), join(out, 'vocabularies'), { recursive: true });
  mkdirSync(join(out, 'wasm'));
  cpSync(join(root, 'node_modules/web-tree-sitter/web-tree-sitter.wasm'), join(out, 'wasm/web-tree-sitter.wasm'));
  for (const grammar of ['typescript', 'tsx', 'javascript']) cpSync(join(root, `node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${grammar}.wasm`), join(out, `wasm/tree-sitter-${grammar}.wasm`));
  mkdirSync(join(top, 'project/.git'), { recursive: true });
  writeFileSync(join(top, 'project/ask.mjs'), `import OpenAI from 'openai';\nconst client = new OpenAI();\nconst answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'system', content: 'You are a terse travel agent.' }, { role: 'user', content: process.argv[2] }] });\nconsole.log(answer.choices[0].message.content);\nprocess.exit(Number(process.argv[3] ?? 0));\n`);
  mkdirSync(join(top, 'project/node_modules'));
  cpSync(join(root, 'node_modules/openai'), join(top, 'project/node_modules/openai'), { recursive: true });
}, 60_000);
afterAll(async () => {
  await upstream.close();
  rmSync(top, { recursive: true, force: true });
});

function run(words: readonly string[], options: { readonly cwd?: string; readonly env?: Record<string, string> } = {}): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...words], { cwd: options.cwd ?? join(top, 'project'), env: { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1', COLUMNS: '200', TOKENFARE_HOME: home, OPENAI_API_KEY: key, ...options.env } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}
const meter = (...command: string[]): ReturnType<typeof run> => run(['meter', '--upstream', `api.openai.com=${upstream.url('openai')}`, '--', ...command]);
// 600 × 0.15 + 400 cached × 0.075 + 200 × 0.60, per million.
const one = (600 * 0.15 + 400 * 0.075 + 200 * 0.6) / 1e6;

describe('meter', () => {
  test('a program is metered without a change, its output and exit code are its own, and the call is found in the code', async () => {
    const { code, out, err } = await meter(process.execPath, 'ask.mjs', 'Where to?', '3');
    expect(err).toMatch(/tokenfare: 1 requests, \$0\.00024 measured/);
    expect({ code, out }).toEqual({ code: 3, out: 'Hello from the stand-in.\n' });
    const usage = JSON.parse((await run(['usage', '--by', 'site', '--format', 'json'])).out) as { total: { measured: number; requests: number }; groups: { name: string }[] };
    expect(usage.total.requests).toBe(1);
    expect(usage.total.measured).toBeCloseTo(one, 12);
    expect(usage.groups.map(({ name }) => name)).toEqual(['ask.mjs:3']);
  }, 30_000);

  test('neither key nor texts are on the disk', () => {
    const all = readdirSync(join(home, 'usage'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(jsonl|json)$/.test(name)).map((name) => readFileSync(join(home, 'usage', name), 'utf8')).join('');
    expect(all).toContain('gpt-4o-mini');
    expect(all).not.toMatch(/Where to|travel agent|stand-in|sk-test/);
  });

  test('a command that is not there, and a signal', async () => {
    expect(await meter('no-such-command-xyz')).toMatchObject({ code: 127, err: expect.stringContaining('no such command') as string });
    expect((await meter('sh', '-c', 'kill -TERM $$')).code).toBe(143);
  });

  test('a variable that leads somewhere unknown is left alone and said', async () => {
    const { out, err } = await run(['meter', '--', 'sh', '-c', 'echo $ANTHROPIC_BASE_URL'], { env: { ANTHROPIC_BASE_URL: 'https://llm.acme.example' } });
    expect(out.trim()).toBe('https://llm.acme.example');
    expect(err).toContain('ANTHROPIC_BASE_URL leads to llm.acme.example');
  });

  test('a hard limit of tokenfare.yaml refuses the next request; the program sees its SDK\'s own error', async () => {
    writeFileSync(join(top, 'project/tokenfare.yaml'), 'budget: { amount: 0.0001, currency: USD, period: month, hardLimit: true }\n');
    const before = upstream.seen.length;
    const { code, err } = await meter(process.execPath, 'ask.mjs', 'Again?');
    rmSync(join(top, 'project/tokenfare.yaml'));
    expect(code).toBe(1);
    expect(err).toMatch(/RateLimitError: 429.*the hard limit of \$0\.00010? per month is used up/);
    expect(upstream.seen.length).toBe(before);
  }, 30_000);

  test.each([[['meter', '--port', 'x', '--', 'true'], '--port takes'], [['meter', '--upstream', 'nonsense', '--', 'true'], '--upstream takes'], [['usage', '--period', 'soon'], '--period takes'], [['usage', '--by', 'mood'], '--by takes'], [['usage', '--source', 'x'], 'unknown source'], [['usage', 'delete'], '--yes'], [['usage', 'import', '--from', 'x'], 'kinds are'], [['budget'], 'no budget is set here'], [['usage', 'retain'], '--months']])('%j fails with a clear message', async (words, message) => {
    const { code, err } = await run(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('usage and budget', () => {
  test('text, CSV and FOCUS agree with the ledger', async () => {
    const { out } = await run(['usage', '--by', 'model']);
    expect(out).toMatch(/openai\/gpt-4o-mini\s+1\s+1,000\s+40%\s+200\s+\$0\.00024/);
    expect((await run(['usage', '--format', 'csv'])).out.split('\r\n')[1]).toMatch(/^openai,1,0,1000,400,200,0,USD,0\.00024,0,0,0$/);
    const [header, ...rows] = (await run(['usage', '--format', 'focus'])).out.trim().split('\r\n').map((line) => line.split(','));
    const column = (name: string): string[] => rows.map((row) => row[header!.indexOf(name)]!);
    expect(column('ConsumedQuantity').map(Number)).toEqual([200, 600, 400]);
    expect(column('BilledCost').map(Number).reduce((sum, each) => sum + each, 0)).toBeCloseTo(one, 12);
    // The mandatory columns of FOCUS 1.2.
    for (const name of ['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd', 'BillingPeriodStart', 'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargePeriodEnd', 'ChargePeriodStart', 'ContractedCost', 'EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName', 'ServiceCategory', 'ServiceName']) expect(header).toContain(name);
  });

  test('budget: exit 0 within, 1 over, of this project only', async () => {
    writeFileSync(join(top, 'project/tokenfare.yaml'), 'budget: { amount: 50, currency: USD, period: month }\nbudgets:\n  - { name: claude, amount: 5, scope: { provider: anthropic } }\n');
    const within = await run(['budget', '--format', 'json']);
    expect(within.code).toBe(0);
    expect(JSON.parse(within.out)).toMatchObject({ budgets: [{ spent: expect.closeTo(one, 12) as number, state: 'within', counted: 0 }, { spent: 0, budget: { name: 'claude' } }] });
    writeFileSync(join(top, 'project/tokenfare.yaml'), 'budget: { amount: 0.0001, currency: USD, period: month }\n');
    expect(await run(['budget'])).toMatchObject({ code: 1, out: expect.stringContaining('over') as string });
    mkdirSync(join(top, 'other/.git'), { recursive: true });
    writeFileSync(join(top, 'other/tokenfare.yaml'), 'budget: { amount: 0.0001, currency: USD, period: month }\n');
    expect((await run(['budget'], { cwd: join(top, 'other') })).code).toBe(0);
    rmSync(join(top, 'project/tokenfare.yaml'));
  });

  test('import twice adds nothing; agents are no money; delete by source leaves the rest', async () => {
    writeFileSync(join(top, 'claude.jsonl'), [1, 7].map((output) => JSON.stringify({ type: 'assistant', timestamp: new Date().toISOString(), cwd: '/p', requestId: 'r', message: { id: 'msg_9', model: 'claude-sonnet-4-5', usage: { input_tokens: 10, cache_read_input_tokens: 1000, output_tokens: output } } })).join('\n'));
    expect((await run(['usage', 'import', '--from', 'claude-code', join(top, 'claude.jsonl')])).out).toMatch(/^1 new records of 1 files.*subscription/);
    expect((await run(['usage', 'import', '--from', 'claude-code', join(top, 'claude.jsonl')])).out).toMatch(/^0 new records/);
    const usage = JSON.parse((await run(['usage', '--by', 'source', '--format', 'json'])).out) as { total: { measured: number; subscriptionListValue: number } };
    expect(usage.total.measured).toBeCloseTo(one, 12);
    // 10 × 3 + 1,000 cached × 0.30 + 7 × 15, per million.
    expect(usage.total.subscriptionListValue).toBeCloseTo((10 * 3 + 1000 * 0.3 + 7 * 15) / 1e6, 12);
    expect((await run(['usage', 'delete', '--source', 'claude-code', '--yes'])).out).toMatch(/^1 records deleted/);
    expect((await run(['usage', 'delete', '--yes'])).out).toMatch(/^1 records deleted/);
    expect((await run(['usage'])).out).toMatch(/^No usage in this period/);
  }, 30_000);
});
