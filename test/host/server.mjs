/** A VS Code server on the loopback interface, and the addresses that open it in a browser. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serverNode, vscodeServer } from '../../scripts/setUp.mjs';
import { end as ended, spawnTracked, stop } from '../../scripts/processes.mjs';

/** Quiet screens: nothing but the editor and what the extension shows. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * Starts a server. `port` 0 takes a free one; `dataDir` keeps state between starts, else a temporary folder is
 * used and removed; `trust` asks for workspace trust as a user's VS Code does; `settings` are the user's, beside
 * the quiet ones; `extensions` are VSIX files to install; `environment` is added for extension hosts; `onLog` gets what the server prints.
 * Resolves once it listens; rejects when it ends or stays silent for a minute.
 */
export async function startServer({ port = 0, dataDir, trust = false, settings = {}, extensions = [], environment = {}, onLog = () => {} } = {}) {
  const data = dataDir ?? await mkdtemp(join(tmpdir(), 'tokenfare-vscode-'));
  const userSettings = join(data, 'user/User/settings.json');
  await mkdir(dirname(userSettings), { recursive: true });
  await mkdir(join(data, 'extensions'), { recursive: true });
  // Those that a person changed in an earlier session stay.
  if (!existsSync(userSettings)) await writeFile(userSettings, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  const token = randomBytes(24).toString('hex');
  // In a file, so that other users of the machine do not see it in the list of processes.
  const tokenFile = join(data, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });

  const command = [
    join(vscodeServer, 'out/server-main.js'), '--accept-server-license-terms', '--disable-telemetry',
    '--server-data-dir', join(data, 'server'), '--user-data-dir', join(data, 'user'), '--extensions-dir', join(data, 'extensions'),
  ];
  const node = await serverNode();
  // Measured usage and price packs of the person who runs the tests are none of theirs.
  const env = { ...withoutEditor(process.env), TOKENFARE_HOME: join(data, 'tokenfare'), ...environment };
  for (const vsix of extensions) {
    const installing = spawnTracked(node, [...command, '--install-extension', vsix, '--force'], { stdio: ['ignore', 'pipe', 'pipe'], env });
    const said = [];
    for (const stream of [installing.stdout, installing.stderr]) stream.on('data', (chunk) => said.push(chunk.toString()));
    const { code } = await ended(installing);
    if (code !== 0) throw new Error(`installing ${vsix} ended with ${code}\n${said.join('')}`);
  }
  const child = spawnTracked(node, [
    ...command, '--host', '127.0.0.1', '--port', String(port), '--connection-token-file', tokenFile,
    '--enable-smoke-test-driver', ...(trust ? [] : ['--disable-workspace-trust']),
  ], { stdio: ['ignore', 'pipe', 'pipe'], env });

  const end = async () => {
    await stop(child);
    if (!dataDir) await rm(data, { recursive: true, force: true, maxRetries: 3 });
  };
  let printed = '';
  try {
    const listening = await new Promise((resolve, reject) => {
      const silent = setTimeout(() => reject(new Error(`the VS Code server did not start within 60 s\n${printed}`)), 60_000);
      const read = (chunk) => {
        const text = chunk.toString();
        printed = (printed + text).slice(-20_000);
        onLog(text);
        const found = /agent listening on (\d+)/.exec(printed);
        if (found) { clearTimeout(silent); resolve(Number(found[1])); }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('exit', (code) => { clearTimeout(silent); reject(new Error(`the VS Code server ended with ${code}\n${printed}`)); });
    });
    return { port: listening, token, child, url: (page) => pageUrl(listening, token, page), stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * Address that opens `folder`, with `extension` (a project folder) under development, in the extension host of
 * the server or, with `web`, of the browser; `tests` is a bundle whose `run` is called there; `file` is opened.
 */
function pageUrl(port, token, { folder, extension, web = false, tests, file } = {}) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${posixPath(path)}`;
  const payload = [
    ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
    ...(extension && web ? [['extensionDevelopmentKind', 'web']] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
    ...(file ? [['openFile', remote(file)]] : []),
  ];
  const query = new URLSearchParams({ tkn: token });
  if (folder) query.set('folder', posixPath(folder));
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://127.0.0.1:${port}/?${query}`;
}

const posixPath = (path) => (process.platform === 'win32' ? `/${path.replaceAll('\\', '/')}` : path);

/** A terminal inside VS Code tells children about its own extension host; the server must not listen to that. */
function withoutEditor(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([key]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|VITEST|npm_)/.test(key)));
}
