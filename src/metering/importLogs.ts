/** Reads logs and exports into the ledger. Importing twice adds nothing: each use has an id of its own. */
import { open, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Facts } from '../core/model.js';
import type { UsageRecord, UsageSource } from '../core/usageRecord.js';
import { claudeCode, codex, geminiCli } from './importAgents.js';
import { anthropicExport, litellm, openaiExport, openrouter } from './importGateways.js';
import { recordOf, type Importer } from './imported.js';

export type ImportKind = Exclude<UsageSource, 'proxy' | 'otlp' | 'team'>;

interface ImportRule {
  readonly read: Importer;
  /** Ends of the names of files to read in a folder. */
  readonly ends: readonly string[];
  /** Where the program keeps them; absent = a path must be given. */
  readonly home?: () => string;
  /** Coding agents are mostly used with a plan: their records are no money unless the user says so. */
  readonly agent?: true;
}

const { env } = process;
/** Kinds of logs that can be read. */
export const importKinds: Readonly<Record<ImportKind, ImportRule>> = {
  litellm: { read: litellm, ends: ['.json', '.jsonl'] },
  openrouter: { read: openrouter, ends: ['.json', '.jsonl', '.csv'] },
  'openai-export': { read: openaiExport, ends: ['.json', '.jsonl'] },
  'anthropic-export': { read: anthropicExport, ends: ['.json', '.jsonl'] },
  'claude-code': { read: claudeCode, ends: ['.jsonl'], home: () => join(env['CLAUDE_CONFIG_DIR'] ?? join(homedir(), '.claude'), 'projects'), agent: true },
  codex: { read: codex, ends: ['.jsonl'], home: () => join(env['CODEX_HOME'] ?? join(homedir(), '.codex'), 'sessions'), agent: true },
  'gemini-cli': { read: geminiCli, ends: ['.json'], home: () => join(homedir(), '.gemini', 'tmp'), agent: true },
};

/** Kinds under which a name is known, also as people write it. */
export function importKindOf(name: string): ImportKind | null {
  const plain = name.toLowerCase().replace(/_/g, '-');
  const other: Readonly<Record<string, ImportKind>> = { openai: 'openai-export', anthropic: 'anthropic-export', claude: 'claude-code', gemini: 'gemini-cli' };
  return Object.hasOwn(importKinds, plain) ? plain as ImportKind : Object.hasOwn(other, plain) ? other[plain]! : null;
}

export interface ImportResult {
  readonly files: number;
  readonly records: number;
  readonly problems: readonly string[];
}

export interface ImportOptions {
  readonly kind: ImportKind;
  /** File or folder; absent = where the program keeps its logs. */
  readonly path?: string;
  readonly billing?: 'api' | 'subscription';
  readonly facts: Facts;
  /** Takes the records of one file; ids that the ledger has already count once. */
  readonly append: (records: readonly UsageRecord[]) => Promise<void>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Ids already imported, which are left out. */
  readonly known?: ReadonlySet<string>;
}

const maximumFileBytes = 512 << 20;

/** Imports a file, or every log below a folder. Throws when there is nothing at the path. */
export async function importLogs({ kind, path, billing, facts, append, onProgress, signal, known }: ImportOptions): Promise<ImportResult> {
  const rule = importKinds[kind];
  const at = path ?? rule.home?.();
  if (!at) throw new Error(`a file or folder with the ${kind} logs must be named`);
  const info = await stat(at).catch(() => null);
  if (!info) throw new Error(`${at}: no such file or folder`);
  const files = info.isDirectory() ? (await below(at, rule.ends)).sort() : [at];
  const problems: string[] = [];
  const problem = (what: string): void => { if (problems.length < 100) problems.push(what); };
  let records = 0;
  for (const [index, file] of files.entries()) {
    signal?.throwIfAborted();
    if ((await stat(file)).size > maximumFileBytes) { problem(`${file}: larger than ${maximumFileBytes >> 20} MB, left out`); continue; }
    const text = await readText(file);
    const made = rule.read(text, file, (what) => problem(what.startsWith(file) ? what : `${file}: ${what}`)).flatMap((use) => {
      const record = recordOf(use, { facts, source: kind, billing: billing ?? (rule.agent ? 'subscription' : 'api') });
      return record && !known?.has(record.id) ? [record] : [];
    });
    if (made.length > 0) await append(made);
    records += made.length;
    onProgress?.(index + 1, files.length);
  }
  return { files: files.length, records, problems };
}

async function readText(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    return (await handle.readFile()).toString('utf8').replace(/^\ufeff/, '');
  } finally {
    await handle.close();
  }
}

async function below(folder: string, ends: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return below(path, ends);
    return entry.isFile() && ends.some((end) => entry.name.endsWith(end)) ? [path] : [];
  }));
  return found.flat();
}

