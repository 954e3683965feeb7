import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyChanges, moveOffset, sequentialChanges, type ReportedChange } from '../../../src/editor/changes.js';

/** What the changes mean: all at once, against the old text. */
function applyAtOnce(text: string, changes: readonly ReportedChange[]): string {
  let result = '';
  let from = 0;
  for (const { rangeOffset, rangeLength, text: inserted } of [...changes].sort((a, b) => a.rangeOffset - b.rangeOffset)) {
    result += text.slice(from, rangeOffset) + inserted;
    from = rangeOffset + rangeLength;
  }
  return result + text.slice(from);
}

it('applies changes of one event in any order', () => {
  const changes = [{ rangeOffset: 0, rangeLength: 1, text: 'AAA' }, { rangeOffset: 4, rangeLength: 0, text: '!' }, { rangeOffset: 2, rangeLength: 1, text: '' }];
  expect(applyChanges('abcd', sequentialChanges(changes))).toBe('AAAbd!');
  expect(applyChanges('abcd', sequentialChanges([...changes].reverse()))).toBe('AAAbd!');
});

it('inserts before a replacement that begins at the same place', () => {
  const changes = [{ rangeOffset: 1, rangeLength: 2, text: 'X' }, { rangeOffset: 1, rangeLength: 0, text: 'in' }];
  expect(applyChanges('abcd', sequentialChanges(changes))).toBe('ainXd');
});

it('agrees with applying all at once', () => {
  fc.assert(fc.property(fc.string({ maxLength: 40 }), fc.array(fc.tuple(fc.nat(9), fc.nat(4), fc.string({ maxLength: 4 })), { maxLength: 5 }), fc.boolean(), (text, steps, reverse) => {
    const changes: ReportedChange[] = [];
    let at = 0;
    for (const [skip, length, inserted] of steps) {
      const rangeOffset = at + skip + 1;
      if (rangeOffset + length > text.length) break;
      changes.push({ rangeOffset, rangeLength: length, text: inserted });
      at = rangeOffset + length;
    }
    expect(applyChanges(text, sequentialChanges(reverse ? [...changes].reverse() : changes))).toBe(applyAtOnce(text, changes));
  }));
});

it('moves offsets along', () => {
  const insertBefore = [{ range: { start: 2, end: 2 }, newText: 'xxx' }];
  expect(moveOffset(1, insertBefore)).toBe(1);
  expect(moveOffset(5, insertBefore)).toBe(8);
  expect(moveOffset(5, [{ range: { start: 0, end: 4 }, newText: '' }])).toBe(1);
  expect(moveOffset(3, [{ range: { start: 2, end: 6 }, newText: 'y' }])).toBe(3);
});
