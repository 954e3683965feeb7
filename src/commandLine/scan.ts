/** Reads files and analyses them: what `tokenfare scan` reports. */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { mergeConfiguration, parseConfiguration } from '../core/configuration.js';
import type { Engine } from '../core/engine.js';
import { indexLines } from '../core/lines.js';
import { type Analysis, type Configuration, type LanguageId, type SkipReason, defaultConfiguration } from '../core/model.js';
import { selectFiles } from './files.js';

export const configurationFile = 'tokenfare.yaml';
const maximumBytes = 2_000_000;
const readers = 16;

/** One file with calls or findings, for the reporters. */
export interface ScannedFile {
  /** Path relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly language: LanguageId;
  readonly analysis: Analysis;
}

export interface SkippedFile {
  readonly file: string;
  readonly reason: SkipReason;
}

/** Something wrong in a configuration file, ready to be said. */
export interface ConfigurationMessage {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly expected: string;
  readonly found: string;
}

export interface Scan {
  readonly files: readonly ScannedFile[];
  readonly skipped: readonly SkippedFile[];
  readonly configuration: Configuration;
  readonly problems: readonly ConfigurationMessage[];
  readonly filesRead: number;
  readonly today: string;
}

export interface ScanOptions {
  readonly paths: readonly string[];
  readonly today: string;
  /** Configuration file given by hand; else the nearest `tokenfare.yaml` above the first path. */
  readonly policy?: string;
  readonly currency?: string;
  /** Called after each file, for a progress line. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Path for people: relative to the working directory, forward slashes. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return (short === '' || short.startsWith('..') ? path : short).split(sep).join('/');
}

/** Scans paths; a file that cannot be read or understood is reported as skipped and never ends the scan. */
export async function scan(engine: Engine, options: ScanOptions): Promise<Scan> {
  const { configuration, problems } = await configurationFor(options.paths[0] ?? '.', options);
  const extensions = engine.languages.flatMap((language) => language.extensions);
  const paths = await selectFiles(options.paths, { extensions, include: configuration.include, exclude: configuration.exclude });
  const files: ScannedFile[] = [];
  const skipped: SkippedFile[] = [];
  let done = 0;
  let next = 0;

  const work = async (): Promise<void> => {
    while (next < paths.length) {
      const path = paths[next++]!;
      const read = await readText(path);
      const language = engine.languageOf(path);
      if (!language) skipped.push({ file: shown(path), reason: 'unsupported-language' });
      else if ('reason' in read) skipped.push({ file: shown(path), reason: read.reason });
      else if (engine.mayContainCalls(read.text)) {
        await engine.prepare(language);
        const analysis = analyzeOnce(engine, language, read.text, configuration, options.today);
        if (analysis.skipped) skipped.push({ file: shown(path), reason: analysis.skipped });
        if (analysis.calls.length > 0) files.push({ file: shown(path), text: read.text, language, analysis });
      }
      options.onProgress?.(++done, paths.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(readers, paths.length) }, work));
  const byName = (a: { file: string }, b: { file: string }): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);
  return { files: files.sort(byName), skipped: skipped.sort(byName), configuration, problems, filesRead: paths.length, today: options.today };
}

/** Analysis of one text, with the session ended. */
export function analyzeOnce(engine: Engine, language: LanguageId, text: string, configuration: Configuration, today: string): Analysis {
  const session = engine.open(language, text);
  try {
    return session.analyze(configuration, today);
  } finally {
    session.dispose();
  }
}

/** Defaults, overlaid by the configuration file and the flags. Problems are reported; the readable rest holds. */
export async function configurationFor(path: string, options: Pick<ScanOptions, 'policy' | 'currency'>): Promise<{ configuration: Configuration; problems: readonly ConfigurationMessage[] }> {
  let configuration = defaultConfiguration;
  const problems: ConfigurationMessage[] = [];
  const file = options.policy ?? await nearestConfiguration(resolve(path));
  if (file) {
    const text = await readFile(file, 'utf8').catch((error: Error) => { if (options.policy) throw new Error(`${file}: ${error.message}`); return ''; });
    const parsed = parseConfiguration(text);
    const lines = indexLines(text);
    for (const { range, code, expected, found } of parsed.problems) problems.push({ file: shown(file), ...lines.positionAt(range.start), code, expected, found });
    if (parsed.value) configuration = mergeConfiguration(configuration, parsed.value, 'workspace');
  }
  if (options.currency) configuration = { ...configuration, currency: options.currency };
  return { configuration, problems };
}

async function nearestConfiguration(start: string): Promise<string | null> {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, configurationFile);
    if (await readFile(file).then(() => true, () => false)) return file;
    if (dirname(folder) === folder) return null;
  }
}

/** Text of a file, or why it is not read. Large and binary files are recognised before they are read whole. */
export async function readText(path: string): Promise<{ readonly text: string } | { readonly reason: SkipReason }> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, 'r');
    const { size } = await handle.stat();
    if (size > maximumBytes) return { reason: 'too-large' };
    const bytes = await handle.readFile();
    if (bytes.subarray(0, 8192).includes(0)) return { reason: 'binary' };
    return { text: bytes.toString('utf8') };
  } catch {
    return { reason: 'unreadable' };
  } finally {
    await handle?.close().catch(() => undefined);
  }
}
