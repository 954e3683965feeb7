/**
 * `node scripts/run.mjs FILE args…` runs a file of the project, or else one in node_modules, with a Node that is
 * new enough for it; sets up what is missing first.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { end, spawnTracked } from './processes.mjs';
import { root, setUpProject, toolNode } from './setUp.mjs';

const [file, ...args] = process.argv.slice(2);
if (!file) {
  console.error('usage: node scripts/run.mjs FILE args…');
  process.exit(2);
}
await setUpProject();
const path = [join(root, file), join(root, 'node_modules', file)].find((each) => existsSync(each));
if (!path) {
  console.error(`run: ${file} is neither in the project nor in node_modules`);
  process.exit(2);
}
const { code } = await end(spawnTracked(await toolNode(), [path, ...args], { cwd: root, stdio: 'inherit' }));
process.exit(code);
