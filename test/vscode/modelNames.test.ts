/** Quick fixes for model names that the catalog does not know. */
import * as vscode from 'vscode';
import { check, closeAll, codeActions, eventually, extensionApi, openText, placeOf, same } from './editor';

describe('model names', function () {
  afterEach(closeAll);

  it('a misspelt name is changed to the nearest one', async () => {
    await extensionApi();
    const { document } = await openText('python', "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o-minni', messages=[{'role': 'user', 'content': 'hi'}])\n");
    const action = await eventually(async () => (await codeActions(document, placeOf(document, 'gpt-4o-minni'))).find(({ title }) => title.endsWith(' gpt-4o-mini')), 'a fix');
    check(action.edit && await vscode.workspace.applyEdit(action.edit), 'the edit is applied');
    check(document.getText().includes("model='gpt-4o-mini',"), document.getText());
  });

  it('a deployment of Azure can be mapped, a known model cannot', async () => {
    const { document } = await openText('python', "from openai import AzureOpenAI\nclient = AzureOpenAI(azure_endpoint='https://a.openai.azure.com', api_version='2024-10-21')\nclient.chat.completions.create(model='acme-chat', messages=[{'role': 'user', 'content': 'hi'}])\n");
    const action = await eventually(async () => (await codeActions(document, placeOf(document, 'acme-chat'))).find(({ command }) => command?.command === 'tokenfare.mapDeployment'), 'the mapping');
    check(/acme-chat/.test(action.title), action.title);
    const { document: known } = await openText('python', "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o-mini', messages=[{'role': 'user', 'content': 'hi'}])\n");
    same((await codeActions(known, placeOf(known, 'gpt-4o-mini'))).filter(({ command }) => command?.command === 'tokenfare.mapDeployment').length, 0);
  });
});
