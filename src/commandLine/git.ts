/** Reading revisions of a git repository, without touching its working tree, its index or its hooks. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What git must not do on our behalf: page, ask, lock, watch, or run a program that the repository names. */
const quiet = ['--no-pager', '--no-optional-locks', '-c', 'core.quotePath=false', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'diff.external=', '-c', 'protocol.allow=never'];
const maximumBytes = 2_000_000;

/** Output of a git command. Throws with git's own message. */
export async function git(folder: string, words: readonly string[], input = ''): Promise<Buffer> {
  const child = spawn('git', [...quiet, ...words], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' } });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => { /* git ended early and says why itself */ });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? new Error('git is not installed or not on the PATH') : error));
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(Buffer.concat(err).toString('utf8').trim().replace(/^fatal: /, '').split('\n')[0] || `git ${words[0]} ended with ${code}`);
  return Buffer.concat(out);
}

/** Root of the working tree that holds `folder`. */
export async function workingTreeOf(folder: string): Promise<string> {
  try {
    return (await git(folder, ['rev-parse', '--show-toplevel'])).toString('utf8').trim();
  } catch (error) {
    throw new Error(/not a git repository/.test((error as Error).message) ? `${folder}: not in a git repository` : (error as Error).message);
  }
}

/** Hash of the commit that a revision names. Throws when there is none. */
export async function commitOf(root: string, revision: string): Promise<string> {
  if (revision.startsWith('-')) throw new Error(`"${revision}" is no revision`);
  try {
    return (await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])).toString('utf8').trim();
  } catch {
    throw new Error(`"${revision}" is no revision of this repository; in a shallow clone fetch it first (actions/checkout: fetch-depth: 0)`);
  }
}

/** Writes the files of a commit that `wanted` selects into a new temporary folder; `dispose` removes it. */
export async function checkOut(root: string, commit: string, wanted: (path: string) => boolean): Promise<{ readonly folder: string; dispose(): Promise<void> }> {
  const listed = (await git(root, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit])).toString('utf8').split('\0').filter(Boolean);
  const files = listed.flatMap((line) => {
    // Mode, type, object, size: links and submodules are nothing to read.
    const match = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line);
    return match && Number(match[2]) <= maximumBytes && wanted(match[3]!) ? [{ object: match[1]!, path: match[3]! }] : [];
  });
  const folder = await mkdtemp(join(tmpdir(), 'tokenfare-revision-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const blobs = files.length === 0 ? Buffer.alloc(0) : await git(root, ['cat-file', '--batch'], `${files.map(({ object }) => object).join('\n')}\n`);
    let at = 0;
    for (const { path } of files) {
      const end = blobs.indexOf(10, at);
      const size = Number(blobs.subarray(at, end).toString('latin1').split(' ')[2]);
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, blobs.subarray(end + 1, end + 1 + size));
      at = end + 1 + size + 1;
    }
    // Ends the search for settings above, as the repository's own folder does.
    await mkdir(join(folder, '.git'), { recursive: true });
    return { folder, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Renamed files between a commit and another one, or the working tree: old path → new path. */
export async function renamesBetween(root: string, from: string, to: string | null): Promise<ReadonlyMap<string, string>> {
  const words = (await git(root, ['diff', '--no-ext-diff', '--no-textconv', '--find-renames', '--diff-filter=R', '--name-status', '-z', from, ...(to ? [to] : [])])).toString('utf8').split('\0');
  const renamed = new Map<string, string>();
  for (let at = 0; at + 2 < words.length; at += 3) renamed.set(words[at + 1]!, words[at + 2]!);
  return renamed;
}
