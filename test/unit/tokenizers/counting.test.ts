/** What holds beside exactness: long pieces, recounting after edits, token ends, vocabularies that are missing or damaged. */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCounter } from '../../../src/tokenizers/bpe.js';
import { families } from '../../../src/tokenizers/families.js';
import { type CountedText, countText } from '../../../src/tokenizers/incremental.js';
import { createTokenizers } from '../../../src/tokenizers/index.js';
import { readVocabulary } from '../../../src/tokenizers/vocabulary.js';
import { generatedTexts } from './corpus.js';

const load = (file: string): Promise<Uint8Array> => readFile(`src/tokenizers/vocabularies/${file}`);
const tokenizers = createTokenizers(load);
beforeAll(() => tokenizers.prepare(['o200k_base', 'cl100k_base', 'qwen']));

test.each(['o200k_base', 'cl100k_base'])('%s: one letter a hundred thousand times: "aaaaaaaa" is the longest such token, so an eighth of the letters', (id) => {
  expect(tokenizers.count('a'.repeat(100_000), id).tokens).toBe(12_500);
});

describe('counting again after an edit equals counting the whole', () => {
  const pieces = Object.values(generatedTexts(0.02)).map((text) => text.slice(0, 4000));
  test.each(families.map(({ id }) => id))('%s', async (id) => {
    const family = families.find((each) => each.id === id)!;
    const { pieces: piecesOf, merges, files, ...parts } = family;
    const counter = createCounter({ ...parts, vocabulary: readVocabulary(await Promise.all(files.map(load)), merges), nextPiece: piecesOf() });
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(3000), insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(' ', '\n', 'a', '。', '\u0301', "'", '9', '')) });
    fc.assert(fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }), fc.array(edit, { minLength: 1, maxLength: 6 }), (start, edits) => {
      let text = start.join(' ');
      let counted: CountedText | null = countText(counter, text, null);
      for (const { at, remove, insert } of edits) {
        const from = Math.floor(at * text.length);
        text = text.slice(0, from) + insert + text.slice(from + remove);
        counted = countText(counter, text, counted);
        expect(counted.tokens).toBe(counter.countTokens(text));
        expect(counted.ends.at(-1) ?? 0).toBe(text.length);
        expect(counted.counts.reduce((sum, each) => sum + each, 0)).toBe(counted.tokens);
      }
    }), { numRuns: 40, seed: 20261125 });
  }, 120_000);

  test('only what the edit touched is counted', async () => {
    let counted = 0;
    const family = families[0]!;
    const real = createCounter({ vocabulary: readVocabulary([await load('o200k_base.bin')], family.merges), nextPiece: family.pieces() });
    const counter = { ...real, countTokens: (text: string, continued?: boolean) => { counted += text.length; return real.countTokens(text, continued); } };
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(5000);
    const before = countText(counter, text, null);
    counted = 0;
    const edited = `${text.slice(0, 100_000)}x${text.slice(100_000)}`;
    expect(countText(counter, edited, before).tokens).toBe(real.countTokens(edited));
    expect(counted).toBeLessThan(8000);
  });
});

describe('token ends', () => {
  test('OpenAI\'s published example: "antidisestablishmentarianism" is six tokens in cl100k_base', () => {
    // Cookbook, "How to count tokens with tiktoken": [b'ant', b'idis', b'est', b'ablish', b'ment', b'arian', b'ism'] in o200k; cl100k: ant idis establish ment arian ism.
    expect(tokenizers.tokenEnds('antidisestablishmentarianism', 'cl100k_base')).toEqual([3, 7, 16, 20, 25, 28]);
  });
  test('they are as many as the tokens, ascend, and end with the text', () => {
    for (const text of Object.values(generatedTexts(0.02))) {
      const ends = tokenizers.tokenEnds(text, 'o200k_base')!;
      expect(ends.length).toBe(tokenizers.count(text, 'o200k_base').tokens);
      expect(ends.every((end, index) => index === 0 || end >= ends[index - 1]!)).toBe(true);
      expect(ends.at(-1)).toBe(text.length);
    }
  });
  test('Qwen splits every digit', () => {
    expect(tokenizers.tokenEnds('2026', 'qwen')).toEqual([1, 2, 3, 4]);
  });
  test('none where normalization changes the text', () => {
    expect(tokenizers.tokenEnds('e\u0301', 'qwen')).toBeNull();
  });
});

describe('vocabularies', () => {
  test('a family without one is approximated and says so', () => {
    const { tokens, basis } = tokenizers.count('Hello, world! 你好', 'nobody-knows');
    expect(basis).toBe('approximate');
    expect(tokens).toBeGreaterThan(0);
  });
  test('one that is not there yet is approximated, loaded, and exact the next time', async () => {
    const fresh = createTokenizers(load);
    expect(fresh.count('Hello world', 'o200k_base').basis).toBe('approximate');
    await fresh.loading();
    expect(fresh.loading()).toBeNull();
    expect(fresh.generation()).toBe(1);
    // "Hello world" is ["Hello", " world"] in OpenAI's tokenizer page.
    expect(fresh.count('Hello world', 'o200k_base')).toEqual({ tokens: 2, basis: 'exact' });
  });
  test('one that cannot be loaded is asked for once, and again when somebody prepares it', async () => {
    let asked = 0;
    const broken = createTokenizers(async () => { asked++; throw new Error('no such file'); });
    for (let i = 0; i < 3; i++) { expect(broken.count('Hello', 'o200k_base').basis).toBe('approximate'); await broken.loading(); }
    expect(asked).toBe(1);
    await broken.prepare(['o200k_base']);
    expect(asked).toBe(2);
    expect(broken.isReady('o200k_base')).toBe(false);
  });
  test.each([
    ['empty', new Uint8Array(0)], ['four bytes', new Uint8Array([1, 2, 3, 4])], ['cut off', null], ['flipped', null],
  ])('damaged data is refused: %s', async (kind, data) => {
    const packed = new Uint8Array(await load('claude2.bin'));
    const bad = data ?? (kind === 'cut off' ? packed.slice(0, packed.length >> 1) : packed.map((byte, index) => (index > 5000 && index < 6000 ? byte ^ 0x55 : byte)));
    expect(() => readVocabulary([bad], 'by-bytes')).toThrow('damaged vocabulary');
  });
});
