/** A document of headings, paragraphs, lists and tables, written once and rendered as Markdown or as plain text. */
import { plain, textTable, width, wrap } from './layout.js';

export type Block =
  | { readonly kind: 'title' | 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly right: readonly number[] };

/** Escapes what Markdown or HTML would read as markup; addresses stay links. */
function escape(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/[\\`*[\]|~<>]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&');
}

/** GitHub-style Markdown. */
export function markdown(blocks: readonly Block[]): string {
  return `${blocks.map((block) => {
    switch (block.kind) {
      case 'title': return `# ${escape(block.text)}`;
      case 'heading': return `## ${escape(block.text)}`;
      case 'paragraph': return escape(block.text);
      case 'list': return block.items.map((item) => `- ${escape(item)}`).join('\n');
      case 'table': {
        const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
        const rule = `|${block.header.map((_, column) => (block.right.includes(column) ? '---:' : '---')).join('|')}|`;
        return [line(block.header), rule, ...block.rows.map(line)].join('\n');
      }
    }
  }).join('\n\n')}\n`;
}

/** Text for a terminal of `columns`, with tables of `tableColumns`; nothing in it can steer the terminal. */
export function plainText(blocks: readonly Block[], columns: number, tableColumns = columns): string {
  return `${blocks.map((block) => {
    switch (block.kind) {
      case 'title': return `${plain(block.text)}\n${'='.repeat(Math.min(columns, width(block.text)))}`;
      case 'heading': return `\n${plain(block.text)}\n${'-'.repeat(Math.min(columns, width(block.text)))}`;
      case 'paragraph': return wrap(plain(block.text), columns).join('\n');
      case 'list': return block.items.map((item) => wrap(`- ${plain(item)}`, columns, '  ').join('\n')).join('\n');
      case 'table': return textTable(block.header, block.rows, block.right, tableColumns);
    }
  }).join('\n')}\n`;
}
