/** Two lists of edits, one after the other, as one list against the first text. */
import type { TextEdit } from './model.js';

/** A stretch of the first text, or text that has been written. */
type Piece = { readonly kind: 'old'; readonly start: number; readonly end: number } | { readonly kind: 'new'; readonly text: string };

const lengthOf = (piece: Piece): number => (piece.kind === 'old' ? piece.end - piece.start : piece.text.length);

/** Edits of `text` that do what `first` and then `second` (against the result of `first`) do. */
export function composeEdits(text: string, first: readonly TextEdit[], second: readonly TextEdit[]): TextEdit[] {
  return editsOf(applyTo(applyTo([{ kind: 'old', start: 0, end: text.length }], first), second), text.length);
}

function applyTo(pieces: readonly Piece[], edits: readonly TextEdit[]): Piece[] {
  const out: Piece[] = [];
  const rest = [...pieces];
  let at = 0;
  /** Moves pieces up to an offset of the present text to `into`. */
  const take = (until: number, into: Piece[] | null): void => {
    while (at < until && rest.length > 0) {
      const piece = rest[0]!;
      const length = lengthOf(piece);
      if (at + length <= until) {
        rest.shift();
        at += length;
        into?.push(piece);
        continue;
      }
      const cut = until - at;
      const [head, tail]: [Piece, Piece] = piece.kind === 'old'
        ? [{ ...piece, end: piece.start + cut }, { ...piece, start: piece.start + cut }]
        : [{ kind: 'new', text: piece.text.slice(0, cut) }, { kind: 'new', text: piece.text.slice(cut) }];
      rest[0] = tail;
      at = until;
      into?.push(head);
    }
  };
  for (const { range, newText } of [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)) {
    if (range.start < at) continue;
    take(range.start, out);
    take(range.end, null);
    if (newText !== '') out.push({ kind: 'new', text: newText });
  }
  return [...out, ...rest];
}

function editsOf(pieces: readonly Piece[], length: number): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let written = '';
  const close = (until: number): void => {
    if (until > at || written !== '') edits.push({ range: { start: at, end: until }, newText: written });
    written = '';
  };
  for (const piece of pieces) {
    if (piece.kind === 'new') { written += piece.text; continue; }
    close(piece.start);
    at = piece.end;
  }
  close(length);
  return edits;
}
