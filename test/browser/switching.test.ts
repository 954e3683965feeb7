/** Another SDK, seen by a person: what is lost before it happens, the preview, applying, undo. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench';

let workbench: Workbench;
beforeAll(async () => { workbench = await openWorkbench(); });
afterAll(() => workbench?.close());
afterEach(async ({ task }) => { if (task.result?.state === 'fail') await workbench.screenshot(`failed ${task.name}`); });

it('names what is lost before it happens, and shows the change', async () => {
  await workbench.openFile('residency.py');
  await workbench.putCursorOn('completions');
  await workbench.inlayHint('reply = client.chat');
  await workbench.runCommand('Tokenfare: Switch SDK for This Call');
  const rows = await workbench.quickPickRows('Write this call for another SDK');
  await workbench.screenshot('switch sdk');
  expect(rows.length).toBeGreaterThan(3);
  await workbench.page.keyboard.type('anthropic claude');
  await workbench.page.keyboard.press('Enter');
  const preview = workbench.page.locator('.bulk-edit-panel, .refactor-preview, .pane-body', { hasText: 'residency.py' }).first();
  const changed = workbench.line('messages.create');
  await Promise.race([preview.waitFor(), changed.waitFor()]);
  await workbench.screenshot('switch preview');
});

it('puts a call behind a gateway from the palette', async () => {
  await workbench.page.keyboard.press('Escape');
  await workbench.openFile('chat.ts');
  await workbench.putCursorOn('completions');
  await workbench.runCommand('Tokenfare: Put This Call Behind a Gateway');
  const rows = await workbench.quickPickRows('Put this call behind a gateway');
  expect(rows.join('\n')).toMatch(/OpenRouter[\s\S]*LiteLLM[\s\S]*Portkey[\s\S]*TokenMix/);
  await workbench.page.keyboard.type('OpenRouter');
  await workbench.page.keyboard.press('Enter');
  await workbench.page.locator('.quick-input-title', { hasText: 'Models to fall back to' }).waitFor();
  await workbench.page.keyboard.press('Enter');
  await workbench.line('https://openrouter.ai/api/v1').waitFor();
  await workbench.screenshot('behind a gateway');
  await workbench.page.keyboard.press('ControlOrMeta+z');
  await workbench.line('const client = new OpenAI();').waitFor();
});
