/**
 * One analysis per open document, shared by all views. Edits are collected, analysed after a short pause and
 * off the keystroke path; while a new analysis is due the last one stays available.
 */
import * as vscode from 'vscode';
import type { DocumentChange, DocumentSession, Engine, SwitchPlan, SwitchTarget } from '../core/engine.js';
import type { AdapterPlan } from '../core/extractAdapter.js';
import { indexLines, type LineIndex } from '../core/lines.js';
import type { Alternative, Analysis, CallSite, Configuration, LanguageId } from '../core/model.js';
import { applyChanges, sequentialChanges } from './changes.js';
import type { KnownFindings } from './knownFindings.js';
import { promptLanguageOf } from '../core/promptFiles.js';
import type { Log } from './log.js';
import type { ProjectFiles } from './projectFiles.js';
import type { Settings } from './settings.js';
import { type SourceText, componentLanguages, shifted, sourceTextOf, within } from './sourceText.js';

const debounceMs = 150;
const comparisonsDelayMs = 400;
const maximumLength = 2 * 1024 * 1024;
/** Not files, yet written by people. */
const writtenSchemes = new Set(['file', 'untitled', 'vscode-notebook-cell']);

export const documentLanguages: readonly LanguageId[] = ['python', 'typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'go', 'java', 'csharp', 'php', 'ruby', 'rust', 'shellscript', 'powershell', 'http', 'kotlin', 'prompty', 'dotprompt', 'prompt', 'yaml', 'markdown'];

/** Documents that views offer something for. */
export const documentSelector: vscode.DocumentSelector = [
  ...[...documentLanguages, ...componentLanguages].map((language) => ({ language })),
  { pattern: '**/*.{prompty,prompt}' }, { pattern: '**/*.prompt.{md,yml,yaml}' }, { pattern: '**/promptfooconfig.{yaml,yml,json}' },
];

/** A plan in the document's own offsets; null when it would change another cell of the notebook. */
function inDocument(plan: SwitchPlan | null, start: number): SwitchPlan | null {
  if (!plan || start === 0) return plan;
  return plan.edits.every((edit) => edit.range.start >= start) ? { ...plan, edits: shifted(plan.edits, -start) } : null;
}

/** The analysis of one version of a document. All offsets refer to the text of that version. */
export interface AnalyzedDocument {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly analysis: Analysis;
  readonly lines: LineIndex;
  readonly configuration: Configuration;
  readonly today: string;
  /** Empty once the document has moved on. */
  alternatives(call: CallSite, limit?: number): readonly Alternative[];
  /** Everything that one provider offers for the call; empty once the document has moved on. */
  offers(call: CallSite, provider: string): readonly Alternative[];
  /** Null when the call cannot be rewritten, or once the document has moved on. */
  switchTo(call: CallSite, target: SwitchTarget): SwitchPlan | null;
  /** SDKs that the call can be written for at a provider, its own first. */
  sdksFor(call: CallSite, provider: string): readonly string[];
  /** The call behind a module of its own; null when that cannot be done, or once the document has moved on. */
  extractAdapter(call: CallSite): AdapterPlan | null;
  /** The same model behind each gateway. */
  gatewaysFor(call: CallSite): readonly SwitchTarget[];
}

export interface Documents extends vscode.Disposable {
  /** Fires after each analysis. */
  readonly onDidAnalyze: vscode.Event<AnalyzedDocument>;
  /** Fires when a document is closed or no longer of a supported language. */
  readonly onDidForget: vscode.Event<vscode.Uri>;
  /** Last result, perhaps of an older version, and the changes made since. */
  latest(document: vscode.TextDocument): { readonly analyzed: AnalyzedDocument; readonly changes: readonly DocumentChange[] } | undefined;
  /** Result of the current version, analysing now if need be; undefined for documents that are not ours, or on cancellation. */
  current(document: vscode.TextDocument, token?: vscode.CancellationToken): Promise<AnalyzedDocument | undefined>;
  /** True while the current version of the document has not been analysed yet. */
  pending(document: vscode.TextDocument): boolean;
  /** Results of all open documents. */
  all(): readonly AnalyzedDocument[];
}

interface Tracked {
  readonly document: vscode.TextDocument;
  readonly language: LanguageId;
  /** The editor's own id. */
  readonly languageId: string;
  source: SourceText | null;
  session: DocumentSession | null;
  /** Changes that the session has not seen; equals the changes since `result`. */
  changes: DocumentChange[];
  result: AnalyzedDocument | null;
  /** Settings changed since `result`. */
  outdated: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  running: Promise<void> | null;
  closed: boolean;
}

const nothing: Analysis = { calls: [], findings: [], forwards: [], skipped: null };

/** Follows all open documents; loads the engine when the first one that may contain calls is opened. */
export function openDocuments(loadEngine: () => Promise<Engine>, settings: Settings, log: Log, today: () => string, catalogChanged: vscode.Event<unknown>, project: ProjectFiles, known: KnownFindings): Documents {
  const analyzed = new vscode.EventEmitter<AnalyzedDocument>();
  const forgotten = new vscode.EventEmitter<vscode.Uri>();
  const tracked = new Map<string, Tracked>();
  let loadedEngine: Engine | null = null;
  let comparisons: ReturnType<typeof setTimeout> | undefined;

  /** Markdown only where somebody asked for it. */
  const isWanted = ({ document, language }: Pick<Tracked, 'document' | 'language'>): boolean => language !== 'markdown' || settings.configurationFor(document.uri).markdown;
  const languageFor = (document: vscode.TextDocument): LanguageId | null => {
    const language = languageOf(document);
    return language && isWanted({ document, language }) ? language : null;
  };

  const open = (document: vscode.TextDocument): Tracked | undefined => {
    const key = document.uri.toString();
    const known = tracked.get(key);
    if (known && known.document === document && known.languageId === document.languageId && isWanted(known)) return known;
    if (known) forget(known);
    const language = languageFor(document);
    if (!language || document.isClosed) return undefined;
    const entry: Tracked = {
      document, language, languageId: document.languageId, source: null, session: null, changes: [], result: null, outdated: false, timer: undefined, running: null, closed: false,
    };
    tracked.set(key, entry);
    schedule(entry, 0);
    return entry;
  };

  const forget = (entry: Tracked): void => {
    entry.closed = true;
    clearTimeout(entry.timer);
    entry.session?.dispose();
    entry.session = null;
    tracked.delete(entry.document.uri.toString());
    forgotten.fire(entry.document.uri);
  };

  const schedule = (entry: Tracked, delayMs: number): void => {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => void refresh(entry), delayMs);
  };

  const isFresh = (entry: Tracked): boolean =>
    entry.result !== null && !entry.outdated && entry.result.version === entry.document.version;

  /** Analyses until the result is that of the current version; several callers share one run. */
  const refresh = async (entry: Tracked): Promise<AnalyzedDocument | undefined> => {
    clearTimeout(entry.timer);
    // A run that goes on has a first result already, and better ones once the imported files are read.
    for (let attempt = 0; attempt < 20 && !entry.closed && (entry.running || !isFresh(entry)); attempt++) {
      entry.running ??= analyze(entry).finally(() => { entry.running = null; });
      await entry.running;
    }
    return entry.closed ? undefined : entry.result ?? undefined;
  };

  const analyze = async (entry: Tracked): Promise<void> => {
    try {
      await settings.ready();
      const engine = await loadEngine();
      loadedEngine = engine;
      if (entry.document.getText().length <= maximumLength) {
        const source = sourceTextOf(entry.document, entry.language);
        if (mayCall(entry, engine, source)) await engine.prepare(source.language, source.text);
      }
      if (!entry.closed) settle(entry, engine);
      // Imported files lead to further ones; each round knows more.
      for (let round = 0; round < 8 && project.isLoading() && !entry.closed; round++) {
        await project.settled();
        entry.session?.forget();
        if (entry.closed) return;
        const source = sourceTextOf(entry.document, entry.language);
        if (source.text.length <= maximumLength && mayCall(entry, engine, source)) await engine.prepare(source.language, source.text);
        if (!entry.closed) settle(entry, engine);
      }
      // What a vocabulary was missing for is counted anew once it is there.
      for (let loading = engine.vocabularies(); loading && !entry.closed; loading = engine.vocabularies()) {
        await loading;
        if (!entry.closed) settle(entry, engine);
      }
      if (entry.result?.analysis.calls.length) prepareComparisons(entry.result);
    } catch (error) {
      log.failure(`analysing ${entry.document.uri.path}`, error);
      entry.session?.dispose();
      entry.session = null;
      if (!entry.closed) publish(entry, { ...nothing, skipped: 'unreadable' });
    }
  };

  /** A text that mentions no SDK may still call functions of the project that forward to a model. */
  const mayCall = (entry: Tracked, engine: Engine, source: SourceText): boolean => {
    if (engine.mayContainCalls(source.text, source.language)) return true;
    const origin = project.originOf(entry.document);
    return origin !== null && engine.mayUseProject(source.language, source.text, origin);
  };

  /** Loads the vocabularies that comparing a call with others will need, once, when nothing else is going on. */
  const prepareComparisons = (result: AnalyzedDocument): void => {
    if (comparisons !== undefined) return;
    comparisons = setTimeout(() => { result.alternatives(result.analysis.calls[0]!); }, comparisonsDelayMs);
  };

  /** Brings session and result to the current version. Synchronous, so that no edit can come between. */
  const settle = (entry: Tracked, engine: Engine): void => {
    const source = sourceTextOf(entry.document, entry.language);
    const { text } = source;
    if (entry.source && entry.source.language !== source.language) {
      entry.session?.dispose();
      entry.session = null;
    }
    entry.source = source;
    if (text.length > maximumLength || !mayCall(entry, engine, source)) {
      entry.session?.dispose();
      entry.session = null;
      publish(entry, text.length > maximumLength ? { ...nothing, skipped: 'too-large' } : nothing);
      return;
    }
    if (!entry.session) {
      entry.session = engine.open(source.language, text, project.originOf(entry.document) ?? undefined);
    } else if (entry.session.text !== text) {
      // Line-ending changes are not reported as edits; then the whole text is replaced.
      if (source.isPlain && applyChanges(entry.session.text, entry.changes) === text) entry.session.update(text, entry.changes);
      else entry.session.update(text);
    }
    const configuration = settings.configurationFor(entry.document.uri);
    const analysis = entry.session.analyze(configuration, today());
    publish(entry, within({ ...analysis, findings: known.without(entry.document.uri, source.text, analysis.findings) }, source.start), configuration);
  };

  const publish = (entry: Tracked, analysis: Analysis, configuration = settings.configurationFor(entry.document.uri)): void => {
    entry.changes = [];
    entry.outdated = false;
    entry.result = resultOf(entry, analysis, configuration);
    analyzed.fire(entry.result);
  };

  const resultOf = (entry: Tracked, analysis: Analysis, configuration: Configuration): AnalyzedDocument => {
    const day = today();
    const alternatives = new Map<string, readonly Alternative[]>();
    const plans = new Map<string, SwitchPlan | null>();
    let lines: LineIndex | undefined;
    const text = analysis.calls.length > 0 ? entry.document.getText() : '';
    const result: AnalyzedDocument = {
      document: entry.document,
      version: entry.document.version,
      analysis,
      configuration,
      today: day,
      get lines() { return (lines ??= indexLines(text)); },
      alternatives(call, limit = 50) {
        const key = `${limit} ${call.id}`;
        let found = alternatives.get(key);
        if (!found && entry.result === result && entry.session) {
          found = entry.session.alternatives(call, configuration, day, limit);
          // Approximate while vocabularies are on their way; the next question is answered better.
          if (!loadedEngine?.vocabularies()) alternatives.set(key, found);
        }
        return found ?? [];
      },
      offers: (call, provider) => (entry.result === result && entry.session ? entry.session.offers(call, provider, configuration, day) : []),
      switchTo(call, target) {
        const key = JSON.stringify([call.id, target]);
        let plan = plans.get(key);
        if (plan === undefined && entry.result === result && entry.session) {
          plan = inDocument(entry.session.switchTo(call, target), entry.source?.start ?? 0);
          plans.set(key, plan);
        }
        return plan ?? null;
      },
      sdksFor: (call, provider) => (entry.result === result && entry.session ? entry.session.sdksFor(call, provider) : []),
      extractAdapter: (call) => (entry.result === result && entry.session && (entry.source?.start ?? 0) === 0 ? entry.session.extractAdapter(call) : null),
      gatewaysFor: (call) => (entry.result === result && entry.session ? entry.session.gatewaysFor(call) : []),
    };
    return result;
  };

  const outdate = (): void => {
    for (const entry of tracked.values()) {
      if (!isWanted(entry)) { forget(entry); continue; }
      entry.outdated = true;
      schedule(entry, 0);
    }
    for (const document of vscode.workspace.textDocuments) if (document.languageId === 'markdown') open(document);
  };

  const subscriptions = vscode.Disposable.from(
    analyzed,
    forgotten,
    vscode.workspace.onDidOpenTextDocument((document) => { open(document); }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      const entry = tracked.get(document.uri.toString());
      if (entry) forget(entry);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const entry = tracked.get(document.uri.toString());
      if (!entry) return;
      for (const change of sequentialChanges(contentChanges)) entry.changes.push(change);
      schedule(entry, debounceMs);
    }),
    // Later cells see what earlier ones define.
    vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => {
      const cells = new Set(notebook.getCells().map((cell) => cell.document.uri.toString()));
      for (const entry of tracked.values()) {
        if (!cells.has(entry.document.uri.toString())) continue;
        entry.outdated = true;
        schedule(entry, debounceMs);
      }
    }),
    project.onDidChange((documents) => {
      for (const entry of tracked.values()) {
        if (!documents.has(entry.document.uri.toString())) continue;
        entry.outdated = true;
        entry.session?.forget();
        schedule(entry, 0);
      }
    }),
    settings.onDidChange(() => outdate()),
    catalogChanged(() => outdate()),
    known.onDidChange(() => outdate()),
    { dispose: () => { clearTimeout(comparisons); for (const entry of tracked.values()) forget(entry); } },
  );
  for (const document of vscode.workspace.textDocuments) open(document);

  return {
    onDidAnalyze: analyzed.event,
    onDidForget: forgotten.event,
    latest(document) {
      const entry = tracked.get(document.uri.toString());
      return entry?.result ? { analyzed: entry.result, changes: entry.changes } : undefined;
    },
    async current(document, token) {
      const entry = open(document);
      if (!entry) return undefined;
      const result = await refresh(entry);
      return token?.isCancellationRequested ? undefined : result;
    },
    pending(document) {
      const entry = tracked.get(document.uri.toString());
      return entry !== undefined && !isFresh(entry);
    },
    all: () => [...tracked.values()].flatMap((entry) => (entry.result ? [entry.result] : [])),
    dispose: () => subscriptions.dispose(),
  };
}

/**
 * Language of a document that is ours to read, else null. Comparisons, previews, output and the like are somebody
 * else's text: only what can be edited counts, or what lies in the workspace.
 */
export function languageOf(document: vscode.TextDocument): LanguageId | null {
  const language = componentLanguages.includes(document.languageId) ? 'typescript' : promptLanguageOf(document.uri.path) ?? documentLanguages.find((each) => each === document.languageId);
  if (!language) return null;
  const { scheme } = document.uri;
  const ours = writtenSchemes.has(scheme)
    || vscode.workspace.fs.isWritableFileSystem(scheme) === true
    || vscode.workspace.getWorkspaceFolder(document.uri)?.uri.scheme === scheme;
  return ours ? language : null;
}
