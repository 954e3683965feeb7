/** Asks again once the vocabularies that a question needed are there. */
import type { Engine } from './engine.js';

/** Answer of `ask`, repeated while it makes vocabularies load, so that its counts are as exact as they can be. */
export async function exactly<T>(engine: Pick<Engine, 'vocabularies'>, ask: () => T): Promise<T> {
  let answer = ask();
  for (let loading = engine.vocabularies(); loading; loading = engine.vocabularies()) {
    await loading;
    answer = ask();
  }
  return answer;
}
