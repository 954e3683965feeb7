/** Pages of the extension in a browser of their own, on real data, with the editor played by a few lines. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../host/chromium.mjs';
import { root } from './workbench';

export type Theme = 'light' | 'dark' | 'high contrast';

/** Colours as VS Code's default themes hand them to webviews. */
const themes: Readonly<Record<Theme, { readonly body: string; readonly variables: Readonly<Record<string, string>> }>> = {
  light: { body: 'vscode-light', variables: { foreground: '#3b3b3b', descriptionForeground: '#3b3b3bcc', 'editor-background': '#ffffff', 'panel-border': '#e5e5e5', 'charts-blue': '#1a85ff', 'charts-orange': '#d18616', 'editorWarning-foreground': '#895503', errorForeground: '#a1260d', 'input-background': '#ffffff', 'input-border': '#cecece', focusBorder: '#005fb8', 'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'list-hoverBackground': '#f2f2f2', 'list-inactiveSelectionBackground': '#e4e6f1' } },
  dark: { body: 'vscode-dark', variables: { foreground: '#cccccc', descriptionForeground: '#9d9d9d', 'editor-background': '#1f1f1f', 'panel-border': '#2b2b2b', 'charts-blue': '#3794ff', 'charts-orange': '#d18616', 'editorWarning-foreground': '#cca700', errorForeground: '#f85149', 'input-background': '#313131', 'input-border': '#3c3c3c', focusBorder: '#0078d4', 'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'list-hoverBackground': '#2a2d2e', 'list-inactiveSelectionBackground': '#37373d' } },
  'high contrast': { body: 'vscode-high-contrast', variables: { foreground: '#ffffff', descriptionForeground: '#ffffffb3', 'editor-background': '#000000', 'panel-border': '#6fc3df', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518', 'charts-blue': '#3794ff', 'charts-orange': '#f38518', 'editorWarning-foreground': '#ffd370', errorForeground: '#f48771', 'input-background': '#000000', 'input-border': '#6fc3df', focusBorder: '#f38518', 'button-secondaryBackground': '#000000', 'button-secondaryForeground': '#ffffff', 'button-background': '#000000', 'button-foreground': '#ffffff' } },
};

export interface OpenPage {
  readonly page: Page;
  /** Messages that the page has sent to the editor. */
  sent(): Promise<{ readonly type: string; readonly [key: string]: unknown }[]>;
  send(message: unknown): Promise<void>;
  /** What went wrong on the page, violations of its policy and requests to anywhere included. */
  readonly problems: string[];
  screenshot(name: string): Promise<void>;
}

export interface Pages {
  open(name: 'comparison' | 'report', theme: Theme, state?: unknown, size?: { readonly width: number; readonly height: number }): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Starts a browser. The pages are those of dist/, under the policy that the extension gives them. */
export async function openPages(): Promise<Pages> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenfare-pages-'));
  const browser: Browser = await launchChromium();
  return {
    async open(name, theme, state, size = { width: 1280, height: 900 }) {
      const { body, variables } = themes[theme];
      const page = await browser.newPage({ viewport: size, colorScheme: theme === 'light' ? 'light' : 'dark' });
      const problems: string[] = [];
      page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => { if (!/^(file|data|blob):/.test(request.url())) problems.push(`request to ${request.url()}`); });
      const style = await readFile(join(root, `dist/webview/${name}.css`), 'utf8');
      const script = await readFile(join(root, `dist/webview/${name}.js`), 'utf8');
      const file = join(folder, `${name}-${theme.replace(' ', '-')}.html`);
      const nonce = 'n0nce';
      await writeFile(file, `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'">
<title>${name}</title><style nonce="${nonce}">:root { ${Object.entries(variables).map(([key, value]) => `--vscode-${key}: ${value};`).join(' ')} --vscode-font-family: system-ui, sans-serif; --vscode-font-size: 13px; }</style><style nonce="${nonce}">${style}</style></head>
<body class="${body}"><main id="root"></main>
<script nonce="${nonce}">const sent = []; let state = ${JSON.stringify(state ?? null).replaceAll('<', '\\u003c')}; globalThis.testing = { sent, state: () => state };
globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => sent.push(message), getState: () => state ?? undefined, setState: (next) => { state = JSON.parse(JSON.stringify(next)); } });</script>
<script nonce="${nonce}">${script.replaceAll('</script', '<\\/script')}</script></body></html>`);
      await page.goto(pathToFileURL(file).href);
      return {
        page, problems,
        sent: () => page.evaluate(() => (globalThis as unknown as { testing: { sent: { type: string }[] } }).testing.sent),
        send: (message) => page.evaluate((data) => { dispatchEvent(new MessageEvent('message', { data })); }, message),
        async screenshot(as) {
          const { mkdir } = await import('node:fs/promises');
          await mkdir(join(root, 'out/screenshots'), { recursive: true });
          await page.waitForTimeout(150);
          await page.screenshot({ path: join(root, `out/screenshots/${as}.png`), fullPage: true });
        },
      };
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
