/** The usage dashboard as a person sees it: empty at first, then with a month of usage, in a dark, a light and a high-contrast theme. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedUsage } from './usageForTests';
import { openWorkbench, type Workbench } from './workbench';

const page = ({ page: window }: Workbench): FrameLocator => window.frameLocator('iframe.webview').first().frameLocator('#active-frame');
const home = mkdtempSync(join(tmpdir(), 'tokenfare-home-'));
const picturesOnly = process.env['PICTURES'];
afterAll(() => { rmSync(home, { recursive: true, force: true }); });

describe('the usage dashboard without usage', () => {
  let workbench: Workbench;
  beforeAll(async () => { workbench = await openWorkbench({ width: 1280, height: 900 }); });
  afterAll(() => workbench?.close());

  it('explains the three ways to get data, and starts metering from there', async () => {
    await workbench.openFile('chat.py');
    await workbench.statusBar(/\$50/);
    await workbench.runCommand('Tokenfare: Show Usage Dashboard');
    const shown = page(workbench);
    await shown.locator('.empty').waitFor();
    expect(await shown.locator('.empty li').count()).toBe(3);
    await workbench.screenshot('dashboard-empty');
    await shown.locator('.empty button', { hasText: 'Start Metering' }).click();
    expect(await workbench.statusBar(/metering/)).toContain('metering');
    await shown.locator('.tools button', { hasText: 'Stop Metering' }).waitFor();
    await workbench.screenshot('metering-badge');
    await workbench.page.locator('.statusbar-item', { hasText: /metering/ }).first().click();
    await workbench.page.locator('.statusbar-item', { hasText: /metering/ }).waitFor({ state: 'detached' });
  });
});

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern', 'high-contrast': 'Default High Contrast' } as const;
describe.each(Object.entries(themes))('the usage dashboard in %s', (shade, theme) => {
  let workbench: Workbench;
  let problems: string[] = [];
  beforeAll(async () => {
    workbench = await openWorkbench({ width: 1240, height: 1330, environment: { TOKENFARE_HOME: home }, settings: { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false, 'workbench.activityBar.location': 'hidden', 'window.commandCenter': false } });
    seedUsage(home, workbench.folder);
    problems = [];
    workbench.page.on('console', (message) => { if (/Content Security Policy|Refused to/.test(message.text())) problems.push(message.text()); });
  });
  afterAll(() => workbench?.close());

  it('shows money, budget, tokens, calls and models, and breaks no policy', async () => {
    await workbench.openFile('chat.py');
    await workbench.statusBar(/\$/);
    await workbench.page.keyboard.press('ControlOrMeta+b');
    await workbench.runCommand('Tokenfare: Show Usage Dashboard');
    const shown = page(workbench);
    await shown.locator('.figure').first().waitFor();
    await shown.locator('canvas').nth(1).waitFor();
    const text = await shown.locator('body').innerText();
    for (const part of ['measured', 'Spending per day', 'Budget', 'Tokens', 'Calls: estimate and actual', 'claude-haiku-4-5', 'chat.py:8']) expect(text).toContain(part);
    await workbench.screenshot(`dashboard-${shade}`, picturesOnly && shade !== 'high-contrast' ? 'docs/images' : undefined);
    expect(problems).toEqual([]);
  });

  it.skipIf(shade !== 'dark')('leads from a call to the code, by the keyboard', async () => {
    const shown = page(workbench);
    await shown.locator('button.link', { hasText: 'chat.py:8' }).focus();
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.editor-group-container .tab.active', { hasText: 'chat.py' }).first().waitFor();
  });
});
