/** In a file that code reads as a prompt: a line that says which calls send it, as far as the workspace has been scanned. */
import * as vscode from 'vscode';
import { plainPlaces } from '../core/container.js';
import type { CallSite } from '../core/model.js';
import type { Services } from '../editor/services.js';
import type { WorkspaceIndex } from '../editor/workspaceIndex.js';

const selector: vscode.DocumentSelector = { pattern: '**/*.{md,txt,prompt,tmpl,j2,jinja,jinja2,st,mustache,hbs,json,yaml,yml,toml}' };

/** True when a call sends text of a file, given relative to the workspace folder. */
const reads = (call: CallSite, file: string): boolean => call.request.model.file === file
  || call.request.parts.some((part) => [part.pieces, ...part.alternatives].some((pieces) => pieces.some((piece) => piece.kind === 'text' && piece.file === file)));

/** One lens at the top of a file that calls read; it lists their places. Nothing is scanned for it. */
export function register(services: Services, index: WorkspaceIndex): vscode.Disposable {
  const { log, translate: t } = services;
  return vscode.languages.registerCodeLensProvider(selector, {
    onDidChangeCodeLenses: index.onDidChange,
    provideCodeLenses: (document) => log.guard('prompt readers', [], async () => {
      const folder = vscode.workspace.getWorkspaceFolder(document.uri);
      const scan = index.latest();
      if (!folder || !scan) return [];
      const file = vscode.workspace.asRelativePath(document.uri, false);
      const places = scan.files
        .filter(({ uri }) => vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder.uri.toString())
        .flatMap(({ uri, text, analysis, placeOf }) => {
          const found = analysis.calls.filter((call) => reads(call, file));
          if (found.length === 0) return [];
          const places = placeOf ?? plainPlaces(text);
          return found.map((call) => {
            const { line, column } = places(call.calleeRange.start);
            return new vscode.Location(uri, new vscode.Position(line - 1, column - 1));
          });
        });
      if (places.length === 0) return [];
      const start = new vscode.Position(0, 0);
      return [new vscode.CodeLens(new vscode.Range(start, start), {
        title: t('Read by calls: {0}', places.length), command: 'editor.action.peekLocations', arguments: [document.uri, start, places, 'peek'],
      })];
    }),
  });
}
