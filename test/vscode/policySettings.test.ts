/** Policies, severities and zones as settings say them; classes of data; addresses decided in other files; pages of codes. */
import * as vscode from 'vscode';
import { check, closeAll, eventually, findings, matches, openText, same } from './editor';

const call = (address: string, model = 'gpt-5.4', content = '"Hello"'): string =>
  `from openai import OpenAI\n\nclient = OpenAI(${address})\n\ndef ask(customer_email):\n    return client.chat.completions.create(model="${model}", max_completion_tokens=300, messages=[{"role": "user", "content": ${content}}])\n`;
const us = call('base_url="https://us.api.openai.com/v1"');

const severityOf = (document: vscode.TextDocument, code: string): vscode.DiagnosticSeverity | undefined => findings(document).find((each) => each.code === code)?.severity;
const becomes = (document: vscode.TextDocument, code: string, severity: vscode.DiagnosticSeverity | 'gone'): Promise<true> =>
  eventually(() => (severityOf(document, code) === (severity === 'gone' ? undefined : severity) ? true : undefined), `${code} becomes ${severity}`);

describe('settings of findings', function () {
  const changed: [string, vscode.ConfigurationTarget][] = [];
  const set = async (key: string, value: unknown, target = vscode.ConfigurationTarget.Global): Promise<void> => {
    await vscode.workspace.getConfiguration('tokenfare').update(key, value, target);
    changed.push([key, target]);
  };
  afterEach(async () => {
    for (const [key, target] of changed.splice(0)) await vscode.workspace.getConfiguration('tokenfare').update(key, undefined, target);
    await closeAll();
  });

  it('a zone that the user forbids makes an error, although the workspace allows it', async () => {
    const { document } = await openText('python', us);
    await becomes(document, 'residency', 'gone');
    await set('policy.forbiddenZones', ['US']);
    await becomes(document, 'residency', vscode.DiagnosticSeverity.Error);
    matches(findings(document).find(({ code }) => code === 'residency')!.message, /us\.api\.openai\.com.*forbidden: US/);
    await set('policy.forbiddenZones', undefined);
    await becomes(document, 'residency', 'gone');
  });

  it('a workspace setting tightens and does not lift what the user forbids', async () => {
    await set('policy.forbiddenZones', ['US']);
    await set('policy.forbiddenZones', ['CN'], vscode.ConfigurationTarget.Workspace);
    const { document } = await openText('python', us);
    await becomes(document, 'residency', vscode.DiagnosticSeverity.Error);
  });

  it('each code has a severity of its own, and a group has one', async () => {
    const { document } = await openText('python', call('', 'gpt-4o-mini'));
    await becomes(document, 'model-retiring', vscode.DiagnosticSeverity.Warning);
    await set('findings', { 'model-retiring': 'error' });
    await becomes(document, 'model-retiring', vscode.DiagnosticSeverity.Error);
    await set('findings', { 'behaviour-findings': 'off' });
    await becomes(document, 'model-retiring', 'gone');
    check(severityOf(document, 'residency') !== undefined, 'only the group went');
  });

  it('the zone of the deployment brings hints on latency', async () => {
    const { document } = await openText('python', call('base_url="https://dashscope.aliyuncs.com/compatible-mode/v1"', 'qwen-plus'));
    await becomes(document, 'residency', vscode.DiagnosticSeverity.Error);
    same(severityOf(document, 'cross-border-latency'), undefined, 'before');
    await set('deploymentZone', 'EU');
    await becomes(document, 'cross-border-latency', vscode.DiagnosticSeverity.Information);
  });
});

describe('what decides a finding', function () {
  const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'decides');
  const write = (name: string, text: string) => vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
  const openFile = async (name: string): Promise<vscode.TextDocument> => (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, name)))).document;
  afterEach(closeAll);
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));

  it('a name in the prompt raises the class of the data, and the message calls it a hint', async () => {
    await write('tokenfare.yaml', 'policy:\n  dataClasses:\n    personal: { allowedZones: [EU] }\n');
    await write('mail.py', call('base_url="https://us.api.openai.com/v1"', 'gpt-5.4', 'f"Answer {customer_email}"'));
    const document = await openFile('mail.py');
    await becomes(document, 'residency', vscode.DiagnosticSeverity.Warning);
    matches(findings(document).find(({ code }) => code === 'residency')!.message, /personal data \(a hint: "customer_email" is put into the prompt\)/);
  });

  it('an address in a .env file is where the related information leads', async () => {
    await write('tokenfare.yaml', 'policy:\n  allowedZones: [EU]\n');
    await write('.env', 'LLM_URL=https://us.api.openai.com/v1\n');
    await write('env.py', `import os\n${call('base_url=os.environ["LLM_URL"]')}`);
    const document = await openFile('env.py');
    const diagnostic = await eventually(() => vscode.languages.getDiagnostics(document.uri).find(({ code }) => typeof code === 'object' && code.value === 'residency'), 'finding');
    same(diagnostic.severity, vscode.DiagnosticSeverity.Warning, 'severity');
    const places = diagnostic.relatedInformation!.map(({ location }) => location.uri.path.split('/').at(-1));
    check(places.includes('.env'), `related: ${places.join(', ')}`);
  });

  it('explains a finding on its page', async () => {
    await vscode.commands.executeCommand('tokenfare.explainFinding', 'data-retention');
    await eventually(() => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label.includes('data-retention')), 'the page');
  });

  it('nonsense neither throws nor opens anything', async () => {
    const before = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length;
    await vscode.commands.executeCommand('tokenfare.acceptFinding', { uri: 'nowhere:/x', code: '../../x', offset: -1 });
    same(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length, before, 'tabs');
  });
});
