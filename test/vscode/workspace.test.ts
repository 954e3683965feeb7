/** The workspace as a whole: tree, report, planner, comparison, and the tools of agents, in a real extension host. */
import * as vscode from 'vscode';
import { check, closeAll, eventually, extensionApi, matches, open, openText, placeOf, same } from './editor';

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
const write = (name: string, text: string): Thenable<void> => vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder(), name), new TextEncoder().encode(text));
const remove = (name: string): Thenable<void> => vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), name), { recursive: true });
const groupBy = (by: string | undefined): Thenable<void> => vscode.workspace.getConfiguration('tokenfare').update('calls.groupBy', by, vscode.ConfigurationTarget.Global);
const heads = (outline: string): string[] => outline.split('\n').filter((line) => !line.startsWith(' ')).map((line) => line.split(' | ')[0]!);

/** What other tests left unsaved in files of the workspace would be scanned as it stands in the editor. */
async function revertAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter((each) => each.isDirty && each.uri.scheme !== 'untitled')) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await closeAll();
}

describe('the tree of calls', function () {
  before(revertAll);
  afterEach(async () => {
    await groupBy(undefined);
    await closeAll();
  });

  it('has every call below its file, with its cost', async () => {
    const api = await extensionApi();
    // The tree follows editors: what an earlier test typed and took back may still be about to go.
    const outline = await eventually(async () => { const now = await api.callTree(); return now.includes('model unknown') ? undefined : now; }, 'known models');
    same(heads(outline), ['chat.py', 'chat.ts', 'residency.py'], 'files');
    matches(outline, /^ {2}gpt-4o-mini \| chat\.py:8 · \$[\d.]+ \/ 1k calls$/m);
    matches(outline, /^ {2}qwen-plus \| residency\.py:10 · \$[\d.]+ \/ 1k calls$/m);
    matches(outline, /^chat\.py \| calls: 2 · \$[\d.,]+ a month$/m);
  });

  it('groups by provider, model, finding and owner', async () => {
    const api = await extensionApi();
    await groupBy('provider');
    same(heads(await api.callTree()), ['Alibaba Cloud Model Studio (DashScope)', 'OpenAI'], 'providers');
    await groupBy('model');
    same(heads(await api.callTree()), ['gpt-4o', 'gpt-4o-mini', 'qwen-plus'], 'models');
    await groupBy('finding');
    check(heads(await api.callTree()).includes('residency'), 'no group of residency findings');
    await write('CODEOWNERS', '* @everyone\n*.ts @web @design\n');
    try {
      await groupBy('owner');
      same(heads(await api.callTree()), ['@design', '@everyone', '@web'], 'owners');
    } finally {
      await remove('CODEOWNERS');
    }
  });

  it('follows what is saved, made and deleted; notebooks included', async () => {
    const api = await extensionApi();
    await api.callTree();
    const notebook = { cells: [
      { cell_type: 'markdown', metadata: {}, source: ['# A question'] },
      { cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source: ['from openai import OpenAI\n', 'client = OpenAI()\n', 'client.chat.completions.create(model="gpt-4.1", messages=[{"role": "user", "content": "hi"}])\n'] },
    ], metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 };
    await write('notes.ipynb', JSON.stringify(notebook));
    try {
      await eventually(async () => (/^ {2}gpt-4\.1 \| notes\.ipynb:#1:3 · /m.test(await api.callTree()) ? true : undefined), 'the notebook in the tree');
    } finally {
      await remove('notes.ipynb');
    }
    await eventually(async () => (/notes\.ipynb/.test(await api.callTree()) ? undefined : true), 'the notebook goes');
  });
});

describe('the workspace report', function () {
  afterEach(closeAll);

  it('adds up what the calls cost a month, by the calls that the workspace file says', async () => {
    const report = await (await extensionApi()).report();
    same(report.calls.map(({ file, line, model }) => `${file}:${line} ${model}`), ['chat.py:8 gpt-4o-mini', 'chat.py:20 gpt-4o', 'chat.ts:7 gpt-4o-mini', 'residency.py:10 qwen-plus'], 'calls');
    // tokenfare.yaml: 10,000 calls a month each.
    const sum = report.calls.reduce((total, { cost }) => total + cost.perCall!.likely * 10_000, 0);
    check(Math.abs(report.totals.perMonth!.likely - sum) < 1e-9, `${report.totals.perMonth!.likely} is not ${sum}`);
    // The budget is $50 a month.
    check(Math.abs(report.totals.budgetShare! - sum / 50) < 1e-9, 'share of the budget');
  });

  it('opens as a page', async () => {
    await vscode.commands.executeCommand('tokenfare.showWorkspaceReport');
    await eventually(() => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.label === 'Tokenfare report'), 'the page');
  });
});

describe('the comparison', function () {
  afterEach(closeAll);

  it('has the call first, then others with their own tokenizers and zones', async () => {
    const api = await extensionApi();
    const { document } = await open('chat.py');
    const call = (await api.analysisOf(document.uri))!.calls[0]!;
    const data = await api.comparisonOf({ kind: 'call', uri: document.uri.toString(), callId: call.id, line: 8 });
    check(typeof data !== 'string', 'no data');
    same(data.rows[0]!.current, true, 'the first row is the call');
    same(data.title, 'gpt-4o-mini · chat.py:8', 'title');
    check(new Set(data.rows.map((row) => row.input.tokens.likely)).size > 1, 'the same count for all');
    check(data.rows.some((row) => row.provider === 'mistral' && row.allowed) && data.rows.some((row) => !row.allowed), 'verdicts of the policy');
    check(data.switchable.length > 0, 'nothing to move to');
    // 10,000 calls a month of 365/12 days.
    check(Math.abs(data.scenario.callsPerDay! - 120_000 / 365) < 0.001, 'calls a day');
    const all = await api.comparisonOf(data.subject, 'all');
    check(typeof all !== 'string' && all.rows.length > data.rows.length * 3, 'all models');
  });

  it('takes a text, with places that stay open', async () => {
    const data = await (await extensionApi()).comparisonOf({ kind: 'text', title: 'a prompt', text: 'Translate {{text}} into {{language}}.', uri: null });
    check(typeof data !== 'string', 'no data');
    same(data.rows[0]!.input.holes, ['text', 'language'], 'holes');
  });

  it('says so when the call is gone', async () => {
    const { document } = await openText('python', 'x = 1\n');
    const data = await (await extensionApi()).comparisonOf({ kind: 'call', uri: document.uri.toString(), callId: 'none', line: 1 });
    same(data, 'The call is no longer there.', 'message');
  });

  it('opens as a page for the call under the cursor', async () => {
    const editor = await open('chat.py');
    await (await extensionApi()).analysisOf(editor.document.uri);
    editor.selection = new vscode.Selection(placeOf(editor.document, 'completions'), placeOf(editor.document, 'completions'));
    await vscode.commands.executeCommand('tokenfare.openComparison');
    await eventually(() => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.label === 'Compare: gpt-4o-mini · chat.py:8'), 'the page');
  });
});

describe('plans and tools', function () {
  afterEach(closeAll);

  it('plans a migration: calls, money, zone, key', async () => {
    await extensionApi();
    const uri = vscode.Uri.from({ scheme: 'tokenfare-migration', path: '/plan.md', query: 'alibaba-dashscope&mistral' });
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    matches(text, /^# From Alibaba Cloud Model Studio \(DashScope\) to Mistral AI/);
    matches(text, /1 calls are affected; 1 can be moved by a quick fix, 0 by hand, 0 have no counterpart there\./);
    matches(text, /Create the environment variable MISTRAL_API_KEY\./);
    matches(text, /1 calls: data goes to EU instead of CN\./);
    matches(text, /residency\.py:10/);
  });

  it('answers agents as the command line does', async () => {
    const api = await extensionApi();
    matches(await api.askTool('tokenfare_scan', { paths: ['residency.py'] }), /\| residency\.py:10 \| qwen-plus \|/);
    // gpt-4o-mini: $0.15 and $0.60 per million: 1,000 × (1,000 × 0.15 + 500 × 0.60) / 1e6 = $0.45.
    matches(await api.askTool('tokenfare_price', { model: 'gpt-4o-mini', provider: 'openai', inputTokens: 1000, outputTokens: 500 }), /\| \$0\.45/);
    matches(await api.askTool('tokenfare_residency', { file: 'residency.py' }), /CN: /);
    matches(await api.askTool('tokenfare_switch_preview', { file: 'residency.py', line: 10, provider: 'mistral' }), /\+ {4}base_url="https:\/\/api\.mistral\.ai\/v1"/);
    let refused = '';
    await api.askTool('tokenfare_scan', { paths: ['../elsewhere.py'] }).catch((error: Error) => { refused = error.message; });
    matches(refused, /no such file in the workspace/);
  });
});
