/** Makes the pictures of the README: `npm run screenshots` writes docs/images/<what>-<light|dark>.png. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench';

const themes = { light: 'Default Light Modern', dark: 'Default Dark Modern' } as const;

describe.each(Object.entries(themes))('%s', (shade, theme) => {
  let workbench: Workbench;
  const take = (name: string): Promise<string> => workbench.screenshot(`${name}-${shade}`, 'docs/images');

  beforeAll(async () => {
    workbench = await openWorkbench({
      width: 1180, height: 800,
      settings: {
        'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false, 'workbench.activityBar.location': 'hidden',
        'breadcrumbs.enabled': false, 'window.commandCenter': false, 'workbench.layoutControl.enabled': false, 'editor.fontSize': 14, 'editor.hover.hidingDelay': 5000, 'editor.hover.above': false,
      },
    });
    await workbench.page.keyboard.press('ControlOrMeta+b');
  });
  afterAll(() => workbench?.close());

  it('inlay', async () => {
    await workbench.openFile('chat.py');
    await workbench.inlayHint('reply = client.chat');
    await workbench.statusBar(/1k/);
    await take('inlay');
  });

  it('hover', async () => {
    await workbench.hover('You are a helpful', /per 1,000 calls/);
    await workbench.enlargeHover(265);
    await take('hover');
    await workbench.page.keyboard.press('Escape');
  });

  it('compare', async () => {
    await workbench.putCursorOn('completions');
    await workbench.statusBar(/\/ 1k calls ·/);
    await workbench.runCommand('Tokenfare: Compare Providers for This Call');
    await workbench.quickPickRows('gpt-4o-mini');
    await take('compare');
    await workbench.page.keyboard.press('Escape');
  });

  it('status bar', async () => {
    await workbench.page.locator('.statusbar-item', { hasText: /1k calls/ }).first().hover();
    await workbench.page.locator('.monaco-hover:visible', { hasText: 'Budget' }).first().waitFor();
    await take('status-bar');
  });

  it('diagnostics and quick fix', async () => {
    await workbench.openFile('residency.py');
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await workbench.putCursorOn('completions');
    await workbench.page.keyboard.press('ControlOrMeta+.');
    await workbench.page.locator('.action-widget .monaco-list-row', { hasText: 'Switch to' }).first().waitFor();
    await take('quick-fix');
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('View: Focus Problems');
    await workbench.page.locator('.markers-panel .monaco-list-row', { hasText: 'mainland China' }).first().waitFor();
    await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await take('diagnostics');
  });

  it('switch to another SDK', async () => {
    await workbench.openFile('chat.py');
    await workbench.putCursorOn('completions');
    await workbench.statusBar(/\/ 1k calls ·/);
    await workbench.runCommand('Tokenfare: Switch SDK for This Call');
    await workbench.quickPickRows('Write this call for another SDK');
    await take('switch-sdk');
    await workbench.page.keyboard.press('Escape');
  });

  it('providers', async () => {
    await workbench.runCommand('Tokenfare: Focus on Providers View');
    await workbench.page.locator('.customview-tree .monaco-list-row', { hasText: 'DeepSeek' }).first().click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.locator('.customview-tree .monaco-list-row', { hasText: 'Pitfalls' }).first().waitFor();
    await workbench.runCommand('Tokenfare: Find Provider');
    await workbench.page.locator('.quick-input-widget input').first().fill('deepseek-flash');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'DeepSeek' }).first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.page.frameLocator('iframe.webview').first().frameLocator('#active-frame').locator('h1', { hasText: 'DeepSeek' }).waitFor();
    await take('providers');
  });

  it('tree, comparison and report', async () => {
    await workbench.runCommand('Tokenfare: Focus on LLM Calls View');
    await workbench.page.locator('.customview-tree .monaco-list-row', { hasText: 'qwen-plus' }).first().waitFor();
    await workbench.openFile('chat.py');
    await workbench.putCursorOn('completions');
    await workbench.statusBar(/\/ 1k calls ·/);
    await take('calls');
    const page = () => workbench.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
    await workbench.runCommand('Tokenfare: Compare Providers in Detail');
    await workbench.quickPickRows('What should be compared?');
    await workbench.page.keyboard.press('Enter');
    await page().locator('tbody tr.now').waitFor();
    await take('comparison');
    await workbench.runCommand('Tokenfare: Show Workspace Report');
    await page().locator('tbody tr', { hasText: 'residency.py' }).first().waitFor();
    await take('report');
  });
});
