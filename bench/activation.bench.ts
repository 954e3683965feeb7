/** What starting costs: bundle sizes, loading the engine's code and facts, preparing a language. */
import { readFileSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { createEngine } from '../src/createEngine.js';

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function main(): Promise<void> {
  console.log('| bundle | KiB | gzipped KiB |');
  console.log('| --- | ---: | ---: |');
  for (const file of ['dist/cli.mjs', 'dist/extension.js', 'dist/extension.web.js']) {
    console.log(`| ${file} | ${(statSync(file).size / 1024).toFixed(0)} | ${(gzipSync(readFileSync(file)).length / 1024).toFixed(0)} |`);
  }
  // A stand-in for the editor's API answers everything: what is measured is our own code up to `activate`'s return.
  const script = `
    const Module = require('node:module');
    const thing = () => new Proxy(function () {}, { get: (own, key) => (key === 'prototype' ? own.prototype : key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : key === Symbol.iterator ? function* () {} : thing()), apply: () => thing(), construct: () => thing() });
    const names = new Set([...require('node:fs').readFileSync('dist/extension.js', 'utf8').matchAll(/vscode\\d*\\.(\\w+)/g)].map((match) => match[1]));
    const api = Object.fromEntries([...names].map((name) => [name, thing()]));
    const load = Module._load;
    Module._load = (request, ...rest) => (request === 'vscode' ? api : load(request, ...rest));
    const start = performance.now();
    const extension = require(process.cwd() + '/dist/extension.js');
    const loaded = performance.now();
    try { extension.activate({ extensionUri: thing(), subscriptions: { push() {} } }); } catch {}
    console.log(JSON.stringify([loaded - start, performance.now() - loaded]));
    process.exit(0);`;
  const runs = Array.from({ length: 7 }, () => JSON.parse(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout) as [number, number]);
  const start = performance.now();
  const engine = createEngine({
    loadWasm: async (file) => readFileSync(`dist/wasm/${file}`), loadVocabulary: async (file) => readFileSync(`dist/vocabularies/${file}`), now: () => performance.now(),
  });
  const created = performance.now();
  await engine.prepare('python');
  const prepared = performance.now();
  console.log('\n| step | ms |');
  console.log('| --- | ---: |');
  console.log(`| load the extension's bundle | ${median(runs.map(([load]) => load)).toFixed(1)} |`);
  console.log(`| activate | ${median(runs.map(([, activate]) => activate)).toFixed(1)} |`);
  console.log(`| create the engine, at the first relevant document | ${(created - start).toFixed(1)} |`);
  console.log(`| prepare a language: grammar, two vocabularies | ${(prepared - created).toFixed(1)} |`);
}

await main();
