/**
 * `npm run package:npm`: builds and writes out/npm/, the package that `npx tokenfare` runs: one bundled file with its
 * grammars, vocabularies and pages, and no dependencies, so that nothing else is downloaded. `npm publish out/npm`
 * publishes it.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { end, spawnTracked } from './processes.mjs';
import { root, setUpProject, toolNode } from './setUp.mjs';

/** What of dist/ the command line needs. */
const parts = ['cli.mjs', 'wasm', 'vocabularies', 'webview'];

/** Writes the package made of the built files in `from` into the folder `to`. */
export async function writePackage(/** @type {string} */ from, /** @type {string} */ to) {
  const { name, version, description, license, keywords, engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const texts = JSON.parse(await readFile(join(root, 'package.nls.json'), 'utf8'));
  await rm(to, { recursive: true, force: true });
  await mkdir(join(to, 'dist'), { recursive: true });
  for (const part of parts) await cp(join(from, part), join(to, 'dist', part), { recursive: true, filter: (source) => !source.endsWith('.map') });
  for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE', 'schemas']) await cp(join(root, file), join(to, file), { recursive: true });
  await writeFile(join(to, 'package.json'), `${JSON.stringify({
    name, version, description: texts[description.replaceAll('%', '')] ?? description, license, keywords, engines: { node: engines.node }, bin: { tokenfare: 'dist/cli.mjs' }, files: ['dist', 'schemas', 'CHANGELOG.md'],
  }, null, 2)}\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setUpProject();
  if ((await end(spawnTracked(await toolNode(), ['esbuild.mjs'], { cwd: root, stdio: 'inherit' }))).code !== 0) process.exit(1);
  await writePackage(join(root, 'dist'), join(root, 'out/npm'));
  console.log('out/npm is ready: npm publish out/npm');
}
