/** The real Portkey gateway from npm, on a port of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Release 1.15.2 appends to the headers of `fetch` responses when it streams, which Node since 22 refuses (TypeError:
 * immutable). Given a copy of each response, it runs as it was made to.
 */
const shim = `data:text/javascript,${encodeURIComponent('const real = globalThis.fetch; globalThis.fetch = async (...all) => { const r = await real(...all); return new Response(r.body, { status: r.status, statusText: r.statusText, headers: r.headers }); };')}`;

/** Starts it; `script` is the absolute path of its start file. Resolves when it answers. */
export async function startPortkey(script: string): Promise<{ readonly port: number; readonly process: ChildProcess }> {
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => { const { port: free } = probe.address() as AddressInfo; probe.close(() => resolve(free)); });
  });
  const child = spawn(process.execPath, ['--import', shim, script, `--port=${port}`, '--headless'], { stdio: 'ignore', env: { ...process.env, TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' } });
  for (let tries = 0; tries < 200; tries++) {
    if (await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)) return { port, process: child };
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  child.kill('SIGKILL');
  throw new Error('the Portkey gateway did not start');
}
