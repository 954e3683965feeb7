/** Requests written by hand (curl, `fetch`, `requests.post`): address, key variable, model and parameters in their own text. */
import type { SwitchPlan } from './engine.js';
import type { Program } from './expression.js';
import type { TextEdit, TextRange } from './model.js';
import type { Loss } from './rewrite.js';
import type { Move, SwitchableCall } from './switchProvider.js';

/** Ends of paths by protocol. */
const ends: Readonly<Record<string, string>> = { 'openai-chat': '/chat/completions', 'openai-responses': '/responses', 'anthropic-messages': '/v1/messages' };

/** Plan for one request; null when its address is not written where the request is. */
export function switchRequest(program: Program, { site, detected }: SwitchableCall, move: Move): SwitchPlan | null {
  const { text } = program;
  const area = detected.call.range;
  const written = text.slice(area.start, area.end);
  const edits: TextEdit[] = [];
  const losses: Loss[] = [];
  const at = (start: number, end: number): TextRange => ({ start: area.start + start, end: area.start + end });
  const model = site.request.model.values.length === 1 ? site.request.model.values[0]! : null;
  if (!move.sameEndpoint) {
    const url = /https?:\/\/[^\s"'`)\\]+/.exec(written);
    const end = site.protocol ? ends[site.protocol] : undefined;
    if (!url || !end || url[0].includes('${')) return null;
    edits.push({ range: at(url.index, url.index + url[0].length), newText: move.baseUrl.replace(/\/$/, '') + end });
    if (move.keyVariable) {
      const names = keyNames(written, site.destination.provider);
      if (names.length === 0) losses.push({ argument: 'Authorization', what: 'by-hand', reason: 'required-header', range: area });
      for (const name of names) {
        for (const match of written.matchAll(new RegExp(`\\b${name}\\b`, 'g'))) edits.push({ range: at(match.index, match.index + name.length), newText: move.keyVariable });
      }
    }
  }
  if (model === null) losses.push({ argument: 'model', what: 'kept', reason: 'run-time-model' });
  else {
    const named = new RegExp(`(\\\\?["']?model\\\\?["']?\\s*[:=]\\s*\\\\?["'])${model.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?=\\\\?["'])`).exec(written);
    if (!named) losses.push({ argument: 'model', what: 'by-hand', reason: 'run-time-model', range: area });
    else edits.push({ range: at(named.index + named[1]!.length, named.index + named[0].length), newText: move.target.model });
  }
  if (!move.sameEndpoint) {
    if (move.rules.limit) {
      for (const match of written.matchAll(/\bmax_completion_tokens\b/g)) {
        edits.push({ range: at(match.index, match.index + match[0].length), newText: move.rules.limit });
        losses.push({ argument: 'max_completion_tokens', what: 'renamed', reason: 'other-name' });
      }
    }
    const simple = String.raw`\\?["']?(?:${move.rules.refused.join('|') || '(?!)'})\\?["']?\s*:\s*(?:true|false|True|False|null|None|-?\d+(?:\.\d+)?|\\?["'][^"'\\]*\\?["'])`;
    for (const match of written.matchAll(new RegExp(String.raw`(?:,\s*(${simple})|(${simple})\s*,\s*)`, 'g'))) {
      edits.push({ range: at(match.index, match.index + match[0].length), newText: '' });
      losses.push({ argument: /\w+/.exec(match[1] ?? match[2]!)![0], what: 'removed', reason: 'no-equal', range: at(match.index, match.index + match[0].length) });
    }
  }
  if (edits.length === 0) return null;
  return { edits, losses, keyVariable: move.sameEndpoint ? null : move.keyVariable, movedCalls: [site.id], stayingCalls: [] };
}

/** Variables that hold a key, as they are named where the request is made. */
function keyNames(written: string, _provider: string): string[] {
  return [...new Set([...written.matchAll(/\b([A-Z][A-Z0-9_]*(?:API_KEY|API_TOKEN|_TOKEN|_KEY))\b/g)].map((match) => match[1]!))];
}
