/** "Open Price Source" and "Show Output". */
import * as vscode from 'vscode';
import { findCall } from '../editor/calls.js';
import { registerCommand } from '../editor/commands.js';
import { openPricePage } from '../editor/priceSource.js';
import type { Services } from '../editor/services.js';

export function register(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand('tokenfare.openPriceSource', services.log, async (reference) => {
      const found = await findCall(services, reference);
      if (found) await openPricePage(services, found.call.destination.provider, found.call.estimate.cost);
    }),
    registerCommand('tokenfare.showOutput', services.log, () => services.log.channel.show()),
  );
}
