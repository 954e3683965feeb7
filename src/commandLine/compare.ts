/** `tokenfare compare FILE[:LINE] | PROMPT | -`: a call or a text at every provider, under a scenario. */
import { openContainer, plainPlaces } from '../core/container.js';
import { type ComparedSubject, textSubject } from '../core/comparison.js';
import type { Engine } from '../core/engine.js';
import { exactly } from '../core/exactly.js';
import { formatCost, formatMoneySpread, scaleSpread, zoneLabel } from '../core/format.js';
import { indexLines } from '../core/lines.js';
import type { CallSite, Configuration } from '../core/model.js';
import type { Scenario } from '../core/scenario.js';
import { configurationMessage, english, priceReasonMessage, providerName, skipMessage } from '../messages.js';
import { type Block, markdown } from '../reporters/blocks.js';
import { type PricedRow, comparisonCsv, comparisonTable, priceRows, scenarioSentence } from '../reporters/comparison.js';
import { openEngine } from './assets.js';
import { notesOf } from './callNotes.js';
import type { Flags } from './flags.js';
import { measuredHere } from './ledger.js';
import { momentOf, plain, readStandardInput, table } from './output.js';
import { openProject } from './project.js';
import { inTerminal, write } from './render.js';
import { configurationFor, configurationOptions, readText } from './scan.js';
import { scenarioOf } from './scenarioFlags.js';

const formats = ['text', 'json', 'markdown', 'csv'] as const;

interface Compared {
  readonly title: string;
  /** What ends or changes soon, and the age of the price. */
  readonly notes: readonly string[];
  readonly file: string;
  readonly line: number | null;
  readonly call: CallSite | null;
  readonly scenario: Scenario;
  readonly rows: readonly PricedRow[];
  /** As earlier versions listed them. */
  readonly alternatives: readonly unknown[];
}

/** Prints a table per call of the file (or the call at LINE), or one for a text. */
export async function runCompare(words: readonly string[], flags: Flags): Promise<number> {
  const target = words[0];
  if (!target) throw new Error('compare takes a file, e.g. tokenfare compare src/answer.py:12, a prompt file, or - for a text on standard input');
  const format = (flags.format ?? 'text') as (typeof formats)[number];
  if (!formats.includes(format)) throw new Error(`unknown format "${flags.format}"; there are ${formats.join(', ')}`);
  const place = /^(.*?)(?::(\d+))?$/.exec(target)!;
  const file = place[1]!;
  const engine = await openEngine();
  const { configuration, problems } = await configurationFor(file === '-' ? '.' : file, { ...configurationOptions(flags, engine.facts), measured: await measuredHere(Date.now()) });
  for (const problem of problems) process.stderr.write(`${problem.file}:${problem.line}:${problem.column}: ${configurationMessage(problem.code, problem.expected, problem.found, english)}\n`);
  const results = await comparedIn(engine, file, place[2] ? Number(place[2]) : null, configuration, flags);
  const facts = engine.factsFor(configuration);

  if (format === 'json') {
    await write(`${JSON.stringify(results.map(({ file: at, line, call, scenario, rows, alternatives }) => ({
      file: at, line, model: call?.request.model.values[0] ?? null, provider: call?.destination.provider ?? null, cost: call?.estimate.cost ?? null, scenario, alternatives,
      rows: rows.map(({ row, cost, difference }) => ({ ...row, cost, difference })),
    })), null, 2)}\n`, flags.out);
  } else if (format === 'csv') {
    await write(results.map(({ rows }) => comparisonCsv(rows, facts, english)).join('\r\n'), flags.out);
  } else if (format === 'markdown') {
    const blocks = results.flatMap(({ title, scenario, rows }): Block[] => [
      { kind: 'heading', text: title }, ...(scenarioSentence(scenario, english) ? [{ kind: 'paragraph' as const, text: scenarioSentence(scenario, english) }] : []), comparisonTable(rows, facts, english),
    ]);
    await write(markdown(blocks), flags.out);
  } else {
    await write(inTerminal(results.map(({ title, notes, scenario, rows }) => {
      const circumstances = scenarioSentence(scenario, english);
      const { header, rows: cells, right } = comparisonTable(rows, facts, english);
      return `${title}\n${notes.length > 0 ? `${plain(notes.join('; '))}\n` : ''}${circumstances ? `${circumstances}\n` : ''}${rows.some(({ row }) => !row.current) ? table(header, cells, right) : 'no comparable models in the catalog\n'}`;
    }).join('\n')), flags.out);
  }
  return 0;
}

async function comparedIn(engine: Engine, file: string, wanted: number | null, configuration: Configuration, flags: Flags): Promise<Compared[]> {
  const today = momentOf(flags);
  const options = { configuration, today: today.slice(0, 10), ...(today.length > 10 && { at: today }), scope: flags.all ? 'all' as const : 'similar' as const };
  const facts = engine.factsFor(configuration);
  const pick = (rows: readonly PricedRow[]): readonly PricedRow[] => (flags.model ? rows.filter(({ row }) => row.current || flags.model!.includes(row.model)) : rows);
  const rowsOf = (subject: ComparedSubject, scenario: Scenario): readonly PricedRow[] => {
    const extra = (flags.model ?? []).flatMap((model) => facts.providers.filter((each) => !each.gateway).map((each) => ({ provider: each.id, endpointId: '', model })));
    return pick(priceRows(engine.compare(subject, { ...options, extra }), facts, scenario, options.today));
  };
  const read = file === '-' ? { text: await readStandardInput() } : readText(file);
  if ('reason' in read) throw new Error(`${file}: ${skipMessage(read.reason, english)}`);
  const container = openContainer(file, read.text);
  const contained = container && 'text' in container ? container : null;
  const language = contained?.language ?? engine.languageOf(file);
  if (!language || (language === 'markdown' && wanted === null)) {
    // A prompt: what would be sent, whatever its file is called.
    if (wanted !== null) throw new Error(`${file}: language not supported`);
    const scenario = scenarioOf(flags, configuration, configuration.assumptions.callsPerMonth);
    return [{ notes: [], title: file === '-' ? 'text on standard input' : file, file, line: null, call: null, scenario, rows: await exactly(engine, () => rowsOf(textSubject(read.text), scenario)), alternatives: [] }];
  }
  await engine.prepare(language, contained?.text ?? read.text);
  const session = engine.open(language, contained?.text ?? read.text, openProject()(file));
  try {
    const lines = contained ? null : indexLines(read.text);
    const placeOf = contained?.placeOf ?? plainPlaces(read.text);
    const { calls } = await exactly(engine, () => session.analyze(configuration, today));
    const chosen = wanted === null ? calls : calls.filter((call) => (lines
      ? wanted >= lines.positionAt(call.callRange.start).line && wanted <= lines.positionAt(call.callRange.end).line : placeOf(call.calleeRange.start).line === wanted));
    const lineOf = (call: CallSite): number => placeOf(call.calleeRange.start).line;
    if (chosen.length === 0) throw new Error(wanted === null ? `${file}: no call of an LLM API found` : `${file}:${wanted}: no call here; calls begin on lines ${calls.map(lineOf).join(', ') || '(none)'}`);
    return await exactly(engine, () => chosen.map((call) => {
      const { cost } = call.estimate;
      const money = cost.perCall ? `${formatCost(cost, 1000)} per 1k calls (${formatMoneySpread(scaleSpread(cost.perCall, 1000), cost.currency)})` : priceReasonMessage(cost.reason, english);
      const title = `${file}:${lineOf(call)}  ${plain(call.request.model.values.join(' | ')) || 'model unknown'} · ${providerName(call.destination.provider, facts.providers, english)} · ${zoneLabel(call.destination.storageZone, call.destination.inferenceZone)} · ${money}`;
      const scenario = scenarioOf(flags, configuration, call.callsPerMonth, call.measured);
      return { title, notes: notesOf(call, facts, today), file, line: lineOf(call), call, scenario, rows: rowsOf(call, scenario), alternatives: session.alternatives(call, configuration, today, 12) };
    }));
  } finally {
    session.dispose();
  }
}
