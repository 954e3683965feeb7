/** The catalog as scripts need it: bundled from its source, so that scripts and product read the same facts. */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../setUp.mjs';
import { yamlEsbuild } from '../yamlPlugin.mjs';

/** `facts`, `findModel`, `findProvider` and `priceOn`. */
export async function loadCatalog() {
  const folder = await mkdtemp(join(tmpdir(), 'tokenfare-catalog-'));
  try {
    const outfile = join(folder, 'catalog.mjs');
    await build({
      stdin: { contents: "export { facts } from './src/catalog.ts'; export { findModel, findProvider } from './src/core/lookup.ts'; export { priceOn } from './src/core/price.ts';", resolveDir: root, loader: 'ts' },
      bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error', plugins: [yamlEsbuild()],
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
