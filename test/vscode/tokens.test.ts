/** Tokens in the editor: status of selection and prompt file, boundaries, commands. */
import * as vscode from 'vscode';
import { eventually, extensionApi, matches, open, openText } from './editor';

describe('tokens', () => {
  it('of a selection are in the status bar, for the model of the file', async () => {
    const api = await extensionApi();
    const editor = await openText('python', 'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello, world!"}])\n');
    const at = editor.document.getText().indexOf('Hello, world!');
    editor.selection = new vscode.Selection(editor.document.positionAt(at), editor.document.positionAt(at + 13));
    // Hello · , · world · ! in o200k_base.
    const text = await eventually(() => (/\b4 tok/.test(api.tokenStatusText()) ? api.tokenStatusText() : undefined), 'tokens of the selection');
    matches(text, /4 tok selected/);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await eventually(() => (api.tokenStatusText() === '' ? true : undefined), 'nothing selected, nothing shown');
  });

  it('of a prompt file are counted while it is typed', async () => {
    const api = await extensionApi();
    const editor = await open('prompts/short.md');
    const before = await eventually(() => (/tok/.test(api.tokenStatusText()) ? api.tokenStatusText() : undefined), 'tokens of the prompt file');
    matches(before, /of context/);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'one two three four five six seven eight nine ten. '.repeat(20)));
    await eventually(() => (api.tokenStatusText() !== before && /tok/.test(api.tokenStatusText()) ? true : undefined), 'a new count');
    await vscode.commands.executeCommand('undo');
    await eventually(() => (api.tokenStatusText() === before ? true : undefined), 'the old count');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('boundaries can be shown and hidden, also of Chinese, emoji and an empty file', async () => {
    for (const content of ['人工智能正在改变软件开发的方式 👩‍👩‍👧‍👦 1234567', '']) {
      await openText('markdown', content);
      await vscode.commands.executeCommand('tokenfare.toggleTokenBoundaries');
      await vscode.commands.executeCommand('tokenfare.toggleTokenBoundaries');
    }
  });

  it('are counted across families on command', async () => {
    await openText('markdown', 'Hello, world!');
    const counting = vscode.commands.executeCommand('tokenfare.countTokensInFile');
    await new Promise((resolve) => { setTimeout(resolve, 3000); });
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await counting;
  });
});
