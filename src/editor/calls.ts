/** Finding the call that a person means, and where it is on screen. */
import * as vscode from 'vscode';
import type { CallSite, TextRange } from '../core/model.js';
import { asCallReference, type CallReference } from './commands.js';
import type { AnalyzedDocument } from './documents.js';
import type { Services } from './services.js';

export interface FoundCall {
  readonly analyzed: AnalyzedDocument;
  readonly call: CallSite;
}

/** What commands hand over to mean this call. */
export function referenceTo(analyzed: AnalyzedDocument, call: CallSite): CallReference {
  return { uri: analyzed.document.uri.toString(), callId: call.id };
}

/** Range in the current text of the document; only right while that is the version analysed. */
export function rangeOf(document: vscode.TextDocument, range: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
}

/** True when offset lies in the range or at its end. */
export function contains(range: TextRange | null, offset: number): boolean {
  return range !== null && range.start <= offset && offset <= range.end;
}

/** Innermost call around an offset, else the call that begins on its line. */
export function callAt(analyzed: AnalyzedDocument, offset: number): CallSite | undefined {
  const around = analyzed.analysis.calls
    .filter((call) => contains(call.callRange, offset))
    .sort((a, b) => (a.callRange.end - a.callRange.start) - (b.callRange.end - b.callRange.start));
  if (around[0]) return around[0];
  if (analyzed.analysis.calls.length === 0) return undefined;
  const { line } = analyzed.lines.positionAt(offset);
  return analyzed.analysis.calls.find((call) => analyzed.lines.positionAt(call.callRange.start).line === line);
}

/** Ranges that stand for a call: its callee, its model name, and the parts of its prompt wherever they are written. */
export function rangesOf(call: CallSite): readonly { readonly range: TextRange; readonly what: 'callee' | 'model' | 'prompt'; readonly part: number }[] {
  const found: { range: TextRange; what: 'callee' | 'model' | 'prompt'; part: number }[] = [{ range: call.calleeRange, what: 'callee', part: -1 }];
  if (call.modelRange) found.push({ range: call.modelRange, what: 'model', part: -1 });
  if (call.request.model.range) found.push({ range: call.request.model.range, what: 'model', part: -1 });
  call.request.parts.forEach((part, index) => {
    if (part.range) found.push({ range: part.range, what: 'prompt', part: index });
    for (const pieces of [part.pieces, ...part.alternatives]) {
      for (const piece of pieces) if (piece.range) found.push({ range: piece.range, what: 'prompt', part: index });
    }
  });
  return found;
}

/** The referenced call, else the one under the cursor, else the only one, else one that the person picks. */
export async function findCall(services: Services, given?: unknown): Promise<FoundCall | undefined> {
  const { documents, translate: t } = services;
  const reference = asCallReference(given);
  const active = vscode.window.activeTextEditor;
  const document = reference ? await documentOf(reference.uri) : active?.document;
  const analyzed = document && await documents.current(document);
  if (!analyzed || analyzed.analysis.calls.length === 0) {
    void vscode.window.showInformationMessage(t('There is no call of a language model in this file.'));
    return undefined;
  }
  const { calls } = analyzed.analysis;
  const referenced = reference && calls.find((call) => call.id === reference.callId);
  const near = active?.document === analyzed.document ? callAt(analyzed, analyzed.document.offsetAt(active.selection.active)) : undefined;
  const call = referenced ?? near ?? (calls.length === 1 ? calls[0] : undefined) ?? await pickCall(services, analyzed);
  return call && { analyzed, call };
}

/** The same call in a newer result: same id, else same place among the calls of its kind. */
export function sameCall(newer: AnalyzedDocument, older: FoundCall): CallSite | undefined {
  const exact = newer.analysis.calls.find((call) => call.id === older.call.id);
  if (exact) return exact;
  const alike = (call: CallSite): boolean => call.sdk === older.call.sdk && call.method === older.call.method;
  const index = older.analyzed.analysis.calls.filter(alike).indexOf(older.call);
  const candidates = newer.analysis.calls.filter(alike);
  return candidates.length === older.analyzed.analysis.calls.filter(alike).length ? candidates[index] : undefined;
}

async function documentOf(uri: string): Promise<vscode.TextDocument | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
  return open ?? vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
}

async function pickCall({ translate: t }: Services, analyzed: AnalyzedDocument): Promise<CallSite | undefined> {
  const items = analyzed.analysis.calls.map((call) => ({
    call,
    label: call.request.model.values[0] ?? t('model unknown'),
    description: call.method,
    detail: t('Line {0}', analyzed.lines.positionAt(call.calleeRange.start).line),
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Which call?'), matchOnDescription: true, matchOnDetail: true });
  return chosen?.call;
}
