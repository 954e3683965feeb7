/** A real PostgreSQL for tests, from the machine's own binaries, on a socket-less loopback port; null where there are none. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Folder with `initdb` and `postgres`. */
export function postgresBinaries(): string | null {
  const debian = '/usr/lib/postgresql';
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...(existsSync(debian) ? readdirSync(debian).sort().reverse().map((version) => join(debian, version, 'bin')) : [])];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

/** PostgreSQL refuses to run as root: somebody else must own its data. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch { /* The next one. */ }
  }
  return undefined;
}

/** Starts a server with the superuser `owner`; `url` gives the address for a role. */
export async function startPostgres(binaries: string): Promise<{ url(role: string): string; stop(): Promise<void> }> {
  const top = mkdtempSync(join(tmpdir(), 'tokenfare-postgres-'));
  const user = otherUser();
  if (user) chownSync(top, user.uid, user.gid);
  const data = join(top, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--no-sync'], { ...user, cwd: top, env, stdio: 'ignore' });
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => { const { port: free } = probe.address() as AddressInfo; probe.close(() => resolve(free)); });
  });
  const child = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'], { ...user, cwd: top, env, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); if (said.includes('ready to accept connections')) resolve(); });
    child.once('exit', () => reject(new Error(said)));
  });
  return {
    url: (role) => `postgres://${role}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const ended = new Promise((resolve) => { child.once('exit', resolve); });
      child.kill('SIGQUIT');
      await ended;
      rmSync(top, { recursive: true, force: true });
    },
  };
}
