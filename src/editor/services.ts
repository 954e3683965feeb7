/** What every view is given; made once by the entry. */
import type { ProjectFiles } from './projectFiles.js';
import type * as vscode from 'vscode';
import type { Engine } from '../core/engine.js';
import type { Translate } from '../messages.js';
import type { Documents } from './documents.js';
import type { KnownFindings } from './knownFindings.js';
import type { Log } from './log.js';
import type { PricePacks } from './pricePacks.js';
import type { Settings } from './settings.js';

export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  readonly settings: Settings;
  readonly documents: Documents;
  readonly project: ProjectFiles;
  readonly known: KnownFindings;
  readonly packs: PricePacks;
  /** The engine, created when it is first needed. */
  readonly engine: () => Promise<Engine>;
  /** What people chose in views, kept for all their workspaces. */
  readonly memory: vscode.Memento;
  readonly translate: Translate;
  /** Today as an ISO date. */
  readonly today: () => string;
}
