/** The catalog that this run works with: the built-in one, with the price pack that was put in place last. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { facts as builtIn } from '../catalog.js';
import type { Facts } from '../core/model.js';
import { applyInstalled, type InstalledPack } from '../pricePack/installed.js';

/** File that holds the pack. It is the user's, outside every workspace. */
export function installedPackFile(): string {
  const { env, platform } = process;
  const folder = env['TOKENFARE_HOME'] ?? (platform === 'win32'
    ? join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'tokenfare')
    : join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'tokenfare'));
  return join(folder, 'prices.json');
}

let inForce: Promise<{ readonly facts: Facts; readonly installed: InstalledPack | null }> | null = null;

/** Facts of this run. A damaged pack is reported on standard error and the built-in catalog holds. */
export function catalogInForce(): Promise<{ readonly facts: Facts; readonly installed: InstalledPack | null }> {
  return (inForce ??= read());
}

async function read(): Promise<{ readonly facts: Facts; readonly installed: InstalledPack | null }> {
  const file = installedPackFile();
  let record: string;
  try {
    record = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') process.stderr.write(`tokenfare: ${file}: ${(error as Error).message}; the built-in prices are used\n`);
    return { facts: builtIn, installed: null };
  }
  try {
    return await applyInstalled(builtIn, record);
  } catch (error) {
    process.stderr.write(`tokenfare: ${file}: ${(error as Error).message}; the built-in prices are used (tokenfare prices reset removes the file)\n`);
    return { facts: builtIn, installed: null };
  }
}

/** Puts a checked pack in place, in one step: a crash leaves the old one. */
export async function install(record: string): Promise<void> {
  const file = installedPackFile();
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.new`;
  await writeFile(draft, record, { mode: 0o600 });
  await rename(draft, file);
}

/** Removes the pack; false when there was none. */
export async function uninstall(): Promise<boolean> {
  try {
    await rm(installedPackFile());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
