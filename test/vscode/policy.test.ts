/** Policies as a person meets them: warning, where it was decided, the fix, gone; accepting; help in tokenfare.yaml. */
import * as vscode from 'vscode';
import { check, closeAll, codeActions, eventually, findings, matches, open, openText, placeOf, same } from './editor';

const openaiDefault = ['from openai import OpenAI', '', 'client = OpenAI()', 'reply = client.chat.completions.create(', '    model="gpt-5.4",', '    max_completion_tokens=300,', '    messages=[{"role": "user", "content": "Hello"}],', ')', ''].join('\n');

const residencyOf = (document: vscode.TextDocument) => findings(document).filter(({ code }) => code === 'residency');
const goneFrom = (document: vscode.TextDocument): Promise<true> => eventually(() => (residencyOf(document).length === 0 ? true : undefined), 'the finding goes');

describe('policies', function () {
  afterEach(closeAll);

  it('warning, the place that decided, the fix inside the vendor, and gone', async () => {
    const { document } = await openText('python', openaiDefault);
    await eventually(() => residencyOf(document), 'finding');
    const diagnostic = vscode.languages.getDiagnostics(document.uri).find(({ code }) => typeof code === 'object' && code.value === 'residency')!;
    same(diagnostic.severity, vscode.DiagnosticSeverity.Warning, 'severity');
    matches(diagnostic.message, /SDK's default decides/);
    same(diagnostic.relatedInformation!.map(({ location }) => document.getText(location.range)), ['OpenAI()'], 'related');
    check(typeof diagnostic.code === 'object' && diagnostic.code.target.path.endsWith('/docs/findings/residency.md'), 'the code leads to its page');

    const fix = await eventually(async () => (await codeActions(document, placeOf(document, 'completions'))).find(({ title }) => /^Use (?:us|eu)\.api\.openai\.com/.test(title)), 'fix');
    matches(fix.title, /\+10% on tokens/);
    check(await vscode.workspace.applyEdit(fix.edit!), 'the edit was refused');
    matches(document.getText(), /OpenAI\(base_url="https:\/\/(?:us|eu)\.api\.openai\.com\/v1"\)/);
    await goneFrom(document);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    same(document.getText(), openaiDefault, 'text after undo');
  });

  it('an acceptance in a comment silences it, until its day', async () => {
    const accepted = (words: string): string => openaiDefault.replace('reply =', `# tokenfare: ignore[residency] ${words}\nreply =`);
    const silent = (await openText('python', accepted('until=2999-01-01 contract'))).document;
    await eventually(() => (vscode.languages.getDiagnostics(silent.uri), true), 'analysis');
    await goneFrom(silent);
    const ended = (await openText('python', accepted('until=2020-01-01 contract'))).document;
    const [finding] = await eventually(() => residencyOf(ended), 'finding');
    matches(finding!.message, /Accepted until 2020-01-01 \(contract\): that has passed\./);
  });

  it('the actions to accept and to explain are there', async () => {
    const { document } = await openText('python', openaiDefault);
    await eventually(() => residencyOf(document), 'finding');
    const titles = await eventually(async () => {
      const all = (await codeActions(document, placeOf(document, 'completions'))).map(({ title }) => title);
      return all.some((title) => title.startsWith('Accept')) ? all : undefined;
    }, 'actions');
    check(titles.includes('Accept "residency" with a reason…') && titles.includes('Explain "residency"'), titles.join('; '));
  });

  it('a baseline hides what it knows and nothing else', async () => {
    const { document } = await open('residency.py');
    const [before] = await eventually(() => residencyOf(document), 'finding');
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const uri = vscode.Uri.joinPath(folder, 'tokenfare-baseline.json');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify({ version: 1, madeOn: '2026-11-23', findings: [{ code: 'residency', file: 'residency.py', print: 'something else', count: 1 }] })));
    try {
      await new Promise((resolve) => { setTimeout(resolve, 500); });
      same(residencyOf(document).map(({ message }) => message), [before!.message], 'with a baseline of something else');
    } finally {
      await vscode.workspace.fs.delete(uri);
    }
  });
});
