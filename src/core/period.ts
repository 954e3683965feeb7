/** Budget periods in local time: days begin at midnight, weeks on Monday, months on the 1st, also across summer time. */
import type { Budget } from './model.js';

/** Half-open stretch of time, in ms since 1970. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

const at = (year: number, month: number, day: number): number => new Date(year, month, day).getTime();

/** The period of a budget that holds `nowMs`. */
export function periodOf({ period, days, start }: Pick<Budget, 'period' | 'days' | 'start'>, nowMs: number): Period {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  switch (period) {
    case 'day': return { fromMs: at(year, month, day), toMs: at(year, month, day + 1) };
    case 'week': {
      const monday = day - ((now.getDay() + 6) % 7);
      return { fromMs: at(year, month, monday), toMs: at(year, month, monday + 7) };
    }
    case 'month': return { fromMs: at(year, month, 1), toMs: at(year, month + 1, 1) };
    case 'custom': {
      const length = Math.max(1, Math.round(days ?? 30));
      const [y, m, d] = (start ?? '1970-01-05').split('-').map(Number) as [number, number, number];
      // Whole days between two local midnights, whatever the clocks did.
      const passed = Math.round((at(year, month, day) - at(y, m - 1, d)) / 86_400_000);
      const first = d + Math.floor(passed / length) * length;
      return { fromMs: at(y, m - 1, first), toMs: at(y, m - 1, first + length) };
    }
  }
}

/** Local ISO day of a time. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

/** Start of the local day after the one that holds `ms`. */
export function nextDay(ms: number): number {
  const date = new Date(ms);
  return at(date.getFullYear(), date.getMonth(), date.getDate() + 1);
}

/** Starts of the local days that a period touches. */
export function daysOf({ fromMs, toMs }: Period): readonly number[] {
  const days: number[] = [];
  for (let day = fromMs; day < toMs && days.length < 5000; day = nextDay(day)) days.push(day);
  return days;
}
