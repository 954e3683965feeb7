/**
 * "Start Metering" and "Stop Metering": a proxy on this machine, variables in new terminals and debug sessions, a badge as
 * long as it runs. Never in an untrusted workspace.
 */
import * as vscode from 'vscode';
import { markOf, siteName, siteOf, type CallMark } from '../core/attribution.js';
import { plainPlaces } from '../core/container.js';
import type { Tokenizers } from '../core/count.js';
import type { Facts } from '../core/model.js';
import { withOwn } from '../core/ownCatalog.js';
import { commandOf, registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';
import { budgetsOf, type Usage } from '../editor/usage.js';
import type { WorkspaceIndex } from '../editor/workspaceIndex.js';
import type { WorkspaceScan } from '../editor/workspaceScan.js';
import type { Meter } from '../metering/meter.js';
import type { UpstreamSettings } from '../metering/upstreams.js';

export interface MeteringView extends vscode.Disposable {
  /** Text of the badge, empty while metering is off; for tests. */
  badge(): string;
  /** Stops recording; resolves when everything is written. */
  stop(): Promise<void>;
  isRecording(): boolean;
  /** Base URL of the running proxy for the first folder; for tests. */
  base(): string | null;
}

interface SavedMark {
  readonly uri: string;
  readonly mark: CallMark;
}

/** Longest wait of a record for the workspace to be read, to be told where it came from. */
const marksWithinMs = 4000;

/** Debuggers whose configuration takes `env` as a map. */
const debuggers = new Set(['node', 'pwa-node', 'node-terminal', 'python', 'debugpy', 'go', 'java', 'coreclr', 'php', 'rdbg', 'Ruby', 'mock']);

export interface MeteringOptions {
  readonly services: Services;
  readonly usage: Usage;
  /** Calls of the whole workspace, for telling where a request came from. */
  readonly index: WorkspaceIndex;
  readonly environment: vscode.GlobalEnvironmentVariableCollection;
  readonly builtIn: () => Promise<Facts>;
  /** Counts tokens where a vendor reports none. */
  readonly tokenizers: () => Promise<Tokenizers>;
}

/** Registers both commands, the badge and the debug hook. */
export function register({ services, usage, index, environment, builtIn, tokenizers }: MeteringOptions): MeteringView {
  const { log, settings, documents, project, translate: t } = services;
  const item = vscode.window.createStatusBarItem('tokenfare.metering', vscode.StatusBarAlignment.Right, 89);
  item.name = t('Tokenfare: Metering');
  item.command = commandOf('tokenfare.stopMetering', t('Stop Metering'));
  let meter: Meter | null = null;
  let starting: Promise<void> | null = null;
  let recording = false;
  let count = 0;
  /** Terminals that were opened while metering ran: they keep the variables until they end. */
  const led = new Set<vscode.Terminal>();
  environment.persistent = false;

  const show = (): void => {
    void vscode.commands.executeCommand('setContext', 'tokenfare.metering', recording);
    if (!recording) { item.hide(); return; }
    item.text = `$(record) ${t('metering')}${count > 0 ? ` ${count}` : ''}`;
    item.tooltip = new vscode.MarkdownString(`${t('LLM requests of **new** terminals and debug sessions go through a proxy on this machine (127.0.0.1:{0}), which records tokens and cost, never texts or keys.', meter?.port ?? '')}\n\n${t('Recorded in this window: {0}. Click to stop.', count)}`);
    item.accessibilityInformation = { label: t('Tokenfare is metering LLM requests; {0} recorded. Activate to stop.', count), role: 'button' };
    item.show();
  };

  /** Calls of the workspace, those of open documents as they stand there. */
  const marks = async (): Promise<readonly CallMark[]> => {
    const open = documents.all();
    const shown = new Set(open.map(({ document }) => document.uri.toString()));
    const saved = await Promise.race([scanned(), new Promise<readonly SavedMark[]>((done) => { setTimeout(() => done([]), marksWithinMs); })]);
    return [
      ...open.flatMap((analyzed) => {
        const origin = project.originOf(analyzed.document);
        return origin ? analyzed.analysis.calls.map((call) => markOf(call, siteName(origin, analyzed.lines.positionAt(call.callRange.start).line))) : [];
      }),
      ...saved.flatMap(({ uri, mark }) => (shown.has(uri) ? [] : [mark])),
    ];
  };
  let kept: { readonly scan: WorkspaceScan; readonly marks: readonly SavedMark[] } | null = null;
  /** Marks of the files as last scanned; none when they cannot be read. */
  const scanned = async (): Promise<readonly SavedMark[]> => {
    const scan = await log.guard('calls for metering', null, () => index.ready(true));
    if (!scan || kept?.scan === scan) return kept?.marks ?? [];
    kept = { scan, marks: scan.files.flatMap(({ uri, text, analysis, placeOf }) => {
      const origin = project.originOfFile(uri);
      const places = placeOf ?? plainPlaces(text);
      return origin ? analysis.calls.map((call) => ({ uri: uri.toString(), mark: markOf(call, siteName(origin, places(call.callRange.start).line)) })) : [];
    }) };
    return kept.marks;
  };

  const start = async (): Promise<void> => {
    const { backend } = usage;
    if (!backend) { void vscode.window.showInformationMessage(t('Metering needs a process and is not available in the browser. Use desktop VS Code, a remote window, or tokenfare meter -- COMMAND.')); return; }
    if (!vscode.workspace.isTrusted) {
      const manage = t('Manage Workspace Trust');
      if (await vscode.window.showWarningMessage(t('Tokenfare does not meter in an untrusted workspace.'), manage) === manage) await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    }
    if (!meter) {
      await backend.announceLedger(usage.folder);
      const configuration = vscode.workspace.getConfiguration('tokenfare');
      const [facts, counters] = [await builtIn(), await tokenizers()];
      const store = backend.openUsageStore({ folders: () => backend.ledgerFolders([usage.folder]), indexFolder: `${usage.folder}/index` });
      let failing = false;
      meter = await backend.startMeter({
        folder: usage.folder, builtIn: facts, port: configuration.get<number>('metering.port') ?? 0,
        // Application scope: no workspace can send requests, and with them keys, elsewhere.
        upstreams: configuration.inspect<UpstreamSettings>('metering.upstreams')?.globalValue ?? {},
        fsync: 'second', receiveTraces: configuration.inspect<boolean>('metering.receiveTraces')?.globalValue === true,
        context: () => {
          const own = settings.configurationFor();
          return { facts: withOwn(usage.facts() ?? facts, own.own), tokenizers: counters, deployments: own.deployments, siteOf: async (provider, model, texts) => siteOf(await marks(), provider, model, texts) };
        },
        refuse: backend.openHardLimit({ store, rates: () => facts.rates, budgets: (at) => budgetsOf(settings.configurationFor(at === '' ? undefined : vscode.Uri.file(at))) }),
        onRecord: () => { count++; show(); usage.touch(); },
        onProblem: (what) => log.channel.warn(`metering: ${what}`),
        onHealed: (healed) => log.channel.info(`${healed.length} ledger files had a torn end; healed`),
        onLedgerFailure: (failure) => {
          if (failure) log.channel.error(`usage cannot be written (${failure.code}); ${failure.waiting} records wait in memory, ${failure.lost} are lost`);
          if (failure && !failing) void vscode.window.showWarningMessage(t('Tokenfare cannot write measured usage ({0}); it is kept in memory and tried again.', failure.code));
          failing = failure !== null;
        },
      });
    }
    meter.record(true);
    recording = true;
    // Read now, so that the first record need not wait.
    void scanned();
    const left = lead(meter, backend.environment);
    show();
    const open = t('New Terminal');
    // Nobody waits for the answer: metering runs.
    void vscode.window.showInformationMessage(
      `${t('Metering LLM requests of new terminals and debug sessions. Open terminals stay as they are.')}${left.length > 0 ? ` ${t('Not metered, because the address is not known: {0}.', left.map(({ variable, host }) => `${variable} (${host})`).join(', '))}` : ''}`, open,
    ).then((chosen) => { if (chosen === open) vscode.window.createTerminal().show(); });
  };

  /** Sets the variables, in each folder with a secret of its own, so that usage is known by folder. */
  const lead = (running: Meter, own: Readonly<Record<string, string | undefined>>): readonly { readonly variable: string; readonly host: string }[] => {
    environment.clear();
    environment.description = new vscode.MarkdownString(t('Tokenfare meters LLM requests: base URLs lead through its proxy on this machine. **Stop Metering** ends it.'));
    const folders = vscode.workspace.workspaceFolders ?? [];
    const put = (collection: vscode.EnvironmentVariableCollection, at: string): readonly { readonly variable: string; readonly host: string }[] => {
      const { variables, left } = running.environmentFor(at, own);
      for (const [name, value] of Object.entries(variables)) collection.replace(name, value);
      return left;
    };
    const left = put(environment, folders[0]?.uri.fsPath ?? '');
    if (folders.length > 1) for (const folder of folders) put(environment.getScoped({ workspaceFolder: folder }), folder.uri.fsPath);
    return left;
  };

  const stop = async (): Promise<void> => {
    if (!recording || !meter) return;
    recording = false;
    meter.record(false);
    environment.clear();
    for (const folder of vscode.workspace.workspaceFolders ?? []) environment.getScoped({ workspaceFolder: folder }).clear();
    count = 0;
    show();
    await meter.settled();
    if (led.size === 0) { await close(); return; }
    void vscode.window.showInformationMessage(t('Metering has stopped. {0} terminals that were opened meanwhile still go through the proxy, unrecorded, until they are closed.', led.size));
  };
  const close = async (): Promise<void> => {
    const running = meter;
    meter = null;
    await running?.close();
  };

  const subscriptions = vscode.Disposable.from(
    item,
    registerCommand('tokenfare.startMetering', log, () => (starting ??= start().finally(() => { starting = null; }))),
    registerCommand('tokenfare.stopMetering', log, stop),
    vscode.window.onDidOpenTerminal((terminal) => { if (recording) led.add(terminal); }),
    vscode.window.onDidCloseTerminal((terminal) => {
      led.delete(terminal);
      if (led.size === 0 && !recording) void close();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => { if (recording && meter && usage.backend) lead(meter, usage.backend.environment); }),
    vscode.debug.registerDebugConfigurationProvider('*', {
      resolveDebugConfiguration(folder, configuration) {
        if (!recording || !meter || !usage.backend || !debuggers.has(configuration.type) || configuration['noTokenfare'] === true) return configuration;
        const { variables } = meter.environmentFor(folder?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', { ...usage.backend.environment, ...configuration['env'] as Record<string, string> | undefined });
        return { ...configuration, env: { ...configuration['env'] as object, ...variables } };
      },
    }),
  );
  show();
  return {
    badge: () => (recording ? item.text : ''),
    stop, isRecording: () => recording,
    base: () => meter?.baseFor(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '') ?? null,
    dispose() {
      subscriptions.dispose();
      environment.clear();
      void close();
    },
  };
}
