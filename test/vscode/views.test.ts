/** What a person sees on a call: hover, hint, lens, warnings, status bar. */
import * as vscode from 'vscode';
import {
  check, closeAll, eventually, extensionApi, findings, hoverAt, inlayHints, matches, open, openText, placeOf, same,
} from './editor';

describe('views', function () {
  afterEach(closeAll);

  it('hover shows model, provider, tokens, cost, alternatives and commands', async () => {
    const { document } = await open('chat.py');
    const text = await hoverAt(document, placeOf(document, 'client.chat'));
    matches(text, /\*\*gpt-4o-mini\*\* · OpenAI \(api\.openai\.com\) · chat/);
    matches(text, /per call/);
    matches(text, /per 1,000 calls/);
    matches(text, /\| input \|.*o200k_base/);
    matches(text, /question: assumed/);
    matches(text, /limit 800/);
    matches(text, /\| the same call at \|/);
    for (const command of ['compareProviders', 'switchProvider', 'setAssumptions', 'openPriceSource']) matches(text, new RegExp(`command:tokenfare\\.${command}`));
  });

  it('hover counts a fixed prompt exactly', async () => {
    const { document } = await open('chat.py');
    const text = await hoverAt(document, placeOf(document, 'client.chat', 2));
    // "How many tokens does this sentence have?" is 8 tokens of o200k_base; 3 + 1 (role) frame the message, 3 the reply.
    matches(text, /\| input \| 15 \|/);
    matches(text, /exact, o200k_base/);
  });

  it('hover answers on the model name and on the prompt too', async () => {
    const { document } = await open('chat.py');
    matches(await hoverAt(document, placeOf(document, 'gpt-4o-mini')), /\*\*gpt-4o-mini\*\*/);
    matches(await hoverAt(document, placeOf(document, 'You are a helpful')), /\*\*gpt-4o-mini\*\*/);
  });

  it('hover says nothing beside calls', async () => {
    const { document } = await open('quiet.py');
    same(await hoverAt(document, placeOf(document, 'double')), '', 'hover');
  });

  it('inlay hints stand at the end of each call\'s first line', async () => {
    const { document } = await open('chat.py');
    const hints = await eventually(() => inlayHints(document), 'inlay hints');
    same(hints.map(({ line }) => line), [7, 19], 'lines');
    for (const { line, character, text } of hints) {
      same(character, document.lineAt(line).range.end.character, 'character');
      matches(text, /^≈ \$[\d.]+ \/ 1k calls · ~?\d+ tok in(?: ⚠)?$/);
    }
  });

  it('inlay hints appear in TypeScript, and in code that no file holds', async () => {
    const typescript = await open('chat.ts');
    same((await eventually(() => inlayHints(typescript.document), 'hints')).map(({ line }) => line), [6], 'lines');
    const untitled = await openText('javascript', "import OpenAI from 'openai';\nconst c = new OpenAI();\nc.chat.completions.create({ model: 'gpt-4o', messages: [] });\n");
    same((await eventually(() => inlayHints(untitled.document), 'hints')).map(({ line }) => line), [2], 'lines');
  });

  it('inlay hints follow an edit', async () => {
    const editor = await openText('python', 'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])\n');
    const [before] = await eventually(() => inlayHints(editor.document), 'hints');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n\n'));
    const [after] = await eventually(async () => (await inlayHints(editor.document)).filter(({ line }) => line === 4), 'hints that moved');
    same(after!.text, before!.text, 'text');
    await editor.edit((edit) => edit.insert(placeOf(editor.document, 'hi"'), 'a much longer prompt than before, by far, '));
    await eventually(async () => (await inlayHints(editor.document)).filter(({ text }) => text !== before!.text), 'hints that changed');
  });

  it('a half-typed call hides no other one', async () => {
    const editor = await open('chat.py');
    await eventually(() => inlayHints(editor.document), 'hints');
    await editor.edit((edit) => edit.insert(placeOf(editor.document, 'def fixed'), 'def broken():\n    reply = client.chat.completions.create(model="gpt-4o", messages=[{\n\n\n'));
    await eventually(async () => ((await inlayHints(editor.document)).length >= 2 ? true : undefined), 'both complete calls');
  });

  it('the setting chooses between hint, lens and nothing', async () => {
    const { document } = await open('chat.py');
    const settings = vscode.workspace.getConfiguration('tokenfare');
    const lenses = async () => (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 20))
      .filter(({ command }) => command?.command === 'tokenfare.compareProviders');
    try {
      await settings.update('inline', 'codelens', vscode.ConfigurationTarget.Workspace);
      const shown = await eventually(lenses, 'lenses');
      same(shown.map(({ range }) => range.start.line), [7, 19], 'lines');
      matches(shown[0]!.command!.title, /≈ \$[\d.]+ \/ 1k calls/);
      same(await inlayHints(document), [], 'hints');
      await settings.update('inline', 'off', vscode.ConfigurationTarget.Workspace);
      await eventually(async () => ((await lenses()).length === 0 ? true : undefined), 'no lens');
      same(await inlayHints(document), [], 'hints');
    } finally {
      await settings.update('inline', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('data that leaves the allowed zones is a problem', async () => {
    const { document } = await open('residency.py');
    const [finding] = await eventually(() => findings(document).filter(({ code }) => code === 'residency'), 'finding');
    same(finding!.severity, vscode.DiagnosticSeverity.Error, 'severity');
    same(document.getText(finding!.range), 'client.chat.completions.create', 'range');
    matches(finding!.message, /mainland China.*allowed: EU, US/);
  });

  it('a retiring model is a warning on its name, with date and replacement', async () => {
    const { document } = await open('chat.py');
    const [finding] = await eventually(() => findings(document).filter(({ code }) => code === 'model-retiring'), 'finding');
    same(document.getText(finding!.range), '"gpt-4o-mini"', 'range');
    matches(finding!.message, /\d{4}-\d{2}-\d{2}.*Replacement/);
  });

  it('problems end when the code is put right, and with the file', async () => {
    const editor = await open('residency.py');
    await eventually(() => findings(editor.document).filter(({ code }) => code === 'residency'), 'finding');
    const address = 'https://dashscope.aliyuncs.com/compatible-mode/v1';
    const start = placeOf(editor.document, address);
    await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, address.length)), 'https://api.mistral.ai/v1'));
    await eventually(() => (findings(editor.document).some(({ code }) => code === 'residency') ? undefined : true), 'no finding');
  });

  it('a file without calls has no problem, hint or lens', async () => {
    const { document } = await open('quiet.py');
    const api = await extensionApi();
    same((await api.analysisOf(document.uri))?.calls ?? [], [], 'calls');
    same(findings(document), [], 'problems');
    same(await inlayHints(document), [], 'hints');
  });

  it('a broken tokenfare.yaml is a problem at its line, and the last good one stays in force', async () => {
    const editor = await open('tokenfare.yaml');
    const { document } = editor;
    const residency = (await open('residency.py')).document;
    await eventually(() => findings(residency).filter(({ code }) => code === 'residency'), 'finding');
    await vscode.window.showTextDocument(document);
    await (await vscode.window.showTextDocument(document)).edit((edit) => edit.replace(document.lineAt(1).range, '  allowedZones: [EU, Atlantis]'));
    const [problem] = await eventually(() => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Tokenfare'), 'problem');
    same(problem!.range.start.line, 1, 'line');
    matches(problem!.message, /Atlantis/);
    check(findings(residency).some(({ code }) => code === 'residency'), 'the policy is gone');
  });

  it('the status bar shows the call under the cursor, the file, and the budget', async () => {
    const api = await extensionApi();
    const editor = await open('chat.py');
    matches(await eventually(() => api.statusText() || undefined, 'status'), /\$/);
    const place = placeOf(editor.document, 'completions.create');
    editor.selection = new vscode.Selection(place, place);
    await eventually(() => (/\$[\d.]+ \/ 1k calls · \$[\d.]+ \/ \$50 a month est\./.test(api.statusText()) ? true : undefined), 'call and budget');
    const away = new vscode.Position(0, 0);
    editor.selection = new vscode.Selection(away, away);
    await eventually(() => (/× 2 calls/.test(api.statusText()) ? true : undefined), 'the file\'s calls');
  });

  it('hover, hint and status bar tell the same cost', async () => {
    const api = await extensionApi();
    const editor = await open('chat.ts');
    const [hint] = await eventually(() => inlayHints(editor.document), 'hints');
    const cost = /\$[\d.]+/.exec(hint!.text)![0];
    matches(await hoverAt(editor.document, placeOf(editor.document, 'completions')), new RegExp(`\\*\\*\\${cost}\\*\\* per 1,000 calls`));
    await eventually(() => (api.statusText().includes(`${cost} / 1k calls`) ? true : undefined), 'the same cost in the status bar');
    const call = (await api.analysisOf(editor.document.uri))!.calls[0]!;
    same(`$${Number((call.estimate.cost.perCall!.likely * 1000).toPrecision(2))}`, cost, 'analysis');
  });
});
