/** `npm run screenshots`: builds and makes docs/images/*.png, light and dark, from the real workbench. */
import { end, spawnTracked } from './processes.mjs';
import { root, setUpHost, setUpProject, toolNode } from './setUp.mjs';

await setUpProject();
await setUpHost();
const node = await toolNode();
for (const args of [['esbuild.mjs'], ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/browser/vitest.config.mts', '--root', root]]) {
  const { code } = await end(spawnTracked(node, args, { cwd: root, stdio: 'inherit', env: { ...process.env, SCREENSHOTS: '1' } }));
  if (code !== 0) process.exit(code);
}
console.log('docs/images is up to date');
