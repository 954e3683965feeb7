/** Completion and hover in tokenfare.yaml, in an editor without any YAML extension. */
import * as vscode from 'vscode';
import { check, closeAll, eventually, extensionApi, matches } from './editor';

describe('tokenfare.yaml', function () {
  afterEach(closeAll);

  /** Opens a configuration file in a folder of its own, so that the settings of other tests stay what they are. */
  let opened = 0;
  async function openConfiguration(text: string): Promise<{ document: vscode.TextDocument; at: (marker: string) => vscode.Position }> {
    await extensionApi();
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'assist', String(opened++), 'tokenfare.yaml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    return { document, at: (marker) => document.positionAt(document.getText().indexOf(marker) + marker.length) };
  }
  const labels = async (document: vscode.TextDocument, position: vscode.Position): Promise<string[]> => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
    return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  };
  const offers = (document: vscode.TextDocument, position: vscode.Position, label: string): Promise<string[]> =>
    eventually(async () => { const found = await labels(document, position); return found.includes(label) ? found : undefined; }, `"${label}" among the completions`);

  after(async () => vscode.workspace.fs.delete(vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'assist'), { recursive: true }));

  it('completes keys of the place', async () => {
    check(!vscode.extensions.getExtension('redhat.vscode-yaml'), 'a YAML extension is installed here');
    const { document, at } = await openConfiguration('policy:\n  \ncurrency: USD\n');
    const found = await offers(document, at('policy:\n  '), 'allowedZones');
    check(found.includes('forbiddenProviders') && !found.includes('currency'), found.join(', '));
  });

  it('completes values: choices of the schema, names of the catalog', async () => {
    const { document, at } = await openConfiguration('policy:\n  allowedZones: [EU, ]\n  forbiddenProviders: [ ]\nprices:\n  - provider: deepseek\n    model: \n    checkedOn: \n');
    await offers(document, at('[EU, '), 'US');
    await offers(document, at('forbiddenProviders: ['), 'deepseek');
    const models = await offers(document, at('model: '), 'deepseek-flash');
    check(!models.includes('gpt-4o'), 'only models of the provider beside it');
    await offers(document, at('checkedOn: '), new Date().toISOString().slice(0, 10));
  });

  it('explains a key', async () => {
    const { document, at } = await openConfiguration('discounts:\n  - provider: openai\n    percent: 20\n');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at('perc'));
    matches(hovers.flatMap(({ contents }) => contents.map((each) => (typeof each === 'string' ? each : each.value))).join('\n'), /Percent off list prices/);
  });

  it('completes provider files', async () => {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'assist', 'src', 'providers', 'acme.yaml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('id: acme\nconfidence: \n'));
    const document = await vscode.workspace.openTextDocument(uri);
    await offers(document, document.positionAt('id: acme\nconfidence: '.length), 'secondary');
  });
});
