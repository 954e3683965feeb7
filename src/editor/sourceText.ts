/**
 * What is analysed for a document: its own text; for a cell of a notebook the code of the cells before it as well, since
 * they share one namespace; for Vue and Svelte components their script blocks, everything else blank.
 */
import * as vscode from 'vscode';
import { openContainer, withoutMagics } from '../core/container.js';
import type { Analysis, LanguageId, TextRange } from '../core/model.js';

export interface SourceText {
  readonly language: LanguageId;
  readonly text: string;
  /** Where the document's own text begins in it. */
  readonly start: number;
  /** False when edits of the document are not edits of the text at the same place. */
  readonly isPlain: boolean;
}

/** Language ids of documents that hold scripts of another language. */
export const componentLanguages: readonly string[] = ['vue', 'svelte'];

export function sourceTextOf(document: vscode.TextDocument, language: LanguageId): SourceText {
  const own = document.getText();
  if (componentLanguages.includes(document.languageId)) {
    const contained = openContainer(`component.${document.languageId}`, own);
    return contained && 'text' in contained ? { language: contained.language, text: contained.text, start: 0, isPlain: false } : { language, text: '', start: 0, isPlain: false };
  }
  if (document.uri.scheme !== 'vscode-notebook-cell') return { language, text: own, start: 0, isPlain: true };
  const code = (text: string): string => (language === 'python' ? withoutMagics(text) : text);
  let before = '';
  for (const cell of notebookOf(document)?.getCells() ?? []) {
    if (cell.document.uri.toString() === document.uri.toString()) break;
    if (cell.kind === vscode.NotebookCellKind.Code && cell.document.languageId === document.languageId) before += `${code(cell.document.getText())}\n`;
  }
  return { language, text: before + code(own), start: before.length, isPlain: false };
}

/** Notebook that a cell's document belongs to. */
export function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  return vscode.workspace.notebookDocuments.find((notebook) => notebook.getCells().some((cell) => cell.document === document));
}

/** The part of an analysis that lies in the document itself, in the document's offsets. */
export function within(analysis: Analysis, start: number): Analysis {
  if (start === 0) return analysis;
  const calls = analysis.calls.filter((call) => call.callRange.start >= start);
  const findings = analysis.findings.filter((finding) => finding.range.start >= start);
  return { ...analysis, calls: calls.map((call) => shifted(call, -start)), // Places in other files stay where they are.
    findings: findings.map((finding) => ({ ...shifted(finding, -start), related: finding.related.map((each) => (each.file === undefined ? shifted(each, -start) : each)) })) };
}

/** A copy with every text range moved; what lies in earlier cells ends up before the document's beginning. */
export function shifted<T>(value: T, by: number): T {
  if (Array.isArray(value)) return value.map((each) => shifted(each as unknown, by)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (isRange(value)) return { start: value.start + by, end: value.end + by } as T;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shifted(each as unknown, by)])) as T;
}

function isRange(value: object): value is TextRange {
  const { start, end, ...rest } = value as Partial<TextRange>;
  return typeof start === 'number' && typeof end === 'number' && Object.keys(rest).length === 0;
}
