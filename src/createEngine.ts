/** The engine with all tables of this repository: what the editor and the command line start with. */
import { facts } from './catalog.js';
import { composeEngine } from './core/analyze.js';
import type { Engine, EngineOptions } from './core/engine.js';
import { languages } from './languages/index.js';
import { sdks } from './sdks/index.js';
import { createTokenizers } from './tokenizers/index.js';

/** Makes an engine; cheap until `prepare` is called. */
export function createEngine(options: EngineOptions): Engine {
  return composeEngine({ facts, languages, sdks, createTokenizers }, options);
}
