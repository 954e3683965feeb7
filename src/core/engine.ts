/**
 * The engine as editor and command line see it. `createEngine` (src/createEngine.ts) hands tables and loaders to
 * `composeEngine` (core/analyze.ts); everything an outside caller may do is in these interfaces.
 */
import type { ComparedRow, ComparedSubject, ComparisonOptions } from './comparison.js';
import type { Origin } from './project.js';
import type {
  Alternative, Analysis, CallSite, Configuration, Facts, LanguageId, TextEdit,
} from './model.js';
import type { Tokenizers } from './count.js';
import type { AlipayMove } from './alipayMove.js';
import type { AdapterPlan } from './extractAdapter.js';
import type { Compatibility, Loss, SwitchSdk } from './rewrite.js';
import type { Language } from './expression.js';
import type { Sdk } from './sdk.js';

/** A place the call could go to, chosen by the user. */
export interface SwitchTarget {
  readonly provider: string;
  readonly endpointId: string;
  readonly model: string;
  /** SDK to write the call for (`anthropic`, `vercel-ai` …); absent = the SDK stays. */
  readonly sdk?: string;
  /** Models to fall back to, where the target is a gateway that takes a list. */
  readonly fallbacks?: readonly string[];
  /** Region as the vendor writes it, where an endpoint stands for several or the region is an option of the request. */
  readonly location?: string;
  /** Provider behind a gateway. */
  readonly upstream?: string;
  /** Calls of the same client that stay: their client stays, and the moved call gets its own. */
  readonly only?: boolean;
}

/** What a switch does to one document, and what it cannot carry over. */
export interface SwitchPlan {
  readonly edits: readonly TextEdit[];
  /** Arguments and behaviours that the target refuses or treats differently, with what happens to them. */
  readonly losses: readonly Loss[];
  /** Environment variable that must hold the target's key. */
  readonly keyVariable: string | null;
  /** Ids of the calls that move together because they share the client. */
  readonly movedCalls: readonly string[];
  /** Ids of calls of the same client that stay as they are. */
  readonly stayingCalls?: readonly string[];
  /** Packages the new code needs, and those it no longer does. */
  readonly packages?: readonly PackageChange[];
}

/** A package that a switch adds, or no longer needs. */
export interface PackageChange {
  readonly ecosystem: 'python' | 'javascript' | 'go' | 'java' | 'csharp';
  readonly name: string;
  /** As a dependency file of the ecosystem writes it. */
  readonly version: string;
  readonly change: 'added' | 'unused';
}

/** One change of a document: `range` of the old text replaced. Same shape as VS Code's content changes. */
export type DocumentChange = TextEdit;

/** An open document. Keeps its syntax tree so that an edit costs only what changed. */
export interface DocumentSession {
  readonly text: string;
  /** Replaces the text; with `changes` (applied in the given order, each against the text before it) the tree is re-parsed incrementally. */
  update(text: string, changes?: readonly DocumentChange[]): void;
  /** Analysis of the current text; never throws on user code. `today` is an ISO date. */
  analyze(configuration: Configuration, today: string): Analysis;
  /** The same call at other providers, sensible ones first (same operation, live, similar class), at most `limit`. */
  alternatives(call: CallSite, configuration: Configuration, today: string, limit?: number): readonly Alternative[];
  /** Everything that one provider offers for the call, the likeliest replacement first. */
  offers(call: CallSite, provider: string, configuration: Configuration, today: string): readonly Alternative[];
  /** Edits that move `call` (and calls sharing its client) to `target`; null when this form cannot be rewritten. */
  switchTo(call: CallSite, target: SwitchTarget): SwitchPlan | null;
  /** Moves the call behind a small module of the project's own; null when that cannot be done. */
  extractAdapter(call: CallSite): AdapterPlan | null;
  /** Model calls to Alipay moved to a gateway, and what belonged to them taken away; null when there is nothing of Alipay's to edit. `target.model` may be empty. */
  leaveAlipay(target: SwitchTarget): AlipayMove | null;
  /** The same model behind each gateway of the catalog. */
  gatewaysFor(call: CallSite): readonly SwitchTarget[];
  /** Ids of the SDKs that `call` can be written for at a provider, its own first; empty = it cannot be rewritten. */
  sdksFor(call: CallSite, provider: string): readonly string[];
  /** Other files may have changed: the next analysis reads them again. */
  forget(): void;
  dispose(): void;
}

export interface Engine {
  /** The catalog, without what people add to it. */
  readonly facts: Facts;
  /** The catalog with the prices, discounts and providers of a configuration laid over it. */
  factsFor(configuration: Configuration): Facts;
  /** Puts another catalog in place of the present one; sessions use it from their next analysis on. */
  replaceFacts(facts: Facts): void;
  readonly languages: readonly Language[];
  /** Language of a path by its extension, or null. */
  languageOf(path: string): LanguageId | null;
  /** Cheap test: false when the text mentions no SDK, host or model, so that parsing it is pointless. */
  mayContainCalls(text: string, language?: LanguageId): boolean;
  /** Cheap test: true when the text has a name that some method of an SDK has. */
  namesMethods(text: string): boolean;
  /** Test for texts that mention no SDK themselves: true when their imports lead to a file of the project that does. */
  mayUseProject(language: LanguageId, text: string, origin: Origin): boolean;
  /** Loads what the language needs (grammar) and the most common vocabulary. Must be awaited before `open`. Markdown takes its text, for what the fences are of. */
  prepare(language: LanguageId, text?: string): Promise<void>;
  /**
   * Vocabularies that an analysis or a comparison asked for and that are being loaded; null when none is. Their texts
   * were approximated; once the promise is settled (it never rejects), the same question is answered exactly.
   */
  vocabularies(): Promise<void> | null;
  /** Counters by family, for views that show tokens of a text by itself. */
  readonly tokenizers: Tokenizers;
  /** A call or a text beside what could take its place, each counted by its own tokenizer. */
  compare(subject: ComparedSubject, options: ComparisonOptions): readonly ComparedRow[];
  /** `origin` lets the analysis follow imports into other files of the project. */
  open(language: LanguageId, text: string, origin?: Origin): DocumentSession;
}

/** Tables that the core works on; it imports none itself. */
export interface EngineTables {
  readonly facts: Facts;
  readonly languages: readonly Language[];
  readonly sdks: readonly Sdk[];
  /** SDKs that calls can be written for. */
  readonly switchSdks?: readonly SwitchSdk[];
  readonly compatibilityOf?: (provider: string) => Compatibility;
  readonly createTokenizers: (loadVocabulary: EngineOptions['loadVocabulary']) => Tokenizers;
}

/** Loaders that `createEngine` takes; the core itself touches no disk. */
export interface EngineOptions {
  /** Bytes of the parser runtime and of a grammar by file name, e.g. `tree-sitter.wasm`. */
  readonly loadWasm: (file: string) => Promise<Uint8Array>;
  /** Bytes of a vocabulary file, e.g. `o200k_base.bin`. */
  readonly loadVocabulary: (file: string) => Promise<Uint8Array>;
  /** Milliseconds, monotonic; for the time budget only. */
  readonly now: () => number;
}
