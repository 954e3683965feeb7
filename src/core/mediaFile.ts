/** What the files of pictures, recordings and documents say of themselves, as far as their size in tokens depends on it. */
import { imageSizeOf } from './imageSize.js';
import type { MediaFacts } from './model.js';

/** Facts that a file's header gives. */
export type FileFacts = Pick<MediaFacts, 'width' | 'height' | 'seconds' | 'pages'>;

const named = /\.(?:png|jpe?g|gif|webp|bmp|wav|mp3|pdf)$/i;

/** Names of files that are described instead of read. */
export const isMediaFile = (path: string): boolean => named.test(path);

/** Larger files are not opened. */
export const largestMediaFile = 32 << 20;

/**
 * What a file says of itself; null when it is none of PNG, JPEG, GIF, WebP, BMP, WAV, MP3, PDF, or does not say. Only a
 * PDF needs more than the first quarter of a megabyte of `bytes`; `size` is that of the file.
 */
export function fileFacts(bytes: Uint8Array, size: number = bytes.length): FileFacts | null {
  const image = imageSizeOf(bytes);
  if (image) return image;
  const seconds = wavSeconds(bytes, size) ?? mp3Seconds(bytes, size);
  if (seconds !== null) return { seconds: Math.round(seconds * 10) / 10 };
  const pages = pdfPages(bytes);
  return pages === null ? null : { pages };
}

/** Facts as the text that hosts hand over in the place of a media file's content, and back; null for anything else. */
export const describeFacts = (facts: FileFacts | null): string | null => facts && JSON.stringify(facts);

export function describedFacts(text: string): FileFacts | null {
  try {
    return JSON.parse(text) as FileFacts;
  } catch {
    return null;
  }
}

const latin = (bytes: Uint8Array, at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));

/** RIFF: the rate stands in `fmt `, the length in `data`; recorders that were cut off write 0 or −1 there. */
function wavSeconds(bytes: Uint8Array, size: number): number | null {
  if (bytes.length < 44 || latin(bytes, 0, 4) !== 'RIFF' || latin(bytes, 8, 4) !== 'WAVE') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let rate = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [name, length] = [latin(bytes, at, 4), view.getUint32(at + 4, true)];
    if (name === 'fmt ' && at + 20 <= bytes.length) rate = view.getUint32(at + 16, true);
    if (name === 'data') return rate > 0 ? Math.min(length === 0 ? Infinity : length, size - at - 8) / rate : null;
    at += 8 + length + (length & 1);
  }
  return null;
}

/** Kilobits a second by the index in a frame's header: MPEG 1 layer III, MPEG 2 and 2.5 layer III. */
const kilobits = [[0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320], [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]] as const;
const sampleRates = [44_100, 48_000, 32_000] as const;

/** By the number of frames where an encoder wrote it (Xing, Info), else as if every frame were like the first. */
function mp3Seconds(bytes: Uint8Array, size: number): number | null {
  let at = 0;
  if (bytes.length > 10 && latin(bytes, 0, 3) === 'ID3') at = 10 + ((bytes[6]! << 21) | (bytes[7]! << 14) | (bytes[8]! << 7) | bytes[9]!);
  else if (bytes.length < 4 || bytes[0] !== 0xff) return null;
  // Padding may follow the tag.
  for (const last = Math.min(bytes.length - 4, at + 8192); at < last && !(bytes[at] === 0xff && (bytes[at + 1]! & 0xe6) === 0xe2); at++);
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe6) !== 0xe2) return null;
  const version = (bytes[at + 1]! >> 3) & 3;
  const rate = sampleRates[(bytes[at + 2]! >> 2) & 3];
  const kilobitRate = kilobits[version === 3 ? 0 : 1][bytes[at + 2]! >> 4];
  if (version === 1 || rate === undefined || !kilobitRate) return null;
  const samplesPerSecond = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
  const isMono = bytes[at + 3]! >> 6 === 3;
  const tag = at + 4 + (version === 3 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  if (tag + 12 <= bytes.length && /^(?:Xing|Info)$/.test(latin(bytes, tag, 4)) && (bytes[tag + 7]! & 1) === 1) {
    const frames = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(tag + 8);
    if (frames > 0) return (frames * (version === 3 ? 1152 : 576)) / samplesPerSecond;
  }
  return ((size - at) * 8) / (kilobitRate * 1000);
}

/** As the linearized header, the root of the page tree, or the pages say; null where they are inside compressed objects. */
function pdfPages(bytes: Uint8Array): number | null {
  if (bytes.length < 8 || latin(bytes, 0, 5) !== '%PDF-') return null;
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += latin(bytes, at, 8192);
  const linear = /\/Linearized\b[^>]{0,200}?\/N\s+(\d{1,6})\b/.exec(text.slice(0, 2048));
  if (linear) return Number(linear[1]);
  const counts = [...text.matchAll(/\/Type\s*\/Pages\b[^>]{0,400}?\/Count\s+(\d{1,6})\b|\/Count\s+(\d{1,6})\b[^>]{0,400}?\/Type\s*\/Pages\b/g)].map((each) => Number(each[1] ?? each[2]));
  if (counts.length > 0) return Math.max(...counts);
  return text.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? null;
}
