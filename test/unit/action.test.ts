/** The GitHub Action: its scripts with a command line and a `gh` that write down what they are asked. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'tokenfare-action-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): string {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}
function script(name: string, env: Record<string, string>) {
  const result = spawnSync('bash', [join(root, 'scripts/action', name)], { cwd: folder, encoding: 'utf8', env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, RUNNER_TEMP: folder, GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary'), ...env } });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
const text = (name: string): string => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');

describe.skipIf(process.platform === 'win32')('diff.sh', () => {
  const command = (code: number): string => program('tokenfare', `printf '%s\\n' "$@" > "${folder}/arguments"\nprintf '<!-- tokenfare:diff -->\\n# report\\n' > "$RUNNER_TEMP/tokenfare-diff.md"\nexit ${code}`);

  it('hands every input over as one word', () => {
    const { code } = script('diff.sh', { COMMAND: command(0), BASE: 'abc', PATHS: 'src lib/*', FAIL_ON: 'warning', MAX_INCREASE: '10%', FAIL_OVER_BUDGET: 'true', CURRENCY: 'CNY' });
    expect(code).toBe(0);
    expect(text('arguments').trim().split('\n')).toEqual(['diff', 'abc', 'HEAD', 'src', 'lib/*', '--format', 'markdown', '--out', join(folder, 'tokenfare-diff.md'), '--fail-on', 'warning', '--max-increase', '10%', '--fail-over-budget', '--currency', 'CNY']);
    expect(text('output')).toBe(`code=0\nreport=${join(folder, 'tokenfare-diff.md')}\n`);
    expect(text('summary')).toContain('# report');
  });

  it('a limit that is exceeded is a result, a failure is not', () => {
    expect(script('diff.sh', { COMMAND: command(1), BASE: 'abc' }).code).toBe(0);
    expect(text('output')).toContain('code=1');
    expect(script('diff.sh', { COMMAND: command(2), BASE: 'abc' }).code).toBe(1);
  });

  it('without a command it runs the package, in the version that was asked for', () => {
    program('npx', `printf '%s\\n' "$@" > "${folder}/arguments"`);
    script('diff.sh', { BASE: 'abc', VERSION: '0.1.0' });
    expect(text('arguments').split('\n').slice(0, 4)).toEqual(['--yes', 'tokenfare@0.1.0', 'diff', 'abc']);
  });

  it('an input with shell in it stays text', () => {
    script('diff.sh', { COMMAND: command(0), BASE: '$(touch RAN)', MAX_INCREASE: '`touch RAN`', PATHS: 'a;touch${IFS}RAN' });
    expect(existsSync(join(folder, 'RAN'))).toBe(false);
    expect(text('arguments')).toContain('$(touch RAN)');
  });
});

describe.skipIf(process.platform === 'win32')('comment.sh', () => {
  /** A `gh` whose list of comments is `found`. */
  const gh = (found: string): string => program('gh', `printf '%s ' "$@" >> "${folder}/asked"; echo >> "${folder}/asked"
case "$*" in *"api user"*) exit 1 ;; *"--paginate"*) printf '%s' '${found}' ;; esac`);
  const env = { REPOSITORY: 'o/r', NUMBER: '7', GH_TOKEN: 't' };
  beforeEach(() => writeFileSync(join(folder, 'report.md'), '<!-- tokenfare:diff -->\n# report\n'));

  it('the first time it writes a comment', () => {
    gh('');
    expect(script('comment.sh', { ...env, REPORT: join(folder, 'report.md') })).toMatchObject({ code: 0 });
    expect(text('asked')).toMatch(/--method POST repos\/o\/r\/issues\/7\/comments --field body=@/);
    expect(text('asked')).not.toContain('PATCH');
  });

  it('from then on it replaces that one', () => {
    gh('4711');
    expect(script('comment.sh', { ...env, REPORT: join(folder, 'report.md') })).toMatchObject({ code: 0 });
    expect(text('asked')).toMatch(/--method PATCH repos\/o\/r\/issues\/comments\/4711 /);
    expect(text('asked')).not.toContain('POST');
    // Only comments of the same author that begin with the mark.
    expect(text('asked')).toContain('select(.user.login == "github-actions[bot]") | select(.body | startswith("<!-- tokenfare:diff -->"))');
  });

  it('what is longer than a comment may be is cut off, and says so', () => {
    gh('');
    writeFileSync(join(folder, 'report.md'), `<!-- tokenfare:diff -->\n${'x'.repeat(200_000)}`);
    script('comment.sh', { ...env, REPORT: join(folder, 'report.md') });
    expect(text('tokenfare-comment.md').length).toBeLessThan(65_536);
    expect(text('tokenfare-comment.md')).toContain('cut off');
  });
});

it('action.yml hands every input to a step, and no input into a script', () => {
  const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { inputs: Record<string, { description: string }>; runs: { using: string; steps: { run?: string; uses?: string; env?: Record<string, string>; if?: string }[] } };
  expect(action.runs.using).toBe('composite');
  const given = JSON.stringify(action.runs.steps.map(({ env, if: condition }) => [env, condition]));
  expect(Object.keys(action.inputs).filter((name) => !given.includes(`inputs.${name}`))).toEqual([]);
  expect(action.runs.steps.filter(({ run = '', uses }) => run.includes('${{') || uses)).toEqual([]);
});
