/** `tokenfare diff BASE [HEAD]`: what a change of the code adds to the bill, and which findings come and go. */
import { join, relative, resolve, sep } from 'node:path';
import { containerExtensions, plainPlaces } from '../core/container.js';
import { type DiffedCall, differenceOf, parseIncreaseLimit } from '../core/difference.js';
import type { Engine } from '../core/engine.js';
import { zoneLabel } from '../core/format.js';
import { scaleSpread } from '../core/format.js';
import { toNumber } from '../core/money.js';
import { exchange } from '../core/price.js';
import { promptText } from '../core/promptText.js';
import { english } from '../messages.js';
import { markdown } from '../reporters/blocks.js';
import { type DifferenceReport, commentMark, differenceBlocks, differenceJson } from '../reporters/difference.js';
import { type ReportedFinding, reportOf } from '../reporters/report.js';
import { openEngine } from './assets.js';
import { configurationFile } from './configurations.js';
import type { Flags } from './flags.js';
import { checkFailOn, gateOf } from './gates.js';
import { checkOut, commitOf, renamesBetween, workingTreeOf } from './git.js';
import { momentOf, progressLine } from './output.js';
import { terminalText, write } from './render.js';
import { type Scan, configurationOptions, scan } from './scan.js';

const formats = ['text', 'markdown', 'json'] as const;
/** Files that a scan asks for besides sources. */
const supporting = new Set([configurationFile, '.gitignore', 'package.json', 'pyproject.toml', 'setup.py', 'requirements.txt', 'go.mod', '.env', '.env.example']);

/** Compares BASE with HEAD, or with the working tree as it lies there, uncommitted changes included. */
export async function runDiff(words: readonly string[], flags: Flags): Promise<number> {
  const [base, head = null, ...paths] = words;
  if (base === undefined) throw new Error('diff takes a revision to compare with, e.g. tokenfare diff origin/main');
  const format = (flags.format ?? 'text') as (typeof formats)[number];
  if (!formats.includes(format)) throw new Error(`unknown format "${flags.format}"; there are ${formats.join(', ')}`);
  const failOn = checkFailOn(flags['fail-on']);
  const limit = flags['max-increase'] === undefined ? null : parseIncreaseLimit(flags['max-increase']);
  if (flags['max-increase'] !== undefined && !limit) throw new Error(`--max-increase takes a percentage such as 10%, or an amount, not "${flags['max-increase']}"`);

  const root = await workingTreeOf(resolve('.'));
  const from = await commitOf(root, base);
  const to = head === null ? null : await commitOf(root, head);
  const engine = await openEngine();
  const below = paths.map((path) => relative(root, resolve(path)).split(sep).join('/'));
  if (below.some((path) => path.startsWith('..'))) throw new Error('a path lies outside of the repository');
  const extensions = [...engine.languages.flatMap((language) => language.extensions), ...containerExtensions];
  const wanted = (path: string): boolean => supporting.has(path.split('/').at(-1)!) || extensions.some((each) => path.toLowerCase().endsWith(each));

  const old = await checkOut(root, from, wanted);
  let now: Awaited<ReturnType<typeof checkOut>> | null = null;
  try {
    now = to === null ? null : await checkOut(root, to, wanted);
    const before = await stateOf(engine, old.folder, below, flags);
    const after = await stateOf(engine, now?.folder ?? root, below, flags);
    const { currency } = after.scan.configuration;
    const renamed = await renamesBetween(root, from, to);
    const difference = differenceOf(diffed(before, currency, engine), diffed(after, currency, engine), renamed);
    const report: DifferenceReport = {
      from: `${base} (${from.slice(0, 10)})`, to: to === null ? 'the working tree' : `${head} (${to.slice(0, 10)})`, currency, difference,
      findings: changedFindings(findingsOf(before), findingsOf(after), renamed, difference.calls),
    };
    const blocks = differenceBlocks(report, english);
    await write(format === 'json' ? differenceJson(report) : format === 'markdown' ? `${commentMark}\n${markdown(blocks)}` : terminalText(blocks), flags.out);
    const { budgetShare } = reportOf({ ...after.scan, facts: engine.facts }, english).totals;
    return gateOf({ findings: report.findings.added, failOn, difference, limit, budgetShare: flags['fail-over-budget'] ? budgetShare : null });
  } finally {
    await old.dispose();
    await now?.dispose();
  }
}

interface State {
  readonly root: string;
  readonly scan: Scan;
}

async function stateOf(engine: Engine, root: string, below: readonly string[], flags: Flags): Promise<State> {
  const { existsSync } = await import('node:fs');
  const progress = progressLine();
  const paths = below.map((path) => join(root, path)).filter((path) => existsSync(path));
  // A folder that is not there yet has no calls.
  const result = below.length > 0 && paths.length === 0 ? null : await scan(engine, {
    paths: paths.length > 0 ? paths : [root], today: momentOf(flags), onProgress: progress.update, ...configurationOptions(flags, engine.facts),
  });
  progress.clear();
  return { root, scan: result ?? { ...await scan(engine, { paths: [root], selectsPath: () => false, today: momentOf(flags), ...configurationOptions(flags, engine.facts) }) } };
}

/** Path within the repository. */
function within(root: string, file: string): string {
  return relative(root, resolve(file)).split(sep).join('/');
}

function diffed({ root, scan: { files } }: State, currency: string, engine: Engine): DiffedCall[] {
  return files.flatMap(({ file, text, analysis, placeOf }) => {
    const places = placeOf ?? plainPlaces(text);
    return analysis.calls.map((call): DiffedCall => {
      const { cost, input, output } = call.estimate;
      const rate = exchange(engine.facts.rates, cost.currency, currency);
      const place = places(call.calleeRange.start);
      return {
        file: within(root, file), cell: place.cell, line: place.line, kind: call.kind, callers: call.callers, sdk: call.sdk, method: call.method, model: call.request.model.values.join(' | ') || null,
        provider: call.destination.provider, zones: zoneLabel(call.destination.storageZone, call.destination.inferenceZone), prompt: promptText(call.request.parts),
        inputTokens: input.tokens.likely, outputTokens: output.tokens.likely, maxOutputTokens: call.request.maxOutputTokens, callsPerMonth: call.callsPerMonth,
        perCall: cost.perCall && rate ? scaleSpread(cost.perCall, toNumber(rate)) : null, unknownBecause: cost.perCall ? null : cost.reason,
      };
    });
  });
}

function findingsOf({ root, scan: result }: State): ReportedFinding[] {
  return reportOf(result, english).findings.map((each) => ({ ...each, file: within(root, each.file) }));
}

/** Findings that come and go. What a moved call brings along is neither. */
function changedFindings(before: readonly ReportedFinding[], after: readonly ReportedFinding[], renamed: ReadonlyMap<string, string>, calls: readonly { readonly before: DiffedCall | null; readonly after: DiffedCall | null }[]): DifferenceReport['findings'] {
  const moved = new Map(calls.flatMap(({ before: old, after: now }) => (old && now && old.file !== now.file ? [[`${old.file}:${old.line}`, now.file] as const] : [])));
  const keyOf = (finding: ReportedFinding, file: string): string => JSON.stringify([file, finding.code, finding.severity, finding.message]);
  const waiting = new Map<string, ReportedFinding[]>();
  for (const each of before) {
    const key = keyOf(each, moved.get(`${each.file}:${each.line}`) ?? renamed.get(each.file) ?? each.file);
    waiting.set(key, [...waiting.get(key) ?? [], each]);
  }
  const added = after.filter((each) => !waiting.get(keyOf(each, each.file))?.shift());
  return { added, removed: [...waiting.values()].flat() };
}
