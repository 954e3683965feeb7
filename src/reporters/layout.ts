/** Text in columns: widths, cutting, wrapping, and what a terminal may be given. */

/** Columns a text takes: wide characters take two. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(character) ? 2 : 1;
  return columns;
}

/** At most `columns` wide, ended by `ellipsis` (one column) when something is cut off. */
export function cut(text: string, columns: number, ellipsis: string): string {
  if (width(text) <= columns) return text;
  if (columns === 0) return '';
  let result = '';
  for (const character of text) {
    if (width(result) + width(character) > columns - 1) break;
    result += character;
  }
  return result + ellipsis;
}

/** Filled up with spaces to `columns`. */
export function pad(text: string, columns: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? space + text : text + space;
}

/** Lines of at most `columns`, broken at spaces only; later lines begin with `indent`. */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** One line that cannot steer the terminal: names come from source code and may hold escape sequences. */
export function plain(text: string): string {
  // Control characters, and the marks that reorder text.
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** The signs of the reports in ASCII; other characters come from source code and are left alone. */
export function ascii(text: string): string {
  return text.replaceAll('…', '...').replaceAll('–', '-').replaceAll('−', '-').replaceAll('≈', '~').replaceAll('≥', '>=').replaceAll('≤', '<=')
    .replaceAll('✓', 'ok').replaceAll('✗', 'x').replaceAll('¥', 'CNY ').replaceAll('→', '->').replaceAll('×', 'x').replaceAll('±', '+-').replaceAll('€', 'EUR ').replaceAll('\ufffd', '?');
}
