/** The part of a prompt file below its front matter → messages with roles. */
import type { Expression, MapEntry } from '../core/expression.js';
import type { TextRange } from '../core/model.js';
import { type TemplateSyntax, templateOf } from './promptTemplate.js';

/** Front matter and body of a file that begins with `---`. */
export interface FrontMatter {
  readonly yaml: string;
  readonly yamlStart: number;
  readonly body: string;
  readonly bodyStart: number;
}

/** Null for a file without front matter. One whose closing line is still missing is all front matter. */
export function frontMatterOf(text: string): FrontMatter | null {
  const opened = /^\uFEFF?(?:[ \t]*\r?\n)*---[ \t]*\r?\n/.exec(text);
  if (!opened) return null;
  const yamlStart = opened[0].length;
  const closed = /^---[ \t]*(?:\r?\n|$)/m.exec(text.slice(yamlStart));
  if (!closed) return { yaml: text.slice(yamlStart), yamlStart, body: '', bodyStart: text.length };
  const bodyStart = yamlStart + closed.index + closed[0].length;
  return { yaml: text.slice(yamlStart, yamlStart + closed.index), yamlStart, body: text.slice(bodyStart), bodyStart };
}

const roleLine = /^[ \t]*#?[ \t]*(system|developer|user|assistant|function|tool)(?:\[[^\]\n]*\])?[ \t]*:[ \t]*\r?$/gim;
const roleHelper = /\{\{~?\s*role\s+["'](\w+)["']\s*~?\}\}|\{\{~?\s*(history)\s*[^}]*\}\}/g;
const image = /!\[[^\]\n]*\]\([^)\n]+\)|\{\{~?\s*media\s[^}]*\}\}/g;

export type BodyStyle = 'prompty' | 'dotprompt' | 'plain';

/** Messages of a body as a list of role/content maps; what stands before the first role is the style's usual one. */
export function messagesOf(body: string, start: number, style: BodyStyle): Expression {
  const found: Expression[] = [];
  const marks = style === 'plain' ? [] : [...body.matchAll(style === 'prompty' ? roleLine : roleHelper)];
  let role = style === 'prompty' ? 'system' : 'user';
  let at = 0;
  const put = (end: number): void => {
    const message = messageOf(body, at, end, start, role, style === 'plain' ? 'chat' : 'braces');
    if (message) found.push(message);
  };
  for (const mark of marks) {
    put(mark.index);
    at = mark.index + mark[0].length;
    if (mark[2]) found.push({ kind: 'repeat', item: { kind: 'unknown', text: 'history', range: rangeAt(start, mark.index, at) }, over: null, range: rangeAt(start, mark.index, at) });
    // What follows the history is the user's again.
    role = mark[2] ? 'user' : mark[1]!.toLowerCase();
  }
  put(body.length);
  return { kind: 'list', items: found, range: { start, end: start + body.length } };
}

function messageOf(body: string, from: number, to: number, start: number, role: string, syntax: TemplateSyntax): Expression | null {
  const written = body.slice(from, to);
  const trimmed = written.trim();
  if (trimmed === '') return null;
  const first = from + written.indexOf(trimmed);
  const range = rangeAt(start, first, first + trimmed.length);
  const blocks: Expression[] = [];
  let at = 0;
  const put = (end: number): void => {
    const text = trimmed.slice(at, end);
    if (text.trim() === '') return;
    const base = start + first + at;
    blocks.push(templateOf(text, (offset) => base + offset, syntax));
  };
  if (syntax === 'braces') {
    for (const each of trimmed.matchAll(image)) {
      put(each.index);
      at = each.index + each[0].length;
      const place = rangeAt(start, first + each.index, first + at);
      blocks.push(mapOf([['type', { kind: 'string', value: 'image_url', range: place }]], place));
    }
  }
  put(trimmed.length);
  const only = blocks.length === 1 && blocks[0]!.kind !== 'map' ? blocks[0]! : null;
  return mapOf([['role', { kind: 'string', value: role, range }], ['content', only ?? { kind: 'list', items: blocks, range }]], range);
}

const rangeAt = (start: number, from: number, to: number): TextRange => ({ start: start + from, end: start + to });

function mapOf(entries: readonly (readonly [string, Expression])[], range: TextRange): Expression {
  return { kind: 'map', range, entries: entries.map(([key, value]): MapEntry => ({ key, keyRange: null, value, spread: false, range: value.range })) };
}
