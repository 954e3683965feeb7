/** Everything with the keyboard alone: compare, switch, quick fix. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench';

let workbench: Workbench;
beforeAll(async () => { workbench = await openWorkbench(); });
afterAll(() => workbench?.close());
afterEach(async ({ task }) => { if (task.result?.state === 'fail') await workbench.screenshot(`failed ${task.name}`); });

it('compares providers for the call under the cursor', async () => {
  await workbench.openFile('chat.py');
  await workbench.putCursorOn('completions');
  await workbench.statusBar(/\/ 1k calls ·/);
  await workbench.runCommand('Tokenfare: Compare Providers for This Call');
  const rows = await workbench.quickPickRows('gpt-4o-mini');
  await workbench.screenshot('compare');
  expect(rows.length).toBeGreaterThan(3);
  expect(rows[0]).toContain('gpt-4o-mini');
  expect(rows.some((row) => /mistral.*[+−]\d+%.*EU ✓/s.test(row))).toBe(true);
  await workbench.page.keyboard.press('Escape');
  await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
});

it('moves a call by filtering the list and pressing Enter', async () => {
  await workbench.openFile('residency.py');
  await workbench.putCursorOn('completions');
  await workbench.inlayHint('reply = client.chat');
  await workbench.runCommand('Tokenfare: Compare Providers for This Call');
  await workbench.quickPickRows('qwen-plus');
  await workbench.page.keyboard.type('mistral');
  await workbench.page.keyboard.press('Enter');
  await workbench.line('api.mistral.ai').waitFor();
  await workbench.screenshot('moved');
  await workbench.page.keyboard.press('ControlOrMeta+z');
  await workbench.line('dashscope.aliyuncs.com').waitFor();
});

it('offers the fix in the quick fix menu and applies it', async () => {
  await workbench.openFile('residency.py');
  await workbench.putCursorOn('completions');
  await workbench.page.locator('.squiggly-error').first().waitFor();
  const menu = workbench.page.locator('.action-widget').first();
  // A result that arrives while the menu opens closes it; one asks again then.
  await expect.poll(async () => {
    if (!(await menu.isVisible())) await workbench.page.keyboard.press('ControlOrMeta+.');
    return menu.locator('.monaco-list-row', { hasText: 'Switch to' }).first().waitFor({ timeout: 3_000 }).then(() => true, () => false);
  }, { timeout: 40_000, interval: 500 }).toBe(true);
  await workbench.screenshot('quick-fix');
  expect(await menu.innerText()).toMatch(/Switch to .*Mistral/);
  await workbench.page.keyboard.type('Mistral');
  await workbench.page.keyboard.press('Enter');
  await workbench.line('api.mistral.ai').waitFor();
  await workbench.page.keyboard.press('ControlOrMeta+s');
  await expect.poll(() => readFile(join(workbench.folder, 'residency.py'), 'utf8')).toContain('MISTRAL_API_KEY');
});
