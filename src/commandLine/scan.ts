/** Reads files and analyses them: what `tokenfare scan` reports. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type Contained, containerExtensions, openContainer, type Place } from '../core/container.js';
import type { Engine } from '../core/engine.js';
import { placesOf } from '../core/forwardedSite.js';
import { markdownExtensions } from '../core/fences.js';
import { type LeftOut, countLeftOut, isGeneratedText } from '../core/leftOut.js';
import type { Origin } from '../core/project.js';
import { promptLanguageOf } from '../core/promptFiles.js';
import { openProject } from './project.js';
import { exactly } from '../core/exactly.js';
import type { Analysis, Configuration, Facts, LanguageId, SkipReason, SourcePlace } from '../core/model.js';
import { type ConfigurationMessage, type ConfigurationOptions, folderOf, openConfigurations, shown } from './configurations.js';
import { selectFiles } from './files.js';

const isPrompt = (path: string): boolean => promptLanguageOf(path) !== null || markdownExtensions.some((each) => path.toLowerCase().endsWith(each));
const maximumBytes = 2_000_000;
/** How long files are read without a turn for the progress line and for Ctrl-C. */
const longestTurn = 50;

/** One file with calls or findings, for the reporters. */
export interface ScannedFile {
  /** Path relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly language: LanguageId;
  /** Text that offsets refer to, when the code lies inside something else. */
  readonly code?: string;
  readonly analysis: Analysis;
  /** Places of offsets, when the code lies inside something else. */
  readonly placeOf?: (offset: number) => Place;
  /** What holds for this file. */
  readonly configuration: Configuration;
}

export interface SkippedFile {
  readonly file: string;
  readonly reason: SkipReason;
}

export interface Scan {
  readonly files: readonly ScannedFile[];
  readonly skipped: readonly SkippedFile[];
  readonly leftOut: readonly LeftOut[];
  /** What holds at the first path. */
  readonly configuration: Configuration;
  readonly problems: readonly ConfigurationMessage[];
  readonly filesRead: number;
  readonly today: string;
}

export interface ScanOptions extends ConfigurationOptions {
  readonly paths: readonly string[];
  readonly today: string;
  /** Which of the selected files to read; absent = all. */
  readonly selectsPath?: (path: string) => boolean;
  /** False where another part of the same scan counts what is not looked into. */
  readonly countsLeftOut?: boolean;
  /** Called after each file, for a progress line. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with what the engine threw, which is a bug of ours. */
  readonly onFailure?: (file: string, error: unknown) => void;
}

/** Scans paths; a file that cannot be read or understood is reported as skipped and never ends the scan. */
export async function scan(engine: Engine, options: ScanOptions): Promise<Scan> {
  const configurations = await openConfigurations(options.paths, options);
  const extensions = [...engine.languages.flatMap((language) => language.extensions), ...containerExtensions];
  const leftOut = countLeftOut();
  const selects = async (file: string): Promise<boolean> => await configurations.selects(file)
    && (engine.languageOf(file) !== 'markdown' || (await configurations.at(dirname(file))).markdown);
  const selected = await selectFiles(options.paths, { extensions: [...extensions, ...markdownExtensions], selects, ...(options.countsLeftOut !== false && { leftOut }) });
  const named = new Set(options.paths.map((each) => resolve(each)));
  const paths = options.selectsPath ? selected.filter(options.selectsPath) : selected;
  const files: ScannedFile[] = [];
  const skipped: SkippedFile[] = [];
  let done = 0;
  /** Functions found so far that forward to a model, by name. */
  const forwards = new Set<string>();
  /** Files that mention no SDK, host or model: they may still call such functions. */
  const silent = new Set<string>();

  const originOf = openProject();
  const analyzeFile = async (path: string, language: LanguageId, read: string, contained: Contained | null): Promise<void> => {
    await engine.prepare(language, contained?.text ?? read);
    const configuration = await configurations.at(dirname(path));
    const analysis = await exactly(engine, () => analyzeOnce(engine, language, contained?.text ?? read, configuration, options.today, (error) => options.onFailure?.(shown(path), error), originOf(path)));
    if (analysis.skipped) skipped.push({ file: shown(path), reason: analysis.skipped });
    for (const each of analysis.forwards) forwards.add(each);
    if (analysis.calls.length + analysis.findings.length > 0) files.push({ file: shown(path), text: read, language, analysis, configuration, ...(contained && { code: contained.text, placeOf: contained.placeOf }) });
  };
  let turned = performance.now();
  const breathe = async (): Promise<void> => {
    if (performance.now() - turned < longestTurn) return;
    await turn();
    turned = performance.now();
  };
  for (const path of paths) {
    await breathe();
    const read = readText(path);
    const container = 'text' in read ? openContainer(path, read.text) : null;
    const contained = container && 'text' in container ? container : null;
    const language = contained?.language ?? engine.languageOf(path);
    const code = contained?.text ?? ('text' in read ? read.text : '');
    if (container && 'unreadable' in container) skipped.push({ file: shown(path), reason: 'unreadable' });
    else if (!contained && containerExtensions.some((each) => path.toLowerCase().endsWith(each))) { /* No code of a language we know. */ }
    else if (!language) skipped.push({ file: shown(path), reason: 'unsupported-language' });
    else if ('reason' in read) skipped.push({ file: shown(path), reason: read.reason });
    else if (isGeneratedText(read.text) && !named.has(path)) leftOut.add('generated', 'files');
    // A client may come from another file of the project; functions that forward to a model may be in another shard, so that there whoever imports from the project is read.
    else if (engine.mayContainCalls(code, language) || (options.selectsPath && engine.mayUseProject(language, code, originOf(path))) || (engine.namesMethods(code) && engine.mayUseProject(language, code, originOf(path)))) await analyzeFile(path, language, read.text, contained);
    // Prompts and configurations call nobody.
    else if (!isPrompt(path)) silent.add(path);
    options.onProgress?.(++done, paths.length);
  }
  await followForwards();

  /** Reads files without any word of ours that call functions found to forward, until no new ones are found. */
  async function followForwards(): Promise<void> {
    const known = new Set<string>();
    for (let round = 0; round < 4 && silent.size > 0; round++) {
      const fresh = [...forwards].filter((each) => !known.has(each));
      if (fresh.length === 0) return;
      for (const each of fresh) known.add(each);
      const called = new RegExp(`(?<![\\w$])(?:${fresh.map((each) => each.replaceAll('$', '\\$')).join('|')})\\s*\\(`);
      for (const path of silent) {
        await breathe();
        const read = readText(path);
        if (!('text' in read) || !called.test(read.text)) continue;
        const container = openContainer(path, read.text);
        const contained = container && 'text' in container ? container : null;
        const language = contained?.language ?? engine.languageOf(path);
        if (!language || !engine.mayUseProject(language, contained?.text ?? read.text, originOf(path))) continue;
        silent.delete(path);
        await analyzeFile(path, language, read.text, contained);
      }
    }
  }
  const byName = (a: { file: string }, b: { file: string }): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);
  const configuration = await configurations.at(await folderOf(options.paths[0] ?? '.'));
  return { files: linked(files.sort(byName)), skipped: skipped.sort(byName), leftOut: leftOut.counts(), configuration, problems: configurations.problems(), filesRead: paths.length, today: options.today };
}

const shownPlace = <T extends SourcePlace>(place: T): T => (place.path === null ? place : { ...place, path: shown(place.path) });

/** Files with their calls told how many call sites in any of them lead through there. */
function linked(files: readonly ScannedFile[]): readonly ScannedFile[] {
  const callers = new Map<string, number>();
  for (const { file, analysis } of files) {
    for (const { path, offset } of analysis.calls.flatMap(({ through }) => (through ? placesOf(through) : []))) {
      const key = `${path === null ? file : shown(path)}:${offset}`;
      callers.set(key, (callers.get(key) ?? 0) + 1);
    }
  }
  if (callers.size === 0) return files;
  return files.map((each) => {
    const calls = each.analysis.calls.map((call) => ({
      ...call, callers: callers.get(`${each.file}:${call.calleeRange.start}`) ?? 0,
      ...(call.through && { through: { ...call.through, functions: call.through.functions.map(shownPlace), sites: call.through.sites.map(shownPlace), call: shownPlace(call.through.call) } }),
    }));
    return { ...each, analysis: { ...each.analysis, calls } };
  });
}

/** Analysis of one text, with the session ended. Should the engine throw, that file is skipped and no other. */
export function analyzeOnce(engine: Engine, language: LanguageId, text: string, configuration: Configuration, today: string, onFailure: (error: unknown) => void, origin?: Origin): Analysis {
  const session = engine.open(language, text, origin);
  try {
    return session.analyze(configuration, today);
  } catch (error) {
    onFailure(error);
    return { calls: [], findings: [], forwards: [], skipped: 'failed' };
  } finally {
    session.dispose();
  }
}

/** The flags that bear on the configuration. Throws when there is no exchange rate for the currency. */
export function configurationOptions(flags: { readonly policy?: string; readonly organisation?: string; readonly currency?: string; readonly markdown?: boolean }, facts: Facts): ConfigurationOptions {
  const currency = flags.currency?.toUpperCase();
  const { perUsd } = facts.rates;
  if (currency !== undefined && !Object.hasOwn(perUsd, currency)) throw new Error(`no exchange rate for "${flags.currency}"; there are ${Object.keys(perUsd).join(', ')}`);
  return { facts, ...(flags.policy ? { policy: flags.policy } : {}), ...(flags.organisation ? { organisation: flags.organisation } : {}), ...(currency ? { currency } : {}), ...(flags.markdown ? { markdown: true } : {}) };
}

/** What holds for one path. Problems are reported; the readable rest holds. */
export async function configurationFor(path: string, options: ConfigurationOptions): Promise<{ configuration: Configuration; problems: readonly ConfigurationMessage[] }> {
  const configurations = await openConfigurations([path], options);
  return { configuration: await configurations.at(await folderOf(path)), problems: configurations.problems() };
}

/** Text of a file, or why it is not read. Read at once: a round through the thread pool costs more than most files. */
export function readText(path: string): { readonly text: string } | { readonly reason: SkipReason } {
  try {
    if (statSync(path).size > maximumBytes) return { reason: 'too-large' };
    const text = readFileSync(path, 'utf8');
    return text.slice(0, 8192).includes('\0') ? { reason: 'binary' } : { text };
  } catch {
    return { reason: 'unreadable' };
  }
}
