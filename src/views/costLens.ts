/** The same short figure as a line above the call, for people who prefer CodeLens to inlay hints. */
import * as vscode from 'vscode';
import { moveOffset } from '../editor/changes.js';
import { referenceTo } from '../editor/calls.js';
import { commandOf } from '../editor/commands.js';
import { documentSelector } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import { shortEstimate } from '../editor/summary.js';

/** Shows one lens per call; activating it compares providers. */
export function register(services: Services): vscode.Disposable {
  const { documents, settings, log, translate: t } = services;
  const changed = new vscode.EventEmitter<void>();

  const provideCodeLenses = async (document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> => {
    if (settings.inline() !== 'codelens') return [];
    if (!documents.latest(document)) await documents.current(document, token);
    const latest = documents.latest(document);
    if (!latest) return [];
    const length = document.getText().length;
    return latest.analyzed.analysis.calls.map((call) => {
      const start = document.positionAt(Math.min(moveOffset(call.callRange.start, latest.changes), length));
      return new vscode.CodeLens(
        new vscode.Range(start, start),
        commandOf('tokenfare.compareProviders', shortEstimate(call, t, latest.analyzed.today), referenceTo(latest.analyzed, call)),
      );
    });
  };

  return vscode.Disposable.from(
    changed,
    documents.onDidAnalyze(() => changed.fire()),
    settings.onDidChange(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(documentSelector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document, token) => log.guard('code lenses', [], () => provideCodeLenses(document, token)),
    }),
  );
}
