/**
 * Which call of one state of the code is which call of another: first what is the same, then what is alike in the same
 * file, then what has moved to another file. Nothing is matched twice.
 */

/** A call as far as it is recognised by. */
export interface Matchable {
  /** Path with forward slashes. */
  readonly file: string;
  readonly sdk: string;
  readonly method: string;
  readonly model: string | null;
  /** Text of the prompt, holes by their names. */
  readonly prompt: string;
}

export interface MatchedCalls<T> {
  readonly before: T | null;
  readonly after: T | null;
  /** In another file than before, renaming not counted. */
  readonly moved: boolean;
}

/** Words compared at most: beginnings of long prompts tell enough. */
const maximumWords = 4_000;
/** Likeness (0–1) from which a prompt in another file, or at another SDK, is taken for the same one. */
const sameElsewhere = 0.6;

const keyOf = (call: Matchable): string => JSON.stringify([call.sdk, call.method, call.model, call.prompt]);

/** `renamed`: old path → new path, as the version control saw it. Order of the result: `after`, then what is gone. */
export function matchCalls<T extends Matchable>(before: readonly T[], after: readonly T[], renamed: ReadonlyMap<string, string> = new Map()): readonly MatchedCalls<T>[] {
  const partner = new Map<T, { readonly before: T; readonly moved: boolean }>();
  const taken = new Set<T>();
  const nowAt = (call: T): string => renamed.get(call.file) ?? call.file;
  const pair = (old: T, now: T): void => {
    partner.set(now, { before: old, moved: nowAt(old) !== now.file });
    taken.add(old);
  };
  const openBefore = (): T[] => before.filter((call) => !taken.has(call));
  const openAfter = (): T[] => after.filter((call) => !partner.has(call));

  const same = (keyBefore: (call: T) => string, keyAfter: (call: T) => string): void => {
    const waiting = new Map<string, T[]>();
    for (const call of openBefore()) push(waiting, keyBefore(call), call);
    for (const call of openAfter()) {
      const old = waiting.get(keyAfter(call))?.shift();
      if (old) pair(old, call);
    }
  };
  same((call) => `${nowAt(call)}\n${keyOf(call)}`, (call) => `${call.file}\n${keyOf(call)}`);

  const words = new Map<T, ReadonlyMap<string, number>>();
  const wordsOf = (call: T): ReadonlyMap<string, number> => {
    let found = words.get(call);
    if (!found) words.set(call, found = countWords(call.prompt));
    return found;
  };
  const likeliest = (candidates: readonly (readonly [T, T])[], scoreOf: (old: T, now: T) => number | null): void => {
    candidates.flatMap(([old, now]) => {
      const score = scoreOf(old, now);
      return score === null ? [] : [{ old, now, score }];
    }).sort((a, b) => b.score - a.score).forEach(({ old, now }) => {
      if (!taken.has(old) && !partner.has(now)) pair(old, now);
    });
  };
  const byFile = new Map<string, T[]>();
  for (const call of openBefore()) push(byFile, nowAt(call), call);
  const orders = new Map<T, number>();
  for (const list of [before, after]) {
    const counts = new Map<string, number>();
    for (const call of list) {
      const file = list === before ? nowAt(call) : call.file;
      orders.set(call, counts.get(file) ?? 0);
      counts.set(file, (counts.get(file) ?? 0) + 1);
    }
  }
  likeliest(openAfter().flatMap((now) => (byFile.get(now.file) ?? []).map((old) => [old, now] as const)), (old, now) => {
    const alike = likeness(wordsOf(old), wordsOf(now));
    const sameCall = old.sdk === now.sdk && old.method === now.method;
    if (!sameCall && alike < sameElsewhere) return null;
    // Neither text nor model in common: another call that stands in the same file.
    if (alike < 0.2 && old.model !== now.model) return null;
    return alike * 4 + Number(old.model === now.model) * 2 + Number(sameCall) + 1 / (1 + Math.abs(orders.get(old)! - orders.get(now)!));
  });

  // Moved to another file: an empty prompt says nothing, so that only texts lead there.
  const hasText = (call: T): boolean => wordsOf(call).size > 0;
  const movedKey = (call: T): string => (hasText(call) ? keyOf(call) : `${call.file} ${orders.get(call)} ${keyOf(call)}`);
  same(movedKey, movedKey);
  const elsewhere = openBefore().filter(hasText);
  likeliest(openAfter().filter(hasText).flatMap((now) => elsewhere.map((old) => [old, now] as const)), (old, now) => {
    const alike = likeness(wordsOf(old), wordsOf(now));
    return alike < sameElsewhere ? null : alike * 4 + Number(old.model === now.model);
  });

  return [
    ...after.map((call) => ({ before: partner.get(call)?.before ?? null, after: call, moved: partner.get(call)?.moved ?? false })),
    ...openBefore().map((call) => ({ before: call, after: null, moved: false })),
  ];
}

function countWords(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  let seen = 0;
  // A Chinese sentence is a word per character.
  for (const [word] of text.toLowerCase().matchAll(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}_]+/gu)) {
    if (++seen > maximumWords) break;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** Dice coefficient of two bags of words, 1 = the same; two empty ones are the same. */
function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  let all = 0;
  for (const [word, count] of a) { common += Math.min(count, b.get(word) ?? 0); all += count; }
  for (const count of b.values()) all += count;
  return all === 0 ? 1 : (2 * common) / all;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
