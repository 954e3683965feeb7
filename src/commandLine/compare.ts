/** `tokenfare compare FILE[:LINE]`: the same call at other providers. */
import type { Flags } from './flags.js';
import { openProject } from './project.js';
import { exactly } from '../core/exactly.js';
import { daysBetween, formatCost, formatDifference, formatMoneySpread, formatTokenCount, scaleSpread, zoneLabel } from '../core/format.js';
import { indexLines } from '../core/lines.js';
import { closestModels, findModel, findProvider } from '../core/lookup.js';
import type { CallSite, Cost, Facts } from '../core/model.js';
import { alternativeNotes, configurationMessage, dayMessage, english, priceChangeMessage, priceReasonMessage, priceSourceMessage, providerName, skipMessage } from '../messages.js';
import { openEngine } from './assets.js';
import { momentOf, plain, table } from './output.js';
import { measuredHere } from './ledger.js';
import { configurationFor, configurationOptions, readText } from './scan.js';

/** Prints a table per call of the file (or the call at LINE). */
export async function runCompare(words: readonly string[], flags: Flags): Promise<number> {
  const target = words[0];
  if (!target) throw new Error('compare takes a file, e.g. tokenfare compare src/answer.py:12');
  const place = /^(.*?)(?::(\d+))?$/.exec(target)!;
  const file = place[1]!;
  const wanted = place[2] ? Number(place[2]) : null;
  const engine = await openEngine();
  const language = engine.languageOf(file);
  if (!language) throw new Error(`${file}: language not supported`);
  const read = await readText(file);
  if ('reason' in read) throw new Error(`${file}: ${skipMessage(read.reason, english)}`);
  await engine.prepare(language, read.text);
  const today = momentOf(flags);
  const { configuration, problems } = await configurationFor(file, { ...configurationOptions(flags, engine.facts), measured: await measuredHere(Date.now()) });
  for (const problem of problems) process.stderr.write(`${problem.file}:${problem.line}:${problem.column}: ${configurationMessage(problem.code, problem.expected, problem.found, english)}\n`);
  const session = engine.open(language, read.text, openProject()(file));
  try {
    const lines = indexLines(read.text);
    const { calls } = await exactly(engine, () => session.analyze(configuration, today));
    const chosen = wanted === null ? calls : calls.filter((call) => {
      const first = lines.positionAt(call.callRange.start).line;
      return wanted >= first && wanted <= lines.positionAt(call.callRange.end).line;
    });
    if (chosen.length === 0) throw new Error(wanted === null ? `${file}: no call of an LLM API found` : `${file}:${wanted}: no call here; calls begin on lines ${calls.map((call) => lines.positionAt(call.calleeRange.start).line).join(', ') || '(none)'}`);
    const results = await exactly(engine, () => chosen.map((call) => ({ call, line: lines.positionAt(call.calleeRange.start).line, alternatives: session.alternatives(call, configuration, today, 12) })));
    if (flags.format === 'json') {
      process.stdout.write(`${JSON.stringify(results.map(({ call, line, alternatives }) => ({ file, line, model: call.request.model.values[0] ?? null, provider: call.destination.provider, cost: call.estimate.cost, alternatives })), null, 2)}\n`);
      return 0;
    }
    for (const { call, line, alternatives } of results) {
      const { cost } = call.estimate;
      const money = cost.perCall ? `${formatCost(cost, 1000)} per 1k calls (${formatMoneySpread(scaleSpread(cost.perCall, 1000), cost.currency)})` : priceReasonMessage(cost.reason, english);
      process.stdout.write(`${file}:${line}  ${plain(call.request.model.values.join(' | ')) || 'model unknown'} · ${providerName(call.destination.provider, engine.facts.providers, english)} · ${zoneLabel(call.destination.storageZone, call.destination.inferenceZone)} · ${money}\n`);
      const notes = notesOf(call, engine.factsFor(configuration), today);
      if (notes.length > 0) process.stdout.write(`${plain(notes.join('; '))}\n`);
      if (alternatives.length === 0) { process.stdout.write('no comparable models in the catalog\n\n'); continue; }
      process.stdout.write(`${table(['model', 'provider', 'data in', 'tokens in', 'per 1k calls', 'vs now', ''], alternatives.map((each) => [
        each.model, `${providerName(each.provider, engine.facts.providers, english)} (${each.endpointId})`, `${zoneLabel(each.storageZone, each.inferenceZone)}${each.allowed ? '' : ' ✗ policy'}`,
        formatTokenCount(each.estimate.input), formatCost(each.estimate.cost, 1000),
        formatDifference(each.difference), alternativeNotes(each, today, english).join(', '),
      ]), [3, 4, 5])}\n`);
    }
    return 0;
  } finally {
    session.dispose();
  }
}

/** What is about to end or change for a call, and how old its price is. */
function notesOf(call: CallSite, facts: Facts, today: string): string[] {
  const provider = findProvider(facts, call.destination.provider);
  const { cost } = call.estimate;
  const name = call.request.model.values[0];
  const end = provider && call.model ? findModel(provider, call.model)?.retirement : undefined;
  const similar = cost.reason === 'unknown-model' && provider && name ? closestModels(facts, name, provider).map((each) => each.model.id) : [];
  return [
    ...(end ? [english((daysBetween(today.slice(0, 10), end.on) ?? 0) < 0 ? '{0} was shut down on {1}.' : '{0} shuts down on {1}.', call.model!, dayMessage(end.on, today, english)).replace(/\.$/, '') + (end.replacement ? `, replacement ${end.replacement}` : '')] : []),
    ...(similar.length > 0 ? [`similar names: ${similar.join(', ')}`] : []),
    ...[priceChangeMessage(cost, today, english), sourceOf(cost, today)].filter((each) => each !== null),
  ];
}

function sourceOf(cost: Cost, today: string): string | null {
  const source = priceSourceMessage(cost, today.slice(0, 10), english);
  return source && english('prices: {0}', source);
}
