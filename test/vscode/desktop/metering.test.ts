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

  it('a request is known by its call, also in a file that nobody has opened', async () => {
    const api = await extensionApi();
    const file = vscode.Uri.joinPath(folder(), 'elsewhere.py');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode("from openai import OpenAI\n\n\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o-mini', messages=[{'role': 'system', 'content': 'You name the rivers of a country.'}, {'role': 'user', 'content': country}])\n"));
    // The workspace is read when metering starts, and followed from then on.
    await eventually(async () => (/elsewhere\.py/.test(await api.callTree()) ? true : undefined), 'the new file in the tree');
    const answer = await fetch(`${api.metering.base()!}/api.openai.com/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'system', content: 'You name the rivers of a country.' }, { role: 'user', content: 'France' }] }) });
    await answer.text();
    await vscode.commands.executeCommand('tokenfare.showDashboard');
    await eventually(() => (api.metering.dashboard()?.calls.some(({ site }) => site === 'elsewhere.py:5') ? true : undefined), 'the call in the dashboard');
    await vscode.workspace.fs.delete(file);
  });

  it('a debug session is metered, too, and one that asks not to be is not', async () => {
    const api = await extensionApi();
    const counted = (): number => Number(/ (\d+)$/.exec(api.metering.badge())?.[1] ?? 0);
    const before = counted();
    const script = vscode.Uri.joinPath(folder(), 'debugged.cjs');
    await vscode.workspace.fs.writeFile(script, new TextEncoder().encode(`const base = process.env.OPENAI_BASE_URL;\nrequire('node:fs').writeFileSync(__dirname + '/debugged.txt', String(base));\nif (base) fetch(base + '/chat/completions', { method: 'POST', headers: { authorization: 'Bearer ${key}', 'content-type': 'application/json' }, body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }) }).then((r) => r.text());\n`));
    const told = vscode.Uri.joinPath(folder(), 'debugged.txt');
    const launch = async (more: object): Promise<string> => {
      await vscode.workspace.fs.delete(told).then(undefined, () => undefined);
      check(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders![0], { type: 'node', request: 'launch', name: 'metered', program: script.fsPath, runtimeExecutable: process.execPath, console: 'internalConsole', ...more }), 'the debugger did not start');
      return eventually(async () => {
        try {
          return new TextDecoder().decode(await vscode.workspace.fs.readFile(told)) || undefined;
        } catch {
          return undefined;
        }
      }, 'the program under the debugger', 40_000);
    };
    same(await launch({}), `${api.metering.base()!}/api.openai.com/v1`, 'address under the debugger');
    await eventually(() => (counted() === before + 1 ? true : undefined), 'the request of the debugged program');
    same(await launch({ noTokenfare: true }), 'undefined', 'address of a session that asks not to be metered');
    same(counted(), before + 1, 'requests recorded');
    for (const uri of [script, told]) await vscode.workspace.fs.delete(uri);
  });

  it('an alert comes once per threshold and period, after quiet hours, and not again', async () => {
    const api = await extensionApi();
    const hour = (offset: number): string => `${String((new Date().getHours() + offset + 24) % 24).padStart(2, '0')}:00`;
    const before = api.metering.alerts().length;
    await settings().update('budget.quietHours', `${hour(-1)}-${hour(2)}`, vscode.ConfigurationTarget.Global);
    // Of 25 requests of $0.00024 a good half of this.
    const configuration = vscode.Uri.joinPath(folder(), 'tokenfare.yaml');
    const own = await vscode.workspace.fs.readFile(configuration);
    const budget = (amount: number, thresholds: string): Promise<void> => Promise.resolve(vscode.workspace.fs.writeFile(configuration, new TextEncoder().encode(`budget:\n  amount: ${amount}\n  currency: USD\n  period: month\n  thresholds: ${thresholds}\n`)));
    const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
    try {
      await budget(0.01, '[10, 50, 100]');
      await eventually(() => (/\$0\.010? *$|\/ \$0\.01/.test(api.statusText()) ? true : undefined), 'the small budget in the status bar');
      await wait(1500);
      same(api.metering.alerts().length, before, 'alerts in quiet hours');
      await settings().update('budget.quietHours', undefined, vscode.ConfigurationTarget.Global);
      const first = await eventually(() => api.metering.alerts()[before], 'the alert after quiet hours');
      matches(first, /has passed 50%/);
      const answer = await fetch(`${api.metering.base()!}/api.openai.com/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'once more' }] }) });
      await answer.text();
      await wait(2500);
      same(api.metering.alerts().length, before + 1, 'alerts after the next request');
      await budget(0.005, '[10, 50, 100]');
      matches(await eventually(() => api.metering.alerts()[before + 1], 'the alert of the used-up budget'), /is used up/);
    } finally {
      await vscode.workspace.fs.writeFile(configuration, own);
      await settings().update('budget.quietHours', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('stops with one command; programs that still have the variables go on, unrecorded', async () => {
    const api = await extensionApi();
    await vscode.commands.executeCommand('tokenfare.stopMetering');
    same(api.metering.badge(), '', 'badge');
  });
});
