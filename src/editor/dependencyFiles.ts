/** Files next to a document, and above it in its folder, that list packages and variables: what a switch proposes for them. */
import * as vscode from 'vscode';
import { dependencyEdits, dependencyFileKind } from '../core/dependencyFiles.js';
import type { PackageChange } from '../core/engine.js';

const keptMs = 3000;
const maximumBytes = 400_000;
const maximumDepth = 8;

/** One such file as it is now. */
export interface DependencyFile {
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly text: string;
}

const known = new Map<string, { readonly at: number; readonly files: Promise<readonly DependencyFile[]> }>();

/** The nearest of each kind, from the document's folder up to the workspace's. Kept for a moment: the light bulb asks often. */
export function dependencyFilesOf(document: vscode.TextDocument): Promise<readonly DependencyFile[]> {
  const root = vscode.workspace.getWorkspaceFolder(document.uri)?.uri;
  if (!root || document.isUntitled) return Promise.resolve([]);
  const key = vscode.Uri.joinPath(document.uri, '..').toString();
  const cached = known.get(key);
  if (cached && performance.now() - cached.at < keptMs) return cached.files;
  const files = read(document.uri, root);
  known.set(key, { at: performance.now(), files });
  return files;
}

async function read(from: vscode.Uri, root: vscode.Uri): Promise<readonly DependencyFile[]> {
  const files: DependencyFile[] = [];
  let folder = vscode.Uri.joinPath(from, '..');
  for (let depth = 0; depth < maximumDepth; depth++) {
    let entries: readonly [string, vscode.FileType][] = [];
    try { entries = await vscode.workspace.fs.readDirectory(folder); } catch { /* A folder that cannot be listed has nothing to offer. */ }
    for (const [name, type] of entries) {
      const kind = dependencyFileKind(name);
      if (kind === null || type !== vscode.FileType.File || files.some((each) => dependencyFileKind(each.name) === kind)) continue;
      const uri = vscode.Uri.joinPath(folder, name);
      try {
        const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
        const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
        if (text.length <= maximumBytes) files.push({ uri, name, text });
      } catch { /* Gone in the meantime. */ }
    }
    if (folder.path === root.path || !folder.path.startsWith(root.path)) break;
    folder = vscode.Uri.joinPath(folder, '..');
  }
  return files;
}

/** Adds what a switch needs in these files to an edit. They change only when the file still has the text that was read. */
export function proposeDependencies(edit: vscode.WorkspaceEdit, files: readonly DependencyFile[], packages: readonly PackageChange[], variables: readonly string[], metadata: vscode.WorkspaceEditEntryMetadata): void {
  for (const { uri, name, text } of files) {
    const edits = dependencyEdits(name, text, packages, variables);
    if (edits.length === 0) continue;
    edit.set(uri, edits.map((each): [vscode.TextEdit, vscode.WorkspaceEditEntryMetadata] => [vscode.TextEdit.insert(positionIn(text, each.range.start), each.newText), metadata]));
  }
}

function positionIn(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return new vscode.Position(before.length - 1, before.at(-1)!.length);
}
