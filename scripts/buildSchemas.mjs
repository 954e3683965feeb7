/**
 * `npm run catalog:schemas`: writes the JSON Schemas of provider files, and of `providers`, `prices` and `discounts` in
 * tokenfare.yaml, from the schemas that the engine itself checks with. `--check` only compares.
 */
import { build } from 'esbuild';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setUp.mjs';

/** The schemas as JSON Schema texts by path. */
export async function schemaTexts() {
  const folder = await mkdtemp(join(tmpdir(), 'tokenfare-schemas-'));
  try {
    const outfile = join(folder, 'schemas.mjs');
    await build({
      stdin: {
        contents: `import { toJsonSchema } from '@valibot/to-json-schema';
          import { providerFileSchema, ownProviderSchema, ownPriceSchema, discountSchema, exchangeRatesSchema } from './src/core/providerFile.ts';
          const options = { errorMode: 'ignore', target: 'draft-07' };
          export const provider = toJsonSchema(providerFileSchema, options);
          export const own = { providers: toJsonSchema(ownProviderSchema, options), prices: toJsonSchema(ownPriceSchema, options), discounts: toJsonSchema(discountSchema, options) };
          export const rates = toJsonSchema(exchangeRatesSchema, options);`,
        resolveDir: root, loader: 'ts',
      },
      bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error',
    });
    const { provider, own, rates } = await import(pathToFileURL(outfile).href);
    const bare = ({ $schema: _schema, ...schema }) => schema;
    const providerFile = {
      $schema: 'http://json-schema.org/draft-07/schema#', $id: 'https://tokenfare.dev/schemas/provider.schema.json',
      title: 'Tokenfare provider file', description: 'Facts about one provider of LLM APIs, each with source, date and confidence.', ...bare(provider),
    };
    const workspacePath = 'schemas/tokenfare.schema.json';
    const workspace = JSON.parse(await readFile(join(root, workspacePath), 'utf8'));
    const described = {
      providers: 'Providers and private gateways of your own. Hosts and ids of the built-in catalog cannot be taken.',
      prices: 'Prices of your own, in place of list prices.',
      discounts: 'Negotiated discounts on list prices.',
    };
    for (const [key, description] of Object.entries(described)) workspace.properties[key] = { description, type: 'array', items: bare(own[key]) };
    workspace.properties.exchangeRates = { description: 'Exchange rates of your own in place of the built-in ones, with their day.', ...bare(rates) };
    return { 'schemas/provider.schema.json': `${JSON.stringify(providerFile, null, 1)}\n`, [workspacePath]: `${JSON.stringify(workspace, null, 1)}\n` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  let stale = 0;
  for (const [path, text] of Object.entries(await schemaTexts())) {
    const file = join(root, path);
    const before = await readFile(file, 'utf8').catch(() => '');
    if (before === text) continue;
    stale++;
    if (!process.argv.includes('--check')) await writeFile(file, text);
    console.log(`${path}: ${process.argv.includes('--check') ? 'differs, run npm run catalog:schemas' : 'written'}`);
  }
  if (process.argv.includes('--check') && stale > 0) process.exit(1);
}
