/** Tokens made visible: alternating backgrounds under the tokens of the selection or file, on demand. */
import * as vscode from 'vscode';
import { exactly } from '../core/exactly.js';
import { countTextAt } from '../core/countText.js';
import { registerCommand } from '../editor/commands.js';
import { modelFor } from '../editor/countedText.js';
import type { Services } from '../editor/services.js';

/** More would make the editor slow, and nobody looks at them. */
const mostTokens = 20_000;

/** Shows them until they are toggled off, the text changes, or another document is looked at. */
export function register(services: Services): vscode.Disposable {
  const { log, translate: t } = services;
  // Borders tell the two apart without colour; a token that is only a part of a character is underlined.
  const kinds = [
    vscode.window.createTextEditorDecorationType({ backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'), borderRadius: '2px' }),
    vscode.window.createTextEditorDecorationType({ backgroundColor: new vscode.ThemeColor('editor.wordHighlightBackground'), border: '1px dotted', borderColor: new vscode.ThemeColor('editorIndentGuide.activeBackground1'), borderRadius: '2px' }),
    vscode.window.createTextEditorDecorationType({ textDecoration: 'underline double' }),
  ] as const;
  let shownIn: vscode.TextEditor | null = null;

  const clear = (): void => {
    if (shownIn) for (const kind of kinds) shownIn.setDecorations(kind, []);
    shownIn = null;
  };

  const show = async (): Promise<void> => {
    const editor = vscode.window.activeTextEditor;
    if (!editor) { void vscode.window.showInformationMessage(t('Open a file to see its tokens.')); return; }
    if (shownIn === editor) { clear(); return; }
    clear();
    const engine = await services.engine();
    const offered = modelFor(services, editor, engine.facts);
    if (!offered) return;
    const { document } = editor;
    const range = editor.selection.isEmpty ? new vscode.Range(0, 0, document.lineCount, 0) : editor.selection;
    const start = document.offsetAt(range.start);
    const version = document.version;
    const text = document.getText(range);
    const ends = await exactly(engine, () => {
      engine.tokenizers.count(text, offered.model.tokenizer);
      return engine.tokenizers.tokenEnds(text, offered.model.tokenizer);
    });
    if (document.version !== version) return;
    if (!ends) { void vscode.window.showInformationMessage(t('The tokens of this text cannot be shown: {0} changes it before it counts.', offered.model.tokenizer)); return; }
    const options: vscode.DecorationOptions[][] = [[], [], []];
    let from = 0;
    let parts = 1;
    let shown = 0;
    for (let i = 0; i < ends.length && i < mostTokens; i++) {
      // Several tokens may end within one character: it is shown once, with their number.
      if (ends[i + 1] === ends[i]) { parts++; continue; }
      const place = new vscode.Range(document.positionAt(start + from), document.positionAt(start + ends[i]!));
      const note = parts > 1 ? t('{0} tokens', parts) : t('token {0}', i + 1);
      options[shown++ % 2]!.push({ range: place, hoverMessage: note });
      if (parts > 1) options[2]!.push({ range: place });
      from = ends[i]!;
      parts = 1;
    }
    kinds.forEach((kind, index) => editor.setDecorations(kind, options[index]!));
    shownIn = editor;
    const counted = countTextAt(text, offered, engine.tokenizers);
    const characters = [...text].length;
    const basis = counted.basis === 'exact' ? t('tokens of {0}', offered.model.id) : t('tokens of {0}, which stands in for {1}', counted.family, offered.model.id);
    void vscode.window.setStatusBarMessage(
      `${t('{0} {1}, {2} characters a token', ends.length.toLocaleString(), basis, (characters / Math.max(1, ends.length)).toFixed(2))}${ends.length > mostTokens ? ` · ${t('the first {0} are shown', mostTokens.toLocaleString())}` : ''}`, 8000);
  };

  return vscode.Disposable.from(
    ...kinds,
    registerCommand('tokenfare.toggleTokenBoundaries', log, show),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => { if (contentChanges.length > 0 && document === shownIn?.document) clear(); }),
    vscode.window.onDidChangeVisibleTextEditors((editors) => { if (shownIn && !editors.includes(shownIn)) shownIn = null; }),
  );
}
