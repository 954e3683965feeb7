/**
 * `npm start [-- FOLDER] [--desktop] [--port N] [--no-open]`: sets up, builds, prints the cost report of the
 * folder (default: examples/) and opens it in a real VS Code with the extension loaded.
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { end, isEnding, spawnTracked, stopAll } from './processes.mjs';
import { root, setUpHost, setUpProject, toolNode } from './setUp.mjs';

const usage = `usage: npm start -- [FOLDER] [--desktop] [--port N] [--no-open]

  FOLDER      the folder to open and to report on (default: examples)
  --desktop   use the VS Code installed on this machine instead of serving one
  --port N    port of the server (default: a free one)
  --no-open   print the address, open no browser`;

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        desktop: { type: 'boolean', default: false }, 'no-open': { type: 'boolean', default: false },
        port: { type: 'string', default: '0' }, help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) { console.log(usage); process.exit(0); }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port`);
    if (positionals.length > 1) throw new Error('one folder at most');
    const folder = resolve(process.env.INIT_CWD ?? process.cwd(), positionals[0] ?? join(root, 'examples'));
    if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
    return { ...values, port, folder };
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Opens an address in the person's browser where there is a display. Failing is fine: the address is printed. */
function openBrowser(url) {
  const { platform, env } = process;
  const [command, ...args] = platform === 'darwin' ? ['open', url]
    : platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', url]
      : env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', url] : [];
  if (command) spawn(command, args, { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
}

const { desktop, port, folder, 'no-open': noOpen } = options();
try {
  await setUpProject();
  if (!desktop) await setUpHost();
  const node = await toolNode();
  const run = async (args, stdio) => (await end(spawnTracked(node, args, { cwd: root, stdio }))).code;

  if (await run(['esbuild.mjs', '--sourcemap'], ['ignore', 'ignore', 'inherit']) !== 0) throw new Error('the build failed');
  const shown = relative(root, folder);
  // Findings in the folder are no failure here.
  if (await run(['dist/cli.mjs', 'scan', shown.startsWith('..') || shown === '' ? folder : shown], 'inherit') > 1) throw new Error('the report failed');

  if (desktop) {
    const code = spawnTracked('code', ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, folder], { stdio: 'inherit', shell: process.platform === 'win32' });
    const { error } = await end(code);
    if (error) throw new Error('`code` is not on the PATH; install it from VS Code ("Shell Command: Install \'code\' command in PATH") or leave out --desktop');
  } else {
    const { startServer } = await import('../test/host/server.mjs');
    // One folder of state per clone: what a person changed in the editor is there at the next start.
    const server = await startServer({ port, dataDir: join(root, '.cache/vscode') });
    const url = server.url({ folder, extension: root });
    console.log(`\nVS Code with Tokenfare on ${folder}\n\n  ${url}\n\nThe address holds a secret; it works on this machine only. Ctrl-C ends everything.`);
    if (!noOpen) openBrowser(url);
    await end(server.child);
    throw new Error('the VS Code server ended');
  }
} catch (error) {
  // After Ctrl-C everything ends as it should; who asked for it exits.
  if (!isEnding()) {
    console.error(`\n${error.message}`);
    await stopAll();
    process.exit(1);
  }
}
