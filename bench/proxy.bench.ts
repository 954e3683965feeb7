/** What metering adds to a request: the same client to the upstream directly, through the metering proxy, and through the Portkey gateway. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { yamlEsbuild } from '../scripts/yamlPlugin.mjs';
import { startPortkey } from '../test/unit/metering/portkey.js';

const rounds = 600;
const together = 32;
const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello. '.repeat(40) }] });
const streaming = JSON.stringify({ ...JSON.parse(body) as object, stream: true, stream_options: { include_usage: true } });

interface Way { readonly name: string; readonly url: string; readonly headers: Readonly<Record<string, string>> }

/** Milliseconds to the first byte of the answer's body, and to its end. */
function once(agent: Agent, { url, headers }: Way, content: string): Promise<{ first: number; end: number }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const outgoing = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', authorization: 'Bearer key', 'content-length': Buffer.byteLength(content), ...headers } }, (response) => {
      let first = 0;
      response.on('data', () => { first ||= performance.now() - started; });
      response.on('end', () => (response.statusCode === 200 ? resolve({ first, end: performance.now() - started }) : reject(new Error(`${url} answered ${response.statusCode}`))));
    });
    outgoing.on('error', reject);
    outgoing.end(content);
  });
}

const at = (values: readonly number[], share: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

/** A child process that prints one JSON line when it is ready. */
async function child(folder: string, name: string, contents: string): Promise<{ readonly said: Record<string, unknown>; stop(): void }> {
  const outfile = join(folder, `${name}.mjs`);
  await build({ stdin: { contents, resolveDir: process.cwd(), loader: 'ts' }, bundle: true, format: 'esm', platform: 'node', outfile, plugins: [yamlEsbuild()], logLevel: 'error', banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" } });
  const started = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<Record<string, unknown>>((resolve) => { started.stdout.once('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as Record<string, unknown>)); });
  return { said, stop: () => { started.kill('SIGKILL'); } };
}

/** Prints the table. */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenfare-bench-proxy-'));
  const stops: (() => void)[] = [];
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const upstream = await child(folder, 'upstream', `import { createServer } from 'node:http';
      const usage = { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 };
      const answer = JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini', choices: [{ index: 0, message: { role: 'assistant', content: 'Hello. '.repeat(100) }, finish_reason: 'stop' }], usage });
      const chunk = 'data: ' + JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices: [{ index: 0, delta: { content: 'Hello. ' }, finish_reason: null }] }) + '\\n\\n';
      const last = 'data: ' + JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [], usage }) + '\\n\\ndata: [DONE]\\n\\n';
      const server = createServer((request, response) => { let text = ''; request.on('data', (part) => { text += part; }); request.on('end', () => {
        if (!text.includes('"stream":true')) { response.writeHead(200, { 'content-type': 'application/json' }).end(answer); return; }
        response.writeHead(200, { 'content-type': 'text/event-stream' }); for (let n = 0; n < 60; n++) response.write(chunk); response.end(last); }); });
      server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));`);
    stops.push(upstream.stop);
    const target = `http://127.0.0.1:${String(upstream.said['port'])}`;
    const metered = await child(folder, 'metered', `import { startMeter } from './src/metering/meter.ts'; import { facts } from './src/catalog.ts';
      const tokenizers = { prepare: async () => {}, isReady: () => false, count: (text) => ({ tokens: text.length / 4, basis: 'approximate' }) };
      const meter = await startMeter({ folder: ${JSON.stringify(join(folder, 'usage'))}, builtIn: facts, upstreams: { 'api.openai.com': ${JSON.stringify(target)} }, context: () => ({ facts, tokenizers, deployments: {} }) });
      console.log(JSON.stringify({ base: meter.baseFor('/p'), pid: process.pid }));`);
    stops.push(metered.stop);
    const portkey = await startPortkey(join(process.cwd(), 'node_modules/@portkey-ai/gateway/build/start-server.js'));
    stops.push(() => portkey.process.kill('SIGKILL'));
    const ways: readonly Way[] = [
      { name: 'directly', url: `${target}/v1/chat/completions`, headers: {} },
      { name: 'metering proxy', url: `${String(metered.said['base'])}/api.openai.com/v1/chat/completions`, headers: {} },
      { name: 'Portkey gateway 1.15', url: `http://127.0.0.1:${portkey.port}/v1/chat/completions`, headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${target}/v1` } },
    ];
    const lines = ['| | p50 | p99 | first streamed byte p50 | p99 | requests/s, 32 at once |', '|---|---:|---:|---:|---:|---:|'];
    const medians: number[] = [];
    const measured = ways.map((way) => ({ way, agent: new Agent({ keepAlive: true, maxSockets: together }), plain: [] as number[], first: [] as number[], perSecond: 0 }));
    for (const each of measured) for (let n = 0; n < 100; n++) await once(each.agent, each.way, n % 2 ? body : streaming);
    // Interleaved, so that a busy moment of the machine hits all alike.
    for (let n = 0; n < rounds; n++) {
      for (const each of measured) {
        each.plain.push((await once(each.agent, each.way, body)).end);
        each.first.push((await once(each.agent, each.way, streaming)).first);
      }
    }
    for (const each of measured) {
      let left = 2000;
      const started = performance.now();
      await Promise.all(Array.from({ length: together }, async () => { while (left-- > 0) await once(each.agent, each.way, body); }));
      each.perSecond = 2000 / ((performance.now() - started) / 1000);
      each.agent.destroy();
      const ms = (value: number): string => `${value.toFixed(2)} ms`;
      medians.push(at(each.plain, 0.5));
      lines.push(`| ${each.way.name} | ${ms(at(each.plain, 0.5))} | ${ms(at(each.plain, 0.99))} | ${ms(at(each.first, 0.5))} | ${ms(at(each.first, 0.99))} | ${Math.round(each.perSecond).toLocaleString('en')} |`);
    }
    const [direct, ours, theirs] = medians as [number, number, number];
    return [...lines, '', `Upstream on loopback that answers at once. Added at the median: ${(ours - direct).toFixed(2)} ms by metering (recording included), ${(theirs - direct).toFixed(2)} ms by the gateway, ${((theirs - direct) / Math.max(0.01, ours - direct)).toFixed(1)} times as much.`].join('\n');
  } finally {
    for (const stop of stops) stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
