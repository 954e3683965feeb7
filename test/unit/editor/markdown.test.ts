import { expect, it } from 'vitest';
import { alignedTable, escapeMarkdown, markdownTable } from '../../../src/editor/markdown.js';

it('defuses markup, links, table cells and line breaks', () => {
  expect(escapeMarkdown('a*b|c\n[x](command:evil) <img src=x> `y`'))
    .toBe('a\\*b\\|c \\[x\\](command:evil) &lt;img src=x&gt; \\`y\\`');
  expect(escapeMarkdown('o200k_base _x_ gpt-4o')).toBe('o200k_base \\_x\\_ gpt-4o');
  expect(escapeMarkdown('see https://example.com')).toBe('see https:&#47;&#47;example.com');
});

it('makes tables', () => {
  expect(markdownTable(['a', 'b'], [['1', '2']], [1])).toBe('| a | b |\n|---|---:|\n| 1 | 2 |');
  expect(alignedTable(['name', 'cost'], [['模型', '$1'], ['x', '$10.00']], [1]))
    .toBe('| name |   cost |\n|------|-------:|\n| 模型 |     $1 |\n| x    | $10.00 |');
});
