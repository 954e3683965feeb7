/** Words found again after an edit are those that a fresh search finds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LanguageId } from '../../../src/core/model.js';
import { occurrencesOf } from '../../../src/core/program.js';
import { analyzeText } from '../engineForTests.js';

const fresh = (text: string, word: string): number[] =>
  [...text.matchAll(new RegExp(`(?<![\\w$\\u0080-\\ufefe\\uff00-\\uffff])${word.replaceAll('$', '\\$')}(?![\\w$\\u0080-\\uffff])`, 'g'))].map((match) => match.index);

test('after any edits the words stand where a search from the start finds them', () => {
  const words = ['a', 'ab', 'client', '$x'];
  const bit = fc.constantFrom('a', 'ab', 'client', '$x', ' ', '.', '\n', 'é', 'b', '(', '');
  fc.assert(fc.property(fc.array(bit, { minLength: 200, maxLength: 400 }), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.array(bit, { maxLength: 4 })), { minLength: 1, maxLength: 12 }), (bits, edits) => {
    let text = `${bits.join('')}${' filler client '.repeat(200)}`;
    for (const word of words) expect(occurrencesOf(text, word)).toEqual(fresh(text, word));
    for (const [where, removed, added] of edits) {
      const at = Math.floor(where * text.length);
      text = text.slice(0, at) + added.join('') + text.slice(at + removed);
      for (const word of words) expect(occurrencesOf(text, word)).toEqual(fresh(text, word));
    }
  }), { numRuns: 300 });
});

test('a search that ran out of time is not remembered', () => {
  const text = 'word '.repeat(1000);
  expect(occurrencesOf(text, 'word', () => true).length).toBeLessThan(1000);
  expect(occurrencesOf(text, 'word').length).toBe(1000);
});

test.each<[LanguageId, string]>([
  ['javascript', "// Ask the model.\nfetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'gpt-4o', messages: [] }) });\n"],
  ['typescript', "import { generateText } from 'ai';\nimport { openai } from '@ai-sdk/openai';\n// Ask the model.\ngenerateText({ model: openai('gpt-4o'), prompt: 'Hi' });\n"],
  ['python', 'from litellm import completion\n# Ask the model.\ncompletion(model="openai/gpt-4o", messages=[])\n'],
  ['shellscript', '#!/bin/sh\n# Ask the model.\ncurl https://api.openai.com/v1/chat/completions -d \'{"model": "gpt-4o", "messages": []}\'\n'],
])('%s: a comment that ends with a full stop above a call', async (language, text) => {
  const { calls } = await analyzeText(language, text);
  expect(calls.map((each) => each.destination.provider)).toEqual(['openai']);
});
