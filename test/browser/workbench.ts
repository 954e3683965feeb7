/** The workbench as a person uses it: with keyboard, mouse and eyes. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium } from '../host/chromium.mjs';
import { startServer, type Server, type ServerOptions } from '../host/server.mjs';

/** Absolute path of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const patience = 20_000;

export interface WorkbenchOptions extends ServerOptions {
  /** Folder to open, copied first so that tests may change it. Default: test/vscode/workspace. */
  readonly folder?: string;
  /** Extension under development, null for none. Default: this repository. */
  readonly extension?: string | null;
  readonly width?: number;
  readonly height?: number;
}

export interface Workbench {
  readonly page: Page;
  readonly folder: string;
  /** Opens a file of the folder by its name and waits for its text. */
  openFile(name: string): Promise<void>;
  /** Runs a command by its title from the command palette, with the keyboard only. */
  runCommand(title: string): Promise<void>;
  /** Selects the next occurrence of `text`, through the Find box. */
  putCursorOn(text: string): Promise<void>;
  /** The editor line that contains `text`. */
  line(text: string): Locator;
  /** Text of the inlay hints on the line that contains `text`, once there are any. */
  inlayHint(text: string): Promise<string>;
  /** Rests the pointer on `text` until a hover with `expected` appears; returns the hover's text. */
  hover(text: string, expected: RegExp): Promise<string>;
  /** Drags the free edge of the hover, so that it is `pixels` higher. */
  enlargeHover(pixels: number): Promise<void>;
  /** Waits for the quick pick with this title and returns the rows in sight. */
  quickPickRows(title: string): Promise<string[]>;
  /** Text of the status bar entry that matches. */
  statusBar(expected: RegExp): Promise<string>;
  /** Writes out/screenshots/<name>.png, or below `folder` of the repository. */
  screenshot(name: string, folder?: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a server and a browser and opens a workbench; `close` ends all of it and removes the copied folder. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { extension = root, width = 1280, height = 800, ...serverOptions } = options;
  const folder = await mkdtemp(join(tmpdir(), 'tokenfare-workspace-'));
  await cp(options.folder ?? join(root, 'test/vscode/workspace'), folder, { recursive: true });
  let server: Server | undefined;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    server = await startServer(serverOptions);
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width, height } });
    page.setDefaultTimeout(patience);
    await page.goto(server.url({ folder, ...(extension ? { extension } : {}) }));
    await page.locator('.monaco-workbench .statusbar').waitFor();
    return { ...actions(page), page, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function actions(page: Page): Omit<Workbench, 'page' | 'folder' | 'close'> {
  const editor = page.locator('.editor-instance .monaco-editor').first();
  const quickInput = page.locator('.quick-input-widget');
  // The editor draws spaces as no-break spaces.
  const line = (text: string): Locator => editor.locator('.view-line', { hasText: new RegExp(escape(text).replace(/ /g, '[ \\u00a0]')) }).first();

  const typeQuickInput = async (keys: string, text: string): Promise<void> => {
    await page.keyboard.press(keys);
    await quickInput.locator('input').first().waitFor();
    await page.keyboard.type(text);
  };

  return {
    line,
    async openFile(name) {
      await typeQuickInput('ControlOrMeta+p', name);
      await quickInput.locator('.monaco-list-row', { hasText: name }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.tab.active', { hasText: name }).waitFor();
      await editor.locator('.view-line').first().waitFor();
    },
    async runCommand(title) {
      await typeQuickInput('F1', title);
      await quickInput.locator('.monaco-list-row', { hasText: title }).first().waitFor();
      await page.keyboard.press('Enter');
    },
    async putCursorOn(text) {
      await page.keyboard.press('ControlOrMeta+f');
      const find = page.locator('.find-widget.visible textarea, .find-widget.visible [role=textbox]').first();
      await find.waitFor();
      await find.fill(text);
      await page.locator('.find-widget.visible .matchesCount', { hasText: /\d+ of \d+/ }).waitFor();
      await page.keyboard.press('Escape');
    },
    async inlayHint(text) {
      // A hint is drawn inside the line, after its text.
      const shown = line(text).filter({ hasText: /tok[ \u00a0]in/ });
      await shown.waitFor();
      return clean((await shown.innerText()).replace(/^[^≈]*/, ''));
    },
    async hover(text, expected) {
      const target = line(text).getByText(text, { exact: false }).last();
      const shown = page.locator('.monaco-hover:visible', { hasText: expected });
      const deadline = Date.now() + patience;
      // The extension may be starting: a person, too, would move the pointer there again.
      while (Date.now() < deadline) {
        await target.hover();
        if (await shown.first().waitFor({ timeout: 4_000 }).then(() => true, () => false)) return clean(await shown.first().innerText());
        await page.mouse.move(640, 700);
      }
      throw new Error(`no hover with ${expected} over ${text}`);
    },
    async enlargeHover(pixels) {
      // Only the edge that points away from the text can be dragged.
      const edge = page.locator('.monaco-resizable-hover:visible .monaco-sash.horizontal:not(.disabled)').first();
      const { x, y, width, height } = (await edge.boundingBox())!;
      const away = (await edge.getAttribute('class'))!.includes('north') ? -1 : 1;
      await page.mouse.move(x + width / 2, y + height / 2, { steps: 6 });
      await page.mouse.down();
      await page.mouse.move(x + width / 2, y + height / 2 + away * pixels, { steps: 10 });
      await page.mouse.up();
      // The edge lights up under the pointer.
      await page.mouse.move(x + width / 2, y, { steps: 4 });
      await page.waitForTimeout(400);
    },
    async quickPickRows(title) {
      await quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
      const rows = quickInput.locator('.monaco-list-row');
      await rows.first().waitFor();
      return (await rows.allInnerTexts()).map(clean);
    },
    async statusBar(expected) {
      const item = page.locator('.statusbar-item', { hasText: expected }).first();
      await item.waitFor();
      return clean(await item.innerText());
    },
    async screenshot(name, folder = 'out/screenshots') {
      await mkdir(join(root, folder), { recursive: true });
      // Lists and menus fade in.
      await page.waitForTimeout(400);
      const path = join(root, folder, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
  };
}

const escape = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
const clean = (text: string): string => text.replace(/\u00a0/g, ' ').replace(/[ \t]*\n\s*/g, '\n').trim();
