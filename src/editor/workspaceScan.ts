/** Analyses every file of the workspace that may call a model, in slices that leave the host responsive. */
import * as vscode from 'vscode';
import { containerExtensions, openContainer, type Place } from '../core/container.js';
import type { Engine } from '../core/engine.js';
import { exactly } from '../core/exactly.js';
import { placesOf } from '../core/forwardedSite.js';
import { markdownExtensions } from '../core/fences.js';
import { type LeftOut, type LeftOutCounter, countLeftOut, isGeneratedName, isGeneratedText } from '../core/leftOut.js';
import type { Analysis, Configuration, LanguageId, SkipReason } from '../core/model.js';
import type { Origin } from '../core/project.js';
import { readIgnoreRules } from './gitignore.js';
import type { Services } from './services.js';

const maximumBytes = 2 * 1024 * 1024;
const readers = 8;
const sliceMs = 12;
const alwaysExcluded = ['**/node_modules/**', '**/.git/**', '**/.venv/**', '**/venv/**', '**/site-packages/**', '**/dist/**', '**/out/**', '**/build/**', '**/__pycache__/**', '**/vendor/**', '**/.next/**', '**/coverage/**', '**/.tox/**', '**/.mypy_cache/**'];

/** One file with calls or findings, or one that could not be read. */
export interface ScannedFile {
  readonly uri: vscode.Uri;
  /** Path within the workspace, for people. */
  readonly file: string;
  readonly text: string;
  readonly language: LanguageId;
  readonly analysis: Analysis;
  /** Places of offsets, when the code lies inside something else (a notebook). */
  readonly placeOf?: (offset: number) => Place;
  readonly configuration: Configuration;
}

export interface SkippedFile {
  readonly uri: vscode.Uri;
  readonly file: string;
  readonly reason: SkipReason;
}

export interface WorkspaceScan {
  readonly filesRead: number;
  readonly files: readonly ScannedFile[];
  readonly skipped: readonly SkippedFile[];
  /** What was not read, counted. Folders of dependencies and build results are not looked into at all. */
  readonly leftOut: readonly LeftOut[];
  /** True when the person stopped it: the figures are of the files read until then. */
  readonly cancelled: boolean;
}

/** Name of a file as people know it. */
export function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
}

/** Whether a file is of a kind that is scanned. */
export function isScannable(engine: Engine, path: string): boolean {
  return engine.languageOf(path) !== null || containerExtensions.some((each) => path.toLowerCase().endsWith(each));
}

/** Files of the workspace that a scan reads, by path. */
export async function filesToScan(services: Services, engine: Engine, token?: vscode.CancellationToken, leftOut?: LeftOutCounter): Promise<readonly vscode.Uri[]> {
  const configuration = services.settings.configurationFor();
  const extensions = [...new Set([...engine.languages.flatMap((language) => language.extensions), ...containerExtensions, ...markdownExtensions])];
  const include = configuration.include.length > 0 ? `{${configuration.include.join(',')}}` : `**/{${extensions.map((each) => `*${each}`).join(',')}}`;
  const exclude = `{${[...alwaysExcluded, ...configuration.exclude].join(',')}}`;
  const [found, rules] = await Promise.all([vscode.workspace.findFiles(include, exclude, undefined, token), readIgnoreRules(`{${alwaysExcluded.join(',')}}`, token)]);
  return found.filter((uri) => {
    if (!isScannable(engine, uri.path)) return false;
    if (engine.languageOf(uri.path) === 'markdown' && !services.settings.configurationFor(uri).markdown) return false;
    if (!rules.ignores(uri) && !isGeneratedName(uri.path)) return true;
    leftOut?.add(isGeneratedName(uri.path) ? 'generated' : 'ignored', 'files');
    return false;
  }).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a scan would read this file. A single file is searched for by its own path, so that a large workspace is not. */
export async function wouldScan(services: Services, engine: Engine, uri: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder || !isScannable(engine, uri.path) || isGeneratedName(uri.path)) return false;
  if (engine.languageOf(uri.path) === 'markdown' && !services.settings.configurationFor(uri).markdown) return false;
  const configuration = services.settings.configurationFor();
  // Which patterns let it in can only be told by all of them together.
  if (configuration.include.length > 0) return (await filesToScan(services, engine)).some((each) => each.toString() === uri.toString());
  const own = uri.path.slice(folder.uri.path.length).replace(/^\//, '').replace(/[[\]{}*?]/g, (sign) => (sign === '[' || sign === ']' ? '?' : `[${sign}]`));
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, own), `{${[...alwaysExcluded, ...configuration.exclude].join(',')}}`, 20);
  return found.some((each) => each.toString() === uri.toString()) && !(await readIgnoreRules(`{${alwaysExcluded.join(',')}}`)).ignores(uri);
}

/** Scans the workspace; one unreadable file never ends it. */
export async function scanWorkspace(
  services: Services, report: (done: number, total: number) => void, token: vscode.CancellationToken,
): Promise<WorkspaceScan> {
  await services.settings.ready();
  const engine = await services.engine();
  const leftOut = countLeftOut();
  const uris = await filesToScan(services, engine, token, leftOut);
  const files: ScannedFile[] = [];
  const skipped: SkippedFile[] = [];
  let done = 0;
  let next = 0;
  let sliceBegan = performance.now();

  const work = async (): Promise<void> => {
    while (next < uris.length && !token.isCancellationRequested) {
      const result = await scanFile(services, engine, uris[next++]!, token);
      if (result.generated) leftOut.add('generated', 'files');
      if (result.scanned) files.push(result.scanned);
      if (result.skipped) skipped.push(result.skipped);
      report(++done, uris.length);
      if (performance.now() - sliceBegan > sliceMs) {
        await new Promise((resolve) => { setTimeout(resolve, 0); });
        sliceBegan = performance.now();
      }
    }
  };
  await Promise.all(Array.from({ length: readers }, work));
  return { filesRead: done, files: linked(files.sort(byName)), skipped: skipped.sort(byName), leftOut: leftOut.counts(), cancelled: token.isCancellationRequested };
}

/** Files with their calls told how many call sites in any of them lead through there, as on the command line. */
export function linked(files: readonly ScannedFile[]): readonly ScannedFile[] {
  const callers = new Map<string, number>();
  for (const { uri, analysis } of files) {
    for (const { path, offset } of analysis.calls.flatMap(({ through }) => (through ? placesOf(through) : []))) {
      const key = `${path ?? uri.path}:${offset}`;
      callers.set(key, (callers.get(key) ?? 0) + 1);
    }
  }
  return files.map((each) => {
    const calls = each.analysis.calls.map((call) => {
      const count = callers.get(`${each.uri.path}:${call.calleeRange.start}`) ?? 0;
      return count === call.callers ? call : { ...call, callers: count };
    });
    return { ...each, analysis: { ...each.analysis, calls } };
  });
}

export const byName = (a: { readonly file: string }, b: { readonly file: string }): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);

/** Reads and analyses one file; nothing when it holds no calls. */
export async function scanFile(services: Services, engine: Engine, uri: vscode.Uri, token?: vscode.CancellationToken): Promise<{ readonly scanned: ScannedFile | null; readonly skipped: SkippedFile | null; readonly generated?: true }> {
  const { settings, log } = services;
  const file = nameOf(uri);
  const nothing = { scanned: null, skipped: null };
  /** Whether imports lead to calls, once the imported files are read. */
  const reaches = async (language: LanguageId, text: string, origin: Origin): Promise<boolean> => {
    for (let round = 0; round < 4; round++) {
      if (engine.mayUseProject(language, text, origin)) return true;
      if (!services.project.isLoading() || token?.isCancellationRequested) return false;
      await services.project.settled();
    }
    return false;
  };
  const skip = (reason: SkipReason) => ({ scanned: null, skipped: { uri, file, reason } });
  try {
    const text = unsavedText(uri) ?? await readText(uri);
    if (typeof text !== 'string') return skip(text.skipped);
    if (isGeneratedText(text)) return { ...nothing, generated: true };
    const container = openContainer(uri.path, text);
    if (container && 'unreadable' in container) return skip('unreadable');
    const contained = container && 'text' in container ? container : null;
    const language = contained?.language ?? engine.languageOf(uri.path);
    const code = contained?.text ?? text;
    const origin = services.project.originOfFile(uri);
    if (!language || !(engine.mayContainCalls(code, language) || (origin && await reaches(language, code, origin)))) return nothing;
    await engine.prepare(language, code);
    const configuration = settings.configurationFor(uri);
    const session = engine.open(language, code, origin ?? undefined);
    try {
      const analyze = (): Promise<Analysis> => exactly(engine, () => session.analyze(configuration, services.today()));
      let analysis = await analyze();
      // Imported files are read when the analysis asks for them.
      for (let round = 0; round < 5 && services.project.isLoading() && !token?.isCancellationRequested; round++) {
        await services.project.settled();
        session.forget();
        analysis = await analyze();
      }
      analysis = { ...analysis, findings: services.known.without(uri, code, analysis.findings) };
      const scanned = analysis.calls.length > 0 || analysis.findings.length > 0
        ? { uri, file, text, language, analysis, configuration, ...(contained && { placeOf: contained.placeOf }) } : null;
      return { scanned, skipped: analysis.skipped ? { uri, file, reason: analysis.skipped } : null };
    } finally {
      session.dispose();
    }
  } catch (error) {
    log.channel.warn(`scan of ${file}: ${String(error)}`);
    return skip('unreadable');
  }
}

function unsavedText(uri: vscode.Uri): string | undefined {
  return vscode.workspace.textDocuments.find((each) => each.isDirty && each.uri.toString() === uri.toString())?.getText();
}

async function readText(uri: vscode.Uri): Promise<string | { readonly skipped: SkipReason }> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > maximumBytes) return { skipped: 'too-large' };
  const bytes = await vscode.workspace.fs.readFile(uri);
  if (bytes.subarray(0, 8192).includes(0)) return { skipped: 'binary' };
  return new TextDecoder().decode(bytes);
}
