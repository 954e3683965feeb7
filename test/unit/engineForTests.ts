/** The real engine on the files of this repository, for plain Node tests. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { exactly } from '../../src/core/exactly.js';
import type { Engine } from '../../src/core/engine.js';
import { type Analysis, type Configuration, type LanguageId, defaultConfiguration } from '../../src/core/model.js';
import { createEngine } from '../../src/createEngine.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Day on which tests happen, so that retirements and price validity do not depend on the clock. */
export const testDay = '2026-11-23';

let shared: Engine | null = null;

/** One engine for all tests of a file. */
export function engineForTests(): Engine {
  shared ??= createEngine({
    loadWasm: (file) => readFile(file === 'web-tree-sitter.wasm' ? `${root}node_modules/web-tree-sitter/${file}` : file === 'tree-sitter-kotlin.wasm' ? `${root}node_modules/@tree-sitter-grammars/tree-sitter-kotlin/${file}` : `${root}node_modules/@vscode/tree-sitter-wasm/wasm/${file}`),
    loadVocabulary: (file) => readFile(`${root}src/tokenizers/vocabularies/${file}`),
    now: () => performance.now(),
  });
  return shared;
}

/** Analysis of a text with default settings. */
export async function analyzeText(language: LanguageId, text: string, configuration: Configuration = defaultConfiguration): Promise<Analysis> {
  const engine = engineForTests();
  await engine.prepare(language, text);
  const session = engine.open(language, text);
  try {
    return await exactly(engine, () => session.analyze(configuration, testDay));
  } finally {
    session.dispose();
  }
}
