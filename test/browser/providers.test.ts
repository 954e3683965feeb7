/** The Providers view as a person uses it: opening it, searching, reading a card, all from the keyboard. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench';

describe('the Providers view', () => {
  let workbench: Workbench;
  beforeAll(async () => { workbench = await openWorkbench({ width: 1280, height: 900 }); });
  afterAll(() => workbench?.close());

  it('lists every provider with its zones', async () => {
    await workbench.page.locator('.activitybar .action-label[aria-label^="Tokenfare"]').first().click();
    const rows = workbench.page.locator('.customview-tree .monaco-list-row');
    await rows.filter({ hasText: 'OpenAI' }).first().waitFor();
    expect(await rows.filter({ hasText: 'DeepSeek' }).first().innerText()).toContain('CN');
  });

  it('opens a provider down to where its data goes, by the keyboard', async () => {
    const { page } = workbench;
    await page.locator('.customview-tree .monaco-list-row', { hasText: 'DeepSeek' }).first().click();
    await page.keyboard.press('ArrowRight');
    await page.locator('.customview-tree .monaco-list-row', { hasText: 'api.deepseek.com' }).first().waitFor();
    await page.locator('.customview-tree .monaco-list-row', { hasText: 'Pitfalls' }).first().waitFor();
    await workbench.screenshot('providers-view');
  });

  it('without an address, Update Prices says what to set', async () => {
    await workbench.runCommand('Tokenfare: Update Prices');
    await workbench.page.waitForTimeout(500);
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page.locator('.notifications-center', { hasText: 'tokenfare.prices.url' }).first().waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('finds a provider by one of its models and shows its card', async () => {
    const { page } = workbench;
    await workbench.runCommand('Tokenfare: Find Provider');
    await page.locator('.quick-input-widget input').first().fill('deepseek-flash');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'DeepSeek' }).first().waitFor();
    await page.keyboard.press('Enter');
    const frame = page.frameLocator('iframe.webview').first().frameLocator('#active-frame');
    await frame.locator('h1', { hasText: 'DeepSeek' }).waitFor();
    expect(await frame.locator('body').innerText()).toMatch(/Peak hours cost twice as much/);
    await workbench.screenshot('provider-card');
  });
});
