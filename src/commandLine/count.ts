/** `tokenfare count [--model M …] [--remote] FILE|-`: tokens of a text or picture, models side by side. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Flags } from './flags.js';
import { type CountedAtModel, countImageAt, countTextAt, modelNamed, representatives } from '../core/countText.js';
import { formatTokens } from '../core/format.js';
import { imageSizeOf } from '../core/imageSize.js';
import { countRemotely, remoteCounterOf, remoteCounters } from '../remoteCount/remoteCount.js';
import { createTokenizers } from '../tokenizers/index.js';
import { readAsset } from './assets.js';
import { measuredHere } from './ledger.js';
import { calibrationIn } from '../core/measured.js';
import { catalogInForce } from './catalogInForce.js';
import { readStandardInput, table } from './output.js';
import { unknownModel } from './unknownModel.js';

/**
 * Prints model, tokenizer family, tokens, range and basis; JSON: an array of the same. Without a model, one of every
 * family. `--remote` asks the vendor instead, with the key from the environment, where the vendor counts.
 */
export async function runCount(words: readonly string[], flags: Flags): Promise<number> {
  const { facts } = await catalogInForce();
  const file = words[0];
  const format = flags.format ?? 'text';
  if (!file || words.length > 1) throw new Error('count takes one file or -, e.g. tokenfare count --model gpt-4o-mini prompt.md');
  if (format !== 'text' && format !== 'json') throw new Error(`unknown format "${format}"; there are text and json`);
  if (flags.remote && !flags.model) throw new Error('--remote takes --model, e.g. tokenfare count --remote --model claude-sonnet-4-5 prompt.md');
  const models = flags.model ? flags.model.map((name) => {
    const found = modelNamed(facts, name);
    if (!found) throw new Error(unknownModel(facts, name, null, 'tokenfare prices lists those that are'));
    return found;
  }) : representatives(facts);
  const bytes = file === '-' ? null : await readFile(file).catch((error: Error) => { throw new Error(`${file}: ${error.message}`); });
  const size = bytes ? imageSizeOf(bytes) : null;
  if (bytes && !size && bytes.subarray(0, 8192).includes(0)) throw new Error(`${file}: neither text nor a picture (PNG, JPEG, GIF, WebP, BMP)`);
  const text = bytes ? (size ? '' : bytes.toString('utf8')) : await readStandardInput();

  const here = fileURLToPath(new URL('.', import.meta.url));
  const tokenizers = createTokenizers((name) => readAsset(`${here}vocabularies/${name}`));
  const measured = size || flags.remote ? null : await measuredHere(Date.now());
  const rows: CountedAtModel[] = [];
  for (const each of models) {
    if (size) {
      const counted = countImageAt(size, 'auto', each);
      if (counted) rows.push(counted);
      else if (flags.model) throw new Error(`${each.model.id}: no rule for pictures is known`);
      continue;
    }
    if (flags.remote) { rows.push(await remoteRow(text, each)); continue; }
    await tokenizers.prepare([each.model.tokenizer]);
    rows.push(countTextAt(text, each, tokenizers, calibrationIn(measured, each.provider.id, each.model)));
  }
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify(rows.map(({ model, family, tokens, basis, calibratedFrom }) => ({ model, family, tokens: tokens.likely, low: tokens.low, high: tokens.high, basis, ...(calibratedFrom && { calibratedFrom }) })), null, 2)}\n`);
  } else {
    process.stdout.write(table(['model', 'tokenizer', 'tokens', 'range', 'basis', 'of context'], rows.map(({ model, family, tokens, basis, contextShare, calibratedFrom }) => [
      model, family, formatTokens(tokens.likely), tokens.low === tokens.high ? '' : `${formatTokens(tokens.low)} – ${formatTokens(tokens.high)}`, calibratedFrom ? `${basis}, corrected from ${calibratedFrom} real answers` : basis,
      contextShare === null ? '' : `${(contextShare * 100).toPrecision(2).replace(/e.*/, '')}%`,
    ]), [2, 5]));
  }
  return 0;
}

async function remoteRow(text: string, { provider, model }: Parameters<typeof countTextAt>[1]): Promise<CountedAtModel> {
  const counter = remoteCounterOf(provider);
  if (!counter) throw new Error(`${model.id}: ${provider.name} offers no token counting that Tokenfare knows; there are ${remoteCounters.map(({ host }) => host).join(', ')}`);
  const key = counter.keyVariables.map((name) => process.env[name]).find((value) => value);
  if (!key) throw new Error(`${model.id}: set ${counter.keyVariables.join(' or ')} to count at ${counter.host}`);
  const tokens = await countRemotely(provider.id, model.id, text, key);
  return {
    provider: provider.id, model: model.id, family: counter.host, tokens: { low: tokens, likely: tokens, high: tokens }, basis: counter.isEstimate ? 'approximate' : 'exact',
    contextShare: model.contextWindow ? tokens / model.contextWindow : null,
  };
}
