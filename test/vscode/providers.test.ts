/** The Providers view, its cards, and prices that are put in place and taken back. */
import * as vscode from 'vscode';
import { check, closeAll, eventually, extensionApi, hoverAt, matches, open, openText, placeOf, same } from './editor';

describe('providers', function () {
  afterEach(closeAll);

  it('the card of a provider opens as a preview with its facts', async () => {
    await extensionApi();
    const uri = vscode.Uri.from({ scheme: 'tokenfare-provider', path: '/Alipay AI.md', query: 'alipay' });
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    matches(text, /^# Alipay AI/);
    for (const part of [/## Pitfalls/, /Claim A5/, /openapi\.alipay\.com/, /0\.03 USD/]) matches(text, part);
    await vscode.commands.executeCommand('tokenfare.showProvider', 'deepseek');
    await eventually(() => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => /DeepSeek/.test(tab.label)), 'the preview of DeepSeek');
  });

  it('a provider that is not there says so', async () => {
    const uri = vscode.Uri.from({ scheme: 'tokenfare-provider', path: '/Nobody.md', query: 'nobody' });
    matches((await vscode.workspace.openTextDocument(uri)).getText(), /not in the catalog/);
  });

  it('the view has its commands and can be focused', async () => {
    await vscode.commands.executeCommand('tokenfare.providers.focus');
    const commands = await vscode.commands.getCommands(true);
    for (const command of ['showProvider', 'findProvider', 'openProviderPage', 'compareWithProvider', 'updatePrices', 'resetPrices']) check(commands.includes(`tokenfare.${command}`), command);
  });

  it('without an address nothing is fetched, and a workspace cannot name one', async () => {
    const inspected = vscode.workspace.getConfiguration('tokenfare').inspect<string>('prices.url');
    same(inspected?.defaultValue, '', 'default');
    let refused = false;
    try {
      await vscode.workspace.getConfiguration('tokenfare').update('prices.url', 'https://evil.example/pack.json', vscode.ConfigurationTarget.Workspace);
    } catch {
      refused = true;
    }
    check(refused, 'a workspace could set prices.url');
  });

  it('hover names fees, a change of price that is near, and the day of the price', async () => {
    const editor = await openText('python', "from openai import OpenAI\nclient = OpenAI(base_url='https://openrouter.ai/api/v1')\nclient.chat.completions.create(model='openai/gpt-4o-mini', messages=[{'role': 'user', 'content': 'hi'}])\n");
    matches(await eventually(async () => (await hoverAt(editor.document, placeOf(editor.document, 'client.chat'))) || undefined, 'hover'), /\| fee \|.*fee on credits/);
    const argon = await openText('python', "from google import genai\nclient = genai.Client(api_key='x')\nclient.models.generate_content(model='gemini-4-argon', contents='hi')\n");
    const text = await eventually(async () => (await hoverAt(argon.document, placeOf(argon.document, 'client.models'))) || undefined, 'hover');
    matches(text, /checked \d+ days ago|checked today|checked yesterday/);
  });

  it('prices of the workspace file take the place of list prices', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const file = vscode.Uri.joinPath(folder, 'tokenfare.yaml');
    const before = await vscode.workspace.fs.readFile(file).then((bytes) => bytes, () => undefined);
    const { document } = await open('chat.py');
    const list = await hoverAt(document, placeOf(document, 'client.chat'));
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode("discounts:\n  - { provider: openai, percent: 50, note: contract }\n"));
    try {
      const reduced = await eventually(async () => {
        const text = await hoverAt(document, placeOf(document, 'client.chat'));
        return text !== list && /\| discount \|/.test(text) ? text : undefined;
      }, 'a hover with the discount');
      matches(reduced, /contract/);
    } finally {
      if (before) await vscode.workspace.fs.writeFile(file, before);
      else await vscode.workspace.fs.delete(file);
    }
  });
});
