/** Reports in every format, to standard output or a file. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { english } from '../messages.js';
import { type Block, markdown, plainText } from '../reporters/blocks.js';
import { csv } from '../reporters/csv.js';
import { html } from '../reporters/html.js';
import { ascii } from '../reporters/layout.js';
import type { Report } from '../reporters/report.js';
import { summary } from '../reporters/summary.js';
import { terminal } from './output.js';

/** How a report is rendered; a new format is one entry. */
const renderers = {
  text: (report: Report) => terminalText(summary(report, english)),
  json: (report: Report) => `${JSON.stringify(report, null, 2)}\n`,
  markdown: (report: Report) => markdown(summary(report, english)),
  csv: (report: Report) => csv(report),
  html: async (report: Report) => html(report, await pageAssets(), english),
} satisfies Record<string, (report: Report) => string | Promise<string>>;

export type ReportFormat = keyof typeof renderers;

/** Throws with the list of formats when it is none of them. */
export function checkReportFormat(format: string): ReportFormat {
  if (Object.hasOwn(renderers, format)) return format as ReportFormat;
  throw new Error(`unknown format "${format}"; there are ${Object.keys(renderers).join(', ')}`);
}

/** Formats of a scan: those of a report, and those that services read from the analyses. */
export type ScanFormat = ReportFormat | 'sarif' | 'github';

export function checkScanFormat(format: string): ScanFormat {
  if (format === 'sarif' || format === 'github' || Object.hasOwn(renderers, format)) return format as ScanFormat;
  throw new Error(`unknown format "${format}"; there are ${[...Object.keys(renderers), 'sarif', 'github'].join(', ')}`);
}

export async function renderReport(report: Report, format: ReportFormat): Promise<string> {
  return renderers[format](report);
}

/** Signs in ASCII where the terminal promises no more. */
export function inTerminal(text: string): string {
  return terminal().unicode ? text : ascii(text);
}

/** Blocks for this terminal. */
export function terminalText(blocks: readonly Block[]): string {
  const { width, tableWidth } = terminal();
  return inTerminal(plainText(blocks, width, tableWidth));
}

/** To a file when one is named (and nothing on standard output), else to standard output. */
export async function write(text: string, file?: string): Promise<void> {
  if (file === undefined) { process.stdout.write(text); return; }
  await writeFile(file, text).catch((error: Error) => { throw new Error(`${file}: ${error.message}`); });
}

/** Script and style of the report page, with the hashes by which the page lets them in. */
async function pageAssets(): Promise<Parameters<typeof html>[1]> {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const read = async (file: string): Promise<{ readonly text: string; readonly hash: string }> => {
    const text = await readFile(`${here}webview/${file}`, 'utf8').catch(() => { throw new Error(`${here}webview/${file} is missing: the installation is incomplete, build or install it again`); });
    return { text, hash: createHash('sha256').update(text).digest('base64') };
  };
  return { script: await read('report.js'), style: await read('report.css') };
}
