/** Analyses every file of the workspace that may call a model, in slices that leave the host responsive. */
import * as vscode from 'vscode';
import { openContainer } from '../core/container.js';
import { exactly } from '../core/exactly.js';
import { indexLines } from '../core/lines.js';
import { markdownExtensions } from '../core/fences.js';
import { type LeftOut, countLeftOut, isGeneratedName, isGeneratedText } from '../core/leftOut.js';
import type { Analysis, CallSite, Finding, LanguageId, SkipReason } from '../core/model.js';
import type { Origin } from '../core/project.js';
import { readIgnoreRules } from './gitignore.js';
import type { Services } from './services.js';

const componentExtensions = ['.vue', '.svelte'];
const maximumBytes = 2 * 1024 * 1024;
const readers = 8;
const sliceMs = 12;
const alwaysExcluded = ['**/node_modules/**', '**/.git/**', '**/.venv/**', '**/venv/**', '**/site-packages/**', '**/dist/**', '**/out/**', '**/build/**', '**/__pycache__/**', '**/vendor/**', '**/.next/**', '**/coverage/**', '**/.tox/**', '**/.mypy_cache/**'];

/** Lines and columns are 1-based, at the start of the callee or finding. */
export interface ScannedCall {
  readonly uri: vscode.Uri;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly call: CallSite;
}

export interface ScannedFinding {
  readonly uri: vscode.Uri;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly finding: Finding;
}

export interface WorkspaceScan {
  readonly files: number;
  readonly calls: readonly ScannedCall[];
  readonly findings: readonly ScannedFinding[];
  readonly skipped: readonly { readonly uri: vscode.Uri; readonly file: string; readonly reason: SkipReason }[];
  /** What was not read, counted. Folders of dependencies and build results are not looked into at all. */
  readonly leftOut: readonly LeftOut[];
  /** True when the person stopped it: the figures are of the files read until then. */
  readonly cancelled: boolean;
}

/** Scans the workspace; one unreadable file never ends it. */
export async function scanWorkspace(
  services: Services, report: (done: number, total: number) => void, token: vscode.CancellationToken,
): Promise<WorkspaceScan> {
  const { settings, log, today } = services;
  await settings.ready();
  const engine = await services.engine();
  const configuration = settings.configurationFor();
  const extensions = [...new Set([...engine.languages.flatMap((language) => language.extensions), ...componentExtensions, ...markdownExtensions])];
  const include = configuration.include.length > 0 ? `{${configuration.include.join(',')}}` : `**/{${extensions.map((each) => `*${each}`).join(',')}}`;
  const exclude = `{${[...alwaysExcluded, ...configuration.exclude].join(',')}}`;
  const [found, rules] = await Promise.all([vscode.workspace.findFiles(include, exclude, undefined, token), readIgnoreRules(`{${alwaysExcluded.join(',')}}`, token)]);
  const leftOut = countLeftOut();
  const uris = found.filter((uri) => {
    const language = engine.languageOf(uri.path);
    if (language === null && !componentExtensions.some((each) => uri.path.toLowerCase().endsWith(each))) return false;
    if (language === 'markdown' && !settings.configurationFor(uri).markdown) return false;
    if (!rules.ignores(uri) && !isGeneratedName(uri.path)) return true;
    leftOut.add(isGeneratedName(uri.path) ? 'generated' : 'ignored', 'files');
    return false;
  }).sort((a, b) => (a.path < b.path ? -1 : 1));

  /** Whether imports lead to calls, once the imported files are read. */
  const reaches = async (language: LanguageId, text: string, origin: Origin): Promise<boolean> => {
    for (let round = 0; round < 4; round++) {
      if (engine.mayUseProject(language, text, origin)) return true;
      if (!services.project.isLoading() || token.isCancellationRequested) return false;
      await services.project.settled();
    }
    return false;
  };

  const calls: ScannedCall[] = [];
  const findings: ScannedFinding[] = [];
  const skipped: { uri: vscode.Uri; file: string; reason: SkipReason }[] = [];
  const unsaved = new Map(vscode.workspace.textDocuments.filter((each) => each.isDirty).map((each) => [each.uri.toString(), each]));
  const day = today();
  let done = 0;
  let next = 0;
  let sliceBegan = performance.now();

  const scan = async (uri: vscode.Uri): Promise<void> => {
    const file = vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
    try {
      const text = unsaved.get(uri.toString())?.getText() ?? await readText(uri);
      if (typeof text !== 'string') {
        skipped.push({ uri, file, reason: text.skipped });
        return;
      }
      if (isGeneratedText(text)) { leftOut.add('generated', 'files'); return; }
      const container = openContainer(uri.path, text);
      const contained = container && 'text' in container ? container : null;
      const language = contained?.language ?? engine.languageOf(uri.path);
      const code = contained?.text ?? text;
      const origin = services.project.originOfFile(uri);
      if (!language || !(engine.mayContainCalls(code, language) || (origin && await reaches(language, code, origin)))) return;
      await engine.prepare(language, code);
      const session = engine.open(language, code, origin ?? undefined);
      try {
        const analyze = (): Promise<Analysis> => exactly(engine, () => session.analyze(settings.configurationFor(uri), day));
        let analysis = await analyze();
        // Imported files are read when the analysis asks for them.
        for (let round = 0; round < 5 && services.project.isLoading() && !token.isCancellationRequested; round++) {
          await services.project.settled();
          session.forget();
          analysis = await analyze();
        }
        if (analysis.skipped) skipped.push({ uri, file, reason: analysis.skipped });
        if (analysis.calls.length === 0 && analysis.findings.length === 0) return;
        const lines = indexLines(text);
        for (const call of analysis.calls) calls.push({ uri, file, ...lines.positionAt(call.calleeRange.start), call });
        for (const finding of services.known.without(uri, code, analysis.findings)) findings.push({ uri, file, ...lines.positionAt(finding.range.start), finding });
      } finally {
        session.dispose();
      }
    } catch (error) {
      log.channel.warn(`scan of ${file}: ${String(error)}`);
      skipped.push({ uri, file, reason: 'unreadable' });
    }
  };

  const work = async (): Promise<void> => {
    while (next < uris.length && !token.isCancellationRequested) {
      await scan(uris[next++]!);
      report(++done, uris.length);
      if (performance.now() - sliceBegan > sliceMs) {
        await new Promise((resolve) => { setTimeout(resolve, 0); });
        sliceBegan = performance.now();
      }
    }
  };
  await Promise.all(Array.from({ length: readers }, work));

  const byPlace = (a: { file: string; line: number; column: number }, b: { file: string; line: number; column: number }): number =>
    (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1);
  return {
    files: done,
    calls: calls.sort(byPlace),
    findings: findings.sort(byPlace),
    skipped: skipped.sort((a, b) => (a.file < b.file ? -1 : 1)),
    leftOut: leftOut.counts(),
    cancelled: token.isCancellationRequested,
  };
}

async function readText(uri: vscode.Uri): Promise<string | { readonly skipped: SkipReason }> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > maximumBytes) return { skipped: 'too-large' };
  const bytes = await vscode.workspace.fs.readFile(uri);
  if (bytes.subarray(0, 8192).includes(0)) return { skipped: 'binary' };
  return new TextDecoder().decode(bytes);
}
