/**
 * Files next to an open document, for names that it imports. Reading is asynchronous while an analysis is not: what is
 * not known yet counts as absent, is loaded, and the documents that asked for it are analysed once more.
 */
import * as vscode from 'vscode';
import { describeFacts, fileFacts, isMediaFile, largestMediaFile } from '../core/mediaFile.js';
import type { Origin } from '../core/project.js';
import { notebookOf } from './sourceText.js';

const maximumBytes = 400_000;
/** Files kept, the last used ones. */
const maximumFiles = 2_000;

export interface ProjectFiles extends vscode.Disposable {
  /** Fires with the documents (as text of their uri) that asked for a file which has become known, or has changed. */
  readonly onDidChange: vscode.Event<ReadonlySet<string>>;
  /** Null for documents that are in no folder of the workspace. */
  originOf(document: vscode.TextDocument): Origin | null;
  /** The same for a file that is read without being opened. */
  originOfFile(uri: vscode.Uri): Origin | null;
  isLoading(): boolean;
  /** Ends when everything asked for so far is known. */
  settled(): Promise<void>;
}

interface Known {
  text: string | null | undefined;
  readonly askedBy: Set<string>;
}

export function openProjectFiles(): ProjectFiles {
  const changed = new vscode.EventEmitter<ReadonlySet<string>>();
  const files = new Map<string, Known>();
  const loading = new Set<Promise<void>>();
  let waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (documents: Iterable<string>): void => {
    for (const each of documents) waiting.add(each);
    timer ??= setTimeout(() => {
      timer = undefined;
      const told = waiting;
      waiting = new Set();
      changed.fire(told);
    }, 30);
  };

  const load = (uri: vscode.Uri, known: Known): void => {
    const work = (async () => {
      let text: string | null = null;
      try {
        const { size, type } = await vscode.workspace.fs.stat(uri);
        const isMedia = isMediaFile(uri.path);
        if ((type & vscode.FileType.File) !== 0 && size <= (isMedia ? largestMediaFile : maximumBytes)) {
          const bytes = await vscode.workspace.fs.readFile(uri);
          text = isMedia ? describeFacts(fileFacts(bytes)) : new TextDecoder().decode(bytes);
        }
      } catch {
        // There is no such file: most candidates of an import are none.
      }
      const isNews = known.text === undefined ? text !== null : known.text !== text;
      known.text = text;
      if (isNews) tell(known.askedBy);
    })();
    loading.add(work);
    void work.finally(() => loading.delete(work));
  };

  const watcher = vscode.workspace.createFileSystemWatcher('**/*.{py,ts,tsx,mts,cts,js,jsx,mjs,cjs,md,txt,prompt,tmpl,j2,jinja,jinja2,st,mustache,hbs,json,yaml,yml,toml,properties,png,jpg,jpeg,gif,webp,bmp,wav,mp3,pdf}');
  const environment = vscode.workspace.createFileSystemWatcher('**/*{.env,.env.*}');
  const reload = (uri: vscode.Uri): void => {
    const known = files.get(uri.toString());
    if (known && known.askedBy.size > 0) load(uri, known);
  };
  const subscriptions = vscode.Disposable.from(
    changed, ...[watcher, environment].flatMap((each) => [each, each.onDidChange(reload), each.onDidCreate(reload), each.onDidDelete(reload)]),
    // What is typed counts before it is saved.
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const known = contentChanges.length > 0 ? files.get(document.uri.toString()) : undefined;
      if (known) tell(known.askedBy);
    }),
  );

  const originAt = (base: vscode.Uri, asker: string | null): Origin | null => {
    const folder = vscode.workspace.getWorkspaceFolder(base);
    if (!folder) return null;
    return {
      path: base.path, root: folder.uri.path,
      read(path) {
        const uri = base.with({ path, fragment: '', query: '' });
        const key = uri.toString();
        let known = files.get(key);
        if (known) files.delete(key);
        else {
          known = { text: undefined, askedBy: new Set() };
          load(uri, known);
          if (files.size >= maximumFiles) files.delete(files.keys().next().value!);
        }
        files.set(key, known);
        if (asker !== null) known.askedBy.add(asker);
        const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === key && !each.isClosed);
        return open ? open.getText() : known.text;
      },
    };
  };

  return {
    onDidChange: changed.event,
    originOf(document) {
      const base = document.uri.scheme === 'vscode-notebook-cell' ? notebookOf(document)?.uri : document.uri;
      return base ? originAt(base, document.uri.toString()) : null;
    },
    originOfFile: (uri) => originAt(uri, null),
    isLoading: () => loading.size > 0,
    async settled() { while (loading.size > 0) await Promise.all(loading); },
    dispose() { clearTimeout(timer); subscriptions.dispose(); },
  };
}
