/** Findings as diagnostics: severity, the page that explains the code, and the places that decided. */
import * as vscode from 'vscode';
import type { Finding, Severity, TextRange } from '../core/model.js';
import { rangeOf } from '../editor/calls.js';
import type { AnalyzedDocument } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import { findingMessage, type Translate } from '../messages.js';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** Shows findings of open documents. The code links to the page that explains it. */
export function register(services: Services): vscode.Disposable {
  const { documents, log } = services;
  const collection = vscode.languages.createDiagnosticCollection('tokenfare');

  const show = (analyzed: AnalyzedDocument): void => {
    if (analyzed.version !== analyzed.document.version) return;
    collection.set(analyzed.document.uri, analyzed.analysis.findings.map((finding) => diagnosticOf(analyzed.document, finding, services)));
  };

  return vscode.Disposable.from(
    collection,
    documents.onDidAnalyze((analyzed) => void log.guard('diagnostics', undefined, () => show(analyzed))),
    documents.onDidForget((uri) => collection.delete(uri)),
  );
}

function diagnosticOf(document: vscode.TextDocument, finding: Finding, { extensionUri, translate: t }: Services): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(document, finding.range), findingMessage(finding, t), severities[finding.severity]);
  diagnostic.source = 'Tokenfare';
  diagnostic.code = { value: finding.code, target: vscode.Uri.joinPath(extensionUri, 'docs', 'findings', `${finding.code}.md`) };
  diagnostic.relatedInformation = finding.related.map(({ range, role, file }) => new vscode.DiagnosticRelatedInformation(
    file === undefined ? new vscode.Location(document.uri, rangeOf(document, range)) : placeIn(document.uri.with({ path: file, fragment: '', query: '' }), range), roleOf(role, t)));
  if (finding.code === 'model-retired') diagnostic.tags = [vscode.DiagnosticTag.Deprecated];
  return diagnostic;
}

/** A place in another file, by lines when the file is open; else its beginning. */
function placeIn(uri: vscode.Uri, range: TextRange): vscode.Location {
  const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  return new vscode.Location(uri, open ? rangeOf(open, range) : new vscode.Position(0, 0));
}

function roleOf(role: Finding['related'][number]['role'], t: Translate): string {
  switch (role) {
    case 'client': return t('the client is made here');
    case 'model': return t('the model is named here');
    case 'base-url': return t('the endpoint is set here');
    case 'environment-file': return t('the environment is set here');
    case 'other-call': return t('the other call is here');
    case 'variable-part': return t('this part changes');
    case 'loop': return t('the loop begins here');
  }
}
