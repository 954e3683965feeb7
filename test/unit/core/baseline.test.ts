/** A baseline hides what was there, and only that. */
import { describe, expect, test } from 'vitest';
import { makeBaseline, newFindings, parseBaseline } from '../../../src/core/baseline.js';
import type { Finding } from '../../../src/core/model.js';

const finding = (text: string, word: string, code: Finding['code'] = 'residency', from = 0): Finding => ({ code, severity: 'error', range: { start: text.indexOf(word, from), end: text.indexOf(word, from) + word.length }, callId: null, data: {}, related: [] });
const text = 'first()\ncreate(a)\ncreate(b)\n';
const file = (content: string, findings: readonly Finding[], name = 'src/a.py') => ({ file: name, text: content, findings });

describe('baseline', () => {
  const baseline = makeBaseline([file(text, [finding(text, 'create(a)')])], '2026-11-23');

  test('the same finding is known when lines move or are indented anew', () => {
    const moved = `# new\n\n    ${text.replaceAll('\n', '\n    ')}`;
    expect(newFindings(file(moved, [finding(moved, 'create(a)')]), baseline)).toEqual([]);
  });
  test('another code, line or file is new', () => {
    expect(newFindings(file(text, [finding(text, 'create(a)', 'output-limit')]), baseline)).toHaveLength(1);
    expect(newFindings(file(text, [finding(text, 'create(b)')]), baseline)).toHaveLength(1);
    expect(newFindings(file(text, [finding(text, 'create(a)')], 'src/b.py'), baseline)).toHaveLength(1);
  });
  test('a second one on an equal line is new', () => {
    const twice = `${text}create(a)\n`;
    expect(newFindings(file(twice, [finding(twice, 'create(a)'), finding(twice, 'create(a)', 'residency', 12)]), baseline)).toHaveLength(1);
  });
  test('is written in a stable order and read again', () => {
    const both = [file(text, [finding(text, 'create(b)'), finding(text, 'create(a)')]), file(text, [finding(text, 'first()')], 'a.py')];
    const made = makeBaseline(both, '2026-11-23');
    expect(makeBaseline(both.toReversed(), '2026-11-23')).toEqual(made);
    expect(parseBaseline(JSON.stringify(made))).toEqual(made);
  });
  test.each(['', '{', '[]', '{"version":2,"findings":[]}', '{"version":1,"findings":[{"code":1}]}', 'null'])('%j is no baseline', (broken) => expect(parseBaseline(broken)).toBeNull());
});
