/** `npm run package`: builds and writes tokenfare-<version>.vsix, one package for every platform. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { end, spawnTracked } from './processes.mjs';
import { root, setUpProject, toolNode } from './setUp.mjs';

await setUpProject();
const node = await toolNode();
const run = async (...args) => {
  const { code } = await end(spawnTracked(node, args, { cwd: root, stdio: 'inherit' }));
  if (code !== 0) process.exit(code);
};
if (!process.argv.includes('--no-build')) await run('esbuild.mjs');
// One package at a time: the suite installs the one that is there.
for (const file of readdirSync(root)) if (/^tokenfare-.*\.vsix$/.test(file)) rmSync(join(root, file));
await run(join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository');
