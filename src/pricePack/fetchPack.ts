/**
 * Gets a price pack from an address that the user named, and checks it before anyone sees it: its hash or signature,
 * its size, its form. Runs in Node and in browsers; nothing is fetched unless somebody asks.
 */
import { maximumPackBytes, parsePack, type PricePack } from './pack.js';

const timeoutMs = 30_000;

/** How a pack is proved to be the one meant. One of them must be there. */
export interface PackProof {
  /** SHA-256 of the pack, hexadecimal, given by the user; else the file `<address>.sha256` is read. */
  readonly sha256?: string;
  /** Ed25519 public key, base64 of the raw 32 bytes; the signature stands in `<address>.sig`, base64. */
  readonly publicKey?: string;
}

/** A pack that passed every check, with its text as it came. */
export interface CheckedPack {
  readonly pack: PricePack;
  readonly text: string;
  readonly sha256: string;
  readonly provedBy: 'given hash' | 'published hash' | 'signature';
}

/** Reads bytes of an address; tests and files hand in their own. Null = not there. */
export type ReadAddress = (address: string, limit: number) => Promise<Uint8Array | null>;

/** Fetches and checks a pack. Throws an Error that says in one sentence what is wrong; nothing has been replaced then. */
export async function fetchPack(address: string, proof: PackProof, read: ReadAddress): Promise<CheckedPack> {
  const bytes = await read(address, maximumPackBytes);
  if (!bytes) throw new Error(`${address}: nothing there`);
  const sha256 = await hashOf(bytes);
  const provedBy = await prove(address, bytes, sha256, proof, read);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return { pack: parsePack(text), text, sha256, provedBy };
}

/** SHA-256 as lower-case hexadecimal. */
export async function hashOf(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice().buffer));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function prove(address: string, bytes: Uint8Array, sha256: string, proof: PackProof, read: ReadAddress): Promise<CheckedPack['provedBy']> {
  if (proof.publicKey) {
    const signature = await read(`${address}.sig`, 1000);
    if (!signature) throw new Error(`${address}.sig: the signature is missing`);
    const key = await crypto.subtle.importKey('raw', bytesOf(proof.publicKey), { name: 'Ed25519' }, false, ['verify']);
    const valid = await crypto.subtle.verify({ name: 'Ed25519' }, key, bytesOf(new TextDecoder().decode(signature)), bytes.slice().buffer);
    if (!valid) throw new Error(`${address}: the signature does not fit the public key`);
    if (proof.sha256 && proof.sha256.toLowerCase() !== sha256) throw new Error(`${address}: its SHA-256 is ${sha256}, not ${proof.sha256}`);
    return 'signature';
  }
  if (proof.sha256) {
    if (proof.sha256.toLowerCase() !== sha256) throw new Error(`${address}: its SHA-256 is ${sha256}, not ${proof.sha256}`);
    return 'given hash';
  }
  const published = await read(`${address}.sha256`, 1000);
  if (!published) throw new Error(`${address}.sha256: not there; give the SHA-256 of the pack or a public key, it is not used unchecked`);
  const expected = /\b[0-9a-f]{64}\b/i.exec(new TextDecoder().decode(published))?.[0].toLowerCase();
  if (!expected) throw new Error(`${address}.sha256: holds no SHA-256`);
  if (expected !== sha256) throw new Error(`${address}: its SHA-256 is ${sha256}, published is ${expected}`);
  return 'published hash';
}

function bytesOf(base64: string): ArrayBuffer {
  const binary = atob(base64.trim());
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0)).buffer;
}

/** Reads `https:` addresses (and `http:` on this machine). Redirects away from https are refused. */
export const readWeb: ReadAddress = async (address, limit) => {
  const url = new URL(address);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) throw new Error(`${address}: only https addresses are used`);
  let response: Response;
  try {
    response = await fetch(address, { redirect: isHere ? 'error' : 'follow', signal: AbortSignal.timeout(timeoutMs), credentials: 'omit', headers: { accept: 'application/json, text/plain' } });
  } catch (error) {
    throw new Error(`${address}: cannot be reached (${(error as Error).name === 'TimeoutError' ? `no answer in ${timeoutMs / 1000} s` : causeOf(error)})`);
  }
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${address}: answered ${response.status}`);
  if (!isHere && response.url !== '' && !response.url.startsWith('https:')) throw new Error(`${address}: leads to ${new URL(response.url).host} without https`);
  if (Number(response.headers.get('content-length') ?? 0) > limit) throw new Error(`${address}: larger than ${limit} bytes`);
  return limited(address, response, limit);
};

async function limited(address: string, response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) break;
    length += next.value.length;
    if (length > limit) { await reader?.cancel(); throw new Error(`${address}: larger than ${limit} bytes`); }
    chunks.push(next.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) { bytes.set(chunk, at); at += chunk.length; }
  return bytes;
}

function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error as Error).message;
}
