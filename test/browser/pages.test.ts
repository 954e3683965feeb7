/** The comparison page and the report page, by keyboard alone, in every kind of theme. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComparisonData } from '../../src/reporters/pages.js';
import type { Report } from '../../src/reporters/report.js';
import { comparisonData, reportData } from './pageData';
import { type OpenPage, type Pages, type Theme, openPages } from './pages';

let pages: Pages;
let comparison: ComparisonData;
let report: Report;
beforeAll(async () => {
  [pages, comparison, report] = await Promise.all([openPages(), comparisonData(), reportData(2000)]);
});
afterAll(() => pages?.close());

const opened = async (theme: Theme = 'light', state?: unknown, data: ComparisonData = comparison, size?: { width: number; height: number }): Promise<OpenPage> => {
  const page = await pages.open('comparison', theme, state, size);
  expect((await page.sent())[0]).toEqual({ type: 'ready' });
  await page.send({ type: 'data', data });
  await page.page.locator('tbody tr.now').waitFor();
  return page;
};
const cell = async ({ page }: OpenPage, row: string, column: string): Promise<string> => {
  const heads = await page.locator('thead').first().locator('th').allInnerTexts();
  const index = heads.findIndex((head) => head.startsWith(column));
  return page.locator('tbody tr', { hasText: row }).first().locator('th, td').nth(index).innerText();
};
const settle = ({ page }: OpenPage): Promise<void> => page.waitForTimeout(120);
const lastOf = async (page: OpenPage, type: string) => (await page.sent()).findLast((each) => each.type === type)!;

describe.each(['light', 'dark', 'high contrast'] as const)('%s', (theme) => {
  it('shows the comparison without breaking its policy', async () => {
    const page = await opened(theme, { scenario: { ...comparison.scenario, flatFee: 20 } });
    expect(page.problems).toEqual([]);
    await page.screenshot(`comparison-${theme.replace(' ', '-')}`);
    await page.page.close();
  });

  it('shows the report without breaking its policy', async () => {
    const page = await pages.open('report', theme);
    await page.send({ type: 'report', report: { ...report, calls: report.calls.slice(0, 60) }, texts: null });
    await page.page.locator('tbody tr').first().waitFor();
    expect(page.problems).toEqual([]);
    await page.screenshot(`report-${theme.replace(' ', '-')}`);
    await page.page.close();
  });
});

describe('the comparison, by the keyboard alone', () => {
  it('sorts by a head, goes from row to row, pins, moves the call', async () => {
    const page = await opened();
    const { keyboard } = page.page;
    await page.page.locator('thead button', { hasText: 'Model' }).first().focus();
    await keyboard.press('Enter');
    expect(await page.page.locator('thead th').first().getAttribute('aria-sort')).toBe('ascending');
    const names = (): Promise<string[]> => page.page.locator('tbody tr[data-key] th').allInnerTexts();
    const first = (await names()).slice(1);
    expect(first).toEqual([...first].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })));
    await keyboard.press('Enter');
    expect(await page.page.locator('thead th').first().getAttribute('aria-sort')).toBe('descending');
    // From the heads, Tab leads to the row that is chosen.
    for (let steps = 0; steps < 30 && !(await page.page.evaluate(() => document.activeElement?.tagName === 'TR')); steps++) await keyboard.press('Tab');
    await keyboard.press('End');
    const last = (await names()).at(-1)!;
    expect(await page.page.evaluate(() => document.activeElement?.querySelector('th')?.textContent)).toBe(last);
    await keyboard.press(' ');
    await settle(page);
    expect((await names())[1]).toContain(last);
    const key = comparison.switchable[0]!;
    await page.page.locator(`tr[data-key="${key}"]`).click();
    await keyboard.press('Enter');
    const [provider, endpointId] = key.split('/');
    expect(await lastOf(page, 'switch')).toMatchObject({ target: { provider, endpointId, model: key.split('/').slice(2).join('/') } });
    await page.page.close();
  });

  it('moving a slider moves the figures', async () => {
    const page = await opened();
    const before = await cell(page, 'gpt-4o-mini (now)', 'A month');
    await page.page.locator('#scenario-callsPerDay').fill('1000');
    await page.page.keyboard.press('Tab');
    await settle(page);
    const after = await cell(page, 'gpt-4o-mini (now)', 'A month');
    // $0.15 and $0.60 per million: by the page's own token count and the estimated answer.
    const now = comparison.rows[0]!;
    const expected = (now.input.tokens.likely * 0.15 + now.output.tokens.likely * 0.6) / 1e6 * 1000 * 365 / 12;
    expect(after).toBe(`$${expected.toFixed(2)}`);
    expect(after).not.toBe(before);
    await page.page.locator('#scenario-cacheHitShare-slider').focus();
    for (let step = 0; step < 10; step++) await page.page.keyboard.press('ArrowRight');
    await settle(page);
    const cached = (now.input.tokens.likely * (0.9 * 0.15 + 0.1 * 0.075) + now.output.tokens.likely * 0.6) / 1e6 * 1000 * 365 / 12;
    expect(await cell(page, 'gpt-4o-mini (now)', 'A month')).toBe(`$${cached.toFixed(2)}`);
    expect(await page.page.locator('p.lead').innerText()).toContain('10% of the prompt from the cache');
    await page.page.locator('#save-scenario').click();
    expect(await lastOf(page, 'saveScenario')).toMatchObject({ scenario: { callsPerDay: 1000, cacheHitShare: 0.1 } });
    await page.page.close();
  });

  it('filters, copies what is shown, chooses columns, and remembers all of it', async () => {
    const page = await opened();
    await page.page.locator('#filter').fill('deepseek');
    await settle(page);
    expect(await page.page.locator('tbody tr[data-key]').count()).toBeLessThan(comparison.rows.length);
    await page.page.locator('#copy-markdown').click();
    const { text } = await lastOf(page, 'copy') as unknown as { text: string };
    expect(text).toMatch(/^## gpt-4o-mini · chat\\?\.py:3\n/);
    expect(text).toContain('deepseek');
    expect(text).not.toContain('mistral-');
    await page.page.locator('details.columns summary').first().click();
    await page.page.locator('.choices label', { hasText: 'Tokenizer' }).locator('input').check();
    expect(await page.page.locator('thead th', { hasText: 'Tokenizer' }).count()).toBe(1);
    expect((await lastOf(page, 'columns'))['columns']).toContain('tokenizer');
    const state = await page.page.evaluate(() => (globalThis as unknown as { testing: { state(): unknown } }).testing.state());
    await page.page.close();
    // After a reload.
    const again = await opened('light', state);
    expect(await again.page.locator('#filter').inputValue()).toBe('deepseek');
    expect(await again.page.locator('thead th', { hasText: 'Tokenizer' }).count()).toBe(1);
    await again.page.close();
  });

  it('draws ranges, quality and what moves the number, and exports them', async () => {
    const page = await opened();
    expect(await page.page.locator('#scatter .point').count()).toBeGreaterThanOrEqual(3);
    expect(await page.page.locator('#ranges .bar').count()).toBeGreaterThan(5);
    expect(await page.page.locator('#detail .bar').count()).toBeGreaterThan(2);
    await page.page.locator('#cost-ranges-svg').click();
    const svg = await lastOf(page, 'export') as unknown as { format: string; data: string };
    expect(svg.data).toMatch(/^<\?xml[\s\S]*<svg[\s\S]*gpt-4o-mini/);
    expect(svg.data).not.toContain('var(--');
    await page.page.locator('#cost-quality-png').click();
    await expect.poll(async () => (await lastOf(page, 'export')) as unknown as { format: string }).toMatchObject({ format: 'png' });
    const png = await lastOf(page, 'export') as unknown as { data: string };
    expect(Buffer.from(png.data, 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(page.problems).toEqual([]);
    await page.page.close();
  });

  it('says from when a flat fee pays', async () => {
    const page = await opened();
    await page.page.locator('#scenario-flatFee').fill('30');
    await page.page.keyboard.press('Tab');
    await settle(page);
    const now = comparison.rows[0]!;
    const calls = Math.ceil(30 / ((now.input.tokens.likely * 0.15 + now.output.tokens.likely * 0.6) / 1e6));
    expect(await page.page.locator('#break-even').innerText()).toContain(`about ${calls < 10_000 ? calls.toLocaleString('en') : `${(calls / 1000).toFixed(1).replace('.0', '')}k`} calls a month`);
    await page.page.close();
  });

  it('every control has a name, and nothing is wider than a narrow window at twice the size', async () => {
    const page = await opened('light', undefined, comparison, { width: 640, height: 700 });
    const nameless = await page.page.evaluate(() => [...document.querySelectorAll<HTMLInputElement>('input, select, button')]
      .filter((each) => !(each.getAttribute('aria-label') || each.labels?.length || each.textContent?.trim())).map((each) => each.outerHTML));
    expect(nameless).toEqual([]);
    expect(await page.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
    await page.screenshot('comparison-narrow');
    await page.page.close();
  });

  it('a call that is gone is said, not shown as it was', async () => {
    const page = await opened();
    await page.send({ type: 'gone', message: 'The call is no longer there.', texts: null });
    expect(await page.page.locator('main').innerText()).toContain('The call is no longer there.');
    await page.page.close();
  });
});

describe('the report of 2,000 calls', () => {
  it('draws what is in sight, sorts, filters, opens, and adds up', async () => {
    const page = await pages.open('report', 'dark');
    await page.send({ type: 'report', report, texts: null });
    const table = page.page.locator('.table').first();
    await table.locator('tbody tr[data-key]').first().waitFor();
    expect(await table.locator('table').getAttribute('aria-rowcount')).toBe('2001');
    expect(await table.locator('tbody tr').count()).toBeLessThan(120);
    const total = await page.page.locator('.totals dd').first().innerText();
    const sum = report.calls.reduce((all, { cost }) => all + (cost.perCall?.likely ?? 0) * 10_000, 0);
    expect(total.split('\n')[0]).toBe(`≥ $${Math.round(sum).toLocaleString('en')}`);
    await page.page.locator('#filter').fill('gpt-4.1 module1');
    await settle(page);
    const expected = report.calls.filter((call) => call.model === 'gpt-4.1' && `${call.file}`.includes('module1')).length;
    expect(await page.page.locator('#counted').innerText()).toBe(`${expected} of 2000 calls`);
    await table.locator('tbody tr[data-key]').first().focus();
    await page.page.keyboard.press('End');
    await page.page.keyboard.press('Enter');
    expect(await lastOf(page, 'open')).toMatchObject({ place: { cell: null } });
    await page.page.locator('#volume').focus();
    for (let step = 0; step < 10; step++) await page.page.keyboard.press('ArrowRight');
    await settle(page);
    expect((await page.page.locator('.totals dd').first().innerText()).split('\n')[0]).toBe(`≥ $${Math.round(sum * 2).toLocaleString('en')}`);
    expect(page.problems).toEqual([]);
    await page.page.close();
  });
});
