/** Pictures, sound and documents against the vendors' published figures. */
import { describe, expect, test } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { dataUriBytes, imageSizeOf } from '../../../src/core/imageSize.js';
import { detailOf, imageTokens } from '../../../src/core/imageTokens.js';
import { audioTokens, pageTokens, videoTokens } from '../../../src/core/mediaTokens.js';
import { analyzeText } from '../engineForTests.js';

const rule = (name: string) => facts.shared.imageRules[name]!;
const exactly = (tokens: number) => ({ low: tokens, likely: tokens, high: tokens });

describe('OpenAI', () => {
  // developers.openai.com, images-vision: "A 1024 x 1024 square image in high costs 765", "2048 x 4096 costs 1105", "low costs 85".
  test.each([
    ['tiles-85', 1024, 1024, 'high', 765], ['tiles-85', 2048, 4096, 'high', 1105], ['tiles-85', 4096, 8192, 'low', 85], ['tiles-85', 512, 512, 'auto', 255],
    ['tiles-2833', 1024, 1024, 'high', 25_501],
    // A gpt-5 picture of one tile: 70 + 140.
    ['tiles-70', 300, 200, 'high', 210],
  ] as const)('%s %i × %i %s: %i', (name, width, height, detail, tokens) => {
    expect(imageTokens(rule(name), { width, height }, detail)).toEqual(exactly(tokens));
  });
  // The guide's examples for gpt-4.1-mini's first budget of 1,536: 1024 × 1024 are 1,024 patches, 1800 × 2400 scale to 1,452.
  test('patches: within the budget and scaled down to it', () => {
    const patches = { ...rule('patches-1.62'), kind: 'patches' as const, multiplier: 1, budget: 1536, maxSide: undefined };
    expect(imageTokens(patches, { width: 1024, height: 1024 }, 'auto')).toEqual(exactly(1024));
    expect(imageTokens(patches, { width: 1800, height: 2400 }, 'auto')).toEqual(exactly(1452));
  });
  test('patches: times the multiplier, rounded up', () => {
    // 1024 patches × 1.62 = 1658.88
    expect(imageTokens(rule('patches-1.62'), { width: 1024, height: 1024 }, 'auto')).toEqual(exactly(1659));
  });
});

describe('Claude', () => {
  // platform.claude.com, vision: 28-px patches; 1000 × 1000 = 36 × 36 = 1,296; 200 × 200 = 8 × 8 = 64.
  test.each([[200, 200, 64], [1000, 1000, 1296]])('%i × %i: %i', (width, height, tokens) => {
    expect(imageTokens(rule('claude-1568'), { width, height }, 'auto')).toEqual(exactly(tokens));
  });
  test('above 1920 × 1080 a range that holds both the rule and what was measured', () => {
    const { low, high } = imageTokens(rule('claude-2576'), { width: 2560, height: 1440 }, 'auto');
    expect(low).toBeLessThanOrEqual(2992);
    expect(high).toBeGreaterThanOrEqual(4784);
  });
});

describe('Gemini', () => {
  test('258 for a small picture', () => { expect(imageTokens(rule('gemini-2'), { width: 384, height: 300 }, 'auto')).toEqual(exactly(258)); });
  test('960 × 540 are six tiles of 258 by the page\'s crop unit, two by tiles of 768: a range between', () => {
    expect(imageTokens(rule('gemini-2'), { width: 960, height: 540 }, 'auto')).toEqual({ low: 516, likely: 516, high: 1548 });
  });
  test('Gemini 3 at high holds what was measured, 1,065 to 1,101', () => {
    const { low, high } = imageTokens(rule('gemini-3'), null, 'high');
    expect(low).toBeLessThanOrEqual(1065);
    expect(high).toBe(1120);
  });
  test('media resolution words', () => { expect(detailOf('MEDIA_RESOLUTION_LOW')).toBe('low'); expect(detailOf('whatever')).toBe('auto'); });
  test('sound: 32 tokens a second; video: 263 to 290', () => {
    const media = facts.shared.mediaRules['gemini-2']!;
    expect(audioTokens(exactly(60), media)).toEqual(exactly(1920));
    expect(videoTokens(exactly(10), media)).toMatchObject({ low: 2630, high: 2900 });
  });
  test('a page is 258', () => { expect(pageTokens(exactly(4), true).low).toBe(1032); });
});

test('Qwen-VL: sides rounded to patches of 28, two marks: 1024 × 768 are 37 × 27 + 2', () => {
  expect(imageTokens(rule('qwen-28'), { width: 1024, height: 768 }, 'auto')).toEqual(exactly(1001));
});
test('generated video, article C: 10 seconds at 720p are 50,000 tokens', () => {
  expect(videoTokens(exactly(10), facts.shared.mediaRules['qwen-video'])).toEqual(exactly(50_000));
});
test('no size: a range around a picture of 1024 × 1024, never a point', () => {
  const { low, likely, high } = imageTokens(rule('tiles-85'), null, 'high');
  expect(likely).toBe(765);
  expect(low).toBeLessThan(likely);
  expect(high).toBeGreaterThanOrEqual(likely);
});
test('a video nobody published a rate for has no upper bound', () => { expect(videoTokens(exactly(10), undefined).high).toBeNull(); });

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==';
describe('sizes from headers', () => {
  test('PNG in a data URI', () => { expect(imageSizeOf(dataUriBytes(`data:image/png;base64,${pixel}`)!)).toEqual({ width: 5, height: 5 }); });
  test('GIF', () => { expect(imageSizeOf(new Uint8Array([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x40, 0x01, 0xf0, 0x00]))).toEqual({ width: 320, height: 240 }); });
  test('JPEG, after an application segment', () => {
    expect(imageSizeOf(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 0x04, 0x38, 0x07, 0x80, 3, 0, 0, 0]))).toEqual({ width: 1920, height: 1080 });
  });
  test('WebP, lossless', () => {
    const bytes = new Uint8Array(30);
    bytes.set([...'RIFF'].map((each) => each.charCodeAt(0)), 0);
    bytes.set([...'WEBPVP8L'].map((each) => each.charCodeAt(0)), 8);
    new DataView(bytes.buffer).setUint32(21, (800 - 1) | ((600 - 1) << 14), true);
    expect(imageSizeOf(bytes)).toEqual({ width: 800, height: 600 });
  });
  test.each(['', 'data:image/png;base64,', 'data:image/png;base64,!!!!', 'https://example.com/a.png', `data:image/png;base64,${pixel.slice(0, 10)}`])('no size in %j', (uri) => {
    const bytes = dataUriBytes(uri);
    expect(bytes === null ? null : imageSizeOf(bytes)).toBeNull();
  });
  test('random bytes never throw', () => {
    for (let seed = 1; seed < 3000; seed++) {
      const bytes = Uint8Array.from({ length: seed % 64 }, (_, index) => (Math.imul(seed, 2654435761) >>> (index % 24)) & 255);
      if (seed % 3 === 0 && bytes.length > 2) bytes.set([0xff, 0xd8, 0xff]);
      expect(() => imageSizeOf(bytes)).not.toThrow();
    }
  });
});

test('a data URI in code: its size counts, by the model\'s rule', async () => {
  const { calls } = await analyzeText('python', `from openai import OpenAI
OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": [
  {"type": "text", "text": "What is this?"},
  {"type": "image_url", "image_url": {"url": "data:image/png;base64,${pixel}", "detail": "low"}}]}])`);
  // 85 for low detail; 3 + 1 + "What is this?" (4) + 3 around it.
  expect(calls[0]!.estimate.input.tokens).toEqual(exactly(96));
});
test('a PDF for Claude is pages, not a picture', async () => {
  const { calls } = await analyzeText('python', `import anthropic
anthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[{"role": "user", "content": [
  {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": pdf}}]}])`);
  expect(calls[0]!.estimate.assumptions.map(({ code }) => code)).toContain('pages');
});
