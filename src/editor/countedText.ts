/** What the token views count: text under the selections, the model a document means, which documents are prompts. */
import * as vscode from 'vscode';
import { type CountedAtModel, countTextAt, modelNamed } from '../core/countText.js';
import type { Engine } from '../core/engine.js';
import { calibrationIn } from '../core/measured.js';
import type { Facts, Model, Provider } from '../core/model.js';
import { callAt } from './calls.js';
import type { Services } from './services.js';

export type OfferedModel = { readonly provider: Provider; readonly model: Model };

/** Longer texts are counted on command only, not while typing. */
export const longestLiveText = 1_000_000;

/** Selected text, stretches joined by line breaks; null when nothing is selected. */
export function selectedText(editor: vscode.TextEditor): string | null {
  const parts = editor.selections.filter((each) => !each.isEmpty).map((each) => editor.document.getText(each));
  return parts.length > 0 ? parts.join('\n') : null;
}

/** Counts a text of a document at a model, with what was learned of the model's tokenizer in this workspace. */
export function countHere({ settings }: Services, { tokenizers }: Engine, document: vscode.TextDocument, text: string, offered: OfferedModel): CountedAtModel {
  return countTextAt(text, offered, tokenizers, calibrationIn(settings.configurationFor(document.uri).measured, offered.provider.id, offered.model));
}

/** Files that are prompts as a whole, by the patterns of the setting. */
export function isPromptFile(document: vscode.TextDocument): boolean {
  const patterns = vscode.workspace.getConfiguration('tokenfare', document).get<readonly string[]>('promptFiles', []);
  return patterns.some((pattern) => vscode.languages.match({ pattern }, document) > 0);
}

/**
 * The model to count with: that of the call under the cursor, else of the first call in the document, else the one of
 * the setting; null when none of them is in the catalog.
 */
export function modelFor(services: Services, editor: vscode.TextEditor, facts: Facts): OfferedModel | null {
  const latest = services.documents.latest(editor.document)?.analyzed;
  const calls = latest?.analysis.calls ?? [];
  const call = (latest && callAt(latest, editor.document.offsetAt(editor.selection.active))) ?? calls[0];
  const ofCall = call?.model ? modelNamed(facts, `${call.destination.provider}/${call.model}`) : null;
  return ofCall ?? modelNamed(facts, vscode.workspace.getConfiguration('tokenfare', editor.document).get<string>('countModel', '') || 'gpt-4o');
}
