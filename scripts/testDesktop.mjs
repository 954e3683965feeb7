/**
 * `npm run test:desktop [-- VERSION…]`: the extension-host suite in desktop VS Code, on the oldest supported
 * version and the latest one. Downloads VS Code, so it needs the internet (and, on Linux without a display, xvfb-run).
 */
import { cp, mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, spawnTracked } from './processes.mjs';
import { root, setUpProject, toolNode } from './setUp.mjs';

if (process.argv[2] !== '--inside') {
  await setUpProject();
  const node = await toolNode();
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const versions = process.argv.length > 2 ? process.argv.slice(2) : [engines.vscode.replace(/^\D+/, ''), 'stable'];
  for (const args of [['esbuild.mjs', '--tests'], ...versions.map((version) => [join(root, 'scripts/testDesktop.mjs'), '--inside', version])]) {
    const { code } = await end(spawnTracked(node, args, { cwd: root, stdio: 'inherit' }));
    if (code !== 0) process.exit(code);
  }
} else {
  const { runTests } = await import('@vscode/test-electron');
  const folder = await mkdtemp(join(tmpdir(), 'tokenfare-workspace-'));
  const data = await mkdtemp(join(tmpdir(), 'tokenfare-data-'));
  try {
    await cp(join(root, 'test/vscode/workspace'), folder, { recursive: true });
    await mkdir(join(data, 'User'), { recursive: true });
    await writeFile(join(data, 'User/settings.json'), JSON.stringify({ 'telemetry.telemetryLevel': 'off', 'workbench.startupEditor': 'none' }));
    process.exitCode = await runTests({
      version: process.argv[3], extensionDevelopmentPath: root, extensionTestsPath: join(root, 'out/suite/desktop.cjs'), cachePath: join(root, '.cache/vscode-test'),
      launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust', `--user-data-dir=${data}`],
    });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(data, { recursive: true, force: true });
  }
}
