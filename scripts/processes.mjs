/** Child processes that never outlive the command that started them. Plain Node, no dependency. */
import { spawn } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
const posix = process.platform !== 'win32';

/** Like `spawn`, in a process group of its own so that grandchildren end with it. */
export function spawnTracked(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: posix });
  running.add(child);
  const forget = () => running.delete(child);
  child.once('exit', forget);
  child.once('error', forget);
  return child;
}

/** Waits for the end: exit code (128 + n after a signal, 127 when it could not start). Never rejects. */
export function end(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, error }));
    child.once('exit', (code, signal) => resolve({ code: code ?? 128, signal }));
  });
}

function signalGroup(child, signal) {
  try {
    if (posix) process.kill(-child.pid, signal);
    else if (child.exitCode === null) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']);
  } catch { /* it is gone already */ }
}

/** Asks a child and its descendants to end, and ends them after three seconds if they did not. */
export async function stop(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = end(child);
    signalGroup(child, 'SIGTERM');
    await Promise.race([ended, new Promise((resolve) => { setTimeout(resolve, 3000).unref(); })]);
  }
  // The leader may have left grandchildren behind.
  signalGroup(child, 'SIGKILL');
}

/** Ends everything that was started. */
export async function stopAll() {
  await Promise.all([...running].map(stop));
}

let ending = false;

/** True once a person asked for the end. */
export const isEnding = () => ending;

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    void stopAll().finally(() => process.exit(code));
  });
}
process.on('exit', () => { for (const child of running) signalGroup(child, 'SIGKILL'); });
