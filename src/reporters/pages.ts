/** What goes between the editor and its pages: one typed union each way, plain data only. */
import type { ComparedRow } from '../core/comparison.js';
import type { SwitchTarget } from '../core/engine.js';
import type { Scenario } from '../core/scenario.js';
import type { RowFacts } from './comparison.js';
import type { Report } from './report.js';

/** Sentences in the reader's language by the English ones; null = English. */
export type Texts = Readonly<Record<string, string>> | null;

/** What is compared: a call where it stands, or a text. Kept in the page's state, so that a reload finds it again. */
export type ComparisonSubjectReference =
  | { readonly kind: 'call'; readonly uri: string; readonly callId: string; readonly line: number }
  | { readonly kind: 'text'; readonly title: string; readonly text: string; readonly uri: string | null };

export interface ComparisonData {
  readonly subject: ComparisonSubjectReference;
  /** e.g. `gpt-4o-mini · chat.py:8`. */
  readonly title: string;
  readonly rows: readonly ComparedRow[];
  readonly facts: RowFacts;
  /** Circumstances to begin with. */
  readonly scenario: Scenario;
  readonly scope: 'similar' | 'all';
  /** ISO day. */
  readonly today: string;
  readonly hasPolicy: boolean;
  /** Rows that a quick fix can move the call to. */
  readonly switchable: readonly string[];
  /** Columns chosen the last time; null = those that the page shows by itself. */
  readonly columns: readonly string[] | null;
  readonly texts: Texts;
}

/** To the comparison page. */
export type ToComparison =
  | { readonly type: 'data'; readonly data: ComparisonData }
  /** Nothing to compare any more, and why. */
  | { readonly type: 'gone'; readonly message: string; readonly texts: Texts };

/** From a page. */
export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'open'; readonly place: { readonly file?: string; readonly cell?: number | null; readonly line: number } | null }
  | { readonly type: 'switch'; readonly target: SwitchTarget }
  | { readonly type: 'scope'; readonly scope: 'similar' | 'all' }
  | { readonly type: 'copy'; readonly text: string; readonly what: 'markdown' | 'csv' }
  | { readonly type: 'columns'; readonly columns: readonly string[] | null }
  | { readonly type: 'saveScenario'; readonly scenario: Scenario }
  | { readonly type: 'export'; readonly name: string; readonly format: 'svg' | 'png' | 'csv'; readonly data: string }
  | { readonly type: 'refresh' };

/** To the report page. */
export type ToReport = { readonly type: 'report'; readonly report: Report; readonly texts: Texts };
