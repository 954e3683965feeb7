/** Findings about how often and with what a call is made: loops, repeats, history, order of the prompt, retries. */
import type { InspectedCall, Inspection } from './inspect.js';
import { functionAround, runOneAfterOther } from './inspect.js';
import { assumed, likelyUsage, perThousand, priceOf, usage } from './insightCost.js';
import type { Finding, PromptPart } from './model.js';
import type { Report } from './moneyInsights.js';
import { type Loop, functionText, loopAround } from './surroundings.js';
import { mentioned } from './remembered.js';

const usesTenacity = mentioned(/\btenacity\b/);

/** Tokens that a prefix needs before vendors cache it (OpenAI, Gemini and Claude guides: 1,024 and more; 2026-11). */
const cacheablePrefix = 1024;
/** Characters that make at least that many tokens in no language we know of; cheaper to look at than to count. */
const cacheableCharacters = 1500;
const round = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));

/** Findings about the loop around one call. */
export function loops(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const { site } = call;
  if (site.kind === 'model-binding' || !site.complete) return [];
  const loop = loopAround(inspection.program, site.callRange);
  return [...retries(call, loop, inspection, report), ...(loop ? [...repeated(call, loop, inspection, report), ...history(call, loop, inspection, report)] : [])];
}

/** One request per item of a collection. */
function repeated(call: InspectedCall, loop: Loop, inspection: Inspection, report: Report): Finding[] {
  const { site, provider } = call;
  if (loop.kind !== 'each' || site.request.stream || site.request.parts.some((part) => part.repeated)) return [];
  // Without the item in the prompt it is a retry, a benchmark or a poll.
  const names = new Set(loop.names);
  const used = site.request.parts.flatMap((part) => [...part.pieces, ...part.alternatives.flat()]).some((piece) => piece.kind === 'hole' && piece.name.split(/[^\w$]+/).some((word) => names.has(word))) || mentionsItem(call, names, inspection);
  if (!used) return [];
  const related: Finding['related'] = [{ range: loop.head, role: 'loop' }];
  const cost = perThousand(call, likelyUsage(call), inspection);
  const batch = priceOf(call, inspection)?.components.some((each) => each.when?.tier === 'batch') ? perThousand(call, likelyUsage(call), inspection, { tier: 'batch' }) : null;
  const common = { currency: inspection.configuration.currency, cost: round(cost), batch: batch !== null && cost !== null && batch < cost ? round(batch) : null, ...assumed(call) };
  if (site.operation === 'embedding') {
    if (isInGroups(loop, inspection.program.text) || isFallback(call, loop, inspection)) return [];
    return site.request.parts.length <= 1 ? report(call, 'embedding-one-by-one', site.calleeRange, common, related) : [];
  }
  // Without a price there is nothing to say; what frameworks send is theirs to order.
  if ((site.operation !== 'chat' && site.operation !== 'completion' && site.operation !== 'moderation') || cost === null || site.kind !== 'call') return [];
  if (call.said.marks.includes('interactive')) return [];
  const isBatchable = provider?.delivery?.modes.includes('batch') && site.kind === 'call' && !awaitsInOrder(inspection.program.text.slice(loop.range.start, loop.range.end));
  return report(call, isBatchable ? 'batchable-loop' : 'call-in-loop', site.calleeRange, { ...common, items: inspection.configuration.assumptions.repeats.likely, run: round(cost * inspection.configuration.assumptions.repeats.likely) }, related);
}

/** Rounds over lists of texts, by the names that people give them or by a function that makes them: already many in one request. */
function isInGroups(loop: Loop, text: string): boolean {
  return loop.names.some((name) => /batch|group|slice|window/i.test(name)) || /batch|group|slice|partition|\bchunked\b|\bin_groups_of\b|\bn_?chunks\b/i.test(text.slice(loop.head.start, loop.head.end));
}

/** One by one only after the whole list was refused: the same function embeds shortly before the loop. */
function isFallback(call: InspectedCall, loop: Loop, { calls, program }: Inspection): boolean {
  const own = functionAround(program, call.site.callRange.start).range.start;
  return calls.some(({ site }) => site.operation === 'embedding' && site.callRange.end <= loop.range.start && loop.range.start - site.callRange.end < 800 && functionAround(program, site.callRange.start).range.start === own
    && /\b(?:except|catch|rescue)\b/.test(program.text.slice(site.callRange.end, loop.range.start)));
}

/** The item stands in the call's own text, e.g. in a list of messages that was made elsewhere. */
function mentionsItem({ site }: InspectedCall, names: ReadonlySet<string>, { program }: Inspection): boolean {
  const text = program.text.slice(site.callRange.start, site.callRange.end);
  return site.request.parts.some((part) => part.pieces.some((piece) => piece.kind === 'hole')) && [...names].some((name) => new RegExp(`(?<![\\w$."'])${name.replace(/\$/g, '\\$')}(?![\\w$"'])(?!\\s*=[^=])`).test(text));
}

/** Each round needs the answer of the one before. */
function awaitsInOrder(body: string): boolean {
  return /\b(?:break|input\(|previous|prev_|last_(?:response|answer|reply)|\.append\(\s*\{\s*["']?role|\.push\(\s*\{\s*role)/.test(body);
}

/** A list of messages that only grows, round after round. */
function history(call: InspectedCall, loop: Loop, inspection: Inspection, report: Report): Finding[] {
  const { site, detected } = call;
  const { program, configuration } = inspection;
  if (site.operation !== 'chat' || (loop.kind !== 'forever' && loop.kind !== 'while')) return [];
  const argument = detected.call.named.find((each) => each.name === 'messages' || each.name === 'input' || each.name === 'contents')?.value ?? messagesOf(detected.call.positional.at(-1));
  if (argument?.kind !== 'name') return [];
  const name = argument.name.replace(/\$/g, '\\$');
  const body = program.text.slice(loop.range.start, loop.range.end);
  const grows = new RegExp(`\\b${name}\\.(?:append|push|extend|concat)\\(|\\b${name}\\s*\\+=|\\b${name}\\s*=\\s*\\[\\s*\\.\\.\\.${name}|\\b${name}\\s*=\\s*${name}\\s*\\+`).test(body);
  const around = functionText(program, site.callRange);
  const isBounded = new RegExp(`\\b${name}\\s*\\[\\s*-|\\b${name}\\.slice\\(|\\b${name}\\.(?:pop|shift|clear|splice)\\(|del\\s+${name}\\[|maxlen|trim|truncat|summar|compact|prune|max_(?:turns|history|messages)|max(?:Turns|History|Messages)|\\b${name}\\s*=\\s*\\[\\s*\\]|len\\(\\s*${name}\\s*\\)\\s*[<>]|\\b${name}\\.length\\s*[<>]`, 'i').test(around);
  // A round that ends by itself (tools, steps) is no conversation.
  const isConversation = loop.kind === 'forever' || /\binput\(|readline|prompt\(|question\(|stdin|receive|Scanner|ReadLine|gets\b/.test(body);
  if (!grows || isBounded || !isConversation) return [];
  const { holeTokens, outputTokens } = configuration.assumptions;
  const added = holeTokens.likely + Math.min(outputTokens.likely, site.request.maxOutputTokens ?? outputTokens.likely);
  const each = perThousand(call, usage({ 'input-token': added }), inspection);
  return report(call, 'growing-history', site.calleeRange, { subject: argument.name, added, currency: configuration.currency, cost: round(each), twenty: each === null ? null : round(each * 19), ...assumed(call) }, [{ range: loop.head, role: 'loop' }]);
}

function messagesOf(options: InspectedCall['detected']['call']['positional'][number] | undefined) {
  return options?.kind === 'map' ? options.entries.find((each) => each.key === 'messages' || each.key === 'input' || each.key === 'contents')?.value : undefined;
}

/** Retries without a limit: a decorator without a stop, a client told to go on for ever, a loop that never gives up. */
function retries(call: InspectedCall, loop: Loop | null, inspection: Inspection, report: Report): Finding[] {
  const { site } = call;
  const { program } = inspection;
  const { text } = program;
  const figures = { currency: inspection.configuration.currency, cost: round(perThousand(call, likelyUsage(call), inspection)), ...assumed(call) };
  const client = site.clientRange ? text.slice(site.clientRange.start, site.clientRange.end) : '';
  const endless = /\bmax_?[rR]etries\s*[:=]\s*(?:float\(\s*["']inf["']\s*\)|math\.inf|Infinity|Number\.(?:POSITIVE_INFINITY|MAX_SAFE_INTEGER)|sys\.maxsize|\d{3,})/.exec(client);
  if (endless) return report(call, 'retry-unbounded', site.calleeRange, { how: 'client', ...figures });
  if (program.language === 'python' && usesTenacity(text)) {
    const scope = program.scopesAt(site.callRange.start).find((each) => each.kind === 'function');
    const before = scope ? text.slice(Math.max(0, scope.range.start - 600), scope.range.start) : '';
    const decorator = /@(?:tenacity\.)?retry\b([^\n]*(?:\n(?![ \t]*(?:@|async\b|def\b))[^\n]*)*)\s*(?:@[\w.]+[^\n]*\s*)*(?:async\s+)?(?:def\b[^\n]*)?$/.exec(before);
    if (decorator && !/\bstop\b/.test(decorator[1]!)) return report(call, 'retry-unbounded', site.calleeRange, { how: 'decorator', ...figures });
  }
  if (!loop || loop.kind !== 'forever') return [];
  const body = text.slice(loop.range.start, loop.range.end);
  // `return client.…`: the way out stands before the call on its line.
  const at = text.lastIndexOf('\n', site.callRange.start - 1) + 1 - loop.range.start;
  const caught = /\bexcept\b[^\n]*:\s*(?:#[^\n]*)?\n((?:[ \t]+[^\n]*\n?)+)|\bcatch\s*(?:\([^)]*\))?\s*\{([^}]*)\}/g;
  const isTried = /\btry\b\s*[:{]/.test(body.slice(0, Math.max(0, at) + 8));
  if (!isTried || !/\b(?:return|break)\b/.test(body.slice(at))) return [];
  for (const match of body.matchAll(caught)) {
    const handler = match[1] ?? match[2] ?? '';
    if (match.index < at) continue;
    if (/\b(?:raise|throw|return|break|exit|quit|reject)\b/.test(handler) || /attempt|retr(?:y|ies)\w*\s*(?:\+=|\+\+|>|<|-=)|\b\w*count\w*\s*(?:[-+]=|\+\+|>|<)|\btries\b|max_?(?:retr|tries|attempt)|\b[ni]\s*[+-]=/i.test(body)) return [];
    // Waiting for a person is no retry.
    if (/\binput\(|readline|prompt\(|question\(|stdin/.test(body)) return [];
    return report(call, 'retry-unbounded', site.calleeRange, { how: 'loop', ...figures }, [{ range: loop.head, role: 'loop' }]);
  }
  return [];
}

/** The same prompt sent twice by one function. */
export function duplicates(inspection: Inspection, report: Report): Finding[] {
  const { calls, program } = inspection;
  const found: Finding[] = [];
  const keys = calls.map((call) => promptKey(call, program.text));
  for (const [index, second] of calls.entries()) {
    const key = keys[index];
    if (key === null || key === undefined) continue;
    const before = keys.lastIndexOf(key, index - 1);
    if (index === 0 || before < 0) continue;
    const first = calls[before]!;
    if (!runOneAfterOther(program, first.site.callRange, second.site.callRange)) continue;
    const between = program.text.slice(first.site.callRange.end, second.site.callRange.start);
    const holes = second.site.request.parts.flatMap((part) => part.pieces).flatMap((piece) => (piece.kind === 'hole' ? [piece.name] : []));
    if (holes.some((name) => !/^[\w$]+$/.test(name) || new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])\\s*(?:[-+*/|&]?=(?!=)|\\.(?:append|push|extend|update)\\()`).test(between))) continue;
    found.push(...report(second, 'duplicate-prompt', second.site.calleeRange, {
      currency: inspection.configuration.currency, cost: round(perThousand(second, likelyUsage(second), inspection)), ...assumed(second),
    }, [{ range: first.site.calleeRange, role: 'other-call' }]));
  }
  return found;
}

function promptKey({ site, detected }: InspectedCall, source: string): string | null {
  if (site.operation !== 'chat' && site.operation !== 'embedding' && site.operation !== 'completion') return null;
  const { parts } = site.request;
  const text = parts.flatMap((part) => part.pieces).reduce((sum, piece) => sum + (piece.kind === 'text' ? piece.text.length : 0), 0);
  if (site.kind !== 'call' || parts.length === 0 || text < 20 || parts.some((part) => part.repeated || part.kind === 'image' || part.kind === 'audio' || part.kind === 'file' || part.alternatives.length > 0)) return null;
  const words = source.slice(detected.call.callee.range.start, detected.call.range.end).replace(/\s+/g, ' ');
  return JSON.stringify([words, site.destination.provider, site.request.model.values, site.method, site.request.options, parts.map((part) => [part.kind, part.role, part.pieces.map((piece) => (piece.kind === 'text' ? piece.text : { hole: piece.name }))])]);
}

/** A variable part stands before a long text that never changes: the vendor cannot cache it. */
export function cachePrefix(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const { site } = call;
  if (site.operation !== 'chat' || site.kind === 'model-binding' || !call.model) return [];
  const parts = site.request.parts.filter((part) => part.kind === 'message');
  const flat = parts.flatMap((part) => part.pieces.map((piece) => ({ part, piece })));
  const first = flat.findIndex(({ part, piece }) => part.repeated || (piece.kind === 'hole' && isVariable(piece.name)));
  if (first < 0) return [];
  const characters = (list: typeof flat): number => list.reduce((sum, { piece, part }) => sum + (piece.kind === 'text' && !part.repeated ? piece.text.length : 0), 0);
  // Texts behind history or in the same place as it cannot be moved in front.
  const after = flat.slice(first + 1).filter(({ part }) => !part.repeated && part.role !== 'assistant');
  if (characters(after) < cacheableCharacters || flat[first]!.part.repeated) return [];
  const price = priceOf(call, inspection);
  if (!price?.components.some((each) => each.unit === 'cached-input-token')) return [];
  const before = inspection.tokensOf(site, textOnly(flat.slice(0, first).map(({ piece, part }) => ({ piece, part }))));
  const behind = inspection.tokensOf(site, textOnly(after));
  if (before >= cacheablePrefix || before + behind < cacheablePrefix) return [];
  const fresh = perThousand(call, usage({ 'input-token': before + behind }), inspection);
  const cached = perThousand(call, usage({ 'cached-input-token': before + behind }), inspection);
  if (fresh === null || cached === null || cached >= fresh) return [];
  const hole = flat[first]!.piece;
  return report(call, 'cache-prefix', hole.range ?? site.calleeRange, {
    subject: hole.kind === 'hole' ? hole.name : '', tokens: before + behind, before, currency: inspection.configuration.currency, cost: round(fresh), other: round(cached), source: price.source,
  });
}

/** Names in capitals and those of the program's own texts do not change from call to call. */
function isVariable(name: string): boolean {
  return !/^[A-Z][A-Z0-9_]*$/.test(name.split('.').at(-1) ?? name) && !/(?:^|_|\b)(?:system|template|instructions?|prompt|schema|config|settings|persona|rules|guidelines?)(?:_|\b|$)|Prompt$|Template$|Instructions?$/i.test(name);
}

function textOnly(list: readonly { readonly part: PromptPart; readonly piece: PromptPart['pieces'][number] }[]): readonly PromptPart[] {
  return list.flatMap(({ part, piece }) => (piece.kind === 'text' ? [{ ...part, pieces: [piece], alternatives: [] }] : []));
}
