/** Findings about how a call behaves: delivery, ends of answers, kinds of input, forms of APIs, keys, latency, failover. */
import { type InspectedCall, type Inspection, functionAround } from './inspect.js';
import { insightSeverity } from './findingCodes.js';
import { assumed, likelyUsage, perThousand } from './insightCost.js';
import type { Finding, Model, Severity } from './model.js';
import type { Report } from './moneyInsights.js';
import { functionText } from './surroundings.js';
import { mentioned } from './remembered.js';

const round = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));

/** Findings about the behaviour of one call. */
export function behaviour(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  if (call.site.kind === 'model-binding') return [];
  return [
    ...delivery(call, inspection, report), ...requestId(call, inspection, report), ...finishReason(call, inspection, report), ...inputKind(call, inspection, report),
    ...forms(call, inspection, report), ...auth(call, inspection, report), ...moved(call, inspection, report), ...latency(call, inspection, report), ...failover(call, inspection, report), ...unread(call, inspection, report),
  ];
}

const server = /@(?:app|router|api|blueprint|bp)\.(?:get|post|put|route|websocket)\b|\bexport\s+(?:async\s+)?function\s+(?:GET|POST)\b|\b(?:app|router)\.(?:get|post|use)\s*\(|\bstreamlit\b|\bgradio\b|\bon_message\b|\bHttpServletRequest\b|@(?:Get|Post)Mapping\b/;

/** Answers that come by webhook or polling, in a path where somebody waits. */
function delivery(call: InspectedCall, { program }: Inspection, report: Report): Finding[] {
  const { provider, said } = call;
  const rule = provider?.delivery;
  if (!rule?.pollSeconds || said.marks.includes('batch')) return [];
  if (!said.marks.includes('interactive') && !call.site.request.stream && !server.test(program.text)) return [];
  return report(call, 'async-delivery', call.site.calleeRange, { low: rule.pollSeconds.low, high: rule.pollSeconds.high, confidence: rule.confidence, source: rule.source });
}

/** Vendors that deliver later, or calls marked as critical, without an id to find a request again. */
function requestId(call: InspectedCall, { program, configuration }: Inspection, report: Report): Finding[] {
  if (insightSeverity('no-request-id', configuration) === 'off') return [];
  const matters = call.provider?.delivery?.pollSeconds !== undefined || call.said.marks.includes('critical');
  if (!matters || /request[-_ ]?id|_request_id|trace[-_ ]?id|correlation[-_ ]?id/i.test(program.text)) return [];
  return report(call, 'no-request-id', call.site.calleeRange, {});
}

const endRead = mentioned(/finish_?reason|stop_?reason|incomplete_details|incompleteDetails|\bis_truncated\b|StopReason|FinishReason|done_reason|status\s*[=!]==?\s*["']incomplete/i);

/** Answers that may have been cut, taken for whole. */
function finishReason(call: InspectedCall, { program, facts }: Inspection, report: Report): Finding[] {
  const { site, provider } = call;
  if (site.operation !== 'chat' || endRead(program.text)) return [];
  const silent = provider ? facts.shared.insights.silentTruncation[provider.id] : undefined;
  if (silent) return report(call, 'finish-reason-unchecked', site.calleeRange, { how: 'filter', confidence: silent.confidence, source: silent.source, article: silent.article });
  const limit = site.request.maxOutputTokens;
  // Cut JSON does not parse; tokens of reasoning count against the limit, too.
  if (limit === null || limit > 1000 || site.request.stream || site.sdk === 'http') return [];
  const { end } = functionAround(program, site.callRange.start).range;
  const rest = program.text.slice(site.callRange.end, Math.min(end, site.callRange.end + 3000));
  // The body of a response is JSON of the vendor's; only what the model wrote can be cut.
  const parsed = /(?:\bjson\.loads|\bJSON\.parse|\.model_validate_json|json\.Unmarshal|readValue|JsonSerializer\.Deserialize)\((?=[^\n]{0,160}(?:content|output_text|outputText|\.text\b))(?![^\n]{0,160}(?:\bbody\b|read\(\)|response\.text\b|arguments))/.exec(rest);
  if (!parsed || /\b(?:try|catch|except|rescue)\b/.test(rest.slice(0, parsed.index)) || isInTry(program.text, site.callRange.start)) return [];
  return report(call, 'finish-reason-unchecked', site.calleeRange, { how: 'json', limit });
}

/** Whether a `try` stands shortly before, so that a broken answer is caught. */
function isInTry(text: string, offset: number): boolean {
  return /\btry\b\s*[:{]/.test(text.slice(Math.max(0, offset - 1500), offset).split(/\n\s*(?:async\s+)?(?:def|function|func)\b/).at(-1)!);
}

const needs: Readonly<Record<string, NonNullable<Model['capabilities']>[number]>> = { image: 'vision', audio: 'audio' };

/** Pictures to a model that sees none, and the like. */
function inputKind(call: InspectedCall, { facts }: Inspection, report: Report): Finding[] {
  const { site, provider, model } = call;
  if (!provider || provider.gateway || site.operation !== 'chat') return [];
  const kinds = new Set(site.request.parts.map((part) => part.kind));
  const rule = facts.shared.insights.inputKinds[provider.id];
  for (const part of site.request.parts) {
    const kind = part.kind === 'message' || part.kind === 'input' ? null : part.kind;
    if (kind && rule && ['image', 'audio', 'file'].includes(kind) && !rule.accepts.includes(kind)) {
      return report(call, 'input-kind', part.range ?? site.calleeRange, { kind, accepts: rule.accepts.join(', '), confidence: rule.confidence, source: rule.source, article: rule.article });
    }
  }
  for (const [kind, capability] of Object.entries(needs)) {
    if (!kinds.has(kind as 'image') || !model?.capabilities || model.capabilities.length === 0 || model.capabilities.includes(capability) || model.imageRule) continue;
    const part = site.request.parts.find((each) => each.kind === kind);
    return report(call, 'input-kind', part?.range ?? site.calleeRange, { kind, model: model.id });
  }
  return [];
}

/** Forms of APIs that are gone, and parameters that were replaced. */
function forms(call: InspectedCall, { facts }: Inspection, report: Report): Finding[] {
  const { site, detected, provider } = call;
  const { retiredForms, droppedFormats } = facts.shared.insights;
  const form = Object.hasOwn(retiredForms, site.method) ? retiredForms[site.method] : undefined;
  if (form?.sdk === site.sdk) return report(call, 'api-retired', site.calleeRange, { what: form.what, replacement: form.replacement, source: form.source });
  const functions = detected.call.named.find((each) => each.name === 'functions' || each.name === 'function_call');
  const isOpenai = site.protocol === 'openai-chat';
  const dropped = provider ? droppedFormats[provider.id] : undefined;
  if (isOpenai && (functions || site.request.argumentNames.some((name) => name === 'functions' || name === 'function_call'))) {
    return report(call, 'function-format-dropped', functions?.range ?? site.calleeRange, { what: 'functions', replacement: 'tools', source: 'platform.openai.com' });
  }
  if (dropped && site.request.parts.some((part) => part.kind === 'tools')) {
    return report(call, 'function-format-dropped', site.calleeRange, { claim: 1, confidence: dropped.confidence, source: dropped.source, article: dropped.article });
  }
  return [];
}

/** A plain key where the vendor wants tokens of OAuth, signatures or the print of a device. */
function auth(call: InspectedCall, { program }: Inspection, report: Report): Finding[] {
  const { provider, site } = call;
  const scheme = provider?.auth?.scheme;
  if (!provider || (scheme !== 'oauth2' && scheme !== 'rsa-signature') || provider.id === 'google-vertex') return [];
  const text = `${program.text.slice(site.callRange.start, site.callRange.end)} ${site.clientRange ? program.text.slice(site.clientRange.start, site.clientRange.end) : ''}`;
  if (!/\bapi_?key\b|Bearer|\bx-api-key\b/i.test(text) || /oauth|access_?token|sign\(|private_?key/i.test(text)) return [];
  return report(call, 'auth-scheme', site.calleeRange, { scheme, note: provider.auth!.note, confidence: provider.auth!.confidence, source: provider.auth!.source });
}

/** Addresses that something else took the place of. */
function moved(call: InspectedCall, { facts, today }: Inspection, report: Report): Finding[] {
  const { provider, site } = call;
  const { changedEndpoints, unstableBindings } = facts.shared.insights;
  if (!provider) return [];
  const change = changedEndpoints[`${provider.id}/${site.destination.endpointId}`];
  const range = site.destination.range ?? site.calleeRange;
  if (change) {
    const isGone = change.on !== undefined && change.on <= today;
    return report(call, isGone ? 'api-retired' : 'endpoint-changed', range, { what: site.destination.url?.replace(/^https?:\/\//, ''), on: change.on, replacement: change.replacement, source: change.source });
  }
  const unstable = unstableBindings[provider.id];
  return unstable ? report(call, 'endpoint-changed', site.calleeRange, { claim: 1, confidence: unstable.confidence, source: unstable.source, article: unstable.article }) : [];
}

/** The border of mainland China between the program and the model. */
function latency(call: InspectedCall, { facts, configuration }: Inspection, report: Report): Finding[] {
  const { deploymentZone } = configuration;
  const { inferenceZone } = call.site.destination;
  if (deploymentZone === undefined || inferenceZone === 'unknown' || inferenceZone === 'local' || inferenceZone === 'global' || deploymentZone === 'unknown' || deploymentZone === 'global') return [];
  if ((deploymentZone === 'CN') === (inferenceZone === 'CN')) return [];
  const { low, high, confidence, source, article, note } = facts.shared.insights.crossBorder;
  return report(call, 'cross-border-latency', call.site.calleeRange, { from: deploymentZone, zone: inferenceZone, low, high, confidence, source, article, note });
}

/** One provider and nothing else, in a path that is marked as critical. */
function failover(call: InspectedCall, { program }: Inspection, report: Report): Finding[] {
  const { provider, said, site } = call;
  if (!said.marks.includes('critical') || provider?.gateway) return [];
  const around = functionText(program, site.callRange);
  if (/\b(?:try|except|catch|rescue)\b|fallback|failover|with_fallbacks|withFallbacks/i.test(around) || /\bfallbacks?\b|failover/i.test(program.text)) return [];
  return report(call, 'no-failover', site.calleeRange, {});
}

/** Answers whose usage nobody reads: what was spent cannot be told by call. */
function unread(call: InspectedCall, inspection: Inspection, report: Report): Finding[] {
  const { program, configuration } = inspection;
  if (insightSeverity('usage-unread', configuration) === 'off' || call.site.operation !== 'chat' || call.provider?.local) return [];
  if (/\busage\b|usage_?metadata|total_?tokens|prompt_?tokens|input_?tokens|token_?count/i.test(program.text.replace(/max_?(?:output_|completion_)?tokens/gi, ''))) return [];
  return report(call, 'usage-unread', call.site.calleeRange, { stream: call.site.request.stream ? 1 : undefined, currency: configuration.currency, cost: round(perThousand(call, likelyUsage(call), inspection)), ...assumed(call) });
}

/** Keys that vendors issue, by their beginnings; long enough that no example in prose is one. */
const keys = /(["'`])((?:sk-(?:ant-|or-|proj-|tm-|svcacct-)?|gsk_|xai-|pplx-|hf_|r8_|AIza|tgp_v1_|fw_|nvapi-|bce-v3\/)[A-Za-z0-9_\-/]{20,})\1/g;
const placeholder = /your|xxx|\.\.\.|example|dummy|fake|test|mock|placeholder|changeme|insert|replace|sample|demo|redacted|12345678|abcdef|00000/i;

/** Keys written into a file with calls. The key itself goes into no message. */
export function keysInSource(inspection: Inspection): Finding[] {
  const { program, calls, configuration } = inspection;
  const severity = insightSeverity('key-in-source', configuration);
  if (severity === 'off' || calls.length === 0 || !/sk-|gsk_|xai-|pplx-|hf_|r8_|AIza|tgp_v1_|fw_|nvapi-|bce-v3/.test(program.text)) return [];
  const found: Finding[] = [];
  for (const match of program.text.matchAll(keys)) {
    const key = match[2]!;
    // People write words where the key belongs; vendors issue letters and digits at random.
    if (placeholder.test(key) || new Set(key).size < 14 || !/\d/.test(key) || !/[a-zA-Z]/.test(key.replace(/^[a-zA-Z0-9]+[-_]/, ''))) continue;
    const range = { start: match.index + 1, end: match.index + 1 + key.length };
    // The call that a comment next to the key, or next to its client, speaks of.
    const call = calls.find(({ site }) => covers(site.callRange, range.start) || covers(site.clientRange, range.start)) ?? calls[0]!;
    found.push({ code: 'key-in-source', severity: severity as Severity, range, callId: call.site.id, data: { kind: /^[A-Za-z0-9]+[-_]?/.exec(key)![0].slice(0, 4), ...(call.provider?.keyVariables[0] && { variable: call.provider.keyVariables[0] }) }, related: [] });
  }
  return found;
}

const covers = (range: { readonly start: number; readonly end: number } | null, offset: number): boolean => range !== null && range.start <= offset && offset < range.end;

/** The Assistants API: threads and runs are no calls of a model, yet the file that uses them stops working. */
export function assistants(inspection: Inspection): Finding[] {
  const { program, facts, today, configuration } = inspection;
  const severity = insightSeverity('api-retired', configuration);
  if (severity === 'off' || !/openai/i.test(program.text)) return [];
  const match = /\.beta\.(?:assistants|threads)\.[\w.]*\(/.exec(program.text);
  const rule = facts.shared.insights.assistants;
  if (!match || (rule.on > today && Date.parse(rule.on) - Date.parse(today) > configuration.retirementNoticeDays * 86_400_000)) return [];
  const range = { start: match.index + 1, end: match.index + match[0].length - 1 };
  return [{ code: 'api-retired', severity: severity as Severity, range, callId: null, data: { what: 'Assistants API', on: rule.on, replacement: rule.replacement, source: rule.source }, related: [] }];
}
