/** The built command line as people run it: arguments, formats, exit codes, bad input. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBundle } from './bundleForTests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder = '';
let bundle = '';

function run(words: readonly string[], input = '', cwd = folder) {
  const result = spawnSync(process.execPath, [join(bundle, 'cli.mjs'), ...words], { cwd, input, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', COLUMNS: '160', TOKENFARE_HOME: join(folder, '.home') }, maxBuffer: 64 * 1024 * 1024 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const call = 'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(\n    model="gpt-4.1",\n    messages=[{"role": "user", "content": "Hello!"}],\n    max_tokens=100,\n)\n';

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'tokenfare-bundle-'));
  await buildBundle(bundle);
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

afterAll(() => { for (const each of [folder, bundle]) rmSync(each, { recursive: true, force: true }); });

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

  test('JSON has the broken configuration among its findings', () => {
    const { out, err } = run(['scan', 'good.py', '--policy', 'broken.yaml', '--format', 'json']);
    const { findings } = JSON.parse(out) as { findings: { code: string; file: string; line: number }[] };
    expect(findings.filter((each) => each.code === 'config-invalid').map((each) => `${each.file}:${each.line}`)).toEqual(['broken.yaml:3', 'broken.yaml:4']);
    expect(err).toContain('broken.yaml:3:3: Expected allowedZones');
  });

  test.each([
    [['scan', 'nowhere.py'], 'nowhere.py: no such file or folder'],
    [['scan', '--format', 'xml'], 'unknown format "xml"'],
    [['scan', '--currency', 'XYZ'], 'no exchange rate for "XYZ"'],
    [['scan', '--colour'], '--help'],
    [['sing'], 'unknown command "sing"'],
    [['compare', 'good.py:1'], 'calls begin on lines 3'],
    [['count'], 'one file or -'],
    [['count', '--remote', 'good.py'], '--model'],
    [['count', '--remote', '--model', 'gpt-4o', 'good.py'], 'set OPENAI_API_KEY'],
    [['count', '--remote', '--model', 'qwen-plus', 'good.py'], 'no token counting'],
    [['count', '--model', 'gpt-99', 'good.py'], 'not in the catalog'],
    [['count', '--model', 'gpt-4o-mni', 'good.py'], 'similar names: gpt-4o-mini (openai)'],
  ])('%j fails with a clear message', (words, message) => {
    const { code, err } = run(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('which files, and what holds for them', () => {
  const files = (words: readonly string[], cwd: string): string[] => {
    const { calls } = JSON.parse(run(['scan', ...words, '--format', 'json', '--fail-on', 'never'], '', cwd).out) as { calls: { file: string }[] };
    return calls.map((each) => each.file);
  };
  /** A repository of the given files; `call` stands for a file with one call. */
  const repository = (tree: Readonly<Record<string, string>>): string => {
    const top = mkdtempSync(join(folder, 'repository-'));
    mkdirSync(join(top, '.git'));
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), text);
    }
    return top;
  };

  test('a .gitignore further down can take back what one above leaves out, but not in a folder that is left out', () => {
    const top = repository({
      '.gitignore': 'generated*.py\nprivate/\n', 'a.py': call, 'generated1.py': call,
      'sub/.gitignore': '!generated2.py\n', 'sub/generated1.py': call, 'sub/generated2.py': call,
      'private/.gitignore': '!b.py\n', 'private/b.py': call,
    });
    expect(files(['.'], top)).toEqual(['a.py', 'sub/generated2.py']);
    expect(files(['private'], top), 'a folder named by hand is read').toEqual(['private/b.py']);
  });

  test('what is left out is counted by reason, and prompts, Markdown and generated files are told apart', () => {
    const top = repository({
      '.gitignore': 'secret.py\nprivate/\n', 'tokenfare.yaml': 'scan: { exclude: ["old.py"] }\n', 'a.py': call, 'secret.py': call, 'private/b.py': call, 'old.py': call,
      'node_modules/x/c.py': call, 'dist/d.py': call, 'api_pb2.py': call, 'made.py': `# Code generated by a tool. DO NOT EDIT.\n${call}`,
      '.github/prompts/ask.prompt.md': '---\nmodel: GPT-4o\n---\nHi\n', 'litellm.yaml': 'model_list:\n  - model_name: a\n    litellm_params: { model: openai/gpt-4o }\n', 'README.md': `\`\`\`python\n${call}\`\`\`\n`,
    });
    const report = (...words: string[]) => JSON.parse(run(['scan', ...words, '--format', 'json', '--fail-on', 'never'], '', top).out) as { calls: { file: string; line: number; language: string }[]; leftOut: unknown; skipped: unknown };
    const plain = report('.');
    expect(plain.calls.map(({ file, line, language }) => `${file}:${line} ${language}`).sort()).toEqual(['.github/prompts/ask.prompt.md:2 prompt', 'a.py:3 python', 'litellm.yaml:3 yaml']);
    expect(plain.leftOut).toEqual([{ reason: 'ignored', files: 1, folders: 1 }, { reason: 'dependencies', files: 0, folders: 2 }, { reason: 'generated', files: 2, folders: 0 }, { reason: 'excluded', files: 1, folders: 0 }]);
    expect(plain.skipped).toEqual([]);
    expect(report('.', '--markdown').calls.map(({ file }) => file)).toContain('README.md');
    expect(report('README.md').calls, 'a file named by hand').toHaveLength(1);
    writeFileSync(join(top, 'tokenfare.yaml'), 'scan: { markdown: true }\n');
    expect(report('.').calls.find(({ file }) => file === 'README.md')?.line).toBe(4);
  }, 60_000);

  test('scan.include and scan.exclude are relative to the file that has them, wherever the scan starts', () => {
    const top = repository({
      'tokenfare.yaml': 'scan: { include: ["src/**"], exclude: ["src/generated/**"] }\n', 'a.py': call, 'src/b.py': call, 'src/generated/c.py': call,
      'src/more/tokenfare.yaml': 'scan: { exclude: ["d.py"] }\n', 'src/more/d.py': call, 'src/more/e.py': call,
    });
    expect(files(['.'], top)).toEqual(['src/b.py', 'src/more/e.py']);
    expect(files(['src'], top)).toEqual(['src/b.py', 'src/more/e.py']);
    expect(files(['.'], join(top, 'src/more'))).toEqual(['e.py']);
    expect(files(['src/generated/c.py'], top), 'a file named by hand is read').toEqual(['src/generated/c.py']);
  });

  test('every tokenfare.yaml above a file holds, and can only tighten the policy', () => {
    const top = repository({
      'tokenfare.yaml': 'policy: { allowedZones: [EU, US], forbiddenProviders: [deepseek] }\n', 'a.py': call,
      'sub/tokenfare.yaml': 'policy: { allowedZones: [EU, global], forbiddenProviders: [openai] }\n', 'sub/b.py': call,
    });
    const { findings } = JSON.parse(run(['scan', '.', '--format', 'json'], '', top).out) as { findings: { code: string; file: string; data: { reason?: string; allowed?: string } }[] };
    expect(findings.filter((each) => each.code === 'residency').map(({ file, data }) => `${file} ${data.reason}`)).toEqual(['a.py global', 'sub/b.py provider']);
  });

  test('a tokenfare.yaml that cannot be read does not pass for none', () => {
    const top = repository({ 'a.py': call, 'tokenfare.yaml/keep': '' });
    const { code, out } = run(['scan', 'a.py'], '', top);
    expect(out).toContain('tokenfare.yaml:1:1 Expected a file that can be read');
    expect(code).toBe(1);
  });

  test('folders with the signs of patterns in their names', () => {
    const top = repository({ 'a[b](c){d}!/x.py': call });
    expect(files(['.'], top)).toEqual(['a[b](c){d}!/x.py']);
    expect(files(['a[b](c){d}!'], top)).toEqual(['a[b](c){d}!/x.py']);
  });

  test('a file that nothing can be made of ends no scan', () => {
    const top = repository({ 'a.py': `${call}def f(constructor, toString):\n    client.completions.create(model="__proto__", prompt=f"{constructor}{toString}")\n`, 'b.py': call });
    expect(files(['.'], top)).toEqual(['a.py', 'a.py', 'b.py']);
  });
});

describe('the other commands', () => {
  test('the currency may be in small letters, and is no property of every object', () => {
    expect(run(['scan', 'good.py', '--currency', 'eur']).out).toContain('€');
    expect(run(['scan', 'good.py', '--currency', 'constructor']).err).toContain('no exchange rate for "constructor"');
  });

  test('prices that depend on the hour are a range', () => {
    expect(run(['prices', '--provider', 'deepseek', '--model', 'deepseek-flash']).out).toMatch(/deepseek-flash\s+[\d.]+–[\d.]+ USD/);
  });

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

  test('prices of another day, and in the vendor\'s own currency', () => {
    const argon = (day: string) => run(['prices', '--provider', 'google-gemini', '--model', 'gemini-4-argon', '--at', day]).out;
    expect(argon('2026-11-23')).toMatch(/gemini-4-argon\s+2 USD\s+0\.1 USD\s+10 USD\s+\S+( !)?\s+2026-12-01/);
    expect(argon('2026-12-01')).toMatch(/gemini-4-argon\s+4 USD\s+0\.2 USD\s+20 USD/);
    expect(run(['prices', '--provider', 'volcengine-ark', '--model', 'doubao-seed-1.6', '--currency', 'cny']).out).toMatch(/doubao-seed-1\.6\s+0\.8 CNY\s+0\.16 CNY\s+2 CNY/);
    expect(run(['prices', '--at', 'yesterday'])).toMatchObject({ code: 2, err: expect.stringContaining('--at takes a day such as') });
    expect(run(['prices', '--at', '2026-13-01']).code).toBe(2);
  });

  test('scan at a moment knows peak hours, and a change of price that is near', () => {
    const at = (moment: string, code: string) => {
      const { calls, findings } = JSON.parse(run(['scan', '-', '--format', 'json', '--at', moment], code).out) as { calls: { cost: { perCall: { likely: number } } }[]; findings: { code: string; message: string }[] };
      return { cost: calls[0]!.cost.perCall.likely, findings };
    };
    const deepseek = "from openai import OpenAI\nOpenAI(base_url='https://api.deepseek.com').chat.completions.create(model='deepseek-flash', messages=[{'role': 'user', 'content': 'hi'}], max_tokens=10)\n";
    expect(at('2026-11-23T10:00+08:00', deepseek).cost / at('2026-11-23T20:00+08:00', deepseek).cost).toBeCloseTo(2, 9);
    const argon = "from google import genai\ngenai.Client(api_key='x').models.generate_content(model='gemini-4-argon', contents='hi')\n";
    expect(at('2026-11-23', argon).findings).toContainEqual(expect.objectContaining({ code: 'price-change', message: expect.stringMatching(/changes on 2026-12-01: from \$\S+ to \$\S+ per call/) }));
    expect(at('2026-12-01', argon).findings.map((each) => each.code)).not.toContain('price-change');
    expect(at('2026-12-01', argon).cost / at('2026-11-23', argon).cost).toBeCloseTo(2, 9);
  });

  test('providers: a list, a card in three formats, and figures', () => {
    expect(run(['providers']).out).toMatch(/^alipay\s+Alipay AI\s+1\s+CN/m);
    const card = run(['providers', 'show', 'alipay']);
    expect(card.code).toBe(0);
    for (const part of ['Pitfalls', 'Claim A5:', 'Where data goes', 'openapi.alipay.com', 'Polling adds 1–2 s to a turn.', 'Adds 300–800 ms', '1.3–2.7 times', '0.03 USD', '0.05 USD']) expect(card.out).toContain(part);
    expect(run(['providers', 'show', 'deepseek', '--format', 'markdown']).out).toMatch(/^# DeepSeek\n[\s\S]*\| endpoint \|/);
    expect(JSON.parse(run(['providers', 'show', 'openai', '--format', 'json']).out)).toMatchObject({ id: 'openai', models: expect.any(Array) });
    expect(run(['providers', 'show', 'nobody'])).toMatchObject({ code: 2, err: expect.stringContaining('there are openai, anthropic') });
    const counted = JSON.parse(run(['providers', 'stats', '--format', 'json']).out) as Record<string, number>;
    expect(counted['upTo30Days']! + counted['upTo90Days']! + counted['older']!).toBe(counted['sourced']);
    expect(counted['pricedModels']).toBeGreaterThan(1300);
    expect(counted['modelsInCny']).toBeGreaterThan(300);
  });

  test('prices month: the bill of a month, a flat fee, and what a move saves', () => {
    const { out, code } = run(['prices', 'month', '--model', 'gpt-4o', '--model', 'openai:gpt-4o-mini', '--calls', '10,000', '--input', '1000', '--output', '100', '--fee', '7', '--at', '2026-11-23']);
    // 10 million in at 2.50 and 1 million out at 10: 25 + 10; at 0.15 and 0.60: 1.50 + 0.60; 7 ÷ 0.0035 = 2,000 calls, 7 ÷ 0.00021 = 33,334
    for (const part of [/input\s+10M\s+\$25\.00/, /total\s+\$35\.00/, /pays from 2,000 calls a month: it would pay here/, /total\s+\$2\.10/, /pays from 33,334 calls a month: not yet here/, /saves \$0\.0033 a call \(94%\), \$32\.90 a month/]) expect(out).toMatch(part);
    expect(code).toBe(0);
    const yuan = run(['prices', 'month', '--provider', 'volcengine-ark', '--model', 'doubao-seed-1.6', '--calls', '1000', '--input', '1000', '--output', '200', '--currency', 'CNY', '--format', 'json']);
    // Answers of at most 200 tokens: 0.80 in, 2 out.
    expect(JSON.parse(yuan.out)[0].month.total.likely).toBeCloseTo(0.8 + 0.4, 9);
    expect(run(['prices', 'month', '--model', 'gpt-4o-mimi', '--input', '1']).err).toMatch(/similar names: openai:gpt-4o-mini/);
    expect(run(['prices', 'month', '--model', 'gpt-4o']).err).toMatch(/--input N/);
    expect(run(['prices', 'month', '--model', 'gpt-4o', '--input', '1.5']).err).toMatch(/--input takes a whole number/);
  });

  test('docs/catalog.md quotes the figures of the catalog as it is', () => {
    expect(readFileSync(`${root}docs/catalog.md`, 'utf8')).toContain(`\`\`\`\n${run(['providers', 'stats', '--at', '2026-11-25']).out}\`\`\``);
  });

  test('a price list of one\'s own: export, change, check, update, reset', () => {
    const pack = join(folder, 'pack.json');
    const exported = run(['prices', 'export']).out;
    writeFileSync(pack, exported.replace('"id":"gpt-4o-mini"', '"id":"gpt-4o-mini","note":1'));
    const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(run(['prices', 'update'])).toMatchObject({ code: 2, err: expect.stringContaining('needs an address') });
    expect(run(['prices', 'update', '--from', pack])).toMatchObject({ code: 2, err: expect.stringContaining('it is not used unchecked') });
    expect(run(['prices', 'update', '--from', pack, '--sha256', hash(pack)])).toMatchObject({ code: 2, err: expect.stringMatching(/not a price pack: providers\.0\.models\.\d+/) });
    writeFileSync(pack, exported.replace(/("id":"gpt-4o-mini".*?"unit":"input-token","amount":")0\.15"/, '$19.99"'));
    const checked = run(['prices', 'update', '--from', pack, '--sha256', hash(pack), '--check']);
    expect(checked.out).toMatch(/openai\s+gpt-4o-mini\s+input-token\s+0\.15\s+9\.99\s+USD\s+\+6560%/);
    const input = () => run(['prices', '--provider', 'openai', '--model', 'gpt-4o-mini']).out;
    expect(input()).toContain('0.15 USD');
    expect(run(['prices', 'update', '--from', pack, '--sha256', hash(pack)]).code).toBe(0);
    expect(input()).toContain('9.99 USD');
    const stored = join(folder, '.home/prices.json');
    writeFileSync(stored, readFileSync(stored, 'utf8').replace('9.99', '0.01'));
    expect(run(['prices', '--provider', 'openai', '--model', 'gpt-4o-mini'])).toMatchObject({ out: expect.stringContaining('0.15 USD'), err: expect.stringContaining('changed after it was checked') });
    expect(run(['prices', 'reset']).out).toContain('built-in prices are used again');
    expect(run(['prices', 'reset']).out).toContain('in use already');
    expect(input()).toContain('0.15 USD');
  });

  test('prices name the day they were checked', () => {
    expect(run(['prices', '--provider', 'openai', '--model', 'gpt-4o-mini']).out).toMatch(/gpt-4o-mini\s+0\.15 USD/);
  });

  test('--version and --help', () => {
    expect(run(['--version']).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run(['--help']).out).toContain('tokenfare scan');
  });
});
