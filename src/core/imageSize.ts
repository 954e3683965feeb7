/** Width and height of a picture from the first bytes of its file: PNG, JPEG, GIF, WebP, BMP. */

/** Pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const text = (bytes: Uint8Array, at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));

/** Size by the header; null when it is no such picture, or the header is not within the bytes given. */
export function imageSizeOf(bytes: Uint8Array): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (length: number): boolean => bytes.length >= length;
  if (has(24) && view.getUint32(0) === 0x89504e47) return sized(view.getUint32(16), view.getUint32(20));
  if (has(10) && text(bytes, 0, 4) === 'GIF8') return sized(view.getUint16(6, true), view.getUint16(8, true));
  if (has(26) && text(bytes, 0, 2) === 'BM') return sized(view.getInt32(18, true), Math.abs(view.getInt32(22, true)));
  if (has(30) && text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WEBP') return webpSize(bytes, view);
  if (has(4) && view.getUint16(0) === 0xffd8) return jpegSize(bytes, view);
  return null;
}

function sized(width: number, height: number): ImageSize | null {
  return width > 0 && height > 0 && width <= 1_000_000 && height <= 1_000_000 ? { width, height } : null;
}

function webpSize(bytes: Uint8Array, view: DataView): ImageSize | null {
  switch (text(bytes, 12, 4)) {
    case 'VP8 ': return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X': return sized((view.getUint32(24, true) & 0xffffff) + 1, (view.getUint32(26, true) >>> 8) + 1);
    default: return null;
  }
}

/** Walks the segments of a JPEG to the frame header; each step moves on, so it ends. */
function jpegSize(bytes: Uint8Array, view: DataView): ImageSize | null {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) { at++; continue; }
    const marker = bytes[at + 1]!;
    if (marker === 0xff) { at++; continue; }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return sized(view.getUint16(at + 7), view.getUint16(at + 5));
    at += marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9) ? 2 : 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** Bytes at the beginning of a data URI's content; null when it is none, or not base64. */
export function dataUriBytes(uri: string, most = 65_536): Uint8Array | null {
  const head = /^data:[\w.+/-]*(?:;[\w=.+-]+)*;base64,/i.exec(uri.slice(0, 200))?.[0];
  if (!head) return null;
  const encoded = uri.slice(head.length, head.length + Math.ceil(most / 3) * 4).replace(/\s+/g, '').replace(/=+$/, '');
  try {
    return Uint8Array.from(atob(encoded.slice(0, encoded.length - (encoded.length % 4 === 1 ? 1 : 0))), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
