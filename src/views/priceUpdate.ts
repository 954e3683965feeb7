/** "Update Prices" and "Reset Prices": the only times that the extension asks the network for anything. */
import * as vscode from 'vscode';
import { registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';
import type { PriceDifference } from '../pricePack/pack.js';
import type { Translate } from '../messages.js';

export function register(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand('tokenfare.updatePrices', services.log, () => update(services)),
    registerCommand('tokenfare.resetPrices', services.log, () => reset(services)),
  );
}

async function update({ packs, translate: t, log }: Services): Promise<void> {
  const address = packs.address();
  if (!address) {
    const open = t('Open Settings');
    const choice = await vscode.window.showInformationMessage(
      t('No address for prices is set. Set tokenfare.prices.url in your user settings to a price pack that you trust; the built-in prices are in use.'), open);
    if (choice === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'tokenfare.prices');
    return;
  }
  let checked: Awaited<ReturnType<typeof packs.download>>;
  try {
    checked = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t('Tokenfare: getting prices from {0}', hostOf(address)), cancellable: true },
      (_progress, token) => Promise.race([
        packs.download(address),
        new Promise<never>((_resolve, reject) => { token.onCancellationRequested(() => reject(new vscode.CancellationError())); }),
      ]),
    );
  } catch (error) {
    if (error instanceof vscode.CancellationError) return;
    log.channel.warn(`prices: ${error instanceof Error ? error.message : String(error)}`);
    void vscode.window.showErrorMessage(t('Prices were not updated, nothing was changed. {0}', error instanceof Error ? error.message : String(error)));
    return;
  }
  const { pack, changes, provedBy } = checked;
  const use = t('Use These Prices');
  const choice = await vscode.window.showInformationMessage(
    changes.length === 0 ? t('The prices of {0} are the same as those in use.', pack.generatedOn) : t('Prices of {0}: {1} changes.', pack.generatedOn, changes.length),
    { modal: true, detail: `${summary(changes, t)}\n\n${t('Checked by: {0}. Reset Prices goes back to the built-in ones.', proofWord(provedBy, t))}` }, use);
  if (choice !== use) return;
  await packs.apply(checked, address);
  void vscode.window.showInformationMessage(t('Prices of {0} are in use.', pack.generatedOn));
}

async function reset({ packs, translate: t }: Services): Promise<void> {
  void vscode.window.showInformationMessage(await packs.reset() ? t('The built-in prices are in use again.') : t('The built-in prices are in use already.'));
}

function summary(changes: readonly PriceDifference[], t: Translate): string {
  const shown = changes.slice(0, 12).map((each) => `${each.provider} ${each.model} ${each.unit}: ${each.before ?? '–'} → ${each.after ?? '–'} ${each.currency}`);
  return [...shown, ...(changes.length > shown.length ? [t('{0} more', changes.length - shown.length)] : [])].join('\n');
}

function proofWord(provedBy: string, t: Translate): string {
  return provedBy === 'signature' ? t('signature') : provedBy === 'given hash' ? t('the hash in your settings') : t('the hash published beside it');
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}
