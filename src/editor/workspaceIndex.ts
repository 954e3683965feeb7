/**
 * The calls of the workspace as last scanned, shared by tree, report, decorations and planner. Read when somebody asks
 * for it; from then on kept up to date file by file as files are saved, made and deleted.
 */
import * as vscode from 'vscode';
import type { Services } from './services.js';
import { type ScannedFile, type WorkspaceScan, byName, isScannable, linked, scanFile, scanWorkspace, wouldScan } from './workspaceScan.js';

export interface WorkspaceIndex extends vscode.Disposable {
  /** Fires when the calls or the state have changed. */
  readonly onDidChange: vscode.Event<void>;
  /** The last scan; null before the first one has ended. */
  latest(): WorkspaceScan | null;
  isScanning(): boolean;
  /** Scans everything, showing progress that can be cancelled; several callers share one run. */
  scan(): Promise<WorkspaceScan>;
  /** The last scan, or a first one. `quietly`: its progress is shown in the status bar only, for what nobody waits for. */
  ready(quietly?: boolean): Promise<WorkspaceScan>;
  cancel(): void;
}

const saveDelayMs = 200;

export function openWorkspaceIndex(services: Services): WorkspaceIndex {
  const { log, translate: t } = services;
  const changed = new vscode.EventEmitter<void>();
  let latest: WorkspaceScan | null = null;
  let running: { readonly result: Promise<WorkspaceScan>; readonly source: vscode.CancellationTokenSource } | null = null;
  const waiting = new Map<string, vscode.Uri>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stale: ReturnType<typeof setTimeout> | undefined;

  const scan = (quietly = false): Promise<WorkspaceScan> => {
    if (running) return running.result;
    const source = new vscode.CancellationTokenSource();
    const result = Promise.resolve(vscode.window.withProgress(
      { location: quietly ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification, title: t('Tokenfare: reading the workspace'), cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => source.cancel());
        let shown = 0;
        return scanWorkspace(services, (done, total) => {
          const percent = Math.floor((done / total) * 100);
          if (percent === shown) return;
          progress.report({ increment: percent - shown, message: `${done} / ${total}` });
          shown = percent;
        }, source.token);
      },
    )).then((found) => (latest = found)).finally(() => {
      running = null;
      source.dispose();
      changed.fire();
    });
    running = { result, source };
    changed.fire();
    return result;
  };

  const refreshNow = async (): Promise<void> => {
    // What changes while the workspace is read may have been read before it changed.
    while (running) await running.result.catch(() => undefined);
    const uris = [...waiting.values()];
    waiting.clear();
    if (!latest || uris.length === 0) return;
    const engine = await services.engine();
    const files = new Map<string, ScannedFile>(latest.files.map((each) => [each.uri.toString(), each]));
    const skipped = new Map(latest.skipped.map((each) => [each.uri.toString(), each]));
    // What imports a file may call its functions and use its constants.
    const stems = uris.map((uri) => uri.path.split('/').at(-1)!.replace(/\.[^.]*$/, '')).filter((stem) => stem.length > 1);
    const saved = new Set(uris.map((uri) => uri.toString()));
    const importing = latest.files.filter(({ uri, text }) => !saved.has(uri.toString()) && stems.some((stem) => text.includes(stem))).map(({ uri }) => uri);
    for (const uri of [...uris, ...importing]) {
      const key = uri.toString();
      files.delete(key);
      skipped.delete(key);
      // What imports a saved file was in the scan already.
      if (saved.has(key) && !(await wouldScan(services, engine, uri))) continue;
      const result = await scanFile(services, engine, uri);
      if (result.scanned) files.set(key, result.scanned);
      if (result.skipped) skipped.set(key, result.skipped);
    }
    if (!latest || running) return;
    latest = { ...latest, files: linked([...files.values()].sort(byName)), skipped: [...skipped.values()].sort(byName) };
    changed.fire();
  };
  /** One after the other: each starts from what the one before it left. */
  let refreshing: Promise<void> = Promise.resolve();
  const refreshSome = (): Promise<void> => (refreshing = refreshing.then(refreshNow, refreshNow));
  const outdate = (uri: vscode.Uri): void => {
    if (!latest && !running) return;
    void services.engine().then((engine) => {
      if (!isScannable(engine, uri.path)) return;
      waiting.set(uri.toString(), uri);
      clearTimeout(timer);
      timer = setTimeout(() => void log.guard('workspace index', undefined, refreshSome), saveDelayMs);
    }, () => undefined);
  };
  const outdateAll = (): void => {
    if (!latest) return;
    clearTimeout(stale);
    stale = setTimeout(() => {
      for (const { uri } of [...latest?.files ?? [], ...latest?.skipped ?? []]) waiting.set(uri.toString(), uri);
      void log.guard('workspace index', undefined, refreshSome);
    }, saveDelayMs);
  };

  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const subscriptions = vscode.Disposable.from(
    changed, watcher, watcher.onDidChange(outdate), watcher.onDidCreate(outdate), watcher.onDidDelete(outdate),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => outdate(uri)),
    vscode.workspace.onDidSaveNotebookDocument(({ uri }) => outdate(uri)),
    services.settings.onDidChange(outdateAll), services.packs.onDidChange(outdateAll),
    vscode.workspace.onDidChangeWorkspaceFolders(() => { if (latest) void log.guard('workspace scan', undefined, () => scan()); }),
  );

  return {
    onDidChange: changed.event,
    latest: () => latest,
    isScanning: () => running !== null,
    scan: () => scan(),
    ready: async (quietly) => (running ? running.result : latest ?? scan(quietly)),
    cancel: () => running?.source.cancel(),
    dispose() {
      clearTimeout(timer);
      clearTimeout(stale);
      running?.source.cancel();
      subscriptions.dispose();
    },
  };
}
