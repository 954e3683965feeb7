/**
 * Where ledgers are. Each program writes to one of its own (the command line in the user's data folder, each editor in
 * its global storage); all are read together. An editor leaves a note with its folder in the data folder, so that
 * `tokenfare usage` finds it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The user's data folder of Tokenfare, outside every workspace. */
export function dataFolder(): string {
  const { env, platform } = process;
  return env['TOKENFARE_HOME'] ?? (platform === 'win32'
    ? join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'tokenfare')
    : join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'tokenfare'));
}

/** The ledger that the command line writes. */
export function ownLedgerFolder(): string {
  return join(dataFolder(), 'usage');
}

const notes = (): string => join(dataFolder(), 'ledgers');

/** Leaves the note that a ledger is at `folder`. Failing to is no failure: only other programs do not see it. */
export async function announceLedger(folder: string): Promise<void> {
  const file = join(notes(), `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.txt`);
  try {
    if (await readFile(file, 'utf8').catch(() => '') === folder) return;
    await mkdir(notes(), { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, folder, { mode: 0o600 });
    await rename(draft, file);
  } catch { /* As said above. */ }
}

/** Every ledger folder that exists: the command line's, the announced ones, and `also`. */
export async function ledgerFolders(also: readonly string[] = []): Promise<readonly string[]> {
  const names = await readdir(notes()).catch(() => []);
  const announced = await Promise.all(names.filter((name) => name.endsWith('.txt')).map((name) => readFile(join(notes(), name), 'utf8').catch(() => '')));
  const all = [...new Set([...also, ownLedgerFolder(), ...announced.filter(isAbsolute)])];
  const there = await Promise.all(all.map((folder) => stat(folder).then((info) => info.isDirectory(), () => false)));
  return all.filter((_, index) => there[index]);
}
