/** The pack that was put in place last: kept as a file beside the built-in catalog, so that it can be taken back. */
import type { Facts } from '../core/model.js';
import { hashOf, type CheckedPack } from './fetchPack.js';
import { parsePack, withPack } from './pack.js';

/** What is stored: the pack's text as it came, with where from and its hash. */
export interface InstalledPack {
  readonly installedOn: string;
  readonly address: string;
  readonly sha256: string;
  readonly generatedOn: string;
  readonly text: string;
}

/** The record to store for a checked pack. */
export function recordOf({ pack, text, sha256 }: CheckedPack, address: string, installedOn: string): string {
  return JSON.stringify({ installedOn, address, sha256, generatedOn: pack.generatedOn, text } satisfies InstalledPack);
}

/** Facts with a stored pack; throws an Error when the record is damaged or was changed. */
export async function applyInstalled(facts: Facts, record: string): Promise<{ readonly facts: Facts; readonly installed: InstalledPack }> {
  let installed: InstalledPack;
  try {
    installed = JSON.parse(record) as InstalledPack;
  } catch {
    throw new Error('the stored price pack is damaged; update again or reset');
  }
  if (typeof installed.text !== 'string' || await hashOf(new TextEncoder().encode(installed.text)) !== installed.sha256) {
    throw new Error('the stored price pack was changed after it was checked; update again or reset');
  }
  return { facts: withPack(facts, parsePack(installed.text)), installed };
}
