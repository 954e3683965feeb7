/** A policy, as the person meets it who made it: the wizard, the warning with what decided, the fix, accepting until a day, the page. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openWorkbench, type Workbench } from './workbench';

const source = 'from openai import OpenAI\n\nclient = OpenAI()\n\n\ndef ask(question):\n    return client.chat.completions.create(\n        model="gpt-5.4",\n        max_completion_tokens=300,\n        messages=[{"role": "user", "content": question}],\n    )\n';

describe.each(['Default Dark Modern', 'Default Light Modern'])('%s', (theme) => {
  const name = (what: string): string => `${what} ${theme.includes('Dark') ? 'dark' : 'light'}`;
  const folder = mkdtempSync(join(tmpdir(), 'tokenfare-policy-'));
  let workbench: Workbench;
  beforeAll(async () => {
    writeFileSync(join(folder, 'ask.py'), source);
    workbench = await openWorkbench({ folder, settings: { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false } });
    await workbench.openFile('ask.py');
    await workbench.inlayHint('return client.chat');
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await workbench.screenshot(name(`failed ${task.name}`)); });

  const squiggle = () => workbench.page.locator('.squiggly-warning').first();
  const editorText = async (): Promise<string> => (await workbench.page.locator('.editor-instance .view-lines').first().innerText()).replace(/\u00a0/g, ' ');
  const act = async (title: RegExp): Promise<void> => {
    const { page } = workbench;
    await workbench.putCursorOn('completions');
    await page.keyboard.press('ControlOrMeta+.');
    const row = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    await row.waitFor();
    await workbench.screenshot(name('policy actions'));
    await row.click();
  };

  it('says nothing before there is a policy', async () => {
    expect(await squiggle().count()).toBe(0);
  });

  it('the wizard writes a policy, and it holds at once', async () => {
    await workbench.runCommand('Tokenfare: Create Policy');
    const rows = await workbench.quickPickRows('Create Policy (1/2)');
    expect(rows.map((row) => row.split('\n')[0])).toEqual(['EU only', 'US and EU', 'Mainland China only', 'No training', 'Open']);
    await workbench.screenshot(name('policy wizard'));
    await workbench.page.keyboard.press('Enter');
    await workbench.quickPickRows('Create Policy (2/2)');
    await workbench.page.keyboard.press('Enter');
    await squiggle().waitFor();
    expect(parse(readFileSync(join(workbench.folder, 'tokenfare.yaml'), 'utf8'))).toEqual({ policy: { allowedZones: ['EU'] } });
  });

  it('the warning shows what decided', async () => {
    const { page } = workbench;
    await workbench.runCommand('View: Focus Problems');
    const problem = page.locator('.markers-panel .monaco-list-row', { hasText: 'SDK\'s default decides' }).first();
    await problem.waitFor();
    await problem.click();
    await page.keyboard.press('ArrowRight');
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'the client is made here' }).waitFor();
    await workbench.screenshot(name('policy problem'));
    await page.keyboard.press('ControlOrMeta+j');
  });

  it('the fix inside the vendor, and it is gone', async () => {
    await workbench.openFile('ask.py');
    await act(/Use eu\.api\.openai\.com/);
    await workbench.line('base_url="https://eu.api.openai.com/v1"').waitFor();
    await squiggle().waitFor({ state: 'detached' });
    await workbench.page.keyboard.press('ControlOrMeta+z');
    await squiggle().waitFor();
  });

  it('accepted with a reason until a day; afterwards it comes back', async () => {
    const { page } = workbench;
    const answer = async (title: string, text: string): Promise<void> => {
      await page.locator('.quick-input-title', { hasText: title }).waitFor();
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    };
    await act(/Accept "residency" with a reason/);
    await answer('(1/2): reason', 'contract 4711');
    await answer('(2/2): until', '2999-06-30');
    await workbench.line('# tokenfare: ignore[residency] until=2999-06-30 contract 4711').waitFor();
    await squiggle().waitFor({ state: 'detached' });
    expect(await editorText()).toContain('    # tokenfare: ignore[residency]');

    await workbench.putCursorOn('2999');
    await page.keyboard.type('2020');
    await squiggle().waitFor();
    expect(await workbench.hover('completions', /Accepted until 2020-06-30 \(contract 4711\)/)).toContain('that has passed');
  });

  it('explains the finding', async () => {
    await act(/Explain "residency"/);
    await workbench.page.locator('.tab.active', { hasText: 'residency.md' }).waitFor();
    await workbench.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame').locator('h1', { hasText: 'residency' }).waitFor();
    await workbench.screenshot(name('policy page'));
  });
});
