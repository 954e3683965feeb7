/**
 * The report page with 2,000 calls and the comparison page with every priced model: how long from a key or a slider to
 * the next picture, against a page that holds nothing (its frame is the floor). Medians in one browser, one run.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { comparisonData, reportData } from '../test/browser/pageData.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rounds = 15;
const calls = 2000;

const html = (name: string | null): string => {
  const [style, script] = name === null ? ['', ''] : [readFileSync(join(root, `dist/webview/${name}.css`), 'utf8'), readFileSync(join(root, `dist/webview/${name}.js`), 'utf8').replaceAll('</script', '<\\/script')];
  return `<!doctype html><html><head><meta charset="utf-8"><style>${style}</style></head><body class="vscode-dark"><main id="root"></main><input id="floor" type="range">
<script>let state; globalThis.acquireVsCodeApi = () => ({ postMessage() {}, getState: () => state, setState: (next) => { state = next; } });
globalThis.measure = (act) => new Promise((done) => requestAnimationFrame(() => { const start = performance.now(); act(); requestAnimationFrame(() => { document.body.offsetHeight; const channel = new MessageChannel(); channel.port1.onmessage = () => done(performance.now() - start); channel.port2.postMessage(0); }); }));
</script><script>${script}</script></body></html>`;
};

/** Milliseconds from an act, given as source text, to after the next picture. */
async function timed(page: Page, act: (round: number) => string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push(await page.evaluate(`measure(() => { ${act(round)} })`));
    await page.waitForTimeout(30);
  }
  return times.sort((a, b) => a - b)[rounds >> 1]!;
}

const slider = (id: string, value: (round: number) => number) => (round: number): string =>
  `const input = document.getElementById('${id}'); input.value = '${value(round)}'; input.dispatchEvent(new Event('input', { bubbles: true }));`;
const typed = (words: readonly string[]) => (round: number): string =>
  `const input = document.getElementById('filter'); input.value = '${words[round % words.length]}'; input.dispatchEvent(new Event('input', { bubbles: true }));`;
const head = (column: string) => (): string => `document.querySelector('thead [data-column="${column}"]').click();`;

export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenfare-bench-'));
  const { launchChromium } = await import(pathToFileURL(join(root, 'test/host/chromium.mjs')).href) as { launchChromium: () => Promise<Browser> };
  const browser = await launchChromium();
  try {
    const open = async (name: string | null): Promise<Page> => {
      const file = join(folder, `${name ?? 'empty'}.html`);
      writeFileSync(file, html(name));
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(pathToFileURL(file).href);
      return page;
    };
    const firstPaint = async (name: 'report' | 'comparison', message: unknown): Promise<{ page: Page; ms: number }> => {
      const times: number[] = [];
      let page!: Page;
      for (let round = 0; round < 5; round++) {
        page = await open(name);
        const text = JSON.stringify(message);
        await page.evaluate((data) => { (globalThis as unknown as { message: unknown }).message = JSON.parse(data); }, text);
        times.push(await page.evaluate('measure(() => { dispatchEvent(new MessageEvent("message", { data: message })); })'));
        if (round < 4) await page.close();
      }
      return { page, ms: times.sort((a, b) => a - b)[2]! };
    };
    const empty = await open(null);
    const floor = await timed(empty, slider('floor', (round) => round));
    const [report, comparison] = [await reportData(calls), await comparisonData('all')];
    const rows: [string, number][] = [['an empty page: a slider that does nothing (floor)', floor]];
    const first = await firstPaint('report', { type: 'report', report, texts: null });
    rows.push([`report of ${calls.toLocaleString('en')} calls: first picture`, first.ms]);
    rows.push(['… sort by a column', await timed(first.page, head('thousand'))]);
    rows.push(['… filter by a word', await timed(first.page, typed(['gpt', 'gpt-4.1', 'module1', '']))]);
    rows.push(['… slider to new totals, charts and rows', await timed(first.page, slider('volume', (round) => (round % 10) + 1))]);
    const second = await firstPaint('comparison', { type: 'data', data: comparison });
    rows.push([`comparison of ${comparison.rows.length} models: first picture`, second.ms]);
    rows.push(['… sort by a column', await timed(second.page, head('month'))]);
    rows.push(['… filter by a word', await timed(second.page, typed(['qwen', 'deepseek', 'eu', '']))]);
    const similar = await firstPaint('comparison', { type: 'data', data: await comparisonData('similar') });
    rows.push(['comparison of the comparable models: slider to every cost and chart', await timed(similar.page, slider('scenario-cacheHitShare-slider', (round) => round * 5))]);
    rows.push([`comparison of ${comparison.rows.length} models: slider to every cost and chart`, await timed(second.page, slider('scenario-cacheHitShare-slider', (round) => round * 5))]);
    return ['| | ms | over the floor, ms |', '| --- | ---: | ---: |', ...rows.map(([what, ms]) => `| ${what} | ${ms.toFixed(1)} | ${(ms - floor).toFixed(1)} |`)].join('\n');
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
