/** Text from code and catalog, made safe to put into Markdown. No editor needed. */

/** Escapes everything that Markdown or HTML would read as markup inside a line; line breaks become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\\`*[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:\/\//g, ':&#47;&#47;');
}

/** A GitHub-style table; cells are Markdown already. `right` lists columns that are aligned right. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = `|${header.map((_, index) => (right.includes(index) ? '---:' : '---')).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** The same table with columns padded, so that it also reads well as plain text. */
export function alignedTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = header.map((cell, column) => Math.max(3, width(cell), ...rows.map((row) => width(row[column] ?? ''))));
  const line = (cells: readonly string[]): string => `| ${widths.map((size, column) => {
    const cell = cells[column] ?? '';
    const padding = ' '.repeat(Math.max(0, size - width(cell)));
    return right.includes(column) ? padding + cell : cell + padding;
  }).join(' | ')} |`;
  const rule = `|${widths.map((size, column) => (right.includes(column) ? `${'-'.repeat(size + 1)}:` : '-'.repeat(size + 2))).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** Columns a text takes in a fixed-width font: two for East Asian wide characters. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(character) ? 2 : 1;
  return columns;
}
