/** Tables for terminals: they fit, and nothing is lost. */
import { describe, expect, test } from 'vitest';
import { plainText } from '../../../src/reporters/blocks.js';
import { textTable, width } from '../../../src/reporters/layout.js';

const header = ['where', 'model', 'per 1k calls', 'why'];
const rows = [
  ['services/answering/internal/handlers/completions/streaming/handler_with_a_long_name.go:1234', 'gpt-4o-mini → claude-sonnet-4-5-20250929', '$0.42 → $1,234.56', 'model, provider, where data goes, answer length, price'],
  ['a.py:1', 'gpt-4o', '$1', ''],
];
const lettersOf = (text: string): string => [...text.replace(/\s/g, '')].sort().join('');

describe('a table', () => {
  test('that fits stays one line a row', () => {
    expect(textTable(['a', 'cost'], [['x', '1'], ['long name', '100']], [1], 80)).toBe('a          cost\nx             1\nlong name   100');
  });

  test.each([120, 100, 80, 60])('at %i columns no line is wider, and every letter is there', (columns) => {
    const text = textTable(header, rows, [2], columns);
    expect(Math.max(...text.split('\n').map(width))).toBeLessThanOrEqual(columns);
    expect(lettersOf(text)).toBe(lettersOf([header, ...rows].flat().join('')));
  });

  test('figures stay on one line while words can give way', () => {
    const text = textTable(header, rows, [2], 80);
    expect(text).toMatch(/\$0\.42 → \$1,234\.56/);
    expect(text.split('\n').some((line) => line.startsWith('a.py:1 '))).toBe(true);
  });

  test('wide characters count twice, control characters do not steer the terminal', () => {
    const text = plainText([{ kind: 'table', header: ['模型', 'x'], rows: [['通义千问通义千问通义千问通义千问', '\u001b[31mred']], right: [] }], 30);
    expect(Math.max(...text.split('\n').map(width))).toBeLessThanOrEqual(30);
    expect(text).not.toContain('\u001b');
  });
});
