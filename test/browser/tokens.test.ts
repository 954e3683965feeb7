/** Tokens as a person sees them: live count of a prompt file, of a selection, families side by side, boundaries in both shades. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, root, type Workbench } from './workbench';

const prompt = `You are a clerk of the city library. Answer in two sentences.

Opening hours: 09:00–17:30, closed on 2026-12-25. Call +41 44 123 45 67.
图书馆周一至周五开放，读者可以借阅五本书，为期三十天。
Бібліотека працює щодня, крім неділі.

{"name": "lookup", "limit": 1234567890}
`;

describe.each([['light', 'Default Light Modern'], ['dark', 'Default Dark Modern']])('%s', (shade, theme) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({ settings: { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false, 'editor.hover.hidingDelay': 5000 } });
    await mkdir(join(workbench.folder, 'prompts'), { recursive: true });
    await writeFile(join(workbench.folder, 'prompts/clerk.md'), prompt);
    await copyFile(join(root, 'docs/images/inlay-light.png'), join(workbench.folder, 'desk.png'));
    await writeFile(join(workbench.folder, 'look.py'), 'import base64\nfrom openai import OpenAI\n\nimage = base64.b64encode(open("desk.png", "rb").read()).decode()\nreply = OpenAI().chat.completions.create(\n    model="gpt-4o",\n    max_tokens=100,\n    messages=[{"role": "user", "content": [\n        {"type": "text", "text": "What is on the desk?"},\n        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{image}"}},\n    ]}],\n)\n');
  });
  afterAll(() => workbench?.close());

  it('counts a prompt file and its share of the context while it is edited', async () => {
    await workbench.openFile('clerk.md');
    const before = await workbench.statusBar(/tok · .*% of context/);
    await workbench.page.keyboard.press('ControlOrMeta+End');
    await workbench.page.keyboard.type('One more sentence for the clerk, to be counted at once.');
    const count = Number(/[\d,]+/.exec(before)![0].replace(',', ''));
    await workbench.page.locator('.statusbar-item', { hasText: new RegExp(`(?:^|\\D)(?!${count}\\b)\\d+ tok · `) }).first().waitFor();
    await workbench.screenshot(`tokens-status-${shade}`);
  });

  it('counts a selection', async () => {
    await workbench.page.keyboard.press('ControlOrMeta+Home');
    await workbench.page.keyboard.press('Shift+End');
    // "You are a clerk of the city library. Answer in two sentences." is 14 words and marks, each a token of o200k_base.
    expect(await workbench.statusBar(/14 tok selected/)).toContain('14 tok selected');
  });

  it('puts a model of every family side by side', async () => {
    await workbench.runCommand('Tokenfare: Count Tokens in File');
    const rows = await workbench.quickPickRows('Tokens of this file');
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.some((row) => /exact, o200k_base/.test(row))).toBe(true);
    expect(rows.some((row) => /≈/.test(row) && /estimated from/.test(row))).toBe(true);
    await workbench.screenshot(`tokens-count-${shade}`);
    await workbench.page.keyboard.press('Escape');
  });

  it('shows where tokens end', async () => {
    await workbench.page.keyboard.press('ControlOrMeta+Home');
    await workbench.runCommand('Tokenfare: Show or Hide Token Boundaries');
    const marked = workbench.page.locator('.editor-instance .view-overlays .cdr[class*="ced-"], .editor-instance .view-lines span[class*="ced-"]');
    await marked.first().waitFor();
    expect(await marked.count()).toBeGreaterThan(40);
    await workbench.screenshot(`tokens-boundaries-${shade}`);
    await workbench.runCommand('Tokenfare: Show or Hide Token Boundaries');
    await expect.poll(() => marked.count()).toBe(0);
  });

  it('names the file by which a picture is counted', async () => {
    await workbench.openFile('look.py');
    // 1180 × 800 fits 768 on its short side as 1133 × 768: 3 × 2 tiles of 170 and 85.
    expect(await workbench.hover('completions', /desk\.png/)).toMatch(/image desk\.png: 1,105 tokens by its size/);
    await workbench.screenshot(`tokens-picture-${shade}`);
  });
});
