/** The composition that desktop and web share: builds the services, registers every view, nothing else. */
import * as vscode from 'vscode';
import type { Engine } from './core/engine.js';
import type { DashboardData } from './core/dashboard.js';
import type { Analysis } from './core/model.js';
import { openDocuments } from './editor/documents.js';
import { openKnownFindings } from './editor/knownFindings.js';
import { openLog } from './editor/log.js';
import type { Services } from './editor/services.js';
import { openPricePacks, type PricePacks } from './editor/pricePacks.js';
import { openProjectFiles } from './editor/projectFiles.js';
import { openSettings } from './editor/settings.js';
import { openWorkspaceIndex } from './editor/workspaceIndex.js';
import type { ComparisonData, ComparisonSubjectReference } from './reporters/pages.js';
import type { Report } from './reporters/report.js';
import { register as registerAgentTools } from './views/agentTools.js';
import { openUsage } from './editor/usage.js';
import type { MeteringBackend } from './metering/backend.js';
import { register as registerAdapters } from './views/adapters.js';
import { register as registerAssumptions } from './views/assumptions.js';
import { register as registerBudget } from './views/budget.js';
import { register as registerBudgetAlerts } from './views/budgetAlerts.js';
import { register as registerBudgetStatus } from './views/budgetStatus.js';
import { register as registerComparison } from './views/comparison.js';
import { register as registerCompareProviders } from './views/compareProviders.js';
import { register as registerConfigurationProblems } from './views/configurationProblems.js';
import { register as registerCostLens } from './views/costLens.js';
import { register as registerDashboard } from './views/dashboard.js';
import { register as registerCreatePolicy } from './views/createPolicy.js';
import { register as registerFindingActions } from './views/findingActions.js';
import { register as registerFindings } from './views/findings.js';
import { register as registerModelNames } from './views/modelNames.js';
import { register as registerHover } from './views/hover.js';
import { register as registerInlineCost } from './views/inlineCost.js';
import { register as registerMigration } from './views/migration.js';
import { register as registerPromptReaders } from './views/promptReaders.js';
import { register as registerMetering } from './views/metering.js';
import { register as registerPriceUpdate } from './views/priceUpdate.js';
import { register as registerProviders } from './views/providers.js';
import { register as registerPriceSource } from './views/priceSource.js';
import { register as registerQuickFixes } from './views/quickFixes.js';
import { register as registerSchemaAssist } from './views/schemaAssist.js';
import { register as registerCountTokens } from './views/countTokens.js';
import { register as registerTokenBoundaries } from './views/tokenBoundaries.js';
import { register as registerTokenStatus } from './views/tokenStatus.js';
import { register as registerTeamUsage } from './views/teamUsage.js';
import { register as registerUsageFiles } from './views/usageFiles.js';
import { register as registerSwitchCommands } from './views/switchCommands.js';
import { register as registerWorkspaceReport } from './views/workspaceReport.js';
import { register as registerWorkspaceTree } from './views/workspaceTree.js';

/** What `activate` returns, for tests. */
export interface ExtensionApi {
  /** Analysis of a document as the views see it; undefined for documents that are not analysed. */
  analysisOf(uri: vscode.Uri): Promise<Analysis | undefined>;
  /** Text of the status bar item, empty while it is hidden. */
  statusText(): string;
  /** The report of the workspace, as its page shows it. */
  report(): Promise<Report>;
  /** The tree of calls as text. */
  callTree(): Promise<string>;
  /** What the comparison page is sent, or why there is nothing. */
  comparisonOf(subject: ComparisonSubjectReference, scope?: ComparisonData['scope']): Promise<ComparisonData | string>;
  /** The answer of a language-model tool. */
  askTool(name: string, input: unknown): Promise<string>;
  /** Text of the status bar item for tokens, empty while it is hidden. */
  tokenStatusText(): string;
  /** Metering and measured usage; without effect in the browser. */
  readonly metering: {
    badge(): string;
    base(): string | null;
    dashboard(): DashboardData | null;
    /** Alerts shown in this window. */
    alerts(): readonly string[];
  };
}

/** `backend`: metering, where the host has processes. */
export function activate(context: vscode.ExtensionContext, backend: MeteringBackend | null = null): ExtensionApi {
  const { extensionUri } = context;
  const log = openLog();
  const today = (): string => new Date().toISOString().slice(0, 10);
  const settings = openSettings(log);
  const packs = openPricePacks(context.globalStorageUri, log, today);
  const { engine, changed } = lazyEngine(extensionUri, packs);
  const project = openProjectFiles();
  const known = openKnownFindings(log);
  const documents = openDocuments(engine, settings, log, today, changed, project, known);
  const services: Services = {
    extensionUri, memory: context.globalState, log, settings, documents, project, known, packs, engine, today, translate: (message, ...values) => vscode.l10n.t(message, ...values),
  };
  const index = openWorkspaceIndex(services);
  const report = registerWorkspaceReport(services, index);
  const tree = registerWorkspaceTree(services, index);
  const comparison = registerComparison(services);
  const tools = registerAgentTools(services, index);
  const tokenStatus = registerTokenStatus(services);
  const usage = openUsage(backend, context.globalStorageUri, settings, async () => (await engine()).facts, log);
  const status = registerBudgetStatus(services, usage);
  const metering = registerMetering({
    services, usage, index, environment: context.environmentVariableCollection, builtIn: async () => (await import('./catalog.js')).facts,
    tokenizers: async () => (await import('./tokenizers/index.js')).createTokenizers(readFrom(extensionUri, 'vocabularies')),
  });
  const dashboard = registerDashboard(services, usage, () => metering.isRecording());
  const alerts = registerBudgetAlerts(services, usage, context.globalState);
  context.subscriptions.push(
    log, settings, documents, project, known, packs, status,
    registerInlineCost(services),
    registerCostLens(services),
    registerHover(services),
    registerFindings(services),
    registerFindingActions(services),
    registerCreatePolicy(services),
    registerQuickFixes(services),
    registerModelNames(services),
    registerCompareProviders(services),
    index, report, tree, comparison, tools,
    registerMigration(services, index),
    registerPromptReaders(services, index),
    registerSwitchCommands(services),
    registerAdapters(services),
    registerAssumptions(services),
    registerBudget(services),
    registerConfigurationProblems(services),
    registerPriceSource(services),
    registerPriceUpdate(services),
    registerProviders(services),
    registerSchemaAssist(services),
    registerCountTokens(services, context.secrets),
    registerTokenBoundaries(services),
    tokenStatus,
    usage, metering, dashboard,
    alerts,
    registerUsageFiles(services, usage, () => metering.stop()),
    registerTeamUsage(services, usage, context.secrets),
  );
  void settings.ready();
  return {
    async analysisOf(uri) {
      const document = await vscode.workspace.openTextDocument(uri);
      return (await documents.current(document))?.analysis;
    },
    statusText: () => status.text(),
    report: () => report.report(),
    callTree: () => tree.outline(),
    comparisonOf: (subject, scope) => comparison.dataOf(subject, scope),
    askTool: (name, input) => tools.answer(name as Parameters<typeof tools.answer>[0], input),
    tokenStatusText: () => tokenStatus.text(),
    metering: { badge: () => metering.badge(), base: () => metering.base(), dashboard: () => dashboard.shown(), alerts: () => alerts.told() },
  };
}

/** Reads files of the extension's own folder. */
const readFrom = (extensionUri: vscode.Uri, folder: string) => (file: string): Promise<Uint8Array> =>
  Promise.resolve(vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', folder, file)));

/** Loads engine and facts when they are first asked for; a failed attempt is repeated at the next request. */
function lazyEngine(extensionUri: vscode.Uri, packs: PricePacks): { readonly engine: () => Promise<Engine>; readonly changed: vscode.Event<void> } {
  let engine: Promise<Engine> | undefined;
  const load = async (): Promise<Engine> => {
    const { createEngine } = await import('./createEngine.js');
    return createEngine({ loadWasm: readFrom(extensionUri, 'wasm'), loadVocabulary: readFrom(extensionUri, 'vocabularies'), now: () => performance.now() }, await packs.facts());
  };
  const changed = new vscode.EventEmitter<void>();
  packs.onDidChange((facts) => {
    void engine?.then((loaded) => {
      loaded.replaceFacts(facts);
      changed.fire();
    });
  });
  return {
    changed: changed.event,
    engine: () => (engine ??= load().catch((error: unknown) => {
      engine = undefined;
      throw error;
    })),
  };
}
