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

/** Lines of at most `columns`, broken at spaces; words that are longer than a line after a sign of theirs, if one is near. */
function folded(text: string, columns: number): string[] {
  return wrap(text, columns).flatMap((line) => {
    const parts: string[] = [];
    let rest = line;
    while (width(rest) > columns) {
      const most = cut(rest, columns + 1, '');
      const sign = Math.max(...['/', '-', '_', '.', '#'].map((each) => most.lastIndexOf(each)));
      const part = sign >= most.length / 2 ? most.slice(0, sign + 1) : most;
      parts.push(part);
      rest = rest.slice(part.length);
    }
    return [...parts, rest];
  });
}

/** Columns narrower than these cannot be read. */
const leastWords = 12;
const leastFigures = 10;

/**
 * A table of at most `columns`, as far as that can be read: the widest cells are folded over several lines, words (those
 * not in `right`) before figures. Nothing is cut off.
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[], columns: number): string {
  const all = [header, ...rows].map((row) => row.map(plain));
  const widths = header.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const narrow = (which: readonly number[], least: number): void => {
    const excess = (): number => widths.reduce((sum, each) => sum + each + 2, -2) - columns;
    while (which.length > 0 && excess() > 0) {
      const widest = which.reduce((best, each) => (widths[each]! > widths[best]! ? each : best));
      if (widths[widest]! <= least) return;
      widths[widest]!--;
    }
  };
  const places = header.map((_, column) => column);
  narrow(places.filter((column) => !right.includes(column)), leastWords);
  narrow(places.filter((column) => right.includes(column)), leastFigures);
  return all.flatMap((row) => {
    const cells = row.map((cell, column) => folded(cell, widths[column]!));
    return Array.from({ length: Math.max(...cells.map((lines) => lines.length)) }, (_, line) =>
      cells.map((lines, column) => pad(lines[line] ?? '', widths[column]!, right.includes(column))).join('  ').trimEnd());
  }).join('\n');
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
