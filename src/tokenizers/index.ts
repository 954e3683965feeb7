/** Every tokenizer family, loaded when a language is prepared; counts are cached by text. */
import type { TokenizerId } from '../core/model.js';
import { approximateTokens } from './approximate.js';
import { type Counter, createCounter } from './bpe.js';
import { families } from './families.js';
import { loadVocabulary } from './vocabulary.js';

/** What the engine counts with. */
export interface TokenizerSet {
  prepare(ids: readonly TokenizerId[]): Promise<void>;
  isReady(id: TokenizerId): boolean;
  count(text: string, id: TokenizerId): { readonly tokens: number; readonly basis: 'exact' | 'approximate' };
}

/** Texts whose counts are kept, in characters over all of them. */
const cachedCharacters = 4_000_000;

/** `load` yields the bytes of a vocabulary file by name. A family that cannot be loaded is approximated. */
export function createTokenizers(load: (file: string) => Promise<Uint8Array>): TokenizerSet {
  const counters = new Map<TokenizerId, Counter>();
  const loading = new Map<TokenizerId, Promise<void>>();
  const known = new Map<string, number>();
  let characters = 0;

  const loadFamily = async (id: TokenizerId): Promise<void> => {
    const family = families.find((each) => each.id === id);
    if (!family) return;
    counters.set(id, createCounter(await loadVocabulary(await load(family.file)), family.pieces()));
  };

  return {
    async prepare(ids) {
      await Promise.all(ids.map((id) => {
        let pending = loading.get(id);
        if (!pending) {
          pending = loadFamily(id).catch(() => { loading.delete(id); });
          loading.set(id, pending);
        }
        return pending;
      }));
    },
    isReady: (id) => counters.has(id),
    count(text, id) {
      const counter = counters.get(id);
      if (!counter) return { tokens: approximateTokens(text), basis: 'approximate' };
      if (text.length < 32) return { tokens: counter.countTokens(text), basis: 'exact' };
      const key = `${id}\0${text}`;
      let tokens = known.get(key);
      if (tokens === undefined) {
        tokens = counter.countTokens(text);
        if (characters + text.length > cachedCharacters) { known.clear(); characters = 0; }
        known.set(key, tokens);
        characters += text.length;
      }
      return { tokens, basis: 'exact' };
    },
  };
}
