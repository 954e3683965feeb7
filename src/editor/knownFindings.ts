/** Baselines of the workspace's folders (`tokenfare-baseline.json`, made by `tokenfare baseline`): findings that do not count. */
import * as vscode from 'vscode';
import { type Baseline, baselineFileName, newFindings, parseBaseline } from '../core/baseline.js';
import type { Finding } from '../core/model.js';
import type { Log } from './log.js';

export interface KnownFindings extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** The findings that no baseline knows. In an untrusted workspace a baseline hides nothing. */
  without(uri: vscode.Uri, text: string, findings: readonly Finding[]): readonly Finding[];
}

/** Follows the files at the roots of the workspace. */
export function openKnownFindings(log: Log): KnownFindings {
  const changed = new vscode.EventEmitter<void>();
  const baselines = new Map<string, Baseline>();

  const read = async (folder: vscode.Uri): Promise<void> => {
    const key = folder.toString();
    const before = baselines.get(key);
    try {
      const uri = vscode.Uri.joinPath(folder, baselineFileName);
      const baseline = parseBaseline(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
      if (baseline) baselines.set(key, baseline);
      else {
        baselines.delete(key);
        log.channel.warn(`${uri.path} is no baseline; every finding counts.`);
      }
    } catch {
      baselines.delete(key);
    }
    if (before !== baselines.get(key)) changed.fire();
  };
  const readAll = (): void => void log.guard('reading baselines', undefined, async () => { await Promise.all((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => read(uri))); });

  const watcher = vscode.workspace.createFileSystemWatcher(`**/${baselineFileName}`);
  const again = (uri: vscode.Uri): void => void log.guard('reading a baseline', undefined, () => read(vscode.Uri.joinPath(uri, '..')));
  const subscriptions = vscode.Disposable.from(
    changed, watcher, watcher.onDidChange(again), watcher.onDidCreate(again), watcher.onDidDelete(again),
    vscode.workspace.onDidChangeWorkspaceFolders(readAll), vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
  );
  readAll();

  return {
    onDidChange: changed.event,
    without(uri, text, findings) {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      const baseline = folder && vscode.workspace.isTrusted ? baselines.get(folder.uri.toString()) : undefined;
      if (!folder || !baseline || findings.length === 0) return findings;
      const root = folder.uri.path.endsWith('/') ? folder.uri.path : `${folder.uri.path}/`;
      return uri.path.startsWith(root) ? newFindings({ file: uri.path.slice(root.length), text, findings }, baseline) : findings;
    },
    dispose: () => subscriptions.dispose(),
  };
}
