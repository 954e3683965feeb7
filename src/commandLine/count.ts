/** `tokenfare count --model M FILE|-`: tokens of a text for one or several models. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Flags } from './flags.js';
import { formatTokens } from '../core/format.js';
import { findModelAnywhere } from '../core/lookup.js';
import { createTokenizers } from '../tokenizers/index.js';
import { catalogInForce } from './catalogInForce.js';
import { readStandardInput, table } from './output.js';

/** Prints model, tokenizer family, tokens and basis; JSON: an array of the same. */
export async function runCount(words: readonly string[], flags: Flags): Promise<number> {
  const { facts } = await catalogInForce();
  const models = flags.model ?? [];
  const file = words[0];
  if (!file || models.length === 0) throw new Error('count takes --model and a file or -, e.g. tokenfare count --model gpt-4o-mini prompt.md');
  const text = file === '-' ? await readStandardInput() : await readFile(file, 'utf8').catch((error: Error) => { throw new Error(`${file}: ${error.message}`); });
  const here = fileURLToPath(new URL('.', import.meta.url));
  const tokenizers = createTokenizers((name) => readFile(`${here}vocabularies/${name}`));
  const rows = [];
  for (const name of models) {
    const found = findModelAnywhere(facts, name)[0];
    if (!found) throw new Error(`model "${name}" is not in the catalog; tokenfare prices lists those that are`);
    const { tokenizer, tokenizerBasis, tokenizerFactor } = found.model;
    await tokenizers.prepare([tokenizer]);
    const counted = tokenizers.count(text, tokenizer);
    const [low, high] = tokenizerFactor ?? [1, 1];
    const exact = tokenizerBasis === 'exact' && counted.basis === 'exact';
    rows.push({
      model: found.model.id, family: tokenizer, tokens: Math.round((counted.tokens * (low + high)) / 2),
      low: Math.floor(counted.tokens * low), high: Math.ceil(counted.tokens * high), basis: exact ? 'exact' : 'approximate',
    });
  }
  if (flags.format === 'json') process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    process.stdout.write(table(['model', 'tokenizer', 'tokens', 'range', 'basis'], rows.map((row) => [
      row.model, row.family, formatTokens(row.tokens), row.low === row.high ? '' : `${formatTokens(row.low)} – ${formatTokens(row.high)}`, row.basis]), [2]));
  }
  return 0;
}
