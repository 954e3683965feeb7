/**
 * The only reader of configuration: editor settings, overlaid by every `tokenfare.yaml` above a document.
 * A broken file is reported and its last good content stays in force.
 */
import * as vscode from 'vscode';
import {
  defaultConfiguration, type Assumption, type Assumptions, type Budget, type Configuration, type MeasuredAverages, type Spread, type Zone,
} from '../core/model.js';
import { anchored, budgetOfSetting } from '../core/budgetFile.js';
import type { ConfigurationProblem, PartialConfiguration } from '../core/configuration.js';
import type { Log } from './log.js';
import { openOrganisationPolicy } from './organisationPolicy.js';
import { mergeOver, policyLayers, severitiesOf, zoneOf } from './policySettings.js';
import { parseSpread } from './spread.js';

export const configurationFileName = 'tokenfare.yaml';
const section = 'tokenfare';
const reloadDelayMs = 200;

export type InlineStyle = 'inlay' | 'codelens' | 'off';

/** One `tokenfare.yaml` as last read. */
export interface ConfigurationFile {
  readonly uri: vscode.Uri;
  readonly text: string;
  /** Ranges refer to `text`. */
  readonly problems: readonly ConfigurationProblem[];
  /** Last content without problems, or null when there never was one. */
  readonly good: PartialConfiguration | null;
}

export interface Settings extends vscode.Disposable {
  /** Fires when anything that `configurationFor` or `inline` returns may have changed. */
  readonly onDidChange: vscode.Event<void>;
  /** Settled when the files at the workspace's roots have been read for the first time. */
  ready(): Promise<void>;
  /** What holds for a document (without one: for the first workspace folder). */
  configurationFor(uri?: vscode.Uri): Configuration;
  inline(): InlineStyle;
  files(): readonly ConfigurationFile[];
  /** What was measured, for `configurationFor`; fires `onDidChange` when it differs. */
  setMeasured(measured: MeasuredAverages | null): void;
  /** The `tokenfare.yaml` that a change for `uri` belongs in; it may not exist yet. Undefined without a workspace folder. */
  fileToWrite(uri?: vscode.Uri): vscode.Uri | undefined;
  /** Writes user settings, for when there is no workspace folder. */
  writeUserSetting(key: string, value: unknown): Promise<void>;
}

/** Reads settings now and configuration files in the background. */
export function openSettings(log: Log): Settings {
  const changed = new vscode.EventEmitter<void>();
  const files = new Map<string, ConfigurationFile>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let configuration: typeof import('../core/configuration.js') | null = null;
  let ready: Promise<void> | null = null;
  let measured: MeasuredAverages | null = null;
  let measuredText = 'null';
  const organisation = openOrganisationPolicy(log, (file) => {
    organisationFile = file;
    changed.fire();
  });
  let organisationFile: ConfigurationFile | null = null;

  const read = async (uri: vscode.Uri): Promise<void> => {
    const { facts } = await import('../catalog.js');
    configuration ??= await import('../core/configuration.js');
    const key = uri.toString();
    const text = await textOf(uri);
    if (text === null) {
      files.delete(key);
      return;
    }
    const { value, problems } = configuration.parseConfiguration(text, facts);
    const good = problems.length === 0 ? value : files.get(key)?.good ?? value;
    files.set(key, { uri, text, problems, good });
  };

  const reload = (uri: vscode.Uri): void => {
    const key = uri.toString();
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => {
      timers.delete(key);
      void log.guard('reading tokenfare.yaml', undefined, () => read(uri)).then(() => changed.fire());
    }, reloadDelayMs));
  };

  const readAll = async (uris: readonly vscode.Uri[]): Promise<void> => {
    await Promise.all(uris.map((uri) => log.guard('reading tokenfare.yaml', undefined, () => read(uri))));
    if (uris.length > 0) changed.fire();
  };

  /** Files at the roots and in open editors at once; those further down are searched for without anyone waiting. */
  const load = async (): Promise<void> => {
    const near = new Map<string, vscode.Uri>();
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const file = vscode.Uri.joinPath(uri, configurationFileName);
      near.set(file.toString(), file);
    }
    for (const { uri } of vscode.workspace.textDocuments) if (isConfigurationFile(uri)) near.set(uri.toString(), uri);
    await readAll([...near.values()]);
    void log.guard('finding tokenfare.yaml', undefined, async () => {
      const found = await vscode.workspace.findFiles(`**/${configurationFileName}`, '**/{node_modules,.git,.venv}/**', 200);
      await readAll(found.filter((uri) => !near.has(uri.toString())));
    });
  };

  const looked = new Set<string>();
  /** Looks once into every folder above what is opened: a watcher may miss a file that comes together with its folder. */
  const lookAbove = (uri: vscode.Uri): void => {
    const root = vscode.workspace.getWorkspaceFolder(uri)?.uri.path;
    if (root === undefined || !ready) return;
    const unknown: vscode.Uri[] = [];
    for (let folder = vscode.Uri.joinPath(uri, '..'); folder.path.startsWith(root) && !looked.has(folder.toString()); folder = vscode.Uri.joinPath(folder, '..')) {
      looked.add(folder.toString());
      const file = vscode.Uri.joinPath(folder, configurationFileName);
      if (!files.has(file.toString())) unknown.push(file);
    }
    if (unknown.length === 0) return;
    void log.guard('finding tokenfare.yaml', undefined, async () => {
      const before = files.size;
      await Promise.all(unknown.map(read));
      if (files.size > before) changed.fire();
    });
  };

  const watcher = vscode.workspace.createFileSystemWatcher(`**/${configurationFileName}`);
  const subscriptions = vscode.Disposable.from(
    changed,
    watcher,
    watcher.onDidCreate(reload),
    watcher.onDidChange(reload),
    watcher.onDidDelete(reload),
    vscode.workspace.onDidOpenTextDocument(({ uri }) => { if (isConfigurationFile(uri)) reload(uri); else lookAbove(uri); }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => { if (isConfigurationFile(document.uri)) reload(document.uri); }),
    vscode.workspace.onDidCloseTextDocument((document) => { if (isConfigurationFile(document.uri)) reload(document.uri); }),
    organisation,
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(section)) changed.fire(); }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => { ready = log.guard('reading tokenfare.yaml', undefined, load); }),
    { dispose: () => { for (const timer of timers.values()) clearTimeout(timer); } },
  );

  return {
    onDidChange: changed.event,
    ready: () => (ready ??= log.guard('reading tokenfare.yaml', undefined, async () => { await Promise.all([load(), organisation.read()]); })),
    configurationFor(uri) {
      const scope = uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
      let result: Configuration = { ...fromSettings(scope), ...(measured && { measured }) };
      if (!configuration) return result;
      const company = organisationFile?.good;
      // The organisation's policy lies below everything: what others say only comes on top.
      if (company) result = mergeOver(configuration.mergeConfiguration(defaultConfiguration, company, 'settings', { file: organisationFile!.uri.path, folder: '', layer: 'organisation' }), result);
      for (const file of filesAbove([...files.values()], scope)) {
        if (!file.good) continue;
        const said = anchoredIn(file.uri, vscode.workspace.isTrusted ? file.good : configuration.untrusted(file.good));
        result = configuration.mergeConfiguration(result, said, 'workspace', { file: vscode.workspace.asRelativePath(file.uri), folder: file.uri.path.slice(0, -configurationFileName.length - 1) });
      }
      return result;
    },
    inline() {
      const style = vscode.workspace.getConfiguration(section).get<string>('inline');
      return style === 'codelens' || style === 'off' ? style : 'inlay';
    },
    files: () => [...files.values(), ...(organisationFile ? [organisationFile] : [])],
    setMeasured(next) {
      const text = JSON.stringify(next);
      if (text === measuredText) return;
      measured = next;
      measuredText = text;
      changed.fire();
    },
    fileToWrite(uri) {
      const folder = (uri && vscode.workspace.getWorkspaceFolder(uri)) ?? vscode.workspace.workspaceFolders?.[0];
      if (!folder) return undefined;
      return filesAbove([...files.values()], uri ?? folder.uri).at(-1)?.uri ?? vscode.Uri.joinPath(folder.uri, configurationFileName);
    },
    async writeUserSetting(key, value) {
      await vscode.workspace.getConfiguration(section).update(key, value, vscode.ConfigurationTarget.Global);
    },
    dispose: () => subscriptions.dispose(),
  };
}

/** Budgets of a file are about the usage below its folder. */
function anchoredIn(uri: vscode.Uri, { budget, budgets, ...rest }: PartialConfiguration): PartialConfiguration {
  const folder = vscode.Uri.joinPath(uri, '..').fsPath;
  return { ...rest, ...(budget && { budget: anchored(budget, folder) }), ...(budgets && { budgets: budgets.map((each) => anchored(each, folder)) }) };
}

/** True for files that this module reads. */
export function isConfigurationFile(uri: vscode.Uri): boolean {
  return uri.scheme !== 'git' && uri.path.endsWith(`/${configurationFileName}`);
}

/** The unsaved text of an open document, else the file's; null when there is none. */
async function textOf(uri: vscode.Uri): Promise<string | null> {
  const open = vscode.workspace.textDocuments.find((document) => !document.isClosed && document.uri.toString() === uri.toString());
  if (open) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return null;
  }
}

/** Files whose folder holds `scope`, outermost first. Documents outside every folder follow the first folder. */
function filesAbove(files: readonly ConfigurationFile[], scope: vscode.Uri | undefined): readonly ConfigurationFile[] {
  const inside = scope && vscode.workspace.getWorkspaceFolder(scope) ? scope : vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!inside) return [];
  return files
    .filter((file) => file.uri.scheme === inside.scheme && file.uri.authority === inside.authority
      && `${inside.path}/`.startsWith(file.uri.path.slice(0, -configurationFileName.length)))
    .sort((a, b) => a.uri.path.length - b.uri.path.length);
}

function fromSettings(scope: vscode.Uri | undefined): Configuration {
  const settings = vscode.workspace.getConfiguration(section, scope ?? null);
  const origin: Record<string, Assumption['origin']> = {};

  const spread = (key: keyof Assumptions & string, fallback: Spread): Spread => {
    const value = settings.get<unknown>(`assumptions.${key}`);
    const parsed = typeof value === 'number' ? parseSpread(String(value)) : typeof value === 'string' && value !== '' ? parseSpread(value) : null;
    if (parsed) origin[key] = 'settings';
    return parsed ?? fallback;
  };
  const holes: Record<string, Spread> = {};
  for (const [name, value] of Object.entries(recordOf(settings.get('assumptions.holes')))) {
    const parsed = parseSpread(String(value));
    if (!parsed) continue;
    holes[name] = parsed;
    origin[`holes.${name}`] = 'settings';
  }
  const callsPerMonth = numberOf(settings.get('callsPerMonth'));
  if (callsPerMonth !== null) origin['callsPerMonth'] = 'settings';

  const base = defaultConfiguration.assumptions;
  const currency = textOr(settings.get('currency'), defaultConfiguration.currency);
  return {
    ...defaultConfiguration,
    currency,
    ...policyLayers(settings),
    severities: severitiesOf(settings),
    ...zoneOf(settings),
    policy: {
      allowedZones: restriction(settings, 'policy.allowedZones', 'local') as readonly Zone[],
      allowedProviders: restriction(settings, 'policy.allowedProviders', 'none'),
      forbiddenProviders: prohibition(settings, 'policy.forbiddenProviders'),
    },
    assumptions: {
      holeTokens: spread('holeTokens', base.holeTokens),
      holes,
      outputTokens: spread('outputTokens', base.outputTokens),
      reasoningTokens: spread('reasoningTokens', base.reasoningTokens),
      repeats: spread('repeats', base.repeats),
      callsPerMonth,
    },
    assumptionOrigin: origin,
    budget: budgetOf(settings, currency),
    budgets: (Array.isArray(settings.get('budgets')) ? settings.get<unknown[]>('budgets')! : []).flatMap((each) => budgetOfSetting(each, currency) ?? []),
    deployments: Object.fromEntries(
      Object.entries(recordOf(settings.get('deployments'))).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    markdown: settings.get('markdown') === true,
    retirementNoticeDays: numberOf(settings.get('retirementNoticeDays')) ?? defaultConfiguration.retirementNoticeDays,
  };
}

/**
 * A list of what is allowed. The workspace may only take away from what the user allows; `nothing` stands for a
 * list without members, because an empty one would allow everything.
 */
function restriction(settings: vscode.WorkspaceConfiguration, key: string, nothing: string): readonly string[] {
  const { user, workspace } = layers(settings, key);
  if (user.length === 0) return workspace;
  if (workspace.length === 0) return user;
  const both = user.filter((each) => workspace.includes(each));
  return both.length > 0 ? both : [nothing];
}

/** A list of what is forbidden: the workspace may only add to it. */
function prohibition(settings: vscode.WorkspaceConfiguration, key: string): readonly string[] {
  const { user, workspace } = layers(settings, key);
  return [...new Set([...user, ...workspace])];
}

function layers(settings: vscode.WorkspaceConfiguration, key: string): { readonly user: readonly string[]; readonly workspace: readonly string[] } {
  const found = settings.inspect(key);
  return { user: listOf(found?.globalValue), workspace: listOf(found?.workspaceFolderValue ?? found?.workspaceValue) };
}

function budgetOf(settings: vscode.WorkspaceConfiguration, currency: string): Budget | null {
  const own = (key: string): unknown => settings.get(`budget.${key}`);
  return budgetOfSetting({ amount: own('amount'), currency: own('currency'), period: own('period'), thresholds: own('thresholds'), hardLimit: own('hardLimit') }, currency);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}
