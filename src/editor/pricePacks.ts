/** The catalog in force in the editor: the built-in one, or a price pack that the user put in place of it. */
import * as vscode from 'vscode';
import type { Facts } from '../core/model.js';
import type { CheckedPack } from '../pricePack/fetchPack.js';
import type { InstalledPack } from '../pricePack/installed.js';
import type { PriceDifference } from '../pricePack/pack.js';
import type { Log } from './log.js';

export interface PricePacks extends vscode.Disposable {
  readonly onDidChange: vscode.Event<Facts>;
  facts(): Promise<Facts>;
  /** The pack in place, or null. */
  installed(): Promise<InstalledPack | null>;
  /** Address in the user's own settings; what a workspace says does not count. */
  address(): string;
  /** Fetches and checks; nothing changes yet. */
  download(address: string): Promise<CheckedPack & { readonly changes: readonly PriceDifference[] }>;
  apply(checked: CheckedPack, address: string): Promise<void>;
  /** Back to the built-in prices; false when they are in force already. */
  reset(): Promise<boolean>;
}

/** Opens the store in `folder` (the extension's global storage). Nothing is read before it is asked for. */
export function openPricePacks(folder: vscode.Uri, log: Log, today: () => string): PricePacks {
  const changed = new vscode.EventEmitter<Facts>();
  const file = vscode.Uri.joinPath(folder, 'prices.json');
  let inForce: Promise<{ readonly facts: Facts; readonly installed: InstalledPack | null }> | undefined;

  const read = async (): Promise<{ readonly facts: Facts; readonly installed: InstalledPack | null }> => {
    // Catalog and schemas are loaded when they are first needed, not when the editor starts.
    const { facts: builtIn } = await import('../catalog.js');
    let record: string;
    try {
      record = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    } catch {
      return { facts: builtIn, installed: null };
    }
    try {
      const { applyInstalled } = await import('../pricePack/installed.js');
      return await applyInstalled(builtIn, record);
    } catch (error) {
      log.failure('reading the price pack', error);
      return { facts: builtIn, installed: null };
    }
  };
  const current = (): NonNullable<typeof inForce> => (inForce ??= read());
  const replaced = async (): Promise<void> => {
    inForce = read();
    changed.fire((await inForce).facts);
  };

  return {
    onDidChange: changed.event,
    facts: async () => (await current()).facts,
    installed: async () => (await current()).installed,
    address: () => ownSetting('prices.url'),
    async download(address) {
      const [{ facts: builtIn }, { fetchPack, readWeb }, { differences, withPack }] = await Promise.all([import('../catalog.js'), import('../pricePack/fetchPack.js'), import('../pricePack/pack.js')]);
      const publicKey = ownSetting('prices.publicKey');
      const sha256 = ownSetting('prices.sha256');
      const checked = await fetchPack(address, { ...(publicKey && { publicKey }), ...(sha256 && { sha256 }) }, readWeb);
      return { ...checked, changes: differences((await current()).facts, withPack(builtIn, checked.pack), today()) };
    },
    async apply(checked, address) {
      const { recordOf } = await import('../pricePack/installed.js');
      await vscode.workspace.fs.createDirectory(folder);
      const draft = vscode.Uri.joinPath(folder, 'prices.new.json');
      await vscode.workspace.fs.writeFile(draft, new TextEncoder().encode(recordOf(checked, address, today())));
      await vscode.workspace.fs.rename(draft, file, { overwrite: true });
      await replaced();
    },
    async reset() {
      if (!(await current()).installed) {
        // A record that could not be read goes, too.
        await vscode.workspace.fs.delete(file).then(undefined, () => undefined);
        return false;
      }
      await vscode.workspace.fs.delete(file);
      await replaced();
      return true;
    },
    dispose: () => changed.dispose(),
  };
}

/** A text from the user's settings only. */
function ownSetting(key: string): string {
  const value = vscode.workspace.getConfiguration('tokenfare').inspect<unknown>(key)?.globalValue;
  return typeof value === 'string' ? value.trim() : '';
}
