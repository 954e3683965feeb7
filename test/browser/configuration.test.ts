/** Writing tokenfare.yaml as a person does, in an editor without a YAML extension: suggestions, and what a key means. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench';

describe.each([['dark', 'Default Dark Modern'], ['light', 'Default Light Modern']])('tokenfare.yaml, %s', (shade, theme) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({ width: 1100, height: 700, settings: { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false } });
    await workbench.openFile('tokenfare.yaml');
  });
  afterAll(() => workbench?.close());

  it('says what a key means', async () => {
    expect(await workbench.hover('allowedZones', /Zones in which data may be stored/)).toMatch(/allowedZones/);
    await workbench.screenshot(`configuration-hover-${shade}`);
  });

  it('suggests keys and values while one types, by the keyboard alone', async () => {
    const { page } = workbench;
    const suggestions = page.locator('.suggest-widget.visible .monaco-list-row');
    // The hover before it means that the extension is there.
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('disc');
    await suggestions.filter({ hasText: 'discounts' }).first().waitFor();
    await page.keyboard.press('Enter');
    // What must be there comes first.
    await suggestions.filter({ hasText: 'provider' }).first().waitFor();
    await workbench.screenshot(`configuration-keys-${shade}`);
    await page.keyboard.type('prov');
    await page.keyboard.press('Enter');
    await page.keyboard.type('deeps');
    await suggestions.filter({ hasText: 'deepseek' }).first().waitFor();
    await page.keyboard.press('Enter');
    expect((await workbench.line('provider:').innerText()).replace(/\u00a0/g, ' ')).toContain('- provider: deepseek');
  });
});
