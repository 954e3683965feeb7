/** `tokenfare switch FILE[:LINE] --to PROVIDER[/MODEL]`: what would change as a unified diff, and what would be lost. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { alipayDocument } from '../alipayMessages.js';
import { composeEdits } from '../core/composeEdits.js';
import type { Engine } from '../core/engine.js';
import type { Configuration, LanguageId } from '../core/model.js';
import { alipayPlaces } from '../core/alipayPlaces.js';
import { containerExtensions } from '../core/container.js';
import { dependencyEdits, dependencyFileKind } from '../core/dependencyFiles.js';
import { formatDifference } from '../core/format.js';
import { applyEdits } from '../core/reconcile.js';
import { type Refusal, type SwitchedFile, type Wanted, lineAt, switchFile } from '../core/switchFile.js';
import { placeNamed } from '../core/switchPlace.js';
import { unifiedDiff } from '../core/unifiedDiff.js';
import { lossMessage } from '../lossMessages.js';
import { configurationMessage, english, providerName, skipMessage } from '../messages.js';
import { openEngine } from './assets.js';
import type { Flags } from './flags.js';
import { momentOf, plain } from './output.js';
import { openProject } from './project.js';
import { type Change, writeChanges } from './writeChanges.js';
import { configurationFor, configurationOptions, readText } from './scan.js';

/** Prints the plan; `--write` applies it. 1 when something is left to be changed by hand. */
export async function runSwitch(words: readonly string[], flags: Flags): Promise<number> {
  const target = words[0];
  if (target && flags.adapter) return runAdapter(target, flags);
  if (!target || !flags.to) throw new Error('switch takes a file and a target, e.g. tokenfare switch src/answer.py:12 --to deepseek');
  const place = /^(.*?)(?::(\d+))?$/.exec(target)!;
  const file = place[1]!;
  const wantedLine = place[2] ? Number(place[2]) : null;
  if (containerExtensions.some((each) => file.toLowerCase().endsWith(each))) throw new Error(`${file}: calls inside notebooks and components are switched in the editor, cell by cell`);
  const engine = await openEngine();
  const language = engine.languageOf(file);
  if (!language) throw new Error(`${file}: language not supported`);
  const read = readText(file);
  if ('reason' in read) throw new Error(`${file}: ${skipMessage(read.reason, english)}`);
  await engine.prepare(language);
  const today = momentOf(flags);
  const { configuration, problems } = await configurationFor(file, configurationOptions(flags, engine.facts));
  for (const problem of problems) process.stderr.write(`${problem.file}:${problem.line}:${problem.column}: ${configurationMessage(problem.code, problem.expected, problem.found, english)}\n`);
  const wanted = wantedOf(flags, engine.facts.providers.map((each) => each.id));
  const { lineOf, calls, lines } = linesOf(engine, language, read.text, configuration, today, openProject()(file));
  const places = alipayPlaces(read.text);
  if (calls === 0 && places.length === 0) throw new Error(`${file}: no call of an LLM API found`);
  const switched = switchFile({ engine, language, text: read.text, wanted, configuration, today, origin: openProject()(file), selects: (call, line) => wantedLine === null ? call.operation === 'chat' : wantedLine >= line && wantedLine <= lineOf(call.callRange.end) || wantedLine === lineOf(call.callRange.start) });
  const result = places.length > 0 && wantedLine === null ? withoutAlipay(engine, language, read.text, switched, wanted, configuration, today) : switched;
  if (result.moved.length === 0 && result.edits.length === 0) throw new Error(`${file}${wantedLine === null ? '' : `:${wantedLine}`}: ${result.refused.length === 0 ? places.length > 0 ? 'nothing here can be moved from Alipay automatically; tokenfare scan lists the calls' : `no call here; calls begin on lines ${lines.join(', ')}` : [...new Set(result.refused.map(({ line, reason }) => `line ${line}: ${refusalMessage(reason, wanted)}`))].join('; ')}`);
  const changes: Change[] = [{ path: file, text: read.text, edits: result.edits }, ...dependencyChanges(file, result)];
  const diff = changes.map((change) => unifiedDiff(shown(change.path), change.text, change.edits)).join('');
  if (flags.write) await writeChanges(changes);
  const byHand = result.losses.some((loss) => loss.what === 'by-hand');
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, file, written: flags.write === true, moved: result.moved, refused: result.refused, losses: result.losses.map((loss) => ({ ...loss, message: lossMessage(loss, english) })), alipay: places, keyVariables: result.keyVariables, packages: result.packages, files: changes.map((change) => ({ file: shown(change.path), edits: change.edits })), diff }, null, 2)}\n`);
    return byHand ? 1 : 0;
  }
  process.stdout.write(diff);
  process.stdout.write(`\n${summary(result, engine.facts.providers)}`);
  if (places.length > 0) process.stdout.write(`\n${alipayDocument([{ file: shown(file), places }], (name, line) => `${name}:${line}`, english)}`);
  if (flags.write) process.stdout.write(`written: ${changes.map((change) => shown(change.path)).join(', ')}\n`);
  return byHand ? 1 : 0;
}

/** What a switch has left of Alipay: its model calls go to the gateway, and what served only them goes. */
function withoutAlipay(engine: Engine, language: LanguageId, text: string, switched: SwitchedFile, wanted: Wanted, configuration: Configuration, today: string): SwitchedFile {
  const current = applyEdits(text, switched.edits);
  const session = engine.open(language, current);
  try {
    session.analyze(configuration, today);
    const provider = engine.factsFor(configuration).providers.find((each) => each.id === wanted.provider);
    const endpointId = (wanted.region && provider ? placeNamed(provider, wanted.region)?.endpoint : provider?.endpoints.find((each) => each.baseUrls))?.id;
    const to = { provider: wanted.provider, endpointId: endpointId ?? '', model: wanted.model ?? '' };
    const plan = endpointId === undefined ? null : session.leaveAlipay(to);
    if (!plan) return switched;
    const losses = [...switched.losses, ...plan.losses.map((loss) => ({ ...loss, callLine: lineAt(current, loss.range?.start ?? 0) }))];
    if (plan.edits.length === 0) return { ...switched, losses };
    return {
      edits: composeEdits(text, switched.edits, plan.edits), losses,
      keyVariables: [...new Set([...switched.keyVariables, ...(plan.keyVariable ? [plan.keyVariable] : [])])], packages: [...switched.packages, ...plan.packages],
      moved: [...switched.moved, ...plan.moved.map((line) => ({ line, from: { provider: 'alipay', model: null, sdk: 'alipay' }, to: { ...to, model: plan.model }, others: [], difference: null, allowed: true }))],
      refused: switched.refused.filter((each) => !plan.moved.includes(each.line)),
    };
  } finally {
    session.dispose();
  }
}

/** `tokenfare switch FILE[:LINE] --adapter`: the call behind a module of its own. */
async function runAdapter(target: string, flags: Flags): Promise<number> {
  const place = /^(.*?)(?::(\d+))?$/.exec(target)!;
  const file = place[1]!;
  const engine = await openEngine();
  const language = engine.languageOf(file);
  const read = readText(file);
  if (!language || 'reason' in read) throw new Error(`${file}: language not supported`);
  await engine.prepare(language);
  const { configuration } = await configurationFor(file, configurationOptions(flags, engine.facts));
  const session = engine.open(language, read.text, openProject()(file));
  try {
    const { calls } = session.analyze(configuration, momentOf(flags));
    const call = calls.find((each) => place[2] === undefined || (Number(place[2]) >= lineAt(read.text, each.callRange.start) && Number(place[2]) <= lineAt(read.text, each.callRange.end)));
    const plan = call && session.extractAdapter(call);
    if (!plan) throw new Error(`${target}: ${call ? 'this call cannot be moved into an adapter: its client is made of what only this file knows' : 'no call here'}`);
    const path = join(dirname(file), plan.module + /\.[^./\\]+$/.exec(file)![0]);
    if (existsSync(path)) throw new Error(`${path} exists already`);
    const created = `--- /dev/null\n+++ b/${shown(path)}\n@@ -0,0 +1,${plan.text.trimEnd().split('\n').length} @@\n${plan.text.trimEnd().split('\n').map((line) => `+${line}`).join('\n')}\n`;
    const diff = created + unifiedDiff(shown(file), read.text, plan.edits);
    if (flags.write) {
      await writeChanges([{ path: file, text: read.text, edits: plan.edits }]);
      await writeFile(path, plan.text, { flag: 'wx' });
    }
    if (flags.format === 'json') process.stdout.write(`${JSON.stringify({ schemaVersion: 1, file, written: flags.write === true, created: { file: shown(path), text: plan.text }, edits: plan.edits, losses: plan.losses.map((loss) => ({ ...loss, message: lossMessage(loss, english) })), diff }, null, 2)}\n`);
    else process.stdout.write(`${diff}\n${plan.losses.length > 0 ? `what is lost or changed:\n${plan.losses.map((loss) => `  ${lossMessage(loss, english)}`).join('\n')}\n` : ''}`);
    return plan.losses.some((loss) => loss.what === 'by-hand') ? 1 : 0;
  } finally {
    session.dispose();
  }
}

function wantedOf(flags: Flags, providers: readonly string[]): Wanted {
  const [provider, ...model] = flags.to!.split('/');
  if (!providers.includes(provider!)) {
    const near = providers.filter((each) => each.includes(provider!) || provider!.includes(each.split('-')[0]!) || each.slice(0, 4) === provider!.slice(0, 4));
    throw new Error(`unknown provider "${provider}"${near.length > 0 ? `; did you mean ${near.join(', ')}?` : `; there are ${providers.join(', ')}`}`);
  }
  return { provider: provider!, model: model.length > 0 ? model.join('/') : null, sdk: flags.sdk ?? null, region: flags.region ?? null, fallbacks: flags.fallback ?? [] };
}

function linesOf(engine: Awaited<ReturnType<typeof openEngine>>, language: Parameters<typeof engine.open>[0], text: string, configuration: Parameters<ReturnType<typeof engine.open>['analyze']>[0], today: string, origin: Parameters<typeof engine.open>[2]) {
  const session = engine.open(language, text, origin);
  try {
    const { calls } = session.analyze(configuration, today);
    return { calls: calls.length, lines: calls.map((call) => text.slice(0, call.calleeRange.start).split('\n').length), lineOf: (offset: number): number => text.slice(0, offset).split('\n').length };
  } finally {
    session.dispose();
  }
}

/** Files next to the code, or above it up to the project's root, that list packages and variables. */
function dependencyChanges(file: string, result: SwitchedFile): Change[] {
  const changes: Change[] = [];
  const found = new Set<string>();
  let folder = dirname(resolve(file));
  for (let depth = 0; depth < 8; depth++) {
    for (const name of namesIn(folder)) {
      const kind = dependencyFileKind(name);
      if (kind === null || found.has(kind)) continue;
      found.add(kind);
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      const edits = dependencyEdits(name, text, result.packages, result.keyVariables);
      if (edits.length > 0) changes.push({ path, text, edits });
    }
    const isRoot = ['.git', 'package.json', 'pyproject.toml', 'go.mod', 'settings.gradle', 'settings.gradle.kts'].some((name) => existsSync(join(folder, name)));
    const parent = dirname(folder);
    if (isRoot || parent === folder) break;
    folder = parent;
  }
  return changes;
}

/** A folder that cannot be listed has nothing to offer. */
function namesIn(folder: string): readonly string[] {
  try { return readdirSync(folder); } catch { return []; }
}

const shown = (path: string): string => relative(process.cwd(), resolve(path)).replaceAll('\\', '/') || path;

function refusalMessage(reason: Refusal, wanted: Wanted): string {
  switch (reason) {
    case 'unknown-provider': return `unknown provider "${wanted.provider}"`;
    case 'unknown-region': return `${wanted.provider} has no endpoint "${wanted.region}"`;
    case 'no-model': return `no model of ${wanted.provider} fits this call; name one with --to ${wanted.provider}/MODEL`;
    case 'cannot-rewrite': return wanted.sdk ? `this form cannot be rewritten for ${wanted.sdk} at ${wanted.provider}` : 'this form cannot be rewritten automatically';
    case 'already-there': return 'the call goes there already';
  }
}

function summary(result: SwitchedFile, providers: Parameters<typeof providerName>[1]): string {
  const lines: string[] = [];
  for (const each of result.moved) {
    lines.push(`line ${each.line}: ${plain(each.from.model ?? 'model unknown')} · ${providerName(each.from.provider, providers, english)} → ${plain(each.to.model)} · ${providerName(each.to.provider, providers, english)} (${each.to.endpointId})${each.to.sdk ? ` · ${each.to.sdk}` : ''}${each.difference === null ? '' : ` · ${formatDifference(each.difference)}`}${each.allowed ? '' : ' · ✗ policy'}`);
  }
  const others = [...new Set(result.moved.flatMap((each) => each.others))];
  if (others.length > 0) lines.push(`other models that would do: ${others.join(', ')}`);
  for (const { line, reason } of result.refused) if (reason !== 'already-there') lines.push(`line ${line}: stays, it cannot be rewritten automatically`);
  if (result.losses.length > 0) lines.push('what is lost or changed:', ...result.losses.map((loss) => `  line ${loss.callLine}: ${lossMessage(loss, english)}`));
  if (result.keyVariables.length > 0) lines.push(`set ${result.keyVariables.join(', ')} before the next run`);
  const added = result.packages.filter((each) => each.change === 'added');
  if (added.length > 0) lines.push(`install ${added.map((each) => each.name).join(', ')}`);
  const unused = result.packages.filter((each) => each.change === 'unused');
  if (unused.length > 0) lines.push(`no longer used in this file: ${unused.map((each) => each.name).join(', ')}`);
  return `${lines.join('\n')}\n`;
}
