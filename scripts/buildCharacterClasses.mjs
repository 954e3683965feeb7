/**
 * `node scripts/buildCharacterClasses.mjs` writes src/tokenizers/characterClasses.ts: the Unicode classes that
 * pre-tokenizers ask for, as runs of code points. They are those of the version that tiktoken and Hugging Face's
 * tokenizers are built with, written down so that every host counts alike, whatever its own RegExp knows.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageFolder } from './vocabularies/sources.mjs';

const unicode = '16.0.0';
const folder = packageFolder(`@unicode/unicode-${unicode}`, '2.0.7');
const bits = new Uint8Array(0x110000);
/** Bit of a class, and the general categories that belong to it. */
const classes = [
  [1, 'Uppercase_Letter'], [1, 'Titlecase_Letter'], [2, 'Lowercase_Letter'], [4, 'Modifier_Letter'], [4, 'Other_Letter'],
  [8, 'Mark'], [16, 'Number'], [128, 'Punctuation'], [128, 'Symbol'],
];
for (const [bit, category] of classes) {
  const { default: points } = await import(pathToFileURL(join(folder, 'General_Category', category, 'code-points.mjs')).href);
  for (const point of points) bits[point] |= bit;
}
/** Whitespace is Rust's: with U+0085, without U+FEFF. */
for (let point = 0; point < 0x10000; point++) {
  if (/[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(String.fromCharCode(point))) bits[point] |= 32;
}
bits[10] |= 64;
bits[13] |= 64;

const runs = [];
let start = 0;
let current = -1;
for (let point = 0; point <= 0x110000; point++) {
  const kind = point < 0x110000 ? bits[point] : -2;
  if (kind === current) continue;
  if (current >= 0) runs.push([point - start, current]);
  start = point;
  current = kind;
}
// Neighbouring letters alternate case for hundreds of code points; such stretches are one entry: length*a,b.
const words = [];
for (let i = 0; i < runs.length; i++) {
  let pairs = 1;
  while (runs[i][1] < 36 && runs[i + 1]?.[1] < 36 && runs[i][0] === 1 && runs[i + 1]?.[0] === 1 && i + 2 * pairs + 1 < runs.length
    && runs[i + 2 * pairs][0] === 1 && runs[i + 2 * pairs][1] === runs[i][1]
    && runs[i + 2 * pairs + 1][0] === 1 && runs[i + 2 * pairs + 1][1] === runs[i + 1][1]) pairs++;
  if (pairs > 1) {
    words.push(`${runs[i][1].toString(36)}${runs[i + 1][1].toString(36)}*${pairs.toString(36)}`);
    i += 2 * pairs - 1;
  } else words.push(`${runs[i][1].toString(36)}${runs[i][0] === 1 ? '' : `.${runs[i][0].toString(36)}`}`);
}
const lines = [];
for (const word of words) {
  if (lines.length === 0 || lines.at(-1).length + word.length > 110) lines.push(word);
  else lines[lines.length - 1] += ` ${word}`;
}
const out = fileURLToPath(new URL('../src/tokenizers/characterClasses.ts', import.meta.url));
writeFileSync(out, `/** Written by scripts/buildCharacterClasses.mjs from Unicode ${unicode}: classes of all code points, as runs in base 36. */
export const unicodeVersion = '${unicode}';

/** \`class.length\`, \`class\` for one, \`class class * repeats\` for letters that alternate; classes are sums of the bits in characters.ts. */
export const runs = \`
${lines.join('\n')}
\`;
`);
console.log(`${runs.length} runs, ${words.length} entries`);
