/** Notebook cells, components and the newer languages, through the editor's API. */
import * as vscode from 'vscode';
import { closeAll, eventually, hoverAt, inlayHints, matches, open, openText, placeOf, same } from './editor';

describe('notebooks, components and other languages', function () {
  afterEach(closeAll);

  it('a notebook cell knows what earlier cells define, and follows their edits', async () => {
    const cell = (text: string, language = 'python') => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, language);
    const data = new vscode.NotebookData([
      cell('%pip install openai\nfrom openai import OpenAI\nclient = OpenAI()\nMODEL = "gpt-4o-mini"'),
      new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, '# A question', 'markdown'),
      cell('answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hi"}])\nanswer'),
    ]);
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
    await vscode.window.showNotebookDocument(notebook);
    const [first, , last] = notebook.getCells();
    const document = last!.document;
    const text = await eventually(async () => (await hoverAt(document, placeOf(document, 'client.chat'))) || undefined, 'hover in the cell');
    matches(text, /\*\*gpt-4o-mini\*\* \(a constant\) · OpenAI \(api\.openai\.com\)/);
    same((await inlayHints(document)).map(({ line }) => line), [0], 'lines');
    const edit = new vscode.WorkspaceEdit();
    const at = placeOf(first!.document, 'gpt-4o-mini');
    edit.replace(first!.document.uri, new vscode.Range(at, at.translate(0, 'gpt-4o-mini'.length)), 'gpt-4.1');
    await vscode.workspace.applyEdit(edit);
    await eventually(async () => (/\*\*gpt-4\.1\*\*/.test(await hoverAt(document, placeOf(document, 'client.chat'))) ? true : undefined), 'the new model');
  });

  it('Go shows a call as Python does', async () => {
    const { document } = await openText('go', 'package main\n\nimport "github.com/openai/openai-go/v3"\n\nfunc main() {\n\tclient := openai.NewClient()\n\tclient.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: "gpt-4o-mini", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hi")}})\n}\n');
    matches(await eventually(async () => (await hoverAt(document, placeOf(document, 'client.Chat'))) || undefined, 'hover'), /\*\*gpt-4o-mini\*\* · OpenAI/);
    same((await inlayHints(document)).map(({ line }) => line), [6], 'lines');
  });
});

describe('Kotlin', function () {
  afterEach(closeAll);

  it('shows a call as Java does', async () => {
    const { document } = await openText('kotlin', 'import com.aallam.openai.client.OpenAI\nimport com.aallam.openai.api.model.ModelId\n\nsuspend fun main() {\n    val openAI = OpenAI(token = "k")\n    openAI.chatCompletion(ChatCompletionRequest(model = ModelId("gpt-4o-mini"), messages = listOf()))\n}\n');
    matches(await eventually(async () => (await hoverAt(document, placeOf(document, 'openAI.chat'))) || undefined, 'hover'), /\*\*gpt-4o-mini\*\* · OpenAI/);
    same((await inlayHints(document)).map(({ line }) => line), [5], 'lines');
  });
});

describe('imports of other files', function () {
  afterEach(closeAll);

  it('a client and a model of other files, and their edits', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const write = (name: string, text: string) => vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
    await write('importedLlm.py', 'from openai import OpenAI\nfrom importedSettings import BASE\nclient = OpenAI(base_url=BASE)\n');
    await write('importedSettings.py', 'BASE = "https://api.deepseek.com"\nMODEL = "deepseek-chat"\n');
    await write('importing.py', 'from importedLlm import client\nfrom importedSettings import MODEL\n\nclient.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hi"}])\n');
    try {
      const { document } = await open('importing.py');
      const hover = () => hoverAt(document, placeOf(document, 'client.chat'));
      matches(await hover(), /\*\*deepseek-chat\*\* \(a constant\) · DeepSeek \(api\.deepseek\.com\)/);
      const settings = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'importedSettings.py'));
      const at = placeOf(settings, 'deepseek-chat');
      const edit = new vscode.WorkspaceEdit();
      edit.replace(settings.uri, new vscode.Range(at, at.translate(0, 'deepseek-chat'.length)), 'deepseek-reasoner');
      await vscode.workspace.applyEdit(edit);
      await eventually(async () => (/\*\*deepseek-reasoner\*\*/.test(await hover()) ? true : undefined), 'the model of the edited file');
    } finally {
      await vscode.commands.executeCommand('workbench.action.files.revert');
      for (const name of ['importing.py', 'importedLlm.py', 'importedSettings.py']) await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, name));
    }
  });
});

describe('prompt files, configurations and Markdown', function () {
  afterEach(closeAll);
  const folder = () => vscode.workspace.workspaceFolders![0]!.uri;
  const write = (name: string, text: string) => vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder(), name), new TextEncoder().encode(text));
  const remove = (name: string) => vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), name));

  it('a Prompty file shows model and cost, and follows edits', async () => {
    await write('ask.prompty', '---\nmodel:\n  id: gpt-4o-mini\n  provider: openai\n---\nsystem:\nBe brief.\nuser:\n{{question}}\n');
    try {
      const { document } = await open('ask.prompty');
      matches(await eventually(async () => (await hoverAt(document, placeOf(document, 'gpt-4o-mini'))) || undefined, 'hover'), /\*\*gpt-4o-mini\*\* · OpenAI/);
      same((await inlayHints(document)).map(({ line }) => line), [2], 'lines');
      const edit = new vscode.WorkspaceEdit();
      const at = placeOf(document, 'gpt-4o-mini');
      edit.replace(document.uri, new vscode.Range(at, at.translate(0, 'gpt-4o-mini'.length)), 'gpt-4.1');
      await vscode.workspace.applyEdit(edit);
      await eventually(async () => (/\*\*gpt-4\.1\*\*/.test(await hoverAt(document, placeOf(document, 'gpt-4.1'))) ? true : undefined), 'the new model');
      await document.save();
    } finally {
      await remove('ask.prompty');
    }
  });

  it('LiteLLM\'s model list is told by its content', async () => {
    const { document } = await openText('yaml', 'model_list:\n  - model_name: a\n    litellm_params:\n      model: deepseek/deepseek-chat\n');
    matches(await eventually(async () => (await hoverAt(document, placeOf(document, 'deepseek/'))) || undefined, 'hover'), /DeepSeek/);
  });

  it('Markdown fences only when the setting says so', async () => {
    const { document } = await openText('markdown', '# Ask\n\n```python\nfrom openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o-mini", messages=[])\n```\n');
    same((await inlayHints(document)).length, 0, 'hints');
    const settings = vscode.workspace.getConfiguration('tokenfare');
    await settings.update('markdown', true, vscode.ConfigurationTarget.Global);
    try {
      same((await eventually(async () => inlayHints(document), 'hints')).map(({ line }) => line), [4], 'lines');
    } finally {
      await settings.update('markdown', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
