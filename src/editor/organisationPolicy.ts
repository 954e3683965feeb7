/**
 * The policy file of an organisation, at the path that the user's own settings name (`tokenfare.policy.file`, which no
 * workspace can set). It is read like a `tokenfare.yaml` and lies below every other policy.
 */
import * as vscode from 'vscode';
import type { ConfigurationFile } from './settings.js';
import type { Log } from './log.js';

export interface OrganisationPolicy extends vscode.Disposable {
  /** Reads the file anew; ends when it is read. */
  read(): Promise<void>;
}

/** Follows the setting and the file; `changed` gets what was read, null when no file is named. */
export function openOrganisationPolicy(log: Log, changed: (file: ConfigurationFile | null) => void): OrganisationPolicy {
  let watcher: vscode.Disposable | null = null;
  let watched = '';
  let last: ConfigurationFile | null = null;

  const read = async (): Promise<void> => {
    const path = vscode.workspace.getConfiguration('tokenfare').inspect<string>('policy.file')?.globalValue?.trim() ?? '';
    if (path !== watched) {
      watched = path;
      watcher?.dispose();
      watcher = null;
      last = null;
      if (path !== '') {
        const uri = uriOf(path);
        const files = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), uri.path.split('/').at(-1)!));
        const again = (): void => void log.guard('reading the policy of the organisation', undefined, read);
        watcher = vscode.Disposable.from(files, files.onDidChange(again), files.onDidCreate(again), files.onDidDelete(again));
      }
    }
    if (path === '') { changed(null); return; }
    const uri = uriOf(path);
    const [{ facts }, { parseConfiguration }] = await Promise.all([import('../catalog.js'), import('../core/configuration.js')]);
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const { value, problems } = parseConfiguration(text, facts);
      last = { uri, text, problems, good: problems.length === 0 ? value : last?.good ?? value };
    } catch (error) {
      // A policy that is named but cannot be read must not pass for none: what was read last stays in force.
      log.channel.error(`policy of the organisation: ${uri.toString()}: ${error instanceof Error ? error.message : String(error)}`);
      last = { uri, text: '', good: last?.good ?? null, problems: [{ range: { start: 0, end: 0 }, code: 'unreadable', expected: 'a file that can be read', found: path }] };
    }
    changed(last);
  };

  const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('tokenfare.policy.file')) void log.guard('reading the policy of the organisation', undefined, read);
  });
  return {
    read,
    dispose() {
      subscription.dispose();
      watcher?.dispose();
    },
  };
}

/** An absolute path, or an address such as `vscode-vfs://…`. */
function uriOf(path: string): vscode.Uri {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? vscode.Uri.parse(path) : vscode.Uri.file(path);
}
