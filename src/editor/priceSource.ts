/** Opening the page that a price was read from. */
import * as vscode from 'vscode';
import type { Cost } from '../core/model.js';
import type { Services } from './services.js';

/** Opens the source of `cost`, else the provider's price page; addresses come from the catalog only. */
export async function openPricePage(services: Services, provider: string, cost: Cost | null): Promise<void> {
  const { facts } = await services.engine();
  const known = facts.providers.find((each) => each.id === provider);
  const page = [cost?.priceSource, known?.pricePage, known?.home].find((each) => each?.startsWith('https://'));
  if (page) await vscode.env.openExternal(vscode.Uri.parse(page));
  else void vscode.window.showInformationMessage(services.translate('No price page is known for this call.'));
}
