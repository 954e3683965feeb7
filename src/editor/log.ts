/** The output channel, and the one place where failures end: logged always, shown once. */
import * as vscode from 'vscode';

export interface Log extends vscode.Disposable {
  readonly channel: vscode.LogOutputChannel;
  /** Writes the failure; the first one of a session is also shown, with a way to see the log. */
  failure(where: string, error: unknown): void;
  /** Result of `run`, or `fallback` when it fails. For everything the host calls. */
  guard<T>(where: string, fallback: T, run: () => Promise<T> | T): Promise<T>;
}

/** Opens the channel "Tokenfare". */
export function openLog(): Log {
  const channel = vscode.window.createOutputChannel('Tokenfare', { log: true });
  let shown = false;

  const failure = (where: string, error: unknown): void => {
    if (error instanceof vscode.CancellationError) return;
    channel.error(`${where}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
    if (shown) return;
    shown = true;
    const showLog = vscode.l10n.t('Show Log');
    vscode.window.showWarningMessage(vscode.l10n.t('Tokenfare could not finish a step; costs may be missing. Details are in its log.'), showLog)
      .then((choice) => { if (choice === showLog) channel.show(); }, () => undefined);
  };

  return {
    channel,
    failure,
    async guard(where, fallback, run) {
      try {
        return await run();
      } catch (error) {
        failure(where, error);
        return fallback;
      }
    },
    dispose: () => channel.dispose(),
  };
}
