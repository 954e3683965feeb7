/** A meter over the built-in catalog and the vocabularies of the repository. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { facts } from '../../../src/catalog.js';
import { startMeter, type Meter, type MeterOptions } from '../../../src/metering/meter.js';
import type { RecordContext } from '../../../src/metering/toRecord.js';
import { createTokenizers } from '../../../src/tokenizers/index.js';
import { root } from './recordsForTests.js';

const tokenizers = createTokenizers((file) => readFile(join(root, 'src/tokenizers/vocabularies', file)));

export function meterForTests(options: Omit<MeterOptions, 'builtIn' | 'context'> & { readonly siteOf?: RecordContext['siteOf'] }): Promise<Meter> {
  return startMeter({ ...options, builtIn: facts, context: () => ({ facts, tokenizers, deployments: {}, ...(options.siteOf && { siteOf: options.siteOf }) }) });
}
