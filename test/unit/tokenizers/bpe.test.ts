/** Exactness against tiktoken (WASM), the reference implementation, over many kinds of text. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Tiktoken, get_encoding } from 'tiktoken';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTokenizers } from '../../../src/tokenizers/index.js';

const vocabularies = fileURLToPath(new URL('../../../src/tokenizers/vocabularies/', import.meta.url));
const tokenizers = createTokenizers((file) => readFile(vocabularies + file));
const ids = ['o200k_base', 'cl100k_base'] as const;
const oracles = new Map<string, Tiktoken>();

beforeAll(async () => {
  for (const id of ids) oracles.set(id, get_encoding(id));
  await tokenizers.prepare([...ids]);
});
afterAll(() => { for (const oracle of oracles.values()) oracle.free(); });

/** Special-token text counts as text; lone surrogates become U+FFFD, as in any UTF-8 request. */
const expected = (text: string, id: string): number => oracles.get(id)!.encode(text.toWellFormed(), [], []).length;

const corpus: Readonly<Record<string, string>> = {
  English: 'The quick brown fox jumps over the lazy dog. It\'s a well-known pangram; we\'ve all SEEN it, WE\'LL see it again!',
  Chinese: '人工智能正在改变软件开发的方式，开发者需要了解每次调用的成本。今天天气很好。',
  Japanese: 'トークンの数はモデルごとに違います。料金を計算しましょう。',
  Korean: '토큰 수에 따라 비용이 달라집니다. 한국어 문장은 더 비쌀 수 있습니다.',
  Russian: 'Стоимость вызова зависит от количества токенов в запросе.',
  Arabic: 'تعتمد تكلفة الاستدعاء على عدد الرموز في الطلب.',
  Hindi: 'अनुरोध में टोकन की संख्या पर लागत निर्भर करती है।',
  Thai: 'ค่าใช้จ่ายขึ้นอยู่กับจำนวนโทเค็นในคำขอ',
  Greek: 'Το κόστος εξαρτάται από τον αριθμό των συμβόλων.',
  Hebrew: 'העלות תלויה במספר האסימונים בבקשה.',
  German: 'Die Kosten hängen von der Anzahl der Tokens ab; Straßenbahnhaltestellenschild.',
  code: 'export function f<T>(x: T[]): number {\n\treturn x.length  // count\n}\n\n\n    if (a && b) { c?.d() }\r\n',
  json: '{"model":"gpt-4o","messages":[{"role":"user","content":"Hi\\n"}],"n":1,"x":[1.5e-7,null,true]}',
  log: '2026-11-23T19:03:33.123Z ERROR [pid 4711] 10.0.0.1 GET /v1/chat?id=9f8c 500 1234567890ms',
  uuid: '550e8400-e29b-41d4-a716-446655440000 6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  base64: 'TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdA==',
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪 ☕️ 😀😀😀',
  whitespace: ' \t\n \r\n\r\n   \u00a0\u2003\u3000 a  b   c    \n\n\n ',
  runs: `${'='.repeat(300)}${'ab'.repeat(300)}${' '.repeat(300)}${'\n'.repeat(50)}${'9'.repeat(100)}`,
  byteOrderMark: '\ufeffHello\ufeff world\ufeff',
  nextLine: 'a\u0085b \u0085\u0085 c\u0085\n',
  surrogates: 'a\ud800b\udc00c\udfff\ud83d',
  special: '<|endoftext|> <|im_start|>user<|im_end|>',
  contractions: "I'M we'Ll it'S DON'T y'all'd've ''s 'S'T'RE’s",
  titlecase: 'ǅǈǋ ʰʲ ªº Ⅷ①² ½ ẞß İı',
};

describe.each(ids)('%s', (id) => {
  test.each(Object.entries(corpus))('%s', (_name, text) => {
    expect(tokenizers.count(text, id)).toEqual({ tokens: expected(text, id), basis: 'exact' });
    expect(tokenizers.count(text.repeat(7), id).tokens).toBe(expected(text.repeat(7), id));
  });

  test('random mixtures', () => {
    const rounds = Number(process.env['TOKENFARE_FUZZ'] ?? 20_000);
    const alphabets = Object.values(corpus).map((text) => [...text]);
    let seed = 20261123;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    const wrong: string[] = [];
    for (let round = 0; round < rounds && wrong.length < 5; round++) {
      let text = '';
      for (let length = 1 + random(40); length > 0; length--) {
        const alphabet = alphabets[random(alphabets.length)]!;
        const at = random(alphabet.length);
        text += random(4) ? alphabet[at]! : alphabet.slice(at, at + 1 + random(12)).join('');
      }
      if (tokenizers.count(text, id).tokens !== expected(text, id)) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  }, 600_000);

  test('one letter a hundred thousand times: "aaaaaaaa" is the longest such token, so an eighth of the letters', () => {
    expect(tokenizers.count('a'.repeat(100_000), id).tokens).toBe(12_500);
  });
});

test('a family without a vocabulary is approximated and says so', () => {
  const { tokens, basis } = tokenizers.count('Hello, world! 你好', 'nobody-knows');
  expect(basis).toBe('approximate');
  expect(tokens).toBeGreaterThan(0);
});
