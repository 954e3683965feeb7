/** Headers of files, written by hand after their specifications; lengths worked out from them. */
import { describe, expect, test } from 'vitest';
import { fileFacts } from '../../../src/core/mediaFile.js';

const ascii = (text: string): number[] => [...text].map((each) => each.charCodeAt(0));
const le = (value: number, bytes: number): number[] => Array.from({ length: bytes }, (_, at) => (value >>> (8 * at)) & 255);
/** RIFF/WAVE, 16 kHz, 16 bits, mono: 32,000 bytes a second. */
const wav = (dataLength: number, before: readonly number[] = []): Uint8Array => Uint8Array.from([
  ...ascii('RIFF'), ...le(36 + dataLength, 4), ...ascii('WAVE'), ...ascii('fmt '), ...le(16, 4), ...le(1, 2), ...le(1, 2), ...le(16_000, 4), ...le(32_000, 4), ...le(2, 2), ...le(16, 2),
  ...before, ...ascii('data'), ...le(dataLength, 4),
]);
/** MPEG 1 layer III, 128 kbit/s, 44,100 Hz, stereo. */
const frame = [0xff, 0xfb, 0x90, 0x00];

describe('recordings', () => {
  test('WAV: bytes of sound by bytes a second, other chunks skipped', () => {
    expect(fileFacts(wav(96_000), 96_044)).toEqual({ seconds: 3 });
    expect(fileFacts(wav(96_000, [...ascii('LIST'), ...le(3, 4), 1, 2, 3, 0]), 96_056)).toEqual({ seconds: 3 });
  });
  test('WAV that says more than it holds, or nothing: as long as the file', () => {
    expect(fileFacts(wav(0xffffffff), 44 + 16_000)).toEqual({ seconds: 0.5 });
    expect(fileFacts(wav(0), 44 + 64_000)).toEqual({ seconds: 2 });
  });
  test('MP3 of constant rate: 160,000 bytes at 16,000 a second', () => {
    expect(fileFacts(Uint8Array.from([...frame, ...new Uint8Array(600)]), 160_000)).toEqual({ seconds: 10 });
  });
  test('MP3 behind an ID3 tag of 300 bytes', () => {
    expect(fileFacts(Uint8Array.from([...ascii('ID3'), 4, 0, 0, 0, 0, 2, 44, ...new Uint8Array(300), ...frame, ...new Uint8Array(600)]), 160_310)).toEqual({ seconds: 10 });
  });
  test('MP3 of variable rate: frames of 1,152 samples, 383 of them', () => {
    expect(fileFacts(Uint8Array.from([...frame, ...new Uint8Array(32), ...ascii('Xing'), 0, 0, 0, 1, 0, 0, 1, 127, ...new Uint8Array(200)]), 999_999)).toEqual({ seconds: 10 });
  });
});

describe('documents', () => {
  const pdf = (body: string): Uint8Array => Uint8Array.from(ascii(`%PDF-1.7\n${body}`));
  test('the root of the page tree says it, inner nodes say less', () => {
    expect(fileFacts(pdf('1 0 obj <</Type/Pages/Kids[2 0 R 3 0 R]/Count 12>> endobj 2 0 obj <</Count 5 /Type /Pages>> endobj'))).toEqual({ pages: 12 });
  });
  test('linearized, or pages counted one by one', () => {
    expect(fileFacts(pdf('1 0 obj <</Linearized 1/L 9000/N 7/E 100>> endobj'))).toEqual({ pages: 7 });
    expect(fileFacts(pdf('<</Type /Page /Parent 1 0 R>> <</Type/Page>> <</Type/Pages>>'))).toEqual({ pages: 2 });
  });
  test('compressed objects say nothing', () => {
    expect(fileFacts(pdf('1 0 obj <</Type/ObjStm/N 40>> stream'))).toBeNull();
  });
});

test('pictures by their headers, and what is none of these', () => {
  expect(fileFacts(Uint8Array.from([0x89, ...ascii('PNG'), 13, 10, 26, 10, 0, 0, 0, 13, ...ascii('IHDR'), 0, 0, 4, 0, 0, 0, 3, 0]))).toEqual({ width: 1024, height: 768 });
  for (const bytes of [[], [0xff], [0xff, 0xff, 0xff, 0xff], ascii('ID3'), ascii('RIFF0000WAVE'), ascii('hello, world, this is text and nothing else at all')]) expect(fileFacts(Uint8Array.from(bytes))).toBeNull();
});
