/** `.gitignore` files of the workspace, as git reads them: the nearest that says anything decides, ignored folders are closed. */
import createIgnore, { type Ignore } from 'ignore';
import * as vscode from 'vscode';

export interface IgnoreRules {
  /** Whether git ignores a file, by itself or by a folder around it. */
  ignores(uri: vscode.Uri): boolean;
}

const maximumFiles = 2_000;
const maximumSteps = 12;

/** Reads the rules below the workspace's folders, and those above them up to the root of their repository. */
export async function readIgnoreRules(exclude: string, token?: vscode.CancellationToken): Promise<IgnoreRules> {
  const rules = new Map<string, Ignore>();
  const read = async (uri: vscode.Uri): Promise<void> => {
    try {
      rules.set(folderOf(uri).toString(), createIgnore().add(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))));
    } catch {
      // There is none, or it cannot be read: then it says nothing.
    }
  };
  const tops = new Set<string>();
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    let top = uri;
    const above: vscode.Uri[] = [];
    for (let steps = 0; steps < maximumSteps; steps++) {
      above.push(vscode.Uri.joinPath(top, '.gitignore'));
      const parent = vscode.Uri.joinPath(top, '..');
      if (await exists(vscode.Uri.joinPath(top, '.git'))) break;
      if (parent.path === top.path || steps === maximumSteps - 1) { top = uri; above.length = 1; break; }
      top = parent;
    }
    tops.add(top.toString());
    await Promise.all(above.map(read));
  }
  await Promise.all((await vscode.workspace.findFiles('**/.gitignore', exclude, maximumFiles, token)).map(read));

  const matches = (uri: vscode.Uri, ending: '/' | ''): boolean => {
    for (let folder = folderOf(uri); ; folder = folderOf(folder)) {
      const key = folder.toString();
      const path = uri.path.slice(folder.path.length).replace(/^\//, '');
      const verdict = path === '' ? undefined : rules.get(key)?.test(path + ending);
      if (verdict?.ignored) return true;
      if (verdict?.unignored || tops.has(key) || folder.path === '/' || folderOf(folder).path === folder.path) return false;
    }
  };
  const folders = new Map<string, boolean>();
  const folderIgnored = (folder: vscode.Uri): boolean => {
    const key = folder.toString();
    let known = folders.get(key);
    if (known === undefined) folders.set(key, known = !tops.has(key) && folderOf(folder).path !== folder.path && (folderIgnored(folderOf(folder)) || matches(folder, '/')));
    return known;
  };
  // A workspace folder that is ignored itself was opened on purpose.
  const opened = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => folderIgnored(uri));
  return {
    ignores(uri) {
      if (opened.some((folder) => uri.path.startsWith(`${folder.uri.path}/`))) return false;
      return folderIgnored(folderOf(uri)) || matches(uri, '');
    },
  };
}

const folderOf = (uri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(uri, '..');

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
