/** What a person sees: hint, hover, squiggle, status bar. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench';

let workbench: Workbench;
beforeAll(async () => { workbench = await openWorkbench(); });
afterAll(() => workbench?.close());

it('shows a grey hint at the end of the call\'s first line', async () => {
  await workbench.openFile('chat.py');
  expect(await workbench.inlayHint('reply = client.chat')).toMatch(/≈ \$[\d.]+ \/ 1k calls · ~?\d+ tok in/);
  await workbench.screenshot('inlay');
});

it('shows the whole story on hover', async () => {
  const text = await workbench.hover('completions', /per 1,000 calls/);
  expect(text).toContain('gpt-4o-mini');
  expect(text).toContain('the same call at');
  expect(text).toMatch(/Compare…/);
  await workbench.screenshot('hover');
});

it('underlines what breaks the policy and lists it in Problems', async () => {
  await workbench.openFile('residency.py');
  await workbench.page.locator('.squiggly-error').first().waitFor();
  await workbench.runCommand('View: Focus Problems');
  const problem = workbench.page.locator('.markers-panel .monaco-list-row', { hasText: 'mainland China' }).first();
  await problem.waitFor();
  await workbench.screenshot('diagnostics');
  await workbench.page.keyboard.press('ControlOrMeta+j');
  await problem.waitFor({ state: 'hidden' });
});

it('shows cost and budget in the status bar', async () => {
  await workbench.openFile('chat.ts');
  expect(await workbench.statusBar(/1k calls/)).toMatch(/\$[\d.]+ \/ 1k calls · \$[\d.]+ \/ \$50 a month est\./);
  await workbench.screenshot('status');
});
