/** Every tokenizer family, its vocabulary loaded when it is first needed; counts are cached by text. */
import type { TokenizerId } from '../core/model.js';
import { approximateTokens } from './approximate.js';
import { type Counter, createCounter } from './bpe.js';
import { families } from './families.js';
import { createRecounter } from './incremental.js';
import { readVocabulary } from './vocabulary.js';

/** What the engine counts with, and what views show of single tokens. */
export interface TokenizerSet {
  /** Loads vocabularies; resolves when those that exist are ready, also when some could not be loaded. */
  prepare(ids: readonly TokenizerId[]): Promise<void>;
  isReady(id: TokenizerId): boolean;
  /** What is being loaded because a count asked for it; null when nothing is. Never rejects. */
  loading(): Promise<void> | null;
  /** Rises with every vocabulary that has been loaded. */
  generation(): number;
  count(text: string, id: TokenizerId): { readonly tokens: number; readonly basis: 'exact' | 'approximate' };
  /** Where the tokens of a text end, see `Counter.tokenEnds`; null without vocabulary, or when the text is normalized first. */
  tokenEnds(text: string, id: TokenizerId): readonly number[] | null;
}

/** Texts whose counts are kept, in characters over all of them. */
const cachedCharacters = 4_000_000;
/** Shorter texts are counted faster than they are looked up. */
const shortestCached = 32;
/** Longer texts are remembered with their segments, so that an edit costs what it touches. */
const longestCached = 8192;

interface Loaded {
  readonly counter: Counter;
  readonly recount: (text: string) => number;
}

/**
 * `load` yields the bytes of a vocabulary file by name. A family whose vocabulary is not there is approximated, and
 * loaded for the next time.
 */
export function createTokenizers(load: (file: string) => Promise<Uint8Array>): TokenizerSet {
  const loaded = new Map<TokenizerId, Loaded>();
  const loading = new Map<TokenizerId, Promise<void>>();
  const failed = new Set<TokenizerId>();
  const files = new Map<string, Promise<Uint8Array>>();
  const known = new Map<string, number>();
  let characters = 0;
  let generation = 0;

  const loadFile = (file: string): Promise<Uint8Array> => {
    let bytes = files.get(file);
    if (!bytes) {
      bytes = load(file).finally(() => files.delete(file));
      files.set(file, bytes);
    }
    return bytes;
  };

  const loadFamily = (id: TokenizerId): Promise<void> => {
    const family = families.find((each) => each.id === id);
    if (!family || loaded.has(id)) return Promise.resolve();
    let pending = loading.get(id);
    if (pending) return pending;
    const run = async (): Promise<void> => {
      try {
        const { files: names, merges, pieces, id: _id, name: _name, ...parts } = family;
        const vocabulary = readVocabulary(await Promise.all(names.map(loadFile)), merges);
        const counter = createCounter({ ...parts, vocabulary, nextPiece: pieces() });
        loaded.set(id, { counter, recount: createRecounter(counter) });
        failed.delete(id);
        generation++;
      } catch {
        failed.add(id);
      } finally {
        loading.delete(id);
      }
    };
    pending = run();
    loading.set(id, pending);
    return pending;
  };

  return {
    prepare: async (ids) => { await Promise.all(ids.map(loadFamily)); },
    isReady: (id) => loaded.has(id),
    loading: () => (loading.size === 0 ? null : Promise.all(loading.values()).then(() => undefined)),
    generation: () => generation,
    count(text, id) {
      const entry = loaded.get(id);
      if (!entry) {
        // What could not be loaded is tried again only when somebody asks for it.
        if (!failed.has(id)) void loadFamily(id);
        return { tokens: approximateTokens(text), basis: 'approximate' };
      }
      if (text.length < shortestCached) return { tokens: entry.counter.countTokens(text), basis: 'exact' };
      const key = `${id}\0${text}`;
      let tokens = known.get(key);
      if (tokens === undefined) {
        tokens = text.length > longestCached ? entry.recount(text) : entry.counter.countTokens(text);
        if (characters + text.length > cachedCharacters) { known.clear(); characters = 0; }
        known.set(key, tokens);
        characters += text.length;
      }
      return { tokens, basis: 'exact' };
    },
    tokenEnds: (text, id) => loaded.get(id)?.counter.tokenEnds(text) ?? null,
  };
}
