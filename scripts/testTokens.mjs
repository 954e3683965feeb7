/**
 * `npm run test:tokens [-- SEED]`: every family against its reference implementation over the whole corpus and the full
 * number of random texts, 200,000 for each of OpenAI's encodings and 50,000 for each other family. Takes minutes.
 */
import { end, spawnTracked } from './processes.mjs';
import { root, setUpProject, toolNode } from './setUp.mjs';

await setUpProject();
const [seed] = process.argv.slice(2);
const child = spawnTracked(await toolNode(), ['node_modules/vitest/vitest.mjs', 'run', 'test/unit/tokenizers/exact.test.ts', '--reporter=verbose'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, TOKENFARE_FUZZ: 'full', ...(seed && { TOKENFARE_SEED: seed }) },
});
process.exit((await end(child)).code ?? 1);
