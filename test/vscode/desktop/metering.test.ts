/** Metering in a real extension host: a program in the integrated terminal moves the status bar. */
import * as vscode from 'vscode';
import { startStandIns, key, type StandIn } from '../../unit/metering/standIns';
import { check, closeAll, eventually, extensionApi, hoverAt, matches, open, openText, placeOf, same } from '../editor';

describe('metering', function () {
  this.timeout(60_000);
  let upstream: StandIn;
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('tokenfare');
  const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;

  before(async () => {
    upstream = await startStandIns();
    await settings().update('metering.upstreams', { 'api.openai.com': upstream.url('openai') }, vscode.ConfigurationTarget.Global);
  });
  after(async () => {
    await vscode.commands.executeCommand('tokenfare.stopMetering');
    await settings().update('metering.upstreams', undefined, vscode.ConfigurationTarget.Global);
    await upstream.close();
  });
  afterEach(closeAll);

  it('is off at first, and a workspace cannot name addresses', async () => {
    const api = await extensionApi();
    same(api.metering.badge(), '', 'badge');
    same(api.metering.base(), null, 'proxy');
    let refused = false;
    try {
      await settings().update('metering.upstreams', { 'api.openai.com': 'https://evil.example' }, vscode.ConfigurationTarget.Workspace);
    } catch {
      refused = true;
    }
    check(refused, 'a workspace could set metering.upstreams');
  });

  it('a program run in the integrated terminal moves the status bar, without a change to it', async () => {
    const api = await extensionApi();
    await open('chat.py');
    await eventually(() => (/\$50/.test(api.statusText()) ? true : undefined), 'the estimated budget');
    matches(api.statusText(), /est\.|\? \//);
    void vscode.commands.executeCommand('tokenfare.startMetering');
    await eventually(() => api.metering.badge() || undefined, 'the badge');
    const script = vscode.Uri.joinPath(folder(), 'ask.cjs');
    await vscode.workspace.fs.writeFile(script, new TextEncoder().encode(`fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers: { authorization: 'Bearer ${key}', 'content-type': 'application/json' }, body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }) }).then((r) => r.json()).then((b) => console.log(b.object));\n`));
    const terminal = vscode.window.createTerminal({ name: 'metered', shellPath: '/bin/sh' });
    terminal.sendText(`for n in 1 2 3; do ${JSON.stringify(process.execPath)} ${JSON.stringify(script.fsPath)}; done`);
    // 3 × (600 × 0.15 + 400 cached × 0.075 + 200 × 0.60) per million = 0.00072 of 50.
    const text = await eventually(() => (/\$0\.00072 \/ \$50/.test(api.statusText()) ? api.statusText() : undefined), 'measured money in the status bar', 40_000);
    check(!/est\./.test(text), `measured and estimated are mixed: ${text}`);
    matches(api.metering.badge(), / 3$/);
    await vscode.workspace.fs.delete(script);
    terminal.dispose();
  });

  it('the dashboard shows the same', async () => {
    const api = await extensionApi();
    await vscode.commands.executeCommand('tokenfare.showDashboard');
    const data = await eventually(() => api.metering.dashboard() ?? undefined, 'the dashboard');
    same(data.total.sums.requests, 3, 'requests');
    check(Math.abs(data.total.measured - 0.00072) < 1e-12, `measured ${data.total.measured}`);
    same(data.models.map(({ model }) => model).join(), 'gpt-4o-mini', 'models');
  });

  it('measured averages take the place of assumptions, and the hover says so', async () => {
    const api = await extensionApi();
    const base = api.metering.base()!;
    for (let n = 0; n < 20; n++) {
      const answer = await fetch(`${base}/api.openai.com/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: `hi ${n}` }] }) });
      await answer.text();
    }
    const editor = await openText('python', "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o-mini', messages=[{'role': 'user', 'content': 'hi'}])\n");
    const text = await eventually(async () => {
      const shown = await hoverAt(editor.document, placeOf(editor.document, 'client.chat'));
      return /measured over 23 calls/.test(shown) ? shown : undefined;
    }, 'measured averages in the hover', 40_000);
    matches(text, /200/);
  });

  it('stops with one command; programs that still have the variables go on, unrecorded', async () => {
    const api = await extensionApi();
    await vscode.commands.executeCommand('tokenfare.stopMetering');
    same(api.metering.badge(), '', 'badge');
  });
});
