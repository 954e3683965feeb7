/** The user's path: the packaged VSIX, installed, nothing under development, workspace trust asked for. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkbench, root, type Workbench } from './workbench';

let workbench: Workbench;
beforeAll(async () => {
  const [vsix] = globSync('tokenfare-*.vsix', { cwd: root });
  if (!vsix) throw new Error('no VSIX: run npm run package');
  workbench = await openWorkbench({ extension: null, extensions: [join(root, vsix)] });
});
afterAll(() => workbench?.close());

it('works as installed', async () => {
  await workbench.openFile('chat.py');
  expect(await workbench.inlayHint('reply = client.chat')).toMatch(/≈ \$[\d.]+ \/ 1k calls/);
  expect(await workbench.hover('completions', /per 1,000 calls/)).toContain('exact, o200k_base');
  expect(await workbench.statusBar(/1k/)).toContain('$');
});
