/** What the terminal can show. */
import type { Facts } from '../core/model.js';
import { plain, textTable } from '../reporters/layout.js';
import type { TextStyle } from '../reporters/text.js';

export { plain };

/** Columns of standard output (of its tables: any number in a pipe, for whoever reads by lines), and whether more than ASCII may be printed. */
export function terminal(): { readonly width: number; readonly tableWidth: number; readonly unicode: boolean } {
  const { stdout, env } = process;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const width = stdout.isTTY ? stdout.columns || 120 : Number(env['COLUMNS']) || 140;
  return {
    width, tableWidth: stdout.isTTY || env['COLUMNS'] ? width : Infinity,
    unicode: !stdout.isTTY || process.platform === 'win32' || locale === '' || /utf-?8/i.test(locale),
  };
}

/** Style for standard output: colour only on a terminal and not against NO_COLOR, ASCII where UTF-8 is not promised. */
export function styleOf({ providers, rates }: Facts, verbose: boolean): TextStyle {
  const { stdout, env } = process;
  return {
    ...terminal(),
    colour: Boolean(stdout.isTTY) && !env['NO_COLOR'] && env['TERM'] !== 'dumb' || env['FORCE_COLOR'] === '1',
    providers,
    rates,
    verbose,
  };
}

/** A line on standard error that is overwritten, on terminals only. */
export function progressLine(): { update(done: number, total: number): void; clear(): void } {
  const { stderr } = process;
  let last = 0;
  return {
    update(done, total) {
      if (!stderr.isTTY || (Date.now() - last < 100 && done < total)) return;
      last = Date.now();
      stderr.write(`\r\u001b[Kscanning ${done} / ${total}`);
    },
    clear() { if (stderr.isTTY && last) stderr.write('\r\u001b[K'); },
  };
}

/** All of standard input as text. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** ISO date of the local day. */
export function todayIso(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/**
 * The day, or the moment, that prices are asked for: `--at`, else today. Throws when it is neither an ISO date nor an
 * ISO date-time with an offset.
 */
export function momentOf(flags: { readonly at?: string }): string {
  if (flags.at === undefined) return todayIso();
  const valid = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(flags.at) && Number.isFinite(Date.parse(flags.at));
  if (!valid) throw new Error(`--at takes a day such as 2026-06-01, or a time such as 2026-06-01T09:30+08:00, not "${flags.at}"`);
  return flags.at;
}

/** The day of `momentOf`. */
export function dayOf(flags: { readonly at?: string }): string {
  return momentOf(flags).slice(0, 10);
}

/** Columns aligned by the widest cell, folded where the terminal is narrower; `right` lists the columns that hold figures. A pipe gets one line a row. */
export function table(header: readonly string[], cells: readonly (readonly string[])[], right: readonly number[]): string {
  return `${textTable(header, cells, right, terminal().tableWidth)}\n`;
}
