/** The loop and the function around a call, read from the text: what kind of loop, over what, with which body. */
import type { Program } from './expression.js';
import { functionAround } from './inspect.js';
import type { TextRange } from './model.js';

export interface Loop {
  readonly kind: 'each' | 'while' | 'forever' | 'count';
  /** Names that the loop binds, empty for `while`. */
  readonly names: readonly string[];
  readonly head: TextRange;
  /** From the head to the end of the body. */
  readonly range: TextRange;
}

/** Innermost loop around a place inside its function; null when there is none, or its form is not understood. */
export function loopAround(program: Program, place: TextRange): Loop | null {
  if (!program.insideLoop(place.start)) return null;
  return program.language === 'python' ? pythonLoop(program, place) : braceLoop(program, place);
}

/** Text of the innermost function around a place, or of the whole file. */
export function functionText(program: Program, place: TextRange): string {
  const { range } = functionAround(program, place.start);
  return program.text.slice(range.start, range.end);
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;
const indentation = (line: string): number => /^[ \t]*/.exec(line)![0].length;

function pythonLoop(program: Program, place: TextRange): Loop | null {
  const { text } = program;
  // `[ask(x) for x in xs]`
  const inner = /\bfor\s+([\w\s,()]+?)\s+in\b/.exec(text.slice(place.end, Math.min(text.length, text.indexOf('\n\n', place.end) === -1 ? place.end + 300 : place.end + 300)));
  let at = lineStart(text, place.start);
  let level = indentation(text.slice(at));
  if (inner && /^[^\n=]*$|^\s*\)?\s*$/.test(text.slice(place.end, place.end + inner.index)) && /[[({]\s*(?:await\s+)?$/.test(text.slice(at, place.start))) {
    const start = place.end + inner.index;
    return { kind: 'each', names: namesIn(inner[1]!), head: { start, end: start + inner[0].length }, range: { start: place.start, end: start + inner[0].length } };
  }
  while (at > 0 && level > 0) {
    at = lineStart(text, at - 1);
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    if (line.trim() === '' || /^\s*[#)\]}]/.test(line) || indentation(line) >= level) continue;
    level = indentation(line);
    if (/^\s*(?:async\s+)?def\b|^\s*class\b/.test(line)) return null;
    const head = /^\s*(?:async\s+)?(?:for\s+(.+?)\s+in\s+(.+)|while\s+(.+?)):?\s*(?:#.*)?$/.exec(line);
    if (!head) continue;
    const body = blockEnd(text, at, level);
    const range = { start: at + level, end: body };
    const over = head[2] ?? '';
    if (head[3] !== undefined) return { kind: /^(?:True|1)\s*:?$/.test(head[3]) ? 'forever' : 'while', names: [], head: { start: at + level, end: at + line.length }, range };
    return { kind: over.startsWith('range(') ? 'count' : 'each', names: namesIn(head[1]!), head: { start: at + level, end: at + line.length }, range };
  }
  return null;
}

function blockEnd(text: string, start: number, level: number): number {
  let at = text.indexOf('\n', start);
  while (at >= 0) {
    const next = text.indexOf('\n', at + 1);
    const line = text.slice(at + 1, next < 0 ? text.length : next);
    if (line.trim() !== '' && !/^\s*[#)\]}]/.test(line) && indentation(line) <= level) return at;
    at = next;
  }
  return text.length;
}

function braceLoop(program: Program, place: TextRange): Loop | null {
  const { text } = program;
  const from = Math.max(0, place.start - 8000);
  let depth = 0;
  for (let at = place.start - 1; at >= from; at--) {
    const character = text[at];
    if (character === '}' || character === ')') depth++;
    if (character !== '{' && character !== '(') continue;
    if (depth > 0) { depth--; continue; }
    const before = text.slice(Math.max(from, at - 300), at);
    const head = character === '{'
      ? /\b(?:for(?:each|\s+await)?\s*\(([^{}]*)\)|while\s*\(([^{}]*)\)|(for\s+[^{}\n]*))\s*$/.exec(before)
        ?? /\.\s*(?:map|forEach|flatMap)\s*\(\s*(?:async\s+)?(?:function\s*)?\(?\s*(\w+)[^{}()]*\)?\s*(?:=>\s*)?$/.exec(before)
      : /\.\s*(?:map|forEach|flatMap)$/.exec(before.trimEnd());
    if (!head) {
      // The body of a function that no loop calls: what is further out repeats the function, not the call.
      if (character === '{' && /(?:=>|\))\s*(?::\s*[\w<>[\]., |]+)?\s*$/.test(before) && !/\b(?:if|switch|catch|with|synchronized|using|lock)\s*\([^{}]*\)\s*$/.test(before)) return null;
      continue;
    }
    const whole: TextRange = { start: at - before.length + head.index, end: at };
    const range = { start: whole.start, end: closing(text, at) };
    if (head[0].startsWith('.')) {
      const name = head[1] ?? /^\(\s*(?:async\s+)?\(?\s*(\w+)/.exec(text.slice(at, at + 80))?.[1];
      return { kind: 'each', names: name ? [name] : [], head: whole, range };
    }
    if (head[2] !== undefined) return { kind: /^\s*(?:true|1)\s*$/.test(head[2]) ? 'forever' : 'while', names: [], head: whole, range };
    const inside = head[1] ?? head[3] ?? '';
    const each = /(?:const|let|var|final|\w+(?:<[^>]*>)?)\s+([\w{},\s[\]]+?)\s*(?:\bof\b|\bin\b|:(?!=))/.exec(inside) ?? /(?:for\s+)?([\w_,\s]+?)\s*:=\s*range\b/.exec(inside) ?? /^for\s+(\w+)\s+in\b/.exec(inside);
    if (each) return { kind: 'each', names: namesIn(each[1]!), head: whole, range };
    // PHP: foreach ($texts as $key => $text)
    const listed = /\bas\s+(.+)$/.exec(inside);
    if (listed) return { kind: 'each', names: namesIn(listed[1]!), head: whole, range };
    if (/^\s*;\s*;\s*$/.test(inside) || inside.trim() === 'for') return { kind: 'forever', names: [], head: whole, range };
    return { kind: 'count', names: namesIn(/(\w+)\s*(?::=|=)/.exec(inside)?.[1] ?? ''), head: whole, range };
  }
  return null;
}

function closing(text: string, open: number): number {
  const [left, right] = text[open] === '{' ? ['{', '}'] : ['(', ')'];
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === left) depth++;
    else if (text[at] === right && --depth === 0) return at + 1;
  }
  return text.length;
}

function namesIn(list: string): readonly string[] {
  return list.split(/[^\w$]+/).filter((name) => name !== '' && name !== '_' && name !== 'const' && name !== 'let');
}
