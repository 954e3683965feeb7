/** What a person sets from the command palette, with the keyboard alone, and what follows in the editor. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench';

let workbench: Workbench;
beforeAll(async () => { workbench = await openWorkbench(); });
afterAll(() => workbench?.close());
afterEach(async ({ task }) => { if (task.result?.state === 'fail') await workbench.screenshot(`failed ${task.name}`); });

const title = (text: string | RegExp) => workbench.page.locator('.quick-input-title', { hasText: text }).waitFor();
const configuration = (): Promise<string> => readFile(join(workbench.folder, 'tokenfare.yaml'), 'utf8');

it('sets an assumption of the call under the cursor, and the hint follows', async () => {
  await workbench.openFile('chat.py');
  await workbench.putCursorOn('completions');
  const before = await workbench.inlayHint('reply = client.chat');
  expect(before).toContain('217 tok in');
  await workbench.runCommand('Tokenfare: Set Assumptions');
  await title('Set Assumptions');
  await workbench.page.keyboard.type('question');
  await workbench.page.keyboard.press('Enter');
  await title('Tokens of question');
  await workbench.page.keyboard.press('ControlOrMeta+a');
  await workbench.page.keyboard.type('nonsense');
  await workbench.page.locator('.quick-input-message', { hasText: 'Expected a whole number' }).waitFor();
  await workbench.page.keyboard.press('ControlOrMeta+a');
  await workbench.page.keyboard.type('1000');
  await workbench.page.keyboard.press('Enter');
  // 17 tokens are known in the code; the hole is now 1,000.
  await expect.poll(() => workbench.inlayHint('reply = client.chat'), { timeout: 30_000 }).toContain('1,017 tok in');
  // The hint follows the text in the editor; the file is saved right after.
  await expect.poll(configuration, { timeout: 15_000 }).toMatch(/holes:\s*\n\s+question: 1000/);
  await workbench.screenshot('assumption-set');
});

it('sets the budget, and the status bar shows it as estimated', async () => {
  await workbench.openFile('chat.py');
  await workbench.runCommand('Tokenfare: Set Budget');
  await title('Set Budget (1/3)');
  await workbench.page.keyboard.press('ControlOrMeta+a');
  await workbench.page.keyboard.type('75 USD');
  await workbench.page.keyboard.press('Enter');
  await title('Set Budget (2/3)');
  await workbench.page.keyboard.press('Enter');
  await title('Set Budget (3/3)');
  await workbench.page.keyboard.press('ControlOrMeta+a');
  await workbench.page.keyboard.type('2000');
  await workbench.page.keyboard.press('Enter');
  expect(await workbench.statusBar(/\/ \$75/)).toContain('est.');
  const text = await configuration();
  expect(text).toContain('amount: 75');
  expect(text).toContain('callsPerMonth: 2000');
  // What was there stays there.
  expect(text).toContain('allowedZones: [EU, US]');
});
