/** Going to a place that a scan has named: a line of a file, or a line of a cell of a notebook. */
import * as vscode from 'vscode';

/** Shows it in an editor. `line` counts from 1; `cell` from 0 over all cells. */
export async function openPlace(uri: vscode.Uri, cell: number | null, line: number, preserveFocus = false): Promise<void> {
  if (cell === null) {
    const position = new vscode.Position(Math.max(0, line - 1), 0);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position), preserveFocus });
    return;
  }
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  const range = new vscode.NotebookRange(cell, cell + 1);
  const editor = await vscode.window.showNotebookDocument(notebook, { selections: [range], preserveFocus });
  editor.revealRange(range, vscode.NotebookEditorRevealType.InCenter);
}
