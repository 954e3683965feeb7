/** The engine with all tables of this repository: what the editor and the command line start with. */
import { facts } from './catalog.js';
import { composeEngine } from './core/analyze.js';
import type { Facts } from './core/model.js';
import type { Engine, EngineOptions } from './core/engine.js';
import { languages } from './languages/index.js';
import { sdks } from './sdks/index.js';
import { compatibilityOf, switchSdks } from './switching/index.js';
import { createTokenizers } from './tokenizers/index.js';

/** Makes an engine; cheap until `prepare` is called. `inForce`: another catalog than the built-in one. */
export function createEngine(options: EngineOptions, inForce: Facts = facts): Engine {
  return composeEngine({ facts: inForce, languages, sdks, switchSdks, compatibilityOf, createTokenizers }, options);
}
