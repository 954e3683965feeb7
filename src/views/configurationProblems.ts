/** What is wrong in `tokenfare.yaml`, at its line. */
import * as vscode from 'vscode';
import { indexLines } from '../core/lines.js';
import type { Services } from '../editor/services.js';
import { configurationMessage } from '../messages.js';

/** Shows problems of every configuration file, open or not; the last good content stays in force meanwhile. */
export function register(services: Services): vscode.Disposable {
  const { settings, log, translate: t, extensionUri } = services;
  const collection = vscode.languages.createDiagnosticCollection('tokenfare.configuration');

  const show = (): void => {
    collection.clear();
    for (const { uri, text, problems, good } of settings.files()) {
      if (problems.length === 0) continue;
      const lines = indexLines(text);
      const position = (offset: number): vscode.Position => {
        const { line, column } = lines.positionAt(offset);
        return new vscode.Position(line - 1, column - 1);
      };
      collection.set(uri, problems.map(({ range, code, expected, found }) => {
        const kept = good ? ` ${t('The last valid content stays in force.')}` : '';
        const diagnostic = new vscode.Diagnostic(
          new vscode.Range(position(range.start), position(range.end)),
          `${configurationMessage(code, expected, found, t)}${kept}`,
          vscode.DiagnosticSeverity.Error,
        );
        diagnostic.source = 'Tokenfare';
        diagnostic.code = { value: code, target: vscode.Uri.joinPath(extensionUri, 'docs', 'configuration.md') };
        return diagnostic;
      }));
    }
  };
  const safely = (): void => void log.guard('configuration problems', undefined, show);

  return vscode.Disposable.from(collection, settings.onDidChange(safely));
}
