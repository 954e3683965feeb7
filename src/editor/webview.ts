/** The frame that pages of the extension live in: their own script and style, and nothing from anywhere else. */
import * as vscode from 'vscode';

/** Options of a panel that holds a page. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')] };
}

/** Puts a page of dist/webview into a panel. No network: pictures may only be data of the page itself. */
export function fillPage({ webview }: vscode.WebviewPanel, extensionUri: vscode.Uri, page: 'comparison' | 'report', title: string): void {
  const asset = (file: string): string => String(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file)));
  const nonce = randomText();
  webview.html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title.replace(/[<&>"]/g, ' ')}</title>
<link rel="stylesheet" href="${asset(`${page}.css`)}">
</head>
<body>
<main id="root"></main>
<script nonce="${nonce}" src="${asset(`${page}.js`)}"></script>
</body>
</html>`;
}

function randomText(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The sentences of the reader's language for a page; null when that is English. */
export function pageTexts(): Readonly<Record<string, string>> | null {
  const { bundle } = vscode.l10n;
  return bundle ? Object.fromEntries(Object.entries(bundle).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : []))) : null;
}

/** Asks where to, and writes a file that a page made. */
export async function saveExport(name: string, format: 'svg' | 'png' | 'csv', data: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `${name}.${format}`) }), filters: { [format.toUpperCase()]: [format] },
  });
  if (!target) return undefined;
  const bytes = format === 'png' ? Uint8Array.from(atob(data), (character) => character.charCodeAt(0)) : new TextEncoder().encode(data);
  await vscode.workspace.fs.writeFile(target, bytes);
  return target;
}
