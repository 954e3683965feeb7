/** Every family counts exactly what the reference implementation counts: over the mixed corpus, and over random mixtures. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { characterClasses } from '../../../src/tokenizers/characters.js';
import { families } from '../../../src/tokenizers/families.js';
import { createTokenizers } from '../../../src/tokenizers/index.js';
import { generatedTexts, packageTexts, randomNumbers } from './corpus.js';
import { type Oracle, hasNewerCharacters, oracleOf } from './oracles.js';

const tokenizers = createTokenizers((file) => readFile(`src/tokenizers/vocabularies/${file}`));
const openai = new Set(['o200k_base', 'cl100k_base']);

/** What trips counters up, in one line each. */
const samples: Readonly<Record<string, string>> = {
  English: 'The quick brown fox jumps over the lazy dog. It\'s a well-known pangram; we\'ve all SEEN it, WE\'LL see it again!',
  code: 'export function f<T>(x: T[]): number {\n\treturn x.length  // count\n}\n\n\n    if (a && b) { c?.d() }\r\n///\r\n//\n/',
  html: '<h1> <table></td> > </div> ></ ></ <unused5> <mask>x</mask> <  b>',
  whitespace: ' \t\n \r\n\r\n   \u00a0\u2003\u3000 a  b   c    \n\n\n ',
  byteOrderMark: '\ufeffHello\ufeff world\ufeff',
  nextLine: 'a\u0085b \u0085\u0085 c\u0085\n',
  surrogates: 'a\ud800b\udc00c\udfff\ud83d',
  special: '<|endoftext|> <|im_start|>user<|im_end|> [INST] <s></s> <think>',
  contractions: "I'M we'Ll it'S DON'T y'all'd've ''s 'S'T'RE’s '\u017f 'ſt",
  titlecase: 'ǅǈǋ ʰʲ ªº Ⅷ①² ½ ẞß İı Σς ა Ა Ꭰꭰ',
  marks: '\u0301\u0300 a\u0301 é e\u0301 \u0301A \u0301AB ABC\u0301DEF कृपया',
  controls: '\u0000\u0001\u0007\u001b\u200b\u200d\u2060\u00ad\u0000a \u0001 b',
  compatibility: 'Ａｂｃ ﬁ ™ ① ㎏ ℃ ｶﾞ ¨ ´ ＝ ￥',
  numbers: '1234567890 12 345 ٣٤٥ ½ Ⅷ 1.5e-7 0x1F',
  cjk: '　、。！？「」『』・ゝー々 漢字かな交じり 你好，世界。 ▁▁ 토큰',
  planes: '\ud7ff\ue000\u{10ffff}\u{e0001}\u{1f600}\u{20000}\u{2a700}',
};

describe.each(families.map(({ id }) => id))('%s', (id) => {
  let oracle: Oracle;
  const differences = (texts: Iterable<readonly [string, string]>): string[] => {
    const wrong: string[] = [];
    for (const [name, text] of texts) {
      if (!openai.has(id) && hasNewerCharacters(text, characterClasses())) continue;
      const [ours, theirs] = [tokenizers.count(text, id).tokens, oracle(text)];
      if (ours !== theirs && wrong.length < 5) wrong.push(`${name}: ${ours} instead of ${theirs} for ${JSON.stringify(text.slice(0, 80))}`);
    }
    return wrong;
  };

  beforeAll(async () => {
    oracle = oracleOf(id);
    await tokenizers.prepare([id]);
  }, 60_000);

  test('samples, and each of them seven times', () => {
    expect(tokenizers.isReady(id)).toBe(true);
    expect(differences(Object.entries(samples).flatMap(([name, text]) => [[name, text], [name, text.repeat(7)]] as const))).toEqual([]);
  });

  test('runs of every length up to 130', () => {
    const runs = [' ', '\n', '\t', '=', 'a', '-', '1', '\r\n', '\u3000', '哈', '\u00a0'].flatMap((each) =>
      Array.from({ length: 130 }, (_, index) => each.repeat(index + 1)).flatMap((run) => [['run', run], ['run', `x${run}y`]] as const));
    expect(differences(runs)).toEqual([]);
  }, 60_000);

  test('the mixed corpus', () => {
    const most = openai.has(id) ? 120_000 : 8000;
    expect(differences(Object.entries({ ...generatedTexts(openai.has(id) ? 1 : 0.2), ...packageTexts(most) }).map(([name, text]) => [name, text.slice(0, most)] as const))).toEqual([]);
  }, 120_000);

  // `npm run test:tokens` does the full number; the suite a part of it.
  const asked = process.env['TOKENFARE_FUZZ'];
  const rounds = asked === 'full' ? (openai.has(id) ? 200_000 : 50_000) : Number(asked ?? (openai.has(id) ? 6000 : 500));
  test(`random mixtures: ${rounds.toLocaleString('en')} texts`, () => {
    const random = randomNumbers(Number(process.env['TOKENFARE_SEED'] ?? 20261125));
    const alphabets = [...Object.values(samples), ...Object.values(generatedTexts(0.01))].map((text) => [...text]);
    function* texts(): Generator<readonly [string, string]> {
      for (let round = 0; round < rounds; round++) {
        let text = '';
        for (let length = 1 + random(30); length > 0; length--) {
          const alphabet = alphabets[random(alphabets.length)]!;
          const at = random(alphabet.length);
          const kind = random(8);
          text += kind < 6 ? alphabet.slice(at, at + 1 + random(kind < 5 ? 6 : 30)).join('')
            : kind === 6 ? String.fromCodePoint(random(2) ? random(0x3000) : random(0x30000)) : ' ';
        }
        yield ['mixture', text] as const;
      }
    }
    expect(differences(texts())).toEqual([]);
  }, 900_000);
});
