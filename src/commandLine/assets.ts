/** Grammars and vocabularies beside the bundle, and the engine that reads them. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Engine } from '../core/engine.js';
import { createEngine } from '../createEngine.js';
import { catalogInForce } from './catalogInForce.js';

const nodeMajor = Number(process.versions.node.split('.')[0]);

/** The engine on the files that the build put into `dist/`; nothing is fetched. */
export async function openEngine(): Promise<Engine> {
  const { facts } = await catalogInForce();
  // The optimising compiler takes up to 2.4 GB for one function of the grammar of C#, and what it makes is no faster here.
  if (nodeMajor <= 26) for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
  const here = fileURLToPath(new URL('.', import.meta.url));
  return createEngine({
    loadWasm: (file) => readAsset(`${here}wasm/${file}`),
    loadVocabulary: (file) => readAsset(`${here}vocabularies/${file}`),
    now: () => performance.now(),
  }, facts);
}

/** Bytes of a file beside the bundle. Throws when it is missing. */
export async function readAsset(path: string): Promise<Uint8Array> {
  if (!existsSync(path)) throw new Error(`${path} is missing: the installation is incomplete, build or install it again`);
  return readFile(path);
}
