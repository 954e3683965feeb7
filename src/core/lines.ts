/** Turns offsets into 1-based lines and columns without rescanning the text for each. */
export interface LineIndex {
  readonly lineCount: number;
  /** 1-based line and column (UTF-16 code units) of an offset; offsets past the end are clamped. */
  positionAt(offset: number): { readonly line: number; readonly column: number };
  /** Offset of the first character of a 1-based line, clamped to the document. */
  offsetOfLine(line: number): number;
  /** Offset just behind the last character of a 1-based line, before its line break. */
  endOfLine(line: number): number;
}

/** Builds the index of line starts; `\r\n`, `\n` and `\r` each end a line, as in VS Code. */
export function indexLines(text: string): LineIndex {
  const starts = [0];
  const pattern = /\r\n?|\n/g;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) starts.push(pattern.lastIndex);

  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    lineCount: starts.length,
    positionAt(offset) {
      const clamped = Math.max(0, Math.min(offset, text.length));
      const line = lineOf(clamped);
      return { line: line + 1, column: clamped - starts[line]! + 1 };
    },
    offsetOfLine(line) {
      return starts[Math.max(0, Math.min(line, starts.length) - 1)] ?? 0;
    },
    endOfLine(line) {
      const index = Math.max(0, Math.min(line, starts.length) - 1);
      let end = starts[index + 1] ?? text.length;
      while (end > starts[index]! && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
      return end;
    },
  };
}
