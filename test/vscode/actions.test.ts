/** What a person can do with a call: commands, quick fixes, undo. */
import * as vscode from 'vscode';
import { check, closeAll, codeActions, eventually, extensionApi, findings, matches, open, openText, placeOf, same } from './editor';

/** The first code action at a place that has an edit and a title like this. */
const action = (document: vscode.TextDocument, position: vscode.Position, title: RegExp): Promise<vscode.CodeAction> =>
  eventually(async () => (await codeActions(document, position)).find((each) => each.edit && title.test(each.title)), `code action ${title}`);

describe('actions', function () {
  afterEach(closeAll);

  it('every declared command is registered', async () => {
    await extensionApi();
    const declared: string[] = vscode.extensions.getExtension('tokenfare.tokenfare')!.packageJSON.contributes.commands.map(({ command }: { command: string }) => command);
    const registered = await vscode.commands.getCommands(true);
    same(declared.filter((command) => !registered.includes(command)), [], 'missing commands');
    check(declared.length >= 5, 'too few commands');
  });

  it('a quick fix moves a call where the policy allows it; undo brings it back', async () => {
    const { document } = await open('residency.py');
    const before = document.getText();
    await eventually(() => findings(document).filter(({ code }) => code === 'residency'), 'finding');
    const fix = await action(document, placeOf(document, 'completions'), /^Move to Mistral/);
    same(fix.kind?.value, vscode.CodeActionKind.QuickFix.value, 'kind');

    check(await vscode.workspace.applyEdit(fix.edit!), 'the edit was refused');
    const after = document.getText();
    matches(after, /base_url="https:\/\/api\.mistral\.ai\/v1"/);
    matches(after, /os\.environ\["MISTRAL_API_KEY"\]/);
    matches(after, /model="mistral-/);
    check(!/dashscope/i.test(after), 'something of the old provider is left');
    await eventually(() => (findings(document).some(({ code }) => code === 'residency') ? undefined : true), 'the finding goes');

    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    same(document.getText(), before, 'text after undo');
  });

  it('moves a TypeScript call too', async () => {
    const editor = await openText('typescript', [
      "import OpenAI from 'openai';", '',
      "const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });", '',
      "export const reply = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] });", '',
    ].join('\n'));
    const move = await action(editor.document, placeOf(editor.document, 'completions'), /^Move to (?!OpenAI)/);
    check(await vscode.workspace.applyEdit(move.edit!), 'the edit was refused');
    matches(editor.document.getText(), /new OpenAI\(\{[^}]*baseURL: 'https:\/\/[^']+'/);
    check(!editor.document.getText().includes('OPENAI_API_KEY'), 'the key variable stayed');
  });

  it('the lightbulb is quiet beside calls', async () => {
    const { document } = await open('quiet.py');
    const ours = (await codeActions(document, placeOf(document, 'double'))).filter(({ title }) => /^(Move to|Replace by|Compare providers)/.test(title));
    same(ours.map(({ title }) => title), [], 'actions');
  });

  it('a command given nonsense neither throws nor changes a file', async () => {
    const { document } = await open('chat.py');
    const before = document.getText();
    await vscode.commands.executeCommand('tokenfare.switchProvider', { uri: 'nowhere:/x', callId: '?' }, { provider: 1 });
    same(document.getText(), before, 'text');
  });
});
