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
    const fix = await action(document, placeOf(document, 'completions'), /^Switch to .*Mistral/);
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
    const move = await action(editor.document, placeOf(editor.document, 'completions'), /^Switch to /);
    check(await vscode.workspace.applyEdit(move.edit!), 'the edit was refused');
    matches(editor.document.getText(), /new OpenAI\(\{[^}]*baseURL: 'https:\/\/[^']+'/);
    check(!editor.document.getText().includes('OPENAI_API_KEY'), 'the key variable stayed');
  });

  it('offers models, regions, providers, SDKs and gateways; what the policy forbids is greyed out with the reason', async () => {
    const { document } = await open('chat.py');
    const position = placeOf(document, 'completions');
    await action(document, position, /^Switch to /);
    const all = await codeActions(document, position);
    const titles = all.map(({ title }) => title);
    check(titles.some((title) => /^Move to OpenAI \(eu\).* · EU ✓$/.test(title)), `no region: ${titles.join(' | ')}`);
    check(titles.includes('Write this call for another SDK…'), 'no SDKs');
    check(titles.includes('Put this call behind a gateway…'), 'no gateways');
    const offered = titles.filter((title) => /^(Switch to|Change model to)/.test(title) && title.endsWith(' ✓'));
    check(offered.length > 0, `nothing allowed is marked: ${titles.join(' | ')}`);
    // Allowed targets come before everything that the policy forbids.
    const forbidden = all.findIndex(({ disabled }) => disabled !== undefined);
    check(forbidden < 0 || all.slice(0, forbidden).every(({ title }) => !/✗/.test(title)), 'order');
    for (const { disabled, title } of all) if (/✗/.test(title)) matches(disabled?.reason ?? '', /policy/);
  });

  it('a call written for another SDK, with the packages and variables in the same edit; one undo', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const requirements = vscode.Uri.joinPath(folder, 'requirements.txt');
    await vscode.workspace.fs.writeFile(requirements, new TextEncoder().encode('openai\n'));
    try {
      const editor = await openText('python', 'from openai import OpenAI\n\nclient = OpenAI()\nreply = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])\nprint(reply.choices[0].message.content)\n');
      const before = editor.document.getText();
      await action(editor.document, placeOf(editor.document, 'completions'), /^Switch to /);
      const { calls } = (await (await extensionApi()).analysisOf(editor.document.uri))!;
      const done = vscode.commands.executeCommand('tokenfare.switchProvider', { uri: editor.document.uri.toString(), callId: calls[0]!.id }, { provider: 'mistral', endpointId: 'global', model: 'mistral-small-latest', sdk: 'mistral' });
      await eventually(async () => {
        // The stream of losses is empty but for renames: it is applied at once, or after the preview is accepted.
        await vscode.commands.executeCommand('refactorPreview.apply').then(undefined, () => undefined);
        return editor.document.getText().includes('client.chat.complete(') ? true : undefined;
      }, 'the call is rewritten');
      await done;
      matches(editor.document.getText(), /from mistralai\.client import Mistral/);
      await vscode.commands.executeCommand('undo');
      same(editor.document.getText(), before, 'text after undo');
    } finally {
      await vscode.workspace.fs.delete(requirements);
    }
  });

  it('the lightbulb is quiet beside calls', async () => {
    const { document } = await open('quiet.py');
    const ours = (await codeActions(document, placeOf(document, 'double'))).filter(({ title }) => /^(Move to|Switch to|Change model|Replace by|Compare providers)/.test(title));
    same(ours.map(({ title }) => title), [], 'actions');
  });

  it('a command given nonsense neither throws nor changes a file', async () => {
    const { document } = await open('chat.py');
    const before = document.getText();
    await vscode.commands.executeCommand('tokenfare.switchProvider', { uri: 'nowhere:/x', callId: '?' }, { provider: 1 });
    same(document.getText(), before, 'text');
  });
});
