/** Ranges as people type them: `200`, `50-400` or `50-200-400` (low, likely, high). */
import type { Spread } from '../core/model.js';

/** Reads a range; null when it is not 1 to 3 ascending whole numbers (`k` and `,` are understood). */
export function parseSpread(text: string): Spread | null {
  const figures = text.trim().split(/\s*(?:-|–|—|\.\.)\s*/).map(parseFigure);
  if (figures.length < 1 || figures.length > 3 || figures.some((figure) => figure === null)) return null;
  const [low, second, third] = figures as number[];
  if (low === undefined) return null;
  const high = third ?? second ?? low;
  const likely = third === undefined ? Math.round((low + high) / 2) : second!;
  return low <= likely && likely <= high ? { low, likely, high } : null;
}

/** The same range as text that `parseSpread` reads. */
export function printSpread(spread: Spread): string {
  if (spread.high === null) return String(spread.likely);
  return spread.low === spread.high ? String(spread.likely) : `${spread.low}-${spread.likely}-${spread.high}`;
}

function parseFigure(text: string): number | null {
  const match = /^(\d[\d,_]*(?:\.\d+)?)\s*(k?)$/i.exec(text);
  if (!match) return null;
  const figure = Number(match[1]!.replace(/[,_]/g, '')) * (match[2] ? 1000 : 1);
  return Number.isFinite(figure) && figure <= 1e9 ? Math.round(figure) : null;
}
