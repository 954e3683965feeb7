/**
 * "Share Usage with the Team": records of this machine to the team's PostgreSQL and those of others back, so that budgets
 * count all of them. The address is typed by a person and kept in the editor's secret storage; no file names it.
 */
import * as vscode from 'vscode';
import { registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';
import type { Usage } from '../editor/usage.js';
import type { TeamSync } from '../metering/teamLedger.js';

const secretName = 'tokenfare.teamLedger';
const everyMs = 300_000;
const isAddress = (text: string): boolean => /^postgres(?:ql)?:\/\/[^\s/]+\/\S+$/.test(text.trim());

/** Registers both commands, and syncs every five minutes while an address is known and the window has the focus. */
export function register(services: Services, usage: Usage, secrets: vscode.SecretStorage): vscode.Disposable {
  const { log, translate: t } = services;
  const { backend } = usage;
  let running: Promise<TeamSync> | null = null;

  const sync = (url: string): Promise<TeamSync> => (running ??= (async () => {
    const ledger = await backend!.openLedger({ folder: usage.folder });
    try {
      await backend!.announceLedger(usage.folder);
      const done = await backend!.syncTeamLedger({
        url, folders: await backend!.ledgerFolders([usage.folder]), stateFile: backend!.teamStateFile(), projectOf: backend!.teamProject, append: (records) => ledger.append(...records),
      });
      if (done.received > 0) usage.touch();
      return done;
    } finally {
      await ledger.close();
    }
  })().finally(() => { running = null; }));

  const share = async (): Promise<void> => {
    if (!backend) { void vscode.window.showInformationMessage(t('Measured usage is kept on disk by desktop VS Code, remote windows and the command line, not in the browser.')); return; }
    const stored = await secrets.get(secretName);
    const url = stored ?? (await vscode.window.showInputBox({
      title: t('Share Usage with the Team'), prompt: t('Address of the team\'s PostgreSQL. It is kept in the secret storage of the editor. Numbers are sent, with the name of the project; never texts, keys or paths of this machine.'),
      placeHolder: 'postgres://NAME:PASSWORD@HOST/DATABASE', password: true, ignoreFocusOut: true,
      validateInput: (value) => (isAddress(value) ? undefined : t('That is no address such as postgres://NAME:PASSWORD@HOST/DATABASE.')),
    }))?.trim();
    if (!url || !isAddress(url)) return;
    try {
      const { sent, received } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: t('Tokenfare: sharing usage with the team') }, () => sync(url));
      if (stored === undefined) await secrets.store(secretName, url);
      void vscode.window.showInformationMessage(t('{0} records sent to the team, {1} received. Budgets count both.', sent, received));
    } catch (error) {
      const forget = t('Forget Address');
      const next = await vscode.window.showErrorMessage(t('The team\'s ledger could not be reached: {0}. What was not sent waits here.', (error as Error).message), ...(stored === undefined ? [] : [forget]));
      if (next === forget) await secrets.delete(secretName);
    }
  };
  const leave = async (): Promise<void> => {
    await secrets.delete(secretName);
    void vscode.window.showInformationMessage(t('Usage is no longer shared with a team. What was shared stays there.'));
  };
  const timer = setInterval(() => {
    if (backend && vscode.window.state.focused) void secrets.get(secretName).then((url) => (url ? sync(url) : null)).then(undefined, (error: Error) => log.channel.info(`team ledger: ${error.message}`));
  }, everyMs);
  return vscode.Disposable.from(registerCommand('tokenfare.shareUsage', log, share), registerCommand('tokenfare.leaveTeam', log, leave), { dispose: () => clearInterval(timer) });
}
